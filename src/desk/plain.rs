//! Answers that belong to no case, and lines that an answer has besides: what was wrong with the submission itself.

use chrono::NaiveDate;

use super::render::{Came, Pen, mail_name};
use super::submission::Submission;
use super::understand::{Closed, Opened};
use crate::calendar::say;
use crate::intake::guard::{self, Automatic};
use crate::intake::message::Unreadable;
use crate::letter::mail::{self, Mail};
use crate::letter::messages::{Words, one_line, text};
use crate::letter::reply::{Doubt, Heard};
use crate::letter::templates;
use crate::process::act::{Refusal, What};
use crate::process::case::{Case, State};
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Change, Form, Item};
use crate::process::house::{At, Email, House};
use crate::process::problem::{FileFault, Kind, Problem, Severity};
use crate::store::{NewEffect, Outward, Quarantined};
use crate::text::{fold, sha};

/// The same contents came before.
pub fn already(house: &House, before: At) -> String {
    let at = say::moment(before, &house.calendar, house.lang);
    text(house.lang, "desk.already", &[("at", &at)])
}

pub fn no_such_case(house: &House, id: &str) -> String {
    text(house.lang, "desk.no_such_case", &[("id", id)])
}

/// The letter that is answered, the subject and the form name different cases.
pub fn cases_differ(house: &House, cases: &[String]) -> String {
    text(house.lang, "desk.cases_differ", &[("cases", &cases.join(", "))])
}

/// A case number in the subject, by somebody who has nothing to do with that case.
pub fn not_of_case(house: &House, case: &Case) -> String {
    let who = case.sales.as_ref().or(case.cskh.as_ref()).map_or("CSKH", |person| house.name_of(person));
    text(house.lang, "desk.not_of_case", &[("id", &case.id), ("who", who)])
}

/// What the submission calls for could not be made.
pub fn unmade(house: &House, name: &str) -> String {
    text(house.lang, "desk.unmade", &[("name", name)])
}

/// What came belongs to no case, or could not be read at all.
pub fn which_case(house: &House, opened: &Opened) -> String {
    let wrong = wrong(house, opened);
    if wrong.is_empty() { text(house.lang, "desk.which_case", &[]) } else { wrong.join("\n\n") }
}

/// What of a submission was not taken, whatever the rest comes to.
pub fn wrong(house: &House, opened: &Opened) -> Vec<String> {
    let mut lines: Vec<String> = opened.unreadable.map(|why| trouble(house, why)).into_iter().collect();
    lines.extend(opened.faults().map(|(name, why)| fault(house, name, why)));
    lines.extend(opened.closed.iter().map(|(name, why)| closed(house, name, *why)));
    lines.extend(opened.further_forms().map(|name| text(house.lang, "desk.further_form", &[("name", name)])));
    lines
}

/// A form opened a case of its own though the same customer's other forms are open.
pub fn also_open(house: &House, cases: &[String]) -> Option<String> {
    (!cases.is_empty()).then(|| text(house.lang, "desk.also_open", &[("cases", &cases.join(", "))]))
}

/// Most items that are named one by one.
const MOST_NAMED: usize = 12;

/// Items that were in the form `before` and were taken out by the one that came: by name, for they are gone.
pub fn dropped(house: &House, before: &Form, events: &[Recorded]) -> Option<String> {
    let words = Words::plain(house.lang, house, Some(before));
    let gone = events.iter().flat_map(|row| match &row.event {
        Event::Filled { dropped, .. } => dropped.as_slice(),
        _ => &[],
    });
    let items: Vec<&Item> = gone.filter_map(|id| before.item(id)).collect();
    let named = items.iter().take(MOST_NAMED).map(|item| {
        text(house.lang, "desk.dropped_item", &[("item", &words.item(&item.id)), ("said", &one_line(item.heading(), 80))])
    });
    let mut named: Vec<String> = named.collect();
    if items.len() > MOST_NAMED {
        named.push("…".into());
    }
    (!named.is_empty()).then(|| text(house.lang, "desk.dropped", &[("items", &named.join("; "))]))
}

/// What stays closed in a file, and how to send it instead.
fn closed(house: &House, name: &str, why: Closed) -> String {
    let key = match why {
        Closed::Archive => "archive",
        Closed::OutlookMail => "outlook_mail",
        Closed::Winmail => "winmail",
        Closed::FormOfAnother => "form_of_another",
    };
    text(house.lang, &format!("closed.{key}"), &[("name", name)])
}

