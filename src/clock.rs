//! The desk's clock: the only place that asks what time it is for a decision.

use chrono::{DateTime, SubsecRound, Utc};

use crate::store::{CommitError, Store, Unavailable};

/// Real time; on a rehearsal desk the time that `quotedesk clock` set, which stands still in between.
#[derive(Clone)]
pub struct Clock {
    store: Store,
    rehearsal: bool,
}

impl Clock {
    pub fn new(store: Store, rehearsal: bool) -> Clock {
        Clock { store, rehearsal }
    }

    /// Now, to the millisecond.
    ///
    /// # Errors
    /// Where a rehearsal desk's store cannot be read.
    pub async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        let set = if self.rehearsal { self.store.rehearsal_clock().await? } else { None };
        Ok(set.unwrap_or_else(real))
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
