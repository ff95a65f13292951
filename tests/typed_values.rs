//! What people type into cells and mails never breaks the readers, and what the desk writes it can read back.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use quotedesk::calendar::days::{TypedDays, days, days_number, lead};
use quotedesk::calendar::say::{self, Lang};
use quotedesk::calendar::span::Span;
use quotedesk::calendar::typed::{Lean, TypedDate, date, date_number, dates_in, time_in};
use quotedesk::calendar::working::Calendar;
use quotedesk::money::typed::{Typed, amounts_in, number, read};
use quotedesk::money::words::{Style, amount_in_words};
use quotedesk::money::{format, percent};

/// Pieces that the readers know, strung together: such texts reach deeper than plain noise.
const PIECES: &[&str] = &[
    "1",
    "5",
    "05",
    "500",
    "1.500",
    "1,5",
    "1.500.000",
    "23",
    "06",
    "2021",
    "20210623",
    "99999999999999999999",
    "0",
    " ",
    " ",
    "tr",
    "triệu",
    "tỷ",
    "k",
    "nghìn",
    "chục",
    "trăm",
    "rưỡi",
    "củ",
    "m",
    "đ",
    "đồng",
    "chẵn",
    "VNĐ",
    "-",
    ",",
    ".",
    "/",
    ":",
    "%",
    "+",
    "=",
    "(",
    ")",
    "~",
    "khoảng",
    "tối đa",
    "đến",
    "từ",
    "trở lên",
    "một",
    "mốt",
    "hai",
    "mươi",
    "không",
    "linh",
    "ngày",
    "tháng",
    "năm",
    "tuần",
    "sau",
    "này",
    "thứ",
    "T6",
    "CN",
    "mai",
    "h",
    "giờ",
    "nửa",
    "làm việc",
    "cuối",
    "EOD",
    "\u{a0}",
    "\u{301}",
    "\u{200b}",
    "Đ",
    "İ",
    "ß",
    "🙂",
    "\u{0}",
];

fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(PIECES), 0..9).prop_map(|p| p.concat()),
        prop::collection::vec(prop::sample::select(PIECES), 0..9).prop_map(|p| p.join(" ")),
        any::<String>(),
    ]
}

fn read_every_way(text: &str, today: NaiveDate) {
    let _ = (read(text), percent::read(text), days(text), lead(text), time_in(text), text.parse::<Span>());
    for lean in [Lean::Future, Lean::Past] {
        let _ = date(text, today, lean);
        for (span, _) in dates_in(text, today, lean) {
            assert!(text.get(span).is_some_and(|s| !s.is_empty()), "{text:?}");
        }
    }
    for (span, _) in amounts_in(text) {
        assert!(text.get(span).is_some_and(|s| !s.is_empty()), "{text:?}");
    }
}

fn any_date() -> impl Strategy<Value = NaiveDate> {
    (0_i64..20_000).prop_map(|n| NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default() + TimeDelta::days(n))
}

fn any_moment() -> impl Strategy<Value = DateTime<Utc>> {
    // 2020 to 2039, by the minute.
    (26_297_280_i64..36_816_480).prop_map(|m| DateTime::UNIX_EPOCH + TimeDelta::minutes(m))
}

fn any_span() -> impl Strategy<Value = Span> {
    prop_oneof![(0_u32..200).prop_map(Span::Hours), (0_u32..60).prop_map(Span::Days), (0_u32..60).prop_map(Span::CalendarDays)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_texts_never_panic(text in odd_text(), today in any_date()) {
        read_every_way(&text, today);
    }

    #[test]
    fn odd_numbers_never_panic(n in any::<f64>()) {
        let _ = (number(n), percent::number(n, true), percent::number(n, false), days_number(n), date_number(n, true), date_number(n, false));
    }

    #[test]
    fn written_amounts_read_back(vnd in prop_oneof![100_000_i64..1_000_000, 100_000_i64..=1_000_000_000_000_000]) {
        let one = Typed::One { vnd, plain: true };
        prop_assert_eq!(read(&format::dots(vnd)), one.clone());
        prop_assert_eq!(read(&format::commas(vnd)), one.clone());
        prop_assert_eq!(read(&format::with_unit(vnd)), one.clone());
        prop_assert_eq!(number(vnd as f64), one.clone());
        prop_assert_eq!(read(&amount_in_words(vnd, &Style::default()).unwrap_or_default()), Typed::One { vnd, plain: false });
        let letter = format!("Tổng cộng {} (đã gồm thuế).", format::with_unit(vnd));
        prop_assert_eq!(amounts_in(&letter).into_iter().map(|(_, typed)| typed).collect::<Vec<_>>(), [one]);
    }

    #[test]
    fn written_percentages_and_days_read_back(n in 100_i64..100_000, half_days in 0_u32..1_000) {
        prop_assert_eq!(percent::read(&format!("{}%", format::percent(n))), percent::TypedPercent::One { hundredths: n, plain: true });
        prop_assert_eq!(days(&format::days(half_days)), TypedDays::One { half_days, plain: true });
        prop_assert_eq!(lead(&format!("{} ngày làm việc", format::days(half_days))), TypedDays::One { half_days, plain: true });
    }

    #[test]
    fn written_dates_read_back(day in any_date(), today in any_date()) {
        let one = TypedDate::One { date: day, plain: true };
        let on_paper = day.format("ngày %d tháng %m năm %Y").to_string();
        for text in [say::date(day, Lang::Vi), say::short_date(day, Lang::Vi), on_paper, day.to_string()] {
            prop_assert_eq!(date(&text, today, Lean::Future), one.clone(), "{}", text);
            let found: Vec<TypedDate> = dates_in(&format!("Bắt đầu {text}, xong."), today, Lean::Past).into_iter().map(|(_, read)| read).collect();
            prop_assert_eq!(found, [one.clone()], "{}", text);
        }
    }

    #[test]
    fn later_starts_are_never_due_earlier(from in any_moment(), wait in 0_i64..20_000, span in any_span()) {
        let calendar = Calendar::vietnam();
        let deadline = calendar.due(from, &span);
        prop_assert!(deadline.at >= from);
        prop_assert!(calendar.due(from + TimeDelta::minutes(wait), &span).at >= deadline.at);
        prop_assert!(calendar.before(deadline.at, &span) <= deadline.at);
        prop_assert!(deadline.skipped.iter().all(|d| !calendar.is_working_day(*d)));
        prop_assert!(calendar.is_working_time(calendar.next_working_time(from)));
    }

    #[test]
    fn counting_days_agrees_with_walking_them(from in any_date(), n in 1_u32..400) {
        let calendar = Calendar::vietnam();
        let to = calendar.add_working_days(from, n);
        prop_assert!(calendar.is_working_day(to));
        prop_assert_eq!(calendar.working_days_between(from, to), i64::from(n));
        prop_assert_eq!(calendar.working_days_between(to, from), -i64::from(n));
        prop_assert!(to.year() < 2060);
    }
}

/// `cargo test --test typed_values -- --ignored`: some minutes.
#[test]
#[ignore = "long; the short run is odd_texts_never_panic"]
fn a_million_odd_texts_never_panic() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 1_000_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default();
    let ran = runner.run(&odd_text(), |text| {
        read_every_way(&text, today);
        Ok(())
    });
    assert!(ran.is_ok(), "{ran:?}");
}
