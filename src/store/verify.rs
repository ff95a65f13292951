//! Is the store what it says? Every row against its checksum and its events, the references, the file itself.
//!
//! SQLite's own check compares tables with their indexes, and sees no bit that flips inside of a text: those are found by
//! the checksums that rows are written with. What neither of them covers is what a mail server said last and when.

use sqlx::any::AnyRow;
use sqlx::{Row, ValueRef};

use super::apply::{Columns, answered_sum, case_sum, outline_of, quarantined_sum, seen_of, seen_sum};
use super::effects::effect_holds;
use super::raw::text_of;
use super::read::{quarantined_of, recorded_of};
use super::tx::{AnsweredMail, Brought, CommitError};
use super::words::{aside, way};
use super::writer::{Done, Work};
use super::{Engine, Store, Unavailable, at, sum, text};
use crate::process::case::Case;
use crate::process::event::Recorded;
use crate::process::house::At;
use crate::process::outline::Outline;

/// Cases, marks, mails that are looked at together.
const PAGE: i64 = 200;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row of a case is not the sum of its events: `rebuild` mends it.
    RowDiffers { case_id: String },
    /// A row or an event cannot be read, or is not what was written; with what was found.
    Damaged { words: String },
    /// A mail or file that has not gone out yet is not what was written: it is not sent. With its id, for whom it is, and
    /// what of it is damaged.
    Mail { id: i64, to: String, words: String },
    /// Events are missing in between.
    Gap { case_id: String, seq: u64 },
    /// The database file itself is damaged, in the engine's words: restore a backup.
    Engine { words: String },
}

impl Store {
    /// Looks through everything. `fold` makes a case of its events. Reads only; the daemon may run meanwhile.
    ///
    /// # Errors
    /// Where PostgreSQL does not answer. What SQLite cannot read is a fault of its file.
    pub async fn verify(&self, fold: fn(&[Recorded]) -> Case) -> Result<Vec<Fault>, Unavailable> {
        let mut faults = self.verify_engine().await?;
        match self.verify_rows(fold, &mut faults).await {
            Err(why) if self.0.access.engine == Engine::Sqlite => faults.push(Fault::Engine { words: why.words() }),
            other => other?,
        }
        faults.dedup();
        Ok(faults)
    }

    /// Are the pages of PostgreSQL guarded by checksums of its own? `None` on SQLite, which has none.
    ///
    /// # Errors
    /// Where the server does not answer.
    pub async fn has_page_checksums(&self) -> Result<Option<bool>, Unavailable> {
        if self.0.access.engine == Engine::Sqlite {
            return Ok(None);
        }
        let rows = self.rows(sqlx::query("SELECT current_setting('data_checksums') AS set_to")).await?;
        Ok(rows.first().map(|r| r.try_get::<String, _>("set_to")).transpose()?.map(|word| word == "on"))
    }

    async fn verify_rows(&self, fold: fn(&[Recorded]) -> Case, faults: &mut Vec<Fault>) -> Result<(), Unavailable> {
        let mut after = String::new();
        loop {
            // Row and events in one statement, so that a commit in between is no fault.
            let sql =
                "SELECT c.id AS id, raw(c.data AS row_data), c.checksum AS row_checksum, raw(c.outline), c.outline_checksum,
                    raw(c.state), c.version, raw(c.sales), raw(c.people), raw(c.short), raw(c.customer), c.due_at, c.opened_at,
                    c.closed_at, raw(e.case_id), e.seq, e.at, raw(e.who), raw(e.on_behalf), raw(e.via), raw(e.kind), raw(e.data),
                    e.checksum
                FROM (SELECT * FROM case_row WHERE id > $1 ORDER BY id LIMIT $2) c
                LEFT JOIN event e ON e.case_id = c.id ORDER BY c.id, e.seq";
            let rows = self.rows(self.asking(sql).bind(text(&after)).bind(PAGE)).await?;
            let Some(last) = rows.last() else { break };
            after = Unavailable::unless_back("case_row", Some(&after), last.try_get("id")?)?;
            for of_case in rows.chunk_by(|a, b| id(a) == id(b)) {
                faults.extend(verify_case(of_case, fold)?);
            }
        }
        self.verify_marks(faults).await?;
        self.verify_effects(faults).await?;
        self.verify_set_aside(faults).await?;
        self.verify_words(faults).await
    }

    async fn verify_marks(&self, faults: &mut Vec<Fault>) -> Result<(), Unavailable> {
        let mut after = String::new();
        loop {
            let sql = "SELECT key, at, raw(case_id), raw(answer), raw(disposition), checksum FROM seen WHERE key > $1
                ORDER BY key LIMIT $2";
            let rows = self.rows(self.asking(sql).bind(text(&after)).bind(PAGE)).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Unavailable::unless_back("seen", Some(&after), last.try_get("key")?)?;
            for row in &rows {
                let seen = seen_of(row)?;
                if !sum::holds(row.try_get("checksum")?, || seen_sum(&seen)) {
                    faults.push(damaged(&format!("the mark of a submission taken at {} ({})", seen.at, seen.key)));
                }
            }
        }
    }

