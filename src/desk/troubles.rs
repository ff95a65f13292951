//! What the desk cannot mend by itself and no submission tells of: kept while it lasts, for the operator's letter.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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

/// A trouble, and the case that it is about; empty where it is none of a case.
pub type Which = (Trouble, String);

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
    present: BTreeMap<Which, (Instant, String)>,
    past: BTreeMap<Which, Past>,
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
        self.begins_of(trouble, "", words);
    }

    /// The same about one case; `true`: it has begun just now.
    pub fn begins_of(&self, trouble: Trouble, case: &str, words: String) -> bool {
        match self.all().present.entry((trouble, case.into())) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert((Instant::now(), words));
                true
            }
        }
    }

    /// It has begun, or goes on for another reason: the last words count.
    pub fn changes(&self, trouble: Trouble, words: String) {
        self.all().present.entry((trouble, String::new())).or_insert_with(|| (Instant::now(), String::new())).1 = words;
    }

    pub fn over(&self, trouble: Trouble) {
        self.over_of(trouble, "");
    }

    /// It is over for this case.
    pub fn over_of(&self, trouble: Trouble, case: &str) {
        let mut all = self.all();
        let which = (trouble, case.to_string());
        if let Some((since, words)) = all.present.remove(&which) {
            all.past.insert(which, Past { since, until: Instant::now(), words });
        }
    }

    /// Those that are the operator's by now, with their words.
    pub fn lasting(&self) -> Vec<(Which, String)> {
        let all = self.all();
        let long = all.present.iter().filter(|((trouble, _), (since, _))| self.is_long(*trouble, since.elapsed()));
        long.map(|(which, (_, words))| (which.clone(), words.clone())).collect()
    }

    /// Those that there are, however short.
    pub fn present(&self) -> Vec<Which> {
        self.all().present.keys().cloned().collect()
    }

    /// Has what is gone of it been gone for long enough to be called over?
    pub fn is_over(&self, trouble: Trouble) -> bool {
        let all = self.all();
        let its = all.past.iter().filter(|((past, _), _)| *past == trouble);
        let since = its.map(|(_, past)| past.until).max().unwrap_or(all.began);
        self.at_once || since.elapsed() >= QUIET
    }

    /// Those that would have been the operator's, and were over before they could be told: with their words, and the
    /// minutes that they lasted.
    pub fn missed(&self) -> Vec<(Which, String, u64)> {
        let all = self.all();
        let missed = all.past.iter().filter(|((trouble, _), past)| self.is_long(*trouble, past.until - past.since));
        let minutes = |past: &Past| (past.until - past.since).as_secs().div_ceil(60);
        missed.map(|(which, past)| (which.clone(), past.words.clone(), minutes(past))).collect()
    }

    /// Those are told now.
    pub fn told_missed(&self) {
        for past in self.all().past.values_mut() {
            past.since = past.until;
        }
    }

    fn is_long(&self, trouble: Trouble, lasted: Duration) -> bool {
        lasted > Duration::ZERO && (self.at_once || lasted >= trouble.patience())
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}
