//! A sheet written from the top, row by row, each as high as its texts need; the same look for quote and annex.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};

use super::Error;
use super::sentences::fill;
use crate::measure::{DEFAULT_COLUMN, DEFAULT_ROW, Face, Type};

/// What stands in a cell.
#[derive(Clone, Debug)]
pub enum Content {
    Blank,
    /// Always a string: no formula, no link, whatever it begins with.
    Text(String),
    Number(f64),
    /// Over cells of the same sheet, with its result; `{row}` is the row that it comes to stand in.
    Formula(String, i64),
}

/// How it looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    pub bold: bool,
    pub italic: bool,
    /// Points above or below the plain size.
    pub larger: i8,
    pub align: Align,
    pub top: bool,
    pub border: bool,
    pub shade: Shade,
    pub money: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    #[default]
    None,
    /// Table headings and the total.
    Head,
    /// Headings within a table.
    Group,
}

/// A cell, or a run of cells made one.
#[derive(Clone, Debug)]
pub struct Cell {
    pub from: u16,
    pub to: u16,
    pub content: Content,
    pub style: Style,
}

impl Cell {
    pub fn text(from: u16, to: u16, text: impl Into<String>, style: Style) -> Cell {
        Cell { from, to, content: Content::Text(printable(&text.into())), style }
    }
}

const FONT: &str = "Times New Roman";
const POINTS: f64 = 11.0;
/// A cell's own margins left and right, pixels.
const PADDING: f64 = 7.0;
/// What an indented cell has less on its side.
const INDENT: f64 = 9.0;
/// Excel has no higher rows than 409 points: longer texts go on in a row below.
const MOST_LINES: usize = 26;
/// A page breaks between rows only: texts longer than this go on in a row below where the page ends, and no longer leave
/// half of it empty.
const UNBROKEN_LINES: usize = 16;
/// Above and below a text together, points: within borders, and outside, where lines follow each other as in a letter.
const BORDERED: f64 = 4.0;
const UNBORDERED: f64 = 1.0;
/// Lines to sign in between hint and name, and fewer where a page would else begin with them.
const ROOM_TO_SIGN: [usize; 3] = [5, 4, 3];
/// Programs differ by so much about where a page ends, points.
const LEEWAY: f64 = 18.0;
/// A part of a long text at the foot of a page has at least so many lines.
const LEAST_LINES: usize = 4;

pub struct Page {
    sheet: Worksheet,
    widths: Vec<u16>,
    row: u32,
    /// What is filled of the printed page, points.
    on_page: f64,
    /// Rows that begin a page. Each is said, so that all programs break at the same rows, and what goes together stays so.
    breaks: Vec<u32>,
    /// Of the table that is being written, with the points that it takes of each further page.
    heading: Option<(Vec<Cell>, f64)>,
}

impl Page {
    /// A blank A4 page in portrait, one page wide. Widths of the columns in pixels.
    pub fn new(name: &str, widths: &[u16]) -> Result<Page, Error> {
        let mut sheet = Worksheet::new();
        // Widths count in digits of the default type: with ours as the default, every program comes to the same pixels.
        sheet.set_default_format(&default_format(), DEFAULT_ROW, DEFAULT_COLUMN)?;
        sheet.set_name(name)?;
        for (column, width) in (0..).zip(widths) {
            sheet.set_column_width_pixels(column, u32::from(*width))?;
        }
        sheet.set_paper_size(9).set_portrait().set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
        sheet.set_margins(0.5, 0.5, 0.55, 0.65, 0.3, 0.3).set_screen_gridlines(false);
        Ok(Page { sheet, widths: widths.to_vec(), row: 0, on_page: 0.0, breaks: vec![], heading: None })
    }

    /// The row that is written next, as formulas count: from 1.
    pub fn next(&self) -> u32 {
        self.row + 1
    }

    /// Column letters of this page's columns.
    pub fn column(at: u16) -> char {
        char::from(b'A' + u8::try_from(at.min(25)).unwrap_or(25))
    }

