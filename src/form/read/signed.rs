//! Lines to sign that an office types below a table: `Người lập | Trưởng phòng`, `Hà Nội, ngày … tháng … năm …`, hints and
//! names. They are nobody's items; but only what is surely all of that is passed over, for nobody is told of it.

use std::collections::BTreeSet;

use super::page::Page;
use crate::form::book::Raw;
use crate::form::cell::shown;
use crate::process::house::Person;
use crate::text::{fold, letters, nfc};

/// Texts that are longer are contents.
const LONGEST: usize = 80;

/// What a cell is in a line to sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `Trưởng phòng`, `Đại diện bên A`.
    Title,
    /// The same in words that head items and groups of them too: `Kế toán`, `Khách hàng`.
    Vague,
    /// The same with a name behind it: `Người lập: Trần Thị Lan`.
    Named,
    /// `(Ký, ghi rõ họ tên)`, `Ngày … tháng … năm …`.
    Hint,
    /// Surely somebody's name.
    Name,
    /// Words with capital letters that may be a name.
    Capitals,
    /// `……`, `02/03/2026`, or `Ngày` beside it.
    Neither,
}

/// Those of these rows that are lines to sign. A row goes with the ones above it; the first of them has no names, and one
/// of names follows its titles.
pub(super) fn rows(on: &Page, rows: &[u32], unnumbered: impl Fn(u32) -> bool, people: &[Person]) -> BTreeSet<u32> {
    let mut signed = BTreeSet::new();
    let (mut block, mut titled): (Vec<(u32, Vec<Part>)>, bool) = (Vec::new(), false);
    for row in rows {
        let parts = parts(on, *row, people).filter(|_| unnumbered(*row));
        let heads = |parts: &[Part]| parts.iter().any(|p| matches!(p, Part::Title | Part::Vague | Part::Named | Part::Hint));
        let names = |parts: &[Part]| parts.contains(&Part::Name);
        let goes_on =
            parts.filter(|parts| heads(parts) || (titled && (names(parts) || parts.iter().all(|p| *p == Part::Neither))));
        match goes_on {
            Some(parts) => {
                // Whoever stands below somebody's name is no longer named by the same titles.
                titled = heads(&parts) || !names(&parts);
                block.push((*row, parts));
            }
            None => {
                settle(&mut block, &mut signed);
                titled = false;
            }
        }
    }
    settle(&mut block, &mut signed);
    signed
}

fn settle(block: &mut Vec<(u32, Vec<Part>)>, signed: &mut BTreeSet<u32>) {
    let block = std::mem::take(block);
    let sure = |parts: &[Part]| {
        let count = |part| parts.iter().filter(|p| **p == part).count();
        count(Part::Title) + count(Part::Named) >= 2 || count(Part::Named) + count(Part::Hint) + count(Part::Name) > 0
    };
    if block.iter().any(|(_, parts)| sure(parts)) {
        signed.extend(block.into_iter().map(|(row, _)| row));
    }
}

/// What each cell of a row is; `None` where one of them is nothing of the kind.
fn parts(on: &Page, row: u32, people: &[Person]) -> Option<Vec<Part>> {
    on.sheet.cells.row(row).map(|(_, raw)| part(raw, people)).collect()
}

fn part(raw: &Raw, people: &[Person]) -> Option<Part> {
    let text = shown(raw);
    match raw {
        Raw::Date(_) | Raw::Number { date: Some(_), .. } => return Some(Part::Neither),
        Raw::Text(_) if text.chars().count() <= LONGEST => {}
        _ => return None,
    }
    let said = letters(&text);
    let words: Vec<&str> = said.split_whitespace().collect();
    if matches!(words.as_slice(), [] | ["ngay"]) || (text.contains('/') && words.iter().all(|w| is_number(w))) {
        return Some(Part::Neither);
    }
    if is_hint(&words) || is_date(&text, &words) {
        return Some(Part::Hint);
    }
    if let Some(title) = title(&said) {
        return Some(title);
    }
    if let Some((before, name)) = text.split_once([':', '\n']) {
        return (title(&letters(before)).is_some() && is_name(name, people)).then_some(Part::Named);
    }
    match (is_name(&text, people), in_capitals(&text)) {
        (true, _) => Some(Part::Name),
        (false, true) => Some(Part::Capitals),
        _ => None,
    }
}

/// What a title begins with, and the words that all of it is made of. `Trưởng phòng duyệt đơn` is none.
const TITLES: [&str; 32] = [
    "nguoi lap",
    "nguoi de nghi",
    "nguoi de xuat",
    "nguoi yeu cau",
    "nguoi duyet",
    "nguoi phe duyet",
    "nguoi kiem tra",
    "nguoi nhan",
    "nguoi giao",
    "nguoi ban giao",
    "nguoi thuc hien",
    "nguoi viet",
    "truong phong",
    "truong bo phan",
    "truong nhom",
    "truong ban",
    "truong don vi",
    "tp",
    "pho phong",
    "pho truong phong",
    "giam doc",
    "pho giam doc",
    "tong giam doc",
    "pho tong giam doc",
    "ban giam doc",
    "ke toan truong",
    "thu truong don vi",
    "dai dien",
    "nvkd",
    "nv",
    "ben a",
    "ben b",
];
const VAGUE: [&str; 9] =
    ["ke toan", "phu trach", "quan ly", "nhan vien", "khach hang", "sales", "leader", "xac nhan cua", "phe duyet cua"];
