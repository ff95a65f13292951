//! How long a price of the server holds: `2tr/tháng`, `36tr cho 12 tháng`, `trọn gói`.

use super::said::{Said, Sort};
use super::values::is_rate;
use super::words::*;
use crate::money::typed::amounts_in;

/// How long a price of the server is said to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    Months(u32),
    Once,
    /// Not one of these: `tháng 12`, `2tr một tháng, 24tr một năm`.
    Other,
}

impl Span {
    pub(super) fn of(said: &Said) -> Option<Span> {
        let amounts = amounts_in(said.text);
        // The `năm` of `năm triệu` is a five.
        let words = said.without(|w| amounts.iter().any(|(at, _)| at.contains(&w.at.start)));
        let span = |at: usize| {
            let unit: [(_, Option<u32>); 3] = [(MONTH, Some(1)), (YEAR, Some(12)), (OTHER_SPAN, None)];
            let (_, months) = unit.into_iter().find(|(list, _)| words.longest_at(at, list).is_some())?;
            let dated = words.words.get(at + 1).is_some_and(|next| {
                next.kind == Sort::Number || ["này", "sau", "tới", "đầu", "trước", "rưỡi"].iter().any(|w| next.is(w))
            });
            let before = at.checked_sub(1).map(|at| &words.words[at]);
            let count = match before {
                Some(w) if w.kind == Sort::Number => w.typed.parse::<u32>().ok(),
                Some(w) if SOME_COUNT.iter().any(|count| w.is(count)) => None,
                _ => Some(1),
            };
            Some(match (months, count) {
                (Some(months), Some(count)) if !dated => Span::Months(count.saturating_mul(months)),
                _ => Span::Other,
            })
        };
        let mut all: Vec<Span> = (0..words.words.len()).filter_map(span).collect();
        all.extend(words.has(ONCE).then_some(Span::Once));
        match all[..] {
            [] => is_rate(said.text).then_some(Span::Other),
            [one] => Some(one),
            _ => Some(Span::Other),
        }
    }

    /// A clause that says this alone.
    pub(super) fn alone(said: &Said) -> Option<Span> {
        let rest = said.without(|w| w.kind == Sort::Number);
        Span::of(said).filter(|_| rest.only(&[MONTH, YEAR, OTHER_SPAN, ONCE, BESIDE_SPAN, SOME_COUNT, POLITE]))
    }

    /// Is it Tech's cycle?
    pub(super) fn is(self, cycle: Option<&str>) -> bool {
        matches!((self, cycle), (Span::Months(1), Some("month")) | (Span::Months(12), Some("year")) | (Span::Once, Some("once")))
    }
}
