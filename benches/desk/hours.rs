//! The desk under steady work: does its memory grow? Batch after batch of forms, each with its two mails, for
//! `QUOTEDESK_MINUTES` (10); what it holds is told at each tenth of the time.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::daemon::{Daemon, Place, until};
use super::measure::Table;
use super::{parts, sample};

const BATCH: usize = 40;
/// Between two batches: the desk has idle moments too.
const PAUSE: Duration = Duration::from_millis(200);

fn minutes() -> f64 {
    std::env::var("QUOTEDESK_MINUTES").ok().and_then(|n| n.parse().ok()).unwrap_or(10.0)
}

pub fn hours(table: &Table) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let config = sample::config(folder.path());
    let all = Duration::from_secs_f64(minutes() * 60.0);

    table.title(&format!("Steady work for {} minutes: what the daemon holds", minutes()));
    let daemon = Daemon::idle(&place);
    table.number("at the start", daemon.memory("VmRSS"), "MiB");
    let (start, mut forms) = (Instant::now(), 0);
    for tenth in 1..=10 {
        let (before, cpu) = (forms, daemon.cpu());
        while start.elapsed() < all.mul_f64(f64::from(tenth) / 10.0) {
            batch(&place, &config, forms);
            forms += BATCH;
            std::thread::sleep(PAUSE);
        }
        let each = (daemon.cpu() - cpu) * 1000.0 / (forms - before).max(1) as f64;
        table.number(
            &format!("after {forms} forms; {each:.1} ms of processor time for each of the last"),
            daemon.memory("VmRSS"),
            "MiB",
        );
    }
    table.number("at most", daemon.memory("VmHWM"), "MiB");
}

/// Forms that are taken and answered, and their mails; then people take them away, as they do.
fn batch(place: &Place, config: &quotedesk::config::Config, from: usize) {
    let at = chrono::Utc::now();
    for n in from..from + BATCH {
        place.drop_in(&place.make(&format!("Phiếu {n:06}.xlsx"), &sample::workbook(n, config, at)));
    }
    until("every form answered, every mail out", || place.done() == BATCH && place.mails().0 == 2 * BATCH);
    clear(&place.mail());
    clear(&place.root.join("inbox/.done"));
}

/// Files only: the folders are the desk's.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => clear(&entry.path()),
            _ => fs::remove_file(entry.path()).expect("taken away"),
        }
    }
}
