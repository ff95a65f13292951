//! Durations as staff type them (domain d), in half working days: 2.5 days are 5.
//! A bare `ngày` is a working day; a week has five.

use crate::money::typed::says_missing;
use crate::money::words::below_thousand;
use crate::text::{Token, fold, tokens};

/// What a duration was understood as. Half working days throughout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedDays {
    /// One duration. Not `plain`: converted, or the longer end of a range, to be told back.
    One {
        half_days: u32,
        plain: bool,
    },
    /// Asked back, likeliest first; one alone is to be confirmed.
    Ambiguous(Vec<u32>),
    Missing,
    Wrong,
}

/// Twenty years.
const MOST: u32 = 10_000;
const DAY: u32 = 2;
const WEEK: u32 = 10;

/// Reads a cell or an answer that is expected to be a number of days.
pub fn days(text: &str) -> TypedDays {
    if text.len() > 300 {
        return TypedDays::Wrong;
    }
    if says_missing(&fold(text)) {
        return TypedDays::Missing;
    }
    match duration(&tokens(text)) {
        Some((length, rest)) if rest.iter().all(|t| t.is_sign(".,;")) => length.typed(),
        // Prose behind it: which part counts, the writer knows.
        Some((length, _)) if length.unit => TypedDays::Ambiguous(length.readings),
        _ => TypedDays::Wrong,
    }
}

/// Does a text leave a sum of days to be reckoned: `5 ngày + 2 ngày test`, `2 x 3 ngày`?
pub fn reckons(text: &str) -> bool {
    let all = tokens(text);
    let number = |at: Option<usize>| at.and_then(|at| all.get(at)).is_some_and(|t| t.number().is_some());
    let times = |at: usize| (all[at].is_sign("*×") || all[at].word() == "x") && number(at.checked_add(1));
    let first = all.first().is_some_and(|t| t.number().is_some());
    first && (1..all.len()).any(|at| all[at].is_sign("+") || times(at))
}

/// Reads how long after the customer's word the work can start: `10 ngày làm việc sau khi nhận cọc`.
/// A bare `3 ngày` is working days, told back.
pub fn lead(text: &str) -> TypedDays {
    if text.len() > 300 {
        return TypedDays::Wrong;
    }
    if says_missing(&fold(text)) {
        return TypedDays::Missing;
    }
    let all = tokens(text);
    let starts_with_filler = all.iter().take_while(|t| matches!(t.word(), "sau" | "trong" | "vong" | "can")).count();
    // "sau" before a number is `sau`, not `sáu`: nobody writes `sáu 5 ngày`.
    let filler = starts_with_filler.min(all.iter().position(|t| t.number().is_some()).unwrap_or(0));
    match duration(&all[filler..]) {
        Some((length, rest))
            if rest.first().is_none_or(|t| matches!(t.word(), "sau" | "ke" | "tu" | "tinh" | "khi") || t.is_sign(".,;(")) =>
        {
            match length.typed() {
                TypedDays::One { half_days, plain } => TypedDays::One { half_days, plain: plain && length.working },
                other => other,
            }
        }
        Some((length, _)) if length.unit => TypedDays::Ambiguous(length.readings),
        // `ngay khi chốt`: at once.
        None if all.first().is_some_and(|t| t.typed() == "ngay") => TypedDays::Ambiguous(vec![0]),
        _ => TypedDays::Wrong,
    }
}

