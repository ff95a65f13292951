//! Whatever breaks between the desk and its mail servers, wherever in the conversation, and even if the desk is killed right
//! there: each submission is answered once, and each mail arrives; twice only with the same Message-ID and bytes, where the
//! server had taken it and its reply was lost.
//!
//! Real Postfix, real Dovecot, proxies that break things, and the real daemon, whole, in a process of its own (`house`).

use std::io::Write;
use std::sync::Mutex;
use std::thread;

use crate::desk::Desk;
use crate::desk::mail::Mail;
use crate::desk::setup::{Setup, Staff};
use crate::house::House;
use crate::lab::proxy::{Fault, Tongue};
use crate::lab::{AUTHSERV, Lab};

/// Desks at the same time, each with a part of the matrix.
const AT_ONCE: usize = 4;

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
    let (fault, refused) = (fault(stage), house.refused());
    let early = matches!(stage, "CONNECT" | "EHLO" | "AUTH" | "LOGIN" | "SELECT" | "(refused)");
    let proxy = if tongue == Tongue::Smtp { &house.smtp } else { &house.imap };
    proxy.set(fault);
    if stage == "(refused)" {
        // Nobody listens any more.
        proxy.wait_struck(1);
    }
    if early {
        // What comes at the beginning of a conversation comes with the next one.
        proxy.drop_all();
    }
    house.submit();
    let proxy = if tongue == Tongue::Smtp { &house.smtp } else { &house.imap };
    proxy.wait_struck(1);
    if stage == "(refused)" {
        house.lab.wait_for("the desk to be refused", || (house.refused() > refused).then_some(()));
    }
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
    // It names a Sales: due in two days, so that no reminder comes while the test runs, whatever the machine's clock says.
    let sales = format!("lan.tran@{}", domains[1]);
    mail.cc = Some(("Trần Thị Lan", &sales));
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
