//! A unit that stands in a cell of its own, as the sheets of accountants have it above their tables: `Đơn vị tính: nghìn đồng`.
//! Which amounts it is meant for only its writer knows.

use std::cell::LazyCell;

use super::ReadForm;
use super::page::Page;
use super::unread::Read;
use crate::form::book::{Raw, Visibility};
use crate::form::cell::shown;
use crate::money::label;
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;

/// The first cell of each sheet that says such a unit, where an amount of the form has none.
pub(super) fn apart(form: &ReadForm, pages: &[Page]) -> Vec<Problem> {
    let amount = |vnd: &Value| matches!(vnd, Value::Money(vnd) if *vnd > 0);
    if !form.cells().any(|found| !found.read.unusual && found.value().is_some_and(amount)) {
        return Vec::new();
    }
    let unit = |raw: &Raw| match raw {
        Raw::Text(_) => Some(shown(raw)).filter(|said| label::is_unit(said) && label::unit(said).is_some()),
        _ => None,
    };
    // Most forms have none, and what was read of them is not gathered.
    let read = LazyCell::new(|| Read::of(form));
    let visible = pages.iter().filter(|on| on.sheet.visibility == Visibility::Visible);
    let first = visible.filter_map(|on| {
        on.sheet.cells.iter().find_map(|((row, col), raw)| {
            let said = unit(raw).filter(|said| !read.has(on, row, col, said))?;
            Some(on.place(row, col).problem("", None, Severity::Error, Fault::UnitApart, &said))
        })
    });
    first.collect()
}
