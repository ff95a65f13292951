//! The nine steps. Reads like the table of the handbook: state, act, who may, what follows.

use super::act::{Act, Moment, Need, Refusal, What};
use super::any_step::assigned;
use super::apply::field;
use super::case::State;
use super::clock;
use super::event::Event;
use super::house::{House, Role};
use super::step::{Decision, Step};
use super::value::Value;

/// What an act brings about, or why it does not.
///
/// Pure: the same case, act, house and moment give the same events, and asking changes nothing.
///
/// # Errors
/// A `Refusal` where the act is not this person's, not at this step, too late, or not whole. The case stays as it is.
pub fn decide(case: &super::case::Case, act: &Act, house: &House, moment: &Moment) -> Decision {
    let step = Step::new(case, act, house, moment);
    match (by_table(&step), &act.what) {
        // Sent back or turned down too late: the reason still reaches those who have the form now.
        (Err(late @ Refusal::AlreadyDecided { .. }), What::Return(text) | What::Reject(text)) => {
            step.refused_and_passed_on(text, late)
        }
        (decided, _) => Ok(step.payments_wait_on(decided?)),
    }
}

/// The table: state, act, who may, what follows.
fn by_table(step: &Step) -> Decision {
    use Role::*;
    use State::*;

    let Step { case, act, house, moment, .. } = *step;
    match (case.state, &act.what) {
        (_, What::Tick) => Ok(clock::tick(case, house, moment.at)),

        // At every step: look, add, say, take back.
        (_, What::Status) => Ok(vec![Event::StatusAsked]),
        (_, What::Noted(text)) => Ok(vec![Event::Noted { text: text.trim().to_string() }]),
        (Assigning, What::Comment { text, mentions }) => step.names_sales(text, mentions),
        (state, What::Comment { text, mentions })
            if state != Closed && mentions.is_empty() && step.are_prices_too_soon_or_late(text) =>
        {
            step.price_not_now(text)
        }
        (_, What::Comment { text, mentions }) => step.comment(text, mentions),
        (_, What::Retract) => step.retract(),

        // Nobody's word: a letter came back, or somebody is away.
        (_, What::Unreached { who, cause, words }) => Ok(step.unreached(who, *cause, words)),

        // What waits for a DUYỆT is not passed over by another word: the step would go on without it.
        (Feedback | Pricing, What::Done) if step.told_back().is_some_and(|told| !told.what.is_aside()) => step.told_back_again(),

        // Values told back before: DUYỆT makes them count. Beside a payment it is about the letter that it answers.
        (_, What::Confirm) if step.told_back().is_some() && !step.is_about_the_step() => step.confirm_told_back(),

        // A closed case: Sales asks for a new quote, reopens it, or tells what the customer has paid since. Nothing else.
        (Closed, What::Requote { text, about }) => step.by(&[Sales, Operator])?.requote(text, *about),
        (Closed, What::Reopen(text)) => step.by(&[Sales, Operator])?.reopen(text),
        (Closed, What::Paid { vnd, on }) if case.owed().is_some() => step.by(&[Sales])?.paid(*vnd, *on),
        // What was paid is a fact of no step: it is put right whenever it is noticed.
        (_, What::PaidInstead { was, was_on, vnd, on }) if case.is_told_of_payments() || !case.contract.payments.is_empty() => {
            step.by(&[Sales])?.paid_instead((*was, *was_on), (*vnd, *on))
        }
        (Contracting | Scheduling | Delivering | Closed, What::Paper { is_contract }) => step.by(&[Sales])?.paper(*is_contract),
        (Closed, _) => Err(step.is_closed()),

        // Step 1: a need waits for its Sales; later the case may pass to another one.
        (_, What::Assign { sales }) => step.by(&[Cskh, Sales, Leader, Operator])?.assign(sales),

        // What they answer is of a time that a restored backup does not know.
        (_, what) if act.saw.lost && what.rests_on_letter() => Err(Refusal::Lost),

        // The quote went out while Tech's correction waited for a DUYỆT.
        (_, What::Confirm) if let Some(refusal) = step.overtaken_by_quote() => Err(refusal),

        // Tech's form once more: a correction of what was passed on.
        (Completing | Pricing, What::Filled(form)) if step.is_tech_alone() => step.correct_by_form(form),

        // An answer to a letter about a step that is over decides nothing at this one.
        (_, what) if what.decides() && step.is_over() && !step.is_form_of_sales_alone() => Err(step.too_late()),

        // What the letter told back waits no longer: something else has come between, and the word is not about that.
        (Feedback | Completing | Pricing, What::Confirm | What::Done) if let Some(told_back) = step.told_back_anew() => {
            Ok(told_back)
        }

        // Step 2a: Sales fills in the form.
        (Drafting, What::Filled(form)) => step.by(&[Sales])?.form_of_sales(form),

        // Step 2b: the Leader's four checks.
        (Review, What::Filled(form)) if step.is(Leader) && !step.is_own_form() => step.form_of_leader(form),
        (Review, What::Filled(form)) => step.by(&[Sales])?.form_of_sales(form),
        (Review, What::Confirm) => step.by(&[Leader])?.reviewed(),
        (Review, What::Return(questions)) => step.by(&[Leader])?.returned(questions, vec![]),
        (Review, What::Ask(questions)) if step.is(Leader) => step.returned(questions, vec![]),
        (Review, What::Reject(reason)) => step.by(&[Leader])?.turned_down(reason, vec![]),

        // Steps 3 and 4: Tech answers per item; the head of Tech settles what differs.
        (Feedback, What::Filled(form)) if step.is(Sales) && !step.is_tech() => step.form_of_sales(form),
        (Feedback, What::Filled(form)) => step.by(&[Tech, TechHead])?.form_of_tech(form),
        (Feedback, What::Said { cells, answered }) => step.by(&[Tech, TechHead])?.said(cells, answered),
        (Feedback, What::Done | What::Confirm) => step.by(&[Tech, TechHead])?.answers_stand(),
        (Feedback, What::Return(question)) => step.by(&[Tech, TechHead])?.ask(question),
        (Feedback, What::Ask(question)) if step.is_tech() => step.ask(question),

        // Tech's answers that were passed on: corrected until the quote.
        (Completing | Pricing, What::Correct { cells }) => step.by(&[Tech, TechHead])?.correct(cells),
        (_, What::CorrectLate(text)) => step.too_late_to_correct(text),

        // Step 5a: Sales adds what came up.
        (Completing, What::Filled(form)) => step.by(&[Sales])?.form_of_sales(form),
        (Completing, What::Done | What::Confirm) => step.by(&[Sales])?.completed(),

        // Step 5b: the Director's prices.
        (Pricing, What::Filled(form)) if step.is(Sales) && !step.is(Director) => step.form_of_sales(form),
        (Pricing, What::Filled(form)) => step.by(&[Director])?.form_of_director(form),
        (Pricing, What::Said { cells, answered }) => step.by(&[Director])?.said(cells, answered),
        (Pricing, What::Confirm | What::Done) => step.by(&[Director])?.approved(),
        (Pricing, What::Return(questions)) => step.by(&[Director])?.sent_back(questions),
        (Pricing, What::Ask(question)) if step.is(Director) => step.ask(question),
        (Pricing, What::Reject(reason)) => step.by(&[Director])?.reject(reason, vec![]),

        // Step 6: the customer has the quote, and Sales tells what they say.
        (Quoted, What::SentToCustomer { on }) => step.by(&[Sales])?.sent_to_customer(*on),
        (Quoted, What::Agreed { on }) => step.by(&[Sales])?.agreed(*on),
        (Quoted | Contracting, What::ChangeAsked { text, about }) => step.by(&[Sales])?.change(text, *about),
        (Scheduling | Delivering, What::ChangeAsked { text, .. } | What::Requote { text, .. }) => {
            step.by(&[Sales])?.change_too_late(text)
        }
        (Quoted, What::Requote { text, about }) => step.by(&[Sales])?.quote_again(text, *about),
        // A payment stays where a change has led back to the prices.
        (Completing | Pricing | Quoted | Contracting, What::Declined(reason)) if case.is_bound() => {
            step.by(&[Sales])?.declined_too_late(reason)
        }
        (Completing | Pricing | Quoted | Contracting, What::Declined(reason)) => step.by(&[Sales])?.declined(reason),
        (Scheduling | Delivering, What::Declined(reason)) => step.by(&[Sales])?.declined_too_late(reason),

        // Step 7: contract and payment.
        (Contracting | Scheduling | Delivering, What::Signed { number, on, framework }) => {
            step.by(&[Sales])?.signed(number.as_deref(), *on, *framework)
        }
        (Contracting | Scheduling | Delivering, What::ContractNumber { number }) => step.by(&[Sales])?.renumbered(number),
        (Contracting, What::Paid { vnd, on }) => step.by(&[Sales])?.paid(*vnd, *on),
        (Contracting, What::Agreed { .. }) => Err(step.by(&[Sales])?.agreed_already()),

        // Step 8: Tech plans; step 9 may move the plan.
        (Scheduling | Delivering, What::Plan { start, end }) => step.by(&[Tech, TechHead])?.planned(*start, *end),
        (Scheduling | Delivering, What::Paid { vnd, on }) => step.by(&[Sales])?.paid(*vnd, *on),
        (Scheduling | Delivering, What::Ask(question)) if step.is_tech() => step.ask(question),

        // Step 9: work, test, hand-over.
        (Delivering, What::Progress { percent, text }) => step.by(&[Tech, TechHead, Sales])?.progress(*percent, text),
        (Delivering, What::Tested { on }) => step.by(&[Tech, TechHead, Sales])?.tested(*on),
        (Delivering, What::HandedOver { on }) => step.by(&[Tech, TechHead, Sales])?.handed_over(*on),
        (Delivering, What::Close { text, ending }) => step.by(&[Sales])?.close_work(text, *ending),

        // From the quote on, Sales' form completes the customer's data; what has been quoted stays as it was.
        (Quoted | Contracting | Scheduling | Delivering, What::Filled(form)) => step.by(&[Sales])?.customer_data(form),

        // An answer to whoever asked; any other question is passed on like a comment.
        (_, What::Answer(text)) => step.answer(text),
        (_, What::Ask(text)) => step.comment(text, &[]),

        // Giving up: Sales closes what cannot be done; Sales, CSKH or the operator withdraws.
        (_, What::Close { text, .. }) => step.by(&[Sales, Operator])?.close(text),
        (_, What::Withdraw(reason)) => step.by(&[Sales, Cskh, Operator])?.withdraw(reason),

        // Too late, or not yet.
        (_, what) if what.decides() => Err(step.too_late()),
        (state, what) => Err(Refusal::NotNow { state, what: what.name().into() }),
    }
}

