//! Facts that close a case or open a quote again: a hand-over, a refusal, a customer's wish. They count only where
//! nothing else is said beside them, for meetings and half a delivery are spoken of in the same words. What is
//! not so plain is asked back with the guess.

use std::ops::Range;

use super::comment::with_rest;
use super::doubts::{blocker, is_question, unsettled};
use super::firm::Hit;
use super::mention::unnamed;
use super::said::{Said, Sort};
use super::values::{OneDate, blanked, dated, just_passed, one_date, vague_day};
use super::words::*;
use super::{Asked, Doubt, Reading, wish};
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

/// Where the sentences of a text end.
fn sentence_ends(text: &str) -> impl Iterator<Item = usize> {
    let ends = |(at, c): &(usize, char)| *c == '\n' || (matches!(c, '.' | '!') && text[at + 1..].starts_with(' '));
    text.char_indices().filter(ends).map(|(at, _)| at + 1)
}

/// A text's sentences, each with its end.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = sentence_ends(text).chain([text.len()]).collect();
    let starts: Vec<usize> = [0].into_iter().chain(ends.iter().copied()).collect();
    starts.into_iter().zip(ends).map(|(from, to)| &text[from..to]).filter(|one| !one.trim().is_empty())
}

/// A text's longest beginning, in whole sentences, that is covered, and what is left of the text.
pub(super) fn settled(text: &str, covers: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
    let cuts: Vec<usize> = sentence_ends(text).take(8).collect();
    let cuts = [text.len()].into_iter().chain(cuts.into_iter().rev());
    cuts.map(|at| (text[..at].trim(), text[at..].trim())).find(|(told, _)| covers(told))
}

/// Beside a fact: no further amount, date or doubt.
pub(super) fn harmless(text: &str, ctx: &Asked) -> bool {
    amounts_in(text).is_empty() && dates_in(text, ctx.today, Lean::Past).is_empty() && unsettled(text).is_none()
}

