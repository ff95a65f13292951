//! Every letter that ever asked for a decision, answered at every later moment by everybody, for this case and another:
//! whoever was not asked moves nothing, and who was asked long ago is told who has decided since.

use quotedesk::intake::guard::{Keys, MessageId};
use quotedesk::process::act::{Act, Cause, Moment, Refusal, Saw, Via, What};
use quotedesk::process::case::{Case, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change, Filled};
use quotedesk::process::house::{Away, House};
use quotedesk::process::letters::{self, Kind};
use quotedesk::process::roles;
use quotedesk::process::rules::decide;
use quotedesk::process::value::Value;

use crate::company::{PEOPLE, email, house, words};
use crate::ordinary::NINE_STEPS;
use crate::play::{Played, play, play_at};
use crate::properties::who_may;

const DESK: &str = "desk@anphat.example";

#[test]
fn a_stale_token_decides_nothing_and_nobody_else_s_ever_does() {
    let lines: Vec<&str> = NINE_STEPS.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let moments: Vec<Played> = (1..=lines.len()).map(|n| play(&lines[..n].join("\n"))).collect();
    let keys = Keys::new(vec![vec![7; 32], vec![8; 32]]);
    let old = Keys::new(vec![vec![8; 32]]);
    let strange = Keys::new(vec![vec![9; 32]]);
    let asking = [State::Review, State::Feedback, State::Completing, State::Pricing];
    let (mut tried, mut stale) = (0, 0);
    for (n, then) in moments.iter().enumerate().filter(|(_, m)| asking.contains(&m.case.state)) {
        for reader in roles::turn(&then.case, &then.house, then.day) {
            // Signed by a key that has been followed by another since.
            let id = MessageId::make(&old, &then.case.id, then.case.version, 0, &reader, DESK);
            let id = MessageId::parse(&id).expect("ours");
            let other = MessageId::make(&old, "YC-2026-0002", then.case.version, 0, &reader, DESK);
            assert_ne!(MessageId::parse(&other), Some(id.clone()));
            assert!(!id.verify(&strange, &reader) && !id.verify(&Keys::default(), &reader));
            for now in &moments[n..] {
                for who in PEOPLE {
                    let by = email(who);
                    let holds = id.verify(&keys, &by);
                    assert_eq!(holds, by == reader, "{who} with {reader}'s token");
                    for what in [What::Confirm, What::Return("sai".into()), What::Reject("đắt".into()), What::Done] {
                        tried += 1;
                        // Without a token that holds nothing is known of what was seen, and the role decides.
                        let may = roles::roles(&now.case, &now.house, &by, now.day);
                        let answer = answered(now, &by, what.clone(), holds.then_some(then));
                        if holds && now.case.state != then.case.state {
                            stale += 1;
                            match answer {
                                Err(Refusal::AlreadyDecided { by: decider, .. }) => assert!(decider.is_some()),
                                Err(Refusal::NotNow { .. } | Refusal::Superseded { .. }) => {}
                                other => panic!("{who} answers {:?} at {:?}: {other:?}", then.case.state, now.case.state),
                            }
                        } else if !holds && answer.is_ok_and(|after| after != now.case.state) {
                            assert!(!may.is_empty(), "{who} has no part in this case and moved it");
                            assert!(roles::turn(&now.case, &now.house, now.day).contains(&by), "{who}: {what:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(tried > 1_000 && stale > 100, "{tried} tried, {stale} stale");
}

/// Every letter of every moment, answered at every later one by everybody, in every word: with its token, with that of
/// another case, passed on, after its reader has left the house or while they are away. Whoever moves the case has a role
/// that may. More than 100,000 tries.
#[test]
fn nobody_moves_a_case_who_may_not_by_whatever_letter() {
    let lines: Vec<&str> = NINE_STEPS.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let moments: Vec<Played> = (1..=lines.len()).map(|n| play(&lines[..n].join("\n"))).collect();
    let keys = Keys::new(vec![vec![7; 32]]);
    let (mut tried, mut moved) = (0, 0);
    for (n, then) in moments.iter().enumerate() {
        for reader in roles::turn(&then.case, &then.house, then.day) {
            let id = MessageId::make(&keys, &then.case.id, then.case.version, 0, &reader, DESK);
            let id = MessageId::parse(&id).expect("ours");
            let of_another = MessageId::make(&keys, "YC-2026-0002", then.case.version, 0, &reader, DESK);
            let of_another = MessageId::parse(&of_another).expect("ours");
            for now in &moments[n..] {
                for house in [now.house.clone(), without(&now.house, &reader), away(&now.house, &reader)] {
                    let people = PEOPLE.iter().map(|who| email(who)).chain(["kh@khach.example".to_string()]);
                    for by in people {
                        assert_eq!(id.verify(&keys, &by), by == reader, "{by} with {reader}'s token");
                        assert!(of_another.case != now.case.id, "told apart by the case that it names");
                        let roles = roles::roles(&now.case, &house, &by, now.day);
                        let may = roles.iter().any(|r| who_may(now.case.state).contains(r));
                        // Whoever's token does not hold answers as if they had seen nothing.
                        let seen = (by == reader).then_some(then);
                        for what in every_word(&now.case) {
                            tried += 1;
                            let name = what.name();
                            let answer = answered_in(&now.case, &house, &by, what, seen);
                            if answer.is_ok_and(|after| after != now.case.state) {
                                moved += 1;
                                assert!(may, "{by} ({roles:?}) moved {:?} by {name}", now.case.state);
                                assert!(house.person(&by).is_some(), "{by} is not of the house, and moved it by {name}");
                            }
                        }
                    }
                }
            }
        }
    }
    println!("{tried} tries, {moved} moved the case");
    assert!(tried >= 100_000 && moved > 1_000, "{tried} tries, {moved} moved the case");
}

/// Those that anybody could send, and with what fits this case.
fn every_word(case: &Case) -> Vec<What> {
    let first = case.form.items.first().map(|item| item.id.clone()).unwrap_or_default();
    let price = Change { at: Cell::Item(first, "gd_gia".into()), old: None, new: Some(Value::Money(1)) };
    let filled = Filled { base: Some(case.rev), changes: vec![price.clone()], ..Filled::default() };
    let day = case.since.date_naive();
    let mut all = words();
    all.extend([
        What::SentToCustomer { on: None },
        What::Agreed { on: None },
        What::HandedOver { on: None },
        What::Plan { start: Some(day), end: Some(day) },
        What::CorrectLate("vì khách hỏi".into()),
        What::Comment { text: "vì khách hỏi".into(), mentions: vec![email("sales2")] },
        What::Said { cells: vec![price.clone()], answered: vec![] },
        What::Correct { cells: vec![price] },
        What::Filled(Box::new(filled)),
    ]);
    all
}

fn without(house: &House, who: &str) -> House {
    House { people: house.people.iter().filter(|p| p.email != who).cloned().collect(), ..house.clone() }
}

fn away(house: &House, who: &str) -> House {
    let mut house = house.clone();
    let day = |m, d| chrono::NaiveDate::from_ymd_opt(2026, m, d).expect("a day");
    for person in house.people.iter_mut().filter(|p| p.email == who) {
        person.away = Some(Away { from: day(3, 1), to: day(4, 30), deputy: email("deputy") });
    }
    house
}

/// The Leader's and the Director's late word is answered with who decided and when.
#[test]
fn who_decided_is_told() {
    let lines: Vec<&str> = NINE_STEPS.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let at = |n: usize| play(&lines[..n].join("\n"));
    for (n, who, what) in [(2, "leader", "reviewed"), (6, "director", "priced")] {
        let (then, now) = (at(n), at(n + 2));
        match answered(&now, &email(who), What::Confirm, Some(&then)) {
            Err(Refusal::AlreadyDecided { what: told, by, .. }) => assert_eq!((told.as_str(), by), (what, Some(email(who)))),
            other => panic!("{who}: {other:?}"),
        }
    }
}

/// The state after an answer to the letter of that moment.
fn answered(now: &Played, by: &str, what: What, seen: Option<&Played>) -> Result<State, Refusal> {
    answered_in(&now.case, &now.house, by, what, seen)
}

fn answered_in(case: &Case, house: &House, by: &str, what: What, seen: Option<&Played>) -> Result<State, Refusal> {
    let act = Act {
        by: Some(by.into()),
        for_: None,
        via: Via::Mail,
        what,
        saw: seen.map(|s| Saw::of(&s.case, by)).unwrap_or_default(),
    };
    let at = case.since + chrono::TimeDelta::minutes(5);
    let events = decide(case, &act, house, &moment(at))?;
    // Refused, and its reason passed on.
    if let Some(Event::Refused { refusal, .. }) = events.iter().find(|e| matches!(e, Event::Refused { .. })) {
        return Err(refusal.clone());
    }
    let mut after = case.clone();
    for event in events {
        let seq = after.version;
        after.apply(&Recorded { seq, at, by: act.by.clone(), for_: None, via: Via::Mail, event });
    }
    Ok(after.state)
}

fn moment(at: chrono::DateTime<chrono::Utc>) -> Moment {
    Moment { next_quote: 1, ..Moment::plain(at) }
}

// ---- people who are not reached

/// What follows when a letter to somebody came back, or they are away: the events, and who gets which letter.
fn unreached(played: &mut Played, who: &str, cause: Cause) -> Vec<(Kind, String)> {
    let what = What::Unreached { who: email(who), cause, words: "550 5.1.1 unknown".into() };
    let act = Act { by: None, for_: None, via: Via::Mail, what, saw: Saw::default() };
    let at = played.case.since + chrono::TimeDelta::minutes(5);
    let events = decide(&played.case, &act, &played.house, &moment(at)).expect("never refused");
    let before = played.case.clone();
    for event in &events {
        let seq = played.case.version;
        played.case.apply(&Recorded { seq, at, by: None, for_: None, via: Via::Mail, event: event.clone() });
    }
    assert!(events.iter().all(|e| matches!(e, Event::Unreached { .. })));
    assert_eq!(played.case.state, before.state, "it moves nothing");
    let post = letters::post(&before, &played.case, &events, act.by.as_deref(), &played.house, at);
    assert_eq!(post.answer, None);
    let mut sent: Vec<_> = post.letters.iter().map(|l| (l.kind, crate::company::short(&l.to).to_string())).collect();
    sent.sort();
    sent
}

fn in_review() -> Played {
    play(
        r"
        T2 08:00  cskh   need @sales   -> Drafting, need to sales
        T2 10:00  sales  form 2 items  -> Review, review to leader
    ",
    )
}

#[test]
fn sales_and_the_next_one_up_hear_of_who_is_not_reached_once() {
    let mut played = in_review();
    let to = |people: &[&str]| people.iter().map(|p| (Kind::Unreached, p.to_string())).collect::<Vec<_>>();
    assert_eq!(unreached(&mut played, "leader", Cause::Returned), to(&["director", "sales"]));
    assert_eq!(unreached(&mut played, "leader", Cause::Returned), []);
    assert_eq!(unreached(&mut played, "leader", Cause::Away), []);
    // Not whose turn it is: an absence is nobody's business, a letter that came back is Sales'.
    assert_eq!(unreached(&mut played, "cskh", Cause::Away), []);
    assert_eq!(unreached(&mut played, "cskh", Cause::Returned), to(&["sales"]));
    // Sales themselves: the Leader, who is the next one up from them, does not hear of it in review; the turn's does.
    let mut away = in_review();
    assert_eq!(unreached(&mut away, "leader", Cause::Away), to(&["sales"]));
    let mut drafting = play("T2 08:00  cskh   need @sales   -> Drafting, need to sales");
    assert_eq!(unreached(&mut drafting, "sales", Cause::Away), to(&["leader"]));
}

#[test]
fn the_deputy_of_the_config_takes_the_step_and_only_this_one() {
    let mut house = house();
    let person = house.people.iter_mut().find(|p| p.email == email("leader")).expect("there");
    let long_ago = |day| chrono::NaiveDate::from_ymd_opt(2025, 1, day).expect("a day");
    person.away = Some(Away { from: long_ago(2), to: long_ago(6), deputy: email("deputy") });
    let mut played = play_at(
        house,
        r"
        T2 08:00  cskh   need @sales   -> Drafting, need to sales
        T2 10:00  sales  form 2 items  -> Review, review to leader
    ",
    );
    assert_eq!(unreached(&mut played, "leader", Cause::Away), [(Kind::Review, "deputy".to_string())]);
    let turn = |played: &Played| roles::turn(&played.case, &played.house, played.day);
    assert_eq!(turn(&played), [email("deputy")]);
    assert_eq!(roles::on_behalf(&played.case, &played.house, &email("deputy"), played.day), Some(email("leader")));
    assert_eq!(answered(&played, &email("deputy"), What::Confirm, None), Ok(State::Feedback));
    assert_eq!(answered(&played, &email("leader"), What::Confirm, None), Ok(State::Feedback), "they may still come back");
    // The deputy is not reached either: nobody is left, and whoever is above hears of it.
    assert_eq!(
        unreached(&mut played, "deputy", Cause::Returned),
        [(Kind::Unreached, "director".to_string()), (Kind::Unreached, "sales".to_string())]
    );
    let seq = played.case.version;
    let moved = Event::Moved { to: State::Feedback, due: None, review: None };
    played.case.apply(&Recorded { seq, at: played.case.since, by: None, for_: None, via: Via::Mail, event: moved });
    assert!(played.case.unreached.is_empty(), "the next step asks people anew");
}
