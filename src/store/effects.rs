//! Mails and files on their way out, as the store sees them.
//!
//! ```text
//! queued ── claim ──> sending ──> at_data ──> sent
//!   ^                    │           └─(reply lost)─> doubt ──(once)──> sending …
//!   └──── later ─────────┘──> failed
//! ```
//! Attempt and next time are written before the attempt (`claim`), so that a crash in the middle is nothing but a lease
//! that runs out. The number of the attempt is a fence: whoever has lost the lease can change nothing any more.

use chrono::TimeDelta;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::oneshot;

use super::apply::{Session, effect_sum, rows_of};
use super::raw::{self, text_of};
use super::words::kind;
use super::writer::{Along, Done, Work};
use super::{CommitError, Engine, Store, Unavailable, at, ms, sum, text};
use crate::process::house::{At, Email};

/// An attempt that has not reached the message's last dot by then is taken to have died.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Whoever is still at it says so this often.
pub const SIGN_OF_LIFE: std::time::Duration = std::time::Duration::from_secs(45);
/// The server's reply to the last dot is waited for 10 minutes (RFC 5321, 4.5.3.2.6); then it is a doubt.
const REPLY: TimeDelta = TimeDelta::minutes(12);
/// A mail in doubt waits so long for its copy to come to the desk's own mailbox, before it goes a second time.
const COPY: TimeDelta = TimeDelta::minutes(15);
/// SQLite's writer lets the bytes go in the statement that says they are sent: one way to the driver's thread and back in place
/// of four. Of this connection alone, so that no table's description changes.
pub(super) const LETS_GO: &str = "CREATE TEMP TRIGGER lets_go AFTER UPDATE OF state ON main.effect WHEN NEW.state = 'sent'
    BEGIN DELETE FROM body WHERE effect_id = NEW.id; END";
/// Bodies that one statement lets go at most.
const LET_GO: usize = 16;
/// After so many attempts a crash in the middle is not tried again at once: the mail itself may be what kills.
pub(super) const QUICK_ATTEMPTS: i64 = 5;

/// Two clocks. On a rehearsal desk they differ: reminders follow the desk's, retries the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    pub desk: At,
    pub real: At,
}

impl Clocks {
    /// Both the same: any desk that is no rehearsal.
    pub fn same(now: At) -> Clocks {
        Clocks { desk: now, real: now }
    }
}

/// An effect that is this process's to carry out until the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub id: i64,
    /// The number of this attempt, from 1.
    pub attempt: i64,
    pub case_id: String,
    /// A file where this is `None`.
    pub to: Option<Email>,
    pub letter: String,
    pub message_id: String,
    /// Of a mail its file name in `outbox/mail/`; of a file its path under `outbox/` or `archive/`.
    pub name: String,
    /// Times that the server may have taken it without our hearing so.
    pub doubts: i64,
    /// By the machine's clock, later by all the time that nobody could try in.
    pub first_try: At,
    pub body: Vec<u8>,
    /// The row is not what was written: its bytes or its receiver may be others. Not to be sent.
    pub damaged: bool,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Still at it, as for a large mail on a slow line: the lease begins anew. By the machine's clock.
    Alive { real: At },
    /// About to send the last dot: from here on the mail may have arrived. Not while all sending is on hold. By the
    /// machine's clock.
    AtData { real: At },
    /// With the server's reply, or the path that was written.
    Sent { at: At, words: String },
    /// Once more at `at` (the machine's clock).
    Later { at: At, words: String },
    /// The same, but the server was away: the time until it is given up goes on from `since`.
    Away { at: At, since: At, words: String },
    /// For good: a dead letter, until the operator sends it again.
    Failed { words: String },
    /// The reply to the last dot was lost. By the machine's clock.
    Doubt { real: At, words: String },
}

/// Which effects are claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinds {
    All = 0,
    Files = 1,
    Mails = 2,
}

/// What a look for work finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    Nothing,
    Work,
    /// Attempts whose end nobody has told, or times that a wrong clock has put off: these are set right first.
    Late,
}

/// A day: no lease and no pause between attempts is that long, and no two clocks that go right are that far apart.
macro_rules! day_ms {
    () => {
        "86400000"
    };
}

