//! Days with their month in English, as the English letters write them: `20 November 2026`, `20 Nov`, `November 20, 2026`.

use crate::text::Token;

/// The parts of such a day.
pub(super) struct Written<'t> {
    pub day: &'t str,
    pub month: &'static str,
    pub year: Option<&'t str>,
    /// The token behind it.
    pub next: usize,
}

/// The day that begins at a token.
pub(super) fn written(all: &[Token], at: usize) -> Option<Written<'_>> {
    let number = |i: usize| all.get(i).and_then(Token::number);
    let day_at = |i: usize| number(i).filter(|day| day.len() <= 2);
    let year_at = |i: usize| {
        let i = i + usize::from(all.get(i).is_some_and(|t| t.is_sign(",-.")));
        number(i).filter(|year| year.len() == 4).map(|year| (year, i + 1))
    };
    if let Some(month) = all.get(at).and_then(month) {
        // `May 20` may be anything; with its year it is a day.
        let day = day_at(at + 1)?;
        let (year, next) = year_at(behind_ordinal(all, at + 1))?;
        return Some(Written { day, month, year: Some(year), next });
    }
    let day = day_at(at)?;
    let name = behind_ordinal(all, at);
    let name = name + usize::from(all.get(name).is_some_and(|t| t.is_sign("-")));
    let month = month(all.get(name)?)?;
    match year_at(name + 1) {
        Some((year, next)) => Some(Written { day, month, year: Some(year), next }),
        // `10 máy`, `2 sếp` without their marks.
        None if matches!(all[name].word(), "may" | "sep" | "mar") => None,
        None => Some(Written { day, month, year: None, next: name + 1 }),
    }
}

/// Behind a number, and its `th`.
fn behind_ordinal(all: &[Token], at: usize) -> usize {
    let ordinal = |t: &Token| t.glued && matches!(t.word(), "st" | "nd" | "rd" | "th");
    at + 1 + usize::from(all.get(at + 1).is_some_and(ordinal))
}

fn month(token: &Token) -> Option<&'static str> {
    // As typed: `máy` is none.
    Some(match token.typed() {
        "jan" | "january" => "1",
        "feb" | "february" => "2",
        "mar" | "march" => "3",
        "apr" | "april" => "4",
        "may" => "5",
        "jun" | "june" => "6",
        "jul" | "july" => "7",
        "aug" | "august" => "8",
        "sep" | "sept" | "september" => "9",
        "oct" | "october" => "10",
        "nov" | "november" => "11",
        "dec" | "december" => "12",
        _ => return None,
    })
}
