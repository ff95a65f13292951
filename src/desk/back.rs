//! What a reply is told back: why it is asked back and how to say it instead, what was read that was not written the plain way.

use chrono::NaiveDate;

use crate::letter::messages::{Words, one_line};
use crate::letter::reply::{Doubt, Heard};
use crate::process::act::{Refusal, What};
use crate::process::case::{Case, State};
use crate::process::form::{Cell, Change};
use crate::process::house::{Email, House};
use crate::process::value::Value;
use crate::text::fold;

/// To who wrote it, about their case.
pub struct Back<'a> {
    state: State,
    /// The plan's, as it stands.
    end: Option<NaiveDate>,
    /// The contract is signed already.
    signed: bool,
    /// The writer is the case's Sales.
    sales: bool,
    words: Words<'a>,
}

impl<'a> Back<'a> {
    pub fn to(by: &str, case: &'a Case, house: &'a House) -> Back<'a> {
        Back {
            state: case.state,
            end: case.plan.map(|plan| plan.end),
            signed: case.contract.number.is_some(),
            sales: case.sales.as_deref() == Some(by),
            words: Words::of(house.lang, house, Some(&case.form), by),
        }
    }

    /// Why a reply is asked back, line by line. `guess`: what it probably meant; `said`: all of its text.
    pub fn asked(&self, sentence: &str, why: &Doubt, guess: Option<&What>, said: &str, today: NaiveDate) -> Vec<String> {
        // There is nothing to say in its place but another day.
        if let Some(not_yet) = self.not_yet(guess, why, today) {
            return vec![not_yet];
        }
        let told = self.doubt(why, guess);
        let odd = self.impossible(sentence, why);
        // `30/02/2026` has no reading to choose.
        let readings = !matches!(why, Doubt::Date { readings, .. } if readings.is_empty() && !odd.is_empty());
        Some(told).filter(|_| readings).into_iter().chain(odd).chain(self.instead(why, guess, said)).collect()
    }

    /// Why a reply is asked back. `guess`: what it probably meant.
    pub fn doubt(&self, why: &Doubt, guess: Option<&What>) -> String {
        let words = &self.words;
        let say = |key: &str, fill: &[(&str, &str)]| words.say(&format!("doubt.{key}"), fill);
        let or = format!(" {} ", words.say("word.or", &[]));
        // Without a reading there is nothing to choose from.
        let choices = |none: &str, typed: &str, readings: Vec<String>| match readings.is_empty() {
            true => say(none, &[("typed", typed)]),
            false => say("money", &[("typed", typed), ("readings", &readings.join(&or))]),
        };
        let example = |no: &str| words.say("example.kt_cp", &[("no", no)]);
        match why {
            Doubt::Weak => say("weak", &[]),
            Doubt::Negated { word } => say("negated", &[("word", word)]),
            // Told as done, with a word of what is to come beside it; else the answer itself is put off.
            Doubt::Later { word } if guess.is_some() => say("to_come", &[("word", word)]),
            Doubt::Later { word } => say("later", &[("word", word)]),
            // `duyệt mục 1`, `KH đồng ý mục 1`: no word that limits it, but only a part.
            Doubt::Condition { word } if ["muc", "hang muc", "item"].contains(&fold(word).as_str()) => say("partly", &[]),
            Doubt::Condition { word } => say("condition", &[("word", word)]),
            Doubt::CounterOffer { typed } => say("counter_offer", &[("typed", typed)]),
            Doubt::Question => say("question", &[]),
            Doubt::OtherVersion => say("other_version", &[]),
            Doubt::Several if matches!(guess, Some(What::HandedOver { .. } | What::Paid { .. })) => say("several_done", &[]),
            Doubt::Several => say("several", &[]),
            Doubt::NotExplicit => say("not_explicit", &[]),
            Doubt::TwoTexts => say("two_texts", &[]),
            Doubt::Lossy => say("lossy", &[]),
            Doubt::WhyNot | Doubt::Sure => say(
                match guess {
                    Some(What::Withdraw(_)) => "withdraw",
                    Some(What::Declined(_) | What::ChangeAsked { .. }) => "customer_why_not",
                    _ => "why_not",
                },
                &[],
            ),
            Doubt::Money { typed, readings } => {
                choices("no_amount", typed, readings.iter().map(|vnd| words.money(*vnd)).collect())
            }
            Doubt::Date { typed, readings } => choices("no_day", typed, readings.iter().map(|date| words.date(*date)).collect()),
            Doubt::Days { typed, readings } => choices("no_days", typed, readings.iter().map(|half| words.days(*half)).collect()),
            Doubt::Incomplete { item, cell } => incomplete(words, item, cell),
            Doubt::Reckoned { typed } => say("reckoned", &[("typed", &one_line(typed, 80))]),
            Doubt::Fee => say("fee", &[]),
            Doubt::PaidBefore => say("paid_before", &[]),
            Doubt::InParts => say("in_parts", &[]),
            Doubt::Unclear => say("unclear", &[]),
            Doubt::WithTax => say("with_tax", &[]),
            Doubt::Rate => say("rate", &[]),
            Doubt::ForAll => say("for_all", &[]),
            Doubt::ServerSpan => {
                let (span, example) = (words.server_span(), words.server_example());
                let key = if span.is_some() { "server_span" } else { "no_server_span" };
                say(key, &[("span", &span.unwrap_or_default()), ("example", &example)])
            }
            Doubt::WhichItem if self.state == State::Pricing => say("which_price", &[("server", &words.server_example())]),
            Doubt::WhichItem => say("which_item", &[("example", &example("1"))]),
            Doubt::Each => say("each", &[("example", &example("1"))]),
            Doubt::Twice { item } => {
                let no = words.item_no(item);
                say("twice", &[("no", &no), ("example", &example(&no))])
            }
            Doubt::NoSuchItem { number } => say("no_such_item", &[("number", number)]),
            Doubt::WhoIs { name, may_be } => who_is(words, name, may_be),
        }
    }

    /// What has happened is told of a day to come: there is no reading to choose.
    fn not_yet(&self, guess: Option<&What>, why: &Doubt, today: NaiveDate) -> Option<String> {
        use What::{Agreed, Close, HandedOver, Paid, SentToCustomer, Signed, Tested};
        let Doubt::Date { readings, .. } = why else { return None };
        let told = matches!(
            guess?,
            SentToCustomer { .. }
                | Agreed { .. }
                | Signed { .. }
                | Paid { .. }
                | Tested { .. }
                | HandedOver { .. }
                | Close { .. }
        );
        let on = match readings[..] {
            [on] if told && on > today => on,
            _ => return None,
        };
        Some(self.words.refusal(&Refusal::NotYet { on }))
    }

    /// Days that are none and parts of the work beyond the whole, in an answer that was not understood: where to look.
    fn impossible(&self, sentence: &str, why: &Doubt) -> Vec<String> {
        if !matches!(why, Doubt::Unclear | Doubt::Date { .. }) {
            return vec![];
        }
        let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '%').to_string();
        let beyond = |w: &str| w.strip_suffix('%').and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n > 100);
        let key = |w: &str| match w {
            day if is_no_day(day) => Some("doubt.no_such_day"),
            part if self.state == State::Delivering && beyond(part) => Some("doubt.beyond"),
            _ => None,
        };
        sentence.split_whitespace().map(word).filter_map(|w| Some(self.words.say(key(&w)?, &[("typed", &w)]))).collect()
    }

    /// How to say it instead, behind a [`Back::doubt`]: what was most likely meant, as it is answered; a value with several readings,
    /// in the line that it stood in.
    pub fn instead(&self, why: &Doubt, guess: Option<&What>, said: &str) -> Option<String> {
        let words = &self.words;
        let full = |typed: &String, full: Option<String>| {
            let line = full.and_then(|full| in_its_line(said, typed, &full));
            Some(match line {
                Some(example) => words.say("doubt.again", &[("example", &example)]),
                None => words.say("doubt.again_plain", &[]),
            })
        };
        match (why, guess) {
            // The words that are read as a correction, whatever else stands beside them.
            (_, Some(What::Correct { cells })) => correction(words, why, cells),
            (Doubt::Condition { .. }, Some(What::Return(_))) => Some(words.say("doubt.instead_return", &[])),
            (Doubt::Condition { .. }, Some(What::Agreed { .. } | What::ChangeAsked { .. })) => {
                Some(words.say("doubt.instead_change", &[]))
            }
            (Doubt::Unclear, Some(What::Agreed { .. })) => Some(words.say("doubt.instead_agreed", &[])),
            (Doubt::Unclear, Some(What::HandedOver { on })) if self.sales => {
                let on = on.map_or_else(|| words.say("word.some_day", &[]), |on| words.short_date(on));
                Some(words.say("doubt.instead_accepted", &[("on", &on)]))
            }
            (Doubt::Unclear, Some(What::HandedOver { on })) => {
                let on = on.map_or_else(|| words.say("word.some_day", &[]), |on| words.short_date(on));
                Some(words.say("doubt.instead_handed_over", &[("on", &on)]))
            }
            (Doubt::Unclear, Some(What::Tested { .. })) => Some(words.say("doubt.instead_tested", &[])),
            (Doubt::Unclear, Some(What::Signed { number: None, .. })) if self.signed => {
                Some(words.say("doubt.instead_signing_day", &[]))
            }
            (Doubt::Unclear, Some(What::Done)) => Some(words.say("doubt.instead_done", &[])),
            (Doubt::Several, Some(What::Paid { .. })) => Some(words.say("doubt.instead_payments", &[])),
            (Doubt::Several, Some(What::HandedOver { .. })) => Some(words.say("doubt.instead_both", &[])),
            (Doubt::Unclear, Some(What::Plan { end, .. })) if self.state == State::Delivering => {
                let day = || words.say("word.some_day", &[]);
                let end = end.map_or_else(day, |end| words.short_date(end));
                Some(words.say("doubt.instead_plan", &[("end", &end)]))
            }
            (Doubt::Money { typed, readings }, _) if !readings.is_empty() => {
                full(typed, readings.iter().max().map(|vnd| format!("{}đ", words.digits(*vnd))))
            }
            (Doubt::Date { typed, readings }, _) if !readings.is_empty() => {
                // A plan lies ahead; what is told as done, before.
                let ahead = matches!(guess, Some(What::Plan { .. }));
                full(typed, if ahead { readings.last() } else { readings.first() }.map(|date| words.short_date(*date)))
            }
            (Doubt::Days { typed, readings }, _) if !readings.is_empty() => full(typed, None),
            _ => None,
        }
    }

    /// The mail and its form, which decides by this cell, say different things.
    pub fn form_differs(&self, act: &What, decided: &Change) -> String {
        let words = &self.words;
        let act = words.act(act.name()).to_uppercase();
        words.say("doubt.form_differs", &[("act", &act), ("form", &words.value_at(&decided.at, decided.new.as_ref()))])
    }

    /// A form that its own mail calls unfinished.
    pub fn not_final(&self, word: &str) -> String {
        self.words.say("doubt.not_final", &[("word", &one_line(word, 120))])
    }

    /// Words beside a form that would have done something by themselves.
    pub fn words_left(&self, text: &str) -> String {
        self.words.say("doubt.words_left", &[("text", &one_line(text, 300))])
    }

    /// Something understood that was not written the plain way, for who wrote it.
    pub fn heard(&self, heard: &Heard) -> Option<String> {
        let words = &self.words;
        let read = |typed: &str, value: String| words.say("heard.read", &[("typed", typed), ("reading", &value)]);
        match heard {
            Heard::Date { typed, date } => Some(read(typed, words.date(*date))),
            Heard::Amount { typed, vnd } => Some(read(typed, words.money_spelled(*vnd))),
            Heard::Cell(echo) => Some(words.echo(echo)),
            Heard::Incomplete { item, cell } => Some(incomplete(words, item, cell)),
            Heard::WhoIs { name, may_be } => Some(who_is(words, name, may_be)),
            // The day that it ends on already is no news.
            Heard::EndStays { end } if self.end == Some(*end) => None,
            Heard::EndStays { end } => Some(words.say("heard.end_stays", &[("end", &words.short_date(*end))])),
            Heard::Accepted { tech: true } => Some(words.say("heard.accepted_tech", &[])),
            Heard::Accepted { .. } if self.state == State::Delivering => Some(words.say("heard.accepted", &[])),
            Heard::Accepted { .. } => Some(words.say("heard.accepted_early", &[("state", &words.state(self.state))])),
            Heard::LeftOut { line } => Some(words.say("doubt.left_out", &[("text", &one_line(line, 300))])),
            Heard::Unread { lines } => Some(words.say("doubt.unread", &[("text", &one_line(lines, 300))])),
        }
    }
}

