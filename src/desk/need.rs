//! Step 1: what opens a case, and what it says of the need.

use std::collections::BTreeSet;

use super::submission::{Attached, Body, Submission};
use super::understand::{self, Opened};
use super::{Desk, DeskError};
use crate::form::read::ReadForm;
use crate::intake::message;
use crate::letter::reply;
use crate::process::act::Need;
use crate::process::case::{Case, State};
use crate::process::form::Form;
use crate::process::house::{Email, Role};
use crate::process::outline::Outline;
use crate::process::value::Value;
use crate::text::{fold, letters, squash};

/// Of the mails that one refers to so many are looked up, the nearest first.
const REFERENCES: usize = 20;

impl Desk {
    /// Can this open a case: a mail of CSKH or Sales, or Sales' form?
    pub(super) fn is_need(&self, submission: &Submission, opened: &Opened, by: &str) -> bool {
        let Some(person) = self.config.house.person(by) else { return false };
        match &submission.body {
            // The need may stand in a file that came with it, or Sales begins with the form.
            Body::Mail { .. } | Body::Vouched { .. } => {
                let brings = |role: Role, what: bool| person.is(role) && what;
                // `KH ĐỒNG Ý` is the answer to a letter, whose case is to be asked for.
                let words = !opened.text.nothing_left && reply::firm::find(&opened.text.text).is_none();
                brings(Role::Cskh, words || !opened.kept.is_empty()) || brings(Role::Sales, words || opened.form().is_some())
            }
            Body::File { .. } => match opened.form() {
                Some(form) => {
                    person.is(Role::Sales) || person.is(Role::Cskh) && understand::named(form, &self.config.house).is_some()
                }
                // A file that describes the need, laid into CSKH's own folder.
                None => person.is(Role::Cskh) && !opened.kept.is_empty(),
            },
            Body::Told { .. } | Body::TooLarge { .. } | Body::NoFile { .. } | Body::LargeMail { .. } => false,
        }
    }

    pub(super) fn need(&self, submission: &Submission, opened: &Opened, by: &Email) -> Need {
        let house = &self.config.house;
        let message = opened.message.as_ref();
        let of_form = opened.form().and_then(|f| understand::text_of(f, "cskh_text"));
        let said = Some(opened.text.text.clone()).filter(|_| !opened.text.nothing_left);
        let subject = message.map(|m| m.subject.clone()).filter(|s| !s.trim().is_empty());
        let text = said.or(of_form).or_else(|| opened.text_file()).or(subject).unwrap_or_else(|| submission.name.clone());
        let sales = understand::named_sales(message, &text, house);
        let own = house.person(by).filter(|p| p.is(Role::Sales)).map(|p| p.email.clone());
        Need {
            by: by.clone(),
            sales: sales.or(own).or_else(|| understand::named(opened.form()?, house)),
            text,
            customer: understand::customer_in_subject(message.map_or(title(&submission.name), |m| &m.subject)),
            thread: message.and_then(|m| m.message_id.clone()),
        }
    }

    /// A form without an id is a new case, unless this Sales has that form open already: the same customer's, and the same
    /// need. Beside it, the open forms of that customer which are about something else.
    pub(super) async fn open_draft(&self, opened: &Opened, by: &str) -> Result<(Option<Case>, Vec<String>), DeskError> {
        let Some(form) = opened.form() else { return Ok((None, vec![])) };
        let Some(customer) = understand::text_of(form, "customer") else { return Ok((None, vec![])) };
        let folded = fold(&customer);
        let mut open = Vec::new();
        for address in self.config.house.addresses(by) {
            let drafts = self.store.drafts_of(address).await?;
            open.extend(drafts.into_iter().filter(|c| c.sales.as_deref() == Some(address) && fold(c.customer()) == folded));
        }
        // The first of those that it has most in common with.
        let near = |c: &Case| (nearness(form, &c.form), std::cmp::Reverse(open.iter().position(|o| o.id == c.id)));
        match open.iter().filter(|c| nearness(form, &c.form) > 0).max_by_key(|c| near(c)) {
            Some(draft) => Ok((Some(draft.clone()), vec![])),
            None => Ok((None, open.into_iter().map(|c| c.id).collect())),
        }
    }
}

