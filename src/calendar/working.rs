//! The company's calendar: which days and hours are worked, and when something is due.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::holidays;
use super::span::Span;

/// The days and hours that the company works.
#[derive(Clone, Debug)]
pub struct Calendar {
    tz: Tz,
    /// Minutes of the day, from and to, in order and apart.
    hours: Vec<(u32, u32)>,
    /// Monday first.
    days: [bool; 7],
    /// Days off that would be worked by their weekday.
    off: BTreeSet<NaiveDate>,
    /// Days worked that would be off by their weekday.
    extra: BTreeSet<NaiveDate>,
}

/// Why no calendar can be made of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCalendar {
    #[error("no day of the week is worked")]
    NoDays,
    #[error("no hours are worked")]
    NoHours,
    #[error("`{0}` are no hours: `08:00-12:00` are")]
    Hours(String),
    #[error("working hours overlap at `{0}`")]
    Overlap(String),
}

/// When something is due, and what was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    /// `None`: the day was named by somebody, not reckoned.
    pub span: Option<Span>,
    /// Days off between the two that would be worked by their weekday: a letter names them, plain weekends it does not.
    pub skipped: Vec<NaiveDate>,
}

/// One working stretch of hours, `"08:00-12:00"`, as minutes of the day. `24:00` is the end of the day.
pub fn parse_hours(text: &str) -> Result<(u32, u32), BadCalendar> {
    let bad = || BadCalendar::Hours(text.to_owned());
    let minute = |t: &str| match t.trim() {
        "24:00" => Some(24 * 60),
        t => NaiveTime::parse_from_str(t, "%H:%M").ok().map(|t| t.hour() * 60 + t.minute()),
    };
    let (from, to) = text.split_once(['-', '–']).ok_or_else(bad)?;
    let (from, to) = (minute(from).ok_or_else(bad)?, minute(to).ok_or_else(bad)?);
    if from < to { Ok((from, to)) } else { Err(bad()) }
}

