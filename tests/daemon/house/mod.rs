//! A desk with real mail servers, what stands between them, and the real daemon in a process that can be killed.
//!
//! That process is the test's own binary, so that the daemon can be given shorter time limits and a clock whose hours pass
//! quickly: nothing of that is in the program.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use quotedesk::config::Config;
use quotedesk::daemon::{self, Daemon};
use quotedesk::desk::{Desk as Served, DeskWords};
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files, Limits, SmtpTransport};
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::mailbox::Pace;
use quotedesk::store::{Clocks, Outgoing, OutgoingFilter, Store};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::desk::Desk;
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{Setup, Staff};
use crate::lab::proxy::{Proxy, Tongue};
use crate::lab::{AUTHSERV, LIMIT, Lab};

/// Where the daemon's process finds its desk.
const DESK: &str = "QUOTEDESK_TEST_DESK";
/// A server that says nothing for so long is given up.
const GIVEN_UP: Duration = Duration::from_secs(2);
/// Before it answers the last dot a server syncs the mail: that it is slow there may not look as if it had gone.
const GIVEN_UP_AT_DOT: Duration = Duration::from_secs(20);
/// So much time passes at once for retries: the longest wait is a quarter of an hour, for a mail in doubt.
const HOURS: i64 = 20 * 60;
pub const SALES: &str = "lan.tran@anphat.example";

// ---- the daemon

/// The daemon of the desk that the environment names; nothing where it names none.
#[test]
#[ignore = "the daemon that the other tests start"]
fn the_daemon() {
    let Some(folder) = std::env::var_os(DESK).map(PathBuf::from) else { return };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let of_desk = Targets::new().with_target("quotedesk", tracing::Level::DEBUG);
    tracing_subscriber::registry().with(of_desk).with(lines).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(serve(&folder)).expect("the desk is served");
}

async fn serve(folder: &Path) -> anyhow::Result<()> {
    let config = Arc::new(Config::find(None, folder)?);
    let disk = Disk::new(Faults::none());
    daemon::lay_out(&config, &disk)?;
    let store = Store::open(&config.state).await?;
    // As `run` does at its start.
    store.set_meta("rehearsal", Some("yes")).await?;
    let keys = store.token_keys(chrono::Utc::now()).await?;
    let (words, _) = DeskWords::load(&config)?;
    let desk = Served::new(config.clone(), store.clone(), words, Arc::new(Workers::default()), keys);
    let _lock = store.lock()?;
    let limits = Limits { reply: GIVEN_UP, block: GIVEN_UP, dot: GIVEN_UP_AT_DOT, idle: Duration::from_secs(60) };
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

pub struct House {
    pub lab: Lab,
    pub desk: Desk,
    pub imap: Proxy,
    pub smtp: Proxy,
    pub address: String,
    daemon: Option<Child>,
    ahead: i64,
    /// Submissions so far, by their subjects.
    pub sent: Vec<String>,
    /// Of customer care, who write in turns.
    people: usize,
}

/// What came of all submissions over many kills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub submissions: usize,
    pub lost: usize,
    /// Without a receipt, and with more than one.
    pub unanswered: usize,
    pub answered_twice: usize,
    pub mails: usize,
    pub mails_lost: usize,
    /// More copies than one, though every reply came; or more than two, or copies that differ.
    pub doubled: usize,
    /// Second copies of mails whose reply was lost.
    pub second_copies: usize,
    /// Twice in doubt: left to the operator, who found that none had come.
    pub by_operator: usize,
}

impl House {
    /// A desk with this many people of customer care, who write in turns.
    pub fn open(people: usize) -> House {
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
        let mut house = House { lab, desk, imap, smtp, address, daemon: None, ahead: 0, sent: vec![], people };
        house.start();
        house.lab.wait_for("the desk to look at its mailbox", || house.is_idling().then_some(()));
        house
    }

