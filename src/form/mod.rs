//! The analysis form as a workbook.

pub mod book;
pub mod cell;
pub mod layout;
pub mod read;
