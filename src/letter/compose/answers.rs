//! How to answer: words to reply with, each as a button too.

use serde::Serialize;

use super::Desk;
use crate::letter::reply::words::{FIRM, Firm, FirmWord, Tail};
use crate::process::act::Refusal;
use crate::process::case::{Reason, State};
use crate::process::event::Event;
use crate::process::house::{Lang, Person, Role};
use crate::process::letters::Kind;
use crate::text::fold;

/// Lines that a button fills in: Outlook opens no `mailto:` beyond some 2,000 characters.
const LINES: usize = 40;

/// One way to answer.
#[derive(Serialize)]
pub(super) struct Answer {
    /// What it means, on the button.
    pub(super) label: String,
    /// The words to reply with, as shown.
    word: String,
    /// `mailto:` with address, subject and words filled in.
    href: String,
    /// The plain way on.
    main: bool,
}

impl Desk<'_> {
    /// The answers that this reader can give, the plain way on first.
    pub(super) fn answers(&self) -> Vec<Answer> {
        match self.letter.kind {
            Kind::QuoteToCustomer | Kind::Reopened => vec![],
            Kind::WhoseCase => self.sales_to_choose(),
            Kind::Conflict => vec![self.quick(self.cx.case.conflicts.keys())],
            Kind::Question => vec![self.answer("answer", Firm::Answer, true)],
            Kind::Confirm => vec![self.answer("confirm", Firm::Confirm, true)],
            Kind::Reminder | Kind::Late if self.waits().is_some() && self.letter.role != Role::Director => {
                let others = self.of_state().into_iter().map(|answer| Answer { main: false, ..answer });
                std::iter::once(self.answer("confirm", Firm::Confirm, true)).chain(others).collect()
            }
            Kind::Receipt if self.has_taken_back() && self.has_turn() => self.of_state(),
            Kind::Receipt if self.can_retract() => vec![self.answer("retract", Firm::Retract, false)],
            Kind::Receipt | Kind::Planned | Kind::QuoteWithdrawn | Kind::Recalled => vec![],
            Kind::Comment if !self.has_turn() => vec![],
            Kind::Rejected | Kind::Closed => {
                // Whoever has just closed it may think better of it.
                let back = (self.cx.answer && self.can_retract()).then(|| self.answer("retract", Firm::Retract, false));
                self.of_closed().into_iter().chain(back).collect()
            }
            Kind::Escalation | Kind::Unreached => vec![self.answer("status", Firm::Status, false)],
            _ => self.of_state(),
        }
    }

    /// What is worth saying below the buttons: comments and further readers.
    pub(super) fn by_hand(&self) -> Option<String> {
        let silent = matches!(self.letter.kind, Kind::QuoteToCustomer | Kind::Closed | Kind::Rejected);
        (!silent && self.has_turn()).then(|| self.words.say("mail.comment", &[]))
    }

    pub(super) fn has_turn(&self) -> bool {
        crate::process::roles::turn(self.cx.case, self.cx.house, self.cx.house.day(self.cx.at)).contains(&self.letter.to)
    }

    fn of_state(&self) -> Vec<Answer> {
        let case = self.cx.case;
        if let Some(question) = &case.question {
            return if question.to == self.letter.to { vec![self.answer("answer", Firm::Answer, true)] } else { vec![] };
        }
        // The operator in somebody's place, and whoever had the case before, would be refused.
        let day = self.cx.house.day(self.cx.at);
        if !crate::process::roles::roles(case, self.cx.house, &self.letter.to, day).contains(&self.letter.role) {
            return vec![];
        }
        match (case.state, self.letter.role) {
            (State::Assigning, Role::Cskh) => self.sales_to_choose(),
            (State::Drafting, Role::Sales) => vec![self.answer("withdraw", Firm::Withdraw, false)],
            (State::Review, Role::Leader) => vec![
                self.answer("confirm", Firm::Confirm, true),
                self.answer("return", Firm::Return, false),
                self.answer("reject", Firm::Reject, false),
                self.answer("ask", Firm::Ask, false),
            ],
            (State::Feedback, Role::Tech | Role::TechHead) => {
                let mut open: Vec<&String> = case.unanswered().into_iter().map(|i| &i.id).collect();
                if open.is_empty() {
                    open = case.form.items.iter().map(|i| &i.id).collect();
                }
                vec![self.quick(open.into_iter()), self.answer("ask", Firm::Ask, false), self.answer("done", Firm::Done, false)]
            }
            (State::Completing, Role::Sales) if case.nothing_feasible => {
                vec![self.answer("close", Firm::Close, false)]
            }
            (State::Completing, Role::Sales) => {
                vec![
                    self.button(self.words.say("answer.to_director", &[]), &self.word(Firm::Done, 1), true),
                    self.answer("withdraw", Firm::Withdraw, false),
                ]
            }
            (State::Pricing, Role::Director) => {
                // Prices that lack something make no quote, whoever approves of them.
                let stand = (self.has_prices() || self.prices_wait()) && self.would_be().is_ok();
                // Nor do those of a quote that is held back, before Sales has changed the form.
                let held = matches!(self.refusal(), Some((_, Refusal::HeldBack { .. })));
                let confirm = || if stand { self.answer("prices_stand", Firm::Confirm, true) } else { self.prices() };
                let mut all: Vec<Answer> = (!held).then(confirm).into_iter().collect();
                all.extend([
                    self.answer("return", Firm::Return, held),
                    self.answer("reject", Firm::Reject, false),
                    self.answer("ask", Firm::Ask, false),
                ]);
                all
            }
            // Kept open although it has run out: nobody can agree to it any more.
            (State::Quoted, Role::Sales) if case.quote().is_some_and(|q| q.expires < self.cx.house.day(self.cx.at)) => {
                vec![self.answer("requote", Firm::Requote, true), self.answer("withdraw", Firm::Withdraw, false)]
            }
            (State::Quoted, Role::Sales) => {
                let mut all = vec![];
                if case.sent_to_customer.is_none() {
                    all.push(self.answer("sent", Firm::SentToCustomer, false));
                }
                all.extend([
                    self.answer("agreed", Firm::Agreed, true),
                    self.answer("change", Firm::ChangeAsked, false),
                    self.answer("declined", Firm::Declined, false),
                ]);
                all
            }
            (State::Contracting, Role::Sales) => {
                let mut all = vec![];
                if case.contract.number.is_none() {
                    all.push(self.answer("signed", Firm::Signed, true));
                }
                if !case.is_free() {
                    all.push(self.answer("paid", Firm::Paid, case.contract.number.is_some()));
                }
                all
            }
            (State::Scheduling, Role::Tech | Role::TechHead) => {
                vec![self.answer("plan", Firm::Plan, true), self.answer("ask", Firm::Ask, false)]
            }
            // Whoever is not asked any more has nothing to answer.
            (State::Delivering, Role::Tech | Role::TechHead) if case.handed_over_on.is_some() => vec![],
            (State::Delivering, Role::Tech | Role::TechHead) if case.tested_on.is_some() => vec![
                self.button(self.words.say("answer.handed_over", &[]), &self.handed_over(), true),
                self.answer("progress", Firm::Progress, false),
            ],
            (State::Delivering, Role::Tech | Role::TechHead) => {
                vec![self.answer("progress", Firm::Progress, true), self.answer("tested", Firm::Tested, false)]
            }
            (State::Delivering, Role::Sales) => {
                vec![self.answer("accepted", Firm::HandedOver, case.handed_over_on.is_some())]
            }
            (State::Closed, _) => self.of_closed(),
            _ => vec![],
        }
    }

    /// A closed case is opened again by its Sales, who also tells of what the customer still pays.
    fn of_closed(&self) -> Vec<Answer> {
        let paid = self.unpaid().map(|_| self.answer("paid", Firm::Paid, false));
        paid.into_iter().chain(self.reopening()).collect()
    }

    /// One whose quote ran out gets a new quote.
    fn reopening(&self) -> Vec<Answer> {
        let reason = self.cx.case.closed.as_ref().map(|c| c.reason);
        match (self.letter.role, reason) {
            (Role::Sales | Role::Operator, Some(Reason::Expired)) => vec![self.answer("requote", Firm::Requote, false)],
            (Role::Sales | Role::Operator, _) => vec![self.answer("reopen", Firm::Reopen, false)],
            _ => vec![],
        }
    }

    /// Step 1: every Sales, in the order of the config, as far as buttons go.
    fn sales_to_choose(&self) -> Vec<Answer> {
        let house = self.cx.house;
        let named_so = |name: &str| house.people.iter().filter(|p| fold(&p.name) == fold(name)).count();
        let button = |p: &Person| {
            // A name that two have says neither.
            let known_by = if named_so(&p.name) > 1 { &p.email } else { &p.name };
            let who = if known_by == &p.name { p.name.clone() } else { format!("{} ({})", p.name, p.email) };
            self.button(self.words.say("answer.sales", &[("who", &who)]), &format!("@{known_by}"), false)
        };
        house.with_role(Role::Sales).take(8).map(button).collect()
    }

    /// Tech's answers in a reply's text: a line for each item that is open.
    fn quick<'i>(&self, open: impl Iterator<Item = &'i String>) -> Answer {
        let numbers: Vec<String> = open.map(|id| self.words.item_no(id)).take(LINES).collect();
        let shown = self.words.say("mail.quick", &[("no", numbers.first().map_or("1", String::as_str))]);
        let body = numbers.iter().map(|no| format!("{no}: \n")).collect::<String>();
        let href = self.mailto(&body);
        Answer { label: self.words.say("answer.quick", &[]), word: shown, href, main: true }
    }

    /// Prices by item: a line for each that is to have one, the server among them.
    fn prices(&self) -> Answer {
        let named: Vec<String> = self.to_price().into_iter().take(LINES).collect();
        let first = named.first().map_or("1", String::as_str);
        let server = first == self.words.say("mail.server", &[]);
        let price = if server { self.words.server_example() } else { self.words.say("mail.price", &[]) };
        let shown = self.words.say("mail.prices", &[("no", first), ("price", &price)]);
        let body = named.iter().map(|no| format!("{no} = \n")).collect::<String>();
        Answer { label: self.words.say("answer.prices", &[]), word: shown, href: self.mailto(&body), main: true }
    }

    fn has_prices(&self) -> bool {
        let form = &self.cx.case.form;
        form.items.iter().any(|i| i.get("gd_gia").is_some()) || form.get("pr_markup").is_some()
    }

    fn has_taken_back(&self) -> bool {
        self.cx.events.iter().any(|row| matches!(row.event, Event::Retracted { .. }))
    }

    /// Something was decided that its author may still take back.
    fn can_retract(&self) -> bool {
        let decided = |event: &Event| {
            !matches!(
                event,
                Event::Commented { .. }
                    | Event::Noted { .. }
                    | Event::FileKept { .. }
                    | Event::Retracted { .. }
                    | Event::Opened { .. }
                    | Event::Assigned { .. }
            )
        };
        let by_hand = self.cx.events.iter().any(|row| row.by.as_deref() == Some(self.letter.to.as_str()));
        let done = self.cx.case.closed.as_ref().is_some_and(|closed| closed.reason == Reason::Done);
        (!self.cx.case.is_closed() || by_hand && !done) && self.cx.events.iter().any(|row| decided(&row.event))
    }

    fn answer(&self, label: &str, word: Firm, main: bool) -> Answer {
        self.button(self.words.say(&format!("answer.{label}"), &[]), &self.word(word, 0), main)
    }

    /// A firm word of the reader's language as the reading of replies takes it; what it wants after it is `…`.
    fn word(&self, firm: Firm, spelling: usize) -> String {
        let Some(entry) = FIRM.iter().find(|w| w.act == firm) else { return String::new() };
        let word = self.spelled(entry, spelling);
        match (entry.tail, values(firm)) {
            (Tail::Text, _) => format!("{word}: …"),
            (Tail::Values, Some(key)) => format!("{word}{}", self.words.say(&format!("values.{key}"), &[])),
            _ => word,
        }
    }

    /// Tech's word of it names a day at most: that the customer has accepted is for Sales to say.
    fn handed_over(&self) -> String {
        let word = FIRM.iter().find(|w| w.act == Firm::HandedOver).map(|entry| self.spelled(entry, 0)).unwrap_or_default();
        format!("{word}{}", self.words.say("values.tested", &[]))
    }

    fn spelled(&self, entry: &FirmWord, spelling: usize) -> String {
        let spellings = if self.words.lang == Lang::Vi { entry.vi } else { entry.en };
        spellings.get(spelling).or(spellings.first()).map(|w| w.to_uppercase()).unwrap_or_default()
    }

    /// The mail that a button opens ends where the reader goes on.
    fn button(&self, label: String, word: &str, main: bool) -> Answer {
        Answer { label, word: word.to_string(), href: self.mailto(&word.replace('…', "")), main }
    }

    /// RFC 6068: UTF-8, percent-encoded; line ends as CRLF. The letter's reference stands below, where a signature would.
    fn mailto(&self, body: &str) -> String {
        let subject = format!("Re: {}", self.subject);
        let to = percent(self.cx.reply_to, "@+");
        let below = self.cx.reference.map(|id| format!("\n\n-- \n{}", self.words.say("mail.reference", &[("id", id)])));
        let body = format!("{body}{}", below.unwrap_or_default());
        format!("mailto:{to}?subject={}&body={}", percent(&subject, ""), percent(&body.replace('\n', "\r\n"), ""))
    }
}

/// The values that follow a firm word: which sentence shows them.
fn values(firm: Firm) -> Option<&'static str> {
    match firm {
        Firm::Signed => Some("signed"),
        Firm::Paid => Some("paid"),
        Firm::Plan => Some("plan"),
        Firm::Progress => Some("progress"),
        Firm::Tested => Some("tested"),
        Firm::HandedOver => Some("handed_over"),
        _ => None,
    }
}

fn percent(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        let c = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-._~".contains(c) || (byte.is_ascii() && kept.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
