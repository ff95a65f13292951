//! Percentages as staff type them (domain d), in hundredths of a percent: `12,5%` is 1250.

use crate::text::{Token, fold, tokens};

/// What a percentage was understood as. Hundredths of a percent throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedPercent {
    One {
        hundredths: i64,
        plain: bool,
    },
    /// Asked back: `0,1` without a sign may be 10 % or 0,1 %.
    Ambiguous(Vec<i64>),
    Missing,
    Wrong,
}

/// 1.000 %: a markup beyond it is a slip.
const MOST: i64 = 100_000;

/// A percentage in a text cell or a mail.
pub fn read(text: &str) -> TypedPercent {
    if super::typed::says_missing(&fold(text)) {
        return TypedPercent::Missing;
    }
    let all = tokens(text);
    let (signed, rest) = match all.split_first() {
        Some((number, rest)) => (number.number(), rest),
        None => return TypedPercent::Missing,
    };
    let said = match rest {
        [] => false,
        [sign] if sign.is_sign("%") || sign.word() == "pt" => true,
        [a, b] if (a.word(), b.word()) == ("phan", "tram") => true,
        _ => return TypedPercent::Wrong,
    };
    match signed.and_then(hundredths_of) {
        Some(h) if h > MOST => TypedPercent::Wrong,
        Some(h) if !said && h > 0 && h < 100 => TypedPercent::Ambiguous(vec![h * 100, h]),
        Some(hundredths) => TypedPercent::One { hundredths, plain: rest.iter().all(|t: &Token| t.is_sign("%")) },
        None => TypedPercent::Wrong,
    }
}

/// A numeric cell. `formatted`: the cell's number format shows percent, so 0.1 is 10 %; otherwise 10 is 10 %.
pub fn number(value: f64, formatted: bool) -> TypedPercent {
    let scaled = value * if formatted { 10_000.0 } else { 100.0 };
    // Sheets compute in binary: 0.07 * 100 is a hair above 7.
    if !scaled.is_finite() || scaled < 0.0 || scaled > MOST as f64 || (scaled - scaled.round()).abs() > 1e-6 {
        return TypedPercent::Wrong;
    }
    let hundredths = scaled.round() as i64;
    if !formatted && hundredths > 0 && hundredths < 100 {
        return TypedPercent::Ambiguous(vec![hundredths * 100, hundredths]);
    }
    TypedPercent::One { hundredths, plain: true }
}

/// A numeric cell of which nobody knows how it was shown: 1 may have been seen as `100%`. `most`: no reading over it.
pub fn unformatted(value: f64, most: i64) -> TypedPercent {
    match (number(value, true), number(value, false)) {
        (TypedPercent::One { hundredths: shown, .. }, TypedPercent::One { hundredths, .. })
            if shown != hundredths && shown <= most =>
        {
            TypedPercent::Ambiguous(vec![shown, hundredths])
        }
        (_, read) => read,
    }
}

/// `12,5` and `12.5`; at most two places.
fn hundredths_of(digits: &str) -> Option<i64> {
    let (whole, places) = digits.split_once([',', '.']).unwrap_or((digits, ""));
    if whole.len() > 4 || places.len() > 2 || !places.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + format!("{places:0<2}").parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_domain() {
        let one = |hundredths| TypedPercent::One { hundredths, plain: true };
        for (text, want) in [
            ("10%", one(1000)),
            ("10 %", one(1000)),
            ("10", one(1000)),
            ("12,5%", one(1250)),
            ("12.5 %", one(1250)),
            ("0%", one(0)),
            ("8 phần trăm", TypedPercent::One { hundredths: 800, plain: false }),
            ("0,1", TypedPercent::Ambiguous(vec![1000, 10])),
            ("0.1", TypedPercent::Ambiguous(vec![1000, 10])),
            ("", TypedPercent::Missing),
            ("chưa có", TypedPercent::Missing),
            ("-5%", TypedPercent::Wrong),
            ("5-10%", TypedPercent::Wrong),
            ("mười", TypedPercent::Wrong),
            ("99999%", TypedPercent::Wrong),
            ("1.000.000", TypedPercent::Wrong),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
        assert_eq!(number(0.1, true), one(1000));
        assert_eq!(number(0.07, true), one(700));
        assert_eq!(number(10.0, false), one(1000));
        assert_eq!(number(0.1, false), TypedPercent::Ambiguous(vec![1000, 10]));
        assert_eq!(number(f64::NAN, false), TypedPercent::Wrong);
        assert_eq!(unformatted(1.0, 100_000), TypedPercent::Ambiguous(vec![10_000, 100]));
        assert_eq!(unformatted(5.0, 10_000), one(500), "a discount of 500 % is none");
        assert_eq!((unformatted(30.0, 100_000), unformatted(0.0, 100_000)), (one(3000), one(0)));
        assert_eq!(unformatted(0.3, 100_000), TypedPercent::Ambiguous(vec![3000, 30]));
    }
}
