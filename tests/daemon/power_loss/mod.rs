//! What is committed is on the disk before the file is moved and before the last dot is sent; what is laid down is synced
//! before it gets its name, and its folder after. Shown by strace of the real daemon, and by a disk that loses its power:
//! the daemon's calls are done again up to each point, what was not synced is lost or half kept, and the store that is left
//! there knows all that anybody has seen by then.

mod order;
mod replay;
mod trace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use self::order::{Looked, Mark};
use self::replay::{Disk, Unsynced, disk_at, disk_of};
use self::trace::Call;
use crate::desk::Desk;
use crate::desk::mail::Mail;
use crate::desk::setup::{SALES, Setup};
use crate::people::workbook::{Entries, How};
use crate::smtp::{House, Post};
use quotedesk::intake::message;
use quotedesk::process::case::Case;
use quotedesk::process::event::Recorded;
use quotedesk::store::{StateUrl, Store};
use quotedesk::text::sha;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// Everything by which a file changes or something leaves the house.
const CALLS: &str = "trace=openat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,sync_file_range,rename,renameat,renameat2,\
                     unlink,unlinkat,sendto,sendmsg";

/// A submission: where it was put, and by what the store knows it.
struct Put {
    file: PathBuf,
    /// A key begins so; nothing else in the store holds it.
    key: String,
}

/// What a daemon did, from its start to its end.
struct Watched {
    desk: Desk,
    /// The disk before it.
    before: Disk,
    calls: Vec<Call>,
    puts: Vec<Put>,
    /// Letters that the server took.
    letters: usize,
}

fn watched() -> Watched {
    let post = Post::open(House::default());
    let servers = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", post.port);
    let setup = Setup { servers: Some((servers, "mx.test")), ..Setup::sample() };
    let desk = Desk::laid_out(&setup.toml());
    desk.told(&["clock", MONDAY]);
    let before = disk_of(&desk.dir());
    let (mut strace, lines) = under_strace(&desk);
    desk.wait_for("the daemon to be ready", || {
        let log = fs::read_to_string(desk.outside().join("log")).unwrap_or_default();
        if let Ok(Some(status)) = strace.try_wait() {
            panic!("strace ended with {status}: {log}");
        }
        log.contains("files are taken from here").then_some(())
    });

    let mut puts = Vec::new();
    let mut put = |folder: &str, name: &str, bytes: &[u8]| {
        let made = desk.outside().join(name);
        fs::write(&made, bytes).expect("a scratch file");
        let file = desk.inbox().join(folder).join(name);
        fs::rename(&made, &file).expect("the inbox is writable");
        let key = if name.ends_with(".eml") { message::identity(bytes) } else { format!("file:{}:", sha(bytes)) };
        puts.push(Put { file: file.clone(), key });
        desk.wait_for(&format!("the desk to take {name}"), || (!file.exists()).then_some(()));
        desk.idle();
    };
    let address = setup.address();
    let at = chrono::DateTime::parse_from_rfc3339(MONDAY).expect("a time");
    let mut mail = Mail::new(("Bùi Ngọc Lam", "lam.bui@anphat.example"), &address, at);
    mail.subject = "Nhu cầu của Nam Phong".into();
    mail.text = "Khách Nam Phong cần in phiếu.".into();
    mail = mail.attach("Mẫu.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n".to_vec());
    put("lam.bui@anphat.example", "need.eml", &mail.bytes());
    put(SALES, "x.pdf", b"%PDF-1.4 x");
    let blank = desk.blank_form();
    put(SALES, "form.xlsx", &Entries::of_nam_phong().typed_into(&blank, How::ByName));
    put(SALES, "y.pdf", b"%PDF-1.4 y");

    // The first line is the daemon's own.
    let text = fs::read_to_string(&lines).expect("a trace");
    let daemon = text.split(' ').next().and_then(|pid| pid.parse().ok()).and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(daemon.expect("its number"), rustix::process::Signal::TERM).expect("it was running");
    let status = strace.wait().expect("a child of ours");
    assert!(status.success(), "the daemon stopped with {status}");
    let calls = trace::read(&fs::read_to_string(&lines).expect("a trace"));
    Watched { desk, before, calls, puts, letters: post.taken().len() }
}

