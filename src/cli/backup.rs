//! `quotedesk backup`: the store and the files beside it.
//!
//! The order makes the copy consistent while the daemon runs. What waits in the inbox comes first, then the store, then
//! the finished files: whatever is taken meanwhile is in one of the copies, and what is in two is known again by its
//! contents or Message-ID. A file that the store's copy holds as written lies on the disk by then.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::check::mend;
use super::{open, screen};
use crate::config::{Config, real};
use crate::disk::{self, Disk};
use crate::intake::folder::{self, Lying};
use crate::process::case::Case;
use crate::store::{Fault, StateUrl, Store};

pub async fn backup(config: Config, dest: &Path) -> anyhow::Result<bool> {
    if matches!(config.state, StateUrl::Postgres(_)) {
        bail!(
            "a PostgreSQL store is copied with the server's own tools: pg_dump first, then inbox, outbox and archive with any copy"
        );
    }
    if dest.join(UNFINISHED).exists() {
        bail!("{}: a backup that broke off lies there: remove it, or name another folder", dest.display());
    }
    if dest.read_dir().is_ok_and(|mut inside| inside.next().is_some()) {
        bail!("{}: is not empty, and a backup is never laid over another: name another folder", dest.display());
    }
    if let Some((name, folder)) = folders(&config).into_iter().find(|(_, folder)| real(dest).starts_with(real(folder))) {
        bail!("{}: lies in the desk's own {name} ({}): name a folder outside", dest.display(), folder.display());
    }
    let lying = match folder::list(&config.inbox) {
        Err(why) if why.kind() == ErrorKind::NotFound => Lying::default(),
        lying => lying.with_context(|| {
            format!("{}: what lies there would not be in the backup; let this user read it", config.inbox.display())
        })?,
    };
    // Before anything is copied: without it there is nothing to back up.
    let store = open::store(&config).await?;
    let copied = copied(&config, &store, lying, dest).await;
    // A copy of what is damaged must not take the place of good ones unnoticed.
    let faults = store.verify(Case::fold).await;
    store.close().await;
    let Copied { count, foreign, missing } = copied?;
    screen::line(&format!("{}: the store and {count} files\nBack: quotedesk restore {0}", dest.display()))?;
    // What the daemon takes no more than this does is none of the desk's, and no reason to fail each night.
    foreign.iter().try_for_each(|what| screen::line(&format!("left out, for the desk takes it neither: {what}")))?;
    missing.iter().for_each(|what| screen::complain(&anyhow!("{what}; it is not in the backup: let this user read it")));
    let damaged = damaged("the store is damaged, and so is this copy: keep the older backups", &faults?)?;
    Ok(damaged || !missing.is_empty())
}

/// Lies in a backup until it is whole.
pub(super) const UNFINISHED: &str = "unfinished";

/// What a backup has come to.
#[derive(Default)]
struct Copied {
    /// Files besides the store.
    count: usize,
    /// What lies among the desk's files and is none of them.
    foreign: Vec<String>,
    /// What is the desk's, and could not be read.
    missing: Vec<String>,
}

impl Copied {
    fn one(&mut self, disk: &Disk, from: &Path, to: &Path) -> anyhow::Result<()> {
        match copy(disk, from, to)? {
            Ok(copied) => self.count += usize::from(copied),
            Err(why) => self.missing.push(format!("{}: cannot be read: {why}", from.display())),
        }
        Ok(())
    }
}

/// Says what is damaged. Is anything?
pub(super) fn damaged(what: &str, faults: &[Fault]) -> anyhow::Result<bool> {
    faults.iter().for_each(|fault| screen::complain(&anyhow!("{what}: {}", mend(fault))));
    Ok(!faults.is_empty())
}

/// Where a desk keeps what is its own.
pub(super) fn folders(config: &Config) -> Vec<(&'static str, &Path)> {
    let mut all = vec![("inbox", &*config.inbox), ("outbox", &*config.outbox), ("archive", &*config.archive)];
    if let StateUrl::Folder(state) = &config.state {
        all.push(("store", state));
    }
    all
}

async fn copied(config: &Config, store: &Store, lying: Lying, dest: &Path) -> anyhow::Result<Copied> {
    let disk = Disk::default();
    disk::make_private(dest).with_context(|| format!("{}: cannot be made", dest.display()))?;
    let unfinished = dest.join(UNFINISHED);
    disk.lay_down(dest, UNFINISHED, b"").with_context(|| format!("{}: cannot be written", dest.display()))?;
    let mut all = Copied { missing: lying.closed, foreign: lying.nobodys, ..Copied::default() };
    for odd in lying.odd.into_iter().map(|(path, _)| path.display().to_string()) {
        if !all.foreign.iter().any(|named| named.starts_with(&format!("{odd}: "))) {
            all.foreign.push(format!("{odd}: is no file"));
        }
    }
    for (file, _) in lying.files {
        let inside = file.strip_prefix(&config.inbox).context("inbox")?;
        all.one(&disk, &file, &dest.join("inbox").join(inside))?;
    }
    store.backup(dest).await.context("the store cannot be backed up")?;
    for (name, from) in places(config) {
        let mut there: BTreeSet<PathBuf> = files(&from, &mut all.missing)?.into_iter().collect();
        if name.starts_with("inbox") {
            pair(&mut there, &from);
        }
        for file in there {
            all.one(&disk, &from.join(&file), &dest.join(name).join(&file))?;
        }
    }
    fs::remove_file(&unfinished).and_then(|()| disk.sync_folder(dest)).with_context(|| format!("{}", unfinished.display()))?;
    Ok(all)
}

