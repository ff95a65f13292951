//! One world: a desk on a disk of its own, its people, servers and clock; what happens next is drawn from the seed.
//!
//! The world decides when each loop of the daemon takes its next step, and what it calls is what the daemon calls.

mod handing_in;
mod operator;
mod process;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::config::Config;
use quotedesk::desk::Desk;
use quotedesk::disk::Disk;
use quotedesk::dispatch::Dispatcher;
use quotedesk::form::book::Workers;
use quotedesk::intake::folder::Inbox;
use quotedesk::process::house::At;
use quotedesk::store::Store;

use super::check;
use super::dice::Dice;
use super::hazard::Hazard;
use super::house;
use super::people::Story;
use super::plan::{Plan, Sabotage, Trouble};
use super::post::Post;
use super::tally::Tally;
use super::watch::{Waiting, Watch};

/// After so many days nothing goes wrong any more, and people do what they are asked.
const QUIET_FROM: i64 = 24;
/// No world takes so many moments.
const MOST_MOMENTS: u64 = 12_000;
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
    /// Forms are real workbooks, written and read by the desk's own code.
    real_workbooks: bool,
    asked: BTreeSet<(u64, String)>,
    /// Dropped files that nobody has taken yet.
    in_inbox: Vec<PathBuf>,
    pub watch: Watch,
    /// So many commits there were at the last look.
    looked: u64,
    /// Letters that people have been given, and those that were looked at.
    read: usize,
    pub looked_through: usize,
    /// By the submission that it answers: the one letter that does.
    pub answered: BTreeMap<String, (String, String)>,
    /// Tries in a row that came to nothing.
    in_vain: u32,
    /// What is due waits for this, after a try that came to nothing; a process that could not start is not tried before.
    retry_at: At,
    turn: u64,
    backup: Option<(PathBuf, At)>,
    pub restored: Option<Restored>,
    /// Needs that were mailed since the store was last restored, or since it is there.
    mailed: BTreeSet<u64>,
    pub quiet: bool,
    workers: Arc<Workers>,
}

/// What was so when a backup was restored.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Letters that had arrived by then.
    pub letters: usize,
    pub at: At,
    pub taken: BTreeMap<String, u64>,
    /// The operator has said that mails may go, whether or not the answer was heard.
    pub let_go: bool,
}

