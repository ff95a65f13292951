//! Steps 3 and 4: Tech's answers by item, from several people, whole or in part.

use std::collections::BTreeSet;

use super::act::Refusal;
use super::case::*;
use super::event::Event;
use super::form::{Cell, Change, Filled, Form, Item};
use super::house::{Email, Role};
use super::problem::{Kind, Problem, Severity};
use super::step::{Decision, Step, kept, problem, returned, taken};
use super::value::Value;
use crate::money::format;

/// The most that an item takes, in half working days: what its cell (`kt_ngay`) allows.
const YEAR: u32 = 2 * 365;

impl Step<'_> {
    pub fn form_of_tech(&self, form: &Filled) -> Decision {
        let confirmed = self.case.review.as_ref().map_or(0, |r| r.rev);
        if let Some(seen) = form.base.filter(|base| *base < confirmed) {
            return Err(Refusal::Superseded { seen, now: self.case.rev });
        }
        let mut events = self.tech_answers(form, Given::InForm);
        if form.has_errors() {
            events.push(returned(form.problems.clone()));
            return Ok(events);
        }
        let contradicts = server_differs(&self.project(&events).form);
        let about_server =
            |c: &Change| matches!(&c.at, Cell::Field(name) | Cell::Item(_, name) if name == "kt_srv" || name == "kt_sv");
        if contradicts && form.changes.iter().any(about_server) {
            events.push(returned(vec![problem("kt_srv", Kind::ServerDiffers)]));
            return Ok(events);
        }
        events.push(taken(form));
        let mut events = self.with_what_follows(events)?;
        // The workbook brings back all answers; one to what has been worded anew since has to be meant.
        let as_before = |id: &&String| self.is_reworded(id) && !touches(form, id) && !wrong(form, id);
        let asked: Vec<String> = form.answered.iter().filter(as_before).cloned().collect();
        let after = self.project(&events);
        events.extend(self.on(&after).asked_whether_it_stands(&asked)?);
        Ok(events)
    }

    /// DUYỆT on answers that were said in a mail's text and told back.
    pub fn answers_said(&self, cells: &[Change], answered: &[String]) -> Decision {
        let form = Filled { changes: cells.to_vec(), answered: answered.to_vec(), ..Filled::default() };
        self.with_what_follows(self.tech_answers(&form, Given::InWords))
    }

    /// `XONG` of Tech: the answers in the form stand for this round too. Whoever had answered otherwise agrees with them
    /// by it; the head of Tech settles them so. Of an item that was worded anew since its answer it is told back what the answer was
    /// given to: it counts once that is confirmed.
    pub fn answers_stand(&self) -> Decision {
        let open: Vec<&Item> = self.case.form.items.iter().filter(|i| !is_whole(i)).collect();
        if !open.is_empty() {
            return Err(Refusal::Unanswered { items: open.iter().map(|i| i.id.clone()).collect() });
        }
        let (agreed, disputed): (Vec<_>, Vec<_>) =
            self.case.conflicts.iter().partition(|(id, rivals)| self.may_settle(id, rivals));
        if !disputed.is_empty() {
            return Err(Refusal::Conflicts { items: disputed.into_iter().map(|(id, _)| id.clone()).collect() });
        }
        let by = self.sender();
        let mut events: Vec<Event> =
            agreed.into_iter().map(|(item, _)| Event::Settled { item: item.clone(), by: by.clone() }).collect();
        let unanswered = self.case.unanswered().into_iter().map(|i| i.id.clone());
        let open = unanswered.filter(|id| !self.case.conflicts.contains_key(id));
        let (asked, items): (Vec<String>, Vec<String>) = open.partition(|id| self.is_reworded(id));
        if !items.is_empty() {
            events.push(Event::ItemsAnswered { items, by });
        }
        let mut events = self.with_what_follows(events)?;
        events.extend(self.asked_whether_it_stands(&asked)?);
        Ok(events)
    }

    /// Does it ask for something else than when Tech answered it, and has nobody answered it since?
    fn is_reworded(&self, id: &str) -> bool {
        !self.case.answers.contains_key(id) && self.moment.reworded.iter().any(|r| r.item == id)
    }

    /// The old answers to these are told back, less those of which something new is told back already.
    fn asked_whether_it_stands(&self, items: &[String]) -> Decision {
        let said = match self.told_back().map(|p| &p.what) {
            Some(Proposed::Cells { answered, .. }) => answered.as_slice(),
            _ => &[],
        };
        let whole = |id: &&String| self.case.form.item(id).is_some_and(is_whole);
        let open: Vec<String> = items.iter().filter(|id| !said.contains(id)).filter(whole).cloned().collect();
        if open.is_empty() { Ok(vec![]) } else { self.said(&[], &open) }
    }

    /// Does the workbook, or the letter that is answered, show this answer? The head settles what they have seen.
    fn has_seen(&self, form: &Filled, answer: &Answered) -> bool {
        let given = self.case.edits.get(&answer.by);
        form.base.or(self.act.saw.rev).is_none_or(|seen| given.is_none_or(|given| seen >= *given))
    }

    /// Has nobody else an answer that differs from the one in the form?
    fn may_settle(&self, id: &str, rivals: &[Rival]) -> bool {
        let by = self.sender();
        let standing = self.case.form.item(id).map(tech_cells);
        self.is(Role::TechHead) || rivals.iter().filter(|r| r.by != by).all(|r| Some(tech_cells(&r.item)) == standing)
    }

    /// Answers by item. A second person's different answer is a conflict and changes nothing, until they agree or the
    /// head of Tech has spoken (step 4).
    fn tech_answers(&self, form: &Filled, given: Given) -> Vec<Event> {
        let by = self.sender();
        let mine = as_sent(&self.case.form, form);
        let (mut answered, mut held, mut events) = (Vec::new(), Vec::new(), Vec::new());
        for id in self.answered_in(form) {
            let (Some(now), Some(item)) = (self.case.form.item(&id), mine.item(&id)) else { continue };
            if !is_whole(item) || wrong(form, &id) {
                // Half an answer is kept and asked for; beside a whole one it counts for nothing.
                if self.case.answers.contains_key(&id) {
                    held.push(id);
                }
                continue;
            }
            if given == Given::InForm && self.is_reworded(&id) && !touches(form, &id) {
                continue;
            }
            let rivals = self.case.conflicts.get(&id);
            // An item in dispute that comes back untouched in a workbook is no word on it.
            if rivals.is_some() && given == Given::InForm && !touches(form, &id) {
                continue;
            }
            let other = self.case.answers.get(&id).filter(|a| a.by != by);
            let same = tech_cells(now) == tech_cells(item);
            match (rivals, other) {
                (Some(_), _) if self.is(Role::TechHead) => events.push(Event::Settled { item: id, by: by.clone() }),
                (None, Some(first)) if self.is(Role::TechHead) && !same && self.has_seen(form, first) => {
                    events.push(Event::Settled { item: id, by: by.clone() })
                }
                (Some(rivals), _) => {
                    let others: Vec<Rival> = rivals.iter().filter(|r| r.by != by).cloned().collect();
                    let said_before = rivals.iter().any(|r| r.by == by && tech_cells(&r.item) == tech_cells(item));
                    if others.iter().all(|r| tech_cells(&r.item) == tech_cells(item)) {
                        events.push(Event::Settled { item: id, by: by.clone() });
                        continue;
                    }
                    held.push(id.clone());
                    if !said_before {
                        events.push(Event::Conflicted { item: id, rivals: [others, vec![self.rival(item)]].concat() });
                    }
                }
                (None, Some(first)) if !same => {
                    held.push(id.clone());
                    let theirs = Rival { by: first.by.clone(), at: first.at, item: now.clone() };
                    events.push(Event::Conflicted { item: id, rivals: vec![theirs, self.rival(item)] });
                }
                // Another one's answer that came back in this workbook as it was stays theirs.
                (None, Some(_)) => {}
                (None, None) => answered.push(id),
            }
        }
        let mut standing = form.clone();
        standing.changes.retain(|c| !matches!(&c.at, Cell::Item(id, _) if held.contains(id)));
        // What settles an item holds even where it was typed over somebody else's newer cell.
        let is_settled = |id: &str| events.iter().any(|e| matches!(e, Event::Settled { item, .. } if item == id));
        let settled = |c: &&Change| matches!(&c.at, Cell::Item(id, _) if is_settled(id));
        standing.changes.extend(form.clashes.iter().filter(settled).cloned());
        let mut all: Vec<Event> = self.used_up().into_iter().chain(kept(&standing)).collect();
        if !answered.is_empty() {
            all.push(Event::ItemsAnswered { items: answered, by });
        }
        all.extend(events);
        all
    }

    /// Items that carry an answer in this form, and those answered before of which it changes something.
    fn answered_in(&self, form: &Filled) -> Vec<String> {
        let changed = form.changes.iter().chain(&form.clashes).filter_map(|c| match &c.at {
            Cell::Item(id, column) if is_answer(column) && self.case.answers.contains_key(id) => Some(id),
            _ => None,
        });
        let mut seen = BTreeSet::new();
        form.answered.iter().chain(changed).filter(|id| seen.insert((*id).clone())).cloned().collect()
    }

    /// What is said in words passes the rules that a workbook has to (`form::check`, domain a.4): work for nothing says why,
    /// and takes from half a day to a year.
    pub fn is_sound(&self, cells: &[Change]) -> Result<(), Refusal> {
        let mut after = self.case.form.clone();
        cells.iter().for_each(|c| after.put(&c.at, c.new.clone()));
        let said = |item: &&Item| cells.iter().any(|c| matches!(&c.at, Cell::Item(id, _) if *id == item.id));
        let problems: Vec<Problem> = after.items.iter().filter(said).flat_map(unsound).collect();
        if problems.is_empty() { Ok(()) } else { Err(Refusal::Answers { problems }) }
    }

    fn rival(&self, item: &Item) -> Rival {
        Rival { by: self.sender(), at: self.moment.at, item: item.clone() }
    }

    fn with_what_follows(&self, mut events: Vec<Event>) -> Decision {
        let after = self.project(&events);
        let next = self.on(&after);
        if next.tech_is_done() {
            events.extend(next.on_from_tech());
        }
        Ok(events)
    }

    /// All items answered, alike, with start and server. What is still missing is listed in the answer.
    pub fn tech_is_done(&self) -> bool {
        self.case.unanswered().is_empty() && missing_of_tech(self.case).is_empty()
    }

    /// On to Sales.
    pub fn on_from_tech(&self) -> Vec<Event> {
        let nothing = !self.case.form.items.iter().any(Item::doable);
        nothing.then_some(Event::NothingFeasible).into_iter().chain([self.moved(State::Completing)]).collect()
    }
}

