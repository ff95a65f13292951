//! What people write instead of the firm words, by role and state. The order of domain e.1: negation, deferral,
//! condition, question, and only then approval; an approval has to be the whole of what was said.

use super::approver::{approver, plainly_approves};
use super::colleague::{as_comment, calling, calls_another, told_to};
use super::comment::comment;
use super::doubts::{blocker, is_marked, is_question};
use super::feedback::technician;
use super::handing_on::handed_on;
use super::mention::{self, Called};
use super::said::{Said, Sort};
use super::words::*;
use super::work::planner;
use super::{Asked, Doubt, Heard, Reading, alone, corrections, customer, paper, prices};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// Reads a text without a firm word. `text`: the body behind its greeting.
pub(super) fn read(body: &str, text: &str, ctx: &Asked) -> Reading {
    let called = mention::called(body, &ctx.people);
    if let Some(reading) = handed_on(body, ctx, &called) {
        return reading;
    }
    let text = without_thanks(text);
    let uncalled = mention::uncalled(text, &ctx.people);
    let said = mention::unnamed(Said::new(&uncalled), &ctx.people);
    if asks_status(&said) {
        return Reading::one(What::Status);
    }
    if let Some(reading) = paper::read(&said, ctx) {
        return reading;
    }
    if ctx.has_proposal && said.has_any() && said.only(&[APPROVE, APPROVE_VALUES, POLITE, THANKS, BESIDE_APPROVAL]) {
        return calling(values_approved(body, &said), body, &called);
    }
    // `@Bắc mục 2 làm được không?` is asked of him, and not of Sales.
    let reading = by_role(body, text, &said, ctx, &called).map(|reading| match calls_another(&reading, body, ctx, &called) {
        true => as_comment(reading, body, ctx),
        false => reading,
    });
    let accepted = accepted_elsewhere(reading.as_ref(), body, text, ctx);
    accepted.or(reading).unwrap_or_else(|| whatever_the_step(body, text, &said, ctx, &called))
}

/// What is waited for from this role at this step.
fn by_role(body: &str, text: &str, said: &Said, ctx: &Asked, called: &Called) -> Option<Reading> {
    let tech = ctx.is_tech();
    match ctx.state {
        _ if ctx.question_open && ctx.is(Role::Sales) => answer(body, said, ctx),
        State::Review if ctx.is(Role::Leader) => approver(body, text, said, ctx, false).map(|read| calling(read, body, called)),
        State::Pricing if ctx.is(Role::Director) => {
            let approved = || approver(body, text, said, ctx, true).map(|read| calling(read, body, called));
            prices::read(text, ctx).or_else(approved)
        }
        State::Feedback if tech => technician(body, text, said, ctx),
        State::Completing if ctx.is(Role::Sales) => completing(body, said),
        State::Completing | State::Pricing if tech && !called.any() => corrections::amended(text, ctx),
        State::Quoted | State::Contracting | State::Scheduling | State::Delivering if ctx.is(Role::Sales) => {
            customer::read(body, text, said, ctx).map(|read| told_to(read, body, called, ctx))
        }
        State::Scheduling | State::Delivering if tech => planner(body, text, said, ctx),
        State::Closed if ctx.is(Role::Sales) => wanted_again(body, text, said),
        _ => None,
    }
}

/// Of the customer's acceptance the desk hears at step 9, from Sales: whoever tells of it otherwise is told so.
fn accepted_elsewhere(reading: Option<&Reading>, body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let elsewhere = match ctx.state {
        State::Quoted | State::Contracting | State::Scheduling => true,
        State::Delivering => !ctx.is(Role::Sales),
        _ => false,
    };
    let told = elsewhere && reading.is_none_or(is_no_answer) && alone::tells_of_acceptance(text, ctx);
    let tech = ctx.is_tech() && ctx.state == State::Delivering;
    told.then(|| comment(body, ctx).hearing(vec![Heard::Accepted { tech }]))
}

/// Nothing plain came of it: kept as a comment, or asked for a plan because of its day.
fn is_no_answer(reading: &Reading) -> bool {
    let comments = |acts: &[What]| acts.iter().all(|act| matches!(act, What::Comment { .. }));
    match reading {
        Reading::Means { acts, .. } => comments(acts),
        Reading::Ask { guess, why, .. } => matches!((guess, why), (Some(What::Plan { .. }), Doubt::Unclear)),
        Reading::Nothing => false,
    }
}

/// What counts at any step; all else is a comment.
fn whatever_the_step(body: &str, text: &str, said: &Said, ctx: &Asked, called: &Called) -> Reading {
    let given_up = || ctx.is(Role::Sales) && ctx.state != State::Closed && said.has(GIVE_UP) && !is_question(said);
    let approver = ctx.is(Role::Leader) || ctx.is(Role::Director);
    match () {
        () if given_up() => Reading::ask(body, Some(What::Withdraw(text.to_string())), Doubt::Sure),
        () if said.only(&[POLITE, THANKS, NOTED]) && called.people.is_empty() => Reading::Nothing,
        // The Leader's or Director's word comes late: they are told so.
        () if approver && !called.any() && plainly_approves(said, ctx) => Reading::one(What::Confirm),
        () => comment(body, ctx),
    }
}