impl Calendar {
    /// `hours` as [`parse_hours`] gives them; `holidays` are added to the country's own; `worked` are worked whatever else says.
    pub fn new(
        tz: Tz,
        mut hours: Vec<(u32, u32)>,
        days: &[Weekday],
        holidays: &[NaiveDate],
        worked: &[NaiveDate],
    ) -> Result<Calendar, BadCalendar> {
        let clock = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
        hours.sort_unstable();
        if hours.is_empty() {
            return Err(BadCalendar::NoHours);
        }
        if let Some((from, to)) = hours.iter().find(|(from, to)| from >= to || *to > 24 * 60) {
            return Err(BadCalendar::Hours(format!("{}-{}", clock(*from), clock(*to))));
        }
        if let Some(pair) = hours.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            return Err(BadCalendar::Overlap(clock(pair[1].0)));
        }
        if days.is_empty() {
            return Err(BadCalendar::NoDays);
        }
        Ok(Calendar::laid_out(tz, hours, days, holidays, worked))
    }

    /// Monday to Friday, 08:00-12:00 and 13:30-17:30, in Vietnam: what a desk has without `[calendar]`.
    pub fn vietnam() -> Calendar {
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        Calendar::laid_out(Tz::Asia__Ho_Chi_Minh, vec![(8 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)], &week, &[], &[])
    }

    fn laid_out(tz: Tz, hours: Vec<(u32, u32)>, days: &[Weekday], holidays: &[NaiveDate], worked: &[NaiveDate]) -> Calendar {
        let works = |w: Weekday| days.contains(&w);
        let national = (NATIONAL_FROM..=NATIONAL_TO).flat_map(|year| holidays::of_year(year, works));
        let off = national.chain(holidays.iter().copied()).filter(|d| works(d.weekday()) && !worked.contains(d)).collect();
        let extra = worked.iter().filter(|d| !works(d.weekday())).copied().collect();
        let mut week = [false; 7];
        days.iter().for_each(|w| week[w.num_days_from_monday() as usize] = true);
        Calendar { tz, hours, days: week, off, extra }
    }

    pub fn tz(&self) -> Tz {
        self.tz
    }

    /// The date on the company's wall at a moment.
    pub fn date_of(&self, at: DateTime<Utc>) -> NaiveDate {
        self.wall(at).date()
    }

    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        (self.weekday_works(date) && !self.off.contains(&date)) || self.extra.contains(&date)
    }

    /// The first working day on or after a date.
    pub fn working_day_from(&self, date: NaiveDate) -> NaiveDate {
        self.seek(date, NaiveDate::succ_opt)
    }

    /// The last working day on or before a date: reminders roll back (domain f.4).
    pub fn working_day_until(&self, date: NaiveDate) -> NaiveDate {
        self.seek(date, NaiveDate::pred_opt)
    }

    /// `n` working days after a date, which does not count itself; 0 is the first working day on or after it.
    pub fn add_working_days(&self, date: NaiveDate, n: u32) -> NaiveDate {
        if n == 0 {
            return self.working_day_from(date);
        }
        let step = |d: NaiveDate| d.succ_opt().map_or(d, |next| self.working_day_from(next));
        (0..n.min(MOST_DAYS)).fold(date, |d, _| step(d))
    }

    /// Working days after `from` up to and with `to`; negative the other way round.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        if to < from {
            return -self.working_days_between(to, from);
        }
        let Some(first) = from.succ_opt().filter(|f| *f <= to) else { return 0 };
        let length = (to - from).num_days();
        let per_week = self.days.iter().filter(|d| **d).count() as i64;
        let odd_days = first.iter_days().take((length % 7) as usize).filter(|d| self.weekday_works(*d)).count() as i64;
        let count = |set: &BTreeSet<NaiveDate>| set.range(first..=to).count() as i64;
        length / 7 * per_week + odd_days - count(&self.off) + count(&self.extra)
    }

    /// The moment at which a span that begins at `from` runs out.
    ///
    /// Working time counts from the next opening where `from` lies outside of it. Two working days from Monday 10:00
    /// end on Wednesday 10:00. Calendar days run to the end of the last day (23:59:59).
    pub fn due(&self, from: DateTime<Utc>, span: &Span) -> Deadline {
        let start = self.wall(from);
        let end = match *span {
            Span::CalendarDays(n) => {
                self.end_of_day(start.date().checked_add_days(Days::new(n.into())).unwrap_or(NaiveDate::MAX))
            }
            Span::Hours(0) | Span::Days(0) => from,
            Span::Hours(n) => self.utc(self.forward(start, i64::from(n) * 3600)),
            Span::Days(n) => self.utc(self.forward(start, i64::from(n) * self.day_seconds())),
        };
        let skipped = match span {
            Span::CalendarDays(_) => Vec::new(),
            _ => self.off.range(start.date()..=self.date_of(end).max(start.date())).copied().collect(),
        };
        Deadline { at: end, from, span: Some(*span), skipped }
    }

    /// The moment a span before another: when to remind of what is due at `at`.
    pub fn before(&self, at: DateTime<Utc>, span: &Span) -> DateTime<Utc> {
        let end = self.wall(at);
        match *span {
            Span::CalendarDays(n) => at.checked_sub_days(Days::new(n.into())).unwrap_or(DateTime::<Utc>::MIN_UTC),
            Span::Hours(0) | Span::Days(0) => at,
            Span::Hours(n) => self.utc(self.backward(end, i64::from(n) * 3600)),
            Span::Days(n) => self.utc(self.backward(end, i64::from(n) * self.day_seconds())),
        }
    }

    pub fn is_working_time(&self, at: DateTime<Utc>) -> bool {
        let wall = self.wall(at);
        let second = i64::from(wall.num_seconds_from_midnight());
        self.is_working_day(wall.date()) && self.stretches().any(|(from, to)| (from..to).contains(&second))
    }

    /// The moment itself within working time, else the next opening: reminders wait for it.
    pub fn next_working_time(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        if self.is_working_time(at) { at } else { self.utc(self.forward(self.wall(at), 0)) }
    }

    /// The day's last closing hour, on a day off too: a wished date means its end of business (domain f.4).
    pub fn closing(&self, date: NaiveDate) -> DateTime<Utc> {
        self.utc(at_second(date, self.stretches().map(|(_, to)| to).max().unwrap_or(0)))
    }

    /// The day's first opening hour, on a day off too.
    pub fn opening(&self, date: NaiveDate) -> DateTime<Utc> {
        self.utc(at_second(date, self.stretches().map(|(from, _)| from).min().unwrap_or(0)))
    }

    /// A deadline that somebody named: nothing was reckoned.
    pub fn named(&self, at: DateTime<Utc>, from: DateTime<Utc>) -> Deadline {
        Deadline { at, from, span: None, skipped: Vec::new() }
    }

    /// The first moment of a calendar day.
    pub fn midnight(&self, date: NaiveDate) -> DateTime<Utc> {
        self.end_of_day(date.pred_opt().unwrap_or(date)) + chrono::TimeDelta::seconds(1)
    }

    /// The last second of a calendar day.
    pub fn end_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.utc(at_second(date, 24 * 3600 - 1))
    }

    /// The first day of a project: payment plus the lead time, in half working days rounded up (domain f.4).
    pub fn start_after(&self, paid: NaiveDate, lead_half_days: u32) -> NaiveDate {
        self.add_working_days(paid, lead_half_days.div_ceil(2))
    }

    /// The last day of a project; its first counts as day 1, half days are rounded up (domain f.4).
    pub fn end_of(&self, start: NaiveDate, half_days: u32) -> NaiveDate {
        self.add_working_days(start, half_days.div_ceil(2).saturating_sub(1))
    }

    fn weekday_works(&self, date: NaiveDate) -> bool {
        self.days[date.weekday().num_days_from_monday() as usize]
    }

    /// A week has a working day, and days off are finitely many, so this ends; at the end of time it stays.
    fn seek(&self, date: NaiveDate, step: impl Fn(&NaiveDate) -> Option<NaiveDate>) -> NaiveDate {
        let mut at = date;
        while !self.is_working_day(at) {
            match step(&at) {
                Some(next) => at = next,
                None => return at,
            }
        }
        at
    }

    /// Working seconds of the day.
    fn stretches(&self) -> impl DoubleEndedIterator<Item = (i64, i64)> + '_ {
        self.hours.iter().map(|(from, to)| (i64::from(*from) * 60, i64::from(*to) * 60))
    }

    fn day_seconds(&self) -> i64 {
        self.stretches().map(|(from, to)| to - from).sum()
    }

    /// `seconds` of working time after a wall time; 0 is the next moment that is worked.
    fn forward(&self, from: NaiveDateTime, mut seconds: i64) -> NaiveDateTime {
        let mut date = from.date();
        let mut now = i64::from(from.num_seconds_from_midnight());
        loop {
            if self.is_working_day(date) {
                for (open, close) in self.stretches() {
                    let begin = now.max(open);
                    if begin < close {
                        // Work that ends with the stretch is due at its end, not at the next opening.
                        if seconds <= close - begin {
                            return at_second(date, begin + seconds);
                        }
                        seconds -= close - begin;
                    }
                }
            }
            now = 0;
            match date.succ_opt() {
                Some(next) => date = next,
                None => return NaiveDateTime::MAX,
            }
        }
    }

    /// `seconds` of working time before a wall time.
    fn backward(&self, to: NaiveDateTime, mut seconds: i64) -> NaiveDateTime {
        let mut date = to.date();
        let mut now = i64::from(to.num_seconds_from_midnight());
        loop {
            if self.is_working_day(date) {
                for (open, close) in self.stretches().rev() {
                    let end = now.min(close);
                    if open < end {
                        if seconds <= end - open {
                            return at_second(date, end - seconds);
                        }
                        seconds -= end - open;
                    }
                }
            }
            now = 24 * 3600;
            match date.pred_opt() {
                Some(previous) => date = previous,
                None => return NaiveDateTime::MIN,
            }
        }
    }

    fn wall(&self, at: DateTime<Utc>) -> NaiveDateTime {
        // At the very ends of time a zone has no wall clock.
        at.naive_utc()
            .checked_add_offset(chrono::Offset::fix(&self.tz.offset_from_utc_datetime(&at.naive_utc())))
            .unwrap_or(at.naive_utc())
    }

    fn utc(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let local = self.tz.from_local_datetime(&wall);
        // A wall time that summer time leaves out is taken an hour on.
        let local =
            local.earliest().or_else(|| self.tz.from_local_datetime(&wall.checked_add_signed(TimeDelta::hours(1))?).earliest());
        local.map_or(wall.and_utc(), |l| l.with_timezone(&Utc))
    }
}

