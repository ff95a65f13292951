//! What people write on cells (notes and comments of Excel, annotations of LibreOffice): nothing of it is lost, nobody is told of the
//! desk's own, and no customer reads any.

#[allow(dead_code, reason = "what other tests make of it")]
use std::io::Read;

use chrono::DateTime;
use quotedesk::form::book::{self, Book, Limits, Note};
use quotedesk::form::layout::Zone;
use quotedesk::form::read::ReadForm;
use quotedesk::form::write::{Mark, Sheet, write};
use quotedesk::letter::messages::Words;
use quotedesk::process::case::State;
use quotedesk::process::form::{Cell, CellNote, Filled, Form};
use quotedesk::process::house::{Lang, Role};
use quotedesk::process::problem::{Kind, Severity};
use serde_json::json;

use crate::desk::mail::Mail;
use crate::desk::setup::{CSKH, DIRECTOR, LEADER, SALES, Setup, TECH};
use crate::desk::{Answer, Desk};
use crate::forms;
use crate::people::office::Office;
use crate::people::workbook::{Entries, How};
use crate::workbooks;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

// ---- what is read, and what is the desk's own

fn noted(at: Cell, text: &str, who: &str) -> CellNote {
    CellNote { at, text: text.into(), who: who.into() }
}

fn of_item(id: &str, column: &str) -> Cell {
    Cell::Item(id.into(), column.into())
}

/// A form with Tech's answers, notes of people on three cells, and red cells.
fn marked(role: Role) -> (Form, Vec<u8>) {
    let mut form = forms::answered();
    form.notes = vec![
        noted(of_item("M01", "kt_cp"), "chưa gồm server\nvà chưa gồm VAT", "Đỗ Minh Trí"),
        noted(Cell::Field("industry".into()), "theo mail 12/6", "Trần Thị Lan"),
        noted(Cell::Field("kt_ngay".into()), "chưa tính thời gian test", "Đỗ Minh Trí"),
    ];
    let mark = |at: Cell, note: &str| Mark { at, note: note.into(), typed: None };
    let marks = vec![
        mark(Cell::Field("industry".into()), "Chưa điền. Nhờ anh điền ô này."),
        mark(of_item("M02", "dg"), "“x” là gì?\nNhờ anh viết rõ  thêm."),
    ];
    let house = forms::house();
    let blank = Sheet::blank(&form, &house, Some(role), forms::TODAY);
    let sheet = Sheet { case: Some("YC-2026-0012"), rev: 7, marks, ..blank };
    let bytes = write(&sheet).unwrap();
    (form, bytes)
}

fn read(bytes: &[u8]) -> (Book, ReadForm) {
    let book = forms::book_of(bytes);
    let form = forms::understood(&book);
    assert!(form.is_form);
    (book, form)
}

fn told(filled: &Filled) -> Vec<(String, String)> {
    let notes = filled.problems.iter().filter(|p| matches!(p.kind, Kind::CellNote { .. } | Kind::UnreadNotes { .. }));
    notes.map(|p| (p.cell.clone(), p.found.clone())).collect()
}

#[test]
fn a_form_that_comes_back_as_it_went_out_brings_no_note() {
    let office = Office::start();
    for role in [Role::Sales, Role::Tech, Role::Director] {
        let (form, bytes) = marked(role);
        let saved = [
            ("as it is", bytes.clone()),
            ("openpyxl", Entries::default().typed_into(&bytes, How::ByName)),
            ("xlsx", office.saved_as(&bytes, "xlsx")),
            ("ods", office.saved_as(&bytes, "ods")),
            ("xls", office.saved_as(&bytes, "xls")),
            ("ods of xlsx", office.saved_as(&office.saved_as(&bytes, "xlsx"), "ods")),
        ];
        for (by, bytes) in saved {
            let (book, read) = read(&bytes);
            let there: usize = book.sheets.iter().map(|s| s.notes.len()).sum();
            assert!(
                there >= 4 || by == "xls" && book.unread_notes >= 4,
                "{role:?} {by}: {there} notes, {} hidden",
                book.unread_notes
            );
            assert_eq!(read.notes, [], "{role:?} {by}");
            let filled = forms::brought(&book, &form, &form, &[Zone::Tech, Zone::Everyone]);
            assert_eq!((told(&filled), filled.notes), (vec![], vec![]), "{role:?} {by}");
        }
    }
}

