//! A workbook that came back, read as the analysis form: which cells it has, what stands in them, and what is wrong
//! with each.
//!
//! Single cells are found by their defined name (`qd_customer`), then by their label ([`labels`]); the two tables by
//! their header rows ([`tables`]). Staff insert rows and columns, move sheets about and save with other programs: no
//! cell is ever read by its address alone (domain a.0). Whose cells count is not decided here but in `form::merge`.

mod doubts;
mod heads;
mod labels;
mod origin;
mod page;
mod rows;
mod signed;
mod strays;
mod tables;
mod telling;
mod totals;
mod twins;
mod units;
mod unread;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::form::book::{Book, Format, Raw};
use crate::form::cell::{Understood, amount_under, shown, understand, unformatted_amount, unformatted_percent};
use crate::form::layout::{FIELDS, ITEMS, Kind, MOST_ITEMS, Zone};
use crate::form::noted::{self, FoundNote};
use crate::money::label;
use crate::process::form::{Exchange, Form, Item};
use crate::process::house::{House, Lang};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;

use strays::Stray;

pub use origin::Origin;

/// What reading depends on beside the workbook.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    /// The day on which the form came in: `mai`, `thứ 6` and dates without a year count from it.
    pub today: NaiveDate,
    /// Its people and regions are the lists of the form.
    pub house: &'a House,
    /// Language of the names that problems carry (entries of lists, labels of other cells).
    pub lang: Lang,
}

/// A form as it stands in a workbook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadForm {
    /// Off: a workbook, but no analysis form.
    pub is_form: bool,
    /// Where the workbook came from, as far as it says.
    pub origin: Origin,
    /// The single cells that the workbook has, blank ones too, by field name.
    pub fields: BTreeMap<&'static str, Found>,
    /// The rows of the item table that hold an item, or its id.
    pub items: Vec<FoundItem>,
    /// The item table was found. Without it nothing is said about items.
    pub has_items: bool,
    /// Where its header stands, at the column of the contents.
    pub header: Place,
    /// Items whose rows stand below the end of their table, by id.
    pub beyond: Vec<(String, Place)>,
    pub exchanges: Vec<FoundExchange>,
    /// What people have written on cells.
    pub notes: Vec<FoundNote>,
    /// What the desk had written on the workbook's cells when it went out, each in one line.
    pub desk_notes: Vec<String>,
    /// What is wrong with the form and no one cell.
    pub problems: Vec<Problem>,
    /// The workbook's sheets, in order.
    pub sheets: Vec<String>,
}

/// A cell of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub at: Place,
    /// As typed, or as the cell shows it.
    pub raw: String,
    pub read: Understood,
}

/// A row of the item table.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundItem {
    /// `M01`; blank in rows that staff have added.
    pub id: Option<String>,
    /// STT, where it is a number.
    pub no: Option<u32>,
    /// The row's cell in the content column.
    pub at: Place,
    /// The row's cell in the number column.
    pub number_at: Place,
    /// By column, of the columns that the table has; blank ones too.
    pub cells: BTreeMap<&'static str, Found>,
}

/// A row of the table of exchanges. `item` is still what was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundExchange {
    pub at: Place,
    pub row: Exchange,
    /// What is wrong with its date.
    pub faults: Vec<Problem>,
}

/// Where a cell stands; nowhere, where its sheet has no name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub sheet: String,
    /// From 0.
    pub row: u32,
    /// From 0.
    pub col: u32,
}

impl Place {
    /// `C12`.
    pub fn cell(&self) -> String {
        if self.sheet.is_empty() {
            return String::new();
        }
        let mut letters = Vec::new();
        let mut n = self.col + 1;
        while n > 0 {
            letters.push(char::from(b'A' + ((n - 1) % 26) as u8));
            n = (n - 1) / 26;
        }
        format!("{}{}", letters.iter().rev().collect::<String>(), self.row + 1)
    }

    /// A problem at this place.
    pub fn problem(&self, field: &str, item: Option<&str>, severity: Severity, kind: Fault, found: &str) -> Problem {
        Problem {
            sheet: self.sheet.clone(),
            cell: self.cell(),
            field: field.into(),
            item: item.map(Into::into),
            severity,
            kind,
            found: found.into(),
        }
    }
}

