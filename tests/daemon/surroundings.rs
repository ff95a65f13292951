//! What the desk stands in: the environment that it is started with, the user who runs it, a second desk beside it, a demo that
//! has gone. What is odd there is said, and does no harm.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::desk::mail::Mail;
use crate::desk::setup::Setup;
use crate::desk::{Desk, LIMIT};

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

/// Nobody looks for a daemon that a demo has left behind.
#[test]
fn a_demo_that_is_killed_leaves_no_daemon_behind() {
    let folder = tempfile::tempdir().unwrap();
    let desk = folder.path().join("demo");
    let mut demo = std::process::Command::new(env!("CARGO_BIN_EXE_quotedesk"))
        .arg("demo")
        .arg(&desk)
        .stdout(std::process::Stdio::null())
        .env_remove("QUOTEDESK_CONFIG")
        .spawn()
        .unwrap();
    let until = |what: &str, look: &dyn Fn() -> bool| {
        let began = Instant::now();
        while !look() {
            assert!(began.elapsed() < LIMIT, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let said = |words: &str| fs::read_to_string(desk.join("daemon.log")).is_ok_and(|log| log.contains(words));
    until("the demo's daemon", &|| said("files are taken from here"));
    let daemon = fs::read_to_string(desk.join("state/lock")).unwrap();
    // Of one that has ended and that nobody has waited for nothing is left to read.
    let lives = || fs::read(Path::new("/proc").join(daemon.trim()).join("cmdline")).is_ok_and(|line| !line.is_empty());
    assert!(lives(), "no daemon {daemon:?}");
    demo.kill().unwrap();
    demo.wait().unwrap();
    until("the daemon's end", &|| !lives());
}

/// Root may write everywhere; the daemon may not.
#[test]
fn check_by_root_says_whose_rights_it_has_tried() {
    assert!(rustix::process::geteuid().is_root(), "this needs root, as CI has");
    let desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    assert!(!desk.run(&["check"]).out.contains("sudo -u"), "the desk is root's own");
    std::os::unix::fs::chown(desk.dir().join("state"), Some(65_534), Some(65_534)).unwrap();
    let said = desk.run(&["check"]).out;
    assert!(said.lines().any(|l| l.starts_with("note") && l.contains("sudo -u nobody quotedesk check")), "{said}");
}
