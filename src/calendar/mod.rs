//! Working time.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span(pub String);
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub at: DateTime<Utc>,
    pub from: DateTime<Utc>,
    pub span: String,
    pub skipped: Vec<NaiveDate>,
}
#[derive(Clone, Debug)]
pub struct Calendar;
impl Calendar {
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.date_naive()
    }
}
