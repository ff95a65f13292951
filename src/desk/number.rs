//! The number of a new case, held from the decision to its commit: of two submissions at once, each has its own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Desk, DeskError};
use crate::store::CASES;

/// What the claims of case numbers begin with.
const NUMBER: &str = "number:";

/// Year and running number of a case.
type CaseNumber = (i32, u32);

/// The case numbers that submissions of this process have in hand.
#[derive(Clone, Default)]
pub(super) struct Numbers {
    taken: Arc<Mutex<BTreeSet<CaseNumber>>>,
    /// Claimed among several daemons, and not in hand any more.
    over: Arc<Mutex<Vec<String>>>,
}

/// A case number that a submission under way has in hand: others pass over it, for whoever comes second to the commit
/// with the same one is decided anew from the start. Given back when dropped.
pub(super) struct InHand {
    numbers: Numbers,
    pub number: CaseNumber,
    /// Where several daemons serve the desk, it is claimed there too: given back by [`Desk::let_numbers_go`].
    claimed: bool,
}

impl Numbers {
    fn next(&self, year: i32, from: u32, elsewhere: &BTreeSet<String>, claimed: bool) -> InHand {
        let mut taken = held(&self.taken);
        let free = |n: &u32| !elsewhere.contains(&claim((year, *n)));
        let n = (from..).find(|n| free(n) && taken.insert((year, *n))).unwrap_or(from);
        InHand { numbers: self.clone(), number: (year, n), claimed }
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        held(&self.numbers.taken).remove(&self.number);
        if self.claimed {
            held(&self.numbers.over).push(claim(self.number));
        }
    }
}

impl Desk {
    /// The next number of a case that nobody has in hand.
    pub(super) async fn number(&self, year: i32) -> Result<InHand, DeskError> {
        // A command that runs beside the daemons claims nothing: the commit tells who was quicker.
        let claims = self.store.number() != 0;
        let mut from = self.store.next_number(CASES, year).await?;
        loop {
            let elsewhere = if claims { self.store.claimed_elsewhere(NUMBER).await? } else { BTreeSet::new() };
            let in_hand = self.numbers.next(year, from, &elsewhere, claims);
            if !claims || self.claim_number(in_hand.number).await? {
                return Ok(in_hand);
            }
            from = in_hand.number.1 + 1;
        }
    }

    async fn claim_number(&self, number: CaseNumber) -> Result<bool, DeskError> {
        Ok(!self.store.claim_work(&[claim(number)]).await?.is_empty())
    }

    /// Case numbers that were claimed and are stored, or not needed after all, are given back.
    ///
    /// # Errors
    /// Where the store is away; then at the next call.
    pub async fn let_numbers_go(&self) -> Result<(), DeskError> {
        let over = std::mem::take(&mut *held(&self.numbers.over));
        if over.is_empty() {
            return Ok(());
        }
        let gone = self.store.let_go(&over).await;
        if gone.is_err() {
            held(&self.numbers.over).extend(over);
        }
        Ok(gone?)
    }
}

fn claim((year, n): CaseNumber) -> String {
    format!("{NUMBER}{year}:{n}")
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|broken| broken.into_inner())
}
