//! Starts and stops all of it: the inbox, the mailbox, the clock's work, what goes out.

mod claims;
mod keys;
mod living;
pub mod mailbox;
mod operator;
mod room;
pub mod taking;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::clock;
use crate::config::Config;
use crate::desk::{Desk, DeskError};
use crate::disk::Disk;
use crate::dispatch::Dispatcher;
use crate::faults::Faults;
use crate::intake::mailbox::Pace;
use crate::process::house::At;
use crate::store::LIFE;

/// How often the clock's work is looked for: another process may have set a rehearsal clock.
const TICK: Duration = Duration::from_millis(500);
/// Nothing takes so long to write …
const SWEPT_AFTER: Duration = Duration::from_secs(5);
/// … but for a daemon elsewhere that stands still meanwhile, or whose share does.
const SWEPT_AMONG_OTHERS: Duration = Duration::from_secs(600);

/// The clock's work among what daemons claim.
const CLOCK: &str = "clock";

/// A desk with its folders, ready to run.
pub struct Daemon {
    /// The desk as its config now has it: what SIGHUP changes counts from the next submission on.
    pub desk: watch::Receiver<Desk>,
    pub disk: Disk,
    pub dispatcher: Dispatcher,
    /// How long things with the mailbox may take.
    pub pace: Pace,
}

impl Daemon {
    /// Runs until `stop`: nothing is left half-done, what was not begun waits for the next start.
    pub fn run(self, stop: CancellationToken) -> BoxFuture<'static, ()> {
        Box::pin(self.serving(stop))
    }

    async fn serving(self, stop: CancellationToken) {
        let store = self.desk.borrow().store.clone();
        living::begin(&store).await;
        let dispatcher = self.dispatcher.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn({
            let stop = stop.clone();
            async move { dispatcher.run(stop).await }
        });
        let (disk, config) = (self.disk.clone(), self.desk.borrow().config.clone());
        let old = if store.is_shared() { SWEPT_AMONG_OTHERS } else { SWEPT_AFTER };
        tasks.spawn_blocking(move || {
            let swept: usize = [&config.inbox, &config.outbox].into_iter().map(|folder| disk.sweep(folder, old)).sum();
            if swept > 0 {
                info!(swept, "half-written files of a killed process are cleared away");
            }
        });
        tasks.spawn(living::living(self.desk.clone(), stop.clone()));
        tasks.spawn(ticking(self.desk.clone(), stop.clone()));
        tasks.spawn(operator::telling(self.desk.clone(), stop.clone()));
        tasks.spawn(keys::keeping(self.desk.clone(), stop.clone()));
        tasks.spawn(mailbox::serving(self.desk.clone(), Faults::none(), self.pace, stop.clone()));
        tasks.spawn(taking::taking(self.desk, self.disk, stop.clone()));
        while let Some(ended) = tasks.join_next().await {
            // A task that died must not leave the others serving half a desk: all stop, and the supervisor restarts.
            if let Err(why) = ended {
                error!("a part of the desk died and all of it stops: {why}");
                stop.cancel();
            }
        }
        // At the very end: what was under way is done by now, and others go on at once.
        if store.is_shared()
            && let Err(why) = store.leave(clock::real()).await
        {
            warn!("what was claimed here is free in {:?}: {why}", LIFE);
        }
    }
}

/// The clock's work, until stopped.
async fn ticking(current: watch::Receiver<Desk>, stop: CancellationToken) {
    let mut failed = false;
    // The config that was looked at last for who is away.
    let mut known: Option<Arc<Config>> = None;
    loop {
        let desk = current.borrow().clone();
        let done = match desk.clock.now().await {
            Ok(now) => by_now(&desk, &mut known, now).await,
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

/// What is due by now, after a look at who is away by a config that is not `known` yet.
async fn by_now(desk: &Desk, known: &mut Option<Arc<Config>>, now: At) -> Result<(), DeskError> {
    if known.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &desk.config)) {
        desk.absences(now).await?;
        *known = Some(desk.config.clone());
    }
    tick(desk, now).await
}

/// What is due by now. Of several daemons one does it, lest all make the same letters and all but one throw them away.
async fn tick(desk: &Desk, now: At) -> Result<(), DeskError> {
    let store = &desk.store;
    if store.is_shared() {
        let ours = || store.claim_one(store.number(), CLOCK);
        let idle = store.due(now, 1).await?.is_empty();
        if idle || !ours().await? {
            return Ok(());
        }
    }
    desk.tick(now).await.map(drop)
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
///
/// # Errors
/// The folder that cannot be made, and what the disk says of it.
pub fn lay_out(config: &Config, disk: &Disk) -> std::io::Result<()> {
    let own = [config.inbox.clone(), config.outbox.join("mail"), config.archive.clone()];
    let of_people = config.house.people.iter().map(|person| config.inbox.join(crate::name::clean(&person.email)));
    for folder in own.into_iter().chain(of_people) {
        let said = |why: std::io::Error| std::io::Error::new(why.kind(), format!("{}: {why}", folder.display()));
        disk.make_folders(&folder).map_err(said)?;
    }
    Ok(())
}

/// How long to wait after so many failures: the first time, then twice as long each time, up to the most.
fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(2u32.saturating_pow(times.min(16))).min(most)
}
