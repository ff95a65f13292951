//! Bytes to the form that is read from them, in every format.

use std::io::{Cursor, Write};

use quotedesk::form::book::{self, Book, Limits, Raw};
use quotedesk::form::layout::{Zone, column, field};
use quotedesk::form::read::{ReadForm, Reading, read};
use quotedesk::form::returned::{Incoming, filled, findings, zones_of};
use quotedesk::form::write::{Sheet, write};
use quotedesk::process::case::{Case, State};
use quotedesk::process::form::{Cell, Form, Item};
use quotedesk::process::house::Role;
use quotedesk::process::value::Value;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

use super::{house, today};

#[allow(dead_code, reason = "the tests' own; here only what begins")]
#[path = "../../tests/workbooks/mod.rs"]
mod workbooks;

/// Smaller than the desk's: what is slow is to be found by its work and not by its size.
const LIMITS: Limits = Limits { attachment_bytes: 1 << 20, workbook_cells: 5_000, workbook_unpacked: 8 << 20 };

/// Stands between the parts of a workbook, and between a part's name and what it holds: zips whose contents the fuzzer can
/// change, without a checksum that makes every change of them the same error.
const MARK: &[u8] = b"\n~~~~ ";

pub fn any(bytes: &[u8]) {
    // A compound file's readers hold the whole of a sheet: `xls` has its own way in.
    if bytes.starts_with(&[0xD0, 0xCF]) {
        return;
    }
    book(bytes);
}

pub fn parts(bytes: &[u8]) {
    book(&zipped(bytes));
}

fn book(bytes: &[u8]) {
    let first = book::read_alone(bytes, &LIMITS);
    assert!(first == book::read_alone(bytes, &LIMITS), "read twice, and differently");
    if let Ok(book) = first {
        bounded(&book);
        form(&book);
    }
}

fn bounded(book: &Book) {
    let cells: usize = book.sheets.iter().map(|s| s.cells.len()).sum();
    assert!(cells as u64 <= LIMITS.workbook_cells, "{cells} cells");
    let notes: usize = book.sheets.iter().map(|s| s.notes.len()).sum();
    assert!(notes <= 1_000, "{notes} notes");
    for note in book.sheets.iter().flat_map(|s| &s.notes) {
        assert!(note.row < 1_048_576 && note.col < 16_384, "beyond the end: {note:?}");
        assert!(!note.text.trim().is_empty() && note.text.chars().count() <= 8_000, "{} bytes", note.text.len());
    }
    for sheet in &book.sheets {
        let mut last = None;
        for (at, raw) in sheet.cells.iter() {
            assert!(last < Some(at), "out of order at {at:?}");
            last = Some(at);
            assert!(at.0 < 1_048_576 && at.1 < 16_384, "beyond the end: {at:?}");
            match raw {
                Raw::Text(text) => assert!(!text.is_empty(), "a blank that is none at {at:?}"),
                Raw::Number { value, .. } => assert!(value.is_finite(), "{value} at {at:?}"),
                _ => {}
            }
        }
    }
}

/// The form in a workbook: whoever sends it, only their own cells change.
fn form(book: &Book) {
    let reading = Reading { today: today(), house: house(), lang: house().lang };
    let form = read(book, &reading);
    if !form.is_form {
        return;
    }
    assert!(form == read(book, &reading), "understood twice, and differently");
    findings(&mut form.clone(), &reading);
    for (role, state) in [
        (Role::Sales, State::Drafting),
        (Role::Leader, State::Review),
        (Role::Tech, State::Feedback),
        (Role::Director, State::Pricing),
        (Role::Cskh, State::Drafting),
    ] {
        only_own(&mut form.clone(), role, state, &reading);
    }
    written_again(&form, &reading);
}

fn only_own(form: &mut ReadForm, role: Role, state: State, reading: &Reading) {
    let case = Case { id: form.origin.case.clone().unwrap_or_default(), state, form: held(), ..Case::default() };
    let incoming = Incoming { case: Some(&case), history: &[], sender: "x@anphat.example", name: "Ai Đó", roles: &[role] };
    let zones = zones_of(&[role], state);
    let Ok(filled) = filled(form, &incoming, reading) else { return };
    let own = |at: &Cell| match at {
        Cell::Field(name) => field(name).is_some_and(|f| zones.iter().any(|z| f.written_by(*z))),
        Cell::Item(_, name) => column(name).is_some_and(|c| zones.iter().any(|z| c.written_by(*z))),
    };
    for change in &filled.changes {
        assert!(own(&change.at), "{role:?} changes {:?}", change.at);
    }
    for item in &filled.added {
        for name in item.cells.keys() {
            assert!(own(&Cell::Item(item.id.clone(), name.clone())), "{role:?} adds {name}");
        }
    }
    let sales = zones.contains(&Zone::Sales);
    assert!(sales || (filled.added.is_empty() && filled.dropped.is_empty() && filled.order.is_none()), "{role:?}: items");
}

