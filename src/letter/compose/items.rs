//! The table of items: columns by letter and reader. Tech's cost only for those who may see it, never for a customer.

use serde::Serialize;

use super::Desk;
use crate::letter::messages::one_line;
use crate::process::case::State;
use crate::process::form::Item;
use crate::process::letters::Kind;
use crate::process::quote::Quote;

#[derive(Serialize)]
pub(super) struct Table {
    heads: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// A cell of the table, or a head of it.
#[derive(Serialize, Default)]
struct Cell {
    text: String,
    /// Small lines below.
    details: Vec<String>,
    num: bool,
}

/// What the table tells.
#[derive(Clone, Copy, PartialEq)]
enum Shows {
    /// What the customer wants.
    Wishes,
    /// What Tech says to it.
    Answers,
    /// Where Tech's answers differ.
    Conflicts,
    /// What the customer pays.
    Quote,
}

impl Desk<'_> {
    pub(super) fn items(&self) -> Option<Table> {
        let case = self.cx.case;
        match self.shows()? {
            Shows::Quote => case.quote().map(|q| self.quoted(q)),
            _ if case.form.items.is_empty() => None,
            Shows::Wishes => {
                let rows = case.form.items.iter().map(|i| vec![no(i), self.wish(i)]).collect();
                Some(Table { heads: self.heads(&[("no", true), ("item", false)]), rows })
            }
            Shows::Answers => Some(self.answered()),
            Shows::Conflicts => Some(self.conflicting()).filter(|t| !t.rows.is_empty()),
        }
    }

    fn shows(&self) -> Option<Shows> {
        use Kind::*;
        let of_state = match self.cx.case.state {
            State::Drafting | State::Review => Some(Shows::Wishes),
            State::Feedback | State::Completing | State::Pricing => Some(Shows::Answers),
            State::Quoted | State::Contracting | State::Scheduling | State::Delivering => Some(Shows::Quote),
            State::Assigning | State::Closed => None,
        };
        match self.letter.kind {
            Need | Review | Clarify | Scheduling => Some(Shows::Wishes),
            Feedback if self.cx.case.answers.is_empty() => Some(Shows::Wishes),
            Feedback | NothingFeasible | Completing | Pricing => Some(Shows::Answers),
            Conflict => Some(Shows::Conflicts),
            Quote | QuoteToCustomer | QuoteRunsOut | Contracting => Some(Shows::Quote),
            Status | Reminder | Late | Escalation => of_state,
            Confirm => None,
            WhoseCase | FormProblems | Rejected | Planned | Progress | Closed | Reopened | Question | Answered | Comment
            | Unreached | Receipt | Refused | NotUnderstood | Operator => None,
        }
    }

    fn heads(&self, columns: &[(&str, bool)]) -> Vec<Cell> {
        let head = |(key, num): &(&str, bool)| number_if(*num, self.words.say(&format!("column.{key}"), &[]));
        columns.iter().map(head).collect()
    }

    /// The heading with area and explanation.
    fn wish(&self, item: &Item) -> Cell {
        let details = ["khu", "dg"].iter().filter_map(|c| item.text(c)).filter(|t| !t.is_empty());
        Cell { text: one_line(item.heading(), 300), details: details.map(|t| one_line(t, 240)).collect(), num: false }
    }

    fn answered(&self) -> Table {
        let cost = self.sees_cost();
        let mut columns = vec![("no", true), ("item", false), ("feasible", false)];
        columns.extend(cost.then_some(("cost", true)));
        columns.push(("days", true));
        let row = |item: &Item| {
            let details = self.answer_details(item);
            let feasible = item.feasible().map_or_else(|| self.words.say("detail.waiting", &[]), |f| self.words.choice(f));
            let mut cells =
                vec![no(item), Cell { text: one_line(item.heading(), 300), details, num: false }, number_if(false, feasible)];
            if cost {
                cells.push(number_if(true, item.cost_vnd().map(|v| self.words.digits(v)).unwrap_or_default()));
            }
            cells.push(number_if(true, item.half_days().map(|d| self.words.half_days(d)).unwrap_or_default()));
            cells
        };
        let form = &self.cx.case.form;
        let mut rows: Vec<Vec<Cell>> = form.items.iter().map(row).collect();
        let costs: Vec<i64> = form.items.iter().filter_map(Item::cost_vnd).collect();
        if cost && costs.len() > 1 {
            let total = costs.iter().fold(0i64, |a, b| a.saturating_add(*b));
            let days = form.items.iter().filter_map(Item::half_days).fold(0u32, u32::saturating_add);
            rows.push(vec![
                Cell::default(),
                number_if(false, self.words.say("column.total", &[])),
                Cell::default(),
                number_if(true, self.words.digits(total)),
                number_if(true, self.words.half_days(days)),
            ]);
        }
        Table { heads: self.heads(&columns), rows }
    }

    /// Why not, how much of it, and whether a server is needed.
    fn answer_details(&self, item: &Item) -> Vec<String> {
        let mut details = Vec::new();
        for (column, key) in [("kt_ld", "reason"), ("kt_pv", "scope")] {
            if let Some(text) = item.text(column).filter(|t| !t.is_empty()) {
                details.push(self.words.say(&format!("detail.{key}"), &[("text", &one_line(text, 300))]));
            }
        }
        if item.text("kt_sv") == Some("yes") {
            details.push(self.words.say("detail.need_server", &[]));
        }
        if self.cx.case.conflicts.contains_key(&item.id) {
            details.push(self.words.say("detail.conflict", &[]));
        }
        details
    }

    fn conflicting(&self) -> Table {
        let case = self.cx.case;
        let rival = |rival: &crate::process::case::Rival| {
            let feasible = rival.item.feasible().map(|f| self.words.choice(f)).unwrap_or_default();
            let cost = rival.item.cost_vnd().filter(|_| self.sees_cost()).map(|v| self.words.money(v));
            let days = rival.item.half_days().map(|d| self.words.days(d));
            let reason = rival.item.text("kt_ld").or(rival.item.text("kt_pv")).map(|t| one_line(t, 200));
            let more: String = [cost, days, reason].into_iter().flatten().map(|m| format!(" · {m}")).collect();
            let who = self.cx.house.name_of(&rival.by);
            self.words.say("detail.rival", &[("who", who), ("feasible", &feasible), ("more", &more)])
        };
        let rows = case.form.items.iter().filter_map(|item| {
            let rivals = case.conflicts.get(&item.id)?;
            let details = rivals.iter().map(rival).collect();
            Some(vec![no(item), Cell { text: one_line(item.heading(), 300), details, num: false }])
        });
        Table { heads: self.heads(&[("no", true), ("item", false)]), rows: rows.collect() }
    }

    fn quoted(&self, quote: &Quote) -> Table {
        let rows = quote.lines.iter().map(|line| {
            vec![
                number_if(true, line.no.to_string()),
                number_if(false, one_line(&line.name, 300)),
                number_if(true, line.half_days.map(|d| self.words.half_days(d)).unwrap_or_default()),
                number_if(true, self.words.digits(line.amount)),
            ]
        });
        Table { heads: self.heads(&[("no", true), ("item", false), ("days", true), ("amount", true)]), rows: rows.collect() }
    }
}

fn no(item: &Item) -> Cell {
    number_if(true, item.no.to_string())
}

fn number_if(num: bool, text: String) -> Cell {
    Cell { text, details: vec![], num }
}
