//! How much one person, or one case, is answered: whoever answers the desk by a machine that does not say so ends here.
//!
//! The same words about the same case are answered once a day, where they bring nothing. Beyond the limits of the config
//! mails are set aside whole, and the operator is told: nothing is lost, and no two machines write to each other for long.

use sha2::{Digest, Sha256};

use super::submission::{Body, Submission};
use super::understand::Opened;
use super::{Desk, DeskError, FLOOD, Planned, aside, plain};
use crate::process::event::{Event, Recorded};
use crate::process::house::{At, Email};
use crate::store::{AnsweredMail, Before, Brought, Tx};
use crate::text::fold;

fn brought(events: &[Recorded]) -> Brought {
    let empty = |e: &Event| {
        matches!(e, Event::NotUnderstood { .. } | Event::Noted { .. } | Event::Commented { .. } | Event::FileKept { .. })
            || matches!(e, Event::Readdressed { .. })
    };
    match () {
        _ if events.iter().all(|r| empty(&r.event)) => Brought::Nothing,
        _ if events.iter().all(|r| empty(&r.event) || matches!(r.event, Event::Refused { .. })) => Brought::Refused,
        _ => Brought::Something,
    }
}

/// Tells the words and files of a mail from other ones. Subject and time are left out: a responder repeats the former.
fn said(opened: &Opened) -> String {
    let mut hash = Sha256::new();
    hash.update(fold(&opened.text.text));
    for file in opened.message.iter().flat_map(|m| &m.attachments).filter(|a| !a.inline) {
        hash.update([0]);
        hash.update(&file.bytes);
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..16])
}

impl Desk {
    /// Looks at what was answered before; `None`: this is no mail of a person.
    pub(super) async fn before(
        &self,
        submission: &Submission,
        opened: &Opened,
        by: &Email,
        case: Option<&str>,
        at: At,
    ) -> Result<Option<(Before, AnsweredMail)>, DeskError> {
        if !matches!(submission.body, Body::Mail { .. } | Body::LargeMail { .. }) {
            return Ok(None);
        }
        let (said, case_id) = (said(opened), case.unwrap_or_default().to_string());
        let before = self.store.answered_before(by, &case_id, &said, at).await?;
        let mail = AnsweredMail { key: submission.key.clone(), who: by.clone(), case_id, said, brought: Brought::Something, at };
        Ok(Some((before, mail)))
    }

    /// The plan within its bounds.
    pub(super) fn bounded(
        &self,
        planned: Planned,
        submission: &Submission,
        bounds: Option<(Before, AnsweredMail)>,
        at: At,
    ) -> Planned {
        let Some((before, mail)) = bounds else { return planned };
        let limits = &self.config.limits;
        let brought = brought(&planned.tx.events);
        let idle = brought != Brought::Something;
        let full = before.of_person >= limits.mails_per_hour.into()
            || (idle && before.idle_of_person >= limits.answers_per_hour.into())
            || (idle && before.idle_of_case >= limits.answers_per_case.into());
        if full {
            return self.held(submission, &mail.who, at);
        }
        if brought == Brought::Nothing && before.same > 0 {
            let case = Some(mail.case_id).filter(|c| !c.is_empty());
            return self.only_noted(submission, case, plain::noted(&self.config.house, "same", ""), at);
        }
        let case_id = planned.taken.case.clone().unwrap_or_default();
        let answered = Some(AnsweredMail { brought, case_id, ..mail });
        Planned { tx: Tx { answered, ..planned.tx }, ..planned }
    }

    /// Kept for the operator, and not answered.
    fn held(&self, submission: &Submission, by: &Email, at: At) -> Planned {
        tracing::warn!(from = by, "too many mails, kept for the operator");
        let answer = plain::noted(&self.config.house, "flood", by);
        let taken = super::Taken { answer, problem: true, at, ..Default::default() };
        let quarantine = Some(aside::kept(submission, by.clone(), FLOOD.into(), at));
        self.done(Tx { seen: Some(self.mark(submission, &taken)), quarantine, ..Tx::default() }, taken)
    }
}
