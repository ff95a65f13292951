//! Files that are made to break whoever opens them, through the running daemon: each gets one answer, the daemon lives, and
//! neither it nor its children take more than they may. Every bomb is made here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;
use notify::{EventKind, RecursiveMode, Watcher};
use quotedesk::form::book::{self, Limits, Workers};
use quotedesk::process::problem::FileFault;

use crate::desk::Desk;
use crate::desk::mail::Mail;
use crate::desk::setup::{DESK, LEADER, SALES, Setup};
use crate::workbooks::{compound, ods, parts, xls, xlsb, xlsx_with_sheet, zip_of};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const PATIENCE: Duration = Duration::from_secs(240);

/// What a child may take for one workbook, and what it may ask for at all.
const CHILD_CPU: Duration = Duration::from_secs(10);
const CHILD_SPACE: u64 = 512 << 20;
/// The daemon reads ordinary workbooks and mails itself, several at once, and holds what came meanwhile.
const DAEMON_MEMORY: u64 = 400 << 20;

type Files = Vec<(String, Vec<u8>)>;

#[test]
fn every_bomb_gets_one_answer_within_the_limits() {
    let bait = Bait::laid();
    let books = workbook_bombs(&bait);
    each_alone(&books);
    all_through_the_daemon(books);
    large_files_are_held_few_at_a_time();
    bait.untouched();
}

/// One child for each: what it took is what that workbook took.
fn each_alone(books: &Files) {
    let (mut most_cpu, mut most_memory) = (Duration::ZERO, 0);
    let mut seen = BTreeSet::new();
    for (name, bytes) in books {
        let children = Children::of(std::process::id());
        let before = children_cpu();
        let workers = Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()).with_patience(Duration::from_secs(120));
        let read = book::read(bytes, &Limits::default(), &workers);
        // A child that did its work waits for more, and is seen for certain.
        let took = children.most();
        drop(workers);
        let cpu = children_cpu() - before;
        let said = match &read {
            Ok(book) => format!("{} cells", book.sheets.iter().map(|s| s.cells.len()).sum::<usize>()),
            Err(fault) => format!("{fault:?}"),
        };
        println!("{name:<40} {:>8} bytes  CPU {cpu:>8.2?}  {:>4} MiB  {said}", bytes.len(), took.memory >> 20);
        assert!(!matches!(read, Err(FileFault::TooSlow)), "{name} took the child's whole time");
        assert!(cpu <= CHILD_CPU + Duration::from_secs(1), "{name}: {cpu:?}");
        assert!(took.space <= CHILD_SPACE, "{name}: {} MiB of addresses", took.space >> 20);
        seen.extend(name.rsplit('.').next().filter(|_| took.space > 0));
        (most_cpu, most_memory) = (most_cpu.max(cpu), most_memory.max(took.memory));
    }
    assert!(["xls", "xlsb", "ods"].iter().all(|kind| seen.contains(kind)), "children were seen at work on {seen:?} alone");
    println!("{} workbooks; a child at the most: CPU {most_cpu:?}, {} MiB", books.len(), most_memory >> 20);
}

