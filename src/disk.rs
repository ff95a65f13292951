//! The one way to files that come and go: incoming submissions, documents, mails of the folder transport.
//!
//! Everything written is complete or not there: a temporary name in the same folder, fsync, rename, fsync of the folder.
//! These calls block; callers keep them off the async threads.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Once};
use std::time::Duration;

use rustix::fs::{CWD, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use crate::faults::Faults;

/// Names `x (2)`, `x (3)` … are tried up to here.
const NAMES: u32 = 10_000;

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
        let placed = self.take_place(&temporary, folder, name, &target);
        if placed.is_err() {
            // Best effort: a left-over temporary name is ignored by everybody.
            let _ = fs::remove_file(&temporary);
        }
        placed.map(|()| target)
    }

    fn take_place(&self, temporary: &Path, folder: &Path, name: &str, target: &Path) -> io::Result<()> {
        for _ in 0..NAMES {
            if self.rename_new(temporary, target)? {
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

    /// Moves a file into `folder` under `name`, or `name (2)` … where that is taken; also from another file system.
    /// Durable when it returns.
    ///
    /// # Errors
    /// What the disk says; the file is then still where it was.
    pub fn move_file(&self, from: &Path, folder: &Path, name: &str) -> io::Result<PathBuf> {
        self.make_folders(folder)?;
        let moved = self.first_free(folder, name, |target| self.put_in_place(from, folder, target, |_| true))?;
        self.sync_folder(folder)?;
        self.sync_folder(parent(from))?;
        Ok(moved)
    }

    /// Moves a file into `folder` under `name`, with `note` beside it as `<name>.txt`; both become `name (2)` … where
    /// either name is taken. The note is there before the file moves, so that no moved file is ever without its own, and
    /// a note left by a crash in between is used again. Durable when it returns. `is_this` is asked once the file has moved
    /// within a disk: another one, put there in the last moment, goes back.
    ///
    /// # Errors
    /// What the disk says; the file is then still where it was. `NotFound`: it is gone, or was another; another process may
    /// have moved it, with its note, and no second note is left.
    pub fn move_with_note(
        &self,
        from: &Path,
        folder: &Path,
        name: &str,
        note: &[u8],
        is_this: impl Fn(&Path) -> bool,
    ) -> io::Result<PathBuf> {
        self.make_folders(folder)?;
        let moved = self.first_free(folder, name, |target| {
            let mut beside = target.as_os_str().to_owned();
            beside.push(".txt");
            let beside = Path::new(&beside);
            if fs::symlink_metadata(target).is_ok() {
                return Ok(is_copied(from, target)? && same_bytes(beside, note)? && self.let_go(from, folder)?);
            }
            let ours = fs::symlink_metadata(beside).is_err();
            if !self.place(folder, beside, note)? {
                return Ok(false);
            }
            match self.put_in_place(from, folder, target, &is_this) {
                // Who is quicker with another file of this name may have let go of a note like ours.
                Ok(true) => self.place(folder, beside, note),
                Err(e) if e.kind() == ErrorKind::NotFound && ours && fs::symlink_metadata(target).is_err() => {
                    let _ = fs::remove_file(beside);
                    Err(e)
                }
                other => other,
            }
        })?;
        self.sync_folder(folder)?;
        self.sync_folder(parent(from))?;
        Ok(moved)
    }

    /// Back to where it was; never over what lies there by now.
    fn send_back(&self, moved: &Path, from: &Path) -> io::Result<bool> {
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        self.first_free(parent(from), &name, |back| self.rename_new(moved, back))?;
        self.sync_folder(parent(from))?;
        Err(io::Error::new(ErrorKind::NotFound, "another file was put in its place"))
    }

    /// `bytes` as `target`, unless something else has that name.
    fn place(&self, folder: &Path, target: &Path, bytes: &[u8]) -> io::Result<bool> {
        if fs::symlink_metadata(target).is_ok() {
            return same_bytes(target, bytes);
        }
        let temporary = self.write_temporary(folder, bytes)?;
        let placed = self.rename_new(&temporary, target);
        if !matches!(placed, Ok(true)) {
            // Best effort: a left-over temporary name is ignored by everybody.
            let _ = fs::remove_file(&temporary);
        }
        placed
    }

    fn put_in_place(&self, from: &Path, folder: &Path, target: &Path, is_this: impl Fn(&Path) -> bool) -> io::Result<bool> {
        match self.rename_new(from, target) {
            Err(e) if e.kind() == ErrorKind::CrossesDevices => self.copy_over(from, folder, target),
            Ok(true) if !is_this(target) => self.send_back(target, from),
            other => other,
        }
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

    /// The move between two file systems: copy, sync, put in place, and only then let go of the old one.
    fn copy_over(&self, from: &Path, folder: &Path, to: &Path) -> io::Result<bool> {
        let temporary = temporary(folder);
        self.faults.check("disk.copy")?;
        let copied = fs::copy(from, &temporary).and_then(|_| offer(&temporary)).and_then(|()| self.sync_file(&temporary));
        let placed = copied.and_then(|()| self.rename_new(&temporary, to));
        if !matches!(placed, Ok(true)) {
            let _ = fs::remove_file(&temporary);
            return placed;
        }
        self.let_go(from, folder)
    }

    /// Of a file whose copy has its name in `folder` by now.
    fn let_go(&self, from: &Path, folder: &Path) -> io::Result<bool> {
        self.sync_folder(folder)?;
        self.faults.check("disk.unlink")?;
        fs::remove_file(from)?;
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

/// What root has just made in a folder of somebody else's is theirs: a command run by root leaves nothing behind that the
/// desk's own user could not write.
///
/// # Errors
/// What the disk says.
pub fn hand_over(made: &Path) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let above = fs::metadata(parent(made))?;
    // Never what a link leads to.
    if above.uid() == 0 { Ok(()) } else { lchown(made, Some(above.uid()), Some(above.gid())) }
}

/// Hands over where that is allowed. A container without `CAP_CHOWN`, or a share that takes root for nobody, allows it to no one,
/// and what is made has to be made all the same.
///
/// # Errors
/// What the disk says otherwise.
pub fn offer(made: &Path) -> io::Result<()> {
    static SAID: Once = Once::new();
    match hand_over(made) {
        Err(why) if [Errno::PERM, Errno::INVAL].iter().any(|e| why.raw_os_error() == Some(e.raw_os_error())) => {
            SAID.call_once(|| {
                tracing::warn!(
                    "{}: cannot be given to the owner of its folder ({why}): what this process makes stays its own; run it as the \
                     desk's user",
                    made.display()
                );
            });
            Ok(())
        }
        other => other,
    }
}

/// A folder for its owner alone, and those above it that are missing.
///
/// # Errors
/// What the disk says.
pub fn make_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    make_private(parent(folder))?;
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        // Another one was quicker.
        Err(e) if e.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.and_then(|()| offer(folder)),
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

/// Has a move that was cut off brought the file there already: a second name of it, or its copy on another disk?
fn is_copied(from: &Path, to: &Path) -> io::Result<bool> {
    let (old, new) = (fs::symlink_metadata(from)?, fs::symlink_metadata(to)?);
    match old.dev() == new.dev() {
        true => Ok(old.ino() == new.ino()),
        false => Ok(old.is_file() && old.len() == new.len() && same_bytes(to, &fs::read(from)?)?),
    }
}

fn no_regular_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "not a regular file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_file_never_takes_anothers_place() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("in.xlsx"), folder.path().join(".done/2026-03-02"));
        for n in 1..=3 {
            fs::write(&from, format!("{n}")).unwrap();
            let moved = Disk::default().move_file(&from, &to, "in.xlsx").unwrap();
            assert_eq!(fs::read_to_string(moved).unwrap(), format!("{n}"));
        }
        let mut names: Vec<_> = fs::read_dir(&to).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["in (2).xlsx", "in (3).xlsx", "in.xlsx"]);
        assert!(!from.exists());
    }

    /// Another process was quicker, or somebody has put another file in the place of the one that was answered.
    #[test]
    fn an_answer_never_goes_with_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("in.xlsx"), folder.path().join(".done/2026-03-02"));
        let gone = Disk::default().move_with_note(&from, &to, "in.xlsx", b"ok", |_| true).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::NotFound);
        assert_eq!(fs::read_dir(&to).unwrap().count(), 0, "a note without its file");

        fs::write(&from, "answered").unwrap();
        Disk::default().move_with_note(&from, &to, "in.xlsx", b"ok", |_| true).unwrap();
        let again = Disk::default().move_with_note(&from, &to, "in.xlsx", b"ok", |_| true).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::NotFound);
        assert_eq!(fs::read_dir(&to).unwrap().count(), 2, "a second note");

        fs::write(&from, "new").unwrap();
        let other = Disk::default().move_with_note(&from, &to, "in.xlsx", b"old answer", |_| false).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::NotFound);
        assert_eq!(fs::read_to_string(&from).unwrap(), "new", "a submission was put away unread");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 2, "the note of another file stayed");
        assert_eq!(fs::read(to.join("in.xlsx.txt")).unwrap(), b"ok");
    }

    /// A move that was cut off between the file's two names is finished, not begun anew.
    #[test]
    fn a_move_that_was_cut_off_ends_in_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("in.xlsx"), folder.path().join(".done"));
        fs::create_dir(&to).unwrap();
        fs::write(&from, "a").unwrap();
        fs::write(to.join("in.xlsx.txt"), "ok").unwrap();
        fs::hard_link(&from, to.join("in.xlsx")).unwrap();
        assert_eq!(Disk::default().move_with_note(&from, &to, "in.xlsx", b"ok", |_| true).unwrap(), to.join("in.xlsx"));
        assert!(!from.exists());
        // The same bytes put there again are another submission.
        fs::write(&from, "a").unwrap();
        let again = Disk::default().move_with_note(&from, &to, "in.xlsx", b"ok", |_| true).unwrap();
        assert_eq!(again, to.join("in (2).xlsx"));
    }

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

    /// Two people's files of one name, put away at the same moment, and one that is called like another's note.
    #[test]
    fn a_note_is_never_anothers() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join(".done/2026-03-02");
        let drop = |name: &str, n: usize| {
            let from = folder.path().join(format!("{n}-{name}"));
            fs::write(&from, format!("{n}")).unwrap();
            Disk::default().move_with_note(&from, &to, name, b"ok", |_| true).unwrap()
        };
        let moved: Vec<PathBuf> = std::thread::scope(|scope| {
            let at_once: Vec<_> = (0..16).map(|n| scope.spawn(move || drop("in.xlsx", n))).collect();
            at_once.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let odd = drop("in.xlsx.txt", 99);
        assert_eq!(fs::read(&odd).unwrap(), b"99", "a note took its place");
        for path in moved.iter().chain([&odd]) {
            assert_eq!(fs::read_to_string(format!("{}.txt", path.display())).unwrap(), "ok", "{}", path.display());
        }
        assert_eq!(fs::read_dir(&to).unwrap().count(), 17 * 2);
    }

    /// Whichever call fails, the file is whole, in one place or still in both.
    #[test]
    fn a_move_between_file_systems_survives_any_fault() {
        let here = tempfile::tempdir().unwrap();
        let device = |p: &Path| fs::metadata(p).unwrap().dev();
        let places = ["/dev/shm", "/tmp", "/var/tmp", env!("CARGO_MANIFEST_DIR")];
        let mut others = places.iter().filter_map(|at| tempfile::tempdir_in(at).ok());
        let there = others.find(|at| device(at.path()) != device(here.path()));
        let there = there.unwrap_or_else(|| panic!("this needs a second file system at one of {places:?}"));
        for n in 0.. {
            let from = here.path().join(format!("{n}.xlsx"));
            let folder = there.path().join(format!("{n}"));
            fs::write(&from, b"form").unwrap();
            let moved = Disk::new(Faults::nth(n)).move_file(&from, &folder, "in.xlsx");
            let arrived = fs::read(folder.join("in.xlsx")).ok();
            assert!(from.exists() || arrived.is_some(), "call {n}: lost");
            assert!(arrived.is_none_or(|bytes| bytes == b"form"), "call {n}: half");
            let left = fs::read_dir(&folder).map_or(0, |names| names.count());
            assert!(left <= 1, "call {n}: {left} files, a temporary one among them");
            if moved.is_ok() && n > 8 {
                assert!(!from.exists());
                return;
            }
        }
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
