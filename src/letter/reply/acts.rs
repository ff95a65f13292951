//! What a firm word means in the mouth of this role at this step, and with what stands below it.

use super::comment::{comment, decided, other_decision, with_rest};
use super::firm::{self, Hit};
use super::plan::{plan_of, planned};
use super::said::Said;
use super::words::*;
use super::{
    Asked, Doubt, Reading, agreement, alone, contract, corrections, customer, ending, items, mention, payment, payment_righted,
    prices, sending, wish, work,
};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;
use crate::text::squash;

/// Facts that one mail tells at most: payments of a framework contract come by the dozen, and not by the hundred. More are not read,
/// for each is read within the one before it.
const MOST_FACTS: usize = 24;

/// What a firm word means; `None` where it is none as it stands.
pub(super) fn read(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let text = hit.text();
    let next = |beside: &str| second(beside, hit.word.act, ctx);
    let act = match hit.word.act {
        Firm::Confirm if !hit.bare && !may_confirm(ctx) => return None,
        Firm::Confirm => return Some(confirmed(hit, body, ctx)),
        // Of Tech at work: tested, handed over, or a part?
        Firm::Done if work::is_work(ctx) => return Some(Reading::ask(body, None, Doubt::Unclear)),
        Firm::Done => return Some(decided(What::Done, hit, body, ctx)),
        Firm::Status => What::Status,
        Firm::Retract => What::Retract,
        Firm::Return => What::Return(text),
        Firm::Reject => What::Reject(text),
        Firm::Ask => What::Ask(text),
        Firm::Answer => What::Answer(text),
        Firm::Declined => What::Declined(text),
        Firm::ChangeAsked => wish::change(text),
        Firm::Requote => wish::requote(text),
        Firm::Close => ending::close(text, ctx.today),
        Firm::Withdraw => What::Withdraw(text),
        Firm::Reopen => What::Reopen(text),
        Firm::Fix => return Some(fixed(&text, body, ctx)),
        Firm::Assign => return Some(assigned(hit, body, ctx)),
        Firm::SentToCustomer => {
            return sending::told(hit, body, ctx, |beside| next(beside).or_else(|| customer::answer(beside, ctx)));
        }
        Firm::Agreed => return facts(hit, body, ctx, agreement::told),
        Firm::Signed => return facts(hit, body, ctx, contract::signed),
        Firm::Paid => return facts(hit, body, ctx, payment::told),
        Firm::Plan => return facts(hit, body, ctx, planned),
        Firm::Progress => return work::progress(hit, body, ctx, next),
        Firm::Tested => return facts(hit, body, ctx, |hit, body, ctx| work::tested(hit, body, ctx, next)),
        Firm::HandedOver => return facts(hit, body, ctx, alone::handed_over),
    };
    if act == What::Retract && next(hit.more).is_some() {
        return Some(Reading::ask(body, Some(act), Doubt::Several));
    }
    if matches!(act, What::Status | What::Retract) {
        return Some(with_rest(act, hit.more, ctx));
    }
    // A second, different decision further down: which one?
    if other_decision(hit.more, hit.word.act) {
        return Some(Reading::ask(body, Some(act), Doubt::Several));
    }
    Some(Reading::one(act))
}

/// What a firm word tells; and where another one follows below, or in the same line, what that tells.
fn facts(hit: &Hit, body: &str, ctx: &Asked, read: impl Fn(&Hit, &str, &Asked) -> Option<Reading>) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    let next = next_facts(&whole, hit.word.act, MOST_FACTS);
    let Some(&(end, at)) = next.first() else { return read(hit, body, ctx) };
    let (line, more) = whole[..end].split_once('\n').unwrap_or((&whole[..end], ""));
    let line = line.trim_end_matches([' ', ',', ';']);
    let first = read(&Hit { line, more: more.trim(), bare: line.is_empty(), ..*hit }, body, ctx)?;
    if next.len() == MOST_FACTS {
        return Some(Reading::ask(body, first.into_guess(), Doubt::Several));
    }
    let below = firm::find(&whole[at..]).and_then(|next| self::read(&next, &whole[at..], ctx));
    match (first, below) {
        (Reading::Means { mut acts, mut heard }, Some(Reading::Means { acts: more, heard: told })) => {
            acts.extend(more);
            heard.extend(told);
            Some(Reading::Means { acts, heard })
        }
        // What of the second cannot be read is said, and neither counts.
        (
            Reading::Means { .. },
            Some(Reading::Ask { guess, why: why @ (Doubt::Fee | Doubt::Money { .. } | Doubt::Date { .. }), .. }),
        ) => Some(Reading::ask(body, guess, why)),
        (first, _) => Some(Reading::ask(body, first.into_guess(), Doubt::Several)),
    }
}

