//! The floors: what the machine itself takes for the steps of a form's way, each done bare.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use quotedesk::desk::understand::book_limits;
use quotedesk::form::book::{self, Book};
use sqlx::SqliteConnection;
use tokio::runtime::Runtime;

use super::measure::{Table, Times};
use super::{bare, parts, sample};

pub const RUNS: usize = 200;
/// Bytes that a submission commits: its mails.
pub const BODY: usize = 60_000;

/// Medians of the bare work.
pub struct Floors {
    pub parse: Duration,
    pub write: Duration,
    pub quote: Duration,
    pub mail: Duration,
    pub commit: Duration,
    pub file: Duration,
}

impl Floors {
    /// The way of a form to its mail: read, written for the Leader, committed, the mail's attempt committed, the mail
    /// written as a file.
    pub fn way(&self) -> Duration {
        self.parse + self.write + self.commit * 2 + self.file
    }
}

/// What the steps are done with.
pub struct Steps {
    runtime: Runtime,
    folder: tempfile::TempDir,
    database: SqliteConnection,
    form: Vec<u8>,
    form_book: Book,
    quote_book: Book,
    text: String,
    html: String,
    body: Vec<u8>,
}

impl Steps {
    pub fn new() -> Steps {
        let (config, at, runtime, folder) = (sample::config(Path::new("/desk")), parts::now(), parts::runtime(), parts::folder());
        let form = sample::workbook(1, &config, at);
        let quote = parts::quote(&config, &sample::quoted(&config, at));
        let book = |bytes: &[u8]| book::read(bytes, &book_limits(&config), &parts::workers()).expect("a workbook");
        let (form_book, quote_book) = (book(&form), book(&quote));
        let database = runtime.block_on(bare::database(folder.path()));
        let text = "Nhờ anh duyệt phiếu.\n".repeat(60);
        let html = "<p class=\"a\">Nhờ anh duyệt phiếu.</p>\n".repeat(500);
        Steps { runtime, folder, database, form, form_book, quote_book, text, html, body: vec![b'x'; BODY] }
    }

    pub fn parse(&self) {
        assert!(bare::parse(black_box(&self.form)) > 100);
    }

    pub fn write(&self) {
        drop(black_box(bare::write(&self.form_book)));
    }

    pub fn mail(&self) {
        drop(black_box(bare::mail(&self.text, &self.html, &self.form)));
    }

    pub fn commit(&mut self) {
        self.runtime.block_on(bare::commit(&mut self.database, &self.body));
    }
}

pub fn floors(table: &Table) -> Floors {
    let mut steps = Steps::new();
    let parse = Times::of(RUNS, || steps.parse());
    let write = Times::of(RUNS, || steps.write());
    let quote = Times::of(RUNS, || drop(black_box(bare::write(&steps.quote_book))));
    let mail = Times::of(RUNS, || steps.mail());
    let commit = Times::of(RUNS, || steps.commit());
    let name = |n: usize| format!("{n}.eml");
    let file = Times::after(RUNS, name, |name| bare::file(steps.folder.path(), &name, &steps.body));

    table.title("Floors: the machine alone, ms");
    table.times(&format!("calamine: every cell of the form ({} KB)", steps.form.len() / 1000), &parse, None);
    table.times("rust_xlsxwriter: the form's cells", &write, None);
    table.times("rust_xlsxwriter: the quote's cells", &quote, None);
    table.times("lettre: a mail of text, HTML and the form", &mail, None);
    table.times("SQLite: one durable commit, 5 rows, 60 KB", &commit, None);
    table.times("one file of 60 KB: write, fsync, rename, fsync", &file, None);
    let [parse, write, quote, mail, commit, file] = [parse, write, quote, mail, commit, file].map(|times| times.median());
    Floors { parse, write, quote, mail, commit, file }
}
