//! What a typed date means (domain d). Day comes before month, as everywhere in Vietnam; months are never swapped silently.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};

use super::english::{self, Written};
use crate::money::typed::says_missing;
use crate::text::{Token, fold, tokens};

/// A day ahead that is as near is not taken for last year's.
const SOON: TimeDelta = TimeDelta::days(14);

/// Which way a date without a year lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// Deadlines, wished starts.
    Future,
    /// Logs, payments, signatures.
    Past,
}

/// What a text was understood as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedDate {
    /// One date. Not `plain`: something had to be filled in (year, weekday, `mai`), to be told back.
    One {
        date: NaiveDate,
        plain: bool,
    },
    /// Asked back, likeliest first; one alone is to be confirmed.
    Ambiguous(Vec<NaiveDate>),
    /// `cuối tháng`, `tuần sau`: a proposal to be confirmed. Weekends are avoided, holidays are not known here.
    Vague(NaiveDate),
    Missing,
    Wrong,
}

impl TypedDate {
    fn echoed(date: Option<NaiveDate>) -> TypedDate {
        date.map_or(TypedDate::Wrong, |date| TypedDate::One { date, plain: false })
    }
    fn proposed(date: Option<NaiveDate>) -> TypedDate {
        date.map_or(TypedDate::Wrong, TypedDate::Vague)
    }
    fn dates(&self) -> Vec<NaiveDate> {
        match self {
            TypedDate::One { date, .. } | TypedDate::Vague(date) => vec![*date],
            TypedDate::Ambiguous(dates) => dates.clone(),
            TypedDate::Missing | TypedDate::Wrong => Vec::new(),
        }
    }
}

/// Reads the text of a date cell, or of an answer that is expected to be a date. A time of day beside it is passed over
/// (see [`time_in`]).
pub fn date(text: &str, today: NaiveDate, lean: Lean) -> TypedDate {
    if text.len() > 300 {
        return TypedDate::Wrong;
    }
    if says_missing(&fold(text)) {
        return TypedDate::Missing;
    }
    let reader = Reader { today, lean, prose: false };
    let all: Vec<Token> = tokens(text);
    let times = times(&all);
    let kept: Vec<Token> = all
        .iter()
        .enumerate()
        .filter(|(i, t)| !times.iter().any(|(span, _)| span.contains(i)) && !is_filler(t))
        .map(|(_, t)| t.clone())
        .collect();
    // `trước thứ 6`; at the end (`thứ 6 tuần trước`) the word says which week.
    let kept = if kept.first().is_some_and(|t| t.word() == "truoc") { &kept[1..] } else { &kept[..] };
    match reader.at(kept, 0) {
        Some((read, next)) if kept[next..].iter().all(|t| t.is_sign(".,;:()!")) => read,
        // Only a time: `5h chiều`, `EOD`.
        None if !times.is_empty() && kept.is_empty() => TypedDate::echoed(Some(today)),
        _ => match dates_in(text, today, lean).into_iter().flat_map(|(_, read)| read.dates()).collect::<Vec<_>>() {
            none if none.is_empty() => TypedDate::Wrong,
            mut some => {
                some.dedup();
                TypedDate::Ambiguous(some)
            }
        },
    }
}

