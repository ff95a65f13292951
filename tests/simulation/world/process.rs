//! The process while it lives: when each of its loops takes its next step is the world's word, and what it calls is what the
//! daemon calls.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use quotedesk::daemon::mailbox::take as mail;
use quotedesk::daemon::{self, taking};
use quotedesk::desk::Desk;
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files};
use quotedesk::form::binder::Workbooks;
use quotedesk::intake::folder::Inbox;
use quotedesk::intake::mailbox::Mail;
use quotedesk::process::house::At;
use quotedesk::store::{Clocks, Store};
use quotedesk::text::sha;

use super::{Life, Mailbox, World, at};
use crate::simulated::house;
use crate::simulated::post::Line;
use crate::simulated::slips::Slips;

impl World {
    pub(super) fn mailbox(&self) -> std::sync::MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One turn of all the daemon's loops; a process that dies is started again.
    pub(super) async fn round(&mut self) -> Result<(), String> {
        for _ in 0..30 {
            if self.life.is_none() {
                if self.in_vain > 0 && self.now < self.retry_at {
                    return Ok(());
                }
                if !self.start().await {
                    self.try_later();
                    return Ok(());
                }
            }
            self.in_inbox.retain(|path| path.exists());
            if self.nothing_to_do() {
                self.in_vain = 0;
                return Ok(());
            }
            let Some(mut life) = self.life.take() else { continue };
            let served = self.alive(self.serve(&mut life)).await;
            match served {
                Some(calm) => {
                    self.life = Some(life);
                    match calm {
                        true => self.in_vain = 0,
                        false => self.try_later(),
                    }
                    return Ok(());
                }
                None => self.died(life).await,
            }
        }
        Err("the process dies again and again".into())
    }

    /// What came to nothing is tried again, each time after a longer while.
    fn try_later(&mut self) {
        self.in_vain += 1;
        self.retry_at = self.now + TimeDelta::minutes(1 << self.in_vain.min(5));
    }

