//! A form that comes back is read rightly, whatever people and programs did to the workbook, and each error is found
//! at its cell.

mod forms;

use std::time::Duration;

use chrono::NaiveDate;
use forms::*;
use quotedesk::form::book::{DefinedName, Format, Limits, Raw, Visibility};
use quotedesk::form::layout::{Section, Zone, section};
use quotedesk::form::read::{ReadForm, Reading};
use quotedesk::form::returned::{Incoming, filled, findings, open};
use quotedesk::letter::messages::Words;
use quotedesk::process::case::{Case, State};
use quotedesk::process::form::{Cell, Filled, Form};
use quotedesk::process::house::{Lang, Role};
use quotedesk::process::problem::{FileFault, Kind, Problem, Severity};
use quotedesk::process::value::Value;
use rustix::time::{ClockId, clock_gettime};

const SALES: &[Zone] = &[Zone::Sales, Zone::Everyone];
const TECH: &[Zone] = &[Zone::Tech, Zone::Everyone];

fn nothing(filled: &Filled) {
    assert!(filled.is_empty() && filled.kept.is_empty() && filled.clashes.is_empty(), "{filled:#?}");
    assert!(filled.problems.is_empty() && filled.echoes.is_empty(), "{filled:#?}");
}

fn value<'a>(form: &'a ReadForm, field: &str) -> Option<&'a Value> {
    form.fields.get(field).and_then(|f| f.value())
}

/// The form as read, without what is filled in by the desk.
fn form_of(book: &Workbook) -> Form {
    let mut form = understood(&book.0).form();
    form.fields.retain(|name, _| !["id", "rev", "status"].contains(&name.as_str()));
    form
}

// ---- untouched

#[test]
fn a_form_that_comes_back_untouched_changes_nothing() {
    let form = answered();
    for (reader, state, zones) in [
        (Role::Sales, State::Completing, SALES),
        (Role::Tech, State::Feedback, TECH),
        (Role::Leader, State::Review, &[Zone::Leader, Zone::Everyone][..]),
        (Role::Director, State::Pricing, &[Zone::Director, Zone::Everyone]),
    ] {
        let book = written(&form, reader, state);
        let read = understood(&book.0);
        assert!(read.is_form && read.has_items);
        assert_eq!(read.origin.case.as_deref(), Some("YC-2026-0012"));
        assert_eq!((read.origin.rev, read.origin.schema), (Some(7), Some(1)));
        assert_eq!(read.items.len(), 3, "{reader:?}");
        nothing(&Filled { answered: vec![], ..brought(&book.0, &form, &form, zones) });
    }
}

#[test]
fn everything_that_was_written_is_read() {
    let form = answered();
    for lang in [Lang::Vi, Lang::En] {
        let book = Workbook(book_of(&bytes(&form, None, State::Pricing, lang)));
        assert_eq!(form_of(&book), form, "{lang:?}");
    }
}

#[test]
fn without_names_and_properties_everything_is_found_by_label() {
    let form = answered();
    for lang in [Lang::Vi, Lang::En] {
        let mut book = Workbook(book_of(&bytes(&form, None, State::Pricing, lang)));
        book.forget_names();
        let read = understood(&book.0);
        assert!(read.is_form, "{lang:?}");
        assert_eq!(read.origin.case.as_deref(), Some("YC-2026-0012"));
        assert_eq!(form_of(&book), form, "{lang:?}");
    }
}

// ---- rows, columns and sheets moved about

#[test]
fn rows_and_columns_may_be_inserted_and_sheets_renamed() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    book.insert_rows(0, 4, 3);
    book.insert_columns(0, 0, 1);
    let (sheet, head) = book.head("Nội dung yêu cầu");
    book.insert_rows(sheet, head + 2, 1);
    book.rename(0, "Bản của Lan (cuối)");
    nothing(&brought(&book.0, &form, &form, SALES));
    book.0.sheets.rotate_left(1);
    book.forget_names();
    nothing(&brought(&book.0, &form, &form, SALES));
}

#[test]
fn names_that_stayed_behind_are_not_believed() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    book.insert_rows_without_names(0, 5, 2);
    nothing(&brought(&book.0, &form, &form, SALES));
}

/// Programs that know nothing of names put columns in too: a name then leads to a label, which is nobody's value.
#[test]
fn names_that_stayed_behind_columns_are_not_believed() {
    let form = answered();
    for count in 1..=3 {
        let mut book = written(&form, Role::Sales, State::Completing);
        let names = book.0.names.clone();
        (0..3).for_each(|sheet| book.insert_columns(sheet, 0, count));
        book.0.names = names;
        let read = understood(&book.0);
        assert_eq!(read.origin.case.as_deref(), Some("YC-2026-0012"), "{count}");
        nothing(&brought(&book.0, &form, &form, SALES));
        book.0.properties.clear();
        assert_eq!(understood(&book.0).origin.case.as_deref(), Some("YC-2026-0012"), "{count}");
    }
}

/// openpyxl leaves merged areas behind as well: labels and values then stand within areas that were merged for others.
#[test]
fn merged_areas_and_names_that_stayed_behind_are_not_believed() {
    let form = answered();
    for (rows, at, count) in
        [(true, 0, 2), (true, 11, 1), (true, 14, 3), (true, 31, 2), (false, 0, 1), (false, 0, 2), (false, 3, 1), (false, 5, 1)]
    {
        let mut book = written(&form, Role::Sales, State::Completing);
        let moved = |n: u32| if n >= at { n + count } else { n };
        book.shift_cells_alone(0, |row, col| if rows { (moved(row), col) } else { (row, moved(col)) });
        let filled = brought(&book.0, &form, &form, SALES);
        assert!(filled.problems.is_empty(), "{rows} {at} {count}: {:#?}", filled.problems);
        nothing(&filled);
    }
}

/// A row that is taken out takes its field with it, and no other field gets its neighbour's value.
#[test]
fn a_row_taken_out_leaves_the_others_what_they_hold() {
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    let (sheet, gone, _) = book.field("tax");
    let below = |row: u32| if row > gone { row - 1 } else { row };
    let cells: Vec<_> = book.0.sheets[sheet].cells.row(gone).map(|(col, _)| col).collect();
    cells.into_iter().for_each(|col| book.set((sheet, gone, col), ""));
    book.shift_cells_alone(sheet, |row, col| (below(row), col));
    let read = understood(&book.0);
    assert_eq!(value(&read, "tax"), None);
    nothing(&brought(&book.0, &form, &form, SALES));
}

#[test]
fn columns_of_the_item_table_may_change_places() {
    let form = answered();
    let mut book = written(&form, Role::Tech, State::Feedback);
    let (sheet, head) = book.head("Nội dung yêu cầu");
    let (a, b) = (book.item(1, "KT: Chi phí (giá vốn) *").2, book.item(1, "Diễn giải").2);
    book.shift(sheet, |r, c| {
        let c = if r < head {
            c
        } else if c == a {
            b
        } else if c == b {
            a
        } else {
            c
        };
        (r, c)
    });
    nothing(&Filled { answered: vec![], ..brought(&book.0, &form, &form, TECH) });
}

