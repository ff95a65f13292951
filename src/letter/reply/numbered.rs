//! A text cut at the numbers of its items: `1:`, `mục 2`, `M03`, `1-3 =`.

use super::Asked;
use super::said::{Said, Sort, Word};
use super::words::*;

/// What a text says of one item or of several.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// Item ids.
    pub items: Vec<String>,
    pub text: &'a str,
    /// The same with the item's number, as it stands in the text.
    pub whole: &'a str,
    /// Said right before the item is named: `không làm được mục 3`, `giảm mục 1`.
    pub before: &'a str,
    /// The last one of a line of several.
    pub ends_list: bool,
}

/// A text cut at its item numbers; lines without one stand apart.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    pub parts: Vec<Part<'a>>,
    pub loose: Vec<&'a str>,
    /// Numbers that no item has.
    pub unknown: Vec<String>,
}

pub(super) fn is_count(word: &Word) -> bool {
    word.kind == Sort::Number
}

/// Cuts a text at its item numbers.
pub(super) fn parts<'a>(text: &'a str, ctx: &Asked) -> Parts<'a> {
    let mut out = Parts::default();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let said = Said::new(line);
        let heads = heads(&said, ctx);
        let mut before = heads.first().map_or(line, |first| &line[..first.at]);
        let mut bearing = "";
        if heads.first().is_some_and(|head| head.named) {
            let (loose, last) = before.split_at(before.rfind([',', ';', '.', '!', ':']).map_or(0, |at| at + 1));
            let said = Said::new(last);
            let bears = [INFEASIBLE, PARTLY, FEASIBLE, RELATIVE].iter().any(|list| said.has(list));
            if bears && !said.words.iter().any(is_count) {
                (before, bearing) = (loose, last);
            }
        }
        let calls = !heads.is_empty() && before.trim_start().starts_with('@');
        for (i, head) in heads.iter().enumerate() {
            out.unknown.extend(head.unknown.iter().cloned());
            let end = heads.get(i + 1).map_or(line.len(), |next| next.at);
            let body = line.get(head.end..end).unwrap_or_default();
            let text = body.trim().trim_end_matches([',', ';', '/']).trim_end();
            let before = if i == 0 { bearing.trim() } else { "" };
            // `@Bắc mục 2 …`: whom it calls is no line of its own.
            let from = if i == 0 && calls { 0 } else { head.at };
            let whole = line.get(from..end).unwrap_or_default().trim();
            out.parts.push(Part { items: head.items.clone(), text, whole, before, ends_list: i > 0 && i + 1 == heads.len() });
        }
        if !calls && !Said::new(before).only(&[POLITE, THANKS]) {
            out.loose.push(before.trim());
        }
    }
    out
}

pub(super) struct Head {
    /// By `mục`, not by a bare number.
    named: bool,
    /// The bytes of the number, with what names it and the mark behind it.
    pub at: usize,
    pub end: usize,
    items: Vec<String>,
    unknown: Vec<String>,
}

