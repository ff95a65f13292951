//! A text as the words in it, to be compared with those of the tables.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::words::{COMPOUNDS, COMPOUNDS_TYPED_BARE};
use crate::text::{Kind, each_bare, fold, tokens};

/// One word, number or sign of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub at: Range<usize>,
    /// Lower case, NFC, with the diacritics that it was typed with.
    pub typed: String,
    /// Without them.
    pub folded: String,
    pub kind: Sort,
    /// `Duyệt`, not `duyệt` nor `DUYỆT`.
    pub title: bool,
    /// Nothing stands between it and the one before.
    pub glued: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Word,
    Number,
    Sign(char),
}

impl Word {
    /// Is it this word? Typed with diacritics it has to have the same; typed without any it matches whichever they are,
    /// but a bare `a` is anh or ạ, and no `à`.
    pub fn is(&self, word: &str) -> bool {
        self.typed == word
            || (self.folded != "a" && self.typed == self.folded && could_fold_to(word, &self.folded) && self.folded == fold(word))
    }
    /// Cheaply no: ASCII stands as it is in both.
    fn may_begin(&self, phrase: &str) -> bool {
        phrase.as_bytes().first().is_none_or(|first| !first.is_ascii() || self.typed.as_bytes().first() == Some(first))
    }

    pub fn sign(&self) -> Option<char> {
        match self.kind {
            Sort::Sign(c) => Some(c),
            _ => None,
        }
    }
}

/// Cheaply no, before folding: folding keeps the number of letters, and ASCII as it is.
fn could_fold_to(word: &str, folded: &str) -> bool {
    let mut letters = folded.chars();
    word.chars().all(|c| letters.next().is_some_and(|l| !c.is_ascii() || c == l)) && letters.next().is_none()
}

/// A text cut into words.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    pub text: &'a str,
    pub words: Vec<Word>,
    /// Somebody who types diacritics: a `cho` of theirs is no `chờ` nor `chớ`, and a `sang` no `sáng`.
    marked: bool,
    places: OnceCell<Places>,
}

/// Where each word stands: a mail has hundreds of words, and so have the tables.
#[derive(Clone, Debug)]
struct Places {
    /// By [`key`], in their order.
    words: Vec<(u64, usize)>,
    /// The bits of the ASCII bytes that some word begins with.
    initials: u128,
}

impl Places {
    fn of(words: &[Word]) -> Places {
        let initials = words.iter().filter_map(|w| initial(&w.typed)).fold(0, |all, one| all | one);
        let mut words: Vec<(u64, usize)> = words.iter().enumerate().map(|(at, w)| (key(&w.folded), at)).collect();
        words.sort_unstable();
        Places { words, initials }
    }

    /// Where a phrase may begin.
    fn of_phrase(&self, phrase: &str) -> impl Iterator<Item = usize> {
        let absent = initial(phrase).is_some_and(|bit| self.initials & bit == 0);
        let (key, from) = match absent {
            true => (0, self.words.len()),
            false => {
                let key = key(phrase.split(' ').next().unwrap_or_default());
                (key, self.words.partition_point(|(other, _)| *other < key))
            }
        };
        self.words[from..].iter().take_while(move |(other, _)| *other == key).map(|(_, at)| *at)
    }
}

/// The bit of an ASCII byte.
fn initial(word: &str) -> Option<u128> {
    word.bytes().next().filter(u8::is_ascii).map(|first| 1 << first)
}

/// The same for words that [`Word::is`] may take for each other.
pub(super) fn key(word: &str) -> u64 {
    let mut key = 0xcbf2_9ce4_8422_2325_u64;
    each_bare(word, |letter| key = (key ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3));
    key
}

