//! Files from the inbox to the desk, and put away once they are answered.
//!
//! What cannot be taken now (the store is away, the file cannot be read or moved) stays where it is and is tried again,
//! ever less often: nothing spins, and the log says once what is wrong and once that it is over.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::claims::Claims;
use super::doubled;
use super::room::{AT_ONCE, Room};
use crate::desk::submission::{Body, Submission, Taken};
use crate::desk::{Desk, Trouble};
use crate::disk::{Disk, blocking};
use crate::intake::folder::{Dropped, Inbox};
use crate::intake::message;
use crate::intake::sign::{self, Sign};
use crate::intake::watch::{Notice, watch};
use crate::process::act::Via;
use crate::share::Share;

/// How often the inbox is looked through, whatever the change notices say.
const LOOK: Duration = Duration::from_secs(5);
/// How soon another look is taken while files are still on their way.
const LOOK_SOON: Duration = Duration::from_millis(500);
/// The first notice is followed at once. Notices come in bursts: the next look, which serves all that came meanwhile, waits
/// this long after it …
const GATHER: Duration = Duration::from_millis(10);
/// … and so many times as long as it took: a folder of thousands is not looked through without a pause.
const PAUSES: u32 = 4;
/// What failed is tried again after this long, then twice as long …
const RETRY_FIRST: Duration = Duration::from_secs(1);
/// … up to this: normal again within a minute of the fault's end.
const RETRY_MOST: Duration = Duration::from_secs(30);
/// So many files are named in the log when nothing can be taken; the rest are counted.
const NAMED: usize = 5;

/// What became of one file.
pub enum Outcome {
    /// Put away with its answer, or gone, or replaced by another that is looked at anew.
    Over,
    /// Nothing was taken; why.
    Later(String),
    /// Not begun: the daemon stops.
    Stopped,
}

/// A file that failed.
struct Wait {
    tries: u32,
    until: Instant,
}

pub(super) struct Taking {
    current: watch::Receiver<Desk>,
    /// As the last look found it.
    desk: Desk,
    disk: Disk,
    stop: CancellationToken,
    room: Room,
    going: HashSet<PathBuf>,
    waiting: HashMap<PathBuf, Wait>,
    /// Where several daemons take files: which are this one's, and those of the last look that are nobody's yet.
    claims: Claims,
    /// That the inbox is this desk's; `None`: not known yet, for the store has been away.
    sign: Option<Sign>,
    left: Vec<Dropped>,
    /// Folders of people that the last look could not look into, and why.
    shut: Vec<String>,
    /// Files that have waited for long for somebody to close them.
    held: Vec<String>,
    /// What is no file, and whose owner has been told so.
    odd: HashSet<String>,
    work: JoinSet<(PathBuf, Outcome)>,
}

/// Takes files until stopped.
pub(super) async fn taking(current: watch::Receiver<Desk>, disk: Disk, stop: CancellationToken) {
    let room = Room::new();
    let desk = current.borrow().clone();
    let (claims, sign, left, shut, held) = Default::default();
    let (going, waiting, odd, work) = Default::default();
    let mut taking = Taking { current, desk, disk, stop, room, going, waiting, claims, sign, left, shut, held, odd, work };
    taking.run().await;
}

