//! The workbook that each person gets: what they can type into, what they find filled in, and what they never see.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use chrono::NaiveDate;
use quotedesk::form::layout::{FIELDS, ITEMS, Tab, field};
use quotedesk::form::write::{Mark, Sheet, write};
use quotedesk::process::case::State;
use quotedesk::process::form::{Cell, Exchange, Form, Item};
use quotedesk::process::house::{Lang, Person, Region, Role};
use quotedesk::process::value::Value;

const COST: i64 = 7_123_457;
const PRICE: i64 = 9_654_321;
const BUDGET: i64 = 88_777_666;
const REASON: &str = "Khách chưa có tài khoản Zalo";

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
}

fn text(t: &str) -> Value {
    Value::Text(t.into())
}

fn choice(code: &str) -> Value {
    Value::Choice(code.into())
}

/// Everything filled in: two items, the second not doable, prices set.
fn filled() -> Form {
    let mut form = Form::default();
    let fields = [
        ("customer", text("Công ty TNHH Chính Đại")),
        ("short", text("Chính Đại")),
        ("tax", text("0100000003")),
        ("budget", Value::Money(BUDGET)),
        ("srv_want", choice("unknown")),
        ("date", Value::Date(day(3))),
        ("ck_budget", choice("dat")),
        ("ld_all", choice("duyet")),
        ("kt_start", Value::Lead { days: Some(20), said: "10 ngày làm việc sau khi nhận cọc".into() }),
        ("kt_days", Value::Days(15)),
        ("pr_vat", choice("8")),
        ("pr_disc_pct", Value::Percent(500)),
        ("pr_markup", Value::Percent(3750)),
    ];
    form.fields.extend(fields.map(|(name, value)| (name.to_string(), value)));
    for no in 1..=2 {
        let mut item = Item { id: format!("M{no:02}"), no, ..Item::default() };
        item.cells.insert("nd".into(), text(&format!("Báo cáo {no}")));
        form.items.push(item);
    }
    form.items[0].cells.extend(
        [("kt_kq", choice("yes")), ("kt_cp", Value::Money(COST)), ("kt_ngay", Value::Days(5)), ("gd_gia", Value::Money(PRICE))]
            .map(|(name, value)| (name.to_string(), value)),
    );
    form.items[1].cells.extend([("kt_kq", choice("no")), ("kt_ld", text(REASON))].map(|(name, value)| (name.to_string(), value)));
    form.exchanges.push(Exchange {
        date: Some(day(5)),
        who: "Lan".into(),
        side: "KH".into(),
        item: "M01".into(),
        text: "Khách xin thêm cột hạn mức".into(),
        shown: false,
    });
    form
}

fn people() -> Vec<Person> {
    let person = |(name, role): (&str, Role)| Person { name: name.into(), roles: vec![role], ..Person::default() };
    [("Trần Thị Lan", Role::Sales), ("Lê Hùng", Role::Leader), ("Vũ Tuấn", Role::Tech)].map(person).to_vec()
}

fn regions() -> Vec<Region> {
    ["Miền Bắc", "Miền Nam"].map(|n| Region { id: n.into(), name: n.into(), ..Region::default() }).to_vec()
}

fn sheet<'a>(form: &'a Form, people: &'a [Person], regions: &'a [Region], reader: Option<Role>, state: State) -> Sheet<'a> {
    Sheet {
        form,
        case: Some("YC-2026-0012"),
        rev: 3,
        restored: None,
        state: Some(state),
        reader,
        lang: Lang::Vi,
        company: "An Phát",
        people,
        regions,
        markup: 3000,
        sales_sees_cost: false,
        facts: BTreeMap::new(),
        confirmed: None,
        marks: Vec::new(),
        made: day(6),
    }
}

/// A workbook as its parts.
struct Book {
    bytes: Vec<u8>,
    parts: BTreeMap<String, String>,
}