/// Staff put headings between items; some are called like a section of the form, or like a label.
#[test]
fn a_group_heading_called_like_a_section_does_not_end_the_table() {
    let form = answered();
    for heading in ["II. Báo giá", "Khách hàng", "Báo giá", "Trạng thái", "II. Phân hệ kho"] {
        for (column, ids, numbers) in [(0, true, true), (0, false, true), (2, false, false), (2, true, false)] {
            let mut book = written(&form, Role::Sales, State::Completing);
            let (sheet, head) = book.head("Nội dung yêu cầu");
            let keys = [("Mã mục", ids), ("STT *", numbers)];
            for header in keys.iter().filter(|(_, stays)| !stays).map(|(header, _)| header) {
                (1..=3).for_each(|row| book.put_item(row, header, ""));
            }
            book.insert_rows(sheet, head + 2, 2);
            book.set((sheet, head + 2, 0), "Thông tin phiếu");
            book.set((sheet, head + 3, column), heading);
            let said = format!("{heading} in column {column}, ids {ids}, numbers {numbers}");
            assert_eq!(understood(&book.0).items.len(), 3, "{said}");
            nothing(&brought(&book.0, &form, &form, SALES));
        }
    }
}

#[test]
fn a_module_called_like_a_section_or_a_label_does_not_end_the_table() {
    let form = drafted();
    for module in ["Báo giá", "Khách hàng", "Trạng thái", "Thực hiện dự án"] {
        let mut book = written(&form, Role::Sales, State::Drafting);
        (1..=3).for_each(|row| book.put_item(row, "STT *", ""));
        (1..=3).for_each(|row| book.put_item(row, "Mã mục", ""));
        book.put_item(2, "Khu vực / Phân hệ *", module);
        assert_eq!(understood(&book.0).items.len(), 3, "{module}");
        book.put_item(3, "Khu vực / Phân hệ *", module);
        assert_eq!(understood(&book.0).items.len(), 3, "{module}, the last one too");
    }
}

const HEAD: [&str; 6] = ["STT", "Phân hệ", "Nội dung yêu cầu", "Diễn giải", "Mục đích", "Phương án"];

/// A workbook of the house's own, without ids: these rows on one sheet.
fn listed(rows: &[[&str; 6]]) -> Workbook {
    let cells = (0..).zip(rows).flat_map(|(row, texts)| {
        let filled = (0..).zip(texts).filter(|(_, t)| !t.is_empty());
        filled.map(move |(col, t)| (row, col, Raw::Text((*t).into())))
    });
    Workbook::new(&[("Phiếu", cells.collect())])
}

fn one<'a>(no: &'a str, content: &'a str) -> [&'a str; 6] {
    [no, "Kho", content, "Xem", "Rõ hơn", "Bảng"]
}

fn contents(read: &ReadForm) -> Vec<String> {
    read.items.iter().map(|i| i.cells["nd"].raw.clone()).collect()
}

#[test]
fn the_header_repeated_over_a_group_is_no_end_and_no_item() {
    for header in [HEAD, ["TT", "Khu vực / Phân hệ *", "Nội dung", "Mô tả", "Lợi ích", "Phương án tính toán / thể hiện"]]
    {
        let group = ["", "Phân hệ kho", "", "", "", ""];
        let counted = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"];
        let rows = [HEAD, one("1", "Báo cáo"), group, header, counted, one("1", "Xuất kho"), one("2", "Mục đích")];
        let read = understood(&listed(&rows).0);
        assert_eq!(contents(&read), ["Báo cáo", "Xuất kho", "Mục đích"]);
        assert!(read.problems.is_empty(), "{:#?}", read.problems);
    }
}

#[test]
fn items_numbered_in_parts_go_on_below_a_heading_called_like_a_section() {
    for heading in ["II. Khách hàng", "II. Báo giá", "SALES", "Địa chỉ"] {
        for numbers in
            [["2.1", "2.2"], ["1.1.1", "1.1.2"], ["II.1", "II.2"], ["a", "b"], ["-", "-"], ["KH01", "KH02"], ["Mục 2", "Mục 3"]]
        {
            let heading = [heading, "", "", "", "", ""];
            let rows = [HEAD, one("1.1", "Báo cáo"), heading, one(numbers[0], "Xuất kho"), one(numbers[1], "Nhập kho")];
            let read = understood(&listed(&rows).0);
            assert_eq!(contents(&read), ["Báo cáo", "Xuất kho", "Nhập kho"], "{rows:?}");
            assert!(read.problems.is_empty(), "{:#?}", read.problems);
        }
    }
}

/// Below a header with other columns, or below another part of the form, nobody can say what a row is: asked.
#[test]
fn an_item_that_no_table_reads_is_asked_about_and_never_passed_over() {
    let other = ["STT", "Nội dung yêu cầu", "Phân hệ", "Mục đích", "Diễn giải", "Phương án"];
    let told = |book: &Workbook, sheet: &str, cell: &str| {
        let problems = understood(&book.0).problems;
        matches!(&problems[..], [p] if (&*p.sheet, &*p.cell, &p.kind) == (sheet, cell, &Kind::OutsideTable) && p.severity == Severity::Error)
    };
    assert!(told(&listed(&[HEAD, one("1", "Báo cáo"), other, ["2", "Xuất kho", "Kho", "Rõ", "Xem", "Bảng"]]), "Phiếu", "B4"));
    let label = ["Trạng thái", "Mới", "", "", "", ""];
    let title = ["Báo giá", "", "", "", "", ""];
    assert!(told(&listed(&[HEAD, one("1", "Báo cáo"), title, label, one("2", "Xuất kho")]), "Phiếu", "C5"));

    // On a sheet of its own.
    let mut book = written(&drafted(), Role::Sales, State::Drafting);
    let mut more = listed(&[HEAD, one("4", "Xuất kho"), one("5", "Nhập kho")]).0.sheets.remove(0);
    more.name = "Bổ sung".into();
    book.0.sheets.push(more);
    assert!(told(&book, "Bổ sung", "C2"));
    book.0.sheets.last_mut().unwrap().visibility = Visibility::Hidden;
    assert!(understood(&book.0).problems.is_empty(), "what is hidden nobody means");

    for (said, rows) in [
        ("the same items once more", [other, ["1", "nd của mục 1", "khu", "md", "dg", "pa"]]),
        ("a price list", [["STT", "Hạng mục", "Số ngày", "Đơn giá", "", ""], ["1", "Gói A", "3", "5.000.000", "", ""]]),
        ("a plan", [["STT", "Nội dung", "Phụ trách", "", "", ""], ["1", "Gọi khách", "Lan", "", "", ""]]),
    ] {
        let mut book = written(&drafted(), Role::Sales, State::Drafting);
        book.0.sheets.push(listed(&rows).0.sheets.remove(0));
        let found = understood(&book.0).problems;
        assert!(found.iter().all(|p| matches!(p.kind, Kind::UnreadTexts { .. })), "{said}: {found:#?}");
    }
}

#[test]
fn a_column_that_is_not_found_is_said_once_at_the_header() {
    let mut book = written(&drafted(), Role::Sales, State::Drafting);
    let (at, row) = (book.item(0, "Diễn giải *"), book.item(0, "Nội dung yêu cầu *"));
    let (area, first) = (book.item(0, "Khu vực / Phân hệ *"), book.item(1, "Diễn giải *"));
    book.set(area, "Module");
    book.set(at, "Mô tả chi tiết");
    assert_eq!(form_of(&book), drafted(), "names that staff give to columns");
    book.set(at, "Nói thêm");
    let house = house();
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let found = findings(&mut understood(&book.0), &ctx);
    let column = |p: &&Problem| p.field == "dg";
    assert!(
        matches!(found.iter().filter(column).collect::<Vec<_>>()[..], [p] if p.kind == Kind::NoColumn && p.cell == book.address(row)),
        "{found:#?}"
    );
    let words = Words::plain(Lang::Vi, &house, None);
    let line = words.problem_line(found.iter().find(column).unwrap());
    assert!(line.contains(" – Diễn giải: Không thấy cột này"), "{line}");
    book.set(at, "Diễn giải");
    book.set(first, "");
    let found = findings(&mut understood(&book.0), &ctx);
    assert!(matches!(&found[..], [p] if p.kind == Kind::Missing && p.cell == book.address(first)), "a blank cell: {found:#?}");
}