/// A length of time with its units written out, as a customer reads it: `2w` is `2 tuần`, `10 ngày lv sau cọc` `10 ngày làm việc sau cọc`.
/// All other words stay.
pub fn spelled(said: &str, vi: bool) -> String {
    let unit = |word: &str, one: bool| match (fold(word).as_str(), vi) {
        ("w" | "wk" | "wks", true) => Some("tuần"),
        ("d" | "ng", true) => Some("ngày"),
        ("nlv", true) => Some("ngày làm việc"),
        ("w" | "wk" | "wks", false) => Some(if one { "week" } else { "weeks" }),
        ("d", false) => Some(if one { "day" } else { "days" }),
        _ => None,
    };
    let is_count = |word: &str| word.starts_with(|c: char| c.is_ascii_digit()) && !word.contains(char::is_alphabetic);
    let mut out: Vec<String> = Vec::new();
    for word in said.split_whitespace() {
        let bare = word.trim_end_matches(['.', ',', ';', ')']);
        let (signs, before) = (&word[bare.len()..], out.last().cloned().unwrap_or_default());
        let letters = bare.find(char::is_alphabetic).unwrap_or(bare.len());
        let (count, behind) = bare.split_at(letters);
        let spelt = match (is_count(count), is_count(&before)) {
            (true, _) => unit(behind, count == "1").map(|unit| format!("{count} {unit}")),
            (false, true) => unit(bare, before == "1").map(String::from),
            _ if vi && fold(bare) == "lv" && fold(&before).ends_with("ngay") => Some("làm việc".into()),
            _ => None,
        };
        out.push(spelt.map_or_else(|| word.to_string(), |spelt| spelt + signs));
    }
    out.join(" ")
}

/// Does a text name a length of time: `2 tuần`, wherever it stands? `tháng 4`, `15 tháng 3` and `thứ 2 tuần sau` are days.
pub fn has_length(text: &str) -> bool {
    const COUNTS: [&str; 30] = [
        "một", "mốt", "hai", "ba", "bốn", "tư", "năm", "lăm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "mươi", "nửa", "mot",
        "bon", "muoi", "a", "one", "two", "three", "four", "five", "six", "seven", "eight", "ten", "couple",
    ];
    let all = tokens(text);
    let word = |at: usize| all.get(at).map_or("", Token::word);
    (1..all.len()).any(|at| {
        let of = if matches!(word(at - 1), "working" | "business" | "calendar" | "of") { at.wrapping_sub(2) } else { at - 1 };
        let Some(count) = all.get(of) else { return false };
        let before = of.checked_sub(1).map_or("", word);
        let counted = (count.number().is_some() || COUNTS.contains(&count.typed()))
            && !matches!(before, "thu" | "mung" | "mong" | "thang" | "quy" | "t");
        let next = word(at + 1);
        let unit = match word(at) {
            "tuan" | "hom" | "buoi" | "day" | "days" | "week" | "weeks" | "w" | "d" | "md" | "manday" | "mandays" => true,
            "ngay" => all[at].typed() != "ngay" || count.number().is_some(),
            "cong" => next != "ty",
            "thang" | "month" | "months" => {
                !matches!(before, "ngay" | "tuan") && all.get(at + 1).is_none_or(|t| t.number().is_none())
            }
            // `10h sáng`, `10h mai`
            "h" | "gio" | "tieng" | "hours" => {
                !matches!(next, "sang" | "trua" | "chieu" | "toi" | "mai" | "ngay" | "thu" | "hom")
            }
            _ => false,
        };
        counted && unit
    })
}

/// `ngay sau khi ký`: no length of time, but what the customer knows it from. `ngay` alone, or after what is the house's own
/// affair, is none.
pub fn is_at_once(text: &str) -> bool {
    let all = tokens(text);
    let says = |words: &[&str]| all.iter().any(|t| words.contains(&t.typed()));
    all.first().is_some_and(|t| t.typed() == "ngay")
        && says(&["sau", "khi"])
        && says(&["ký", "cọc", "chốt", "thanh", "đồng", "duyệt", "xác", "ky", "coc", "chot"])
}

