//! From the form's cells to the quote: which items, at what price, with what tax (step 5b; domain a.4, a.8, b.2, b.3).

use chrono::{Days, NaiveDate};

use super::act::Moment;
use super::case::Case;
use super::form::{Cell, Change, Form, Item};
use super::house::{House, Lang, Vat};
use super::problem::{Kind, Problem, Severity};
use super::quote::{Line, Quote, VatLine};
use super::reworded::{self, Reworded};
use super::value::{Value, Vnd};
use crate::calendar::days::spelled;
use crate::money::totals::{nearest_thousand, percent_of, percent_to_thousand, round_up};
use crate::money::{format, words};
use crate::name;
use crate::text::fold;

/// 100 % in hundredths of a percent.
const WHOLE: i64 = 10_000;
/// `Làm tròn lên`, where the Director says nothing else (domain a.8).
const ROUNDING: Vnd = 100_000;
/// No quote is open for longer than a year.
const LONGEST_VALIDITY: i64 = 366;

/// The next quote of a case, as the Director's cells have it at this moment.
///
/// Prices below Tech's cost are no error: see [`warnings`].
///
/// # Errors
/// Everything that keeps the cells from being a quote, each with its field and item: no price, an item offered that
/// cannot be done, two discounts, nothing left to quote …
pub fn price(case: &Case, house: &House, moment: &Moment) -> Result<Quote, Vec<Problem>> {
    let mut found = Findings::default();
    let lines = lines(case, house, &mut found);
    let software = lines.iter().filter(|l| l.item.is_some()).fold(0, |sum: Vnd, l| sum.saturating_add(l.amount));
    let (discount, discount_percent) = discount(case, software, &mut found);
    let date = house.day(moment.at);
    let expires = expiry(case, house, moment, date, &mut found);
    if !found.problems.is_empty() {
        return Err(found.problems);
    }
    let vat_lines = vat_lines(&lines, discount);
    let subtotal = lines.iter().fold(0, |sum: Vnd, l| sum.saturating_add(l.amount));
    let vat = vat_lines.iter().fold(0, |sum: Vnd, v| sum.saturating_add(v.vat));
    let total = (subtotal - discount).saturating_add(vat);
    let revision = case.quotes.iter().map(|q| q.revision).max().unwrap_or(0) + 1;
    Ok(Quote {
        revision,
        number: number(date, moment.next_quote, revision),
        date,
        expires,
        file: file(case, house, moment, date),
        half_days: half_days(case, &lines),
        lines,
        subtotal,
        discount,
        discount_percent,
        vat_lines,
        vat,
        total,
        total_in_words: in_words(total, house.lang),
        start_after: start_after(case, house.lang),
        payment_terms: case.form.text("pr_pay").map(str::to_string),
        superseded: false,
        withdrawn: false,
    })
}

/// A price below what Tech's work costs. For the Director alone: cost is internal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BelowCost<'a> {
    /// `None`: the whole, less its discount.
    pub line: Option<&'a Line>,
    pub price: Vnd,
    pub cost: Vnd,
}

/// Lines below Tech's cost; and the whole, where it is the discount that brings it there.
pub fn below_cost<'a>(case: &Case, quote: &'a Quote) -> Vec<BelowCost<'a>> {
    let cost = |line: &Line| match &line.item {
        Some(id) => case.form.item(id).and_then(Item::cost_vnd),
        None => case.form.vnd("kt_srv_cost"),
    };
    let below = |line: &'a Line| {
        let cost = cost(line).filter(|cost| line.unit_price < *cost)?;
        Some(BelowCost { line: Some(line), price: line.unit_price, cost })
    };
    let mut all: Vec<BelowCost> = quote.lines.iter().filter_map(below).collect();
    let whole = quote.lines.iter().filter_map(cost).fold(0, |sum: Vnd, c| sum.saturating_add(c));
    let price = quote.subtotal - quote.discount;
    if quote.discount > 0 && price < whole {
        all.push(BelowCost { line: None, price, cost: whole });
    }
    all
}

/// Items that cost the customer just what Tech's work on them costs: rarely meant, and what a cost taken for a price looks like.
pub fn at_cost(case: &Case, quote: &Quote) -> Vec<String> {
    let cost = |id: &String| case.form.item(id).and_then(Item::cost_vnd).filter(|cost| *cost > 0);
    let at_cost = |line: &Line| line.item.clone().filter(|id| cost(id) == Some(line.unit_price));
    quote.lines.iter().filter_map(at_cost).collect()
}

