//! The desk's clock: the only place that asks what time it is for a decision.

use chrono::{DateTime, SubsecRound, Utc};

use crate::store::{Store, Unavailable};

/// Real time; on a rehearsal desk the time that `quotedesk clock` set, which stands still in between.
#[derive(Clone)]
pub struct Clock {
    store: Store,
    rehearsal: bool,
}

/// The store's entry for the rehearsal clock: RFC 3339.
pub const ENTRY: &str = "clock";

impl Clock {
    pub fn new(store: Store, rehearsal: bool) -> Clock {
        Clock { store, rehearsal }
    }

    /// Now, to the millisecond.
    pub async fn now(&self) -> Result<DateTime<Utc>, Unavailable> {
        let set = if self.rehearsal { self.store.meta(ENTRY).await? } else { None };
        let set = set.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        Ok(set.map_or_else(Utc::now, |at| at.to_utc()).trunc_subsecs(3))
    }

    /// Sets the clock of a rehearsal desk.
    pub async fn set(&self, at: DateTime<Utc>) -> Result<(), Unavailable> {
        self.store.set_meta(ENTRY, &at.to_rfc3339()).await
    }
}
