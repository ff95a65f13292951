//! Step 6: what the customer says to the quote, as Sales tells it.

use chrono::NaiveDate;

use super::act::{Refusal, What, Wish};
use super::case::{Case, Reason, State};
use super::event::Event;
use super::quote::Quote;
use super::step::{Decision, Step, reason};

/// Who has signed has agreed, on that day at the latest: `KH ĐỒNG Ý, ĐÃ KÝ số …, ngày …` without a day of the agreement. A
/// framework contract was signed before there was anything to agree to.
pub fn agreed_when_signed(mut acts: Vec<What>, case: &Case) -> Vec<What> {
    if let [What::Agreed { on: on @ None }, What::Signed { on: Some(signed), framework: false, .. }, ..] = &mut acts[..] {
        *on = Some(*signed).filter(|signed| case.quote().is_some_and(|quote| quote.date <= *signed));
    }
    acts
}

impl Step<'_> {
    pub fn sent_to_customer(&self, on: Option<NaiveDate>) -> Decision {
        Ok(vec![Event::SentToCustomer { on: self.day(on)? }])
    }

    /// The customer agrees, to the latest revision and while it holds.
    pub fn agreed(&self, on: Option<NaiveDate>) -> Decision {
        let Some(quote) = self.case.quote() else { return Err(self.too_late()) };
        if let Some(seen) = self.act.saw.quote.filter(|seen| *seen < quote.revision) {
            return Err(Refusal::Superseded { seen, now: quote.revision });
        }
        let on = self.day(on)?;
        self.not_before(quote, on)?;
        if on > quote.expires {
            return Err(Refusal::QuoteExpired { on: quote.expires });
        }
        Ok(vec![Event::Agreed { on, revision: quote.revision }, self.moved(State::Contracting)])
    }

    /// A day before the quote is a slip of the year, or another quote's. Of a quote that a clock gone wrong has dated ahead no
    /// day could be told.
    pub fn not_before(&self, quote: &Quote, on: NaiveDate) -> Result<(), Refusal> {
        match on < quote.date && quote.date <= self.today {
            true => Err(Refusal::BeforeQuote { number: quote.number.clone(), date: quote.date, on }),
            false => Ok(()),
        }
    }

    /// The same of what follows on a quote, whichever revision it was.
    pub fn not_before_quotes(&self, on: NaiveDate) -> Result<(), Refusal> {
        self.case.quotes.first().map_or(Ok(()), |first| self.not_before(first, on))
    }

    pub fn agreed_already(&self) -> Refusal {
        Refusal::AlreadyDecided { what: "agreed".into(), by: self.case.sales.clone(), at: self.case.since }
    }

    /// The customer wants it changed: money alone goes to the Director, anything else to Sales' form.
    pub fn change(&self, text: &str, about: Wish) -> Decision {
        self.changed(reason(text)?, about, false)
    }

    fn changed(&self, text: String, about: Wish, requote: bool) -> Decision {
        let to = match about {
            Wish::Price => State::Pricing,
            Wish::Work => State::Drafting,
        };
        Ok(vec![Event::ChangeAsked { text, anew: true, requote, kept: true }, self.moved(to)])
    }

    /// `BÁO GIÁ LẠI`: without a word of what changes, the same prices of a new day.
    pub fn quote_again(&self, text: &str, about: Option<Wish>) -> Decision {
        if let Some(about) = about {
            return self.changed(reason(text)?, about, true);
        }
        let text = text.trim().to_string();
        Ok(vec![Event::ChangeAsked { text, anew: true, requote: true, kept: true }, self.moved(State::Pricing)])
    }

    /// `BÁO GIÁ LẠI` on a closed case: reopened for a further revision, or, never quoted, as it stood. Work that is done has
    /// its own contract and payments: whatever comes after it is a request of its own.
    pub fn requote(&self, text: &str, about: Option<Wish>) -> Decision {
        if self.case.closed.as_ref().is_some_and(|closed| closed.reason == Reason::Done) {
            return self.change_too_late(text);
        }
        // Where it was closed before its prices the form goes the whole way again, past the Leader and Tech.
        let unpriced = self.case.closed.as_ref().is_some_and(|closed| closed.before < State::Pricing);
        if self.case.quote().is_none() || unpriced {
            return self.reopen(text);
        }
        let mut events = vec![Event::Reopened { text: text.trim().to_string() }];
        events.extend(self.quote_again(text, about)?);
        Ok(events)
    }

    pub fn declined(&self, why: &str) -> Decision {
        let why = reason(why)?;
        Ok(vec![Event::Declined { reason: why.clone() }, Event::Closed { reason: Reason::Declined, text: why }])
    }
}
