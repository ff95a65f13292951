//! What the desk cannot mend by itself and no submission tells of: kept while it lasts, for the operator's letter.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The inbox cannot be listed.
    Inbox,
    /// Files in it cannot be taken or moved.
    Submissions,
    /// What falls due does not get done.
    Clock,
    /// The company's own templates are broken; the built-in ones took their place.
    Templates,
    /// The mailbox cannot be looked at.
    Mailbox,
    /// Mails in it cannot be taken or moved.
    Mails,
}

impl Trouble {
    /// For the sentence about it: `operator.<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Trouble::Inbox => "inbox",
            Trouble::Submissions => "submissions",
            Trouble::Clock => "clock",
            Trouble::Templates => "templates",
            Trouble::Mailbox => "mailbox",
            Trouble::Mails => "mails",
        }
    }

    /// One that is over sooner is none of the operator's. Mail servers are away for minutes now and then.
    pub fn patience(self) -> Duration {
        match self {
            Trouble::Mailbox => Duration::from_secs(600),
            _ => Duration::from_secs(60),
        }
    }
}

/// The troubles of a running desk. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Troubles {
    all: Arc<Mutex<BTreeMap<Trouble, (Instant, String)>>>,
    at_once: bool,
}

impl Troubles {
    /// Without patience: each is the operator's from its first moment on.
    pub fn at_once() -> Troubles {
        Troubles { at_once: true, ..Troubles::default() }
    }

    /// It has begun, or goes on: the words of its beginning stay.
    pub fn begins(&self, trouble: Trouble, words: String) {
        self.all().entry(trouble).or_insert_with(|| (Instant::now(), words));
    }

    /// It has begun, or goes on for another reason: the last words count.
    pub fn changes(&self, trouble: Trouble, words: String) {
        self.all().entry(trouble).or_insert_with(|| (Instant::now(), String::new())).1 = words;
    }

    pub fn over(&self, trouble: Trouble) {
        self.all().remove(&trouble);
    }

    /// Those that are the operator's by now, with their words.
    pub fn lasting(&self) -> Vec<(Trouble, String)> {
        let all = self.all();
        let long = all.iter().filter(|(trouble, (since, _))| self.at_once || since.elapsed() >= trouble.patience());
        long.map(|(trouble, (_, words))| (*trouble, words.clone())).collect()
    }

    /// Those that there are, however short.
    pub fn present(&self) -> Vec<Trouble> {
        self.all().keys().copied().collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Trouble, (Instant, String)>> {
        self.all.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}
