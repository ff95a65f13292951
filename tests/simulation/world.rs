//! One world: a desk on a disk of its own, its people, servers and clock; what happens next is drawn from the seed.
//!
//! The world decides when each loop of the daemon takes its next step, and what it calls is what the daemon calls.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::config::Config;
use quotedesk::daemon::mailbox::take as mail;
use quotedesk::daemon::{self, taking};
use quotedesk::desk::Desk;
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files};
use quotedesk::form::binder::Workbooks;
use quotedesk::form::book::Workers;
use quotedesk::intake::folder::{Inbox, sha};
use quotedesk::intake::mailbox::Mail;
use quotedesk::process::case::Case;
use quotedesk::process::house::At;
use quotedesk::store::{Clocks, Filter, Hold, Outgoing, OutgoingFilter, StateUrl, Store, restore};

use super::dice::Dice;
use super::hazard::Hazard;
use super::house::{self, CSKH, DEPUTY, DESK, DIRECTOR, LEADER, OPERATOR, SALES, TECH};
use super::people::{SECRET, Said, Story};
use super::plan::{Plan, Sabotage, Trouble};
use super::post::{Line, Post};
use super::slips::Slips;
use super::tally::Tally;

/// After so many days nothing goes wrong any more, and people do what they are asked.
const QUIET_FROM: i64 = 24;
/// No world takes so many moments.
const MOST_MOMENTS: u64 = 6_000;
/// A case that takes so many acts goes in circles.
const MOST_ACTS: u64 = 120;

/// Who hands something in, for what it may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    Staff,
    Machine,
    Stranger,
    /// Under a name of the house, without proof.
    Forger,
}

/// Something that was handed in.
#[derive(Clone, Debug)]
pub struct Handed {
    pub id: String,
    pub from: String,
    pub sender: Sender,
    /// The name of a dropped file.
    pub file: Option<String>,
    pub content: String,
    /// When the first copy of it came in.
    pub came: At,
    /// The restore of an older backup has taken it out of the store.
    pub forgotten: bool,
    pub what: String,
}

#[derive(Clone, Debug)]
enum Happening {
    Need(u64),
    /// Somebody looks at their letters of a case.
    Act {
        story: u64,
        who: String,
    },
    Deliver(Vec<u8>),
    Stranger,
    Forger,
    Machine,
    /// Somebody says a word that is not theirs.
    Meddler,
    Begins(Trouble),
    Ends(Trouble),
    Backup,
    /// The operator lets mails go after a restore.
    Freed,
    /// The operator sends again what was refused, and looks at the desk.
    Morning,
    Look,
    Quiet,
}

/// The process while it lives.
struct Life {
    desk: Desk,
    disk: Disk,
    dispatcher: Dispatcher,
    inbox: Inbox,
    /// Mails of the mailbox that are taken and not moved yet; `true`: to Problem.
    answered: BTreeMap<u32, bool>,
}

#[derive(Default)]
struct Mailbox {
    next: u32,
    mails: BTreeMap<u32, Vec<u8>>,
    done: u64,
    problem: u64,
}

pub struct World {
    pub plan: Plan,
    pub folder: tempfile::TempDir,
    pub config: Arc<Config>,
    pub tally: Tally,
    pub log: Vec<String>,
    pub post: Post,
    pub hazard: Hazard,
    pub handed: Vec<Handed>,
    pub stories: BTreeMap<u64, Story>,
    pub now: At,
    pub start: At,
    /// What the desk's clock is ahead, in milliseconds.
    skew: Arc<AtomicI64>,
    clock: Arc<AtomicI64>,
    begun: Instant,
    dice: Dice,
    queue: BTreeMap<(At, u64), Happening>,
    life: Option<Life>,
    mailbox: Arc<Mutex<Mailbox>>,
    full_letters: bool,
    asked: BTreeSet<(u64, String)>,
    read: usize,
    turn: u64,
    backup: Option<(PathBuf, At)>,
    pub restored: Option<Restored>,
    pub quiet: bool,
    workers: Arc<Workers>,
}

/// What was so when a backup was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Letters that had arrived by then.
    pub letters: usize,
    pub taken: BTreeMap<String, u64>,
    pub freed: bool,
}

impl World {
    pub fn new(plan: Plan, workers: Arc<Workers>) -> World {
        let seed = plan.seed;
        let folder = scratch();
        let mut dice = Dice::new(seed, "world");
        let config = Arc::new(house::config(folder.path(), &mut dice));
        let start: At = "2026-03-02T01:00:00Z".parse().expect("a Monday");
        let full_letters = dice.per_mille(60);
        let post = Post::open(Dice::new(seed, "post"), plan.sabotage);
        let cases = if plan.cases > 0 { plan.cases } else { dice.between(3, 8) };
        let stories = (1..=cases).map(|n| (n, Story::of(seed, n, plan.plain))).collect();
        let (skew, clock) = (Arc::default(), Arc::new(AtomicI64::new(start.timestamp_millis())));
        let mut world = World {
            plan,
            folder,
            config,
            tally: Tally::default(),
            log: vec![],
            post,
            hazard: Hazard::default(),
            handed: vec![],
            stories,
            now: start,
            start,
            skew,
            clock,
            begun: Instant::now(),
            dice,
            queue: BTreeMap::new(),
            life: None,
            mailbox: Arc::new(Mutex::new(Mailbox { next: 1, ..Mailbox::default() })),
            full_letters,
            asked: BTreeSet::new(),
            read: 0,
            turn: 0,
            backup: None,
            restored: None,
            quiet: false,
            workers,
        };
        world.fate();
        world
    }

