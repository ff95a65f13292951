//! Facts that decide money or close a case: a payment, a hand-over, a refusal, a customer's wish. They count only where
//! nothing else is said beside them, for bills, promises and half a delivery are spoken of in the same words. What is
//! not so plain is asked back with the guess.

use std::ops::Range;

use super::firm::Hit;
use super::read::{blanked, blocker, dated, one_date, paid, unsettled, with_rest};
use super::said::{Said, Sort};
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::calendar::typed::{Lean, dates_in};
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// What a reason begins with. `tại` alone is more often a place.
const WHY: &[&str] = &["vì", "do", "bởi vì", "lý do", "lý do là", "vì là", "tại vì", "là do", "because", "since", "due to"];

/// What stands before a reason, and the reason.
fn reasoned<'a>(said: &Said<'a>) -> (Said<'a>, &'a str) {
    match said.find(WHY) {
        Some((_, words)) => (
            Said::new(&said.text[..said.words[words.start].at.start]),
            said.from(words.end).trim_matches([' ', ':', ',', '-', '–', '\n']),
        ),
        None => (Said::new(said.text), ""),
    }
}

/// A text's longest beginning, in whole sentences, that is covered, and what is left of the text.
fn settled(text: &str, covers: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    let ends = |(at, c): &(usize, char)| *c == '\n' || (matches!(c, '.' | '!') && text[at + 1..].starts_with(' '));
    let cuts: Vec<usize> = text.char_indices().filter(ends).map(|(at, _)| at + 1).take(8).collect();
    let cuts = [text.len()].into_iter().chain(cuts.into_iter().rev());
    cuts.map(|at| (text[..at].trim(), text[at..].trim())).find(|(told, _)| covers(told))
}

/// Beside a fact: no further amount, date or doubt.
fn harmless(text: &str, ctx: &Asked) -> bool {
    amounts_in(text).is_empty() && dates_in(text, ctx.today, Lean::Past).is_empty() && unsettled(text).is_none()
}

// ---- refusals and wishes

/// The Leader's or Director's `từ chối`: at once only where the text begins with it. `Bác Hải muốn … vì …` is a person.
pub(super) fn turned_down(body: &str, text: &str, said: &Said) -> Reading {
    let (head, reason) = reasoned(said);
    let why = Said::new(reason);
    // `bac bo` may be Bắc Bộ, and `bác yêu cầu …` what the uncle asks for.
    let uncle = head.has(&["bác yêu cầu"]) || head.words.iter().any(|w| w.typed == "bac");
    let plain = head.has(TURN_DOWN) && head.only(&[TURN_DOWN, BESIDE_REFUSAL, POLITE, THANKS]) && !uncle;
    let mixed = why.has(SEND_BACK) || why.has(&["nếu", "nhưng", "tuy nhiên", "trừ khi", "khi nào"]);
    let empty = !reason.is_empty() && why.only(&[POLITE, THANKS]);
    match plain && !mixed && !empty {
        true => Reading::one(What::Reject(reason.to_string())),
        false => Reading::ask(body, Some(What::Reject(text.to_string())), Doubt::WhyNot),
    }
}

/// The customer turns the whole down, and no meeting: `khách hủy lịch demo`.
pub(super) fn declines(said: &Said) -> bool {
    let (head, reason) = reasoned(said);
    let whole = head.only(&[CUSTOMER, CUSTOMER_DECLINES, BESIDE_REFUSAL, DECLINED_FOR, POLITE, THANKS]);
    whole && head.has(CUSTOMER_DECLINES) && !Said::new(reason).has(&["muốn", "xin", "đề nghị"])
}

/// The customer wants another quote, and not more time or a paper. `wish`: the words that say so.
pub(super) fn wants_change(said: &Said, wish: Range<usize>) -> bool {
    let before = Said::new(said.of(0..wish.start));
    if matches!(blocker(&before), Some(Doubt::Negated { .. } | Doubt::Question)) || before.has(&["nếu", "if"]) {
        return false;
    }
    if said.longest_at(wish.start, CUSTOMER_WANTS_LESS).is_some() {
        return true;
    }
    let clause = said.from(wish.end).split([',', ';', '\n']).next().unwrap_or_default();
    let clause = Said::new(clause);
    let starts = |list: &[&str]| clause.find(list).map(|(_, words)| words.start);
    match (starts(NO_CHANGE), starts(CHANGED)) {
        (Some(other), Some(change)) => change < other,
        (other, _) => other.is_none(),
    }
}

/// A wish below `KH ĐỒNG Ý`: a discount, a price, anything asked for.
pub(super) fn wishes(text: &str) -> bool {
    let said = Said::new(text);
    let asks = said.has(&["chiết khấu", "ưu đãi", "đề nghị", "giảm", "discount", "kh xin", "khách xin", "khách hàng xin"]);
    // A telephone or account number in a signature is no price.
    let number = &["đt", "sđt", "tel", "phone", "mobile", "hotline", "mst", "stk", "zalo", "điện thoại", "số tài khoản"];
    let valued = |line: &str| !Said::new(line).has(number) && !line.contains('+') && !amounts_in(line).is_empty();
    asks || said.has(CUSTOMER_WANTS) || text.contains('%') || text.lines().any(valued)
}

// ---- payments

