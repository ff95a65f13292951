//! How many submissions are worked on at once, and how much of them is held in memory.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Submissions being worked on at once: enough to keep both parsing and committing busy, few enough to bound memory …
pub(super) const AT_ONCE: usize = 32;
/// … and how much of them is held as it came, in KiB: no more than this, and one submission.
const KIB_AT_ONCE: u32 = 64 << 10;

/// Room for submissions from one source.
#[derive(Clone)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    memory: Arc<Semaphore>,
}

/// One submission's part of it, given back when dropped.
pub(super) struct Place {
    _place: OwnedSemaphorePermit,
    _memory: OwnedSemaphorePermit,
}

impl Room {
    pub fn new() -> Room {
        Room { places: Arc::new(Semaphore::new(AT_ONCE)), memory: Arc::new(Semaphore::new(KIB_AT_ONCE as usize)) }
    }

    /// How many more may begin.
    pub fn left(&self) -> usize {
        self.places.available_permits()
    }

    /// A place for so many bytes, where there is one now.
    pub fn try_take(&self, bytes: u64) -> Option<Place> {
        let _place = self.places.clone().try_acquire_owned().ok()?;
        let _memory = self.memory.clone().try_acquire_many_owned(kib(bytes)).ok()?;
        Some(Place { _place, _memory })
    }

    /// A place for so many bytes, in the order in which they were asked for.
    pub async fn take(&self, bytes: u64) -> Option<Place> {
        let _place = self.places.clone().acquire_owned().await.ok()?;
        let _memory = self.memory.clone().acquire_many_owned(kib(bytes)).await.ok()?;
        Some(Place { _place, _memory })
    }
}

fn kib(bytes: u64) -> u32 {
    u32::try_from(bytes / 1024 + 1).unwrap_or(KIB_AT_ONCE).min(KIB_AT_ONCE)
}
