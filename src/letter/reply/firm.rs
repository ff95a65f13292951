//! The firm grammar of the first line: `DUYỆT`, `TRẢ LẠI: …`, `ĐÃ KÝ số …, ngày …`. What follows the word is left to
//! `acts`; here a word is found, or it is not.

use std::sync::LazyLock;

use super::said::{Said, key};
use super::words::{BESIDE_RETRACT, FIRM, Firm, FirmWord, GREETINGS, PLACEHOLDERS, POLITE, Tail, WEAK_SIGNS};

/// A firm word that a reply begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit<'a> {
    pub word: &'static FirmWord,
    /// What follows it on its line, without the colon.
    pub line: &'a str,
    /// The lines below.
    pub more: &'a str,
    /// Nothing but the word stands on its line.
    pub bare: bool,
}

impl Hit<'_> {
    /// The text after the word, to the end of the mail; empty where the letters' example came back as it was.
    pub fn text(&self) -> String {
        let whole = format!("{}\n{}", self.line.trim(), self.more.trim());
        let folded = crate::text::fold(whole.trim_matches(|c: char| c.is_whitespace() || ".…:-<>[]()".contains(c)));
        let left_open = PLACEHOLDERS.iter().any(|p| crate::text::fold(p) == folded);
        if left_open || folded.chars().all(|c| !c.is_alphanumeric()) { String::new() } else { whole.trim().to_string() }
    }
}

/// How a text opens behind its greeting.
#[derive(Clone, Debug)]
pub(super) struct Opening<'a> {
    pub text: &'a str,
    /// The firm word that it begins with and what follows, whether or not the word counts as it stands.
    pub word: Option<(&'static FirmWord, &'a str)>,
    /// Where it does.
    pub hit: Option<Hit<'a>>,
}

/// Reads the opening of a text: once, for all that ask what it begins with.
pub(super) fn open(text: &str) -> Opening<'_> {
    let text = after_greeting(text);
    let mut opened = Opening { text, word: None, hit: None };
    let mut below = text;
    loop {
        let (line, more) = below.split_once('\n').unwrap_or((below, ""));
        let said = Said::new(line);
        let start = opening(&said);
        // A line of polite words alone: the word below it may be meant, and does not count as it stands.
        if start == said.words.len() && !more.is_empty() {
            below = more;
            continue;
        }
        if let Some((taken, word)) = word_at(&said, start) {
            opened.word = Some((word, &below[said.words[start + taken - 1].at.end..]));
            let first = below.len() == text.len();
            opened.hit = hit(&said, start, taken, word).filter(|_| first).map(|hit| Hit { more: more.trim(), ..hit });
        }
        return opened;
    }
}

/// The firm word that a text begins with, after a greeting.
pub fn find(text: &str) -> Option<Hit<'_>> {
    open(text).hit
}

/// Does a line begin with a firm word?
pub fn on_line(line: &str) -> Option<Hit<'_>> {
    let said = Said::new(line);
    let start = opening(&said);
    let (taken, word) = word_at(&said, start)?;
    hit(&said, start, taken, word)
}

/// All spellings of the firm words, by their first word.
static SPELLINGS: LazyLock<Vec<(u64, &'static str, &'static FirmWord)>> = LazyLock::new(|| {
    let spellings = FIRM.iter().flat_map(|word| word.vi.iter().chain(word.en).map(move |phrase| (phrase, word)));
    let keyed = spellings.map(|(phrase, word)| (key(phrase.split(' ').next().unwrap_or_default()), *phrase, word));
    let mut all: Vec<_> = keyed.collect();
    all.sort_by_key(|(key, _, _)| *key);
    all
});

/// The longest firm word that begins at a word of a text, and how many words it takes.
fn word_at(said: &Said, at: usize) -> Option<(usize, &'static FirmWord)> {
    let key = key(&said.words.get(at)?.folded);
    let from = SPELLINGS.partition_point(|(other, _, _)| *other < key);
    let fits = SPELLINGS[from..].iter().take_while(|(other, _, _)| *other == key);
    let fits = fits.filter_map(|(_, phrase, word)| Some((said.phrase_at(at, phrase)?, *word)));
    fits.max_by_key(|(taken, _)| *taken)
}

/// Does a firm word count with what stands behind it?
fn hit<'a>(said: &Said<'a>, start: usize, taken: usize, word: &'static FirmWord) -> Option<Hit<'a>> {
    let next = start + taken;
    let rest = said.from(next);
    let separator = said.words.get(next).and_then(|w| w.sign());
    match word.tail {
        Tail::Nothing => {
            let after = Said::new(rest);
            let smile = |w: &super::said::Word| w.sign().is_some_and(|c| WEAK_SIGNS.contains(&c));
            let covered = after.without(smile);
            // The word said of a person: `Anh Duyệt nhé` is left to the free phrases.
            let name = start > 0 && said.words.get(start).is_some_and(|w| w.title);
            let beside: &[&str] = if word.act == Firm::Retract { BESIDE_RETRACT } else { &[] };
            (covered.only(&[POLITE, beside]) && !name).then_some(Hit {
                word,
                line: "",
                more: "",
                bare: after.is_blank() && start == 0,
            })
        }
        Tail::Text => {
            let colon = matches!(separator, Some(':' | '：' | '=' | '-' | '–' | '—'));
            // `GIAO CHO @Lan`, and the word alone with its text below.
            let alone = Said::new(rest).only(&[POLITE]);
            let called = word.act == Firm::Assign && separator == Some('@');
            if !(colon || alone || called) {
                return None;
            }
            let line = if colon {
                said.from(next + 1)
            } else if called {
                rest
            } else {
                ""
            };
            Some(Hit { word, line, more: "", bare: alone })
        }
        Tail::Values => {
            let line = if matches!(separator, Some(':' | '-')) { said.from(next + 1) } else { rest };
            Some(Hit { word, line, more: "", bare: Said::new(rest).is_blank() })
        }
    }
}

