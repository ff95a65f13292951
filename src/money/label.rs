//! The unit that a label says for the amounts below or beside it: `Chi phí (nghìn đồng)`, `Ngân sách KH (USD)` (domain d).

use super::amount::{is_currency, named_scale};
use super::typed::{self, MOST, Typed, Why};
use crate::process::value::Vnd;
use crate::text::{Token, tokens};

/// What a bare figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelUnit {
    /// Thousands, millions, billions of đồng.
    Times(i64),
    /// Another currency.
    Foreign,
}

/// The unit in a label's words; `None` for đồng and where it says none. What a number stands before (`dưới 50 triệu`) is an
/// example, what comes behind `không` is not meant.
pub fn unit(label: &str) -> Option<LabelUnit> {
    let all = tokens(label);
    let denied = |at: usize| all[..at].iter().any(|t| matches!(t.typed(), "không" | "khong" | "đừng" | "not" | "no"));
    let said: Vec<LabelUnit> = (0..all.len()).filter(|at| !denied(*at)).filter_map(|at| unit_at(&all, at)).collect();
    // `nghìn USD`
    said.iter().find(|unit| **unit == LabelUnit::Foreign).or(said.first()).copied()
}

/// Words that tell of a unit and of nothing else: `Đơn vị tính: nghìn đồng`, `ĐVT: 1.000 VND`, `(đồng)`.
pub fn is_unit(text: &str) -> bool {
    const WORDS: [&str; 23] = [
        "don", "vi", "tinh", "bang", "theo", "dvt", "dv", "tien", "te", "so", "la", "unit", "units", "currency", "in", "of",
        "dong", "d", "vnd", "viet", "nam", "vn", "x",
    ];
    // Each text of a form comes by here; so many bytes no twelve of these words have.
    if text.len() > 250 {
        return false;
    }
    let all = tokens(text);
    let names = |at: usize| is_currency(&all[at]).is_some() || unit_at(&all, at).is_some();
    let of_unit = |at: usize| {
        let token = &all[at];
        names(at) || WORDS.contains(&token.word()) || token.word().is_empty() && token.number().is_none()
    };
    (2..=12).contains(&all.len()) && (0..all.len()).any(names) && (0..all.len()).all(of_unit)
}

/// The currency that a label names, in its own words.
pub fn currency(label: &str) -> Option<&str> {
    let named = tokens(label).into_iter().find(is_foreign)?;
    label.get(named.start..named.end)
}

fn is_foreign(token: &Token) -> bool {
    token.is_sign("$€£¥₩") || token.typed() == "đô" || CURRENCIES.contains(&token.word())
}

fn unit_at(all: &[Token], at: usize) -> Option<LabelUnit> {
    let token = &all[at];
    if is_foreign(token) {
        return Some(LabelUnit::Foreign);
    }
    let before = at.checked_sub(1).map(|before| &all[before]);
    let next = all.get(at + 1);
    let opens = before.is_some_and(|t| t.word().is_empty() && t.number().is_none());
    let dong = next.is_some_and(|t| is_currency(t).is_some());
    // `(1.000 đ)`, `x1000`, `('000 VND)`.
    if let Some(number) = token.number() {
        let times = match number.replace(['.', ',', '\''], "").as_str() {
            "1000" | "000" => 1_000,
            "1000000" | "000000" => 1_000_000,
            _ => return None,
        };
        let marked = before.is_some_and(|t| matches!(t.word(), "x" | "dvt" | "vt" | "tinh") || t.typed() == "vị");
        let closed = next.is_none_or(|t| t.is_sign(")]"));
        return (marked || opens && (dong || closed)).then_some(LabelUnit::Times(times));
    }
    let counted = before.and_then(Token::number).is_some_and(|n| n != "1");
    let behind = |words: &[&str]| next.is_some_and(|t| words.contains(&t.word()));
    let times = match token.word() {
        _ if counted => return None,
        // `Ngan sach`, `ngân hàng`.
        "nghin" | "thousand" | "thousands" => 1_000,
        "ngan" if matches!(token.typed(), "ngàn" | "ngan") && !behind(&["sach", "hang"]) => 1_000,
        "trieu" | "mio" | "million" | "millions" => 1_000_000,
        "ty" | "ti" if matches!(token.typed(), "tỷ" | "tỉ") && !behind(&["le", "gia", "suat", "trong"]) => 1_000_000_000,
        // Letters that mean much else: alone in their brackets, or before the đồng.
        "k" | "kd" | "kvnd" | "tr" | "trd" | "trvnd" if opens && (dong || next.is_none_or(|t| t.word().is_empty())) => {
            i64::try_from(named_scale(token.word())?.0).ok()?
        }
        _ => return None,
    };
    Some(LabelUnit::Times(times))
}