/// What stands in one cell alone, and in a column of one's own, is never lost without a word.
#[test]
fn words_that_no_item_takes_are_told() {
    let form = drafted();
    let untouched = || written(&form, Role::Sales, State::Drafting);
    let mut book = untouched();
    let lone = book.item(4, "Diễn giải *");
    book.set(lone, "Thêm: xem theo từng kho");
    let found = brought(&book.0, &form, &form, SALES).problems;
    assert!(
        matches!(&found[..], [p] if p.kind == Kind::LoneCell && p.severity == Severity::Error && p.cell == book.address(lone)),
        "{found:#?}"
    );
    for (header, said) in [("Khu vực / Phân hệ *", "Phân hệ kho"), ("Diễn giải *", "Tổng cộng"), ("STT *", "II")]
    {
        let mut book = untouched();
        book.put_item(4, header, said);
        nothing(&brought(&book.0, &form, &form, SALES));
    }

    let mut book = untouched();
    let (sheet, head) = book.head("Nội dung yêu cầu");
    let last = book.0.sheets[sheet].cells.row(head).last().unwrap().0;
    let own = (sheet, head, last + 1);
    book.set(own, "Người phụ trách bên KH");
    nothing(&brought(&book.0, &form, &form, SALES));
    book.set((sheet, head + 1, last + 1), "Chị Mai");
    book.set((sheet, head + 3, last + 1), "Anh Bình");
    let filled = brought(&book.0, &form, &form, SALES);
    assert!(filled.is_empty());
    assert!(
        matches!(&filled.problems[..], [p] if p.kind == Kind::UnreadColumn && p.severity == Severity::Warning && p.cell == book.address(own)),
        "{:#?}",
        filled.problems
    );
    let house = house();
    let line = Words::plain(Lang::Vi, &house, None).problem_line(&filled.problems[0]);
    assert!(line.contains(&format!("{}: Cột “Người phụ trách bên KH”", book.address(own))), "{line}");
}

/// A unit that stands in a header or a label counts for its cells, and what was understood is told back.
#[test]
fn a_unit_in_a_label_counts_for_its_cells() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    let head = book.item(0, "KT: Chi phí (giá vốn) *");
    for row in 1..=3 {
        book.put_item(row, "KT: Khả thi *", "Có");
        book.put_item(row, "KT: Số ngày *", 5.0);
    }
    for (row, typed) in [(1, Typed::from(15_000.0)), (2, "30.000".into()), (3, "12tr".into())] {
        book.set((head.0, head.1 + row, head.2), typed);
    }
    book.set(head, "KT: Chi phí (nghìn đồng)");
    let filled = brought(&book.0, &form, &form, TECH);
    let cost =
        |id: &str| filled.changes.iter().find(|c| c.at == Cell::Item(id.into(), "kt_cp".into())).and_then(|c| c.new.clone());
    assert_eq!(
        ["M01", "M02", "M03"].map(cost),
        [15_000_000, 30_000_000, 12_000_000].map(|vnd| Some(Value::Money(vnd))),
        "{:#?}",
        filled.problems
    );
    let told: Vec<&str> = filled.echoes.iter().map(|e| e.typed.as_str()).collect();
    assert_eq!(told, ["15000", "30.000", "12tr"]);

    // Another currency, and a figure that is in đồng already.
    let house = house();
    let words = Words::plain(Lang::Vi, &house, None);
    book.set(head, "KT: Chi phí (USD)");
    let found = brought(&book.0, &form, &form, TECH).problems;
    assert!(found.len() == 3 && found.iter().all(|p| matches!(p.kind, Kind::LabelCurrency { .. })), "{found:#?}");
    let line = words.problem(&found[0]);
    assert!(line.contains("“KT: Chi phí (USD)”") && line.contains("“15000 USD”"), "{line}");
    book.set(head, "KT: Chi phí (1.000 đ)");
    book.set((head.0, head.1 + 1, head.2), 15_000_000.0);
    let found = brought(&book.0, &form, &form, TECH).problems;
    assert!(matches!(&found[..], [p] if matches!(p.kind, Kind::LabelUnit { .. })), "{found:#?}");
    let line = words.problem(&found[0]);
    assert!(line.contains("15.000.000.000 đồng hay 15.000.000 đồng"), "{line}");

    // Beside the label of a single cell; what stands there is no change.
    let opened = opened();
    for (label, typed, want) in [
        ("Ngân sách KH (nghìn đồng)", 80_000.0, Some(80_000_000)),
        ("Ngân sách KH - triệu đồng", 80.0, Some(80_000_000)),
        ("Ngân sách KH (USD)", 30_000.0, None),
    ] {
        let mut book = written(&opened, Role::Sales, State::Drafting);
        let (sheet, row, col) = book.field("budget");
        let label_at = book.0.sheets[sheet].cells.row(row).rfind(|(c, _)| *c < col).unwrap().0;
        book.set((sheet, row, label_at), label);
        book.put("budget", typed);
        let filled = brought(&book.0, &opened, &opened, SALES);
        let budget = filled.changes.iter().find(|c| c.at == Cell::Field("budget".into())).and_then(|c| c.new.clone());
        assert_eq!(budget, want.map(Value::Money), "{label}: {:#?}", filled.problems);
        let wrong = filled.problems.iter().any(|p| p.field == "budget" && matches!(p.kind, Kind::LabelCurrency { .. }));
        assert_eq!(wrong, want.is_none(), "{label}");
    }
    let held = answered();
    let mut book = written(&held, Role::Tech, State::Feedback);
    let head = book.item(0, "KT: Chi phí (giá vốn) *");
    book.set(head, "KT: Chi phí (nghìn đồng)");
    nothing(&Filled { answered: vec![], ..brought(&book.0, &held, &held, TECH) });
}

/// `15tr x 2`: a part of what was typed is no proposal.
#[test]
fn what_is_left_to_be_reckoned_is_asked_for_as_one_figure() {
    let mut form = drafted();
    form.fields.insert("kt_srv_cycle".into(), Value::Choice("month".into()));
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put_item(1, "KT: Chi phí (giá vốn) *", "15tr x 2");
    book.put_item(2, "KT: Số ngày *", "5 ngày + 2 ngày test");
    book.put("kt_srv_cost", "36tr/năm");
    let found = brought(&book.0, &form, &form, TECH).problems;
    assert!(found.len() == 3 && found.iter().all(|p| p.kind == Kind::Reckoned), "{found:#?}");
    let house = house();
    let words = Words::plain(Lang::Vi, &house, Some(&form));
    let line = |field: &str| found.iter().find(|p| p.field == field).map(|p| words.problem(p)).unwrap();
    assert!(line("kt_srv_cost").contains("một số tiền cho 1 tháng, ví dụ 3tr"), "{}", line("kt_srv_cost"));
    assert!(line("kt_ngay").contains("một số ngày làm việc") && line("kt_cp").contains("em không tính thay"));
    let blank = Words::plain(Lang::Vi, &house, None).problem(found.iter().find(|p| p.field == "kt_srv_cost").unwrap());
    assert!(blank.contains("cho đúng một chu kỳ server"), "{blank}");
}

