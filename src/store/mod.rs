//! What has happened, kept for good.
//!
//! The append-only history of each case is the truth; the row that lists are made from is derived from it. A submission
//! is one [`Tx`]: its events, the row, the mails and files that go out and the mark that it has been seen are written
//! together or not at all.
//!
//! Two engines, one SQL text: SQLite for one daemon, PostgreSQL for several. sqlx's `Any` driver carries both, since it
//! costs nothing measurable over the typed pools and keeps one code path to test. Writes of a process go through one
//! task (`writer`), which commits what is waiting as a group; reads go through a pool beside it. Several processes meet
//! only in the database: a case is written against the version that was read, and whoever comes second decides anew.

mod access;
mod again;
mod answered;
mod apply;
mod backup;
mod daemons;
mod driver;
mod effects;
mod keys;
mod meta;
mod outgoing;
mod place;
mod raw;
mod read;
mod readers;
mod schema;
mod sum;
mod tables;
mod tx;
mod verify;
mod wal;
mod words;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::{AnyPool, Connection};
use tokio::sync::{mpsc, oneshot, watch};

pub use answered::Before;
pub use backup::{Restoring, restore};
pub use daemons::{BEAT, LIFE, Serving};
pub use effects::{Change, Claimed, Claiming, Clocks, Due, SIGN_OF_LIFE};
pub use keys::{KEY_HOLDS, KEY_SIGNS, TokenKeys};
pub use meta::{Hold, MailboxSigns};
pub use outgoing::{GivenUp, Outgoing, OutgoingFilter, Unsent};
pub use place::{Lock, StateUrl, check_place};
pub use read::{Filter, PageEnd};
pub use tx::{
    AnsweredMail, Brought, CASES, CaseWrite, CommitError, NewEffect, Number, Outward, QUOTES, Quarantined, Seen, TakenName, Tx,
    Word,
};
pub use verify::Fault;
pub use wal::cut_log;
pub use words::{kind, way};

use crate::disk;
use crate::faults::Faults;
use crate::process::house::At;
use access::Access;
use readers::Readers;
use writer::{Done, Job, Waiting, Work, Writer};

/// Writes that wait for the writer before a caller has to wait for room.
const QUEUE: usize = 1024;
/// A PostgreSQL that is there answers one statement within this time, however slow its disk: locks are waited for 5 s at most.
/// One that has fallen silent (a machine that is gone, a firewall that forgets) would else be waited for without end. Changes
/// of the tables at a start may take longer.
const ANSWER: Duration = Duration::from_secs(30);
/// The same for a sign of life, which is of no use later, and for the farewell.
const SIGN: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// What is asked of the database, and its answer; SQLite's comes always.
    async fn within<T>(self, limit: Duration, asking: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
        match self {
            Engine::Sqlite => asking.await,
            Engine::Postgres => tokio::time::timeout(limit, asking).await.unwrap_or_else(|_| Err(silent(limit))),
        }
    }
}

fn silent(limit: Duration) -> sqlx::Error {
    let words = format!("PostgreSQL has not answered within {} s", limit.as_secs());
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, words))
}

/// The store, or one case in it, can neither be read nor written just now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The row or history of one case is not what was written; all else can be used.
    #[error("case {case}: damaged {what}: quotedesk check tells how to mend it")]
    Damaged { case: String, what: String },
    #[error("the store cannot be used: {0}")]
    Away(String),
}

impl Unavailable {
    fn damaged(case: &str, what: &str) -> Unavailable {
        Unavailable::Damaged { case: case.into(), what: what.into() }
    }

    /// Where a page of `table` ends, which has to be behind `before`: by a damaged index SQLite may go back, and a list would
    /// have no end.
    fn unless_back<T: PartialOrd>(table: &str, before: Option<&T>, end: T) -> Result<T, Unavailable> {
        match before.is_none_or(|before| end > *before) {
            true => Ok(end),
            false => Err(Unavailable::Away(format!("the table {table} is out of order: quotedesk check tells how to mend it"))),
        }
    }

    /// What is wrong, without what mends it: for `verify`, which tells that itself.
    fn words(self) -> String {
        match self {
            Unavailable::Damaged { case, what } => format!("case {case}: damaged {what}"),
            Unavailable::Away(words) => words,
        }
    }
}

impl From<sqlx::Error> for Unavailable {
    fn from(e: sqlx::Error) -> Self {
        Unavailable::Away(e.to_string())
    }
}

impl From<std::io::Error> for Unavailable {
    fn from(e: std::io::Error) -> Self {
        Unavailable::Away(e.to_string())
    }
}

