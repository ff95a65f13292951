//! What a typed amount of money means (domain d). Money is never guessed: what can be read two ways is asked back.

use std::ops::Range;

use super::amount::{Amount, Bad, amount, is_approx, is_currency};
use super::words::from_words;
use crate::process::value::Vnd;
use crate::text::{Token, fold, nfc, tokens};

/// What a text was understood as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// One amount in đồng. Not `plain`: another spelling than digits (`12tr`), to be told back.
    One {
        vnd: Vnd,
        plain: bool,
    },
    /// 0 by a word (`miễn phí`, `tặng`, `-`): 0 đồng that needs a note.
    Free,
    /// A range or an upper bound (`80-90 triệu`, `tối đa 25 triệu`, `khoảng 60tr`): enough for a budget, asked back for a cost.
    About {
        low: Option<Vnd>,
        high: Vnd,
    },
    /// Asked back, likeliest reading first. One reading alone is to be confirmed (`15m`, `1 chai`, prose behind the amount).
    Ambiguous(Vec<Vnd>),
    /// Blank, or said to come later. Not 0.
    Missing,
    Wrong(Why),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    NotMoney,
    /// Not đồng.
    Currency,
    /// `1.500.00`
    Grouping,
    /// The đồng has no fraction.
    Fraction,
    /// A sum to be reckoned or a rate (`15tr x 2`, `36tr/năm`): its first figure is not what is meant.
    Reckoned,
    Negative,
    /// Over [`MOST`].
    TooLarge,
}

/// A million tỷ: no amount of this trade comes near it, and below it a cell's binary number is exact.
pub const MOST: Vnd = 1_000_000_000_000_000;

/// Without a unit, a number under this is no amount but short for thousands or millions (domain d, "small number").
const SMALL: i128 = 1_000;
/// With digits alone, an amount under this is implausible: `1.500` and `15.000` may be thousands, and are asked back. Domain d has
/// 10.000 for a cost; nothing that is sold here costs ten times that either, and a quote of a thousandth would bind the company.
const IMPLAUSIBLE: i128 = 100_000;
/// The same of what names its unit: `1k5` is asked back, `15k` is not.
const IMPLAUSIBLE_NAMED: i128 = 10_000;

/// Longer texts hold no single amount, in bytes.
const LONGEST: usize = 300;

/// Reads the text of a money cell, or of an answer that is expected to be an amount.
pub fn read(text: &str) -> Typed {
    // Composed first: a decomposed text is longer, and means the same.
    let text = &nfc(text);
    if text.len() > LONGEST {
        return Typed::Wrong(Why::NotMoney);
    }
    let folded = fold(text);
    if says_missing(&folded) {
        return Typed::Missing;
    }
    if matches!(folded.as_str(), "-" | "–" | "—" | "free" | "mien phi" | "tang" | "khong tinh phi" | "khong thu phi") {
        return Typed::Free;
    }
    let all = tokens(text);
    if foreign(&all) {
        return Typed::Wrong(Why::Currency);
    }
    if let Some(sum) = folded.strip_prefix('=') {
        return formula(sum);
    }
    if negative(&all) {
        return Typed::Wrong(Why::Negative);
    }
    if folded == "khong" {
        return Typed::Ambiguous(vec![0]);
    }
    let ends_formally = all.iter().rev().find(|t| !t.is_sign("./")).is_some_and(|t| matches!(t.word(), "dong" | "chan"));
    let formal = from_words(text).and_then(|n| Vnd::try_from(n).ok());
    if let Some(vnd) = formal.filter(|_| ends_formally) {
        return if vnd > MOST { Typed::Wrong(Why::TooLarge) } else { Typed::One { vnd, plain: false } };
    }
    match (whole(text, &all), formal) {
        // `một tỷ hai trăm`: in a contract 1.000.000.200, in speech 1,2 tỷ.
        (Typed::One { vnd, .. }, Some(other)) if vnd != other => Typed::Ambiguous(vec![vnd, other]),
        (read, _) => read,
    }
}

