//! What a typed amount of money means (domain d). Money is never guessed: what can be read two ways is asked back.

use std::ops::Range;

use super::amount::{Amount, Bad, amount, is_approx};
use super::words::from_words;
use crate::process::value::Vnd;
use crate::text::{Token, fold, tokens};

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
    Negative,
    /// Over [`MOST`].
    TooLarge,
}

/// A million tỷ: no amount of this trade comes near it, and below it a cell's binary number is exact.
pub const MOST: Vnd = 1_000_000_000_000_000;

/// Without a unit, a number under this is no amount but short for thousands or millions (domain d, "small number").
const SMALL: i128 = 1_000;
/// With digits alone, an amount under this is implausible: `1.500` is asked back.
const IMPLAUSIBLE: i128 = 10_000;

/// Longer texts hold no single amount.
const LONGEST: usize = 300;

/// Reads the text of a money cell, or of an answer that is expected to be an amount.
pub fn read(text: &str) -> Typed {
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
    match (whole(&all), formal) {
        // `một tỷ hai trăm`: in a contract 1.000.000.200, in speech 1,2 tỷ.
        (Typed::One { vnd, .. }, Some(other)) if vnd != other => Typed::Ambiguous(vec![vnd, other]),
        (read, _) => read,
    }
}

/// Reads a numeric cell. Numbers from 1.000 up are taken as they stand, smaller ones are asked back.
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

