//! One act on one case: who may, what comes too late, and until when the next one has.

use chrono::NaiveDate;

use super::act::{Act, Moment, NeedsWhat, Refusal, What};
use super::case::*;
use super::event::{Event, ForReview, Recorded};
use super::form::{Cell, CellNote, Change, Filled, Item};
use super::house::{Email, House, Role};
use super::problem::{Kind, Problem, Severity};
use super::roles;
use crate::calendar::{Deadline, Span};

/// The events that an act brings about, or why it does not.
pub type Decision = Result<Vec<Event>, Refusal>;

/// One act on one case, with all that deciding it takes.
#[derive(Clone)]
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

    /// The same act on the case as it will be.
    pub fn on<'b>(&'b self, case: &'b Case) -> Step<'b> {
        Step { case, ..self.clone() }
    }

    /// The case as these events would make it.
    pub fn project(&self, events: &[Event]) -> Case {
        let mut after = self.case.clone();
        for event in events {
            let (by, for_) = (self.act.by.clone(), self.act.for_.clone());
            let seq = after.version;
            after.apply(&Recorded { seq, at: self.moment.at, by, for_, via: self.act.via, event: event.clone() });
        }
        after
    }

    // ---- who

    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn is_tech(&self) -> bool {
        self.is(Role::Tech) || self.is(Role::TechHead)
    }

    /// Of Tech, and not at the same time the Sales or Director of this case, whose own forms and words count first.
    pub fn is_tech_alone(&self) -> bool {
        self.is_tech() && !self.is(Role::Director) && !self.is(Role::Sales)
    }

    /// A form of Sales, who decides nothing else at this step: whichever letter it answers, it changes what others have now.
    pub fn is_form_of_sales_alone(&self) -> bool {
        let else_decides = self.is_tech() || self.is(Role::Leader) || self.is(Role::Director);
        matches!(self.act.what, What::Filled(_)) && self.is(Role::Sales) && !else_decides
    }

    /// The sender's address; the clock never gets here.
    pub fn sender(&self) -> Email {
        self.act.by.clone().unwrap_or_default()
    }

    /// Goes on only for people in one of these roles on this case.
    pub fn by(&self, may: &[Role]) -> Result<&Self, Refusal> {
        if may.iter().any(|role| self.is(*role)) {
            return Ok(self);
        }
        let decider = [Role::Leader, Role::Tech, Role::TechHead, Role::Director].iter().any(|role| self.is(*role));
        if self.act.what.decides() && decider {
            return Err(self.too_late());
        }
        let own = roles::own_as_deputy(self.case, self.house, &self.sender(), self.today);
        for (role, refusal) in [(Role::Leader, Refusal::OwnForm), (Role::Director, Refusal::OwnPrice)] {
            if may.contains(&role) && own.contains(&role) {
                return Err(refusal);
            }
        }
        let mut people: Vec<Email> = Vec::new();
        for person in may.iter().flat_map(|role| roles::holders(self.case, *role)) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        Err(Refusal::NotYours { may: people })
    }

    // ---- too late, too early

    pub fn is_closed(&self) -> Refusal {
        match &self.case.closed {
            Some(closed) => Refusal::Closed { reason: closed.reason, at: closed.at },
            None => self.not_now(self.act.what.name()),
        }
    }

    pub fn not_now(&self, what: &str) -> Refusal {
        Refusal::NotNow { state: self.case.state, what: what.into() }
    }

    /// Was this person asked at another step than the present one? Matters to those with several roles: a Leader's
    /// second DUYỆT must not price the case because they are its Director as well.
    pub fn is_over(&self) -> bool {
        self.asked_at().is_some_and(|step| step != self.case.state)
    }

    /// The step at which the letter that is answered asked this person for a decision, where that is known.
    fn asked_at(&self) -> Option<State> {
        let asked_as: &[Role] = match self.act.saw.state? {
            State::Review => &[Role::Leader],
            State::Feedback => &[Role::Tech, Role::TechHead],
            State::Completing => &[Role::Sales],
            State::Pricing => &[Role::Director],
            _ => return None,
        };
        self.act.saw.state.filter(|_| asked_as.iter().any(|role| self.is(*role)))
    }

    /// Does a DUYỆT answer the step's own letter, while a payment that letter told nothing of waits for one too? The step goes on
    /// by it, and the payment waits on (`payments_wait_on`).
    pub fn is_about_the_step(&self) -> bool {
        let payment = self.told_back().is_some_and(|told| told.what.is_payment());
        payment && self.act.saw.told_back.is_none() && self.asked_at() == Some(self.case.state)
    }

    /// The word comes after somebody has decided: who, what and when; or it is simply not its time.
    pub fn too_late(&self) -> Refusal {
        let (case, state) = (self.case, self.case.state);
        let about = |step: State| self.asked_at().is_none_or(|asked| asked == step);
        let review = case.review.as_ref().filter(|r| if r.confirmed { state > State::Review } else { state < State::Review });
        let review = review.filter(|_| self.is(Role::Leader) && about(State::Review)).map(|r| ("reviewed", &r.by, r.at));
        let answer = case.answers.values().max_by_key(|a| a.at).filter(|_| state > State::Feedback);
        let answer = answer.filter(|_| self.is_tech() && about(State::Feedback)).map(|a| ("answered", &a.by, a.at));
        let price = case.priced.as_ref().filter(|_| state > State::Pricing);
        let price = price.filter(|_| self.is(Role::Director) && about(State::Pricing)).map(|p| ("priced", &p.by, p.at));
        match review.or(answer).or(price) {
            Some((what, by, at)) => Refusal::AlreadyDecided { what: what.into(), by: Some(by.clone()), at },
            None => self.not_now(self.act.what.name()),
        }
    }

    /// An approval holds for the form that was seen: it is void once somebody else has changed it (domain e.1).
    pub fn is_current(&self, seen: Option<u32>) -> Result<(), Refusal> {
        let sender = self.act.by.as_ref();
        let by_others = self.case.edits.iter().filter(|(by, _)| Some(*by) != sender).map(|(_, rev)| *rev).max();
        match seen {
            Some(seen) if by_others.is_some_and(|rev| rev > seen) => Err(Refusal::Superseded { seen, now: self.case.rev }),
            _ => Ok(()),
        }
    }

    // ---- until when

    pub fn due(&self, span: &Span) -> Option<Deadline> {
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
            State::Quoted => self.quote_due(),
            State::Contracting => self.due(&limits.contract),
            State::Scheduling => self.due(&limits.schedule),
            State::Delivering => self.delivery_due(),
            State::Closed => None,
        };
        Event::Moved { to, due, review: (to == State::Review).then(|| self.for_review()) }
    }

    /// The form of whoever has sent it, else still of who had sent it before.
    fn for_review(&self) -> ForReview {
        let sent = matches!(self.act.what, What::Filled(_));
        let form_by = if sent { self.act.by.clone() } else { self.case.form_by.clone() };
        let reviewer = roles::reviewer_of_form(self.case, self.house, form_by.as_ref(), self.today);
        ForReview { form_by, reviewer: reviewer.filter(|r| Some(r) != self.case.leader.as_ref()) }
    }

    /// Step 3: the date that Sales wished, to the end of its working hours, where it still lies ahead; else the default.
    fn feedback_due(&self) -> Option<Deadline> {
        let wished = self.case.form.date("deadline").map(|day| self.house.calendar.closing(day));
        self.named(wished).or_else(|| self.due(&self.house.deadlines.feedback))
    }

    /// Step 6: open until the end of the quote's last day, closed at the midnight after.
    fn quote_due(&self) -> Option<Deadline> {
        let end = self.house.calendar.midnight(self.case.quote()?.expires + chrono::Days::new(1));
        Some(self.house.calendar.named(end, self.moment.at))
    }

    /// Step 9: the end of the work. Once it is over, or where that day has passed, Sales' word is due in a working day.
    fn delivery_due(&self) -> Option<Deadline> {
        let end = self.case.plan.filter(|_| self.case.handed_over_on.is_none());
        self.named(end.map(|plan| self.house.calendar.closing(plan.end))).or_else(|| self.due(&self.house.deadlines.complete))
    }

    fn named(&self, at: Option<super::house::At>) -> Option<Deadline> {
        at.filter(|at| *at > self.moment.at).map(|at| self.house.calendar.named(at, self.moment.at))
    }

    // ---- told back

    /// What was told back to the sender before and waits for their DUYỆT.
    pub fn told_back(&self) -> Option<&Proposal> {
        self.case.proposal_of(self.act.by.as_deref()?)
    }

    pub fn tell_back(&self, what: Proposed) -> Event {
        let proposal = Proposal { by: self.sender(), at: self.moment.at, rev: self.case.rev, what };
        Event::Proposed { proposal }
    }

    /// Values read from prose never count at once: they are told back in digits and words, and wait for a DUYỆT. What the
    /// same person said before of other things waits with them.
    pub fn said(&self, cells: &[Change], answered: &[String]) -> Decision {
        self.means_the_same(cells)?;
        let decide = self.case.state == State::Pricing;
        let (mut all, mut whole) = match self.told_back().map(|p| &p.what) {
            Some(Proposed::Cells { cells, answered, decide: d }) if *d == decide => (cells.clone(), answered.clone()),
            _ => Default::default(),
        };
        all.retain(|old| !cells.iter().any(|new| replaces(&new.at, &old.at)));
        all.extend_from_slice(cells);
        let anew = |item: &String| cells.iter().any(|c| matches!(&c.at, Cell::Item(id, _) if id == item));
        whole.retain(|item| !anew(item) && !answered.contains(item));
        whole.extend_from_slice(answered);
        if !decide {
            self.is_sound(&all)?;
        }
        Ok(vec![self.tell_back(Proposed::Cells { cells: all, answered: whole, decide })])
    }

    /// What is said of items by their numbers holds for the items that had these numbers in the letter that it answers, and
    /// while they ask for the same.
    pub fn means_the_same(&self, cells: &[Change]) -> Result<(), Refusal> {
        let Some(seen) = self.act.saw.rev.filter(|seen| *seen < self.case.rev && !self.act.saw.items.is_empty()) else {
            return Ok(());
        };
        let asks = |item: &Item| (item.no, ["nd", "dg"].map(|cell| item.text(cell).map(String::from)));
        let asked = |items: &[Item], id: &str| items.iter().find(|item| item.id == id).map(asks);
        let changed = |cell: &Change| match &cell.at {
            Cell::Item(id, _) => asked(&self.act.saw.items, id) != asked(&self.case.form.items, id),
            Cell::Field(_) => false,
        };
        if cells.iter().any(changed) { Err(Refusal::Superseded { seen, now: self.case.rev }) } else { Ok(()) }
    }

    /// What was told back to the sender waits no longer: they have confirmed it, or said it another way.
    pub fn used_up(&self) -> Option<Event> {
        self.told_back().map(|_| Event::ProposalDropped)
    }

    /// The same once more.
    pub fn told_back_again(&self) -> Decision {
        let proposal = self.told_back().ok_or(Refusal::NothingToConfirm)?;
        Ok(vec![self.tell_back(proposal.what.clone())])
    }

    /// What the answered letter told back, where it waits no longer and was not taken over either: a move within the step has
    /// dropped it (a note of Sales, another form). It is told back once more, as far as it still can be.
    pub fn told_back_anew(&self) -> Option<Vec<Event>> {
        let form = &self.case.form;
        let told = self.act.saw.told_back.as_ref().filter(|_| self.told_back().is_none())?;
        let stands = |c: &&Change| form.at(&c.at) == c.new.as_ref();
        let is_there = |id: &String| form.item(id).is_some();
        match (told, self.case.state) {
            (Proposed::Cells { cells, answered, decide: false }, State::Feedback) if self.is_tech() => {
                // What was taken over, and what others say otherwise, is over.
                let disputed = |id: &String| self.case.conflicts.get(id).is_some_and(|c| c.iter().any(|r| r.by == self.sender()));
                let open = |c: &&Change| match &c.at {
                    Cell::Item(id, _) => is_there(id) && !disputed(id),
                    Cell::Field(_) => true,
                };
                let left: Vec<Change> = cells.iter().filter(open).cloned().collect();
                let unheard: Vec<String> = answered.iter().filter(|id| is_there(id)).cloned().collect();
                let dropped = !left.iter().all(|c| stands(&c))
                    || unheard.iter().any(|id| !self.case.answers.contains_key(id) && !disputed(id));
                self.said(&left, &unheard).ok().filter(|_| dropped)
            }
            (Proposed::Cells { cells, answered, decide: true }, State::Pricing) if self.is(Role::Director) => {
                let there = |c: &&Change| !matches!(&c.at, Cell::Item(id, _) if !is_there(id));
                let left: Vec<Change> = cells.iter().filter(there).cloned().collect();
                self.said(&left, answered).ok().filter(|_| !left.iter().all(|c| stands(&c)))
            }
            (Proposed::Correction { cells }, State::Completing | State::Pricing) if self.is_tech_alone() => {
                self.correct(cells).ok()
            }
            _ => None,
        }
    }

    /// DUYỆT on what was told back. One that answers a letter that was written before these values were told back, or that told
    /// others, is not about them: they are told back once more.
    pub fn confirm_told_back(&self) -> Decision {
        let Some(proposal) = self.told_back() else { return Err(Refusal::NothingToConfirm) };
        if self.act.saw.rev.is_some() && self.act.saw.told_back.as_ref() != Some(&proposal.what) {
            return self.told_back_again();
        }
        match &proposal.what {
            Proposed::Cells { cells, decide: true, .. } => self.by(&[Role::Director])?.prices_said(cells),
            Proposed::Cells { cells, answered, .. } => self.by(&[Role::Tech, Role::TechHead])?.answers_said(cells, answered),
            Proposed::Correction { cells } => self.by(&[Role::Tech, Role::TechHead])?.corrected(cells),
            Proposed::Checks { .. } => self.by(&[Role::Leader])?.reviewed_all_the_same(),
            Proposed::Price { total } => self.by(&[Role::Director])?.price(Some(*total)),
            Proposed::Payment { payment: Payment { vnd, on } } => self.by(&[Role::Sales])?.paid(Some(*vnd), Some(*on)),
            Proposed::PaymentInstead { was, payment } => self.by(&[Role::Sales])?.payment_righted(*was, *payment),
            Proposed::Start { plan } => self.by(&[Role::Tech, Role::TechHead])?.plan(*plan),
        }
    }

    /// Notes on cells as words to whose turn it is, where no further letter of the step shows them: by the item's number. What the
    /// reader's own form has no cell for stays out of it: the budget for Tech, costs for a Sales who does not see them.
    pub fn notes_passed_on(&self, form: &Filled) -> Option<Event> {
        let unseen = |note: &CellNote| match (&note.at, self.case.state) {
            (Cell::Field(name), State::Feedback) => name.starts_with("budget"),
            (Cell::Field(name) | Cell::Item(_, name), State::Completing) => {
                !self.house.quote.sales_sees_cost && matches!(name.as_str(), "kt_cp" | "kt_srv_cost")
            }
            _ => false,
        };
        let line = |note: &CellNote| match &note.at {
            Cell::Item(id, _) => {
                let no = self.case.form.item(id).map(|item| format!("{}: ", item.no)).unwrap_or_default();
                format!("{no}{}", note.text)
            }
            Cell::Field(_) => note.text.clone(),
        };
        let lines: Vec<String> = form.notes.iter().filter(|note| !unseen(note)).map(line).collect();
        (!lines.is_empty()).then(|| Event::Commented { text: lines.join("\n"), mentions: vec![] })
    }

    // ---- days

    /// The day that was said, else today; what has happened cannot lie ahead.
    pub fn day(&self, on: Option<NaiveDate>) -> Result<NaiveDate, Refusal> {
        let on = on.unwrap_or(self.today);
        if on > self.today { Err(Refusal::NotYet { on }) } else { Ok(on) }
    }
}

