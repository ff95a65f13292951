//! The heart: one submission in, one transaction (events, effects, seen-before mark), one answer out.
//!
//! Reading and rendering run off the async threads, in parallel; the case is decided on as it was read, and the commit
//! fails where it has moved on meanwhile: then it is read again and decided anew.

mod aside;
mod bounds;
pub mod decide;
pub mod documents;
mod due;
mod machines;
mod operator;
pub mod plain;
pub mod render;
pub mod submission;
pub mod troubles;
mod undelivered;
pub mod understand;
mod vouch;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, RwLock, Weak};

use chrono::Datelike;

use crate::clock::Clock;
use crate::config::Config;
use crate::form::binder::{Binder, Workbooks};
use crate::form::book::Workers;
use crate::form::read::Reading;
use crate::form::returned::{self, Incoming};
use crate::intake::guard::Keys;
use crate::letter::reply::{self, Doubt, Reading as Reply};
use crate::letter::templates::Templates;
use crate::process::act::{Moment, Need, Refusal, Undo, What};
use crate::process::case::{Case, State};
use crate::process::clock::wake;
use crate::process::event::{Event, Recorded};
use crate::process::form::{Cell, Filled};
use crate::process::house::{At, Email, Role};
use crate::process::problem::FileFault;
use crate::process::roles;
use crate::process::value::Value;
use crate::quote::sentences::Sentences;
use crate::store::{CaseWrite, CommitError, Number, Seen, Store, TakenName, Tx, Unavailable};

pub use aside::{AUTOMATIC, FAULT, FLOOD};
use decide::{Decided, Deciding, Sender};
use documents::Fault;
use render::{Came, Pen, Rendered};
use submission::{Body, Submission, Taken};
pub use troubles::{Trouble, Troubles};
use understand::{About, Opened, Speaker};
pub use vouch::released_key;

/// What the claims of case numbers begin with.
const NUMBER: &str = "number:";
/// How often a decision is made anew because the case moved on meanwhile.
const TRIES: usize = 20;

/// The words of letters and documents: the built-in ones, and the company's own in their place.
pub struct DeskWords {
    pub templates: Templates,
    pub sentences: Sentences,
}

impl DeskWords {
    /// Those of a config, with what is wrong with the company's own files: the built-in ones take their place.
    ///
    /// # Errors
    /// Where the built-in ones are broken: a fault of the program.
    pub fn load(config: &Config) -> Result<(DeskWords, Vec<String>), crate::quote::Error> {
        let (templates, mut warnings) = Templates::load(&config.templates);
        let own = |name: &str| std::fs::read_to_string(config.templates.join(name)).ok();
        let sentences = Sentences::with(config.house.lang, own).or_else(|why| {
            warnings.push(why.to_string());
            Sentences::built_in(config.house.lang)
        })?;
        Ok((DeskWords { templates, sentences }, warnings))
    }
}

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
    turns: Arc<Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>>,
    numbers: Arc<Mutex<BTreeSet<CaseNumber>>>,
    /// Claimed numbers that are not in hand any more.
    numbers_over: Arc<Mutex<Vec<String>>>,
}

/// Year and running number of a case.
type CaseNumber = (i32, u32);

/// A case number that a submission under way has in hand: others pass over it, for whoever comes second to the commit
/// with the same one is decided anew from the start. Given back when dropped.
struct InHand {
    numbers: Arc<Mutex<BTreeSet<CaseNumber>>>,
    number: CaseNumber,
    /// Where several daemons serve the desk, it is claimed there too: given back by `Desk::let_numbers_go`.
    claimed: Option<Arc<Mutex<Vec<String>>>>,
}

impl InHand {
    fn name((year, n): CaseNumber) -> String {
        format!("{NUMBER}{year}:{n}")
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.numbers.lock().unwrap_or_else(|broken| broken.into_inner()).remove(&self.number);
        if let Some(over) = &self.claimed {
            over.lock().unwrap_or_else(|broken| broken.into_inner()).push(InHand::name(self.number));
        }
    }
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
    #[error("{0}: there is no such case")]
    NoCase(String),
}

/// How the case stood when the letter was written that a submission answers.
#[derive(Clone, Copy)]
struct Saw {
    rev: u32,
    quote: Option<u32>,
    state: State,
}

/// What a submission comes to, not committed yet.
pub struct Planned {
    pub decided: Option<Decided>,
    pub rendered: Rendered,
    pub taken: Taken,
    tx: Tx,
    /// Held until the commit is over.
    number: Option<InHand>,
}

