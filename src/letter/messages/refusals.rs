//! Why an act was not done, and what to do about it.

use super::{Words, cut, has};
use crate::process::act::{NeedsWhat, Refusal};
use crate::process::case::{Payment, Reason, State};
use crate::process::quote::Paper;

/// So many payments are named where one of them has to be chosen.
const MOST_PAYMENTS: usize = 12;

impl Words<'_> {
    /// Why an act was not done, and what to do about it. The problems of `Prices` and `Answers` are listed apart.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("refusal.{key}"), fill);
        match refusal {
            Refusal::NotYours { may } if may.is_empty() => say("not_yours_nobody", &[]),
            Refusal::NotYours { may } => say("not_yours", &[("may", &self.names(may))]),
            Refusal::NotNow { state: state @ State::Contracting, what } if what == "requote" => {
                say("not_now_requote", &[("state", &self.state(*state))])
            }
            Refusal::NotNow { state: State::Contracting | State::Scheduling | State::Delivering, what } if what == "declined" => {
                say("declined_late", &[])
            }
            Refusal::NotNow { state: State::Quoted, what } if what == "signed" || what == "paid" => say("agreed_first", &[]),
            Refusal::NotNow { what, .. } if what == "nothing-feasible" => say("nothing_feasible", &[]),
            Refusal::NotNow { state, what } => {
                let key = if last_step_of(what).is_some_and(|last| last < *state) { "passed" } else { "not_now" };
                say(key, &[("state", &self.state(*state))])
            }
            Refusal::AlreadyDecided { what, by, at } => {
                let own = by.is_some() && by.as_deref() == self.reader;
                let key = match (what.as_str(), own) {
                    ("agreed", true) => "already_agreed_yours",
                    ("agreed", false) => "already_agreed",
                    (_, true) => "already_decided_yours",
                    (_, false) => "already_decided",
                };
                say(key, &[("by", &self.who(by.as_ref())), ("at", &self.moment(*at))])
            }
            Refusal::Lost => say("lost", &[]),
            Refusal::Superseded { seen, now } => say("superseded", &[("seen", &seen.to_string()), ("now", &now.to_string())]),
            Refusal::Closed { reason, at } => {
                let key = if *reason == Reason::Expired { "closed_expired" } else { "closed" };
                say(key, &[("reason", &self.reason(*reason)), ("at", &self.moment(*at))])
            }
            Refusal::ChecksOpen { checks } => {
                let checks: Vec<String> = checks.iter().map(|c| self.check(c)).collect();
                say("checks_open", &[("checks", &checks.join("; "))])
            }
            Refusal::OwnForm => say("own_form", &[]),
            Refusal::OwnPrice => say("own_price", &[]),
            Refusal::Needs { what: NeedsWhat::Reason } => self.refusal_of("return", refusal),
            Refusal::Needs { what } => self.say(&format!("needs.{}", needs_key(*what)), &[]),
            Refusal::NotYet { on } => say("not_yet", &[("on", &self.date(*on))]),
            Refusal::BadDates { start, end } => say("bad_dates", &[("start", &self.date(*start)), ("end", &self.date(*end))]),
            Refusal::Prices { .. } => say("prices", &[]),
            Refusal::HeldBack { paper, problems } => {
                let mut places: Vec<String> = problems.iter().map(|p| self.problem_place(p)).collect();
                places.iter_mut().filter(|p| p.is_empty()).for_each(|p| *p = self.say("cli.exchanges", &[]));
                let key = if *paper == Paper::Quote { "held_back_quote" } else { "held_back_appendix" };
                say(key, &[("places", &places.join("; "))])
            }
            Refusal::Answers { .. } => say("answers", &[]),
            Refusal::NoSuchPerson { who } => match self.house.person(who) {
                Some(known) => say("no_sales", &[("who", &known.name), ("sales", &self.all_sales())]),
                None => say("no_such_person", &[("who", &cut(who, 100)), ("sales", &self.all_sales())]),
            },
            Refusal::NothingToRetract => say("nothing_to_retract", &[]),
            Refusal::NothingToConfirm => say("nothing_to_confirm", &[]),
            Refusal::BeforeStart { start, on } => say("before_start", &[("start", &self.date(*start)), ("on", &self.date(*on))]),
            Refusal::BeforeQuote { number, date, on } => {
                say("before_quote", &[("number", number), ("date", &self.date(*date)), ("on", &self.date(*on))])
            }
            Refusal::QuoteExpired { on } => say("quote_expired", &[("on", &self.date(*on))]),
            Refusal::Conflicts { items } => say("conflicts", &[("items", &self.item_list(items))]),
            Refusal::Unanswered { items } => say("unanswered", &[("items", &self.item_list(items))]),
            Refusal::QuoteIsOut { number, revision, retractable } => {
                let key = if *retractable { "quote_is_out_yet" } else { "quote_is_out" };
                say(key, &[("number", number), ("revision", &revision.to_string())])
            }
            Refusal::PaidTooMuch { vnd, total, left } => {
                say("paid_too_much", &[("vnd", &self.money(*vnd)), ("total", &self.money(*total)), ("left", &self.money(*left))])
            }
            Refusal::WhichPayment { payments } if payments.is_empty() => say("no_payment", &[]),
            Refusal::WhichPayment { payments } => {
                let told = |p: &Payment| self.say("word.paid_on", &[("vnd", &self.money(p.vnd)), ("on", &self.date(p.on))]);
                let list: Vec<String> = payments.iter().take(MOST_PAYMENTS).map(told).collect();
                say("which_payment", &[("payments", &list.join("; "))])
            }
            Refusal::ChangeTooLate { state } => say("change_too_late", &[("state", &self.state(*state))]),
            Refusal::PriceNotNow { state } => say("price_not_now", &[("state", &self.state(*state))]),
            Refusal::NothingToCorrect => say("nothing_to_correct", &[]),
            Refusal::DeskFault => say("desk_fault", &[]),
        }
    }

    /// [`Words::refusal`] of a certain act (`What::name`): a reason that is missing is asked for in the words of that act.
    pub fn refusal_of(&self, act: &str, refusal: &Refusal) -> String {
        let key = format!("reason_for.{act}");
        let before_quote = format!("refusal.before_quote_{act}");
        match refusal {
            Refusal::Needs { what: NeedsWhat::Reason } if has(self.lang, &key) => {
                self.say("needs.reason", &[("example", &self.say(&key, &[]))])
            }
            // What such a day may be instead depends on what was told of it.
            Refusal::BeforeQuote { number, date, on } if has(self.lang, &before_quote) => {
                self.say(&before_quote, &[("number", number), ("date", &self.date(*date)), ("on", &self.date(*on))])
            }
            other => self.refusal(other),
        }
    }
}

/// The last step at which an act (`What::name`) can be done, where there is one after which it comes too late.
fn last_step_of(act: &str) -> Option<State> {
    match act {
        "form" | "confirm" | "return" | "reject" | "done" | "said" | "correct" => Some(State::Pricing),
        "sent-to-customer" | "agreed" => Some(State::Quoted),
        "change-asked" | "declined" | "form-change" => Some(State::Contracting),
        "plan" | "progress" | "tested" | "handed-over" => Some(State::Delivering),
        _ => None,
    }
}

pub(super) fn needs_key(what: NeedsWhat) -> &'static str {
    match what {
        NeedsWhat::Reason => "reason",
        NeedsWhat::Question => "question",
        NeedsWhat::Sales => "sales",
        NeedsWhat::ContractNumber => "contract_number",
        NeedsWhat::Amount => "amount",
        NeedsWhat::Date => "date",
        NeedsWhat::Signature => "signature",
        NeedsWhat::Paper => "paper",
        NeedsWhat::Plan => "plan",
        NeedsWhat::Form => "form",
        NeedsWhat::Ending => "ending",
    }
}
