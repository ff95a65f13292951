//! What keeps an answer from being plain: a `không`, a `chờ`, a `nếu`, a question.

use std::borrow::Cow;

use super::Doubt;
use super::said::{Said, Sort};
use super::words::*;

/// What keeps an answer from being plain, in the order of domain e.1, rule 2.
pub(super) fn blocker(said: &Said) -> Option<Doubt> {
    let found = blocking(said)?;
    // Half a word is no doubt: looked at only where there is one.
    match said.without_compounds() {
        Cow::Borrowed(_) => Some(found),
        Cow::Owned(said) => blocking(&said),
    }
}

fn blocking(said: &Said) -> Option<Doubt> {
    // The `tra lại` of `kiểm tra lại` gives nothing back.
    let of_a_check = |at: usize| at > 0 && said.phrase_at(at - 1, "kiểm tra").is_some();
    let passed = |at: usize| behind_number(said, at) || of_a_check(at);
    let first = |list: &[&str]| said.find_but(list, passed).map(|(_, words)| said.of(words).to_string());
    if let Some(word) = first(NEGATORS) {
        return Some(Doubt::Negated { word });
    }
    if let Some(word) = first(PROVISIONAL) {
        return Some(Doubt::Condition { word });
    }
    if let Some(word) = first(DEFERRALS) {
        return Some(Doubt::Later { word });
    }
    if let Some(word) = first(CONDITIONS) {
        return Some(Doubt::Condition { word });
    }
    asks(said).then_some(Doubt::Question)
}

/// The same beside an approval that is said: `@Bắc xem lại mục 3` excepts something from it.
pub(super) fn not_put_off(doubt: Doubt) -> Doubt {
    match doubt {
        Doubt::Later { word } if Said::new(&word).has(LOOK_AGAIN) => Doubt::Condition { word },
        other => other,
    }
}

/// What keeps a fact from being one: said of the words beside its dates and amounts.
pub(super) fn unsettled(beside: &str) -> Option<Doubt> {
    let said = Said::new(beside);
    blocker(&said.without_compounds().without(|word| BESIDE_FACT.iter().any(|fits| word.is(fits))))
}

/// A question mark anywhere, a question word, or `chưa`, `không` at the end of a sentence.
pub(super) fn is_question(said: &Said) -> bool {
    asks(said) && asks(&said.without_compounds())
}

fn asks(said: &Said) -> bool {
    is_marked(said.text) || said.find_but(QUESTIONS, |at| denied(said, at)).is_some() || ends_asking(said)
}

/// `không sao`, `không thiếu gì nữa` deny, and ask nothing.
fn denied(said: &Said, at: usize) -> bool {
    let before = said.words[..at].iter().rev().take_while(|w| w.sign().is_none()).take(6);
    let mut before = before.take_while(|w| !["biết", "rõ", "hiểu"].iter().any(|k| w.is(k)));
    said.longest_at(at, INDEFINITE).is_some() && before.any(|w| DENIES.iter().any(|n| w.is(n)))
}

/// A question mark.
pub(super) fn is_marked(text: &str) -> bool {
    text.contains(QUESTION_MARKS)
}

/// `duyệt hết chưa em`
pub(super) fn ends_asking(said: &Said) -> bool {
    let last = said.words.iter().rposition(|w| w.sign().is_none() && !POLITE.iter().any(|p| w.is(p)));
    last.is_some_and(|at| at > 0 && !behind_number(said, at) && !denied(said, at) && said.longest_at(at, QUESTION_ENDS).is_some())
}

/// `500k`: the k behind a number is no `không`.
pub(super) fn behind_number(said: &Said, at: usize) -> bool {
    at > 0 && said.words[at].glued && said.words[at - 1].kind == Sort::Number
}
