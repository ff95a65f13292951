//! What holds at every step: a case passes to another Sales, questions and comments, taking back, giving up, reopening.

use super::act::{Cause, NeedsWhat, Refusal, Undo};
use super::apply::field;
use super::case::*;
use super::event::{CheckRemark, Event, Recorded};
use super::house::{Email, House, Role};
use super::roles;
use super::step::{Decision, Step, reason, said};
use super::value::Value;

impl Step<'_> {
    // ---- step 1, and later changes of Sales

    pub fn assign(&self, sales: &str) -> Decision {
        let mut events = vec![assigned(Some(self.case), sales, self.house)?];
        let after = self.project(&events);
        let next = self.on(&after);
        let turn = |case: &Case| roles::turn(case, self.house, self.today);
        match &after.question {
            // The question waits for the new Sales now.
            Some(question) if Some(&question.to) == self.case.sales.as_ref() && question.to != sales => {
                let question = Question { to: after.sales.clone().unwrap_or_default(), ..question.clone() };
                events.push(Event::Asked { question, due: next.due(&self.house.deadlines.complete) });
            }
            Some(_) => {}
            None if self.case.state == State::Assigning => events.push(next.moved(State::Drafting)),
            // Somebody else has the turn now: they get its letter, with the time counted anew.
            None if turn(&after) != turn(self.case) => events.push(next.moved(self.case.state)),
            None => {}
        }
        Ok(events)
    }

    /// A need that waits for its Sales: whoever brought it names one by `@name`.
    pub fn names_sales(&self, text: &str, mentions: &[Email]) -> Decision {
        let mut events = self.comment(text, mentions)?;
        let sales = |email: &&Email| self.house.person(email).is_some_and(|p| p.is(Role::Sales));
        let named: Vec<&Email> = mentions.iter().filter(sales).collect();
        if let ([one], true) = (named.as_slice(), self.is(Role::Cskh) || self.is(Role::Operator)) {
            events.extend(self.assign(one)?);
        }
        Ok(events)
    }

    // ---- questions and comments

    pub fn comment(&self, text: &str, mentions: &[Email]) -> Decision {
        Ok(vec![Event::Commented { text: text.trim().to_string(), mentions: mentions.to_vec() }])
    }

    /// A question to the case's Sales; the present state waits for the answer. Several questions are answered together.
    pub fn ask(&self, text: &str) -> Decision {
        let mut text = said(text, NeedsWhat::Question)?;
        let Some(to) = self.case.sales.clone() else { return Err(Refusal::Needs { what: NeedsWhat::Sales }) };
        if let Some(open) = &self.case.question {
            text = format!("{}\n{text}", open.text);
        }
        let question = Question { from: self.sender(), to, text, at: self.moment.at };
        Ok(vec![Event::Asked { question, due: self.due(&self.house.deadlines.complete) }])
    }

    pub fn answer(&self, text: &str) -> Decision {
        match &self.case.question {
            Some(question) if Some(&question.to) == self.act.by.as_ref() || self.is(Role::Sales) => {
                Ok(vec![self.question_answered(&reason(text)?)])
            }
            Some(question) => Err(Refusal::NotYours { may: vec![question.to.clone()] }),
            // Nothing was asked: what was said is passed on.
            None => self.comment(text, &[]),
        }
    }

    /// The time of whoever asked counts from the answer.
    pub fn question_answered(&self, text: &str) -> Event {
        let due = match self.moved(self.case.state) {
            Event::Moved { due, .. } => due,
            _ => None,
        };
        Event::QuestionAnswered { text: text.to_string(), due }
    }

    // ---- people who are not reached

    /// Once for each person and state. Somebody who is away matters where it is their turn; a letter that came back
    /// always does. The step passes to the deputy whom the config names for them, whatever days it names.
    pub fn unreached(&self, who: &str, cause: Cause, words: &str) -> Vec<Event> {
        let mine = roles::asked(self.case, self.house, self.today).iter().any(|p| p == who)
            || roles::turn(self.case, self.house, self.today).iter().any(|p| p == who);
        if self.case.unreached.contains_key(who) || (cause == Cause::Away && !mine) {
            return vec![];
        }
        let deputy = self.house.person(who).and_then(|p| p.away.as_ref()).map(|a| a.deputy.clone());
        let own = |d: &Email| roles::is_own_case(self.case, self.house, who, d);
        let free = |d: &Email| d != who && !own(d) && !self.case.unreached.contains_key(d) && self.house.person(d).is_some();
        let stand_in = deputy.filter(|d| mine && free(d));
        vec![Event::Unreached { who: who.into(), cause, words: words.trim().into(), stand_in }]
    }

    // ---- taking back

    pub fn retract(&self) -> Decision {
        match &self.moment.undo {
            Some(undo) if Some(&undo.by) == self.act.by.as_ref() => {
                let sent = self.case.quote_mailed_to(self.house).is_some();
                let (what, to) = (undo.what.clone(), undo.to.clone());
                // The contract counts again, and so does its paper.
                let was =
                    |now: &FileRef| undo.to.files.iter().find(|file| file.path == now.path && file.kind == FileKind::Contract);
                let papers = self.case.files.iter().filter(|file| file.kind != FileKind::Contract).filter_map(was);
                let papers: Vec<Event> = papers.map(|file| Event::FileKept { file: file.clone() }).collect();
                Ok([vec![Event::Retracted { what, to, onward: true, unsent: !sent }], papers].concat())
            }
            _ => Err(Refusal::NothingToRetract),
        }
    }

    // ---- the end, and a new beginning

    /// The Leader or the Director turns the request down.
    pub fn reject(&self, why: &str, checks: Vec<CheckRemark>) -> Decision {
        let why = reason(why)?;
        Ok(vec![Event::Rejected { reason: why.clone(), checks }, Event::Closed { reason: Reason::Rejected, text: why }])
    }

    /// Sales closes: rejected by Tech where not one item can be done, else withdrawn.
    pub fn close(&self, why: &str) -> Decision {
        let by_tech = self.case.nothing_feasible && self.case.state == State::Completing;
        let closed_as = if by_tech { Reason::Rejected } else { Reason::Withdrawn };
        Ok(vec![Event::Closed { reason: closed_as, text: reason(why)? }])
    }

    pub fn withdraw(&self, why: &str) -> Decision {
        Ok(vec![Event::Closed { reason: Reason::Withdrawn, text: reason(why)? }])
    }

    /// Back to where it stood; before the contract with the form still whole, to Sales.
    pub fn reopen(&self, text: &str) -> Decision {
        let before = self.case.closed.as_ref().map_or(State::Drafting, |c| c.before);
        let to = match before {
            State::Assigning | State::Contracting | State::Scheduling | State::Delivering => before,
            _ => State::Drafting,
        };
        let mut events = vec![Event::Reopened { text: text.trim().to_string() }];
        let after = self.project(&events);
        events.push(self.on(&after).moved(to));
        Ok(events)
    }
}

