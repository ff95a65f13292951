//! Which letters and documents the events of a decision call for: effects as data. `letter` words them, `desk`
//! renders them, `dispatch` sends them.

use serde::{Deserialize, Serialize};

use super::house::{At, Email, Role};

/// One letter to one person (others may read along).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    pub kind: Kind,
    pub to: Email,
    pub cc: Vec<Email>,
    pub attach: Vec<Attach>,
    /// The reader's role in this letter: decides what is shown (cost) and which answers are offered.
    pub role: Role,
    /// Only reminds: waits for working hours. Else as soon as possible.
    pub not_before: Option<At>,
}

/// What a letter is about. Each has a template `<name>.html` in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Step 1, to CSKH: which Sales?
    WhoseCase,
    /// Step 1 to 2a, to Sales: the need and a form.
    Need,
    /// Step 2a, to Sales: the form has errors.
    FormProblems,
    /// Step 2b, to the Leader.
    Review,
    /// Step 2b, to Sales: the Leader's (or Director's) questions; the form goes back.
    Clarify,
    /// Step 2b or 5b, to Sales and CSKH: turned down, closed.
    Rejected,
    /// Step 3, to Tech: the items' headings, the form, the wished deadline.
    Feedback,
    /// Step 4, to Tech who differ and the head of Tech.
    Conflict,
    /// Step 4, to Sales: nothing can be done.
    NothingFeasible,
    /// Step 5a, to Sales: Tech has answered.
    Completing,
    /// Step 5b, to the Director.
    Pricing,
    /// Step 6, to Sales: the quote.
    Quote,
    /// Step 6, to the customer, where the company sends it itself.
    QuoteToCustomer,
    /// Step 6, to Sales: n days left.
    QuoteRunsOut,
    /// Step 7, to Sales: contract and payment.
    Contracting,
    /// Step 8, to Tech: when does the work start and end?
    Scheduling,
    /// Step 8 to 9, to Sales: start and end, with a text for the customer and a calendar file.
    Planned,
    /// Step 9, to Sales and CSKH: start, progress, test, end.
    Progress,
    /// Closed for whatever reason, to those involved.
    Closed,
    Reopened,
    /// A question of one party to another, and its answer.
    Question,
    Answered,
    /// A comment passed on.
    Comment,
    /// The wait is soon over / over / long over: to whose turn it is, and from `Late` on to the next one up.
    Reminder,
    Late,
    Escalation,
    /// The answer to a submission: what was understood and done.
    Receipt,
    /// The answer to a submission: values told back, waiting for a DUYỆT.
    Confirm,
    /// The answer to a submission: why it was not done.
    Refused,
    /// The answer to a submission: not plainly one answer; the choices.
    NotUnderstood,
    /// The answer to `TRẠNG THÁI`.
    Status,
    /// To the operator: something that the desk cannot solve by itself.
    Operator,
}

/// What goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attach {
    /// The case's form as this role may see it, opened at the first cell that the reader is to fill in.
    Form {
        role: Role,
    },
    /// The same with the bad cells marked and noted.
    MarkedForm {
        role: Role,
    },
    /// The quote of this revision.
    Quote {
        revision: u32,
    },
    Appendix,
    /// A calendar file for what is due, or for the plan.
    Calendar,
}

/// A document that has to be made and laid down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// Into `outbox/`.
    Quote { revision: u32 },
    /// Step 7: appendix into `outbox/`.
    Appendix,
    /// Form, quote and appendix into the customer's folder.
    Archive,
}
