//! Mail under somebody's name without proof that they sent it: set aside whole, and they are asked once. Their answer to
//! that letter, which carries a token for exactly this mail, lets it in as theirs.

use chrono::TimeDelta;

use super::submission::{Body, Submission, Taken};
use super::understand::{self, Opened, Speaker};
use super::{Desk, DeskError, Planned, came, plain, taken_before};
use crate::config::Require;
use crate::intake::guard::{self, Auth};
use crate::letter::messages::text;
use crate::process::act::Via;
use crate::process::house::{At, Email, Role};
use crate::process::roles;
use crate::store::{CommitError, NewEffect, Tx};
use crate::text::{fold, nfc, sha};

/// So many letters of this kind a person gets at most: within an hour, and within a day. Whoever uses a name floods its
/// owner no further; what is not asked about stays for the operator.
const IN_AN_HOUR: u64 = 1;
const IN_A_DAY: u64 = 5;

/// The key under which a mail that was set aside is taken after all: whoever lets it in, it is taken once.
pub fn released_key(aside: &str) -> String {
    format!("released:{aside}")
}

/// What somebody says of a mail that came under their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Mine,
    NotMine,
    Unclear,
}

/// Only a plain word lets it in: whoever hesitates is asked again.
fn word(said: &str) -> Word {
    const MINE: &[&str] = &[
        "xac nhan",
        "confirm",
        "confirmed",
        "dung",
        "dung roi",
        "phai",
        "co",
        "yes",
        "ok",
        "duyet",
        "cua toi",
        "cua em",
        "cua anh",
        "cua chi",
    ];
    const AGAINST: &[&str] = &["khong", "ko", "k", "chua", "sai", "not", "no", "nham", "gia mao", "never", "spam"];
    let (folded, typed) = (fold(said), nfc(said).to_lowercase());
    // Without its marks it may be `đúng` or `đừng`.
    if typed.contains("đừng") {
        return Word::NotMine;
    }
    let right = typed.contains("đúng");
    let line = fold(said.lines().find(|l| !l.trim().is_empty()).unwrap_or_default());
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let has = |list: &[&str]| list.iter().any(|w| words.windows(w.split(' ').count()).any(|run| run.join(" ") == *w));
    let polite = ["a", "ah", "nhe", "em", "anh", "chi", "roi", "thu", "nay", "do", "la", "cua", "toi", "minh", "vang", "da"];
    let first: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let begins = MINE
        .iter()
        .filter(|m| {
            first.get(..m.split(' ').count()).is_some_and(|run| run.join(" ") == **m) && (right || !m.starts_with("dung"))
        })
        .map(|m| m.split(' ').count())
        .max();
    match begins {
        _ if has(AGAINST) => Word::NotMine,
        _ if said.contains('?') => Word::Unclear,
        Some(n) if first.iter().skip(n).all(|w| polite.contains(w) || MINE.contains(w)) => Word::Mine,
        _ => Word::Unclear,
    }
}

impl Desk {
    /// The mail set aside that this one speaks of, and as whom; proven by its token.
    pub(super) fn vouches(&self, opened: &Opened) -> Option<(String, Email)> {
        let message = opened.message.as_ref()?;
        let person = self.config.house.person(message.from.as_deref()?)?.email.clone();
        if understand::machine(message, true).is_some() {
            return None;
        }
        let auth = guard::authenticated(message, self.config.authserv_id.as_deref());
        if self.config.require == Require::TokenAndAuth && auth != Auth::Passed {
            return None;
        }
        let keys = self.keys();
        let vouched = self.config.house.addresses(&person).iter().find_map(|who| guard::vouched(message, &keys, who))?;
        Some((vouched, person))
    }

