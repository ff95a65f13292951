use std::path::Path;

use chrono::NaiveDate;

use super::*;
use crate::config::Config;
use crate::form::layout::{column, field};
use crate::process::house::House;

fn house() -> House {
    let staff = r#"
        [[people]]
        name = "Trần Thị Lan"
        email = "lan.tran@anphat.example"
        roles = ["sales"]
        [[people]]
        name = "Phạm Thu Hà"
        email = "ha.pham@anphat.example"
        roles = ["cskh"]
        [[people]]
        name = "Lê Thị Hà"
        email = "ha.le@anphat.example"
        roles = ["cskh"]
        [[regions]]
        id = "bac"
        name = "Miền Bắc"
    "#;
    Config::parse(staff, None, Path::new("/")).unwrap().house
}

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

fn day(y: i32, m: u32, d: u32) -> Value {
    Value::Date(NaiveDate::from_ymd_opt(y, m, d).unwrap())
}

fn text(said: &str) -> Value {
    Value::Text(said.into())
}

fn number(value: f64) -> Raw {
    Raw::Number { value, percent: false, date: None }
}

/// What a cell of this field or column is read as.
fn reads(name: &str, raw: impl Into<Raw>) -> Understood {
    let kind = field(name).map(|f| f.kind).or_else(|| column(name).map(|c| c.kind)).unwrap();
    understand(Some(&raw.into()), &kind, false, &Reading { today: TODAY, house: &house(), lang: Lang::Vi })
}

impl From<&str> for Raw {
    fn from(text: &str) -> Raw {
        Raw::Text(text.into())
    }
}

fn value(name: &str, raw: impl Into<Raw>) -> Option<Value> {
    let read = reads(name, raw);
    assert!(!read.has_error(), "{name}: {read:?}");
    read.value
}

fn fault(name: &str, raw: impl Into<Raw>) -> Fault {
    let read = reads(name, raw);
    assert_eq!(read.faults.len(), 1, "{name}: {read:?}");
    read.faults.into_iter().next().unwrap().1
}

#[test]
fn money_as_it_is_typed() {
    assert_eq!(value("kt_cp", "15.000.000 đ"), Some(Value::Money(15_000_000)));
    assert_eq!(value("kt_cp", number(15_000_000.0)), Some(Value::Money(15_000_000)));
    assert_eq!(value("kt_cp", "miễn phí"), Some(Value::Money(0)), "0 by a word; the note is asked for in form::check");
    assert_eq!(value("kt_cp", "báo sau"), None, "no value, and not 0");
    assert_eq!(value("budget", "chưa rõ"), Some(Value::Unknown));
    assert_eq!(value("budget", "báo sau"), None, "Chưa rõ is an answer, later is none");
    assert_eq!(value("budget", "80-90 triệu"), Some(Value::About { vnd: 90_000_000, said: "80-90 triệu".into() }));
    assert!(matches!(fault("kt_cp", "80-90 triệu"), Fault::RangeNotAllowed { high: Some(90_000_000), .. }));
    assert!(matches!(fault("kt_cp", number(15.0)), Fault::AmbiguousMoney { .. }));
    assert!(matches!(fault("kt_cp", "1.500"), Fault::AmbiguousMoney { readings } if readings == [1_500_000, 1_500]));
    assert_eq!(fault("kt_cp", "-500000"), Fault::Negative);
    assert_eq!(fault("kt_cp", "1.5000.000"), Fault::BadGrouping);
    assert_eq!(fault("kt_cp", "$500"), Fault::Currency);
    assert_eq!(fault("budget", number(0.0)), Fault::ZeroNotAllowed, "a note is not looked for there");
    assert_eq!(fault("budget", "miễn phí"), Fault::ZeroNotAllowed);
    for none in ["Không", "không có", "KHÔNG CẦN"] {
        assert_eq!(value("budget_srv", none), Some(Value::Money(0)), "{none}");
    }
    assert!(matches!(fault("budget", "Không"), Fault::AmbiguousMoney { .. }));
    assert!(matches!(fault("kt_cp", "Không"), Fault::AmbiguousMoney { .. }));
    assert!(matches!(fault("kt_cp", number(1500.0)), Fault::AmbiguousMoney { readings } if readings == [1_500_000, 1_500]));
    assert_eq!(fault("kt_cp", Raw::Error("#DIV/0!".into())), Fault::CellError);
    assert_eq!(fault("kt_cp", Raw::FormulaNoValue), Fault::CellError);
}