impl Found {
    pub fn value(&self) -> Option<&Value> {
        self.read.value.as_ref()
    }
    /// Nothing stands in the cell, or words for nothing (`chưa có`).
    pub fn is_blank(&self) -> bool {
        self.read.value.is_none() && self.read.faults.is_empty()
    }
    pub fn has_error(&self) -> bool {
        self.read.has_error()
    }
    pub fn problems(&self, field: &str, item: Option<&str>) -> impl Iterator<Item = Problem> {
        let problem =
            move |(severity, kind): &(Severity, Fault)| self.at.problem(field, item, *severity, kind.clone(), &self.raw);
        self.read.faults.iter().map(problem)
    }
}

impl FoundItem {
    pub fn value(&self, column: &str) -> Option<&Value> {
        self.cells.get(column)?.value()
    }
    /// Nothing but an id and a number stands in the row.
    pub fn is_blank(&self) -> bool {
        self.cells.values().all(Found::is_blank)
    }
    /// The same, and no words for nothing either.
    pub fn is_empty(&self) -> bool {
        self.cells.values().all(|found| found.raw.is_empty())
    }
}

impl ReadForm {
    /// The single cells and those of the item table.
    fn cells(&self) -> impl Iterator<Item = &Found> {
        self.fields.values().chain(self.items.iter().flat_map(|item| item.cells.values()))
    }

    /// Every finding, whoever's cell it is.
    pub fn cell_problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.fields.iter().flat_map(|(name, found)| found.problems(name, None)).collect();
        for item in &self.items {
            problems.extend(item.cells.iter().flat_map(|(name, found)| found.problems(name, item.id.as_deref())));
        }
        problems.extend(self.exchanges.iter().flat_map(|e| e.faults.iter().cloned()));
        problems.extend(self.problems.iter().cloned());
        problems
    }

    /// All that was understood, whoever wrote it, rows without an id numbered on.
    pub fn form(&self) -> Form {
        let good = |cells: &BTreeMap<&'static str, Found>| {
            let good = cells.iter().filter(|(_, f)| !f.has_error());
            good.filter_map(|(name, found)| Some(((*name).to_owned(), found.value()?.clone()))).collect::<BTreeMap<_, _>>()
        };
        let mut form = Form { fields: good(&self.fields), ..Form::default() };
        for (found, no) in self.items.iter().filter(|i| !i.is_blank()).zip(1..) {
            let taken = found.id.clone().filter(|id| form.item(id).is_none());
            form.items.push(Item { id: taken.unwrap_or_default(), no, cells: good(&found.cells) });
        }
        for at in 0..form.items.len() {
            if form.items[at].id.is_empty() {
                form.items[at].id = form.next_item_id();
            }
        }
        form.exchanges = self.exchanges.iter().map(|e| e.row.clone()).collect();
        form
    }
}

