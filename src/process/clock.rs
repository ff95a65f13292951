//! What time alone brings about: reminders, late notices, escalation, the end of a quote, the days of the plan.
//!
//! Being woken early, late or twice changes nothing: each notice goes once, and of several that fell due meanwhile
//! only the last one goes.

use chrono::{Days, NaiveDate};

use super::case::{Case, Reason, State};
use super::event::Event;
use super::house::{At, Email, House, Person};
use super::roles;
use crate::calendar::Deadline;

/// What has fallen due by now.
///
/// A quote that has run out closes its case, but not where the customer has paid or signed: that they want it is known, and a
/// closed case would leave their money with nobody. Sales is told that it is late, and then the next one up.
pub fn tick(case: &Case, house: &House, now: At) -> Vec<Event> {
    let stood_in = stand_ins(case, house).into_iter().filter(|(at, ..)| *at <= now);
    let mut events: Vec<Event> = stood_in.map(|(_, absent, deputy)| Event::StoodIn { absent, deputy }).collect();
    if let Some(quote) = running_quote(case) {
        if now >= house.calendar.midnight(quote + Days::new(1)) {
            if case.is_bound() {
                events.extend(late(case, house, now));
                return events;
            }
            return vec![Event::Closed { reason: Reason::Expired, text: String::new() }];
        }
        let passed = quote_days(case, house).into_iter().filter(|at| *at <= now).count() as u32;
        events.extend((passed > case.quote_reminders).then_some(Event::QuoteReminded { level: passed }));
        return events;
    }
    let day_of_plan = plan_days(case, house).take_while(|(_, at)| *at <= now).last();
    if let Some((level, _)) = day_of_plan {
        events.push(Event::PlanReminded { level });
    }
    events.extend(late(case, house, now));
    events
}

fn late(case: &Case, house: &House, now: At) -> Option<Event> {
    nudges(case, house).take_while(|(_, at)| *at <= now).last().map(|(level, _)| Event::Nudged { level })
}

/// The next moment at which `tick` has something to do; `None`: nothing but an act moves this case.
pub fn wake(case: &Case, house: &House) -> Option<At> {
    let stands_in = stand_ins(case, house).into_iter().map(|(at, ..)| at).min();
    if let Some(expires) = running_quote(case) {
        let end = house.calendar.midnight(expires + Days::new(1));
        let next = match case.is_bound() && case.nudges > 0 {
            true => nudges(case, house).next().map(|(_, at)| at),
            false => {
                let reminder = quote_days(case, house).into_iter().nth(case.quote_reminders as usize);
                Some(reminder.map_or(end, |at| at.min(end)))
            }
        };
        return next.into_iter().chain(stands_in).min();
    }
    let plan = plan_days(case, house).next().map(|(_, at)| at);
    let nudge = nudges(case, house).next().map(|(_, at)| at);
    plan.into_iter().chain(nudge).chain(stands_in).min()
}

/// Who comes to stand in while a turn lasts, for whom, and from when on: whoever has gone away since it began. They have had no
/// letter of it. Each is told once in a turn.
pub fn stand_ins(case: &Case, house: &House) -> Vec<(At, Email, Email)> {
    let began = house.day(case.since);
    let goes_away =
        |person: &Person| Some((person.email.clone(), person.away.as_ref().filter(|away| away.from > began)?.clone()));
    let absences: Vec<_> = house.people.iter().filter_map(goes_away).collect();
    if case.is_closed() || absences.is_empty() {
        return vec![];
    }
    let asked = roles::turn(case, house, began);
    let mut all: Vec<(At, Email, Email)> = Vec::new();
    for (absent, away) in absences {
        let at = house.calendar.next_working_time(house.calendar.midnight(away.from));
        let day = house.day(at);
        if day > away.to || !(asked.contains(&absent) || case.stood_in.contains(&absent)) {
            continue;
        }
        let new = |p: &Email| !asked.contains(p) && !case.stood_in.contains(p) && !all.iter().any(|(.., known)| known == p);
        let deputies: Vec<Email> = roles::turn(case, house, day).into_iter().filter(new).collect();
        all.extend(deputies.into_iter().map(|deputy| (at, absent.clone(), deputy)));
    }
    all
}

