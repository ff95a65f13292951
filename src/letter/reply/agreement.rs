//! The customer agrees: `KH ĐỒNG Ý ngày …`, `khách chốt rồi`; or names a price of their own.

use super::comment::{comment, decided};
use super::doubts::blocker;
use super::firm::Hit;
use super::said::Said;
use super::values::{OneDate, blanked, dated, one_date};
use super::words::*;
use super::{Asked, Doubt, Reading, alone, mention, wish};
use crate::calendar::typed::Lean;
use crate::money::typed::{Typed, amounts_in};
use crate::process::act::What;

/// `KH ĐỒNG Ý ngày …`, and what is said with it.
pub(super) fn told(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let (on, heard, rest) = match dated(hit.line, ctx, Lean::Past) {
        Ok(read) => read,
        Err(doubt) => return Some(Reading::ask(body, Some(What::Agreed { on: None }), doubt)),
    };
    let rest = alone::without_papers(&rest, &[',', ';', '(']);
    if !Said::new(&rest).only(&[POLITE, THANKS, BESIDE_AGREEMENT]) {
        return None;
    }
    // To what? A wish below is another offer.
    if alone::wishes(hit.more) {
        return Some(Reading::ask(body, Some(wish::change(body)), Doubt::Several));
    }
    Some(decided(What::Agreed { on }, hit, body, ctx).hearing(heard))
}

/// What Sales writes instead, where the customer is said to agree. `said`: the text without the names in it.
pub(super) fn in_prose(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    let ask = |guess, why| Some(Reading::ask(body, guess, why));
    let told = said.has(CUSTOMER);
    let (on, ranges) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(said.text, &ranges);
    let rest = mention::unnamed(Said::new(&rest), &ctx.people);
    let settled = (told || said.has(&["chốt", "đã chốt"])) && !said.has(CONFIRMS);
    let starts = |list: &[&str]| said.find(list).map(|(_, words)| words.start);
    let by_them = told && starts(CUSTOMER) < starts(CUSTOMER_AGREES);
    let all = rest.only(&[CUSTOMER, CUSTOMER_AGREES, BESIDE_AGREEMENT, POLITE, THANKS]);
    if let Some(typed) = other_price(text, &rest).filter(|_| by_them || theirs(&rest)) {
        return ask(Some(wish::change(text)), Doubt::CounterOffer { typed });
    }
    match (blocker(&rest), on) {
        // `KH đồng ý, trừ mục 3`: to another offer.
        (Some(doubt), _) if by_them && (matches!(doubt, Doubt::Condition { .. }) || rest.has(PARTS)) => {
            ask(Some(wish::change(text)), doubt)
        }
        // `KH duyệt rồi, đang trình ký`: agreed, and more is to come. `hẹn tuần sau chốt` is not.
        (Some(doubt @ Doubt::Later { .. }), _) if by_them && !rest.has(BUT) && starts(CUSTOMER_AGREES) < starts(DEFERRALS) => {
            ask(Some(What::Agreed { on: None }), doubt)
        }
        // `khách chưa chốt`, `khách nói ok nhưng chờ sếp`: news, no agreement.
        (Some(_), _) => Some(comment(body, ctx)),
        (None, OneDate::Open(doubt)) => ask(Some(What::Agreed { on: None }), doubt),
        (None, OneDate::One { date, heard }) if settled && all => {
            Some(Reading::Means { acts: vec![What::Agreed { on: Some(date) }], heard })
        }
        (None, OneDate::None) if settled && all => Some(Reading::one(What::Agreed { on: None })),
        (None, _) if (told || theirs(&rest)) && !rest.is_long() => ask(Some(What::Agreed { on: None }), Doubt::Unclear),
        (None, _) if all => ask(Some(What::Agreed { on: None }), Doubt::Weak),
        _ => None,
    }
}

/// `khách trả 45tr`: another price, and no agreement.
pub(super) fn offered(body: &str, text: &str, said: &Said) -> Option<Reading> {
    if !offers(said) {
        return None;
    }
    let typed = other_price(text, said)?;
    Some(Reading::ask(body, Some(wish::change(text)), Doubt::CounterOffer { typed }))
}

/// `trả 45tr`, `mong giá 45tr`: a price right behind the word that offers it.
fn offers(said: &Said) -> bool {
    let Some((_, words)) = said.find(OFFERS) else { return false };
    let amounts = amounts_in(said.text);
    let price = (words.end..said.words.len()).find(|at| amounts.iter().any(|(of, _)| of.contains(&said.words[*at].at.start)));
    price.is_some_and(|at| Said::new(said.of(words.end..at.max(words.end))).only(&[BESIDE_OFFER, POLITE]))
}

/// `KH chỉ đồng ý 45tr`: the price that the customer names, where it is told as theirs and nothing else is said.
fn other_price(text: &str, said: &Said) -> Option<String> {
    let is_price = |read: &Typed| matches!(read, Typed::One { .. } | Typed::About { .. } | Typed::Ambiguous(_));
    let (at, _) = amounts_in(said.text).into_iter().find(|(_, read)| is_price(read))?;
    // `45tr thôi`
    let told = said.without(|w| w.is("thôi"));
    let settled = blocker(&told).is_none_or(|doubt| matches!(doubt, Doubt::Condition { .. }));
    (settled && !said.is_long()).then(|| text[at].to_string())
}

/// `họ đồng ý rồi`, `bên Nam Phong đã chốt`: somebody else's word, told as done.
fn theirs(said: &Said) -> bool {
    let Some((_, agrees)) = said.find(CUSTOMER_AGREES) else { return false };
    let before = Said::new(said.of(0..agrees.start));
    let named = before.words.windows(2).any(|pair| pair.iter().all(|w| w.title)) || before.words.iter().skip(1).any(|w| w.title);
    (named || before.has(THEY)) && said.has(IN_THE_PAST)
}
