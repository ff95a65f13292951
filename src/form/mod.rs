//! The analysis form as a workbook.

mod draft;
pub mod eyes;
mod help;
pub mod book;
pub mod layout;
mod lists;
mod style;
mod tables;
mod words;
pub mod write;