    pub fn sheet(&mut self) -> &mut Worksheet {
        &mut self.sheet
    }

    /// A table begins with its heading, which is written again where it goes on on a further page: the rows that a sheet repeats
    /// by itself would stand above what follows the table too.
    pub fn begin_table(&mut self, heading: Vec<Cell>, least: f64) -> Result<(), Error> {
        let height = self.height_of(&heading).max(least);
        self.row(heading.clone(), least)?;
        self.heading = Some((heading, height));
        Ok(())
    }

    pub fn end_table(&mut self) {
        self.heading = None;
    }

    fn repeated(&self) -> f64 {
        self.heading.as_ref().map_or(0.0, |(_, height)| *height)
    }

    /// Have so many points more room on this page?
    fn has_room(&self, points: f64) -> bool {
        self.on_page + points + LEEWAY <= self.page_height()
    }

    /// How much of rows one printed page holds, points.
    fn page_height(&self) -> f64 {
        // A4 within the margins, drawn smaller until it is one page wide; three quarters of a point are a pixel.
        let (width, height) = (595.0 - 72.0, 842.0 - 1.2 * 72.0);
        let whole: f64 = self.widths.iter().map(|w| f64::from(*w)).sum::<f64>() * 0.75;
        height / (width / whole).min(1.0)
    }

    /// The next row begins a page where so many points have no room on this one.
    fn make_room(&mut self, points: f64) -> Result<(), Error> {
        let fresh = self.row == 0 || self.on_page <= self.repeated();
        if fresh || self.has_room(points) {
            return Ok(());
        }
        self.breaks.push(self.row);
        self.on_page = 0.0;
        self.heading.clone().map_or(Ok(()), |(cells, height)| self.write(cells, height))
    }

    /// Lines of a long text that the next part of it may have: what is left of the page, else what the next one takes.
    fn lines_left(&self) -> usize {
        let left = self.page_height() - LEEWAY - self.on_page - BORDERED;
        let lines = (left / Type { face: Face::Times, points: POINTS, bold: false }.line_height()).max(0.0) as usize;
        if lines < LEAST_LINES { MOST_LINES } else { lines.min(MOST_LINES) }
    }

    /// A heading goes with the row below it, sums with a line above them: where these rows, and so many points more, have no room
    /// on this page, the next one begins here. What no page has room for is broken anywhere.
    pub fn keep_together(&mut self, rows: &[&[Cell]], points: f64) -> Result<(), Error> {
        let all = rows.iter().map(|row| self.height_of(row)).sum::<f64>() + points;
        if self.repeated() + all + LEEWAY <= self.page_height() { self.make_room(all) } else { Ok(()) }
    }

    /// Points that a row takes, or its first part where it goes on below.
    pub fn height_of(&self, cells: &[Cell]) -> f64 {
        let of =
            |cell: &Cell| self.lines_of(cell).len().min(UNBROKEN_LINES) as f64 * self.type_of(cell).line_height() + around(cell);
        cells.iter().map(of).fold(0.0, f64::max)
    }

    pub fn footer(&mut self, left: &str, page: &str) {
        let page = fill(&page.replace('&', "&&"), &[("page", "&P"), ("pages", "&N")]);
        let size = "&\"Times New Roman,Regular\"&9";
        self.sheet.set_footer(format!("&L{size}{}&R{size}{page}", left.replace('&', "&&")));
    }

    /// Empty room, points.
    pub fn gap(&mut self, points: f64) -> Result<(), Error> {
        self.sheet.set_row_height(self.row, points)?;
        self.on_page += points;
        self.row += 1;
        Ok(())
    }

    /// One line over the whole width; nothing for an empty text.
    pub fn line(&mut self, text: impl Into<String>, style: Style) -> Result<(), Error> {
        let text = text.into();
        if text.trim().is_empty() {
            return Ok(());
        }
        self.row(self.across(text, style), 0.0)
    }

    /// The cells of such a line.
    pub fn across(&self, text: impl Into<String>, style: Style) -> Vec<Cell> {
        vec![Cell::text(0, self.widths.len() as u16 - 1, text, style)]
    }