const CURRENCIES: [&str; 16] =
    ["usd", "usdt", "eur", "euro", "gbp", "jpy", "yen", "cny", "rmb", "krw", "sgd", "thb", "dola", "dollar", "dollars", "euros"];

/// Under a label in thousands less than this is short for more, or was đồng: 15 may be the `15.000` of another locale.
const SELDOM_LESS: Vnd = 100_000;

impl LabelUnit {
    /// A numeric cell under such a label. The last of several readings is what the cell holds.
    pub fn number(self, value: f64) -> Typed {
        let LabelUnit::Times(times) = self else {
            return if value == 0.0 { typed::number(value) } else { Typed::Wrong(Why::Currency) };
        };
        let bare = typed::number(value);
        if value <= 0.0 || !value.is_finite() || matches!(bare, Typed::Wrong(Why::TooLarge)) {
            return bare;
        }
        let meant = (value * times as f64).round();
        // Whole đồng, though the label counts them otherwise.
        let most = if times == 1_000 { 1e6 } else { 1e4 };
        match bare {
            _ if value < most => self.checked(meant),
            Typed::One { vnd, .. } if meant > MOST as f64 => Typed::Ambiguous(vec![vnd]),
            Typed::One { .. } | Typed::Ambiguous(_) if meant <= MOST as f64 => {
                Typed::Ambiguous(vec![meant as Vnd, value.round() as Vnd])
            }
            other => other,
        }
    }

    /// A text under such a label; `None`: it says its own unit, or no figure.
    pub fn read(self, text: &str) -> Option<Typed> {
        let all = tokens(text);
        let own = |t: &Token| {
            let scale = named_scale(t.word()).is_some() && self != LabelUnit::Foreign;
            scale || is_currency(t) == Some(true) || t.is_sign("$€£¥") || t.is_sign("=")
        };
        if !all.iter().any(|t| t.number().is_some()) || all.iter().any(own) {
            return None;
        }
        let LabelUnit::Times(times) = self else { return Some(Typed::Wrong(Why::Currency)) };
        // `15.000` thousands: one mark before three digits would be decimals before a unit that is typed.
        let grouped = |n: &str| n.split(['.', ',']).skip(1).all(|group| group.len() == 3);
        if let [only] = &all[..]
            && let Some(n) = only.number().filter(|n| times == 1_000 && !n.starts_with('0') && grouped(n))
        {
            return Some(self.number(n.replace(['.', ','], "").parse().ok()?));
        }
        let unit = match times {
            1_000 => "nghìn",
            1_000_000 => "triệu",
            _ => "tỷ",
        };
        Some(match typed::read(&format!("{text} {unit}")) {
            Typed::One { vnd, .. } => self.checked(vnd as f64),
            other => other,
        })
    }

