//! The real daemon and the commands with a mail server: what staff and the operator get to see of it.

use std::fs;

use crate::desk::Desk;
use crate::desk::setup::{LEADER, OPERATOR, SALES, Setup};
use crate::lab::proxy::{Fault, Proxy, Tongue};
use crate::lab::{AUTHSERV, Lab};
use crate::people::workbook::{Entries, How};
use crate::smtp::{Act, At, House, Post, Taken};
use mail_parser::{MessageParser, MimeHeaders};

const PASSWORD: &str = "Mật-khẩu-7291";

/// A desk on the machine's clock with these servers.
fn desk_with(servers: String) -> Desk {
    let setup = Setup { servers: Some((servers, AUTHSERV)), ..Setup::sample() };
    Desk::laid_out(&setup.toml().replace("rehearsal = true", "rehearsal = false"))
}

/// Its mails go to `post`.
fn desk_at(post: &Post, more: &str) -> Desk {
    desk_with(format!("[mail.smtp]\nhost = \"localhost\"\nport = {}\ntls = \"none\"\n{more}", post.port))
}

fn to(post: &Post, address: &str) -> Vec<Taken> {
    post.taken().into_iter().filter(|taken| taken.rcpt.iter().any(|rcpt| rcpt.contains(address))).collect()
}

fn text(taken: &Taken) -> String {
    let mail = MessageParser::default().parse(&taken.bytes).expect("a mail");
    format!("{}\n{}", mail.subject().unwrap_or_default(), mail.body_text(0).unwrap_or_default())
}

fn form(blank: &[u8]) -> Vec<u8> {
    let mut form = Entries::of_nam_phong();
    form.items.truncate(1);
    form.typed_into(blank, How::ByName)
}

/// Sales hands a form in by folder.
fn form_comes_in(desk: &Desk) {
    let form = form(&desk.blank_form());
    let folder = desk.inbox().join(SALES);
    fs::create_dir_all(&folder).unwrap();
    fs::write(desk.outside().join("a.xlsx"), form).unwrap();
    fs::rename(desk.outside().join("a.xlsx"), folder.join("Phiếu.xlsx")).unwrap();
    desk.wait_for("the form to be taken", || desk.answered("Phiếu.xlsx"));
}

#[test]
fn a_letter_that_does_not_arrive_is_told_to_sales_and_the_operator() {
    let post = Post::open(House { unknown: vec![LEADER.into()], ..House::default() });
    let mut desk = desk_at(&post, "");
    desk.start();
    form_comes_in(&desk);
    let letter = desk.wait_for("Sales to be told", || {
        to(&post, SALES).into_iter().map(|t| text(&t)).find(|t| t.contains("chưa tới Lê Mạnh Hùng"))
    });
    assert!(letter.contains("550 5.1.1 no such user here") && letter.contains("YC-"), "{letter}");
    let letter = desk
        .wait_for("the operator to be told", || to(&post, OPERATOR).into_iter().map(|t| text(&t)).find(|t| t.contains(LEADER)));
    assert!(letter.contains("550 5.1.1 no such user here") && letter.contains("outgoing --retry"), "{letter}");
    let notes = desk.wait_for("the operator's file", || {
        let notes: Vec<String> = desk
            .files("outbox/operator")
            .iter()
            .filter_map(|f| fs::read_to_string(desk.dir().join("outbox/operator").join(f)).ok())
            .collect();
        notes.iter().any(|n| n.contains(LEADER)).then_some(notes)
    });
    assert!(notes.concat().contains("no such user here"), "{notes:?}");
    let failed = desk.run(&["outgoing", "--failed"]);
    assert!(failed.out.contains("550 5.1.1 no such user here") && failed.out.contains("given up"), "{}", failed.out);
    let id = desk.json(&["outgoing", "--failed", "--json"])["outgoing"][0]["id"].to_string();
    let checked = desk.run(&["check"]).out;
    let line = checked.lines().find(|line| line.contains("were given up")).unwrap_or_default();
    assert!(line.starts_with("note") && line.contains(&id) && line.contains("--retry ID"), "{checked}");
    // Mended at the server; the operator sends all again.
    post.house().unknown.clear();
    post.hang_up();
    let said = desk.told(&["outgoing", "--retry", "all"]);
    assert!(said.contains(&format!("{id}: is sent again")), "{said}");
    desk.wait_for("the Leader's letter", || (!to(&post, LEADER).is_empty()).then_some(()));
    desk.wait_for("no failed mail", || {
        desk.json(&["outgoing", "--failed", "--json"])["outgoing"].as_array().is_some_and(Vec::is_empty).then_some(())
    });
    assert!(!desk.run(&["check"]).out.contains("were given up"));
    assert!(desk.told(&["outgoing", "--retry", "all"]).contains("nothing was given up"));
    // Each was told once.
    assert_eq!(to(&post, SALES).iter().filter(|t| text(t).contains("chưa tới")).count(), 1);
    desk.close();
}