/// Reads a workbook as the form. Never fails: a workbook that is no form says so.
pub fn read(book: &Book, ctx: &Reading) -> ReadForm {
    let pages = page::pages(book);
    let formats = matches!(book.format, Format::Xlsx | Format::Ods);
    let cells = Cells { date1904: book.date1904, formats, ctx };
    let table = tables::items(&pages, &ctx.house.people);
    let talk = tables::exchanges(&pages, table.as_ref());
    let labels = labels::Labels::of(&pages, book, &[table.as_ref(), talk.as_ref()]);

    let sheets = book.sheets.iter().map(|s| s.name.clone()).collect();
    let mut form = ReadForm { has_items: table.is_some(), sheets, ..ReadForm::default() };
    for field in FIELDS {
        if let Some((page, row, col)) = labels.find(field, book, &pages) {
            let label = labels.text_beside((page, row, col), &pages);
            let found = cells.of(&pages[page], (row, col), pages[page].sheet.cells.get(row, col), &field.kind, label);
            if pages[page].struck(row, col) && field.owner != Zone::System {
                form.problems.push(found.at.problem(field.name, None, Severity::Error, Fault::CrossedOut, &found.raw));
            }
            form.fields.insert(field.name, found);
        }
    }
    if let Some(table) = &table {
        let col = table.at.get("nd").copied().unwrap_or_default();
        form.header = pages[table.page].place(table.header, col);
        form.items = rows::items(table, &pages, &cells);
        form.beyond = strays::beyond(table, &pages);
        if form.items.len() > MOST_ITEMS {
            let at = form.items[MOST_ITEMS].at.clone();
            form.items.truncate(MOST_ITEMS);
            form.problems.push(at.problem("nd", None, Severity::Error, Fault::TooManyItems { most: MOST_ITEMS }, ""));
        }
    }
    match &table {
        Some(table) => {
            for (at, column, said) in doubts::lone(table, &form.items, &pages) {
                form.problems.push(at.problem(column, None, Severity::Error, Fault::LoneCell, &said));
            }
            for (at, column, said) in doubts::crossed(table, &form.items, &pages) {
                form.problems.push(at.problem(column, None, Severity::Error, Fault::CrossedOut, &said));
            }
            for (at, said) in doubts::unread(table, &form.items, &pages) {
                form.problems.push(at.problem("", None, Severity::Warning, Fault::UnreadColumn, &said));
            }
        }
        None => {
            let renamed = doubts::renamed(&pages);
            form.problems
                .extend(renamed.map(|(at, column, said)| at.problem(column, None, Severity::Error, Fault::NoColumn, &said)));
        }
    }
    if let Some(talk) = &talk {
        form.exchanges = rows::exchanges(talk, &pages, &cells);
    }
    form.problems.extend(twins::differing(&pages, &labels, table.as_ref(), &cells));
    if let Some(table) = &table {
        form.problems.extend(totals::differing(table, &form.items, &pages, &cells));
        form.problems.extend(passed_over(&form, strays::on_each_sheet(table, &form.items, &pages)));
    }
    form.desk_notes = noted::of_the_desk(book);
    form.notes = noted::of_people(book, &form, &form.desk_notes);
    // Where they cannot be read, the desk's own are among them.
    let hidden = book.sheets.iter().all(|sheet| sheet.notes.is_empty());
    let unread = book.unread_notes.saturating_sub(if hidden { form.desk_notes.len() } else { 0 });
    form.problems.extend((unread > 0).then(|| noted::unread(unread)));
    form.origin = Origin::of(book, &form.fields);
    let ours = book.names.iter().filter(|n| labels::field_of_name(&n.name).is_some()).count();
    let titled = table.as_ref().is_some_and(|t| t.exact && t.at.len() >= 4.min(ITEMS.len()));
    form.is_form = form.origin.schema.is_some() || ours >= 3 || (titled && form.fields.len() >= 3);
    if form.is_form {
        let apart = units::apart(&form, &pages);
        form.problems.extend(apart);
        let beside = unread::words_beside(&form, &pages, [table.as_ref(), talk.as_ref()], &ctx.house.people);
        form.problems.extend(beside);
    }
    form
}

/// Items that stand where no table is read are never passed over in silence. A sheet that is asked about already, or too long
/// a table, is asked about once.
fn passed_over(form: &ReadForm, strays: Vec<Stray>) -> Vec<Problem> {
    let told = |sheet: &str| form.problems.iter().any(|p| p.sheet == sheet);
    let strays = strays.into_iter().filter(|s| !told(&s.at.sheet));
    strays.map(|s| s.at.problem("nd", s.id.as_deref(), Severity::Error, Fault::OutsideTable, &s.said)).collect()
}

/// Reads single cells.
struct Cells<'a> {
    date1904: bool,
    /// It is known how numbers are shown: as percentages, in dollars.
    formats: bool,
    ctx: &'a Reading<'a>,
}

impl Cells<'_> {
    fn found(&self, page: &page::Page, row: u32, col: u32, kind: &Kind) -> Found {
        self.of(page, (row, col), page.sheet.cells.get(row, col), kind, None)
    }
    /// `label`: what stands beside it or heads its column.
    fn of(&self, page: &page::Page, (row, col): (u32, u32), raw: Option<&Raw>, kind: &Kind, label: Option<&str>) -> Found {
        let under = match (raw, kind, label) {
            (Some(raw), Kind::Money(rule), Some(label)) => amount_under(raw, *rule, label),
            _ => None,
        };
        let mut said = raw.map(shown).unwrap_or_default();
        // It is put back into a cell whose label no longer says so.
        let foreign = under.iter().flat_map(|read| &read.faults).any(|(_, fault)| matches!(fault, Fault::LabelCurrency { .. }));
        if let Some(currency) = label.filter(|_| foreign).and_then(label::currency) {
            said = format!("{said} {currency}");
        }
        Found {
            at: page.place(row, col),
            raw: said,
            read: under.unwrap_or_else(|| match (raw, kind) {
                (Some(Raw::Number { value, percent: false, date: None }), Kind::Percent { most }) if !self.formats => {
                    unformatted_percent(*value, *most)
                }
                (Some(raw @ Raw::Number { value, percent: false, date: None }), Kind::Money(rule)) if !self.formats => {
                    unformatted_amount(raw, *value, *rule)
                }
                _ => understand(raw, kind, self.date1904, self.ctx),
            }),
        }
    }
}