    fn checked(self, meant: f64) -> Typed {
        match typed::number(meant) {
            Typed::One { vnd, .. } if self == LabelUnit::Times(1_000) && (1..SELDOM_LESS).contains(&vnd) => {
                Typed::Ambiguous(vec![vnd * 1_000, vnd])
            }
            Typed::One { vnd, .. } => Typed::One { vnd, plain: false },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_that_labels_say() {
        for (label, times) in [
            ("KT: Chi phí (nghìn đồng)", 1_000),
            ("KT: Chi phí (giá vốn, ngàn đ)", 1_000),
            ("Chi phi (ngan dong)", 1_000),
            ("Chi phí (k)", 1_000),
            ("GĐ: Đơn giá báo KH (1.000 đ)", 1_000),
            ("Giá vốn (1000đ)", 1_000),
            ("Giá vốn – ĐVT: 1.000 VND", 1_000),
            ("Giá vốn ('000 VND)", 1_000),
            ("Giá vốn (x1000)", 1_000),
            ("Ngân sách KH (triệu đồng) *", 1_000_000),
            ("Ngân sách KH: tr.đ", 1_000_000),
            ("Ngân sách KH (mio VND)", 1_000_000),
            ("Ngân sách KH (tỷ)", 1_000_000_000),
        ] {
            assert_eq!(unit(label), Some(LabelUnit::Times(times)), "{label}");
        }
        for label in ["Ngân sách KH (USD)", "Giá vốn ($)", "Giá vốn - EUR", "Chi phí (đô)", "Chi phí (nghìn USD)"] {
            assert!(unit(label).is_some(), "{label}");
        }
        for label in [
            "Ngan sach KH (dong)",
            "Ngân sách KH (đồng, ví dụ 15 triệu)",
            "Ngân sách KH (dưới 50tr ghi Chưa rõ)",
            "Ngân sách KH (ví dụ 1.000.000 đ)",
            "Chi phí (đồng, không ghi nghìn)",
            "Chi phí (VNĐ)",
            "Chi phí (k tính server)",
            "Đơn giá (theo tỷ giá, ngân hàng)",
        ] {
            assert_eq!(unit(label), None, "{label}");
        }
    }

    #[test]
    fn units_that_stand_apart() {
        for said in [
            "Đơn vị tính: nghìn đồng",
            "(Đơn vị tính: 1.000 đồng)",
            "ĐVT: triệu đồng",
            "Đvt: 1000đ",
            "DVT: nghin dong",
            "nghìn đồng",
            "(triệu VNĐ)",
            "Đơn vị: USD",
            "Unit: thousand VND",
            "Tính bằng nghìn đồng",
            "Đơn vị tính: đồng",
            "ĐVT: VNĐ",
        ] {
            assert!(is_unit(said), "{said}");
        }
        for said in [
            "Đơn vị: Công ty Nghìn Sao",
            "Ngân sách 80 triệu đồng",
            "15 triệu đồng",
            "Đơn vị tính",
            "gói",
            "1000",
            "Báo cáo theo tỷ lệ",
            "Khách trả bằng USD, quy đổi theo tỷ giá ngày ký",
        ] {
            assert!(!is_unit(said), "{said}");
        }
    }

    #[test]
    fn figures_below_them() {
        let one = |vnd| Typed::One { vnd, plain: false };
        let thousand = LabelUnit::Times(1_000);
        assert_eq!(thousand.number(15_000.0), one(15_000_000));
        assert_eq!(thousand.number(0.0), Typed::One { vnd: 0, plain: true });
        assert_eq!(thousand.number(15.0), Typed::Ambiguous(vec![15_000_000, 15_000]), "15.000 of another locale");
        assert_eq!(thousand.number(15_000_000.0), Typed::Ambiguous(vec![15_000_000_000, 15_000_000]));
        assert_eq!(thousand.read("15.000"), Some(one(15_000_000)));
        assert_eq!(thousand.read("15000"), Some(one(15_000_000)));
        assert_eq!(thousand.read("15tr"), None);
        assert_eq!(thousand.read("15.000.000 đ"), None);
        assert_eq!(thousand.read("chưa có"), None);
        let million = LabelUnit::Times(1_000_000);
        assert_eq!(million.number(80.0), one(80_000_000));
        assert_eq!(million.number(1.5), one(1_500_000));
        assert_eq!(million.read("80"), Some(one(80_000_000)));
        assert_eq!(million.read("80-90"), Some(Typed::About { low: Some(80_000_000), high: 90_000_000 }));
        assert_eq!(million.read("1.500"), Some(Typed::Ambiguous(vec![1_500_000, 1_500_000_000])));
        assert_eq!(LabelUnit::Foreign.number(30_000.0), Typed::Wrong(Why::Currency));
        assert_eq!(LabelUnit::Foreign.read("30k"), Some(Typed::Wrong(Why::Currency)));
        assert_eq!(LabelUnit::Foreign.read("30.000.000 đ"), None);
    }
}
