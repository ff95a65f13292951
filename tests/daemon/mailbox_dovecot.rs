//! The desk reads a mailbox on a real Dovecot: TLS, STARTTLS, passwords and tokens, the commands that look at it, and a
//! daemon that is killed between taking a mail and moving it.

use std::process::{Command, Stdio};

use crate::desk::Desk;
use crate::desk::setup::{CSKH, DESK, Setup};
use crate::lab::proxy::{Fault, Proxy, Tongue};
use crate::lab::{Lab, PASSWORD, Plan, Wiring};

fn lab() -> Lab {
    Lab::of(&["anphat.example"], &[DESK, CSKH])
}

/// The desk's letters are files, its mails come by the mailbox.
fn toml(wiring: &Wiring) -> String {
    format!("{}{}", Setup::sample().toml().replace("rehearsal = true", "rehearsal = false"), wiring.toml())
}

/// It names a Sales: due in two days, so that no reminder comes while the test runs, whatever the machine's clock says.
fn need(n: usize) -> Vec<u8> {
    format!(
        "From: Lam <{CSKH}>\r\nTo: {DESK}\r\nCc: lan.tran@anphat.example\r\nSubject: Nhu cau cua Khach {n}\r\nMessage-ID: <need-{n}@anphat.example>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\nKhach {n} can in phieu.\r\n"
    )
    .into_bytes()
}

/// Sent as their author sends them; they lie in the mailbox soon.
fn put(lab: &Lab, numbers: std::ops::RangeInclusive<usize>) {
    numbers.for_each(|n| lab.send(CSKH, &[DESK], &need(n)));
}

/// All are answered, once, and lie in the folder for that.
fn answered(desk: &Desk, lab: &Lab, mails: usize) {
    desk.wait_for(&format!("{mails} mails in Quotedesk/Done"), || {
        (lab.count(DESK, "Quotedesk/Done") == mails && lab.count(DESK, "INBOX") == 0).then_some(())
    });
    desk.idle();
    let cases = desk.json(&["cases", "--json"]).as_array().map(Vec::len);
    let letters = desk.letters().iter().filter(|l| l.is_to(CSKH)).count();
    assert_eq!((cases, letters), (Some(mails), mails), "{}", desk.last_words());
}

fn started(toml: &str) -> Desk {
    let mut desk = Desk::laid_out(toml);
    desk.start();
    desk
}

#[test]
fn over_tls_with_a_password() {
    let lab = lab();
    put(&lab, 1..=3);
    let desk = started(&toml(&lab.wiring(DESK)));
    answered(&desk, &lab, 3);
    // News comes by IDLE.
    put(&lab, 4..=4);
    answered(&desk, &lab, 4);
    let said = desk.run(&["check"]).out;
    for words in ["0 mails in INBOX, IDLE, MOVE", "Quotedesk/Done is there", "last mail accepted"] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    desk.wait_for("the commands' own connections to be closed", || (lab.sessions(DESK) == 1).then_some(()));
    desk.close();
    lab.wait_for("the farewell", || (lab.sessions(DESK) == 0).then_some(()));
}

#[test]
fn over_starttls_and_with_other_marks_between_folders() {
    let lab = Lab::with(Plan { separator: '.', ..Plan::new(&["anphat.example"]) });
    lab.add(CSKH);
    lab.add(DESK);
    let wiring = Wiring { imap: (lab.host.clone(), lab.ports.imap, "starttls"), ..lab.wiring(DESK) };
    let desk = started(&toml(&wiring));
    put(&lab, 1..=2);
    answered(&desk, &lab, 2);
    desk.close();
}

#[test]
fn with_access_tokens() {
    let lab = lab();
    let desk = started(&toml(&lab.wiring_by_token(DESK)));
    put(&lab, 1..=1);
    answered(&desk, &lab, 1);
    let granted = lab.tokens.granted();
    assert!(granted >= 1);
    // A connection that was lost does not need another one.
    lab.kick(DESK);
    put(&lab, 2..=2);
    answered(&desk, &lab, 2);
    desk.close();
}

#[test]
fn check_says_what_is_wrong_and_how_to_mend_it() {
    let lab = lab();
    let right = lab.wiring(DESK);
    let wrong_password = right
        .toml()
        .replace("password_file", "password_command")
        .replace(&format!("{:?}", lab.password_file().to_str().expect("a path")), "\"echo wrong\"");
    let whole = |sections: &str| format!("{}{sections}", Setup::sample().toml().replace("rehearsal = true", "rehearsal = false"));
    let (host, port) = (&lab.host, lab.ports.imaps);
    let cases = [
        (whole(&right.toml().replace(&format!("port = {port}"), "port = 1")), vec![":1: ", "host and port"]),
        (whole(&right.toml().replace("ca_file", "# ca_file")), vec!["TLS: nobody who is trusted here", "ca_file"]),
        (
            whole(&right.toml().replace(&format!("port = {port}"), &format!("port = {}", lab.ports.imap))),
            vec!["does not speak it from the first byte", "starttls"],
        ),
        (whole(&wrong_password), vec!["login of yeucau@anphat.example is refused", "password are right"]),
        (whole(&right.toml().replace("[mail.imap]", "[mail.imap]\nfolder = \"Yêu cầu\"")), vec!["Yêu cầu", "make the folder"]),
        (whole(&right.toml().replace("password_file", "password_env")), vec!["password_env", "put the password there"]),
    ];
    for (toml, words) in cases {
        let desk = Desk::laid_out(&toml);
        let said = desk.run(&["check"]);
        let line = said.out.lines().find(|l| l.contains("mailbox") && l.contains("WRONG")).unwrap_or_default().to_string();
        assert_eq!(said.status, Some(1), "{host}: {}", said.out);
        for word in words {
            assert!(line.contains(word), "{word}: {line}\n{}", said.out);
        }
        assert!(!said.out.contains(PASSWORD));
    }
}

