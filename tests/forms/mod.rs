//! A desk's form as its readers get it, and what programs and people do to workbooks.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use quotedesk::config::Config;
use quotedesk::form::book::{self, Book, Limits, Raw, Sheet as Page, Workers};
use quotedesk::form::identify::identify;
use quotedesk::form::layout::{Zone, label_key};
use quotedesk::form::merge::{Sender, Sent, merge};
use quotedesk::form::read::{ReadForm, Reading, read};
use quotedesk::form::write::{Sheet, write};
use quotedesk::process::case::State;
use quotedesk::process::form::{Exchange, Filled, Form, Item};
use quotedesk::process::house::{House, Lang, Role};
use quotedesk::process::value::Value;

pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

const STAFF: &str = r#"
[[people]]
name = "Trần Thị Lan"
email = "lan.tran@anphat.example"
roles = ["sales"]
region = "bac"
[[people]]
name = "Phạm Thu Hà"
email = "ha.pham@anphat.example"
roles = ["cskh"]
[[people]]
name = "Lê Văn Hùng"
email = "hung.le@anphat.example"
roles = ["leader"]
[[people]]
name = "Đỗ Minh Trí"
email = "tri.do@anphat.example"
roles = ["tech"]
[[people]]
name = "Phạm Quốc Dũng"
email = "dung.pham@anphat.example"
roles = ["director"]
[[regions]]
id = "bac"
name = "Miền Bắc"
leader = "hung.le@anphat.example"
director = "dung.pham@anphat.example"
[[regions]]
id = "nam"
name = "Miền Nam"
leader = "hung.le@anphat.example"
director = "dung.pham@anphat.example"
"#;

pub fn house() -> House {
    Config::parse(STAFF, None, Path::new("/")).unwrap().house
}

pub fn workers() -> Workers {
    Workers::new(env!("CARGO_BIN_EXE_quotedesk").into())
}

pub fn text(said: &str) -> Value {
    Value::Text(said.into())
}

/// What the desk knows when it sends Sales the form (step 1).
pub fn opened() -> Form {
    let fields = [
        ("cskh_text", text("Khách cần theo dõi công nợ theo hợp đồng.")),
        ("date", Value::Date(TODAY)),
        ("cskh", text("Phạm Thu Hà")),
        ("sales", text("Trần Thị Lan")),
        ("region", text("Miền Bắc")),
    ];
    Form { fields: fields.map(|(n, v)| (n.to_owned(), v)).into(), ..Form::default() }
}

/// A form that Sales has filled in whole, three items.
pub fn drafted() -> Form {
    let mut form = opened();
    let fields = [
        ("customer", text("Công ty TNHH Minh Long")),
        ("short", text("Minh Long")),
        ("contact", text("Nguyễn Văn Thịnh")),
        ("salut", Value::Choice("Anh".into())),
        ("industry", text("Vật liệu xây dựng")),
        ("tax", text("0312345678-001")),
        ("cphone", text("0912 345 678")),
        ("cemail", text("thinh@minhlong.example")),
        ("budget", Value::About { vnd: 90_000_000, said: "80-90 triệu".into() }),
        ("budget_srv", Value::Money(10_000_000)),
        ("srv_want", Value::Choice("no".into())),
        ("deadline", Value::Date(NaiveDate::from_ymd_opt(2026, 12, 1).unwrap())),
        ("start_want", text("sau Tết")),
    ];
    form.fields.extend(fields.map(|(n, v)| (n.to_owned(), v)));
    for no in 1..=3 {
        let mut item = Item { id: format!("M{no:02}"), no, ..Item::default() };
        for column in ["khu", "nd", "dg", "md", "pa"] {
            item.cells.insert(column.into(), text(&format!("{column} của mục {no}")));
        }
        form.items.push(item);
    }
    form
}

/// The same with Tech's answers and an exchange.
pub fn answered() -> Form {
    let mut form = drafted();
    let tech = [
        [("kt_kq", Value::Choice("yes".into())), ("kt_cp", Value::Money(12_000_000)), ("kt_ngay", Value::Days(5))],
        [("kt_kq", Value::Choice("partial".into())), ("kt_cp", Value::Money(8_000_000)), ("kt_ngay", Value::Days(4))],
        [("kt_kq", Value::Choice("no".into())), ("kt_ld", text("Chưa có API")), ("kt_sv", Value::Choice("no".into()))],
    ];
    for (item, cells) in form.items.iter_mut().zip(tech) {
        item.cells.extend(cells.map(|(n, v)| (n.to_owned(), v)));
    }
    form.items[1].cells.insert("kt_pv".into(), text("Chỉ báo cáo tháng"));
    form.fields.insert("kt_srv".into(), Value::Choice("no".into()));
    form.fields.insert("kt_start".into(), Value::Lead { days: Some(20), said: "10 ngày làm việc sau khi nhận cọc".into() });
    form.exchanges.push(Exchange {
        date: Some(TODAY),
        who: "Trần Thị Lan".into(),
        side: "sales".into(),
        item: "M02".into(),
        text: "Khách đồng ý bỏ phần theo quý.".into(),
        shown: false,
    });
    form
}

