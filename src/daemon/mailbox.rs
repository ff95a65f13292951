//! Mails from the mailbox to the desk, and filed away once they are answered.
//!
//! One connection, never two: a new one is opened when the old one is gone; of several daemons one reads at a time, and the
//! others wait until it stops, falls silent, or cannot connect. A mail is taken (committed) first and moved
//! then, so a crash in between only means that it is looked at again, and known. Mails are fetched one by one and worked on
//! beside each other. What cannot be taken or moved now stays where it is and is tried again, ever less often.

mod folder;
pub mod take;
mod turn;

use std::hash::{BuildHasher, Hasher};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::doubled;
use super::room::Room;
use crate::clock;
use crate::config::Imap;
use crate::desk::{Desk, Trouble};
use crate::faults::Faults;
use crate::intake::mailbox::{Error, Pace, Place, Session};
use crate::net::oauth::Tokens;
use crate::process::house::At;
use folder::{Folder, State, Ticket};
use take::{Outcome, take};

/// Mails moved by one command. Where a server without MOVE did not come to an end with so many, the next time a part of them.
const BATCH: usize = 200;
const PART: usize = 8;
/// So often in a row the connection may be lost over it before the operator hears of it.
const LOST_MOVES: u32 = 2;
/// While mails are worked on, others are looked for this often.
const MEANWHILE: Duration = Duration::from_secs(1);
/// News comes in bursts, and some servers repeat it: one look serves all of it.
const GATHER: Duration = Duration::from_millis(10);
/// What is being worked on when the daemon stops is waited for this long …
const FINISH: Duration = Duration::from_secs(2);
/// … and after this the connection goes, whatever is still to be moved: the next start moves it.
const STOP: Duration = Duration::from_millis(3500);
/// The sign of life is written no more often.
const BEAT: TimeDelta = TimeDelta::seconds(15);

/// Why a connection is not used any more, without anything being wrong with it.
enum Ended {
    Stopped,
    /// The config names another mailbox.
    Changed,
    /// This daemon was taken for dead: another one reads.
    Superseded,
}

/// Takes mails until stopped. Without a mailbox in the config it waits for one.
pub async fn serving(current: watch::Receiver<Desk>, faults: Faults, pace: Pace, stop: CancellationToken) {
    let desk = current.borrow().clone();
    let serving = Serving {
        current,
        desk,
        faults,
        pace,
        stop,
        room: Room::new(),
        work: JoinSet::new(),
        folder: Folder::new(),
        batch: BATCH,
        lost_moves: 0,
        failures: 0,
        said: String::new(),
        failed_at: None,
        number: 0,
        beat_at: None,
        taken: None,
    };
    serving.run().await;
}

struct Serving {
    current: watch::Receiver<Desk>,
    desk: Desk,
    faults: Faults,
    pace: Pace,
    stop: CancellationToken,
    room: Room,
    work: JoinSet<(Ticket, Outcome)>,
    folder: Folder,
    /// Mails moved by one command, on this server.
    batch: usize,
    /// Connections that were lost while mails were moved, since the last move that succeeded.
    lost_moves: u32,
    /// Connections that failed one after the other.
    failures: u32,
    /// Why the last one did.
    said: String,
    /// When the first of them did, by the machine's clock.
    failed_at: Option<At>,
    /// The daemon's, when its turn came.
    number: i64,
    beat_at: Option<At>,
    taken: Option<At>,
}

