//! The item table and the table of exchanges: found by their header rows, columns by header text, rows by content.

use std::collections::{BTreeMap, BTreeSet};

use super::heads::Rows;
use super::labels::Labels;
use super::page::Page;
use super::signed;
use super::{Cells, Found, FoundExchange, FoundItem, Place};
use crate::form::book::{Raw, Visibility};
use crate::form::cell::{Understood, shown};
use crate::form::layout::{Column, EXCHANGES, ITEMS, MOST_ITEMS, Zone, label_key};
use crate::form::words;
use crate::process::form::Exchange;
use crate::process::house::Person;
use crate::process::value::Value;
use crate::text::{fold, letters, nfc, squash};

/// Columns of the sheet by column name.
type At = BTreeMap<&'static str, u32>;

pub(super) struct Table {
    pub page: usize,
    of: Rows,
    /// The column that every row has to fill in.
    key: &'static str,
    /// First row: the band of roles over the header where there is one (`Sales điền`, `Kỹ thuật điền`), else the header.
    pub top: u32,
    pub header: u32,
    /// First row below the header.
    pub body: u32,
    /// First row that is no longer the table's.
    pub end: u32,
    pub at: At,
    /// The column that tells the table from others bears its official header.
    pub exact: bool,
    /// Rows of the body that are lines to sign.
    signed: BTreeSet<u32>,
}

impl Table {
    /// The item's id in a row.
    fn id(&self, on: &Page, row: u32) -> Option<String> {
        id(&shown(on.sheet.cells.get(row, *self.at.get("ma")?)?))
    }

    /// The header once more, as over each group or from a sheet that was printed in parts; or the band over it.
    fn repeats(&self, on: &Page, row: u32) -> bool {
        let (again, _) = columns(on, row, self.of, self.key);
        let same = again.iter().filter(|(name, col)| self.at.get(*name) == Some(col)).count();
        let moved = again.iter().any(|(name, col)| self.at.get(name).is_some_and(|own| own != col));
        let header = !moved && same >= self.at.len().min(3);
        header || is_band(on, row) && bands(on, row) == on.sheet.cells.row(row).count()
    }
}

/// The table whose header row has `STT` and `Nội dung yêu cầu`; of several the one with most columns.
pub(super) fn items(pages: &[Page], people: &[Person]) -> Option<Table> {
    let table = find(pages, Rows::Items, "nd", |at, _, _| at.contains_key("stt") && at.contains_key("nd"))?;
    Some(without_signatures(table, pages, people))
}

/// The same on one sheet alone.
pub(super) fn items_on(pages: &[Page], page: usize, people: &[Person]) -> Option<Table> {
    let on = &pages[page];
    let mut table = find_on(page, on, Rows::Items, "nd", &|at, _, _| at.contains_key("stt") && at.contains_key("nd"))?;
    table.end = end(&table, on);
    Some(without_signatures(table, pages, people))
}

fn without_signatures(table: Table, pages: &[Page], people: &[Person]) -> Table {
    let on = &pages[table.page];
    let unnumbered = |row| {
        let stt = table.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
        table.id(on, row).is_none() && !stt.is_some_and(is_numbering)
    };
    let signed = signed::rows(on, &rows(&table, on), unnumbered, people);
    Table { signed, ..table }
}

/// The table whose header row has `Người` and `Nội dung` and at least one column more.
pub(super) fn exchanges(pages: &[Page], items: Option<&Table>) -> Option<Table> {
    find(pages, Rows::Exchanges, "text", |at, page, row| {
        let other = items.is_some_and(|t| t.page == page && t.header == row);
        !other && at.len() >= 3 && at.contains_key("who") && at.contains_key("text")
    })
}

type Fits<'a> = &'a dyn Fn(&At, usize, u32) -> bool;

