//! Finding single cells: by defined name where it still stands at the right label, else by label.
//!
//! Labels are unique within a section only (`Ngày`, `Ghi chú` recur), so a sheet is walked from top to bottom with the
//! section in mind that its title, or the last label that belongs to one section alone, has opened.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use super::page::Page;
use super::tables::Table;
use crate::form::book::{Book, Raw, Visibility};
use crate::form::layout::{FIELDS, Field, NAME_PREFIX, Section, Zone, label_key};

/// Sentences that the form itself puts beside its cells: never values.
static HINTS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| FIELDS.iter().flat_map(|f| [label_key(f.help.vi), label_key(f.help.en)]).collect());

/// The field of a defined name (`qd_customer`).
pub(super) fn field_of_name(name: &str) -> Option<&'static Field> {
    let name = name.to_lowercase();
    let name = name.strip_prefix(NAME_PREFIX)?;
    FIELDS.iter().find(|f| f.name == name)
}

/// Page, row, column.
type Spot = (usize, u32, u32);
/// Is a page looked at?
type Wanted<'a> = &'a dyn Fn(usize) -> bool;

/// A text that says what stands beside it.
struct Mark {
    page: usize,
    row: u32,
    col: u32,
    says: Says,
}

enum Says {
    Title(Section),
    /// The fields that it may mean, and whether by their official label.
    Label(Vec<(&'static Field, bool)>),
    /// A header over the Leader's checks: the columns of verdict and remark.
    Checks {
        verdict: u32,
        remark: u32,
    },
}

/// Cells behind `Kết luận` among which `Nhận xét` is looked for, and bytes that it takes with signs around it: a row may
/// hold thousands of either.
const MOST_BETWEEN: usize = 16;
const LONGEST_REMARK: usize = 40;
/// Rows of checks below their header.
const MOST_CHECKS: u32 = 12;
/// Labels that two sheets have in common where one is the other's copy; each sheet of the form has more, all its own.
pub(super) const ALIKE: usize = 5;
/// Names of a sheet that lead astray, from which on none of its names is believed: one or two labels may have been changed.
const ASTRAY: usize = 3;
/// Sheets that are compared: more than any form has.
pub(super) const MOST_SHEETS: usize = 32;

pub(super) struct Labels {
    marks: Vec<Mark>,
    /// Hidden pages that have a visible copy: what is worked on.
    replaced: BTreeSet<usize>,
    places: HashMap<Spot, usize>,
    /// Headers over checks: columns of verdict and remark, by page and row.
    checks: BTreeMap<(usize, u32), (u32, u32)>,
    /// Pages whose names have been left behind: some programs move rows and columns and know nothing of names.
    left_behind: BTreeSet<usize>,
}

impl Labels {
    /// All labels outside of the tables.
    pub fn of(pages: &[Page], book: &Book, tables: &[Option<&Table>]) -> Labels {
        let mut marks = Vec::new();
        for (page, on) in pages.iter().enumerate() {
            for ((row, col), raw) in on.sheet.cells.iter() {
                let in_table = tables.iter().flatten().any(|t| t.page == page && (t.top..t.end).contains(&row));
                if !in_table
                    && matches!(raw, Raw::Text(_))
                    && let Some(says) = says(on, row, col)
                {
                    marks.push(Mark { page, row, col, says });
                }
            }
        }
        settle(&mut marks);
        let places = marks.iter().enumerate().map(|(at, m)| ((m.page, m.row, m.col), at)).collect();
        let over_checks = |m: &Mark| match m.says {
            Says::Checks { verdict, remark } => Some(((m.page, m.row), (verdict, remark))),
            _ => None,
        };
        let checks = marks.iter().filter_map(over_checks).collect();
        let mut labels = Labels { marks, places, checks, replaced: BTreeSet::new(), left_behind: BTreeSet::new() };
        labels.replaced = labels.replaced(pages);
        labels.left_behind = labels.left_behind(book, pages);
        labels
    }

    /// Sheets with many names that stand at another field's label, or at nothing, while what their own label has stands
    /// elsewhere.
    fn left_behind(&self, book: &Book, pages: &[Page]) -> BTreeSet<usize> {
        let mut astray: BTreeMap<usize, usize> = BTreeMap::new();
        for field in FIELDS {
            let Some(named) = self.name_of(field, book, pages, &|_| true) else { continue };
            let own = |means: &[(&Field, bool)]| means.iter().any(|(f, _)| field.name.starts_with(f.name));
            let at_own = self.nearest(named, pages).is_none_or(own) && self.at(named.0, named.1, named.2).is_none();
            let filled = |(page, row, col): Spot| pages[page].filled(row, col);
            let labelled = self.labelled(field, pages, &|page| page == named.0);
            let elsewhere = labelled.filter(|(place, official)| *official && *place != named);
            if elsewhere.is_some_and(|(place, _)| !at_own || (filled(place) && !filled(named))) {
                *astray.entry(named.0).or_default() += 1;
            }
        }
        astray.into_iter().filter(|(_, names)| *names >= ASTRAY).map(|(page, _)| page).collect()
    }

    fn replaced(&self, pages: &[Page]) -> BTreeSet<usize> {
        let shown = |page: &usize| pages[*page].sheet.visibility == Visibility::Visible;
        let (shown, hidden): (Vec<usize>, Vec<usize>) = (0..pages.len()).partition(shown);
        if hidden.is_empty() {
            return BTreeSet::new();
        }
        let labelled = |page: usize| self.official(page, pages).into_keys().collect::<BTreeSet<_>>();
        let shown: Vec<_> = shown.into_iter().take(MOST_SHEETS).map(labelled).collect();
        let copied = |page: &usize| {
            let own = labelled(*page);
            shown.iter().any(|copy| own.intersection(copy).count() >= ALIKE)
        };
        hidden.into_iter().take(MOST_SHEETS).filter(copied).collect()
    }

    /// The cell that holds a field: page, row, column. `None`: the workbook has no such cell. Of a hidden sheet that has a
    /// visible copy only what the copy lacks.
    pub fn find(&self, field: &'static Field, book: &Book, pages: &[Page]) -> Option<Spot> {
        let first = self.find_on(field, book, pages, &|page| !self.replaced.contains(&page));
        first.or_else(|| self.find_on(field, book, pages, &|page| self.replaced.contains(&page)))
    }

    fn find_on(&self, field: &'static Field, book: &Book, pages: &[Page], on: Wanted) -> Option<Spot> {
        let named = self.named(field, book, pages, on);
        match (named, self.labelled(field, pages, on)) {
            // At another field's label it would be that one's value.
            (Some(named), labelled) if self.left_behind.contains(&named.0) => match labelled {
                Some((labelled, true)) => Some(labelled),
                _ => Some(named).filter(|named| self.nearest(*named, pages).is_none()),
            },
            (Some(named), Some((labelled, official))) if named != labelled => match self.nearest(named, pages) {
                Some(means) if means.iter().any(|(f, _)| field.name.starts_with(f.name)) => Some(named),
                // The name has been left behind.
                Some(_) => Some(labelled),
                None => Some(if official { labelled } else { named }),
            },
            (named, labelled) => named.or(labelled.map(|(place, _)| place)),
        }
    }

    fn named(&self, field: &Field, book: &Book, pages: &[Page], on: Wanted) -> Option<Spot> {
        let (page, row, col) = self.name_of(field, book, pages, on)?;
        // Left behind where columns were put in: at the field's own label, which is nobody's value.
        let stale = match self.at(page, row, col).map(|mark| &mark.says) {
            Some(Says::Label(means)) => means.iter().any(|(f, official)| *official && f.name == field.name),
            _ => false,
        };
        (!stale).then_some((page, row, col))
    }

    /// Where its defined name leads.
    fn name_of(&self, field: &Field, book: &Book, pages: &[Page], on: Wanted) -> Option<Spot> {
        let wanted = field.defined_name();
        // A sheet that was copied brings names of its own along: the first sheet's count, as with labels and tables.
        let all = book.names.iter().filter(|n| n.name.eq_ignore_ascii_case(&wanted));
        let on_pages = all.filter_map(|n| Some((pages.iter().position(|p| p.sheet.name == n.sheet)?, n)));
        let (page, name) = on_pages.filter(|(page, _)| on(*page)).min_by_key(|(page, _)| *page)?;
        let (row, col, ..) = pages[page].area(name.row, name.col);
        Some((page, row, col))
    }

    /// What the label says that is nearest to the left of a cell, or stands in it; else the one above it. A check's label
    /// stands for its remark too.
    fn nearest(&self, spot: Spot, pages: &[Page]) -> Option<&[(&'static Field, bool)]> {
        match self.nearest_mark(spot, pages).map(|m| &m.says) {
            Some(Says::Label(means)) => Some(means),
            _ => None,
        }
    }

    fn nearest_mark(&self, (page, row, col): Spot, pages: &[Page]) -> Option<&Mark> {
        let left =
            pages[page].sheet.cells.row(row).filter(|(c, _)| *c <= col).filter_map(|(c, _)| self.at(page, row, c)).next_back();
        let above = || row.checked_sub(1).and_then(|above| self.at(page, above, col));
        left.or_else(above)
    }

    /// The words of the label that a cell stands at; of one that is not known as a label, those to its left.
    pub fn text_beside<'a>(&self, (page, row, col): Spot, pages: &[Page<'a>]) -> Option<&'a str> {
        let on = &pages[page];
        let left = || on.sheet.cells.row(row).filter(|(c, _)| *c < col).filter_map(|(c, _)| on.text(row, c)).next_back();
        match self.nearest_mark((page, row, col), pages) {
            Some(mark) => on.text(mark.row, mark.col),
            None => left(),
        }
    }

