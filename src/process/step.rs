//! The acts one by one: what each brings about once it is known to be this person's and to belong to this state.

use chrono::NaiveDate;

use super::act::{Act, Moment, NeedsWhat, Refusal, What};
use super::apply::field;
use super::case::*;
use super::event::{CheckRemark, Event};
use super::house::{Email, House, Role};
use super::roles;
use super::rules::reason;
use super::value::{Value, Vnd};
use crate::calendar::{Deadline, Span};

type Decision = Result<Vec<Event>, Refusal>;

/// One act on one case, with all that deciding it takes.
pub struct Step<'a> {
    pub case: &'a Case,
    pub act: &'a Act,
    pub house: &'a House,
    pub moment: &'a Moment,
    pub today: NaiveDate,
    roles: Vec<Role>,
}

impl<'a> Step<'a> {
    pub fn new(case: &'a Case, act: &'a Act, house: &'a House, moment: &'a Moment) -> Step<'a> {
        let today = house.day(moment.at);
        let roles = act.by.as_deref().map(|by| roles::roles(case, house, by, today)).unwrap_or_default();
        Step { case, act, house, moment, today, roles }
    }

    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Goes on only for people in one of these roles on this case.
    pub fn by(&self, may: &[Role]) -> Result<&Self, Refusal> {
        if may.iter().any(|role| self.is(*role)) {
            return Ok(self);
        }
        let holders = |role: &Role| match role {
            Role::Cskh => self.case.cskh.iter().cloned().collect(),
            Role::Sales => self.case.sales.iter().cloned().collect(),
            Role::Leader => self.case.leader.iter().cloned().collect(),
            Role::Tech => self.case.tech.clone(),
            Role::Director => self.case.director.iter().cloned().collect(),
            Role::TechHead | Role::Operator => Vec::new(),
        };
        Err(Refusal::NotYours { may: may.iter().flat_map(holders).collect::<Vec<Email>>() })
    }

    /// The sender's address; the clock never gets here.
    pub fn sender(&self) -> Email {
        self.act.by.clone().unwrap_or_default()
    }

    fn due(&self, span: &Span) -> Option<Deadline> {
        Some(self.house.calendar.due(self.moment.at, span))
    }

    /// The turn passes to a state, with the deadline that the table gives it.
    pub fn moved(&self, to: State) -> Event {
        let limits = &self.house.deadlines;
        let due = match to {
            State::Assigning => self.due(&limits.assign),
            State::Drafting => self.due(&limits.draft),
            State::Review => self.due(&limits.review),
            State::Feedback => self.feedback_due(),
            State::Completing => self.due(&limits.complete),
            State::Pricing => self.due(&limits.price),
            State::Contracting => self.due(&limits.contract),
            State::Scheduling => self.due(&limits.schedule),
            State::Quoted | State::Delivering | State::Closed => None,
        };
        Event::Moved { to, due }
    }

    /// Step 3: the date that Sales wished, to the end of its working hours, where it still lies ahead; else the default.
    fn feedback_due(&self) -> Option<Deadline> {
        let wished = self.case.form.date("deadline").map(|day| self.house.calendar.closing(day));
        match wished.filter(|at| *at > self.moment.at) {
            Some(at) => Some(self.house.calendar.named(at, self.moment.at)),
            None => self.due(&self.house.deadlines.feedback),
        }
    }

    // ---- at any step

    pub fn is_closed(&self) -> Refusal {
        match &self.case.closed {
            Some(closed) => Refusal::Closed { reason: closed.reason, at: closed.at },
            None => Refusal::NotNow { state: self.case.state, what: self.act.what.name().into() },
        }
    }

    /// The act comes after somebody has decided: who, what and when; or it is simply not its time.
    pub fn too_late(&self) -> Refusal {
        let decided = match () {
            _ if self.is(Role::Leader) => self.case.review.as_ref().map(|r| ("reviewed", r.by.clone(), r.at)),
            _ if self.is(Role::Director) => self.case.priced.as_ref().map(|p| ("priced", p.by.clone(), p.at)),
            _ if self.is(Role::Tech) => self.case.answers.values().max_by_key(|a| a.at).map(|a| ("answered", a.by.clone(), a.at)),
            _ => None,
        };
        match decided {
            Some((what, by, at)) => Refusal::AlreadyDecided { what: what.into(), by: Some(by), at },
            None => Refusal::NotNow { state: self.case.state, what: self.act.what.name().into() },
        }
    }

    pub fn already(&self, what: &str) -> Refusal {
        Refusal::AlreadyDecided { what: what.into(), by: self.case.sales.clone(), at: self.case.since }
    }

    pub fn retract(&self) -> Decision {
        match &self.moment.undo {
            Some(undo) if Some(&undo.by) == self.act.by.as_ref() => {
                Ok(vec![Event::Retracted { what: undo.what.clone(), to: undo.to.clone() }])
            }
            _ => Err(Refusal::NothingToRetract),
        }
    }

    pub fn own_proposal(&self) -> Option<&Proposal> {
        self.case.proposal.as_ref().filter(|p| Some(&p.by) == self.act.by.as_ref())
    }

    pub fn assign(&self, sales: &str) -> Decision {
        let mut events = vec![assigned(Some(self.case), sales, self.house)?];
        match self.case.state {
            State::Assigning => events.push(self.moved(State::Drafting)),
            // The new Sales gets the turn's letter, with its time counted anew.
            State::Drafting | State::Completing | State::Contracting => events.push(self.moved(self.case.state)),
            _ => {}
        }
        Ok(events)
    }

    /// A question to the case's Sales; the present state waits for the answer.
    pub fn ask(&self, text: &str) -> Decision {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::Needs { what: NeedsWhat::Question });
        }
        let Some(to) = self.case.sales.clone() else { return Err(Refusal::Needs { what: NeedsWhat::Sales }) };
        let question = Question { from: self.sender(), to, text: text.to_string(), at: self.moment.at };
        Ok(vec![Event::Asked { question, due: self.due(&self.house.deadlines.complete) }])
    }

    pub fn answer(&self, text: &str) -> Decision {
        match &self.case.question {
            Some(question) if Some(&question.to) == self.act.by.as_ref() || self.is(Role::Sales) => {
                Ok(vec![self.question_answered(text)])
            }
            Some(question) => Err(Refusal::NotYours { may: vec![question.to.clone()] }),
            // Nothing was asked: what was said is passed on to whose turn it is.
            None => Ok(vec![Event::Commented { text: text.to_string(), mentions: vec![] }]),
        }
    }

    /// The time of whoever asked counts from the answer.
    pub fn question_answered(&self, text: &str) -> Event {
        let due = match self.moved(self.case.state) {
            Event::Moved { due, .. } => due,
            _ => None,
        };
        Event::QuestionAnswered { text: text.to_string(), due }
    }

    pub fn close(&self, why: &str) -> Decision {
        let reason_code = if self.case.nothing_feasible { Reason::Rejected } else { Reason::Withdrawn };
        Ok(vec![Event::Closed { reason: reason_code, text: reason(why)? }])
    }

    pub fn withdraw(&self, why: &str) -> Decision {
        Ok(vec![Event::Closed { reason: Reason::Withdrawn, text: reason(why)? }])
    }

    /// Back to where it stood; with the form still whole, to Sales.
    pub fn reopen(&self, text: &str) -> Decision {
        let before = self.case.closed.as_ref().map_or(State::Drafting, |c| c.before);
        let to = match before {
            State::Assigning => State::Assigning,
            State::Contracting | State::Scheduling | State::Delivering => before,
            _ => State::Drafting,
        };
        Ok(vec![Event::Reopened { text: text.trim().to_string() }, self.moved(to)])
    }

    // ---- step 2b

    /// `DUYỆT` in a mail: the Leader stands for all four checks of the revision that the letter carried.
    pub fn reviewed(&self) -> Decision {
        self.is_current()?;
        self.not_own_form()?;
        let dat = |check: &str| field(&format!("ck_{check}"), Value::Choice("dat".into()));
        let mut cells: Vec<_> = CHECKS.iter().map(|c| dat(c)).collect();
        cells.push(field("ld_all", Value::Choice("duyet".into())));
        cells.push(field("ld_by", Value::Text(self.house.name_of(&self.sender()).into())));
        cells.push(field("ld_date", Value::Date(self.today)));
        let filled = Event::Filled { cells, added: vec![], dropped: vec![], order: None, exchanges: vec![] };
        Ok(vec![filled, self.review_event(1), self.moved(State::Feedback)])
    }

    /// The confirmation, bound to the revision of the form `ahead` changes from now.
    pub fn review_event(&self, ahead: u32) -> Event {
        Event::Reviewed { confirmed: true, rev: self.case.rev + ahead, round: self.case.round }
    }

    /// An approval holds for the revision that was seen, and for no other.
    pub fn is_current(&self) -> Result<(), Refusal> {
        match self.act.seen_rev {
            Some(seen) if seen < self.case.rev => Err(Refusal::Superseded { seen, now: self.case.rev }),
            _ => Ok(()),
        }
    }

    pub fn not_own_form(&self) -> Result<(), Refusal> {
        let own = self.case.sales == self.act.by && !self.house.own_review;
        if own { Err(Refusal::OwnForm) } else { Ok(()) }
    }

    pub fn clarify(&self, questions: &str, checks: Vec<CheckRemark>, to: State) -> Decision {
        let questions = questions.trim().to_string();
        if questions.is_empty() && checks.is_empty() {
            return Err(Refusal::Needs { what: NeedsWhat::Question });
        }
        Ok(vec![Event::Clarify { questions, checks }, self.moved(to)])
    }

    pub fn reject(&self, why: &str, checks: Vec<CheckRemark>) -> Decision {
        let why = reason(why)?;
        Ok(vec![Event::Rejected { reason: why.clone(), checks }, Event::Closed { reason: Reason::Rejected, text: why }])
    }

    // ---- step 5a

    pub fn completed(&self) -> Decision {
        if !self.case.form.items.iter().any(|i| i.doable()) {
            return Err(Refusal::NotNow { state: State::Completing, what: "nothing-feasible".into() });
        }
        Ok(vec![self.moved(State::Pricing)])
    }

    // ---- step 6

    pub fn sent_to_customer(&self, on: Option<NaiveDate>) -> Decision {
        Ok(vec![Event::SentToCustomer { on: on.unwrap_or(self.today) }])
    }

    /// The customer agrees, to the latest revision and while it holds.
    pub fn agreed(&self, on: Option<NaiveDate>) -> Decision {
        let Some(quote) = self.case.quote() else { return Err(self.too_late()) };
        if let Some(seen) = self.act.seen_quote.filter(|seen| *seen < quote.revision) {
            return Err(Refusal::Superseded { seen, now: quote.revision });
        }
        let on = on.unwrap_or(self.today);
        if on > self.today {
            return Err(Refusal::BadDates { start: self.today, end: on });
        }
        if on > quote.expires {
            return Err(Refusal::QuoteExpired { on: quote.expires });
        }
        Ok(vec![Event::Agreed { on, revision: quote.revision }, self.moved(State::Contracting)])
    }

    /// The customer wants it changed: money alone goes to the Director, anything else to Sales' form.
    pub fn change(&self, text: &str) -> Decision {
        let text = reason(text)?;
        let to = if about_price_alone(&text) { State::Pricing } else { State::Drafting };
        Ok(vec![Event::ChangeAsked { text }, self.moved(to)])
    }

    pub fn requote(&self, text: &str) -> Decision {
        if self.case.quotes.is_empty() {
            return self.reopen(text);
        }
        let mut events = vec![Event::Reopened { text: text.trim().to_string() }];
        events.extend(self.change(text)?);
        Ok(events)
    }

    pub fn declined(&self, why: &str) -> Decision {
        let why = reason(why)?;
        Ok(vec![Event::Declined { reason: why.clone() }, Event::Closed { reason: Reason::Declined, text: why }])
    }

    // ---- step 7

    pub fn signed(&self, number: Option<&str>, on: Option<NaiveDate>) -> Decision {
        let Some(number) = number.map(str::trim).filter(|n| !n.is_empty()) else {
            return Err(Refusal::Needs { what: NeedsWhat::ContractNumber });
        };
        let mut events = vec![Event::Signed { number: number.into(), on: on.unwrap_or(self.today) }];
        if !self.case.contract.payments.is_empty() {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }

    pub fn paid(&self, vnd: Option<Vnd>, on: Option<NaiveDate>) -> Decision {
        let Some(vnd) = vnd.filter(|v| *v > 0) else { return Err(Refusal::Needs { what: NeedsWhat::Amount }) };
        let mut events = vec![Event::Paid { vnd, on: on.unwrap_or(self.today) }];
        if self.case.state == State::Contracting && self.case.contract.number.is_some() {
            events.push(self.moved(State::Scheduling));
        }
        Ok(events)
    }

    // ---- steps 8 and 9

    /// Start and end; an end that was not said is proposed from the quote's days and told back.
    pub fn planned(&self, start: Option<NaiveDate>, end: Option<NaiveDate>) -> Decision {
        let Some(start) = start else { return Err(Refusal::Needs { what: NeedsWhat::Plan }) };
        let Some(end) = end else {
            let days = self.case.quote().and_then(|q| q.half_days);
            let Some(half_days) = days else { return Err(Refusal::Needs { what: NeedsWhat::Plan }) };
            let plan = Plan { start, end: self.house.calendar.end_of(start, half_days) };
            return Ok(vec![self.propose(Proposed::Start { plan })]);
        };
        self.plan(Plan { start, end })
    }

    pub fn plan(&self, plan: Plan) -> Decision {
        if plan.end < plan.start {
            return Err(Refusal::BadDates { start: plan.start, end: plan.end });
        }
        let closing = self.house.calendar.closing(plan.end);
        let due = self.house.calendar.named(closing, self.moment.at);
        Ok(vec![Event::Planned { plan }, Event::Moved { to: State::Delivering, due: Some(due) }])
    }

    pub fn propose(&self, what: Proposed) -> Event {
        let proposal = Proposal { by: self.sender(), at: self.moment.at, rev: self.case.rev, what };
        Event::Proposed { proposal }
    }

    pub fn progress(&self, percent: Option<u32>, text: &str) -> Decision {
        Ok(vec![Event::Progressed { percent, text: text.trim().to_string() }])
    }

    pub fn tested(&self, on: Option<NaiveDate>) -> Decision {
        Ok(vec![Event::Tested { on: on.unwrap_or(self.today) }])
    }

    /// Accepted, as Sales says with the day: closes the case. Tech's word of it is passed on to Sales.
    pub fn handed_over(&self, on: Option<NaiveDate>) -> Decision {
        if !self.is(Role::Sales) {
            return Ok(vec![Event::HandedOver { on: on.unwrap_or(self.today) }]);
        }
        let Some(on) = on else { return Err(Refusal::Needs { what: NeedsWhat::Date }) };
        if on > self.today {
            return Err(Refusal::BadDates { start: self.today, end: on });
        }
        Ok(vec![Event::HandedOver { on }, Event::Closed { reason: Reason::Done, text: String::new() }])
    }
}

