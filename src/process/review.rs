//! Step 2b: the Leader's four checks, on the sheet or in a word.

use super::act::Refusal;
use super::apply::field;
use super::case::{Case, Proposed, State};
use super::event::{CheckRemark, Event};
use super::form::{Cell, Change, Filled};
use super::house::Role;
use super::problem::Kind;
use super::step::{Decision, Step, kept, problem, returned, stamped, taken};
use super::value::Value;

/// The Leader's four checks (step 2b), by the names of their cells without `ck_`.
pub const CHECKS: [&str; 4] = ["budget", "logic", "benefit", "solution"];

impl Step<'_> {
    /// The four checks and the overall word, as the sheet has them.
    pub fn form_of_leader(&self, form: &Filled) -> Decision {
        self.is_current(form.base)?;
        let mut events = kept(form);
        if form.has_errors() {
            events.push(returned(form.problems.clone()));
            return Ok(events);
        }
        let after = self.project(&events);
        let next = self.on(&after);
        let remarks: Vec<CheckRemark> = CHECKS.iter().filter_map(|check| remark(&after, check)).collect();
        let questions = after.form.text("ld_ask").unwrap_or_default();
        match after.form.text("ld_all") {
            Some("duyet") => {
                self.not_own_form()?;
                let open = CHECKS.iter().filter(|check| verdict(&after, check) != Some("dat"));
                let open: Vec<String> = open.map(|check| check.to_string()).collect();
                if !open.is_empty() {
                    return Err(Refusal::ChecksOpen { checks: open });
                }
                events.push(taken(form));
                events.push(next.reviewed_as(true));
                events.push(next.moved(State::Feedback));
            }
            Some("tra_lai") => {
                events.push(taken(form));
                events.extend(next.returned(questions, remarks)?);
            }
            Some("tu_choi") => {
                events.push(taken(form));
                let said: Vec<&str> = remarks.iter().map(|r| r.remark.as_str()).filter(|r| !r.is_empty()).collect();
                let why = if questions.trim().is_empty() { said.join("; ") } else { questions.to_string() };
                events.extend(next.turned_down(&why, remarks)?);
            }
            _ => events.push(returned(vec![problem("ld_all", Kind::Missing)])),
        }
        Ok(events)
    }

    /// `DUYỆT` in a mail: the Leader stands for all four checks of the revision that the letter carried. Where their own form
    /// says of some that they are not passed, which of the two is meant is asked.
    pub fn reviewed(&self) -> Decision {
        self.is_current(self.act.saw.rev)?;
        self.not_own_form()?;
        let cells = self.not_passed();
        if cells.is_empty() { self.reviewed_all_the_same() } else { Ok(vec![self.tell_back(Proposed::Checks { cells })]) }
    }

    /// What the form of this round says otherwise than a DUYỆT.
    fn not_passed(&self) -> Vec<Change> {
        let form = &self.case.form;
        let checks = CHECKS.iter().map(|check| (format!("ck_{check}"), "dat"));
        let differs =
            checks.chain([("ld_all".into(), "duyet")]).filter(|(cell, passed)| form.text(cell).is_some_and(|v| v != *passed));
        let as_passed = differs.map(|(cell, passed)| {
            let old = form.get(&cell).cloned();
            Change { at: Cell::Field(cell), old, new: Some(Value::Choice(passed.into())) }
        });
        as_passed.collect()
    }

    /// All four are passed, whatever the form has said before.
    pub fn reviewed_all_the_same(&self) -> Decision {
        self.is_current(self.act.saw.rev)?;
        self.not_own_form()?;
        let passed = |check: &&str| field(&format!("ck_{check}"), Value::Choice("dat".into()));
        let mut cells: Vec<_> = CHECKS.iter().map(passed).collect();
        cells.push(field("ld_all", Value::Choice("duyet".into())));
        cells.push(field("ld_by", Value::Text(self.house.name_of(&self.sender()).into())));
        cells.push(field("ld_date", Value::Date(self.today)));
        let mut events = vec![stamped(cells)];
        let after = self.project(&events);
        let next = self.on(&after);
        events.push(next.reviewed_as(true));
        events.push(next.moved(State::Feedback));
        Ok(events)
    }

    /// Back to Sales for clarification.
    pub fn returned(&self, questions: &str, checks: Vec<CheckRemark>) -> Decision {
        let mut events = vec![self.reviewed_as(false)];
        events.extend(self.clarify(questions, checks, State::Drafting)?);
        Ok(events)
    }

    /// Turned down: the case is closed.
    pub fn turned_down(&self, why: &str, checks: Vec<CheckRemark>) -> Decision {
        let mut events = vec![self.reviewed_as(false)];
        events.extend(self.reject(why, checks)?);
        Ok(events)
    }

    /// Questions to Sales, with the remarks on the checks that are not passed.
    pub fn clarify(&self, questions: &str, checks: Vec<CheckRemark>, to: State) -> Decision {
        let questions = questions.trim().to_string();
        if questions.is_empty() && checks.is_empty() {
            return Err(Refusal::Needs { what: super::act::NeedsWhat::Question });
        }
        Ok(vec![Event::Clarify { questions, checks, step: Some(self.case.state) }, self.moved(to)])
    }

    /// The Leader's word, bound to the revision of the form as it stands.
    fn reviewed_as(&self, confirmed: bool) -> Event {
        Event::Reviewed { confirmed, rev: self.case.rev, round: self.case.round }
    }

    fn not_own_form(&self) -> Result<(), Refusal> {
        if self.is_own() { Err(Refusal::OwnForm) } else { Ok(()) }
    }

    /// A form in the midst of its review by somebody who may not review it: Sales' own once more, whatever else they are.
    pub fn is_own_form(&self) -> bool {
        self.is_own() && self.is(Role::Sales)
    }

    fn is_own(&self) -> bool {
        let by = &self.act.by;
        (self.case.sales == *by || self.case.form_by == *by) && !self.house.own_review
    }
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