impl Taking {
    async fn run(&mut self) {
        let root = self.desk.config.inbox.clone();
        let (notices, mut noticed) = mpsc::unbounded_channel();
        let mut _watcher = watched(&root, &notices);
        info!("{}: files are taken from here", root.display());
        let mut inbox = Inbox::new(&root);
        let share = Share::at(&root);
        let mut away = false;
        let mut next_look = Instant::now();
        // No notice makes a look happen before that.
        let mut gathered = next_look;
        loop {
            let start = Instant::now();
            if start >= next_look {
                self.desk = self.current.borrow().clone();
                let pause = match self.look(&mut inbox, &share).await {
                    Ok(soon) => {
                        if std::mem::take(&mut away) {
                            info!("{}: is there again, and files are taken", root.display());
                            self.desk.troubles.over(Trouble::Inbox);
                            // The old watch ended with the folder that it was on.
                            _watcher = watched(&root, &notices);
                        }
                        if soon { LOOK_SOON } else { LOOK }
                    }
                    Err(why) => {
                        if !std::mem::replace(&mut away, true) {
                            error!("{}: nothing can be taken ({why}); tried again until it can", root.display());
                        }
                        self.desk.troubles.begins(Trouble::Inbox, format!("{}: {why}", root.display()));
                        LOOK
                    }
                };
                next_look = Instant::now() + pause;
                gathered = Instant::now() + GATHER.max(start.elapsed() * PAUSES);
            }
            tokio::select! {
                () = self.stop.cancelled() => break,
                Some(ended) = self.work.join_next() => {
                    let soonest = self.ended(ended);
                    next_look = next_look.min(soonest.unwrap_or(next_look));
                    if !self.left.is_empty() && self.going.len() <= AT_ONCE / 2 && !self.begin().await {
                        next_look = next_look.min(Instant::now() + LOOK_SOON);
                    }
                }
                Some(notice) = noticed.recv() => {
                    let mut told = Some(notice);
                    while let Some(notice) = told.take().or_else(|| noticed.try_recv().ok()) {
                        if let Notice::Closed(path) = notice {
                            inbox.closed(path);
                        }
                    }
                    next_look = next_look.min(gathered);
                }
                () = tokio::time::sleep_until(next_look) => {}
            }
        }
        // What is being worked on is finished, seconds at most; what was not begun waits for the next start.
        while self.work.join_next().await.is_some() {}
        if let Some(sign) = self.sign.take().filter(|_| share.check().is_ok()) {
            sign.take_down();
        }
    }

    /// Looks through the folder and sets to work on what is ready; `true`: worth another look soon.
    async fn look(&mut self, inbox: &mut Inbox, share: &Share) -> std::io::Result<bool> {
        let mut moved = std::mem::replace(inbox, Inbox::new(&self.desk.config.inbox));
        let (going, share) = (self.going.clone(), share.clone());
        let mut sign = match self.sign.take() {
            Some(sign) => Some(sign),
            None => sign::of(&self.desk.store).await.ok().map(|us| Sign::new(&self.desk.config.inbox, us)),
        };
        // A share that hangs must not hang the rest of the desk.
        let looked = tokio::task::spawn_blocking(move || {
            let ours = share.check().and_then(|()| sign.as_mut().map_or(Ok(()), Sign::keep_up));
            let found = ours.and_then(|()| moved.look(&going));
            (moved, sign, found)
        });
        let (back, sign, found) = looked.await.map_err(std::io::Error::other)?;
        *inbox = back;
        self.sign = sign;
        let (ready, on_the_way) = found?;
        self.shut(inbox.shut());
        self.held(inbox.held());
        let odd_told = self.odd(inbox.odd()).await;
        let now = Instant::now();
        let there: HashSet<&PathBuf> = ready.iter().map(|f| &f.path).collect();
        self.waiting.retain(|path, _| there.contains(path) || self.going.contains(path));
        let ripe = |file: &Dropped| self.waiting.get(&file.path).is_none_or(|wait| wait.until <= now);
        self.left = ready.into_iter().filter(|file| ripe(file) && !self.going.contains(&file.path)).collect();
        let begun = self.begin().await;
        if begun && odd_told && self.waiting.is_empty() && self.shut.is_empty() && self.held.is_empty() {
            self.desk.troubles.over(Trouble::Submissions);
        }
        Ok(on_the_way || !begun)
    }

    /// Folders of people that cannot be looked into: said once, and to the operator where it lasts.
    fn shut(&mut self, shut: &[String]) {
        self.lasts(shut, &self.shut);
        if shut.is_empty() && !self.shut.is_empty() {
            info!("all folders of people can be read again");
        }
        self.shut = shut.to_vec();
    }

