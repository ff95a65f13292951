//! Vietnam's public holidays: Bộ luật Lao động 2019, articles 111.3 (compensation) and 112 (the days).
//!
//! Fixed days are known for every year. Tết and Giỗ tổ follow the Vietnamese lunar calendar (UTC+7, which differs from
//! the Chinese one in some years, as 2030) and stand in a table for 2020-2035; beyond it they are missing.
//! The government announces each year's Tết week and second day of 2/9 some months ahead: until a year is
//! [`is_confirmed`], those are what the rule of past years gives.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// Years with Tết and Giỗ tổ.
pub const TABLE: std::ops::RangeInclusive<i32> = 2020..=2035;

/// The last year whose days have been announced.
const CONFIRMED_TO: i32 = 2026;

/// Whether the year's days are announced rather than projected.
pub fn is_confirmed(year: i32) -> bool {
    (*TABLE.start()..=CONFIRMED_TO).contains(&year)
}

/// Year, first day of Tết (mùng 1), Giỗ tổ (10/3 lunar); month and day.
const LUNAR: [(i32, [(u32, u32); 2]); 16] = [
    (2020, [(1, 25), (4, 2)]),
    (2021, [(2, 12), (4, 21)]),
    (2022, [(2, 1), (4, 10)]),
    (2023, [(1, 22), (4, 29)]),
    (2024, [(2, 10), (4, 18)]),
    (2025, [(1, 29), (4, 7)]),
    (2026, [(2, 17), (4, 26)]),
    (2027, [(2, 6), (4, 16)]),
    (2028, [(1, 26), (4, 4)]),
    (2029, [(2, 13), (4, 23)]),
    (2030, [(2, 2), (4, 12)]),
    (2031, [(1, 23), (4, 1)]),
    (2032, [(2, 11), (4, 19)]),
    (2033, [(1, 31), (4, 9)]),
    (2034, [(2, 19), (4, 28)]),
    (2035, [(2, 8), (4, 17)]),
];

/// Announced swaps: the day off only. Lists of the country's holidays carry these days, so companies expect them to be off;
/// the Saturday that is worked instead binds the public sector, so it stands in a company's `[calendar] worked`,
/// if at all. 02/01/2026 was announced a week ahead and few companies follow it: `[calendar] holidays`.
const SWAPS: [(i32, u32, u32); 3] = [(2024, 4, 29), (2025, 5, 2), (2026, 8, 31)];

/// All days off of a year for a company that works on `works(weekday)`, weekly days off themselves left out
/// unless a holiday falls on them.
pub fn of_year(year: i32, works: impl Fn(Weekday) -> bool) -> BTreeSet<NaiveDate> {
    let mut out = BTreeSet::new();
    let mut put = |date: Option<NaiveDate>| out.extend(date);
    let day = |(month, day)| NaiveDate::from_ymd_opt(year, month, day);
    put(day((1, 1)));
    if let Some((_, [tet, hung])) = LUNAR.iter().find(|(y, _)| *y == year) {
        tet_days(day(*tet)).into_iter().for_each(&mut put);
        put(day(*hung));
    }
    [(4, 30), (5, 1), (9, 2)].into_iter().for_each(|fixed| put(day(fixed)));
    // The second day came with the labour code in force from 2021.
    if year >= 2021 {
        put(day((9, 2)).and_then(beside_national_day));
    }
    // Ngày Văn hóa Việt Nam.
    if year >= 2026 {
        put(day((11, 24)));
    }
    compensate(&mut out, works);
    out.extend(SWAPS.iter().filter(|(y, ..)| *y == year).filter_map(|(_, month, d)| day((*month, *d))));
    out
}

/// Five days: two before mùng 1 and two after, or one before and three after where that makes one whole week
/// (mùng 1 on a Tuesday). This is what was announced for every year from 2020 to 2026.
fn tet_days(first: Option<NaiveDate>) -> Vec<Option<NaiveDate>> {
    let Some(first) = first else { return Vec::new() };
    let before = if first.weekday() == Weekday::Tue { 1 } else { 2 };
    let start = first.checked_sub_days(Days::new(before));
    (0..5).map(|n| start?.checked_add_days(Days::new(n))).collect()
}

