//! Whatever breaks between the desk and its mail servers, wherever in the conversation, and even if the desk is killed right
//! there: each submission is answered once, and each mail arrives; twice only with the same Message-ID and bytes, where the
//! server had taken it and its reply was lost.
//!
//! Real Postfix, real Dovecot, proxies that break things, and the real daemon, whole, in a process of its own. That process is
//! this test's binary (`the_daemon`), so that it can be given shorter time limits and a clock whose hours pass quickly:
//! nothing of that is in the program.

mod desk;
mod lab;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use desk::Desk;
use desk::mail::{Letter, Mail};
use desk::setup::{Setup, Staff};
use lab::proxy::{Fault, Proxy, Tongue};
use lab::{AUTHSERV, Lab};
use quotedesk::config::Config;
use quotedesk::daemon::{self, Daemon};
use quotedesk::desk::{Desk as Served, DeskWords};
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files, Limits, SmtpTransport};
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::mailbox::Pace;
use quotedesk::store::{Clocks, OutgoingFilter, Store};
use tokio_util::sync::CancellationToken;

/// Where the daemon's process finds its desk.
const DESK: &str = "QUOTEDESK_TEST_DESK";
/// A server that says nothing for so long is given up.
const GIVEN_UP: Duration = Duration::from_secs(2);
/// So much time passes at once for retries: the longest wait is a quarter of an hour, for a mail in doubt.
const HOURS: i64 = 20 * 60;
const SALES: &str = "lan.tran@anphat.example";
/// Desks at the same time, each with a part of the matrix.
const AT_ONCE: usize = 4;

// ---- the daemon

#[test]
#[ignore = "the daemon that the other tests start"]
fn the_daemon() {
    let Some(folder) = std::env::var_os(DESK).map(PathBuf::from) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(serve(&folder)).expect("the desk is served");
}

async fn serve(folder: &Path) -> anyhow::Result<()> {
    let config = Arc::new(Config::find(None, folder)?);
    let disk = Disk::new(Faults::none());
    daemon::lay_out(&config, &disk)?;
    let store = Store::open(&config.state).await?;
    let keys = store.token_keys(chrono::Utc::now()).await?;
    let (words, _) = DeskWords::load(&config)?;
    let desk = Served::new(config.clone(), store.clone(), words, Arc::new(Workers::default()), keys);
    let _lock = store.lock()?;
    let limits = Limits { reply: GIVEN_UP, block: GIVEN_UP, dot: GIVEN_UP, idle: Duration::from_secs(60) };
    let smtp = config.smtp.as_ref().expect("this desk has a mail server");
    let (clock, ahead) = (desk.clock.clone(), folder.join("ahead"));
    let dispatcher = Dispatcher {
        store,
        transport: Arc::new(SmtpTransport::new(smtp, &config.house.address, config.house.lang, limits, Faults::none())),
        files: Files::new(&config.outbox, &config.archive, disk.clone()),
        clock: Arc::new(move || {
            let clocks = clock.clocks();
            let passed = fs::read_to_string(&ahead).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
            Clocks { real: clocks.real + TimeDelta::seconds(passed), ..clocks }
        }),
        parallel: 8,
    };
    let short = Duration::from_millis(100);
    let pace = Pace {
        command: GIVEN_UP,
        look: Duration::from_secs(5),
        pause: short,
        pause_most: short,
        refused: short,
        refused_most: short,
        retry: short,
        retry_most: short,
        ..Pace::default()
    };
    let (_changed, current) = tokio::sync::watch::channel(desk);
    Daemon { desk: current, disk, dispatcher, pace }.run(CancellationToken::new()).await;
    Ok(())
}

// ---- one desk, its servers, and what stands between

struct House {
    lab: Lab,
    desk: Desk,
    imap: Proxy,
    smtp: Proxy,
    address: String,
    daemon: Option<Child>,
    ahead: i64,
    /// Submissions so far, by their subjects.
    sent: Vec<String>,
}

