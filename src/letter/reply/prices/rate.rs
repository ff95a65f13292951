//! Rates: `5%`, `VAT 10`, `hệ số 1,3`, `giá vốn x 1,5`.

use std::ops::Range;

use crate::letter::reply::said::{Said, Sort, Word};
use crate::letter::reply::words::*;
use crate::money::percent::{self, TypedPercent};
use crate::money::typed::amounts_in;

/// A rate as it was typed, in hundredths of a percent.
pub(super) type Rate = (String, i64);

/// The one percentage of a text, in hundredths of a percent.
pub(super) fn percent_of(said: &Said) -> Option<Rate> {
    let sign = said.words.iter().position(|w| w.sign() == Some('%')).map(|at| at..at + 1);
    let sign = sign.or_else(|| said.find(&["phần trăm", "percent"]).map(|(_, words)| words))?;
    let number = sign.start.checked_sub(1).filter(|n| said.words[*n].kind == Sort::Number)?;
    match percent::read(&format!("{}%", said.of(number..number + 1))) {
        TypedPercent::One { hundredths, .. } => Some((said.of(number..sign.end).to_string(), hundredths)),
        _ => None,
    }
}

/// Where it is said how many times the cost: `hệ số 1,3`, `giá vốn x 1,5`, `1,5 x giá vốn`, `x1.3`. The `x` of `2 chuyến x 3tr` is
/// no such thing.
pub(super) fn times(said: &Said) -> Option<usize> {
    let number = |at: &usize| said.words.get(*at).is_some_and(|w| w.kind == Sort::Number);
    if let Some((_, words)) = said.find(TIMES_COST) {
        return (words.end..said.words.len()).find(number);
    }
    let sign = said.words.iter().position(is_times)?;
    let cost = |words: Range<usize>| Said::new(said.of(words)).has(COST);
    let glued = sign == 0 && said.words[0].is("x") && said.words.get(1).is_some_and(|w| w.glued);
    let behind = Some(sign + 1).filter(|_| cost(0..sign) || glued);
    behind.or_else(|| sign.checked_sub(1).filter(|_| cost(sign..said.words.len()))).filter(number)
}

/// `hệ số 1,3`: that many times the cost, which is 30 % more, in hundredths of a percent.
pub(super) fn factor_of(said: &Said) -> Option<Rate> {
    let at = times(said)?;
    let typed = said.of(at..at + 1);
    match percent::read(&format!("{typed}%")) {
        TypedPercent::One { hundredths, .. } if typed.contains([',', '.']) && (101..500).contains(&hundredths) => {
            Some((typed.to_string(), (hundredths - 100) * 100))
        }
        _ => None,
    }
}

/// `VAT 10`, `hệ số 30`: the number behind the word, without its percent sign.
pub(super) fn bare_rate(said: &Said) -> Option<Rate> {
    let (least, (_, words)) = said.find(VAT).map(|vat| (0, vat)).or_else(|| Some((500, said.find(MARKUP)?)))?;
    let at = (words.end..said.words.len()).find(|at| said.words[*at].kind == Sort::Number)?;
    let typed = said.of(at..at + 1);
    match percent::read(&format!("{typed}%")) {
        TypedPercent::One { hundredths, .. } if hundredths >= least => Some((typed.to_string(), hundredths)),
        _ => None,
    }
}

pub(super) fn is_times(word: &Word) -> bool {
    word.is("x") || matches!(word.sign(), Some('*' | '×'))
}

/// Where something begins that is no rate, no manners and none of these.
pub(super) fn other_than_rate(said: &Said, beside: &[&[&str]]) -> Option<usize> {
    let words = said.without(|w| w.kind == Sort::Number || is_times(w) || matches!(w.sign(), Some('%' | '+' | '=' | '>')));
    let amounts = amounts_in(said.text);
    let words = words.without(|w| amounts.iter().any(|(at, _)| at.contains(&w.at.start)));
    let known = [DISCOUNT, MARKUP, TIMES_COST, COST, VAT, BESIDE_RATE, POLITE, THANKS, KIN, APPROVE, APPROVE_PRICE, WEAK];
    words.first_other(&[&known[..], beside].concat()).map(|word| word.at.start)
}
