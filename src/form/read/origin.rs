//! Where a workbook came from: what the desk wrote into it when it went out.

use std::collections::BTreeMap;

use crate::form::book::Book;
use crate::form::layout::HIDDEN_SHEET;
use crate::process::case::Case;
use crate::process::event::Recorded;
use crate::process::house::At;
use crate::process::value::Value;
use crate::text::squash;

use super::Found;
use crate::form::cell::shown;

/// Case, revision, reader and layout of a workbook, as far as it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `YC-2026-0012`.
    pub case: Option<String>,
    /// The form revision that was sent out.
    pub rev: Option<u32>,
    /// Whose copy it is: a role's name.
    pub role: Option<String>,
    pub schema: Option<u32>,
    /// When the desk that made it had last been brought back from a backup.
    pub restored: Option<At>,
}

impl Origin {
    /// Was it made in a time that the desk knows nothing of any more: after a backup that was restored since (`restores`, the
    /// oldest first)? The revisions of that time were given out again, to forms that hold something else.
    pub fn is_lost(&self, history: &[Recorded], restores: &[At]) -> bool {
        let since = restores.iter().find(|at| self.restored.is_none_or(|then| **at > then));
        let (Some(since), Some(rev), Some(_)) = (since, self.rev, &self.case) else { return false };
        let mut case = Case::default();
        let made = history.iter().find(|recorded| {
            case.apply(recorded);
            case.rev >= rev
        });
        made.is_none_or(|recorded| recorded.at >= *since)
    }

    /// From the document's properties, which LibreOffice keeps in every format; else from the hidden sheet, which
    /// survives programs that drop properties; else from the cells that people see.
    pub(super) fn of(book: &Book, fields: &BTreeMap<&'static str, Found>) -> Origin {
        let mut said: BTreeMap<String, String> = BTreeMap::new();
        if let Some(sheet) = book.sheets.iter().find(|s| s.name.trim().eq_ignore_ascii_case(HIDDEN_SHEET)) {
            for ((row, col), raw) in sheet.cells.iter() {
                if let (0, Some(key), Some(value)) = (col, known(&shown(raw)), sheet.cells.get(row, 1)) {
                    said.entry(key.into()).or_insert_with(|| shown(value));
                }
            }
        }
        for (name, value) in &book.properties {
            if let Some(key) = known(name) {
                said.insert(key.into(), value.clone());
            }
        }
        let visible = |name: &str| match fields.get(name)?.value()? {
            Value::Text(text) => Some(text.clone()),
            Value::Number(n) => Some(n.to_string()),
            _ => None,
        };
        let text = |key: &str| said.get(key).map(|v| squash(v)).filter(|v| !v.is_empty());
        let is_case = |id: &String| id.starts_with("YC-");
        let case = text("case").or_else(|| visible("id")).map(|id| id.to_uppercase()).filter(is_case);
        let number = |v: String| v.trim_end_matches(".0").parse::<u32>().ok();
        Origin {
            case,
            rev: text("rev").or_else(|| visible("rev")).and_then(number),
            role: text("role"),
            schema: text("schema").and_then(number),
            restored: text("restored").and_then(|at| at.parse().ok()),
        }
    }
}

/// `qd.case`, `qd_case`, `case`.
fn known(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let bare = name.strip_prefix("quotedesk").or_else(|| name.strip_prefix("qd")).unwrap_or(&name);
    match bare.trim_start_matches(['.', '_', ' ', '-']) {
        "case" | "id" => Some("case"),
        "rev" | "revision" => Some("rev"),
        "role" | "for" => Some("role"),
        "schema" => Some("schema"),
        "restored" => Some("restored"),
        _ => None,
    }
}
