//! From acts to everything that follows from them: events, the case after them, documents and letters. No I/O.

use super::documents::{self, Fault, Laid};
use super::submission::Attached;
use crate::form::binder::Binder;
use crate::name;
use crate::process::act::{Act, Moment, Need, Refusal, Saw, Via, What};
use crate::process::case::{Case, FileKind, State};
use crate::process::event::{Event, Recorded};
use crate::process::house::{Email, House, Role};
use crate::process::letters::{self, Post};
use crate::process::paper::{self, Beside};
use crate::process::reworded::Reworded;
use crate::process::{roles, rules};
use crate::quote::sentences::Sentences;

/// Who acts, through what, and what they had seen when they did.
#[derive(Clone, Debug)]
pub struct Sender {
    pub by: Option<Email>,
    pub via: Via,
    pub saw: Saw,
    /// In whose name, where a deputy writes so.
    pub for_: Option<Email>,
    /// Nothing shows who sent it but the Sales that it names: only what Sales may do counts, whatever else they are.
    pub as_sales: bool,
}

impl Sender {
    /// Somebody for themselves, or nobody, who had seen nothing in particular.
    pub fn plain(by: Option<Email>, via: Via) -> Sender {
        Sender { by, via, saw: Saw::default(), for_: None, as_sales: false }
    }
}

/// What one submission, or one tick of the clock, comes to.
#[derive(Debug)]
pub struct Decided {
    pub before: Case,
    pub after: Case,
    pub events: Vec<Recorded>,
    pub post: Post,
    pub laid: Vec<Laid>,
    /// Items that were worded anew since Tech answered them.
    pub reworded: Vec<Reworded>,
}

/// One case being acted upon.
pub struct Deciding<'a> {
    house: &'a House,
    moment: &'a Moment,
    sender: &'a Sender,
    before: Case,
    after: Case,
    events: Vec<Recorded>,
    /// Whom the sender stands in for.
    for_: Option<Email>,
    /// Why the customer's paper cannot go out, where that has been found.
    held: Option<Refusal>,
}

impl<'a> Deciding<'a> {
    pub fn new(mut case: Case, sender: &'a Sender, house: &'a House, moment: &'a Moment) -> Deciding<'a> {
        let addresses = case.readdress(house);
        let on_behalf = || roles::on_behalf(&case, house, sender.by.as_deref()?, house.day(moment.at));
        let for_ = sender.for_.clone().or_else(on_behalf);
        let before = case.clone();
        let mut deciding = Deciding { for_, house, moment, sender, before, after: case, events: Vec::new(), held: None };
        // Nobody's act, and the first of what is recorded: the rest names people as the house does now.
        if !addresses.is_empty() {
            deciding.records(Event::Readdressed { addresses }, None, None, Via::Clock);
        }
        deciding
    }

    /// The same where a paper for the customer is known to be held back: whatever calls for it is refused so.
    pub fn holding_back(self, held: Option<Refusal>) -> Deciding<'a> {
        Deciding { held, ..self }
    }

    /// Opens the case (step 1).
    pub fn open(&mut self, id: &str, need: &Need) {
        match rules::open(id, need, self.house, self.moment) {
            Ok(events) => events.into_iter().for_each(|e| self.record(e)),
            // The Sales named is none: the case opens all the same, and asks for one.
            Err(refusal) => {
                let nobody = Need { sales: None, ..need.clone() };
                let opened = rules::open(id, &nobody, self.house, self.moment).unwrap_or_default();
                opened.into_iter().for_each(|e| self.record(e));
                self.record(Event::Refused { what: "assign".into(), refusal });
            }
        }
    }

    /// One act; a refusal is recorded too, so that the history shows it and the sender is told.
    pub fn act(&mut self, what: What) {
        let Sender { by, via, saw, .. } = self.sender.clone();
        let act = Act { by, for_: self.for_.clone(), via, what, saw };
        let decided = match self.sender.as_sales {
            true => rules::decide(&roles::only_sales(&self.after, act.by.as_deref()), &act, &self.only_sales(), self.moment),
            false => rules::decide(&self.after, &act, self.house, self.moment),
        };
        match decided {
            Ok(events) => self.let_through(act.what.name(), events).into_iter().for_each(|e| self.record(e)),
            Err(refusal) => self.refuse(act.what.name(), refusal),
        }
    }

