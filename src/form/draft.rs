//! The sheets of one form while they are being laid out: their heads, the blocks of single fields, and single cells.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, IgnoreError, Note, ProtectionOptions, Worksheet, XlsxError};

use super::eyes::Eyes;
use super::layout::{Field, Kind, Needed, Section, Step, Tab, When, Zone, field, section};
use super::lists::Lists;
use super::style::{self, Look};
use super::words;
use super::write::{Mark, Sheet};
use crate::process::case::State;
use crate::process::form::Cell;
use crate::process::house::Role;
use crate::process::value::Value;

pub(super) type Laid = Result<(), XlsxError>;

pub(super) struct Draft<'a> {
    pub sheet: &'a Sheet<'a>,
    pub eyes: Eyes,
    pub(super) lists: Lists,
    facts: BTreeMap<String, Value>,
    marks: BTreeMap<&'a Cell, &'a Mark>,
    /// What is written on cells so far, as it stands there.
    pub(super) written: Vec<String>,
    names: Vec<(String, String)>,
    pub(super) item_rows: Vec<(String, u32)>,
    /// The reader's cells: the least is where the workbook opens.
    pub(super) open: Vec<Opening>,
    /// `Phiếu phân tích`: ranges of Tech's word, cost, suggestion and price, for the Director's sums.
    pub(super) money: BTreeMap<&'static str, String>,
    /// What the columns of long texts are wider by.
    pub(super) stretch: f64,
}

/// How much a cell asks to be the first one, the least most of all (`false` before `true`): marked ones, then the reader's
/// sheet, then needed and empty, then as they stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Opening {
    unmarked: bool,
    elsewhere: bool,
    dispensable: bool,
    filled: bool,
    pub tab: Tab,
    pub row: u32,
    column: u16,
}

/// Where a block's labels and values stand: first and last column.
pub(super) struct Grid {
    label: (u16, u16),
    value: (u16, u16),
    /// A second pair to the right.
    right: Option<(u16, u16)>,
    wide: (u16, u16),
    hint: Option<u16>,
    pub widths: &'static [f64],
    /// The items' columns stand below.
    stretches: bool,
}

pub(super) const ANALYSIS: Grid = Grid {
    label: (0, 2),
    value: (3, 3),
    right: Some((4, 5)),
    wide: (3, 5),
    hint: None,
    widths: &[6.0, 8.0, 20.0, 34.0, 34.0, 30.0],
    stretches: true,
};
const REVIEW: Grid = Grid {
    label: (0, 0),
    value: (1, 1),
    right: None,
    wide: (1, 2),
    hint: Some(2),
    widths: &[46.0, 32.0, 68.0],
    stretches: false,
};
const PROJECT: Grid = Grid {
    label: (0, 1),
    value: (2, 3),
    right: None,
    wide: (2, 5),
    hint: None,
    widths: &[13.0, 22.0, 12.0, 14.0, 70.0, 12.0],
    stretches: false,
};

