//! The mailbox's folder as this daemon knows it: which mails lie there by their numbers, and where each stands. No connection
//! and no store: what lasts over a lost connection, and is forgotten when the numbers mean other mails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::mailbox::{Look, Place, Stamp};

/// Where a mail of the folder stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// To be fetched.
    Waits,
    Working,
    /// Taken; to be moved.
    Answered(Place),
}

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    state: State,
    /// Tries that failed, and when the next one is due.
    tries: u32,
    until: Instant,
    /// The connection was lost while it was moved: it may be copied and marked, and no more.
    half_moved: bool,
}

impl Known {
    fn new(stamp: Stamp, state: State) -> Known {
        Known { stamp, state, tries: 0, until: Instant::now(), half_moved: false }
    }

    fn is_ripe(&self, state: &State, now: Instant) -> bool {
        self.state == *state && self.until <= now
    }
}

/// Tells work of a mail that has another number by now, or whose number is another mail's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    generation: u64,
    pub uid: u32,
    pub stamp: Stamp,
}

#[derive(Debug)]
pub struct Folder {
    /// By their numbers, over all connections.
    mails: BTreeMap<u32, Known>,
    /// As it was when the numbers were learned.
    seen: Option<Look>,
    generation: u64,
    /// Mails from this number on are new.
    cursor: u32,
    /// Mails that lie in their new folder already, and are not marked yet: on servers without MOVE.
    pub copied: BTreeSet<u32>,
}

impl Folder {
    pub fn new() -> Folder {
        Folder { mails: BTreeMap::new(), seen: None, generation: 0, cursor: 1, copied: BTreeSet::new() }
    }

    pub fn len(&self) -> usize {
        self.mails.len()
    }

    /// Over a new connection. Do the numbers that are known still mean the same mails? A server that promises nothing, or
    /// whose numbers have begun anew, is looked at as if for the first time; mails that were taken are known by what they are.
    pub fn begin(&mut self, look: Look) {
        let same = |old: &Look| old.validity == look.validity && look.validity != 0 && (look.next == 0 || look.next >= old.next);
        if !self.seen.as_ref().is_some_and(same) {
            self.forget();
        }
        self.seen = Some(look);
        self.cursor = 1;
    }

    /// Nothing that is known holds any more; work under way ends for nobody.
    pub fn forget(&mut self) {
        self.mails.clear();
        self.copied.clear();
        self.seen = None;
        self.generation += 1;
    }

    /// Where a look begins: at the first mail, or at what came since the last one.
    pub fn from(&self, whole: bool) -> u32 {
        if whole { 1 } else { self.cursor }
    }

    /// Gone, with their move broken off: the mark that they were left with has to be carried out.
    pub fn gone_half_moved(&self, there: &[u32]) -> Vec<u32> {
        let gone = self.mails.iter().filter(|(uid, known)| known.half_moved && !there.contains(uid));
        gone.map(|(uid, _)| *uid).collect()
    }

    /// What is gone was moved or deleted by somebody else.
    pub fn keep(&mut self, there: &[u32]) {
        let there: BTreeSet<u32> = there.iter().copied().collect();
        self.mails.retain(|uid, known| there.contains(uid) || known.state == State::Working);
        self.copied.retain(|uid| there.contains(uid));
    }

    /// Of these, those whose stamps are to be asked: all of them over a new connection.
    pub fn unknown(&self, uids: &[u32], first: bool) -> Vec<u32> {
        uids.iter().copied().filter(|uid| first || !self.mails.contains_key(uid)).collect()
    }

    /// A mail lies under this number.
    pub fn learn(&mut self, uid: u32, stamp: Stamp) {
        if self.mails.get(&uid).is_none_or(|known| known.stamp != stamp) {
            self.mails.insert(uid, Known::new(stamp, State::Waits));
            self.copied.remove(&uid);
        }
    }

    /// All up to this number is known.
    pub fn reached(&mut self, last: Option<u32>) {
        if let Some(last) = last {
            self.cursor = self.cursor.max(last.saturating_add(1));
        }
        if let Some(seen) = &mut self.seen {
            seen.next = seen.next.max(self.cursor);
        }
    }

    /// To be fetched now. What has failed before does not stand in the way of what has not.
    pub fn due(&self) -> Vec<u32> {
        let now = Instant::now();
        let ripe = self.mails.iter().filter(|(_, known)| known.is_ripe(&State::Waits, now));
        let mut due: Vec<(u32, u32)> = ripe.map(|(uid, known)| (known.tries, *uid)).collect();
        due.sort_unstable();
        due.into_iter().map(|(_, uid)| uid).collect()
    }

    pub fn has_due(&self) -> bool {
        let now = Instant::now();
        self.mails.values().any(|known| known.is_ripe(&State::Waits, now))
    }

    /// What lies under this number.
    pub fn stamp(&self, uid: u32) -> Option<Stamp> {
        self.mails.get(&uid).map(|known| known.stamp.clone())
    }

