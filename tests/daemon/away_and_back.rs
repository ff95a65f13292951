//! What the desk needs goes away while it works, and comes back, without a hand on it: disk full, store, inbox, outbox, mail
//! server, mailbox. With the real daemon: nothing is lost or doubled, nothing lies where nobody finds it, all is normal again
//! within the minute that every wait here has, and the operator is told.
//!
//! Shares and full disks are real ones (`tmpfs`), so this needs root, as CI has; without it these tests fail and say so.
//!
//! `QUOTEDESK_AWAY` (seconds) sets for how long each is away; `release_…` tests, by `tests/release`, wait for longer than the
//! operator's minute and see the letters.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::database;
use crate::desk::mail::Mail;
use crate::desk::setup::{CSKH, OPERATOR, SALES, Setup};
use crate::desk::{self, Desk};
use crate::imap;
use crate::lab::proxy::{Fault, Proxy, Tongue};
use crate::smtp::{self, House, Post};
use chrono::DateTime;
use mail_parser::MessageParser;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

/// A disk of its own, seen at `at` while it is there.
struct Disk {
    /// Where it lies all the time, as on the file server.
    kept: PathBuf,
    at: PathBuf,
    there: bool,
}

impl Disk {
    fn of(size: &str, desk: &Desk, at: PathBuf) -> Disk {
        let kept = desk.outside().join(format!("disk-{}", at.file_name().unwrap_or_default().to_string_lossy()));
        fs::create_dir_all(&kept).unwrap();
        fs::create_dir_all(&at).unwrap();
        mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=0700"), "tmpfs"], &kept);
        let mut disk = Disk { kept, at, there: false };
        disk.comes();
        disk
    }

    fn comes(&mut self) {
        mount(&["--bind", self.kept.to_str().unwrap()], &self.at);
        self.there = true;
    }

    fn goes(&mut self) {
        unmount(&self.at);
        self.there = false;
    }

    /// Until not a byte is free.
    fn fill(&self) {
        let mut ballast = fs::File::options().create(true).append(true).open(self.kept.join(".ballast.tmp")).unwrap();
        for piece in [1 << 16, 1 << 12, 512] {
            while ballast.write_all(&vec![7; piece]).is_ok() {}
        }
    }

    fn has_room(&self) {
        fs::remove_file(self.kept.join(".ballast.tmp")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.there {
            unmount(&self.at);
        }
        unmount(&self.kept);
    }
}

fn mount(args: &[&str], at: &Path) {
    let done = Command::new("mount").args(args).arg(at).output().expect("mount");
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: cannot be mounted, which needs root: {why}", at.display());
}

/// As an unplugged cable would: whatever is open there.
fn unmount(at: &Path) {
    let _ = Command::new("umount").arg("-l").arg(at).output();
}

/// For whoever comes by this path; what is open there goes on.
fn read_only<T>(at: &Path, meanwhile: impl FnOnce() -> T) -> T {
    mount(&["--bind", at.to_str().unwrap()], at);
    mount(&["-o", "remount,bind,ro"], at);
    let done = meanwhile();
    unmount(at);
    done
}

fn for_how_long() -> Duration {
    Duration::from_secs(std::env::var("QUOTEDESK_AWAY").ok().and_then(|n| n.parse().ok()).unwrap_or(3))
}

/// A need of CSKH, with this many bytes of text.
fn need(n: usize, bytes: usize) -> Vec<u8> {
    let mut mail = Mail::new(("Bùi Ngọc Lam", CSKH), "yeucau@anphat.example", DateTime::parse_from_rfc3339(MONDAY).unwrap());
    mail.cc = Some(("Trần Thị Lan", SALES));
    mail.subject = format!("Nhu cầu của Khách {n:03}");
    mail.text = format!("Khách {n:03} cần in phiếu. {}", "Thêm chi tiết. ".repeat(bytes / 20));
    mail.bytes()
}

fn drop_in(folder: &Path, outside: &Path, n: usize, bytes: &[u8]) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let (made, put) = (outside.join(format!("{n:03}.eml")), folder.join(format!("{n:03}.eml")));
    fs::write(&made, bytes).unwrap();
    // Copied long ago: taken at the first look that can read it.
    let file = fs::File::options().write(true).open(&made).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60)).unwrap();
    if fs::rename(&made, &put).is_err() {
        fs::copy(&made, outside.join("copy.tmp")).unwrap();
        let half = folder.join(format!(".{n:03}.tmp"));
        fs::copy(outside.join("copy.tmp"), &half).unwrap();
        let file = fs::File::options().write(true).open(&half).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(60)).unwrap();
        fs::rename(half, &put).unwrap();
    }
    put
}

