//! What holds in every history: random people do random things at random times, in right and wrong roles, and the clock
//! jumps in between.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use quotedesk::letter::messages::Words;
use quotedesk::letter::reply::{ending, wish};
use quotedesk::process::act::{Act, Moment, Need, Saw, Undo, Via, What};
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::Filled;
use quotedesk::process::house::{House, Lang, Role};
use quotedesk::process::letters::{self, Kind};
use quotedesk::process::outline::Outline;
use quotedesk::process::{clock, reworded, roles, rules};

use crate::company::{PEOPLE, email, house, house_without};
use crate::forms::Typed;

/// One stroke of a history.
#[derive(Clone, Debug)]
struct Stroke {
    /// Of `PEOPLE`; beyond them whoever has the turn, in their role: so that histories get far.
    who: usize,
    what: usize,
    /// Which items, how much, which day.
    dice: u32,
    /// Minutes since the stroke before.
    wait: i64,
    /// Bound to the newest form, to an older one, or to none.
    seen: usize,
    /// Is the clock run first, as the daemon does, or was it away?
    ticked: bool,
}

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let wait = prop_oneof![8 => 1..300i64, 3 => 300..3_000i64, 1 => 3_000..40_000i64];
    let one = (0..PEOPLE.len() + 48, 0..WORDS + 48, any::<u32>(), wait, 0..6usize, prop::bool::weighted(0.8));
    let stroke = one.prop_map(|(who, what, dice, wait, seen, ticked)| Stroke { who, what, dice, wait, seen, ticked });
    prop::collection::vec(stroke, 30..90)
}

/// A history as it grows.
struct Run {
    house: House,
    case: Case,
    events: Vec<Recorded>,
    now: DateTime<Utc>,
    acts: usize,
}

impl Run {
    fn open(house: House, by: &str, sales: Option<&str>) -> Run {
        let now = DateTime::from_timestamp(1_772_413_200, 0).expect("2 March 2026, 08:00 in Vietnam");
        let mut run = Run { house, case: Case::default(), events: vec![], now, acts: 0 };
        let text = "Khách cần báo cáo công nợ".into();
        let need = Need { by: email(by), sales: sales.map(email), text, customer: Some("Chính Đại".into()), thread: None };
        let events = rules::open("YC-2026-0001", &need, &run.house, &run.moment()).expect("opened");
        run.record(&events, Some(email(by)), Via::Mail);
        run
    }

    fn moment(&self) -> Moment {
        Moment { next_quote: self.case.quotes.len() as u32 + 1, ..Moment::plain(self.now) }
    }

    fn record(&mut self, events: &[Event], by: Option<String>, via: Via) {
        for event in events {
            let recorded =
                Recorded { seq: self.case.version, at: self.now, by: by.clone(), for_: None, via, event: event.clone() };
            self.case.apply(&recorded);
            self.events.push(recorded);
        }
        // Of the many thousand states that histories come to, each eighth is enough.
        if self.case.version.is_multiple_of(8) {
            self.is_listed_as_it_is();
        }
    }

    /// What lists show of the case by its outline is what they would show by the whole of it.
    fn is_listed_as_it_is(&self) {
        let words = Words::plain(Lang::Vi, &self.house, None);
        let shown = |case: &Case| {
            let days = [0, 10, 40].map(|days| self.house.day(self.now + TimeDelta::days(days)));
            let turns = days.map(|day| (roles::turn(case, &self.house, day), roles::next_up(case, &self.house, day)));
            let heads = (case.id.clone(), case.state, case.opened, case.due.as_ref().map(|due| due.at));
            (heads, case.short().to_owned(), case.customer().to_owned(), words.asked(case), turns)
        };
        let outline = serde_json::to_string(&Outline::of(&self.case)).expect("JSON");
        let outline: Outline = serde_json::from_str(&outline).expect("an outline");
        assert_eq!(shown(&outline), shown(&self.case));
    }

