//! Every cell of the form, changed by everybody at every step: only whose cell it is changes it, and whoever touches
//! another's is told so. And whatever is typed into a cell stays a text.

mod forms;

use std::io::{Cursor, Read};

use forms::*;
use quotedesk::form::layout::{FIELDS, ITEMS, Kind, Zone, column, field};
use quotedesk::form::returned::zones_of;
use quotedesk::process::case::State;
use quotedesk::process::form::{Cell, Form};
use quotedesk::process::house::{Lang, Role};
use quotedesk::process::value::Value;

const ROLES: [Role; 7] = [Role::Cskh, Role::Sales, Role::Leader, Role::Tech, Role::TechHead, Role::Director, Role::Operator];

#[test]
fn only_whose_cell_it_is_changes_it() {
    let form = answered();
    // What a role may fill in at a step, once each: the cells do not know who it was.
    let mut zones_of_all: Vec<Vec<Zone>> = Vec::new();
    for zones in ROLES.iter().flat_map(|role| State::ALL.map(|state| zones_of(&[*role], state))) {
        if !zones_of_all.contains(&zones) {
            zones_of_all.push(zones);
        }
    }
    // Everything is shown, so that everything can be typed over.
    let whole = Workbook(book_of(&bytes(&form, None, State::Pricing, Lang::Vi)));
    let (mut tried, mut taken) = (0, 0);
    for zones in &zones_of_all {
        let mut try_over = |place: (usize, u32, u32), kind: &Kind, own: bool, at: Cell| {
            let mut book = Workbook(whole.0.clone());
            book.set(place, typed(kind));
            tried += 1;
            taken += usize::from(changes(&book, &form, zones, own, &at));
        };
        for field in FIELDS.iter().filter(|f| whole.0.name(&f.defined_name()).is_some()) {
            let own = zones.iter().any(|z| field.written_by(*z));
            try_over(whole.field(field.name), &field.kind, own, Cell::Field(field.name.into()));
        }
        for column in ITEMS.iter().filter(|c| !c.hidden) {
            let own = zones.iter().any(|z| column.written_by(*z));
            if let Some(place) = place(&whole, column.label.vi) {
                try_over(place, &column.kind, own, Cell::Item("M01".into(), column.name.into()));
            }
        }
    }
    println!("{} kinds of sender, {tried} cells typed over, {taken} of them taken", zones_of_all.len());
    assert!(zones_of_all.len() == 6 && tried > 500 && taken > 60, "{tried} tries, {taken} taken");
}

/// Whether this cell changed: only if it is the sender's own. Beside it nothing but their own may (their name, where a
/// signature is blank).
fn changes(book: &Workbook, form: &Form, zones: &[Zone], own: bool, at: &Cell) -> bool {
    let filled = brought(&book.0, form, form, zones);
    let of_sender = |at: &Cell| match at {
        Cell::Field(name) => field(name).is_some_and(|f| zones.iter().any(|z| f.written_by(*z))),
        Cell::Item(_, name) => column(name).is_some_and(|c| zones.iter().any(|z| c.written_by(*z))),
    };
    for change in &filled.changes {
        assert!(own && of_sender(&change.at), "{zones:?} type into {at:?}, and {change:?}");
    }
    assert!(filled.added.is_empty() && filled.dropped.is_empty(), "{zones:?} {at:?}: {filled:?}");
    filled.changes.iter().any(|change| change.at == *at)
}

fn place(book: &Workbook, label: &str) -> Option<(usize, u32, u32)> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| book.item(1, label))).ok()
}

/// Something that such a cell takes, and that stands in none.
fn typed(kind: &Kind) -> &'static str {
    match kind {
        Kind::Money(_) => "7.654.321",
        Kind::Days { .. } => "9",
        Kind::Percent { .. } => "11%",
        Kind::Number { .. } => "3",
        Kind::Date(_) | Kind::DateOrWords => "17/12/2026",
        Kind::Choice(picks) => picks.last().map_or("x", |p| p.label.vi),
        _ => "ai đó đã gõ vào ô này rồi",
    }
}

/// What a spreadsheet would run or take for its own code.
const RUNS: [&str; 12] = [
    "=1+1",
    "+84 912 345 678",
    "-5 độ",
    "@SUM(A1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "=DDE(\"cmd\";\"/C calc\";\"x\")",
    "=HYPERLINK(\"http://evil.example\",\"xem\")",
    "http://evil.example/phieu.xlsx",
    "_x000D_=1+1 _x005F_x000D_ _X0041_",
    "<f>1+1</f>&<Relationship Target=\"http://evil.example\"/>",
    "a\u{1}\u{b}\u{fffe}\u{202e}b",
];

#[test]
fn what_is_typed_stays_a_text() {
    for said in RUNS {
        let mut form = answered();
        for field in FIELDS.iter().filter(|f| matches!(f.kind, Kind::Text { .. } | Kind::Long { .. })) {
            form.fields.insert(field.name.into(), Value::Text(format!("{said} và thêm vài chữ nữa")));
        }
        for item in &mut form.items {
            for column in ITEMS.iter().filter(|c| matches!(c.kind, Kind::Text { .. } | Kind::Long { .. })) {
                item.cells.insert(column.name.into(), Value::Text(said.into()));
            }
        }
        let plain = package(&bytes(&answered(), None, State::Pricing, Lang::Vi));
        let bytes = bytes(&form, None, State::Pricing, Lang::Vi);
        let package = package(&bytes);
        for tag in ["<f>", "<f ", "<hyperlink", "<oleLink", "<ddeLink", "TargetMode"] {
            let count = |parts: &[(String, String)]| parts.iter().map(|(_, xml)| xml.matches(tag).count()).sum::<usize>();
            assert_eq!(count(&package), count(&plain), "{said:?} became a {tag}");
        }
        for (name, xml) in package.iter().filter(|(name, _)| name.ends_with(".rels")) {
            assert!(!xml.contains("evil"), "{said:?} stands in {name}");
        }
        // Read again it is what was typed, but for what no workbook can hold.
        let read = understood(&book_of(&bytes)).form();
        let kept: String = said.chars().filter(|c| !c.is_control() || *c == '\t').filter(|c| *c != '\u{fffe}').collect();
        let back = read.items[0].cells.get("dg").and_then(Value::text).unwrap_or_default();
        assert_eq!(back.trim(), kept.trim(), "{said:?} comes back as something else");
    }
}

fn package(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut part = zip.by_index(i).unwrap();
            let (name, mut xml) = (part.name().unwrap().to_string(), String::new());
            part.read_to_string(&mut xml).unwrap();
            (name, xml)
        })
        .collect()
}
