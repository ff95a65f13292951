//! Working time: the country's holidays, deadlines, and dates as staff type and read them.

pub mod days;
mod english;
pub mod holidays;
pub mod say;
pub mod span;
pub mod typed;
pub mod working;

#[cfg(test)]
mod typed_tests;

pub use span::Span;
pub use working::{Calendar, Deadline, parse_hours};
