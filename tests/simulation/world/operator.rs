//! The operator: looks at the desk each morning, and lets mails go after a restore.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use quotedesk::process::case::Case;
use quotedesk::store::{Hold, OutgoingFilter};

use super::{Happening, Life, World};
use crate::simulated::people::Story;
use crate::simulated::plan::Sabotage;

impl World {
    pub(super) async fn free(&mut self) -> Result<(), String> {
        let Some(mut restored) = self.restored.clone() else { return Ok(()) };
        let Some(life) = self.life.take() else {
            self.later(TimeDelta::minutes(10), Happening::Freed);
            return Ok(());
        };
        let held = self.alive(life.desk.store.hold()).await;
        match held {
            Some(Ok(Some(Hold::Restored))) => {}
            // The process died with the answer.
            Some(Ok(None)) if restored.let_go => {
                self.begin_anew(life);
                return Ok(());
            }
            Some(Ok(other)) => return Err(format!("after a restore mails are not held: {other:?}")),
            Some(Err(_)) => {
                self.life = Some(life);
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
            None => {
                self.died(life).await;
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
        }
        let arrived = self.post.inner().letters.len();
        if arrived != restored.letters {
            return Err("mails went out after a restore, before the operator let them go".into());
        }
        restored.let_go = true;
        self.restored = Some(restored);
        match self.alive(life.desk.store.set_hold(false)).await {
            Some(Ok(())) => self.say("the operator lets mails go"),
            Some(Err(_)) => {
                self.life = Some(life);
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
            None => {
                self.died(life).await;
                self.later(TimeDelta::minutes(10), Happening::Freed);
                return Ok(());
            }
        }
        self.begin_anew(life);
        Ok(())
    }

    /// Needs that the backup does not know are told again.
    fn begin_anew(&mut self, life: Life) {
        self.life = Some(life);
        let known: BTreeSet<u64> = self.watch.cases.values().filter_map(Story::of_case).collect();
        let pending: BTreeSet<u64> =
            self.queue.values().filter_map(|h| if let Happening::Need(n) = h { Some(*n) } else { None }).collect();
        let seed = self.plan.seed;
        let lost: Vec<u64> = self
            .stories
            .keys()
            .copied()
            .filter(|n| !known.contains(n) && !pending.contains(n) && !self.mailed.contains(n))
            .collect();
        for n in lost {
            self.stories.insert(n, Story::of(seed, n, self.plan.plain));
            self.later(TimeDelta::hours(1), Happening::Need(n));
        }
    }

    /// The operator's daily look; and whoever has forgotten a case is asked at the table.
    pub(super) async fn morning(&mut self) -> Result<(), String> {
        self.later(TimeDelta::days(1), Happening::Morning);
        if self.now - self.start > TimeDelta::days(200) {
            return Err(format!("cases do not end: {}", self.left().collect::<Vec<_>>().join("; ")));
        }
        let Some(life) = self.life.take() else { return Ok(()) };
        let store = life.desk.store.clone();
        let quiet = self.quiet;
        let desk = life.desk.clone();
        let sabotaged = self.plan.sabotage == Some(Sabotage::RowWithoutEvent);
        let done = self
            .alive(async {
                let _ = desk.tell_operator().await;
                let _ = desk.refresh_keys().await;
                let mut again = Vec::new();
                for failed in store.outgoing(&OutgoingFilter::Failed).await.unwrap_or_default() {
                    if failed.state != "bounced" && store.resend(failed.id).await.is_ok_and(|sent| sent) {
                        again.push(failed.message_id);
                    }
                }
                again
            })
            .await;
        let Some(again) = done else {
            self.died(life).await;
            return Ok(());
        };
        self.life = Some(life);
        for id in again {
            self.tally.add("people: the operator sends again");
            self.hazard.state().unheard.push(id.trim_matches(['<', '>']).to_string());
        }
        let open: Vec<Case> = self.watch.cases.values().filter(|c| !c.is_closed()).cloned().collect();
        if sabotaged && let Some(case) = open.first() {
            self.spoil_row(&case.id).await;
        }
        // A row may change without an event, too.
        let some_day = (self.now - self.start).num_days() % 4 == 2;
        let ids = open.iter().map(|c| c.id.clone()).filter(|_| some_day).collect();
        let wrong = self.watch.rows(ids).await.map_err(|why| format!("the rows cannot be looked at: {why}"))?;
        if !wrong.is_empty() {
            return Err(wrong.join("\n  "));
        }
        let today = self.config.house.day(self.desk_time());
        for case in open {
            let Some(n) = Story::of_case(&case) else { continue };
            let Some(number) = case.id.rsplit('-').next().and_then(|n| n.parse::<u64>().ok()) else { continue };
            let Some(story) = self.stories.get(&n) else { continue };
            let movers = story.movers(&case, &self.config.house, today);
            let long = self.now - case.since > TimeDelta::days(4);
            if movers.is_empty() || !(quiet || long) {
                continue;
            }
            for who in movers {
                self.looks_soon(number, who);
            }
        }
        Ok(())
    }

    pub(super) async fn spoil_row(&self, id: &str) {
        use sqlx::Connection;
        let db = self.folder.path().join("state/quotedesk.db");
        let url = format!("sqlite://{}?mode=rw", db.display());
        let mut conn = sqlx::AnyConnection::connect(&url).await.expect("the store");
        let sql = "UPDATE case_row SET data = replace(data, '\"nudges\":0', '\"nudges\":1') WHERE id = $1";
        let _ = sqlx::query(sql).bind(id).execute(&mut conn).await.expect("a changed row");
        let _ = conn.close().await;
    }
}
