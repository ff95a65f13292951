//! The desk after many years: a store with a million closed cases and ten thousand open ones, beside an empty one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use quotedesk::process::act::{Need, Via};
use quotedesk::process::case::{Case, Closed, Reason, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::house::At;
use quotedesk::store::{CaseWrite, StateUrl, Store, Tx};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use tokio::runtime::Runtime;

use super::daemon::{Daemon, Place};
use super::measure::{Table, Times};
use super::parts::{self, Floors};
use super::{sample, whole};

const LONE: usize = 31;
const MANY: usize = 300;
const STARTS: usize = 5;
/// Of the items of a form so many stand in each old case: whole ones would fill any disk.
const ITEMS: usize = 2;
/// What an old case has left behind, besides its row.
const EVENTS: usize = 8;
const EFFECTS: usize = 8;
const SEEN: usize = 3;

fn cases() -> usize {
    std::env::var("QUOTEDESK_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000)
}

pub fn million(table: &Table, floors: &Floors) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let (config, at, runtime) = (sample::config(folder.path()), chrono::Utc::now(), parts::runtime());
    let make = |n: usize| place.make(&format!("Phiếu {n:05}.xlsx"), &sample::workbook(n, &config, at));
    let made: Vec<PathBuf> = (0..2 * (LONE + MANY + STARTS)).map(make).collect();
    let (before, after) = made.split_at(LONE + MANY + STARTS);
    let (closed, open) = (cases(), cases() / 100);

    table.title("An empty store; ms");
    desk(table, floors, &place, before);
    let kib = |bytes: u64, cases: usize| bytes as f64 / 1024.0 / cases as f64;
    table.number("the store for each form that was taken", kib(size(&place), before.len()), "KiB");

    let start = std::time::Instant::now();
    runtime.block_on(fill(&place.root.join("state"), &config, at, closed, open));
    table.title(&format!("The same store with {closed} closed and {open} open cases besides; ms"));
    table.number("filled within", start.elapsed().as_secs_f64(), "s");
    table.number("the store for each old case, as filled", kib(size(&place), closed + open), "KiB");
    desk(table, floors, &place, after);
    queries(table, &runtime, &place, at);
}

/// Lone forms, many at once, starts: the same in both stores.
fn desk(table: &Table, floors: &Floors, place: &Place, made: &[PathBuf]) {
    let (lone, rest) = made.split_at(LONE);
    let (many, few) = rest.split_at(MANY);
    {
        let daemon = Daemon::idle(place);
        table.number("memory of an idle desk", daemon.memory("VmRSS"), "MiB");
        whole::one_by_one(table, floors, place, lone);
    }
    whole::at_once(table, place, many);
    whole::starts(table, "start of the daemon to the first form's mail", place, few);
}

fn size(place: &Place) -> u64 {
    let files = std::fs::read_dir(place.root.join("state")).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
}

/// What staff and the clock ask of the store.
fn queries(table: &Table, runtime: &Runtime, place: &Place, at: At) {
    let said = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quotedesk"));
        let said = command.current_dir(&place.root).args(args).stdout(Stdio::null()).status().expect("the program runs");
        assert!(said.success(), "{args:?}");
    };
    let show = Times::of(10, || said(&["show", "YC-2016-000777"]));
    table.times("quotedesk show of an old case, with the program's start", &show, None);
    let list = Times::of(5, || said(&["cases"]));
    table.times("quotedesk cases: all that are open", &list, None);
    let mine = Times::of(5, || said(&["cases", "--person", sample::LEADER]));
    table.times("quotedesk cases --person", &mine, None);
    let store = runtime.block_on(Store::open(&StateUrl::Folder(place.root.join("state")))).expect("a store");
    let tick = Times::of(200, || drop(runtime.block_on(store.due(at, 64)).expect("read")));
    table.times("what is due: the clock's question at each tick", &tick, None);
    let wake = Times::of(200, || assert!(runtime.block_on(store.next_wake()).expect("read").is_some()));
    table.times("what is due next", &wake, None);
    let case = Times::of(200, || drop(runtime.block_on(store.case("YC-2016-000777")).expect("read")));
    table.times("one case", &case, None);
    runtime.block_on(store.close());
}

/// A case as old ones are: closed after its hand-over, with a quote of few lines.
fn old(config: &quotedesk::config::Config, at: At) -> Case {
    let mut case = sample::quoted(config, at);
    case.form.items.truncate(ITEMS);
    case.quotes.iter_mut().for_each(|quote| quote.lines.truncate(ITEMS));
    let over = Closed { at, reason: Reason::Done, by: None, text: String::new(), before: State::Delivering };
    Case { state: State::Closed, closed: Some(over), ..case }
}

