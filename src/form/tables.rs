//! The two tables of the form: items, and exchanges.

use rust_xlsxwriter::{Format, FormatAlign, Formula, Worksheet, XlsxError};

use super::draft::{ANALYSIS, Draft, Laid, letters, span};
use super::layout::{Column, EXCHANGES, ITEM_ROWS, ITEMS, Kind, MoneyRule, Tab, Zero, Zone, column, exchange_column};
use super::style::{self, Look};
use super::words;
use crate::process::form::{Cell, Exchange, Item};
use crate::process::house::{Lang, Role};
use crate::process::value::{Value, Vnd};

/// Empty rows for exchanges.
const EXCHANGE_ROWS: usize = 15;
/// Suggested prices are rounded up to this, đồng: the form's own default for `pr_round`.
const SUGGESTED_STEP: Vnd = 100_000;
/// Columns that stay in sight: up to the content. None where the reader starts in them.
const FROZEN: u16 = 4;
/// The columns above which the single fields stand: always there, so that both keep their places.
const FIRST_COLUMNS: [&str; 7] = ["stt", "ma", "khu", "nd", "dg", "md", "pa"];

/// A column of the item table as this reader has it.
#[derive(Clone, Copy)]
enum Shown {
    Column(&'static Column),
    Suggested,
}

impl Shown {
    fn zone(self) -> Zone {
        match self {
            // The hidden id stands amid Sales' columns.
            Shown::Column(c) if c.hidden => Zone::Sales,
            Shown::Column(c) => c.owner,
            Shown::Suggested => Zone::Director,
        }
    }
}

impl Draft<'_> {
    // ---- the item table

    pub(super) fn suggests(&self) -> bool {
        self.sheet.reader == Some(Role::Director) && self.eyes.zone(Zone::Director)
    }

    fn columns(&self) -> Vec<Shown> {
        let mut shown = Vec::new();
        for column in ITEMS.iter().filter(|c| self.eyes.column(c) && !self.idle(c)) {
            if column.name == "gd_gia" && self.suggests() {
                shown.push(Shown::Suggested);
            }
            shown.push(Shown::Column(column));
        }
        shown
    }

    /// Somebody else's column with nothing in it: only makes the table wider.
    fn idle(&self, column: &Column) -> bool {
        let blank = self.sheet.form.items.iter().all(|i| !i.cells.contains_key(column.name));
        blank && !self.eyes.fills_column(column) && !FIRST_COLUMNS.contains(&column.name)
    }

    pub(super) fn items(&mut self, page: &mut Worksheet, first: u32) -> Laid {
        let lang = self.sheet.lang;
        let columns = self.columns();
        let last = columns.len().saturating_sub(1) as u16;
        self.heading(page, first, last.max(1), words::ITEMS.in_(lang), None)?;
        let mut from = 0;
        for zone_columns in columns.chunk_by(|a, b| a.zone() == b.zone()) {
            let to = from + zone_columns.len() as u16 - 1;
            let Some(zone) = zone_columns.first().map(|c| c.zone()) else { continue };
            span(page, first + 1, (from, to), words::band(zone).in_(lang), &style::header(zone))?;
            from = to + 1;
        }
        let head = first + 2;
        let addable = self.sheet.reader.is_none_or(|r| r == Role::Sales);
        let rows = if addable { ITEM_ROWS.max(self.sheet.form.items.len() + 5) } else { self.sheet.form.items.len() };
        page.set_row_height(head, 42)?;
        for (at, shown) in columns.iter().enumerate() {
            let at = at as u16;
            match shown {
                Shown::Column(column) => self.item_column(column, page, head, at, rows)?,
                Shown::Suggested => self.suggested(&columns, page, head, at)?,
            }
        }
        for (i, item) in self.sheet.form.items.iter().enumerate() {
            let row = head + 1 + i as u32;
            self.item_rows.push((item.id.clone(), row));
            page.set_row_height(row, self.item_height(item, &columns))?;
        }
        // The number and the content stay in sight while one goes right to one's own columns.
        let (_, row, column) = self.start();
        let starts_here = self.home() == Tab::Analysis;
        let frozen = if starts_here && column < FROZEN { 0 } else { FROZEN };
        page.set_freeze_panes(2, frozen)?;
        if starts_here && row > head {
            page.set_freeze_panes_top_cell(first, frozen)?;
        }
        page.set_repeat_rows(head, head)?;
        Ok(())
    }

    /// Points for the longest of an item's texts. LibreOffice fits no rows of a file that it has not written itself.
    fn item_height(&self, item: &Item, columns: &[Shown]) -> f64 {
        let of = |(at, shown): (usize, &Shown)| match shown {
            Shown::Column(c) => style::height(item.text(c.name).unwrap_or_default(), self.item_width(c, at)),
            Shown::Suggested => 0.0,
        };
        columns.iter().enumerate().map(of).fold(30.0, f64::max).min(style::HIGHEST)
    }

    /// The first columns also carry the labels and values above the table.
    fn item_width(&self, column: &Column, at: usize) -> f64 {
        if at < ANALYSIS.widths.len() {
            return self.width(&ANALYSIS, at as u16);
        }
        if is_long(column) { column.width * self.stretch } else { column.width }
    }