    /// Forms that seem to be open and forgotten: said once, and to the operator.
    fn held(&mut self, held: &[String]) {
        self.lasts(held, &self.held);
        self.held = held.to_vec();
    }

    /// What keeps files from being taken: logged where it was not `known`, and a trouble as long as it lasts.
    fn lasts(&self, now: &[String], known: &[String]) {
        for words in now {
            if !known.contains(words) {
                warn!("{words}");
            }
            self.desk.troubles.begins(Trouble::Submissions, words.clone());
        }
    }

    /// Folders, links and pipes are neither moved nor followed: whose folder they lie in is told so by one letter. `false`: not
    /// yet.
    async fn odd(&mut self, odd: &[Dropped]) -> bool {
        let mut all_told = true;
        let there: HashSet<String> = odd.iter().map(Dropped::delivery).collect();
        self.odd.retain(|told| there.contains(told));
        for thing in odd.iter().filter(|thing| !self.odd.contains(&thing.delivery())).collect::<Vec<_>>() {
            let known = thing.person.as_deref().is_some_and(|person| self.desk.config.house.person(person).is_some());
            let words = format!("{}: is no file, and is neither taken nor followed", thing.path.display());
            match if known { self.desk.take(no_file(thing)).await.map(|taken| taken.again) } else { Ok(false) } {
                Ok(again) => {
                    if !again {
                        warn!("{words}");
                    }
                    self.odd.insert(thing.delivery());
                }
                Err(why) => {
                    self.desk.troubles.begins(Trouble::Submissions, format!("{words}; its owner is not told yet: {why}"));
                    all_told = false;
                }
            }
        }
        all_told
    }

    /// Sets to work on what is left of the last look, as much as is this daemon's. `false`: nothing goes on here, although
    /// there is something left.
    async fn begin(&mut self) -> bool {
        let room = AT_ONCE.saturating_sub(self.going.len());
        let ours = match self.claims.of(&self.desk.store, std::mem::take(&mut self.left), room).await {
            Ok((ours, left)) => {
                self.left = left;
                ours
            }
            Err(why) => {
                debug!("no file can be claimed: {why}");
                self.desk.troubles.begins(Trouble::Submissions, why.to_string());
                return false;
            }
        };
        let limit = self.desk.config.limits.most_read();
        for file in ours {
            if self.going.insert(file.path.clone()) {
                let (desk, disk, room, stop) = (self.desk.clone(), self.disk.clone(), self.room.clone(), self.stop.clone());
                self.work.spawn(async move {
                    let path = file.path.clone();
                    let _place = room.take(file.len().min(limit)).await;
                    let outcome = if stop.is_cancelled() { Outcome::Stopped } else { take(&desk, &disk, file).await };
                    (path, outcome)
                });
            }
        }
        self.left.is_empty() || !self.going.is_empty()
    }

    /// When the file has to be looked at again, where it has.
    fn ended(&mut self, ended: Result<(PathBuf, Outcome), tokio::task::JoinError>) -> Option<Instant> {
        let (path, outcome) = match ended {
            Ok(ended) => ended,
            Err(why) => {
                // The path is not known any more: all are looked at anew. What is still going on is only seen as before.
                error!("a submission's work died: {why}");
                self.going.clear();
                self.claims.all_ended();
                return Some(Instant::now() + RETRY_MOST);
            }
        };
        self.going.remove(&path);
        self.claims.ended(&path);
        match outcome {
            Outcome::Over => {
                if self.waiting.remove(&path).is_some() && self.waiting.is_empty() {
                    info!("submissions are taken again");
                    if self.shut.is_empty() {
                        self.desk.troubles.over(Trouble::Submissions);
                    }
                }
                None
            }
            Outcome::Later(why) => {
                let others = self.waiting.len();
                let wait = self.waiting.entry(path.clone()).or_insert(Wait { tries: 0, until: Instant::now() });
                wait.tries += 1;
                wait.until = Instant::now() + doubled(RETRY_FIRST, wait.tries - 1, RETRY_MOST);
                let words = format!("{}: {why}", path.display());
                if wait.tries == 1 && others < NAMED {
                    warn!("waits: {words}")
                } else {
                    debug!("waits: {words}")
                }
                self.desk.troubles.begins(Trouble::Submissions, words);
                Some(self.waiting.get(&path)?.until)
            }
            Outcome::Stopped => None,
        }
    }
}

