//! How fast the desk is on this machine, beside what the machine itself takes for the same work done bare:
//! `cargo bench`, or `cargo bench -- parts`, `whole`, `post`, `flood`, `many` or `mail` for a part of it. `post` and `mail` start
//! mail servers of their own (the test lab), `many` a PostgreSQL. `cargo bench -- million` fills a store with a million cases
//! first: some minutes and some 10 GB of disk; `QUOTEDESK_CASES` says another number, `QUOTEDESK_KEEP` a folder to
//! keep it in, for the next time. `cargo bench -- hours` feeds a desk for
//! `QUOTEDESK_MINUTES` and shows whether its memory grows.

mod bare;
mod daemon;
#[path = "../../tests/database/mod.rs"]
mod database;
#[path = "../../tests/desk/mod.rs"]
mod desk;
mod flood;
mod floors;
mod hours;
#[path = "../../tests/lab/mod.rs"]
mod lab;
mod mail;
mod many;
mod measure;
mod million;
mod parts;
mod post;
mod relay;
mod sample;
mod whole;

use measure::Table;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |half: &str| wanted.is_empty() || wanted.iter().any(|word| word == half);
    let table = Table;
    let floors = floors::floors(&table);
    if wants("parts") {
        parts::parts(&table, &floors);
    }
    if wants("whole") {
        whole::whole(&table, &floors);
    }
    if wants("post") {
        post::post(&table, &floors);
    }
    if wants("flood") {
        flood::flood(&table);
    }
    // Only where it is asked for by name.
    if wanted.iter().any(|word| word == "million") {
        million::million(&table);
    }
    if wanted.iter().any(|word| word == "hours") {
        hours::hours(&table);
    }
    if wants("many") {
        many::many(&table);
    }
    if wants("mail") {
        mail::mail(&table);
    }
}
