//! Is SQLite's write-ahead log whole? Opening a database, SQLite takes the log up to the first frame whose checksum does
//! not hold and forgets the rest without a word: right after a power cut, where the rest was never acknowledged; not where
//! a bit has flipped in the middle. The two are told apart by what comes after: with `synchronous=FULL` a commit is on the
//! disk before the next one begins, so a broken frame with a later transaction behind it was once acknowledged.
//!
//! Format: sqlite.org/fileformat2.html, section 4.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::place::database;
use crate::disk::Disk;
use crate::process::house::At;

const HEADER: usize = 32;
const FRAME: usize = 24;
/// Page sizes that SQLite knows.
const PAGES: std::ops::RangeInclusive<usize> = 512..=65536;

/// How many bytes of a log are whole, where acknowledged commits lie behind them; `None`: nothing of it would be lost.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn torn(log: &Path) -> io::Result<Option<u64>> {
    let mut file = match File::open(log) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut header = [0; HEADER];
    if file.read_exact(&mut header).is_err() {
        return Ok(None);
    }
    let found = walk(&mut io::BufReader::new(&file), &header)?;
    // A writer that begins the log anew meanwhile has changed the header.
    let mut again = [0; HEADER];
    file.seek(SeekFrom::Start(0))?;
    Ok(found.filter(|_| file.read_exact(&mut again).is_ok() && again == header))
}

fn walk(file: &mut impl Read, header: &[u8; HEADER]) -> io::Result<Option<u64>> {
    let big = match word(header, 0, true) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return Ok(Some(0)),
    };
    let page = word(header, 8, true) as usize;
    let mut sum = added((0, 0), &header[..24], big);
    if !PAGES.contains(&page) || sum != (word(header, 24, true), word(header, 28, true)) {
        return Ok(Some(0));
    }
    let mut frame = vec![0; FRAME + page];
    let (mut whole, mut broken, mut committed) = (HEADER as u64, false, false);
    while file.read_exact(&mut frame).is_ok() {
        let ours = frame[8..16] == header[16..24];
        if broken {
            // Frames of an earlier round of the log have other salts.
            if ours && committed {
                return Ok(Some(whole));
            }
            committed |= ours && word(&frame, 4, true) != 0;
            continue;
        }
        let next = added(added(sum, &frame[..8], big), &frame[FRAME..], big);
        if ours && next == (word(&frame, 16, true), word(&frame, 20, true)) {
            sum = next;
            whole += frame.len() as u64;
        } else {
            broken = true;
            committed = word(&frame, 4, true) != 0 && (ours || frame[8..12] == header[16..20] || frame[12..16] == header[20..24]);
        }
    }
    Ok(None)
}

/// Cuts a torn log off before its first broken frame, as SQLite would, and keeps it whole beside the database. Only while
/// nobody has the store open. Returns where it is kept.
///
/// # Errors
/// What the disk says; the log is then untouched.
pub fn cut_log(folder: &Path, real: At) -> io::Result<Option<PathBuf>> {
    let log = log_of(folder);
    let Some(whole) = torn(&log)? else { return Ok(None) };
    let kept = folder.join(format!("quotedesk-torn-{}.wal", real.format("%Y%m%d-%H%M%S%.3f")));
    fs::copy(&log, &kept)?;
    let disk = Disk::default();
    disk.sync_file(&kept)?;
    disk.sync_folder(folder)?;
    let file = File::options().write(true).open(&log)?;
    file.set_len(whole)?;
    file.sync_all()?;
    Ok(Some(kept))
}

/// The log beside the database of a state folder.
pub(super) fn log_of(folder: &Path) -> PathBuf {
    PathBuf::from(format!("{}-wal", database(folder).display()))
}

fn word(bytes: &[u8], at: usize, big: bool) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
    if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
}

/// The checksum goes over the whole log at each start, so it is read eight bytes at a time.
fn added((mut a, mut b): (u32, u32), bytes: &[u8], big: bool) -> (u32, u32) {
    for eight in bytes.as_chunks::<8>().0 {
        let two = u64::from_le_bytes(*eight);
        let (mut first, mut second) = (two as u32, (two >> 32) as u32);
        if big {
            (first, second) = (first.swap_bytes(), second.swap_bytes());
        }
        a = a.wrapping_add(first).wrapping_add(b);
        b = b.wrapping_add(second).wrapping_add(a);
    }
    (a, b)
}
