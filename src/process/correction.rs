//! `SỬA: …` of an answer that has been passed on, or the form with other values. Until the quote, Tech's cells change and all
//! touched are told the difference; nothing moves. Afterwards it is refused, and the words reach those who can do something about it.

use super::act::Refusal;
use super::case::*;
use super::event::Event;
use super::feedback::is_whole;
use super::form::{Cell, Change, Filled, Form, Item};
use super::house::{Email, Role};
use super::roles;
use super::step::{Decision, Step, kept, returned, taken};
use super::value::Value;

impl Step<'_> {
    /// Told back first, whatever it changes.
    pub fn correct(&self, cells: &[Change]) -> Decision {
        self.means_the_same(cells)?;
        self.correction(cells)
    }

    fn correction(&self, cells: &[Change]) -> Decision {
        let cells = self.differing(cells)?;
        Ok(vec![self.tell_back(Proposed::Correction { cells })])
    }

    /// The form once more, as people do who work in workbooks.
    pub fn correct_by_form(&self, form: &Filled) -> Decision {
        // What is said on the cells is no value: it waits for no DUYỆT.
        let mut noted = self.notes_kept(form);
        if form.has_errors() {
            noted.push(returned(form.problems.clone()));
            return Ok(noted);
        }
        noted.extend((!noted.is_empty()).then(|| taken(form)));
        // Who filled it in, and when, is no answer.
        let answers = |c: &&Change| !matches!(&c.at, Cell::Field(name) if matches!(name.as_str(), "kt_by" | "kt_date"));
        match self.correction(&form.changes.iter().filter(answers).cloned().collect::<Vec<_>>()) {
            Ok(told_back) => noted.extend(told_back),
            Err(Refusal::NothingToCorrect) if !noted.is_empty() => {}
            Err(why) => return Err(why),
        }
        Ok(noted)
    }

    /// Tech's notes on cells of a form that others have now: kept, and passed on to whose turn it is.
    fn notes_kept(&self, form: &Filled) -> Vec<Event> {
        let notes = Filled { notes: form.notes.clone(), ..Filled::default() };
        let told = self.notes_passed_on(form);
        kept(&notes).into_iter().chain(told).collect()
    }

    /// DUYỆT on it.
    pub fn corrected(&self, cells: &[Change]) -> Decision {
        Ok(vec![Event::Corrected { cells: self.differing(cells)? }])
    }

    /// What can no longer be corrected: the quote is out, or somebody else has the form.
    pub fn too_late_to_correct(&self, text: &str) -> Decision {
        let of_quote = self.case.state >= State::Quoted && (self.is_tech() || self.is(Role::Director));
        let refusal = self.quote_is_out().filter(|_| of_quote).unwrap_or_else(|| self.too_late());
        self.refused_and_passed_on(text, refusal)
    }

    /// Tech's DUYỆT on a correction that the quote has overtaken.
    pub fn overtaken_by_quote(&self) -> Option<Refusal> {
        let correcting = matches!(self.act.saw.state, Some(State::Completing | State::Pricing));
        self.quote_is_out().filter(|_| correcting && self.is_tech_alone() && self.case.state >= State::Quoted)
    }

    /// Not done, but not lost: the words go to Sales and to those whose turn it is.
    pub fn refused_and_passed_on(&self, text: &str, refusal: Refusal) -> Decision {
        self.refused_but_told(text, self.case.sales.as_slice(), refusal)
    }

    /// A change that the customer wants once it is signed and paid: Leader and Director know of it.
    pub fn change_too_late(&self, text: &str) -> Decision {
        let told: Vec<Email> = self.case.leader.iter().chain(&self.case.director).cloned().collect();
        self.refused_but_told(text, &told, Refusal::ChangeTooLate { state: self.case.state })
    }

    /// The customer gives up what is signed or paid for: no word of theirs closes that by itself. All who work on it know of it, and Sales
    /// how it is closed.
    pub fn declined_too_late(&self, why: &str) -> Decision {
        let case = self.case;
        let told: Vec<Email> = case.leader.iter().chain(&case.director).chain(&case.tech).cloned().collect();
        self.refused_but_told(why, &told, self.not_now(self.act.what.name()))
    }

    /// The Director's prices at a step that sets none: Sales knows of them.
    pub fn price_not_now(&self, text: &str) -> Decision {
        self.refused_and_passed_on(text, Refusal::PriceNotNow { state: self.case.state })
    }

    fn refused_but_told(&self, text: &str, told: &[Email], refusal: Refusal) -> Decision {
        if text.trim().is_empty() {
            return Err(refusal);
        }
        let mut events = self.comment(text, told)?;
        events.push(Event::Refused { what: self.act.what.name().into(), refusal });
        Ok(events)
    }

    fn quote_is_out(&self) -> Option<Refusal> {
        let quote = self.case.quote()?;
        let (case, by) = (self.case, self.act.by.as_ref());
        let theirs = case.priced.as_ref().is_some_and(|priced| Some(&priced.by) == by);
        let changed = case.edits.iter().max_by_key(|(_, rev)| **rev).is_some_and(|(last, _)| Some(last) != by);
        let untouched = case.state == State::Quoted && case.sent_to_customer.is_none() && !changed;
        Some(Refusal::QuoteIsOut { number: quote.number.clone(), revision: quote.revision, retractable: theirs && untouched })
    }

    /// The cells that really change, each with the value that it has now.
    fn differing(&self, said: &[Change]) -> Result<Vec<Change>, Refusal> {
        let form = &self.case.form;
        let known = |c: &&Change| item_of(c).is_none_or(|id| form.item(id).is_some());
        let mut cells: Vec<Change> = said.iter().filter(known).cloned().collect();
        cells.extend(doable_now(form, &cells));
        for cell in &mut cells {
            cell.old = form.at(&cell.at).cloned();
        }
        cells.retain(|c| c.old != c.new);
        if cells.is_empty() {
            return Err(Refusal::NothingToCorrect);
        }
        let mut items: Vec<&String> = cells.iter().filter_map(item_of).collect();
        items.dedup();
        if let Some(of_another) = items.iter().find(|id| !self.may_correct(id)) {
            let theirs = self.case.answers.get(*of_another).map(|a| a.by.clone());
            let mut may: Vec<Email> = theirs.into_iter().chain(roles::heads(self.house)).collect();
            may.dedup();
            return Err(Refusal::NotYours { may });
        }
        let after = corrected(form, &cells);
        let half = |id: &&&String| after.item(id).is_some_and(|item| !is_whole(item));
        let half: Vec<String> = items.iter().filter(half).map(|id| (*id).clone()).collect();
        if !half.is_empty() {
            return Err(Refusal::Unanswered { items: half });
        }
        self.is_sound(&cells)?;
        Ok(cells)
    }

    /// Whoever gave the answer, who stands in for them, or the head of Tech.
    fn may_correct(&self, id: &str) -> bool {
        let own = |by: &Email| Some(roles::stand_in(self.case, self.house, by, self.today)) == self.act.by.as_deref();
        self.is(Role::TechHead) || self.case.answers.get(id).is_none_or(|a| Some(&a.by) == self.act.by.as_ref() || own(&a.by))
    }
}

/// Cost or days said of an item that could not be done: it can now.
fn doable_now(form: &Form, cells: &[Change]) -> Vec<Change> {
    let says = |id: &str, column: &str| cells.iter().any(|c| c.at == Cell::Item(id.into(), column.into()));
    let now = |item: &&Item| !item.doable() && !says(&item.id, "kt_kq") && (says(&item.id, "kt_cp") || says(&item.id, "kt_ngay"));
    let yes = |item: &Item| Change {
        at: Cell::Item(item.id.clone(), "kt_kq".into()),
        old: None,
        new: Some(Value::Choice("yes".into())),
    };
    form.items.iter().filter(now).map(yes).collect()
}

fn item_of(change: &Change) -> Option<&String> {
    match &change.at {
        Cell::Item(id, _) => Some(id),
        Cell::Field(_) => None,
    }
}

fn corrected(form: &Form, cells: &[Change]) -> Form {
    let mut after = form.clone();
    cells.iter().for_each(|c| after.put(&c.at, c.new.clone()));
    after
}