fn whole(all: &[Token]) -> Typed {
    if all.is_empty() {
        return Typed::Missing;
    }
    let all = match all.split_last() {
        Some((last, rest)) if last.is_sign(".;") && !rest.is_empty() => rest,
        _ => all,
    };
    let p = match phrase_or_why(all, 0) {
        Ok(p) => p,
        Err(why) => return Typed::Wrong(why),
    };
    let rest = &all[p.next.min(all.len())..];
    let within = |from: usize| all_readings(&all[from..]);
    match (&p.typed, rest.first()) {
        (_, None) => p.typed,
        // `khoảng 60tr, chưa tính server riêng`
        (Typed::About { .. }, Some(mark)) if mark.is_sign(",;") && within(p.next).is_empty() => p.typed,
        (Typed::Wrong(_), _) => p.typed,
        (_, Some(plus)) if plus.is_sign("+") => sum(all).map_or(Typed::Wrong(Why::NotMoney), |vnd| Typed::Ambiguous(vec![vnd])),
        // An amount and prose: which amount is meant, if any, only the writer knows.
        _ if p.evident => Typed::Ambiguous(dedup(within(0))),
        _ => Typed::Wrong(Why::NotMoney),
    }
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
fn sum(all: &[Token]) -> Option<Vnd> {
    let parts = all.split(|t| t.is_sign("+")).map(|part| match whole(part) {
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
    let first = amount(all, start).map_err(why)?;
    let mut evident = first.scale > 1 || first.currency || (first.grouped && first.digits > 3) || first.digits > 5;
    let mut next = first.next;
    let mut typed = None;
    if let Some(second) = range_end(all, &first) {
        next = second.next;
        evident |= second.scale > 1 || second.currency || (second.grouped && second.digits > 3);
        typed = Some(range(&first, &second));
    }
    let typed = match typed {
        Some(typed) => typed,
        None => single(&first),
    };
    let (after, used) = bound_after(all, next);
    let typed = match (bound.or(after), typed) {
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
            _ if n < IMPLAUSIBLE => ask = true,
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

/// The upper end of a range: `80-90 triệu`, `từ 80 đến 90 triệu`.
fn range_end(all: &[Token], low: &Amount) -> Option<Amount> {
    let sign = all.get(low.next)?;
    if !(sign.is_sign("-–—~") || matches!(sign.word(), "den" | "toi")) {
        return None;
    }
    amount(all, low.next + 1).ok()
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
                Some(t) if t.typed() == "từ" => {
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
    let bound_after = follower.is_some_and(|t| (t.glued && (t.is_sign("/%_") || !t.word().is_empty())) || t.is_sign("%"));
    let counted =
        follower.is_some_and(|t| matches!(t.word(), "ngay" | "tuan" | "thang" | "gio" | "buoi" | "nguoi" | "hang" | "muc"));
    p.evident && !glued_before && !bound_after && !counted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(vnd: Vnd) -> Typed {
        Typed::One { vnd, plain: true }
    }
    fn echoed(vnd: Vnd) -> Typed {
        Typed::One { vnd, plain: false }
    }
    fn ask(readings: &[Vnd]) -> Typed {
        Typed::Ambiguous(readings.to_vec())
    }
    fn about(low: Option<Vnd>, high: Vnd) -> Typed {
        Typed::About { low, high }
    }
    fn check(rows: &[(&str, Typed)]) {
        let wrong: Vec<String> = rows
            .iter()
            .map(|(text, want)| (text, want, read(text)))
            .filter(|(_, want, got)| *want != got)
            .map(|(text, want, got)| format!("{text}: {got:?}, not {want:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn rows_of_the_domain_with_one_meaning() {
        check(&[
            ("1.500.000", one(1_500_000)),
            ("1.500.000đ", one(1_500_000)),
            ("1.500.000 VNĐ", one(1_500_000)),
            ("1 500 000", one(1_500_000)),
            ("1\u{a0}500\u{202f}000", one(1_500_000)),
            ("1500000", one(1_500_000)),
            ("1,500,000", one(1_500_000)),
            ("15,000,000 VND", one(15_000_000)),
            ("15.000.000đ", one(15_000_000)),
            ("15.000.000,-", one(15_000_000)),
            ("15.000.000₫", one(15_000_000)),
            ("1,500,000.00", echoed(1_500_000)),
            ("15tr", echoed(15_000_000)),
            ("15 tr", echoed(15_000_000)),
            ("15 triệu", echoed(15_000_000)),
            ("15trieu", echoed(15_000_000)),
            ("15 trđ", echoed(15_000_000)),
            ("1tr5", echoed(1_500_000)),
            ("1 triệu 5", echoed(1_500_000)),
            ("1triệu5", echoed(1_500_000)),
            ("1tr500", echoed(1_500_000)),
            ("1tr05", echoed(1_050_000)),
            ("1tr050", echoed(1_050_000)),
            ("2,5 tr", echoed(2_500_000)),
            ("2.5tr", echoed(2_500_000)),
            ("2 triệu rưỡi", echoed(2_500_000)),
            ("2tr rưỡi", echoed(2_500_000)),
            ("500k", echoed(500_000)),
            ("500K", echoed(500_000)),
            ("500 nghìn", echoed(500_000)),
            ("500 ngàn", echoed(500_000)),
            ("1.2 tỷ", echoed(1_200_000_000)),
            ("1,2 tỉ", echoed(1_200_000_000)),
            ("1ty2", echoed(1_200_000_000)),
            ("1 tỷ 2", echoed(1_200_000_000)),
            ("1 tỷ 200", echoed(1_200_000_000)),
            ("1 tỷ 2 trăm", echoed(1_200_000_000)),
            ("một tỷ hai", echoed(1_200_000_000)),
            ("15 củ", echoed(15_000_000)),
            ("45 củ", echoed(45_000_000)),
            ("3 chục triệu", echoed(30_000_000)),
            ("hai chục triệu", echoed(20_000_000)),
            ("6-7 chục triệu", about(Some(60_000_000), 70_000_000)),
            ("khoảng 60tr", about(None, 60_000_000)),
            ("~120tr", about(None, 120_000_000)),
            ("dưới 8 triệu", about(None, 8_000_000)),
            ("tối đa 25 triệu", about(None, 25_000_000)),
            ("0", one(0)),
            ("-", Typed::Free),
            ("free", Typed::Free),
            ("Miễn phí", Typed::Free),
            ("tặng", Typed::Free),
            ("", Typed::Missing),
            ("\u{a0}", Typed::Missing),
            ("chưa có", Typed::Missing),
            ("báo sau", Typed::Missing),
            ("?", Typed::Missing),
            ("n/a", Typed::Missing),
            ("x", Typed::Missing),
            ("=12000000+3000000", echoed(15_000_000)),
        ]);
    }

    #[test]
    fn rows_of_the_domain_that_are_asked_back() {
        check(&[
            ("1.500", ask(&[1_500_000, 1_500])),
            ("1,500", ask(&[1_500_000, 1_500])),
            ("15m", ask(&[15_000_000])),
            ("1tr50", ask(&[1_500_000, 1_050_000])),
            ("1.250tr", ask(&[1_250_000, 1_250_000_000])),
            ("1,250 triệu", ask(&[1_250_000, 1_250_000_000])),
            ("500n", ask(&[500_000])),
            ("1k5", ask(&[1_500])),
            ("2k5", ask(&[2_500])),
            ("1 chai", ask(&[1_000_000])),
            ("5 lít", ask(&[500_000])),
            ("5 xị", ask(&[500_000])),
            ("tầm 50", ask(&[50_000_000, 50])),
            ("15", ask(&[15_000_000, 15])),
            ("12tr + 3tr", ask(&[15_000_000])),
        ]);
    }

    #[test]
    fn rows_of_the_domain_that_are_wrong() {
        check(&[
            ("1.500.00", Typed::Wrong(Why::Grouping)),
            ("1.5000.000", Typed::Wrong(Why::Grouping)),
            ("15.00.000", Typed::Wrong(Why::Grouping)),
            ("1.500.000,50", Typed::Wrong(Why::Fraction)),
            ("$500", Typed::Wrong(Why::Currency)),
            ("500 usd", Typed::Wrong(Why::Currency)),
            ("-500000", Typed::Wrong(Why::Negative)),
            ("(500.000)", Typed::Wrong(Why::Negative)),
        ]);
    }

    #[test]
    fn budgets_as_sales_write_them() {
        check(&[
            ("khoảng 60tr, chưa tính server riêng", about(None, 60_000_000)),
            ("80-90 triệu", about(Some(80_000_000), 90_000_000)),
            ("từ 80 đến 90 triệu", about(Some(80_000_000), 90_000_000)),
            ("800k - 1tr2", about(Some(800_000), 1_200_000)),
            ("50.000.000 – 60.000.000đ", about(Some(50_000_000), 60_000_000)),
            ("30 triệu đổ lại", about(None, 30_000_000)),
            ("65.000.000 VNĐ", one(65_000_000)),
            ("5tr", echoed(5_000_000)),
            ("40 tr", echoed(40_000_000)),
            ("trên 50 triệu", ask(&[50_000_000])),
            ("500-1 triệu", ask(&[1_000_000])),
            ("1-2", ask(&[2_000_000, 2])),
            ("khoảng 60tr, server thêm 10tr", ask(&[60_000_000, 10_000_000])),
            ("1.5 tỷ cả server riêng (server dự kiến 180tr)", ask(&[1_500_000_000, 180_000_000])),
            ("400 triệu gồm 60 triệu server riêng", ask(&[400_000_000, 60_000_000])),
            ("60tr, chưa tính server riêng", ask(&[60_000_000])),
        ]);
    }

    #[test]
    fn speech_and_slips() {
        check(&[
            ("ba mươi tám triệu năm trăm nghìn đồng chẵn", echoed(38_500_000)),
            ("Một triệu không trăm linh một đồng", echoed(1_000_001)),
            ("một triệu rưỡi", echoed(1_500_000)),
            ("mười lăm triệu", echoed(15_000_000)),
            ("tám triệu", echoed(8_000_000)),
            ("hai trăm triệu", echoed(200_000_000)),
            ("một tỷ hai trăm", ask(&[1_200_000_000, 1_000_000_200])),
            ("1 tỷ 2 trăm rưỡi", echoed(1_250_000_000)),
            ("1 tỷ 200 triệu", echoed(1_200_000_000)),
            ("1tr 500k", echoed(1_500_000)),
            ("1 triệu 500.000", echoed(1_500_000)),
            ("2 nghìn tỷ", echoed(2_000_000_000_000)),
            ("15 triệu đồng", echoed(15_000_000)),
            ("1.500 đồng", one(1_500)),
            ("1,5", ask(&[1_500_000])),
            ("1500", ask(&[1_500_000, 1_500])),
            ("15.000.000 triệu", ask(&[15_000_000, 15_000_000_000_000])),
            ("không", ask(&[0])),
            ("0912345678", Typed::Wrong(Why::NotMoney)),
            ("1500000,5", Typed::Wrong(Why::Fraction)),
            ("1,23456 triệu", Typed::Wrong(Why::Grouping)),
            ("1,2345678 tỷ", Typed::Wrong(Why::Grouping)),
            ("1 triệu 2 tỷ", Typed::Wrong(Why::Grouping)),
            ("9.999.999.999.999.999", Typed::Wrong(Why::TooLarge)),
            ("âm 5 triệu", Typed::Wrong(Why::Negative)),
            ("5 đô", Typed::Wrong(Why::Currency)),
            ("chưa tính", Typed::Wrong(Why::NotMoney)),
            ("15 ngày", Typed::Wrong(Why::NotMoney)),
        ]);
    }

    #[test]
    fn numeric_cells() {
        assert_eq!(number(1_500_000.0), one(1_500_000));
        assert_eq!(number(11_000_000.000000002), one(11_000_000));
        assert_eq!(number(0.0), one(0));
        assert_eq!(number(15.0), ask(&[15_000_000, 15]));
        assert_eq!(number(1.5), ask(&[1_500_000]));
        assert_eq!(number(1_500.5), Typed::Wrong(Why::Fraction));
        assert_eq!(number(-5.0), Typed::Wrong(Why::Negative));
        assert_eq!(number(f64::INFINITY), Typed::Wrong(Why::NotMoney));
        assert_eq!(number(1e16), Typed::Wrong(Why::TooLarge));
    }

    #[test]
    fn amounts_within_prose() {
        let found =
            |text: &str| amounts_in(text).into_iter().map(|(span, typed)| (text[span].to_owned(), typed)).collect::<Vec<_>>();
        let row = |text: &str, typed| (text.to_owned(), typed);
        assert_eq!(found("ĐÃ THANH TOÁN 19.250.000, ngày 02/07/2021"), [row("19.250.000", one(19_250_000))]);
        assert_eq!(
            found("M01: 12tr, 6 ngày; mục 2: 1tr5 nhé anh"),
            [row("12tr", echoed(12_000_000)), row("1tr5", echoed(1_500_000))]
        );
        assert_eq!(found("Giảm 8% cho BG-230621-001, HĐ 001/2021/HĐDV, gọi 0912345678"), []);
        assert_eq!(
            found("khoảng 60tr, hoặc 80-90 triệu"),
            [row("khoảng 60tr", about(None, 60_000_000)), row("80-90 triệu", about(Some(80_000_000), 90_000_000))]
        );
        assert_eq!(found("giá ba mươi triệu, trong 12 ngày"), [row("ba mươi triệu", echoed(30_000_000))]);
        assert_eq!(found("gia\u{301} 15 trie\u{323}\u{302}u"), [row("15 trie\u{323}\u{302}u", echoed(15_000_000))]);
        assert_eq!(found("thứ 6, 28/06/2024 lúc 15:00, tiến độ 50%"), []);
    }
}