impl Book {
    fn of(sheet: &Sheet) -> Book {
        let bytes = write(sheet).unwrap();
        let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut parts = BTreeMap::new();
        for i in 0..zip.len() {
            let mut part = zip.by_index(i).unwrap();
            let name = part.name().unwrap().to_string();
            let mut content = String::new();
            part.read_to_string(&mut content).unwrap();
            parts.insert(name, content);
        }
        Book { bytes, parts }
    }

    fn for_(form: &Form, reader: Role, state: State) -> Book {
        Book::of(&sheet(form, &people(), &regions(), Some(reader), state))
    }

    fn says(&self, what: &str) -> bool {
        self.parts.values().any(|part| part.contains(what))
    }

    /// Sheet and address of a defined name: `("Phiếu phân tích", "D9")`.
    fn named(&self, name: &str) -> Option<(String, String)> {
        let book = Xlsx::new(Cursor::new(&self.bytes)).unwrap();
        let (_, refers) = book.defined_names().iter().find(|(n, _)| *n == format!("qd_{name}"))?.clone();
        let (tab, at) = refers.trim_start_matches('=').split_once('!')?;
        Some((tab.trim_matches('\'').to_string(), at.replace('$', "")))
    }

    fn value(&self, name: &str) -> Data {
        let (tab, at) = self.named(name).unwrap_or_else(|| panic!("no qd_{name}"));
        self.at(&tab, &at)
    }

    fn at(&self, tab: &str, at: &str) -> Data {
        let digits = at.find(|c: char| c.is_ascii_digit()).unwrap();
        let column = at[..digits].bytes().fold(0, |n, b| n * 26 + u32::from(b - b'A') + 1) - 1;
        let row = at[digits..].parse::<u32>().unwrap() - 1;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&self.bytes)).unwrap();
        book.worksheet_range(tab).unwrap().get_value((row, column)).cloned().unwrap_or(Data::Empty)
    }

    /// The address of an item's cell: by its header and the row of the item's id.
    fn item(&self, column: &str, id: &str) -> Option<String> {
        let header = ITEMS.iter().find(|c| c.name == column).unwrap().label.vi;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(&self.bytes)).unwrap();
        let range = book.worksheet_range("Phiếu phân tích").unwrap();
        let (top, left) = range.start().unwrap();
        let says = |d: &Data, what: &str| d.to_string().trim_end_matches(" *") == what;
        let head = range.rows().position(|r| r.first().is_some_and(|d| says(d, "STT")))?;
        let at = range.rows().nth(head)?.iter().position(|d| says(d, header))?;
        let row = range.rows().position(|r| r.get(1).is_some_and(|d| says(d, id)))?;
        let letter = char::from(b'A' + left as u8 + at as u8);
        Some(format!("{letter}{}", top as usize + row + 1))
    }

    fn page(&self, tab: Tab) -> &str {
        let title = tab.title().vi.replace('&', "&amp;");
        let names: Vec<&str> = self.parts["xl/workbook.xml"].split("<sheet name=\"").skip(1).collect();
        let index = names.iter().position(|n| n.starts_with(&title)).unwrap_or_else(|| panic!("no sheet {title}"));
        &self.parts[&format!("xl/worksheets/sheet{}.xml", index + 1)]
    }

    fn unlocked(&self, tab: Tab, at: &str) -> bool {
        let cell = self.page(tab).split(&format!("<c r=\"{at}\" s=\"")).nth(1).unwrap_or_else(|| panic!("no {at}"));
        let style: usize = cell.split('"').next().unwrap().parse().unwrap();
        let formats = self.parts["xl/styles.xml"].split("<cellXfs").nth(1).unwrap();
        formats.split("<xf ").nth(style + 1).unwrap().contains("locked=\"0\"")
    }

    /// Where it opens: sheet and cell.
    fn opens(&self) -> (Tab, String) {
        let open = |t: &&Tab| {
            let title = t.title().vi.replace('&', "&amp;");
            self.parts["xl/workbook.xml"].contains(&format!("<sheet name=\"{title}\""))
                && self.page(**t).contains("tabSelected=\"1\"")
        };
        let tab = *Tab::ALL.iter().find(open).unwrap();
        let cell = self.page(tab).rsplit("activeCell=\"").next().unwrap().split('"').next().unwrap();
        (tab, cell.to_string())
    }
}

