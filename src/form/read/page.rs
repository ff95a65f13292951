//! A sheet that people fill in, and what of it may be a label.

use std::collections::HashMap;

use super::Place;
use super::heads::Heads;
use crate::form::book::{Area, Book, Raw, Sheet, Visibility};
use crate::form::layout::{HELP_SHEET, HIDDEN_SHEET, label_key};

/// Areas looked at when a cell may be part of a merged one.
const MOST_MERGED: usize = 1_000;
/// Rows of an area that are looked through for contents: more than any area of a form has.
const TALLEST: u32 = 64;

pub(super) struct Page<'a> {
    pub sheet: &'a Sheet,
    /// By their first cell.
    merged: HashMap<(u32, u32), Area>,
    /// Of the cells that may say something: tables, labels and titles are looked for among them, again and again.
    heads: HashMap<(u32, u32), Heads>,
}

/// The sheets that may hold parts of the form: neither the guide nor the desk's own hidden one; visible ones first.
pub(super) fn pages(book: &Book) -> Vec<Page<'_>> {
    let guide = [HELP_SHEET.vi, HELP_SHEET.en].map(label_key);
    let usable = |s: &&Sheet| {
        let name = label_key(&s.name);
        s.visibility != Visibility::VeryHidden && name != label_key(HIDDEN_SHEET) && !guide.contains(&name)
    };
    let mut pages: Vec<Page> = book.sheets.iter().filter(usable).map(Page::new).collect();
    pages.sort_by_key(|p| p.sheet.visibility != Visibility::Visible);
    pages
}

/// Contents beside its first cell: no program merges such cells, but some (openpyxl) leave merged areas where they were
/// when rows or columns are put in or taken out, and what stands in them now stands there by chance.
fn is_torn(sheet: &Sheet, (top, left, bottom, right): &Area) -> bool {
    let rows = *top..=(*bottom).min(top.saturating_add(TALLEST));
    let inside = |row: u32| sheet.cells.row_from(row, *left).take_while(|(col, _)| col <= right).map(move |(col, _)| (row, col));
    rows.flat_map(inside).any(|at| at != (*top, *left))
}

impl<'a> Page<'a> {
    fn new(sheet: &'a Sheet) -> Self {
        let merged = sheet.merged.iter().take(MOST_MERGED).filter(|area| !is_torn(sheet, area));
        let merged = merged.map(|area| ((area.0, area.1), *area)).collect();
        let says = |(at, raw): ((u32, u32), &Raw)| if let Raw::Text(text) = raw { Some((at, Heads::of(text)?)) } else { None };
        Page { sheet, merged, heads: sheet.cells.iter().filter_map(says).collect() }
    }

    /// What a cell may say as a label; nothing, where it holds contents or no text.
    pub fn heads(&self, row: u32, col: u32) -> Option<&Heads> {
        self.heads.get(&(row, col))
    }

    /// The rows in which something stands.
    pub fn rows(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.sheet.cells.iter().map(|((row, _), _)| row).collect();
        rows.dedup();
        rows
    }

    pub fn place(&self, row: u32, col: u32) -> Place {
        Place { sheet: self.sheet.name.clone(), row, col }
    }

    /// The merged area that a cell belongs to; the cell alone where it belongs to none.
    pub fn area(&self, row: u32, col: u32) -> Area {
        if let Some(area) = self.merged.get(&(row, col)) {
            return *area;
        }
        let holds = |a: &&Area| a.0 <= row && row <= a.2 && a.1 <= col && col <= a.3;
        self.merged.values().find(holds).copied().unwrap_or((row, col, row, col))
    }

    pub fn text(&self, row: u32, col: u32) -> Option<&'a str> {
        match self.sheet.cells.get(row, col) {
            Some(Raw::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Something stands in the cell, and is crossed out.
    pub fn struck(&self, row: u32, col: u32) -> bool {
        self.sheet.struck.binary_search(&(row, col)).is_ok()
    }

    pub fn filled(&self, row: u32, col: u32) -> bool {
        self.sheet.cells.get(row, col).is_some()
    }

    /// The cell beside a label: past its merged area, and past lone signs and columns that somebody has put between.
    /// `stop` says what cannot be a value. Without any content on the way it is the very next cell.
    pub fn right_of(&self, row: u32, col: u32, stop: impl Fn(u32, u32) -> bool) -> (u32, u32) {
        let next = self.area(row, col).3 + 1;
        for (at, raw) in self.sheet.cells.row_from(row, next).take_while(|(c, _)| *c < next + 8) {
            if stop(row, at) {
                break;
            }
            let sign = matches!(raw, Raw::Text(t) if at == next && t.trim().chars().all(|c| matches!(c, ':' | '*' | '(' | ')')));
            if !sign {
                return (row, at);
            }
        }
        (row, next)
    }
}
