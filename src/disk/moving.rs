//! A file into another folder, alone or with its answer beside it. Whatever breaks off in between, the file is whole, in one place
//! or still in both, and the next try ends it.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Disk, offer, parent, same_bytes, temporary};

impl Disk {
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
        // It is where it belongs by now, whoever it is still of.
        if let Err(why) = self.adopt(&moved, folder) {
            tracing::warn!("{}: stays its sender's, who can still change it: {why}", moved.display());
        }
        Ok(moved)
    }

    /// A moved file stays its sender's, who could write in it later, and perhaps nobody else's to read. It gets its note's mode,
    /// and where it is another's, a copy takes its place: the desk's own.
    fn adopt(&self, moved: &Path, folder: &Path) -> io::Result<()> {
        let mut note = moved.as_os_str().to_owned();
        note.push(".txt");
        let (about, ours) = (fs::symlink_metadata(moved)?, fs::symlink_metadata(&note)?);
        if !about.is_file() || (about.uid(), about.gid(), about.mode()) == (ours.uid(), ours.gid(), ours.mode()) {
            return Ok(());
        }
        if (about.uid(), about.gid()) == (ours.uid(), ours.gid()) {
            return fs::set_permissions(moved, ours.permissions());
        }
        self.faults.check("disk.copy")?;
        let temporary = temporary(folder);
        let copied = || -> io::Result<()> {
            let mut target = fs::File::create(&temporary)?;
            offer(&temporary)?;
            io::copy(&mut fs::File::open(moved)?, &mut target)?;
            target.set_modified(about.modified()?)?;
            target.sync_all()
        };
        let placed = copied().and_then(|()| self.rename(&temporary, moved));
        if placed.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        placed
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
}

/// Has a move that was cut off brought the file there already: a second name of it, or its copy on another disk?
fn is_copied(from: &Path, to: &Path) -> io::Result<bool> {
    let (old, new) = (fs::symlink_metadata(from)?, fs::symlink_metadata(to)?);
    match old.dev() == new.dev() {
        true => Ok(old.ino() == new.ino()),
        false => Ok(old.is_file() && old.len() == new.len() && same_bytes(to, &fs::read(from)?)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Faults;

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
}
