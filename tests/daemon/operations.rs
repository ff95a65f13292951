//! What an operator does with a running desk, and what happens to its machine: backups under load, reloads, stops, a log that
//! cannot be written, a clock that jumps, and that no secret is ever told.
//!
//! `QUOTEDESK_BACKUPS`: moments of `release_backups`, at which a backup is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use crate::desk::Desk;
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, LEADER, OPERATOR, SALES, Setup, Staff};
use crate::imap;
use crate::smtp::{House, Post};
use chrono::{DateTime, FixedOffset};
use rustix::process::Signal;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// Long enough for the desk to do what it should not.
const A_MOMENT: Duration = Duration::from_millis(2500);

// ---- backup

/// Messages in a folder of mails, each once.
fn mails(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut mails = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(|e| e.path().extension().is_some_and(|e| e == "eml"))
    {
        let twice = mails.insert(Letter::read(&entry.path()).id, entry.path());
        assert!(twice.is_none(), "the same mail lies there twice: {twice:?}");
    }
    mails
}

/// The Message-IDs of all mails that a copy of a store knows, without brackets.
fn known_mails(copy: &Path) -> BTreeSet<String> {
    let ask = async {
        let options = SqliteConnectOptions::new().filename(copy.join("quotedesk.db")).read_only(true);
        let mut store = SqliteConnection::connect_with(&options).await.unwrap();
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT message_id FROM effect WHERE kind = 'mail'").fetch_all(&mut store).await.unwrap();
        ids.into_iter().map(|id| id.trim_matches(['<', '>']).to_owned()).collect()
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(ask)
}

/// A backup in the middle of the work, `after` its beginning, restored into an empty desk. How many mails it held.
fn backup_at(after: Duration, needs: usize) -> usize {
    let setup = Setup::sample();
    let mut desk = Desk::open(&setup.toml(), MONDAY);
    for n in 0..needs {
        desk.move_in(&format!("{n:03}.eml"), &Mail::need(&format!("{n:03}")).bytes());
    }
    sleep(after);
    let copy = desk.outside().join("copy");
    let said = desk.told(&["backup", copy.to_str().unwrap()]);
    assert!(said.contains("Back: quotedesk restore"), "{said}");
    desk.wait_for("all needs to be taken", || {
        (0..needs).all(|n| !desk.inbox().join(format!("{n:03}.eml")).exists()).then_some(())
    });
    desk.stop();

    let mut other = Desk::laid_out(&setup.toml());
    let said = other.told(&["restore", copy.to_str().unwrap()]);
    assert!(said.contains("All sending is on hold"), "{said}");
    let checked = other.run(&["check"]);
    assert!(checked.out.lines().any(|l| l.starts_with("ok") && l.contains("store")), "{}{}", checked.out, checked.err);
    let sent = mails(&copy.join("outbox/mail"));
    other.start();
    // What lay in the inbox when the backup was taken is taken now; no mail goes out by itself, of before or since.
    other.wait_for("the inbox to be empty", || {
        let left = fs::read_dir(other.inbox()).unwrap().flatten();
        (left.filter(|e| e.path().extension().is_some_and(|e| e == "eml")).count() == 0).then_some(())
    });
    let waiting = other.json(&["outgoing", "--json"]);
    assert_eq!(waiting["held"], "restored", "{waiting}");
    assert_eq!(mails(&other.dir().join("outbox/mail")).len(), sent.len(), "mails went out by themselves");
    let held = waiting["outgoing"].as_array().unwrap().iter().filter(|row| row["kind"] == "mail").count();
    // Freed, each of them goes, and none that the backup holds as sent.
    other.told(&["outgoing", "--release"]);
    other.idle();
    let all = mails(&other.dir().join("outbox/mail"));
    // Some were written between the copy of the store and that of the outbox: the same file again.
    assert!(all.len() <= sent.len() + held, "{} of {} and {held}", all.len(), sent.len());
    assert!(sent.keys().all(|id| all.contains_key(id)), "a mail of the backup is gone");
    let cases = other.json(&["cases", "--json"]).as_array().map_or(0, Vec::len);
    // What went out between the two copies is of submissions that are still in the copy of the inbox, and were taken anew.
    let known = known_mails(&copy);
    let since = |letter: &Letter| sent.contains_key(&letter.id) && !known.contains(letter.id.trim_matches(['<', '>']));
    let letters: Vec<Letter> = other.letters().into_iter().filter(|l| l.subject.contains("YC-") && !since(l)).collect();
    let to = |who: &str| letters.iter().filter(|l| l.is_to(who)).count();
    assert_eq!((to(CSKH), to(SALES)), (cases, cases), "one letter for each case");
    let filed = other.files("inbox");
    let puts: Vec<&PathBuf> = filed.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")).collect();
    let answers = filed.iter().filter(|p| p.to_string_lossy().ends_with(".eml.txt")).count();
    assert_eq!(puts.len(), answers, "submissions, their answers");
    // What was put away while the backup was taken is in it twice, and is known the second time.
    let different: BTreeSet<Vec<u8>> = puts.iter().map(|put| fs::read(other.inbox().join(put)).unwrap()).collect();
    assert_eq!((different.len(), cases), (needs, needs), "submissions of the backup, their cases");
    other.close();
    held
}

#[test]
fn a_backup_under_load_is_whole_and_mails_nothing_by_itself() {
    backup_at(Duration::from_millis(300), 24);
}

/// What lies in the inbox is staff's doing. What the daemon takes no more than the backup does is named and harms nothing; a
/// submission that cannot be copied is told, and all else is in the backup.
#[test]
fn a_backup_is_made_whatever_staff_leave_in_the_inbox() {
    assert!(rustix::process::geteuid().is_root(), "this needs root, as CI has");
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let filed = desk.mail(&Mail::need("A")).filed;
    desk.stop();
    for (folder, file) in [("Mẫu cũ", "Phiếu.xlsx"), ("lan.tran@anphat.example/Ảnh", "1.png")] {
        fs::create_dir_all(desk.inbox().join(folder)).unwrap();
        fs::write(desk.inbox().join(folder).join(file), "x").unwrap();
    }
    std::os::unix::fs::symlink(desk.outside(), desk.inbox().join("nam@anphat.example")).unwrap();
    fs::write(desk.inbox().join("b.eml"), Mail::need("B").bytes()).unwrap();
    let backup = |name: &str| {
        let copy = desk.outside().join(name);
        (desk.run_without("-dac_override,-dac_read_search", &["backup", copy.to_str().unwrap()]), copy)
    };
    let (said, copy) = backup("first");
    assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{}", said.out);
    for name in ["Mẫu cũ: holds files", "lan.tran@anphat.example/Ảnh: is no file", "nam@anphat.example: is a link"] {
        assert_eq!(said.out.matches(name).count(), 1, "{name}: {}", said.out);
    }
    assert!(copy.join("quotedesk.db").exists() && copy.join("inbox/b.eml").exists());

    // Saved by somebody for themselves alone; the same of what was put away, and a person's whole folder.
    let shut = |path: &Path, mode: u32| {
        std::os::unix::fs::chown(path, Some(65_533), Some(65_533)).unwrap();
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    fs::write(desk.inbox().join("c.eml"), Mail::need("C").bytes()).unwrap();
    shut(&desk.inbox().join("c.eml"), 0o600);
    shut(&filed, 0o600);
    shut(&desk.inbox().join(CSKH), 0o700);
    let (said, copy) = backup("second");
    assert_eq!(said.status, Some(1), "{}{}", said.out, said.err);
    for path in [desk.inbox().join("c.eml"), filed, desk.inbox().join(CSKH)] {
        let line = format!("{}: cannot be read: Permission denied", path.display());
        assert_eq!(said.err.lines().filter(|l| l.contains(&line) && l.contains("not in the backup")).count(), 1, "{}", said.err);
    }
    assert!(copy.join("quotedesk.db").exists() && copy.join("inbox/b.eml").exists());
    let checked = desk.run_without("-dac_override,-dac_read_search", &["check"]);
    assert!(checked.status == Some(1) && checked.out.contains("c.eml: Permission denied"), "{}", checked.out);
    // It is a whole one all the same.
    let other = Desk::laid_out(&Setup::sample().toml());
    assert!(other.told(&["restore", copy.to_str().unwrap()]).contains("is back"));
}

#[test]
#[ignore = "minutes, see tests/release"]
fn release_backups() {
    let moments: u64 = std::env::var("QUOTEDESK_BACKUPS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let mut seed = 7u64;
    let (mut held, mut in_the_middle) = (0, 0);
    for _ in 0..moments {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = backup_at(Duration::from_millis((seed >> 33) % 900), 24);
        held += n;
        in_the_middle += usize::from(n > 0);
    }
    println!(
        "{moments} backups at random moments under load: all whole; {in_the_middle} with mails under way ({held} in all), 0 sent before they were freed, 0 twice"
    );
}

// ---- reload

#[test]
fn a_bad_config_is_refused_with_its_line_and_a_good_one_counts() {
    let setup = Setup::sample();
    let desk = Desk::open(&setup.toml(), MONDAY);
    let file = desk.dir().join("quotedesk.toml");
    let good = fs::read_to_string(&file).unwrap();
    let line = good.lines().count() + 3;
    for bad in [format!("{good}\n[limits]\nattachments = \"20MiB\"\n"), format!("{good}\n[limits]\nattachment = twenty\n")] {
        let before = desk.log().matches("the old one stays").count();
        fs::write(&file, bad).unwrap();
        desk.hang_up();
        desk.wait_for("the refusal", || (desk.log().matches("the old one stays").count() > before).then_some(()));
        let log = desk.log();
        let words = log.split("the old one stays").last().unwrap();
        assert!(words.contains(&format!("line {line}")), "{words}");
    }
    // Half saved by an editor, it is a config too: by that one everybody would be a stranger.
    fs::write(&file, "").unwrap();
    desk.hang_up();
    desk.wait_for("the refusal", || desk.log().contains("nobody has the role cskh any more").then_some(()));
    desk.move_in("a.eml", &Mail::need("A").bytes());
    desk.wait_for("a need with the old config", || desk.answered("a.eml"));
    // Somebody new, and the Leader leaves in the middle of a case that waits for him.
    let mut staff: Vec<Staff> = Setup::sample().staff;
    staff.push(Staff::new("Nguyễn Văn Nam", "nam.nguyen@anphat.example", &["sales"]));
    let other = Setup { staff, ..Setup::sample() };
    fs::write(&file, other.toml()).unwrap();
    desk.hang_up();
    desk.wait_for("the new config", || desk.log().contains("the config is read again").then_some(()));
    desk.wait_for("the new person's folder", || desk.inbox().join("nam.nguyen@anphat.example").is_dir().then_some(()));
    // What cannot change while it runs is said, and the rest counts.
    fs::write(&file, other.toml().replace("[desk]\n", "[desk]\noutbox = \"elsewhere\"\n")).unwrap();
    desk.hang_up();
    desk.wait_for("the warning", || desk.log().contains("desk.outbox cannot change while the daemon runs").then_some(()));
    desk.close();
}

/// Whoever has the turn and is no longer in the config gets no more letters: it goes to the operator.
#[test]
fn a_person_removed_in_the_middle_of_a_case() {
    let setup = Setup::sample();
    let desk = Desk::open(&setup.toml(), MONDAY);
    desk.mail(&Mail::need("A"));
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.show(&id)["waiting_for"], serde_json::json!([SALES]));
    let mut staff: Vec<Staff> = setup.staff.into_iter().filter(|s| s.email != SALES).collect();
    staff.push(Staff::new("Nguyễn Văn Nam", "nam.nguyen@anphat.example", &["sales"]));
    fs::write(desk.dir().join("quotedesk.toml"), Setup { staff, ..Setup::sample() }.toml()).unwrap();
    desk.hang_up();
    desk.wait_for("the new config", || desk.log().contains("the config is read again").then_some(()));
    assert_eq!(desk.show(&id)["waiting_for"], serde_json::json!([OPERATOR]), "the case waits for nobody");
    let count = |who: &str| desk.letters().iter().filter(|l| l.is_to(who) && l.subject.contains(&id)).count();
    let before = count(SALES);
    desk.clock("2026-01-08T09:00:00+07:00");
    assert_eq!(count(SALES), before, "a letter to somebody who has left");
    assert!(count(OPERATOR) > 0, "nobody is told that it is late: {}", desk.last_words());
    desk.close();
}

/// The absence that has begun is written into the config only once somebody has the step: their deputy gets its letter.
#[test]
fn an_absence_that_is_told_in_the_middle_of_a_step() {
    let toml = Setup::sample().toml();
    // The step is of the day before, or of the very day; the daemon reads its config anew, or is started anew.
    for (from, started) in [("2026-01-06", false), ("2026-01-05", false), ("2026-01-05", true)] {
        let mut desk = Desk::open(&toml, MONDAY);
        desk.mail(&Mail::need("A"));
        if from != "2026-01-05" {
            desk.clock("2026-01-06T08:00:00+07:00");
        }
        let away = format!("away = {{ from = \"{from}\", to = \"2026-01-09\", deputy = \"{LEADER}\" }}\n");
        let theirs = format!("email = \"{SALES}\"\n");
        fs::write(desk.dir().join("quotedesk.toml"), toml.replace(&theirs, &format!("{theirs}{away}"))).unwrap();
        let asked =
            |desk: &Desk| desk.letters().iter().filter(|l| l.is_to(LEADER) && l.raw.contains("X-Quotedesk-Kind: need")).count();
        assert_eq!(asked(&desk), 0, "{from}");
        match started {
            true => {
                desk.stop();
                desk.start();
            }
            false => desk.hang_up(),
        }
        desk.wait_for("the deputy's letter", || (asked(&desk) > 0).then_some(()));
        desk.hang_up();
        desk.clock("2026-01-06T10:00:00+07:00");
        assert_eq!(asked(&desk), 1, "told again: {}", desk.last_words());
        desk.close();
    }
}

/// Whose address changes keeps their cases, as long as the old one stays listed as an alias of theirs.
#[test]
fn a_person_whose_address_changes_in_the_middle_of_a_case() {
    const NEW: &str = "lan.moi@anphat.example";
    let toml = Setup::sample().toml().replace("require = \"none\"", "require = \"token-or-auth\"");
    let desk = Desk::open(&toml, MONDAY);
    desk.drop(Some(CSKH), "a.eml", &Mail::need("A").bytes());
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    let letter = desk.letter_to(SALES);
    let new = format!("email = \"{NEW}\"\naliases = [\"{SALES}\"]\n");
    fs::write(desk.dir().join("quotedesk.toml"), toml.replace(&format!("email = \"{SALES}\"\n"), &new)).unwrap();
    desk.hang_up();
    desk.wait_for("the new config", || desk.log().contains("the config is read again").then_some(()));
    assert_eq!(desk.show(&id)["waiting_for"], serde_json::json!([NEW]));
    for address in [NEW, SALES] {
        assert_eq!(desk.json(&["cases", "--person", address, "--json"])[0]["id"], id.as_str(), "{address}");
    }
    let would = desk.run(&["tell", &id, "--as", NEW, "RÚT YÊU CẦU: khách thôi", "--dry-run"]);
    assert!(!would.out.contains("không thuộc phần") && would.out.contains("rút"), "{}{}", would.out, would.err);
    // What time brings about goes to the new address.
    let count = |who: &str| desk.letters().iter().filter(|l| l.is_to(who)).count();
    let before = count(SALES);
    desk.clock("2026-01-08T09:00:00+07:00");
    assert_eq!(count(SALES), before, "a letter to an address that is no more");
    assert!(count(NEW) > 0, "{}", desk.last_words());
    // The letter that went to the old one proves who answers it, from the new one.
    let at = DateTime::parse_from_rfc3339(MONDAY).unwrap();
    let word = Mail::new(("Trần Thị Lan", NEW), "yeucau@anphat.example", at).answering(&letter, "RÚT YÊU CẦU: khách thôi");
    let answer = desk.mail(&word);
    let case = desk.show(&id);
    assert_eq!(case["state"], "Closed", "{}", answer.text);
    let told: Vec<&str> = case["history"].as_array().unwrap().iter().filter_map(|row| row["text"].as_str()).collect();
    assert_eq!(
        told.iter().filter(|text| text.contains("lan.tran@anphat.example → lan.moi@anphat.example")).count(),
        1,
        "{told:?}"
    );
    let checked = desk.run(&["check"]);
    assert!(checked.out.lines().any(|l| l.starts_with("ok") && l.contains("store")), "{}", checked.out);
    desk.close();
}

/// Another mail server counts with the reload, too: what waited for the old one goes by it.
#[test]
fn a_changed_mail_server_counts_at_once() {
    let (post, other) = (Post::open(House::default()), Post::open(House::default()));
    let by = |port: u16| {
        let servers = format!("[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\n");
        Setup { servers: Some((servers, "mx.anphat.example")), ..Setup::sample() }.toml()
    };
    let desk = Desk::open(&by(post.port), MONDAY);
    let to_sales = |post: &Post| post.taken().iter().filter(|t| t.rcpt.iter().any(|r| r.contains(SALES))).count();
    let put = |name: &str| {
        let path = desk.inbox().join(CSKH).join(name);
        fs::write(desk.outside().join(name), Mail::need(name).bytes()).unwrap();
        fs::rename(desk.outside().join(name), path).unwrap();
    };
    put("a.eml");
    desk.wait_for("the first letter", || (to_sales(&post) == 1).then_some(()));
    fs::write(desk.dir().join("quotedesk.toml"), by(other.port)).unwrap();
    desk.hang_up();
    desk.wait_for("the new config", || desk.log().contains("the config is read again").then_some(()));
    put("b.eml");
    desk.wait_for("a letter by the other server", || (to_sales(&other) == 1).then_some(()));
    assert_eq!(to_sales(&post), 1);
    desk.close();
}

// ---- stop

#[test]
fn it_stops_within_five_seconds_under_load_and_goes_on_where_it_was() {
    let mut desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let needs = 90;
    for n in 0..needs {
        desk.move_in(&format!("{n:03}.eml"), &Mail::need(&format!("{n:03}")).bytes());
        if n % 30 == 29 {
            // Asks that it ends well, within five seconds.
            desk.stop();
            desk.start();
        }
    }
    desk.wait_for("all needs to be taken", || {
        (0..needs).all(|n| !desk.inbox().join(format!("{n:03}.eml")).exists()).then_some(())
    });
    desk.idle();
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(needs));
    assert_eq!(desk.letters().iter().filter(|l| l.is_to(SALES) && l.subject.contains("YC-")).count(), needs);
    mails(&desk.dir().join("outbox/mail"));
    desk.close();
}

// ---- the log

/// Lines that cannot be written are lost; the desk is not.
#[test]
fn a_log_that_cannot_be_written_stops_nothing() {
    let mut desk = Desk::laid_out(&Setup::sample().toml());
    desk.told(&["clock", MONDAY]);
    for (name, log) in [("a.eml", Some(File::options().write(true).open("/dev/full").unwrap())), ("b.eml", None)] {
        // `None`: a pipe that nobody reads any more.
        desk.launch_logging_to(log);
        let put = desk.move_in(name, &Mail::need(name).bytes());
        desk.wait_for("the need to be taken", || (!put.exists()).then_some(()));
        desk.hang_up();
        let put = desk.move_in(&format!("2{name}"), &Mail::need(&format!("2{name}")).bytes());
        desk.wait_for("another one", || (!put.exists()).then_some(()));
        desk.idle();
        desk.stop();
    }
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(4));
}

