//! What people type into the form, as the reading of a workbook would give it.

use quotedesk::process::case::Case;
use quotedesk::process::form::{Cell, Change, Filled, Item};
use quotedesk::process::problem::{Kind, Problem, Severity};
use quotedesk::process::value::Value;

pub const MILLION: i64 = 1_000_000;

/// A form under construction; `words` are those of the scripts.
pub struct Typed<'a> {
    case: &'a Case,
    pub form: Filled,
}

impl<'a> Typed<'a> {
    pub fn new(case: &'a Case, base: Option<u32>) -> Typed<'a> {
        let answered = case.form.items.iter().filter(|i| i.feasible().is_some()).map(|i| i.id.clone()).collect();
        Typed { case, form: Filled { base, answered, ..Filled::default() } }
    }

    pub fn set(&mut self, at: Cell, value: Value) {
        let old = self.case.form.at(&at).cloned();
        if old.as_ref() != Some(&value) {
            self.form.changes.push(Change { at, old, new: Some(value) });
        }
    }

    pub fn field(&mut self, name: &str, value: Value) {
        self.set(Cell::Field(name.into()), value);
    }

    pub fn text(&mut self, name: &str, text: &str) {
        self.field(name, Value::Text(text.into()));
    }

    pub fn choice(&mut self, name: &str, code: &str) {
        self.field(name, Value::Choice(code.into()));
    }

    pub fn cell(&mut self, item: &str, column: &str, value: Value) {
        self.set(Cell::Item(item.into(), column.into()), value);
    }

    /// A wrong cell, as the check of the form finds it.
    pub fn error(&mut self, field: &str, item: Option<&str>) {
        self.form.problems.push(Problem {
            sheet: "Thông tin".into(),
            cell: "C12".into(),
            field: field.into(),
            item: item.map(String::from),
            severity: Severity::Error,
            kind: Kind::NotMoney,
            found: "abc".into(),
        });
    }

    // ---- Sales

    /// Everything that step 2 needs of the customer.
    pub fn customer(&mut self) {
        for (name, text) in [
            ("customer", "Công ty Chính Đại"),
            ("short", "Chính Đại"),
            ("contact", "Anh Đại"),
            ("cemail", "dai@chinhdai.example"),
            ("industry", "Bán lẻ"),
            ("cskh_text", "Khách cần báo cáo công nợ theo tuổi nợ"),
        ] {
            self.text(name, text);
        }
        self.field("budget", Value::Money(80 * MILLION));
        self.choice("srv_want", "no");
    }

    pub fn item(&mut self) {
        let taken = self.form.added.len() as u32 + self.case.form.highest_item();
        let text = |t: &str| Value::Text(format!("{t} {}", taken + 1));
        let cells =
            [("khu", "Công nợ"), ("nd", "Báo cáo"), ("dg", "Theo tuổi nợ"), ("md", "Thu nợ nhanh"), ("pa", "Hạn - hôm nay")];
        let cells = cells.map(|(name, t)| (name.to_string(), text(t))).into();
        self.form.added.push(Item { id: format!("M{:02}", taken + 1), no: 0, cells });
    }

    // ---- Leader

    pub fn checks(&mut self, verdict: &str) {
        for check in ["ck_budget", "ck_logic", "ck_benefit", "ck_solution"] {
            self.choice(check, verdict);
        }
    }

    // ---- Tech

    /// `M01:15/5`: can be done for 15 million in 5 days; `M01:no`; `M01:15` forgets the days; `M01:0/5+có_sẵn` has a note.
    pub fn answer(&mut self, said: &str) {
        let (id, what) = said.split_once(':').unwrap_or((said, "no"));
        if !self.form.answered.iter().any(|a| a == id) {
            self.form.answered.push(id.to_string());
        }
        if what == "no" {
            self.cell(id, "kt_kq", Value::Choice("no".into()));
            return self.cell(id, "kt_ld", Value::Text("Không có dữ liệu".into()));
        }
        self.cell(id, "kt_kq", Value::Choice("yes".into()));
        let (what, note) = what.split_once('+').map_or((what, None), |(what, note)| (what, Some(note)));
        if let Some(note) = note {
            self.cell(id, "kt_gc", Value::Text(note.into()));
        }
        let (cost, days) = what.split_once('/').map_or((what, None), |(cost, days)| (cost, Some(days)));
        self.cell(id, "kt_cp", Value::Money(number(cost) * MILLION));
        if let Some(days) = days {
            self.cell(id, "kt_ngay", Value::Days(number(days) as u32 * 2));
        }
    }

    pub fn start(&mut self) {
        self.choice("kt_srv", "no");
        self.field("kt_start", Value::Lead { days: Some(10), said: "5 ngày làm việc".into() });
    }

    // ---- Director

    /// Prices in millions, in the order of the items that can be done.
    pub fn prices(&mut self, millions: &[i64]) {
        let doable: Vec<String> = self.case.form.items.iter().filter(|i| i.doable()).map(|i| i.id.clone()).collect();
        for (id, price) in doable.iter().zip(millions) {
            self.cell(id, "gd_gia", Value::Money(price * MILLION));
        }
    }
}

pub fn number(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}
