//! Prices that the Director has agreed to: no quote has any other.

use std::collections::{BTreeMap, BTreeSet};

use quotedesk::process::case::{Case, Proposed};
use quotedesk::process::form::{Cell, Change};
use quotedesk::process::quote::Quote;

use super::house::DIRECTOR;

/// An item of a case.
type Item = (String, String);

#[derive(Default)]
pub struct Agreed {
    /// What of the Director's words waited for a DUYỆT when a letter of that version of the case was written.
    told: BTreeMap<(String, u64), Vec<Change>>,
    prices: BTreeMap<Item, BTreeSet<i64>>,
    /// Another store lies there now, and letters tell of cases that it does not know.
    restored: bool,
}

impl Agreed {
    pub fn forget(&mut self) {
        *self = Agreed { restored: true, ..Agreed::default() };
    }

    /// The case as an event has left it.
    pub fn became(&mut self, case: &Case) {
        if let Some(Proposed::Cells { cells, .. }) = case.proposal_of(DIRECTOR).map(|p| &p.what) {
            self.told.insert((case.id.clone(), case.version), cells.clone());
        }
    }

    /// The Director answers a letter with DUYỆT.
    pub fn says_yes(&mut self, case: &str, letter: &str) {
        let version = letter.split('.').nth(1).and_then(|v| v.split('-').next()?.parse().ok());
        let told = version.and_then(|version| self.told.get(&(case.to_string(), version)));
        for Change { at, new, .. } in told.into_iter().flatten() {
            if let (Cell::Item(item, column), Some(price)) = (at, new.as_ref().and_then(|v| v.vnd()))
                && column == "gd_gia"
            {
                self.prices.entry((case.to_string(), item.clone())).or_default().insert(price);
            }
        }
    }

    /// What is wrong with a quote's prices.
    pub fn look_at(&self, case: &str, quote: &Quote) -> Option<String> {
        let agreed = |item: &str, price| {
            self.prices.get(&(case.to_string(), item.to_string())).is_some_and(|prices| prices.contains(&price))
        };
        let wrong = quote.lines.iter().find(|line| line.item.as_ref().is_some_and(|item| !agreed(item, line.unit_price)))?;
        (!self.restored).then(|| format!("{case}: {} for {:?}: nobody has agreed to that price", wrong.unit_price, wrong.item))
    }
}
