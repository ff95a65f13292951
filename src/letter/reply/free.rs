//! What people write instead of the firm words, by role and state. The order of domain e.1: negation, deferral,
//! condition, question, and only then approval; an approval has to be the whole of what was said.

use super::approver::{approver, plainly_approves};
use super::doubts::{blocker, is_marked, is_question, unsettled};
use super::plan::plan_of;
use super::read::with_end;
use super::said::Said;
use super::values::{OneDate, blanked, one_date, vague_day};
use super::words::*;
use super::{Asked, Doubt, Heard, Reading, alone, contract, corrections, firm, items, mention, payment, prices, wish as wishes};
use crate::calendar::typed::{Lean, dates_in};
use crate::money::typed::{Typed, amounts_in};
use crate::process::act::What;
use crate::process::case::State;
use crate::process::house::Role;

/// Reads a text without a firm word. `text`: the body behind its greeting.
pub(super) fn read(body: &str, text: &str, ctx: &Asked) -> Reading {
    let is = |role: Role| ctx.roles.contains(&role);
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
    let tech = is(Role::Tech) || is(Role::TechHead);
    if ctx.has_proposal && said.has_any() && said.only(&[APPROVE, APPROVE_VALUES, POLITE, THANKS, BESIDE_APPROVAL]) {
        return calling(values_approved(body, &said), body, &called);
    }
    let reading = match ctx.state {
        _ if ctx.question_open && is(Role::Sales) => answer(body, &said, ctx),
        State::Review if is(Role::Leader) => approver(body, text, &said, ctx, false).map(|read| calling(read, body, &called)),
        State::Pricing if is(Role::Director) => {
            let approved = || approver(body, text, &said, ctx, true).map(|read| calling(read, body, &called));
            prices::read(text, ctx).or_else(approved)
        }
        State::Feedback if tech => technician(body, text, &said, ctx),
        State::Completing if is(Role::Sales) => completing(body, &said),
        State::Completing | State::Pricing if tech && !called.any() => corrections::amended(text, ctx),
        State::Quoted | State::Contracting | State::Scheduling | State::Delivering if is(Role::Sales) => {
            customer(body, text, &said, ctx).map(|read| told_to(read, body, &called, ctx))
        }
        State::Scheduling | State::Delivering if tech => planner(body, text, &said, ctx),
        State::Closed if is(Role::Sales) => wanted_again(body, text, &said),
        _ => None,
    };
    // `@Bắc mục 2 làm được không?` is asked of him, and not of Sales.
    let reading = reading.map(|reading| match calls_another(&reading, body, ctx, &called) {
        true => as_comment(reading, body, ctx),
        false => reading,
    });
    // Of the customer's acceptance the desk hears at step 9, from Sales: whoever tells of it otherwise is told so.
    let reading = match ctx.state {
        State::Quoted | State::Contracting | State::Scheduling | State::Delivering
            if !(is(Role::Sales) && ctx.state == State::Delivering)
                && reading.as_ref().is_none_or(is_no_answer)
                && alone::tells_of_acceptance(text, ctx) =>
        {
            Some(comment(body, ctx).hearing(vec![Heard::Accepted { tech: tech && ctx.state == State::Delivering }]))
        }
        _ => reading,
    };
    let given_up = |said: &Said| is(Role::Sales) && ctx.state != State::Closed && said.has(GIVE_UP) && !is_question(said);
    reading.unwrap_or_else(|| match () {
        _ if given_up(&said) => Reading::ask(body, Some(What::Withdraw(text.to_string())), Doubt::Sure),
        _ if said.only(&[POLITE, THANKS, NOTED]) && called.people.is_empty() => Reading::Nothing,
        // The Leader's or Director's word comes late: they are told so.
        _ if (is(Role::Leader) || is(Role::Director)) && !called.any() && plainly_approves(&said, ctx) => {
            Reading::one(What::Confirm)
        }
        _ => comment(body, ctx),
    })
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

/// `Khách chốt rồi`, `khách muốn làm tiếp` of a case that is closed: only `BÁO GIÁ LẠI` brings it back.
fn wanted_again(body: &str, text: &str, said: &Said) -> Option<Reading> {
    let agrees = said.has(CUSTOMER) && said.has(CUSTOMER_AGREES);
    let again = Some(What::Requote { text: text.to_string(), about: None });
    (!is_question(said) && !said.has(&["mở lại", "reopen"]) && (agrees || said.has(WANTED_AGAIN)))
        .then(|| Reading::ask(body, again, Doubt::Unclear))
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

/// `Duyệt nhé @Lan`: she is brought in as well.
fn calling(reading: Reading, body: &str, called: &mention::Called) -> Reading {
    match reading {
        Reading::Means { acts, .. } if acts == [What::Confirm] && called.any() && !approves_first(body) => {
            Reading::ask(body, Some(What::Confirm), Doubt::Unclear)
        }
        Reading::Means { mut acts, mut heard } if acts == [What::Confirm] && called.any() => {
            acts.push(What::Comment { text: body.trim().to_string(), mentions: called.people.clone() });
            heard.extend(called.heard());
            Reading::Means { acts, heard }
        }
        other => other,
    }
}

/// Before the name: `@Lan duyệt rồi` may be of hers.
fn approves_first(body: &str) -> bool {
    let before = Said::new(body.split('@').next().unwrap_or_default());
    [APPROVE, APPROVE_PRICE, APPROVE_VALUES].iter().any(|list| before.has(list))
}

/// What is asked of a colleague as a comment; the values beside it stay.
fn as_comment(reading: Reading, body: &str, ctx: &Asked) -> Reading {
    match reading {
        Reading::Means { mut acts, heard } if matches!(&acts[..], [What::Said { .. }, What::Ask(_)]) => {
            let asked = acts.pop().and_then(|act| act.text().map(String::from)).unwrap_or_default();
            Reading::Means { acts, heard }.beside(&asked, ctx)
        }
        _ => comment(body, ctx),
    }
}

/// A colleague is called by `@name`, and nothing that the desk waits for is said.
fn calls_another(reading: &Reading, body: &str, ctx: &Asked, called: &mention::Called) -> bool {
    let sales = ctx.people.iter().any(|p| p.sales && called.people.contains(&p.email));
    let tech = ctx.roles.iter().any(|r| matches!(r, Role::Tech | Role::TechHead));
    let asked = body.trim_start().starts_with('@') && body.contains('?');
    let open = match reading {
        Reading::Means { acts, .. } => match &acts[..] {
            [What::Ask(_)] => !sales,
            [What::Said { .. }, What::Ask(question)] => !sales && question.contains('@'),
            _ => false,
        },
        Reading::Ask { .. } if asked => !sales,
        Reading::Ask { guess: None, why: Doubt::Unclear | Doubt::WhichItem, .. } => tech,
        _ => false,
    };
    open && !called.people.is_empty()
}

/// Kept with the case and passed on.
pub(super) fn comment(body: &str, ctx: &Asked) -> Reading {
    let called = mention::called(body, &ctx.people);
    let heard: Vec<Heard> = called.heard();
    Reading::Means { acts: vec![What::Comment { text: body.trim().to_string(), mentions: called.people }], heard }
}

/// `@Lan`: in step 1 that names the Sales; later a bare name does, from those who may. In step 1 `giao cho chị Lan` too.
fn handed_on(body: &str, ctx: &Asked, called: &mention::Called) -> Option<Reading> {
    let may = ctx.roles.iter().any(|r| matches!(r, Role::Cskh | Role::Leader | Role::Operator | Role::Sales));
    let naming = may && (ctx.state == State::Assigning || (called.alone && ctx.state == State::Drafting));
    if !naming || is_question(&mention::unnamed(Said::new(&mention::uncalled(body, &ctx.people)), &ctx.people)) {
        return None;
    }
    let sales = |email: &String| ctx.people.iter().any(|p| p.sales && p.email == *email);
    let clauses = || body.split(['.', ',', '!', ';', '\n']);
    let hands = |clause: &str| Said::new(clause).has(HANDS_ON);
    // `đừng giao @Lan nữa`; what is said of the need beside it counts for nothing.
    let harmless: &[&str] = &["cần", "phải", "còn", "trước", "mục", "phần", "nhớ", "lưu ý", "bổ sung", "khi"];
    let negated = |clause: &str| {
        let uncalled = mention::uncalled(clause, &ctx.people);
        let said = mention::unnamed(Said::new(&uncalled), &ctx.people).without(|w| harmless.iter().any(|h| w.is(h)));
        blocker(&said)
    };
    let assigns = |one: &String, clause: &str| match negated(clause) {
        Some(doubt) => Reading::ask(body, None, doubt),
        None => Reading::one(What::Assign { sales: one.clone() }),
    };
    let who_is = |name: &str, may_be: &[String]| {
        Reading::ask(body, None, Doubt::WhoIs { name: name.to_string(), may_be: may_be.to_vec() })
    };
    match (&called.people[..], &called.unclear[..]) {
        ([one], []) if sales(one) => Some(assigns(one, clauses().find(|clause| clause.contains('@')).unwrap_or(body))),
        (_, [(name, may_be), ..]) => Some(who_is(name, may_be)),
        ([], []) if ctx.state == State::Assigning => {
            let clause = clauses().find(|clause| hands(clause))?;
            let (named, beside) = mention::named(clause, &ctx.people);
            // `chị Lan bên khách nhận hàng ở kho` is of the need.
            if !Said::new(&beside).only(&[HANDS_ON, BESIDE_HANDING_ON, NEGATORS, KIN, POLITE, THANKS]) {
                return None;
            }
            match &named.iter().filter(|email| sales(email)).cloned().collect::<Vec<_>>()[..] {
                [] => None,
                [one] if named.len() == 1 => Some(assigns(one, clause)),
                several => Some(who_is(clause.trim(), several)),
            }
        }
        (several, []) if ctx.state == State::Assigning && several.iter().filter(|one| sales(one)).count() > 1 => {
            Some(who_is(body.trim(), several))
        }
        _ => None,
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

/// The answer to an open question: prose, but neither a question back nor `để em hỏi khách`.
fn answer(body: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if said.only(&[POLITE, THANKS, NOTED, WEAK]) {
        return None;
    }
    let mark = is_marked(said.text);
    // `để em hỏi khách`; but `khách sẽ dùng 50 user` is an answer.
    let short = said.words.len() <= 10 && !said.words.iter().any(|w| w.kind == super::said::Sort::Number);
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

// ---- Tech

fn technician(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if said.only(&[POLITE, THANKS, NOTED]) && !said.has(FEASIBLE) {
        return None;
    }
    // `làm được không em?`, of no item: nothing but a question.
    let answers =
        items::read(text, ctx).filter(|answers| !is_marked(text) || !matches!(answers, Reading::Ask { guess: None, .. }));
    let later = blocker(said).filter(|doubt| matches!(doubt, Doubt::Later { .. }));
    let later = later.or_else(|| more_time(said).filter(|_| answers.is_none() && !said.has(OF_THE_QUOTE)));
    match (answers, later) {
        // `ok để anh xem`: the ok is for no item.
        (None | Some(Reading::Ask { guess: None, why: Doubt::WhichItem | Doubt::Unclear, .. }), Some(later)) => {
            Some(Reading::ask(body, None, later))
        }
        (None | Some(Reading::Ask { guess: None, why: Doubt::WhichItem | Doubt::Unclear, .. }), None)
            if (is_question(said) || said.has(CLARIFY)) && !said.has(NO_OPINION) && amounts_in(text).len() < 2 =>
        {
            Some(Reading::one(What::Ask(text.to_string())))
        }
        (Some(answers), _) => Some(answers),
        (None, None) => Some(Reading::ask(body, None, Doubt::Unclear)),
    }
}

/// `em xin gia hạn đến thứ 6`, `cho em thêm 2 ngày`
fn more_time(said: &Said) -> Option<Doubt> {
    let days = |at: &usize| {
        let counted = said.words.get(at + 1).is_some_and(|w| w.kind == super::said::Sort::Number);
        said.words[*at].is("thêm") && counted && said.longest_at(at + 2, &["ngày", "hôm", "tuần", "buổi", "days"]).is_some()
    };
    let named = said.find(MORE_TIME).map(|(_, words)| words);
    let words = named.or_else(|| (0..said.words.len()).find(days).map(|at| at..at + 3))?;
    Some(Doubt::Later { word: said.of(words).to_string() })
}

fn planner(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    let starts = said.has(STARTS);
    if starts && !dates_in(text, ctx.today, Lean::Future).is_empty() {
        let news = ctx.state == State::Delivering && said.has(&["đã", "rồi"]) && !alone::only_plans(text, ctx, &[]);
        return if news { None } else { plan_of(text, body, ctx, false) };
    }
    if is_marked(text) {
        return Some(Reading::one(What::Ask(text.to_string())));
    }
    if ctx.state == State::Delivering {
        return percent_and_end(body, text, ctx)
            .or_else(|| alone::moves_the_end(body, text, ctx))
            .or_else(|| percent_done(said))
            .or_else(|| part_done(text, said))
            .or_else(|| all_done(body, text, ctx));
    }
    if ctx.state == State::Scheduling && !dates_in(text, ctx.today, Lean::Future).is_empty() {
        let guess = match plan_of(text, body, ctx, false) {
            // `từ 14/12 đến 31/12`
            Some(plan @ Reading::Means { .. })
                if alone::only_plans(text, ctx, WHO_PLANS) && dates_in(text, ctx.today, Lean::Future).len() == 2 =>
            {
                return Some(plan);
            }
            Some(Reading::Means { acts, .. }) => acts.into_iter().next(),
            Some(Reading::Ask { guess, .. }) => guess,
            _ => None,
        };
        return Some(Reading::ask(body, guess, Doubt::Unclear));
    }
    // `tầm đầu tháng 1 em nhé`
    if ctx.state == State::Scheduling
        && let Some(day) = vague_day(text, ctx.today)
    {
        let beside = text.replacen(&day, " ", 1);
        let plans = Said::new(&beside).only(&[BESIDE_PLAN, WHO_PLANS, HEDGES, POLITE, THANKS]);
        return plans.then(|| Reading::ask(body, Some(What::Plan { start: None, end: None }), Doubt::Unclear));
    }
    None
}

/// `xong 50%`, `50% rồi`: of the whole, where nothing else is said.
fn percent_done(said: &Said) -> Option<Reading> {
    let at = said.words.windows(2).position(|w| w[0].kind == super::said::Sort::Number && w[1].sign() == Some('%'))?;
    let percent = said.words[at].typed.parse().ok().filter(|percent| *percent <= 100)?;
    let beside = said.without(|w| w.at == said.words[at].at || w.at == said.words[at + 1].at);
    let only = beside.only(&[BEFORE_PERCENT, POLITE, THANKS]) && blocker(&beside).is_none();
    only.then(|| Reading::one(What::Progress { percent: Some(percent), text: String::new() }))
}

/// `60%, dự kiến xong 27/12`
fn percent_and_end(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let (first, rest) = text.split_once([',', ';', '\n', '.'])?;
    let progress = percent_done(&Said::new(first))?.into_guess()?;
    match alone::moves_the_end(body, rest.trim(), ctx)? {
        Reading::Means { acts, heard } => Some(with_end(progress, acts, heard)),
        _ => None,
    }
}

/// `test ok rồi`, `bàn giao xong rồi`, `xong hết rồi`, and nothing else: asked which of the words it is.
fn all_done(body: &str, text: &str, ctx: &Asked) -> Option<Reading> {
    let (read, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(text, &dates);
    let said = mention::unnamed(Said::new(&rest), &ctx.people);
    let on = if let OneDate::One { date, .. } = read { Some(date) } else { None };
    let alone = |list: &[&str]| said.has(list) && said.only(&[list, OF_THE_WHOLE, WHO_PLANS, TO_CUSTOMER, POLITE, THANKS]);
    let guess = match () {
        () if alone(MAY_TEST) => Some(What::Tested { on }),
        () if alone(MAY_HAND_OVER) && !said.has(ACCEPTED) => Some(What::HandedOver { on }),
        () if alone(ALL_DONE) => None,
        () => return None,
    };
    Some(Reading::ask(body, guess, Doubt::Unclear))
}

/// `Xong phần code`, `bên em đã làm xong mục 2`: told first, and as done.
fn part_done(text: &str, said: &Said) -> Option<Reading> {
    let (_, done) = said.find(PART_DONE)?;
    let first = Said::new(said.of(0..done.start)).only(&[WHO_PLANS, &["đã", "vừa", "mới"], POLITE]);
    let to_come = said.has(&["thì", "khi", "mới được", "sẽ", "dự kiến"])
        || matches!(unsettled(text), Some(doubt) if !matches!(doubt, Doubt::Condition { .. }));
    (first && !to_come && !said.is_long()).then(|| Reading::one(What::Progress { percent: None, text: text.to_string() }))
}

// ---- Sales

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

/// `KH chỉ đồng ý 45tr`: the price that the customer names, where it is told as theirs and nothing else is said.
fn other_price(text: &str, said: &Said) -> Option<String> {
    let is_price = |read: &Typed| matches!(read, Typed::One { .. } | Typed::About { .. } | Typed::Ambiguous(_));
    let (at, _) = amounts_in(said.text).into_iter().find(|(_, read)| is_price(read))?;
    // `45tr thôi`
    let told = said.without(|w| w.is("thôi"));
    let settled = blocker(&told).is_none_or(|doubt| matches!(doubt, Doubt::Condition { .. }));
    (settled && !said.is_long()).then(|| text[at].to_string())
}

/// `trả 45tr`, `mong giá 45tr`: a price right behind the word that offers it.
fn offers(said: &Said) -> bool {
    let Some((_, words)) = said.find(OFFERS) else { return false };
    let amounts = amounts_in(said.text);
    let price = (words.end..said.words.len()).find(|at| amounts.iter().any(|(of, _)| of.contains(&said.words[*at].at.start)));
    price.is_some_and(|at| Said::new(said.of(words.end..at.max(words.end))).only(&[BESIDE_OFFER, POLITE]))
}

/// `gia hạn đến 30/12`, `khách xin gia hạn thêm 7 ngày`: while the customer has the quote, it is that which holds longer.
fn extends_alone(said: &Said, ctx: &Asked) -> bool {
    let dates: Vec<_> = dates_in(said.text, ctx.today, Lean::Future).into_iter().map(|(at, _)| at).collect();
    let rest = blanked(said.text, &dates);
    let rest = mention::unnamed(Said::new(&rest), &ctx.people).without(|w| w.kind == super::said::Sort::Number);
    rest.only(&[EXTEND, CUSTOMER, CUSTOMER_WANTS, BESIDE_EXTENSION, POLITE, THANKS])
}

/// `họ đồng ý rồi`, `bên Nam Phong đã chốt`: somebody else's word, told as done.
fn theirs(said: &Said) -> bool {
    let Some((_, agrees)) = said.find(CUSTOMER_AGREES) else { return false };
    let before = Said::new(said.of(0..agrees.start));
    let named = before.words.windows(2).any(|pair| pair.iter().all(|w| w.title)) || before.words.iter().skip(1).any(|w| w.title);
    (named || before.has(THEY)) && said.has(IN_THE_PAST)
}

/// News of the customer with a colleague called in it: `@Lan khách từ chối` is said to her, `khách ck 27tr @Lan` to her as well.
fn told_to(reading: Reading, body: &str, called: &mention::Called, ctx: &Asked) -> Reading {
    match reading {
        Reading::Means { acts, .. } if called.any() && body.trim_start().starts_with('@') => {
            Reading::ask(body, acts.into_iter().next(), Doubt::Unclear)
        }
        Reading::Means { acts, heard } if called.any() && !acts.iter().any(|a| matches!(a, What::Comment { .. })) => {
            Reading::Means { acts, heard }.beside(body, ctx)
        }
        other => other,
    }
}

/// What the customer answered to a quote, where a text tells of it beside something else.
pub(super) fn customers_word(text: &str, ctx: &Asked) -> Option<What> {
    let quoted = ctx.state == State::Quoted && ctx.roles.contains(&Role::Sales);
    let said = || mention::unnamed(Said::new(text), &ctx.people);
    let guess = quoted.then(|| customer(text, text, &said(), ctx)).flatten()?.into_guess();
    guess.filter(|act| matches!(act, What::Agreed { .. } | What::Declined(_) | What::ChangeAsked { .. } | What::Requote { .. }))
}

/// What the customer said, as Sales tells it. `said`: the text without the names in it.
fn customer(body: &str, text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    let ask = |guess, why| Some(Reading::ask(body, guess, why));
    if is_marked(text) {
        return None;
    }
    if let Some(righted) = contract::renumbered(said.text, ctx).or_else(|| contract::redated(body, said.text, ctx)) {
        return Some(righted);
    }
    if payment::righted(said, ctx) {
        return ask(Some(What::Paid { vnd: None, on: None }), Doubt::PaidBefore);
    }
    let doubt = blocker(said);
    let told = said.has(CUSTOMER);
    // `gửi khách rồi`, `đã gửi BG`
    if ctx.state == State::Quoted && doubt.is_none() && said.has(SENT) {
        let (on, dates) = one_date(text, ctx.today, Lean::Past);
        let rest = blanked(said.text, &dates);
        let rest = Said::new(&rest);
        let alone =
            (told || rest.has(A_QUOTE)) && rest.only(&[SENT, TO_CUSTOMER, CUSTOMER, A_QUOTE, BESIDE_SENDING, POLITE, THANKS]);
        match on {
            OneDate::One { date, heard } if alone => {
                return Some(Reading::Means { acts: vec![What::SentToCustomer { on: Some(date) }], heard });
            }
            OneDate::None if alone => return Some(Reading::one(What::SentToCustomer { on: None })),
            _ => {}
        }
    }
    let agrees = said.has(CUSTOMER_AGREES);
    // Longer validity is the Director's to give, as a price is.
    let extends = said.has(EXTEND) && !agrees;
    let of_the_quote = said.has(OF_THE_QUOTE) || (ctx.state == State::Quoted && extends_alone(said, ctx));
    if extends && of_the_quote {
        return match doubt.as_ref().filter(|doubt| !matches!(doubt, Doubt::Condition { .. })) {
            Some(_) => ask(Some(wishes::requote(text)), Doubt::Unclear),
            None => Some(Reading::one(wishes::requote(text))),
        };
    }
    if said.has(EXTEND) && agrees {
        return ask(Some(wishes::change(text)), Doubt::Several);
    }
    // `xin ck 5%` is a discount; `ck` alone a transfer.
    let discount = || said.find(&["xin ck", "muốn ck", "đòi ck"]).filter(|_| text.contains('%'));
    if let Some((_, wish)) = said.find(CUSTOMER_WANTS).or_else(discount).filter(|_| told) {
        // A contract that is being made, or signed, would be undone.
        let quoted = ctx.state == State::Quoted;
        return match agrees {
            false if quoted && !alone::settled_wish(said, wish.end) && alone::wants_change(said, wish) => {
                Some(Reading::one(wishes::change(text)))
            }
            false => ask(Some(wishes::change(text)), Doubt::Unclear),
            true => ask(Some(wishes::change(text)), Doubt::Several),
        };
    }
    if told && said.has(CUSTOMER_DECLINES) {
        return Some(alone::declined(body, text, said));
    }
    let leaves = ctx.state <= State::Contracting && said.has(CUSTOMER_LEAVES);
    if told && (leaves || (ctx.state == State::Quoted && said.has(CUSTOMER_UNSURE))) {
        let later = leaves || said.has(&["quý sau", "năm sau", "để sau", "hoãn"]);
        // `khách hẹn thứ 6 trả lời`: a day, and no answer yet. With an `ok` beside it that is looked at below.
        let hopes = !later && said.has(&["hẹn"]) && !said.has(&["chê", "đắt", "kêu cao"]);
        if !hopes {
            let guess = if later && !agrees { What::Declined(text.to_string()) } else { wishes::change(text) };
            return ask(Some(guess), Doubt::Unclear);
        }
        if !agrees {
            return None;
        }
    }
    let negated = matches!(doubt, Some(Doubt::Negated { .. }));
    if let Some(reading) = payment::in_prose(body, said.text, ctx) {
        return Some(reading);
    }
    if (told || said.has(&["kế toán", "kt báo"]) || said.longest_at(0, MAY_PAY).is_some())
        && ctx.state != State::Quoted
        && let Some(reading) = payment::perhaps(body, said.text, ctx)
    {
        return Some(reading);
    }
    if ctx.state == State::Delivering
        && let Some(reading) = alone::accepted(body, said.text, ctx)
    {
        return Some(reading);
    }
    if ctx.state == State::Delivering
        && (said.has(MAY_HAND_OVER) || said.has(WANTS_CLOSED))
        && !said.has(PARTS)
        && doubt.is_none()
    {
        let on = match one_date(text, ctx.today, Lean::Past).0 {
            OneDate::One { date, .. } => Some(date),
            _ => None,
        };
        return ask(Some(What::HandedOver { on }), Doubt::Unclear);
    }
    let numbered = || said.has(CONTRACT_NUMBER) || (said.has(CONTRACTS) && contract::names_one(text, ctx.today));
    if ctx.state == State::Contracting
        && !told
        && !said.has(&["hai bên"])
        && said.has(&["ký", "signed"])
        && numbered()
        && !negated
    {
        return ask(Some(What::Signed { number: None, on: None, framework: false }), Doubt::Unclear);
    }
    // `Số HĐ 15/2026/HĐ-AP ngày 20/11`: as they were asked for.
    let day = || matches!(one_date(text, ctx.today, Lean::Past).0, OneDate::One { .. });
    let words = || said.words.iter().filter(|w| w.kind == super::said::Sort::Word).count();
    let named = || said.has(CONTRACTS) && contract::names_one(text, ctx.today) && words() <= 8;
    if ctx.state == State::Contracting && !told && doubt.is_none() && !said.has(OTHER_PAPERS) && named() && day() {
        return ask(Some(What::Signed { number: None, on: None, framework: false }), Doubt::Unclear);
    }
    // `Khách dùng hợp đồng khung số 12/2024`
    let framework = || said.has(FRAMEWORK) && contract::names_one(text, ctx.today) && !is_question(said);
    if ctx.state == State::Contracting && !said.has(CUSTOMER_SIGNED) && !negated && framework() {
        return ask(Some(What::Signed { number: None, on: None, framework: true }), Doubt::Unclear);
    }
    if (told || said.has(&["hai bên"])) && said.has(CUSTOMER_SIGNED) && !negated {
        if ctx.state == State::Quoted {
            return ask(Some(What::Agreed { on: None }), Doubt::Unclear);
        }
        let after =
            said.find(CUSTOMER_SIGNED).and_then(|(_, words)| text.get(said.words.get(words.end)?.at.start..)).unwrap_or("");
        let hit = firm::Hit { word: firm::word_for(Firm::Signed), line: after, more: "", bare: after.is_empty() };
        return contract::signed(&hit, body, ctx);
    }
    let counter_offer = |typed| ask(Some(wishes::change(text)), Doubt::CounterOffer { typed });
    if ctx.state == State::Quoted && !agrees && told && offers(said) {
        return other_price(text, said).and_then(counter_offer);
    }
    if ctx.state == State::Quoted && agrees {
        let (on, ranges) = one_date(text, ctx.today, Lean::Past);
        let rest = blanked(said.text, &ranges);
        let rest = mention::unnamed(Said::new(&rest), &ctx.people);
        let settled = told || said.has(&["chốt", "đã chốt"]);
        let starts = |list: &[&str]| said.find(list).map(|(_, words)| words.start);
        let by_them = told && starts(CUSTOMER) < starts(CUSTOMER_AGREES);
        let settled = settled && !said.has(CONFIRMS);
        let all = rest.only(&[CUSTOMER, CUSTOMER_AGREES, BESIDE_AGREEMENT, POLITE, THANKS]);
        if let Some(typed) = other_price(text, &rest).filter(|_| by_them || theirs(&rest)) {
            return counter_offer(typed);
        }
        return match (blocker(&rest), on) {
            // `KH đồng ý, trừ mục 3`: to another offer.
            (Some(doubt), _) if by_them && (matches!(doubt, Doubt::Condition { .. }) || rest.has(PARTS)) => {
                ask(Some(wishes::change(text)), doubt)
            }
            // `KH duyệt rồi, đang trình ký`: agreed, and more is to come. `hẹn tuần sau chốt` is not.
            (Some(doubt @ Doubt::Later { .. }), _)
                if by_them && !rest.has(BUT) && starts(CUSTOMER_AGREES) < starts(DEFERRALS) =>
            {
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
        };
    }
    None
}
