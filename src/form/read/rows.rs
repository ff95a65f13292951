//! What stands in the rows of the two tables. Which rows hold an item is told by their contents: totals, notes and headings of
//! groups stand among them.

use std::collections::BTreeMap;

use super::page::Page;
use super::tables::Table;
use super::telling::{begins_remark, begins_sum, id, is_sum, number};
use super::{Cells, Found, FoundExchange, FoundItem};
use crate::form::book::Raw;
use crate::form::cell::{Understood, shown};
use crate::form::layout::{Column, EXCHANGES, ITEMS, MOST_ITEMS, Zone};
use crate::process::form::Exchange;
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;
use crate::text::{fold, letters};

/// The rows that hold an item. Totals, notes and group headings below and between are none.
pub(super) fn items(table: &Table, pages: &[Page], cells: &Cells) -> Vec<FoundItem> {
    let on = &pages[table.page];
    let mut found = Vec::new();
    for row in table.rows(on) {
        let read = |column: &Column| {
            let col = *table.at.get(column.name)?;
            if let Some(merged) = merged(table, on, row, col, column) {
                return Some((column.name, merged));
            }
            let raw = inherited(table, on, row, col, column);
            Some((column.name, cells.of(on, (row, col), raw, &column.kind, on.text(table.header, col))))
        };
        let mut row_cells: BTreeMap<&'static str, Found> = ITEMS.iter().filter_map(read).collect();
        let stt = table.stt(on, row);
        let id = row_cells.remove("ma").and_then(|f| id(&f.raw));
        row_cells.remove("stt");
        repeat(&mut row_cells, found.last());
        if is_item(id.as_deref(), stt, &row_cells) {
            let place = |column| on.place(row, table.at.get(column).copied().unwrap_or_default());
            // One beyond the most tells that there are too many.
            if found.len() > MOST_ITEMS {
                break;
            }
            found.push(FoundItem { id, no: stt.and_then(number), at: place("nd"), number_at: place("stt"), cells: row_cells });
        }
    }
    found
}

/// `nt`, `như trên` in Sales' columns mean what stands above, and are told back: a customer would read them on the quote.
fn repeat(cells: &mut BTreeMap<&'static str, Found>, above: Option<&FoundItem>) {
    for name in ["khu", "dg", "md", "pa"] {
        let Some(cell) = cells.get_mut(name).filter(|cell| says_ditto(&cell.raw)) else { continue };
        cell.read = match above.and_then(|item| item.value(name)) {
            Some(value) => Understood { value: Some(value.clone()), unusual: true, ..Understood::default() },
            None => Understood::default(),
        };
    }
}

/// `nt`, `-nt-`, `Như trên`, `〃`, `"`.
fn says_ditto(typed: &str) -> bool {
    let marks = |typed: &str| !typed.is_empty() && typed.chars().all(|c| matches!(c, '"' | '\'' | '“' | '”' | '″' | '〃'));
    marks(typed) || matches!(letters(typed).as_str(), "nt" | "n t" | "nhu tren" | "nhu muc tren" | "giong tren" | "ditto")
}

fn is_item(id: Option<&str>, stt: Option<&Raw>, cells: &BTreeMap<&'static str, Found>) -> bool {
    if id.is_some() {
        return true;
    }
    let filled = cells.values().filter(|f| !f.raw.is_empty()).count();
    let no = stt.and_then(number);
    let said = stt.map(shown).unwrap_or_default();
    let text = |name: &str| cells.get(name).map_or("", |f| f.raw.as_str());
    let content = fold(text("nd"));
    // `(1) (2) (3)` below the headers, sums, and remarks below the table.
    let counted = filled >= 2
        && cells.values().filter(|f| !f.raw.is_empty()).all(|f| f.raw.trim_matches(['(', ')']).parse::<u32>().is_ok());
    let summed = || {
        let blank = |names: &[&str]| names.iter().all(|name| text(name).is_empty());
        // The figures stand in whichever column.
        let figures = |name: &&str| text(name).is_empty() || text(name).starts_with(|c: char| c.is_ascii_digit());
        let row = begins_sum(&said) || is_sum(text("nd"));
        ["dg", "md", "pa"].iter().all(figures) && (row && blank(&["khu"]) || is_sum(text("khu")) && blank(&["nd"]))
    };
    if counted || (no.is_none() && summed()) {
        return false;
    }
    if no.is_none() && filled == 1 && (begins_remark(&fold(&said)) || begins_remark(&content)) {
        return false;
    }
    // A heading of a group (`I`, `Phân hệ Bán hàng`) has neither content nor number nor more than one cell.
    !content.is_empty() || filled >= 2 || (filled == 1 && no.is_some())
}

