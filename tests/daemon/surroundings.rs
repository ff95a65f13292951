//! What the desk stands in: the environment that it is started with, the user who runs it, a second desk beside it, a demo that
//! has gone. What is odd there is said, and does no harm.


use crate::desk::mail::Mail;
use crate::desk::setup::Setup;
use crate::desk::Desk;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

/// A variable that is set to nothing is not set; a level that is none is told of, and the log goes on as without it.
#[test]
fn a_variable_that_is_empty_or_mistyped() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let said = desk.run_with(&["check"], &[("QUOTEDESK_CONFIG", "")]);
    assert!(said.status == Some(0) && said.out.contains("quotedesk.toml"), "{}{}", said.out, said.err);
    let said = desk.run(&["--config", "", "check"]);
    assert_ne!(said.status, Some(0), "an empty name is none: {}{}", said.out, said.err);
    desk.stop();
    for (level, told) in [("inof", true), ("quotedsk=debug", true), ("", false), ("info", false), ("quotedesk=info", false)] {
        let before = desk.log().len();
        desk.start_with(&[("RUST_LOG", level)]);
        let log = desk.log()[before..].to_string();
        assert_eq!(log.matches("nothing would be logged").count(), usize::from(told), "{level}: {log}");
        desk.stop();
    }
}

/// A pipe would be waited for without end.
#[test]
fn a_secret_is_read_from_files_alone() {
    let servers = "[mail.imap]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"\nuser = \"desk\"\npassword_file = \"secret\"\n";
    let toml = Setup::sample()
        .toml()
        .replace("rehearsal = true", "rehearsal = false")
        .replace("[mail.trust]", &format!("{servers}[mail.trust]"));
    let desk = Desk::laid_out(&toml);
    let made = std::process::Command::new("mkfifo").arg(desk.dir().join("secret")).status().unwrap();
    assert!(made.success());
    let said = desk.run(&["check"]);
    let line = said.out.lines().find(|line| line.contains("WRONG") && line.contains("mailbox")).unwrap_or_default();
    assert!(line.contains("secret: is no file") && line.contains("password_command"), "{}{}", said.out, said.err);
}

/// Two desks on one share would each take half of its files, and neither know what the other has decided.
#[test]
fn of_two_desks_on_one_inbox_one_stands_back() {
    let mut first = Desk::open(&Setup::sample().toml(), MONDAY);
    let toml = Setup::sample().toml().replace("[desk]\n", &format!("[desk]\ninbox = \"{}\"\n", first.inbox().display()));
    let mut second = Desk::laid_out(&toml);
    // Where files have been taken already, no other store is begun at all.
    second.told(&["clock", MONDAY]);
    first.mail(&Mail::need("A"));
    second.launch();
    let stands_back = || second.log().contains("another desk takes files from here").then_some(());
    second.wait_for("the second desk to stand back", stands_back);
    let said = second.run(&["check"]);
    assert!(said.status == Some(1) && said.out.contains("another desk takes files from here"), "{}{}", said.out, said.err);
    assert!(!first.run(&["check"]).out.contains("another desk"));
    first.mail(&Mail::need("B"));
    assert_eq!(first.json(&["cases", "--json"]).as_array().map(Vec::len), Some(2));
    // The first ends in order, and the other goes on by itself.
    first.stop();
    second.wait_for("the second desk to go on", || second.log().contains("files are taken\n").then_some(()));
    second.stop();
    first.start();
    first.mail(&Mail::need("C"));
    assert_eq!(first.json(&["cases", "--json"]).as_array().map(Vec::len), Some(3));
    assert_eq!(second.json(&["cases", "--json"]).as_array().map(Vec::len), Some(0));
    first.close();
}