/// Reads a numeric cell. Numbers from 100.000 up are taken as they stand, smaller ones are asked back: `1.500` typed into a
/// cell is stored as 1500, and means the same there as in words.
pub fn number(value: f64) -> Typed {
    if !value.is_finite() {
        return Typed::Wrong(Why::NotMoney);
    }
    if value < 0.0 {
        return Typed::Wrong(Why::Negative);
    }
    if value > MOST as f64 {
        return Typed::Wrong(Why::TooLarge);
    }
    let rounded = value.round();
    // Sheets compute in binary: 10.000.000 * 1,1 is a hair above 11.000.000.
    let fraction = (value - rounded).abs() > 1e-3;
    let vnd = rounded as Vnd;
    match value {
        _ if vnd == 0 && !fraction => Typed::One { vnd: 0, plain: true },
        v if v < SMALL as f64 => {
            let millions = (v * 1e6).round() as Vnd;
            Typed::Ambiguous(if fraction { vec![millions] } else { vec![millions, vnd] })
        }
        _ if fraction => Typed::Wrong(Why::Fraction),
        v if v < IMPLAUSIBLE as f64 => Typed::Ambiguous(vec![vnd * 1_000, vnd]),
        _ => Typed::One { vnd, plain: true },
    }
}

/// The amounts within prose, with their bytes: those with a unit or of at least five digits, no dates, counts, ids or percentages.
pub fn amounts_in(text: &str) -> Vec<(Range<usize>, Typed)> {
    let all = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        match phrase(&all, at).filter(|p| stands_free(&all, at, p)) {
            Some(p) => {
                found.push((all[at].start..all[p.next - 1].end, p.typed));
                at = p.next;
            }
            None => at += 1,
        }
    }
    found
}

/// Blank, or words for a value that is still to come. Shared by all typed values; `folded` by [`fold`].
pub(crate) fn says_missing(folded: &str) -> bool {
    folded.chars().all(|c| matches!(c, '?' | '.' | '…' | ' '))
        || matches!(
            folded,
            "chua co"
                | "chua ro"
                | "chua biet"
                | "khong ro"
                | "bao sau"
                | "se bao sau"
                | "cap nhat sau"
                | "n/a"
                | "na"
                | "x"
                | "tbd"
                | "tba"
                | "null"
                | "none"
        )
}

/// An amount, a bound or a range as it stands at a token.
struct Phrase {
    typed: Typed,
    next: usize,
    /// Unit, currency or grouping make it money even within prose.
    evident: bool,
}

fn whole(text: &str, all: &[Token]) -> Typed {
    if all.is_empty() {
        return Typed::Missing;
    }
    // `VND 80.000.000`, `₫80.000.000`.
    let all = match all {
        [sign, n, ..] if is_currency(sign) == Some(true) && sign.word() != "dong" && n.number().is_some() => &all[1..],
        _ => all,
    };
    let all = match all.split_last() {
        Some((last, rest)) if last.is_sign(".;") && !rest.is_empty() => rest,
        _ => all,
    };
    let p = match phrase_or_why(all, 0) {
        Ok(p) => p,
        Err(why) => return Typed::Wrong(why),
    };
    let rest = &all[p.next.min(all.len())..];
    let summed = rest.first().is_some_and(|t| t.is_sign("+")) && sum(text, all).is_some();
    if reckons(rest) && !summed {
        return Typed::Wrong(Why::Reckoned);
    }
    let within = |from: usize| all_readings(&all[from..]);
    match (&p.typed, rest.first()) {
        (_, None) => p.typed,
        // `khoảng 60tr, chưa tính server riêng`
        (Typed::About { .. }, Some(mark)) if mark.is_sign(",;") && within(p.next).is_empty() => p.typed,
        (Typed::Wrong(_), _) => p.typed,
        // `80.000.000 đồng (Tám mươi triệu đồng chẵn)`, as contracts write it.
        (Typed::One { vnd, .. }, Some(_)) if in_words(text, rest).is_some_and(|n| u128::try_from(*vnd) == Ok(n)) => {
            Typed::One { vnd: *vnd, plain: false }
        }
        (_, Some(plus)) if plus.is_sign("+") && sum(text, all).is_some() => {
            Typed::Ambiguous(sum(text, all).into_iter().collect())
        }
        // An amount and prose: which amount is meant, if any, only the writer knows.
        _ if p.evident => Typed::Ambiguous(dedup(within(0))),
        _ => Typed::Wrong(Why::NotMoney),
    }
}

