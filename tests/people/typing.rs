//! How staff type amounts, days and dates: the same value in many spellings, each of them plain to a reader.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// An amount of đồng, in the `n`th spelling.
pub fn money(vnd: i64, n: usize) -> Value {
    let millions = vnd % 1_000_000 == 0 && vnd >= 1_000_000;
    match n % 6 {
        1 => json!(grouped(vnd, '.')),
        2 => json!(format!("{}đ", grouped(vnd, '.'))),
        3 if millions => json!(format!("{}tr", vnd / 1_000_000)),
        4 if millions => json!(format!("{} triệu", vnd / 1_000_000)),
        5 if vnd >= 1_000_000 => json!(format!("{} VNĐ", grouped(vnd, ','))),
        _ => json!(vnd),
    }
}

/// Working days, in the `n`th spelling.
pub fn days(days: f64, n: usize) -> Value {
    let number = days.to_string();
    match n % 4 {
        1 => json!(format!("{} ngày", number.replace('.', ","))),
        2 => json!(format!("{number} ngày làm việc")),
        3 => json!(number.replace('.', ",")),
        _ => json!(days),
    }
}

/// A date, in the `n`th spelling: a real one, or a text.
pub fn date(day: NaiveDate, n: usize) -> Value {
    match n % 5 {
        1 => json!(vietnamese(day)),
        2 => json!(format!("{}.{}.{}", day.day(), day.month(), day.year())),
        3 => json!(format!("ngày {} tháng {} năm {}", day.day(), day.month(), day.year())),
        4 => json!(day.to_string()),
        _ => json!({ "date": day }),
    }
}

/// `12.000.000`, or with another mark.
pub fn grouped(number: i64, mark: char) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

/// `23/06/2021`.
pub fn vietnamese(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}
