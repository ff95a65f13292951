//! Whatever people or attackers send as a workbook: the right values, or one plain reason why not, in time and
//! within memory. Every file here is made by the test that needs it.

mod workbooks;

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use proptest::prelude::*;
use quotedesk::form::book::{self, Book, Format, Limits, Raw, Unit, Visibility, Workers};
use quotedesk::process::problem::FileFault;
use rust_xlsxwriter as excel;
use workbooks::{compound, ods, parts, xls, xlsb, xlsx_with_sheet, zip_of};

fn workers() -> Workers {
    // A test run shares its cores: what is asked is the answer, not how soon it comes.
    Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()).with_patience(Duration::from_secs(120))
}

fn read(bytes: &[u8]) -> Result<Book, FileFault> {
    book::read(bytes, &Limits::default(), &workers())
}

fn too_large(what: &str, limit: &str) -> Result<Book, FileFault> {
    Err(FileFault::TooLarge { what: what.into(), limit: limit.into() })
}

fn looks_like(what: &str) -> Result<Book, FileFault> {
    Err(FileFault::NotWorkbook { looks_like: what.into() })
}

fn number(value: f64) -> Raw {
    Raw::Number { value, percent: false, date: None }
}

fn at(book: &Book, row: u32, col: u32) -> Option<&Raw> {
    book.sheets[0].cells.get(row, col)
}

fn small_xlsx() -> Vec<u8> {
    let mut workbook = excel::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Khách hàng").unwrap();
    sheet.write(0, 1, 12.5).unwrap();
    workbook.save_to_buffer().unwrap()
}

// ---- ordinary contents, each as Excel and LibreOffice store them