    /// What is to come.
    fn fate(&mut self) {
        let seed = self.plan.seed;
        for n in self.stories.keys().copied().collect::<Vec<_>>() {
            let mut dice = Dice::new(seed, &format!("need {n}"));
            self.at(self.start + TimeDelta::minutes(dice.between(1, 3 * 24 * 60) as i64), Happening::Need(n));
        }
        let mut dice = Dice::new(seed, "odd mails");
        let mut some = |world: &mut World, most: u64, what: fn() -> Happening| {
            for _ in 0..dice.roll(most + 1) {
                let at = world.start + TimeDelta::minutes(dice.between(60, 8 * 24 * 60) as i64);
                world.at(at, what());
            }
        };
        if !self.plan.plain {
            some(self, 2, || Happening::Stranger);
            some(self, 2, || Happening::Forger);
            some(self, 3, || Happening::Machine);
            some(self, 4, || Happening::Meddler);
        }
        let mut dice = Dice::new(seed, "troubles");
        let mut troubles = Vec::new();
        for _ in 0..dice.roll(14) {
            let trouble = match dice.roll(100) {
                0..35 => Trouble::Crash,
                35..55 => Trouble::Smtp,
                55..58 => Trouble::ClockBack,
                58..61 => Trouble::ClockAhead,
                61..66 => Trouble::Restore,
                66..70 => Trouble::DiskFull,
                70..74 => Trouble::StoreAway,
                74..78 => Trouble::ReplyLost,
                78..81 => Trouble::ShortRead,
                81..84 => Trouble::SyncFails,
                84..88 => Trouble::Renumbered,
                88..91 => Trouble::Unmovable,
                91..95 => Trouble::MailTwice,
                _ => Trouble::Notices,
            };
            troubles.push((self.start + TimeDelta::minutes(dice.between(5, 9 * 24 * 60) as i64), trouble));
        }
        if self.plan.years {
            troubles.push((self.start + TimeDelta::days(4), Trouble::ClockYears));
        }
        troubles.sort();
        let allowed = troubles.into_iter().filter(|(_, t)| !self.plan.without.contains(t)).take(self.plan.faults as usize);
        for (at, trouble) in allowed.collect::<Vec<_>>() {
            self.at(at, Happening::Begins(trouble));
        }
        for day in 1..4 {
            self.at(self.start + TimeDelta::hours(24 * day + 13), Happening::Backup);
        }
        self.at(self.start + TimeDelta::days(1), Happening::Morning);
        self.at(self.start + TimeDelta::days(QUIET_FROM), Happening::Quiet);
    }

    fn at(&mut self, at: At, what: Happening) {
        self.turn += 1;
        self.queue.insert((at, self.turn), what);
    }

    fn later(&mut self, after: TimeDelta, what: Happening) {
        self.at(self.now + after, what);
    }

    fn say(&mut self, words: impl AsRef<str>) {
        let at = self.now.format("%m-%dT%H:%M:%S");
        self.log.push(format!("{at} {}", words.as_ref()));
    }

    // ---- the course of time

