//! Collects cells and stops at the limits, whatever the reader offers.

use calamine::{Data, DataRef, ExcelDateTime, SheetVisible};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::{Area, FileFault, Grid, Limits, Raw, Visibility, broken, too_large};

/// Text of all cells together. A string that is stored once can be shown by 200,000 cells.
const MOST_TEXT_BYTES: usize = 64 << 20;

/// The last cell of every spreadsheet program is XFD1048576.
pub(super) const LAST_ROW: u32 = 1_048_575;
pub(super) const LAST_COL: u32 = 16_383;

/// Counts over all sheets of one workbook.
pub(super) struct Gather {
    most_cells: u64,
    seen_cells: u64,
    seen_text: usize,
    sheet: Vec<((u32, u32), Raw)>,
    merged: Vec<Area>,
}

impl Gather {
    pub fn new(limits: &Limits) -> Self {
        let (sheet, merged) = Default::default();
        Self { most_cells: limits.workbook_cells, seen_cells: 0, seen_text: 0, sheet, merged }
    }

    /// Takes one cell of the present sheet.
    pub fn take(&mut self, row: u32, col: u32, raw: Raw) -> Result<(), FileFault> {
        if row > LAST_ROW || col > LAST_COL {
            return Err(broken("a cell beyond the end of its sheet"));
        }
        self.count()?;
        if let Raw::Text(text) = &raw {
            self.seen_text += text.len();
            if self.seen_text > MOST_TEXT_BYTES {
                return Err(too_large("text", super::megabytes(MOST_TEXT_BYTES as u64)));
            }
        }
        self.sheet.push(((row, col), raw));
        Ok(())
    }

    /// Takes one merged area of the present sheet, as far as a sheet goes: what it says is anybody's number.
    pub fn merge(&mut self, first: (u32, u32), last: (u32, u32)) -> Result<(), FileFault> {
        self.count()?;
        let within = |(row, col): (u32, u32)| (row.min(LAST_ROW), col.min(LAST_COL));
        let (first, last) = (within(first), within(last));
        self.merged.push((first.0, first.1, last.0, last.1));
        Ok(())
    }

    /// A merged area takes as much room as a cell.
    fn count(&mut self) -> Result<(), FileFault> {
        self.seen_cells += 1;
        if self.seen_cells > self.most_cells {
            return Err(too_large("cells", self.most_cells.to_string()));
        }
        Ok(())
    }

    /// The cells of the present sheet are read once more from its start.
    pub fn restart_sheet(&mut self) {
        for (_, raw) in self.sheet.drain(..) {
            self.seen_cells -= 1;
            if let Raw::Text(text) = raw {
                self.seen_text -= text.len();
            }
        }
    }

    /// The present sheet is read to its end: its cells and merged areas.
    pub fn finish_sheet(&mut self) -> (Grid, Vec<Area>) {
        (Grid::new(std::mem::take(&mut self.sheet)), std::mem::take(&mut self.merged))
    }
}

/// A cell's value as calamine gives it; `None` for a cell that is only formatted.
pub(super) fn raw(value: &DataRef<'_>) -> Option<Raw> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => return filled(text),
        DataRef::SharedString(text) => return filled(text),
        // Whole numbers of a spreadsheet have at most 15 digits: nothing is lost.
        DataRef::Int(value) => number(*value as f64, None),
        DataRef::Float(value) => number(*value, None),
        DataRef::DateTime(serial) => number(serial.as_f64(), date(serial)),
        DataRef::DateTimeIso(text) => iso_date(text).map_or_else(|| Raw::Text(text.clone()), Raw::Date),
        DataRef::DurationIso(text) => return filled(text),
        DataRef::Bool(value) => Raw::Bool(*value),
        DataRef::Error(error) => Raw::Error(error.to_string()),
    })
}

/// The same for readers that own their values.
pub(super) fn raw_owned(value: Data) -> Option<Raw> {
    match value {
        Data::String(text) => (!text.is_empty()).then_some(Raw::Text(text)),
        Data::Int(value) => Some(number(value as f64, None)),
        Data::Float(value) => Some(number(value, None)),
        Data::DateTime(serial) => Some(number(serial.as_f64(), date(&serial))),
        Data::DateTimeIso(text) => raw(&DataRef::DateTimeIso(text)),
        Data::DurationIso(text) => raw(&DataRef::DurationIso(text)),
        Data::Bool(value) => Some(Raw::Bool(value)),
        Data::Error(error) => Some(Raw::Error(error.to_string())),
        Data::Empty => None,
    }
}

fn filled(text: &str) -> Option<Raw> {
    (!text.is_empty()).then(|| Raw::Text(text.to_owned()))
}

pub(super) fn number(value: f64, date: Option<NaiveDateTime>) -> Raw {
    if value.is_finite() { Raw::Number { value, percent: false, date } } else { Raw::Error("#NUM!".into()) }
}

/// Durations (`[h]:mm`) are no dates, and neither is what lies outside of Excel's calendar.
fn date(serial: &ExcelDateTime) -> Option<NaiveDateTime> {
    let in_calendar = (0.0..2_958_466.0).contains(&serial.as_f64());
    (serial.is_datetime() && in_calendar).then(|| serial.as_datetime()).flatten()
}

/// `2026-11-23`, `2026-11-23T08:30:00`, with or without fractions, `Z` or offset (dropped: cells have no zone).
pub(super) fn iso_date(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let time = time.split(['Z', '+', '-']).next()?;
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
    Some(day.and_time(time))
}

pub(super) fn visibility(state: SheetVisible) -> Visibility {
    match state {
        SheetVisible::Visible => Visibility::Visible,
        SheetVisible::Hidden => Visibility::Hidden,
        SheetVisible::VeryHidden => Visibility::VeryHidden,
    }
}
