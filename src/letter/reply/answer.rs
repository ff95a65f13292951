//! What Tech says of one item: can it be done, for how much, in how many days, and what is left beside.

use std::ops::Range;

use super::Doubt;
use super::doubts::{is_marked, is_question};
use super::numbered::is_count;
use super::reckoned::reckoned;
use super::said::{Said, Sort, Word};
use super::values::{blanked, is_rate, one_amount};
use super::words::*;
use crate::calendar::days::{self, TypedDays};
use crate::money::typed::amounts_in;
use crate::text::squash;

/// What was said of one item.
#[derive(Default)]
pub(super) struct Answer {
    pub feasible: Option<&'static str>,
    /// The words that say so.
    pub said: String,
    pub cost: Option<(String, i64)>,
    pub days: Option<(String, u32)>,
    pub server: Option<(String, &'static str)>,
    /// What is left: a reason, a scope or a note.
    pub rest: String,
    pub doubt: Option<Doubt>,
}

impl Answer {
    pub fn read(text: &str) -> Answer {
        let mut answer = Answer::default();
        let said = Said::new(text);
        let mut used: Vec<Range<usize>> = vec![];
        if let Some((need, words)) = server(&said) {
            answer.server = Some((said.of(words.clone()).to_string(), need));
            used.extend(said.words[words].iter().map(|w| w.at.clone()));
        }
        let money = blanked(text, &used);
        match one_amount(&money) {
            Ok(Some((typed, vnd, _))) => answer.cost = Some((typed, vnd)),
            Ok(None) => {}
            Err(doubt) => answer.doubt = Some(doubt),
        }
        // `được, miễn phí`
        let free = |clause: &&str| Said::new(clause).has(FREE) && Said::new(clause).only(&[FREE, POLITE]);
        if let (None, None, Some(typed)) = (&answer.cost, &answer.doubt, clauses(&money).into_iter().find(free)) {
            let from = typed.as_ptr() as usize - money.as_ptr() as usize;
            answer.cost = Some((squash(typed), 0));
            used.push(from..from + typed.len());
        }
        if is_rate(&money) {
            answer.doubt.get_or_insert(Doubt::Unclear);
        }
        if let Some(typed) = reckoned(&said, false) {
            answer.doubt.get_or_insert(Doubt::Reckoned { typed });
        }
        let amounts: Vec<_> = amounts_in(&money).into_iter().map(|(at, _)| at).collect();
        used.extend(amounts.iter().cloned());
        let lengths = durations(&said, &used);
        match &lengths[..] {
            [] => {}
            [(at, TypedDays::One { half_days, .. })] => answer.days = Some((text[at.clone()].to_string(), *half_days)),
            [(at, TypedDays::Ambiguous(readings)), ..] => {
                answer.doubt.get_or_insert(Doubt::Days { typed: text[at.clone()].to_string(), readings: readings.clone() });
            }
            several => {
                let readings = several
                    .iter()
                    .filter_map(|(_, d)| if let TypedDays::One { half_days, .. } = d { Some(*half_days) } else { None });
                answer.doubt.get_or_insert(Doubt::Days { typed: squash(text), readings: readings.collect() });
            }
        }
        used.extend(lengths.iter().map(|(at, _)| at.clone()));
        // Several of both are the answers of several items.
        if amounts.len() > 1 && lengths.len() > 1 {
            answer.doubt = Some(Doubt::WhichItem);
        }
        // As in a table: result, cost, days.
        if let ([amount], []) = (&amounts[..], &lengths[..])
            && let Some((at, half_days)) = bare_days(&said, amount.end)
        {
            answer.days = Some((text[at.clone()].to_string(), half_days));
            used.push(at);
        }
        let left = blanked(text, &used);
        let left = Said::new(&left);
        let mut from = None;
        if let Some((feasible, words)) = verdict(&left) {
            // `chưa chốt được API`
            let before = left.words[..words.start].iter().rev().take_while(|w| w.sign().is_none());
            if feasible == "yes"
                && ["được", "đc", "dc"].iter().any(|could| left.phrase_at(words.start, could) == Some(words.len()))
                && before.into_iter().any(|w| ["chưa", "không", "ko", "chẳng", "khó"].iter().any(|not| w.is(not)))
            {
                answer.doubt.get_or_insert(Doubt::Unclear);
            }
            answer.feasible = Some(feasible);
            answer.said = left.of(words.clone()).to_string();
            from = Some(words);
        }
        if let Some((_, words)) = left.find(UNSURE).filter(|_| answer.feasible != Some("no")) {
            answer.doubt.get_or_insert(Doubt::Condition { word: left.of(words).to_string() });
        }
        if is_marked(text) {
            answer.doubt.get_or_insert(Doubt::Question);
        }
        answer.rest = rest(&left, from);
        answer
    }
}

/// `cần server riêng`, and its negation, which is the longer phrase.
pub(super) fn server(said: &Said) -> Option<(&'static str, Range<usize>)> {
    let no = said.find(NO_SERVER).map(|(_, words)| ("no", words));
    // `chi phí server 2tr/tháng`: what costs is needed.
    let costs = || said.longest_at(0, SERVER_COST).filter(|_| !amounts_in(said.text).is_empty()).map(|(_, n)| ("yes", 0..n));
    no.or_else(|| said.find(SERVER).map(|(_, words)| ("yes", words))).or_else(costs)
}

/// The number that stands right behind the cost, with nothing to follow it.
fn bare_days(said: &Said, from: usize) -> Option<(Range<usize>, u32)> {
    let mut behind = said.words.iter().filter(|w| w.at.start >= from).skip_while(|w| matches!(w.sign(), Some(',' | ';')));
    let number = behind.next().filter(|w| is_count(w) && !w.glued)?;
    let ends = behind.next().is_none_or(|w| matches!(w.sign(), Some(',' | ';' | '.')));
    match days::days(&format!("{} ngày", number.typed)) {
        TypedDays::One { half_days, .. } if ends => Some((number.at.clone(), half_days)),
        _ => None,
    }
}

/// Can it be done? The first word that says so, the longest phrase there.
fn verdict(said: &Said) -> Option<(&'static str, Range<usize>)> {
    // The `no` of `cong no`.
    let of_debts = |at: usize| at > 0 && said.phrase_at(at - 1, "công nợ").is_some();
    for at in said.starts(&[PARTLY, INFEASIBLE, FEASIBLE]).into_iter().filter(|at| !of_debts(*at)) {
        let of = |list: &'static [&'static str]| said.longest_at(at, list).map(|(p, taken)| (p, at..at + taken));
        let partly = of(PARTLY).map(|(_, words)| ("partial", words));
        if partly.is_some() {
            return partly;
        }
        let stands = |words: &Range<usize>, phrase: &str| {
            // A lone `không` or `có` may deny or affirm anything: only where the thought ends there.
            let lone = matches!(phrase, "không" | "ko" | "k" | "kg" | "hok" | "no" | "có" | "chịu" | "được" | "đc" | "dc");
            let next = said.words.get(words.end);
            let ends =
                next.is_none_or(|w| w.sign().is_some() || BECAUSE.iter().any(|b| w.is(b)) || POLITE.iter().any(|p| w.is(p)));
            let new_clause = next.is_some_and(|n| said.words.get(words.end - 1).is_some_and(|l| n.at.start > l.at.end + 1));
            !lone || ends || new_clause || (!phrase.starts_with('k') && phrase != "có" && phrase != "no")
        };
        let no = of(INFEASIBLE).filter(|(p, words)| stands(words, p));
        let yes = of(FEASIBLE).filter(|(p, words)| stands(words, p));
        match (no, yes) {
            (Some((_, n)), Some((_, y))) if y.end > n.end => return Some(("yes", y)),
            (Some((_, n)), _) => return Some(("no", n)),
            (None, Some((_, y))) => {
                // `được một phần`
                let partly = said.longest_at(y.end, PARTLY).map(|(_, taken)| y.end + taken);
                return Some(partly.map_or(("yes", y.clone()), |end| ("partial", y.start..end)));
            }
            (None, None) => {}
        }
    }
    None
}

