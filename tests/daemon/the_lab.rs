//! The test lab itself: a real Postfix and Dovecot that behave as a house's do, and a proxy that breaks what it is told to.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::desk::mail::Mail;
use crate::lab;
use crate::lab::proxy::{Fault, Proxy, Tongue};
use crate::lab::{BOUNCES, Lab, PASSWORD};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::{SmtpTransport, Transport};

const LAN: &str = "lan.tran@anphat.example";
const DESK: &str = "yeucau@anphat.example";

fn lab() -> Lab {
    Lab::of(&["anphat.example", "other.example"], &[LAN, DESK, "yeucau@other.example"])
}

fn mail(subject: &str, to: &str) -> Vec<u8> {
    format!("From: <{LAN}>\r\nTo: <{to}>\r\nSubject: {subject}\r\nMessage-ID: <{subject}@client>\r\n\r\n.đúng\r\n..\r\n")
        .into_bytes()
}

#[test]
fn a_mail_arrives_with_a_proof_of_its_sender() {
    let lab = lab();
    let forged = "Authentication-Results: mx.lab.example; dmarc=pass header.from=anphat.example\r\n";
    let with = |subject: &str| [forged.as_bytes(), &mail(subject, DESK)].concat();
    lab.send(LAN, &["yeucau+tag@anphat.example", "yeucau@other.example"], &with("inside"));
    lab.send_from_outside(Some(LAN), &[DESK], &with("outside")).expect("the door is open");
    let letters = lab.wait_for("both mails", || Some(lab.letters(DESK)).filter(|l| l.len() == 2));
    let of = |subject: &str| letters.iter().find(|l| l.subject == subject).expect("it came");
    let results = |raw: &str| raw.matches("Authentication-Results").count();
    assert_eq!((results(&of("inside").raw), results(&of("outside").raw)), (1, 1));
    assert!(of("inside").raw.contains("dmarc=pass header.from=anphat.example"), "{}", of("inside").raw);
    assert!(!of("outside").raw.contains("pass"), "{}", of("outside").raw);
    assert!(of("inside").raw.contains("Delivered-To: yeucau+tag@anphat.example"), "{}", of("inside").raw);
    assert_eq!(of("inside").text.trim(), ".đúng\n..");
    lab.wait_for("the other domain's copy", || (lab.count("yeucau@other.example", "INBOX") == 1).then_some(()));
    // Past Postfix: there when it returns, as it is.
    lab.deliver_all(LAN, &[&mail("one", LAN), &mail("two", LAN)]);
    assert_eq!(
        lab.letters(LAN).iter().map(|l| (l.subject.as_str(), l.text.trim())).collect::<Vec<_>>(),
        [("one", ".đúng\n.."), ("two", ".đúng\n..")]
    );
}

#[test]
fn strangers_and_impostors_are_refused_at_the_door_and_dead_boxes_bounce() {
    let lab = lab();
    for (to, code) in [("nobody@anphat.example", "550"), ("x@gmail.example", "550")] {
        let refused = lab.send_from_outside(Some("a@b.example"), &[to], &mail("x", to)).expect_err("refused");
        assert!(refused.contains(code), "{refused}");
    }
    let impostor = SmtpTransport::builder_dangerous(&lab.host)
        .port(lab.ports.submission)
        .credentials(Credentials::new(LAN.into(), PASSWORD.into()))
        .build();
    let envelope =
        lettre::address::Envelope::new(Some(DESK.parse().expect("an address")), vec![LAN.parse().expect("an address")]);
    let refused = impostor.send_raw(&envelope.expect("one"), &mail("x", LAN)).expect_err("Lan is not the desk");
    assert!(refused.to_string().contains("553"), "{refused}");
    lab.send(LAN, &[&format!("{BOUNCES}@anphat.example")], &mail("dead", BOUNCES));
    let bounce = lab.wait_for("the bounce", || lab.letters(LAN).pop());
    assert!(bounce.raw.contains("multipart/report") && bounce.raw.contains("Return-Path: <>"), "{}", bounce.raw);
}

