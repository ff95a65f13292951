//! From the new text of a reply to its meaning: the firm word of the first line, else what people write instead.

use super::doubts::{blocker, ends_asking, is_marked, is_question};
use super::firm;
use super::said::Said;
use super::values::vague_day;
use super::words::*;
use super::{Asked, Doubt, Heard, NewText, Reading, acts, ending, free, mention, minus, quoted, signature, telex, toned, wish};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;
use crate::text::nfc;

/// Parts of a mail that are looked at by themselves.
const MOST_PARTS: usize = 40;

/// What a reply means to the one who asked. Where the mail's text and its HTML mean different things, or characters were
/// lost on the way, nothing is decided (faults, mailbox).
pub fn read(text: &NewText, ctx: &Asked) -> Reading {
    let first = read_one(text, &text.text, ctx);
    let differs = text.twin.as_ref().is_some_and(|twin| !same(&first, &read_one(text, twin, ctx)));
    match first {
        first if differs => Reading::ask(&text.text, first.into_guess(), Doubt::TwoTexts),
        first if text.lossy && first.acts_on_case() => Reading::ask(&text.text, first.into_guess(), Doubt::Lossy),
        first => first,
    }
}

fn read_one(new: &NewText, text: &str, ctx: &Asked) -> Reading {
    let (body, below) = signature::without(text, &ctx.writer);
    let body = nfc(&body);
    let body = body.trim();
    if body.is_empty() {
        return Reading::Nothing;
    }
    let mut read = read_words(body, new, ctx);
    read = telex::asked_back(read, body, ctx, |bare, ctx| read_words(bare, new, ctx));
    read = toned::asked_back(read, body, ctx, |bare, ctx| read_words(bare, new, ctx));
    read = minus::asked_back(of_which_day(read, body, ctx), body);
    // What goes on is told with the lines that it went on without.
    let unread: Vec<&str> = new.unread.iter().chain(&below).map(String::as_str).collect();
    let acts = read.acts_on_case();
    if let Reading::Means { heard, .. } = &mut read
        && acts
        && !unread.is_empty()
    {
        heard.push(Heard::Unread { lines: unread.join(" / ") });
    }
    read
}

fn read_words(body: &str, new: &NewText, ctx: &Asked) -> Reading {
    let opened = firm::open(body);
    // `Trả lời: DUYỆT`, where nothing was asked: what follows is the answer.
    if let Some(hit) = opened.hit.as_ref().filter(|hit| hit.word.act == Firm::Answer && !ctx.question_open)
        && firm::open(hit.line).hit.is_some_and(|hit| hit.word.act != Firm::Answer)
    {
        return read_words(&format!("{}\n{}", hit.line, hit.more), new, ctx);
    }
    let firm = opened.hit.as_ref().and_then(|hit| acts::read(hit, body, ctx));
    // Between quoted lines only a firm word decides (domain e.3), and only above them: below, it may be a quoted line
    // that lost its mark.
    let explicit = !new.interleaved || (new.above && firm.is_some());
    match not_filed(firm.unwrap_or_else(|| free::read(body, opened.text, ctx)), body, opened.word, ctx) {
        read if explicit || !read.acts_on_case() => read,
        read => Reading::ask(body, read.into_guess(), Doubt::NotExplicit),
    }
}

/// What is asked back for its day is told so: `Bắt đầu đầu tháng 1`.
fn of_which_day(read: Reading, body: &str, ctx: &Asked) -> Reading {
    match read {
        Reading::Ask { sentence, guess: Some(guess), why: Doubt::Unclear } if has_a_day(&guess) => {
            let day = vague_day(body, ctx.today).map(|typed| Doubt::Date { typed, readings: vec![] });
            Reading::Ask { sentence, guess: Some(guess), why: day.unwrap_or(Doubt::Unclear) }
        }
        other => other,
    }
}

fn has_a_day(act: &What) -> bool {
    use What::{Agreed, HandedOver, Paid, Plan, SentToCustomer, Signed, Tested};
    matches!(
        act,
        Agreed { .. } | HandedOver { .. } | Paid { .. } | Plan { .. } | SentToCustomer { .. } | Signed { .. } | Tested { .. }
    )
}

fn is_comment(read: &Reading) -> bool {
    matches!(read, Reading::Means { acts, .. } if acts.iter().all(|a| matches!(a, What::Comment { .. })))
}

