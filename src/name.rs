//! Names of files and folders: what customers see, what file servers take (domain g).
//!
//! A name made here is NFC, has no character that Windows, SMB, OneDrive or ext4 stumble over, is none of their
//! reserved names, and has at most [`MOST_CHARS`] characters and [`MOST_BYTES`] bytes.

use chrono::NaiveDate;

use crate::text::nfc;

/// Characters of a whole name, its extension included.
pub const MOST_CHARS: usize = 120;
/// Bytes of UTF-8: ext4 takes 255, a Vietnamese letter up to three of them.
pub const MOST_BYTES: usize = 200;

/// Stands where nothing usable is left of a name.
const NAMELESS: &str = "Không tên";

/// A quote's name (handbook, step 6): `Báo giá tùy biến Chính Đại (23.06.21).xlsx`.
///
/// `nth` counts the revisions of one case on one day: from 2 on the name says `R2`. `beside` tells customers of the
/// same short name apart: `Báo giá tùy biến An Phát - Miền Nam (23.06.21).xlsx`; blank where not needed.
pub fn quote_file(short: &str, date: NaiveDate, nth: u32, beside: &str) -> String {
    dated("Báo giá tùy biến ", short, date, nth, beside)
}

fn dated(before: &str, short: &str, date: NaiveDate, nth: u32, beside: &str) -> String {
    let beside = cut(&part(beside), 40, 80);
    let beside = if beside.is_empty() { beside } else { format!(" - {beside}") };
    let again = if nth > 1 { format!(" R{nth}") } else { String::new() };
    fitted(before, short, &format!("{beside} ({}){again}.xlsx", date.format("%d.%m.%y")))
}

/// The analysis form's name: `Phiếu phân tích Chính Đại (YC-2026-0012).xlsx`. Internal, and never a quote's.
pub fn form_file(short: &str, case: &str) -> String {
    let case = cut(&part(case), 40, 80);
    let of_case = if case.is_empty() { case } else { format!(" ({case})") };
    if part(short).is_empty() {
        return format!("Phiếu phân tích{of_case}.xlsx");
    }
    fitted("Phiếu phân tích ", short, &format!("{of_case}.xlsx"))
}

/// The contract annex's name (step 7): `Phụ lục hợp đồng Chính Đại (29.06.21).xlsx`; `nth` and `beside` as of a quote's.
pub fn appendix_file(short: &str, date: NaiveDate, nth: u32, beside: &str) -> String {
    dated("Phụ lục hợp đồng ", short, date, nth, beside)
}

/// The customer's folder in the archive. No part of the name is given away to an extension.
pub fn folder(customer: &str) -> String {
    let name = part(customer);
    whole(|chars, bytes| cut(&name, chars, bytes))
}

/// Any name made safe, its extension kept: what people call the files that they send.
pub fn clean(name: &str) -> String {
    let name = part(name);
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if is_extension(&name[dot + 1..]) => name.split_at(dot),
        _ => (name.as_str(), ""),
    };
    whole(|chars, bytes| format!("{}{extension}", cut(stem, chars - extension.len(), bytes - extension.len())))
}

/// The same name as file servers see it: they compare without case, and Macs send it decomposed.
pub fn same(a: &str, b: &str) -> bool {
    nfc(&nfc(a).to_lowercase()) == nfc(&nfc(b).to_lowercase())
}

/// A name of three parts; where it is too long, the middle gives way, at a word.
fn fitted(before: &str, middle: &str, after: &str) -> String {
    let chars = MOST_CHARS.saturating_sub(before.chars().count() + after.chars().count());
    let bytes = MOST_BYTES.saturating_sub(before.len() + after.len());
    let middle = cut(&part(middle), chars, bytes);
    let middle = if middle.is_empty() { NAMELESS } else { &middle };
    clean(&format!("{before}{middle}{after}"))
}

/// A piece of a name without anything forbidden; may be empty.
fn part(text: &str) -> String {
    let plain: String = nfc(text).chars().filter_map(plain).collect();
    // Once more: what has been left out may have stood between a letter and its accent.
    let plain = nfc(&plain.split_whitespace().collect::<Vec<_>>().join(" "));
    // `_vti_` anywhere in a name is refused by OneDrive; without it the name may show another one.
    let mut plain = plain;
    while let Some(at) = plain.to_ascii_lowercase().find("_vti_") {
        plain.replace_range(at..at + 1, "");
    }
    trimmed(&plain).to_string()
}

