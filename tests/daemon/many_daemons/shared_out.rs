//! How work is shared out: claims, signs of life, and the fence.

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::store::{Change, Clocks, KEY_SIGNS, NewEffect, OutgoingFilter, Outward, StateUrl, Store, Tx, Word};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::database::Database;

fn real(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap_or_default() + TimeDelta::seconds(seconds)
}

async fn two() -> (Database, Store, Store) {
    let database = Database::new();
    let url = StateUrl::Postgres(database.0.clone());
    let (one, other) = (Store::open(&url).await.unwrap(), Store::open(&url).await.unwrap());
    (database, one, other)
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| word.to_string()).collect()
}

/// As if this daemon had been silent for too long.
async fn silence(database: &Database, number: i64) {
    let mut conn = PgConnection::connect(&database.0).await.unwrap();
    let sql = format!("UPDATE daemon SET alive_until = 0 WHERE id = {number}");
    conn.execute(AssertSqlSafe(sql)).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_daemon_has_no_other_gets() {
    let (database, one, other) = two().await;
    let work = words(&["file:a", "file:b", "file:c"]);
    assert!(one.claim_work(&work).await.unwrap().is_empty(), "who has not entered has nothing");
    let (first, second) = (one.enter("one").await.unwrap(), other.enter("other").await.unwrap());
    assert!(second > first);
    let names = |daemons: Vec<quotedesk::store::Serving>| daemons.into_iter().map(|d| d.name).collect::<Vec<_>>();
    assert_eq!(names(one.daemons().await.unwrap()), ["one", "other"]);
    assert!(other.daemon_running().await.unwrap());

    assert_eq!(one.claim_work(&work[..2]).await.unwrap().len(), 2);
    assert_eq!(one.claim_work(&work[..2]).await.unwrap().len(), 2, "one's own, whose first reply was lost");
    let got = other.claim_work(&work).await.unwrap();
    assert_eq!(got.into_iter().collect::<Vec<_>>(), ["file:c"]);
    assert_eq!(other.claimed_elsewhere("file:").await.unwrap().len(), 2);
    assert!(other.claimed_elsewhere("mailbox:").await.unwrap().is_empty());
    other.let_go(&work).await.unwrap();
    assert!(one.beat().await.unwrap());
    assert_eq!(other.bury(real(0)).await.unwrap(), Vec::<String>::new(), "a living one is not buried");
    assert!(other.claim_work(&work[..2]).await.unwrap().is_empty(), "one let go of another's claims");

    // Silent for too long: whoever looks next has its work, and it has to begin anew.
    silence(&database, first).await;
    assert_eq!(names(other.daemons().await.unwrap()), ["other"]);
    assert_eq!(other.bury(real(0)).await.unwrap(), ["one"]);
    assert_eq!(other.claim_work(&work[..2]).await.unwrap().len(), 2);
    assert!(one.claim_work(&words(&["file:d"])).await.unwrap().is_empty(), "the dead claim nothing");
    let mut numbers = one.numbers();
    assert!(!one.beat().await.unwrap(), "it does not know that it was given up");
    assert_eq!((one.number(), *numbers.borrow_and_update()), (0, 0));
    assert!(one.enter("one").await.unwrap() > second);

    // The clean end frees everything at once.
    other.leave(real(0)).await.unwrap();
    assert_eq!(one.claim_work(&work).await.unwrap().len(), 3);
    one.leave(real(0)).await.unwrap();
    assert!(!other.daemon_running().await.unwrap());
    one.close().await;
    other.close().await;
}

/// What a dead daemon was sending goes on at once, not when the two minutes are over; what may have arrived becomes a doubt.
/// When the dead comes back, it can change nothing any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_daemon_was_sending() {
    let (database, one, other) = two().await;
    let mail = |to: &str| NewEffect {
        case_id: String::new(),
        what: Outward::Mail { to: to.into(), letter: "review".into(), message_id: format!("<{to}>") },
        name: to.into(),
        at: real(0),
        not_before: real(0),
        body: b"To: you\r\n\r\nwords".to_vec(),
    };
    one.commit(Tx { effects: vec![mail("a@x.example"), mail("b@x.example"), mail("c@x.example")], ..Tx::default() })
        .await
        .unwrap();
    let first = one.enter("one").await.unwrap();
    other.enter("other").await.unwrap();
    let at = |seconds| Clocks::same(real(seconds));
    let (mine, theirs) = (one.claim(at(0), 2).await.unwrap(), other.claim(at(0), 2).await.unwrap());
    assert_eq!((mine.len(), theirs.len()), (2, 1));
    assert!(one.change(&mine[1], Change::AtData { real: real(0) }).await.unwrap());
    assert!(other.claim(at(15), 3).await.unwrap().is_empty());

    silence(&database, first).await;
    assert_eq!(other.bury(real(16)).await.unwrap(), ["one"]);
    let taken_over = other.claim(at(16), 3).await.unwrap();
    assert_eq!(taken_over.iter().map(|c| (c.id, c.attempt)).collect::<Vec<_>>(), [(mine[0].id, 2)]);
    let state = async |id: i64| {
        let all = other.outgoing(&OutgoingFilter::Unsent).await.unwrap();
        all.into_iter().find(|o| o.id == id).map(|o| o.state).unwrap_or_default()
    };
    assert_eq!(state(mine[1].id).await, "doubt");
    assert_eq!(state(theirs[0].id).await, "sending", "the living one's own is left alone");
    assert!(!one.change(&mine[0], Change::AtData { real: real(17) }).await.unwrap(), "the dead would send it too");
    // The reply that it was still waiting for does come: no doubt any more.
    assert!(one.change(&mine[1], Change::Sent { at: real(18), words: "250 ok".into() }).await.unwrap());
    one.close().await;
    other.close().await;
}

/// A new key for tokens is drawn by one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_at_a_time() {
    let (_database, one, other) = two().await;
    let mut at = real(0);
    assert_eq!(one.token_keys(at).await.unwrap(), other.token_keys(at).await.unwrap());
    for round in 0..5 {
        at += KEY_SIGNS;
        let (a, b) = tokio::join!(one.renew_token_key(at), other.renew_token_key(at));
        assert!(a.clone().unwrap() != b.clone().unwrap(), "round {round}: {a:?} {b:?}");
    }
    one.close().await;
    other.close().await;
}

/// Two that tell the operator the same news: one letter. The words and the letter change together, or not at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_changes_once() {
    let (_database, one, other) = two().await;
    let tell = |old: Option<&str>, new: &str| Tx {
        word: Some(Word { key: "told".into(), old: old.map(str::to_owned), new: new.into() }),
        effects: vec![NewEffect {
            case_id: "told".into(),
            what: Outward::File,
            name: format!("outbox/operator/{new}.txt"),
            at: real(0),
            not_before: real(0),
            body: new.as_bytes().to_vec(),
        }],
        ..Tx::default()
    };
    for (old, a, b) in [(None, "1", "2"), (Some(()), "3", "4")] {
        let old = match old {
            Some(()) => one.meta("told").await.unwrap(),
            None => None,
        };
        let (first, second) = tokio::join!(one.commit(tell(old.as_deref(), a)), other.commit(tell(old.as_deref(), b)));
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    }
    assert_eq!(one.outgoing(&OutgoingFilter::Case("told".into())).await.unwrap().len(), 2);
    one.close().await;
    other.close().await;
}
