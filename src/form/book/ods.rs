//! ods.

use std::io::Cursor;

use calamine::{Ods, OdsError, Reader};

use super::gather::{Gather, raw_owned, visibility};
use super::{Book, FileFault, Format, Limits, Sheet, broken, names};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    let mut workbook = Ods::new(Cursor::new(bytes)).map_err(fault)?;
    let mut gather = Gather::new(limits);
    let mut sheets = Vec::new();
    for tab in workbook.sheets_metadata().to_vec() {
        let range = workbook.worksheet_range(&tab.name).map_err(fault)?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, col, value) in range.used_cells() {
            if let Some(value) = raw_owned(value.clone()) {
                gather.take(top + row as u32, left + col as u32, value)?;
            }
        }
        sheets.push(Sheet {
            name: tab.name,
            visibility: visibility(tab.visible),
            cells: gather.finish_sheet(),
            merged: Vec::new(),
        });
    }
    let names = workbook
        .defined_names()
        .iter()
        .filter_map(|(name, to)| names::resolve(name, to))
        .collect();
    let properties = workbook
        .workbook_properties()
        .map(|p| p.custom_properties.into_iter().collect())
        .unwrap_or_default();
    Ok(Book {
        format: Format::Ods,
        sheets,
        names,
        properties,
        date1904: false,
    })
}

fn fault(error: OdsError) -> FileFault {
    match error {
        OdsError::Password => FileFault::Password,
        other => broken(other),
    }
}
