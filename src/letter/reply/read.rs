//! From the new text of a reply to its meaning: the firm word of the first line, else what people write instead.

use super::doubts::{blocker, ends_asking, is_marked, is_question, not_put_off};
use super::firm::{self, Hit};
use super::plan::planned;
use super::said::Said;
use super::values::{dated, vague_day};
use super::words::*;
use super::{
    Asked, Doubt, Heard, NewText, Reading, alone, contract, corrections, ending, free, items, mention, minus, payment, prices,
    quoted, signature, telex, wish,
};
use crate::calendar::typed::Lean;
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;
use crate::text::{nfc, squash};

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
    let firm = opened.hit.as_ref().and_then(|hit| firm_reading(hit, body, ctx));
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
    let Some((word, rest)) = word.filter(|_| is_comment(&read) && !is_marked(body)) else { return read };
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

fn firm_reading(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let text = hit.text();
    let act = match hit.word.act {
        Firm::Confirm if !hit.bare && !may_confirm(ctx) => return None,
        Firm::Confirm => return Some(confirmed(hit, body, ctx)),
        // Of Tech at work: tested, handed over, or a part?
        Firm::Done if is_work(ctx) => return Some(Reading::ask(body, None, Doubt::Unclear)),
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
        Firm::SentToCustomer => return sent(hit, body, ctx),
        Firm::Agreed => return facts(hit, body, ctx, agreed),
        Firm::Signed => return facts(hit, body, ctx, contract::signed),
        Firm::Paid => return facts(hit, body, ctx, payment::told),
        Firm::Plan => return facts(hit, body, ctx, planned),
        Firm::Progress => return progress(hit, body, ctx),
        Firm::Tested => return facts(hit, body, ctx, tested),
        Firm::HandedOver => return facts(hit, body, ctx, alone::handed_over),
    };
    if act == What::Retract && second(hit.more, hit.word.act, ctx).is_some() {
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
    let Some((end, at)) = next_fact(&whole, hit.word.act) else { return read(hit, body, ctx) };
    let (line, more) = whole[..end].split_once('\n').unwrap_or((&whole[..end], ""));
    let line = line.trim_end_matches([' ', ',', ';']);
    let first = read(&Hit { line, more: more.trim(), bare: line.is_empty(), ..*hit }, body, ctx)?;
    let below = firm::find(&whole[at..]).and_then(|next| firm_reading(&next, &whole[at..], ctx));
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

/// Where the next firm word stands that tells of something else done, behind a mark or an `và`; and where what is before it ends.
fn next_fact(text: &str, act: Firm) -> Option<(usize, usize)> {
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
    starts.into_iter().find(tells).map(|(end, at, _)| (end, at))
}

/// Tech's, once there is a contract.
fn is_work(ctx: &Asked) -> bool {
    let is = |role: Role| ctx.roles.contains(&role);
    matches!(ctx.state, State::Scheduling | State::Delivering) && (is(Role::Tech) || is(Role::TechHead)) && !is(Role::Sales)
}

fn may_confirm(ctx: &Asked) -> bool {
    ctx.has_proposal
        || ctx.roles.iter().any(|r| matches!(r, Role::Leader | Role::Director))
        || (ctx.state == State::Completing && ctx.roles.contains(&Role::Sales))
        || (ctx.state == State::Feedback && ctx.roles.contains(&Role::Tech))
}

/// `DUYỆT`, with something below it. Figures of the Director's or of Tech's below it are told back before they count.
fn confirmed(hit: &Hit, body: &str, ctx: &Asked) -> Reading {
    let tech = ctx.roles.iter().any(|role| matches!(role, Role::Tech | Role::TechHead));
    let values = match ctx.state {
        State::Pricing if ctx.roles.contains(&Role::Director) => prices::read(hit.more, ctx),
        State::Feedback if tech => items::read(hit.more, ctx).filter(items::says_more),
        State::Completing | State::Pricing if tech => corrections::amended(hit.more, ctx),
        _ => None,
    };
    values.unwrap_or_else(|| decided(What::Confirm, hit, body, ctx))
}

/// An act that the lines below must not take back.
fn decided(act: What, hit: &Hit, body: &str, ctx: &Asked) -> Reading {
    if other_decision(hit.more, hit.word.act) {
        return Reading::ask(body, Some(act), Doubt::Several);
    }
    let more = mention::uncalled(hit.more, &ctx.people);
    match blocker(&mention::unnamed(Said::new(&more), &ctx.people)) {
        Some(doubt) => Reading::ask(body, Some(act), not_put_off(doubt)),
        None => with_rest(act, hit.more, ctx),
    }
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
        {
            let called = mention::called(rest, &ctx.people);
            heard.extend(called.heard());
            acts.push(What::Comment { text: rest.trim().to_string(), mentions: called.people });
        }
        self
    }
}

fn other_decision(more: &str, act: Firm) -> bool {
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
        firm_reading(&hit, clause, ctx).filter(Reading::acts_on_case)?.into_guess()
    })
}

