//! The one way to files that come and go: incoming submissions, documents, mails of the folder transport.
//!
//! Everything written is complete or not there: a temporary name in the same folder, fsync, rename, fsync of the folder.
//! These calls block; callers keep them off the async threads.

mod moving;
mod owner;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};

pub use owner::{hand_over, make_private, offer, user_name};

use crate::faults::Faults;

/// Names `x (2)`, `x (3)` … are tried up to here.
const NAMES: u32 = 10_000;
/// A form takes so much, or a page of the store's log with what belongs to it.
const TRIAL: usize = 64 << 10;

/// The disk, with what a test lets go wrong on it.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    faults: Faults,
}

impl Disk {
    pub fn new(faults: Faults) -> Disk {
        Disk { faults }
    }

    /// Lays `bytes` down as `folder/name`, durably, and never over a different file: where the name holds other bytes
    /// it becomes `name (2)`. The same bytes are not written twice, so that a retry finds its own file. The folder's
    /// own entry is safe only after `sync_folder`.
    ///
    /// # Errors
    /// What the disk says; nothing is then left under the name.
    pub fn lay_down(&self, folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let temporary = self.write_temporary(folder, bytes)?;
        let placed = self.first_free(folder, name, |target| {
            if same_bytes(target, bytes)? {
                return Ok(true);
            }
            self.rename_new(&temporary, target)
        });
        if temporary.exists() {
            // Best effort: a left-over temporary name is ignored by everybody.
            let _ = fs::remove_file(&temporary);
        }
        placed
    }

    /// Lays `bytes` down as `folder/name`, durably, and under no other name: people are told of this one. What else lies there
    /// moves aside and becomes `name (2)`, for nothing is ever deleted. The same bytes are not written twice, so that a retry
    /// finds its own file. The folder's own entry is safe only after `sync_folder`.
    ///
    /// # Errors
    /// What the disk says; nothing of `bytes` is then left under the name.
    pub fn lay_in_its_place(&self, folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let target = folder.join(name);
        if same_bytes(&target, bytes)? {
            return Ok(target);
        }
        let temporary = self.write_temporary(folder, bytes)?;
        let placed = self.take_place(&temporary, folder, name, bytes);
        if temporary.exists() {
            // Best effort: a left-over temporary name is ignored by everybody.
            let _ = fs::remove_file(&temporary);
        }
        placed.map(|()| target)
    }

    fn take_place(&self, temporary: &Path, folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
        let target = &folder.join(name);
        for _ in 0..NAMES {
            // Another process of the desk may have been quicker with the same document.
            if self.rename_new(temporary, target)? || same_bytes(target, bytes)? {
                return Ok(());
            }
            let aside = |aside: &Path| if aside == target { Ok(false) } else { self.rename_new(target, aside) };
            match self.first_free(folder, name, aside) {
                Ok(aside) => tracing::warn!(
                    "{}: another file had the name of a document of the desk, and is {} now",
                    target.display(),
                    aside.file_name().unwrap_or_default().display()
                ),
                // Whoever laid it there has taken it away meanwhile.
                Err(why) if why.kind() == ErrorKind::NotFound => {}
                Err(why) => return Err(why),
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, format!("the name {name} is taken again and again")))
    }

