//! A workbook that came back, field by field against the version that went out: only the sender's own cells count.
//!
//! Three values meet at each cell: what went out (`base`), what stands now (`current`), and what came. Other people's
//! cells keep what they hold, and the answer says so; a cell that is not in the workbook is no change.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::form::check::lacks;
use crate::form::layout::{Blank, Column, FIELDS, Field, Step, When, Zone, column, field};
use crate::form::noted;
use crate::form::read::{Found, FoundItem, Place, ReadForm};
use crate::process::case::Case;
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Change, Echo, Exchange, Filled, Form, Item};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;
use crate::text::{fold, squash};

/// The version of the form that a workbook was made from.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub form: Form,
    /// Its revision; `None`: the workbook did not come from the desk.
    pub rev: Option<u32>,
    /// Cells that others than the sender have filled in since.
    pub others: BTreeSet<Cell>,
    /// The highest number that an item id of the case has ever had.
    pub highest: u32,
}

impl Sent {
    /// The form as it was at a revision, from the case's history. Without a revision it is the form as it stands.
    pub fn of(history: &[Recorded], rev: Option<u32>, sender: &str) -> Sent {
        let mut case = Case::default();
        let mut sent = Sent { rev, ..Sent::default() };
        for recorded in history {
            let before = case.rev;
            // A hand-over (GIAO CHO) is no revision, and what went out before names the former Sales.
            let handed_over = matches!(recorded.event, Event::Assigned { .. }) && case.sales.is_some();
            if handed_over && rev.is_none_or(|rev| before >= rev) {
                sent.others.insert(Cell::Field("sales".into()));
            }
            case.apply(recorded);
            let (cells, added) = match &recorded.event {
                Event::Filled { cells, added, .. } => (cells.as_slice(), added.as_slice()),
                Event::Corrected { cells } => (cells.as_slice(), [].as_slice()),
                _ => ([].as_slice(), [].as_slice()),
            };
            if !(cells.is_empty() && added.is_empty()) {
                let ids = added.iter().filter_map(|i| i.id.strip_prefix('M')?.parse().ok());
                sent.highest = ids.max().unwrap_or(0).max(sent.highest);
                if rev.is_some_and(|rev| before >= rev) && recorded.by.as_deref() != Some(sender) {
                    sent.others.extend(cells.iter().map(|c| c.at.clone()));
                }
            }
            if rev.is_none_or(|rev| case.rev <= rev) {
                sent.form = case.form.clone();
            }
        }
        sent
    }
}

/// Who sent the workbook.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Whose cells they fill in.
    pub zones: &'a [Zone],
    /// For the cells that are taken as the sender's name where left blank.
    pub name: &'a str,
    pub today: NaiveDate,
}

impl Sender<'_> {
    fn is(&self, zone: Zone) -> bool {
        self.zones.contains(&zone)
    }
}

/// What the workbook brings. Its rows have been identified (`form::identify`).
pub fn merge(read: &ReadForm, sent: &Sent, current: &Form, sender: &Sender) -> Filled {
    let mut merge = Merge { sent, current, sender, filled: Filled { base: sent.rev, ..Filled::default() } };
    // Whether somebody else's column adds up is not the sender's to mend.
    let theirs = |p: &&Problem| match &p.kind {
        Fault::TotalDiffers { .. } => column(&p.field).is_some_and(|c| sender.is(c.owner)),
        _ => true,
    };
    merge.filled.problems.extend(read.problems.iter().filter(theirs).cloned());
    if sender.is(Zone::Everyone) {
        let brought = noted::brought(read, current, sender);
        merge.filled.problems.extend(brought.problems);
        (merge.filled.notes, merge.filled.exchanges) = (brought.notes, brought.exchanges);
    }
    for (name, found) in &read.fields {
        if let Some(field) = field(name) {
            merge.field(field, found);
        }
    }
    if read.has_items {
        merge.items(read);
    }
    if sender.is(Zone::Everyone) {
        merge.exchanges(read);
    }
    merge.defaults(read);
    merge.filled
}

struct Merge<'a> {
    sent: &'a Sent,
    current: &'a Form,
    sender: &'a Sender<'a>,
    filled: Filled,
}

/// What is known of the cell that a value came in.
struct Rules {
    owner: Zone,
    own: bool,
    /// A blank takes the old value away.
    erases: bool,
    /// Blank it is missing: the old value stays meanwhile.
    needed: bool,
}

