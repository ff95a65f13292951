//! A desk on a scratch folder with the real daemon behind it: tests stand where staff stand. They drop files and mails into
//! `inbox/`, read `outbox/` and ask the commands. Nothing of the library is used.
#![allow(dead_code, reason = "each test takes what it needs")]

pub mod mail;
pub mod setup;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use mail::{Letter, Mail};

/// No wait in a test is longer.
pub const LIMIT: Duration = Duration::from_secs(60);
/// How much of the daemon's log a failure shows.
const LOG_LINES: usize = 25;
const PROGRAM: &str = env!("CARGO_BIN_EXE_quotedesk");

/// A scratch desk and its daemon. Dropped without [`Desk::close`], the daemon is killed.
pub struct Desk {
    home: tempfile::TempDir,
    daemon: Option<Child>,
    dropped: AtomicUsize,
    last_answer: Mutex<String>,
    letters: Mutex<BTreeMap<PathBuf, Letter>>,
}

/// What a command of the program said.
pub struct Said {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The desk's answer to one file or mail: the `.txt` beside it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub text: String,
    /// It went to `.problem` instead of `.done`.
    pub problem: bool,
    /// Where the file lies now.
    pub filed: PathBuf,
}

impl Desk {
    /// A desk with this `quotedesk.toml`, not yet running.
    pub fn laid_out(config: &str) -> Desk {
        let home = tempfile::tempdir().expect("a scratch folder");
        fs::create_dir_all(home.path().join("desk/inbox")).expect("a scratch folder takes folders");
        fs::create_dir_all(home.path().join("outside")).expect("a scratch folder takes folders");
        fs::write(home.path().join("desk/quotedesk.toml"), config).expect("a scratch folder takes files");
        Desk { home, daemon: None, dropped: AtomicUsize::new(0), last_answer: Mutex::default(), letters: Mutex::default() }
    }

    /// A running desk, its rehearsal clock set to this time (RFC 3339).
    pub fn open(config: &str, time: &str) -> Desk {
        let mut desk = Desk::laid_out(config);
        desk.told(&["clock", time]);
        desk.start();
        desk
    }

