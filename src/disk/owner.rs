//! Whose what is made is: what root makes on a desk is the desk's own.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, lchown};
use std::path::Path;
use std::sync::Once;

use rustix::io::Errno;

use super::parent;

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

/// A user's name, where the machine's own list has it.
pub fn user_name(id: u32) -> String {
    let all = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let is = |line: &&str| line.split(':').nth(2).is_some_and(|n| n.parse() == Ok(id));
    all.lines().find(is).and_then(|line| line.split(':').next()).map_or_else(|| id.to_string(), str::to_owned)
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
