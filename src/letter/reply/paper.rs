//! `LÀ HỢP ĐỒNG`, `KHÔNG PHẢI HỢP ĐỒNG`: what a file is that was kept with the case.

use super::said::Said;
use super::words::*;
use super::{Asked, Reading};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// Nothing else may stand beside it.
pub(super) fn read(said: &Said, ctx: &Asked) -> Option<Reading> {
    if !ctx.is(Role::Sales) || ctx.state < State::Contracting || ctx.is_tech() {
        return None;
    }
    let says = |words| said.has(words) && said.only(&[words, OF_A_FILE, POLITE, THANKS]);
    match () {
        () if says(NO_CONTRACT) => Some(Reading::one(What::Paper { is_contract: false })),
        () if says(IS_CONTRACT) => Some(Reading::one(What::Paper { is_contract: true })),
        () => None,
    }
}