/// Said with a question or a condition that is not the customer's to know: `chưa chắc`, `tùy`, `nếu chị Hà rảnh`.
pub fn is_doubted(text: &str) -> bool {
    const DOUBTS: [&str; 34] = [
        "không biết",
        "chưa biết",
        "không rõ",
        "chưa rõ",
        "không chắc",
        "chưa chắc",
        "chắc là",
        "chắc khoảng",
        "hình như",
        "có lẽ",
        "tùy",
        "tuỳ",
        "nếu",
        "hỏi",
        "báo sau",
        "báo lại",
        "chưa có",
        "khong biet",
        "chua biet",
        "khong ro",
        "chua ro",
        "khong chac",
        "chua chac",
        "co le",
        "tuy",
        "neu",
        "bao sau",
        "not sure",
        "maybe",
        "perhaps",
        "depends",
        "if",
        "unknown",
        "tbd",
    ];
    let words: Vec<Token> = tokens(text);
    let said = format!(" {} ", words.iter().map(Token::typed).collect::<Vec<_>>().join(" "));
    // `tùy biến`, `tùy chỉnh` are what is sold here.
    let said = [" biến", " chỉnh", " chọn", " bien", " chinh"]
        .iter()
        .fold(said, |said, of| ["tùy", "tuỳ", "tuy"].iter().fold(said, |said, word| said.replace(&format!(" {word}{of} "), " ")));
    text.contains(['?', '？']) || DOUBTS.iter().any(|doubt| said.contains(&format!(" {doubt} ")))
}

/// Reads a numeric cell of days.
pub fn days_number(value: f64) -> TypedDays {
    let halves = value * 2.0;
    if !halves.is_finite() || halves < 0.0 || halves > f64::from(MOST) {
        return TypedDays::Wrong;
    }
    if (halves - halves.round()).abs() < 1e-6 {
        return TypedDays::One { half_days: halves.round() as u32, plain: true };
    }
    TypedDays::Ambiguous(vec![halves.ceil() as u32])
}

struct Length {
    readings: Vec<u32>,
    ask: bool,
    plain: bool,
    /// A unit was named.
    unit: bool,
    /// Said to be working days.
    working: bool,
}

impl Length {
    fn typed(&self) -> TypedDays {
        match self.readings[..] {
            [n, ..] if n > MOST => TypedDays::Wrong,
            [half_days] if !self.ask => TypedDays::One { half_days, plain: self.plain },
            _ => TypedDays::Ambiguous(self.readings.clone()),
        }
    }
}

/// The duration that tokens begin with, and the rest of them.
fn duration(all: &[Token]) -> Option<(Length, &[Token])> {
    let (all, about) = match all {
        [t, rest @ ..] if t.is_sign("~≈") || matches!(t.word(), "khoang" | "chung") || t.typed() == "tầm" => (rest, true),
        [a, b, rest @ ..] if (a.word(), b.word()) == ("toi", "da") => (rest, true),
        _ => (all, false),
    };
    let (mut count, mut rest) = count(all)?;
    let mut ranged = false;
    if let [sign, upper @ ..] = rest
        && (sign.is_sign("-–—") || matches!(sign.word(), "den" | "toi"))
        && let Some((high, after)) = self::count(upper)
    {
        // The longer end of a range: what is promised must hold.
        (count, rest, ranged) = (Count { spoken: true, ..count.max(high) }, after, true);
    }
    let (mut length, rest) = unit(count, rest);
    length.plain &= !about && !ranged;
    // `1 tuần 2 ngày`
    if length.unit
        && let Some((more, after)) = self::count(rest)
        && let (part, after) = unit(more, after)
        && let (true, [n], [m]) = (part.unit && !part.ask, &length.readings[..], &part.readings[..])
        && m < n
    {
        return Some((Length { readings: vec![n + m], plain: false, ..length }, after));
    }
    Some((length, rest))
}

/// A number of something, in hundredths.
#[derive(Clone, Copy)]
struct Count {
    hundredths: u32,
    spoken: bool,
}

impl Count {
    fn max(self, other: Count) -> Count {
        if other.hundredths > self.hundredths { other } else { self }
    }
}

