//! Dates and times as letters say them.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::working::{Calendar, Deadline};

/// The language of a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Vi,
    En,
}

const WEEKDAYS_VI: [&str; 7] = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];

/// `thứ Sáu, 28/06/2024`; `Friday, 28 June 2024`. With its weekday a date read wrongly shows itself.
pub fn date(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{}, {}", weekday(date, lang), date.format("%d/%m/%Y")),
        Lang::En => date.format("%A, %-d %B %Y").to_string(),
    }
}

/// `thứ Sáu`; `Friday`.
pub fn weekday(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => WEEKDAYS_VI[date.weekday().num_days_from_monday() as usize].to_owned(),
        Lang::En => date.format("%A").to_string(),
    }
}

/// `28/06/2024`; `28 June 2024`.
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    date.format(if lang == Lang::Vi { "%d/%m/%Y" } else { "%-d %B %Y" }).to_string()
}

/// `15:00` on the company's wall.
pub fn time(at: DateTime<Utc>, calendar: &Calendar) -> String {
    at.with_timezone(&calendar.tz()).format("%H:%M").to_string()
}

/// `15:00 thứ Sáu, 28/06/2024`; `15:00 on Friday, 28 June 2024`. The last second of a day is said as the day's end.
pub fn moment(at: DateTime<Utc>, calendar: &Calendar, lang: Lang) -> String {
    let day = date(calendar.date_of(at), lang);
    let whole_day = at == calendar.end_of_day(calendar.date_of(at));
    match (lang, whole_day) {
        (Lang::Vi, true) => format!("hết {day}"),
        (Lang::En, true) => format!("the end of {day}"),
        (Lang::Vi, false) => format!("{} {day}", time(at, calendar)),
        (Lang::En, false) => format!("{} on {day}", time(at, calendar)),
    }
}

/// The days that a deadline passes over, neighbours drawn together: `30/4 và 1/5`, `16/2–20/2`; `30 April and 1 May`.
/// `None` where there are none.
pub fn skipped(deadline: &Deadline, lang: Lang) -> Option<String> {
    let say = |d: NaiveDate| d.format(if lang == Lang::Vi { "%-d/%-m" } else { "%-d %B" }).to_string();
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in &deadline.skipped {
        match runs.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(*day) => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let mut said: Vec<String> = Vec::new();
    for (first, last) in runs {
        match (last - first).num_days() {
            0 => said.push(say(first)),
            1 => said.extend([say(first), say(last)]),
            _ => said.push(format!("{}–{}", say(first), say(last))),
        }
    }
    let last = said.pop()?;
    let and = if lang == Lang::Vi { "và" } else { "and" };
    Some(if said.is_empty() { last } else { format!("{} {and} {last}", said.join(", ")) })
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn dates_and_moments() {
        let day = NaiveDate::from_ymd_opt(2024, 6, 28).unwrap();
        assert_eq!(date(day, Lang::Vi), "thứ Sáu, 28/06/2024");
        assert_eq!(date(day, Lang::En), "Friday, 28 June 2024");
        let calendar = Calendar::vietnam();
        let at = Utc.with_ymd_and_hms(2024, 6, 28, 8, 0, 0).unwrap();
        assert_eq!(moment(at, &calendar, Lang::Vi), "15:00 thứ Sáu, 28/06/2024");
        assert_eq!(moment(calendar.end_of_day(day), &calendar, Lang::Vi), "hết thứ Sáu, 28/06/2024");
        assert_eq!(moment(at, &calendar, Lang::En), "15:00 on Friday, 28 June 2024");
    }

    #[test]
    fn days_passed_over() {
        let calendar = Calendar::vietnam();
        let due = |y, m, d, span: &str| calendar.due(Utc.with_ymd_and_hms(y, m, d, 8, 0, 0).unwrap(), &span.parse().unwrap());
        assert_eq!(skipped(&due(2026, 4, 29, "3d"), Lang::Vi).as_deref(), Some("30/4 và 1/5"));
        assert_eq!(skipped(&due(2026, 4, 29, "3d"), Lang::En).as_deref(), Some("30 April and 1 May"));
        assert_eq!(skipped(&due(2026, 2, 13, "2d"), Lang::Vi).as_deref(), Some("16/2–20/2"));
        assert_eq!(skipped(&due(2026, 6, 5, "2d"), Lang::Vi), None);
    }
}
