//! Step 6: what the customer says to the quote, as Sales tells it.

use chrono::NaiveDate;

use super::act::Refusal;
use super::case::{Reason, State};
use super::event::Event;
use super::step::{Decision, Step, reason};

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
        if on > quote.expires {
            return Err(Refusal::QuoteExpired { on: quote.expires });
        }
        Ok(vec![Event::Agreed { on, revision: quote.revision }, self.moved(State::Contracting)])
    }

    pub fn agreed_already(&self) -> Refusal {
        Refusal::AlreadyDecided { what: "agreed".into(), by: self.case.sales.clone(), at: self.case.since }
    }

    /// The customer wants it changed: money alone goes to the Director, anything else to Sales' form.
    pub fn change(&self, text: &str) -> Decision {
        let text = reason(text)?;
        let to = if about_price_alone(&text) { State::Pricing } else { State::Drafting };
        Ok(vec![Event::ChangeAsked { text, anew: true }, self.moved(to)])
    }

    /// `BÁO GIÁ LẠI`: without a word of what changes, the same prices of a new day.
    pub fn quote_again(&self, text: &str) -> Decision {
        if !text.trim().is_empty() {
            return self.change(text);
        }
        Ok(vec![Event::ChangeAsked { text: String::new(), anew: true }, self.moved(State::Pricing)])
    }

    /// `BÁO GIÁ LẠI` on a closed case: reopened for a further revision, or, never quoted, as it stood.
    pub fn requote(&self, text: &str) -> Decision {
        if self.case.quote().is_none() {
            return self.reopen(text);
        }
        let mut events = vec![Event::Reopened { text: text.trim().to_string() }];
        events.extend(self.quote_again(text)?);
        Ok(events)
    }

    pub fn declined(&self, why: &str) -> Decision {
        let why = reason(why)?;
        Ok(vec![Event::Declined { reason: why.clone() }, Event::Closed { reason: Reason::Declined, text: why }])
    }
}

/// `xin giảm 10%`, `chiết khấu thêm`: the prices, and nothing of what is to be made.
fn about_price_alone(text: &str) -> bool {
    let words = format!(" {} ", crate::text::fold(text));
    // `gia hạn báo giá thêm 7 ngày`: how long a quote holds is the Director's (domain a.8, `pr_valid`).
    let extends = words.contains(" gia han ") || words.contains(" hieu luc ") || words.contains(" extend ");
    let words = if extends { words.replace(" them ", " ") } else { words };
    let says = |list: &[&str]| list.iter().any(|w| words.contains(&format!(" {w} ")));
    (extends || says(&["giam", "giam gia", "chiet khau", "gia", "dat", "re hon", "discount", "price"]))
        && !says(&["them", "bo", "doi", "sua", "muc", "hang muc", "tinh nang", "bao cao", "phuong an", "add", "remove"])
}