/// The dates within prose, with their bytes.
pub fn dates_in(text: &str, today: NaiveDate, lean: Lean) -> Vec<(Range<usize>, TypedDate)> {
    let reader = Reader { today, lean, prose: true };
    let all = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let inside = all[at].glued && at > 0 && (all[at - 1].is_sign("/-_#") || !all[at - 1].word().is_empty());
        match reader.at(&all, at).filter(|(read, _)| !inside && *read != TypedDate::Wrong) {
            Some((read, next)) => {
                found.push((all[at].start..all[next - 1].end, read));
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// A numeric cell: Excel's day count, in the 1900 or 1904 system of its workbook.
pub fn date_number(value: f64, date1904: bool) -> TypedDate {
    // 01/01/2000 to 31/12/2099 in the 1900 system; other numbers are no dates of this trade.
    let serial = value.floor() + if date1904 { 1462.0 } else { 0.0 };
    if !(36_526.0..73_051.0).contains(&serial) {
        return TypedDate::Wrong;
    }
    TypedDate::echoed(NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|zero| zero.checked_add_days(Days::new(serial as u64))))
}

/// A real date cell is taken as it stands, but a deadline gone by whose day and month may have been swapped by an
/// American Excel is asked back.
pub fn date_cell(date: NaiveDate, today: NaiveDate, lean: Lean) -> TypedDate {
    match swapped(date) {
        Some(other) if lean == Lean::Future && date < today && other >= today => TypedDate::Ambiguous(vec![other, date]),
        _ => TypedDate::One { date, plain: true },
    }
}

/// The other date that the same digits mean where month comes first; `None` where there is none. A date that has one
/// is best said in words (`ngày 05 tháng 06`).
pub fn swapped(date: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()).filter(|other| *other != date)
}

/// The one time of day that a text names: `17:00`, `17h30`, `5h chiều`, `EOD` (17:30). `None` where it names none or several.
pub fn time_in(text: &str) -> Option<NaiveTime> {
    match times(&tokens(text))[..] {
        [(_, time)] => Some(time),
        _ => None,
    }
}

/// Times of day, with the tokens they take.
fn times(all: &[Token]) -> Vec<(Range<usize>, NaiveTime)> {
    let word = |i: usize| all.get(i).map_or("", Token::word);
    let small = |i: usize| all.get(i).and_then(Token::number).filter(|n| n.len() <= 2).and_then(|n| n.parse::<u32>().ok());
    let mut found = Vec::new();
    let mut at = 0;
    while at < all.len() {
        if word(at) == "eod" {
            found.extend(NaiveTime::from_hms_opt(17, 30, 0).map(|t| (at..at + 1, t)));
        }
        let marked = all.get(at + 1).is_some_and(|t| t.is_sign(":") && t.glued);
        let said = matches!(word(at + 1), "h" | "gio" | "g");
        let Some(hour) = small(at).filter(|_| marked || said) else {
            at += 1;
            continue;
        };
        let minute = small(at + 2).filter(|_| all[at + 2].glued);
        let mut next = at + 2 + usize::from(minute.is_some());
        // Seconds, as exports write them.
        if marked && all.get(next).is_some_and(|t| t.is_sign(":") && t.glued) && small(next + 1).is_some() {
            next += 2;
        }
        let evening = matches!(word(next), "chieu" | "toi");
        if evening || matches!(word(next), "sang" | "trua") {
            next += 1;
        }
        let hour = if evening && hour < 12 { hour + 12 } else { hour };
        if said || minute.is_some() {
            found.extend(NaiveTime::from_hms_opt(hour, minute.unwrap_or(0), 0).map(|t| (at..next, t)));
        }
        at = next;
    }
    found
}

/// Words around a date that say nothing about which.
fn is_filler(token: &Token) -> bool {
    matches!(token.word(), "vao" | "luc" | "han" | "den" | "la" | "nhe" | "nha" | "a" | "chot")
}

struct Reader {
    today: NaiveDate,
    lean: Lean,
    /// Within prose lone `mai`, `23-6`, `23.6` are names and numbers, and vague words are left alone.
    prose: bool,
}

type Read = Option<(TypedDate, usize)>;

impl Reader {
    /// The date that begins at a token, and the token after it.
    fn at(&self, all: &[Token], at: usize) -> Read {
        let word = |i: usize| all.get(i).map_or("", Token::word);
        // `ngày 23/6`, `ngày mai`, `chiều mai`
        let lead = usize::from(matches!(word(at), "ngay" | "sang" | "chieu" | "toi" | "trua"));
        self.digits(all, at + lead)
            .or_else(|| self.in_words(all, at + lead))
            .or_else(|| self.in_english(all, at + lead))
            .map(|(read, next)| witnessed(read, next, all))
            .or_else(|| self.weekday(all, at + lead))
            .or_else(|| self.relative(all, at))
            .or_else(|| if self.prose { None } else { self.vague(all, at) })
    }

    /// `23/06/2021`, `2021-06-23`, `23.06.21`, `23 06 2021`, `20210623`, `23/6`.
    fn digits(&self, all: &[Token], at: usize) -> Read {
        let number = |i: usize| all.get(i).and_then(Token::number);
        let first = number(at)?;
        let dotted: Vec<&str> = first.split('.').collect();
        match dotted[..] {
            [d, m, y] => return self.complete([d, m, y], at + 1, all),
            [d, m] if !self.prose && d.len() <= 2 && m.len() <= 2 => return Some((self.without_year(d, m), at + 1)),
            [only] if only.len() == 8 && only.bytes().all(|b| b.is_ascii_digit()) => {
                return compact(only).map(|read| (read, at + 1));
            }
            [only] if only.len() == 5 && !self.prose => return serial(only).map(|read| (read, at + 1)),
            [_] => {}
            _ => return None,
        }
        let mark = |i: usize| all.get(i).filter(|t| t.is_sign("/-–."));
        let same = |a: &Token, b: &Token| a.kind == b.kind;
        if let (Some(one), Some(second)) = (mark(at + 1), number(at + 2)) {
            if let (Some(two), Some(third)) = (mark(at + 3), number(at + 4))
                && same(one, two)
            {
                return self.complete([first, second, third], at + 5, all);
            }
            // `3/6` in prose needs its slash close by, and `mục 1/2`, `đợt 1/2` count.
            let counted = at > 0 && matches!(all[at - 1].word(), "muc" | "dot" | "phan" | "lan" | "so" | "buoc");
            let close = one.is_sign("/")
                && one.glued
                && all[at + 2].glued
                && !counted
                && !all.get(at + 3).is_some_and(|t| t.is_sign("/%") && t.glued);
            return (first.len() <= 2 && second.len() <= 2 && (!self.prose || close))
                .then(|| (self.without_year(first, second), at + 3));
        }
        let (second, third) = (number(at + 1)?, number(at + 2)?);
        if first.len() <= 2 && second.len() <= 2 && third.len() == 4 {
            self.complete([first, second, third], at + 3, all)
        } else {
            None
        }
    }

    /// `23 tháng 6 năm 2021`, `23 thg 6, 2021`, `23-Thg6-2021`.
    fn in_words(&self, all: &[Token], at: usize) -> Read {
        let number = |i: usize| all.get(i).and_then(Token::number);
        let skip = |i: usize, signs: &str| i + usize::from(all.get(i).is_some_and(|t| t.is_sign(signs)));
        let day = number(at)?;
        let month_word = skip(at + 1, "-");
        if !matches!(all.get(month_word)?.word(), "thang" | "thg" | "th") {
            return None;
        }
        let month_at = skip(month_word + 1, ".");
        let month = number(month_at)?;
        let mut year_at = skip(month_at + 1, ",-/");
        if all.get(year_at).is_some_and(|t| matches!(t.word(), "nam")) {
            year_at += 1;
        }
        match number(year_at) {
            Some(year) if year.len() == 4 => self.complete([day, month, year], year_at + 1, all),
            _ => Some((self.without_year(day, month), month_at + 1)),
        }
    }

    fn in_english(&self, all: &[Token], at: usize) -> Read {
        let Written { day, month, year, next } = english::written(all, at)?;
        match year {
            Some(year) => self.complete([day, month, year], next, all),
            None => Some((self.without_year(day, month), next)),
        }
    }

    /// Three parts, day first or year first.
    fn complete(&self, parts: [&str; 3], next: usize, all: &[Token]) -> Read {
        // A longer chain of digits is no date: `001/06/2021/HĐ`.
        if all.get(next).is_some_and(|t| t.glued && t.is_sign("/")) {
            return None;
        }
        let n = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 4);
        let [a, b, c] = [n(parts[0])?, n(parts[1])?, n(parts[2])?];
        let (d, m, y) = if parts[0].len() == 4 { (c, b, a) } else { (a, b, c) };
        let short = parts[2].len() == 2 && parts[0].len() < 4;
        let well_formed = short || parts[2].len() == 4 || parts[0].len() == 4;
        let year = if short { 2000 + y as i32 } else { y as i32 };
        if !well_formed || !(1990..=2099).contains(&year) {
            return Some((TypedDate::Wrong, next));
        }
        let read = match (NaiveDate::from_ymd_opt(year, m, d), NaiveDate::from_ymd_opt(year, d, m)) {
            (Some(date), _) => TypedDate::One { date, plain: !short },
            // `06/23/2021`: only month first gives a date, and that is not how anybody here writes.
            (None, Some(other)) => TypedDate::Ambiguous(vec![other]),
            (None, None) => TypedDate::Wrong,
        };
        Some((read, next))
    }

    /// The nearest such day on the leaning side of today, today included.
    fn without_year(&self, day: &str, month: &str) -> TypedDate {
        let (Ok(d), Ok(m)) = (day.parse::<u32>(), month.parse::<u32>()) else { return TypedDate::Wrong };
        let nearest = |d: u32, m: u32| {
            // 29/02 comes every fourth year, once after eight.
            let step = if self.lean == Lean::Future { 1 } else { -1 };
            let fits = |date: &NaiveDate| if self.lean == Lean::Future { *date >= self.today } else { *date <= self.today };
            (0..=8).filter_map(|n| NaiveDate::from_ymd_opt(self.today.year() + n * step, m, d)).find(fits)
        };
        // `25/6`, told as done on the 24th, is rather this year's than last year's: asked.
        let ahead = || {
            let mut years = [self.today.year(), self.today.year() + 1].into_iter();
            let date = years.find_map(|year| NaiveDate::from_ymd_opt(year, m, d).filter(|date| *date > self.today));
            date.filter(|date| self.lean == Lean::Past && *date - self.today <= SOON)
        };
        match (nearest(d, m), nearest(m, d)) {
            (Some(date), _) if let Some(soon) = ahead() => TypedDate::Ambiguous(vec![soon, date]),
            (Some(date), _) => TypedDate::One { date, plain: false },
            (None, Some(other)) => TypedDate::Ambiguous(vec![other]),
            (None, None) => TypedDate::Wrong,
        }
    }

    /// `thứ 6`, `T6`, `thứ sáu tuần này`, `CN tuần sau`, `thứ 6, 28/06/2024`.
    fn weekday(&self, all: &[Token], at: usize) -> Read {
        let word = |i: usize| all.get(i).map_or("", Token::word);
        let (day, mut next) = weekday_at(all, at)?;
        // A date behind it is what counts, and the weekday bears witness.
        let comma = next + usize::from(all.get(next).is_some_and(|t| t.is_sign(",(")));
        let dated = comma + usize::from(word(comma) == "ngay");
        let words = || self.in_words(all, dated).or_else(|| self.in_english(all, dated));
        if let Some((read, after)) = self.digits(all, dated).or_else(words) {
            return Some((agreeing(read, day), after));
        }
        let this_week = self.monday().checked_add_days(Days::new(day.num_days_from_monday().into()))?;
        let week = |n: i64| this_week.checked_add_signed(TimeDelta::days(7 * n));
        if word(next) == "tuan" {
            let offset = match word(next + 1) {
                "nay" => 0,
                "sau" | "toi" => 1,
                "truoc" | "roi" => -1,
                _ => return Some((self.nearest_weekday(this_week), next)),
            };
            // `tuần sau nữa`
            let further = offset == 1 && word(next + 2) == "nua";
            let offset = offset + i64::from(further);
            next += 2 + usize::from(further);
            let gone = offset == 0 && self.lean == Lean::Future && this_week < self.today;
            let read = if gone {
                TypedDate::Ambiguous([week(0), week(1)].into_iter().flatten().collect())
            } else {
                TypedDate::echoed(week(offset))
            };
            return Some((read, next));
        }
        // `thứ 2 tới`, said on a Monday, is the next one; but `thứ 2 tới thứ 6` is a span, and `thu 2 toi` may be an evening.
        let toi = all.get(next).map_or("", Token::typed);
        let span = all.get(next + 1).is_some_and(|t| t.number().is_some() || matches!(t.word(), "thu" | "ngay" | "cn" | "chu"));
        if matches!(toi, "tới" | "toi") && !span && weekday_at(all, next + 1).is_none() {
            let coming = if this_week > self.today { Some(this_week) } else { week(1) };
            let evening = toi == "toi" && this_week == self.today;
            let read = match coming {
                Some(coming) if evening => TypedDate::Ambiguous(vec![this_week, coming]),
                coming => TypedDate::echoed(coming),
            };
            return Some((read, next + 1));
        }
        Some((self.nearest_weekday(this_week), next))
    }

    fn nearest_weekday(&self, this_week: NaiveDate) -> TypedDate {
        let week = Days::new(7);
        TypedDate::echoed(match self.lean {
            Lean::Future if this_week < self.today => this_week.checked_add_days(week),
            Lean::Past if this_week > self.today => this_week.checked_sub_days(week),
            _ => Some(this_week),
        })
    }

    /// `hôm nay`, `chiều nay`, `mai`, `sáng mai`, `mốt`, `ngày kia`, `hôm qua`.
    fn relative(&self, all: &[Token], at: usize) -> Read {
        let word = |i: usize| all.get(i).map_or("", Token::word);
        let typed = |i: usize| all.get(i).map_or("", Token::typed);
        let two = matches!(word(at), "hom" | "ngay" | "sang" | "chieu" | "toi" | "trua");
        let (offset, used) = match (word(at), word(at + 1)) {
            ("hom" | "chieu" | "sang" | "toi" | "trua", "nay") => (0, 2),
            ("ngay", "nay") if typed(at + 1) == "nay" => (0, 2),
            (_, "mai") if two => (1, 2),
            ("ngay" | "hom", "kia") => (if word(at) == "hom" { -2 } else { 2 }, 2),
            ("hom", "qua") => (-1, 2),
            _ if two && typed(at + 1) == "mốt" => (2, 2),
            ("mai", _) if !self.prose => (1, 1),
            _ if !self.prose && typed(at) == "mốt" => (2, 1),
            _ => return None,
        };
        Some((TypedDate::echoed(self.today.checked_add_signed(TimeDelta::days(offset))), at + used))
    }

    /// `cuối tuần`, `tuần sau`, `giữa tuần`, `đầu tháng`, `cuối tháng`, each with `sau` or `này`.
    fn vague(&self, all: &[Token], at: usize) -> Read {
        let word = |i: usize| all.get(i).map_or("", Token::word);
        let part = word(at);
        let positioned = matches!(part, "dau" | "giua" | "cuoi");
        let unit_at = at + usize::from(positioned);
        let unit = word(unit_at);
        let later = match word(unit_at + 1) {
            "sau" | "toi" => Some(true),
            "nay" => Some(false),
            _ => None,
        };
        // `tuần sau nữa`
        let further = later == Some(true) && word(unit_at + 2) == "nua";
        let next = unit_at + 1 + usize::from(later.is_some()) + usize::from(further);
        let date = match unit {
            "tuan" if positioned || later == Some(true) => {
                let day = match part {
                    "giua" => 2,
                    "cuoi" => 4,
                    _ => 0,
                };
                let in_week = |n: u64| self.monday().checked_add_days(Days::new(7 * n + day));
                let now = in_week(0).filter(|d| *d >= self.today && later != Some(true));
                now.or_else(|| in_week(1 + u64::from(further)))
            }
            "thang" if positioned || later == Some(true) => {
                let first = self.today.with_day(1)?;
                let month = |n: u32| self.in_month(first.checked_add_months(chrono::Months::new(n))?, part);
                let now = month(0).filter(|d| *d >= self.today && later != Some(true));
                now.or_else(|| month(1 + u32::from(further)))
            }
            _ => return None,
        };
        Some((TypedDate::proposed(date), next))
    }

    /// The first, the 15th or the last weekday (Monday to Friday) of a month.
    fn in_month(&self, first: NaiveDate, part: &str) -> Option<NaiveDate> {
        match part {
            "giua" => first.with_day(15),
            "cuoi" => {
                let last = first.checked_add_months(chrono::Months::new(1))?.pred_opt()?;
                let beyond_friday = last.weekday().num_days_from_monday().saturating_sub(4);
                last.checked_sub_days(Days::new(beyond_friday.into()))
            }
            _ => Some(first),
        }
    }

    fn monday(&self) -> NaiveDate {
        self.today.checked_sub_days(Days::new(self.today.weekday().num_days_from_monday().into())).unwrap_or(self.today)
    }
}