impl<'a> Draft<'a> {
    pub fn new(sheet: &'a Sheet<'a>, eyes: Eyes, lists: Lists) -> Draft<'a> {
        let mut facts = sheet.facts.clone();
        if let Some(case) = sheet.case {
            facts.insert("id".into(), Value::Text(case.into()));
            facts.insert("rev".into(), Value::Number(sheet.rev.into()));
        }
        let marks = sheet.marks.iter().map(|m| (&m.at, m)).collect();
        let (names, item_rows, open, money, written) = Default::default();
        let draft = Draft { sheet, eyes, lists, facts, marks, written, names, item_rows, open, money, stretch: 1.0 };
        Draft { stretch: draft.stretch(), ..draft }
    }

    /// Characters that a column of this sheet is wide.
    pub(super) fn width(&self, grid: &Grid, column: u16) -> f64 {
        let width = grid.widths.get(usize::from(column)).copied().unwrap_or(10.0);
        if grid.stretches && column >= grid.value.0 { width * self.stretch } else { width }
    }

    pub fn names(&self) -> &[(String, String)] {
        &self.names
    }
    pub fn item_rows(&self) -> &[(String, u32)] {
        &self.item_rows
    }
    pub fn lists(&self) -> &Lists {
        &self.lists
    }

    /// Where the workbook opens: sheet, row, column.
    pub fn start(&self) -> (Tab, u32, u16) {
        self.open.iter().min().map_or((Tab::Analysis, 0, 0), |o| (o.tab, o.row, o.column))
    }

    /// Lays one sheet; `false` where it has nothing for this reader.
    pub fn lay(&mut self, tab: Tab, page: &mut Worksheet) -> Result<bool, XlsxError> {
        let sections: Vec<Section> = Section::ALL.into_iter().filter(|s| s.tab() == tab && !self.shown(*s).is_empty()).collect();
        if tab == Tab::Review && sections.is_empty() {
            return Ok(false);
        }
        let grid = match tab {
            Tab::Analysis => &ANALYSIS,
            Tab::Review => &REVIEW,
            Tab::Project => &PROJECT,
        };
        for column in 0..grid.widths.len() as u16 {
            page.set_column_width(column, self.width(grid, column))?;
        }
        let mut row = self.head(tab, page, grid)?;
        if tab == Tab::Project {
            row = self.exchanges(page, row)?;
        }
        for s in sections {
            row = match s {
                Section::Checks => self.checks(page, row)?,
                _ => self.block(s, page, grid, row)?,
            };
        }
        if tab == Tab::Analysis {
            self.items(page, row)?;
        }
        if tab == Tab::Review && self.suggests() {
            self.sums(page, row)?;
        }
        let reader = self.eyes.own().first().copied().filter(|_| self.sheet.reader.is_some());
        if let Some(zone) = reader.filter(|_| self.open.iter().any(|o| o.tab == tab)) {
            page.set_tab_color(style::strong(zone));
        }
        self.finish(page)?;
        Ok(true)
    }

    /// The fields of a section that this reader is shown; the desk's own only where there is something to show.
    fn shown(&self, s: Section) -> Vec<&'static Field> {
        let blank = |f: &Field| f.owner == Zone::System && s != Section::Case && self.value(f).is_none();
        let whole = self.sheet.reader.is_none();
        let fields: Vec<_> = section(s).filter(|f| self.eyes.field(f) && (whole || !blank(f))).collect();
        let of_system = |f: &Field| f.owner == Zone::System;
        // The desk's cells amid somebody's (the round of a review) show with theirs or not at all.
        let alone = fields.iter().all(|f| of_system(f)) && !section(s).all(of_system);
        if alone { Vec::new() } else { fields }
    }

    fn value(&self, field: &Field) -> Option<&Value> {
        self.facts.get(field.name).or_else(|| self.sheet.form.get(field.name))
    }

    // ---- the head of each sheet

    fn head(&mut self, tab: Tab, page: &mut Worksheet, grid: &Grid) -> Result<u32, XlsxError> {
        let lang = self.sheet.lang;
        let title = match tab {
            Tab::Analysis => words::TITLE,
            Tab::Review => words::TITLE_REVIEW,
            Tab::Project => words::TITLE_PROJECT,
        };
        let last = grid.wide.1;
        page.set_row_height(0, 26)?.write_string_with_format(0, 0, title.in_(lang), &style::title())?;
        let case = self.sheet.case.map(|id| format!("{id} · {} {}", words::REVISION.in_(lang), self.sheet.rev));
        let customer = self.sheet.form.text("short").or(self.sheet.form.text("customer")).map(String::from);
        let line: Vec<String> = [Some(self.sheet.company.to_string()), case, customer].into_iter().flatten().collect();
        page.merge_range(1, 0, 1, last, &style::clean(&line.join(" · ")), &style::faint())?;
        let mut row = 2;
        if tab == Tab::Analysis {
            page.merge_range(row, 0, row, last, words::asked(self.sheet.reader).in_(lang), &style::base().set_bold())?;
            page.set_row_height(row, 20)?;
            row += 1;
        }
        if let Some(confirmed) = self.sheet.confirmed.as_deref().filter(|_| tab != Tab::Project) {
            let text = style::clean(confirmed);
            page.merge_range(row, 0, row, last, &text, &style::banner().set_indent(1))?;
            let width = (0..=last).map(|c| self.width(grid, c)).sum();
            page.set_row_height(row, style::height(&text, width).min(style::HIGHEST))?;
            row += 1;
        }
        // In the row that is left free below each head: all cells stand where they stood in the form without marks, and a
        // letter that names them by their addresses is right about both.
        if !self.marks.is_empty() {
            let format = style::base().set_bold().set_font_color(0x9C0006).set_background_color(0xFFC7CE).set_indent(1);
            page.merge_range(row, 0, row, last, words::MARKED.in_(lang), &format)?;
        }
        Ok(row + 1)
    }

    pub(super) fn heading(&self, page: &mut Worksheet, row: u32, last: u16, text: &str, zone: Option<Zone>) -> Laid {
        page.merge_range(row, 0, row, last, text, &style::section(zone))?.set_row_height(row, 21)?;
        Ok(())
    }

    // ---- blocks of single fields

    fn block(&mut self, s: Section, page: &mut Worksheet, grid: &Grid, first: u32) -> Result<u32, XlsxError> {
        let fields = self.shown(s);
        let zone = fields.iter().map(|f| f.owner).find(|z| !matches!(z, Zone::System | Zone::Sales));
        self.heading(page, first, grid.wide.1, s.title().in_(self.sheet.lang), zone)?;
        let mut row = first + 1;
        let mut beside = false;
        let mut tallest: f64 = 0.0;
        for field in fields {
            let wide = matches!(field.kind, Kind::Long { .. } | Kind::Text { most: 201.. });
            let to_right = grid.right.filter(|_| beside && !wide);
            if beside && to_right.is_none() {
                row += 1;
            }
            let (label, value) = match to_right {
                Some((label, value)) => ((label, label), (value, value)),
                None if wide => (grid.label, grid.wide),
                None => (grid.label, grid.value),
            };
            tallest = if to_right.is_some() { tallest } else { 19.0 };
            tallest = tallest.max(self.single(field, page, grid, row, label, value)?);
            page.set_row_height(row, tallest)?;
            beside = grid.right.is_some() && !wide && to_right.is_none();
            if !beside {
                row += 1;
            }
        }
        Ok(row + 1 + u32::from(beside))
    }

    /// One labelled cell. Gives the height that its text needs.
    fn single(
        &mut self,
        field: &'static Field,
        page: &mut Worksheet,
        grid: &Grid,
        row: u32,
        label: (u16, u16),
        at: (u16, u16),
    ) -> Result<f64, XlsxError> {
        let own = self.eyes.fills(field);
        let text = self.starred(field.label.in_(self.sheet.lang), own, field.needed);
        span(page, row, label, &text, &style::label())?;
        if let Some(hint) = grid.hint.filter(|column| own && at.1 < *column) {
            page.write_string_with_format(row, hint, field.help.in_(self.sheet.lang), &style::faint().set_indent(1))?;
        }
        self.field_cell(field, page, row, at)?;
        let width: f64 = (at.0..=at.1).map(|c| self.width(grid, c)).sum();
        let shown = self.value(field).map(|v| self.said(v, &field.kind)).unwrap_or_default();
        let roomy = if own && matches!(field.kind, Kind::Long { .. }) { 45.0 } else { 19.0 };
        Ok(style::height(&shown, width).clamp(roomy, style::HIGHEST))
    }

    fn field_cell(&mut self, field: &'static Field, page: &mut Worksheet, row: u32, at: (u16, u16)) -> Laid {
        let own = self.eyes.fills(field);
        let cell = Cell::Field(field.name.into());
        let look = self.look(own, field.owner, &cell);
        let format = style::cell(&field.kind, look);
        span(page, row, at, "", &format)?;
        let value = self.value(field).cloned();
        self.put(page, (row, at.0), &cell, value.as_ref(), &field.kind, &format)?;
        let tab = field.section.tab();
        self.names
            .push((field.defined_name(), format!("='{}'!${}${}", tab.title().in_(self.sheet.lang), letters(at.0), row + 1)));
        if own {
            let (label, help) = (field.label.in_(self.sheet.lang), field.help.in_(self.sheet.lang));
            if let Some(rule) =
                style::rule(&field.kind, self.lists.entries(&field.kind, self.sheet), label, help, self.sheet.lang)?
            {
                page.add_data_validation(row, at.0, row, at.1, &rule)?;
            }
            self.opening(tab, (row, at.0), &cell, field.needed, value.is_none());
        }
        Ok(())
    }

    /// The Leader's four checks as a table: what, verdict, remark (handbook step 2).
    fn checks(&mut self, page: &mut Worksheet, first: u32) -> Result<u32, XlsxError> {
        let lang = self.sheet.lang;
        self.heading(page, first, 2, Section::Checks.title().in_(lang), Some(Zone::Leader))?;
        for (column, text) in [words::CHECK, words::VERDICT, words::REMARK].into_iter().enumerate() {
            page.write_string_with_format(first + 1, column as u16, text.in_(lang), &style::header(Zone::Leader))?;
        }
        let mut row = first + 2;
        for check in section(Section::Checks).filter(|f| matches!(f.kind, Kind::Choice(_))) {
            let label = self.starred(check.label.in_(lang), self.eyes.fills(check), check.needed);
            page.write_string_with_format(row, 0, &label, &style::label())?;
            self.field_cell(check, page, row, (1, 1))?;
            if let Some(note) = field(&format!("{}_note", check.name)) {
                self.field_cell(note, page, row, (2, 2))?;
                let said = self.sheet.form.text(note.name).unwrap_or_default();
                let of = |text: &str, column| style::height(text, self.width(&REVIEW, column));
                page.set_row_height(row, of(said, 2).max(of(&label, 0)).clamp(33.0, style::HIGHEST))?;
            }
            row += 1;
        }
        Ok(row + 1)
    }

    // ---- single cells

    pub(super) fn look(&self, own: bool, owner: Zone, cell: &Cell) -> Look {
        match (own, self.marks.contains_key(cell)) {
            (true, true) => Look::Bad,
            (true, false) => Look::Own(owner),
            (false, _) => Look::Locked,
        }
    }

    /// What is wrong with a cell, and below it what people have written on it.
    pub(super) fn note(&mut self, page: &mut Worksheet, (row, at): (u32, u16), cell: &Cell) -> Laid {
        let said = self.sheet.form.note(cell).map(|note| match note.who.as_str() {
            "" => note.text.clone(),
            who => format!("{who}:\n{}", note.text),
        });
        let mark = self.marks.get(cell).map(|mark| mark.note.clone());
        let text = style::clean(&[mark, said].into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
        if text.is_empty() {
            return Ok(());
        }
        let height = if text.chars().count() > 200 { 220 } else { 110 };
        let note = Note::new(&text).add_author_prefix(false).set_width(260).set_height(height);
        page.insert_note(row, at, &note.set_font_size(10))?;
        self.written.push(text);
        Ok(())
    }

    pub(super) fn put(
        &mut self,
        page: &mut Worksheet,
        (row, at): (u32, u16),
        cell: &Cell,
        value: Option<&Value>,
        kind: &Kind,
        format: &Format,
    ) -> Laid {
        self.note(page, (row, at), cell)?;
        if let Some(typed) = self.marks.get(cell).and_then(|m| m.typed.as_deref()) {
            page.write_string_with_format(row, at, style::clean(typed), format)?;
            return Ok(());
        }
        match value {
            None => page.write_blank(row, at, format)?,
            Some(Value::Money(vnd)) => page.write_number_with_format(row, at, *vnd as f64, format)?,
            Some(Value::Days(halves)) => page.write_number_with_format(row, at, f64::from(*halves) / 2.0, format)?,
            Some(Value::Percent(hundredths)) => page.write_number_with_format(row, at, *hundredths as f64 / 100.0, format)?,
            Some(Value::Number(number)) => page.write_number_with_format(row, at, *number as f64, format)?,
            Some(Value::Date(date)) => page.write_date_with_format(row, at, *date, format)?,
            Some(other) => page.write_string_with_format(row, at, style::clean(&self.said(other, kind)), format)?,
        };
        Ok(())
    }

    /// A value as text, for cells that hold text and for the height of a row.
    fn said(&self, value: &Value, kind: &Kind) -> String {
        match value {
            Value::Choice(code) => kind.label_of(code, self.sheet.lang).to_string(),
            Value::Text(text) | Value::About { said: text, .. } | Value::Lead { said: text, .. } => text.clone(),
            Value::Unknown => words::UNKNOWN.in_(self.sheet.lang).to_string(),
            Value::Money(_) | Value::Days(_) | Value::Percent(_) | Value::Number(_) | Value::Date(_) => String::new(),
        }
    }

    pub(super) fn starred(&self, label: &str, own: bool, needed: Option<Needed>) -> String {
        let now = matches!(needed, Some(Needed { from, when: When::Always }) if from <= self.step());
        if own && now { format!("{label} *") } else { label.to_string() }
    }

    /// The handbook's step that the reader is at.
    fn step(&self) -> Step {
        match (self.sheet.reader, self.sheet.state) {
            (None, _) | (_, None | Some(State::Assigning | State::Drafting | State::Review)) => Step::B2,
            (_, Some(State::Feedback)) => Step::B4,
            (Some(Role::Sales), Some(State::Completing | State::Pricing)) => Step::B6,
            (_, Some(State::Completing | State::Pricing)) => Step::B5,
            (_, Some(State::Quoted | State::Contracting)) => Step::B7,
            (_, Some(State::Scheduling | State::Delivering | State::Closed)) => Step::B8,
        }
    }

    /// The sheet on which the reader's work begins.
    pub(super) fn home(&self) -> Tab {
        match (self.sheet.reader, self.sheet.state) {
            (Some(Role::Leader), _) => Tab::Review,
            (Some(Role::Sales), Some(State::Completing)) => Tab::Project,
            _ => Tab::Analysis,
        }
    }

    /// Notes one of the reader's cells as a place to open the workbook at.
    pub(super) fn opening(&mut self, tab: Tab, (row, column): (u32, u16), cell: &Cell, needed: Option<Needed>, empty: bool) {
        let item = match cell {
            Cell::Item(id, _) => self.sheet.form.item(id),
            Cell::Field(_) => None,
        };
        let due = needed.is_some_and(|n| n.from <= self.step() && n.when.holds(self.sheet.form, item));
        let marked = self.marks.contains_key(cell);
        self.open.push(Opening {
            unmarked: !marked,
            elsewhere: !marked && tab != self.home(),
            dispensable: !(marked || due && empty),
            filled: !marked && !empty,
            tab,
            row,
            column,
        });
    }

    /// Protection against slips (not against intent), and the print set-up.
    fn finish(&self, page: &mut Worksheet) -> Laid {
        let options = ProtectionOptions {
            insert_rows: true,
            insert_columns: true,
            format_cells: true,
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::new()
        };
        page.protect_with_options(&options);
        // Choices are texts on purpose ("1.000", "8"): no green corners for that.
        page.ignore_error_range(0, 0, 500, 30, IgnoreError::NumberStoredAsText)?;
        let page_word = words::PAGE.in_(self.sheet.lang);
        let case = self.sheet.case.unwrap_or_default();
        page.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.5, 0.2, 0.2);
        page.set_footer(format!("&L&8{case}&R&8{page_word} &P/&N")).set_screen_gridlines(false).set_zoom(100);
        Ok(())
    }
}

/// Writes a text into one cell, or into several made one.
pub(super) fn span(page: &mut Worksheet, row: u32, (from, to): (u16, u16), text: &str, format: &Format) -> Laid {
    if from == to {
        page.write_string_with_format(row, from, text, format)?;
    } else {
        page.merge_range(row, from, row, to, text, format)?;
    }
    Ok(())
}

pub(super) fn letters(column: u16) -> String {
    rust_xlsxwriter::utility::column_number_to_name(column)
}
