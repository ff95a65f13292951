//! Vietnamese with a slip in its marks: `KH ĐỐNG Ý`, `DUYẾT`.

use super::{Asked, Doubt, Reading, firm};
use crate::process::act::What;
use crate::text::fold;

/// Words of a line that is looked at: what is longer says what it means.
const SHORT: usize = 6;

/// What would be a firm word without its marks is asked back rather than filed as news.
pub(super) fn asked_back(read: Reading, body: &str, ctx: &Asked, again: impl Fn(&str, &Asked) -> Reading) -> Reading {
    let filed = matches!(&read, Reading::Means { acts, .. } if acts.iter().all(|act| matches!(act, What::Comment { .. })));
    let short = !body.contains('\n') && body.split_whitespace().count() <= SHORT;
    if !filed || !short || body.is_ascii() {
        return read;
    }
    let bare = fold(body);
    match firm::find(&bare).map(|_| again(&bare, ctx)) {
        Some(meant @ Reading::Means { .. }) if meant.acts_on_case() => Reading::ask(body, meant.into_guess(), Doubt::Unclear),
        _ => read,
    }
}
