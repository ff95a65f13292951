//! The whole desk, from outside: files into its inbox, mails out of its outbox.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use quotedesk::process::case::{Case, Closed, Reason, State};
use quotedesk::store::{StateUrl, Store};

use super::daemon::{Daemon, Mails, Place, until};
use super::floors::Floors;
use super::measure::{Table, Times};
use super::parts;
use super::sample;

const LONE: usize = 50;
const MANY: usize = 500;
const STARTS: usize = 10;
/// That a form brings: to the Leader, and the receipt.
const MAILS: usize = 2;
/// Cases of some years.
const CASES: usize = 20_000;

pub fn whole(table: &Table, floors: &Floors) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let config = sample::config(folder.path());
    let at = chrono::Utc::now();
    let make = |n: usize| place.make(&format!("Phiếu {n:04}.xlsx"), &sample::workbook(n, &config, at));
    let made: Vec<PathBuf> = (0..LONE + MANY + STARTS * 2).map(make).collect();
    let (lone, rest) = made.split_at(LONE);
    let (many, rest) = rest.split_at(MANY);
    let (few, full) = rest.split_at(STARTS);

    table.title("The whole desk: daemon, inbox, outbox; ms");
    let daemon = Daemon::idle(&place);
    let idle = daemon.memory("VmRSS");
    one_by_one(table, floors, &place, lone);
    let busy = daemon.cpu();
    std::thread::sleep(Duration::from_secs(10));
    let idle_cpu = (daemon.cpu() - busy) * 1000.0 / 10.0;
    drop(daemon);
    starts(table, "start of the daemon to the first form's mail", &place, few);
    at_once(table, &place, many);
    fill(&place, &config);
    starts(table, &format!("the same with {CASES} cases in the store"), &place, full);
    table.number("memory of an idle desk", idle, "MiB");
    table.number("processor time of an idle desk", idle_cpu, "ms a second");
}

/// One form after the other into an idle desk.
fn one_by_one(table: &Table, floors: &Floors, place: &Place, made: &[PathBuf]) {
    let times = Times::new(lone(place, made));
    table.times("file moved into an idle desk's inbox to the Leader's mail", &times, Some(floors.way()));
}

/// The time of each but the first.
pub fn lone(place: &Place, made: &[PathBuf]) -> Vec<Duration> {
    let mails = Mails::of(place);
    let before = (place.done(), place.mails().1);
    let mut times = Vec::new();
    for (n, file) in made.iter().enumerate() {
        let start = Instant::now();
        place.drop_in(file);
        times.push(mails.next() - start);
        until("its other mails", || place.done() == before.0 + n + 1 && place.mails().1 == before.1 + n + 1);
        // Not in step with anything that the daemon does every so often.
        std::thread::sleep(Duration::from_millis(300 + (n as u64 * 37) % 250));
    }
    times.split_off(1)
}

/// All of them at once.
fn at_once(table: &Table, place: &Place, made: &[PathBuf]) {
    let Burst { each_second, cpu, memory, mails } = burst(place, made);
    let what = format!("{} forms at once, all answered, {mails} mails each out", made.len());
    table.number(&what, each_second, "forms a second");
    table.number("  processor time for each", cpu, "ms");
    table.number("  memory at most", memory, "MiB");
}

/// What a desk came to with many forms at once.
pub struct Burst {
    pub each_second: f64,
    /// Milliseconds of the daemon's processor time for each form.
    pub cpu: f64,
    /// MiB at most.
    pub memory: f64,
    /// That each form brings.
    pub mails: usize,
}

pub fn burst(place: &Place, made: &[PathBuf]) -> Burst {
    let daemon = Daemon::idle(place);
    let (done, (mails, reviews)) = (place.done(), place.mails());
    let each = mails.checked_div(reviews).unwrap_or(MAILS);
    let cpu = daemon.cpu();
    let start = Instant::now();
    made.iter().for_each(|file| place.drop_in(file));
    let out = || place.done() == done + made.len() && place.mails().0 == mails + made.len() * each;
    until("every form answered, every mail out", out);
    let time = start.elapsed();
    let each_second = made.len() as f64 / time.as_secs_f64();
    let cpu = (daemon.cpu() - cpu) * 1000.0 / made.len() as f64;
    Burst { each_second, cpu, memory: daemon.memory("VmHWM"), mails: each }
}

fn starts(table: &Table, what: &str, place: &Place, made: &[PathBuf]) {
    table.times(what, &Times::new(started(place, made)), None);
}

/// From the daemon's start to the mail of a form that lies there, for each form.
pub fn started(place: &Place, made: &[PathBuf]) -> Vec<Duration> {
    let mails = Mails::of(place);
    let mut times = Vec::new();
    for file in made {
        place.leave_in(file);
        let start = Instant::now();
        let daemon = Daemon::start(place);
        times.push(mails.next() - start);
        drop(daemon);
    }
    times
}

/// Cases as many as some years bring, one in a hundred still open, none with anything due.
fn fill(place: &Place, config: &quotedesk::config::Config) {
    let at = chrono::Utc::now();
    let open = sample::reviewed(config, at);
    let over = Closed { at, reason: Reason::Done, by: None, text: String::new(), before: State::Delivering };
    let closed = Case { state: State::Closed, closed: Some(over), ..sample::quoted(config, at) };
    parts::runtime().block_on(async {
        let store = Store::open(&StateUrl::Folder(place.root.join("state"))).await.expect("a store");
        let mut writes = tokio::task::JoinSet::new();
        for n in 0..CASES {
            let mut tx = parts::submitted(&format!("YC-2025-{n:05}"), if n % 100 == 0 { &open } else { &closed }.clone(), at);
            tx.effects.clear();
            let store = store.clone();
            writes.spawn(async move { store.commit(tx).await });
        }
        while let Some(written) = writes.join_next().await {
            written.expect("written").expect("committed");
        }
        store.close().await;
    });
}
