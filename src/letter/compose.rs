//! A letter as data becomes a letter in words: subject, HTML and its plain-text twin.

mod answers;
mod corrected;
mod facts;
mod items;
mod prices;
mod story;

use serde::Serialize;
use tera::Context as Values;

use super::messages::{self, Words, cut, one_line, pronoun};
use super::templates::{PADDING, Templates};
use crate::form::layout;
use crate::process::case::{Case, State};
use crate::process::difference::Difference;
use crate::process::event::{Event, Recorded};
use crate::process::feedback::missing_of_tech;
use crate::process::form::Cell;
use crate::process::house::{At, Email, House, Lang, Person, Role};
use crate::process::letters::{Attach, Kind, Letter};
use crate::process::problem::{Problem, Severity};
use crate::process::reworded::Reworded;
use crate::process::roles;

/// Gmail cuts a mail off where its HTML passes 102 KB, with the buttons and all.
const HTML_BYTES: usize = 95_000;

/// How much of what may be long a letter shows; the rest it counts.
#[derive(Clone, Copy)]
struct Room {
    /// Rows of the table, and lines of each list.
    rows: usize,
    /// Characters of one text of a person; what is longer stands in the form.
    text: usize,
}

/// The first is that of any sane letter; each next one is tried where the letter is still too long.
const ROOMS: [Room; 5] = [
    Room { rows: usize::MAX, text: 6_000 },
    Room { rows: 100, text: 4_000 },
    Room { rows: 50, text: 2_000 },
    Room { rows: 20, text: 800 },
    Room { rows: 8, text: 300 },
];

/// What a letter is written from.
pub struct Context<'a> {
    /// The case as it stands after the decision.
    pub case: &'a Case,
    /// The case before it.
    pub before: Option<&'a Case>,
    /// What was decided, in order.
    pub events: &'a [Recorded],
    pub house: &'a House,
    pub templates: &'a Templates,
    pub at: At,
    pub lang: Lang,
    /// The letter is at the same time the answer to the reader's own submission: what was understood and done goes on
    /// top.
    pub answer: bool,
    /// Lines that the caller adds to that answer: files that were kept, a form that could not be read.
    pub receipt: &'a [String],
    /// Who else gets what the sender has said in words of their own.
    pub passed_on: &'a [Email],
    /// Findings in the reader's workbook.
    pub problems: &'a [Problem],
    /// Where answers go: the desk's address, with the token of this reader and case where there is one.
    pub reply_to: &'a str,
    /// What this letter is known by, for the mails that its buttons open: those name no letter that they answer.
    pub reference: Option<&'a str>,
    /// The subject of the mail that this letter answers: kept, so that mailboxes that thread by subject keep the
    /// conversation together.
    pub answers_subject: Option<&'a str>,
    /// What differs from the quote before, item by item.
    pub differences: &'a [String],
    /// Items that were worded anew since Tech answered them.
    pub reworded: &'a [Reworded],
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    pub subject: String,
    pub html: String,
    pub text: String,
    /// The first line: what is asked, by when.
    pub summary: String,
    /// What is wrong with the desk's own template, where the built-in one had to take its place. English.
    pub warning: Option<String>,
}

/// Words a letter. The same letter and context give the same bytes.
///
/// # Errors
/// A built-in template that fails on these values: a fault of the program.
pub fn compose(letter: &Letter, context: &Context) -> Result<Composed, tera::Error> {
    let mut composed = within(ROOMS[0], letter, context)?;
    for room in &ROOMS[1..] {
        if composed.html.len() <= HTML_BYTES {
            break;
        }
        composed = within(*room, letter, context)?;
    }
    Ok(composed)
}

fn within(room: Room, letter: &Letter, context: &Context) -> Result<Composed, tera::Error> {
    let mut desk = Desk::new(room, letter, context);
    let mut values = desk.values();
    let asked = match letter.kind {
        // A nudge keeps the subject of the letter that it reminds of, and so its thread.
        Kind::Reminder | Kind::Late => context.templates.subject(asking(context.case.state), context.lang, &values)?,
        kind => context.templates.subject(kind, context.lang, &values)?,
    };
    desk.subject = desk.subject(&asked);
    // The buttons answer into the same thread.
    let answers = desk.answers();
    values.insert("to_be_approved", &desk.to_be_approved(&answers));
    values.insert("answers", &answers);
    let dear = desk.reader().dear;
    let (page, warning) = context.templates.page(letter.kind, context.lang, &dear, values)?;
    Ok(Composed { subject: desk.subject, html: page.html, text: page.text, summary: page.ask, warning })
}

