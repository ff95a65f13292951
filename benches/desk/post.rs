//! The desk at a local Postfix: forms into the inbox, mails accepted by the server; beside what the same steps cost bare, and
//! beside a Python desk that does the same (`benches/peer/desk.py`) with the same forms at the same server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::bare;
use super::daemon::{Daemon, Place, busy, until};
use super::floors::{BODY, Floors, Steps};
use super::lab::{Lab, Plan};
use super::measure::{Table, Times};
use super::parts;
use super::relay::Relay;
use super::sample::{self, LEADER, SALES};

const LONE: usize = 40;
const STARTS: usize = 10;
const MANY: usize = 500;
const DESK: &str = "yeucau@anphat.example";

/// Postfix takes the mails and lets them go: their delivery is no part of what is measured.
fn lab() -> Lab {
    let mut plan = Plan::new(&["anphat.example"]);
    plan.postfix = "virtual_transport = discard:the bench needs no mailbox\n".into();
    let lab = Lab::with(plan);
    [DESK, SALES, LEADER].iter().for_each(|user| lab.add(user));
    lab
}

/// A desk whose mails leave by a server on this machine, in the clear and without a login, as the peer's do.
pub fn config(host: &str, port: u16) -> String {
    let toml = sample::built_in_but(&[("transport = \"folder\"", "transport = \"smtp\"")]);
    format!("{toml}\n[mail.smtp]\nhost = \"{host}\"\nport = {port}\ntls = \"none\"\n")
}

pub fn post(table: &Table, floors: &Floors) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let at = chrono::Utc::now();
    let sample = sample::config(folder.path());
    let make = |n: usize| place.make(&format!("Phiếu {n:04}.xlsx"), &sample::workbook(n, &sample, at));
    let made: Vec<PathBuf> = (0..LONE + STARTS + MANY).map(make).collect();
    let (lone, rest) = made.split_at(LONE);
    let (few, many) = rest.split_at(STARTS);
    let peers = copies(folder.path(), many);
    let lab = lab();

    table.title("The desk at a local Postfix; ms");
    let transaction = transaction(table, &lab);
    let way = floors.parse + floors.write + floors.mail + floors.commit + transaction;
    let relay = Relay::to(&lab.host, lab.ports.mx);
    fs::write(folder.path().join("quotedesk.toml"), config("127.0.0.1", relay.port)).expect("a config");
    let ours = {
        let _daemon = Daemon::idle(&place);
        one_by_one(table, way, &place, &relay, lone)
    };
    let rested = rested(table, &lab);
    table.number("the form's way to theirs", ours.as_secs_f64() / rested.as_secs_f64(), "times");
    starts(table, &place, &relay, few);
    fs::write(folder.path().join("quotedesk.toml"), config(&lab.host, lab.ports.mx)).expect("a config");
    let ours = at_once(table, &place, &lab, many);
    beside(table, &lab, &peers, ours);
}

/// The forms once more, for the other desk.
fn copies(folder: &Path, made: &[PathBuf]) -> PathBuf {
    let inbox = folder.join("peer/inbox");
    fs::create_dir_all(&inbox).expect("a folder");
    fs::create_dir_all(folder.join("peer/state")).expect("a folder");
    for (n, file) in made.iter().enumerate() {
        fs::copy(file, inbox.join(format!("{n:04}.xlsx"))).expect("copied");
    }
    inbox
}

/// The floor of the last step: a mail as large as the Leader's over a connection that is open.
fn transaction(table: &Table, lab: &Lab) -> Duration {
    let mut server = bare::Server::at(&lab.host, lab.ports.mx);
    let mail = bare::lines(BODY);
    let times = Times::of(100, || server.transaction(DESK, LEADER, &mail));
    table.times(&format!("Postfix: one transaction, {} KB, on an open connection", BODY / 1000), &times, None);
    times.median()
}

fn one_by_one(table: &Table, way: Duration, place: &Place, relay: &Relay, made: &[PathBuf]) -> Duration {
    let mut times = Vec::new();
    for (n, file) in made.iter().enumerate() {
        let start = Instant::now();
        place.drop_in(file);
        times.push(relay.next_to(LEADER) - start);
        until("the form to be put away", || place.done() == n + 1);
        std::thread::sleep(rest(n));
    }
    let times = Times::new(times.split_off(1));
    table.times("form moved into an idle desk's inbox to the Leader's mail accepted", &times, Some(way));
    times.median()
}