#[test]
fn dates_days_and_percentages() {
    assert_eq!(value("deadline", "23/12/2026"), Some(day(2026, 12, 23)));
    assert_eq!(value("deadline", number(46_380.0)), Some(day(2026, 12, 24)));
    assert!(matches!(fault("deadline", "12/23/2026"), Fault::AmbiguousDate { .. }));
    assert!(matches!(fault("date", "24/11/2026"), Fault::DateAfter { .. }));
    assert_eq!(value("start_want", "sau Tết"), Some(text("sau Tết")));
    assert_eq!(value("start_want", "01/12/2026"), Some(day(2026, 12, 1)));
    assert_eq!(value("kt_ngay", "2,5"), Some(Value::Days(5)));
    assert_eq!(fault("kt_ngay", number(0.0)), Fault::DaysOutOfRange);
    assert_eq!(fault("kt_ngay", number(366.0)), Fault::DaysOutOfRange);
    assert!(matches!(fault("kt_ngay", "1 tháng"), Fault::AmbiguousDays { .. }));
    assert_eq!(value("pr_disc_pct", Raw::Number { value: 0.05, percent: true, date: None }), Some(Value::Percent(500)));
    assert_eq!(value("pr_disc_pct", number(5.0)), Some(Value::Percent(500)));
    assert!(matches!(fault("pr_disc_pct", number(0.05)), Fault::AmbiguousPercent { .. }));
    assert_eq!(fault("pr_disc_pct", "120%"), Fault::NotPercent);
    let lead = Value::Lead { days: Some(20), said: "10 ngày làm việc sau khi nhận cọc".into() };
    assert_eq!(value("kt_start", "10 ngày làm việc  sau khi nhận cọc"), Some(lead));
}

/// The customer reads it on the quote: a length of time, and for certain.
#[test]
fn how_soon_work_starts_is_a_length_of_time() {
    for said in [
        "10",
        "10-15 ngày",
        "khoảng 2-3 tuần",
        "2 tuần sau khi ký",
        "1 tháng",
        "Sau khi nhận cọc 10 ngày làm việc",
        "mười ngày sau khi KH chốt",
        "24h sau khi nhận cọc",
        "trong vòng 2 tuần kể từ ngày ký",
        "10 ngày lịch",
        "10 ngày sau khi duyệt bản tùy chỉnh",
        "10 ngay sau khi KH phan hoi",
        "two weeks after signing",
        "10 working days",
        "ngay sau khi ký hợp đồng",
        "ngay khi chốt",
    ] {
        assert!(matches!(value("kt_start", said), Some(Value::Lead { said: held, .. }) if held == said), "{said}");
    }
    for doubtful in [
        "không biết",
        "tùy",
        "ngay",
        "15/3/2026",
        "1/4",
        "1.4",
        "mùng 5",
        "đầu tháng 4",
        "15 tháng 3",
        "ngày 10 tháng 4",
        "thứ 2 tuần sau",
        "sau Tết",
        "ngay sau Tết",
        "khi nào có người",
        "chưa chắc, khoảng 2-3 tuần?",
        "2 tuần?",
        "hỏi anh Lộc rồi báo sau",
        "10 ngày nếu chị Hà rảnh",
        "10 ngày, tuỳ khách",
        "10h sáng mai",
        "2 công ty ký xong",
        "0 ngày",
        "vài hôm",
    ] {
        assert_eq!(reads("kt_start", doubtful).faults, [(Severity::Error, Fault::NotLead)], "{doubtful}");
    }
    assert_eq!(fault("kt_start", number(2.3)), Fault::NotLead);
    let day = Raw::Number { value: 46_000.0, percent: false, date: NaiveDate::default().and_hms_opt(0, 0, 0) };
    assert_eq!(fault("kt_start", day), Fault::NotLead);
    assert_eq!(value("kt_start", "chưa rõ"), None, "not yet said");
}

#[test]
fn what_is_asked_is_not_decided_and_a_mark_is_no_answer_but_to_yes_or_no() {
    for (name, said) in [
        ("ld_all", "Duyệt?"),
        ("ld_all", "ok?"),
        ("ck_budget", "Đạt？"),
        ("pr_dec", "Duyệt ?"),
        ("kt_kq", "Có?"),
        ("pr_vat", "kct?"),
    ] {
        assert!(matches!(fault(name, said), Fault::Questioned { .. }), "{name} {said}");
    }
    assert_eq!(value("kt_kq", "?"), None, "nothing said yet");
    for (name, said) in [("ck_budget", "x"), ("ck_budget", "v"), ("kt_kq", "X"), ("kt_kq", "✓"), ("pr_dec", "✔")] {
        assert!(matches!(fault(name, said), Fault::NotInList { .. }), "{name} {said}");
    }
    for said in ["x", "v", "✓"] {
        assert_eq!(value("kt_srv", said), Some(Value::Choice("yes".into())), "{said}");
    }
}

