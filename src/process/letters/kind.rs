//! The letters that there are.

/// What a letter is about. Each has a template `<name>.html` in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Step 5, to Sales and the Director: Tech has corrected an answer, with old and new of each cell.
    Corrected,
    /// Step 4, to Sales: nothing can be done.
    NothingFeasible,
    /// Steps 2b to 5b, to whoever was asked before: Sales' new form is looked at by somebody else first.
    Recalled,
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
    /// Step 6, to Sales: the Director has taken the quote back.
    QuoteWithdrawn,
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
    /// A letter came back, or its reader is away: to Sales, and to the next one up.
    Unreached,
}

impl Kind {
    pub const ALL: [Kind; 35] = [
        Kind::WhoseCase,
        Kind::Need,
        Kind::FormProblems,
        Kind::Review,
        Kind::Clarify,
        Kind::Rejected,
        Kind::Feedback,
        Kind::Conflict,
        Kind::Corrected,
        Kind::NothingFeasible,
        Kind::Recalled,
        Kind::Completing,
        Kind::Pricing,
        Kind::Quote,
        Kind::QuoteToCustomer,
        Kind::QuoteRunsOut,
        Kind::QuoteWithdrawn,
        Kind::Contracting,
        Kind::Scheduling,
        Kind::Planned,
        Kind::Progress,
        Kind::Closed,
        Kind::Reopened,
        Kind::Question,
        Kind::Answered,
        Kind::Comment,
        Kind::Reminder,
        Kind::Late,
        Kind::Escalation,
        Kind::Receipt,
        Kind::Confirm,
        Kind::Refused,
        Kind::NotUnderstood,
        Kind::Status,
        Kind::Unreached,
    ];

    /// A letter of the next step: a note that came with what called for it stands in it, and is no letter of its own.
    pub fn carries_note(self) -> bool {
        use Kind::{Clarify, Completing, Contracting, Corrected, Feedback, Need, NothingFeasible, Planned};
        use Kind::{Pricing, Progress, Quote, QuoteWithdrawn, Recalled, Review, Scheduling};
        let asks = matches!(self, Need | Review | Clarify | Feedback | NothingFeasible | Completing | Pricing | Quote);
        asks || matches!(self, Contracting | Scheduling | Planned | Progress | Corrected | Recalled | QuoteWithdrawn)
    }

    /// `quote-runs-out`: the template's name, and `X-Quotedesk-Kind`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::WhoseCase => "whose-case",
            Kind::Need => "need",
            Kind::FormProblems => "form-problems",
            Kind::Review => "review",
            Kind::Clarify => "clarify",
            Kind::Rejected => "rejected",
            Kind::Feedback => "feedback",
            Kind::Conflict => "conflict",
            Kind::Corrected => "corrected",
            Kind::NothingFeasible => "nothing-feasible",
            Kind::Recalled => "recalled",
            Kind::Completing => "completing",
            Kind::Pricing => "pricing",
            Kind::Quote => "quote",
            Kind::QuoteToCustomer => "quote-to-customer",
            Kind::QuoteRunsOut => "quote-runs-out",
            Kind::QuoteWithdrawn => "quote-withdrawn",
            Kind::Contracting => "contracting",
            Kind::Scheduling => "scheduling",
            Kind::Planned => "planned",
            Kind::Progress => "progress",
            Kind::Closed => "closed",
            Kind::Reopened => "reopened",
            Kind::Question => "question",
            Kind::Answered => "answered",
            Kind::Comment => "comment",
            Kind::Reminder => "reminder",
            Kind::Late => "late",
            Kind::Escalation => "escalation",
            Kind::Receipt => "receipt",
            Kind::Confirm => "confirm",
            Kind::Refused => "refused",
            Kind::NotUnderstood => "not-understood",
            Kind::Status => "status",
            Kind::Unreached => "unreached",
        }
    }
}