/// The workbook that a reader gets, as xlsx.
pub fn bytes(form: &Form, reader: Option<Role>, state: State, lang: Lang) -> Vec<u8> {
    let house = house();
    let sheet = Sheet {
        form,
        case: Some("YC-2026-0012"),
        rev: 7,
        restored: None,
        state: Some(state),
        reader,
        lang,
        company: "An Phát",
        people: &house.people,
        regions: &house.regions,
        markup: 3000,
        sales_sees_cost: true,
        facts: BTreeMap::from([("status".to_owned(), text(state.name()))]),
        confirmed: None,
        marks: vec![],
        made: TODAY,
    };
    write(&sheet).unwrap()
}

pub fn book_of(bytes: &[u8]) -> Book {
    book::read(bytes, &Limits::default(), &workers()).unwrap()
}

pub fn written(form: &Form, reader: Role, state: State) -> Workbook {
    Workbook(book_of(&bytes(form, Some(reader), state, Lang::Vi)))
}

pub fn understood(book: &Book) -> ReadForm {
    read(book, &Reading { today: TODAY, house: &house(), lang: Lang::Vi })
}

/// What a workbook brings that was made from `base`, where the case now holds `current`.
pub fn brought(book: &Book, base: &Form, current: &Form, zones: &[Zone]) -> Filled {
    let mut form = understood(book);
    let sent = Sent { form: base.clone(), rev: Some(7), ..Sent::default() };
    let problems = identify(&mut form, base, current, zones.contains(&Zone::Sales), 0);
    let mut filled = merge(&form, &sent, current, &Sender { zones, name: "Người Gửi", today: TODAY });
    filled.problems.extend(problems);
    filled
}

/// A workbook as people and programs change it.
pub struct Workbook(pub Book);

type Cells = BTreeMap<(u32, u32), Raw>;
/// A sheet's name and its cells by row and column.
pub type Drawn<'a> = (&'a str, Vec<(u32, u32, Raw)>);

impl Workbook {
    pub fn new(sheets: &[Drawn]) -> Workbook {
        let mut this = Workbook(book_of(&bytes(&Form::default(), None, State::Drafting, Lang::Vi)));
        this.0.names.clear();
        this.0.properties.clear();
        this.0.sheets.truncate(1);
        let blank = Page { cells: Default::default(), merged: vec![], ..this.0.sheets.remove(0) };
        for (name, cells) in sheets {
            this.0.sheets.push(Page { name: (*name).into(), ..blank.clone() });
            let at = this.0.sheets.len() - 1;
            this.change(at, |held| held.extend(cells.iter().map(|(r, c, raw)| ((*r, *c), raw.clone()))));
        }
        this
    }

    fn change(&mut self, sheet: usize, how: impl FnOnce(&mut Cells)) {
        let page = &mut self.0.sheets[sheet];
        let mut cells: Cells = page.cells.iter().map(|(at, raw)| (at, raw.clone())).collect();
        how(&mut cells);
        let list: Vec<_> = cells.into_iter().collect();
        page.cells = serde_json::from_value(serde_json::to_value(list).unwrap()).unwrap();
    }

    /// Where the defined name of a field leads: sheet, row, column.
    pub fn field(&self, name: &str) -> (usize, u32, u32) {
        let name = self.0.name(&format!("qd_{name}")).unwrap_or_else(|| panic!("no qd_{name}"));
        let sheet = self.0.sheets.iter().position(|s| s.name == name.sheet).unwrap();
        (sheet, name.row, name.col)
    }

    /// The cell of an item's row (1 and up) in the column with this header.
    pub fn item(&self, row: u32, header: &str) -> (usize, u32, u32) {
        let (sheet, head) = self.head("Nội dung yêu cầu");
        let starts = |(_, raw): &(u32, &Raw)| matches!(raw, Raw::Text(t) if label_key(t) == label_key(header));
        let col = self.0.sheets[sheet].cells.row(head).find(starts).unwrap_or_else(|| panic!("no column {header}")).0;
        (sheet, head + row, col)
    }

