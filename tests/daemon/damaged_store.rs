//! A store that has taken harm: `quotedesk check` says what is broken and how to mend it, nothing is sent or decided by
//! what is not what was written, and each bit that flips on the disk is either found or changes nothing that is read.
//!
//! `QUOTEDESK_FLIPS` sets how many bits are flipped, one at a time; `QUOTEDESK_SEED` another beginning.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::desk::setup::{SALES, Setup};
use crate::desk::{self, Desk};
use crate::suite::random::Dice;
use crate::suite::{append, file, fold, mail, minute, open_case, seen};
use quotedesk::config::Config;
use quotedesk::desk::{DeskWords, Troubles};
use quotedesk::form::book::Workers;
use quotedesk::process::event::Event;
use quotedesk::process::house::At;
use quotedesk::store::{
    AnsweredMail, Brought, Change, Clocks, Fault, Filter, Number, OpenError, OutgoingFilter, Quarantined, StateUrl, Store,
    TakenName, Unavailable, cut_log,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection};

const FLIPS: u64 = 200;
/// A store of a few hundred rows is read in a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(60);

fn from_env(name: &str, or: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or)
}

fn database(folder: &Path) -> PathBuf {
    folder.join("quotedesk.db")
}

async fn opened(folder: &Path) -> Result<Store, OpenError> {
    Store::open(&StateUrl::Folder(folder.into())).await
}

/// A store with something in every table, in every state that lasts.
async fn full_store(folder: &Path) {
    let store = opened(folder).await.unwrap();
    for n in 0..12 {
        let id = format!("YC-2026-{n:04}");
        let mut tx = open_case(&id);
        tx.effects = vec![mail(&id, SALES, "a.eml"), file(&id, "outbox/b.xlsx", &vec![n as u8; 3000 * n])];
        tx.numbers = vec![Number { kind: "YC".into(), year: 2026, n: n as u32 + 1, case_id: id.clone() }];
        tx.names = vec![TakenName { day: minute(0).date_naive(), name: format!("BG-{n}.xlsx"), case_id: id.clone() }];
        tx.quarantine = Some(Quarantined {
            id: format!("q{n}"),
            at: minute(2),
            from: "la@x.example".into(),
            why: "unknown".into(),
            source: "INBOX".into(),
            body: format!("Từ một người lạ, lần {n}").into_bytes(),
        });
        tx.answered = Some(AnsweredMail {
            key: format!("k{n}"),
            who: SALES.into(),
            case_id: id.clone(),
            said: "said".into(),
            brought: if n % 2 == 0 { Brought::Nothing } else { Brought::Something },
            at: minute(3),
        });
        store.commit(tx).await.unwrap();
        for words in ["12tr cho mục 1", "duyệt", "khách cần thêm báo cáo công nợ"] {
            let mut tx = append(&store.history(&id).await.unwrap(), words);
            tx.seen = Some(seen(&format!("mail:{id}:{words}"), &id));
            store.commit(tx).await.unwrap();
        }
    }
    let clocks = Clocks::same(minute(5));
    for (n, claimed) in store.claim(clocks, 12).await.unwrap().into_iter().enumerate() {
        let change = match n % 4 {
            0 => Change::Sent { at: minute(5), words: "250 taken".into() },
            1 => Change::Later { at: minute(9), words: "421 later".into() },
            2 => Change::Failed { words: "550 no".into() },
            _ => Change::Doubt { real: minute(5), words: "no reply".into() },
        };
        assert!(store.change(&claimed, change).await.unwrap());
    }
    store.token_keys(minute(0)).await.unwrap();
    store.set_hold(true).await.unwrap();
    store.set_rehearsal_clock(minute(5)).await.unwrap();
    assert_eq!(store.verify(fold).await.unwrap(), []);
    store.close().await;
}

/// All that the desk reads: what it decides by, what it sends, what it shows. What a server said last, and when, is not.
async fn contents(store: &Store) -> Result<String, String> {
    let mut all = String::new();
    let mut add = |what: &dyn std::fmt::Debug| all.push_str(&format!("{what:?}\n"));
    let words = |e: quotedesk::store::Unavailable| e.to_string();
    for case in store.cases(&Filter::default()).await.map_err(words)? {
        add(&store.history(&case.id).await.map_err(words)?);
        for mut row in store.outgoing(&OutgoingFilter::Case(case.id.clone())).await.map_err(words)? {
            add(&store.body(row.id).await.map_err(words)?);
            (row.last_words, row.sent_at) = (String::new(), None);
            if row.state == "sent" {
                // How often it was tried no longer matters.
                (row.attempts, row.doubts) = (0, 0);
            }
            add(&row);
        }
        for said in ["12tr cho mục 1", "duyệt", "khách cần thêm báo cáo công nợ"] {
            add(&store.seen(&format!("mail:{}:{said}", case.id)).await.map_err(words)?.map(|seen| seen.answer));
        }
        add(&store.seen(&format!("mail:{}", case.id)).await.map_err(words)?.map(|seen| seen.answer));
        add(&store.answered_before(SALES, &case.id, "said", minute(4)).await.map_err(words)?);
        add(&case);
    }
    for filter in [OutgoingFilter::Unsent, OutgoingFilter::Failed] {
        add(&store.outgoing(&filter).await.map_err(words)?.iter().map(|row| row.id).collect::<Vec<_>>());
    }
    for aside in store.quarantined().await.map_err(words)? {
        add(&store.quarantined_whole(&aside.id).await.map_err(words)?);
    }
    add(&store.due(minute(9999), 100).await.map_err(words)?);
    add(&store.next_wake(chrono::DateTime::UNIX_EPOCH).await.map_err(words)?);
    add(&store.next_number("YC", 2026).await.map_err(words)?);
    add(&store.quote_names(minute(0).date_naive()).await.map_err(words)?);
    add(&store.token_keys(minute(0)).await.map_err(|e| e.to_string())?.newest_first);
    add(&(store.hold().await.map_err(words)?, store.rehearsal_clock().await.map_err(words)?));
    add(&store.unsent(Clocks::same(minute(6))).await.map_err(words)?);
    Ok(all)
}

