//! Submissions that come to no decision: strangers', those that belong to no case, the same again, and those whose
//! documents could not be made. Each is marked as seen and answered once, like any other.

use super::decide::{Deciding, Sender};
use super::documents::Fault;
use super::submission::{Body, Submission, Taken};
use super::understand::{self, Opened, Speaker};
use super::{DONE, Desk, DeskError, Planned, came, plain, vouch};
use crate::process::act::{Moment, Refusal};
use crate::process::case::Case;
use crate::process::clock::wake;
use crate::process::event::{Event, Recorded};
use crate::process::house::At;
use crate::store::{CaseWrite, Quarantined, Seen, Tx};

/// `Quarantined::why` of what came from nobody of the house.
pub const UNKNOWN: &str = "unknown";
/// The same of what came under somebody's name without proof.
pub const UNPROVEN: &str = "unproven";
/// The same of what a fault of the desk has kept from being done, before the fault's words.
pub const FAULT: &str = "fault";
/// The same of what came too fast, as from a machine that does not say so.
pub const FLOOD: &str = "flood";
/// The same of what came through a mailing list from somebody of the house, before the reason.
pub const AUTOMATIC: &str = "automatic";

impl Desk {
    /// Not of the house, not proven, or a machine: nothing is done, and nobody answered by mail.
    pub(super) fn set_aside(&self, submission: &Submission, speaker: Speaker, at: At) -> Planned {
        let house = &self.config.house;
        let (from, why, answer) = match &speaker {
            Speaker::Unknown(who) => (who.clone(), UNKNOWN.to_string(), plain::stranger(house, who)),
            Speaker::Unproven(who) => (who.clone(), UNPROVEN.to_string(), plain::unproven(house)),
            // A person's own, perhaps, that came through a list: the operator sees it.
            Speaker::Machine { why, of } => {
                let from = of.clone().filter(|_| why.may_be_a_person_s()).unwrap_or_default();
                (from, format!("{AUTOMATIC}: {why}"), plain::machine(house, *why))
            }
            Speaker::Person(who) | Speaker::Deputy { by: who, .. } => (who.clone(), String::new(), String::new()),
        };
        let problem = !matches!(speaker, Speaker::Machine { .. });
        let taken = Taken { answer, problem, at, ..Taken::default() };
        let quarantine = (problem || !from.is_empty()).then(|| kept(submission, from, why, at));
        self.done(Tx { seen: Some(self.mark(submission, &taken)), quarantine, ..Tx::default() }, taken)
    }

    /// The same contents were sent again: told so, and nothing changes.
    pub(super) fn unchanged(&self, submission: &Submission, before: &Seen, at: At) -> Planned {
        let answer = plain::already(&self.config.house, before.at);
        let case = Some(before.case_id.clone()).filter(|c| !c.is_empty());
        let taken = Taken { case, answer, at, ..Taken::default() };
        self.done(Tx { seen: Some(self.mark(submission, &taken)), ..Tx::default() }, taken)
    }

    /// When the same contents were taken before, and brought something that stands.
    pub(super) async fn sent_before(&self, submission: &Submission) -> Result<Option<Seen>, DeskError> {
        if submission.content.is_empty() {
            return Ok(None);
        }
        // Whoever lays a file in anew has done what its answer asked for, or the case is where it was meant to be by now: it is
        // looked at anew unless it has brought something. A mail comes twice by no doing of its sender's.
        let only = matches!(submission.body, Body::File { .. }).then_some(DONE);
        let mut seen = self.store.seen_with_prefix(&submission.content, only).await?;
        let Some(last) = seen.last() else { return Ok(None) };
        if self.taken_back_since(last).await? {
            return Ok(None);
        }
        Ok(Some(seen.swap_remove(0)))
    }

    /// What it had brought has been taken back since: `RÚT LẠI`, and then the same form after all.
    async fn taken_back_since(&self, seen: &Seen) -> Result<bool, DeskError> {
        if seen.case_id.is_empty() {
            return Ok(false);
        }
        let history = self.store.history(&seen.case_id).await?;
        let is_back = |row: &Recorded| matches!(row.event, Event::Retracted { .. });
        // Where a rehearsal's clock stands still, what was taken since tells which of the two came first.
        let last = history.iter().rev().find(|row| is_back(row) || matches!(row.event, Event::FormTaken { .. }));
        let just_now = last.is_some_and(|row| is_back(row) && row.at == seen.at);
        Ok(just_now || history.iter().any(|row| row.at > seen.at && is_back(row)))
    }

    /// A submission of somebody known that belongs to no case: answered, in the folder and by mail.
    pub(super) fn problem(&self, submission: &Submission, opened: &Opened, answer: String, by: &str, at: At) -> Planned {
        let taken = Taken { answer, problem: true, at, ..Taken::default() };
        let effects = plain::mail(&taken.answer, by, &came(opened), submission, &self.pen(at)).into_iter().collect();
        self.done(Tx { seen: Some(self.mark(submission, &taken)), effects, ..Tx::default() }, taken)
    }

    /// Something that this submission calls for could not be made, or would have shown the customer what is internal. A
    /// second try would fail the same way: nothing of it is done, its sender is told, and it is set aside whole for the
    /// operator, who sends it in again once the fault is mended.
    pub(super) async fn unmade(
        &self,
        submission: &Submission,
        opened: &Opened,
        fault: &Fault,
        at: At,
    ) -> Result<Planned, DeskError> {
        let house = &self.config.house;
        tracing::error!(name = submission.name, "set aside: {fault}");
        let by = match understand::speaker(submission, opened, &self.config, &self.keys(), at) {
            Speaker::Person(email) | Speaker::Deputy { by: email, .. } => email,
            other => return Ok(self.set_aside(submission, other, at)),
        };
        let case = match opened.case_hint(&self.keys(), house) {
            Some(id) => self.store.case(&id).await?,
            None => None,
        };
        let taken = Taken {
            case: case.as_ref().map(|c| c.id.clone()),
            answer: plain::unmade(house, &submission.name),
            problem: true,
            at,
            ..Taken::default()
        };
        let mut tx = Tx {
            seen: Some(self.mark(submission, &taken)),
            quarantine: Some(kept(submission, by.clone(), format!("{FAULT}: {fault}"), at)),
            effects: plain::mail(&taken.answer, &by, &came(opened), submission, &self.pen(at)).into_iter().collect(),
            ..Tx::default()
        };
        if let Some(case) = case {
            self.not_done(&mut tx, case, submission, &by, at);
        }
        Ok(self.done(tx, taken))
    }

    /// The case's history shows it.
    fn not_done(&self, tx: &mut Tx, case: Case, submission: &Submission, by: &str, at: At) {
        let house = &self.config.house;
        let expected_version = case.version;
        let sender = Sender::plain(Some(by.to_string()), submission.via);
        let moment = Moment::plain(at);
        let mut deciding = Deciding::new(case, &sender, house, &moment);
        deciding.record(Event::Refused { what: submission.name.clone(), refusal: Refusal::DeskFault });
        let (case, events) = deciding.recorded();
        let wake_at = wake(&case, house);
        (tx.case, tx.events) = (Some(CaseWrite { case, expected_version, wake_at }), events);
    }

    pub(super) fn done(&self, tx: Tx, taken: Taken) -> Planned {
        Planned { taken, tx, number: None }
    }
}

/// A submission set aside, whole.
pub(super) fn kept(submission: &Submission, from: String, why: String, at: At) -> Quarantined {
    let id = vouch::number(&submission.key);
    Quarantined { id, at, from, why, source: submission.name.clone(), body: submission.bytes().to_vec() }
}