#[test]
fn hold_and_release_of_a_running_desk() {
    let post = Post::open(House::default());
    let mut desk = desk_at(&post, "");
    desk.start();
    desk.told(&["outgoing", "--hold"]);
    form_comes_in(&desk);
    let waiting = desk.json(&["outgoing", "--json"]);
    assert_eq!(waiting["held"], "operator");
    assert!(!waiting["outgoing"].as_array().unwrap().is_empty());
    let said = desk.run(&["check", "--send", "hung.le@anphat.example"]);
    assert!(said.out.contains("all sending is on hold"), "{}", said.out);
    assert_eq!(post.taken().len(), 0);
    desk.told(&["outgoing", "--release"]);
    desk.wait_for("the Leader's letter", || to(&post, LEADER).iter().find(|t| text(t).contains("Nam Phong")).cloned());
    desk.wait_for("all to go", || {
        desk.json(&["outgoing", "--json"])["outgoing"].as_array().is_some_and(Vec::is_empty).then_some(())
    });
    desk.close();
}

/// Killed between the last dot and its reply, the daemon sends the mail no second time by itself before its copy has had
/// the time to come; killed before the dot, it goes at once.
#[test]
fn a_daemon_that_is_killed_at_the_dot() {
    let post = Post::open(House::default());
    let mut desk = desk_at(&post, "");
    post.will(At::Data, Act::Stall);
    desk.start();
    form_comes_in(&desk);
    desk.wait_for("a mail in the middle", || post.seen().lines.iter().any(|l| l == "DATA").then_some(()));
    desk.kill();
    // The next one is taken, and its reply never comes.
    post.will(At::Dot, Act::Stall);
    desk.start();
    desk.wait_for("a mail at its end", || {
        let rows = desk.json(&["outgoing", "--json"]);
        (post.done() && rows["outgoing"].as_array()?.iter().any(|row| row["state"] == "at_data")).then_some(())
    });
    desk.kill();
    desk.start();
    // What waited behind it goes on; itself it waits for its copy.
    let doubts = desk.wait_for("nothing but doubt", || {
        let rows = desk.json(&["outgoing", "--json"])["outgoing"].as_array()?.clone();
        (!rows.is_empty() && rows.iter().all(|row| row["state"] == "doubt")).then_some(rows)
    });
    assert!(doubts.iter().all(|row| row["doubts"] == 1), "{doubts:?}");
    let taken = post.taken().len();
    let mut ids: Vec<String> = post.taken().iter().map(|t| t.mail.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), taken, "a mail went twice");
    desk.close();
}

/// Real servers, and a reply that is lost after the last dot: the copy in the desk's own mailbox says that the mail has gone.
#[test]
fn a_lost_reply_is_settled_by_the_copy_in_the_desks_mailbox() {
    const DESK: &str = "yeucau@anphat.example";
    let lab = Lab::of(&["anphat.example"], &[DESK, SALES, LEADER]);
    let proxy = Proxy::start(Tongue::Smtp, &lab.host, lab.ports.submission);
    let mut wiring = lab.wiring(DESK);
    wiring.smtp = ("127.0.0.1".into(), proxy.port, "none");
    wiring.more_smtp = "copy_to_self = true\n".into();
    let mut desk = desk_with(wiring.toml());
    proxy.once(Fault::CutReply("."));
    desk.start();
    form_comes_in(&desk);
    proxy.wait_struck(1);
    desk.wait_for("no doubt any more", || {
        let rows = desk.json(&["outgoing", "--json"]);
        rows["outgoing"].as_array().is_some_and(Vec::is_empty).then_some(())
    });
    let one_each = |who: &str| {
        let mut ids: Vec<String> = lab.letters(who).into_iter().map(|letter| letter.id).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "{who} got a mail twice");
        (all > 0).then_some(())
    };
    for who in [SALES, LEADER] {
        lab.wait_for("the letter", || one_each(who));
    }
    desk.close();
}

