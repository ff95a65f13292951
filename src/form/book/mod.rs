//! Reading a stranger's workbook: bytes in, a bounded sparse grid out, or one plain reason why not.
//!
//! Nothing here knows what a form is. The way of a file:
//!
//! 1. [`sniff`]: what the bytes are, whatever the file is called.
//! 2. [`archive`]: a zip is inflated once into nothing, counted, and refused when it is a bomb.
//! 3. An ordinary xlsx is read here ([`xlsx`]); all else is read by a child process under limits
//!    ([`workers`], [`worker`]), for those readers hold a whole sheet in memory: a 42 KB xls can ask for 1 GB.
//!
//! Macros, links, drawings and DTDs are never looked at; notes on cells are ([`notes`]), no other file is opened and nothing is fetched.

mod archive;
mod gather;
mod names;
mod notes;
mod ods;
mod sniff;
mod struck;
mod unit;
pub mod worker;
mod workers;
mod xls;
mod xlsb;
mod xlsx;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::process::problem::FileFault;
pub use notes::Note;
use sniff::Shape;
pub use workers::Workers;

/// A workbook as far as a form needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Book {
    pub format: Format,
    pub sheets: Vec<Sheet>,
    /// Defined names that stand for a cell or an area; those that stand for anything else are left out.
    pub names: Vec<DefinedName>,
    /// Custom document properties, as text.
    pub properties: BTreeMap<String, String>,
    /// Serial dates count from 1904. Known for xlsx, xls and xlsb; dates here are converted already.
    pub date1904: bool,
    /// Notes on cells that are there and not among those of the sheets: all of an xls or xlsb, and what is over the limits.
    #[serde(default)]
    pub unread_notes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// As on its tab, unchanged.
    pub name: String,
    pub visibility: Visibility,
    pub cells: Grid,
    /// Not known for xlsb.
    pub merged: Vec<Area>,
    /// Filled cells that are crossed out as a whole, sorted. Known for xlsx and ods.
    #[serde(default)]
    pub struck: Vec<(u32, u32)>,
    /// What people have written on cells, sorted by cell. Known for xlsx and ods.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// First row, first column, last row, last column, all from 0 and within a sheet.
pub type Area = (u32, u32, u32, u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Visible,
    Hidden,
    VeryHidden,
}

/// A name of the workbook (`qd_customer`), resolved to the first cell of its first area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinedName {
    pub name: String,
    pub sheet: String,
    /// From 0.
    pub row: u32,
    /// From 0.
    pub col: u32,
}

/// What stands in a cell. Formulas are never calculated: it is the value that the last program stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Raw {
    /// Never empty.
    Text(String),
    /// Always finite.
    Number {
        value: f64,
        /// The cell is formatted as a percentage: 0.4 is seen as 40 %. Known for xlsx and ods.
        percent: bool,
        /// Set where the cell is formatted as a date or time of day.
        date: Option<NaiveDateTime>,
    },
    /// A number that is shown in another unit than đồng (`$5,000`, `1,500 nghìn`). Known for xlsx and ods.
    Amount {
        value: f64,
        unit: Unit,
    },
    /// A date that was stored as a date and not as a number (ods, ISO dates in xlsx).
    Date(NaiveDateTime),
    Bool(bool),
    /// `#REF!`, `#DIV/0!` …, or a value that is no value of its declared kind.
    Error(String),
    /// A formula that nobody has calculated yet.
    FormulaNoValue,
}

/// What stands beside a number by its format, or by its currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// As shown: `$`, `nghìn`.
    pub sign: String,
    /// How many đồng one is; `None` for another currency; 1 for a time ([`Unit::is_time`]).
    pub times: Option<i64>,
}

/// Used cells, sorted by row and column. Cells that are only formatted are not in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grid(Vec<((u32, u32), Raw)>);

