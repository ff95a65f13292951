//! What a form still lacks, and what in it contradicts itself (domain a.3 to a.8). All findings at once.
//!
//! A cell that cannot be read at all is found in `form::cell`; prices are judged in `process::pricing`. Which cells the
//! sender has to fill in at this step is said by the table of fields; here are the exceptions, and rules over more than one
//! cell.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::form::layout::{
    Column, DateRule, FIELDS, Field, ITEMS, Kind, MoneyRule, Section, Step, When, Zero, Zone, column, field, section,
};
use crate::form::read::{Found, FoundItem, Place, ReadForm};
use crate::process::case::State;
use crate::process::form::{Cell, Form, Item};
use crate::process::house::{House, Lang};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;
use crate::text::fold;

/// No answer is waited for that long.
const FAR: Days = Days::new(366);

/// At which step, for whom.
#[derive(Clone, Copy, Debug)]
pub struct Checking<'a> {
    /// Whose cells the sender fills in.
    pub zones: &'a [Zone],
    pub state: State,
    pub today: NaiveDate,
    pub house: &'a House,
    /// Language of the labels that problems name.
    pub lang: Lang,
}

/// What is wrong with the form as it would stand (`merged`), said at the cells of the workbook (`read`, its rows
/// identified by `form::merge::identify`).
pub fn check(read: &ReadForm, merged: &Form, on: &Checking) -> Vec<Problem> {
    let mut found = Findings { read, merged, on, problems: Vec::new() };
    for zone in on.zones {
        match zone {
            Zone::Sales => found.sales(),
            Zone::Leader if on.state == State::Review => found.leader(),
            Zone::Tech if on.state == State::Feedback => found.tech(),
            Zone::Director if on.state == State::Pricing => found.director(),
            _ => {}
        }
    }
    found.problems
}

/// What an answer of Tech still lacks (domain a.4): cost and days where it can be done, the reason where not.
/// Nothing for an item that is not answered. `noted`: something is written on a cell.
pub fn lacks(item: &Item, noted: impl Fn(&Cell) -> bool) -> Vec<(&'static str, Fault)> {
    if item.feasible().is_none() {
        return Vec::new();
    }
    // Whether Tech's columns are needed is said by the item alone.
    let form = Form::default();
    let needed = |c: &&Column| c.needed.is_some_and(|n| n.from == Step::B4 && n.when.holds(&form, Some(item)));
    let fault = |c: &Column| match (item.get(c.name), c.kind) {
        (None, _) => Some(Fault::Missing),
        (Some(value), Kind::Money(MoneyRule { zero: Zero::Noted(note), .. })) => {
            let said = || item.get(note).is_some() || noted(&Cell::Item(item.id.clone(), c.name.into()));
            (value.vnd() == Some(0) && !said()).then_some(Fault::ZeroNeedsNote)
        }
        _ => None,
    };
    let tech = ITEMS.iter().filter(|c| c.owner == Zone::Tech);
    tech.filter(needed).filter_map(|c| Some((c.name, fault(c)?))).collect()
}

