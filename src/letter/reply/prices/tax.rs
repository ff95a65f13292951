//! Prices are before tax: what says so again, and what says that they hold it.

use crate::letter::reply::said::{Said, Sort, Word};
use crate::letter::reply::values::blanked;
use crate::letter::reply::words::*;

/// `18tr chưa VAT`: a text without what says that its prices are before tax, for all are.
pub(super) fn before_tax(text: &str) -> String {
    let said = Said::new(text);
    // `đã cộng thuế`
    let added = |at: &usize| *at > 0 && said.words[at - 1].is("đã");
    let without = (0..said.words.len()).filter(|at| !added(at)).filter_map(|at| {
        let tax = at + said.longest_at(at, WITHOUT_TAX)?.1;
        let end = tax + said.longest_at(tax, VAT)?.1;
        let rate = said.words.get(end).filter(|w| w.kind == Sort::Number);
        let rate = rate.is_some_and(|w| !text[said.words[end - 1].at.end..w.at.start].contains('\n'));
        Some(said.words[at].at.start..said.words[if rate { tax } else { end } - 1].at.end)
    });
    blanked(text, &without.collect::<Vec<_>>())
}

/// A price is said to hold its tax: `đã gồm VAT`, `VAT 10% đã gồm`, `VAT rồi`.
pub(super) fn holds_tax(said: &Said) -> bool {
    let taxed = |at| said.longest_at(at, VAT).map(|(_, taken)| at + taken);
    let with = |at| said.longest_at(at, WITH_TAX).is_some_and(|(_, taken)| taxed(at + taken).is_some());
    let rate = |w: &Word| w.kind == Sort::Number || matches!(w.sign(), Some('%' | ',' | '(' | ')' | '-'));
    let within = |at| {
        let Some(behind) = taxed(at) else { return false };
        let next = (behind..said.words.len()).find(|next| !rate(&said.words[*next]));
        next.is_some_and(|next| said.longest_at(next, TAX_WITHIN).is_some())
    };
    (0..said.words.len()).any(|at| with(at) || within(at)) || (said.has(VAT) && said.has(&["included", "inclusive"]))
}
