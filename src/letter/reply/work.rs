//! How far the work is: `TIẾN ĐỘ: 60%`, `ĐÃ TEST XONG`, and what Tech writes instead once there is a contract.

use super::comment::with_rest;
use super::doubts::{blocker, is_marked, is_question, unsettled};
use super::firm::Hit;
use super::plan::plan_of;
use super::said::{Said, Sort};
use super::values::{OneDate, blanked, dated, one_date, vague_day};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading, alone, mention};
use crate::calendar::typed::{Lean, dates_in};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// Tech's, once there is a contract.
pub(super) fn is_work(ctx: &Asked) -> bool {
    matches!(ctx.state, State::Scheduling | State::Delivering) && ctx.is_tech() && !ctx.is(Role::Sales)
}

/// `TIẾN ĐỘ: 60%`, and what is told with it. `next`: another plain answer in a text.
pub(super) fn progress(hit: &Hit, body: &str, ctx: &Asked, next: impl Fn(&str) -> Option<What>) -> Option<Reading> {
    let said = Said::new(hit.line);
    let is_number = |at: usize| said.words.get(at).is_some_and(|w| w.kind == Sort::Number);
    // How many words say that the number before is of a hundred.
    let of_hundred = |at: usize| match said.words.get(at)?.sign() {
        Some('%') => Some(1),
        _ => said.phrase_at(at, PER_CENT),
    };
    let found: Vec<(usize, usize)> =
        (0..said.words.len()).filter(|at| is_number(*at)).filter_map(|at| Some((at, at + 1 + of_hundred(at + 1)?))).collect();
    // `Tiến độ: 80`
    let alone = (0..said.words.len()).find(|at| is_number(*at)).map(|at| (at, at + 1)).filter(|(at, behind)| {
        found.is_empty()
            && Said::new(said.of(0..*at)).only(&[BEFORE_PERCENT, POLITE])
            && Said::new(said.from(*behind)).only(&[POLITE])
    });
    if found.is_empty() && is_question(&said) {
        return None;
    }
    // Of the whole: `Tiến độ mục 2 50%`, `chậm 20%` and `50% phần in` are not.
    let whole = |(at, behind): &(usize, usize)| {
        let part = said.longest_at(*behind, PARTS).is_some() || said.longest_at(*behind, &["phần", "của"]).is_some();
        found.len() <= 1 && !part && Said::new(said.of(0..*at)).only(&[BEFORE_PERCENT, POLITE])
    };
    let named = found.first().copied().or(alone).filter(whole);
    let percent = named.and_then(|(at, _)| said.words[at].typed.parse::<u32>().ok()).filter(|p| *p <= 100);
    // `62,5%, phần in xong`: a figure that cannot be kept as one stays in the words; by itself it is asked for.
    let line = match named.map(|(_, behind)| said.from(behind)) {
        Some(rest) if percent.is_some() || Said::new(rest).is_blank() => rest,
        _ => hit.line,
    };
    let text = format!("{}\n{}", line.trim().trim_start_matches([':', ',', '-', '–', '.', ' ']), hit.more);
    if percent.is_none() && text.trim().is_empty() {
        return Some(Reading::ask(body, None, Doubt::Unclear));
    }
    // `Tiến độ 50% rồi nhé` says no more.
    let says_more = percent.is_none() || !Said::new(&text).only(&[POLITE, THANKS, &["rồi"]]);
    let text = if says_more { text.trim() } else { "" };
    let progress = What::Progress { percent, text: text.to_string() };
    let end = Some(()).filter(|()| is_work(ctx)).and_then(|()| alone::moves_the_end(body, text, ctx));
    match end {
        Some(Reading::Means { acts, heard }) => Some(with_end(progress, acts, heard)),
        _ if let Some(next) = next(text) => Some(Reading::ask(body, Some(next), Doubt::Several)),
        // `phần in chậm, dự kiến xong 27/12`: of the part, or of all?
        Some(Reading::Ask { guess: Some(What::Plan { end: Some(end), .. }), .. }) => {
            Some(Reading::one(progress).hearing(vec![Heard::EndStays { end }]))
        }
        _ => Some(Reading::one(progress)),
    }
}

/// Progress, and the new end of the plan that it tells of: `Tiến độ 60%, dự kiến xong 27/12`.
fn with_end(progress: What, moved: Vec<What>, heard: Vec<Heard>) -> Reading {
    let plan = moved.into_iter().find(|act| matches!(act, What::Plan { .. }));
    Reading::Means { acts: [progress].into_iter().chain(plan).collect(), heard }
}

/// `ĐÃ TEST XONG`, of the whole. `next`: another plain answer in a text.
pub(super) fn tested(hit: &Hit, body: &str, ctx: &Asked, next: impl Fn(&str) -> Option<What>) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    if is_question(&Said::new(hit.line)) {
        return None;
    }
    match dated(&whole, ctx, Lean::Past) {
        Err(doubt) => Some(Reading::ask(body, Some(What::Tested { on: None }), doubt)),
        Ok((on, heard, rest)) => {
            // `Test xong, không lỗi` denies nothing.
            let rest = without_clauses(&rest, NO_FAULTS);
            if let Some(doubt) = blocker(&Said::new(&mention::uncalled(&rest, &ctx.people))) {
                return Some(Reading::ask(body, Some(What::Tested { on }), doubt));
            }
            // `Test xong và bàn giao`: done, or next to be done?
            if Said::new(&rest).has(&["bàn giao", "hand over", "handed over"]) {
                return Some(Reading::ask(body, Some(What::HandedOver { on: None }), Doubt::Several));
            }
            if let Some(next) = next(&whole) {
                return Some(Reading::ask(body, Some(next), Doubt::Several));
            }
            let covers = |text: &str| mention::unnamed(Said::new(text), &ctx.people).only(&[POLITE, THANKS, BESIDE_TEST]);
            // `Đã test xong vòng 1`, `test xong nội bộ`: not the whole, perhaps.
            let clause = rest.split([',', ';', '!', '\n']).next().and_then(|part| part.split(". ").next());
            if !clause.is_none_or(covers) {
                return Some(Reading::ask(body, Some(What::Tested { on }), Doubt::Unclear));
            }
            Some(with_rest(What::Tested { on }, if covers(&rest) { "" } else { &whole }, ctx).hearing(heard))
        }
    }
}

