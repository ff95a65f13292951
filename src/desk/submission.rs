//! What comes in: one file, one mail, or one word by hand.

use crate::process::act::Via;
use crate::process::house::{At, Email};

/// One submission, as it lay in the inbox, came by mail or was told by hand.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Tells this delivery from every other; the same key again is the same delivery again.
    pub key: String,
    /// Tells contents apart: the same contents in another delivery were sent again by somebody.
    pub content: String,
    pub via: Via,
    /// The file's name or the mail's subject, as its sender knows it.
    pub name: String,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub enum Body {
    /// A file in the inbox; `person`: the folder it lies in. Without one it is Sales' form.
    File { person: Option<Email>, bytes: Vec<u8> },
    /// A mail: from the mailbox, or an `.eml` in the inbox. `person`: the folder that the `.eml` lies in.
    Mail { person: Option<Email>, bytes: Vec<u8> },
    /// A mail that was set aside, and that its owner or the operator vouches for: theirs, and no machine's.
    Vouched { person: Email, bytes: Vec<u8> },
    /// A mail over the limit, of which only the beginning of the headers was fetched; `bytes`: of the whole.
    LargeMail { head: Vec<u8>, bytes: u64 },
    /// A file over the limit; never read.
    TooLarge { person: Option<Email>, bytes: u64 },
    /// A folder, link or pipe in somebody's folder of the inbox; never followed.
    NoFile { person: Option<Email> },
    /// `quotedesk tell`.
    Told { case: String, person: Email, text: String, files: Vec<Attached> },
}

/// A file that came with a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What became of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub case: Option<String>,
    /// The words of the answer, for the file beside the submission.
    pub answer: String,
    /// Goes to `.problem`: nothing of it could be taken.
    pub problem: bool,
    /// The same delivery came before; nothing was done now.
    pub again: bool,
    /// It was read and answered, and something of it was not done: refused, not understood, or sent back with its errors.
    pub in_vain: bool,
    /// When it was taken, by the desk's clock.
    pub at: At,
}

impl Submission {
    /// The bytes as they came; none of what was told by hand.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::File { bytes, .. }
            | Body::Mail { bytes, .. }
            | Body::Vouched { bytes, .. }
            | Body::LargeMail { head: bytes, .. } => bytes,
            Body::TooLarge { .. } | Body::NoFile { .. } | Body::Told { .. } => &[],
        }
    }
}