    async fn verify_effects(&self, faults: &mut Vec<Fault>) -> Result<(), Unavailable> {
        let mut after = i64::MIN;
        loop {
            let sql = "SELECT id, raw(case_id), raw(kind), raw(to_addr), raw(letter), raw(message_id), raw(name), raw(state),
                not_before, due_at, created_at, checksum FROM effect WHERE id > $1 ORDER BY id LIMIT $2";
            let rows = self.rows(self.asking(sql).bind(after).bind(PAGE)).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Unavailable::unless_back("effect", Some(&after), last.try_get("id")?)?;
            for row in &rows {
                let (id, state): (i64, String) = (row.try_get("id")?, text_of(row, "state")?);
                let (to, name) = (text_of(row, "to_addr")?, text_of(row, "name")?);
                let to = if to.is_empty() { name } else { to };
                let fault = |words: &str| Fault::Mail { id, to: to.clone(), words: words.into() };
                let due: Option<i64> = row.try_get("due_at")?;
                if !effect_holds(row)? {
                    faults.push(fault("not what was written (checksum)"));
                }
                match (state.as_str(), due) {
                    (way::QUEUED | way::SENDING | way::AT_DATA, Some(_))
                    | (way::SENT | way::FAILED | way::BOUNCED, None)
                    | (way::DOUBT, _) => {}
                    _ => faults.push(fault(&format!("its state {state:?} does not go with its time"))),
                }
                if !matches!(state.as_str(), way::SENT | way::BOUNCED) && !self.body_holds(id).await? {
                    faults.push(fault("its bytes are not what was written (checksum)"));
                }
            }
        }
    }

    /// One at a time: each may be as large as a mail server takes.
    async fn body_holds(&self, id: i64) -> Result<bool, Unavailable> {
        let sql = "SELECT raw(e.state), e.body_checksum, b.bytes FROM effect e LEFT JOIN body b ON b.effect_id = e.id
            WHERE e.id = $1";
        let rows = self.rows(self.asking(sql).bind(id)).await?;
        let Some(row) = rows.first() else { return Ok(true) };
        let body: Option<Vec<u8>> = row.try_get("bytes")?;
        let checksum = row.try_get("body_checksum")?;
        Ok(match body {
            // It may have been sent meanwhile.
            None => text_of(row, "state")? == way::SENT,
            Some(body) => sum::holds(checksum, || sum::of_bytes(&body)),
        })
    }

    async fn verify_set_aside(&self, faults: &mut Vec<Fault>) -> Result<(), Unavailable> {
        for id in self.rows(sqlx::query("SELECT id FROM quarantine ORDER BY at, id")).await? {
            let sql = "SELECT raw(id), at, raw(from_addr), raw(why), raw(source), raw(state), body, checksum
                FROM quarantine WHERE id = $1";
            let id: String = id.try_get("id")?;
            for row in self.rows(self.asking(sql).bind(text(&id))).await? {
                let kept = quarantined_of(&row, row.try_get("body")?)?;
                let state = text_of(&row, "state")?;
                let known = matches!(state.as_str(), aside::KEPT | aside::RELEASED | aside::DROPPED);
                if !known || !sum::holds(row.try_get("checksum")?, || quarantined_sum(&kept)) {
                    faults.push(damaged(&format!("what was set aside at {} ({id})", kept.at)));
                }
            }
        }
        Ok(())
    }

    /// The words of the desk itself, and whom it has answered.
    async fn verify_words(&self, faults: &mut Vec<Fault>) -> Result<(), Unavailable> {
        for row in self.rows(self.asking("SELECT raw(key), raw(value), checksum FROM meta ORDER BY meta.key")).await? {
            let (key, value) = (text_of(&row, "key")?, text_of(&row, "value")?);
            if !sum::holds(row.try_get("checksum")?, || sum::of_meta(&key, &value)) {
                faults.push(damaged(&format!("the desk's own word {key:?}")));
            }
        }
        let mut after = String::new();
        loop {
            let sql = "SELECT key, raw(who), raw(case_id), raw(said), idle, at, checksum FROM answered WHERE key > $1
                ORDER BY key LIMIT $2";
            let rows = self.rows(self.asking(sql).bind(text(&after)).bind(PAGE)).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = Unavailable::unless_back("answered", Some(&after), last.try_get("key")?)?;
            for row in &rows {
                let key: String = row.try_get("key")?;
                let (who, case_id, said) = (text_of(row, "who")?, text_of(row, "case_id")?, text_of(row, "said")?);
                let (brought, at) = (Brought::of(row.try_get("idle")?), at(row.try_get("at")?));
                let answered =
                    brought.map(|brought| AnsweredMail { key: key.clone(), who: who.clone(), case_id, said, brought, at });
                let sum = row.try_get("checksum")?;
                if !answered.is_some_and(|answered| sum::holds(sum, || answered_sum(&answered))) {
                    faults.push(damaged(&format!("the count of answers, for {who} ({key})")));
                }
            }
        }
    }

