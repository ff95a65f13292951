//! What has to be so, whatever went wrong: looked at from outside, in the store, the mailboxes and the folders. Some of it
//! after each step (`of_step`, `arrived`, `customers`), the rest when a world is at its end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{Days, TimeDelta};
use quotedesk::form::layout::{Zone, column, field, zones};
use quotedesk::process::case::{Case, Reason, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change};
use quotedesk::process::house::{House, Role};
use quotedesk::process::roles;
use quotedesk::store::{OutgoingFilter, Store};
use quotedesk::text::sha;

use super::people::{COMMENT, COSTS, PLAN, SECRET, Story, UNCLEAR, grouped};
use super::world::{Handed, Sender, World};

/// Everything that is wrong, one line each.
pub async fn everything(world: &mut World) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(store) = world.store().await else { return vec!["the desk is not there at the end".into()] };
    match store.verify(Case::fold).await {
        Ok(faults) => wrong.extend(faults.iter().map(|f| format!("check: {f:?}"))),
        Err(why) => wrong.push(format!("check: {why}")),
    }
    cases(world, &mut wrong);
    mails(world, &store, &mut wrong).await;
    answers(world, &store, &mut wrong).await;
    files(world, &mut wrong);
    customers_in_the_end(world, &mut wrong);
    wrong
}

// ---- cases

fn cases(world: &mut World, wrong: &mut Vec<String>) {
    let mut stories = BTreeMap::new();
    for case in world.watch.cases.values() {
        let Some(n) = Story::of_case(case) else {
            wrong.push(format!("{}: a case of nobody's need", case.id));
            continue;
        };
        *stories.entry(n).or_insert(0) += 1;
        let ending = case.closed.as_ref().map_or("open".into(), |c| format!("{:?}", c.reason));
        world.tally.add(format!("case: {ending}"));
        if !case.is_closed() {
            wrong.push(format!("{}: has not ended: {}", case.id, case.state.name()));
        }
    }
    for (n, times) in stories.iter().filter(|(_, times)| **times > 1) {
        wrong.push(format!("the need of story {n} has opened {times} cases"));
    }
    for n in world.stories.keys().filter(|n| !stories.contains_key(n)) {
        wrong.push(format!("the need of story {n} has no case"));
    }
}

/// What has to hold at each event.
pub fn of_step(before: &Case, case: &Case, recorded: &Recorded, house: &House, wrong: &mut Vec<String>) {
    let mut say = |words: String| wrong.push(format!("{} event {}: {words}", case.id, recorded.seq));
    moved(before, case, recorded, house, &mut say);
    cells(before, recorded, house, &mut say);
    on_time(before, recorded, house, &mut say);
    sums(recorded, &mut say);
    let turn = roles::turn(case, house, house.day(recorded.at));
    if case.is_closed() != turn.is_empty() {
        say(format!("at {} it is the turn of {turn:?}", case.state.name()));
    }
    // Where the turn is a group's, all of it has one role.
    if !case.is_closed() && case.question.is_none() && turn.len() > 1 {
        let role = roles::turn_role(case, house);
        let known = turn.iter().filter_map(|t| house.person(t));
        let same = |p: &quotedesk::process::house::Person| p.is(role) || role == Role::Tech && p.is(Role::TechHead);
        if known.clone().any(|p| !same(p)) && case.unreached.is_empty() && house.people.iter().all(|p| p.away.is_none()) {
            say(format!("it is the turn of people of several roles: {turn:?}"));
        }
    }
}