#[test]
fn the_blank_form_has_every_cell_and_thirty_rows() {
    let form = Form::default();
    let (people, regions) = (people(), regions());
    let blank = Book::of(&Sheet { case: None, rev: 0, state: None, ..sheet(&form, &people, &regions, None, State::Drafting) });
    for field in FIELDS {
        assert!(blank.named(field.name).is_some(), "qd_{}", field.name);
    }
    let head = blank.page(Tab::Analysis).split("<row ").count();
    assert!(head > 30 + 25, "{head} rows");
    assert_eq!(blank.value("customer"), Data::Empty);
}

#[test]
fn values_stand_where_their_names_say() {
    let book = Book::for_(&filled(), Role::Director, State::Pricing);
    assert_eq!(book.value("customer"), Data::String("Công ty TNHH Chính Đại".into()));
    assert_eq!(book.value("tax"), Data::String("0100000003".into()), "a leading 0 stays");
    assert_eq!(book.value("budget"), Data::Float(BUDGET as f64));
    assert_eq!(book.value("srv_want"), Data::String("Chưa rõ".into()));
    assert_eq!(book.value("pr_vat"), Data::String("8".into()));
    assert_eq!(book.value("pr_disc_pct"), Data::Float(5.0), "5 means five percent");
    assert_eq!(book.value("kt_days"), Data::Float(7.5));
    assert_eq!(book.value("kt_start"), Data::String("10 ngày làm việc sau khi nhận cọc".into()));
    assert_eq!(book.value("id"), Data::String("YC-2026-0012".into()));
    assert!(matches!(book.value("date"), Data::DateTime(d) if d.as_datetime().unwrap().date() == day(3)));
    assert_eq!(book.at("Phiếu phân tích", &book.item("kt_cp", "M01").unwrap()), Data::Float(COST as f64));
}

#[test]
fn only_the_readers_own_cells_can_be_typed_into() {
    let form = filled();
    for (role, state, own, others) in [
        (Role::Sales, State::Drafting, "customer", "ld_all"),
        (Role::Leader, State::Review, "ck_logic", "customer"),
        (Role::Tech, State::Feedback, "kt_srv", "ld_all"),
        (Role::Director, State::Pricing, "pr_dec", "kt_srv"),
    ] {
        let book = Book::for_(&form, role, state);
        let unlocked = |name: &str| book.unlocked(field(name).unwrap().section.tab(), &book.named(name).unwrap().1);
        assert!(unlocked(own), "{role:?} {own}");
        assert!(!unlocked(others), "{role:?} {others}");
        assert!(!unlocked("id") && !unlocked("rev"), "the desk's own");
        assert!(book.page(Tab::Analysis).contains("<sheetProtection") && !book.says("password="), "{role:?}");
    }
}

#[test]
fn it_opens_at_the_first_cell_to_fill_in() {
    let mut form = filled();
    let book = Book::for_(&form, Role::Leader, State::Review);
    assert_eq!(book.opens(), (Tab::Review, book.named("ck_logic").unwrap().1), "ck_budget is answered");
    assert!(book.page(Tab::Analysis).contains("topLeftCell=\"E3\""), "which the Leader reads from its top");

    form.items[0].cells.remove("kt_kq");
    let book = Book::for_(&form, Role::Tech, State::Feedback);
    assert_eq!(book.opens(), (Tab::Analysis, book.item("kt_kq", "M01").unwrap()));

    form.items[0].cells.insert("kt_kq".into(), choice("yes"));
    form.items[0].cells.remove("gd_gia");
    let book = Book::for_(&form, Role::Director, State::Pricing);
    assert_eq!(book.opens(), (Tab::Analysis, book.item("gd_gia", "M01").unwrap()));

    let book = Book::for_(&form, Role::Sales, State::Completing);
    assert_eq!(book.opens().0, Tab::Project, "the exchanges");

    form.fields.remove("short");
    for name in ["sales", "cskh"] {
        form.fields.insert(name.into(), text("Lan"));
    }
    let book = Book::for_(&form, Role::Sales, State::Drafting);
    assert_eq!(book.opens(), (Tab::Analysis, book.named("short").unwrap().1));
}

