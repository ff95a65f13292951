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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_the_desk_files_away_is_no_news() {
        let inbox = tempfile::tempdir().unwrap();
        let root = inbox.path().canonicalize().unwrap();
        let done = root.join(".done/2026-03-02");
        std::fs::create_dir_all(&done).unwrap();
        let (tell, mut told) = mpsc::unbounded_channel();
        let _watcher = watch(&root, tell).unwrap();
        std::fs::write(done.join("a.xlsx.txt"), "Đã nhận.").unwrap();
        std::fs::write(root.join(".hidden"), "").unwrap();
        std::fs::write(root.join("b.xlsx"), "").unwrap();
        // Notices come in order: those of the first two files would have come before.
        let start = std::time::Instant::now();
        let mut closed = Vec::new();
        while closed.is_empty() && start.elapsed() < Duration::from_secs(20) {
            while let Ok(notice) = told.try_recv() {
                closed.extend(matches!(notice, Notice::Closed(_)).then_some(notice));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(closed, [Notice::Closed(root.join("b.xlsx"))]);
    }
}
