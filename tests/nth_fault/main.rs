//! One call to the outside fails, or the process dies there and starts again: every call of every act of the nine steps
//! in turn. After it there is one act, one answer, no mail lost, none doubled but by the rule of doubt, each file in one
//! place, nothing half-written, and the store is what it says: all as if nothing had happened, to the byte.
//!
//! An act is taken in and sent in two parts, each with its own faults: what is sent does not depend on how what came in
//! had failed. Where a call fails once, the process goes on; where it dies, all that it had under way is gone.
//!
//! All acts, on PostgreSQL too: `cargo test --release --test nth_fault -- --ignored --nocapture`.
//! `QUOTEDESK_NTH_ACT` runs the acts alone whose name holds its value.

#[path = "../database/mod.rs"]
mod database;
#[path = "../desk/mod.rs"]
mod desk;
#[path = "../imap/mod.rs"]
mod imap;
#[path = "../people/mod.rs"]
mod people;
#[path = "../smtp/mod.rs"]
mod smtp;

mod acts;
mod ground;
mod judge;
mod mailbox;
mod place;
mod sweep;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use acts::{ACTS, Act};
use ground::Ground;
use judge::{Kind, Struck};
use mailbox::Mailbox;
use place::{By, Place};
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::store::Filter;
use sweep::{Part, Scene, process};

/// Sweeps at the same time: of each, half is waiting for the disk or a socket.
const AT_ONCE: usize = 6;

#[test]
fn every_call_of_the_nine_steps() {
    let struck = Struck::default();
    let (acts, whole) = asked(acts_named(|act| !act.like_another));
    swept(Place::new(Ground::Sqlite), &acts, &Part::ALL, &struck);
    if !whole {
        return;
    }
    swept(Place::across(Ground::Sqlite), &acts_named(|act| act.name == "need"), &[Part::TakeIn], &struck);
    let places = struck.places();
    for place in PLACES {
        assert!(places.contains_key(place), "no fault has struck at {place}: {places:?}");
    }
}

#[test]
fn every_call_over_a_mailbox() {
    let struck = Struck::default();
    read_over(Ground::Sqlite, &struck);
    let places = struck.places();
    for place in ["imap.command", "imap.connect", "imap.fetch", "imap.move"] {
        assert!(places.contains_key(place), "no fault has struck at {place}: {places:?}");
    }
}

/// One act of many, where several daemons may serve the desk.
#[test]
fn some_calls_on_postgresql() {
    let (ground, struck) = (Ground::postgres(), Struck::default());
    let act = acts_named(|act| act.name == "approved");
    swept(Place::new(ground), &act, &[Part::TakeIn], &struck);
    assert!(struck.places().contains_key("store.signs"), "{:?}", struck.places());
}

#[test]
#[ignore = "every call of all acts takes minutes, see tests/release"]
fn every_call_on_sqlite() {
    swept(Place::new(Ground::Sqlite), &asked(acts_named(|_| true)).0, &Part::ALL, &Struck::default());
}

#[test]
#[ignore = "every call of all acts on PostgreSQL takes minutes, see tests/release"]
fn every_call_on_postgresql() {
    let ground = Ground::postgres();
    swept(Place::new(ground), &asked(acts_named(|_| true)).0, &Part::ALL, &Struck::default());
    read_over(ground, &Struck::default());
}

/// Where the disk, the store and a mail server are asked in the nine steps.
const PLACES: [&str; 20] = [
    "disk.copy",
    "disk.create",
    "disk.mkdir",
    "disk.read",
    "disk.rename",
    "disk.renamed",
    "disk.sync",
    "disk.sync_folder",
    "disk.unlink",
    "disk.write",
    "smtp.command",
    "smtp.connect",
    "smtp.data",
    "smtp.reply",
    "store.begin",
    "store.commit",
    "store.committed",
    "store.connect",
    "store.read",
    "store.statement",
];

impl Part {
    const ALL: [Part; 3] = [Part::TakeIn, Part::ToFolder, Part::ToServer];
}

fn acts_named(which: impl Fn(&Act) -> bool) -> Vec<&'static Act> {
    ACTS.iter().filter(|act| which(act)).collect()
}

/// Those of them that somebody who looks for one fault has named; all, where nobody has.
fn asked(acts: Vec<&'static Act>) -> (Vec<&'static Act>, bool) {
    let named = std::env::var("QUOTEDESK_NTH_ACT").unwrap_or_default();
    let all = acts.len();
    let asked: Vec<&Act> = acts.into_iter().filter(|act| act.name.contains(&named)).collect();
    assert!(!asked.is_empty(), "QUOTEDESK_NTH_ACT: no act is called {named}");
    let whole = asked.len() == all;
    (asked, whole)
}

