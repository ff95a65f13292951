//! Amounts of money: as staff type them, as documents show them, and their sums.

mod amount;
pub mod format;
pub mod label;
pub mod percent;
pub mod totals;
pub mod typed;
#[cfg(test)]
mod typed_tests;
pub mod words;
#[cfg(test)]
mod words_tests;