/// What may be claimed: due by both clocks, not held, and no earlier mail of the same case to the same person still
/// under way. What was made more than a day from now was made while the clock ran ahead: nobody waits until it is that
/// late. `$1` real, `$2` desk, `$3` which kinds.
macro_rules! due {
    () => {
        concat!(
            "FROM effect a
    WHERE a.due_at <= $1 AND (a.not_before <= $2 OR a.created_at > $2 + ",
            day_ms!(),
            ") AND a.state IN ('queued', 'sending', 'doubt')
      AND ((a.kind = 'file' AND $3 <> 2)
        OR (a.kind <> 'file' AND $3 <> 1 AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'hold')))
      AND (a.kind = 'file' OR NOT EXISTS (
        SELECT 1 FROM effect b WHERE b.case_id = a.case_id AND b.to_addr = a.to_addr AND b.id < a.id
          AND b.due_at IS NOT NULL AND b.not_before <= $2 AND b.kind = 'mail' AND b.state <> 'doubt'))"
        )
    };
}

/// Claims what is due, in one statement: `$4` how many (a sum, for SQLite plans a statement anew each time that a bare
/// parameter says how many rows there may be), `$5` the end of the lease, `$6` the daemon. `$lock`: several daemons
/// pass over rows that another one is just claiming. How much too late it comes (the desk stood still, mail was on hold, an
/// earlier mail was in the way) is no time in which it was tried.
macro_rules! take {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (SELECT a.id ",
            due!(),
            " ORDER BY a.due_at, a.id LIMIT 0 + $4",
            $lock,
            ")
    UPDATE effect SET state = 'sending', attempts = attempts + 1, due_at = $5, daemon = $6,
        first_try = COALESCE(CASE WHEN first_try > $1 THEN $1 ELSE first_try + ($1 - due_at) END, $1)
    WHERE id IN (SELECT id FROM due)
    RETURNING id, attempts, raw(case_id), raw(kind), raw(to_addr), raw(letter), raw(message_id), raw(name), doubts, first_try,
        not_before, created_at, checksum, body_checksum, (SELECT bytes FROM body WHERE effect_id = effect.id) AS bytes"
        )
    };
}

const TAKE: &str = take!("");
const TAKE_POSTGRES: &str = take!(" FOR UPDATE OF a SKIP LOCKED");

