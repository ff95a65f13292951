//! What goes wrong, and when it is over.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use quotedesk::store::{StateUrl, restore};
use sqlx::{AnyConnection, Connection, Row};

use super::{Happening, Restored, World};
use crate::simulated::dice::Dice;
use crate::simulated::plan::{Sabotage, Trouble};

impl World {
    pub(super) async fn begins(&mut self, trouble: Trouble) -> Result<(), String> {
        if self.quiet {
            return Ok(());
        }
        self.say(format!("begins: {}", trouble.name()));
        let minutes = |dice: &mut Dice, least, most| TimeDelta::minutes(dice.between(least, most) as i64);
        match trouble {
            Trouble::Crash => {
                let calls = self.dice.roll(120);
                self.hazard.state().crash_in = Some(calls);
            }
            Trouble::DiskFull => {
                self.hazard.state().disk_full = true;
                let lasts = minutes(&mut self.dice, 5, 240);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::StoreAway => {
                let calls = self.dice.between(1, 6);
                self.hazard.state().store_away = calls;
            }
            Trouble::ReplyLost => self.hazard.state().reply_lost = true,
            Trouble::ShortRead => self.hazard.state().short_read = true,
            Trouble::SyncFails => self.hazard.state().sync_fails = true,
            Trouble::Smtp => {
                self.post.inner().bad = self.dice.between(200, 900);
                let lasts = minutes(&mut self.dice, 60, 20 * 60);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::ClockBack => self.jump(TimeDelta::hours(-1)),
            Trouble::ClockAhead => self.jump(TimeDelta::days(1)),
            Trouble::ClockYears => {
                self.jump(TimeDelta::days(3652));
                let lasts = minutes(&mut self.dice, 1, 600);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::Renumbered => {
                let mut mailbox = self.mailbox();
                let mails: Vec<Vec<u8>> = std::mem::take(&mut mailbox.mails).into_values().collect();
                mailbox.next = 1 + mails.len() as u32;
                mailbox.mails = (1..).zip(mails).collect();
                drop(mailbox);
                if let Some(life) = &mut self.life {
                    life.answered.clear();
                }
                self.tally.add("fault: renumbered");
            }
            Trouble::Unmovable => {
                self.hazard.state().unmovable = true;
                let lasts = minutes(&mut self.dice, 30, 600);
                self.later(lasts, Happening::Ends(trouble));
            }
            Trouble::MailTwice | Trouble::Notices => {}
            Trouble::Restore => self.restore().await?,
        }
        Ok(())
    }

    pub(super) fn ends(&mut self, trouble: Trouble) {
        let mut state = self.hazard.state();
        match trouble {
            Trouble::Crash => state.crash_in = None,
            Trouble::DiskFull => state.disk_full = false,
            Trouble::StoreAway => state.store_away = 0,
            Trouble::ReplyLost => state.reply_lost = false,
            Trouble::ShortRead => state.short_read = false,
            Trouble::SyncFails => state.sync_fails = false,
            Trouble::Smtp => self.post.inner().bad = 0,
            Trouble::Unmovable => state.unmovable = false,
            Trouble::ClockYears => {
                drop(state);
                let years = TimeDelta::days(3652).num_milliseconds();
                if self.skew.load(Ordering::SeqCst) >= years {
                    self.jump(TimeDelta::days(-3652));
                }
            }
            _ => {}
        }
    }

    pub(super) fn jump(&mut self, by: TimeDelta) {
        self.skew.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        self.say(format!("the clock jumps by {} h", by.num_hours()));
        let name = match by.num_hours() {
            -1 => "clock-back",
            24 => "clock-ahead",
            n if n > 24 => "clock-years",
            _ => "clock-right",
        };
        self.tally.add(format!("fault: {name}"));
    }

    pub(super) async fn back_up(&mut self) {
        let Some(life) = self.life.take() else { return };
        let to = self.folder.path().join(format!("backup-{}", self.turn));
        let made = self.alive(life.desk.store.backup(&to)).await;
        match made {
            Some(Ok(_)) => {
                self.backup = Some((to, self.now));
                self.say("a backup is made");
                self.life = Some(life);
            }
            Some(Err(_)) => self.life = Some(life),
            None => self.died(life).await,
        }
    }

    /// The store of before, and the operator who does not know what was mailed since.
    pub(super) async fn restore(&mut self) -> Result<(), String> {
        let Some((backup, made)) = self.backup.clone() else { return Ok(()) };
        if self.restored.is_some() {
            return Ok(());
        }
        if let Some(life) = self.life.take() {
            life.desk.store.close().await;
        }
        let StateUrl::Folder(state) = self.config.state.clone() else { return Ok(()) };
        self.watch.forget().await;
        let restored = self.desk_time();
        restore(&backup, &state, restored).await.map_err(|why| format!("the restore fails: {why}"))?;
        let (letters, taken) = {
            let inner = self.post.inner();
            (inner.letters.len(), inner.taken.clone())
        };
        if self.plan.sabotage == Some(Sabotage::OldKey) {
            old_key(&backup, &state).await.expect("the old key");
        }
        let wrong = self.watch.look(&self.config.house).await.map_err(|why| format!("the restored store: {why}"))?;
        if !wrong.is_empty() {
            return Err(wrong.join("\n  "));
        }
        self.restored = Some(Restored { letters, at: restored, taken, let_go: false });
        self.tally.add("fault: restore");
        self.say("an old backup is restored");
        let now = self.now;
        // What lies in the mailbox still comes in; what was moved away since is gone from the store.
        let waiting: Vec<String> = self.mailbox().mails.values().map(|m| String::from_utf8_lossy(m).into_owned()).collect();
        self.mailed.retain(|n| waiting.iter().any(|mail| mail.contains(&format!("số hiệu {n} "))));
        // Of a mail that came twice one copy may have been answered since the backup.
        let answered: BTreeSet<String> = self.post.inner().letters.iter().filter_map(|l| l.answers.clone()).collect();
        for handed in self.handed.iter_mut().filter(|h| h.came >= made - TimeDelta::hours(1) && h.came <= now) {
            let waits = waiting.iter().any(|mail| mail.contains(&handed.id));
            handed.forgotten = !waits || answered.contains(&handed.id);
        }
        let hours = self.dice.between(1, 5) as i64;
        self.later(TimeDelta::hours(hours), Happening::Freed);
        Ok(())
    }
}

/// The keys as the backup has them.
async fn old_key(backup: &Path, state: &Path) -> Result<(), sqlx::Error> {
    let url = |folder: &Path| format!("sqlite://{}?mode=rw", folder.join("quotedesk.db").display());
    let mut from = AnyConnection::connect(&url(backup)).await?;
    let kept = sqlx::query("SELECT value, checksum FROM meta WHERE key = 'token_keys'").fetch_one(&mut from).await?;
    let (value, sum): (String, i64) = (kept.try_get("value")?, kept.try_get("checksum")?);
    let mut to = AnyConnection::connect(&url(state)).await?;
    let put = sqlx::query("UPDATE meta SET value = $1, checksum = $2 WHERE key = 'token_keys'").bind(value).bind(sum);
    put.execute(&mut to).await?;
    from.close().await?;
    to.close().await
}
