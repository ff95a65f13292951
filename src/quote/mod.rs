//! What the customer gets: quote and contract annex as workbooks, their names, and the gate that lets nothing internal out.
//!
//! The writers see a [`public::Public`], never the case: what is not on that white-list cannot come out.

pub mod appendix;
pub mod gate;
pub mod held;
pub mod names;
pub mod page;
pub mod prices;
pub mod public;
pub mod sentences;
pub mod telling;
pub mod workbook;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the workbook could not be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    #[error("{file}, line {line}: {why}")]
    Sentences { file: &'static str, line: usize, why: String },
    /// The customer would read it as it stands.
    #[error("{file}, line {line}: no such place: {place}; there are {places}")]
    NoSuchPlace { file: &'static str, line: usize, place: String, places: String },
}