/// Is there any (1), or an attempt whose reply has not come, or a next attempt that a wrong clock has put off (2)? One
/// question, for it is asked all the time.
const LOOK: &str = concat!(
    "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM effect WHERE state = 'at_data' AND due_at <= $1)
       OR EXISTS (SELECT 1 FROM effect WHERE due_at > $1 + ",
    day_ms!(),
    ") THEN 2 WHEN EXISTS (SELECT 1 ",
    due!(),
    ") THEN 1 ELSE 0 END AS BIGINT) AS due"
);

/// Attempts are hours apart at most and leases minutes: what is due after more than a day was put there by a clock that ran
/// ahead. `$1` real.
const PUT_OFF: &str = concat!("UPDATE effect SET due_at = $1 WHERE due_at > $1 + ", day_ms!());

impl Store {
    /// Takes effects that are due, at most `limit`, in the order in which they were made. They are this process's for
    /// two minutes; attempt and lease are committed when this returns.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn claim(&self, clocks: Clocks, limit: usize) -> Result<Vec<Claimed>, CommitError> {
        self.claim_of(clocks, limit, Kinds::All).await
    }

    /// `claim` of documents alone: while a mail server keeps all mails waiting, they go on.
    ///
    /// # Errors
    /// As `claim`.
    pub async fn claim_files(&self, clocks: Clocks, limit: usize) -> Result<Vec<Claimed>, CommitError> {
        self.claim_of(clocks, limit, Kinds::Files).await
    }

    /// `claim` of mails alone: while a share keeps all documents waiting, they go on.
    ///
    /// # Errors
    /// As `claim`.
    pub async fn claim_mails(&self, clocks: Clocks, limit: usize) -> Result<Vec<Claimed>, CommitError> {
        self.claim_of(clocks, limit, Kinds::Mails).await
    }

    async fn claim_of(&self, clocks: Clocks, limit: usize, kinds: Kinds) -> Result<Vec<Claimed>, CommitError> {
        let due = self.look_for(clocks, kinds).await?;
        if due == Due::Nothing {
            return Ok(Vec::new());
        }
        match self.write(Work::Claim { clocks, limit, kinds, late: due == Due::Late }).await? {
            Done::Claimed(claimed) => Ok(claimed),
            Done::Rows(_) => Ok(Vec::new()),
        }
    }

    /// `claim` within the next commit of this process that brings effects, of what is due by `clock` then: a mail is on its
    /// way without a look and a commit of its own. One waits at a time: who comes later takes the place.
    pub fn claim_along(&self, clock: impl Fn() -> Clocks + Send + 'static, limit: usize) -> Claiming {
        let (reply, claimed) = oneshot::channel();
        let claim = Box::new(move || Work::Claim { clocks: clock(), limit, kinds: Kinds::All, late: false });
        self.0.waiting.put(Along { claim, reply });
        Claiming(claimed)
    }

    /// Nobody waits any more. What `claim_along` has been given already comes all the same.
    pub fn claim_no_more(&self) {
        drop(self.0.waiting.take());
    }

    /// Is there something to claim, of documents alone if so wanted? Cheap, writes nothing.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn look(&self, clocks: Clocks, files_only: bool) -> Result<Due, Unavailable> {
        self.look_for(clocks, if files_only { Kinds::Files } else { Kinds::All }).await
    }

    async fn look_for(&self, clocks: Clocks, kinds: Kinds) -> Result<Due, Unavailable> {
        let ask = sqlx::query(LOOK).bind(ms(clocks.real)).bind(ms(clocks.desk)).bind(kinds as i64);
        let rows = self.rows(ask).await?;
        let due: i64 = rows.first().map(|r| r.try_get("due")).transpose()?.unwrap_or_default();
        Ok(match due {
            0 => Due::Nothing,
            1 => Due::Work,
            _ => Due::Late,
        })
    }

    /// Records what became of an attempt. `false`: the lease was lost meanwhile, nothing is changed; before the last
    /// dot that means: do not send.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn change(&self, claimed: &Claimed, change: Change) -> Result<bool, CommitError> {
        self.changed_one(Work::Change { id: claimed.id, attempt: claimed.attempt, change }).await
    }

    /// At start, with the lock: attempts of a process that died are due at once; those that had reached the last dot
    /// become doubts. On PostgreSQL `bury` and the leases do that.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn take_over(&self, real: At) -> Result<(), CommitError> {
        match self.0.access.engine {
            Engine::Sqlite => self.write(Work::Orphans { real }).await.map(drop),
            Engine::Postgres => Ok(()),
        }
    }

    /// Sends a failed or doubtful mail again, from the first attempt on. `false`: there is none with this id, or its
    /// bytes are gone because it was sent.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn resend(&self, id: i64) -> Result<bool, CommitError> {
        self.changed_one(Work::Resend { id }).await
    }

    /// A copy of a mail came to the desk's own mailbox: the server has taken it, no doubt any more. A second copy that is
    /// just being sent is stopped before its last dot.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn arrived(&self, message_id: &str, desk: At) -> Result<bool, CommitError> {
        self.changed_one(Work::Arrived { message_id: message_id.to_owned(), at: desk }).await
    }

    async fn changed_one(&self, work: Work) -> Result<bool, CommitError> {
        Ok(matches!(self.write(work).await?, Done::Rows(n) if n > 0))
    }

    /// The bytes of an effect that has not gone out yet.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn body(&self, id: i64) -> Result<Option<Vec<u8>>, Unavailable> {
        let rows = self.rows(sqlx::query("SELECT bytes FROM body WHERE effect_id = $1").bind(id)).await?;
        Ok(rows.first().map(|r| r.try_get("bytes")).transpose()?)
    }
}

/// What `claim_along` will have claimed.
#[derive(Debug)]
pub struct Claiming(oneshot::Receiver<Result<Done, CommitError>>);

impl Claiming {
    /// Waits for it; nothing where the commit failed or nobody waits any more.
    pub async fn claimed(&mut self) -> Vec<Claimed> {
        match (&mut self.0).await {
            Ok(Ok(Done::Claimed(claimed))) => claimed,
            _ => Vec::new(),
        }
    }
}