/// Why a store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("{0}")]
    Place(String),
    #[error(
        "there is none here; quotedesk run begins one. Where this desk has been at work before, bring its store back to this place \
         (was it moved, is its disk mounted?), or let [desk] state lead to it"
    )]
    NoStore,
    /// With the process id, where it is known.
    #[error("another quotedesk already works on it{}; stop it first", process(.0))]
    Running(String),
    #[error("the store was written by a newer quotedesk; use that one")]
    Newer,
    /// With the log's path.
    #[error(
        "{0} is damaged in its middle: SQLite would forget the last commits without a word. Stop the daemon, then quotedesk \
         check --rebuild goes on without them and keeps the damaged log beside it"
    )]
    TornLog(String),
    /// With the database's path.
    #[error(
        "{0}: the description of its tables is not what quotedesk wrote: damaged, or changed by another program. Nothing in it \
         can be read for sure. Stop the daemon, and bring the last backup back with quotedesk restore"
    )]
    Tables(String),
    /// SQLite does not keep what it was told to keep.
    #[error("SQLite refuses a setting that the store relies on ({0}): put its folder on a local disk")]
    Setting(String),
    #[error("the store cannot be opened: {0}")]
    Failed(String),
}

/// The open store. Cheap to clone; all clones share one writer.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    access: Access,
    reads: Readers,
    /// Signs of life and claims, past the queue of `writes`.
    signs: AnyPool,
    writes: mpsc::Sender<Job>,
    changed: watch::Sender<u64>,
    /// How often this process may have changed what was given up.
    given_up: Arc<AtomicU64>,
    waiting: Waiting,
}

impl Store {
    /// Opens the store, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// See [`OpenError`]; a network share is refused for SQLite.
    pub async fn open(url: &StateUrl) -> Result<Store, OpenError> {
        Store::open_with(url, Faults::none()).await
    }

