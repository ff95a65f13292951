//! Money that came in: `ĐÃ THANH TOÁN 30tr, ngày …`, and what Sales writes instead. It counts only where it is told as done
//! and nothing else is said beside it: bills, promises and due dates speak of payments in the same words.

use std::ops::Range;

use super::alone::{harmless, settled, without_papers};
use super::doubts::unsettled;
use super::firm::Hit;
use super::mention::unnamed;
use super::said::{Said, Sort, Word};
use super::values::{OneDate, blanked, dated, one_amount, one_date};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::calendar::typed::{Lean, dates_in};
use crate::money::typed::{Typed, amounts_in};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::value::Vnd;

/// Less than this is paid for nothing that is quoted.
const HARDLY_PAID: Vnd = 100_000;

/// Where the amounts of a text stand. Its dates are blank: `30tr ngày 21/11` is no number of days.
fn amounts(text: &str, ctx: &Asked) -> Vec<Range<usize>> {
    let dateless = blanked(text, &one_date(text, ctx.today, Lean::Past).1);
    amounts_in(&dateless).into_iter().map(|(at, _)| at).collect()
}

/// A payment and nothing else: `khách đã ck 30tr hôm qua, đợt 1`.
fn only_pays(text: &str, ctx: &Asked, beside: &[&[&str]]) -> bool {
    let (_, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(text, &dates);
    let amounts: Vec<_> = amounts_in(&rest).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(&rest, &amounts);
    // `đợt 1/2`, `50%`, `50% = 15tr`
    let numbered = |w: &Word| w.kind == Sort::Number || matches!(w.sign(), Some('%' | '='));
    let words = unnamed(Said::new(&rest), &ctx.people).without(numbered);
    words.only(&[&[PAYS, CUSTOMER_PAID, IN_THE_PAST, BESIDE_PAYMENT, POLITE, THANKS], beside].concat())
}

/// Money that came in, in the writer's own words: the customer's, told as done, and nothing else said.
pub(super) fn in_prose(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(text);
    let (_, pays) = said.find(PAYS)?;
    // The `sáng` of `sáng nay` puts nothing off.
    let (day, dates) = one_date(text, ctx.today, Lean::Past);
    let doubt = unsettled(&if matches!(day, OneDate::One { .. }) { blanked(text, &dates) } else { text.to_string() });
    let doubt = if has_fee(&said, text, ctx) { Some(Doubt::Fee) } else { doubt };
    if matches!(doubt, Some(Doubt::Negated { .. } | Doubt::Question)) {
        return None;
    }
    let payer = said.find(CUSTOMER).is_some_and(|(_, words)| words.start < pays.start);
    let came = said.has(MONEY_CAME);
    // `đã ck 30tr` answers what was asked; `em đã ck 30tr` is another's money.
    let bare = Said::new(said.of(0..pays.start)).only(&[IN_THE_PAST, &["dạ", "vâng"]]);
    let past = came || said.has(IN_THE_PAST);
    let valued = !amounts(text, ctx).is_empty();
    let whoever = said.has(CUSTOMER) || bare || came || said.has(ALL_RECEIVED);
    let told = whoever && (said.has(CUSTOMER_PAID) || (past && valued));
    let ask = |guess, why| Some(Reading::ask(body, Some(guess), why));
    if ctx.state == State::Quoted {
        return if told { ask(What::Agreed { on: None }, Doubt::Unclear) } else { None };
    }
    let whose: &[&[&str]] = if payer || came { &[CUSTOMER] } else { &[] };
    let told_alone = without_papers(text, &[',', ';', '(', '.', '\n']);
    let (told_alone, note) = apart_from_note(&told_alone, ctx);
    if past && (payer || came || bare) && only_pays(&told_alone, ctx, whose) {
        let read = paid(&told_alone, body, ctx)?;
        return Some(if note.is_empty() { read } else { read.beside(&note, ctx) });
    }
    let nothing = What::Paid { vnd: None, on: None };
    if told || valued { ask(nothing, doubt.unwrap_or(Doubt::Unclear)) } else { None }
}

/// `khách đã tạm ứng 30tr`, `khách báo đã chuyển 30tr`: said of other things too, so it is asked.
pub(super) fn perhaps(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(text);
    let (_, moves) = said.find(MAY_PAY)?;
    let amounts = amounts(text, ctx);
    let sum = said.words.get(behind_which(&said, moves.end));
    let valued = sum.is_some_and(|next| amounts.iter().any(|at| at.contains(&next.at.start)));
    let rest = blanked(text, &amounts);
    let put_off = matches!(unsettled(&rest), Some(Doubt::Negated { .. } | Doubt::Question | Doubt::Later { .. }));
    // `khách trả 27tr`, and nothing else.
    let told = said.has(IN_THE_PAST) || said.words.len() <= 6;
    if !valued || put_off || !told {
        return None;
    }
    let guess = match paid(text, body, ctx) {
        Some(Reading::Means { acts, .. }) => acts.into_iter().next(),
        _ => Some(What::Paid { vnd: None, on: None }),
    };
    let doubt = if has_fee(&said, text, ctx) { Doubt::Fee } else { Doubt::Unclear };
    Some(Reading::ask(body, guess, doubt))
}

/// The word behind `đợt 1:`, `lần 2 đủ`, where that stands at `at`.
fn behind_which(said: &Said, at: usize) -> usize {
    let is_number = |at: usize| said.words.get(at).is_some_and(|w| w.kind == Sort::Number);
    let mut next = match said.longest_at(at, NUMBERED) {
        Some((_, words)) if is_number(at + words) => at + words + 1,
        _ => at,
    };
    while said.words.get(next).is_some_and(|w| w.sign() == Some(':') || w.is("đủ") || w.is("nốt")) {
        next += 1;
    }
    next
}

/// `18.900.000 - 20.000 phí CK`, `18.880.000 (trừ phí 20k)`: the fee of a transfer beside the payment. Whether it is in the sum
/// or was taken from it is not to be seen.
pub(super) fn has_fee(said: &Said, text: &str, ctx: &Asked) -> bool {
    let dateless = blanked(text, &one_date(text, ctx.today, Lean::Past).1);
    let range = |read: &Typed| match read {
        Typed::About { low, .. } => low.is_some(),
        Typed::Ambiguous(readings) => readings.len() > 1,
        _ => false,
    };
    let amounts = amounts_in(&dateless);
    said.has(FEES) && (amounts.len() > 1 || amounts.iter().any(|(_, read)| range(read)))
}

/// `2 lần 9tr`, `2 đợt, mỗi đợt 9tr`: so many payments, and not one of a number.
pub(super) fn counts_payments(text: &str) -> bool {
    let said = Said::new(text);
    let counted = |at: usize| {
        let count = said.words[at].typed.parse::<u32>().is_ok_and(|count| count > 1);
        count && said.longest_at(at + 1, INSTALMENTS).is_some() && (at == 0 || said.longest_at(at - 1, NUMBERED).is_none())
    };
    (0..said.words.len()).any(counted)
}

/// `18.900`: of thousands, most likely. Nobody pays so little, unless they say so: `20.000đ`, `20k`.
pub(super) fn too_little(typed: &str, vnd: Vnd) -> Option<Doubt> {
    let bare = !typed.contains(char::is_alphabetic) && !typed.contains('₫');
    let readings = vec![vnd.saturating_mul(1_000), vnd];
    (bare && (1..HARDLY_PAID).contains(&vnd)).then(|| Doubt::Money { typed: typed.into(), readings })
}

/// `ngày 31/11`, `ngày 20`: what is left beside a payment's day and sum, and was meant for its day.
fn half_a_day(rest: &str) -> Option<Doubt> {
    let said = Said::new(rest);
    let day = |at: &usize| said.words[*at].is("ngày") && said.words.get(at + 1).is_some_and(|w| w.kind == Sort::Number);
    let at = (0..said.words.len()).find(day)?;
    let typed = said.from(at + 1).split([' ', ',', ';', ')', '\n']).next().unwrap_or_default();
    Some(Doubt::Date { typed: typed.trim_end_matches('.').into(), readings: vec![] })
}

/// `theo HĐ số 15/2026/HĐ-AP`: the number is neither an amount nor a day. With a day behind it, it stays: whose day?
fn without_contract_number(text: &str) -> String {
    let said = Said::new(text);
    let Some((_, words)) = said.find(&["hđ số", "hợp đồng số", "hđ", "hợp đồng"]) else {
        return text.to_string();
    };
    let rest = said.from(words.end);
    let number = rest.split([' ', ',', ';', ')', '\n']).next().unwrap_or_default();
    let after = Said::new(&rest[number.len()..]).without(|w| w.sign().is_some());
    let dated = after.words.first().is_some_and(|w| w.is("ngày") || w.kind == Sort::Number);
    let plain = number.contains('/') && number.starts_with(|c: char| c.is_ascii_digit()) && !dated;
    let from = text.len() - rest.len();
    let taken = from..from + number.len();
    blanked(text, if plain { std::slice::from_ref(&taken) } else { &[] })
}

/// A payment without what the transfer says it is for, and that: `nội dung: đặt cọc`. It runs to the next comma, and what could
/// be more than a note stays where it was.
fn apart_from_note(text: &str, ctx: &Asked) -> (String, String) {
    let none = || (text.to_string(), String::new());
    let said = Said::new(text);
    let Some((_, words)) = said.find(TRANSFER_NOTE) else { return none() };
    let from = said.words[words.start].at.start;
    let after = said.words[words.end - 1].at.end;
    let note = &text[from..text[after..].find([',', ';', '\n']).map_or(text.len(), |at| after + at)];
    let about = without_contract_number(&text[after..from + note.len()]);
    let taken = from..from + note.len();
    match harmless(&about, ctx) {
        true => (blanked(text, std::slice::from_ref(&taken)), note.trim().to_string()),
        false => none(),
    }
}

/// `Ngày: 20/11` on a line of its own is `ngày 20/11`: left beside the amount above it, the word makes days of that.
fn with_plain_days(text: &str) -> String {
    let said = Said::new(text);
    let colons = said.words.windows(2).filter(|pair| pair[0].is("ngày") && pair[1].sign() == Some(':'));
    blanked(text, &colons.map(|pair| pair[1].at.clone()).collect::<Vec<_>>())
}

/// `ĐÃ THANH TOÁN 30tr, ngày …`; what stands in sentences below it is a comment.
pub(super) fn told(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = with_plain_days(&format!("{}\n{}", hit.line, hit.more));
    let whole = without_contract_number(&whole);
    let whole = without_papers(&whole, &[',', ';', '(']);
    let (whole, note) = apart_from_note(&whole, ctx);
    let with_note = |read: Reading| if note.is_empty() { read } else { read.beside(&note, ctx) };
    match settled(&whole, |text| only_pays(text, ctx, &[CUSTOMER])) {
        Some((told, "")) => paid(told, body, ctx).map(with_note),
        Some((told, rest)) if !amounts(told, ctx).is_empty() && harmless(rest, ctx) => {
            Some(with_note(paid(told, body, ctx)?.beside(rest, ctx)))
        }
        _ => match paid(&whole, body, ctx)? {
            Reading::Means { acts, .. } => Some(Reading::ask(body, acts.into_iter().next(), Doubt::Unclear)),
            asked => Some(asked),
        },
    }
}

/// An amount and a day. `50%` is no amount: it is asked for.
fn paid(text: &str, body: &str, ctx: &Asked) -> Option<Reading> {
    let open = |doubt| Some(Reading::ask(body, Some(What::Paid { vnd: None, on: None }), doubt));
    if has_fee(&Said::new(text), text, ctx) {
        return open(Doubt::Fee);
    }
    if counts_payments(text) {
        return open(Doubt::Several);
    }
    // `30tr ngày 20/11 và 20tr ngày 21/11`
    let added = text.contains('+') || Said::new(text).has(&["và", "and"]);
    if amounts(text, ctx).len() > 1 && (added || dates_in(text, ctx.today, Lean::Past).len() > 1) {
        return open(Doubt::Several);
    }
    let (on, mut heard, rest) = match dated(text, ctx, Lean::Past) {
        Ok(read) => read,
        Err(doubt) => return open(doubt),
    };
    match unsettled(&rest) {
        Some(Doubt::Negated { .. } | Doubt::Question) => return None,
        Some(doubt) => return open(doubt),
        None if on.is_none()
            && let Some(doubt) = half_a_day(&rest) =>
        {
            return open(doubt);
        }
        None if Said::new(text).has(UP_TO_NOW) => return open(Doubt::Unclear),
        None if Said::new(&rest).has(&["dự kiến", "có thể", "chắc", "maybe"]) => return open(Doubt::Unclear),
        None => {}
    }
    let vnd = match one_amount(&rest) {
        Ok(Some((typed, vnd, plain))) => {
            if let Some(doubt) = too_little(&typed, vnd) {
                return open(doubt);
            }
            if !plain {
                heard.push(Heard::Amount { typed, vnd });
            }
            Some(vnd)
        }
        Ok(None) => None,
        Err(doubt) => return open(doubt),
    };
    Some(Reading::Means { acts: vec![What::Paid { vnd, on }], heard })
}