/// The text with the parts behind one of these marks blank that only name a paper which comes along: `, em gửi kèm UNC`,
/// `(UNC đính kèm)`.
pub(super) fn without_papers(text: &str, behind: &[char]) -> String {
    let ends = |(at, c): &(usize, char)| {
        matches!(c, ',' | ';' | '(' | ')' | '\n') || (*c == '.' && text[at + 1..].chars().next().is_none_or(char::is_whitespace))
    };
    let marks: Vec<(usize, char)> = text.char_indices().filter(ends).collect();
    let until = marks.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let paper = |part: &Range<usize>| {
        let said = Said::new(&text[part.clone()]);
        said.has(COMES_ALONG) && said.only(&[COMES_ALONG, PAPERS, POLITE, THANKS])
    };
    let parts = marks.iter().zip(until).filter(|((_, mark), _)| behind.contains(mark)).map(|((at, _), to)| at + 1..to);
    blanked(text, &parts.filter(paper).collect::<Vec<_>>())
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

/// The customer turns the whole down, and no meeting: `khách hủy lịch demo`. The paper turned down for a fault in it, or
/// for its price, may be wanted anew: asked.
pub(super) fn declined(body: &str, text: &str, said: &Said) -> Reading {
    let (head, reason) = reasoned(said);
    let why = Said::new(reason);
    let ask = |guess, doubt| Reading::ask(body, Some(guess), doubt);
    let doubtful = |said: &Said| said.has(CONDITIONS) || said.has(DEFERRALS) || said.has(QUESTIONS) || said.has(&["chưa"]);
    // `không làm nữa vì đổi phần mềm`: what has changed is the reason, and no wish.
    let over = head.has(WORK_IS_OVER) && !why.has(STILL_OPEN);
    if doubtful(&head) || (doubtful(&why) && !over) {
        return ask(What::Declined(text.to_string()), Doubt::Several);
    }
    if why.has(FAULTS) {
        return ask(wish::change(text), Doubt::WhyNot);
    }
    let whole = head.only(&[CUSTOMER, CUSTOMER_DECLINES, BESIDE_REFUSAL, DECLINED_FOR, TOO_DEAR, POLITE, THANKS]);
    if !whole || !head.has(CUSTOMER_DECLINES) || why.has(&["muốn", "xin", "đề nghị"]) {
        return ask(What::Declined(text.to_string()), Doubt::Unclear);
    }
    let disagrees = head.has(DISAGREES);
    let paper = head.has(THE_QUOTE);
    let fault = (!why.is_blank() && !why.only(&[DECLINED_FOR, CUSTOMER, &["họ", "bên họ", "đã"], POLITE, THANKS]))
        || head.has(TOO_DEAR)
        || (why.is_blank() && paper && head.has(&["hủy", "huỷ"]))
        || (why.is_blank() && paper && disagrees);
    match fault && (paper || disagrees) {
        true => ask(wish::change(text), Doubt::WhyNot),
        // With the whole, or with something that can be changed?
        false if disagrees => ask(What::Declined(text.to_string()), Doubt::WhyNot),
        false => Reading::one(What::Declined(text.to_string())),
    }
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

/// A wish of before, or one that was answered: `lần trước khách xin giảm 5% mình đã giảm rồi`.
pub(super) fn settled_wish(said: &Said, end: usize) -> bool {
    said.has(BEFORE_NOW) || Said::new(said.from(end)).has(WISH_ANSWERED)
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

// ---- hand-over and plan

/// What stands between a text's marks. Its dates are blank.
fn clauses(text: &str) -> impl Iterator<Item = Said<'_>> {
    text.split([',', ';', '.', '!', '\n', '(', ')']).map(Said::new)
}

/// Is it said that the customer has accepted? Not where they are asked to: `nhờ khách nghiệm thu`, `bàn giao cho khách
/// nghiệm thu`, `khách nghiệm thu giúp em`.
fn accepts(text: &str) -> bool {
    let mut told = false;
    for clause in clauses(text) {
        let Some((_, words)) = clause.find(ACCEPTED) else { continue };
        let before = Said::new(clause.of(0..words.start));
        let after = Said::new(clause.from(words.end));
        let to_customer = (0..before.words.len())
            .any(|at| before.longest_at(at, TO_CUSTOMER).is_some_and(|(_, taken)| at + taken == before.words.len()));
        let starts = |list: &[&str]| after.find(list).map_or(usize::MAX, |(_, words)| words.start);
        let asked_to = starts(&["giúp", "hộ", "dùm", "đi"]) < starts(CLOSE_IT);
        if before.has(REQUESTS) || to_customer || asked_to {
            return false;
        }
        told = true;
    }
    told
}

/// `Khách đã nghiệm thu ngày …`, without the hand-over: the case is closed only by its firm word, so it is asked.
pub(super) fn accepted(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let (read, ranges) = one_date(text, ctx.today, Lean::Past);
    let on = match read {
        OneDate::One { date, .. } => Some(date),
        OneDate::None => None,
        OneDate::Open(_) => return None,
    };
    let rest = blanked(text, &ranges);
    let said = Said::new(&rest);
    let ((_, who), (_, accepted)) = (said.find(CUSTOMER)?, said.find(ACCEPTED)?);
    let between = Said::new(said.of(who.end..accepted.start.max(who.end)));
    let theirs = who.end <= accepted.start
        && between.only(&[&["đã", "vừa", "mới", "ký", "đồng ý", "biên bản", "xong", "họ", "has", "have"]]);
    let done = on.is_some() || said.has(&["đã", "rồi", "vừa", "xong", "has accepted"]);
    let plain = theirs && done && accepts(&rest) && blocker(&unnamed(said, &ctx.people)).is_none();
    plain.then(|| Reading::ask(body, Some(What::HandedOver { on }), Doubt::Unclear))
}

/// `Khách đã nghiệm thu`, `nghiệm thu xong rồi`: told as done, and of the whole.
pub(super) fn tells_of_acceptance(text: &str, ctx: &Asked) -> bool {
    let (read, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(text, &dates);
    let said = Said::new(&rest);
    let done = matches!(read, OneDate::One { .. }) || said.has(&["đã", "rồi", "vừa", "xong", "has accepted"]);
    done && accepts(&rest)
        && !said.is_long()
        && !said.has(PARTS)
        && !said.has(&["gửi"])
        && !is_question(&said)
        && blocker(&unnamed(said, &ctx.people)).is_none()
}

/// `Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày …`; but not `đã bàn giao tài khoản demo`. Of Sales a day is that of
/// the acceptance only where that is said, or nothing else.
pub(super) fn handed_over(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    let ask = |on, doubt| Some(Reading::ask(body, Some(What::HandedOver { on }), doubt));
    // `Đã bàn giao mục 2`: news of the work, and no hand-over of the whole.
    let first = &whole[..sentence_ends(&whole).next().unwrap_or(whole.len())];
    if ctx.state == State::Delivering && Said::new(first).has(PARTS) && !is_question(&Said::new(&whole)) {
        let guess = What::Progress { percent: None, text: body.to_string() };
        return Some(Reading::ask(body, Some(guess), Doubt::InParts));
    }
    let (on, heard, rest) = match dated(&whole, ctx, Lean::Past) {
        Ok(read) => read,
        Err(doubt) => return ask(None, doubt),
    };
    match blocker(&unnamed(Said::new(&rest), &ctx.people)) {
        Some(Doubt::Question) => return None,
        Some(doubt) => return ask(on, doubt),
        None => {}
    }
    let beside = |text: &str| blanked(text, &one_date(text, ctx.today, Lean::Past).1);
    let covers = |text: &str| {
        let beside = without_papers(&beside(text), &[',', ';', '(']);
        unnamed(Said::new(&beside), &ctx.people).only(&[CUSTOMER, BESIDE_HANDOVER, POLITE, THANKS])
    };
    let accepts = |text: &str| accepts(&without_papers(&beside(text), &[',', ';', '(']));
    let alone = |text: &str| {
        let beside = beside(text);
        let said = Said::new(&beside);
        let close: &[&str] = if said.has(CLOSE_IT) { ASKS_TO_CLOSE } else { &[] };
        said.only(&[&["ngày", "hôm", "vào", "lúc", "xong", "on"], close, POLITE, THANKS])
    };
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

/// A sentence's dates, what is said beside them, and whether that is of the project's plan alone. A reason may follow.
fn plans(sentence: &str, ctx: &Asked, beside: &[&str]) -> bool {
    let dates: Vec<_> = dates_in(sentence, ctx.today, Lean::Future).into_iter().map(|(at, _)| at).collect();
    let (head, reason) = reasoned(&Said::new(sentence));
    let rest = blanked(head.text, &dates);
    let only = unnamed(Said::new(&rest), &ctx.people).only(&[BESIDE_PLAN, beside, POLITE, THANKS]);
    only && dates_in(reason, ctx.today, Lean::Future).is_empty()
}

/// Dates of the project itself: `bắt đầu test 10/03` is news of the work. Sentences without dates may stand beside them.
pub(super) fn only_plans(text: &str, ctx: &Asked, beside: &[&str]) -> bool {
    sentences(text).all(|one| dates_in(one, ctx.today, Lean::Future).is_empty() || plans(one, ctx, beside))
}

/// `Kết thúc 25/03/2026`, `chậm, dự kiến xong 27/3`: the end alone is moved, and the start stays as planned. What else is said
/// in sentences of its own goes along. Asked where it may be another day that is moved: `lùi lịch sang 27/3`, `xin lùi …`.
pub(super) fn moves_the_end(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(text);
    // `xong 27/12`, and nothing else.
    let finishes = !said.has(PLAN_MOVED);
    if finishes && !said.has(FINISHES) {
        return None;
    }
    let vague = vague_day(text, ctx.today);
    let dated = |part: &str| {
        !dates_in(part, ctx.today, Lean::Future).is_empty() || vague.as_ref().is_some_and(|day| part.contains(day.as_str()))
    };
    let covers = |part: &str| moves_only(&vague.as_ref().map_or(part.into(), |day| part.replacen(day.as_str(), " ", 1)), ctx);
    let (told, beside): (Vec<&str>, Vec<&str>) = sentences(text).partition(|one| dated(one) || covers(one));
    let whole = !told.is_empty() && told.iter().all(|one| covers(one));
    // Among other news: `khách gửi file chậm, lùi ngày bàn giao sang 27/3`.
    let clause = |part: &str| dated(part) && covers(part) && Said::new(part).has(PLAN_MOVED) && Said::new(part).has(PLAN_ENDS);
    let conditioned = |part| {
        let said = Said::new(part);
        said.find(&["nếu", "nhưng", "tuy nhiên", "if", "but"]).map_or(part, |(_, words)| said.of(0..words.start))
    };
    if !whole && (finishes || !text.split([',', ';', '\n']).map(conditioned).any(clause)) {
        return None;
    }
    let (end, heard) = match one_date(text, ctx.today, Lean::Future).0 {
        OneDate::One { date, heard } => (Some(date), heard),
        OneDate::Open(_) => (None, vec![]),
        // `lùi 3 ngày`: until when?
        OneDate::None if vague.is_some() || said.words.iter().any(|w| w.kind == Sort::Number) => (None, vec![]),
        OneDate::None => return None,
    };
    // `xong 20/11` tells of what is done: of what?
    let over = end.is_some_and(|end| end <= ctx.today) || heard.iter().any(|heard| just_passed(heard, ctx.today).is_some());
    if finishes && (over || end.is_none()) {
        return over.then(|| Reading::ask(body, None, Doubt::Unclear));
    }
    let act = What::Plan { start: None, end };
    if let Some(doubt) = heard.iter().find_map(|heard| just_passed(heard, ctx.today)) {
        return Some(Reading::ask(body, Some(act), doubt));
    }
    // Why it moves is the customer's to know as well.
    let reasons = told.iter().filter_map(|one| {
        let said = Said::new(one);
        said.find(WHY).map(|(_, words)| one[said.words[words.start].at.start..].trim())
    });
    let more = beside.iter().copied().chain(reasons).collect::<Vec<_>>().join("\n");
    let beside = beside.join("\n");
    // `không kịp bàn giao 25/12`, `trễ hạn 25/12`: the day that is missed.
    let missed = |part: &str| {
        let said = Said::new(part);
        dated(part) && (said.has(NOT_IN_TIME) || (said.has(LATE) && !said.has(LEADS_TO_A_DAY)))
    };
    let doubtful = text.split([',', ';', '.', '\n']).any(missed);
    let doubtful = doubtful || said.has(PLAN_MAY_MOVE) || is_question(&said) || unsettled(&beside).is_some();
    // `kết thúc hôm nay` may tell of what is done.
    match whole && end.is_some_and(|end| end != ctx.today) && said.has(PLAN_ENDS) && !doubtful {
        true => Some(with_rest(act, &more, ctx).hearing(heard)),
        false => Some(Reading::ask(body, Some(act), Doubt::Unclear)),
    }
}

/// Does a sentence say of the plan's end, and of nothing else, that it moves? What it moves for may stand before it
/// (`khách gửi file chậm nên …`) or behind; how far it moves is in its new day.
fn moves_only(sentence: &str, ctx: &Asked) -> bool {
    let said = Said::new(sentence);
    // `không nên lùi` gives no cause.
    let advises = |at: usize| at > 0 && ["không", "ko", "k", "có", "chưa"].iter().any(|word| said.words[at - 1].is(word));
    let (cause, moved) = match said.find_but(&["nên", "vì vậy", "vì thế", "do đó"], advises) {
        Some((_, words)) => (said.of(0..words.start), said.from(words.end)),
        None => ("", sentence),
    };
    let (head, reason) = reasoned(&Said::new(moved));
    let dates: Vec<_> = dates_in(head.text, ctx.today, Lean::Future).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(head.text, &dates);
    let words = unnamed(Said::new(&rest), &ctx.people).without(|w| w.kind == Sort::Number);
    let dateless = |text: &str| dates_in(text, ctx.today, Lean::Future).is_empty();
    dateless(cause)
        && dateless(reason)
        && !is_question(&Said::new(cause))
        && words.only(&[BESIDE_PLAN, BESIDE_MOVE, PLAN_MAY_MOVE, POLITE, THANKS])
}