    /// All of it; of what calls for a paper that is held back no more than the form that came with it.
    fn let_through(&self, what: &str, mut events: Vec<Event>) -> Vec<Event> {
        let Some(refusal) = &self.held else { return events };
        let mut after = self.after.clone();
        for event in &events {
            let (by, for_, seq) = (self.sender.by.clone(), self.for_.clone(), after.version);
            after.apply(&Recorded { seq, at: self.moment.at, by, for_, via: self.sender.via, event: event.clone() });
        }
        if letters::post(&self.after, &after, &events, self.sender.by.as_deref(), self.house, self.moment.at).takes_paper() {
            events.truncate(events.iter().position(|e| matches!(e, Event::FormTaken { .. })).map_or(0, |taken| taken + 1));
            events.push(Event::Refused { what: what.into(), refusal: refusal.clone() });
        }
        events
    }

    /// The house in which the sender is Sales and nothing else.
    fn only_sales(&self) -> House {
        let mut house = self.house.clone();
        let sender = house.people.iter_mut().filter(|p| Some(&p.email) == self.sender.by.as_ref());
        sender.for_each(|p| p.roles.retain(|role| *role == Role::Sales));
        house
    }

    pub fn refuse(&mut self, what: &str, refusal: Refusal) {
        self.record(Event::Refused { what: what.into(), refusal });
    }

    pub fn record(&mut self, event: Event) {
        self.records(event, self.sender.by.clone(), self.for_.clone(), self.sender.via);
    }

    fn records(&mut self, event: Event, by: Option<Email>, for_: Option<Email>, via: Via) {
        let recorded = Recorded { seq: self.after.version, at: self.moment.at, by, for_, via, event };
        self.after.apply(&recorded);
        self.events.push(recorded);
    }

    /// The case and its new events, with nothing that they would call for.
    pub fn recorded(self) -> (Case, Vec<Recorded>) {
        (self.after, self.events)
    }

    /// Was the last act about what has changed since?
    pub fn is_superseded(&self) -> bool {
        let last = self.events.last().map(|recorded| &recorded.event);
        matches!(last, Some(Event::Refused { refusal: Refusal::Superseded { .. }, .. }))
    }

    /// Was the form taken that came?
    pub fn took_form(&self) -> bool {
        self.events.iter().any(|recorded| matches!(recorded.event, Event::FormTaken { .. }))
    }

    /// Did it go back, for something in it is wrong?
    pub fn returned_form(&self) -> bool {
        self.events.iter().any(|recorded| matches!(recorded.event, Event::FormReturned { .. }))
    }

    pub fn case(&self) -> &Case {
        &self.after
    }

    fn is_sales(&self) -> bool {
        let by = self.sender.by.as_deref();
        by.is_some_and(|by| roles::roles(&self.after, self.house, by, self.house.day(self.moment.at)).contains(&Role::Sales))
    }

    /// The documents and letters that all this calls for, with the files that came along. `said`: the words that they came with.
    ///
    /// # Errors
    /// Where a document cannot be made, or would show what is internal: then nothing of this may be committed.
    pub fn finish(
        mut self,
        attached: Vec<Attached>,
        said: &str,
        words: &Sentences,
        binder: &dyn Binder,
    ) -> Result<Decided, Fault> {
        if self.after.folder.is_none() && !self.after.customer().is_empty() && self.after.state > State::Drafting {
            let folder = name::folder(self.after.customer());
            self.record(Event::FolderNamed { folder });
        }
        let says = |what: fn(&Event) -> bool| self.events.iter().any(|row| what(&row.event));
        let (signed, paid) = (says(|e| matches!(e, Event::Signed { .. })), says(|e| matches!(e, Event::Paid { .. })));
        let names: Vec<&str> = attached.iter().map(|file| file.name.as_str()).collect();
        let contracts = paper::contracts(&names, Beside { signed, paid, text: said }, &self.after, self.is_sales());
        let mut laid = Vec::new();
        for (file, is_contract) in attached.into_iter().zip(contracts) {
            let kind = if is_contract { FileKind::Contract } else { FileKind::Attachment };
            let file = documents::kept(&self.after, &file.name, file.bytes, kind);
            self.record(documents::recorded(&file));
            laid.push(file);
        }
        let Moment { at, names_taken, .. } = self.moment;
        let events: Vec<&Event> = self.events.iter().map(|r| &r.event).collect();
        // That files have their places calls for nothing: what is laid down below need not be known for it.
        let post = letters::post(&self.before, &self.after, &events, self.sender.by.as_deref(), self.house, *at);
        let made = documents::lay(&post.documents, &self.after, self.house, words, binder, *at, names_taken)?;
        made.iter().for_each(|file| self.record(documents::recorded(file)));
        laid.extend(made);
        let reworded = self.moment.reworded.clone();
        Ok(Decided { before: self.before, after: self.after, events: self.events, post, laid, reworded })
    }
}
