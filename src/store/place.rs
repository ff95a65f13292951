//! Where the state lies: a folder of this machine (SQLite) or a PostgreSQL server; and who may work in that folder.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::OpenError;

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

/// Refuses a network share for SQLite: its write-ahead log needs shared memory, which no share gives
/// (sqlite.org/wal.html, "does not work over a network filesystem").
///
/// # Errors
/// `OpenError::Place` with the kind of share; also where the folder cannot be looked at.
pub fn check_place(folder: &Path) -> Result<(), OpenError> {
    let stat = rustix::fs::statfs(folder).map_err(|e| OpenError::Place(format!("{}: cannot be read: {e}", folder.display())))?;
    // Magic numbers of statfs(2).
    let share = match stat.f_type as u32 {
        0x6969 => "NFS",
        0xFF53_4D42 | 0x517B | 0xFE53_4D42 => "CIFS/SMB",
        0x5346_414F | 0x6B41_4653 => "AFS",
        _ => return Ok(()),
    };
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
        let failed = |e: std::io::Error| OpenError::Place(format!("{}: {e}", path.display()));
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
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