impl Undo {
    /// The last act that moved something, where it was this person's: thanks, looks and comments in between are none, and what
    /// was taken back already is not taken back once more.
    pub fn of(history: &[Recorded], by: &str) -> Option<Undo> {
        let moved = history.iter().rposition(|r| moves_something(&r.event))?;
        let last = &history[moved];
        if last.by.as_deref() != Some(by) || is_taking_back(last) {
            return None;
        }
        // Where a rehearsal's clock stands still, others have acted at the very same moment before.
        let of_another = |r: &Recorded| r.at != last.at || r.by != last.by || is_taking_back(r);
        let start = history[..moved].iter().rposition(of_another).map_or(0, |at| at + 1);
        if start == 0 {
            return None;
        }
        // And so may this very person have.
        let start = (start..=moved).rev().find(|at| begins(&history[*at].event, &history[at - 1].event)).unwrap_or(start);
        let what = act_of(&history[start..=moved]).to_string();
        Some(Undo { by: by.to_string(), what, to: Box::new(Case::fold(&history[..start])) })
    }
}

/// Is it the first that an act of its own brings about? Of the quote and after it; before, each act passes the turn.
fn begins(event: &Event, before: &Event) -> bool {
    use Event::*;
    match event {
        Agreed { .. } | Declined { .. } | Signed { .. } | Paid { .. } | PaidInstead { .. } | Planned { .. } => true,
        Progressed { .. } | Tested { .. } | HandedOver { .. } | Reopened { .. } => true,
        SentToCustomer { .. } => !matches!(before, Quoted { .. }),
        ChangeAsked { .. } => !matches!(before, Reopened { .. }),
        Closed { .. } => !matches!(before, HandedOver { .. } | Declined { .. } | Rejected { .. }),
        Proposed { proposal } => {
            use super::case::Proposed::*;
            matches!(proposal.what, Payment { .. } | PaymentInstead { .. })
        }
        _ => false,
    }
}

