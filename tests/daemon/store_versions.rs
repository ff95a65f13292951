//! A store of each earlier version is brought up to date by opening it, and loses nothing; one of a later version is
//! refused and left as it is.
//!
//! `tests/data/stores/N.sql` is the dump of a store that the program wrote when its tables stood at change N of
//! `src/store/schema.rs`: a whole case, one that is open, letters that wait, something set aside. **To add the next**, before
//! a change is appended there: `quotedesk demo DIR`, then with `quotedesk outgoing --hold` and the daemon running one more
//! need and a stranger's mail into `DIR/inbox/`; stop it, and
//! `sqlite3 DIR/state/quotedesk.db .dump | sed "s#DIR#/srv/quotedesk#g" > tests/data/stores/N.sql`; the row of
//! `meta` that names the config goes, for its checksum is that of another path. Then add N to `STORES`.

use std::fs;
use std::path::Path;

use crate::desk::Desk;
use crate::desk::setup::Setup;
use crate::suite::{self, minute};
use quotedesk::process::case::Case;
use quotedesk::process::outline::Outline;
use quotedesk::store::{Clocks, Filter, Hold, OutgoingFilter, StateUrl, Store, restore};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};

/// What came with change 2 is taken out again: so a store of 0.1.0 looks, whose tables stood at change 1.
const BACK_TO_1: &str = "DROP TABLE answered; DROP INDEX effect_to; DELETE FROM meta WHERE key = 'token_keys';
    DELETE FROM _sqlx_migrations WHERE version = 2";
/// Version, the dump that it is laid down from, what is taken out of that again, events of its second case, letters that wait.
const STORES: [(i64, i64, &str, usize, usize); 5] =
    [(1, 2, BACK_TO_1, 2, 2), (2, 2, "", 2, 2), (5, 5, "", 3, 3), (6, 6, "", 3, 3), (7, 7, "", 3, 3)];
/// Changes that there are by now.
const NOW: i64 = 8;

