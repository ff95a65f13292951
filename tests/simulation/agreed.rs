//! What people have agreed to: no quote has another price, no form goes on that its Leader has not seen, no customer is bound by
//! a quote that they were not asked about.

use std::collections::{BTreeMap, BTreeSet};

use quotedesk::process::case::{Case, Proposed};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change};
use quotedesk::process::quote::Quote;

use super::house::DIRECTOR;
use super::slips::{Row, Slip};

/// A letter from before the first quote: what is said in answer to it is of the quote that there is.
const NONE_YET: Made = (0, 0);

/// A revision and when it was made: after a restore the same number is another one.
type Made = (u32, i64);

/// What a letter about a case showed.
#[derive(Default)]
struct Shown {
    /// By whom the form was last changed, and at which revision.
    edits: BTreeMap<String, Made>,
    quote: Option<Made>,
    /// Prices of the Director's words that waited for a DUYỆT, by item.
    prices: Vec<(String, i64)>,
}

#[derive(Default)]
pub struct Agreed {
    /// By case and version.
    shown: BTreeMap<(String, u64), Shown>,
    /// The same of letters that went out before the restore: what came after the backup is not in the store any more.
    before: BTreeMap<(String, u64), Shown>,
    /// When each revision of a case's form, and of its quote, was made; a number that is given once more is another revision.
    made: BTreeMap<(String, u32), i64>,
    quoted: BTreeMap<(String, u32), i64>,
    /// The revision of the form, and of the quote, that each case had last.
    last: BTreeMap<String, (u32, Option<u32>)>,
    prices: BTreeSet<(String, String, i64)>,
    /// By case, who, and the last revision of the form that somebody else has made.
    forms: BTreeSet<(String, String, Made)>,
    quotes: BTreeSet<(String, String, Made)>,
    /// By case and who: somebody who has written without answering a letter, of whom nobody knows what they had seen.
    unknown: BTreeSet<(String, String)>,
}

impl Agreed {
    /// A backup lies in place of the store: what comes now is its history, and goes on another way.
    pub fn forget(&mut self) {
        self.before = std::mem::take(&mut self.shown);
        (self.made, self.quoted, self.last) = Default::default();
    }

    /// The case as an event of this moment (milliseconds) has left it.
    pub fn became(&mut self, case: &Case, at: i64) {
        let now = (case.rev, case.quote().map(|q| q.revision));
        let last = self.last.insert(case.id.clone(), now).unwrap_or_default();
        if now.0 != last.0 {
            self.made.insert((case.id.clone(), now.0), at);
        }
        if let Some(quote) = now.1.filter(|_| now.1 != last.1) {
            self.quoted.insert((case.id.clone(), quote), at);
        }
        let quote = now.1.map(|quote| (quote, self.quoted.get(&(case.id.clone(), quote)).copied().unwrap_or_default()));
        let edits = case.edits.iter().map(|(by, rev)| (by.clone(), self.form(case, *rev))).collect();
        let cells = match case.proposal_of(DIRECTOR).map(|p| &p.what) {
            Some(Proposed::Cells { cells, .. }) => cells.as_slice(),
            _ => &[],
        };
        let price = |change: &Change| match &change.at {
            Cell::Item(item, column) if column == "gd_gia" => Some((item.clone(), change.new.as_ref()?.vnd()?)),
            _ => None,
        };
        let prices = cells.iter().filter_map(price).collect();
        let shown = Shown { edits, quote, prices };
        self.shown.insert((case.id.clone(), case.version), shown);
    }

    fn form(&self, case: &Case, rev: u32) -> Made {
        (rev, self.made.get(&(case.id.clone(), rev)).copied().unwrap_or_default())
    }

    /// Somebody writes words, in answer to a letter; `before`: to one that went out before the restore.
    pub fn says(&mut self, case: &str, who: &str, letter: Option<&str>, before: bool) {
        let Some(letter) = letter else {
            self.unknown.insert((case.to_string(), who.to_string()));
            return;
        };
        let version = letter.split('.').nth(1).and_then(|v| v.split('-').next()?.parse().ok());
        let letters = if before { &self.before } else { &self.shown };
        let Some(shown) = version.and_then(|version| letters.get(&(case.to_string(), version))) else { return };
        if who == DIRECTOR {
            self.prices.extend(shown.prices.iter().map(|(item, price)| (case.to_string(), item.clone(), *price)));
        }
        self.forms.insert((case.to_string(), who.to_string(), by_others(&shown.edits, who)));
        self.quotes.insert((case.to_string(), who.to_string(), shown.quote.unwrap_or(NONE_YET)));
    }

    /// The Director hands in a form of theirs.
    pub fn types(&mut self, case: &str, slip: &Slip) {
        let price = |row: &Row| Some((case.to_string(), row.id.clone()?, row.cells.get("gd_gia")?.as_i64()?));
        self.prices.extend(slip.items.iter().filter_map(price));
    }

    /// What an event does that nobody has agreed to.
    pub fn look_at(&self, case: &Case, recorded: &Recorded) -> Option<String> {
        let by = recorded.by.clone().unwrap_or_default();
        let all = |made: Made| (case.id.clone(), by.clone(), made);
        let wrong = match &recorded.event {
            _ if self.unknown.contains(&(case.id.clone(), by.clone())) => None,
            Event::Quoted { quote } => self.price_of_nobody(&case.id, quote),
            Event::Reviewed { confirmed: true, rev, .. } => {
                let edits = case.edits.iter().map(|(by, rev)| (by.clone(), self.form(case, *rev))).collect();
                let seen = self.forms.contains(&all(by_others(&edits, &by)));
                (!seen).then(|| format!("{by} has confirmed form {rev} unseen"))
            }
            Event::Agreed { revision, .. } => {
                let made = self.quoted.get(&(case.id.clone(), *revision)).copied().unwrap_or_default();
                let seen = self.quotes.contains(&all((*revision, made))) || self.quotes.contains(&all(NONE_YET));
                (!seen).then(|| format!("{by} has agreed to quote {revision} unseen"))
            }
            _ => None,
        };
        wrong.map(|wrong| format!("{} event {}: {wrong}", case.id, recorded.seq))
    }

    fn price_of_nobody(&self, case: &str, quote: &Quote) -> Option<String> {
        let agreed = |item: &String, price| self.prices.contains(&(case.to_string(), item.clone(), price));
        let wrong = quote.lines.iter().find(|line| line.item.as_ref().is_some_and(|item| !agreed(item, line.unit_price)))?;
        Some(format!("{} for {:?}: nobody has agreed to that price", wrong.unit_price, wrong.item))
    }
}

fn by_others(edits: &BTreeMap<String, Made>, who: &str) -> Made {
    edits.iter().filter(|(by, _)| *by != who).map(|(_, made)| *made).max().unwrap_or_default()
}
