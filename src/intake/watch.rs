//! Change notices of the inbox folder: hints that something was closed or moved in. They may be lost or doubled; the
//! look over the folder is what counts.

use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// What a notice says.
#[derive(Debug, PartialEq, Eq)]
pub enum Notice {
    /// A file is complete: its writer closed it, or it was moved in.
    Closed(PathBuf),
    /// Something changed: worth a look.
    Look,
}

/// Watches a folder and everything below it for as long as the watcher lives.
///
/// # Errors
/// Where the system has no notices for this folder (some shares, too many watches): the scan alone has to do.
pub fn watch(folder: &Path, notices: mpsc::UnboundedSender<Notice>) -> notify::Result<notify::RecommendedWatcher> {
    let root = folder.to_path_buf();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // What the desk itself lays into `.done` and `.problem` is nobody's submission.
        let ours = |notice: &Notice| matches!(notice, Notice::Closed(path) if is_hidden(path, &root));
        for notice in event.map(said).unwrap_or_else(|_| vec![Notice::Look]).into_iter().filter(|n| !ours(n)) {
            // The receiver is gone only while the daemon stops.
            let _ = notices.send(notice);
        }
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Does it lie in a folder below `root` that begins with a dot, or does it begin with one itself?
fn is_hidden(path: &Path, root: &Path) -> bool {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

fn said(event: Event) -> Vec<Notice> {
    let closed = |paths: Vec<PathBuf>| paths.into_iter().map(Notice::Closed).collect();
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => closed(event.paths),
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => closed(event.paths),
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => closed(event.paths.into_iter().skip(1).collect()),
        EventKind::Create(CreateKind::Folder) | EventKind::Other => vec![Notice::Look],
        _ => vec![],
    }
}
