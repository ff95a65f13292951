//! A desk on a scratch folder in memory, that can be copied as it stands: what is asked here is what is done twice or
//! not at all, not what the disk keeps (`power_loss.rs` asks that).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::clock::{self, Clock};
use quotedesk::config::Config;
use quotedesk::daemon;
use quotedesk::desk::submission::{Body, Submission};
use quotedesk::desk::{Desk, DeskWords};
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files, FolderTransport, Limits, SmtpTransport, Transport};
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::folder::Inbox;
use quotedesk::intake::message;
use quotedesk::process::act::Via;
use quotedesk::process::case::Case;
use quotedesk::process::event::Recorded;
use quotedesk::store::{Clocks, Filter, OutgoingFilter, StateUrl, Store};
use quotedesk::text::sha;

use super::desk::mail::Letter;
use super::desk::setup::Setup;
use super::ground::Ground;
use super::smtp::Post;

/// What is retried is due by then: the longest wait, for a mail in doubt, is a quarter of an hour.
const RETRIED: TimeDelta = TimeDelta::hours(1);
/// Rounds of retries until nothing is left.
const ROUNDS: usize = 6;

/// What somebody puts into the inbox: folder, name, bytes.
#[derive(Clone)]
pub struct Put {
    pub folder: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How mails leave.
#[derive(Clone, Copy)]
pub enum By<'a> {
    Folder,
    Server(&'a Post),
}

pub struct Place {
    folder: tempfile::TempDir,
    state: StateUrl,
    ground: Ground,
    /// On another file system: where what is done with goes.
    elsewhere: Option<tempfile::TempDir>,
    /// How far the machine's clock is ahead, in seconds.
    ahead: AtomicI64,
}

/// A running process: what it has open.
pub struct Life {
    pub store: Store,
    clock: Clock,
    config: Arc<Config>,
    /// Not where it only sends.
    pub desk: Option<Desk>,
    faults: Faults,
}

/// All that a run comes to, one line a fact: the history, the rows, the files, the mails.
pub type Outcome = BTreeMap<String, String>;

impl Place {
    /// An empty desk.
    pub fn new(ground: Ground) -> Place {
        let folder = scratch();
        std::fs::write(folder.path().join("quotedesk.toml"), Setup::sample().toml()).expect("a config");
        let state = ground.empty(folder.path());
        Place { folder, state, ground, elsewhere: None, ahead: AtomicI64::new(0) }
    }

    /// An empty desk whose `inbox/.done` lies on another file system.
    pub fn across(ground: Ground) -> Place {
        let mut place = Place::new(ground);
        place.elsewhere = Some(elsewhere(place.folder.path()));
        place
    }

    /// Another desk that has seen the same.
    pub fn copy(&self) -> Place {
        let folder = scratch();
        let elsewhere = self.elsewhere.as_ref().map(|_| elsewhere(folder.path()));
        copy_under(self.folder.path(), folder.path());
        let state = self.ground.copied(&self.state, folder.path());
        Place { folder, state, ground: self.ground, elsewhere, ahead: AtomicI64::new(self.ahead.load(Ordering::SeqCst)) }
    }