/// A payment and nothing else: `khách đã ck 30tr hôm qua, đợt 1`.
fn only_pays(text: &str, ctx: &Asked, beside: &[&[&str]]) -> bool {
    let (_, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(text, &dates);
    let amounts: Vec<_> = amounts_in(&rest).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(&rest, &amounts);
    // `đợt 1/2`, `50%`
    let words = Said::new(&rest).without(|w| w.kind == Sort::Number || w.sign() == Some('%'));
    words.only(&[&[PAYS, CUSTOMER_PAID, IN_THE_PAST, BESIDE_PAYMENT, POLITE, THANKS], beside].concat())
}

/// Money that came in, in the writer's own words: the customer's, told as done, and nothing else said.
pub(super) fn payment(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(text);
    let (_, pays) = said.find(PAYS)?;
    let doubt = unsettled(text);
    if matches!(doubt, Some(Doubt::Negated { .. } | Doubt::Question)) {
        return None;
    }
    let payer = said.find(CUSTOMER).is_some_and(|(_, words)| words.start < pays.start);
    let came = said.has(MONEY_CAME);
    // `đã ck 30tr` answers what was asked; `em đã ck 30tr` is another's money.
    let bare = Said::new(said.of(0..pays.start)).only(&[IN_THE_PAST, &["dạ", "vâng"]]);
    let past = came || said.has(IN_THE_PAST);
    let valued = !amounts_in(text).is_empty();
    let told = (said.has(CUSTOMER) || bare || came) && (said.has(CUSTOMER_PAID) || (past && valued));
    let ask = |guess, why| Some(Reading::ask(body, Some(guess), why));
    if ctx.state == State::Quoted {
        return if told { ask(What::Agreed { on: None }, Doubt::Unclear) } else { None };
    }
    let whose: &[&[&str]] = if payer || came { &[CUSTOMER] } else { &[] };
    if past && (payer || came || bare) && only_pays(text, ctx, whose) {
        return paid(text, body, ctx);
    }
    let nothing = What::Paid { vnd: None, on: None };
    if told || valued { ask(nothing, doubt.unwrap_or(Doubt::Unclear)) } else { None }
}

/// `ĐÃ THANH TOÁN 30tr, ngày …`; what stands in sentences below it is a comment.
pub(super) fn told_paid(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    match settled(&whole, |text| only_pays(text, ctx, &[CUSTOMER])) {
        Some((told, "")) => paid(told, body, ctx),
        Some((told, rest)) if !amounts_in(told).is_empty() && harmless(rest, ctx) => {
            let reading = paid(told, body, ctx)?;
            let Reading::Means { mut acts, mut heard } = reading else { return Some(reading) };
            if let (Some(act), Reading::Means { acts: all, heard: more }) = (acts.pop(), with_rest(What::Status, rest, ctx)) {
                acts.push(act);
                acts.extend(all.into_iter().skip(1));
                heard.extend(more);
            }
            Some(Reading::Means { acts, heard })
        }
        _ => match paid(&whole, body, ctx)? {
            Reading::Means { acts, .. } => Some(Reading::ask(body, acts.into_iter().next(), Doubt::Unclear)),
            asked => Some(asked),
        },
    }
}

// ---- hand-over and plan

/// `Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày …`; but not `đã bàn giao tài khoản demo`. Of Sales a day is that of
/// the acceptance only where that is said, or nothing else.
pub(super) fn handed_over(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    let ask = |on, doubt| Some(Reading::ask(body, Some(What::HandedOver { on }), doubt));
    let (on, heard, rest) = match dated(&whole, ctx, Lean::Past) {
        Ok(read) => read,
        Err(doubt) => return ask(None, doubt),
    };
    match blocker(&Said::new(&rest)) {
        Some(Doubt::Question) => return None,
        Some(doubt) => return ask(on, doubt),
        None => {}
    }
    let beside = |text: &str| blanked(text, &one_date(text, ctx.today, Lean::Past).1);
    let covers = |text: &str| Said::new(&beside(text)).only(&[CUSTOMER, BESIDE_HANDOVER, POLITE, THANKS]);
    let accepts = |text: &str| Said::new(text).has(ACCEPTED);
    let alone = |text: &str| Said::new(&beside(text)).only(&[&["ngày", "hôm", "vào", "lúc", "xong", "on"], POLITE, THANKS]);
    let plain = match settled(&whole, covers) {
        Some((told, "")) => !ctx.roles.contains(&Role::Sales) || accepts(told) || alone(told),
        // A line more below an acceptance with its day.
        Some((told, rest)) => accepts(told) && on.is_some() && harmless(rest, ctx),
        None => false,
    };
    match plain {
        true => Some(Reading::Means { acts: vec![What::HandedOver { on }], heard }),
        false => ask(on, Doubt::Unclear),
    }
}

/// Dates of the project itself: `bắt đầu test 10/03` is news of the work. A reason may follow, and lines without dates.
pub(super) fn only_plans(text: &str, ctx: &Asked) -> bool {
    text.lines().all(|line| {
        let dates: Vec<_> = dates_in(line, ctx.today, Lean::Future).into_iter().map(|(at, _)| at).collect();
        let (head, reason) = reasoned(&Said::new(line));
        let rest = blanked(head.text, &dates);
        dates.is_empty()
            || (Said::new(&rest).only(&[BESIDE_PLAN, POLITE, THANKS]) && dates_in(reason, ctx.today, Lean::Future).is_empty())
    })
}
