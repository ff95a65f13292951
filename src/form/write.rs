//! A form as a workbook that its reader likes to fill in: only what is for their eyes, their cells coloured and unlocked,
//! opened at the first of them. Equal input gives equal bytes.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, SecondsFormat};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Worksheet, XlsxError};

use super::draft::Draft;
use super::eyes::Eyes;
use super::layout::{HIDDEN_SHEET, SCHEMA, Tab};
use super::lists::Lists;
use super::{help, noted, style, words};
use crate::process::case::State;
use crate::process::form::{Cell, Form};
use crate::process::house::{At, Lang, Person, Region, Role};
use crate::process::value::Value;

/// All that a workbook is made of.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    pub form: &'a Form,
    /// `YC-2026-0012`; `None`: a blank form.
    pub case: Option<&'a str>,
    pub rev: u32,
    /// When the desk was last brought back from a backup; `None`: never.
    pub restored: Option<At>,
    pub state: Option<State>,
    /// Who will open it; `None`: nobody in particular, and everything is shown.
    pub reader: Option<Role>,
    pub lang: Lang,
    pub company: &'a str,
    /// For the drop-downs of names and regions.
    pub people: &'a [Person],
    pub regions: &'a [Region],
    /// Hundredths of a percent on Tech's cost: what the Director is shown as a suggestion.
    pub markup: i64,
    pub sales_sees_cost: bool,
    /// Values of the desk's own cells (`status`, `quote_no`, `contract_no` …) by field name.
    pub facts: BTreeMap<String, Value>,
    /// `Đã duyệt bởi … ngày …`: who confirmed this form, in the reader's language.
    pub confirmed: Option<String>,
    /// Cells with something wrong in them.
    pub marks: Vec<Mark>,
    /// The day that the workbook is dated with.
    pub made: NaiveDate,
}

/// A cell that its reader has to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub at: Cell,
    /// What is wrong, in the reader's language.
    pub note: String,
    /// What the sender had typed, put back as it was; `None`: the form's value stands there.
    pub typed: Option<String>,
}

/// The workbook, xlsx.
///
/// # Errors
/// Only for what a worksheet cannot hold at all; texts are cleaned and cut to fit beforehand.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let eyes = Eyes::new(sheet.form, sheet.reader, sheet.state, sheet.sales_sees_cost);
    let lists = Lists::new(sheet);
    let mut draft = Draft::new(sheet, eyes, lists);
    let mut pages = Vec::new();
    for tab in Tab::ALL {
        let mut page = style::sheet()?;
        page.set_name(tab.title().in_(sheet.lang))?;
        if draft.lay(tab, &mut page)? {
            pages.push((tab, page));
        }
    }
    let (open_tab, row, column) = draft.start();
    for (tab, page) in &mut pages {
        if *tab == open_tab {
            page.set_active(true).set_selection(row, column, row, column)?;
        }
    }

    let mut book = style::book()?;
    book.set_properties(&properties(sheet)?);
    for (_, page) in pages {
        book.push_worksheet(page);
    }
    book.push_worksheet(help::page(&draft)?);
    book.push_worksheet(hidden(sheet, &draft)?);
    for (name, refers_to) in draft.names() {
        book.define_name(name, refers_to)?;
    }
    book.save_to_buffer()
}

fn properties(sheet: &Sheet) -> Result<DocProperties, XlsxError> {
    let made =
        ExcelDateTime::from_ymd(sheet.made.year().clamp(1900, 9999) as u16, sheet.made.month() as u8, sheet.made.day() as u8)?;
    let properties = DocProperties::new()
        .set_title(words::TITLE.in_(sheet.lang))
        .set_company(style::cut(&style::clean(sheet.company), 255))
        .set_creation_datetime(&made);
    let marks = provenance(sheet).into_iter().filter(|(_, value)| !value.is_empty());
    Ok(marks.fold(properties, |all, (name, value)| all.set_custom_property(format!("qd.{name}"), value)))
}

/// What tells a returning workbook: kept twice, as document properties and on the hidden sheet, for some programs lose one.
fn provenance(sheet: &Sheet) -> [(&'static str, String); 5] {
    [
        ("schema", SCHEMA.to_string()),
        ("case", sheet.case.unwrap_or_default().to_string()),
        ("rev", sheet.rev.to_string()),
        ("role", sheet.reader.map(Role::name).unwrap_or_default().to_string()),
        ("restored", sheet.restored.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true)).unwrap_or_default()),
    ]
}

/// The very hidden sheet. Columns A, B: `schema`, `case`, `rev`, `role`, `restored` where there is one, then from row 6 each item's id and its row (from 1),
/// then what stands on cells, so that it is told from what people write there;
/// further columns hold the entries of long drop-downs.
fn hidden(sheet: &Sheet, draft: &Draft) -> Result<Worksheet, XlsxError> {
    let mut page = style::sheet()?;
    page.set_name(HIDDEN_SHEET)?.set_very_hidden(true);
    let marks = provenance(sheet).into_iter().filter(|(name, value)| *name != "restored" || !value.is_empty());
    for (row, (name, value)) in marks.enumerate() {
        page.write_string(row as u32, 0, name)?.write_string(row as u32, 1, value)?;
    }
    for (row, (id, at)) in draft.item_rows().iter().enumerate() {
        page.write_string(row as u32 + 5, 0, style::clean(id))?.write_number(row as u32 + 5, 1, *at as f64 + 1.0)?;
    }
    let below = draft.item_rows().len() as u32 + 5;
    for (row, text) in draft.written.iter().enumerate() {
        page.write_string(row as u32 + below, 0, noted::KEY)?.write_string(row as u32 + below, 1, text)?;
    }
    draft.lists().write(&mut page)?;
    page.protect();
    Ok(page)
}
