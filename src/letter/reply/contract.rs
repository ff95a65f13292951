//! `ĐÃ KÝ số 15/2026/HĐ-AP, ngày 20/11/2026`: the number and day of a contract, and what is said beside them.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::alone::{settled, without_papers};
use super::becomes::Becomes;
use super::comment::with_rest;
use super::doubts::{is_question, unsettled};
use super::firm::{self, Hit};
use super::mention::{self, unnamed};
use super::said::{Said, Sort};
use super::values::{OneDate, blanked, dated, one_date};
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::calendar::typed::{Lean, TypedDate, dates_in};
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::case::State;

/// A contract is signed. Words beside it that change nothing go along as a comment; money, another paper, a doubt are asked.
pub(super) fn signed(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    let (number, further) = number_in(&whole, ctx.today);
    let whole_but = mention::uncalled(&whole, &ctx.people);
    let unnumbered = blanked(&whole_but, &number.iter().map(|found| found.taken.clone()).collect::<Vec<_>>());
    let numbered = number.as_ref().map(|found| whole[found.at.clone()].to_string());
    let framework = is_framework(body, numbered.as_deref());
    let signs = |on| What::Signed { number: numbered.clone(), on, framework };
    let ask = |on, doubt| Some(Reading::ask(body, Some(signs(on)), doubt));
    let dateless =
        |text: &str| blanked(text, &dates_in(text, ctx.today, Lean::Past).into_iter().map(|(at, _)| at).collect::<Vec<_>>());
    let covers = |text: &str| {
        let beside = without_papers(&format!("\n{}", dateless(text)), &[',', ';', '(', '.', '\n']);
        unnamed(Said::new(&beside), &ctx.people).only(&[CUSTOMER, BESIDE_SIGNING, POLITE, THANKS])
    };
    // What stands before the number says what was signed.
    let named = number.as_ref().is_some_and(|found| covers(&unnumbered[..found.at.start]));
    let calls = || mention::called(&whole, &ctx.people) != mention::Called::default();
    // The part that is settled, what is left of the text, and where a comment on it begins.
    let (told, rest, from) = match settled(&unnumbered, covers) {
        Some((told, "")) => (told, "", if calls() { 0 } else { whole.len() }),
        Some((told, rest)) if number.is_some() => {
            (told, rest, told.as_ptr() as usize + told.len() - unnumbered.as_ptr() as usize)
        }
        _ => (unnumbered.as_str(), unnumbered.as_str(), 0),
    };
    let (on, heard, beside) = match dated(told, ctx, Lean::Past) {
        Ok(read) => read,
        Err(doubt) => return ask(None, doubt),
    };
    let after = format!("{beside} {}", dateless(rest));
    match unsettled(&after) {
        Some(_) if number.is_none() && is_question(&Said::new(&after)) => return None,
        Some(doubt) => return ask(on, doubt),
        None if Said::new(&after).has(HEDGES) => return ask(on, Doubt::Unclear),
        None => {}
    }
    if let Some(doubt) = half_a_date(&beside, ctx.today) {
        return ask(on, doubt);
    }
    let pays = Said::new(rest);
    if (pays.has(PAYS) || pays.has(MAY_PAY)) && (pays.has(CUSTOMER_PAID) || !amounts_in(rest).is_empty()) {
        return ask(on, Doubt::Several);
    }
    let day_open = on.is_none() && Said::new(&beside).has(SOME_DAY);
    if further || day_open || !(covers(told) || (named && !pays.has(OTHER_PAPERS))) {
        return ask(on, Doubt::Unclear);
    }
    Some(with_rest(signs(on), &whole[from..], ctx).hearing(heard))
}

