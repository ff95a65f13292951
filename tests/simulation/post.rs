//! The mail server that the desk sends by, and the mailboxes behind it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quotedesk::dispatch::{AtData, OutMail, Outcome, Sending, Transport};

use super::dice::Dice;
use super::hazard::Hazard;
use super::plan::Sabotage;
use super::tally::Tally;

/// A letter that lies in somebody's mailbox.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Without angle brackets.
    pub id: String,
    pub to: String,
    pub case: String,
    pub kind: String,
    pub answers: Option<String>,
    pub bytes: Arc<[u8]>,
}

#[derive(Clone)]
pub struct Post(Arc<Mutex<Inner>>);

pub struct Inner {
    dice: Dice,
    /// Bad for a while: so many of a thousand attempts end badly.
    pub bad: u64,
    pub letters: Vec<Letter>,
    /// By Message-ID: how often it was taken.
    pub taken: BTreeMap<String, u64>,
    /// Dead letters by the server's own word.
    pub refused: Vec<String>,
    pub sabotage: Option<Sabotage>,
    pub tally: Tally,
    sent: u64,
}

/// How the server treats one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    Takes,
    NoConnection,
    Greylists,
    Refuses,
    CutBefore,
    SilentBefore,
    /// At the last dot it answers 4xx, and keeps nothing.
    LaterAtDot,
    TakesAndCuts,
    TakesAndIsSilent,
    LosesAndCuts,
}

impl Post {
    pub fn open(dice: Dice, sabotage: Option<Sabotage>) -> Post {
        let (letters, taken, refused, tally) = Default::default();
        Post(Arc::new(Mutex::new(Inner { dice, bad: 0, letters, taken, refused, sabotage, tally, sent: 0 })))
    }

    pub fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn manner(&mut self) -> Manner {
        use Manner::*;
        let bad = self.bad;
        if bad == 0 || !self.dice.per_mille(bad) {
            return Takes;
        }
        let all = [
            (NoConnection, "no-connection"),
            (Greylists, "4xx"),
            (Refuses, "5xx"),
            (CutBefore, "cut-before-dot"),
            (SilentBefore, "silent-before-dot"),
            (LaterAtDot, "4xx-at-dot"),
            (TakesAndCuts, "cut-after-dot"),
            (TakesAndIsSilent, "silent-after-dot"),
            (LosesAndCuts, "lost-after-dot"),
        ];
        // A 5xx is a person's doing, and rare.
        let (manner, name) = all[self.dice.roll(all.len() as u64) as usize];
        let (manner, name) = if manner == Refuses && self.dice.roll(3) > 0 { all[1] } else { (manner, name) };
        self.tally.add(format!("smtp: {name}"));
        manner
    }

    fn take(&mut self, mail: &OutMail) {
        self.sent += 1;
        let times = match self.sabotage {
            Some(Sabotage::SentTwice) if self.sent.is_multiple_of(10) => 2,
            Some(Sabotage::Dropped) if self.sent.is_multiple_of(20) => 0,
            _ => 1,
        };
        for _ in 0..times {
            let letter = letter(mail);
            *self.taken.entry(letter.id.clone()).or_default() += 1;
            self.letters.push(letter);
        }
    }
}

/// What a mailbox shows of it: the headers that matter.
fn letter(mail: &OutMail) -> Letter {
    let end = mail.bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(mail.bytes.len());
    let head = String::from_utf8_lossy(&mail.bytes[..end]).replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |name: &str| {
        let line = head.lines().find(|l| l.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))?;
        Some(line[name.len()..].trim_start_matches(':').trim().trim_matches(['<', '>']).to_string())
    };
    Letter {
        id: header("Message-ID").unwrap_or_default(),
        to: mail.to.clone(),
        case: header("X-Quotedesk-Case").unwrap_or_default(),
        kind: header("X-Quotedesk-Kind").unwrap_or_default(),
        answers: header("In-Reply-To"),
        bytes: mail.bytes.clone(),
    }
}

/// The desk's way to the server.
pub struct Line {
    pub post: Post,
    pub hazard: Hazard,
}

impl Line {
    async fn attempt(&self, mail: &OutMail, at_data: &AtData<'_>) -> Outcome {
        let broken = |at: &str| format!("{at}: the connection was lost");
        if self.hazard.judge("smtp.connect").is_err() {
            return Outcome::Away(broken("connecting"));
        }
        let manner = self.post.inner().manner();
        match manner {
            Manner::NoConnection => return Outcome::Away("no connection".into()),
            Manner::Greylists => return Outcome::Later("450 4.2.0 greylisted".into()),
            Manner::Refuses => {
                self.post.inner().refused.push(mail.message_id.clone());
                return Outcome::Refused("550 5.7.1 not taken".into());
            }
            Manner::CutBefore => return Outcome::Later(broken("the message")),
            Manner::SilentBefore => return Outcome::Later("no reply within 60 s".into()),
            _ => {}
        }
        if self.hazard.judge("smtp.data").is_err() {
            return Outcome::Later(broken("the message"));
        }
        if !at_data.mark().await {
            return Outcome::Later("no leave to send".into());
        }
        if self.hazard.judge("smtp.dot").is_err() {
            return Outcome::Doubt(broken("the message's end"));
        }
        match manner {
            Manner::LaterAtDot => return Outcome::Later("451 4.3.0 not now".into()),
            Manner::LosesAndCuts => return Outcome::Doubt(broken("the message's end")),
            _ => {}
        }
        self.post.inner().take(mail);
        let id = mail.message_id.trim_matches(['<', '>']).to_string();
        if manner != Manner::Takes {
            self.hazard.state().unheard.push(id);
            return Outcome::Doubt(broken("the message's end"));
        }
        self.hazard.state().unsettled.push(id);
        match self.hazard.judge("smtp.reply") {
            Ok(()) => Outcome::Sent("250 2.0.0 taken".into()),
            Err(_) => Outcome::Doubt(broken("the message's end")),
        }
    }
}

impl Transport for Line {
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a> {
        Box::pin(self.attempt(mail, at_data))
    }
}