    /// Clears away what earlier processes had half-written under a folder when they were killed; how many there were.
    /// Names of a process that may be writing still (this one, or the file is younger than `old`) stay.
    pub fn sweep(&self, folder: &Path, old: Duration) -> usize {
        let ours = format!(".quotedesk-{}-", us());
        let mut swept = 0;
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // Below the inbox lies all that was ever put away: names have to tell, one look at each file would take minutes.
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                swept += self.sweep(&entry.path(), old);
            } else if name.starts_with(".quotedesk-") && name.ends_with(".tmp") && !name.starts_with(&ours) {
                let changed = entry.metadata().and_then(|about| about.modified()).ok();
                let is_old = changed.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > old);
                swept += usize::from(is_old && fs::remove_file(entry.path()).is_ok());
            }
        }
        swept
    }

    /// The content of a regular file, at most `limit` bytes of it.
    ///
    /// # Errors
    /// `FileTooLarge` above the limit, `InvalidInput` for anything but a regular file (a link, a FIFO, a folder).
    pub fn read_bounded(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.faults.check("disk.read")?;
        // Not blocking on a FIFO, not following a link out of the folder.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(CWD, path, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(rustix::io::Errno::LOOP) => return Err(no_regular_file()),
            Err(e) => return Err(e.into()),
        };
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(no_regular_file());
        }
        let mut bytes = Vec::with_capacity(about.len().min(limit) as usize);
        // One more than allowed, to see a file that grows while it is read.
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > limit {
            true => Err(io::Error::new(ErrorKind::FileTooLarge, format!("more than {limit} bytes"))),
            false => Ok(bytes),
        }
    }

    /// Makes a folder and those above it, durably.
    ///
    /// # Errors
    /// What the disk says.
    pub fn make_folders(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() || folder.as_os_str().is_empty() {
            return Ok(());
        }
        let above = parent(folder);
        self.make_folders(above)?;
        self.faults.check("disk.mkdir")?;
        match fs::create_dir(folder) {
            // Another one was quicker.
            Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
            Err(e) => Err(e),
            Ok(()) => offer(folder).and_then(|()| self.sync_folder(above)),
        }
    }

    /// Is there room for a file in this folder, and the right to make one? One is made and let go of again, under a name that
    /// everybody passes over.
    ///
    /// # Errors
    /// What the disk says.
    pub fn try_out(&self, folder: &Path) -> io::Result<()> {
        fs::remove_file(self.write_temporary(folder, &[0; TRIAL])?)
    }

    /// Renames over what is there, durably.
    ///
    /// # Errors
    /// What the disk says.
    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.faults.check("disk.rename")?;
        fs::rename(from, to)?;
        self.faults.check("disk.renamed")?;
        self.sync_folder(parent(to))
    }

    /// # Errors
    /// What the disk says; then the file may be lost in a power cut.
    pub fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.faults.check("disk.sync")?;
        File::open(path)?.sync_all()
    }

    /// Makes the names in a folder safe.
    ///
    /// # Errors
    /// What the disk says; then names may be lost in a power cut.
    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.faults.check("disk.sync_folder")?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        match File::open(folder)?.sync_all() {
            // Some network shares have nothing to sync in a folder.
            Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }

    fn write_temporary(&self, folder: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
        let path = temporary(folder);
        let written = self.write_new(&path, bytes);
        if written.is_err() {
            let _ = fs::remove_file(&path);
        }
        written.map(|()| path)
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.faults.check("disk.create")?;
        let mut file = File::create(path)?;
        offer(path)?;
        self.faults.check("disk.write")?;
        file.write_all(bytes)?;
        self.faults.check("disk.sync")?;
        file.sync_all()
    }

    /// Renames where the new name is free; `false` where it is not.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<bool> {
        self.faults.check("disk.rename")?;
        match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            Err(rustix::io::Errno::EXIST) => return Ok(false),
            // File systems that cannot do this in one step (NFS, CIFS).
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                if !link_and_let_go(from, to)? {
                    return Ok(false);
                }
            }
            Err(e) => return Err(e.into()),
        }
        self.faults.check("disk.renamed")?;
        Ok(true)
    }

    /// Tries `name`, `name (2)` … until `put` says that it took one.
    fn first_free(&self, folder: &Path, name: &str, mut put: impl FnMut(&Path) -> io::Result<bool>) -> io::Result<PathBuf> {
        for n in 1..=NAMES {
            let target = folder.join(numbered(name, n));
            if put(&target)? {
                return Ok(target);
            }
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, format!("too many files named {name}")))
    }
}

/// Runs what blocks off the async threads.
///
/// # Errors
/// Those of `work`.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(io::Error::other(e)))
}

