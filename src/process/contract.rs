//! Step 7: contract and payment. Both told, the work can be planned.

use chrono::NaiveDate;

use super::act::{NeedsWhat, Refusal, What};
use super::case::{Case, Contract, FileKind, Payment, Proposal, Proposed, State};
use super::event::Event;
use super::step::{Decision, Step, said};
use super::value::Vnd;

/// Customers round what they pay: so small a part of the total more is nobody's slip of the key.
const ROUNDED: Vnd = 100;

/// What the agreed quote comes to, and what of it the customer has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    pub total: Vnd,
    pub paid: Vnd,
}

impl Owed {
    /// What is still to come; never less than nothing.
    pub fn left(self) -> Vnd {
        self.total.saturating_sub(self.paid).max(0)
    }
}

impl Contract {
    /// What the customer has paid so far.
    pub fn paid(&self) -> Vnd {
        self.payments.iter().fold(0, |sum, p| sum.saturating_add(p.vnd))
    }
}

impl Case {
    /// `None` where nothing has been agreed to.
    pub fn owed(&self) -> Option<Owed> {
        let quote = self.quote().filter(|_| self.agreed_on.is_some())?;
        Some(Owed { total: quote.total, paid: self.contract.paid() })
    }

    /// Is this a time at which payments are told: from the agreement on, whether it is closed by now or not?
    pub fn is_told_of_payments(&self) -> bool {
        self.owed().is_some() && self.state >= State::Contracting
    }

    /// It is signed, or the customer's money has come: no word of theirs alone gives that up.
    pub fn is_bound(&self) -> bool {
        self.contract.number.is_some() || !self.contract.payments.is_empty()
    }

    /// A contract is signed, and its paper is not in the customer's folder yet (step 7).
    pub fn lacks_contract(&self) -> bool {
        self.contract.number.is_some() && !self.files.iter().any(|file| file.kind == FileKind::Contract)
    }

    /// The contract is older than the quote: a framework contract, whose appendix is signed on a day of its own.
    pub fn is_framework(&self) -> bool {
        self.contract.signed_on.zip(self.quote()).is_some_and(|(signed, quote)| signed < quote.date)
    }

    /// The day that the appendix is signed on, as far as it is known: the contract's own, but for a framework contract.
    pub fn appendix_signed_on(&self) -> Option<NaiveDate> {
        self.contract.signed_on.filter(|_| !self.is_framework())
    }

    /// Has the contract that was told with this number and day its appendix already?
    pub fn has_appendix_of(&self, number: &str, on: NaiveDate) -> bool {
        let told = self.contract.number.as_deref() == Some(number) && self.contract.signed_on == Some(on);
        told && self.files.iter().any(|file| file.kind == FileKind::Appendix)
    }

    /// Work that costs the customer nothing: no payment is waited for.
    pub fn is_free(&self) -> bool {
        self.owed().is_some_and(|owed| owed.total == 0)
    }
}

