//! Texts made comparable: what people type comes composed or decomposed, with hard spaces, with and without diacritics.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode NFC. Macs send file names and some mail clients send texts decomposed.
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Trimmed, each run of white space (hard and thin spaces too) made one space, invisible characters left out.
pub fn squash(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !invisible(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// For comparing: lower case, without diacritics (đ is d), spaces squashed. Punctuation stays.
pub fn fold(text: &str) -> String {
    squash(&bare(text))
}

/// Lower case and without diacritics; everything else stays where it is.
fn bare(text: &str) -> String {
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
            let typed = nfc(&taken(i)).to_lowercase();
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

#[cfg(test)]
mod tests {
    use super::*;

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
