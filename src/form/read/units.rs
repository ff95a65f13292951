//! A unit that stands in a cell of its own, as the sheets of accountants have it above their tables: `Đơn vị tính: nghìn đồng`.
//! Which amounts it is meant for only its writer knows.

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
    let mut cells = form.fields.values().chain(form.items.iter().flat_map(|item| item.cells.values()));
    let bare = cells.any(|found| !found.read.unusual && matches!(found.value(), Some(Value::Money(vnd)) if *vnd > 0));
    if !bare {
        return Vec::new();
    }
    let read = Read::of(form);
    let visible = pages.iter().filter(|on| on.sheet.visibility == Visibility::Visible);
    let first = visible.filter_map(|on| {
        on.sheet.cells.iter().find_map(|((row, col), raw)| {
            let said = if let Raw::Text(_) = raw { shown(raw) } else { return None };
            let says = label::is_unit(&said) && label::unit(&said).is_some() && !read.has(on, row, col, &said);
            says.then(|| on.place(row, col).problem("", None, Severity::Error, Fault::UnitApart, &said))
        })
    });
    first.collect()
}