fn all_through_the_daemon(books: Files) {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let id = need(&desk);
    let form = desk.form_for(SALES);
    let before = answers(&desk);
    desk.stop();
    let mut workbooks = books;
    workbooks.push(("phieu 50000 dong.xlsx".into(), with_rows(&form, 50_000)));
    workbooks.extend(cut(&xlsx_with_sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"), "xlsx"));
    workbooks.extend(cut(&xls("A", (2, 2), &[(0, 0, 1.0)]), "xls"));
    workbooks.extend(cut(&ods("<table:table table:name=\"a\"/>"), "ods"));
    let mails = mail_bombs();
    let mut put = Vec::new();
    for (of, files) in [(SALES, &workbooks), (LEADER, &mails)] {
        for (name, bytes) in files {
            let path = desk.inbox().join(of).join(format!("{:04} {name}", put.len()));
            put_down(&path, bytes);
            put.push(path);
        }
    }
    desk.start();
    let daemon = daemon(&desk);
    let children = Children::of(daemon);
    let began = Instant::now();
    while put.iter().any(|path| path.exists()) {
        if began.elapsed() > PATIENCE {
            let left: Vec<_> = put.iter().filter(|p| p.exists()).filter_map(|p| p.file_name()).collect();
            desk.fail(&format!("not taken: {left:?}"));
        }
        thread::sleep(Duration::from_millis(50));
    }
    desk.idle();
    let took = began.elapsed();
    assert_eq!(self::daemon(&desk), daemon, "the daemon is another one");
    let memory = status(daemon, "VmHWM:");
    let children = children.most();
    for path in &put {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match desk.answered(&name) {
            Some(answer) => assert!(!answer.text.trim().is_empty(), "{name}: an answer without a word"),
            None => desk.fail(&format!("no answer beside {name}")),
        }
    }
    assert_eq!(answers(&desk), before + put.len(), "one answer each");
    let case = desk.show(&id);
    assert_eq!(case["state"], "Drafting", "a bomb moved the case");
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(1), "a bomb opened a case");
    println!(
        "{} files in {took:?}; daemon {} MiB, a child {} MiB, {} MiB of addresses",
        put.len(),
        memory >> 20,
        children.memory >> 20,
        children.space >> 20
    );
    assert!(memory <= DAEMON_MEMORY, "the daemon held {} MiB", memory >> 20);
    assert!(children.space > 0 && children.space <= CHILD_SPACE, "a child held {} MiB", children.space >> 20);
    desk.close();
}

/// Sales lays a whole archive down: as many files as a desk works on at once, each as large as it may be.
fn large_files_are_held_few_at_a_time() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let before = answers(&desk);
    desk.stop();
    let file = [b"%PDF-1.4\n".to_vec(), vec![b' '; 19 << 20]].concat();
    let put: Vec<_> = (0..40).map(|n| desk.inbox().join(SALES).join(format!("hợp đồng {n}.pdf"))).collect();
    for (n, path) in put.iter().enumerate() {
        put_down(path, &[&file[..], n.to_string().as_bytes()].concat());
    }
    desk.start();
    desk.wait_for("all files to be taken", || put.iter().all(|path| !path.exists()).then_some(()));
    desk.idle();
    assert_eq!(answers(&desk), before + put.len(), "one answer each");
    let memory = status(daemon(&desk), "VmHWM:");
    println!("{} files of 19 MiB; daemon {} MiB", put.len(), memory >> 20);
    assert!(memory <= DAEMON_MEMORY, "the daemon held {} MiB", memory >> 20);
    desk.close();
}

fn need(desk: &Desk) -> String {
    let mut need = Mail::new(("Bùi Ngọc Lam", "lam.bui@anphat.example"), DESK, DateTime::parse_from_rfc3339(MONDAY).unwrap());
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Nam Phong".into();
    need.text = "KH Nam Phong muốn in phiếu cân xe.".into();
    desk.mail(&need);
    desk.json(&["cases", "--json"])[0]["id"].as_str().expect("a case").to_string()
}

/// Written an hour ago: nobody is still at it.
fn put_down(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("a file");
    let file = fs::File::options().write(true).open(path).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time");
}

/// The answers that lie beside files that were put away.
fn answers(desk: &Desk) -> usize {
    let files = desk.files("inbox");
    let away: Vec<_> = files.iter().filter(|p| p.starts_with(".done") || p.starts_with(".problem")).collect();
    away.iter().filter(|p| p.extension().is_some_and(|e| e == "txt") && away.contains(&&p.with_extension(""))).count()
}

/// The same file cut off every 64 bytes. Nothing at all is still on its way.
fn cut(bytes: &[u8], extension: &str) -> Files {
    (64..bytes.len()).step_by(64).map(|n| (format!("cut {n}.{extension}"), bytes[..n].to_vec())).collect()
}

