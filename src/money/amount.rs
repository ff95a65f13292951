//! The grammar of one amount within tokens: `1.500.000 đ`, `1tr5`, `2 triệu rưỡi`, `một tỷ hai`, `3 chục triệu`.
//! It finds the readings; [`super::typed`] says what becomes of them.

use super::words::below_thousand;
use crate::text::Token;

/// One amount as its tokens may be read. `Err` of [`amount`] is a number that cannot be one.
#[derive(Clone, Debug)]
pub(super) struct Amount {
    /// Likeliest first; more than one where the digits leave it open.
    pub readings: Vec<i128>,
    /// The unit is slang or worse (`m`, `lít`): confirmed even with one reading.
    pub ask: bool,
    /// The multiplier that a range passes on to its lower end (`80-90 triệu`); 1 without a unit.
    pub scale: i128,
    /// `đ`, `đồng`, `VNĐ` stands behind it.
    pub currency: bool,
    /// Digits were grouped.
    pub grouped: bool,
    /// How many digits stand in the number.
    pub digits: usize,
    /// The spelling of the form's own cells: digits, grouped or not.
    pub plain: bool,
    /// The first token after it.
    pub next: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    /// No amount starts here.
    NotMoney,
    Grouping,
    /// A fraction of a đồng.
    Fraction,
}

/// A number as its marks may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Literal {
    Whole {
        n: i128,
        grouped: bool,
    },
    /// One mark before three digits (`1.500`): a group or three decimals. In thousandths.
    Open(i128),
    Decimal {
        digits: i128,
        places: u32,
    },
}

/// Reads the amount that begins at token `at`.
pub(super) fn amount(all: &[Token], at: usize) -> Result<Amount, Bad> {
    let (literal, digits, next) = number(all, at)?;
    // A telephone number, not 912 million.
    if digits > 1 && matches!(literal, Literal::Whole { n: 1.., .. }) && all[at].number().is_some_and(|n| n.starts_with('0')) {
        return Err(Bad::NotMoney);
    }
    let unit = unit(all, next).filter(|u| !u.bare_multiple);
    let scale = unit.map_or(1, |u| u.scale);
    // `1,5` alone can only be short for millions.
    let short = match literal {
        Literal::Decimal { digits, places } if unit.is_none() && digits < 1000 * 10_i128.pow(places) => {
            scaled(literal, 1).is_err()
        }
        _ => false,
    };
    let mut out = Amount {
        readings: scaled(literal, if short { 1_000_000 } else { scale })?,
        ask: short || unit.is_some_and(|u| u.ask),
        scale,
        currency: false,
        grouped: !matches!(literal, Literal::Whole { grouped: false, .. }),
        digits,
        plain: unit.is_none() && !matches!(literal, Literal::Decimal { .. }) && all[at].number().is_some(),
        next: unit.map_or(next, |u| u.next),
    };
    // Digit groups before `triệu` are more likely đồng with a slip of a unit than billions.
    if let Literal::Whole { n, grouped } = literal
        && scale > 1
        && (grouped || n >= 1_000_000)
    {
        out.readings = vec![n, n.saturating_mul(scale)];
    }
    if scale > 1 {
        tail(all, &mut out)?;
    }
    out.next = currency(all, &mut out);
    Ok(out)
}

/// What follows a unit: smaller units, a half, or the digits of `1tr5`.
fn tail(all: &[Token], out: &mut Amount) -> Result<(), Bad> {
    let mut scale = out.scale;
    loop {
        let add = |out: &mut Amount, more: &[i128]| {
            out.readings = out.readings.iter().flat_map(|r| more.iter().map(move |m| r.saturating_add(*m))).collect();
        };
        if word(all, out.next) == "ruoi" {
            add(out, &[scale / 2]);
            out.next += 1;
            return Ok(());
        }
        let Ok((literal, digits, next)) = number(all, out.next) else { return Ok(()) };
        let spoken = all[out.next].number().is_none();
        // `15tr 5d`: days.
        let short = !spoken && !all[out.next].glued && matches!(digits, 1 | 2);
        if short && all.get(next).is_some_and(|t| t.glued && matches!(t.typed(), "d" | "n")) {
            return Ok(());
        }
        if let Some(unit) = unit(all, next)
            && !(unit.bare_multiple && unit.scale >= scale)
        {
            // `2 trăm` behind `1 tỷ` counts the next name down: 200 triệu.
            let (named, used) = if unit.bare_multiple { (unit.scale * scale / 1000, unit.next) } else { (unit.scale, unit.next) };
            let mut more = scaled(literal, named)?;
            if more.iter().any(|m| *m >= scale) {
                return Err(Bad::Grouping);
            }
            out.next = used;
            out.ask |= unit.ask;
            if unit.bare_multiple && word(all, out.next) == "ruoi" {
                more = more.iter().map(|m| m + named / 2).collect();
                out.next += 1;
            }
            add(out, &more);
            if unit.bare_multiple {
                return Ok(());
            }
            scale = named;
            continue;
        }
        // `12tr 5 ngày`, `12tr 10%`: the number belongs to what follows.
        let follower = all.get(next);
        let stands_alone = all[out.next].glued
            || follower.is_none_or(|t| {
                is_currency(t).is_some() || t.is_sign(".,;:)(!?+-–—~") || matches!(t.word(), "den" | "toi" | "chan" | "ruoi")
            });
        if !stands_alone {
            return Ok(());
        }
        let more = match literal {
            Literal::Whole { n, grouped: false } if spoken => spoken_tail(n, scale),
            Literal::Whole { n, grouped: false } => digit_tail(n, digits, all[out.next].number().unwrap_or_default(), scale),
            Literal::Open(n) if n < scale => Some(vec![n]),
            _ => None,
        };
        match more {
            Some(more) => add(out, &more),
            None => return Err(Bad::Grouping),
        }
        out.next = next;
        return Ok(());
    }
}

