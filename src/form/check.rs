//! What a form still lacks, and what in it contradicts itself (domain a.3 to a.8). All findings at once.
//!
//! A cell that cannot be read at all is found in `form::cell`; prices are judged in `process::pricing`. Here are the
//! cells that the sender has to fill in at this step, and rules over more than one cell.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::form::layout::{Column, FIELDS, Field, ITEMS, Step, When, Zone, column, field};
use crate::form::read::{FoundItem, Place, ReadForm};
use crate::process::case::State;
use crate::process::form::{Form, Item};
use crate::process::house::{House, Lang};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;
use crate::text::fold;

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
/// Nothing for an item that is not answered.
pub fn lacks(item: &Item) -> Vec<(&'static str, Fault)> {
    let tech = ITEMS.iter().filter(|c| c.owner == Zone::Tech && c.needed.is_some_and(|n| n.from == Step::B4));
    let answer = item.feasible();
    let needed = |c: &&Column| match c.needed.map(|n| n.when) {
        Some(When::Doable) => matches!(answer, Some("yes" | "partial")),
        Some(When::NotDoable) => answer == Some("no"),
        Some(When::Partial) => answer == Some("partial"),
        _ => false,
    };
    let mut lacks: Vec<_> =
        tech.filter(needed).filter(|c| item.get(c.name).is_none()).map(|c| (c.name, Fault::Missing)).collect();
    if item.doable() && item.cost_vnd() == Some(0) && item.get("kt_gc").is_none() {
        lacks.push(("kt_cp", Fault::ZeroNeedsNote));
    }
    lacks
}

struct Findings<'a> {
    read: &'a ReadForm,
    merged: &'a Form,
    on: &'a Checking<'a>,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    // ---- Sales: step 2a, and every later form of theirs

    fn sales(&mut self) {
        let owned = FIELDS.iter().filter(|f| f.owner == Zone::Sales);
        for field in owned.filter(|f| self.merged.get(f.name).is_none()) {
            if let Some(severity) = self.demanded(field) {
                self.field(field.name, severity, Fault::Missing);
            }
        }
        self.budget();
        self.deadline();
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

    fn deadline(&mut self) {
        let Some(deadline) = self.merged.date("deadline") else { return };
        if let Some(date) = self.merged.date("date").filter(|date| deadline < *date) {
            let fault = Fault::DateBefore { what: self.label("date"), limit: date.to_string() };
            self.field("deadline", Severity::Error, fault);
        } else if self.on.state <= State::Review && !self.on.house.calendar.is_working_day(deadline) {
            self.field("deadline", Severity::Warning, Fault::NonWorkingDay);
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
        let verdict = self.merged.text("ld_all");
        if verdict.is_none() {
            self.field("ld_all", Severity::Error, Fault::Missing);
        }
        let (mut open, mut remarked) = (Vec::new(), false);
        for check in FIELDS.iter().filter(|f| f.name.starts_with("ck_") && !f.name.ends_with("_note")) {
            let note = format!("{}_note", check.name);
            let said = self.merged.get(&note).is_some();
            remarked |= said;
            match self.merged.text(check.name) {
                None if verdict.is_none_or(|v| v == "duyet") => self.field(check.name, Severity::Error, Fault::Missing),
                Some(word) if word != "dat" => {
                    open.push(check.name.trim_start_matches("ck_").to_owned());
                    if !said {
                        self.field(&note, Severity::Error, Fault::Missing);
                    }
                }
                _ => {}
            }
        }
        match verdict {
            Some("duyet") if !open.is_empty() => {
                self.field("ld_all", Severity::Error, Fault::ChecksNotPassed { checks: open });
            }
            Some("tra_lai" | "tu_choi") if !remarked && self.merged.get("ld_ask").is_none() => {
                self.field("ld_ask", Severity::Error, Fault::Missing);
            }
            _ => {}
        }
    }

    // ---- Tech: step 4

    /// Rows without an answer are no fault: several people answer parts. A row that is begun has to be whole.
    fn tech(&mut self) {
        for row in &self.read.items {
            let Some(item) = row.id.as_deref().and_then(|id| self.merged.item(id)) else { continue };
            if item.feasible().is_none() && ["kt_cp", "kt_ngay", "kt_ld", "kt_pv"].iter().any(|name| row.value(name).is_some()) {
                self.item(&item.id, "kt_kq", Severity::Error, Fault::Missing);
            }
            if row.value("kt_kq").is_some() {
                for (column, fault) in lacks(item) {
                    self.item(&item.id, column, Severity::Error, fault);
                }
            }
        }
        let whole = self.read.fields.get("kt_srv").and_then(|f| f.value()).and_then(Value::text) == Some("yes");
        let of_item = self.read.items.iter().any(|row| row.value("kt_sv").and_then(Value::text) == Some("yes"));
        let server = whole || of_item && self.merged.needs_server();
        if server && self.merged.get("kt_srv_cost").is_none() {
            self.field("kt_srv_cost", Severity::Error, Fault::Missing);
        }
        if server && self.merged.get("kt_srv_cycle").is_none() {
            self.field("kt_srv_cycle", Severity::Warning, Fault::Missing);
        }
    }

    // ---- the Director: step 5b

    fn director(&mut self) {
        match self.merged.text("pr_dec") {
            None => self.field("pr_dec", Severity::Error, Fault::Missing),
            Some("tra_lai" | "tu_choi") if self.merged.get("pr_note").is_none() => {
                self.field("pr_note", Severity::Error, Fault::Missing);
            }
            _ => {}
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
