//! The entries of the form's drop-downs.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::draft::letters;
use super::layout::{EXCHANGES, FIELDS, HIDDEN_SHEET, ITEMS, Kind};
use super::style::{self, Entries};
use super::write::Sheet;
use crate::process::house::Role;

/// The entries of drop-downs that are too long for a rule: names and regions, on the hidden sheet.
pub(super) struct Lists(Vec<Vec<String>>);

/// The hidden sheet's first column for them.
const LISTS_AT: u16 = 4;

impl Lists {
    pub fn new(sheet: &Sheet) -> Lists {
        let mut lists: Vec<Vec<String>> = Vec::new();
        for kind in FIELDS.iter().map(|f| f.kind).chain(ITEMS.iter().chain(EXCHANGES).map(|c| c.kind)) {
            let entries = entries(&kind, sheet);
            if !entries.is_empty() && !style::fits_inline(&entries) && !lists.contains(&entries) {
                lists.push(entries);
            }
        }
        Lists(lists)
    }

    pub fn entries(&self, kind: &Kind, sheet: &Sheet) -> Entries {
        let entries = entries(kind, sheet);
        match self.0.iter().position(|l| *l == entries) {
            _ if entries.is_empty() => Entries::None,
            None => Entries::Inline(entries),
            Some(at) => {
                let column = letters(LISTS_AT + at as u16);
                Entries::Range(format!("={}!${column}$1:${column}${}", HIDDEN_SHEET, entries.len()))
            }
        }
    }

    pub fn write(&self, page: &mut Worksheet) -> Result<(), XlsxError> {
        for (at, list) in self.0.iter().enumerate() {
            for (row, entry) in list.iter().enumerate() {
                page.write_string(row as u32, LISTS_AT + at as u16, entry)?;
            }
        }
        Ok(())
    }
}

/// What can be chosen in a cell of this kind.
pub(super) fn entries(kind: &Kind, sheet: &Sheet) -> Vec<String> {
    match kind {
        Kind::Choice(picks) => picks.iter().map(|p| p.label.in_(sheet.lang).to_string()).collect(),
        Kind::Person(Role::Tech) => names(sheet, &[Role::Tech, Role::TechHead]),
        Kind::Person(role) => names(sheet, &[*role]),
        Kind::Region => sheet.regions.iter().map(|r| style::clean(&r.name)).collect(),
        _ => Vec::new(),
    }
}

fn names(sheet: &Sheet, roles: &[Role]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = sheet.people.iter().filter(|p| roles.iter().any(|r| p.is(*r))).map(|p| style::clean(&p.name));
    all.filter(|name| seen.insert(name.clone())).collect()
}
