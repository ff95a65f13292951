//! Submissions whose contents came before in another delivery, and what was set aside since.

use super::apply::seen_of;
use super::read::quarantined_of;
use super::tx::{Quarantined, Seen};
use super::{Store, Unavailable, ms, text};
use crate::process::house::At;

impl Store {
    /// What was set aside since then, of that very moment too, without the bytes.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn quarantined_from(&self, since: At) -> Result<Vec<Quarantined>, Unavailable> {
        let sql = "SELECT raw(id), at, raw(from_addr), raw(why), raw(source) FROM quarantine WHERE state = 'kept' AND at >= $1
            ORDER BY at, quarantine.id LIMIT 1000";
        self.rows(self.asking(sql).bind(ms(since))).await?.iter().map(|r| quarantined_of(r, Vec::new())).collect()
    }

    /// The submissions whose key begins so, of those of which this became where it is named, the oldest first. Keys begin with
    /// what tells contents apart.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn seen_with_prefix(&self, prefix: &str, disposition: Option<&str>) -> Result<Vec<Seen>, Unavailable> {
        // A range of the primary key: `:` ends the prefix, `;` is the character after it.
        let end = format!("{};", prefix.strip_suffix(':').unwrap_or(prefix));
        let sql = "SELECT raw(key), at, raw(case_id), raw(answer), raw(disposition) FROM seen
            WHERE key >= $1 AND key < $2 AND (disposition = $3 OR $3 = '')";
        let ask = self.asking(sql).bind(text(prefix)).bind(text(&end)).bind(text(disposition.unwrap_or_default()));
        let rows = self.rows(ask).await?;
        let mut seen = rows.iter().map(seen_of).collect::<Result<Vec<Seen>, _>>()?;
        seen.sort_by_key(|seen| seen.at);
        Ok(seen)
    }
}