    /// The clock moves on: early, late, twice. It closes a quote that has run out, and changes no other state.
    fn pass(&mut self, minutes: i64, ticked: bool) {
        let until = self.now + TimeDelta::minutes(minutes);
        if ticked {
            while let Some(at) = clock::wake(&self.case, &self.house).filter(|at| *at <= until) {
                assert_eq!(clock::tick(&self.case, &self.house, at - TimeDelta::seconds(1)), vec![], "woken too early");
                assert!(self.tick(at.max(self.now)) > 0, "woken for nothing");
            }
        }
        self.now = until;
        self.tick(until);
        assert_eq!(self.tick(until), 0, "run twice");
        assert!(clock::wake(&self.case, &self.house).is_none_or(|at| at > until), "to be woken again for nothing");
    }

    fn tick(&mut self, at: DateTime<Utc>) -> usize {
        self.now = at;
        let before = self.case.clone();
        let events = clock::tick(&self.case, &self.house, at);
        self.record(&events, None, Via::Clock);
        match (before.state, self.case.state) {
            (State::Quoted, State::Closed) => {
                let expires = before.quote().expect("a quote").expires;
                assert!(self.house.day(at) > expires, "closed on {at}, open until the end of {expires}");
            }
            (before, after) => assert_eq!(before, after, "moved by the clock alone"),
        }
        let nudges = events.iter().filter(|e| matches!(e, Event::Nudged { .. })).count();
        assert!(nudges <= 1, "in bulk");
        let post = letters::post(&before, &self.case, &events, None, &self.house, at);
        assert_eq!(post.answer, None);
        for letter in post.letters.iter().filter(|l| matches!(l.kind, Kind::Reminder | Kind::Late | Kind::Escalation)) {
            let sent = letter.not_before.expect("reminders wait for working hours");
            assert!(sent >= at && self.house.calendar.is_working_time(sent));
        }
        events.len()
    }

    fn act(&mut self, stroke: &Stroke) {
        let today = self.house.day(self.now);
        let turn = roles::turn(&self.case, &self.house, today);
        let by = match PEOPLE.get(stroke.who) {
            Some(who) => email(who),
            None => turn.get(stroke.dice as usize % turn.len().max(1)).cloned().unwrap_or_else(|| email("sales")),
        };
        let what = self.what(stroke, &by, today);
        let rev = match stroke.seen {
            0 => None,
            1 => Some(self.case.rev.saturating_sub(2)),
            _ => Some(self.case.rev),
        };
        let state = (stroke.seen == 3).then_some(State::ALL[stroke.dice as usize % State::ALL.len()]);
        let quote = (stroke.seen == 1).then_some(1);
        let told_back = (stroke.seen > 1).then(|| self.case.proposal_of(&by).map(|p| p.what.clone())).flatten();
        let items = if stroke.seen == 0 { vec![] } else { self.case.form.items.clone() };
        let known = Saw { rev, quote, state, items, told_back, lost: false };
        let saw = if stroke.seen == 0 && stroke.dice.is_multiple_of(8) { Saw::lost() } else { known };
        let act = Act { by: Some(by.clone()), for_: None, via: Via::Mail, what, saw };
        let undo = matches!(act.what, What::Retract).then(|| Undo::of(&self.events, &by)).flatten();
        let reworded = reworded::since_answered(&self.events, &self.case);
        let moment = Moment { undo, reworded, ..self.moment() };
        let decided = rules::decide(&self.case, &act, &self.house, &moment);
        if stroke.dice.is_multiple_of(4) {
            assert_eq!(decided, rules::decide(&self.case, &act, &self.house, &moment), "decided twice");
        }
        let before = self.case.clone();
        let events = match decided {
            Ok(events) => events,
            Err(refusal) => vec![Event::Refused { what: act.what.name().into(), refusal }],
        };
        self.record(&events, act.by.clone(), act.via);
        self.acts += 1;
        self.only_who_may(&before, &by, &act.what, today);
        self.one_answer(&before, &events, &act, &by);
    }