/// What the case holds before.
fn held() -> Form {
    let mut form = Form::default();
    form.fields.insert("customer".into(), Value::Text("Minh Long".into()));
    form.fields.insert("budget".into(), Value::Money(90_000_000));
    for no in 1..=2 {
        let mut item = Item { id: format!("M{no:02}"), no, ..Item::default() };
        item.cells.insert("nd".into(), Value::Text(format!("nội dung {no}")));
        item.cells.insert("kt_cp".into(), Value::Money(5_000_000));
        item.cells.insert("gd_gia".into(), Value::Money(9_000_000));
        form.items.push(item);
    }
    form
}

/// What was read is written, and read again as the same.
fn written_again(form: &ReadForm, reading: &Reading) {
    let form = form.form();
    if form.items.len() > 20 {
        return;
    }
    let sheet = Sheet::blank(&form, house(), None, today());
    let bytes = write(&sheet).expect("whatever was read can be written");
    let limits = Limits { workbook_cells: 50_000, ..LIMITS };
    let again = read(&book::read_alone(&bytes, &limits).expect("what we write we can read"), reading);
    assert!(again.is_form, "what we write is a form");
}

// ---- made of parts

/// A zip of the parts that lie in these bytes.
fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for part in split(bytes) {
        let end = part.iter().position(|b| *b == b'\n').unwrap_or(part.len());
        let (name, content) = part.split_at(end);
        // Two parts of one name no writer makes; the zip's own bytes are another target.
        if zip.start_file(String::from_utf8_lossy(name), stored).is_ok() {
            zip.write_all(content.get(1..).unwrap_or_default()).expect("memory");
        }
    }
    zip.finish().expect("memory").into_inner()
}

fn split(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes.strip_prefix(&MARK[1..]).map(Some).unwrap_or_default();
    std::iter::from_fn(move || {
        let bytes = rest?;
        let at = bytes.windows(MARK.len()).position(|w| w == MARK);
        rest = at.map(|at| &bytes[at + MARK.len()..]);
        Some(&bytes[..at.unwrap_or(bytes.len())])
    })
}

fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("our own");
    let mut out = Vec::new();
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).expect("our own");
        out.extend(if out.is_empty() { &MARK[1..] } else { MARK });
        out.extend(part.name().expect("our own").as_bytes());
        out.push(b'\n');
        std::io::copy(&mut part, &mut out).expect("our own");
    }
    out
}

// ---- the records of an xls

/// A stream of records ([MS-XLS]) in the smallest compound file around it.
pub fn xls(bytes: &[u8]) {
    let mut stream = bytes.to_vec();
    stream.resize(stream.len().next_multiple_of(512).clamp(4096, 126 * 512), 0);
    if spread(&stream) > 1 << 16 {
        // calamine lays the whole of a sheet out: what that costs is the child's limits' business.
        return;
    }
    book(&workbooks::compound("Workbook", &stream));
}

/// Rows times columns that the widest sheet would take, as its records have it.
fn spread(stream: &[u8]) -> u64 {
    let long =
        |data: &[u8], at: usize| data.get(at..at + 4).map_or(0, |b| u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
    let word = |data: &[u8], at: usize| data.get(at..at + 2).map_or(0, |b| u64::from(u16::from_le_bytes([b[0], b[1]])));
    let sheets = records(stream).filter(|(typ, _)| *typ == 0x0085).map(|(_, data)| long(data, 0) as usize);
    let sheets: Vec<usize> = sheets.filter(|at| *at <= stream.len()).collect();
    let mut widest = 0;
    for at in sheets {
        let (mut rows, mut columns) = (0, 0);
        for (typ, data) in records(&stream[at..]) {
            match typ {
                0x0200 => {
                    widest = widest.max((long(data, 4) + 1).saturating_mul(word(data, 10) + 1));
                    widest = widest.max((word(data, 2) + 1).saturating_mul(word(data, 6) + 1));
                }
                0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00D6 | 0x00FD | 0x00BD | 0x0006 => {
                    let more = if typ == 0x00BD { data.len() as u64 / 6 } else { 0 };
                    rows = rows.max(word(data, 0) + 1);
                    columns = columns.max(word(data, 2) + 1 + more);
                }
                _ => {}
            }
        }
        widest = widest.max(rows * columns);
    }
    widest
}

fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (head, data) = rest.split_at_checked(4)?;
        let (data, after) = data.split_at_checked(usize::from(u16::from_le_bytes([head[2], head[3]])))?;
        rest = after;
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    })
}