impl<'a> Said<'a> {
    pub fn new(text: &'a str) -> Said<'a> {
        let word = |t: crate::text::Token| {
            let raw = text.get(t.start..t.end).unwrap_or_default();
            let mut letters = raw.chars();
            let title = letters.next().is_some_and(char::is_uppercase) && letters.all(|c| !c.is_uppercase());
            let (typed, folded, kind) = match t.kind {
                Kind::Number(n) => (n.clone(), n, Sort::Number),
                Kind::Word { folded, typed } => (typed, folded, Sort::Word),
                Kind::Sign(c) => (c.to_string(), c.to_string(), Sort::Sign(c)),
            };
            Word { at: t.start..t.end, typed, folded, kind, title, glued: t.glued }
        };
        let words: Vec<Word> = tokens(text).into_iter().map(word).collect();
        let marked = words.iter().any(|w| w.typed != w.folded);
        Said { text, words, marked, places: OnceCell::new() }
    }

    /// Was any of it typed with diacritics?
    pub fn is_marked(&self) -> bool {
        self.marked
    }

    /// The same text without some of its words.
    pub fn without(&self, drop: impl Fn(&Word) -> bool) -> Said<'a> {
        let words = self.words.iter().filter(|w| !drop(w)).cloned().collect();
        Said { text: self.text, words, marked: self.marked, places: OnceCell::new() }
    }

    /// The same text without its compounds: the `sao` of `sao kê` asks nothing.
    pub fn without_compounds(&self) -> Cow<'_, Said<'a>> {
        let mut inside = vec![];
        for at in self.starts(&[COMPOUNDS, COMPOUNDS_TYPED_BARE]) {
            let spelt = |p: &str| {
                let parts = p.split(' ').enumerate();
                parts.into_iter().all(|(n, part)| self.words.get(at + n).is_some_and(|w| w.typed == part))
            };
            let exact = COMPOUNDS.iter().filter(|p| self.marked && spelt(p)).map(|p| p.split(' ').count());
            let bare = COMPOUNDS_TYPED_BARE.iter().filter_map(|p| self.phrase_at(at, p));
            let taken = exact.chain(bare).max().unwrap_or(0);
            inside.extend(self.words[at..at + taken].iter().map(|w| w.at.start));
        }
        match inside.is_empty() {
            true => Cow::Borrowed(self),
            false => Cow::Owned(self.without(|w| inside.contains(&w.at.start))),
        }
    }

    /// How many words the phrase takes where it begins at `at`.
    pub fn phrase_at(&self, at: usize, phrase: &str) -> Option<usize> {
        if !self.words.get(at)?.may_begin(phrase) {
            return None;
        }
        let mut next = at;
        for part in phrase.split(' ') {
            let word = self.words.get(next)?;
            // Of somebody who types diacritics these are words of their own: no `chờ`, no `sáng`.
            let itself = self.marked && part != word.typed && matches!(word.typed.as_str(), "cho" | "sang");
            if itself || !word.is(part) {
                return None;
            }
            next += 1;
        }
        Some(next - at)
    }