/// The folders that only grow: generated documents, customers' files, submissions with their answers.
pub(super) fn places(config: &Config) -> Vec<(&'static str, PathBuf)> {
    vec![
        ("outbox", config.outbox.clone()),
        ("archive", config.archive.clone()),
        ("inbox/.done", config.inbox.join(".done")),
        ("inbox/.problem", config.inbox.join(".problem")),
    ]
}

/// Every file below a folder, by its path in there; none of a folder that is not there. `shut`: folders below it that cannot be
/// read, and why.
pub(super) fn files(root: &Path, shut: &mut Vec<String>) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(inside) = open.pop() {
        let folder = root.join(&inside);
        let entries = match fs::read_dir(&folder) {
            Err(why) if why.kind() == ErrorKind::NotFound => continue,
            Err(why) if why.kind() == ErrorKind::PermissionDenied => {
                shut.push(format!("{}: cannot be read: {why}", folder.display()));
                continue;
            }
            entries => entries.with_context(|| format!("{}: cannot be read", folder.display()))?,
        };
        for entry in entries {
            let looked = entry.and_then(|entry| Ok((entry.file_name(), entry.file_type()?)));
            let (name, kind) = looked.with_context(|| format!("{}: cannot be read", folder.display()))?;
            let path = inside.join(name);
            if kind.is_dir() {
                open.push(path);
            } else if kind.is_file() && path.extension().is_none_or(|end| end != "tmp") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Submissions that are put away lie beside their answers, which are written just before them. What a look at the folder has
/// seen of one half alone is made whole; an answer whose submission still lies in the inbox is left out, for it is given again.
fn pair(all: &mut BTreeSet<PathBuf>, folder: &Path) {
    let answer = |file: &Path| {
        let mut name = file.as_os_str().to_owned();
        name.push(".txt");
        PathBuf::from(name)
    };
    for file in all.clone() {
        let its_answer = answer(&file);
        let is_answered = folder.join(&its_answer).exists();
        if file.extension().is_some_and(|end| end == "txt") && !is_answered {
            let submission = file.with_extension("");
            if !folder.join(&submission).exists() {
                all.remove(&file);
                continue;
            }
            all.insert(submission);
        }
        if is_answered {
            all.insert(its_answer);
        }
    }
}

/// One file with its time. `false`: it has gone meanwhile; the inner error: this user may not read it.
pub(super) fn copy(disk: &Disk, from: &Path, to: &Path) -> anyhow::Result<io::Result<bool>> {
    let mut source = match File::open(from) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Ok(false)),
        Err(why) if why.kind() == ErrorKind::PermissionDenied => return Ok(Err(why)),
        source => source.with_context(|| format!("{}: cannot be read", from.display()))?,
    };
    let mut done = || -> io::Result<()> {
        disk.make_folders(to.parent().unwrap_or(Path::new(".")))?;
        let mut target = File::create(to)?;
        disk::hand_over(to)?;
        io::copy(&mut source, &mut target)?;
        target.set_modified(source.metadata()?.modified()?)?;
        target.sync_all()
    };
    done().with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(Ok(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_and_its_answer_are_copied_together() {
        let folder = tempfile::tempdir().unwrap();
        // The last is an answer whose file has not been moved yet.
        let there = ["a.eml", "a.eml.txt", "notes.txt", "notes.txt.txt", "b.eml", "b.eml.txt", "c.eml.txt"];
        there.iter().for_each(|name| fs::write(folder.path().join(name), "x").unwrap());
        let seen = ["a.eml", "a.eml.txt", "notes.txt", "notes.txt.txt", "b.eml.txt", "c.eml.txt"].map(PathBuf::from);
        let whole = |seen: &[PathBuf]| {
            let mut all: BTreeSet<PathBuf> = seen.iter().cloned().collect();
            pair(&mut all, folder.path());
            all
        };
        let expected: BTreeSet<PathBuf> = there[..6].iter().map(PathBuf::from).collect();
        assert_eq!(whole(&seen), expected);
        // Of some, the submission alone was seen.
        assert_eq!(whole(&["a.eml", "notes.txt", "b.eml"].map(PathBuf::from)), expected);
    }
}
