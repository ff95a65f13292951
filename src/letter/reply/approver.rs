//! What the Leader and the Director write instead of `DUYỆT` and `TRẢ LẠI`.

use std::ops::Range;

use super::comment::comment;
use super::doubts::{blocker, ends_asking, is_marked, is_question, not_put_off};
use super::said::{Said, Sort};
use super::words::*;
use super::{Asked, Doubt, Reading, alone, mention, prices};
use crate::money::typed::amounts_in;
use crate::process::act::What;
use crate::process::house::Role;

/// `Duyệt` and `Đồng Ý` are also names: `Anh Duyệt`, `Đồng Ý Yên`.
fn is_name(said: &Said, at: usize, taken: usize) -> bool {
    let (Some(first), before) = (said.words.get(at), at.checked_sub(1).and_then(|b| said.words.get(b))) else { return false };
    let after_kin = first.title && before.is_some_and(|w| w.sign().is_none() && KIN.iter().any(|k| w.is(k)));
    let next = said.words.get(at + taken);
    let titled = said.words[at..at + taken].iter().all(|w| w.title);
    let before_name = titled && (taken > 1 || at > 0) && next.is_some_and(|w| w.title);
    after_kin || before_name
}

struct Approval {
    /// A plain approval is among the words.
    strong: bool,
    weak: bool,
    /// It is also a name here.
    name: bool,
}

fn approval(said: &Said, price: bool) -> Approval {
    let mut found = Approval { strong: false, weak: said.has(WEAK), name: false };
    let lists: &[&[&str]] = if price { &[APPROVE, APPROVE_PRICE] } else { &[APPROVE] };
    for at in said.starts(lists) {
        if let Some((phrase, taken)) = lists.iter().filter_map(|l| said.longest_at(at, l)).max_by_key(|(_, taken)| *taken) {
            if is_name(said, at, taken) {
                found.name = true;
            } else if price && matches!(phrase, "confirm" | "confirmed" | "xác nhận" | "đã xác nhận" | "giá này") {
                found.weak = true;
            } else {
                found.strong = true;
            }
        }
    }
    found.weak |= said.words.iter().any(|w| w.sign().is_some_and(|c| WEAK_SIGNS.contains(&c)));
    found
}

/// Everything said belongs to an approval.
fn covered(said: &Said, price: bool) -> bool {
    let smile = |w: &super::said::Word| w.sign().is_some_and(|c| WEAK_SIGNS.contains(&c));
    let bare = said.without(smile);
    let lists: &[&[&str]] = if price {
        &[APPROVE, APPROVE_PRICE, BESIDE_APPROVAL, POLITE, THANKS]
    } else {
        &[APPROVE, BESIDE_APPROVAL, POLITE, THANKS]
    };
    bare.only(lists)
}

pub(super) fn plainly_approves(said: &Said, ctx: &Asked) -> bool {
    let price = ctx.roles.contains(&Role::Director);
    let found = approval(said, price);
    found.strong && !found.name && covered(said, price) && blocker(said).is_none()
}

/// Without `tất cả các mục`, `cả 3 mục` of a form that has three: the whole, and no part of it.
fn of_all_items<'a>(said: &Said<'a>, ctx: &Asked) -> Said<'a> {
    let all = |at: usize| {
        let (_, taken) = said.longest_at(at, ALL_OF_THEM)?;
        let number = said.words.get(at + taken).filter(|w| w.kind == Sort::Number);
        let every = number.is_none_or(|w| w.typed == ctx.items.len().to_string());
        let from = at + taken + usize::from(number.is_some());
        let (_, items) = said.longest_at(from, &["mục", "các mục", "hạng mục", "các hạng mục"]).filter(|_| every)?;
        // `cả mục 3` is one of them.
        let one = said.words.get(from + items).is_some_and(|w| w.kind == Sort::Number);
        (!one).then_some(at..from + items)
    };
    let words = (0..said.words.len()).find_map(all).unwrap_or(0..0);
    let from: Vec<usize> = said.words[words].iter().map(|w| w.at.start).collect();
    said.without(|w| from.contains(&w.at.start))
}

