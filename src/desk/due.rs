//! What time alone brings about: reminders, late notices, the end of quotes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;

use super::decide::{Deciding, Sender};
use super::render::{self, Came};
use super::{Desk, DeskError, Trouble};
use crate::process::act::{Moment, Via};
use crate::process::case::Case;
use crate::process::clock::{stand_ins, stand_ins_entered, tick, wake};
use crate::process::event::Event;
use crate::process::house::{At, Away, Email, House};
use crate::process::leavers::has_left;
use crate::store::{CaseWrite, CommitError, Filter, Tx, Unavailable};

/// A case whose notice cannot be made is looked at again after this long: it must not hold up the others.
const LATER: TimeDelta = TimeDelta::hours(1);
/// Cases looked up at once.
const BATCH: u32 = 64;
/// Where the store keeps the absences of the config that was looked at last.
const ABSENCES: &str = "absences";
/// The same of its people, by address.
const PEOPLE: &str = "people";

impl Desk {
    /// Does what has fallen due by `now`; how many cases were looked at. Run late, or twice, it does nothing more.
    ///
    /// # Errors
    /// Where the store is away. What cannot be made for one case keeps no other waiting.
    pub fn tick(&self, now: At) -> BoxFuture<'_, Result<usize, DeskError>> {
        Box::pin(self.done_by(now))
    }

    async fn done_by(&self, now: At) -> Result<usize, DeskError> {
        // A damaged index may name a case as due for ever.
        let mut looked_at = BTreeSet::new();
        loop {
            let due = self.store.due(now, BATCH).await?;
            let mut moved = false;
            for id in due.iter().filter(|id| looked_at.insert((*id).clone())) {
                let turn = self.turn(id.clone());
                let _turn = turn.lock().await;
                match self.tick_case(id, None, now).await {
                    Ok(more) => moved |= more,
                    // It stands still until it is mended; the others do not.
                    Err(DeskError::Unavailable(why @ Unavailable::Damaged { .. })) => {
                        if self.troubles.begins_of(Trouble::Clock, id, why.to_string()) {
                            tracing::error!("{why}");
                        }
                    }
                    Err(other) => return Err(other),
                }
            }
            // Nothing more, or others are at it.
            if !moved {
                return Ok(looked_at.len());
            }
        }
    }

    /// Looks at the open cases whose turn passes to somebody who stands in, by the config as it is now: when a case was written
    /// last the absence may not have been known, nor that somebody would leave. What was known before, the store has kept.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn absences(&self, now: At) -> Result<(), DeskError> {
        let house = &self.config.house;
        let kept = self.store.meta(ABSENCES).await?;
        let known: Option<BTreeMap<Email, Away>> = kept.as_deref().and_then(|kept| serde_json::from_str(kept).ok());
        let absences = house.absences();
        let people: Vec<&str> = house.people.iter().map(|person| person.email.as_str()).collect();
        let people = serde_json::to_string(&people).unwrap_or_default();
        let kept_people = self.store.meta(PEOPLE).await?;
        let others = kept_people.as_ref().is_some_and(|kept| *kept != people);
        if others || absences.values().any(|away| away.to >= house.day(now)) {
            let before = known.as_ref().map(|known| Arc::new(house.with_absences(known)));
            self.pass_turns_on(before, now).await?;
        }
        // Only now: where the store goes away in between, those who were told already are known by the case.
        if known.as_ref() != Some(&absences) {
            let absences = serde_json::to_string(&absences).unwrap_or_default();
            self.store.set_meta(ABSENCES, Some(&absences)).await?;
        }
        if kept_people.as_ref() != Some(&people) {
            self.store.set_meta(PEOPLE, Some(&people)).await?;
        }
        Ok(())
    }

    /// To whoever stands in by the config as it is now; `before`: with the absences that were known till now.
    async fn pass_turns_on(&self, before: Option<Arc<House>>, now: At) -> Result<(), DeskError> {
        let house = &self.config.house;
        for case in self.store.outlines(&Filter { open_only: true, ..Filter::default() }).await? {
            let entered = before.as_ref().is_some_and(|before| !stand_ins_entered(&case, house, before, now).is_empty());
            if !entered && stand_ins(&case, house).is_empty() && !has_left(&case, house) {
                continue;
            }
            let turn = self.turn(case.id.clone());
            let _turn = turn.lock().await;
            match self.tick_case(&case.id, before.clone().filter(|_| entered), now).await {
                // It is told where it falls due.
                Ok(_) | Err(DeskError::Unavailable(Unavailable::Damaged { .. })) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Ends the troubles of cases for which nothing is due any more: closed or moved on meanwhile, they are not looked at again,
    /// or not for days.
    ///
    /// # Errors
    /// Where the store is away.
    pub(super) async fn none_due_any_more(&self, now: At) -> Result<(), DeskError> {
        let present = self.troubles.present().into_iter();
        let stuck: Vec<String> =
            present.filter(|(trouble, case)| *trouble == Trouble::Clock && !case.is_empty()).map(|(_, case)| case).collect();
        if stuck.is_empty() {
            return Ok(());
        }
        // A damaged index may name a case that by itself is not due.
        let looked_at = self.store.due(now, u32::MAX).await?;
        for id in stuck.iter().filter(|id| !looked_at.contains(id)) {
            let due = match self.store.case(id).await {
                // It stands still until it is mended.
                Err(Unavailable::Damaged { .. }) => true,
                case => case?.and_then(|case| wake(&case, &self.config.house)).is_some_and(|at| at <= now),
            };
            if !due {
                self.troubles.over_of(Trouble::Clock, id);
            }
        }
        Ok(())
    }

    /// One case; `false`: somebody else was faster. `before`: absences have been entered since.
    async fn tick_case(&self, id: &str, before: Option<Arc<House>>, now: At) -> Result<bool, DeskError> {
        let Some(case) = self.store.case(id).await? else { return Ok(false) };
        let (desk, as_it_was) = (self.clone(), case.clone());
        let made = self.hands.work(move || desk.fallen_due(case, before.as_deref(), now)).await;
        let tx = match made.and_then(|made| made) {
            Ok(tx) => {
                self.troubles.over_of(Trouble::Clock, id);
                tx
            }
            Err(DeskError::Fault(fault)) => {
                tracing::error!(case = id, "what is due cannot be made, tried again in an hour: {fault}");
                self.troubles.begins_of(Trouble::Clock, id, format!("{id}: {fault}"));
                let expected_version = as_it_was.version;
                Tx { case: Some(CaseWrite { case: as_it_was, expected_version, wake_at: Some(now + LATER) }), ..Tx::default() }
            }
            Err(other) => return Err(other),
        };
        match self.store.commit(tx).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict | CommitError::Taken(_) | CommitError::AlreadySeen(_)) => Ok(false),
            Err(why) => Err(why.into()),
        }
    }

    /// Blocking.
    fn fallen_due(&self, case: Case, before: Option<&House>, now: At) -> Result<Tx, DeskError> {
        let house = &self.config.house;
        let sender = Sender::plain(None, Via::Clock);
        let moment = Moment::plain(now);
        let expected_version = case.version;
        let mut events = tick(&case, house, now);
        let entered = before.map(|before| stand_ins_entered(&case, house, before, now)).unwrap_or_default();
        let told = |new: &Event| {
            events
                .iter()
                .any(|e| matches!((e, new), (Event::StoodIn { deputy: a, .. }, Event::StoodIn { deputy: b, .. }) if a == b))
        };
        let entered: Vec<Event> = entered.into_iter().filter(|new| !told(new)).collect();
        events.extend(entered);
        let mut deciding = Deciding::new(case, &sender, house, &moment);
        events.into_iter().for_each(|e| deciding.record(e));
        let decided = deciding.finish(vec![], "", &self.words.sentences, &*self.binder)?;
        let rendered = render::render(&decided, &Came::default(), &[], &self.pen(now))?;
        let case = decided.after.clone();
        // Nothing to do after all: the next look is put where it belongs.
        let wake_at = wake(&case, house).filter(|at| *at > now);
        let case = Some(CaseWrite { case, expected_version, wake_at });
        Ok(Tx { case, ..self.tx(decided, rendered, None, expected_version, None) })
    }
}