impl World {
    pub async fn new(plan: Plan, workers: Arc<Workers>) -> World {
        let seed = plan.seed;
        let folder = scratch();
        let mut dice = Dice::new(seed, "world");
        let config = Arc::new(house::config(folder.path(), &mut dice));
        let state = folder.path().join("state");
        house::lay_fresh_store(&state).await;
        let watch = Watch::new(&state);
        let start: At = "2026-03-02T01:00:00Z".parse().expect("a Monday");
        let full_letters = dice.per_mille(60);
        let real_workbooks = dice.per_mille(40);
        let post = Post::open(Dice::new(seed, "post"), plan.sabotage);
        let cases = if plan.cases > 0 { plan.cases } else { dice.between(8, 16) };
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
            real_workbooks,
            asked: BTreeSet::new(),
            in_inbox: vec![],
            watch,
            looked: 0,
            read: 0,
            looked_through: 0,
            answered: BTreeMap::new(),
            in_vain: 0,
            retry_at: start,
            turn: 0,
            backup: None,
            restored: None,
            mailed: BTreeSet::new(),
            quiet: false,
            workers,
        };
        if full_letters {
            world.tally.add("world: full letters");
        }
        if real_workbooks {
            world.tally.add("world: real workbooks");
        }
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
            some(self, 3, || Happening::Stranger);
            some(self, 3, || Happening::Forger);
            some(self, 4, || Happening::Machine);
            some(self, 6, || Happening::Meddler);
        }
        let mut dice = Dice::new(seed, "troubles");
        let mut troubles = Vec::new();
        for _ in 0..dice.roll(20) {
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
        if self.plan.sabotage == Some(Sabotage::OldKey) {
            troubles.push((self.start + TimeDelta::days(4), Trouble::Restore));
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
        // Where it lies is the machine's choice, not the seed's.
        let words = words.as_ref().replace(&*self.folder.path().to_string_lossy(), "");
        self.log.push(format!("{at} {words}"));
    }

    // ---- the course of time

    /// Plays the world to its end.
    pub async fn run(&mut self) -> Result<(), String> {
        self.watch.look(&self.config.house).await.map_err(|why| format!("the new store: {why}"))?;
        for _ in 0..MOST_MOMENTS {
            if self.is_over() {
                Trouble::ALL.into_iter().for_each(|trouble| self.ends(trouble));
                return Ok(());
            }
            self.move_on()?;
            while let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= self.now) {
                let what = entry.remove();
                self.happens(what).await?;
            }
            self.round().await?;
            self.letters_come();
            let wrong = self.look().await;
            if !wrong.is_empty() {
                return Err(wrong.join("\n  "));
            }
        }
        Err(format!("no end after {MOST_MOMENTS} moments"))
    }

    /// To the next moment at which something is to happen, in the world or at the desk.
    fn move_on(&mut self) -> Result<(), String> {
        let happens = self.queue.first_key_value().map(|(key, _)| key.0);
        let due = self.desk_is_due().map(|due| due.max(self.now + TimeDelta::seconds(5)).max(self.retry_at));
        let retry = (self.in_vain > 0).then_some(self.retry_at);
        let next = [happens, due, retry].into_iter().flatten().min();
        let next = next.ok_or("nothing is to happen any more, and the world is not at its end")?;
        self.now = self.now.max(next);
        self.clock.store(self.now.timestamp_millis(), Ordering::SeqCst);
        Ok(())
    }

    /// When the desk has something to do by itself, in the world's time.
    pub(super) fn desk_is_due(&self) -> Option<At> {
        self.life.as_ref()?;
        let skew = TimeDelta::milliseconds(self.skew.load(Ordering::SeqCst));
        // One after the other to the same person about the same case: only the first of them is due. One in doubt keeps no
        // other waiting.
        let mut before = BTreeSet::new();
        let desk = self.now + skew;
        let first = |o: &&Waiting| {
            let whose = (o.case.clone(), o.to.clone());
            match o.state.as_str() {
                _ if o.is_file || o.not_before > desk => true,
                "doubt" => !before.contains(&whose),
                _ => before.insert(whose),
            }
        };
        let going = self.watch.unsent.iter().filter(|o| (!self.watch.held || o.is_file) && o.next_at.is_some());
        let mails = going.filter(first).filter_map(|o| match o.created_at > desk + TimeDelta::days(1) {
            true => Some(desk),
            false => Some(o.next_at?.max(o.not_before)),
        });
        self.watch.wake.into_iter().chain(mails).min().map(|at| at - skew)
    }

    /// What is new since the last look, where the store was written to; what is wrong in it.
    async fn look(&mut self) -> Vec<String> {
        let mut wrong = check::arrived(self);
        let commits = self.hazard.state().commits;
        if std::mem::replace(&mut self.looked, commits) != commits {
            match self.watch.look(&self.config.house).await {
                Ok(found) => wrong.extend(found),
                Err(why) => wrong.push(format!("the store cannot be looked at: {why}")),
            }
            self.settle();
        }
        check::customers(self, &mut wrong);
        wrong
    }

    /// What the server has taken and the store does not have as sent: the desk could not hear or keep the reply, and such a mail
    /// may come once more.
    fn settle(&self) {
        let mut state = self.hazard.state();
        for id in std::mem::take(&mut state.unsettled) {
            if self.watch.unsent.iter().any(|o| o.message_id.trim_matches(['<', '>']) == id) {
                state.unheard.push(id);
            }
        }
    }

    /// All cases have ended, all is sent, nobody has anything left to say.
    fn is_over(&self) -> bool {
        self.life.is_some() && !self.hazard.is_dead() && self.left().next().is_none()
    }

    /// What keeps this world from its end, one after the other.
    pub(super) fn left(&self) -> impl Iterator<Item = String> {
        let idle = |h: &Happening| matches!(h, Happening::Morning | Happening::Quiet | Happening::Look | Happening::Backup);
        let told: BTreeSet<u64> = self.watch.cases.values().filter_map(Story::of_case).collect();
        let queue = self.queue.iter().filter(move |(_, h)| !idle(h)).map(|((at, _), h)| format!("{at} {h:?} is to come"));
        let mails = self.mailbox().mails.len();
        let mails = (mails > 0).then(|| format!("{mails} mails lie in the mailbox"));
        let files = self.in_inbox.iter().map(|file| format!("{file:?} lies in the inbox"));
        let cases = self.watch.cases.values().filter(|c| !c.is_closed()).map(|c| format!("{} is open", c.id));
        let unsent = self.watch.unsent.iter().filter(|o| o.state != "bounced").map(|o| format!("{o:?} is unsent"));
        let stories = self.stories.keys().filter(move |n| !told.contains(n)).map(|n| format!("story {n} is untold"));
        queue.chain(mails).chain(files).chain(cases).chain(unsent).chain(stories)
    }

    async fn happens(&mut self, what: Happening) -> Result<(), String> {
        match what {
            Happening::Need(n) => self.need(n),
            Happening::Act { story, who } => self.act(story, &who)?,
            Happening::Deliver(bytes) => self.deliver(bytes),
            Happening::Stranger => self.stranger(),
            Happening::Forger => self.forger(),
            Happening::Machine => self.machine(),
            Happening::Meddler => self.meddler(),
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

pub fn at(ms: i64) -> At {
    DateTime::<Utc>::from_timestamp_millis(ms).unwrap_or_default()
}

/// In memory, where there is such a place: a world makes thousands of syncs.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a scratch folder")
}
