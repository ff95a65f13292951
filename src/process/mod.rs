//! The nine steps as a pure core: no clock, no I/O, no SQL, no mail.

pub mod act;
pub mod apply;
pub mod case;
pub mod clock;
pub mod event;
pub mod filled;
pub mod form;
pub mod house;
pub mod letters;
pub mod pricing;
pub mod pricing_step;
pub mod problem;
pub mod quote;
pub mod roles;
pub mod rules;
pub mod step;
pub mod value;
