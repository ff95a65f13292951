//! Submissions that lie in `inbox/`: which files are complete, who put them there, and where they go once answered.
//!
//! A look over the folder is the truth; change notices only make it happen sooner. A file is taken when a notice says
//! that it was closed or moved in, or when its size and time have stood still, and only as a whole container.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::disk::Disk;
use crate::share;
use crate::text::sha;

/// Size and time of a file have to stand still this long before it is taken without a notice.
const STILL: Duration = Duration::from_secs(5);
/// On a network share a file's own time counts only from here on: the share's clock goes wrong by seconds or minutes, and by that
/// alone a file that is being written would seem to have stood still.
const OLD: Duration = Duration::from_secs(86_400);
/// A container that is still not whole after this long is broken: taken, and answered as such. Where a notice said that
/// its writer has closed it, standing still is enough.
const GIVE_UP: Duration = Duration::from_secs(600);

/// A workbook that is open is being written; one that has been so for this long without a change may have been forgotten, or its
/// program died and left the lock file behind.
const FORGOTTEN: Duration = Duration::from_secs(1_800);

/// What names of deliveries begin with.
pub const DELIVERY: &str = "file:";

/// A complete file in `inbox/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    pub path: PathBuf,
    /// The same, from the inbox on: several machines may see it under different folders.
    within: PathBuf,
    /// The folder `inbox/<person's email>/` that it lies in; `None` straight in `inbox/`.
    pub person: Option<String>,
    stamp: Stamp,
}

/// What tells one delivery of a file from the next under the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: SystemTime,
    inode: u64,
}

/// The inbox folder, and what was seen in it.
#[derive(Default)]
pub struct Inbox {
    root: PathBuf,
    seen: HashMap<PathBuf, (Stamp, Instant)>,
    /// With what the next look found: written to once more, a file is not closed any more.
    closed: HashMap<PathBuf, Option<Stamp>>,
    /// Folders of people that the last look could not look into, and why.
    shut: Vec<String>,
    /// Files that wait for a lock file to go, for long by now.
    held: Vec<String>,
    /// What stands still in people's folders and is no file, and what has been seen of it so far.
    odd: Vec<Dropped>,
    odd_since: HashMap<PathBuf, (Stamp, Instant)>,
    /// On a share with a clock of its own; `None`: not looked at yet.
    far: Option<bool>,
}

impl Inbox {
    pub fn new(root: &Path) -> Inbox {
        Inbox { root: root.to_path_buf(), far: None, ..Inbox::default() }
    }

    /// The same on a share with a clock of its own, wherever it lies.
    pub fn on_a_share(root: &Path) -> Inbox {
        Inbox { far: Some(true), ..Inbox::new(root) }
    }

    /// A notice: the file was closed after writing, or moved in.
    pub fn closed(&mut self, path: PathBuf) {
        self.closed.insert(path, None);
    }

    /// Folders of people that the last look could not look into, and why.
    pub fn shut(&self) -> &[String] {
        &self.shut
    }

    /// Files that wait for a lock file beside them to go, for long by now, and what to do: never taken, for who has one open may
    /// write to it yet.
    pub fn held(&self) -> &[String] {
        &self.held
    }

    /// What stood still in people's folders at the last look, and can never be taken: folders, links, pipes. Its `key` tells one
    /// such thing from the next, whatever happens in it.
    pub fn odd(&self) -> &[Dropped] {
        &self.odd
    }

    /// The files that can be taken now, oldest first, and whether others are still on their way. Those in `going` are
    /// being taken already, and not looked at again.
    ///
    /// # Errors
    /// Where the folder cannot be listed (a share that is gone): nothing is concluded from that.
    pub fn look(&mut self, going: &HashSet<PathBuf>) -> io::Result<(Vec<Dropped>, bool)> {
        self.look_at(going, Instant::now(), SystemTime::now())
    }