    /// The best of the labels that mean a field: one with something beside it, then the official one, then the first.
    /// Also whether it is the official one.
    fn labelled(&self, field: &'static Field, pages: &[Page], on: Wanted) -> Option<(Spot, bool)> {
        if let Some(check) = field.name.strip_suffix("_note").filter(|_| field.section == Section::Checks) {
            let (page, row, col) = self.marked(check, on)?;
            let remark = match self.checks_above(page, row) {
                Some((_, remark)) => remark,
                None => self.beside(page, row, col, pages)?.2 + 1,
            };
            return Some(((page, row, remark), true));
        }
        let mut best: Option<((bool, bool), Spot)> = None;
        for mark in self.marks.iter().filter(|m| on(m.page)) {
            let Says::Label(means) = &mark.says else { continue };
            let Some((_, official)) = means.iter().find(|(f, _)| f.name == field.name) else { continue };
            let Some(mut at) = self.beside(mark.page, mark.row, mark.col, pages) else { continue };
            if field.section == Section::Checks
                && let Some((verdict, _)) = self.checks_above(mark.page, mark.row)
            {
                at = (mark.page, mark.row, verdict);
            }
            let rank = (pages[at.0].filled(at.1, at.2), *official);
            if best.as_ref().is_none_or(|(so_far, _)| rank > *so_far) {
                best = Some((rank, at));
            }
        }
        best.map(|((_, official), at)| (at, official))
    }

