//! xlsx and its kin (xlsm, xltx, strict), streamed cell by cell.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, Style, Xlsx, XlsxCellReader, XlsxError};
use zip::ZipArchive;

use super::gather::{Gather, raw, visibility};
use super::{Book, FileFault, Format, Limits, Raw, Sheet, Unit, broken, names, notes, struck, unit};

/// Sheets times the largest part: what reading can cost at most, for several sheets may share one part.
const ORDINARY_WORK: u64 = 64 << 20;

type Workbook<'a> = Xlsx<Cursor<&'a [u8]>>;
type Cells<'a, 'b> = XlsxCellReader<'a, Cursor<&'b [u8]>>;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    gather(open(bytes)?, bytes, limits)
}

/// Like [`read`], but gives `None` where reading could take long.
pub(super) fn read_ordinary(bytes: &[u8], limits: &Limits, largest_part: u64) -> Result<Option<Book>, FileFault> {
    let workbook = open(bytes)?;
    let sheets = workbook.sheets_metadata().len() as u64;
    if sheets.saturating_mul(largest_part) > ORDINARY_WORK {
        return Ok(None);
    }
    gather(workbook, bytes, limits).map(Some)
}

fn open(bytes: &[u8]) -> Result<Workbook<'_>, FileFault> {
    Xlsx::new(Cursor::new(bytes)).map_err(fault)
}

fn gather(mut workbook: Workbook<'_>, bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    // Opened once for all that calamine does not tell: the archive that it reads it keeps to itself.
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok();
    let struck = zip.as_mut().map(struck::texts).unwrap_or_default();
    let mut noted = zip.map(notes::in_xlsx).unwrap_or_default();
    let mut gather = Gather::new(limits);
    let mut sheets = Vec::new();
    for tab in workbook.sheets_metadata().to_vec() {
        let mut crossed = Vec::new();
        if tab.typ == SheetType::WorkSheet {
            crossed = cells(&mut workbook, &tab.name, &struck, &mut gather)?;
            for area in workbook.merge_cells_by_sheet_name(&tab.name).map_err(fault)? {
                gather.merge(area.start, area.end)?;
            }
        }
        let (cells, merged) = gather.finish_sheet();
        let notes = noted.sheets.remove(&tab.name).unwrap_or_default();
        sheets.push(Sheet { name: tab.name, visibility: visibility(tab.visible), cells, merged, struck: crossed, notes });
    }
    let names = workbook.defined_names().iter().filter_map(|(name, to)| names::resolve(name, to)).collect();
    // Properties that cannot be read cost the form its number, which is asked for then; not the whole file.
    let properties = workbook.workbook_properties().map(|p| p.custom_properties.into_iter().collect()).unwrap_or_default();
    let (date1904, unread_notes) = (workbook.has_1904_epoch(), noted.unread);
    Ok(Book { format: Format::Xlsx, sheets, names, properties, date1904, unread_notes })
}

/// Takes the cells of a sheet; gives those that are crossed out as a whole.
fn cells(
    workbook: &mut Workbook<'_>,
    sheet: &str,
    struck: &HashMap<String, String>,
    gather: &mut Gather,
) -> Result<Vec<(u32, u32)>, FileFault> {
    let mut crossed = Vec::new();
    let reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    let kinds: Vec<Look> = reader.styles().iter().map(look).collect();
    // A workbook that has no format which says more than the contents is not walked for them.
    let (reader, looks) = match kinds.iter().any(|look| *look != Look::default()) {
        true => {
            let looks = looks(reader, &kinds)?;
            (workbook.worksheet_cells_reader(sheet).map_err(fault)?, looks)
        }
        false => (reader, HashMap::new()),
    };
    let shown = Shown { looks, struck };
    if stream(reader, &shown, None, gather, &mut crossed)? == Streamed::Misread {
        // The reader does not say which cell it stumbled over and loses its column. A walk that looks at places
        // and not at values does not stumble: with its help everything is read once more.
        gather.restart_sheet();
        crossed.clear();
        let places = places(workbook, sheet)?;
        let reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
        stream(reader, &shown, Some(&places), gather, &mut crossed)?;
    }
    crossed.sort_unstable();
    Ok(crossed)
}

