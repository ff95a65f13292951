//! How fast the desk is on this machine, beside what the machine itself takes for the same work done bare:
//! `cargo bench`, or `cargo bench -- parts`, `whole` or `mail` for a part of it. `mail` starts mail servers of its own (the
//! test lab).

mod bare;
mod daemon;
#[path = "../../tests/desk/mod.rs"]
mod desk;
#[path = "../../tests/lab/mod.rs"]
mod lab;
mod mail;
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
    if wants("mail") {
        mail::mail(&table);
    }
}