#[test]
fn a_unit_in_brackets_counts() {
    assert_eq!(value("kt_cp", "15.000 (nghìn đồng)"), Some(Value::Money(15_000_000)));
    assert_eq!(value("kt_cp", "15.000.000 (đồng)"), Some(Value::Money(15_000_000)));
}

#[test]
fn only_a_decision_that_is_said_decides() {
    for (name, said) in [("ld_all", "ok"), ("pr_dec", "ok"), ("ld_all", "Không duyệt"), ("pr_dec", "ko duyệt")] {
        assert!(matches!(fault(name, said), Fault::NotInList { .. }), "{name} {said}");
    }
    assert_eq!(value("ck_budget", "ko đạt"), Some(Value::Choice("khong_dat".into())));
}

#[test]
fn an_amount_that_a_program_has_divided_is_asked_whole() {
    assert_eq!(fault("kt_cp", number(10_000_000.0 / 3.0)), Fault::Fraction { nearest: 3_333_333 });
    let dong = Raw::Amount { value: 10_000_000.0 / 3.0, unit: Unit { sign: "đ".into(), times: Some(1) } };
    assert_eq!(fault("kt_cp", dong), Fault::Fraction { nearest: 3_333_333 });
    assert_eq!(fault("kt_cp", "1.5000.000"), Fault::BadGrouping);
    assert_eq!(value("kt_cp", number(10_000_000.0 * 1.1)), Some(Value::Money(11_000_000)));
}

#[test]
fn lists_by_label_code_and_number() {
    let code = |name, raw: Raw| value(name, raw).and_then(|v| v.text().map(String::from));
    assert_eq!(code("kt_kq", "MỘT PHẦN".into()).as_deref(), Some("partial"));
    assert_eq!(code("pr_vat", number(8.0)).as_deref(), Some("8"));
    assert_eq!(code("pr_vat", Raw::Number { value: 0.08, percent: true, date: None }).as_deref(), Some("8"));
    assert_eq!(code("pr_round", number(100_000.0)).as_deref(), Some("100000"));
    assert_eq!(code("kt_sv", Raw::Bool(true)).as_deref(), Some("yes"));
    assert!(matches!(fault("kt_sv", "có thể"), Fault::NotInList { allowed } if allowed == ["Có", "Không"]));
}

#[test]
fn people_and_regions() {
    assert_eq!(value("sales", "tran thi  lan"), Some(text("Trần Thị Lan")));
    assert_eq!(value("sales", "lan.tran@anphat.example"), Some(text("Trần Thị Lan")));
    assert_eq!(value("sales", "chị Lan"), Some(text("Trần Thị Lan")));
    assert_eq!(fault("cskh", "Hà"), Fault::UnknownPerson, "two of that name");
    assert_eq!(value("cskh", "Thu Hà"), Some(text("Phạm Thu Hà")));
    assert_eq!(value("region", "BẮC"), Some(text("Miền Bắc")));
    assert!(matches!(fault("region", "Miền Tây"), Fault::UnknownRegion { .. }));
}

#[test]
fn addresses_numbers_and_lengths() {
    assert_eq!(value("cemail", "mailto:a@b.example"), Some(text("a@b.example")));
    for wrong in ["a@b", "a b@c.example", "a@b.example, c@d.example", "@b.example"] {
        assert_eq!(fault("cemail", wrong), Fault::NotEmail, "{wrong}");
    }
    assert_eq!(value("tax", number(312_345_678.0)), Some(text("0312345678")), "a number cell loses its leading 0");
    assert_eq!(value("tax", "0312345678001"), Some(text("0312345678-001")));
    assert_eq!(fault("tax", "03123"), Fault::NotTaxCode);
    assert_eq!(value("cphone", number(912_345_678.0)), Some(text("0912345678")));
    assert_eq!(value("cphone", "+84 912 345 678"), Some(text("+84 912 345 678")));
    assert_eq!(fault("cphone", "12"), Fault::NotPhone);
    assert!(!reads("cphone", "12").has_error(), "told, not refused");
    assert_eq!(fault("short", "x".repeat(61).as_str()), Fault::TooLong { most: 60 });
    assert_eq!(fault("cskh_text", "ngắn"), Fault::TooShort { least: 10 });
    assert_eq!(value("contact", "—"), None, "a lone sign is a blank");
    assert_eq!(value("addr", number(12.0)), Some(text("12")));
}