/// All that was put in is answered once, in one place; each need is one case, with one letter to each of the two.
fn nothing_lost_or_doubled(desk: &Desk, needs: usize) {
    let of_cases = |l: &&desk::mail::Letter, who: &str| l.is_to(who) && l.subject.contains("YC-");
    let letters = |who: &str| desk.letters().iter().filter(|l| of_cases(l, who)).count();
    desk.wait_for("all letters", || [CSKH, SALES].iter().all(|who| letters(who) >= needs).then_some(()));
    desk.idle();
    let filed = desk.files("inbox");
    for n in 0..needs {
        let name = format!("{n:03}.eml");
        let count =
            |end: &str| filed.iter().filter(|p| p.file_name().is_some_and(|f| f == format!("{name}{end}").as_str())).count();
        assert_eq!((count(""), count(".txt")), (1, 1), "{name}: places, answers: {filed:?}");
    }
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(needs));
    for who in [CSKH, SALES] {
        assert_eq!(letters(who), needs, "letters to {who}");
    }
    let left: Vec<_> = desk.files("outbox").into_iter().filter(|p| p.extension().is_some_and(|e| e == "tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
    let said = desk.run(&["check"]);
    assert!(said.out.lines().any(|l| l.starts_with("ok") && l.contains("store")), "{}{}", said.out, said.err);
}

fn open(desk: &mut Desk) {
    desk.told(&["clock", MONDAY]);
    desk.start();
}

#[test]
fn the_disk_of_the_store_is_full() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let disk = Disk::of("24m", &desk, desk.dir().join("state"));
    open(&mut desk);
    desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), 0, &need(0, 10)));
    disk.fill();
    let put: Vec<_> = (1..16).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 60_000))).collect();
    desk.wait_for("the store to be full", || desk.log().contains("waits: ").then_some(()));
    sleep(for_how_long());
    // A disk stays full for hours: that is no reason to fill the log's too.
    let lines = desk.log().lines().filter(|line| line.contains("disk is full")).count();
    assert!(lines < 40, "{lines} lines about one full disk");
    assert!(!desk.log().contains("cannot be read"), "a full disk can be read: {}", desk.log());
    let waiting: Vec<_> = put.iter().filter(|p| p.exists()).collect();
    assert!(!waiting.is_empty(), "the disk was not full");
    for path in &waiting {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(desk.answered(&name).is_none(), "{name} is answered, but was not taken");
    }
    disk.has_room();
    let began = Instant::now();
    desk.wait_for("all to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    println!("{} waited for room; normal again after {:?}", waiting.len(), began.elapsed());
    nothing_lost_or_doubled(&desk, 16);
    desk.close();
}

/// `check` finds it before the work does: by trying, beside the daemon, and it leaves nothing behind.
#[test]
fn check_finds_what_cannot_be_written() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let disks = ["state", "outbox", "archive", "inbox"].map(|name| (name, Disk::of("4m", &desk, desk.dir().join(name))));
    open(&mut desk);
    let wrong = |what: &str| {
        let said = desk.run(&["check"]);
        let lines: Vec<String> = said.out.lines().filter(|line| line.starts_with("WRONG")).map(str::to_owned).collect();
        assert_eq!(said.status, Some(if lines.is_empty() { 0 } else { 1 }), "{}{}", said.out, said.err);
        let what = if what == "state" { "store" } else { what };
        assert!(lines.iter().all(|line| line.split_whitespace().nth(1) == Some(what)), "{lines:?}");
        lines.join("\n")
    };
    for (name, disk) in &disks {
        assert_eq!(wrong(name), "", "before");
        disk.fill();
        let said = wrong(name);
        assert!(said.contains(name) && said.contains("No space left") && said.contains("make room on its disk"), "{said}");
        disk.has_room();
        let said = read_only(&disk.at, || wrong(name));
        assert!(said.contains(name) && said.contains("Read-only file system") && said.contains("mount it for writing"), "{said}");
        assert_eq!(wrong(name), "", "again as it was");
        let left: Vec<_> = desk.files(name).into_iter().filter(|file| file.to_string_lossy().contains("tmp")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
    // The folder can be written, and the database not.
    let said = read_only(&desk.dir().join("state/quotedesk.db"), || wrong("state"));
    assert!(said.contains("it can be read, and not be written"), "{said}");
    // What is not there yet is not made, and what cannot be made is told.
    desk.stop();
    for (state, how) in [("new/state", None), ("/proc/desk/state", Some("/proc/desk/state: cannot be made"))] {
        let toml = Setup::sample().toml().replace("[desk]\n", &format!("[desk]\nstate = \"{state}\"\n"));
        fs::write(desk.dir().join("other.toml"), toml).unwrap();
        let said = desk.run(&["--config", "other.toml", "check"]);
        assert_eq!(said.status, Some(if how.is_some() { 1 } else { 0 }), "{}", said.out);
        assert!(said.out.contains(how.unwrap_or("there is none yet")), "{}", said.out);
        assert!(!desk.dir().join("new").exists());
    }
}

#[test]
fn the_disk_of_the_outbox_is_full() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let disk = Disk::of("1m", &desk, desk.dir().join("outbox"));
    open(&mut desk);
    disk.fill();
    let put: Vec<_> = (0..4).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 100))).collect();
    desk.wait_for("the needs to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    let words = desk.wait_for("the letters to wait", || {
        let said = desk.run(&["outgoing"]).out;
        said.contains("No space left").then_some(said)
    });
    assert!(words.contains(SALES), "{words}");
    sleep(for_how_long());
    disk.has_room();
    nothing_lost_or_doubled(&desk, 4);
    desk.close();
}

