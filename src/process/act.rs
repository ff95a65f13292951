//! What a person, or the clock, does to a case.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::case::{Case, Payment, Proposed, State};
use super::form::{Change, Filled, Item};
use super::house::{At, Email};
use super::problem::Problem;
use super::quote::Paper;
use super::reworded::Reworded;
use super::value::Vnd;

/// One act. `decide` turns it into events, or into a refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Who does it; the clock has none.
    pub by: Option<Email>,
    /// Whom they stand in for, where they are a deputy.
    pub for_: Option<Email>,
    pub via: Via,
    pub what: What,
    pub saw: Saw,
}

/// What the letter was about that an act answers; of each, where it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Saw {
    /// The form's revision.
    pub rev: Option<u32>,
    /// The quote's.
    pub quote: Option<u32>,
    /// The state that it asked about.
    pub state: Option<State>,
    /// The items that its numbers stood for.
    pub items: Vec<Item>,
    /// What its reader had said and not confirmed yet, as it was told back by then.
    pub told_back: Option<Proposed>,
    /// The letter, or the form, is of a time that the desk knows nothing of any more: a backup has been restored since.
    pub lost: bool,
}

impl Saw {
    /// Of a letter to `reader`, by the case as it stood when that was written.
    pub fn of(then: &Case, reader: &str) -> Saw {
        Saw {
            rev: Some(then.rev),
            quote: then.quote().map(|q| q.revision),
            state: Some(then.state),
            items: then.form.items.clone(),
            told_back: then.proposal_of(reader).map(|p| p.what.clone()),
            lost: false,
        }
    }

    /// Nothing of what stands now was in it, whatever its number.
    pub fn lost() -> Saw {
        Saw { rev: Some(0), quote: Some(0), lost: true, ..Saw::default() }
    }
}

/// The way a submission came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    Mail,
    Folder,
    Command,
    Clock,
}

/// The acts of the nine steps.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Steps 1 and after: a Sales is named, or another one takes over.
    Assign { sales: Email },
    /// A filled form came back, read against the version that went out.
    Filled(Box<Filled>),
    /// `DUYỆT`: whatever it is that this person is asked to confirm.
    Confirm,
    /// `TRẢ LẠI: …`: back for clarification.
    Return(String),
    /// `TỪ CHỐI: …`: the Leader or the Director turns the request down.
    Reject(String),
    /// `HỎI: …`: a question to the case's Sales.
    Ask(String),
    /// `TRẢ LỜI: …`: the answer to the open question.
    Answer(String),
    /// `XONG`, `GỬI GIÁM ĐỐC`; of Tech: my answers stand as they are.
    Done,
    /// Values read from a mail's text: Tech's answers by item (`1: được, 15tr, 5 ngày`), the Director's prices.
    Said { cells: Vec<Change>, answered: Vec<String> },
    /// `SỬA: …` of Tech whose answers have been passed on, before the quote: the cells as they should be.
    Correct { cells: Vec<Change> },
    /// `SỬA: …` of what can no longer be corrected.
    CorrectLate(String),
    /// `ĐÃ GỬI KH`.
    SentToCustomer { on: Option<NaiveDate> },
    /// `KH ĐỒNG Ý`.
    Agreed { on: Option<NaiveDate> },
    /// `KH TỪ CHỐI: …`.
    Declined(String),
    /// `KH XIN SỬA: …`.
    ChangeAsked { text: String, about: Wish },
    /// `BÁO GIÁ LẠI: …`, on a quote that ran out or a case that was closed; about nothing: as it was, of a new day.
    Requote { text: String, about: Option<Wish> },
    /// `ĐÃ KÝ số …, ngày …`. `framework`: said to be a framework contract (`hợp đồng khung`), which may be older than the quote.
    Signed { number: Option<String>, on: Option<NaiveDate>, framework: bool },
    /// `Số hợp đồng là …`: of the contract that is signed already.
    ContractNumber { number: String },
    /// `ĐÃ THANH TOÁN …, ngày …`.
    Paid { vnd: Option<Vnd>, on: Option<NaiveDate> },
    /// `SỬA: ĐÃ THANH TOÁN … thành …, ngày …`: a payment that was told is another. What tells which one, as far as it is said, and
    /// what of it is other.
    PaidInstead { was: Option<Vnd>, was_on: Option<NaiveDate>, vnd: Option<Vnd>, on: Option<NaiveDate> },
    /// `LÀ HỢP ĐỒNG`, `KHÔNG PHẢI HỢP ĐỒNG`: what the file is that came last.
    Paper { is_contract: bool },
    /// `Bắt đầu …, kết thúc …`.
    Plan { start: Option<NaiveDate>, end: Option<NaiveDate> },
    /// `Tiến độ 50%: …`.
    Progress { percent: Option<u32>, text: String },
    /// `Đã test xong`.
    Tested { on: Option<NaiveDate> },
    /// `Đã bàn giao …`: the customer has accepted.
    HandedOver { on: Option<NaiveDate> },
    /// `ĐÓNG YÊU CẦU: …`.
    Close { text: String, ending: Ending },
    /// `RÚT YÊU CẦU: …`.
    Withdraw(String),
    /// `MỞ LẠI: …`.
    Reopen(String),
    /// `RÚT LẠI`: takes back one's own last answer, while the next person has not acted.
    Retract,
    /// A comment, kept and passed on; `@name` brings people in.
    Comment { text: String, mentions: Vec<Email> },
    /// `TRẠNG THÁI`.
    Status,
    /// Thanks, seen, or only files: kept with the case, passed on to nobody.
    Noted(String),
    /// A letter of ours has not come to whom it was for. By nobody: a mail system says so, or their mailbox.
    Unreached { who: Email, cause: Cause, words: String },
    /// A wait may have run out; nothing else is said.
    Tick,
}