/// The letter that a state begins with.
fn asking(state: State) -> Kind {
    match state {
        State::Assigning => Kind::WhoseCase,
        State::Drafting => Kind::Need,
        State::Review => Kind::Review,
        State::Feedback => Kind::Feedback,
        State::Completing => Kind::Completing,
        State::Pricing => Kind::Pricing,
        State::Quoted => Kind::Quote,
        State::Contracting => Kind::Contracting,
        State::Scheduling => Kind::Scheduling,
        State::Delivering => Kind::Progress,
        State::Closed => Kind::Closed,
    }
}

/// What differs from the quote before, a line each, for [`Context::differences`].
pub fn differences(all: &[Difference], house: &House) -> Vec<String> {
    let words = Words::plain(house.lang, house, None);
    all.iter().map(|difference| words.difference(difference)).collect()
}

/// One letter being written.
struct Desk<'a> {
    room: Room,
    letter: &'a Letter,
    cx: &'a Context<'a>,
    words: Words<'a>,
    /// Of this mail, once it is known.
    subject: String,
}

/// A person as pages name them.
#[derive(Serialize)]
struct Named {
    name: String,
    /// `anh Trí`.
    called: String,
    /// `Kính gửi anh Trí`.
    dear: String,
    /// `anh`.
    you: String,
    title: Option<String>,
    phone: Option<String>,
    email: String,
}

#[derive(Serialize)]
struct CaseView<'a> {
    id: &'a str,
    short: String,
    customer: String,
    need: String,
    summary: String,
    round: u32,
    rev: u32,
    items: usize,
}