    /// Plays the world to its end.
    pub async fn run(&mut self) -> Result<(), String> {
        for _ in 0..MOST_MOMENTS {
            if self.is_over().await {
                Trouble::ALL.into_iter().for_each(|trouble| self.ends(trouble));
                return Ok(());
            }
            self.move_on().await?;
            while let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= self.now) {
                let what = entry.remove();
                self.happens(what).await?;
            }
            self.round().await?;
            self.letters_come();
        }
        Err(format!("no end after {MOST_MOMENTS} moments"))
    }

    /// To the next moment at which something is to happen, in the world or at the desk.
    async fn move_on(&mut self) -> Result<(), String> {
        let mut next = self.queue.first_key_value().map(|(key, _)| key.0);
        if let Some(due) = self.desk_is_due().await {
            let soonest = due.max(self.now + TimeDelta::seconds(5));
            next = Some(next.map_or(soonest, |n| n.min(soonest)));
        }
        let next = next.ok_or("nothing is to happen any more, and the world is not at its end")?;
        self.now = self.now.max(next);
        self.clock.store(self.now.timestamp_millis(), Ordering::SeqCst);
        Ok(())
    }

    /// When the desk has something to do by itself, in the world's time.
    async fn desk_is_due(&self) -> Option<At> {
        let store = &self.life.as_ref()?.desk.store;
        let wake = store.next_wake().await.ok().flatten();
        let held = store.hold().await.ok().flatten().is_some();
        let skew = TimeDelta::milliseconds(self.skew.load(Ordering::SeqCst));
        let unsent = store.outgoing(&OutgoingFilter::Unsent).await.unwrap_or_default();
        // One after the other to the same person about the same case: only the first of them is due.
        let mut before = BTreeSet::new();
        let desk = self.now + skew;
        let beside = |o: &Outgoing| o.kind == "file" || o.state == "doubt" || o.not_before > desk;
        let first = |o: &&Outgoing| beside(o) || before.insert((o.case_id.clone(), o.to.clone()));
        let going: Vec<&Outgoing> = unsent.iter().filter(|o| (!held || o.kind == "file") && o.next_at.is_some()).collect();
        let mails = going.into_iter().filter(first).filter_map(|o| match o.created_at > desk + TimeDelta::days(1) {
            true => Some(desk),
            false => Some(o.next_at?.max(o.not_before)),
        });
        wake.into_iter().chain(mails).min().map(|at| at - skew)
    }

    /// All cases have ended, all is sent, nobody has anything left to say.
    async fn is_over(&mut self) -> bool {
        let idle = |h: &Happening| matches!(h, Happening::Morning | Happening::Quiet | Happening::Look | Happening::Backup);
        if !self.queue.values().all(idle) || !self.mailbox().mails.is_empty() {
            return false;
        }
        let Some(life) = &self.life else { return false };
        let store = &life.desk.store;
        let Ok(unsent) = store.outgoing(&OutgoingFilter::Unsent).await else { return false };
        let Ok(all) = store.cases(&Filter::default()).await else { return false };
        let told: BTreeSet<u64> = all.iter().filter_map(Story::of_case).collect();
        all.iter().all(Case::is_closed)
            && unsent.iter().all(|o| o.state == "bounced")
            && self.stories.keys().all(|n| told.contains(n))
            && !self.hazard.is_dead()
    }

    async fn happens(&mut self, what: Happening) -> Result<(), String> {
        match what {
            Happening::Need(n) => self.need(n),
            Happening::Act { story, who } => self.act(story, &who).await?,
            Happening::Deliver(bytes) => self.deliver(bytes),
            Happening::Stranger => self.stranger(),
            Happening::Forger => self.forger().await,
            Happening::Machine => self.machine(),
            Happening::Meddler => self.meddler().await,
            Happening::Begins(trouble) => self.begins(trouble).await?,
            Happening::Ends(trouble) => self.ends(trouble),
            Happening::Backup => self.back_up().await,
            Happening::Freed => self.free().await?,
            Happening::Morning => self.morning().await?,
            Happening::Look => {}
            Happening::Quiet => {
                for trouble in Trouble::ALL {
                    self.ends(trouble);
                }
                self.quiet = true;
            }
        }
        Ok(())
    }

    // ---- the desk

    fn mailbox(&self) -> std::sync::MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One turn of all the daemon's loops; a process that dies is started again.
    async fn round(&mut self) -> Result<(), String> {
        for _ in 0..30 {
            if self.life.is_none() && !self.start().await {
                self.later(TimeDelta::seconds(30), Happening::Look);
                return Ok(());
            }
            let Some(mut life) = self.life.take() else { continue };
            let served = self.alive(self.serve(&mut life)).await;
            match served {
                Some(calm) => {
                    self.life = Some(life);
                    if !calm {
                        self.later(TimeDelta::minutes(1), Happening::Look);
                    }
                    return Ok(());
                }
                None => self.died(life).await,
            }
        }
        Err("the process dies again and again".into())
    }

    /// `None`: the process died meanwhile.
    async fn alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let done = tokio::select! {
            biased;
            () = self.hazard.died() => None,
            done = work => Some(done),
        };
        done.filter(|_| !self.hazard.is_dead())
    }

    async fn died(&mut self, life: Life) {
        drop(life);
        // What it had under way on another thread ends with an error.
        let _ = tokio::task::spawn_blocking(|| {}).await;
        tokio::task::yield_now().await;
        let place = self.hazard.state().last.back().copied().unwrap_or_default();
        self.say(format!("the process dies at {place}"));
        self.hazard.revive();
        self.tally.add("fault: crash");
    }

    async fn start(&mut self) -> bool {
        let started = self.alive(self.started()).await;
        match started {
            Some(Ok(life)) => {
                self.life = Some(life);
                self.tally.add("desk: starts");
                true
            }
            Some(Err(why)) => {
                self.say(format!("the desk cannot start: {why}"));
                false
            }
            None => {
                let _ = tokio::task::spawn_blocking(|| {}).await;
                self.say("the process dies at its start");
                self.hazard.revive();
                self.tally.add("fault: crash");
                false
            }
        }
    }

    async fn started(&self) -> Result<Life, String> {
        let faults = self.hazard.faults();
        let disk = Disk::new(faults.clone());
        daemon::lay_out(&self.config, &disk).map_err(|e| e.to_string())?;
        let store = Store::open_with(&self.config.state, faults).await.map_err(|e| e.to_string())?;
        let keys = match store.meta("secret_key").await.map_err(|e| e.to_string())? {
            Some(_) => store.token_keys(self.desk_time()).await,
            None => {
                // Not from the machine's chance, which no seed repeats.
                let key = sha(self.plan.seed.to_string().as_bytes());
                store.set_meta("secret_key", Some(&key)).await.map_err(|e| e.to_string())?;
                store.token_keys(self.desk_time()).await
            }
        };
        let keys = keys.map_err(|e| e.to_string())?;
        let files = Files::new(&self.config.outbox, &self.config.archive, disk.clone());
        let words = house::words(&self.config, self.full_letters);
        let mut desk = Desk::new(self.config.clone(), store.clone(), words, self.workers.clone(), keys);
        desk = desk.bound_by(Arc::new(Slips(Workbooks(self.workers.clone()))));
        let (clock, skew) = (self.clock.clone(), self.skew.clone());
        let time = move || at(clock.load(Ordering::SeqCst) + skew.load(Ordering::SeqCst));
        desk.clock = desk.clock.clone().by(time.clone());
        let clock: quotedesk::dispatch::Clock = Arc::new(move || Clocks::same(time()));
        let transport = Arc::new(Line { post: self.post.clone(), hazard: self.hazard.clone() });
        let dispatcher = Dispatcher { store: store.clone(), transport, files, clock, parallel: 1 };
        store.take_over(self.desk_time()).await.map_err(|e| e.to_string())?;
        for folder in [&self.config.inbox, &self.config.outbox] {
            disk.sweep(folder, Duration::ZERO);
        }
        let inbox = Inbox::new(&self.config.inbox);
        Ok(Life { desk, disk, dispatcher, inbox, answered: BTreeMap::new() })
    }

    fn desk_time(&self) -> At {
        at(self.clock.load(Ordering::SeqCst) + self.skew.load(Ordering::SeqCst))
    }

    /// One turn of each loop. `false`: something waits for a later try.
    async fn serve(&self, life: &mut Life) -> bool {
        let mut calm = true;
        for _ in 0..4 {
            calm = true;
            let monotonic = self.begun + Duration::from_millis((self.now - self.start).num_milliseconds().max(0) as u64);
            let today = SystemTime::UNIX_EPOCH + Duration::from_millis(self.desk_time().timestamp_millis().max(0) as u64);
            if let Ok((ready, _)) = life.inbox.look_at(&HashSet::new(), monotonic, today) {
                for file in ready {
                    calm &= matches!(taking::take(&life.desk, &life.disk, file).await, taking::Outcome::Over);
                }
            }
            calm &= self.read_mailbox(life).await;
            calm &= life.desk.tick(self.desk_time()).await.is_ok();
            let drained = life.dispatcher.drain().await;
            calm &= drained.is_ok();
            if !calm || drained.is_ok_and(|c| c == Default::default()) {
                break;
            }
        }
        self.hazard.state().unsettled = None;
        calm
    }

    async fn read_mailbox(&self, life: &mut Life) -> bool {
        let mut calm = true;
        let uids: Vec<u32> = self.mailbox().mails.keys().copied().collect();
        for uid in uids {
            let Some(bytes) = self.mailbox().mails.get(&uid).cloned() else { continue };
            let problem = match life.answered.get(&uid) {
                Some(problem) => *problem,
                None if self.hazard.judge("imap.fetch").is_err() => return false,
                None => {
                    let size = bytes.len() as u32;
                    match mail::take(&life.desk, Mail::Whole(bytes), size).await {
                        mail::Outcome::Taken(taken) => taken.problem,
                        mail::Outcome::Later(_) => {
                            calm = false;
                            continue;
                        }
                    }
                }
            };
            life.answered.insert(uid, problem);
            if self.hazard.judge("imap.move").is_err() {
                calm = false;
                continue;
            }
            let mut mailbox = self.mailbox();
            mailbox.mails.remove(&uid);
            life.answered.remove(&uid);
            *(if problem { &mut mailbox.problem } else { &mut mailbox.done }) += 1;
            drop(mailbox);
            if self.hazard.judge("imap.moved").is_err() {
                return false;
            }
        }
        calm
    }

    // ---- people

    /// Letters that have arrived since: whoever gets one looks at it sooner or later.
    fn letters_come(&mut self) {
        let fresh: Vec<(String, String, String)> = {
            let inner = self.post.inner();
            let fresh = inner.letters[self.read..].iter().map(|l| (l.to.clone(), l.case.clone(), l.kind.clone()));
            fresh.collect()
        };
        self.read += fresh.len();
        for (to, case, kind) in fresh {
            self.tally.add(format!("letter: {kind}"));
            self.say(format!("{to} gets {kind} {case}"));
            let story = case.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()).unwrap_or_default();
            if story == 0 || case.is_empty() {
                continue;
            }
            self.looks_soon(story, to);
        }
    }

    /// `case`: the case's own number, not the story's.
    fn looks_soon(&mut self, case: u64, who: String) {
        if !self.asked.insert((case, who.clone())) {
            return;
        }
        let slow = !self.quiet && !self.plan.plain;
        let minutes = match self.dice.roll(100) {
            0..6 if slow => {
                // Forgotten; a reminder comes.
                self.asked.remove(&(case, who));
                self.tally.add("people: forget");
                return;
            }
            6..20 if slow => {
                self.tally.add("people: late");
                self.dice.between(24 * 60, 96 * 60)
            }
            20..45 => self.dice.between(120, 600),
            _ => self.dice.between(2, 90),
        };
        self.later(TimeDelta::minutes(minutes as i64), Happening::Act { story: case, who });
    }

    async fn case(&self, number: u64) -> Option<Case> {
        let store = &self.life.as_ref()?.desk.store;
        store.case(&format!("YC-2026-{number:04}")).await.ok()?
    }

    async fn act(&mut self, number: u64, who: &str) -> Result<(), String> {
        self.asked.remove(&(number, who.to_string()));
        let Some(case) = self.case(number).await else {
            // The store is away, or the case is of before a restore.
            if self.life.is_none() {
                self.looks_soon(number, who.to_string());
            }
            return Ok(());
        };
        let Some(n) = Story::of_case(&case) else { return Ok(()) };
        let config = self.config.clone();
        let today = config.house.day(self.desk_time());
        let Some(story) = self.stories.get_mut(&n) else { return Ok(()) };
        let Some(said) = story.act(&case, who, &config.house, today) else { return Ok(()) };
        story.acts += 1;
        if story.acts > MOST_ACTS {
            return Err(format!("{}: goes in circles at {}", case.id, case.state.name()));
        }
        self.hand_in(&case, who, said);
        Ok(())
    }

    /// By mail or through the folder, now or later, once or twice.
    fn hand_in(&mut self, case: &Case, who: &str, said: Said) {
        let odd = !self.quiet && !self.plan.plain;
        let what = match &said {
            Said::Words(words) => words.lines().next().unwrap_or_default().to_string(),
            Said::Form(_) => "form".into(),
        };
        self.say(format!("{who} at {} {}: {what}", case.id, case.state.name()));
        self.tally.add(format!("act: {}", case.state.name()));
        if let Said::Form(slip) = &said
            && self.dice.per_mille(500)
        {
            let bytes = serde_json::to_vec(slip).expect("a slip");
            let again = odd && self.dice.per_mille(60);
            self.drop_file(who, &bytes, &what);
            if again {
                self.tally.add("people: twice");
                self.drop_file(who, &bytes, "the same again");
            }
            return;
        }
        let letter = self.letter_to(who, &case.id);
        let bytes = self.mail(who, &case.id, letter.as_ref().map(|l| l.0.as_str()), &said, "pass", Sender::Staff);
        let delay = if odd && self.dice.per_mille(80) { self.dice.between(60, 2 * 24 * 60) } else { 0 };
        if delay > 0 {
            self.tally.add("people: out of order");
        }
        self.later(TimeDelta::minutes(delay as i64), Happening::Deliver(bytes));
    }

    /// The last letter of a case to somebody: its Message-ID.
    fn letter_to(&self, who: &str, case: &str) -> Option<(String,)> {
        let inner = self.post.inner();
        inner.letters.iter().rev().find(|l| l.to == who && l.case == case).map(|l| (l.id.clone(),))
    }

    fn drop_file(&mut self, who: &str, bytes: &[u8], what: &str) {
        let n = self.handed.len();
        let name = format!("Phiếu {n}.xlsx");
        let folder = self.config.inbox.join(who);
        let path = folder.join(&name);
        std::fs::create_dir_all(&folder).expect("a folder of the inbox");
        std::fs::write(&path, bytes).expect("a dropped file");
        let file = std::fs::File::options().write(true).open(&path).expect("the dropped file");
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(self.now.timestamp_millis() as u64);
        file.set_modified(time).expect("a time");
        self.handed.push(Handed {
            id: format!("file {n}"),
            from: who.into(),
            sender: Sender::Staff,
            file: Some(name),
            content: sha(bytes),
            came: self.now,
            forgotten: false,
            what: what.into(),
        });
        self.tally.add("handed in: file");
        let notices = if self.plan.without.contains(&Trouble::Notices) { 1 } else { self.dice.roll(4) };
        if let Some(life) = &mut self.life {
            match notices {
                0 => self.tally.add("fault: notice lost"),
                n => {
                    (0..n).for_each(|_| life.inbox.closed(path.clone()));
                    if n > 1 {
                        self.tally.add("fault: notice doubled");
                    }
                }
            }
        }
        self.later(TimeDelta::seconds(6), Happening::Look);
        self.later(TimeDelta::seconds(13), Happening::Look);
    }

    fn need(&mut self, n: u64) {
        let Some(story) = self.stories.get(&n).cloned() else { return };
        let subject = format!("Nhu cầu của {}", story.customer());
        let said = Said::Words(story.need());
        let cc = story.names_sales.then_some(story.sales);
        self.say(format!("{} mails the need of story {n}", story.cskh));
        let bytes = self.written(story.cskh, &subject, None, cc, &said, "pass", "", Sender::Staff);
        self.deliver(bytes);
    }

    #[allow(clippy::too_many_arguments, reason = "all of it is the mail")]
    fn mail(&mut self, who: &str, case: &str, answers: Option<&str>, said: &Said, auth: &str, sender: Sender) -> Vec<u8> {
        let subject = format!("Re: [{case}]");
        self.written(who, &subject, answers, None, said, auth, "", sender)
    }

    /// A mail as it comes to the desk's mailbox, and noted down.
    #[allow(clippy::too_many_arguments, reason = "all of it is the mail")]
    fn written(
        &mut self,
        who: &str,
        subject: &str,
        answers: Option<&str>,
        cc: Option<&str>,
        said: &Said,
        auth: &str,
        headers: &str,
        sender: Sender,
    ) -> Vec<u8> {
        let n = self.handed.len();
        let id = format!("m{n}.{}@people.example", self.plan.seed);
        let domain = who.rsplit('@').next().unwrap_or_default();
        let mut head = String::new();
        if !auth.is_empty() {
            head += &format!("Authentication-Results: mx.anphat.example; dmarc={auth} header.from={domain}\r\n");
        }
        head += headers;
        head += &format!("From: <{who}>\r\nTo: <{DESK}>\r\n");
        head += &cc.map_or(String::new(), |cc| format!("Cc: <{cc}>\r\n"));
        head += &format!("Subject: {}\r\nMessage-ID: <{id}>\r\n", encoded(subject));
        if let Some(answers) = answers {
            head += &format!("In-Reply-To: <{answers}>\r\nReferences: <{answers}>\r\n");
        }
        head += &format!("Date: {}\r\nMIME-Version: 1.0\r\n", self.now.to_rfc2822());
        let body = match said {
            Said::Words(words) => {
                let quoted = match answers {
                    Some(_) => format!(
                        "\n\nVào Th 2, 2 thg 3, 2026 lúc 08:30 Bàn báo giá <{DESK}> đã viết:\n\n> Nhờ anh chị duyệt phiếu.\n"
                    ),
                    None => String::new(),
                };
                let text = format!("{words}{quoted}").replace('\n', "\r\n");
                format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n")
            }
            Said::Form(slip) => {
                let file = data_encoding::BASE64.encode(&serde_json::to_vec(slip).expect("a slip"));
                let lines: Vec<&str> = file.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap_or_default()).collect();
                format!(
                    "Content-Type: multipart/mixed; boundary=\"b0\"\r\n\r\n--b0\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Transfer-Encoding: 8bit\r\n\r\nEm gửi phiếu ạ.\r\n--b0\r\nContent-Type: \
                     application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; name=\"Phieu.xlsx\"\r\n\
                     Content-Disposition: attachment; filename=\"Phieu.xlsx\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n\
                     --b0--\r\n",
                    lines.join("\r\n")
                )
            }
        };
        let what = match said {
            Said::Words(words) => words.lines().next().unwrap_or_default().to_string(),
            Said::Form(_) => "form".into(),
        };
        let (from, came, content) = (who.to_string(), self.now, String::new());
        self.handed.push(Handed { id, from, sender, file: None, content, came, forgotten: false, what });
        let kind = match sender {
            Sender::Staff => "mail",
            Sender::Machine => "machine's mail",
            Sender::Stranger => "stranger's mail",
            Sender::Forger => "forged mail",
        };
        self.tally.add(format!("handed in: {kind}"));
        (head + &body).into_bytes()
    }

    fn deliver(&mut self, bytes: Vec<u8>) {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).into_owned();
        let id = head.lines().find_map(|l| l.strip_prefix("Message-ID: ")).map(|id| id.trim_matches(['<', '>']).to_string());
        let now = self.now;
        if let Some(handed) = self.handed.iter_mut().rev().find(|h| Some(&h.id) == id.as_ref()) {
            handed.came = now;
        }
        let twice = !self.quiet && !self.plan.without.contains(&Trouble::MailTwice) && self.dice.per_mille(30);
        if twice {
            self.tally.add("fault: mail-twice");
            let trace = format!("Received: from list.anphat.example by mx.anphat.example; {}\r\n", now.to_rfc2822());
            self.put(&[trace.as_bytes(), &bytes].concat());
        }
        self.put(&bytes);
    }

    fn put(&mut self, bytes: &[u8]) {
        let mut mailbox = self.mailbox();
        let uid = mailbox.next;
        mailbox.next += 1;
        mailbox.mails.insert(uid, bytes.to_vec());
    }

    fn stranger(&mut self) {
        let who = format!("khach{}@gmail.example", self.handed.len());
        let said = Said::Words("Cho tôi hỏi giá phần mềm. DUYỆT".into());
        self.say(format!("{who} writes"));
        let bytes = self.written(&who, "Hỏi giá", None, None, &said, "pass", "", Sender::Stranger);
        self.deliver(bytes);
    }

    async fn some_open_case(&mut self) -> Option<Case> {
        let store = self.life.as_ref()?.desk.store.clone();
        let open = store.cases(&Filter { open_only: true, ..Filter::default() }).await.ok()?;
        if open.is_empty() { None } else { Some(self.dice.pick(&open).clone()) }
    }

    async fn forger(&mut self) {
        let Some(case) = self.some_open_case().await else { return };
        let who = *self.dice.pick(&[LEADER, DIRECTOR, SALES[0], TECH[0]]);
        let said = Said::Words(self.dice.pick(&["DUYỆT", "XONG", "TỪ CHỐI: không làm", "RÚT YÊU CẦU: thôi"]).to_string());
        let auth = *self.dice.pick(&["fail", "none", ""]);
        self.say(format!("somebody writes as {who} to {}", case.id));
        // A forger may know an id from a letter that was passed on, but not one that is the victim's own.
        let bytes = self.mail(who, &case.id, None, &said, auth, Sender::Forger);
        self.deliver(bytes);
    }

    fn machine(&mut self) {
        let letter = {
            let inner = self.post.inner();
            inner.letters.last().map(|l| (l.to.clone(), l.id.clone()))
        };
        let Some((who, id)) = letter.filter(|(to, _)| !to.is_empty()) else { return };
        let (headers, words) = *self.dice.pick(&[
            ("Auto-Submitted: auto-replied\r\n", "Tôi đi vắng đến hết tuần, việc gấp gọi số máy lẻ 12."),
            ("Precedence: bulk\r\nList-Id: <tin.anphat.example>\r\n", "DUYỆT"),
            ("Auto-Submitted: auto-generated\r\nReturn-Path: <>\r\n", "DUYỆT"),
        ]);
        self.say(format!("a machine answers for {who}"));
        let said = Said::Words(words.into());
        let bytes = self.written(&who, "Tự động trả lời", Some(&id), None, &said, "pass", headers, Sender::Machine);
        self.deliver(bytes);
    }

    async fn meddler(&mut self) {
        let Some(case) = self.some_open_case().await else { return };
        let who = *self.dice.pick(&[CSKH[0], SALES[0], SALES[1], TECH[0], DEPUTY, DIRECTOR, LEADER, OPERATOR]);
        let today = self.config.house.day(self.desk_time());
        if quotedesk::process::roles::turn(&case, &self.config.house, today).iter().any(|t| t == who) {
            return;
        }
        let n = self.handed.len();
        let all = [
            "DUYỆT",
            "XONG",
            "1 = 18tr",
            "KH ĐỒNG Ý",
            "1: được, 15tr, 5 ngày",
            "TRẠNG THÁI",
            "TỪ CHỐI: không",
            "TRẢ LẠI: xem lại",
        ];
        let said = Said::Words(format!("{}\n\nGhi chú riêng {n} {SECRET}", self.dice.pick(&all)));
        self.tally.add("people: wrong");
        self.say(format!("{who} meddles with {} at {}", case.id, case.state.name()));
        let bytes = self.mail(who, &case.id, None, &said, "pass", Sender::Staff);
        self.deliver(bytes);
    }

    // ---- what goes wrong

    async fn begins(&mut self, trouble: Trouble) -> Result<(), String> {
        if self.quiet {
            return Ok(());
        }
        self.say(format!("begins: {}", trouble.name()));
        let minutes = |dice: &mut Dice, least, most| TimeDelta::minutes(dice.between(least, most) as i64);
        match trouble {
            Trouble::Crash => {
                let calls = self.dice.roll(120);
                self.hazard.state().crash_in = Some(calls);
            }
            Trouble::DiskFull => {
                self.hazard.state().disk_full = true;
                let lasts = minutes(&mut self.dice, 5, 240);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::StoreAway => {
                let calls = self.dice.between(1, 6);
                self.hazard.state().store_away = calls;
            }
            Trouble::ReplyLost => self.hazard.state().reply_lost = true,
            Trouble::ShortRead => self.hazard.state().short_read = true,
            Trouble::SyncFails => self.hazard.state().sync_fails = true,
            Trouble::Smtp => {
                self.post.inner().bad = self.dice.between(200, 900);
                let lasts = minutes(&mut self.dice, 60, 20 * 60);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::ClockBack => self.jump(TimeDelta::hours(-1)),
            Trouble::ClockAhead => self.jump(TimeDelta::days(1)),
            Trouble::ClockYears => {
                self.jump(TimeDelta::days(3652));
                let lasts = minutes(&mut self.dice, 1, 600);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::Renumbered => {
                let mut mailbox = self.mailbox();
                let mails: Vec<Vec<u8>> = std::mem::take(&mut mailbox.mails).into_values().collect();
                mailbox.next = 1 + mails.len() as u32;
                mailbox.mails = (1..).zip(mails).collect();
                drop(mailbox);
                if let Some(life) = &mut self.life {
                    life.answered.clear();
                }
                self.tally.add("fault: renumbered");
            }
            Trouble::Unmovable => {
                self.hazard.state().unmovable = true;
                let lasts = minutes(&mut self.dice, 30, 600);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::MailTwice | Trouble::Notices => {}
            Trouble::Restore => self.restore().await?,
        }
        Ok(())
    }

    fn ends(&mut self, trouble: Trouble) {
        let mut state = self.hazard.state();
        match trouble {
            Trouble::Crash => state.crash_in = None,
            Trouble::DiskFull => state.disk_full = false,
            Trouble::StoreAway => state.store_away = 0,
            Trouble::ReplyLost => state.reply_lost = false,
            Trouble::ShortRead => state.short_read = false,
            Trouble::SyncFails => state.sync_fails = false,
            Trouble::Smtp => self.post.inner().bad = 0,
            Trouble::Unmovable => state.unmovable = false,
            Trouble::ClockYears => {
                drop(state);
                let years = TimeDelta::days(3652).num_milliseconds();
                if self.skew.load(Ordering::SeqCst) >= years {
                    self.jump(TimeDelta::days(-3652));
                }
            }
            _ => {}
        }
    }

    fn jump(&mut self, by: TimeDelta) {
        self.skew.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        self.say(format!("the clock jumps by {} h", by.num_hours()));
        let name = match by.num_hours() {
            -1 => "clock-back",
            24 => "clock-ahead",
            n if n > 24 => "clock-years",
            _ => "clock-right",
        };
        self.tally.add(format!("fault: {name}"));
    }

    async fn back_up(&mut self) {
        let Some(life) = self.life.take() else { return };
        let to = self.folder.path().join(format!("backup-{}", self.turn));
        let made = self.alive(life.desk.store.backup(&to)).await;
        match made {
            Some(Ok(_)) => {
                self.backup = Some((to, self.now));
                self.say("a backup is made");
                self.life = Some(life);
            }
            Some(Err(_)) => self.life = Some(life),
            None => self.died(life).await,
        }
    }

    /// The store of before, and the operator who does not know what was mailed since.
    async fn restore(&mut self) -> Result<(), String> {
        let Some((backup, made)) = self.backup.clone() else { return Ok(()) };
        if self.restored.is_some() {
            return Ok(());
        }
        if let Some(life) = self.life.take() {
            life.desk.store.close().await;
        }
        let StateUrl::Folder(state) = self.config.state.clone() else { return Ok(()) };
        restore(&backup, &state, self.desk_time()).await.map_err(|why| format!("the restore fails: {why}"))?;
        let (letters, taken) = {
            let inner = self.post.inner();
            (inner.letters.len(), inner.taken.clone())
        };
        self.restored = Some(Restored { letters, taken, freed: false });
        self.tally.add("fault: restore");
        self.say("an old backup is restored");
        let now = self.now;
        // What lies in the mailbox still comes in; what was moved away since is gone from the store.
        let waiting: Vec<Vec<u8>> = self.mailbox().mails.values().cloned().collect();
        for handed in self.handed.iter_mut().filter(|h| h.came >= made - TimeDelta::hours(1) && h.came <= now) {
            let waits = waiting.iter().any(|m| String::from_utf8_lossy(m).contains(&handed.id));
            handed.forgotten = !waits;
        }
        let hours = self.dice.between(1, 5) as i64;
        self.later(TimeDelta::hours(hours), Happening::Freed);
        Ok(())
    }

    async fn free(&mut self) -> Result<(), String> {
        let Some(mut restored) = self.restored.clone() else { return Ok(()) };
        let Some(life) = self.life.take() else {
            self.later(TimeDelta::minutes(10), Happening::Freed);
            return Ok(());
        };
        let held = self.alive(life.desk.store.hold()).await;
        match held {
            Some(Ok(Some(Hold::Restored))) => {}
            Some(Ok(other)) => return Err(format!("after a restore mails are not held: {other:?}")),
            Some(Err(_)) => {
                self.life = Some(life);
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
            None => {
                self.died(life).await;
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
        }
        let arrived = self.post.inner().letters.len();
        if arrived != restored.letters {
            return Err("mails went out after a restore, before the operator let them go".into());
        }
        match self.alive(life.desk.store.set_hold(false)).await {
            Some(Ok(())) => {
                restored.freed = true;
                self.restored = Some(restored);
                self.say("the operator lets mails go");
            }
            Some(Err(_)) => self.later(TimeDelta::minutes(10), Happening::Freed),
            None => {
                self.died(life).await;
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
        }
        // Needs that the backup does not know are told again.
        let all = life.desk.store.cases(&Filter::default()).await.unwrap_or_default();
        self.life = Some(life);
        let known: BTreeSet<u64> = all.iter().filter_map(Story::of_case).collect();
        let pending: BTreeSet<u64> =
            self.queue.values().filter_map(|h| if let Happening::Need(n) = h { Some(*n) } else { None }).collect();
        let seed = self.plan.seed;
        let lost: Vec<u64> = self.stories.keys().copied().filter(|n| !known.contains(n) && !pending.contains(n)).collect();
        for n in lost {
            self.stories.insert(n, Story::of(seed, n, self.plan.plain));
            self.later(TimeDelta::hours(1), Happening::Need(n));
        }
        Ok(())
    }

    /// The operator's daily look; and whoever has forgotten a case is asked at the table.
    async fn morning(&mut self) -> Result<(), String> {
        self.later(TimeDelta::days(1), Happening::Morning);
        if self.now - self.start > TimeDelta::days(200) {
            return Err("cases do not end".into());
        }
        let Some(life) = self.life.take() else { return Ok(()) };
        let store = life.desk.store.clone();
        let quiet = self.quiet;
        let desk = life.desk.clone();
        let sabotaged = self.plan.sabotage == Some(Sabotage::RowWithoutEvent);
        let done = self
            .alive(async {
                let _ = desk.tell_operator().await;
                let _ = desk.refresh_keys().await;
                let mut again = Vec::new();
                for failed in store.outgoing(&OutgoingFilter::Failed).await.unwrap_or_default() {
                    if failed.state != "bounced" && store.resend(failed.id).await.is_ok_and(|sent| sent) {
                        again.push(failed.message_id);
                    }
                }
                (again, store.cases(&Filter { open_only: true, ..Filter::default() }).await.unwrap_or_default())
            })
            .await;
        let Some((again, open)) = done else {
            self.died(life).await;
            return Ok(());
        };
        self.life = Some(life);
        for id in again {
            self.tally.add("people: the operator sends again");
            self.hazard.state().unheard.push(id.trim_matches(['<', '>']).to_string());
        }
        if sabotaged && let Some(case) = open.first() {
            self.spoil_row(&case.id).await;
        }
        let today = self.config.house.day(self.desk_time());
        for case in open {
            let Some(n) = Story::of_case(&case) else { continue };
            let Some(number) = case.id.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()) else { continue };
            let Some(story) = self.stories.get(&n) else { continue };
            let movers = story.movers(&case, &self.config.house, today);
            let long = self.now - case.since > TimeDelta::days(4);
            if movers.is_empty() || !(quiet || long) {
                continue;
            }
            for who in movers {
                self.looks_soon(number, who);
            }
        }
        Ok(())
    }

    async fn spoil_row(&self, id: &str) {
        use sqlx::Connection;
        let db = self.folder.path().join("state/quotedesk.db");
        let url = format!("sqlite://{}?mode=rw", db.display());
        let mut conn = sqlx::AnyConnection::connect(&url).await.expect("the store");
        let sql = "UPDATE case_row SET data = replace(data, '\"nudges\":0', '\"nudges\":1') WHERE id = $1";
        let _ = sqlx::query(sql).bind(id).execute(&mut conn).await.expect("a changed row");
        let _ = conn.close().await;
    }

    // ---- for the checks

    pub async fn store(&mut self) -> Option<Store> {
        Some(self.life.as_ref()?.desk.store.clone())
    }

    pub async fn close(&mut self) {
        if let Some(life) = self.life.take() {
            life.desk.store.close().await;
        }
    }
}

fn at(ms: i64) -> At {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default()
}

/// In memory, where there is such a place: a world makes thousands of syncs.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a scratch folder")
}

fn encoded(words: &str) -> String {
    if words.is_ascii() { words.into() } else { format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(words.as_bytes())) }
}