fn is_taking_back(recorded: &Recorded) -> bool {
    matches!(recorded.event, Event::Retracted { .. })
}

/// Is there anything of it to be undone? What the clock, a mail system or the desk notes for itself is nobody's act.
fn moves_something(event: &Event) -> bool {
    use Event::*;
    !matches!(
        event,
        FormReturned { .. }
            | FormTaken { .. }
            | Commented { .. }
            | Noted { .. }
            | StatusAsked
            | Refused { .. }
            | NotUnderstood { .. }
            | FileKept { .. }
            | FolderNamed { .. }
            | Readdressed { .. }
            | Unreached { .. }
            | StoodIn { .. }
            | WaitsOn { .. }
            | Nudged { .. }
            | QuoteReminded { .. }
            | PlanReminded { .. }
    )
}

/// The name of the act (`What::name`) that these events came of.
fn act_of(events: &[Recorded]) -> &'static str {
    use Event::*;
    let any = |is: fn(&Event) -> bool| events.iter().any(|r| is(&r.event));
    let quoted = any(|e| matches!(e, Quoted { .. }));
    let name = |event: &Event| match event {
        Reviewed { confirmed: true, .. } | Quoted { .. } => Some("confirm"),
        Rejected { .. } => Some("reject"),
        Clarify { .. } => Some("return"),
        Declined { .. } => Some("declined"),
        HandedOver { .. } => Some("handed-over"),
        Reopened { .. } => Some("reopen"),
        ChangeAsked { .. } => Some("change-asked"),
        SentToCustomer { .. } if !quoted => Some("sent-to-customer"),
        Agreed { .. } => Some("agreed"),
        Signed { .. } => Some("signed"),
        Paid { .. } => Some("paid"),
        PaidInstead { .. } => Some("paid-instead"),
        Planned { .. } => Some("plan"),
        Progressed { .. } => Some("progress"),
        Tested { .. } => Some("tested"),
        Corrected { .. } => Some("correct"),
        Proposed { .. } => Some("said"),
        Asked { .. } => Some("ask"),
        QuestionAnswered { .. } => Some("answer"),
        Assigned { .. } => Some("assign"),
        _ => None,
    };
    events.iter().rev().find_map(|r| name(&r.event)).unwrap_or_else(|| match () {
        _ if any(|e| matches!(e, Closed { .. })) => "close",
        _ if any(|e| matches!(e, Filled { .. })) => "form",
        _ => "done",
    })
}

/// A Sales has the case, and with them the Leader, the Director and Tech.
///
/// # Errors
/// `NoSuchPerson` where this is nobody of the house, or no Sales.
pub fn assigned(case: Option<&Case>, sales: &str, house: &House) -> Result<Event, Refusal> {
    let Some(person) = house.person(sales).filter(|p| p.is(Role::Sales)) else {
        return Err(Refusal::NoSuchPerson { who: sales.into() });
    };
    let region = case.and_then(|c| c.form.text("region"));
    let (leader, director, tech) = roles::staff(house, &person.email, region);
    let mut cells = vec![field("sales", Value::Text(person.name.clone()))];
    let known = case.is_some_and(|c| c.form.get("region").is_some());
    if let Some(region) = person.region.as_deref().and_then(|r| house.region(r)).filter(|_| !known) {
        cells.push(field("region", Value::Text(region.name.clone())));
    }
    Ok(Event::Assigned { sales: person.email.clone(), leader, director, tech, cells })
}
