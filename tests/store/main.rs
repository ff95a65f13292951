//! One suite of promises, two engines.

#[path = "../database/mod.rs"]
mod database;
#[path = "../suite/mod.rs"]
mod suite;

mod postgres;
mod sqlite;