/// A path that was stored, under its root: plain names only, nothing that leads elsewhere.
///
/// # Errors
/// `InvalidInput` for `..`, an absolute path, an empty one, or a folder on the way that is a link out of the root.
pub fn confined(root: &Path, relative: &Path) -> io::Result<PathBuf> {
    let outside = || io::Error::new(ErrorKind::InvalidInput, format!("{} leads out of its folder", relative.display()));
    let plain = relative.components().all(|c| matches!(c, Component::Normal(_)));
    if !plain || relative.as_os_str().is_empty() {
        return Err(outside());
    }
    let path = root.join(relative);
    // The nearest folder that exists decides where the rest will lie.
    let existing = path.ancestors().skip(1).find(|p| fs::symlink_metadata(p).is_ok());
    if let (Some(existing), Ok(root)) = (existing, root.canonicalize())
        && !existing.canonicalize()?.starts_with(&root)
    {
        return Err(outside());
    }
    Ok(path)
}

/// A move by a second name, which every file system gives only once; where it knows no second names, by looking first. A
/// second name that a crash has left is used again.
fn link_and_let_go(from: &Path, to: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from)?,
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let (a, b) = (fs::symlink_metadata(from)?, fs::symlink_metadata(to)?);
            if (a.dev(), a.ino()) != (b.dev(), b.ino()) {
                return Ok(false);
            }
            fs::remove_file(from)?;
        }
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(e),
        Err(_) if fs::symlink_metadata(to).is_ok() => return Ok(false),
        Err(_) => fs::rename(from, to)?,
    }
    Ok(true)
}

/// This process among all that may write to a shared folder: machines have processes of the same number.
fn us() -> &'static str {
    use std::hash::{BuildHasher, Hasher};
    static US: LazyLock<String> = LazyLock::new(|| {
        // The standard library's hash keys are random.
        let drawn = std::collections::hash_map::RandomState::new().build_hasher().finish();
        format!("{}-{drawn:016x}", std::process::id())
    });
    &US
}

/// A name that no other write uses, of this process or another.
fn temporary(folder: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!(".quotedesk-{}-{n}.tmp", us()))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// `Báo giá.xlsx`, `Báo giá (2).xlsx` …
pub fn numbered(name: &str, n: u32) -> String {
    if n == 1 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, end)) if !stem.is_empty() => format!("{stem} ({n}).{end}"),
        _ => format!("{name} ({n})"),
    }
}

fn same_bytes(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_file() && about.len() == bytes.len() as u64 => Ok(fs::read(path)? == bytes),
        Ok(_) => Ok(false),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

fn no_regular_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// File systems that know no move without overwriting.
    #[test]
    fn a_second_name_takes_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&from, "a").unwrap();
        fs::write(&to, "b").unwrap();
        assert!(!link_and_let_go(&from, &to).unwrap());
        assert_eq!(fs::read_to_string(&to).unwrap(), "b");
        fs::remove_file(&to).unwrap();
        // A crash has left both names.
        fs::hard_link(&from, &to).unwrap();
        assert!(link_and_let_go(&from, &to).unwrap());
        assert!(!from.exists());
        assert_eq!(fs::read_to_string(&to).unwrap(), "a");
    }

    /// Daemons one of which has lost its lease.
    #[test]
    fn a_document_that_two_lay_down_at_once_lies_there_once() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| Disk::default().lay_in_its_place(folder.path(), "a.xlsx", b"ours").unwrap());
            }
        });
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.xlsx"]);
    }

    #[test]
    fn only_regular_files_are_read_and_only_so_much() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), b"12345").unwrap();
        std::os::unix::fs::symlink(path("file"), path("link")).unwrap();
        rustix::fs::mknodat(CWD, path("fifo"), rustix::fs::FileType::Fifo, Mode::RUSR, 0).unwrap();
        let read = |name: &str, limit| Disk::default().read_bounded(&path(name), limit).map_err(|e| e.kind());
        assert_eq!(read("file", 5), Ok(b"12345".to_vec()));
        assert_eq!(read("file", 4), Err(ErrorKind::FileTooLarge));
        assert_eq!(read("link", 9), Err(ErrorKind::InvalidInput));
        assert_eq!(read("fifo", 9), Err(ErrorKind::InvalidInput));
        assert_eq!(read("", 9), Err(ErrorKind::InvalidInput));
        assert_eq!(read("none", 9), Err(ErrorKind::NotFound));
    }
}
