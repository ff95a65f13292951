//! What the gate has found, as cells of the form: somebody of the process can word them anew, and the paper goes out.

use super::gate::{Internals, Leak, Paper, Secret, What};
use super::public::Public;
use crate::process::form::Cell;
use crate::process::house::{Email, House};
use crate::process::problem::{Kind, Problem, Severity};
use crate::text::letters;

/// Each cell once. `None`: something is found that no form brings, or whose cell is settled by now; that is for the operator.
pub fn in_cells(leaks: &[Leak], internals: &Internals, public: &Public, house: &House, paper: Paper) -> Option<Vec<Problem>> {
    let mut all: Vec<Problem> = Vec::new();
    for leak in leaks {
        let (secrets, text) = match &leak.what {
            What::Text(text) => (internals.texts.get(text)?, text.as_str()),
            What::Number(n) => (internals.numbers.get(n)?, ""),
            _ => return None,
        };
        for secret in secrets {
            let found = match (secret, paper) {
                (Secret::NameOfTech, _) => of_customer(public, text, &who(house, text)?)?,
                // Items and their prices stay as they were quoted.
                (_, Paper::Appendix) => return None,
                (Secret::Cell(at), Paper::Quote) => vec![problem(Some(at), Kind::Internal)],
                (Secret::Exchange, Paper::Quote) => vec![problem(None, Kind::Internal)],
                (Secret::Aside, Paper::Quote) => return None,
            };
            all.extend(found.into_iter().filter(|p| !all.contains(p)).collect::<Vec<_>>());
        }
    }
    Some(all)
}

/// Where among the customer's data the name stands; `None`: it is not the form that has it there.
fn of_customer(public: &Public, name: &str, who: &Email) -> Option<Vec<Problem>> {
    let has = |text: &str| format!(" {} ", letters(text)).contains(&format!(" {name} "));
    let cells = public.of_form().into_iter().filter(|(_, text)| has(text)).map(|(field, _)| Cell::Field(field.into()));
    let found: Vec<Problem> = cells.map(|at| problem(Some(&at), Kind::NameOfTech { who: who.clone() })).collect();
    (!found.is_empty()).then_some(found)
}

fn who(house: &House, name: &str) -> Option<Email> {
    house.people.iter().find(|p| letters(&p.name) == name).map(|p| p.email.clone())
}

pub(super) fn problem(at: Option<&Cell>, kind: Kind) -> Problem {
    Problem::of(at, Severity::Error, kind)
}