    async fn verify_engine(&self) -> Result<Vec<Fault>, Unavailable> {
        if self.0.access.engine == Engine::Postgres {
            // PostgreSQL checks its references at each write, and its pages by checksum where the server is set so.
            return Ok(Vec::new());
        }
        let mut faults = Vec::new();
        for check in ["PRAGMA integrity_check", "PRAGMA foreign_key_check"] {
            match self.rows(sqlx::query(check)).await {
                Ok(rows) => faults.extend(rows.iter().filter_map(of_engine)),
                Err(why) => faults.push(Fault::Engine { words: why.words() }),
            }
        }
        Ok(faults)
    }

    /// Writes the row of a case anew from its events. `false`: there is no such case.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be read or written, or an event is damaged.
    pub async fn rebuild(
        &self,
        id: &str,
        fold: fn(&[Recorded]) -> Case,
        wake_at: fn(&Case) -> Option<At>,
    ) -> Result<bool, CommitError> {
        let events = self.history(id).await?;
        if events.is_empty() {
            return Ok(false);
        }
        let case = Box::new(fold(&events));
        let wake_at = wake_at(&case);
        Ok(matches!(self.write(Work::Rebuild { case, wake_at }).await?, Done::Rows(n) if n > 0))
    }
}

fn damaged(what: &str) -> Fault {
    Fault::Damaged { words: format!("{what} is not what was written (checksum)") }
}

/// A row of SQLite's checks: `ok`, words, or a table whose row refers to nothing.
fn of_engine(row: &AnyRow) -> Option<Fault> {
    let words: String = row.try_get(0).unwrap_or_default();
    let words = if row.columns().len() > 1 { format!("a row of {words} refers to nothing") } else { words };
    (words != "ok").then_some(Fault::Engine { words })
}

fn id(row: &AnyRow) -> Option<String> {
    row.try_get("id").ok()
}

fn verify_case(rows: &[AnyRow], fold: fn(&[Recorded]) -> Case) -> Result<Vec<Fault>, Unavailable> {
    let mut faults = Vec::new();
    let mut events = Vec::with_capacity(rows.len());
    let Some(first) = rows.first() else { return Ok(faults) };
    let case_id: String = first.try_get("id")?;
    for row in rows {
        if row.try_get::<Option<i64>, _>("seq")?.is_none() {
            continue; // a case without events
        }
        match recorded_of(row) {
            Ok(event) => events.push(event),
            Err(e) => faults.push(Fault::Damaged { words: e.words() }),
        }
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    if let Some(seq) = (0..).zip(&events).find_map(|(seq, e)| (e.seq != seq).then_some(seq)) {
        faults.push(Fault::Gap { case_id, seq });
        return Ok(faults);
    }
    if events.is_empty() || !row_follows(first, &case_id, &fold(&events))? {
        faults.push(Fault::RowDiffers { case_id });
    }
    Ok(faults)
}

fn row_follows(row: &AnyRow, case_id: &str, folded: &Case) -> Result<bool, Unavailable> {
    let data = text_of(row, "row_data")?;
    let columns = Columns {
        state: text_of(row, "state")?,
        version: row.try_get("version")?,
        sales: text_of(row, "sales")?,
        people: text_of(row, "people")?,
        short: text_of(row, "short")?,
        customer: text_of(row, "customer")?,
        due_at: row.try_get("due_at")?,
        opened_at: row.try_get("opened_at")?,
        closed_at: row.try_get("closed_at")?,
    };
    let whole = sum::holds(row.try_get("row_checksum")?, || case_sum(case_id, &data));
    let stored = serde_json::from_str::<Case>(&data).ok();
    Ok(whole && columns == Columns::of(folded) && stored.as_ref() == Some(folded) && outline_follows(row, case_id, folded)?)
}

/// There may be none: of a row from before there were any.
fn outline_follows(row: &AnyRow, case_id: &str, folded: &Case) -> Result<bool, Unavailable> {
    if row.try_get_raw("outline")?.is_null() {
        return Ok(true);
    }
    let outline = text_of(row, "outline")?;
    let whole = row.try_get::<Option<i64>, _>("outline_checksum")? == Some(case_sum(case_id, &outline));
    Ok(whole && serde_json::from_str::<Outline>(&outline).ok() == outline_of(folded))
}
