//! The keys for tokens: a new one when the present one has signed for long enough; those that others drew are read.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

use crate::clock::real;
use crate::desk::Desk;

/// How often the store is asked for keys of others.
const LOOK: Duration = Duration::from_secs(5);

pub(super) async fn keeping(current: watch::Receiver<Desk>, stop: CancellationToken) {
    loop {
        let desk = current.borrow().clone();
        match desk.store.renew_token_key(real()).await {
            Ok(true) => info!("letters carry tokens of a new key from now on; the old ones hold for half a year"),
            Ok(false) => {}
            Err(why) => debug!("the keys wait: {why}"),
        }
        if let Err(why) = desk.refresh_keys().await {
            debug!("the keys wait: {why}");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