    /// One row, as high as its texts need and at least so many points; too long a text goes on in rows below.
    pub fn row(&mut self, cells: Vec<Cell>, least: f64) -> Result<(), Error> {
        self.row_at(cells, least).map(drop)
    }

    /// The same; where it begins, as formulas count.
    pub fn row_at(&mut self, cells: Vec<Cell>, least: f64) -> Result<u32, Error> {
        let wrapped: Vec<Vec<&str>> = cells.iter().map(|c| self.lines_of(c)).collect();
        let most = wrapped.iter().map(Vec::len).max().unwrap_or(1);
        let (mut from, mut began) = (0, None);
        while from == 0 || from < most {
            let to = from + if most > UNBROKEN_LINES { self.lines_left() } else { MOST_LINES };
            let here: Vec<&[&str]> =
                wrapped.iter().map(|lines| lines.get(from..lines.len().min(to)).unwrap_or_default()).collect();
            let height = |(cell, lines): (&Cell, &&[&str])| lines.len() as f64 * self.type_of(cell).line_height() + around(cell);
            let height = cells.iter().zip(&here).map(height).fold(least, f64::max);
            self.make_room(height)?;
            began = began.or(Some(self.next()));
            let parted = from > 0 || to < most;
            let parts: Vec<Cell> = cells
                .iter()
                .zip(&here)
                .map(|(cell, lines)| {
                    let content = match &cell.content {
                        Content::Text(_) if parted => Content::Text(lines.join("\n")),
                        content if from == 0 => content.clone(),
                        _ => Content::Blank,
                    };
                    let style = Style { top: cell.style.top || parted, ..cell.style };
                    Cell { content, style, ..cell.clone() }
                })
                .collect();
            self.write(parts, height)?;
            from = to;
        }
        Ok(began.unwrap_or(self.row))
    }

    fn write(&mut self, cells: Vec<Cell>, height: f64) -> Result<(), Error> {
        cells.iter().try_for_each(|cell| self.put(cell))?;
        self.sheet.set_row_height(self.row, height)?;
        self.on_page += height;
        self.row += 1;
        Ok(())
    }

    fn type_of(&self, cell: &Cell) -> Type {
        Type { face: Face::Times, points: POINTS + f64::from(cell.style.larger), bold: cell.style.bold }
    }

