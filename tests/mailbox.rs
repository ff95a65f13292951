//! The desk reads a mailbox: whatever the server does, each mail is answered once and lies in one place afterwards. Against
//! a server of our own that hangs, hangs up, refuses and talks nonsense at every stage.

mod imap;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use quotedesk::config::Config;
use quotedesk::daemon::{self, mailbox};
use quotedesk::desk::{Desk, DeskWords, Trouble, Troubles};
use quotedesk::disk::Disk;
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::mailbox::Pace;
use quotedesk::process::house::Email;
use quotedesk::store::{Change, Clocks, Filter, NewEffect, OutgoingFilter, Outward, Quarantined, Store, Tx};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use imap::{Fault, Kind, PASSWORD, STAGES, Server, Stage, USER, wait_for};

const CSKH: &str = "lam.bui@anphat.example";

/// As the daemon has it, but in a hurry; a server that is only slow is not given up.
fn pace() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        command: Duration::from_secs(30),
        look: ms(2_000),
        poll: ms(50),
        pause: ms(2),
        pause_most: ms(50),
        refused: ms(2),
        refused_most: ms(50),
        retry: ms(2),
        retry_most: ms(50),
    }
}

/// A desk on a scratch folder, reading the mailbox.
struct Place {
    home: tempfile::TempDir,
    store: Store,
    desk: watch::Sender<Desk>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn toml(server: &Server, more: &str) -> String {
    format!(
        "[mail]\naddress = \"{USER}\"\n[mail.imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"{USER}\"\n\
         password_file = \"password\"\n[mail.trust]\nrequire = \"none\"\n\
         [[people]]\nname = \"Bùi Ngọc Lam\"\nemail = \"{CSKH}\"\nroles = [\"cskh\"]\n\
         [[people]]\nname = \"Vận Hành\"\nemail = \"vanhanh@anphat.example\"\nroles = [\"operator\"]\n{more}",
        server.port
    )
}

impl Place {
    async fn at(server: &Server) -> Place {
        Place::with(server, "", Faults::none(), pace()).await
    }

    async fn with(server: &Server, more: &str, faults: Faults, pace: Pace) -> Place {
        Place::of(&toml(server, more), faults, pace).await
    }

    async fn of(toml: &str, faults: Faults, pace: Pace) -> Place {
        let home = tempfile::tempdir().expect("a scratch folder");
        std::fs::write(home.path().join("password"), PASSWORD).expect("a password");
        let config = config(home.path(), toml);
        daemon::lay_out(&config, &Disk::new(Faults::none())).expect("folders");
        let store = Store::open_with(&config.state, faults.clone()).await.expect("a store");
        let (words, _) = DeskWords::load(&config).expect("words");
        let workers = Arc::new(Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()));
        let mut desk = Desk::new(Arc::new(config), store.clone(), words, workers, vec![vec![7; 32]].into());
        desk.troubles = Troubles::at_once();
        let (sender, current) = watch::channel(desk);
        let stop = CancellationToken::new();
        let task = tokio::spawn(mailbox::serving(current, faults, pace, stop.clone()));
        Place { home, store, desk: sender, stop, task }
    }

    /// The config is read again.
    fn reconfigured(&self, toml: &str) {
        let desk = self.desk.borrow().clone();
        let config = Arc::new(config(self.home.path(), toml));
        let (words, _) = DeskWords::load(&config).expect("words");
        self.desk.send_replace(desk.with(config, words));
    }

    async fn cases(&self) -> usize {
        self.store.cases(&Filter::default()).await.expect("the cases").len()
    }

    /// Letters by their reader: nothing sends them here.
    async fn letters(&self) -> BTreeMap<Email, usize> {
        let mut letters = BTreeMap::new();
        for row in self.store.outgoing(&OutgoingFilter::Unsent).await.expect("the letters") {
            *letters.entry(row.to).or_default() += usize::from(row.kind == "mail");
        }
        letters
    }

    async fn answers(&self) -> usize {
        self.letters().await.get(CSKH).copied().unwrap_or_default()
    }