/// `24/11/2026 (thứ Ba)`: a weekday right behind a date bears witness and is no date of its own.
fn witnessed(read: TypedDate, next: usize, all: &[Token]) -> (TypedDate, usize) {
    let open = all.get(next).is_some_and(|t| t.is_sign("("));
    let Some((day, after)) = weekday_at(all, next + usize::from(open)) else { return (read, next) };
    let dated = all.get(after).is_some_and(|t| t.number().is_some() || matches!(t.word(), "tuan" | "ngay"));
    if dated {
        return (read, next);
    }
    (agreeing(read, day), after + usize::from(open && all.get(after).is_some_and(|t| t.is_sign(")"))))
}

/// A date whose weekday is another than the one named beside it is asked back.
fn agreeing(read: TypedDate, day: Weekday) -> TypedDate {
    match read {
        TypedDate::One { date, .. } if date.weekday() != day => TypedDate::Ambiguous(vec![date]),
        other => other,
    }
}

/// `thứ 6`, `thứ sáu`, `T6`, `CN`, `Chủ nhật`, and the token behind it.
fn weekday_at(all: &[Token], at: usize) -> Option<(Weekday, usize)> {
    let word = |i: usize| all.get(i).map_or("", Token::word);
    let number = |i: usize| all.get(i).and_then(Token::number);
    match (word(at), word(at + 1), number(at + 1)) {
        ("cn", ..) => Some((Weekday::Sun, at + 1)),
        ("chu", "nhat", _) => Some((Weekday::Sun, at + 2)),
        ("thu", _, Some(n)) => Some((numbered(n)?, at + 2)),
        ("t", _, Some(n)) if all[at + 1].glued && !all.get(at + 2).is_some_and(|t| t.is_sign("/-")) => {
            Some((numbered(n)?, at + 2))
        }
        ("thu", name, _) => Some((named(name)?, at + 2)),
        _ => None,
    }
}

