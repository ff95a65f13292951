//! `quotedesk export`: cases and items for a spreadsheet, one row an item. Internal: costs and names are in it.

use std::path::PathBuf;

use anyhow::Context;
use chrono::{NaiveDate, NaiveDateTime};
use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use serde_json::{Map, Value as Json, json};

use super::form::laid_down;
use super::{Format, csv, open, screen};
use crate::config::Config;
use crate::form::layout;
use crate::letter::messages::Words;
use crate::process::case::Case;
use crate::process::form::Item;
use crate::process::house::{At, House, Lang};
use crate::process::value::Value;

/// The columns, in order: keys of the JSON lines; their headers stand in `messages.toml`, section `export`.
const COLUMNS: [&str; 28] = [
    "case",
    "customer",
    "short",
    "state",
    "cskh",
    "sales",
    "leader",
    "director",
    "region",
    "opened",
    "due",
    "closed",
    "reason",
    "quote",
    "quote_date",
    "quote_total",
    "contract",
    "start",
    "end",
    "item",
    "no",
    "content",
    "feasible",
    "cost",
    "days",
    "server",
    "reason_not",
    "price",
];
/// Cases that are read together.
const PAGE: u32 = 200;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Blank,
    Text(String),
    /// A code for programs (the JSON lines), and the desk's word for it for people.
    Coded(String, String),
    Number(f64),
    Date(NaiveDate),
    /// In the desk's time zone.
    Time(NaiveDateTime, String),
}

pub async fn export(config: Config, format: Format, output: Option<PathBuf>) -> anyhow::Result<bool> {
    open::with_desk(config, async |desk| {
        let house = &desk.config.house;
        let mut rows = Vec::new();
        let mut after = None;
        loop {
            let (mut cases, end) = desk.store.page(after.as_ref(), PAGE).await?;
            cases.iter_mut().for_each(|case| drop(case.readdress(house)));
            rows.extend(cases.iter().flat_map(|case| of_case(case, house)));
            if end.is_none() {
                break;
            }
            after = end;
        }
        let words = Words::plain(house.lang, house, None);
        let heads: Vec<String> = COLUMNS.iter().map(|key| words.say(&format!("export.{key}"), &[])).collect();
        let bytes = match format {
            Format::Csv => table(&heads, &rows).into_bytes(),
            Format::Jsonl => rows.iter().map(|row| format!("{}\n", object(row))).collect::<String>().into_bytes(),
            Format::Xlsx => xlsx(&heads, &rows).context("the workbook cannot be made")?,
        };
        match output.clone() {
            Some(file) if file.as_os_str() == "-" => screen::bytes(&bytes)?,
            file if matches!(format, Format::Xlsx) => {
                let file = laid_down(file, "quotedesk.xlsx", &bytes)?;
                screen::line(&format!("{}: {} rows", file.display(), rows.len()))?;
            }
            Some(file) => {
                std::fs::write(&file, bytes).with_context(|| format!("{}: cannot be written", file.display()))?;
                screen::line(&format!("{}: {} rows", file.display(), rows.len()))?;
            }
            None => screen::raw(&String::from_utf8_lossy(&bytes))?,
        }
        Ok(false)
    })
    .await
}

/// A case's rows; one with blank item cells where it has no items yet.
fn of_case(case: &Case, house: &House) -> Vec<Vec<Cell>> {
    let head = head(case, house);
    let blank = Item::default();
    let items = if case.form.items.is_empty() { std::slice::from_ref(&blank) } else { &case.form.items };
    items.iter().map(|item| head.iter().cloned().chain(of_item(item, case, house.lang)).collect()).collect()
}

fn head(case: &Case, house: &House) -> Vec<Cell> {
    let words = Words::plain(house.lang, house, Some(&case.form));
    let tz = house.calendar.tz();
    let time = |at: At| Cell::Time(at.with_timezone(&tz).naive_local(), at.with_timezone(&tz).to_rfc3339());
    let who = |email: &Option<String>| email.as_deref().map_or(Cell::Blank, text);
    let quote = case.quote();
    let closed = case.closed.as_ref();
    vec![
        text(&case.id),
        text(case.customer()),
        text(case.short()),
        Cell::Coded(case.state.name().into(), words.state(case.state)),
        who(&case.cskh),
        who(&case.sales),
        who(&case.leader),
        who(&case.director),
        case.form.text("region").map_or(Cell::Blank, text),
        time(case.opened),
        case.due.as_ref().map_or(Cell::Blank, |d| time(d.at)),
        closed.map_or(Cell::Blank, |c| time(c.at)),
        closed.map_or(Cell::Blank, |c| text(&words.reason(c.reason))),
        quote.map_or(Cell::Blank, |q| text(&q.number)),
        quote.map_or(Cell::Blank, |q| Cell::Date(q.date)),
        quote.map_or(Cell::Blank, |q| Cell::Number(q.total as f64)),
        case.contract.number.as_deref().map_or(Cell::Blank, text),
        case.plan.map_or(Cell::Blank, |p| Cell::Date(p.start)),
        case.plan.map_or(Cell::Blank, |p| Cell::Date(p.end)),
    ]
}