#[test]
fn words_beside_the_cells_are_told_once_with_where_they_stand() {
    let form = answered();
    let house = house();
    let words = Words::plain(Lang::Vi, &house, Some(&form));
    let told = |book: &Workbook| {
        let filled = brought(&book.0, &form, &form, TECH);
        assert!(filled.is_empty());
        match &filled.problems[..] {
            [p] if matches!(p.kind, Kind::UnreadTexts { .. }) && p.severity == Severity::Warning => words.problem_line(p),
            found => panic!("{found:#?}"),
        }
    };
    let mut book = written(&form, Role::Tech, State::Feedback);
    let (sheet, head) = book.head("Nội dung yêu cầu");
    let last = book.0.sheets[sheet].cells.row(head).last().unwrap().0;
    let right = (sheet, head + 2, last + 2);
    book.set(right, "Mục này cần mua thêm license 5tr");
    let place = book.address(right);
    assert!(told(&book).contains(&format!("Phiếu phân tích!{place} “Mục này cần mua thêm license 5tr”")), "{}", told(&book));
    book.set((sheet, head + 8, 3), "Ghi chú: giá chưa gồm thuế");
    let (review, row, col) = book.field("kt_start");
    book.set((review, row + 20, col), "Cần gặp khách trước khi làm");
    book.set((review, row + 21, col), "Hỏi lại anh Trí");
    let line = told(&book);
    assert!(line.contains("“Ghi chú: giá chưa gồm thuế”") && line.contains("“Cần gặp khách trước khi làm”; …"), "{line}");

    // Nothing is said of marks, units, sums and lines to sign.
    let mut book = written(&form, Role::Tech, State::Feedback);
    for (n, said) in ["x", "đồng", "Tổng cộng:", "OK", "Đơn vị tính: đồng"].into_iter().enumerate() {
        book.set((review, row + 20 + n as u32, col), said);
    }
    book.set((review, row + 30, 0), "Người lập");
    book.set((review, row + 30, 1), "Trưởng phòng");
    book.set((review, row + 31, 0), "(Ký, ghi rõ họ tên)");
    nothing(&Filled { answered: vec![], ..brought(&book.0, &form, &form, TECH) });

    let mut extra = written(&form, Role::Tech, State::Feedback);
    let other = Workbook::new(&[("Chi tiết giá", vec![(0, 0, Raw::Text("Phân tích chi tiết từng công đoạn".into()))])]);
    extra.0.sheets.push(other.0.sheets[0].clone());
    assert!(told(&extra).contains("Chi tiết giá!A1 “Phân tích chi tiết từng công đoạn”"), "{}", told(&extra));
}

#[test]
fn a_unit_in_a_cell_of_its_own_is_asked_about() {
    let form = answered();
    let house = house();
    let words = Words::plain(Lang::Vi, &house, Some(&form));
    let asked = |said: &str, cost: Raw| {
        let mut book = written(&form, Role::Tech, State::Feedback);
        let (sheet, head) = book.head("Nội dung yêu cầu");
        let last = book.0.sheets[sheet].cells.row(head).last().unwrap().0;
        let above = (sheet, head - 1, last);
        book.set(above, said);
        for row in 1..=2 {
            let at = book.item(row, "KT: Chi phí (giá vốn) *");
            book.set(at, cost.clone());
        }
        let place = book.address(above);
        let found = brought(&book.0, &form, &form, TECH).problems;
        let told = found.iter().find(|p| p.kind == Kind::UnitApart).map(|p| {
            assert_eq!((p.cell.as_str(), p.severity), (place.as_str(), Severity::Error));
            words.problem(p)
        });
        assert!(!found.iter().any(|p| matches!(p.kind, Kind::UnreadTexts { .. })), "{found:#?}");
        told
    };
    let bare = || Raw::Number { value: 15_000.0, percent: false, date: None };
    let told = asked("Đơn vị tính: nghìn đồng", bare()).expect("fifteen million, or fifteen thousand");
    assert!(told.contains("Ô này ghi “Đơn vị tính: nghìn đồng”") && told.contains("ghi đơn vị ngay trong ô tiền"), "{told}");
    assert!(asked("ĐVT: USD", bare()).is_some());
    assert_eq!(asked("Đơn vị tính: đồng", bare()), None);
    assert_eq!(asked("Đơn vị tính: nghìn đồng", Raw::Text("15tr".into())), None, "each amount says its own");
}

#[test]
fn a_total_that_the_items_do_not_come_to_is_told() {
    let form = answered();
    let mut book = written(&form, Role::Tech, State::Feedback);
    let total = book.item(4, "KT: Chi phí (giá vốn) *");
    book.put_item(4, "Nội dung yêu cầu", "Tổng cộng");
    book.set(total, 20_000_000.0);
    nothing(&Filled { answered: vec![], ..brought(&book.0, &form, &form, TECH) });
    book.set(total, 25_000_000.0);
    let found = brought(&book.0, &form, &form, TECH).problems;
    let [told] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((told.cell.as_str(), told.severity), (book.address(total).as_str(), Severity::Warning));
    let house = house();
    let line = Words::plain(Lang::Vi, &house, None).problem_line(told);
    assert!(line.contains("Dòng tổng ghi 25.000.000 đ, nhưng cộng các mục là 20.000.000 đ"), "{line}");
    nothing(&brought(&book.0, &form, &form, &[Zone::Director, Zone::Everyone]));
}

/// A cost that is merged over several items is of all of them: the cells are named as their writer sees them.
#[test]
fn a_cost_merged_over_several_items_is_asked_for_by_its_area() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    for row in 1..=3 {
        book.put_item(row, "KT: Khả thi *", "Có");
        book.put_item(row, "KT: Số ngày *", 5.0);
    }
    let (sheet, row, col) = book.item(1, "KT: Chi phí (giá vốn) *");
    book.set((sheet, row, col), 45_000_000.0);
    book.0.sheets[sheet].merged.push((row, col, row + 2, col));
    let found = brought(&book.0, &form, &form, TECH).problems;
    let [second, third] = &found[..] else { panic!("{found:#?}") };
    let first = book.address((sheet, row, col));
    for (told, item) in [(second, "M02"), (third, "M03")] {
        assert_eq!((told.cell.as_str(), told.item.as_deref()), (first.as_str(), Some(item)));
    }
    let house = house();
    let line = Words::plain(Lang::Vi, &house, None).problem(second);
    let area = format!("{first}:{}", book.address((sheet, row + 2, col)));
    assert!(line.contains(&format!("Ô {area} gộp chung nhiều mục")), "{line}");
}

#[test]
fn a_table_whose_header_is_called_otherwise_is_asked_for_at_the_header() {
    let mut book = written(&drafted(), Role::Sales, State::Drafting);
    let head = book.item(0, "Nội dung yêu cầu *");
    book.set(head, "Việc cần làm");
    let house = house();
    let case = Case { id: "YC-2026-0012".into(), state: State::Drafting, form: opened(), rev: 7, ..Case::default() };
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let from =
        Incoming { case: Some(&case), history: &[], sender: "lan.tran@anphat.example", name: "Lan", roles: &[Role::Sales] };
    let found = filled(&mut understood(&book.0), &from, &ctx).unwrap().problems;
    let [told] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((&told.kind, &told.cell, told.severity), (&Kind::NoColumn, &book.address(head), Severity::Error));
    let line = Words::plain(Lang::Vi, &house, None).problem_line(told);
    assert!(line.contains("Nội dung yêu cầu: Chưa đọc được bảng hạng mục") && line.contains("“Việc cần làm”"), "{line}");
}