/// What is said takes the place of what was said of the same cell, and of all that was said of the same item. Prices of single
/// items and one percentage for all exclude each other, and so do the two ways to say a discount.
fn replaces(new: &Cell, old: &Cell) -> bool {
    const PRICE: &str = "gd_gia";
    let by_markup = |field: &str| matches!(field, "pr_mode" | "pr_markup" | "pr_round");
    let discount = |field: &str| matches!(field, "pr_disc_pct" | "pr_disc_amt");
    match (new, old) {
        (Cell::Item(a, _), Cell::Item(b, _)) => a == b,
        (Cell::Item(_, column), Cell::Field(field)) => column == PRICE && by_markup(field),
        (Cell::Field(field), Cell::Item(_, column)) => column == PRICE && by_markup(field),
        (Cell::Field(a), Cell::Field(b)) => a == b || (discount(a) && discount(b)),
    }
}

/// A reason is needed wherever somebody is turned down.
pub fn reason(text: &str) -> Result<String, Refusal> {
    said(text, NeedsWhat::Reason)
}

/// The words, where there are any.
pub fn said(text: &str, what: NeedsWhat) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::Needs { what }) } else { Ok(text.to_string()) }
}

// ---- forms, whoever sends them

/// The right part of a form, kept even where the rest is asked for anew.
pub fn kept(form: &Filled) -> Vec<Event> {
    if form.is_empty() { vec![] } else { vec![Event::filled(form)] }
}

/// Cells that the desk fills in by itself.
pub fn stamped(cells: Vec<Change>) -> Event {
    Event::Filled { cells, added: vec![], dropped: vec![], order: None, exchanges: vec![], notes: vec![] }
}

pub fn returned(problems: Vec<Problem>) -> Event {
    Event::FormReturned { problems }
}

pub fn taken(form: &Filled) -> Event {
    Event::taken(form)
}

/// A problem of one field, wherever it stands in the workbook.
pub fn problem(field: &str, kind: Kind) -> Problem {
    Problem::of(Some(&Cell::Field(field.into())), Severity::Error, kind)
}
