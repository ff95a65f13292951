//! Can the daemon do in the desk's folders, and in its store, what it has to do there? Found out by doing it: the right to write
//! says nothing of a disk that is full, or that is mounted to be read alone. Nothing of it is left behind.

use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::Report;
use crate::config::Config;
use crate::disk::{self, Disk};
use crate::intake::folder;
use crate::store::{StateUrl, Store, Unavailable};

/// Inbox, outbox and archive. `served`: by a daemon, which has made them.
pub fn folders(config: &Config, served: bool, report: &mut Report) -> anyhow::Result<()> {
    let Config { inbox, outbox, archive, .. } = config;
    // With what the daemon makes in them.
    let all = [
        ("inbox", inbox, vec![inbox.join(".done"), inbox.join(".problem")]),
        ("outbox", outbox, vec![outbox.join("mail"), outbox.join("operator")]),
        ("archive", archive, vec![]),
    ];
    for (what, folder, inside) in all {
        let inside = inside.iter().filter(|folder| folder.exists());
        let refused = std::iter::once(folder).chain(inside).find_map(|folder| takes_files(folder).err());
        match refused {
            None if served && !folder.exists() => report.wrong(
                what,
                &format!(
                    "{}: gone under the daemon, which waits for it: mount its share or disk, or make it anew (mkdir); the daemon \
                     goes on by itself",
                    folder.display()
                ),
            )?,
            None => report.ok(what, &folder.display().to_string())?,
            Some(why) => report.wrong(what, &why)?,
        }
    }
    of_people(inbox, report)
}

/// What root may do says nothing of what the daemon's user may, whose the store is.
pub fn as_whom(config: &Config, report: &mut Report) -> anyhow::Result<()> {
    let StateUrl::Folder(state) = &config.state else { return Ok(()) };
    let there = state.ancestors().find_map(|place| place.metadata().ok());
    match there.map(|about| about.uid()).filter(|owner| *owner != 0 && rustix::process::geteuid().is_root()) {
        None => Ok(()),
        Some(owner) => {
            let owner = disk::user_name(owner);
            let words = format!(
                "what follows is tried with the rights of root; the store is {owner}'s, who may have fewer: sudo -u {owner} quotedesk check"
            );
            report.note("user", &words)
        }
    }
}

/// Tries it out with a file. A folder that is not there yet is made by the daemon, where there is one above it to make it in.
///
/// # Errors
/// Where, why not, and what mends it.
pub fn takes_files(folder: &Path) -> Result<(), String> {
    let there = folder.ancestors().find(|place| place.symlink_metadata().is_ok()).unwrap_or(Path::new("/"));
    let at = if there == folder { String::new() } else { format!("{}: cannot be made: ", folder.display()) };
    Disk::default().try_out(there).map_err(|why| format!("{at}{}: {why}; {}", there.display(), mend(&why)))
}

fn mend(why: &std::io::Error) -> &'static str {
    match why.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on its disk; what waits goes on by itself",
        ErrorKind::ReadOnlyFilesystem => "mount it for writing, or look at its disk (dmesg): a broken one is mounted so",
        ErrorKind::NotADirectory => "move the file away that lies there",
        ErrorKind::NotFound => "no folder can be made there; name another place under [desk]",
        _ => "let the daemon's user write there",
    }
}

/// The same of the store. `Some`: why it cannot be written, and what mends it.
pub async fn cannot_be_written(store: &Store, config: &Config) -> Option<String> {
    match (has_no_place(config), store.try_write().await) {
        (Some(why), _) => Some(why),
        (None, Err(Unavailable::Away(why))) => Some(format!(
            "{}: it can be read, and not be written: {why}{}; let the daemon's user write its database",
            config.state,
            store.whose()
        )),
        (None, Err(why)) => Some(why.to_string()),
        (None, Ok(())) => None,
    }
}

/// The same of a store that is not open.
pub fn has_no_place(config: &Config) -> Option<String> {
    match &config.state {
        StateUrl::Folder(folder) => takes_files(folder).err(),
        StateUrl::Postgres(_) => None,
    }
}

/// Files are taken out of the people's own folders.
fn of_people(inbox: &Path, report: &mut Report) -> anyhow::Result<()> {
    if inbox.metadata().is_ok_and(|about| about.permissions().mode() & 0o022 != 0) {
        report.note(
            "inbox",
            &format!("{}: others may write here, and so make a folder of anybody's name (chmod go-w)", inbox.display()),
        )?;
    }
    let lying = folder::list(inbox).unwrap_or_default();
    for path in lying.people {
        let all = rustix::fs::Access::READ_OK | rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
        if path.is_symlink() {
            report.wrong("inbox", &format!("{}: {}", path.display(), folder::LINK))?;
        } else if let Err(why) = rustix::fs::access(&path, all) {
            report.wrong("inbox", &format!("{}: {why}; let the daemon's user read and write there", path.display()))?;
        }
    }
    for (path, _) in lying.files {
        if let Some(waits) = folder::is_held(&path) {
            report.note("inbox", &waits)?;
        }
        if let Err(why) = rustix::fs::access(&path, rustix::fs::Access::READ_OK) {
            report.wrong("inbox", &format!("{}: {why}; it waits until the daemon's user may read it", path.display()))?;
        }
    }
    for (path, person) in lying.odd {
        let how = match person {
            Some(_) => "is no file, and is neither taken nor followed: lay files straight into the person's folder",
            None => "is neither a file nor a person's folder: nothing is taken from it",
        };
        report.note("inbox", &format!("{}: {how}", path.display()))?;
    }
    Ok(())
}
