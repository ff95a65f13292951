//! One cell: from what stands in it to what it means, by the kind of its field (domain d).
//!
//! Nothing is guessed: a cell that can be read in two ways is a fault with the readings, and one that was understood
//! though typed in an unusual way is marked, so that the answer can tell it back.

use chrono::NaiveDate;

use crate::calendar::days::{self, TypedDays};
use crate::calendar::typed::{self as dates, Lean, TypedDate};
use crate::form::book::{Raw, Unit};
use crate::form::layout::{DateRule, Kind, MoneyRule, Zero};
use crate::form::legacy::is_legacy;
use crate::form::read::Reading;
use crate::money::format;
use crate::money::label;
use crate::money::percent::{self, TypedPercent};
use crate::money::typed::{self as money, Typed, Why, says_missing};
use crate::process::house::{Lang, Role};
use crate::process::problem::{Kind as Fault, Severity};
use crate::process::value::Value;
use crate::text::{fold, nfc, squash};

/// What a cell was understood as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Understood {
    /// The meaning; with an error beside it only the likeliest one, which counts where it is what the cell held before.
    pub value: Option<Value>,
    /// Not written the way that the form itself writes it.
    pub unusual: bool,
    /// What a number is where its label's unit is left aside: it is no change where the cell held that.
    pub bare: Option<Value>,
    pub faults: Vec<(Severity, Fault)>,
}

impl Understood {
    fn plain(value: Value) -> Self {
        Understood { value: Some(value), ..Self::default() }
    }
    fn said(value: Value, plain: bool) -> Self {
        Understood { value: Some(value), unusual: !plain, ..Self::default() }
    }
    fn wrong(fault: Fault) -> Self {
        Understood { faults: vec![(Severity::Error, fault)], ..Self::default() }
    }
    fn but(value: Value, severity: Severity, fault: Fault) -> Self {
        Understood { value: Some(value), faults: vec![(severity, fault)], ..Self::default() }
    }
    pub fn has_error(&self) -> bool {
        self.faults.iter().any(|(severity, _)| *severity == Severity::Error)
    }
}

/// The text of a cell as its reader sees it, more or less: for telling back, and for cells that hold text.
pub fn shown(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) => tidy(text),
        Raw::Date(at) | Raw::Number { date: Some(at), .. } => at.format("%d/%m/%Y").to_string(),
        Raw::Number { value, percent: true, .. } => format!("{}%", number(value * 100.0)),
        Raw::Number { value, .. } => number(*value),
        Raw::Amount { value, unit } => format!("{} {}", number(*value), unit.sign),
        Raw::Bool(value) => if *value { "TRUE" } else { "FALSE" }.into(),
        Raw::Error(shown) => shown.clone(),
        Raw::FormulaNoValue => "=…".into(),
    }
}

/// Binary noise is rounded away: 8.000000000000001 is 8.
fn number(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    if rounded.is_finite() { rounded.to_string() } else { value.to_string() }
}

/// NFC, line ends as `\n`, trimmed, without characters that no workbook can hold.
fn tidy(text: &str) -> String {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_control()) {
        return text.trim().to_owned();
    }
    let lines = nfc(text).replace("\r\n", "\n").replace('\r', "\n");
    lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect::<String>().trim().to_owned()
}

