//! What a form, or values in a mail's text, bring about: by Sales, the Leader and Tech.

use super::act::Refusal;
use super::apply::field;
use super::case::*;
use super::event::{CheckRemark, Event, Recorded};
use super::form::{Cell, Change, Filled, Item};
use super::house::Role;
use super::pricing_step;
use super::problem::{Kind, Problem, Severity};
use super::roles;
use super::step::{CHECKS, Step};
use super::value::Value;

type Decision = Result<Vec<Event>, Refusal>;

// ---- Sales: steps 2a and 5a, and corrections in between

/// Sales' form. What has been approved is approved as it was: an item added or changed leads back to the Leader.
pub fn by_sales(step: &Step, form: &Filled) -> Decision {
    use State::*;
    let substantive = changes_the_work(form);
    if substantive && matches!(step.case.state, Quoted | Contracting | Scheduling | Delivering) {
        return Err(Refusal::NotNow { state: step.case.state, what: "form-change".into() });
    }
    let mut events = kept(form);
    if form.has_errors() {
        events.push(Event::FormReturned { problems: form.problems.clone() });
        return Ok(events);
    }
    events.push(taken(form));
    let answered = step.case.question.as_ref().is_some_and(|q| step.case.sales.as_ref() == Some(&q.to));
    match step.case.state {
        Drafting => {
            events.push(staffed(step, &events));
            events.push(step.moved(Review));
        }
        Review if !form.is_empty() => {
            events.push(staffed(step, &events));
            events.push(step.moved(Review));
        }
        Feedback | Completing | Pricing if substantive => events.push(step.moved(Review)),
        Completing => {
            let after = project(step, &events);
            events.extend(Step::new(&after, step.act, step.house, step.moment).completed()?);
        }
        Feedback | Pricing if answered => events.push(step.question_answered("")),
        _ => {}
    }
    // A wished date that the form brings counts for the deadline of the state it leads to.
    Ok(events)
}

/// An item was added, or what is to be made was worded anew.
fn changes_the_work(form: &Filled) -> bool {
    let work = |c: &Change| matches!(&c.at, Cell::Item(_, column) if matches!(column.as_str(), "nd" | "dg" | "pa"));
    !form.added.is_empty() || form.changes.iter().any(work)
}

/// Leader, Director and Tech as the form's region and Sales say.
fn staffed(step: &Step, so_far: &[Event]) -> Event {
    let after = project(step, so_far);
    let sales = after.sales.clone().unwrap_or_default();
    let (leader, director, tech) = roles::staff(step.house, &sales, after.form.text("region"));
    Event::Staffed { leader, director, tech }
}

// ---- the Leader: step 2b

/// The four checks and the overall word, as the sheet has them.
pub fn by_leader(step: &Step, form: &Filled) -> Decision {
    if let Some(seen) = form.base.filter(|base| *base < step.case.rev) {
        return Err(Refusal::Superseded { seen, now: step.case.rev });
    }
    let mut events = kept(form);
    let after = project(step, &events);
    if form.has_errors() {
        events.push(Event::FormReturned { problems: form.problems.clone() });
        return Ok(events);
    }
    let remarks: Vec<CheckRemark> = CHECKS.iter().filter_map(|check| remark(&after, check)).collect();
    let questions = after.form.text("ld_ask").unwrap_or_default().to_string();
    match after.form.text("ld_all") {
        Some("duyet") => {
            step.not_own_form()?;
            let open: Vec<String> = CHECKS.iter().filter(|c| verdict(&after, c) != Some("dat")).map(|c| c.to_string()).collect();
            if !open.is_empty() {
                return Err(Refusal::ChecksOpen { checks: open });
            }
            events.push(taken(form));
            let ahead = after.rev - step.case.rev;
            events.push(step.review_event(ahead));
            events.push(step.moved(State::Feedback));
        }
        Some("tra_lai") => {
            events.push(taken(form));
            events.extend(step.clarify(&questions, remarks, State::Drafting)?);
        }
        Some("tu_choi") => {
            events.push(taken(form));
            let said: Vec<&str> = remarks.iter().map(|r| r.remark.as_str()).filter(|r| !r.is_empty()).collect();
            let why = if questions.trim().is_empty() { said.join("; ") } else { questions };
            events.extend(step.reject(&why, remarks)?);
        }
        _ => {
            let missing = missing("ld_all");
            events.push(Event::FormReturned { problems: vec![missing] });
        }
    }
    Ok(events)
}

