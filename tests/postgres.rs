//! The store on a real PostgreSQL keeps the same promises, and several daemons share it.

mod database;
mod suite;

use database::{Database, Server, path};
use quotedesk::store::{CommitError, StateUrl};
use suite::{Place, fold, keeps_its_promises, open_case};

impl Place for Database {
    fn url(&self) -> StateUrl {
        StateUrl::Postgres(self.0.clone())
    }
}

keeps_its_promises!(Database::new());

#[test]
fn random_kills_lose_and_double_nothing() {
    let mut deaths = 0;
    for seed in 0..10 {
        deaths += suite::random::run(&Database::new(), seed);
    }
    assert!(deaths > 10, "it hardly ever died: {deaths}");
}

/// The server goes away and comes back: nothing is taken meanwhile, and it goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_away() {
    let server = Server::start();
    let data = server.folder.join("data");
    let store = Database::on(&server).open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    server.must("pg_ctl", &["-D", path(&data), "-m", "immediate", "stop"]);
    let away = store.commit(open_case("YC-2026-0002")).await;
    assert!(matches!(away, Err(CommitError::Unavailable(_))), "{away:?}");
    server.launch();
    store.commit(open_case("YC-2026-0002")).await.unwrap();
    assert_eq!(store.verify(fold).await.unwrap(), []);
    assert_eq!(store.history("YC-2026-0002").await.unwrap().len(), 1);
    store.close().await;
}

/// The figures on PostgreSQL: `cargo test --test postgres measure -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints figures"]
async fn measure() {
    suite::measure(&Database::new(), "PostgreSQL").await;
}
