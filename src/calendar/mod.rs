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
impl Calendar {
    pub fn due(&self, _: DateTime<Utc>, _: &Span) -> Deadline {
        unimplemented!()
    }
    pub fn before(&self, _: DateTime<Utc>, _: &Span) -> DateTime<Utc> {
        unimplemented!()
    }
    pub fn closing(&self, _: NaiveDate) -> DateTime<Utc> {
        unimplemented!()
    }
    pub fn opening(&self, _: NaiveDate) -> DateTime<Utc> {
        unimplemented!()
    }
    pub fn midnight(&self, _: NaiveDate) -> DateTime<Utc> {
        unimplemented!()
    }
    pub fn working_day_until(&self, _: NaiveDate) -> NaiveDate {
        unimplemented!()
    }
    pub fn add_working_days(&self, _: NaiveDate, _: u32) -> NaiveDate {
        unimplemented!()
    }
    pub fn next_working_time(&self, _: DateTime<Utc>) -> DateTime<Utc> {
        unimplemented!()
    }
    pub fn end_of(&self, _: NaiveDate, _: u32) -> NaiveDate {
        unimplemented!()
    }
}
