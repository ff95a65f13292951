//! The daemons that serve one desk: who is alive, and which work each has in hand.
//!
//! A daemon is a row that it renews every few seconds. What it has claimed (a file of the inbox, the mailbox, a mail that goes
//! out) is its own as long as the row lives; whoever finds the row run out deletes it, and with it all that hung on it. The
//! row's number is the fence: a daemon that was taken for dead, and comes back, finds it gone, may claim nothing under it, and
//! enters anew under a higher one. The database's clock counts, not the machines'.
//!
//! Losing all of this loses nothing: what is claimed twice is told apart by its seen mark. So these writes go over a
//! connection of their own, past the writer's queue, and PostgreSQL need not have them on the disk. On SQLite there is one
//! daemon, by its lock, and nothing of this is written.

use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AssertSqlSafe, Connection, Row};
use tokio::sync::watch;

use super::effects::QUICK_ATTEMPTS;
use super::{CommitError, Engine, SIGN, Store, Unavailable, at, ms, text};
use crate::process::house::At;

/// A daemon that was silent for so long has died: its work is everybody's again.
pub const LIFE: Duration = Duration::from_secs(15);
/// It says so often that it lives.
pub const BEAT: Duration = Duration::from_secs(3);
/// Claims of one statement at most.
const AT_ONCE: usize = 100;

/// A daemon that is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Serving {
    /// Counts up over all daemons that ever served this desk.
    pub number: i64,
    /// Machine and process.
    pub name: String,
    /// By the database's clock.
    pub since: At,
}

impl Store {
    /// Do several daemons share this store?
    pub fn is_shared(&self) -> bool {
        self.0.access.engine == Engine::Postgres
    }

    /// The number under which this process serves the desk; 0: it does not, or was taken for dead.
    pub fn number(&self) -> i64 {
        *self.0.access.number.borrow()
    }

    /// Wakes its holder when the number changes: what was claimed under the old one is gone.
    pub fn numbers(&self) -> watch::Receiver<i64> {
        self.0.access.number.subscribe()
    }

    /// Begins to serve the desk under a new number.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written; there is no number then.
    pub async fn enter(&self, name: &str) -> Result<i64, CommitError> {
        self.0.access.number.send_replace(0);
        let now = self.now();
        let life = LIFE.as_millis();
        let sql = format!("INSERT INTO daemon (name, since, alive_until) VALUES ($1, {now}, {now} + {life}) RETURNING id, since");
        let rows = self.signs(sqlx::query(AssertSqlSafe(sql)).bind(text(name))).await?;
        let number = rows.first().map(|row| row.try_get("id")).transpose().map_err(away)?;
        let number: i64 = number.ok_or_else(|| Unavailable::Away("no number was given out".into()))?;
        self.0.access.number.send_replace(number);
        Ok(number)
    }

