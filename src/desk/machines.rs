//! Mail that no person wrote: nothing is done, save where it tells that a letter came back or that somebody is away.
//! None of it is ever answered.

use super::decide::{Deciding, Sender};
use super::render::{self, Came};
use super::submission::{Submission, Taken};
use super::understand::{Opened, Speaker};
use super::{Desk, DeskError, Planned, plain};
use crate::config::Require;
use crate::intake::guard::{self, Auth, Automatic, Fate};
use crate::process::act::{Cause, Moment, Via, What};
use crate::process::case::Case;
use crate::process::house::{At, Email};
use crate::store::{Outgoing, Tx, way};

/// Of an absence note so much is passed on.
const NOTE: usize = 500;

impl Desk {
    pub(super) async fn by_machine(
        &self,
        submission: &Submission,
        opened: &Opened,
        why: Automatic,
        of: Option<Email>,
        at: At,
    ) -> Result<Planned, DeskError> {
        if let Some(message) = &opened.message {
            if let Some(bounce) = guard::bounce(message, submission.bytes()) {
                for id in &bounce.about {
                    // A forged report would have to know an id that only its reader has seen.
                    match self.store.mail(id).await? {
                        Some(mail) if guard::is_ours(&self.keys(), id, &mail.to) => {
                            return self.came_back(submission, &mail, bounce.fate, &bounce.words, at).await;
                        }
                        _ => {}
                    }
                }
            }
            if let Some(person) = of.as_ref().filter(|_| guard::says_away(message, why))
                && let Some(case) = self.absent_from(opened, person).await?
            {
                return self.away(submission, opened, case, person, at).await;
            }
        }
        Ok(self.set_aside(submission, Speaker::Machine { why, of }, at))
    }

    /// A report about this letter of ours.
    async fn came_back(
        &self,
        submission: &Submission,
        mail: &Outgoing,
        fate: Fate,
        words: &str,
        at: At,
    ) -> Result<Planned, DeskError> {
        let house = &self.config.house;
        let open = matches!(mail.state.as_str(), way::SENT | way::AT_DATA | way::DOUBT);
        if fate == Fate::OnItsWay || !open {
            // Whoever speaks of it has it: no doubt any more.
            if fate == Fate::OnItsWay && matches!(mail.state.as_str(), way::AT_DATA | way::DOUBT) {
                self.store.arrived(&mail.message_id, at).await?;
            }
            return Ok(self.only_noted(submission, None, plain::noted(house, "on_its_way", ""), at));
        }
        tracing::warn!(to = mail.to, case = mail.case_id, words, "a letter came back");
        let answer = plain::noted(house, "returned", &mail.to);
        let who = house.person(&mail.to).map_or(mail.to.clone(), |p| p.email.clone());
        let act = What::Unreached { who, cause: Cause::Returned, words: words.into() };
        let case = if mail.case_id.is_empty() { None } else { self.store.case(&mail.case_id).await? };
        let mut planned = match case {
            Some(case) => self.nobody_s(submission, case, act, answer, at).await?,
            None => self.only_noted(submission, None, answer, at),
        };
        planned.tx.returned = Some((mail.message_id.clone(), words.to_string()));
        Ok(planned)
    }

    /// The case whose letter somebody's mailbox answers by itself, where that is proven as any word of theirs has to be.
    async fn absent_from(&self, opened: &Opened, person: &Email) -> Result<Option<Case>, DeskError> {
        let keys = self.keys();
        let proven = opened.answers(&keys, &self.config.house.addresses(person)).map(|seen| seen.case);
        let auth = opened.message.as_ref().map(|m| guard::authenticated(m, self.config.authserv_id.as_deref()));
        let hint = || opened.case_hint(&keys, &self.config.house);
        let id = match (self.config.require, auth) {
            (Require::None, _) => proven.or_else(hint),
            (_, Some(Auth::Refuted)) => None,
            (Require::TokenOrAuth, Some(Auth::Passed)) => proven.or_else(hint),
            (Require::TokenAndAuth, auth) if auth != Some(Auth::Passed) => None,
            _ => proven,
        };
        match id {
            Some(id) => Ok(self.store.case(&id).await?),
            None => Ok(None),
        }
    }

    async fn away(
        &self,
        submission: &Submission,
        opened: &Opened,
        case: Case,
        person: &Email,
        at: At,
    ) -> Result<Planned, DeskError> {
        let words: String = opened.text.text.chars().take(NOTE).collect();
        let act = What::Unreached { who: person.clone(), cause: Cause::Away, words };
        let answer = plain::noted(&self.config.house, "away", person);
        self.nobody_s(submission, case, act, answer, at).await
    }

    /// An act that is nobody's, with the letters that it calls for.
    async fn nobody_s(
        &self,
        submission: &Submission,
        case: Case,
        act: What,
        answer: String,
        at: At,
    ) -> Result<Planned, DeskError> {
        let (desk, via) = (self.clone(), Via::Mail);
        let taken = Taken { case: Some(case.id.clone()), answer, at, ..Taken::default() };
        let seen = self.mark(submission, &taken);
        let made = move || {
            let house = &desk.config.house;
            let sender = Sender::plain(None, via);
            let moment = Moment::plain(at);
            let expected = case.version;
            let mut deciding = Deciding::new(case, &sender, house, &moment);
            deciding.act(act);
            let decided = deciding.finish(vec![], "", &desk.words.sentences, &*desk.binder)?;
            let rendered = render::render(&decided, &Came::default(), &[], &desk.pen(at))?;
            let tx = desk.tx(decided, rendered, Some(seen), expected, None);
            Ok::<_, DeskError>(Planned { taken, tx, number: None })
        };
        self.hands.work(made).await?
    }

    /// Nothing is done but to mark it as seen.
    pub(super) fn only_noted(&self, submission: &Submission, case: Option<String>, answer: String, at: At) -> Planned {
        let taken = Taken { case, answer, at, ..Taken::default() };
        self.done(Tx { seen: Some(self.mark(submission, &taken)), ..Tx::default() }, taken)
    }
}