/// One sheet for everything: what stands below the table is no item.
#[test]
fn sections_below_the_item_table_end_it() {
    let t = |row, col, said: &str| (row, col, Raw::Text(said.into()));
    let n = |row, col, value| (row, col, Raw::Number { value, percent: false, date: None });
    let mut cells = vec![t(0, 0, "Tên khách hàng"), t(0, 1, "Công ty Minh Long")];
    let heads = ["STT", "Phân hệ", "Nội dung yêu cầu", "Diễn giải", "Mục đích", "Phương án"];
    cells.extend((0..).zip(heads).map(|(col, head)| t(2, col, head)));
    for row in 3..5 {
        cells.push(n(row, 0, f64::from(row) - 2.0));
        cells.extend((1..6).map(|col| t(row, col, &format!("ô {row} {col}"))));
    }
    let below = [
        vec![t(7, 0, "Báo giá"), t(8, 0, "Số báo giá"), t(8, 1, "BG-1"), t(9, 0, "Người duyệt"), t(9, 2, "Lê Mạnh Hùng")],
        vec![
            t(7, 0, "Leader kiểm tra"),
            t(8, 1, "Nội dung"),
            t(8, 2, "Kết luận"),
            t(8, 3, "Nhận xét"),
            n(9, 0, 1.0),
            t(9, 1, "Ngân sách đáp ứng"),
            t(9, 2, "Đạt"),
            t(9, 3, "Ổn"),
        ],
        vec![
            t(7, 0, "Hợp đồng & thanh toán"),
            t(8, 0, "Đợt"),
            t(8, 1, "Tỷ lệ"),
            t(8, 2, "Nội dung"),
            n(9, 0, 1.0),
            t(9, 1, "50%"),
            t(9, 2, "Khi ký hợp đồng"),
        ],
        vec![t(7, 1, "Khách hàng"), t(8, 1, "MST"), t(8, 2, "0312345678"), t(9, 1, "Người liên hệ"), t(9, 2, "Chị Mai")],
    ];
    for section in below {
        let all = cells.iter().chain(&section).cloned().collect();
        let read = understood(&Workbook::new(&[("Phiếu", all)]).0);
        assert_eq!(read.items.len(), 2, "{section:?}: {:#?}", read.items);
        assert!(read.problems.is_empty(), "{section:?}: {:#?}", read.problems);
    }
}

/// Offices sign below every table. What is surely that is passed over, wherever it stands.
#[test]
fn lines_to_sign_below_the_items_are_nobodys() {
    let blocks: &[&[[&str; 6]]] = &[
        &[
            ["", "", "", "", "Hà Nội, ngày 02 tháng 03 năm 2026", ""],
            ["", "Người lập", "Trưởng phòng", "", "TP. Kinh doanh", ""],
            ["", "(Ký, ghi rõ họ tên)", "(Ký, ghi rõ họ tên)", "", "(Ký, ghi rõ họ tên)", ""],
            ["", "Trần Thị Lan", "Lê Văn Hùng", "", "Minh", ""],
        ],
        &[["", "", "", "Ngày … tháng … năm …", "", ""]],
        &[["Người lập phiếu", "", "Giám đốc", "", "", ""], ["Lan", "", "Dũng", "", "", ""]],
        &[["", "", "NGƯỜI LẬP", "", "", ""], ["", "", "NGUYỄN VĂN AN", "", "", ""]],
        &[["", "Người lập", "Lan", "", "", ""], ["", "Ngày", "02/03/2026", "", "", ""]],
        &[["", "", "Người lập: Trần Thị Lan", "Trưởng phòng: Lê Văn Hùng", "", ""]],
        &[["", "KHÁCH HÀNG", "", "ĐẠI DIỆN CÔNG TY", "", ""], ["", "Ký tên:", "", "Ký tên, đóng dấu", "", ""]],
        &[["", "Sales phụ trách", "Leader", "", "Giám đốc", ""], ["", "Trần Thị Lan", "Lê Văn Hùng", "", "Phạm Quốc Dũng", ""]],
    ];
    for block in blocks {
        let rows = [&[HEAD, one("1", "Báo cáo"), one("2", "Xuất kho")], *block].concat();
        let read = understood(&listed(&rows).0);
        assert_eq!(contents(&read), ["Báo cáo", "Xuất kho"], "{block:?}");
        assert!(read.problems.is_empty(), "{block:?} {:#?}", read.problems);
        // Somebody has gone on below them.
        let rows = [rows.as_slice(), &[one("", "Nhập kho")]].concat();
        assert_eq!(contents(&understood(&listed(&rows).0)), ["Báo cáo", "Xuất kho", "Nhập kho"], "{block:?}");
    }
}

#[test]
fn an_item_that_speaks_of_signing_is_an_item() {
    for item in [
        ["3", "Người lập", "Trưởng phòng", "", "", ""],
        ["", "Nhân sự", "Trưởng phòng duyệt đơn nghỉ", "", "", ""],
        ["", "", "Chữ ký điện tử", "Giám đốc ký trên điện thoại", "", ""],
        ["", "Kế toán", "Quản lý khách hàng", "", "", ""],
        ["", "Giám đốc", "Dashboard", "", "", ""],
        ["", "Trưởng phòng", "Báo Cáo Doanh Thu", "", "", ""],
        ["", "Đại diện bên A", "Ký hợp đồng điện tử", "", "", ""],
        ["", "Chứng từ", "Người lập phiếu in trên chứng từ", "Ngày in", "", ""],
    ] {
        let read = understood(&listed(&[HEAD, one("1", "Báo cáo"), item, one("", "Xuất kho")]).0);
        assert_eq!(contents(&read), ["Báo cáo", item[2], "Xuất kho"]);
    }
}

/// `nt` and its kin would stand on the quote.
#[test]
fn as_above_means_what_stands_above() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    book.put_item(4, "STT *", 4.0);
    book.put_item(4, "Nội dung yêu cầu *", "Mục mới");
    let columns = ["Khu vực / Phân hệ *", "Diễn giải *", "Mục đích / Lợi ích *", "Phương án tính toán / thể hiện *"];
    for (header, typed) in columns.iter().zip(["nt", "-nt-", "Như trên", "\""]) {
        book.put_item(4, header, typed);
    }
    let filled = brought(&book.0, &form, &form, SALES);
    let added = &filled.added[0];
    for column in ["khu", "dg", "md", "pa"] {
        assert_eq!(added.text(column), Some(format!("{column} của mục 3").as_str()));
    }
    assert_eq!(filled.echoes.len(), 4, "told back: {:#?}", filled.echoes);
    assert!(filled.problems.is_empty(), "{:#?}", filled.problems);
    book.put_item(1, "Khu vực / Phân hệ *", "nt");
    let filled = brought(&book.0, &form, &form, SALES);
    assert!(
        matches!(&filled.problems[..], [p] if p.kind == Kind::Missing && p.field == "khu" && p.item.as_deref() == Some("M01")),
        "nothing stands above: {:#?}",
        filled.problems
    );
}