/// A cell by the kind of its field. A blank cell, and one that says that the value is still to come, has no value.
pub fn understand(raw: Option<&Raw>, kind: &Kind, date1904: bool, ctx: &Reading) -> Understood {
    let Some(raw) = raw else { return Understood::default() };
    if matches!(raw, Raw::Error(_) | Raw::FormulaNoValue) {
        return Understood::wrong(Fault::CellError);
    }
    // Units are looked at in money and days alone.
    let bare = match (raw, kind) {
        (Raw::Amount { .. }, Kind::Money(_)) => None,
        // Seen as `2 tuần`: it means what it would in words.
        (Raw::Amount { unit, .. }, Kind::Days { .. }) if unit.is_time() => Some(Raw::Text(shown(raw))),
        (Raw::Amount { value, .. }, _) => Some(bare(*value)),
        _ => None,
    };
    let raw = bare.as_ref().unwrap_or(raw);
    let text = shown(raw);
    // A lone sign (`-`, `…`) says that there is nothing to say; in a money cell it is 0.
    if !matches!(kind, Kind::Money(_)) && !text.chars().any(|c| c.is_alphanumeric() || is_tick(c)) {
        return Understood::default();
    }
    match kind {
        Kind::Text { .. } | Kind::Long { .. } if is_legacy(&text) => {
            Understood::but(Value::Text(text), Severity::Error, Fault::LegacyFont)
        }
        Kind::Text { most } if text.chars().count() > *most => Understood::wrong(Fault::TooLong { most: *most }),
        Kind::Text { .. } => Understood::plain(Value::Text(squash(&text))),
        Kind::Long { least } if squash(&text).chars().count() < *least => {
            Understood::but(Value::Text(text), Severity::Error, Fault::TooShort { least: *least })
        }
        Kind::Long { .. } => Understood::plain(Value::Text(text)),
        Kind::Choice(_) => choice(&text, raw, kind, ctx),
        Kind::Money(rule) => amount(raw, &text, *rule),
        Kind::Days { most } => duration(raw, &text, *most),
        Kind::Percent { most } => percentage(raw, &text, *most),
        Kind::Number { least, most } => whole(raw, &text, *least, *most),
        Kind::Date(rule) => date(raw, &text, *rule, date1904, ctx),
        Kind::DateOrWords => match day(raw, &text, Lean::Future, date1904, ctx) {
            TypedDate::Ambiguous(_) | TypedDate::Vague(_) | TypedDate::Wrong if matches!(raw, Raw::Text(_)) => {
                Understood::plain(Value::Text(squash(&text)))
            }
            read => dated(read, raw),
        },
        Kind::Lead => lead(raw, &text, ctx.lang),
        Kind::Person(role) => person(&text, *role, ctx),
        Kind::Region => region(&text, ctx),
        Kind::Email => email(&text),
        Kind::Phone => phone(raw, &text),
        Kind::TaxCode => tax_code(raw, &text),
    }
}

fn bare(value: f64) -> Raw {
    Raw::Number { value, percent: false, date: None }
}

fn is_tick(c: char) -> bool {
    matches!(c, '✓' | '✔' | '☑' | '√')
}

fn choice(text: &str, raw: &Raw, kind: &Kind, ctx: &Reading) -> Understood {
    let allowed = || kind.picks().iter().map(|p| p.label.in_(ctx.lang).to_owned()).collect();
    // Whoever still asks has not decided.
    if text.contains(['?', '？']) {
        return Understood::wrong(Fault::Questioned { allowed: allowed() });
    }
    let ticked = text.chars().all(is_tick);
    let text = if ticked { "v" } else { text };
    // `8 %` in a cell formatted as a percentage.
    let bare = text.trim_end_matches('%').trim();
    match kind.picked(text).or_else(|| kind.picked(bare).filter(|_| matches!(raw, Raw::Number { .. }))) {
        Some(pick) => {
            let listed =
                [pick.label.vi, pick.label.en, pick.code].iter().any(|l| fold(l) == fold(text)) || !matches!(raw, Raw::Text(_));
            Understood::said(Value::Choice(pick.code.into()), listed)
        }
        // An `x` is a mark, where it does not mean yes: for or against, its writer knows.
        None if says_missing(&fold(text)) && fold(text) != "x" => Understood::default(),
        None => Understood::wrong(Fault::NotInList { allowed: allowed() }),
    }
}

fn amount(raw: &Raw, text: &str, rule: MoneyRule) -> Understood {
    let typed = match raw {
        Raw::Number { value, percent: false, date: None } => money::number(*value),
        Raw::Amount { value, unit } => in_unit(*value, unit),
        Raw::Text(_) => {
            if rule.unknown && is_unknown(text) {
                return Understood::plain(Value::Unknown);
            }
            // A part of the whole that may be missing: the server. Elsewhere `không` is asked back.
            if rule.unknown && rule.zero == Zero::Yes && matches!(fold(text).as_str(), "khong" | "khong co" | "khong can") {
                return Understood::said(Value::Money(0), false);
            }
            in_brackets(text).unwrap_or_else(|| money::read(text))
        }
        _ => Typed::Wrong(Why::NotMoney),
    };
    amount_said(typed, raw, text, rule)
}