impl House {
    /// A desk with this many people of customer care: each submission is somebody else's.
    fn open(people: usize) -> House {
        let mut setup = Setup::sample();
        for n in 0..people {
            setup.staff.push(Staff::new(&format!("Người {n}"), &care(n), &["cskh"]));
        }
        let address = setup.address();
        let lab = Lab::start(&[&setup.domain]);
        setup.staff.iter().for_each(|person| lab.add(&person.email));
        let imap = Proxy::start(Tongue::Imap, &lab.host, lab.ports.imap);
        let smtp = Proxy::start(Tongue::Smtp, &lab.host, lab.ports.submission);
        let mut wiring = lab.wiring(&address);
        wiring.imap = ("127.0.0.1".into(), imap.port, "none");
        wiring.smtp = ("127.0.0.1".into(), smtp.port, "none");
        setup.servers = Some((wiring.toml(), AUTHSERV));
        let desk = Desk::laid_out(&setup.toml());
        let mut house = House { lab, desk, imap, smtp, address, daemon: None, ahead: 0, sent: vec![] };
        house.start();
        house.lab.wait_for("the desk to look at its mailbox", || house.is_idling().then_some(()));
        house
    }

    fn start(&mut self) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log file");
        let daemon = Command::new(std::env::current_exe().expect("a program"))
            .args(["--exact", "the_daemon", "--ignored", "--nocapture"])
            .env(DESK, self.desk.dir())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("this program starts again");
        self.daemon = Some(daemon);
    }

    fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().expect("it was still running");
            daemon.wait().expect("a child of ours");
        }
    }

    fn log(&self) -> PathBuf {
        self.desk.outside().join("daemon.log")
    }

    /// Connected, and nothing to do but wait.
    fn is_idling(&self) -> bool {
        self.imap.open() == 1 && self.imap.seen().last().is_some_and(|stage| stage == "IDLE")
    }

    /// Customer care writes what a customer needs.
    fn submit(&mut self) {
        let n = self.sent.len();
        let subject = format!("Nhu cầu của Khách {n:03}");
        let at = chrono::Utc::now().fixed_offset();
        let (name, email) = (format!("Người {n}"), care(n));
        let mut mail = Mail::new((&name, &email), &self.address, at);
        mail.cc = Some(("Trần Thị Lan", SALES));
        mail.subject = subject.clone();
        mail.text = format!("Khách {n:03} cần in phiếu xuất kho.");
        self.lab.mail(&mail);
        self.sent.push(subject);
    }

    /// The desk's mails in somebody's mailbox: Message-ID, and the bytes of each copy.
    fn got(&self, email: &str) -> BTreeMap<String, Vec<Letter>> {
        let mut got: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
        let own = format!("Return-Path: <{}>", self.address);
        for letter in self.lab.letters(email).into_iter().filter(|l| l.raw.starts_with(&own)) {
            got.entry(letter.id.clone()).or_default().push(letter);
        }
        for (id, copies) in &got {
            assert!(copies.iter().all(|c| own_part(&c.raw) == own_part(&copies[0].raw)), "{id}: the copies differ");
        }
        got
    }

    /// The last submission's two mails, the receipt and what Sales gets, by how many copies of each there are.
    fn copies(&self) -> Option<(usize, usize)> {
        let n = self.sent.len() - 1;
        let receipt = self.got(&care(n));
        let name = format!("Khách {n:03}");
        let need: Vec<usize> = self.got(SALES).values().filter(|copies| copies[0].text.contains(&name)).map(Vec::len).collect();
        let receipts: Vec<usize> = receipt.values().map(Vec::len).collect();
        match (&receipts[..], &need[..]) {
            ([a], [b]) => Some((*a, *b)),
            ([], _) | (_, []) => None,
            _ => panic!("{}: {} receipts and {} needs, all different", self.sent[n], receipts.len(), need.len()),
        }
    }

    /// Hours pass until the last submission is answered and put away, and nothing is left to send.
    fn heal(&mut self, cell: &str) -> (usize, usize) {
        let n = self.sent.len();
        let began = Instant::now();
        loop {
            let filed = self.lab.count(&self.address, "Quotedesk/Done") == n && self.lab.count(&self.address, "INBOX") == 0;
            let unsent = self.desk.json(&["outgoing", "--json"]);
            if filed && unsent["outgoing"].as_array().is_some_and(Vec::is_empty) {
                self.lab.delivered();
                if let Some(copies) = self.copies() {
                    return copies;
                }
            }
            if began.elapsed() > 2 * lab::LIMIT {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(25).collect();
                panic!("{cell}: not whole again; filed {filed}, unsent {unsent}\n{}", tail.join("\n"));
            }
            thread::sleep(Duration::from_millis(300));
            self.ahead += HOURS;
            let beside = self.desk.dir().join("ahead.new");
            fs::write(&beside, self.ahead.to_string()).expect("a file of the desk's");
            fs::rename(&beside, self.desk.dir().join("ahead")).expect("a file of the desk's");
        }
    }

    /// The end: each submission is one case, with one receipt and one letter to Sales, all of them sent.
    fn settle(mut self) {
        self.kill();
        let cases = self.desk.json(&["cases", "--json"]);
        let cases = cases.as_array().expect("a list");
        assert_eq!(cases.len(), self.sent.len(), "one case for each submission");
        let config = Config::find(None, &self.desk.dir()).expect("the desk's config");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = Store::open(&config.state).await.expect("the desk's store");
            for case in cases {
                let id = case["id"].as_str().expect("an id");
                let rows = store.outgoing(&OutgoingFilter::Case(id.into())).await.expect("the store answers");
                let mut mails: Vec<(&str, &str)> =
                    rows.iter().filter(|r| r.kind == "mail").map(|r| (r.letter.as_str(), r.state.as_str())).collect();
                mails.sort_unstable();
                assert_eq!(mails, [("need", "sent"), ("receipt", "sent")], "{id}");
                // Opened, Sales named, the letter gone to them: what one submission leaves.
                let history = store.history(id).await.expect("the store answers");
                assert_eq!(history.len(), 3, "{id}: taken once: {history:?}");
            }
            store.close().await;
        });
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// A mail without the headers that servers put on top of it.
fn own_part(raw: &str) -> String {
    const TRACE: [&str; 4] = ["Return-Path:", "Delivered-To:", "Received:", "Authentication-Results:"];
    let of_servers = |line: &&str| line.starts_with([' ', '\t']) || TRACE.iter().any(|name| line.starts_with(name));
    raw.lines().skip_while(of_servers).collect::<Vec<_>>().join("\n")
}