impl Desk {
    /// A filled form that somebody of CSKH has laid in, where it opens a case: kept with it as a file.
    pub(super) fn form_of_cskh(&self, submission: &Submission, opened: &Opened, opens: bool, by: &str) -> Option<Attached> {
        let Body::File { bytes, .. } = &submission.body else { return None };
        let theirs = opens && opened.form().is_some() && self.config.house.person(by).is_some_and(|p| !p.is(Role::Sales));
        theirs.then(|| Attached { name: submission.name.clone(), bytes: bytes.clone() })
    }

    /// Cases of the customer of a form that opens another one, which have gone on from their own form: the second may be its correction.
    pub(super) async fn under_way(&self, opened: &Opened, by: &str) -> Result<Vec<String>, DeskError> {
        let customer = opened.form().and_then(|form| understand::text_of(form, "customer")).map(|customer| fold(&customer));
        let Some(customer) = customer.filter(|customer| !customer.is_empty()) else { return Ok(vec![]) };
        let mut all = Vec::new();
        for address in self.config.house.addresses(by) {
            let open = self.store.open_cases_of(address).await?;
            let same = |c: &Outline| c.state > State::Drafting && fold(c.customer()) == customer;
            all.extend(open.into_iter().filter(same).map(|c| c.id.clone()));
        }
        Ok(all)
    }

    /// The open cases of this Sales that a mail without a code seems to be about: it answers a mail of theirs, by what it refers to or
    /// by `Re:` before a subject that names the customer. What is passed on (`Fwd:`) may well be another need.
    pub(super) async fn seems_to_answer(&self, opened: &Opened, by: &str) -> Result<Vec<String>, DeskError> {
        let is_sales = self.config.house.person(by).is_some_and(|p| p.is(Role::Sales));
        let Some(message) = opened.message.as_ref().filter(|_| is_sales && opened.form().is_none()) else { return Ok(vec![]) };
        let subject = fold(&squash(&message.subject));
        let begins =
            |words: &[&str]| words.iter().any(|word| subject.strip_prefix(word).is_some_and(|s| s.trim_start().starts_with(':')));
        let answers = begins(&["re", "tl", "tra loi", "aw", "sv"]);
        if begins(&["fwd", "fw", "chuyen tiep"]) || !answers && message.in_reply_to.is_empty() {
            return Ok(vec![]);
        }
        let subject = format!(" {} ", letters(&message.subject));
        let names = |name: &str| {
            let name = letters(name);
            name.chars().count() > 2 && subject.contains(&format!(" {name} "))
        };
        let answered = self.cases_of_mails(message.in_reply_to.iter().chain(message.references.iter().rev())).await?;
        let mut all = Vec::new();
        for address in self.config.house.addresses(by) {
            let open = self.store.open_cases_of(address).await?;
            let meant =
                open.iter().filter(|c| answered.contains(&c.id) || (answers && (names(c.short()) || names(c.customer()))));
            all.extend(meant.map(|c| c.id.clone()));
        }
        Ok(all)
    }

    /// The cases that mails with these Message-IDs went to when they came.
    async fn cases_of_mails(&self, ids: impl Iterator<Item = &String>) -> Result<BTreeSet<String>, DeskError> {
        let mut cases = BTreeSet::new();
        for id in ids.take(REFERENCES) {
            cases.extend(self.store.seen_with_prefix(&message::of_id(id), None).await?.into_iter().map(|seen| seen.case_id));
        }
        Ok(cases)
    }
}

/// How much a form that came without an id has in common with one that is open: 0 for another need of that customer. A
/// form that has been mended keeps some item's words or those of the need; one that is still blank takes any.
fn nearness(came: &ReadForm, open: &Form) -> usize {
    let words = |text: Option<&str>| text.map(fold).filter(|t| !t.is_empty());
    let items: BTreeSet<String> = came.items.iter().filter_map(|i| words(i.value("nd").and_then(Value::text))).collect();
    let shared = open.items.iter().filter(|i| words(i.text("nd")).is_some_and(|said| items.contains(&said))).count();
    let need = words(came.fields.get("cskh_text").and_then(|f| f.value()?.text()));
    let same_need = need.is_some() && need == words(open.text("cskh_text"));
    let blank = open.items.is_empty() || (items.is_empty() && need.is_none());
    match shared + usize::from(same_need) {
        0 => usize::from(blank),
        much => 1 + much,
    }
}

/// A file's name without its extension.
fn title(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(title, _)| title)
}