/// `15.000 (nghìn đồng)`: read like a figure under such a label.
fn in_brackets(text: &str) -> Option<Typed> {
    let (figure, unit) = text.trim_end().strip_suffix(')')?.rsplit_once('(')?;
    let unit = format!("({unit})");
    label::is_unit(&unit).then(|| label::unit(&unit).map_or_else(|| Some(money::read(figure)), |unit| unit.read(figure)))?
}

/// An amount whose label says a unit (`Chi phí (nghìn đồng)`). `None`: it says none, or the cell says its own, or no figure.
pub fn amount_under(raw: &Raw, rule: MoneyRule, label: &str) -> Option<Understood> {
    let unit = label::unit(label)?;
    let text = shown(raw);
    let (typed, bare) = match raw {
        Raw::Number { value, percent: false, date: None } => (unit.number(*value), Some(Value::Money(value.round() as i64))),
        Raw::Text(_) => (unit.read(&text)?, None),
        _ => return None,
    };
    let mut read = Understood { bare, ..amount_said(typed, raw, &text, rule) };
    for (_, fault) in &mut read.faults {
        let label = label.to_owned();
        match fault {
            Fault::Currency => *fault = Fault::LabelCurrency { label },
            Fault::AmbiguousMoney { readings } => *fault = Fault::LabelUnit { label, readings: std::mem::take(readings) },
            _ => {}
        }
    }
    Some(read)
}

fn amount_said(typed: Typed, raw: &Raw, text: &str, rule: MoneyRule) -> Understood {
    match typed {
        Typed::One { vnd: 0, .. } | Typed::Free if rule.zero == Zero::No => {
            Understood::but(Value::Money(0), Severity::Error, Fault::ZeroNotAllowed)
        }
        Typed::One { vnd, plain } => Understood::said(Value::Money(vnd), plain),
        Typed::Free => Understood::said(Value::Money(0), false),
        Typed::About { high, .. } if rule.about => Understood::said(Value::About { vnd: high, said: squash(text) }, false),
        Typed::About { low, high } => Understood::wrong(Fault::RangeNotAllowed { low, high: Some(high) }),
        Typed::Ambiguous(readings) => {
            // What the desk wrote itself is a number, and comes back as it stands.
            let stands = readings.last().filter(|_| readings.len() > 1 && matches!(raw, Raw::Number { .. }));
            Understood { value: stands.copied().map(Value::Money), ..Understood::wrong(Fault::AmbiguousMoney { readings }) }
        }
        Typed::Missing => Understood::default(),
        Typed::Wrong(why) => Understood::wrong(match why {
            Why::Fraction if let Some(nearest) = computed(raw) => Fault::Fraction { nearest },
            Why::Currency => Fault::Currency,
            Why::Grouping | Why::Fraction => Fault::BadGrouping,
            Why::Negative => Fault::Negative,
            Why::Reckoned => Fault::Reckoned,
            Why::NotMoney | Why::TooLarge => Fault::NotMoney,
        }),
    }
}

/// The amount nearest to a number that a program has reckoned: `=10000000/3`.
fn computed(raw: &Raw) -> Option<i64> {
    match raw {
        Raw::Number { value, .. } => Some(value.round() as i64),
        Raw::Amount { value, unit: Unit { times: Some(times), .. } } => Some((value * *times as f64).round() as i64),
        _ => None,
    }
}

/// Another currency is no đồng. `1,500 nghìn` in a cell that holds 1500: its reader sees 1.500.000, other programs the 1500.
fn in_unit(value: f64, unit: &Unit) -> Typed {
    let Some(times) = unit.times else {
        return if value == 0.0 { money::number(value) } else { Typed::Wrong(Why::Currency) };
    };
    match (money::number(value * times as f64), money::number(value)) {
        (Typed::One { vnd, plain: _ }, Typed::One { vnd: bare, .. }) if vnd != bare => Typed::Ambiguous(vec![vnd, bare]),
        (Typed::One { vnd, .. }, Typed::Ambiguous(_) | Typed::Wrong(_)) => Typed::Ambiguous(vec![vnd]),
        (_, bare) => bare,
    }
}