#[test]
fn what_is_not_for_a_readers_eyes_is_nowhere_in_the_file() {
    let form = filled();
    let (cost, price, budget) = (COST.to_string(), PRICE.to_string(), BUDGET.to_string());
    for (role, hidden) in [
        (Role::Cskh, vec![&cost, &price]),
        (Role::Sales, vec![&cost]),
        (Role::Leader, vec![&price]),
        (Role::Tech, vec![&price, &budget]),
    ] {
        let book = Book::for_(&form, role, State::Delivering);
        for number in hidden {
            assert!(!book.says(number), "{role:?} finds {number}");
        }
    }
    assert!(!Book::for_(&form, Role::Cskh, State::Delivering).says(REASON));
    assert!(!Book::for_(&form, Role::Sales, State::Delivering).says(">37.5<"), "the markup tells the cost");
    let director = Book::for_(&form, Role::Director, State::Pricing);
    assert!([&cost, &price, &budget].iter().all(|n| director.says(n)));
}

#[test]
fn a_review_that_has_not_begun_leaves_no_trace() {
    let form = Form::default();
    let (people, regions) = (people(), regions());
    let facts = BTreeMap::from([("ld_round".to_string(), Value::Number(1))]);
    let book = Book::of(&Sheet { facts, ..sheet(&form, &people, &regions, Some(Role::Sales), State::Drafting) });
    for name in ["ld_round", "ck_budget", "kt_srv", "pr_dec"] {
        assert!(book.named(name).is_none(), "{name}");
    }
    assert!(!book.says(Tab::Review.title().vi) && !book.says("Giá vốn"));
}

#[test]
fn the_suggestion_is_the_directors_alone_and_already_computed() {
    let form = filled();
    let book = Book::for_(&form, Role::Director, State::Pricing);
    // 7.123.457 × 1,3 = 9.260.494,1, rounded up to 100.000.
    assert!(book.page(Tab::Analysis).contains("<v>9300000</v>"));
    // What Tech says no to is in no sum, whatever stands beside it.
    assert_eq!(form.item("M02").and_then(|item| item.feasible()), Some("no"));
    let mut typed = form.clone();
    typed.put(&Cell::Item("M02".into(), "kt_cp".into()), Some(Value::Money(50_000_000)));
    let (sums, again) = (book.page(Tab::Review), Book::for_(&typed, Role::Director, State::Pricing));
    assert!(sums.contains("SUMIF(") && sums.contains("&lt;&gt;Không"), "{sums}");
    assert!(sums.contains("<v>9300000</v>") && again.page(Tab::Review).contains("<v>9300000</v>"));
    let cost = form.item("M01").and_then(|item| item.cost_vnd()).expect("a cost");
    assert!(again.page(Tab::Review).contains(&format!("<v>{cost}</v>")), "{cost}");
    assert!(!Book::for_(&form, Role::Sales, State::Quoted).says("Giá gợi ý"));
    // What Tech says no to is not priced.
    assert!(!book.unlocked(Tab::Analysis, &book.item("gd_gia", "M02").unwrap()));
}

