//! Corrections of Tech's answers: what is not said of an item stays as it was.

use super::answer::Answer;
use super::doubts::{blocker, ends_asking, is_marked};
use super::items::{read_as, rows_told};
use super::numbered::{Part, parts};
use super::said::Said;
use super::values::one_amount;
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::process::act::What;
use crate::process::form::{Cell, Change};

/// Reads a correction of answers that were given before.
pub(super) fn correction(text: &str, ctx: &Asked) -> Option<Reading> {
    match corrected(text, ctx)? {
        Reading::Ask { sentence, why, .. } => Some(Reading::Ask { sentence, guess: None, why }),
        read => Some(read),
    }
}

fn corrected(text: &str, ctx: &Asked) -> Option<Reading> {
    let correct = |act: What| match act {
        What::Said { cells, .. } => Some(What::Correct { cells }),
        _ => None,
    };
    match read_as(text, ctx, true)? {
        Reading::Means { acts, heard } => Some(Reading::Means { acts: vec![correct(acts.into_iter().next()?)?], heard }),
        Reading::Ask { sentence, guess, why } => Some(Reading::Ask { sentence, guess: guess.and_then(correct), why }),
        Reading::Nothing => None,
    }
}

/// The same without the word that says so: `mục 2 em báo nhầm, là 8tr`. Words without values are news, and a question asks.
pub(super) fn amended(text: &str, ctx: &Asked) -> Option<Reading> {
    if is_marked(text) || ends_asking(&Said::new(text)) {
        return None;
    }
    let told = rows_told(text);
    let cut = parts(&told, ctx);
    let mut plain = true;
    let mut amends: Option<&Part> = None;
    for part in &cut.parts {
        let answer = Answer::read(part.text);
        let said = Said::new(part.text);
        let later = matches!(blocker(&said), Some(Doubt::Later { .. }));
        let clear = (answer.feasible.is_some() || answer.rest.is_empty() || said.has(AMENDS)) && !said.has(CUSTOMER) && !later;
        let costs = answer.cost.is_some() || !matches!(one_amount(part.text), Ok(None));
        // `2: không, chưa có API` is written as an answer is.
        let refuses = part.whole.starts_with(|c: char| c.is_ascii_digit()) && matches!(answer.feasible, Some("no" | "partial"));
        let days = answer.days.is_some() && (answer.rest.is_empty() || said.has(AMENDS));
        if costs || (clear && (refuses || days)) {
            amends.get_or_insert(part);
            plain &= clear;
        }
    }
    let part = amends?;
    let of_item = || {
        let cell = |id: &String| Change { at: Cell::Item(id.clone(), "kt_cp".into()), old: None, new: None };
        What::Correct { cells: part.items.first().map(cell).into_iter().collect() }
    };
    Some(match corrected(text, ctx)? {
        Reading::Means { acts, .. } if !plain => Reading::ask(text, acts.into_iter().next(), Doubt::Unclear),
        Reading::Ask { sentence, guess, why } => Reading::Ask { sentence, guess: guess.or_else(|| Some(of_item())), why },
        read => read,
    })
}
