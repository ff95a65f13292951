//! SQLite keeps its tables' descriptions as texts in the file, and no check of its own sees a bit that flips in one. The least
//! that comes of it is a column that is not found any more; of a type that is no text any more the driver's thread dies,
//! and whoever waits for it waits for ever. So their sum is kept, and compared before anything is read by them.

use sqlx::{AnyConnection, Row};

use super::apply::SET_META;
use super::sum::{self, Sum};

/// The key in `meta`: the number of the last change of the schema, and the sum of the descriptions after it.
const KEY: &str = "tables";

/// Expressions have no declared type: nothing of what may be damaged is looked at in this.
const DESCRIPTIONS: &str = "SELECT CAST(type || ' ' || name || ' ' || tbl_name || ' ' || COALESCE(sql, '') AS BLOB) AS words
    FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'";
const KEPT: &str = "SELECT CAST(value AS BLOB) AS value, CAST(checksum AS INTEGER) AS checksum FROM meta WHERE key = $1";
const LAST_CHANGE: &str = "SELECT CAST(MAX(version) AS INTEGER) AS version FROM _sqlx_migrations";

/// How the tables are described just now.
pub(super) struct Tables {
    /// What `meta` should say of them. `None`: the store is new.
    said: Option<String>,
    /// What it says.
    kept: Option<String>,
}

impl Tables {
    pub async fn of(conn: &mut AnyConnection) -> Result<Tables, sqlx::Error> {
        let rows = sqlx::query(DESCRIPTIONS).fetch_all(&mut *conn).await?;
        let mut descriptions = rows.iter().map(|r| r.try_get::<Vec<u8>, _>("words")).collect::<Result<Vec<_>, _>>()?;
        // A backup has them in another order.
        descriptions.sort();
        // A store that is just being made has none of these two yet.
        let last = sqlx::query(LAST_CHANGE).fetch_one(&mut *conn).await;
        let kept = sqlx::query(KEPT).bind(KEY).fetch_optional(&mut *conn).await;
        let (Ok(last), Ok(kept)) = (last, kept) else { return Ok(Tables { said: None, kept: None }) };
        let sum = descriptions.iter().fold(Sum::new(), |sum, words| sum.bytes(words)).end();
        let last: Option<i64> = last.try_get("version")?;
        let kept = match kept {
            Some(row) => {
                let words = String::from_utf8_lossy(&row.try_get::<Vec<u8>, _>("value")?).into_owned();
                // Where the sum itself is damaged, it says nothing of the tables.
                let sound = sum::holds(row.try_get("checksum")?, || sum::of_meta(KEY, &words));
                Some(words).filter(|_| sound)
            }
            None => None,
        };
        Ok(Tables { said: last.map(|last| format!("{last} {sum}")), kept })
    }

    /// Not what they were after the same change of the schema. One that was broken off after it is no damage.
    pub fn are_damaged(&self) -> bool {
        let last = |words: &Option<String>| words.as_ref().and_then(|words| words.split_once(' ')).map(|(n, _)| n.to_owned());
        last(&self.said).is_some() && last(&self.said) == last(&self.kept) && self.said != self.kept
    }

    /// Keeps the sum, where it is not kept yet.
    pub async fn keep(&self, conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let Some(said) = self.said.as_ref().filter(|said| self.kept.as_ref() != Some(said)) else { return Ok(()) };
        let sum = sum::of_meta(KEY, said);
        sqlx::query(SET_META).bind(KEY).bind(said).bind(sum).execute(conn).await.map(drop)
    }
}
