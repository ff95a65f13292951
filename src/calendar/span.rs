//! Lengths of time as `[deadlines]` gives them: `4h` and `2d` in working time, `15cd` in calendar days.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A length of time until something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Working hours.
    Hours(u32),
    /// Working days, each as long as the configured hours.
    Days(u32),
    /// Calendar days, up to the end of the last one.
    CalendarDays(u32),
}

/// Some thirteen years: far beyond any deadline, and soon counted.
const MOST: u32 = 5_000;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time: `4h` (working hours), `2d` (working days) and `15cd` (calendar days) are, up to {MOST}")]
pub struct BadSpan(pub String);

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Span, BadSpan> {
        let bad = || BadSpan(text.to_owned());
        let digits = text.trim().find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let (number, unit) = text.trim().split_at(digits);
        let n = number.parse().ok().filter(|n| *n <= MOST).ok_or_else(bad)?;
        match unit {
            "h" => Ok(Span::Hours(n)),
            "d" => Ok(Span::Days(n)),
            "cd" => Ok(Span::CalendarDays(n)),
            _ => Err(bad()),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Span::Hours(n) => write!(f, "{n}h"),
            Span::Days(n) => write!(f, "{n}d"),
            Span::CalendarDays(n) => write!(f, "{n}cd"),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = BadSpan;
    fn try_from(text: String) -> Result<Span, BadSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back() {
        for text in ["4h", "2d", "15cd", "0d"] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), text);
        }
        for text in ["", "4", "h", "4 h", "-2d", "2w", "9999d", "99999999999h", "1.5d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
