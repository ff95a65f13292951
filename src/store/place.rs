//! Where the state lies: a folder of this machine (SQLite) or a PostgreSQL server; and who may work in that folder.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::OpenError;
use crate::{disk, share};

/// `[desk] state` of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateUrl {
    /// A folder on a local disk; the store is `quotedesk.db` in it.
    Folder(PathBuf),
    /// `postgres://…`
    Postgres(String),
}

impl StateUrl {
    /// Reads the config's word; a folder is taken relative to the desk's.
    pub fn parse(typed: &str, desk: &Path) -> StateUrl {
        let typed = typed.trim();
        match typed.starts_with("postgres://") || typed.starts_with("postgresql://") {
            true => StateUrl::Postgres(typed.to_owned()),
            false => StateUrl::Folder(desk.join(typed)),
        }
    }
}

/// Without the password of a URL: what may be printed and logged.
impl std::fmt::Display for StateUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StateUrl::Folder(folder) => write!(f, "{}", folder.display()),
            StateUrl::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                // A password may also stand behind the question mark.
                write!(f, "{scheme}://{}", host.split('?').next().unwrap_or(host))
            }
        }
    }
}

/// The database file in a state folder.
pub(super) fn database(folder: &Path) -> PathBuf {
    folder.join("quotedesk.db")
}

/// Is there no database file? One that cannot be looked at is there: opening it says why it cannot be.
pub(super) fn is_missing(folder: &Path) -> bool {
    database(folder).metadata().is_err_and(|why| why.kind() == std::io::ErrorKind::NotFound)
}

/// The database file that was opened, by what the disk knows it by: its path may lead to another one later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    device: u64,
    file: u64,
}

impl std::fmt::Display for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.device, self.file)
    }
}

impl Opened {
    pub(super) fn of(folder: &Path) -> std::io::Result<Opened> {
        let about = database(folder).metadata()?;
        Ok(Opened { device: about.dev(), file: about.ino() })
    }

    /// Does its path still lead to it? A folder that was moved away, or laid back from a copy, under a running daemon: what
    /// is written then nobody finds again.
    ///
    /// # Errors
    /// What is so instead, and what to do.
    pub(super) fn is_there(self, folder: &Path) -> Result<(), String> {
        let what = match Opened::of(folder) {
            Ok(now) if now == self => return Ok(()),
            Ok(_) => "another file lies where the open store lay".to_string(),
            Err(why) => format!("the open store is not there any more ({why})"),
        };
        let path = database(folder);
        Err(format!(
            "{}: {what}. Nothing is written until it is back; to go on with another store, stop the daemon, use quotedesk \
             restore, and start it again",
            path.display()
        ))
    }
}

/// Where root makes the store, its file is made first, and is the folder's owner's. SQLite gives what it puts beside a file to
/// that file's owner.
///
/// # Errors
/// `OpenError::Place` where the file cannot be made.
pub(super) fn made_ready(folder: &Path) -> Result<(), OpenError> {
    let db = database(folder);
    if !rustix::process::geteuid().is_root() || db.exists() {
        return Ok(());
    }
    let made = File::options().append(true).create(true).open(&db).and_then(|_| disk::hand_over(&db));
    made.map_err(|e| OpenError::Place(format!("{}: {e}", db.display())))
}

/// Whose the folder or the store in it is, where it is not the present user's, and what to do; else nothing.
pub(super) fn whose(folder: &Path) -> String {
    let me = rustix::process::geteuid().as_raw();
    let there = folder.ancestors().find_map(|place| Some((place.to_owned(), place.metadata().ok()?)));
    let inside = ["quotedesk.db", "quotedesk.db-wal", "quotedesk.db-shm", "lock"].map(|name| folder.join(name));
    let inside = inside.into_iter().filter_map(|file| Some((file.clone(), file.metadata().ok()?)));
    let Some((path, about)) = there.into_iter().chain(inside).find(|(_, about)| about.uid() != me) else { return String::new() };
    let (owner, us) = (disk::user_name(about.uid()), disk::user_name(me));
    format!(
        ". {} belongs to {owner}, and this is run as {us}: run it as {owner} (sudo -u {owner}); only where the daemon itself runs as {us}, \
         give it back (chown -R {us} {})",
        path.display(),
        folder.display()
    )
}

/// Refuses a network share for SQLite: its write-ahead log needs shared memory, which no share gives
/// (sqlite.org/wal.html, "does not work over a network filesystem").
///
/// # Errors
/// `OpenError::Place` with the kind of share; also where the folder cannot be looked at.
pub fn check_place(folder: &Path) -> Result<(), OpenError> {
    let share = share::network(folder).map_err(|e| OpenError::Place(format!("{}: cannot be read: {e}", folder.display())))?;
    let Some(share) = share else { return Ok(()) };
    Err(OpenError::Place(format!(
        "{} lies on a network share ({share}), on which SQLite loses data: use a local folder, or state = \"postgres://…\"",
        folder.display()
    )))
}

/// The right to carry out effects from a SQLite state folder; given back when dropped, also by a crash.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "holds the lock while it lives")] File);

/// How long a daemon that starts waits for the one that ends (or for a command that merely looks).
const PATIENCE: Duration = Duration::from_secs(2);

impl Lock {
    /// Takes the folder's lock.
    ///
    /// # Errors
    /// `OpenError::Running` where another daemon has it, `OpenError::Place` where the lock file cannot be made.
    pub fn take(folder: &Path) -> Result<Lock, OpenError> {
        let path = folder.join("lock");
        let failed = |e: std::io::Error| OpenError::Place(format!("{}: {e}{}", path.display(), whose(folder)));
        disk::make_private(folder).map_err(failed)?;
        let there = path.exists();
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        if !there {
            disk::hand_over(&path).map_err(failed)?;
        }
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if start.elapsed() < PATIENCE => std::thread::sleep(PATIENCE / 40),
                Err(TryLockError::WouldBlock) => {
                    let mut pid = String::new();
                    // Who holds it is only said to be helpful.
                    let _ = file.read_to_string(&mut pid);
                    return Err(OpenError::Running(pid.trim().to_owned()));
                }
                Err(TryLockError::Error(e)) => return Err(failed(e)),
            }
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Lock(file))
    }

    /// Is the lock taken by somebody? A folder that has none yet is free.
    pub fn is_taken(folder: &Path) -> bool {
        let Ok(file) = File::open(folder.join("lock")) else { return false };
        // Shared, so that two who look do not hide each other.
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn whose_the_store_is_is_said_where_it_is_another_s() {
        let home = tempfile::tempdir().unwrap();
        let state = home.path().join("state");
        assert_eq!(whose(&state), "", "one's own");
        fs::create_dir(&state).unwrap();
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&state, Some(65_533), None).unwrap();
            let words = whose(&state);
            assert!(words.contains("state belongs to 65533, and this is run as root: run it as 65533"), "{words}");
        } else {
            assert!(whose(Path::new("/")).contains("/ belongs to root"));
        }
    }
}
