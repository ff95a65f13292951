//! Where the item table and the table of exchanges stand: found by their header rows, columns by header text; and where they
//! end.

use std::collections::{BTreeMap, BTreeSet};

use super::heads::Rows;
use super::labels::Labels;
use super::page::Page;
use super::signed;
use super::telling::{has_words, id, is_numbering};
use crate::form::book::Raw;
use crate::form::cell::shown;
use crate::form::layout::Column;
use crate::process::house::Person;

/// Columns of the sheet by column name.
pub(super) type At = BTreeMap<&'static str, u32>;

pub(super) struct Table {
    pub page: usize,
    of: Rows,
    /// The column that every row has to fill in.
    key: &'static str,
    /// First row: the band of roles over the header where there is one (`Sales điền`, `Kỹ thuật điền`), else the header.
    pub top: u32,
    pub header: u32,
    /// First row below the header.
    pub body: u32,
    /// First row that is no longer the table's.
    pub end: u32,
    pub at: At,
    /// The column that tells the table from others bears its official header.
    pub exact: bool,
    /// Rows of the body that are lines to sign.
    signed: BTreeSet<u32>,
}

impl Table {
    /// `key`: the column that every row has to fill in; `at`: its columns as they are found in the header's row.
    pub fn headed(page: usize, header: u32, of: Rows, key: &'static str, (at, exact): (At, bool)) -> Table {
        let (top, body, end) = (header, header + 1, u32::MAX);
        Table { page, of, key, top, header, body, end, at, exact, signed: BTreeSet::new() }
    }

    /// The item's id in a row.
    pub fn id(&self, on: &Page, row: u32) -> Option<String> {
        id(&shown(on.sheet.cells.get(row, *self.at.get("ma")?)?))
    }

    /// What stands in a row for its number.
    pub fn stt<'a>(&self, on: &Page<'a>, row: u32) -> Option<&'a Raw> {
        on.sheet.cells.get(row, *self.at.get("stt")?)
    }

    /// A line to sign.
    pub fn is_signed(&self, row: u32) -> bool {
        self.signed.contains(&row)
    }

    pub fn is_numbered(&self, on: &Page, row: u32) -> bool {
        self.stt(on, row).is_some_and(is_numbering)
    }

    /// Filled rows of the body, without the header where it is repeated, and without lines to sign.
    pub fn rows(&self, on: &Page) -> Vec<u32> {
        let mut rows = on.rows();
        rows.retain(|row| (self.body..self.end).contains(row));
        rows.retain(|row| self.id(on, *row).is_some() || !(self.signed.contains(row) || self.repeats(on, *row)));
        rows
    }

    /// The header once more, as over each group or from a sheet that was printed in parts; or the band over it.
    fn repeats(&self, on: &Page, row: u32) -> bool {
        let (again, _) = columns(on, row, self.of, self.key);
        let same = again.iter().filter(|(name, col)| self.at.get(*name) == Some(col)).count();
        let moved = again.iter().any(|(name, col)| self.at.get(name).is_some_and(|own| own != col));
        let header = !moved && same >= self.at.len().min(3);
        header || is_band(on, row) && bands(on, row) == on.sheet.cells.row(row).count()
    }
}

/// The table whose header row has `STT` and `Nội dung yêu cầu`; of several the one with most columns.
pub(super) fn items(pages: &[Page], people: &[Person]) -> Option<Table> {
    let table = find(pages, Rows::Items, "nd", |at, _, _| at.contains_key("stt") && at.contains_key("nd"))?;
    Some(without_signatures(table, pages, people))
}

/// The same on one sheet alone.
pub(super) fn items_on(pages: &[Page], page: usize, people: &[Person]) -> Option<Table> {
    let on = &pages[page];
    let mut table = find_on(page, on, Rows::Items, "nd", &|at, _, _| at.contains_key("stt") && at.contains_key("nd"))?;
    table.end = end(&table, on);
    Some(without_signatures(table, pages, people))
}

fn without_signatures(table: Table, pages: &[Page], people: &[Person]) -> Table {
    let on = &pages[table.page];
    let unnumbered = |row| table.id(on, row).is_none() && !table.is_numbered(on, row);
    let signed = signed::rows(on, &table.rows(on), unnumbered, people);
    Table { signed, ..table }
}

/// The table whose header row has `Người` and `Nội dung` and at least one column more.
pub(super) fn exchanges(pages: &[Page], items: Option<&Table>) -> Option<Table> {
    find(pages, Rows::Exchanges, "text", |at, page, row| {
        let other = items.is_some_and(|t| t.page == page && t.header == row);
        !other && at.len() >= 3 && at.contains_key("who") && at.contains_key("text")
    })
}

type Fits<'a> = &'a dyn Fn(&At, usize, u32) -> bool;

fn find(pages: &[Page], of: Rows, key: &'static str, fits: impl Fn(&At, usize, u32) -> bool) -> Option<Table> {
    let mut best: Option<Table> = None;
    for (page, on) in pages.iter().enumerate() {
        if let Some(found) = find_on(page, on, of, key, &fits)
            && best.as_ref().is_none_or(|b| found.at.len() > b.at.len())
        {
            best = Some(found);
        }
    }
    let mut table = best?;
    table.end = end(&table, &pages[table.page]);
    Some(table)
}