/// Regards at the end are no part of an answer.
fn without_thanks(text: &str) -> &str {
    let mut text = text.trim();
    while let Some((rest, last)) = text.rsplit_once('\n') {
        if !Said::new(last).only(&[THANKS, POLITE]) {
            break;
        }
        text = rest.trim_end();
    }
    text
}

/// `Trạng thái?`, `Phiếu này đến đâu rồi?`
fn asks_status(said: &Said) -> bool {
    let beside: &[&str] = &["phiếu", "yêu cầu", "case", "này", "của", "hiện", "giờ"];
    let unmarked = || said.without(|w| w.sign().is_some_and(|c| QUESTION_MARKS.contains(&c)));
    said.has(STATUS) && unmarked().only(&[STATUS, beside, POLITE, THANKS])
}

/// Nothing but approving words of those whose values were told back.
fn values_approved(body: &str, said: &Said) -> Reading {
    // Typed bare, `dung` is `đúng` where it stands alone; `dung gui khach` is `đừng`, `dung di` `dừng đi`.
    let right = said.has(APPROVE_VALUES) && said.only(&[APPROVE_VALUES, BESIDE_RIGHT, THANKS]);
    match blocker(said).filter(|_| !right) {
        Some(doubt @ Doubt::Later { .. }) => Reading::ask(body, None, doubt),
        Some(doubt) => Reading::ask(body, Some(What::Confirm), doubt),
        None if said.has(APPROVE) || said.has(APPROVE_VALUES) => Reading::one(What::Confirm),
        None => Reading::ask(body, Some(What::Confirm), Doubt::Weak),
    }
}

/// The answer to an open question: prose, but neither a question back nor `để em hỏi khách`.
fn answer(body: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if said.only(&[POLITE, THANKS, NOTED, WEAK]) {
        return None;
    }
    let mark = is_marked(said.text);
    // `để em hỏi khách`; but `khách sẽ dùng 50 user` is an answer.
    let short = said.words.len() <= 10 && !said.words.iter().any(|w| w.kind == Sort::Number);
    let puts_off = short && (said.has(DEFERRALS) || said.has(&["khoan", "dừng", "hoãn"]));
    if said.has(GIVE_UP) || (said.has(CUSTOMER) && said.has(WORK_IS_OVER)) {
        return Some(Reading::ask(body, Some(What::Withdraw(body.to_string())), Doubt::Sure));
    }
    let none_yet = short && said.has(NO_ANSWER_YET);
    if mark || puts_off || none_yet || said.has(&["để em", "đang hỏi", "chờ em", "đợi em", "lát nữa em"]) {
        return Some(comment(body, ctx));
    }
    Some(Reading::one(What::Answer(body.to_string())))
}

/// Step 5a: `ok chuyển giám đốc đi`.
fn completing(body: &str, said: &Said) -> Option<Reading> {
    let sends: &[&str] = &[
        "gửi giám đốc",
        "chuyển giám đốc",
        "gửi gđ",
        "chuyển gđ",
        "trình giám đốc",
        "xong",
        "send to director",
        "done",
        "trình gđ",
    ];
    let weak = said.has(WEAK) || said.has(APPROVE);
    match said.has(sends) {
        true if said.only(&[sends, POLITE, THANKS, &["ok", "oke", "giúp", "sang", "lên", "nhờ"]]) => {
            // `toi xong` may be `tối xong`.
            let doubt = blocker(&said.without(|w| w.is("sang") && w.typed == "sang"));
            Some(doubt.map_or(Reading::one(What::Done), |doubt| Reading::ask(body, None, doubt)))
        }
        // `XONG, khách mong giá dưới 50tr`
        true if said.text.split([',', '.', '!', '\n']).map(Said::new).any(|clause| {
            clause.has(sends)
                && clause.only(&[sends, POLITE, THANKS, &["ok", "oke", "giúp", "hết"]])
                && blocker(&clause).is_none()
        }) =>
        {
            Some(Reading::ask(body, Some(What::Done), Doubt::Unclear))
        }
        // `không có gì thêm, trình sếp giúp em`
        false
            if said.has(NOTHING_MORE)
                && said.only(&[NOTHING_MORE, WEAK, POLITE, THANKS, &["giúp", "nhờ", "rồi", "xong", "lên", "sang"]]) =>
        {
            Some(Reading::ask(body, Some(What::Done), Doubt::Unclear))
        }
        false if weak && said.only(&[WEAK, APPROVE, POLITE, THANKS]) => Some(Reading::ask(body, Some(What::Done), Doubt::Weak)),
        _ => None,
    }
}

/// `Khách chốt rồi`, `khách muốn làm tiếp` of a case that is closed: only `BÁO GIÁ LẠI` brings it back.
fn wanted_again(body: &str, text: &str, said: &Said) -> Option<Reading> {
    let agrees = said.has(CUSTOMER) && said.has(CUSTOMER_AGREES);
    let again = Some(What::Requote { text: text.to_string(), about: None });
    (!is_question(said) && !said.has(&["mở lại", "reopen"]) && (agrees || said.has(WANTED_AGAIN)))
        .then(|| Reading::ask(body, again, Doubt::Unclear))
}