#[test]
fn check_says_what_is_wrong_and_how_to_mend_it_and_no_secret_is_told() {
    let mut house = House { password: PASSWORD.into(), ..House::default() };
    house.offers.push("AUTH PLAIN LOGIN".into());
    let post = Post::open(house);
    let mut desk = desk_at(&post, "user = \"desk\"\npassword_file = \"secret\"\n");
    // The test mail goes by the store, which the first start begins.
    desk.start();
    desk.stop();
    let plain = data_encoding::BASE64.encode(format!("\0desk\0{PASSWORD}").as_bytes());
    let lone = data_encoding::BASE64.encode(PASSWORD.as_bytes());
    let check = |args: &[&str]| {
        let said = desk.run_with(args, &[("RUST_LOG", "trace")]);
        for secret in [PASSWORD, &plain, &lone] {
            assert!(!said.out.contains(secret) && !said.err.contains(secret), "a secret is told by {args:?}");
        }
        said
    };
    let said = check(&["check"]);
    assert!(said.out.contains("secret") && said.out.contains("WRONG"), "{}", said.out);
    fs::write(desk.dir().join("secret"), format!("{PASSWORD}\n")).unwrap();
    let said = check(&["check"]);
    let line = said.out.lines().find(|l| l.contains("smtp")).unwrap_or_default().to_string();
    assert!(line.contains("ok") && line.contains("logged in as desk") && line.contains("up to 20 MB"), "{line}");
    // The server repeats what it was told.
    post.will(At::Auth, Act::Say(format!("535 5.7.8 no: AUTH PLAIN {plain}\r\n")));
    let said = check(&["check"]);
    assert_eq!(said.status, Some(1));
    assert!(said.out.contains("The login was refused: put the right password"), "{}", said.out);
    let said = check(&["check", "--send", LEADER]);
    assert_eq!(said.status, Some(0), "{}", said.out);
    assert_eq!(to(&post, LEADER).len(), 1);
    let mail = to(&post, LEADER).remove(0);
    let parsed = MessageParser::default().parse(&mail.bytes).unwrap();
    assert_eq!(parsed.from().and_then(|f| f.first()).and_then(|f| f.address()), Some("yeucau@anphat.example"));
    assert!(parsed.attachments().all(|a| a.attachment_name().is_none()));
    let unknown = check(&["check", "--send", "không phải địa chỉ"]);
    assert_ne!(unknown.status, Some(0), "{}", unknown.out);
    // Nobody answers.
    post.will(At::Greeting, Act::Stall);
    let said = check(&["check"]);
    assert!(said.out.contains("no reply within 10 s"), "{}", said.out);
    // Nobody is there.
    let toml = fs::read_to_string(desk.dir().join("quotedesk.toml")).unwrap();
    fs::write(desk.dir().join("quotedesk.toml"), toml.replace(&format!("port = {}", post.port), "port = 1")).unwrap();
    let said = check(&["check"]);
    assert!(
        said.out.contains("localhost:1: no connection") && said.out.contains("are host and port of [mail.smtp] right?"),
        "{}",
        said.out
    );
}

#[test]
fn no_secret_is_told_by_a_daemon_that_logs_everything() {
    let mut house = House { password: PASSWORD.into(), ..House::default() };
    house.offers.push("AUTH LOGIN".into());
    let post = Post::open(house);
    let mut desk = desk_at(&post, "user = \"desk\"\npassword_command = \"cat secret\"\n");
    fs::write(desk.dir().join("secret"), format!("{PASSWORD}x")).unwrap();
    desk.start_with(&[("RUST_LOG", "trace")]);
    form_comes_in(&desk);
    desk.wait_for("a refused login", || desk.log().contains("The login was refused").then_some(()));
    fs::write(desk.dir().join("secret"), PASSWORD).unwrap();
    desk.wait_for("the Leader's letter", || (!to(&post, LEADER).is_empty()).then_some(()));
    desk.stop();
    let shown = data_encoding::BASE64.encode(PASSWORD.as_bytes());
    assert!(desk.log().contains("TRACE") || desk.log().contains("DEBUG"));
    assert!(!desk.log().contains(PASSWORD) && !desk.log().contains(&shown));
}