/// Is there a server in the quote of which Tech says that none is needed? Where they have not said, the Director knows.
pub fn server_not_needed<'a>(case: &Case, quote: &'a Quote) -> Option<&'a Line> {
    let no = case.form.text("kt_srv") == Some("no");
    quote.lines.iter().find(|line| no && line.item.is_none())
}

/// Items that the customer has been quoted for and that were worded anew since, at the price of then.
pub fn priced_as_before(case: &Case, quote: &Quote) -> Vec<Reworded> {
    let price = |quote: &Quote, id: &str| quote.lines.iter().find(|l| l.item.as_deref() == Some(id)).map(|l| l.unit_price);
    let same = |r: &Reworded| {
        let now = price(quote, &r.item);
        now.is_some() && now == case.quote().and_then(|before| price(before, &r.item))
    };
    reworded::since_quoted(case).into_iter().filter(same).collect()
}

/// Items with a price that are in no quote: Tech says that they cannot be done.
pub fn priced_in_vain(form: &Form, cells: &[Change]) -> Vec<Problem> {
    let mut found = Findings::default();
    for change in cells {
        if let Cell::Item(id, column) = &change.at
            && column == "gd_gia"
            && change.new.is_some()
            && form.item(id).is_some_and(|item| !item.counts())
        {
            found.add("gd_gia", Some(id), Kind::NotQuoted, change.new.as_ref());
        }
    }
    found.into_warnings()
}

/// A markup such as people write a factor: `1,3` and `2` as 1,3 % and 2 % on top of the cost, or meant as times the cost? The other
/// reading, in hundredths of a percent. A markup as small as that is rare, and the factor common.
pub fn markup_as_factor(form: &Form) -> Option<i64> {
    const ONE: i64 = 100;
    match form.get("pr_markup").filter(|_| form.text("pr_mode") == Some("markup")) {
        Some(Value::Percent(percent)) if (ONE..=3 * ONE).contains(percent) => Some((percent - ONE) * 100),
        _ => None,
    }
}

/// What the Director confirms once more: what is below Tech's cost (domain a.4, `gd_gia`), a server that nobody needs, and the old price
/// of what is no longer the same, and a markup that may be a factor.
pub fn warnings(case: &Case, quote: &Quote) -> Vec<Problem> {
    let mut found = Findings::default();
    for BelowCost { line, price, .. } in below_cost(case, quote) {
        let field = match line {
            Some(Line { item: Some(_), .. }) => "gd_gia",
            Some(_) => "pr_srv",
            None if quote.discount_percent.is_some() => "pr_disc_pct",
            None => "pr_disc_amt",
        };
        found.add(field, line.and_then(|l| l.item.as_deref()), Kind::BelowCost, Some(&Value::Money(price)));
    }
    if let Some(line) = server_not_needed(case, quote) {
        found.add("pr_srv", None, Kind::ServerNotNeeded, Some(&Value::Money(line.unit_price)));
    }
    if markup_as_factor(&case.form).is_some() {
        found.add("pr_markup", None, Kind::MarkupOrFactor, case.form.get("pr_markup"));
    }
    for Reworded { item, .. } in priced_as_before(case, quote) {
        found.add("gd_gia", Some(&item), Kind::Reworded, None);
    }
    found.into_warnings()
}

/// Problems on the way, none of which ends it: the Director is told all at once.
#[derive(Default)]
struct Findings {
    problems: Vec<Problem>,
}

impl Findings {
    fn add(&mut self, field: &str, item: Option<&str>, kind: Kind, found: Option<&Value>) {
        self.problems.push(Problem {
            sheet: String::new(),
            cell: String::new(),
            field: field.to_string(),
            item: item.map(str::to_string),
            severity: Severity::Error,
            kind,
            found: found.map(shown).unwrap_or_default(),
        });
    }

    fn into_warnings(mut self) -> Vec<Problem> {
        for problem in &mut self.problems {
            problem.severity = Severity::Warning;
        }
        self.problems
    }
}

/// A value in the neutral spelling of problems: digits, codes, dates as ISO.
fn shown(value: &Value) -> String {
    match value {
        Value::Money(n) | Value::Number(n) => n.to_string(),
        Value::Percent(p) => format!("{}%", *p as f64 / 100.0),
        Value::Days(half) => (f64::from(*half) / 2.0).to_string(),
        Value::Date(day) => day.to_string(),
        other => other.text().unwrap_or_default().to_string(),
    }
}