    async fn close(self) {
        self.stop.cancel();
        self.task.await.expect("the mailbox's task ends well");
        self.store.close().await;
    }
}

fn config(root: &Path, toml: &str) -> Config {
    Config::parse(toml, None, root).expect("the config")
}

/// A mail of CSKH that opens a case.
fn need(n: usize) -> Vec<u8> {
    format!(
        "From: Lam <{CSKH}>\r\nTo: {USER}\r\nSubject: Nhu cau cua Khach {n}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0700\r\n\
         Message-ID: <need-{n}@anphat.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nKhach {n} can in phieu.\r\n"
    )
    .into_bytes()
}

/// Nothing is left in the folder, and so many lie in the others. Without MOVE one may lie there twice: it was copied, and
/// the answer to that got lost.
async fn filed(server: &Server, done: usize, problem: usize) {
    let lying = |folder: &str| {
        let mut mails = server.lying(folder);
        if !server.moves() {
            mails.sort();
            mails.dedup();
        }
        mails.len()
    };
    let there = || (server.waiting(), lying("Done"), lying("Problem"));
    wait_for(&format!("{done} mails in Done and {problem} in Problem"), || there() == (0, done, problem)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_taken_and_filed_away() {
    let server = Server::start(Kind::default()).await;
    server.deliver(&need(1));
    let stranger = b"From: a@elsewhere.example\r\nSubject: hello\r\nMessage-ID: <s@x>\r\n\r\nhello\r\n";
    server.deliver(stranger);
    server.deliver(b"\x00\x01 no mail at all");
    server.deliver(b"");
    let place = Place::at(&server).await;
    filed(&server, 1, 3).await;
    server.deliver(&need(2));
    filed(&server, 2, 3).await;
    assert_eq!((place.cases().await, place.answers().await), (2, 2));
    assert_eq!(place.letters().await.get("a@elsewhere.example"), None, "strangers get no answer");
    assert_eq!(place.store.quarantined().await.expect("the quarantine").len(), 3);
    assert_eq!(server.state().subscribed.len(), 2, "mail programs show the folders");
    let signs = place.store.mailbox_signs().await.expect("signs of life");
    assert!(signs.looked.is_some() && signs.taken.is_some());
    // The operator is told of each that could not be read.
    assert!(place.desk.borrow().clone().tell_operator().await.expect("a letter"));
    assert_eq!(place.letters().await.get("vanhanh@anphat.example"), Some(&1));
    assert!(server.count("LOGIN") == 1 && server.count("UID FETCH") > 0);
    place.close().await;
    wait_for("the farewell", || server.open() == 0).await;
    assert_eq!(server.count("LOGOUT"), 1);
}

/// Brought back on a second machine, a desk takes no mails beside the one that still runs, until its operator says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_the_mailbox_is_read_when_it_is_freed() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    wait_for("a first look", || server.open() == 1).await;
    place.store.mark_restored(chrono::Utc::now()).await.expect("the store told");
    // Connected anew, as after a start.
    place.reconfigured(&toml(&server, "").replace("\"127.0.0.1\"", "\"localhost\""));
    wait_for("the farewell", || server.open() == 0).await;
    server.deliver(&need(1));
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!((server.waiting(), server.open(), place.cases().await), (1, 0, 0));
    // A hold of the operator's besides frees nothing.
    place.store.set_hold(true).await.expect("held");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(server.waiting(), 1);
    place.store.set_hold(false).await.expect("freed");
    filed(&server, 1, 0).await;
    assert_eq!(place.cases().await, 1);
    place.close().await;
}

/// What fails once at each stage, and in which way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix() {
    let faults = [
        Fault::Hang,
        Fault::Cut,
        Fault::CutWithin,
        Fault::CutAfter,
        Fault::Bye,
        Fault::No,
        Fault::Bad,
        Fault::Huge,
        Fault::Garbage,
    ];
    println!("{:12} {}", "stage", faults.iter().map(|f| format!("{f:?}")).collect::<Vec<_>>().join(" "));
    let mut n = 0;
    let mut connections = 0;
    for kind in [Kind::default(), Kind { moves: false, idle: false, ..Kind::default() }] {
        let server = Server::start(kind.clone()).await;
        // Servers that hang are given up soon.
        let hasty = Pace { command: Duration::from_millis(700), ..pace() };
        let place = Place::with(&server, "", Faults::none(), hasty).await;
        let mut sent = 0;
        let of_this = |stage: &Stage| match *stage {
            "COPY" | "STORE" | "EXPUNGE" | "NOOP" => !kind.moves,
            "MOVE" | "IDLE" | "DONE" => kind.moves,
            _ => true,
        };
        for stage in STAGES.iter().chain(&["IDLE", "DONE"]).filter(|s| of_this(s)) {
            let mut row = Vec::new();
            for fault in &faults {
                n += 1;
                sent += 1;
                if *stage == "CREATE" {
                    server.state().folders.clear();
                    sent = 1;
                }
                server.once(stage, fault.clone());
                server.deliver(&need(n));
                // Some stages come at the beginning of a connection only.
                server.drop_all();
                filed(&server, sent, 0).await;
                wait_for("the fault to have been", || server.state().faults.is_empty()).await;
                row.push(format!("{:w$}", "ok", w = format!("{fault:?}").len()));
            }
            println!("{stage:12} {}", row.join(" "));
        }
        connections += server.connections();
        assert_eq!(server.most_open(), 1, "never two connections");
        let cases = place.cases().await;
        assert_eq!(place.answers().await, cases, "each is answered once");
        place.close().await;
    }
    println!("{n} faults, {connections} connections, each mail answered once");
    let peak = std::fs::read_to_string("/proc/self/status").expect("this process");
    let peak = peak.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("its peak");
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(kib < 400 << 10, "half a gigabyte that was announced is not laid out: {kib} KiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_dropped_connections_leave_one() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    for n in 0..100 {
        wait_for("a connection that waits", || server.open() == 1 && server.count("IDLE") > n).await;
        if n % 10 == 0 {
            server.deliver(&need(n));
        }
        server.drop_all();
        wait_for("the next connection", || server.connections() > n + 1).await;
    }
    filed(&server, 10, 0).await;
    assert_eq!((server.open(), server.most_open()), (1, 1));
    assert_eq!((place.cases().await, place.answers().await), (10, 10));
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_is_not_tried_again_and_again() {
    let server = Server::start(Kind::default()).await;
    let slow = Pace { refused: Duration::from_secs(3_600), refused_most: Duration::from_secs(3_600), ..pace() };
    let place = Place::with(&server, "", Faults::none(), slow).await;
    std::fs::write(place.home.path().join("password"), "hunter2").expect("a password");
    server.drop_all();
    // The connection was lost first, the login is refused now: the last words count.
    let refused = || place.desk.borrow().troubles.lasting().iter().any(|(_, words)| words.contains("is refused"));
    wait_for("the refusal", refused).await;
    server.deliver(&need(1));
    let logins = server.count("LOGIN");
    assert!(place.desk.borrow().clone().tell_operator().await.expect("a letter"), "it is told");
    let told = std::fs::read_to_string(place.home.path().join("password")).expect("the password");
    for (_, words) in place.desk.borrow().troubles.lasting() {
        assert!(!words.contains(PASSWORD) && !words.contains(&told), "{words}");
        assert!(words.contains(USER), "whose login: {words}");
    }
    // Mended: a signal to read the config again is enough.
    std::fs::write(place.home.path().join("password"), PASSWORD).expect("a password");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(server.count("LOGIN"), logins, "meanwhile nobody tried");
    place.reconfigured(&toml(&server, "[quote]\nvat = 10\n"));
    filed(&server, 1, 0).await;
    wait_for("the end of the trouble", || place.desk.borrow().troubles.present().is_empty()).await;
    place.close().await;
}

/// However many strangers have written before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_desk_could_not_do_is_told_behind_any_number_of_strangers() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    let desk = place.desk.borrow().clone();
    let began = chrono::Utc::now() - chrono::TimeDelta::hours(5);
    let aside = async |n: i64, why: &str| {
        let at = began + chrono::TimeDelta::seconds(n);
        let (from, source) = (format!("nguoi{n}@la.example"), "INBOX".to_string());
        let kept = Quarantined { id: format!("Q{n}"), at, from, why: why.into(), source, body: vec![] };
        place.store.commit(Tx { quarantine: Some(kept), ..Tx::default() }).await.expect("set aside");
    };
    for n in 0..2_300 {
        aside(n, "unknown").await;
    }
    assert!(desk.tell_operator().await.expect("a letter"), "of the strangers");
    aside(2_400, "fault: the disk").await;
    for _ in 0..5 {
        assert!(!desk.tell_operator().await.expect("looked"), "within an hour of the last letter");
    }
    // What cannot wait takes along what could.
    desk.troubles.begins(Trouble::Clock, "stuck".into());
    assert!(desk.tell_operator().await.expect("a letter"));
    let rows = place.store.outgoing(&OutgoingFilter::Unsent).await.expect("the letters");
    let last = rows.iter().filter(|row| row.name.starts_with("outbox/operator/")).map(|row| row.id).max().expect("a letter");
    let body = place.store.body(last).await.expect("a body").unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    assert!(body.contains("nguoi2400@la.example") && !body.contains("nguoi1@la.example"), "{body}");
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_is_told_once_that_the_mailbox_is_away_and_once_that_it_is_back() {
    let server = Server::start(Kind::default()).await;
    server.always("SELECT", Fault::No);
    let place = Place::at(&server).await;
    wait_for("the trouble", || !place.desk.borrow().troubles.lasting().is_empty()).await;
    let desk = place.desk.borrow().clone();
    assert!(desk.tell_operator().await.expect("a letter"));
    assert!(!desk.tell_operator().await.expect("no other"), "once");
    server.state().always.clear();
    wait_for("the end of it", || place.desk.borrow().troubles.present().is_empty()).await;
    let bodies = async || {
        let mut bodies = Vec::new();
        for row in place.store.outgoing(&OutgoingFilter::Unsent).await.expect("the letters") {
            let body = place.store.body(row.id).await.expect("a body").unwrap_or_default();
            bodies.push((row.kind, row.name, String::from_utf8_lossy(&body).into_owned()));
        }
        bodies
    };
    let files: Vec<String> = bodies().await.into_iter().filter(|b| b.1.starts_with("outbox/operator/")).map(|b| b.2).collect();
    assert!(matches!(&files[..], [one] if one.contains("INBOX of 127.0.0.1")), "{files:?}");
    // Other news waits until the last letter is an hour old; that it is over does not.
    wait_for_async("the letter that it is over", async || desk.tell_operator().await.expect("it is over")).await;
    assert!(!desk.tell_operator().await.expect("no other"), "said once");
    let files: Vec<String> = bodies().await.into_iter().filter(|b| b.1.starts_with("outbox/operator/")).map(|b| b.2).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_idle_that_says_nothing_and_a_server_without_one() {
    for kind in [Kind { silent: true, ..Kind::default() }, Kind { idle: false, ..Kind::default() }] {
        let server = Server::start(kind).await;
        let place = Place::with(&server, "", Faults::none(), Pace { look: Duration::from_millis(100), ..pace() }).await;
        wait_for("the first look", || server.count("UID SEARCH") > 0).await;
        for n in 1..=3 {
            server.deliver(&need(n));
            filed(&server, n, 0).await;
        }
        assert_eq!(place.answers().await, 3);
        assert_eq!(server.connections(), 1);
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_move_only_this_mail_is_expunged() {
    let server = Server::start(Kind { moves: false, ..Kind::default() }).await;
    let place = Place::at(&server).await;
    (1..=5).for_each(|n| {
        server.deliver(&need(n));
    });
    filed(&server, 5, 0).await;
    assert_eq!(server.count("EXPUNGE"), 0, "never all that anybody has marked");
    assert!(server.count("UID EXPUNGE") > 0);
    place.close().await;
}

/// A server that copies mail by mail does not come to an end with all of them in time; the copies that it made are there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_server_without_move_gets_fewer_to_copy_until_it_comes_to_an_end() {
    let server = Server::start(Kind { moves: false, copies: Some(5), ..Kind::default() }).await;
    (1..=40).for_each(|n| {
        server.deliver(&need(n));
    });
    let place = Place::with(&server, "", Faults::none(), Pace { command: Duration::from_millis(200), ..pace() }).await;
    wait_for("an empty inbox", || server.waiting() == 0).await;
    assert_eq!(place.answers().await, 40);
    let (copies, asked) = (server.lying("Done").len(), server.count("UID COPY"));
    assert!((40..=80).contains(&copies), "{copies} copies by {asked} commands");
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_uidplus_the_mail_is_marked_and_not_looked_at_again() {
    let server = Server::start(Kind { moves: false, uidplus: false, ..Kind::default() }).await;
    let place = Place::with(&server, "", Faults::none(), Pace { look: Duration::from_millis(50), ..pace() }).await;
    server.deliver(&need(1));
    wait_for("the copy", || server.lying("Done").len() == 1).await;
    let looks = server.count("UID SEARCH");
    wait_for("further looks", || server.count("UID SEARCH") > looks + 5).await;
    assert_eq!((server.count("UID FETCH 1 (UID BODY"), server.lying("Done").len(), place.answers().await), (1, 1, 1));
    assert_eq!(server.count("EXPUNGE") + server.count("UID EXPUNGE"), 0);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn folders_are_made_where_the_server_keeps_them() {
    let server = Server::start(Kind { mark: '.', under_inbox: true, ..Kind::default() }).await;
    let place = Place::with(&server, "", Faults::none(), pace()).await;
    server.deliver(&need(1));
    server.deliver(b"nobody's");
    filed(&server, 1, 1).await;
    let names: Vec<String> = server.state().folders.keys().cloned().collect();
    assert_eq!(names, ["INBOX.Quotedesk.Done", "INBOX.Quotedesk.Problem"]);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_moved_is_answered_once_and_not_fetched_again() {
    let server = Server::start(Kind::default()).await;
    server.always("MOVE", Fault::No);
    let place = Place::with(&server, "", Faults::none(), Pace { look: Duration::from_millis(50), ..pace() }).await;
    (1..=5).for_each(|n| {
        server.deliver(&need(n));
    });
    wait_for("all to be taken", || (1..=5).all(|n| server.count(&format!("UID FETCH {n} (UID BODY")) == 1)).await;
    let looks = server.count("UID SEARCH");
    wait_for("further looks", || server.count("UID SEARCH") > looks + 10).await;
    server.drop_all();
    wait_for("a look over the next connection", || server.connections() >= 2 && server.count("UID SEARCH") > looks + 15).await;
    assert_eq!(server.count("UID FETCH 1 (UID BODY"), 1);
    assert_eq!((place.cases().await, place.answers().await), (5, 5));
    assert!(place.desk.borrow().troubles.present().contains(&(Trouble::Mails, String::new())));
    server.state().always.clear();
    filed(&server, 5, 0).await;
    wait_for("the end of the trouble", || place.desk.borrow().troubles.present().is_empty()).await;
    place.close().await;
}

/// Mails that could not be moved are no trouble any more once somebody has moved them by hand, or the desk has another mailbox
/// or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_gone_from_the_folder_is_no_trouble_any_more() {
    let (server, other) = (Server::start(Kind::default()).await, Server::start(Kind::default()).await);
    server.always("MOVE", Fault::No);
    let place = Place::with(&server, "", Faults::none(), Pace { look: Duration::from_millis(50), ..pace() }).await;
    let present = || place.desk.borrow().troubles.present();
    let none = format!("[mail]\naddress = \"{USER}\"\n");
    for (n, config) in [None, Some(toml(&other, "")), Some(none)].into_iter().enumerate() {
        server.deliver(&need(n));
        wait_for("the trouble", || present().contains(&(Trouble::Mails, String::new()))).await;
        match config {
            None => server.state().inbox.clear(),
            Some(config) => place.reconfigured(&config),
        }
        wait_for("the end of the trouble", || present().is_empty()).await;
        place.reconfigured(&toml(&server, ""));
    }
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_begin_anew_lose_and_double_nothing() {
    let server = Server::start(Kind::default()).await;
    server.always("MOVE", Fault::No);
    let place = Place::at(&server).await;
    (1..=5).for_each(|n| {
        server.deliver(&need(n));
    });
    wait_for("all to be taken", || (1..=5).all(|n| server.count(&format!("UID FETCH {n} (UID BODY")) == 1)).await;
    // Others, promised nothing, and the same ones for other mails: each time with one mail that is new.
    for (round, (validity, first)) in [(8, 1), (0, 3), (0, 1), (9, 100), (9, 1)].into_iter().enumerate() {
        server.renumber(validity, first);
        server.deliver(&need(6 + round));
        let connections = server.connections();
        server.drop_all();
        wait_for("the next connection", || server.connections() > connections).await;
        let answered = 6 + round;
        wait_for_async("the new one to be answered", async || place.answers().await == answered).await;
    }
    server.state().always.clear();
    filed(&server, 10, 0).await;
    assert_eq!((place.cases().await, place.answers().await), (10, 10));
    place.close().await;
}

async fn wait_for_async(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..6_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited for {what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_vanishes_is_no_error() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    wait_for("the first look", || server.count("IDLE") > 0).await;
    for stage in ["FETCH", "BODY"] {
        // Once before its size is known, once before it is fetched.
        server.once(stage, Fault::Vanish);
        server.deliver(&need(1));
        wait_for("it to be looked for", || server.state().faults.is_empty()).await;
        server.deliver(&need(2));
        wait_for("the next one", || !server.state().inbox.values().any(|m| *m == need(2))).await;
    }
    assert_eq!(server.connections(), 1);
    assert!(place.desk.borrow().troubles.present().is_empty());
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_known_by_what_they_are() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    let text = |n: usize| String::from_utf8(need(n)).expect("text");
    let without_id = |n: usize| text(n).replace(&format!("Message-ID: <need-{n}@anphat.example>\r\n"), "");
    // None has an id; two are different mails of one id; one comes twice, over an alias and a list of addresses.
    let mails = [
        without_id(1),
        without_id(2),
        text(3),
        text(4).replace("need-4@", "need-3@"),
        format!("Received: by a\r\nDelivered-To: a@x\r\n{}", text(5)),
        format!("Return-Path: <x@y>\r\nReceived: by b\r\n{}", text(5)),
    ];
    mails.iter().for_each(|mail| {
        server.deliver(mail.as_bytes());
    });
    filed(&server, 6, 0).await;
    assert_eq!((place.cases().await, place.answers().await), (5, 5));
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_over_the_limit_is_answered_by_its_headers() {
    let large = |n: usize| {
        let mut mail = need(n);
        mail.extend(b"x".repeat(60).into_iter().chain(*b"\r\n").cycle().take(100 << 10));
        mail
    };
    // The second server says a wrong size: it shows only as the mail comes in.
    for size in [None, Some(100)] {
        let server = Server::start(Kind { size, ..Kind::default() }).await;
        let place = Place::with(&server, "[limits]\nattachment = \"16KiB\"\n", Faults::none(), pace()).await;
        server.deliver(&large(1));
        server.deliver(&need(2));
        server.deliver(&large(1));
        wait_for("all three to be filed away", || server.waiting() == 0).await;
        if size.is_none() {
            assert_eq!(server.count("UID FETCH 1 (UID BODY.PEEK[]"), 0, "not one byte of its contents");
        }
        assert_eq!(place.cases().await, 1, "the small one");
        assert_eq!(place.answers().await, 2, "the large one is answered once");
        let mut said = String::new();
        for row in place.store.outgoing(&OutgoingFilter::Unsent).await.expect("the letters") {
            let body = place.store.body(row.id).await.expect("a body").unwrap_or_default();
            let mail = mail_parser::MessageParser::default().parse(&body).and_then(|m| m.body_text(0).map(|t| t.into_owned()));
            said.push_str(&mail.unwrap_or_default());
        }
        assert!(said.contains("quá lớn") || said.contains("quá dung lượng"), "{said}");
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_stored_stays_and_is_taken_later() {
    let server = Server::start(Kind::default()).await;
    let away = Arc::new(AtomicBool::new(false));
    let judge = away.clone();
    let faults = Faults::by(move |place| match place == "store.commit" && judge.load(Ordering::SeqCst) {
        true => Err(std::io::Error::other("the store is away")),
        false => Ok(()),
    });
    let place = Place::with(&server, "", faults, pace()).await;
    away.store(true, Ordering::SeqCst);
    (1..=3).for_each(|n| {
        server.deliver(&need(n));
    });
    wait_for("the trouble", || place.desk.borrow().troubles.present().contains(&(Trouble::Mails, String::new()))).await;
    assert_eq!(server.waiting(), 3, "nothing is moved that is not stored");
    away.store(false, Ordering::SeqCst);
    filed(&server, 3, 0).await;
    assert_eq!((place.cases().await, place.answers().await), (3, 3));
    place.close().await;
}

/// Each call to the server fails in turn, every n: nothing is lost, nothing is done twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_may_fail() {
    for n in 0..40 {
        let server = Server::start(Kind::default()).await;
        let calls = std::sync::atomic::AtomicU64::new(0);
        let faults = Faults::by(move |place| match place.starts_with("imap.") && calls.fetch_add(1, Ordering::SeqCst) == n {
            true => Err(std::io::Error::other("injected")),
            false => Ok(()),
        });
        server.deliver(&need(1));
        let place = Place::with(&server, "", faults, pace()).await;
        filed(&server, 1, 0).await;
        server.deliver(&need(2));
        filed(&server, 2, 0).await;
        assert_eq!((place.cases().await, place.answers().await), (2, 2), "call {n}");
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_of_our_own_that_comes_back_settles_a_doubt() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    let id = "<0123456789abcdef@anphat.example>";
    let now = quotedesk::clock::real();
    let mail = Outward::Mail { to: CSKH.into(), letter: "test".into(), message_id: id.into() };
    let letter =
        NewEffect { case_id: String::new(), what: mail, name: "x.eml".into(), at: now, not_before: now, body: b"x".to_vec() };
    place.store.commit(Tx { effects: vec![letter], ..Tx::default() }).await.expect("stored");
    let claimed = place.store.claim(Clocks::same(now), 1).await.expect("claimed");
    place.store.change(&claimed[0], Change::AtData { real: now }).await.expect("at the dot");
    place.store.change(&claimed[0], Change::Doubt { real: now, words: "no reply".into() }).await.expect("in doubt");
    let copy = |from: &str, id: &str| {
        format!("From: {from}\r\nMessage-ID: {id}\r\nX-Quotedesk-Kind: receipt\r\nSubject: x\r\n\r\nx\r\n").into_bytes()
    };
    server.deliver(&copy("evil@elsewhere.example", id));
    filed(&server, 1, 0).await;
    let state = async || place.store.mail(id).await.expect("the store").expect("the letter").state;
    assert_eq!(state().await, "doubt", "anybody can write headers");
    server.deliver(&copy(USER, id));
    filed(&server, 2, 0).await;
    assert_eq!(state().await, "sent");
    assert!(place.letters().await.is_empty(), "neither is answered");
    assert!(place.store.quarantined().await.expect("the quarantine").is_empty());
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_config_leads_to_the_other_mailbox() {
    let (first, second) = (Server::start(Kind::default()).await, Server::start(Kind::default()).await);
    let place = Place::at(&first).await;
    first.deliver(&need(1));
    filed(&first, 1, 0).await;
    second.deliver(&need(2));
    place.reconfigured(&toml(&second, ""));
    filed(&second, 1, 0).await;
    wait_for("the first to be left", || first.open() == 0).await;
    assert_eq!((first.count("LOGOUT"), second.open()), (1, 1));
    // None at all, and one again.
    place.reconfigured(&format!("[mail]\naddress = \"{USER}\"\n"));
    wait_for("the second to be left", || second.open() == 0).await;
    place.reconfigured(&toml(&first, ""));
    first.deliver(&need(3));
    filed(&first, 2, 0).await;
    assert_eq!(place.cases().await, 3);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once() {
    let server = Server::start(Kind::default()).await;
    (1..=300).for_each(|n| {
        server.deliver(&need(n));
    });
    let place = Place::at(&server).await;
    filed(&server, 300, 0).await;
    assert_eq!((place.cases().await, place.answers().await), (300, 300));
    let moves = server.count("UID MOVE");
    assert!(moves <= 150, "moved in batches, not one by one: {moves}");
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_refused_is_asked_for_anew_once() {
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        let server = Server::start(Kind { auth: Some(mechanism), ..Kind::default() }).await;
        let url = imap::token_service().await;
        // The first one that is given is good no more.
        server.state().tokens.insert("good-2".into());
        let by_token = format!("oauth2 = {{ token_url = \"{url}\", client_id = \"x\", refresh_token_file = \"password\" }}");
        let place =
            Place::of(&toml(&server, "").replace("password_file = \"password\"", &by_token), Faults::none(), pace()).await;
        server.deliver(&need(1));
        filed(&server, 1, 0).await;
        assert_eq!(server.connections(), 2, "refused once, let in with the next one");
        // The one that is held is withdrawn while the desk is connected.
        server.state().tokens = ["good-3".to_string()].into();
        server.drop_all();
        server.deliver(&need(2));
        filed(&server, 2, 0).await;
        assert_eq!(server.most_open(), 1);
        assert!(place.desk.borrow().troubles.present().is_empty());
        place.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_login_is_not_offered_the_password_goes_by_plain() {
    let server = Server::start(Kind { auth: Some("PLAIN"), ..Kind::default() }).await;
    let place = Place::at(&server).await;
    server.deliver(&need(1));
    filed(&server, 1, 0).await;
    assert_eq!(server.count("LOGIN"), 0);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_mail_comes_in_pieces_to_the_last_byte() {
    let server = Server::start(Kind::default()).await;
    let place = Place::at(&server).await;
    let piece = quotedesk::intake::mailbox::PIECE;
    // Sizes around the ends of pieces; from strangers, whose mails are kept whole.
    let mails: Vec<Vec<u8>> = [piece - 1, piece, piece + 1, 2 * piece, 3 * piece + 300_000]
        .into_iter()
        .enumerate()
        .map(|(n, size)| {
            let mut mail = format!("From: a{n}@elsewhere.example\r\nSubject: large {n}\r\n\r\n").into_bytes();
            let line = format!("{n} {{536870912}} and further words that mean nothing at all\r\n").into_bytes();
            mail.extend(line.into_iter().cycle().take(size - mail.len()));
            mail
        })
        .collect();
    mails.iter().for_each(|mail| {
        server.deliver(mail);
    });
    filed(&server, 0, mails.len()).await;
    let mut kept = Vec::new();
    for aside in place.store.quarantined().await.expect("the quarantine") {
        let whole = place.store.quarantined_whole(&aside.id).await.expect("the store").expect("a mail");
        kept.push(whole.body);
    }
    kept.sort_by_key(Vec::len);
    assert_eq!(kept.iter().map(Vec::len).collect::<Vec<_>>(), mails.iter().map(Vec::len).collect::<Vec<_>>());
    assert!(kept == mails, "to the last byte");
    assert_eq!(server.connections(), 1);
    place.close().await;
}
