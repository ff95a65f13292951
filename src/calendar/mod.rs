//! Working time: the country's holidays, deadlines, and dates as staff type and read them.

pub mod holidays;
pub mod say;
pub mod span;
pub mod working;