/// What a customer who wants another quote wants to be other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Prices, terms, validity: the Director's.
    Price,
    /// What is to be made, or both: Sales' form.
    Work,
}

/// What the reason of a closing says of the work (step 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The customer has accepted it, or nothing is said beside the closing.
    Accepted { on: Option<NaiveDate> },
    /// Anything else: it may be that they have not.
    Other,
}

/// Why somebody does not get our letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The letter came back.
    Returned,
    /// Their mailbox answers by itself that they are away.
    Away,
}

impl What {
    /// Does it decide, so that it can come too early or too late? Everything else is news or a request.
    pub fn decides(&self) -> bool {
        use What::*;
        matches!(self, Filled(_) | Confirm | Return(_) | Reject(_) | Done | Said { .. })
    }

    /// The words that the act carries, where it carries any.
    pub fn text(&self) -> Option<&str> {
        match self {
            What::Return(text) | What::Reject(text) | What::Ask(text) | What::Answer(text) | What::Declined(text) => Some(text),
            What::ChangeAsked { text, .. } | What::Requote { text, .. } | What::Close { text, .. } => Some(text),
            What::Withdraw(text) | What::Reopen(text) | What::CorrectLate(text) => Some(text),
            What::Progress { text, .. } | What::Comment { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Does it rest on what the answered letter, or the form, showed? What is lost was not what stands now.
    pub fn rests_on_letter(&self) -> bool {
        self.decides() || matches!(self, What::Agreed { .. } | What::Correct { .. } | What::CorrectLate(_) | What::Plan { .. })
    }

    /// A name for logs, refusals and `tell --dry-run`.
    pub fn name(&self) -> &'static str {
        match self {
            What::Assign { .. } => "assign",
            What::Filled(_) => "form",
            What::Confirm => "confirm",
            What::Return(_) => "return",
            What::Reject(_) => "reject",
            What::Ask(_) => "ask",
            What::Answer(_) => "answer",
            What::Done => "done",
            What::Said { .. } => "said",
            What::Correct { .. } | What::CorrectLate(_) => "correct",
            What::SentToCustomer { .. } => "sent-to-customer",
            What::Agreed { .. } => "agreed",
            What::Declined(_) => "declined",
            What::ChangeAsked { .. } => "change-asked",
            What::Requote { .. } => "requote",
            What::Signed { .. } => "signed",
            What::ContractNumber { .. } => "contract-number",
            What::Paid { .. } => "paid",
            What::PaidInstead { .. } => "paid-instead",
            What::Paper { .. } => "paper",
            What::Plan { .. } => "plan",
            What::Progress { .. } => "progress",
            What::Tested { .. } => "tested",
            What::HandedOver { .. } => "handed-over",
            What::Close { .. } => "close",
            What::Withdraw(_) => "withdraw",
            What::Reopen(_) => "reopen",
            What::Retract => "retract",
            What::Comment { .. } => "comment",
            What::Status => "status",
            What::Noted(_) => "noted",
            What::Unreached { .. } => "unreached",
            What::Tick => "tick",
        }
    }
}

/// The need that opens a case (step 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Need {
    pub by: Email,
    /// The Sales named in To, Cc or by `@name`.
    pub sales: Option<Email>,
    pub text: String,
    /// From the subject, where it says one.
    pub customer: Option<String>,
    /// Message-ID of the mail, so that our answers join its thread.
    pub thread: Option<String>,
}

/// What `decide` is told of the world.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: At,
    /// The running number of the next quote of this year.
    pub next_quote: u32,
    /// File names of quotes already made out for today, whatever the case: a name is never used twice. An appendix's once
    /// another case was found to have it.
    pub names_taken: Vec<String>,
    /// What the last act did, where nobody has acted since: it can be taken back.
    pub undo: Option<Undo>,
    /// Items that were worded anew since Tech answered them.
    pub reworded: Vec<Reworded>,
}

