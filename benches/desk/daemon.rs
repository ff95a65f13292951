//! The real daemon as a child process on a desk of its own, and what the system tells of it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::{EventKind, RecursiveMode, Watcher};
use rustix::process::{Pid, Signal, kill_process};

use super::sample;

/// What takes longer has got stuck.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder of a desk.
pub struct Place {
    pub root: PathBuf,
}

impl Place {
    pub fn new(root: &Path) -> Place {
        let place = Place { root: root.to_path_buf() };
        fs::write(root.join("quotedesk.toml"), quotedesk::config::DEFAULT).expect("a config");
        [place.inbox(), place.mail(), root.join("made")].iter().for_each(|f| fs::create_dir_all(f).expect("a folder"));
        place
    }

    pub fn inbox(&self) -> PathBuf {
        self.root.join("inbox").join(sample::SALES)
    }

    pub fn mail(&self) -> PathBuf {
        self.root.join("outbox/mail")
    }

    /// A workbook beside the inbox, ready to be moved in.
    pub fn make(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.root.join("made").join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Moves a file into the inbox.
    pub fn drop_in(&self, made: &Path) {
        fs::rename(made, self.inbox().join(made.file_name().expect("a name"))).expect("moved");
    }

    /// The same as if it had lain there for a minute.
    pub fn leave_in(&self, made: &Path) {
        let a_minute_ago = SystemTime::now() - Duration::from_secs(60);
        File::open(made).and_then(|file| file.set_modified(a_minute_ago)).expect("dated");
        self.drop_in(made);
    }

    /// Mails that lie in the outbox, all of them and those to the Leader.
    pub fn mails(&self) -> (usize, usize) {
        let names: Vec<String> = names(&self.mail()).into_iter().filter(|n| n.ends_with(".eml")).collect();
        (names.len(), names.iter().filter(|n| n.contains("-review-")).count())
    }

    /// Submissions that were taken and moved away; those that were not understood fail the run.
    pub fn done(&self) -> usize {
        let all = |folder: &str| -> Vec<String> {
            let days = names(&self.root.join("inbox").join(folder));
            let files = days.iter().flat_map(|day| names(&self.root.join("inbox").join(folder).join(day)));
            files.filter(|name| name.ends_with(".xlsx")).collect()
        };
        assert_eq!(all(".problem"), Vec::<String>::new(), "the desk found something wrong with its own form");
        all(".done").len()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// Waits until something holds, looking every few milliseconds.
pub fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Tells of mails to the Leader the moment that they are there.
pub struct Mails {
    told: Receiver<Instant>,
    _watcher: notify::RecommendedWatcher,
}

impl Mails {
    pub fn of(place: &Place) -> Mails {
        let (tell, told) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let event = event.expect("a notice");
            let named = |path: &PathBuf| path.to_string_lossy().contains("-review-");
            if matches!(event.kind, EventKind::Modify(notify::event::ModifyKind::Name(notify::event::RenameMode::To)))
                && event.paths.iter().any(named)
            {
                let _ = tell.send(Instant::now());
            }
        })
        .expect("notices");
        watcher.watch(&place.mail(), RecursiveMode::NonRecursive).expect("notices");
        Mails { told, _watcher: watcher }
    }

    /// When the next one came.
    pub fn next(&self) -> Instant {
        self.told.recv_timeout(PATIENCE).expect("no mail came")
    }
}

/// The running daemon; stopped in order when dropped.
pub struct Daemon(Child);

impl Daemon {
    pub fn start(place: &Place) -> Daemon {
        let log = File::create(place.root.join("log")).expect("a log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_quotedesk"));
        command.current_dir(&place.root).env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Daemon(command.spawn().expect("the daemon starts"))
    }

    /// Starts it and waits until it has nothing to do.
    pub fn idle(place: &Place) -> Daemon {
        let daemon = Daemon::start(place);
        until("a start", || place.root.join("state/lock").exists());
        std::thread::sleep(Duration::from_secs(1));
        daemon
    }

    /// Seconds of processor time so far (Linux tells it in hundredths).
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id())).expect("a process");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|t| t.parse().unwrap_or(0)).collect();
        ticks.iter().sum::<u64>() as f64 / 100.0
    }

    /// Memory in MiB: `VmRSS` now, `VmHWM` at most so far.
    pub fn memory(&self, which: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("a process");
        let line = status.lines().find(|line| line.starts_with(which)).expect("a line");
        let kib: f64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
        kib / 1024.0
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.0.id() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.0.wait();
    }
}

/// Seconds that all cores together have worked since the machine's start.
pub fn busy() -> f64 {
    let stat = fs::read_to_string("/proc/stat").expect("Linux");
    let ticks: Vec<f64> = stat.lines().next().unwrap_or_default().split_whitespace().filter_map(|t| t.parse().ok()).collect();
    // user nice system idle iowait irq softirq …
    ticks.iter().enumerate().filter(|(n, _)| !matches!(n, 3 | 4 | 8..)).map(|(_, t)| t).sum::<f64>() / 100.0
}