    /// Sheet and row of the header row with this header.
    pub fn head(&self, header: &str) -> (usize, u32) {
        for (at, sheet) in self.0.sheets.iter().enumerate() {
            for ((row, _), raw) in sheet.cells.iter() {
                if matches!(raw, Raw::Text(t) if label_key(t) == label_key(header)) && sheet.cells.row(row).count() > 4 {
                    return (at, row);
                }
            }
        }
        panic!("no header {header}")
    }

    pub fn set(&mut self, (sheet, row, col): (usize, u32, u32), raw: impl Into<Typed>) {
        let Typed(raw) = raw.into();
        self.change(sheet, |cells| match raw {
            Some(raw) => drop(cells.insert((row, col), raw)),
            None => drop(cells.remove(&(row, col))),
        });
    }

    pub fn put(&mut self, name: &str, raw: impl Into<Typed>) {
        self.set(self.field(name), raw);
    }

    pub fn put_item(&mut self, row: u32, header: &str, raw: impl Into<Typed>) {
        self.set(self.item(row, header), raw);
    }

    /// `C12` of a field.
    pub fn address(&self, at: (usize, u32, u32)) -> String {
        quotedesk::form::read::Place { sheet: "x".into(), row: at.1, col: at.2 }.cell()
    }

    /// Rows inserted as a spreadsheet program does it: names and merged areas move along.
    pub fn insert_rows(&mut self, sheet: usize, at: u32, count: u32) {
        self.shift(sheet, |row, col| (if row >= at { row + count } else { row }, col));
    }

    pub fn insert_columns(&mut self, sheet: usize, at: u32, count: u32) {
        self.shift(sheet, |row, col| (row, if col >= at { col + count } else { col }));
    }

    /// The same without the names: what openpyxl does.
    pub fn insert_rows_without_names(&mut self, sheet: usize, at: u32, count: u32) {
        let names = self.0.names.clone();
        self.insert_rows(sheet, at, count);
        self.0.names = names;
    }

    /// Rows and columns moved as openpyxl does it: names and merged areas stay where they were.
    pub fn shift_cells_alone(&mut self, sheet: usize, to: impl Fn(u32, u32) -> (u32, u32)) {
        let (names, merged) = (self.0.names.clone(), self.0.sheets[sheet].merged.clone());
        self.shift(sheet, to);
        (self.0.names, self.0.sheets[sheet].merged) = (names, merged);
    }

    pub fn shift(&mut self, sheet: usize, to: impl Fn(u32, u32) -> (u32, u32)) {
        self.change(sheet, |cells| *cells = std::mem::take(cells).into_iter().map(|((r, c), raw)| (to(r, c), raw)).collect());
        let page = &mut self.0.sheets[sheet];
        for area in &mut page.merged {
            let (first, last) = (to(area.0, area.1), to(area.2, area.3));
            *area = (first.0, first.1, last.0, last.1);
        }
        for name in self.0.names.iter_mut().filter(|n| n.sheet == page.name) {
            (name.row, name.col) = to(name.row, name.col);
        }
    }

    pub fn rename(&mut self, sheet: usize, new: &str) {
        let page = &mut self.0.sheets[sheet];
        for name in self.0.names.iter_mut().filter(|n| n.sheet == page.name) {
            name.sheet = new.into();
        }
        page.name = new.into();
    }

    /// Every text of the sheets changed.
    pub fn map_texts(&mut self, how: impl Fn(&str) -> String) {
        for sheet in 0..self.0.sheets.len() {
            self.change(sheet, |cells| {
                for raw in cells.values_mut() {
                    if let Raw::Text(text) = raw {
                        *text = how(text);
                    }
                }
            });
        }
    }

    /// As if saved by a program that keeps neither names nor properties.
    pub fn forget_names(&mut self) {
        self.0.names.clear();
        self.0.properties.clear();
    }
}

/// What somebody types: a text, a number, or nothing.
pub struct Typed(pub Option<Raw>);

impl From<&str> for Typed {
    fn from(text: &str) -> Typed {
        Typed((!text.is_empty()).then(|| Raw::Text(text.into())))
    }
}
impl From<f64> for Typed {
    fn from(value: f64) -> Typed {
        Typed(Some(Raw::Number { value, percent: false, date: None }))
    }
}
impl From<Raw> for Typed {
    fn from(raw: Raw) -> Typed {
        Typed(Some(raw))
    }
}
impl From<NaiveDate> for Typed {
    fn from(date: NaiveDate) -> Typed {
        let serial = (date - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days() as f64;
        Typed(Some(Raw::Number { value: serial, percent: false, date: date.and_hms_opt(0, 0, 0) }))
    }
}