    fn lines_of<'c>(&self, cell: &'c Cell) -> Vec<&'c str> {
        let columns = self.widths.get(usize::from(cell.from)..=usize::from(cell.to)).unwrap_or_default();
        let pixels =
            columns.iter().map(|w| f64::from(*w)).sum::<f64>() - PADDING - if indented(&cell.style) { INDENT } else { 0.0 };
        match &cell.content {
            Content::Text(text) => self.type_of(cell).wrap(text, pixels),
            _ => vec![""],
        }
    }

    fn put(&mut self, cell: &Cell) -> Result<(), Error> {
        let format = format(&cell.style, matches!(cell.content, Content::Text(_)));
        let (row, from) = (self.row, cell.from);
        if cell.to > from {
            self.sheet.merge_range(row, from, row, cell.to, "", &format)?;
        }
        match &cell.content {
            Content::Blank => self.sheet.write_blank(row, from, &format)?,
            Content::Text(text) if text.is_empty() => self.sheet.write_blank(row, from, &format)?,
            Content::Text(text) => self.sheet.write_string_with_format(row, from, text, &format)?,
            Content::Number(n) => self.sheet.write_number_with_format(row, from, *n, &format)?,
            Content::Formula(formula, result) => {
                let formula = Formula::new(formula.replace("{row}", &self.next().to_string())).set_result(result.to_string());
                self.sheet.write_formula_with_format(row, from, formula, &format)?
            }
        };
        Ok(())
    }

    /// Two boxes to sign in, side by side, never broken by a page: heading, hint, room, name. These rows, and so many points more,
    /// stand right above them: nobody signs a page that has nothing else on it. A little less room to sign is better than
    /// a page more.
    pub fn signatures(&mut self, above: &[Vec<Cell>], points: f64, boxes: [[&str; 3]; 2]) -> Result<(), Error> {
        let height = |blank: usize| {
            let lines = boxes.map(|[heading, _, name]| heading.lines().count() + 1 + blank + name.lines().count().max(1));
            lines[0].max(lines[1]) as f64 * Type { face: Face::Times, points: POINTS, bold: true }.line_height()
        };
        let rows: Vec<&[Cell]> = above.iter().map(Vec::as_slice).collect();
        let before = rows.iter().map(|row| self.height_of(row)).sum::<f64>() + points;
        let fits = |blank: &usize| self.has_room(before + height(*blank));
        let blank = ROOM_TO_SIGN.into_iter().find(fits).unwrap_or(ROOM_TO_SIGN[0]);
        self.keep_together(&rows, points + height(blank))?;
        above.iter().try_for_each(|row| self.row(row.clone(), 0.0))?;
        self.gap(points)?;
        let last = self.widths.len() as u16 - 1;
        let whole: u32 = self.widths.iter().map(|w| u32::from(*w)).sum();
        let mut reach = 0;
        let middle = self.widths.iter().position(|w| {
            reach += u32::from(*w);
            reach * 2 >= whole
        });
        let middle = middle.map_or(last / 2, |m| m as u16).min(last.saturating_sub(1));
        let base = Style { align: Align::Center, top: true, ..Style::default() };
        let plain = format(&base, true);
        let (bold, italic) = (format(&Style { bold: true, ..base }, true), format(&Style { italic: true, ..base }, true));
        let [left, right] = boxes;
        for (from, to, [heading, hint, name]) in [(0, middle, left), (middle + 1, last, right)] {
            self.sheet.merge_range(self.row, from, self.row, to, "", &plain)?;
            let (heading, hint) = (printable(heading), format!("\n{}", printable(hint)));
            let name = format!("{}{}", "\n".repeat(blank + 1), printable(name));
            let parts = [(&bold, heading.as_str()), (&italic, hint.as_str()), (&bold, name.as_str())];
            self.sheet.write_rich_string_with_format(self.row, from, &parts, &plain)?;
        }
        self.sheet.set_row_height(self.row, height(blank))?;
        self.row += 1;
        Ok(())
    }

    /// The finished file. Its properties are the given ones alone, so that it comes out the same whenever it is made.
    pub fn finish(mut self, title: &str, company: &str, made: chrono::NaiveDate) -> Result<Vec<u8>, Error> {
        let last = self.widths.len() as u16 - 1;
        if !self.breaks.is_empty() {
            self.sheet.set_page_breaks(&self.breaks)?;
        }
        self.sheet.set_print_area(0, 0, self.row.saturating_sub(1), last)?;
        let mut book = Workbook::new();
        book.set_default_format(&default_format(), DEFAULT_ROW, DEFAULT_COLUMN)?;
        let properties = DocProperties::new().set_title(printable(title)).set_author(printable(company));
        let made = ExcelDateTime::from_ymd(
            u16::try_from(chrono::Datelike::year(&made)).unwrap_or(2000),
            chrono::Datelike::month(&made) as u8,
            chrono::Datelike::day(&made) as u8,
        )?;
        book.set_properties(&properties.set_company(printable(company)).set_creation_datetime(&made));
        book.push_worksheet(self.sheet);
        Ok(book.save_to_buffer()?)
    }
}

fn default_format() -> Format {
    Format::new().set_font_name(FONT).set_font_size(POINTS)
}

fn around(cell: &Cell) -> f64 {
    if cell.style.border { BORDERED } else { UNBORDERED }
}

/// Within a table, words and amounts keep away from the lines.
fn indented(style: &Style) -> bool {
    style.border && style.align != Align::Center
}