#[test]
fn money_shown_in_another_unit_is_asked_and_other_cells_do_not_mind() {
    let shown = |value: f64, sign: &str, times| Raw::Amount { value, unit: Unit { sign: sign.into(), times } };
    let faults = |raw: Raw| reads("pr_srv", raw).faults.into_iter().map(|(_, fault)| fault).collect::<Vec<_>>();
    assert_eq!(faults(shown(5000.0, "$", None)), [Fault::Currency]);
    assert_eq!(value("pr_srv", shown(0.0, "$", None)), Some(Value::Money(0)));
    assert_eq!(faults(shown(1500.0, "nghìn", Some(1000))), [Fault::AmbiguousMoney { readings: vec![1_500_000] }]);
    assert_eq!(faults(shown(15.0, "tr", Some(1_000_000))), [Fault::AmbiguousMoney { readings: vec![15_000_000] }]);
    assert_eq!(value("pr_valid", shown(15.0, "$", None)), Some(Value::Number(15)));
    assert_eq!(value("kt_ngay", shown(2.5, "k", Some(1000))), Some(Value::Days(5)));
}

#[test]
fn a_quote_holds_for_days_and_nothing_else() {
    for days in ["15", "15.", "15 ngày", "15 ngày lịch", "15 days", "15 ngày kể từ ngày báo giá"] {
        assert_eq!(value("pr_valid", days), Some(Value::Number(15)), "{days}");
    }
    for other in ["2 tuần", "1 tháng", "15 ngày làm việc", "1 năm", "15 bản", "15 working days"] {
        assert_eq!(reads("pr_valid", other).faults, [(Severity::Error, Fault::NotNumber)], "{other}");
    }
}

/// Where the format is not known, `12,000` may be dollars.
#[test]
fn amounts_of_an_xls_that_are_little_for_dong_are_asked_or_told_back() {
    let rule = MoneyRule { zero: Zero::Yes, about: false, unknown: false };
    let read = |n: f64| unformatted_amount(&number(n), n, rule);
    for n in [12_000.0, 99_999.0] {
        assert!(
            matches!(&read(n).faults[..], [(Severity::Error, Fault::AmbiguousMoney { readings })] if readings[1] == n as i64)
        );
    }
    assert_eq!(read(500_000.0), Understood::said(Value::Money(500_000), false));
    assert_eq!(read(80_000_000.0), Understood::plain(Value::Money(80_000_000)));
    assert_eq!(read(0.0), Understood::plain(Value::Money(0)));
}

#[test]
fn days_that_are_seen_in_weeks_or_hours_mean_what_is_seen() {
    let shown = |value: f64, sign: &str| Raw::Amount { value, unit: Unit { sign: sign.into(), times: Some(1) } };
    assert_eq!(reads("kt_ngay", shown(2.0, "tuần")), reads("kt_ngay", "2 tuần"));
    assert_eq!(reads("kt_ngay", shown(16.0, "giờ")), reads("kt_ngay", "16 giờ"));
    assert_ne!(reads("kt_ngay", "16 giờ").value, Some(Value::Days(32)));
    assert_eq!(value("kt_cp", shown(12e6, "tháng")), Some(Value::Money(12_000_000)), "in money it says nothing");
}

#[test]
fn text_in_a_font_of_before_unicode_is_to_be_typed_anew() {
    for old in [
        "C«ng ty TNHH Th\u{ad}¬ng m¹i ChÝnh §¹i",
        "Coâng ty TNHH Thöông maïi Chính Ñaïi",
        "COÂNG TY TNHH THÖÔNG MAÏI",
        "B¸o c¸o tån kho theo ngµy",
    ] {
        assert_eq!(fault("customer", old), Fault::LegacyFont, "{old}");
    }
    for new in [
        "Công ty TNHH Thương mại Chính Đại",
        "Công ty «Hoa Sen» – theo §12 và §13, 5 m², 20 µm",
        "Citroën Haïti, Schröder & Müller, Ångström",
        "Windows® và Office® 2024 ©",
        "Phần mềm quản lý tuỳ chỉnh, xoá, hoà, thuý, khoẻ, uỷ quyền",
        "In\u{ad}for\u{ad}ma\u{ad}tion",
        "Mục A·B·C",
    ] {
        assert!(!reads("customer", new).has_error(), "{new}");
    }
    // Decomposed letters are composed first.
    assert!(!reads("customer", "Co\u{302}ng ty TNHH Thu\u{31b}o\u{31b}ng ma\u{323}i").has_error());
}