    /// Does what the owner says of it.
    pub(super) async fn vouched(
        &self,
        submission: &Submission,
        opened: &Opened,
        aside: &str,
        person: &Email,
        at: At,
    ) -> Result<Taken, DeskError> {
        let house = &self.config.house;
        let kept = self.store.quarantined_whole(aside).await?;
        let kept = kept.filter(|kept| house.person(&kept.from).is_some_and(|p| p.email == *person));
        let say = |key: &str| text(house.lang, &format!("desk.{key}"), &[]);
        let answered = |answer: String| Taken { answer, at, ..Taken::default() };
        let by_mail = |answer: &str| plain::mail(answer, person, &came(opened), submission, &self.pen(at));
        let (taken, mut effects) = match (kept, word(&opened.text.text)) {
            (None, _) => (answered(say("vouch_gone")), vec![]),
            (Some(kept), Word::Mine) => {
                let body = Body::Vouched { person: person.clone(), bytes: kept.body };
                let inner =
                    Submission { key: released_key(aside), content: String::new(), via: Via::Mail, name: kept.source, body };
                // First taken, then let go: after a crash in between the same answer lets it in again, and nothing is
                // done twice. It is answered as any mail, and this one by that.
                let taken = Box::pin(self.take(inner)).await?;
                self.store.release_quarantined(aside).await?;
                return self.told(submission, Taken { again: false, at, ..taken }, vec![]).await;
            }
            (Some(kept), Word::NotMine) => {
                self.store.drop_quarantined(aside).await?;
                let fill = [("from", house.name_of(person)), ("name", kept.source.as_str())];
                let words = text(house.lang, "operator.forged", &fill);
                let subject = text(house.lang, "operator.subject", &[("n", "1")]);
                let operators = roles::emails(house, Role::Operator);
                let key = format!("forged:{aside}");
                let told = operators.iter().filter_map(|to| plain::to_operator(&subject, &words, to, &key, &self.pen(at)));
                (answered(say("vouch_no")), told.collect())
            }
            (Some(_), Word::Unclear) => (answered(say("vouch_again")), vec![]),
        };
        effects.extend(by_mail(&taken.answer));
        self.told(submission, taken, effects).await
    }

    async fn told(&self, submission: &Submission, taken: Taken, effects: Vec<NewEffect>) -> Result<Taken, DeskError> {
        let tx = Tx { seen: Some(self.mark(submission, &taken)), effects, ..Tx::default() };
        match self.store.commit(tx).await {
            Ok(()) => Ok(taken),
            Err(CommitError::AlreadySeen(before)) => Ok(taken_before(*before)),
            Err(why) => Err(why.into()),
        }
    }

    /// Sets a mail aside that is not proven, and asks the owner of its address.
    pub(super) async fn unproven(
        &self,
        submission: &Submission,
        opened: &Opened,
        person: Email,
        at: At,
    ) -> Result<Planned, DeskError> {
        let mut planned = self.set_aside(submission, Speaker::Unproven(person.clone()), at);
        let lately = self.store.letters_to(&person, plain::VOUCH, at - TimeDelta::hours(1)).await?;
        let today = self.store.letters_to(&person, plain::VOUCH, at - TimeDelta::hours(24)).await?;
        if let (true, Some(aside)) = (lately < IN_AN_HOUR && today < IN_A_DAY, &planned.tx.quarantine) {
            let name = opened.message.as_ref().map(|m| m.subject.as_str()).filter(|s| !s.is_empty());
            planned.tx.effects.extend(plain::vouch(name.unwrap_or(&submission.name), aside, &person, &self.pen(at)));
        }
        Ok(planned)
    }
}

/// The number under which a submission is set aside.
pub(super) fn number(key: &str) -> String {
    sha(key.as_bytes())[..12].to_string()
}

#[cfg(test)]
mod tests {
    use super::{Word, word};

    #[test]
    fn only_a_plain_word_vouches() {
        for mine in ["XÁC NHẬN", "Xác nhận ạ", "Đúng rồi em", "confirm", "ok", "Yes", "Đúng, thư của anh", "xac nhan\n\nLê Hùng"]
        {
            assert_eq!(word(mine), Word::Mine, "{mine}");
        }
        for not in [
            "KHÔNG PHẢI",
            "Không phải của anh",
            "anh không gửi thư này",
            "Not mine",
            "No",
            "giả mạo",
            "Đừng",
            "Xác nhận là không phải",
        ] {
            assert_eq!(word(not), Word::NotMine, "{not}");
        }
        for unclear in [
            "",
            "Thư nào vậy?",
            "Anh đang họp",
            "Xác nhận cái gì em?",
            "xác nhận nếu anh Dũng đồng ý",
            "Tôi nghỉ phép tới 10/1",
            "dung",
        ] {
            assert_eq!(word(unclear), Word::Unclear, "{unclear}");
        }
    }
}
