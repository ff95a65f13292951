//! Steps 2a and 5a: Sales' form, and what it means when it comes in between.

use super::act::Refusal;
use super::case::{Question, State};
use super::event::Event;
use super::form::{Cell, Change, Filled};
use super::problem::Kind;
use super::roles;
use super::step::{Decision, Step, kept, problem, returned, taken};

impl Step<'_> {
    /// Sales' form up to the Director's prices. What has been reviewed is reviewed as it was: an item added or worded
    /// anew leads back to the Leader, and whoever is deciding on the form decides on the new one.
    pub fn form_of_sales(&self, form: &Filled) -> Decision {
        use State::*;
        let mut events = kept(form);
        if form.has_errors() {
            events.push(returned(form.problems.clone()));
            return Ok(events);
        }
        if self.project(&events).form.items.is_empty() {
            events.push(returned(vec![problem("nd", Kind::NoItems)]));
            return Ok(events);
        }
        events.push(taken(form));
        let staffed = self.staffed(&events);
        let other_tech = matches!(&staffed, Some(Event::Staffed { tech, .. }) if *tech != self.case.tech);
        events.extend(staffed);
        let after = self.project(&events);
        let next = self.on(&after);
        let asked = |q: &Question| self.case.sales.as_ref() == Some(&q.to);
        match self.case.state {
            Drafting => events.push(next.moved(Review)),
            Review if !form.is_empty() => events.push(next.moved(Review)),
            Feedback | Completing | Pricing if words_work_anew(form) => events.push(next.moved(Review)),
            Feedback if next.tech_is_done() => events.extend(next.on_from_tech()),
            Completing => events.extend(next.completed()?),
            Feedback | Pricing if self.case.question.as_ref().is_some_and(asked) => events.push(next.question_answered("")),
            // Another region's Tech is asked, who know nothing of it yet; and whoever knows the items by other numbers.
            Feedback if other_tech || wishes_another_day(form) || numbers_anew(form) => events.push(next.moved(Feedback)),
            // Who has the form to answer hears what Sales has written on it since.
            Feedback => events.extend(next.notes_passed_on(form)),
            Pricing if !form.is_empty() => events.push(next.moved(Pricing)),
            _ => {}
        }
        Ok(events)
    }

    /// Sales' form after the quote: tax code, address, contact and the like. Items stay as they were quoted; a change
    /// that the customer wants is asked for with `KH XIN SỬA` (step 6).
    pub fn customer_data(&self, form: &Filled) -> Decision {
        if touches_items(form) {
            return Err(self.not_now("form-change"));
        }
        let mut events = kept(form);
        events.push(if form.has_errors() { returned(form.problems.clone()) } else { taken(form) });
        Ok(events)
    }

    /// Step 5a: on to the Director, where there is something to price.
    pub fn completed(&self) -> Decision {
        if !self.case.form.items.iter().any(|i| i.doable()) {
            return Err(Refusal::NotNow { state: State::Completing, what: "nothing-feasible".into() });
        }
        Ok(vec![self.moved(State::Pricing)])
    }

    /// Leader, Director and Tech as the form's region and Sales say, where that has changed.
    fn staffed(&self, so_far: &[Event]) -> Option<Event> {
        let after = self.project(so_far);
        let sales = after.sales.clone().unwrap_or_default();
        let (leader, director, tech) = roles::staff(self.house, &sales, after.form.text("region"));
        let same = (&leader, &director, &tech) == (&after.leader, &after.director, &after.tech);
        (!same).then_some(Event::Staffed { leader, director, tech })
    }
}

/// An item was added, or what is to be made was worded anew.
fn words_work_anew(form: &Filled) -> bool {
    let work = |c: &Change| matches!(&c.at, Cell::Item(_, column) if matches!(column.as_str(), "nd" | "dg" | "pa"));
    !form.added.is_empty() || form.changes.iter().any(work)
}

/// An item was added, dropped, moved or changed in whatever column.
fn touches_items(form: &Filled) -> bool {
    let of_item = |c: &Change| matches!(c.at, Cell::Item(..));
    !form.added.is_empty() || numbers_anew(form) || form.changes.iter().any(of_item)
}

fn numbers_anew(form: &Filled) -> bool {
    !form.dropped.is_empty() || form.order.is_some()
}

fn wishes_another_day(form: &Filled) -> bool {
    form.changes.iter().any(|c| c.at == Cell::Field("deadline".into()))
}
