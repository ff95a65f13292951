//! Amounts in words, in Vietnamese as an accountant reads them (rules: domain c.1), and back; and in English.

use crate::process::value::Vnd;
use crate::text::fold;

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const BILLION: u128 = 1_000_000_000;

/// Which of the accepted spellings are used. One quote uses one set. The default is the northern, textbook one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub zero_tens: ZeroTens,
    pub four: Four,
    pub thousand: Thousand,
    pub billion: Billion,
    pub seven: Seven,
    pub chan: Chan,
}

/// 105: `một trăm linh năm` (North) or `một trăm lẻ năm` (South).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZeroTens {
    #[default]
    Linh,
    Le,
}

/// 24: `hai mươi tư` or `hai mươi bốn`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Four {
    #[default]
    Tu,
    Bon,
}

/// `nghìn` (North) or `ngàn` (South).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thousand {
    #[default]
    Nghin,
    Ngan,
}

/// `tỷ` or `tỉ`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Billion {
    #[default]
    Ty,
    Ti,
}

/// `bảy` or, in older print, `bẩy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seven {
    #[default]
    Bay,
    Old,
}

/// When an amount ends in `đồng chẵn`: no rule defines a round sum, so it is the company's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chan {
    Never,
    /// Whole thousands.
    #[default]
    Thousands,
    Always,
}

/// The bare number in Vietnamese, in lower case: 1005 is `một nghìn không trăm linh năm`.
pub fn words(n: u128, style: &Style) -> String {
    if n == 0 {
        return DIGITS[0].to_owned();
    }
    let mut out = Vec::new();
    read(n, true, style, &mut out);
    out.join(" ")
}

/// The whole phrase for a quote, without a full stop: `Ba mươi tám triệu năm trăm nghìn đồng chẵn`.
/// `None` for a negative amount, which no quote has.
pub fn amount_in_words(vnd: Vnd, style: &Style) -> Option<String> {
    let n = u128::try_from(vnd).ok()?;
    let chan = match style.chan {
        Chan::Never => false,
        Chan::Thousands => n > 0 && n.is_multiple_of(1000),
        Chan::Always => true,
    };
    Some(capital(&format!("{} đồng{}", words(n, style), if chan { " chẵn" } else { "" })))
}

/// The whole phrase in English: `Thirty-eight million five hundred thousand dong`. `None` for a negative amount.
pub fn amount_in_english(vnd: Vnd) -> Option<String> {
    Some(capital(&format!("{} dong", english(u128::try_from(vnd).ok()?))))
}

/// No number has as many words. Each `tỷ` is read within the one behind it, and a cell holds thousands.
const MOST_WORDS: usize = 128;

/// Reads a number in words back, in any of the styles, with or without diacritics, `đồng` and `chẵn`.
/// Only what [`words`] could have written is taken: `một tỷ hai` is speech and left to [`super::typed`].
pub fn from_words(text: &str) -> Option<u128> {
    let text = fold(text);
    let all: Vec<&str> = text.trim_end_matches(['.', '/']).split(' ').filter(|w| !w.is_empty()).take(MOST_WORDS + 1).collect();
    if all.len() > MOST_WORDS {
        return None;
    }
    let all = all.strip_suffix(&["chan"]).unwrap_or(&all);
    let all: Vec<&str> = all.strip_suffix(&["dong"]).unwrap_or(all).iter().map(|w| plain(w)).collect();
    let n = parse(&all)?;
    let written = fold(&words(n, &Style::default()));
    let same = written.split(' ').map(plain).eq(all);
    same.then_some(n)
}

/// Folded number words of every style made one.
fn plain(word: &str) -> &str {
    match word {
        "le" => "linh",
        "tu" => "bon",
        "ngan" => "nghin",
        "ti" => "ty",
        other => other,
    }
}

/// Loose reading of folded words; [`from_words`] asks that it writes back the same.
fn parse(all: &[&str]) -> Option<u128> {
    let mut rest = all;
    let mut n: u128 = 0;
    if let Some(at) = all.iter().rposition(|w| *w == "ty") {
        n = parse(&all[..at])?.checked_mul(BILLION)?;
        rest = &all[at + 1..];
    }
    while !rest.is_empty() {
        let (value, used) = below_thousand(rest)?;
        let (scale, named) = match rest.get(used) {
            Some(&"trieu") => (1_000_000, 1),
            Some(&"nghin") => (1_000, 1),
            None => (1, 0),
            Some(_) => return None,
        };
        n = n.checked_add(u128::from(value) * scale)?;
        rest = &rest[used + named..];
    }
    (!all.is_empty()).then_some(n)
}