/// What follows an amount makes another one of it: `x 2`, `+ VAT`, `- 10%`, `giảm 10%`, `/năm`, `một tháng`.
fn reckons(rest: &[Token]) -> bool {
    let word = |at: usize| rest.get(at).map_or("", Token::word);
    let number = |at: usize| rest.get(at).is_some_and(|t| t.number().is_some());
    let Some(first) = rest.first() else { return false };
    let percent = number(1) && rest.get(2).is_some_and(|t| t.is_sign("%"));
    match first.word() {
        "x" | "nhan" | "chia" => number(1),
        "giam" | "tru" | "cong" => percent,
        "mot" | "moi" | "hang" | "per" | "a" | "an" | "each" | "every" => is_span(word(1)),
        "" if first.is_sign("*×") => number(1),
        "" if first.is_sign("+") => true,
        "" if first.is_sign("-") => percent,
        "" if first.is_sign("/") => !word(1).is_empty() || (number(1) && is_span(word(2)) && word(2) != "ngay"),
        _ => false,
    }
}

fn is_span(word: &str) -> bool {
    matches!(word, "thang" | "nam" | "quy" | "tuan" | "ngay" | "gio" | "month" | "year" | "week" | "day" | "hour" | "quarter")
}

/// The amount in words that these tokens of the text say, in brackets or behind `bằng chữ:`.
fn in_words(text: &str, all: &[Token]) -> Option<u128> {
    let said = fold(text.get(all.first()?.start..all.last()?.end)?);
    let bare = |said: &str| said.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let said = bare(&said);
    from_words(&bare(said.strip_prefix("bang chu").unwrap_or(&said)))
}

/// Every reading of every evident amount.
fn all_readings(all: &[Token]) -> Vec<Vnd> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < all.len() {
        match phrase(all, at).filter(|p| p.evident) {
            Some(p) => {
                match p.typed {
                    Typed::One { vnd, .. } => out.push(vnd),
                    Typed::About { high, .. } => out.push(high),
                    Typed::Ambiguous(readings) => out.extend(readings),
                    Typed::Free | Typed::Missing | Typed::Wrong(_) => {}
                }
                at = p.next;
            }
            None => at += 1,
        }
    }
    out
}

fn dedup(readings: Vec<Vnd>) -> Vec<Vnd> {
    let mut out: Vec<Vnd> = Vec::new();
    for r in readings {
        if !out.contains(&r) {
            out.push(r);
        }
    }
    out
}

/// `12tr + 3tr`: the sum, where each part is one amount.
fn sum(text: &str, all: &[Token]) -> Option<Vnd> {
    let parts = all.split(|t| t.is_sign("+")).map(|part| match whole(text, part) {
        Typed::One { vnd, .. } => Some(vnd),
        _ => None,
    });
    parts.sum()
}

/// A formula that adds plain numbers is as good as its result.
fn formula(sum: &str) -> Typed {
    let parts: Option<Vec<Vnd>> = sum.split('+').map(|p| p.trim().parse::<u32>().ok().map(Vnd::from)).collect();
    match parts.map(|p| p.iter().sum::<Vnd>()) {
        Some(vnd) if (1..IMPLAUSIBLE).contains(&i128::from(vnd)) => Typed::Ambiguous(vec![vnd]),
        Some(vnd) => Typed::One { vnd, plain: false },
        None => Typed::Wrong(Why::NotMoney),
    }
}

fn phrase(all: &[Token], at: usize) -> Option<Phrase> {
    phrase_or_why(all, at).ok()
}

fn phrase_or_why(all: &[Token], at: usize) -> Result<Phrase, Why> {
    let (bound, start) = bound_before(all, at);
    let from = start.checked_sub(1).is_some_and(|last| last >= at && is_from(all, last));
    let first = amount(all, start).map_err(why)?;
    let mut evident = first.scale > 1 || first.currency || (first.grouped && first.digits > 3) || first.digits > 5;
    let mut next = first.next;
    let mut typed = None;
    if let Some(second) = range_end(all, &first) {
        next = second.next;
        evident |= second.scale > 1 || second.currency || (second.grouped && second.digits > 3);
        typed = Some(range(&first, &second));
    }
    let typed_alone = typed.is_none();
    let typed = match typed {
        Some(typed) => typed,
        None => single(&first),
    };
    let (after, used) = bound_after(all, next);
    // `từ 50tr`, and no upper end; but `từ 15tr lên 18tr` names two amounts.
    let least =
        from && typed_alone && !matches!(all.get(next).map_or("", Token::word), "len" | "xuong" | "thanh" | "con" | "sang");
    let typed = match (bound.or(after).or(least.then_some(Bound::Lower)), typed) {
        (Some(Bound::Upper), Typed::One { vnd, .. }) => Typed::About { low: None, high: vnd },
        // What it comes to at the least says nothing of what it may cost.
        (Some(Bound::Lower), Typed::One { vnd, .. } | Typed::About { high: vnd, .. }) => Typed::Ambiguous(vec![vnd]),
        (_, typed) => typed,
    };
    Ok(Phrase { typed, next: next + used, evident })
}