/// The text with those of its clauses blank that say nothing but these words.
fn without_clauses(text: &str, words: &[&str]) -> String {
    let clauses = text.split_inclusive([',', ';', '.', '!', '\n']);
    let keeps = |clause: &&str| {
        let said = Said::new(clause);
        !said.has(words) || !said.only(&[words, POLITE, THANKS])
    };
    clauses.map(|clause| if keeps(&clause) { clause } else { " " }).collect()
}

/// What Tech writes instead: a plan, a question, how far it is.
pub(super) fn planner(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    let starts = said.has(STARTS);
    if starts && !dates_in(text, ctx.today, Lean::Future).is_empty() {
        let news = ctx.state == State::Delivering && said.has(&["đã", "rồi"]) && !alone::only_plans(text, ctx, &[]);
        return if news { None } else { plan_of(text, body, ctx, false) };
    }
    if is_marked(text) {
        return Some(Reading::one(What::Ask(text.to_string())));
    }
    if ctx.state == State::Delivering {
        return percent_and_end(body, text, ctx)
            .or_else(|| alone::moves_the_end(body, text, ctx))
            .or_else(|| percent_done(said))
            .or_else(|| part_done(text, said))
            .or_else(|| all_done(body, text, ctx));
    }
    if ctx.state == State::Scheduling {
        return dates_alone(body, text, ctx).or_else(|| vague_start(body, text, ctx));
    }
    None
}

/// `từ 14/12 đến 31/12`, without a word of a plan.
fn dates_alone(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    if dates_in(text, ctx.today, Lean::Future).is_empty() {
        return None;
    }
    let guess = match plan_of(text, body, ctx, false) {
        Some(plan @ Reading::Means { .. })
            if alone::only_plans(text, ctx, WHO_PLANS) && dates_in(text, ctx.today, Lean::Future).len() == 2 =>
        {
            return Some(plan);
        }
        Some(Reading::Means { acts, .. }) => acts.into_iter().next(),
        Some(Reading::Ask { guess, .. }) => guess,
        _ => None,
    };
    Some(Reading::ask(body, guess, Doubt::Unclear))
}

/// `tầm đầu tháng 1 em nhé`
fn vague_start(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let day = vague_day(text, ctx.today)?;
    let beside = text.replacen(&day, " ", 1);
    let plans = Said::new(&beside).only(&[BESIDE_PLAN, WHO_PLANS, HEDGES, POLITE, THANKS]);
    plans.then(|| Reading::ask(body, Some(What::Plan { start: None, end: None }), Doubt::Unclear))
}

/// `xong 50%`, `50% rồi`: of the whole, where nothing else is said.
fn percent_done(said: &Said) -> Option<Reading> {
    let at = said.words.windows(2).position(|w| w[0].kind == Sort::Number && w[1].sign() == Some('%'))?;
    let percent = said.words[at].typed.parse().ok().filter(|percent| *percent <= 100)?;
    let beside = said.without(|w| w.at == said.words[at].at || w.at == said.words[at + 1].at);
    let only = beside.only(&[BEFORE_PERCENT, POLITE, THANKS]) && blocker(&beside).is_none();
    only.then(|| Reading::one(What::Progress { percent: Some(percent), text: String::new() }))
}

/// `60%, dự kiến xong 27/12`
fn percent_and_end(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let (first, rest) = text.split_once([',', ';', '\n', '.'])?;
    let progress = percent_done(&Said::new(first))?.into_guess()?;
    match alone::moves_the_end(body, rest.trim(), ctx)? {
        Reading::Means { acts, heard } => Some(with_end(progress, acts, heard)),
        _ => None,
    }
}

/// `Xong phần code`, `bên em đã làm xong mục 2`: told first, and as done.
fn part_done(text: &str, said: &Said) -> Option<Reading> {
    let (_, done) = said.find(PART_DONE)?;
    let first = Said::new(said.of(0..done.start)).only(&[WHO_PLANS, &["đã", "vừa", "mới"], POLITE]);
    let to_come = said.has(&["thì", "khi", "mới được", "sẽ", "dự kiến"])
        || matches!(unsettled(text), Some(doubt) if !matches!(doubt, Doubt::Condition { .. }));
    (first && !to_come && !said.is_long()).then(|| Reading::one(What::Progress { percent: None, text: text.to_string() }))
}

/// `test ok rồi`, `bàn giao xong rồi`, `xong hết rồi`, and nothing else: asked which of the words it is.
fn all_done(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let (read, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(text, &dates);
    let said = mention::unnamed(Said::new(&rest), &ctx.people);
    let on = if let OneDate::One { date, .. } = read { Some(date) } else { None };
    let alone = |list: &[&str]| said.has(list) && said.only(&[list, OF_THE_WHOLE, WHO_PLANS, TO_CUSTOMER, POLITE, THANKS]);
    let guess = match () {
        () if alone(MAY_TEST) => Some(What::Tested { on }),
        () if alone(MAY_HAND_OVER) && !said.has(ACCEPTED) => Some(What::HandedOver { on }),
        () if alone(ALL_DONE) => None,
        () => return None,
    };
    Some(Reading::ask(body, guess, Doubt::Unclear))
}
