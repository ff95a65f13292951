//! The nine steps as a pure core: no clock, no I/O, no SQL, no mail.

pub mod act;
pub mod case;
pub mod event;
pub mod form;
pub mod house;
pub mod letters;
pub mod problem;
pub mod quote;
pub mod value;