/// Years for which the country's days are laid out; outside of them only weekdays count.
const NATIONAL_FROM: i32 = 2015;
const NATIONAL_TO: i32 = 2060;

/// Some four hundred years of work: nothing asks for more.
const MOST_DAYS: u32 = 100_000;

/// Seconds up to 24:00.
fn at_second(date: NaiveDate, second: i64) -> NaiveDateTime {
    date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::seconds(second)).unwrap_or(NaiveDateTime::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    /// Wall time in Vietnam: `2026-11-23 10:00`.
    fn at(text: &str) -> DateTime<Utc> {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap().and_utc() - TimeDelta::hours(7)
    }
    fn due(from: &str, span: &str) -> DateTime<Utc> {
        Calendar::vietnam().due(at(from), &span.parse().unwrap()).at
    }

    /// Whole schedules under the announced swaps: paid, lead, start, total days, end.
    /// They need 29/04/2024 off without being configured, and the Saturdays 04/05/2024 and 26/04/2025 worked by configuration.
    #[test]
    fn schedules_come_out() {
        let tz = Tz::Asia__Ho_Chi_Minh;
        let worked = ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"].map(day);
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let calendar = Calendar::new(tz, vec![(480, 720), (810, 1050)], &week, &[day("2026-01-02")], &worked).unwrap();
        for (paid, lead, start, days, end) in [
            ("2021-07-02", 5, "2021-07-09", 12, "2021-07-26"),
            ("2024-03-28", 5, "2024-04-04", 29, "2024-05-17"),
            ("2024-08-15", 10, "2024-08-29", 150, "2025-04-08"),
            ("2024-09-20", 1, "2024-09-23", 1, "2024-09-23"),
            ("2025-03-21", 5, "2025-03-28", 22, "2025-04-28"),
            ("2025-05-09", 3, "2025-05-14", 16, "2025-06-04"),
            ("2025-06-16", 15, "2025-07-07", 60, "2025-09-30"),
            ("2025-08-01", 5, "2025-08-08", 23, "2025-09-11"),
            ("2025-11-24", 4, "2025-11-28", 10, "2025-12-11"),
            ("2026-01-20", 3, "2026-01-23", 7, "2026-02-02"),
        ] {
            assert_eq!(calendar.start_after(day(paid), lead * 2), day(start), "start after {paid}");
            assert_eq!(calendar.end_of(day(start), days * 2), day(end), "end from {start}");
            assert_eq!(calendar.working_days_between(day(start), day(end)), i64::from(days) - 1);
        }
    }

    /// Where clocks are put forward and back, working time is what the wall clock says; a leap day is a day.
    #[test]
    fn zones_with_summer_time_and_leap_days() {
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let berlin = Calendar::new(Tz::Europe__Berlin, vec![(480, 720), (810, 1050)], &week, &[], &[]).unwrap();
        let utc = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (from, span, want) in [
            ("2026-03-27T15:30:00Z", "2h", "2026-03-30T07:00:00Z"),
            ("2026-10-23T14:30:00Z", "2h", "2026-10-26T08:00:00Z"),
            ("2028-02-28T09:00:00Z", "1d", "2028-02-29T09:00:00Z"),
        ] {
            let span: Span = span.parse().unwrap();
            assert_eq!(berlin.due(utc(from), &span).at, utc(want), "{from}");
            assert_eq!(berlin.before(utc(want), &span), utc(from), "back from {want}");
        }
        // Hours that do not exist, or exist twice.
        let every = [Weekday::Sat, Weekday::Sun, Weekday::Mon];
        let nights = Calendar::new(Tz::Europe__Berlin, vec![(0, 240)], &every, &[], &[]).unwrap();
        for from in ["2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            let due = nights.due(utc(from), &"1h".parse().unwrap()).at - utc(from);
            assert!(due >= TimeDelta::zero() && due <= TimeDelta::hours(26), "{from}: {due}");
        }
    }

    #[test]
    fn half_days_take_a_whole_one() {
        let c = Calendar::vietnam();
        assert_eq!(c.end_of(day("2026-11-23"), 1), day("2026-11-23"));
        assert_eq!(c.end_of(day("2026-11-23"), 5), day("2026-11-26"), "24/11 is off");
        assert_eq!(c.start_after(day("2026-11-21"), 0), day("2026-11-23"), "paid on a Saturday");
    }

    #[test]
    fn working_time_counts_from_the_next_opening() {
        for (from, span, want) in [
            ("2026-06-01 10:00", "2d", "2026-06-03 10:00"),
            ("2026-06-01 10:00", "4h", "2026-06-01 15:30"),
            ("2026-06-01 08:00", "1d", "2026-06-01 17:30"),
            ("2026-06-01 12:15", "1h", "2026-06-01 14:30"),
            ("2026-06-05 17:00", "1h", "2026-06-08 08:30"),
            ("2026-06-05 20:00", "4h", "2026-06-08 12:00"),
            ("2026-06-06 09:00", "1d", "2026-06-08 17:30"),
            ("2026-04-29 15:00", "1d", "2026-05-04 15:00"),
            ("2026-02-13 16:30", "2h", "2026-02-23 09:00"),
            ("2026-06-06 09:00", "0h", "2026-06-06 09:00"),
        ] {
            assert_eq!(due(from, span), at(want), "{from} + {span}");
        }
        assert_eq!(due("2021-06-23 10:00", "15cd"), at("2021-07-08 23:59") + TimeDelta::seconds(59));
    }

    #[test]
    fn a_deadline_names_the_days_it_passes_over() {
        let c = Calendar::vietnam();
        let deadline = c.due(at("2026-04-28 15:00"), &Span::Days(3));
        assert_eq!(deadline.at, at("2026-05-05 15:00"));
        assert_eq!(deadline.skipped, [day("2026-04-30"), day("2026-05-01")]);
        assert!(c.due(at("2026-06-05 15:00"), &Span::Days(3)).skipped.is_empty(), "weekends are not named");
        let json = serde_json::to_string(&deadline).unwrap();
        assert_eq!(serde_json::from_str::<Deadline>(&json).unwrap(), deadline);
    }

    #[test]
    fn reminders_go_back_through_working_time() {
        let c = Calendar::vietnam();
        for (due, span, want) in [
            ("2026-06-03 10:00", "4h", "2026-06-02 15:30"),
            ("2026-06-01 09:00", "4h", "2026-05-29 14:30"),
            ("2026-06-03 10:00", "1d", "2026-06-02 10:00"),
            ("2026-06-07 12:00", "1h", "2026-06-05 16:30"),
        ] {
            assert_eq!(c.before(at(due), &span.parse().unwrap()), at(want), "{due} - {span}");
        }
        assert_eq!(c.before(c.end_of_day(day("2021-07-08")), &Span::CalendarDays(3)), c.end_of_day(day("2021-07-05")));
        assert!(c.is_working_time(at("2026-06-01 08:00")) && !c.is_working_time(at("2026-06-01 12:00")));
        assert_eq!(c.next_working_time(at("2026-06-01 12:00")), at("2026-06-01 13:30"));
        assert_eq!(c.next_working_time(at("2026-06-01 09:15")), at("2026-06-01 09:15"));
        assert_eq!(c.closing(day("2026-06-01")), at("2026-06-01 17:30"));
    }

    #[test]
    fn the_companys_days_come_before_the_countrys() {
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let c = Calendar::new(Tz::UTC, vec![(480, 720)], &week, &[day("2026-07-10")], &[day("2026-07-11"), day("2026-09-02")])
            .unwrap();
        let off = |date: &str| !c.is_working_day(day(date));
        assert!(off("2026-07-10") && !off("2026-07-11"), "worked instead");
        assert!(off("2026-07-12"), "a Sunday");
        assert!(off("2026-09-01") && !off("2026-09-02"), "worked whatever the country does");
        assert_eq!(c.add_working_days(day("2026-07-09"), 1), day("2026-07-11"));
        assert_eq!(c.working_day_until(day("2026-07-12")), day("2026-07-11"));
    }

    #[test]
    fn odd_configurations_are_refused() {
        let make = |hours: &[(u32, u32)], days: &[Weekday]| Calendar::new(Tz::UTC, hours.to_vec(), days, &[], &[]).map(|_| ());
        assert_eq!(make(&[(480, 720)], &[]), Err(BadCalendar::NoDays));
        assert_eq!(make(&[], &[Weekday::Mon]), Err(BadCalendar::NoHours));
        assert_eq!(make(&[(480, 720), (700, 800)], &[Weekday::Mon]), Err(BadCalendar::Overlap("11:40".into())));
        assert_eq!(parse_hours("08:00-12:00"), Ok((480, 720)));
        assert_eq!(parse_hours("20:00-24:00"), Ok((1200, 1440)));
        for text in ["", "8", "12:00-08:00", "25:00-26:00", "08:00"] {
            assert!(parse_hours(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let c = Calendar::vietnam();
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            for span in [Span::Hours(4), Span::Days(5_000), Span::CalendarDays(5_000)] {
                c.due(at, &span);
                c.before(at, &span);
            }
            c.next_working_time(at);
            c.is_working_time(at);
        }
        assert_eq!(c.add_working_days(NaiveDate::MAX, 3), NaiveDate::MAX);
        assert!(c.working_days_between(NaiveDate::MIN, NaiveDate::MAX) > 100_000_000);
    }
}