    /// `None`: the process died meanwhile.
    pub(super) async fn alive<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let done = tokio::select! {
            biased;
            () = self.hazard.died() => None,
            done = work => Some(done),
        };
        done.filter(|_| !self.hazard.is_dead())
    }

    pub(super) async fn died(&mut self, life: Life) {
        drop(life);
        // The next one is started at once.
        self.in_vain = 0;
        // What it had under way on another thread ends with an error.
        let _ = tokio::task::spawn_blocking(|| {}).await;
        tokio::task::yield_now().await;
        let place = self.hazard.state().last.back().copied().unwrap_or_default();
        self.say(format!("the process dies at {place}"));
        self.hazard.revive();
        self.tally.add("fault: crash");
    }

    pub(super) async fn start(&mut self) -> bool {
        let started = self.alive(self.started()).await;
        match started {
            Some(Ok(life)) => {
                self.life = Some(life);
                self.tally.add("desk: starts");
                true
            }
            Some(Err(why)) => {
                self.say(format!("the desk cannot start: {why}"));
                false
            }
            None => {
                let _ = tokio::task::spawn_blocking(|| {}).await;
                self.say("the process dies at its start");
                self.hazard.revive();
                self.tally.add("fault: crash");
                false
            }
        }
    }

    pub(super) async fn started(&self) -> Result<Life, String> {
        let faults = self.hazard.faults();
        let disk = Disk::new(faults.clone());
        daemon::lay_out(&self.config, &disk).map_err(|e| e.to_string())?;
        let store = Store::open_with(&self.config.state, faults).await.map_err(|e| e.to_string())?;
        let keys = match store.meta("secret_key").await.map_err(|e| e.to_string())? {
            Some(_) => store.token_keys(self.desk_time()).await,
            None => {
                // Not from the machine's chance, which no seed repeats.
                let key = sha(self.plan.seed.to_string().as_bytes());
                store.set_meta("secret_key", Some(&key)).await.map_err(|e| e.to_string())?;
                store.token_keys(self.desk_time()).await
            }
        };
        let keys = keys.map_err(|e| e.to_string())?;
        let files = Files::new(&self.config.outbox, &self.config.archive, disk.clone());
        let words = house::words(&self.config, self.full_letters);
        let mut desk = Desk::new(self.config.clone(), store.clone(), words, self.workers.clone(), keys);
        if !self.real_workbooks {
            desk = desk.bound_by(Arc::new(Slips(Workbooks(self.workers.clone()))));
        }
        let (clock, skew) = (self.clock.clone(), self.skew.clone());
        let time = move || at(clock.load(Ordering::SeqCst) + skew.load(Ordering::SeqCst));
        desk.clock = desk.clock.clone().by(time.clone());
        let clock: quotedesk::dispatch::Clock = Arc::new(move || Clocks::same(time()));
        let transport = Arc::new(Line { post: self.post.clone(), hazard: self.hazard.clone() });
        let dispatcher = Dispatcher { store: store.clone(), transport, files, clock, parallel: 1 };
        store.take_over(self.desk_time()).await.map_err(|e| e.to_string())?;
        for folder in [&self.config.inbox, &self.config.outbox] {
            disk.sweep(folder, Duration::ZERO);
        }
        let inbox = Inbox::new(&self.config.inbox);
        Ok(Life { desk, disk, dispatcher, inbox, answered: BTreeMap::new() })
    }

    pub(super) fn desk_time(&self) -> At {
        at(self.clock.load(Ordering::SeqCst) + self.skew.load(Ordering::SeqCst))
    }

    /// No file, no mail, and nothing due: no loop of the desk would wake.
    fn nothing_to_do(&self) -> bool {
        let due = self.desk_is_due().is_some_and(|at| at <= self.now);
        self.life.is_some() && self.in_inbox.is_empty() && self.mailbox().mails.is_empty() && !due
    }

    /// One turn of each loop that has something to do. `false`: something waits for a later try.
    async fn serve(&self, life: &mut Life) -> bool {
        let mut calm = true;
        if !self.in_inbox.is_empty() {
            let monotonic = self.begun + Duration::from_millis((self.now - self.start).num_milliseconds().max(0) as u64);
            let today = SystemTime::UNIX_EPOCH + Duration::from_millis(self.desk_time().timestamp_millis().max(0) as u64);
            if let Ok((ready, _)) = life.inbox.look_at(&HashSet::new(), monotonic, today) {
                for file in ready {
                    calm &= matches!(taking::take(&life.desk, &life.disk, file).await, taking::Outcome::Over);
                }
            }
        }
        calm &= self.read_mailbox(life).await;
        if self.watch.wake.is_some_and(|at| at <= self.desk_time()) {
            calm &= life.desk.tick(self.desk_time()).await.is_ok();
        }
        calm &= life.dispatcher.drain().await.is_ok();
        calm
    }

    pub(super) async fn read_mailbox(&self, life: &mut Life) -> bool {
        let mut calm = true;
        let uids: Vec<u32> = self.mailbox().mails.keys().copied().collect();
        for uid in uids {
            let Some(bytes) = self.mailbox().mails.get(&uid).cloned() else { continue };
            let problem = match life.answered.get(&uid) {
                Some(problem) => *problem,
                None if self.hazard.judge("imap.fetch").is_err() => return false,
                None => {
                    let size = bytes.len() as u32;
                    match mail::take(&life.desk, Mail::Whole(bytes), size).await {
                        mail::Outcome::Taken(taken) => taken.problem,
                        mail::Outcome::Later(_) => {
                            calm = false;
                            continue;
                        }
                    }
                }
            };
            life.answered.insert(uid, problem);
            if self.hazard.judge("imap.move").is_err() {
                calm = false;
                continue;
            }
            let mut mailbox = self.mailbox();
            mailbox.mails.remove(&uid);
            life.answered.remove(&uid);
            *(if problem { &mut mailbox.problem } else { &mut mailbox.done }) += 1;
            drop(mailbox);
            if self.hazard.judge("imap.moved").is_err() {
                return false;
            }
        }
        calm
    }
}