/// An answer of theirs. `said`: the text without the names in it.
pub(super) fn approver(body: &str, text: &str, said: &Said, ctx: &Asked, price: bool) -> Option<Reading> {
    let said = &of_all_items(said, ctx);
    let found = approval(said, price);
    let approves = found.strong || found.weak;
    let doubt = blocker(said);
    let ask = |guess, why| Some(Reading::ask(body, guess, why));
    let back = || Some(What::Return(text.to_string()));
    // Of prices that were not understood nobody sends the form back.
    let figures = price && !approves && (said.words.iter().any(|w| w.kind == Sort::Number) || said.has(OF_PRICES));
    let guess = || back().filter(|_| !figures);

    // `duyêt`, `duỵêt`: a mark that slipped.
    let slipped = !found.name
        && said.words.len() <= 6
        && !approves
        && doubt.is_none()
        && said.words.iter().any(|w| w.folded == "duyet" && w.typed != "duyệt" && w.typed != w.folded);
    if said.has(NO_OPINION) || slipped {
        return ask(Some(What::Confirm), Doubt::Weak);
    }
    if approves && said.has(OTHER_VERSION) {
        return ask(None, Doubt::OtherVersion);
    }
    if found.name && !found.strong {
        let seen: Vec<&str> = NOTED.iter().copied().filter(|n| n.starts_with("đã ")).collect();
        return Some(if said.has(&seen) && said.words.len() < 8 { Reading::Nothing } else { comment(body, ctx) });
    }
    // Only received, seen, thanked for.
    if !approves && said.only(&[POLITE, THANKS, NOTED]) {
        return None;
    }
    let marked = is_marked(text);
    let parts = found.strong && said.has(&["mục", "hạng mục", "item"]);
    let clauses = clauses(text, ctx);
    if let Some(later) = puts_off(&clauses, said).filter(|_| !marked && !parts && !said.has(PROVISIONAL)) {
        return ask(None, later);
    }
    // `mục 3 chưa rõ, còn lại duyệt`: some of it, and nobody sends the whole back by it.
    if let Some(Doubt::Negated { word }) = &doubt
        && !marked
        && clauses.iter().any(|c| c.has(THE_REST) && c.has(APPROVE) && !c.has(NEGATORS))
    {
        return ask(back(), Doubt::Condition { word: word.clone() });
    }
    let wanted = |list| wanted(&clauses, said, list);
    if !found.strong && !marked {
        if said.has(GIVE_UP) {
            return ask(Some(What::Reject(text.to_string())), Doubt::Sure);
        }
        if said.has(TURN_DOWN) && !said.has(&["không từ chối", "ko từ chối", "chưa từ chối"]) {
            return Some(alone::turned_down(body, text, said));
        }
        if wanted(SEND_BACK) && !matches!(doubt, Some(Doubt::Later { .. })) {
            let bare = said.only(&[&["trả lại", "return"], POLITE, THANKS]);
            return Some(Reading::one(What::Return(if bare { String::new() } else { text.to_string() })));
        }
    }
    if !approves && !marked && wanted(CLARIFY) {
        return Some(Reading::one(What::Ask(text.to_string())));
    }
    if !approves && is_question(said) {
        return Some(Reading::one(What::Ask(text.to_string())));
    }
    if approves && (marked || said.has(QUESTIONS)) && !matches!(doubt, Some(Doubt::Negated { .. } | Doubt::Later { .. })) {
        return ask(None, Doubt::Question);
    }
    // `khỏi sửa lại`: not wanted.
    let spared = said.has(SEND_BACK) || said.has(CLARIFY);
    match doubt {
        Some(Doubt::Negated { word } | Doubt::Condition { word }) if !approves && spared => ask(None, Doubt::Negated { word }),
        Some(Doubt::Negated { word }) => {
            let puts_off =
                ["khoan", "dừng", "tạm", "hoãn", "hold", "thôi"].iter().any(|w| Said::new(&word).words.iter().any(|x| x.is(w)));
            match () {
                // `duyệt mục 1, 2 thôi`: only those.
                _ if puts_off && said.has(&["mục", "hạng mục", "item"]) => ask(back(), Doubt::Condition { word }),
                _ if puts_off => ask(None, Doubt::Later { word }),
                _ if approves && said.has(APPROVE) && ends_asking(said) => ask(None, Doubt::Question),
                _ if twice_negated(said) => ask(None, Doubt::Negated { word }),
                // `khách chưa chốt`: news of the customer, and no word of the writer's own.
                _ if said.has(CUSTOMER) => ask(None, Doubt::Negated { word }),
                // `chưa ổn, phương án mục 2 sai`: not approved, and said why.
                _ if not_yet(said) && amounts_in(text).is_empty() && explains(said) => {
                    Some(Reading::one(What::Return(text.to_string())))
                }
                _ if approves || said.has(&["chưa", "không ổn", "không được"]) => ask(back(), Doubt::WhyNot),
                _ => ask(guess(), Doubt::Negated { word }),
            }
        }
        Some(doubt @ Doubt::Condition { .. }) if price && approves => {
            let guess = match prices::read(text, ctx) {
                Some(Reading::Means { acts, .. }) => acts.into_iter().next(),
                _ => back(),
            };
            ask(guess, doubt)
        }
        Some(doubt @ Doubt::Condition { .. }) if approves => ask(back(), doubt),
        // `duyệt, @Bắc xem lại mục 3`
        Some(doubt @ Doubt::Later { .. }) if parts => match not_put_off(doubt) {
            doubt @ Doubt::Condition { .. } => ask(back(), doubt),
            doubt => ask(None, doubt),
        },
        Some(doubt @ (Doubt::Later { .. } | Doubt::Question)) => ask(None, doubt),
        Some(doubt) => ask(guess(), if approves { doubt } else { Doubt::Unclear }),
        None if found.strong && covered(said, price) => Some(Reading::one(What::Confirm)),
        None if found.strong => ask(Some(What::Confirm), Doubt::Unclear),
        None if found.weak && !said.is_long() => ask(Some(What::Confirm), Doubt::Weak),
        None => ask(guess(), Doubt::Unclear),
    }
}

