//! The nine steps. Reads like the table of the handbook: state, act, what follows.

use super::act::{Act, Moment, NeedsWhat, Refusal, What};
use super::case::*;
use super::event::Event;
use super::house::{House, Role};
use super::step::Step;
use super::{clock, filled, pricing_step};

/// What an act brings about, or why it does not.
///
/// Pure: the same case, act, house and moment give the same events, and asking changes nothing.
///
/// # Errors
/// A `Refusal` where the act is not this person's, not at this step, too late, or not whole. The case stays as it is.
pub fn decide(case: &Case, act: &Act, house: &House, moment: &Moment) -> Result<Vec<Event>, Refusal> {
    use Role::*;
    use State::*;

    if matches!(act.what, What::Tick) {
        return Ok(clock::tick(case, house, moment.at));
    }
    let step = Step::new(case, act, house, moment);
    match (case.state, &act.what) {
        // At every step: look, say, add.
        (_, What::Status) => Ok(vec![Event::StatusAsked]),
        (_, What::Files) => Ok(vec![]),
        (_, What::Comment { text, mentions }) => Ok(vec![Event::Commented { text: text.clone(), mentions: mentions.clone() }]),
        (_, What::Retract) => step.retract(),

        // A closed case: Sales asks for a new quote, or reopens it. Nothing else.
        (Closed, What::Requote(text)) => step.by(&[Sales, Operator])?.requote(text),
        (Closed, What::Reopen(text)) => step.by(&[Sales, Operator])?.reopen(text),
        (Closed, _) => Err(step.is_closed()),

        // Step 1: a need waits for its Sales; later the case may pass to another one.
        (_, What::Assign { sales }) => step.by(&[Cskh, Sales, Leader, Operator])?.assign(sales),

        // Values told back before: DUYỆT makes them count.
        (_, What::Confirm) if step.own_proposal().is_some() => filled::confirmed(&step),

        // An open question: whoever it was put to answers it.
        (_, What::Answer(text)) => step.answer(text),
        (Feedback | Pricing | Scheduling | Delivering, What::Ask(text)) => step.by(&[Tech, TechHead, Director])?.ask(text),

        // Step 2a: Sales fills in the form.
        (Drafting, What::Filled(form)) => filled::by_sales(step.by(&[Sales])?, form),

        // Step 2b: the Leader's four checks.
        (Review, What::Filled(form)) if step.is(Leader) => filled::by_leader(&step, form),
        (Review, What::Filled(form)) => filled::by_sales(step.by(&[Sales])?, form),
        (Review, What::Confirm) => step.by(&[Leader])?.reviewed(),
        (Review, What::Return(questions) | What::Ask(questions)) => step.by(&[Leader])?.clarify(questions, vec![], Drafting),
        (Review, What::Reject(reason)) => step.by(&[Leader])?.reject(reason, vec![]),

        // Steps 3 and 4: Tech answers per item; the head of Tech settles what differs.
        (Feedback, What::Filled(form)) if step.is(Sales) && !step.is(Tech) => filled::by_sales(&step, form),
        (Feedback, What::Filled(form)) => filled::by_tech(step.by(&[Tech, TechHead])?, form),
        (Feedback, What::Said { cells, answered }) => filled::said(step.by(&[Tech, TechHead])?, cells, answered),
        (Feedback, What::Done | What::Confirm) => filled::tech_done(step.by(&[Tech, TechHead])?),
        (Feedback, What::Return(questions)) => step.by(&[Tech, TechHead])?.ask(questions),

        // Step 5a: Sales adds what came up.
        (Completing, What::Filled(form)) => filled::by_sales(step.by(&[Sales])?, form),
        (Completing, What::Done | What::Confirm) => step.by(&[Sales])?.completed(),

        // Step 5b: the Director's prices.
        (Pricing, What::Filled(form)) if step.is(Sales) && !step.is(Director) => filled::by_sales(&step, form),
        (Pricing, What::Filled(form)) => pricing_step::by_director(step.by(&[Director])?, form),
        (Pricing, What::Said { cells, answered }) => filled::said(step.by(&[Director])?, cells, answered),
        (Pricing, What::Confirm) => pricing_step::price(step.by(&[Director])?, false),
        (Pricing, What::Return(questions)) => step.by(&[Director])?.clarify(questions, vec![], Completing),
        (Pricing, What::Reject(reason)) => step.by(&[Director])?.reject(reason, vec![]),

        // Step 6: the customer has the quote, and Sales tells what they say.
        (Quoted, What::SentToCustomer { on }) => step.by(&[Sales])?.sent_to_customer(*on),
        (Quoted, What::Agreed { on }) => step.by(&[Sales])?.agreed(*on),
        (Quoted | Contracting, What::ChangeAsked(text)) => step.by(&[Sales])?.change(text),
        (Quoted, What::Requote(text)) => step.by(&[Sales])?.change(text),
        (Completing | Pricing | Quoted | Contracting, What::Declined(reason)) => step.by(&[Sales])?.declined(reason),

        // Step 7: contract and payment.
        (Contracting, What::Signed { number, on }) => step.by(&[Sales])?.signed(number.as_deref(), *on),
        (Contracting, What::Paid { vnd, on }) => step.by(&[Sales])?.paid(*vnd, *on),
        (Contracting, What::Agreed { .. }) => Err(step.already("agreed")),

        // Step 8: Tech plans; step 9 may move the plan.
        (Scheduling | Delivering, What::Plan { start, end }) => step.by(&[Tech, TechHead])?.planned(*start, *end),
        (Scheduling | Delivering, What::Paid { vnd, on }) => step.by(&[Sales])?.paid(*vnd, *on),

        // Step 9: work, test, hand-over.
        (Delivering, What::Progress { percent, text }) => step.by(&[Tech, TechHead, Sales])?.progress(*percent, text),
        (Delivering, What::Tested { on }) => step.by(&[Tech, TechHead, Sales])?.tested(*on),
        (Delivering, What::HandedOver { on }) => step.by(&[Tech, TechHead, Sales])?.handed_over(*on),
        (Delivering, What::Close(_)) => step.by(&[Sales])?.handed_over(None),

        // Giving up: Sales closes what cannot be done; Sales, CSKH or the operator withdraws.
        (_, What::Close(reason)) => step.by(&[Sales, Operator])?.close(reason),
        (_, What::Withdraw(reason)) => step.by(&[Sales, Cskh, Operator])?.withdraw(reason),

        // A form of Sales in between changes nothing that has been approved.
        (Quoted | Contracting | Scheduling | Delivering, What::Filled(form)) => filled::by_sales(step.by(&[Sales])?, form),

        // Too late, or not yet.
        (_, What::Confirm | What::Return(_) | What::Reject(_) | What::Said { .. } | What::Filled(_)) => Err(step.too_late()),
        (state, what) => Err(Refusal::NotNow { state, what: what.name().into() }),
    }
}