    /// Nobody moves a case who has no role on it that may.
    fn only_who_may(&self, before: &Case, by: &str, what: &What, today: NaiveDate) {
        if before.state == self.case.state || matches!(what, What::Retract) {
            return;
        }
        use Role::*;
        let may = who_may(before.state);
        let roles = roles::roles(before, &self.house, by, today);
        assert!(
            roles.iter().any(|r| may.contains(r)),
            "{by} moved {:?} to {:?} by {}",
            before.state,
            self.case.state,
            what.name()
        );
        let needed = match (before.state, self.case.state) {
            (State::Review, State::Feedback) => Some([Leader].as_slice()),
            (State::Feedback, State::Completing) => Some([Tech, TechHead, Sales].as_slice()),
            (State::Pricing, State::Quoted) => Some([Director].as_slice()),
            (State::Quoted, State::Contracting) | (State::Contracting, State::Scheduling) => Some([Sales].as_slice()),
            (State::Scheduling, State::Delivering) => Some([Tech, TechHead].as_slice()),
            _ => None,
        };
        assert!(needed.is_none_or(|needed| roles.iter().any(|r| needed.contains(r))), "{by} by {}", what.name());
        if (before.state, self.case.state) == (State::Review, State::Feedback) {
            assert_ne!(before.sales.as_deref(), Some(by), "Sales reviewed their own form");
        }
        if (before.state, self.case.state) == (State::Pricing, State::Quoted) {
            assert_ne!(before.sales.as_deref(), Some(by), "Sales priced their own case");
        }
    }

    /// Exactly one answer to the sender, and at most one letter of a kind to a person.
    fn one_answer(&self, before: &Case, events: &[Event], act: &Act, by: &str) {
        let post = letters::post(before, &self.case, events, act.by.as_deref(), &self.house, self.now);
        let answer = post.answer.and_then(|i| post.letters.get(i)).expect("an answer");
        assert_eq!(answer.to, by);
        for (n, letter) in post.letters.iter().enumerate() {
            let again = post.letters[..n].iter().any(|l| (l.kind, &l.to) == (letter.kind, &letter.to));
            assert!(!again, "twice: {:?} to {}", letter.kind, letter.to);
            assert!(self.house.person(&letter.to).is_some(), "to {}", letter.to);
        }
        // Each move to a new state up to the plan mails everybody whose turn it is (contract, whose turn).
        let moved = before.state != self.case.state && self.case.state < State::Delivering;
        if moved && !matches!(act.what, What::Retract) {
            for person in roles::turn(&self.case, &self.house, self.house.day(self.now)) {
                assert!(
                    post.letters.iter().any(|l| l.to == person && l.not_before.is_none()),
                    "{person} is not told of {:?}",
                    self.case.state
                );
            }
        }
    }

    fn whose_turn(&self) {
        let turn = roles::turn(&self.case, &self.house, self.house.day(self.now));
        assert_eq!(turn.is_empty(), self.case.is_closed(), "whose turn in {:?}", self.case.state);
        assert_eq!(self.case.closed.is_some(), self.case.is_closed());
        assert_eq!(self.case.due.is_none(), self.case.is_closed(), "until when in {:?}", self.case.state);
    }

    /// Read back from what is stored, the case is what it was.
    fn stored(&self) {
        assert!(Case::fold(&self.events) == self.case, "the case is the sum of its events");
        let case = serde_json::to_string(&self.case).expect("written");
        assert!(serde_json::from_str::<Case>(&case).expect("read") == self.case);
        let events = serde_json::to_string(&self.events).expect("written");
        assert!(serde_json::from_str::<Vec<Recorded>>(&events).expect("read") == self.events);
    }