fn find(pages: &[Page], of: Rows, key: &'static str, fits: impl Fn(&At, usize, u32) -> bool) -> Option<Table> {
    let mut best: Option<Table> = None;
    for (page, on) in pages.iter().enumerate() {
        if let Some(found) = find_on(page, on, of, key, &fits)
            && best.as_ref().is_none_or(|b| found.at.len() > b.at.len())
        {
            best = Some(found);
        }
    }
    let mut table = best?;
    table.end = end(&table, &pages[table.page]);
    Some(table)
}

fn find_on(page: usize, on: &Page, of: Rows, key: &'static str, fits: Fits) -> Option<Table> {
    let mut best: Option<Table> = None;
    let mut rows: Vec<u32> = on.sheet.cells.iter().map(|((row, _), _)| row).collect();
    rows.dedup();
    for row in rows {
        let (at, exact) = columns(on, row, of, key);
        if fits(&at, page, row) && best.as_ref().is_none_or(|b| at.len() > b.at.len()) {
            let body = at.values().map(|col| on.area(row, *col).2).max().unwrap_or(row) + 1;
            let top = row.checked_sub(1).filter(|above| is_band(on, *above)).unwrap_or(row);
            best = Some(Table { page, of, key, top, header: row, body, end: u32::MAX, at, exact, signed: BTreeSet::new() });
        }
    }
    best
}