fn count(all: &[Token]) -> Option<(Count, &[Token])> {
    let first = all.first()?;
    if let Some(typed) = first.number() {
        let (whole, places) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
        if whole.len() > 5 || places.len() > 2 || !places.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let hundredths = whole.parse::<u32>().ok()? * 100 + format!("{places:0<2}").parse::<u32>().ok()?;
        return Some((Count { hundredths, spoken: false }, &all[1..]));
    }
    if first.word() == "nua" {
        return Some((Count { hundredths: 50, spoken: true }, &all[1..]));
    }
    let words: Vec<&str> = all.iter().take(8).map(Token::word).take_while(|w| !w.is_empty()).collect();
    let (n, used) = below_thousand(&words)?;
    Some((Count { hundredths: n * 100, spoken: true }, &all[used..]))
}

fn unit(count: Count, all: &[Token]) -> (Length, &[Token]) {
    let word = |i: usize| all.get(i).map_or("", Token::word);
    let halves = |per: u32| (count.hundredths * per).div_ceil(100);
    let whole = |per: u32| (count.hundredths * per).is_multiple_of(100);
    let exact = |per: u32, plain: bool, working: bool| Length {
        readings: vec![halves(per)],
        ask: !whole(per),
        plain: plain && !count.spoken,
        unit: true,
        working,
    };
    let asked = |readings: Vec<u32>| Length { readings, ask: true, plain: false, unit: true, working: false };
    let (mut length, used) = match (word(0), word(1), word(2)) {
        ("ngay", "lam", "viec") => (exact(DAY, true, true), 3),
        ("ngay", "lv", _) => (exact(DAY, true, true), 2),
        ("ngay", "cong", _) => (exact(DAY, false, true), 2),
        // Five of seven calendar days are worked.
        ("ngay", "lich" | "thuong", _) => (asked(vec![(halves(DAY) * 5).div_ceil(7)]), 2),
        ("ngay", ..) => (exact(DAY, true, false), 1),
        ("working", "day" | "days", _) => (exact(DAY, true, true), 2),
        ("hom" | "d" | "day" | "days", ..) => (exact(DAY, false, false), 1),
        ("cong" | "md" | "manday" | "mandays", ..) => (exact(DAY, false, true), 1),
        ("tuan" | "w" | "week" | "weeks", ..) => (exact(WEEK, false, false), 1),
        ("buoi", ..) => (exact(1, false, false), 1),
        // A month of 20 or of 22 working days.
        ("thang" | "month" | "months", ..) => (asked(vec![halves(40), halves(44)]), 1),
        // `15h` may be three in the afternoon; else eight hours are a day.
        ("h" | "gio" | "tieng" | "hours", ..) => (asked(vec![(count.hundredths * DAY).div_ceil(800)]), 1),
        _ => (Length { unit: false, ..exact(DAY, true, false) }, 0),
    };
    let mut rest = &all[used..];
    if length.unit && rest.first().is_some_and(|t| t.word() == "ruoi") {
        let half = if matches!(word(0), "tuan" | "w") { WEEK / 2 } else { DAY / 2 };
        length.readings.iter_mut().for_each(|n| *n += half);
        length.plain = false;
        rest = &rest[1..];
        // `1 tuần rưỡi` is exact; of a month or of hours nobody says half.
        length.ask |= !matches!(word(0), "tuan" | "w" | "ngay" | "hom" | "cong");
    }
    (length, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(half_days: u32) -> TypedDays {
        TypedDays::One { half_days, plain: true }
    }
    fn echoed(half_days: u32) -> TypedDays {
        TypedDays::One { half_days, plain: false }
    }
    fn ask(readings: &[u32]) -> TypedDays {
        TypedDays::Ambiguous(readings.to_vec())
    }
    #[test]
    fn sums_are_not_reckoned() {
        for text in ["5 ngày + 2 ngày test", "5+2", "2 x 3 ngày", "3 ngày x 2"] {
            assert!(reckons(text), "{text}");
        }
        for text in ["5 ngày", "2-3 ngày", "1 tuần 2 ngày", "x", "khoảng 5 ngày"] {
            assert!(!reckons(text), "{text}");
        }
    }

    fn check(read: fn(&str) -> TypedDays, rows: &[(&str, TypedDays)]) {
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(t, want)| read(t) != *want)
            .map(|(t, want)| format!("{t}: {:?}, not {want:?}", read(t)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn units_are_written_out_for_the_customer() {
        for (said, want) in [
            ("2w", "2 tuần"),
            ("2 w sau khi ký", "2 tuần sau khi ký"),
            ("10 ngày lv sau cọc", "10 ngày làm việc sau cọc"),
            ("10nlv, tính từ ngày ký", "10 ngày làm việc, tính từ ngày ký"),
            ("5d", "5 ngày"),
            ("1 tuần sau khi KH chốt", "1 tuần sau khi KH chốt"),
            ("2-3 tuần", "2-3 tuần"),
            ("ngay khi nhận cọc", "ngay khi nhận cọc"),
        ] {
            assert_eq!(spelled(said, true), want);
        }
        assert_eq!(
            (spelled("2w", false), spelled("1 w after signing", false)),
            ("2 weeks".into(), "1 week after signing".into())
        );
    }

    #[test]
    fn rows_of_the_domain() {
        check(
            days,
            &[
                ("3 ngày", one(6)),
                ("3 ngày làm việc", one(6)),
                ("3 ngày lv", one(6)),
                ("3d", echoed(6)),
                ("3 hôm", echoed(6)),
                ("1 tuần", echoed(10)),
                ("2w", echoed(20)),
                ("nửa ngày", echoed(1)),
                ("1 buổi", echoed(1)),
                ("0.5", one(1)),
                ("0,5", one(1)),
                ("2-3 ngày", echoed(6)),
                ("1 tháng", ask(&[40, 44])),
                ("15h", ask(&[4])),
                ("16 giờ", ask(&[4])),
                ("2 công", echoed(4)),
                ("2 md", echoed(4)),
            ],
        );
    }

    #[test]
    fn odd_durations() {
        check(
            days,
            &[
                ("2,5", one(5)),
                ("2.3", ask(&[5])),
                ("1 ngày rưỡi", echoed(3)),
                ("1 tuần rưỡi", echoed(15)),
                ("1 tuần 2 ngày", echoed(14)),
                ("ba ngày", echoed(6)),
                ("khoảng 5 ngày", echoed(10)),
                ("3 ngày nếu không vướng", ask(&[6])),
                ("0", one(0)),
                ("", TypedDays::Missing),
                ("báo sau", TypedDays::Missing),
                ("-3", TypedDays::Wrong),
                ("nhanh thôi", TypedDays::Wrong),
                ("99999", TypedDays::Wrong),
                ("1.500.000", TypedDays::Wrong),
            ],
        );
        assert_eq!(
            [days_number(2.5), days_number(2.3), days_number(-1.0), days_number(f64::NAN)],
            [one(5), ask(&[5]), TypedDays::Wrong, TypedDays::Wrong]
        );
    }

    #[test]
    fn lead_times() {
        check(
            lead,
            &[
                ("10 ngày làm việc sau khi nhận cọc", one(20)),
                ("1 tuần sau khi KH chốt", echoed(10)),
                ("3 ngày", echoed(6)),
                ("5 ngày làm việc", one(10)),
                ("sau 5 ngày làm việc kể từ ngày ký", one(10)),
                ("2-3 ngày làm việc từ khi ký", echoed(6)),
                ("10 ngày lịch", ask(&[15])),
                ("ngay khi chốt", ask(&[0])),
                ("sau Tết", TypedDays::Wrong),
                ("chưa rõ", TypedDays::Missing),
            ],
        );
    }
}
