//! What people have written on cells: told apart from what the desk has written there itself, and taken to the cell of the form that it
//! is about. A note changes no value. Whoever may see the cell reads it, in their form and in the letters that ask them to decide.

use super::book::{Book, Visibility};
use super::layout::{HELP_SHEET, HIDDEN_SHEET, Zone, label_key};
use super::merge::Sender;
use super::read::{Place, ReadForm};
use crate::process::form::{Cell, CellNote, Exchange, Form};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::text::{fold, nfc, squash};

/// Column A of the hidden sheet beside each text that the desk has written on a cell.
pub(super) const KEY: &str = "note";
/// Notes that one workbook brings.
const MOST_NOTES: usize = 100;
/// Characters of what stands on one cell.
const MOST_TEXT: usize = 2_000;
/// Columns between a cell and its label, or what explains it.
const BESIDE: u32 = 5;

/// A note in a workbook that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundNote {
    pub at: Place,
    pub text: String,
    /// It stands below what the desk had written there; else in its place, or alone.
    pub below: bool,
}

/// What a workbook's notes come to.
#[derive(Default)]
pub(super) struct Brought {
    pub notes: Vec<CellNote>,
    /// What stands on no cell of the form.
    pub exchanges: Vec<Exchange>,
    pub problems: Vec<Problem>,
}

/// Texts of the desk's own that are looked for.
const MOST_OWN: usize = 500;

/// What the desk has written on the workbook's cells, as its hidden sheet says, each in one line.
pub(super) fn of_the_desk(book: &Book) -> Vec<String> {
    let hidden = book.sheets.iter().find(|sheet| sheet.name.trim().eq_ignore_ascii_case(HIDDEN_SHEET));
    let text = |row, col| Some(super::cell::shown(hidden?.cells.get(row, col)?));
    let rows = hidden.into_iter().flat_map(|sheet| sheet.cells.iter()).filter(|((_, col), _)| *col == 0).map(|((row, _), _)| row);
    let texts = rows.filter(|row| text(*row, 0).as_deref() == Some(KEY)).filter_map(|row| text(row, 1));
    texts.map(|text| squash(&text)).filter(|text| !text.is_empty()).take(MOST_OWN).collect()
}

/// The notes of people on the sheets of the form and on its guide. On any other sheet they belong to what is not read.
pub(super) fn of_people(book: &Book, form: &ReadForm, desk: &[String]) -> Vec<FoundNote> {
    let cells = form.fields.values().map(|found| &found.at).chain(form.items.iter().map(|item| &item.at));
    let cells = cells.chain([&form.header]).chain(form.exchanges.iter().map(|row| &row.at));
    let sheets: Vec<&str> = cells.map(|at| at.sheet.as_str()).collect();
    let guide = [HELP_SHEET.vi, HELP_SHEET.en].map(label_key);
    let read = |name: &str| sheets.contains(&name) || guide.contains(&label_key(name));
    let mut found = Vec::new();
    for sheet in book.sheets.iter().filter(|sheet| sheet.visibility != Visibility::VeryHidden && read(&sheet.name)) {
        for note in &sheet.notes {
            let at = Place { sheet: sheet.name.clone(), row: note.row, col: note.col };
            let text = without(desk, &legible(&note.text));
            found.extend(text.map(|(text, below)| FoundNote { at, text: cut(&text), below }));
        }
    }
    found
}

/// What people have added above or below the desk's words, and whether those stand there still. `None`: nothing. Programs break lines
/// anew, so it is compared as one.
fn without(desk: &[String], text: &str) -> Option<(String, bool)> {
    let plain = squash(text);
    if plain.is_empty() || desk.contains(&plain) {
        return None;
    }
    let added = |own: &String| plain.strip_prefix(own.as_str()).or_else(|| plain.strip_suffix(own.as_str()));
    match desk.iter().filter_map(added).min_by_key(|left| left.len()) {
        Some(left) => Some((left.trim().to_owned(), true)),
        None => Some((text.to_owned(), false)),
    }
}