/// With a format that does not tell how its numbers are shown (xls, xlsb) 12,000 may be dollars and 1,500 thousands: what
/// nothing costs in đồng is asked back, and what little costs told back.
pub fn unformatted_amount(raw: &Raw, value: f64, rule: MoneyRule) -> Understood {
    let read = amount(raw, &shown(raw), rule);
    match read.value {
        Some(Value::Money(vnd)) if !read.has_error() && (1..SELDOM_LESS).contains(&vnd) => {
            let fault = Fault::AmbiguousMoney { readings: vec![vnd * 1_000, vnd] };
            Understood::but(Value::Money(vnd), Severity::Error, fault)
        }
        _ => Understood { unusual: read.unusual || (value != 0.0 && value < 1e6), ..read },
    }
}

/// In đồng: neither a price of this trade nor a budget.
const SELDOM_LESS: i64 = 100_000;

/// Said not to be known, which is an answer where the field allows it; `báo sau` is none.
fn is_unknown(text: &str) -> bool {
    let folded = fold(text);
    let said = folded.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(said, "chua ro" | "chua biet" | "khong ro" | "khong biet" | "chua xac dinh" | "not known" | "unknown")
}

fn duration(raw: &Raw, text: &str, most: u32) -> Understood {
    if matches!(raw, Raw::Text(_)) && days::reckons(text) {
        return Understood::wrong(Fault::Reckoned);
    }
    let typed = match raw {
        Raw::Number { value, percent: false, date: None } => days::days_number(*value),
        Raw::Text(_) => days::days(text),
        _ => TypedDays::Wrong,
    };
    match typed {
        TypedDays::One { half_days, .. } if half_days == 0 || half_days > most * 2 => Understood::wrong(Fault::DaysOutOfRange),
        TypedDays::One { half_days, plain } => Understood::said(Value::Days(half_days), plain),
        TypedDays::Ambiguous(readings) => Understood::wrong(Fault::AmbiguousDays { readings: day_readings(&readings) }),
        TypedDays::Missing => Understood::default(),
        TypedDays::Wrong => Understood::wrong(Fault::NotDays),
    }
}

fn day_readings(readings: &[u32]) -> Vec<String> {
    readings.iter().map(|half| format::days(*half)).collect()
}

fn percentage(raw: &Raw, text: &str, most: u32) -> Understood {
    let typed = match raw {
        Raw::Number { value, percent, date: None } => percent::number(*value, *percent),
        Raw::Text(_) => percent::read(text),
        _ => TypedPercent::Wrong,
    };
    percent_said(typed, most)
}

/// A percentage in a format that does not tell how its numbers are shown (xls, xlsb).
pub fn unformatted_percent(value: f64, most: u32) -> Understood {
    percent_said(percent::unformatted(value, i64::from(most) * 100), most)
}

fn percent_said(typed: TypedPercent, most: u32) -> Understood {
    match typed {
        TypedPercent::One { hundredths, .. } if hundredths > i64::from(most) * 100 => Understood::wrong(Fault::NotPercent),
        TypedPercent::One { hundredths, plain } => Understood::said(Value::Percent(hundredths), plain),
        TypedPercent::Ambiguous(readings) => {
            let readings = readings.iter().map(|h| format!("{} %", format::percent(*h))).collect();
            Understood::wrong(Fault::AmbiguousPercent { readings })
        }
        TypedPercent::Missing => Understood::default(),
        TypedPercent::Wrong => Understood::wrong(Fault::NotPercent),
    }
}

/// `15`, `15.`, `15 ngày`: whole numbers of the form count days or times. `2 tuần` is not 2.
fn whole(raw: &Raw, text: &str, least: i64, most: i64) -> Understood {
    if says_missing(&fold(text)) {
        return Understood::default();
    }
    let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let behind = rest.trim().trim_start_matches(['.', ')', ',']);
    let worded = behind.chars().all(|c| c.is_alphabetic() || c == ' ') && {
        let words = format!(" {} ", fold(behind));
        let other = ["lam viec", "working", "tuan", "thang", "nam"].iter().any(|w| words.contains(&format!(" {w} ")));
        !other && [" ngay ", " day ", " days ", " lan "].iter().any(|w| words.starts_with(w)) || words.trim().is_empty()
    };
    match digits.parse::<i64>() {
        Ok(n) if worded && (least..=most).contains(&n) && !matches!(raw, Raw::Number { date: Some(_), .. }) => {
            Understood::said(Value::Number(n), rest.is_empty())
        }
        _ => Understood::wrong(Fault::NotNumber),
    }
}

