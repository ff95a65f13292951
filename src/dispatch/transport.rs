//! How a mail leaves the house: a folder, or a mail server.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, RwLock};

use chrono::TimeDelta;

use super::{Clock, Patience};
use crate::store::{Change, Claimed, Store};

/// A look at the mailbox that is older says nothing about a copy of a quarter of an hour ago.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// A finished mail to one person.
#[derive(Clone, Debug)]
pub struct OutMail {
    /// The envelope's recipient.
    pub to: String,
    pub message_id: String,
    /// For `outbox/mail/`.
    pub name: String,
    /// The whole message; the same at each attempt.
    pub bytes: Arc<[u8]>,
}

/// How an attempt ended; each with the receiver's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent(String),
    /// Not now: a 4xx, a full disk.
    Later(String),
    /// The server is away or lets nobody in: no mail's fault, and each is tried again as soon as it may be back.
    Away(String),
    /// Never: a 5xx for this mail.
    Refused(String),
    /// The last dot is out, and no reply came.
    Doubt(String),
}

pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// Takes mails out. Called from many tasks at once.
pub trait Transport: Send + Sync {
    /// One attempt. A transport that cannot take a mail twice without harm asks `at_data` for its mark just before the last dot
    /// and sends it only on `true`; from there on a lost connection is a `Doubt`, before it `Later`. Any other asks it whether
    /// mail is on hold.
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a>;

    /// How often to try again.
    fn patience(&self) -> Patience {
        Patience::SERVER
    }
}

/// The transport of a running daemon: another takes its place when the config is read again. What is under way ends as it began.
pub struct Exchangeable(RwLock<Arc<dyn Transport>>);

impl Exchangeable {
    pub fn new(first: Arc<dyn Transport>) -> Exchangeable {
        Exchangeable(RwLock::new(first))
    }

    pub fn exchange(&self, next: Arc<dyn Transport>) {
        *self.0.write().unwrap_or_else(|broken| broken.into_inner()) = next;
    }

    fn present(&self) -> Arc<dyn Transport> {
        self.0.read().unwrap_or_else(|broken| broken.into_inner()).clone()
    }
}

impl Transport for Exchangeable {
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a> {
        let present = self.present();
        Box::pin(async move { present.send(mail, at_data).await })
    }

    fn patience(&self) -> Patience {
        self.present().patience()
    }
}

/// The leave to send the last dot.
pub struct AtData<'a> {
    pub(super) store: &'a Store,
    pub(super) claimed: &'a Claimed,
    pub(super) clock: &'a Clock,
}

impl AtData<'_> {
    /// Commits that the mail may have arrived from now on. `false`: the lease is lost or the store does not answer; do
    /// not send.
    pub async fn mark(&self) -> bool {
        let real = (self.clock)().real;
        matches!(self.store.change(self.claimed, Change::AtData { real }).await, Ok(true))
    }

    /// Has the operator stopped all mail since this one was claimed? `mark` asks that too.
    pub async fn on_hold(&self) -> bool {
        super::on_hold(self.store).await
    }

    /// Has the desk's own mailbox been looked through just now? Only then is a copy that did not come one that is not
    /// there.
    pub async fn mailbox_looked(&self) -> bool {
        let looked = self.store.mailbox_signs().await.ok().and_then(|signs| signs.looked);
        looked.is_some_and(|at| ((self.clock)().real - at).abs() <= FRESH)
    }

    /// The server may have taken this mail before: it goes out for the second time.
    pub fn is_copy(&self) -> bool {
        self.claimed.doubts > 0
    }
}