/// A full store, of which copies take harm.
struct Sound {
    home: tempfile::TempDir,
    bytes: Vec<u8>,
    contents: String,
}

impl Sound {
    async fn new() -> Sound {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state");
        full_store(&folder).await;
        let bytes = fs::read(database(&folder)).unwrap();
        let store = opened(&folder).await.unwrap();
        let contents = contents(&store).await.unwrap();
        store.close().await;
        Sound { home, bytes, contents }
    }

    /// The state folder of a copy with these bits of this byte flipped, in place of the copy before.
    fn with(&self, byte: usize, bits: u8) -> PathBuf {
        let state = self.home.path().join("copy");
        let _ = fs::remove_dir_all(&state);
        fs::create_dir(&state).unwrap();
        let mut bytes = self.bytes.clone();
        bytes[byte] ^= bits;
        fs::write(database(&state), bytes).unwrap();
        state
    }
}

/// How many of `flips` bits, one at a time, were found; each of the others changed nothing.
async fn flip(flips: u64, seed: u64) -> u64 {
    let sound = Sound::new().await;
    let before = &sound.contents;
    let mut found = 0;
    let mut dice = Dice(seed);
    for n in 0..flips {
        let (byte, bit) = (dice.roll(sound.bytes.len() as u64) as usize, dice.roll(8));
        let place = format!("flip {n} of seed {seed}: bit {bit} of byte {byte} (page {}, at {})", byte / 4096 + 1, byte % 4096);
        let Ok(store) = opened(&sound.with(byte, 1 << bit)).await else {
            found += 1;
            continue;
        };
        let reading = async {
            if !store.verify(fold).await.unwrap().is_empty() {
                return true;
            }
            let now = contents(&store).await.unwrap_or_else(|why| panic!("{place}: not found by check, but unreadable: {why}"));
            let differs = before.lines().zip(now.lines()).find(|(a, b)| a != b);
            assert!(differs.is_none() && before.len() == now.len(), "{place}: not found: {differs:?}");
            false
        };
        let reading = tokio::time::timeout(PATIENCE, reading).await;
        found += u64::from(reading.unwrap_or_else(|_| panic!("{place}: reading has no end")));
        store.close().await;
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bit_that_flips_is_found_or_changes_nothing() {
    let (flips, seed) = (from_env("QUOTEDESK_FLIPS", FLIPS), from_env("QUOTEDESK_SEED", 1));
    let found = flip(flips, seed).await;
    println!("{flips} bits flipped, seed {seed}: {found} found by check, the others change nothing that is read");
    assert!(found > flips / 20, "only {found} of {flips} were found: this tests nothing");
}

/// The descriptions of the tables lie in the file as texts: by a damaged one nothing is read, and nobody waits for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_description_of_a_table_keeps_the_store_closed() {
    let sound = Sound::new().await;
    let (word, mut closed) = (b" BIGINT", 0);
    for at in (0..sound.bytes.len() - word.len()).filter(|at| sound.bytes[*at..].starts_with(word)) {
        for (byte, bits) in [(at + 1, 0x80), (at + 6, 0x80), (at + 3, 0x01)] {
            match opened(&sound.with(byte, bits)).await {
                // What a description has left behind where it lay before.
                Ok(store) => {
                    assert_eq!(contents(&store).await.as_ref(), Ok(&sound.contents), "{bits} of byte {byte}");
                    store.close().await;
                }
                Err(why) => {
                    let words = why.to_string();
                    assert!(
                        words.contains("quotedesk.db: the description of its tables is not what quotedesk wrote"),
                        "{byte}: {words}"
                    );
                    assert!(words.contains("quotedesk restore"), "{byte}: {words}");
                    closed += 1;
                }
            }
        }
    }
    assert!(closed > 60, "only {closed} descriptions were damaged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes, see tests/release"]
async fn release_flips() {
    let (flips, seed) = (from_env("QUOTEDESK_FLIPS", 20_000), from_env("QUOTEDESK_SEED", 2));
    let found = flip(flips, seed).await;
    println!(
        "{flips} bits flipped, seed {seed}: {found} found by check, {} changed nothing that is read, 0 unseen",
        flips - found
    );
}

/// By an index whose key has become another SQLite goes back while it goes on, and a list that is read page by page would
/// have no end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_read_by_a_damaged_index_ends() {
    let sound = Sound::new().await;
    let (mut found, key) = (0, b"YC-2026-0006");
    for at in (0..sound.bytes.len() - key.len()).filter(|at| sound.bytes[*at..].starts_with(key)) {
        // A leaf of an index; tables are read by their own numbers.
        if sound.bytes[at / 4096 * 4096] != 10 {
            continue;
        }
        let store = opened(&sound.with(at + 8, 0x08)).await.unwrap();
        let reading = async {
            let mut after = None;
            loop {
                match store.page(after.as_ref(), 3).await {
                    Ok((_, Some(end))) => after = Some(end),
                    Ok((_, None)) => break,
                    Err(why) => {
                        assert!(why.to_string().contains("case_row is out of order: quotedesk check"), "{why}");
                        break;
                    }
                }
            }
            store.verify(fold).await.unwrap()
        };
        let faults = tokio::time::timeout(PATIENCE, reading).await;
        let faults = faults.unwrap_or_else(|_| panic!("bit of byte {}: it has no end", at + 8));
        assert!(!faults.is_empty(), "byte {}: not found", at + 8);
        found += 1;
        store.close().await;
    }
    assert!(found > 5, "only {found} keys were damaged");
}

/// A case that a damaged index names as due for ever keeps no other waiting.
#[test]
fn a_case_that_is_due_by_a_damaged_index_alone_does_not_stop_the_clock() {
    let mut desk = stopped_desk();
    let state = desk.dir().join("state");
    for sql in [
        "CREATE TABLE kept AS SELECT wake_at AS at FROM case_row; UPDATE case_row SET wake_at = 1",
        "CREATE TABLE aside AS SELECT * FROM sqlite_master WHERE name = 'case_wake';
         PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'case_wake'; PRAGMA schema_version = 98",
        "UPDATE case_row SET wake_at = (SELECT at FROM kept)",
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_master SELECT * FROM aside; PRAGMA schema_version = 99",
        "DELETE FROM kept; DROP TABLE kept; DROP TABLE aside",
    ] {
        mangle(&state, sql);
    }
    desk.start();
    desk.told(&["outgoing", "--release"]);
    lay(&desk, "b.eml", &need("Hoa Sen", "xem công nợ").bytes());
    desk.wait_for("the second need to be taken", || desk.answered("b.eml"));
    desk.told(&["clock", "2026-01-08T09:00:00+07:00"]);
    let late = |l: &desk::mail::Letter| l.subject.contains("YC-2026-0002") && l.raw.contains("X-Quotedesk-Kind: late");
    desk.wait_for("the other case to be late", || desk.letters().iter().any(late).then_some(()));
    let said = "case YC-2026-0001: damaged place of it";
    desk.wait_for("the daemon to say what stands still", || desk.log().contains(said).then_some(()));
    let said = desk.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("case_wake"), "{}{}", said.out, said.err);
    desk.close();
}

