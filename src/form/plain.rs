//! Values as JSON for scripts (`read --json`, `show --json`): money an integer, dates `YYYY-MM-DD`, lists by code, days
//! and percentages plain numbers.

use serde_json::{Map, Value as Json, json};

use crate::process::form::Form;
use crate::process::value::Value;

/// One value. A budget given as a range is its upper end, a lead time its words.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Choice(text) | Value::Lead { said: text, .. } => json!(text),
        Value::Money(vnd) | Value::About { vnd, .. } => json!(vnd),
        Value::Days(half_days) => number(f64::from(*half_days) / 2.0),
        Value::Percent(hundredths) => number(*hundredths as f64 / 100.0),
        Value::Number(n) => json!(n),
        Value::Date(date) => json!(date.to_string()),
        Value::Unknown => json!("unknown"),
    }
}

/// Whole numbers without `.0`.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

/// The single fields by name.
pub fn fields(form: &Form) -> Json {
    Json::Object(form.fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
}

/// The items with `id`, `no` and their cells by column.
pub fn items(form: &Form) -> Json {
    let item = |item: &crate::process::form::Item| {
        let mut all = Map::from_iter([("id".to_owned(), json!(item.id)), ("no".to_owned(), json!(item.no))]);
        all.extend(item.cells.iter().map(|(name, value)| (name.clone(), plain(value))));
        Json::Object(all)
    };
    Json::Array(form.items.iter().map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_get_numbers_and_codes() {
        let all = [
            Value::Money(12_000_000),
            Value::About { vnd: 90_000_000, said: "80-90 triệu".into() },
            Value::Days(5),
            Value::Days(6),
            Value::Percent(1250),
            Value::Choice("partial".into()),
            Value::Unknown,
        ];
        assert_eq!(
            json!(all.iter().map(plain).collect::<Vec<_>>()),
            json!([12_000_000, 90_000_000, 2.5, 3, 12.5, "partial", "unknown"])
        );
    }
}
