//! Effects out: mails through a transport, documents into their folders.
//!
//! Everything is finished before it comes here: a row of the store carries its last byte, so that a retry is the same to
//! the byte and nothing has to be decided again. Attempt and next time are committed before the attempt
//! (`store::Store::claim`); a mail that may have reached the server's hands is marked so before its last dot.

mod files;
mod folder;
mod retry;
mod smtp;
mod transport;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use files::Files;
pub use folder::FolderTransport;
pub use retry::Patience;
pub use smtp::{Limits, SmtpTransport};
pub use transport::{AtData, Exchangeable, OutMail, Outcome, Sending, Transport};

use crate::process::house::At;
use crate::store::{Change, Claimed, Claiming, Clocks, CommitError, SIGN_OF_LIFE, Store};

/// Another process may have queued something: looked for so often.
const POLL: Duration = Duration::from_millis(250);
/// Attempts under way at a stop get so long to end; then their lease runs out.
const FAREWELL: Duration = Duration::from_secs(4);
/// A result that cannot be stored is tried again so often, a second apart.
const RECORD_TRIES: u32 = 30;

/// So many effects are claimed within the very commit that brings them; further ones by the next look.
const ALONG: usize = 4;
/// A row of the store that is not what was written goes to nobody.
const DAMAGED: &str = "damaged in the store, so not sent: quotedesk check";

/// The two clocks, read anew each time.
pub type Clock = Arc<dyn Fn() -> Clocks + Send + Sync>;

/// Carries out what the store holds as due.
#[derive(Clone)]
pub struct Dispatcher {
    pub store: Store,
    pub transport: Arc<dyn Transport>,
    pub files: Files,
    pub clock: Clock,
    /// Attempts at the same time: so many mails, and so many documents beside them.
    pub parallel: usize,
}

/// Attempts under way. Mails have their own room, so that documents go on while a server lets all mails wait, and the other way
/// round where a share hangs: each document on it keeps a thread of its own, and of these there are not many.
struct UnderWay {
    tasks: JoinSet<Option<Change>>,
    mails: Arc<Semaphore>,
    files: Arc<Semaphore>,
    /// The server is away, and that is in the log: not said again of each mail that waits for it.
    away: Arc<AtomicBool>,
}

/// Room that is kept, of both kinds.
struct Places {
    mails: OwnedSemaphorePermit,
    files: OwnedSemaphorePermit,
}

impl UnderWay {
    fn with_room(parallel: usize) -> UnderWay {
        let room = || Arc::new(Semaphore::new(parallel));
        UnderWay { tasks: JoinSet::new(), mails: room(), files: room(), away: Arc::default() }
    }

    fn keep(&self, n: usize) -> Option<Places> {
        let of = |room: &Arc<Semaphore>| room.clone().try_acquire_many_owned(n as u32).ok();
        Some(Places { mails: of(&self.mails)?, files: of(&self.files)? })
    }

    fn is_full(&self) -> bool {
        self.mails.available_permits() == 0 && self.files.available_permits() == 0
    }
}

/// Waits for the next commit that brings effects, with room kept for them.
struct Along {
    claiming: Claiming,
    places: Places,
}

impl Along {
    /// What was claimed, and the room; never, where nobody waits.
    async fn claimed(waiting: &mut Option<Along>) -> (Vec<Claimed>, Option<Places>) {
        let Some(along) = waiting else { return std::future::pending().await };
        let claimed = along.claiming.claimed().await;
        (claimed, waiting.take().map(|along| along.places))
    }
}

/// How the attempts of a `drain` ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub sent: u64,
    /// To be tried again later.
    pub later: u64,
    /// Dead letters.
    pub failed: u64,
    /// The server may have taken it.
    pub doubt: u64,
}

