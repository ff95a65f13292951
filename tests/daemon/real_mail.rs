//! The 15 sample cases once more, by mail alone: through a real Postfix and a real Dovecot, the real daemon between. Half of
//! the cases answer by filled forms, half in words where words are enough, each in the manner of their mail program. The
//! quotes are the same as over folders.

use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::Setup;
use crate::desk::{Answer, Desk};
use crate::lab::{AUTHSERV, Lab};
use crate::people::facts::Facts;
use crate::people::office::Office;
use crate::played::{Play, Row, Way};

/// Cases played at the same time: each keeps a daemon and mail servers of its own busy.
const AT_ONCE: usize = 4;

/// Notes of absence, and notices of them, end before this.
const ROUNDS: usize = 3;

/// A house's mail servers. The desk reads its mailbox; people look into theirs.
struct Servers {
    lab: Lab,
    address: Mutex<String>,
    staff: Mutex<Vec<String>>,
    /// Everybody has gone away, and their mail programs say so to whoever writes.
    away: bool,
    known: Mutex<BTreeMap<String, Letter>>,
}

impl Servers {
    fn start(facts: &Facts) -> Servers {
        let lab = Lab::start(&[&facts.vendor.domain]);
        Servers { lab, address: Mutex::default(), staff: Mutex::default(), away: false, known: Mutex::default() }
    }

    /// To each of these letters its reader's mail program says that he is away. Nobody answers that. That somebody is away
    /// whose turn it is may be told to Sales, who is away too: it ends all the same.
    fn say_away(&self, desk: &Desk, letters: Vec<Letter>) {
        let address = lock(&self.address).clone();
        let mut letters = letters;
        for _ in 0..ROUNDS {
            let (before, filed) = (self.letters(desk).len(), self.filed());
            for (n, letter) in letters.iter().enumerate() {
                let to = &letter.to[0];
                self.lab.send(to, &[&address], away(n, to, &address, letter).as_bytes());
            }
            desk.wait_for("the desk to file them away", || (self.filed() == filed + letters.len()).then_some(()));
            desk.idle();
            letters = self.letters(desk).split_off(before);
            let answers: Vec<&str> =
                letters.iter().filter(|l| !l.raw.contains("X-Quotedesk-Kind: unreached")).map(|l| l.subject.as_str()).collect();
            assert!(answers.is_empty(), "mails that say that somebody is away were answered: {answers:?}");
            if letters.is_empty() {
                return;
            }
        }
        panic!("notes of absence and notices of them go on after {ROUNDS} rounds");
    }

    fn filed(&self) -> usize {
        let address = lock(&self.address).clone();
        ["Quotedesk/Done", "Quotedesk/Problem"].iter().map(|folder| self.lab.count(&address, folder)).sum()
    }
}

impl Way for Servers {
    fn wire(&self, setup: &mut Setup) {
        let address = setup.address();
        setup.servers = Some((self.lab.wiring(&address).toml(), AUTHSERV));
        setup.staff.iter().for_each(|person| self.lab.add(&person.email));
        *lock(&self.address) = address;
        *lock(&self.staff) = setup.staff.iter().map(|person| person.email.clone()).collect();
    }

    fn send(&self, desk: &Desk, mail: &Mail) -> Answer {
        let (filed, told) = (self.filed(), self.letters(desk).len());
        let problems = self.lab.count(&lock(&self.address), "Quotedesk/Problem");
        self.lab.mail(mail);
        desk.wait_for("the desk to file the mail away", || (self.filed() > filed).then_some(()));
        desk.idle();
        if self.away {
            self.say_away(desk, self.letters(desk).split_off(told));
        }
        // What it answered is the newest mail to the sender.
        let answers: Vec<Letter> = self.letters(desk).split_off(told).into_iter().filter(|l| l.is_to(mail.from.1)).collect();
        let text = answers.iter().map(|l| format!("{}\n{}", l.subject, l.text)).collect::<Vec<_>>().join("\n---\n");
        let problem = self.lab.count(&lock(&self.address), "Quotedesk/Problem") > problems;
        Answer { text, problem, filed: PathBuf::new() }
    }