fn date(raw: &Raw, text: &str, rule: DateRule, date1904: bool, ctx: &Reading) -> Understood {
    let lean = if matches!(rule, DateRule::NotBefore(_)) { Lean::Future } else { Lean::Past };
    match day(raw, text, lean, date1904, ctx) {
        TypedDate::One { date, .. } if rule == DateRule::NotFuture && date > ctx.today => {
            let what = if ctx.lang == Lang::Vi { "hôm nay" } else { "today" };
            let fault = Fault::DateAfter { what: what.into(), limit: ctx.today.to_string() };
            Understood::but(Value::Date(date), Severity::Error, fault)
        }
        read => dated(read, raw),
    }
}

/// A date as it was read; of a stored one that may have been meant otherwise, the stored one is the likeliest.
fn dated(read: TypedDate, raw: &Raw) -> Understood {
    let ambiguous =
        |readings: &[NaiveDate]| Fault::AmbiguousDate { readings: readings.iter().map(ToString::to_string).collect() };
    match (read, raw) {
        (TypedDate::One { date, plain }, _) => Understood::said(Value::Date(date), plain),
        (TypedDate::Ambiguous(readings), Raw::Date(at) | Raw::Number { date: Some(at), .. }) => {
            Understood::but(Value::Date(at.date()), Severity::Error, ambiguous(&readings))
        }
        (TypedDate::Ambiguous(readings), _) => Understood::wrong(ambiguous(&readings)),
        (TypedDate::Vague(proposal), _) => Understood::wrong(ambiguous(&[proposal])),
        (TypedDate::Missing, _) => Understood::default(),
        (TypedDate::Wrong, _) => Understood::wrong(Fault::NotDate),
    }
}

fn day(raw: &Raw, text: &str, lean: Lean, date1904: bool, ctx: &Reading) -> TypedDate {
    match raw {
        Raw::Date(at) | Raw::Number { date: Some(at), .. } => dates::date_cell(at.date(), ctx.today, lean),
        Raw::Number { value, percent: false, date: None } => dates::date_number(*value, date1904),
        Raw::Text(_) => dates::date(text, ctx.today, lean),
        _ => TypedDate::Wrong,
    }
}

/// Words are taken as they stand, for they are what the quote says: so they have to say how long, and for certain. The
/// working days are read where they can be.
fn lead(raw: &Raw, text: &str, lang: Lang) -> Understood {
    let said = squash(text);
    let undated = || Value::Lead { days: None, said: said.clone() };
    // What was taken before this was asked is no change where it comes back.
    let asked = || Understood::but(undated(), Severity::Error, Fault::NotLead);
    match raw {
        Raw::Number { value, percent: false, date: None } => match days::days_number(*value) {
            TypedDays::One { half_days, .. } if half_days > 0 => {
                let said = match lang {
                    Lang::Vi => format!("{} ngày làm việc", format::days(half_days)),
                    Lang::En => format!("{} working days", format::days_en(half_days)),
                };
                Understood::said(Value::Lead { days: Some(half_days), said }, false)
            }
            _ => asked(),
        },
        Raw::Text(_) => {
            let bare = !said.chars().any(char::is_alphabetic);
            match days::lead(text) {
                TypedDays::Missing => Understood::default(),
                _ if days::is_doubted(text) => asked(),
                TypedDays::One { half_days, plain } if half_days > 0 && (bare || days::has_length(text)) => {
                    Understood::said(Value::Lead { days: Some(half_days), said: said.clone() }, plain)
                }
                TypedDays::Ambiguous(readings) if days::has_length(text) || days::is_at_once(text) => {
                    let fault = Fault::AmbiguousDays { readings: day_readings(&readings) };
                    Understood::but(undated(), Severity::Warning, fault)
                }
                TypedDays::Wrong if days::has_length(text) => Understood::plain(undated()),
                _ => asked(),
            }
        }
        _ => asked(),
    }
}

