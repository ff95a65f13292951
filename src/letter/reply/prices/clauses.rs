//! A text of prices as its clauses: `giảm 5%, VAT 10` are two, `thanh toán 50% khi ký, 50% khi bàn giao` is one.

use std::ops::Range;

use crate::letter::reply::doubts::blocker;
use crate::letter::reply::said::{Said, Sort};
use crate::letter::reply::values::one_amount;
use crate::letter::reply::words::*;

/// `giảm 5%, VAT 10`: two things. The comma of `7,5%` is none between them, nor is one among the terms of payment.
pub(super) fn clauses(text: &str) -> Vec<&str> {
    let mut cut: Vec<Range<usize>> = vec![];
    let mut terms = false;
    for part in text.split([';', '\n', '(', ')']).flat_map(|part| part.split(", ")).map(str::trim) {
        let at = part.as_ptr() as usize - text.as_ptr() as usize;
        let said = Said::new(part);
        let other = [VAT, DISCOUNT, MARKUP, SERVER_NAMED, VALID, NO_VAT].iter().any(|list| said.has(list));
        match cut.last_mut().filter(|_| terms && !other && !says_nothing(&said)) {
            Some(last) if !text[last.end..at].contains(['\n', ';']) => last.end = at + part.len(),
            _ => {
                terms = are_terms(&said);
                cut.push(at..at + part.len());
            }
        }
    }
    cut.into_iter().map(|at| &text[at]).filter(|clause| !clause.is_empty()).collect()
}

/// `thanh toán 50% khi ký, 50% khi bàn giao`
pub(super) fn are_terms(said: &Said) -> bool {
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let how = said.words.iter().any(|w| w.kind == Sort::Number) || said.has(PAID_HOW);
    how && said.longest_at(first, PAY_TERMS).is_some()
}

/// Manners and approval beside prices: they are told back anyway.
pub(super) fn says_nothing(said: &Said) -> bool {
    let beside: &[&str] = &["như sau", "trên", "gửi", "báo", "giúp", "đơn giá", "các mục", "vnd", "vnđ", "đ", "đồng"];
    (said.longest_at(0, GREETINGS).is_some() && blocker(said).is_none())
        || said.only(&[POLITE, THANKS, NOTED, KIN, WEAK, APPROVE, APPROVE_PRICE, BESIDE_APPROVAL, beside])
}

/// A text before its `Tổng: 40tr`, and that. Of what else is said of a total (`tổng giảm 5%`) there is none.
pub(super) fn before_total(text: &str) -> (&str, Option<&str>) {
    let said = Said::new(text);
    let sums = |at: &usize| {
        // `18tr cộng 2tr` is no sum of the items.
        let marked = said.words.get(at + 1).is_some_and(|w| matches!(w.sign(), Some(':' | '=')));
        said.longest_at(*at, &["tổng", "total"]).is_some() || (marked && said.words[*at].is("cộng"))
    };
    let Some(at) = (0..said.words.len()).find(sums) else { return (text, None) };
    let total = said.from(at);
    let plain = Said::new(total);
    if plain.has(DISCOUNT) || plain.has(MARKUP) || plain.has(VAT) || total.contains('%') || matches!(one_amount(total), Ok(None))
    {
        return (text, None);
    }
    let before = said.text[..said.words[at].at.start].trim_end_matches([' ', ',', ';', '/', '-', '–', '=', '>', '(', '.']);
    (before.trim_start_matches(['=', '>', '-', '–', '*', '(', ' ']), Some(total))
}