const OF_TITLES: [&str; 46] = [
    "phieu", "bieu", "phong", "bo", "phan", "ban", "nhom", "don", "vi", "kinh", "doanh", "kd", "ky", "thuat", "kt", "du", "an",
    "trien", "khai", "mem", "cskh", "cham", "soc", "khach", "hang", "mien", "bac", "trung", "nam", "khu", "vuc", "vung", "cong",
    "ty", "giam", "doc", "truong", "ke", "toan", "ben", "a", "b", "va", "leader", "phu", "trach",
];

fn title(said: &str) -> Option<Part> {
    let headed = |heads: &[&str]| {
        heads.iter().filter_map(|head| said.strip_prefix(head)).any(|rest| {
            (rest.is_empty() || rest.starts_with(' ')) && rest.split_whitespace().all(|word| OF_TITLES.contains(&word))
        })
    };
    if headed(&TITLES) {
        return Some(Part::Title);
    }
    headed(&VAGUE).then_some(Part::Vague)
}

/// `(Ký, ghi rõ họ tên)`, `Ký tên, đóng dấu`, `Chữ ký`.
fn is_hint(words: &[&str]) -> bool {
    const WORDS: [&str; 13] = ["ky", "ghi", "ro", "ho", "va", "ten", "dong", "dau", "chu", "cua", "ngay", "thang", "nam"];
    matches!(words, ["ky", ..] | ["chu", "ky", ..] | ["da", "ky"] | ["ho", "ten"] | ["ho", "va", "ten"])
        && words.iter().skip(1).all(|w| WORDS.contains(w))
}

/// `Hà Nội, ngày 2 tháng 3 năm 2026`, `Ngày … tháng … năm …`, `Ngày 02/03/2026`.
fn is_date(text: &str, words: &[&str]) -> bool {
    let Some(at) = words.iter().position(|w| *w == "ngay") else { return false };
    let bare = |w: &&str| matches!(*w, "ngay" | "thang" | "nam") || is_number(w);
    // A place stands before a comma: `In ngày 2 tháng 3` has none.
    let place = nfc(text).to_lowercase().split("ngày").next().is_some_and(|place| place.trim_end().ends_with(','));
    let blanks = ["…", "..", "__", "/"].iter().any(|blank| text.contains(blank));
    (at == 0 || (at <= 4 && place)) && (words.len() > at + 1 || blanks) && words.iter().skip(at).all(bare)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// Each word begins with a capital letter, as in names: `Trần Thị Lan`, `TRẦN THỊ LAN`, `Lan`.
fn in_capitals(text: &str) -> bool {
    let text = nfc(text);
    let capital = |w: &str| w.starts_with(char::is_uppercase) && w.chars().all(|c| c.is_alphabetic() || c == '.');
    let words = text.split_whitespace().count();
    (1..=5).contains(&words) && text.split_whitespace().all(capital)
}

/// Somebody of the house, by the whole or the given name; or two words and more, the first a family name.
fn is_name(text: &str, people: &[Person]) -> bool {
    if !in_capitals(text) {
        return false;
    }
    let name = fold(text);
    let given = |person: &str| fold(person).split_whitespace().next_back().map(str::to_owned);
    let known = people.iter().any(|p| fold(&p.name) == name || given(&p.name).as_deref() == Some(name.as_str()));
    let text = nfc(text).to_lowercase();
    let mut words = text.split_whitespace();
    let family = words.next().is_some_and(|first| FAMILIES.contains(&first));
    known || (family && words.next().is_some())
}

/// The family names of nearly all Vietnamese; without accents only where no other word is written so.
const FAMILIES: [&str; 60] = [
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương", "lý",
    "đinh", "đoàn", "trịnh", "trương", "lâm", "mai", "đào", "lương", "hà", "tạ", "cao", "chu", "châu", "tô", "thái", "tống",
    "quách", "phùng", "vương", "lưu", "kiều", "nghiêm", "thân", "tăng", "đàm", "la", "lại", "khúc", "triệu", "hứa", "mạc",
    "doãn", "nguyen", "tran", "pham", "hoang", "huynh", "vu", "vo", "bui", "ngo", "duong", "trinh", "truong",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn part_of(text: &str) -> Option<Part> {
        part(&Raw::Text(text.into()), &[])
    }

    #[test]
    fn titles_dates_hints_and_names_are_told() {
        for title in ["Người lập", "NGƯỜI LẬP PHIẾU", "TP. Kinh doanh", "Trưởng phòng KD", "Đại diện bên A", "Giám đốc:"]
        {
            assert!(part_of(title) == Some(Part::Title), "{title}");
        }
        for hint in [
            "(Ký, ghi rõ họ tên)",
            "Ký tên:",
            "Ngày … tháng … năm …",
            "Hà Nội, ngày 02 tháng 03 năm 2026",
            "Ngày 02/03/2026",
            "Ngày ..... tháng ..... năm 2026",
            "TP. HCM, ngày    tháng    năm 2026",
        ] {
            assert!(part_of(hint) == Some(Part::Hint), "{hint}");
        }
        assert!(part_of("Người lập: Trần Thị Lan") == Some(Part::Named));
        assert!(part_of("TRẦN THỊ LAN") == Some(Part::Name));
        assert!(part_of("Minh") == Some(Part::Capitals));
    }

    #[test]
    fn contents_are_none_of_it() {
        for text in [
            "Trưởng phòng duyệt đơn nghỉ",
            "Người lập phiếu in trên chứng từ",
            "Chữ ký điện tử",
            "Ngày giao hàng theo chuyến",
            "In ngày 2 tháng 3",
            "Báo cáo tồn theo lô",
            "Giám đốc ký duyệt phiếu chi",
            "Tổng cộng: 3",
        ] {
            assert!(part_of(text).is_none_or(|p| p == Part::Capitals), "{text}");
        }
        assert!(part_of("Báo Cáo Doanh Thu") == Some(Part::Capitals), "no family name");
    }
}
