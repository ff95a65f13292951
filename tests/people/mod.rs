//! The company's people: what the sample cases say of them, the programs they fill in workbooks with, and how they type.
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod facts;
pub mod office;
pub mod quoted;
pub mod typing;
pub mod workbook;