struct Findings<'a> {
    read: &'a ReadForm,
    merged: &'a Form,
    on: &'a Checking<'a>,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    /// The blank cells of a zone that the form as it stands needs from this step on.
    fn blank(&self, zone: Zone, from: Step) -> Vec<&'static Field> {
        let needed = |f: &&Field| f.needed.is_some_and(|n| n.from == from && n.when.holds(self.merged, None));
        FIELDS.iter().filter(|f| f.owner == zone && self.merged.get(f.name).is_none()).filter(needed).collect()
    }

    // ---- Sales: step 2a, and every later form of theirs

    fn sales(&mut self) {
        let owned = FIELDS.iter().filter(|f| f.owner == Zone::Sales);
        for field in owned.filter(|f| self.merged.get(f.name).is_none()) {
            if let Some(severity) = self.demanded(field) {
                self.field(field.name, severity, Fault::Missing);
            }
        }
        self.budget();
        self.order_of_dates();
        if self.merged.items.is_empty() {
            let at = self.read.items.first().map(|i| i.at.clone()).unwrap_or_else(nowhere);
            self.problems.push(at.problem("nd", None, Severity::Error, Fault::NoItems, ""));
        }
        for item in &self.merged.items {
            for column in ITEMS.iter().filter(|c| c.owner == Zone::Sales && c.name != "stt" && c.needed.is_some()) {
                if item.get(column.name).is_none() {
                    self.item(&item.id, column.name, Severity::Error, Fault::Missing);
                }
            }
        }
        self.duplicates();
    }

    /// What step 2 needs stops the form; what the quote and the contract need is asked for in time.
    fn demanded(&self, field: &Field) -> Option<Severity> {
        let from = field.needed?.from;
        let reached = match self.on.state {
            State::Completing | State::Pricing | State::Quoted => Step::B6,
            State::Contracting => Step::B7,
            State::Scheduling | State::Delivering => Step::B8,
            _ => Step::B2,
        };
        match from {
            Step::B2 => Some(Severity::Error),
            // The desk itself mails the customer.
            Step::B6 if field.name == "cemail" && self.on.house.quote.send_to_customer && reached >= from => {
                Some(Severity::Error)
            }
            _ => (reached >= from).then_some(Severity::Warning),
        }
    }

    /// The part for the server is not more than the whole (domain a.3); of ranges that cannot be said for sure.
    fn budget(&mut self) {
        let (Some(all), Some(server)) = (self.merged.get("budget"), self.merged.get("budget_srv")) else { return };
        let (Some(all_vnd), Some(server_vnd)) = (all.vnd(), server.vnd()) else { return };
        if server_vnd > all_vnd {
            let exact = matches!((all, server), (Value::Money(_), Value::Money(_)));
            let severity = if exact { Severity::Error } else { Severity::Warning };
            self.field("budget_srv", severity, Fault::MoreThan { what: self.label("budget") });
        }
    }

    fn order_of_dates(&mut self) {
        for field in FIELDS.iter().filter(|f| f.owner == Zone::Sales) {
            let Kind::Date(DateRule::NotBefore(first)) = field.kind else { continue };
            let Some(date) = self.merged.date(field.name) else { continue };
            if let Some(limit) = self.merged.date(first).filter(|limit| date < *limit) {
                let fault = Fault::DateBefore { what: self.label(first), limit: limit.to_string() };
                self.field(field.name, Severity::Error, fault);
                continue;
            }
            // Told while Tech has still to be asked by it: a day that has gone by gives them the usual days instead.
            let odd = match date {
                _ if self.on.state > State::Review => None,
                date if date < self.on.today => Some(Fault::DayGone { today: self.on.today.to_string() }),
                date if date > self.on.today + FAR => Some(Fault::FarAhead),
                date if !self.on.house.calendar.is_working_day(date) => Some(Fault::NonWorkingDay),
                _ => None,
            };
            if let Some(fault) = odd {
                self.field(field.name, Severity::Warning, fault);
            }
        }
    }

    /// No number and no content twice.
    fn duplicates(&mut self) {
        let mut numbers: HashMap<u32, &Place> = HashMap::new();
        let mut contents: HashMap<String, &Place> = HashMap::new();
        for row in self.read.items.iter().filter(|i| !i.is_blank()) {
            let id = row.id.as_deref();
            if let Some(no) = row.no {
                let first = *numbers.entry(no).or_insert(&row.number_at);
                if *first != row.number_at {
                    let fault = Fault::Duplicate { of: first.cell() };
                    self.problems.push(row.number_at.problem("stt", id, Severity::Error, fault, &no.to_string()));
                }
            }
            let Some(content) = row.cells.get("nd").filter(|c| c.value().is_some()) else { continue };
            let first = *contents.entry(fold(&content.raw)).or_insert(&row.at);
            if *first != row.at {
                let fault = Fault::Duplicate { of: first.cell() };
                self.problems.push(row.at.problem("nd", id, Severity::Warning, fault, &content.raw));
            }
        }
    }

    // ---- the Leader: step 2b

    /// To confirm takes all four checks; to send back or to reject takes what is to be said.
    fn leader(&mut self) {
        let merged = self.merged;
        let verdict = merged.text("ld_all");
        let is_check = |f: &Field| matches!(f.kind, Kind::Choice(_));
        let remarked = section(Section::Checks).any(|f| !is_check(f) && merged.get(f.name).is_some());
        for field in self.blank(Zone::Leader, Step::B2) {
            let excused = match field.section {
                Section::Checks => is_check(field) && verdict.is_some_and(|v| v != "duyet"),
                // Remarks on the checks say it too.
                _ => field.name == "ld_ask" && remarked,
            };
            if !excused {
                let reason = field.name == "ld_ask" && verdict == Some("tu_choi");
                self.field(field.name, Severity::Error, if reason { Fault::NoReason } else { Fault::Missing });
            }
        }
        // A remark is needed wherever its check is not passed.
        let not_passed = section(Section::Checks).filter_map(|f| match f.needed?.when {
            when @ When::Unless(check, _) if when.holds(merged, None) => Some(check.trim_start_matches("ck_").to_owned()),
            _ => None,
        });
        let checks: Vec<String> = not_passed.collect();
        if verdict == Some("duyet") && !checks.is_empty() {
            self.field("ld_all", Severity::Error, Fault::ChecksNotPassed { checks });
        }
    }

    // ---- Tech: step 4

    /// Rows without an answer are no fault: several people answer parts. A row that is begun has to be whole.
    fn tech(&mut self) {
        for row in &self.read.items {
            let Some(item) = row.id.as_deref().and_then(|id| self.merged.item(id)) else { continue };
            let follows = |c: &Column| c.owner == Zone::Tech && c.needed.is_some_and(|n| n.when != When::Always);
            if item.feasible().is_none() && ITEMS.iter().any(|c| follows(c) && row.value(c.name).is_some()) {
                self.item(&item.id, "kt_kq", Severity::Error, Fault::Missing);
            }
            if row.value("kt_kq").is_some() {
                for (column, fault) in lacks(item, |at| self.merged.note(at).is_some()) {
                    self.item(&item.id, column, Severity::Error, fault);
                }
            }
        }
        // Asked of whoever says in this workbook that it takes a server.
        let yes = |found: Option<&Found>| found.and_then(Found::value).and_then(Value::text) == Some("yes");
        if yes(self.read.fields.get("kt_srv")) || self.read.items.iter().any(|row| yes(row.cells.get("kt_sv"))) {
            let server = |f: &&Field| f.needed.is_some_and(|n| n.when == When::Server);
            for field in self.blank(Zone::Tech, Step::B4).into_iter().filter(server) {
                let severity = if field.name == "kt_srv_cycle" { Severity::Warning } else { Severity::Error };
                self.field(field.name, severity, Fault::Missing);
            }
        }
    }

    // ---- the Director: step 5b

    fn director(&mut self) {
        let price = |f: &Field| matches!(f.kind, Kind::Money(_) | Kind::Percent { .. });
        for field in self.blank(Zone::Director, Step::B5).into_iter().filter(|f| !price(f)) {
            self.field(field.name, Severity::Error, Fault::Missing);
        }
        for row in &self.read.items {
            let Some(item) = row.id.as_deref().and_then(|id| self.merged.item(id)) else { continue };
            let told = row.value("gd_ngay").and_then(Value::half_days);
            if told.zip(item.half_days()).is_some_and(|(told, takes)| told < takes) {
                self.item(&item.id, "gd_ngay", Severity::Warning, Fault::LessThan { what: self.label("kt_ngay") });
            }
        }
    }

    // ---- where it is said

    fn field(&mut self, name: &str, severity: Severity, fault: Fault) {
        let cell = self.read.fields.get(name);
        let at = cell.map_or_else(nowhere, |f| f.at.clone());
        self.problems.push(at.problem(name, None, severity, fault, cell.map_or("", |f| &f.raw)));
    }

    fn item(&mut self, id: &str, column: &str, severity: Severity, fault: Fault) {
        let row = self.read.items.iter().find(|i| i.id.as_deref() == Some(id));
        let cell = row.and_then(|r| r.cells.get(column));
        // What is typed below a header that nobody knows has not been read: said once, at the header.
        if row.is_some() && cell.is_none() && column != "stt" {
            let at = &self.read.header;
            let same = |p: &Problem| p.item.is_none() && p.field == column;
            if !self.problems.iter().any(same) {
                self.problems.push(at.problem(column, None, severity, Fault::NoColumn, ""));
            }
            return;
        }
        let at = cell.map(|c| c.at.clone()).or_else(|| row.map(|r: &FoundItem| r.at.clone())).unwrap_or_else(nowhere);
        self.problems.push(at.problem(column, Some(id), severity, fault, cell.map_or("", |c| &c.raw)));
    }

    fn label(&self, name: &str) -> String {
        let label = field(name).map(|f| f.label).or_else(|| column(name).map(|c| c.label));
        label.map_or(name, |l| l.in_(self.on.lang)).to_owned()
    }
}

/// A cell that the workbook does not have.
fn nowhere() -> Place {
    Place::default()
}