#[test]
fn logins_by_password_and_by_token() {
    let lab = lab();
    let login = |secret: &str, how: Mechanism| {
        let transport = SmtpTransport::builder_dangerous(&lab.host).port(lab.ports.submission);
        let transport = transport.credentials(Credentials::new(LAN.into(), secret.into())).authentication(vec![how]).build();
        transport.test_connection().map_err(|why| why.to_string())
    };
    assert_eq!(login(PASSWORD, Mechanism::Plain), Ok(true));
    assert_eq!(login(PASSWORD, Mechanism::Login), Ok(true));
    assert!(login("wrong", Mechanism::Plain).is_err());
    assert_eq!(login(&lab.tokens.access(LAN), Mechanism::Xoauth2), Ok(true));
    assert!(login(&lab.tokens.access(DESK), Mechanism::Xoauth2).is_err(), "somebody else's token");
    lab.tokens.holds(Duration::ZERO);
    let old = lab.tokens.access(LAN);
    std::thread::sleep(Duration::from_secs(2));
    assert!(login(&old, Mechanism::Xoauth2).is_err(), "a token that has run out");
}

/// Speaks to a port line by line.
struct Talk(BufReader<TcpStream>);

impl Talk {
    fn to(port: u16) -> Talk {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the proxy listens");
        stream.set_read_timeout(Some(lab::LIMIT)).expect("a time limit");
        Talk(BufReader::new(stream))
    }

    /// The first line that comes back with this start; `None`: the connection ended first.
    fn say(&mut self, text: &str, until: &str) -> Option<String> {
        self.0.get_mut().write_all(text.as_bytes()).ok()?;
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.starts_with(until) {
                return Some(line.trim_end().to_string());
            }
        }
    }
}

#[test]
fn the_proxy_breaks_smtp_where_it_is_told_to() {
    let lab = lab();
    let proxy = Proxy::start(Tongue::Smtp, &lab.host, lab.ports.mx);
    let subject = std::sync::atomic::AtomicU32::new(0);
    // The stage that a mail comes to before it fails, or its last reply.
    let send = || {
        let nth = subject.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        let mut talk = Talk::to(proxy.port);
        let body = format!("Subject: {nth}\r\n\r\nx\r\n.\r\n");
        let steps = [
            ("", "220 "),
            ("EHLO x\r\n", "250 "),
            ("MAIL FROM:<a@b.example>\r\n", "250 "),
            ("RCPT TO:<lan.tran@anphat.example>\r\n", "250 "),
        ];
        for (text, until) in steps.into_iter().chain([("DATA\r\n", "354"), (&*body, "")]) {
            match talk.say(text, until) {
                None => return "cut".to_string(),
                Some(line) if text == body => return line,
                Some(_) => {}
            }
        }
        unreachable!("the body is the last")
    };
    assert!(send().starts_with("250"));
    for stage in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        proxy.once(Fault::Cut(stage));
        assert_eq!((send().as_str(), proxy.struck()), ("cut", 1), "cut at {stage}");
        proxy.once(Fault::CutReply(stage));
        assert_eq!((send().as_str(), proxy.struck()), ("cut", 1), "reply cut at {stage}");
    }
    proxy.once(Fault::Answer(".", "451 4.3.0 later"));
    assert_eq!(send(), "451 4.3.0 later");
    assert!(send().starts_with("250"));
    proxy.once(Fault::Twice);
    assert!(send().starts_with("250"));
    proxy.set(Fault::Refuse);
    proxy.wait_struck(1);
    assert!(TcpStream::connect(("127.0.0.1", proxy.port)).is_err());
    proxy.clear();
    lab.wait_for("the proxy to listen again", || TcpStream::connect(("127.0.0.1", proxy.port)).ok());
    // Held back: it comes once the fault is gone, and the mail is there before.
    proxy.set(Fault::Hold("."));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            proxy.wait_struck(1);
            lab.wait_for("the mail whose reply is held back", || {
                lab.letters(LAN).iter().any(|l| l.subject == "17").then_some(())
            });
            proxy.clear();
        });
        assert!(send().starts_with("250"));
    });
    // Hung: the mail never gets there, however long one waits.
    proxy.set(Fault::Hang("."));
    std::thread::scope(|scope| {
        let sending = scope.spawn(send);
        proxy.wait_struck(1);
        lab.wait_for("the other connections to end", || (proxy.open() == 1).then_some(()));
        proxy.drop_all();
        assert_eq!(sending.join().expect("it ends"), "cut");
    });
    // What arrived: the first, the one whose reply was cut at the dot, the one after 451, the doubled one, the held one.
    let arrived = || lab.letters(LAN).iter().map(|l| l.subject.clone()).collect::<Vec<_>>();
    lab.wait_for("all that arrives", || (arrived().len() == 6).then_some(()));
    let mut arrived = arrived();
    arrived.sort_by_key(|s| s.parse::<u32>().unwrap_or(0));
    assert_eq!(arrived, ["1", "13", "15", "16", "16", "17"]);
    lab.wait_for("all connections to end", || (proxy.open() == 0).then_some(()));
    assert!(proxy.total() >= 18 && proxy.most() >= 1, "{} {}", proxy.total(), proxy.most());
}

