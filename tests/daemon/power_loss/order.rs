//! What has to be safe before what is done.

use std::path::{Path, PathBuf};

use super::trace::Call;

/// A file that was put into the inbox, and what the store keeps of it and of no other.
pub struct Mark {
    pub file: PathBuf,
    pub mark: String,
}

/// What was looked at: none of them may be nought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    pub taken: usize,
    pub laid_down: usize,
    pub dots: usize,
}

/// The store's log of what is committed, in a desk's folder.
pub fn log(desk: &Path) -> PathBuf {
    desk.join("state/quotedesk.db-wal")
}

/// What was done before it was safe to.
pub fn wrong(calls: &[Call], desk: &Path, marks: &[Mark]) -> (Looked, Vec<String>) {
    let (mut looked, mut wrong) = (Looked::default(), Vec::new());
    let log = log(desk);
    for call in calls {
        if let Some((from, to)) = call.renames() {
            let name = from.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let half_written = name.starts_with(".quotedesk-") && name.ends_with(".tmp");
            let mark = marks.iter().find(|mark| mark.file == from);
            if half_written {
                looked.laid_down += 1;
                let last = calls.iter().rfind(|c| c.writes(&from) && c.begin < call.begin);
                match last {
                    None => wrong.push(format!("{}: renamed, and never written", to.display())),
                    Some(last) if !synced(calls, &from, last.end, call.begin) => {
                        wrong.push(format!("{}: renamed before its bytes were safe", to.display()))
                    }
                    Some(_) => {}
                }
            } else if let Some(Mark { mark, .. }) = mark {
                looked.taken += 1;
                if !logged(calls, &log, &[mark], call.begin) {
                    wrong.push(format!("{}: moved before what was taken was safe", from.display()));
                }
                wrong.extend(unsafe_name(calls, call, &from));
            }
            if half_written || mark.is_some() {
                wrong.extend(unsafe_name(calls, call, &to));
            }
        }
        if call.sends() == Some(b".\r\n") {
            looked.dots += 1;
            match letter(calls, call) {
                None => wrong.push("a last dot after no letter".into()),
                // State and Message-ID lie side by side in a row.
                Some(id) if !logged(calls, &log, &[id.trim_matches(['<', '>']), "at_data"], call.begin) => {
                    wrong.push(format!("{id}: its last dot was sent before the store knew"))
                }
                Some(_) => {}
            }
        }
    }
    (looked, wrong)
}

/// The Message-ID of the letter that a last dot ends.
pub fn letter(calls: &[Call], dot: &Call) -> Option<String> {
    let before: Vec<&[u8]> = calls.iter().filter(|c| c.file == dot.file && c.begin < dot.begin).filter_map(Call::sends).collect();
    let start = before.iter().rposition(|sent| *sent == b".\r\n").map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(&before[start..].concat()).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).map(|id| id.trim().to_string())
}

/// Is the file synced by a call that begins and ends between the two?
fn synced(calls: &[Call], file: &Path, after: usize, before: usize) -> bool {
    calls.iter().any(|c| c.syncs(file) && c.begin > after && c.end < before)
}

/// Does the log hold a page with all these words, and has it been synced since?
fn logged(calls: &[Call], log: &Path, words: &[&str], before: usize) -> bool {
    let holds = |c: &&Call| {
        let page = c.strings.first().map(Vec::as_slice).unwrap_or_default();
        c.writes(log) && words.iter().all(|word| page.windows(word.len()).any(|part| part == word.as_bytes()))
    };
    calls.iter().filter(holds).any(|page| synced(calls, log, page.end, before))
}

/// A name that was never made safe in its folder.
fn unsafe_name(calls: &[Call], renamed: &Call, name: &Path) -> Option<String> {
    let folder = name.parent()?;
    let safe = calls.iter().any(|c| c.syncs(folder) && c.begin > renamed.end);
    (!safe).then(|| format!("{}: its folder was not synced after it", name.display()))
}

#[cfg(test)]
mod cases {
    use super::super::trace::{hex, read};
    use super::*;

    const DESK: &str = "/d";

    /// A trace of these lines; `~` begins a call that the line with `^` ends.
    fn trace(lines: &[String]) -> Vec<Call> {
        read(&lines.iter().map(|line| format!("7 {line}\n")).collect::<String>())
    }