/// A cell within an area that is merged over several rows shows what its first cell holds: true of Sales' words
/// (one module for several items), not of costs, which would be counted twice.
fn inherited<'a>(table: &Table, on: &'a Page, row: u32, col: u32, column: &Column) -> Option<&'a Raw> {
    let own = on.sheet.cells.get(row, col);
    if own.is_some() || column.owner != Zone::Sales || matches!(column.name, "stt" | "nd") {
        return own;
    }
    let (top, left, ..) = on.area(row, col);
    let inside = top < row && top >= table.body && left == col;
    if inside { on.sheet.cells.get(top, left) } else { None }
}

/// A cell that somebody has merged with the one above it, in a column that is not Sales': what stands there is of all of them, and
/// whose it is cannot be told.
fn merged(table: &Table, on: &Page, row: u32, col: u32, column: &Column) -> Option<Found> {
    if column.owner == Zone::Sales || column.owner == Zone::System || on.filled(row, col) {
        return None;
    }
    let (top, left, bottom, right) = on.area(row, col);
    let over = top < row && top >= table.body && left == col;
    on.sheet.cells.get(top, left).filter(|_| over)?;
    let at = on.place(top, left);
    let area = format!("{}:{}", at.cell(), on.place(bottom, right).cell());
    let faults = vec![(Severity::Error, Fault::MergedCells { area })];
    // Nothing is put back into these cells where the form is returned: it would count once for each of them.
    Some(Found { at, raw: String::new(), read: Understood { faults, ..Understood::default() } })
}

/// Rows of the table of exchanges that say something.
pub(super) fn exchanges(table: &Table, pages: &[Page], cells: &Cells) -> Vec<FoundExchange> {
    let on = &pages[table.page];
    let mut found = Vec::new();
    for row in table.rows(on) {
        let cell = |name: &str| {
            let column = EXCHANGES.iter().find(|c| c.name == name)?;
            Some(cells.found(on, row, *table.at.get(name)?, &column.kind))
        };
        let words = |name: &str| match cell(name).map(|f| (f.read.value, f.raw)) {
            Some((Some(Value::Text(said) | Value::Choice(said)), _)) => said,
            // Not in the list: as typed.
            Some((_, raw)) => raw,
            None => String::new(),
        };
        let Some(Value::Text(text)) = cell("text").and_then(|f| f.read.value) else { continue };
        let (date, mut faults) = match cell("date") {
            Some(f) => (f.value().and_then(Value::date), f.problems("exchange.date", None).collect()),
            None => (None, Vec::new()),
        };
        // What is not plainly yes stays in the house, and its writer is told so.
        let shown = cell("shown");
        let unsure = shown.iter().flat_map(|f| f.problems("exchange.shown", None));
        faults.extend(unsure.map(|problem| Problem { severity: Severity::Warning, ..problem }));
        let shown = matches!(shown.and_then(|f| f.read.value), Some(Value::Choice(yes)) if yes == "yes");
        let at = on.place(row, table.at.get("text").copied().unwrap_or_default());
        let row = Exchange { date, who: words("who"), side: words("side"), item: words("item"), text, shown };
        found.push(FoundExchange { at, row, faults });
    }
    found
}
