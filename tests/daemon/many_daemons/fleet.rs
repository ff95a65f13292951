//! A desk on PostgreSQL with several daemons, what is dropped into its inbox, and what has to have come of it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection;

use crate::database::{Database, Server, path};
use crate::desk::Desk;
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, OPERATOR, SALES, Setup};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// A daemon that died is found out after 15 s; two slow cores, and what it left, take their time besides.
const LIMIT: Duration = Duration::from_secs(120);

pub struct Fleet {
    pub desk: Desk,
    pub server: Server,
    database: String,
    daemons: Vec<Option<Child>>,
    address: String,
    put: Vec<PathBuf>,
    strangers: usize,
}

impl Fleet {
    /// Mails into `outbox/mail`, submissions from `inbox/`.
    pub fn over_folders(daemons: usize) -> Fleet {
        let setup = Setup::sample();
        Fleet::with(&setup, daemons)
    }

    pub fn with(setup: &Setup, daemons: usize) -> Fleet {
        let server = Server::start();
        let Database(database) = Database::on(&server);
        let toml = setup.toml().replacen("[desk]\n", &format!("[desk]\nstate = {database:?}\n"), 1);
        let desk = Desk::laid_out(&toml);
        desk.told(&["clock", MONDAY]);
        let (address, put) = (setup.address(), vec![]);
        let mut fleet = Fleet { desk, server, database, daemons: vec![], address, put, strangers: 0 };
        for n in 0..daemons {
            fleet.daemons.push(None);
            fleet.start(n);
        }
        for n in 0..daemons {
            fleet.wait_for("a daemon to be ready", |fleet| fleet.log(n).contains("files are taken from here"));
        }
        fleet
    }

    // ---- the daemons

