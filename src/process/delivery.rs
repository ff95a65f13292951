//! Steps 8 and 9: Tech plans, works, tests and hands over; Sales tells that the customer has accepted.

use chrono::NaiveDate;

use super::act::{Ending, NeedsWhat, Refusal, What};
use super::case::*;
use super::event::Event;
use super::house::Role;
use super::step::{Decision, Step};

/// A report that names the day on which the plan ends already moves nothing: `Tiến độ 60%, dự kiến xong 27/12`.
pub fn without_plan_as_it_is(mut acts: Vec<What>, case: &Case) -> Vec<What> {
    let end = case.plan.map(|plan| plan.end);
    if matches!(acts[..], [What::Progress { .. }, What::Plan { start: None, end: told }] if told == end) {
        acts.truncate(1);
    }
    acts
}

impl Step<'_> {
    /// Start and end; what is not said stays as planned, and an end that nobody has named is reckoned from the quote's
    /// days and told back.
    pub fn planned(&self, start: Option<NaiveDate>, end: Option<NaiveDate>) -> Decision {
        let Some(start) = start.or(self.case.plan.filter(|_| end.is_some()).map(|plan| plan.start)) else {
            return Err(Refusal::Needs { what: NeedsWhat::Plan });
        };
        if let Some(end) = end {
            return self.plan(Plan { start, end });
        }
        let Some(half_days) = self.case.quote().and_then(|q| q.half_days) else {
            return Err(Refusal::Needs { what: NeedsWhat::Plan });
        };
        let plan = Plan { start, end: self.house.calendar.end_of(start, half_days) };
        Ok(vec![self.tell_back(Proposed::Start { plan })])
    }

    pub fn plan(&self, plan: Plan) -> Decision {
        // Another year's day, most likely.
        let before_case = plan.start < self.house.day(self.case.opened);
        if plan.end < plan.start || plan.end < self.today || before_case {
            return Err(Refusal::BadDates { start: plan.start, end: plan.end });
        }
        let mut events = vec![Event::Planned { plan }];
        let after = self.project(&events);
        events.push(self.on(&after).moved(State::Delivering));
        Ok(events)
    }

    pub fn progress(&self, percent: Option<u32>, text: &str) -> Decision {
        Ok(vec![Event::Progressed { percent, text: text.trim().to_string() }])
    }

    pub fn tested(&self, on: Option<NaiveDate>) -> Decision {
        Ok(vec![Event::Tested { on: self.done_on(on)? }])
    }

    /// A day on which it can have been done: not ahead, not before there was a quote, nor before the work had begun. Where the
    /// plan lies ahead of today it is the plan that is behind: what is told as done is done.
    fn done_on(&self, on: Option<NaiveDate>) -> Result<NaiveDate, Refusal> {
        let on = self.day(on)?;
        self.not_before_quotes(on)?;
        match self.case.plan.filter(|plan| on < plan.start && plan.start <= self.today) {
            Some(plan) => Err(Refusal::BeforeStart { start: plan.start, on }),
            None => Ok(on),
        }
    }

    /// `ĐÓNG YÊU CẦU` of work: accepted, where nothing else is said. Any other reason may be that it was not.
    pub fn close_work(&self, why: &str, ending: Ending) -> Decision {
        let Ending::Accepted { on } = ending else { return Err(Refusal::Needs { what: NeedsWhat::Ending }) };
        let why = why.trim();
        let mut events = self.handed_over(on)?;
        for event in &mut events {
            if let Event::Closed { text, .. } = event {
                *text = why.into();
            }
        }
        Ok(events)
    }

    /// Accepted by the customer, as Sales says with the day: closes the case. Tech's word of it passes the turn to Sales.
    pub fn handed_over(&self, on: Option<NaiveDate>) -> Decision {
        if self.is(Role::Sales) {
            let Some(on) = on.or(self.case.handed_over_on) else { return Err(Refusal::Needs { what: NeedsWhat::Date }) };
            let on = self.done_on(Some(on))?;
            return Ok(vec![Event::HandedOver { on }, Event::Closed { reason: Reason::Done, text: String::new() }]);
        }
        let mut events = vec![Event::HandedOver { on: self.done_on(on)? }];
        let after = self.project(&events);
        events.push(self.on(&after).moved(State::Delivering));
        Ok(events)
    }
}