fn verdict<'a>(case: &'a Case, check: &str) -> Option<&'a str> {
    case.form.text(&format!("ck_{check}"))
}

/// A check that is not passed, with what the Leader noted beside it.
fn remark(case: &Case, check: &str) -> Option<CheckRemark> {
    let verdict = verdict(case, check).filter(|v| *v != "dat")?;
    let remark = case.form.text(&format!("ck_{check}_note")).unwrap_or_default();
    Some(CheckRemark { check: check.into(), verdict: verdict.into(), remark: remark.into() })
}

// ---- Tech: steps 3 and 4

pub fn by_tech(step: &Step, form: &Filled) -> Decision {
    let confirmed = step.case.review.as_ref().map_or(0, |r| r.rev);
    if let Some(seen) = form.base.filter(|base| *base < confirmed) {
        return Err(Refusal::Superseded { seen, now: step.case.rev });
    }
    let mut events = tech_answers(step, form);
    if form.has_errors() {
        events.push(Event::FormReturned { problems: form.problems.clone() });
    } else {
        events.push(taken(form));
    }
    events.extend(completed_by_tech(step, &events));
    Ok(events)
}

/// Answers by item. A second person's different answer is a conflict and changes nothing, until they agree or the
/// head of Tech has spoken.
fn tech_answers(step: &Step, form: &Filled) -> Vec<Event> {
    let sender = step.sender();
    let after = project(step, &[Event::filled(form)]);
    let (mut answered, mut held, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for id in &form.answered {
        let (Some(now), Some(mine)) = (step.case.form.item(id), after.form.item(id)) else { continue };
        let rivals = step.case.conflicts.get(id);
        let other = step.case.answers.get(id).filter(|a| a.by != sender);
        if step.is(Role::TechHead) && (rivals.is_some() || other.is_some_and(|_| tech_cells(now) != tech_cells(mine))) {
            events.push(Event::Settled { item: id.clone(), by: sender.clone() });
            continue;
        }
        let my_answer = Rival { by: sender.clone(), at: step.moment.at, item: mine.clone() };
        match (rivals, other) {
            (Some(rivals), _) => {
                held.push(id.clone());
                let mut rivals: Vec<Rival> = rivals.iter().filter(|r| r.by != sender).cloned().collect();
                if rivals.iter().all(|r| tech_cells(&r.item) == tech_cells(mine)) {
                    held.pop();
                    events.push(Event::Settled { item: id.clone(), by: sender.clone() });
                } else {
                    rivals.push(my_answer);
                    events.push(Event::Conflicted { item: id.clone(), rivals });
                }
            }
            (None, Some(first)) if tech_cells(now) != tech_cells(mine) => {
                held.push(id.clone());
                let theirs = Rival { by: first.by.clone(), at: first.at, item: now.clone() };
                events.push(Event::Conflicted { item: id.clone(), rivals: vec![theirs, my_answer] });
            }
            _ => answered.push(id.clone()),
        }
    }
    let mut standing = form.clone();
    standing.changes.retain(|c| !matches!(&c.at, Cell::Item(id, _) if held.contains(id)));
    let mut all = kept(&standing);
    if !answered.is_empty() {
        all.push(Event::ItemsAnswered { items: answered, by: sender });
    }
    all.extend(events);
    all
}

/// What makes two answers of Tech differ: everything but the note.
fn tech_cells(item: &Item) -> Vec<(&String, &Value)> {
    item.cells.iter().filter(|(name, _)| name.starts_with("kt_") && name.as_str() != "kt_gc").collect()
}

/// All items answered, alike, with start and server: on to Sales. What is still missing is listed in the answer.
fn completed_by_tech(step: &Step, so_far: &[Event]) -> Vec<Event> {
    let after = project(step, so_far);
    if !after.unanswered().is_empty() || !missing_of_tech(&after).is_empty() {
        return vec![];
    }
    let mut events = Vec::new();
    if !after.form.items.iter().any(Item::doable) {
        events.push(Event::NothingFeasible);
    }
    events.push(step.moved(State::Completing));
    events
}

/// Names of the cells for the whole request that step 4 needs and that are blank: whether a server is needed, and how
/// long after the customer's word the work can start. Nothing feasible needs neither.
pub fn missing_of_tech(case: &Case) -> Vec<&'static str> {
    if !case.form.items.iter().any(Item::doable) {
        return vec![];
    }
    let per_item = case.form.items.iter().any(|i| i.text("kt_sv").is_some());
    let mut missing = Vec::new();
    if case.form.get("kt_srv").is_none() && !per_item {
        missing.push("kt_srv");
    }
    if case.form.get("kt_start").is_none() {
        missing.push("kt_start");
    }
    missing
}