impl Serving {
    async fn run(mut self) {
        let mut tokens: Option<(Imap, Tokens)> = None;
        while !self.stop.is_cancelled() {
            self.desk = self.current.borrow_and_update().clone();
            let Some(imap) = self.desk.config.imap.clone() else {
                tokens = None;
                self.begin_anew();
                self.desk.troubles.over(Trouble::Mailbox);
                called(self.stop.clone(), self.current.clone()).await;
                continue;
            };
            if !self.freed().await || !self.turn(&imap).await {
                continue;
            }
            // Those of another login are of no use; a lost connection keeps them.
            let held = tokens.take().filter(|(of, _)| *of == imap).map(|(_, held)| held);
            if held.is_none() {
                self.begin_anew();
            }
            let held = held.unwrap_or_else(|| Tokens::trusting(imap.server.ca_file.clone()));
            tokens = Some((imap.clone(), held.clone()));
            let opened = tokio::select! {
                opened = Session::open(&imap, &held, self.pace, &self.faults) => opened,
                () = self.stop.cancelled() => break,
            };
            let why = match opened {
                Err(why) => why,
                Ok(mut session) => {
                    let stop = self.stop.clone();
                    let ended = tokio::select! {
                        ended = self.serve(&mut session, &imap) => ended,
                        () = async { stop.cancelled().await; sleep(STOP).await } => break,
                    };
                    match ended {
                        Ok(Ended::Stopped) => {
                            session.close().await;
                            break;
                        }
                        Ok(Ended::Changed) => {
                            session.close().await;
                            info!("the mailbox's config has changed: connecting anew");
                            self.pass_on(&imap).await;
                            continue;
                        }
                        Ok(Ended::Superseded) => {
                            session.close().await;
                            warn!("mailbox: another daemon reads it by now");
                            self.begin_anew();
                            continue;
                        }
                        Err(why) => why,
                    }
                }
            };
            // The old connection is closed by now; another daemon may have more luck.
            let pause = self.failed(&imap, &why);
            self.pass_on(&imap).await;
            tokio::select! {
                () = sleep(pause) => {}
                () = called(self.stop.clone(), self.current.clone()) => {}
            }
        }
    }

    /// Ends when the daemon stops, its config was read again, or it is not the one that reads any more.
    fn call(&self) -> impl Future<Output = ()> + use<> {
        let (call, mut numbers, number) =
            (called(self.stop.clone(), self.current.clone()), self.desk.store.numbers(), self.number);
        async move {
            tokio::select! {
                () = call => {}
                _ = numbers.wait_for(|now| *now != number) => {}
            }
        }
    }

    /// Another mailbox than before, or one that another daemon has read meanwhile: nothing that is known holds any more.
    fn begin_anew(&mut self) {
        self.folder.forget();
        (self.failures, self.lost_moves, self.batch) = (0, 0, BATCH);
        self.settled();
    }

    /// How long to wait before the next connection.
    fn failed(&mut self, imap: &Imap, why: &Error) -> Duration {
        let words = format!("{} of {}: {why}", imap.folder, imap.server.host);
        if self.failures == 0 {
            self.failed_at = Some(clock::real());
            self.said.clear();
        }
        match self.said.is_empty() {
            true => warn!("mailbox: {words}; connecting again"),
            // Whoever mends the first reason has to see that there is another one behind it.
            false if self.said != words => warn!("mailbox: now {words}; connecting again"),
            false => debug!("mailbox: {words}"),
        }
        self.said.clone_from(&words);
        self.desk.troubles.changes(Trouble::Mailbox, words);
        let (first, most) = match why {
            Error::Login { .. } => (self.pace.refused, self.pace.refused_most),
            _ => (self.pace.pause, self.pace.pause_most),
        };
        let pause = doubled(first, self.failures, most);
        self.failures = self.failures.saturating_add(1);
        // Desks that lost one server together do not come back in step.
        pause.mul_f64(0.75 + 0.5 * chance())
    }

    /// Works over one connection until it is of no use any more.
    async fn serve(&mut self, session: &mut Session, imap: &Imap) -> Result<Ended, Error> {
        let look = session.select(&imap.folder, true).await?;
        self.folder.begin(look);
        let mut whole_at = Instant::now();
        let mut look_at = whole_at;
        let mut first = true;
        loop {
            if self.stop.is_cancelled() {
                self.finish(session).await?;
                return Ok(Ended::Stopped);
            }
            if self.desk.store.number() != self.number {
                return Ok(Ended::Superseded);
            }
            if self.current.has_changed().unwrap_or(false) {
                self.desk = self.current.borrow_and_update().clone();
                if self.desk.config.imap.as_ref() != Some(imap) {
                    self.finish(session).await?;
                    return Ok(Ended::Changed);
                }
            }
            self.collect();
            let now = Instant::now();
            if now >= look_at || now >= whole_at || session.has_news() {
                let whole = now >= whole_at;
                self.look(session, whole, first).await?;
                if std::mem::take(&mut first) {
                    info!(idle = session.can.idle, mails = self.folder.len(), "mailbox: {} is looked at", imap.folder);
                }
                if whole {
                    whole_at = Instant::now() + self.pace.look;
                }
                look_at = whole_at;
            }
            self.fetch(session).await?;
            self.file_away(session, !self.folder.has_due()).await?;
            if session.has_news() {
                sleep(GATHER).await;
                continue;
            }
            let call = self.call();
            if self.work.is_empty() && self.taken.is_some() {
                self.beat(clock::real()).await;
            }
            if !self.work.is_empty() {
                let meanwhile = Instant::now() + MEANWHILE;
                tokio::select! {
                    Some(ended) = self.work.join_next() => self.ended(ended),
                    () = call => {}
                    () = sleep_until(meanwhile) => look_at = Instant::now(),
                }
                continue;
            }
            if self.folder.has_due() {
                continue;
            }
            let wake = self.folder.ripe().map_or(whole_at, |ripe| ripe.min(whole_at));
            if session.can.idle {
                session.idle(wake, call).await?;
            } else {
                let poll = Instant::now() + self.pace.poll;
                tokio::select! {
                    () = call => {}
                    () = sleep_until(wake.min(poll)) => {
                        // News is told with the answer to any command.
                        session.noop().await?;
                        look_at = Instant::now();
                    }
                }
            }
        }
    }