fn care(n: usize) -> String {
    format!("cskh{n}@anphat.example")
}

// ---- the matrix

/// What is done to the conversation at a stage, and whether the daemon is killed right there.
type Break = (&'static str, fn(&'static str) -> Fault, bool);

const BREAKS: [Break; 6] = [
    ("cut", Fault::Cut, false),
    ("reply cut", Fault::CutReply, false),
    ("hung", Fault::Hang, false),
    ("4xx", |at| Fault::Answer(at, "451 4.3.0 later"), false),
    ("killed before", Fault::Hang, true),
    ("killed after", Fault::Hold, true),
];

const SMTP: [&str; 7] = ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."];
const IMAP: [&str; 8] = ["CONNECT", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH", "UID MOVE", "IDLE", "DONE"];

#[test]
fn each_submission_is_answered_once_and_each_mail_arrives_whatever_breaks() {
    let mut cells: Vec<(Tongue, &str, Break)> = Vec::new();
    for (tongue, stages) in [(Tongue::Smtp, &SMTP[..]), (Tongue::Imap, &IMAP[..])] {
        for stage in stages {
            // IMAP has no "later".
            let breaks = BREAKS.iter().filter(|(name, ..)| tongue == Tongue::Smtp || *name != "4xx");
            cells.extend(breaks.map(|b| (tongue, *stage, *b)));
        }
        cells.push((tongue, "(refused)", ("refused", |_| Fault::Refuse, false)));
        cells.push((tongue, "(refused)", ("killed before", |_| Fault::Refuse, true)));
    }
    let next = Mutex::new(cells.into_iter());
    let table = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let mut house = House::open(60);
                while let Some((tongue, stage, how)) = { next.lock().unwrap_or_else(|p| p.into_inner()).next() } {
                    let copies = cell(&mut house, tongue, stage, how);
                    table.lock().unwrap_or_else(|p| p.into_inner()).push((tongue, stage, how.0, copies));
                }
                house.settle();
            });
        }
    });
    let table = table.into_inner().unwrap_or_else(|p| p.into_inner());
    print(&table);
    for (tongue, stage, how, copies) in table {
        // Only a server that has seen the last dot has taken a mail. Whose reply is lost then, costs a second copy; a kill
        // may happen just there, whatever the other side is at.
        let lost = how.starts_with("killed") || tongue == Tongue::Smtp && stage == "." && how == "reply cut";
        let most = if lost { 2 } else { 1 };
        assert!(copies.0 <= most && copies.1 <= most, "{tongue:?} {stage} {how}: {copies:?} copies");
    }
}