/// The log as it lies there while a daemon works, copied away with the database.
async fn with_a_log(home: &Path) -> PathBuf {
    let (folder, copy) = (home.join("state"), home.join("copy"));
    let store = opened(&folder).await.unwrap();
    for n in 0..20 {
        store.commit(open_case(&format!("YC-2026-{n:04}"))).await.unwrap();
    }
    fs::create_dir(&copy).unwrap();
    for name in ["quotedesk.db", "quotedesk.db-wal"] {
        fs::copy(folder.join(name), copy.join(name)).unwrap();
    }
    store.close().await;
    copy
}

/// SQLite forgets what stands behind a damaged frame of its log without a word. The store is not opened then; only the
/// last commit cannot be told from one that a power cut has cut off.
#[tokio::test]
async fn a_log_that_is_torn_in_its_middle_is_found_and_kept() {
    let home = tempfile::tempdir().unwrap();
    let copy = with_a_log(home.path()).await;
    let log = copy.join("quotedesk.db-wal");
    let (db, whole) = (fs::read(database(&copy)).unwrap(), fs::read(&log).unwrap());
    let frame = 24 + 4096;
    let frames = (whole.len() - 32) / frame;
    let (mut refused, mut lost) = (0, 0);
    for n in 0..frames {
        for part in [7, 20, 24 + 1000] {
            let mut torn = whole.clone();
            torn[32 + n * frame + part] ^= 4;
            fs::write(&log, &torn).unwrap();
            fs::write(database(&copy), &db).unwrap();
            match opened(&copy).await {
                Err(OpenError::TornLog(words)) => {
                    refused += 1;
                    assert!(words.ends_with("quotedesk.db-wal"), "{words}");
                    assert_eq!(fs::read(&log).unwrap(), torn, "it has been touched");
                }
                Err(other) => panic!("frame {n}: {other}"),
                Ok(store) => {
                    let cases = store.cases(&Filter::default()).await.unwrap().len();
                    assert!(cases >= 19, "frame {n} at {part}: {} cases are gone without a word", 20 - cases);
                    assert_eq!(store.verify(fold).await.unwrap(), [], "frame {n}");
                    lost += 20 - cases;
                    store.close().await;
                }
            }
        }
    }
    assert!(refused > frames, "{refused} refused of {} flips, {lost} lost", 3 * frames);
    // The operator goes on without the end.
    let mut torn = whole.clone();
    torn[32 + (frames / 2) * frame + 100] ^= 1;
    fs::write(&log, &torn).unwrap();
    fs::write(database(&copy), &db).unwrap();
    let kept = cut_log(&copy, minute(0)).unwrap().unwrap();
    assert_eq!(fs::read(kept).unwrap(), torn);
    let store = opened(&copy).await.unwrap();
    assert!(!store.cases(&Filter::default()).await.unwrap().is_empty());
    assert_eq!(store.verify(fold).await.unwrap(), []);
    store.close().await;
    assert_eq!(cut_log(&copy, minute(1)).unwrap(), None, "nothing is left to cut");
}

