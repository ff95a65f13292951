//! `quotedesk idle`: waits until nothing is left to do.

use std::time::{Duration, Instant};

use anyhow::bail;

use super::open;
use crate::clock;
use crate::config::Config;
use crate::intake::folder;
use crate::store::Clocks;

pub async fn idle(config: Config, timeout: &str) -> anyhow::Result<bool> {
    let until = Instant::now() + duration(timeout)?;
    let inbox = config.inbox.clone();
    let desk = open::desk(config).await?;
    let mut quiet = false;
    loop {
        let waiting = folder::list(&inbox).map_or(0, |files| files.len());
        let clocks = Clocks { desk: desk.clock.now().await?, real: clock::real() };
        let due = !desk.store.due(clocks.desk, 1).await?.is_empty();
        let unsent = desk.store.unsent(clocks).await?;
        let done = waiting == 0 && !due && unsent.due == 0;
        // Twice in a row: between a file's commit and its move there is a moment in which only one of both shows.
        if done && quiet {
            desk.store.close().await;
            return Ok(false);
        }
        quiet = done;
        if Instant::now() >= until {
            let held =
                desk.store.hold().await?.map_or(String::new(), |_| "; sending is on hold (quotedesk outgoing --release)".into());
            println!("not idle: {waiting} files in the inbox, {} mails and files due{held}", unsent.due);
            return Ok(true);
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
