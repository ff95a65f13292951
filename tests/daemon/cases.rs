//! The 15 sample cases, played through the real daemon: each role in turn fills in forms with openpyxl and writes mails as
//! their own mail program does. Every case ends with exactly the quotes of the data. Then all of them again, every form
//! saved once more by LibreOffice, as xlsx, ods and xls in turn.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::desk::mail::{Letter, Mail};
use crate::desk::{Answer, Desk};
use crate::people::facts::{Case, Facts};
use crate::people::office::Office;
use crate::played::{Play, Row, Way};

/// The formats that LibreOffice saves a form in.
const FORMATS: [&str; 3] = ["ods", "xls", "xlsx"];
/// Played in every format each time: a single item, a private server with two people of Tech, a quote asked for anew.
const IN_EVERY_FORMAT: [&str; 3] = ["YC-2024-006", "YC-2024-005", "YC-2025-012"];
/// Cases played at the same time: each keeps a daemon, and now and then a Python, busy.
const AT_ONCE: usize = 4;

/// Mails as files in `inbox/` and `outbox/mail/`.
struct Folders;

impl Way for Folders {
    fn send(&self, desk: &Desk, mail: &Mail) -> Answer {
        desk.mail(mail)
    }

    fn letters(&self, desk: &Desk) -> Vec<Letter> {
        desk.letters()
    }
}

/// One case, and what its forms are saved with: openpyxl alone, or LibreOffice after it.
type Planned<'a> = (&'a Case, Option<&'static str>);

#[test]
fn the_fifteen_cases_end_with_the_quotes_of_the_data() {
    let facts = Facts::read();
    let in_turn = |(n, case): (usize, &Case)| {
        let format = FORMATS[n % FORMATS.len()];
        let all = IN_EVERY_FORMAT.contains(&case.id.as_str());
        FORMATS.into_iter().filter(move |f| all || *f == format).map(Some).collect::<Vec<_>>()
    };
    let saved_again = facts.cases.iter().enumerate().flat_map(|(n, case)| in_turn((n, case)).into_iter().map(move |f| (case, f)));
    play(&facts, facts.cases.iter().map(|case| (case, None)).chain(saved_again).collect());
}

#[test]
#[ignore = "45 plays, some six minutes on two cores: before a release"]
fn every_case_in_every_format() {
    let facts = Facts::read();
    play(&facts, FORMATS.iter().flat_map(|format| facts.cases.iter().map(|case| (case, Some(*format)))).collect());
}

/// Plays them all, prints the table of results, and fails where anything differs from the data.
/// `QUOTEDESK_CASE=2025-012` plays the cases whose id holds that.
fn play(facts: &Facts, mut plays: Vec<Planned>) {
    let began = Instant::now();
    assert_eq!(facts.cases.len(), 15);
    let only = std::env::var("QUOTEDESK_CASE").unwrap_or_default();
    plays.retain(|(case, _)| case.id.contains(&only));
    let office = Office::start();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((case, saved_as)) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = catch_unwind(AssertUnwindSafe(|| {
                        Play::new(facts, case, *saved_as, &office, Box::new(Folders)).played_out()
                    }));
                    let row = played.unwrap_or_else(|why| Row::stuck(case, *saved_as, message(why.as_ref())));
                    rows.lock().unwrap_or_else(|p| p.into_inner()).push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(|p| p.into_inner());
    rows.sort_by(|a, b| (&a.case, &a.saved_as).cmp(&(&b.case, &b.saved_as)));
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
