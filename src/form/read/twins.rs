//! A sheet of the form that was copied within its workbook, and says something else than the first one: nobody but its
//! writer knows which of the two counts.

use std::collections::BTreeMap;

use super::labels::{ALIKE, Labels, MOST_SHEETS};
use super::page::Page;
use super::tables::{self, Table};
use super::{Cells, FoundItem, Place, rows};
use crate::form::book::Visibility;
use crate::form::cell::shown;
use crate::process::problem::{Kind as Fault, Problem, Severity};

/// The cells beside a sheet's labels, by field: page, row, column.
type Labelled = BTreeMap<&'static str, (usize, u32, u32)>;

/// One finding for each visible sheet that is a copy of another and differs from it, at the first cell that does.
pub(super) fn differing(pages: &[Page], labels: &Labels, table: Option<&Table>, cells: &Cells) -> Vec<Problem> {
    let visible = (0..pages.len()).filter(|at| pages[*at].sheet.visibility == Visibility::Visible).take(MOST_SHEETS);
    let labelled: Vec<(usize, Labelled)> = visible.map(|page| (page, labels.official(page, pages))).collect();
    let mut found = Vec::new();
    for (n, (copy, own)) in labelled.iter().enumerate() {
        let field = labelled[..n].iter().find_map(|(first, other)| Some((*first, field(other, own, pages)?)));
        let item = || {
            let table = table.filter(|t| t.page != *copy)?;
            Some((table.page, item(table, *copy, pages, cells)?))
        };
        if let Some((first, (at, said))) = field.or_else(item) {
            let fault = Fault::TwoSheets { other: pages[first].sheet.name.clone() };
            found.push(at.problem("", None, Severity::Error, fault, &said));
        }
    }
    found
}

/// The first single cell that differs, and what it says.
fn field(first: &Labelled, copy: &Labelled, pages: &[Page]) -> Option<(Place, String)> {
    let shared: Vec<_> = copy.iter().filter_map(|(name, spot)| Some((*first.get(name)?, *spot))).collect();
    if shared.len() < ALIKE {
        return None;
    }
    let said = |(page, row, col): (usize, u32, u32)| pages[page].sheet.cells.get(row, col).map(shown).unwrap_or_default();
    let (_, at) = shared.into_iter().filter(|(a, b)| said(*a) != said(*b)).min_by_key(|(_, at)| *at)?;
    Some((pages[at.0].place(at.1, at.2), said(at)))
}

/// The first row of a second item table with the same columns that differs.
fn item(table: &Table, copy: usize, pages: &[Page], cells: &Cells) -> Option<(Place, String)> {
    let second = tables::items_on(pages, copy, &cells.ctx.house.people)
        .filter(|t| t.exact && table.exact && t.at.keys().eq(table.at.keys()))?;
    let (firsts, copies) = (rows::items(table, pages, cells), rows::items(&second, pages, cells));
    let said = |row: &FoundItem| (row.id.clone(), row.cells.values().map(|f| f.raw.clone()).collect::<Vec<_>>());
    let differs = |n: &usize| firsts.get(*n).map(said) != copies.get(*n).map(said);
    let row = (0..firsts.len().max(copies.len())).find(differs)?;
    let header = || pages[copy].place(second.header, 0);
    let content = |row: &FoundItem| row.cells.get("nd").map(|f| f.raw.clone()).unwrap_or_default();
    Some(copies.get(row).map_or_else(|| (header(), String::new()), |row| (row.at.clone(), content(row))))
}
