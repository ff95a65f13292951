//! `quotedesk restore`: a backup in place of what is there.
//!
//! Whatever there is to object to (the backup, the folders, a config that is not that of the backup's store) is found before
//! anything is touched: half a restore is neither the desk of before nor that of the backup.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::backup::{UNFINISHED, copy, damaged, files, folders, places};
use super::check::takes_files;
use super::{open, screen};
use crate::clock;
use crate::config::Config;
use crate::disk::Disk;
use crate::process::case::Case;
use crate::store::{LIFE, Restoring, StateUrl, Store};

pub async fn restore(config: Config, src: &Path) -> anyhow::Result<bool> {
    if !src.exists() {
        bail!("{}: there is no such backup; name the folder that quotedesk backup wrote", src.display());
    }
    if src.join(UNFINISHED).exists() {
        bail!("{}: this backup broke off before it was whole: take another one, or an older one", src.display());
    }
    // The built-in one is of whatever folder this is: most often another than the desk's.
    if config.file.is_none() && !folders(&config).iter().any(|(_, folder)| folder.exists()) {
        bail!(
            "{}: is no desk's folder, for neither a quotedesk.toml nor an inbox lies here: run it in the desk's, or name its config \
             (--config FILE); for a new machine lay its quotedesk.toml here first",
            config.root.display()
        );
    }
    config.check_places()?;
    let of_sqlite = src.join("quotedesk.db");
    if matches!(config.state, StateUrl::Postgres(_)) && of_sqlite.exists() {
        bail!(
            "{}: is the store of a desk on SQLite, and this desk's lies in PostgreSQL: nothing brings the cases of the one into the \
             other, and nothing was changed. Restore it where [desk] state is a folder; this desk comes back by pg_restore, and \
             then by restore of a folder with inbox, outbox and archive alone",
            of_sqlite.display()
        );
    }
    let aside = config.root.join(format!("before-restore-{}", clock::real().format("%Y%m%dT%H%M%S")));
    let back = planned(&config, src, &aside)?;
    let old = match &config.state {
        StateUrl::Folder(state) => on_sqlite(&config, src, state).await?,
        StateUrl::Postgres(_) => {
            on_postgres(&config).await?;
            None
        }
    };
    let disk = Disk::default();
    let (mut written, mut moved) = (0, 0);
    for file in &back {
        moved += usize::from(file.aside.is_some());
        written += usize::from(file.put_back(&disk)?);
    }
    let store = match &config.state {
        StateUrl::Folder(_) => format!("The store of {} is back", src.display()),
        StateUrl::Postgres(_) => "The PostgreSQL store knows that it was brought back".into(),
    };
    screen::line(&format!("{store}, with {written} files."))?;
    if let Some(old) = old {
        screen::line(&format!("The store as it was: {}", old.display()))?;
    }
    if moved > 0 {
        screen::line(&format!("{moved} files that differed were moved to {}", aside.display()))?;
    }
    screen::line(
        "New cases and quotes are numbered on from the next full hundred: those of the time since the backup lie with people and \
         customers.\nAll sending is on hold: what the backup holds as unsent may have been sent since.\nquotedesk outgoing shows it, quotedesk outgoing --release lets it go.",
    )?;
    if config.imap.is_some() {
        screen::line(
            "The mailbox is not read until then either. Does the desk that the backup was taken from still run? Stop it first: of two \
             desks on one mailbox each takes a part of its mails.",
        )?;
    }
    let store = open::store(&config).await?;
    let faults = store.verify(Case::fold).await;
    store.close().await;
    damaged("what was brought back is damaged: take another backup", &faults?)
}

/// The backup's store in place of the present one, once it is one that this config may open. Where the old one lies now.
async fn on_sqlite(config: &Config, src: &Path, state: &Path) -> anyhow::Result<Option<PathBuf>> {
    let untouched = || format!("{}: cannot be restored; all is as it was", src.display());
    let restoring = Restoring::of(src, state, clock::real()).await.with_context(untouched)?;
    open::checked(config, Store::open_present(&restoring.store()).await).await.with_context(untouched)?.close().await;
    restoring.put_in_place().await.with_context(|| format!("{}: cannot be restored", src.display()))
}

