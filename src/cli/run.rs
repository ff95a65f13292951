//! `quotedesk run`: the daemon.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::open;
use crate::config::Config;
use crate::daemon::{self, Daemon};
use crate::desk::Desk;
use crate::disk::Disk;
use crate::dispatch::Exchangeable;
use crate::faults::Faults;
use crate::intake::mailbox::Pace;
use crate::process::roles;
use crate::share::Share;
use crate::store::{CommitError, OpenError, StateUrl, Unavailable};

/// After the word to stop the process ends within this time (five seconds are promised), whatever is under way: a server that
/// is silent, a share that hangs, a workbook that is being read. What that leaves is what a crash leaves.
const STOP: Duration = Duration::from_millis(4500);
/// A database that is away when the daemon starts is waited for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// `with_input`: until standard input ends, too.
pub async fn run(config: Config, with_input: bool) -> anyhow::Result<bool> {
    open::logging("info");
    // From the first moment on: before it is asked for, SIGHUP would end the process.
    let hangups = signal(SignalKind::hangup()).context("signals")?;
    let stop = CancellationToken::new();
    let signals = stop.clone();
    tokio::spawn(async move {
        if daemon::signalled().await.is_ok() {
            info!("stopping");
            std::thread::spawn(end_in_any_case);
            signals.cancel();
        }
    });
    if with_input {
        let stop = stop.clone();
        std::thread::spawn(move || {
            // However it ends: nobody is there any more.
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            info!("stopping with whoever started it");
            std::thread::spawn(end_in_any_case);
            stop.cancel();
        });
    }
    config.check_places()?;
    tell_doubts(&config);
    let desk = tokio::select! {
        desk = patiently(&config, async || open::begun_desk(config.clone()).await) => desk?,
        () = stop.cancelled() => return Ok(false),
    };
    let served = serve(desk.clone(), Disk::new(Faults::none()), hangups, stop).await;
    desk.store.close().await;
    served.map(|()| false)
}

fn tell_doubts(config: &Config) {
    config.doubts.iter().for_each(|doubt| warn!("config: {doubt}"));
}