/// Runs SQL on the store of a desk that is stopped.
fn mangle(state: &Path, sql: &str) {
    let run = async {
        let options = SqliteConnectOptions::new().filename(database(state)).foreign_keys(false);
        let mut conn = SqliteConnection::connect_with(&options).await.unwrap();
        let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
        assert!(done.rows_affected() > 0, "{sql}: nothing to mangle");
        conn.close().await.unwrap();
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run);
}

/// Customer care's mail of what this customer wants.
fn need(customer: &str, wants: &str) -> desk::mail::Mail<'static> {
    let at = chrono::DateTime::parse_from_rfc3339("2026-01-05T08:30:00+07:00").unwrap();
    let mut need = desk::mail::Mail::new(("Bùi Ngọc Lam", "lam.bui@anphat.example"), "yeucau@anphat.example", at);
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = format!("Nhu cầu của {customer}");
    need.text = format!("KH {customer} muốn {wants}.");
    need
}

/// Moves a file into the inbox, whole.
fn lay(desk: &Desk, name: &str, bytes: &[u8]) {
    let made = desk.outside().join(name);
    fs::write(&made, bytes).unwrap();
    fs::rename(made, desk.inbox().join(name)).unwrap();
}

/// A desk with a case and letters that are held, stopped.
fn stopped_desk() -> Desk {
    let setup = Setup::sample();
    let mut desk = Desk::open(&setup.toml(), "2026-01-05T08:30:00+07:00");
    desk.told(&["outgoing", "--hold"]);
    lay(&desk, "a.eml", &need("Nam Phong", "in phiếu cân xe").bytes());
    desk.wait_for("the need to be taken", || desk.answered("a.eml"));
    desk.stop();
    desk
}

#[test]
fn check_says_of_each_damage_what_it_is_and_how_to_mend_it() {
    let desk = stopped_desk();
    let state = desk.dir().join("state");
    let sound = fs::read(database(&state)).unwrap();
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    let check = |sql: &str| {
        fs::write(database(&state), &sound).unwrap();
        mangle(&state, sql);
        let said = desk.run(&["check"]);
        assert_eq!(said.status, Some(1), "{sql}: {}{}", said.out, said.err);
        said.out.lines().filter(|l| l.contains("store")).collect::<Vec<_>>().join("\n")
    };
    let restore = "stop the daemon and bring a backup back with quotedesk restore";
    for (sql, what, mend) in [
        ("UPDATE case_row SET customer = 'X'", "its row is not the sum of its history", "check --rebuild"),
        ("UPDATE case_row SET due_at = due_at + 1", "its row is not the sum of its history", "check --rebuild"),
        ("UPDATE case_row SET outline = replace(outline, 'a', 'e')", "its row is not the sum of its history", "check --rebuild"),
        ("UPDATE event SET data = replace(data, 'Nam', 'Nem')", "damaged event 0", restore),
        ("UPDATE event SET who = 'hung.le@anphat.example'", "damaged event 0", restore),
        ("DELETE FROM event WHERE seq = 0", "event 0 of its history is missing", restore),
        ("UPDATE effect SET to_addr = 'x@y.example' WHERE kind = 'mail'", "it is not sent", restore),
        (
            "UPDATE body SET bytes = X'41' WHERE effect_id IN (SELECT id FROM effect WHERE kind = 'mail')",
            "its bytes are not what was written",
            restore,
        ),
        (
            "DELETE FROM body WHERE effect_id IN (SELECT id FROM effect WHERE kind = 'mail')",
            "its bytes are not what was written",
            restore,
        ),
        ("UPDATE effect SET state = 'qteued' WHERE kind = 'mail'", "its state", restore),
        ("UPDATE seen SET answer = 'X'", "the mark of a submission", restore),
        ("UPDATE meta SET value = 'X' WHERE key = 'secret_key'", "the desk's own word \"secret_key\"", restore),
    ] {
        let said = check(sql);
        assert!(said.contains("WRONG") && said.contains(what) && said.contains(mend), "{sql}: {said}");
    }
    // What can be mended without a backup is.
    let said = check("UPDATE case_row SET data = replace(data, 'Nam', 'Nem')");
    assert!(said.contains(&id) && said.contains("check --rebuild"), "{said}");
    let shown = desk.run(&["show", &id]);
    assert!(shown.err.contains("damaged row") && shown.err.contains("quotedesk check"), "{}{}", shown.out, shown.err);
    let said = desk.run(&["check", "--rebuild"]);
    assert_eq!(said.status, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains("rebuilt from its history"), "{}", said.out);
    assert_eq!(desk.show(&id)["id"], id.as_str());
    // A copy of what is damaged does not take the place of good ones unnoticed, nor does it come back so.
    check("UPDATE event SET data = replace(data, 'Nam', 'Nem')");
    let copy = desk.outside().join("copy");
    let said = desk.run(&["backup", copy.to_str().unwrap()]);
    assert!(said.status == Some(1) && said.err.contains("damaged event 0") && said.err.contains("older backups"), "{}", said.err);
    let said = desk.run(&["restore", copy.to_str().unwrap()]);
    assert!(
        said.status == Some(1) && said.err.contains("damaged event 0") && said.err.contains("another backup"),
        "{}",
        said.err
    );
    for inside in ["inbox/lan.tran@anphat.example/sao lưu", "outbox/sao lưu", "state/x/y"] {
        let said = desk.run(&["backup", desk.dir().join(inside).to_str().unwrap()]);
        assert!(said.status == Some(2) && said.err.contains("name a folder outside"), "{inside}: {}", said.err);
    }
    // A file that is no database any more, and one with a hole.
    for (from, until) in [(0, 100), (sound.len() / 2, sound.len() / 2 + 8192)] {
        let mut bytes = sound.clone();
        let end = until.min(bytes.len());
        bytes[from..end].fill(0xA5);
        fs::write(database(&state), bytes).unwrap();
        let said = desk.run(&["check"]);
        assert_eq!(said.status, Some(1), "{}{}", said.out, said.err);
        assert!(said.out.contains("WRONG") && said.out.contains(restore), "{}{}", said.out, said.err);
    }
}

