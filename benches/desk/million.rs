//! The desk after many years: a store with a million closed cases and ten thousand open ones, beside an empty one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use quotedesk::config::Config;
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
use super::whole::Burst;
use super::{parts, sample, whole};

/// The two desks take turns, so that what the machine does besides falls on both.
const ROUNDS: usize = 4;
const LONE: usize = 12;
const MANY: usize = 150;
const STARTS: usize = 3;
/// Of the items of a form so many stand in each old case: whole ones would fill any disk.
const ITEMS: usize = 2;
const OLD: &str = "QD-OLD";
/// What an old case has left behind, besides its row.
const EVENTS: usize = 8;
const EFFECTS: usize = 8;
const SEEN: usize = 3;

fn cases() -> usize {
    std::env::var("QUOTEDESK_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000)
}

/// A desk with what was measured on it.
struct Side {
    place: Place,
    made: Vec<PathBuf>,
    lone: Vec<Duration>,
    starts: Vec<Duration>,
    bursts: Vec<Burst>,
    /// MiB of the idle daemon.
    idle: f64,
    _folder: Option<tempfile::TempDir>,
}

impl Side {
    /// In that folder, else in one of its own that goes with it.
    fn new(kept: Option<PathBuf>, at: At) -> Side {
        let folder = kept.is_none().then(parts::folder);
        let root = kept.unwrap_or_else(|| folder.iter().map(|folder| folder.path().to_path_buf()).collect());
        let place = Place::new(&root);
        let config = sample::config(&root);
        let make = |n: usize| place.make(&format!("Phiếu {n:05}.xlsx"), &sample::workbook(n, &config, at));
        let made = (0..ROUNDS * (LONE + MANY + STARTS)).map(make).collect();
        let (lone, starts, bursts) = Default::default();
        Side { place, made, lone, starts, bursts, idle: 0.0, _folder: folder }
    }

    fn round(&mut self) {
        let rest = self.made.split_off(LONE + MANY + STARTS);
        let made = std::mem::replace(&mut self.made, rest);
        let (lone, rest) = made.split_at(LONE);
        let (many, few) = rest.split_at(MANY);
        {
            let daemon = Daemon::idle(&self.place);
            self.idle = daemon.memory("VmRSS");
            self.lone.extend(whole::lone(&self.place, lone));
        }
        self.bursts.push(whole::burst(&self.place, many));
        self.starts.extend(whole::started(&self.place, few));
    }

    fn state(&self) -> PathBuf {
        self.place.root.join("state")
    }

    fn each_second(&self) -> f64 {
        middle(self.bursts.iter().map(|burst| burst.each_second))
    }

    fn cpu(&self) -> f64 {
        middle(self.bursts.iter().map(|burst| burst.cpu))
    }
}

fn middle(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

pub fn million(table: &Table) {
    let (at, runtime) = (chrono::Utc::now(), parts::runtime());
    let kept = std::env::var_os("QUOTEDESK_KEEP").map(PathBuf::from);
    kept.iter().for_each(|folder| std::fs::create_dir_all(folder).expect("a folder"));
    let (mut few, mut many) = (Side::new(None, at), Side::new(kept, at));
    let config = sample::config(&many.place.root);
    let (closed, open) = (cases(), cases() / 100);

    table.title(&format!("A store with {closed} closed and {open} open cases beside an empty one (the floor); ms"));
    if !many.state().join("quotedesk.db").exists() {
        let start = Instant::now();
        runtime.block_on(fill(&many.state(), &config, at, closed, open));
        table.number("filled within", start.elapsed().as_secs_f64(), "s");
        table.number("the store for each old case, as filled", size(&many.state()) / (closed + open) as f64, "KiB");
    }
    let forms = few.made.len();
    for _ in 0..ROUNDS {
        few.round();
        many.round();
    }
    let times = |what: &str, of: fn(&Side) -> &Vec<Duration>| {
        let [few, many] = [of(&few), of(&many)].map(|times| Times::new(times.clone()));
        table.times(what, &many, Some(few.median()));
    };
    times("file moved into an idle desk's inbox to the Leader's mail", |side| &side.lone);
    times("start of the daemon to the first form's mail", |side| &side.starts);
    for (side, whose) in [(&few, "beside an empty store"), (&many, "beside the full one")] {
        table.number(&format!("{MANY} forms at once, {whose}"), side.each_second(), "forms a second");
        table.number("  processor time for each", side.cpu(), "ms");
        table.number("  memory at most; idle, the second line", middle(side.bursts.iter().map(|b| b.memory)), "MiB");
        table.number("", side.idle, "MiB");
    }
    table.number(
        "forms a second beside the full store, to those beside the empty one",
        many.each_second() / few.each_second(),
        "times",
    );
    table.number("processor time for each form, the same", many.cpu() / few.cpu(), "times");
    table.number("the store for each form that was taken, its mails sent", size(&few.state()) / forms as f64, "KiB");
    queries(table, &runtime, &few.place, &many.place, at);
}

/// KiB of the store that are in use: pages that were let go are taken again before it grows.
fn size(state: &Path) -> f64 {
    parts::runtime().block_on(async {
        let options = SqliteConnectOptions::new().filename(state.join("quotedesk.db"));
        let mut database = options.connect().await.expect("a database");
        let mut pragma = async |name: &str| {
            let sql = AssertSqlSafe(format!("PRAGMA {name}"));
            sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut database).await.expect("a number") as f64
        };
        (pragma("page_count").await - pragma("freelist_count").await) * pragma("page_size").await / 1024.0
    })
}

/// What staff and the clock ask of the store.
fn queries(table: &Table, runtime: &Runtime, few: &Place, many: &Place, at: At) {
    let said = |place: &Place, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quotedesk"));
        let said = command.current_dir(&place.root).args(args).stdout(Stdio::null()).status().expect("the program runs");
        assert!(said.success(), "{args:?}");
    };
    let floor = Times::of(20, || said(few, &["show", "YC-2026-0001"])).median();
    let show = Times::of(20, || said(many, &["show", "YC-2010-000777"]));
    table.times("quotedesk show of an old case, with the program's start", &show, Some(floor));
    for (what, args) in [
        ("quotedesk cases: all that are open", &["cases"][..]),
        ("quotedesk cases --json", &["cases", "--json"]),
        ("quotedesk cases --person", &["cases", "--person", sample::LEADER]),
        ("quotedesk cases --late", &["cases", "--late"]),
        ("quotedesk cases --state Closed", &["cases", "--state", "Closed"]),
        ("quotedesk outgoing", &["outgoing"]),
    ] {
        table.times(what, &Times::of(10, || said(many, args)), Some(floor));
    }
    let store = runtime.block_on(Store::open(&StateUrl::Folder(many.root.join("state")))).expect("a store");
    let tick = Times::of(200, || drop(runtime.block_on(store.due(at, 64)).expect("read")));
    table.times("what is due: the clock's question at each tick", &tick, None);
    let wake =
        Times::of(200, || assert!(runtime.block_on(store.next_wake(chrono::DateTime::UNIX_EPOCH)).expect("read").is_some()));
    table.times("what is due next", &wake, None);
    let case = Times::of(200, || drop(runtime.block_on(store.case("YC-2010-000777")).expect("read")));
    table.times("one case", &case, None);
    runtime.block_on(store.close());
}

