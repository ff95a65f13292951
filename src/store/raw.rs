//! Texts whose bytes have become none. SQLite hands out whatever has become of a text on its disk, and the driver takes a row
//! with such a one for the failure of the whole answer: by one damaged row a store seemed to be away, all of its lists with it,
//! and no mail was claimed any more. So texts are asked for as bytes, and what is none reads as one that no checksum fits.
//!
//! Keys by which a list goes on page by page are asked for as they are: behind a damaged one nobody knows what comes next.

use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{AssertSqlSafe, Row, ValueRef};

use super::Engine;
use super::apply::Statement;

/// A statement in which `raw(data)`, `raw(c.data)` or `raw(c.data AS row_data)` stands for a text that [`text_of`] reads. A column
/// that the rows are ordered by is named there with its table, or they would be ordered by the bytes.
pub(super) fn asking(engine: Engine, sql: &str) -> Statement<'static> {
    // Constant texts only; what is asked for is bound.
    sqlx::query(AssertSqlSafe(spelt(engine, sql)))
}

fn spelt(engine: Engine, sql: &str) -> String {
    let mut parts = sql.split("raw(");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once(')').unwrap_or((part, ""));
        let of_itself = column.rsplit('.').next().unwrap_or(column);
        let (what, name) = column.split_once(" AS ").unwrap_or((column, of_itself));
        out.push_str(&match engine {
            Engine::Sqlite => format!("CAST({what} AS BLOB) AS {name}{rest}"),
            // It keeps no text that is none.
            Engine::Postgres => format!("{what} AS {name}{rest}"),
        });
    }
    out
}

/// A text. What is none begins with U+FFFD, as no text of ours does and no JSON can.
pub(super) fn text_of(row: &AnyRow, column: &str) -> Result<String, sqlx::Error> {
    if row.try_get_raw(column)?.type_info().kind() != AnyTypeInfoKind::Blob {
        return row.try_get(column);
    }
    let bytes: Vec<u8> = row.try_get(column)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|none| format!("\u{FFFD}{}", String::from_utf8_lossy(none.as_bytes()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_spelt_for_its_engine() {
        let sql = "SELECT raw(id), checksum, raw(c.data AS row_data) FROM case_row c WHERE id = $1";
        let sqlite = "SELECT CAST(id AS BLOB) AS id, checksum, CAST(c.data AS BLOB) AS row_data FROM case_row c WHERE id = $1";
        assert_eq!(spelt(Engine::Sqlite, sql), sqlite);
        let postgres = "SELECT id AS id, checksum, c.data AS row_data FROM case_row c WHERE id = $1";
        assert_eq!(spelt(Engine::Postgres, sql), postgres);
    }
}
