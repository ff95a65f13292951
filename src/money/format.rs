//! Amounts and percentages as they are shown.

use crate::process::value::Vnd;

/// `1.500.000`: in Vietnamese texts, whatever the reader's machine is set to.
pub fn dots(vnd: Vnd) -> String {
    grouped(vnd, '.')
}

/// `1,500,000`: in English texts.
pub fn commas(vnd: Vnd) -> String {
    grouped(vnd, ',')
}

/// `1.500.000 đ`.
pub fn with_unit(vnd: Vnd) -> String {
    format!("{} đ", dots(vnd))
}

/// `VND 1,500,000`.
pub fn with_unit_en(vnd: Vnd) -> String {
    format!("VND {}", commas(vnd))
}

/// Hundredths of a percent without the sign: 800 is `8`, 1250 is `12,5`.
pub fn percent(hundredths: i64) -> String {
    decimal(hundredths, ',')
}

/// As [`percent`], English: 1250 is `12.5`.
pub fn percent_en(hundredths: i64) -> String {
    decimal(hundredths, '.')
}

/// Half days as days: 5 is `2,5`, 6 is `3`.
pub fn days(half_days: u32) -> String {
    decimal(i64::from(half_days) * 50, ',')
}

/// As [`days`], English: 5 is `2.5`.
pub fn days_en(half_days: u32) -> String {
    decimal(i64::from(half_days) * 50, '.')
}

fn grouped(n: i64, mark: char) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

fn decimal(hundredths: i64, mark: char) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let n = hundredths.unsigned_abs();
    let whole = format!("{sign}{}", n / 100);
    match n % 100 {
        0 => whole,
        rest if rest % 10 == 0 => format!("{whole}{mark}{}", rest / 10),
        rest => format!("{whole}{mark}{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_percentages() {
        assert_eq!(
            [dots(0), dots(999), dots(1_000), dots(1_500_000), dots(-12_345_678)],
            ["0", "999", "1.000", "1.500.000", "-12.345.678"]
        );
        assert_eq!([with_unit(1_500_000), with_unit_en(1_500_000)], ["1.500.000 đ", "VND 1,500,000"]);
        assert_eq!(dots(i64::MIN), "-9.223.372.036.854.775.808");
        assert_eq!([percent(800), percent(1250), percent(805), percent_en(1250), percent(0)], ["8", "12,5", "8,05", "12.5", "0"]);
        assert_eq!([days(5), days(6), days(1), days_en(5)], ["2,5", "3", "0,5", "2.5"]);
    }
}
