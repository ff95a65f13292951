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
    /// Nothing can be read from the store, or written to it: told once it is over, for a letter is made there.
    Store,
}

impl Trouble {
    pub const ALL: [Trouble; 7] = [
        Trouble::Inbox,
        Trouble::Submissions,
        Trouble::Clock,
        Trouble::Templates,
        Trouble::Mailbox,
        Trouble::Mails,
        Trouble::Store,
    ];

    /// For the sentence about it: `operator.<name>`.
    pub fn name(self) -> &'static str {
        match self {
            Trouble::Inbox => "inbox",
            Trouble::Submissions => "submissions",
            Trouble::Clock => "clock",
            Trouble::Templates => "templates",
            Trouble::Mailbox => "mailbox",
            Trouble::Mails => "mails",
            Trouble::Store => "store",
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

/// A trouble that has not come back for so long is over. After a start that is how long it takes to be noticed again.
const QUIET: Duration = Duration::from_secs(30);

/// One that is over.
#[derive(Clone, Debug)]
struct Past {
    since: Instant,
    until: Instant,
    words: String,
}

#[derive(Debug)]
struct All {
    began: Instant,
    present: BTreeMap<Trouble, (Instant, String)>,
    past: BTreeMap<Trouble, Past>,
}

impl Default for All {
    fn default() -> All {
        All { began: Instant::now(), present: BTreeMap::new(), past: BTreeMap::new() }
    }
}

/// The troubles of a running desk. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Troubles {
    all: Arc<Mutex<All>>,
    at_once: bool,
}

impl Troubles {
    /// Without patience: each is the operator's from its first moment on.
    pub fn at_once() -> Troubles {
        Troubles { at_once: true, ..Troubles::default() }
    }

    /// It has begun, or goes on: the words of its beginning stay.
    pub fn begins(&self, trouble: Trouble, words: String) {
        self.all().present.entry(trouble).or_insert_with(|| (Instant::now(), words));
    }

    /// It has begun, or goes on for another reason: the last words count.
    pub fn changes(&self, trouble: Trouble, words: String) {
        self.all().present.entry(trouble).or_insert_with(|| (Instant::now(), String::new())).1 = words;
    }

    pub fn over(&self, trouble: Trouble) {
        let mut all = self.all();
        if let Some((since, words)) = all.present.remove(&trouble) {
            all.past.insert(trouble, Past { since, until: Instant::now(), words });
        }
    }

    /// Those that are the operator's by now, with their words.
    pub fn lasting(&self) -> Vec<(Trouble, String)> {
        let all = self.all();
        let long = all.present.iter().filter(|(trouble, (since, _))| self.is_long(**trouble, since.elapsed()));
        long.map(|(trouble, (_, words))| (*trouble, words.clone())).collect()
    }

    /// Those that there are, however short.
    pub fn present(&self) -> Vec<Trouble> {
        self.all().present.keys().copied().collect()
    }

    /// Has it been gone for long enough to be called over?
    pub fn is_over(&self, trouble: Trouble) -> bool {
        let all = self.all();
        let since = all.past.get(&trouble).map_or(all.began, |past| past.until);
        !all.present.contains_key(&trouble) && (self.at_once || since.elapsed() >= QUIET)
    }

    /// Those that would have been the operator's, and were over before they could be told: with their words, and the
    /// minutes that they lasted.
    pub fn missed(&self) -> Vec<(Trouble, String, u64)> {
        let all = self.all();
        let over = |trouble: &Trouble, past: &Past| self.is_long(*trouble, past.until - past.since);
        let missed = all.past.iter().filter(|(trouble, past)| over(trouble, past));
        missed.map(|(t, past)| (*t, past.words.clone(), (past.until - past.since).as_secs().div_ceil(60))).collect()
    }

    /// Those are told now.
    pub fn told_missed(&self) {
        for past in self.all().past.values_mut() {
            past.since = past.until;
        }
    }

    /// It is over where its words are about this.
    pub fn over_of(&self, trouble: Trouble, about: &str) {
        let its = self.all().present.get(&trouble).is_some_and(|(_, words)| words.starts_with(about));
        if its {
            self.over(trouble);
        }
    }

    fn is_long(&self, trouble: Trouble, lasted: Duration) -> bool {
        lasted > Duration::ZERO && (self.at_once || lasted >= trouble.patience())
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}
