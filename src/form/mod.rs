//! The analysis form as a workbook.

mod draft;
pub mod eyes;
pub mod facts;
mod help;
pub mod layout;
mod lists;
mod style;
mod tables;
mod words;
pub mod write;
