//! Starts and stops all of it: the inbox, the clock's work, what goes out.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock;
use crate::config::Config;
use crate::desk::submission::{Body, Submission};
use crate::desk::{Desk, DeskError};
use crate::disk::{Disk, blocking};
use crate::dispatch::Dispatcher;
use crate::intake::folder::{Dropped, Inbox};
use crate::intake::watch::{Notice, watch};
use crate::process::act::Via;

/// How often the inbox is looked through, whatever the change notices say.
const LOOK: Duration = Duration::from_secs(5);
/// How soon another look is taken while files are still on their way.
const LOOK_SOON: Duration = Duration::from_millis(500);
/// How often the clock's work is looked for: another process may have set a rehearsal clock.
const TICK: Duration = Duration::from_millis(500);
/// Submissions being worked on at once: enough to keep both parsing and committing busy, few enough to bound memory.
const AT_ONCE: usize = 32;

/// A desk with its folders, ready to run.
pub struct Daemon {
    pub desk: Desk,
    pub disk: Disk,
    pub dispatcher: Dispatcher,
}

impl Daemon {
    /// Runs until `stop`: nothing is left half-done, what was not begun waits for the next start.
    pub async fn run(self, stop: CancellationToken) {
        let dispatcher = self.dispatcher.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn({
            let stop = stop.clone();
            async move { dispatcher.run(stop).await }
        });
        tasks.spawn(ticking(self.desk.clone(), stop.clone()));
        tasks.spawn(taking(self.desk, self.disk, stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            // A task that died must not leave the others serving half a desk: all stop, and the supervisor restarts.
            if let Err(why) = ended {
                error!("a part of the desk died and all of it stops: {why}");
                stop.cancel();
            }
        }
    }
}

/// The clock's work, until stopped.
async fn ticking(desk: Desk, stop: CancellationToken) {
    let mut failed = false;
    loop {
        let done = match desk.clock.now().await {
            Ok(now) => desk.tick(now).await.map(drop),
            Err(why) => Err(DeskError::from(why)),
        };
        match &done {
            Err(why) if !failed => warn!("the clock's work waits: {why}"),
            Ok(()) if failed => info!("the clock's work goes on"),
            _ => {}
        }
        failed = done.is_err();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TICK) => {}
        }
    }
}

/// Files from the inbox, until stopped.
async fn taking(desk: Desk, disk: Disk, stop: CancellationToken) {
    let root = desk.config.inbox.clone();
    let (notices, mut noticed) = mpsc::unbounded_channel();
    let _watcher = match watch(&root, notices) {
        Ok(watcher) => Some(watcher),
        Err(why) => {
            warn!("{}: no change notices ({why}); the folder is looked through every {LOOK:?}", root.display());
            None
        }
    };
    let mut inbox = Inbox::new(&root);
    let mut going: HashSet<PathBuf> = HashSet::new();
    let mut work: JoinSet<PathBuf> = JoinSet::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut away = false;
    let mut next_look = Instant::now();
    loop {
        if next_look <= Instant::now() {
            let waiting = match inbox.look(&going) {
                Ok((ready, waiting)) => {
                    if std::mem::take(&mut away) {
                        info!("{}: is there again", root.display());
                    }
                    for file in ready {
                        going.insert(file.path.clone());
                        let (desk, disk, room) = (desk.clone(), disk.clone(), room.clone());
                        work.spawn(async move {
                            let _place = room.acquire_owned().await;
                            let path = file.path.clone();
                            take(&desk, &disk, file).await;
                            path
                        });
                    }
                    waiting
                }
                Err(why) => {
                    if !std::mem::replace(&mut away, true) {
                        error!("{}: cannot be read ({why}); tried again until it is back", root.display());
                    }
                    false
                }
            };
            next_look = Instant::now() + if waiting { LOOK_SOON } else { LOOK };
        }
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = work.join_next() => {
                let mut ended = Some(ended);
                while let Some(one) = ended.take().or_else(|| work.try_join_next()) {
                    // A look passes over all files: worth it only for one that is still there or has come anew.
                    if finished(one, &mut going) {
                        next_look = Instant::now();
                    }
                }
            }
            Some(notice) = noticed.recv() => {
                let mut told = Some(notice);
                while let Some(notice) = told.take().or_else(|| noticed.try_recv().ok()) {
                    if let Notice::Closed(path) = notice {
                        inbox.closed(path);
                    }
                }
                next_look = Instant::now();
            }
            () = tokio::time::sleep_until(next_look) => {}
        }
    }
    // What is being worked on is finished: seconds at most.
    while work.join_next().await.is_some() {}
}