impl Grid {
    /// Sorts; of two cells at one place the later wins.
    fn new(mut cells: Vec<((u32, u32), Raw)>) -> Self {
        if !cells.is_sorted_by(|a, b| a.0 < b.0) {
            cells.reverse();
            cells.sort_by_key(|(at, _)| *at);
            cells.dedup_by_key(|(at, _)| *at);
        }
        Self(cells)
    }
    pub fn get(&self, row: u32, col: u32) -> Option<&Raw> {
        let found = self.0.binary_search_by_key(&(row, col), |(at, _)| *at).ok()?;
        self.0.get(found).map(|(_, raw)| raw)
    }
    /// `((row, column), value)` in reading order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ((u32, u32), &Raw)> {
        self.0.iter().map(|(at, raw)| (*at, raw))
    }
    /// `(column, value)` of one row, left to right.
    pub fn row(&self, row: u32) -> impl DoubleEndedIterator<Item = (u32, &Raw)> {
        self.row_from(row, 0)
    }
    /// The same from a column on.
    pub fn row_from(&self, row: u32, col: u32) -> impl DoubleEndedIterator<Item = (u32, &Raw)> {
        let start = self.0.partition_point(|(at, _)| *at < (row, col));
        let end = self.0.partition_point(|(at, _)| at.0 <= row);
        self.0.get(start..end).unwrap_or_default().iter().map(|(at, raw)| (at.1, raw))
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Book {
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
    /// The cell that a defined name stands for; letter case does not matter, as in Excel.
    pub fn name(&self, name: &str) -> Option<&DefinedName> {
        let lower = name.to_lowercase();
        self.names.iter().find(|n| n.name.eq_ignore_ascii_case(name) || (!n.name.is_ascii() && n.name.to_lowercase() == lower))
    }
}

/// `[limits]` of the config.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a file as it comes.
    pub attachment_bytes: u64,
    /// Used cells, all sheets together.
    pub workbook_cells: u64,
    /// Bytes of a zipped workbook once it is inflated.
    pub workbook_unpacked: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { attachment_bytes: 20 << 20, workbook_cells: 200_000, workbook_unpacked: 200 << 20 }
    }
}

/// Reads a workbook of any writer. Blocks: milliseconds for an ordinary xlsx, at worst the time that
/// [`Workers`] allows a file.
///
/// # Errors
/// One [`FileFault`] for the file as a whole. What is wrong with single cells is in [`Raw`].
pub fn read(bytes: &[u8], limits: &Limits, workers: &Workers) -> Result<Book, FileFault> {
    if bytes.is_empty() {
        return Err(FileFault::Empty);
    }
    if bytes.len() as u64 > limits.attachment_bytes {
        return Err(too_large("file", megabytes(limits.attachment_bytes)));
    }
    match sniff::shape(bytes)? {
        Shape::Xls => workers.read(bytes, Format::Xls, limits),
        Shape::Zip => {
            let contents = archive::inspect(bytes, limits)?;
            if contents.format == Format::Xlsx
                && contents.ordinary
                && let Some(book) = guarded(|| xlsx::read_ordinary(bytes, limits, contents.largest_part))?
            {
                return Ok(book);
            }
            workers.read(bytes, contents.format, limits)
        }
    }
}

/// Like [`read`], but without a child: in this process, whatever an xls or xlsb costs. For the tests that look for what
/// the readers stumble over; a stranger's file is read with [`read`].
///
/// # Errors
/// As [`read`]; a zip that needs the child's limits is refused.
pub fn read_alone(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    match sniff::shape(bytes)? {
        Shape::Xls => read_here(bytes, Format::Xls, limits),
        Shape::Zip => match archive::inspect(bytes, limits)? {
            contents if contents.ordinary => read_here(bytes, contents.format, limits),
            _ => Err(too_large("memory", megabytes(worker::MOST_MEMORY_BYTES))),
        },
    }
}

/// What the child does with each request.
fn read_here(bytes: &[u8], format: Format, limits: &Limits) -> Result<Book, FileFault> {
    guarded(|| match format {
        Format::Xlsx => xlsx::read(bytes, limits),
        Format::Xlsb => xlsb::read(bytes, limits),
        Format::Xls => xls::read(bytes, limits),
        Format::Ods => ods::read(bytes, limits),
    })
}

/// A parser that panics has found a broken file; it must not take the desk with it.
pub(super) fn guarded<T>(parse: impl FnOnce() -> Result<T, FileFault>) -> Result<T, FileFault> {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or_else(|_| Err(broken("the reader gave up")))
}

fn broken(why: impl ToString) -> FileFault {
    FileFault::Broken { why: why.to_string() }
}

fn too_large(what: &str, limit: String) -> FileFault {
    FileFault::TooLarge { what: what.into(), limit }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