/// Who stands in today by an absence that was entered after the turn had begun: by the house as it was `before` the turn was
/// another's. They have had no letter of it either.
pub fn stand_ins_entered(case: &Case, house: &House, before: &House, now: At) -> Vec<Event> {
    let today = house.day(now);
    let was = roles::turn(case, before, today);
    let mut entered: Vec<Event> = Vec::new();
    let mut told = case.stood_in.clone();
    for absent in roles::asked(case, house, today) {
        let deputy = roles::stand_in(case, house, &absent, today).to_string();
        if deputy != absent && !was.contains(&deputy) && told.insert(deputy.clone()) {
            entered.push(Event::StoodIn { absent, deputy });
        }
    }
    entered
}

/// The last day of the quote that waits for the customer's word.
fn running_quote(case: &Case) -> Option<NaiveDate> {
    if case.state == State::Quoted { case.quote().map(|q| q.expires) } else { None }
}

/// Step 6: reminders half-way, three days before and on the last day (7, 12 and 15 of 15), moved back to a working day.
fn quote_days(case: &Case, house: &House) -> Vec<At> {
    let Some(quote) = case.quote() else { return vec![] };
    let validity = (quote.expires - quote.date).num_days().max(0) as u64;
    let mut days: Vec<NaiveDate> = Vec::new();
    for after in [validity / 2, validity.saturating_sub(3), validity] {
        let day = house.calendar.working_day_until(quote.date + Days::new(after));
        if day > quote.date && days.last().is_none_or(|last| day > *last) {
            days.push(day);
        }
    }
    days.into_iter().map(|day| house.calendar.opening(day)).collect()
}

/// Step 9: 1 the day of the start, 2 the working day before the end, where it is not that of the start, 3 the day of the end;
/// those that still lie ahead. Days that had passed when the plan was made are not told of, and nothing is once the work is
/// handed over.
fn plan_days<'a>(case: &'a Case, house: &'a House) -> impl Iterator<Item = (u32, At)> + 'a {
    let plan = case.plan.filter(|_| case.state == State::Delivering && case.handed_over_on.is_none());
    plan.into_iter().flat_map(move |plan| {
        let eve = house.calendar.working_day_until(plan.end.pred_opt().unwrap_or(plan.end));
        let days =
            [(1, plan.start), (2, eve), (3, plan.end)].into_iter().filter(move |(level, day)| *level != 2 || *day > plan.start);
        let days = days.map(|(level, day)| (level, house.calendar.opening(day)));
        days.filter(|(level, at)| *level > case.plan_reminders && *at > case.since)
    })
}

/// The notices of the present wait that have not gone yet, in order: 1 a reminder before it is due, 2 late, 3 the next
/// one up, then the next one up again each working week for a month. A quote has reminders of its own, and is late once it has run out.
fn nudges<'a>(case: &'a Case, house: &'a House) -> impl Iterator<Item = (u32, At)> + 'a {
    let quote = running_quote(case).is_some();
    let due = if case.is_closed() { None } else { case.due.as_ref() };
    let at = move |level, due: &Deadline| match level {
        1 if quote => None,
        2 if quote => Some(due.at),
        level => notice(level, due, house),
    };
    due.into_iter().flat_map(move |due| (case.nudges + 1..8).filter_map(move |level| Some((level, at(level, due)?))))
}

/// When a notice goes, in working hours. A wait shorter than the reminder's lead has no reminder.
fn notice(level: u32, due: &Deadline, house: &House) -> Option<At> {
    let calendar = &house.calendar;
    let late = calendar.next_working_time(due.at);
    let up = || calendar.next_working_time(calendar.due(due.at, &house.deadlines.escalate_after).at).max(late);
    match level {
        1 => {
            let before = calendar.next_working_time(calendar.before(due.at, &house.deadlines.remind_before));
            Some(before).filter(|at| due.from < *at && *at < due.at)
        }
        2 => Some(late),
        3 => Some(up()),
        _ => Some(calendar.opening(calendar.add_working_days(calendar.date_of(up()), 5 * (level - 3)))),
    }
}
