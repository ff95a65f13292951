//! Several daemons on one desk, PostgreSQL: forms a second with one, two and three of them. They share the machine, and its
//! cores: more of them on one machine gain what one process leaves unused, on several machines what those have.

use std::path::PathBuf;
use std::time::Instant;

use super::daemon::{Daemon, Place, until};
use super::database::Database;
use super::measure::Table;
use super::parts;
use super::sample;

const FORMS: usize = 300;
const DAEMONS: usize = 3;

pub fn many(table: &Table) {
    table.title("Several daemons on one desk, PostgreSQL");
    for daemons in 1..=DAEMONS {
        let folder = parts::folder();
        let place = Place::new(folder.path());
        let Database(url) = Database::new();
        let config = sample::built_in_but(&[("\"state\"", &format!("{url:?}"))]);
        std::fs::write(folder.path().join("quotedesk.toml"), config).expect("a config");
        let (config, at) = (sample::config(folder.path()), chrono::Utc::now());
        let make = |n: usize| place.make(&format!("Phiếu {n:04}.xlsx"), &sample::workbook(n, &config, at));
        let made: Vec<PathBuf> = (0..FORMS).map(make).collect();
        let running: Vec<Daemon> = (0..daemons).map(|_| Daemon::start(&place)).collect();
        std::thread::sleep(std::time::Duration::from_secs(3));
        let start = Instant::now();
        made.iter().for_each(|file| place.drop_in(file));
        until("every form answered, every review asked for", || place.done() == FORMS && place.mails().1 == FORMS);
        let time = start.elapsed().as_secs_f64();
        let cpu: f64 = running.iter().map(Daemon::cpu).sum();
        table.number(&format!("{FORMS} forms at once, {daemons} daemons"), FORMS as f64 / time, "forms a second");
        table.number("  processor time of the daemons for each", cpu * 1000.0 / FORMS as f64, "ms");
    }
}
