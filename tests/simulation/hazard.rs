//! What goes wrong at the desk's calls to the outside: the process dies at one of them, the disk is full, the store away.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quotedesk::faults::Faults;
use tokio::sync::Notify;

use super::tally::Tally;

#[derive(Clone, Default)]
pub struct Hazard(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    died: Notify,
}

#[derive(Default)]
pub struct State {
    /// Commits, with those whose reply was lost.
    pub commits: u64,
    /// The process dies after so many more calls.
    pub crash_in: Option<u64>,
    pub dead: bool,
    pub disk_full: bool,
    /// So many more calls to the store fail.
    pub store_away: u64,
    /// The next commit's reply is lost.
    pub reply_lost: bool,
    pub short_read: bool,
    pub sync_fails: bool,
    pub unmovable: bool,
    /// Mails that the server has taken, since the store was last looked at.
    pub unsettled: Vec<String>,
    /// Mails that were taken, and the desk could not hear or keep it.
    pub unheard: Vec<String>,
    /// The last calls.
    pub last: VecDeque<&'static str>,
    pub struck: Tally,
}

impl Hazard {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    pub async fn died(&self) {
        while !self.is_dead() {
            self.0.died.notified().await;
        }
    }

    /// A new process on the same disk.
    pub fn revive(&self) {
        let mut state = self.state();
        (state.dead, state.crash_in) = (false, None);
    }

    pub fn faults(&self) -> Faults {
        let this = self.clone();
        Faults::by(move |place| this.judge(place))
    }

    pub fn judge(&self, place: &'static str) -> Result<()> {
        let mut state = self.state();
        let state = &mut *state;
        let wrong = |kind, words: &str| Err(Error::new(kind, format!("{words} at {place}")));
        if state.dead {
            return wrong(ErrorKind::Other, "the process is dead");
        }
        if place == "store.committed" {
            state.commits += 1;
        }
        if state.last.len() >= 12 {
            state.last.pop_front();
        }
        state.last.push_back(place);
        if let Some(left) = &mut state.crash_in {
            if *left == 0 {
                state.dead = true;
                state.struck.add(format!("crash at: {place}"));
                self.0.died.notify_one();
                return wrong(ErrorKind::Other, "the process dies");
            }
            *left -= 1;
        }
        if state.store_away > 0 && place.starts_with("store.") && place != "store.committed" {
            state.store_away -= 1;
            state.struck.add("fault: store-away");
            return wrong(ErrorKind::ConnectionReset, "the store is away");
        }
        if state.reply_lost && place == "store.committed" {
            state.reply_lost = false;
            state.struck.add("fault: reply-lost");
            return wrong(ErrorKind::ConnectionReset, "the reply is lost");
        }
        if state.disk_full && matches!(place, "disk.create" | "disk.write" | "disk.mkdir" | "disk.copy" | "store.commit") {
            state.struck.add("fault: disk-full");
            return wrong(ErrorKind::StorageFull, "no space left");
        }
        if state.short_read && place == "disk.read" {
            state.short_read = false;
            state.struck.add("fault: short-read");
            return wrong(ErrorKind::UnexpectedEof, "the read breaks off");
        }
        if state.sync_fails && matches!(place, "disk.sync" | "disk.sync_folder") {
            state.sync_fails = false;
            state.struck.add("fault: sync-fails");
            return wrong(ErrorKind::Other, "the sync fails");
        }
        if state.unmovable && place == "imap.move" {
            state.struck.add("fault: unmovable");
            return wrong(ErrorKind::Other, "the server moves no mail");
        }
        Ok(())
    }
}
