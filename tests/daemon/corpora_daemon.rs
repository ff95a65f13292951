//! Drops a folder of odd and hostile files that are not part of this repository into the inbox of a running desk:
//! `QUOTEDESK_CORPORA=/path cargo test --test daemon corpora_daemon -- --nocapture`. Without the variable it passes.
//! `QUOTEDESK_TABLE=FILE` takes the table of what became of each.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::desk::Desk;
use crate::desk::setup::{SALES, Setup};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const PATIENCE: Duration = Duration::from_secs(300);
/// Mails and workbooks; the rest of a corpus is what they were compared with.
const KINDS: [&str; 9] = ["xls", "xlsx", "xlsm", "xlsb", "ods", "xla", "msg", "eml", "mail"];

#[test]
fn every_file_gets_one_answer_and_the_daemon_lives() {
    let Some(corpora) = std::env::var_os("QUOTEDESK_CORPORA").map(PathBuf::from) else { return };
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    let mut put: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for (n, file) in files(&corpora).into_iter().enumerate() {
        let bytes = fs::read(&file).expect("a file of the corpora");
        let name = file.file_name().unwrap_or_default().to_string_lossy().replace(['/', '\n'], "_");
        let is_book = KINDS[..7].iter().any(|k| name.to_lowercase().ends_with(&format!(".{k}")));
        let name = if is_book || name.ends_with(".eml") { format!("{n:04} {name}") } else { format!("{n:04} {name}.eml") };
        let folder = if is_book { desk.inbox().join(SALES) } else { desk.inbox() };
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a copy");
        let copied = fs::File::options().write(true).open(&path).expect("a copy");
        copied.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time");
        put.insert(path, file.strip_prefix(&corpora).unwrap_or(&file).to_path_buf());
    }
    assert!(!put.is_empty(), "nothing in {}", corpora.display());
    let began = Instant::now();
    desk.start();
    while put.keys().any(|p| p.exists()) {
        if began.elapsed() > PATIENCE {
            let left: Vec<_> = put.iter().filter(|(p, _)| p.exists()).map(|(_, file)| file).collect();
            desk.fail(&format!("not taken: {left:?}"));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    desk.idle();
    let took = began.elapsed();
    let (mut table, mut unanswered) = (String::new(), Vec::new());
    for (path, file) in &put {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match desk.answered(&name) {
            Some(answer) if !answer.text.trim().is_empty() => {
                let said: Vec<&str> = answer.text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
                let place = if answer.problem { "problem" } else { "done" };
                let _ = writeln!(
                    table,
                    "{:<8} {:<70} {}",
                    place,
                    file.display(),
                    said.join(" / ").chars().take(160).collect::<String>()
                );
            }
            _ => unanswered.push(file.clone()),
        }
    }
    let mails = desk.letters();
    let _ = writeln!(table, "{} files in {took:?}, CPU {:?}, {} mails", put.len(), desk.cpu(), mails.len());
    if let Some(to) = std::env::var_os("QUOTEDESK_TABLE") {
        fs::write(to, &table).expect("the table's file");
    }
    println!("{table}");
    assert!(unanswered.is_empty(), "no answer beside {unanswered:?}");
    let house = |to: &String| to.ends_with("@anphat.example");
    assert!(mails.iter().all(|l| l.to.iter().all(house)), "somebody outside was written to");
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(0), "a stranger's file opened a case");
    desk.close();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let is_mail = path
            .components()
            .any(|c| ["sisimai", "dovecot-malformed", "rubymail", "reply-github"].iter().any(|m| c.as_os_str() == *m));
        if path.is_dir() {
            found.extend(files(&path));
        } else if is_mail || path.extension().is_some_and(|e| KINDS.iter().any(|k| e == *k)) {
            found.push(path);
        }
    }
    found.sort();
    found
}
