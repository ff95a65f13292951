//! From the bytes of a submission to what it brings: read, identified, merged and checked.

use std::collections::BTreeMap;

use crate::form::book::{self, Limits, Workers};
use crate::form::check::{Checking, check};
use crate::form::identify::identify;
use crate::form::layout::{SCHEMA, Zone, zones};
use crate::form::merge::{Sender, Sent, merge};
use crate::form::noted;
use crate::form::read::{Found, ReadForm, Reading, read};
use crate::process::act::Via;
use crate::process::case::{Case, State};
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Filled, Form};
use crate::process::house::Role;
use crate::process::problem::{FileFault, Kind as Fault, Problem, Severity};

/// Reads a file as the form. Blocks like [`book::read`].
///
/// # Errors
/// What is wrong with the file as a whole: no workbook, no form, or a form of a newer version of the desk.
pub fn open(bytes: &[u8], limits: &Limits, workers: &Workers, ctx: &Reading) -> Result<ReadForm, FileFault> {
    let book = book::read(bytes, limits, workers)?;
    let form = book::guarded(|| Ok(read(&book, ctx)))?;
    if !form.is_form {
        return Err(FileFault::NotForm);
    }
    if form.origin.schema.is_some_and(|schema| schema > SCHEMA) {
        return Err(FileFault::Foreign { case: form.origin.case.unwrap_or_default() });
    }
    Ok(form)
}

/// Whom a form came from, and to which case.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// `None`: a form that opens a case.
    pub case: Option<&'a Case>,
    /// The case's events, from the first. None at hand: the form is read against the case as it stands.
    pub history: &'a [Recorded],
    /// The sender's address and name, and their roles on this case.
    pub sender: &'a str,
    pub name: &'a str,
    pub roles: &'a [Role],
}

/// What a form brings to its case. Gives each row of `form` its item's id on the way.
///
/// # Errors
/// `Foreign` for a form that says it belongs to another case.
pub fn filled(form: &mut ReadForm, incoming: &Incoming, ctx: &Reading) -> Result<Filled, FileFault> {
    let id = incoming.case.map_or("", |case| case.id.as_str());
    if let Some(other) = form.origin.case.as_ref().filter(|other| !id.is_empty() && *other != id) {
        return Err(FileFault::Foreign { case: other.clone() });
    }
    let blank = Form::default();
    let current = incoming.case.map_or(&blank, |case| &case.form);
    let state = incoming.case.map_or(State::Drafting, |case| case.state);
    let zones = zones_of(incoming.roles, state);
    let rev = form.origin.rev.filter(|_| form.origin.case.is_some());
    let mut sent = Sent::of(incoming.history, rev, incoming.sender);
    if incoming.history.is_empty() {
        sent.form = current.clone();
    }

    let unknown = identify(form, &sent.form, current, zones.contains(&Zone::Sales), sent.highest);
    let sender = Sender { zones: &zones, name: incoming.name, today: ctx.today };
    let mut filled = merge(form, &sent, current, &sender);
    filled.problems.extend(unknown);
    let checking = Checking { zones: &zones, state, today: ctx.today, house: ctx.house, lang: ctx.lang };
    let further = check(form, &after(current, &filled), &checking);
    join(&mut filled.problems, further);
    if zones.contains(&Zone::Director) {
        filled.places = places(form);
    }
    // In reading order, as the answer lists them.
    let sheet = |p: &Problem| form.sheets.iter().position(|s| *s == p.sheet).unwrap_or(usize::MAX);
    filled.problems.sort_by_key(|p| (sheet(p), row_of(&p.cell), p.cell.len(), p.cell.clone()));
    Ok(filled)
}

/// Every finding of a form that belongs to no case here: cells that cannot be read, and what Sales still has to fill in,
/// unless it is somebody else's copy, which has not all of Sales' cells (`quotedesk read`).
pub fn findings(form: &mut ReadForm, ctx: &Reading) -> Vec<Problem> {
    let blank = Form::default();
    let mut problems = identify(form, &form.form(), &blank, true, 0);
    problems.extend(form.cell_problems());
    let reader = Sender { zones: &[Zone::Sales, Zone::Everyone], name: "", today: ctx.today };
    problems.extend(noted::brought(form, &blank, &reader).problems);
    let checking = Checking { zones: &[Zone::Sales], state: State::Drafting, today: ctx.today, house: ctx.house, lang: ctx.lang };
    if form.origin.role.as_deref().is_none_or(|role| role == Role::Sales.name()) {
        let further = check(form, &form.form(), &checking);
        join(&mut problems, further);
    }
    problems
}

/// The zones that a sender fills in. Leader, Tech and Director do so at their own step; at any other nothing of what
/// has been approved moves. Until the quote Tech's form corrects what they answered, where they are not at the same time the
/// ones who have it now.
pub fn zones_of(roles: &[Role], state: State) -> Vec<Zone> {
    let turn = |zone: &Zone| match zone {
        Zone::Leader => state == State::Review,
        Zone::Tech if matches!(state, State::Completing | State::Pricing) => {
            !roles.iter().any(|role| matches!(role, Role::Sales | Role::Director))
        }
        Zone::Tech => state == State::Feedback,
        Zone::Director => state == State::Pricing,
        Zone::Sales | Zone::System | Zone::Everyone => true,
    };
    let mut all: Vec<Zone> = roles.iter().flat_map(|role| zones(*role)).copied().filter(turn).collect();
    all.sort();
    all.dedup();
    all
}

/// Where each cell of a form stands.
fn places(form: &ReadForm) -> BTreeMap<Cell, (String, String)> {
    let at = |found: &Found| (found.at.sheet.clone(), found.at.cell());
    let fields = form.fields.iter().map(|(name, found)| (Cell::Field(name.to_string()), at(found)));
    let rows = form.items.iter().filter_map(|row| Some((row.id.clone()?, &row.cells)));
    let items =
        rows.flat_map(|(id, cells)| cells.iter().map(move |(name, found)| (Cell::Item(id.clone(), name.to_string()), at(found))));
    fields.chain(items).collect()
}

/// The form as the case would hold it.
fn after(current: &Form, filled: &Filled) -> Form {
    let mut case = Case { form: current.clone(), ..Case::default() };
    let event = Event::filled(filled);
    case.apply(&Recorded { seq: 0, at: Default::default(), by: None, for_: None, via: Via::Command, event });
    case.form
}

/// One finding for a cell is enough: an amount that cannot be read is not missing as well.
fn join(problems: &mut Vec<Problem>, further: Vec<Problem>) {
    for problem in further {
        let said = |told: &Problem| {
            told.severity == problem.severity || (told.severity == Severity::Error && problem.kind == Fault::Missing)
        };
        let same = |told: &Problem| (&told.field, &told.item) == (&problem.field, &problem.item) && said(told) && !told.is_note();
        if !problems.iter().any(same) {
            problems.push(problem);
        }
    }
}

fn row_of(cell: &str) -> u32 {
    cell.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().unwrap_or(u32::MAX)
}