fn format(style: &Style, text: bool) -> Format {
    let mut format = default_format().set_font_size(POINTS + f64::from(style.larger));
    format = format.set_align(if style.top { FormatAlign::Top } else { FormatAlign::VerticalCenter });
    format = format.set_align(match style.align {
        Align::Left => FormatAlign::Left,
        Align::Center => FormatAlign::Center,
        Align::Right => FormatAlign::Right,
    });
    if indented(style) {
        format = format.set_indent(1);
    }
    if style.bold {
        format = format.set_bold();
    }
    if style.italic {
        format = format.set_italic();
    }
    if style.border {
        format = format.set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x7F_7F7F));
    }
    match style.shade {
        Shade::None => {}
        Shade::Head => format = format.set_background_color(Color::RGB(0xD9_E2F3)),
        Shade::Group => format = format.set_background_color(Color::RGB(0xF2_F2F2)),
    }
    if style.money {
        format = format.set_num_format("#,##0");
    }
    // A number that is too wide is shown smaller, never as ####.
    if text { format.set_text_wrap() } else { format.set_shrink() }
}

/// A text as a workbook can hold and a reader see it: no control characters, no direction marks, tidy line ends.
pub fn printable(text: &str) -> String {
    let lines = text.lines().map(crate::text::squash);
    let text = lines.collect::<Vec<_>>().join("\n");
    let text: String = text.chars().filter(|c| *c == '\n' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))).collect();
    crate::text::nfc(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quote::prices::BORDERED;

    /// However full the page is, a heading is never its last row; where there is room, none is broken off.
    #[test]
    fn a_heading_goes_with_the_row_below_it() {
        let row = |text: &str| vec![Cell::text(0, 0, text, Style::default())];
        let mut broken = 0;
        for filled in 0..60 {
            let mut page = Page::new("Báo giá", &[690]).unwrap();
            page.gap(400.0 + f64::from(filled) * 10.0).unwrap();
            let before = page.on_page;
            page.keep_together(&[&row("Kho"), &row("Một dòng\nhai dòng\nba dòng")], 0.0).unwrap();
            page.row(row("Kho"), 0.0).unwrap();
            let heading_ends = page.on_page;
            page.row(row("Một dòng\nhai dòng\nba dòng"), 0.0).unwrap();
            assert!(page.on_page > heading_ends, "{filled}: the heading is on the page of its row");
            if page.breaks.is_empty() {
                continue;
            }
            broken += 1;
            assert!(before > page.page_height() - 120.0, "{filled}: broken off with {before} of the page filled");
            page.finish("Báo giá", "An Phát", chrono::NaiveDate::default()).unwrap();
        }
        assert!(broken > 3, "{broken}");
    }

    /// Each page is told where it ends, and a long text goes on to its foot.
    #[test]
    fn a_long_text_fills_its_pages() {
        let text = (1..=70).map(|n| format!("Dòng {n}")).collect::<Vec<_>>().join("\n");
        for (above, pages) in [(0.0, 2), (300.0, 2), (700.0, 3)] {
            let mut page = Page::new("Báo giá", &[690]).unwrap();
            page.gap(above).unwrap();
            page.row(vec![Cell::text(0, 0, text.as_str(), BORDERED)], 0.0).unwrap();
            assert_eq!(page.breaks.len() + 1, pages, "{above} points above");
            assert!(page.on_page + LEEWAY <= page.page_height());
        }
    }

    /// A text that fits the page stands in one row; where the page ends it goes on on the next one.
    #[test]
    fn a_text_is_parted_by_the_end_of_a_page_alone() {
        let text = |lines: u32| (1..=lines).map(|n| format!("Dòng {n}")).collect::<Vec<_>>().join("\n");
        for (above, lines, rows) in [(0.0, 26, 1), (0.0, 27, 2), (560.0, 12, 1), (560.0, 20, 2)] {
            let mut page = Page::new("Báo giá", &[690]).unwrap();
            page.gap(above).unwrap();
            page.row(vec![Cell::text(0, 0, text(lines), BORDERED)], 0.0).unwrap();
            assert_eq!(page.row - 1, rows, "{lines} lines, {above} points above");
        }
    }
}
