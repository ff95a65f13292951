//! Understanding replies (domain e): a mail's new text in, a reading out. Rules, not guesses: what is not plainly one
//! answer is asked back.
//!
//! - [`quoted`], [`html`], [`signature`]: what the writer has written, without what their client quoted and their signature;
//!   `closing`: the lines of programs and companies, `writer`: a name and a post, `postscript`: what is written on below them.
//! - [`words`]: the words that count, as tables; [`said`] finds them in a text.
//! - [`firm`]: the grammar of the first line (`DUYỆT`, `TRẢ LẠI: …`), `acts`: what its word means; [`free`]: what people write instead.
//! - `comment`: what is said beside an act; `colleague`: and to whom; `handing_on`: who is to take the case.
//! - `approver`: the Leader and the Director; `feedback`, `work`: Tech; `customer`: Sales of the customer.
//! - `doubts`: what keeps an answer from being plain.
//! - `sending`: the quote went out; `agreement`: the customer agrees.
//! - `contract`: the number and day of a signed contract; `payment`: money that came in; `payment_righted`: and was told wrong; `plan`: start and end.
//! - `values`: the one date, the one amount of a text; `becomes`: what was written and what it is to be.
//! - `alone`: facts that count only where nothing else is said beside them.
//! - `telex`: Vietnamese as its keys are struck.
//! - `minus`: figures below zero; `reckoned`: sums that nobody does here; `span`: how long a price of the server holds.
//! - [`items`], [`prices`]: answers and prices by item, which `numbered` tells apart, and `answer` what is said of one;
//!   `corrections`: of answers that stand; [`table`]: typed into the quoted table; [`mention`]: `@name`.
//! - [`wish`], [`ending`]: what a change or a closing is about.
//! - [`guide`]: the words as a table for their users.

mod acts;
mod agreement;
mod alone;
mod answer;
mod approver;
mod becomes;
mod closing;
mod colleague;
mod comment;
mod contract;
mod corrections;
mod cover;
mod customer;
mod doubts;
pub mod ending;
mod feedback;
pub mod firm;
pub mod free;
pub mod guide;
mod handing_on;
pub mod html;
pub mod items;
pub mod mention;
mod minus;
mod numbered;
mod paper;
mod payment;
mod payment_righted;
mod plan;
mod postscript;
mod prices;
pub mod quoted;
mod read;
mod reckoned;
pub mod said;
mod sending;
mod signature;
mod span;
pub mod table;
mod telex;
mod toned;
mod values;
pub mod wish;
pub mod words;
mod work;
mod writer;

use chrono::NaiveDate;

use crate::process::act::What;
use crate::process::case::{Payment, State};
use crate::process::form::Echo;
use crate::process::house::{Email, Role};
use crate::process::value::Vnd;

pub use cover::{is_cover_note, not_final};
pub use read::read;

/// What a mail says anew: quotes, signature and disclaimer cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewText {
    /// NFC, lines separated by `\n`.
    pub text: String,
    /// Written between the quoted lines: an explicit word is needed to decide.
    pub interleaved: bool,
    /// Some of it stands above the first quote.
    pub above: bool,
    /// That part, where there is more between the quoted lines.
    pub top: String,
    /// Somebody else's mail follows below.
    pub forwarded: bool,
    /// Nothing but quotes and signature.
    pub nothing_left: bool,
    /// Lines below regards that were taken for a signature, and are not plainly one.
    pub unread: Vec<String>,
    /// What the mail's HTML says, where that is not the same: both have to mean the same.
    pub twin: Option<String>,
    /// Characters were lost on the way: nothing is decided by such a text.
    pub lossy: bool,
}

impl NewText {
    /// A text that nothing was quoted in, as a form's note or a command's argument.
    pub fn plain(text: &str) -> NewText {
        let text = crate::text::nfc(text.trim());
        NewText { nothing_left: text.is_empty(), above: !text.is_empty(), text, ..NewText::default() }
    }
}

/// Who wrote the reply, and what they were asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The writer's roles on this case.
    pub roles: Vec<Role>,
    pub state: State,
    /// Item ids with the numbers that people see.
    pub items: Vec<(String, u32)>,
    /// Values of the writer's own wait for their DUYỆT.
    pub has_proposal: bool,
    /// A payment of the writer's that waits for their DUYỆT; with the recorded one that it is to be in place of.
    pub payment_waits: Option<(Option<Payment>, Payment)>,
    /// The customer has paid something, as far as it is written down.
    pub paid: bool,
    /// A question waits for this writer's answer.
    pub question_open: bool,
    /// How long the server's price holds, as Tech says: `month`, `year`, `once`.
    pub server_cycle: Option<String>,
    /// The day of the mail where the desk stands: what `mai` and `thứ 6` count from.
    pub today: NaiveDate,
    pub people: Vec<Known>,
    /// The writer's name: where a line has it, the signature begins.
    pub writer: String,
}

impl Asked {
    fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
    fn is_tech(&self) -> bool {
        self.is(Role::Tech) || self.is(Role::TechHead)
    }
}

/// A person whom `@name` can mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub name: String,
    pub email: Email,
    pub sales: bool,
}

