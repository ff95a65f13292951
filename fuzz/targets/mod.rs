//! What strangers' bytes may never do, whatever they are: one function a kind of input. `fuzz/run` looks for inputs that
//! break it, with coverage; `tests/fuzzed.rs` replays the kept inputs and changes of them in the ordinary tests.
//!
//! Each asks for more than that nothing panics: the same bytes mean the same, what is written is read again, a quoted word
//! decides nothing, nobody's cell is changed by another.

mod config;
mod csv;
mod imap;
mod mail;
mod proof;
mod reply;
mod script;
mod smtp;
mod typed;
mod workbook;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::NaiveDate;
use quotedesk::config::{Config, DEFAULT};
use quotedesk::process::house::House;

/// A kind of input: its name, what holds for it, inputs to start from, and for how many seconds the ordinary tests try it.
pub type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>, u64);

const LONG: u64 = 30;
const SHORT: u64 = 3;

pub const TARGETS: &[Target] = &[
    ("workbook", workbook::any, workbook::seeds, LONG),
    ("parts", workbook::parts, workbook::part_seeds, SHORT),
    ("xls", workbook::xls, workbook::xls_seeds, SHORT),
    ("mail", mail::mail, mail::seeds, LONG),
    ("winmail", mail::winmail, mail::winmail_seeds, SHORT),
    ("reply", reply::reply, reply::seeds, LONG),
    ("proof", proof::proof, proof::seeds, LONG),
    ("config", config::config, config::seeds, LONG),
    ("csv", csv::csv, csv::seeds, LONG),
    ("typed", typed::typed, typed::seeds, SHORT),
    ("smtp", smtp::smtp, smtp::seeds, SHORT),
    ("imap", imap::imap, imap::seeds, SHORT),
];

/// Runs a target. The parsers that we use may panic, and then the file is broken; only what comes out here is a fault.
///
/// # Errors
/// What did not hold.
pub fn run(target: &Target, bytes: &[u8]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| target.1(bytes))).map_err(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_string())).unwrap_or_default()
    })
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a Monday")
}

fn house() -> &'static House {
    static HOUSE: std::sync::OnceLock<House> = std::sync::OnceLock::new();
    HOUSE.get_or_init(|| Config::parse(DEFAULT, None, Path::new("/")).expect("the built-in config").house)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|t| t.as_bytes().to_vec()).collect()
}