/// Whether what is crossed out still counts only its writer knows: an item would be quoted that nobody wants.
#[test]
fn what_is_crossed_out_as_a_whole_is_asked_about() {
    let form = drafted();
    let mut book = written(&form, Role::Sales, State::Drafting);
    let (item, budget) = (book.item(2, "Nội dung yêu cầu *"), book.field("budget"));
    let (_, _, area) = book.item(2, "Khu vực / Phân hệ *");
    book.0.sheets[item.0].struck = vec![(budget.1, budget.2), (item.1, area), (item.1, item.2)];
    let filled = brought(&book.0, &form, &form, SALES);
    let found: Vec<_> = filled.problems.iter().map(|p| (p.kind.clone(), p.severity, p.cell.clone())).collect();
    let asked = |at| (Kind::CrossedOut, Severity::Error, book.address(at));
    assert_eq!(found, [asked(budget), asked(item)]);
}

#[test]
fn sums_are_no_items_and_items_that_begin_like_one_are() {
    let form = drafted();
    let read = |said: &str, whole: bool| {
        let mut book = written(&form, Role::Sales, State::Drafting);
        book.put_item(4, "Nội dung yêu cầu *", said);
        if whole {
            for header in ["Khu vực / Phân hệ *", "Diễn giải *", "Mục đích / Lợi ích *", "Phương án tính toán / thể hiện *"]
            {
                book.put_item(4, header, "Như trên");
            }
        }
        understood(&book.0).items.len() == 4
    };
    for item in [
        "Công nợ: cảnh báo khách quá hạn mức",
        "Tổng hợp doanh thu theo vùng",
        "Cổng thanh toán cho đại lý",
        "Cong no khach le",
        "Summary theo ngày",
        "Totalizer cân xe",
    ] {
        assert!(read(item, true) && read(item, false), "{item}");
    }
    for sum in ["Tổng", "Tổng cộng:", "CỘNG", "Tổng cộng: 3 mục", "Tổng chi phí (đồng)", "Tong cong", "Total"]
    {
        assert!(!read(sum, false), "{sum}");
    }
    assert!(read("Tổng cộng", true), "with all that an item has");
    for figure in ["3", "45.000.000 đ", "3 hạng mục"] {
        let mut book = written(&form, Role::Sales, State::Drafting);
        book.put_item(4, "Nội dung yêu cầu *", "Tổng cộng");
        book.put_item(4, "Diễn giải *", figure);
        assert_eq!(understood(&book.0).items.len(), 3, "{figure}");
    }
}

#[test]
fn decomposed_letters_hard_spaces_and_hints_are_seen_through() {
    use unicode_normalization::UnicodeNormalization;
    let form = answered();
    let mut book = written(&form, Role::Sales, State::Completing);
    book.map_texts(|t| t.nfd().collect::<String>().replace(' ', "\u{a0}"));
    book.forget_names();
    nothing(&brought(&book.0, &form, &form, SALES));
}

#[test]
fn a_form_that_the_desk_never_wrote_is_read_by_its_labels() {
    let t = |row, col, said: &str| (row, col, Raw::Text(said.into()));
    let n = |row, col, value| (row, col, Raw::Number { value, percent: false, date: None });
    let book = Workbook::new(&[
        ("Ghi chú riêng", vec![t(0, 0, "Không liên quan"), t(1, 0, "Gọi khách thứ 6")]),
        (
            "YC Minh Long",
            vec![
                t(0, 1, "PHIẾU PHÂN TÍCH"),
                t(2, 1, "1. Tên KH:"),
                t(2, 3, "Công ty Minh Long"),
                t(3, 1, "Tên ngắn (đặt tên file) *"),
                t(3, 2, "Minh Long"),
                t(4, 1, "MST"),
                n(4, 2, 312345678.0),
                t(5, 1, "NGÂN SÁCH KH"),
                t(5, 2, "khoảng 60tr"),
                t(6, 1, "Khu vực"),
                t(6, 2, "bắc"),
                // Labels in a row, values below them.
                t(8, 1, "Người liên hệ"),
                t(8, 2, "Lĩnh vực"),
                t(9, 1, "Chị Mai"),
                t(9, 2, "Spa"),
                t(12, 0, "TT"),
                t(12, 1, "Phân hệ"),
                t(12, 2, "Nội dung yêu cầu (mỗi dòng một việc)"),
                t(12, 3, "Mô tả"),
                t(12, 4, "Lợi ích"),
                t(12, 5, "Phương án"),
                t(13, 0, "(1)"),
                t(13, 1, "(2)"),
                t(13, 2, "(3)"),
                t(13, 3, "(4)"),
                t(13, 4, "(5)"),
                t(13, 5, "(6)"),
                t(14, 0, "1."),
                t(14, 1, "Bán hàng"),
                t(14, 2, "Báo cáo công nợ"),
                t(14, 3, "Theo hợp đồng"),
                t(16, 0, "2"),
                t(16, 2, "Nhắc hạn thanh toán"),
                t(18, 0, "Tổng cộng: 2 mục"),
                t(20, 2, "Ghi chú: khách gấp"),
            ],
        ),
    ]);
    let mut book = book;
    book.0.sheets[1].merged.push((14, 1, 16, 1));
    let read = understood(&book.0);
    assert_eq!(read.origin.case, None);
    for (field, said) in [("customer", "Công ty Minh Long"), ("short", "Minh Long"), ("contact", "Chị Mai"), ("industry", "Spa")]
    {
        assert_eq!(value(&read, field), Some(&text(said)), "{field}");
    }
    assert_eq!(value(&read, "tax"), Some(&text("0312345678")), "a number cell loses its leading 0");
    assert_eq!(value(&read, "region"), Some(&text("Miền Bắc")));
    assert_eq!(value(&read, "budget"), Some(&Value::About { vnd: 60_000_000, said: "khoảng 60tr".into() }));
    let items: Vec<_> = read.items.iter().map(|i| (i.no, i.value("nd").cloned(), i.value("khu").cloned())).collect();
    let area = Some(text("Bán hàng"));
    let want = [(Some(1), Some(text("Báo cáo công nợ")), area.clone()), (Some(2), Some(text("Nhắc hạn thanh toán")), area)];
    assert_eq!(items, want, "one area merged over both rows; numbering row, sum and note are no items");
}

#[test]
fn a_workbook_that_is_no_form_says_so() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (col, head) in ["STT", "Hạng mục", "Số ngày", "Đơn giá"].iter().enumerate() {
        sheet.write(0, col as u16, *head).unwrap();
    }
    sheet.write(1, 1, "Báo cáo").unwrap();
    let house = house();
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let read = open(&book.save_to_buffer().unwrap(), &Limits::default(), &workers(), &ctx);
    assert_eq!(read, Err(FileFault::NotForm), "a quote");
}

