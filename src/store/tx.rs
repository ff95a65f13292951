//! What is written together: a submission's events, the case row, what goes out because of them, and the mark that the
//! submission has been seen. All of it or nothing.

use chrono::NaiveDate;

use super::Unavailable;
use crate::process::case::Case;
use crate::process::event::Recorded;
use crate::process::house::{At, Email};

/// One transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tx {
    /// The submission that this comes of; taken a second time, the whole is refused with `AlreadySeen`.
    pub seen: Option<Seen>,
    pub case: Option<CaseWrite>,
    /// The case's new events, in order, without a gap after those that are stored.
    pub events: Vec<Recorded>,
    /// In the order in which they are to go out.
    pub effects: Vec<NewEffect>,
    pub numbers: Vec<Number>,
    pub names: Vec<TakenName>,
    pub quarantine: Option<Quarantined>,
    pub word: Option<Word>,
    /// The mail of one of the house's people that this answers.
    pub answered: Option<AnsweredMail>,
    /// A letter of ours came back: its Message-ID, and the mail system's words.
    pub returned: Option<(String, String)>,
}

/// A word of the desk's own that changes with the rest; where another has changed it meanwhile, the whole is refused with
/// `Conflict`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub key: String,
    /// As it was read; `None`: there was none.
    pub old: Option<String>,
    pub new: String,
}

/// A mail of one of the house's people that was answered. By the desk's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredMail {
    /// That of the submission.
    pub key: String,
    pub who: Email,
    /// Empty where it belongs to no case.
    pub case_id: String,
    /// Tells its words and files from other ones.
    pub said: String,
    pub brought: Brought,
    pub at: At,
}

/// What a mail came to, for what bounds a conversation with a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    Something,
    /// Not understood, or only said.
    Nothing,
    /// A word that was understood and could not be done: no responder writes such.
    Refused,
}

impl Brought {
    /// As the store has it. Earlier versions wrote 1 for what was refused too.
    pub(super) fn number(self) -> i64 {
        match self {
            Brought::Something => 0,
            Brought::Nothing => 1,
            Brought::Refused => 2,
        }
    }

    pub(super) fn of(number: i64) -> Option<Brought> {
        [Brought::Something, Brought::Nothing, Brought::Refused].into_iter().find(|b| b.number() == number)
    }
}

/// The mark that a submission has been taken, with the answer that it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Identifies the submission: of a mail its Message-ID and content, of a file its path, content and time.
    pub key: String,
    pub at: At,
    /// Empty where it belongs to no case.
    pub case_id: String,
    /// The answer's text, which a second copy gets again.
    pub answer: String,
    /// What became of it, in the words of whoever took it: `done`, `problem` …
    pub disposition: String,
}

/// The case as it stands after the events.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseWrite {
    pub case: Case,
    /// The version that was read and decided on; 0: the case is new.
    pub expected_version: u64,
    /// When the clock has to look at it again.
    pub wake_at: Option<At>,
}

/// A mail or a file, finished to the last byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEffect {
    /// Empty where it belongs to no case.
    pub case_id: String,
    pub what: Outward,
    /// Of a mail its file name in `outbox/mail/`; of a file its path, beginning with `outbox/` or `archive/`.
    pub name: String,
    /// By the desk's clock.
    pub at: At,
    /// By the desk's clock: a reminder waits for working hours. At or before `at`: at once.
    pub not_before: At,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outward {
    /// To one person; `letter` is the name of its kind (`review`, `quote` …).
    Mail {
        to: Email,
        letter: String,
        message_id: String,
    },
    File,
}

/// What the store calls the numbers of cases, and of quotes.
pub const CASES: &str = "case";
pub const QUOTES: &str = "quote";

/// A running number of a year: `YC-2026-0012`, `BG-260302-001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub kind: String,
    pub year: i32,
    pub n: u32,
    pub case_id: String,
}

/// A file name that is given out once a day; of no day, an appendix's, or the contents of a file that has opened a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenName {
    pub day: NaiveDate,
    pub name: String,
    pub case_id: String,
}

/// Something set aside, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    pub id: String,
    pub at: At,
    pub from: String,
    pub why: String,
    /// Where it came from: a folder's path or a mailbox.
    pub source: String,
    pub body: Vec<u8>,
}

/// Why a `Tx` was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The case has moved on since it was read: read it again and decide anew.
    #[error("the case has changed meanwhile")]
    Conflict,
    /// This submission has been taken before; with the answer that it got then.
    #[error("this submission was taken before")]
    AlreadySeen(Box<Seen>),
    /// A number or a name has been given out meanwhile: draw the next one and decide anew.
    #[error("{0} is already taken")]
    Taken(String),
    /// The `Tx` does not fit together: a mistake of the program, which no second try mends.
    #[error("cannot be stored: {0}")]
    Invalid(String),
    /// Disk full, server gone …: leave the submission where it is and try again later, with the same mark. Nothing is
    /// written; where the answer to the commit itself was lost and could not be looked up, all of it, and the second
    /// try says `AlreadySeen`.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
