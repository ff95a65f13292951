//! The form's contents, free of any workbook: named fields, items, exchanges.
//!
//! Names are those of the form's table of fields (`form::layout`) without the `qd_` of the workbook.
//! A name that is absent has a blank cell.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::value::{Value, Vnd};

/// The analysis form (Phiếu phân tích yêu cầu tùy biến) as values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub fields: BTreeMap<String, Value>,
    pub items: Vec<Item>,
    pub exchanges: Vec<Exchange>,
    /// What people have written on cells, one for a cell, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<CellNote>,
    /// The highest item number so far: an id that was dropped is never given again.
    #[serde(default)]
    pub last_item: u32,
}

/// One thing that the customer wants: a row of the form's table (hạng mục).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// `M01`: stays with the item for the whole life of the case, whatever its row or number.
    pub id: String,
    /// The number that staff see (STT), 1 and up.
    pub no: u32,
    /// By column name: `khu`, `nd`, `kt_kq` …
    pub cells: BTreeMap<String, Value>,
}

/// One row of the append-only table of exchanges (Trao đổi).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub date: Option<NaiveDate>,
    pub who: String,
    pub side: String,
    /// Item id, or blank for the whole.
    pub item: String,
    pub text: String,
    /// May the customer see it? Off unless said.
    pub shown: bool,
}

/// What somebody has written on a cell and not in it: a note or comment of Excel, LibreOffice and their kin. It changes no value and is
/// internal: whoever may see the cell reads it, the customer never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellNote {
    /// A column's name as a field's: its header, and so the column of all items.
    pub at: Cell,
    pub text: String,
    /// Name of who sent it last.
    pub who: String,
}

impl Form {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }
    pub fn vnd(&self, name: &str) -> Option<Vnd> {
        self.get(name).and_then(Value::vnd)
    }
    pub fn date(&self, name: &str) -> Option<NaiveDate> {
        self.get(name).and_then(Value::date)
    }
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|i| i.id == id)
    }
    pub fn item_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.iter_mut().find(|i| i.id == id)
    }
    /// Does it take a private server? As Tech says for the whole, else of any item that can be done.
    pub fn needs_server(&self) -> bool {
        let of_item = |i: &Item| i.doable() && i.text("kt_sv") == Some("yes");
        self.get("kt_srv").map_or_else(|| self.items.iter().any(of_item), |whole| whole.text() == Some("yes"))
    }
    /// What stands on a cell.
    pub fn note(&self, at: &Cell) -> Option<&CellNote> {
        self.notes.iter().find(|note| note.at == *at)
    }
    /// Takes these in place of what stood on their cells.
    pub fn put_notes(&mut self, notes: &[CellNote]) {
        for new in notes {
            match self.notes.iter_mut().find(|old| old.at == new.at) {
                Some(old) => *old = new.clone(),
                None => self.notes.push(new.clone()),
            }
        }
    }
    /// The next free item id: one past the highest ever used in this form.
    pub fn next_item_id(&self) -> String {
        format!("M{:02}", self.highest_item().saturating_add(1))
    }
    /// The number of the highest item id ever used.
    pub fn highest_item(&self) -> u32 {
        let ids = self.items.iter().filter_map(|i| i.id.strip_prefix('M')?.parse().ok());
        ids.max().unwrap_or(0).max(self.last_item)
    }
    /// Writes one cell; `None` blanks it. An unknown item id is ignored: the item has been dropped meanwhile.
    pub fn put(&mut self, at: &Cell, value: Option<Value>) {
        let cells = match at {
            Cell::Field(_) => &mut self.fields,
            Cell::Item(id, _) => match self.item_mut(id) {
                Some(item) => &mut item.cells,
                None => return,
            },
        };
        let (Cell::Field(name) | Cell::Item(_, name)) = at;
        match value {
            Some(value) => cells.insert(name.clone(), value),
            None => cells.remove(name),
        };
    }
    /// The value at a cell.
    pub fn at(&self, at: &Cell) -> Option<&Value> {
        match at {
            Cell::Field(name) => self.fields.get(name),
            Cell::Item(id, name) => self.item(id)?.cells.get(name),
        }
    }
}

