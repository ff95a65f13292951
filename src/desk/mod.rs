//! The heart: one submission in, one transaction (events, effects, seen-before mark), one answer out.
//!
//! Reading and rendering run off the async threads, in parallel; the case is decided on as it was read, and the commit
//! fails where it has moved on meanwhile: then it is read again and decided anew.

mod aside;
pub mod back;
mod bounds;
pub mod decide;
pub mod documents;
mod due;
mod hands;
mod machines;
mod need;
mod number;
mod operator;
pub mod plain;
pub mod render;
mod said;
pub mod submission;
pub mod troubles;
mod undelivered;
pub mod understand;
mod vouch;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, RwLock, Weak};

use chrono::{Datelike, NaiveDate};
use futures_util::future::BoxFuture;

use crate::clock::Clock;
use crate::config::Config;
use crate::form::binder::{Binder, Marked, Workbooks};
use crate::form::book::Workers;
use crate::intake::guard::{Keys, letter_about};
use crate::letter::reply;
use crate::process::act::{Moment, Refusal, Saw, Undo};
use crate::process::case::{Case, State};
use crate::process::clock::wake;
use crate::process::event::{Event, Recorded};
use crate::process::house::{At, Email};
use crate::process::reworded;
use crate::store::{CASES, CaseWrite, CommitError, Number, QUOTES, Seen, Store, TakenName, TokenKeys, Tx, Unavailable};

pub use aside::{AUTOMATIC, FAULT, FLOOD, UNKNOWN, UNPROVEN};
use decide::{Decided, Deciding, Sender};
use documents::Fault;
use hands::Hands;
use number::{InHand, Numbers};
use render::{Came, Pen, Rendered};
use submission::{Body, Submission, Taken};
pub use troubles::{Trouble, Troubles, Which};
use understand::{About, Opened, Speaker};
pub use vouch::released_key;
pub use words::{DeskWords, INSTEAD};

/// How often a decision is made anew because the case moved on meanwhile.
const TRIES: usize = 20;

/// Everything that deciding takes. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub config: Arc<Config>,
    pub store: Store,
    pub clock: Clock,
    words: Arc<DeskWords>,
    /// What the operator has to know of the running desk.
    pub troubles: Troubles,
    binder: Arc<dyn Binder>,
    keys: Arc<RwLock<Arc<Keys>>>,
    /// When backups were restored. The daemon stands still for that, so it changes under no desk.
    restores: Arc<[At]>,
    turns: Arc<Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>>,
    numbers: Numbers,
    hands: Hands,
    /// As the operator's letter has last read it.
    failed: Arc<Mutex<Option<Arc<operator::Failed>>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Nothing was taken; the submission stays where it is, and is tried again.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("cannot be stored: {0}")]
    Store(String),
    #[error("the case is acted upon without a pause; try again")]
    Busy,
}

impl From<CommitError> for DeskError {
    fn from(why: CommitError) -> Self {
        match why {
            CommitError::Unavailable(why) => DeskError::Unavailable(why),
            CommitError::Invalid(why) => DeskError::Store(why),
            other => DeskError::Store(other.to_string()),
        }
    }
}

/// What a submission comes to, not committed yet.
pub struct Planned {
    pub taken: Taken,
    pub tx: Tx,
    /// Held until the commit is over.
    number: Option<InHand>,
}

impl Desk {
    pub fn new(config: Arc<Config>, store: Store, words: DeskWords, workers: Arc<Workers>, keys: TokenKeys) -> Desk {
        let clock = Clock::new(store.clone(), config.rehearsal);
        let (words, troubles) = (Arc::new(words), Troubles::default());
        let (binder, restores): (_, Arc<[At]>) = (Arc::new(Workbooks(workers)), keys.restores.into());
        let binder = Arc::new(Marked { binder, restored: restores.last().copied() });
        let keys = Arc::new(RwLock::new(Arc::new(Keys::new(keys.newest_first))));
        let (turns, numbers, hands, failed) = Default::default();
        Desk { config, store, clock, words, troubles, binder, keys, restores, turns, numbers, hands, failed }
    }

    /// The same desk with another config, after SIGHUP.
    pub fn with(&self, config: Arc<Config>, words: DeskWords) -> Desk {
        Desk { config, words: Arc::new(words), ..self.clone() }
    }