/// What `pg_restore` has brought back is told so.
async fn on_postgres(config: &Config) -> anyhow::Result<()> {
    let store = open::store(config).await.context("pg_restore brings the tables back, before this")?;
    // One that served when the dump was taken is in it, and looks alive until its last sign has run out.
    let began = Instant::now();
    let mut daemons = store.daemons().await;
    while daemons.as_ref().is_ok_and(|daemons| !daemons.is_empty()) && began.elapsed() < LIFE + LIFE / 5 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        daemons = store.daemons().await;
    }
    let marked = match &daemons {
        Ok(daemons) if daemons.is_empty() => store.mark_restored(clock::real()).await,
        _ => Ok(()),
    };
    store.close().await;
    if let Some(serving) = daemons?.first() {
        bail!("{} serves this desk: stop all daemons, and run this after pg_restore, before they start", serving.name);
    }
    marked.context("the store cannot be told that it was brought back")
}

/// A file of the backup on its way back.
struct Back {
    source: PathBuf,
    target: PathBuf,
    /// The folder that another file goes to, which lies in its place: none is overwritten.
    aside: Option<PathBuf>,
}

impl Back {
    /// `false`: it has gone meanwhile.
    fn put_back(&self, disk: &Disk) -> anyhow::Result<bool> {
        if let Some(aside) = &self.aside {
            let name = self.target.file_name().unwrap_or_default().to_string_lossy();
            let moved = disk.move_file(&self.target, aside, &name);
            moved.with_context(|| format!("{}: cannot be moved aside", self.target.display()))?;
        }
        copy(disk, &self.source, &self.target)?.with_context(|| format!("{}: cannot be read", self.source.display()))
    }
}

/// All that is to be put back, and nothing done of it yet: each can be read, and its folder written.
fn planned(config: &Config, src: &Path, aside: &Path) -> anyhow::Result<Vec<Back>> {
    let mut back = Vec::new();
    let inbox = [("inbox", config.inbox.clone())];
    for (name, to) in places(config).into_iter().chain(inbox) {
        let (from, aside) = (src.join(name), aside.join(name));
        let mut shut = Vec::new();
        let all = files(&from, &mut shut)?;
        if let Some(shut) = shut.first() {
            bail!("{shut}; let this user read the backup");
        }
        if !all.is_empty() {
            takes_files(&to).map_err(anyhow::Error::msg)?;
        }
        for file in all {
            // The inbox's own folders are places of their own.
            if name == "inbox" && (file.starts_with(".done") || file.starts_with(".problem")) {
                continue;
            }
            let (source, target) = (from.join(&file), to.join(&file));
            let there = target.exists();
            if there && fs::read(&target).ok() == fs::read(&source).ok() {
                continue;
            }
            File::open(&source)
                .with_context(|| format!("{}: cannot be read; let this user read the backup", source.display()))?;
            let aside = there.then(|| aside.join(file.parent().unwrap_or(Path::new(""))));
            back.push(Back { source, target, aside });
        }
    }
    let of_targets: BTreeSet<&Path> = back.iter().filter_map(|file| lying(file.target.parent()?)).collect();
    for folder in of_targets {
        let can = rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK;
        match rustix::fs::access(folder, can) {
            _ if !folder.is_dir() => bail!("{}: is no folder, and one has to be there: move the file away", folder.display()),
            can => can.with_context(|| format!("{}: cannot be written; let this user write there", folder.display()))?,
        }
    }
    if back.iter().any(|file| file.aside.is_some()) {
        takes_files(&config.root).map_err(anyhow::Error::msg)?;
    }
    Ok(back)
}

/// The folder, or the next one above it that is there.
fn lying(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|place| place.symlink_metadata().is_ok())
}
