//! `@name` in a text: who is meant.

use std::borrow::Cow;
use std::ops::Range;

use super::said::Said;
use super::values::blanked;
use super::words::{APPROVE, APPROVE_PRICE, CONDITIONS, DEFERRALS, KIN, NEGATORS, POLITE, QUESTIONS, WEAK};
use super::{Heard, Known};
use crate::process::house::Email;
use crate::text::fold;

/// Whom a text calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Called {
    pub people: Vec<Email>,
    /// Names that are nobody's, or several people's.
    pub unclear: Vec<(String, Vec<Email>)>,
    /// Nothing else stands in the text.
    pub alone: bool,
}

impl Called {
    /// Somebody is called, known or not.
    pub fn any(&self) -> bool {
        !(self.people.is_empty() && self.unclear.is_empty())
    }
    pub fn heard(&self) -> Vec<Heard> {
        self.unclear.iter().map(|(name, may_be)| Heard::WhoIs { name: name.clone(), may_be: may_be.clone() }).collect()
    }
}

/// Where a text calls somebody: the bytes from the `@` on, the name, and whom it fits.
fn calls(text: &str, people: &[Known]) -> Vec<(Range<usize>, String, Vec<Email>)> {
    let mut found = vec![];
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        from = at + 1;
        // An address in the text calls nobody.
        if text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "._-+".contains(c)) {
            continue;
        }
        let (used, name, who) = longest(&text[from..], people);
        from = (from + used).min(text.len());
        if !name.is_empty() {
            found.push((at..from, name, who));
        }
    }
    found
}

/// The people named by `@` in a text: full name, given name, the address or what stands before its `@`.
pub fn called(text: &str, people: &[Known]) -> Called {
    let mut found = Called::default();
    let calls = calls(text, people);
    for (_, name, who) in &calls {
        match &who[..] {
            [one] if found.people.contains(one) => {}
            [one] => found.people.push(one.clone()),
            _ => found.unclear.push((name.clone(), who.clone())),
        }
    }
    let names: Vec<_> = calls.into_iter().map(|(at, _, _)| at).collect();
    found.alone = found.any() && Said::new(&blanked(text, &names)).only(&[POLITE]);
    found
}

/// A text with all whom it calls by `@` blank: `@Mai` is no tomorrow.
pub fn uncalled<'a>(text: &'a str, people: &[Known]) -> Cow<'a, str> {
    let is_name = |name: &str| name.starts_with(char::is_uppercase);
    let known = calls(text, people).into_iter().filter(|(_, name, who)| !who.is_empty() || is_name(name)).map(|(at, _, _)| at);
    match &known.collect::<Vec<_>>()[..] {
        [] => Cow::Borrowed(text),
        known => Cow::Owned(blanked(text, known)),
    }
}

/// The people that a text names without an `@`, and the text without their names: `giao cho chị Lan`. A given name that
/// several have names them all.
pub fn named(text: &str, people: &[Known]) -> (Vec<Email>, String) {
    let said = Said::new(text);
    let (mut found, mut names): (Vec<Email>, Vec<_>) = (vec![], vec![]);
    let mut at = 0;
    while let Some(first) = said.words.get(at) {
        let fits = |taken: &usize| {
            let words = said.words.get(at..at + taken).filter(|_| first.title)?;
            let who = fitting(&words.iter().map(|w| w.typed.as_str()).collect::<Vec<_>>().join(" "), people);
            (!who.is_empty()).then_some((who, *taken))
        };
        let taken = match [4, 3, 2, 1].iter().find_map(fits) {
            Some((who, taken)) => {
                found.extend(who.into_iter().filter(|email| !found.contains(email)).collect::<Vec<_>>());
                names.push(first.at.start..said.words[at + taken - 1].at.end);
                taken
            }
            None => 1,
        };
        at += taken;
    }
    (found, blanked(text, &names))
}

/// A text without the names that somebody who types diacritics calls or signs with: `Duyệt nhé Mai`, `12 Hoàng Mai`. For
/// `mai` is tomorrow; a line that begins with it stays one.
pub fn unnamed<'a>(said: Said<'a>, people: &[Known]) -> Said<'a> {
    const CALLS: &[&str] = &["nhé", "nha", "nhá", "ơn", "chào", "dear", "hi", "thanks", "tks", "nhờ", "cho"];
    let given = |name: &str| people.iter().any(|p| p.name.to_lowercase().split(' ').next_back() == Some(name));
    let decides = |word: &str| [APPROVE, APPROVE_PRICE, WEAK].iter().any(|list| list.contains(&word));
    let gap = |from: usize, to: usize| said.text.get(from..to).is_none_or(|between| between.contains('\n'));
    let is_name = |at: usize| {
        let (Some(word), Some(before)) = (said.words.get(at), at.checked_sub(1).and_then(|b| said.words.get(b))) else {
            return false;
        };
        if !word.title || before.sign().is_some() || decides(&word.typed) || gap(before.at.end, word.at.start) {
            return false;
        }
        let polite = |w: &super::said::Word| POLITE.iter().chain(KIN).any(|p| p.split(' ').any(|part| w.is(part)));
        let tomorrow = |w: &super::said::Word| DEFERRALS.iter().chain(&["ngày"]).any(|d| w.is(d));
        let of_a_name = word.typed == "mai" && before.title && !polite(before) && !decides(&before.typed) && !tomorrow(before);
        let called = CALLS.iter().chain(KIN).any(|c| before.typed == *c);
        let ends = said.words.get(at + 1).is_none_or(|next| {
            next.sign().is_some_and(|c| c != '?')
                || gap(word.at.end, next.at.start)
                || ["nhé", "nha", "nhá", "ạ", "ơi"].contains(&next.typed.as_str())
        });
        // `chị Nhung`, `anh Huy`: whoever types diacritics would give `nhưng` and `hủy` theirs.
        let spelt = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&word.typed.as_str()));
        let bare = || word.typed == word.folded && !spelt(&[NEGATORS, DEFERRALS, CONDITIONS, QUESTIONS]);
        let kin = KIN.iter().any(|k| before.typed == *k);
        of_a_name
            || (called && ends && (word.typed == "mai" || given(&word.typed)))
            || ((kin || (called && given(&word.typed))) && bare())
    };
    let names: Vec<_> = (0..said.words.len()).filter(|at| is_name(*at)).map(|at| said.words[at].at.start).collect();
    match names.is_empty() || !said.is_marked() {
        true => said,
        false => said.without(|w| names.contains(&w.at.start)),
    }
}