// ---- to start from

/// A form with two items, as its writer makes it.
fn our_form() -> Vec<u8> {
    let form = held();
    write(&Sheet::blank(&form, house(), Some(Role::Sales), today())).expect("a form")
}

pub fn seeds() -> Vec<Vec<u8>> {
    vec![our_form(), zipped(&small_xlsx()), zipped(&small_ods()), b"<html><table>".to_vec(), b"%PDF-1.7".to_vec()]
}

pub fn part_seeds() -> Vec<Vec<u8>> {
    vec![unzipped(&our_form()), small_xlsx(), labelled(), noted(), small_ods(), small_xlsb()]
}

pub fn xls_seeds() -> Vec<Vec<u8>> {
    let record = |typ: u16, data: &[u8]| [&typ.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat();
    let bof = |kind: u8| record(0x0809, &[[0, 6, kind, 0].as_slice(), &[0; 12]].concat());
    let eof = record(0x000A, &[]);
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let strings: Vec<u8> = ["Khách hàng", "Minh Long"]
        .iter()
        .flat_map(|t| [&(t.chars().count() as u16).to_le_bytes()[..], &[1], &wide(t)].concat())
        .collect();
    let globals = |at: u32| {
        [
            bof(5),
            record(0x0042, &[0xB0, 4]),
            record(0x0022, &[0, 0]),
            record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 2, 1], &wide("Phiếu")[..4]].concat()),
            record(
                0x0018,
                &[&[0, 0, 0, 3, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], b"abc", &[0x3B, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]].concat(),
            ),
            record(0x00FC, &[&[2, 0, 0, 0, 2, 0, 0, 0][..], &strings].concat()),
            eof.clone(),
        ]
        .concat()
    };
    let place = |row: u16, col: u16| [row.to_le_bytes(), col.to_le_bytes(), [0; 2]].concat();
    let cells = [
        bof(0x10),
        record(0x0200, &[0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 4, 0, 0, 0]),
        record(0x0203, &[place(0, 1), 1.5f64.to_le_bytes().to_vec()].concat()),
        record(0x027E, &[place(1, 1), vec![2, 0, 0, 0]].concat()),
        record(0x00FD, &[place(2, 0), vec![1, 0, 0, 0]].concat()),
        record(0x00BD, &[&place(3, 0)[..4], &[0, 0, 2, 0, 0, 0], &[0, 0, 2, 0, 0, 0], &[1, 0]].concat()),
        record(0x0205, &[place(4, 0), vec![7, 1]].concat()),
        record(0x0006, &[place(5, 0), vec![0; 14], vec![5, 0, 0x44, 0, 0, 0, 0]].concat()),
        record(0x0207, &[3, 0, 0, b'a', b'b', b'c']),
        record(0x0204, &[place(6, 0), vec![2, 0, 0, b'o', b'k']].concat()),
        record(0x00E5, &[1, 0, 7, 0, 8, 0, 0, 0, 1, 0]),
        eof.clone(),
    ]
    .concat();
    let at = globals(0).len() as u32;
    vec![[globals(at), cells].concat()]
}

fn joined(parts: &[(&str, &str)]) -> Vec<u8> {
    let all: Vec<String> = parts.iter().map(|(name, content)| format!("{name}\n{content}")).collect();
    [&MARK[1..], all.join("\n~~~~ ").as_bytes()].concat()
}

/// An xlsx with shared and inline strings, dates, errors, formulas, names, merged areas and properties.
fn small_xlsx() -> Vec<u8> {
    xlsx(
        r##"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46349</v></c><c r="C1" t="e"><v>#REF!</v></c></row>
<row r="2"><c t="inlineStr"><is><t>Minh Long</t></is></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="b"><v>1</v></c><c r="D2" s="2"><v>0.08</v></c></row>"##,
    )
}

/// A form of labels alone, as people make it in a new file.
fn labelled() -> Vec<u8> {
    let rows = [
        ["Tên khách hàng", "Công ty Minh Long", "Người liên hệ", "Anh Thịnh", "Ngân sách", "80-90 triệu"],
        ["STT", "Nội dung yêu cầu", "Diễn giải", "Chi phí", "Số ngày", "Đơn giá"],
        ["1", "Báo cáo công nợ", "Theo tuổi nợ", "12tr", "2,5", "1.500.000"],
        ["2", "In phiếu", "=1+1", "miễn phí", "3 ngày", "15m"],
    ];
    let cell = |t: &&str| format!("<c t=\"inlineStr\"><is><t>{t}</t></is></c>");
    let row = |cells: &[&str; 6]| format!("<row>{}</row>", cells.iter().map(cell).collect::<String>());
    xlsx(&rows.iter().map(row).collect::<String>())
}

