//! A sheet that people fill in, and what of it may be a label.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::form::book::{Area, Book, Raw, Sheet, Visibility};
use crate::form::layout::{HELP_SHEET, HIDDEN_SHEET, label_key};

/// Areas looked at when a cell may be part of a merged one.
const MOST_MERGED: usize = 1_000;
/// Longer texts are contents.
const LONGEST_LABEL: usize = 160;
/// Hints behind one label.
const MOST_HINTS: usize = 6;
/// Cells whose heads are kept: more than any form has, few enough for any workbook.
const MOST_KEPT: usize = 10_000;

/// What a text may say as a label.
type Heads = Rc<[String]>;

pub(super) struct Page<'a> {
    pub sheet: &'a Sheet,
    /// By their first cell.
    merged: HashMap<(u32, u32), Area>,
    /// Tables, labels and titles are looked for among the same cells.
    heads: RefCell<HashMap<(u32, u32), Heads>>,
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

impl<'a> Page<'a> {
    fn new(sheet: &'a Sheet) -> Self {
        let merged = sheet.merged.iter().take(MOST_MERGED).map(|area| ((area.0, area.1), *area)).collect();
        Page { sheet, merged, heads: RefCell::default() }
    }

    /// What a cell may say as a label; nothing, where it holds no text.
    pub fn heads(&self, row: u32, col: u32) -> Heads {
        let mut kept = self.heads.borrow_mut();
        if let Some(known) = kept.get(&(row, col)) {
            return known.clone();
        }
        let heads: Heads = self.text(row, col).map(heads).unwrap_or_default().into();
        if kept.len() < MOST_KEPT {
            kept.insert((row, col), heads.clone());
        }
        heads
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

/// What a text may say as a label, likeliest first: the whole of it, then without a hint behind it
/// (`Ngân sách KH (đồng) *`), each with and without a number before it (`2. Ngân sách KH`).
fn heads(text: &str) -> Vec<String> {
    if text.len() > LONGEST_LABEL * 3 || text.chars().count() > LONGEST_LABEL {
        return Vec::new();
    }
    let mut heads = Vec::new();
    let cuts =
        text.char_indices().rev().filter(|(_, c)| matches!(c, '(' | '[' | '*' | ':' | '\n' | '–' | '-' | '…')).map(|(at, _)| at);
    for end in std::iter::once(text.len()).chain(cuts.take(MOST_HINTS)) {
        let key = label_key(text.get(..end).unwrap_or_default());
        let number = |w: &str| {
            w.chars().all(|c| c.is_ascii_digit())
                || matches!(w, "i" | "ii" | "iii" | "iv" | "v" | "vi" | "a" | "b" | "c" | "d" | "e")
        };
        let bare = key.split_once(' ').filter(|(first, _)| number(first)).map(|(_, rest)| rest.to_owned());
        for head in [Some(key), bare].into_iter().flatten() {
            if !head.is_empty() && !heads.contains(&head) {
                heads.push(head);
            }
        }
    }
    heads
}