    pub fn start(&mut self, n: usize) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log_file(n)).expect("a log file");
        let daemon = Command::new(env!("CARGO_BIN_EXE_quotedesk"))
            .arg("run")
            .current_dir(self.desk.dir())
            .env_remove("QUOTEDESK_CONFIG")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("the program starts");
        self.daemons[n] = Some(daemon);
    }

    /// As a power cut would.
    pub fn kill(&mut self, n: usize) {
        let mut daemon = self.daemons[n].take().expect("it runs");
        daemon.kill().expect("it was still running");
        daemon.wait().expect("a child of ours");
    }

    /// As an operator would.
    pub fn end(&mut self, n: usize) {
        let mut daemon = self.daemons[n].take().expect("it runs");
        signal(&daemon, Signal::TERM);
        let status = daemon.wait().expect("a child of ours");
        // One that had only just been started dies of the signal: it had nothing in hand.
        let just_started = status.signal() == Some(Signal::TERM.as_raw());
        assert!(status.success() || just_started, "a daemon ended with {status}:\n{}", self.log(n));
    }

    pub fn stand_still(&self, n: usize) {
        signal(self.daemons[n].as_ref().expect("it runs"), Signal::STOP);
    }

    /// Stands still while it has work in hand that nobody else may take yet.
    pub fn stand_still_at_work(&mut self, n: usize) {
        for _ in 0..100 {
            self.put(10);
            sleep(Duration::from_millis(20));
            self.stand_still(n);
            if self.claims(n) > 0 {
                return;
            }
            self.go_on(n);
        }
        panic!("it has never any work in hand:\n{}", self.log(n));
    }

    /// Files that this daemon has claimed.
    fn claims(&self, n: usize) -> i64 {
        let process = self.daemons[n].as_ref().expect("it runs").id();
        let sql =
            "SELECT COUNT(*) FROM claim JOIN daemon ON daemon.id = claim.daemon WHERE claim.what LIKE 'file:%' AND name LIKE $1";
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut conn = sqlx::PgConnection::connect(&self.database).await.expect("the database is there");
            let ask = sqlx::query_scalar(sql).bind(format!("%process {process}"));
            ask.fetch_one(&mut conn).await.expect("it answers")
        })
    }

    pub fn go_on(&self, n: usize) {
        signal(self.daemons[n].as_ref().expect("it runs"), Signal::CONT);
    }

    pub fn close(mut self) {
        (0..self.daemons.len()).for_each(|n| self.end(n));
    }

    pub fn log(&self, n: usize) -> String {
        fs::read_to_string(self.log_file(n)).unwrap_or_default()
    }

    /// Who connected to the mailbox last.
    pub fn reads_now(&self) -> Option<usize> {
        let began = |n: usize| {
            let log = self.log(n);
            let line = log.lines().rev().find(|line| line.contains("mailbox: INBOX is looked at")).map(str::to_owned);
            // Lines begin with their time.
            line.map(|line| (line, n))
        };
        (0..self.daemons.len()).filter_map(began).max().map(|(_, n)| n)
    }

    fn log_file(&self, n: usize) -> PathBuf {
        self.desk.outside().join(format!("daemon-{n}.log"))
    }

    // ---- the database

    /// Every connection is ended by the server, whatever it is at.
    pub fn cut_connections(&self) {
        let name = self.database.rsplit('/').next().unwrap_or_default();
        self.server.says(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"));
    }

    /// It crashes, and is started again.
    pub fn restart_database(&self) {
        let data = self.server.folder.join("data");
        self.server.must("pg_ctl", &["-D", path(&data), "-m", "immediate", "stop"]);
        self.server.launch();
    }

    // ---- submissions

    /// So many submissions: half of them mails that open a case, half files that belong to none.
    pub fn put(&mut self, many: usize) {
        let at = DateTime::parse_from_rfc3339(MONDAY).expect("a time");
        for _ in 0..many {
            let nth = self.put.len();
            let (folder, name, bytes) = if nth.is_multiple_of(2) {
                let mut mail = Mail::new(("Bùi Ngọc Lam", CSKH), &self.address, at);
                mail.subject = format!("Nhu cầu của Khách {nth:04}");
                mail.text = format!("Khách {nth:04} cần in phiếu.");
                (self.desk.inbox(), format!("{nth:04}.eml"), mail.bytes())
            } else {
                (self.desk.inbox().join(SALES), format!("{nth:04}.pdf"), format!("%PDF-1.4 {nth:04}").into_bytes())
            };
            let file = self.lay_in(folder, &name, &bytes);
            self.put.push(file);
        }
    }

    /// A mail of somebody unknown: never answered, and the operator is told once.
    pub fn stranger(&mut self) -> PathBuf {
        let at = DateTime::parse_from_rfc3339(MONDAY).expect("a time");
        let mut mail = Mail::new(("Ai Đó", "ai.do@nowhere.example"), &self.address, at);
        mail.subject = "Xin chào".into();
        mail.text = "Cho hỏi giá.".into();
        self.strangers += 1;
        self.lay_in(self.desk.inbox(), "stranger.eml", &mail.bytes())
    }

    /// As if copied long ago: taken at the first look, without a notice.
    fn lay_in(&self, folder: PathBuf, name: &str, bytes: &[u8]) -> PathBuf {
        fs::create_dir_all(&folder).expect("anyone may make inbox/<email>/");
        let made = self.desk.outside().join(name);
        fs::write(&made, bytes).expect("a scratch file");
        let file = fs::File::options().write(true).open(&made).expect("a scratch file");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time of our own");
        fs::rename(&made, folder.join(name)).expect("the inbox is writable");
        folder.join(name)
    }

    /// Three days pass: everybody is reminded of what waits for them, of each thing once, whichever daemon sees to it.
    pub fn three_days_pass(&self) {
        let before: BTreeSet<PathBuf> = self.desk.letters().into_iter().map(|l| l.path).collect();
        self.desk.told(&["clock", "+3d"]);
        self.desk.told(&["idle", "--timeout", &format!("{}s", LIMIT.as_secs())]);
        let new: Vec<String> = self
            .desk
            .letters()
            .into_iter()
            .filter(|l| !before.contains(&l.path))
            .map(|l| l.path.file_name().expect("a file").to_string_lossy().into_owned())
            .collect();
        assert!(!new.is_empty(), "nobody was reminded");
        // Names hold time, case, kind and reader: a second one of a name is the same letter again.
        assert_eq!(new.iter().filter(|name| name.contains(" (2)")).collect::<Vec<_>>(), Vec::<&String>::new());
    }

    pub fn wait_all_taken(&self) {
        self.wait_for("all submissions to be taken", |fleet| fleet.put.iter().all(|p| !p.exists()));
    }

    pub fn wait_for(&self, what: &str, holds: impl Fn(&Fleet) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            if began.elapsed() > LIMIT {
                let logs: Vec<String> = (0..self.daemons.len()).map(|n| tail(&self.log(n))).collect();
                panic!("waited {LIMIT:?} for {what}\n{}", logs.join("\n---\n"));
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// Each submission in one place with one answer, one case for each need, each letter once, nothing wrong with the store.
    /// How many submissions.
    pub fn judge(&self) -> usize {
        self.desk.told(&["idle", "--timeout", &format!("{}s", LIMIT.as_secs())]);
        let filed = self.desk.files("inbox");
        for file in &self.put {
            let name = file.file_name().expect("a file").to_string_lossy().into_owned();
            let places = filed.iter().filter(|p| p.ends_with(&name)).count();
            let answers = filed.iter().filter(|p| p.ends_with(format!("{name}.txt"))).count();
            assert_eq!((places, answers), (1, 1), "{name}: places, answers");
        }
        // Nothing else lies there but what a killed daemon had half-written.
        let expected = 2 * (self.put.len() + self.strangers);
        let whole: Vec<&PathBuf> = filed.iter().filter(|p| p.extension().is_none_or(|e| e != "tmp")).collect();
        assert_eq!(whole.len(), expected, "{:?}", odd(&whole));

        let needs = self.put.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")).count();
        let cases = self.desk.json(&["cases", "--json"]);
        let shorts: BTreeSet<String> = cases.as_array().expect("a list").iter().map(|c| c["short"].to_string()).collect();
        assert_eq!((cases.as_array().map(Vec::len), shorts.len()), (Some(needs), needs), "cases");

        let mut ids = BTreeSet::new();
        let mails = self.desk.files("outbox/mail");
        for name in mails.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
            let letter = Letter::read(&self.desk.dir().join("outbox/mail").join(name));
            assert!(ids.insert(letter.id.clone()), "{} lies there twice: {}", letter.id, name.display());
        }
        let to = |who: &str| self.desk.letters().iter().filter(|l| l.is_to(who)).count();
        assert_eq!(to(SALES), self.put.len() - needs, "answers to Sales");
        assert_eq!(to(CSKH), needs, "answers to CSKH");
        if self.strangers > 0 {
            self.wait_for("the operator to be told", |fleet| fleet.desk.letters().iter().any(|l| l.is_to(OPERATOR)));
            let told =
                self.desk.letters().iter().filter(|l| l.is_to(OPERATOR) && l.text.contains("ai.do@nowhere.example")).count();
            assert_eq!(told, 1, "the operator is told of the stranger once");
        }
        let checked = self.desk.run(&["check"]);
        assert_eq!(checked.status, Some(0), "{}{}", checked.out, checked.err);
        self.put.len()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for daemon in self.daemons.iter_mut().flatten() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn signal(daemon: &Child, which: Signal) {
    kill_process(Pid::from_child(daemon), which).expect("it was still running");
}

fn tail(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// Names that should not be there.
fn odd(files: &[&PathBuf]) -> Vec<PathBuf> {
    files.iter().filter(|p| p.to_string_lossy().contains(" (")).map(|p| p.to_path_buf()).collect()
}

/// A number below `end`, of a sequence that the seed begins.
pub fn chance(seed: &mut u64, end: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % end
}
