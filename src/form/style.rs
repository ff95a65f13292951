//! How the cells of a form look, and what they ask of whoever stands on them.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};

use super::layout::{Kind, Said, Zone, said};
use crate::measure::{DEFAULT_COLUMN, DEFAULT_ROW, Face, Type};
use crate::process::house::Lang;

const LINES: u32 = 0xBFBFBF;
const INK: u32 = 0x1F2937;
const FAINT: u32 = 0x6B7280;
const BAD: u32 = 0xFFC7CE;
const PLAIN: u32 = 0xF3F4F6;
const LABEL: u32 = 0xE5E7EB;

/// What a cell is to its reader.
#[derive(Clone, Copy)]
pub(super) enum Look {
    /// To be filled in, in the colour of its zone.
    Own(Zone),
    /// Somebody else's or the desk's: locked.
    Locked,
    /// The reader's own, with something wrong in it.
    Bad,
}

/// The light colour of a zone's cells.
pub(super) fn light(zone: Zone) -> u32 {
    match zone {
        Zone::Sales => 0xFFF8DC,
        Zone::Leader => 0xE1EEFB,
        Zone::Tech => 0xE5F5E0,
        Zone::Director => 0xFDE9D9,
        Zone::System => PLAIN,
        Zone::Everyone => 0xFBFBF0,
    }
}

/// The stronger colour of a zone's headings.
pub(super) fn strong(zone: Zone) -> u32 {
    match zone {
        Zone::Sales => 0xFFE699,
        Zone::Leader => 0xBDD7EE,
        Zone::Tech => 0xC0E0B0,
        Zone::Director => 0xF8CBAD,
        Zone::System | Zone::Everyone => 0xD9D9D9,
    }
}

/// Widths count in digits of the default type: with ours as the default, every program comes to the same pixels, and to the
/// same lines in a cell.
pub(super) fn sheet() -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_default_format(&typeface(), DEFAULT_ROW, DEFAULT_COLUMN)?;
    Ok(sheet)
}

/// The workbook of such sheets.
pub(super) fn book() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    book.set_default_format(&typeface(), DEFAULT_ROW, DEFAULT_COLUMN)?;
    Ok(book)
}

fn typeface() -> Format {
    Format::new().set_font_name("Arial").set_font_size(TYPE.points)
}

pub(super) fn base() -> Format {
    typeface().set_font_color(INK).set_align(FormatAlign::VerticalCenter)
}

fn boxed() -> Format {
    base().set_border(FormatBorder::Thin).set_border_color(LINES)
}

pub(super) fn title() -> Format {
    base().set_font_size(16).set_bold()
}

/// A line of small print under a title.
pub(super) fn faint() -> Format {
    base().set_font_color(FAINT).set_italic().set_text_wrap()
}

pub(super) fn banner() -> Format {
    boxed().set_bold().set_text_wrap().set_font_color(0x14532D).set_background_color(0xDCFCE7)
}

pub(super) fn section(zone: Option<Zone>) -> Format {
    let colour = zone.map_or(0x374151, strong);
    let format = base().set_bold().set_font_size(11).set_background_color(colour).set_indent(1);
    if zone.is_none() { format.set_font_color(0xFFFFFF) } else { format }
}

pub(super) fn label() -> Format {
    boxed().set_background_color(LABEL).set_text_wrap().set_align(FormatAlign::Left).set_indent(1)
}

pub(super) fn header(zone: Zone) -> Format {
    boxed().set_bold().set_text_wrap().set_align(FormatAlign::Center).set_background_color(strong(zone))
}

/// A cell that holds a value.
pub(super) fn cell(kind: &Kind, look: Look) -> Format {
    let left = boxed().set_align(FormatAlign::Left).set_indent(1);
    let format = match kind {
        Kind::Money(_) => boxed().set_num_format("#,##0").set_align(FormatAlign::Right).set_indent(1),
        Kind::Date(_) | Kind::DateOrWords => left.set_num_format("dd/mm/yyyy"),
        // As text, or Excel would make numbers and dates of entries as "1.000", "2-3 tuần" and of a leading 0.
        Kind::Choice(_) | Kind::Lead | Kind::Phone | Kind::TaxCode => left.set_num_format("@"),
        // Plain numbers: a percent format would make 0,05 of a typed 5, and "0.#" leaves a lone point behind 5.
        Kind::Days { .. } | Kind::Percent { .. } | Kind::Number { .. } => left,
        Kind::Text { .. } | Kind::Long { .. } | Kind::Person(_) | Kind::Region | Kind::Email => left,
    };
    let format = format.set_text_wrap();
    match look {
        Look::Own(zone) => format.set_background_color(light(zone)).set_unlocked(),
        Look::Bad => format.set_background_color(BAD).set_unlocked(),
        Look::Locked => format.set_background_color(PLAIN),
    }
}

