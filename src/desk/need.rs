//! Step 1: what opens a case, and what it says of the need.

use super::submission::{Body, Submission};
use super::understand::{self, Opened};
use super::{Desk, DeskError};
use crate::process::act::Need;
use crate::process::case::Case;
use crate::process::house::{Email, Role};
use crate::text::fold;

impl Desk {
    /// Can this open a case: a mail of CSKH or Sales, or Sales' form?
    pub(super) fn is_need(&self, submission: &Submission, opened: &Opened, by: &str) -> bool {
        let Some(person) = self.config.house.person(by) else { return false };
        match &submission.body {
            // The need may stand in a file that came with it, or Sales begins with the form.
            Body::Mail { .. } | Body::Vouched { .. } => {
                let brings = |role: Role, what: bool| person.is(role) && what;
                let words = !opened.text.nothing_left;
                brings(Role::Cskh, words || !opened.kept.is_empty()) || brings(Role::Sales, words || opened.form().is_some())
            }
            Body::File { .. } => match opened.form() {
                Some(_) => person.is(Role::Sales),
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
            sales: sales.or(own),
            text,
            customer: understand::customer_in_subject(message.map_or(title(&submission.name), |m| &m.subject)),
            thread: message.and_then(|m| m.message_id.clone()),
        }
    }

    /// A form without an id is a new case, unless this Sales has the same customer's form open already.
    pub(super) async fn open_draft(&self, opened: &Opened, by: &str) -> Result<Option<Case>, DeskError> {
        let Some(customer) = opened.form().and_then(|f| understand::text_of(f, "customer")) else { return Ok(None) };
        let folded = fold(&customer);
        for address in self.config.house.addresses(by) {
            let drafts = self.store.drafts_of(address).await?;
            let same = |c: &Case| c.sales.as_deref() == Some(address) && fold(c.customer()) == folded;
            if let Some(draft) = drafts.into_iter().find(same) {
                return Ok(Some(draft));
            }
        }
        Ok(None)
    }
}

/// A file's name without its extension.
fn title(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(title, _)| title)
}
