//! Who lets one call to the outside fail, and knows what was asked.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use quotedesk::faults::Faults;
use tokio::sync::Notify;

/// What happens at the Nth call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// It fails, and the process goes on: `Faults::nth`.
    Fails,
    /// It fails and so does everything after it, for the process is dead; it is started again: `Faults::from_nth`.
    Dies,
}

/// Counts the calls while it is armed, and strikes at one of them.
pub struct Judge {
    kind: Kind,
    nth: u64,
    /// Counting begins at the first call of this place.
    from: Option<&'static str>,
    armed: AtomicBool,
    calls: AtomicU64,
    struck: Mutex<Option<&'static str>>,
    dead: Notify,
}

impl Judge {
    pub fn new(kind: Kind, nth: u64) -> Arc<Judge> {
        Judge::since(None, kind, nth)
    }

    /// The calls before the first one of a place do not count.
    pub fn since(from: Option<&'static str>, kind: Kind, nth: u64) -> Arc<Judge> {
        let (armed, calls) = (AtomicBool::new(false), AtomicU64::new(0));
        Arc::new(Judge { kind, nth, from, armed, calls, struck: Mutex::new(None), dead: Notify::new() })
    }

    /// From now on calls count, or not any more.
    pub fn arm(&self, armed: bool) {
        self.armed.store(armed, Ordering::SeqCst);
    }

    pub fn faults(self: &Arc<Judge>) -> Faults {
        let judge = self.clone();
        Faults::by(move |place| judge.asked(place))
    }

    fn asked(&self, place: &'static str) -> io::Result<()> {
        if self.kind == Kind::Dies && self.struck().is_some() {
            return Err(io::Error::other(format!("{place}: the process is dead")));
        }
        let before = self.calls.load(Ordering::SeqCst) == 0 && self.from.is_some_and(|from| from != place);
        if before || !self.armed.load(Ordering::SeqCst) || self.calls.fetch_add(1, Ordering::SeqCst) != self.nth {
            return Ok(());
        }
        *self.struck.lock().unwrap_or_else(|broken| broken.into_inner()) = Some(place);
        self.dead.notify_one();
        Err(io::Error::other(format!("injected fault at {place}")))
    }

    /// The place of the call that failed; `None`: there were not so many.
    pub fn struck(&self) -> Option<&'static str> {
        *self.struck.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// Does this until the process dies; `None`: it did.
    pub async fn until_dead<T>(&self, life: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.dead.notified(), if self.kind == Kind::Dies => None,
            // It may have come to its end at the very moment.
            lived = life => Some(lived).filter(|_| self.kind == Kind::Fails || self.struck().is_none()),
        }
    }
}

/// How often each place was struck.
#[derive(Default)]
pub struct Struck(Mutex<BTreeMap<&'static str, u64>>);

impl Struck {
    pub fn at(&self, place: &'static str) {
        *self.0.lock().unwrap_or_else(|broken| broken.into_inner()).entry(place).or_default() += 1;
    }

    pub fn places(&self) -> BTreeMap<&'static str, u64> {
        self.0.lock().unwrap_or_else(|broken| broken.into_inner()).clone()
    }
}
