//! Whose an inbox is. Two desks on one inbox (a second machine on the share, a copied config) would each take half of its
//! files, and neither know what the other has decided. So a desk keeps a small sign in its inbox while it takes files from
//! there, and takes none while another desk's stands there and lives.
//!
//! Daemons that share one store are one desk, and so is whoever comes after one that was killed: in a new container, which has
//! another name each time, it is known by the store's file on this very machine, whose lock it holds. No machine's clock is relied
//! upon: where both believe at first that the inbox is theirs, the one whose sign is written over stands back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::disk;
use crate::store::{CommitError, Store};
use crate::text::sha;

/// The sign's name in the inbox: it begins as what nobody takes for a submission.
const NAME: &str = ".quotedesk";
/// It is renewed so often.
const BEAT: Duration = Duration::from_secs(20);
/// One that has stood still for so long is of a desk that has ended.
const LIFE: Duration = Duration::from_secs(60);

/// What a desk is known by in its inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Us {
    /// Its store, as machines tell it apart.
    desk: String,
    /// The store's file as the running kernel knows it, whatever the machine is called and wherever the file is seen. Whoever comes
    /// by the same one holds the lock of the one before.
    file: Option<String>,
}

/// This desk's sign in its inbox.
#[derive(Clone, Debug)]
pub struct Sign {
    path: PathBuf,
    /// Where the inbox lies on this machine, links followed.
    inbox: String,
    us: Us,
    renewed: Option<Instant>,
    /// When another desk's was written, and since when it has stood so here.
    others: Option<(SystemTime, Instant)>,
}

impl Sign {
    pub fn new(inbox: &Path, us: Us) -> Sign {
        let lies = fs::canonicalize(inbox).unwrap_or_else(|_| inbox.to_path_buf());
        let lies = lies.display().to_string().replace('\n', " ");
        Sign { path: inbox.join(NAME), inbox: lies, us, renewed: None, others: None }
    }

    /// Keeps the sign up. A sign that cannot be written keeps no file from being taken.
    ///
    /// # Errors
    /// While another desk takes files from there: who it is, and what to do.
    pub fn keep_up(&mut self) -> io::Result<()> {
        if self.renewed.is_some_and(|at| at.elapsed() < BEAT) {
            return Ok(());
        }
        if let Some(whose) = self.another_s() {
            self.renewed = None;
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                format!(
                    "another desk takes files from here ({whose}), so this one takes none: stop one of the two, or give each an \
                     inbox of its own under [desk]; one that was killed is waited for no longer than a minute"
                ),
            ));
        }
        let there = self.path.exists();
        let file = self.us.file.as_deref().unwrap_or_default();
        let said = format!("{}\n{}, process {}\n{}\n{file}\n", self.us.desk, host(), std::process::id(), self.inbox);
        let written = fs::write(&self.path, said);
        if let Err(why) = written.and_then(|()| if there { Ok(()) } else { disk::hand_over(&self.path) }) {
            tracing::debug!("{}: cannot be written: {why}", self.path.display());
        }
        self.renewed = Some(Instant::now());
        Ok(())
    }

    /// Whose sign stands there, where it is another desk's and lives.
    pub fn another_s(&mut self) -> Option<String> {
        let (text, written) =
            fs::read_to_string(&self.path).and_then(|text| Ok((text, self.path.metadata()?.modified()?))).ok()?;
        let mut lines = text.lines();
        let (desk, whose) = (lines.next()?, lines.next()?);
        // Copied along with its folder, and of the inbox that it was copied from.
        let copied = lines.next().is_some_and(|inbox| inbox != self.inbox) && whose.starts_with(&format!("{}, ", host()));
        let file = lines.next().filter(|file| !file.is_empty());
        let same_file = file.is_some() && file == self.us.file.as_deref();
        if desk == self.us.desk || same_file || copied {
            self.others = None;
            return None;
        }
        let since = match self.others {
            Some((same, since)) if same == written => since,
            // At first sight it is as old as it says; one from a clock that is ahead is watched for a while.
            None => Instant::now().checked_sub(written.elapsed().unwrap_or_default()).unwrap_or_else(Instant::now),
            Some(_) => Instant::now(),
        };
        self.others = Some((written, since));
        (since.elapsed() < LIFE).then(|| whose.to_string())
    }

    /// Takes the sign down, where it is ours: the inbox is free at once.
    pub fn take_down(&self) {
        let ours = fs::read_to_string(&self.path).is_ok_and(|text| text.lines().next() == Some(&self.us.desk));
        // What is left of it runs out.
        let _ = if ours { fs::remove_file(&self.path) } else { Ok(()) };
    }
}