    pub fn ground(&self) -> Ground {
        self.ground
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn put(&self, Put { folder, name, bytes }: &Put) {
        let folder = self.path("inbox").join(folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        // Has stood still for long: taken at the first look.
        let file = std::fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time");
    }

    /// The newest letter to somebody that went to the folder.
    pub fn letter_to(&self, email: &str) -> Letter {
        let mut letters = self.letters(email);
        letters.pop().unwrap_or_else(|| panic!("no letter to {email}"))
    }

    /// The newest form that was mailed to somebody.
    pub fn form_for(&self, email: &str) -> Vec<u8> {
        let form = self.letters(email).into_iter().rev().find_map(|letter| letter.form().map(<[u8]>::to_vec));
        form.unwrap_or_else(|| panic!("no form to {email}"))
    }

    /// What was answered to all that came in.
    pub fn answers(&self) -> String {
        let answers = files_under(&self.path("inbox")).into_iter().filter(|path| path.extension().is_some_and(|e| e == "txt"));
        answers.map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect()
    }

    /// Oldest first, by their names, which begin with the time.
    fn letters(&self, email: &str) -> Vec<Letter> {
        let mut paths = files_under(&self.path("outbox/mail"));
        paths.sort();
        paths.iter().map(|path| Letter::read(path)).filter(|letter| letter.is_to(email)).collect()
    }

    // ---- lives

    fn config(&self) -> Config {
        let mut config = Config::load(&self.path("quotedesk.toml")).expect("the config");
        config.state = self.state.clone();
        config
    }

    /// The process starts. `None`: it could not.
    pub async fn start(&self, faults: Faults, workers: &Arc<Workers>) -> Option<Life> {
        self.start_with(self.config(), faults, workers).await
    }

    /// With a mailbox.
    pub async fn start_reading(&self, mailbox: &str, faults: Faults, workers: &Arc<Workers>) -> Option<Life> {
        let toml = Setup::sample().toml().replace("rehearsal = true", "rehearsal = true\nrehearsal_mail = \"loopback\"");
        let toml = format!("{mailbox}{toml}");
        let mut config = Config::parse(&toml, None, self.folder.path()).expect("the config");
        config.state = self.state.clone();
        self.start_with(config, faults, workers).await
    }

    async fn start_with(&self, config: Config, faults: Faults, workers: &Arc<Workers>) -> Option<Life> {
        let mut life = open(config, faults).await?;
        let opened = async {
            daemon::lay_out(&life.config, &Disk::new(life.faults.clone())).ok()?;
            let keys = life.store.token_keys(clock::real()).await.ok()?;
            Some(Desk::new(life.config.clone(), life.store.clone(), words(&life.config), workers.clone(), keys))
        };
        life.desk = opened.await;
        if life.desk.is_none() {
            life.end().await;
            return None;
        }
        Some(life)
    }

    /// What sends, alone.
    pub async fn start_sending(&self, faults: Faults) -> Option<Life> {
        open(self.config(), faults).await
    }

    fn dispatcher(&self, life: &Life, by: By) -> Dispatcher {
        let (config, disk) = (&life.config, Disk::new(life.faults.clone()));
        let transport: Arc<dyn Transport> = match by {
            By::Folder => Arc::new(FolderTransport::new(config.outbox.join("mail"), disk.clone())),
            By::Server(post) => {
                let (house, faults) = (&config.house, life.faults.clone());
                Arc::new(SmtpTransport::new(&post.smtp(), &house.address, house.lang, Limits::default(), faults))
            }
        };
        let (clock, ahead) = (life.clock.clone(), self.ahead.load(Ordering::SeqCst));
        Dispatcher {
            store: life.store.clone(),
            transport,
            files: Files::new(&config.outbox, &config.archive, disk),
            clock: Arc::new(move || {
                let clocks = clock.clocks();
                Clocks { real: clocks.real + TimeDelta::seconds(ahead), ..clocks }
            }),
            parallel: 1,
        }
    }

    /// One round of sending. `None`: the store did not answer.
    pub async fn send(&self, life: &Life, by: By<'_>) -> Option<()> {
        life.clock.now().await.ok()?;
        let dispatcher = self.dispatcher(life, by);
        dispatcher.store.take_over((dispatcher.clock)().real).await.ok()?;
        dispatcher.drain().await.ok().map(drop)
    }

    /// Hours pass until nothing is left to send.
    pub async fn send_all(&self, life: &Life, by: By<'_>) -> Result<(), String> {
        for _ in 0..ROUNDS {
            let sent = self.send(life, by).await;
            let clocks = life.clock.clocks();
            let unsent = life.store.unsent(clocks).await.map_err(|why| why.to_string())?;
            if sent.is_some() && unsent.due + unsent.later + unsent.failed == 0 {
                return Ok(());
            }
            self.ahead.fetch_add(RETRIED.num_seconds(), Ordering::SeqCst);
        }
        let rows = life.store.outgoing(&OutgoingFilter::Unsent).await;
        Err(format!("still unsent after {ROUNDS} rounds: {rows:?}"))
    }

    /// The process that died is known to be dead.
    pub fn nobody_lives(&self) {
        self.ground.nobody_lives(&self.state);
    }

    /// The clock of the desk, which stands still.
    pub async fn set_clock(&self, life: &Life, at: DateTime<Utc>) {
        life.clock.set(at).await.expect("the clock is set");
    }

    // ---- what came of it

    /// All there is to see; or what may never be, whatever happened.
    pub async fn outcome(&self, life: &Life, by: By<'_>) -> Result<Outcome, String> {
        let store = &life.store;
        let gone = |why: quotedesk::store::Unavailable| why.to_string();
        let faults = store.verify(fold).await.map_err(gone)?;
        if !faults.is_empty() {
            return Err(format!("check: {faults:?}"));
        }
        let mut outcome = Outcome::new();
        let mut doubts = BTreeMap::new();
        let cases = store.cases(&Filter::default()).await.map_err(gone)?;
        // What belongs to no case has the empty id.
        for id in cases.iter().map(|case| case.id.as_str()).chain([""]) {
            for event in store.history(id).await.map_err(gone)? {
                outcome.insert(format!("{id} event {:03}", event.seq), format!("{event:?}"));
            }
            for row in store.outgoing(&OutgoingFilter::Case(id.into())).await.map_err(gone)? {
                if row.state != "sent" {
                    return Err(format!("not in its final state: {row:?}"));
                }
                doubts.insert(bare(&row.message_id), row.doubts);
                let key = format!("{id} out {} {} {} {}", row.kind, row.letter, row.to, row.name);
                let before = outcome.insert(key, format!("{} at {}", row.message_id, row.created_at));
                if let Some(before) = before {
                    return Err(format!("queued twice: {} {} ({before})", row.kind, row.name));
                }
            }
        }
        for case in &cases {
            outcome.insert(format!("{} row", case.id), format!("{case:?}"));
        }
        for row in store.quarantined().await.map_err(gone)? {
            outcome.insert(format!("quarantine {}", row.id), format!("{} {}", row.from, row.why));
        }
        for folder in ["inbox", "outbox", "archive"] {
            for path in files_under(&self.path(folder)) {
                let name = path.strip_prefix(self.folder.path()).unwrap_or(&path).display().to_string();
                if name.ends_with(".tmp") {
                    return Err(format!("left over: {name}"));
                }
                outcome.insert(format!("file {name}"), sha(&std::fs::read(&path).unwrap_or_default()));
            }
        }
        if let By::Server(post) = by {
            let mut copies = BTreeMap::<String, i64>::new();
            for taken in post.taken() {
                let text = String::from_utf8_lossy(&taken.bytes).into_owned();
                let id = text.lines().find_map(|l| l.strip_prefix("Message-ID: ")).unwrap_or_default().to_string();
                *copies.entry(id.clone()).or_default() += 1;
                let bytes = sha(&taken.bytes);
                if outcome.insert(format!("mail {id}"), bytes.clone()).is_some_and(|before| before != bytes) {
                    return Err(format!("{id}: two copies that differ"));
                }
            }
            for (id, copies) in copies {
                // Once more, and only where its reply was lost.
                let doubts = doubts.get(&bare(&id)).copied().unwrap_or_default();
                if copies > 1 + doubts.min(1) {
                    return Err(format!("{id}: {copies} copies, {doubts} doubts"));
                }
            }
        }
        Ok(outcome)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.ground.away_with(&self.state);
    }
}

impl Life {
    /// All that lies in the inbox is taken and put away, and what time has brought about is done. `None`: something failed,
    /// and is to be tried again.
    pub async fn take_in(&self) -> Option<()> {
        let (desk, disk) = (self.desk.as_ref()?, Disk::new(self.faults.clone()));
        let root = self.config.inbox.clone();
        let (ready, waits) = Inbox::new(&root).look(&Default::default()).ok()?;
        assert!(!waits, "what a test puts there is whole");
        for file in ready {
            let bytes = file.read(&disk, 1 << 20).ok()?;
            let (person, name) = (file.person.clone(), file.name());
            let mail = name.ends_with(".eml");
            let submission = Submission {
                key: if mail { message::identity(&bytes) } else { file.key(&file.content(&bytes)) },
                content: if mail { String::new() } else { file.content(&bytes) },
                via: if mail { Via::Mail } else { Via::Folder },
                name,
                body: if mail { Body::Mail { person, bytes } } else { Body::File { person, bytes } },
            };
            let taken = desk.take(submission).await.ok()?;
            let date = self.config.house.day(taken.at);
            let root = root.clone();
            let (disk, filed) =
                (disk.clone(), move |disk: &Disk| file.file_away(disk, &root, taken.problem, date, &taken.answer));
            tokio::task::spawn_blocking(move || filed(&disk)).await.ok()?.ok()?;
        }
        let now = self.clock.now().await.ok()?;
        desk.tick(now).await.ok().map(drop)
    }

    pub async fn end(self) {
        let store = self.store.clone();
        drop(self);
        if store.is_shared() {
            let _ = store.leave(clock::real()).await;
        }
        store.close().await;
    }
}

async fn open(config: Config, faults: Faults) -> Option<Life> {
    let store = Store::open_with(&config.state, faults.clone()).await.ok()?;
    let clock = Clock::new(store.clone(), config.rehearsal);
    if store.is_shared() {
        // As the daemon does before it takes any work, and now and then.
        let entered = async {
            store.enter("nth").await.ok()?;
            store.bury(clock::real()).await.ok()
        };
        if entered.await.is_none() {
            store.close().await;
            return None;
        }
    }
    Some(Life { store, clock, config: Arc::new(config), desk: None, faults })
}

/// The built-in ones, of which all these desks have the same: compiled once, for that asks nobody outside.
fn words(config: &Config) -> DeskWords {
    static WORDS: OnceLock<DeskWords> = OnceLock::new();
    WORDS.get_or_init(|| DeskWords::load(config).expect("the built-in words").0).clone()
}

fn fold(events: &[Recorded]) -> Case {
    Case::fold(events)
}

fn bare(message_id: &str) -> String {
    message_id.trim_matches(['<', '>', ' ']).to_string()
}

const MEMORY: &str = "/dev/shm";
/// What all desks of a run take, and more.
const ROOM: u64 = 512 << 20;

/// In memory, where there is room.
fn scratch() -> tempfile::TempDir {
    let made = if in_memory() { tempfile::tempdir_in(MEMORY) } else { tempfile::tempdir() };
    made.expect("a scratch folder")
}

/// Decided once: desks fill it.
fn in_memory() -> bool {
    static ROOMY: OnceLock<bool> = OnceLock::new();
    *ROOMY.get_or_init(|| rustix::fs::statvfs(MEMORY).is_ok_and(|about| about.f_bavail * about.f_frsize > ROOM))
}

/// The inbox's `.done` is a link to a folder where `scratch` is not.
fn elsewhere(desk: &Path) -> tempfile::TempDir {
    let made = if in_memory() { tempfile::tempdir() } else { tempfile::tempdir_in(MEMORY) };
    let elsewhere = made.expect("a scratch folder");
    std::fs::create_dir_all(desk.join("inbox")).expect("a folder");
    std::os::unix::fs::symlink(elsewhere.path(), desk.join("inbox/.done")).expect("a link");
    elsewhere
}

fn copy_under(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() { copy_under(&path, &target) } else { assert!(std::fs::copy(&path, &target).is_ok()) }
    }
}

fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found
}
