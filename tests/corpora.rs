//! Walks a folder of odd and hostile files that are not part of this repository and prints what the desk
//! makes of each: `QUOTEDESK_CORPORA=/path cargo test --test corpora -- --nocapture`.
//! Without the variable it passes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use quotedesk::form::book::{self, Limits, Workers};

#[test]
fn every_workbook_gets_one_answer_in_time() {
    let Some(folder) = std::env::var_os("QUOTEDESK_CORPORA") else { return };
    let workers = Workers::new(env!("CARGO_BIN_EXE_quotedesk").into());
    let mut slow = Vec::new();
    let mut times = Vec::new();
    for file in workbooks(Path::new(&folder)) {
        let bytes = std::fs::read(&file).unwrap();
        let start = Instant::now();
        let read = book::read(&bytes, &Limits::default(), &workers);
        let took = start.elapsed();
        let name = file.strip_prefix(&folder).unwrap_or(&file).display();
        let result = match read {
            Ok(book) => {
                let cells: usize = book.sheets.iter().map(|s| s.cells.len()).sum();
                let merged: usize = book.sheets.iter().map(|s| s.merged.len()).sum();
                format!(
                    "{:?}: {} sheets, {cells} cells, {merged} merged, {} names, {} properties",
                    book.format,
                    book.sheets.len(),
                    book.names.len(),
                    book.properties.len()
                )
            }
            Err(fault) => format!("{fault:?}"),
        };
        println!("{name:<75} {:>9.2} ms  {result}", took.as_secs_f64() * 1000.0);
        times.push(took);
        if took > Duration::from_secs(12) {
            slow.push(name.to_string());
        }
    }
    times.sort();
    println!("{} files, median {:?}, slowest {:?}", times.len(), times.get(times.len() / 2), times.last());
    assert!(!times.is_empty(), "no workbooks in {folder:?}");
    assert!(slow.is_empty(), "over the time limit: {slow:?}");
}

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(workbooks(&path));
        } else if path.extension().is_some_and(|e| ["xls", "xlsx", "xlsm", "xlsb", "ods", "msg", "xla"].iter().any(|w| e == *w)) {
            found.push(path);
        }
    }
    found.sort();
    found
}
