//! The 15 sample cases, played through the real daemon: each role in turn fills in forms with openpyxl and writes mails as
//! their own mail program does. Every case ends with exactly the quotes of the data. Then all of them again, every form
//! saved once more by LibreOffice as xlsx, ods and xls.

mod desk;
mod people;
mod played;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use people::facts::Facts;
use people::office::Office;
use played::{Play, Row};

/// As openpyxl saves it, and the three formats that LibreOffice makes of it.
const SAVED_AS: [Option<&str>; 4] = [None, Some("ods"), Some("xls"), Some("xlsx")];
/// Cases played at the same time: each keeps a daemon, and now and then a Python, busy.
const AT_ONCE: usize = 3;

#[test]
fn the_fifteen_cases_end_with_the_quotes_of_the_data() {
    let began = Instant::now();
    let facts = Facts::read();
    assert_eq!(facts.cases.len(), 15);
    let office = Office::start();
    let wanted = |id: &str| std::env::var("QUOTEDESK_CASE").map_or(true, |only| id.contains(&only));
    let plays: Vec<_> =
        SAVED_AS.iter().flat_map(|way| facts.cases.iter().map(move |c| (c, *way))).filter(|(c, _)| wanted(&c.id)).collect();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((case, saved_as)) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = catch_unwind(AssertUnwindSafe(|| Play::new(&facts, case, *saved_as, &office).to_the_end()));
                    let row = played.unwrap_or_else(|why| Row::stuck(case, *saved_as, message(why.as_ref())));
                    rows.lock().unwrap_or_else(|p| p.into_inner()).push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(|p| p.into_inner());
    rows.sort_by(|a, b| (&a.saved_as, &a.case).cmp(&(&b.saved_as, &b.case)));
    print(&rows, began.elapsed());
    let wrong: Vec<String> = rows.iter().flat_map(Row::complaints).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The table of results, shown whether the test passes or not.
fn print(rows: &[Row], took: Duration) {
    let ok = rows.iter().filter(|r| r.wrong.is_empty()).count();
    let table: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let _ =
        writeln!(std::io::stderr(), "\n{}\n{table}{ok} of {} plays are right, in {} s", Row::HEAD, rows.len(), took.as_secs());
}

fn message(why: &(dyn std::any::Any + Send)) -> String {
    let text = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without words").to_string()
}
