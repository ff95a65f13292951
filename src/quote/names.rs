//! Names of Tech in what the customer reads (process: nothing internal, no name of Tech). They get there in people's own words,
//! as `sau khi anh Mai Xuân Lộc xong dự án`; the document says who it is instead.

use std::ops::Range;

use super::public::{Public, Scope};
use crate::process::house::{House, Role};
use crate::process::quote::Quote;
use crate::text::{letters, nfc};

/// The names of Tech, but for what the customer may read of that name: of the case's Sales, of who signs, or of somebody of
/// their own. One word alone is nobody's name.
pub fn of_tech(house: &House, public: &Public) -> Vec<String> {
    let is_tech = |roles: &[Role]| roles.iter().any(|role| matches!(role, Role::Tech | Role::TechHead));
    let signer = house.quote.letterhead.signer.as_deref();
    let shown: Vec<String> = public.texts().into_iter().chain(signer).map(letters).collect();
    let names = house.people.iter().filter(|p| is_tech(&p.roles)).map(|p| letters(&p.name));
    names.filter(|name| name.contains(' ') && !shown.contains(name)).collect()
}

/// The quote as the customer reads it; `instead`: who Tech is to them.
pub fn without(quote: &Quote, names: &[String], instead: &str) -> Quote {
    let mut quote = quote.clone();
    for line in &mut quote.lines {
        for text in [&mut line.area, &mut line.name, &mut line.explanation, &mut line.scope, &mut line.note] {
            *text = unnamed(text, names, instead);
        }
    }
    for text in [&mut quote.start_after, &mut quote.payment_terms].into_iter().flatten() {
        *text = unnamed(text, names, instead);
    }
    quote
}

/// The same of what the annex says beyond it.
pub fn without_in_scope(mut scope: Scope, names: &[String], instead: &str) -> Scope {
    scope.solutions.values_mut().for_each(|text| *text = unnamed(text, names, instead));
    scope
}

/// However the name is spelt, and with the word that somebody is called by before it.
fn unnamed(text: &str, names: &[String], instead: &str) -> String {
    const CALLED: [&str; 9] = ["anh", "chi", "em", "ban", "ong", "ba", "mr", "ms", "mrs"];
    let text = nfc(text);
    let words = words(&text);
    let is = |at: usize, name: &str| {
        let parts: Vec<&str> = name.split(' ').collect();
        let there = words.get(at..at + parts.len())?;
        there.iter().zip(&parts).all(|((_, word), part)| word == part).then_some(parts.len())
    };
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while at < words.len() {
        let Some(taken) = names.iter().find_map(|name| is(at, name)) else {
            at += 1;
            continue;
        };
        let called =
            at.checked_sub(1).filter(|before| words[*before].0.start >= from && CALLED.contains(&words[*before].1.as_str()));
        out.push_str(&text[from..words[called.unwrap_or(at)].0.start]);
        out.push_str(instead);
        from = words[at + taken - 1].0.end;
        at += taken;
    }
    out.push_str(&text[from..]);
    out
}

/// The words of a text where they stand, folded.
fn words(text: &str) -> Vec<(Range<usize>, String)> {
    let cut = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let at = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    cut.map(|word| (at(word)..at(word) + word.len(), letters(word))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_way_to_who_it_is() {
        let names = ["mai xuan loc".to_string()];
        for (text, read) in [
            ("10 ngày sau khi anh Mai Xuân Lộc xong", "10 ngày sau khi bộ phận kỹ thuật xong"),
            ("MAI XUAN LOC, Mai-Xuân Lộc: làm", "bộ phận kỹ thuật, bộ phận kỹ thuật: làm"),
            ("Mai\u{a0}Xua\u{302}n Lộc", "bộ phận kỹ thuật"),
            ("Mai Xuân", "Mai Xuân"),
            ("", ""),
        ] {
            assert_eq!(unnamed(text, &names, "bộ phận kỹ thuật"), read);
        }
    }
}
