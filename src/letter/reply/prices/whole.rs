//! What holds for the whole quote: discount, markup, VAT, the server's price, validity, terms of payment.

use super::clauses::{are_terms, says_nothing};
use super::rate::{Rate, bare_rate, factor_of, other_than_rate, percent_of, times};
use super::{Prices, is_free, price_of};
use crate::letter::reply::doubts::is_question;
use crate::letter::reply::reckoned::reckoned;
use crate::letter::reply::said::{Said, Sort};
use crate::letter::reply::span::Span;
use crate::letter::reply::values::{is_rate, one_amount};
use crate::letter::reply::words::*;
use crate::letter::reply::{Asked, Doubt};
use crate::process::form::Cell;
use crate::process::value::{Value, Vnd};
use crate::text::squash;

/// What holds for the whole quote.
impl<'a> Prices<'a> {
    /// Discount, markup, VAT, validity, terms. `alone`: the text names no item, and a price is that of a case's only one.
    pub(super) fn whole(&mut self, text: &'a str, alone: Option<&Asked>) {
        let said = Said::new(text);
        if says_nothing(&said) {
            return;
        }
        if are_terms(&said) {
            let sure = !is_question(&said) && !said.has(&["chưa", "đừng", "chờ", "đợi", "để"]);
            return if sure { self.field("pr_pay", Value::Text(squash(text)), text) } else { self.doubt(Doubt::Unclear) };
        }
        if said.has(SERVER_NAMED) && is_free(&said) {
            return self.field("pr_srv", Value::Money(0), text);
        }
        if !said.has(NO_VAT) {
            self.settled(text);
        }
        if let Some(days) = valid_days(&said) {
            return self.field("pr_valid", Value::Number(days), text);
        }
        if said.has(NO_VAT) {
            let of_server = self.of_server || said.has(SERVER_NAMED);
            return self.field(if of_server { "pr_srv_vat" } else { "pr_vat" }, Value::Choice("kct".into()), text);
        }
        if said.words.iter().filter(|w| w.sign() == Some('%')).count() > 1 {
            return self.doubt(Doubt::Unclear);
        }
        if said.has(VAT) && (self.of_server || said.has(SERVER_NAMED)) && matches!(one_amount(text), Ok(None)) {
            return self.tax_of_server(&said);
        }
        if let Some(typed) = reckoned(&said, true) {
            return self.doubt(Doubt::Reckoned { typed });
        }
        if said.has(SERVER_NAMED) {
            return self.server(&said);
        }
        if let Some(span) = self.span_of_server(&said) {
            if !span.is(self.cycle) {
                self.doubt(Doubt::ServerSpan);
            }
            return;
        }
        if is_rate(text) {
            return self.doubt(Doubt::Unclear);
        }
        self.figure(&said, alone);
    }

    /// `server = 36tr`: its own price. A discount or a tax beside it may be meant for either.
    fn server(&mut self, said: &Said<'a>) {
        let else_said = percent_of(said).is_some() || said.has(VAT) || said.has(DISCOUNT) && !said.has(PRICE_TO);
        match one_amount(said.text) {
            Ok(Some(_)) if Span::of(said).is_some_and(|span| !span.is(self.cycle)) => self.doubt(Doubt::ServerSpan),
            Err(doubt) => self.doubt(doubt),
            Ok(Some((typed, vnd, _))) if !else_said => self.field("pr_srv", Value::Money(vnd), &typed),
            Ok(_) => self.doubt(Doubt::Unclear),
        }
    }

    /// `VAT server 10`; beside the server's price, `VAT 10%`.
    fn tax_of_server(&mut self, said: &Said<'a>) {
        let figures = said.words.iter().filter(|w| w.kind == Sort::Number);
        let rest = said.without(|w| w.kind == Sort::Number || matches!(w.sign(), Some('%' | '=' | ':')));
        match (&figures.collect::<Vec<_>>()[..], rest.only(&[VAT, SERVER_NAMED, BESIDE_TAX, POLITE])) {
            ([rate], true) if is_tax(&rate.typed) => {
                self.field("pr_srv_vat", Value::Choice(rate.typed.clone()), said.text);
            }
            _ => self.doubt(Doubt::Unclear),
        }
    }

    /// `server = 36tr, 12 tháng`: how long the price before holds.
    fn span_of_server(&self, said: &Said) -> Option<Span> {
        let priced = self.cells.iter().any(|c| c.at == Cell::Field("pr_srv".into()));
        if priced { Span::alone(said) } else { None }
    }

