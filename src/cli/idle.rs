//! `quotedesk idle`: waits until nothing is left to do.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::mailbox::Glance;
use super::{open, screen};
use crate::clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::intake::folder;
use crate::store::Clocks;

pub async fn idle(config: Config, timeout: &str) -> anyhow::Result<bool> {
    let timeout = duration(timeout)?;
    let desk = just_begun(config, timeout).await?;
    open::done(desk, async |desk| match quiet(desk, timeout).await? {
        None => Ok(false),
        Some(left) => {
            let held = desk.store.hold().await?.map_or("", |_| "; sending is on hold (quotedesk outgoing --release)");
            let running = desk.store.daemon_running().await?;
            let daemon = if running { "" } else { "; the daemon does not run (quotedesk run)" };
            let lying = match left.lying {
                Ok(0) => String::new(),
                Ok(mails) => format!(", {mails} mails in the mailbox"),
                Err(why) => format!(", and the mailbox cannot be looked at ({why})"),
            };
            screen::line(&format!(
                "not idle: {}{lying}, {} mails and files due{held}{daemon}",
                match left.files {
                    Ok(files) => format!("{files} files in the inbox"),
                    Err(why) => format!("the inbox cannot be looked at ({why})"),
                },
                left.unsent
            ))?;
            Ok(true)
        }
    })
    .await
}

/// The desk; where its daemon has only just been started the first time, as soon as there is a store.
async fn just_begun(config: Config, timeout: Duration) -> anyhow::Result<Desk> {
    let until = Instant::now() + timeout.min(BEGINS);
    loop {
        match open::desk(config.clone()).await {
            Err(why) if open::is_missing(&why) && Instant::now() < until => tokio::time::sleep(Duration::from_millis(50)).await,
            opened => return opened,
        }
    }
}

/// A daemon that is started has its store within this time.
const BEGINS: Duration = Duration::from_secs(5);
/// The mailbox is given this long to answer, however little time is left.
const LEAST: Duration = Duration::from_secs(2);

/// What is not done yet.
pub struct Left {
    /// In the inbox; or why nobody can tell.
    pub files: Result<usize, String>,
    /// In the mailbox's folder; or why nobody can tell.
    pub lying: Result<usize, String>,
    /// Mails and files that are due.
    pub unsent: u64,
}

/// Waits until nothing is left to do; `Some`: what was, when the time was over. What lies in the mailbox's folder is not
/// done, as what lies in the inbox is not: looked at over a connection of its own, for the daemon hears of a mail later than
/// its sender thinks it sent.
pub async fn quiet(desk: &Desk, timeout: Duration) -> anyhow::Result<Option<Left>> {
    let mut mailbox = Glance::of(&desk.config);
    let left = settle(desk, timeout, &mut mailbox).await;
    if let Some(mailbox) = mailbox {
        mailbox.close().await;
    }
    left
}

async fn settle(desk: &Desk, timeout: Duration, mailbox: &mut Option<Glance>) -> anyhow::Result<Option<Left>> {
    let until = Instant::now() + timeout;
    let mut quiet = false;
    loop {
        let files = files(&desk.config.inbox);
        // Before the store: a mail that has left the folder has left its events there.
        let lying = match mailbox {
            Some(mailbox) => {
                let patience = until.saturating_duration_since(Instant::now()).max(LEAST);
                match tokio::time::timeout(patience, mailbox.lying()).await {
                    Ok(lying) => lying.map_err(|why| why.to_string()),
                    Err(_) => Err("no answer".into()),
                }
            }
            None => Ok(0),
        };
        let clocks = Clocks { desk: desk.clock.now().await?, real: clock::real() };
        let due = !desk.store.due(clocks.desk, 1).await?.is_empty();
        let unsent = desk.store.unsent(clocks).await?.due;
        let done = files == Ok(0) && lying == Ok(0) && !due && unsent == 0;
        // Twice in a row: between a file's commit and its move there is a moment in which only one of both shows.
        if done && quiet {
            return Ok(None);
        }
        // However short the time: the second look is taken.
        let again = done && !std::mem::replace(&mut quiet, done);
        if Instant::now() >= until && !again {
            return Ok(Some(Left { files, lying, unsent }));
        }
        let pause = match (&mailbox, &lying) {
            (None, _) => 20,
            (Some(_), Ok(_)) => 100,
            // A login that was refused is not tried ten times a second.
            (Some(_), Err(_)) => 2_000,
        };
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

/// The files in the inbox. What lies in a folder that is shut is not done.
fn files(inbox: &Path) -> Result<usize, String> {
    let lying = folder::list(inbox).map_err(|why| format!("{}: {why}", inbox.display()))?;
    // What lies in a folder of no person's is never taken: `check` tells of it, and nothing waits for it.
    let shut = lying.unread();
    if shut.is_empty() { Ok(lying.files.len()) } else { Err(shut.join("; ")) }
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
