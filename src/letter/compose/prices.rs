//! Step 5: what the prices come to, as the form and what was told back have them, and what they still lack.

use super::Desk;
use super::answers::Answer;
use crate::process::act::Moment;
use crate::process::case::{Case, Proposed};
use crate::process::event::Event;
use crate::process::form::{Cell, Item};
use crate::process::house::Role;
use crate::process::pricing::{self, BelowCost};
use crate::process::pricing_step::one_way_to_price;
use crate::process::problem::Problem;
use crate::process::quote::{Line, Quote};
use crate::process::terms::parts_off;
use crate::process::value::Value;

impl Desk<'_> {
    /// The quote that a `DUYỆT` would make now; else what keeps the prices from being one.
    pub(super) fn would_be(&self) -> Result<Quote, Vec<Problem>> {
        self.made_of(&self.case_would_be())
    }

    pub(super) fn case_would_be(&self) -> Case {
        let mut case = self.cx.case.clone();
        if let Some(Proposed::Cells { cells, decide: true, .. }) = self.told_back() {
            one_way_to_price(&case.form, cells).into_iter().for_each(|change| case.form.put(&change.at, change.new));
        }
        case
    }

    fn made_of(&self, case: &Case) -> Result<Quote, Vec<Problem>> {
        pricing::price(case, self.cx.house, &Moment { next_quote: 1, ..Moment::plain(self.cx.at) })
    }

    /// A markup that may be meant as a factor: both readings, with what each comes to.
    fn markup_or_factor(&self, quote: &Quote) -> Option<String> {
        let mut case = self.case_would_be();
        let other = pricing::markup_as_factor(&case.form)?;
        let percent = self.words.value(case.form.get("pr_markup"));
        case.form.put(&Cell::Field("pr_markup".into()), Some(Value::Percent(other)));
        let (other, total) = (self.words.percent(other), self.words.money(quote.total));
        let other_total = self.made_of(&case).map(|quote| self.words.money(quote.total)).unwrap_or_default();
        let fill = [("percent", percent.as_str()), ("total", &total), ("other", &other), ("other_total", &other_total)];
        Some(self.words.say("mail.markup_or_factor", &fill))
    }

    /// A quote by markup was just made: what it makes of each item, for who has set it.
    pub(super) fn made_by_markup(&self) -> Vec<String> {
        let made = self.cx.answer && self.says(|e| matches!(e, Event::Quoted { .. }));
        let by_markup = self.cx.case.form.text("pr_mode") == Some("markup") && self.letter.role == Role::Director;
        let quote = self.cx.case.quote().filter(|_| made && by_markup);
        let line = |line: &Line| {
            let name = line.item.as_deref().map_or_else(|| line.name.clone(), |id| self.words.named_item(id));
            self.words.say("mail.price_kept", &[("of", &name), ("price", &self.words.money(line.amount))])
        };
        quote.map(|quote| quote.lines.iter().map(line).collect()).unwrap_or_default()
    }

    /// Prices are being told back: what they lack, a line each.
    pub(super) fn lacking(&self, quote: &Result<Quote, Vec<Problem>>) -> Vec<String> {
        let problems = quote.as_ref().err().map(Vec::as_slice).unwrap_or_default();
        self.fitting(problems.iter().map(|p| self.words.problem_line(p)).collect())
    }

    /// Is what waits for the reader's `DUYỆT` a set of prices?
    pub(super) fn prices_wait(&self) -> bool {
        matches!(self.told_back(), Some(Proposed::Cells { decide: true, .. }))
    }

    /// Prices below cost that wait for the reader's `DUYỆT`, a line each. Cost is internal: for the Director alone.
    pub(super) fn below_cost(&self) -> Vec<String> {
        let prices = matches!(self.told_back(), Some(Proposed::Price { .. } | Proposed::Cells { decide: true, .. }));
        let Some(Ok(quote)) = (prices && self.letter.role == Role::Director).then(|| self.would_be()) else { return vec![] };
        let line = |below: BelowCost| {
            let (price, cost) = (self.words.money(below.price), self.words.money(below.cost));
            let of = match below.line {
                Some(line) => line.item.as_deref().map_or_else(|| line.name.clone(), |id| self.words.named_item(id)),
                None => self.words.say("mail.below_whole", &[]),
            };
            let key = if self.sees_cost() { "mail.below" } else { "mail.below_unseen" };
            self.words.say(key, &[("of", &of), ("price", &price), ("cost", &cost)])
        };
        self.fitting(pricing::below_cost(self.cx.case, &quote).into_iter().map(line).collect())
    }

    /// What is told back to the reader and does not go with what others have said, a line each: prices of an item that cannot be done,
    /// which is in no quote; of a server that is not needed; an answer or a price that is of what the item said before.
    pub(super) fn beside_tech(&self) -> Vec<String> {
        let cells = match self.told_back() {
            Some(Proposed::Cells { answered, decide: false, .. }) => {
                let told = self.reworded().filter(|r| answered.contains(&r.item));
                return self.fitting(told.map(|r| self.answered_to_another(r)).collect());
            }
            Some(Proposed::Cells { cells, decide: true, .. }) => cells.as_slice(),
            Some(Proposed::Price { .. }) => &[],
            _ => return vec![],
        };
        let mut lines: Vec<String> = pricing::priced_in_vain(&self.cx.case.form, cells)
            .iter()
            .filter_map(|problem| problem.item.as_deref())
            .map(|id| self.words.say("mail.not_quoted", &[("of", &self.words.named_item(id))]))
            .collect();
        let quote = self.would_be().ok();
        let server = quote.as_ref().and_then(|quote| pricing::server_not_needed(self.cx.case, quote));
        lines.extend(server.map(|line| self.words.say("mail.server_not_needed", &[("price", &self.words.money(line.amount))])));
        lines.extend(quote.as_ref().and_then(|quote| self.markup_or_factor(quote)));
        let at_cost =
            quote.as_ref().filter(|_| self.letter.role == Role::Director).map(|quote| pricing::at_cost(self.cx.case, quote));
        let at_cost: Vec<String> = at_cost.unwrap_or_default().iter().map(|id| self.words.named_item(id)).collect();
        lines.extend((!at_cost.is_empty()).then(|| self.words.say("mail.at_cost", &[("of", &at_cost.join(", "))])));
        let off = self.case_would_be().form.text("pr_pay").and_then(parts_off);
        lines.extend(off.map(|sum| self.words.say("mail.terms_off", &[("sum", &self.words.percent(sum))])));
        let old = quote.as_ref().map(|quote| pricing::priced_as_before(self.cx.case, quote)).unwrap_or_default();
        lines.extend(old.iter().map(|r| self.priced_for_another(r)));
        self.fitting(lines)
    }

    /// Where one of the answers takes the prices as the form has them: the quote that it would make, line by line with the total.
    /// No letter may have shown what a markup makes of an item that is new since the last quote.
    pub(super) fn to_be_approved(&self, answers: &[Answer]) -> Vec<String> {
        if !self.cx.case.unread.is_empty() {
            return vec![];
        }
        let stand = self.words.say("answer.prices_stand", &[]);
        let Some(quote) = answers.iter().any(|a| a.label == stand).then(|| self.would_be().ok()).flatten() else { return vec![] };
        let mut lines = self.fitting(quote.lines.iter().map(|line| self.price_line(line)).collect());
        lines.extend(self.sums(&quote, true).into_iter().flatten().map(|sum| format!("{}: {}", sum.label, sum.value)));
        lines
    }

    /// What the price of a line is, and was in the quote before.
    fn price_line(&self, line: &Line) -> String {
        let before = self.cx.case.quote();
        let name = line.item.as_deref().map_or_else(|| line.name.clone(), |id| self.words.named_item(id));
        let was = before.map(|quote| quote.lines.iter().find(|old| old.item == line.item).map(|old| old.amount));
        let key = match was {
            Some(None) => "mail.price_new",
            Some(Some(old)) if old != line.amount => "mail.price_changed",
            _ => "mail.price_kept",
        };
        let old = self.words.money(was.flatten().unwrap_or_default());
        self.words.say(key, &[("of", &name), ("price", &self.words.money(line.amount)), ("old", &old)])
    }

    /// A markup is being told back: what it makes of each item. A price that it takes the place of is seen by that.
    pub(super) fn by_markup(&self, quote: &Result<Quote, Vec<Problem>>) -> Vec<String> {
        let Some(Proposed::Cells { cells, decide: true, .. }) = self.told_back() else { return vec![] };
        let marked_up = cells.iter().any(|c| c.at == Cell::Field("pr_markup".into()));
        let lines = quote.as_ref().ok().filter(|_| marked_up).map(|quote| quote.lines.as_slice()).unwrap_or_default();
        self.fitting(lines.iter().filter(|line| line.item.is_some()).map(|line| self.price_line(line)).collect())
    }

    /// The numbers of the items that a price is still needed of; where none lacks one, of all that can be offered.
    pub(super) fn to_price(&self) -> Vec<String> {
        let form = &self.cx.case.form;
        let offered = |i: &&Item| i.doable() && i.text("gd_bao") != Some("no");
        let lacks = |i: &&Item| i.get("gd_gia").is_none() && form.text("pr_mode") != Some("markup");
        let open: Vec<&Item> = form.items.iter().filter(offered).filter(lacks).collect();
        let server = form.needs_server() && form.get("pr_srv").is_none();
        let items = if open.is_empty() && !server { form.items.iter().filter(offered).collect() } else { open };
        let mut all: Vec<String> = items.iter().map(|i| i.no.to_string()).collect();
        all.extend(server.then(|| self.words.say("mail.server", &[])));
        all
    }
}