pub fn stranger(house: &House, who: &str) -> String {
    match who.is_empty() {
        true => text(house.lang, "desk.stranger_nobody", &[]),
        false => text(house.lang, "desk.stranger", &[("who", who)]),
    }
}

pub fn unproven(house: &House) -> String {
    text(house.lang, "desk.unproven", &[])
}

pub fn machine(house: &House, why: Automatic) -> String {
    text(house.lang, "desk.machine", &[("why", &why.to_string())])
}

/// What became of a mail that is answered by nothing but these words beside it: `desk.<what>`.
pub fn noted(house: &House, what: &str, who: &str) -> String {
    text(house.lang, &format!("desk.{what}"), &[("who", house.name_of(who))])
}

/// A file that could not be read, and what to do about it.
pub fn fault(house: &House, name: &str, fault: &FileFault) -> String {
    let problem = Problem {
        sheet: String::new(),
        cell: String::new(),
        field: String::new(),
        item: None,
        severity: Severity::Error,
        kind: Kind::File(fault.clone()),
        found: String::new(),
    };
    let what = Words::plain(house.lang, house, None).problem(&problem);
    text(house.lang, "desk.fault", &[("name", name), ("what", &what)])
}

/// Why a mail's contents could not be read.
pub fn trouble(house: &House, trouble: Unreadable) -> String {
    let key = match trouble {
        Unreadable::NotMail => "not_mail",
        Unreadable::TooLarge => "too_large",
        Unreadable::TooManyParts => "too_many_parts",
        Unreadable::TooDeep => "too_deep",
        Unreadable::Partial => "partial",
        Unreadable::Encrypted => "encrypted",
        Unreadable::Broken => "broken",
    };
    text(house.lang, &format!("trouble.{key}"), &[])
}

/// Why a reply of `by` is asked back. `guess`: what it probably meant.
pub fn doubt(house: &House, case: &Case, by: &str, doubt: &Doubt, guess: Option<&What>) -> String {
    let words = Words::of(house.lang, house, Some(&case.form), by);
    let say = |key: &str, fill: &[(&str, &str)]| words.say(&format!("doubt.{key}"), fill);
    let or = format!(" {} ", words.say("word.or", &[]));
    // Without a reading there is nothing to choose from.
    let choices = |none: &str, typed: &str, readings: Vec<String>| match readings.is_empty() {
        true => say(none, &[("typed", typed)]),
        false => say("money", &[("typed", typed), ("readings", &readings.join(&or))]),
    };
    match doubt {
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
        Doubt::Money { typed, readings } => choices("no_amount", typed, readings.iter().map(|vnd| words.money(*vnd)).collect()),
        Doubt::Date { typed, readings } => choices("no_day", typed, readings.iter().map(|date| words.date(*date)).collect()),
        Doubt::Days { typed, readings } => choices("no_days", typed, readings.iter().map(|half| words.days(*half)).collect()),
        Doubt::Incomplete { item, cell } => incomplete(&words, item, cell),
        Doubt::InParts => say("in_parts", &[]),
        Doubt::Unclear => say("unclear", &[]),
        Doubt::WithTax => say("with_tax", &[]),
        Doubt::WhichItem if case.state == State::Pricing => say("which_price", &[]),
        Doubt::WhichItem => say("which_item", &[("example", &words.say("example.kt_cp", &[("no", "1")]))]),
        Doubt::NoSuchItem { number } => say("no_such_item", &[("number", number)]),
        Doubt::WhoIs { name, may_be } => who_is(&words, name, may_be),
    }
}

/// What has happened is told of a day to come: there is no reading to choose.
pub fn not_yet(house: &House, by: &str, guess: Option<&What>, doubt: &Doubt, today: NaiveDate) -> Option<String> {
    use What::{Agreed, Close, HandedOver, Paid, SentToCustomer, Signed, Tested};
    let Doubt::Date { readings, .. } = doubt else { return None };
    let told = matches!(
        guess?,
        SentToCustomer { .. } | Agreed { .. } | Signed { .. } | Paid { .. } | Tested { .. } | HandedOver { .. } | Close { .. }
    );
    let on = match readings[..] {
        [on] if told && on > today => on,
        _ => return None,
    };
    Some(Words::of(house.lang, house, None, by).refusal(&Refusal::NotYet { on }))
}