    /// Why no store could be begun in a database of PostgreSQL, which holds none yet.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn try_to_begin(url: &StateUrl) -> Result<(), OpenError> {
        let access = Access::to(url, Faults::none())?;
        sqlx::any::install_default_drivers();
        access.try_to_begin().await.map_err(|why| access.explained(why))
    }

    /// Opens a store that has to be there. Whoever only works with what a desk has begins no empty one where the old one was
    /// moved away, or under a mount point whose disk has gone: "no cases" would then be said of a desk that has many.
    ///
    /// # Errors
    /// `OpenError::NoStore` where there is none, and nothing is made; else as `open`.
    pub async fn open_present(url: &StateUrl) -> Result<Store, OpenError> {
        Store::opened(url, Faults::none(), false).await
    }

    /// `open` with faults that a test injects.
    ///
    /// # Errors
    /// As `open`.
    pub async fn open_with(url: &StateUrl, faults: Faults) -> Result<Store, OpenError> {
        Store::opened(url, faults, true).await
    }

    /// `begins`: also where there is none yet. Boxed, as is whatever many programs wait for: the body of an `async fn` is
    /// compiled once more in each crate that awaits it, and all that it awaits with it.
    fn opened(url: &StateUrl, faults: Faults, begins: bool) -> BoxFuture<'_, Result<Store, OpenError>> {
        Box::pin(Store::made_ready(url, faults, begins))
    }

    async fn made_ready(url: &StateUrl, faults: Faults, begins: bool) -> Result<Store, OpenError> {
        sqlx::any::install_default_drivers();
        driver::end_with_it();
        let access = Access::to(url, faults)?;
        if let Some(folder) = &access.folder {
            if !begins && place::is_missing(folder) {
                return Err(OpenError::NoStore);
            }
            // Customers' mails lie in it: for its owner alone.
            disk::make_private(folder)
                .map_err(|e| OpenError::Place(format!("{}: cannot be made: {e}{}", folder.display(), place::whose(folder))))?;
            check_place(folder)?;
            place::made_ready(folder)?;
            let log = wal::log_of(folder);
            // Whoever has it open has read the log already, and writes to it.
            if !Lock::is_taken(folder) && wal::torn(&log).ok().flatten().is_some() {
                return Err(OpenError::TornLog(log.display().to_string()));
            }
        }
        let mut first = access.prepare(begins).await.map_err(|why| access.explained(why))?;
        access.lets_go(&mut first).await.map_err(OpenError::from)?;
        if let Some(folder) = &access.folder {
            let opened = place::Opened::of(folder).map_err(|e| OpenError::Place(format!("{}: {e}", folder.display())))?;
            // Set once: this is the first time.
            let _ = access.opened.set(opened);
        }
        let reads = Readers::new(access.clone());
        let signs = access.signs().map_err(OpenError::from)?;
        let (writes, jobs) = mpsc::channel(QUEUE);
        let (changed, _) = watch::channel(0);
        let waiting = Waiting::default();
        let given_up = Arc::<AtomicU64>::default();
        tokio::spawn(Writer::new(access.clone(), first, changed.clone(), given_up.clone(), waiting.clone()).run(jobs));
        Ok(Store(Arc::new(Inner { access, reads, signs, writes, changed, given_up, waiting })))
    }

    /// Writes the whole `tx` or nothing of it. Returns once it is safe on disk.
    ///
    /// # Errors
    /// See [`CommitError`]: nothing of `tx` is stored then, but for the one doubt that stands at `Unavailable`.
    pub async fn commit(&self, tx: Tx) -> Result<(), CommitError> {
        self.write(Work::Commit(Box::new(tx))).await.map(drop)
    }

    /// Can it be written? A word is, and taken back: nothing of it is left, and the daemon may work meanwhile.
    ///
    /// # Errors
    /// Why not, in the engine's words.
    pub async fn try_write(&self) -> Result<(), Unavailable> {
        let access = &self.0.access;
        let trying = async {
            let mut conn = access.connect().await?;
            let mut trial = conn.begin().await?;
            sqlx::query("INSERT INTO meta (key, value) VALUES ('trial', '')").execute(&mut *trial).await?;
            trial.rollback().await?;
            conn.close().await
        };
        Ok(access.engine.within(ANSWER, trying).await?)
    }

    /// Whose the state folder is, where that may be why it cannot be written; else nothing.
    pub fn whose(&self) -> String {
        self.folder().map_or_else(String::new, place::whose)
    }

    /// Wakes its holder after each write of this process that may make an effect due. Writes of other processes are not seen.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// The state folder of SQLite.
    pub fn folder(&self) -> Option<&Path> {
        self.0.access.folder.as_deref()
    }

    /// The database file as this machine's kernel knows it: device and number; `None` on PostgreSQL.
    pub fn opened_file(&self) -> Option<String> {
        self.0.access.opened.get().map(place::Opened::to_string)
    }

    /// Takes the right to carry out effects: one daemon (or command) at a time on SQLite; on PostgreSQL leases do that,
    /// and there is nothing to take.
    ///
    /// # Errors
    /// `OpenError::Running` where another process has it.
    pub fn lock(&self) -> Result<Option<Lock>, OpenError> {
        self.folder().map(Lock::take).transpose()
    }

    /// Does a daemon carry out the effects of this store? On PostgreSQL: has one given a sign of life lately?
    ///
    /// # Errors
    /// Where PostgreSQL does not answer.
    pub async fn daemon_running(&self) -> Result<bool, Unavailable> {
        match self.folder() {
            Some(folder) => Ok(Lock::is_taken(folder)),
            None => Ok(!self.daemons().await?.is_empty()),
        }
    }

    /// Ends the store's work once the writes that wait are done. Later writes are refused.
    pub async fn close(&self) {
        // What a silent server holds up is ended with the process.
        let _ = self.0.access.engine.within(ANSWER, self.end()).await;
    }

    async fn end(&self) -> Result<(), sqlx::Error> {
        let (reply, closed) = oneshot::channel();
        // An error says that the writer has ended already.
        if self.0.writes.send(Job { work: Work::Stop, reply }).await.is_ok() {
            let _ = closed.await;
        }
        self.0.signs.close().await;
        self.0.reads.close().await;
        Ok(())
    }

    async fn write(&self, work: Work) -> Result<Done, CommitError> {
        let gone = || CommitError::from(Unavailable::Away("the store is closed".into()));
        let (reply, answer) = oneshot::channel();
        self.0.writes.send(Job { work, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

fn process(id: &str) -> String {
    if id.is_empty() { String::new() } else { format!(" (process {id})") }
}

impl From<sqlx::Error> for OpenError {
    fn from(e: sqlx::Error) -> Self {
        OpenError::Failed(e.to_string())
    }
}

/// Milliseconds since 1970, UTC: how every time is stored.
fn ms(at: At) -> i64 {
    at.timestamp_millis()
}

fn at(ms: i64) -> At {
    At::from_timestamp_millis(ms).unwrap_or_default()
}

/// Text for a column: PostgreSQL takes no NUL in text, and a mail's words may hold one.
fn text(words: &str) -> String {
    words.replace('\0', "\u{FFFD}")
}
