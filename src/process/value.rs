//! What one cell of a form can hold once it has been understood.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An amount in đồng. The đồng has no subunit, so every amount in the house is a whole number.
pub type Vnd = i64;

/// The meaning of a cell. Which variant a field takes is said by its `Kind` in `form::layout`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Free text, NFC, trimmed.
    Text(String),
    /// One of a list: the code (`yes`, `partial`, `dat`, `kct` …), never the label.
    Choice(String),
    /// đồng.
    Money(Vnd),
    /// A budget that was given as a range or a bound (`80-90 triệu`, `khoảng 60tr`): its upper end in đồng, and the words.
    About {
        vnd: Vnd,
        said: String,
    },
    /// Working days, counted in halves: `2.5` days are `Days(5)`.
    Days(u32),
    /// Hundredths of a percent: `8 %` is `Percent(800)`.
    Percent(i64),
    /// A whole number without unit (a count, an order).
    Number(i64),
    Date(NaiveDate),
    /// A lead time as `10 ngày làm việc sau khi nhận cọc`: working days in halves where they could be read, and the words.
    Lead {
        days: Option<u32>,
        said: String,
    },
    /// Said not to be known (`Chưa rõ`), where the field allows that. Not the same as blank.
    Unknown,
}

impl Value {
    /// The text of a `Text`, the code of a `Choice`.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(t) | Value::Choice(t) => Some(t),
            Value::About { said, .. } | Value::Lead { said, .. } => Some(said),
            _ => None,
        }
    }

    /// đồng; of a range its upper end.
    pub fn vnd(&self) -> Option<Vnd> {
        match self {
            Value::Money(v) | Value::About { vnd: v, .. } => Some(*v),
            _ => None,
        }
    }

    /// Working days in halves.
    pub fn half_days(&self) -> Option<u32> {
        match self {
            Value::Days(d) => Some(*d),
            Value::Lead { days, .. } => *days,
            _ => None,
        }
    }

    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Value::Date(d) => Some(*d),
            _ => None,
        }
    }
}
