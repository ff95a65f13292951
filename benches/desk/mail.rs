//! The desk at its mail servers: forms in by Dovecot, letters out by Postfix, both as they are shipped, over TLS.
//!
//! Dovecot tells a waiting client of a new mail half a second after it came (it gathers notices); most of a lone form's time
//! is that.

use std::time::{Duration, Instant};

use super::daemon::{Daemon, Place, until};
use super::lab::{AUTHSERV, Lab};
use super::measure::{Table, Times};
use super::parts;
use super::sample::{self, LEADER, SALES};

const LONE: usize = 30;
const MANY: usize = 500;
const DESK: &str = "yeucau@anphat.example";
const DONE: &str = "Quotedesk/Done";

pub fn mail(table: &Table) {
    let folder = parts::folder();
    let place = Place::new(folder.path());
    let config = sample::config(folder.path());
    let lab = Lab::of(&["anphat.example"], &[DESK, SALES, LEADER]);
    let at = chrono::Utc::now();
    let made: Vec<Vec<u8>> = (0..LONE + MANY).map(|n| form(n, &sample::workbook(n, &config, at))).collect();
    let (lone, many) = made.split_at(LONE);

    table.title("The whole desk at its mail servers: Dovecot, daemon, Postfix; ms");
    let floor = bare(table, &lab);
    std::fs::write(folder.path().join("quotedesk.toml"), at_servers(&lab)).expect("a config");
    let daemon = Daemon::idle(&place);
    until("a look at the mailbox", || lab.sessions(DESK) == 1);
    std::thread::sleep(Duration::from_secs(2));
    let idle = daemon.memory("VmRSS");
    one_by_one(table, &lab, lone, floor);
    at_once(table, &lab, &daemon, many);
    table.number("memory: idle", idle, "MiB");
    table.number("memory: at most", daemon.memory("VmHWM"), "MiB");
    std::thread::sleep(Duration::from_secs(5));
    table.number("memory: at the end", daemon.memory("VmRSS"), "MiB");
}

/// The built-in config with the lab's servers. A rehearsal desk: the limits of mails an hour are off.
fn at_servers(lab: &Lab) -> String {
    let toml = sample::built_in_but(&[
        ("rehearsal = false", "rehearsal = true"),
        ("rehearsal_mail = \"folder\"", "rehearsal_mail = \"loopback\""),
        ("transport = \"folder\"", "transport = \"smtp\""),
        ("[mail.trust]\n", &format!("[mail.trust]\nauthserv_id = {AUTHSERV:?}\nrequire = \"token-or-auth\"\n")),
    ]);
    format!("{toml}\n{}", lab.wiring(DESK).toml())
}

/// A mail of Sales with a form, as it lies in the mailbox: our own server has seen that it is theirs.
fn form(n: usize, workbook: &[u8]) -> Vec<u8> {
    use lettre::message::header::ContentType;
    use lettre::message::{Attachment, MultiPart, SinglePart};
    let kind = ContentType::parse("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").expect("a type");
    let form = Attachment::new(format!("Phiếu {n:04}.xlsx")).body(workbook.to_vec(), kind);
    let words = SinglePart::plain("Em gửi phiếu ạ.".to_string());
    let mail = lettre::Message::builder()
        .from(SALES.parse().expect("an address"))
        .to(DESK.parse().expect("an address"))
        .subject(format!("Phiếu {n}"))
        .message_id(None)
        .multipart(MultiPart::mixed().singlepart(words).singlepart(form))
        .expect("a mail");
    let proof = format!("Authentication-Results: {AUTHSERV}; dmarc=pass header.from=anphat.example\r\n");
    [proof.into_bytes(), mail.formatted()].concat()
}

/// What Postfix takes from having accepted a mail to having it in a mailbox: the part of the way behind the desk.
fn bare(table: &Table, lab: &Lab) -> Duration {
    let mail = form(0, &[0; 12_000]);
    let before = |_| lab.count(SALES, "INBOX");
    let times = Times::after(LONE, before, |count| {
        lab.send(SALES, &[SALES], &mail);
        soon(|| lab.count(SALES, "INBOX") > count);
    });
    table.times("a mail through Postfix into a mailbox, connection and login of its own", &times, None);
    times.median()
}

/// Looks much more often than [`until`].
fn soon(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come");
        std::thread::sleep(Duration::from_micros(200));
    }
}

fn one_by_one(table: &Table, lab: &Lab, made: &[Vec<u8>], floor: Duration) {
    let mut times = Vec::new();
    for (n, mail) in made.iter().enumerate() {
        lab.deliver_from(SALES, DESK, &[mail]);
        let start = Instant::now();
        soon(|| lab.count(LEADER, "INBOX") > n);
        times.push(start.elapsed());
        until("the mail to be filed away", || lab.count(DESK, DONE) == n + 1);
        std::thread::sleep(Duration::from_millis(300 + (n as u64 * 37) % 250));
    }
    table.times("form delivered in Dovecot to the Leader's mail in his mailbox", &Times::new(times), Some(floor));
}

fn at_once(table: &Table, lab: &Lab, daemon: &Daemon, made: &[Vec<u8>]) {
    let (letters, filed) = (lab.count(LEADER, "INBOX"), lab.count(DESK, DONE));
    let cpu = daemon.cpu();
    let mails: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
    let start = Instant::now();
    lab.deliver_from(SALES, DESK, &mails);
    let lying = start.elapsed();
    until("every form to be answered", || lab.count(LEADER, "INBOX") >= letters + MANY);
    let time = start.elapsed();
    until("every mail to be filed away", || lab.count(DESK, DONE) == filed + MANY);
    assert_eq!(lab.count(LEADER, "INBOX"), letters + MANY, "a mail came twice");
    table.number(&format!("{MANY} forms at once: delivered by Dovecot"), MANY as f64 / lying.as_secs_f64(), "forms a second");
    table.number(
        "  the Leader's mails in his mailbox, from the first delivery",
        MANY as f64 / time.as_secs_f64(),
        "forms a second",
    );
    table.number("  processor time for each", (daemon.cpu() - cpu) * 1000.0 / MANY as f64, "ms");
}