/// Whose word moves a case from one state to another.
fn movers(from: State, to: State) -> &'static [Role] {
    use Role::*;
    match (from, to) {
        (State::Assigning, State::Drafting) => &[Cskh, Sales, Leader, Operator],
        (State::Drafting, State::Review) => &[Sales],
        (State::Review, State::Drafting | State::Feedback) => &[Leader],
        (State::Feedback, State::Completing) => &[Tech, TechHead],
        // What Sales changes afterwards is looked at anew.
        (State::Feedback | State::Completing | State::Pricing, State::Review) => &[Sales],
        (State::Completing, State::Pricing) => &[Sales],
        (State::Pricing, State::Completing | State::Quoted) => &[Director],
        (State::Quoted, State::Drafting | State::Pricing | State::Contracting) => &[Sales],
        (State::Contracting, State::Drafting | State::Pricing | State::Scheduling) => &[Sales],
        (State::Scheduling, State::Delivering) => &[Tech, TechHead],
        (State::Closed, _) => &[Sales, Operator],
        (State::Review | State::Pricing, State::Closed) => &[Leader, Director, Sales, Cskh, Operator],
        (_, State::Closed) => &[Sales, Cskh, Operator],
        _ => &[],
    }
}

fn moved(before: &Case, after: &Case, recorded: &Recorded, house: &House, say: &mut impl FnMut(String)) {
    if before.state == after.state || matches!(recorded.event, Event::Opened { .. }) || before.id.is_empty() {
        return;
    }
    let step = format!("{} -> {}", before.state.name(), after.state.name());
    let Some(by) = &recorded.by else {
        let expired = matches!(&recorded.event, Event::Closed { reason: Reason::Expired, .. });
        if !expired {
            say(format!("{step} by nobody"));
        }
        return;
    };
    let Some(person) = house.person(by) else { return say(format!("{step} by the stranger {by}")) };
    // A need that names its Sales goes on at once, by whoever brought it; an act taken back puts all as it was.
    let opening = before.version <= 2;
    let taken_back = matches!(recorded.event, Event::Retracted { .. });
    let allowed = movers(before.state, after.state);
    let role_of = |who: &str| house.person(who).is_some_and(|p| allowed.iter().any(|r| p.is(*r)));
    let stands_in = recorded.for_.as_deref().is_some_and(role_of)
        || roles::on_behalf(before, house, by, house.day(recorded.at)).is_some_and(|who| role_of(&who));
    let has_role = allowed.iter().any(|r| person.is(*r));
    if !(has_role || stands_in || opening || taken_back) {
        say(format!("{step} by {by}"));
    }
}

/// Each cell is changed by its owner alone.
fn cells(before: &Case, recorded: &Recorded, house: &House, say: &mut impl FnMut(String)) {
    let changed: Vec<&Change> = match &recorded.event {
        Event::Filled { cells, .. } | Event::Corrected { cells } => cells.iter().collect(),
        _ => return,
    };
    let Some(by) = recorded.by.as_deref() else {
        if !changed.is_empty() {
            say("cells are changed by nobody".into());
        }
        return;
    };
    let mut may: BTreeSet<Zone> = BTreeSet::from([Zone::System]);
    let behalf = roles::on_behalf(before, house, by, house.day(recorded.at));
    for who in [Some(by), recorded.for_.as_deref(), behalf.as_deref()].into_iter().flatten() {
        let of_person = house.person(who).map(|p| p.roles.clone()).unwrap_or_default();
        may.extend(of_person.iter().flat_map(|role| zones(*role)).copied());
    }
    for change in changed {
        let (name, owned) = match &change.at {
            Cell::Field(name) => (name, field(name).is_some_and(|f| may.iter().any(|z| f.written_by(*z)))),
            Cell::Item(_, name) => (name, column(name).is_some_and(|c| may.iter().any(|z| c.written_by(*z)))),
        };
        if !owned {
            say(format!("{by} has changed {name}"));
        }
    }
}

