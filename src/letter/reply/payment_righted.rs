//! A payment that was told is to be another: `Sửa số tiền thanh toán thành 18.900.000`, `SỬA: ĐÃ THANH TOÁN 9.450.000 thành
//! 18.900.000, ngày 20/11`, `ngày thanh toán đúng là 20/11`.

use chrono::NaiveDate;

use super::becomes::Becomes;
use super::mention::unnamed;
use super::payment::{counts_payments, has_fee, too_little};
use super::said::Said;
use super::values::{blanked, dated, one_amount};
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::calendar::typed::Lean;
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::case::State;
use crate::process::value::Vnd;

/// The sum and the day that a part of it names.
type Named = (Option<Vnd>, Option<NaiveDate>);

/// Which payment becomes which; where the words do not say it plainly, asked. It is told back before it counts.
pub(super) fn righted(body: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    let contracted = matches!(ctx.state, State::Contracting | State::Scheduling | State::Delivering | State::Closed);
    let (_, label) = said.find(PAYMENT_TOLD).filter(|_| contracted || ctx.paid)?;
    let before = unnamed(Said::new(said.of(0..label.start)), &ctx.people);
    let tail = said.from(label.end);
    let after = Said::new(tail);
    let wrong = before.has(WRITTEN_WRONG) || after.has(WRITTEN_WRONG);
    let rights = wrong || before.has(RIGHTED) || after.has(RIGHT_IS) || after.has(BECOMES);
    if !rights || !before.only(&[BEFORE_NUMBER, WRITTEN_WRONG, POLITE]) || after.has(&["hợp đồng", "hđ", "đợt sau"]) {
        return None;
    }
    let ask = |doubt| Some(Reading::ask(body, Some(What::Paid { vnd: None, on: None }), doubt));
    if has_fee(said, said.text, ctx) {
        return ask(Doubt::Fee);
    }
    if counts_payments(said.text) {
        return ask(Doubt::Several);
    }
    let Becomes { was: old, is: new } = Becomes::of(tail);
    let ((vnd, on), (was, was_on)) = match (named(&new, ctx), named(&old, ctx)) {
        (Ok(Some(new)), Ok(Some(old))) => (new, old),
        (Err(doubt), _) | (_, Err(doubt)) => return ask(doubt),
        _ => return ask(Doubt::PaidBefore),
    };
    // `số tiền thanh toán 18.900.000 ghi nhầm`: is it the wrong one, or the right one?
    let which = Said::new(&new).has(WRITTEN_WRONG) && !before.has(RIGHTED) && !after.has(&["đúng", "thành"]);
    if which || (vnd.is_none() && on.is_none()) {
        return ask(Doubt::PaidBefore);
    }
    Some(Reading::one(What::PaidInstead { was, was_on, vnd, on }))
}

/// `18.000.000 mới đúng ạ`, of a payment that was told back and waits: what is not named stays.
pub(super) fn of_waiting(text: &str, ctx: &Asked) -> Option<Reading> {
    let (was, waits) = ctx.payment_waits?;
    let Ok(Some((vnd, on))) = named(text, ctx) else { return None };
    if vnd.is_none() && on.is_none() {
        return None;
    }
    let (vnd, on) = (vnd.or(Some(waits.vnd)), on.or(Some(waits.on)));
    Some(Reading::one(match was {
        Some(was) => What::PaidInstead { was: Some(was.vnd), was_on: Some(was.on), vnd, on },
        None => What::Paid { vnd, on },
    }))
}

/// `18.900.000, ngày 20/11`; nothing where there are other words beside them.
fn named(text: &str, ctx: &Asked) -> Result<Option<Named>, Doubt> {
    let (on, _, rest) = dated(text, ctx, Lean::Past)?;
    let sum = one_amount(&rest)?;
    if let Some(doubt) = sum.as_ref().and_then(|(typed, vnd, _)| too_little(typed, *vnd)) {
        return Err(doubt);
    }
    let amounts: Vec<_> = amounts_in(&rest).into_iter().map(|(at, _)| at).collect();
    let words = blanked(&rest, &amounts);
    // A bare 0 is no amount to other readers: here it says that nothing was paid.
    let said = Said::new(&words);
    let nothing = sum.is_none() && said.words.iter().any(|w| w.typed == "0");
    let plain = unnamed(said, &ctx.people).without(|w| nothing && w.typed == "0").only(&[
        BESIDE_NUMBER,
        BESIDE_PAYMENT,
        WRITTEN_WRONG,
        DAY,
        POLITE,
        THANKS,
        &["mới đúng", "đã", "rồi", "giúp", "lại"],
    ]);
    Ok(plain.then_some((sum.map(|(_, vnd, _)| vnd).or(nothing.then_some(0)), on)))
}