/// Digits behind a unit are a fraction of it: `1tr5`, `1tr05`, `1tr500`; two digits (`1tr50`) may be tenths or thousandths.
fn digit_tail(n: i128, digits: usize, typed: &str, scale: i128) -> Option<Vec<i128>> {
    match digits {
        1 => Some(vec![n * scale / 10]),
        2 if typed.starts_with('0') => Some(vec![n * scale / 100]),
        2 => Some(vec![n * scale / 100, n * scale / 1000]),
        3 => Some(vec![n * scale / 1000]),
        6 if n < scale => Some(vec![n]),
        _ => None,
    }
}

/// `một tỷ hai`, `một tỷ hai trăm`; `một tỷ hai mươi` may be tenths or thousandths.
fn spoken_tail(n: i128, scale: i128) -> Option<Vec<i128>> {
    match n {
        0..=9 => Some(vec![n * scale / 10]),
        10..=99 => Some(vec![n * scale / 1000, n * scale / 100]),
        _ => Some(vec![n * scale / 1000]),
    }
}

/// A number in digits or in words, its count of digits (0 in words), and the token after it.
fn number(all: &[Token], at: usize) -> Result<(Literal, usize, usize), Bad> {
    let Some(first) = all.get(at) else { return Err(Bad::NotMoney) };
    let Some(typed) = first.number() else { return spoken(all, at) };
    let mut joined = typed.to_owned();
    let mut next = at + 1;
    // `1 500 000`: groups set apart by spaces.
    if typed.len() <= 3 && only_digits(typed) {
        while let Some(group) =
            all.get(next).filter(|t| !t.glued).and_then(Token::number).filter(|g| g.len() == 3 && only_digits(g))
        {
            joined = format!("{joined} {group}");
            next += 1;
        }
    }
    let digits = joined.bytes().filter(u8::is_ascii_digit).count();
    literal(&joined).map(|l| (l, digits, next))
}

fn spoken(all: &[Token], at: usize) -> Result<(Literal, usize, usize), Bad> {
    let run: Vec<&str> =
        all[at..].iter().take(8).map(|t| if is_approx(t) { "" } else { t.word() }).take_while(|w| !w.is_empty()).collect();
    let (n, used) = below_thousand(&run).ok_or(Bad::NotMoney)?;
    Ok((Literal::Whole { n: n.into(), grouped: false }, 0, at + used))
}

/// `tầm 50`; without diacritics it looks like `tám`, which no number follows.
pub(super) fn is_approx(token: &Token) -> bool {
    token.typed() == "tầm"
}

fn only_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