/// What opens a case (step 1): the need, and the Sales it names.
///
/// # Errors
/// `NoSuchPerson` where the Sales named is nobody, or no Sales.
pub fn open(id: &str, need: &super::act::Need, house: &House, moment: &Moment) -> Result<Vec<Event>, Refusal> {
    use super::apply::field;
    use super::value::Value;

    let mut cells = vec![field("cskh_text", Value::Text(need.text.clone())), field("date", Value::Date(house.day(moment.at)))];
    cells.push(field("cskh", Value::Text(house.name_of(&need.by).into())));
    if let Some(customer) = need.customer.as_ref().filter(|c| !c.is_empty()) {
        cells.push(field("short", Value::Text(customer.clone())));
    }
    let mut events = vec![Event::Opened { id: id.into(), need: need.clone(), cells }];
    match &need.sales {
        Some(sales) => {
            events.push(super::step::assigned(None, sales, house)?);
            // Step 1 leaves the Sales four working hours to take the need up; what is due is the form itself.
            let due = house.calendar.due(moment.at, &house.deadlines.draft);
            events.push(Event::Moved { to: State::Drafting, due: Some(due) });
        }
        None => {
            let due = house.calendar.due(moment.at, &house.deadlines.assign);
            events.push(Event::Moved { to: State::Assigning, due: Some(due) });
        }
    }
    Ok(events)
}

/// A reason is needed wherever somebody is turned down.
pub(super) fn reason(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::Needs { what: NeedsWhat::Reason }) } else { Ok(text.to_string()) }
}