fn cell(house: &mut House, tongue: Tongue, stage: &'static str, (name, fault, killed): Break) -> (usize, usize) {
    let cell = format!("{tongue:?} {stage} {name}");
    let fault = fault(stage);
    let early = matches!(stage, "CONNECT" | "EHLO" | "AUTH" | "LOGIN" | "SELECT" | "(refused)");
    let proxy = if tongue == Tongue::Smtp { &house.smtp } else { &house.imap };
    proxy.set(fault);
    if early {
        // What comes at the beginning of a conversation comes with the next one.
        proxy.drop_all();
    }
    house.submit();
    let proxy = if tongue == Tongue::Smtp { &house.smtp } else { &house.imap };
    proxy.wait_struck(1);
    if killed {
        house.kill();
    }
    let proxy = if tongue == Tongue::Smtp { &house.smtp } else { &house.imap };
    proxy.clear();
    if killed {
        house.start();
    }
    house.heal(&cell)
}

/// How many copies of the receipt and of Sales' letter came, a line a stage.
fn print(table: &[(Tongue, &str, &str, (usize, usize))]) {
    let mut out = String::from("\ncopies that arrived: receipt, letter to Sales\n");
    let columns = ["refused", "cut", "reply cut", "hung", "4xx", "killed before", "killed after"];
    out += &format!("{:<18}{}\n", "", columns.map(|c| format!("{c:<15}")).concat());
    for (tongue, stages) in [(Tongue::Smtp, &SMTP[..]), (Tongue::Imap, &IMAP[..])] {
        for stage in stages.iter().chain(["(refused)"].iter()) {
            let cells = columns.map(|column| {
                let found = table.iter().find(|(t, s, c, _)| *t == tongue && s == stage && *c == column);
                format!("{:<15}", found.map_or(String::new(), |(.., (a, b))| format!("{a}, {b}")))
            });
            out += &format!("{:<18}{}\n", format!("{tongue:?} {stage}"), cells.concat());
        }
    }
    let _ = writeln!(std::io::stderr(), "{out}");
}

// ---- connections

#[test]
fn a_hundred_drops_leave_one_connection() {
    let mut house = House::open(1);
    for n in 0..100 {
        house.lab.wait_for("the desk to wait for news", || house.is_idling().then_some(()));
        assert_eq!(house.imap.drop_all(), 1, "drop {n}");
    }
    house.lab.wait_for("the last connection", || house.is_idling().then_some(()));
    assert_eq!((house.imap.open(), house.imap.most()), (1, 1), "the old one is closed before a new one is opened");
    assert!(house.imap.total() >= 101);
    house.lab.wait_for("Dovecot to see the same", || (house.lab.sessions(&house.address) == 1).then_some(()));
    house.submit();
    house.heal("after a hundred drops");
    house.settle();
}

// ---- loops

/// Each of two desks has the other for one of its staff. What they say to each other ends at once.
#[test]
fn two_desks_that_write_to_each_other_stop() {
    let domains = ["anphat.example", "baominh.example"];
    let lab = Lab::start(&domains);
    let mut desks = Vec::new();
    for (own, other) in [(domains[0], domains[1]), (domains[1], domains[0])] {
        let mut setup = Setup::sample();
        setup.domain = own.into();
        setup.staff.iter_mut().for_each(|person| person.email = person.email.replace("anphat.example", own));
        setup.staff.push(Staff::new("Bàn bên kia", &format!("yeucau@{other}"), &["cskh"]));
        setup.staff.iter().filter(|person| person.email.ends_with(own)).for_each(|person| lab.add(&person.email));
        setup.servers = Some((lab.wiring(&setup.address()).toml(), AUTHSERV));
        let mut desk = Desk::laid_out(&setup.toml());
        desk.start();
        desks.push((desk, setup.address()));
    }
    // One of them begins, as a person would: a mail that no machine marked.
    let (from, to) = (desks[0].1.clone(), desks[1].1.clone());
    let mut mail = Mail::new(("Bàn bên kia", &from), &to, chrono::Utc::now().fixed_offset());
    mail.subject = "Nhu cầu của Khách Một".into();
    mail.text = "Khách Một cần in phiếu.".into();
    lab.mail(&mail);
    let taken = |address: &str| lab.count(address, "Quotedesk/Done") + lab.count(address, "Quotedesk/Problem");
    lab.wait_for("the answer to be taken", || (taken(&from) > 0).then_some(()));
    for (desk, _) in &desks {
        desk.idle();
    }
    lab.delivered();
    for (desk, _) in &desks {
        desk.idle();
    }
    // The mail and its answer.
    assert_eq!((taken(&to), taken(&from)), (1, 1));
    assert_eq!(desks[0].0.json(&["cases", "--json"]).as_array().map(Vec::len), Some(0), "an answer is no need");
    desks.into_iter().for_each(|(desk, _)| desk.close());
}