    /// A rate, an amount, or a number that is neither.
    fn figure(&mut self, said: &Said<'a>, alone: Option<&Asked>) {
        let amount = one_amount(said.text);
        let explicit = percent_of(said);
        let factor = if explicit.is_none() { factor_of(said) } else { None };
        let is_factor = factor.is_some();
        let unmarked = || bare_rate(said).filter(|_| said.words.len() <= 6 && matches!(amount, Ok(None)));
        let rate = explicit.or(factor).or_else(unmarked);
        let on_cost = said.has(MARKUP) || times(said).is_some();
        let number = said.words.iter().any(|w| w.kind == Sort::Number);
        let lowers = said.has(DISCOUNT) || said.has(LOWER);
        // `hệ số 130%`: so much on top, or so much in all?
        let in_all = times(said).is_some() && !is_factor && rate.as_ref().is_some_and(|(_, hundredths)| *hundredths >= 10_000);
        let figure = rate.is_some() || !matches!(amount, Ok(None));
        if (figure && lowers && (on_cost || said.has(COST))) || in_all || (number && said.has(GROSS_MARGIN)) {
            return self.doubt(Doubt::Rate);
        }
        // `hệ số -5%`, `giảm -5%`, `hệ số âm 5%`: nobody means one below zero, and without the sign it is another figure.
        let signed = said.words.windows(2).any(|w| {
            matches!(w[0].sign(), Some('-' | '–' | '—' | '−')) && w[1].kind == Sort::Number && w[1].glued && !w[0].glued
        });
        if figure && (signed || said.has(&["âm", "minus"])) {
            return self.doubt(Doubt::Unclear);
        }
        if rate.is_some() && said.has(THE_REST) {
            return self.doubt(if on_cost { Doubt::ForAll } else { Doubt::Unclear });
        }
        match (rate, amount) {
            // `giảm 5% và 1tr`: both, or the one said the other way?
            (Some(_), Ok(Some(_)) | Err(_)) => self.doubt(Doubt::Unclear),
            (Some(rate), Ok(None)) => self.rate(said, rate, on_cost),
            (None, Err(doubt)) => self.doubt(doubt),
            (None, Ok(Some((typed, vnd, _)))) => self.amount(said, &typed, vnd, alone),
            // `hệ số 3`, `giá vốn x 2`
            (None, Ok(None)) if number && on_cost && said.words.len() <= 8 => self.doubt(Doubt::Rate),
            // `giảm 5`: percent, or millions?
            (None, Ok(None)) if number && said.has(DISCOUNT) && said.words.len() <= 4 => self.doubt(Doubt::Unclear),
            (None, Ok(None)) => self.left.push(said.text),
        }
    }

    /// Of the tax, on the cost, or off the price.
    fn rate(&mut self, said: &Said<'a>, (typed, hundredths): Rate, on_cost: bool) {
        if said.has(VAT) {
            let code = (hundredths % 100 == 0).then(|| (hundredths / 100).to_string()).filter(|c| is_tax(c));
            match code {
                Some(code) => self.field("pr_vat", Value::Choice(code), &typed),
                // There is no such tax.
                None => self.unclear(said),
            }
        } else if on_cost {
            self.field("pr_mode", Value::Choice("markup".into()), &typed);
            self.field("pr_markup", Value::Percent(hundredths), &typed);
        } else if said.has(DISCOUNT) {
            self.field("pr_disc_pct", Value::Percent(hundredths), &typed);
        } else {
            // `tăng 10%`: of what?
            return self.unclear(said);
        }
        self.left_beside(said, &typed);
    }

    /// Off the whole, or the price of the only item.
    fn amount(&mut self, said: &Said<'a>, typed: &str, vnd: Vnd, alone: Option<&Asked>) {
        match () {
            () if said.has(DISCOUNT) && !said.has(PRICE_TO) => {
                self.field("pr_disc_amt", Value::Money(vnd), typed);
                self.left_beside(said, typed);
            }
            () if said.has(VAT) => self.doubt(Doubt::Unclear),
            () if said.has(PRICE) || said.words.len() < 5 => match alone.map(|ctx| &ctx.items[..]) {
                Some([(id, _)]) => self.put(price_of(id), Value::Money(vnd), typed),
                _ => self.doubt(Doubt::WhichItem),
            },
            () => self.doubt(Doubt::WhichItem),
        }
    }

    /// A rate that goes into no cell. Where nothing else is said, that is all that the mail can be about.
    fn unclear(&mut self, said: &Said<'a>) {
        self.doubt(Doubt::Unclear);
        self.rate_alone |= other_than_rate(said, &[RELATIVE, PRICE]).is_none();
    }

    /// `markup 30% làm tròn`: what is said beside a value of the whole quote, before it or behind it, and goes into no cell.
    fn left_beside(&mut self, said: &Said<'a>, typed: &str) {
        let text: &'a str = said.text;
        let (before, behind) = text.split_once(typed).unwrap_or(("", text));
        // `phần in giảm 5%`: the discount is taken.
        let words = Said::new(before);
        let taken = |at: &usize| other_than_rate(&Said::new(words.from(*at)), &[]).is_none();
        let taken = (0..words.words.len()).find(taken).map_or(before.len(), |at| words.words[at].at.start);
        for part in [&before[..taken], behind] {
            if let Some(at) = other_than_rate(&Said::new(part), &[]) {
                self.left.push(part[at..].trim());
            }
        }
    }
}

/// `hiệu lực 30 ngày`, and nothing else said of it.
fn valid_days(said: &Said) -> Option<i64> {
    let beside: &[&str] = &["báo giá", "giá", "giá này", "có", "trong", "là", "vòng", "days", "day", "ngày", "for"];
    let at = said.words.iter().position(|w| w.kind == Sort::Number).filter(|_| said.has(VALID))?;
    let unit = said.words.get(at + 1).is_some_and(|w| ["ngày", "day", "days"].iter().any(|unit| w.is(unit)));
    let rest = said.without(|w| w.at == said.words[at].at);
    (unit && rest.only(&[VALID, beside, POLITE])).then(|| said.words[at].typed.parse().ok())?
}

/// The rates that there are.
fn is_tax(percent: &str) -> bool {
    matches!(percent, "0" | "5" | "8" | "10")
}