    /// How much wider the columns of long texts have to be, so that the longest text of an item finds room in a row: Excel
    /// has none higher than [`style::HIGHEST`].
    pub(super) fn stretch(&self) -> f64 {
        let fits = |stretch: &f64| {
            let high = |item: &Item, c: &Column| {
                style::height(item.text(c.name).unwrap_or_default(), c.width * stretch) > style::HIGHEST
            };
            !self.sheet.form.items.iter().any(|item| ITEMS.iter().any(|c| is_long(c) && self.eyes.column(c) && high(item, c)))
        };
        [1.0, 1.5, 2.0].into_iter().find(fits).unwrap_or(2.5)
    }

    fn item_column(&mut self, column: &'static Column, page: &mut Worksheet, head: u32, at: u16, rows: usize) -> Laid {
        let lang = self.sheet.lang;
        let own = self.eyes.fills_column(column);
        let label = self.starred(column.label.in_(lang), own, column.needed);
        page.write_string_with_format(head, at, &label, &style::header(if column.hidden { Zone::Sales } else { column.owner }))?;
        let whole = Cell::Field(column.name.into());
        if self.sheet.form.note(&whole).is_some() {
            self.note(page, (head, at), &whole)?;
        }
        page.set_column_width(at, self.item_width(column, usize::from(at)))?;
        if column.hidden {
            page.set_column_hidden(at)?;
        }
        for i in 0..rows {
            let row = head + 1 + i as u32;
            let item = self.sheet.form.items.get(i);
            let cell = Cell::Item(item.map(|i| i.id.clone()).unwrap_or_default(), column.name.into());
            let own = own && !item.is_some_and(|i| priceless(i, column));
            let look = self.look(own, column.owner, &cell);
            let value = item.and_then(|item| item_value(item, column));
            let format = table_cell(&column.kind, look);
            self.put(page, (row, at), &cell, value.as_ref(), &column.kind, &format)?;
            if own {
                self.opening(Tab::Analysis, (row, at), &cell, column.needed, value.is_none());
            }
        }
        if rows == 0 {
            return Ok(());
        }
        let (top, bottom) = (head + 1, head + rows as u32);
        if matches!(column.kind, Kind::Money(_)) || column.name == "kt_kq" {
            self.money.insert(column.name, range(lang, at, top, bottom));
        }
        if own {
            let (label, help) = (column.label.in_(lang), column.help.in_(lang));
            if let Some(rule) = style::rule(&column.kind, self.lists.entries(&column.kind, self.sheet), label, help, lang)? {
                page.add_data_validation(top, at, bottom, at, &rule)?;
            }
        }
        Ok(())
    }

    /// Cost plus the house's markup, rounded up: for the Director alone, and nothing that is read back.
    fn suggested(&mut self, columns: &[Shown], page: &mut Worksheet, head: u32, at: u16) -> Laid {
        let percent = self.sheet.markup as f64 / 100.0;
        let label = format!("{} (+{percent} %)", words::SUGGESTED.in_(self.sheet.lang));
        page.write_string_with_format(head, at, &label, &style::header(Zone::System))?.set_column_width(at, 16)?;
        let cost_at = columns.iter().position(|c| matches!(c, Shown::Column(c) if c.name == "kt_cp"));
        let format = computed().set_align(FormatAlign::Top);
        for (i, item) in self.sheet.form.items.iter().enumerate() {
            let row = head + 1 + i as u32;
            let (Some(cost_at), Some(result)) = (cost_at, self.suggestion(item)) else {
                page.write_blank(row, at, &format)?;
                continue;
            };
            let cost = format!("{}{}", letters(cost_at as u16), row + 1);
            let formula = format!("=ROUNDUP({cost}*(1+{percent}/100)/{SUGGESTED_STEP},0)*{SUGGESTED_STEP}");
            page.write_formula_with_format(row, at, Formula::new(formula).set_result(result.to_string()), &format)?;
        }
        let rows = self.sheet.form.items.len() as u32;
        self.money.insert("suggested", range(self.sheet.lang, at, head + 1, head + rows.max(1)));
        Ok(())
    }

    fn suggestion(&self, item: &Item) -> Option<Vnd> {
        let cost = i128::from(item.cost_and_days().0?);
        let (step, whole) = (i128::from(SUGGESTED_STEP), 10_000);
        let exact = cost * (whole + i128::from(self.sheet.markup));
        let steps = exact / (whole * step) + i128::from(exact % (whole * step) > 0);
        Vnd::try_from(steps * step).ok()
    }

