//! What every store promises, whatever the engine: run by `store.rs` on SQLite and by `postgres.rs` on PostgreSQL.

#![allow(dead_code, unused_imports, unused_macros, reason = "each test takes what it needs")]

pub mod promises;
pub mod random;

/// A test for each promise, on an empty place of its own.
macro_rules! keeps_its_promises {
    ($place:expr; $($name:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            $crate::suite::promises::$name(&$place).await;
        }
    )*};
    ($place:expr) => {
        keeps_its_promises!($place; committed_is_kept begun_by_whoever_may all_or_nothing many_at_once lists_and_due effects_in_order
            answers_are_counted doubt_once alive_held_and_late
            verified_and_rebuilt two_processes a_fault_at_any_call);
    };
}
pub(crate) use keeps_its_promises;

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::process::act::{Need, Via};
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::store::{CaseWrite, NewEffect, Outward, Seen, StateUrl, Store, Tx};

/// A scratch store that can be opened again after a "crash".
pub trait Place: Sync {
    fn url(&self) -> StateUrl;

    fn open(&self) -> impl Future<Output = Store> + Send {
        async { Store::open(&self.url()).await.unwrap() }
    }
}

/// Thứ Hai 02/03/2026, 08:00 in Hà Nội, and so many minutes after it.
pub fn minute(n: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap_or_default() + TimeDelta::minutes(n)
}

pub fn recorded(seq: u64, event: Event) -> Recorded {
    Recorded {
        seq,
        at: minute(seq as i64) + TimeDelta::nanoseconds(123_456_789),
        by: Some("lan.tran@anphat.example".into()),
        for_: None,
        via: Via::Mail,
        event,
    }
}

pub fn comment(seq: u64, text: &str) -> Recorded {
    recorded(seq, Event::Commented { text: text.into(), mentions: vec![] })
}

pub fn opened(id: &str) -> Recorded {
    let need = Need {
        by: "mai.vu@anphat.example".into(),
        sales: None,
        text: "Khách cần báo cáo\u{0} tồn kho".into(),
        customer: Some("Công ty Hoa Sen".into()),
        thread: None,
    };
    recorded(0, Event::Opened { id: id.into(), need, cells: vec![] })
}

/// A case is its events, counted; enough for a store, which never looks inside.
pub fn fold(events: &[Recorded]) -> Case {
    let mut case = Case::default();
    for recorded in events {
        case.version = recorded.seq + 1;
        case.since = recorded.at;
        case.state = State::Drafting;
        match &recorded.event {
            Event::Opened { id, need, .. } => {
                case.id = id.clone();
                case.opened = recorded.at;
                case.cskh = Some(need.by.clone());
            }
            Event::Commented { text, .. } => case.thread = Some(text.clone()),
            _ => {}
        }
    }
    case
}

pub fn seen(key: &str, case_id: &str) -> Seen {
    Seen { key: key.into(), at: minute(1), case_id: case_id.into(), answer: "Đã nhận.".into(), disposition: "done".into() }
}

/// The first commit of a case.
pub fn open_case(id: &str) -> Tx {
    let events = vec![opened(id)];
    let case = CaseWrite { case: fold(&events), expected_version: 0, wake_at: Some(minute(240)) };
    Tx { seen: Some(seen(&format!("mail:{id}"), id)), case: Some(case), events, ..Tx::default() }
}

/// One more event on top of a case's history.
pub fn append(history: &[Recorded], text: &str) -> Tx {
    let mut events = history.to_vec();
    events.push(comment(history.len() as u64, text));
    let case = CaseWrite { case: fold(&events), expected_version: history.len() as u64, wake_at: None };
    Tx { case: Some(case), events: events.split_off(history.len()), ..Tx::default() }
}

pub fn mail(case_id: &str, to: &str, name: &str) -> NewEffect {
    NewEffect {
        case_id: case_id.into(),
        what: Outward::Mail { to: to.into(), letter: "review".into(), message_id: format!("<{case_id}.{name}@anphat.example>") },
        name: name.into(),
        at: minute(0),
        not_before: minute(0),
        body: format!("To: {to}\r\n\r\n{name}").into_bytes(),
    }
}

pub fn file(case_id: &str, name: &str, body: &[u8]) -> NewEffect {
    NewEffect {
        case_id: case_id.into(),
        what: Outward::File,
        name: name.into(),
        at: minute(0),
        not_before: minute(0),
        body: body.to_vec(),
    }
}

/// One lone commit of five rows with 60 KB, and 500 of them at once.
pub async fn measure(place: &impl Place, engine: &str) {
    let store = place.open().await;
    let tx = |id: &str| {
        let mut tx = open_case(id);
        let mut effect = mail(id, "lan.tran@anphat.example", "a.eml");
        effect.body = vec![b'x'; 60_000];
        tx.effects = vec![effect, mail(id, "hung.le@anphat.example", "b.eml")];
        tx
    };
    let mut lone = Vec::new();
    for n in 0..200 {
        let tx = tx(&format!("lone-{n}"));
        let start = std::time::Instant::now();
        store.commit(tx).await.unwrap();
        lone.push(start.elapsed());
    }
    lone.sort();
    println!("{engine}: one commit, 5 rows and 60 KB: p50 {:?}, p95 {:?}, p99 {:?}", lone[100], lone[190], lone[198]);
    let txs: Vec<_> = (0..500).map(|n| tx(&format!("many-{n}"))).collect();
    let start = std::time::Instant::now();
    let writes: Vec<_> = txs
        .into_iter()
        .map(|tx| {
            tokio::spawn({
                let store = store.clone();
                async move { store.commit(tx).await }
            })
        })
        .collect();
    for write in writes {
        write.await.unwrap().unwrap();
    }
    let time = start.elapsed();
    println!("{engine}: 500 at once in {time:?}: {:.0} a second", 500.0 / time.as_secs_f64());
    store.close().await;
}