/// A row read as a header: which column stands where, and whether the key column bears its official header.
fn columns(on: &Page, row: u32, of: Rows, key: &str) -> (At, bool) {
    let (mut at, mut exact) = (BTreeMap::new(), false);
    let mut guesses: Vec<(&'static Column, u32)> = Vec::new();
    for (col, _) in on.sheet.cells.row(row) {
        let Some((column, official)) = on.heads(row, col).and_then(|heads| heads.column(of)) else { continue };
        // The official header wins over a synonym that stands further left.
        if official {
            exact |= column.name == key;
            at.entry(column.name).or_insert(col);
        } else {
            guesses.push((column, col));
        }
    }
    for (column, col) in guesses {
        at.entry(column.name).or_insert(col);
    }
    (at, exact)
}

/// At least two names of roles: one alone may be a label.
fn is_band(on: &Page, row: u32) -> bool {
    bands(on, row) >= 2
}

fn bands(on: &Page, row: u32) -> usize {
    on.sheet.cells.row(row).filter(|(col, _)| on.heads(row, *col).is_some_and(|heads| heads.band)).count()
}

/// The table ends where the rest of the form goes on: at a title, a label, or another table's header, below which no row
/// of this one comes any more. A title between two rows is the heading of a group (`II. Báo giá`).
fn end(table: &Table, on: &Page) -> u32 {
    let mut rows: Vec<u32> = on.sheet.cells.iter().map(|((row, _), _)| row).filter(|row| *row >= table.body).collect();
    rows.dedup();
    let mut end = u32::MAX;
    // What lies below the row that is looked at, up to the next header or label: a row of this table, one with an item's id.
    let (mut more, mut ids) = (false, false);
    for row in rows.into_iter().rev() {
        let stt = table.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
        let numbered = stt.is_some_and(is_numbering);
        let cells = on.sheet.cells.row(row).count();
        if table.id(on, row).is_some() {
            ids = true;
        } else if !numbered && table.repeats(on, row) {
            // Goes on below it.
        } else if !numbered && (is_header(on, row) || heads_items(table, on, row) || Labels::heads_checks(on, row)) {
            (end, more, ids) = (row, false, false);
        } else if holds(table, on, row) {
            more = true;
        } else if !numbered && Labels::opens_row(on, row) {
            if !(more || ids) {
                end = row;
            }
            // A title may have another below it; a label with its value is not of this table.
            more &= cells < 2;
        } else if heads_other(table, on, row) {
            more = false;
        }
    }
    end
}

/// Words for a number and cells beside them: some other table's header.
fn heads_other(table: &Table, on: &Page, row: u32) -> bool {
    let stt = table.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
    on.sheet.cells.row(row).count() > 2 && stt.is_some_and(|stt| has_words(&shown(stt)))
}

/// By its looks a row of the table, whatever its first cell says: numbered (`2.1` and `a` too) or not, its key column and
/// one more filled in, and none of them a label; beside one that happens to read like a label (a module `Trạng thái`) one
/// more still.
fn holds(table: &Table, on: &Page, row: u32) -> bool {
    let stt = table.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
    let numbered = stt.is_some_and(is_numbering);
    let key = table.at.get(table.key).is_some_and(|col| on.filled(row, *col));
    if !key || stt.is_some_and(|stt| has_words(&shown(stt))) || is_counting(on, row) {
        return false;
    }
    let own = table.at.iter().filter(|(name, col)| !matches!(**name, "stt" | "ma") && on.filled(row, **col));
    let cells = own.count();
    match on.sheet.cells.row(row).filter(|(col, _)| Labels::is_label(on, row, *col)).count() {
        0 => numbered || cells >= 2,
        1 => cells >= 3,
        _ => false,
    }
}

/// `STT` for a number, and another column's name beside it: a header of items in other columns than the table's.
fn heads_items(table: &Table, on: &Page, row: u32) -> bool {
    let (at, _) = columns(on, row, Rows::Items, "nd");
    at.len() > 1 && at.get("stt").is_some_and(|col| table.at.get("stt") == Some(col))
}

fn is_header(on: &Page, row: u32) -> bool {
    let official = |of| on.sheet.cells.row(row).filter(|(col, _)| on.heads(row, *col).is_some_and(|h| h.is_official(of))).count();
    [Rows::Items, Rows::Exchanges].into_iter().any(|of| official(of) >= 3)
}

/// The rows that hold an item. Totals, notes and group headings below and between are none.
pub(super) fn item_rows(table: &Table, pages: &[Page], cells: &Cells) -> Vec<FoundItem> {
    let on = &pages[table.page];
    let mut found = Vec::new();
    for row in rows(table, on) {
        let read = |column: &Column| {
            let col = *table.at.get(column.name)?;
            Some((column.name, cells.of(on, row, col, inherited(table, on, row, col, column), &column.kind)))
        };
        let mut row_cells: BTreeMap<&'static str, Found> = ITEMS.iter().filter_map(read).collect();
        let stt = table.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
        let id = row_cells.remove("ma").and_then(|f| id(&f.raw));
        row_cells.remove("stt");
        repeat(&mut row_cells, found.last());
        if is_item(id.as_deref(), stt, &row_cells) {
            let place =
                |column| Place { sheet: on.sheet.name.clone(), row, col: table.at.get(column).copied().unwrap_or_default() };
            // One beyond the most tells that there are too many.
            if found.len() > MOST_ITEMS {
                break;
            }
            found.push(FoundItem { id, no: stt.and_then(number), at: place("nd"), number_at: place("stt"), cells: row_cells });
        }
    }
    found
}

/// `nt`, `như trên` in Sales' columns mean what stands above, and are told back: a customer would read them on the quote.
fn repeat(cells: &mut BTreeMap<&'static str, Found>, above: Option<&FoundItem>) {
    for name in ["khu", "dg", "md", "pa"] {
        let Some(cell) = cells.get_mut(name).filter(|cell| says_ditto(&cell.raw)) else { continue };
        cell.read = match above.and_then(|item| item.value(name)) {
            Some(value) => Understood { value: Some(value.clone()), unusual: true, faults: vec![] },
            None => Understood::default(),
        };
    }
}

/// `nt`, `-nt-`, `Như trên`, `〃`, `"`.
fn says_ditto(typed: &str) -> bool {
    let marks = |typed: &str| !typed.is_empty() && typed.chars().all(|c| matches!(c, '"' | '\'' | '“' | '”' | '″' | '〃'));
    marks(typed) || matches!(letters(typed).as_str(), "nt" | "n t" | "nhu tren" | "nhu muc tren" | "giong tren" | "ditto")
}

/// Rows with words in one cell alone, and in one that belongs to an item: what is said there would be said of none. Each with
/// the column. Headings, sums and remarks are not meant for an item.
pub(super) fn lone(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, &'static str, String)> {
    let on = &pages[table.page];
    let is_read = |row: u32| items.iter().any(|item| item.at.row == row);
    let cell = |row: u32| {
        let mut filled = on.sheet.cells.row(row);
        let (Some((col, raw)), None) = (filled.next(), filled.next()) else { return None };
        let name = *table.at.iter().find(|(_, at)| **at == col)?.0;
        let said = shown(raw);
        let of_item = matches!(name, "dg" | "md" | "pa" | "kh_gc");
        let apart = begins_sum(&said) || begins_remark(&fold(&said)) || on.area(row, col).1 != on.area(row, col).3;
        let tells = said.chars().any(char::is_alphabetic) && !Labels::is_label(on, row, col);
        (of_item && tells && !apart).then(|| (Place { sheet: on.sheet.name.clone(), row, col }, name, said))
    };
    rows(table, on).into_iter().filter(|row| !is_read(*row)).filter_map(cell).collect()
}

/// Rows with a cell that is crossed out, at the content where that is, with the column. Whether such an item is still wanted
/// only its writer knows.
pub(super) fn crossed(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, &'static str, String)> {
    let on = &pages[table.page];
    let in_row = |item: &FoundItem| {
        let struck = |name: &&str| table.at.get(*name).is_some_and(|col| on.struck(item.at.row, *col));
        let column = std::iter::once("nd").chain(item.cells.keys().copied()).find(|name| struck(name))?;
        let found = item.cells.get(column)?;
        Some((found.at.clone(), column, found.raw.clone()))
    };
    items.iter().filter_map(in_row).collect()
}

/// Columns that somebody has added to the table, with what heads them: those in which something stands beside an item.
pub(super) fn unread(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<(Place, String)> {
    let on = &pages[table.page];
    let own = |col: u32| table.at.values().any(|at| *at == col || on.area(table.header, *at).3 >= col && *at < col);
    // What the desk reckons for the Director is nobody's to be read.
    let suggested = [words::SUGGESTED.vi, words::SUGGESTED.en].map(label_key);
    let head = |(col, raw): (u32, &Raw)| {
        let Raw::Text(said) = raw else { return None };
        if suggested.iter().any(|own| label_key(said).starts_with(own)) {
            return None;
        }
        let used = items.iter().any(|item| on.filled(item.at.row, col));
        let place = Place { sheet: on.sheet.name.clone(), row: table.header, col };
        (used && !own(col) && said.chars().any(char::is_alphabetic)).then(|| (place, squash(said)))
    };
    on.sheet.cells.row(table.header).filter_map(head).take(MOST_UNREAD).collect()
}

/// Columns of one's own that are told.
const MOST_UNREAD: usize = 5;
/// Official headers in a row that is the item table's though one that it is known by is not among them.
const HEADERS: usize = 4;

/// Where there is no table: the row that looks like its header, at the column that is not found, with what stands there
/// instead.
pub(super) fn renamed(pages: &[Page]) -> Option<(Place, &'static str, String)> {
    for on in pages {
        let mut rows: Vec<u32> = on.sheet.cells.iter().map(|((row, _), _)| row).collect();
        rows.dedup();
        for row in rows {
            let (at, _) = columns(on, row, Rows::Items, "nd");
            let missing = ["nd", "stt"].into_iter().find(|name| !at.contains_key(name));
            let (Some(missing), true) = (missing, at.len() >= HEADERS) else { continue };
            let other = on.sheet.cells.row(row).find(|(col, _)| !at.values().any(|at| at == col));
            let (col, said) = other.map(|(col, raw)| (col, shown(raw))).unwrap_or_default();
            return Some((Place { sheet: on.sheet.name.clone(), row, col }, missing, squash(&said)));
        }
    }
    None
}

fn is_item(id: Option<&str>, stt: Option<&Raw>, cells: &BTreeMap<&'static str, Found>) -> bool {
    if id.is_some() {
        return true;
    }
    let filled = cells.values().filter(|f| !f.raw.is_empty()).count();
    let no = stt.and_then(number);
    let said = stt.map(shown).unwrap_or_default();
    let text = |name: &str| cells.get(name).map_or("", |f| f.raw.as_str());
    let content = fold(text("nd"));
    // `(1) (2) (3)` below the headers, sums, and remarks below the table.
    let counted = filled >= 2
        && cells.values().filter(|f| !f.raw.is_empty()).all(|f| f.raw.trim_matches(['(', ')']).parse::<u32>().is_ok());
    let summed = || {
        let blank = |names: &[&str]| names.iter().all(|name| text(name).is_empty());
        // The figures stand in whichever column.
        let figures = |name: &&str| text(name).is_empty() || text(name).starts_with(|c: char| c.is_ascii_digit());
        let row = begins_sum(&said) || is_sum(text("nd"));
        ["dg", "md", "pa"].iter().all(figures) && (row && blank(&["khu"]) || is_sum(text("khu")) && blank(&["nd"]))
    };
    if counted || (no.is_none() && summed()) {
        return false;
    }
    if no.is_none() && filled == 1 && (begins_remark(&fold(&said)) || begins_remark(&content)) {
        return false;
    }
    // A heading of a group (`I`, `Phân hệ Bán hàng`) has neither content nor number nor more than one cell.
    !content.is_empty() || filled >= 2 || (filled == 1 && no.is_some())
}

/// Words that a sum begins with; `Công nợ` and `Cổng thanh toán` do not, though they are the same without their accents.
const SUMS: [&str; 8] = ["tổng", "cộng", "tong", "cong", "total", "subtotal", "grand", "sum"];
/// What may follow them, without accents: `Tổng số tiền`, `Tổng chi phí`, `Tổng thành tiền`.
const SUMMED: [&str; 17] = [
    "so", "tien", "chi", "phi", "gia", "tri", "von", "ngay", "muc", "hang", "thanh", "thoi", "gian", "amount", "cost", "price",
    "days",
];

/// Folded, a remark on the table and no content.
fn begins_remark(folded: &str) -> bool {
    ["ghi chu", "luu y", "note", "chu thich", "*", "("].iter().any(|word| folded.starts_with(word))
}

fn begins_sum(text: &str) -> bool {
    let text = nfc(text).to_lowercase();
    text.split(|c: char| !c.is_alphanumeric()).find(|w| !w.is_empty()).is_some_and(|first| SUMS.contains(&first))
}

/// The words of a sum and no others, up to a colon or a bracket: `Tổng cộng: 2 mục`. `Tổng hợp doanh thu` is an item.
fn is_sum(text: &str) -> bool {
    let text = nfc(text).to_lowercase();
    let head = text.split([':', '(', '=']).next().unwrap_or_default();
    let mut words = head.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.bytes().all(|b| b.is_ascii_digit()));
    begins_sum(head) && words.all(|w| SUMS.contains(&w) || SUMMED.contains(&fold(w).as_str()))
}

/// A row that looks like an item and that no table reads.
pub(super) struct Stray {
    pub at: Place,
    pub id: Option<String>,
    pub said: String,
}

/// The first such row of each visible sheet: below the table's end, or in a second table with other columns or on a sheet of
/// its own (`Bổ sung hạng mục`). Copies of the items that are read are none.
pub(super) fn strays(table: &Table, items: &[FoundItem], pages: &[Page]) -> Vec<Stray> {
    let known: BTreeSet<String> = items.iter().filter_map(|i| Some(fold(&i.cells.get("nd")?.raw))).collect();
    let visible = pages.iter().enumerate().filter(|(_, on)| on.sheet.visibility == Visibility::Visible);
    visible.filter_map(|(page, on)| stray(table, &known, page, on)).collect()
}

fn stray(table: &Table, known: &BTreeSet<String>, page: usize, on: &Page) -> Option<Stray> {
    let mut rows: Vec<u32> = on.sheet.cells.iter().map(|((row, _), _)| row).collect();
    rows.dedup();
    let mut above = Above::Other;
    for row in rows {
        if page == table.page && (table.top..table.end).contains(&row) {
            above = Above::Items;
            continue;
        }
        if let Some(header) = Above::header(&above, table, page, on, row) {
            above = header;
            continue;
        }
        let by = match &above {
            Above::Other => continue,
            Above::Items => table,
            Above::Second(second) => second,
        };
        let filled = |name: &str| by.at.get(name).is_some_and(|col| on.filled(row, *col));
        let stt = by.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
        let id = by.id(on, row);
        // Below the table's end many things stand that fill in two of its columns.
        let looks = matches!(above, Above::Second(_))
            || id.is_some()
            || stt.is_some_and(is_numbering)
            || ["khu", "nd", "dg", "md", "pa"].into_iter().all(filled);
        let Some(col) = by.at.get("nd").copied().filter(|_| looks && holds(by, on, row)) else { continue };
        let said = on.sheet.cells.get(row, col).map(shown).unwrap_or_default();
        if !is_sum(&said) && !known.contains(&fold(&said)) {
            return Some(Stray { at: Place { sheet: on.sheet.name.clone(), row, col }, id, said });
        }
    }
    None
}

/// The last header above a row that no table reads.
enum Above {
    /// That of the item table, which has ended since.
    Items,
    /// Another one of items.
    Second(Table),
    /// None, or one that items do not stand below.
    Other,
}

impl Above {
    /// What a row is the header of; `None`: it is none.
    fn header(above: &Above, table: &Table, page: usize, on: &Page, row: u32) -> Option<Above> {
        let by = match above {
            Above::Second(second) => second,
            _ => table,
        };
        let stt = by.at.get("stt").and_then(|col| on.sheet.cells.get(row, *col));
        if stt.is_some_and(is_numbering) || by.id(on, row).is_some() {
            return None;
        }
        let (at, exact) = columns(on, row, Rows::Items, "nd");
        if at.contains_key("stt") && at.contains_key("nd") {
            // A price list or a plan has columns of its own.
            let own = ["khu", "dg", "md", "pa"].into_iter().filter(|name| at.contains_key(name)).count();
            let below = row + 1;
            let second = Table {
                page,
                of: Rows::Items,
                key: "nd",
                top: row,
                header: row,
                body: below,
                end: u32::MAX,
                at,
                exact,
                signed: BTreeSet::new(),
            };
            return Some(if exact || own >= 2 { Above::Second(second) } else { Above::Other });
        }
        let other = || is_header(on, row) || Labels::heads_checks(on, row) || heads_other(by, on, row);
        (!matches!(above, Above::Other) && other()).then_some(Above::Other)
    }
}

/// Ids of items that stand below the table's end, with their places: rows that must not be taken for deleted.
pub(super) fn beyond(table: &Table, pages: &[Page]) -> Vec<(String, Place)> {
    let on = &pages[table.page];
    let Some(col) = table.at.get("ma").copied() else { return Vec::new() };
    let mut rows: Vec<u32> = on.sheet.cells.iter().map(|((row, _), _)| row).filter(|row| *row >= table.end).collect();
    rows.dedup();
    let at = |row| Place { sheet: on.sheet.name.clone(), row, col: table.at.get("nd").copied().unwrap_or(col) };
    rows.into_iter().filter_map(|row| Some((table.id(on, row)?, at(row)))).collect()
}

/// A cell within an area that is merged over several rows shows what its first cell holds: true of Sales' words
/// (one module for several items), not of costs, which would be counted twice.
fn inherited<'a>(table: &Table, on: &'a Page, row: u32, col: u32, column: &Column) -> Option<&'a Raw> {
    let own = on.sheet.cells.get(row, col);
    if own.is_some() || column.owner != Zone::Sales || matches!(column.name, "stt" | "nd") {
        return own;
    }
    let (top, left, ..) = on.area(row, col);
    let inside = top < row && top >= table.body && left == col;
    if inside { on.sheet.cells.get(top, left) } else { None }
}

