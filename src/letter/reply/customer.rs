//! What Sales tells of the customer in their own words: a row of questions, of which the first that has an answer counts.

use chrono::NaiveDate;

use super::doubts::{blocker, is_marked, is_question};
use super::firm::{self, Hit};
use super::said::{Said, Sort};
use super::values::{OneDate, blanked, one_date};
use super::words::*;
use super::{Asked, Doubt, Reading, agreement, alone, contract, mention, payment, payment_righted, sending, wish};
use crate::calendar::typed::{Lean, dates_in};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// What the customer answered to a quote, where a text tells of it beside something else.
pub(super) fn answer(text: &str, ctx: &Asked) -> Option<What> {
    if ctx.state != State::Quoted || !ctx.is(Role::Sales) {
        return None;
    }
    let guess = read(text, text, &mention::unnamed(Said::new(text), &ctx.people), ctx)?.into_guess();
    guess.filter(|act| matches!(act, What::Agreed { .. } | What::Declined(_) | What::ChangeAsked { .. } | What::Requote { .. }))
}

/// What the customer said, as Sales tells it. `said`: the text without the names in it.
pub(super) fn read(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if is_marked(text) {
        return None;
    }
    if let Some(righted) = payment_righted::of_waiting(text, ctx) {
        return Some(righted);
    }
    let (doubt, told, agrees) = (blocker(said), said.has(CUSTOMER), said.has(CUSTOMER_AGREES));
    let news = News { body, text, said, ctx, doubt, told, agrees };
    let answer = news
        .put_right()
        .or_else(|| news.quote_sent())
        .or_else(|| news.longer_valid())
        .or_else(|| news.wish())
        .or_else(|| news.declined())
        .or_else(|| news.unsure());
    if answer.is_some() || news.answers_later() {
        return answer;
    }
    news.paid()
        .or_else(|| news.accepted())
        .or_else(|| news.handed_over())
        .or_else(|| news.contract_numbered())
        .or_else(|| news.contract_dated())
        .or_else(|| news.framework())
        .or_else(|| news.signed())
        .or_else(|| news.price_offered())
        .or_else(|| news.agreed())
}

/// What was told, and what most of the questions look at.
struct News<'a> {
    body: &'a str,
    text: &'a str,
    /// The text without the names in it.
    said: &'a Said<'a>,
    ctx: &'a Asked,
    /// What keeps it from being plain.
    doubt: Option<Doubt>,
    /// The customer is named.
    told: bool,
    agrees: bool,
}

impl News<'_> {
    fn ask(&self, guess: What, why: Doubt) -> Option<Reading> {
        Some(Reading::ask(self.body, Some(guess), why))
    }

    fn is_at(&self, state: State) -> bool {
        self.ctx.state == state
    }

    fn denied(&self) -> bool {
        matches!(self.doubt, Some(Doubt::Negated { .. }))
    }

    /// The day that is told as done.
    fn day(&self) -> Option<NaiveDate> {
        match one_date(self.text, self.ctx.today, Lean::Past).0 {
            OneDate::One { date, .. } => Some(date),
            _ => None,
        }
    }
}

/// The quote, and the customer's word on it.
impl News<'_> {
    /// Number and day of the contract, or a payment that was told.
    fn put_right(&self) -> Option<Reading> {
        let contract = contract::renumbered(self.said.text, self.ctx);
        let contract = contract.or_else(|| contract::redated(self.body, self.said.text, self.ctx));
        contract.or_else(|| payment_righted::righted(self.body, self.said, self.ctx))
    }

    /// `gửi khách rồi`, `đã gửi BG`
    fn quote_sent(&self) -> Option<Reading> {
        match self.is_at(State::Quoted) && self.doubt.is_none() {
            true => sending::in_prose(self.text, self.said, self.ctx),
            false => None,
        }
    }

    /// Longer validity is the Director's to give, as a price is.
    fn longer_valid(&self) -> Option<Reading> {
        if !self.said.has(EXTEND) {
            return None;
        }
        if self.agrees {
            return self.ask(wish::change(self.text), Doubt::Several);
        }
        let of_the_quote = self.said.has(OF_THE_QUOTE) || (self.is_at(State::Quoted) && extends_alone(self.said, self.ctx));
        match &self.doubt {
            _ if !of_the_quote => None,
            None | Some(Doubt::Condition { .. }) => Some(Reading::one(wish::requote(self.text))),
            Some(_) => self.ask(wish::requote(self.text), Doubt::Unclear),
        }
    }

    /// The customer wants something else. A contract that is being made, or signed, would be undone.
    fn wish(&self) -> Option<Reading> {
        let said = self.said;
        // `xin ck 5%` is a discount; `ck` alone a transfer.
        let discount = || said.find(&["xin ck", "muốn ck", "đòi ck"]).filter(|_| self.text.contains('%'));
        let (_, words) = said.find(CUSTOMER_WANTS).or_else(discount).filter(|_| self.told)?;
        let plain = || !alone::settled_wish(said, words.end) && alone::wants_change(said, words.clone());
        match () {
            () if self.agrees => self.ask(wish::change(self.text), Doubt::Several),
            () if self.is_at(State::Quoted) && plain() => Some(Reading::one(wish::change(self.text))),
            () => self.ask(wish::change(self.text), Doubt::Unclear),
        }
    }

    fn declined(&self) -> Option<Reading> {
        (self.told && self.said.has(CUSTOMER_DECLINES)).then(|| alone::declined(self.body, self.text, self.said))
    }

    /// `khách chê đắt`, `khách để quý sau`: wanted cheaper, or not at all.
    fn unsure(&self) -> Option<Reading> {
        if !self.is_unsure() || self.hopes() {
            return None;
        }
        let over = self.puts_off() && !self.agrees;
        let guess = if over { What::Declined(self.text.to_string()) } else { wish::change(self.text) };
        self.ask(guess, Doubt::Unclear)
    }

    /// `khách hẹn thứ 6 trả lời`: a day, and no answer yet. With an `ok` beside it the answer is looked for.
    fn answers_later(&self) -> bool {
        self.is_unsure() && self.hopes() && !self.agrees
    }

    fn is_unsure(&self) -> bool {
        self.told && (self.leaves() || (self.is_at(State::Quoted) && self.said.has(CUSTOMER_UNSURE)))
    }

    fn leaves(&self) -> bool {
        self.ctx.state <= State::Contracting && self.said.has(CUSTOMER_LEAVES)
    }

    fn puts_off(&self) -> bool {
        self.leaves() || self.said.has(&["quý sau", "năm sau", "để sau", "hoãn"])
    }

    fn hopes(&self) -> bool {
        !self.puts_off() && self.said.has(&["hẹn"]) && !self.said.has(&["chê", "đắt", "kêu cao"])
    }

    fn price_offered(&self) -> Option<Reading> {
        match self.is_at(State::Quoted) && !self.agrees && self.told {
            true => agreement::offered(self.body, self.text, self.said),
            false => None,
        }
    }

    fn agreed(&self) -> Option<Reading> {
        match self.is_at(State::Quoted) && self.agrees {
            true => agreement::in_prose(self.body, self.text, self.said, self.ctx),
            false => None,
        }
    }
}