fn under_strace(desk: &Desk) -> (Child, PathBuf) {
    let lines = desk.outside().join("trace");
    let log = fs::File::create(desk.outside().join("log")).expect("a log file");
    let strace = Command::new("strace")
        .args(["-f", "-y", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", CALLS, "-o"])
        .arg(&lines)
        .arg(env!("CARGO_BIN_EXE_quotedesk"))
        .arg("run")
        .current_dir(desk.dir())
        .env_remove("QUOTEDESK_CONFIG")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn();
    (strace.unwrap_or_else(|why| panic!("no strace ({why}): apt-get install strace, or run `bash tests/all`")), lines)
}

#[test]
fn nothing_is_shown_before_it_is_safe() {
    let watched = watched();
    let dir = watched.desk.dir();
    let marks: Vec<Mark> = watched.puts.iter().map(|put| Mark { file: put.file.clone(), mark: put.key.clone() }).collect();
    let (looked, wrong) = order::wrong(&watched.calls, &dir, &marks);
    println!("{} calls: {looked:?}", watched.calls.len());
    assert_eq!(wrong, Vec::<String>::new());
    let Looked { taken, laid_down, dots } = looked;
    assert_eq!((taken, dots), (watched.puts.len(), watched.letters), "each was looked at");
    assert!(laid_down >= taken && dots >= 4, "an answer beside each, and a mail for each: {looked:?}");

    let survived = power_goes_everywhere(&watched, &watched.calls);
    println!("power lost {} times, {} acts seen before", survived.times, survived.acts);
    assert_eq!(survived.wrong, Vec::<String>::new());
    assert!(survived.acts >= watched.puts.len() + watched.letters);

    // The same daemon without its syncs of the store: both have to see that.
    let log = order::log(&dir);
    let careless: Vec<Call> = watched.calls.iter().filter(|call| !call.syncs(&log)).cloned().collect();
    assert!(order::wrong(&careless, &dir, &marks).1.len() >= taken + dots);
    assert!(!power_goes_everywhere(&watched, &careless).wrong.is_empty());
}

#[derive(Default)]
struct Survived {
    times: usize,
    /// What somebody had seen when the power went for the last time.
    acts: usize,
    wrong: Vec<String>,
}

/// What others can see: a submission that is taken, a letter that has gone.
enum Seen<'a> {
    Taken(&'a Put),
    Letter(String),
}

/// The power goes at each act that somebody sees, and wherever the store is written.
fn power_goes_everywhere(watched: &Watched, calls: &[Call]) -> Survived {
    let dir = watched.desk.dir();
    let after = disk_of(&dir);
    let mut survived = Survived::default();
    let mut seen: Vec<Seen> = Vec::new();
    let store = dir.join("state");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for (n, call) in calls.iter().enumerate() {
        let moved = call.renames().and_then(|(from, _)| watched.puts.iter().find(|put| put.file == from));
        let dot = call.sends() == Some(b".\r\n");
        seen.extend(moved.map(Seen::Taken));
        if dot {
            seen.push(Seen::Letter(order::letter(calls, call).unwrap_or_default()));
        }
        // Of the many pages of one commit, some.
        let of_store = call.file.starts_with(&store) && (call.syncs(&call.file) || n % 17 == 0);
        if moved.is_none() && !dot && !of_store {
            continue;
        }
        for unsynced in [Unsynced::Lost, Unsynced::Kept, Unsynced::Some(n as u64)] {
            let disk = disk_at(&watched.before, calls, &dir, call.begin, unsynced);
            survived.times += 1;
            let why = runtime.block_on(left(&disk, &dir, &seen, &after));
            survived.wrong.extend(why.into_iter().map(|why| format!("call {n} ({}), {unsynced:?}: {why}", call.name)));
        }
    }
    survived.acts = seen.len();
    survived
}

/// What is wrong with the desk that is on the disk.
async fn left(disk: &Disk, dir: &Path, seen: &[Seen<'_>], after: &Disk) -> Vec<String> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let folder = made.expect("a scratch folder");
    let state = dir.join("state");
    for (path, bytes) in disk.iter().filter(|(path, _)| path.starts_with(&state)) {
        // The index into the log is made anew from the log.
        let name = path.file_name().unwrap_or_default();
        if !name.to_string_lossy().ends_with("-shm") {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
    }
    let store = match Store::open(&StateUrl::Folder(folder.path().into())).await {
        Ok(store) => store,
        Err(why) => return vec![format!("the store does not open: {why}")],
    };
    let mut wrong = Vec::new();
    match store.verify(fold).await {
        Ok(faults) if faults.is_empty() => {}
        checked => wrong.push(format!("check: {checked:?}")),
    }
    for act in seen {
        match act {
            Seen::Taken(put) => {
                let known = store.seen_with_prefix(&put.key, None).await;
                if !matches!(&known, Ok(known) if !known.is_empty()) {
                    wrong.push(format!("{} was moved, and is not known: {known:?}", put.file.display()));
                }
            }
            Seen::Letter(id) => {
                let row = store.mail(id).await;
                let known = matches!(&row, Ok(Some(row)) if ["at_data", "sent", "doubt"].contains(&row.state.as_str()));
                if !known {
                    wrong.push(format!("{id} was sent, and is not known: {row:?}"));
                }
            }
        }
    }
    // Where the store says that a document lies, it lies.
    for case in store.cases(&Default::default()).await.unwrap_or_default() {
        let rows = store.outgoing(&quotedesk::store::OutgoingFilter::Case(case.id)).await.unwrap_or_default();
        for row in rows.iter().filter(|row| row.kind == "file" && row.state == "sent") {
            let path = dir.join(&row.last_words);
            if disk.get(&path) != after.get(&path) || !disk.contains_key(&path) {
                wrong.push(format!("{} is said to lie there", path.display()));
            }
        }
    }
    store.close().await;
    wrong
}

fn fold(events: &[Recorded]) -> Case {
    Case::fold(events)
}