/// `SỬA: 2: 8tr`, with the item that was named and its cost, so far as they can be read.
fn correction(words: &Words, why: &Doubt, cells: &[Change]) -> Option<String> {
    let item = cells.iter().find_map(|c| if let Cell::Item(id, _) = &c.at { Some(words.item_no(id)) } else { None })?;
    let cost = cells.iter().find_map(|c| if let Some(Value::Money(vnd)) = c.new { Some(vnd) } else { None });
    let read = if let Doubt::Money { readings, .. } = why { readings.iter().max().copied() } else { cost };
    let value = read.map_or_else(|| words.say("example.cost", &[]), |vnd| words.digits(vnd));
    Some(words.say("doubt.instead_correct", &[("no", &item), ("value", &value)]))
}

/// `30/02/2026`.
fn is_no_day(typed: &str) -> bool {
    let parts: Vec<&str> = typed.split(['/', '.', '-']).collect();
    match parts[..] {
        [day, month, year] if year.len() == 4 => match (day.parse(), month.parse(), year.parse()) {
            (Ok(day), Ok(month), Ok(year)) => NaiveDate::from_ymd_opt(year, month, day).is_none(),
            _ => false,
        },
        _ => false,
    }
}

/// The line in which something was typed, with a clear value in its place. `None` where it does not stand there once.
fn in_its_line(said: &str, typed: &str, full: &str) -> Option<String> {
    let mut lines = said.lines().filter(|line| line.contains(typed));
    let line = lines.next().filter(|line| line.matches(typed).count() == 1 && line.chars().count() <= 120)?;
    lines.next().is_none().then(|| line.trim().replace(typed, full))
}

/// `@name` is nobody, or one of several.
fn who_is(words: &Words, name: &str, may_be: &[Email]) -> String {
    let people: Vec<String> = may_be.iter().map(|p| format!("{} ({p})", words.house.name_of(p))).collect();
    let key = if people.is_empty() { "doubt.who_is_nobody" } else { "doubt.who_is" };
    words.say(key, &[("name", name), ("people", &people.join(", "))])
}

/// What an item's answer in a mail still lacks, and how the whole of it is written: there is no cell to fill in.
fn incomplete(words: &Words, item: &str, cell: &str) -> String {
    let example = words.say(&format!("example.{cell}"), &[("no", &words.item_no(item))]);
    let place = words.place(&Cell::Item(item.to_string(), cell.to_string()));
    words.say("doubt.incomplete", &[("place", &place), ("example", &example)])
}