/// The acts played without a fault, one after the other as they follow.
fn scenes(empty: Place, wanted: &[&Act], workers: &Arc<Workers>) -> Vec<Scene> {
    let mut needed: Vec<&str> = wanted.iter().map(|act| act.name).collect();
    for act in ACTS.iter().rev().filter(|act| !act.after.is_empty()) {
        if needed.contains(&act.name) {
            needed.push(act.after);
        }
    }
    let mut ends: HashMap<&str, Place> = HashMap::from([("", empty)]);
    let mut scenes = Vec::new();
    for act in ACTS.iter().filter(|act| needed.contains(&act.name)) {
        let before = ends[act.after].copy();
        let puts = act.puts(&before);
        set_clock(&before, act, workers);
        let taken = before.copy();
        puts.iter().for_each(|put| taken.put(put));
        process().block_on(async {
            let life = taken.start(Faults::none(), workers).await.expect("it starts");
            life.take_in().await.expect("it takes what is there");
            let cases = life.store.cases(&Filter::default()).await.expect("the cases");
            let state = cases.first().map_or("", |case| case.state.name());
            assert_eq!(state, act.then, "after: {}: {}", act.name, taken.answers());
            life.end().await;
        });
        let after = taken.copy();
        let by_folder = outcome(&after, By::Folder, workers);
        let post = smtp::Post::open(smtp::House::default());
        let by_server = outcome(&taken.copy(), By::Server(&post), workers);
        ends.insert(act.name, after);
        if wanted.iter().any(|of| of.name == act.name) {
            let name = format!("{} {}", act.step, act.name);
            let of_a_delivery = act.then.is_empty() && puts.iter().any(|put| !put.name.ends_with(".eml"));
            scenes.push(Scene { name, before, puts, taken, of_a_delivery, by_folder, by_server });
        }
    }
    scenes
}

fn set_clock(place: &Place, act: &Act, workers: &Arc<Workers>) {
    process().block_on(async {
        let life = place.start(Faults::none(), workers).await.expect("it starts");
        place.set_clock(&life, act.time()).await;
        life.end().await;
    });
}

fn outcome(place: &Place, by: By, workers: &Arc<Workers>) -> place::Outcome {
    process().block_on(async {
        let life = place.start(Faults::none(), workers).await.expect("it starts");
        place.send_all(&life, by).await.expect("all is sent");
        let outcome = place.outcome(&life, by).await.expect("all is well");
        life.end().await;
        outcome
    })
}

/// How many calls each scene has in each part, either way, or what went wrong.
type Swept = BTreeMap<(usize, usize, Kind), Result<u64, String>>;

/// Each of these acts, in these parts, both ways. Prints how many calls there were, and fails with all that went wrong.
fn swept(empty: Place, acts: &[&Act], parts: &[Part], struck: &Struck) {
    let workers = Arc::new(Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()));
    let ground = empty.ground();
    let scenes = scenes(empty, acts, &workers);
    let jobs: Vec<(usize, Part, Kind)> = (0..scenes.len())
        .flat_map(|n| parts.iter().flat_map(move |part| [(n, *part, Kind::Fails), (n, *part, Kind::Dies)]))
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Swept> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((n, part, kind)) = jobs.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let came = sweep::every_call(&scenes[*n], *part, *kind, &workers, struck);
                    done.lock().unwrap().insert((*n, *part as usize, *kind), came);
                }
            });
        }
    });
    let done = done.into_inner().unwrap();
    println!("{}: calls that failed, and calls at which it died", ground.name());
    let columns = parts.iter().map(|part| format!("{:>16}", format!("{part:?}"))).collect::<String>();
    println!("{:<28}{columns}", "");
    let mut total = 0;
    for (n, scene) in scenes.iter().enumerate() {
        let count = |part: Part, kind| done.get(&(n, part as usize, kind)).and_then(|came| came.as_ref().ok().copied());
        let told = |part: &Part| {
            let both = [count(*part, Kind::Fails), count(*part, Kind::Dies)];
            total += both.iter().flatten().sum::<u64>();
            let [fails, dies] = both.map(|n| n.map_or("-".into(), |n| n.to_string()));
            format!("{:>16}", format!("{fails} {dies}"))
        };
        println!("{:<28}{}", scene.name, parts.iter().map(told).collect::<String>());
    }
    println!("{total} in all");
    let wrong: Vec<&String> = done.values().filter_map(|came| came.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{} sweeps failed:\n{}", wrong.len(), wrong.iter().map(|w| format!("{w}\n")).collect::<String>());
}

/// A need and a stranger's mail in a mailbox, of a server with MOVE and IDLE and of one without.
fn read_over(ground: Ground, struck: &Struck) {
    let workers = Arc::new(Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()));
    let acts = acts_named(|act| act.name == "need" || act.name == "stranger");
    let before = Place::new(ground);
    set_clock(&before, acts[0], &workers);
    let mails: Vec<Vec<u8>> = acts.iter().flat_map(|act| act.puts(&before)).map(|put| put.bytes).collect();
    let kinds =
        [("MOVE, IDLE", imap::Kind::default()), ("neither", imap::Kind { moves: false, idle: false, ..imap::Kind::default() })];
    let boxes = kinds.map(|(name, server)| Mailbox { name: name.into(), server, before: before.copy(), mails: mails.clone() });
    let done = std::thread::scope(|scope| {
        let (workers, boxes) = (&workers, &boxes);
        let ways = boxes.iter().flat_map(|mailbox| [(mailbox, Kind::Fails), (mailbox, Kind::Dies)]);
        let going: Vec<_> = ways
            .map(|(mailbox, kind)| scope.spawn(move || (mailbox, kind, mailbox::every_call(mailbox, kind, workers, struck))))
            .collect();
        going.into_iter().map(|one| one.join().expect("a sweep")).collect::<Vec<_>>()
    });
    for (mailbox, kind, came) in &done {
        println!("{}: a mailbox with {}: {kind:?}: {came:?} calls", ground.name(), mailbox.name);
    }
    let wrong: Vec<&String> = done.iter().filter_map(|(.., came)| came.as_ref().err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
