//! The connection to PostgreSQL is cut right at a commit: before the server hears of it, or after it has done it and before
//! its reply arrives. Nobody knows then what became of it; the store looks it up, and nothing is lost or written twice.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::process::act::{Need, Via};
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::store::{CaseWrite, CommitError, NewEffect, OutgoingFilter, Outward, Seen, StateUrl, Store, Tx};

use crate::database::Database;

/// What the cutter does at a commit; counted up, so that each commit meets another one.
const PASSES: usize = 0;
const BEFORE: usize = 1;
const AFTER: usize = 2;

/// Stands between a store and its server.
struct Cutter {
    port: u16,
    /// What happens at the next commit; then nothing.
    next: Arc<AtomicUsize>,
    struck: Arc<AtomicUsize>,
}

impl Cutter {
    fn start(server: SocketAddr) -> Cutter {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let (next, struck): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        let shared = (next.clone(), struck.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(server) else { continue };
                let (next, struck) = shared.clone();
                thread::spawn(move || pass(client, server, &next, &struck));
            }
        });
        Cutter { port, next, struck }
    }
}

fn pass(mut client: TcpStream, mut server: TcpStream, next: &AtomicUsize, struck: &AtomicUsize) {
    let (Ok(mut replies), Ok(mut back)) = (server.try_clone(), client.try_clone()) else { return };
    // Once it is set, no reply passes any more.
    let silent = Arc::new(AtomicUsize::new(0));
    let deaf = silent.clone();
    let replying = thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(n @ 1..) = replies.read(&mut bytes) {
            if deaf.load(Ordering::SeqCst) != 0 {
                // The server has done what was asked: this is its word on it.
                break;
            }
            if back.write_all(&bytes[..n]).is_err() {
                break;
            }
        }
        let _ = back.shutdown(Shutdown::Both);
        let _ = replies.shutdown(Shutdown::Both);
    });
    let mut bytes = [0; 64 << 10];
    while let Ok(n @ 1..) = client.read(&mut bytes) {
        let commits = bytes[..n].windows(6).any(|w| w == b"COMMIT");
        let what = if commits { next.swap(PASSES, Ordering::SeqCst) } else { PASSES };
        if what != PASSES {
            struck.fetch_add(1, Ordering::SeqCst);
        }
        if what == BEFORE {
            break;
        }
        silent.store(usize::from(what == AFTER), Ordering::SeqCst);
        if server.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    if silent.load(Ordering::SeqCst) == 0 {
        let _ = server.shutdown(Shutdown::Both);
    }
    let _ = replying.join();
    let _ = client.shutdown(Shutdown::Both);
}

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap_or_default() + TimeDelta::nanoseconds(123_456_789)
}

/// The first commit of a case, with a mail.
fn open_case(id: &str) -> Tx {
    let by = "mai.vu@anphat.example".to_owned();
    let need = Need { by: by.clone(), sales: None, text: "Khách cần báo cáo".into(), customer: None, thread: None };
    let event = Event::Opened { id: id.into(), need, cells: vec![] };
    let recorded = Recorded { seq: 0, at: at(), by: Some(by), for_: None, via: Via::Mail, event };
    let case = Case { id: id.into(), version: 1, state: State::Drafting, opened: at(), ..Case::default() };
    let seen =
        Seen {
            key: format!("mail:{id}"), at: at(), case_id: id.into(), answer: "Đã nhận.".into(), disposition: "done".into()
        };
    let mail = NewEffect {
        case_id: id.into(),
        what: Outward::Mail { to: "lan@x.example".into(), letter: "need".into(), message_id: format!("<{id}@x.example>") },
        name: format!("{id}.eml"),
        at: at(),
        not_before: at(),
        body: b"To: lan@x.example\r\n\r\n".to_vec(),
    };
    Tx {
        seen: Some(seen),
        case: Some(CaseWrite { case, expected_version: 0, wake_at: None }),
        events: vec![recorded],
        effects: vec![mail],
        ..Tx::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_reply_is_lost() {
    let database = Database::new();
    let (server, name) = database.0.strip_prefix("postgres://desk@").and_then(|rest| rest.split_once('/')).expect("our own URL");
    let cutter = Cutter::start(server.parse().expect("an address"));
    let store = Store::open(&StateUrl::Postgres(format!("postgres://desk@127.0.0.1:{}/{name}", cutter.port))).await.unwrap();
    let direct = Store::open(&StateUrl::Postgres(database.0.clone())).await.unwrap();
    for n in 0..30 {
        let (what, id) = ([BEFORE, AFTER][n % 2], format!("YC-2026-{n:04}"));
        cutter.next.store(what, Ordering::SeqCst);
        let committed = store.commit(open_case(&id)).await;
        assert_eq!(committed, Ok(()), "{id}, cut {}", if what == BEFORE { "before" } else { "after" });
        // Whoever tries again is told that it is there.
        assert!(matches!(store.commit(open_case(&id)).await, Err(CommitError::AlreadySeen(_))), "{id}");
        assert_eq!(direct.history(&id).await.unwrap().len(), 1, "{id}");
        assert_eq!(direct.outgoing(&OutgoingFilter::Case(id.clone())).await.unwrap().len(), 1, "{id}");
    }
    assert_eq!(cutter.struck.load(Ordering::SeqCst), 30);

    // Many at once share a commit: cut there, each of them is looked up.
    for (round, what) in [BEFORE, AFTER, AFTER, BEFORE].into_iter().enumerate() {
        cutter.next.store(what, Ordering::SeqCst);
        let ids: Vec<String> = (0..40).map(|n| format!("YC-2027-{round}{n:03}")).collect();
        let writes: Vec<_> = ids
            .iter()
            .map(|id| {
                let (store, tx) = (store.clone(), open_case(id));
                tokio::spawn(async move { store.commit(tx).await })
            })
            .collect();
        for (write, id) in writes.into_iter().zip(&ids) {
            assert_eq!(write.await.unwrap(), Ok(()), "{id}");
            assert_eq!(direct.history(id).await.unwrap().len(), 1, "{id}");
            assert_eq!(direct.outgoing(&OutgoingFilter::Case(id.clone())).await.unwrap().len(), 1, "{id}");
        }
    }
    store.close().await;
    direct.close().await;
}
