//! `Bắt đầu 14/12, kết thúc 31/12`: the start and end of a plan, and what is said beside them.

use chrono::{Days, NaiveDate};

use super::comment::with_rest;
use super::doubts::unsettled;
use super::firm::Hit;
use super::said::{Said, Sort};
use super::values::{blanked, dated, just_passed};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading, alone};
use crate::calendar::typed::{Lean, TypedDate, date, dates_in};
use crate::process::act::What;
use crate::process::case::State;
use crate::text::squash;

/// Start and end. `dự kiến 05/07` is not yet a plan.
pub(super) fn planned(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    plan_of(&format!("{}\n{}", hit.line, hit.more), body, ctx, hit.bare)
}

pub(super) fn plan_of(text: &str, body: &str, ctx: &Asked, bare: bool) -> Option<Reading> {
    let said = Said::new(text);
    // The `tới` of `tuần tới` leads to no end.
    let coming = |at: usize| {
        let dateless = said.words.get(at + 1).is_none_or(|next| next.sign().is_some());
        let of_week = at > 0 && ["tuần", "tháng", "năm"].iter().any(|unit| said.words[at - 1].is(unit));
        said.words[at].is("tới") && (of_week || dateless)
    };
    let ends = &["kết thúc", "hoàn thành", "đến ngày", "đến", "tới", "xong", "end", "finish", "to", "until"];
    let cut = said.find_but(ends, coming).map(|(_, w)| w);
    let (first, second) = match &cut {
        Some(words) => text.split_at(said.words[words.start].at.start),
        None => (text, ""),
    };
    let found = dates_in(text, ctx.today, Lean::Future);
    if found.is_empty() {
        let none = What::Plan { start: None, end: None };
        // `Bắt đầu cuối tháng`
        let typed = squash(first.trim_matches([' ', ':', ',', '.', '\n']));
        let readings = match date(&typed, ctx.today, Lean::Future) {
            TypedDate::One { date, .. } | TypedDate::Vague(date) => vec![date],
            TypedDate::Ambiguous(readings) => readings,
            TypedDate::Missing | TypedDate::Wrong => vec![],
        };
        return match readings {
            _ if bare => Some(Reading::one(none)),
            readings if !readings.is_empty() && ctx.state == State::Scheduling => {
                Some(Reading::ask(body, Some(none), Doubt::Date { typed, readings }))
            }
            _ => None,
        };
    }
    let beside = blanked(text, &found.iter().map(|(at, _)| at.clone()).collect::<Vec<_>>());
    // `đổi lịch: bắt đầu …`, `sửa ngày bắt đầu thành …` except nothing: they tell the plan anew.
    let anew = |word: &str| Said::new(word).has(PLANS_ANEW) && alone::only_plans(text, ctx, WHO_PLANS);
    let unsettled = unsettled(&beside).filter(|doubt| !matches!(doubt, Doubt::Condition { word } if anew(word)));
    if matches!(unsettled, Some(Doubt::Negated { .. } | Doubt::Question)) {
        return None;
    }
    let (start, end, heard) = match (dated(first, ctx, Lean::Future), dated(second, ctx, Lean::Future)) {
        (Ok((start, mut heard, _)), Ok((end, more, _))) => {
            heard.extend(more);
            (start, end, heard)
        }
        // `01/12 - 18/12`
        (Err(Doubt::Date { readings, .. }), _)
            if cut.is_none() && found.len() == 2 && readings.len() == 2 && readings[0] < readings[1] =>
        {
            let told = found
                .iter()
                .zip(&readings)
                .map(|((at, _), date)| Heard::Date { typed: text[at.clone()].to_string(), date: *date });
            (Some(readings[0]), Some(readings[1]), told.collect())
        }
        (Err(doubt), _) | (_, Err(doubt)) => return Some(Reading::ask(body, None, doubt)),
    };
    let plan = What::Plan { start, end };
    if let Some(doubt) = which_week(start, end, &heard) {
        return Some(Reading::ask(body, Some(plan), doubt));
    }
    if let Some(doubt) = heard.iter().find_map(|heard| just_passed(heard, ctx.today)) {
        return Some(Reading::ask(body, Some(plan), doubt));
    }
    let last = found.iter().map(|(at, _)| at.end).max().unwrap_or(0);
    let told = &text[..text[last..].find('\n').map_or(text.len(), |at| last + at)];
    // An end that was said, and not read: it is not reckoned.
    let unread = end.is_none() && open_end(&blanked(told, &found.iter().map(|(at, _)| at.clone()).collect::<Vec<_>>()));
    let hedge = said.find(HEDGES).map(|(_, words)| Doubt::Condition { word: said.of(words).to_string() });
    // Other things begin and end too, most of all while the work goes on.
    let set_apart = text[last..].trim_start_matches(' ').starts_with([',', ';', '.', '(']);
    let (plans, beside) = text.split_at(if set_apart { last } else { told.len() });
    let news = match ctx.state {
        State::Delivering => !alone::only_plans(text, ctx, &[]),
        State::Scheduling => !alone::only_plans(plans, ctx, WHO_PLANS),
        _ => false,
    };
    match hedge.or(unsettled).or((news || unread).then_some(Doubt::Unclear)) {
        Some(doubt) => Some(Reading::ask(body, Some(plan), doubt)),
        None => Some(with_rest(plan, beside.trim_start_matches([' ', ',', ';', '.', '\n']), ctx).hearing(heard)),
    }
}

/// `bắt đầu thứ 2, kết thúc thứ 6 tuần sau`: is the `tuần sau` said of both?
fn which_week(start: Option<NaiveDate>, end: Option<NaiveDate>, heard: &[Heard]) -> Option<Doubt> {
    let [Heard::Date { typed, .. }, Heard::Date { typed: second, .. }] = heard else { return None };
    let later = start?.checked_add_days(Days::new(7)).filter(|later| Some(*later) <= end)?;
    let names_week = |typed: &str| Said::new(typed).has(&["tuần"]);
    let weekday = Said::new(typed).has(&["thứ", "chủ nhật", "cn", "t2", "t3", "t4", "t5", "t6", "t7"]);
    (weekday && !names_week(typed) && names_week(second))
        .then(|| Doubt::Date { typed: typed.clone(), readings: vec![start.unwrap_or(later), later] })
}

/// `kết thúc ngày 31`, `làm 10 ngày`, `cuối tháng`: what stands beside a plan's dates and says when it ends.
fn open_end(beside: &str) -> bool {
    let said = Said::new(beside);
    said.words.iter().any(|w| w.kind == Sort::Number) || said.has(VAGUE_DAYS)
}