/// Where items are named in a line: `1:`, `1 =`, `mục 2`, `M03`, `mục 1, 3`.
pub(super) fn heads(said: &Said, ctx: &Asked) -> Vec<Head> {
    let mut found: Vec<Head> = vec![];
    let mut at = 0;
    let first_word = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(said.words.len());
    let mut last = None;
    while at < said.words.len() {
        match head(said, at, at <= first_word, last, ctx) {
            Some((head, next)) => {
                last = ctx.items.iter().filter(|(id, _)| head.items.contains(id)).map(|(_, no)| *no).max();
                found.push(head);
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

fn head(said: &Said, at: usize, first_of_line: bool, last: Option<u32>, ctx: &Asked) -> Option<(Head, usize)> {
    let sign = |i: usize| said.words.get(i).and_then(Word::sign);
    let starts = at == 0
        || matches!(sign(at - 1), Some(',' | ';' | '/' | '.' | '-' | '–' | '*' | '•' | '+' | ')'))
        || said.words[at - 1].is("và")
        || (sign(at + 1) == Some('=') && ctx.items.iter().any(|(_, no)| no.to_string() == said.words[at].typed))
        // `1/ được 12tr 4 ngày 2/ được 5tr`
        || (matches!(sign(at + 1), Some(')' | '/' | ':')) && last.is_some_and(|last| (last + 1).to_string() == said.words[at].typed));
    let named = said
        .longest_at(at, &["mục số", "hạng mục", "mục", "item", "hm", "#"])
        .map(|(_, taken)| taken)
        .or_else(|| (sign(at) == Some('#')).then_some(1))
        // `mỗi mục 5 triệu`
        .filter(|_| at == 0 || !["mỗi", "từng", "các"].iter().any(|all| said.words[at - 1].is(all)));
    let id = said.words[at].is("m") && said.words.get(at + 1).is_some_and(|w| w.glued && w.kind == Sort::Number);
    let number_at = match named {
        Some(taken) => at + taken,
        None if id => at + 1,
        None if starts => at,
        None => return None,
    };
    let number_at =
        if named.is_some() && said.words.get(number_at).is_some_and(|w| w.is("m")) { number_at + 1 } else { number_at };
    let number = said.words.get(number_at).filter(|w| w.kind == Sort::Number)?;
    let mut numbers = typed_together(said, number_at, ctx)?;
    let mut next = number_at + 1;
    if let Some(last) = range_to(said, number_at, ctx) {
        let first: u32 = number.typed.parse().ok()?;
        numbers = (first..=last).map(|n| n.to_string()).collect();
        next += 2;
    }
    let glued_word = said.words.get(next).is_some_and(|w| w.glued && w.sign().is_none());
    if glued_word || sign(next) == Some('%') {
        return None;
    }
    if named.is_none() && !id {
        // The end of a range is no item of its own.
        if number_at >= 2 && number.glued && sign(at - 1) == Some('-') && said.words[at - 2].kind == Sort::Number {
            return None;
        }
        let answers = |at: usize| [FEASIBLE, INFEASIBLE, PARTLY, FREE].iter().any(|l| said.longest_at(at, l).is_some());
        // `1, 2: không`
        let mut several = vec![];
        let mut behind = next;
        while let Some(more) = listed(said, behind, ctx).filter(|_| first_of_line) {
            several.push(said.words[more].typed.clone());
            behind = more + 1;
        }
        if !several.is_empty() && (matches!(sign(behind), Some(':' | '=')) || answers(behind)) {
            numbers.extend(several);
            next = behind;
        }
        // A bare number needs a mark behind it, or stands first in its line before a verdict.
        let spaced = said.words.get(next + 1).is_none_or(|w| !w.glued || w.kind != Sort::Number);
        let mark = matches!(sign(next), Some(':' | '='))
            || (first_of_line && matches!(sign(next), Some(')' | '.' | '-' | '–' | '/')) && spaced)
            || (first_of_line && matches!(sign(next), Some(',' | ';')) && answers(next + 1));
        // `1 được 12tr, 2 không, 3 để em hỏi lại`: the next one of such a list.
        let to_come = |at: usize| said.longest_at(at, &["để", "chưa", "chờ", "cần"]).is_some();
        let goes_on = last.zip(number.typed.parse::<u32>().ok()).is_some_and(|(last, no)| {
            let item = no > last && ctx.items.iter().any(|(_, known)| *known == no);
            let parted = at > 0 && matches!(sign(at - 1), Some(',' | ';' | '/' | '.'));
            let marked = no == last + 1 && matches!(sign(next), Some(')' | '/' | '.' | '-')) && answers(next + 1);
            item && (marked || (parted && (answers(next) || (no == last + 1 && to_come(next)))))
        });
        let verdict = (first_of_line && answers(next)) || goes_on;
        if !(mark || verdict || name_end(said, next).is_some_and(|_| first_of_line)) {
            return None;
        }
        // `17/6: …` is a date, `10:30` a time.
        if matches!(sign(next), Some('/' | ':' | '.')) && !spaced {
            return None;
        }
    }
    if named.is_some() {
        // `mục 1, 3 và 4: không`
        while let Some(more) = listed(said, next, ctx) {
            numbers.push(said.words[more].typed.clone());
            next = more + 1;
        }
    }
    next = name_end(said, next).unwrap_or(next);
    while matches!(sign(next), Some(':' | '=' | ')' | '.' | '-' | '–' | ',' | ';' | '/')) {
        next += 1;
    }
    let of = |typed: &String| {
        let n: Option<u32> = typed.parse().ok();
        ctx.items.iter().find(|(_, no)| Some(*no) == n).map(|(id, _)| id.clone())
    };
    let by_id = |typed: &String| {
        ctx.items
            .iter()
            .find(|(own, _)| own.trim_start_matches('M').parse::<u32>().ok() == typed.parse().ok())
            .map(|(own, _)| own.clone())
    };
    let mut head = Head {
        named: named.is_some(),
        at: said.words[at].at.start,
        end: said.words.get(next).map_or(said.text.len(), |w| w.at.start),
        items: vec![],
        unknown: vec![],
    };
    for typed in &numbers {
        match if id { by_id(typed) } else { of(typed) } {
            Some(item) => head.items.push(item),
            None => head.unknown.push(typed.clone()),
        }
    }
    Some((head, next))
}

/// The items of one number, or of several that are typed as one: `1,2`.
fn typed_together(said: &Said, at: usize, ctx: &Asked) -> Option<Vec<String>> {
    let typed = &said.words[at].typed;
    let is_item = |no: &&str| ctx.items.iter().any(|(_, known)| known.to_string() == **no);
    let several: Vec<&str> = typed.split(',').collect();
    if several.len() > 1 && several.iter().all(is_item) && !is_figure(said, at + 1) {
        return Some(several.into_iter().map(String::from).collect());
    }
    (typed.len() <= 3).then(|| vec![typed.clone()])
}

/// Behind the item's name in brackets, where a mark follows: `Mục 1 (báo cáo công nợ): được`.
fn name_end(said: &Said, open: usize) -> Option<usize> {
    let sign = |i: usize| said.words.get(i).and_then(Word::sign);
    let close = (open..said.words.len()).find(|at| sign(*at) == Some(')')).filter(|_| sign(open) == Some('('))?;
    let name = Said::new(said.of(open + 1..close));
    let name = name.without_compounds();
    let says = [FEASIBLE, INFEASIBLE, PARTLY, SERVER].iter().any(|list| name.has(list)) || name.words.iter().any(is_count);
    (!says && matches!(sign(close + 1), Some(':' | '=' | '-' | '–'))).then_some(close + 1)
}

/// The last item of `1-3`.
fn range_to(said: &Said, first: usize, ctx: &Asked) -> Option<u32> {
    let glued = |at: usize| said.words.get(at).filter(|w| w.glued);
    glued(first + 1).filter(|w| matches!(w.sign(), Some('-' | '–')))?;
    let last: u32 = glued(first + 2)?.typed.parse().ok()?;
    let is_item = |n: u32| ctx.items.iter().any(|(_, no)| *no == n);
    let from: u32 = said.words[first].typed.parse().ok()?;
    (from < last && is_item(from) && is_item(last) && !is_figure(said, first + 3)).then_some(last)
}

/// Does what follows a number make it a figure?
fn is_figure(said: &Said, after: usize) -> bool {
    said.words.get(after).is_some_and(|w| {
        (w.glued && w.sign().is_none())
            || w.sign() == Some('%')
            || DAY_UNITS.iter().chain(&["tr", "triệu", "k", "tỷ", "củ", "nghìn"]).any(|u| w.is(u))
    })
}

/// A further number of a list of items, and no figure of its own.
fn listed(said: &Said, next: usize, ctx: &Asked) -> Option<usize> {
    let joins = said.words.get(next).is_some_and(|w| w.sign() == Some(',') || w.is("và") || w.sign() == Some('&'));
    let number = said.words.get(next + 1).filter(|w| joins && w.kind == Sort::Number)?;
    let n: u32 = number.typed.parse().ok()?;
    (!is_figure(said, next + 2) && ctx.items.iter().any(|(_, no)| *no == n)).then_some(next + 1)
}
