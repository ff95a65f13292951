//! Answers item by item.

use super::super::{Known, NewText};
use super::*;
use crate::process::case::State;
use crate::process::house::Role;

fn ctx(items: u32) -> Asked {
    Asked {
        roles: vec![Role::Tech],
        state: State::Feedback,
        items: (1..=items).map(|n| (format!("M{n:02}"), n)).collect(),
        has_proposal: false,
        payment_waits: None,
        paid: false,
        question_open: false,
        server_cycle: None,
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date"),
        people: Vec::<Known>::new(),
        writer: String::new(),
    }
}

/// The cells as `M01 kt_kq=yes`.
fn cells(text: &str, items: u32) -> (Vec<String>, Vec<String>) {
    match super::super::read(&NewText::plain(text), &ctx(items)) {
        Reading::Means { acts, .. } => match &acts[..] {
            [What::Said { cells, answered }] => (cells.iter().map(one).collect(), answered.clone()),
            other => panic!("{text}: {other:?}"),
        },
        other => panic!("{text}: {other:?}"),
    }
}

fn one(change: &Change) -> String {
    let at = match &change.at {
        Cell::Field(name) => name.clone(),
        Cell::Item(id, name) => format!("{id} {name}"),
    };
    let value = match &change.new {
        Some(Value::Money(v)) => v.to_string(),
        Some(Value::Days(d)) => format!("{d}/2"),
        Some(other) => other.text().unwrap_or("?").to_string(),
        None => String::new(),
    };
    format!("{at}={value}")
}

#[test]
fn answers_by_item() {
    let want = vec!["M01 kt_kq=yes", "M01 kt_cp=15000000", "M01 kt_ngay=10/2", "M02 kt_kq=no", "M02 kt_ld=chưa có API"];
    for text in [
        "1: được, 15tr, 5 ngày\n2: không, chưa có API",
        "1: được, 15tr, 5 ngày / 2: không, chưa có API",
        "Mục 1: làm được, 5 ngày, 15 triệu\nMục 2: không làm được vì chưa có API",
        "1) ok 15tr 5 ngày\n2) không làm được do chưa có API",
    ] {
        let (mut got, answered) = cells(text, 2);
        got.sort();
        let mut want = want.clone();
        want.sort_unstable();
        assert_eq!(got, want, "{text}");
        assert_eq!(answered, ["M01", "M02"], "{text}");
    }
    let (got, answered) = cells("mục 1 ok 5 ngày 8tr, mục 2 không làm được do chưa có API", 2);
    assert_eq!(got, ["M01 kt_kq=yes", "M01 kt_cp=8000000", "M01 kt_ngay=10/2", "M02 kt_kq=no", "M02 kt_ld=chưa có API"]);
    assert_eq!(answered.len(), 2);
}

#[test]
fn a_case_with_one_item_needs_no_number() {
    assert_eq!(cells("làm được, 12tr, 6 ngày", 1).0, ["M01 kt_kq=yes", "M01 kt_cp=12000000", "M01 kt_ngay=12/2"]);
    assert_eq!(cells("lam duoc, 12tr, 2,5 ngay", 1).0, ["M01 kt_kq=yes", "M01 kt_cp=12000000", "M01 kt_ngay=5/2"]);
}

#[test]
fn parts_and_servers() {
    assert_eq!(
        cells("1: làm được một phần, 8tr, 4 ngày, chỉ màn hình nhập", 1).0,
        ["M01 kt_kq=partial", "M01 kt_cp=8000000", "M01 kt_ngay=8/2", "M01 kt_pv=chỉ màn hình nhập"]
    );
    assert_eq!(cells("không cần server riêng", 2).0, ["kt_srv=no"]);
    assert_eq!(cells("cần server riêng", 2).0, ["kt_srv=yes"]);
    assert_eq!(cells("1: được, 15tr, 5 ngày, không cần server riêng", 1).0.last().map(String::as_str), Some("M01 kt_sv=no"));
    assert_eq!(cells("mục 1, 2 không làm được vì thiếu API", 2).1, ["M01", "M02"]);
}

#[test]
fn what_is_open_is_asked() {
    let why = |text: &str, items| match super::super::read(&NewText::plain(text), &ctx(items)) {
        Reading::Ask { why, .. } => why,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(why("làm được, 12tr, 6 ngày", 3), Doubt::WhichItem);
    assert_eq!(why("7: được, 5tr, 2 ngày", 3), Doubt::NoSuchItem { number: "7".into() });
    assert!(matches!(why("1: được, 1.250tr, 5 ngày", 1), Doubt::Money { .. }));
    assert_eq!(why("1: không", 1), Doubt::Incomplete { item: "M01".into(), cell: "kt_ld" });
    assert_eq!(why("1: được, 5 ngày", 1), Doubt::Incomplete { item: "M01".into(), cell: "kt_cp" });
    assert!(matches!(why("1: nếu có API thì được, 5tr, 5 ngày", 1), Doubt::Condition { .. }));
}
