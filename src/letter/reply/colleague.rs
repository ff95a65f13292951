//! A colleague who is called by `@name` in an answer: brought in as well, or asked in the desk's stead.

use super::comment::comment;
use super::mention::Called;
use super::said::Said;
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::process::act::What;

/// `Duyệt nhé @Lan`: she is brought in as well.
pub(super) fn calling(reading: Reading, body: &str, called: &Called) -> Reading {
    match reading {
        Reading::Means { acts, .. } if acts == [What::Confirm] && called.any() && !approves_first(body) => {
            Reading::ask(body, Some(What::Confirm), Doubt::Unclear)
        }
        Reading::Means { mut acts, mut heard } if acts == [What::Confirm] && called.any() => {
            acts.push(What::Comment { text: body.trim().to_string(), mentions: called.people.clone() });
            heard.extend(called.heard());
            Reading::Means { acts, heard }
        }
        other => other,
    }
}

/// Before the name: `@Lan duyệt rồi` may be of hers.
fn approves_first(body: &str) -> bool {
    let before = Said::new(body.split('@').next().unwrap_or_default());
    [APPROVE, APPROVE_PRICE, APPROVE_VALUES].iter().any(|list| before.has(list))
}

/// News of the customer with a colleague called in it: `@Lan khách từ chối` is said to her, `khách ck 27tr @Lan` to her as well.
pub(super) fn told_to(reading: Reading, body: &str, called: &Called, ctx: &Asked) -> Reading {
    match reading {
        Reading::Means { acts, .. } if called.any() && body.trim_start().starts_with('@') => {
            Reading::ask(body, acts.into_iter().next(), Doubt::Unclear)
        }
        Reading::Means { acts, heard } if called.any() && !acts.iter().any(|a| matches!(a, What::Comment { .. })) => {
            Reading::Means { acts, heard }.beside(body, ctx)
        }
        other => other,
    }
}

/// A colleague is called by `@name`, and nothing that the desk waits for is said.
pub(super) fn calls_another(reading: &Reading, body: &str, ctx: &Asked, called: &Called) -> bool {
    let sales = ctx.people.iter().any(|p| p.sales && called.people.contains(&p.email));
    let asked = body.trim_start().starts_with('@') && body.contains('?');
    let open = match reading {
        Reading::Means { acts, .. } => match &acts[..] {
            [What::Ask(_)] => !sales,
            [What::Said { .. }, What::Ask(question)] => !sales && question.contains('@'),
            _ => false,
        },
        Reading::Ask { .. } if asked => !sales,
        Reading::Ask { guess: None, why: Doubt::Unclear | Doubt::WhichItem, .. } => ctx.is_tech(),
        _ => false,
    };
    open && !called.people.is_empty()
}

/// What is asked of a colleague as a comment; the values beside it stay.
pub(super) fn as_comment(reading: Reading, body: &str, ctx: &Asked) -> Reading {
    match reading {
        Reading::Means { mut acts, heard } if matches!(&acts[..], [What::Said { .. }, What::Ask(_)]) => {
            let asked = acts.pop().and_then(|act| act.text().map(String::from)).unwrap_or_default();
            Reading::Means { acts, heard }.beside(&asked, ctx)
        }
        _ => comment(body, ctx),
    }
}
