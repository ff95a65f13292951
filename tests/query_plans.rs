//! What the desk asks of its store costs what there is to do, not what has been done in all the years: no statement looks
//! through a table that only grows. Read off SQLite's own plan of each statement that worlds of the simulation run (intake,
//! desk, dispatch, the clock, the operator's letters), and of those that a start and the commands add. No times.

#[allow(dead_code, reason = "what is checked of a world is the simulation's own test")]
#[path = "simulation/mod.rs"]
mod simulated;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use quotedesk::form::book::Workers;
use quotedesk::process::case::Case;
use quotedesk::process::house::At;
use quotedesk::store::{Clocks, Filter, OutgoingFilter, StateUrl, Store, Tx};
use simulated::plan::Plan;
use simulated::world::World;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, Row};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Enough that every step, every kind of letter, refusals and restores are among them.
const SEEDS: u64 = 8;

/// Tables to which the years add.
const GROW: [&str; 8] = ["case_row", "event", "seen", "effect", "quarantine", "number", "taken_name", "answered"];

/// Indexes that hold only what is not over, and may be looked through: cases that are open, mails and files that have not gone
/// out, what lies in the quarantine.
const NOT_OVER: [&str; 6] = ["case_open", "case_draft", "case_of_sales", "effect_unsent", "effect_failed", "quarantine_kept"];

/// Parts of statements that have to be among those looked at.
const ASKED: [&str; 14] = [
    "INSERT INTO seen",
    "INSERT INTO event",
    "UPDATE case_row",
    "FROM seen\n            WHERE key >= $1",
    "FROM case_row WHERE wake_at <= $1",
    "FROM case_row WHERE sales = $1 AND state = 'Drafting'",
    "FROM case_row WHERE sales = $1 AND closed_at IS NULL",
    "FROM number WHERE",
    "FROM answered WHERE",
    "state <> 'sent' AND due_at IS NULL AND $1",
    "COUNT(*) AS given_up",
    "FROM quarantine WHERE state = 'kept' AND at >= $1",
    "state IN ('queued', 'sending', 'doubt')",
    "due_at > $1 + 86400000",
];

/// Every statement that sqlx was given.
#[derive(Clone, Default)]
struct Statements(Arc<Mutex<BTreeSet<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        // A short one is its own summary.
        let sql = if said.statement.trim().is_empty() { said.summary } else { said.statement };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.trim().to_owned());
    }
}

#[derive(Default)]
struct Said {
    summary: String,
    statement: String,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => self.summary = value.to_owned(),
            "db.statement" => self.statement = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[test]
fn no_statement_looks_through_what_only_grows() {
    let statements = Statements::default();
    let of_sqlx = tracing_subscriber::filter::Targets::new().with_target("sqlx::query", tracing::Level::TRACE);
    tracing_subscriber::registry().with(statements.clone().with_filter(of_sqlx)).init();
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_all().build().unwrap();
    let workers = Arc::new(Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()));
    for seed in 1..=SEEDS {
        runtime.block_on(async {
            let mut world = World::new(Plan::of(seed), workers.clone()).await;
            // What goes wrong in it is the simulation's matter.
            let _ = world.run().await;
            world.close().await;
        });
    }
    let home = tempfile::tempdir().unwrap();
    runtime.block_on(a_start_and_the_commands(&home.path().join("state")));
    let statements: Vec<String> = std::mem::take(&mut *statements.0.lock().unwrap()).into_iter().collect();
    for part in ASKED {
        assert!(statements.iter().any(|sql| sql.contains(part)), "{part}: not asked\n{}", statements.join("\n---\n"));
    }
    let wrong = runtime.block_on(looking_through(&home.path().join("state"), &statements));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n---\n"));
}

/// What the worlds do not ask: a start, and what a person looks at.
async fn a_start_and_the_commands(state: &std::path::Path) {
    let store = Store::open(&StateUrl::Folder(state.to_path_buf())).await.unwrap();
    let at = At::from_timestamp(1_770_000_000, 0).unwrap();
    store.token_keys(at).await.unwrap();
    store.take_over(at).await.unwrap();
    store.look(Clocks::same(at), false).await.unwrap();
    store.look(Clocks::same(at), true).await.unwrap();
    store.claim(Clocks::same(at), 4).await.unwrap();
    store.unsent(Clocks::same(at)).await.unwrap();
    store.next_mail(at).await.unwrap();
    store.next_wake(chrono::DateTime::UNIX_EPOCH).await.unwrap();
    store.has_cases().await.unwrap();
    store.given_up().await.unwrap();
    store.outlines(&Filter { open_only: true, late_at: Some(at), ..Filter::default() }).await.unwrap();
    store.last_closed(10).await.unwrap();
    store.page(None, 10).await.unwrap();
    store.history("YC-2026-0001").await.unwrap();
    store.mail("1@x.example").await.unwrap();
    store.commit(Tx { returned: Some(("1@x.example".into(), "no such user".into())), ..Tx::default() }).await.unwrap();
    store.arrived("1@x.example", at).await.unwrap();
    store.resend(1).await.unwrap();
    store.body(1).await.unwrap();
    store.drafts_of("an@x.example").await.unwrap();
    store.open_cases_of("an@x.example").await.unwrap();
    store.letters_to("an@x.example", "vouch", at).await.unwrap();
    for filter in [OutgoingFilter::Unsent, OutgoingFilter::Failed, OutgoingFilter::Case("YC-2026-0001".into())] {
        store.outgoing(&filter).await.unwrap();
    }
    store.quarantined().await.unwrap();
    store.rebuild("YC-2026-0001", Case::fold, |_| None).await.unwrap();
    store.close().await;
}

/// Those that do, with how.
async fn looking_through(state: &std::path::Path, statements: &[String]) -> Vec<String> {
    let options = SqliteConnectOptions::new().filename(state.join("quotedesk.db"));
    let mut database = SqliteConnection::connect_with(&options).await.unwrap();
    let mut wrong = Vec::new();
    let asks = |sql: &&String| ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|verb| sql.starts_with(verb));
    for sql in statements.iter().filter(asks).filter(|sql| !sql.contains("_sqlx_migrations") && !sql.contains("sqlite_")) {
        let plan = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&mut database).await;
        for step in plan.unwrap_or_else(|why| panic!("{sql}: {why}")) {
            let step: String = step.get("detail");
            let scans = step.strip_prefix("SCAN ").map(|rest| rest.trim_end_matches(" LEFT-JOIN"));
            let looked: Vec<&str> = scans.map(|rest| rest.split(' ').collect()).unwrap_or_default();
            let grows = looked.first().is_some_and(|table| {
                // A table, or the letter that stands for it in the statement.
                GROW.contains(table) || GROW.iter().any(|grown| sql.contains(&format!("{grown} {table}")))
            });
            let over = looked.last().is_none_or(|index| !NOT_OVER.contains(index));
            // In the order of its index up to a limit is no looking through. (The played people of a world ask for all cases in
            // the same words; what they ask is not the desk's.)
            let bounded = step.contains("USING INDEX case_opened") && sql.contains("LIMIT");
            if grows && over && !bounded {
                wrong.push(format!("{sql}\n    {step}"));
            }
        }
    }
    database.close().await.unwrap();
    wrong
}
