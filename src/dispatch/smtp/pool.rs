//! Connections kept for the next mail, never more at a time than the config allows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::TimeDelta;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Limits;
use super::session::Session;
use crate::process::house::At;

/// After a failure nobody connects for this long, then twice as long, up to the longest.
const FIRST: TimeDelta = TimeDelta::seconds(2);
/// A server that comes back is used again within a minute, whatever was waiting.
const LONGEST: TimeDelta = TimeDelta::seconds(20);
/// Refused logins lock accounts.
const LONGEST_LOGIN: TimeDelta = TimeDelta::minutes(10);

pub struct Pool {
    /// One for each connection in use. Those that are kept idle count too, but whoever holds a permit takes one of them
    /// before it opens another: in use and idle together are never more than permits.
    permits: Semaphore,
    kept: Mutex<Kept>,
    away: Mutex<Option<Away>>,
    limits: Limits,
}

#[derive(Default)]
struct Kept {
    idle: Vec<(Session, Instant)>,
    /// Somebody looks after the idle ones.
    looked_after: bool,
}

/// Why nobody connects for now.
struct Away {
    until: At,
    wait: TimeDelta,
    words: String,
}

impl Pool {
    pub fn new(connections: usize, limits: Limits) -> Pool {
        Pool { permits: Semaphore::new(connections.max(1)), kept: Mutex::default(), away: Mutex::new(None), limits }
    }

    /// Waits until one more connection may be used. `None` never happens: the semaphore is not closed.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// The one that was used last: it is the least likely to have gone stale.
    pub fn take(&self) -> Option<Session> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).idle.pop().map(|(session, _)| session)
    }

    /// Kept for the next mail, or closed after a while. To be called before the permit is given back.
    pub fn keep(self: &Arc<Pool>, session: Session) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.idle.push((session, Instant::now()));
        if !kept.looked_after {
            kept.looked_after = true;
            tokio::spawn(self.clone().look_after());
        }
    }

    async fn look_after(self: Arc<Pool>) {
        loop {
            tokio::time::sleep(self.limits.idle / 4).await;
            let old: Vec<Session> = {
                let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
                let (old, young) = kept.idle.drain(..).partition(|(_, since)| since.elapsed() >= self.limits.idle);
                kept.idle = young;
                let old: Vec<(Session, Instant)> = old;
                if kept.idle.is_empty() && old.is_empty() {
                    kept.looked_after = false;
                    return;
                }
                old.into_iter().map(|(session, _)| session).collect()
            };
            for session in old {
                session.quit().await;
            }
        }
    }

    /// Why nobody connects just now, where somebody has failed a moment ago.
    pub fn away(&self, now: At) -> Option<String> {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back shall not keep everybody away.
        away.as_ref().filter(|a| now < a.until && a.until - now <= a.wait).map(|a| a.words.clone())
    }

    pub fn failed(&self, now: At, words: &str, at_login: bool) {
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        // Several that failed together are one failure.
        if away.as_ref().is_some_and(|a| now < a.until && a.until - now <= a.wait) {
            return;
        }
        let longest = if at_login { LONGEST_LOGIN } else { LONGEST };
        let wait = away.as_ref().map_or(FIRST, |a| (a.wait * 2).min(longest));
        *away = Some(Away { until: now + wait, wait, words: words.to_owned() });
    }

    pub fn connected(&self) {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
