//! The desk's clock: the only place that asks what time it is for a decision.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SubsecRound, Utc};

use crate::store::{Clocks, CommitError, Store, Unavailable};

/// Real time; on a rehearsal desk the time that `quotedesk clock` set, which stands still in between.
#[derive(Clone)]
pub struct Clock {
    store: Store,
    rehearsal: bool,
    /// The machine's clock.
    machine: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// The rehearsal time last seen, in milliseconds; the lowest number: none is set.
    seen: Arc<AtomicI64>,
}

impl Clock {
    pub fn new(store: Store, rehearsal: bool) -> Clock {
        Clock { store, rehearsal, machine: Arc::new(real), seen: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// The same, on a machine whose clock says something else.
    pub fn by(self, machine: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Clock {
        Clock { machine: Arc::new(machine), ..self }
    }

    /// The machine's time: for retries, keys and signs of life, never for a decision.
    pub fn real(&self) -> DateTime<Utc> {
        (self.machine)()
    }

    /// Now, to the millisecond.
    ///
    /// # Errors
    /// Where a rehearsal desk's store cannot be read.
    pub async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        let set = if self.rehearsal { self.store.rehearsal_clock().await? } else { None };
        self.seen.store(set.map_or(i64::MIN, |at| at.timestamp_millis()), Ordering::Relaxed);
        Ok(set.unwrap_or_else(|| self.real()))
    }

    /// Both clocks at once, the desk's as it was last seen: for what is looked at again and again.
    pub fn clocks(&self) -> Clocks {
        let real = self.real();
        let seen = self.seen.load(Ordering::Relaxed);
        Clocks { desk: DateTime::from_timestamp_millis(seen).unwrap_or(real), real }
    }

    /// Sets the clock of a rehearsal desk.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn set(&self, at: DateTime<Utc>) -> Result<(), CommitError> {
        self.store.set_rehearsal_clock(at).await
    }
}

/// The machine's own clock: for retries and signs of life, never for a decision.
pub fn real() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}
