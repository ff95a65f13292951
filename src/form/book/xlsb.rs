//! xlsb, streamed cell by cell. Only ever run in the child process: calamine trusts the lengths in these files.

use std::io::Cursor;

use calamine::{Reader, SheetType, Xlsb, XlsbError};

use super::gather::{Gather, raw, visibility};
use super::{Book, FileFault, Format, Limits, Sheet, broken, names, notes};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    let mut workbook = Xlsb::new(Cursor::new(bytes)).map_err(fault)?;
    let mut gather = Gather::new(limits);
    let mut sheets = Vec::new();
    for tab in workbook.sheets_metadata().to_vec() {
        if tab.typ == SheetType::WorkSheet {
            cells(&mut workbook, &tab.name, &mut gather)?;
        }
        let (cells, merged) = gather.finish_sheet();
        sheets.push(Sheet { name: tab.name, visibility: visibility(tab.visible), cells, merged, struck: vec![], notes: vec![] });
    }
    let names = workbook.defined_names().iter().filter_map(|(name, to)| names::resolve(name, to)).collect();
    let properties = workbook.workbook_properties().map(|p| p.custom_properties.into_iter().collect()).unwrap_or_default();
    let unread_notes = notes::in_xlsb(bytes);
    Ok(Book { format: Format::Xlsb, sheets, names, properties, date1904: workbook.has_1904_epoch(), unread_notes })
}

fn cells(workbook: &mut Xlsb<Cursor<&[u8]>>, sheet: &str, gather: &mut Gather) -> Result<(), FileFault> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    while let Some(cell) = reader.next_cell().map_err(fault)? {
        if let Some(value) = raw(cell.get_value()) {
            let (row, col) = cell.get_position();
            gather.take(row, col, value)?;
        }
    }
    Ok(())
}

fn fault(error: XlsbError) -> FileFault {
    match error {
        XlsbError::Password => FileFault::Password,
        other => broken(other),
    }
}