/// A label looks for what stands beside it, and not through all the others.
#[test]
fn a_sheet_of_one_label_over_and_over_is_read_in_time() {
    let (house, workers) = (house(), workers());
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let check = section(Section::Checks).next().unwrap().label.vi;
    // Contents that may be a label with many hints behind it.
    let long = "Nhờ bổ sung nội dung (chi tiết) – của từng mục (đính kèm) – theo mẫu [đã gửi] – trước thứ Sáu: 12 cột * 30 dòng … xin cảm ơn";
    let sheets =
        [("Kết luận", 2, 16_384), ("Chức vụ", 6, 16_384), ("Báo giá", 8, 16_384), (check, 40_000, 1), (long, 12_000, 16)];
    for (said, rows, columns) in sheets {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            sheet.write(row, column, said).unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let now = || {
            let time = clock_gettime(ClockId::ThreadCPUTime);
            Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
        };
        let began = now();
        assert_eq!(open(&bytes, &Limits::default(), &workers, &ctx), Err(FileFault::NotForm), "{said}");
        let took = now() - began;
        println!("{rows} x {columns} {said}: {took:?}");
        assert!(took < Duration::from_secs(10), "{said}: {took:?}");
    }
}

// ---- values as they are typed

#[test]
fn values_typed_in_other_ways_are_understood_and_told_back() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    let cost = "KT: Chi phí (giá vốn) *";
    book.put_item(1, "KT: Khả thi *", "làm được");
    book.put_item(1, cost, "12tr5");
    book.put_item(1, "KT: Số ngày *", "1 tuần");
    book.put_item(2, "KT: Khả thi *", "Có");
    book.put_item(2, cost, "8.000.000");
    book.put_item(2, "KT: Số ngày *", "2,5");
    book.put("kt_start", "10 ngày làm việc sau khi nhận cọc");
    let filled = brought(&book.0, &form, &form, TECH);
    let new = |item: &str, column: &str| {
        let at = Cell::Item(item.into(), column.into());
        filled.changes.iter().find(|c| c.at == at).and_then(|c| c.new.clone())
    };
    assert_eq!(new("M01", "kt_cp"), Some(Value::Money(12_500_000)));
    assert_eq!(new("M01", "kt_ngay"), Some(Value::Days(10)));
    assert_eq!(new("M02", "kt_cp"), Some(Value::Money(8_000_000)));
    assert_eq!(new("M02", "kt_ngay"), Some(Value::Days(5)));
    assert_eq!(filled.answered, ["M01", "M02"]);
    let told: Vec<_> = filled.echoes.iter().map(|e| e.typed.as_str()).collect();
    assert_eq!(told, ["12tr5", "làm được", "1 tuần"]);
    assert!(filled.problems.is_empty(), "{:#?}", filled.problems);
}

/// A markup of 100 % is the number 1 in the file, and only some formats tell how it is shown.
#[test]
fn a_percentage_in_an_old_format_is_asked_where_it_may_have_been_hundredfold() {
    let form = answered();
    let mut book = written(&form, Role::Director, State::Pricing);
    book.0.format = Format::Xls;
    for (typed, most, want) in [(1.0, 1.0, None), (30.0, 30.0, Some(3000)), (1.5, 0.0, None), (5.0, 5.0, None)] {
        book.put("pr_markup", typed);
        book.put("pr_disc_pct", most);
        let read = understood(&book.0);
        assert_eq!(value(&read, "pr_markup"), want.map(Value::Percent).as_ref(), "{typed}");
        let asked = matches!(read.fields["pr_markup"].read.faults[..], [(Severity::Error, Kind::AmbiguousPercent { .. })]);
        assert_eq!(asked, want.is_none(), "{typed}");
    }
    assert_eq!(value(&understood(&book.0), "pr_disc_pct"), Some(&Value::Percent(500)), "no discount is 500 %");
    book.0.format = Format::Xlsx;
    assert_eq!(value(&understood(&book.0), "pr_markup"), Some(&Value::Percent(500)));
}

#[test]
fn a_copied_sheet_that_says_something_else_is_asked_about() {
    let form = answered();
    for (tab, change) in [(0, ("budget", 99_000_000.0)), (1, ("kt_days", 99.0))] {
        let mut book = Workbook(book_of(&bytes(&form, None, State::Pricing, Lang::Vi)));
        let mut copy = book.0.sheets[tab].clone();
        copy.name = format!("{} (2)", copy.name);
        let own: Vec<_> = book.0.names.iter().filter(|n| n.sheet == book.0.sheets[tab].name).cloned().collect();
        // Excel gives the copy names of its own, and they may stand first.
        for name in own {
            book.0.names.insert(0, DefinedName { sheet: copy.name.clone(), ..name });
        }
        book.0.sheets.insert(tab + 1, copy);
        assert!(understood(&book.0).problems.is_empty(), "the same twice is no question");
        assert_eq!(form_of(&book), form);
        let (field, new) = change;
        let at = book.field(field);
        assert_eq!(at.0, tab + 1);
        book.set(at, new);
        let read = understood(&book.0);
        let (other, cell) = (book.0.sheets[tab].name.clone(), book.address(at));
        assert!(
            matches!(&read.problems[..], [p] if p.kind == Kind::TwoSheets { other } && p.cell == cell && p.severity == Severity::Error),
            "{:#?}",
            read.problems
        );
        assert_eq!(form_of(&book), form, "the first sheet's values, names and all");
    }
    let mut book = written(&form, Role::Sales, State::Completing);
    let mut copy = book.0.sheets[0].clone();
    copy.name = "Bản nháp".into();
    book.0.sheets.push(copy);
    let (_, row, col) = book.item(2, "Diễn giải *");
    book.set((book.0.sheets.len() - 1, row, col), "Chữ khác");
    assert!(matches!(&understood(&book.0).problems[..], [p] if p.sheet == "Bản nháp"), "items too");
    book.0.sheets.last_mut().unwrap().visibility = Visibility::Hidden;
    assert!(understood(&book.0).problems.is_empty(), "what is hidden nobody means");
}

/// The old sheet hidden, the copy worked on, by a program that gives a copy no names.
#[test]
fn of_a_hidden_sheet_and_its_visible_copy_the_copy_counts() {
    let form = drafted();
    for budget in [Some(99_000_000.0), None] {
        for names in [true, false] {
            let mut book = written(&form, Role::Sales, State::Drafting);
            let at = book.field("budget");
            let mut copy = book.0.sheets[0].clone();
            copy.name = "Phiếu phân tích (2)".into();
            book.0.sheets[0].visibility = Visibility::Hidden;
            book.0.sheets.insert(1, copy);
            book.set((1, at.1, at.2), budget.map_or("".into(), Typed::from));
            if !names {
                book.0.names.clear();
            }
            let read = understood(&book.0);
            assert_eq!(value(&read, "budget").and_then(Value::vnd), budget.map(|_| 99_000_000), "names {names}");
            assert_eq!(read.fields["budget"].at.sheet, "Phiếu phân tích (2)");
            assert!(read.problems.is_empty(), "{:#?}", read.problems);
        }
    }
    let mut book = written(&form, Role::Sales, State::Drafting);
    book.0.sheets[0].visibility = Visibility::Hidden;
    assert_eq!(form_of(&book), form, "hidden without a copy: still the form's sheet");
}

#[test]
fn dates_count_from_1904_where_the_workbook_says_so() {
    let form = opened();
    let mut book = written(&form, Role::Sales, State::Drafting);
    book.0.date1904 = true;
    book.put("deadline", 44_896.0);
    let read = understood(&book.0);
    let day = NaiveDate::from_ymd_opt(1904, 1, 1).unwrap() + chrono::Days::new(44_896);
    assert_eq!(value(&read, "deadline"), Some(&Value::Date(day)));
}

// ---- errors