    /// The longest of the phrases that begins at `at`, and how many words it takes.
    pub fn longest_at<'p>(&self, at: usize, phrases: &[&'p str]) -> Option<(&'p str, usize)> {
        let found = phrases.iter().filter_map(|p| Some((*p, self.phrase_at(at, p)?)));
        found.max_by_key(|(_, taken)| *taken)
    }

    /// Where one of the phrases stands first: the phrase and its words.
    pub fn find<'p>(&self, phrases: &[&'p str]) -> Option<(&'p str, Range<usize>)> {
        self.find_but(phrases, |_| false)
    }

    /// The same, beginning at none of the words that are `passed` over.
    pub fn find_but<'p>(&self, phrases: &[&'p str], passed: impl Fn(usize) -> bool) -> Option<(&'p str, Range<usize>)> {
        let places = self.places.get_or_init(|| Places::of(&self.words));
        let mut first = self.words.len();
        for phrase in phrases {
            let stands = |at: &usize| !passed(*at) && self.phrase_at(*at, phrase).is_some();
            first = places.of_phrase(phrase).take_while(|at| *at < first).find(stands).unwrap_or(first);
        }
        self.longest_at(first, phrases).map(|(phrase, taken)| (phrase, first..first + taken))
    }

    /// Where any of the phrases may begin, in their order.
    pub fn starts(&self, lists: &[&[&str]]) -> Vec<usize> {
        let places = self.places.get_or_init(|| Places::of(&self.words));
        let phrases = lists.iter().flat_map(|list| list.iter());
        let mut starts: Vec<usize> = phrases.flat_map(|phrase| places.of_phrase(phrase)).collect();
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    pub fn has(&self, phrases: &[&str]) -> bool {
        self.find(phrases).is_some()
    }

    /// Nothing but these phrases, and signs that mean nothing.
    pub fn only(&self, lists: &[&[&str]]) -> bool {
        self.first_other(lists).is_none()
    }

    /// The first word that none of the phrases covers.
    pub fn first_other(&self, lists: &[&[&str]]) -> Option<&Word> {
        let mut at = 0;
        while let Some(word) = self.words.get(at) {
            if word.sign().is_some_and(is_plain_sign) {
                at += 1;
                continue;
            }
            match lists.iter().filter_map(|l| self.longest_at(at, l)).map(|(_, taken)| taken).max() {
                Some(taken) => at += taken,
                None => return Some(word),
            }
        }
        None
    }

    /// The text from a word on.
    pub fn from(&self, word: usize) -> &'a str {
        self.words.get(word).and_then(|w| self.text.get(w.at.start..)).unwrap_or_default()
    }

    /// The text of some words.
    pub fn of(&self, words: Range<usize>) -> &'a str {
        match (self.words.get(words.start), words.end.checked_sub(1).and_then(|last| self.words.get(last))) {
            (Some(first), Some(last)) => self.text.get(first.at.start..last.at.end).unwrap_or_default(),
            _ => "",
        }
    }

    pub(super) fn has_any(&self) -> bool {
        self.words.iter().any(|w| w.sign().is_none())
    }

    /// Too much for a word of approval among it to be one.
    pub(super) fn is_long(&self) -> bool {
        self.words.len() > 12
    }

    /// Words proper: no signs.
    pub fn is_blank(&self) -> bool {
        self.words.iter().all(|w| w.sign().is_some_and(is_plain_sign))
    }
}

/// Punctuation that changes nothing. A question mark does.
pub fn is_plain_sign(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '…' | '"' | '\'' | '“' | '”' | '‘' | '’' | '«' | '»' | '(' | ')' | '[' | ']')
        || matches!(c, '*' | '_' | '/' | '`' | '~' | '-' | '–' | '—' | '^' | '•' | '\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::super::words::{APPROVE, CONDITIONS, CUSTOMER, DEFERRALS, INFEASIBLE, NEGATORS, NO_SERVER, QUESTIONS};
    use super::*;

    /// What is looked up is what a search word by word finds: the first place, and there the longest phrase.
    #[test]
    fn a_phrase_is_found_where_it_stands_first() {
        let lists = [APPROVE, CONDITIONS, CUSTOMER, DEFERRALS, INFEASIBLE, NEGATORS, NO_SERVER, QUESTIONS];
        for text in [
            "",
            "…",
            "Anh duyệt, nhưng ko cần server riêng nhé; để mai xem lại",
            "khong duyet. cho em hoi khach hang truoc khi chot?",
            "KHÔNG ĐƯỢC - chờ khách, don’t approve, I can't. Không không làm được",
            "đ đã Đồng\u{a0}ý ở bản trước, ở 500k k được k",
            "\u{301} ạ à a \u{200b}hay hay\u{323} không",
        ] {
            let said = Said::new(text);
            for list in lists {
                for from in 0..3 {
                    let hit = |at: usize| said.longest_at(at, list).map(|(phrase, taken)| (phrase, at..at + taken));
                    let plainly = (from..said.words.len()).find_map(hit);
                    assert_eq!(said.find_but(list, |at| at < from), plainly, "{text:?}");
                }
            }
        }
    }
}
