//! What Tech writes at feedback: answers by item, a question, or a request for more time.

use super::doubts::{blocker, is_marked, is_question};
use super::said::{Said, Sort};
use super::words::*;
use super::{Asked, Doubt, Reading, items};
use crate::money::typed::amounts_in;
use crate::process::act::What;

pub(super) fn technician(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if said.only(&[POLITE, THANKS, NOTED]) && !said.has(FEASIBLE) {
        return None;
    }
    // `làm được không em?`, of no item: nothing but a question.
    let answers =
        items::read(text, ctx).filter(|answers| !is_marked(text) || !matches!(answers, Reading::Ask { guess: None, .. }));
    let later = blocker(said).filter(|doubt| matches!(doubt, Doubt::Later { .. }));
    let later = later.or_else(|| more_time(said).filter(|_| answers.is_none() && !said.has(OF_THE_QUOTE)));
    match (answers, later) {
        // `ok để anh xem`: the ok is for no item.
        (None | Some(Reading::Ask { guess: None, why: Doubt::WhichItem | Doubt::Unclear, .. }), Some(later)) => {
            Some(Reading::ask(body, None, later))
        }
        (None | Some(Reading::Ask { guess: None, why: Doubt::WhichItem | Doubt::Unclear, .. }), None)
            if (is_question(said) || said.has(CLARIFY)) && !said.has(NO_OPINION) && amounts_in(text).len() < 2 =>
        {
            Some(Reading::one(What::Ask(text.to_string())))
        }
        (Some(answers), _) => Some(answers),
        (None, None) => Some(Reading::ask(body, None, Doubt::Unclear)),
    }
}

/// `em xin gia hạn đến thứ 6`, `cho em thêm 2 ngày`
fn more_time(said: &Said) -> Option<Doubt> {
    let days = |at: &usize| {
        let counted = said.words.get(at + 1).is_some_and(|w| w.kind == Sort::Number);
        said.words[*at].is("thêm") && counted && said.longest_at(at + 2, &["ngày", "hôm", "tuần", "buổi", "days"]).is_some()
    };
    let named = said.find(MORE_TIME).map(|(_, words)| words);
    let words = named.or_else(|| (0..said.words.len()).find(days).map(|at| at..at + 3))?;
    Some(Doubt::Later { word: said.of(words).to_string() })
}
