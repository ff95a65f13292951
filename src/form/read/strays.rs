//! Items that stand where no table is read: below the end of their own, in a second one, on a sheet of their own. They are never
//! passed over in silence, nor taken for deleted.

use std::collections::BTreeSet;

use super::heads::Rows;
use super::labels::Labels;
use super::page::Page;
use super::tables::{Table, columns, heads_other, holds, is_header};
use super::telling::is_sum;
use super::{FoundItem, Place};
use crate::form::book::Visibility;
use crate::form::cell::shown;
use crate::text::fold;

/// A row that looks like an item and that no table reads.
pub(super) struct Stray {
    pub at: Place,
    pub id: Option<String>,
    pub said: String,
}

/// The first such row of each visible sheet: below the table's end, or in a second table with other columns or on a sheet of
/// its own (`Bổ sung hạng mục`). Copies of the items that are read are none.
pub(super) fn on_each_sheet(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<Stray> {
    let known: BTreeSet<String> = items.iter().filter_map(|i| Some(fold(&i.cells.get("nd")?.raw))).collect();
    let visible = pages.iter().enumerate().filter(|(_, on)| on.sheet.visibility == Visibility::Visible);
    visible.filter_map(|(page, on)| stray(table, &known, page, on)).collect()
}

fn stray(table: &Table, known: &BTreeSet<String>, page: usize, on: &Page) -> Option<Stray> {
    let mut above = Above::Other;
    for row in on.rows() {
        if page == table.page && (table.top..table.end).contains(&row) {
            above = Above::Items;
            continue;
        }
        if let Some(header) = Above::header(&above, table, page, on, row) {
            above = header;
            continue;
        }
        let by = match &above {
            Above::Other => continue,
            Above::Items => table,
            Above::Second(second) => second,
        };
        let filled = |name: &str| by.at.get(name).is_some_and(|col| on.filled(row, *col));
        let id = by.id(on, row);
        // Below the table's end many things stand that fill in two of its columns.
        let looks = matches!(above, Above::Second(_))
            || id.is_some()
            || by.is_numbered(on, row)
            || ["khu", "nd", "dg", "md", "pa"].into_iter().all(filled);
        let Some(col) = by.at.get("nd").copied().filter(|_| looks && holds(by, on, row)) else { continue };
        let said = on.sheet.cells.get(row, col).map(shown).unwrap_or_default();
        if !is_sum(&said) && !known.contains(&fold(&said)) {
            return Some(Stray { at: on.place(row, col), id, said });
        }
    }
    None
}

/// The last header above a row that no table reads.
enum Above {
    /// That of the item table, which has ended since.
    Items,
    /// Another one of items.
    Second(Table),
    /// None, or one that items do not stand below.
    Other,
}

impl Above {
    /// What a row is the header of; `None`: it is none.
    fn header(above: &Above, table: &Table, page: usize, on: &Page, row: u32) -> Option<Above> {
        let by = match above {
            Above::Second(second) => second,
            _ => table,
        };
        if by.is_numbered(on, row) || by.id(on, row).is_some() {
            return None;
        }
        let (at, exact) = columns(on, row, Rows::Items, "nd");
        if at.contains_key("stt") && at.contains_key("nd") {
            // A price list or a plan has columns of its own.
            let own = ["khu", "dg", "md", "pa"].into_iter().filter(|name| at.contains_key(name)).count();
            let second = Table::headed(page, row, Rows::Items, "nd", (at, exact));
            return Some(if exact || own >= 2 { Above::Second(second) } else { Above::Other });
        }
        let other = || is_header(on, row) || Labels::heads_checks(on, row) || heads_other(by, on, row);
        (!matches!(above, Above::Other) && other()).then_some(Above::Other)
    }
}

/// Ids of items that stand below the table's end, with their places: rows that must not be taken for deleted.
pub(super) fn beyond(table: &Table, pages: &[Page]) -> Vec<(String, Place)> {
    let on = &pages[table.page];
    let Some(col) = table.at.get("ma").copied() else { return Vec::new() };
    let at = |row| on.place(row, table.at.get("nd").copied().unwrap_or(col));
    let below = on.rows().into_iter().filter(|row| *row >= table.end);
    below.filter_map(|row| Some((table.id(on, row)?, at(row)))).collect()
}