/// Between two forms: not in step with anything that the daemon does every so often.
fn rest(n: usize) -> Duration {
    Duration::from_millis(300 + (n as u64 * 37) % 250)
}

/// The floors' steps one after the other on a machine that has rested as long as between two forms: neither its caches
/// nor its clock are what they are in a loop.
fn rested(table: &Table, lab: &Lab) -> Duration {
    let (mut steps, mut server) = (Steps::new(), bare::Server::at(&lab.host, lab.ports.mx));
    let mail = bare::lines(BODY);
    let times = Times::after(
        LONE,
        |n| std::thread::sleep(rest(n)),
        |()| {
            steps.parse();
            steps.write();
            steps.mail();
            steps.commit();
            server.transaction(DESK, LEADER, &mail);
        },
    );
    table.times("the same steps bare, one after the other, after such a rest", &times, None);
    times.median()
}

fn starts(table: &Table, place: &Place, relay: &Relay, made: &[PathBuf]) {
    let mut times = Vec::new();
    for file in made {
        place.leave_in(file);
        let start = Instant::now();
        let daemon = Daemon::start(place);
        times.push(relay.next_to(LEADER) - start);
        drop(daemon);
    }
    table.times("start of the daemon to the first form's mail accepted", &Times::new(times), None);
}

/// What a desk came to with all forms at once.
struct Rate {
    each_second: f64,
    /// Milliseconds of processor time of its own for each form.
    cpu: f64,
}

fn at_once(table: &Table, place: &Place, lab: &Lab, made: &[PathBuf]) -> Rate {
    let daemon = Daemon::idle(place);
    let (done, sent, cpu) = (place.done(), accepted(lab), daemon.cpu());
    let (start, all) = (Instant::now(), busy());
    made.iter().for_each(|file| place.drop_in(file));
    until("every form answered, every mail accepted", || {
        place.done() == done + made.len() && accepted(lab) >= sent + 2 * made.len()
    });
    let time = start.elapsed();
    let cores = (busy() - all) / time.as_secs_f64();
    assert_eq!(accepted(lab), sent + 2 * made.len(), "a mail went twice");
    let each_second = made.len() as f64 / time.as_secs_f64();
    table.number(&format!("{} forms at once, 2 mails each accepted", made.len()), each_second, "forms a second");
    let cpu = (daemon.cpu() - cpu) * 1000.0 / made.len() as f64;
    table.number("  processor time of its own for each", cpu, "ms");
    table.number("  cores busy meanwhile, Postfix among it", cores, "of all cores");
    table.number("  memory at most", daemon.memory("VmHWM"), "MiB");
    Rate { each_second, cpu }
}

/// Mails that Postfix has taken so far.
fn accepted(lab: &Lab) -> usize {
    let log = fs::read_to_string(lab.dir().join("postfix/log")).unwrap_or_default();
    log.lines().filter(|line| line.contains("/cleanup[") && line.contains("message-id=")).count()
}

/// The Python desk, where there is a Python for it.
fn beside(table: &Table, lab: &Lab, inbox: &Path, ours: Rate) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new("python3");
    command.arg(root.join("benches/peer/desk.py")).arg(inbox).arg(inbox.with_file_name("state"));
    command.args([&lab.host, &lab.ports.mx.to_string()]).arg("--templates").arg(root.join("templates"));
    let sent = accepted(lab);
    let said = match command.output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => return table.missed("the Python desk", String::from_utf8_lossy(&output.stderr).trim()),
        Err(why) => return table.missed("the Python desk", &why.to_string()),
    };
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [forms, seconds, cpu] = numbers[..] else { return table.missed("the Python desk", &said) };
    until("its mails", || accepted(lab) == sent + 2 * forms as usize);
    let theirs = Rate { each_second: forms / seconds, cpu: cpu * 1000.0 / forms };
    table.number(&format!("the Python desk, two processes, the same {forms} forms"), theirs.each_second, "forms a second");
    table.number("  processor time of its own for each", theirs.cpu, "ms");
    table.number("the desk's forms a second to those of the Python desk", ours.each_second / theirs.each_second, "times");
    table.number("the Python desk's processor time for a form to the desk's", theirs.cpu / ours.cpu, "times");
}