/// Leading marks hide a file, make an option of it or an Office lock (`~$`); trailing dots and spaces vanish on Windows.
fn trimmed(name: &str) -> &str {
    let leading = |c: char| matches!(c, '.' | '-' | '~' | '$') || c.is_whitespace();
    let trailing = |c: char| c == '.' || c.is_whitespace();
    name.trim_start_matches(leading).trim_end_matches(trailing)
}

/// What becomes of one character of an NFC text: itself, a plainer one, or nothing.
fn plain(c: char) -> Option<char> {
    match c {
        '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#' | '%' => Some(' '),
        // Dashes and the minus sign look like a hyphen, and are typed as one.
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        // Zero-width characters and direction marks: a name that reads otherwise than it is.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => None,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => None,
        // Private use: SMB clients keep the forbidden characters there. Noncharacters and broken UTF-8.
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fdd0}'..='\u{fdef}' | '\u{fffd}' => Some('_'),
        c if u32::from(c) & 0xfffe == 0xfffe => None,
        c if c.is_whitespace() || c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// The beginning of a text, at most so long, cut at a word where that leaves at least half of it.
fn cut(text: &str, chars: usize, bytes: usize) -> String {
    let end =
        text.char_indices().take(chars).map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= bytes).last().unwrap_or(0);
    if end == text.len() {
        return text.to_string();
    }
    let head = &text[..end];
    let at_word = text[end..].starts_with(' ');
    let head = match head.rfind(' ') {
        Some(space) if !at_word && space >= end / 2 => &head[..space],
        _ => head,
    };
    trimmed(head).to_string()
}