impl Merge<'_> {
    fn field(&mut self, field: &'static Field, found: &Found) {
        let own = self.sender.zones.iter().any(|z| field.written_by(*z));
        let needed = field.needed.is_some_and(|n| n.from == Step::B2 && n.when == When::Always);
        // What the desk has filled in itself need not be repeated.
        let known = matches!(field.name, "cskh" | "sales" | "region" | "date" | "cskh_text");
        let rules = Rules {
            owner: field.owner,
            own,
            erases: own && !known && field.owner != Zone::Tech,
            needed: needed && field.owner == Zone::Sales && !known,
        };
        let base = self.sent.form.get(field.name).cloned();
        self.cell(Cell::Field(field.name.into()), found, base.as_ref(), &rules);
    }

    fn item_cell(&mut self, id: &str, column: &'static Column, found: &Found, base: Option<&Item>) {
        let own = self.sender.zones.iter().any(|z| column.written_by(*z));
        let rules = Rules {
            owner: column.owner,
            own,
            erases: self.sender.is(column.owner) && column.owner != Zone::Tech,
            needed: column.owner == Zone::Sales && column.needed.is_some(),
        };
        let base = base.and_then(|i| i.get(column.name)).cloned();
        self.cell(Cell::Item(id.into(), column.name.into()), found, base.as_ref(), &rules);
    }

    fn cell(&mut self, at: Cell, found: &Found, base: Option<&Value>, rules: &Rules) {
        let current = self.current.at(&at).cloned();
        if same(found, base) || same(found, current.as_ref()) || rules.owner == Zone::System {
            return;
        }
        let (Cell::Field(name) | Cell::Item(_, name)) = &at;
        let item = if let Cell::Item(id, _) = &at { Some(id.as_str()) } else { None };
        let new = found.value().cloned();
        if !rules.own {
            let owner = owner_name(rules.owner).to_owned();
            self.filled.problems.push(found.at.problem(name, item, Severity::Warning, Fault::NotYours { owner }, &found.raw));
            let new = new.or_else(|| (!found.raw.is_empty()).then(|| Value::Text(found.raw.clone())));
            self.filled.kept.push(Change { at, old: current, new });
            return;
        }
        self.filled.problems.extend(found.problems(name, item));
        if found.has_error() {
            return;
        }
        if found.is_blank() {
            if rules.erases && rules.needed {
                self.filled.problems.push(found.at.problem(name, item, Severity::Error, Fault::Missing, &found.raw));
            }
            if !rules.erases || rules.needed {
                return;
            }
        }
        // Two people of Tech who differ on an item are settled by the process, not here.
        let answer = rules.owner == Zone::Tech && item.is_some();
        if self.sent.others.contains(&at) && !answer {
            self.filled.problems.push(found.at.problem(name, item, Severity::Warning, Fault::Stale, &found.raw));
            self.filled.clashes.push(Change { at, old: current, new });
            return;
        }
        if let Some(value) = new.clone().filter(|_| found.read.unusual) {
            self.filled.echoes.push(Echo { at: at.clone(), typed: found.raw.clone(), value });
        }
        self.filled.changes.push(Change { at, old: current, new });
    }

    // ---- the item table

    fn items(&mut self, read: &ReadForm) {
        let rows = read.items.as_slice();
        let sales = self.sender.is(Zone::Sales);
        let mut order: Vec<String> = Vec::new();
        for row in rows {
            let Some(id) = row.id.as_deref() else { continue };
            if !sales && row.is_empty() {
                continue;
            }
            let base = self.sent.form.item(id).or_else(|| self.current.item(id)).cloned();
            match (base, self.current.item(id).is_some()) {
                (Some(_), _) if sales && emptied(row) => self.filled.dropped.extend(self.current.item(id).map(|i| i.id.clone())),
                (Some(base), true) => {
                    for (name, found) in &row.cells {
                        if let Some(column) = column(name) {
                            self.item_cell(id, column, found, Some(&base));
                        }
                    }
                    order.push(id.into());
                    self.answered(row, id);
                }
                // Taken out by somebody since: told, where the sender has worked on it.
                (Some(base), false) => self.gone(row, &base),
                (None, _) if sales => {
                    self.added(row, id);
                    order.push(id.into());
                }
                (None, _) => {}
            }
        }
        // A table that was not read to its end, or one of two, does not say what is no longer there.
        let whole = !read.problems.iter().any(|p| p.severity == Severity::Error);
        let there = |i: &Item| rows.iter().any(|r| r.id.as_ref() == Some(&i.id) && (sales || !r.is_empty()));
        let absent = |i: &&Item| whole && self.sent.form.item(&i.id).is_some() && !there(i);
        if !sales && !rows.is_empty() {
            let gone = self.current.items.iter().filter(absent).filter(|i| !read.beyond.iter().any(|(id, _)| *id == i.id));
            let items: Vec<String> = gone.map(|i| i.id.clone()).collect();
            let zones = [Zone::Director, Zone::Leader, Zone::Tech];
            if let Some(zone) = zones.into_iter().find(|zone| self.sender.is(*zone)).filter(|_| !items.is_empty()) {
                let fault = Fault::RowsGone { items, role: owner_name(zone).into() };
                self.filled.problems.push(Place::default().problem("", None, Severity::Warning, fault, ""));
            }
        }
        if sales && !rows.is_empty() {
            for item in self.current.items.iter().filter(absent) {
                // Below the end of the table it is not read, and not deleted either: asked.
                match read.beyond.iter().find(|(id, _)| *id == item.id) {
                    Some((id, at)) => {
                        let fault = Fault::UnknownItem;
                        self.filled.problems.push(at.problem("nd", Some(id), Severity::Error, fault, item.heading()));
                    }
                    None => self.filled.dropped.push(item.id.clone()),
                }
            }
            self.filled.order = self.order(order);
        }
    }

    /// The order of the workbook, then what it does not have; `None` where that is how the items would stand anyway.
    fn order(&self, mut order: Vec<String>) -> Option<Vec<String>> {
        let added = self.filled.added.iter().map(|i| &i.id);
        let stay = self.current.items.iter().map(|i| &i.id).filter(|id| !self.filled.dropped.contains(id));
        let as_it_is: Vec<String> = stay.chain(added).cloned().collect();
        order.retain(|id| as_it_is.contains(id));
        order.extend(as_it_is.iter().filter(|id| !order.contains(id)).cloned().collect::<Vec<_>>());
        (order != as_it_is).then_some(order)
    }

    fn added(&mut self, row: &FoundItem, id: &str) {
        let no = self.current.items.len() + self.filled.added.len() + 1;
        let mut item = Item { id: id.into(), no: no as u32, ..Item::default() };
        for (name, found) in &row.cells {
            let Some(column) = column(name).filter(|_| !found.is_blank()) else { continue };
            if !self.sender.zones.iter().any(|z| column.written_by(*z)) {
                let fault = Fault::NotYours { owner: owner_name(column.owner).to_owned() };
                self.filled.problems.push(found.at.problem(name, Some(id), Severity::Warning, fault, &found.raw));
                continue;
            }
            self.filled.problems.extend(found.problems(name, Some(id)));
            if let Some(value) = found.value().filter(|_| !found.has_error()) {
                item.cells.insert((*name).into(), value.clone());
                if found.read.unusual {
                    let at = Cell::Item(id.into(), (*name).into());
                    self.filled.echoes.push(Echo { at, typed: found.raw.clone(), value: value.clone() });
                }
            }
        }
        self.filled.added.push(item);
    }

    fn gone(&mut self, row: &FoundItem, base: &Item) {
        let own = |name: &str| column(name).is_some_and(|c| self.sender.zones.iter().any(|z| c.written_by(*z)));
        let worked = row.cells.iter().find(|(name, found)| own(name) && !found.is_blank() && !same(found, base.get(name)));
        if let Some((name, found)) = worked {
            self.filled.problems.push(found.at.problem(name, Some(&base.id), Severity::Warning, Fault::Stale, &found.raw));
        }
    }

    /// An answer of Tech counts where the row can be read and is whole.
    fn answered(&mut self, row: &FoundItem, id: &str) {
        let tech = |name: &str| column(name).is_some_and(|c| c.owner == Zone::Tech);
        if !self.sender.is(Zone::Tech) || row.value("kt_kq").is_none() {
            return;
        }
        let Some(mut item) = self.current.item(id).cloned() else { return };
        for (name, found) in row.cells.iter().filter(|(name, _)| tech(name)) {
            // What is held already is not read anew.
            if found.has_error() && !same(found, item.get(name)) {
                return;
            }
            item.cells.extend(found.value().map(|v| ((*name).to_owned(), v.clone())));
        }
        // A note on the cell says why as well as one beside it.
        let noted = |at: &Cell| self.filled.notes.iter().any(|note| note.at == *at) || self.current.note(at).is_some();
        if lacks(&item, noted).is_empty() {
            self.filled.answered.push(id.into());
        }
    }

    // ---- exchanges

    /// Rows that are not there yet, whoever sent them; old rows are never changed.
    fn exchanges(&mut self, read: &ReadForm) {
        for found in &read.exchanges {
            let row = &found.row;
            let item = self.item_id(&row.item);
            let alike = |held: &Exchange| {
                fold(&held.text) == fold(&row.text)
                    && row.date.is_none_or(|d| held.date == Some(d))
                    && (row.who.is_empty() || fold(&held.who) == fold(&row.who))
                    && (row.item.is_empty() || held.item == item)
            };
            if self.current.exchanges.iter().chain(&self.filled.exchanges).any(alike) {
                continue;
            }
            self.filled.problems.extend(found.faults.iter().cloned());
            if found.faults.iter().any(|p| p.severity == Severity::Error) {
                continue;
            }
            let mut new = row.clone();
            new.date = row.date.or(Some(self.sender.today));
            if new.who.is_empty() {
                new.who = self.sender.name.into();
            }
            new.item = item;
            self.filled.exchanges.push(new);
        }
    }

    /// `2` is the item with that number.
    fn item_id(&self, typed: &str) -> String {
        let items = || self.current.items.iter().chain(&self.filled.added);
        let by_id = items().find(|i| i.id.eq_ignore_ascii_case(typed.trim()));
        let by_no = || typed.trim().parse::<u32>().ok().and_then(|no| items().find(|i| i.no == no));
        by_id.or_else(by_no).map_or_else(|| squash(typed), |i| i.id.clone())
    }

    // ---- what nobody has to type

    /// Name and day of the sender, in the zone that they have filled in.
    fn defaults(&mut self, read: &ReadForm) {
        for field in FIELDS.iter().filter(|f| f.blank != Blank::Stays) {
            let at = Cell::Field(field.name.into());
            let blank = self.current.at(&at).is_none() && read.fields.get(field.name).is_none_or(Found::is_blank);
            if !blank || !self.sender.is(field.owner) || !self.worked(field.owner) {
                continue;
            }
            let value = match field.blank {
                Blank::Today => Value::Date(self.sender.today),
                _ => Value::Text(self.sender.name.into()),
            };
            self.filled.changes.push(Change { at, old: None, new: Some(value) });
        }
    }

    fn worked(&self, zone: Zone) -> bool {
        let of = |c: &Change| match &c.at {
            Cell::Field(name) => field(name).is_some_and(|f| f.owner == zone),
            Cell::Item(_, name) => column(name).is_some_and(|c| c.owner == zone),
        };
        self.filled.changes.iter().any(of) || (zone == Zone::Sales && !self.filled.added.is_empty())
    }
}

