//! Rows of the domain (d) and odd dates, for [`super::typed`].

use chrono::{NaiveDate, NaiveTime};

use super::typed::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn one(text: &str) -> TypedDate {
    TypedDate::One { date: day(text), plain: true }
}
fn echoed(text: &str) -> TypedDate {
    TypedDate::One { date: day(text), plain: false }
}
fn ask(texts: &[&str]) -> TypedDate {
    TypedDate::Ambiguous(texts.iter().map(|t| day(t)).collect())
}
fn check(lean: Lean, today: &str, rows: &[(&str, TypedDate)]) {
    let got = |text: &str| date(text, day(today), lean);
    let wrong: Vec<String> =
        rows.iter().filter(|(t, want)| got(t) != *want).map(|(t, want)| format!("{t}: {:?}, not {want:?}", got(t))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// 21/06/2021 is a Monday.
#[test]
fn rows_of_the_domain() {
    check(
        Lean::Future,
        "2021-06-21",
        &[
            ("23/06/2021", one("2021-06-23")),
            ("23/6/2021", one("2021-06-23")),
            ("23-6-21", echoed("2021-06-23")),
            ("23.06.21", echoed("2021-06-23")),
            ("23.6.2021", one("2021-06-23")),
            ("23 06 2021", one("2021-06-23")),
            ("2021-06-23", one("2021-06-23")),
            ("20210623", echoed("2021-06-23")),
            ("ngày 23 tháng 6 năm 2021", one("2021-06-23")),
            ("23 tháng 6", echoed("2021-06-23")),
            ("23 thg 6, 2021", one("2021-06-23")),
            ("23-Thg6-2021", one("2021-06-23")),
            ("06/23/2021", ask(&["2021-06-23"])),
            ("05/06/2021", one("2021-06-05")),
            ("44370", echoed("2021-06-23")),
            ("23/6", echoed("2021-06-23")),
            ("20/6", echoed("2022-06-20")),
            ("mai", echoed("2021-06-22")),
            ("ngày mai", echoed("2021-06-22")),
            ("mốt", echoed("2021-06-23")),
            ("ngày kia", echoed("2021-06-23")),
            ("hôm nay", echoed("2021-06-21")),
            ("chiều nay", echoed("2021-06-21")),
            ("sáng mai", echoed("2021-06-22")),
            ("thứ 6", echoed("2021-06-25")),
            ("T6", echoed("2021-06-25")),
            ("thứ sáu tuần này", echoed("2021-06-25")),
            ("thứ 6 tuần sau", echoed("2021-07-02")),
            ("thứ 6 tuần sau nữa", echoed("2021-07-09")),
            ("thứ 6 tuần tới nữa", echoed("2021-07-09")),
            ("thứ 2 tới", echoed("2021-06-28")),
            ("thứ 4 tới", echoed("2021-06-23")),
            ("thu 2 toi", ask(&["2021-06-21", "2021-06-28"])),
            ("CN", echoed("2021-06-27")),
            ("cuối tuần", TypedDate::Vague(day("2021-06-25"))),
            ("đầu tháng", TypedDate::Vague(day("2021-07-01"))),
            ("cuối tháng", TypedDate::Vague(day("2021-06-30"))),
            ("giữa tuần", TypedDate::Vague(day("2021-06-23"))),
            ("tuần sau", TypedDate::Vague(day("2021-06-28"))),
            ("trước 17h thứ 6", echoed("2021-06-25")),
            ("5h chiều", echoed("2021-06-21")),
            ("17:00 23/6", echoed("2021-06-23")),
            ("EOD", echoed("2021-06-21")),
            ("chưa có", TypedDate::Missing),
            ("", TypedDate::Missing),
        ],
    );
    check(
        Lean::Past,
        "2021-06-21",
        &[
            ("23/6", ask(&["2021-06-23", "2020-06-23"])),
            ("23/9", echoed("2020-09-23")),
            ("thứ 6", echoed("2021-06-18")),
            ("hôm qua", echoed("2021-06-20")),
        ],
    );
    check(Lean::Future, "2021-06-26", &[("thứ 6", echoed("2021-07-02")), ("thứ 6 tuần này", ask(&["2021-06-25", "2021-07-02"]))]);
}

#[test]
fn odd_dates() {
    check(
        Lean::Future,
        "2024-06-20",
        &[
            ("thứ Sáu, 28/06/2024", one("2024-06-28")),
            ("thứ Năm, 28/06/2024", ask(&["2024-06-28"])),
            ("thứ 6 ngày 28/6", echoed("2024-06-28")),
            ("28/06/2024 (thứ Sáu)", one("2024-06-28")),
            ("28/06/2024 (thứ Năm)", ask(&["2024-06-28"])),
            ("28/06/2024 00:00:00", one("2024-06-28")),
            ("chiều thứ 6", echoed("2024-06-21")),
            ("29/2", echoed("2028-02-29")),
            ("31/02/2024", TypedDate::Wrong),
            ("32/01/2024", TypedDate::Wrong),
            ("23/06/1021", TypedDate::Wrong),
            ("23062024", ask(&["2024-06-23"])),
            ("28/06/2024 hoặc 29/06/2024", ask(&["2024-06-28", "2024-06-29"])),
            ("28/06/2024 nếu kịp", ask(&["2024-06-28"])),
            ("2024", TypedDate::Wrong),
            ("sớm nhất có thể", TypedDate::Wrong),
            ("1.500.000", TypedDate::Wrong),
        ],
    );
}

#[test]
fn cells() {
    assert_eq!(date_number(44_370.0, false), echoed("2021-06-23"));
    assert_eq!(date_number(44_370.0 - 1462.0, true), echoed("2021-06-23"));
    assert_eq!(
        [date_number(15.0, false), date_number(f64::NAN, false), date_number(1e18, true)],
        [TypedDate::Wrong, TypedDate::Wrong, TypedDate::Wrong]
    );
    let (june, may) = (day("2021-06-05"), day("2021-05-06"));
    assert_eq!(date_cell(may, day("2021-06-01"), Lean::Future), TypedDate::Ambiguous(vec![june, may]));
    assert_eq!(date_cell(may, day("2021-06-01"), Lean::Past), one("2021-05-06"));
    assert_eq!((swapped(may), swapped(day("2021-05-05")), swapped(day("2021-05-13"))), (Some(june), None, None));
}

#[test]
fn times_of_day() {
    let at = |h, m| NaiveTime::from_hms_opt(h, m, 0);
    for (text, want) in [
        ("trước 17h thứ 6", at(17, 0)),
        ("5h chiều", at(17, 0)),
        ("17:00 23/6", at(17, 0)),
        ("8h30 sáng mai", at(8, 30)),
        ("EOD", at(17, 30)),
        ("25h", None),
        ("8h hoặc 9h", None),
        ("23/6", None),
    ] {
        assert_eq!(time_in(text), want, "{text}");
    }
}

#[test]
fn dates_within_prose() {
    let found = |text: &str| {
        let dates = dates_in(text, day("2025-06-30"), Lean::Past);
        dates.into_iter().map(|(span, read)| (text[span].to_owned(), read)).collect::<Vec<_>>()
    };
    let row = |text: &str, read| (text.to_owned(), read);
    assert_eq!(
        found("Bắt đầu 05/07/2025, kết thúc 10/08/2025."),
        [row("05/07/2025", one("2025-07-05")), row("10/08/2025", one("2025-08-10"))]
    );
    assert_eq!(found("ĐÃ KÝ số 001/2021/HĐDV-VPM, ngày 23/06/2021"), [row("ngày 23/06/2021", one("2021-06-23"))]);
    assert_eq!(found("Khách nghiệm thu ngày 23 tháng 6"), [row("ngày 23 tháng 6", echoed("2025-06-23"))]);
    assert_eq!(found("ĐÃ THANH TOÁN 19.250.000, ngày 2/6"), [row("ngày 2/6", echoed("2025-06-02"))]);
    assert_eq!(found("Mục 1/2 xong, báo giá BG-230621-001 v1.2.3, chị Mai gọi 0912345678, 50%"), []);
}

#[test]
fn english_months() {
    check(
        Lean::Past,
        "2026-11-23",
        &[
            ("20 November 2026", one("2026-11-20")),
            ("20 Nov 2026", one("2026-11-20")),
            ("20th November, 2026", one("2026-11-20")),
            ("November 20, 2026", one("2026-11-20")),
            ("20-Nov-2026", one("2026-11-20")),
            ("20 Nov", echoed("2026-11-20")),
            ("10 May 2026", one("2026-05-10")),
        ],
    );
    for text in ["cần 10 máy in", "10 may", "gặp 2 sếp", "may 20"] {
        assert!(dates_in(text, day("2026-11-23"), Lean::Past).is_empty(), "{text}");
    }
}
