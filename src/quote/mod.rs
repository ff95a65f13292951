//! What the customer gets.