/// Where the next firm words stand, so many at most, that tell of something else done, behind a mark or an `và`: where what is before
/// each ends, and where it begins.
fn next_facts(text: &str, act: Firm, most: usize) -> Vec<(usize, usize)> {
    let marks = text.match_indices(['\n', ',', ';', '.']).map(|(at, mark)| (at, at + 1, mark == "\n"));
    let said = Said::new(text);
    let ands = said.words.iter().filter(|w| w.is("và")).map(|w| (w.at.start, w.at.end, false));
    let mut starts: Vec<_> = marks.chain(ands).collect();
    starts.sort_unstable();
    let tells = |(_, at, line): &(usize, usize, bool)| {
        let clause = text[*at..].split(['\n', ',', ';', '.']).next().unwrap_or_default();
        let accepted = Said::new(clause).has(&["nghiệm thu", "biên bản"]);
        firm::on_line(clause).is_some_and(|next| match next.word.act {
            // A payment a line.
            same if same == act => same == Firm::Paid && *line,
            Firm::Signed => !accepted,
            Firm::Paid | Firm::Tested | Firm::HandedOver | Firm::Agreed => true,
            // `đã gửi khách hóa đơn` beside another fact sends no quote.
            Firm::Progress | Firm::Declined | Firm::ChangeAsked | Firm::SentToCustomer => *line,
            _ => false,
        })
    };
    starts.into_iter().filter(tells).map(|(end, at, _)| (end, at)).take(most).collect()
}

/// Another plain answer in what stands beside one: `Đã test xong, đã bàn giao`.
fn second(beside: &str, first: Firm, ctx: &Asked) -> Option<What> {
    let mut clauses = beside.split(['\n', ',', ';']).flat_map(|part| part.split(". ")).map(str::trim);
    clauses.find_map(|clause| {
        // `Tiến độ 60%, phần in dự kiến xong 27/3` reports, as far as it goes.
        if ctx.state == State::Delivering
            && !Said::new(clause).has(&["dự kiến"])
            && let Some(moved @ What::Plan { end: Some(_), .. }) =
                alone::moves_the_end(clause, clause, ctx).and_then(Reading::into_guess)
        {
            return Some(moved);
        }
        let hit = firm::on_line(clause)?;
        let theirs = hit.word.who.is_empty() || hit.word.who.iter().any(|role| ctx.roles.contains(role));
        let says = matches!(hit.word.act, Firm::Status | Firm::Retract | Firm::Done | Firm::Fix | Firm::Answer | Firm::Ask);
        if !theirs || says || hit.word.act == first {
            return None;
        }
        read(&hit, clause, ctx).filter(Reading::acts_on_case)?.into_guess()
    })
}

fn may_confirm(ctx: &Asked) -> bool {
    ctx.has_proposal
        || ctx.roles.iter().any(|r| matches!(r, Role::Leader | Role::Director))
        || (ctx.state == State::Completing && ctx.roles.contains(&Role::Sales))
        || (ctx.state == State::Feedback && ctx.roles.contains(&Role::Tech))
}

/// `DUYỆT`, with something below it. Figures of the Director's or of Tech's below it are told back before they count.
fn confirmed(hit: &Hit, body: &str, ctx: &Asked) -> Reading {
    let tech = ctx.is_tech();
    let values = match ctx.state {
        State::Pricing if ctx.is(Role::Director) => prices::read(hit.more, ctx),
        State::Feedback if tech => items::read(hit.more, ctx).filter(items::says_more),
        State::Completing | State::Pricing if tech => corrections::amended(hit.more, ctx),
        _ => None,
    };
    values.unwrap_or_else(|| decided(What::Confirm, hit, body, ctx))
}

