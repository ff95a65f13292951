//! Items that were worded anew after Tech had answered them, or the customer had been quoted for them: the number stayed, what is to be
//! made did not, and the old cost or price is for something else.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::case::Case;
use super::event::{Event, Recorded};
use super::form::{Cell, Change, Item};
use super::value::Value;
use crate::text::letters;

/// What is to be made, as its cells: heading, explanation, solution.
const WORK: [&str; 3] = ["nd", "dg", "pa"];

/// An item that asks for something else than then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reworded {
    pub item: String,
    /// What it said, and says now.
    pub changes: Vec<Change>,
}

/// Items that stand otherwise than when Tech answered them last. The history knows how they stood: the form alone has the answer and
/// no longer what it was given to.
pub fn since_answered(history: &[Recorded], case: &Case) -> Vec<Reworded> {
    let then = when_answered(history);
    let differs = |item: &Item| reworded(item, |cell| then.get(&item.id)?.get(cell).cloned(), &WORK, &then);
    case.form.items.iter().filter(|item| item.feasible().is_some()).filter_map(differs).collect()
}

/// Items that stand otherwise than in the last quote.
pub fn since_quoted(case: &Case) -> Vec<Reworded> {
    let Some(quote) = case.quote() else { return vec![] };
    let lines: BTreeMap<String, [&str; 2]> =
        quote.lines.iter().filter_map(|l| Some((l.item.clone()?, [l.name.as_str(), l.explanation.as_str()]))).collect();
    let was = |id: &str, cell: &str| {
        let [name, explanation] = lines.get(id)?;
        Some(Value::Text((if cell == "nd" { name } else { explanation }).to_string()))
    };
    let differs = |item: &Item| {
        // A line without an explanation has nothing to compare with.
        let explained = lines.get(&item.id).is_some_and(|[_, explanation]| !explanation.is_empty());
        reworded(item, |cell| was(&item.id, cell), if explained { &WORK[..2] } else { &WORK[..1] }, &lines)
    };
    case.form.items.iter().filter_map(differs).collect()
}

/// Marks, blanks and accents make no other work of it: a typo that was mended throws no answer away.
fn reworded<T>(
    item: &Item,
    was: impl Fn(&str) -> Option<Value>,
    cells: &[&str],
    known: &BTreeMap<String, T>,
) -> Option<Reworded> {
    known.get(&item.id)?;
    let change = |cell: &&str| {
        let (old, new) = (was(cell), item.get(cell).cloned());
        let plain = |value: &Option<Value>| letters(value.as_ref().and_then(Value::text).unwrap_or_default());
        let at = Cell::Item(item.id.clone(), (*cell).to_string());
        (plain(&old) != plain(&new)).then_some(Change { at, old, new })
    };
    let changes: Vec<Change> = cells.iter().filter_map(change).collect();
    (!changes.is_empty()).then(|| Reworded { item: item.id.clone(), changes })
}

/// Of each item that Tech has ever answered, what it said at the last answer.
fn when_answered(history: &[Recorded]) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut case = Case::default();
    let mut then = Rc::new(BTreeMap::new());
    // As it stood after so many events: what is taken back goes to one of these.
    let mut stood = vec![then.clone()];
    for row in history {
        case.apply(row);
        let answered: Vec<&String> = match &row.event {
            Event::Retracted { to, .. } => {
                then = stood.get(to.version as usize).cloned().unwrap_or_default();
                vec![]
            }
            Event::ItemsAnswered { items, .. } => items.iter().collect(),
            Event::Settled { item, .. } => vec![item],
            Event::Corrected { cells } => {
                cells.iter().filter_map(|c| if let Cell::Item(id, _) = &c.at { Some(id) } else { None }).collect()
            }
            _ => vec![],
        };
        for item in answered.into_iter().filter_map(|id| case.form.item(id)) {
            let work = WORK.iter().filter_map(|cell| Some(((*cell).to_string(), item.get(cell)?.clone())));
            Rc::make_mut(&mut then).insert(item.id.clone(), work.collect());
        }
        stood.push(then.clone());
    }
    drop(stood);
    Rc::unwrap_or_clone(then)
}
