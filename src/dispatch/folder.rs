//! Mail without a mail server: each mail is a file in `outbox/mail/`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use super::{AtData, OutMail, Outcome, Patience, Sending, Transport};
use crate::disk::{Disk, blocking, confined};
use crate::share::Share;

/// Writes mails as files.
#[derive(Clone, Debug)]
pub struct FolderTransport {
    folder: Arc<Path>,
    /// The outbox.
    share: Share,
    disk: Disk,
    names: Arc<SharedSync>,
}

impl FolderTransport {
    /// `folder` is `outbox/mail`; it is made when the first mail goes.
    pub fn new(folder: impl Into<PathBuf>, disk: Disk) -> FolderTransport {
        let folder = folder.into();
        let share = Share::at(folder.parent().unwrap_or(&folder));
        FolderTransport { folder: folder.into(), share, disk, names: Arc::default() }
    }

    async fn write(&self, mail: &OutMail) -> io::Result<PathBuf> {
        let (disk, folder, bytes) = (self.disk.clone(), self.folder.clone(), mail.bytes.clone());
        let (name, share) = (mail.name.clone(), self.share.clone());
        let path = blocking(move || {
            share.check()?;
            disk.make_folders(&folder)?;
            confined(&folder, Path::new(&name))?;
            disk.lay_down(&folder, &name, &bytes)
        })
        .await?;
        self.names.sync(&self.disk, &self.folder).await?;
        Ok(path)
    }
}

impl Transport for FolderTransport {
    /// A file can be written twice without harm: no mark is needed.
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a> {
        Box::pin(async move {
            match at_data.on_hold().await {
                true => Outcome::Later(String::new()),
                false => outcome(self.write(mail).await.map(|path| path.display().to_string())),
            }
        })
    }

    fn patience(&self) -> Patience {
        Patience::DISK
    }
}

/// What the disk's answer means: only a name that no disk will ever take is final.
pub(super) fn outcome(written: io::Result<String>) -> Outcome {
    match written {
        Ok(path) => Outcome::Sent(path),
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidFilename) => Outcome::Refused(e.to_string()),
        Err(e) => Outcome::Later(e.to_string()),
    }
}

/// One fsync of a folder for all who wrote names into it meanwhile: who comes while one is running waits for the next.
#[derive(Debug, Default)]
struct SharedSync {
    /// Names written so far.
    written: AtomicU64,
    /// Names known to be safe.
    safe: Mutex<u64>,
}

impl SharedSync {
    async fn sync(&self, disk: &Disk, folder: &Arc<Path>) -> io::Result<()> {
        let ours = self.written.fetch_add(1, Ordering::SeqCst) + 1;
        let mut safe = self.safe.lock().await;
        if *safe >= ours {
            return Ok(());
        }
        let covered = self.written.load(Ordering::SeqCst);
        let (disk, folder) = (disk.clone(), folder.clone());
        blocking(move || disk.sync_folder(&folder)).await?;
        *safe = covered;
        Ok(())
    }
}