    /// Taken, and to be moved there now.
    pub fn answered(&self, place: Place) -> Vec<u32> {
        let (answered, now) = (State::Answered(place), Instant::now());
        self.mails.iter().filter(|(_, known)| known.is_ripe(&answered, now)).map(|(uid, _)| *uid).collect()
    }

    /// When the next mail is to be tried again.
    pub fn ripe(&self) -> Option<Instant> {
        self.mails.values().filter(|known| known.state != State::Working).map(|known| known.until).min()
    }

    /// It is being worked on: its bytes came, so the try that was put down before counts no more.
    pub fn works(&mut self, uid: u32) -> Option<Ticket> {
        let known = self.mails.get_mut(&uid)?;
        (known.state, known.tries) = (State::Working, known.tries.saturating_sub(1));
        Some(Ticket { generation: self.generation, uid, stamp: known.stamp.clone() })
    }

    /// What became of work on a mail. `false`: the number is another mail's by now, or nobody's.
    pub fn worked(&mut self, ticket: &Ticket, state: State) -> bool {
        let known = self.mails.get_mut(&ticket.uid).filter(|known| known.stamp == ticket.stamp);
        let Some(known) = known.filter(|_| ticket.generation == self.generation) else { return false };
        match state {
            State::Waits => known.state = state,
            _ => *known = Known::new(ticket.stamp.clone(), state),
        }
        true
    }

    /// The next try of this mail is later than the last one was.
    pub fn put_off(&mut self, uid: u32, first: Duration, most: Duration) {
        if let Some(known) = self.mails.get_mut(&uid) {
            known.until = Instant::now() + super::doubled(first, known.tries, most);
            known.tries = known.tries.saturating_add(1);
        }
    }

    /// It has not been put off more than once.
    pub fn is_new_trouble(&self, uid: u32) -> bool {
        self.mails.get(&uid).is_some_and(|known| known.tries <= 1)
    }

    /// No mail has been put off.
    pub fn is_well(&self) -> bool {
        self.mails.values().all(|known| known.tries == 0)
    }

    /// Moved away, or found gone.
    pub fn left(&mut self, uid: u32) {
        self.mails.remove(&uid);
        self.copied.remove(&uid);
    }

    /// The connection was lost while these were moved.
    pub fn half_moved(&mut self, uids: &[u32]) {
        for uid in uids {
            if let Some(known) = self.mails.get_mut(uid) {
                known.half_moved = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { validity: 7, next: 0 };

    fn stamp(size: u32) -> Stamp {
        Stamp { size, arrived: "26-Nov-2026 08:00:00 +0700".into() }
    }

    fn folder(mails: u32) -> Folder {
        let mut folder = Folder::new();
        folder.begin(LOOK);
        (1..=mails).for_each(|uid| folder.learn(uid, stamp(uid)));
        folder
    }

    #[test]
    fn what_has_failed_stands_behind_what_has_not() {
        let mut folder = folder(3);
        folder.put_off(1, Duration::ZERO, Duration::ZERO);
        assert_eq!(folder.due(), [2, 3, 1]);
        assert!(!folder.is_well() && folder.is_new_trouble(1));
        let ticket = folder.works(1).unwrap();
        assert_eq!(folder.due().len(), 2);
        assert!(folder.worked(&ticket, State::Answered(Place::Done)) && folder.is_well());
        assert_eq!(folder.answered(Place::Done), [1]);
    }

    #[test]
    fn work_of_an_older_number_says_nothing_of_the_mail_under_it_now() {
        let mut folder = folder(2);
        let tickets = [folder.works(1).unwrap(), folder.works(2).unwrap()];
        folder.learn(1, stamp(9));
        assert!(!folder.worked(&tickets[0], State::Answered(Place::Done)));
        folder.begin(Look { validity: 8, next: 0 });
        folder.learn(2, stamp(2));
        assert!(!folder.worked(&tickets[1], State::Answered(Place::Done)));
        assert_eq!((folder.due(), folder.stamp(2)), (vec![2], Some(stamp(2))));
    }

    #[test]
    fn a_connection_that_comes_back_knows_what_is_answered_unless_numbers_were_given_out_anew() {
        for (look, kept) in [(LOOK, 1), (Look { validity: 7, next: 2 }, 0), (Look { validity: 0, next: 0 }, 0)] {
            let mut folder = folder(5);
            folder.reached(Some(5));
            assert_eq!((folder.from(false), folder.from(true)), (6, 1));
            let ticket = folder.works(5).unwrap();
            folder.worked(&ticket, State::Answered(Place::Problem));
            folder.begin(look);
            assert_eq!(folder.answered(Place::Problem).len(), kept, "{look:?}");
            assert_eq!(folder.from(false), 1);
        }
    }

    #[test]
    fn a_move_that_broke_off_is_carried_out_once_the_mail_is_gone() {
        let mut folder = folder(3);
        folder.half_moved(&[1, 2]);
        folder.works(3);
        assert_eq!(folder.gone_half_moved(&[2]), [1]);
        folder.keep(&[2]);
        assert_eq!(folder.unknown(&[1, 2, 3], false), [1], "what is worked on is known");
        assert_eq!(folder.unknown(&[1, 2, 3], true), [1, 2, 3]);
    }
}
