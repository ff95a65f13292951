//! Is the store what it says? Every row against its events, the references, the file itself.

use sqlx::Row;

use super::read::recorded_of;
use super::tx::CommitError;
use super::writer::{Done, Work};
use super::{Engine, Store, Unavailable, text};
use crate::process::case::Case;
use crate::process::event::Recorded;
use crate::process::house::At;

/// Cases that are looked at together.
const PAGE: i64 = 200;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The row of a case is not the sum of its events: `rebuild` mends it.
    RowDiffers { case_id: String },
    /// A row or an event cannot be read; with what was found.
    Damaged { words: String },
    /// Events are missing in between.
    Gap { case_id: String, seq: u64 },
    /// The database file itself is damaged, in the engine's words: restore a backup.
    Engine { words: String },
}

impl Store {
    /// Looks through everything. `fold` makes a case of its events. Reads only; the daemon may run meanwhile.
    ///
    /// # Errors
    /// Where the store cannot be read at all.
    pub async fn verify(&self, fold: fn(&[Recorded]) -> Case) -> Result<Vec<Fault>, Unavailable> {
        let mut faults = self.verify_engine().await?;
        let mut after = String::new();
        loop {
            // Row and events in one statement, so that a commit in between is no fault.
            let sql = "SELECT c.id AS id, c.data AS row_data, e.case_id, e.seq, e.who, e.on_behalf, e.via, e.data
                FROM (SELECT id, data FROM case_row WHERE id > $1 ORDER BY id LIMIT $2) c
                LEFT JOIN event e ON e.case_id = c.id ORDER BY c.id, e.seq";
            let rows = self.rows(sqlx::query(sql).bind(text(&after)).bind(PAGE)).await?;
            let Some(last) = rows.last() else { return Ok(faults) };
            after = last.try_get("id")?;
            for of_case in rows.chunk_by(|a, b| id(a) == id(b)) {
                faults.extend(verify_case(of_case, fold)?);
            }
        }
    }

    async fn verify_engine(&self) -> Result<Vec<Fault>, Unavailable> {
        if self.0.access.engine == Engine::Postgres {
            // PostgreSQL checks its references at each write, and its pages by checksum where the server is set so.
            return Ok(Vec::new());
        }
        let mut faults = Vec::new();
        for row in self.rows(sqlx::query("PRAGMA integrity_check")).await? {
            let words: String = row.try_get(0)?;
            if words != "ok" {
                faults.push(Fault::Engine { words });
            }
        }
        for row in self.rows(sqlx::query("PRAGMA foreign_key_check")).await? {
            let table: String = row.try_get(0)?;
            faults.push(Fault::Engine { words: format!("a row of {table} refers to nothing") });
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
        let events = self.history(id).await.map_err(|e| CommitError::Unavailable(e.0))?;
        if events.is_empty() {
            return Ok(false);
        }
        let case = Box::new(fold(&events));
        let wake_at = wake_at(&case);
        Ok(matches!(self.write(Work::Rebuild { case, wake_at }).await?, Done::Rows(n) if n > 0))
    }
}

fn id(row: &sqlx::any::AnyRow) -> Option<String> {
    row.try_get("id").ok()
}

fn verify_case(rows: &[sqlx::any::AnyRow], fold: fn(&[Recorded]) -> Case) -> Result<Vec<Fault>, Unavailable> {
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
            Err(e) => faults.push(Fault::Damaged { words: e.0 }),
        }
    }
    if !faults.is_empty() {
        return Ok(faults);
    }
    if let Some(seq) = (0..).zip(&events).find_map(|(seq, e)| (e.seq != seq).then_some(seq)) {
        faults.push(Fault::Gap { case_id, seq });
        return Ok(faults);
    }
    let row = first.try_get::<String, _>("row_data")?;
    match serde_json::from_str::<Case>(&row) {
        Ok(case) if !events.is_empty() && case == fold(&events) => {}
        _ => faults.push(Fault::RowDiffers { case_id }),
    }
    Ok(faults)
}
