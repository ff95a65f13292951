//! The store on a real PostgreSQL keeps the same promises, and several daemons share it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::database::{Database, Server, path};
use crate::suite::{self, Place, fold, keeps_its_promises, open_case};
use quotedesk::store::{CommitError, Seen, StateUrl, Store, Tx};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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

/// The server is gone without a word, as behind a firewall that forgets: whoever asks hears so within a minute or two, a stop
/// included, and once it is there again the desk goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_falls_silent() {
    let database = Database::new();
    let (there, name) = database.0.split_once('@').unwrap().1.split_once('/').unwrap();
    let silent = Arc::new(AtomicBool::new(false));
    let here = through(there.to_owned(), silent.clone()).await;
    let url = StateUrl::Postgres(format!("postgres://desk@{here}/{name}"));
    let store = Store::open(&url).await.unwrap();
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    assert!(store.case("YC-2026-0001").await.unwrap().is_some());
    store.enter("this one").await.unwrap();
    // The pool looks at what it is given back.
    tokio::time::sleep(Duration::from_secs(1)).await;
    silent.store(true, Ordering::Relaxed);
    let (begun, patience) = (Instant::now(), Duration::from_secs(100));
    let asked = async { tokio::join!(store.commit(open_case("YC-2026-0002")), store.case("YC-2026-0001"), store.beat()) };
    let (written, read, alive) = tokio::time::timeout(patience, asked).await.expect("it waits without end");
    assert!(matches!(&written, Err(CommitError::Unavailable(_))), "{written:?}");
    assert!(read.is_err() && alive.is_err(), "{read:?} {alive:?}");
    // That nothing is said is no reason to give up at once either.
    assert!(begun.elapsed() > Duration::from_secs(10));
    silent.store(false, Ordering::Relaxed);
    store.commit(open_case("YC-2026-0002")).await.unwrap();
    assert_eq!(store.history("YC-2026-0002").await.unwrap().len(), 1);
    silent.store(true, Ordering::Relaxed);
    tokio::time::timeout(patience, store.close()).await.expect("the stop waits without end");
}

/// A way to the server that swallows all that is said while `silent`; its address.
async fn through(there: String, silent: Arc<AtomicBool>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(&there).await else { continue };
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            for (mut from, mut to) in [(from_client, to_server), (from_server, to_client)] {
                let silent = silent.clone();
                tokio::spawn(async move {
                    let mut bytes = vec![0; 65_536];
                    while let Ok(n @ 1..) = from.read(&mut bytes).await {
                        if !silent.load(Ordering::Relaxed) && to.write_all(&bytes[..n]).await.is_err() {
                            break;
                        }
                    }
                });
            }
        }
    });
    here
}

/// What fits into no index is refused for good, and costs those beside it nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_too_long() {
    let store = Database::new().open().await;
    // What repeats itself would be packed.
    let long: String =
        (0..20_000u64).map(|n| char::from(b'a' + (n.wrapping_mul(n).wrapping_mul(2_654_435_761) >> 13) as u8 % 26)).collect();
    let seen = |key: &str| {
        let (key, at) = (key.to_owned(), suite::minute(0));
        let (case_id, answer, disposition) = Default::default();
        Tx { seen: Some(Seen { key, at, case_id, answer, disposition }), ..Tx::default() }
    };
    let (one, long, two) = tokio::join!(store.commit(seen("mail:1")), store.commit(seen(&long)), store.commit(seen("mail:2")));
    assert!(matches!(&long, Err(CommitError::Invalid(_))), "{long:?}");
    assert_eq!((one, two), (Ok(()), Ok(())));
    store.close().await;
}

/// The figures on PostgreSQL: `cargo test --test store postgres::measure -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints figures"]
async fn measure() {
    suite::measure(&Database::new(), "PostgreSQL").await;
}

/// What cannot be a desk's is told with what mends it, before a daemon begins there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_of_no_use_says_what_mends_it() {
    let server = Server::start();
    let refused = async |url: String| match Store::open(&StateUrl::Postgres(url.clone())).await {
        Ok(_) => panic!("{url}: opened"),
        Err(why) => why.to_string(),
    };
    server.says("CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    let said = refused(server.url("latin")).await;
    assert!(said.contains("LATIN1") && said.contains("ENCODING 'UTF8'"), "{said}");
    server.says("CREATE DATABASE another");
    let migrations = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMPTZ \
        NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)";
    server.says_in("another", migrations);
    server.says_in("another", "INSERT INTO _sqlx_migrations VALUES (1, 'users', now(), true, '\\x00', 0)");
    let said = refused(server.url("another")).await;
    assert!(said.contains("another program's tables"), "{said}");
    let said = refused(server.url("nowhere")).await;
    assert!(said.contains("does not exist") && said.contains("make the role and the database"), "{said}");
    // Logged in, and nothing may be made.
    server.says("CREATE ROLE guest LOGIN");
    server.says("CREATE DATABASE shut");
    server.says_in("shut", "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let url = StateUrl::Postgres(server.url("shut").replace("desk@", "guest@"));
    let said = Store::try_to_begin(&url).await.unwrap_err().to_string();
    assert!(said.contains("permission denied") && said.contains("own its database"), "{said}");
    Store::try_to_begin(&StateUrl::Postgres(server.url("shut"))).await.unwrap();
    let present = Store::open_present(&StateUrl::Postgres(server.url("shut"))).await;
    assert!(present.is_err(), "what was tried is left behind");
}