async fn run(db: &Path, sql: &str) {
    let options = SqliteConnectOptions::new().filename(db).create_if_missing(true).foreign_keys(false);
    let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// The store of version `n` as `quotedesk.db` in a folder.
async fn laid_down(folder: &Path, n: i64, dump: i64, back: &str) {
    fs::create_dir_all(folder).unwrap();
    let dump = fs::read_to_string(format!("{}/tests/data/stores/{dump}.sql", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let db = folder.join("quotedesk.db");
    run(&db, &dump).await;
    if !back.is_empty() {
        run(&db, back).await;
    }
    assert_eq!(version(&db).await, n);
}

async fn version(db: &Path) -> i64 {
    let mut conn = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(db)).await.unwrap();
    let row = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    row.get(0)
}

#[tokio::test]
async fn a_store_of_each_version_is_brought_up_to_date() {
    for (n, dump, back, events, letters) in STORES {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state");
        laid_down(&folder, n, dump, back).await;
        let store = Store::open(&StateUrl::Folder(folder.clone())).await.unwrap();
        assert_eq!(store.verify(Case::fold).await.unwrap(), [], "version {n}");
        let cases = store.cases(&Filter::default()).await.unwrap();
        let ids: Vec<(&str, usize)> = cases.iter().map(|case| (case.id.as_str(), case.version as usize)).collect();
        assert_eq!(ids, [("YC-2026-0001", 61), ("YC-2026-0002", events)], "version {n}");
        // Lists show the open one from before there were outlines too, and the same of it once it has one.
        let filter = Filter { open_only: true, ..Filter::default() };
        let shown = |outline: &Outline| (outline.id.clone(), outline.short().to_owned(), outline.due.clone());
        let before: Vec<_> = store.outlines(&filter).await.unwrap().iter().map(shown).collect();
        assert_eq!(before.len(), 1, "version {n}");
        assert!(store.rebuild("YC-2026-0002", Case::fold, |_| None).await.unwrap());
        let outlines = store.outlines(&filter).await.unwrap();
        assert_eq!(outlines, [Outline::of(&cases[1])], "version {n}");
        assert_eq!(outlines.iter().map(shown).collect::<Vec<_>>(), before, "version {n}");
        assert_eq!(store.verify(Case::fold).await.unwrap(), [], "version {n}");
        for case in &cases {
            let history = store.history(&case.id).await.unwrap();
            assert_eq!((history.len(), &Case::fold(&history)), (case.version as usize, case), "version {n}");
        }
        let waiting = store.outgoing(&OutgoingFilter::Unsent).await.unwrap();
        assert_eq!(waiting.len(), letters, "version {n}");
        for row in &waiting {
            assert!(!store.body(row.id).await.unwrap().unwrap().is_empty(), "version {n}");
        }
        assert_eq!(store.quarantined().await.unwrap().len(), 1, "version {n}");
        assert_eq!(store.hold().await.unwrap(), Some(Hold::Operator), "version {n}");
        assert_eq!(store.next_number("case", 2026).await.unwrap(), 3, "version {n}");
        // It goes on: new rows beside the old ones.
        store.commit(suite::open_case("YC-2026-0003")).await.unwrap();
        store.set_hold(false).await.unwrap();
        let late = quotedesk::process::house::At::from_timestamp(1_800_000_000, 0).unwrap();
        let claimed = store.claim(Clocks::same(late), 10).await.unwrap();
        assert!(claimed.len() >= 2 && claimed.iter().all(|c| !c.damaged && !c.body.is_empty()), "version {n}");
        store.close().await;
        assert_eq!(version(&folder.join("quotedesk.db")).await, NOW, "version {n}");
    }
}

/// A backup that an older version has made is brought up to date when it is restored.
#[tokio::test]
async fn a_backup_of_each_version_can_be_restored() {
    for (n, dump, back, ..) in STORES {
        let home = tempfile::tempdir().unwrap();
        let (backup, state) = (home.path().join("backup"), home.path().join("state"));
        laid_down(&backup, n, dump, back).await;
        restore(&backup, &state, minute(0)).await.unwrap();
        assert_eq!(version(&backup.join("quotedesk.db")).await, n, "the backup itself was changed");
        let store = Store::open(&StateUrl::Folder(state)).await.unwrap();
        assert_eq!(store.hold().await.unwrap(), Some(Hold::Restored), "version {n}");
        assert_eq!(store.verify(Case::fold).await.unwrap(), [], "version {n}");
        store.close().await;
    }
}

/// What a person sees: every command and the daemon say so, and the file stays as it was. Neither is a backup of a later
/// version put in place of a store.
#[test]
fn a_later_store_is_refused_and_left_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", "2026-03-02T08:30:00+07:00"]);
    let db = desk.dir().join("state/quotedesk.db");
    let sound = fs::read(&db).unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (9999, 'of later', 1, x'00', 0)";
    runtime.block_on(run(&db, later));
    let before = fs::read(&db).unwrap();
    for args in [&["run"][..], &["cases"], &["check"], &["backup", "copy"]] {
        let said = desk.run(args);
        let words = format!("{}{}", said.out, said.err);
        assert!(said.status != Some(0) && words.contains("written by a newer quotedesk"), "{args:?}: {words}");
        assert_eq!(fs::read(&db).unwrap(), before, "{args:?} touched it");
    }
    let backup = desk.outside().join("later");
    fs::create_dir(&backup).unwrap();
    fs::copy(&db, backup.join("quotedesk.db")).unwrap();
    fs::write(&db, &sound).unwrap();
    let said = desk.run(&["restore", backup.to_str().unwrap()]);
    assert!(said.status == Some(2) && said.err.contains("written by a newer quotedesk"), "{}{}", said.out, said.err);
    assert_eq!(fs::read(&db).unwrap(), sound, "it was put in place all the same");
    desk.told(&["cases"]);
}
