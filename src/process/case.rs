//! What a case is: everything that is known of one customer's customization request.
//!
//! A case is nothing but its events folded (`event::Case::apply`); the row in the store is this struct as JSON.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::form::{Form, Item};
use super::house::{At, Email, House, Lang, Role};
use super::problem::Problem;
use super::quote::Quote;
use super::value::Vnd;
use crate::calendar::Deadline;

/// Where a case stands; each open state has one person or group whose turn it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum State {
    /// Step 1: a need without a Sales.
    #[default]
    Assigning,
    /// Step 2a: Sales fills in the form.
    Drafting,
    /// Step 2b: the Leader's four checks.
    Review,
    /// Steps 3 and 4: Tech answers per item.
    Feedback,
    /// Step 5a: Sales adds what came up in the exchanges.
    Completing,
    /// Step 5b: the Director's prices.
    Pricing,
    /// Step 6: the customer has the quote.
    Quoted,
    /// Step 7: contract and payment.
    Contracting,
    /// Step 8: Tech plans start and end.
    Scheduling,
    /// Step 9: work, test, hand-over.
    Delivering,
    Closed,
}

impl State {
    pub const ALL: [State; 11] = [
        State::Assigning,
        State::Drafting,
        State::Review,
        State::Feedback,
        State::Completing,
        State::Pricing,
        State::Quoted,
        State::Contracting,
        State::Scheduling,
        State::Delivering,
        State::Closed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            State::Assigning => "Assigning",
            State::Drafting => "Drafting",
            State::Review => "Review",
            State::Feedback => "Feedback",
            State::Completing => "Completing",
            State::Pricing => "Pricing",
            State::Quoted => "Quoted",
            State::Contracting => "Contracting",
            State::Scheduling => "Scheduling",
            State::Delivering => "Delivering",
            State::Closed => "Closed",
        }
    }

    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// Why a case was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Handed over and accepted.
    Done,
    /// By the Leader, the Director, or because nothing of it can be done.
    Rejected,
    /// By the customer.
    Declined,
    /// 15 days after the quote without a word.
    Expired,
    Withdrawn,
}

impl Reason {
    /// As the history has it.
    pub fn name(self) -> &'static str {
        match self {
            Reason::Done => "done",
            Reason::Rejected => "rejected",
            Reason::Declined => "declined",
            Reason::Expired => "expired",
            Reason::Withdrawn => "withdrawn",
        }
    }
}

