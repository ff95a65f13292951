//! Step 5b: from the Director's cells to the quote.

use super::act::Refusal;
use super::apply::field;
use super::case::*;
use super::event::Event;
use super::form::{Cell, Change, Filled, Form};
use super::house::Role;
use super::pricing;
use super::problem::Kind;
use super::step::{Decision, Step, kept, problem, returned, stamped, taken};
use super::value::{Value, Vnd};

impl Step<'_> {
    /// The Director's form, with the decision in it. What was told back to them before counts no more: it has just been
    /// confirmed, or these cells came after it.
    pub fn form_of_director(&self, form: &Filled) -> Decision {
        self.prices_of(form, false)
    }

    /// `told`: what these prices come to, below cost or not, has been told back with them.
    fn prices_of(&self, form: &Filled, told: bool) -> Decision {
        self.is_current(form.base)?;
        let mut events: Vec<Event> = self.used_up().into_iter().chain(kept(form)).collect();
        if form.has_errors() {
            events.push(returned(form.problems.clone()));
            return Ok(events);
        }
        let after = self.project(&events);
        let next = self.on(&after);
        let note = after.form.text("pr_note").unwrap_or_default();
        let decided = match after.form.text("pr_dec") {
            Some("duyet") => next.price_where(|_| told),
            Some("tra_lai") => next.sent_back(note),
            Some("tu_choi") => next.reject(note, vec![]),
            _ => Err(Refusal::Prices { problems: vec![problem("pr_dec", Kind::Missing)] }),
        };
        match decided {
            Ok(more) => {
                let mut form = form.clone();
                form.problems.extend(pricing::priced_in_vain(&after.form, &form.changes));
                events.push(taken(&form));
                events.extend(more);
            }
            // Prices that make no quote are a form with errors: told by cell, the right part kept.
            Err(Refusal::Prices { problems }) => events.push(returned(form.placed(problems))),
            Err(other) => return Err(other),
        }
        Ok(events)
    }

    /// DUYỆT on prices that were said in a mail's text and told back.
    pub fn prices_said(&self, cells: &[Change]) -> Decision {
        let mut form = Filled { changes: one_way_to_price(&self.case.form, cells), ..Filled::default() };
        form.changes.push(field("pr_dec", Value::Choice("duyet".into())));
        // The form is still what it was when they were told back, and so is what they come to.
        let told = self.told_back().is_some_and(|proposal| proposal.rev == self.case.rev);
        self.prices_of(&form, told)
    }

    /// `DUYỆT` in a mail: the prices as the form has them.
    pub fn approved(&self) -> Decision {
        self.is_current(self.act.saw.rev)?;
        // A discount that could not be read was meant all the same.
        if !self.case.unread.is_empty() {
            return Err(Refusal::Prices { problems: self.case.unread.clone() });
        }
        self.price(None)
    }

    /// Back to Sales with a question.
    pub fn sent_back(&self, questions: &str) -> Decision {
        self.clarify(questions, vec![], State::Completing)
    }

    /// The prices as they stand make the quote. Below Tech's cost they are told back first (domain a.4, `gd_gia`), and
    /// count once the total that was `told_back` is confirmed.
    pub fn price(&self, told_back: Option<Vnd>) -> Decision {
        self.price_where(|total| told_back == Some(total))
    }

    fn price_where(&self, told_back: impl Fn(Vnd) -> bool) -> Decision {
        let quote = pricing::price(self.case, self.house, self.moment).map_err(|problems| Refusal::Prices { problems })?;
        if !pricing::warnings(self.case, &quote).is_empty() && !told_back(quote.total) {
            return Ok(vec![self.tell_back(Proposed::Price { total: quote.total })]);
        }
        let mut events = self.stamp();
        events.extend([Event::Priced, Event::Quoted { quote: Box::new(quote) }]);
        // The desk mails it with this very decision.
        events.extend(self.case.quote_mailed_to(self.house).map(|_| Event::SentToCustomer { on: self.today }));
        let after = self.project(&events);
        events.push(self.on(&after).moved(State::Quoted));
        Ok(events)
    }

    /// Nothing but prices, and of the Director, where no prices are asked for: `2 = 5tr`, `giảm 5%`.
    pub fn are_prices_too_soon_or_late(&self, text: &str) -> bool {
        let asked = self.case.state == State::Pricing;
        let other = self.is_tech() || self.is(Role::Sales) || self.is(Role::Leader);
        self.is(Role::Director) && !asked && !other && are_prices(text)
    }

    /// Decision, name and day, where the Director has left them out.
    fn stamp(&self) -> Vec<Event> {
        let by = self.house.name_of(&self.sender()).to_string();
        let cells = [("pr_dec", Value::Choice("duyet".into())), ("pr_by", Value::Text(by)), ("pr_date", Value::Date(self.today))];
        let blank = cells.into_iter().filter(|(name, _)| self.case.form.get(name).is_none());
        let cells: Vec<Change> = blank.map(|(name, value)| field(name, value)).collect();
        if cells.is_empty() { vec![] } else { vec![stamped(cells)] }
    }
}