/// One of each: every finding at its own cell, and none besides.
#[test]
fn twelve_planted_errors_are_twelve_findings_each_at_its_cell() {
    let form = drafted();
    let mut book = written(&opened(), Role::Sales, State::Drafting);
    for (name, v) in &form.fields {
        let typed = match v {
            Value::Text(t) => Typed::from(t.as_str()),
            Value::Money(vnd) => Typed::from(*vnd as f64),
            Value::About { said, .. } => Typed::from(said.as_str()),
            Value::Date(date) => Typed::from(*date),
            Value::Choice(code) if code == "no" => Typed::from("Không"),
            _ => Typed::from("Anh"),
        };
        book.put(name, typed);
    }
    for row in 1..=3 {
        book.put_item(row, "STT *", f64::from(row));
        for (column, header) in [
            ("khu", "Khu vực / Phân hệ *"),
            ("nd", "Nội dung yêu cầu *"),
            ("dg", "Diễn giải *"),
            ("md", "Mục đích / Lợi ích *"),
            ("pa", "Phương án tính toán / thể hiện *"),
        ] {
            book.put_item(row, header, format!("{column} của mục {row}").as_str());
        }
    }
    let mut clean = understood(&book.0);
    let house = house();
    let case = Case { id: "YC-2026-0012".into(), state: State::Drafting, form: opened(), rev: 7, ..Case::default() };
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let from = Incoming {
        case: Some(&case),
        history: &[],
        sender: "lan.tran@anphat.example",
        name: "Trần Thị Lan",
        roles: &[Role::Sales],
    };
    let good = filled(&mut clean, &from, &ctx).unwrap();
    assert!(good.problems.is_empty(), "{:#?}", good.problems);
    assert_eq!(good.added.len(), 3);

    type Planted = ((usize, u32, u32), Typed, fn(&Kind) -> bool);
    let planted: Vec<Planted> = vec![
        (book.field("customer"), "".into(), |k| *k == Kind::Missing),
        (book.field("cemail"), "thinh at minhlong".into(), |k| *k == Kind::NotEmail),
        (book.field("tax"), "12345".into(), |k| *k == Kind::NotTaxCode),
        (book.field("region"), "Miền Tây".into(), |k| matches!(k, Kind::UnknownRegion { allowed } if allowed.len() == 2)),
        (book.field("cskh"), "Nguyễn Không Có".into(), |k| *k == Kind::UnknownPerson),
        (book.field("budget"), "1.500".into(), |k| matches!(k, Kind::AmbiguousMoney { readings } if readings.len() == 2)),
        (book.field("budget_srv"), "500 usd".into(), |k| *k == Kind::Currency),
        (book.field("srv_want"), "Có lẽ".into(), |k| matches!(k, Kind::NotInList { allowed } if allowed.len() == 3)),
        (book.field("deadline"), NaiveDate::from_ymd_opt(2026, 11, 20).unwrap().into(), |k| matches!(k, Kind::DateBefore { .. })),
        (book.item(1, "Mục đích / Lợi ích *"), "".into(), |k| *k == Kind::Missing),
        (book.item(2, "Nội dung yêu cầu *"), Raw::Error("#REF!".into()).into(), |k| *k == Kind::CellError),
        (book.item(3, "STT *"), 1.0.into(), |k| matches!(k, Kind::Duplicate { .. })),
    ];
    let mut wanted = Vec::new();
    for (at, typed, kind) in planted {
        wanted.push((book.0.sheets[at.0].name.clone(), book.address(at), kind));
        book.set(at, typed);
    }
    let mut read = understood(&book.0);
    let found = filled(&mut read, &from, &ctx).unwrap().problems;
    for (sheet, cell, kind) in &wanted {
        let here: Vec<_> = found.iter().filter(|p| p.sheet == *sheet && p.cell == *cell).collect();
        assert!(matches!(here[..], [p] if kind(&p.kind) && p.severity == Severity::Error), "{sheet}!{cell}: {here:#?}");
    }
    assert_eq!(found.len(), wanted.len(), "{found:#?}");
    let apart = findings(&mut understood(&book.0), &ctx);
    let errors = apart.iter().filter(|p| p.severity == Severity::Error).count();
    assert_eq!(errors, wanted.len(), "without the case too: {apart:#?}");
}

#[test]
fn a_cell_that_nobody_calculated_is_no_zero() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put_item(1, "KT: Khả thi *", "Có");
    book.put_item(1, "KT: Số ngày *", 3.0);
    book.put_item(1, "KT: Chi phí (giá vốn) *", Raw::FormulaNoValue);
    let filled = brought(&book.0, &form, &form, TECH);
    assert!(matches!(&filled.problems[..], [p] if p.kind == Kind::CellError && p.field == "kt_cp"), "{:#?}", filled.problems);
    assert!(filled.answered.is_empty(), "an answer without its cost is none");
}

#[test]
fn a_form_of_another_case_is_refused() {
    let case = Case { id: "YC-2026-0099".into(), ..Case::default() };
    let house = house();
    let ctx = Reading { today: TODAY, house: &house, lang: Lang::Vi };
    let from = Incoming { case: Some(&case), history: &[], sender: "", name: "", roles: &[Role::Sales] };
    let mut read = understood(&written(&opened(), Role::Sales, State::Drafting).0);
    assert_eq!(filled(&mut read, &from, &ctx), Err(FileFault::Foreign { case: "YC-2026-0012".into() }));
}

/// `1.500` typed into a cell is stored as 1500 (Vietnamese separators).
#[test]
fn a_number_that_no_item_costs_is_asked_and_what_the_desk_wrote_is_not() {
    let form = drafted();
    let mut book = written(&form, Role::Tech, State::Feedback);
    book.put_item(1, "KT: Khả thi *", "Có");
    book.put_item(1, "KT: Số ngày *", 3.0);
    book.put_item(1, "KT: Chi phí (giá vốn) *", 1500.0);
    let brought_in = brought(&book.0, &form, &form, TECH);
    let asked = |k: &Kind| matches!(k, Kind::AmbiguousMoney { readings } if *readings == [1_500_000, 1_500]);
    assert!(matches!(&brought_in.problems[..], [p] if asked(&p.kind) && p.field == "kt_cp"), "{:#?}", brought_in.problems);
    assert!(brought_in.answered.is_empty());

    let mut held = answered();
    held.items[0].cells.insert("kt_cp".into(), Value::Money(1_500));
    held.items[1].cells.insert("kt_cp".into(), Value::Money(0));
    let book = written(&held, Role::Tech, State::Feedback);
    nothing(&Filled { answered: vec![], ..brought(&book.0, &held, &held, TECH) });
}

/// An xls does not say how its numbers are shown: 12000 may be dollars.
#[test]
fn little_amounts_of_an_xls_are_asked_or_told_back() {
    let form = drafted();
    let with = |vnd: f64| {
        let mut book = written(&form, Role::Sales, State::Drafting);
        book.0.format = Format::Xls;
        book.put("budget_srv", vnd);
        brought(&book.0, &form, &form, SALES)
    };
    let dollars = with(12_000.0);
    assert!(matches!(&dollars.problems[..], [p] if matches!(p.kind, Kind::AmbiguousMoney { .. })), "{:#?}", dollars.problems);
    assert!(dollars.changes.is_empty());
    let little = with(500_000.0);
    assert!(little.problems.is_empty() && little.changes.len() == 1 && little.echoes.len() == 1, "{little:#?}");
    let usual = with(20_000_000.0);
    assert!(usual.problems.is_empty() && usual.changes.len() == 1 && usual.echoes.is_empty(), "{usual:#?}");
    nothing(&with(10_000_000.0));
}