/// Names of the cells for the whole request that step 4 needs and that are blank: whether a server is needed, what one that is
/// needed costs, and how long after the customer's word the work can start. Nothing feasible needs none of them.
pub fn missing_of_tech(case: &Case) -> Vec<&'static str> {
    if !case.form.items.iter().any(Item::doable) {
        return vec![];
    }
    let per_item = case.form.items.iter().any(|i| i.text("kt_sv").is_some());
    let server = (case.form.get("kt_srv").is_none() && !per_item).then_some("kt_srv");
    let start = case.form.get("kt_start").is_none().then_some("kt_start");
    let cost = (case.form.needs_server() && case.form.get("kt_srv_cost").is_none()).then_some("kt_srv_cost");
    server.into_iter().chain(cost).chain(start).collect()
}

/// Whose different answer to an item gives way to the one that was settled, and what they had answered.
pub fn overruled<'c>(before: &'c Case, after: &Case, item: &str, settled_by: &str) -> Vec<(&'c Email, &'c Item)> {
    let stands = after.form.item(item).map(tech_cells);
    let rivals = before.conflicts.get(item).into_iter().flatten().map(|rival| (&rival.by, &rival.item));
    let first = before.answers.get(item).zip(before.form.item(item)).map(|(answer, item)| (&answer.by, item));
    let mut all: Vec<(&Email, &Item)> = rivals.chain(first).collect();
    all.retain(|(by, theirs)| by.as_str() != settled_by && Some(tech_cells(theirs)) != stands);
    all
}

