//! Lists of what goes out, has gone, or cannot: for the operator, for `idle`, and for who is told of a bounce.

use std::sync::atomic::Ordering;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::effects::{Clocks, angled, bare};
use super::raw::text_of;
use super::words::way;
use super::{Store, Unavailable, at, ms, text};
use crate::process::house::{At, Email};

/// A row of `quotedesk outgoing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: i64,
    pub case_id: String,
    /// A word of [`super::kind`].
    pub kind: String,
    pub to: Email,
    pub letter: String,
    pub message_id: String,
    pub name: String,
    /// A word of [`super::way`].
    pub state: String,
    pub attempts: i64,
    pub doubts: i64,
    /// By the desk's clock.
    pub not_before: At,
    /// By the machine's clock; `None`: nothing more happens by itself. 1970 for what was never tried.
    pub next_at: Option<At>,
    pub created_at: At,
    pub sent_at: Option<At>,
    /// What the server (or the disk) said last.
    pub last_words: String,
}

/// Which of them are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutgoingFilter {
    /// All that is not sent.
    Unsent,
    /// Dead letters, bounces, and doubts that wait for the operator.
    Failed,
    /// All of a case, sent ones too.
    Case(String),
}

/// How much has not gone out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Due now, or being sent, or tried in vain so far.
    pub due: u64,
    /// Not yet to be sent.
    pub later: u64,
    /// For the operator: failed, bounced, or in doubt for the second time.
    pub failed: u64,
}

/// Tells whether another look at what was given up ([`OutgoingFilter::Failed`]) would find anything new.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenUp {
    /// Changes by this process, a mail that fails again at once among them.
    changes: u64,
    /// How many there are, and the sum of their ids: another process's changes.
    rows: i64,
    ids: i64,
}

const COLUMNS: &str = "id, raw(case_id), raw(kind), raw(to_addr), raw(letter), raw(message_id), raw(name), raw(state), attempts,
    doubts, not_before, due_at, created_at, sent_at, raw(last_words)";

impl Store {
    /// # Errors
    /// Where the store cannot be read.
    pub async fn outgoing(&self, filter: &OutgoingFilter) -> Result<Vec<Outgoing>, Unavailable> {
        let (condition, of) = match filter {
            OutgoingFilter::Unsent => ("state <> 'sent' AND $1 = ''", ""),
            OutgoingFilter::Failed => ("state <> 'sent' AND due_at IS NULL AND $1 = ''", ""),
            OutgoingFilter::Case(id) => ("case_id = $1", id.as_str()),
        };
        let sql = format!("SELECT {COLUMNS} FROM effect WHERE {condition} ORDER BY id");
        let rows = self.rows(self.asking(&sql).bind(text(of))).await?;
        Ok(rows.iter().map(outgoing_of).collect::<Result<_, _>>()?)
    }

    /// As long as this is the same nothing has been given up, sent again or come back since: asked all the time, and read off an
    /// index alone, however much was given up in all the years.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn given_up(&self) -> Result<GivenUp, Unavailable> {
        // Before the rows: what changes in between is news at the next look.
        let changes = self.0.given_up.load(Ordering::SeqCst);
        let sql = "SELECT COUNT(*) AS given_up, CAST(COALESCE(SUM(id), 0) AS BIGINT) AS ids
            FROM effect WHERE state <> 'sent' AND due_at IS NULL";
        let rows = self.rows(sqlx::query(sql)).await?;
        let Some(row) = rows.first() else { return Ok(GivenUp::default()) };
        Ok(GivenUp { changes, rows: row.try_get("given_up")?, ids: row.try_get("ids")? })
    }

    /// Effects of a kind ([`super::kind`]) that should have gone by `before` (the desk's clock), have been tried more than
    /// once and are tried on.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn tried_in_vain(&self, kind: &str, before: At) -> Result<Vec<Outgoing>, Unavailable> {
        // That it is not sent is said for the index that has those alone.
        let sql = format!(
            "SELECT {COLUMNS} FROM effect WHERE state <> 'sent' AND state IN ('queued', 'sending') AND kind = $1 AND attempts > 1
             AND due_at IS NOT NULL AND not_before <= $2 ORDER BY id"
        );
        let rows = self.rows(self.asking(&sql).bind(text(kind)).bind(ms(before))).await?;
        Ok(rows.iter().map(outgoing_of).collect::<Result<_, _>>()?)
    }

    /// The mail that an `In-Reply-To` or a bounce names.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn mail(&self, message_id: &str) -> Result<Option<Outgoing>, Unavailable> {
        if message_id.is_empty() {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS} FROM effect WHERE message_id IN ($1, $2) AND message_id <> '' ORDER BY id LIMIT 1");
        let ask = self.asking(&sql).bind(text(bare(message_id))).bind(text(&angled(message_id)));
        let rows = self.rows(ask).await?;
        Ok(rows.first().map(outgoing_of).transpose()?)
    }

    /// # Errors
    /// Where the store cannot be read.
    pub async fn unsent(&self, clocks: Clocks) -> Result<Unsent, Unavailable> {
        let sql = "SELECT raw(state), due_at, not_before, attempts FROM effect WHERE state <> 'sent'";
        let mut unsent = Unsent::default();
        for row in self.rows(self.asking(sql)).await? {
            let state = text_of(&row, "state")?;
            let due_at: Option<i64> = row.try_get("due_at")?;
            let not_before: i64 = row.try_get("not_before")?;
            let attempts: i64 = row.try_get("attempts")?;
            let under_way = state == way::SENDING || state == way::AT_DATA;
            let now = not_before <= ms(clocks.desk);
            match due_at {
                None => unsent.failed += 1,
                Some(due) if under_way || now && (attempts > 0 || due <= ms(clocks.real)) => unsent.due += 1,
                Some(_) => unsent.later += 1,
            }
        }
        Ok(unsent)
    }

    /// When the next mail that waits for its hour may go, by the desk's clock.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn next_mail(&self, after: At) -> Result<Option<At>, Unavailable> {
        let sql = "SELECT MIN(not_before) AS next FROM effect WHERE due_at IS NOT NULL AND not_before > $1";
        let rows = self.rows(sqlx::query(sql).bind(ms(after))).await?;
        let next: Option<i64> = rows.first().map(|r| r.try_get("next")).transpose()?.flatten();
        Ok(next.map(at))
    }
}

fn outgoing_of(row: &AnyRow) -> Result<Outgoing, sqlx::Error> {
    Ok(Outgoing {
        id: row.try_get("id")?,
        case_id: text_of(row, "case_id")?,
        kind: text_of(row, "kind")?,
        to: text_of(row, "to_addr")?,
        letter: text_of(row, "letter")?,
        message_id: text_of(row, "message_id")?,
        name: text_of(row, "name")?,
        state: text_of(row, "state")?,
        attempts: row.try_get("attempts")?,
        doubts: row.try_get("doubts")?,
        not_before: at(row.try_get("not_before")?),
        next_at: row.try_get::<Option<i64>, _>("due_at")?.map(at),
        created_at: at(row.try_get("created_at")?),
        sent_at: row.try_get::<Option<i64>, _>("sent_at")?.map(at),
        last_words: text_of(row, "last_words")?,
    })
}