impl<'a> Desk<'a> {
    fn new(room: Room, letter: &'a Letter, cx: &'a Context<'a>) -> Desk<'a> {
        let you = pronoun(cx.house.person(&letter.to), cx.lang);
        let words = Words { lang: cx.lang, house: cx.house, form: Some(&cx.case.form), you, reader: Some(&letter.to) };
        Desk { room, letter, cx, words, subject: String::new() }
    }

    /// `[YC-2026-0012] Nhờ duyệt phiếu: Chính Đại`.
    fn subject(&self, asked: &str) -> String {
        let case = self.cx.case;
        if let Some(kept) = self.cx.answers_subject.filter(|_| self.is_answer()) {
            // Mail clients and gateways put something before it.
            let kept = one_line(kept, 200);
            if !case.id.is_empty()
                && let Some(from) = kept.find(&format!("[{}] ", case.id))
            {
                return kept[from..].to_string();
            }
        }
        let short = one_line(case.short(), 60);
        let mut subject = if case.id.is_empty() { String::new() } else { format!("[{}] ", case.id) };
        subject.push_str(&one_line(asked, 120));
        if !short.is_empty() {
            subject.push_str(": ");
            subject.push_str(&short);
        }
        subject
    }

    /// A letter that only answers, and asks nothing new.
    fn is_answer(&self) -> bool {
        self.letter.kind == Kind::Receipt || self.tells_itself()
    }

    fn values(&self) -> Values {
        let (cx, case) = (self.cx, self.cx.case);
        let mut v = Values::new();
        v.insert("lang", if cx.lang == Lang::Vi { "vi" } else { "en" });
        v.insert("ask", "");
        v.insert("preheader", "");
        v.insert("t", &self.fixed());
        v.insert("case", &self.case_view());
        v.insert("role", &self.words.role(self.letter.role));
        v.insert("to", &self.reader());
        v.insert("sales", &self.person(case.sales.as_deref()));
        v.insert("cskh", &self.person(case.cskh.as_deref()));
        v.insert("leader", &self.person(case.leader.as_deref()));
        v.insert("director", &self.person(case.director.as_deref()));
        v.insert("actor", &self.actor());
        v.insert("mine", &self.has_turn());
        v.insert("turn", &self.words.whose_turn(case, cx.at));
        let turn = roles::turn(case, cx.house, cx.house.day(cx.at));
        v.insert("turn_called", &turn.iter().map(|p| self.words.full_name(p)).collect::<Vec<_>>().join(", "));
        v.insert("state", &self.words.state(case.state));
        v.insert("asked", &self.asked());
        let overdue = case.due.as_ref().is_some_and(|d| d.at < cx.at);
        let due = |d| match self.words.due(d) {
            due if overdue && !matches!(self.letter.kind, Kind::Late | Kind::Escalation) => {
                self.words.say("word.due_late", &[("due", &due)])
            }
            due => due,
        };
        v.insert("due", &case.due.as_ref().map(due));
        v.insert("due_how", &case.due.as_ref().and_then(|d| self.words.due_how(d)));
        v.insert("overdue", &overdue);
        let receipt = self.receipt();
        let (mend, advice) = self.findings(&receipt);
        v.insert("receipt", &receipt);
        v.insert("found", &mend.len());
        v.insert("problems", &self.fitting(mend));
        v.insert("advice", &self.fitting(advice));
        v.insert("marked", &self.problems().any(is_marked));
        v.insert("differences", &self.fitting(cx.differences.to_vec()));
        v.insert("items", &self.items());
        v.insert("facts", &self.facts());
        v.insert("answers", &Vec::<answers::Answer>::new());
        v.insert("to_be_approved", &Vec::<String>::new());
        v.insert("by_hand", &self.by_hand());
        v.insert("form_note", &self.form_note());
        let key = if self.letter.kind == Kind::QuoteToCustomer { "mail.footer_customer" } else { "mail.footer" };
        let footer = messages::text(cx.lang, key, &[("desk", &cx.house.desk_name), ("id", &case.id)]);
        v.insert("footer", &footer);
        self.story(&mut v);
        v
    }

    /// Words that the shared pages need.
    fn fixed(&self) -> std::collections::BTreeMap<&'static str, String> {
        let words = [
            "received",
            "to_be_approved",
            "priced",
            "how_to_answer",
            "buttons",
            "words",
            "differences",
            "pass_on",
            "note",
            "cell_notes",
        ];
        let mut fixed: std::collections::BTreeMap<_, _> =
            words.into_iter().map(|word| (word, self.words.say(&format!("mail.{word}"), &[]))).collect();
        fixed.insert("tech", self.words.role(Role::Tech));
        fixed.insert("sales", self.words.role(Role::Sales));
        fixed.insert("cskh", self.words.role(Role::Cskh));
        fixed.insert("padding", PADDING.repeat(80));
        // Its first line has said so, or nothing was recorded: the lines stand without that heading.
        if self.is_answer() {
            fixed.insert("received", String::new());
        }
        fixed
    }