impl Dispatcher {
    /// Works until `stop`; then lets the attempts under way end. To be called with the store's lock
    /// (`store::Store::lock`): what a dead process had under way is taken over.
    pub fn run(&self, stop: CancellationToken) -> BoxFuture<'_, ()> {
        Box::pin(self.working(stop))
    }

    async fn working(&self, stop: CancellationToken) {
        if let Err(error) = self.store.take_over((self.clock)().real).await {
            tracing::warn!(%error, "what was under way at the last stop waits for its lease to end");
        }
        let mut changes = self.store.changes();
        let mut under_way = UnderWay::with_room(self.parallel);
        let (mut along, mut failed) = (None, false);
        while !stop.is_cancelled() {
            if along.is_none() {
                along = self.go_along(&under_way);
            }
            let filled = self.fill(&mut under_way).await;
            match &filled {
                Err(error) if !failed => tracing::warn!(%error, "nothing can be sent while the store does not answer"),
                Ok(()) if failed => tracing::info!("the store answers again: sending goes on"),
                _ => {}
            }
            failed = filled.is_err();
            let pause = if failed { POLL * 4 } else { POLL };
            let full = failed || under_way.is_full();
            tokio::select! {
                () = stop.cancelled() => {}
                Some(_) = under_way.tasks.join_next() => while under_way.tasks.try_join_next().is_some() {},
                (claimed, places) = Along::claimed(&mut along) => self.begin(claimed, places, &mut under_way),
                Ok(()) = changes.changed(), if !full => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        // What a commit has just claimed for this process goes out with the rest; of a store that hangs the lease runs out.
        self.store.claim_no_more();
        if along.is_some()
            && let Ok((claimed, places)) = tokio::time::timeout(FAREWELL, Along::claimed(&mut along)).await
        {
            self.begin(claimed, places, &mut under_way);
        }
        let tasks = &mut under_way.tasks;
        let rest = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, rest).await.is_err() {
            tracing::warn!(left = tasks.len(), "attempts were cut off; they are taken up again at the next start");
        }
    }

    /// Carries out all that is due now, and what becomes due by that. For a command while no daemon runs, with the
    /// store's lock.
    ///
    /// # Errors
    /// Where the store cannot be written; what was under way then is taken up when its lease ends.
    pub fn drain(&self) -> BoxFuture<'_, Result<Counts, CommitError>> {
        Box::pin(self.drained())
    }

    async fn drained(&self) -> Result<Counts, CommitError> {
        let mut counts = Counts::default();
        let mut under_way = UnderWay::with_room(self.parallel);
        loop {
            self.fill(&mut under_way).await?;
            let Some(ended) = under_way.tasks.join_next().await else { return Ok(counts) };
            counts.add(ended.ok().flatten());
            while let Some(ended) = under_way.tasks.try_join_next() {
                counts.add(ended.ok().flatten());
            }
        }
    }

    /// Claims as much as there is room for.
    async fn fill(&self, under_way: &mut UnderWay) -> Result<(), CommitError> {
        let clocks = (self.clock)();
        let (mails, files) = (under_way.mails.available_permits(), under_way.files.available_permits());
        match (mails, files) {
            (0, 0) => {}
            (0, _) => self.begin(self.store.claim_files(clocks, files).await?, None, under_way),
            (_, 0) => self.begin(self.store.claim_mails(clocks, mails).await?, None, under_way),
            _ if mails <= files => self.begin(self.store.claim(clocks, mails).await?, None, under_way),
            // One after the other, so that there are never more documents than there is room for.
            _ => {
                self.begin(self.store.claim_mails(clocks, mails).await?, None, under_way);
                self.begin(self.store.claim_files(clocks, files).await?, None, under_way);
            }
        }
        Ok(())
    }

    /// Waits for what the next commit brings, where there is room for it.
    fn go_along(&self, under_way: &UnderWay) -> Option<Along> {
        let places = under_way.keep(ALONG)?;
        let clock = self.clock.clone();
        Some(Along { claiming: self.store.claim_along(move || clock(), ALONG), places })
    }

    /// Sets out with what was claimed; `kept`: room that was kept for it.
    fn begin(&self, claimed: Vec<Claimed>, mut kept: Option<Places>, under_way: &mut UnderWay) {
        for claimed in claimed {
            let is_mail = claimed.to.is_some();
            let kept = kept.as_mut().map(|kept| if is_mail { &mut kept.mails } else { &mut kept.files });
            let kept = kept.and_then(|kept| kept.split(1));
            let room = if is_mail { &under_way.mails } else { &under_way.files };
            // Never more than there is room for.
            let place = kept.or_else(|| room.clone().try_acquire_owned().ok());
            let (this, away) = (self.clone(), under_way.away.clone());
            under_way.tasks.spawn(async move {
                let _place = place;
                this.carry_out(claimed, &away).await
            });
        }
    }

    /// One attempt. `None`: it was somebody else's by the time it ended.
    async fn carry_out(&self, mut claimed: Claimed, away: &AtomicBool) -> Option<Change> {
        let began = (self.clock)().real;
        let bytes = Arc::from(std::mem::take(&mut claimed.body));
        let (outcome, patience) = match claimed.to.clone() {
            _ if claimed.damaged => (Outcome::Refused(DAMAGED.to_owned()), Patience::DISK),
            Some(to) => {
                let (message_id, name) = (claimed.message_id.clone(), claimed.name.clone());
                let mail = OutMail { to, message_id, name, bytes };
                let at_data = AtData { store: &self.store, claimed: &claimed, clock: &self.clock };
                let outcome = self.alive(self.transport.send(&mail, &at_data), &claimed).await;
                (outcome, self.transport.patience())
            }
            None => (self.alive(Box::pin(self.files.put(&claimed.name, bytes)), &claimed).await, Patience::DISK),
        };
        let mut change = change(&claimed, outcome, patience, began, (self.clock)());
        if let Change::Later { at, words } | Change::Away { at, words, .. } = &mut change
            && claimed.to.is_some()
            && on_hold(&self.store).await
        {
            // It goes as soon as all goes on.
            (*at, *words) = ((self.clock)().real, "on hold".to_owned());
        }
        match &change {
            Change::Failed { words } => tracing::error!(id = claimed.id, to = claimed.to, words, "not sent, for good"),
            Change::Later { words, at } => tracing::warn!(id = claimed.id, %at, words, "not sent yet"),
            // Of a doubt it was said when it became one.
            Change::Away { words, .. } if claimed.doubts > 0 || away.swap(true, Ordering::Relaxed) => {
                tracing::debug!(id = claimed.id, words, "not sent yet");
            }
            Change::Away { words, .. } => {
                tracing::warn!(id = claimed.id, words, "no mail is sent for now; each waits until the server takes them again");
            }
            Change::Doubt { words, .. } => tracing::warn!(id = claimed.id, words, "the server may have taken it"),
            Change::Sent { .. } | Change::AtData { .. } | Change::Alive { .. } => tracing::debug!(id = claimed.id, "sent"),
        }
        if claimed.to.is_some() && matches!(change, Change::Sent { .. }) && away.swap(false, Ordering::Relaxed) {
            tracing::info!("the server takes mails again");
        }
        for _ in 0..RECORD_TRIES {
            match self.store.change(&claimed, change.clone()).await {
                Ok(true) => return Some(change),
                Ok(false) => return None,
                Err(error) => tracing::warn!(%error, id = claimed.id, "the result of an attempt is not stored yet"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        None
    }
}

impl Dispatcher {
    /// One attempt, with signs of life meanwhile: until the last dot is out, or the document lies there, it is this process's,
    /// and not begun a second time beside itself.
    async fn alive(&self, mut attempt: Sending<'_>, claimed: &Claimed) -> Outcome {
        loop {
            match tokio::time::timeout(SIGN_OF_LIFE, &mut attempt).await {
                Ok(outcome) => return outcome,
                Err(_) => {
                    let real = (self.clock)().real;
                    if let Err(error) = self.store.change(claimed, Change::Alive { real }).await {
                        tracing::warn!(%error, id = claimed.id, "no sign of life of an attempt can be stored");
                    }
                }
            }
        }
    }
}

impl Counts {
    fn add(&mut self, change: Option<Change>) {
        match change {
            Some(Change::Sent { .. }) => self.sent += 1,
            Some(Change::Later { .. } | Change::Away { .. }) => self.later += 1,
            Some(Change::Failed { .. }) => self.failed += 1,
            Some(Change::Doubt { .. }) => self.doubt += 1,
            Some(Change::AtData { .. } | Change::Alive { .. }) | None => {}
        }
    }
}

/// The operator has stopped all mail, even after this one was claimed. A store that does not answer stops it too.
async fn on_hold(store: &Store) -> bool {
    !matches!(store.hold().await, Ok(None))
}

/// What the outcome of an attempt that `began` then means for the row.
fn change(claimed: &Claimed, outcome: Outcome, patience: Patience, began: At, clocks: Clocks) -> Change {
    let patience = if matches!(outcome, Outcome::Away(_)) { Patience::AWAY } else { patience };
    let next: Option<At> = patience.next(claimed.id, claimed.attempt, claimed.first_try, clocks.real);
    match (outcome, next) {
        (Outcome::Sent(words), _) => Change::Sent { at: clocks.desk, words },
        (Outcome::Later(words), Some(at)) => Change::Later { at, words },
        (Outcome::Away(words), Some(at)) => Change::Away { at, since: patience.since(claimed.first_try, began, at), words },
        (Outcome::Later(words) | Outcome::Away(words) | Outcome::Refused(words), _) => Change::Failed { words },
        (Outcome::Doubt(words), _) => Change::Doubt { real: clocks.real, words },
    }
}