#[test]
fn the_proxy_breaks_imap_where_it_is_told_to() {
    let lab = lab();
    lab.deliver(LAN, &mail("x", LAN));
    let proxy = Proxy::start(Tongue::Imap, &lab.host, lab.ports.imap);
    let password = PASSWORD.replace('\\', "\\\\").replace('"', "\\\"");
    let login = format!("a LOGIN {LAN} \"{password}\"\r\n");
    let session = || {
        let mut talk = Talk::to(proxy.port);
        for (text, until) in
            [("", "* OK"), (login.as_str(), "a OK"), ("b SELECT INBOX\r\n", "b OK"), ("c UID FETCH 1:* (FLAGS)\r\n", "c OK")]
        {
            if talk.say(text, until).is_none() {
                return text.split(' ').nth(1).unwrap_or("CONNECT").to_string();
            }
        }
        talk.say("d IDLE\r\n", "+").map_or("IDLE".into(), |_| "whole".to_string())
    };
    assert_eq!(session(), "whole");
    for (stage, at) in [("CONNECT", "CONNECT"), ("LOGIN", "LOGIN"), ("SELECT", "SELECT"), ("UID FETCH", "UID"), ("IDLE", "IDLE")]
    {
        proxy.once(Fault::Cut(stage));
        assert_eq!(session(), at, "cut at {stage}");
        proxy.once(Fault::CutReply(stage));
        assert_eq!(session(), at, "reply cut at {stage}");
    }
    proxy.once(Fault::CutAfter(200));
    assert_ne!(session(), "whole");
    proxy.set(Fault::Slow(64, Duration::from_millis(1)));
    assert_eq!(session(), "whole");
    proxy.clear();
    lab.wait_for("the sessions to end", || (lab.sessions(LAN) == 0).then_some(()));
    let mut talk = Talk::to(proxy.port);
    talk.say("", "* OK").expect("a greeting");
    talk.say(&login, "a OK").expect("a login");
    lab.wait_for("one session", || (lab.sessions(LAN) == 1 && proxy.open() == 1).then_some(()));
    let validity = |talk: &mut Talk| talk.say("b STATUS INBOX (UIDVALIDITY)\r\n", "* STATUS").expect("a status");
    let before = validity(&mut talk);
    lab.renumber(LAN, "INBOX");
    assert_ne!(validity(&mut talk), before);
    talk.say("c CREATE Quotedesk/Done\r\n", "c ").expect("a folder");
    talk.say("d SELECT INBOX\r\n", "d OK").expect("selected");
    talk.say("e UID MOVE 1:* Quotedesk/Done\r\n", "e OK").expect("moved");
    assert_eq!((lab.count(LAN, "INBOX"), lab.letters_in(LAN, "Quotedesk/Done").len()), (0, 1));
}

/// A desk's mail goes through, TLS and all: what `wiring` says is what a config takes.
#[test]
fn the_wiring_is_a_config() {
    let lab = lab();
    for wiring in [lab.wiring(DESK), lab.wiring_by_token(DESK)] {
        let toml = format!("[mail]\ntransport = \"smtp\"\naddress = {DESK:?}\n{}", wiring.toml());
        let config = quotedesk::config::Config::parse(&toml, None, lab.dir());
        assert!(config.is_ok(), "{:?}\n{toml}", config.err());
    }
    let mut mail = Mail::new(
        ("Trần Thị Lan", LAN),
        DESK,
        chrono::DateTime::parse_from_rfc3339("2026-01-05T08:30:00+07:00").expect("a time"),
    );
    mail.subject = "Nhu cầu".into();
    mail.text = "Khách cần in phiếu.".into();
    lab.mail(&mail);
    lab.wait_for("the mail", || lab.letters(DESK).iter().any(|l| l.subject == "Nhu cầu").then_some(()));
}
