//! What lists show of an open case: enough to say whose turn it is, what is asked of them and by when.
//!
//! The store keeps it beside the whole case, since a list of thousands would otherwise read thousands of forms.

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::case::{Case, Contract, Payment, Proposal, Proposed, Question, State};
use super::form::Form;
use super::house::{At, Email, House};
use super::roles;
use super::value::Value;
use crate::calendar::Deadline;

/// A case of which lists have what they show, and the rest left out: to be looked at, never to be stored as the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Kept", into = "Kept")]
pub struct Outline(Case);

/// What is stored of it. `check` compares it with the outline of the folded case: whoever changes what is taken up has to let the
/// stored ones go, by a change of the schema that sets them `NULL`.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    state: State,
    opened: At,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<At>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    short: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    customer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cskh: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sales: Option<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leader: Option<Email>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tech: Vec<Email>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    director: Option<Email>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unreached: BTreeMap<Email, Option<Email>>,
    /// From, to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    question: Option<(Email, Email)>,
    /// What else there is of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    has: Vec<Has>,
}

/// Of what it is enough to know that it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Has {
    /// Answers that differ, and no item without one.
    Conflicts,
    /// What waits for a `DUYỆT`, and the step with it.
    Proposal,
    /// A payment that waits for one, beside the step.
    PaymentToldBack,
    Contract,
    Payment,
    HandOver,
}

impl Outline {
    pub fn of(case: &Case) -> Outline {
        Kept::of(case).into()
    }

    /// With the addresses that its people have now.
    pub fn readdressed(mut self, house: &House) -> Outline {
        self.0.readdress(house);
        self
    }
}

impl Kept {
    fn of(case: &Case) -> Kept {
        let has = [
            (Has::Conflicts, roles::only_conflicts(case)),
            (Has::Proposal, case.proposals().any(|p| !p.what.is_aside())),
            (Has::PaymentToldBack, case.proposals().any(|p| p.what.is_payment())),
            (Has::Contract, case.contract.number.is_some()),
            (Has::Payment, !case.contract.payments.is_empty()),
            (Has::HandOver, case.handed_over_on.is_some()),
        ];
        Kept {
            id: case.id.clone(),
            state: case.state,
            opened: case.opened,
            due: case.due.as_ref().map(|due| due.at),
            short: case.short().to_owned(),
            customer: case.customer().to_owned(),
            cskh: case.cskh.clone(),
            sales: case.sales.clone(),
            leader: case.reviewer.clone().filter(|_| case.state == State::Review).or_else(|| case.leader.clone()),
            tech: case.tech.clone(),
            director: case.director.clone(),
            unreached: case.unreached.clone(),
            question: case.question.as_ref().map(|q| (q.from.clone(), q.to.clone())),
            has: has.into_iter().filter_map(|(what, is)| is.then_some(what)).collect(),
        }
    }
}

impl Deref for Outline {
    type Target = Case;

    fn deref(&self) -> &Case {
        &self.0
    }
}

impl From<Kept> for Outline {
    fn from(kept: Kept) -> Outline {
        let Kept { id, state, opened, due, short, customer, cskh, sales, leader, tech, director, unreached, question, has } =
            kept;
        let said = [("short", short), ("customer", customer)].into_iter().filter(|(_, words)| !words.is_empty());
        let fields = said.map(|(name, words)| (name.to_owned(), Value::Text(words))).collect();
        let has = |what: Has| has.contains(&what);
        // Without items none is unanswered, so that a conflict says by its being there that conflicts are all that is left.
        let conflicts = has(Has::Conflicts).then(|| (String::new(), vec![])).into_iter().collect();
        let day = NaiveDate::default();
        let payment = Payment { on: day, vnd: 0 };
        let proposal = |what: Proposed| Proposal { by: Email::new(), at: opened, rev: 0, what };
        let told_back = has(Has::PaymentToldBack).then(|| proposal(Proposed::Payment { payment }));
        let number = has(Has::Contract).then(String::new);
        let payments = has(Has::Payment).then_some(payment).into_iter().collect();
        Outline(Case {
            id,
            state,
            opened,
            due: due.map(|at| Deadline { at, from: at, span: None, skipped: vec![] }),
            form: Form { fields, ..Form::default() },
            cskh,
            sales,
            leader,
            tech,
            director,
            unreached,
            question: question.map(|(from, to)| Question { from, to, text: String::new(), at: opened }),
            conflicts,
            proposal: has(Has::Proposal).then(|| proposal(Proposed::Price { total: 0 })),
            proposals_before: told_back.into_iter().collect(),
            contract: Contract { number, payments, ..Contract::default() },
            handed_over_on: has(Has::HandOver).then_some(day),
            ..Case::default()
        })
    }
}

impl From<Outline> for Kept {
    fn from(Outline(case): Outline) -> Kept {
        Kept::of(&case)
    }
}