    /// The desk's folder.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("desk")
    }

    pub fn inbox(&self) -> PathBuf {
        self.dir().join("inbox")
    }

    /// A folder on the same disk that the desk does not look into: where files are made before they are moved in.
    pub fn outside(&self) -> PathBuf {
        self.home.path().join("outside")
    }

    // ---- the daemon

    /// Starts the daemon and waits until it watches the inbox: what is moved in before that is only seen to be whole
    /// once it has stood still.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// With these variables set.
    pub fn start_with(&mut self, env: &[(&str, &str)]) {
        let ready = |desk: &Desk| desk.log().matches("files are taken from here").count();
        let before = ready(self);
        self.launch_with(env);
        self.wait_for("the daemon to be ready", || (ready(self) > before).then_some(()));
    }

    /// Starts the daemon with its log going there, or where nobody listens any more; waits for nothing.
    pub fn launch_logging_to(&mut self, log: Option<fs::File>) {
        let mut command = self.command(&["run"]);
        command.stdout(Stdio::null()).stderr(log.map_or_else(Stdio::piped, Stdio::from));
        let mut daemon = command.spawn().expect("the program starts");
        drop(daemon.stderr.take());
        self.daemon = Some(daemon);
    }

    /// Starts the daemon and waits for nothing.
    pub fn launch(&mut self) {
        self.launch_with(&[]);
    }

    fn launch_with(&mut self, env: &[(&str, &str)]) {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log file");
        let err = log.try_clone().expect("a second handle");
        let daemon =
            self.command(&["run"]).envs(env.iter().copied()).stdout(log).stderr(err).spawn().expect("the program starts");
        self.daemon = Some(daemon);
    }

    /// Ends the daemon as an operator would, and asks that it ends well, within the five seconds of the contract. Time in which
    /// the disk keeps it does not count: no signal ends a process that waits for one.
    pub fn stop(&mut self) {
        let Some(mut daemon) = self.daemon.take() else { return };
        let pid = rustix::process::Pid::from_child(&daemon);
        let began = Instant::now();
        let (mut took, mut looked) = (Duration::ZERO, began);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("the daemon was still running");
        let status = loop {
            let passed = looked.elapsed();
            looked += passed;
            took += if waits_for_the_disk(daemon.id()) { Duration::ZERO } else { passed };
            match daemon.try_wait().expect("a child of ours") {
                Some(status) => break status,
                None if took > Duration::from_secs(5) || began.elapsed() > LIMIT => {
                    let _ = daemon.kill();
                    let _ = daemon.wait();
                    self.fail("the daemon did not stop within 5 s of SIGTERM");
                }
                None => sleep(Duration::from_millis(10)),
            }
        };
        if !status.success() {
            self.fail(&format!("the daemon stopped with {status}"));
        }
    }

    /// Waits until the daemon has ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        while began.elapsed() < LIMIT {
            if let Some(status) = self.daemon.as_mut().expect("a running daemon").try_wait().expect("a child of ours") {
                self.daemon = None;
                return status;
            }
            sleep(Duration::from_millis(10));
        }
        self.fail("the daemon goes on");
    }

    /// SIGHUP: the config is read again.
    pub fn hang_up(&self) {
        self.signal(rustix::process::Signal::HUP);
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let daemon = self.daemon.as_ref().expect("a running daemon");
        rustix::process::kill_process(rustix::process::Pid::from_child(daemon), signal).expect("the daemon is running");
    }

    /// The end of a test: a clean stop.
    pub fn close(mut self) {
        self.stop();
    }

    // ---- the commands

    /// Runs a command in the desk's folder.
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    /// With these variables set.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        said(self.command(args).envs(env.iter().copied()))
    }

    /// A command of root's without these rights of root's.
    pub fn run_without(&self, rights: &str, args: &[&str]) -> Said {
        let command = self.command(args);
        let mut bounded = Command::new("setpriv");
        bounded.args(["--bounding-set", rights]).arg(command.get_program()).args(command.get_args());
        bounded.current_dir(self.dir()).env_remove("QUOTEDESK_CONFIG");
        said(&mut bounded)
    }

    /// Runs a command that has to end well; what it printed.
    pub fn told(&self, args: &[&str]) -> String {
        let said = self.run(args);
        if said.status != Some(0) {
            self.fail(&format!("`quotedesk {}` ended with {:?}: {}{}", args.join(" "), said.status, said.err, said.out));
        }
        said.out
    }

    /// The JSON document that a command prints, its exit status 0 or 1.
    pub fn json(&self, args: &[&str]) -> Value {
        let said = self.run(args);
        match serde_json::from_str(&said.out) {
            Ok(document) if matches!(said.status, Some(0 | 1)) => document,
            _ => self.fail(&format!("`quotedesk {}` printed no JSON: {}{}", args.join(" "), said.err, said.out)),
        }
    }

    pub fn show(&self, id: &str) -> Value {
        self.json(&["show", id, "--json"])
    }

    /// Sets the clock forward, and waits for all that this sets off.
    pub fn clock(&self, time: &str) {
        self.told(&["clock", time]);
        self.idle();
    }

    /// Waits until all that came in is answered and all that is due is sent.
    pub fn idle(&self) {
        self.told(&["idle", "--timeout", &format!("{}s", LIMIT.as_secs())]);
    }

    // ---- what comes in and goes out

    /// Moves a complete file into a person's folder (`None`: straight into the inbox) and waits for its answer.
    pub fn drop(&self, person: Option<&str>, name: &str, bytes: &[u8]) -> Answer {
        let nth = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
        let name = format!("{nth:02} {name}");
        let made = self.outside().join(&name);
        fs::write(&made, bytes).expect("a scratch file");
        let folder = person.map_or(self.inbox(), |email| self.inbox().join(email));
        fs::create_dir_all(&folder).expect("anyone may make inbox/<email>/");
        fs::rename(&made, folder.join(&name)).expect("the inbox is writable");
        self.answer_to(&folder.join(&name))
    }

    /// Moves a complete file into the inbox under this very name, and waits for nothing.
    pub fn move_in(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let (made, put) = (self.outside().join(name), self.inbox().join(name));
        fs::write(&made, bytes).expect("a scratch file");
        fs::rename(made, &put).expect("the inbox is writable");
        put
    }

    /// Sends a mail through the inbox and waits for its answer.
    pub fn mail(&self, mail: &Mail) -> Answer {
        self.drop(None, "thu.eml", &mail.bytes())
    }

    /// Waits until a file has left the inbox and everything that follows from it is done.
    pub fn answer_to(&self, file: &Path) -> Answer {
        let name = file.file_name().expect("a file").to_string_lossy().nfc().collect::<String>();
        self.wait_for(&format!("the desk to take {}", file.display()), || (!file.exists()).then_some(()));
        let answer = self.wait_for(&format!("the answer to {name}"), || self.answered(&name));
        *lock(&self.last_answer) = answer.text.clone();
        self.idle();
        answer
    }

    /// The answer beside the newest file of this name that was put away.
    pub fn answered(&self, name: &str) -> Option<Answer> {
        let mut found: Vec<Answer> = [(".done", false), (".problem", true)]
            .into_iter()
            .flat_map(|(folder, problem)| files_under(&self.inbox().join(folder)).into_iter().map(move |path| (path, problem)))
            .filter(|(path, _)| path.file_name().is_some_and(|n| n.to_string_lossy().nfc().eq(format!("{name}.txt").nfc())))
            .filter_map(|(path, problem)| {
                let text = fs::read_to_string(&path).ok()?;
                Some(Answer { text, problem, filed: path.with_extension("") })
            })
            .collect();
        found.sort_by(|a, b| a.filed.cmp(&b.filed));
        found.pop()
    }

    /// Every mail that has gone out, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let mut known = lock(&self.letters);
        for path in files_under(&self.dir().join("outbox/mail")) {
            if path.extension().is_some_and(|e| e == "eml") && !known.contains_key(&path) {
                let letter = Letter::read(&path);
                known.insert(path, letter);
            }
        }
        let mut letters: Vec<Letter> = known.values().cloned().collect();
        letters.sort_by(|a, b| (a.made, &a.path).cmp(&(b.made, &b.path)));
        letters
    }

    /// The newest mail to this person.
    pub fn letter_to(&self, email: &str) -> Letter {
        let letter = self.letters().into_iter().rev().find(|l| l.is_to(email));
        letter.unwrap_or_else(|| self.fail(&format!("no mail to {email} in outbox/mail")))
    }

    /// The newest form that was mailed to this person.
    pub fn form_for(&self, email: &str) -> Vec<u8> {
        let form = self.letters().into_iter().rev().filter(|l| l.is_to(email)).find_map(|l| l.form().map(<[u8]>::to_vec));
        form.unwrap_or_else(|| self.fail(&format!("no mail to {email} brought a form")))
    }

    /// The form that nobody has filled in, as `quotedesk form` writes it.
    pub fn blank_form(&self) -> Vec<u8> {
        let path = self.outside().join("blank.xlsx");
        self.told(&["form", "-o", path.to_str().expect("a plain path")]);
        fs::read(&path).expect("the blank form")
    }

    /// All files under a folder of the desk, paths relative to it.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let root = self.dir().join(folder);
        // The desk's sign in its inbox is there while it runs.
        let all = files_under(&root).into_iter().filter(|path| !path.ends_with(".quotedesk"));
        all.filter_map(|path| path.strip_prefix(&root).ok().map(Path::to_path_buf)).collect()
    }

    // ---- waiting and failing

    /// Looks again and again until there is something, within the limit of every wait.
    pub fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            if began.elapsed() > LIMIT {
                self.fail(&format!("waited {LIMIT:?} for {what}"));
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Looks again and again for so long that something does not happen; fails at the first time that it has.
    pub fn never(&self, what: &str, time: Duration, mut happened: impl FnMut() -> bool) {
        let began = Instant::now();
        while began.elapsed() < time {
            if happened() {
                self.fail(&format!("{what}, after {:?}", began.elapsed()));
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Fails where the desk does not hear of what is moved into its inbox: without a notice no file is taken before it has
    /// stood still for 5 s. A slow machine has five tries.
    pub fn hears_of_files(&self, person: &str) {
        let folder = self.inbox().join(person);
        fs::create_dir_all(&folder).expect("anyone may make inbox/<email>/");
        let heard = (0..5).any(|n| {
            let (made, put) = (folder.join(".made.tmp"), folder.join(format!("Ghi chú {n}.txt")));
            let began = Instant::now();
            fs::write(&made, format!("Ghi chú {n}")).expect("the inbox is writable");
            fs::rename(&made, &put).expect("the inbox is writable");
            self.wait_for("the desk to take a note", || (!put.exists()).then_some(()));
            began.elapsed() < Duration::from_millis(4_500)
        });
        if !heard {
            self.fail("no change notices any more");
        }
    }

    /// Everything that the daemon has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The time that the daemon has spent computing so far.
    pub fn cpu(&self) -> Duration {
        let Some(daemon) = &self.daemon else { return Duration::ZERO };
        let stat = fs::read_to_string(format!("/proc/{}/stat", daemon.id())).unwrap_or_default();
        // Behind the name in brackets: state, ten more, and then the ticks in user mode and in the kernel.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
        Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
    }

    /// The daemon's process, while it lives.
    pub fn pid(&self) -> Option<u32> {
        let id = self.daemon.as_ref()?.id();
        Path::new(&format!("/proc/{id}/exe")).read_link().is_ok().then_some(id)
    }

    /// Kills the daemon, as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }

    /// Ends the test with the desk's own last words.
    pub fn fail(&self, what: &str) -> ! {
        panic!("{what}\n{}", self.last_words())
    }

    /// The last answer and the end of the daemon's log.
    pub fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(LOG_LINES)..].join("\n");
        format!("--- last answer\n{}\n--- daemon\n{tail}", lock(&self.last_answer))
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("daemon.log")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).current_dir(self.dir()).env_remove("QUOTEDESK_CONFIG").stdin(Stdio::null());
        command
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

fn said(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said { status: status.code(), out: text(stdout), err: text(stderr) }
}

/// Is one of its threads in a call that nothing interrupts?
fn waits_for_the_disk(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok()).any(|stat| {
        // Behind the name in brackets.
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('D'))
    })
}

fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files_under(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found.sort();
    found
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
