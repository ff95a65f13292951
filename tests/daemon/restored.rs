//! A backup brought back, on SQLite and on PostgreSQL: what was done since has gone from the store but not from the world.
//! No number is given out twice, and nothing is agreed to that only a lost letter or form has shown.
//!
//! Whose the files are that root makes is asked here too, so this needs root, as CI has; without it that test fails and says so.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use crate::database::{Database, Server, path};
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, DESK, LEADER, SALES, Setup};
use crate::desk::{Answer, Desk};
use crate::people::workbook::{Entries, How};
use chrono::DateTime;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// What is said of an answer to a letter or form of the lost time.
const LOST: &str = "khoảng thời gian không còn dữ liệu";

fn mail(from: &'static str) -> Mail<'static> {
    Mail::new(("", from), DESK, DateTime::parse_from_rfc3339(MONDAY).unwrap())
}

/// A need of CSKH's; the case that it opened.
fn need(desk: &Desk, customer: &str) -> String {
    let mut mail = mail(CSKH);
    mail.cc = Some(("Trần Thị Lan", SALES));
    (mail.subject, mail.text) = (format!("Nhu cầu tùy biến của {customer}"), format!("KH {customer} muốn in phiếu cân xe."));
    desk.drop(Some(CSKH), "thu.eml", &mail.bytes());
    let cases = desk.json(&["cases", "--json"]);
    let ids = cases.as_array().into_iter().flatten().filter_map(|case| case["id"].as_str());
    ids.max().unwrap_or_else(|| desk.fail("the need opened no case")).to_owned()
}

fn filled(form: &[u8]) -> Vec<u8> {
    Entries::of_nam_phong().typed_into(form, How::ByName)
}

fn sales_drops(desk: &Desk, name: &str, form: &[u8]) -> Answer {
    desk.drop(Some(SALES), name, form)
}

fn says(desk: &Desk, from: &'static str, letter: &Letter, words: &str) -> Answer {
    desk.drop(None, "tra-loi.eml", &mail(from).answering(letter, words).bytes())
}

fn state(desk: &Desk, id: &str) -> String {
    desk.show(id)["state"].as_str().unwrap_or_default().to_string()
}

/// What it has sent by now, and what it sends once it is free: nothing goes by itself after a restore.
fn goes_on(desk: &mut Desk) {
    desk.start();
    assert_eq!(desk.json(&["outgoing", "--json"])["held"], "restored");
    let checked = desk.run(&["check"]);
    assert!(checked.out.contains("all sending is on hold"), "{}", checked.out);
    desk.told(&["outgoing", "--release"]);
    desk.idle();
}

/// A case in review, brought back to when Sales had just got the form; `restored` brings it back. The letters and the form of
/// the lost time decide nothing, those before and since do.
fn what_was_lost_decides_nothing(desk: &mut Desk, backed_up: impl FnOnce(&Desk), restored: impl FnOnce(&mut Desk)) {
    let id = need(desk, "Nam Phong");
    let form = desk.form_for(SALES);
    backed_up(desk);
    // The lost time: the Leader is asked, and sends the form back.
    sales_drops(desk, "Phiếu.xlsx", &filled(&form));
    assert_eq!(state(desk, &id), "Review", "{}", desk.last_words());
    let lost_letter = desk.letter_to(LEADER);
    says(desk, LEADER, &lost_letter, "TRẢ LẠI: thiếu mẫu in");
    let lost_form = desk.form_for(SALES);
    assert_eq!(need(desk, "Khách Mất"), "YC-2026-0002");
    desk.stop();
    restored(desk);
    goes_on(desk);

    assert_eq!(state(desk, &id), "Drafting");
    let answer = sales_drops(desk, "Phiếu lần 2.xlsx", &filled(&lost_form));
    assert!(answer.text.contains(LOST), "{}", answer.text);
    assert_eq!(state(desk, &id), "Drafting", "{}", answer.text);
    assert!(desk.letter_to(SALES).form().is_some(), "the form as it stands goes with it");
    // What went out before the backup is as good as ever.
    let answer = sales_drops(desk, "Phiếu cũ.xlsx", &filled(&form));
    assert_eq!(state(desk, &id), "Review", "{}", answer.text);
    let letter = desk.letter_to(LEADER);
    assert_ne!(letter.id, lost_letter.id);
    let answer = says(desk, LEADER, &lost_letter, "DUYỆT");
    assert!(answer.text.contains(LOST), "{}", answer.text);
    assert_eq!(state(desk, &id), "Review", "{}", answer.text);
    let told = desk.letter_to(LEADER);
    assert!(told.text.contains(LOST) && told.form().is_some(), "{}", told.text);
    // The same word to the letter that was sent since.
    let answer = says(desk, LEADER, &letter, "DUYỆT");
    assert_eq!(state(desk, &id), "Feedback", "{}", answer.text);
    // The number of the lost case comes to mean nobody else's.
    assert_eq!(need(desk, "Khách Mới"), "YC-2026-0201");
    let checked = desk.run(&["check"]);
    assert!(checked.out.lines().any(|l| l.starts_with("ok") && l.contains("store")), "{}{}", checked.out, checked.err);
}

#[test]
fn letters_and_forms_of_the_lost_time_decide_nothing() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let copy = desk.outside().join("copy");
    let to = copy.to_str().unwrap().to_owned();
    what_was_lost_decides_nothing(
        &mut desk,
        |desk| {
            desk.told(&["backup", &to]);
            // All prices, mails and keys are in it.
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&copy), mode(&copy.join("quotedesk.db"))), (0o700, 0o600));
        },
        |desk| {
            let said = desk.told(&["restore", &to]);
            assert!(said.contains("next full hundred") && said.contains("All sending is on hold"), "{said}");
        },
    );
    desk.close();
}

