//! Whose a file of the inbox is, where several daemons look through one. Claimed in batches, so that it costs next to
//! nothing; a claim ends with its daemon. On a desk with one daemon every file is its own, and nothing is written.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::intake::folder::{DELIVERY, Dropped};
use crate::store::{CommitError, Store};

/// Somebody else may be quicker with all that was asked for; then the next ones are tried.
const TRIES: usize = 3;

#[derive(Default)]
pub(super) struct Claims {
    held: HashMap<PathBuf, String>,
    /// Done with, to be given back with the next claim.
    over: Vec<String>,
}

impl Claims {
    /// Those of `ready` that are this daemon's from now on, at most `room`, and the rest.
    ///
    /// # Errors
    /// Where the store is away: nothing is claimed.
    pub async fn of(
        &mut self,
        store: &Store,
        ready: Vec<Dropped>,
        room: usize,
    ) -> Result<(Vec<Dropped>, Vec<Dropped>), CommitError> {
        if !store.is_shared() {
            return Ok((ready, vec![]));
        }
        if !self.over.is_empty() {
            store.let_go(&self.over).await?;
            self.over.clear();
        }
        let mut left = ready;
        for _ in 0..TRIES {
            if left.is_empty() || room == 0 {
                break;
            }
            left = still_there(left, room * 4).await;
            let elsewhere = store.claimed_elsewhere(DELIVERY).await?;
            let (taken, mut free): (Vec<_>, Vec<_>) = left.into_iter().partition(|file| elsewhere.contains(&file.delivery()));
            let mut rest = free.split_off(room.min(free.len()));
            let wanted: Vec<String> = free.iter().map(Dropped::delivery).collect();
            let granted = store.claim_work(&wanted).await?;
            let (ours, lost): (Vec<_>, Vec<_>) = free.into_iter().partition(|file| granted.contains(&file.delivery()));
            let more = !rest.is_empty();
            rest.extend(lost);
            rest.extend(taken);
            left = rest;
            if !ours.is_empty() || !more {
                self.held.extend(ours.iter().map(|file| (file.path.clone(), file.delivery())));
                return Ok((ours, left));
            }
        }
        Ok((vec![], left))
    }

    /// The work on this file has ended, whatever came of it.
    pub fn ended(&mut self, path: &Path) {
        self.over.extend(self.held.remove(path));
    }

    /// Not known which work has ended: none of it is held any longer.
    pub fn all_ended(&mut self) {
        self.over.extend(self.held.drain().map(|(_, name)| name));
    }
}

/// Without those among the first ones that somebody else has moved by now.
async fn still_there(mut files: Vec<Dropped>, first: usize) -> Vec<Dropped> {
    let rest = files.split_off(first.min(files.len()));
    // A share that hangs must not hang the rest of the desk.
    let looked = tokio::task::spawn_blocking(move || {
        files.retain(Dropped::is_unchanged);
        files
    });
    let mut there = looked.await.unwrap_or_default();
    there.extend(rest);
    there
}
