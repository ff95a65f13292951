//! A folder of the desk that may lie on a share. A share that goes away leaves an empty folder behind, or none: nothing is
//! concluded from that, and nothing is written under it, where nobody would find it once the share is back.

use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The kind of network share that a folder lies on; `None`: on a disk of this machine, as far as is known.
///
/// # Errors
/// Where the folder cannot be looked at.
pub fn network(folder: &Path) -> io::Result<Option<&'static str>> {
    // Magic numbers of statfs(2).
    Ok(match rustix::fs::statfs(folder)?.f_type as u32 {
        0x6969 => Some("NFS"),
        0xFF53_4D42 | 0x517B | 0xFE53_4D42 => Some("CIFS/SMB"),
        0x5346_414F | 0x6B41_4653 => Some("AFS"),
        _ => None,
    })
}

/// A folder as it was when the daemon started.
#[derive(Clone, Debug)]
pub struct Share {
    root: PathBuf,
    /// Something was mounted on it; `None`: it was not there, and is made by whoever writes first.
    mounted: Option<bool>,
}

impl Share {
    pub fn at(root: &Path) -> Share {
        Share { root: root.to_owned(), mounted: is_mounted(root).ok() }
    }

    /// Is it still there?
    ///
    /// # Errors
    /// `NotFound` where it is gone, or where what was mounted on it is.
    pub fn check(&self) -> io::Result<()> {
        let gone = |why: &str| io::Error::new(ErrorKind::NotFound, format!("{}: {why}", self.root.display()));
        match (self.mounted, is_mounted(&self.root)) {
            (None, _) | (Some(false), Ok(_)) | (Some(true), Ok(true)) => Ok(()),
            (Some(true), Ok(false)) => Err(gone("its share is not mounted any more")),
            (Some(_), Err(why)) if why.kind() == ErrorKind::NotFound => Err(gone("the folder is gone; is its share mounted?")),
            (Some(_), Err(why)) => Err(why),
        }
    }
}

/// Does the folder lie on another file system than the one above it?
fn is_mounted(root: &Path) -> io::Result<bool> {
    let root = root.canonicalize()?;
    let device = |path: &Path| path.metadata().map(|about| about.dev());
    match root.parent() {
        Some(above) => Ok(device(&root)? != device(above)?),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_was_there_has_to_stay() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("outbox");
        let (before, never) = (Share::at(&folder), Share::at(&folder));
        std::fs::create_dir(&folder).unwrap();
        let share = Share::at(&folder);
        assert!(share.check().is_ok() && before.check().is_ok());
        std::fs::remove_dir(&folder).unwrap();
        assert_eq!(share.check().map_err(|e| e.kind()), Err(ErrorKind::NotFound));
        assert!(never.check().is_ok(), "not there at the start, it may be made");
    }

    #[test]
    fn a_mount_is_told_from_a_folder() {
        assert!(is_mounted(Path::new("/proc")).unwrap());
        assert!(!is_mounted(Path::new("/")).unwrap());
        let home = tempfile::tempdir().unwrap();
        assert!(!is_mounted(home.path()).unwrap());
        let was = Share { root: home.path().into(), mounted: Some(true) };
        assert!(was.check().unwrap_err().to_string().contains("not mounted any more"));
    }
}
