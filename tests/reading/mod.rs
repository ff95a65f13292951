//! Readings in few words, for the tests of what people answer.
#![allow(dead_code, reason = "each test takes what it needs")]

use chrono::NaiveDate;
use quotedesk::letter::reply::{Asked, Doubt, Known, NewText, Reading, read};
use quotedesk::process::act::What;
use quotedesk::process::case::State;
use quotedesk::process::form::Cell;
use quotedesk::process::house::Role;
use quotedesk::process::value::Value;

pub fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).expect("a date")
}

/// A writer on a case of three items, on Monday 23.11.2026.
pub fn asked(role: Role, state: State) -> Asked {
    Asked {
        roles: vec![role],
        state,
        items: (1..=3).map(|n| (format!("M{n:02}"), n)).collect(),
        has_proposal: false,
        payment_waits: None,
        paid: false,
        question_open: false,
        server_cycle: None,
        today: day(2026, 11, 23),
        people: vec![
            Known { name: "Trần Thị Lan".into(), email: "lan@anphat.example".into(), sales: true },
            Known { name: "Nguyễn Văn Duyệt".into(), email: "duyet@anphat.example".into(), sales: false },
        ],
        writer: "Lê Hùng".into(),
    }
}

/// A reading in few words: `confirm`, `return: …`, `ask weak -> confirm`, `comment`, `nothing`.
pub fn said(text: &str, ctx: &Asked) -> String {
    match read(&NewText::plain(text), ctx) {
        Reading::Nothing => "nothing".into(),
        Reading::Means { acts, .. } => acts.iter().map(act).collect::<Vec<_>>().join(" + "),
        Reading::Ask { guess, why, .. } => {
            let guess = guess.map(|g| format!(" -> {}", g.name())).unwrap_or_default();
            format!("ask {}{guess}", doubt(&why))
        }
    }
}

pub fn act(what: &What) -> String {
    let value = |v: &Value| match v {
        Value::Money(vnd) => vnd.to_string(),
        Value::Days(halves) => format!("{}d", f64::from(*halves) / 2.0),
        Value::Number(n) => n.to_string(),
        Value::Percent(p) => format!("{}%", p / 100),
        other => other.text().unwrap_or("?").to_string(),
    };
    match what {
        What::Said { cells, .. } | What::Correct { cells } => {
            let cell = |c: &quotedesk::process::form::Change| {
                let at = match &c.at {
                    Cell::Field(name) => name.clone(),
                    Cell::Item(id, name) => format!("{id}.{name}"),
                };
                format!("{at}={}", c.new.as_ref().map(value).unwrap_or_default())
            };
            format!("{} {}", what.name(), cells.iter().map(cell).collect::<Vec<_>>().join(" "))
        }
        What::Comment { .. } => "comment".into(),
        What::Plan { start, end } => format!("plan {} {}", on(*start), on(*end)),
        What::Agreed { on: Some(day) } => format!("agreed {day}"),
        What::HandedOver { on: Some(day) } => format!("handed-over {day}"),
        What::Signed { number, on: day, framework } => {
            let framework = if *framework { " framework" } else { "" };
            format!("signed {} {}{framework}", number.as_deref().unwrap_or("-"), on(*day))
        }
        What::ContractNumber { number } => format!("contract-number {number}"),
        What::Paid { vnd, on: day } => format!("paid {} {}", vnd.map(|v| v.to_string()).unwrap_or("-".into()), on(*day)),
        What::PaidInstead { was, was_on, vnd, on: day } => {
            let sum = |vnd: &Option<i64>| vnd.map_or("-".into(), |v| v.to_string());
            format!("paid-instead {} {} of {} {}", sum(vnd), on(*day), sum(was), on(*was_on))
        }
        What::Progress { percent, text } => format!("progress {}: {text}", percent.unwrap_or_default()),
        What::Assign { sales } => format!("assign {sales}"),
        other => match other.text() {
            Some("") | None => other.name().to_string(),
            Some(text) => format!("{}: {text}", other.name()),
        },
    }
}

pub fn on(day: Option<NaiveDate>) -> String {
    day.map(|d| d.to_string()).unwrap_or("-".into())
}

pub fn doubt(why: &Doubt) -> &'static str {
    match why {
        Doubt::Weak => "weak",
        Doubt::Negated { .. } => "negated",
        Doubt::Later { .. } => "later",
        Doubt::Condition { .. } => "condition",
        Doubt::CounterOffer { .. } => "counter-offer",
        Doubt::Question => "question",
        Doubt::OtherVersion => "other-version",
        Doubt::Several => "several",
        Doubt::Unclear => "unclear",
        Doubt::NotExplicit => "not-explicit",
        Doubt::WhyNot => "why-not",
        Doubt::Money { .. } => "money",
        Doubt::Reckoned { .. } => "reckoned",
        Doubt::Fee => "fee",
        Doubt::PaidBefore => "paid-before",
        Doubt::Date { .. } => "date",
        Doubt::Days { .. } => "days",
        Doubt::Incomplete { .. } => "incomplete",
        Doubt::WithTax => "with-tax",
        Doubt::Rate => "rate",
        Doubt::ForAll => "for-all",
        Doubt::ServerSpan => "server-span",
        Doubt::WhichItem => "which-item",
        Doubt::Each => "each",
        Doubt::Twice { .. } => "twice",
        Doubt::NoSuchItem { .. } => "no-such-item",
        Doubt::WhoIs { .. } => "who-is",
        Doubt::TwoTexts => "two-texts",
        Doubt::Lossy => "lossy",
        Doubt::Sure => "sure",
        Doubt::InParts => "in-parts",
    }
}