/// What the desk writes on a cell, in forms that do not say so themselves.
#[test]
fn marks_of_earlier_forms_are_known_by_their_words() {
    let house = forms::house();
    let place = quotedesk::form::read::Place::default();
    let kinds = [
        Kind::Missing,
        Kind::NotMoney,
        Kind::AmbiguousMoney { readings: vec![1_500, 1_500_000] },
        Kind::NotInList { allowed: vec!["Có".into(), "Không".into()] },
        Kind::ZeroNeedsNote,
        Kind::TooShort { least: 20 },
        Kind::Duplicate { of: "C12".into() },
        Kind::CellError,
    ];
    for lang in [Lang::Vi, Lang::En] {
        let words = Words::plain(lang, &house, None);
        for kind in &kinds {
            let problem = place.problem("kt_cp", Some("M01"), Severity::Error, kind.clone(), "15 {x}\n “a”");
            let said = words.problem(&problem);
            assert!(Words::is_of_a_mark(&said), "{said}");
            assert!(Words::is_of_a_mark(&said.replace('\n', " ")), "{said}");
            assert!(!Words::is_of_a_mark(&format!("{said} Đã sửa, chưa gồm server")), "{said}");
        }
    }
    assert!(!Words::is_of_a_mark("chưa gồm server"));
}

/// A form of Tech with notes of people, as openpyxl writes them.
fn with_notes(form: &Form) -> Vec<u8> {
    let mut typed = Entries { author: "Đỗ Minh Trí".into(), ..Entries::default() };
    typed.note("kt_start", "nếu ký trước 1/12").note("customer", "theo mail 12/6");
    typed.on_items = vec![
        json!({ "stt": 1, "kt_cp": "Đỗ Minh Trí:\nchưa gồm server", "kt_ngay": "cần thêm 5 ngày nếu có tích hợp" }),
        json!({ "stt": 3, "nd": "=HYPERLINK(\"http://x\")\u{1f600}" }),
    ];
    typed.typed_into(&forms::bytes(form, Some(Role::Tech), State::Feedback, Lang::Vi), How::ByName)
}

#[test]
fn notes_go_to_the_cell_that_they_stand_on_through_every_program() {
    let office = Office::start();
    let form = forms::answered();
    let typed = with_notes(&form);
    let wanted = [
        (Cell::Field("customer".into()), "theo mail 12/6"),
        (of_item("M03", "nd"), "=HYPERLINK(\"http://x\")\u{1f600}"),
        (of_item("M01", "kt_cp"), "chưa gồm server"),
        (of_item("M01", "kt_ngay"), "cần thêm 5 ngày nếu có tích hợp"),
        (Cell::Field("kt_start".into()), "nếu ký trước 1/12"),
    ];
    for (by, bytes) in
        [("openpyxl", typed.clone()), ("xlsx", office.saved_as(&typed, "xlsx")), ("ods", office.saved_as(&typed, "ods"))]
    {
        let (book, _) = read(&bytes);
        let filled = forms::brought(&book, &form, &form, &[Zone::Tech, Zone::Everyone]);
        assert!(
            filled.changes.iter().all(|c| matches!(&c.at, Cell::Field(name) if name == "kt_by" || name == "kt_date")),
            "{by}"
        );
        assert_eq!(filled.notes.len(), wanted.len(), "{by}: {:?}", filled.notes);
        for (at, text) in &wanted {
            let note = filled.notes.iter().find(|n| n.at == *at).unwrap_or_else(|| panic!("{by}: nothing on {at:?}"));
            let said = note.text.strip_prefix("Đỗ Minh Trí:").unwrap_or(&note.text).trim();
            assert_eq!((said, note.who.as_str()), (*text, "Người Gửi"), "{by}");
        }
        assert_eq!(told(&filled).len(), wanted.len());
        assert!(filled.problems.iter().all(|p| p.severity == Severity::Warning), "{by}: {:?}", filled.problems);
        // Known by now, they are not told again; and the desk writes them on the cells again.
        let mut known = form.clone();
        known.put_notes(&filled.notes);
        let again = forms::brought(&book, &form, &known, &[Zone::Tech, Zone::Everyone]);
        assert_eq!((told(&again), again.notes), (vec![], vec![]), "{by}");
        let sent = forms::bytes(&known, Some(Role::Director), State::Pricing, Lang::Vi);
        let (book, read) = read(&sent);
        let written: Vec<&str> = book.sheets.iter().flat_map(|s| &s.notes).map(|n| n.text.as_str()).collect();
        assert_eq!((written.len(), read.notes), (wanted.len(), vec![]), "{by}: {written:?}");
    }
    // Of an xls it is only known that there are some.
    let (book, _) = read(&office.saved_as(&typed, "xls"));
    let filled = forms::brought(&book, &form, &form, &[Zone::Tech, Zone::Everyone]);
    assert!(filled.notes.is_empty());
    assert!(filled.problems.iter().any(|p| p.kind == Kind::UnreadNotes { n: wanted.len() }), "{:?}", filled.problems);
}