    /// The same at this moment: `now` measures how long a file has stood still, `today` how old it is.
    ///
    /// # Errors
    /// As `look`.
    pub fn look_at(&mut self, going: &HashSet<PathBuf>, now: Instant, today: SystemTime) -> io::Result<(Vec<Dropped>, bool)> {
        let mut waiting = false;
        let mut ready = Vec::new();
        let mut there = HashSet::new();
        let lying = list(&self.root)?;
        let far = *self.far.get_or_insert_with(|| share::network(&self.root).is_ok_and(|share| share.is_some()));
        self.shut = lying.shut();
        self.look_at_odd(lying.odd, now);
        self.held.clear();
        for (path, person) in lying.files {
            there.insert(path.clone());
            if going.contains(&path) {
                continue;
            }
            let Ok(stamp) = stamp(&path) else { continue };
            let since = match self.seen.get(&path) {
                Some((same, since)) if *same == stamp => *since,
                _ => {
                    self.seen.insert(path.clone(), (stamp.clone(), now));
                    now
                }
            };
            if let Some(lock) = lock_of(&path) {
                self.held.extend(forgotten(&path, &lock, today));
                waiting = true;
                continue;
            }
            let age = today.duration_since(stamp.modified).unwrap_or_default();
            let stood = now.saturating_duration_since(since);
            let still = if far && age < OLD { stood } else { stood.max(age) };
            let closed = match self.closed.get_mut(&path) {
                Some(of) => *of.get_or_insert_with(|| stamp.clone()) == stamp,
                None => false,
            };
            let broken_for_good = still >= if closed { STILL } else { GIVE_UP };
            if broken_for_good || ((closed || still >= STILL) && whole(&path, stamp.len)) {
                let within = path.strip_prefix(&self.root).unwrap_or(&path).to_path_buf();
                ready.push(Dropped { path, within, person, stamp });
            } else {
                waiting = true;
            }
        }
        self.seen.retain(|path, _| there.contains(path));
        self.closed.retain(|path, _| there.contains(path));
        ready.sort_by(|a, b| (a.stamp.modified, &a.path).cmp(&(b.stamp.modified, &b.path)));
        Ok((ready, waiting))
    }
}

impl Inbox {
    fn look_at_odd(&mut self, lying: Vec<(PathBuf, Option<String>)>, now: Instant) {
        self.odd.clear();
        let before = std::mem::take(&mut self.odd_since);
        for (path, person) in lying.into_iter().filter(|(_, person)| person.is_some()) {
            let Ok(stamp) = odd_stamp(&path) else { continue };
            let since = before.get(&path).filter(|(same, _)| *same == stamp).map_or(now, |(_, since)| *since);
            self.odd_since.insert(path.clone(), (stamp.clone(), since));
            if now.saturating_duration_since(since) >= STILL {
                let within = path.strip_prefix(&self.root).unwrap_or(&path).to_path_buf();
                self.odd.push(Dropped { path, within, person, stamp });
            }
        }
    }
}

/// What lies in the inbox.
#[derive(Debug, Default)]
pub struct Lying {
    /// Every file that is anybody's submission: straight in the inbox or in a person's folder, whose it then is.
    pub files: Vec<(PathBuf, Option<String>)>,
    /// Folders of people, and links that stand for one.
    pub people: Vec<PathBuf>,
    /// Folders of people that cannot be looked into, and why: what lies there is somebody's submission.
    pub closed: Vec<String>,
    /// Folders that nothing is taken from, though files lie there, and why: links, and such as are nobody's.
    pub nobodys: Vec<String>,
    /// What is no file, and so can never be taken: folders, links, pipes; and in whose folder it lies.
    pub odd: Vec<(PathBuf, Option<String>)>,
}

impl Lying {
    /// Folders of people whose files wait: somebody's submissions.
    pub fn unread(&self) -> Vec<String> {
        self.shut().into_iter().filter(|words| !words.ends_with(NOBODYS)).collect()
    }

    /// All folders whose files wait for ever.
    pub fn shut(&self) -> Vec<String> {
        self.closed.iter().chain(&self.nobodys).cloned().collect()
    }
}

/// Looks through the inbox. A person's folder that cannot be read is named, and keeps no other from being looked into.
///
/// # Errors
/// Where the inbox itself cannot be listed.
pub fn list(root: &Path) -> io::Result<Lying> {
    let mut lying = Lying::default();
    for entry in std::fs::read_dir(root)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(kind) = entry.file_type().ok().filter(|_| !is_nobodys(&name.to_string_lossy())) else { continue };
        let person = Some(name.to_string_lossy().to_lowercase()).filter(|name| name.contains('@'));
        if kind.is_file() {
            lying.files.push((entry.path(), None));
        } else if let Some(person) = person.filter(|_| kind.is_dir()) {
            lying.people.push(entry.path());
            match in_folder(&entry.path()) {
                Ok((files, odd)) => {
                    let theirs = |path| (path, Some(person.clone()));
                    lying.files.extend(files.into_iter().map(theirs));
                    lying.odd.extend(odd.into_iter().map(theirs));
                }
                // A person's folder that vanishes while it is read is no reason to stop.
                Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                Err(why) => lying.closed.push(format!("{}: cannot be read: {why}", entry.path().display())),
            }
        } else if kind.is_symlink() && name.to_string_lossy().contains('@') && !entry.path().is_file() {
            lying.people.push(entry.path());
            lying.nobodys.push(format!("{}: {LINK}", entry.path().display()));
        } else {
            // Files that somebody has laid into a folder of another name: whose they are is not known, and nobody answers them.
            if kind.is_dir() && in_folder(&entry.path()).is_ok_and(|(files, _)| !files.is_empty()) {
                lying.nobodys.push(format!("{}: {NOBODYS}", entry.path().display()));
            }
            lying.odd.push((entry.path(), None));
        }
    }
    Ok(lying)
}