/// One customer's customization request (yêu cầu tùy biến).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// `YC-2026-0012`.
    pub id: String,
    pub state: State,
    pub opened: At,
    /// Events applied so far; the next event has this number.
    pub version: u64,

    pub cskh: Option<Email>,
    pub sales: Option<Email>,
    pub leader: Option<Email>,
    pub tech: Vec<Email>,
    pub director: Option<Email>,

    /// The form as it stands, answers and prices included.
    pub form: Form,
    /// Counts the changes of `form`; printed on the workbook and bound to each approval.
    pub rev: u32,
    /// At which revision each person changed the form last: an approval is void where somebody else has changed it
    /// since the revision that was seen (domain e.1).
    #[serde(default)]
    pub edits: BTreeMap<Email, u32>,
    /// Whose form went to the Leader last: they cannot review it themselves.
    #[serde(default)]
    pub form_by: Option<Email>,
    /// Who reviews the form that went last, where it is not the Leader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<Email>,

    /// Who could not be reached in the present state, and who stands in for them where it is their turn.
    #[serde(default)]
    pub unreached: BTreeMap<Email, Option<Email>>,
    /// Who has come to stand in while the present turn lasted, and has had its letter since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stood_in: BTreeSet<Email>,

    /// The state has been waiting since.
    pub since: At,
    /// What the present wait is due by, and how that was reckoned; `None` where nothing is awaited.
    pub due: Option<Deadline>,
    /// Reminders of the present wait so far: 1 reminded, 2 told late, 3 and up escalated.
    pub nudges: u32,
    /// A question that has to be answered first; its addressee has the turn meanwhile.
    pub question: Option<Question>,

    /// What the form was last sent back with, and what has been said to it, until whoever asked has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_back: Option<AskedBack>,

    /// What the Director has typed of the prices and could not be read: no `DUYỆT` goes past it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Problem>,

    /// Rounds of review so far, the present one included.
    pub round: u32,
    pub review: Option<Review>,
    /// Which items Tech has answered in the present round, by whom.
    pub answers: BTreeMap<String, Answered>,
    /// Items on which two people of Tech differ.
    pub conflicts: BTreeMap<String, Vec<Rival>>,
    /// Values that wait for a DUYỆT of the person who wrote them: the latest of such.
    pub proposal: Option<Proposal>,
    /// Those of other people, told back before and still waiting.
    #[serde(default)]
    pub proposals_before: Vec<Proposal>,
    /// Who set the prices of the latest quote, and when.
    pub priced: Option<Answered>,
    /// Tech has found that not one item can be done.
    pub nothing_feasible: bool,

    pub quotes: Vec<Quote>,
    /// Sales has said that the customer has the latest quote.
    pub sent_to_customer: Option<NaiveDate>,
    /// Letters about the quote's running out that have gone: 7, 12 and 15 days.
    pub quote_reminders: u32,
    /// What is wanted changed of the last quote, until there is a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_asked: Option<Wanted>,

    pub agreed_on: Option<NaiveDate>,
    pub contract: Contract,
    pub plan: Option<Plan>,
    pub progress: Vec<Progress>,
    pub tested_on: Option<NaiveDate>,
    pub handed_over_on: Option<NaiveDate>,
    /// Letters of step 9 that have gone: 1 start, 2 before the end, 3 end.
    pub plan_reminders: u32,

    pub closed: Option<Closed>,
    /// People brought in by `@name`, who are told what goes on.
    pub watchers: Vec<Email>,
    pub files: Vec<FileRef>,
    /// The customer's folder under `archive/`, fixed when the first form is accepted.
    pub folder: Option<String>,
    /// `References` of the mail thread: the Message-ID of the mail that opened the case, where there was one.
    pub thread: Option<String>,
}

/// A question that one party asks another; the case waits in its state until it is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub from: Email,
    pub to: Email,
    pub text: String,
    pub at: At,
}

/// The questions with which the Leader or the Director sent the form back to Sales, and what was answered beside the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskedBack {
    pub by: Email,
    /// The step at which it was asked: who decides there reads it again.
    pub step: State,
    pub questions: String,
    pub answers: Vec<SaidBack>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidBack {
    pub by: Email,
    pub text: String,
}

/// What a new quote is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    pub text: String,
    /// Sales asks for it (`BÁO GIÁ LẠI`); else it is the customer's wish.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requote: bool,
}

/// The Leader's last word on the form (step 2b).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub by: Email,
    pub at: At,
    pub rev: u32,
    pub round: u32,
    pub confirmed: bool,
}

/// Who answered an item in the present round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub by: Email,
    pub at: At,
}

/// One of two or more different answers to the same item: Tech's cells (`kt_…`) as that person has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    pub by: Email,
    pub at: At,
    pub item: Item,
}

/// Something that is told back, in digits and words, before it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub by: Email,
    pub at: At,
    /// The form revision that the person saw.
    pub rev: u32,
    pub what: Proposed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposed {
    /// Cells to fill in: Tech's answers or the Director's prices.
    Cells { cells: Vec<super::form::Change>, answered: Vec<String>, decide: bool },
    /// The Director's prices from a form or DUYỆT, with something that has to be confirmed (below cost).
    Price { total: Vnd },
    /// Tech's cells that have been passed on, as they should be: `old` is what they were when it was told back.
    Correction { cells: Vec<super::form::Change> },
    /// The Leader's checks that their own form says are not passed, as a DUYỆT in a mail would have them.
    Checks { cells: Vec<super::form::Change> },
    /// A payment such as has been written down already: another one, or the same told twice?
    Payment { payment: Payment },
    /// A payment that was written down, as it should be.
    PaymentInstead { was: Payment, payment: Payment },
    /// An end that was not said, reckoned from the quote's days (step 8).
    Start { plan: Plan },
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub number: Option<String>,
    pub signed_on: Option<NaiveDate>,
    pub payments: Vec<Payment>,
    pub appendix: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub on: NaiveDate,
    pub vnd: Vnd,
}

