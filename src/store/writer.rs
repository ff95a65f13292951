//! The one task that writes. It takes all that is waiting and commits it as a group: one fsync for many submissions,
//! and no waiting for a lone one.
//!
//! Within a group each write stands in a savepoint of its own, so that a conflict of one costs the others nothing. When
//! the engine itself fails (disk full, fsync error, server gone), the connection is thrown away, since what it has
//! cached can no longer be trusted, and each write of the group is tried once more alone on a new one; what may have
//! been committed although the reply was lost is looked up first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{AnyConnection, Connection};
use tokio::sync::{mpsc, oneshot, watch};

use super::apply::{Session, Stop};
use super::effects::{Change, Claimed, Clocks, Kinds};
use super::tx::{CommitError, Tx, Word};
use super::{ANSWER, Access, Engine, SIGN, Unavailable};
use crate::process::case::Case;
use crate::process::house::At;

/// Writes that share a commit at most; with bodies of 60 KB that is some 15 MB.
const GROUP: usize = 256;
/// Tries of a lone write that the engine itself asks to repeat (deadlock, serialization).
const TRIES: usize = 3;

/// A write, with whoever waits for it.
#[derive(Debug)]
pub(super) struct Job {
    pub work: Work,
    pub reply: oneshot::Sender<Result<Done, CommitError>>,
}

#[derive(Debug)]
pub(super) enum Work {
    Commit(Box<Tx>),
    /// Effects that are due, at most so many.
    Claim {
        clocks: Clocks,
        limit: usize,
        kinds: Kinds,
        late: bool,
    },
    Change {
        id: i64,
        attempt: i64,
        change: Change,
    },
    /// `at_data` and `sending` of a process that is no more.
    Orphans {
        real: At,
    },
    /// A failed or doubtful mail is sent anew.
    Resend {
        id: i64,
    },
    /// A copy came to the desk's own mailbox.
    Arrived {
        message_id: String,
        at: At,
    },
    Meta {
        key: String,
        value: Option<String>,
    },
    /// Only where it is still the old one.
    Word(Word),
    Quarantine {
        id: String,
        /// A word of `words::aside`.
        state: &'static str,
    },
    Rebuild {
        case: Box<Case>,
        wake_at: Option<At>,
    },
    Stop,
}

/// Whoever waits for effects to carry out, and how they are claimed: it goes along with the next commit that brings some.
pub(super) struct Along {
    pub claim: Box<dyn Fn() -> Work + Send>,
    pub reply: oneshot::Sender<Result<Done, CommitError>>,
}

/// At most one waits.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Option<Along>>>);

impl Waiting {
    pub fn put(&self, along: Along) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(along);
    }

    pub fn take(&self) -> Option<Along> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting")
    }
}

impl Work {
    /// Brings effects with it.
    fn brings(&self) -> bool {
        matches!(self, Work::Commit(tx) if !tx.effects.is_empty())
    }

    /// Is one statement: a transaction by itself.
    fn is_one_statement(&self, engine: Engine) -> bool {
        match self {
            // With a mail that is sent goes its body: SQLite does that by itself.
            Work::Change { change: Change::Sent { .. }, .. } => engine == Engine::Sqlite,
            Work::Change { .. } => true,
            Work::Claim { late, .. } => !late,
            Work::Commit(_) | Work::Arrived { .. } | Work::Stop => false,
            _ => true,
        }
    }

    /// Cannot be refused, and leaves nothing half done: it needs no savepoint of its own in a group.
    fn is_plain(&self) -> bool {
        matches!(self, Work::Change { .. } | Work::Claim { late: false, .. })
    }

    /// The effect whose bytes go once it is sent.
    fn sends(&self) -> Option<i64> {
        match self {
            Work::Change { id, change: Change::Sent { .. }, .. } => Some(*id),
            _ => None,
        }
    }

    /// May make an effect due, if only because the one before it is out of the way.
    fn frees(&self) -> bool {
        match self {
            Work::Commit(tx) => !tx.effects.is_empty() || tx.returned.is_some(),
            Work::Change { change, .. } => !matches!(change, Change::AtData { .. } | Change::Alive { .. }),
            Work::Claim { .. } | Work::Quarantine { .. } | Work::Rebuild { .. } => false,
            _ => true,
        }
    }

    /// May change what was given up.
    fn gives_up(&self) -> bool {
        match self {
            Work::Commit(tx) => tx.returned.is_some(),
            Work::Change { change, .. } => matches!(change, Change::Failed { .. } | Change::Doubt { .. }),
            Work::Claim { late, .. } => *late,
            Work::Resend { .. } | Work::Arrived { .. } => true,
            _ => false,
        }
    }
}

#[derive(Debug)]
pub(super) enum Done {
    /// Rows that were changed.
    Rows(u64),
    Claimed(Vec<Claimed>),
}