fn fixed(text: &str, body: &str, ctx: &Asked) -> Reading {
    let tech = ctx.is_tech();
    let values = match ctx.state {
        State::Feedback if tech => items::read(text, ctx),
        State::Pricing if ctx.is(Role::Director) => prices::read(text, ctx),
        _ => None,
    };
    if let Some(reading) = values {
        return reading;
    }
    match ctx.state {
        State::Review if ctx.is(Role::Leader) => Reading::one(What::Return(text.into())),
        State::Pricing if ctx.is(Role::Director) => Reading::one(What::Return(text.into())),
        // Of the contract's number, and no wish of the customer's.
        State::Contracting | State::Scheduling | State::Delivering
            if ctx.is(Role::Sales)
                && let Some(righted) = contract::renumbered(text, ctx)
                    .or_else(|| contract::redated(body, text, ctx))
                    .or_else(|| contract::told_anew(body, text, ctx)) =>
        {
            righted
        }
        State::Contracting | State::Scheduling | State::Delivering | State::Closed
            if ctx.is(Role::Sales)
                && let Some(righted) = payment_righted::of_waiting(text, ctx)
                    .or_else(|| payment_righted::righted(body, &Said::new(&format!("sửa {text}")), ctx)) =>
        {
            righted
        }
        // Paid for a quote that the customer wants other since.
        state
            if state < State::Contracting
                && ctx.paid
                && ctx.is(Role::Sales)
                && let Some(righted) = payment_righted::righted(body, &Said::new(&format!("sửa {text}")), ctx) =>
        {
            righted
        }
        State::Scheduling | State::Delivering if tech && let Some(plan) = planned_anew(text, body, ctx) => plan,
        State::Quoted | State::Contracting if ctx.is(Role::Sales) => Reading::one(wish::change(text)),
        // Whoever corrects something is not told that nothing has to be done.
        State::Scheduling | State::Delivering if ctx.is(Role::Sales) => Reading::ask(body, None, Doubt::Unclear),
        State::Completing | State::Pricing if tech => corrections::correction(text, ctx).unwrap_or_else(|| comment(body, ctx)),
        State::Closed => comment(body, ctx),
        state if state > State::Review && ctx.is(Role::Leader) => Reading::one(What::CorrectLate(text.into())),
        state if state > State::Pricing && (tech || ctx.is(Role::Director)) => Reading::one(What::CorrectLate(text.into())),
        _ => comment(body, ctx),
    }
}

/// `SỬA: kết thúc 30/12`
fn planned_anew(text: &str, body: &str, ctx: &Asked) -> Option<Reading> {
    match ctx.state {
        State::Delivering => alone::moves_the_end(body, text, ctx),
        _ => None,
    }
    .or_else(|| plan_of(text, body, ctx, false).filter(|_| Said::new(text).has(STARTS)))
}

fn assigned(hit: &Hit, body: &str, ctx: &Asked) -> Reading {
    let called = if hit.line.contains('@') {
        mention::called(hit.line, &ctx.people)
    } else {
        // `GIAO CHO: chị Lan`
        let said = Said::new(hit.line);
        let kin = said.longest_at(0, KIN).filter(|(_, taken)| said.words.len() > *taken).map_or(0, |(_, taken)| taken);
        mention::called(&format!("@{}", said.from(kin).trim()), &ctx.people)
    };
    match (&called.people[..], &called.unclear[..]) {
        ([one], []) => with_rest(What::Assign { sales: one.clone() }, hit.more, ctx),
        (_, [(name, may_be), ..]) => Reading::ask(body, None, Doubt::WhoIs { name: name.clone(), may_be: may_be.clone() }),
        _ => Reading::ask(body, None, Doubt::WhoIs { name: squash(hit.line), may_be: called.people }),
    }
}