fn fixed(text: &str, body: &str, ctx: &Asked) -> Reading {
    let is = |role: Role| ctx.roles.contains(&role);
    let tech = is(Role::Tech) || is(Role::TechHead);
    let values = match ctx.state {
        State::Feedback if tech => items::read(text, ctx),
        State::Pricing if is(Role::Director) => prices::read(text, ctx),
        _ => None,
    };
    if let Some(reading) = values {
        return reading;
    }
    match ctx.state {
        State::Review if is(Role::Leader) => Reading::one(What::Return(text.into())),
        State::Pricing if is(Role::Director) => Reading::one(What::Return(text.into())),
        // Of the contract's number, and no wish of the customer's.
        State::Contracting | State::Scheduling | State::Delivering
            if is(Role::Sales)
                && let Some(righted) = contract::renumbered(text, ctx).or_else(|| contract::redated(body, text, ctx)) =>
        {
            righted
        }
        State::Contracting | State::Scheduling | State::Delivering
            if is(Role::Sales) && payment::righted(&Said::new(&format!("sửa {text}")), ctx) =>
        {
            Reading::ask(body, Some(What::Paid { vnd: None, on: None }), Doubt::PaidBefore)
        }
        State::Scheduling | State::Delivering if tech && let Some(plan) = planned_anew(text, body, ctx) => plan,
        State::Quoted | State::Contracting if is(Role::Sales) => Reading::one(wish::change(text)),
        State::Completing | State::Pricing if tech => {
            corrections::correction(text, ctx).unwrap_or_else(|| free::comment(body, ctx))
        }
        State::Closed => free::comment(body, ctx),
        state if state > State::Review && is(Role::Leader) => Reading::one(What::CorrectLate(text.into())),
        state if state > State::Pricing && (tech || is(Role::Director)) => Reading::one(What::CorrectLate(text.into())),
        _ => free::comment(body, ctx),
    }
}