// ---- the clock

/// The machine's clock for a daemon, set from outside by libfaketime; monotonic time goes on as it does.
struct Clock {
    file: PathBuf,
    library: String,
}

impl Clock {
    fn of(desk: &Desk) -> Clock {
        let found = fs::read_dir("/usr/lib").unwrap().flatten().map(|e| e.path().join("faketime/libfaketimeMT.so.1"));
        let library = found.chain(["/usr/lib/faketime/libfaketimeMT.so.1".into()]).find(|p| p.exists());
        let library = library.expect("no libfaketime on this machine: install the package `faketime`");
        Clock { file: desk.outside().join("clock"), library: library.to_string_lossy().into_owned() }
    }

    fn set(&self, time: &str) {
        let at: DateTime<FixedOffset> = DateTime::parse_from_rfc3339(time).unwrap();
        let ahead = at.timestamp() - chrono::Utc::now().timestamp();
        fs::write(self.file.with_extension("new"), format!("{ahead:+}\n")).unwrap();
        fs::rename(self.file.with_extension("new"), &self.file).unwrap();
    }

    fn env(&self) -> [(&str, &str); 6] {
        [
            ("LD_PRELOAD", &self.library),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_str().unwrap()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
            // Times of files stay what they are: that is what a jump does to them.
            ("NO_FAKE_STAT", "1"),
        ]
    }
}

