//! Step 5b: from the Director's cells to the quote.

use super::act::Refusal;
use super::case::*;
use super::event::Event;
use super::filled::{kept, missing, project, taken};
use super::form::Filled;
use super::pricing;
use super::problem::Severity;
use super::quote::Quote;
use super::step::Step;

type Decision = Result<Vec<Event>, Refusal>;

/// The Director's form, with the decision in it.
pub fn by_director(step: &Step, form: &Filled) -> Decision {
    let mut events = kept(form);
    if form.has_errors() {
        events.push(Event::FormReturned { problems: form.problems.clone() });
        return Ok(events);
    }
    let after = project(step, &events);
    let note = after.form.text("pr_note").unwrap_or_default().to_string();
    match after.form.text("pr_dec") {
        Some("duyet") => {
            events.push(taken(form));
            let priced = Step::new(&after, step.act, step.house, step.moment);
            match price(&priced, false) {
                Ok(more) => events.extend(more),
                // Prices that make no quote are a form with errors: told by cell, the right part kept.
                Err(Refusal::Prices { problems }) => {
                    events.pop();
                    events.push(Event::FormReturned { problems });
                }
                Err(other) => return Err(other),
            }
        }
        Some("tra_lai") => {
            events.push(taken(form));
            events.extend(step.clarify(&note, vec![], State::Completing)?);
        }
        Some("tu_choi") => {
            events.push(taken(form));
            events.extend(step.reject(&note, vec![])?);
        }
        _ => events.push(Event::FormReturned { problems: vec![missing("pr_dec")] }),
    }
    Ok(events)
}

/// The prices as they stand make the quote. Below Tech's cost they are told back first (domain a.4, `gd_gia`).
pub fn price(step: &Step, confirmed: bool) -> Decision {
    let quote = pricing::price(step.case, step.house, step.moment).map_err(|problems| Refusal::Prices { problems })?;
    let told_back = |p: &Proposal| matches!(p.what, Proposed::Price { total } if total == quote.total);
    let sure = confirmed && step.own_proposal().is_some_and(told_back);
    if below_cost(step.case, &quote) && !sure {
        return Ok(vec![step.propose(Proposed::Price { total: quote.total })]);
    }
    // Open until the end of its last day (step 6): closed at the midnight after.
    let end = step.house.calendar.midnight(quote.expires + chrono::Days::new(1));
    let due = step.house.calendar.named(end, step.moment.at);
    Ok(vec![Event::Priced, Event::Quoted { quote: Box::new(quote) }, Event::Moved { to: State::Quoted, due: Some(due) }])
}

fn below_cost(case: &Case, quote: &Quote) -> bool {
    quote.lines.iter().any(|line| match &line.item {
        Some(id) => case.form.item(id).and_then(|i| i.cost_vnd()).is_some_and(|cost| line.unit_price < cost),
        None => case.form.vnd("kt_srv_cost").is_some_and(|cost| line.unit_price < cost),
    })
}

/// Errors only: what keeps the prices from being a quote.
pub fn errors(problems: &[super::problem::Problem]) -> impl Iterator<Item = &super::problem::Problem> {
    problems.iter().filter(|p| p.severity == Severity::Error)
}