/// The new store goes on past the gap whether or not the old one still tells how far it was.
#[test]
fn numbers_go_on_past_a_gap_without_the_old_store_too() {
    let ruin = |file: &Path| fs::write(file, b"no database at all").unwrap();
    let gone = |file: &Path| fs::remove_dir_all(file.parent().unwrap()).unwrap();
    for after in [&gone as &dyn Fn(&Path), &ruin] {
        let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
        let copy = desk.outside().join("copy");
        need(&desk, "Nam Phong");
        desk.told(&["backup", copy.to_str().unwrap()]);
        assert_eq!(need(&desk, "Khách Mất"), "YC-2026-0002");
        desk.stop();
        after(&desk.dir().join("state/quotedesk.db"));
        desk.told(&["restore", copy.to_str().unwrap()]);
        goes_on(&mut desk);
        assert_eq!(need(&desk, "Khách Mới"), "YC-2026-0201");
        desk.close();
    }
}

/// PostgreSQL's own tools copy the store, any other the folders; `restore` puts the folders back and tells the store.
#[test]
fn on_postgresql_after_pg_restore() {
    let server = Server::get();
    let database = Database::new();
    let toml = Setup::sample().toml().replace("[desk]\n", &format!("[desk]\nstate = \"{}\"\n", database.0));
    let mut desk = Desk::open(&toml, MONDAY);
    let (copy, dump) = (desk.outside().join("copy"), server.folder.join("desk.dump"));
    let refused = desk.run(&["backup", copy.to_str().unwrap()]);
    assert!(refused.status == Some(2) && refused.err.contains("pg_dump"), "{}", refused.err);
    let from = desk.dir();
    what_was_lost_decides_nothing(
        &mut desk,
        |_| {
            server.must("pg_dump", &["-Fc", "-f", path(&dump), "-d", &database.0]);
            for folder in ["inbox", "outbox", "archive"] {
                copy_all(&from.join(folder), &copy.join(folder));
            }
        },
        |desk| {
            fs::remove_dir_all(desk.dir().join("outbox")).unwrap();
            server.must("pg_restore", &["--clean", "--if-exists", "-d", &database.0, path(&dump)]);
            let said = desk.told(&["restore", copy.to_str().unwrap()]);
            assert!(said.contains("The PostgreSQL store knows that it was brought back"), "{said}");
            assert!(!desk.files("outbox/mail").is_empty(), "the folders are back: {said}");
        },
    );
    // A desk on SQLite does not become one on PostgreSQL: its cases would not come along.
    let of_sqlite = desk.outside().join("of sqlite");
    copy_all(&copy, &of_sqlite);
    fs::write(of_sqlite.join("quotedesk.db"), b"").unwrap();
    let refused = desk.run(&["restore", of_sqlite.to_str().unwrap()]);
    assert!(refused.status == Some(2) && refused.err.contains("nothing was changed"), "{}{}", refused.out, refused.err);
    // Not under a running daemon.
    let refused = desk.run(&["restore", copy.to_str().unwrap()]);
    assert!(refused.status == Some(2) && refused.err.contains("stop all daemons"), "{}", refused.err);
    desk.close();
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_all(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Whatever a restore has to object to is said before anything is touched, and nothing of the try is left behind.
#[test]
fn a_restore_that_is_refused_has_changed_nothing() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    need(&desk, "Nam Phong");
    let copy = desk.outside().join("copy");
    let to = copy.to_str().unwrap().to_owned();
    desk.told(&["backup", &to]);
    desk.stop();
    for (of, words) in [(&copy, "then"), (&desk.dir(), "now")] {
        fs::create_dir_all(of.join("archive")).unwrap();
        fs::write(of.join("archive/ghi chú.txt"), words).unwrap();
    }
    let refused = |desk: &Desk, words: &str| {
        let seen = |desk: &Desk| -> Vec<(PathBuf, Option<Vec<u8>>)> {
            all_under(&desk.dir()).into_iter().map(|path| (path.clone(), fs::read(&path).ok())).collect()
        };
        // The lock is made where it is missing, and has the number of whoever had it last.
        let before: Vec<_> = seen(desk).into_iter().filter(|(path, _)| !path.ends_with("lock")).collect();
        let said = desk.run(&["restore", &to]);
        assert!(said.status == Some(2) && said.err.contains(words), "{words}: {}{}", said.out, said.err);
        let after: Vec<_> = seen(desk).into_iter().filter(|(path, _)| !path.ends_with("lock")).collect();
        assert!(before == after, "{words}: {:?} became {:?}", names(&before), names(&after));
    };
    let config = desk.dir().join("quotedesk.toml");
    let rehearsed = fs::read_to_string(&config).unwrap();
    // The config is not that of the backup: its cases were rehearsed.
    fs::write(&config, rehearsed.replacen("rehearsal = true", "rehearsal = false", 1)).unwrap();
    refused(&desk, "this desk was rehearsed");
    fs::write(&config, &rehearsed).unwrap();
    // A file lies where a folder of the backup has to go.
    let outbox = desk.dir().join("outbox");
    let elsewhere = desk.outside().join("outbox");
    fs::rename(&outbox, &elsewhere).unwrap();
    fs::write(&outbox, b"a file in its place").unwrap();
    refused(&desk, "move the file away");
    fs::remove_file(&outbox).unwrap();
    fs::rename(&elsewhere, &outbox).unwrap();
    // The backup's store is none.
    let sound = fs::read(copy.join("quotedesk.db")).unwrap();
    fs::write(copy.join("quotedesk.db"), &sound[..sound.len() / 2]).unwrap();
    refused(&desk, "bring back another backup");
    fs::write(copy.join("quotedesk.db"), sound).unwrap();

    desk.told(&["restore", &to]);
    assert_eq!(fs::read(desk.dir().join("archive/ghi chú.txt")).unwrap(), b"then");
    assert!(!all_under(&desk.dir().join("state")).iter().any(|path| path.to_string_lossy().contains("fresh")));
    goes_on(&mut desk);
    desk.close();
}

fn names(all: &[(PathBuf, Option<Vec<u8>>)]) -> Vec<&PathBuf> {
    all.iter().map(|(path, _)| path).collect()
}

// ---- whose the files are

fn all_under(root: &Path) -> Vec<PathBuf> {
    let inside = fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    inside.flat_map(|path| if path.is_dir() { [vec![path.clone()], all_under(&path)].concat() } else { vec![path] }).collect()
}

/// Commands that root runs by mistake leave nothing that the daemon's own user could not write.
#[test]
fn what_root_makes_on_a_desk_is_the_desk_s_own() {
    const NOBODY: u32 = 65_534;
    assert!(rustix::process::geteuid().is_root(), "this needs root, as CI has");
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    for path in [vec![desk.dir()], all_under(&desk.dir())].concat() {
        chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let of_root = |desk: &Desk| -> Vec<PathBuf> {
        let root_s = |path: &PathBuf| path.symlink_metadata().is_ok_and(|about| about.uid() == 0);
        all_under(&desk.dir()).into_iter().filter(root_s).collect()
    };
    desk.told(&["clock", MONDAY]);
    assert!(desk.dir().join("state/quotedesk.db").exists());
    assert_eq!(of_root(&desk), Vec::<PathBuf>::new(), "after the first command");
    desk.told(&["init", desk.dir().join("new").to_str().unwrap()]);
    assert!(desk.dir().join("new/state/quotedesk.db").exists());
    assert_eq!(of_root(&desk), Vec::<PathBuf>::new(), "after init");
    desk.start();
    // What somebody puts into the inbox stays whose it is.
    for folder in [desk.inbox().join(CSKH), desk.inbox()] {
        assert_eq!(fs::metadata(folder).unwrap().uid(), NOBODY);
    }
    let copy = desk.outside().join("copy");
    desk.told(&["backup", copy.to_str().unwrap()]);
    desk.stop();
    fs::create_dir_all(copy.join("outbox/cũ")).unwrap();
    fs::write(copy.join("outbox/cũ/giấy tờ.txt"), b"x").unwrap();
    fs::remove_dir_all(desk.dir().join("state")).unwrap();
    desk.told(&["restore", copy.to_str().unwrap()]);
    assert_eq!(of_root(&desk), Vec::<PathBuf>::new(), "after restore");
    desk.start();
    desk.close();
}