/// `SỬA: kết thúc 30/12`
fn planned_anew(text: &str, body: &str, ctx: &Asked) -> Option<Reading> {
    match ctx.state {
        State::Delivering => alone::moves_the_end(body, text, ctx),
        _ => None,
    }
    .or_else(|| super::plan::plan_of(text, body, ctx, false).filter(|_| Said::new(text).has(STARTS)))
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

// ---- what stands behind a firm word

fn agreed(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
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

fn sent(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let line = Said::new(hit.line);
    if is_question(&line) {
        return None;
    }
    // `ĐÃ GỬI KH mai`
    if let Some((word, _)) = line.longest_at(0, &["mai", "ngày mai", "mốt", "lát", "lát nữa", "tuần sau"]) {
        return Some(Reading::ask(body, None, Doubt::Later { word: word.to_string() }));
    }
    match dated(hit.line, ctx, Lean::Past) {
        Ok((on, heard, rest)) => {
            let rest = format!("{}\n{}", squash(&rest), hit.more);
            // What the customer said to it is the next step's.
            let beside = format!("{}\n{}", hit.line, hit.more);
            let beside = beside.trim_matches([' ', ',', '.', ':', ';', '-', '\n']);
            if let Some(next) = second(beside, hit.word.act, ctx).or_else(|| free::customers_word(beside, ctx)) {
                return Some(Reading::ask(body, Some(next), Doubt::Several));
            }
            let mut reading = with_rest(What::SentToCustomer { on }, rest.trim_matches([' ', ',', '.', ':', '\n']), ctx);
            if let Reading::Means { acts, heard: all } = &mut reading {
                all.extend(heard);
                // Only the words that tell of the sending.
                if Said::new(&rest).only(&[
                    POLITE,
                    THANKS,
                    &["ngày", "lúc", "qua", "mail", "email", "zalo", "báo giá", "on", "h", "giờ"],
                ]) {
                    acts.truncate(1);
                }
            }
            Some(reading)
        }
        Err(doubt) => Some(Reading::ask(body, Some(What::SentToCustomer { on: None }), doubt)),
    }
}

fn progress(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let said = Said::new(hit.line);
    let is_number = |at: usize| said.words.get(at).is_some_and(|w| w.kind == super::said::Sort::Number);
    // How many words say that the number before is of a hundred.
    let of_hundred = |at: usize| match said.words.get(at)?.sign() {
        Some('%') => Some(1),
        _ => said.phrase_at(at, PER_CENT),
    };
    let found: Vec<(usize, usize)> =
        (0..said.words.len()).filter(|at| is_number(*at)).filter_map(|at| Some((at, at + 1 + of_hundred(at + 1)?))).collect();
    // `Tiến độ: 80`
    let alone = (0..said.words.len()).find(|at| is_number(*at)).map(|at| (at, at + 1)).filter(|(at, behind)| {
        found.is_empty()
            && Said::new(said.of(0..*at)).only(&[BEFORE_PERCENT, POLITE])
            && Said::new(said.from(*behind)).only(&[POLITE])
    });
    if found.is_empty() && is_question(&said) {
        return None;
    }
    // Of the whole: `Tiến độ mục 2 50%`, `chậm 20%` and `50% phần in` are not.
    let whole = |(at, behind): &(usize, usize)| {
        let part = said.longest_at(*behind, PARTS).is_some() || said.longest_at(*behind, &["phần", "của"]).is_some();
        found.len() <= 1 && !part && Said::new(said.of(0..*at)).only(&[BEFORE_PERCENT, POLITE])
    };
    let (percent, line) = match found.first().copied().or(alone).filter(whole) {
        Some((at, behind)) => (said.words[at].typed.parse::<u32>().ok().filter(|p| *p <= 100), said.from(behind)),
        None => (None, hit.line),
    };
    let text = format!("{}\n{}", line.trim().trim_start_matches([':', ',', '-', '–', '.', ' ']), hit.more);
    if percent.is_none() && text.trim().is_empty() {
        return Some(Reading::ask(body, None, Doubt::Unclear));
    }
    let text = text.trim();
    let progress = What::Progress { percent, text: text.to_string() };
    let end = Some(()).filter(|()| is_work(ctx)).and_then(|()| alone::moves_the_end(body, text, ctx));
    match end {
        Some(Reading::Means { acts, heard }) => Some(with_end(progress, acts, heard)),
        _ if let Some(next) = second(text, hit.word.act, ctx) => Some(Reading::ask(body, Some(next), Doubt::Several)),
        // `phần in chậm, dự kiến xong 27/12`: of the part, or of all?
        Some(Reading::Ask { guess: Some(What::Plan { end: Some(end), .. }), .. }) => {
            Some(Reading::one(progress).hearing(vec![Heard::EndStays { end }]))
        }
        _ => Some(Reading::one(progress)),
    }
}

/// Progress, and the new end of the plan that it tells of: `Tiến độ 60%, dự kiến xong 27/12`.
pub(super) fn with_end(progress: What, moved: Vec<What>, heard: Vec<Heard>) -> Reading {
    let plan = moved.into_iter().find(|act| matches!(act, What::Plan { .. }));
    Reading::Means { acts: [progress].into_iter().chain(plan).collect(), heard }
}

/// The text with those of its clauses blank that say nothing but these words.
fn without_clauses(text: &str, words: &[&str]) -> String {
    let clauses = text.split_inclusive([',', ';', '.', '!', '\n']);
    let keeps = |clause: &&str| {
        let said = Said::new(clause);
        !said.has(words) || !said.only(&[words, POLITE, THANKS])
    };
    clauses.map(|clause| if keeps(&clause) { clause } else { " " }).collect()
}

fn tested(hit: &Hit, body: &str, ctx: &Asked) -> Option<Reading> {
    let whole = format!("{}\n{}", hit.line, hit.more);
    if is_question(&Said::new(hit.line)) {
        return None;
    }
    match dated(&whole, ctx, Lean::Past) {
        Err(doubt) => Some(Reading::ask(body, Some(What::Tested { on: None }), doubt)),
        Ok((on, heard, rest)) => {
            // `Test xong, không lỗi` denies nothing.
            let rest = without_clauses(&rest, NO_FAULTS);
            if let Some(doubt) = blocker(&Said::new(&mention::uncalled(&rest, &ctx.people))) {
                return Some(Reading::ask(body, Some(What::Tested { on }), doubt));
            }
            // `Test xong và bàn giao`: done, or next to be done?
            if Said::new(&rest).has(&["bàn giao", "hand over", "handed over"]) {
                return Some(Reading::ask(body, Some(What::HandedOver { on: None }), Doubt::Several));
            }
            if let Some(next) = second(&whole, hit.word.act, ctx) {
                return Some(Reading::ask(body, Some(next), Doubt::Several));
            }
            let covers = |text: &str| mention::unnamed(Said::new(text), &ctx.people).only(&[POLITE, THANKS, BESIDE_TEST]);
            // `Đã test xong vòng 1`, `test xong nội bộ`: not the whole, perhaps.
            let clause = rest.split([',', ';', '!', '\n']).next().and_then(|part| part.split(". ").next());
            if !clause.is_none_or(covers) {
                return Some(Reading::ask(body, Some(What::Tested { on }), Doubt::Unclear));
            }
            Some(with_rest(What::Tested { on }, if covers(&rest) { "" } else { &whole }, ctx).hearing(heard))
        }
    }
}