/// Its files wait for ever.
const NOBODYS: &str = "holds files, and is nobody's: name it by the person's mail address";

/// Whoever may write where it leads, or turn it elsewhere, would speak as this person.
pub const LINK: &str = "is a link, and links are not followed: put a folder in its place";

/// The files in a person's folder, and what is no file.
fn in_folder(folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut files, mut odd) = (Vec::new(), Vec::new());
    for inner in std::fs::read_dir(folder)? {
        let inner = inner?;
        let Some(kind) = inner.file_type().ok().filter(|_| !is_nobodys(&inner.file_name().to_string_lossy())) else { continue };
        if kind.is_file() { &mut files } else { &mut odd }.push(inner.path());
    }
    Ok((files, odd))
}

/// Traces of office programs, file managers and copies on their way: neither taken nor moved.
fn is_nobodys(name: &str) -> bool {
    let lower = name.to_lowercase();
    let exact = ["thumbs.db", "desktop.ini", "@eadir", "$recycle.bin"];
    let ends = [".tmp", ".crdownload", ".part", ".partial", ".swp"];
    name.starts_with('.') || name.starts_with("~$") || exact.contains(&lower.as_str()) || ends.iter().any(|e| lower.ends_with(e))
}

/// Somebody has the workbook open: Excel's `~$name` or LibreOffice's `.~lock.name#` lies beside it.
fn lock_of(path: &Path) -> Option<PathBuf> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    let without_two: String = name.chars().skip(2).collect();
    let locks = [format!("~${name}"), format!("~${without_two}"), format!(".~lock.{name}#")];
    locks.iter().map(|lock| folder.join(lock)).find(|lock| lock.symlink_metadata().is_ok())
}

/// The file waits for a lock file, and has for long.
pub fn is_held(path: &Path) -> Option<String> {
    forgotten(path, &lock_of(path)?, SystemTime::now())
}

fn forgotten(path: &Path, lock: &Path, today: SystemTime) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    // When it came here, for a copy keeps the time of what it was copied from.
    let came =
        u64::try_from(path.symlink_metadata().ok()?.ctime()).ok().map(|s| SystemTime::UNIX_EPOCH + Duration::from_secs(s))?;
    let since = lock.symlink_metadata().ok()?.modified().ok()?.max(came);
    (today.duration_since(since).ok()? >= FORGOTTEN).then(|| {
        format!(
            "{}: waits, for {} beside it says that somebody has it open: close it there; where nobody has, delete that file",
            path.display(),
            lock.file_name().unwrap_or_default().to_string_lossy()
        )
    })
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let meta = path.symlink_metadata()?;
    if !meta.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    Ok(Stamp { len: meta.len(), modified: meta.modified()?, inode: meta.ino() })
}

/// Of what is no file: when it was made, for its own time changes with each thing that is laid into a folder.
fn odd_stamp(path: &Path) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let meta = path.symlink_metadata()?;
    Ok(Stamp { len: 0, modified: meta.created().unwrap_or(SystemTime::UNIX_EPOCH), inode: meta.ino() })
}

/// Is the container complete: a zip with its end record, anything else with bytes in it?
fn whole(path: &Path, len: u64) -> bool {
    use std::io::{Read, Seek, SeekFrom};
    let look = || -> io::Result<bool> {
        let mut file = std::fs::File::open(path)?;
        let mut head = [0u8; 4];
        let got = file.read(&mut head)?;
        if &head != b"PK\x03\x04" {
            return Ok(got > 0);
        }
        // The end record is the last thing of a zip, before a comment of at most 64 KiB.
        let tail = len.min(66_000);
        file.seek(SeekFrom::Start(len - tail))?;
        let mut end = Vec::new();
        file.take(tail).read_to_end(&mut end)?;
        Ok(end.windows(4).any(|w| w == b"PK\x05\x06"))
    };
    // What this user may not read is not waited for: taking it says what is wrong.
    look().unwrap_or_else(|why| why.kind() == io::ErrorKind::PermissionDenied)
}

impl Dropped {
    /// The name as staff see it.
    pub fn name(&self) -> String {
        let raw = self.path.file_name().unwrap_or_default().to_string_lossy();
        crate::text::nfc(&raw)
    }

    pub fn len(&self) -> u64 {
        self.stamp.len
    }

    pub fn is_empty(&self) -> bool {
        self.stamp.len == 0
    }