impl Desk {
    pub fn new(config: Arc<Config>, store: Store, words: DeskWords, workers: Arc<Workers>, keys: Vec<Vec<u8>>) -> Desk {
        let clock = Clock::new(store.clone(), config.rehearsal);
        let (words, troubles) = (Arc::new(words), Troubles::default());
        let binder = Arc::new(Workbooks(workers));
        let keys = Arc::new(RwLock::new(Arc::new(Keys::new(keys))));
        let (turns, numbers, numbers_over) = Default::default();
        Desk { config, store, clock, words, troubles, binder, keys, turns, numbers, numbers_over }
    }

    /// The same desk with another config, after SIGHUP.
    pub fn with(&self, config: Arc<Config>, words: DeskWords) -> Desk {
        Desk { config, words: Arc::new(words), ..self.clone() }
    }

    /// The same desk with forms that travel as other files.
    pub fn bound_by(self, binder: Arc<dyn Binder>) -> Desk {
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
        let keys = self.store.token_keys(self.clock.real()).await.map_err(|why| Unavailable(why.to_string()))?;
        *self.keys.write().unwrap_or_else(|broken| broken.into_inner()) = Arc::new(Keys::new(keys));
        Ok(())
    }

    /// Takes a submission: whatever it is, it is answered once.
    ///
    /// # Errors
    /// Where the store is away: nothing was taken.
    pub async fn take(&self, submission: Submission) -> Result<Taken, DeskError> {
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
        for _ in 0..TRIES {
            let Planned { tx, taken, number: _in_hand, .. } = match &fault {
                Some(fault) => self.unmade(&submission, &opened, fault, at).await?,
                None => match self.plan(&submission, &opened, at).await {
                    Err(DeskError::Fault(fault)) => self.unmade(&submission, &opened, &fault, at).await?,
                    planned => planned?,
                },
            };
            match self.store.commit(tx).await {
                Ok(()) => return Ok(taken),
                Err(CommitError::Conflict | CommitError::Taken(_)) => continue,
                Err(CommitError::AlreadySeen(before)) => return Ok(taken_before(*before)),
                Err(CommitError::Unavailable(why)) => return Err(Unavailable(why).into()),
                Err(CommitError::Invalid(why)) => return Err(DeskError::Store(why)),
            }
        }
        Err(DeskError::Busy)
    }

    /// What a submission would come to; nothing is done.
    pub async fn rehearse(&self, submission: Submission) -> Result<Planned, DeskError> {
        let at = self.clock.now().await?;
        let submission = Arc::new(submission);
        let opened = Arc::new(self.open(&submission, at).await?);
        self.plan(&submission, &opened, at).await
    }

