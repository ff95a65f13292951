//! Calendar files (RFC 5545): what is due, and the plan's first and last day.

use chrono::{Days, NaiveDate};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property, Trigger};

use super::messages::{Words, one_line};
use crate::process::case::{Case, State};
use crate::process::house::{At, House};
use crate::process::letters::{Kind, Letter};

/// The calendar file of a letter, name and text: start and end of the plan from step 9 on, else what is due. `None`
/// where there is neither. `stamp` is the time of the decision: the same letter gives the same bytes.
///
/// A deadline is an event and no to-do: Outlook and Google Calendar do not show a mail's VTODO.
pub fn of(letter: &Letter, case: &Case, house: &House, stamp: At) -> Option<(String, String)> {
    let words = Words::plain(house.lang, house, Some(&case.form));
    let kind = letter.kind;
    let short = one_line(case.short(), 60);
    let plan = case.plan.filter(|_| matches!(kind, Kind::Planned | Kind::Progress) || case.state == State::Delivering);
    let mut events = Vec::new();
    match (plan, &case.due) {
        (Some(plan), _) => {
            let say = |key: &str| words.say(&format!("ics.{key}"), &[("short", &short)]);
            events.push(day(case, "start", plan.start, &say("start"), stamp));
            events.push(day(case, "end", plan.end, &say("end"), stamp));
        }
        (None, Some(due)) => {
            let summary = words.say("ics.due", &[("asked", &words.asked(case)), ("short", &short)]);
            let mut event = event(case, &format!("{}-{}", kind.name(), due.at.timestamp()), &summary, stamp);
            event.starts(due.at).ends(due.at);
            // An hour before, in the reader's own calendar.
            event.alarm(Alarm::display(&summary, Trigger::before_start(chrono::TimeDelta::hours(1))));
            events.push(event.done());
        }
        (None, None) => return None,
    }
    let mut calendar = Calendar::new();
    calendar.properties.retain(|p| p.key() != "PRODID");
    calendar.append_property(Property::new("PRODID", "-//quotedesk//VI"));
    calendar.append_property(Property::new("METHOD", "PUBLISH"));
    calendar.extend(events);
    Some((format!("{}.ics", case.id), calendar.to_string()))
}

fn event(case: &Case, what: &str, summary: &str, stamp: At) -> Event {
    let mut event = Event::new();
    event.uid(&format!("{}-{what}@quotedesk", case.id)).timestamp(stamp).summary(summary);
    // A changed plan is the same event anew.
    event.sequence(u32::try_from(case.version).unwrap_or(u32::MAX));
    event.add_property("TRANSP", "TRANSPARENT");
    event
}

/// A whole day; its end is the day after (RFC 5545, 3.6.1: DTEND is exclusive).
fn day(case: &Case, what: &str, date: NaiveDate, summary: &str, stamp: At) -> Event {
    let mut event = event(case, what, summary, stamp);
    event.starts(date).ends(date.checked_add_days(Days::new(1)).unwrap_or(date));
    event.done()
}