/// The longest beginning of a text that names somebody: its bytes, the name, and whom it fits.
fn longest(text: &str, people: &[Known]) -> (usize, String, Vec<Email>) {
    let text_start = text.len() - text.trim_start_matches([' ', '\u{a0}']).len();
    let body = &text[text_start..];
    let line = body.split(['\n', ',', ';', ':', '!', '?', '(', ')', '"']).next().unwrap_or_default();
    let ends: Vec<usize> = word_ends(line).take(6).collect();
    for end in ends.iter().rev() {
        let name = line[..*end].trim_end_matches(['.', '-']);
        let who = fitting(name, people);
        if !who.is_empty() {
            return (text_start + name.len(), name.to_string(), who);
        }
    }
    let first = ends.first().map_or("", |end| line[..*end].trim_end_matches('.'));
    (text_start + first.len(), first.to_string(), vec![])
}

fn word_ends(line: &str) -> impl Iterator<Item = usize> + '_ {
    let ends = line.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(i, _)| i);
    let mut last = None;
    ends.chain([line.len()]).filter(move |end| {
        let is_new = *end > 0 && last.is_none_or(|l| line[l..*end].trim() != "");
        last = Some(*end);
        is_new
    })
}

fn fitting(name: &str, people: &[Known]) -> Vec<Email> {
    let name = fold(name);
    if name.is_empty() {
        return vec![];
    }
    let by = |fits: &dyn Fn(&Known) -> bool| people.iter().filter(|p| fits(p)).map(|p| p.email.clone()).collect::<Vec<_>>();
    let exact = by(&|p| fold(&p.name) == name || p.email == name || p.email.split('@').next() == Some(name.as_str()));
    if !exact.is_empty() {
        return exact;
    }
    let given = |p: &Known| fold(&p.name).split(' ').next_back().unwrap_or_default().to_string();
    let end = format!(" {name}");
    let short = by(&|p| given(p) == name || fold(&p.name).ends_with(&end));
    if !short.is_empty() {
        return short;
    }
    // `@Lan Trần`: the given name first, as in English.
    let mut turned: Vec<&str> = name.split(' ').collect();
    turned.sort_unstable();
    by(&|p| {
        let folded = fold(&p.name);
        let all: Vec<&str> = folded.split(' ').collect();
        turned.len() > 1 && turned.iter().all(|w| all.contains(w))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<Known> {
        let of = |name: &str, email: &str| Known { name: name.into(), email: email.into(), sales: true };
        vec![
            of("Trần Thị Lan", "lan.tran@anphat.example"),
            of("Lê Văn Hùng", "hung.le@anphat.example"),
            of("Phạm Hùng", "hung.pham@anphat.example"),
        ]
    }

    #[test]
    fn names_are_found_in_every_usual_form() {
        for text in [
            "@Lan",
            "nhờ @Trần Thị Lan nhận giúp",
            "@lan tran",
            "@Thị Lan ơi",
            "@lan.tran",
            "@lan.tran@anphat.example",
            "@Lan, nhận nhé",
        ] {
            assert_eq!(called(text, &people()).people, ["lan.tran@anphat.example"], "{text}");
        }
        assert!(called("@Lan nhé ạ", &people()).alone);
        assert!(!called("@Lan xem mục 2", &people()).alone);
        assert_eq!(called("gửi về abc@anphat.example nhé", &people()), Called::default());
    }

    #[test]
    fn a_name_of_two_is_asked_and_of_nobody_too() {
        let unclear = called("@Hùng xem giúp", &people()).unclear;
        assert_eq!(unclear[0].1.len(), 2);
        assert_eq!(called("@Lê Văn Hùng", &people()).people, ["hung.le@anphat.example"]);
        assert_eq!(called("@Minh", &people()).unclear, [("Minh".to_string(), vec![])]);
        called("@", &people());
        called("@@@ @\n@", &people());
    }
}
