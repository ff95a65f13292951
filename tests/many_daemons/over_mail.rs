//! Several daemons and one mailbox: one of them reads at a time, and the next one takes over.

use std::collections::BTreeMap;

use super::THREE;
use super::desk::mail::{Letter, Mail};
use super::desk::setup::{Setup, Staff};
use super::fleet::Fleet;
use super::lab::proxy::{Proxy, Tongue};
use super::lab::{AUTHSERV, Lab};

const SALES: &str = "lan.tran@anphat.example";
/// Each mail is somebody else's.
const MAILS: usize = 30;

struct Post {
    fleet: Fleet,
    lab: Lab,
    imap: Proxy,
    address: String,
    sent: usize,
}

impl Post {
    fn open() -> Post {
        let mut setup = Setup::sample();
        setup.staff.extend((0..MAILS).map(|n| Staff::new(&format!("Người {n}"), &care(n), &["cskh"])));
        let address = setup.address();
        let lab = Lab::start(&[&setup.domain]);
        setup.staff.iter().for_each(|person| lab.add(&person.email));
        let imap = Proxy::start(Tongue::Imap, &lab.host, lab.ports.imap);
        let mut wiring = lab.wiring(&address);
        wiring.imap = ("127.0.0.1".into(), imap.port, "none");
        // A daemon that dies while the server has a mail in hand leaves a doubt; the copy settles it.
        wiring.more_smtp = "copy_to_self = true\n".into();
        setup.servers = Some((wiring.toml(), AUTHSERV));
        let fleet = Fleet::with(&setup, THREE);
        Post { fleet, lab, imap, address, sent: 0 }
    }

    fn send(&mut self, many: usize) {
        for n in self.sent..self.sent + many {
            let (name, email) = (format!("Người {n}"), care(n));
            let at = chrono::Utc::now().fixed_offset();
            let mut mail = Mail::new((&name, &email), &self.address, at);
            mail.cc = Some(("Trần Thị Lan", SALES));
            mail.subject = format!("Nhu cầu của Khách {n:03}");
            mail.text = format!("Khách {n:03} cần in phiếu xuất kho.");
            self.lab.mail(&mail);
        }
        self.sent += many;
    }

    /// Who has looked at the mailbox last.
    fn reader(&self) -> usize {
        self.fleet.wait_for("somebody to read the mailbox", |_| self.is_read());
        let connected = self.fleet.reads_now();
        connected.unwrap_or_else(|| panic!("nobody says that it reads"))
    }

    fn is_read(&self) -> bool {
        self.imap.open() == 1 && self.fleet.reads_now().is_some()
    }

    fn answered(&self) -> usize {
        (0..self.sent).filter(|n| !self.got(&care(*n)).is_empty()).count()
    }

    fn wait_answered(&self, many: usize) {
        self.fleet.wait_for("the mails to be answered", |_| self.answered() >= many);
    }

    /// The desk's mails in somebody's mailbox, by their ids.
    fn got(&self, email: &str) -> BTreeMap<String, Vec<Letter>> {
        let mut got: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
        let own = format!("Return-Path: <{}>", self.address);
        for letter in self.lab.letters(email).into_iter().filter(|l| l.raw.starts_with(&own)) {
            got.entry(letter.id.clone()).or_default().push(letter);
        }
        got
    }
}

fn care(n: usize) -> String {
    format!("nguoi{n}@anphat.example")
}

#[test]
fn one_of_three_daemons_reads_the_mailbox() {
    let mut post = Post::open();
    let first = post.reader();
    post.send(6);
    post.wait_answered(6);
    assert_eq!(post.imap.most(), 1, "two read the mailbox at the same time");

    // A clean end: another one reads at once.
    post.fleet.end(first);
    let second = post.reader();
    assert_ne!(second, first);
    post.fleet.start(first);
    post.send(8);
    post.wait_answered(8);

    // Killed in the middle of it: another one reads once it is found dead.
    post.fleet.kill(second);
    post.send(8);
    post.wait_answered(post.sent);
    let third = post.reader();
    assert_ne!(third, second);
    post.fleet.start(second);

    // Standing still: another one reads, and it stays so when the first goes on.
    post.fleet.stand_still(third);
    post.send(MAILS - post.sent);
    post.wait_answered(MAILS);
    post.fleet.go_on(third);
    post.fleet.wait_for("the one that stood still to let go", |fleet| fleet.log(third).contains("another daemon reads it by now"));
    post.fleet.wait_for("one reader", |_| post.is_read());
    assert_ne!(post.reader(), third);

    // Everything is settled; the doubts of killed daemons by the copies of their mails.
    post.fleet.desk.told(&["idle", "--timeout", "60s"]);
    post.lab.delivered();
    let mut needs = 0;
    for n in 0..MAILS {
        let receipts = post.got(&care(n));
        assert_eq!(receipts.len(), 1, "answers to {}: {:?}", care(n), receipts.keys());
        assert!(receipts.values().all(|copies| copies.len() == 1), "{}: a mail came twice", care(n));
    }
    for (id, copies) in post.got(SALES) {
        assert_eq!(copies.len(), 1, "{id} came twice");
        needs += usize::from(copies[0].text.contains("Khách "));
    }
    assert_eq!(needs, MAILS, "needs that Sales got");
    let cases = post.fleet.desk.json(&["cases", "--json"]);
    assert_eq!(cases.as_array().map(Vec::len), Some(MAILS));
    assert_eq!(post.lab.count(&post.address, "INBOX"), 0, "mails left in the mailbox");
    let checked = post.fleet.desk.run(&["check"]);
    assert_eq!(checked.status, Some(0), "{}{}", checked.out, checked.err);
    post.fleet.close();
}