/// First and last day of the work (step 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub at: At,
    pub by: Email,
    pub percent: Option<u32>,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    pub at: At,
    pub reason: Reason,
    pub by: Option<Email>,
    pub text: String,
    /// Where it stood, for reopening.
    pub before: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileKind {
    Form,
    Quote,
    Appendix,
    Contract,
    /// Anything else that came with a submission.
    Attachment,
}

/// A file of the case that lies in `outbox/` or `archive/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    pub name: String,
    pub kind: FileKind,
    /// Relative to the desk's folder: `outbox/…`, `archive/…`.
    pub path: String,
    pub sha256: String,
}

impl Proposed {
    /// Does it outlast the passing of the turn between Sales and the Director?
    pub fn is_correction(&self) -> bool {
        matches!(self, Proposed::Correction { .. })
    }

    /// Is it of a payment, which is a fact whatever the step?
    pub fn is_payment(&self) -> bool {
        matches!(self, Proposed::Payment { .. } | Proposed::PaymentInstead { .. })
    }

    /// Does the step go on beside it, whether it is ever confirmed or not?
    pub fn is_aside(&self) -> bool {
        self.is_correction() || self.is_payment()
    }
}

impl Case {
    /// The short name that mails and file names use.
    pub fn short(&self) -> &str {
        self.form.text("short").or_else(|| self.form.text("customer")).unwrap_or_default()
    }
    pub fn customer(&self) -> &str {
        self.form.text("customer").unwrap_or_default()
    }
    /// How the contact is addressed in what the customer gets: `Anh`, in English `Mr`.
    pub fn salutation(&self, lang: Lang) -> &str {
        match (lang, self.form.text("salut").unwrap_or_default()) {
            (Lang::En, "Anh" | "Chú" | "Ông") => "Mr",
            (Lang::En, "Chị" | "Cô" | "Bà") => "Ms",
            (_, said) => said,
        }
    }
    /// The customer's address, where the desk itself mails them the quote.
    pub fn quote_mailed_to(&self, house: &House) -> Option<&str> {
        self.form.text("cemail").filter(|_| house.quote.send_to_customer)
    }

    /// Closed with a plan that comes to nothing: its days stand in people's calendars.
    pub fn is_given_up_at_work(&self) -> bool {
        let given_up = |closed: &Closed| closed.before == State::Delivering && closed.reason != Reason::Done;
        self.plan.is_some() && self.closed.as_ref().is_some_and(given_up)
    }

    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }
    /// The quote that counts: the latest revision that was not taken back.
    pub fn quote(&self) -> Option<&Quote> {
        self.quotes.iter().rev().find(|q| !q.superseded)
    }
    /// Items that Tech has not answered in the present round, or on which answers differ.
    pub fn unanswered(&self) -> Vec<&Item> {
        let open = |i: &&Item| !self.answers.contains_key(&i.id) || self.conflicts.contains_key(&i.id);
        self.form.items.iter().filter(open).collect()
    }
    /// What was told back to this person and waits for their DUYỆT.
    pub fn proposal_of(&self, email: &str) -> Option<&Proposal> {
        self.proposals().find(|p| p.by == email)
    }
    /// Everything that was told back and waits for a DUYỆT.
    pub fn proposals(&self) -> impl Iterator<Item = &Proposal> {
        self.proposal.iter().chain(&self.proposals_before)
    }
    /// The roles that a person has on this very case.
    pub fn roles_of(&self, email: &str) -> Vec<Role> {
        let mut roles = Vec::new();
        let is = |who: &Option<Email>| who.as_deref() == Some(email);
        if is(&self.cskh) {
            roles.push(Role::Cskh);
        }
        if is(&self.sales) {
            roles.push(Role::Sales);
        }
        if is(&self.leader) || is(&self.reviewer) {
            roles.push(Role::Leader);
        }
        if self.tech.iter().any(|t| t == email) {
            roles.push(Role::Tech);
        }
        if is(&self.director) {
            roles.push(Role::Director);
        }
        roles
    }
}