#[test]
fn bad_cells_come_back_red_as_typed_and_with_a_note() {
    let form = filled();
    let (people, regions) = (people(), regions());
    let marks = vec![
        Mark { at: Cell::Field("budget".into()), note: "1.500 là 1.500.000 đồng?".into(), typed: Some("1.500".into()) },
        Mark { at: Cell::Item("M02".into(), "dg".into()), note: "Thiếu diễn giải".into(), typed: None },
        Mark { at: Cell::Item("M99".into(), "dg".into()), note: "nowhere".into(), typed: None },
    ];
    let book = Book::of(&Sheet { marks, ..sheet(&form, &people, &regions, Some(Role::Sales), State::Drafting) });
    assert_eq!(book.value("budget"), Data::String("1.500".into()));
    assert!(book.says("1.500 là 1.500.000 đồng?") && book.says("Thiếu diễn giải"));
    assert!(book.parts["xl/styles.xml"].contains("FFFFC7CE"));
    assert_eq!(book.opens(), (Tab::Analysis, book.named("budget").unwrap().1), "at the first of them");
    assert!(book.unlocked(Tab::Analysis, &book.named("budget").unwrap().1));
}

/// The letter names bad cells as they stood in the sender's file: they stand there in the file that comes back, too.
#[test]
fn marks_move_no_cell() {
    let form = filled();
    let (people, regions) = (people(), regions());
    let confirmed = Some("Đã duyệt bởi Lê Hùng".to_string());
    for (reader, state) in [(Role::Sales, State::Drafting), (Role::Leader, State::Review), (Role::Director, State::Pricing)] {
        for confirmed in [None, confirmed.clone()] {
            let plain = Sheet { confirmed, ..sheet(&form, &people, &regions, Some(reader), state) };
            let mark = |field: &str| Mark { at: Cell::Field(field.into()), note: "Thiếu".into(), typed: None };
            let marked = Sheet { marks: vec![mark("budget"), mark("ld_all"), mark("pr_srv")], ..plain.clone() };
            let (plain, marked) = (Book::of(&plain), Book::of(&marked));
            assert!(marked.says("Các ô đỏ cần sửa") && !plain.says("Các ô đỏ cần sửa"));
            for field in FIELDS {
                assert_eq!(plain.named(field.name), marked.named(field.name), "{}", field.name);
            }
            for id in ["M01", "M02"] {
                assert_eq!(plain.item("nd", id), marked.item("nd", id), "{id}");
            }
        }
    }
}