/// By full name, address, or a part of the name that only one person of that role has (`Lan`, `chị Lan`).
fn person(text: &str, role: Role, ctx: &Reading) -> Understood {
    let typed = squash(text);
    let people = &ctx.house.people;
    if people.is_empty() {
        return Understood::plain(Value::Text(typed));
    }
    let folded = fold(&typed);
    let full = people.iter().find(|p| fold(&p.name) == folded);
    let known = full
        .or_else(|| ctx.house.person(&typed))
        .or_else(|| people.iter().find(|p| typed.contains('@') && folded.contains(&p.email)));
    if let Some(person) = known {
        return Understood::said(Value::Text(person.name.clone()), full.is_some());
    }
    let given = folded
        .strip_prefix("anh ")
        .or_else(|| folded.strip_prefix("chi "))
        .or_else(|| folded.strip_prefix("em "))
        .unwrap_or(&folded);
    let named = |name: &str| fold(name) == given || fold(name).ends_with(&format!(" {given}"));
    let mut alike = ctx.house.with_role(role).filter(|p| named(&p.name));
    match (alike.next(), alike.next()) {
        (Some(person), None) => Understood::said(Value::Text(person.name.clone()), false),
        _ => Understood::but(Value::Text(typed), Severity::Error, Fault::UnknownPerson),
    }
}

fn region(text: &str, ctx: &Reading) -> Understood {
    let typed = squash(text);
    let regions = &ctx.house.regions;
    if regions.is_empty() {
        return Understood::plain(Value::Text(typed));
    }
    let bare =
        |name: &str| fold(name).trim_start_matches("mien ").trim_start_matches("vung ").trim_start_matches("khu vuc ").to_owned();
    let alike = || regions.iter().find(|r| bare(&r.name) == bare(&typed));
    match ctx.house.region(&typed).or_else(alike) {
        Some(region) => Understood::plain(Value::Text(region.name.clone())),
        None => {
            let allowed = regions.iter().map(|r| r.name.clone()).collect();
            Understood::but(Value::Text(typed), Severity::Error, Fault::UnknownRegion { allowed })
        }
    }
}

fn email(text: &str) -> Understood {
    let typed = squash(text);
    let address = typed.strip_prefix("mailto:").unwrap_or(&typed).trim_matches(['<', '>']);
    let whole = address.split_once('@').is_some_and(|(local, domain)| {
        let odd = |c: char| c.is_whitespace() || c.is_control() || "@,;:<>()[]\"\\".contains(c);
        let labels = domain.split('.').count() > 1 && domain.split('.').all(|l| !l.is_empty());
        !local.is_empty() && labels && !local.contains(odd) && !domain.contains(odd)
    });
    match whole {
        true => Understood::said(Value::Text(address.to_owned()), address == typed),
        false if says_missing(&fold(&typed)) => Understood::default(),
        false => Understood::but(Value::Text(typed), Severity::Error, Fault::NotEmail),
    }
}

/// Kept as typed. Only told where it looks wrong: nothing in the process depends on it.
fn phone(raw: &Raw, text: &str) -> Understood {
    let typed = squash(text);
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    // A number cell has lost its leading 0.
    if matches!(raw, Raw::Number { date: None, .. }) && digits == typed && digits.len() == 9 {
        return Understood::said(Value::Text(format!("0{digits}")), false);
    }
    let fits = (9..=11).contains(&digits.len()) && digits.starts_with('0')
        || (11..=13).contains(&digits.len()) && digits.starts_with("84");
    // `024 3333 4444 (máy lẻ 12)`, two numbers in one cell.
    let several = digits.len() > 11 && digits.starts_with('0');
    if fits || several {
        Understood::plain(Value::Text(typed))
    } else {
        Understood::but(Value::Text(typed), Severity::Warning, Fault::NotPhone)
    }
}

/// 10 digits, or 10 and 3. A number cell has lost its leading 0.
fn tax_code(raw: &Raw, text: &str) -> Understood {
    let typed = squash(text);
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let clean = typed.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '.'));
    let digits = if matches!(raw, Raw::Number { .. }) && digits.len() == 9 { format!("0{digits}") } else { digits };
    let code = match (digits.len(), digits.split_at_checked(10)) {
        (10, _) => digits,
        (13, Some((head, branch))) => format!("{head}-{branch}"),
        _ if says_missing(&fold(&typed)) => return Understood::default(),
        _ => return Understood::but(Value::Text(typed), Severity::Error, Fault::NotTaxCode),
    };
    if !clean {
        return Understood::but(Value::Text(typed), Severity::Error, Fault::NotTaxCode);
    }
    let plain = code == typed;
    Understood::said(Value::Text(code), plain)
}

#[cfg(test)]
#[path = "cell_tests.rs"]
mod tests;