    /// The cell beside a label; below it where labels stand in a row like headers.
    fn beside(&self, page: usize, row: u32, col: u32, pages: &[Page]) -> Option<Spot> {
        let on = &pages[page];
        let label = |r, c| self.at(page, r, c).is_some();
        let stop = |r, c| label(r, c) || on.text(r, c).is_some_and(|t| HINTS.contains(&label_key(t)));
        let (_, _, last_row, last_col) = on.area(row, col);
        let right = Some(on.right_of(row, col, stop)).filter(|(r, c)| !label(*r, *c));
        let left = col.checked_sub(1).map(|left| on.area(row, left).1);
        let in_a_row = right.is_none() || left.is_some_and(|left| label(row, left)) || label(row, last_col + 1);
        let below = (last_row + 1, col);
        let (r, c) = match right {
            Some((r, c)) if on.filled(r, c) => (r, c),
            _ if in_a_row && on.filled(below.0, below.1) && !label(below.0, below.1) => below,
            right => right?,
        };
        let (r, c, ..) = on.area(r, c);
        Some((page, r, c))
    }

    /// The cells beside the official labels of a sheet, by field.
    pub fn official(&self, page: usize, pages: &[Page]) -> BTreeMap<&'static str, Spot> {
        let mut found = BTreeMap::new();
        for mark in self.marks.iter().filter(|m| m.page == page) {
            let Says::Label(means) = &mark.says else { continue };
            let Some((field, _)) = means.iter().find(|(f, official)| *official && f.owner != Zone::System) else { continue };
            if let Some(spot) = self.beside(page, mark.row, mark.col, pages) {
                found.entry(field.name).or_insert(spot);
            }
        }
        found
    }

    fn marked(&self, name: &str, on: Wanted) -> Option<Spot> {
        let means = |m: &&Mark| on(m.page) && matches!(&m.says, Says::Label(means) if means.iter().any(|(f, _)| f.name == name));
        self.marks.iter().find(means).map(|m| (m.page, m.row, m.col))
    }

    /// Columns of verdict and remark of the header over a check's row.
    fn checks_above(&self, page: usize, row: u32) -> Option<(u32, u32)> {
        let above = (page, row.saturating_sub(MOST_CHECKS))..(page, row);
        self.checks.range(above).next_back().map(|(_, columns)| *columns)
    }

    fn at(&self, page: usize, row: u32, col: u32) -> Option<&Mark> {
        self.places.get(&(page, row, col)).and_then(|at| self.marks.get(*at))
    }

    /// A row that belongs to the rest of the form and not to a table: it begins with a title or a label.
    pub fn opens_row(page: &Page, row: u32) -> bool {
        let first = page.sheet.cells.row(row).next();
        first.is_some_and(|(col, raw)| match raw {
            Raw::Text(_) => match says(page, row, col) {
                Some(Says::Label(means)) => means.iter().any(|(_, official)| *official),
                Some(_) => true,
                None => false,
            },
            _ => false,
        })
    }
}

