//! Which row is which item: by its hidden id, then by identical content, then, where a program has lost all ids, by its
//! number (domain a.0). Staff renumber, move and copy rows, or parts of them without the id.

use std::collections::{BTreeMap, BTreeSet};

use crate::form::read::{FoundItem, ReadForm};
use crate::process::form::{Form, Item};
use crate::process::problem::{Kind as Fault, Problem, Severity};
use crate::process::value::Value;
use crate::text::fold;

/// Gives each row its item's id, new rows a fresh one where the sender may add items (`adds`). What stays without an id
/// cannot be told from others, and is a finding where something is written in it.
///
/// `highest`: the highest number that an id of this case has ever had.
pub fn identify(read: &mut ReadForm, base: &Form, current: &Form, adds: bool, highest: u32) -> Vec<Problem> {
    let known: Vec<&Item> = base.items.iter().chain(current.items.iter().filter(|i| base.item(&i.id).is_none())).collect();
    let lost = !read.items.is_empty() && read.items.iter().all(|row| row.id.is_none());
    let apart = follow_content(&mut read.items, &known, current, adds);
    forget_copies(&mut read.items, &known);

    let mut taken: BTreeSet<String> = read.items.iter().filter_map(|row| row.id.clone()).collect();
    let mut claim = |row: &mut FoundItem, fits: &dyn Fn(&Item) -> bool| {
        let mut free = known.iter().filter(|i| !taken.contains(&i.id) && fits(i));
        // Two items that look alike cannot be told apart.
        if let (Some(item), None) = (free.next(), free.next()) {
            taken.insert(item.id.clone());
            row.id = Some(item.id.clone());
        }
    };
    for row in read.items.iter_mut().filter(|row| row.id.is_none() && !apart.contains(&row.at.row)) {
        let content = content(row);
        claim(row, &|item| !content.is_empty() && fold(item.heading()) == content);
    }
    for row in read.items.iter_mut().filter(|row| lost && row.id.is_none()) {
        let no = row.no;
        claim(row, &|item| Some(item.no) == no);
    }

    // Each known item has its row: what is left is new.
    let all_there = known.iter().all(|i| taken.contains(&i.id));
    let numbers = taken.iter().chain(known.iter().map(|i| &i.id)).filter_map(|id| id.strip_prefix('M')?.parse::<u32>().ok());
    let mut next = numbers.max().unwrap_or(0).max(highest);
    let mut problems = Vec::new();
    for row in read.items.iter_mut().filter(|row| row.id.is_none() && !row.is_blank()) {
        // What is left of a row that Sales has moved elsewhere.
        if adds && apart.contains(&row.at.row) {
            continue;
        }
        if adds {
            next += 1;
            row.id = Some(format!("M{next:02}"));
        } else {
            let said = row.cells.get("nd").map_or("", |c| &c.raw);
            let new = all_there && !apart.contains(&row.at.row) && !content(row).is_empty();
            let fault = if new { Fault::SalesAddItems } else { Fault::UnknownItem };
            problems.push(row.at.problem("nd", None, Severity::Error, fault, said));
        }
    }
    problems
}

/// A row that reads like another item than its id says was sorted, or cut and pasted, without its hidden id. It is the item
/// that its reader sees, for what is answered stands beside those words. Where another row reads like that item too, nobody
/// can say which one is meant: neither counts. Sales, whose words they are, may write the same twice.
///
/// Gives the sheet rows that cannot be told from others, or that moved words have left behind.
fn follow_content(rows: &mut [FoundItem], known: &[&Item], current: &Form, adds: bool) -> BTreeSet<u32> {
    let mut like: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    // What has been taken out since is nothing that a row could have become.
    for item in known.iter().filter(|i| current.item(&i.id).is_some()) {
        like.entry(fold(item.heading())).or_default().push(&item.id);
    }
    // The one item of another id that a row reads like.
    let other = |row: &FoundItem| {
        let content = content(row);
        let id = row.id.as_deref().filter(|id| known.iter().any(|i| i.id == *id))?;
        match like.get(&content)?[..] {
            [one] if !content.is_empty() && one != id => Some(one.to_owned()),
            _ => None,
        }
    };
    let moved: Vec<(usize, String)> = rows.iter().enumerate().filter_map(|(at, row)| Some((at, other(row)?))).collect();
    let mut apart = BTreeSet::new();
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for (at, id) in &moved {
        let reads = |row: &FoundItem| like.get(&content(row)).is_some_and(|ids| ids[..] == [id.as_str()]);
        if rows.iter().filter(|row| reads(row)).count() == 1 {
            taken.insert(id.clone(), *at);
        } else if !adds {
            apart.insert(rows[*at].at.row);
        }
    }
    for (at, row) in rows.iter_mut().enumerate() {
        if let Some((id, _)) = taken.iter().find(|(_, to)| **to == at) {
            row.id = Some(id.clone());
        } else if row.id.as_ref().is_some_and(|id| taken.contains_key(id)) || apart.contains(&row.at.row) {
            if content(row).is_empty() {
                apart.insert(row.at.row);
            }
            row.id = None;
        }
    }
    apart
}

/// A row copied whole brings its id along, and an id of nowhere means nothing: the row that still reads like its item
/// keeps the id, else the first.
fn forget_copies(rows: &mut [FoundItem], known: &[&Item]) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let truest = |rows: &[FoundItem], id: &str, item: &Item| {
        let like = |row: &&FoundItem| row.id.as_deref() == Some(id) && content(row) == fold(item.heading());
        rows.iter().find(like).map(|row| row.at.clone())
    };
    for at in 0..rows.len() {
        let Some(id) = rows[at].id.clone() else { continue };
        let keeps = match known.iter().find(|i| i.id == id) {
            None => false,
            Some(item) => truest(rows, &id, item).is_none_or(|place| place == rows[at].at) && seen.insert(id),
        };
        if !keeps {
            rows[at].id = None;
        }
    }
}

fn content(row: &FoundItem) -> String {
    fold(row.value("nd").and_then(Value::text).unwrap_or_default())
}
