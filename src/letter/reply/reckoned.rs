//! Sums in a text: `15tr x 2`. Nobody here does them for whoever wrote them.

use std::ops::Range;

use super::answer::durations;
use super::said::{Said, Sort, Word};
use crate::money::typed::amounts_in;
use crate::text::squash;

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Money,
    Days,
    Percent,
    Nothing,
}

/// Figures that are still to be reckoned, as typed: `15tr x 2`, `5+2 ngày`, `15tr -10%`, `20-30%`. Money beside days is a list of both,
/// and bare numbers (`khổ 10 x 15`) are nobody's value unless `bare` are.
pub(super) fn reckoned(said: &Said, bare: bool) -> Option<String> {
    let money = amounts_in(said.text).into_iter().map(|(at, _)| (at, Of::Money));
    let mut figures: Vec<(Range<usize>, Of)> = money.collect();
    let days = durations(said, &figures.iter().map(|(at, _)| at.clone()).collect::<Vec<_>>());
    figures.extend(days.into_iter().map(|(at, _)| (at, Of::Days)));
    let within = |word: &Word| figures.iter().find(|(at, _)| at.contains(&word.at.start));
    // What the figure is whose first word, or last, is this one; and where it begins or ends.
    let figure = |at: usize, last: bool| {
        let word = said.words.get(at)?;
        if let Some((range, of)) = within(word) {
            return Some((if last { range.start } else { range.end }, *of));
        }
        let percent =
            if last { Some(at) } else { Some(at + 1) }.filter(|p| said.words.get(*p).is_some_and(|w| w.sign() == Some('%')));
        let number = if last && percent.is_some() { at.checked_sub(1)? } else { at };
        let number = said.words.get(number).filter(|w| w.kind == Sort::Number)?;
        let end = percent.filter(|_| !last).map_or(number.at.end, |p| said.words[p].at.end);
        Some((if last { number.at.start } else { end }, if percent.is_some() { Of::Percent } else { Of::Nothing }))
    };
    let reckons = |at: usize| {
        let word = &said.words[at];
        let times = word.is("x") || matches!(word.sign(), Some('*' | '×'));
        if !(times || matches!(word.sign(), Some('+' | '-'))) || within(word).is_some() {
            return None;
        }
        let ((from, left), (to, right)) = (figure(at.checked_sub(1)?, true)?, figure(at + 1, false)?);
        let valued = bare || left != Of::Nothing || right != Of::Nothing;
        let list = matches!((left, right), (Of::Money, Of::Days) | (Of::Days, Of::Money));
        let sum = match word.sign() {
            Some('-') => right == Of::Percent,
            Some('+') => !list,
            _ => true,
        };
        (valued && sum).then(|| squash(said.text.get(from..to).unwrap_or_default()))
    };
    (0..said.words.len()).find_map(reckons)
}
