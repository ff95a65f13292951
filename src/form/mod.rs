//! The analysis form as a workbook.

pub mod book;
pub mod cell;
pub mod check;
pub mod identify;
pub mod layout;
pub mod merge;
pub mod plain;
pub mod read;
pub mod returned;
