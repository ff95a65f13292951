//! Comments: what is kept with the case and passed on, instead of an act or beside it; and what takes that act back.

use super::doubts::{blocker, not_put_off};
use super::firm::{self, Hit};
use super::mention;
use super::said::{Said, Sort};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading};
use crate::money::typed::amounts_in;
use crate::process::act::What;

/// Kept with the case and passed on.
pub(super) fn comment(body: &str, ctx: &Asked) -> Reading {
    let called = mention::called(body, &ctx.people);
    let heard: Vec<Heard> = called.heard();
    Reading::Means { acts: vec![What::Comment { text: body.trim().to_string(), mentions: called.people }], heard }
}

/// The act, and what else was said as a comment.
pub(super) fn with_rest(act: What, rest: &str, ctx: &Asked) -> Reading {
    Reading::one(act).beside(rest, ctx)
}

impl Reading {
    /// And what else was said, as a comment.
    pub(super) fn beside(mut self, rest: &str, ctx: &Asked) -> Reading {
        if let Reading::Means { acts, heard } = &mut self
            && !mention::unnamed(Said::new(rest), &ctx.people).only(&[POLITE, THANKS, NOTED])
            && !is_time(rest)
        {
            let called = mention::called(rest, &ctx.people);
            heard.extend(called.heard());
            acts.push(What::Comment { text: rest.trim().to_string(), mentions: called.people });
        }
        self
    }
}

/// A line beside values that is for people to read, and goes into no cell: one that calls somebody, or a sentence without money and
/// rates. A value that was not understood is none, nor what tells of cost.
pub(super) fn is_remark(line: &str, ctx: &Asked) -> bool {
    let said = Said::new(line);
    let values: [&[&str]; 9] =
        [VAT, DISCOUNT, MARKUP, COST, FEASIBLE, INFEASIBLE, LEAD, PAY_TERMS, &["giá", "price", "ghi chú", "note"]];
    let sentence = said.words.iter().filter(|w| w.sign().is_none()).count() > 4
        && !line.contains('%')
        && amounts_in(line).is_empty()
        && !values.iter().any(|list| said.has(list));
    mention::called(line, &ctx.people).any() || sentence
}

/// `Dạ em gửi anh:`, above values.
pub(super) fn opens_list(said: &Said) -> bool {
    let beside: &[&str] =
        &["gửi", "trả lời", "phản hồi", "báo", "kết quả", "đánh giá", "như sau", "các mục", "từng mục", "phiếu", "ạ"];
    said.words.last().is_some_and(|w| w.sign() == Some(':')) && said.only(&[POLITE, KIN, GREETINGS, beside])
}

/// `lúc 9h`, left of `Đã gửi KH lúc 9h sáng nay`.
fn is_time(rest: &str) -> bool {
    let said = Said::new(rest);
    said.has(&["h", "giờ"]) && said.without(|w| w.kind == Sort::Number || w.sign() == Some(':')).only(&[TIME_OF_DAY, POLITE])
}

/// An act that the lines below must not take back.
pub(super) fn decided(act: What, hit: &Hit, body: &str, ctx: &Asked) -> Reading {
    if other_decision(hit.more, hit.word.act) {
        return Reading::ask(body, Some(act), Doubt::Several);
    }
    let more = mention::uncalled(hit.more, &ctx.people);
    match blocker(&mention::unnamed(Said::new(&more), &ctx.people)) {
        Some(doubt) => Reading::ask(body, Some(act), not_put_off(doubt)),
        None => with_rest(act, hit.more, ctx),
    }
}

/// Another decision further down.
pub(super) fn other_decision(more: &str, act: Firm) -> bool {
    let decides = |a: Firm| {
        matches!(
            a,
            Firm::Confirm
                | Firm::Return
                | Firm::Reject
                | Firm::Agreed
                | Firm::Declined
                | Firm::Close
                | Firm::Withdraw
                | Firm::ChangeAsked
        )
    };
    more.lines().filter_map(firm::on_line).any(|hit| decides(hit.word.act) && hit.word.act != act)
}