impl Labels {
    /// The text may be a field's label, whatever stands beside it.
    pub fn is_label(page: &Page, row: u32, col: u32) -> bool {
        page.heads(row, col).is_some_and(|heads| heads.label.is_some())
    }

    /// The header over the Leader's checks.
    pub fn heads_checks(page: &Page, row: u32) -> bool {
        page.sheet.cells.row(row).any(|(col, _)| matches!(says(page, row, col), Some(Says::Checks { .. })))
    }
}

fn says(page: &Page, row: u32, col: u32) -> Option<Says> {
    let heads = page.heads(row, col)?;
    if heads.verdict
        && let Some((remark, _)) = page.sheet.cells.row_from(row, col + 1).take(MOST_BETWEEN).find(|(_, raw)| {
            matches!(raw, Raw::Text(t) if t.len() <= LONGEST_REMARK && matches!(label_key(t).as_str(), "nhan xet" | "remark"))
        })
    {
        return Some(Says::Checks { verdict: col, remark });
    }
    let alone = || !page.filled(row, page.area(row, col).3 + 1);
    match (heads.title, heads.label) {
        // `Khách hàng` is a title, and a synonym where something stands beside it.
        (Some(section), label) if label.is_none() || alone() => Some(Says::Title(section)),
        (_, Some(means)) => Some(Says::Label(means.to_vec())),
        _ => None,
    }
}

/// Settles labels that several sections have, by the section that they stand in.
fn settle(marks: &mut [Mark]) {
    // Last section opened: by page and column, and by page alone.
    let mut open: BTreeMap<(usize, u32), Section> = BTreeMap::new();
    let mut last: HashMap<usize, Section> = HashMap::new();
    for mark in marks {
        let section = match &mut mark.says {
            Says::Checks { .. } => Some(Section::Checks),
            Says::Title(section) => Some(*section),
            Says::Label(means) => {
                let first = means.first().map(|(f, _)| f.section);
                if means.iter().any(|(f, _)| Some(f.section) != first) {
                    match open.get(&(mark.page, mark.col)).or_else(|| last.get(&mark.page)) {
                        Some(section) => means.retain(|(f, _)| f.section == *section),
                        // On top of a sheet: the field that comes first in the form.
                        None => {
                            means.sort_by_key(|(f, _)| FIELDS.iter().position(|other| other.name == f.name));
                            means.truncate(1);
                        }
                    }
                    None
                } else {
                    first
                }
            }
        };
        if let Some(section) = section {
            let at = (mark.page, mark.col);
            open.insert(at, section);
            last.insert(mark.page, section);
            if matches!(mark.says, Says::Title(_)) {
                // A title may span the columns of its labels.
                while open.last_key_value().is_some_and(|(later, _)| *later > at) {
                    open.pop_last();
                }
            }
        }
    }
}