/// Reminders once each, none early, none for the past in bulk; submissions are taken whatever the clock says.
#[test]
fn a_clock_that_jumps() {
    let mut desk = Desk::laid_out(&Setup::sample().toml().replace("rehearsal = true", "rehearsal = false"));
    let clock = Clock::of(&desk);
    clock.set("2026-03-02T08:30:00+07:00");
    desk.start_with(&clock.env());
    let taken = |desk: &Desk, name: &str| {
        let put = desk.move_in(name, &Mail::need(name).bytes());
        desk.wait_for("a need to be taken", || (!put.exists()).then_some(()));
    };
    taken(&desk, "a.eml");
    let id = desk.wait_for("the case", || desk.json(&["cases", "--json"])[0]["id"].as_str().map(str::to_owned));
    assert!(desk.show(&id)["due"].as_str().unwrap().starts_with("2026-03-04T08:3"), "{}", desk.show(&id));
    let kinds = |desk: &Desk| {
        let of_case = desk.letters().into_iter().filter(|l| l.subject.contains(&id) && l.is_to(SALES));
        let kind =
            |l: &Letter| l.raw.lines().find_map(|line| line.strip_prefix("X-Quotedesk-Kind: ").map(|k| k.trim().to_owned()));
        let mut kinds: Vec<String> = of_case.filter_map(|l| kind(&l)).collect();
        kinds.sort();
        kinds
    };
    desk.wait_for("the letter of the step", || (kinds(&desk).len() == 1).then_some(()));
    let first = kinds(&desk);
    // An hour back, and to before the reminder is due (four working hours before): nothing.
    for time in ["2026-03-02T07:30:00+07:00", "2026-03-03T08:30:00+07:00", "2026-03-03T13:55:00+07:00"] {
        clock.set(time);
        sleep(A_MOMENT);
        assert_eq!(kinds(&desk), first, "at {time}: {}", desk.last_words());
    }
    clock.set("2026-03-03T14:03:00+07:00");
    desk.wait_for("the reminder", || (kinds(&desk).len() == 2).then_some(()));
    let reminded = kinds(&desk);
    // Back and forth over that moment: once is once. A submission of an hour that was before is taken.
    for time in ["2026-03-03T13:00:00+07:00", "2026-03-03T14:05:00+07:00"] {
        clock.set(time);
        taken(&desk, &format!("{}.eml", &time[11..13]));
        sleep(A_MOMENT);
        assert_eq!(kinds(&desk), reminded, "at {time}");
    }
    // A night asleep, as a closed lid: the process stands still and the clock does not.
    desk.signal(Signal::STOP);
    clock.set("2026-03-04T14:00:00+07:00");
    sleep(Duration::from_millis(500));
    desk.signal(Signal::CONT);
    desk.wait_for("that it is late", || (kinds(&desk).len() == 3).then_some(()));
    let late = kinds(&desk);
    // Ten years on: what fell due meanwhile is told in one letter, not in hundreds.
    clock.set("2036-03-05T10:00:00+07:00");
    desk.wait_for("a letter of these years", || (kinds(&desk).len() > late.len()).then_some(()));
    desk.never("a flood after ten years", A_MOMENT * 2, || kinds(&desk).len() > late.len() + 1);
    let now = kinds(&desk);
    // And back: nothing again, and the desk works.
    clock.set("2026-03-04T15:00:00+07:00");
    taken(&desk, "back.eml");
    sleep(A_MOMENT);
    assert_eq!(kinds(&desk), now);
    let of_back = |l: &Letter| l.is_to(SALES) && l.text.contains("back.eml");
    desk.wait_for("the letter of what was taken since", || desk.letters().iter().any(of_back).then_some(()));
    desk.close();
}

