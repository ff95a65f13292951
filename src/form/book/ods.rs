//! ods of LibreOffice and its kin, streamed. By hand and not with calamine, which writes every repeated cell out
//! in memory before anybody can count (one line of XML stands for 17 billion cells), and which knows neither merged
//! areas nor percentages of this format.
//!
//! Not read: encrypted files, text of drawings, the value under a merged area, linked sheets.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::gather::{Gather, iso_date, number};
use super::{Book, DefinedName, FileFault, Format, Limits, Note, Raw, Sheet, Unit, Visibility, broken, names, notes, unit};

type Xml<'a> = Reader<BufReader<Box<dyn Read + 'a>>>;

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, FileFault> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if let Some(manifest) = part(&mut zip, "META-INF/manifest.xml")?
        && is_encrypted(manifest)?
    {
        return Err(FileFault::Password);
    }
    let properties = match part(&mut zip, "meta.xml")? {
        // As in xlsx: without properties the form is asked for its number, so they are no reason to refuse the file.
        Some(meta) => properties(meta).unwrap_or_default(),
        None => BTreeMap::new(),
    };
    let content = part(&mut zip, "content.xml")?.ok_or_else(|| broken("content.xml is missing"))?;
    let mut body = Body::new(limits);
    body.read(content)?;
    let Body { sheets, names, unread_notes, .. } = body;
    Ok(Book { format: Format::Ods, sheets, names, properties, date1904: false, unread_notes })
}

fn part<'a>(zip: &'a mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<Xml<'a>>, FileFault> {
    let part: Box<dyn Read + 'a> = match zip.by_name(name) {
        Ok(part) => Box::new(part),
        Err(ZipError::FileNotFound) => return Ok(None),
        Err(error) => return Err(broken(error)),
    };
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    Ok(Some(xml))
}