    fn write(path: &str, text: &str) -> String {
        format!("pwrite64(3<{}>, \"{}\", {}, 0) = {}", hex(path), hex(text), text.len(), text.len())
    }

    fn sync(path: &str) -> String {
        format!("fsync(3<{}>) = 0", hex(path))
    }

    fn rename(from: &str, to: &str) -> String {
        format!("renameat2(AT_FDCWD<{}>, \"{}\", AT_FDCWD<{0}>, \"{}\", RENAME_NOREPLACE) = 0", hex("/"), hex(from), hex(to))
    }

    fn send(text: &str) -> String {
        format!("sendto(9<{}>, \"{}\", {}, MSG_NOSIGNAL, NULL, 0) = {}", hex("socket:[5]"), hex(text), text.len(), text.len())
    }

    const LOG: &str = "/d/state/quotedesk.db-wal";

    fn taken() -> Vec<String> {
        vec![
            write(LOG, "…abc…"),
            sync(LOG),
            rename("/d/inbox/x.pdf", "/d/inbox/.done/x.pdf"),
            sync("/d/inbox/.done"),
            sync("/d/inbox"),
        ]
    }

    fn laid_down() -> Vec<String> {
        let temporary = "/d/outbox/.quotedesk-1-2.tmp";
        vec![write(temporary, "quote"), sync(temporary), rename(temporary, "/d/outbox/q.xlsx"), sync("/d/outbox")]
    }

    fn sent() -> Vec<String> {
        vec![send("Message-ID: <m@d>\r\n\r\nhello\r\n"), write(LOG, "…<m@d> at_data…"), sync(LOG), send(".\r\n")]
    }

    fn complaints(lines: &[String]) -> Vec<String> {
        let marks = [Mark { file: "/d/inbox/x.pdf".into(), mark: "abc".into() }];
        wrong(&trace(lines), Path::new(DESK), &marks).1
    }

    #[test]
    fn the_right_order_is_right() {
        for lines in [taken(), laid_down(), sent()] {
            assert_eq!(complaints(&lines), Vec::<String>::new());
        }
        let lines = [taken(), laid_down(), sent()].concat();
        let marks = [Mark { file: "/d/inbox/x.pdf".into(), mark: "abc".into() }];
        let looked = wrong(&trace(&lines), Path::new(DESK), &marks).0;
        assert_eq!(looked, Looked { taken: 1, laid_down: 1, dots: 1 });
    }

    /// Every two lines that have to follow each other, the other way round; and every sync left out.
    #[test]
    fn every_wrong_order_is_seen() {
        for lines in [taken(), laid_down(), sent()] {
            for n in 0..lines.len() {
                if lines[n].starts_with("fsync") {
                    let mut without = lines.clone();
                    without.remove(n);
                    assert_ne!(complaints(&without), Vec::<String>::new(), "without {}", lines[n]);
                }
                let later = (n + 1..lines.len()).filter(|m| !(lines[n].starts_with("fsync") && lines[*m].starts_with("fsync")));
                for m in later.filter(|m| lines[n].starts_with("fsync") || lines[*m].starts_with("fsync")) {
                    let mut swapped = lines.clone();
                    swapped.swap(n, m);
                    assert_ne!(complaints(&swapped), Vec::<String>::new(), "{n} and {m} swapped: {swapped:?}");
                }
            }
        }
    }

    /// A sync that has begun is not one that is over; one that failed is none.
    #[test]
    fn a_sync_counts_when_it_is_over_and_well() {
        let [page, sync, rename, rest @ ..] = &taken()[..] else { panic!("five lines") };
        let begun = sync.replace(") = 0", " <unfinished ...>");
        let lines = [page.clone(), begun.clone(), rename.clone(), "<... fsync resumed>) = 0".into()];
        assert_ne!(complaints(&[lines.to_vec(), rest.to_vec()].concat()), Vec::<String>::new());
        let over = [page.clone(), begun, "<... fsync resumed>) = 0".into(), rename.clone()];
        assert_eq!(complaints(&[over.to_vec(), rest.to_vec()].concat()), Vec::<String>::new());
        let failed = [page.clone(), sync.replace("= 0", "= -1 EIO (Input/output error)"), rename.clone()];
        assert_ne!(complaints(&[failed.to_vec(), rest.to_vec()].concat()), Vec::<String>::new());
    }
}