    /// The identity of this delivery: still there after a crash it is the same one; put there again it is another.
    /// Begins with its `content`, so that the same bytes from the same person are found again.
    pub fn key(&self, content: &str) -> String {
        format!("{content}{}", self.place_and_time())
    }

    /// The name of this delivery among what several daemons share out, before it is read.
    pub fn delivery(&self) -> String {
        format!("{DELIVERY}{}", self.place_and_time())
    }

    fn place_and_time(&self) -> String {
        let since = self.stamp.modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        format!("{}:{since}:{}", self.within.display(), self.stamp.inode)
    }

    /// The same bytes from the same person, whatever the file is called.
    pub fn content(&self, bytes: &[u8]) -> String {
        format!("file:{}:{}:", sha(bytes), self.person.as_deref().unwrap_or_default())
    }

    /// Has it been replaced since it was read? Then it stays: it is a submission of its own.
    pub fn is_unchanged(&self) -> bool {
        stamp(&self.path).is_ok_and(|now| now == self.stamp)
    }

    /// Is it this very file, moved? Not every share keeps the inode.
    fn is_this(&self, moved: &Path) -> bool {
        stamp(moved).is_ok_and(|now| (now.len, now.modified) == (self.stamp.len, self.stamp.modified))
    }

    /// The bytes, no more than `limit` of them; links, pipes and folders are none.
    pub fn read(&self, disk: &Disk, limit: u64) -> io::Result<Vec<u8>> {
        disk.read_bounded(&self.path, limit)
    }

    /// Moves the file to `inbox/.done/<date>/` or `.problem/<date>/`, with the answer beside it as `<name>.txt`. One that has
    /// taken its place in the very last moment goes back: it is a submission of its own.
    ///
    /// # Errors
    /// What the disk says; `NotFound` where another daemon has moved it.
    pub fn file_away(
        &self,
        disk: &Disk,
        inbox: &Path,
        problem: bool,
        date: chrono::NaiveDate,
        answer: &str,
    ) -> io::Result<PathBuf> {
        let folder = inbox.join(if problem { ".problem" } else { ".done" }).join(date.to_string());
        disk.move_with_note(&self.path, &folder, &crate::name::clean(&self.name()), answer.as_bytes(), |moved| {
            self.is_this(moved)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Excel died, and its lock file stays: the form is not taken, and somebody is told.
    #[test]
    fn a_form_beside_a_forgotten_lock_file_is_told_and_never_taken() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("phieu.xlsx"), "x").unwrap();
        let lock = home.path().join("~$phieu.xlsx");
        std::fs::write(&lock, "x").unwrap();
        let mut inbox = Inbox::new(home.path());
        let mut after = |minutes: u64| {
            let by = Duration::from_secs(60 * minutes);
            let (ready, waits) = inbox.look_at(&HashSet::new(), Instant::now() + by, SystemTime::now() + by).unwrap();
            (ready.len(), waits, inbox.held().to_vec())
        };
        assert_eq!(after(29), (0, true, vec![]));
        let (taken, waits, held) = after(31);
        assert!(taken == 0 && waits && held.len() == 1 && held[0].contains("~$phieu.xlsx beside it"), "{held:?}");
        std::fs::remove_file(lock).unwrap();
        assert!(matches!(after(32), (1, false, held) if held.is_empty()));
    }

    #[test]
    fn a_folder_that_cannot_be_looked_into_is_named_and_the_others_are() {
        let home = tempfile::tempdir().unwrap();
        let folder = |name: &str| home.path().join(name);
        for name in ["lan@a.example", "hung@a.example"] {
            std::fs::create_dir(folder(name)).unwrap();
            std::fs::write(folder(name).join("Phiếu.xlsx"), "x").unwrap();
        }
        std::os::unix::fs::symlink(folder("hung@a.example"), folder("ha@a.example")).unwrap();
        std::os::unix::fs::symlink(folder("nowhere"), folder("nam@a.example")).unwrap();
        // Links to files are nobody's, as ever.
        std::os::unix::fs::symlink(folder("lan@a.example").join("Phiếu.xlsx"), folder("báo giá@10tr.xlsx")).unwrap();
        let lying = list(home.path()).unwrap();
        assert_eq!(lying.files.len(), 2);
        let mut closed = lying.shut();
        closed.sort();
        assert!(matches!(&closed[..], [ha, nam] if ha.contains("ha@a.example: is a link") && nam.contains("nam@")), "{closed:?}");
        // Root reads everything.
        if !rustix::process::geteuid().is_root() {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder("lan@a.example"), std::fs::Permissions::from_mode(0o000)).unwrap();
            assert!(list(home.path()).unwrap().closed.iter().any(|words| words.contains("lan@a.example: cannot be read")));
        }
    }
}
