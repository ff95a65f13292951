//! Where a test can make the world fail: the disk and the store ask here before (and after) each call.
//!
//! In the running desk this is empty and costs one comparison. It is compiled in always, so that what is tested is
//! what runs.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Decides about one call; the name says which (`disk.rename`, `store.commit` …).
type Judge = dyn Fn(&'static str) -> io::Result<()> + Send + Sync;

/// What may go wrong at each call to the outside.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Judge>>);

impl Faults {
    /// Nothing fails but what really does.
    pub fn none() -> Faults {
        Faults(None)
    }

    /// Each call is put to `judge`.
    pub fn by(judge: impl Fn(&'static str) -> io::Result<()> + Send + Sync + 'static) -> Faults {
        Faults(Some(Arc::new(judge)))
    }

    /// The call with this number (from 0) fails once.
    pub fn nth(n: u64) -> Faults {
        let calls = AtomicU64::new(0);
        Faults::by(move |place| match calls.fetch_add(1, Ordering::SeqCst) == n {
            true => Err(injected(place)),
            false => Ok(()),
        })
    }

    /// This call and all after it fail: for all that lies outside, the process is dead.
    pub fn from_nth(n: u64) -> Faults {
        let calls = AtomicU64::new(0);
        Faults::by(move |place| match calls.fetch_add(1, Ordering::SeqCst) >= n {
            true => Err(injected(place)),
            false => Ok(()),
        })
    }

    /// To be asked before a call, and after one whose reply may get lost.
    ///
    /// # Errors
    /// The fault that a test has put here.
    pub fn check(&self, place: &'static str) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |judge| judge(place))
    }
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Faults(on)" } else { "Faults(off)" })
    }
}

fn injected(place: &'static str) -> io::Error {
    io::Error::other(format!("injected fault at {place}"))
}