/// What opens a case (step 1): the need, and the Sales it names. A Sales who brings a need and names nobody keeps it.
///
/// # Errors
/// `NoSuchPerson` where the Sales named is nobody, or no Sales.
pub fn open(id: &str, need: &Need, house: &House, moment: &Moment) -> Decision {
    let mut cells = vec![field("cskh_text", Value::Text(need.text.clone())), field("date", Value::Date(house.day(moment.at)))];
    cells.push(field("cskh", Value::Text(house.name_of(&need.by).into())));
    if let Some(customer) = need.customer.as_ref().filter(|c| !c.is_empty()) {
        cells.push(field("short", Value::Text(customer.clone())));
    }
    let mut events = vec![Event::Opened { id: id.into(), need: need.clone(), cells }];
    let brings_it = house.person(&need.by).is_some_and(|p| p.is(Role::Sales) && !p.is(Role::Cskh));
    let sales = need.sales.as_ref().or(Some(&need.by).filter(|_| brings_it));
    // Four working hours to name a Sales; once there is one, their two days for the form run.
    let (to, span) = match sales {
        Some(sales) => {
            events.push(assigned(None, sales, house)?);
            (State::Drafting, &house.deadlines.draft)
        }
        None => (State::Assigning, &house.deadlines.assign),
    };
    events.push(Event::Moved { to, due: Some(house.calendar.due(moment.at, span)), review: None });
    Ok(events)
}
