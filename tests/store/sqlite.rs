//! The store on SQLite keeps its promises.

use std::path::PathBuf;

use crate::suite::{self, Place, append, file, fold, keeps_its_promises, mail, minute, open_case};
use quotedesk::store::{Clocks, CommitError, Filter, Hold, OpenError, OutgoingFilter, StateUrl, Store, restore};
use sqlx::Connection;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        // A name that a URL has to be careful with.
        Folder(tempfile::Builder::new().prefix("bàn báo giá #1? 100% ").tempdir().unwrap())
    }
    fn path(&self) -> PathBuf {
        self.0.path().join("state")
    }
}

impl Place for Folder {
    fn url(&self) -> StateUrl {
        StateUrl::Folder(self.path())
    }
}

keeps_its_promises!(Folder::new());

#[test]
fn random_kills_lose_and_double_nothing() {
    let mut deaths = 0;
    for seed in 0..40 {
        deaths += suite::random::run(&Folder::new(), seed);
    }
    assert!(deaths > 40, "it hardly ever died: {deaths}");
}

#[tokio::test]
async fn a_backup_under_load_comes_back_whole_and_holds_its_mails() {
    let desk = Folder::new();
    let store = desk.open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    let writing = tokio::spawn({
        let store = store.clone();
        async move {
            for n in 0..200 {
                let mut tx = append(&store.history("YC-2026-0001").await.unwrap(), &format!("{n}"));
                tx.effects = vec![mail("YC-2026-0001", "lan.tran@anphat.example", &format!("{n}.eml"))];
                store.commit(tx).await.unwrap();
            }
        }
    });
    let mut backups = Vec::new();
    while !writing.is_finished() && backups.len() < 20 {
        let folder = desk.0.path().join(format!("copy {}", backups.len()));
        store.backup(&folder).await.unwrap();
        backups.push(folder);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    writing.await.unwrap();
    let twice = store.backup(&backups[0]).await;
    assert!(matches!(twice, Err(OpenError::Place(_))), "a backup was overwritten");

    let lock = store.lock().unwrap();
    assert!(store.daemon_running().await.unwrap());
    let refused = restore(&backups[0], &desk.path(), minute(0)).await;
    assert!(matches!(refused, Err(OpenError::Running(pid)) if pid == std::process::id().to_string()));
    drop(lock);
    assert!(!store.daemon_running().await.unwrap());
    store.close().await;

    for (n, backup) in backups.iter().enumerate() {
        let kept = restore(backup, &desk.path(), minute(n as i64)).await.unwrap().unwrap();
        assert!(kept.exists(), "the old store is thrown away");
        let store = desk.open().await;
        assert_eq!(store.verify(fold).await.unwrap(), []);
        assert_eq!(store.hold().await.unwrap(), Some(Hold::Restored));
        let now = Clocks::same(minute(1));
        let (unsent, held) = (store.unsent(now).await.unwrap(), store.claim(now, 1000).await.unwrap());
        assert_eq!(held, []);
        assert_eq!(unsent.due as usize + 1, store.history("YC-2026-0001").await.unwrap().len());
        store.set_hold(false).await.unwrap();
        assert_eq!(store.claim(now, 1000).await.unwrap().len() as u64, unsent.due.min(1));
        store.close().await;
    }
    let junk = desk.0.path().join("junk.db");
    std::fs::write(&junk, b"no store at all").unwrap();
    assert!(restore(&junk, &desk.path(), minute(99)).await.is_err());
    assert_eq!(desk.open().await.verify(fold).await.unwrap(), [], "a refused restore has harmed the store");
}

/// A command and a daemon that start together make one store between them, and neither is turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_may_begin_one_store() {
    for round in 0..20 {
        let folder = Folder::new();
        let opening: Vec<_> = (0..6)
            .map(|_| {
                let url = folder.url();
                tokio::spawn(async move {
                    let store = Store::open(&url).await?;
                    store.close().await;
                    Ok::<_, OpenError>(())
                })
            })
            .collect();
        for opened in opening {
            assert_eq!(opened.await.expect("no panic"), Ok(()), "round {round}");
        }
    }
}

#[tokio::test]
async fn a_damaged_file_is_found() {
    let desk = Folder::new();
    let store = desk.open().await;
    for n in 0..50 {
        store.commit(open_case(&format!("YC-2026-{n:04}"))).await.unwrap();
    }
    store.close().await;
    let db = desk.path().join("quotedesk.db");
    let sound = std::fs::read(&db).unwrap();
    let mut found = 0;
    for page in 1..sound.len() / 4096 {
        let mut bytes = sound.clone();
        for byte in &mut bytes[page * 4096..page * 4096 + 64] {
            *byte ^= 0xA5;
        }
        std::fs::write(&db, bytes).unwrap();
        let faults = match Store::open(&desk.url()).await {
            Ok(store) => {
                let faults = store.verify(fold).await.map_or(true, |faults| !faults.is_empty());
                store.close().await;
                faults
            }
            Err(_) => true,
        };
        found += usize::from(faults);
    }
    assert_eq!(found, sound.len() / 4096 - 1, "damaged pages went unseen");
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let desk = Folder::new();
    desk.open().await.close().await;
    let db = desk.path().join("quotedesk.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(db);
    let mut conn = sqlx::sqlite::SqliteConnection::connect_with(&options).await.unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'of later', 1, x'00', 0)";
    sqlx::query(later).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert_eq!(Store::open(&desk.url()).await.map(drop), Err(OpenError::Newer));
}

/// The figures of the store, on this machine: `cargo test --test store sqlite::measure -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints figures"]
async fn measure() {
    suite::measure(&Folder::new(), "SQLite").await;
}

/// A disk that fills up: nothing half-done, and it goes on once there is room.
/// `cargo test --test store disk_full -- --ignored`, as root.
#[tokio::test]
#[ignore = "mounts a tmpfs, as root"]
async fn disk_full() {
    let desk = Folder::new();
    std::fs::create_dir_all(desk.path()).unwrap();
    let run = |command: &str, args: &[&std::ffi::OsStr]| {
        assert!(std::process::Command::new(command).args(args).status().unwrap().success(), "{command}");
    };
    let folder = desk.path();
    run("mount", &["-t".as_ref(), "tmpfs".as_ref(), "-o".as_ref(), "size=4m".as_ref(), "t".as_ref(), folder.as_os_str()]);
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let store = desk.open().await;
    let mut stored = 0;
    let words = loop {
        let mut tx = open_case(&format!("YC-2026-{stored:04}"));
        tx.effects.push(file("", "outbox/x", &vec![7; 60_000]));
        match store.commit(tx).await {
            Ok(()) => stored += 1,
            Err(CommitError::Unavailable(words)) => break words,
            Err(e) => panic!("{e}"),
        }
    };
    println!("after {stored}: {words}");
    let all = store.cases(&Filter::default()).await.unwrap().len();
    assert_eq!((all, store.outgoing(&OutgoingFilter::Unsent).await.unwrap().len()), (stored, stored));
    std::fs::remove_file(&ballast).unwrap();
    store.commit(open_case(&format!("YC-2026-{stored:04}"))).await.unwrap();
    assert_eq!(store.verify(fold).await.unwrap(), []);
    store.close().await;
    run("umount", &[folder.as_os_str()]);
}
