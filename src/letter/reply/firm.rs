//! The firm grammar of the first line: `DUYỆT`, `TRẢ LẠI: …`, `ĐÃ KÝ số …, ngày …`. What follows the word is left to
//! [`super::read`]; here a word is found, or it is not.

use super::said::Said;
use super::words::{FIRM, Firm, FirmWord, GREETINGS, PLACEHOLDERS, POLITE, Tail, WEAK_SIGNS};

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

/// The firm word that a text begins with, after a greeting.
pub fn find(text: &str) -> Option<Hit<'_>> {
    let text = after_greeting(text);
    let (line, more) = text.split_once('\n').unwrap_or((text, ""));
    on_line(line).map(|hit| Hit { more: more.trim(), ..hit })
}

/// Does a line begin with a firm word?
pub fn on_line(line: &str) -> Option<Hit<'_>> {
    let said = Said::new(line);
    let start = opening(&said);
    let mut best: Option<(usize, &'static FirmWord)> = None;
    for word in FIRM {
        for phrase in word.vi.iter().chain(word.en) {
            if let Some(taken) = said.phrase_at(start, phrase)
                && best.is_none_or(|(most, _)| taken > most)
            {
                best = Some((taken, word));
            }
        }
    }
    let (taken, word) = best?;
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

/// What stands beside `RÚT LẠI`: which answer, and why. The day is short in which it can be said at all.
const BESIDE_RETRACT: &[&str] = &[
    "giúp",
    "hộ",
    "câu",
    "câu trả lời",
    "câu duyệt",
    "trả lời",
    "duyệt",
    "thư",
    "mail",
    "email",
    "vừa",
    "vừa rồi",
    "vừa nãy",
    "vừa xong",
    "vừa gửi",
    "lúc nãy",
    "hồi nãy",
    "nãy",
    "trước",
    "vừa duyệt",
    "của",
    "này",
    "gửi",
    "gửi nhầm",
    "duyệt nhầm",
    "bấm nhầm",
    "ghi nhầm",
    "gõ nhầm",
    "nhầm",
    "nhầm rồi",
    "nhầm giá",
    "nhầm phiếu",
    "vì",
    "do",
    "xin lỗi",
    "sorry",
    "sent by mistake",
    "by mistake",
    "my last answer",
    "my answer",
    "my approval",
];

/// The firm word that a text begins with and what follows, whether or not the word counts as it stands.
pub(super) fn opens_with(text: &str) -> Option<(&'static FirmWord, &str)> {
    let text = after_greeting(text);
    let said = Said::new(text);
    let start = opening(&said);
    let fits = |word: &'static FirmWord| {
        let taken = word.vi.iter().chain(word.en).filter_map(|phrase| said.phrase_at(start, phrase)).max()?;
        Some((taken, word))
    };
    let (taken, word) = FIRM.iter().filter_map(fits).max_by_key(|(taken, _)| *taken)?;
    Some((word, text.get(said.words[start + taken - 1].at.end..)?))
}

/// Polite words and marks before the first word of a line: `Dạ em`, `**`, `“`. A lone `anh` before `duyệt` as well.
fn opening(said: &Said) -> usize {
    const BEFORE: &[&str] = &["dạ", "vâng", "em", "anh", "chị", "mình", "a", "e", "c", "tôi", "dạ vâng", "ok", "oke", "okie"];
    let mut at = 0;
    while let Some(word) = said.words.get(at) {
        // `da ky` typed bare is `đã ký`, no `dạ`.
        if FIRM.iter().flat_map(|w| w.vi.iter().chain(w.en)).any(|phrase| said.phrase_at(at, phrase).is_some()) {
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
        let said = Said::new(line);
        if said.longest_at(0, GREETINGS).is_none() || on_line(line).is_some() {
            break;
        }
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
