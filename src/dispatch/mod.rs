//! Effects out.