    /// One look at the folder: all of it, or what came since the last one.
    async fn look(&mut self, session: &mut Session, whole: bool, first: bool) -> Result<(), Error> {
        let uids = session.search(self.folder.from(whole)).await?;
        if whole {
            let half_moved = self.folder.gone_half_moved(&uids);
            if !half_moved.is_empty() {
                session.expunge(&half_moved).await?;
            }
            self.folder.keep(&uids);
            // What somebody has moved away by hand is no trouble any more.
            if self.folder.len() == 0 {
                self.lost_moves = 0;
            }
            self.settled();
        }
        for (uid, stamp) in session.stamps(&self.folder.unknown(&uids, first)).await? {
            self.folder.learn(uid, stamp);
        }
        self.folder.reached(uids.last().copied());
        self.looked().await;
        Ok(())
    }

    /// A look has succeeded: all is well again, and the store says when that was.
    async fn looked(&mut self) {
        if std::mem::take(&mut self.failures) > 0 {
            info!("mailbox: is looked at again");
        }
        self.failed_at = None;
        self.desk.troubles.over(Trouble::Mailbox);
        let now = clock::real();
        if self.beat_at.is_some_and(|at| now - at < BEAT && now >= at) {
            return;
        }
        self.beat(now).await;
    }

    async fn beat(&mut self, now: At) {
        self.beat_at = Some(now);
        if let Err(why) = self.desk.store.mailbox_looked(now, self.taken.take()).await {
            debug!("mailbox: the sign of life is not written: {why}");
        }
    }

    /// Fetches what is ripe, as long as there is room, and sets to work on it.
    async fn fetch(&mut self, session: &mut Session) -> Result<(), Error> {
        let limit = self.desk.config.limits.most_read();
        for uid in self.folder.due(self.room.left()) {
            if self.stop.is_cancelled() {
                break;
            }
            let Some(stamp) = self.folder.stamp(uid) else { continue };
            let Some(place) = self.room.try_take(u64::from(stamp.size).min(limit)) else { break };
            // Written down before it is tried: a mail that costs the connection each time is not the first one fetched
            // over the next.
            self.folder.put_off(uid, self.pace.retry, self.pace.refused_most);
            let mail = match session.fetch(uid, &stamp, limit).await {
                Ok(Some(mail)) => mail,
                Ok(None) => {
                    self.folder.left(uid);
                    continue;
                }
                Err(why @ Error::No { .. }) => {
                    self.waits(uid, &why.to_string());
                    continue;
                }
                Err(why) => return Err(why),
            };
            let Some(ticket) = self.folder.works(uid) else { continue };
            let desk = self.desk.clone();
            self.work.spawn(async move {
                let taking = AssertUnwindSafe(take(&desk, mail, stamp.size)).catch_unwind();
                let outcome = taking.await.unwrap_or_else(|_| Outcome::Later("its work died".into()));
                drop(place);
                (ticket, outcome)
            });
        }
        Ok(())
    }

    fn collect(&mut self) {
        while let Some(ended) = self.work.try_join_next() {
            self.ended(ended);
        }
    }