/// An empty mount point is no empty inbox, and nothing is made in it: neither by a reload.
#[test]
fn the_share_of_the_inbox_is_away() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let mut share = Disk::of("8m", &desk, desk.inbox());
    open(&mut desk);
    for n in 0..2 {
        desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10)));
    }
    let before = desk.json(&["cases", "--json"]);
    share.goes();
    desk.wait_for("it to be noticed", || desk.log().contains("its share is not mounted any more").then_some(()));
    desk.hang_up();
    desk.wait_for("the reload", || desk.log().contains("the config is read again").then_some(()));
    // Others go on working on the file server.
    let there = drop_in(&share.kept, &desk.outside(), 2, &need(2, 10));
    sleep(for_how_long());
    assert_eq!(fs::read_dir(desk.inbox()).unwrap().count(), 0, "something was made in the empty mount point");
    assert_eq!(desk.json(&["cases", "--json"]), before);
    share.comes();
    desk.wait_for("what came meanwhile to be taken", || (!there.exists()).then_some(()));
    assert!(desk.log().contains("is there again"), "{}", desk.last_words());
    // Change notices come again too.
    desk.hears_of_files("hung.le@anphat.example");
    let made = desk.inbox().join(".made.tmp");
    fs::write(&made, need(3, 10)).unwrap();
    fs::rename(made, desk.inbox().join("003.eml")).unwrap();
    desk.answer_to(&desk.inbox().join("003.eml"));
    nothing_lost_or_doubled(&desk, 4);
    desk.close();
}

/// What is written while the share is away must not lie under it, where nobody sees it once it is back.
#[test]
fn the_share_of_the_outbox_is_away() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let mut share = Disk::of("8m", &desk, desk.dir().join("outbox"));
    open(&mut desk);
    desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), 0, &need(0, 10)));
    share.goes();
    let put: Vec<_> = (1..4).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    desk.wait_for("the needs to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    desk.wait_for("the letters to wait", || desk.run(&["outgoing"]).out.contains("not mounted any more").then_some(()));
    sleep(for_how_long());
    assert_eq!(fs::read_dir(desk.dir().join("outbox")).unwrap().count(), 0, "something lies under the share");
    share.comes();
    nothing_lost_or_doubled(&desk, 4);
    desk.close();
}

/// The disk of the store is taken away from under the daemon: it makes no second, empty store in its place.
#[test]
fn the_disk_of_the_store_is_away() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    let mut disk = Disk::of("16m", &desk, desk.dir().join("state"));
    open(&mut desk);
    desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), 0, &need(0, 10)));
    disk.goes();
    let put: Vec<_> = (1..6).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    sleep(for_how_long());
    let made: Vec<_> = fs::read_dir(desk.dir().join("state")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(made.is_empty(), "made in place of the store: {made:?}");
    disk.comes();
    desk.wait_for("all to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    nothing_lost_or_doubled(&desk, 6);
    desk.close();
}

/// The state folder is moved away under the daemon, and a copy of it laid in its place, by hand or by a tool: nothing is taken
/// into a store that nobody finds again.
#[test]
fn the_state_folder_is_moved_and_put_back() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    open(&mut desk);
    desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), 0, &need(0, 10)));
    let [state, old, copy] = ["state", "state.old", "state.copy"].map(|name| desk.dir().join(name));
    let copied = Command::new("cp").arg("-a").args([&state, &copy]).status().unwrap();
    assert!(copied.success());
    fs::rename(&state, &old).unwrap();
    let put: Vec<_> = (1..4).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    desk.wait_for("the loss to be noticed", || desk.log().contains("is not there any more").then_some(()));
    fs::rename(&copy, &state).unwrap();
    let more: Vec<_> = (4..6).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    sleep(for_how_long());
    assert!(put.iter().chain(&more).all(|p| p.exists()), "taken into a store that is not in its place");
    fs::rename(&state, &copy).unwrap();
    fs::rename(&old, &state).unwrap();
    desk.wait_for("all to be taken", || put.iter().chain(&more).all(|p| !p.exists()).then_some(()));
    nothing_lost_or_doubled(&desk, 6);
    desk.close();
}

