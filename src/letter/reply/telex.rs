//! Vietnamese as its keys are struck, where the program that makes letters of them was off: `KH ddoongf ys`, `duyeetj`.

use super::{Asked, Doubt, Reading};

/// What would have acted, had it been typed with the program on, is asked back rather than filed as news.
pub(super) fn asked_back(read: Reading, body: &str, ctx: &Asked, again: impl Fn(&str, &Asked) -> Reading) -> Reading {
    let open = match &read {
        Reading::Means { .. } => !read.acts_on_case(),
        Reading::Ask { why, .. } => *why == Doubt::Unclear,
        Reading::Nothing => false,
    };
    let meant = Some(body).filter(|body| open && body.is_ascii()).map(bare).filter(|bare| *bare != body.to_ascii_lowercase());
    match meant.map(|bare| again(&bare, ctx)) {
        Some(meant @ Reading::Means { .. }) if meant.acts_on_case() => Reading::ask(body, meant.into_guess(), Doubt::Unclear),
        _ => read,
    }
}

/// The text without the keys that stand for marks and tones. No Vietnamese word ends its vowels with one of `s f r x j`.
fn bare(text: &str) -> String {
    let keys: Vec<char> = text.to_ascii_lowercase().chars().collect();
    let is_vowel = |c: Option<&char>| c.is_some_and(|c| "aeiouyw".contains(*c));
    let mut out = String::with_capacity(text.len());
    let mut vowel = false;
    for (at, key) in keys.iter().enumerate() {
        let last = out.chars().next_back();
        let doubled = "aeod".contains(*key) && last == Some(*key);
        let horned = *key == 'w' && last.is_some_and(|last| "aou".contains(last));
        let tone = "sfrxj".contains(*key) && vowel && !is_vowel(keys.get(at + 1));
        vowel = key.is_ascii_alphabetic() && (vowel || is_vowel(Some(key)));
        if !(doubled || horned || tone) {
            out.push(*key);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_become_bare_words() {
        for (keys, word) in [
            ("ddoongf ys", "dong y"),
            ("Duyeetj", "duyet"),
            ("duyejt", "duyet"),
            ("ddax thanh toans", "da thanh toan"),
            ("khachs tuwf choois", "khach tu choi"),
            ("trar laij", "tra lai"),
            ("muwowif", "muoi"),
            ("xong roi", "xong roi"),
        ] {
            assert_eq!(super::bare(keys), word);
        }
    }
}