    fn ended(&mut self, ended: Result<(Ticket, Outcome), tokio::task::JoinError>) {
        let (ticket, outcome) = match ended {
            Ok(ended) => ended,
            Err(why) => return error!("mailbox: work on a mail died: {why}"),
        };
        if let Outcome::Taken(taken) = &outcome {
            let case = taken.case.as_deref().unwrap_or("-");
            info!(case, problem = taken.problem, again = taken.again, "mail {}: taken", ticket.uid);
            self.taken = Some(clock::real()).filter(|_| !taken.again).or(self.taken);
        }
        match outcome {
            Outcome::Taken(taken) => {
                let place = if taken.problem { Place::Problem } else { Place::Done };
                self.folder.worked(&ticket, State::Answered(place));
            }
            Outcome::Later(why) => {
                if self.folder.worked(&ticket, State::Waits) {
                    self.folder.put_off(ticket.uid, self.pace.retry, self.pace.retry_most);
                    self.waits(ticket.uid, &why);
                }
            }
        }
        self.settled();
    }

    fn waits(&self, uid: u32, why: &str) {
        let words = format!("mail {uid}: {why}");
        match self.folder.is_new_trouble(uid) {
            true => warn!("waits: {words}"),
            false => debug!("waits: {words}"),
        }
        self.desk.troubles.begins(Trouble::Mails, words);
    }

    fn settled(&self) {
        if self.folder.is_well() && self.lost_moves == 0 {
            self.desk.troubles.over(Trouble::Mails);
        }
    }

    /// Moves what is answered; a few mails wait for more of them, unless there are none to come.
    async fn file_away(&mut self, session: &mut Session, all: bool) -> Result<(), Error> {
        for place in [Place::Done, Place::Problem] {
            let due = self.folder.answered(place);
            if due.is_empty() || !all && due.len() < self.batch {
                continue;
            }
            for some in due.chunks(self.batch) {
                match self.moved(session, some, place).await {
                    // One that cannot be moved does not keep the others.
                    Err(why) if why.is_refusal() && some.len() > 1 => self.one_by_one(session, some, place).await?,
                    Err(why) if why.is_refusal() => self.unmoved(some[0], &why),
                    moved => moved?,
                }
            }
            self.settled();
        }
        Ok(())
    }

    async fn one_by_one(&mut self, session: &mut Session, uids: &[u32], place: Place) -> Result<(), Error> {
        for uid in uids {
            match self.moved(session, &[*uid], place).await {
                Err(why) if why.is_refusal() => self.unmoved(*uid, &why),
                moved => moved?,
            }
        }
        Ok(())
    }

    async fn moved(&mut self, session: &mut Session, uids: &[u32], place: Place) -> Result<(), Error> {
        let moved = session.file_away(uids, place, &mut self.folder.copied).await;
        match &moved {
            Ok(()) => {
                uids.iter().for_each(|uid| self.folder.left(*uid));
                self.lost_moves = 0;
            }
            Err(why) if why.is_refusal() => {}
            Err(why) => {
                self.folder.half_moved(uids);
                self.lost_moves += 1;
                // What it copied without saying so it copies again: with fewer at once that ends.
                if !session.can.move_mails {
                    self.batch = (uids.len() / PART).max(1);
                }
                if self.lost_moves >= LOST_MOVES {
                    self.desk.troubles.begins(Trouble::Mails, format!("taken mails cannot be moved out of the mailbox: {why}"));
                }
            }
        }
        moved
    }

    /// Taken and answered, but it stays where it is: not fetched again, only tried to be moved.
    fn unmoved(&mut self, uid: u32, why: &Error) {
        self.folder.put_off(uid, self.pace.retry, self.pace.refused_most);
        self.waits(uid, &format!("is taken, but cannot be moved: {why}"));
    }

    /// What is being worked on is finished and moved; what was not begun waits for the next start.
    async fn finish(&mut self, session: &mut Session) -> Result<(), Error> {
        let until = Instant::now() + FINISH;
        while let Ok(Some(ended)) = timeout_at(until, self.work.join_next()).await {
            self.ended(ended);
        }
        self.file_away(session, true).await
    }
}

/// Ends when the daemon stops or its config was read again.
async fn called(stop: CancellationToken, mut current: watch::Receiver<Desk>) {
    tokio::select! {
        () = stop.cancelled() => {}
        changed = current.changed() => if changed.is_err() { stop.cancelled().await }
    }
}

/// From 0 to 1. The standard library's hash keys are random.
fn chance() -> f64 {
    let drawn = std::collections::hash_map::RandomState::new().build_hasher().finish();
    (drawn >> 11) as f64 / (1u64 << 53) as f64
}