/// Money, the work's end, the contract.
impl News<'_> {
    fn paid(&self) -> Option<Reading> {
        let said = self.said;
        let perhaps = || self.told || said.has(&["kế toán", "kt báo"]) || said.longest_at(0, MAY_PAY).is_some();
        payment::in_prose(self.body, said.text, self.ctx).or_else(|| match perhaps() && !self.is_at(State::Quoted) {
            true => payment::perhaps(self.body, said.text, self.ctx),
            false => None,
        })
    }

    fn accepted(&self) -> Option<Reading> {
        match self.is_at(State::Delivering) {
            true => alone::accepted(self.body, self.said.text, self.ctx),
            false => None,
        }
    }

    fn handed_over(&self) -> Option<Reading> {
        let said = self.said;
        let over = self.is_at(State::Delivering)
            && (said.has(MAY_HAND_OVER) || said.has(WANTS_CLOSED))
            && !said.has(PARTS)
            && self.doubt.is_none();
        if over { self.ask(What::HandedOver { on: self.day() }, Doubt::Unclear) } else { None }
    }

    /// Signed, with its number: by whom is not said.
    fn contract_numbered(&self) -> Option<Reading> {
        let said = self.said;
        let numbered = || said.has(CONTRACT_NUMBER) || self.names_contract();
        let signed = self.is_at(State::Contracting)
            && !self.told
            && !said.has(&["hai bên"])
            && said.has(&["ký", "signed"])
            && numbered()
            && !self.denied();
        if signed { self.ask(What::Signed { number: None, on: None, framework: false }, Doubt::Unclear) } else { None }
    }

    /// `Số HĐ 15/2026/HĐ-AP ngày 20/11`: as they were asked for.
    fn contract_dated(&self) -> Option<Reading> {
        let words = || self.said.words.iter().filter(|w| w.kind == Sort::Word).count();
        let dated = self.is_at(State::Contracting)
            && !self.told
            && self.doubt.is_none()
            && !self.said.has(OTHER_PAPERS)
            && self.names_contract()
            && words() <= 8
            && self.day().is_some();
        if dated { self.ask(What::Signed { number: None, on: None, framework: false }, Doubt::Unclear) } else { None }
    }

    fn names_contract(&self) -> bool {
        self.said.has(CONTRACTS) && contract::names_one(self.text, self.ctx.today)
    }

    /// `Khách dùng hợp đồng khung số 12/2024`
    fn framework(&self) -> Option<Reading> {
        let said = self.said;
        let named = || said.has(FRAMEWORK) && contract::names_one(self.text, self.ctx.today) && !is_question(said);
        let uses = self.is_at(State::Contracting) && !said.has(CUSTOMER_SIGNED) && !self.denied() && named();
        if uses { self.ask(What::Signed { number: None, on: None, framework: true }, Doubt::Unclear) } else { None }
    }

    fn signed(&self) -> Option<Reading> {
        let (said, text) = (self.said, self.text);
        let (_, words) = said.find(CUSTOMER_SIGNED).filter(|_| (self.told || said.has(&["hai bên"])) && !self.denied())?;
        if self.is_at(State::Quoted) {
            return self.ask(What::Agreed { on: None }, Doubt::Unclear);
        }
        let after = said.words.get(words.end).and_then(|next| text.get(next.at.start..)).unwrap_or("");
        let hit = Hit { word: firm::word_for(Firm::Signed), line: after, more: "", bare: after.is_empty() };
        contract::signed(&hit, self.body, self.ctx)
    }
}

/// `gia hạn đến 30/12`, `khách xin gia hạn thêm 7 ngày`: while the customer has the quote, it is that which holds longer.
fn extends_alone(said: &Said, ctx: &Asked) -> bool {
    let dates: Vec<_> = dates_in(said.text, ctx.today, Lean::Future).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(said.text, &dates);
    let rest = mention::unnamed(Said::new(&rest), &ctx.people).without(|w| w.kind == Sort::Number);
    rest.only(&[EXTEND, CUSTOMER, CUSTOMER_WANTS, BESIDE_EXTENSION, POLITE, THANKS])
}
