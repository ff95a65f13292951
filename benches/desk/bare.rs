//! The floors: the same work with nothing of the desk around it.

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::Path;

use calamine::{Reader, Xlsx};
use quotedesk::form::book::{Book, Raw};
use rust_xlsxwriter::{Format, FormatBorder, Workbook};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};

/// calamine, every cell of every sheet passed over one by one.
pub fn parse(bytes: &[u8]) -> usize {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut cells = 0;
    for name in book.sheet_names() {
        let mut sheet = book.worksheet_cells_reader(&name).expect("a sheet");
        while sheet.next_cell().expect("a cell").is_some() {
            cells += 1;
        }
    }
    cells
}

/// rust_xlsxwriter, the same cells on the same sheets in one plain format.
pub fn write(like: &Book) -> Vec<u8> {
    let mut book = Workbook::new();
    let format = Format::new().set_text_wrap().set_border(FormatBorder::Thin);
    for sheet in &like.sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name).expect("a name");
        for ((row, col), raw) in sheet.cells.iter() {
            let col = col as u16;
            match raw {
                Raw::Text(text) => page.write_string_with_format(row, col, text, &format),
                Raw::Number { value, .. } => page.write_number_with_format(row, col, *value, &format),
                _ => page.write_blank(row, col, &format),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// An SQLite database as durable as the desk's own.
pub async fn database(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("bare.db")).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let mut database = options.connect().await.expect("a database");
    sqlx::query("CREATE TABLE row (id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB NOT NULL)")
        .execute(&mut database)
        .await
        .expect("a table");
    database
}

/// One commit: five rows, the body in one of them.
pub async fn commit(database: &mut SqliteConnection, body: &[u8]) {
    let mut transaction = database.begin_with("BEGIN IMMEDIATE").await.expect("begun");
    for n in 0..5 {
        let body = if n == 0 { body } else { &body[..200] };
        let insert = sqlx::query("INSERT INTO row (name, body) VALUES ($1, $2)").bind("Minh Long").bind(body);
        insert.execute(&mut *transaction).await.expect("inserted");
    }
    transaction.commit().await.expect("committed");
}

/// One file: written, synced, renamed, its folder synced.
pub fn file(folder: &Path, name: &str, bytes: &[u8]) {
    let temporary = folder.join(".new");
    let mut file = File::create(&temporary).expect("a file");
    file.write_all(bytes).and_then(|()| file.sync_all()).expect("written");
    fs::rename(&temporary, folder.join(name)).expect("renamed");
    File::open(folder).and_then(|folder| folder.sync_all()).expect("synced");
}

/// lettre: text, HTML and the form as one mail.
pub fn mail(text: &str, html: &str, form: &[u8]) -> Vec<u8> {
    use lettre::message::{Attachment, Message, MultiPart, SinglePart, header::ContentType};
    let words =
        MultiPart::alternative().singlepart(SinglePart::plain(text.to_owned())).singlepart(SinglePart::html(html.to_owned()));
    let kind = ContentType::parse("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").expect("a type");
    let body = MultiPart::mixed().multipart(words).singlepart(Attachment::new("form.xlsx".into()).body(form.to_vec(), kind));
    let mail = Message::builder().from("a@anphat.example".parse().expect("an address"));
    let mail = mail.to("b@anphat.example".parse().expect("an address")).subject("Nhờ duyệt phiếu: Minh Long");
    mail.multipart(body).expect("a mail").formatted()
}

/// So many bytes as a mail's lines.
pub fn lines(bytes: usize) -> Vec<u8> {
    let head = b"From: a@anphat.example\r\nTo: b@anphat.example\r\nSubject: bench\r\n\r\n".to_vec();
    let line = [[b'x'; 76].as_slice(), b"\r\n"].concat();
    [head, line.repeat(bytes / line.len())].concat()
}

/// An open connection to a mail server.
pub struct Server(std::io::BufReader<std::net::TcpStream>);

impl Server {
    pub fn at(host: &str, port: u16) -> Server {
        let stream = std::net::TcpStream::connect((host, port)).expect("the server is up");
        stream.set_nodelay(true).expect("an open connection");
        let mut server = Server(std::io::BufReader::new(stream));
        server.reply("220");
        server.say(b"EHLO bench.example\r\n", "250");
        server
    }

    /// One mail, from its first command to the reply to its last dot.
    pub fn transaction(&mut self, from: &str, to: &str, mail: &[u8]) {
        self.say(format!("MAIL FROM:<{from}>\r\n").as_bytes(), "250");
        self.say(format!("RCPT TO:<{to}>\r\n").as_bytes(), "250");
        self.say(b"DATA\r\n", "354");
        self.say(&[mail, b".\r\n"].concat(), "250");
    }

    fn say(&mut self, words: &[u8], expected: &str) {
        self.0.get_mut().write_all(words).expect("the server reads");
        self.reply(expected);
    }

    fn reply(&mut self, expected: &str) {
        loop {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut self.0, &mut line).expect("the server answers");
            assert!(line.starts_with(expected), "{line:?} and not {expected}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}
