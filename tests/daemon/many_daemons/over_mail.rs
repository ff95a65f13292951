//! Several daemons and one mailbox: one of them reads at a time, and the next one takes over.

use std::collections::BTreeMap;

use super::THREE;
use super::fleet::Fleet;
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{SALES, Setup, Staff};
use crate::lab::proxy::{Proxy, Tongue};
use crate::lab::{AUTHSERV, Lab};

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

    /// Who reads the mailbox now, as soon as it is another one than before.
    fn reader(&self, before: Option<usize>) -> usize {
        let new = |fleet: &Fleet| fleet.reads_now().filter(|n| Some(*n) != before);
        self.fleet.wait_for("another one to read the mailbox", |fleet| self.imap.open() == 1 && new(fleet).is_some());
        new(&self.fleet).expect("somebody reads")
    }

    /// Mails that have not gone out: their numbers, and whether the server may have taken them.
    fn unsent(&self) -> Vec<(u64, bool)> {
        let document = self.fleet.desk.json(&["outgoing", "--json"]);
        let rows = document["outgoing"].as_array().expect("a list");
        rows.iter().map(|row| (row["id"].as_u64().expect("a number"), row["state"] == "doubt")).collect()
    }

    /// Until every mail has its case, and every letter has gone out but those that a dead daemon has left in doubt.
    fn wait_answered(&self) {
        self.fleet.wait_for("the mails to be answered", |fleet| {
            let cases = fleet.desk.json(&["cases", "--json"]);
            cases.as_array().is_some_and(|all| all.len() == self.sent) && self.unsent().iter().all(|(_, doubt)| *doubt)
        });
    }

    /// What is still in doubt once every copy has come: the server never had it. As an operator would, who does not wait for a
    /// quarter of an hour. How many.
    fn send_doubts_again(&self) -> usize {
        self.lab.delivered();
        self.fleet.wait_for("the copies to be read", |_| self.lab.count(&self.address, "INBOX") == 0);
        let doubts = self.unsent();
        for (id, _) in &doubts {
            self.fleet.desk.told(&["outgoing", "--retry", &id.to_string()]);
        }
        self.fleet.wait_for("the doubts to be settled", |_| self.unsent().is_empty());
        self.lab.delivered();
        doubts.len()
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
    let first = post.reader(None);
    post.send(6);
    post.wait_answered();
    assert_eq!(post.imap.most(), 1, "two read the mailbox at the same time");

    // A clean end: another one reads at once.
    post.fleet.end(first);
    let second = post.reader(Some(first));
    post.fleet.start(first);
    post.send(8);
    post.wait_answered();

    // Killed in the middle of it: another one reads once it is found dead.
    post.fleet.kill(second);
    post.send(8);
    post.wait_answered();
    let third = post.reader(Some(second));
    post.fleet.start(second);

    // Standing still: another one reads, and it stays so when the first goes on.
    post.fleet.stand_still(third);
    post.send(MAILS - post.sent);
    post.wait_answered();
    post.fleet.go_on(third);
    post.fleet
        .wait_for("the one that stood still to let go", |fleet| fleet.log(third).contains("another daemon reads it by now"));
    post.reader(Some(third));

    post.fleet.desk.told(&["idle", "--timeout", "60s"]);
    let in_doubt = post.send_doubts_again();
    let (mut needs, mut second) = (0, 0);
    for n in 0..MAILS {
        let receipts = post.got(&care(n));
        assert_eq!(receipts.len(), 1, "answers to {}: {:?}", care(n), receipts.keys());
        second += receipts.values().map(|copies| copies.len() - 1).sum::<usize>();
    }
    for copies in post.got(SALES).values() {
        second += copies.len() - 1;
        needs += usize::from(copies[0].text.contains("Khách "));
    }
    assert_eq!(needs, MAILS, "needs that Sales got");
    assert!(second <= in_doubt, "{second} second copies, {in_doubt} doubts");
    let cases = post.fleet.desk.json(&["cases", "--json"]);
    assert_eq!(cases.as_array().map(Vec::len), Some(MAILS));
    let checked = post.fleet.desk.run(&["check"]);
    assert_eq!(checked.status, Some(0), "{}{}", checked.out, checked.err);
    post.fleet.close();
}
