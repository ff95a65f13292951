//! Which unit a number is shown in: a cell that holds 5000 may be seen as `$5,000` or as `5,000 nghìn`.

use super::Unit;
use crate::text::letters;

/// Signs of other currencies.
const SIGNS: [char; 5] = ['$', '€', '£', '¥', '₩'];
const CURRENCIES: [&str; 12] = ["usd", "us", "eur", "euro", "gbp", "jpy", "yen", "cny", "rmb", "krw", "sgd", "dollar"];
/// The đồng, as number formats name it.
const DONG: [&str; 5] = ["", "d", "vnd", "dong", "vn"];

/// What is longer or shorter than a day.
const TIMES: [&str; 9] = ["tuan", "thang", "gio", "tieng", "week", "weeks", "month", "months", "hours"];

impl Unit {
    /// A number that is seen as `2 tuần` or `16 giờ` is no number of days. In a money cell it says nothing.
    pub fn is_time(&self) -> bool {
        self.times == Some(1)
    }
}

/// The unit that an Excel number format shows beside its number; `None` for đồng and for none at all. Only the format's
/// first section counts, the one of positive numbers.
pub(super) fn of_format(code: &str) -> Option<Unit> {
    let (mut said, mut digits, mut scaled) = (String::new(), false, false);
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => said.extend(chars.by_ref().take_while(|c| *c != '"')),
            '\\' => said.extend(chars.next()),
            '_' | '*' => drop(chars.next()),
            // `[$€-407]` is a currency, `[$-409]` a locale alone, `[Red]` a colour.
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let currency = inside.strip_prefix('$').map(|c| c.split('-').next().unwrap_or_default());
                let foreign = |c: &&str| !DONG.contains(&letters(c).as_str()) || c.contains(SIGNS);
                if let Some(currency) = currency.filter(foreign) {
                    return Some(Unit { sign: currency.trim().into(), times: None });
                }
            }
            ';' => break,
            '0' | '#' | '?' => (digits, scaled) = (true, false),
            // A comma behind the digits: shown in thousands, and the words beside it say no more than that.
            ',' => scaled = digits,
            '.' => {}
            _ => said.push(c),
        }
    }
    of_words(&said, scaled)
}

/// The unit of a number as a program has shown it (`1,500 nghìn`).
pub(super) fn of_shown(text: &str, value: f64) -> Option<Unit> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let scaled = !digits(text).starts_with(&digits(&value.abs().trunc().to_string()));
    let said: String = text.chars().filter(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',')).collect();
    of_words(&said, scaled)
}

fn of_words(said: &str, scaled: bool) -> Option<Unit> {
    let sign = said.trim().to_owned();
    let words = letters(said);
    if sign.starts_with(char::is_alphabetic) && words.split(' ').find(|w| *w != "general").is_some_and(|w| TIMES.contains(&w)) {
        let sign = sign.strip_prefix("General").unwrap_or(&sign).trim().to_owned();
        return Some(Unit { sign, times: Some(1) });
    }
    if said.contains(SIGNS) || words.split(' ').any(|w| CURRENCIES.contains(&w)) {
        return Some(Unit { sign, times: None });
    }
    let times = words.split(' ').find_map(|word| match word {
        "nghin" | "ngan" | "k" | "thousand" => Some(1_000),
        "trieu" | "tr" | "million" => Some(1_000_000),
        "ty" | "ti" | "billion" => Some(1_000_000_000),
        _ => None,
    })?;
    (!scaled).then_some(Unit { sign, times: Some(times) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_people_use() {
        let foreign = |code: &str| of_format(code).is_some_and(|u| u.times.is_none());
        for code in [
            "\"$\"#,##0.00",
            "\\$#,##0",
            "$#,##0",
            "[$$-409]#,##0.00",
            "#,##0.00\\ [$€-407]",
            "[$USD] #,##0",
            "#,##0\" USD\"",
            "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(@_)",
            "[$S$-1004]#,##0",
        ] {
            assert!(foreign(code), "{code}");
        }
        for code in [
            "General",
            "#,##0",
            "#,##0\" đ\"",
            "#,##0\\ \"₫\"",
            "#,##0\\ [$₫-42A]",
            "#,##0 [$VND]",
            "#,##0 [$đ-42A]",
            "[$-409]#,##0",
            "[$-1010000]d/m/yyyy",
            "[Red]#,##0;\"$\"0",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
            "#,##0,\" nghìn\"",
            "#,##0.0,,\" triệu\"",
            "0\" mục\"",
        ] {
            assert_eq!(of_format(code), None, "{code}");
        }
        for code in ["0\" tuần\"", "#,##0.0\" giờ làm\"", "General\" tháng\"", "0\" weeks\""] {
            assert!(of_format(code).is_some_and(|u| u.is_time() && !u.sign.contains("General")), "{code}");
        }
        for code in ["0\" ngày\"", "0.0\" ngày công\"", "#,##0\"/tháng\"", "#,##0\" đ/tháng\"", "h:mm", "[h]:mm", "mm/yyyy"]
        {
            assert_eq!(of_format(code), None, "{code}");
        }
        assert_eq!(of_format("#,##0\" nghìn\"").and_then(|u| u.times), Some(1_000));
        assert_eq!(of_format("0.0\" tr\"").and_then(|u| u.times), Some(1_000_000));
        assert_eq!(of_shown("1,500 nghìn", 1500.0).and_then(|u| u.times), Some(1_000));
        assert_eq!(of_shown("1,500 nghìn", 1_500_000.0), None, "shown in thousands, held in đồng");
        assert_eq!(of_shown("$5,000.00", 5000.0), Some(Unit { sign: "$".into(), times: None }));
        assert_eq!(of_shown("12.000.000 đ", 12e6), None);
    }
}