/// The whole needs no server, and one of its items does: what the Director is to price nobody knows.
fn server_differs(form: &Form) -> bool {
    let needs = |item: &Item| item.doable() && item.text("kt_sv") == Some("yes");
    form.text("kt_srv") == Some("no") && form.items.iter().any(needs)
}

/// The form as its sender has it, what somebody else has changed meanwhile included.
fn as_sent(now: &Form, form: &Filled) -> Form {
    let mut sent = now.clone();
    for change in form.changes.iter().chain(&form.clashes) {
        sent.put(&change.at, change.new.clone());
    }
    sent
}

/// What makes two answers of Tech differ: everything but the note.
pub fn tech_cells(item: &Item) -> Vec<(&String, &Value)> {
    item.cells.iter().filter(|(name, _)| is_answer(name)).collect()
}

/// How Tech's answers came. Words name each item that they are about; a workbook brings back all of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    InForm,
    InWords,
}

fn touches(form: &Filled, item: &str) -> bool {
    let here = |c: &Change| matches!(&c.at, Cell::Item(id, column) if id == item && is_answer(column));
    form.changes.iter().chain(&form.clashes).any(here)
}

/// Doable with cost and days, or not doable.
pub fn is_whole(item: &Item) -> bool {
    item.feasible().is_some() && (!item.doable() || item.cost_vnd().is_some() && item.half_days().is_some())
}

fn unsound(item: &Item) -> Vec<Problem> {
    let problem = |column, kind, found| Problem { item: Some(item.id.clone()), found, ..problem(column, kind) };
    let unsaid = item.cost_vnd() == Some(0) && item.get("kt_gc").is_none();
    let days = item.half_days().filter(|half_days| !(1..=YEAR).contains(half_days));
    let cost = unsaid.then(|| problem("kt_cp", Kind::ZeroNeedsNote, "0".into()));
    let days = days.map(|half_days| problem("kt_ngay", Kind::DaysOutOfRange, format::days(half_days)));
    cost.into_iter().chain(days).filter(|_| item.doable()).collect()
}

fn wrong(form: &Filled, item: &str) -> bool {
    form.problems.iter().any(|p| p.severity == Severity::Error && p.item.as_deref() == Some(item))
}

fn is_answer(column: &str) -> bool {
    column.starts_with("kt_") && column != "kt_gc"
}