/// What is left beside verdict and figures, without `do`, `vì` and polite words around it.
fn rest(left: &Said, verdict: Option<Range<usize>>) -> String {
    let taken = verdict.unwrap_or(0..0);
    let ranges: Vec<_> = left.words.get(taken).unwrap_or_default().iter().map(|w| w.at.clone()).collect();
    let text = squash(&blanked(left.text, &ranges)).replace("( )", "");
    let mut kept: Vec<String> = vec![];
    for clause in clauses(&text) {
        let said = Said::new(clause);
        let filler: &[&str] = &[
            "khoảng",
            "chỉ",
            "mất",
            "trong",
            "chi phí",
            "giá",
            "cost",
            "làm",
            "tổng",
            "hết",
            "thì",
            "là",
            "cần",
            "giá vốn",
            "thời gian",
            "vốn",
            "và",
            "đều",
        ];
        if said.only(&[POLITE, THANKS, filler, AMENDS, EACH, BUT_OPENS]) {
            continue;
        }
        let mut at = 0;
        while let Some((_, words)) = said.longest_at(at, BECAUSE) {
            at += words;
        }
        while said.words.get(at).is_some_and(|w| w.sign().is_some_and(|c| c != '(')) {
            at += 1;
        }
        kept.push(said.from(at).trim().trim_end_matches(['.', ',']).to_string());
    }
    squash(&kept.join(", "))
}