    /// Sums beside the Director's decision, live while prices are typed. What Tech says no to is in none of them.
    pub(super) fn sums(&self, page: &mut Worksheet, first: u32) -> Laid {
        let lang = self.sheet.lang;
        let items = || self.sheet.form.items.iter().filter(|i| i.counts());
        let price = |i: &Item| i.get("gd_gia").and_then(Value::vnd);
        let lines: [(_, _, Vnd); 3] = [
            (words::SUM_COST, "kt_cp", items().filter_map(Item::cost_vnd).sum()),
            (words::SUM_SUGGESTED, "suggested", items().filter_map(|i| self.suggestion(i)).sum()),
            (words::SUM_PRICE, "gd_gia", items().filter_map(price).sum()),
        ];
        let no = column("kt_kq").map(|c| c.kind.label_of("no", lang));
        let said = self.money.get("kt_kq").zip(no);
        for (i, (label, of, sum)) in lines.into_iter().enumerate() {
            let row = first + i as u32;
            let Some(range) = self.money.get(of) else { continue };
            page.write_string_with_format(row, 0, label.in_(lang), &style::label())?;
            let formula = match said {
                Some((said, no)) => format!("=SUMIF({said},\"<>{no}\",{range})"),
                None => format!("=SUM({range})"),
            };
            let formula = Formula::new(formula).set_result(sum.to_string());
            page.write_formula_with_format(row, 1, formula, &computed())?;
            page.write_string_with_format(row, 2, words::COMPUTED.in_(lang), &style::faint().set_indent(1))?;
        }
        Ok(())
    }

    // ---- the table of exchanges

    pub(super) fn exchanges(&mut self, page: &mut Worksheet, first: u32) -> Result<u32, XlsxError> {
        let lang = self.sheet.lang;
        self.heading(page, first, EXCHANGES.len() as u16 - 1, words::EXCHANGES.in_(lang), None)?;
        let head = first + 1;
        page.set_row_height(head, 30)?.set_repeat_rows(head, head)?;
        let appends = self.eyes.own().contains(&Zone::Everyone);
        let held = self.sheet.form.exchanges.len();
        let rows = held + if appends { EXCHANGE_ROWS } else { 0 };
        let zone = self.eyes.own().first().copied().unwrap_or(Zone::Everyone);
        for (i, exchange) in self.sheet.form.exchanges.iter().enumerate() {
            page.set_row_height(head + 1 + i as u32, style::height(&exchange.text, 70.0).min(style::HIGHEST))?;
        }
        for (at, column) in EXCHANGES.iter().enumerate() {
            let at = at as u16;
            page.write_string_with_format(head, at, column.label.in_(lang), &style::header(Zone::Everyone))?;
            for i in 0..rows {
                let row = head + 1 + i as u32;
                let look = if i < held { Look::Locked } else { Look::Own(zone) };
                let format = table_cell(&column.kind, look);
                let cell = Cell::Item(String::new(), column.name.into());
                let value = self.sheet.form.exchanges.get(i).and_then(|e| exchange_value(e, column));
                self.put(page, (row, at), &cell, value.as_ref(), &column.kind, &format)?;
                if i >= held {
                    self.opening(Tab::Project, (row, at), &cell, None, true);
                }
            }
            if rows > held {
                let (label, help) = (column.label.in_(lang), column.help.in_(lang));
                if let Some(rule) = style::rule(&column.kind, self.lists.entries(&column.kind, self.sheet), label, help, lang)? {
                    page.add_data_validation(head + 1 + held as u32, at, head + rows as u32, at, &rule)?;
                }
            }
        }
        Ok(head + rows as u32 + 2)
    }
}

fn computed() -> Format {
    let money = Kind::Money(MoneyRule { zero: Zero::Yes, about: false, unknown: false });
    style::cell(&money, Look::Locked).set_background_color(style::light(Zone::System))
}

/// Cells of a table: at the top of their row, counts in the middle of their column.
fn table_cell(kind: &Kind, look: Look) -> Format {
    let format = style::cell(kind, look).set_align(FormatAlign::Top);
    match kind {
        Kind::Number { .. } | Kind::Days { .. } => format.set_align(FormatAlign::Center),
        _ => format,
    }
}

fn is_long(column: &Column) -> bool {
    matches!(column.kind, Kind::Long { .. })
}

/// What Tech says no to has no price.
fn priceless(item: &Item, column: &Column) -> bool {
    item.feasible() == Some("no") && matches!(column.name, "gd_gia" | "gd_ngay")
}

fn item_value(item: &Item, column: &Column) -> Option<Value> {
    match column.name {
        "stt" => Some(Value::Number(item.no.into())),
        "ma" => Some(Value::Text(item.id.clone())),
        name => item.get(name).cloned(),
    }
}

fn exchange_value(row: &Exchange, column: &Column) -> Option<Value> {
    let text = |t: &str| (!t.is_empty()).then(|| Value::Text(t.into()));
    match column.name {
        "date" => row.date.map(Value::Date),
        "who" => text(&row.who),
        "side" => exchange_column("side")
            .and_then(|c| c.kind.picked(&row.side))
            .map(|p| Value::Choice(p.code.into()))
            .or(text(&row.side)),
        "item" => text(&row.item),
        "text" => text(&row.text),
        _ => Some(Value::Choice(if row.shown { "yes" } else { "no" }.into())),
    }
}

fn range(lang: Lang, column: u16, top: u32, bottom: u32) -> String {
    let (sheet, at) = (Tab::Analysis.title().in_(lang), letters(column));
    format!("'{sheet}'!${at}${}:${at}${}", top + 1, bottom + 1)
}