#[test]
fn a_returning_workbook_can_be_told() {
    let book = Book::for_(&filled(), Role::Tech, State::Feedback);
    assert!(book.parts["xl/workbook.xml"].contains("name=\"_qd\" sheetId=\"5\" state=\"veryHidden\""));
    for (row, key, value) in [(1, "schema", "1"), (2, "case", "YC-2026-0012"), (3, "rev", "3"), (4, "role", "tech")] {
        assert_eq!(book.at("_qd", &format!("A{row}")), Data::String(key.into()));
        assert_eq!(book.at("_qd", &format!("B{row}")), Data::String(value.into()));
        assert!(book.parts["docProps/custom.xml"].contains(&format!("name=\"qd.{key}\"")));
    }
    assert_eq!(book.at("_qd", "A6"), Data::String("M01".into()));
    let row = book.item("nd", "M01").unwrap();
    assert_eq!(book.at("_qd", "B6").to_string(), row.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
}

#[test]
fn equal_input_gives_equal_bytes() {
    let form = filled();
    for role in [Role::Sales, Role::Director] {
        assert!(Book::for_(&form, role, State::Pricing).bytes == Book::for_(&form, role, State::Pricing).bytes);
    }
}

#[test]
fn what_people_typed_is_never_a_formula_and_always_fits() {
    let mut form = filled();
    for (name, nasty) in [("customer", "=HYPERLINK(\"http://x\")"), ("short", "a\u{0}b\u{b}"), ("summary", "@SUM(1)")] {
        form.fields.insert(name.into(), text(nasty));
    }
    form.fields.insert("cskh_text".into(), text(&"ế😀".repeat(30_000)));
    form.items[0].cells.insert("nd".into(), text("+cmd|' /C calc'!A0"));
    form.exchanges[0].text = "=1+1".into();
    let book = Book::for_(&form, Role::Sales, State::Drafting);
    assert_eq!(book.value("customer"), Data::String("=HYPERLINK(\"http://x\")".into()));
    assert_eq!(book.value("short"), Data::String("ab".into()));
    assert!(!book.says("<f>") && !book.says("<hyperlink"));
}

/// Excel has no rows higher than 409 points, and shows nothing of what has no room: longer texts get wider columns.
#[test]
fn a_long_text_has_room_in_its_row() {
    let need = "Mỗi đơn hàng lớn giao làm nhiều chuyến trong nhiều ngày; kế toán theo dõi bằng sổ tay nên hay sót chuyến. ";
    let mut widths = Vec::new();
    for (times, least) in [(1, 30.0), (8, 300.0), (25, 240.0)] {
        let mut form = filled();
        form.items[0].cells.insert("dg".into(), text(need.repeat(times).trim()));
        let book = Book::for_(&form, Role::Leader, State::Review);
        let row = book.item("dg", "M01").unwrap()[1..].to_owned();
        let page = book.page(Tab::Analysis);
        let tag = page.split(&format!("<row r=\"{row}\" ")).nth(1).unwrap().split('>').next().unwrap();
        let height: f64 = tag.split("ht=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        assert!((least..=409.0).contains(&height), "{times}: {height}");
        let column = page.split("<col min=\"4\"").nth(1).unwrap().split("width=\"").nth(1).unwrap();
        widths.push(column.split('"').next().unwrap().parse::<f64>().unwrap());
    }
    assert_eq!(widths[0], widths[1]);
    assert!(widths[2] > widths[1], "{widths:?}");
}

#[test]
fn a_long_list_of_people_moves_to_the_hidden_sheet() {
    let form = filled();
    let many: Vec<Person> = (0..60)
        .map(|i| Person { name: format!("Nguyễn Văn Người {i}"), roles: vec![Role::Sales], ..Person::default() })
        .collect();
    let regions = regions();
    let book = Book::of(&sheet(&form, &many, &regions, Some(Role::Sales), State::Drafting));
    assert!(book.page(Tab::Analysis).contains("<formula1>_qd!$E$1:$E$60</formula1>"));
    assert_eq!(book.at("_qd", "E60"), Data::String("Nguyễn Văn Người 59".into()));
}

#[test]
fn of_two_people_of_one_name_the_list_has_one() {
    let person = |name: &str| Person { name: name.into(), roles: vec![Role::Sales], ..Person::default() };
    let people = ["Trần Thị Lan", "Vũ Tuấn", "Trần Thị Lan"].map(person);
    let (form, regions) = (filled(), regions());
    let book = Book::of(&sheet(&form, &people, &regions, Some(Role::Sales), State::Drafting));
    assert!(book.page(Tab::Analysis).contains("\"Trần Thị Lan,Vũ Tuấn\""));
}

#[test]
fn amounts_days_and_dates_are_never_blocked() {
    let book = Book::for_(&filled(), Role::Sales, State::Drafting);
    for kind in ["decimal", "whole", "date", "custom", "textLength"] {
        assert!(!book.says(&format!("type=\"{kind}\"")), "{kind}");
    }
    assert!(book.says("type=\"list\"") && book.says("prompt="));
}

#[test]
fn the_form_exists_in_english() {
    let form = filled();
    let (people, regions) = (people(), regions());
    let book = Book::of(&Sheet { lang: Lang::En, ..sheet(&form, &people, &regions, Some(Role::Director), State::Pricing) });
    assert!(book.says("Customer's budget") && book.says("Not known"));
    // A comma would part an inline list in two.
    assert!(!book.says("1,000,10,000") && book.says(">100,000<"));
    assert_eq!(book.named("customer").unwrap().0, "Analysis");
}