// ---- secrets

/// How a secret may look where it should not be: as it is, in base64 at each offset, percent-encoded, in hexadecimal.
fn guises(secret: &str) -> Vec<String> {
    let encode = |bytes: &[u8]| data_encoding::BASE64.encode(bytes);
    let percent: String =
        secret.bytes().map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") }).collect();
    let mut guises = vec![
        secret.to_owned(),
        percent,
        data_encoding::HEXLOWER.encode(secret.as_bytes()),
        format!("{secret:?}").trim_matches('"').into(),
    ];
    for offset in 0..3 {
        let mut bytes = vec![0u8; offset];
        bytes.extend(secret.as_bytes());
        let whole = encode(&bytes);
        // The characters at both ends are their neighbours' too.
        let skip = [0, 2, 3][offset];
        let end = whole.trim_end_matches('=').len() - 1;
        guises.push(whole[skip..end].to_owned());
    }
    guises
}

/// The whole log of a daemon that logs everything, its commands, its mails, its store: no password and no token.
#[test]
fn no_secret_is_told_anywhere() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(imap::Server::start(imap::Kind { auth: Some("XOAUTH2"), ..imap::Kind::default() }));
    let (for_imap, for_smtp) = runtime.block_on(async { (imap::token_service().await, imap::token_service().await) });
    // The first one is refused, so that the refusal is logged too.
    server.state().tokens.insert("good-2".into());
    let mut house = House { token: "good-2".into(), user: "yeucau@anphat.example".into(), ..House::default() };
    house.offers.push("AUTH XOAUTH2".into());
    let post = Post::open(house);
    let oauth = |url: &str, name: &str| {
        format!(
            "oauth2 = {{ token_url = \"{url}\", client_id = \"desk\", client_secret_file = \"{name}-client\", refresh_token_file = \"{name}-refresh\" }}\n"
        )
    };
    let user = "user = \"yeucau@anphat.example\"\n";
    let servers = format!(
        "[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n{user}{}[mail.imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n{user}{}",
        post.port,
        oauth(&for_smtp, "smtp"),
        server.port,
        oauth(&for_imap, "imap")
    );
    let setup = Setup { servers: Some((servers, "mx.anphat.example")), ..Setup::sample() };
    let toml = setup.toml().replace("rehearsal = true", "rehearsal = false");
    let mut desk = Desk::laid_out(&toml.replace("[mail.trust]\n", "[mail.trust]\nrequire = \"none\"\n"));
    let mut secrets: Vec<String> = vec!["good-1".into(), "good-2".into()];
    for name in ["smtp-client", "smtp-refresh", "imap-client", "imap-refresh"] {
        let secret = format!("Bí/mật+{name}=7291&x");
        fs::write(desk.dir().join(name), &secret).unwrap();
        secrets.push(secret);
    }
    let trace = [("RUST_LOG", "trace")];
    desk.start_with(&trace);
    server.deliver(&Mail::need("A").bytes());
    let to_sales = || post.taken().iter().filter(|t| t.rcpt.iter().any(|r| r.contains(SALES))).count();
    desk.wait_for("the letter to Sales", || (to_sales() > 0).then_some(()));
    let mut told: Vec<(String, String)> = Vec::new();
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().unwrap().to_owned();
    for args in [&["check"][..], &["cases"], &["show", &id, "--json"], &["outgoing"], &["export"], &["quarantine"]] {
        let said = desk.run_with(args, &trace);
        assert!(said.status == Some(0) || args == ["check"], "{args:?}: {}", said.err);
        told.push((args.join(" "), format!("{}{}", said.out, said.err)));
    }
    // Errors tell none either: a service that is away, a secret that is of no use.
    server.state().tokens.clear();
    server.drop_all();
    desk.wait_for("a refused login", || desk.log().contains("refused").then_some(()));
    let said = desk.run_with(&["check"], &trace);
    told.push(("check, refused".into(), format!("{}{}", said.out, said.err)));
    desk.stop();
    let log = desk.log();
    assert!(log.contains("TRACE"), "the log says little");
    told.push(("log".into(), log));
    for mail in post.taken() {
        told.push(("mail".into(), String::from_utf8_lossy(&mail.bytes).into_owned()));
    }
    for file in fs::read_dir(desk.dir().join("state")).unwrap().flatten() {
        told.push((file.path().display().to_string(), String::from_utf8_lossy(&fs::read(file.path()).unwrap()).into_owned()));
    }
    for file in desk.files("outbox").iter().map(|f| desk.dir().join("outbox").join(f)) {
        told.push((file.display().to_string(), String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned()));
    }
    for secret in &secrets {
        for guise in guises(secret) {
            for (place, text) in &told {
                assert!(!text.contains(&guise), "{secret} is told by {place}, as {guise}");
            }
        }
    }
}