    pub fn start(&mut self) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log()).expect("a log file");
        let daemon = Command::new(std::env::current_exe().expect("a program"))
            .args(["--exact", "house::the_daemon", "--ignored", "--nocapture"])
            .env(DESK, self.desk.dir())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("this program starts again");
        self.daemon = Some(daemon);
    }

    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().expect("it was still running");
            daemon.wait().expect("a child of ours");
        }
    }

    /// How often the daemon found nobody listening at a server.
    pub fn refused(&self) -> usize {
        fs::read_to_string(self.log()).unwrap_or_default().matches("Connection refused").count()
    }

    fn log(&self) -> PathBuf {
        self.desk.outside().join("daemon.log")
    }

    /// Connected, and nothing to do but wait.
    pub fn is_idling(&self) -> bool {
        self.imap.open() == 1 && self.imap.seen().last().is_some_and(|stage| stage == "IDLE")
    }

    /// Customer care writes what a customer needs.
    pub fn submit(&mut self) {
        let n = self.sent.len();
        let subject = format!("Nhu cầu của Khách {n:03}");
        let at = chrono::Utc::now().fixed_offset();
        let who = n % self.people;
        let (name, email) = (format!("Người {who}"), care(who));
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
        let receipt = self.got(&care(n % self.people));
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
    pub fn heal(&mut self, cell: &str) -> (usize, usize) {
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
            if began.elapsed() > 2 * LIMIT {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(25).collect();
                panic!("{cell}: not whole again; filed {filed}, unsent {unsent}\n{}", tail.join("\n"));
            }
            self.hours_pass_between_attempts(&unsent["outgoing"]);
            thread::sleep(Duration::from_millis(300));
        }
    }

    /// What is retried is due now. Not while an attempt is under way: a busy server may take its time to answer the last dot, and
    /// hours later that is a reply lost, which no machine's clock would make of it twice within a second.
    fn hours_pass_between_attempts(&mut self, unsent: &serde_json::Value) {
        let is = |states: &[&str]| unsent.as_array().into_iter().flatten().any(|row| states.iter().any(|s| row["state"] == *s));
        if is(&["sending", "at_data"]) {
            return;
        }
        if is(&["doubt"]) {
            // Its reply may still be on its way.
            thread::sleep(Duration::from_secs(1));
        }
        self.hours_pass();
    }

    /// What is retried is due now.
    pub fn hours_pass(&mut self) {
        self.ahead += HOURS;
        let beside = self.desk.dir().join("ahead.new");
        fs::write(&beside, self.ahead.to_string()).expect("a file of the desk's");
        fs::rename(&beside, self.desk.dir().join("ahead")).expect("a file of the desk's");
    }

    /// Hours pass until every submission is put away and nothing more happens by itself; what is left to the operator is
    /// sent again where nothing of it has come. How many those were.
    pub fn come_to_rest(&mut self) -> usize {
        let (began, mut by_operator) = (Instant::now(), 0);
        loop {
            let filed = self.lab.count(&self.address, "Quotedesk/Done");
            let listed = self.desk.json(&["outgoing", "--json"]);
            let unsent: Vec<serde_json::Value> = listed["outgoing"].as_array().cloned().unwrap_or_default();
            let goes_on = unsent.iter().any(|row| row["state"] != "doubt" || !row["next"].is_null());
            if filed >= self.sent.len() && self.lab.count(&self.address, "INBOX") == 0 && !goes_on {
                self.lab.delivered();
                let missing: Vec<&serde_json::Value> = unsent.iter().filter(|row| !self.has_come(row)).collect();
                if missing.is_empty() {
                    return by_operator;
                }
                by_operator += missing.len();
                missing.iter().for_each(|row| drop(self.desk.told(&["outgoing", "--retry", &row["id"].to_string()])));
            }
            if began.elapsed() > 4 * LIMIT {
                let log = fs::read_to_string(self.log()).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(25).collect();
                panic!("not at rest; filed {filed} of {}, unsent {unsent:?}\n{}", self.sent.len(), tail.join("\n"));
            }
            self.hours_pass_between_attempts(&listed["outgoing"]);
            thread::sleep(Duration::from_millis(300));
        }
    }

    fn has_come(&self, row: &serde_json::Value) -> bool {
        let (to, id) = (row["to"].as_str().unwrap_or_default(), row["message_id"].as_str().unwrap_or_default());
        self.lab.letters(to).iter().any(|letter| letter.id.trim_matches(['<', '>']) == id.trim_matches(['<', '>']))
    }

    /// The end of a run with kills: counts what came of each submission and of each mail.
    pub fn counted(mut self) -> Tally {
        let mut tally = Tally { submissions: self.sent.len(), by_operator: self.come_to_rest(), ..Tally::default() };
        self.kill();
        let config = Config::find(None, &self.desk.dir()).expect("the desk's config");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (rows, bodies) = runtime.block_on(async {
            let store = Store::open(&config.state).await.expect("the desk's store");
            let (mut rows, mut bodies): (Vec<Outgoing>, Vec<String>) = Default::default();
            let cases = store.cases(&Default::default()).await.expect("the store answers");
            for id in cases.iter().map(|case| case.id.as_str()).chain([""]) {
                rows.extend(store.outgoing(&OutgoingFilter::Case(id.into())).await.expect("the store answers"));
            }
            bodies.extend(cases.iter().map(|case| format!("{case:?}")));
            let faults = store.verify(quotedesk::process::case::Case::fold).await.expect("the store answers");
            assert_eq!(faults, [], "check");
            store.close().await;
            (rows, bodies)
        });
        for n in 0..self.sent.len() {
            let name = format!("Khách {n:03}");
            match bodies.iter().filter(|case| case.contains(&format!("{name} "))).count() {
                0 => tally.lost += 1,
                1 => {}
                more => panic!("{name}: {more} cases"),
            }
        }
        tally.answered_twice = rows.iter().filter(|row| row.letter == "receipt").count().saturating_sub(self.sent.len());
        let mut come: BTreeMap<String, BTreeMap<String, Vec<Letter>>> = BTreeMap::new();
        let readers: Vec<String> = (0..self.people).map(care).chain([SALES.to_string()]).collect();
        readers.iter().for_each(|to| drop(come.insert(to.clone(), self.got(to))));
        for row in rows.iter().filter(|row| row.kind == "mail" && come.contains_key(&row.to)) {
            tally.mails += 1;
            let id = row.message_id.trim_matches(['<', '>']).to_string();
            let copies = come[&row.to].get(&format!("<{id}>")).map_or(0, Vec::len);
            match copies {
                0 => {
                    tally.mails_lost += 1;
                    tally.unanswered += usize::from(row.letter == "receipt");
                }
                1 => {}
                2 if row.doubts > 0 => tally.second_copies += 1,
                _ => tally.doubled += 1,
            }
        }
        tally.unanswered += (self.sent.len() - tally.lost).saturating_sub(rows.iter().filter(|r| r.letter == "receipt").count());
        tally
    }

    /// The end: each submission is one case, with one receipt and one letter to Sales, all of them sent.
    pub fn settle(mut self) {
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