impl Moment {
    /// One in which no quote is made and nothing taken back.
    pub fn plain(at: At) -> Moment {
        Moment { at, next_quote: 0, names_taken: vec![], undo: None, reworded: vec![] }
    }
}

/// The case before the last act, and who acted.
#[derive(Clone, Debug)]
pub struct Undo {
    pub by: Email,
    pub what: String,
    pub to: Box<super::case::Case>,
}

/// Why an act was not done. The words for it stand in the messages of each language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Refusal {
    /// Not this person's to do on this case; who may.
    NotYours { may: Vec<Email> },
    /// Not at this step.
    NotNow { state: super::case::State, what: String },
    /// Somebody has already decided on this; the answer came too late.
    AlreadyDecided { what: String, by: Option<Email>, at: At },
    /// The answer is about an older revision of the form or quote.
    Superseded { seen: u32, now: u32 },
    /// The letter or form that is answered is of a time that a restored backup does not know.
    Lost,
    /// The case is closed.
    Closed { reason: super::case::Reason, at: At },
    /// A confirmation although not all four checks are passed.
    ChecksOpen { checks: Vec<String> },
    /// Nobody may confirm their own form.
    OwnForm,
    /// Nobody may set the prices of their own case as the Director's deputy.
    OwnPrice,
    /// A date, an amount, a number or a reason is missing: asked for.
    Needs { what: NeedsWhat },
    /// A plan that starts after its end, or ends in the past.
    BadDates { start: NaiveDate, end: NaiveDate },
    /// What has happened is told of a day to come.
    NotYet { on: NaiveDate },
    /// Prices that do not make a quote; the problems are those of the form.
    Prices { problems: Vec<Problem> },
    /// Tech's answers in words that the form's own check would not let pass; the problems are those of the form.
    Answers { problems: Vec<Problem> },
    /// The customer would read something internal: in which cells of the form it stands. Whoever's they are words them anew.
    HeldBack { paper: Paper, problems: Vec<Problem> },
    /// There is no such person, or they are no Sales.
    NoSuchPerson { who: String },
    /// Nothing of one's own to take back, or the next person has acted already.
    NothingToRetract,
    /// There is nothing to confirm.
    NothingToConfirm,
    /// The customer agreed, or paid, before there was a quote to agree to: the wrong day, or an older quote.
    BeforeQuote { number: String, date: NaiveDate, on: NaiveDate },
    /// Tested, handed over or accepted on a day before the work began.
    BeforeStart { start: NaiveDate, on: NaiveDate },
    /// No agreement or contract for a quote that has run out.
    QuoteExpired { on: NaiveDate },
    /// Tech's answers to these items differ; the head of Tech settles it.
    Conflicts { items: Vec<String> },
    /// Items that are still without an answer.
    Unanswered { items: Vec<String> },
    /// A correction after the quote: it stays as it went out, and a change leads to a new one.
    QuoteIsOut {
        number: String,
        revision: u32,
        /// It is the sender's own, and nobody has acted since: they can take it back.
        #[serde(default)]
        retractable: bool,
    },
    /// More than is still owed by the agreed quote.
    PaidTooMuch { vnd: Vnd, total: Vnd, left: Vnd },
    /// A payment is to be another, and it is not plain which one; those that are recorded.
    WhichPayment { payments: Vec<Payment> },
    /// What the customer wants changed once contract and payment are there.
    ChangeTooLate { state: State },
    /// Prices at a step that sets none.
    PriceNotNow { state: State },
    /// A correction to what the form says already.
    NothingToCorrect,
    /// What it calls for could not be made: a fault of the desk, which the operator mends.
    DeskFault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedsWhat {
    Reason,
    Question,
    Sales,
    ContractNumber,
    Amount,
    Date,
    /// A number is told, and no signature.
    Signature,
    /// Nothing has come that could be the contract.
    Paper,
    Plan,
    Form,
    /// A case in work is closed: accepted, or given up?
    Ending,
}