#[test]
fn an_xlsx_with_all_that_a_form_has() {
    let mut workbook = excel::Workbook::new();
    workbook.set_properties(&excel::DocProperties::new().set_custom_property("qd.case", "YC-2026-0012"));
    let percent = excel::Format::new().set_num_format("0.0%");
    let quoted = excel::Format::new().set_num_format("0\"%\"");
    let day = excel::Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("Phiếu YC").unwrap();
    sheet.merge_range(0, 0, 0, 3, "Phiếu phân tích", &excel::Format::new()).unwrap();
    sheet.write(1, 0, "Chiết khấu").unwrap();
    sheet.write_with_format(1, 1, 0.08, &percent).unwrap();
    sheet.write_with_format(1, 2, 8, &quoted).unwrap();
    sheet.write_with_format(2, 1, excel::ExcelDateTime::from_ymd(2026, 11, 23).unwrap(), &day).unwrap();
    sheet.write(3, 1, true).unwrap();
    sheet.write_formula(4, 1, excel::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_formula(5, 1, excel::Formula::new("=2*3").set_result("6")).unwrap();
    sheet.write_blank(6, 1, &percent).unwrap();
    workbook.add_worksheet().set_name("Ẩn").unwrap().set_hidden(true).write(0, 0, "=1+1 'là chữ'").unwrap();
    workbook.define_name("qd_discount", "='Phiếu YC'!$B$2:$B$3").unwrap();
    workbook.define_name("qd_constant", "=0.1").unwrap();
    let book = read(&workbook.save_to_buffer().unwrap()).unwrap();

    assert_eq!(book.format, Format::Xlsx);
    assert_eq!(book.properties.get("qd.case").map(String::as_str), Some("YC-2026-0012"));
    assert_eq!(book.sheets[0].name, "Phiếu YC");
    assert_eq!(book.sheets[0].merged, [(0, 0, 0, 3)]);
    assert_eq!(book.sheets[0].visibility, Visibility::Visible);
    assert_eq!(book.sheets[1].visibility, Visibility::Hidden);
    assert_eq!(at(&book, 0, 0), Some(&Raw::Text("Phiếu phân tích".into())));
    assert_eq!(at(&book, 1, 1), Some(&Raw::Number { value: 0.08, percent: true, date: None }));
    assert_eq!(at(&book, 1, 2), Some(&number(8.0)), "a quoted % is only a decoration");
    let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(0, 0, 0);
    assert_eq!(at(&book, 2, 1), Some(&Raw::Number { value: 46349.0, percent: false, date: monday }));
    assert_eq!(at(&book, 3, 1), Some(&Raw::Bool(true)));
    assert_eq!(at(&book, 5, 1), Some(&number(6.0)));
    assert_eq!(at(&book, 6, 1), None, "a cell that is only formatted is blank");
    assert_eq!(book.sheets[1].cells.get(0, 0), Some(&Raw::Text("=1+1 'là chữ'".into())));
    let name = book.name("QD_Discount").unwrap();
    assert_eq!((name.sheet.as_str(), name.row, name.col), ("Phiếu YC", 1, 1));
    assert!(book.name("qd_constant").is_none());
}

/// The number alone would be taken for đồng.
#[test]
fn a_number_that_is_shown_in_another_unit_says_so() {
    let mut workbook = excel::Workbook::new();
    let sheet = workbook.add_worksheet();
    let formats = [
        "\"$\"#,##0.00",
        "#,##0\" nghìn\"",
        "#,##0.0,,\" triệu\"",
        "#,##0\\ [$₫-42A]",
        "[$-409]#,##0",
        "0\" tuần\"",
        "0\" ngày\"",
    ];
    for (row, format) in (0..).zip(formats) {
        sheet.write_with_format(row, 0, 5000, &excel::Format::new().set_num_format(format)).unwrap();
    }
    let book = read(&workbook.save_to_buffer().unwrap()).unwrap();
    let amount = |sign: &str, times| Raw::Amount { value: 5000.0, unit: Unit { sign: sign.into(), times } };
    assert_eq!(at(&book, 0, 0), Some(&amount("$", None)));
    assert_eq!(at(&book, 1, 0), Some(&amount("nghìn", Some(1000))));
    for row in [2, 3, 4, 6] {
        assert_eq!(at(&book, row, 0), Some(&number(5000.0)), "{}", formats[row as usize]);
    }
    assert_eq!(at(&book, 5, 0), Some(&amount("tuần", Some(1))));
    let book = read(&ods(
        r#"<table:table table:name="Phiếu"><table:table-row>
            <table:table-cell office:value-type="currency" office:currency="USD" office:value="5000"><text:p>5,000.00</text:p></table:table-cell>
            <table:table-cell office:value-type="currency" office:currency="VND" office:value="5000"><text:p>5.000 ₫</text:p></table:table-cell>
            <table:table-cell office:value-type="float" office:value="5000"><text:p>5.000 nghìn</text:p></table:table-cell>
          </table:table-row></table:table>"#,
    ))
    .unwrap();
    assert_eq!(at(&book, 0, 0), Some(&amount("USD", None)));
    assert_eq!(at(&book, 0, 1), Some(&number(5000.0)));
    assert_eq!(at(&book, 0, 2), Some(&amount("nghìn", Some(1000))));
}

/// `10` crossed out and `7` beside it in one cell: its reader sees 7, and no 107.
#[test]
fn words_that_are_crossed_out_do_not_count() {
    let mut workbook = excel::Workbook::new();
    let sheet = workbook.add_worksheet();
    let (struck, plain) = (excel::Format::new().set_font_strikethrough(), excel::Format::new());
    sheet.write_rich_string(0, 0, &[(&struck, "10"), (&plain, "7")]).unwrap();
    sheet.write_rich_string(1, 0, &[(&plain, "In phiếu "), (&struck, "nhập "), (&plain, "xuất")]).unwrap();
    sheet.write_rich_string(2, 0, &[(&plain, "In phiếu "), (&excel::Format::new().set_bold(), "cân")]).unwrap();
    sheet.write_rich_string(3, 0, &[(&struck, "Bỏ"), (&struck, " hết")]).unwrap();
    sheet.write(4, 0, "107 mục").unwrap();
    sheet.write_with_format(5, 0, 107, &struck).unwrap();
    sheet.write_blank(6, 0, &struck).unwrap();
    let book = read(&workbook.save_to_buffer().unwrap()).unwrap();
    for (row, seen) in (0..).zip(["7", "In phiếu xuất", "In phiếu cân", "Bỏ hết", "107 mục"]) {
        assert_eq!(at(&book, row, 0), Some(&Raw::Text(seen.into())));
    }
    assert_eq!(book.sheets[0].struck, [(3, 0), (5, 0)], "crossed out as a whole");
    let style = |name: &str, line: &str| {
        format!(
            r#"<style:style style:name="{name}"><style:text-properties style:text-line-through-style="{line}"/></style:style>"#
        )
    };
    let cell = |style: &str, text: &str| {
        format!(r#"<table:table-cell table:style-name="{style}" office:value-type="string">{text}</table:table-cell>"#)
    };
    let cells = [cell("ce1", "<text:p>giữ</text:p>"), cell("ce2", "<text:p>bỏ</text:p>"), cell("ce2", "")].concat();
    let table = format!(r#"<table:table table:name="Phiếu"><table:table-row>{cells}</table:table-row></table:table>"#);
    let book = read(&ods(&(style("ce1", "none") + &style("ce2", "solid") + &table))).unwrap();
    assert_eq!(book.sheets[0].struck, [(0, 1)], "of an ods too");
}

#[test]
fn dates_of_1904() {
    let workbook = r#"<workbookPr date1904="1"/>"#;
    let styles = r#"<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>"#;
    let sheet = r#"<row r="1"><c r="A1" s="1"><v>44887</v></c></row>"#;
    let book = read(&zip_of(&parts(workbook, styles, sheet))).unwrap();
    assert!(book.date1904);
    let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(0, 0, 0);
    assert_eq!(at(&book, 0, 0), Some(&Raw::Number { value: 44887.0, percent: false, date: monday }));
}

#[test]
fn cells_that_no_program_has_calculated_are_told_apart_from_blanks_and_zeros() {
    let sheet = r#"<row r="1">
        <c r="A1"><f>SUM(B1:C1)</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1" t="str"><f>""</f><v></v></c>
        <c r="D1"><f>0*1</f><v>0</v></c><c r="E1" s="0"/></row>"#;
    let book = read(&xlsx_with_sheet(sheet)).unwrap();
    assert_eq!(at(&book, 0, 0), Some(&Raw::FormulaNoValue));
    assert_eq!(at(&book, 0, 1), Some(&Raw::FormulaNoValue));
    assert_eq!(at(&book, 0, 2), None);
    assert_eq!(at(&book, 0, 3), Some(&number(0.0)));
    assert_eq!(at(&book, 0, 4), None);
}

#[test]
fn an_error_that_is_newer_than_our_reader_spoils_its_own_cell_only() {
    let sheet = r##"<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#SPILL!</v></c><c r="C2" t="n"><v>?</v></c></row>
        <row><c><v>2</v></c><c t="e"><v>#CALC!</v></c><c><v>3</v></c></row>"##;
    let book = read(&xlsx_with_sheet(sheet)).unwrap();
    assert_eq!(at(&book, 1, 0), Some(&number(1.0)));
    assert_eq!(at(&book, 1, 1), Some(&Raw::Error("#SPILL!".into())));
    assert_eq!(at(&book, 1, 2), Some(&Raw::Error("#VALUE!".into())));
    assert_eq!(at(&book, 2, 0), Some(&number(2.0)));
    assert_eq!(at(&book, 2, 1), Some(&Raw::Error("#CALC!".into())));
    assert_eq!(at(&book, 2, 2), Some(&number(3.0)), "cells without an address keep their place after the error");
}

#[test]
fn an_ods_with_all_that_a_form_has() {
    let book = read(&ods(
        r#"<table:table table:name="Phiếu"><table:table-row>
            <table:table-cell office:value-type="string" table:number-columns-spanned="2" table:number-rows-spanned="1">
              <text:p>Dòng <text:span>một</text:span></text:p><text:p>A &amp; B<text:s text:c="2"/>C</text:p>
              <office:annotation><text:p>ghi chú</text:p></office:annotation>
            </table:table-cell><table:covered-table-cell/>
            <table:table-cell office:value-type="percentage" office:value="0.4"><text:p>40%</text:p></table:table-cell>
            <table:table-cell office:value-type="date" office:date-value="2026-11-23"><text:p>23/11/26</text:p></table:table-cell>
            <table:table-cell office:value-type="currency" office:value="12000000"/>
            <table:table-cell office:value-type="string" calcext:value-type="error" office:string-value=""><text:p>#REF!</text:p></table:table-cell>
            <table:table-cell table:formula="of:=1+1"/>
            <table:table-cell office:value-type="boolean" office:boolean-value="true"/>
          </table:table-row>
          <table:table-row table:number-rows-repeated="1048575"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
          </table:table>
          <table:named-expressions><table:named-range table:name="qd_customer" table:cell-range-address="$Phiếu.$C$1:.$D$1"/></table:named-expressions>"#,
    ))
    .unwrap();
    assert_eq!(book.format, Format::Ods);
    assert_eq!(at(&book, 0, 0), Some(&Raw::Text("Dòng một\nA & B  C".into())));
    assert_eq!(at(&book, 0, 2), Some(&Raw::Number { value: 0.4, percent: true, date: None }));
    let monday = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(0, 0, 0).unwrap();
    assert_eq!(at(&book, 0, 3), Some(&Raw::Date(monday)));
    assert_eq!(at(&book, 0, 4), Some(&number(12_000_000.0)));
    assert_eq!(at(&book, 0, 5), Some(&Raw::Error("#REF!".into())));
    assert_eq!(at(&book, 0, 6), Some(&Raw::FormulaNoValue));
    assert_eq!(at(&book, 0, 7), Some(&Raw::Bool(true)));
    assert_eq!(book.sheets[0].cells.len(), 7);
    assert_eq!(book.sheets[0].merged, [(0, 0, 0, 1)]);
    let name = book.name("qd_customer").unwrap();
    assert_eq!((name.sheet.as_str(), name.row, name.col), ("Phiếu", 0, 2));
    assert_eq!(book.properties.get("qd.case").map(String::as_str), Some("YC-2026-0012"));
}

#[test]
fn an_xls_is_read_by_the_child() {
    let book = read(&xls("Phiếu", (10, 4), &[(0, 0, 1.5), (9, 3, -2.0)])).unwrap();
    assert_eq!(book.format, Format::Xls);
    assert_eq!(book.sheets[0].name, "Phiếu");
    assert_eq!(at(&book, 0, 0), Some(&number(1.5)));
    assert_eq!(at(&book, 9, 3), Some(&number(-2.0)));
    assert_eq!(book.sheets[0].cells.len(), 2);
}

#[test]
fn an_xlsb_is_read_by_the_child() {
    let book = read(&xlsb("Phiếu", &[(1, 2, 12.5)], &[(3, 0, "Khách hàng")])).unwrap();
    assert_eq!(book.format, Format::Xlsb);
    assert_eq!(book.sheets[0].name, "Phiếu");
    assert_eq!(at(&book, 1, 2), Some(&number(12.5)));
    assert_eq!(at(&book, 3, 0), Some(&Raw::Text("Khách hàng".into())));
}

#[test]
fn strict_namespaces_prefixes_and_absolute_paths() {
    let mut parts = parts("", "", r#"<row r="1"><c r="A1" t="d"><v>2026-11-23T08:30:00</v></c><c r="B1"><v>1</v></c></row>"#);
    for (name, content) in &mut parts {
        let text = String::from_utf8(content.clone()).unwrap();
        let text = text
            .replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
            .replace("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/")
            .replace("Target=\"", "Target=\"/")
            .replace("Target=\"/worksheets", "Target=\"/xl/worksheets");
        *content = if *name == "xl/worksheets/sheet1.xml" {
            let text = text.replace("</", "\u{1}").replace('<', "<x:").replace('\u{1}', "</x:");
            text.replace("xmlns=", "xmlns:x=").into_bytes()
        } else {
            text.into_bytes()
        };
    }
    let book = read(&zip_of(&parts)).unwrap();
    let half_past_eight = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap().and_hms_opt(8, 30, 0).unwrap();
    assert_eq!(at(&book, 0, 0), Some(&Raw::Date(half_past_eight)));
    assert_eq!(at(&book, 0, 1), Some(&number(1.0)));
}

// ---- bombs

#[test]
fn a_zip_bomb_is_refused_within_a_second() {
    let cells = r#"<c r="A1"><v>1</v></c>"#.repeat(3_000_000);
    let bomb = xlsx_with_sheet(&format!("<row r=\"1\">{cells}</row>"));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(read(&bomb), too_large("ratio", "100:1"));
}

#[test]
fn what_inflates_past_the_limit_is_refused_although_the_ratio_is_harmless() {
    let limits = Limits { workbook_unpacked: 1 << 20, ..Limits::default() };
    let mut noise = 1_u32;
    let rows: String = (1..=40_000)
        .map(|row| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            format!("<row r=\"{row}\"><c r=\"A{row}\"><v>{noise}</v></c></row>")
        })
        .collect();
    let book = book::read(&xlsx_with_sheet(&rows), &limits, &workers());
    assert_eq!(book, too_large("unpacked", "1 MiB"));
}

#[test]
fn a_zip_in_a_zip_is_a_zip_and_nothing_is_unpacked() {
    assert_eq!(read(&zip_of(&[("phieu.xlsx", small_xlsx())])), looks_like("zip"));
    let mut with_object = parts("", "", r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    with_object.push(("xl/embeddings/inner.xlsx", small_xlsx()));
    assert_eq!(at(&read(&zip_of(&with_object)).unwrap(), 0, 0), Some(&number(1.0)));
}

#[test]
fn sixty_five_thousand_parts() {
    let names: Vec<String> = (0..65_000).map(|n| format!("xl/p{n}.xml")).collect();
    let parts: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), Vec::new())).collect();
    assert_eq!(read(&zip_of(&parts)), too_large("parts", "4000"));
}

#[test]
fn two_parts_of_one_name() {
    for other in ["XL/Worksheets/Sheet1.xml", "xl\\worksheets\\sheet1.xml"] {
        let mut parts = parts("", "", "");
        parts.push((other, b"<worksheet/>".to_vec()));
        assert_eq!(read(&zip_of(&parts)), Err(FileFault::Broken { why: "two parts of one name".into() }));
    }
    // The very same name, which no honest writer can make: two names of one length, one changed in the bytes.
    let mut parts = parts("", "", "");
    parts.push(("xl/worksheets/sheet2.xml", b"<worksheet/>".to_vec()));
    let bytes = replaced(zip_of(&parts), b"sheet2.xml", b"sheet1.xml");
    assert_eq!(read(&bytes), Err(FileFault::Broken { why: "two parts of one name".into() }));
}

#[test]
fn sizes_that_lie_are_not_believed() {
    // The central directory says that every part is empty, or 4 GiB.
    for size in [0_u32, u32::MAX - 1] {
        let mut bytes = small_xlsx();
        let directory = find(&bytes, b"PK\x01\x02").unwrap();
        for at in directory..bytes.len() - 28 {
            if bytes[at..].starts_with(b"PK\x01\x02") {
                bytes[at + 24..at + 28].copy_from_slice(&size.to_le_bytes());
            }
        }
        assert!(matches!(read(&bytes), Err(FileFault::Broken { .. }) | Ok(_)));
    }
}

#[test]
fn overlapping_parts() {
    // Each directory entry points at the first part's data: one block of bytes is many parts.
    let mut bytes = small_xlsx();
    let directory = find(&bytes, b"PK\x01\x02").unwrap();
    for at in directory..bytes.len() - 46 {
        if bytes[at..].starts_with(b"PK\x01\x02") {
            bytes[at + 42..at + 46].copy_from_slice(&0_u32.to_le_bytes());
        }
    }
    assert!(matches!(read(&bytes), Err(FileFault::Broken { .. })));
}

#[test]
fn more_strings_claimed_than_memory_holds() {
    let mut parts = parts("", "", r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#);
    let strings = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="99999999999"><si><t>a</t></si></sst>"#;
    parts.push(("xl/sharedStrings.xml", strings.into()));
    assert_eq!(read(&zip_of(&parts)), too_large("memory", "512 MiB"));
}

#[test]
fn one_long_string_shown_by_every_cell() {
    let cells: String = (1..=10_000).map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>")).collect();
    let mut parts = parts("", "", &cells);
    let strings = format!(
        "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>{}</t></si></sst>",
        "ă".repeat(32_000)
    );
    parts.push(("xl/sharedStrings.xml", strings.into_bytes()));
    assert_eq!(read(&zip_of(&parts)), too_large("text", "64 MiB"));
}

#[test]
fn entities_are_never_expanded() {
    let lol = r#"<!DOCTYPE w [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    for entity in ["&b;", "&x;"] {
        let mut parts = parts("", "", &format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{entity}</t></is></c></row>"));
        for (name, content) in &mut parts {
            if *name == "xl/worksheets/sheet1.xml" {
                content.splice(0..0, lol.bytes());
            }
        }
        assert!(matches!(read(&zip_of(&parts)), Err(FileFault::Broken { .. })));
    }
    let sheet = "<table:table table:name=\"a\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>&b;</text:p></table:table-cell></table:table-row></table:table>";
    assert!(matches!(read(&ods(sheet)), Err(FileFault::Broken { .. })));
}

// ---- huge sheets

#[test]
fn one_cell_in_the_far_corner() {
    let sheet = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let book = read(&xlsx_with_sheet(sheet)).unwrap();
    assert_eq!(at(&book, 1_048_575, 16_383), Some(&number(2.0)));
    assert_eq!(book.sheets[0].cells.len(), 2);
}

#[test]
fn a_cell_beyond_the_end_of_every_sheet() {
    for place in ["A1048577", "XFE1", "A4294967297", "AAAAAAAA1", "A0", "1A", ""] {
        let sheet = format!("<row r=\"1\"><c r=\"{place}\"><v>1</v></c></row>");
        assert!(matches!(read(&xlsx_with_sheet(&sheet)), Err(FileFault::Broken { .. })), "{place}");
    }
}

#[test]
fn a_million_blank_formatted_rows_are_blank() {
    let rows: String = (1..=1_048_576)
        .map(|row| format!("<row r=\"{row}\" s=\"1\" customFormat=\"1\"><c r=\"A{row}\" s=\"1\"/></row>"))
        .collect();
    let rows = rows.replacen("<c r=\"A1\" s=\"1\"/>", "<c r=\"A1\"><v>7</v></c>", 1);
    let book = read(&xlsx_with_sheet(&rows)).unwrap();
    assert_eq!(book.sheets[0].cells.len(), 1);
    assert_eq!(at(&book, 0, 0), Some(&number(7.0)));
}

#[test]
fn over_the_limit_of_cells() {
    let rows: String =
        (1..=50_001).map(|row| format!("<row r=\"{row}\">{}</row>", format!("<c><v>{row}</v></c>").repeat(4))).collect();
    assert_eq!(read(&xlsx_with_sheet(&rows)), too_large("cells", "200000"));
    let repeated = r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">
        <table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row></table:table>"#;
    assert_eq!(read(&ods(repeated)), too_large("cells", "200000"));
    let merged = r#"<table:table-cell table:number-columns-spanned="2"/><table:covered-table-cell/>"#.repeat(11);
    let merged = ods(&format!(r#"<table:table table:name="a"><table:table-row>{merged}</table:table-row></table:table>"#));
    let limits = Limits { workbook_cells: 10, ..Limits::default() };
    assert_eq!(book::read(&merged, &limits, &workers()), too_large("cells", "10"), "an area counts like a cell");
}

/// How far it reaches is anybody's number.
#[test]
fn a_merged_area_ends_with_its_sheet() {
    let book = read(&ods(
        r#"<table:table table:name="a"><table:table-row><table:table-cell/><table:table-cell office:value-type="string"
            table:number-columns-spanned="4294967295" table:number-rows-spanned="4294967295"><text:p>Khách hàng</text:p>
            </table:table-cell></table:table-row></table:table>"#,
    ))
    .unwrap();
    assert_eq!(book.sheets[0].merged, [(0, 1, 1_048_575, 16_383)]);
}

#[test]
fn a_small_xls_that_asks_for_a_gigabyte() {
    let bytes = xls("A", (65_536, 256), &[(0, 0, 1.0), (65_535, 255, 2.0)]);
    assert!(bytes.len() < 20_000);
    let workers = workers();
    assert_eq!(book::read(&bytes, &Limits::default(), &workers), too_large("memory", "512 MiB"));
    let small = xls("A", (1, 1), &[(0, 0, 3.0)]);
    let book = book::read(&small, &Limits::default(), &workers).unwrap();
    assert_eq!(at(&book, 0, 0), Some(&number(3.0)), "the next file finds a new child");
}

// ---- what is no workbook

#[test]
fn told_by_content_and_never_by_name() {
    assert_eq!(read(b""), Err(FileFault::Empty));
    assert_eq!(read(b"<html><body><table><tr><td>1</td></tr></table></body></html>"), looks_like("html"));
    assert_eq!(read("\u{FEFF}<HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">".as_bytes()), looks_like("html"));
    assert_eq!(read(b"STT,T\xC3\xAAn\n1,a\n"), looks_like("text"));
    assert_eq!(read(&zip_of(&[("mimetype", b"application/vnd.oasis.opendocument.text".to_vec())])), looks_like("opendocument"));
    let word = r#"<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    assert_eq!(read(&zip_of(&[("[Content_Types].xml", word.into())])), looks_like("docx"));
    assert_eq!(read(&compound("WordDocument", &[0; 4096])), looks_like("doc"));
    assert_eq!(read(&compound("EncryptedPackage", &[0; 4096])), Err(FileFault::Password));
}

#[test]
fn a_locked_xls() {
    // FILEPASS right after BOF; type 0 is the XOR of Excel 95.
    for kind in [0_u8, 1] {
        let mut stream = vec![0x09, 0x08, 16, 0, 0, 6, 5, 0];
        stream.extend([0; 12]);
        stream.extend([0x2F, 0, 6, 0, kind, 0, 1, 2, 3, 4]);
        stream.resize(4096, 0);
        assert_eq!(read(&compound("Workbook", &stream)), Err(FileFault::Password));
    }
}

#[test]
fn files_over_the_limit_are_not_looked_at() {
    let limits = Limits { attachment_bytes: 1 << 20, ..Limits::default() };
    let result = book::read(&vec![b'x'; (1 << 20) + 1], &limits, &workers());
    assert_eq!(result, too_large("file", "1 MiB"));
}

#[test]
fn cut_off_anywhere_every_64_bytes() {
    let workers = workers();
    let whole = [small_xlsx(), xls("A", (2, 2), &[(0, 0, 1.0)]), ods("<table:table table:name=\"a\"/>")];
    for bytes in whole {
        assert!(book::read(&bytes, &Limits::default(), &workers).is_ok());
        for length in (0..bytes.len()).step_by(64) {
            let result = book::read(&bytes[..length], &Limits::default(), &workers);
            match result {
                Err(FileFault::Empty | FileFault::Broken { .. }) => {}
                // An xls may end in slack that nobody needs.
                Ok(_) if bytes.starts_with(&[0xD0]) => {}
                other => panic!("cut to {length}: {other:?}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_byte_of_any_format_may_be_wrong(which in 0_usize..3, at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = [small_xlsx(), xls("A", (2, 2), &[(0, 0, 1.0)]), ods("<table:table table:name=\"a\"/>")][which].clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        // Ok or a fault: what counts is that there is an answer.
        let _ = book::read(&bytes, &Limits::default(), shared_workers());
    }

    #[test]
    fn text_comes_back_as_it_was_written(text in "[^\u{0}-\u{1f}\u{fffe}\u{ffff}]{1,60}") {
        let mut workbook = excel::Workbook::new();
        workbook.add_worksheet().write_string(3, 2, &text).unwrap();
        let book = book::read(&workbook.save_to_buffer().unwrap(), &Limits::default(), shared_workers()).unwrap();
        prop_assert_eq!(at(&book, 3, 2), Some(&Raw::Text(text)));
    }
}

fn shared_workers() -> &'static Workers {
    static WORKERS: std::sync::OnceLock<Workers> = std::sync::OnceLock::new();
    WORKERS.get_or_init(workers)
}

// ---- children that fail

/// A program that stands in for a child gone wrong. A shell writes it: were it open for writing here, a child of another
/// test that begins just then would hold it open too, and the kernel starts no such file.
fn failing_workers(script: &str, patience: Duration) -> (tempfile::TempDir, Workers) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("worker");
    let write = r#"printf '#!/bin/sh\n%s\n' "$1" >"$0" && chmod 755 "$0""#;
    let written = std::process::Command::new("sh").args(["-c", write]).arg(&program).arg(script).status().unwrap();
    assert!(written.success());
    (folder, Workers::new(program).with_patience(patience))
}

#[test]
fn a_child_that_dies_hangs_or_babbles_is_one_answer() {
    let bytes = xls("A", (1, 1), &[(0, 0, 1.0)]);
    let long = Duration::from_secs(60);
    let gave_up = FileFault::Broken { why: "the reader gave up".into() };
    for (script, fault) in [
        ("kill -ABRT $$", gave_up.clone()),
        ("exit 0", gave_up.clone()),
        ("kill -XCPU $$", FileFault::TooSlow),
        ("exec sleep 60", FileFault::TooSlow),
        (
            "echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$",
            FileFault::TooLarge { what: "memory".into(), limit: "512 MiB".into() },
        ),
        (
            "printf '\\377\\377\\377\\377\\377\\377\\377\\377'; exec sleep 60",
            FileFault::Broken { why: "the reader talks nonsense".into() },
        ),
    ] {
        let hangs = script == "exec sleep 60";
        let (_folder, workers) = failing_workers(script, if hangs { Duration::from_millis(500) } else { long });
        for _ in 0..2 {
            let start = Instant::now();
            assert_eq!(book::read(&bytes, &Limits::default(), &workers), Err(fault.clone()), "{script}");
            // The child would sleep a minute: it was not waited for.
            assert!(start.elapsed() < Duration::from_secs(50), "{script}");
        }
    }
    // Stopped together with the daemon: tried again, and not blamed on the file.
    let (folder, workers) = failing_workers("cd \"$(dirname \"$0\")\"; echo >> starts; kill -TERM $$", long);
    assert!(matches!(book::read(&bytes, &Limits::default(), &workers), Err(FileFault::Broken { .. })));
    assert_eq!(std::fs::read_to_string(folder.path().join("starts")).unwrap().len(), 3);
    let nowhere = Workers::new("/nonexistent/quotedesk".into());
    assert!(matches!(book::read(&bytes, &Limits::default(), &nowhere), Err(FileFault::Broken { .. })));
}

#[test]
fn many_files_at_once_share_two_children() {
    let workers = workers();
    let bytes = xls("A", (1, 1), &[(0, 0, 1.0)]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    assert!(book::read(&bytes, &Limits::default(), &workers).is_ok());
                }
            });
        }
    });
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn replaced(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    while let Some(at) = find(&bytes, old) {
        bytes[at..at + new.len()].copy_from_slice(new);
    }
    bytes
}
