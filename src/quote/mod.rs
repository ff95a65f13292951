//! What the customer gets: quote and contract annex as workbooks, their names, and the gate that lets nothing internal out.

pub use crate::name;