/// Where the entries of a drop-down stand: typed into the rule, or a range on the hidden sheet.
pub(super) enum Entries {
    None,
    Inline(Vec<String>),
    Range(String),
}

/// Excel takes no more than this in a rule with inline entries, and parts them by commas.
const MOST_INLINE: usize = 255;

pub(super) fn fits_inline(entries: &[String]) -> bool {
    let long: usize = entries.iter().map(|e| e.encode_utf16().count() + 1).sum();
    long <= MOST_INLINE && entries.iter().all(|e| !e.contains([',', '"']))
}

const NOT_IN_LIST: Said = said("Vui lòng chọn một giá trị trong danh sách.", "Please choose from the list.");
const NOT_LISTED: Said = said(
    "Giá trị này không có trong danh sách của công ty. Vẫn giữ nếu anh/chị chắc chắn.",
    "This is not in the company's list. Keep it if you are sure.",
);

/// The drop-down and the hint of a cell. Amounts, days and dates are never blocked: `12tr` and `khoảng 60tr` are read.
pub(super) fn rule(
    kind: &Kind,
    entries: Entries,
    label: &str,
    help: &str,
    lang: Lang,
) -> Result<Option<DataValidation>, XlsxError> {
    let list = match entries {
        Entries::None if help.is_empty() => return Ok(None),
        Entries::None => None,
        Entries::Inline(entries) => Some(DataValidation::new().allow_list_strings(&entries)?),
        Entries::Range(range) => Some(DataValidation::new().allow_list_formula(Formula::new(range))),
    };
    let rule = match list {
        None => DataValidation::new().allow_any_value(),
        Some(rule) => {
            let unlisted = matches!(kind, Kind::Person(_) | Kind::Region);
            let (style, message) = if unlisted {
                (DataValidationErrorStyle::Information, NOT_LISTED)
            } else {
                (DataValidationErrorStyle::Stop, NOT_IN_LIST)
            };
            rule.set_error_style(style).set_error_title(cut(label, 32))?.set_error_message(message.in_(lang))?
        }
    };
    if help.is_empty() {
        return Ok(Some(rule));
    }
    Ok(Some(rule.set_input_title(cut(label, 32))?.set_input_message(cut(help, 255))?))
}

/// Cut at so many UTF-16 units, as Excel counts.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect()
}

/// Text that a workbook can hold: without the characters that XML forbids, at most 32,767 units.
pub(super) fn clean(text: &str) -> String {
    let legal = |c: &char| matches!(c, '\t' | '\n' | ' '..) && !matches!(c, '\u{7f}' | '\u{fffe}' | '\u{ffff}');
    let text: String = text.replace("\r\n", "\n").chars().map(|c| if c == '\r' { '\n' } else { c }).filter(legal).collect();
    cut(&text, 32_767)
}

const TYPE: Type = Type { face: Face::Arial, points: 10.0, bold: false };
/// Excel has no higher rows.
pub(super) const HIGHEST: f64 = 409.0;

/// Points that a wrapped text needs in a merged cell so wide (characters): no program fits merged cells itself.
pub(super) fn height(text: &str, width: f64) -> f64 {
    // A column has seven pixels a character and five more; the cell's margins and its indent take some back.
    let pixels = width * 7.0 + 5.0 - 16.0;
    TYPE.wrap(text, pixels).len() as f64 * TYPE.line_height() + 5.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_fit_for_a_workbook() {
        assert_eq!(clean("a\u{0}\u{b}b\r\nc\td\u{ffff}"), "ab\nc\td");
        assert_eq!(clean(&"ế".repeat(40_000)).chars().count(), 32_767);
        // A character outside the basic plane counts twice, and is not cut in half.
        assert_eq!(clean(&"😀".repeat(20_000)).chars().count(), 16_383);
    }

    #[test]
    fn a_tall_text_gets_a_tall_row_within_what_excel_allows() {
        assert!(height("một dòng", 60.0) < height("một\nhai\nba", 60.0));
    }
}