/// Without what no program shows, in lines.
fn legible(text: &str) -> String {
    let text = nfc(text).replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect();
    text.trim().to_owned()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// The notes that the form does not have yet.
pub(super) fn brought(read: &ReadForm, current: &Form, sender: &Sender) -> Brought {
    let mut brought = Brought::default();
    let director = sender.zones.contains(&Zone::Director);
    let mut taken = 0;
    for (at, found) in read.notes.iter().map(|found| (cell_of(read, &found.at, director), found)) {
        let (problem, new) = match at {
            Some(at) => {
                let (name, item) = match &at {
                    Cell::Field(name) => (name.as_str(), None),
                    Cell::Item(id, name) => (name.as_str(), Some(id.as_str())),
                };
                let before = brought.notes.iter().find(|note| note.at == at).or_else(|| current.note(&at));
                let Some(text) = joined(before, found, read, sender.name) else { continue };
                let problem = told(found, name, item, false);
                (problem, Ok(CellNote { at, text, who: sender.name.into() }))
            }
            None => {
                let said = |row: &Exchange| fold(&row.text) == fold(&found.text);
                if current.exchanges.iter().chain(&brought.exchanges).any(said) {
                    continue;
                }
                let (who, text) = (sender.name.to_owned(), found.text.clone());
                let row =
                    Exchange { date: Some(sender.today), who, side: String::new(), item: String::new(), text, shown: false };
                (told(found, "", None, true), Err(row))
            }
        };
        taken += 1;
        if taken > MOST_NOTES {
            continue;
        }
        brought.problems.push(problem);
        match new {
            Ok(note) => {
                brought.notes.retain(|old| old.at != note.at);
                brought.notes.push(note);
            }
            Err(row) => brought.exchanges.push(row),
        }
    }
    if taken > MOST_NOTES {
        brought.problems.push(unread(taken - MOST_NOTES));
    }
    brought
}

fn told(found: &FoundNote, field: &str, item: Option<&str>, copied: bool) -> Problem {
    found.at.problem(field, item, Severity::Warning, Fault::CellNote { copied }, &found.text)
}

/// Notes that are there and were not read.
pub(super) fn unread(n: usize) -> Problem {
    Place::default().problem("", None, Severity::Warning, Fault::UnreadNotes { n }, "")
}

/// What is to stand on a cell; `None`: it says nothing new. Words that stood there when the workbook went out, and that have been
/// written over, give way; those of somebody else since stay.
fn joined(before: Option<&CellNote>, found: &FoundNote, read: &ReadForm, who: &str) -> Option<String> {
    let Some(before) = before else { return Some(found.text.clone()) };
    let named = found.text.strip_prefix(before.who.as_str()).filter(|_| !before.who.is_empty());
    let new = named.and_then(|rest| rest.strip_prefix(':')).unwrap_or(&found.text).trim();
    let (old_key, new_key) = (squash(&before.text), squash(new));
    if new_key.is_empty() || old_key.contains(&new_key) {
        return None;
    }
    let went_out = read.desk_notes.iter().any(|own| own.ends_with(&old_key));
    if new_key.contains(&old_key) || (went_out && !found.below) {
        return Some(new.to_owned());
    }
    let old = if before.who == who { before.text.clone() } else { format!("{} ({})", before.text, before.who) };
    Some(cut(&format!("{old}\n{new}")))
}

/// The cell of the form that a note is about: the one that it stands on, else the one whose label or row it stands on, else the column's.
/// What the Director has written elsewhere is not for everybody who reads the item or the table of exchanges.
fn cell_of(read: &ReadForm, at: &Place, director: bool) -> Option<Cell> {
    let field = |name: &str| Cell::Field(name.to_owned());
    if let Some((name, _)) = read.fields.iter().find(|(_, found)| found.at == *at) {
        return Some(field(name));
    }
    for row in read.items.iter().filter(|row| row.at.sheet == at.sheet && row.at.row == at.row) {
        let Some(id) = &row.id else { continue };
        let own = row.cells.iter().find(|(_, found)| found.at == *at).map(|(name, _)| *name);
        let aside = if director { "gd_gc" } else { "nd" };
        return Some(Cell::Item(id.clone(), own.unwrap_or(aside).to_owned()));
    }
    let header = &read.header;
    if !header.sheet.is_empty() && header.sheet == at.sheet && (at.row == header.row || at.row + 1 == header.row) {
        let column = read.items.iter().flat_map(|row| &row.cells).find(|(_, found)| found.at.col == at.col);
        if let Some((name, _)) = column {
            return Some(field(name));
        }
    }
    let in_row = read.fields.iter().filter(|(_, found)| found.at.sheet == at.sheet && found.at.row == at.row);
    let in_row: Vec<(&str, u32)> = in_row.map(|(name, found)| (*name, found.at.col)).collect();
    let right = in_row.iter().filter(|(_, col)| (at.col..=at.col + BESIDE).contains(col)).min_by_key(|(_, col)| *col);
    let left = in_row.iter().filter(|(_, col)| *col < at.col && at.col - col <= BESIDE).max_by_key(|(_, col)| *col);
    let beside = right.or(left).map(|(name, _)| field(name));
    beside.or_else(|| director.then(|| field("pr_note")))
}