impl Item {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.cells.get(name)
    }
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::text)
    }
    /// The item's heading: `Nội dung yêu cầu`.
    pub fn heading(&self) -> &str {
        self.text("nd").unwrap_or_default()
    }
    /// Tech's word on it: `yes`, `no`, `partial`.
    pub fn feasible(&self) -> Option<&str> {
        self.text("kt_kq")
    }
    pub fn doable(&self) -> bool {
        matches!(self.feasible(), Some("yes" | "partial"))
    }
    /// What Tech says no to costs nothing and takes no time, whatever stands beside it.
    pub fn counts(&self) -> bool {
        self.feasible() != Some("no")
    }
    /// Tech's cost in đồng. Internal: never in anything that a customer gets.
    pub fn cost_vnd(&self) -> Option<Vnd> {
        self.get("kt_cp").and_then(Value::vnd)
    }
    /// Tech's working days, in halves.
    pub fn half_days(&self) -> Option<u32> {
        self.get("kt_ngay").and_then(Value::half_days)
    }
    /// Cost and days, as far as they count: those of an answer that has become a no stay in their cells.
    pub fn cost_and_days(&self) -> (Option<Vnd>, Option<u32>) {
        if self.counts() { (self.cost_vnd(), self.half_days()) } else { (None, None) }
    }
}

/// Which cell of the form: a single field, or a column of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    Field(String),
    Item(String, String),
}

/// One cell that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub at: Cell,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// What a person's workbook brings, read against the version that went out to them (`form::merge`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// The form revision that the workbook was made from; `None`: a form that did not come from the desk.
    pub base: Option<u32>,
    /// The sender's own cells that differ from that revision.
    pub changes: Vec<Change>,
    /// Items that were not in that revision, with fresh ids.
    pub added: Vec<Item>,
    /// Ids of items that the sender (Sales) took out.
    pub dropped: Vec<String>,
    /// Item ids in the order of the workbook, where it differs.
    pub order: Option<Vec<String>>,
    /// Ids of items that carry an answer of Tech in this workbook, changed or not.
    pub answered: Vec<String>,
    /// New rows of the table of exchanges.
    pub exchanges: Vec<Exchange>,
    /// Notes on cells that are new or say something new, as they are to stand.
    pub notes: Vec<CellNote>,
    /// Cells of other people that were changed: the old value (`old`) stays.
    pub kept: Vec<Change>,
    /// Own cells that somebody else has changed since that revision: `old` is the value now held, `new` the sender's.
    pub clashes: Vec<Change>,
    /// Typed values that were understood though not written the plain way: told back in the answer.
    pub echoes: Vec<Echo>,
    pub problems: Vec<super::problem::Problem>,
    /// Sheet and cell of what the Director fills in, for what is found wrong once it is reckoned.
    #[serde(skip)]
    pub places: BTreeMap<Cell, (String, String)>,
}

/// A value that was typed one way and understood as another spelling of itself (`12tr` as 12.000.000).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Echo {
    pub at: Cell,
    pub typed: String,
    pub value: Value,
}

impl Filled {
    /// Nothing in it that anybody would notice.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.added.is_empty()
            && self.dropped.is_empty()
            && self.exchanges.is_empty()
            && self.notes.is_empty()
            && self.order.is_none()
    }
    /// These problems, where the workbook has their cells.
    pub fn placed(&self, mut problems: Vec<super::problem::Problem>) -> Vec<super::problem::Problem> {
        for problem in problems.iter_mut().filter(|p| p.cell.is_empty() && !p.field.is_empty()) {
            if let Some((sheet, cell)) = self.places.get(&problem.at()) {
                (problem.sheet, problem.cell) = (sheet.clone(), cell.clone());
            }
        }
        problems
    }
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|p| p.severity == super::problem::Severity::Error)
    }
}