/// Notices of the clock: none twice, none early.
fn on_time(before: &Case, recorded: &Recorded, house: &House, say: &mut impl FnMut(String)) {
    let (at, slack) = (recorded.at, TimeDelta::minutes(1));
    match &recorded.event {
        Event::Nudged { level } => {
            if *level <= before.nudges {
                say(format!("notice {level} once more"));
            }
            let Some(due) = &before.due else { return say(format!("notice {level} where nothing is awaited")) };
            let from = match level {
                1 => house.calendar.before(due.at, &house.deadlines.remind_before),
                2 => due.at,
                _ => house.calendar.due(due.at, &house.deadlines.escalate_after).at,
            };
            if at + slack < from {
                say(format!("notice {level} at {at}, due only at {from}"));
            }
        }
        Event::QuoteReminded { level } if *level <= before.quote_reminders => say(format!("quote notice {level} once more")),
        Event::PlanReminded { level } if *level <= before.plan_reminders => say(format!("plan notice {level} once more")),
        Event::Closed { reason: Reason::Expired, .. } => {
            let end = before.quote().map(|q| house.calendar.midnight(q.expires + Days::new(1)));
            if end.is_none_or(|end| at + slack < end) {
                say(format!("expired at {at}, not before {end:?}"));
            }
        }
        _ => {}
    }
}

fn sums(recorded: &Recorded, say: &mut impl FnMut(String)) {
    let Event::Quoted { quote } = &recorded.event else { return };
    let lines: i64 = quote.lines.iter().map(|l| l.amount).sum();
    let each = quote.lines.iter().all(|l| l.amount == l.unit_price * l.quantity);
    let vat: i64 = quote.vat_lines.iter().map(|v| v.vat).sum();
    let total = quote.subtotal - quote.discount + quote.vat;
    if lines != quote.subtotal || !each || vat != quote.vat || total != quote.total || quote.total <= 0 {
        say(format!("the quote's sums are wrong: {quote:?}"));
    }
}

// ---- mails

/// The letters that have arrived since the last step: none more often than lost replies account for, and no second answer
/// to the same submission.
pub fn arrived(world: &mut World) -> Vec<String> {
    let mut wrong = Vec::new();
    let inner = world.post.inner();
    let state = world.hazard.state();
    for letter in &inner.letters[world.looked_through..] {
        let unheard = state.unheard.iter().filter(|u| **u == letter.id).count() as u64;
        let restored = world.restored.as_ref();
        let before = restored.and_then(|r| r.taken.get(&letter.id)).copied().unwrap_or_default();
        let times = inner.taken.get(&letter.id).copied().unwrap_or_default();
        if times > 1 + unheard + before {
            wrong.push(format!("{}: {times} copies, and {unheard} lost replies", letter.id));
        }
        if let Some(answers) = &letter.answers {
            let this = (letter.id.clone(), letter.to.clone());
            let first = world.answered.entry(answers.clone()).or_insert(this.clone());
            if *first != this && restored.is_none() {
                wrong.push(format!("{answers}: answered twice, by {first:?} and {this:?}"));
            }
        }
    }
    let seen = inner.letters.len();
    drop((inner, state));
    world.looked_through = seen;
    wrong
}

async fn mails(world: &mut World, store: &Store, wrong: &mut Vec<String>) {
    let unsent = store.outgoing(&OutgoingFilter::Unsent).await.unwrap_or_default();
    for row in unsent.iter().filter(|row| row.state != "bounced") {
        wrong.push(format!("not sent in the end: {} to {} ({}, {})", row.letter, row.to, row.state, row.last_words));
    }
    let (letters, taken) = {
        let inner = world.post.inner();
        (inner.letters.clone(), inner.taken.clone())
    };
    let unheard = world.hazard.state().unheard.clone();
    let mut bytes: BTreeMap<&str, &[u8]> = BTreeMap::new();
    for letter in &letters {
        let first = bytes.entry(&letter.id).or_insert(&letter.bytes);
        if **first != *letter.bytes {
            wrong.push(format!("{}: two mails of one Message-ID, and different", letter.id));
        }
    }
    for (id, times) in taken.iter().filter(|(_, times)| **times > 1) {
        let unheard = unheard.iter().filter(|u| *u == id).count() as u64;
        let before_restore = world.restored.as_ref().and_then(|r| r.taken.get(id)).copied().unwrap_or_default();
        world.tally.add("mail: doubled");
        if *times > 1 + unheard + before_restore {
            wrong.push(format!("{id}: {times} copies, and {unheard} lost replies"));
        }
    }
    // What the store has as sent has arrived.
    match world.watch.sent().await {
        Ok(sent) => {
            for (id, to) in sent.iter().filter(|(id, _)| !taken.contains_key(id.trim_matches(['<', '>']))) {
                wrong.push(format!("{id}: as sent in the store, and never arrived at {to}"));
            }
        }
        Err(why) => wrong.push(format!("what was sent: {why}")),
    }
    world.tally.0.insert("mail: arrived".into(), letters.len() as u64);
}

