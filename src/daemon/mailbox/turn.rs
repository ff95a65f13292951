//! Whose turn it is to read the mailbox, where several daemons serve one desk: one reads, the others wait until it stops, falls
//! silent, or cannot connect.

use std::time::Duration;

use tokio::time::sleep;
use tracing::{debug, info, warn};

use super::{Serving, called};
use crate::config::Imap;
use crate::desk::Trouble;
use crate::store::Hold;

/// Whether it is this daemon's turn to read is asked so often.
const TURN: Duration = Duration::from_secs(1);

impl Serving {
    /// After a restore nothing is read until the operator says so, as nothing is sent: the desk that the backup was taken from may
    /// still run, and two desks would share a mailbox's mails between them without a word. `false`: something else called.
    pub(super) async fn freed(&mut self) -> bool {
        let mut said = false;
        loop {
            match self.desk.store.hold().await {
                Ok(Some(Hold::Restored)) if !said => {
                    warn!("mailbox: not read since a backup was restored; quotedesk outgoing --release frees it");
                    said = true;
                }
                Ok(Some(Hold::Restored)) => {}
                Ok(_) => {
                    if said {
                        info!("mailbox: freed, and read from now on");
                    }
                    return true;
                }
                Err(why) => debug!("mailbox: whether it may be read cannot be asked: {why}"),
            }
            tokio::select! {
                () = sleep(TURN) => {}
                () = called(self.stop.clone(), self.current.clone()) => return false,
            }
        }
    }

    /// Waits until no other daemon reads this mailbox, as long as nothing else calls; is it this one's turn then?
    pub(super) async fn turn(&mut self, imap: &Imap) -> bool {
        let (store, what) = (self.desk.store.clone(), claim(imap));
        loop {
            // Asked before: what is claimed under an older number is void.
            let number = store.number();
            match store.claim_one(number, &what).await {
                Ok(true) => {
                    self.number = number;
                    return true;
                }
                Ok(false) => self.read_elsewhere().await,
                Err(why) => debug!("mailbox: whose turn it is cannot be asked: {why}"),
            }
            tokio::select! {
                () = sleep(TURN) => {}
                () = called(self.stop.clone(), self.current.clone()) => return false,
            }
        }
    }

    /// What kept this daemon from reading is nobody's trouble once another one reads.
    async fn read_elsewhere(&mut self) {
        let Some(failed) = self.failed_at else { return };
        if self.desk.store.mailbox_signs().await.is_ok_and(|signs| signs.looked.is_some_and(|at| at > failed)) {
            self.desk.troubles.over(Trouble::Mailbox);
            (self.failures, self.failed_at) = (0, None);
        }
    }

    /// Lets another daemon have a try.
    pub(super) async fn pass_on(&self, imap: &Imap) {
        if let Err(why) = self.desk.store.let_go(&[claim(imap)]).await {
            debug!("mailbox: not passed on: {why}");
        }
    }
}

/// The mailbox among what daemons claim.
fn claim(imap: &Imap) -> String {
    let user = imap.server.login.as_ref().map_or("", |login| &login.user);
    format!("mailbox:{user}@{}:{}/{}", imap.server.host, imap.server.port, imap.folder)
}