#[derive(PartialEq)]
enum Streamed {
    Whole,
    Misread,
}

/// Takes every cell; stops at the first that is misread where it is not known which place the nth cell has.
fn stream(
    mut reader: Cells<'_, '_>,
    shown: &Shown,
    places: Option<&[(u32, u32)]>,
    gather: &mut Gather,
    crossed: &mut Vec<(u32, u32)>,
) -> Result<Streamed, FileFault> {
    for nth in 0.. {
        let place = places.and_then(|places| places.get(nth)).copied();
        let (place, value) = match (reader.next_cell_with_formula_metadata(), place) {
            (Ok(None), _) => break,
            (Ok(Some(cell)), place) => {
                let place = place.unwrap_or(cell.pos);
                let look = shown.looks.get(&place).cloned().unwrap_or_default();
                let mut struck = look.struck;
                let value = match raw(&cell.value) {
                    Some(Raw::Number { value, date, .. }) => Some(match look.unit {
                        Some(unit) if date.is_none() => Raw::Amount { value, unit },
                        _ => Raw::Number { value, date, percent: look.percent },
                    }),
                    Some(Raw::Text(text)) => Some(Raw::Text(match shown.struck.get(&text) {
                        Some(left) if left.trim().is_empty() => {
                            struck = true;
                            text
                        }
                        left => left.cloned().unwrap_or(text),
                    })),
                    None if cell.formula.is_some() && cell.value == DataRef::Empty => Some(Raw::FormulaNoValue),
                    other => other,
                };
                if struck && value.is_some() {
                    crossed.push(place);
                }
                (place, value)
            }
            (Err(error), Some(place)) => (place, Some(misread_value(error)?)),
            (Err(error), None) => return misread_value(error).map(|_| Streamed::Misread),
        };
        if let Some(value) = value {
            gather.take(place.0, place.1, value)?;
        }
    }
    Ok(Streamed::Whole)
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

fn places(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Vec<(u32, u32)>, FileFault> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(fault)?;
    let mut places = Vec::new();
    while let Some(cell) = reader.next_formula().map_err(fault)? {
        places.push(cell.get_position());
    }
    Ok(places)
}

/// What a cell's reader sees beside its value.
struct Shown<'a> {
    looks: HashMap<(u32, u32), Look>,
    struck: &'a HashMap<String, String>,
}

/// How a cell is shown, where that says more than what stands in it.
#[derive(Clone, Default, PartialEq)]
struct Look {
    percent: bool,
    /// Of a number.
    unit: Option<Unit>,
    /// Crossed out.
    struck: bool,
}

/// The cells whose format says more than their contents; `kinds`: what each format says.
fn looks(mut reader: Cells<'_, '_>, kinds: &[Look]) -> Result<HashMap<(u32, u32), Look>, FileFault> {
    let mut found = HashMap::new();
    while let Some((row, col, style)) = reader.next_style_id().map_err(fault)? {
        if let Some(look) = kinds.get(style).filter(|look| **look != Look::default()) {
            found.insert((row, col), look.clone());
        }
    }
    Ok(found)
}

fn look(style: &Style) -> Look {
    let struck = style.font.as_ref().is_some_and(|font| font.has_strikethrough());
    let Some(format) = &style.number_format else { return Look { struck, ..Look::default() } };
    if is_percent(&format.format_code) {
        return Look { percent: true, unit: None, struck };
    }
    // The currency of the built-in formats is that of the reader's own computer; calamine writes them with a bare `$`.
    let built_in = matches!(format.format_id, Some(42 | 44)) && format.format_code.starts_with("_($*");
    let unit = if built_in { None } else { unit::of_format(&format.format_code) };
    Look { percent: false, unit, struck }
}

/// A `%` in the number format that is neither quoted nor escaped.
fn is_percent(code: &str) -> bool {
    let mut quoted = false;
    let mut chars = code.chars();
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
