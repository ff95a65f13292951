//! More than the desk can get rid of: thousands of files at once while the mail server is away.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::daemon::{Daemon, Place};
use super::measure::Table;
use super::{parts, post, sample};

const FILES: usize = 5_000;
const PATIENCE: Duration = Duration::from_secs(600);

pub fn flood(table: &Table) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let (config, at) = (sample::config(folder.path()), chrono::Utc::now());
    // A port on which nobody listens.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    std::fs::write(folder.path().join("quotedesk.toml"), post::config("127.0.0.1", port)).expect("a config");
    let make = |n: usize| place.make(&format!("Phiếu {n:05}.xlsx"), &sample::workbook(n, &config, at));
    let made: Vec<PathBuf> = (0..FILES).map(make).collect();

    table.title(&format!("{FILES} files at once while the mail server is away"));
    let daemon = Daemon::idle(&place);
    table.number("memory of an idle desk", daemon.memory("VmRSS"), "MiB");
    let start = Instant::now();
    made.iter().for_each(|file| place.drop_in(file));
    while place.done() < FILES {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(500));
    }
    table.number("all taken and answered", FILES as f64 / start.elapsed().as_secs_f64(), "forms a second");
    std::thread::sleep(Duration::from_secs(5));
    table.number(&format!("memory at most, {} mails waiting", 2 * FILES), daemon.memory("VmHWM"), "MiB");
}