/// PostgreSQL is silent when the daemon is told to stop: that ends in time all the same, and nothing is lost.
#[test]
fn a_stop_waits_for_no_silent_database() {
    let server = database::Server::start();
    let (_database, mut desk) = opened_on(&server);
    let running = fs::read_to_string(server.folder.join("data/postmaster.pid")).unwrap();
    let all = |signal: &str| {
        let words = format!("pkill -{signal} -P {0}; kill -{signal} {0}", running.lines().next().unwrap());
        assert!(Command::new("sh").args(["-c", &words]).status().unwrap().success());
    };
    all("STOP");
    let put: Vec<_> = (1..6).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    sleep(Duration::from_secs(1));
    desk.stop();
    all("CONT");
    assert!(put.iter().all(|p| p.exists()), "taken without a store");
    desk.start();
    desk.wait_for("all to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    nothing_lost_or_doubled(&desk, 6);
    desk.close();
}

/// PostgreSQL is restarted under the daemon. `backup` says there what takes its place.
#[test]
fn the_database_is_away() {
    let server = database::Server::start();
    let (_database, desk) = opened_on(&server);
    let data = server.folder.join("data");
    server.must("pg_ctl", &["-D", database::path(&data), "-w", "-m", "fast", "stop"]);
    let put: Vec<_> = (1..6).map(|n| drop_in(&desk.inbox(), &desk.outside(), n, &need(n, 10))).collect();
    desk.wait_for("it to be noticed", || desk.log().contains("waits: ").then_some(()));
    sleep(for_how_long());
    assert!(put.iter().all(|p| p.exists()), "taken without a store");
    server.launch();
    let began = Instant::now();
    desk.wait_for("all to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    println!("PostgreSQL: normal again after {:?}", began.elapsed());
    nothing_lost_or_doubled(&desk, 6);
    let said = desk.run(&["backup", "copy"]);
    assert!(said.status == Some(2) && said.err.contains("pg_dump"), "{}{}", said.out, said.err);
    desk.close();
}

/// A desk whose store is there, with its first need taken.
fn opened_on(server: &database::Server) -> (database::Database, Desk) {
    let database = database::Database::on(server);
    let toml = Setup::sample().toml();
    let mut desk = Desk::laid_out(&toml.replacen("[desk]\n", &format!("[desk]\nstate = \"{}\"\n", database.0), 1));
    open(&mut desk);
    desk.answer_to(&drop_in(&desk.inbox(), &desk.outside(), 0, &need(0, 10)));
    (database, desk)
}

/// A desk on the machine's clock with these servers.
fn desk_with(servers: String) -> Desk {
    let setup = Setup { servers: Some((servers, "mx.anphat.example")), ..Setup::sample() };
    Desk::laid_out(&setup.toml().replace("rehearsal = true", "rehearsal = false"))
}

/// Each of the two has got so many letters, none of them twice.
fn each_once(post: &Post, letters: usize) {
    for who in [SALES, CSKH] {
        let mut subjects = subjects_to(post, who);
        let all = subjects.len();
        subjects.sort();
        subjects.dedup();
        assert_eq!((all, subjects.len()), (letters, letters), "{who}: {subjects:?}");
    }
}

fn subjects_to(post: &Post, who: &str) -> Vec<String> {
    let to = post.taken().into_iter().filter(|taken| taken.rcpt.iter().any(|rcpt| rcpt.contains(who)));
    to.filter_map(|t| MessageParser::default().parse(&t.bytes).and_then(|m| m.subject().map(str::to_owned))).collect()
}

#[test]
fn the_mail_server_is_away() {
    let post = Post::open(House::default());
    let proxy = Proxy::start(Tongue::Smtp, "127.0.0.1", post.port);
    let mut desk = desk_with(format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", proxy.port));
    desk.start();
    proxy.set(Fault::Refuse);
    proxy.drop_all();
    let put: Vec<_> = (0..3).map(|n| drop_in(&desk.inbox().join(CSKH), &desk.outside(), n, &need(n, 10))).collect();
    desk.wait_for("the needs to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    desk.wait_for("the letters to wait", || desk.run(&["outgoing"]).out.contains("no connection").then_some(()));
    sleep(for_how_long());
    assert_eq!(post.taken().len(), 0);
    proxy.clear();
    let began = Instant::now();
    desk.wait_for("all letters", || (subjects_to(&post, SALES).len() >= 3 && subjects_to(&post, CSKH).len() >= 3).then_some(()));
    println!("mail server: normal again after {:?}", began.elapsed());
    desk.idle();
    each_once(&post, 3);
    desk.close();
}

#[test]
fn the_mailbox_is_away() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(imap::Server::start(imap::Kind::default()));
    let proxy = Proxy::start(Tongue::Bytes, "127.0.0.1", server.port);
    let post = Post::open(House::default());
    let mut desk = desk_with(format!(
        "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n[mail.imap]\nhost = \"127.0.0.1\"\nport = {}\n\
         tls = \"none\"\nuser = \"{}\"\npassword_file = \"secret\"\n",
        post.port,
        proxy.port,
        imap::USER
    ));
    let toml = fs::read_to_string(desk.dir().join("quotedesk.toml")).unwrap();
    fs::write(desk.dir().join("quotedesk.toml"), toml.replace("[mail.trust]\n", "[mail.trust]\nrequire = \"none\"\n")).unwrap();
    fs::write(desk.dir().join("secret"), imap::PASSWORD).unwrap();
    desk.start();
    server.deliver(&need(0, 10));
    desk.wait_for("the first mail", || (!subjects_to(&post, SALES).is_empty()).then_some(()));
    proxy.set(Fault::Refuse);
    proxy.drop_all();
    for n in 1..4 {
        server.deliver(&need(n, 10));
    }
    desk.wait_for("it to be noticed", || desk.log().contains("connecting again").then_some(()));
    sleep(for_how_long());
    proxy.clear();
    let began = Instant::now();
    desk.wait_for("all mails", || (subjects_to(&post, SALES).len() >= 4).then_some(()));
    println!("mailbox: normal again after {:?}", began.elapsed());
    desk.wait_for("all to be moved", || (server.waiting() == 0).then_some(()));
    assert_eq!(server.lying("Done").len(), 4);
    desk.idle();
    each_once(&post, 4);
    desk.close();
}

/// The operator's letters: once that it is away, once that it is over.
#[test]
#[ignore = "two minutes, see tests/release"]
fn release_the_operator_is_told_once_and_once_that_it_is_over() {
    let post = Post::open(House::default());
    let mut desk = desk_with(format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", post.port));
    let mut share = Disk::of("8m", &desk, desk.inbox());
    let template = desk.dir().join("templates/vi/need.html");
    fs::create_dir_all(template.parent().unwrap()).unwrap();
    fs::write(&template, "{% block ask %}{{ no_such_value }}").unwrap();
    desk.start();
    sleep(Duration::from_secs(5));
    share.goes();
    let told = |words: &str| {
        let taken = post.taken();
        let letters = taken.iter().filter(|t| t.rcpt.iter().any(|rcpt| rcpt.contains(OPERATOR)));
        let text = |t: &smtp::Taken| Some(MessageParser::default().parse(&t.bytes)?.body_text(0)?.into_owned());
        letters.filter(|t| text(t).is_some_and(|text| text.contains(words))).count()
    };
    let until = Instant::now() + Duration::from_secs(300);
    while told("Không lấy được tệp từ thư mục inbox") == 0 {
        assert!(Instant::now() < until, "not told within five minutes: {}", desk.last_words());
        sleep(Duration::from_millis(200));
    }
    sleep(Duration::from_secs(10));
    assert_eq!(told("Mẫu thư riêng của công ty bị lỗi"), 1, "a letter before it does not hold it up, and it is told once");
    fs::remove_file(&template).unwrap();
    share.comes();
    desk.hang_up();
    desk.wait_for("that it is over", || (told("Đã lấy lại được tệp từ thư mục inbox") > 0).then_some(()));
    sleep(Duration::from_secs(10));
    desk.wait_for("that the templates are sound", || (told("Mẫu thư riêng của công ty đã hết lỗi") > 0).then_some(()));
    assert_eq!((told("Không lấy được tệp từ thư mục inbox"), told("Đã lấy lại được tệp từ thư mục inbox")), (1, 1));
    println!("operator: told once, and once that it was over");
    desk.close();
}
