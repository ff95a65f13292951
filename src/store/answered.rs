//! Which mails of the house's people were answered, and how often somebody was written to: what bounds a conversation with
//! a machine. Kept in the store, so that a restart forgets none of it.

use chrono::TimeDelta;
use sqlx::Row;

use super::{Store, Unavailable, ms, text};
use crate::process::house::At;

/// The same words of the same person about the same case are answered once within this time, where they bring nothing.
const SAME: TimeDelta = TimeDelta::hours(24);

/// What was answered before this mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// The same words of the same person about the same case, which had brought nothing. What was refused is not among them:
    /// said once more, it may reach somebody.
    pub same: u64,
    /// Mails of this person within the last hour that brought nothing.
    pub idle_of_person: u64,
    /// Mails about this case within the last day that brought nothing, whoever wrote them.
    pub idle_of_case: u64,
    /// All mails of this person within the last hour.
    pub of_person: u64,
}

impl Store {
    /// By the desk's clock.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn answered_before(&self, who: &str, case: &str, said: &str, now: At) -> Result<Before, Unavailable> {
        let hour = ms(now - TimeDelta::hours(1));
        let sql = "SELECT
            (SELECT COUNT(*) FROM answered WHERE who = $1 AND case_id = $2 AND said = $3 AND idle = 1 AND at > $4) AS same,
            (SELECT COUNT(*) FROM answered WHERE who = $1 AND idle > 0 AND at > $5) AS idle_of_person,
            (SELECT COUNT(*) FROM answered WHERE case_id = $2 AND case_id <> '' AND idle > 0 AND at > $6) AS idle_of_case,
            (SELECT COUNT(*) FROM answered WHERE who = $1 AND at > $5) AS of_person";
        let ask = sqlx::query(sql).bind(text(who)).bind(text(case)).bind(text(said));
        let rows = self.rows(ask.bind(ms(now - SAME)).bind(hour).bind(ms(now - TimeDelta::hours(24)))).await?;
        let Some(row) = rows.first() else { return Ok(Before::default()) };
        let count = |column: &str| Ok::<u64, sqlx::Error>(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or_default());
        Ok(Before {
            same: count("same")?,
            idle_of_person: count("idle_of_person")?,
            idle_of_case: count("idle_of_case")?,
            of_person: count("of_person")?,
        })
    }

    /// How many letters of a kind went to somebody since then, by the desk's clock.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn letters_to(&self, who: &str, letter: &str, since: At) -> Result<u64, Unavailable> {
        let sql = "SELECT COUNT(*) AS n FROM effect WHERE to_addr = $1 AND letter = $2 AND created_at > $3";
        let rows = self.rows(sqlx::query(sql).bind(text(who)).bind(text(letter)).bind(ms(since))).await?;
        let n: i64 = rows.first().map(|r| r.try_get("n")).transpose()?.unwrap_or_default();
        Ok(u64::try_from(n).unwrap_or_default())
    }
}