/// On a label, a header, a number: what is meant is the cell beside or below. On no cell at all: the table of exchanges.
#[test]
fn notes_beside_cells_and_on_none() {
    let form = forms::answered();
    let mut book = forms::written(&form, Role::Tech, State::Feedback);
    let (first, row, col) = book.field("customer");
    let (_, item, stt) = book.item(2, "STT");
    let (_, _, cost) = book.item(1, "KT: Chi phí (giá vốn)");
    let (_, head) = book.head("Nội dung yêu cầu");
    let note = |row, col, text: &str| Note { row, col, author: String::new(), text: text.into() };
    book.0.sheets[first].notes = vec![
        note(row, col - 3, "tên trên hợp đồng cũ"),
        note(item, stt, "làm trước mục 1"),
        note(head, cost, "đều chưa VAT"),
        note(item + 40, 30, "gửi kèm bản vẽ"),
    ];
    let brought = |book: &Book, zones: &[Zone]| forms::brought(book, &form, &form, zones);
    let filled = brought(&book.0, &[Zone::Tech, Zone::Everyone]);
    let at: Vec<&Cell> = filled.notes.iter().map(|n| &n.at).collect();
    assert_eq!(at, [&Cell::Field("customer".into()), &of_item("M02", "nd"), &Cell::Field("kt_cp".into())]);
    assert_eq!(filled.exchanges.iter().map(|e| (e.text.as_str(), e.shown)).collect::<Vec<_>>(), [("gửi kèm bản vẽ", false)]);
    assert!(filled.problems.iter().any(|p| p.kind == Kind::CellNote { copied: true }));
    // What the Director writes nowhere in particular is not for all who read the table.
    let filled = brought(&book.0, &[Zone::Director, Zone::Everyone]);
    assert!(filled.exchanges.is_empty());
    assert!(filled.notes.iter().any(|n| n.at == Cell::Field("pr_note".into()) && n.text == "gửi kèm bản vẽ"));
    // Another sheet is not read, and neither are the notes on it.
    let mut other = book.0.sheets[first].clone();
    (other.name, other.cells) = ("Bảng tính của khách".into(), Default::default());
    book.0.sheets[first].notes.clear();
    book.0.sheets.push(other);
    assert_eq!(told(&brought(&book.0, &[Zone::Sales, Zone::Everyone])), []);
}

/// Words that went out and were written over give way; those of somebody else since stay.
#[test]
fn a_note_that_is_changed() {
    let cost = of_item("M01", "kt_cp");
    let mut form = forms::answered();
    form.notes = vec![noted(cost.clone(), "chưa gồm server", "Lê Văn Hùng")];
    let on_cost = |sent: &Form, current: &Form, text: &str| {
        let mut book = forms::written(sent, Role::Tech, State::Feedback);
        let (sheet, row, col) = book.item(1, "KT: Chi phí (giá vốn)");
        book.0.sheets[sheet].notes = vec![Note { row, col, author: String::new(), text: text.into() }];
        forms::brought(&book.0, sent, current, &[Zone::Tech, Zone::Everyone]).notes
    };
    let text = |notes: Vec<CellNote>| notes.into_iter().map(|n| n.text).collect::<Vec<_>>();
    assert_eq!(text(on_cost(&form, &form, "đã gồm server")), ["đã gồm server"]);
    assert_eq!(text(on_cost(&form, &form, "Lê Văn Hùng:\nđã gồm server")), ["đã gồm server"]);
    assert_eq!(
        text(on_cost(&form, &form, "Lê Văn Hùng:\nchưa gồm server\nvà chưa VAT")),
        ["chưa gồm server (Lê Văn Hùng)\nvà chưa VAT"]
    );
    assert_eq!(text(on_cost(&forms::answered(), &form, "chưa VAT")), ["chưa gồm server (Lê Văn Hùng)\nchưa VAT"]);
    assert!(on_cost(&form, &form, "Lê Văn Hùng:\n  chưa gồm server ").is_empty());
}