/// The same with a note, and a thread with its copy.
fn noted() -> Vec<u8> {
    const TYPE: &str = "http://schemas.microsoft.com/office/2017/10/relationships/";
    let relations = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}comments\" Target=\"../comments1.xml\"/><Relationship Id=\"r2\" Type=\"{TYPE}threadedComment\" Target=\"/xl/threadedComments/threadedComment1.xml\"/></Relationships>"
    );
    let parts = [
        ("xl/worksheets/_rels/sheet1.xml.rels", relations.as_str()),
        (
            "xl/comments1.xml",
            "<comments><authors><author>Lan</author><author>tc={1}</author></authors><commentList><comment ref=\"D3\" authorId=\"0\"><text><r><t>Lan:</t></r><r><t>&#10;chưa gồm server</t></r></text></comment><comment ref=\"E3\" authorId=\"1\"><text><t>[Threaded comment]\n\nhttps://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n    hai tuần</t></text></comment></commentList></comments>",
        ),
        (
            "xl/threadedComments/threadedComment1.xml",
            "<ThreadedComments><threadedComment ref=\"E4\" personId=\"{A}\" id=\"{1}\"><text>hai tuần</text></threadedComment><threadedComment ref=\"E4\" personId=\"{B}\" parentId=\"{1}\"><text>&amp; ba</text></threadedComment></ThreadedComments>",
        ),
    ];
    let more: Vec<String> = parts.iter().map(|(name, content)| format!("\n~~~~ {name}\n{content}")).collect();
    [labelled(), more.concat().into_bytes()].concat()
}

fn xlsx(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const DOC: &str = "http://schemas.openxmlformats.org/officeDocument/2006";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let relation = |id: &str, kind: &str, to: &str| {
        format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"{id}\" Type=\"{DOC}/relationships/{kind}\" Target=\"{to}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOC}/relationships\"><workbookPr date1904=\"0\"/><sheets><sheet name=\"Phiếu\" sheetId=\"1\" r:id=\"r1\"/></sheets><definedNames><definedName name=\"qd_customer\">'Phiếu'!$B$1</definedName></definedNames></workbook>"
    );
    let styles = format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"165\" formatCode=\"0.0%\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>"
    );
    let sheet = format!(
        "<worksheet xmlns=\"{MAIN}\"><dimension ref=\"A1:D2\"/><sheetData>{rows}</sheetData><mergeCells><mergeCell ref=\"A3:B4\"/></mergeCells></worksheet>"
    );
    joined(&[
        (
            "[Content_Types].xml",
            "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>",
        ),
        ("_rels/.rels", &relation("r1", "officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &relation("r1", "worksheet", "worksheets/sheet1.xml")),
        ("xl/styles.xml", &styles),
        (
            "xl/sharedStrings.xml",
            &format!("<sst xmlns=\"{MAIN}\" uniqueCount=\"1\"><si><r><t>Khách </t></r><r><t>hàng</t></r></si></sst>"),
        ),
        (
            "docProps/custom.xml",
            "<Properties xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" name=\"qd.case\"><vt:lpwstr>YC-2026-0012</vt:lpwstr></property></Properties>",
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn small_ods() -> Vec<u8> {
    joined(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        (
            "meta.xml",
            "<office:document-meta><office:meta><meta:user-defined meta:name=\"qd.case\">YC-2026-0012</meta:user-defined></office:meta></office:document-meta>",
        ),
        (
            "content.xml",
            "<office:document-content><office:automatic-styles><style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"Phiếu\" table:style-name=\"h\"><table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"string\" table:number-columns-spanned=\"2\" table:number-rows-spanned=\"2\"><text:p>Khách<text:s text:c=\"2\"/>&amp;<text:tab/></text:p><office:annotation><text:p>x</text:p></office:annotation></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated=\"3\" office:value-type=\"percentage\" office:value=\"0.4\"/><table:table-cell office:value-type=\"date\" office:date-value=\"2026-11-23T08:30:00\"/><table:table-cell table:formula=\"of:=1\"/></table:table-row></table:table><table:named-expressions><table:named-range table:name=\"qd_customer\" table:cell-range-address=\"$Phiếu.$A$1:.$B$1\"/></table:named-expressions></office:spreadsheet></office:body></office:document-content>",
        ),
    ])
}

fn small_xlsb() -> Vec<u8> {
    unzipped(&workbooks::xlsb("A", &[(0, 1, 12.5)], &[(0, 2, "ok")]))
}