/// `Số hợp đồng là 15/2026/HĐ-AP`, `sửa số hợp đồng 14 thành 15`, and nothing else: the number alone is told.
pub(super) fn renumbered(text: &str, ctx: &Asked) -> Option<Reading> {
    let contracted = matches!(ctx.state, State::Contracting | State::Scheduling | State::Delivering);
    let said = Said::new(text);
    let (_, label) = said.find(NUMBER_OF_CONTRACT).filter(|_| contracted)?;
    let becomes = said.find(&["thành"]).filter(|(_, words)| words.start >= label.end).map(|(_, words)| words);
    let tail = said.from(becomes.as_ref().map_or(label.end, |words| words.end));
    let number = runs(tail).into_iter().next()?;
    let old = becomes.map_or("", |words| said.of(label.end..words.start));
    let unnumbered = |text: &str| blanked(text, &runs(text));
    let only = |text: &str, beside: &[&str]| unnamed(Said::new(text), &ctx.people).only(&[beside, POLITE, THANKS]);
    let plain = only(said.of(0..label.start), BEFORE_NUMBER)
        && only(&unnumbered(old), BESIDE_NUMBER)
        && only(&tail[..number.start], BESIDE_NUMBER)
        && only(&tail[number.end..], &["mới đúng", "ghi nhầm", "gõ nhầm", "nhầm", "ghi sai"]);
    let named = tail[number.clone()].to_string();
    (plain && !is_date(&named, ctx.today) && named.len() <= 60).then(|| Reading::one(What::ContractNumber { number: named }))
}

/// `SỬA: ĐÃ KÝ số 16/2026/HĐ, ngày 01/07`, `SỬA: số 16/2026/HĐ`, `SỬA: hợp đồng số …`: told once more, as it is. Where that is not
/// plain it is asked; it is no wish of the customer's.
pub(super) fn told_anew(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(text);
    let signed = firm::find(text).filter(|hit| hit.word.act == Firm::Signed);
    let numbered = said.longest_at(0, &["số", "hợp đồng", "hđ"]).is_some() && number_in(text, ctx.today).0.is_some();
    if signed.is_none() && !numbered {
        return None;
    }
    let hit = signed.unwrap_or(Hit { word: firm::word_for(Firm::Signed), line: text, more: "", bare: false });
    let guess = What::Signed { number: None, on: None, framework: false };
    self::signed(&hit, body, ctx).or_else(|| Some(Reading::ask(body, Some(guess), Doubt::Unclear)))
}

/// `Sửa ngày ký thành 12/11`, `ngày ký 12/11 mới đúng`, and nothing else: the number stays.
pub(super) fn redated(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let contracted = matches!(ctx.state, State::Contracting | State::Scheduling | State::Delivering);
    let said = Said::new(text);
    let (_, label) = said.find(SIGNING_DAY).filter(|_| contracted)?;
    let before = Said::new(said.of(0..label.start));
    let Becomes { was, is: new } = Becomes::of(said.from(label.end));
    let new = new.as_str();
    let (read, dates) = one_date(new, ctx.today, Lean::Past);
    let dateless = |text: &str| blanked(text, &one_date(text, ctx.today, Lean::Past).1);
    let only = |text: &str, lists: &[&[&str]]| unnamed(Said::new(text), &ctx.people).only(&[lists, &[POLITE, THANKS]].concat());
    let (from, to) = (dates.first().map_or(new.len(), |at| at.start), dates.last().map_or(new.len(), |at| at.end));
    let plain = only(before.text, &[BEFORE_NUMBER, WRITTEN_WRONG])
        && only(&dateless(&was), &[BESIDE_NUMBER, DAY])
        && only(&new[..from], &[BESIDE_NUMBER, DAY])
        && only(&blanked(&new[from..to], &dates.iter().map(|at| at.start - from..at.end - from).collect::<Vec<_>>()), &[])
        && only(&new[to..], &[WRITTEN_WRONG, &["mới đúng"]]);
    if !plain {
        return None;
    }
    let signs = |on| What::Signed { number: None, on, framework: false };
    // `ngày ký 12/11 ghi nhầm`: is it the wrong one, or the right one?
    let which = Said::new(&new[to..]).has(WRITTEN_WRONG) && !Said::new(text).has(&["đúng", "thành", "sửa", "đổi"]);
    match read {
        OneDate::One { date, .. } if which => Some(Reading::ask(body, Some(signs(Some(date))), Doubt::Unclear)),
        OneDate::One { date, heard } => Some(Reading::Means { acts: vec![signs(Some(date))], heard }),
        OneDate::Open(doubt) => Some(Reading::ask(body, Some(signs(None)), doubt)),
        OneDate::None if before.has(RIGHTED) => Some(Reading::ask(body, Some(signs(None)), Doubt::Unclear)),
        OneDate::None => None,
    }
}