pub(super) struct Writer {
    access: Access,
    /// `None` after an error: the next write opens a new one.
    conn: Option<AnyConnection>,
    changed: watch::Sender<u64>,
    given_up: Arc<AtomicU64>,
    waiting: Waiting,
    /// The last commit failed, and that is in the log.
    failing: bool,
}

/// The engine failed; nothing of the group counts unless it is found on looking.
struct Broken {
    words: String,
    /// The engine asks to try again.
    again: bool,
    /// A place in SQLite's file is not what it must be; the rest of it may be.
    damaged: bool,
}

impl Broken {
    /// To whoever wanted `work`: what harms one case is no reason that all others wait.
    fn why(self, work: &Work) -> CommitError {
        let case = match work {
            Work::Commit(tx) if self.damaged => tx.case.as_ref(),
            _ => None,
        };
        CommitError::from(match case {
            Some(write) => Unavailable::damaged(&write.case.id, &format!("place of it ({})", self.words)),
            None => Unavailable::Away(self.words),
        })
    }
}

impl Writer {
    pub fn new(
        access: Access,
        first: AnyConnection,
        changed: watch::Sender<u64>,
        given_up: Arc<AtomicU64>,
        waiting: Waiting,
    ) -> Writer {
        Writer { access, conn: Some(first), changed, given_up, waiting, failing: false }
    }

    pub async fn run(mut self, mut jobs: mpsc::Receiver<Job>) {
        let mut group = Vec::with_capacity(GROUP);
        while jobs.recv_many(&mut group, GROUP).await > 0 {
            let stop = group.iter().any(|job| matches!(job.work, Work::Stop));
            let mut works: Vec<&Work> = group.iter().map(|job| &job.work).filter(|w| !matches!(w, Work::Stop)).collect();
            let along = if works.iter().any(|w| w.brings()) { self.waiting.take() } else { None };
            let claim = along.as_ref().map(|along| (along.claim)());
            works.extend(&claim);
            let mut results = self.group(&works).await;
            // A write that failed is no news: whoever tries again at each news would never rest.
            let news = works.iter().zip(&results).any(|(work, result)| result.is_ok() && work.frees());
            // Of one whose commit's reply was lost nobody knows.
            if works.iter().any(|work| work.gives_up()) {
                self.given_up.fetch_add(1, Ordering::SeqCst);
            }
            if let Some(Along { reply, .. }) = along
                && let Some(claimed) = results.pop()
            {
                let _ = reply.send(claimed);
            }
            if news {
                self.changed.send_modify(|n| *n += 1);
            }
            let mut results = results.into_iter();
            if stop {
                jobs.close();
                self.close().await;
            }
            for job in group.drain(..) {
                let result = match job.work {
                    Work::Stop => Ok(Done::Rows(0)),
                    _ => results.next().unwrap_or_else(|| Err(no_result())),
                };
                // Nobody waits any more: the write stands all the same.
                let _ = job.reply.send(result);
            }
        }
        self.close().await;
    }

    /// Ends the connection in order: SQLite then folds its write-ahead log back into the database.
    async fn close(&mut self) {
        if let Some(conn) = self.conn.take() {
            let _ = self.access.engine.within(SIGN, conn.close()).await;
        }
    }

    async fn group(&mut self, works: &[&Work]) -> Vec<Result<Done, CommitError>> {
        if works.is_empty() {
            return Vec::new();
        }
        let broken = match self.transaction(works).await {
            Ok(results) => {
                self.works_again();
                return results;
            }
            Err(broken) => broken,
        };
        // Said once, and once that it is over: a disk stays full for hours.
        if !std::mem::replace(&mut self.failing, true) {
            tracing::warn!(error = broken.words, "a commit failed; trying its writes one by one");
        }
        let mut results = Vec::with_capacity(works.len());
        for work in works {
            let result = self.alone(work).await;
            let away = |e: &CommitError| matches!(e, CommitError::Unavailable(Unavailable::Away(_)));
            let gone = self.conn.is_none() && result.as_ref().is_err_and(away);
            results.push(result);
            if gone {
                // The rest would only wait for the same failure.
                let rest = || Err(Unavailable::Away(broken.words.clone()).into());
                results.resize_with(works.len(), rest);
                break;
            }
        }
        results
    }

    fn works_again(&mut self) {
        if std::mem::take(&mut self.failing) {
            tracing::info!("the store can be written again");
        }
    }

    /// One write after a failed attempt.
    async fn alone(&mut self, work: &Work) -> Result<Done, CommitError> {
        let mut tries = 1;
        loop {
            let broken = match self.found(work).await {
                Ok(true) => return Ok(Done::Rows(1)),
                Ok(false) => match self.transaction(&[work]).await {
                    Ok(mut results) => {
                        return results.pop().unwrap_or_else(|| Err(no_result()));
                    }
                    Err(broken) => broken,
                },
                Err(broken) => broken,
            };
            if !broken.again || tries >= TRIES {
                return Err(broken.why(work));
            }
            tokio::time::sleep(Duration::from_millis(20 * tries as u64)).await;
            tries += 1;
        }
    }