/// What is said, and what it takes the place of in the form from before: prices of single items that of a markup, a discount
/// in percent that of an amount, and the other way round; the price of an item its being left out.
pub fn one_way_to_price(form: &Form, said: &[Change]) -> Vec<Change> {
    let price = |id: &str| Cell::Item(id.into(), "gd_gia".into());
    let cell = |at: Cell, new: Option<Value>| Change { old: form.at(&at).cloned(), at, new };
    let by_item = said.iter().any(|c| matches!(&c.at, Cell::Item(_, column) if column == "gd_gia"));
    let says = |name: &str| said.iter().any(|c| c.at == Cell::Field(name.into()));
    let by_markup = says("pr_markup");
    let mut cells = said.to_vec();
    if by_item && !by_markup && form.text("pr_mode") == Some("markup") {
        cells.push(cell(Cell::Field("pr_mode".into()), Some(Value::Choice("per_item".into()))));
        cells.push(cell(Cell::Field("pr_markup".into()), None));
    }
    if by_markup && !by_item {
        let priced = form.items.iter().filter(|item| item.get("gd_gia").is_some());
        cells.extend(priced.map(|item| cell(price(&item.id), None)));
    }
    // Priced after it was left out: it is in the quote again.
    let at = |id: &str| Cell::Item(id.into(), "gd_bao".into());
    let priced = form.items.iter().filter(|item| said.iter().any(|c| c.at == price(&item.id)));
    let back = priced.filter(|item| item.text("gd_bao") == Some("no") && !said.iter().any(|c| c.at == at(&item.id)));
    cells.extend(back.map(|item| cell(at(&item.id), None)));
    for (new, old) in [("pr_disc_pct", "pr_disc_amt"), ("pr_disc_amt", "pr_disc_pct")] {
        if says(new) && !says(old) && form.get(old).is_some() {
            cells.push(cell(Cell::Field(old.into()), None));
        }
    }
    cells
}

/// Is every line of it a price, a discount or a tax?
fn are_prices(text: &str) -> bool {
    let lines: Vec<String> = text.lines().map(crate::text::fold).filter(|line| !line.trim().is_empty()).collect();
    let is_price = |line: &String| {
        let figure = line.chars().any(|c| c.is_ascii_digit());
        let item = line.split_once('=').is_some_and(|(item, price)| {
            let item = item.trim().trim_start_matches("muc ").trim_start_matches("item ").trim();
            let named = item.chars().all(|c| c.is_ascii_digit()) || matches!(item, "server" | "may chu");
            !item.is_empty() && named && price.trim().starts_with(|c: char| c.is_ascii_digit())
        });
        let begins = |word: &str| line.trim().strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', ':', '=']));
        let word = ["giam", "chiet khau", "discount", "vat", "he so", "markup"].into_iter().any(begins);
        item || (word && figure && line.split_whitespace().count() <= 5)
    };
    !lines.is_empty() && lines.iter().all(is_price)
}
