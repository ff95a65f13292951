//! The operator is told of what the desk cannot mend by itself.

use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use crate::desk::{Desk, Trouble};

/// How often it is looked whether there is something to tell.
const LOOK: Duration = Duration::from_secs(2);

pub(super) async fn telling(current: watch::Receiver<Desk>, stop: CancellationToken) {
    loop {
        let desk = current.borrow().clone();
        // Without a store there is no letter: what reads the store for its own work says so in the log, and the operator
        // is told once it is over.
        match desk.tell_operator().await {
            Ok(_) => desk.troubles.over(Trouble::Store),
            Err(why) => {
                debug!("the operator's letter waits: {why}");
                desk.troubles.begins(Trouble::Store, why.to_string());
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