    async fn open(&self, submission: &Arc<Submission>, at: At) -> Result<Opened, DeskError> {
        let (submission, config, binder) = (submission.clone(), self.config.clone(), self.binder.clone());
        blocking(move || understand::open(&submission, &config, &*binder, at)).await
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

    async fn plan(&self, submission: &Arc<Submission>, opened: &Arc<Opened>, at: At) -> Result<Planned, DeskError> {
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
        let known = match &hint {
            Some(id) => self.store.case(id).await?,
            None => self.open_draft(opened, &by).await?,
        };
        let bounds = self.before(submission, opened, &by, known.as_ref().map(|c| c.id.as_str()), at).await?;
        let unclear = match (&about, &hint, &known) {
            (About::Several(cases), ..) => Some(plain::cases_differ(house, cases)),
            (_, Some(id), None) => Some(plain::no_such_case(house, id)),
            (About::Case { proven: false, .. }, _, Some(case)) if !understand::is_of(case, house, &by, house.day(at)) => {
                Some(plain::not_of_case(house, case))
            }
            (_, _, None) if !self.is_need(submission, opened, &by) => Some(plain::which_case(house, opened)),
            _ => None,
        };
        if let Some(answer) = unclear {
            return Ok(self.bounded(self.problem(submission, opened, answer, &by, at), submission, bounds, at));
        }
        let moment = self.moment(known.as_ref(), opened, &by, at).await?;
        let in_hand = match &known {
            Some(_) => None,
            None => Some(self.number(house.day(at).year()).await?),
        };
        let new_id = in_hand.as_ref().map(|in_hand| {
            let (year, n) = in_hand.number;
            let id = format!("YC-{year}-{n:04}");
            (id.clone(), Number { kind: CASES.into(), year, n, case_id: id })
        });
        let people: Vec<&str> = std::iter::once(&by).chain(&for_).map(String::as_str).collect();
        let answers = opened.answers(&keys, &people).filter(|a| known.as_ref().is_some_and(|c| c.id == a.case));
        let history = match &known {
            Some(case) if opened.form().is_some() || answers.is_some() => self.store.history(&case.id).await?,
            _ => vec![],
        };
        // The form and the quote that the answered letter was about.
        let saw = answers.map(|a| {
            let then = Case::fold(history.get(..a.version as usize).unwrap_or(&history));
            Saw { rev: then.rev, quote: then.quote().map(|q| q.revision), state: then.state }
        });
        let desk = self.clone();
        let work = {
            let (submission, opened) = (submission.clone(), opened.clone());
            move || desk.work(&submission, &opened, known, new_id, &by, for_, history, saw, &moment)
        };
        let planned = blocking(work).await??;
        Ok(Planned { number: in_hand, ..self.bounded(planned, submission, bounds, at) })
    }

    /// The decision itself, and all that goes out because of it. Blocking.
    #[allow(clippy::too_many_arguments, reason = "one call, all of it needed")]
    fn work(
        &self,
        submission: &Submission,
        opened: &Opened,
        known: Option<Case>,
        new_id: Option<(String, Number)>,
        by: &Email,
        for_: Option<Email>,
        history: Vec<Recorded>,
        saw: Option<Saw>,
        moment: &Moment,
    ) -> Result<Planned, DeskError> {
        let house = &self.config.house;
        let sender = Sender {
            by: Some(by.clone()),
            via: submission.via,
            seen_rev: saw.map(|s| s.rev),
            seen_quote: saw.and_then(|s| s.quote),
            seen_state: saw.map(|s| s.state),
            for_,
            as_sales: matches!(submission.body, Body::File { person: None, .. }),
        };
        let expected = known.as_ref().map_or(0, |c| c.version);
        let mut deciding = Deciding::new(known.unwrap_or_default(), &sender, house, moment);
        if let Some((id, _)) = &new_id {
            deciding.open(id, &self.need(submission, opened, by, moment.at));
        }
        let mut receipt = plain::wrong(house, opened);
        match self.filled(opened, deciding.case(), &history, &sender, moment.at) {
            Some(Ok(filled)) => {
                // An untouched form beside words is only a form that was sent along.
                let words = new_id.is_none() && !opened.text.nothing_left && !reply::is_cover_note(&opened.text.text);
                let untouched = filled.is_empty() && !filled.has_errors() && words;
                receipt.extend(match (untouched, words) {
                    (true, _) => self.words(&mut deciding, opened, by, moment.at),
                    (false, true) => self.form_and_words(&mut deciding, filled, opened, by, moment.at),
                    (false, false) => {
                        deciding.act(What::Filled(Box::new(filled)));
                        vec![]
                    }
                });
            }
            Some(Err(fault)) => {
                receipt.push(plain::fault(house, &submission.name, &fault));
                receipt.extend(self.words(&mut deciding, opened, by, moment.at));
            }
            None if new_id.is_none() => receipt.extend(self.words(&mut deciding, opened, by, moment.at)),
            None => {}
        }
        let decided = deciding.finish(opened.kept.clone(), &self.words.sentences, &*self.binder)?;
        let came = came(opened);
        let pen = self.pen(moment.at);
        let rendered = render::render(&decided, &came, &receipt, &pen)?;
        // What was refused, asked back or returned with its errors was read and answered; a problem is what could not be.
        let problem = opened.form().is_none() && opened.faults().next().is_some() && opened.text.nothing_left;
        let case = Some(decided.after.id.clone());
        let taken = Taken { case, answer: rendered.answer.clone(), problem, again: false, at: moment.at };
        let tx = self.tx(&decided, &rendered, Some(self.mark(submission, &taken)), expected, new_id.map(|(_, n)| n));
        Ok(Planned { decided: Some(decided), rendered, taken, tx, number: None })
    }

    /// What the form that came brings to its case.
    fn filled(
        &self,
        opened: &Opened,
        case: &Case,
        history: &[Recorded],
        sender: &Sender,
        at: At,
    ) -> Option<Result<Filled, FileFault>> {
        let house = &self.config.house;
        let mut form = opened.form()?.clone();
        let by = sender.by.as_deref().unwrap_or_default();
        let mut roles = roles::roles(case, house, by, house.day(at));
        roles.retain(|role| !sender.as_sales || *role == Role::Sales);
        let incoming = Incoming { case: Some(case), history, sender: by, name: house.name_of(by), roles: &roles };
        let reading = Reading { today: house.day(at), house, lang: house.lang };
        Some(returned::filled(&mut form, &incoming, &reading))
    }

    /// A form with words beside it: the form counts, and a comment is kept and passed on. Words that do not go with what
    /// the form approves (`chưa duyệt` above a form that says Duyệt) are asked back, and nothing is done.
    fn form_and_words(&self, deciding: &mut Deciding, filled: Filled, opened: &Opened, by: &str, at: At) -> Vec<String> {
        let house = &self.config.house;
        let asked = understand::asked(deciding.case(), house, by, house.day(at));
        let approves = filled.changes.iter().any(|c| {
            let decision = matches!(&c.at, Cell::Field(name) if name == "ld_all" || name == "pr_dec");
            decision && c.new.as_ref().and_then(Value::text) == Some("duyet")
        });
        let reading = reply::read(&opened.text, &asked);
        let goes_along =
            |act: &What| matches!(act, What::Confirm | What::Done | What::Comment { .. } | What::Noted(_) | What::Status);
        let against = match &reading {
            Reply::Means { acts, .. } => !acts.iter().all(goes_along),
            Reply::Ask { why, .. } => !matches!(why, Doubt::Weak | Doubt::Unclear),
            Reply::Nothing => false,
        };
        if approves && against {
            deciding.record(Event::NotUnderstood { text: opened.text.text.clone(), guess: None });
            return match reading {
                Reply::Ask { why, .. } => vec![plain::doubt(house, deciding.case(), &why)],
                _ => vec![plain::doubt(house, deciding.case(), &Doubt::Several)],
            };
        }
        deciding.act(What::Filled(Box::new(filled)));
        let comment = |text: &str| What::Comment { text: text.to_string(), mentions: vec![] };
        match reading {
            Reply::Means { acts, .. } => {
                acts.into_iter().filter(|a| matches!(a, What::Comment { .. })).for_each(|a| deciding.act(a))
            }
            Reply::Ask { .. } => deciding.act(comment(&opened.text.text)),
            Reply::Nothing => {}
        }
        vec![]
    }

    /// The words of a mail, or of `tell`.
    fn words(&self, deciding: &mut Deciding, opened: &Opened, by: &str, at: At) -> Vec<String> {
        let house = &self.config.house;
        let asked = understand::asked(deciding.case(), house, by, house.day(at));
        let files = !opened.kept.is_empty() || opened.faults().next().is_some();
        // What is wrong with it stands in the answer already; half a mail decides nothing.
        if opened.unreadable.is_some() {
            deciding.record(Event::NotUnderstood { text: String::new(), guess: None });
            return vec![];
        }
        let reading = understand::read(opened, deciding.case(), house, &asked);
        if opened.text.nothing_left && files && matches!(reading, Reply::Nothing) {
            deciding.act(What::Noted(String::new()));
            return vec![];
        }
        match reading {
            Reply::Means { acts, heard } => {
                acts.into_iter().for_each(|act| deciding.act(act));
                heard.iter().filter_map(|h| plain::heard(house, h)).collect()
            }
            Reply::Nothing if opened.text.nothing_left => {
                deciding.record(Event::NotUnderstood { text: String::new(), guess: None });
                vec![]
            }
            Reply::Nothing => {
                deciding.act(What::Noted(opened.text.text.clone()));
                vec![]
            }
            Reply::Ask { sentence, guess, why } => {
                deciding.record(Event::NotUnderstood { text: sentence, guess: guess.map(|g| g.name().to_string()) });
                vec![plain::doubt(house, deciding.case(), &why)]
            }
        }
    }

    fn tx(&self, decided: &Decided, rendered: &Rendered, seen: Option<Seen>, expected: u64, number: Option<Number>) -> Tx {
        let house = &self.config.house;
        if !rendered.warnings.is_empty() {
            tracing::warn!(case = decided.after.id, "templates: {}", rendered.warnings.join("; "));
            self.troubles.begins(Trouble::Templates, rendered.warnings.join("; "));
        }
        let case = decided.after.clone();
        let mut numbers: Vec<Number> = number.into_iter().collect();
        let mut names = Vec::new();
        for recorded in &decided.events {
            if let Event::Quoted { quote } = &recorded.event {
                let n = running_number(&quote.number).unwrap_or_default();
                numbers.push(Number { kind: QUOTES.into(), year: quote.date.year(), n, case_id: case.id.clone() });
                names.push(TakenName { day: quote.date, name: quote.file.clone(), case_id: case.id.clone() });
            }
        }
        let wake_at = wake(&case, house);
        let write = (!decided.events.is_empty()).then_some(CaseWrite { case, expected_version: expected, wake_at });
        Tx {
            seen,
            case: write,
            events: decided.events.clone(),
            effects: rendered.effects.clone(),
            numbers,
            names,
            ..Tx::default()
        }
    }

    fn mark(&self, submission: &Submission, taken: &Taken) -> Seen {
        Seen {
            key: submission.key.clone(),
            at: taken.at,
            case_id: taken.case.clone().unwrap_or_default(),
            answer: taken.answer.clone(),
            disposition: if taken.problem { PROBLEM } else { DONE }.into(),
            place: String::new(),
        }
    }

    // ---- what a decision needs from the store

    /// The next number of a case that nobody has in hand.
    async fn number(&self, year: i32) -> Result<InHand, DeskError> {
        let mut from = self.store.next_number(CASES, year).await?;
        loop {
            // A command that runs beside the daemons claims nothing: the commit tells who was quicker.
            let claims = self.store.number() != 0;
            let elsewhere = if claims { self.store.claimed_elsewhere(NUMBER).await? } else { BTreeSet::new() };
            let in_hand = self.next_in_hand(year, from, &elsewhere);
            if !claims || self.claim_number(in_hand.number).await? {
                return Ok(in_hand);
            }
            from = in_hand.number.1 + 1;
        }
    }

    fn next_in_hand(&self, year: i32, from: u32, elsewhere: &BTreeSet<String>) -> InHand {
        let mut taken = self.numbers.lock().unwrap_or_else(|broken| broken.into_inner());
        let free = |n: &u32| !elsewhere.contains(&InHand::name((year, *n)));
        let n = (from..).find(|n| free(n) && taken.insert((year, *n))).unwrap_or(from);
        let claimed = (self.store.number() != 0).then(|| self.numbers_over.clone());
        InHand { numbers: self.numbers.clone(), number: (year, n), claimed }
    }

    async fn claim_number(&self, number: CaseNumber) -> Result<bool, DeskError> {
        let claimed = self.store.claim_work(&[InHand::name(number)]).await;
        Ok(!claimed.map_err(|why| Unavailable(why.to_string()))?.is_empty())
    }

    /// Case numbers that were claimed and are stored, or not needed after all, are given back.
    ///
    /// # Errors
    /// Where the store is away; then at the next call.
    pub async fn let_numbers_go(&self) -> Result<(), DeskError> {
        let over = std::mem::take(&mut *self.numbers_over.lock().unwrap_or_else(|broken| broken.into_inner()));
        if over.is_empty() {
            return Ok(());
        }
        let gone = self.store.let_go(&over).await;
        if gone.is_err() {
            self.numbers_over.lock().unwrap_or_else(|broken| broken.into_inner()).extend(over);
        }
        gone.map_err(|why| Unavailable(why.to_string()).into())
    }

    async fn moment(&self, case: Option<&Case>, opened: &Opened, by: &str, at: At) -> Result<Moment, DeskError> {
        let day = self.config.house.day(at);
        let mut moment = Moment { at, next_quote: 0, names_taken: vec![], undo: None };
        if case.is_some_and(|c| c.state == State::Pricing) {
            moment.next_quote = self.store.next_number(QUOTES, day.year()).await?;
            moment.names_taken = self.store.quote_names(day).await?;
        }
        if let Some(case) = case.filter(|_| understand::takes_back(&opened.text)) {
            moment.undo = undo(&self.store.history(&case.id).await?, by);
        }
        Ok(moment)
    }

    /// A form without an id is a new case, unless this Sales has the same customer's form open already.
    async fn open_draft(&self, opened: &Opened, by: &str) -> Result<Option<Case>, DeskError> {
        let Some(customer) = opened.form().and_then(|f| understand::text_of(f, "customer")) else { return Ok(None) };
        let folded = crate::text::fold(&customer);
        let drafts = self.store.drafts_of(by).await?;
        let same = |c: &Case| c.sales.as_deref() == Some(by) && crate::text::fold(c.customer()) == folded;
        Ok(drafts.into_iter().find(same))
    }

    async fn sent_before(&self, submission: &Submission) -> Result<Option<Seen>, DeskError> {
        if submission.content.is_empty() {
            return Ok(None);
        }
        Ok(self.store.seen_with_prefix(&submission.content).await?)
    }

    // ---- step 1

    /// Can this open a case: a mail of CSKH or Sales, or Sales' form?
    fn is_need(&self, submission: &Submission, opened: &Opened, by: &str) -> bool {
        let Some(person) = self.config.house.person(by) else { return false };
        match &submission.body {
            // The need may stand in a file that came with it, or Sales begins with the form.
            Body::Mail { .. } | Body::Vouched { .. } => {
                let brings = |role: Role, what: bool| person.is(role) && what;
                let words = !opened.text.nothing_left;
                brings(Role::Cskh, words || !opened.kept.is_empty()) || brings(Role::Sales, words || opened.form().is_some())
            }
            Body::File { .. } => match opened.form() {
                Some(_) => person.is(Role::Sales),
                // A file that describes the need, laid into CSKH's own folder.
                None => person.is(Role::Cskh) && !opened.kept.is_empty(),
            },
            Body::Told { .. } | Body::TooLarge { .. } | Body::LargeMail { .. } => false,
        }
    }

    fn need(&self, submission: &Submission, opened: &Opened, by: &Email, _at: At) -> Need {
        let house = &self.config.house;
        let message = opened.message.as_ref();
        let of_form = opened.form().and_then(|f| understand::text_of(f, "cskh_text"));
        let said = Some(opened.text.text.clone()).filter(|_| !opened.text.nothing_left);
        let subject = message.map(|m| m.subject.clone()).filter(|s| !s.trim().is_empty());
        let text = said.or(of_form).or_else(|| opened.text_file()).or(subject).unwrap_or_else(|| submission.name.clone());
        let sales = understand::named_sales(message, &text, house);
        let own = house.person(by).filter(|p| p.is(Role::Sales)).map(|p| p.email.clone());
        Need {
            by: by.clone(),
            sales: sales.or(own),
            text,
            customer: understand::customer_in_subject(message.map_or(title(&submission.name), |m| &m.subject)),
            thread: message.and_then(|m| m.message_id.clone()),
        }
    }
}

const CASES: &str = "case";
const QUOTES: &str = "quote";
const DONE: &str = "done";
const PROBLEM: &str = "problem";

/// The same delivery came before: it is answered as it was then.
fn taken_before(before: Seen) -> Taken {
    let problem = before.disposition == PROBLEM;
    Taken { case: Some(before.case_id).filter(|c| !c.is_empty()), answer: before.answer, problem, again: true, at: before.at }
}

/// `004` of `BG-250505-004/R2`.
fn running_number(number: &str) -> Option<u32> {
    number.split('/').next()?.rsplit('-').next()?.parse().ok()
}

/// What the last act did, where this person did it and nobody has acted since.
fn undo(history: &[Recorded], by: &str) -> Option<Undo> {
    let end = history.iter().rposition(|r| r.by.is_some())?;
    let last = &history[end];
    if last.by.as_deref() != Some(by) {
        return None;
    }
    // Where a rehearsal's clock stands still, others have acted at the very same moment before.
    let of_another = history[..end].iter().rposition(|r| r.at != last.at || r.by != last.by);
    let start = of_another.map_or(0, |at| at + 1);
    if start == 0 {
        return None;
    }
    let what = history[start].event.name();
    Some(Undo { by: by.to_string(), what, to: Box::new(Case::fold(&history[..start])) })
}

/// A file's name without its extension.
fn title(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(title, _)| title)
}

fn came(opened: &Opened) -> Came {
    match &opened.message {
        Some(m) => Came { message_id: m.message_id.clone(), references: m.references.clone(), subject: Some(m.subject.clone()) },
        None => Came::default(),
    }
}

/// Runs work that takes milliseconds of a core off the async threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|why| Fault::Unmade { what: "the answer".into(), why: why.to_string() }.into())
}

/// Is this wait the present one's to answer with a refusal? Kept for `tell --dry-run`.
pub fn refused(decided: &Decided) -> Option<&Refusal> {
    decided.events.iter().find_map(|r| match &r.event {
        Event::Refused { refusal, .. } => Some(refusal),
        _ => None,
    })
}