/// The Leader's four checks (step 2b), by the names of their cells without `ck_`.
pub const CHECKS: [&str; 4] = ["budget", "logic", "benefit", "solution"];

/// A Sales has the case, and with them the Leader, the Director and Tech.
///
/// # Errors
/// `NoSuchPerson` where this is nobody of the house, or no Sales.
pub fn assigned(case: Option<&Case>, sales: &str, house: &House) -> Result<Event, Refusal> {
    let Some(person) = house.person(sales).filter(|p| p.is(Role::Sales)) else {
        return Err(Refusal::NoSuchPerson { who: sales.into() });
    };
    let region = case.and_then(|c| c.form.text("region"));
    let (leader, director, tech) = roles::staff(house, &person.email, region);
    let mut cells = vec![field("sales", Value::Text(person.name.clone()))];
    let known = case.is_some_and(|c| c.form.get("region").is_some());
    if let Some(region) = person.region.as_deref().and_then(|r| house.region(r)).filter(|_| !known) {
        cells.push(field("region", Value::Text(region.name.clone())));
    }
    Ok(Event::Assigned { sales: person.email.clone(), leader, director, tech, cells })
}

/// `xin giảm 10%`, `chiết khấu thêm`: the prices, and nothing of what is to be made.
fn about_price_alone(text: &str) -> bool {
    let words = format!(" {} ", crate::text::fold(text));
    let says = |list: &[&str]| list.iter().any(|w| words.contains(&format!(" {w} ")));
    says(&["giam", "giam gia", "chiet khau", "gia", "dat", "re hon", "discount", "price"])
        && !says(&["them", "bo", "doi", "sua", "muc", "hang muc", "tinh nang", "bao cao", "phuong an", "add", "remove"])
}

impl What {
    /// Does this act, done by the one whose turn it is, answer what is being waited for?
    pub fn is_word(&self) -> bool {
        !matches!(self, What::Tick | What::Files | What::Status | What::Comment { .. })
    }
}
