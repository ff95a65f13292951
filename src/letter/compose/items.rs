//! The table of items: columns by letter and reader. Tech's cost only for those who may see it, never for a customer.

use serde::Serialize;

use super::Desk;
use crate::form::layout;
use crate::letter::messages::one_line;
use crate::process::case::State;
use crate::process::form::{Cell as At, CellNote, Change, Item};
use crate::process::house::Role;
use crate::process::letters::{Attach, Kind};
use crate::process::quote::{Line, Quote};
use crate::process::reworded::{self, Reworded};
use crate::process::value::Value;

#[derive(Serialize)]
pub(super) struct Table {
    heads: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    /// How many rows a letter has no room for, and where they are.
    more: Option<String>,
}

/// A cell of the table, or a head of it.
#[derive(Serialize, Default)]
struct Cell {
    text: String,
    /// Small lines below.
    details: Vec<String>,
    num: bool,
    /// Of the last row, where it sums up.
    strong: bool,
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
    /// What the customer has bought: how much of it, in how many days.
    Work,
}

impl Desk<'_> {
    pub(super) fn items(&self) -> Option<Table> {
        let case = self.cx.case;
        match self.shows()? {
            Shows::Quote => case.quote().map(|q| self.quoted(q)),
            Shows::Work => case.quote().map(|q| self.bought(q)),
            _ if case.form.items.is_empty() => None,
            Shows::Wishes => {
                let rows = case.form.items.iter().map(|i| vec![no(i), self.wish(i)]).collect();
                Some(self.table(&[("no", true), ("item", false)], rows))
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
            Need | Review | Clarify => Some(Shows::Wishes),
            Scheduling => Some(Shows::Work),
            Feedback if self.cx.case.answers.is_empty() => Some(Shows::Wishes),
            Feedback | NothingFeasible | Completing | Pricing => Some(Shows::Answers),
            Conflict => Some(Shows::Conflicts),
            Quote | QuoteToCustomer | QuoteRunsOut | Contracting => Some(Shows::Quote),
            Status | Reminder | Late | Escalation => of_state,
            Confirm => None,
            WhoseCase | FormProblems | QuoteWithdrawn | Rejected | Corrected | Planned | Progress | Closed | Reopened
            | Recalled | Question | Answered | Comment | Unreached | Receipt | Refused | NotUnderstood => None,
        }
    }

    /// What people have written on the form's cells, in the letters that ask for a decision on it: on those that the reader may see,
    /// less what they have written themselves.
    pub(super) fn cell_notes(&self) -> Vec<String> {
        use Kind::{Clarify, Completing, Feedback, NothingFeasible, Pricing, Review, Scheduling};
        if !matches!(self.letter.kind, Review | Clarify | Feedback | NothingFeasible | Completing | Pricing | Scheduling) {
            return vec![];
        }
        let own = self.cx.house.name_of(&self.letter.to);
        let seen = |note: &&CellNote| {
            let (At::Field(name) | At::Item(_, name)) = &note.at;
            self.sees(name) && note.who != own
        };
        let line = |note: &CellNote| {
            let (place, text) = (self.words.place(&note.at), one_line(&note.text, 600));
            self.words.say("mail.cell_note", &[("place", &place), ("who", &note.who), ("text", &text)])
        };
        self.fitting(self.cx.case.form.notes.iter().filter(seen).map(line).collect())
    }

    /// A table of as many rows as the letter has room for.
    fn table(&self, columns: &[(&str, bool)], mut rows: Vec<Vec<Cell>>) -> Table {
        let left_out = rows.len().saturating_sub(self.room.rows);
        rows.truncate(self.room.rows);
        let attached = self.letter.attach.iter().any(|a| *a != Attach::Calendar);
        let key = if attached { "mail.more_attached" } else { "mail.more_items" };
        let more = (left_out > 0).then(|| self.words.say(key, &[("n", &left_out.to_string())]));
        Table { heads: self.heads(columns), rows, more }
    }

    fn heads(&self, columns: &[(&str, bool)]) -> Vec<Cell> {
        let head = |(key, num): &(&str, bool)| number_if(*num, self.words.say(&format!("column.{key}"), &[]));
        columns.iter().map(head).collect()
    }

    /// The heading with area and explanation.
    fn wish(&self, item: &Item) -> Cell {
        let known = ["khu", "dg"].iter().filter_map(|c| item.text(c)).filter(|t| !t.is_empty());
        let mut details: Vec<String> = known.map(|t| one_line(t, 240)).collect();
        details.extend(self.quoted_before(item));
        Cell { text: one_line(item.heading(), 300), details, ..Cell::default() }
    }

    /// Where a change is asked of a quote: which line of it the item is, and its price there.
    fn quoted_before(&self, item: &Item) -> Option<String> {
        let quote = self.cx.case.quote().filter(|_| self.letter.kind == Kind::Clarify && self.is_of_a_quote())?;
        let line = quote.lines.iter().find(|l| l.item.as_ref() == Some(&item.id))?;
        let (no, price) = (line.no.to_string(), self.words.money(line.amount));
        Some(self.words.say("detail.quoted", &[("no", &no), ("number", &quote.number), ("price", &price)]))
    }

    /// Beside the table, whose rows are read when a reply quotes them: the items as the last quote had them, for the Director;
    /// as Tech has answered them before, for Tech.
    pub(super) fn known_before(&self) -> Vec<String> {
        let items = &self.cx.case.form.items;
        let quoted = self.cx.case.quote().filter(|_| self.letter.kind == Kind::Pricing && self.is_of_a_quote());
        let lines: Vec<String> = match quoted {
            Some(quote) => items.iter().filter_map(|item| self.line_of(item, quote)).collect(),
            None if self.has_answers_before() => items.iter().map(|item| self.answered_before(item)).collect(),
            None => vec![],
        };
        self.fitting(lines)
    }

    fn line_of(&self, item: &Item, quote: &Quote) -> Option<String> {
        let line = quote.lines.iter().find(|l| l.item.as_ref() == Some(&item.id))?;
        let (no, price) = (line.no.to_string(), self.words.money(line.amount));
        if let Some(reworded) = reworded::since_quoted(self.cx.case).iter().find(|r| r.item == item.id) {
            return Some(self.priced_for_another(reworded));
        }
        let name = self.words.named_item(&item.id);
        Some(self.words.say("detail.quoted_line", &[("name", &name), ("no", &no), ("number", &quote.number), ("price", &price)]))
    }

    /// Letters to Sales and the Director that go back to a quote, before there is a new one.
    fn is_of_a_quote(&self) -> bool {
        matches!(self.cx.case.state, State::Drafting | State::Pricing) && matches!(self.letter.role, Role::Sales | Role::Director)
    }

    /// The form and the last quote number their items in two ways: said where people have both before them.
    pub(super) fn renumbered(&self) -> Option<String> {
        let case = self.cx.case;
        let quote = case.quote()?;
        let other = |line: &Line| {
            let item = line.item.as_ref().and_then(|id| case.form.item(id));
            item.is_some_and(|item| item.no != line.no)
        };
        let key = match self.letter.kind {
            Kind::Scheduling => "mail.numbers_of_quote",
            Kind::Clarify | Kind::Pricing if self.is_of_a_quote() => "mail.numbers_of_form",
            _ => return None,
        };
        quote.lines.iter().any(other).then(|| self.words.say(key, &[("number", &quote.number)]))
    }

    /// Has Tech answered in a round before? What they said then is in the form.
    pub(super) fn has_answers_before(&self) -> bool {
        let case = self.cx.case;
        let first = self.letter.kind == Kind::Feedback && case.answers.is_empty();
        first && case.form.items.iter().any(|i| i.feasible().is_some())
    }

    /// What Tech said of the item in the round before; or that it is new.
    fn answered_before(&self, item: &Item) -> String {
        if let Some(reworded) = self.reworded().find(|r| r.item == item.id) {
            return self.answered_to_another(reworded);
        }
        let name = self.words.named_item(&item.id);
        let Some(feasible) = item.feasible() else { return self.words.say("detail.new", &[("name", &name)]) };
        self.words.say("detail.answered", &[("name", &name), ("text", &self.answer_in_short(item, feasible))])
    }

    fn answer_in_short(&self, item: &Item, feasible: &str) -> String {
        let (cost, days) = item.cost_and_days();
        let cost = cost.filter(|_| self.sees_cost()).map(|v| self.words.money(v));
        let days = days.map(|d| self.words.days(d));
        [Some(self.words.choice(feasible)), cost, days].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Items whose answer in the form is to what they said before, as far as nobody has answered them since.
    pub(super) fn reworded(&self) -> impl Iterator<Item = &Reworded> {
        self.cx.reworded.iter().filter(|r| !self.cx.case.answers.contains_key(&r.item))
    }

    /// What the old answer of Tech was, and that it was given to something else.
    pub(super) fn answered_to_another(&self, reworded: &Reworded) -> String {
        let item = self.cx.case.form.item(&reworded.item);
        let said = item.and_then(|item| Some(self.answer_in_short(item, item.feasible()?))).unwrap_or_default();
        let (name, changes) = (self.words.item(&reworded.item), self.changed_from(reworded));
        self.words.say("detail.answered_to_another", &[("name", &name), ("changes", &changes), ("text", &said)])
    }

    /// What the item cost in the last quote, and that it was something else.
    pub(super) fn priced_for_another(&self, reworded: &Reworded) -> String {
        let quote = self.cx.case.quote();
        let line = quote.and_then(|q| q.lines.iter().find(|l| l.item.as_ref() == Some(&reworded.item)));
        let (no, price) = line.map(|l| (l.no.to_string(), self.words.money(l.amount))).unwrap_or_default();
        let number = quote.map(|q| q.number.as_str()).unwrap_or_default();
        let (name, changes) = (self.words.item(&reworded.item), self.changed_from(reworded));
        let fill = [("name", name.as_str()), ("changes", &changes), ("no", &no), ("number", number), ("price", &price)];
        self.words.say("detail.priced_for_another", &fill)
    }

    /// `“Nội dung số 2” thành “Báo cáo kho theo lô”`; of the cells beside the heading with their label.
    fn changed_from(&self, reworded: &Reworded) -> String {
        let text = |value: &Option<Value>| one_line(&self.words.value(value.as_ref()), 150);
        let line = |change: &Change| {
            let At::Item(_, column) = &change.at else { return String::new() };
            let label = layout::column(column).map(|c| c.label.in_(self.words.lang)).filter(|_| column != "nd");
            let said = self.words.say("detail.from_to", &[("old", &text(&change.old)), ("new", &text(&change.new))]);
            label.map_or(said.clone(), |label| format!("{label} {said}"))
        };
        reworded.changes.iter().map(line).collect::<Vec<_>>().join(", ")
    }

    fn answered(&self) -> Table {
        let items = &self.cx.case.form.items;
        let (costs, halves): (Vec<_>, Vec<_>) = items.iter().map(Item::cost_and_days).unzip();
        // A column in which nothing stands is not shown.
        let cost = self.sees_cost() && costs.iter().any(Option::is_some);
        let days = halves.iter().any(Option::is_some);
        let mut columns = vec![("no", true), ("item", false), ("feasible", false)];
        columns.extend(cost.then_some(("cost", true)));
        columns.extend(days.then_some(("days", true)));
        let row = |item: &Item| {
            let (item_cost, item_days) = item.cost_and_days();
            let details = self.answer_details(item);
            let feasible = item.feasible().map_or_else(|| self.words.say("detail.waiting", &[]), |f| self.words.choice(f));
            let mut cells = vec![
                no(item),
                Cell { text: one_line(item.heading(), 300), details, ..Cell::default() },
                number_if(false, feasible),
            ];
            if cost {
                cells.push(number_if(true, item_cost.map(|v| self.words.digits(v)).unwrap_or_default()));
            }
            if days {
                cells.push(number_if(true, item_days.map(|d| self.words.half_days(d)).unwrap_or_default()));
            }
            cells
        };
        let mut table = self.table(&columns, items.iter().map(row).collect());
        if cost && costs.iter().flatten().count() > 1 {
            let total = costs.into_iter().flatten().fold(0i64, i64::saturating_add);
            let sum = halves.into_iter().flatten().fold(0u32, u32::saturating_add);
            let strong = |num, text| Cell { strong: true, ..number_if(num, text) };
            let mut row = vec![
                Cell::default(),
                strong(false, self.words.say("column.total", &[])),
                Cell::default(),
                strong(true, self.words.digits(total)),
            ];
            row.extend(days.then(|| strong(true, self.words.half_days(sum))));
            table.rows.push(row);
        }
        table
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
            let (cost, days) = rival.item.cost_and_days();
            let cost = cost.filter(|_| self.sees_cost()).map(|v| self.words.money(v));
            let days = days.map(|d| self.words.days(d));
            let reason = rival.item.text("kt_ld").or(rival.item.text("kt_pv")).map(|t| one_line(t, 200));
            let more: String = [cost, days, reason].into_iter().flatten().map(|m| format!(" · {m}")).collect();
            let who = self.cx.house.name_of(&rival.by);
            self.words.say("detail.rival", &[("who", who), ("feasible", &feasible), ("more", &more)])
        };
        let rows = case.form.items.iter().filter_map(|item| {
            let rivals = case.conflicts.get(&item.id)?;
            let details = rivals.iter().map(rival).collect();
            Some(vec![no(item), Cell { text: one_line(item.heading(), 300), details, ..Cell::default() }])
        });
        self.table(&[("no", true), ("item", false)], rows.collect())
    }

    /// The lines of the quote that was agreed to; of a part that can be done, which part.
    fn bought(&self, quote: &Quote) -> Table {
        let rows = quote.lines.iter().map(|line| {
            let scope = Some(line.scope.as_str()).filter(|scope| !scope.is_empty());
            let scope = scope.map(|scope| self.words.say("detail.scope", &[("text", &one_line(scope, 300))]));
            let known = [&line.area, &line.explanation, &line.note].map(|text| one_line(text, 240));
            let [area, explanation, note] = known;
            let details = [area, scope.unwrap_or(explanation), note].into_iter().filter(|text| !text.is_empty()).collect();
            vec![
                number_if(true, line.no.to_string()),
                Cell { text: one_line(&line.name, 300), details, ..Cell::default() },
                number_if(true, line.half_days.map(|d| self.words.half_days(d)).unwrap_or_default()),
            ]
        });
        self.table(&[("no", true), ("item", false), ("days", true)], rows.collect())
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
        self.table(&[("no", true), ("item", false), ("days", true), ("amount", true)], rows.collect())
    }
}

fn no(item: &Item) -> Cell {
    number_if(true, item.no.to_string())
}

fn number_if(num: bool, text: String) -> Cell {
    Cell { text, num, ..Cell::default() }
}
