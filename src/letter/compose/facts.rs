//! The short list of what is known, above the table: label and value.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Desk;
use crate::letter::messages::one_line;
use crate::process::case::{Case, Proposed, State};
use crate::process::event::Event;
use crate::process::feedback::{is_whole, missing_of_tech};
use crate::process::form::{Cell, Item};
use crate::process::house::{Role, Vat};
use crate::process::letters::Kind;
use crate::process::quote::{Quote, ranges};
use crate::process::value::Value;

#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// What the reader looks for first.
    strong: bool,
}

impl Desk<'_> {
    /// The facts that this reader needs for what is asked of them; those not known are left out.
    pub(super) fn facts(&self) -> Vec<Fact> {
        use Kind::*;
        let today = self.cx.house.day(self.cx.at);
        let known: Vec<Option<Fact>> = match self.letter.kind {
            Need | WhoseCase => vec![self.customer_fact()],
            Review => self.for_leader(),
            Feedback => vec![
                self.customer_fact(),
                self.field("industry", "industry"),
                self.field("deadline", "deadline").filter(|_| self.cx.case.form.date("deadline").is_none_or(|day| day >= today)),
                self.confirmed(),
            ],
            Completing => vec![self.server(), self.field("lead", "kt_start")],
            Pricing => self.for_director(),
            Quote | QuoteToCustomer | QuoteRunsOut => self.cx.case.quote().map(|q| self.quote_facts(q)).unwrap_or_default(),
            Contracting => self.for_contract(),
            Scheduling => self.for_schedule(),
            Planned | Progress => {
                let mut facts = self.dates();
                facts.push(self.unpaid().and_then(|left| self.fact("unpaid", left)));
                facts
            }
            Status => self.where_it_is(),
            Reminder | Late | Escalation => vec![self.customer_fact(), self.since(), self.due()],
            Confirm if self.prices_wait() => self.would_be().map(|quote| self.sums(&quote, true)).unwrap_or_default(),
            FormProblems | Clarify | QuoteWithdrawn | Rejected | Conflict | Corrected | NothingFeasible | Closed | Reopened
            | Recalled | Question | Answered | Comment | Unreached | Receipt | Confirm | Refused | NotUnderstood => vec![],
        };
        known.into_iter().flatten().collect()
    }

    fn fact(&self, label: &str, value: String) -> Option<Fact> {
        let value = one_line(&value, 300);
        let strong = label == "total";
        (!value.is_empty()).then(|| Fact { label: self.words.say(&format!("fact.{label}"), &[]), value, strong })
    }

    fn field(&self, label: &str, name: &str) -> Option<Fact> {
        let value = self.cx.case.form.get(name)?;
        self.fact(label, self.words.value_at(&Cell::Field(name.to_string()), Some(value)))
    }

    fn customer_fact(&self) -> Option<Fact> {
        self.fact("customer", self.cx.case.customer().to_string())
    }

    fn for_leader(&self) -> Vec<Option<Fact>> {
        vec![
            self.customer_fact(),
            self.field("industry", "industry"),
            self.field("budget", "budget"),
            self.field("budget_srv", "budget_srv").filter(|_| self.cx.case.form.vnd("budget_srv") != Some(0)),
            self.field("srv_want", "srv_want"),
            self.field("deadline", "deadline"),
        ]
    }

    /// Step 3: the form goes to Tech with the Leader's confirmation.
    fn confirmed(&self) -> Option<Fact> {
        let review = self.cx.case.review.as_ref().filter(|r| r.confirmed)?;
        let (who, at) = (self.cx.house.name_of(&review.by), self.words.moment(review.at));
        let value = self.words.say("fact.confirmed_value", &[("who", who), ("at", &at), ("rev", &review.rev.to_string())]);
        self.fact("confirmed", value)
    }

    fn server(&self) -> Option<Fact> {
        let form = &self.cx.case.form;
        let said = form.get("kt_srv").map(|v| self.words.value_at(&Cell::Field("kt_srv".into()), Some(v)));
        let cost = form.vnd("kt_srv_cost").filter(|_| self.sees_cost()).filter(|v| *v > 0);
        match (said, cost) {
            (Some(said), Some(cost)) => {
                let cycle = form.get("kt_srv_cycle").map(|v| self.words.value_at(&Cell::Field("kt_srv_cycle".into()), Some(v)));
                let cycle = cycle.map(|cycle| format!(" ({})", cycle.to_lowercase())).unwrap_or_default();
                self.fact("server", format!("{said}, {}{cycle}", self.words.money(cost)))
            }
            (said, _) => self.fact("server", said?),
        }
    }

    fn for_director(&self) -> Vec<Option<Fact>> {
        let costs: Vec<i64> = self.cx.case.form.items.iter().filter_map(|i| i.cost_and_days().0).collect();
        let cost = (self.sees_cost() && !costs.is_empty()).then(|| costs.iter().fold(0i64, |a, b| a.saturating_add(*b)));
        vec![
            self.customer_fact(),
            self.cx.case.quote().and_then(|q| {
                let (day, total) = (self.words.short_date(q.date), self.words.money(q.total));
                self.fact("quote_before", format!("{}, {day}, {total}", q.number))
            }),
            self.signed_before().and_then(|signed| self.fact("signed_before", signed)),
            self.field("budget", "budget"),
            cost.and_then(|c| {
                self.fact(if self.cx.case.form.needs_server() { "cost_items" } else { "cost" }, self.words.money(c))
            }),
            self.server(),
            self.field("lead", "kt_start"),
        ]
    }

    fn quote_facts(&self, quote: &Quote) -> Vec<Option<Fact>> {
        let lead = if self.letter.kind == Kind::QuoteToCustomer { "lead_agreed" } else { "lead" };
        let mut facts = vec![self.fact("quote", quote.number.clone())];
        facts.extend(self.sums(quote, false));
        facts.extend([
            quote.half_days.and_then(|d| self.fact("days", self.words.working_days(d))),
            self.fact(lead, quote.start_after.clone().unwrap_or_default()),
            self.fact("expires", self.words.date(quote.expires)),
        ]);
        facts
    }

    /// The discount as the Director named it, where rounding to thousands (domain a.8) has changed it.
    fn named_discount(&self, quote: &Quote, of_form: bool) -> Option<String> {
        let would_be = of_form.then(|| self.case_would_be());
        let named = would_be.as_ref().unwrap_or(self.cx.case).form.vnd("pr_disc_amt").filter(|named| *named != 0)?;
        let shown_to_staff = self.letter.kind != Kind::QuoteToCustomer;
        (shown_to_staff && quote.discount_percent.is_none() && named != quote.discount).then(|| self.words.money(named))
    }

    /// The lines of a rate: by their numbers in the quote, or `of_form`, where it is not made yet, by those of the form.
    fn lines_at(&self, quote: &Quote, rate: Vat, of_form: bool) -> String {
        let lines = || quote.lines.iter().filter(|l| l.vat == rate);
        let numbers = match of_form {
            true => {
                let items = lines().filter_map(|l| self.cx.case.form.item(l.item.as_deref()?));
                ranges(items.map(|item| item.no as usize).collect::<BTreeSet<_>>().into_iter())
            }
            false => quote.numbers(|l| l.vat == rate && l.item.is_some()),
        };
        let items = (!numbers.is_empty()).then(|| self.words.say("fact.of_lines", &[("lines", &numbers)]));
        let server = lines().any(|l| l.item.is_none()).then(|| self.words.say("fact.of_server", &[]));
        items.into_iter().chain(server).collect::<Vec<_>>().join(", ")
    }

    /// From the sum of the lines to the total, in digits and words. `of_form`: see [`Desk::lines_at`].
    pub(super) fn sums(&self, quote: &Quote, of_form: bool) -> Vec<Option<Fact>> {
        let discount = (quote.discount > 0).then(|| {
            let percent = quote.discount_percent.map(|p| self.words.percent(p));
            // Never on the server (domain a.8): said, for the percentage does not show it.
            let without = quote.lines.iter().any(|l| l.item.is_none()).then(|| self.words.say("fact.without_server", &[]));
            let rounded =
                self.named_discount(quote, of_form).map(|named| self.words.say("fact.rounded_from", &[("from", &named)]));
            let how: Vec<String> = percent.into_iter().chain(without).chain(rounded).collect();
            let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) };
            format!("{}{how}", self.words.money(quote.discount))
        });
        let mut facts = vec![
            self.fact("subtotal", self.words.money(quote.subtotal)).filter(|_| quote.subtotal != quote.total),
            discount.and_then(|d| self.fact("discount", d)),
        ];
        for line in &quote.vat_lines {
            // Where there are several rates, of which lines.
            let of = self.lines_at(quote, line.rate, of_form);
            let (more, alone) = match quote.vat_lines.len() > 1 {
                true => (format!(", {of}"), format!(" ({of})")),
                false => Default::default(),
            };
            let value = match line.rate {
                Vat::Exempt => format!("{}{alone}", self.words.choice("kct")),
                Vat::Rate(rate) => format!("{} ({}{more})", self.words.money(line.vat), self.words.percent(rate)),
            };
            facts.push(self.fact("vat", value));
        }
        facts.extend([
            self.fact("total", self.words.money(quote.total)),
            self.fact(
                "in_words",
                if self.words.lang == crate::process::house::Lang::Vi && !quote.total_in_words.is_empty() {
                    quote.total_in_words.clone()
                } else {
                    self.words.in_words(quote.total)
                },
            ),
        ]);
        facts
    }

    fn agreed(&self) -> Option<Fact> {
        self.fact("agreed", self.words.date(self.cx.case.agreed_on?))
    }

    fn for_contract(&self) -> Vec<Option<Fact>> {
        let quote = self.cx.case.quote();
        vec![
            self.customer_fact(),
            quote.and_then(|q| self.fact("quote", q.number.clone())),
            quote.and_then(|q| self.fact("total", self.words.money_spelled(q.total))),
            self.agreed(),
            self.signed(),
            self.folder(),
        ]
    }

    fn signed(&self) -> Option<Fact> {
        let contract = &self.cx.case.contract;
        let number = one_line(contract.number.as_deref()?, 60);
        let on = contract.signed_on.map(|d| format!(", {}", self.words.date(d))).unwrap_or_default();
        self.fact("signed", format!("{number}{on}"))
    }

    /// What has come in; of several payments with the day of the first, from which the start counts.
    fn paid(&self) -> Option<Fact> {
        let payments = &self.cx.case.contract.payments;
        let first = self.words.date(payments.iter().map(|p| p.on).min()?);
        let sum = self.words.money(payments.iter().fold(0i64, |sum, p| sum.saturating_add(p.vnd)));
        match payments.len() {
            1 => self.fact("paid", format!("{sum}, {first}")),
            _ => self.fact("paid", self.words.say("fact.paid_from", &[("vnd", &sum), ("on", &first)])),
        }
    }

    /// What has come in of the whole, and what is still to come.
    fn paid_so_far(&self) -> Option<Fact> {
        let last = self.cx.case.contract.payments.last()?;
        match self.words.paid_of(self.cx.case) {
            Some(paid) => self.fact("paid", format!("{paid} ({})", self.words.date(last.on))),
            None => self.paid(),
        }
    }

    /// Once the work is accepted, or about to be: what the customer has not paid yet. For Sales.
    pub(super) fn unpaid(&self) -> Option<String> {
        let case = self.cx.case;
        let over = case.handed_over_on.is_some() && self.letter.role == Role::Sales;
        let owed = case.owed().filter(|owed| over && owed.left() > 0)?;
        Some(self.words.money(owed.left()))
    }

    /// The signed contract has not come. For Sales, who has it.
    pub(super) fn unfiled(&self) -> Option<String> {
        let asked = self.letter.role == Role::Sales && self.cx.case.lacks_contract();
        asked.then(|| self.words.say("done.unfiled", &[]))
    }

    /// The quote runs out, and the case stays open: the customer has paid or signed.
    pub(super) fn held_open(&self) -> Option<String> {
        let case = self.cx.case;
        (case.state == State::Quoted && case.is_bound()).then(|| self.words.say("done.held_open", &[]))
    }

    fn folder(&self) -> Option<Fact> {
        let folder = self.cx.case.folder.as_ref()?;
        self.fact("folder", format!("archive/{folder}/{}", self.cx.case.id))
    }

    /// Step 8: asked with the day of agreement, what was promised, and the start that the customer wishes.
    fn for_schedule(&self) -> Vec<Option<Fact>> {
        let case = self.cx.case;
        let lead = case.quote().and_then(|q| q.start_after.clone());
        let days = case.quote().and_then(|q| q.half_days);
        vec![
            self.customer_fact(),
            self.agreed(),
            self.signed(),
            self.paid(),
            lead.and_then(|l| self.fact("lead", l)).or_else(|| self.field("lead", "kt_start")),
            self.promised(),
            days.and_then(|d| self.fact("days", self.words.working_days(d))),
            self.field("start_want", "start_want"),
        ]
    }

    /// The start that follows from what was promised: so many days after the first payment (domain f.4), and not before the
    /// contract is signed, as the quote has it.
    fn promised(&self) -> Option<Fact> {
        let (contract, lead) = (&self.cx.case.contract, self.cx.case.form.get("kt_start")?.half_days()?);
        let paid = contract.payments.iter().map(|p| p.on).min()?;
        let from = contract.signed_on.map_or(paid, |signed| signed.max(paid));
        self.fact("promised", self.words.date(self.cx.house.calendar.start_after(from, lead)))
    }

    /// A contract that was signed on the quote which the customer wants changed: it falls away with it.
    fn signed_before(&self) -> Option<String> {
        let before = &self.cx.before?.contract;
        let changed = self.cx.events.iter().any(|row| matches!(row.event, Event::ChangeAsked { .. }));
        let number = before.number.as_deref().filter(|_| changed && self.cx.case.contract.number.is_none())?;
        let on = before.signed_on.map(|d| format!(", {}", self.words.date(d))).unwrap_or_default();
        Some(format!("{}{on}", one_line(number, 60)))
    }

    /// The same for whoever tells of the change.
    pub(super) fn contract_dropped(&self) -> Option<String> {
        Some(self.words.say("done.contract_dropped", &[("number", &self.signed_before()?)]))
    }

    /// A payment that waited for their DUYỆT when the customer wanted another quote: it has to be told again.
    pub(super) fn payment_dropped(&self) -> Option<String> {
        fn waits<'c>(case: &'c Case, by: &str) -> Option<&'c Proposed> {
            case.proposal_of(by).map(|p| &p.what).filter(|what| what.is_payment())
        }
        let asked = self.cx.events.iter().any(|row| matches!(row.event, Event::ChangeAsked { .. }));
        let to = &self.letter.to;
        let what = waits(self.cx.before?, to).filter(|_| asked && waits(self.cx.case, to).is_none())?;
        Some(self.words.say("done.payment_dropped", &[("what", &self.words.proposed(what).join("; "))]))
    }

    fn dates(&self) -> Vec<Option<Fact>> {
        let case = self.cx.case;
        let last = case.progress.last().and_then(|p| p.percent).map(|p| format!("{p}%"));
        vec![
            case.plan.and_then(|p| self.fact("start", self.words.date(p.start))),
            case.plan.and_then(|p| self.fact("end", self.words.date(p.end))),
            last.and_then(|p| self.fact("progress", p)),
            case.tested_on.and_then(|d| self.fact("tested", self.words.date(d))),
            case.handed_over_on.and_then(|d| self.fact("handed_over", self.words.date(d))),
        ]
    }

    fn since(&self) -> Option<Fact> {
        self.fact("since", self.words.moment(self.cx.case.since))
    }

    fn due(&self) -> Option<Fact> {
        let due = self.cx.case.due.as_ref()?;
        let how = self.words.due_how(due).map(|how| format!(" ({how})")).unwrap_or_default();
        self.fact("due", format!("{}{how}", self.words.due_moment(due)))
    }

    fn where_it_is(&self) -> Vec<Option<Fact>> {
        let case = self.cx.case;
        let mut facts = vec![self.customer_fact(), self.fact("state", self.words.state(case.state))];
        if case.state != State::Closed {
            facts.extend([
                self.fact("whose", self.words.whose_turn(case, self.cx.at)),
                self.fact("asked", self.asked()),
                self.since(),
                self.due(),
                self.fact("missing", self.missing().join("; ")),
            ]);
        }
        if let Some(quote) = case.quote() {
            facts.push(self.fact("quote", format!("{}, {}", quote.number, self.words.money(quote.total))));
            if case.state == State::Quoted {
                facts.push(self.fact("expires", self.words.date(quote.expires)));
            }
        }
        facts.extend([self.signed(), self.paid_so_far()]);
        facts.extend(self.dates());
        facts
    }

    /// What is still to come before the case can go on.
    pub(super) fn missing(&self) -> Vec<String> {
        let case = self.cx.case;
        let say = |key: &str, fill: &[(&str, &str)]| self.words.say(&format!("missing.{key}"), fill);
        let mut missing = Vec::new();
        if case.lacks_contract() && self.letter.role == Role::Sales {
            missing.push(say("paper", &[]));
        }
        match case.state {
            State::Drafting if case.form.get("budget").is_none_or(|v| *v == Value::Unknown) => missing.push(say("form", &[])),
            State::Feedback => {
                // What Tech said in the round before is in the form, and counts once they say so.
                let stands = |i: &&Item| is_whole(i) && !case.conflicts.contains_key(&i.id);
                let (kept, open): (Vec<&Item>, Vec<&Item>) = case.unanswered().into_iter().partition(stands);
                for (key, items) in [("items", open), ("kept", kept)] {
                    let ids: Vec<String> = items.iter().map(|i| i.id.clone()).collect();
                    if !ids.is_empty() {
                        missing.push(say(key, &[("items", &self.words.item_list(&ids))]));
                    }
                }
                missing.extend(missing_of_tech(case).into_iter().map(|cell| {
                    let (what, example) = (say(cell, &[]), say(&format!("how_{cell}"), &[]));
                    say("how", &[("what", &what), ("example", &example)])
                }));
            }
            State::Contracting => {
                if case.contract.number.is_none() {
                    missing.push(say("contract", &[]));
                }
                if case.contract.payments.is_empty() && !case.is_free() {
                    missing.push(say("payment", &[]));
                }
            }
            State::Delivering => {
                if case.tested_on.is_none() && case.handed_over_on.is_none() {
                    missing.push(say("test", &[]));
                }
                missing.push(say(if case.handed_over_on.is_some() { "acceptance" } else { "handover" }, &[]));
            }
            _ => {}
        }
        missing
    }
}
