//! One function a promise; each gets an empty store of its own.

use chrono::TimeDelta;
use quotedesk::faults::Faults;
use quotedesk::store::{
    AnsweredMail, Before, Brought, Change, Claimed, Clocks, CommitError, Due, Fault, Filter, KEY_HOLDS, KEY_SIGNS, Number,
    OpenError, OutgoingFilter, Quarantined, Seen, TakenName, Tx, Unavailable,
};

use super::*;

const LAN: &str = "lan.tran@anphat.example";
const HUNG: &str = "hung.le@anphat.example";
const MINH: &str = "minh.do@anphat.example";

fn names(claimed: &[Claimed]) -> Vec<&str> {
    claimed.iter().map(|c| c.name.as_str()).collect()
}

/// What was committed is there after closing and opening, to the last digit.
pub async fn committed_is_kept(place: &impl Place) {
    let store = place.open().await;
    let mut tx = open_case("YC-2026-0001");
    tx.effects = vec![mail("YC-2026-0001", LAN, "a.eml"), file("YC-2026-0001", "outbox/b.xlsx", b"PK")];
    tx.quarantine = Some(Quarantined {
        id: "q1".into(),
        at: minute(2),
        from: "la\0@x.example".into(),
        why: "unknown".into(),
        source: "INBOX".into(),
        body: vec![0, 255, 13],
    });
    let case = tx.case.clone().unwrap().case;
    let events = tx.events.clone();
    store.commit(tx).await.unwrap();
    store.close().await;
    assert!(matches!(store.commit(Tx::default()).await, Err(CommitError::Unavailable(_))), "closed is closed");

    let store = place.open().await;
    assert_eq!(store.case("YC-2026-0001").await.unwrap(), Some(case));
    assert_eq!(store.history("YC-2026-0001").await.unwrap(), events);
    let mark = store.seen("mail:YC-2026-0001").await.unwrap().unwrap();
    assert_eq!(mark.answer, "Đã nhận.");
    let outgoing = store.outgoing(&OutgoingFilter::Unsent).await.unwrap();
    assert_eq!(outgoing.iter().map(|o| o.kind.as_str()).collect::<Vec<_>>(), ["mail", "file"]);
    assert_eq!(store.quarantined().await.unwrap()[0].from, "la\u{FFFD}@x.example");
    assert_eq!(store.quarantined_whole("q1").await.unwrap().unwrap().body, [0, 255, 13]);
    assert!(store.release_quarantined("q1").await.unwrap());
    assert!(store.quarantined().await.unwrap().is_empty());
    assert_eq!(store.case("YC-2026-9999").await.unwrap(), None);
    assert_eq!(store.verify(fold).await.unwrap(), []);
    store.close().await;
}

/// Whoever only works with what there is makes no store; what is there is the same store for all.
pub async fn begun_by_whoever_may(place: &impl Place) {
    for _ in 0..2 {
        assert_eq!(Store::open_present(&place.url()).await.map(drop), Err(OpenError::NoStore));
    }
    let store = place.open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    store.close().await;
    let store = Store::open_present(&place.url()).await.unwrap();
    assert!(store.has_cases().await.unwrap());
    store.close().await;
}