fn literal(typed: &str) -> Result<Literal, Bad> {
    let marks: Vec<char> = typed.chars().filter(|c| !c.is_ascii_digit()).collect();
    let parts: Vec<&str> = typed.split(|c: char| !c.is_ascii_digit()).collect();
    let digits: String = parts.concat();
    // Far beyond any amount.
    if digits.len() > 18 {
        return Err(Bad::NotMoney);
    }
    let n: i128 = digits.parse().map_err(|_| Bad::NotMoney)?;
    let groups = |parts: &[&str]| {
        parts.first().is_some_and(|p| (1..=3).contains(&p.len()) && !p.starts_with('0'))
            && parts[1..].iter().all(|p| p.len() == 3)
    };
    let last = parts.last().map_or(0, |p| p.len());
    let places = last as u32;
    match marks.as_slice() {
        [] => Ok(Literal::Whole { n, grouped: false }),
        [' '] if groups(&parts) => Ok(Literal::Whole { n, grouped: true }),
        [_] if last == 3 && groups(&parts) => Ok(Literal::Open(n)),
        [_] if last <= 2 || parts[0] == "0" => Ok(Literal::Decimal { digits: n, places }),
        [_] => Err(Bad::Grouping),
        [..] if marks.iter().all(|m| *m == marks[0]) => {
            if groups(&parts) {
                Ok(Literal::Whole { n, grouped: true })
            } else {
                Err(Bad::Grouping)
            }
        }
        // `1.500.000,50`: groups, then decimals.
        [group @ .., decimal]
            if group.iter().all(|m| *m == group[0]) && *decimal != group[0] && last <= 2 && groups(&parts[..parts.len() - 1]) =>
        {
            Ok(Literal::Decimal { digits: n, places })
        }
        _ => Err(Bad::Grouping),
    }
}

/// The readings of a literal in đồng at a scale.
fn scaled(literal: Literal, scale: i128) -> Result<Vec<i128>, Bad> {
    match literal {
        Literal::Whole { n, .. } => Ok(vec![n.saturating_mul(scale)]),
        Literal::Open(n) if scale == 1 => Ok(vec![n]),
        Literal::Open(n) => Ok(vec![n.saturating_mul(scale) / 1000, n.saturating_mul(scale)]),
        Literal::Decimal { digits, places } => {
            let (n, divisor) = (digits.saturating_mul(scale), 10_i128.pow(places));
            // `,00` is no fraction.
            if n % divisor == 0 { Ok(vec![n / divisor]) } else { Err(Bad::Fraction) }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Unit {
    scale: i128,
    ask: bool,
    /// `trăm` or `chục` with no name behind.
    bare_multiple: bool,
    next: usize,
}

/// The unit at a token: `tr`, `chục triệu`, `trăm nghìn`, `nghìn tỷ`.
fn unit(all: &[Token], at: usize) -> Option<Unit> {
    let multiple = match word(all, at) {
        "chuc" => 10,
        "tram" => 100,
        _ => 1,
    };
    let named = at + usize::from(multiple > 1);
    let Some((scale, ask)) = named_scale(word(all, named)) else {
        return (multiple == 100).then_some(Unit { scale: 100, ask: false, bare_multiple: true, next: named });
    };
    if scale == 1_000 && matches!(word(all, named + 1), "ty" | "ti") {
        return Some(Unit { scale: 1_000_000_000_000 * multiple, ask, bare_multiple: false, next: named + 2 });
    }
    Some(Unit { scale: scale * multiple, ask, bare_multiple: false, next: named + 1 })
}

/// Names of scales, folded. `m` (also metre), `n` and the slang of thousands-of-thousands are confirmed; `củ` is plain enough.
pub(super) fn named_scale(word: &str) -> Option<(i128, bool)> {
    match word {
        "k" | "kd" | "kvnd" | "nghin" | "ngan" => Some((1_000, false)),
        "n" => Some((1_000, true)),
        "lit" | "xi" => Some((100_000, true)),
        "tr" | "trd" | "trvnd" | "trdong" | "trieu" | "trieudong" | "cu" => Some((1_000_000, false)),
        "m" | "chai" => Some((1_000_000, true)),
        "ty" | "ti" | "tyd" | "tyvnd" | "tydong" => Some((1_000_000_000, false)),
        _ => None,
    }
}

/// Takes `đồng`, `VNĐ`, `đ`, `₫` and `chẵn` in; gives the token behind them.
fn currency(all: &[Token], out: &mut Amount) -> usize {
    let mut next = out.next;
    while let Some(explicit) = all.get(next).and_then(is_currency) {
        out.currency |= explicit;
        next += 1;
    }
    if out.currency && word(all, next) == "chan" {
        out.plain = false;
        next += 1;
    }
    // `15.000.000,-`: how cheques close a sum.
    if all.get(next).is_some_and(|t| t.is_sign(",") && t.glued) && all.get(next + 1).is_some_and(|t| t.is_sign("-–") && t.glued)
    {
        next += 2;
    }
    next
}

/// Is it đồng? `Some(false)` for a bare `d`, which could be days as well.
pub(super) fn is_currency(token: &Token) -> Option<bool> {
    match token.word() {
        "d" => Some(token.typed() == "đ"),
        "dong" | "vnd" => Some(true),
        _ => token.is_sign("₫").then_some(true),
    }
}

fn word(all: &[Token], at: usize) -> &str {
    all.get(at).map_or("", Token::word)
}
