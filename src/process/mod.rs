//! The nine steps as a pure core: no clock, no I/O, no SQL, no mail.

pub mod form;
pub mod problem;
pub mod value;
