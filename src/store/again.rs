//! Submissions whose contents came before in another delivery.

use super::apply::seen_of;
use super::tx::Seen;
use super::{Store, Unavailable, text};

impl Store {
    /// The first submission whose key begins so. Keys begin with what tells contents apart.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn seen_with_prefix(&self, prefix: &str) -> Result<Option<Seen>, Unavailable> {
        // A range of the primary key: `:` ends the prefix, `;` is the character after it.
        let end = format!("{};", prefix.strip_suffix(':').unwrap_or(prefix));
        let sql = "SELECT key, at, case_id, answer, disposition, place FROM seen
            WHERE key >= $1 AND key < $2 ORDER BY key LIMIT 1";
        let rows = self.rows(sqlx::query(sql).bind(text(prefix)).bind(text(&end))).await?;
        Ok(rows.first().map(seen_of).transpose()?)
    }
}