/// A stale version, a second copy, a number given out: the whole is refused, nothing of it is left.
pub async fn all_or_nothing(place: &impl Place) {
    let store = place.open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    let history = store.history("YC-2026-0001").await.unwrap();
    store.commit(append(&history, "first")).await.unwrap();

    let mut stale = append(&history, "second");
    stale.seen = Some(seen("mail:stale", "YC-2026-0001"));
    stale.effects.push(mail("YC-2026-0001", LAN, "stale.eml"));
    assert_eq!(store.commit(stale).await, Err(CommitError::Conflict));
    assert_eq!(store.seen("mail:stale").await.unwrap(), None, "the mark of a refused write stayed");

    let again = store.commit(open_case("YC-2026-0001")).await;
    assert_eq!(again, Err(CommitError::AlreadySeen(Box::new(seen("mail:YC-2026-0001", "YC-2026-0001")))));
    let mut new_twice = open_case("YC-2026-0001");
    new_twice.seen = None;
    assert_eq!(store.commit(new_twice).await, Err(CommitError::Conflict));

    let number = Number { kind: "YC".into(), year: 2026, n: 1, case_id: "YC-2026-0001".into() };
    let name = TakenName { day: minute(0).date_naive(), name: "BG.xlsx".into(), case_id: "YC-2026-0001".into() };
    let numbered = Tx { numbers: vec![number], names: vec![name], ..Tx::default() };
    assert_eq!(store.next_number("YC", 2026).await.unwrap(), 1);
    store.commit(numbered.clone()).await.unwrap();
    assert_eq!(store.next_number("YC", 2026).await.unwrap(), 2);
    assert_eq!(store.next_number("YC", 2027).await.unwrap(), 1);
    assert_eq!(store.quote_names(minute(0).date_naive()).await.unwrap(), ["BG.xlsx"]);
    let mut taken = open_case("YC-2026-0002");
    taken.numbers = numbered.numbers.clone();
    assert!(matches!(store.commit(taken).await, Err(CommitError::Taken(_))));
    let mut taken = open_case("YC-2026-0002");
    taken.names = numbered.names.clone();
    assert!(matches!(store.commit(taken).await, Err(CommitError::Taken(_))));
    assert_eq!(store.case("YC-2026-0002").await.unwrap(), None);

    let mut gap = append(&store.history("YC-2026-0001").await.unwrap(), "third");
    gap.events[0].seq += 1;
    assert!(matches!(store.commit(gap).await, Err(CommitError::Invalid(_))));
    assert_eq!(store.history("YC-2026-0001").await.unwrap().len(), 2);
    assert!(store.outgoing(&OutgoingFilter::Unsent).await.unwrap().is_empty());
    store.close().await;
}

/// 64 at once on 8 cases: each case has every event once, and conflicts of some cost the others nothing.
pub async fn many_at_once(place: &impl Place) {
    let store = place.open().await;
    for n in 0..8 {
        store.commit(open_case(&format!("YC-2026-{n:04}"))).await.unwrap();
    }
    let writers = (0..64).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let id = format!("YC-2026-{:04}", n % 8);
            let mut conflicts = 0;
            loop {
                let history = store.history(&id).await.unwrap();
                let mut tx = append(&history, &format!("from {n}"));
                tx.seen = Some(seen(&format!("mail:{n}"), &id));
                tx.effects.push(mail(&id, LAN, &format!("{n}.eml")));
                match store.commit(tx).await {
                    Ok(()) => return conflicts,
                    Err(CommitError::Conflict) => conflicts += 1,
                    Err(e) => panic!("{e}"),
                }
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut conflicts = 0;
    for writer in writers {
        conflicts += writer.await.unwrap();
    }
    assert!(conflicts > 0, "nobody ever met: this tests nothing");
    for n in 0..8 {
        let history = store.history(&format!("YC-2026-{n:04}")).await.unwrap();
        assert_eq!(history.len(), 9);
    }
    assert_eq!(store.outgoing(&OutgoingFilter::Unsent).await.unwrap().len(), 64);
    assert_eq!(store.verify(fold).await.unwrap(), []);

    // The same submission from 64 sides: one is first, the rest learn its answer.
    let copies: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            let tx = Tx { seen: Some(seen("mail:same", "")), ..Tx::default() };
            tokio::spawn(async move { store.commit(tx).await })
        })
        .collect();
    let mut first = 0;
    for copy in copies {
        match copy.await.unwrap() {
            Ok(()) => first += 1,
            Err(CommitError::AlreadySeen(seen)) => assert_eq!(seen.answer, "Đã nhận."),
            Err(e) => panic!("{e}"),
        }
    }
    assert_eq!(first, 1);
    store.close().await;
}

