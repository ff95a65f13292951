//! Forms as small JSON packages in place of workbooks, which take a hundred times as long to write and to read. What
//! stands in a cell is read, merged and checked as ever. In some worlds the same forms are real workbooks.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use quotedesk::form::binder::{Binder, Workbooks};
use quotedesk::form::book::{Limits, Raw, Workers};
use quotedesk::form::cell::{shown, understand};
use quotedesk::form::layout::{FIELDS, ITEMS, SCHEMA, column, field};
use quotedesk::form::read::{Found, FoundItem, Origin, Place, ReadForm, Reading};
use quotedesk::form::write::Sheet;
use quotedesk::process::case::Case;
use quotedesk::process::form::Item;
use quotedesk::process::house::{At, House, Role};
use quotedesk::process::problem::FileFault;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A form on its way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Slip {
    pub qd: u32,
    pub case: Option<String>,
    pub rev: Option<u32>,
    pub role: String,
    /// When the desk that made it had last been brought back from a backup.
    #[serde(default)]
    pub restored: Option<At>,
    pub fields: BTreeMap<String, Value>,
    pub items: Vec<Row>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Row {
    pub id: Option<String>,
    pub no: u32,
    pub cells: BTreeMap<String, Value>,
}

pub struct Slips(pub Workbooks);

impl Binder for Slips {
    fn bind(&self, sheet: &Sheet) -> Result<Vec<u8>, String> {
        let items = sheet.form.items.iter().map(|item| {
            let cells = item.text("nd").map(|nd| ("nd".to_string(), Value::from(nd))).into_iter().collect();
            Row { id: Some(item.id.clone()), no: item.no, cells }
        });
        let slip = Slip {
            qd: SCHEMA,
            case: sheet.case.map(str::to_string),
            rev: Some(sheet.rev),
            role: sheet.reader.map(Role::name).unwrap_or_default().to_string(),
            restored: sheet.restored,
            fields: BTreeMap::new(),
            items: items.collect(),
        };
        serde_json::to_vec(&slip).map_err(|why| why.to_string())
    }

    fn open(&self, bytes: &[u8], limits: &Limits, reading: &Reading) -> Result<ReadForm, FileFault> {
        match serde_json::from_slice::<Slip>(bytes) {
            Ok(slip) => Ok(opened(slip, reading)),
            Err(_) => self.0.open(bytes, limits, reading),
        }
    }
}

fn opened(slip: Slip, reading: &Reading) -> ReadForm {
    let sheet = "Phiếu phân tích";
    let found = |row: usize, value: &Value, kind| {
        let raw = raw(value);
        let read = understand(raw.as_ref(), kind, false, reading);
        let at = Place { sheet: sheet.into(), row: row as u32, col: 3 };
        Found { at, raw: raw.as_ref().map(shown).unwrap_or_default(), read }
    };
    let fields = slip.fields.iter().filter_map(|(name, value)| {
        let known = field(name)?;
        let row = FIELDS.iter().position(|f| f.name == known.name)?;
        Some((known.name, found(row, value, &known.kind)))
    });
    let items = slip.items.iter().enumerate().map(|(n, row)| {
        let at = Place { sheet: sheet.into(), row: 100 + n as u32, col: 4 };
        let cells = ITEMS.iter().filter(|c| c.name != "stt" && c.name != "ma").filter_map(|c| {
            let value = row.cells.get(c.name)?;
            Some((c.name, found(100 + n, value, &column(c.name)?.kind)))
        });
        FoundItem { id: row.id.clone(), no: Some(row.no), number_at: at.clone(), at, cells: cells.collect() }
    });
    ReadForm {
        is_form: true,
        origin: Origin { case: slip.case, rev: slip.rev, role: Some(slip.role), schema: Some(slip.qd), restored: slip.restored },
        fields: fields.collect(),
        items: items.collect(),
        has_items: true,
        sheets: vec![sheet.into()],
        ..ReadForm::default()
    }
}

/// The same form as a real workbook: what somebody filled in, in the form as it was last sent out.
pub fn workbook(slip: &Slip, case: &Case, house: &House, day: NaiveDate, workers: &Arc<Workers>) -> Result<Vec<u8>, String> {
    let reading = Reading { today: day, house, lang: house.lang };
    let value = |value: &Value, kind| understand(raw(value).as_ref(), kind, false, &reading).value;
    let mut filled = case.clone();
    for (name, written) in &slip.fields {
        let Some(known) = field(name) else { continue };
        if let Some(value) = value(written, &known.kind) {
            filled.form.fields.insert(name.clone(), value);
        }
    }
    for row in &slip.items {
        let at = row.id.as_ref().and_then(|id| filled.form.items.iter().position(|item| item.id == *id));
        let at = at.unwrap_or_else(|| {
            filled.form.items.push(Item { no: row.no, ..Item::default() });
            filled.form.items.len() - 1
        });
        for (name, written) in &row.cells {
            if let Some(value) = column(name).and_then(|known| value(written, &known.kind)) {
                filled.form.items[at].cells.insert(name.clone(), value);
            }
        }
    }
    let role = match slip.role.as_str() {
        "tech" => Role::Tech,
        "director" => Role::Director,
        _ => Role::Sales,
    };
    let sheet = Sheet { restored: slip.restored, ..Sheet::of(&filled, house, Some(role), day) };
    Workbooks(workers.clone()).bind(&sheet)
}

fn raw(value: &Value) -> Option<Raw> {
    match value {
        Value::Number(n) => Some(Raw::Number { value: n.as_f64()?, percent: false, date: None }),
        Value::String(text) if !text.is_empty() => Some(Raw::Text(text.clone())),
        Value::Bool(value) => Some(Raw::Bool(*value)),
        _ => None,
    }
}
