//! xls of Excel 5 to 2003. Only ever run in the child process: calamine lays every sheet out in full, and a sheet
//! of 42 KB can be 16 million cells wide and high.

use std::io::Cursor;

use calamine::{Reader, Xls, XlsError};

use super::gather::{Gather, raw_owned, visibility};
use super::{Book, FileFault, Format, Limits, Sheet, broken, names, notes};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(fault)?;
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
        for area in workbook.merge_cells_by_sheet_name(&tab.name).map_err(fault)? {
            gather.merge(area.start, area.end)?;
        }
        let (cells, merged) = gather.finish_sheet();
        sheets.push(Sheet { name: tab.name, visibility: visibility(tab.visible), cells, merged, struck: vec![], notes: vec![] });
    }
    let names = workbook.defined_names().iter().filter_map(|(name, to)| names::resolve(name, to)).collect();
    let properties = workbook.workbook_properties().map(|p| p.custom_properties.into_iter().collect()).unwrap_or_default();
    let unread_notes = notes::in_xls(bytes);
    Ok(Book { format: Format::Xls, sheets, names, properties, date1904: workbook.has_1904_epoch(), unread_notes })
}

fn fault(error: XlsError) -> FileFault {
    match error {
        XlsError::Password => FileFault::Password,
        other => broken(other),
    }
}
