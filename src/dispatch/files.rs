//! Documents into `outbox/` and `archive/`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Outcome;
use super::folder::outcome;
use crate::disk::{Disk, blocking, confined};
use crate::share::Share;

/// The two folders that documents go to, wherever the config puts them.
#[derive(Clone, Debug)]
pub struct Files {
    outbox: Arc<Path>,
    archive: Arc<Path>,
    shares: [Share; 2],
    disk: Disk,
}

impl Files {
    pub fn new(outbox: impl Into<PathBuf>, archive: impl Into<PathBuf>, disk: Disk) -> Files {
        let (outbox, archive): (PathBuf, PathBuf) = (outbox.into(), archive.into());
        let shares = [Share::at(&outbox), Share::at(&archive)];
        Files { outbox: outbox.into(), archive: archive.into(), shares, disk }
    }

    /// Writes a document to its stored path (`outbox/…` or `archive/…`), of which letters, answers and `show` tell. Where somebody
    /// has put another file under that name, that one makes way. `Sent` names the path.
    pub async fn put(&self, name: &str, bytes: Arc<[u8]>) -> Outcome {
        let (this, name) = (self.clone(), name.to_owned());
        outcome(blocking(move || this.write(&name, &bytes)).await)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<String> {
        let no_place = || io::Error::new(ErrorKind::InvalidInput, format!("{name}: neither outbox/ nor archive/"));
        let (top, rest) = name.split_once('/').ok_or_else(no_place)?;
        let [outbox, archive] = &self.shares;
        let (root, share) = match top {
            "outbox" => (&self.outbox, outbox),
            "archive" => (&self.archive, archive),
            _ => return Err(no_place()),
        };
        share.check()?;
        self.disk.make_folders(root)?;
        let path = confined(root, Path::new(rest))?;
        let (Some(folder), Some(file)) = (path.parent(), path.file_name().and_then(|n| n.to_str())) else {
            return Err(no_place());
        };
        self.disk.make_folders(folder)?;
        let written = self.disk.lay_in_its_place(folder, file, bytes)?;
        self.disk.sync_folder(folder)?;
        let rest = written.strip_prefix(root).unwrap_or(&written);
        Ok(format!("{top}/{}", rest.display()))
    }
}