impl Session<'_> {
    /// `late`: first what [`Due::Late`] tells of is set right.
    pub(super) async fn claim(
        &mut self,
        clocks: Clocks,
        limit: usize,
        kinds: Kinds,
        late: bool,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        let real = ms(clocks.real);
        if late {
            self.run(sqlx::query(PUT_OFF).bind(real)).await?;
            let doubt = "UPDATE effect SET state = 'doubt', doubts = doubts + 1, last_words = 'no reply after the last dot',
                due_at = CASE WHEN doubts = 0 THEN $1 ELSE NULL END WHERE state = 'at_data' AND due_at <= $2";
            self.run(sqlx::query(doubt).bind(ms(clocks.real + COPY)).bind(real)).await?;
        }
        let take = match self.engine {
            Engine::Sqlite => TAKE,
            Engine::Postgres => TAKE_POSTGRES,
        };
        let take = raw::asking(self.engine, take).bind(real).bind(ms(clocks.desk)).bind(kinds as i64);
        let take = take.bind(i64::try_from(limit).unwrap_or(i64::MAX)).bind(ms(clocks.real + LEASE)).bind(self.daemon);
        let mut claimed = self.rows(take).await?.iter().map(claimed_of).collect::<Result<Vec<Claimed>, _>>()?;
        // Rows come back in any order. What was never tried goes first, as it was made.
        claimed.sort_by_key(|c| (c.attempt, c.id));
        Ok(claimed)
    }

    pub(super) async fn change(&mut self, id: i64, attempt: i64, change: &Change) -> Result<u64, sqlx::Error> {
        let statement = match change {
            Change::Alive { real } => {
                sqlx::query("UPDATE effect SET due_at = $1 WHERE id = $2 AND attempts = $3 AND state = 'sending'")
                    .bind(ms(*real + LEASE))
            }
            // A second time within an attempt: the server has refused the first try whole, and a smaller one follows.
            Change::AtData { real } => sqlx::query(
                "UPDATE effect SET state = 'at_data', due_at = $1
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data')
                   AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'hold')",
            )
            .bind(ms(*real + REPLY)),
            Change::Sent { at, .. } => sqlx::query(
                "UPDATE effect SET state = 'sent', sent_at = $1, last_words = $4, due_at = NULL
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data', 'doubt')",
            )
            .bind(ms(*at)),
            Change::Later { at, .. } => sqlx::query(
                "UPDATE effect SET state = 'queued', due_at = $1, last_words = $4
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data')",
            )
            .bind(ms(*at)),
            Change::Away { at, .. } => sqlx::query(
                "UPDATE effect SET state = 'queued', due_at = $1, last_words = $4, first_try = $5
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data')",
            )
            .bind(ms(*at)),
            Change::Failed { .. } => sqlx::query(
                "UPDATE effect SET state = 'failed', due_at = $1, last_words = $4
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data')",
            )
            .bind(None::<i64>),
            Change::Doubt { real, .. } => sqlx::query(
                "UPDATE effect SET state = 'doubt', doubts = doubts + 1, last_words = $4,
                 due_at = CASE WHEN doubts = 0 THEN $1 ELSE NULL END
                 WHERE id = $2 AND attempts = $3 AND state IN ('sending', 'at_data')",
            )
            .bind(ms(*real + COPY)),
        };
        let statement = statement.bind(id).bind(attempt);
        let statement = match change {
            Change::AtData { .. } | Change::Alive { .. } => statement,
            Change::Sent { words, .. } | Change::Later { words, .. } | Change::Failed { words } | Change::Doubt { words, .. } => {
                statement.bind(text(words))
            }
            Change::Away { words, since, .. } => statement.bind(text(words)).bind(ms(*since)),
        };
        self.run(statement).await
    }

    /// The bytes of what is sent, where the engine does not let them go by itself ([`LETS_GO`]).
    pub(super) async fn let_go(&mut self, sent: &[i64]) -> Result<(), sqlx::Error> {
        for some in sent.chunks(LET_GO) {
            let delete = AssertSqlSafe(format!("DELETE FROM body WHERE effect_id IN {}", rows_of(1, some.len(), "")));
            self.run(some.iter().fold(sqlx::query(delete), |delete, id| delete.bind(*id))).await?;
        }
        Ok(())
    }

    pub(super) async fn orphans(&mut self, real: At) -> Result<u64, sqlx::Error> {
        let sql = "UPDATE effect SET due_at = CASE WHEN due_at < $1 THEN due_at ELSE $1 END
            WHERE due_at IS NOT NULL AND (state = 'at_data' OR (state = 'sending' AND attempts <= $2))";
        self.run(sqlx::query(sql).bind(ms(real)).bind(QUICK_ATTEMPTS)).await
    }

    pub(super) async fn resend(&mut self, id: i64) -> Result<u64, sqlx::Error> {
        // The count goes on, for it is also the fence.
        let sql = "UPDATE effect SET state = 'queued', due_at = 0, doubts = 0, first_try = NULL
            WHERE id = $1 AND state IN ('failed', 'doubt', 'queued', 'bounced')
                AND EXISTS (SELECT 1 FROM body WHERE effect_id = effect.id)";
        self.run(sqlx::query(sql).bind(id)).await
    }

    /// Its copy came to the desk.
    pub(super) async fn arrived(&mut self, message_id: &str, desk: At) -> Result<u64, sqlx::Error> {
        let (bare, angled) = (text(bare(message_id)), text(&angled(message_id)));
        let came = "UPDATE effect SET state = 'sent', due_at = NULL, sent_at = $1
             WHERE message_id IN ($2, $3) AND message_id <> ''
               AND (state IN ('at_data', 'doubt') OR doubts > 0 AND state IN ('queued', 'sending', 'failed'))";
        let changed = self.run(sqlx::query(came).bind(ms(desk)).bind(bare.clone()).bind(angled.clone())).await?;
        if changed > 0 {
            let let_go = "DELETE FROM body WHERE effect_id IN (SELECT id FROM effect
                WHERE message_id IN ($1, $2) AND message_id <> '' AND state = 'sent')";
            self.run(sqlx::query(let_go).bind(bare).bind(angled)).await?;
        }
        Ok(changed)
    }

    /// It came back, with these words of a mail system.
    pub(super) async fn came_back(&mut self, message_id: &str, words: &str, desk: At) -> Result<u64, sqlx::Error> {
        let (bare, angled) = (text(bare(message_id)), text(&angled(message_id)));
        let sql = "UPDATE effect SET state = 'bounced', due_at = NULL, sent_at = COALESCE(sent_at, $1), last_words = $3
             WHERE message_id IN ($2, $4) AND message_id <> '' AND state IN ('sent', 'at_data', 'doubt')";
        self.run(sqlx::query(sql).bind(ms(desk)).bind(bare).bind(text(words)).bind(angled)).await
    }
}