impl Step<'_> {
    /// Another number than the one written down takes its place, as a slip of the key is mended; its sender is told of both.
    /// Said once more, most often with the paper that was missing: what is not repeated stays as it was. The work does not wait
    /// for the paper, which may be on its way; it is asked for until it is there (`Case::lacks_contract`).
    ///
    /// A framework contract is often years older than the quote, which becomes an appendix of it: its day counts where it is
    /// said to be one, or has been before. Any other day before the quote is a slip.
    pub fn signed(&self, number: Option<&str>, on: Option<NaiveDate>, framework: bool) -> Decision {
        let known = &self.case.contract;
        let number = number.filter(|n| !n.trim().is_empty()).or(known.number.as_deref());
        let number = said(number.unwrap_or_default(), NeedsWhat::ContractNumber)?;
        let told = known.signed_on.filter(|_| known.number.as_ref() == Some(&number));
        let on = self.day(on.or(told))?;
        if !framework && told != Some(on) {
            self.not_before_quotes(on)?;
        }
        let instead_of = self.replaced(&number);
        let mut events = vec![Event::Signed { number, on, instead_of }];
        let paid = !known.payments.is_empty() || self.case.is_free();
        if paid && self.case.state == State::Contracting {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }

    /// The number alone is another; the day of the signature stays.
    pub fn renumbered(&self, number: &str) -> Decision {
        let known = &self.case.contract;
        let Some(on) = known.signed_on.filter(|_| known.number.is_some()) else {
            return Err(Refusal::Needs { what: NeedsWhat::Signature });
        };
        let number = said(number, NeedsWhat::ContractNumber)?;
        Ok(vec![Event::Signed { instead_of: self.replaced(&number), number, on }])
    }

    /// The number written down before, where this is another.
    fn replaced(&self, number: &str) -> Option<String> {
        let letters = crate::text::letters;
        self.case.contract.number.clone().filter(|before| letters(before) != letters(number))
    }

    pub fn paid(&self, vnd: Option<Vnd>, on: Option<NaiveDate>) -> Decision {
        let Some(vnd) = vnd.filter(|v| *v > 0) else {
            // Nothing is owed for free work: its signature alone is awaited, or was told before this was known.
            return match (self.case.is_free() && self.case.state == State::Contracting, &self.case.contract.number) {
                (true, Some(_)) => Ok(vec![self.moved(State::Scheduling)]),
                (true, None) => Err(Refusal::Needs { what: NeedsWhat::ContractNumber }),
                _ => Err(Refusal::Needs { what: NeedsWhat::Amount }),
            };
        };
        let on = self.may_be_paid(vnd, on, 0)?;
        // Told twice by two people, or two payments of the same day: which one is not guessed.
        let payment = Payment { on, vnd };
        if self.case.contract.payments.contains(&payment) && !self.is_told_back(&payment) {
            return Ok(vec![self.tell_back(Proposed::Payment { payment })]);
        }
        // What else waits for the sender's DUYỆT (a plan, where Sales is Tech as well) goes on waiting.
        let asked = self.told_back().is_some_and(|told| matches!(told.what, Proposed::Payment { .. }));
        let mut events: Vec<Event> = self.used_up().filter(|_| asked).into_iter().collect();
        events.push(Event::Paid { vnd, on });
        if self.case.state == State::Contracting && self.case.contract.number.is_some() {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }

    /// The day of a payment that can be one; `instead`: what is written down and falls away for it.
    fn may_be_paid(&self, vnd: Vnd, on: Option<NaiveDate>, instead: Vnd) -> Result<NaiveDate, Refusal> {
        if let Some(owed) = self.case.owed() {
            let paid = owed.paid.saturating_sub(instead);
            let left = Owed { paid, ..owed }.left();
            // Of the whole: what was let pass once is not let pass again and again.
            if paid.saturating_add(vnd) > owed.total.saturating_add(owed.total / ROUNDED) {
                return Err(Refusal::PaidTooMuch { vnd, total: owed.total, left });
            }
        }
        let on = self.day(on)?;
        self.not_before_quotes(on)?;
        Ok(on)
    }

    /// A payment that was written down is another: which one, as far as it is said, and what of it is other; of nothing: there was
    /// none. Told back first. The step stays as it is: whether work goes on is Sales' to say.
    pub fn paid_instead(&self, was: (Option<Vnd>, Option<NaiveDate>), now: (Option<Vnd>, Option<NaiveDate>)) -> Decision {
        let told = &self.case.contract.payments;
        let meant = |p: &&Payment| was.0.is_none_or(|vnd| p.vnd == vnd) && was.1.is_none_or(|on| p.on == on);
        let mut meant: Vec<Payment> = told.iter().filter(meant).copied().collect();
        meant.dedup();
        let &[was] = &meant[..] else { return Err(Refusal::WhichPayment { payments: told.clone() }) };
        let payment = Payment { vnd: now.0.unwrap_or(was.vnd), on: now.1.unwrap_or(was.on) };
        if payment == was {
            return Err(Refusal::NothingToCorrect);
        }
        self.may_be_paid(payment.vnd, Some(payment.on), was.vnd)?;
        Ok(vec![self.tell_back(Proposed::PaymentInstead { was, payment })])
    }

    /// DUYỆT on it.
    pub fn payment_righted(&self, was: Payment, payment: Payment) -> Decision {
        if !self.case.contract.payments.contains(&was) {
            return Err(Refusal::WhichPayment { payments: self.case.contract.payments.clone() });
        }
        self.may_be_paid(payment.vnd, Some(payment.on), was.vnd)?;
        Ok(self.used_up().into_iter().chain([Event::PaidInstead { was, payment }]).collect())
    }

    /// What was told back of a payment outlasts a move of the step, by whoever it is: nobody would hear that it was dropped.
    /// Before the agreement alone no new payment is told: whoever asks for a new quote hears that it has to be told again.
    pub fn payments_wait_on(&self, mut events: Vec<Event>) -> Vec<Event> {
        let by_sender = |e: &Event| match e {
            Event::Proposed { proposal } => Some(&proposal.by) == self.act.by.as_ref(),
            Event::ProposalDropped | Event::Retracted { .. } => true,
            _ => false,
        };
        let moves = events.iter().any(|e| matches!(e, Event::Moved { .. } | Event::Closed { .. }));
        if !moves || !self.case.proposals().any(|p| p.what.is_payment()) {
            return events;
        }
        let after = self.project(&events);
        let spoken = events.iter().any(by_sender);
        let theirs = |p: &&Proposal| spoken && Some(&p.by) == self.act.by.as_ref();
        let waits = self.case.proposals().filter(|p| p.what.is_payment() && after.proposal_of(&p.by).is_none() && !theirs(p));
        // The latest is the last to be put back.
        let mut proposals: Vec<Proposal> = waits.cloned().collect();
        proposals.reverse();
        proposals.retain(|p| after.is_told_of_payments() || matches!(p.what, Proposed::PaymentInstead { .. }));
        if !proposals.is_empty() {
            events.push(Event::WaitsOn { proposals });
        }
        events
    }

    /// Is it DUYỆT that brings it, on this very payment?
    fn is_told_back(&self, payment: &Payment) -> bool {
        let told = self.told_back().filter(|_| self.act.what == What::Confirm);
        matches!(told.map(|told| &told.what), Some(Proposed::Payment { payment: told }) if told == payment)
    }
}
