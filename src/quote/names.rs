//! Names of Tech in what the customer reads (process: nothing internal, no name of Tech). They get there in people's own words,
//! as `sau khi anh Mai Xuân Lộc xong dự án`; the document says who it is instead.

use std::ops::Range;

use super::public::{Public, Scope};
use crate::process::house::{House, Role};
use crate::process::quote::Quote;
use crate::text::{letters, nfc};

/// What Tech's people are called.
#[derive(Debug, Default)]
pub struct Names {
    /// Folded. One word alone is nobody's name.
    pub full: Vec<String>,
    /// As they are typed in lower case, word by word; looked for where Tech writes, and behind `anh`, `chị` or `em` alone.
    called: Vec<Vec<String>>,
}

/// The names of Tech, but for what the customer may read of that name: of the case's Sales, of who signs, or of somebody of
/// their own.
pub fn of_tech(house: &House, public: &Public) -> Names {
    let is_tech = |roles: &[Role]| roles.iter().any(|role| matches!(role, Role::Tech | Role::TechHead));
    let signer = house.quote.letterhead.signer.as_deref().map(letters);
    let shown: Vec<String> = public.texts().into_iter().map(letters).chain(signer.clone()).collect();
    let has = |text: &String, name: &str| format!(" {text} ").contains(&format!(" {name} "));
    // Under the signature it may stand with what one is: `KS. Mai Xuân Lộc`.
    let is_shown = |name: &String| shown.contains(name) || signer.iter().any(|signer| has(signer, name));
    let tech = || house.people.iter().filter(|p| is_tech(&p.roles)).map(|p| p.name.as_str());
    // `chị Hà` may be the customer's own Hà, or the Sales.
    let others = |given: &str| shown.iter().any(|text| has(text, given));
    let called = tech().filter(|name| !letters(name).rsplit(' ').next().is_none_or(others));
    Names {
        full: tech().map(letters).filter(|name| name.contains(' ') && !is_shown(name)).collect(),
        called: called.map(|name| words(&nfc(name)).into_iter().map(|word| word.typed).collect()).collect(),
    }
}

/// The quote as the customer reads it; `instead`: who Tech is to them.
pub fn without(quote: &Quote, names: &Names, instead: &str) -> Quote {
    let mut quote = quote.clone();
    for line in &mut quote.lines {
        line.scope = uncalled(&line.scope, names, instead);
        for text in [&mut line.area, &mut line.name, &mut line.explanation, &mut line.scope, &mut line.note] {
            *text = unnamed(text, &names.full, instead);
        }
    }
    quote.start_after = quote.start_after.map(|text| uncalled(&text, names, instead));
    for text in [&mut quote.start_after, &mut quote.payment_terms].into_iter().flatten() {
        *text = unnamed(text, &names.full, instead);
    }
    quote
}

/// The same of what the annex says beyond it.
pub fn without_in_scope(mut scope: Scope, names: &Names, instead: &str) -> Scope {
    scope.solutions.values_mut().for_each(|text| *text = unnamed(text, &names.full, instead));
    scope
}

/// Somebody called by their given name: `anh Lộc`, `chị Thu Hà`. Where it goes on as a longer name, or says whose people they
/// are (`chị Hà bên KH`), it is somebody else.
fn uncalled(text: &str, names: &Names, instead: &str) -> String {
    let text = nfc(text);
    let words = words(&text);
    let ascii = text.is_ascii();
    let alike = |word: &Word, part: &String| if ascii { word.folded == letters(part) } else { word.typed == *part };
    let of_others = |word: &Word| {
        let close = text[..word.at.start].ends_with(' ');
        let owner = matches!(word.folded.as_str(), "ben" | "phia" | "cua" | "kh" | "khach" | "ke");
        close && (owner || text[word.at.clone()].starts_with(char::is_uppercase))
    };
    let called = |at: usize| {
        if !["anh", "chị", "em"].iter().any(|word| alike(&words[at], &(*word).to_string())) {
            return None;
        }
        let tails = names.called.iter().flat_map(|name| (0..name.len()).map(move |from| &name[from..]));
        let fits = |tail: &&[String]| {
            let there = words.get(at + 1..at + 1 + tail.len());
            there.is_some_and(|there| {
                let begins = there.first().is_some_and(|word| text[word.at.clone()].starts_with(char::is_uppercase));
                begins && there.iter().zip(*tail).all(|(word, part)| alike(word, part))
            })
        };
        let taken = tails.filter(fits).map(<[String]>::len).max()?;
        (!words.get(at + 1 + taken).is_some_and(of_others)).then_some(taken)
    };
    let (mut out, mut from) = (String::new(), 0);
    for at in 0..words.len() {
        if let Some(taken) = called(at) {
            out.push_str(&text[from..words[at].at.start]);
            out.push_str(instead);
            from = words[at + taken].at.end;
        }
    }
    out.push_str(&text[from..]);
    out
}

/// However the name is spelt, and with the word that somebody is called by before it.
fn unnamed(text: &str, names: &[String], instead: &str) -> String {
    const CALLED: [&str; 9] = ["anh", "chi", "em", "ban", "ong", "ba", "mr", "ms", "mrs"];
    let text = nfc(text);
    let words = words(&text);
    let is = |at: usize, name: &str| {
        let parts: Vec<&str> = name.split(' ').collect();
        let there = words.get(at..at + parts.len())?;
        there.iter().zip(&parts).all(|(word, part)| word.folded == *part).then_some(parts.len())
    };
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while at < words.len() {
        let Some(taken) = names.iter().find_map(|name| is(at, name)) else {
            at += 1;
            continue;
        };
        let called = at
            .checked_sub(1)
            .filter(|before| words[*before].at.start >= from && CALLED.contains(&words[*before].folded.as_str()));
        out.push_str(&text[from..words[called.unwrap_or(at)].at.start]);
        out.push_str(instead);
        from = words[at + taken - 1].at.end;
        at += taken;
    }
    out.push_str(&text[from..]);
    out
}

struct Word {
    at: Range<usize>,
    folded: String,
    /// In lower case.
    typed: String,
}

/// The words of a text where they stand.
fn words(text: &str) -> Vec<Word> {
    let cut = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let at = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    cut.map(|word| Word { at: at(word)..at(word) + word.len(), folded: letters(word), typed: word.to_lowercase() }).collect()
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

    #[test]
    fn whoever_is_called_by_a_given_name_is_tech_where_that_is_sure() {
        let called = vec![["mai", "xuân", "lộc"].map(String::from).to_vec(), ["phạm", "thu", "hà"].map(String::from).to_vec()];
        let names = Names { full: vec![], called };
        for (text, read) in [
            ("10 ngày sau khi chị Hà rảnh", "10 ngày sau khi Kỹ thuật rảnh"),
            ("2 tuần sau khi anh Lộc, em Thu Hà xong", "2 tuần sau khi Kỹ thuật, Kỹ thuật xong"),
            ("10 ngay sau khi anh Loc xong", "10 ngay sau khi Kỹ thuật xong"),
        ] {
            assert_eq!(uncalled(text, &names, "Kỹ thuật"), read);
        }
        for other in
            ["chỉ hạ giá sau 2 tuần", "2 tuần sau khi chị Hà bên KH gửi số liệu", "anh Lộc Phát", "kho Hà Nội", "anh lộc"]
        {
            assert_eq!(uncalled(other, &names, "Kỹ thuật"), other);
        }
    }
}