/// What a desk is known by in its inbox: its store.
///
/// # Errors
/// Where the store cannot be read.
pub async fn of(store: &Store) -> Result<Us, CommitError> {
    match store.folder() {
        Some(folder) => Ok(Us { desk: format!("{} {}", host(), folder.display()), file: known_file(store) }),
        // Several machines reach it, each by a name of its own.
        None => Ok(Us { desk: sha(&store.secret_key().await?), file: None }),
    }
}

/// `None` where a sandbox hides which kernel runs: then the old sign is waited for.
fn known_file(store: &Store) -> Option<String> {
    let booted = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(format!("{} {}", booted.trim(), store.opened_file()?))
}

/// This machine's name.
pub fn host() -> String {
    // Not out of /proc/sys, which a sandbox hides.
    let uname = rustix::system::uname();
    let host = uname.nodename().to_string_lossy();
    let host = host.trim();
    if host.is_empty() { "a machine without a name".into() } else { host.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_is_one_desk_s_until_its_sign_has_run_out() {
        let inbox = tempfile::tempdir().unwrap();
        let us = |desk: &str| Us { desk: desk.into(), file: None };
        let mut first = Sign::new(inbox.path(), us("first"));
        let second = || Sign::new(inbox.path(), us("second"));
        first.keep_up().unwrap();
        assert!(second().keep_up().unwrap_err().to_string().contains("another desk takes files from here"));
        assert!(Sign::new(inbox.path(), us("first")).keep_up().is_ok(), "it was killed, or serves the same store");
        // A folder that was copied whole, the sign along with it.
        let copy = tempfile::tempdir().unwrap();
        fs::copy(inbox.path().join(NAME), copy.path().join(NAME)).unwrap();
        Sign::new(copy.path(), us("second")).keep_up().unwrap();
        // It has ended in order …
        first.take_down();
        second().keep_up().unwrap();
        // … or by a crash, and that long ago.
        let sign = fs::File::options().write(true).open(inbox.path().join(NAME)).unwrap();
        sign.set_modified(SystemTime::now() - 2 * LIFE).unwrap();
        let mut first = Sign::new(inbox.path(), us("first"));
        assert!(first.keep_up().is_ok());
        second().take_down();
        assert!(inbox.path().join(NAME).exists(), "another desk's was taken down");
        // A clock that is ahead is no sign of life for ever.
        sign.set_modified(SystemTime::now() + 100 * LIFE).unwrap();
        let mut second = second();
        assert!(second.keep_up().is_err());
        second.others = second.others.map(|(written, since)| (written, since.checked_sub(LIFE).unwrap()));
        assert!(second.keep_up().is_ok());
        first.renewed = None;
        assert!(first.keep_up().is_err(), "it does not stand back");
    }

    /// Killed, and begun anew in a container with another name, on the same store.
    #[test]
    fn a_machine_that_changed_its_name_waits_for_nobody() {
        let inbox = tempfile::tempdir().unwrap();
        let called =
            |desk: &str, file: Option<&str>| Sign::new(inbox.path(), Us { desk: desk.into(), file: file.map(String::from) });
        called("a1b2 /srv/state", Some("boot 8 13")).keep_up().unwrap();
        assert!(called("c3d4 /srv/state", Some("boot 8 14")).keep_up().is_err(), "a copy of the store is another desk");
        assert!(called("c3d4 /srv/state", Some("other 8 13")).keep_up().is_err(), "so is the store of another machine");
        assert!(called("c3d4 /srv/state", None).keep_up().is_err());
        called("c3d4 /srv/state", Some("boot 8 13")).keep_up().unwrap();
        // What cannot tell is told apart by its name alone.
        let why = called("e5f6 /srv/state", None).keep_up().unwrap_err().to_string();
        assert!(why.contains("waited for no longer than a minute"), "{why}");
    }
}