/// Writes the rows with SQL, from one closed and one open case that the store itself has written.
async fn fill(state: &Path, config: &quotedesk::config::Config, at: At, closed: usize, open: usize) {
    let store = Store::open(&StateUrl::Folder(state.to_path_buf())).await.expect("a store");
    let mut waiting = sample::reviewed(config, at);
    waiting.form.items.truncate(ITEMS);
    for (id, like) in [("QD-OLD", old(config, at)), ("QD-OPEN", waiting)] {
        store.commit(example(id, like, at)).await.expect("committed");
    }
    store.close().await;
    let options = SqliteConnectOptions::new().filename(state.join("quotedesk.db")).foreign_keys(false);
    let mut database = options.connect().await.expect("a database");
    let sql = format!(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000;
         CREATE TEMP TABLE like_case AS SELECT * FROM case_row WHERE id LIKE 'QD-%';
         CREATE TEMP TABLE like_event AS SELECT * FROM event WHERE case_id LIKE 'QD-%';
         DELETE FROM event WHERE case_id LIKE 'QD-%'; DELETE FROM case_row WHERE id LIKE 'QD-%';
         CREATE TEMP TABLE made (i INTEGER PRIMARY KEY, id TEXT, like_id TEXT, year INTEGER, at INTEGER);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {all})
         INSERT INTO made SELECT i, printf('YC-%d-%06d', 2016 + i / 100000, i), iif(i <= {closed}, 'QD-OLD', 'QD-OPEN'),
            2016 + i / 100000, {at} - ({all} - i) * 1000 FROM n;
         BEGIN;
         INSERT INTO case_row (id, state, version, sales, people, short, customer, due_at, wake_at, opened_at, closed_at, data)
            SELECT made.id, state, version, iif(i % 7, 'nv' || i % 40 || '@anphat.example', sales), people, short || i,
                customer || i, iif(closed_at IS NULL, {at} + i % 1000 * 60000, NULL),
                iif(closed_at IS NULL, {at} + 86400000 + i % 1000 * 60000, NULL), made.at,
                iif(closed_at IS NULL, NULL, made.at + 1000), replace(data, like_id, made.id)
            FROM made CROSS JOIN like_case ON like_case.id = like_id;
         INSERT INTO event (case_id, seq, at, who, on_behalf, via, kind, data)
            SELECT made.id, seq, made.at, who, on_behalf, via, kind, replace(data, like_id, made.id)
            FROM made CROSS JOIN like_event ON like_event.case_id = like_id;
         INSERT INTO seen (key, at, case_id, answer, disposition, place)
            SELECT 'file:' || lower(hex(randomblob(32))) || ':lan.tran@anphat.example:/desk/inbox/a.xlsx:1', made.at, made.id,
                printf('%.*c', 600, 'x'), 'done', ''
            FROM made CROSS JOIN (SELECT value FROM json_each('[{seen}]'));
         INSERT INTO effect (case_id, kind, letter, to_addr, message_id, name, state, not_before, due_at, attempts, doubts,
                last_words, created_at, first_try, sent_at, body)
            SELECT made.id, 'mail', 'progress', 'nv' || (i + value) % 40 || '@anphat.example', lower(made.id) || '.' || value
                || '-0.' || lower(hex(randomblob(10))) || '@anphat.example',
                '20260302T083000-' || made.id || '-progress-' || value || '.eml', 'sent', made.at, NULL, 1, 0,
                'mx.anphat.example:587: 250 2.0.0 Ok: queued as 4cZ1', made.at, made.at, made.at, NULL
            FROM made CROSS JOIN (SELECT value FROM json_each('[{effects}]'));
         INSERT INTO number (kind, year, n, case_id) SELECT 'case', year, i, id FROM made;
         COMMIT;
         PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
        all = closed + open,
        at = at.timestamp_millis(),
        seen = list(SEEN),
        effects = list(EFFECTS),
    );
    run(&mut database, sql).await;
    database.close().await.expect("closed");
}

async fn run(database: &mut SqliteConnection, sql: String) {
    // Our own text and numbers.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(database).await.expect("filled");
}

fn list(n: usize) -> String {
    (0..n).map(|n| n.to_string()).collect::<Vec<_>>().join(",")
}

/// A case with as many events as an old one has.
fn example(id: &str, like: Case, at: At) -> Tx {
    let need = Need {
        by: sample::SALES.into(),
        sales: None,
        text: "Khách cần giao một đơn làm nhiều chuyến và theo dõi công nợ theo công trình.".into(),
        customer: None,
        thread: None,
    };
    let event = |n: usize| match n {
        0 => Event::Opened { id: id.into(), need: need.clone(), cells: vec![] },
        _ => Event::Noted {
            text: "Khách báo đã nhận bản chạy thử, còn chờ kho nhập đủ số liệu đầu kỳ. ".repeat(3)
        },
    };
    let events: Vec<Recorded> = (0..EVENTS)
        .map(|n| Recorded {
            seq: n as u64,
            at: at - TimeDelta::days((EVENTS - n) as i64),
            by: Some(sample::SALES.into()),
            for_: None,
            via: Via::Folder,
            event: event(n),
        })
        .collect();
    let case = Case { id: id.into(), version: EVENTS as u64, ..like };
    Tx { case: Some(CaseWrite { case, expected_version: 0, wake_at: None }), events, ..Tx::default() }
}
