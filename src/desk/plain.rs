//! Answers that belong to no case, and lines that an answer has besides: what was wrong with the submission itself.

use super::render::{Came, Pen, mail_name};
use super::submission::Submission;
use super::understand::{Closed, Opened};
use crate::calendar::say;
use crate::intake::guard::{self, Automatic};
use crate::intake::message::Unreadable;
use crate::letter::mail::{self, Mail};
use crate::letter::messages::{Words, one_line, text};
use crate::letter::templates;
use crate::process::case::Case;
use crate::process::event::{Event, Recorded};
use crate::process::form::{Form, Item};
use crate::process::house::{At, House};
use crate::process::problem::{FileFault, Kind, Problem, Severity};
use crate::store::{NewEffect, Outward, Quarantined};
use crate::text::sha;

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
    if !wrong.is_empty() {
        return wrong.join("\n\n");
    }
    let asked = text(house.lang, "desk.which_case", &[]);
    // Laid into a folder: a form as PDF, photo or CSV, for all that can be told.
    let lone = opened.message.is_none() && !opened.kept.is_empty();
    if lone { format!("{asked} {}", text(house.lang, "desk.form_as_xlsx", &[])) } else { asked }
}

/// It reads as an answer, and names none of the open cases that it may be about.
pub fn which_of(house: &House, cases: &[String]) -> String {
    text(house.lang, "desk.which_of", &[("cases", &cases.join(", "))])
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

/// A form opened a case of its own though cases of the same customer are under way.
pub fn under_way(house: &House, cases: &[String]) -> Option<String> {
    (!cases.is_empty()).then(|| text(house.lang, "desk.under_way", &[("cases", &cases.join(", "))]))
}

/// The form that CSKH has filled in has opened a case, and is kept with it.
pub fn form_of_cskh(house: &House, case: &Case, name: &str) -> String {
    let who = case.sales.as_ref().map_or("Sales", |sales| house.name_of(sales));
    text(house.lang, "desk.form_of_cskh", &[("who", who), ("name", name)])
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
    let problem = Problem::of(None, Severity::Error, Kind::File(fault.clone()));
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
        Unreadable::TooLong => "too_long",
        Unreadable::Partial => "partial",
        Unreadable::Encrypted => "encrypted",
        Unreadable::Broken => "broken",
    };
    text(house.lang, &format!("trouble.{key}"), &[])
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