/// One to five plain letters or digits, as in `xlsx` and `7z`; a longer tail is part of a sentence.
fn is_extension(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The last word on a whole name, which is asked for in so many characters and bytes: neither empty nor one that Windows
/// or OneDrive keeps for itself. Such a name gets a mark before it, and has one character less.
fn whole(fitting: impl Fn(usize, usize) -> String) -> String {
    let name = fitting(MOST_CHARS, MOST_BYTES);
    let name = trimmed(&name);
    if name.is_empty() {
        return NAMELESS.to_string();
    }
    if is_reserved(name) { format!("_{}", trimmed(&fitting(MOST_CHARS - 1, MOST_BYTES - 1))) } else { name.to_string() }
}

fn is_reserved(name: &str) -> bool {
    let reserved = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", "DESKTOP", "LOCK"];
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let port = |kind: &str| {
        stem.strip_prefix(kind)
            .is_some_and(|n| matches!(n, "¹" | "²" | "³") || (n.len() == 1 && n.as_bytes()[0].is_ascii_digit()))
    };
    reserved.contains(&stem.as_str()) || port("COM") || port("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2021, 6, 23).unwrap()
    }

    #[test]
    fn names_are_those_of_the_handbook() {
        assert_eq!(quote_file("Chính Đại", day(), 1, ""), "Báo giá tùy biến Chính Đại (23.06.21).xlsx");
        assert_eq!(quote_file("Chính Đại", day(), 2, ""), "Báo giá tùy biến Chính Đại (23.06.21) R2.xlsx");
        assert_eq!(quote_file("An Phát", day(), 1, "Miền Nam"), "Báo giá tùy biến An Phát - Miền Nam (23.06.21).xlsx");
        assert_eq!(form_file("Chính Đại", "YC-2026-0012"), "Phiếu phân tích Chính Đại (YC-2026-0012).xlsx");
        assert_eq!(form_file("", "YC-2026-0012"), "Phiếu phân tích (YC-2026-0012).xlsx");
        assert_eq!(form_file("", ""), "Phiếu phân tích.xlsx");
        assert_eq!(appendix_file("Chính Đại", day(), 1, ""), "Phụ lục hợp đồng Chính Đại (23.06.21).xlsx");
        assert_eq!(quote_file(" / ", day(), 1, ""), "Báo giá tùy biến Không tên (23.06.21).xlsx");
    }

    #[test]
    fn odd_names_become_plain_ones() {
        assert_eq!(folder("A/B Kế Toán: Minh & Tâm"), "A B Kế Toán Minh & Tâm");
        assert_eq!(folder("Nguye\u{302}\u{303}n"), "Nguyễn");
        assert_eq!(folder("e\u{200b}\u{302}\u{301}\u{a0}x"), "ế x");
        assert_eq!(folder("Thép Việt – Đức…"), "Thép Việt - Đức…");
        assert_eq!(folder("Con"), "_Con");
        assert_eq!(folder("Cty TNHH A.B."), "Cty TNHH A.B");
        assert_eq!(clean("~$Phiếu.xlsx"), "Phiếu.xlsx");
        assert_eq!(clean("../../etc/passwd"), "etc passwd");
        assert_eq!(clean("hóa đơn\u{202e}xslx.exe"), "hóa đơnxslx.exe");
        assert_eq!(clean("lpt1.tar.gz"), "_lpt1.tar.gz");
        assert_eq!(clean("COM\u{b9}.txt"), "_COM\u{b9}.txt");
        assert_eq!(clean("__vti_vti_.txt"), "vtivti_.txt");
        assert_eq!(clean(" . "), NAMELESS);
    }

    #[test]
    fn a_long_customer_is_cut_at_a_word_and_the_date_stays() {
        let long = "Công ty Trách nhiệm hữu hạn Một thành viên Đầu tư Xây dựng và Phát triển Hạ tầng Kỹ thuật Đô thị Miền Duyên hải Bắc Trung Bộ";
        let name = quote_file(long, day(), 3, "YC-2021-0001");
        assert!(name.ends_with(" - YC-2021-0001 (23.06.21) R3.xlsx"), "{name}");
        assert!(name.starts_with("Báo giá tùy biến Công ty Trách nhiệm hữu hạn Một thành viên Đầu tư"), "{name}");
        let kept =
            name.strip_prefix("Báo giá tùy biến ").and_then(|n| n.strip_suffix(" - YC-2021-0001 (23.06.21) R3.xlsx")).unwrap();
        assert!(long.starts_with(&format!("{kept} ")), "{kept}");
    }

    #[test]
    fn a_customer_of_any_length_leaves_the_date_in_the_name() {
        for length in 1..200 {
            let name = quote_file(&"a".repeat(length), day(), 1, "");
            assert!(name.ends_with(" (23.06.21).xlsx"), "{name}");
            let reserved = format!("CON.{}.xlsx", "a".repeat(length));
            assert_eq!(clean(&clean(&reserved)), clean(&reserved));
            assert_safe(&clean(&reserved));
        }
    }

    #[test]
    fn equal_names_are_known_whatever_machine_wrote_them() {
        assert!(same("Phiếu A.xlsx", "PHIE\u{302}\u{301}U a.XLSX"));
        assert!(!same("Phiếu A.xlsx", "Phiếu B.xlsx"));
    }

    fn assert_safe(name: &str) {
        assert!(!name.is_empty() && name != "." && name != "..");
        assert_eq!(name, nfc(name), "not NFC");
        assert!(name.chars().count() <= MOST_CHARS && name.len() <= MOST_BYTES, "too long: {name}");
        assert!(!name.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|', '\u{202e}', '\u{200b}', '\u{feff}']), "{name:?}");
        assert!(!name.chars().any(char::is_control), "{name:?}");
        assert!(!name.ends_with(['.', ' ']) && !name.starts_with([' ', '.', '-', '~']), "{name:?}");
        let stem = name.split('.').next().unwrap().to_ascii_uppercase();
        assert!(!["CON", "PRN", "AUX", "NUL", "COM1", "LPT9"].contains(&stem.trim_end()), "{name:?}");
        assert!(!name.to_lowercase().contains("_vti_"), "{name:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_name_is_safe(text in any::<String>()) {
            for name in [clean(&text), folder(&text), quote_file(&text, day(), 2, &text), form_file(&text, &text), appendix_file(&text, day(), 2, &text)] {
                assert_safe(&name);
            }
        }

        #[test]
        fn bytes_make_safe_names(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            assert_safe(&clean(&String::from_utf8_lossy(&bytes)));
        }

        #[test]
        fn near_misses_are_safe(text in r"[ .~$\-_/CONcon1LPT:aé\u{301}\u{302}\u{200b}_vti_]{0,40}(\.[a-z]{1,6})?") {
            assert_safe(&clean(&text));
            assert_safe(&folder(&text));
        }

        #[test]
        fn a_clean_name_stays(text in any::<String>()) {
            let once = clean(&text);
            prop_assert_eq!(clean(&once), once);
        }

        #[test]
        fn a_quotes_name_keeps_its_date(text in any::<String>()) {
            prop_assert!(quote_file(&text, day(), 1, "").ends_with(" (23.06.21).xlsx"));
        }
    }
}