#[test]
fn a_damaged_case_stands_still_and_the_others_go_on() {
    let mut desk = stopped_desk();
    desk.start();
    desk.told(&["outgoing", "--release"]);
    let first = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    desk.mail(&need("Hoa Sen", "xem công nợ"));
    desk.stop();
    mangle(&desk.dir().join("state"), &format!("UPDATE case_row SET data = replace(data, 'Nam', 'Nem') WHERE id = '{first}'"));
    desk.start();
    let listed = || {
        let cases = desk.json(&["cases", "--json"]);
        cases.as_array().unwrap().iter().filter_map(|c| c["id"].as_str().map(String::from)).collect::<Vec<_>>()
    };
    // By its outline, which is sound; and not by one that is not.
    assert_eq!(listed(), [first.as_str(), "YC-2026-0002"]);
    mangle(&desk.dir().join("state"), &format!("UPDATE case_row SET outline = replace(outline, 'a', 'e') WHERE id = '{first}'"));
    assert_eq!(listed(), ["YC-2026-0002"]);
    desk.told(&["clock", "2026-01-08T09:00:00+07:00"]);
    let late = |l: &desk::mail::Letter| l.subject.contains("YC-2026-0002") && l.raw.contains("X-Quotedesk-Kind: late");
    desk.wait_for("the other case to be late", || desk.letters().iter().any(late).then_some(()));
    let said = format!("case {first}: damaged row");
    desk.wait_for("the daemon to say what stands still", || desk.log().contains(&said).then_some(()));
    desk.never("said again", Duration::from_secs(2), || desk.log().matches("damaged row").count() > 1);
    assert!(!desk.log().contains("the store cannot be"), "one case is not the store: {}", desk.log());
    desk.stop();
    assert!(desk.run(&["check", "--rebuild"]).out.contains("rebuilt from its history"));
    desk.start();
    let late = |l: &desk::mail::Letter| l.subject.contains(&first) && l.raw.contains("X-Quotedesk-Kind: late");
    desk.wait_for("the mended case to be late", || desk.letters().iter().any(late).then_some(()));
    desk.close();
}