// ---- workbooks

fn workbook_bombs(bait: &Bait) -> Files {
    let mut all: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let cell = r#"<c r="A1"><v>1</v></c>"#;
    let one = format!("<row r=\"1\">{cell}</row>");
    all.insert("zip bomb.xlsx", xlsx_with_sheet(&format!("<row r=\"1\">{}</row>", cell.repeat(3_000_000))));
    all.insert("zip of zeros.xlsx", zip_of(&[("[Content_Types].xml", vec![0; 150 << 20])]));
    all.insert("zip in zip.xlsx", (0..20).fold(xlsx_with_sheet(&one), |inner, _| zip_of(&[("phieu.xlsx", inner)])));
    let names: Vec<String> = (0..65_000).map(|n| format!("xl/p{n}.xml")).collect();
    all.insert("65000 parts.xlsx", zip_of(&names.iter().map(|n| (n.as_str(), Vec::new())).collect::<Vec<_>>()));
    let mut twice = parts("", "", &one);
    twice.push(("XL/Workbook.xml", b"<workbook/>".to_vec()));
    all.insert("two of a name.xlsx", zip_of(&twice));
    for (name, at, value) in [("says empty.xlsx", 24, 0), ("says 4 GiB.xlsx", 24, u32::MAX - 1), ("overlapping.xlsx", 42, 0)] {
        all.insert(name, in_each_entry(xlsx_with_sheet(&one), at, value));
    }
    all.insert("xls, as it should be.xls", xls("A", (2, 2), &[(0, 0, 1.0)]));
    all.insert("xls, all of it claimed.xls", xls("A", (65_536, 256), &[(0, 0, 1.0)]));
    all.insert("xls, two corners.xls", xls("A", (1, 1), &[(0, 0, 1.0), (65_535, 255, 2.0)]));
    all.insert("xls, beyond its columns.xls", xls("A", (1, 1), &[(0, 0, 1.0), (65_535, 65_535, 2.0)]));
    all.insert("xls, nothing but zeros.xls", compound("Workbook", &[0; 1 << 16]));
    all.insert("xlsb, far corner.xlsb", xlsb("A", &[(0, 0, 1.0), (1_048_575, 16_383, 2.0)], &[]));
    all.insert("xlsb, beyond the end.xlsb", xlsb("A", &[(u32::MAX - 1, u32::MAX - 1, 2.0)], &[]));
    let repeated = |what: &str| {
        ods(&format!(
            "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
             table:number-columns-repeated=\"16384\"{what}/></table:table-row></table:table>"
        ))
    };
    all.insert("ods, 17 billion cells.ods", repeated(" office:value-type=\"float\" office:value=\"1\""));
    all.insert("ods, 17 billion blanks.ods", repeated(""));
    all.insert(
        "ods, a billion spaces.ods",
        ods("<table:table table:name=\"a\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>a<text:s text:c=\"1000000000\"/>b</text:p></table:table-cell></table:table-row></table:table>"),
    );
    let endless = |what: &str| {
        format!(
            "<table:table-row><table:table-cell office:value-type=\"string\" table:number-{what}-spanned=\"4294967295\">\
             <text:p>Khách hàng</text:p></table:table-cell></table:table-row>"
        )
    };
    let areas = endless("columns") + &endless("rows");
    all.insert("ods, merged without end.ods", ods(&format!("<table:table table:name=\"a\">{areas}</table:table>")));
    let deep = format!("{}{}", "<table:table table:name=\"a\">".repeat(100_000), "</table:table>".repeat(100_000));
    all.insert("ods, nested.ods", ods(&deep));
    let formatted: String =
        (1..=1_048_576).map(|row| format!("<row r=\"{row}\" s=\"1\"><c r=\"A{row}\" s=\"1\"/></row>")).collect();
    all.insert("a million blank rows.xlsx", xlsx_with_sheet(&formatted));
    let wide: String = (1..=20).map(|row| format!("<row r=\"{row}\">{}</row>", "<c><v>1</v></c>".repeat(16_384))).collect();
    all.insert("16384 columns.xlsx", xlsx_with_sheet(&wide));
    let mut shared = parts("", "", r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    shared.push(("xl/sharedStrings.xml", b"<sst uniqueCount=\"99999999999\"><si><t>a</t></si></sst>".to_vec()));
    all.insert("strings claimed.xlsx", zip_of(&shared));
    let merged = format!(
        "<worksheet><sheetData/><mergeCells>{}</mergeCells></worksheet>",
        "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(300_000)
    );
    all.insert("300000 merged areas.xlsx", with_part(parts("", "", &one), "xl/worksheets/sheet1.xml", merged));
    let tabs: String = (1..=30_000).map(|n| format!("<sheet name=\"{n}\" sheetId=\"{n}\" r:id=\"r1\"/>")).collect();
    let book = format!(
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{tabs}</sheets></workbook>"
    );
    let rows: String = (1..=5_000).map(|n| format!("<row r=\"{n}\"><c><v>1</v></c></row>")).collect();
    all.insert("30000 tabs of one sheet.xlsx", with_part(parts("", "", &rows), "xl/workbook.xml", book));

    // ---- what asks for something else than itself
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE w [<!ENTITY l0 \"ha\">{laughs}]>");
    let (web, file) = (&bait.web, &bait.file);
    let asks = format!(
        "<!DOCTYPE w [<!ENTITY f SYSTEM \"file://{file}\"><!ENTITY w SYSTEM \"{web}\"><!ENTITY % d SYSTEM \"{web}d\">%d;]>"
    );
    let says = |entity: &str| format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{entity}</t></is></c></row>");
    for (name, dtd, entity) in
        [("billion laughs.xlsx", &laughs, "&l9;"), ("asks a file.xlsx", &asks, "&f;"), ("asks the web.xlsx", &asks, "&w;")]
    {
        let sheet = format!("<?xml version=\"1.0\"?>{dtd}<worksheet><sheetData>{}</sheetData></worksheet>", says(entity));
        all.insert(name, with_part(parts("", "", ""), "xl/worksheets/sheet1.xml", sheet));
    }
    let outside = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
    for (name, target) in [("sheet of the web.xlsx", web.clone()), ("sheet of a file.xlsx", format!("file://{file}"))] {
        let relation = format!(
            "<Relationships><Relationship Id=\"r1\" Type=\"{outside}\" Target=\"{target}\" TargetMode=\"External\"/></Relationships>"
        );
        all.insert(name, with_part(parts("", "", &one), "xl/_rels/workbook.xml.rels", relation));
    }
    let up = "../".repeat(12);
    all.insert("sheet outside.xlsx", {
        let relation =
            format!("<Relationships><Relationship Id=\"r1\" Type=\"{outside}\" Target=\"{up}{file}\"/></Relationships>");
        with_part(parts("", "", &one), "xl/_rels/workbook.xml.rels", relation)
    });
    let linked = format!(
        "<table:table table:name=\"a\"><table:table-source xlink:href=\"{web}\"/><table:table-row><table:table-cell table:formula=\"of:=DDE(&quot;cmd&quot;;&quot;{file}&quot;;&quot;x&quot;)\"/></table:table-row></table:table>"
    );
    all.insert("ods, linked.ods", ods(&linked));
    all.into_iter().map(|(name, bytes)| (name.to_string(), bytes)).collect()
}

fn with_part(mut parts: Vec<(&str, Vec<u8>)>, name: &str, content: String) -> Vec<u8> {
    for part in parts.iter_mut().filter(|p| p.0 == name) {
        part.1 = content.clone().into_bytes();
    }
    zip_of(&parts)
}

/// A number in each entry of a zip's directory, changed.
fn in_each_entry(mut bytes: Vec<u8>, at: usize, value: u32) -> Vec<u8> {
    for start in 0..bytes.len().saturating_sub(46) {
        if bytes[start..].starts_with(b"PK\x01\x02") {
            bytes[start + at..start + at + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
    bytes
}

/// The desk's own form with so many rows more.
fn with_rows(form: &[u8], rows: usize) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(form)).expect("a form");
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("a part");
        let name = part.name().expect("a name").to_string();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("a part");
        if name == "xl/worksheets/sheet1.xml" {
            let more: String =
                (1_000..1_000 + rows).map(|row| format!("<row r=\"{row}\">{}</row>", "<c><v>7</v></c>".repeat(5))).collect();
            content =
                String::from_utf8(content).expect("XML").replace("</sheetData>", &format!("{more}</sheetData>")).into_bytes();
        }
        parts.push((name, content));
    }
    zip_of(&parts.iter().map(|(name, content)| (name.as_str(), content.clone())).collect::<Vec<_>>())
}

// ---- mails

/// Mails of the Leader in their own folder: proven, so that each is answered. None holds a word that decides.
fn mail_bombs() -> Files {
    let mut all: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    let head = |more: &str| {
        format!(
            "From: <{LEADER}>\r\nTo: <{DESK}>\r\nSubject: thu\r\nDate: Mon, 05 Jan 2026 09:00:00 +0700\r\nMIME-Version: 1.0\r\n{more}"
        )
    };
    let mixed = |body: &str| head(&format!("Content-Type: multipart/mixed; boundary=\"q\"\r\n\r\n{body}--q--\r\n"));
    all.insert("10000 parts.eml", mixed(&"--q\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000)).into());
    all.insert(
        "10000 files.eml",
        mixed(&"--q\r\nContent-Disposition: attachment; filename=a.xlsx\r\n\r\nPK\r\n".repeat(10_000)).into(),
    );
    let nest = |n: usize| -> String {
        let begins: String =
            (0..n).map(|i| format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n")).collect();
        head(&format!("{begins}\r\nx\r\n"))
    };
    all.insert("nested 200.eml", nest(200).into());
    all.insert("nested 20000.eml", nest(20_000).into());
    all.insert("mails in mails.eml", head(&"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n".repeat(200)).into());
    all.insert("partial.eml", head("Content-Type: message/partial; id=\"a\"; number=2; total=3\r\n\r\nthân thư\r\n").into());
    all.insert(
        "external.eml",
        head("Content-Type: message/external-body; access-type=URL; URL=\"http://127.0.0.1:9/\"\r\n\r\nx\r\n").into(),
    );
    all.insert("100000 headers.eml", head(&format!("{}\r\nx", "X-A: b\r\n".repeat(100_000))).into());
    all.insert("a header of 4 MB.eml", head(&format!("X-A: {}\r\n\r\nx", "a".repeat(4 << 20))).into());
    all.insert("folded.eml", head(&format!("X-A: a{}\r\n\r\nx", "\r\n b".repeat(200_000))).into());
    all.insert("100000 to.eml", head(&format!("Cc: {}x@y.example\r\n\r\nx", "a@b.example, ".repeat(100_000))).into());
    all.insert("100000 references.eml", head(&format!("References: {}\r\n\r\nx", "<a@b> ".repeat(100_000))).into());
    let html = |body: String| head(&format!("Content-Type: text/html\r\n\r\n{body}"));
    all.insert("blank lines.eml", head(&format!("\r\n{}DUYỆT", "\r\n".repeat(250_000))).into());
    all.insert("open tags.eml", html("<a ".repeat(150_000)).into());
    all.insert("open quotes.eml", html("<a b=\"".repeat(80_000)).into());
    all.insert("comments.eml", head(&format!("Cc: {}\r\n\r\nx", "(".repeat(200_000))).into());
    all.insert("groups.eml", head(&format!("Cc: {}\r\n\r\nx", "a:b@c.example,".repeat(50_000))).into());
    all.insert(
        "words.eml",
        head(&format!("X-Subject: {}\r\nComments: {}\r\n\r\nx", "=?utf-8?q?=41?= ".repeat(50_000), "=?utf-8?b?".repeat(50_000)))
            .into(),
    );
    all.insert(
        "base64.eml",
        head(&format!("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{}", "!!=A=\u{1b}".repeat(100_000)))
            .into(),
    );
    all.insert(
        "quoted-printable.eml",
        head(&format!("Content-Transfer-Encoding: quoted-printable\r\n\r\n{}", "=\r\n=G=".repeat(100_000))).into(),
    );
    all.insert("one line.eml", head(&format!("\r\n{}", "a ".repeat(4 << 20))).into());
    let names: String = (0..10_000).map(|n| format!(";\r\n filename*{n}*=%E1%BA")).collect();
    all.insert(
        "a name in 10000 pieces.eml",
        mixed(&format!("--q\r\nContent-Disposition: attachment{names}\r\n\r\nx\r\n")).into(),
    );
    let tricks = ["../../../../tmp/x.xlsx", "CON", "a\u{202e}xslx.exe", &"a".repeat(100_000), "\"; rm -rf", "=?utf-8?q?=00=2F?="];
    let named: String =
        tricks.iter().map(|n| format!("--q\r\nContent-Disposition: attachment; filename=\"{n}\"\r\n\r\nx\r\n")).collect();
    all.insert("names.eml", mixed(&named).into());
    for (name, charset) in [
        ("utf-7.eml", "utf-7"),
        ("utf-16.eml", "utf-16"),
        ("iso-2022-jp.eml", "iso-2022-jp"),
        ("gb18030.eml", "gb18030"),
        ("tcvn.eml", "x-viet-tcvn5712"),
        ("unknown.eml", "\u{0}\"x"),
    ] {
        let mut mail = head(&format!("Content-Type: text/plain; charset={charset}\r\n\r\n")).into_bytes();
        mail.extend((0..20_000u32).map(|n| ((n * 7919) >> 3) as u8));
        all.insert(name, mail);
    }
    let html = |body: String| head(&format!("Content-Type: text/html\r\n\r\n{body}")).into_bytes();
    all.insert("html, nested.eml", html("<div>".repeat(90_000)));
    all.insert("html, tables.eml", html("<table><tr><td>".repeat(30_000)));
    all.insert("html, rows.eml", html(format!("<table>{}</table>", "<tr><td>M01<td>1".repeat(30_000))));
    all.insert("html, half tags.eml", html("<a href=\"<b <!-- ".repeat(30_000)));
    all.insert("html, entities.eml", html("&#99999999999;&amp".repeat(30_000)));
    all.insert("quotes.eml", head(&format!("\r\n{}", "> > x\r\nOn a wrote:\r\n".repeat(20_000))).into());
    all.insert("numbers.eml", head(&format!("\r\n{}", "M01: 12tr5 ngày 23/11, 1.500.000đ ".repeat(15_000))).into());
    all.insert("zeros.eml", [head("\r\n").into_bytes(), vec![0; 1 << 20]].concat());
    let mut winmail = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    for _ in 0..50_000 {
        winmail.extend([2, 0x02, 0x90, 1, 0, 0, 0, 0, 0, 0, 0]);
    }
    let packed = data_encoding::BASE64_MIME.encode(&winmail);
    all.insert(
        "winmail.eml",
        mixed(&format!("--q\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n"))
            .into(),
    );
    let whole = mixed(
        "--q\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nthân thư\r\n--q\r\nContent-Disposition: attachment; filename=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQ=\r\n",
    );
    let from = whole.find("Subject").unwrap_or_default();
    let mut files: Files = all.into_iter().map(|(name, bytes)| (name.to_string(), bytes)).collect();
    files.extend((from..whole.len()).step_by(64).map(|n| (format!("cut {n}.eml"), whole.as_bytes()[..n].to_vec())));
    files
}

// ---- what nobody may reach

/// A file and a port that the bombs name.
struct Bait {
    _folder: tempfile::TempDir,
    file: String,
    web: String,
    opened: Arc<Mutex<Vec<String>>>,
    connected: Arc<AtomicUsize>,
    _watcher: notify::RecommendedWatcher,
}

impl Bait {
    fn laid() -> Bait {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("bait.xml");
        fs::write(&file, "<bait/>").expect("a file");
        let opened: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = opened.clone();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && matches!(event.kind, EventKind::Access(_))
                && event.paths.iter().any(|p| p.ends_with("bait.xml"))
            {
                told.lock().expect("no panic").push(format!("{event:?}"));
            }
        })
        .expect("change notices");
        watcher.watch(folder.path(), RecursiveMode::NonRecursive).expect("change notices");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let web = format!("http://{}/", listener.local_addr().expect("a port"));
        let connected: Arc<AtomicUsize> = Arc::default();
        let counted = connected.clone();
        thread::spawn(move || {
            listener.incoming().for_each(|_| {
                counted.fetch_add(1, Ordering::SeqCst);
            })
        });
        Bait { file: file.display().to_string(), web, opened, connected, _folder: folder, _watcher: watcher }
    }

    /// Neither was touched; and a touch would have been noticed.
    fn untouched(&self) {
        assert_eq!(*self.opened.lock().expect("no panic"), Vec::<String>::new(), "the file was opened");
        assert_eq!(self.connected.load(Ordering::SeqCst), 0, "the port was connected to");
        fs::read(&self.file).expect("the bait");
        let port = self.web.trim_start_matches("http://").trim_end_matches('/');
        drop(std::net::TcpStream::connect(port).expect("the bait"));
        let began = Instant::now();
        while self.opened.lock().expect("no panic").is_empty() || self.connected.load(Ordering::SeqCst) == 0 {
            assert!(began.elapsed() < Duration::from_secs(20), "the bait tells nothing");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

// ---- what processes take

/// The most that children of a process took, looked at many times a second.
struct Children {
    over: Arc<AtomicBool>,
    looking: thread::JoinHandle<Took>,
}

#[derive(Clone, Copy, Default)]
struct Took {
    /// Bytes that lay in memory.
    memory: u64,
    /// Bytes of addresses, which is what the limit counts.
    space: u64,
}

impl Children {
    fn of(parent: u32) -> Children {
        let over = Arc::new(AtomicBool::new(false));
        let ends = over.clone();
        let looking = thread::spawn(move || {
            let mut most = Took::default();
            loop {
                let last = ends.load(Ordering::Relaxed);
                for child in children(parent) {
                    most.memory = most.memory.max(status(child, "VmHWM:"));
                    most.space = most.space.max(status(child, "VmPeak:"));
                }
                if last {
                    return most;
                }
                thread::sleep(Duration::from_millis(5));
            }
        });
        Children { over, looking }
    }

    fn most(self) -> Took {
        self.over.store(true, Ordering::Relaxed);
        self.looking.join().expect("it only looks")
    }
}

/// The children that read workbooks: each thread lists its own.
fn children(parent: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|t| fs::read_to_string(t.path().join("children")).ok());
    let all: Vec<u32> = lists.flat_map(|l| l.split_whitespace().filter_map(|n| n.parse().ok()).collect::<Vec<_>>()).collect();
    // Between fork and exec a child still is its parent.
    let reads = |pid: &u32| fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|c| c.windows(8).any(|w| w == b"--worker"));
    all.into_iter().filter(reads).collect()
}

/// A line of `/proc/PID/status`, in bytes; 0 where the process is gone.
fn status(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let said = status.lines().find_map(|l| l.strip_prefix(line)?.split_whitespace().next()?.parse::<u64>().ok());
    said.unwrap_or_default() << 10
}

/// Processor time of this process's children that have ended.
fn children_cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(13).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

fn daemon(desk: &Desk) -> u32 {
    desk.pid().unwrap_or_else(|| desk.fail("the daemon is gone"))
}
