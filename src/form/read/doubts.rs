//! What about the item table only its writer can say, and is asked back: words that belong to no item, items that are crossed out,
//! columns of one's own, a header that is not known.

use super::heads::Rows;
use super::labels::Labels;
use super::page::Page;
use super::tables::{Table, columns};
use super::telling::{begins_remark, begins_sum};
use super::{FoundItem, Place};
use crate::form::book::Raw;
use crate::form::cell::shown;
use crate::form::layout::label_key;
use crate::form::words;
use crate::text::{fold, squash};

/// Columns of one's own that are told.
const MOST_UNREAD: usize = 5;
/// Official headers in a row that is the item table's though one that it is known by is not among them.
const HEADERS: usize = 4;

/// Rows with words in one cell alone, and in one that belongs to an item: what is said there would be said of none. Each with
/// the column. Headings, sums and remarks are not meant for an item.
pub(super) fn lone(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, &'static str, String)> {
    let on = &pages[table.page];
    let is_read = |row: u32| items.iter().any(|item| item.at.row == row);
    let cell = |row: u32| {
        let mut filled = on.sheet.cells.row(row);
        let (Some((col, raw)), None) = (filled.next(), filled.next()) else { return None };
        let name = *table.at.iter().find(|(_, at)| **at == col)?.0;
        let said = shown(raw);
        let of_item = matches!(name, "dg" | "md" | "pa" | "kh_gc");
        let apart = begins_sum(&said) || begins_remark(&fold(&said)) || on.area(row, col).1 != on.area(row, col).3;
        let tells = said.chars().any(char::is_alphabetic) && !Labels::is_label(on, row, col);
        (of_item && tells && !apart).then(|| (on.place(row, col), name, said))
    };
    table.rows(on).into_iter().filter(|row| !is_read(*row)).filter_map(cell).collect()
}

/// Rows with a cell that is crossed out, at the content where that is, with the column. Whether such an item is still wanted
/// only its writer knows.
pub(super) fn crossed(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, &'static str, String)> {
    let on = &pages[table.page];
    let in_row = |item: &FoundItem| {
        let struck = |name: &&str| table.at.get(*name).is_some_and(|col| on.struck(item.at.row, *col));
        let column = std::iter::once("nd").chain(item.cells.keys().copied()).find(|name| struck(name))?;
        let found = item.cells.get(column)?;
        Some((found.at.clone(), column, found.raw.clone()))
    };
    items.iter().filter_map(in_row).collect()
}

/// Columns that somebody has added to the table, with what heads them: those in which something stands beside an item.
pub(super) fn unread(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, String)> {
    let on = &pages[table.page];
    let own = |col: u32| table.at.values().any(|at| *at == col || on.area(table.header, *at).3 >= col && *at < col);
    // What the desk reckons for the Director is nobody's to be read.
    let suggested = [words::SUGGESTED.vi, words::SUGGESTED.en].map(label_key);
    let head = |(col, raw): (u32, &Raw)| {
        let Raw::Text(said) = raw else { return None };
        if suggested.iter().any(|own| label_key(said).starts_with(own)) {
            return None;
        }
        let used = items.iter().any(|item| on.filled(item.at.row, col));
        let place = on.place(table.header, col);
        (used && !own(col) && said.chars().any(char::is_alphabetic)).then(|| (place, squash(said)))
    };
    on.sheet.cells.row(table.header).filter_map(head).take(MOST_UNREAD).collect()
}

/// Where there is no table: the row that looks like its header, at the column that is not found, with what stands there
/// instead.
pub(super) fn renamed(pages: &[Page]) -> Option<(Place, &'static str, String)> {
    for on in pages {
        for row in on.rows() {
            let (at, _) = columns(on, row, Rows::Items, "nd");
            let missing = ["nd", "stt"].into_iter().find(|name| !at.contains_key(name));
            let (Some(missing), true) = (missing, at.len() >= HEADERS) else { continue };
            let other = on.sheet.cells.row(row).find(|(col, _)| !at.values().any(|at| at == col));
            let (col, said) = other.map(|(col, raw)| (col, shown(raw))).unwrap_or_default();
            return Some((on.place(row, col), missing, squash(&said)));
        }
    }
    None
}
