//! A house, and forms of twelve items as its Sales fill them in.

use std::path::Path;

use chrono::{Days, NaiveDate};
use quotedesk::config::{Config, DEFAULT};
use quotedesk::desk::documents;
use quotedesk::process::act::Moment;
use quotedesk::process::case::{Case, State};
use quotedesk::process::form::{Form, Item};
use quotedesk::process::house::{At, Role};
use quotedesk::process::pricing;
use quotedesk::process::value::Value;

pub const SALES: &str = "lan.tran@anphat.example";
pub const LEADER: &str = "hung.le@anphat.example";
pub const ITEMS: u32 = 12;

/// The built-in config, its desk in `root`.
pub fn config(root: &Path) -> Config {
    Config::parse(DEFAULT, None, root).expect("the built-in config is good")
}

/// The built-in config with these of its words replaced by others. It changes with the years: words that it has no more would
/// leave another desk than the one that is to be measured.
pub fn built_in_but(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(DEFAULT.to_owned(), |toml, (from, to)| {
        assert!(toml.contains(from), "the built-in config does not say {from}");
        toml.replacen(from, to, 1)
    })
}

fn text(words: impl Into<String>) -> Value {
    Value::Text(words.into())
}

/// Sales' part of a form, whole; `n` makes it one of its own.
pub fn form(n: usize, today: NaiveDate) -> Form {
    let fields = [
        ("date", Value::Date(today)),
        ("sales", text("Trần Thị Lan")),
        ("cskh", text("Bùi Ngọc Lam")),
        ("customer", text(format!("Công ty TNHH Vật liệu Minh Long {n}"))),
        ("short", text(format!("Minh Long {n}"))),
        ("salut", Value::Choice("Anh".into())),
        ("contact", text("Nguyễn Văn Thịnh")),
        ("ctitle", text("Kế toán trưởng")),
        ("cphone", text("0912 345 678")),
        ("cemail", text(format!("thinh.{n}@minhlong.example"))),
        ("region", text("Miền Bắc")),
        ("industry", text("Vật liệu xây dựng")),
        ("tax", text("0312345678-001")),
        ("addr", text("Số 1 đường Thử Nghiệm, Hà Nội")),
        (
            "cskh_text",
            text("Khách bán vật liệu xây dựng, cần giao một đơn làm nhiều chuyến và theo dõi công nợ theo công trình."),
        ),
        ("deadline", Value::Date(today + Days::new(14))),
        ("budget", Value::About { vnd: 90_000_000 + n as i64, said: "80-90 triệu".into() }),
        ("budget_srv", Value::Money(0)),
        ("srv_want", Value::Choice("no".into())),
    ];
    let mut form = Form { fields: fields.map(|(name, value)| (name.to_owned(), value)).into(), ..Form::default() };
    for no in 1..=ITEMS {
        let cells = [
            ("khu", text("Bán hàng / Đơn hàng")),
            ("nd", text(format!("Tách một đơn hàng thành {no} chuyến giao"))),
            ("dg", text(format!("Một đơn 50 tấn xi măng giao làm {no} chuyến, mỗi chuyến một xe, một phiếu xuất riêng"))),
            ("md", text("Kho và lái xe biết còn phải giao bao nhiêu, khách không bị giao thừa")),
            ("pa", text("Số còn lại = số đặt − tổng các chuyến đã xuất; thể hiện trên đơn hàng và phiếu xuất")),
            ("ut", Value::Choice("must".into())),
        ];
        let cells = cells.map(|(name, value)| (name.to_owned(), value)).into();
        form.items.push(Item { id: format!("M{no:02}"), no, cells });
    }
    form
}

/// The workbook that Sales sends in, form `n`.
pub fn workbook(n: usize, config: &Config, at: At) -> Vec<u8> {
    let case = Case { form: form(n, config.house.day(at)), ..Case::default() };
    documents::form(&case, &config.house, Some(Role::Sales), vec![], at).expect("a form can be written").bytes
}

/// A case with its form as Sales sent it in, waiting for the Leader.
pub fn reviewed(config: &Config, at: At) -> Case {
    Case {
        id: "YC-2026-0001".into(),
        state: State::Review,
        version: 4,
        opened: at,
        since: at,
        sales: Some(SALES.into()),
        leader: Some(LEADER.into()),
        form: form(1, config.house.day(at)),
        rev: 1,
        round: 1,
        ..Case::default()
    }
}

/// The same answered by Tech and priced by the Director: with its quote.
pub fn quoted(config: &Config, at: At) -> Case {
    let mut case = Case { state: State::Quoted, ..reviewed(config, at) };
    for item in &mut case.form.items {
        let cost = 1_000_000 * i64::from(item.no);
        let answers = [
            ("kt_kq", Value::Choice("yes".into())),
            ("kt_cp", Value::Money(cost)),
            ("kt_ngay", Value::Days(6)),
            ("gd_gia", Value::Money(cost * 2)),
        ];
        item.cells.extend(answers.map(|(name, value)| (name.to_owned(), value)));
    }
    let answers = [
        ("kt_srv", Value::Choice("no".into())),
        ("kt_start", Value::Lead { days: Some(20), said: "10 ngày làm việc".into() }),
        ("pr_mode", Value::Choice("per_item".into())),
    ];
    case.form.fields.extend(answers.map(|(name, value)| (name.to_owned(), value)));
    let moment = Moment { at, next_quote: 1, names_taken: vec![], undo: None, reworded: vec![] };
    case.quotes = vec![pricing::price(&case, &config.house, &moment).expect("a form that can be priced")];
    case
}