/// 1/9 or 3/9, announced each year: always the one that makes the longer break.
fn beside_national_day(second: NaiveDate) -> Option<NaiveDate> {
    match second.weekday() {
        Weekday::Tue | Weekday::Wed | Weekday::Fri | Weekday::Sat => second.pred_opt(),
        Weekday::Mon | Weekday::Thu | Weekday::Sun => second.succ_opt(),
    }
}

/// Article 111.3: for a holiday on the weekly day off, the next working day is off.
fn compensate(days: &mut BTreeSet<NaiveDate>, works: impl Fn(Weekday) -> bool) {
    let lost: Vec<NaiveDate> = days.iter().filter(|date| !works(date.weekday())).copied().collect();
    for date in lost {
        let free = date.iter_days().skip(1).take(31).find(|d| works(d.weekday()) && !days.contains(d));
        days.extend(free);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(year: i32) -> String {
        let days = of_year(year, |w| !matches!(w, Weekday::Sat | Weekday::Sun));
        let weekdays = days.iter().filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun));
        weekdays.map(|d| d.format("%d/%m").to_string()).collect::<Vec<_>>().join(" ")
    }

    /// The weekdays off of the domain's table (f.2) and of python-holidays 0.109 for the other years.
    #[test]
    fn weekdays_off_by_year() {
        for (year, want) in [
            (2020, "01/01 23/01 24/01 27/01 28/01 29/01 02/04 30/04 01/05 02/09"),
            (2021, "01/01 10/02 11/02 12/02 15/02 16/02 21/04 30/04 03/05 02/09 03/09"),
            (2022, "03/01 31/01 01/02 02/02 03/02 04/02 11/04 02/05 03/05 01/09 02/09"),
            (2023, "02/01 20/01 23/01 24/01 25/01 26/01 01/05 02/05 03/05 01/09 04/09"),
            (2024, "01/01 08/02 09/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09"),
            (2025, "01/01 27/01 28/01 29/01 30/01 31/01 07/04 30/04 01/05 02/05 01/09 02/09"),
            (2026, "01/01 16/02 17/02 18/02 19/02 20/02 27/04 30/04 01/05 31/08 01/09 02/09 24/11"),
            (2027, "01/01 04/02 05/02 08/02 09/02 10/02 16/04 30/04 03/05 02/09 03/09 24/11"),
            (2028, "03/01 24/01 25/01 26/01 27/01 28/01 04/04 01/05 02/05 01/09 04/09 24/11"),
            (2029, "01/01 12/02 13/02 14/02 15/02 16/02 23/04 30/04 01/05 03/09 04/09 26/11"),
            (2030, "01/01 31/01 01/02 04/02 05/02 06/02 12/04 30/04 01/05 02/09 03/09 25/11"),
            (2031, "01/01 21/01 22/01 23/01 24/01 27/01 01/04 30/04 01/05 01/09 02/09 24/11"),
            (2032, "01/01 09/02 10/02 11/02 12/02 13/02 19/04 30/04 03/05 02/09 03/09 24/11"),
            (2033, "03/01 31/01 01/02 02/02 03/02 04/02 11/04 02/05 03/05 01/09 02/09 24/11"),
            (2034, "02/01 17/02 20/02 21/02 22/02 23/02 28/04 01/05 02/05 01/09 04/09 24/11"),
            (2035, "01/01 06/02 07/02 08/02 09/02 12/02 17/04 30/04 01/05 03/09 04/09 26/11"),
        ] {
            assert_eq!(off(year), want, "{year}");
        }
    }

    #[test]
    fn a_company_that_works_on_saturdays_gets_no_day_for_a_holiday_on_saturday() {
        let days = of_year(2027, |w| w != Weekday::Sun);
        assert!(!days.contains(&NaiveDate::from_ymd_opt(2027, 5, 3).unwrap()));
    }

    #[test]
    fn what_is_announced_and_what_is_beyond_the_table() {
        assert!(is_confirmed(2026) && !is_confirmed(2027) && !is_confirmed(2019));
        assert_eq!(off(2050), "03/01 02/05 03/05 01/09 02/09 24/11");
    }
}