    fn case_view(&self) -> CaseView<'a> {
        let case = self.cx.case;
        CaseView {
            id: &case.id,
            short: match one_line(case.short(), 60) {
                unnamed if unnamed.is_empty() => self.words.say("person.this_customer", &[]),
                short => short,
            },
            customer: one_line(case.customer(), 200),
            need: self.verbatim(case.form.text("cskh_text").unwrap_or_default()),
            summary: cut(case.form.text("summary").unwrap_or_default(), 1_000),
            round: case.round,
            rev: case.rev,
            items: case.form.items.len(),
        }
    }

    /// A person's text as it was written, up to a bound that no sane text reaches.
    fn verbatim(&self, text: &str) -> String {
        let whole = cut(text, usize::MAX);
        let more = whole.chars().count().saturating_sub(self.room.text);
        if more == 0 {
            return whole;
        }
        let kept: String = whole.chars().take(self.room.text).collect();
        format!("{kept}{}", self.words.say("word.cut", &[("n", &more.to_string())]))
    }

    fn reader(&self) -> Named {
        if self.letter.kind == Kind::QuoteToCustomer {
            return self.customer();
        }
        match self.cx.house.person(&self.letter.to) {
            Some(person) => self.named(person),
            None => {
                let you = messages::text(self.cx.lang, "person.unknown", &[]);
                let dear = self.words.say("person.dear", &[("whom", &you)]);
                Named { called: you.clone(), dear, you, ..stranger(&self.letter.to) }
            }
        }
    }

    /// The customer is addressed as the form says: `Kính gửi Anh Thịnh – Công ty …`.
    fn customer(&self) -> Named {
        let form = &self.cx.case.form;
        let contact = one_line(form.text("contact").unwrap_or_default(), 80);
        let given = contact.split_whitespace().last().unwrap_or_default();
        let title = self.cx.case.salutation(self.cx.lang).to_string();
        let vi = self.cx.lang == Lang::Vi;
        let called = match (title.is_empty(), given.is_empty()) {
            (_, true) => messages::text(self.cx.lang, "person.customer", &[]),
            (false, false) if vi => format!("{title} {given}"),
            (false, false) => format!("{title} {contact}"),
            _ => contact.clone(),
        };
        let company = one_line(self.cx.case.customer(), 120);
        let whom = if company.is_empty() { called.clone() } else { format!("{called} – {company}") };
        let dear = self.words.say("person.dear_up", &[("whom", &whom)]);
        let you = if given.is_empty() || title.is_empty() { messages::text(self.cx.lang, "person.customer", &[]) } else { title };
        Named { name: contact, called, dear, you, ..stranger(&self.letter.to) }
    }

    fn person(&self, email: Option<&str>) -> Option<Named> {
        let email = email?;
        Some(match self.cx.house.person(email) {
            Some(person) => self.named(person),
            None => stranger(email),
        })
    }

    fn named(&self, person: &Person) -> Named {
        Named {
            name: person.name.clone(),
            called: self.words.called(person),
            dear: self.words.dear(person),
            you: pronoun(Some(person), self.cx.lang),
            title: person.title.clone(),
            phone: person.phone.clone(),
            email: person.email.clone(),
        }
    }

    /// Who set this letter off; `None`: the clock.
    fn actor(&self) -> Option<Named> {
        let row = self.cx.events.iter().find(|row| row.by.is_some())?;
        self.person(row.by.as_deref())
    }

    fn asked(&self) -> String {
        let case = self.cx.case;
        let open = if case.state == State::Feedback { missing_of_tech(case) } else { vec![] };
        // What one of several was told back is no matter of the others.
        let asked = match self.has_turn() {
            true => self.words.asked_of(case, self.waits().is_some()),
            false => self.words.asked_in_full(case),
        };
        match asked {
            // Each item is answered: what is still asked for is of the whole.
            plain if !open.is_empty() && case.unanswered().is_empty() && plain == self.words.say("asked.Feedback", &[]) => {
                let what: Vec<String> = open.iter().map(|cell| self.words.say(&format!("missing.{cell}"), &[])).collect();
                self.words.say("asked.rest", &[("what", &what.join(", "))])
            }
            asked => asked,
        }
    }

    fn receipt(&self) -> Vec<String> {
        if !self.cx.answer && self.letter.kind != Kind::Receipt {
            return self.cx.receipt.to_vec();
        }
        // Whose turn it is, the first line of a letter that asks for something has said.
        let asks = self.letter.kind != Kind::Receipt && self.has_turn();
        let confirmed = self.has_confirmed();
        let told = self.cx.events.iter().filter(|row| match row.event {
            // Beside the values that it tells back, what was asked or passed on.
            Event::Asked { .. } | Event::Commented { .. } if self.letter.kind == Kind::Confirm => true,
            // The same payment told twice in one mail: the first is written down, the second told back.
            Event::Agreed { .. } | Event::Signed { .. } | Event::Paid { .. } if self.letter.kind == Kind::Confirm => true,
            _ if self.tells_itself() => false,
            Event::Moved { .. } => !asks,
            // Its words stand in the letter itself.
            Event::ChangeAsked { .. } => self.letter.kind != Kind::Clarify,
            // What waited was confirmed, and is told of as done.
            Event::ProposalDropped => !confirmed,
            _ => true,
        });
        let told: Vec<&Recorded> = told.collect();
        let mut lines = self.words.understood(&told, self.cx.case, self.cx.passed_on, self.cx.at);
        lines.extend(self.contract_dropped());
        lines.extend(self.payment_dropped());
        lines.extend(self.made_by_markup());
        lines.extend(self.cx.receipt.iter().filter(|line| !self.told_below(line)).cloned());
        self.fitting(lines.into_iter().map(|line| cut(&line, 1_500)).collect())
    }

    /// As many lines as the letter has room for, and how many more there are.
    fn fitting(&self, mut lines: Vec<String>) -> Vec<String> {
        let more = lines.len().saturating_sub(self.room.rows);
        if more > 0 {
            lines.truncate(self.room.rows);
            lines.push(self.words.say("mail.more_lines", &[("n", &more.to_string())]));
        }
        lines
    }

    /// What is wrong, a line each; and what is only worth a look, where the letter has a place of its own for it. Each is
    /// told once: not again what the answer to the submission says.
    fn findings(&self, receipt: &[String]) -> (Vec<String>, Vec<String>) {
        let all: Vec<&Problem> = self.problems().collect();
        let apart = self.letter.kind == Kind::FormProblems && all.iter().any(|p| p.severity == Severity::Error);
        let (mend, advice): (Vec<&Problem>, Vec<&Problem>) =
            all.into_iter().partition(|p| !apart || p.severity == Severity::Error);
        let told_in_answer = self.letter.kind == Kind::Receipt;
        // Of each cell that stays as it was the answer has a line already.
        let taken = self.cx.events.iter().filter_map(|row| match &row.event {
            Event::FormTaken { kept, clashes, .. } if told_in_answer => Some(kept.iter().chain(clashes)),
            _ => None,
        });
        let stays: Vec<&Cell> = taken.flatten().map(|change| &change.at).collect();
        let lines = |of: Vec<&Problem>| {
            let lines = of.into_iter().filter(|p| p.is_note() || !stays.contains(&&p.at())).map(|p| self.finding(p));
            lines.filter(|line| !told_in_answer || !receipt.contains(&cut(line, 1_500))).collect()
        };
        (lines(mend), lines(advice))
    }

    /// These letters say themselves what became of the submission.
    fn tells_itself(&self) -> bool {
        use Kind::{Confirm, FormProblems, NotUnderstood, Refused, Status};
        matches!(self.letter.kind, Refused | NotUnderstood | Status | FormProblems | Confirm)
    }

    /// What the reader is asked to do with the attached form.
    fn form_note(&self) -> Option<String> {
        let role = self.letter.attach.iter().find_map(|a| match a {
            Attach::Form { role } | Attach::MarkedForm { role } => Some(*role),
            _ => None,
        })?;
        let owner = match role {
            Role::Sales | Role::Cskh => "sales",
            Role::Leader => "leader",
            Role::Tech | Role::TechHead => "tech",
            Role::Director => "director",
            Role::Operator => return None,
        };
        // From the quote on, the turn's answer is a word: the form has no cell for it.
        let by_form = self.cx.case.state < State::Quoted && self.letter.kind != Kind::Question;
        let asked = by_form && roles::turn_role(self.cx.case, self.cx.house) == role;
        let key = match self.letter.kind {
            Kind::FormProblems if self.problems().any(is_marked) => "form.mend".to_string(),
            Kind::FormProblems => "form.mend_unmarked".to_string(),
            _ if asked => format!("form.{owner}"),
            _ => "form.read".to_string(),
        };
        Some(self.words.say(&key, &[]))
    }

    /// May the reader see what Tech's work costs? Sales where the config says so.
    fn sees_cost(&self) -> bool {
        let may = |role: Role| match role {
            Role::Tech | Role::TechHead | Role::Director | Role::Operator => true,
            Role::Sales | Role::Leader => self.cx.house.quote.sales_sees_cost,
            Role::Cskh => false,
        };
        let inside = |email: &str| self.cx.house.person(email).is_some_and(|p| p.roles.iter().any(|r| may(*r)));
        may(self.letter.role) && inside(&self.letter.to)
    }
}

/// Is there a cell in the form that can be marked? A finding about the table as a whole has none.
fn is_marked(problem: &Problem) -> bool {
    !problem.is_note() && (problem.item.is_some() || layout::field(&problem.field).is_some())
}

/// Somebody of whom the config knows nothing.
fn stranger(email: &str) -> Named {
    let name = email.to_string();
    Named { called: name.clone(), dear: name.clone(), you: String::new(), title: None, phone: None, email: name.clone(), name }
}
