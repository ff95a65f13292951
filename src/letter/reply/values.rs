//! Values in a text: its one date, its one amount, and the text without them. What can be read in several ways is a
//! doubt.

use std::ops::Range;

use chrono::{Days, Months, NaiveDate};

use super::said::{Said, Sort};
use super::words::{SOME_DAY, VAGUE_DAYS};
use super::{Asked, Doubt, Heard};
use crate::calendar::typed::{Lean, TypedDate, dates_in};
use crate::money::typed::{Typed, amounts_in};

/// One date of a text, or why there is not one.
pub(super) enum OneDate {
    None,
    One { date: NaiveDate, heard: Vec<Heard> },
    Open(Doubt),
}

/// The date that a text names, with the bytes that it takes.
pub(super) fn one_date(text: &str, today: NaiveDate, lean: Lean) -> (OneDate, Vec<Range<usize>>) {
    let found = dates_in(text, today, lean);
    let ranges: Vec<_> = found.iter().map(|(at, _)| at.clone()).collect();
    let typed = |at: &Range<usize>| text.get(at.clone()).unwrap_or_default().to_string();
    let mut dates: Vec<(String, NaiveDate, bool)> = vec![];
    for (at, read) in &found {
        match read {
            TypedDate::One { date, plain } => dates.push((typed(at), *date, *plain)),
            TypedDate::Ambiguous(readings) => {
                return (OneDate::Open(Doubt::Date { typed: typed(at), readings: readings.clone() }), ranges);
            }
            TypedDate::Vague(date) => return (OneDate::Open(Doubt::Date { typed: typed(at), readings: vec![*date] }), ranges),
            TypedDate::Missing | TypedDate::Wrong => {}
        }
    }
    // What is told as done cannot lie ahead: `KH đồng ý ngày mai` is a hope.
    if let Some((typed, date, _)) = dates.iter().find(|(_, date, _)| matches!(lean, Lean::Past) && *date > today) {
        let doubt = match typed.contains(|c: char| c.is_ascii_digit()) {
            true => Doubt::Date { typed: typed.clone(), readings: vec![*date] },
            false => Doubt::Later { word: typed.clone() },
        };
        return (OneDate::Open(doubt), ranges);
    }
    dates.dedup_by(|a, b| a.1 == b.1);
    let read = match &dates[..] {
        [] => OneDate::None,
        [(typed, date, plain)] => {
            let heard = if *plain { vec![] } else { vec![Heard::Date { typed: typed.clone(), date: *date }] };
            OneDate::One { date: *date, heard }
        }
        several => {
            let typed = several.iter().map(|(t, _, _)| t.as_str()).collect::<Vec<_>>().join(", ");
            OneDate::Open(Doubt::Date { typed, readings: several.iter().map(|(_, d, _)| *d).collect() })
        }
    };
    (read, ranges)
}

/// `đầu tháng 1`, `tháng 12`, `tuần trước`: words that tell of a day, and not of which.
pub(super) fn vague_day(text: &str, today: NaiveDate) -> Option<String> {
    let dates: Vec<_> = dates_in(text, today, Lean::Past).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(text, &dates);
    let said = Said::new(&rest);
    // `bắt đầu tháng 1`
    let begun = |at: usize| at > 0 && said.words[at - 1].is("bắt");
    let number = |at: usize| said.words.get(at).filter(|w| w.kind == Sort::Number);
    let vague = [VAGUE_DAYS, SOME_DAY].iter().filter_map(|list| said.find_but(list, begun)).min_by_key(|(_, words)| words.start);
    let month = || said.find_but(&["tháng"], |at| number(at + 1).is_none()).filter(|(_, words)| number(words.end).is_some());
    let (_, mut words) = vague.or_else(month)?;
    // Of which month: `1`, `1/2027`.
    while number(words.end).is_some() || (number(words.end + 1).is_some() && said.words[words.end].sign() == Some('/')) {
        words.end += 1;
    }
    Some(text[said.words[words.start].at.start..said.words[words.end - 1].at.end].to_string())
}

/// The text with some bytes made blank.
pub(super) fn blanked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut ranges = ranges.to_vec();
    ranges.sort_unstable_by_key(|r| r.start);
    let mut out = String::with_capacity(text.len());
    for range in ranges {
        let from = range.start.max(out.len());
        if let (Some(kept), Some(blank)) = (text.get(out.len()..from), text.get(from..range.end)) {
            out.push_str(kept);
            out.extend(blank.bytes().map(|_| ' '));
        }
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    out
}

type Dated = Result<(Option<NaiveDate>, Vec<Heard>, String), Doubt>;

/// The one date of a text, and the text without it.
pub(super) fn dated(text: &str, ctx: &Asked, lean: Lean) -> Dated {
    let (read, ranges) = one_date(text, ctx.today, lean);
    let rest = blanked(text, &ranges);
    match read {
        OneDate::None => Ok((None, vec![], rest)),
        OneDate::One { date, heard } => Ok((Some(date), heard, rest)),
        OneDate::Open(doubt) => Err(doubt),
    }
}

/// `17/3` on the 20th: hardly next year's.
pub(super) fn just_passed(heard: &Heard, today: NaiveDate) -> Option<Doubt> {
    let Heard::Date { typed, date } = heard else { return None };
    let without_year = typed.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).count() < 3;
    let before = date.checked_sub_months(Months::new(12)).filter(|before| *before < today && *before + Days::new(120) > today)?;
    without_year.then(|| Doubt::Date { typed: typed.clone(), readings: vec![before, *date] })
}

/// `2tr/tháng`: what is paid again and again is no price.
pub(super) fn is_rate(text: &str) -> bool {
    let per = |(at, _): &(Range<usize>, Typed)| {
        text[at.end..].strip_prefix('/').is_some_and(|unit| unit.starts_with(char::is_alphabetic))
    };
    amounts_in(text).iter().any(per)
}

/// The one amount of a text: as typed, in đồng, and whether in digits alone. Anything else is asked back.
pub(super) fn one_amount(text: &str) -> Result<Option<(String, i64, bool)>, Doubt> {
    let found = amounts_in(text);
    let typed = |at: &Range<usize>| text.get(at.clone()).unwrap_or_default().to_string();
    let mut all: Vec<(String, i64, bool)> = vec![];
    for (at, read) in &found {
        match read {
            Typed::One { vnd, plain } => all.push((typed(at), *vnd, *plain)),
            Typed::Free => all.push((typed(at), 0, false)),
            Typed::About { low, high } => {
                let readings = low.iter().copied().chain([*high]).collect();
                return Err(Doubt::Money { typed: typed(at), readings });
            }
            Typed::Ambiguous(readings) => return Err(Doubt::Money { typed: typed(at), readings: readings.clone() }),
            Typed::Wrong(_) => return Err(Doubt::Money { typed: typed(at), readings: vec![] }),
            Typed::Missing => {}
        }
    }
    // `30.000.000 (ba mươi triệu đồng)`: the same sum once more, in words.
    let in_words = |typed: &str| !typed.contains(|c: char| c.is_ascii_digit());
    let said_twice = |(typed, vnd, _): &(String, i64, bool), all: &[(String, i64, bool)]| {
        in_words(typed) && all.iter().any(|(other, same, _)| !in_words(other) && same == vnd)
    };
    let all: Vec<_> = all.iter().filter(|one| !said_twice(one, &all)).cloned().collect();
    match &all[..] {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        several => Err(Doubt::Money {
            typed: several.iter().map(|(t, _, _)| t.as_str()).collect::<Vec<_>>().join(", "),
            readings: several.iter().map(|(_, v, _)| *v).collect(),
        }),
    }
}