    fn letters(&self, _desk: &Desk) -> Vec<Letter> {
        self.lab.delivered();
        let mut known = lock(&self.known);
        let mut all: Vec<Letter> = Vec::new();
        for email in lock(&self.staff).iter() {
            for (name, path, at) in self.lab.mail_names(email) {
                let letter = known.entry(format!("{email} {name}")).or_insert_with(|| {
                    Letter::at(&path, at).unwrap_or_else(|| panic!("{}: nobody moves mails of staff", path.display()))
                });
                all.push(letter.clone());
            }
        }
        // Not what colleagues wrote to each other with the desk in copy.
        let own = format!("Return-Path: <{}>", lock(&self.address));
        all.retain(|letter| letter.raw.starts_with(&own));
        all.sort_by(|a, b| (a.made, &a.path).cmp(&(b.made, &b.path)));
        all
    }

    fn is_mail_alone(&self) -> bool {
        true
    }
}

/// As mail programs write it: marked by the standard (RFC 5230, 3834), by old habit, or by its subject alone.
fn away(n: usize, from: &str, to: &str, letter: &Letter) -> String {
    let (subject, mark) = match n % 3 {
        0 => (format!("Auto: {}", letter.subject), "Auto-Submitted: auto-replied (vacation)\r\n"),
        1 => (format!("Trả lời tự động: {}", letter.subject), "X-Autoreply: yes\r\nPrecedence: bulk\r\n"),
        _ => (format!("Tự động trả lời: {}", letter.subject), ""),
    };
    let subject = format!("=?utf-8?B?{}?=", data_encoding::BASE64.encode(subject.as_bytes()));
    let id = format!("<away-{n}-{}", letter.id.trim_start_matches('<'));
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: {id}\r\nIn-Reply-To: {0}\r\nReferences: {0}\r\n{mark}\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Duyệt các việc gấp: xin gọi điện. Tôi nghỉ phép đến hết thứ Sáu.\r\n",
        letter.id
    )
}

#[test]
fn a_vacation_responder_on_every_mailbox_changes_nothing() {
    let facts = Facts::read();
    let case = facts.cases.iter().find(|case| case.id == "YC-2024-006").expect("a case with one item");
    let office = Office::start();
    let servers = Servers { away: true, ..Servers::start(&facts) };
    let row = Play::new(&facts, case, None, &office, Box::new(servers)).played_out();
    let _ = writeln!(std::io::stderr(), "{row}");
    assert!(row.wrong.is_empty(), "\n{}", row.complaints().join("\n"));
}

#[test]
fn the_fifteen_cases_by_mail_alone_end_with_the_quotes_of_the_data() {
    let began = Instant::now();
    let facts = Facts::read();
    let only = std::env::var("QUOTEDESK_CASE").unwrap_or_default();
    let plays: Vec<_> = facts.cases.iter().filter(|case| case.id.contains(&only)).collect();
    let office = Office::start();
    let (next, rows) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = plays.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let play = || Play::new(&facts, case, None, &office, Box::new(Servers::start(&facts))).played_out();
                    let row = catch_unwind(AssertUnwindSafe(play)).unwrap_or_else(|why| {
                        let text = why.downcast_ref::<String>().cloned();
                        Row::stuck(case, None, text.unwrap_or_else(|| "a panic without words".into()))
                    });
                    lock(&rows).push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap_or_else(|p| p.into_inner());
    rows.sort_by(|a, b| a.case.cmp(&b.case));
    let table: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let ok = rows.iter().filter(|r| r.wrong.is_empty()).count();
    let told = format!("\n{}\n{table}{ok} of {} plays are right, in {} s", Row::HEAD, rows.len(), began.elapsed().as_secs());
    let _ = writeln!(std::io::stderr(), "{told}");
    let wrong: Vec<String> = rows.iter().flat_map(Row::complaints).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