/// The writer's own `để anh xem`, `chưa kịp xem`, where they ask for nothing else.
fn puts_off(clauses: &[Said], whole: &Said) -> Option<Doubt> {
    let later = |clause: &Said| {
        let question = is_question(clause);
        let (_, words) =
            if question { own_delay(clause) } else { own_delay(clause).or_else(|| delay(clause)) }.or_else(|| unread(clause))?;
        Some(clause.of(words).to_string())
    };
    let word = clauses.iter().find_map(later)?;
    let asks = wanted(clauses, whole, SEND_BACK) || wanted(clauses, whole, CLARIFY);
    (!asks).then_some(Doubt::Later { word })
}

/// Something is asked for, in a clause that neither denies it nor puts it off: `không cần sửa lại`, `để anh hỏi lại khách`.
fn wanted(clauses: &[Said], whole: &Said, list: &[&str]) -> bool {
    clauses.iter().any(|clause| {
        let Some((phrase, words)) = clause.find(list) else { return false };
        let before = |n: usize| &clause.words[words.start.saturating_sub(n)..words.start];
        let denied = before(3).iter().any(|w| DENIES.iter().any(|d| w.is(d)));
        // `mục 2 đang thiếu phương án`
        let state = matches!(phrase, "thiếu" | "chưa rõ");
        let put_off = !state && [delay(clause), own_delay(clause)].iter().flatten().any(|(_, at)| at.start < words.start);
        let asked = list == SEND_BACK && is_question(clause);
        // A mail that is to be sent once more, or on, says nothing of what stands in it.
        let resend = phrase == "gửi lại" && !whole.has(MENDS);
        !(denied || put_off || asked || resend)
    })
}

fn clauses<'a>(text: &'a str, ctx: &Asked) -> Vec<Said<'a>> {
    let clauses = text.split([',', '.', ';', '!', '\n']).filter(|clause| !clause.trim().is_empty());
    clauses.map(|clause| mention::unnamed(Said::new(clause), &ctx.people).without_compounds().into_owned()).collect()
}

/// `mai`, `chiều`, `đang họp`; but not `đang thiếu` of the form, nor `sau khi`.
fn delay(clause: &Said) -> Option<(&'static str, Range<usize>)> {
    clause.find_but(DEFERRALS, |at| clause.longest_at(at, NO_DELAY).is_some())
}

/// A delay of the writer's own, whatever they mean to find out: `đợi anh hỏi kế toán xem bao nhiêu`.
fn own_delay(clause: &Said) -> Option<(&'static str, Range<usize>)> {
    let own = |at: usize| {
        let next = clause.words.get(at + 1);
        next.is_some_and(|w| w.sign().is_none() && ["anh", "chị", "mình", "tôi", "a", "c", "sếp"].iter().any(|k| w.is(k)))
    };
    clause.find_but(&["để", "đợi", "chờ"], |at| !own(at)).or_else(|| clause.find(&["lúc nào rảnh", "khi nào rảnh", "lúc rảnh"]))
}

/// `chưa kịp xem`, `không mở được`: nothing is said of what stands in it.
fn unread(clause: &Said) -> Option<(&'static str, Range<usize>)> {
    let (no, words) = clause.find(&["chưa", "không", "ko", "k"])?;
    let end = (words.end + 4).min(clause.words.len());
    let after = Said::new(clause.of(words.end..end));
    after.has(READS).then_some((no, words))
}

/// `chưa ổn`, `mục 2 chưa …`: it is the form that the `chưa` is said of.
fn not_yet(said: &Said) -> bool {
    let judged = |at: usize| [APPROVE, APPROVE_PRICE, WEAK].iter().any(|list| said.longest_at(at, list).is_some());
    said.find(&["chưa"]).is_some_and(|(_, words)| judged(words.end) || said.has(&["mục", "hạng mục"]))
}

fn twice_negated(said: &Said) -> bool {
    (0..said.words.len()).filter(|at| said.longest_at(*at, &["không", "ko", "k", "chưa", "not", "hok"]).is_some()).count() > 1
}

/// There is more than the refusal itself.
fn explains(said: &Said) -> bool {
    let core: &[&str] = &["chưa", "ok", "ổn", "duyệt", "được", "đồng ý", "đc", "dc", "nên", "đâu", "xong", "rõ"];
    let others = said.words.iter().filter(|w| w.sign().is_none());
    others.filter(|w| !core.iter().chain(POLITE).any(|c| c.split(' ').any(|part| w.is(part)))).count() >= 2
}