fn of_item(item: &Item, case: &Case, lang: Lang) -> Vec<Cell> {
    let quoted = case.quote().and_then(|q| q.lines.iter().find(|l| l.item.as_deref() == Some(&item.id)));
    let price = quoted.map_or_else(|| value(item.get("gd_gia")), |line| Cell::Number(line.unit_price as f64));
    vec![
        text(&item.id),
        if item.no > 0 { Cell::Number(item.no.into()) } else { Cell::Blank },
        text(item.heading()),
        choice(item, "kt_kq", lang),
        value(item.get("kt_cp")),
        value(item.get("kt_ngay")),
        choice(item, "kt_sv", lang),
        value(item.get("kt_ld")),
        price,
    ]
}

fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Blank } else { Cell::Text(words.to_string()) }
}

/// A pick of the form's lists, in the words of its own list.
fn choice(item: &Item, name: &str, lang: Lang) -> Cell {
    match (value(item.get(name)), layout::column(name)) {
        (Cell::Text(code), Some(column)) => {
            let word = column.kind.label_of(&code, lang).to_string();
            Cell::Coded(code, word)
        }
        (other, _) => other,
    }
}

fn value(value: Option<&Value>) -> Cell {
    match value.map(crate::form::plain::plain) {
        Some(Json::Number(n)) => n.as_f64().map_or(Cell::Blank, Cell::Number),
        Some(Json::String(words)) => text(&words),
        _ => Cell::Blank,
    }
}

/// RFC 4180 with a byte order mark, without which Excel reads no UTF-8.
fn table(heads: &[String], rows: &[Vec<Cell>]) -> String {
    let heads: Vec<Cell> = heads.iter().map(|h| text(h)).collect();
    let line = |row: &Vec<Cell>| row.iter().map(csv_cell).collect::<Vec<_>>().join(",") + "\r\n";
    std::iter::once(&heads).chain(rows).fold("\u{FEFF}".to_string(), |all, row| all + &line(row))
}

fn csv_cell(cell: &Cell) -> String {
    match cell {
        Cell::Blank => String::new(),
        Cell::Number(n) => n.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Time(local, _) => local.format("%Y-%m-%d %H:%M").to_string(),
        Cell::Text(words) | Cell::Coded(_, words) => csv::text(words),
    }
}

fn object(row: &[Cell]) -> Json {
    let plain = |cell: &Cell| match cell {
        Cell::Blank => Json::Null,
        Cell::Text(words) | Cell::Coded(words, _) => json!(words),
        Cell::Number(n) if n.fract() == 0.0 => json!(*n as i64),
        Cell::Number(n) => json!(n),
        Cell::Date(date) => json!(date.to_string()),
        Cell::Time(_, rfc3339) => json!(rfc3339),
    };
    Json::Object(COLUMNS.iter().zip(row).map(|(key, cell)| ((*key).to_string(), plain(cell))).collect::<Map<_, _>>())
}

fn xlsx(heads: &[String], rows: &[Vec<Cell>]) -> Result<Vec<u8>, XlsxError> {
    let (bold, number) = (Style::new().set_bold(), Style::new().set_num_format("#,##0.##"));
    let (date, time) = (Style::new().set_num_format("dd/mm/yyyy"), Style::new().set_num_format("dd/mm/yyyy hh:mm"));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, head) in (0u16..).zip(heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Blank => continue,
                // As a string whatever it begins with: never a formula, never a link.
                Cell::Text(words) | Cell::Coded(_, words) => {
                    sheet.write_string(row, column, words.chars().take(32_767).collect::<String>())?
                }
                Cell::Number(n) => sheet.write_number_with_format(row, column, *n, &number)?,
                Cell::Date(day) => sheet.write_datetime_with_format(row, column, *day, &date)?,
                Cell::Time(local, _) => sheet.write_datetime_with_format(row, column, *local, &time)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, rows.len().max(1) as u32, heads.len().saturating_sub(1) as u16)?;
    sheet.set_autofit_max_width(300).autofit();
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_words_and_programs_codes() {
        let item = Item { cells: [("kt_kq".to_string(), Value::Choice("yes".into()))].into(), ..Item::default() };
        let cell = choice(&item, "kt_kq", Lang::Vi);
        assert_eq!((csv_cell(&cell).as_str(), cell.clone()), ("Có", Cell::Coded("yes".into(), "Có".into())));
        assert_eq!(choice(&item, "kt_sv", Lang::Vi), Cell::Blank);
    }

    #[test]
    fn a_number_stays_one() {
        assert_eq!(csv_cell(&text("-5")), "\"'-5\"");
        assert_eq!(csv_cell(&Cell::Number(-5.0)), "-5");
    }
}