/// `XONG` of Tech: the answers in the form stand for this round too.
pub fn tech_done(step: &Step) -> Decision {
    let standing = |i: &&Item| i.feasible().is_some() && !step.case.conflicts.contains_key(&i.id);
    let items: Vec<String> = step.case.form.items.iter().filter(standing).map(|i| i.id.clone()).collect();
    let open: Vec<String> = step.case.form.items.iter().filter(|i| !items.contains(&i.id)).map(|i| i.id.clone()).collect();
    if !open.is_empty() {
        return Err(Refusal::Unanswered { items: open });
    }
    let mut events = vec![Event::ItemsAnswered { items, by: step.sender() }];
    events.extend(completed_by_tech(step, &events));
    Ok(events)
}

// ---- values in a mail's text

/// Values read from prose never count at once: they are told back in digits and words, and wait for a DUYỆT.
pub fn said(step: &Step, cells: &[Change], answered: &[String]) -> Decision {
    let cells = Proposed::Cells { cells: cells.to_vec(), answered: answered.to_vec(), decide: step.case.state == State::Pricing };
    Ok(vec![step.propose(cells)])
}

/// DUYỆT on what was told back.
pub fn confirmed(step: &Step) -> Decision {
    let Some(proposal) = step.own_proposal() else { return Err(Refusal::NothingToConfirm) };
    match &proposal.what {
        Proposed::Cells { cells, answered, decide } => {
            let form = Filled { changes: cells.clone(), answered: answered.clone(), ..Filled::default() };
            if *decide {
                let mut form = form;
                form.changes.push(field("pr_dec", Value::Choice("duyet".into())));
                return pricing_step::by_director(step.by(&[Role::Director])?, &form);
            }
            let mut events = vec![Event::ProposalDropped];
            events.extend(tech_answers(step.by(&[Role::Tech, Role::TechHead])?, &form));
            events.extend(completed_by_tech(step, &events));
            Ok(events)
        }
        Proposed::Price { .. } => pricing_step::price(step.by(&[Role::Director])?, true),
        Proposed::HandOver { on } => step.handed_over(Some(*on)),
        Proposed::Start { plan } => step.by(&[Role::Tech, Role::TechHead])?.plan(*plan),
        Proposed::Withdraw { reason } => step.withdraw(reason),
    }
}

// ---- shared by all roles

/// The right part of a form, kept even where the rest is asked for anew.
pub fn kept(form: &Filled) -> Vec<Event> {
    if form.is_empty() { vec![] } else { vec![Event::filled(form)] }
}

pub fn taken(form: &Filled) -> Event {
    Event::FormTaken {
        kept: form.kept.clone(),
        clashes: form.clashes.clone(),
        warnings: form.problems.iter().filter(|p| p.severity == Severity::Warning).cloned().collect(),
        echoes: form.echoes.clone(),
    }
}

pub fn missing(name: &str) -> Problem {
    Problem {
        sheet: String::new(),
        cell: String::new(),
        field: name.into(),
        item: None,
        severity: Severity::Error,
        kind: Kind::Missing,
        found: String::new(),
    }
}

/// The case as these events would make it.
pub fn project(step: &Step, events: &[Event]) -> Case {
    let mut after = step.case.clone();
    for event in events {
        let seq = after.version;
        let by = step.act.by.clone();
        after.apply(&Recorded { seq, at: step.moment.at, by, for_: None, via: step.act.via, event: event.clone() });
    }
    after
}