/// A case as old ones are: closed after its hand-over, with a quote of few lines.
fn old(config: &Config, at: At) -> Case {
    let mut case = sample::quoted(config, at);
    case.form.items.truncate(ITEMS);
    case.quotes.iter_mut().for_each(|quote| quote.lines.truncate(ITEMS));
    let over = Closed { at, reason: Reason::Done, by: None, text: String::new(), before: State::Delivering };
    Case { state: State::Closed, closed: Some(over), ..case }
}

/// The open ones as the desk writes them. The closed ones with SQL, from one that the store itself has written: in the order of
/// the tables, and the indexes afterwards.
async fn fill(state: &Path, config: &Config, at: At, closed: usize, open: usize) {
    let store = Store::open(&StateUrl::Folder(state.to_path_buf())).await.expect("a store");
    store.commit(example(OLD, old(config, at), at)).await.expect("committed");
    let waiting = sample::reviewed(config, at);
    let mut writes = tokio::task::JoinSet::new();
    for n in 0..open {
        let due = at + TimeDelta::minutes(n as i64 % 1000);
        let case = Case { due: Some(config.house.calendar.named(due, at)), ..waiting.clone() };
        let mut tx = example(&format!("YC-2025-{n:05}"), case, at);
        tx.case.iter_mut().for_each(|write| write.wake_at = Some(due + TimeDelta::days(1)));
        let store = store.clone();
        writes.spawn(async move { store.commit(tx).await });
    }
    while let Some(written) = writes.join_next().await {
        written.expect("written").expect("committed");
    }
    store.close().await;
    let options = SqliteConnectOptions::new().filename(state.join("quotedesk.db")).foreign_keys(false);
    let mut database = options.connect().await.expect("a database");
    run(&mut database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000".into()).await;
    let indexes = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let indexes: Vec<(String, String)> = sqlx::query_as(indexes).fetch_all(&mut database).await.expect("the indexes");
    for (name, _) in &indexes {
        run(&mut database, format!("DROP INDEX {name}")).await;
    }
    let sql = format!(
        "CREATE TEMP TABLE like_case AS SELECT * FROM case_row WHERE id = '{OLD}';
         CREATE TEMP TABLE like_event AS SELECT * FROM event WHERE case_id = '{OLD}';
         DELETE FROM event WHERE case_id = '{OLD}'; DELETE FROM case_row WHERE id = '{OLD}';
         CREATE TEMP TABLE made (i INTEGER PRIMARY KEY, id TEXT, year INTEGER, at INTEGER);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {closed})
         INSERT INTO made SELECT i, printf('YC-%d-%06d', 2010 + i / 100000, i), 2010 + i / 100000,
            {at} - ({closed} - i) * 1000 FROM n;
         BEGIN;
         INSERT INTO case_row (id, state, version, sales, people, short, customer, opened_at, closed_at, data)
            SELECT made.id, state, version, iif(i % 7, 'nv' || i % 40 || '@anphat.example', sales), people, short || i,
                customer || i, made.at, made.at + 1000, replace(data, '{OLD}', made.id)
            FROM made CROSS JOIN like_case ORDER BY made.i;
         INSERT INTO event (case_id, seq, at, who, on_behalf, via, kind, data)
            SELECT made.id, seq, made.at, who, on_behalf, via, kind, replace(data, '{OLD}', made.id)
            FROM made CROSS JOIN like_event ORDER BY made.i, seq;
         INSERT INTO seen (key, at, case_id, answer, disposition, place)
            SELECT 'file:' || hash || ':lan.tran@anphat.example:/desk/inbox/a.xlsx:1', at, id, printf('%.*c', 600, 'x'), 'done', ''
            FROM (SELECT lower(hex(randomblob(32))) AS hash, at, id
                FROM made CROSS JOIN (SELECT value FROM json_each('[{seen}]')) ORDER BY hash);
         INSERT INTO effect (case_id, kind, letter, to_addr, message_id, name, state, not_before, due_at, attempts, doubts,
                last_words, created_at, first_try, sent_at)
            SELECT made.id, 'mail', 'progress', 'nv' || (i + value) % 40 || '@anphat.example', lower(made.id) || '.' || value
                || '-0.' || lower(hex(randomblob(10))) || '@anphat.example',
                '20260302T083000-' || made.id || '-progress-' || value || '.eml', 'sent', made.at, NULL, 1, 0,
                'mx.anphat.example:587: 250 2.0.0 Ok: queued as 4cZ1', made.at, made.at, made.at
            FROM made CROSS JOIN (SELECT value FROM json_each('[{effects}]')) ORDER BY made.i;
         INSERT INTO number (kind, year, n, case_id) SELECT 'case', year, i, id FROM made ORDER BY i;
         COMMIT;",
        at = at.timestamp_millis(),
        seen = list(SEEN),
        effects = list(EFFECTS),
    );
    run(&mut database, sql).await;
    for (_, sql) in indexes {
        run(&mut database, sql).await;
    }
    run(&mut database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL".into()).await;
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