/// Each submission of staff has one answer, of machines, strangers and forgers none.
async fn answers(world: &mut World, store: &Store, wrong: &mut Vec<String>) {
    let letters = world.post.inner().letters.clone();
    let mut answered: BTreeMap<&str, BTreeSet<(&str, &str)>> = BTreeMap::new();
    for letter in &letters {
        if let Some(answers) = &letter.answers {
            answered.entry(answers).or_default().insert((&letter.id, &letter.to));
        }
    }
    let aside = store.quarantined().await.unwrap_or_default();
    let handed = world.handed.clone();
    let forgotten = world.restored.is_some();
    let idle = idle_words(world, store).await;
    for one in handed.iter().filter(|h| h.file.is_none()) {
        let answers = answered.get(one.id.as_str()).cloned().unwrap_or_default();
        let to_sender = answers.iter().filter(|(_, to)| *to == one.from).count();
        let told = |words: &str| format!("{} of {} ({}): {words}: {answers:?}", one.id, one.from, one.what);
        match one.sender {
            Sender::Staff if one.forgotten => {}
            // The same words that bring nothing are answered once a day.
            Sender::Staff if answers.is_empty() && repeats(one, &handed, &idle) => world.tally.add("answer: said before"),
            Sender::Staff if answers.len() == 1 && to_sender == 1 => world.tally.add("answer: one"),
            Sender::Staff => wrong.push(told("not exactly one answer")),
            Sender::Machine | Sender::Stranger | Sender::Forger if !answers.is_empty() => wrong.push(told("answered")),
            Sender::Machine => world.tally.add("answer: none"),
            Sender::Stranger | Sender::Forger => {
                let kept = aside.iter().filter(|a| a.from == one.from).count();
                if kept == 0 && !one.forgotten && !forgotten {
                    wrong.push(told("not in the quarantine"));
                }
                if one.sender == Sender::Stranger && letters.iter().any(|l| l.to == one.from) {
                    wrong.push(told("a letter to a stranger"));
                }
                world.tally.add("answer: quarantine");
            }
        }
    }
    let known: BTreeSet<&str> = super::house::names().collect();
    for letter in letters.iter().filter(|l| !known.contains(l.to.as_str())) {
        wrong.push(format!("{}: to {}, who is not of the house", letter.id, letter.to));
    }
}

/// Who has said which words (their first line) that stand in a case's history and brought nothing: what comes after its
/// time is a comment.
async fn idle_words(world: &World, store: &Store) -> BTreeSet<(String, String)> {
    let mut idle = BTreeSet::new();
    for case in world.watch.cases.keys() {
        for Recorded { by, event, .. } in store.history(case).await.unwrap_or_default() {
            if let (Some(by), Event::Commented { text, .. } | Event::Noted { text } | Event::NotUnderstood { text, .. }) =
                (by, event)
            {
                idle.insert((by, text.lines().next().unwrap_or_default().into()));
            }
        }
    }
    idle
}

fn repeats(one: &Handed, handed: &[Handed], idle: &BTreeSet<(String, String)>) -> bool {
    let same = |h: &&Handed| h.id != one.id && h.from == one.from && h.what == one.what;
    // Of words that do bring something the first is answered for that, the second as bringing nothing, the third not, for a
    // day from the second.
    let brings_nothing =
        UNCLEAR.contains(&one.what.as_str()) || one.what == COMMENT || idle.contains(&(one.from.clone(), one.what.clone()));
    let before = if brings_nothing { 1 } else { 2 };
    let within_a_day = |h: &Handed| (one.came - h.came).abs() <= TimeDelta::hours(25);
    handed.iter().filter(same).count() >= before && handed.iter().filter(same).any(within_a_day)
}