/// Bytes that are no text any more are damage of their row: neither is the store away, nor does any other row stand still.
#[test]
fn a_row_that_is_no_text_any_more_stops_nothing_else() {
    const NONE: &str = "CAST(X'FF' AS TEXT)";
    let mut desk = stopped_desk();
    let state = desk.dir().join("state");
    mangle(&state, &format!("UPDATE effect SET name = name || {NONE} WHERE to_addr = '{SALES}'"));
    mangle(&state, &format!("UPDATE case_row SET data = data || {NONE}, outline = outline || {NONE}"));
    desk.start();
    desk.told(&["outgoing", "--release"]);
    let failed = desk.wait_for("the mail to be given up", || {
        let failed = desk.run(&["outgoing", "--failed"]).out;
        failed.contains("damaged in the store").then_some(failed)
    });
    assert!(failed.contains(SALES), "{failed}");
    desk.wait_for("the other letter", || desk.letters().iter().any(|l| l.is_to("lam.bui@anphat.example")).then_some(()));
    lay(&desk, "b.eml", &need("Hoa Sen", "xem công nợ").bytes());
    desk.wait_for("the second need to be taken", || desk.answered("b.eml"));
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(1));
    let said = desk.run(&["show", "YC-2026-0001"]);
    assert!(said.status == Some(2) && said.err.contains("case YC-2026-0001: damaged row"), "{}", said.err);
    desk.told(&["clock", "2026-01-08T09:00:00+07:00"]);
    let late = |l: &desk::mail::Letter| l.subject.contains("YC-2026-0002") && l.raw.contains("X-Quotedesk-Kind: late");
    desk.wait_for("the other case to be late", || desk.letters().iter().any(late).then_some(()));
    let said = "case YC-2026-0001: damaged row";
    desk.wait_for("the daemon to say what stands still", || desk.log().contains(said).then_some(()));
    assert!(!desk.log().contains("the store cannot be used"), "one row is not the store: {}", desk.log());
    let said = desk.run(&["check"]);
    assert!(said.out.contains("its row is not the sum of its history") && said.out.contains("it is not sent"), "{}", said.out);
    assert!(!said.out.contains("the database is damaged"), "{}", said.out);
    desk.close();
}

/// The same of each kind of row, as the store reads them.
#[tokio::test]
async fn what_is_no_text_is_told_with_its_row() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state");
    full_store(&folder).await;
    let path = folder.clone();
    let damage = move || {
        let of = |table: &str, column: &str, which: &str| {
            mangle(&path, &format!("UPDATE {table} SET {column} = {column} || CAST(X'C3' AS TEXT) WHERE {which}"));
        };
        of("case_row", "data", "id = 'YC-2026-0001'");
        of("case_row", "outline", "id = 'YC-2026-0001'");
        of("event", "data", "case_id = 'YC-2026-0002' AND seq = 1");
        of("event", "who", "case_id = 'YC-2026-0003' AND seq = 2");
        of("seen", "answer", "key = 'mail:YC-2026-0004'");
        of("quarantine", "source", "id = 'q5'");
        of("meta", "value", "key = 'token_keys'");
        of("effect", "last_words", "case_id = 'YC-2026-0006'");
        of("effect", "to_addr", "case_id = 'YC-2026-0007' AND kind = 'mail'");
    };
    tokio::task::spawn_blocking(damage).await.unwrap();
    let store = opened(&folder).await.unwrap();
    let damaged = |why: Unavailable, of: &str, words: &str| match why {
        Unavailable::Damaged { case, what } => assert!(case == of && what.contains(words), "{case}: {what}"),
        away => panic!("{of}: {away}"),
    };
    damaged(store.case("YC-2026-0001").await.unwrap_err(), "YC-2026-0001", "row");
    damaged(store.history("YC-2026-0002").await.unwrap_err(), "YC-2026-0002", "event 1");
    damaged(store.history("YC-2026-0003").await.unwrap_err(), "YC-2026-0003", "event 2");
    let all = Filter::default();
    let listed = (store.cases(&all).await.unwrap().len(), store.outlines(&all).await.unwrap().len());
    assert_eq!((listed, store.page(None, 50).await.unwrap().0.len()), ((11, 11), 11));
    assert!(store.seen("mail:YC-2026-0004").await.unwrap().is_some(), "it would be taken once more");
    assert_eq!(store.quarantined().await.unwrap().len(), 12);
    assert!(store.token_keys(minute(0)).await.unwrap_err().to_string().contains("keys for tokens are damaged"));
    let rows = store.outgoing(&OutgoingFilter::Case("YC-2026-0006".into())).await.unwrap();
    assert_eq!(rows.len(), 2);
    store.set_hold(false).await.unwrap();
    let claimed = store.claim(Clocks::same(minute(60)), 100).await.unwrap();
    assert!(claimed.len() > 10 && claimed.iter().filter(|c| c.damaged).count() <= 1, "{}", claimed.len());
    let faults = store.verify(fold).await.unwrap();
    let told = format!("{faults:?}");
    for words in ["YC-2026-0001", "YC-2026-0002", "YC-2026-0003", "mail:YC-2026-0004", "(q5)", "token_keys", "Mail { id"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!faults.iter().any(|fault| matches!(fault, Fault::Engine { .. })), "{told}");
    store.close().await;
}

/// The operator hears of each case that stands still, and that all goes on once none does any more.
#[test]
fn two_damaged_cases_are_told_each_and_over_when_both_are_mended() {
    let mut desk = stopped_desk();
    desk.start();
    lay(&desk, "b.eml", &need("Hoa Sen", "xem công nợ").bytes());
    desk.wait_for("the second need to be taken", || desk.answered("b.eml"));
    desk.stop();
    let state = desk.dir().join("state");
    mangle(&state, "UPDATE case_row SET data = replace(data, 'lan.tran', 'len.tran')");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(served(&desk));
    let told = || runtime.block_on(told_after_the_clock(&served));
    let said = told();
    assert!(said.contains("YC-2026-0001: damaged row") && said.contains("YC-2026-0002: damaged row"), "{said}");
    mangle(&state, "UPDATE case_row SET data = replace(data, 'len.tran', 'lan.tran') WHERE id = 'YC-2026-0001'");
    assert_eq!(told(), said, "one still stands");
    mangle(&state, "UPDATE case_row SET data = replace(data, 'len.tran', 'lan.tran') WHERE id = 'YC-2026-0002'");
    assert_eq!(told().matches(OVER).count(), 1);
    runtime.block_on(served.store.close());
    desk.close();
}

