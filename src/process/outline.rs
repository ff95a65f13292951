//! What lists show of an open case: enough to say whose turn it is, what is asked of them and by when.
//!
//! The store keeps it beside the whole case, since a list of thousands would otherwise read thousands of forms.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::case::{Case, Contract, Proposal, Proposed, Question};
use super::form::Form;
use super::roles;

/// A case of which lists have what they show, and the rest left out: to be looked at, never to be stored as the case.
///
/// Stores hold outlines, and `check` compares them with what this makes: whoever changes what it takes up has to let those that
/// are stored go, by a change of the schema that sets them `NULL`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outline(Case);

impl Outline {
    pub fn of(case: &Case) -> Outline {
        let Case { id, state, opened, version, cskh, sales, leader, tech, director, .. } = case;
        let head = ["short", "customer"].iter().filter_map(|name| case.form.fields.get_key_value(*name));
        let fields = head.map(|(name, value)| (name.clone(), value.clone())).collect();
        // Without items none is unanswered, so that conflicts say by their being there that they are all that is left.
        let conflicts = case.conflicts.keys().filter(|_| roles::only_conflicts(case)).map(|item| (item.clone(), vec![]));
        let question = case.question.as_ref().map(|q| Question { text: String::new(), ..q.clone() });
        let Contract { number, payments, .. } = case.contract.clone();
        let contract = Contract { number, payments, ..Contract::default() };
        let outline = Case {
            id: id.clone(),
            state: *state,
            opened: *opened,
            version: *version,
            cskh: cskh.clone(),
            sales: sales.clone(),
            leader: leader.clone(),
            tech: tech.clone(),
            director: director.clone(),
            form: Form { fields, ..Form::default() },
            unreached: case.unreached.clone(),
            since: case.since,
            due: case.due.clone(),
            question,
            conflicts: conflicts.collect(),
            proposal: case.proposals().find(|p| !p.what.is_correction()).map(any),
            contract,
            handed_over_on: case.handed_over_on,
            ..Case::default()
        };
        Outline(outline)
    }
}

/// That something waits for a `DUYỆT`, whatever it is.
fn any(proposal: &Proposal) -> Proposal {
    let Proposal { by, at, rev, .. } = proposal;
    Proposal { by: by.clone(), at: *at, rev: *rev, what: Proposed::Price { total: 0 } }
}

impl Deref for Outline {
    type Target = Case;

    fn deref(&self) -> &Case {
        &self.0
    }
}

/// A case is an outline too, if a large one.
impl From<Case> for Outline {
    fn from(case: Case) -> Outline {
        Outline(case)
    }
}