    /// The same desk with forms that travel as other files.
    pub fn bound_by(self, binder: Arc<dyn Binder>) -> Desk {
        let binder = Arc::new(Marked { binder, restored: self.restores.last().copied() });
        Desk { binder, ..self }
    }

    /// The company's own templates were read, with these faults: the operator is told of them, and once they are mended.
    pub fn templates_read(&self, warnings: &[String]) {
        match warnings.is_empty() {
            true => self.troubles.over(Trouble::Templates),
            false => self.troubles.changes(Trouble::Templates, warnings.join("; ")),
        }
    }

    fn pen(&self, at: At) -> Pen<'_> {
        let DeskWords { templates, sentences } = &*self.words;
        let (house, plus) = (&self.config.house, self.config.plus_address);
        Pen { house, templates, sentences, binder: &*self.binder, keys: self.keys(), plus, at }
    }

    fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(|broken| broken.into_inner()).clone()
    }

    /// Reads the keys for tokens anew: a command, or another daemon, may have drawn one.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn refresh_keys(&self) -> Result<(), DeskError> {
        let keys = self.store.token_keys(self.clock.real()).await?;
        *self.keys.write().unwrap_or_else(|broken| broken.into_inner()) = Arc::new(Keys::new(keys.newest_first));
        Ok(())
    }

    /// Takes a submission: whatever it is, it is answered once.
    ///
    /// # Errors
    /// Where the store is away: nothing was taken.
    pub fn take(&self, submission: Submission) -> BoxFuture<'_, Result<Taken, DeskError>> {
        Box::pin(self.taken(submission))
    }

    async fn taken(&self, submission: Submission) -> Result<Taken, DeskError> {
        if let Some(before) = self.store.seen(&submission.key).await? {
            return Ok(taken_before(before));
        }
        let at = self.clock.now().await?;
        let submission = Arc::new(submission);
        let (opened, fault) = match self.open(&submission, at).await {
            Err(DeskError::Fault(fault)) => (Arc::new(Opened::default()), Some(fault)),
            opened => (Arc::new(opened?), None),
        };
        if let Some((aside, person)) = self.vouches(&opened).filter(|_| fault.is_none()) {
            return self.vouched(&submission, &opened, &aside, &person, at).await;
        }
        let turn = self.turn(opened.case_hint(&self.keys(), &self.config.house).unwrap_or_default());
        let _turn = turn.lock().await;
        let mut names_taken = Vec::new();
        for _ in 0..TRIES {
            let Planned { tx, taken, number: _in_hand, .. } = match &fault {
                Some(fault) => self.unmade(&submission, &opened, fault, at).await?,
                None => match self.plan(&submission, &opened, at, &names_taken).await {
                    Err(DeskError::Fault(fault)) => self.unmade(&submission, &opened, &fault, at).await?,
                    planned => planned?,
                },
            };
            match self.store.commit(tx).await {
                Ok(()) => return Ok(taken),
                Err(CommitError::Conflict) => continue,
                Err(CommitError::Taken(name)) => names_taken.push(name),
                Err(CommitError::AlreadySeen(before)) => return Ok(taken_before(*before)),
                Err(why) => return Err(why.into()),
            }
        }
        Err(DeskError::Busy)
    }

    /// What a submission would come to; nothing is done.
    pub async fn rehearse(&self, submission: Submission) -> Result<Planned, DeskError> {
        let at = self.clock.now().await?;
        let submission = Arc::new(submission);
        let opened = Arc::new(self.open(&submission, at).await?);
        self.plan(&submission, &opened, at, &[]).await
    }

    async fn open(&self, submission: &Arc<Submission>, at: At) -> Result<Opened, DeskError> {
        let (submission, config, binder) = (submission.clone(), self.config.clone(), self.binder.clone());
        self.hands.work(move || understand::open(&submission, &config, &*binder, at)).await
    }

    /// One at a time for each case; other cases go on beside it.
    fn turn(&self, case: String) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(|broken| broken.into_inner());
        if turns.len() > 4096 {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        if let Some(turn) = turns.get(&case).and_then(Weak::upgrade).filter(|_| !case.is_empty()) {
            return turn;
        }
        let turn = Arc::new(tokio::sync::Mutex::new(()));
        turns.insert(case, Arc::downgrade(&turn));
        turn
    }

    /// `names_taken`: what a commit has found to be another case's.
    async fn plan(
        &self,
        submission: &Arc<Submission>,
        opened: &Arc<Opened>,
        at: At,
        names_taken: &[String],
    ) -> Result<Planned, DeskError> {
        let house = &self.config.house;
        let keys = self.keys();
        let (by, for_) = match understand::speaker(submission, opened, &self.config, &keys, at) {
            Speaker::Person(email) => (email, None),
            Speaker::Deputy { by, for_ } => (by, Some(for_)),
            Speaker::Machine { why, of } => return self.by_machine(submission, opened, why, of, at).await,
            Speaker::Unproven(person) => return self.unproven(submission, opened, person, at).await,
            stranger => return Ok(self.set_aside(submission, stranger, at)),
        };
        if let Some(before) = self.sent_before(submission).await? {
            return Ok(self.unchanged(submission, &before, at));
        }
        let about = opened.about(&keys, house);
        let hint = about.case();
        let (known, also_open) = match &hint {
            Some(id) => (self.store.case(id).await?, vec![]),
            None => self.open_draft(opened, &by).await?,
        };
        let mut also: Vec<String> = plain::also_open(house, &also_open).into_iter().collect();
        if known.is_none() && hint.is_none() {
            also.extend(plain::under_way(house, &self.under_way(opened, &by).await?));
        }
        let meant = match (&known, &hint) {
            (None, None) => self.seems_to_answer(opened, &by).await?,
            _ => vec![],
        };
        let bounds = self.before(submission, opened, &by, known.as_ref().map(|c| c.id.as_str()), at).await?;
        let unclear = match (&about, &hint, &known) {
            (About::Several(cases), ..) => Some(plain::cases_differ(house, cases)),
            (_, Some(id), None) => Some(plain::no_such_case(house, id)),
            (About::Case { proven: false, .. }, _, Some(case)) if !understand::is_of(case, house, &by, house.day(at)) => {
                Some(plain::not_of_case(house, case))
            }
            (_, _, None) if !meant.is_empty() => Some(plain::which_of(house, &meant)),
            (_, _, None) if !self.is_need(submission, opened, &by) => Some(plain::which_case(house, opened)),
            _ => None,
        };
        if let Some(answer) = unclear {
            return Ok(self.bounded(self.problem(submission, opened, answer, &by, at), submission, bounds, at));
        }
        let letter = known.as_ref().and_then(|c| letter_about(opened.message.as_ref()?, &c.id, &house.address));
        // A letter that shows the case as it stands tells all that its history would.
        let earlier = |case: &Case| letter.as_ref().is_some_and(|(_, seen)| seen.version != case.version);
        let told = |case: &Case| opened.form().is_some() || earlier(case) || understand::takes_back(&opened.text);
        let history = match &known {
            Some(case) if told(case) || has_answers_of_before(case) => self.history(&case.id).await?,
            _ => vec![],
        };
        let mut moment = self.moment(known.as_ref(), &history, opened, &by, at).await?;
        moment.names_taken.extend_from_slice(names_taken);
        let in_hand = match &known {
            Some(_) => None,
            None => Some(self.number(house.day(at).year()).await?),
        };
        let new_id = in_hand.as_ref().map(|in_hand| {
            let (year, n) = in_hand.number;
            let id = format!("YC-{year}-{n:04}");
            (id.clone(), Number { kind: CASES.into(), year, n, case_id: id })
        });
        let new_case = new_id.as_ref().map(|(id, _)| id.clone());
        let lost = match (opened.form(), &letter) {
            (Some(form), _) if form.origin.case.is_some() => form.origin.is_lost(&history, &self.restores),
            (_, Some((id, _))) => self.store.mail(id).await?.is_none(),
            _ => false,
        };
        // What the answered letter was about.
        let saw = match (&letter, &known) {
            _ if lost => Saw::lost(),
            (Some((_, seen)), Some(case)) => {
                let mut then = match seen.version == case.version {
                    true => case.clone(),
                    false => Case::fold(history.get(..seen.version as usize).unwrap_or(&history)),
                };
                then.readdress(house);
                Saw::of(&then, &by)
            }
            _ => Saw::default(),
        };
        let desk = self.clone();
        let work = {
            let (submission, opened) = (submission.clone(), opened.clone());
            let known = known.unwrap_or_default();
            move || {
                let work = |held| {
                    desk.work(&submission, &opened, &known, new_id.clone(), &by, &for_, &history, &saw, &moment, &also, held)
                };
                match work(None) {
                    // What the customer would have read is the form's own: told to whoever wants the paper.
                    Err(DeskError::Fault(held @ Fault::HeldBack { .. })) => {
                        tracing::warn!(case = known.id, "{held}");
                        let Fault::HeldBack { paper, problems, .. } = held else { return Err(held.into()) };
                        work(Some(Refusal::HeldBack { paper, problems }))
                    }
                    done => done,
                }
            }
        };
        let mut planned = self.hands.work(work).await??;
        if let Some(case) = new_case.filter(|_| !submission.content.is_empty()) {
            // The same contents twice at once: the second finds this, and then what came before.
            planned.tx.names.push(TakenName { day: NaiveDate::default(), name: submission.content.clone(), case_id: case });
        }
        Ok(Planned { number: in_hand, ..self.bounded(planned, submission, bounds, at) })
    }

    /// The decision itself, and all that goes out because of it. Blocking.
    #[allow(clippy::too_many_arguments, reason = "one call, all of it needed")]
    fn work(
        &self,
        submission: &Submission,
        opened: &Opened,
        known: &Case,
        new_id: Option<(String, Number)>,
        by: &Email,
        for_: &Option<Email>,
        history: &[Recorded],
        saw: &Saw,
        moment: &Moment,
        also: &[String],
        held: Option<Refusal>,
    ) -> Result<Planned, DeskError> {
        let house = &self.config.house;
        let sender = Sender {
            by: Some(by.clone()),
            via: submission.via,
            saw: saw.clone(),
            for_: for_.clone(),
            as_sales: matches!(submission.body, Body::File { person: None, .. }),
        };
        let expected = known.version;
        let mut deciding = Deciding::new(known.clone(), &sender, house, moment).holding_back(held);
        if let Some((id, _)) = &new_id {
            deciding.open(id, &self.need(submission, opened, by));
        }
        let mut receipt = plain::wrong(house, opened);
        receipt.extend_from_slice(also);
        // CSKH fills in no form: what they have typed into one is the need of the Sales that it names.
        let of_cskh = self.form_of_cskh(submission, opened, new_id.is_some(), by);
        if let Some(file) = &of_cskh {
            receipt.push(plain::form_of_cskh(house, deciding.case(), &file.name));
        }
        let filled = self.filled(opened, deciding.case(), history, &sender, moment.at).filter(|_| of_cskh.is_none());
        match filled {
            Some(Ok(filled)) => {
                let words = new_id.is_none() && !opened.text.nothing_left && !reply::is_cover_note(&opened.text.text);
                receipt.extend(self.form(&mut deciding, filled, opened, words, by, moment.at));
            }
            Some(Err(fault)) => {
                receipt.push(plain::fault(house, &submission.name, &fault));
                receipt.extend(self.words(&mut deciding, opened, by, moment.at));
            }
            None if new_id.is_none() => receipt.extend(self.words(&mut deciding, opened, by, moment.at)),
            None => {}
        }
        let kept = opened.kept.iter().cloned().chain(of_cskh).collect();
        let decided = deciding.finish(kept, &opened.text.text, &self.words.sentences, &*self.binder)?;
        receipt.extend(plain::dropped(house, &known.form, &decided.events));
        let came = came(opened);
        let pen = self.pen(moment.at);
        let rendered = render::render(&decided, &came, &receipt, &pen)?;
        // What was refused, asked back or returned with its errors was read and answered; a problem is what could not be.
        let problem = opened.form().is_none() && opened.faults().next().is_some() && opened.text.nothing_left;
        let case = Some(decided.after.id.clone());
        let refused = |e: &Recorded| matches!(e.event, Event::Refused { .. } | Event::NotUnderstood { .. });
        let returned = |e: &Recorded| matches!(e.event, Event::FormReturned { .. });
        let in_vain = decided.events.iter().any(|e| refused(e) || returned(e));
        let taken = Taken { case, answer: rendered.answer.clone(), problem, in_vain, at: moment.at, ..Taken::default() };
        let mut seen = self.mark(submission, &taken);
        if !problem && !decided.events.is_empty() && decided.events.iter().all(refused) {
            seen.disposition = REFUSED.into();
        }
        let tx = self.tx(decided, rendered, Some(seen), expected, new_id.map(|(_, n)| n));
        Ok(Planned { taken, tx, number: None })
    }

    fn tx(&self, decided: Decided, rendered: Rendered, seen: Option<Seen>, expected: u64, number: Option<Number>) -> Tx {
        let house = &self.config.house;
        if !rendered.warnings.is_empty() {
            let warnings = rendered.warnings.join("; ");
            tracing::warn!(case = decided.after.id, "templates: {warnings}{INSTEAD}");
            self.troubles.begins(Trouble::Templates, rendered.warnings.join("; "));
        }
        let case = decided.after;
        let mut numbers: Vec<Number> = number.into_iter().collect();
        let mut names = Vec::new();
        for recorded in &decided.events {
            match &recorded.event {
                Event::Quoted { quote } => {
                    let n = running_number(&quote.number).unwrap_or_default();
                    numbers.push(Number { kind: QUOTES.into(), year: quote.date.year(), n, case_id: case.id.clone() });
                    names.push(TakenName { day: quote.date, name: quote.file.clone(), case_id: case.id.clone() });
                }
                // Its day stands in the name. In small letters, as file servers compare.
                Event::FileKept { file } if documents::is_new_appendix(file, &decided.before) => {
                    let name = file.name.to_lowercase();
                    names.push(TakenName { day: NaiveDate::default(), name, case_id: case.id.clone() });
                }
                _ => {}
            }
        }
        let wake_at = wake(&case, house);
        let write = (!decided.events.is_empty()).then_some(CaseWrite { case, expected_version: expected, wake_at });
        Tx { seen, case: write, events: decided.events, effects: rendered.effects, numbers, names, ..Tx::default() }
    }

    fn mark(&self, submission: &Submission, taken: &Taken) -> Seen {
        Seen {
            key: submission.key.clone(),
            at: taken.at,
            case_id: taken.case.clone().unwrap_or_default(),
            answer: taken.answer.clone(),
            disposition: if taken.problem { PROBLEM } else { DONE }.into(),
        }
    }

    /// `history`: all of it, where it takes any.
    async fn moment(
        &self,
        case: Option<&Case>,
        history: &[Recorded],
        opened: &Opened,
        by: &str,
        at: At,
    ) -> Result<Moment, DeskError> {
        let day = self.config.house.day(at);
        let mut moment = Moment::plain(at);
        if case.is_some_and(|c| c.state == State::Pricing) {
            moment.next_quote = self.store.next_number(QUOTES, day.year()).await?;
            moment.names_taken = self.store.quote_names(day).await?;
        }
        if case.is_some() && understand::takes_back(&opened.text) {
            moment.undo = Undo::of(history, by);
            moment.undo.iter_mut().for_each(|undo| drop(undo.to.readdress(&self.config.house)));
        }
        if let Some(case) = case.filter(|case| has_answers_of_before(case)) {
            moment.reworded = reworded::since_answered(history, case);
        }
        Ok(moment)
    }

    /// What has happened to a case, by whom as they are known now.
    async fn history(&self, case: &str) -> Result<Vec<Recorded>, DeskError> {
        let mut history = self.store.history(case).await?;
        let house = &self.config.house;
        for by in history.iter_mut().filter_map(|recorded| recorded.by.as_mut()) {
            *by = house.present(by).to_owned();
        }
        Ok(history)
    }
}

/// May Tech's answers be to items as they stood before? In the first round there are none yet.
fn has_answers_of_before(case: &Case) -> bool {
    matches!(case.state, State::Review | State::Feedback) && case.round > 1
}

const DONE: &str = "done";
const PROBLEM: &str = "problem";
/// Read, answered, and nothing came of it.
const REFUSED: &str = "refused";

/// The same delivery came before: it is answered as it was then.
fn taken_before(before: Seen) -> Taken {
    let (problem, in_vain) = (before.disposition == PROBLEM, before.disposition == REFUSED);
    let case = Some(before.case_id).filter(|c| !c.is_empty());
    Taken { case, answer: before.answer, problem, again: true, in_vain, at: before.at }
}

/// `004` of `BG-250505-004/R2`.
fn running_number(number: &str) -> Option<u32> {
    number.split('/').next()?.rsplit('-').next()?.parse().ok()
}

fn came(opened: &Opened) -> Came {
    match &opened.message {
        Some(m) => Came { message_id: m.message_id.clone(), references: m.references.clone(), subject: Some(m.subject.clone()) },
        None => Came::default(),
    }
}