/// Lists, and what the clock finds.
pub async fn lists_and_due(place: &impl Place) {
    let store = place.open().await;
    for (n, person) in ["an_b@x.example", "anxb@x.example", LAN].into_iter().enumerate() {
        let mut tx = open_case(&format!("YC-2026-{n:04}"));
        if let Some(write) = &mut tx.case {
            write.case.sales = Some(person.into());
            write.wake_at = Some(minute(10 * n as i64));
            if n == 2 {
                write.case.state = State::Closed;
                write.case.closed = Some(quotedesk::process::case::Closed {
                    at: minute(3),
                    reason: quotedesk::process::case::Reason::Done,
                    by: None,
                    text: String::new(),
                    before: State::Delivering,
                });
            }
        }
        store.commit(tx).await.unwrap();
    }
    let ids = |filter: Filter| {
        let store = store.clone();
        async move { store.cases(&filter).await.unwrap().into_iter().map(|c| c.id).collect::<Vec<_>>() }
    };
    assert_eq!(ids(Filter::default()).await.len(), 3);
    assert_eq!(ids(Filter { open_only: true, ..Filter::default() }).await, ["YC-2026-0000", "YC-2026-0001"]);
    assert_eq!(ids(Filter { limit: 1, ..Filter::default() }).await, ["YC-2026-0000"]);
    assert_eq!(ids(Filter { state: Some(State::Closed), ..Filter::default() }).await, ["YC-2026-0002"]);
    let person = Some("An_B@x.example".to_owned());
    assert_eq!(ids(Filter { person, ..Filter::default() }).await, ["YC-2026-0000"]);
    assert!(ids(Filter { late_at: Some(minute(9999)), ..Filter::default() }).await.is_empty());
    let outlines = store.outlines(&Filter { open_only: true, ..Filter::default() }).await.unwrap();
    assert_eq!(outlines.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["YC-2026-0000", "YC-2026-0001"]);
    let closed = store.last_closed(5).await.unwrap();
    assert_eq!(closed.iter().map(|o| o.id.as_str()).collect::<Vec<_>>(), ["YC-2026-0002"]);
    // Page by page, to the end and no further.
    let (mut after, mut paged) = (None, vec![]);
    loop {
        let (cases, end) = store.page(after.as_ref(), 2).await.unwrap();
        paged.extend(cases.into_iter().map(|c| c.id));
        after = end;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(paged, ["YC-2026-0000", "YC-2026-0001", "YC-2026-0002"]);
    assert_eq!(store.next_wake(chrono::DateTime::UNIX_EPOCH).await.unwrap(), Some(minute(0)));
    assert_eq!(store.due(minute(10), 10).await.unwrap(), ["YC-2026-0000", "YC-2026-0001"]);
    assert_eq!(store.due(minute(10), 1).await.unwrap(), ["YC-2026-0000"]);
    assert_eq!(store.due(minute(-1), 10).await.unwrap(), Vec::<String>::new());

    let key = store.secret_key().await.unwrap();
    assert_eq!((key.len(), store.secret_key().await.unwrap()), (32, key));
    the_keys_of_tokens(&store).await;
    assert_eq!(store.rehearsal_clock().await.unwrap(), None);
    store.set_rehearsal_clock(minute(7)).await.unwrap();
    assert_eq!(store.rehearsal_clock().await.unwrap(), Some(minute(7)));
    store.close().await;
}

/// A new key signs, the old ones hold for a while; two that draw one at the same time lose none.
async fn the_keys_of_tokens(store: &quotedesk::store::Store) {
    let at = minute(0);
    let keys = async |at| store.token_keys(at).await.unwrap().newest_first;
    let first = keys(at).await;
    assert_eq!(first, [store.secret_key().await.unwrap()]);
    assert!(!store.renew_token_key(at + KEY_SIGNS - TimeDelta::days(1)).await.unwrap());
    assert!(store.renew_token_key(at + KEY_SIGNS).await.unwrap());
    let two = keys(at + KEY_SIGNS).await;
    assert_eq!((two.len(), &two[1]), (2, &first[0]), "the newest first");
    let later = at + KEY_SIGNS + KEY_HOLDS;
    assert_eq!(keys(later - TimeDelta::days(1)).await, two);
    assert_eq!(keys(later).await, two[..1]);
    let (a, b) = tokio::join!(store.new_token_key(later, false), store.new_token_key(later, false));
    assert_eq!((a, b), (Ok(()), Ok(())));
    assert_eq!(keys(later).await.len(), 4 - 1);
    store.new_token_key(later, true).await.unwrap();
    assert_eq!(keys(later).await.len(), 1);
}

/// Mails of a case to one person go in order; a reminder for tomorrow holds up nobody; held is held.
pub async fn effects_in_order(place: &impl Place) {
    let store = place.open().await;
    let mut tx = open_case("YC-2026-0001");
    let id = "YC-2026-0001";
    tx.effects = vec![mail(id, LAN, "1.eml"), mail(id, LAN, "2.eml"), mail(id, HUNG, "3.eml"), file(id, "outbox/4.xlsx", b"PK")];
    let mut tomorrow = mail(id, HUNG, "0.eml");
    tomorrow.not_before = minute(24 * 60);
    tx.effects.insert(0, tomorrow);
    store.commit(tx).await.unwrap();
    let now = Clocks::same(minute(1));
    assert_ne!(store.look(now, false).await.unwrap(), Due::Nothing);

    store.set_hold(true).await.unwrap();
    let files = store.claim(now, 10).await.unwrap();
    assert_eq!(names(&files), ["outbox/4.xlsx"], "a hold stops mails, not files");
    assert!(store.change(&files[0], Change::Sent { at: minute(1), words: "outbox/4.xlsx".into() }).await.unwrap());
    assert_eq!(store.look(now, false).await.unwrap(), Due::Nothing);
    store.set_hold(false).await.unwrap();

    let first = store.claim(now, 10).await.unwrap();
    assert_eq!(names(&first), ["1.eml", "3.eml"]);
    assert!(store.claim(now, 10).await.unwrap().is_empty(), "claimed twice");
    let later = Change::Later { at: minute(5), words: "421 busy".into() };
    assert!(store.change(&first[0], later).await.unwrap());
    assert!(store.claim(now, 10).await.unwrap().is_empty(), "the second overtook the first");

    let again = store.claim(Clocks::same(minute(5)), 10).await.unwrap();
    // The lease of 3.eml has run out meanwhile, too.
    assert_eq!(names(&again), ["1.eml", "3.eml"]);
    assert_eq!((again[0].attempt, again[0].first_try), (2, minute(1)));
    assert!(!store.change(&first[1], Change::AtData { real: minute(5) }).await.unwrap(), "a lost lease may not send");
    assert!(store.change(&again[0], Change::AtData { real: minute(5) }).await.unwrap());
    assert!(store.change(&again[0], Change::Sent { at: minute(5), words: "250 ok".into() }).await.unwrap());
    assert_eq!(store.body(again[0].id).await.unwrap(), None, "sent bytes are let go");
    assert_eq!(names(&store.claim(Clocks::same(minute(5)), 10).await.unwrap()), ["2.eml"]);
    assert_eq!(store.next_mail(minute(5)).await.unwrap(), Some(minute(24 * 60)));
    let one = store.mail("<YC-2026-0001.1.eml@anphat.example>").await.unwrap().unwrap();
    assert_eq!((one.state.as_str(), one.last_words.as_str()), ("sent", "250 ok"));
    store.commit(Tx { returned: Some((one.message_id, "550 no such user".into())), ..Tx::default() }).await.unwrap();
    assert!(!store.resend(one.id).await.unwrap(), "there are no bytes to send again");
    store.close().await;
}

/// Which mails were answered is counted by person, case and hour; a letter that came back is so with the rest or not at all.
pub async fn answers_are_counted(place: &impl Place) {
    let store = place.open().await;
    let answered = |n: i64, who: &str, case: &str, said: &str, brought: Brought| Tx {
        seen: Some(Seen { at: minute(n), ..seen(&format!("submission:{n}"), case) }),
        answered: Some(AnsweredMail {
            key: format!("submission:{n}"),
            who: who.into(),
            case_id: case.into(),
            said: said.into(),
            brought,
            at: minute(n),
        }),
        ..Tx::default()
    };
    let mails = [
        (0, LAN, "A", "x", Brought::Nothing),
        (70, LAN, "A", "x", Brought::Nothing),
        (80, LAN, "B", "y", Brought::Something),
        (90, HUNG, "A", "x", Brought::Nothing),
        (91, LAN, "", "x", Brought::Nothing),
        (92, MINH, "C", "z", Brought::Refused),
    ];
    for (n, who, case, said, brought) in mails {
        store.commit(answered(n, who, case, said, brought)).await.unwrap();
    }
    let again = store.commit(answered(91, LAN, "", "x", Brought::Nothing)).await;
    assert!(matches!(again, Err(CommitError::AlreadySeen(_))), "{again:?}");
    let before = async |who: &str, case: &str, said: &str| store.answered_before(who, case, said, minute(100)).await.unwrap();
    let counted = |same, idle_of_person, idle_of_case, of_person| Before { same, idle_of_person, idle_of_case, of_person };
    assert_eq!(before(LAN, "A", "x").await, counted(2, 2, 3, 3));
    assert_eq!(before(LAN, "B", "y").await, counted(0, 2, 0, 3), "it brought something");
    assert_eq!(before(LAN, "", "x").await, counted(1, 2, 0, 3), "no case is no case");
    assert_eq!(before(MINH, "C", "z").await, counted(0, 1, 1, 1), "refused words may bring something the next time");
    assert_eq!(before(HUNG, "B", "z").await, counted(0, 1, 0, 1));

    let mut tx = open_case("YC-2026-0001");
    tx.effects = vec![mail("YC-2026-0001", LAN, "a.eml")];
    store.commit(tx).await.unwrap();
    let claimed = store.claim(Clocks::same(minute(100)), 10).await.unwrap();
    let id = claimed[0].message_id.clone();
    assert_eq!(store.letters_to(LAN, &claimed[0].letter, minute(-1)).await.unwrap(), 1);
    assert!(store.change(&claimed[0], Change::Sent { at: minute(100), words: "250 ok".into() }).await.unwrap());
    let bare = id.trim_matches(['<', '>']).to_string();
    let returned = |key: &str| Tx { seen: Some(seen(key, "")), returned: Some((bare.clone(), "550 no".into())), ..Tx::default() };
    store.commit(returned("bounce:1")).await.unwrap();
    let state = async || store.mail(&bare).await.unwrap().map(|m| (m.state, m.last_words));
    assert_eq!(state().await, Some(("bounced".into(), "550 no".into())));
    store.close().await;
}

/// The reply to the last dot is lost: once more after a quarter of an hour, then never by itself.
pub async fn doubt_once(place: &impl Place) {
    let store = place.open().await;
    store.commit(Tx { effects: vec![mail("", LAN, "1.eml"), mail("", HUNG, "2.eml")], ..Tx::default() }).await.unwrap();
    let first = store.claim(Clocks::same(minute(0)), 10).await.unwrap();
    for claimed in &first {
        assert!(store.change(claimed, Change::AtData { real: minute(0) }).await.unwrap());
    }
    // Nobody reports back: the daemon is gone.
    let soon = store.claim(Clocks::same(minute(11)), 10).await.unwrap();
    assert!(soon.is_empty(), "the server may still be answering");
    assert_eq!(store.look(Clocks::same(minute(13)), false).await.unwrap(), Due::Late);
    assert!(store.claim(Clocks::same(minute(13)), 10).await.unwrap().is_empty(), "first the copy is looked for");
    assert!(store.arrived(&first[1].message_id, minute(14)).await.unwrap());
    let second = store.claim(Clocks::same(minute(29)), 10).await.unwrap();
    assert_eq!((names(&second), second[0].doubts), (vec!["1.eml"], 1));
    assert_eq!(second[0].body, first[0].body, "a copy is the same to the last byte");
    assert!(store.change(&second[0], Change::AtData { real: minute(29) }).await.unwrap());
    let words = "connection lost".to_owned();
    assert!(store.change(&second[0], Change::Doubt { real: minute(30), words }).await.unwrap());
    assert!(store.claim(Clocks::same(minute(100_000)), 10).await.unwrap().is_empty(), "a second doubt is the operator's");
    assert_eq!(store.unsent(Clocks::same(minute(30))).await.unwrap().failed, 1);
    assert_eq!(store.outgoing(&OutgoingFilter::Failed).await.unwrap()[0].state, "doubt");
    assert!(store.resend(second[0].id).await.unwrap());
    assert_eq!(store.claim(Clocks::same(minute(31)), 10).await.unwrap()[0].attempt, 3);
    store.close().await;
}

/// A long attempt keeps its lease by signs of life; a hold reaches even a mail that is just being sent; a copy that comes
/// late still stops the second mail.
pub async fn alive_held_and_late(place: &impl Place) {
    let store = place.open().await;
    store.commit(Tx { effects: vec![mail("", LAN, "1.eml"), file("", "outbox/a", b"a")], ..Tx::default() }).await.unwrap();
    let at = |n| Clocks::same(minute(n));
    assert_eq!(store.look(at(0), true).await.unwrap(), Due::Work);
    assert_eq!(names(&store.claim_files(at(0), 10).await.unwrap()), ["outbox/a"]);
    assert_eq!(store.look(at(0), true).await.unwrap(), Due::Nothing);
    let first = store.claim(at(0), 10).await.unwrap();
    assert_eq!(names(&first), ["1.eml"]);
    assert!(store.change(&first[0], Change::Alive { real: minute(1) }).await.unwrap());
    assert_eq!(names(&store.claim(at(2), 10).await.unwrap()), ["outbox/a"], "only who is silent loses the lease");
    store.set_hold(true).await.unwrap();
    assert!(!store.change(&first[0], Change::AtData { real: minute(2) }).await.unwrap(), "sent although on hold");
    store.set_hold(false).await.unwrap();
    for _ in 0..2 {
        assert!(store.change(&first[0], Change::AtData { real: minute(2) }).await.unwrap());
    }
    let words = "connection lost".to_owned();
    assert!(store.change(&first[0], Change::Doubt { real: minute(2), words: words.clone() }).await.unwrap());
    let second = store.claim(at(17), 10).await.unwrap();
    let second = second.iter().find(|claimed| claimed.to.is_some()).unwrap();
    assert!(store.arrived(&second.message_id, minute(17)).await.unwrap());
    assert!(!store.change(second, Change::AtData { real: minute(17) }).await.unwrap(), "sent although its copy had come");
    assert!(!store.change(second, Change::Later { at: minute(18), words }).await.unwrap());
    assert_eq!(store.mail(&second.message_id).await.unwrap().unwrap().state, "sent");
    store.close().await;
}

/// `verify` finds a row that is not its events, and `rebuild` mends it.
pub async fn verified_and_rebuilt(place: &impl Place) {
    let store = place.open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    let mut wrong = append(&store.history("YC-2026-0001").await.unwrap(), "true words");
    if let Some(write) = &mut wrong.case {
        write.case.thread = Some("other words".into());
    }
    store.commit(wrong).await.unwrap();
    assert_eq!(store.verify(fold).await.unwrap(), [Fault::RowDiffers { case_id: "YC-2026-0001".into() }]);
    assert!(store.rebuild("YC-2026-0001", fold, |_| None).await.unwrap());
    assert_eq!(store.verify(fold).await.unwrap(), []);
    assert!(!store.rebuild("YC-2026-0002", fold, |_| None).await.unwrap());
    assert!(!store.daemon_running().await.unwrap());
    store.close().await;
}

/// Two processes on one store: nobody's event is lost, and no effect is claimed by both.
pub async fn two_processes(place: &impl Place) {
    let (one, two) = (place.open().await, place.open().await);
    one.commit(open_case("YC-2026-0001")).await.unwrap();
    let write = |store: Store, who: &'static str| {
        tokio::spawn(async move {
            for n in 0..25 {
                loop {
                    let history = store.history("YC-2026-0001").await.unwrap();
                    let mut tx = append(&history, &format!("{who} {n}"));
                    tx.effects.push(mail("YC-2026-0001", &format!("{who}{n}@x.example"), &format!("{who}{n}.eml")));
                    match store.commit(tx).await {
                        Ok(()) => break,
                        Err(CommitError::Conflict) => {}
                        Err(e) => panic!("{e}"),
                    }
                }
            }
        })
    };
    let writers = [write(one.clone(), "one"), write(two.clone(), "two")];
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(one.history("YC-2026-0001").await.unwrap().len(), 51);

    let claim = |store: Store| {
        tokio::spawn(async move {
            let mut mine = Vec::new();
            while let Ok(claimed) = store.claim(Clocks::same(minute(1)), 3).await {
                if claimed.is_empty() && store.look(Clocks::same(minute(1)), false).await.unwrap() == Due::Nothing {
                    break;
                }
                mine.extend(claimed.into_iter().map(|c| c.name));
            }
            mine
        })
    };
    let claims = [claim(one.clone()), claim(two.clone())];
    let mut all = Vec::new();
    for claimed in claims {
        all.extend(claimed.await.unwrap());
    }
    assert_eq!(all.len(), 50);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 50, "claimed by both");
    one.close().await;
    two.close().await;
}