// ---- what programs write

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// An xlsx of one sheet with these parts beside it: the sheet's relations by the last word of their type.
fn xlsx_with(of_sheet: &[(&str, &str)], of_book: &[(&str, &str)], parts: &[(&str, String)]) -> Vec<u8> {
    let relations = |all: &[(&str, &str)], first: &str| {
        let one = |(n, (kind, target)): (usize, &(&str, &str))| {
            format!("<Relationship Id=\"n{n}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
        };
        let all: String = all.iter().enumerate().map(one).collect();
        format!("<Relationships>{first}{all}</Relationships>").into_bytes()
    };
    let sheet = format!("<Relationship Id=\"r1\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/>");
    let mut all = workbooks::parts("", "", "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    all.iter_mut()
        .filter(|(name, _)| *name == "xl/_rels/workbook.xml.rels")
        .for_each(|(_, part)| *part = relations(of_book, &sheet));
    all.push(("xl/worksheets/_rels/sheet1.xml.rels", relations(of_sheet, "")));
    all.extend(parts.iter().map(|(name, part)| (*name, part.clone().into_bytes())));
    workbooks::zip_of(&all)
}

fn notes_of(bytes: &[u8]) -> (Vec<(String, String, String)>, usize) {
    let book = book::read(bytes, &Limits::default(), &forms::workers()).unwrap();
    let notes = book.sheets.iter().flat_map(|s| &s.notes);
    let at = |n: &Note| quotedesk::form::read::Place { sheet: "A".into(), row: n.row, col: n.col }.cell();
    (notes.map(|n| (at(n), n.author.clone(), n.text.clone())).collect(), book.unread_notes)
}

fn comments(authors: &[&str], notes: &[(&str, usize, &str)]) -> String {
    let authors: String = authors.iter().map(|a| format!("<author>{a}</author>")).collect();
    let note = |(at, author, text): &(&str, usize, &str)| {
        format!(
            "<comment ref=\"{at}\" authorId=\"{author}\" shapeId=\"0\"><text><r><rPr><b/></rPr><t xml:space=\"preserve\">{text}</t></r></text></comment>"
        )
    };
    let notes: String = notes.iter().map(note).collect();
    format!("<?xml version=\"1.0\"?><comments><authors>{authors}</authors><commentList>{notes}</commentList></comments>")
}

const COPY: &str = "[Chuỗi bình luận]\n\nPhiên bản Excel của bạn cho phép bạn đọc bình luận này. Tìm hiểu thêm: https://go.microsoft.com/fwlink/?linkid=870924\n\nBình luận:\n    khách muốn trước Tết\nTrả lời:\n    được, nếu ký tuần này";

#[test]
fn a_thread_is_one_note_and_its_copy_none() {
    let thread = "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\">\
        <threadedComment ref=\"B2\" dT=\"2026-01-05T08:30:00.00\" personId=\"{P1}\" id=\"{T1}\"><text>khách muốn trước Tết</text></threadedComment>\
        <threadedComment ref=\"C3\" personId=\"{P1}\" id=\"{T2}\"><text>một mình &amp; ngắn</text></threadedComment>\
        <threadedComment ref=\"B2\" personId=\"{p2}\" id=\"{T3}\" parentId=\"{T1}\" done=\"1\"><text>được, nếu ký tuần này</text></threadedComment></ThreadedComments>";
    let people =
        "<personList><person displayName=\"Trần Thị Lan\" id=\"{P1}\"/><person displayName=\"Đỗ Trí\" id=\"{P2}\"/></personList>";
    let copies =
        comments(&["tc={T1}", "tc={T2}", "Hùng"], &[("B2", 0, COPY), ("C3", 1, COPY), ("D4", 2, "Hùng:\ntheo mail 12/6")]);
    let bytes = xlsx_with(
        &[("comments", "../comments1.xml"), ("threadedComment", "/xl/threadedComments/threadedComment1.xml")],
        &[("person", "persons/person.xml")],
        &[
            ("xl/comments1.xml", copies.clone()),
            ("xl/threadedComments/threadedComment1.xml", thread.into()),
            ("xl/persons/person.xml", people.into()),
        ],
    );
    let is = |at: &str, author: &str, text: &str| (at.to_owned(), author.to_owned(), text.to_owned());
    let (notes, unread) = notes_of(&bytes);
    assert_eq!(
        notes,
        [
            is("B2", "", "Trần Thị Lan: khách muốn trước Tết\nĐỗ Trí: được, nếu ký tuần này"),
            is("C3", "Trần Thị Lan", "một mình & ngắn"),
            is("D4", "Hùng", "theo mail 12/6"),
        ]
    );
    assert_eq!(unread, 0);
    // Programs that know no threads keep the copies alone.
    let bytes = xlsx_with(&[("comments", "../comments1.xml")], &[], &[("xl/comments1.xml", copies)]);
    let (notes, _) = notes_of(&bytes);
    assert_eq!(notes[0], is("B2", "", "khách muốn trước Tết\nđược, nếu ký tuần này"));
}

#[test]
fn hostile_notes_are_bounded() {
    let many: Vec<(String, String)> = (0..1_500).map(|n| (format!("A{}", n + 1), format!("ghi chú {n}"))).collect();
    let many: Vec<(&str, usize, &str)> = many.iter().map(|(at, text)| (at.as_str(), 0, text.as_str())).collect();
    let with = |part: String| xlsx_with(&[("comments", "../comments1.xml")], &[], &[("xl/comments1.xml", part)]);
    let (notes, unread) = notes_of(&with(comments(&["x"], &many)));
    assert_eq!((notes.len(), unread), (1_000, 500));
    let long = "dài ".repeat(100_000);
    let (notes, _) = notes_of(&with(comments(
        &["x"],
        &[("A1", 7, &long), ("ZZZ9", 0, "x"), ("A9999999", 0, "x"), ("", 0, "x"), ("A2", 0, "  ")],
    )));
    assert_eq!(notes.iter().map(|(at, _, text)| (at.as_str(), text.chars().count())).collect::<Vec<_>>(), [("A1", 8_000)]);
    let entity = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\"><!ENTITY b \"&a;&a;\">]>".to_owned()
        + &comments(&["x"], &[("A1", 0, "a &b; &#x41;&amp;")]);
    let (notes, _) = notes_of(&with(entity));
    assert_eq!(notes[0].2, "a  A&");
    // A part that is not there, or longer than all of them may be, or no XML.
    let (notes, unread) =
        notes_of(&xlsx_with(&[("comments", "../../../../etc/comments1.xml")], &[], &[("xl/comments9.xml", String::new())]));
    assert_eq!((notes.len(), unread), (0, 1));
    let (notes, unread) = notes_of(&with(comments(
        &["x"],
        &[("A1", 0, &(0..1_000_000u64).map(|n| format!("{} ", n * 2_654_435_761 % 999_999_937)).collect::<String>())],
    )));
    assert_eq!((notes.len(), unread), (0, 1));
    assert_eq!(notes_of(&with("<comments><commentList><comment ref=\"A1\"><text><t>x".into())).0, []);
    // A line of an ods that stands for millions of cells has one note.
    let cell = "<table:table-cell table:number-columns-repeated=\"16384\"><office:annotation><dc:creator>Lan</dc:creator><dc:date>2026-01-05</dc:date><text:p>chưa<text:s/>gồm</text:p><text:p>server</text:p></office:annotation></table:table-cell>";
    let table = format!(
        "<table:table table:name=\"a\"><table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row></table:table>"
    );
    assert_eq!(notes_of(&workbooks::ods(&table)).0, [("A1".to_owned(), "Lan".to_owned(), "chưa gồm\nserver".to_owned())]);
}

// ---- at the desk

fn from(email: &'static str) -> Mail<'static> {
    Mail::new(("", email), "yeucau@anphat.example", DateTime::parse_from_rfc3339(MONDAY).unwrap())
}

fn said(desk: &Desk, who: &'static str, words: &str) -> Answer {
    let letter = desk.letter_to(who);
    desk.mail(&from(who).answering(&letter, words))
}

fn state(desk: &Desk, id: &str) -> String {
    desk.show(id)["state"].as_str().unwrap_or_default().to_string()
}

fn opened() -> (Desk, String) {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let mut need = from(CSKH);
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Nam Phong".into();
    need.text = "KH Nam Phong muốn in phiếu cân xe và xem công nợ theo công trình.".into();
    desk.mail(&need);
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().expect("a case").to_owned();
    (desk, id)
}

fn sends(desk: &Desk, who: &str, entries: &Entries) -> Answer {
    desk.drop(Some(who), "Phiếu.xlsx", &entries.typed_into(&desk.form_for(who), How::ByName))
}

/// Every text of every file that a case's customer gets.
fn customers_papers(desk: &Desk) -> String {
    let mut text = String::new();
    let papers = desk.files("outbox").into_iter().filter(|path| path.extension().is_some_and(|e| e == "xlsx"));
    for path in papers {
        let bytes = std::fs::read(desk.dir().join("outbox").join(path)).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            zip.by_index(at).unwrap().read_to_string(&mut text).unwrap_or_default();
        }
    }
    text
}

#[test]
fn what_tech_writes_on_a_cost_reaches_the_director_and_no_customer() {
    let (desk, id) = opened();
    let mut form = Entries::of_nam_phong();
    form.note("budget", "khách nói có thể thêm 10tr");
    form.on_items = vec![json!({ "stt": 2, "dg": "chỉ làm nếu kịp trước Tết" })];
    let answer = sends(&desk, SALES, &form);
    assert!(answer.text.contains("chỉ làm nếu kịp trước Tết") && answer.text.contains("Phiếu phân tích!"), "{}", answer.text);
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    let leader = desk.letter_to(LEADER).text;
    assert!(leader.contains("chỉ làm nếu kịp trước Tết") && leader.contains("thêm 10tr"), "{leader}");

    said(&desk, LEADER, "DUYỆT");
    let tech = desk.letter_to(TECH).text;
    assert!(tech.contains("chỉ làm nếu kịp trước Tết"), "{tech}");
    assert!(!tech.contains("thêm 10tr"), "the budget is not for Tech: {tech}");
    let mut answers = Entries::default();
    answers.field("kt_srv", "Không").field("kt_start", "1 tuần");
    answers.items = [1, 2].map(|no| json!({ "stt": no, "kt_kq": "Có", "kt_cp": "10tr", "kt_ngay": 5 })).into();
    answers.on_items = vec![json!({ "stt": 1, "kt_cp": "chưa gồm máy in", "kt_ngay": "thêm 5 ngày nếu có tích hợp" })];
    let answer = sends(&desk, TECH, &answers);
    for told in ["KT: Chi phí", "chưa gồm máy in", "số trong ô vẫn tính như đang ghi", "thêm 5 ngày nếu có tích hợp"]
    {
        assert!(answer.text.contains(told), "no “{told}” in {}", answer.text);
    }
    assert_eq!(state(&desk, &id), "Completing", "{}", answer.text);
    // The same file once more says nothing new.
    assert!(desk.letter_to(SALES).text.contains("chưa gồm máy in"), "{}", desk.letter_to(SALES).text);

    said(&desk, SALES, "XONG");
    let letter = desk.letter_to(DIRECTOR).text;
    for told in ["chưa gồm máy in", "thêm 5 ngày nếu có tích hợp", "thêm 10tr", "Mai Xuân Lộc", "Mục 1"] {
        assert!(letter.contains(told), "no “{told}” in {letter}");
    }
    let form = forms::book_of(&desk.form_for(DIRECTOR));
    let notes: Vec<&str> = form.sheets.iter().flat_map(|s| &s.notes).map(|n| n.text.as_str()).collect();
    assert!(notes.contains(&"Mai Xuân Lộc:\nchưa gồm máy in") || notes.contains(&"chưa gồm máy in"), "{notes:?}");

    let mut prices = Entries::default();
    prices.field("pr_dec", "Duyệt");
    prices.items = [1, 2].map(|no| json!({ "stt": no, "gd_gia": "15tr" })).into();
    prices.on_items = vec![json!({ "stt": 1, "gd_gia": "giữ giá cho quen biết" })];
    let answer = sends(&desk, DIRECTOR, &prices);
    assert_eq!(state(&desk, &id), "Quoted", "{}", answer.text);
    assert!(!answer.text.contains("chưa gồm máy in"), "told again: {}", answer.text);
    let papers = customers_papers(&desk);
    assert!(papers.contains("In phiếu cân xe"), "{:?}: {} bytes", desk.files("outbox"), papers.len());
    for internal in ["chưa gồm máy in", "nếu có tích hợp", "thêm 10tr", "giữ giá", "kịp trước Tết"] {
        assert!(!papers.contains(internal), "{internal}");
    }
    desk.close();
}

/// A condition on the very cell that decides is asked back; an ordinary note is not.
#[test]
fn a_condition_on_the_decision_is_asked_back() {
    let (desk, id) = opened();
    sends(&desk, SALES, &Entries::of_nam_phong());
    let mut review = Entries::default();
    for check in ["budget", "logic", "benefit", "solution"] {
        review.field(&format!("ck_{check}"), "Đạt");
    }
    review.field("ld_all", "Duyệt").note("ld_all", "nếu khách tăng ngân sách");
    let answer = sends(&desk, LEADER, &review);
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    assert!(answer.text.contains("nếu"), "{}", answer.text);
    review.note("ld_all", "theo mail 12/6");
    let answer = sends(&desk, LEADER, &review);
    assert_eq!(state(&desk, &id), "Feedback", "{}", answer.text);
    assert!(answer.text.contains("theo mail 12/6"), "{}", answer.text);
    desk.close();
}

/// A form sent along for its notes alone is no form with cells missing: the words beside it count.
#[test]
fn words_beside_a_form_with_nothing_but_notes_count() {
    let (desk, id) = opened();
    sends(&desk, SALES, &Entries::of_nam_phong());
    let letter = desk.letter_to(LEADER);
    let on_items = vec![json!({ "stt": 1, "pa": "dùng lại mẫu in của Minh Long" })];
    let noted = Entries { on_items, ..Entries::default() };
    let form = noted.typed_into(&desk.form_for(LEADER), How::ByName);
    let mut mail = from(LEADER).answering(&letter, "DUYỆT");
    mail.attached.push(("Phiếu.xlsx".into(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", form));
    let answer = desk.mail(&mail);
    assert_eq!(state(&desk, &id), "Feedback", "{}", answer.text);
    assert!(answer.text.contains("dùng lại mẫu in của Minh Long"), "{}", answer.text);
    assert!(desk.letter_to(TECH).text.contains("dùng lại mẫu in của Minh Long"));
    desk.close();
}

/// Work for nothing with its reason on the cell; and what Tech writes once others have the form.
#[test]
fn a_reason_on_the_cell_and_a_late_note() {
    let (desk, id) = opened();
    sends(&desk, SALES, &Entries::of_nam_phong());
    said(&desk, LEADER, "DUYỆT");
    let mut answers = Entries::default();
    answers.field("kt_srv", "Không").field("kt_start", "1 tuần");
    answers.items =
        [(1, "0"), (2, "10tr")].map(|(no, cost)| json!({ "stt": no, "kt_kq": "Có", "kt_cp": cost, "kt_ngay": 5 })).into();
    answers.on_items = vec![json!({ "stt": 1, "kt_cp": "tính năng đã có sẵn" })];
    let form = desk.form_for(TECH);
    let answer = desk.drop(Some(TECH), "Phiếu.xlsx", &answers.typed_into(&form, How::ByName));
    assert_eq!(state(&desk, &id), "Completing", "{}", answer.text);
    said(&desk, SALES, "XONG");
    let late = Entries { on_items: vec![json!({ "stt": 2, "kt_cp": "chưa gồm thiết bị" })], ..Entries::default() };
    let answer = desk.drop(Some(TECH), "Phiếu.xlsx", &late.typed_into(&form, How::ByName));
    assert!(answer.text.contains("chưa gồm thiết bị"), "{}", answer.text);
    assert_eq!(state(&desk, &id), "Pricing");
    assert!(desk.letter_to(DIRECTOR).text.contains("chưa gồm thiết bị"), "{}", desk.letter_to(DIRECTOR).text);
    desk.close();
}
