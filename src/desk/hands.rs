//! Reading and writing, off the async threads and few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::DeskError;
use super::documents::Fault;

/// Pieces of work that go on beside each other. The store commits one group after the other, so more hands than these do not
/// make a desk faster; but a mail of nothing but signs costs its reader tens of MiB, and each of so many may be one.
const HANDS: usize = 4;

/// Who does what takes milliseconds of a core. All clones are the same.
#[derive(Clone)]
pub(super) struct Hands(Arc<Semaphore>);

impl Default for Hands {
    fn default() -> Hands {
        Hands(Arc::new(Semaphore::new(HANDS)))
    }
}

impl Hands {
    /// Does the work, once one of them is free.
    ///
    /// # Errors
    /// Where the work died.
    pub(super) async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, DeskError> {
        let _busy = self.0.acquire().await;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|why| Fault::Unmade { what: "the answer".into(), why: why.to_string() }.into())
    }
}
