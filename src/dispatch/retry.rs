//! How long to wait before the next attempt, and when to stop trying.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::TimeDelta;

use crate::process::house::At;

/// The patience with one kind of receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The shortest wait.
    pub first: TimeDelta,
    /// The longest.
    pub most: TimeDelta,
    /// Then it is a dead letter; `None`: never.
    pub give_up: Option<TimeDelta>,
}

impl Patience {
    /// A mail server: from a minute to four hours, for five days (RFC 5321, 4.5.4.1 asks for four to five).
    pub const SERVER: Patience =
        Patience { first: TimeDelta::minutes(1), most: TimeDelta::hours(4), give_up: Some(TimeDelta::days(5)) };

    /// A mail server that is away or lets nobody in. It is the company's own: once it is mended, all that waited goes
    /// within a minute, and no holiday is so long that the mails of a desk with a wrong password become dead letters. The
    /// operator is told after ten minutes.
    pub const AWAY: Patience = Patience { first: TimeDelta::seconds(5), most: TimeDelta::seconds(30), give_up: None };

    /// A disk or share of our own: nobody is troubled by asking often, and it will be mended some day.
    pub const DISK: Patience = Patience { first: TimeDelta::seconds(5), most: TimeDelta::seconds(30), give_up: None };

    /// From when on the time until it is given up counts, after an attempt that `began` then found the server away and is made
    /// again at `next`: neither it nor the wait after it is the receiver's doing. No more of it is kept than makes the pauses grow.
    pub fn since(&self, first_try: At, began: At, next: At) -> At {
        next - (began - first_try).max((next - first_try).min(self.most)).max(TimeDelta::zero())
    }

    /// When attempt number `attempt + 1` is due: as long again as it has taken so far, a fifth more or less, so that
    /// what failed together does not come back together. `None`: give up.
    pub fn next(&self, id: i64, attempt: i64, first_try: At, now: At) -> Option<At> {
        let so_far = now - first_try;
        if self.give_up.is_some_and(|limit| so_far >= limit) {
            return None;
        }
        let wait = so_far.clamp(self.first, self.most);
        // The same for the same attempt: nothing here is left to chance that a test could not repeat.
        let mut hasher = DefaultHasher::new();
        (id, attempt).hash(&mut hasher);
        let percent = 80 + (hasher.finish() % 41) as i32;
        Some(now + wait / 100 * percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_tried_from_a_minute_to_five_days() {
        let start = At::UNIX_EPOCH;
        let (mut now, mut attempt, mut waits) = (start, 1, Vec::new());
        while let Some(next) = Patience::SERVER.next(7, attempt, start, now) {
            waits.push(next - now);
            (now, attempt) = (next, attempt + 1);
        }
        assert!(waits[0] >= TimeDelta::seconds(48) && waits[0] <= TimeDelta::seconds(72), "{:?}", waits[0]);
        assert!(waits.iter().all(|w| *w <= TimeDelta::minutes(288)));
        assert!(now - start >= TimeDelta::days(5) && now - start < TimeDelta::hours(125));
        assert!((30..60).contains(&waits.len()), "{} attempts", waits.len());
    }

    #[test]
    fn what_failed_together_comes_back_apart() {
        let now = At::UNIX_EPOCH;
        let mut times: Vec<_> = (0..100).filter_map(|id| Patience::SERVER.next(id, 1, now, now)).collect();
        times.sort();
        times.dedup();
        assert!(times.len() > 20);
    }

    #[test]
    fn a_disk_is_back_within_a_minute_after_days() {
        let now = At::UNIX_EPOCH + TimeDelta::days(30);
        let next = Patience::DISK.next(1, 99, At::UNIX_EPOCH, now).unwrap();
        assert!(next - now <= TimeDelta::seconds(36));
    }

    /// Five days of an outage, in attempts that time out, are no five days of a server's no; nor do they wipe those out.
    #[test]
    fn time_away_is_no_time_of_refusals() {
        for refused in [TimeDelta::zero(), TimeDelta::days(3)] {
            let (mut first, mut now, mut attempts) = (At::UNIX_EPOCH, At::UNIX_EPOCH + refused, 0);
            let end = now + TimeDelta::days(7);
            while now < end {
                let began = now;
                now += TimeDelta::seconds(60);
                let next = Patience::AWAY.next(7, attempts, first, now).unwrap();
                assert!(attempts == 0 || next - now >= TimeDelta::seconds(24), "{}", next - now);
                first = Patience::AWAY.since(first, began, next);
                (now, attempts) = (next, attempts + 1);
            }
            let counted = now - first;
            assert!(counted >= refused && counted <= refused + TimeDelta::seconds(30), "{counted}");
            assert!(Patience::SERVER.next(7, attempts, first, now).is_some());
        }
    }

    #[test]
    fn a_clock_set_back_shortens_nothing() {
        let next = Patience::SERVER.next(1, 3, At::UNIX_EPOCH + TimeDelta::days(1), At::UNIX_EPOCH).unwrap();
        assert!(next >= At::UNIX_EPOCH + TimeDelta::seconds(48));
    }
}
