//! `quotedesk run`: the daemon.

use anyhow::Context;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::open;
use crate::config::Config;
use crate::daemon::{self, Daemon};
use crate::disk::Disk;
use crate::faults::Faults;

pub async fn run(config: Config) -> anyhow::Result<bool> {
    open::logging("info");
    let disk = Disk::new(Faults::none());
    daemon::lay_out(&config, &disk).context("the desk's folders cannot be made")?;
    let desk = open::desk(config).await?;
    let _lock = desk.store.lock().context("another daemon serves this desk")?;
    let dispatcher = open::dispatcher(&desk, &disk);
    let from = desk.config.file.as_ref().map_or("built-in config".into(), |f| f.display().to_string());
    info!(inbox = %desk.config.inbox.display(), "the desk is open ({from})");
    let stop = CancellationToken::new();
    let signals = stop.clone();
    tokio::spawn(async move {
        if daemon::signalled().await.is_ok() {
            info!("stopping");
            signals.cancel();
        }
    });
    let store = desk.store.clone();
    Daemon { desk, disk, dispatcher }.run(stop).await;
    store.close().await;
    Ok(false)
}