/// `20210623`; `23062021` is asked back.
fn compact(digits: &str) -> Option<TypedDate> {
    let n = |r: Range<usize>| digits.get(r).and_then(|d| d.parse::<u32>().ok());
    let make = |y: Option<u32>, m: Option<u32>, d: Option<u32>| {
        NaiveDate::from_ymd_opt(y.filter(|y| (1990..2100).contains(y))? as i32, m?, d?)
    };
    if let Some(date) = make(n(0..4), n(4..6), n(6..8)) {
        return Some(TypedDate::One { date, plain: false });
    }
    make(n(4..8), n(2..4), n(0..2)).map(|date| TypedDate::Ambiguous(vec![date]))
}

/// `44370` typed as text: a day count that lost its format.
fn serial(digits: &str) -> Option<TypedDate> {
    match date_number(digits.parse().ok()?, false) {
        TypedDate::One { date, .. } => Some(TypedDate::One { date, plain: false }),
        _ => None,
    }
}

/// T2 is Monday.
fn numbered(n: &str) -> Option<Weekday> {
    match n {
        "2" => Some(Weekday::Mon),
        "3" => Some(Weekday::Tue),
        "4" => Some(Weekday::Wed),
        "5" => Some(Weekday::Thu),
        "6" => Some(Weekday::Fri),
        "7" => Some(Weekday::Sat),
        _ => None,
    }
}

fn named(name: &str) -> Option<Weekday> {
    match name {
        "hai" => Some(Weekday::Mon),
        "ba" => Some(Weekday::Tue),
        "tu" => Some(Weekday::Wed),
        "nam" => Some(Weekday::Thu),
        "sau" => Some(Weekday::Fri),
        "bay" => Some(Weekday::Sat),
        _ => None,
    }
}
