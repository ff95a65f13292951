//! Step 7: contract and payment. Both told, the work can be planned.

use chrono::NaiveDate;

use super::act::{NeedsWhat, Refusal};
use super::case::State;
use super::event::Event;
use super::step::{Decision, Step, said};
use super::value::Vnd;

impl Step<'_> {
    pub fn signed(&self, number: Option<&str>, on: Option<NaiveDate>) -> Decision {
        let number = said(number.unwrap_or_default(), NeedsWhat::ContractNumber)?;
        let mut events = vec![Event::Signed { number, on: self.day(on)? }];
        if !self.case.contract.payments.is_empty() {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }

    pub fn paid(&self, vnd: Option<Vnd>, on: Option<NaiveDate>) -> Decision {
        let Some(vnd) = vnd.filter(|v| *v > 0) else { return Err(Refusal::Needs { what: NeedsWhat::Amount }) };
        let mut events = vec![Event::Paid { vnd, on: self.day(on)? }];
        if self.case.state == State::Contracting && self.case.contract.number.is_some() {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }
}