fn lines(case: &Case, house: &House, found: &mut Findings) -> Vec<Line> {
    let vat = rate(case.form.get("pr_vat"), "pr_vat", house.quote.vat, found);
    let unit = wording(house.lang).unit;
    let mut chosen: Vec<&Item> = case.form.items.iter().filter(|item| included(item, found)).collect();
    // Each area's items stand together, in the order in which the areas come up (domain b).
    let areas: Vec<String> = chosen.iter().map(|item| area(item)).collect();
    chosen.sort_by_cached_key(|item| areas.iter().position(|known| *known == area(item)));
    if chosen.is_empty() {
        found.add("gd_bao", None, Kind::NoItems, None);
    }
    let mut lines = Vec::new();
    if let Some(mode) = mode(case, found) {
        for item in chosen {
            if let Some(price) = item_price(item, &mode, found) {
                lines.push(line(item, lines.len() as u32 + 1, price, unit, vat));
            }
        }
    }
    lines.extend(server(case, house, lines.len() as u32 + 1, found));
    lines
}

/// What makes two areas the same.
fn area(item: &Item) -> String {
    fold(item.text("khu").unwrap_or_default())
}

fn line(item: &Item, no: u32, price: Vnd, unit: &str, vat: Vat) -> Line {
    let text = |name: &str| item.text(name).unwrap_or_default().to_string();
    Line {
        no,
        item: Some(item.id.clone()),
        area: text("khu"),
        name: item.heading().to_string(),
        explanation: text("dg"),
        scope: if item.feasible() == Some("partial") { text("kt_pv") } else { String::new() },
        note: text("kh_gc"),
        half_days: item.get("gd_ngay").and_then(Value::half_days).or(item.half_days()),
        unit: unit.to_string(),
        quantity: 1,
        unit_price: price,
        amount: price,
        vat,
    }
}

/// `GĐ: Đưa vào báo giá?`; blank means yes for what can be done.
fn included(item: &Item, found: &mut Findings) -> bool {
    match item.text("gd_bao") {
        Some("no") => false,
        Some(_) if !item.doable() => {
            found.add("gd_bao", Some(&item.id), Kind::NotDoable, item.get("gd_bao"));
            false
        }
        Some(_) => true,
        None => item.doable(),
    }
}

/// `Cách định giá`.
enum Mode {
    PerItem,
    /// Hundredths of a percent on Tech's cost, rounded up to whole steps.
    Markup {
        percent: i64,
        step: Vnd,
    },
}

/// Item by item unless the Director says otherwise: the form only suggests a markup. `None`: a markup that is none.
fn mode(case: &Case, found: &mut Findings) -> Option<Mode> {
    if case.form.text("pr_mode") != Some("markup") {
        return Some(Mode::PerItem);
    }
    let step = match case.form.get("pr_round") {
        None => ROUNDING,
        Some(Value::Number(n) | Value::Money(n)) => *n,
        Some(other) => other.text().and_then(|t| t.replace('.', "").parse().ok()).unwrap_or(ROUNDING),
    };
    match case.form.get("pr_markup") {
        Some(Value::Percent(percent)) if *percent >= 0 => return Some(Mode::Markup { percent: *percent, step }),
        None => found.add("pr_markup", None, Kind::Missing, None),
        other => found.add("pr_markup", None, Kind::NotPercent, other),
    }
    None
}

fn item_price(item: &Item, mode: &Mode, found: &mut Findings) -> Option<Vnd> {
    let cell = item.get("gd_gia");
    let typed = cell.and_then(Value::vnd);
    let price = match mode {
        Mode::PerItem => typed,
        Mode::Markup { percent, step } => item.cost_vnd().map(|c| round_up(percent_of(c, WHOLE.saturating_add(*percent)), *step)),
    };
    let wrong = match price {
        None => Kind::NoPrice,
        Some(price) if price < 0 => Kind::Negative,
        // Typed beside a markup, and not what comes of it: which of the two holds is not guessed.
        Some(price) if typed.is_some_and(|t| t != price) => Kind::OneOfBoth { other: "pr_markup".into() },
        Some(price) => return Some(price),
    };
    found.add("gd_gia", Some(&item.id), wrong, cell);
    None
}