/// Days that are none and parts of the work beyond the whole, in an answer that was not understood: where to look.
pub fn impossible(house: &House, case: &Case, by: &str, sentence: &str, doubt: &Doubt) -> Vec<String> {
    if !matches!(doubt, Doubt::Unclear | Doubt::Date { .. }) {
        return vec![];
    }
    let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric() && c != '%').to_string();
    let beyond = |w: &str| w.strip_suffix('%').and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n > 100);
    let key = |w: &str| match w {
        day if is_no_day(day) => Some("doubt.no_such_day"),
        part if case.state == State::Delivering && beyond(part) => Some("doubt.beyond"),
        _ => None,
    };
    let words = Words::of(house.lang, house, Some(&case.form), by);
    sentence.split_whitespace().map(word).filter_map(|w| Some(words.say(key(&w)?, &[("typed", &w)]))).collect()
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

/// How to say it instead, behind a [`doubt`]: what was most likely meant, as it is answered; a value with several readings,
/// in the line that it stood in.
pub fn instead(house: &House, case: &Case, by: &str, why: &Doubt, guess: Option<&What>, text_said: &str) -> Option<String> {
    let words = Words::of(house.lang, house, Some(&case.form), by);
    let full = |typed: &String, full: Option<String>| {
        let line = full.and_then(|full| in_its_line(text_said, typed, &full));
        Some(match line {
            Some(example) => words.say("doubt.again", &[("example", &example)]),
            None => words.say("doubt.again_plain", &[]),
        })
    };
    match (why, guess) {
        (Doubt::Condition { .. }, Some(What::Return(_))) => Some(words.say("doubt.instead_return", &[])),
        (Doubt::Condition { .. }, Some(What::Agreed { .. } | What::ChangeAsked { .. })) => {
            Some(words.say("doubt.instead_change", &[]))
        }
        (Doubt::Money { typed, readings }, _) if !readings.is_empty() => {
            full(typed, readings.iter().max().map(|vnd| format!("{}đ", words.digits(*vnd))))
        }
        (Doubt::Date { typed, readings }, _) if !readings.is_empty() => {
            full(typed, readings.first().map(|date| words.short_date(*date)))
        }
        (Doubt::Days { typed, readings }, _) if !readings.is_empty() => full(typed, None),
        _ => None,
    }
}

/// The line in which something was typed, with a clear value in its place. `None` where it does not stand there once.
fn in_its_line(said: &str, typed: &str, full: &str) -> Option<String> {
    let mut lines = said.lines().filter(|line| line.contains(typed));
    let line = lines.next().filter(|line| line.matches(typed).count() == 1 && line.chars().count() <= 120)?;
    lines.next().is_none().then(|| line.trim().replace(typed, full))
}

/// The mail and its form, which decides by this cell, say different things.
pub fn form_differs(house: &House, case: &Case, by: &str, act: &What, decided: &Change) -> String {
    let words = Words::of(house.lang, house, Some(&case.form), by);
    let act = words.act(act.name()).to_uppercase();
    words.say("doubt.form_differs", &[("act", &act), ("form", &words.value_at(&decided.at, decided.new.as_ref()))])
}

/// `@name` is nobody, or one of several.
fn who_is(words: &Words, name: &str, may_be: &[Email]) -> String {
    let people: Vec<String> = may_be.iter().map(|p| format!("{} ({p})", words.house.name_of(p))).collect();
    let key = if people.is_empty() { "doubt.who_is_nobody" } else { "doubt.who_is" };
    words.say(key, &[("name", name), ("people", &people.join(", "))])
}

/// Something understood that was not written the plain way, for who wrote it.
pub fn heard(house: &House, case: &Case, by: &str, heard: &Heard) -> Option<String> {
    let words = Words::of(house.lang, house, Some(&case.form), by);
    let read = |typed: &str, value: String| words.say("heard.read", &[("typed", typed), ("reading", &value)]);
    match heard {
        Heard::Date { typed, date } => Some(read(typed, words.date(*date))),
        Heard::Amount { typed, vnd } => Some(read(typed, words.money_spelled(*vnd))),
        Heard::Cell(echo) => Some(words.echo(echo)),
        Heard::Incomplete { item, cell } => Some(incomplete(&words, item, cell)),
        Heard::WhoIs { name, may_be } => Some(who_is(&words, name, may_be)),
        Heard::LeftOut { line } => Some(words.say("doubt.left_out", &[("text", &one_line(line, 300))])),
        Heard::Unread { lines } => Some(words.say("doubt.unread", &[("text", &one_line(lines, 300))])),
    }
}

/// What an item's answer in a mail still lacks, and how the whole of it is written: there is no cell to fill in.
fn incomplete(words: &Words, item: &str, cell: &str) -> String {
    let example = words.say(&format!("example.{cell}"), &[("no", &words.item_no(item))]);
    let place = words.place(&Cell::Item(item.to_string(), cell.to_string()));
    words.say("doubt.incomplete", &[("place", &place), ("example", &example)])
}

