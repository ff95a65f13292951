//! The analysis form as a workbook.

pub mod book;
pub mod layout;