/// The number under 1.000 that folded words begin with, and how many of them it takes.
pub(crate) fn below_thousand(all: &[&str]) -> Option<(u32, usize)> {
    let word = |i: usize| all.get(i).map_or("", |w| plain(w));
    let (mut n, mut i) = (0, 0);
    if digit(word(0)).is_some() && word(1) == "tram" {
        n = digit(word(0))? * 100;
        i = 2;
        if word(i) == "linh" {
            return digit(word(i + 1)).map(|d| (n + d, i + 2));
        }
    }
    if word(i) == "muoi" {
        let unit = unit_after_tens(word(i + 1), false);
        return Some((n + 10 + unit.unwrap_or(0), i + 1 + usize::from(unit.is_some())));
    }
    match digit(word(i)) {
        Some(tens) if word(i + 1) == "muoi" => {
            let unit = unit_after_tens(word(i + 2), true);
            Some((n + tens * 10 + unit.unwrap_or(0), i + 2 + usize::from(unit.is_some())))
        }
        // A bare unit after hundreds (`hai trăm năm`) is speech for 250 or a slip for 205: not read.
        Some(unit) if i == 0 => Some((unit, 1)),
        _ => (i > 0).then_some((n, i)),
    }
}

/// Folded, `mốt` is `mot` as well.
fn unit_after_tens(word: &str, tens: bool) -> Option<u32> {
    match word {
        "lam" => Some(5),
        "nam" if tens => None,
        other => digit(other).filter(|d| *d > 0),
    }
}

fn digit(word: &str) -> Option<u32> {
    const FOLDED: [&str; 10] = ["khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"];
    (0..).zip(FOLDED).find(|(_, w)| *w == word).map(|(d, _)| d)
}

/// `first`: nothing has been said yet, so leading zeros are dropped; every later group is read with all three places.
fn read(n: u128, first: bool, style: &Style, out: &mut Vec<&'static str>) {
    if n >= BILLION {
        read(n / BILLION, first, style, out);
        out.push(if style.billion == Billion::Ty { "tỷ" } else { "tỉ" });
    }
    let said = n >= BILLION;
    let rest = (n % BILLION) as u32;
    let thousand = if style.thousand == Thousand::Nghin { "nghìn" } else { "ngàn" };
    let mut first = first && !said;
    for (group, name) in [(rest / 1_000_000, Some("triệu")), (rest / 1000 % 1000, Some(thousand)), (rest % 1000, None)] {
        if group > 0 {
            read_group(group as usize, first, style, out);
            out.extend(name);
            first = false;
        }
    }
}

fn read_group(group: usize, first: bool, style: &Style, out: &mut Vec<&'static str>) {
    let say = |d: usize| if d == 7 && style.seven == Seven::Old { "bẩy" } else { DIGITS[d] };
    let (hundreds, tens, unit) = (group / 100, group / 10 % 10, group % 10);
    let hundreds_said = hundreds > 0 || !first;
    if hundreds_said {
        out.extend([say(hundreds), "trăm"]);
    }
    match tens {
        0 if unit > 0 && hundreds_said => out.push(if style.zero_tens == ZeroTens::Linh { "linh" } else { "lẻ" }),
        0 => {}
        1 => out.push("mười"),
        _ => out.extend([say(tens), "mươi"]),
    }
    match (tens, unit) {
        (_, 0) => {}
        (2.., 1) => out.push("mốt"),
        (2.., 4) if style.four == Four::Tu => out.push("tư"),
        (1.., 5) => out.push("lăm"),
        _ => out.push(say(unit)),
    }
}

fn english(n: u128) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let joined = |head: String, rest: u128, sign: &str| if rest == 0 { head } else { format!("{head}{sign}{}", english(rest)) };
    match n {
        0..=19 => SMALL[n as usize].to_owned(),
        20..=99 => joined(TENS[n as usize / 10].to_owned(), n % 10, "-"),
        100..=999 => joined(format!("{} hundred", english(n / 100)), n % 100, " "),
        _ => {
            let scales = [(1_000_000_000_000, "trillion"), (BILLION, "billion"), (1_000_000, "million"), (1_000, "thousand")];
            let (scale, name) = scales.into_iter().find(|(scale, _)| n >= *scale).unwrap_or((1_000, "thousand"));
            joined(format!("{} {name}", english(n / scale)), n % scale, " ")
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