/// Ids are compared with and without their brackets: both ways are in use.
pub(super) fn bare(message_id: &str) -> &str {
    message_id.trim_matches(['<', '>', ' '])
}

pub(super) fn angled(message_id: &str) -> String {
    format!("<{}>", bare(message_id))
}

fn claimed_of(row: &AnyRow) -> Result<Claimed, sqlx::Error> {
    let body: Option<Vec<u8>> = row.try_get("bytes")?;
    let (kind, to) = (text_of(row, "kind")?, text_of(row, "to_addr")?);
    let damaged = body.is_none() || !effect_holds(row)?;
    let body = body.unwrap_or_default();
    let damaged = damaged || !sum::holds(row.try_get("body_checksum")?, || sum::of_bytes(&body));
    Ok(Claimed {
        id: row.try_get("id")?,
        attempt: row.try_get("attempts")?,
        case_id: text_of(row, "case_id")?,
        to: (kind == kind::MAIL).then_some(to),
        letter: text_of(row, "letter")?,
        message_id: text_of(row, "message_id")?,
        name: text_of(row, "name")?,
        doubts: row.try_get("doubts")?,
        first_try: at(row.try_get("first_try")?),
        body,
        damaged,
    })
}

/// Is a row, but for its bytes and for what changes, what was written?
pub(super) fn effect_holds(row: &AnyRow) -> Result<bool, sqlx::Error> {
    let word = |column: &str| text_of(row, column);
    let words = [word("case_id")?, word("kind")?, word("letter")?, word("to_addr")?, word("message_id")?, word("name")?];
    let (not_before, created_at) = (row.try_get("not_before")?, row.try_get("created_at")?);
    Ok(sum::holds(row.try_get("checksum")?, || effect_sum(&words, not_before, created_at)))
}
