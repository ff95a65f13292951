//! How fast the desk is on this machine, beside what the machine itself takes for the same work done bare:
//! `cargo bench`, or `cargo bench -- parts`, `whole`, `many` or `mail` for a part of it. `many` starts a
//! PostgreSQL of its own, `mail` mail servers (the test lab).

mod bare;
mod daemon;
#[path = "../../tests/database/mod.rs"]
mod database;
#[path = "../../tests/desk/mod.rs"]
mod desk;
#[path = "../../tests/lab/mod.rs"]
mod lab;
mod mail;
mod many;
mod measure;
mod parts;
mod sample;
mod whole;

use measure::Table;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |half: &str| wanted.is_empty() || wanted.iter().any(|word| word == half);
    let table = Table;
    let floors = parts::floors(&table);
    if wants("parts") {
        parts::parts(&table, &floors);
    }
    if wants("whole") {
        whole::whole(&table, &floors);
    }
    if wants("many") {
        many::many(&table);
    }
    if wants("mail") {
        mail::mail(&table);
    }
}