/// A case that is closed before the clock has looked at it again has no trouble with the clock any more, and the operator, who was
/// told that it stands still, is told that.
#[test]
fn a_case_that_is_closed_while_its_clock_stands_still_is_no_trouble_any_more() {
    let desk = stopped_desk();
    let state = desk.dir().join("state");
    mangle(&state, "UPDATE case_row SET data = replace(data, 'lan.tran', 'len.tran')");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(served(&desk));
    let told = || runtime.block_on(told_after_the_clock(&served));
    assert!(told().contains("YC-2026-0001: damaged row"));
    assert!(!told().contains(OVER), "it stands still");
    mangle(&state, "UPDATE case_row SET data = replace(data, 'len.tran', 'lan.tran')");
    desk.told(&["tell", "YC-2026-0001", "--as", SALES, "RÚT YÊU CẦU: khách đổi ý"]);
    assert_eq!(desk.show("YC-2026-0001")["state"], "Closed");
    assert_eq!(told().matches(OVER).count(), 1);
    assert!(served.troubles.present().is_empty());
    runtime.block_on(served.store.close());
}

/// What was given up is read when something about it has changed: a desk that has given up thousands in its years reads none of
/// them every two seconds.
#[test]
fn what_was_given_up_is_read_when_it_has_changed() {
    let desk = stopped_desk();
    let state = desk.dir().join("state");
    let give_up = "UPDATE effect SET state = 'failed', due_at = NULL, last_words = '550 5.1.1 no such user' WHERE kind = 'mail'";
    mangle(&state, give_up);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(served(&desk));
    assert!(runtime.block_on(served.tell_operator()).unwrap(), "nothing is told");
    let failed = runtime.block_on(served.store.outgoing(&OutgoingFilter::Failed)).unwrap();
    // Who reads one of these rows falls over it.
    mangle(&state, "UPDATE effect SET created_at = 'x' WHERE state = 'failed'");
    assert!(runtime.block_on(served.store.outgoing(&OutgoingFilter::Failed)).is_err());
    for _ in 0..3 {
        assert!(!runtime.block_on(served.tell_operator()).unwrap(), "told twice");
    }
    mangle(&state, "UPDATE effect SET created_at = 0 WHERE state = 'failed'");
    // Sent again, and given up once more: that is told within minutes, with what else is given up by then.
    assert!(runtime.block_on(served.store.resend(failed[0].id)).unwrap());
    assert!(!runtime.block_on(served.tell_operator()).unwrap());
    mangle(&state, &format!("{give_up} AND id = {}", failed[0].id));
    assert!(!runtime.block_on(served.tell_operator()).unwrap(), "right after the last letter");
    let soon = runtime.block_on(served.clock.now()).unwrap() + chrono::TimeDelta::minutes(6);
    runtime.block_on(served.store.set_rehearsal_clock(soon)).unwrap();
    assert!(runtime.block_on(served.tell_operator()).unwrap(), "what failed again is not told");
    assert!(!runtime.block_on(served.tell_operator()).unwrap());
    runtime.block_on(served.store.close());
}

/// A letter that failed belongs to a case that cannot be read: the operator hears of it, and of all else.
#[test]
fn a_damaged_case_keeps_nothing_from_the_operator() {
    let desk = stopped_desk();
    let state = desk.dir().join("state");
    mangle(
        &state,
        "UPDATE effect SET state = 'failed', due_at = NULL, last_words = '550 5.1.1 no such user' WHERE kind = 'mail'",
    );
    mangle(&state, "UPDATE case_row SET data = replace(data, 'lan.tran', 'len.tran')");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let served = runtime.block_on(served(&desk));
    assert!(runtime.block_on(served.tell_operator()).unwrap(), "nothing is told");
    runtime.block_on(served.store.close());
}

/// What the operator's letters say that the clock's work goes on.
const OVER: &str = "Thư nhắc đến hạn đã soạn được.";

/// What the operator's letters say that have not gone out yet, after the clock's work has been done.
async fn told_after_the_clock(served: &quotedesk::desk::Desk) -> String {
    served.tick(at("2026-01-08T02:00:00Z")).await.unwrap();
    served.tell_operator().await.unwrap();
    let mut told = String::new();
    for row in served.store.outgoing(&OutgoingFilter::Unsent).await.unwrap() {
        if row.name.starts_with("outbox/operator/") {
            told += &String::from_utf8(served.store.body(row.id).await.unwrap().unwrap()).unwrap();
        }
    }
    told
}