fn watched(root: &Path, notices: &mpsc::UnboundedSender<Notice>) -> Option<notify::RecommendedWatcher> {
    let watcher = watch(root, notices.clone());
    watcher
        .map_err(|why| warn!("{}: no change notices ({why}); the folder is looked through every {LOOK:?}", root.display()))
        .ok()
}

/// One file: read, taken, put away.
pub async fn take(desk: &Desk, disk: &Disk, file: Dropped) -> Outcome {
    let limit = desk.config.limits.most_read();
    let read = {
        let (disk, file) = (disk.clone(), file.clone());
        blocking(move || match file.read(&disk, limit) {
            Err(why) if why.kind() == std::io::ErrorKind::FileTooLarge => Ok(too_large(&file)),
            other => other.map(|bytes| submission(&file, bytes)),
        })
    };
    let submission = match read.await {
        Ok(submission) => submission,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Outcome::Over,
        Err(why) => return Outcome::Later(format!("cannot be read: {why}")),
    };
    let taken = match desk.take(submission).await {
        Ok(taken) => taken,
        Err(why) => return Outcome::Later(why.to_string()),
    };
    let (desk, disk, name) = (desk.clone(), disk.clone(), file.name());
    match blocking(move || put_away(&desk, &disk, &file, &taken)).await {
        Ok(()) => Outcome::Over,
        // Another daemon has moved it, or a new one lies there by now.
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Outcome::Over,
        // Not answered again at the next try: the mark in the store knows it.
        Err(why) => Outcome::Later(format!("{name} is taken, but cannot be moved: {why}")),
    }
}

fn put_away(desk: &Desk, disk: &Disk, file: &Dropped, taken: &Taken) -> std::io::Result<()> {
    let name = file.name();
    if !file.is_unchanged() {
        match file.path.exists() {
            true => info!("{name}: was replaced while it was read; the new one is a submission of its own"),
            false => info!("{name}: was moved away meanwhile"),
        }
        return Ok(());
    }
    // By the time at which it was taken, so that a second try finds its own answer.
    let date = desk.config.house.day(taken.at);
    file.file_away(disk, &desk.config.inbox, taken.problem, date, &taken.answer)?;
    info!(case = taken.case.as_deref().unwrap_or("-"), problem = taken.problem, again = taken.again, "{name}: taken");
    Ok(())
}

fn submission(file: &Dropped, bytes: Vec<u8>) -> Submission {
    let (name, person) = (file.name(), file.person.clone());
    if name.to_lowercase().ends_with(".eml") {
        // A mail is known by its Message-ID and contents, wherever it lies.
        let key = message::identity(&bytes);
        return Submission { key, content: String::new(), via: Via::Mail, name, body: Body::Mail { person, bytes } };
    }
    let content = file.content(&bytes);
    Submission { key: file.key(&content), content, via: Via::Folder, name, body: Body::File { person, bytes } }
}

/// A folder, link or pipe; its answer says that only files are taken.
fn no_file(thing: &Dropped) -> Submission {
    let body = Body::NoFile { person: thing.person.clone() };
    let key = thing.key(&thing.content(b"no file"));
    Submission { key, content: String::new(), via: Via::Folder, name: thing.name(), body }
}

/// What is too large is not read; its answer says so.
fn too_large(file: &Dropped) -> Submission {
    let key = file.key(&file.content(file.len().to_string().as_bytes()));
    let body = Body::TooLarge { person: file.person.clone(), bytes: file.len() };
    Submission { key, content: String::new(), via: Via::Folder, name: file.name(), body }
}