/// The server as a line of its own with its own tax, where the Director gives it a price.
fn server(case: &Case, house: &House, no: u32, found: &mut Findings) -> Option<Line> {
    let vat = rate(case.form.get("pr_srv_vat"), "pr_srv_vat", house.quote.vat, found);
    let price = match case.form.vnd("pr_srv") {
        Some(0) => return None,
        Some(price) if price < 0 => {
            found.add("pr_srv", None, Kind::Negative, case.form.get("pr_srv"));
            return None;
        }
        Some(price) => price,
        // Needed and left blank is forgotten; 0 says that the customer has one.
        None => {
            if case.form.needs_server() {
                found.add("pr_srv", None, Kind::NoPrice, case.form.get("pr_srv"));
            }
            return None;
        }
    };
    let words = wording(house.lang);
    Some(Line {
        no,
        item: None,
        area: words.server_area.to_string(),
        name: format!("{}{}", words.server, (words.cycle)(case.form.text("kt_srv_cycle"))),
        explanation: words.server_explanation.to_string(),
        scope: String::new(),
        note: String::new(),
        half_days: None,
        unit: words.unit.to_string(),
        quantity: 1,
        unit_price: price,
        amount: price,
        vat,
    })
}

/// The rate that a cell chooses: `kct`, or a percentage.
fn rate(cell: Option<&Value>, field: &str, default: Vat, found: &mut Findings) -> Vat {
    let read = match cell {
        None => return default,
        Some(Value::Percent(p)) => Some(Vat::Rate(*p)),
        Some(Value::Number(n)) => Some(Vat::Rate(n.saturating_mul(100))),
        Some(other) => other.text().and_then(|t| match t.trim_end_matches('%').trim() {
            code if code.eq_ignore_ascii_case("kct") => Some(Vat::Exempt),
            code => code.parse::<i64>().ok().map(|n| Vat::Rate(n.saturating_mul(100))),
        }),
    };
    match read {
        Some(Vat::Rate(r)) if !(0..=WHOLE).contains(&r) => None,
        other => other,
    }
    .unwrap_or_else(|| {
        let allowed = ["KCT", "0", "5", "8", "10"].map(str::to_string).to_vec();
        found.add(field, None, Kind::NotInList { allowed }, cell);
        default
    })
}

/// The discount in đồng, and in hundredths of a percent where it was given so. Never on the server (domain a.8).
fn discount(case: &Case, software: Vnd, found: &mut Findings) -> (Vnd, Option<i64>) {
    let percent = match case.form.get("pr_disc_pct") {
        Some(Value::Percent(p)) => Some(*p).filter(|p| *p != 0),
        _ => None,
    };
    let amount = case.form.vnd("pr_disc_amt").filter(|a| *a != 0);
    let (field, discount) = match (percent, amount) {
        (Some(_), Some(_)) => {
            found.add("pr_disc_amt", None, Kind::OneOfBoth { other: "pr_disc_pct".into() }, case.form.get("pr_disc_amt"));
            return (0, None);
        }
        // Rounding to thousands must not make a discount on a tiny sum greater than the sum.
        (Some(p), None) if p <= WHOLE => ("pr_disc_pct", percent_to_thousand(software, p).min(software)),
        (Some(_), None) => ("pr_disc_pct", Vnd::MAX),
        (None, Some(amount)) => ("pr_disc_amt", nearest_thousand(amount)),
        (None, None) => return (0, None),
    };
    if percent.is_some_and(|p| p < 0) || discount < 0 {
        found.add(field, None, Kind::Negative, case.form.get(field));
    } else if discount > software && found.problems.is_empty() {
        found.add(field, None, Kind::DiscountTooLarge { of: software }, case.form.get(field));
    }
    (discount, percent)
}

/// The last day on which the quote can be accepted. The 15 days of step 6 are calendar days, counted from the day after.
fn expiry(case: &Case, house: &House, moment: &Moment, date: NaiveDate, found: &mut Findings) -> NaiveDate {
    let days = match case.form.get("pr_valid") {
        None => return house.day(house.calendar.due(moment.at, &house.deadlines.quote_validity).at),
        Some(Value::Number(n)) => *n,
        Some(Value::Days(half)) => i64::from(half / 2),
        Some(_) => 0,
    };
    let until = u64::try_from(days).ok().and_then(|n| date.checked_add_days(Days::new(n)));
    match until {
        Some(until) if (1..=LONGEST_VALIDITY).contains(&days) => until,
        _ => {
            found.add("pr_valid", None, Kind::DaysOutOfRange, case.form.get("pr_valid"));
            date
        }
    }
}

/// One row a rate, in the order in which the lines bring them; the discount lowers what the software's rate is taken of.
fn vat_lines(lines: &[Line], discount: Vnd) -> Vec<VatLine> {
    let mut rows: Vec<VatLine> = Vec::new();
    let mut discount = discount;
    for line in lines {
        let less = if line.item.is_some() { discount.min(line.amount) } else { 0 };
        discount -= less;
        let base = line.amount - less;
        match rows.iter_mut().find(|r| r.rate == line.vat) {
            Some(row) => row.base = row.base.saturating_add(base),
            None => rows.push(VatLine { rate: line.vat, base, vat: 0 }),
        }
    }
    for row in &mut rows {
        row.vat = match row.rate {
            Vat::Exempt => 0,
            Vat::Rate(r) => percent_of(row.base, r),
        };
    }
    rows
}