/// Polite words and marks before the first word of a line: `Dạ em`, `**`, `“`. A lone `anh` before `duyệt` as well.
fn opening(said: &Said) -> usize {
    const BEFORE: &[&str] = &["dạ", "vâng", "em", "anh", "chị", "mình", "a", "e", "c", "tôi", "dạ vâng", "ok", "oke", "okie"];
    let mut at = 0;
    while let Some(word) = said.words.get(at) {
        // `da ky` typed bare is `đã ký`, no `dạ`.
        if word_at(said, at).is_some() {
            break;
        }
        if word.sign().is_some_and(super::said::is_plain_sign) {
            at += 1;
            continue;
        }
        match said.longest_at(at, BEFORE) {
            // Typed bare, `tôi` may be `tối`, and `chị` `chỉ`.
            Some(("tôi" | "chị", _)) if !said.is_marked() => break,
            Some((_, taken)) => at += taken,
            None => break,
        }
    }
    at
}

/// The text without the lines, or the part of the first line, that only greet.
pub fn after_greeting(text: &str) -> &str {
    let mut text = text.trim_start();
    for _ in 0..2 {
        let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
        if !greets(line) || on_line(line).is_some() {
            break;
        }
        let said = Said::new(line);
        let comma = said.words.iter().position(|w| matches!(w.sign(), Some(',' | '!' | '.' | ':')));
        match comma {
            Some(at) if at <= 8 => {
                let after = said.from(at + 1);
                // `Chào em, anh duyệt nhé`: the greeting ends at the comma.
                text =
                    if after.trim().is_empty() { rest.trim_start() } else { text.get(offset(text, after)..).unwrap_or_default() };
            }
            None if said.words.len() <= 5 && !rest.trim().is_empty() => text = rest.trim_start(),
            _ => break,
        }
    }
    text
}

/// A greeting has three words at most.
fn greets(line: &str) -> bool {
    let third = line.split_whitespace().nth(2).map_or(line.len(), |word| offset(line, word) + word.len());
    Said::new(&line[..third]).longest_at(0, GREETINGS).is_some()
}

/// Where a part of a text begins in it.
fn offset(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

/// The firm word for an act, as the letters offer it: `DUYỆT`.
pub fn word_for(act: Firm) -> &'static FirmWord {
    FIRM.iter().find(|w| w.act == act).unwrap_or(&FIRM[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(text: &str) -> Option<Firm> {
        find(text).map(|h| h.word.act)
    }

    #[test]
    fn the_first_line_carries_the_word() {
        for text in [
            "DUYỆT",
            "duyet",
            "Duyệt!",
            "**DUYỆT**",
            "Dạ em duyệt ạ",
            "Chào em,\n\nduyệt nhé em",
            "DUYỆT ✅",
            "APPROVED",
            "Duye\u{323}\u{302}t",
        ] {
            assert_eq!(act(&crate::text::nfc(text)), Some(Firm::Confirm), "{text}");
        }
        for text in [
            "duyệt nhưng bỏ mục 3",
            "duyệt?",
            "DUYỆT / TRẢ LẠI: lý do",
            "Anh Duyệt nhé",
            "không duyệt",
            "em ơi\nduyệt",
            "duyệt mục 1",
        ] {
            assert_eq!(act(text), None, "{text}");
        }
    }

    #[test]
    fn an_answer_is_taken_back_with_an_excuse_too() {
        for text in [
            "RÚT LẠI",
            "Rút lại nhé",
            "RÚT LẠI, anh gửi nhầm",
            "RÚT LẠI: anh duyệt nhầm, xin lỗi em",
            "RÚT LẠI giúp anh",
            "Rút lại câu duyệt vừa rồi giúp anh",
            "rut lai giup anh",
        ] {
            assert_eq!(act(text), Some(Firm::Retract), "{text}");
        }
        for text in ["rút lại phiếu được không?", "đừng rút lại", "RÚT LẠI giá mục 2", "RÚT LẠI nếu khách đổi ý"]
        {
            assert_eq!(act(text), None, "{text}");
        }
    }

    #[test]
    fn a_text_follows_the_colon_and_runs_to_the_end() {
        let hit = find("TRA LAI: thieu phuong an\nva budget").expect("found");
        assert_eq!((hit.word.act, hit.text().as_str()), (Firm::Return, "thieu phuong an\nva budget"));
        assert_eq!(find("Trả lại nhé em\n\nLàm rõ mục 2").map(|h| h.text()), Some("Làm rõ mục 2".into()));
        assert_eq!(find("TRẢ LẠI: lý do").map(|h| h.text()), Some(String::new()), "the example sent back as it was");
        assert_eq!(find("TỪ CHỐI: …").map(|h| h.text()), Some(String::new()));
        assert_eq!(act("trả lại em phần mục 2"), None);
        assert_eq!(act("TRẢ LỜI: 50 user"), Some(Firm::Answer));
        assert_eq!(act("RÚT LẠI"), Some(Firm::Retract));
        assert_eq!(act("Rut yeu cau: khách đổi ý"), Some(Firm::Withdraw));
    }
}