fn why(bad: Bad) -> Why {
    match bad {
        Bad::NotMoney => Why::NotMoney,
        Bad::Grouping => Why::Grouping,
        Bad::Fraction => Why::Fraction,
    }
}

fn single(a: &Amount) -> Typed {
    let mut readings = a.readings.clone();
    let named = a.scale > 1;
    let mut ask = a.ask;
    if let [n] = a.readings[..]
        && !ask
        && n > 0
        && !a.currency
    {
        match n {
            _ if n < SMALL && !named => readings = vec![n * 1_000_000, n],
            _ if n < IMPLAUSIBLE && !named => readings = vec![n * 1_000, n],
            // `1k5`
            _ if n < IMPLAUSIBLE_NAMED => ask = true,
            _ => {}
        }
    }
    if readings.iter().any(|n| *n > i128::from(MOST)) {
        readings.retain(|n| *n <= i128::from(MOST));
        ask = true;
    }
    let readings: Vec<Vnd> = dedup(readings.iter().filter_map(|n| Vnd::try_from(*n).ok()).collect());
    match readings[..] {
        [] => Typed::Wrong(Why::TooLarge),
        [vnd] if !ask => Typed::One { vnd, plain: a.plain && (vnd == 0 || vnd >= SMALL as Vnd) },
        _ => Typed::Ambiguous(readings),
    }
}

/// The upper end of a range: `80-90 triệu`, `từ 80 đến 90 triệu`; but of `15tr - 5 ngày`, `15tr - 5-7 ngày`
/// and `15tr - 10%` none.
fn range_end(all: &[Token], low: &Amount) -> Option<Amount> {
    let sign = all.get(low.next)?;
    if !(sign.is_sign("-–—~") || matches!(sign.word(), "den" | "toi")) {
        return None;
    }
    let high = low.next + 1;
    let end = |from: usize| from + all.iter().skip(from).take_while(|t| t.number().is_some()).count();
    let mut next = end(high);
    if all.get(next).is_some_and(|t| t.is_sign("-–~")) {
        next = end(next + 1);
    }
    let days = |unit: &&Token| is_counted(unit) || (unit.typed() == "d" && low.scale > 1 && next == high + 1);
    match all.get(next).filter(|t| days(t) || t.is_sign("%")) {
        Some(_) if next > high => None,
        _ => amount(all, high).ok(),
    }
}

/// A unit of days and of other things that are counted: no amount stands before it.
fn is_counted(unit: &Token) -> bool {
    matches!(
        unit.word(),
        "ngay"
            | "tuan"
            | "thang"
            | "nam"
            | "gio"
            | "buoi"
            | "cong"
            | "hom"
            | "tieng"
            | "h"
            | "md"
            | "manday"
            | "mandays"
            | "day"
            | "days"
            | "week"
            | "weeks"
            | "working"
            | "nguoi"
            | "hang"
            | "muc"
    )
}

