//! Words that somebody has written beside the form's cells: right of the table, below it, on a sheet of their own. They are not
//! read, and their writer is told so.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::page::Page;
use super::tables::{Table, holds};
use super::telling::{begins_remark, begins_sum};
use super::{Place, ReadForm, signed};
use crate::form::book::{Raw, Visibility};
use crate::form::cell::shown;
use crate::form::layout::{EXCHANGES, FIELDS, ITEMS, label_key};
use crate::form::words;
use crate::money::label;
use crate::process::house::{Person, Role};
use crate::process::problem::{Kind as Fault, Problem, Severity, UnreadText};
use crate::text::{fold, squash};

/// Texts that are told one by one.
const MOST_TOLD: usize = 3;
/// Shorter ones are marks and units.
const LEAST_LETTERS: usize = 3;

/// What the form says outside of its labels and cells, in both languages.
static OWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut said = vec![
        words::TITLE,
        words::TITLE_REVIEW,
        words::TITLE_PROJECT,
        words::ITEMS,
        words::EXCHANGES,
        words::CHECK,
        words::VERDICT,
        words::REMARK,
        words::SUM_COST,
        words::SUM_SUGGESTED,
        words::SUM_PRICE,
        words::COMPUTED,
        words::MARKED,
    ];
    let readers = [Role::Cskh, Role::Sales, Role::Leader, Role::Tech, Role::Director].map(Some);
    said.extend(readers.into_iter().chain([None]).map(words::asked));
    said.extend(FIELDS.iter().map(|f| f.help));
    said.extend(ITEMS.iter().chain(EXCHANGES).map(|c| c.help));
    said.iter().flat_map(|s| [label_key(s.vi), label_key(s.en)]).collect()
});

/// The finding that tells of all such words of a workbook, the first of them by their cells.
pub(super) fn words_beside(form: &ReadForm, pages: &[Page], tables: [Option<&Table>; 2], people: &[Person]) -> Option<Problem> {
    let mut found: Vec<UnreadText> = Vec::new();
    let read = Read::of(form);
    let told = |on: &Page| form.problems.iter().any(|p| p.sheet == on.sheet.name && p.severity == Severity::Error);
    for (page, on) in pages.iter().enumerate() {
        if on.sheet.visibility != Visibility::Visible || told(on) || is_of_others(on) {
            continue;
        }
        let of_page: Vec<&Table> = tables.into_iter().flatten().filter(|t| t.page == page).collect();
        let outside = |row: &u32| !of_page.iter().any(|t| (t.top..t.end).contains(row));
        let rows: Vec<u32> = on.rows().into_iter().filter(outside).collect();
        let signed = signed::rows(on, &rows, |_| true, people);
        for ((row, col), raw) in on.sheet.cells.iter() {
            let Raw::Text(_) = raw else { continue };
            let said = shown(raw);
            let apart = match of_page.iter().find(|t| (t.top..t.end).contains(&row)) {
                Some(table) => !beside(table, on, row, col, &said),
                None => {
                    signed.contains(&row) || (on.heads(row, col).is_some() && !is_remark(&said)) || is_own(on, row, col, &said)
                }
            };
            if apart || !says_something(&said) || read.has(on, row, col, &said) {
                continue;
            }
            let cell = on.place(row, col).cell();
            found.push(UnreadText { sheet: on.sheet.name.clone(), cell, said: squash(&said) });
        }
    }
    let n = found.len();
    found.truncate(MOST_TOLD);
    let first = found.first()?.said.clone();
    Some(Place::default().problem("", None, Severity::Warning, Fault::UnreadTexts { first: found, n }, &first))
}

/// Within the rows of a table: in a column that nothing heads, or a remark below its rows.
fn beside(table: &Table, on: &Page, row: u32, col: u32, said: &str) -> bool {
    if row < table.body {
        return false;
    }
    let headed = table.at.values().any(|at| {
        let (_, from, _, to) = on.area(table.header, *at);
        (from..=to).contains(&col)
    });
    if headed || on.sheet.cells.get(table.header, on.area(table.header, col).1).is_some() {
        let alone = on.sheet.cells.row(row).count() == 1;
        return alone && !holds(table, on, row) && begins_remark(&fold(said));
    }
    !table.is_signed(row) && !begins_sum(said)
}

/// `Ghi chú: giá chưa gồm thuế` is no label alone.
fn is_remark(said: &str) -> bool {
    begins_remark(&fold(said)) && said.split_once(':').is_some_and(|(_, behind)| says_something(behind))
}

/// What the form itself says there.
fn is_own(on: &Page, row: u32, col: u32, said: &str) -> bool {
    let title = |text: &str| {
        let titles = [words::TITLE, words::TITLE_REVIEW, words::TITLE_PROJECT];
        titles.iter().any(|t| [t.vi, t.en].into_iter().any(|t| label_key(t) == label_key(text)))
    };
    // The company, the case, the customer.
    let below_title = row.checked_sub(1).and_then(|above| on.text(above, col)).is_some_and(title);
    let confirmed = said.starts_with("Leader ") && said.contains(" đã duyệt ngày ") || said.starts_with("Confirmed by Leader ");
    below_title || confirmed || begins_sum(said) || OWN.contains(&label_key(said))
}

/// The guide under another name, and what programs without a licence put into a workbook.
fn is_of_others(on: &Page) -> bool {
    let guide = [words::GUIDE_TITLE.vi, words::GUIDE_TITLE.en].map(label_key);
    let mut texts =
        on.sheet.cells.iter().take(4).filter_map(|(_, raw)| if let Raw::Text(t) = raw { Some(label_key(t)) } else { None });
    texts.any(|text| guide.contains(&text) || text.contains("created with") || text.contains("evaluation"))
}

fn says_something(said: &str) -> bool {
    let letters = said.chars().filter(|c| c.is_alphabetic()).count();
    let unit = matches!(fold(said).as_str(), "dong" | "vnd" | "vnđ" | "ngay" | "ngay lam viec" | "days") || label::is_unit(said);
    letters >= LEAST_LETTERS && !unit
}

/// The cells that were read, and what stands in them: a copy of a sheet says nothing new.
pub(super) struct Read<'a> {
    at: BTreeSet<(&'a str, u32, u32)>,
    said: BTreeSet<String>,
}

impl Read<'_> {
    pub(super) fn of(form: &ReadForm) -> Read<'_> {
        let exchanges = || form.exchanges.iter();
        let places = form.cells().map(|found| &found.at).chain(exchanges().map(|e| &e.at));
        let said = form.cells().map(|found| found.raw.as_str()).chain(exchanges().map(|e| e.row.text.as_str()));
        Read { at: places.map(|at| (at.sheet.as_str(), at.row, at.col)).collect(), said: said.map(label_key).collect() }
    }

    pub(super) fn has(&self, on: &Page, row: u32, col: u32, said: &str) -> bool {
        self.at.contains(&(on.sheet.name.as_str(), row, col)) || self.said.contains(&label_key(said))
    }
}