/// `true`: the inbox has to be looked at again because of this file.
fn finished(ended: Result<PathBuf, tokio::task::JoinError>, going: &mut HashSet<PathBuf>) -> bool {
    match ended {
        Ok(path) => {
            going.remove(&path);
            path.symlink_metadata().is_ok()
        }
        // The path is not known any more: all are looked at anew. What is still going on is only seen as before.
        Err(why) => {
            error!("a submission's work died: {why}");
            going.clear();
            true
        }
    }
}

/// One file: read, taken, filed away. Where anything is away it stays where it is, for the next look.
async fn take(desk: &Desk, disk: &Disk, file: Dropped) {
    let name = file.name();
    let limit = desk.config.limits.attachment.saturating_mul(2);
    let read = {
        let (file, disk) = (file.clone(), disk.clone());
        blocking(move || file.read(&disk, limit)).await
    };
    let submission = match read {
        Ok(bytes) => submission(&file, bytes),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return,
        Err(why) if why.kind() == std::io::ErrorKind::FileTooLarge => too_large(&file),
        Err(why) => return warn!("{name}: cannot be read, tried again: {why}"),
    };
    let taken = match desk.take(submission).await {
        Ok(taken) => taken,
        Err(why) => {
            warn!("{name}: waits: {why}");
            return tokio::time::sleep(LOOK_SOON).await;
        }
    };
    let Ok(now) = desk.clock.now().await else { return };
    let date = desk.config.house.day(now);
    let (disk, inbox, problem, answer) = (disk.clone(), desk.config.inbox.clone(), taken.problem, taken.answer);
    let away = blocking(move || match file.is_unchanged() {
        true => file.file_away(&disk, &inbox, problem, date, &answer).map(Some),
        false => Ok(None),
    });
    match away.await {
        Ok(None) => info!("{name}: was replaced while it was read; the new one is a submission of its own"),
        Ok(Some(_)) => info!(case = taken.case.as_deref().unwrap_or("-"), problem = taken.problem, again = taken.again, "{name}: taken"),
        Err(why) => {
            warn!("{name}: taken, but cannot be moved: {why}");
            // Not answered again at each look: the mark in the store knows it.
            tokio::time::sleep(clock_pause()).await;
        }
    }
}

fn clock_pause() -> Duration {
    Duration::from_secs(2)
}

fn submission(file: &Dropped, bytes: Vec<u8>) -> Submission {
    let (key, content, name) = (file.key(&bytes), file.content(&bytes), file.name());
    let mail = name.to_lowercase().ends_with(".eml");
    let person = file.person.clone();
    let body = if mail { Body::Mail { person, bytes } } else { Body::File { person, bytes } };
    // A mail is known by its Message-ID and contents, wherever it lies.
    let (key, content) = match &body {
        Body::Mail { bytes, .. } => (crate::intake::message::identity(bytes), String::new()),
        _ => (key, content),
    };
    Submission { key, content, via: if mail { Via::Mail } else { Via::Folder }, name, body }
}

/// What is too large is not read; its answer says so.
fn too_large(file: &Dropped) -> Submission {
    let key = file.key(file.len().to_string().as_bytes());
    let body = Body::TooLarge { person: file.person.clone(), bytes: file.len() };
    Submission { key, content: String::new(), via: Via::Folder, name: file.name(), body }
}

/// Stops on SIGTERM and SIGINT.
pub async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

/// The folders of a desk, one for each person in the inbox: there to be dropped into, and watched from the start.
pub fn lay_out(config: &Config, disk: &Disk) -> std::io::Result<()> {
    for folder in [&config.inbox, &config.outbox, &config.outbox.join("mail"), &config.archive] {
        disk.make_folders(folder)?;
    }
    for person in &config.house.people {
        disk.make_folders(&config.inbox.join(crate::name::clean(&person.email)))?;
    }
    Ok(())
}

/// The machine's time, for what is not a decision.
pub fn real() -> chrono::DateTime<chrono::Utc> {
    clock::real()
}