    /// A sign of life. `false`: this daemon was taken for dead, what it had claimed is others' by now, and it has to
    /// `enter` anew.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn beat(&self) -> Result<bool, CommitError> {
        let sql = format!("UPDATE daemon SET alive_until = {} + {} WHERE id = $1 RETURNING id", self.now(), LIFE.as_millis());
        let alive = !self.signs(sqlx::query(AssertSqlSafe(sql)).bind(self.number())).await?.is_empty();
        if !alive {
            self.0.access.number.send_replace(0);
        }
        Ok(alive)
    }

    /// No sign of life could be given for so long that others may have taken the work over.
    pub fn presume_dead(&self) {
        self.0.access.number.send_replace(0);
    }

    /// Ends the daemons that were silent for too long: what they had claimed is free, and what they were sending is due
    /// now (`real`: the machine's clock) or becomes a doubt. Their names.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn bury(&self, real: At) -> Result<Vec<String>, CommitError> {
        let overdue = format!("SELECT id FROM daemon WHERE alive_until <= {}", self.now());
        if self.signs(sqlx::query(AssertSqlSafe(overdue))).await?.is_empty() {
            return Ok(vec![]);
        }
        let sql = format!("DELETE FROM daemon WHERE alive_until <= {} RETURNING id, name", self.now());
        self.strike(sqlx::query(AssertSqlSafe(sql)), real).await
    }

    /// The clean end, when nothing is under way any more: all that is claimed is free at once, and what was cut off is due
    /// (`real`: the machine's clock) or becomes a doubt.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written: then it is free when the row has run out.
    pub async fn leave(&self, real: At) -> Result<(), CommitError> {
        let number = self.0.access.number.send_replace(0);
        self.strike(sqlx::query("DELETE FROM daemon WHERE id = $1 RETURNING id, name").bind(number), real).await.map(drop)
    }

    /// Takes daemons off the list, and frees what they had in hand; their names.
    async fn strike(&self, sql: super::apply::Statement<'_>, real: At) -> Result<Vec<String>, CommitError> {
        let mut conn = self.0.signs.acquire().await.map_err(away)?;
        let striking = async {
            let mut work = conn.begin().await?;
            let mut names = Vec::new();
            // One that comes back just now waits for this, and finds its row gone.
            for gone in sql.fetch_all(&mut *work).await? {
                names.push(gone.try_get("name")?);
                let number: i64 = gone.try_get("id")?;
                sqlx::query(UNDER_WAY).bind(ms(real)).bind(QUICK_ATTEMPTS).bind(number).execute(&mut *work).await?;
            }
            work.commit().await?;
            Ok(names)
        };
        let struck = self.0.access.engine.within(SIGN, striking).await;
        unless_silent(conn, struck)
    }

    /// Claims work, as much of it as no other daemon has; which. All of it on SQLite, where there is no other.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn claim_work(&self, what: &[String]) -> Result<BTreeSet<String>, CommitError> {
        if !self.is_shared() {
            return Ok(what.iter().cloned().collect());
        }
        self.claim_under(self.number(), what).await
    }

    /// One piece of work, under the number that its holder believes to have; refused to one that was taken for dead.
    ///
    /// # Errors
    /// As `claim_work`.
    pub async fn claim_one(&self, number: i64, what: &str) -> Result<bool, CommitError> {
        Ok(!self.is_shared() || !self.claim_under(number, &[what.to_owned()]).await?.is_empty())
    }

    async fn claim_under(&self, number: i64, what: &[String]) -> Result<BTreeSet<String>, CommitError> {
        // In one order, so that two who want the same do not wait for each other.
        let wanted: BTreeSet<&String> = what.iter().collect();
        let wanted: Vec<&String> = wanted.into_iter().collect();
        let mut granted = BTreeSet::new();
        for some in wanted.chunks(AT_ONCE) {
            let places: Vec<String> = (2..some.len() + 2).map(|n| format!("(${n}, $1)")).collect();
            // One's own is granted again: the reply to the first time may have been lost.
            let sql = format!(
                "INSERT INTO claim (what, daemon) VALUES {} ON CONFLICT (what) DO UPDATE SET daemon = excluded.daemon
                 WHERE claim.daemon = excluded.daemon RETURNING what",
                places.join(", ")
            );
            let ask = some.iter().fold(sqlx::query(AssertSqlSafe(sql)).bind(number), |ask, what| ask.bind(text(what)));
            match self.signs(ask).await {
                Ok(rows) => {
                    granted.extend(rows.iter().map(|row| row.try_get("what")).collect::<Result<Vec<_>, _>>().map_err(away)?)
                }
                // The daemon's row is gone: the fence.
                Err(CommitError::Conflict) => break,
                Err(why) => return Err(why),
            }
        }
        Ok(granted)
    }

    /// Claimed by other daemons, of the work whose names begin so.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn claimed_elsewhere(&self, prefix: &str) -> Result<BTreeSet<String>, Unavailable> {
        let sql = "SELECT what FROM claim WHERE daemon <> $1";
        let rows = self.rows(sqlx::query(sql).bind(self.number())).await?;
        let what = rows.iter().map(|row| row.try_get::<String, _>("what")).collect::<Result<Vec<_>, _>>()?;
        Ok(what.into_iter().filter(|what| what.starts_with(prefix)).collect())
    }

    /// Gives claimed work back, done or not. What is another's by now stays so.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn let_go(&self, what: &[String]) -> Result<(), CommitError> {
        if !self.is_shared() {
            return Ok(());
        }
        for some in what.chunks(AT_ONCE) {
            let places: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!("DELETE FROM claim WHERE daemon = $1 AND what IN ({})", places.join(", "));
            let ask = sqlx::query(AssertSqlSafe(sql)).bind(self.number());
            self.signs(some.iter().fold(ask, |ask, what| ask.bind(text(what)))).await?;
        }
        Ok(())
    }

    /// The daemons that are alive, the longest serving first. None on SQLite.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn daemons(&self) -> Result<Vec<Serving>, Unavailable> {
        let sql = format!("SELECT id, name, since FROM daemon WHERE alive_until > {} ORDER BY id", self.now());
        let rows = self.rows(sqlx::query(AssertSqlSafe(sql))).await?;
        let serving = |row: &sqlx::any::AnyRow| -> Result<Serving, sqlx::Error> {
            Ok(Serving { number: row.try_get("id")?, name: row.try_get("name")?, since: at(row.try_get("since")?) })
        };
        Ok(rows.iter().map(serving).collect::<Result<_, _>>()?)
    }

    /// The database's clock: one for all machines.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn database_time(&self) -> Result<At, Unavailable> {
        let rows = self.rows(sqlx::query(AssertSqlSafe(format!("SELECT {} AS now", self.now())))).await?;
        Ok(at(rows.first().map(|row| row.try_get("now")).transpose()?.unwrap_or_default()))
    }

    /// The database's time in milliseconds, as SQL.
    fn now(&self) -> &'static str {
        match self.0.access.engine {
            Engine::Sqlite => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            Engine::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    async fn signs(&self, statement: super::apply::Statement<'_>) -> Result<Vec<sqlx::any::AnyRow>, CommitError> {
        self.0.access.faults.check("store.signs").map_err(Unavailable::from)?;
        let mut conn = self.0.signs.acquire().await.map_err(away)?;
        let told = self.0.access.engine.within(SIGN, statement.fetch_all(&mut *conn)).await;
        unless_silent(conn, told)
    }
}

/// A connection without an answer does not go back: half of one may still be on its way, and the pool would wait for it.
fn unless_silent<T>(conn: PoolConnection<Any>, told: Result<T, sqlx::Error>) -> Result<T, CommitError> {
    if matches!(&told, Err(sqlx::Error::Io(_))) {
        drop(conn.detach());
    }
    told.map_err(away)
}

/// What a daemon that died was sending, as `Session::orphans` has it. `$1` real, `$2` quick attempts, `$3` its number.
const UNDER_WAY: &str = "UPDATE effect SET due_at = $1
    WHERE due_at IS NOT NULL AND daemon = $3 AND (state = 'at_data' OR (state = 'sending' AND attempts <= $2))";

fn away(why: sqlx::Error) -> CommitError {
    match why.as_database_error().is_some_and(|e| e.is_foreign_key_violation()) {
        true => CommitError::Conflict,
        false => Unavailable::from(why).into(),
    }
}