    /// Is it stored already, the reply of its commit having been lost?
    async fn found(&mut self, work: &Work) -> Result<bool, Broken> {
        let Work::Commit(tx) = work else { return Ok(false) };
        let mut session = self.session().await?;
        let found = session.holds(tx).await;
        found.map_err(|e| self.broken(e))
    }

    async fn transaction(&mut self, works: &[&Work]) -> Result<Vec<Result<Done, CommitError>>, Broken> {
        let mut session = self.session().await?;
        let results = transact(&mut session, works).await;
        results.map_err(|e| self.broken(e))
    }

    async fn session(&mut self) -> Result<Session<'_>, Broken> {
        if let Err(e) = self.access.is_there() {
            return Err(self.broken(e));
        }
        if self.conn.is_none() {
            match self.access.connect_to_write().await {
                Ok(conn) => self.conn = Some(conn),
                Err(e) => return Err(self.broken(e)),
            }
        }
        let Access { engine, faults, number, .. } = &self.access;
        let daemon = Some(*number.borrow()).filter(|n| *n > 0);
        match &mut self.conn {
            Some(conn) => Ok(Session { conn, engine: *engine, faults, daemon }),
            None => Err(Broken { words: "no connection".into(), again: false, damaged: false }),
        }
    }

    fn broken(&mut self, e: sqlx::Error) -> Broken {
        // Dropped, not closed: closing would wait for a server that is gone, or write what is in doubt.
        self.conn = None;
        let code = e.as_database_error().and_then(|e| e.code().map(|c| c.into_owned()));
        // PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
        let again = matches!(code.as_deref(), Some("40001" | "40P01" | "55P03"));
        // SQLITE_CORRUPT and its kinds, which stand in the upper bytes.
        let number = code.as_deref().and_then(|code| code.parse::<u32>().ok());
        let damaged = self.access.engine == Engine::Sqlite && number.is_some_and(|code| code & 0xFF == 11);
        Broken { words: e.to_string(), again, damaged }
    }
}

async fn transact(session: &mut Session<'_>, works: &[&Work]) -> Result<Vec<Result<Done, CommitError>>, sqlx::Error> {
    session.faults.check("store.begin")?;
    if let [work] = works
        && work.is_one_statement(session.engine)
    {
        session.faults.check("store.commit")?;
        let result = outcome(session, work).await?;
        if result.is_ok() {
            session.faults.check("store.committed")?;
        }
        return Ok(vec![result]);
    }
    let begin = match session.engine {
        Engine::Sqlite => "BEGIN IMMEDIATE",
        Engine::Postgres => "BEGIN",
    };
    let (engine, faults, daemon) = (session.engine, session.faults, session.daemon);
    let mut transaction = engine.within(ANSWER, session.conn.begin_with(begin)).await?;
    let mut session = Session { conn: &mut transaction, engine, faults, daemon };
    let mut results = Vec::with_capacity(works.len());
    let mut sent = Vec::new();
    for work in works {
        let apart = works.len() > 1 && !work.is_plain();
        if apart {
            session.plain("SAVEPOINT one").await?;
        }
        let result = outcome(&mut session, work).await?;
        if apart {
            if result.is_err() {
                session.plain("ROLLBACK TO SAVEPOINT one").await?;
            }
            session.plain("RELEASE SAVEPOINT one").await?;
        }
        sent.extend(work.sends().filter(|_| matches!(result, Ok(Done::Rows(1)))));
        results.push(result);
    }
    if engine == Engine::Postgres {
        session.let_go(&sent).await?;
    }
    if results.iter().all(Result::is_err) {
        engine.within(ANSWER, transaction.rollback()).await?;
        return Ok(results);
    }
    faults.check("store.commit")?;
    engine.within(ANSWER, transaction.commit()).await?;
    faults.check("store.committed")?;
    Ok(results)
}

fn no_result() -> CommitError {
    Unavailable::Away("no result".into()).into()
}

/// A write that is refused leaves the engine whole.
async fn outcome(session: &mut Session<'_>, work: &Work) -> Result<Result<Done, CommitError>, sqlx::Error> {
    match session.apply(work).await {
        Ok(done) => Ok(Ok(done)),
        Err(Stop::Refused(e)) => Ok(Err(e)),
        // program_limit_exceeded: a value that fits into no index of PostgreSQL. No second try mends it, and the rest of its
        // group has no part in it.
        Err(Stop::Broken(e)) if e.as_database_error().is_some_and(|e| e.code().is_some_and(|code| code == "54000")) => {
            Ok(Err(CommitError::Invalid(e.to_string())))
        }
        Err(Stop::Broken(e)) => Err(e),
    }
}
