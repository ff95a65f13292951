//! Sums that somebody has typed below the costs or the prices: the desk adds up itself, and says where it comes to another sum.

use std::collections::BTreeSet;

use super::page::Page;
use super::tables::Table;
use super::telling::begins_sum;
use super::{Cells, FoundItem};
use crate::form::cell::shown;
use crate::form::layout::ITEMS;
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::{Value, Vnd};
use crate::text::fold;

/// One finding for each such sum that is none of what it may be: of all items, of those that are offered, of those since the sum
/// above it.
pub(super) fn differing(table: &Table, items: &[FoundItem], pages: &[Page], cells: &Cells) -> Vec<Problem> {
    let on = &pages[table.page];
    let rows: BTreeSet<u32> = items.iter().map(|item| item.at.row).collect();
    let sums: Vec<u32> = table.rows(on).into_iter().filter(|row| !rows.contains(row) && is_sum(on, *row)).collect();
    let mut found = Vec::new();
    for column in ITEMS.iter().filter(|c| matches!(c.name, "kt_cp" | "gd_gia")) {
        let Some(col) = table.at.get(column.name).copied() else { continue };
        // A sum of what cannot be read says nothing.
        if items.iter().filter_map(|item| item.cells.get(column.name)).any(|cell| cell.has_error()) {
            continue;
        }
        let mut last = 0;
        for row in sums.iter().copied() {
            let cell = cells.of(on, (row, col), on.sheet.cells.get(row, col), &column.kind, on.text(table.header, col));
            let Some(said) = cell.value().and_then(Value::vnd) else { continue };
            let sum = |wanted: &dyn Fn(&&FoundItem) -> bool| -> Vnd {
                items.iter().filter(wanted).filter_map(|item| item.value(column.name)?.vnd()).sum()
            };
            let above = |item: &&FoundItem| item.at.row < row;
            let all = sum(&above);
            let offered = |item: &&FoundItem| ["kt_kq", "gd_bao"].iter().all(|name| !says_no(item, name));
            let may_be = [
                all,
                sum(&|_| true),
                sum(&|item| above(item) && offered(item)),
                sum(&|item| above(item) && item.at.row > last),
                sum(&|item| above(item) && item.at.row > last && offered(item)),
            ];
            last = row;
            if all > 0 && !may_be.contains(&said) {
                found.push(cell.at.problem(
                    column.name,
                    None,
                    Severity::Warning,
                    Fault::TotalDiffers { said, sum: all },
                    &cell.raw,
                ));
            }
        }
    }
    found
}

fn says_no(item: &FoundItem, name: &str) -> bool {
    matches!(item.value(name), Some(Value::Choice(code)) if code == "no")
}

/// A row that says it is a sum, and of these items alone: not with tax or a server.
fn is_sum(on: &Page, row: u32) -> bool {
    let texts: Vec<String> = on.sheet.cells.row(row).map(|(_, raw)| shown(raw)).collect();
    let more = ["vat", "thue", "gtgt", "server", "may chu", "chiet khau", "giam", "tax", "discount"];
    texts.iter().any(|text| begins_sum(text)) && !texts.iter().any(|text| more.iter().any(|word| fold(text).contains(word)))
}