/// A text cut at its commas and strokes. The stroke of `20/3` is none of them.
fn clauses(text: &str) -> Vec<&str> {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut cut = vec![];
    let mut from = 0;
    for (at, sign) in text.match_indices([',', ';', '/', '\n']) {
        let behind = &text[at + sign.len()..];
        if sign == "/" && digit(text[..at].chars().next_back()) && digit(behind.chars().next()) {
            continue;
        }
        cut.push(&text[from..at]);
        from = at + sign.len();
    }
    cut.push(&text[from..]);
    cut
}

/// The durations of a text outside some bytes.
pub(super) fn durations(said: &Said, outside: &[Range<usize>]) -> Vec<(Range<usize>, TypedDays)> {
    let mut found = vec![];
    let mut at = 0;
    while let Some(word) = said.words.get(at) {
        let free = !outside.iter().any(|r| r.contains(&word.at.start));
        let end = (free && (word.kind == Sort::Number || word.is("nửa"))).then(|| unit_end(said, at)).flatten();
        let Some(end) = end else {
            at += 1;
            continue;
        };
        let from = word.at.start;
        let to = said.words[end - 1].at.end;
        match days::days(&said.text[from..to]) {
            TypedDays::Missing | TypedDays::Wrong => {}
            read => found.push((from..to, read)),
        }
        at = end;
    }
    found
}

/// Where a duration that begins with a number ends: `5 ngày làm việc`, `2-3 ngày`, `1 tuần rưỡi`.
fn unit_end(said: &Said, at: usize) -> Option<usize> {
    let mut end = at + 1;
    let sign = |i: usize| said.words.get(i).and_then(Word::sign);
    if matches!(sign(end), Some('-' | '–')) && said.words.get(end + 1).is_some_and(|w| w.kind == Sort::Number) {
        end += 2;
    }
    said.longest_at(end, DAY_UNITS)?;
    end += 1;
    for more in ["làm việc", "lv", "công", "days", "day", "rưỡi"] {
        if let Some(taken) = said.phrase_at(end, more) {
            end += taken;
        }
    }
    Some(end)
}

/// `thêm 2tr`, `bớt 1 ngày`: of what was there before.
pub(super) fn is_relative(said: &Said) -> bool {
    said.starts(&[RELATIVE]).into_iter().any(|at| {
        let taken = said.longest_at(at, RELATIVE).map_or(0, |(_, taken)| taken);
        taken > 0 && said.words.get(at + taken).is_some_and(|w| w.kind == Sort::Number)
    })
}

/// `được, chỉ gửi SMS`: some of it.
pub(super) fn is_limited(said: &Said) -> bool {
    said.find_but(LIMITS, |at| said.longest_at(at, NO_LIMIT).is_some()).is_some()
}

/// `1. Báo cáo công nợ: được`: an answer without the item's name before it.
pub(super) fn behind_name(text: &str) -> &str {
    let answer = |(name, rest): (&str, &'_ str)| {
        let said = Said::new(name);
        let says = [FEASIBLE, INFEASIBLE, PARTLY, SERVER, NO_SERVER, LEAD, NOTES].iter().any(|list| said.has(list));
        let named =
            !says && said.words.len() <= 12 && !said.words.iter().any(|w| is_count(w) || matches!(w.sign(), Some(',' | ';')));
        let rest = Said::new(rest);
        named && [FEASIBLE, INFEASIBLE, PARTLY].iter().any(|list| rest.longest_at(0, list).is_some())
    };
    text.split_once(':').filter(|cut| answer(*cut)).map_or(text, |(_, rest)| rest.trim_start())
}

/// The word that puts an answer off: `để em hỏi lại`, `mai em báo`.
pub(super) fn answers_later(said: &Said) -> Option<String> {
    if is_marked(said.text) {
        return None;
    }
    let mut first = 0;
    while let Some((_, taken)) = said.longest_at(first, POLITE) {
        first += taken;
    }
    let opens = said.longest_at(first, DEFERRALS).filter(|_| !is_question(said)).map(|(_, taken)| first..first + taken);
    let words = said.find(ANSWERS_LATER).map(|(_, words)| words).or(opens)?;
    Some(said.of(words).to_string())
}