/// A lower end without a unit takes the upper end's.
fn range(low: &Amount, high: &Amount) -> Typed {
    let high_typed = single(high);
    let Typed::One { vnd: top, .. } = high_typed else { return high_typed };
    let lows = if low.scale == 1 && high.scale > 1 && !low.grouped && !low.currency {
        low.readings.iter().map(|n| n.saturating_mul(high.scale)).collect()
    } else {
        low.readings.clone()
    };
    match lows[..] {
        [bottom] if !low.ask && bottom < i128::from(top) => Typed::About { low: Vnd::try_from(bottom).ok(), high: top },
        // `18.900.000 - 20.000 phí`: no range, and which of the two is meant?
        [bottom] if !low.ask && (low.grouped || low.scale > 1) => {
            Typed::Ambiguous(Vnd::try_from(bottom).into_iter().chain([top]).collect())
        }
        // `500-1 triệu`, or an end with two readings.
        _ => Typed::Ambiguous(vec![top]),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bound {
    /// At most, about.
    Upper,
    Lower,
}

/// `khoảng`, `tối đa`, `dưới`, `từ` … before an amount, and where the amount begins.
fn bound_before(all: &[Token], at: usize) -> (Option<Bound>, usize) {
    let word = |i: usize| all.get(i).map_or("", Token::word);
    let (mut bound, mut i) = (None, at);
    loop {
        let (found, used) = match (word(i), word(i + 1)) {
            ("toi", "da") | ("khong", "qua") | ("uoc", "chung" | "khoang" | "tinh") | ("du", "kien") | ("xap", "xi") => {
                (Bound::Upper, 2)
            }
            ("toi", "thieu") | ("it", "nhat") => (Bound::Lower, 2),
            ("khoang" | "chung" | "duoi" | "gan" | "max" | "uoc", _) => (Bound::Upper, 1),
            ("tren" | "hon" | "min", _) => (Bound::Lower, 1),
            _ => match all.get(i) {
                Some(t) if t.is_sign("~≈<≤") => {
                    (Bound::Upper, 1 + usize::from(all.get(i + 1).is_some_and(|t| t.is_sign("="))))
                }
                Some(t) if t.is_sign(">≥") => (Bound::Lower, 1 + usize::from(all.get(i + 1).is_some_and(|t| t.is_sign("=")))),
                Some(t)
                    if is_approx(t)
                        || matches!(t.typed(), "cỡ" | "đến" | "tới")
                        || (t.typed() == "tam" && all.get(i + 1).is_some_and(|n| n.number().is_some())) =>
                {
                    (Bound::Upper, 1)
                }
                // `từ 80 đến 90 triệu`: the range says it, the word adds nothing.
                Some(_) if is_from(all, i) => {
                    i += 1;
                    continue;
                }
                _ => return (bound, i),
            },
        };
        bound = Some(if bound == Some(Bound::Lower) { Bound::Lower } else { found });
        i += used;
    }
}

/// `từ`, typed without diacritics too: before a number it is no `tư`.
fn is_from(all: &[Token], at: usize) -> bool {
    let number = all.get(at + 1).is_some_and(|n| n.number().is_some());
    all.get(at).is_some_and(|t| t.typed() == "từ" || (t.typed() == "tu" && number))
}

/// `đổ lại`, `trở xuống`; `trở lên`. Gives how many tokens it takes.
fn bound_after(all: &[Token], at: usize) -> (Option<Bound>, usize) {
    let word = |i: usize| all.get(i).map_or("", Token::word);
    match (word(at), word(at + 1)) {
        ("tro" | "do", "lai" | "xuong") => (Some(Bound::Upper), 2),
        ("tro" | "do", "len") => (Some(Bound::Lower), 2),
        _ => (None, 0),
    }
}

/// Dollars, euros and the like.
fn foreign(all: &[Token]) -> bool {
    all.iter().any(|t| {
        t.is_sign("$€£¥")
            || t.typed() == "đô"
            || matches!(t.word(), "usd" | "eur" | "euro" | "jpy" | "yen" | "dola" | "dollar" | "dollars" | "cny")
    })
}

/// `-500000`, `(500.000)`, `âm 5tr`.
fn negative(all: &[Token]) -> bool {
    match all {
        [minus, n, ..] if minus.is_sign("-−–") => n.number().is_some(),
        [open, n, .., close] if open.is_sign("(") && close.is_sign(")") => n.number().is_some(),
        [am, _, ..] => am.typed() == "âm",
        _ => false,
    }
}

/// Within prose: money by its looks, and not a part of a date, an id, a version, a share or a count.
fn stands_free(all: &[Token], at: usize, p: &Phrase) -> bool {
    let glued_before = all[at].glued && at.checked_sub(1).is_some_and(|i| all[i].is_sign("/-_#") || !all[i].word().is_empty());
    let follower = all.get(p.next);
    // `2tr/tháng`, `15tr/5 ngày`: a rate, or a list. With a day alone (`3tr/ngày`) it is left to be asked.
    let slash = follower.is_some_and(|t| t.is_sign("/"));
    let unit = |i: usize| all.get(i).map_or("", Token::word);
    let per = slash
        && (matches!(unit(p.next + 1), "thang" | "nam" | "quy" | "month" | "year" | "quarter")
            || (all.get(p.next + 1).is_some_and(|t| t.number().is_some())
                && matches!(
                    unit(p.next + 2),
                    "ngay" | "tuan" | "thang" | "d" | "n" | "day" | "days" | "week" | "weeks" | "months"
                )));
    let bound_after = !per && follower.is_some_and(|t| (t.glued && (t.is_sign("/%_") || !t.word().is_empty())) || t.is_sign("%"));
    let counted =
        follower.is_some_and(|t| matches!(t.word(), "ngay" | "tuan" | "thang" | "gio" | "buoi" | "nguoi" | "hang" | "muc"));
    p.evident && !glued_before && !bound_after && !counted
}