/// What a reply means.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// Plainly this: usually one act; a comment with `@name` beside it.
    Means { acts: Vec<What>, heard: Vec<Heard> },
    /// Not plainly one answer: asked back with the sentence, and with what it probably meant.
    Ask { sentence: String, guess: Option<What>, why: Doubt },
    /// Thanks, noted, seen, or nothing at all: nothing is to be done and nobody to be told.
    Nothing,
}

impl Reading {
    pub(crate) fn one(act: What) -> Reading {
        Reading::Means { acts: vec![act], heard: vec![] }
    }
    pub(crate) fn ask(sentence: &str, guess: Option<What>, why: Doubt) -> Reading {
        let lines = sentence.lines().map(crate::text::squash).filter(|line| !line.is_empty());
        Reading::Ask { sentence: lines.collect::<Vec<_>>().join("\n"), guess, why }
    }
    /// Does it confirm for the one who was asked, or agree for the customer?
    pub fn decides(&self) -> bool {
        matches!(self, Reading::Means { acts, .. } if acts.iter().any(|a| matches!(a, What::Confirm | What::Agreed { .. })))
    }
    /// Does it do more than look and say?
    pub fn acts_on_case(&self) -> bool {
        let harmless = |a: &What| matches!(a, What::Comment { .. } | What::Status | What::Noted(_));
        matches!(self, Reading::Means { acts, .. } if !acts.iter().all(harmless))
    }
    /// With what else is told back.
    fn hearing(mut self, more: Vec<Heard>) -> Reading {
        if let Reading::Means { heard, .. } = &mut self {
            heard.extend(more);
        }
        self
    }
    fn into_guess(self) -> Option<What> {
        match self {
            Reading::Means { acts, .. } => acts.into_iter().next(),
            Reading::Ask { guess, .. } => guess,
            Reading::Nothing => None,
        }
    }
}

/// Something understood that was not written the plain way: told back in the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Date {
        typed: String,
        date: NaiveDate,
    },
    Amount {
        typed: String,
        vnd: Vnd,
    },
    Cell(Echo),
    /// An item is answered, but for this (`kt_kq`, `kt_cp`, `kt_ngay`, `kt_ld`, `kt_pv`).
    Incomplete {
        item: String,
        cell: &'static str,
    },
    /// `@name` is nobody of the house, or may be several.
    WhoIs {
        name: String,
        may_be: Vec<Email>,
    },
    /// A line among values that went into none.
    LeftOut {
        line: String,
    },
    /// Progress is told with a day that may be the new end of the plan, which stays.
    EndStays {
        end: NaiveDate,
    },
    /// The customer's acceptance, told by who does not close a case by it, or before there is work to accept.
    Accepted {
        /// By Tech at work, who tell of the hand-over.
        tech: bool,
    },
    /// Taken for a signature, and not plainly one.
    Unread {
        lines: String,
    },
}

/// Why a reply is not plainly one answer. Words for it stand in the messages of each language.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// `ok`, `được`, 👍: an approval has to be said.
    Weak,
    /// An approval with `chưa`, `không` … in it.
    Negated { word: String },
    /// `để mai duyệt`: nothing is decided, and the desk goes on waiting.
    Later { word: String },
    /// An approval with `nhưng`, `trừ`, `nếu` … in it, or with only some of the items.
    Condition { word: String },
    /// The customer agrees to a price that is named: another than the quote's, perhaps.
    CounterOffer { typed: String },
    /// A question rather than an answer.
    Question,
    /// An approval of another version.
    OtherVersion,
    /// More than one answer.
    Several,
    /// Words beside the answer that are not understood.
    Unclear,
    /// Answered between the quoted lines, or in text that came broken.
    NotExplicit,
    /// Turned down: for good, or to be mended? And why?
    WhyNot,
    /// Money that can be read in several ways, in đồng.
    Money { typed: String, readings: Vec<Vnd> },
    /// A payment with the fee of its transfer: which of the sums counts?
    Fee,
    /// A payment that was told is to be another.
    PaidBefore,
    /// Figures that are still to be reckoned: `15tr x 2`, `5+2 ngày`.
    Reckoned { typed: String },
    /// A date that can be read in several ways.
    Date { typed: String, readings: Vec<NaiveDate> },
    /// A number of days, in halves.
    Days { typed: String, readings: Vec<u32> },
    /// An item is answered, but for this cell (`kt_cp`, `kt_ngay`, `kt_ld`, `kt_pv`).
    Incomplete { item: String, cell: &'static str },
    /// A price that is said to hold the tax: prices are before it.
    WithTax,
    /// A rate on cost, and not plainly so much on top of it: `giảm 30% so với giá vốn`, `lãi gộp 30%`, `hệ số 130%`.
    Rate,
    /// A rate on cost for some of the items: it is one for all.
    ForAll,
    /// The server's price is for another span of time than the quote names.
    ServerSpan,
    /// A value, but not which item it is for.
    WhichItem,
    /// One value for several items: for each, or for all together?
    Each,
    /// An item is answered twice, and not the same.
    Twice { item: String },
    /// No such item in this case.
    NoSuchItem { number: String },
    /// Who is meant by `@name`.
    WhoIs { name: String, may_be: Vec<Email> },
    /// The mail's text and its HTML say different things.
    TwoTexts,
    /// Characters were lost on the way.
    Lossy,
    /// Giving up a case is confirmed once.
    Sure,
    /// A hand-over of some of the items: progress, and no end.
    InParts,
}
