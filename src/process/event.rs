//! What has happened to a case. The append-only list of these is the truth; the case is their sum.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::act::{Cause, Need};
use super::addresses::Moved;
use super::case::*;
use super::form::{CellNote, Change, Exchange, Filled, Item};
use super::house::{At, Email};
use super::problem::{Problem, Severity};
use super::quote::Quote;
use super::value::Vnd;
use crate::calendar::Deadline;

/// A fact. Who, when and through what stand beside it (`Recorded`): no field is stored under one of those names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    Opened {
        id: String,
        need: Need,
        cells: Vec<Change>,
    },
    /// A Sales has the case, and with them Leader, Director and Tech.
    Assigned {
        sales: Email,
        leader: Option<Email>,
        director: Option<Email>,
        tech: Vec<Email>,
        cells: Vec<Change>,
    },
    /// The turn passes: a new state, or the same one anew. `due` counts from now.
    Moved {
        to: State,
        due: Option<Deadline>,
        /// Of a review: whose form it is and who looks at it. Old histories have it by the Leader and who moved it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review: Option<ForReview>,
    },

    /// Cells of the form were filled in: through a workbook or a mail's text.
    Filled {
        cells: Vec<Change>,
        added: Vec<Item>,
        dropped: Vec<String>,
        order: Option<Vec<String>>,
        exchanges: Vec<Exchange>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        notes: Vec<CellNote>,
    },
    /// The form that came had errors: what was right in it is kept, the rest asked for.
    FormReturned {
        problems: Vec<Problem>,
    },
    /// A form was taken; what of it was not (others' cells, clashes) is told to its sender.
    FormTaken {
        kept: Vec<Change>,
        clashes: Vec<Change>,
        warnings: Vec<Problem>,
        echoes: Vec<super::form::Echo>,
    },
    /// Regions, leader and director as the form's region and Sales say.
    Staffed {
        leader: Option<Email>,
        director: Option<Email>,
        tech: Vec<Email>,
    },
    /// People of the case have other addresses now than it knew them by: the old ones, and the present ones.
    Readdressed {
        addresses: Moved,
    },
    /// The customer's folder under `archive/` is fixed.
    FolderNamed {
        folder: String,
    },

    /// The Leader's word on this revision of the form; not confirmed: returned or turned down.
    Reviewed {
        confirmed: bool,
        rev: u32,
        round: u32,
    },
    Clarify {
        questions: String,
        checks: Vec<CheckRemark>,
        /// The step that asks. Old histories do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<State>,
    },
    Rejected {
        reason: String,
        checks: Vec<CheckRemark>,
    },

    /// Tech's answers to these items stand.
    ItemsAnswered {
        items: Vec<String>,
        #[serde(rename = "answered_by")]
        by: Email,
    },
    /// A different answer to an item already answered by somebody else.
    Conflicted {
        item: String,
        rivals: Vec<Rival>,
    },
    Settled {
        item: String,
        #[serde(rename = "settled_by")]
        by: Email,
    },
    /// Tech's cells were changed after they had been passed on; the case stays where it is.
    Corrected {
        cells: Vec<Change>,
    },
    /// Every item is answered, and not one can be done.
    NothingFeasible,

    Asked {
        question: Question,
        due: Option<Deadline>,
    },
    QuestionAnswered {
        text: String,
        due: Option<Deadline>,
    },

    /// Values are told back and wait for a DUYỆT; they take the place of what was told back to this person before.
    Proposed {
        proposal: Proposal,
    },
    /// What was told back to this person no longer counts: they have said it another way.
    ProposalDropped,
    /// The step has moved on beside what was told back of payments: it waits for its DUYỆT all the same.
    WaitsOn {
        proposals: Vec<Proposal>,
    },
    /// The Director's decision stands.
    Priced,

    Quoted {
        quote: Box<Quote>,
    },
    SentToCustomer {
        on: NaiveDate,
    },
    Agreed {
        on: NaiveDate,
        revision: u32,
    },
    Declined {
        reason: String,
    },
    ChangeAsked {
        text: String,
        /// A contract that was signed, and the work that was planned on it, are of the old quote: the new one is signed and
        /// planned anew. Payments stay.
        #[serde(default)]
        anew: bool,
        /// Sales asks for it again (`BÁO GIÁ LẠI`); else it is the customer's wish.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        requote: bool,
        /// The case keeps the words until there is a new quote; those of older events it has not kept.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        kept: bool,
    },

    Signed {
        number: String,
        on: NaiveDate,
        /// The number that was written down before, where it was another one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<String>,
    },
    Paid {
        vnd: Vnd,
        on: NaiveDate,
    },
    /// A payment that was written down is another; of nothing: there was none.
    PaidInstead {
        was: Payment,
        payment: Payment,
    },
    Appendix {
        name: String,
    },
    Planned {
        plan: Plan,
    },
    Progressed {
        percent: Option<u32>,
        text: String,
    },
    Tested {
        on: NaiveDate,
    },
    HandedOver {
        on: NaiveDate,
    },

    Closed {
        reason: Reason,
        text: String,
    },
    Reopened {
        text: String,
    },
    /// The sender's last act is undone; the case stands as before it.
    Retracted {
        what: String,
        to: Box<Case>,
        /// Revisions of the form and the quotes count on from what is taken back, so that an answer to a letter of then is about
        /// nothing that comes later. Without it they begin again where they stood, as old histories have it.
        #[serde(default)]
        onward: bool,
        /// A quote that is taken back has not gone to the customer. Old histories do not say.
        #[serde(default)]
        unsent: bool,
    },
    Commented {
        text: String,
        mentions: Vec<Email>,
    },
    /// Something that asks for nothing: thanks, a file.
    Noted {
        text: String,
    },
    StatusAsked,
    /// A file of the case has its place in `outbox/` or `archive/`.
    FileKept {
        file: FileRef,
    },
    /// An act was not done; told to its sender.
    Refused {
        what: String,
        refusal: super::act::Refusal,
    },
    /// Words that are not plainly one answer: asked back.
    NotUnderstood {
        text: String,
        guess: Option<String>,
    },

    /// A letter to somebody came back, or their mailbox says that they are away. Where it is their turn and the config
    /// names a deputy for them, the step is the deputy's as well until it is over.
    Unreached {
        #[serde(rename = "whom")]
        who: Email,
        cause: Cause,
        /// The mail system's, or the absence note's.
        words: String,
        stand_in: Option<Email>,
    },

    /// Somebody stands in from now on for one whose turn it has been for longer: they get the letter of the turn.
    StoodIn {
        absent: Email,
        deputy: Email,
    },

    /// The wait will soon be over, is over, or has been for long: 1 reminded, 2 late, 3 and up escalated.
    Nudged {
        level: u32,
    },
    /// 7, 12, 15 days after the quote: 1, 2, 3.
    QuoteReminded {
        level: u32,
    },
    /// Start, eve of the end, end of the work: 1, 2, 3.
    PlanReminded {
        level: u32,
    },
}