/// What begins with a firm word of this step is asked back rather than filed as news. `RÚT LẠI` at any: soon it can be
/// done no more.
fn not_filed(read: Reading, body: &str, word: Option<(&'static FirmWord, &str)>, ctx: &Asked) -> Reading {
    if !is_comment(&read) || is_marked(body) {
        return read;
    }
    let Some((word, rest)) = word else {
        return match decided_in_part(body, ctx) {
            Some(guess) => Reading::ask(body, Some(guess), Doubt::Unclear),
            None => read,
        };
    };
    let said = Said::new(body);
    if word.act == Firm::Retract {
        return if is_question(&said) { read } else { Reading::ask(body, Some(What::Retract), Doubt::Unclear) };
    }
    let theirs = word.who.iter().any(|role| ctx.roles.contains(role)) && !ends_asking(&said);
    match meant_by(word.act, rest, ctx).filter(|_| theirs) {
        Some(guess) => {
            let doubt = blocker(&mention::unnamed(said, &ctx.people));
            Reading::ask(body, Some(guess), doubt.unwrap_or(Doubt::Unclear))
        }
        None => read,
    }
}

/// What one part of Sales' news would decide by itself: `Chị ơi khách đồng ý rồi ạ, anh Thịnh vừa gọi sáng nay`.
fn decided_in_part(body: &str, ctx: &Asked) -> Option<What> {
    if !ctx.is(Role::Sales) || !matches!(ctx.state, State::Quoted | State::Contracting) {
        return None;
    }
    let parts = body.split(['\n', ',', ';', ':', '!']).flat_map(|part| part.split(". ")).map(str::trim);
    parts.filter(|part| !part.is_empty() && part.len() < body.len()).take(MOST_PARTS).find_map(|part| {
        let opened = firm::open(part);
        let firm = opened.hit.as_ref().and_then(|hit| acts::read(hit, part, ctx));
        let Reading::Means { acts, .. } = firm.unwrap_or_else(|| free::read(part, opened.text, ctx)) else { return None };
        let decides =
            |act: &What| matches!(act, What::Agreed { .. } | What::Declined(_) | What::Signed { .. } | What::Paid { .. });
        acts.into_iter().find(decides)
    })
}

/// The act of a firm word, where it may come in this step.
fn meant_by(act: Firm, rest: &str, ctx: &Asked) -> Option<What> {
    let text = || rest.trim_start_matches([' ', ',', ':', '-', '.']).trim().to_string();
    let contracted = matches!(ctx.state, State::Contracting | State::Scheduling | State::Delivering);
    let (meant, here) = match act {
        Firm::SentToCustomer => (What::SentToCustomer { on: None }, ctx.state == State::Quoted),
        Firm::Done => (What::Done, ctx.state == State::Completing),
        Firm::Agreed => (What::Agreed { on: None }, ctx.state == State::Quoted),
        Firm::Signed => (What::Signed { number: None, on: None, framework: false }, ctx.state == State::Contracting),
        Firm::Paid => (What::Paid { vnd: None, on: None }, contracted),
        Firm::Plan => (What::Plan { start: None, end: None }, ctx.state == State::Scheduling),
        Firm::Tested => (What::Tested { on: None }, ctx.state == State::Delivering),
        Firm::HandedOver => (What::HandedOver { on: None }, ctx.state == State::Delivering),
        Firm::Declined => (What::Declined(text()), ctx.state > State::Review && ctx.state < State::Scheduling),
        Firm::Withdraw => (What::Withdraw(text()), ctx.state < State::Quoted),
        Firm::Close => (ending::close(text(), ctx.today), ctx.state == State::Delivering),
        Firm::Reopen => (What::Reopen(text()), ctx.state == State::Closed),
        Firm::Requote => (wish::requote(text()), matches!(ctx.state, State::Quoted | State::Closed)),
        _ => return None,
    };
    here.then_some(meant)
}

/// The same acts. Texts may differ in spaces, links and marks, as those of HTML and its twin do.
fn same(a: &Reading, b: &Reading) -> bool {
    let alike = |a: &What, b: &What| match (a.text(), b.text()) {
        (Some(x), Some(y)) => a.name() == b.name() && quoted::letters(x) == quoted::letters(y),
        _ => a == b,
    };
    match (a, b) {
        (Reading::Means { acts: a, .. }, Reading::Means { acts: b, .. }) => {
            let comments = |acts: &[What]| acts.iter().all(|a| matches!(a, What::Comment { .. }));
            (comments(a) && comments(b)) || (a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)))
        }
        (Reading::Ask { why: a, .. }, Reading::Ask { why: b, .. }) => std::mem::discriminant(a) == std::mem::discriminant(b),
        (Reading::Nothing, Reading::Nothing) => true,
        _ => false,
    }
}
