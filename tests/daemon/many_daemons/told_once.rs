//! Several daemons, one operator: each thing is told once, and says whose it is.

use std::sync::Arc;

use quotedesk::config::Config;
use quotedesk::desk::{Desk, DeskWords, Trouble, Troubles};
use quotedesk::form::book::Workers;
use quotedesk::store::{OutgoingFilter, StateUrl, Store};

use crate::database::Database;

const OPERATOR: &str = "[mail]\naddress = \"yeucau@anphat.example\"\n[mail.trust]\nrequire = \"none\"\n\
     [[people]]\nname = \"Vận Hành\"\nemail = \"vanhanh@anphat.example\"\nroles = [\"operator\"]\n";

async fn desk(database: &Database, home: &std::path::Path, name: &str) -> Desk {
    let config = Config::parse(OPERATOR, None, home).expect("a good config");
    let store = Store::open(&StateUrl::Postgres(database.0.clone())).await.expect("a store");
    store.enter(name).await.expect("it enters");
    let (words, _) = DeskWords::load(&config).expect("words");
    let mut desk = Desk::new(Arc::new(config), store, words, Arc::new(Workers::default()), vec![vec![7; 32]].into());
    desk.troubles = Troubles::at_once();
    desk
}

/// The operator's letters, as text files.
async fn told(desk: &Desk) -> Vec<String> {
    let mut told = Vec::new();
    for row in desk.store.outgoing(&OutgoingFilter::Unsent).await.expect("the letters") {
        if row.kind == "file" {
            let body = desk.store.body(row.id).await.expect("a body").unwrap_or_default();
            told.push(String::from_utf8(body).expect("text"));
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_told_once() {
    let (database, home) = (Database::new(), tempfile::tempdir().expect("a scratch folder"));
    let (one, other) = (desk(&database, home.path(), "one").await, desk(&database, home.path(), "other").await);
    // The mailbox is the trouble of all of them, the share of one.
    for desk in [&one, &other] {
        desk.troubles.begins(Trouble::Mailbox, "no connection".into());
    }
    one.troubles.begins(Trouble::Inbox, "stale handle".into());
    let once = async || {
        let all = told(&one).await.join("\n");
        assert_eq!((all.matches("no connection").count(), all.matches("one: stale handle").count()), (1, 1), "{all}");
    };
    let (first, second) = tokio::join!(one.tell_operator(), other.tell_operator());
    assert!(first.expect("looked") | second.expect("looked"), "nothing was told");
    for _ in 0..5 {
        one.tell_operator().await.expect("looked");
        other.tell_operator().await.expect("looked");
    }
    once().await;

    // Past the hour nothing comes a second time: the looks of one do not undo the other's.
    let hour = |n: i64| chrono::Utc::now() + chrono::TimeDelta::hours(n);
    for n in 1..=3 {
        pass(&one, hour(-n)).await;
        one.tell_operator().await.expect("looked");
        other.tell_operator().await.expect("looked");
    }
    once().await;
    one.store.close().await;
    other.store.close().await;
}

/// As if the last letter had been written then.
async fn pass(desk: &Desk, last: chrono::DateTime<chrono::Utc>) {
    let told = desk.store.meta("operator_told").await.expect("read").expect("something was told");
    let mut told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    told["at"] = serde_json::json!(last - chrono::TimeDelta::hours(1));
    desk.store.set_meta("operator_told", Some(&told.to_string())).await.expect("written");
}