fn is_encrypted(mut manifest: Xml<'_>) -> Result<bool, FileFault> {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match manifest.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(e) if e.local_name().as_ref() == "encryption-data" => return Ok(true),
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

fn properties(mut meta: Xml<'_>) -> Result<BTreeMap<String, String>, FileFault> {
    let mut found = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match meta.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(e) if e.name().as_ref() == "meta:user-defined" => {
                open = attribute(&e, "meta:name")?.map(|name| (name, String::new()));
            }
            Event::Text(text) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                if let Some((_, value)) = &mut open {
                    push_entity(value, &entity)?;
                }
            }
            Event::End(e) if e.name().as_ref() == "meta:user-defined" => found.extend(open.take()),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// `content.xml`, as far as it has been read.
struct Body {
    gather: Gather,
    sheets: Vec<Sheet>,
    names: Vec<DefinedName>,
    hidden_styles: HashSet<String>,
    /// Of cells that are crossed out as a whole.
    struck_styles: HashSet<String>,
    notes_left: usize,
    unread_notes: usize,
    style: Option<String>,
    sheet: Option<OpenSheet>,
    cell: Option<OpenCell>,
}

struct OpenSheet {
    name: String,
    hidden: bool,
    /// A copy of another file's sheet that LibreOffice keeps for its links.
    linked: bool,
    row: u32,
    row_repeats: u32,
    col: u32,
    cells: Vec<(u32, u32, Raw)>,
    struck: Vec<(u32, u32)>,
    notes: Vec<Note>,
}

#[derive(Default)]
struct OpenCell {
    kind: String,
    style: String,
    /// `USD`; blank for none.
    currency: String,
    value: Option<String>,
    error: bool,
    formula: bool,
    covered: bool,
    columns: u32,
    rows_spanned: u32,
    columns_spanned: u32,
    text: String,
    paragraphs: u32,
    in_paragraph: bool,
}

impl Body {
    fn new(limits: &Limits) -> Self {
        let (sheets, names, hidden_styles, struck_styles) = Default::default();
        let (gather, notes_left, unread_notes) = (Gather::new(limits), notes::MOST_NOTES, 0);
        let (style, sheet, cell) = (None, None, None);
        Self { gather, sheets, names, hidden_styles, struck_styles, notes_left, unread_notes, style, sheet, cell }
    }

    fn read(&mut self, mut xml: Xml<'_>) -> Result<(), FileFault> {
        let mut buffer = Vec::new();
        let mut skipped = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(e) => {
                    let name = e.name();
                    if self.cell.is_some() && name.as_ref() == "office:annotation" {
                        let (author, text) = notes::in_ods(&mut xml)?;
                        self.note(author, text);
                    } else if self.cell.is_some() && name.as_ref().starts_with("draw:") {
                        xml.read_to_end_into(name, &mut skipped).map_err(broken)?;
                    } else {
                        self.start(&e)?;
                    }
                }
                Event::End(e) => self.end(e.name().as_ref())?,
                Event::Text(text) => self.text(&text.xml10_content()),
                Event::CData(text) => self.text(&text.xml10_content()),
                Event::GeneralRef(entity) => {
                    let mut text = String::new();
                    push_entity(&mut text, &entity)?;
                    self.text(&text);
                }
                Event::Eof if self.sheet.is_some() => return Err(broken("content.xml ends too early")),
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    /// A note on the open cell; of repeated cells on the first.
    fn note(&mut self, author: String, text: String) {
        let Some(sheet) = &mut self.sheet else { return };
        let note = notes::note(sheet.row, sheet.col, &author, &text);
        match (note.counts(), self.notes_left) {
            (false, _) => {}
            (true, 0) => self.unread_notes += 1,
            (true, _) => {
                self.notes_left -= 1;
                sheet.notes.push(note);
            }
        }
    }

    fn start(&mut self, e: &BytesStart<'_>) -> Result<(), FileFault> {
        match (e.name().as_ref(), &mut self.sheet, &mut self.cell) {
            ("style:style", ..) => self.style = attribute(e, "style:name")?,
            ("style:table-properties", ..) if attribute(e, "table:display")?.as_deref() == Some("false") => {
                self.hidden_styles.extend(self.style.take());
            }
            ("style:text-properties", None, _)
                if attribute(e, "style:text-line-through-style")?.is_some_and(|style| style != "none") =>
            {
                self.struck_styles.extend(self.style.clone());
            }
            ("table:table", None, _) => {
                let hidden = attribute(e, "table:style-name")?.is_some_and(|style| self.hidden_styles.contains(&style));
                let name = attribute(e, "table:name")?.unwrap_or_default();
                self.sheet = Some(OpenSheet::new(name, hidden));
            }
            ("table:table-source", Some(sheet), _) => sheet.linked = true,
            ("table:table-row", Some(sheet), _) => {
                sheet.row_repeats = count(e, "table:number-rows-repeated")?;
                sheet.col = 0;
            }
            ("table:table-cell" | "table:covered-table-cell", Some(_), None) => self.cell = Some(OpenCell::new(e)?),
            ("text:p", _, Some(cell)) => {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
                cell.in_paragraph = true;
            }
            ("text:s", _, Some(cell)) => {
                let spaces = count(e, "text:c")?.min(1_000) as usize;
                cell.text.push_str(&" ".repeat(spaces));
            }
            ("text:tab", _, Some(cell)) => cell.text.push('\t'),
            ("text:line-break", _, Some(cell)) => cell.text.push('\n'),
            ("table:named-range", ..) => {
                let name = attribute(e, "table:name")?.unwrap_or_default();
                let area = attribute(e, "table:cell-range-address")?.unwrap_or_default();
                self.names.extend(names::resolve(&name, &area));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), FileFault> {
        match (name, &mut self.sheet, &mut self.cell) {
            ("text:p", _, Some(cell)) => cell.in_paragraph = false,
            ("table:table-cell" | "table:covered-table-cell", Some(sheet), Some(_)) => {
                if let Some(cell) = self.cell.take() {
                    if self.struck_styles.contains(&cell.style) && cell.paragraphs > 0 {
                        sheet.struck.push((sheet.row, sheet.col));
                    }
                    sheet.put(cell, &mut self.gather)?;
                }
            }
            ("table:table-row", Some(sheet), _) => sheet.finish_row(&mut self.gather)?,
            ("table:table", Some(_), _) => {
                let (cells, merged) = self.gather.finish_sheet();
                if let Some(sheet) = self.sheet.take().filter(|sheet| !sheet.linked) {
                    let visibility = if sheet.hidden { Visibility::Hidden } else { Visibility::Visible };
                    let OpenSheet { name, struck, notes, .. } = sheet;
                    self.sheets.push(Sheet { name, visibility, cells, merged, struck, notes });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Runs of white space count as one blank; more are written as `text:s` (OpenDocument 1.3, part 3, 6.1.2).
    fn text(&mut self, text: &str) {
        let Some(cell) = self.cell.as_mut().filter(|cell| cell.in_paragraph) else { return };
        let mut after_blank = cell.text.ends_with([' ', '\n', '\t']) || cell.text.is_empty();
        for c in text.chars() {
            let blank = matches!(c, ' ' | '\t' | '\r' | '\n');
            if !blank {
                cell.text.push(c);
            } else if !after_blank {
                cell.text.push(' ');
            }
            after_blank = blank;
        }
    }
}

impl OpenSheet {
    fn new(name: String, hidden: bool) -> Self {
        Self { name, hidden, linked: false, row: 0, row_repeats: 1, col: 0, cells: vec![], struck: vec![], notes: vec![] }
    }

    fn put(&mut self, cell: OpenCell, gather: &mut Gather) -> Result<(), FileFault> {
        let columns = cell.columns;
        if cell.rows_spanned > 1 || cell.columns_spanned > 1 {
            let last_row = self.row.saturating_add(cell.rows_spanned.max(1) - 1);
            let last_col = self.col.saturating_add(cell.columns_spanned.max(1) - 1);
            gather.merge((self.row, self.col), (last_row, last_col))?;
        }
        if let Some(raw) = cell.raw() {
            self.cells.push((self.col, columns, raw));
        }
        self.col = self.col.saturating_add(columns);
        Ok(())
    }

    /// Repeated cells are written out only here, one by one under the limit.
    fn finish_row(&mut self, gather: &mut Gather) -> Result<(), FileFault> {
        let cells = std::mem::take(&mut self.cells);
        if !cells.is_empty() && !self.linked {
            for row in self.row..self.row.saturating_add(self.row_repeats) {
                for (col, columns, raw) in &cells {
                    for col in *col..col.saturating_add(*columns) {
                        gather.take(row, col, raw.clone())?;
                    }
                }
            }
        }
        self.row = self.row.saturating_add(self.row_repeats);
        Ok(())
    }
}

impl OpenCell {
    fn new(e: &BytesStart<'_>) -> Result<Self, FileFault> {
        let value = ["office:value", "office:date-value", "office:time-value", "office:boolean-value", "office:string-value"];
        let mut cell = Self { columns: 1, covered: e.name().as_ref() == "table:covered-table-cell", ..Self::default() };
        for attribute in e.attributes().with_checks(false) {
            let attribute = attribute.map_err(broken)?;
            let text = quick_xml::escape::unescape(&attribute.value).map_err(broken)?;
            match attribute.key.as_ref() {
                "office:value-type" => cell.kind = text.into_owned(),
                "table:style-name" => cell.style = text.into_owned(),
                "office:currency" => cell.currency = text.into_owned(),
                "calcext:value-type" => cell.error = text == "error",
                "table:formula" => cell.formula = true,
                "table:number-columns-repeated" => cell.columns = text.parse().map_err(broken)?,
                "table:number-columns-spanned" => cell.columns_spanned = text.parse().map_err(broken)?,
                "table:number-rows-spanned" => cell.rows_spanned = text.parse().map_err(broken)?,
                key if value.contains(&key) => cell.value = Some(text.into_owned()),
                _ => {}
            }
        }
        Ok(cell)
    }

    fn raw(self) -> Option<Raw> {
        let shown = || Some(self.text.clone()).filter(|text| !text.is_empty()).map(Raw::Text);
        if self.covered {
            return None;
        }
        if self.error {
            return Some(Raw::Error(self.text));
        }
        let value = self.value.as_deref();
        match self.kind.as_str() {
            "float" | "currency" => Some(match self.number(false) {
                Raw::Number { value, date, percent } => match self.unit(value) {
                    Some(unit) => Raw::Amount { value, unit },
                    None => Raw::Number { value, date, percent },
                },
                other => other,
            }),
            "percentage" => Some(self.number(true)),
            "date" => value.and_then(iso_date).map(Raw::Date).or_else(shown),
            "boolean" => value.map(|value| Raw::Bool(value == "true")),
            "string" => value.filter(|value| !value.is_empty()).map(|value| Raw::Text(value.into())).or_else(shown),
            "" if self.formula => Some(Raw::FormulaNoValue),
            _ => shown(),
        }
    }

    /// By the currency that it names, else by what its reader sees.
    fn unit(&self, value: f64) -> Option<Unit> {
        match self.currency.as_str() {
            "" | "VND" => unit::of_shown(&self.text, value),
            code => Some(Unit { sign: code.into(), times: None }),
        }
    }

    fn number(&self, percent: bool) -> Raw {
        match self.value.as_deref().and_then(|value| value.parse().ok()).map(|value| number(value, None)) {
            Some(Raw::Number { value, date, .. }) => Raw::Number { value, percent, date },
            Some(other) => other,
            None => Raw::Error("#VALUE!".into()),
        }
    }
}

fn attribute(e: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileFault> {
    let Some(attribute) = e.try_get_attribute(name).map_err(broken)? else { return Ok(None) };
    Ok(Some(quick_xml::escape::unescape(&attribute.value).map_err(broken)?.into_owned()))
}

/// A number of repetitions; 1 where the attribute is missing.
fn count(e: &BytesStart<'_>, name: &str) -> Result<u32, FileFault> {
    attribute(e, name)?.map_or(Ok(1), |text| text.parse().map_err(broken))
}

/// Entities of a DTD are never expanded: a file that uses them is refused.
fn push_entity(text: &mut String, entity: &BytesRef<'_>) -> Result<(), FileFault> {
    match (resolve_predefined_entity(entity), entity.resolve_char_ref().map_err(broken)?) {
        (Some(known), _) => text.push_str(known),
        (None, Some(c)) => text.push(c),
        (None, None) => return Err(broken(format!("unknown entity &{};", entity.as_ref() as &str))),
    }
    Ok(())
}
