//! The analysis form as a workbook.

pub mod binder;
pub mod book;
pub mod cell;
pub mod check;
mod draft;
pub mod eyes;
pub mod facts;
mod help;
pub mod identify;
pub mod layout;
mod legacy;
mod lists;
pub mod merge;
pub mod noted;
pub mod plain;
pub mod read;
pub mod returned;
mod style;
mod tables;
mod words;
pub mod write;