// ---- files

/// Each dropped file lies in one place, with its answer beside it.
fn files(world: &mut World, wrong: &mut Vec<String>) {
    let inbox = world.config.inbox.clone();
    let all: Vec<PathBuf> = files_under(&inbox);
    let mut by_content: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in &all {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".tmp") {
            wrong.push(format!("{}: left over", path.display()));
        } else if !name.ends_with(".txt") {
            by_content.entry(name).or_default().push(path.clone());
        }
    }
    let dropped: Vec<Handed> = world.handed.iter().filter(|h| h.file.is_some()).cloned().collect();
    for one in &dropped {
        let name = one.file.clone().unwrap_or_default();
        let places = by_content.remove(&name).unwrap_or_default();
        let [place] = places.as_slice() else {
            wrong.push(format!("{name} of {} lies in {} places", one.from, places.len()));
            continue;
        };
        let below = place.strip_prefix(&inbox).unwrap_or(place);
        if !(below.starts_with(".done") || below.starts_with(".problem")) {
            wrong.push(format!("{name}: still in the inbox"));
            continue;
        }
        if std::fs::read(place).map(|bytes| sha(&bytes)).unwrap_or_default() != one.content {
            wrong.push(format!("{name}: is not what was dropped"));
        }
        let note = PathBuf::from(format!("{}.txt", place.display()));
        match std::fs::read_to_string(&note) {
            Ok(words) if !words.trim().is_empty() => world.tally.add("answer: one"),
            _ => wrong.push(format!("{name}: no answer beside it")),
        }
    }
    for (name, places) in by_content {
        wrong.push(format!("{name}: nobody has dropped it: {places:?}"));
    }
    let notes = all.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")).count();
    if notes != dropped.len() {
        wrong.push(format!("{notes} answers beside {} dropped files", dropped.len()));
    }
}

/// Nothing internal in what a customer gets: files that have been made and not looked through yet.
pub fn customers(world: &mut World, wrong: &mut Vec<String>) {
    let outbox = world.config.outbox.clone();
    let mut made = std::mem::take(&mut world.watch.for_customers);
    made.retain(|name| {
        let path = outbox.join(name);
        let there = path.exists();
        if there {
            world.tally.add("customer's files: looked through");
            wrong.extend(leaks(&path).iter().map(|found| format!("{}: shows {found}", path.display())));
        }
        !there
    });
    world.watch.for_customers = made;
}

/// All files for customers have been looked through, and there are no others.
fn customers_in_the_end(world: &mut World, wrong: &mut Vec<String>) {
    customers(world, wrong);
    wrong.extend(world.watch.for_customers.iter().map(|name| format!("{name}: was made, and is not in the outbox")));
    let known: BTreeSet<&String> = world.watch.all_for_customers.iter().collect();
    let outbox = world.config.outbox.clone();
    for path in files_under(&outbox).iter().filter(|p| p.extension().is_some_and(|e| e == "xlsx")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !known.contains(&name) {
            wrong.extend(leaks(path).iter().map(|found| format!("{}: shows {found}", path.display())));
        }
    }
}

fn leaks(path: &Path) -> Vec<String> {
    let Ok(file) = std::fs::File::open(path) else { return vec!["nothing".into()] };
    let Ok(mut package) = zip::ZipArchive::new(file) else { return vec!["no package".into()] };
    let mut found = Vec::new();
    for n in 0..package.len() {
        let mut text = String::new();
        let Ok(mut part) = package.by_index(n) else { continue };
        if part.read_to_string(&mut text).is_err() {
            continue;
        }
        let annex = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("Phụ lục"));
        let plan = (!annex).then(|| PLAN.to_string());
        let internal = COSTS.iter().flat_map(|cost| [cost.to_string(), grouped(*cost)]).chain([SECRET.to_string()]).chain(plan);
        found.extend(internal.filter(|words| text.contains(words.as_str())));
    }
    found
}

pub fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}