/// Plain words as the HTML of a mail.
pub fn html(house: &House, subject: &str, words: &str) -> String {
    templates::plain(house.lang, subject, &words.split("\n\n").collect::<Vec<_>>())
}

/// An answer by mail to a submission of somebody known that belongs to no case: under its own subject, or a file's name.
pub fn mail(answer: &str, to: &str, came: &Came, submission: &Submission, pen: &Pen) -> Option<NewEffect> {
    let name = came.subject.clone().unwrap_or_else(|| one_line(&submission.name, 80));
    let subject = text(pen.house.lang, "desk.subject", &[("name", &name)]);
    posted("refused", subject, answer, to, came, &submission.key, None, pen)
}

/// A letter to the operator.
pub fn to_operator(subject: &str, words: &str, to: &str, key: &str, pen: &Pen) -> Option<NewEffect> {
    posted("operator", subject.to_string(), words, to, &Came::default(), &format!("{key}:{to}"), None, pen)
}

/// A letter to Sales about the mails of a case.
pub fn to_sales(subject: &str, words: &str, to: &str, case_id: &str, key: &str, pen: &Pen) -> Option<NewEffect> {
    let letter = posted("undelivered", subject.to_string(), words, to, &Came::default(), &format!("{key}:{to}"), None, pen)?;
    Some(NewEffect { case_id: case_id.to_string(), ..letter })
}

/// `letter` of the mail that asks a person whether a mail set aside is theirs.
pub const VOUCH: &str = "vouch";

/// Asks a person whether the mail that came under their name is theirs.
pub fn vouch(name: &str, aside: &Quarantined, to: &str, pen: &Pen) -> Option<NewEffect> {
    let (house, name) = (pen.house, one_line(name, 80));
    let at = say::moment(aside.at, &house.calendar, house.lang);
    let subject = text(house.lang, "desk.vouch_subject", &[("name", &name)]);
    let words = text(house.lang, "desk.vouch", &[("name", &name), ("at", &at)]);
    posted(VOUCH, subject, &words, to, &Came::default(), &aside.id, Some(&aside.id), pen)
}

/// `Chào chị Lan`; of somebody who is not known, their address.
fn dear(house: &House, to: &str) -> String {
    let words = Words::plain(house.lang, house, None);
    match house.person(to) {
        Some(person) => words.dear(person),
        None => words.say("person.dear", &[("whom", to)]),
    }
}

/// A mail without a template or a case; `key` makes its Message-ID, or the mail set aside that it asks about.
#[allow(clippy::too_many_arguments, reason = "all of it is the mail")]
fn posted(
    kind: &str,
    subject: String,
    answer: &str,
    to: &str,
    came: &Came,
    key: &str,
    vouches: Option<&str>,
    pen: &Pen,
) -> Option<NewEffect> {
    let house = pen.house;
    let said = |key: &str, fill: &[(&str, &str)]| text(house.lang, key, fill);
    let lines = [
        said("desk.greeting", &[("dear", &dear(house, to))]),
        answer.to_string(),
        said("desk.closing", &[]),
        house.desk_name.clone(),
    ];
    let words = lines.join("\n\n");
    let message_id = match vouches {
        Some(aside) => guard::vouch_id(&pen.keys, aside, to, &house.address),
        None => guard::caseless(&pen.keys, &sha(key.as_bytes())[..20], to, &house.address),
    };
    let mail = Mail {
        from: (house.desk_name.clone(), house.address.clone()),
        to: (house.name_of(to).to_string(), to.to_string()),
        reply_to: pen.plus.then(|| guard::plus_address(&message_id, &house.address)),
        html: html(house, &subject, &words),
        subject,
        text: words,
        date: pen.at,
        message_id: message_id.clone(),
        in_reply_to: came.message_id.clone(),
        references: came.references.iter().chain(&came.message_id).cloned().collect(),
        case: String::new(),
        kind: kind.into(),
        replied: came.message_id.is_some(),
        attachments: vec![],
    };
    let body = mail::to_eml(&mail).ok()?;
    Some(NewEffect {
        case_id: String::new(),
        what: Outward::Mail { to: to.to_string(), letter: kind.into(), message_id },
        name: mail_name(pen, &sha(key.as_bytes())[..12], 0, kind, to),
        at: pen.at,
        not_before: pen.at,
        body,
    })
}