#[test]
fn what_lies_in_the_mailbox_is_not_done() {
    let lab = lab();
    put(&lab, 1..=2);
    // The desk's store is begun before it has a mailbox.
    let whole = toml(&lab.wiring(DESK));
    let mut desk = started(&Setup::sample().toml().replace("rehearsal = true", "rehearsal = false"));
    desk.stop();
    std::fs::write(desk.dir().join("quotedesk.toml"), &whole).expect("a config");
    lab.wait_for("both to lie there", || (lab.count(DESK, "INBOX") == 2).then_some(()));
    desk.wait_for("a look in time", || {
        let said = desk.run(&["idle", "--timeout", "1s"]);
        assert_eq!(said.status, Some(1));
        said.out.contains("2 mails in the mailbox").then_some(())
    });
    assert!(desk.told(&["cases"]).contains("hộp thư"), "what is shown may be behind");
    assert!(desk.run(&["check"]).out.contains("2 mails lie there"), "each counts as just sent");
    desk.start();
    desk.idle();
    answered(&desk, &lab, 2);
    assert!(!desk.told(&["cases"]).contains("hộp thư"));
    desk.close();
}

#[test]
fn killed_between_taking_and_moving_it_answers_once() {
    let lab = lab();
    let proxy = Proxy::start(Tongue::Imap, &lab.host, lab.ports.imap);
    let wiring = Wiring { imap: ("127.0.0.1".into(), proxy.port, "none"), ..lab.wiring(DESK) };
    let mut desk = started(&toml(&wiring));
    for n in 1..=3 {
        // Not moved; moved, and nobody told; copied by somebody else meanwhile.
        proxy.set(if n == 2 { Fault::CutReply("UID MOVE") } else { Fault::Hang("UID MOVE") });
        let struck = proxy.struck();
        put(&lab, n..=n);
        proxy.wait_struck(struck + 1);
        desk.kill();
        proxy.clear();
        if n == 3 {
            lab.doveadm(&["copy", "-u", DESK, "INBOX", "mailbox", "INBOX", "all"]);
        }
        desk.start();
        let done = if n == 3 { 4 } else { n };
        desk.wait_for("it to be moved", || (lab.count(DESK, "Quotedesk/Done") == done).then_some(()));
    }
    desk.wait_for("an empty folder", || (lab.count(DESK, "INBOX") == 0).then_some(()));
    desk.idle();
    let letters = desk.letters().iter().filter(|l| l.is_to(CSKH)).count();
    assert_eq!((desk.json(&["cases", "--json"]).as_array().map(Vec::len), letters), (Some(3), 3));
    desk.close();
}

#[test]
fn dropped_renumbered_and_stopped_under_load() {
    let lab = lab();
    let mut desk = started(&toml(&lab.wiring(DESK)));
    let mails = 200;
    put(&lab, 1..=mails / 2);
    lab.kick(DESK);
    lab.renumber(DESK, "INBOX");
    put(&lab, mails / 2 + 1..=mails);
    // Within five seconds, whatever it is at.
    desk.stop();
    lab.renumber(DESK, "INBOX");
    desk.start();
    answered(&desk, &lab, mails);
    for _ in 0..5 {
        desk.wait_for("its one connection", || (lab.sessions(DESK) == 1).then_some(()));
        lab.kick(DESK);
    }
    desk.wait_for("its one connection", || (lab.sessions(DESK) == 1).then_some(()));
    put(&lab, mails + 1..=mails + 1);
    answered(&desk, &lab, mails + 1);
    desk.wait_for("the commands' own connections to be closed", || (lab.sessions(DESK) == 1).then_some(()));
    desk.close();
}

#[test]
fn no_secret_is_ever_logged() {
    let lab = lab();
    let desk = Desk::laid_out(&toml(&Wiring { imap: (lab.host.clone(), lab.ports.imap, "starttls"), ..lab.wiring(DESK) }));
    put(&lab, 1..=1);
    let log = desk.outside().join("log");
    let file = std::fs::File::create(&log).expect("a log");
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_quotedesk"))
        .arg("run")
        .current_dir(desk.dir())
        .env("RUST_LOG", "trace,async_imap=trace")
        .stdout(Stdio::null())
        .stderr(file)
        .spawn()
        .expect("the program starts");
    lab.wait_for("the mail to be taken", || (lab.count(DESK, "Quotedesk/Done") == 1).then_some(()));
    daemon.kill().expect("a child of ours");
    daemon.wait().expect("a child of ours");
    let said = std::fs::read_to_string(&log).expect("the log");
    assert!(said.contains("taken case=") && said.contains("TRACE"), "it was logged in full");
    for secret in [PASSWORD, "s3\\\"cr", "LOGIN \"", "Khach 1 can in"] {
        assert!(!said.contains(secret), "{secret}");
    }
}