fn find_on(page: usize, on: &Page, of: Rows, key: &'static str, fits: Fits) -> Option<Table> {
    let mut best: Option<Table> = None;
    for row in on.rows() {
        let (at, exact) = columns(on, row, of, key);
        if fits(&at, page, row) && best.as_ref().is_none_or(|b| at.len() > b.at.len()) {
            let body = at.values().map(|col| on.area(row, *col).2).max().unwrap_or(row) + 1;
            let top = row.checked_sub(1).filter(|above| is_band(on, *above)).unwrap_or(row);
            best = Some(Table { top, body, ..Table::headed(page, row, of, key, (at, exact)) });
        }
    }
    best
}

/// A row read as a header: which column stands where, and whether the key column bears its official header.
pub(super) fn columns(on: &Page, row: u32, of: Rows, key: &str) -> (At, bool) {
    let (mut at, mut exact) = (BTreeMap::new(), false);
    let mut guesses: Vec<(&'static Column, u32)> = Vec::new();
    for (col, _) in on.sheet.cells.row(row) {
        let Some((column, official)) = on.heads(row, col).and_then(|heads| heads.column(of)) else { continue };
        // The official header wins over a synonym that stands further left.
        if official {
            exact |= column.name == key;
            at.entry(column.name).or_insert(col);
        } else {
            guesses.push((column, col));
        }
    }
    for (column, col) in guesses {
        at.entry(column.name).or_insert(col);
    }
    (at, exact)
}

/// At least two names of roles: one alone may be a label.
fn is_band(on: &Page, row: u32) -> bool {
    bands(on, row) >= 2
}

fn bands(on: &Page, row: u32) -> usize {
    on.sheet.cells.row(row).filter(|(col, _)| on.heads(row, *col).is_some_and(|heads| heads.band)).count()
}

/// The table ends where the rest of the form goes on: at a title, a label, or another table's header, below which no row
/// of this one comes any more. A title between two rows is the heading of a group (`II. Báo giá`).
fn end(table: &Table, on: &Page) -> u32 {
    let mut end = u32::MAX;
    // What lies below the row that is looked at, up to the next header or label: a row of this table, one with an item's id.
    let (mut more, mut ids) = (false, false);
    for row in on.rows().into_iter().rev().filter(|row| *row >= table.body) {
        let numbered = table.is_numbered(on, row);
        let cells = on.sheet.cells.row(row).count();
        if table.id(on, row).is_some() {
            ids = true;
        } else if !numbered && table.repeats(on, row) {
            // Goes on below it.
        } else if !numbered && (is_header(on, row) || heads_items(table, on, row) || Labels::heads_checks(on, row)) {
            (end, more, ids) = (row, false, false);
        } else if holds(table, on, row) {
            more = true;
        } else if !numbered && Labels::opens_row(on, row) {
            if !(more || ids) {
                end = row;
            }
            // A title may have another below it; a label with its value is not of this table.
            more &= cells < 2;
        } else if heads_other(table, on, row) {
            more = false;
        }
    }
    end
}

/// Words for a number and cells beside them: some other table's header.
pub(super) fn heads_other(table: &Table, on: &Page, row: u32) -> bool {
    let stt = table.stt(on, row);
    on.sheet.cells.row(row).count() > 2 && stt.is_some_and(|stt| has_words(&shown(stt)))
}

/// By its looks a row of the table, whatever its first cell says: numbered (`2.1` and `a` too) or not, its key column and
/// one more filled in, and none of them a label; beside one that happens to read like a label (a module `Trạng thái`) one
/// more still.
pub(super) fn holds(table: &Table, on: &Page, row: u32) -> bool {
    let stt = table.stt(on, row);
    let key = table.at.get(table.key).is_some_and(|col| on.filled(row, *col));
    if !key || stt.is_some_and(|stt| has_words(&shown(stt))) || is_counting(on, row) {
        return false;
    }
    let own = table.at.iter().filter(|(name, col)| !matches!(**name, "stt" | "ma") && on.filled(row, **col));
    let cells = own.count();
    match on.sheet.cells.row(row).filter(|(col, _)| Labels::is_label(on, row, *col)).count() {
        0 => table.is_numbered(on, row) || cells >= 2,
        1 => cells >= 3,
        _ => false,
    }
}

/// `(1) (2) (3)` below a header.
fn is_counting(on: &Page, row: u32) -> bool {
    let mut texts = on.sheet.cells.row(row).map(|(_, raw)| shown(raw));
    texts.all(|t| t.trim_matches(['(', ')']).parse::<u32>().is_ok())
}

/// `STT` for a number, and another column's name beside it: a header of items in other columns than the table's.
fn heads_items(table: &Table, on: &Page, row: u32) -> bool {
    let (at, _) = columns(on, row, Rows::Items, "nd");
    at.len() > 1 && at.get("stt").is_some_and(|col| table.at.get("stt") == Some(col))
}

pub(super) fn is_header(on: &Page, row: u32) -> bool {
    let official = |of| on.sheet.cells.row(row).filter(|(col, _)| on.heads(row, *col).is_some_and(|h| h.is_official(of))).count();
    [Rows::Items, Rows::Exchanges].into_iter().any(|of| official(of) >= 3)
}