/// Filled rows of the body, without the header where it is repeated, and without lines to sign.
fn rows(table: &Table, on: &Page) -> Vec<u32> {
    let mut rows: Vec<u32> =
        on.sheet.cells.iter().map(|((row, _), _)| row).filter(|row| (table.body..table.end).contains(row)).collect();
    rows.dedup();
    rows.retain(|row| table.id(on, *row).is_some() || !(table.signed.contains(row) || table.repeats(on, *row)));
    rows
}

/// `M01`.
fn id(typed: &str) -> Option<String> {
    let id = typed.trim().to_uppercase();
    let digits = id.strip_prefix('M')?;
    (!digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

/// `1`, `2.1`, `1.1.2)`.
fn is_numbering(stt: &Raw) -> bool {
    let said = shown(stt);
    let said = said.trim();
    number(stt).is_some()
        || said.starts_with(|c: char| c.is_ascii_digit()) && said.chars().all(|c| c.is_ascii_digit() || ".,-)".contains(c))
}

/// `Đợt`, `Ghi chú`; neither `II.1`, `a`, `HM01` nor `Mục 2`.
fn has_words(stt: &str) -> bool {
    let said = fold(stt);
    let bare = ["hang muc ", "muc ", "yeu cau "].iter().find_map(|word| said.strip_prefix(word)).unwrap_or_default();
    if bare.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let word = |w: &str| {
        let roman = w.chars().all(|c| "ivxlcIVXLC".contains(c));
        w.chars().filter(|c| c.is_alphabetic()).count() > 1 && !roman && !w.contains(|c: char| c.is_ascii_digit())
    };
    nfc(stt).split(|c: char| !c.is_alphanumeric()).any(word)
}

/// `(1) (2) (3)` below a header.
fn is_counting(on: &Page, row: u32) -> bool {
    let mut texts = on.sheet.cells.row(row).map(|(_, raw)| shown(raw));
    texts.all(|t| t.trim_matches(['(', ')']).parse::<u32>().is_ok())
}

/// `1`, `1.`, `01)`.
fn number(raw: &Raw) -> Option<u32> {
    let text = if let Raw::Amount { value, .. } = raw { value.to_string() } else { shown(raw) };
    text.trim().trim_end_matches(['.', ')']).parse().ok().filter(|n| *n > 0)
}

/// Rows of the table of exchanges that say something.
pub(super) fn exchange_rows(table: &Table, pages: &[Page], cells: &Cells) -> Vec<FoundExchange> {
    let on = &pages[table.page];
    let mut found = Vec::new();
    for row in rows(table, on) {
        let cell = |name: &str| {
            let column = EXCHANGES.iter().find(|c| c.name == name)?;
            Some(cells.found(on, row, *table.at.get(name)?, &column.kind))
        };
        let words = |name: &str| match cell(name).map(|f| (f.read.value, f.raw)) {
            Some((Some(Value::Text(said) | Value::Choice(said)), _)) => said,
            // Not in the list: as typed.
            Some((_, raw)) => raw,
            None => String::new(),
        };
        let Some(Value::Text(text)) = cell("text").and_then(|f| f.read.value) else { continue };
        let (date, faults) = match cell("date") {
            Some(f) => (f.value().and_then(Value::date), f.problems("", None).collect()),
            None => (None, Vec::new()),
        };
        let shown = matches!(cell("shown").and_then(|f| f.read.value), Some(Value::Choice(yes)) if yes == "yes");
        let at = Place { sheet: on.sheet.name.clone(), row, col: table.at.get("text").copied().unwrap_or_default() };
        let row = Exchange { date, who: words("who"), side: words("side"), item: words("item"), text, shown };
        found.push(FoundExchange { at, row, faults });
    }
    found
}