    fn what(&self, stroke: &Stroke, by: &str, today: NaiveDate) -> What {
        let dice = stroke.dice;
        let day = |n: u64| Some(today + chrono::Days::new(n));
        let text = || ["", "giảm giá", "thêm báo cáo", "vì khách hỏi"][dice as usize % 4].to_string();
        match stroke.what {
            0 => What::Confirm,
            1 => What::Return(text()),
            2 => What::Reject(text()),
            3 => What::Ask(text()),
            4 => What::Answer(text()),
            5 => What::Done,
            6 => What::SentToCustomer { on: None },
            7 => What::Agreed { on: None },
            8 => What::Declined(text()),
            9 => wish::change(text()),
            10 => wish::requote(text()),
            11 => What::Signed { number: Some(text()), on: None, framework: false },
            12 => What::Paid { vnd: Some(i64::from(dice % 3)), on: None },
            13 => {
                What::Plan { start: day(u64::from(dice % 9)), end: day(u64::from(dice % 40)).filter(|_| !dice.is_multiple_of(3)) }
            }
            14 => What::Progress { percent: Some(dice), text: text() },
            15 => What::Tested { on: None },
            16 => What::HandedOver { on: day(0).filter(|_| dice.is_multiple_of(2)) },
            17 => ending::close(text(), today),
            18 => What::Withdraw(text()),
            19 => What::Reopen(text()),
            20 => What::Retract,
            21 => What::Comment { text: text(), mentions: vec![email(PEOPLE[dice as usize % PEOPLE.len()])] },
            22 => What::Status,
            23 => What::Noted(String::new()),
            24 => What::Assign { sales: email(PEOPLE[dice as usize % PEOPLE.len()]) },
            25 => match self.said(by, dice) {
                What::Said { cells, .. } if dice.is_multiple_of(2) => What::Correct { cells },
                said => said,
            },
            31 => What::CorrectLate(text()),
            26..=30 => What::Filled(Box::new(self.form(by, dice, stroke.seen))),
            _ => self.next(by, dice, stroke.seen, today),
        }
    }

    /// The word that takes the case on.
    fn next(&self, by: &str, dice: u32, seen: usize, today: NaiveDate) -> What {
        match self.case.state {
            State::Assigning => What::Assign { sales: email("sales") },
            State::Review if !dice.is_multiple_of(4) => What::Confirm,
            State::Quoted => What::Agreed { on: None },
            State::Contracting if self.case.contract.number.is_none() => {
                What::Signed { number: Some("12/HĐ".into()), on: None, framework: false }
            }
            State::Contracting => What::Paid { vnd: Some(16_000_000), on: None },
            State::Scheduling => What::Plan { start: Some(today), end: Some(today + chrono::Days::new(u64::from(dice % 20))) },
            State::Delivering => What::HandedOver { on: Some(today) },
            State::Closed => wish::requote("giảm giá"),
            _ if self.case.question.is_some() => What::Answer("bản 7".into()),
            _ => What::Filled(Box::new(self.form(by, dice, seen))),
        }
    }

    fn said(&self, by: &str, dice: u32) -> What {
        let form = self.form(by, dice, 0);
        What::Said { cells: form.changes, answered: form.answered }
    }

