//! `ĐÓNG YÊU CẦU: …`: does its reason say that the customer has accepted the work?

use chrono::NaiveDate;

use super::words::*;
use crate::calendar::typed::{Lean, TypedDate, dates_in};
use crate::process::act::{Ending, What};

/// `ĐÓNG YÊU CẦU: …`; what it says of days counts from `today`.
pub fn close(text: impl Into<String>, today: NaiveDate) -> What {
    let text = text.into();
    What::Close { ending: ending(&text, today), text }
}

/// Does a reason tell of an acceptance and of nothing else, and of which day? `khách đã nghiệm thu ngày 02/03/2026`,
/// `xong`, nothing at all; not `khách không nghiệm thu`, nor `dừng dự án, mới xong 60%`.
fn ending(why: &str, today: NaiveDate) -> Ending {
    if why.trim().is_empty() {
        return Ending::Accepted { on: None };
    }
    match accepted_on(why, today) {
        Some(on) => Ending::Accepted { on },
        None => Ending::Other,
    }
}

fn accepted_on(why: &str, today: NaiveDate) -> Option<Option<NaiveDate>> {
    if why.contains(['?', '%']) {
        return None;
    }
    let mut beside = why.to_string();
    let mut days = vec![];
    for (at, read) in dates_in(why, today, Lean::Past).into_iter().rev() {
        let TypedDate::One { date, .. } = read else { return None };
        beside.replace_range(at, " ");
        days.push(date);
    }
    if days.len() > 1 {
        return None;
    }
    let mut words = format!(" {} ", crate::text::letters(&beside));
    let mut has = |phrases: &[&str]| {
        let before = words.len();
        for phrase in phrases {
            while let Some(at) = words.find(&format!(" {phrase} ")) {
                words.replace_range(at..at + phrase.len() + 1, "");
            }
        }
        words.len() < before
    };
    let accepted = has(ACCEPTANCE);
    let finished = has(FINISHED);
    has(BESIDE_ENDING);
    if accepted {
        has(BESIDE_ACCEPTANCE);
    }
    ((accepted || finished) && words.trim().is_empty()).then(|| days.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_closed_by_an_acceptance_alone() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).expect("a date");
        for (why, on) in [
            ("khách đã nghiệm thu", None),
            ("khách đã nghiệm thu.", None),
            ("xong.", None),
            ("đã hoàn thành ạ", None),
            ("khach da nghiem thu xong", None),
            ("Khách đã nghiệm thu ngày 02/03/2026.", Some(day(2))),
            ("khách đã ký biên bản nghiệm thu hôm nay", Some(day(3))),
            ("the customer has accepted on 02/03/2026", Some(day(2))),
        ] {
            assert_eq!(accepted_on(why, day(3)), Some(on), "{why}");
        }
        for why in [
            "khách không nghiệm thu",
            "khách dừng dự án, mới xong 60%",
            "khách phá sản, mới bàn giao một nửa",
            "khách hoãn vô thời hạn sau khi bàn giao đợt 1",
            "khách chưa, nghiệm thu sau",
            "nhờ khách nghiệm thu",
            "đã bàn giao cho khách nghiệm thu",
            "chờ khách nghiệm thu",
            "đã nghiệm thu 2 mục",
            "khách nghiệm thu rồi à?",
            "khách",
            "đã",
        ] {
            assert_eq!(accepted_on(why, day(3)), None, "{why}");
        }
    }
}
