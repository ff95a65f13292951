//! xlsx and its kin (xlsm, xltx, strict), streamed cell by cell.

use std::collections::HashSet;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, Style, Xlsx, XlsxError};

use super::gather::{Gather, raw, visibility};
use super::{Book, FileFault, Format, Grid, Limits, Raw, Sheet, broken, names};

/// Sheets times the largest part: what reading can cost at most, for several sheets may share one part.
const ORDINARY_WORK: u64 = 64 << 20;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    gather(open(bytes)?, limits)
}

/// Like [`read`], but gives `None` where reading could take long.
pub(super) fn read_ordinary(
    bytes: &[u8],
    limits: &Limits,
    largest_part: u64,
) -> Result<Option<Book>, FileFault> {
    let workbook = open(bytes)?;
    let sheets = workbook.sheets_metadata().len() as u64;
    if sheets.saturating_mul(largest_part) > ORDINARY_WORK {
        return Ok(None);
    }
    gather(workbook, limits).map(Some)
}

fn open(bytes: &[u8]) -> Result<Workbook<'_>, FileFault> {
    Xlsx::new(Cursor::new(bytes)).map_err(fault)
}

fn gather(mut workbook: Workbook<'_>, limits: &Limits) -> Result<Book, FileFault> {
    let mut gather = Gather::new(limits);
    let mut sheets = Vec::new();
    for tab in workbook.sheets_metadata().to_vec() {
        let (cells, merged) = if tab.typ == SheetType::WorkSheet {
            let cells = cells(&mut workbook, &tab.name, &mut gather)?;
            (
                cells,
                gather.merged(
                    &workbook
                        .merge_cells_by_sheet_name(&tab.name)
                        .map_err(fault)?,
                )?,
            )
        } else {
            (Grid::default(), Vec::new())
        };
        sheets.push(Sheet {
            name: tab.name,
            visibility: visibility(tab.visible),
            cells,
            merged,
        });
    }
    let names = workbook
        .defined_names()
        .iter()
        .filter_map(|(name, to)| names::resolve(name, to))
        .collect();
    // Properties that cannot be read cost the form its number, which is asked for then; not the whole file.
    let properties = workbook
        .workbook_properties()
        .map(|p| p.custom_properties.into_iter().collect())
        .unwrap_or_default();
    Ok(Book {
        format: Format::Xlsx,
        sheets,
        names,
        properties,
        date1904: workbook.has_1904_epoch(),
    })
}

fn cells(workbook: &mut Workbook<'_>, sheet: &str, gather: &mut Gather) -> Result<Grid, FileFault> {
    let percents = percent_cells(workbook, sheet)?;
    let mut misread = Vec::new();
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    let mut nth = 0;
    loop {
        match reader.next_cell_with_formula_metadata() {
            Ok(None) => break,
            Ok(Some(cell)) => {
                let value = match raw(&cell.value) {
                    Some(Raw::Number { value, date, .. }) => Some(Raw::Number {
                        value,
                        date,
                        percent: percents.contains(&cell.pos),
                    }),
                    None if cell.formula.is_some() && cell.value == DataRef::Empty => {
                        Some(Raw::FormulaNoValue)
                    }
                    other => other,
                };
                if let Some(value) = value {
                    gather.take(cell.pos.0, cell.pos.1, value)?;
                }
            }
            Err(error) => misread.push((nth, misread_value(error)?)),
        }
        nth += 1;
    }
    drop(reader);
    if !misread.is_empty() {
        place(workbook, sheet, misread, gather)?;
    }
    Ok(gather.finish_sheet())
}

/// What a cell shows that calamine does not know (`#SPILL!`, `#CALC!`, a number that is none): an error of that
/// cell, where calamine gives up the sheet. Every other error is one of the file.
fn misread_value(error: XlsxError) -> Result<Raw, FileFault> {
    match error {
        XlsxError::CellError(shown) => Ok(Raw::Error(shown)),
        XlsxError::ParseFloat(_) => Ok(Raw::Error("#VALUE!".into())),
        other => Err(fault(other)),
    }
}

/// The error does not say which cell it was, only that it was the nth: a second walk, which looks at places and not
/// at values, finds it.
fn place(
    workbook: &mut Workbook<'_>,
    sheet: &str,
    misread: Vec<(usize, Raw)>,
    gather: &mut Gather,
) -> Result<(), FileFault> {
    let mut misread = misread.into_iter().peekable();
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    let mut nth = 0;
    while let Some(cell) = reader.next_formula().map_err(fault)? {
        if let Some((_, value)) = misread.next_if(|(wanted, _)| *wanted == nth) {
            let (row, col) = cell.get_position();
            gather.take(row, col, value)?;
        }
        nth += 1;
    }
    Ok(())
}

/// Places of the cells that are formatted as percentages. A workbook that has no such format is not walked.
fn percent_cells(
    workbook: &mut Workbook<'_>,
    sheet: &str,
) -> Result<HashSet<(u32, u32)>, FileFault> {
    let mut reader = match workbook.worksheet_cells_reader(sheet) {
        Ok(reader) => reader,
        Err(error) => return Err(fault(error)),
    };
    let percent: Vec<bool> = reader.styles().iter().map(is_percent).collect();
    let mut found = HashSet::new();
    if percent.contains(&true) {
        while let Some((row, col, style)) = reader.next_style_id().map_err(fault)? {
            if percent.get(style) == Some(&true) {
                found.insert((row, col));
            }
        }
    }
    Ok(found)
}

/// A `%` in the number format that is neither quoted nor escaped.
fn is_percent(style: &Style) -> bool {
    let Some(format) = &style.number_format else {
        return false;
    };
    let mut quoted = false;
    let mut chars = format.format_code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => {
                chars.next();
            }
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

fn fault(error: XlsxError) -> FileFault {
    match error {
        XlsxError::Password => FileFault::Password,
        other => broken(other),
    }
}