    /// A form as this person's role has it, more or less filled in.
    fn form(&self, by: &str, dice: u32, seen: usize) -> Filled {
        let base = match seen {
            0 => None,
            1 => Some(self.case.rev.saturating_sub(3)),
            _ => Some(self.case.rev),
        };
        let mut typed = Typed::new(&self.case, base);
        let roles = roles::roles(&self.case, &self.house, by, self.house.day(self.now));
        let role = roles.iter().find(|r| **r == roles::turn_role(&self.case, &self.house)).or(roles.first());
        match role.copied().unwrap_or(Role::Cskh) {
            Role::Sales => sales_form(&mut typed, &self.case, dice),
            Role::Leader => {
                typed.checks(["dat", "dat", "can_lam_ro"][dice as usize % 3]);
                typed.text("ld_ask", "vì sao?");
                typed.choice("ld_all", ["duyet", "duyet", "tra_lai", "tu_choi"][dice as usize % 4]);
            }
            Role::Tech | Role::TechHead => {
                for (n, item) in self.case.form.items.iter().enumerate() {
                    match dice >> (n % 8 * 3) & 7 {
                        0 | 1 => {}
                        2 => typed.answer(&format!("{}:no", item.id)),
                        n => typed.answer(&format!("{}:{}/{}", item.id, n / 2, n / 2)),
                    }
                }
                typed.start();
            }
            Role::Director => {
                typed.prices(&vec![i64::from(dice % 9); self.case.form.items.len()]);
                typed.text("pr_note", "làm rõ");
                typed.choice("pr_dec", ["duyet", "duyet", "duyet", "duyet", "tra_lai", "tu_choi"][dice as usize % 6]);
            }
            Role::Cskh | Role::Operator => {}
        }
        if dice % 11 == 3 {
            typed.error("kt_srv_cost", self.case.form.items.first().map(|i| i.id.as_str()));
        }
        typed.form
    }
}

/// The roles that may move a case away from a state, by any word.
pub fn who_may(state: State) -> &'static [Role] {
    use Role::*;
    match state {
        State::Assigning => &[Cskh, Operator],
        State::Review => &[Leader, Sales, Cskh, Operator],
        State::Feedback => &[Tech, TechHead, Sales, Cskh, Operator],
        State::Pricing => &[Director, Sales, Cskh, Operator],
        State::Scheduling | State::Delivering => &[Tech, TechHead, Sales, Cskh, Operator],
        State::Drafting | State::Completing | State::Quoted | State::Contracting => &[Sales, Cskh, Operator],
        State::Closed => &[Sales, Operator],
    }
}

fn sales_form(typed: &mut Typed, case: &Case, dice: u32) {
    typed.customer();
    if case.form.items.is_empty() || dice.is_multiple_of(13) {
        (0..dice % 3 + 1).for_each(|_| typed.item());
    }
    match (dice / 13 % 9, case.form.items.last()) {
        (0, Some(item)) => typed.form.dropped.push(item.id.clone()),
        (1, Some(item)) => typed.cell(&item.id, "dg", quotedesk::process::value::Value::Text(format!("lần {dice}"))),
        (2, _) => typed.text("region", "Miền Nam"),
        (3, _) => typed.form.order = Some(case.form.items.iter().rev().map(|i| i.id.clone()).collect()),
        (4, _) => typed.text("cphone", &format!("09{dice:08}")),
        _ => {}
    }
}

/// Words of `Run::what`; beyond them the one that takes the case on.
const WORDS: usize = 32;

/// Some 120,000 acts and as many turns of the clock: the acceptance line asks for 100,000 tries.
#[test]
fn holds_in_every_history() {
    let config = Config { cases: 2_000, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..Config::default() };
    let (acts, far) = (std::cell::Cell::new(0), std::cell::RefCell::new(std::collections::BTreeSet::new()));
    let ran = proptest::test_runner::TestRunner::new(config).run(&(strokes(), 0..3usize), |(strokes, company)| {
        let house = match company {
            0 => house(),
            1 => house_without("leader"),
            _ => house_without("sales"),
        };
        let mut run = match company {
            0 => Run::open(house, "cskh", Some("sales")),
            1 => Run::open(house, "cskh", None),
            _ => Run::open(house, "sales", None),
        };
        for stroke in &strokes {
            run.pass(stroke.wait, stroke.ticked);
            run.act(stroke);
            run.whose_turn();
            far.borrow_mut().insert(run.case.state);
        }
        run.stored();
        acts.set(acts.get() + run.acts);
        Ok(())
    });
    if let Err(found) = ran {
        panic!("{found}");
    }
    assert!(acts.get() >= 100_000, "{} acts", acts.get());
    assert_eq!(far.borrow().len(), State::ALL.len(), "every state is reached: {far:?}");
}