/// The desk within this process, with an operator who hears of each trouble at once.
async fn served(desk: &Desk) -> quotedesk::desk::Desk {
    let toml = fs::read_to_string(desk.dir().join("quotedesk.toml")).unwrap();
    let config = Arc::new(Config::parse(&toml, None, &desk.dir()).unwrap());
    let store = Store::open(&config.state).await.unwrap();
    let keys = store.token_keys(at("2026-01-05T01:30:00Z")).await.unwrap();
    let (words, _) = DeskWords::load(&config).unwrap();
    let mut served = quotedesk::desk::Desk::new(config, store, words, Arc::new(Workers::default()), keys);
    served.troubles = Troubles::at_once();
    served
}

fn at(time: &str) -> At {
    time.parse().unwrap()
}

/// A description that goes bad while the desk runs: SQLite's driver panics at it, and would tell the desk that there are no
/// rows. Nothing is decided by that: the desk ends, does not come back on what is damaged, and has lost and doubled nothing.
#[test]
fn a_desk_whose_driver_falls_ends_and_decides_nothing_by_it() {
    let mut desk = stopped_desk();
    let state = desk.dir().join("state");
    desk.start();
    // It still says that these are numbers.
    let (sound, broken) = ("'BIGINT'", "CAST(X'C2' AS TEXT) || 'BIGINT'");
    let describe = |from: &str, to: &str, version: u32| {
        let sql = format!(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, {from}, {to}) WHERE type = 'table';
             PRAGMA schema_version = {version}"
        );
        mangle(&state, &sql);
    };
    describe(sound, broken, 98);
    let names: Vec<String> = (0..20).map(|n| format!("phieu {n}.xlsx")).collect();
    for name in &names {
        lay(&desk, name, format!("no workbook: {name}").as_bytes());
    }
    assert_eq!(desk.ended().code(), Some(2), "{}", desk.last_words());
    assert!(desk.log().contains("SQLite's driver fell over what stands in the store"), "{}", desk.last_words());
    let again = desk.run(&["run"]);
    assert_eq!(again.status, Some(2), "{}{}", again.out, again.err);
    assert!(again.err.contains("the description of its tables is not what quotedesk wrote"), "{}", again.err);
    describe(broken, sound, 99);
    desk.start();
    for name in &names {
        desk.wait_for(name, || desk.answered(name));
    }
    desk.told(&["outgoing", "--release"]);
    desk.idle();
    let answers = desk.files("inbox").iter().filter(|file| file.extension().is_some_and(|e| e == "txt")).count();
    assert_eq!(answers, names.len() + 1, "{:?}", desk.files("inbox"));
    let said = desk.run(&["check"]);
    assert_eq!(said.status, Some(0), "{}{}", said.out, said.err);
    desk.close();
}

/// What is not what was written goes to nobody, and the operator sees why.
#[test]
fn a_damaged_mail_is_not_sent() {
    let mut desk = stopped_desk();
    mangle(
        &desk.dir().join("state"),
        "UPDATE body SET bytes = CAST(replace(CAST(bytes AS TEXT), 'N', 'M') AS BLOB)
            WHERE effect_id IN (SELECT id FROM effect WHERE to_addr = 'lan.tran@anphat.example')",
    );
    desk.start();
    desk.told(&["outgoing", "--release"]);
    let failed = desk.wait_for("the mail to be given up", || {
        let failed = desk.run(&["outgoing", "--failed"]).out;
        failed.contains("damaged in the store").then_some(failed)
    });
    assert!(failed.contains("lan.tran@anphat.example"), "{failed}");
    assert!(desk.letters().iter().all(|letter| !letter.is_to(SALES)), "it was sent");
    desk.wait_for("the other letter", || desk.letters().iter().any(|l| l.is_to("lam.bui@anphat.example")).then_some(()));
    desk.close();
}

/// An event that is not what was written is decided by no more.
#[tokio::test]
async fn a_damaged_event_stops_its_case_and_no_other() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state");
    let store = opened(&folder).await.unwrap();
    for id in ["YC-2026-0001", "YC-2026-0002"] {
        store.commit(open_case(id)).await.unwrap();
        store.commit(append(&store.history(id).await.unwrap(), "12tr")).await.unwrap();
    }
    store.close().await;
    let damage = "UPDATE event SET data = replace(data, '12tr', '92tr') WHERE case_id = 'YC-2026-0001'";
    let path = folder.clone();
    tokio::task::spawn_blocking(move || mangle(&path, damage)).await.unwrap();
    let store = opened(&folder).await.unwrap();
    let why = store.history("YC-2026-0001").await.unwrap_err();
    let said = "case YC-2026-0001: damaged event 1: it is not what was written (checksum): quotedesk check tells how to mend it";
    assert_eq!(why.to_string(), said);
    assert!(matches!(&store.history("YC-2026-0002").await.unwrap()[1].event, Event::Commented { text, .. } if text == "12tr"));
    let faults = store.verify(fold).await.unwrap();
    assert!(matches!(&faults[..], [Fault::Damaged { words }] if words.contains("YC-2026-0001")), "{faults:?}");
    store.close().await;
}
