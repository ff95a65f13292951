//! Calendar files (RFC 5545, 5546): what is due, and the plan's first and last day.
//!
//! METHOD is PUBLISH and not REQUEST: nobody is invited, and an invitation would have each reader's client send the desk
//! an answer (METHOD:REPLY) that means nothing. The UID of a deadline stays while the case is at its step, and SEQUENCE
//! rises with the case: opened again, a changed deadline replaces the entry of before.
//!
//! Moments are written in UTC, which needs no VTIMEZONE that a client could read its own way (RFC 5545, 3.3.5 form 2).

use chrono::{Days, NaiveDate, TimeDelta};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property, Trigger};

use super::messages::{Words, one_line};
use crate::process::case::{Case, State};
use crate::process::house::{At, House, Lang};
use crate::process::letters::{Kind, Letter};

/// How long a deadline's entry lasts: an entry of no length is drawn by no calendar that people can tap on.
const DRAWN: TimeDelta = TimeDelta::minutes(15);
/// Before the deadline, in the reader's own calendar.
const REMINDED: TimeDelta = TimeDelta::hours(1);

/// A calendar file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
    /// As its METHOD says, which a mail repeats in the type of the attachment (RFC 6047, 2.4).
    pub method: &'static str,
}

/// The calendar file of a letter: start and end of the plan from step 9 on, else what is due; where the work was given up, the
/// plan's entries are called off. `None` where there is none of these. `stamp` is the time of the decision: the same letter gives
/// the same bytes.
///
/// A deadline is an event and no to-do: Outlook and Google Calendar do not show a mail's VTODO.
pub fn of(letter: &Letter, case: &Case, house: &House, stamp: At) -> Option<File> {
    let words = Words::plain(house.lang, house, Some(&case.form));
    // Before anybody has named the customer, a calendar has to tell it from others all the same.
    let short = Some(one_line(case.short(), 60)).filter(|short| !short.is_empty()).unwrap_or_else(|| case.id.clone());
    let desk = Desk { case, house, stamp };
    let given_up = case.is_given_up_at_work();
    let delivering = matches!(letter.kind, Kind::Planned | Kind::Progress) || case.state == State::Delivering || given_up;
    let events = match (case.plan.filter(|_| delivering), &case.due) {
        (Some(plan), _) => {
            let say = |key: &str| words.say(&format!("ics.{key}"), &[("short", &short)]);
            let mut days = vec![desk.day("start", plan.start, &say("start")), desk.day("end", plan.end, &say("end"))];
            if given_up {
                for day in &mut days {
                    day.add_property("STATUS", "CANCELLED");
                }
            }
            days
        }
        (None, Some(due)) => {
            let summary = words.say("ics.due", &[("asked", &words.asked(case)), ("short", &short)]);
            // A question has the turn for a while, and a deadline of its own.
            let what = if case.question.is_some() { "question".into() } else { case.state.name().to_lowercase() };
            // As the letter says it: due by the end of a day is that whole day.
            let last = words.last_moment(due.at);
            let day = house.calendar.date_of(last);
            if last == house.calendar.end_of_day(day) {
                vec![desk.day(&what, day, &summary)]
            } else {
                let mut event = desk.event(&what, &summary);
                event.starts(due.at).ends(due.at + DRAWN);
                let mut alarm = Alarm::display(&summary, Trigger::before_start(REMINDED));
                // Left out, the library draws one by chance and stamps it by the machine's clock.
                alarm.uid(&desk.uid(&format!("{what}-alarm"))).timestamp(desk.stamp);
                event.alarm(alarm);
                vec![event.done()]
            }
        }
        (None, None) => return None,
    };
    let mut calendar = Calendar::new();
    calendar.properties.retain(|p| p.key() != "PRODID");
    let language = if house.lang == Lang::Vi { "VI" } else { "EN" };
    calendar.append_property(Property::new("PRODID", format!("-//quotedesk//{language}")));
    let method = if given_up { "CANCEL" } else { "PUBLISH" };
    calendar.append_property(Property::new("METHOD", method));
    calendar.extend(events);
    Some(File { name: format!("{}.ics", case.id), text: calendar.to_string(), method })
}

struct Desk<'a> {
    case: &'a Case,
    house: &'a House,
    stamp: At,
}

impl Desk<'_> {
    fn uid(&self, what: &str) -> String {
        let domain = self.house.address.rsplit('@').next().unwrap_or_default();
        format!("{}-{what}@{domain}", self.case.id)
    }

    fn event(&self, what: &str, summary: &str) -> Event {
        let (case, address) = (self.case, &self.house.address);
        let mut event = Event::new();
        event.uid(&self.uid(what)).timestamp(self.stamp).summary(summary);
        event.sequence(u32::try_from(case.version).unwrap_or(u32::MAX));
        // Wanted of what is published (RFC 5546, 3.2.1).
        event.add_property("ORGANIZER", format!("mailto:{address}"));
        event.add_property("TRANSP", "TRANSPARENT");
        event
    }

    /// A whole day; its end is the day after (RFC 5545, 3.6.1: DTEND is exclusive).
    fn day(&self, what: &str, date: NaiveDate, summary: &str) -> Event {
        let mut event = self.event(what, summary);
        event.starts(date).ends(date.checked_add_days(Days::new(1)).unwrap_or(date));
        event.done()
    }
}
