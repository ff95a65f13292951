//! A disk that loses its power: the calls of a trace are done again up to a point, and of what was not synced by then all,
//! nothing or some is kept. A name is kept once its folder was synced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::trace::Call;

/// What becomes of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    Lost,
    Kept,
    /// Each write by the toss of a coin.
    Some(u64),
}

/// What was on the disk when the power went, by name.
pub type Disk = BTreeMap<PathBuf, Vec<u8>>;

#[derive(Clone, Default)]
struct Inode {
    safe: Vec<u8>,
    /// Writes since: where (`None`: the file is cut there instead), what, and when each was over.
    since: Vec<(usize, Option<Vec<u8>>, usize)>,
    /// Where the next plain `write` goes.
    at: usize,
}

/// The disk of `folder` as it was before the trace (`before`), after the calls that had begun by `cut`.
pub fn disk_at(before: &Disk, calls: &[Call], folder: &Path, cut: usize, unsynced: Unsynced) -> Disk {
    let mut inodes: Vec<Inode> = before.values().map(|safe| Inode { safe: safe.clone(), ..Inode::default() }).collect();
    let mut names: BTreeMap<PathBuf, usize> = before.keys().cloned().zip(0..).collect();
    let mut safe_names = names.clone();
    for call in calls.iter().filter(|call| call.begin <= cut) {
        let over = call.end < cut;
        if call.is(&["openat"]) && call.words.iter().any(|word| word.contains("O_CREAT")) {
            let path = path_of(call);
            if path.starts_with(folder) && !names.contains_key(&path) {
                names.insert(path, inodes.len());
                inodes.push(Inode::default());
            } else if let Some(n) = names.get(&path).filter(|_| call.words.iter().any(|word| word.contains("O_TRUNC"))) {
                inodes[*n].since.push((0, None, call.end));
                inodes[*n].at = 0;
            }
        } else if let Some((from, to)) = call.renames().filter(|(from, _)| from.starts_with(folder)) {
            if let Some(n) = names.remove(&from) {
                names.insert(to, n);
            }
        } else if call.is(&["unlink", "unlinkat"]) {
            names.remove(&path_of(call));
        } else if let Some(n) = names.get(&call.file).copied() {
            let inode = &mut inodes[n];
            match call.name.as_str() {
                "pwrite64" => {
                    let offset = call.words.last().and_then(|word| word.parse().ok()).unwrap_or_default();
                    inode.since.push((offset, call.strings.first().cloned(), call.end));
                }
                "write" => {
                    inode.since.push((inode.at, call.strings.first().cloned(), call.end));
                    inode.at += call.strings.first().map_or(0, Vec::len);
                }
                "ftruncate" => {
                    let length = call.words.first().and_then(|word| word.parse().ok()).unwrap_or_default();
                    inode.since.push((length, None, call.end));
                }
                "fsync" | "fdatasync" if call.result == 0 && over => {
                    let (done, since) = inode.since.drain(..).partition(|(.., end)| *end < call.begin);
                    inode.since = since;
                    let done: Vec<_> = done;
                    done.iter().for_each(|(at, bytes, _)| put(&mut inode.safe, *at, bytes.as_deref()));
                }
                _ => {}
            }
        } else if call.is(&["fsync", "fdatasync"]) && over && call.file.starts_with(folder) {
            let inside = |path: &&PathBuf| path.parent() == Some(&call.file);
            let now: Vec<(PathBuf, usize)> =
                names.iter().filter(|(path, _)| inside(path)).map(|(p, n)| (p.clone(), *n)).collect();
            safe_names.retain(|path, _| !inside(&path));
            safe_names.extend(now);
        }
    }
    let kept_names = if unsynced == Unsynced::Lost { safe_names } else { names };
    let mut toss = match unsynced {
        Unsynced::Some(seed) => seed.wrapping_mul(2).wrapping_add(1),
        _ => 1,
    };
    let whole = |(path, n): (PathBuf, usize)| {
        let Inode { mut safe, since, .. } = inodes[n].clone();
        for (at, bytes, _) in since {
            toss = toss.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let kept = match unsynced {
                Unsynced::Lost => false,
                Unsynced::Kept => true,
                Unsynced::Some(_) => toss >> 63 == 1,
            };
            if kept {
                put(&mut safe, at, bytes.as_deref());
            }
        }
        (path, safe)
    };
    kept_names.into_iter().map(whole).collect()
}

fn path_of(call: &Call) -> PathBuf {
    let named = call.strings.first().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    // A relative one begins at the folder that the first argument stands for.
    call.file.join(named)
}

fn put(bytes: &mut Vec<u8>, at: usize, written: Option<&[u8]>) {
    match written {
        None => bytes.resize(at, 0),
        Some(written) => {
            bytes.resize(bytes.len().max(at + written.len()), 0);
            bytes[at..at + written.len()].copy_from_slice(written);
        }
    }
}

/// All files under a folder, as they are.
pub fn disk_of(folder: &Path) -> Disk {
    let mut disk = Disk::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => disk.extend(disk_of(&path)),
            false => drop(disk.insert(path.clone(), fs::read(&path).unwrap_or_default())),
        }
    }
    disk
}