/// `hợp đồng khung số 12/2024`, `số 12/2024 (hợp đồng khung)`, `12/2024/HĐNT`: said of this very contract.
fn is_framework(body: &str, number: Option<&str>) -> bool {
    let Some((before, number, after)) = number.and_then(|n| body.split_once(n).map(|(before, after)| (before, n, after))) else {
        return false;
    };
    let before = before.rsplit(['\n', '.', ';']).next().unwrap_or_default();
    let behind = Said::new(after.trim_start_matches([' ', '(', ',', '-', '–']));
    Said::new(before).has(FRAMEWORK) || Said::new(number).has(&["hđnt"]) || behind.longest_at(0, FRAMEWORK).is_some()
}

/// `ngày 5`: of which month?
fn half_a_date(beside: &str, today: NaiveDate) -> Option<Doubt> {
    let said = Said::new(beside);
    let is_day = |at: &usize| {
        ["ngày", "hôm", "mùng"].iter().any(|word| said.words[*at].is(word))
            && said.words.get(at + 1).is_some_and(|w| w.kind == Sort::Number)
    };
    let at = (0..said.words.len()).find(is_day)?;
    let day = said.words[at + 1].typed.parse().ok();
    let readings = day.and_then(|day| today.with_day(day)).filter(|date| *date <= today).into_iter().collect();
    Some(Doubt::Date { typed: said.of(at..at + 2).to_string(), readings })
}

/// A contract's number, and with it the words that name it.
struct Number {
    at: Range<usize>,
    taken: Range<usize>,
}

/// The number of a contract, behind `số` or plainly one by its form; and whether there is another. It ends with the word.
fn number_in(text: &str, today: NaiveDate) -> (Option<Number>, bool) {
    let found: Vec<(Number, bool)> = runs(text).into_iter().take(40).filter_map(|at| numbered(text, at, today)).collect();
    let first = found.iter().position(|(_, labelled)| *labelled).unwrap_or(0);
    let other = |at: &Range<usize>| found.get(first).is_some_and(|(one, _)| text[one.at.clone()] != text[at.clone()]);
    let further = found.iter().any(|(number, _)| other(&number.at));
    (found.into_iter().nth(first).map(|(number, _)| number), further)
}

/// Does a text name a contract by its number?
pub(super) fn names_one(text: &str, today: NaiveDate) -> bool {
    number_in(text, today).0.is_some()
}

/// Is the whole of it a day?
fn is_date(run: &str, today: NaiveDate) -> bool {
    dates_in(run, today, Lean::Past)
        .iter()
        .any(|(all, read)| all.len() == run.len() && matches!(read, TypedDate::One { .. } | TypedDate::Ambiguous(_)))
}

/// Is it a contract's number? And is it said to be one?
fn numbered(text: &str, at: Range<usize>, today: NaiveDate) -> Option<(Number, bool)> {
    let run = &text[at.clone()];
    let before = text[..at.start].trim_end_matches([' ', ':', '.', '#', '“', '"', '*']);
    let near = before.char_indices().rev().nth(40).map_or(0, |(from, _)| from);
    let before = Said::new(&before[near..]);
    let labels = before.words.iter().rev().take_while(|w| CONTRACT.iter().chain(NUMBER).any(|label| w.is(label))).count();
    let labels = &before.words[before.words.len() - labels..];
    let labelled = labels.iter().any(|w| NUMBER.iter().any(|label| w.is(label)));
    let parted = run.contains(['/', '-']);
    let formed = parted && (run.contains(char::is_uppercase) || crate::text::fold(run).contains("hd"));
    let next = Said::new(text[at.end..].split_whitespace().next().unwrap_or_default());
    let counts = next.words.first().is_some_and(|w| ["bản", "%", "đợt", "lần"].iter().any(|unit| w.is(unit)));
    let is_number =
        !is_date(run, today) && run.len() <= 60 && ((labelled && !counts) || formed || (!labels.is_empty() && parted));
    let from = labels.first().map_or(at.start, |w| near + w.at.start);
    is_number.then_some((Number { taken: from..at.end, at }, labelled))
}

/// The runs of letters, digits and the marks of a number that have a digit.
fn runs(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = vec![];
    let mut from = 0;
    for piece in text.split_inclusive(|c: char| !(c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_'))) {
        let run = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let start = from + (run.len() - run.trim_start_matches(|c: char| !c.is_alphanumeric()).len());
        if run.contains(|c: char| c.is_ascii_digit()) {
            found.push(start..from + run.len());
        }
        from += piece.len();
    }
    found
}