/// What a form comes to its review with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForReview {
    /// Whose form it is.
    pub form_by: Option<Email>,
    /// Who reviews it, where the Leader cannot: it is their own, or their deputy's.
    pub reviewer: Option<Email>,
}

/// One of the Leader's four checks that is not passed, with the remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRemark {
    /// `budget`, `logic`, `benefit`, `solution`.
    pub check: String,
    /// `dat`, `khong_dat`, `can_lam_ro`.
    pub verdict: String,
    pub remark: String,
}

/// An event with who, when and through what: a row of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// 0, 1, 2 … within the case.
    pub seq: u64,
    pub at: At,
    pub by: Option<Email>,
    pub for_: Option<Email>,
    pub via: super::act::Via,
    #[serde(flatten)]
    pub event: Event,
}

/// Takes a text up to its fourth quotation mark.
#[derive(Default)]
struct Head(Vec<u8>);

impl std::io::Write for Head {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.iter().filter(|b| **b == b'"').count() >= 4 {
            return Err(std::io::ErrorKind::Other.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Event {
    /// The event's name in the history: `opened`, `quoted` …
    pub fn name(&self) -> String {
        // Its tag comes first, `{"event":"opened",…`: what follows need not be written.
        let mut head = Head::default();
        let _ = serde_json::to_writer(&mut head, self);
        let head = String::from_utf8(head.0).unwrap_or_default();
        head.split('"').nth(3).map(String::from).unwrap_or_default()
    }

    /// `FormTaken` of a workbook: what its sender has to know.
    pub fn taken(filled: &Filled) -> Event {
        Event::FormTaken {
            kept: filled.kept.clone(),
            clashes: filled.clashes.clone(),
            warnings: filled.problems.iter().filter(|p| p.severity == Severity::Warning).cloned().collect(),
            echoes: filled.echoes.clone(),
        }
    }

    /// `Filled` of a workbook, without what only concerns its sender.
    pub fn filled(filled: &Filled) -> Event {
        Event::Filled {
            cells: filled.changes.clone(),
            added: filled.added.clone(),
            dropped: filled.dropped.clone(),
            order: filled.order.clone(),
            exchanges: filled.exchanges.clone(),
            notes: filled.notes.clone(),
        }
    }
}
