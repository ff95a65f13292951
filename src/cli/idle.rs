//! `quotedesk idle`: waits until nothing is left to do.

use std::time::{Duration, Instant};

use anyhow::bail;

use super::{open, screen};
use crate::clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::intake::folder;
use crate::store::Clocks;

pub async fn idle(config: Config, timeout: &str) -> anyhow::Result<bool> {
    let timeout = duration(timeout)?;
    open::with_desk(config, async |desk| match quiet(desk, timeout).await? {
        None => Ok(false),
        Some(left) => {
            let held = desk.store.hold().await?.map_or("", |_| "; sending is on hold (quotedesk outgoing --release)");
            let running = desk.store.daemon_running(clock::real()).await?;
            let daemon = if running { "" } else { "; the daemon does not run (quotedesk run)" };
            screen::line(&format!(
                "not idle: {} files in the inbox, {} mails and files due{held}{daemon}",
                left.files, left.unsent
            ))?;
            Ok(true)
        }
    })
    .await
}

/// What is not done yet.
pub struct Left {
    /// In the inbox.
    pub files: usize,
    /// Mails and files that are due.
    pub unsent: u64,
}

/// Waits until nothing is left to do; `Some`: what was, when the time was over.
pub async fn quiet(desk: &Desk, timeout: Duration) -> anyhow::Result<Option<Left>> {
    let until = Instant::now() + timeout;
    let mut quiet = false;
    loop {
        let files = folder::list(&desk.config.inbox).map_or(0, |files| files.len());
        let clocks = Clocks { desk: desk.clock.now().await?, real: clock::real() };
        let due = !desk.store.due(clocks.desk, 1).await?.is_empty();
        let unsent = desk.store.unsent(clocks).await?.due;
        let done = files == 0 && !due && unsent == 0;
        // Twice in a row: between a file's commit and its move there is a moment in which only one of both shows.
        if done && quiet {
            return Ok(None);
        }
        quiet = done;
        if Instant::now() >= until {
            return Ok(Some(Left { files, unsent }));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// `30s`, `2m`, `500ms`.
fn duration(typed: &str) -> anyhow::Result<Duration> {
    let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number = digits.parse::<u64>().ok();
    match (number, &typed[digits.len()..]) {
        (Some(n), "s" | "") => Ok(Duration::from_secs(n)),
        (Some(n), "m") => Ok(Duration::from_secs(n.saturating_mul(60))),
        (Some(n), "ms") => Ok(Duration::from_millis(n)),
        _ => bail!("`{typed}`: a time as 30s, 2m or 500ms"),
    }
}
