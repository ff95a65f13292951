//! Texts made comparable: what people type comes composed or decomposed, with hard spaces, with and without diacritics.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Unicode NFC. Macs send file names and some mail clients send texts decomposed.
pub fn nfc(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    }
}

/// Trimmed, each run of white space (hard and thin spaces too) made one space, invisible characters left out.
pub fn squash(text: &str) -> String {
    spaced(text.chars().filter(|c| !invisible(*c)))
}

/// Trimmed, each run of white space one space.
fn spaced(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in chars {
        if c.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Letters and digits alone, folded: how labels and texts are compared, whatever marks stand between the words.
pub fn letters(text: &str) -> String {
    // Most of what is looked through are the parts of a workbook, and those are ASCII.
    if text.is_ascii() {
        return letters_of_ascii(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    each_bare(text, |c| {
        if c.is_alphanumeric() {
            if std::mem::take(&mut gap) {
                out.push(' ');
            }
            out.push(c);
        } else if !invisible(c) {
            gap = !out.is_empty();
        }
    });
    out
}

fn letters_of_ascii(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut gap = false;
    for byte in text.as_bytes() {
        if !byte.is_ascii_alphanumeric() {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push(b' ');
            gap = false;
        }
        out.push(byte.to_ascii_lowercase());
    }
    String::from_utf8(out).unwrap_or_default()
}

/// For comparing: lower case, without diacritics (đ is d), spaces squashed. Punctuation stays.
pub fn fold(text: &str) -> String {
    squash(&bare(text))
}

/// Lower case and without diacritics; everything else stays where it is.
fn bare(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    each_bare(text, |letter| out.push(letter));
    out
}

/// The letters of a word as [`fold`] has them, one after the other.
pub(crate) fn each_bare(text: &str, mut take: impl FnMut(char)) {
    for c in text.chars() {
        match BARE.get(c as usize).copied().unwrap_or(Bare::Several) {
            Bare::One(letter) => take(letter),
            Bare::None => {}
            Bare::Several => bare_of(c.encode_utf8(&mut [0; 4])).chars().for_each(&mut take),
        }
    }
}

/// What [`bare_of`] makes of one letter.
#[derive(Clone, Copy)]
enum Bare {
    One(char),
    None,
    Several,
}

/// For the letters of the alphabets of Europe and Vietnam, up to `ỿ`: nearly all that is ever typed here.
static BARE: LazyLock<Vec<Bare>> = LazyLock::new(|| {
    let typed = |n: &u32| matches!(n, 0..0x370 | 0x1e00..0x1f00);
    let of = |n: u32| {
        let letter = Some(n).filter(typed).and_then(char::from_u32).map(String::from);
        let Some(bare) = letter.map(|letter| bare_of(&letter)) else { return Bare::Several };
        let mut letters = bare.chars();
        match (letters.next(), letters.next()) {
            (None, _) => Bare::None,
            (Some(one), None) => Bare::One(one),
            _ => Bare::Several,
        }
    };
    (0..0x1f00).map(of).collect()
});

/// Letter by letter: what decomposition moves about are the marks, which go.
fn bare_of(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    plain.filter(|c| !is_combining_mark(*c)).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// Zero-width characters, byte order marks and direction marks: copied along from web pages, never meant.
pub(crate) fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text cut into numbers, words and signs, as the readers of money and dates want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Bytes of the text.
    pub start: usize,
    pub end: usize,
    /// Nothing stands between this token and the one before.
    pub glued: bool,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Digits, with dots, commas and apostrophes between digits: `1.500.000`, `23.06.21`.
    Number(String),
    /// Letters: folded, and as typed in lower-case NFC (`tam` is both `tám` and `tầm`).
    Word { folded: String, typed: String },
    /// Dashes of every kind are `-`.
    Sign(char),
}

impl Token {
    pub(crate) fn number(&self) -> Option<&str> {
        match &self.kind {
            Kind::Number(n) => Some(n),
            _ => None,
        }
    }
    /// The folded word; empty for numbers and signs.
    pub(crate) fn word(&self) -> &str {
        match &self.kind {
            Kind::Word { folded, .. } => folded,
            _ => "",
        }
    }
    /// The word with its diacritics; empty for numbers and signs.
    pub(crate) fn typed(&self) -> &str {
        match &self.kind {
            Kind::Word { typed, .. } => typed,
            _ => "",
        }
    }
    pub(crate) fn is_sign(&self, signs: &str) -> bool {
        matches!(self.kind, Kind::Sign(c) if signs.contains(c))
    }
}

pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !invisible(*c)).collect();
    let is = |i: usize, f: fn(char) -> bool| chars.get(i).is_some_and(|(_, c)| f(*c));
    let letter: fn(char) -> bool = |c| c.is_alphabetic() || is_combining_mark(c);
    let digit: fn(char) -> bool = |c| c.is_ascii_digit();
    let inner: fn(char) -> bool = |c| matches!(c, '.' | ',' | '\'' | '’');
    let mut out: Vec<Token> = Vec::new();
    let mut i = 0;
    let mut spaced = true;
    while i < chars.len() {
        let (start, c) = chars[i];
        if c.is_whitespace() {
            (i, spaced) = (i + 1, true);
            continue;
        }
        let from = i;
        i += 1;
        let taken = |to: usize| chars[from..to].iter().map(|(_, c)| *c).collect::<String>();
        let kind = if digit(c) {
            while is(i, digit) || (is(i, inner) && is(i + 1, digit)) {
                i += 1;
            }
            Kind::Number(taken(i))
        } else if letter(c) {
            while is(i, letter) {
                i += 1;
            }
            let typed = taken(i);
            let typed = if typed.is_ascii() { typed.to_ascii_lowercase() } else { nfc(&typed).to_lowercase() };
            Kind::Word { folded: bare(&typed), typed }
        } else {
            Kind::Sign(dash(c))
        };
        out.push(Token { start, end: chars[i - 1].0 + chars[i - 1].1.len_utf8(), glued: !spaced, kind });
        spaced = false;
    }
    out
}

/// Every dash and minus sign as `-`: word processors and phones choose among them on their own.
fn dash(c: char) -> char {
    if matches!(c, '‐' | '‑' | '‒' | '–' | '—' | '―' | '−') { '-' } else { c }
}

/// SHA-256 in hex: how contents are compared and named.
pub fn sha(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table says what the whole text would.
    #[test]
    fn letter_by_letter_is_the_same() {
        let all: String = (0..=0x2fffu32).chain(0xac00..0xac80).chain(0x1d5d0..0x1d5e0).filter_map(char::from_u32).collect();
        assert_eq!(bare(&all), bare_of(&all));
        for (n, c) in all.char_indices() {
            let (one, marked) = (all[n..].chars().take(3).collect::<String>(), format!("{c}\u{323}\u{302}a"));
            assert_eq!((bare(&one), bare(&marked)), (bare_of(&one), bare_of(&marked)), "{c:?}");
        }
        // And so do the short cuts for ASCII, of which `ô` makes none.
        let ascii: String = (0..0x80u8).map(char::from).chain("Gia-von:  (2)!".chars()).collect();
        assert_eq!(bare(&ascii), bare_of(&ascii));
        assert_eq!(format!("{}o", letters(&ascii)), letters(&format!("{ascii}ô")).replace(" o", "o"));
        assert_eq!(squash(" a\u{a0}\u{200b} b\n\n\u{feff} c\u{2009}"), "a b c");
        assert_eq!(letters("  Giá-vốn: ĐỘI kỹ\u{200b} thuật (2)!"), "gia von doi ky thuat 2");
    }

    #[test]
    fn folding_takes_diacritics_case_and_odd_spaces_away() {
        assert_eq!(fold("  ĐỒNG\u{a0}Ý\u{2009} nhé!"), "dong y nhe!");
        assert_eq!(fold("Đo\u{302}\u{300}ng y\u{301}"), "dong y", "decomposed, as Macs send it");
        assert_eq!(squash("a\u{200b}b\t\n c"), "ab c");
        assert_eq!(nfc("e\u{302}\u{301}"), "ế");
    }

    #[test]
    fn tokens_keep_their_place() {
        let text = "Chi phí:\u{a0}1tr5 (M01)";
        let cut: Vec<_> = tokens(text)
            .iter()
            .map(|t| (&text[t.start..t.end], t.glued))
            .map(|(s, g)| format!("{}{s}", if g { "+" } else { "" }))
            .collect();
        assert_eq!(cut, ["Chi", "phí", "+:", "1", "+tr", "+5", "(", "+M", "+01", "+)"]);
        assert_eq!(tokens("1.500.000,-")[0].number(), Some("1.500.000"));
    }
}