/// A row that Sales has emptied: nothing of theirs is left in it.
fn emptied(row: &FoundItem) -> bool {
    let sales = |name: &str| column(name).is_some_and(|c| c.owner == Zone::Sales);
    row.cells.iter().filter(|(name, _)| sales(name)).all(|(_, found)| found.raw.is_empty())
}

/// The cell holds this value, or shows it: line breaks and double spaces do not survive every program.
fn same(found: &Found, value: Option<&Value>) -> bool {
    let alike = |a: &str, b: &str| squash(a) == squash(b);
    match (found.value(), value) {
        (None, None) => found.is_blank(),
        (_, held @ Some(_)) if found.read.bare.as_ref() == held => true,
        (_, Some(Value::Text(held))) if alike(held, &found.raw) => true,
        (Some(Value::Text(a)), Some(Value::Text(b))) => alike(a, b),
        (Some(Value::Lead { said: a, .. }), Some(Value::Lead { said: b, .. })) => alike(a, b),
        (Some(Value::About { said: a, vnd: x }), Some(Value::About { said: b, vnd: y })) => alike(a, b) && x == y,
        (a, b) => a == b,
    }
}

/// A zone as answers name it; the same words as the roles of the config.
fn owner_name(zone: Zone) -> &'static str {
    match zone {
        Zone::Sales => "sales",
        Zone::Leader => "leader",
        Zone::Tech => "tech",
        Zone::Director => "director",
        Zone::System => "desk",
        Zone::Everyone => "",
    }
}