/// Working days for the whole, in halves. Tech's own total counts, be it less than the sum (work side by side) or more (what
/// no item has). Less, it is never less than the longest line: an item may have been left out, or its days raised by the
/// Director; more, what it is more by is added to what is quoted.
fn half_days(case: &Case, lines: &[Line]) -> Option<u32> {
    let of = |days: &mut dyn Iterator<Item = Option<u32>>| days.flatten().fold(0, u32::saturating_add);
    let sum = of(&mut lines.iter().map(|l| l.half_days));
    let by_tech = of(&mut case.form.items.iter().filter(|i| i.doable()).map(Item::half_days));
    let whole = match case.form.get("kt_days").and_then(Value::half_days) {
        Some(total) if total < by_tech => total.min(sum).max(lines.iter().filter_map(|l| l.half_days).max().unwrap_or(0)),
        Some(total) => sum.saturating_add(total - by_tech),
        None => sum,
    };
    Some(whole).filter(|w| *w > 0)
}

/// What Tech says of the start, a bare number with its unit.
fn start_after(case: &Case, lang: Lang) -> Option<String> {
    let cell = case.form.get("kt_start")?;
    let said = cell.text().unwrap_or_default().trim();
    match cell.half_days() {
        Some(half) if !said.chars().any(char::is_alphabetic) => Some(match lang {
            Lang::Vi => format!("{} ngày làm việc", format::days(half)),
            Lang::En => format!("{} working days", format::days_en(half)),
        }),
        _ => Some(spelled(said, lang == Lang::Vi)).filter(|s| !s.is_empty()),
    }
}

/// `BG-230621-001`, `/R2` from the case's second quote (domain b.2).
fn number(date: NaiveDate, running: u32, revision: u32) -> String {
    let again = if revision > 1 { format!("/R{revision}") } else { String::new() };
    format!("BG-{}-{running:03}{again}", date.format("%y%m%d"))
}

/// The quote's file name. A customer of the same short name quoted on the same day gets the region, else the case's id,
/// into it: no name is ever used twice (domain g).
fn file(case: &Case, house: &House, moment: &Moment, date: NaiveDate) -> String {
    let today = || case.quotes.iter().filter(|q| q.date == date);
    let ours = |file: &str| today().any(|q| name::same(&q.file, file));
    let taken = |file: &str| moment.names_taken.iter().any(|t| name::same(t, file));
    let region = case.form.text("region").and_then(|r| house.region(r)).map_or("", |r| r.name.as_str());
    let mut nth = today().count() as u32 + 1;
    let mut beside = "";
    for choice in ["", region, &case.id] {
        beside = choice;
        let first = name::quote_file(case.short(), date, 1, choice);
        if ours(&first) || !taken(&first) {
            break;
        }
    }
    loop {
        let file = name::quote_file(case.short(), date, nth, beside);
        if !taken(&file) && !ours(&file) {
            return file;
        }
        nth = nth.saturating_add(1);
    }
}

fn in_words(total: Vnd, lang: Lang) -> String {
    let words = match lang {
        Lang::Vi => words::amount_in_words(total, &words::Style::default()),
        Lang::En => words::amount_in_english(total),
    };
    words.unwrap_or_default()
}

/// The few words that are part of the quote itself, as its history keeps it.
struct Wording {
    unit: &'static str,
    server: &'static str,
    server_area: &'static str,
    server_explanation: &'static str,
    /// By `kt_srv_cycle`: how long the price holds.
    cycle: fn(Option<&str>) -> &'static str,
}

fn wording(lang: Lang) -> Wording {
    match lang {
        Lang::Vi => Wording {
            unit: "gói",
            server: "Máy chủ riêng",
            server_area: "Máy chủ",
            server_explanation: "Theo cấu hình kỹ thuật đề xuất",
            cycle: |code| match code {
                Some("year") => " (12 tháng)",
                Some("month") => " (1 tháng)",
                _ => "",
            },
        },
        Lang::En => Wording {
            unit: "pkg",
            server: "Private server",
            server_area: "Server",
            server_explanation: "As specified by our engineers",
            cycle: |code| match code {
                Some("year") => " (12 months)",
                Some("month") => " (1 month)",
                _ => "",
            },
        },
    }
}

#[cfg(test)]
#[path = "pricing_tests.rs"]
mod tests;
