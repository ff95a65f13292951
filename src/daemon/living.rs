//! Signs of life, where several daemons serve one desk. Whoever has fallen silent is struck off the list, and its work goes
//! on elsewhere; whoever was struck off itself, as after a long standstill of its machine, begins anew under another number.

use std::time::Instant;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::clock::real;
use crate::desk::Desk;
use crate::intake::sign::host;
use crate::store::{BEAT, CommitError, LIFE, Store};

/// The first sign, before any work is claimed; the rest follows in `living`. Nothing of it on a desk with one daemon.
pub(super) async fn begin(store: &Store) {
    if store.is_shared()
        && let Err(why) = sign(store, &name()).await
    {
        warn!("this daemon is not entered yet, and takes no work: {why}");
    }
}

pub(super) async fn living(current: watch::Receiver<Desk>, stop: CancellationToken) {
    let desk = current.borrow().clone();
    let store = desk.store.clone();
    if !store.is_shared() {
        return;
    }
    let name = name();
    let mut heard = Instant::now();
    loop {
        // Until the last work is done, others let it be: `Store::leave` comes after that.
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(BEAT) => {}
        }
        match sign(&store, &name).await {
            Ok(()) => {
                heard = Instant::now();
                if let Err(why) = desk.let_numbers_go().await {
                    debug!("claimed numbers wait: {why}");
                }
            }
            Err(why) if store.number() != 0 && heard.elapsed() >= LIFE => {
                warn!("no sign of life can be given, so others may have taken over what was in hand: {why}");
                store.presume_dead();
            }
            Err(why) => debug!("no sign of life: {why}"),
        }
    }
}

async fn sign(store: &Store, name: &str) -> Result<(), CommitError> {
    let lost = store.number() != 0 && !store.beat().await?;
    if store.number() == 0 {
        let number = store.enter(name).await?;
        match lost {
            true => warn!(
                number,
                "this daemon is not on the list any more, silent for too long: others have its work, it begins anew"
            ),
            false => info!(number, "one of the desk's daemons: {name}"),
        }
    }
    for dead in store.bury(real()).await? {
        warn!("{dead} has fallen silent; its work is taken over");
    }
    Ok(())
}

/// Machine and process: what tells daemons apart for people.
fn name() -> String {
    format!("{}, process {}", host(), std::process::id())
}