/// What a start needs of the database, as soon as that is there: machines that start together do not start in order, and
/// PostgreSQL is restarted now and then.
async fn patiently<T>(config: &Config, work: impl AsyncFn() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let began = Instant::now();
    let mut waits = false;
    loop {
        let why = match work().await {
            Ok(done) => return Ok(done),
            Err(why) => why,
        };
        let away = matches!(why.downcast_ref(), Some(OpenError::Failed(_)))
            || matches!(why.downcast_ref(), Some(CommitError::Unavailable(_)))
            || matches!(why.downcast_ref(), Some(Unavailable::Away(_)));
        if !away || !matches!(config.state, StateUrl::Postgres(_)) || began.elapsed() > PATIENCE {
            return Err(why);
        }
        if !std::mem::replace(&mut waits, true) {
            warn!("tried again for {PATIENCE:?}: {why:#}");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn serve(desk: Desk, disk: Disk, hangups: Signal, stop: CancellationToken) -> anyhow::Result<()> {
    let _lock = desk.store.lock().with_context(|| format!("store {}", desk.config.state))?;
    daemon::lay_out(&desk.config, &disk).context(open::NO_FOLDERS)?;
    patiently(&desk.config, async || open::remember_config(&desk).await).await?;
    let mut dispatcher = open::dispatcher(&desk, &disk);
    let way = Arc::new(Exchangeable::new(dispatcher.transport));
    dispatcher.transport = way.clone();
    if patiently(&desk.config, async || Ok(desk.store.hold().await?)).await?.is_some() {
        warn!("all sending is on hold: quotedesk outgoing --release lets it go on");
    }
    let from = desk.config.file.as_ref().map_or("built-in config".into(), |f| f.display().to_string());
    info!(inbox = %desk.config.inbox.display(), "the desk is open ({from})");
    let shares = [&desk.config.inbox, &desk.config.outbox, &desk.config.archive].map(|folder| Share::at(folder));
    let (changed, current) = watch::channel(desk);
    tokio::spawn(reloading(changed, disk.clone(), way, hangups, shares));
    Daemon { desk: current, disk, dispatcher, pace: Pace::default() }.run(stop).await;
    Ok(())
}

/// On a thread of its own: what hangs may be the runtime's.
fn end_in_any_case() {
    std::thread::sleep(STOP);
    warn!("stopping: what is not done within {STOP:?} is done after the next start");
    std::process::exit(0);
}

/// At each SIGHUP the config and the company's own templates are read again. What is wrong is logged, and all stays as it
/// was.
async fn reloading(changed: watch::Sender<Desk>, disk: Disk, way: Arc<Exchangeable>, mut hangups: Signal, shares: [Share; 3]) {
    while hangups.recv().await.is_some() {
        let old = changed.borrow().clone();
        match reloaded(&old, &disk, &shares) {
            Ok(new) => {
                // Connections that stand are kept where nothing about them has changed.
                let by = |desk: &Desk| (desk.config.smtp.clone(), desk.config.house.address.clone(), desk.config.house.lang);
                if by(&new) != by(&old) {
                    way.exchange(open::transport(&new.config, &disk));
                }
                tell_doubts(&new.config);
                changed.send_replace(new);
                info!("the config is read again");
            }
            Err(why) => error!("the new config is refused, the old one stays: {why:#}"),
        }
    }
}

fn reloaded(old: &Desk, disk: &Disk, shares: &[Share]) -> anyhow::Result<Desk> {
    let mut config = Config::find(old.config.file.as_deref(), &old.config.root)?;
    // Half saved, or cut off, a file is a config too, by which everybody is a stranger.
    if let Some(role) = config.house.missing_roles().find(|role| old.config.house.with_role(*role).next().is_some()) {
        bail!("nobody has the role {} any more; where that is meant, stop the daemon and start it", role.name());
    }
    if let Some((person, role)) = roles::without_approver(&config.house).first()
        && roles::without_approver(&old.config.house).is_empty()
    {
        let (name, role) = (&person.name, role.name());
        bail!("{name} has no {role} any more, by [[people]] or [[regions]]; where that is meant, stop the daemon and start it");
    }
    for what in keep_places(&mut config, &old.config) {
        warn!("{what} cannot change while the daemon runs: it counts from the next start");
    }
    // Folders made where a share is away would lie under it once it is back.
    match shares.iter().try_for_each(Share::check) {
        Ok(()) => daemon::lay_out(&config, disk).context(open::NO_FOLDERS)?,
        Err(why) => warn!("{why}; folders of new people are made at the next reload"),
    }
    let (words, warnings) = open::words(&config)?;
    let new = old.with(Arc::new(config), words);
    new.templates_read(&warnings);
    Ok(new)
}

/// What the daemon has open stays; the names of what would have changed.
fn keep_places(new: &mut Config, old: &Config) -> Vec<&'static str> {
    let mut kept = Vec::new();
    let mut keep = |name: &'static str, new: &mut PathBuf, old: &PathBuf| {
        if new != old {
            new.clone_from(old);
            kept.push(name);
        }
    };
    keep("desk.inbox", &mut new.inbox, &old.inbox);
    keep("desk.outbox", &mut new.outbox, &old.outbox);
    keep("desk.archive", &mut new.archive, &old.archive);
    if new.state != old.state {
        new.state.clone_from(&old.state);
        kept.push("desk.state");
    }
    if new.rehearsal != old.rehearsal {
        new.rehearsal = old.rehearsal;
        kept.push("desk.rehearsal");
    }
    if new.transport != old.transport {
        new.transport = old.transport;
        new.smtp.clone_from(&old.smtp);
        kept.push("mail.transport");
    }
    kept
}
