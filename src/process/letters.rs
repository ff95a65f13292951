//! Which letters and documents the events of a decision call for: effects as data. `letter` words them, `desk`
//! renders them, `dispatch` sends them.

mod kind;

use std::borrow::Borrow;

use super::act::{Cause, Refusal};
use super::case::{Case, State};
use super::event::Event;
use super::feedback::{overruled, tech_cells};
use super::house::{At, Email, House, Role};
use super::roles;

pub use kind::Kind;

/// One letter to one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub kind: Kind,
    pub to: Email,
    pub attach: Vec<Attach>,
    /// The reader's role in this letter: decides what is shown (cost) and which answers are offered.
    pub role: Role,
    /// Only reminds: waits for working hours. Else as soon as possible.
    pub not_before: Option<At>,
}

/// What goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// Into `outbox/` and the customer's folder.
    Quote { revision: u32 },
    /// Step 7: the appendix into `outbox/` and the customer's folder.
    Appendix,
    /// Step 7: the form, as the contract was made on it, into the customer's folder.
    Archive,
}

/// The letters that follow from events, the answer to the sender among them, and the documents to be made first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Post {
    pub letters: Vec<Letter>,
    pub documents: Vec<Document>,
    /// Index of the letter that is at the same time the answer to the act's sender.
    pub answer: Option<usize>,
}

impl Post {
    /// Does it take a document that the customer is to read, new or once more?
    pub fn takes_paper(&self) -> bool {
        let is_paper = |attach: &Attach| matches!(attach, Attach::Quote { .. } | Attach::Appendix);
        let laid = self.documents.iter().any(|d| matches!(d, Document::Quote { .. } | Document::Appendix));
        laid || self.letters.iter().flat_map(|letter| &letter.attach).any(is_paper)
    }
}

/// What the events of one decision call for. `before` and `after` are the case around them; `sender`: who gets the answer.
pub fn post(before: &Case, after: &Case, events: &[impl Borrow<Event>], sender: Option<&str>, house: &House, now: At) -> Post {
    let events: &[&Event] = &events.iter().map(Borrow::borrow).collect::<Vec<_>>();
    let mut desk = Writing { before, after, events, sender, house, now, today: house.day(now), post: Post::default() };
    for (n, event) in events.iter().enumerate() {
        desk.event(event, &events[n + 1..]);
    }
    desk.new_sales();
    if let Some(by) = sender {
        desk.answer(by);
    }
    desk.post
}

struct Writing<'a> {
    before: &'a Case,
    after: &'a Case,
    events: &'a [&'a Event],
    sender: Option<&'a str>,
    house: &'a House,
    now: At,
    today: chrono::NaiveDate,
    post: Post,
}

