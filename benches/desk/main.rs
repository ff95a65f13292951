//! How fast the desk is on this machine, beside what the machine itself takes for the same work done bare:
//! `cargo bench`, or `cargo bench -- parts` and `cargo bench -- whole` for one half of it.

mod bare;
mod daemon;
mod measure;
mod parts;
mod sample;
mod whole;

use measure::Table;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |half: &str| wanted.is_empty() || wanted.iter().any(|word| word == half);
    let mut table = Table::default();
    let floors = parts::floors(&mut table);
    if wants("parts") {
        parts::parts(&mut table, &floors);
    }
    if wants("whole") {
        whole::whole(&mut table, &floors);
    }
    table.print();
}