/// From the n-th call on nothing works any more, for every n: what was acknowledged is there, and the rest goes in
/// whole at the second try. Then the same with one call that fails: the store mends that by itself.
pub async fn a_fault_at_any_call(place: &impl Place) {
    let store = place.open().await;
    for n in 0.. {
        let broken = Store::open_with(&place.url(), Faults::from_nth(n)).await;
        let passing = Store::open_with(&place.url(), Faults::nth(n)).await;
        let mut failed = false;
        for (kind, faulty) in [("dead", &broken), ("once", &passing)] {
            let id = format!("YC-{kind}-{n}");
            let mut tx = open_case(&id);
            tx.effects = vec![mail(&id, LAN, "a.eml"), file(&id, "outbox/b", b"b")];
            let first = match faulty {
                Ok(faulty) => faulty.commit(tx.clone()).await,
                Err(e) => Err(Unavailable::Away(e.to_string()).into()),
            };
            failed |= first.is_err();
            match (kind, &first, store.commit(tx).await) {
                (_, Ok(()), Err(CommitError::AlreadySeen(_))) => {}
                ("dead", Err(CommitError::Unavailable(_)), Ok(()) | Err(CommitError::AlreadySeen(_))) => {}
                // It could not even be opened.
                ("once", Err(CommitError::Unavailable(_)), Ok(())) if passing.is_err() => {}
                (_, first, second) => panic!("call {n} {kind}: {first:?}, then {second:?}"),
            }
            assert_eq!(store.history(&id).await.unwrap().len(), 1, "call {n} {kind}");
            let effects = store.outgoing(&OutgoingFilter::Case(id)).await.unwrap();
            assert_eq!(effects.len(), 2, "call {n} {kind}");
        }
        for opened in [broken, passing].into_iter().flatten() {
            opened.close().await;
        }
        if !failed {
            assert!(n > 8, "only {n} calls: the faults are not asked for");
            break;
        }
    }
    assert_eq!(store.verify(fold).await.unwrap(), []);
    store.close().await;
}
