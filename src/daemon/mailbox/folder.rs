//! The mailbox's folder as this daemon knows it: which mails lie there by their numbers, and where each stands. No connection
//! and no store: what lasts over a lost connection, and is forgotten when the numbers mean other mails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::intake::mailbox::{Look, Place, Stamp};

/// Where a mail of the folder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
}

/// What mails stand in line by: those in one state together, and of these first what has failed least. With the number.
type Turn = (State, u32, u32);

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
    /// All of them once more: of a backlog of thousands, what is next is asked after each.
    line: BTreeSet<Turn>,
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
        let (mails, line, copied) = Default::default();
        Folder { mails, line, seen: None, generation: 0, cursor: 1, copied }
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
        self.line.clear();
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
        self.line.retain(|(_, _, uid)| self.mails.contains_key(uid));
        self.copied.retain(|uid| there.contains(uid));
    }

    /// Of these, those whose stamps are to be asked: all of them over a new connection.
    pub fn unknown(&self, uids: &[u32], first: bool) -> Vec<u32> {
        uids.iter().copied().filter(|uid| first || !self.mails.contains_key(uid)).collect()
    }

    /// A mail lies under this number.
    pub fn learn(&mut self, uid: u32, stamp: Stamp) {
        if self.mails.get(&uid).is_none_or(|known| known.stamp != stamp) {
            self.left(uid);
            self.put(uid, Known::new(stamp, State::Waits));
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

    /// To be fetched now, at most so many. What has failed before does not stand in the way of what has not.
    pub fn due(&self, most: usize) -> Vec<u32> {
        self.ripe_in(State::Waits).take(most).collect()
    }

    pub fn has_due(&self) -> bool {
        self.ripe_in(State::Waits).next().is_some()
    }

    /// What has stood in this state for long enough to be tried (again).
    fn ripe_in(&self, state: State) -> impl Iterator<Item = u32> {
        let now = Instant::now();
        let its = self.line.range((state, 0, 0)..=(state, u32::MAX, u32::MAX)).map(|(_, _, uid)| *uid);
        its.filter(move |uid| self.mails.get(uid).is_some_and(|known| known.until <= now))
    }

    fn put(&mut self, uid: u32, known: Known) {
        self.line.insert((known.state, known.tries, uid));
        self.mails.insert(uid, known);
    }

    fn take(&mut self, uid: u32) -> Option<Known> {
        let known = self.mails.remove(&uid)?;
        self.line.remove(&(known.state, known.tries, uid));
        Some(known)
    }

    /// What lies under this number.
    pub fn stamp(&self, uid: u32) -> Option<Stamp> {
        self.mails.get(&uid).map(|known| known.stamp.clone())
    }

    /// Taken, and to be moved there now.
    pub fn answered(&self, place: Place) -> Vec<u32> {
        let mut answered: Vec<u32> = self.ripe_in(State::Answered(place)).collect();
        answered.sort_unstable();
        answered
    }

    /// When the next mail is to be tried again.
    pub fn ripe(&self) -> Option<Instant> {
        self.mails.values().filter(|known| known.state != State::Working).map(|known| known.until).min()
    }

    /// It is being worked on: its bytes came, so the try that was put down before counts no more.
    pub fn works(&mut self, uid: u32) -> Option<Ticket> {
        let known = self.take(uid)?;
        let ticket = Ticket { generation: self.generation, uid, stamp: known.stamp.clone() };
        self.put(uid, Known { state: State::Working, tries: known.tries.saturating_sub(1), ..known });
        Some(ticket)
    }

    /// What became of work on a mail. `false`: the number is another mail's by now, or nobody's.
    pub fn worked(&mut self, ticket: &Ticket, state: State) -> bool {
        let Some(known) = self.take(ticket.uid) else { return false };
        let is_it = known.stamp == ticket.stamp && self.generation == ticket.generation;
        let known = match state {
            _ if !is_it => known,
            State::Waits => Known { state, ..known },
            _ => Known::new(known.stamp, state),
        };
        self.put(ticket.uid, known);
        is_it
    }

    /// The next try of this mail is later than the last one was.
    pub fn put_off(&mut self, uid: u32, first: Duration, most: Duration) {
        if let Some(known) = self.take(uid) {
            let until = Instant::now() + super::doubled(first, known.tries, most);
            self.put(uid, Known { until, tries: known.tries.saturating_add(1), ..known });
        }
    }

    /// It has not been put off more than once.
    pub fn is_new_trouble(&self, uid: u32) -> bool {
        self.mails.get(&uid).is_some_and(|known| known.tries <= 1)
    }

    /// No mail has been put off.
    pub fn is_well(&self) -> bool {
        let states = [State::Waits, State::Working, State::Answered(Place::Done), State::Answered(Place::Problem)];
        states.iter().all(|s| self.line.range((*s, 1, 0)..=(*s, u32::MAX, u32::MAX)).next().is_none())
    }

    /// Moved away, or found gone.
    pub fn left(&mut self, uid: u32) {
        self.take(uid);
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
        assert_eq!((folder.due(9), folder.due(2)), (vec![2, 3, 1], vec![2, 3]));
        assert!(!folder.is_well() && folder.is_new_trouble(1));
        let ticket = folder.works(1).unwrap();
        assert_eq!(folder.due(9).len(), 2);
        assert!(folder.worked(&ticket, State::Answered(Place::Done)) && folder.is_well());
        assert_eq!(folder.answered(Place::Done), [1]);
    }

    #[test]
    fn a_long_backlog_is_not_looked_through_for_each_of_its_mails() {
        let (mut folder, began) = (folder(40_000), Instant::now());
        while let [uid] = folder.due(1)[..] {
            folder.put_off(uid, Duration::ZERO, Duration::ZERO);
            let ticket = folder.works(uid).unwrap();
            folder.worked(&ticket, State::Answered(Place::Done));
            assert!(folder.is_well() && folder.answered(Place::Done) == [uid] && folder.answered(Place::Problem).is_empty());
            folder.left(uid);
        }
        assert!(!folder.has_due() && folder.len() == 0);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
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
        assert_eq!((folder.due(9), folder.stamp(2)), (vec![2], Some(stamp(2))));
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