impl Writing<'_> {
    /// `then`: what follows in the same decision.
    fn event(&mut self, event: &Event, then: &[&Event]) {
        let (cskh, sales) = (self.after.cskh.clone(), self.after.sales.clone());
        match event {
            Event::Moved { to, .. } => {
                if *to == State::Scheduling {
                    self.post.documents.push(Document::Archive);
                }
                // A step that is over as soon as it is reached asks nobody; nor does one whose form has come already.
                let over = then.iter().any(|e| matches!(e, Event::Moved { to: next, .. } if next != to));
                let came = *to == State::Drafting && then.iter().any(|e| matches!(e, Event::FormReturned { .. }));
                if !over && !came {
                    self.turn(*to);
                }
                self.recall(*to);
            }
            Event::Clarify { .. } => {
                for person in self.whose_turn() {
                    let attach = vec![Attach::Form { role: Role::Sales }, Attach::Calendar];
                    self.letter(Kind::Clarify, &Some(person), Role::Sales, attach);
                }
            }
            Event::Rejected { .. } => {
                self.letter(Kind::Rejected, &sales, Role::Sales, vec![]);
                self.letter(Kind::Rejected, &cskh, Role::Cskh, vec![]);
                // Who else has to do with it hears that it is closed.
                let told = |p: &Email| Some(p) == sales.as_ref() || Some(p) == cskh.as_ref() || Some(p.as_str()) == self.sender;
                for person in roles::involved(self.after).into_iter().filter(|p| !told(p)).collect::<Vec<_>>() {
                    let role = self.role_of(&person);
                    self.letter(Kind::Closed, &Some(person), role, vec![]);
                }
            }
            Event::Conflicted { rivals, .. } => {
                for person in rivals.iter().map(|r| r.by.clone()).chain(roles::heads(self.house)) {
                    self.letter(Kind::Conflict, &Some(person), Role::Tech, vec![Attach::Form { role: Role::Tech }]);
                }
            }
            // Whoever had answered otherwise: their answer does not stand.
            Event::Settled { item, by } => {
                for (person, _) in overruled(self.before, self.after, item, by) {
                    self.letter(Kind::Corrected, &Some(person.clone()), Role::Tech, vec![]);
                }
            }
            Event::Corrected { .. } => {
                // Whose turn it is goes on with the new form.
                let role = roles::turn_role(self.after, self.house);
                for person in self.whose_turn() {
                    self.letter(Kind::Corrected, &Some(person), role, vec![Attach::Form { role }]);
                }
                let director = self.after.director.clone().filter(|_| self.after.state == State::Pricing);
                for person in sales.into_iter().chain(director) {
                    let role = self.role_of(&person);
                    self.letter(Kind::Corrected, &Some(person), role, vec![]);
                }
            }
            Event::Asked { .. } => {
                for person in self.whose_turn() {
                    let attach = vec![Attach::Form { role: Role::Sales }, Attach::Calendar];
                    self.letter(Kind::Question, &Some(person), Role::Sales, attach);
                }
            }
            Event::QuestionAnswered { .. } => {
                let role = roles::turn_role(self.after, self.house);
                let asker = self.before.question.as_ref().map(|q| q.from.clone());
                for person in asker.into_iter().chain(self.whose_turn()) {
                    let attach = std::iter::once(Attach::Form { role }).chain(self.deadline_of(&person)).collect();
                    self.letter(Kind::Answered, &Some(person), role, attach);
                }
            }
            Event::Quoted { quote } => self.post.documents.push(Document::Quote { revision: quote.revision }),
            // Said once more, most often with the paper that was missing, it is the same appendix.
            Event::Signed { number, on, .. } if self.before.has_appendix_of(number, *on) => {}
            Event::Signed { .. } => self.post.documents.push(Document::Appendix),
            Event::Progressed { .. } | Event::Tested { .. } | Event::HandedOver { .. } if !self.after.is_closed() => {
                self.letter(Kind::Progress, &sales, Role::Sales, vec![]);
                self.letter(Kind::Progress, &cskh, Role::Cskh, vec![]);
            }
            Event::Closed { .. } if !self.says(|e| matches!(e, Event::Rejected { .. })) => {
                for person in roles::involved(self.after) {
                    let role = self.role_of(&person);
                    let attach = if self.after.is_given_up_at_work() { vec![Attach::Calendar] } else { vec![] };
                    self.letter(Kind::Closed, &Some(person), role, attach);
                }
            }
            Event::Reopened { .. } => {
                let turn = self.whose_turn();
                // Whoever was told that it is closed.
                let told = roles::involved(self.before).into_iter().filter(|p| Some(p) != sales.as_ref() && !turn.contains(p));
                let mut people: Vec<Email> = told.filter(|p| Some(p.as_str()) != self.sender).collect();
                // Who goes on with the work; at every other step the step's own letter asks.
                if self.after.state == State::Delivering {
                    let going_on = self.whose_turn().into_iter().chain(sales);
                    people.extend(going_on.filter(|p| Some(p.as_str()) != self.sender));
                }
                for person in people {
                    let role = self.role_of(&person);
                    self.letter(Kind::Reopened, &Some(person), role, vec![]);
                }
            }
            // Beside a form that comes back it is for those alone whom it names; its writer has the turn, and goes on. So is
            // what came at the wrong time: whose turn it is has nothing to do with it.
            Event::Commented { mentions, .. } if self.says(is_for_the_named) => {
                let sender = self.sender;
                for person in mentions.iter().filter(|p| Some(p.as_str()) != sender) {
                    let role = self.role_of(person);
                    self.letter(Kind::Comment, &Some(person.clone()), role, vec![]);
                }
            }
            Event::Commented { mentions, .. } => {
                let mut turn = self.whose_turn();
                // What Tech says of the work is Sales' to pass on.
                turn.extend(sales.filter(|_| matches!(self.after.state, State::Scheduling | State::Delivering)));
                self.pass_on(turn, mentions);
            }
            // Who had been asked because of it, and who is asked again.
            Event::Retracted { .. } => {
                // Sales has the file of a quote that is none any more.
                let is_now = self.after.quote().map(|q| q.revision);
                if self.before.quote().is_some_and(|q| Some(q.revision) != is_now) {
                    let sales = sales.clone().filter(|s| Some(s.as_str()) != self.sender);
                    self.letter(Kind::QuoteWithdrawn, &sales, Role::Sales, vec![]);
                }
                let asked = roles::turn(self.before, self.house, self.today);
                let mut again = self.whose_turn();
                // A correction was told to Sales as well.
                let (was, is) = (self.before, self.after);
                let differ = is.form.items.iter().map(tech_cells).ne(was.form.items.iter().map(tech_cells));
                let corrected = is.state > State::Feedback && was.state == is.state && differ;
                again.extend(sales.filter(|_| corrected));
                // And so were a plan and what was told of the work, to CSKH too.
                let work = |case: &Case| (case.plan, case.progress.len(), case.tested_on, case.handed_over_on);
                if was.state == State::Delivering && work(was) != work(is) {
                    again.extend(is.sales.iter().chain(&cskh).cloned());
                }
                // All were told of the closing.
                if was.is_closed() && !is.is_closed() {
                    again.extend(roles::involved(was));
                }
                // A payment told after the closing was told to nobody else.
                if !(was.is_closed() && is.is_closed()) {
                    self.pass_on(asked, &again);
                }
            }
            Event::Unreached { who, cause, stand_in, .. } => self.unreached(who, *cause, stand_in.as_ref()),
            // Over before the desk came to see it, it is nobody's any more.
            Event::StoodIn { deputy, .. } if self.whose_turn().contains(deputy) => self.step_to(deputy),
            Event::Nudged { level } => self.nudge(*level),
            Event::QuoteReminded { .. } => {
                // Where the case's Sales has left, their Leader can find another one.
                let gone = sales.is_some_and(|s| self.house.person(&s).is_none());
                let leader = self.after.leader.clone().filter(|_| gone);
                for person in self.whose_turn().into_iter().chain(leader) {
                    let role = self.role_of(&person);
                    self.reminding(Kind::QuoteRunsOut, &Some(person), role);
                }
                self.add_deadlines(Kind::QuoteRunsOut);
            }
            Event::PlanReminded { .. } => {
                self.reminding(Kind::Progress, &sales, Role::Sales);
                self.reminding(Kind::Progress, &cskh, Role::Cskh);
                for tech in &self.after.tech {
                    self.reminding(Kind::Progress, &Some(tech.clone()), Role::Tech);
                }
            }
            _ => {}
        }
    }

    /// The deputy gets the step's letter. Sales hears of what came back; of an absence only where nobody stands in. Where
    /// it is Sales who is not reached, or somebody whose turn it is and nobody stands in, the next one up hears of it.
    fn unreached(&mut self, who: &Email, cause: Cause, stand_in: Option<&Email>) {
        let sales = self.after.sales.clone();
        if let Some(deputy) = stand_in {
            self.step_to(deputy);
        }
        if cause == Cause::Away && stand_in.is_some() {
            return;
        }
        let told = |to: &Email| to != who && Some(to) != stand_in;
        let sales: Vec<Email> = sales.into_iter().filter(told).collect();
        let waited_for = || {
            roles::asked(self.after, self.house, self.today).contains(who)
                || roles::turn(self.before, self.house, self.today).contains(who)
        };
        let lone = stand_in.is_none() && cause == Cause::Returned && waited_for();
        let up = if sales.is_empty() || lone { roles::next_up(self.after, self.house, self.today) } else { vec![] };
        for person in sales.into_iter().chain(up.into_iter().filter(told)) {
            let role = self.role_of(&person);
            self.letter(Kind::Unreached, &Some(person), role, vec![]);
        }
    }

    /// The letter of the present step, once more, to one person who has the turn now.
    fn step_to(&mut self, person: &Email) {
        let before = self.post.letters.len();
        match (&self.after.question, self.after.state) {
            (Some(_), _) => {
                let attach = vec![Attach::Form { role: Role::Sales }, Attach::Calendar];
                self.letter(Kind::Question, &Some(person.clone()), Role::Sales, attach);
            }
            (None, State::Delivering) => {
                let role = self.role_of(person);
                self.letter(Kind::Status, &Some(person.clone()), role, vec![]);
            }
            (None, state) => self.turn(state),
        }
        let theirs = self.post.letters.split_off(before).into_iter().filter(|l| l.to == *person);
        self.post.letters.extend(theirs.collect::<Vec<_>>());
    }

    fn says(&self, what: fn(&Event) -> bool) -> bool {
        self.events.iter().any(|event| what(event))
    }

    fn whose_turn(&self) -> Vec<Email> {
        roles::turn(self.after, self.house, self.today)
    }

    /// A calendar file of the present deadline, for a person whose it is, while it lies ahead.
    fn deadline_of(&self, person: &str) -> Option<Attach> {
        let ahead = self.after.due.as_ref().is_some_and(|due| due.at > self.now);
        (ahead && self.whose_turn().iter().any(|p| p == person)).then_some(Attach::Calendar)
    }

    fn add_deadlines(&mut self, kind: Kind) {
        let theirs: Vec<Option<Attach>> = self.post.letters.iter().map(|l| self.deadline_of(&l.to)).collect();
        for (letter, deadline) in self.post.letters.iter_mut().zip(theirs).filter(|(letter, _)| letter.kind == kind) {
            letter.attach.extend(deadline);
        }
    }

    /// The letter to everybody whose turn it is now: what is asked, by when, and what it takes to answer.
    fn turn(&mut self, to: State) {
        let kind = match to {
            State::Assigning => Kind::WhoseCase,
            // Sales was told why with the Leader's or Director's questions.
            State::Drafting | State::Completing if self.says(|e| matches!(e, Event::Clarify { .. })) => return,
            State::Drafting if self.says(|e| matches!(e, Event::ChangeAsked { .. })) => Kind::Clarify,
            State::Drafting => Kind::Need,
            State::Review => Kind::Review,
            State::Feedback => Kind::Feedback,
            State::Completing if self.after.nothing_feasible => Kind::NothingFeasible,
            State::Completing => Kind::Completing,
            State::Pricing => Kind::Pricing,
            State::Quoted => Kind::Quote,
            State::Contracting => Kind::Contracting,
            State::Scheduling => Kind::Scheduling,
            // The turn passes to Sales with Tech's word of the hand-over, which they are told; a plan reopened is none that is new.
            State::Delivering if self.says(|e| matches!(e, Event::HandedOver { .. } | Event::Reopened { .. })) => return,
            State::Delivering => Kind::Planned,
            State::Closed => return,
        };
        let role = roles::turn_role(self.after, self.house);
        let people: Vec<Email> = match kind {
            // The plan is Tech's own word: Sales is told, who passes it on.
            Kind::Planned => {
                let others = self.after.tech.iter().filter(|p| Some(p.as_str()) != self.sender);
                self.after.sales.iter().chain(&self.after.cskh).chain(others).cloned().collect()
            }
            _ => self.whose_turn(),
        };
        let revision = self.after.quote().map_or(0, |q| q.revision);
        let attach = match kind {
            Kind::WhoseCase => vec![Attach::Calendar],
            Kind::Quote => vec![Attach::Quote { revision }, Attach::Calendar],
            Kind::Contracting => vec![Attach::Appendix, Attach::Calendar],
            Kind::Planned => vec![Attach::Calendar],
            _ => vec![Attach::Form { role }, Attach::Calendar],
        };
        for person in people {
            let role = if kind == Kind::Planned { self.role_of(&person) } else { role };
            self.letter(kind, &Some(person), role, attach.clone());
        }
        if self.says(|e| matches!(e, Event::Quoted { .. })) {
            self.customer_gets(revision);
        }
    }

    /// A new form of Sales leads back to somebody else: those who work on the old one need not go on.
    fn recall(&mut self, to: State) {
        if to > self.before.state || !self.says(|e| matches!(e, Event::FormTaken { .. })) {
            return;
        }
        let asked: Vec<Email> = match self.before.state {
            State::Review => roles::turn(self.before, self.house, self.today),
            State::Feedback => self.before.tech.clone(),
            State::Pricing => self.before.director.iter().cloned().collect(),
            _ => return,
        };
        let still = self.whose_turn();
        let role = roles::turn_role(self.before, self.house);
        let at_work = asked.into_iter().filter(|p| Some(p.as_str()) != self.sender && !still.contains(p));
        for person in at_work.collect::<Vec<_>>() {
            self.letter(Kind::Recalled, &Some(person), role, vec![]);
        }
    }

    /// Step 6, where the company sends the quote itself.
    fn customer_gets(&mut self, revision: u32) {
        if let Some(to) = self.after.quote_mailed_to(self.house).map(String::from) {
            let attach = vec![Attach::Quote { revision }];
            self.post.letters.push(Letter { kind: Kind::QuoteToCustomer, to, attach, role: Role::Sales, not_before: None });
        }
    }

    /// A Sales who took the case over while somebody else has the turn: where it stands, and the form.
    fn new_sales(&mut self) {
        if !self.says(|e| matches!(e, Event::Assigned { .. })) || self.before.sales == self.after.sales {
            return;
        }
        let Some(sales) = self.after.sales.clone().filter(|s| Some(s.as_str()) != self.sender) else { return };
        if !self.post.letters.iter().any(|l| l.to == roles::stand_in(self.after, self.house, &sales, self.today)) {
            self.letter(Kind::Status, &Some(sales), Role::Sales, vec![Attach::Form { role: Role::Sales }]);
        }
    }

    /// A comment goes to those whose turn it is and whom it names. Where its writer has the turn alone, to the others
    /// who have to do with the case: somebody reads it.
    fn pass_on(&mut self, turn: Vec<Email>, named: &[Email]) {
        let others = |people: &[Email]| people.iter().filter(|p| Some(p.as_str()) != self.sender).cloned().collect::<Vec<_>>();
        let mut readers = others(&[turn, named.to_vec()].concat());
        // Whoever sent the form back reads what is said to it.
        if readers.is_empty() {
            readers = others(self.after.asked_back.as_ref().map(|asked| &asked.by).map_or(&[], std::slice::from_ref));
        }
        if readers.is_empty() {
            readers = others(&roles::involved(self.after));
            // Before the prices it is said to whoever sets them.
            readers.extend(self.after.director.clone().filter(|d| self.after.state == State::Completing && !readers.contains(d)));
        }
        for person in readers {
            let role = self.role_of(&person);
            let acting = roles::stand_in(self.after, self.house, &person, self.today);
            if self.post.letters.iter().any(|l| l.to == acting && l.kind.carries_note()) {
                continue;
            }
            self.letter(Kind::Comment, &Some(person), role, vec![]);
        }
    }

    /// 1: a reminder. 2: late. 3 and up: late, and the next one up is told.
    fn nudge(&mut self, level: u32) {
        let role = roles::turn_role(self.after, self.house);
        let kind = if level == 1 { Kind::Reminder } else { Kind::Late };
        for person in self.whose_turn() {
            self.reminding(kind, &Some(person), role);
        }
        // Sales' answer at this step is the form, and no word takes its place.
        if self.after.state == State::Drafting && self.after.question.is_none() {
            for letter in self.post.letters.iter_mut().filter(|l| l.kind == kind) {
                letter.attach.push(Attach::Form { role: Role::Sales });
            }
        }
        if level >= 3 {
            for person in roles::next_up(self.after, self.house, self.today) {
                let role = self.role_of(&person);
                self.reminding(Kind::Escalation, &Some(person), role);
            }
        }
    }

    /// The one answer to the act's sender: the letter that they get anyway, or one of its own. A refusal, a question or
    /// something told back is always one of its own; so is a receipt that has something to tell of the form.
    fn answer(&mut self, by: &str) {
        let role = self.role_of(by);
        let own = match () {
            _ if self.says(|e| matches!(e, Event::Refused { refusal, .. } if comes_with_form(refusal))) => {
                Some((Kind::Refused, vec![Attach::Form { role }]))
            }
            _ if self.says(|e| matches!(e, Event::Refused { .. })) => Some((Kind::Refused, vec![])),
            _ if self.says(|e| matches!(e, Event::NotUnderstood { .. })) => Some((Kind::NotUnderstood, vec![])),
            _ if self.says(|e| matches!(e, Event::FormReturned { .. })) => {
                let marked = std::iter::once(Attach::MarkedForm { role });
                Some((Kind::FormProblems, marked.chain(self.deadline_of(by)).collect()))
            }
            _ if self.says(|e| matches!(e, Event::Proposed { .. })) => Some((Kind::Confirm, vec![])),
            _ if self.says(|e| matches!(e, Event::StatusAsked)) => Some((Kind::Status, vec![])),
            // Whoever took their answer back is asked again, with the form and the buttons of the step.
            _ if self.says(|e| matches!(e, Event::Retracted { .. })) && self.whose_turn().iter().any(|p| p == by) => {
                let form = (self.after.state < State::Quoted).then_some(Attach::Form { role });
                Some((Kind::Receipt, form.into_iter().collect()))
            }
            _ if self.says(tells_of_the_form) => Some((Kind::Receipt, vec![])),
            _ => None,
        };
        let theirs = |l: &Letter| l.to == by && !matches!(l.kind, Kind::Comment | Kind::Question);
        self.post.answer = match (own, self.post.letters.iter().position(theirs)) {
            (None, Some(index)) => Some(index),
            (own, _) => {
                let (kind, attach) = own.unwrap_or((Kind::Receipt, vec![]));
                self.post.letters.push(Letter { kind, to: by.to_string(), attach, role, not_before: None });
                Some(self.post.letters.len() - 1)
            }
        };
    }

    /// The role in which a person reads of this case: the most particular one that they have on it.
    fn role_of(&self, person: &str) -> Role {
        let on_case = roles::roles(self.after, self.house, person, self.today);
        let turn = roles::turn_role(self.after, self.house);
        if on_case.contains(&turn) {
            return turn;
        }
        let general = || self.house.person(person).and_then(|p| p.roles.first().copied());
        on_case.first().copied().or_else(general).unwrap_or(Role::Cskh)
    }

    /// One letter of a kind to a person, or to who acts for them today. Whoever has left the house gets none.
    fn letter(&mut self, kind: Kind, to: &Option<Email>, role: Role, attach: Vec<Attach>) {
        let Some(to) = to.as_ref().map(|to| roles::stand_in(self.after, self.house, to, self.today).to_string()) else { return };
        if self.house.person(&to).is_none() || self.post.letters.iter().any(|l| l.to == to && l.kind == kind) {
            return;
        }
        self.post.letters.push(Letter { kind, to, attach, role, not_before: None });
    }

    /// A letter that only reminds: it waits for working hours.
    fn reminding(&mut self, kind: Kind, to: &Option<Email>, role: Role) {
        let before = self.post.letters.len();
        self.letter(kind, to, role, vec![]);
        if let Some(letter) = self.post.letters.get_mut(before) {
            letter.not_before = Some(self.house.calendar.next_working_time(self.now));
        }
    }
}

/// What is said beside it is for those whom it names, and for nobody else.
fn is_for_the_named(event: &Event) -> bool {
    let wrong_time = |refusal: &Refusal| matches!(refusal, Refusal::ChangeTooLate { .. } | Refusal::PriceNotNow { .. });
    matches!(event, Event::FormReturned { .. }) || matches!(event, Event::Refused { refusal, .. } if wrong_time(refusal))
}

/// The form has to be looked at again.
fn comes_with_form(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Superseded { .. } | Refusal::Lost | Refusal::HeldBack { .. })
}

/// Something of the form that its sender has to know: other people's cells, clashes, warnings, values read another way.
fn tells_of_the_form(event: &Event) -> bool {
    match event {
        Event::FormTaken { kept, clashes, warnings, echoes } => {
            !(kept.is_empty() && clashes.is_empty() && warnings.is_empty() && echoes.is_empty())
        }
        _ => false,
    }
}
