//! The daemon is killed (kill -9) at random moments while it works, and between a mail's last dot and its reply, and is
//! started again: nothing is lost, and nothing done twice.
//!
//! Over folders it is the program itself; over a real Postfix and Dovecot the whole daemon in this test's binary, whose
//! hours pass quickly (`house`). Before a release: `cargo test --release --test daemon killed:: -- --ignored --nocapture`, 1,000
//! kills of which 200 between the dot and its reply; `QUOTEDESK_KILLS` is another number, split in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;

use crate::desk::Desk;
use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, SALES, Setup};
use crate::house::{House, Tally};
use crate::lab::proxy::Fault;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
/// Submissions put in before each kill over folders.
const EACH: usize = 4;
/// Of customer care, in a house with mail servers.
const PEOPLE: usize = 20;

#[test]
fn over_folders_it_loses_nothing_and_does_nothing_twice() {
    over_folders(30);
}

#[test]
fn over_mail_it_loses_nothing_and_does_nothing_twice() {
    good(&over_mail(12), "12 kills over mail");
}

#[test]
fn between_the_last_dot_and_its_reply_at_most_one_more_copy_goes() {
    good(&at_the_dot(8), "8 kills at the dot");
}

#[test]
#[ignore = "a thousand kills, see tests/release"]
fn a_thousand_kills() {
    let kills = std::env::var("QUOTEDESK_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000);
    // In three houses at the same time, for most of it is waiting for servers and disks.
    let (folders, mail, dot) = (kills * 2 / 5, kills * 2 / 5, kills / 5);
    let (submissions, mailed, dots) = std::thread::scope(|scope| {
        let (mailed, dots) = (scope.spawn(move || over_mail(mail)), scope.spawn(move || at_the_dot(dot)));
        let submissions = over_folders(folders);
        (submissions, mailed.join().expect("kills over mail"), dots.join().expect("kills at the dot"))
    });
    good(&mailed, &format!("{mail} kills over mail"));
    good(&dots, &format!("{dot} kills at the dot"));
    println!(
        "{kills} kills: {} submissions; lost {}, answers missing {}, answers twice {}; {} mails by server, lost {}, doubled with an \
         honest server {}, second copies after a lost reply {}, left to the operator {}",
        submissions + mailed.submissions + dots.submissions,
        mailed.lost + dots.lost,
        mailed.unanswered + dots.unanswered,
        mailed.answered_twice + dots.answered_twice,
        mailed.mails + dots.mails,
        mailed.mails_lost + dots.mails_lost,
        mailed.doubled + dots.doubled,
        mailed.second_copies + dots.second_copies,
        mailed.by_operator + dots.by_operator
    );
}

fn good(tally: &Tally, what: &str) {
    println!("{what}: {tally:?}");
    let Tally { lost, unanswered, answered_twice, mails_lost, doubled, .. } = *tally;
    assert_eq!([lost, unanswered, answered_twice, mails_lost, doubled], [0; 5], "{what}: {tally:?}");
}

/// The same numbers at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Mails keep coming in while the daemon is killed at random moments, from before its first look to after the last answer.
fn over_mail(kills: usize) -> Tally {
    let mut house = House::open(PEOPLE);
    let mut random = Random(20_260_106);
    for _ in 0..kills {
        for _ in 0..1 + random.below(3) {
            house.submit();
        }
        sleep(Duration::from_micros(random.below(900_000)));
        house.kill();
        // Half of the time what waited for its next try is due already.
        if random.below(2) == 0 {
            house.hours_pass();
        }
        house.start();
    }
    house.counted()
}

/// The server has taken the mail, its reply is held back, and the daemon is killed.
fn at_the_dot(kills: usize) -> Tally {
    let mut house = House::open(PEOPLE);
    for _ in 0..kills {
        house.smtp.once(Fault::Hold("."));
        house.submit();
        house.smtp.wait_struck(1);
        house.kill();
        house.smtp.clear();
        house.start();
        house.come_to_rest();
    }
    let tally = house.counted();
    assert!(tally.second_copies >= kills, "each kill was in the window: {tally:?}");
    tally
}

/// The program itself, with files; how many submissions there were.
fn over_folders(kills: usize) -> usize {
    let setup = Setup::sample();
    let mut desk = Desk::open(&setup.toml(), MONDAY);
    let address = setup.address();
    let at = DateTime::parse_from_rfc3339(MONDAY).expect("a time");
    let mut put: Vec<PathBuf> = Vec::new();
    let mut random = Random(20_260_105);
    for kill in 0..kills {
        for n in 0..EACH {
            let name = format!("{kill:02}-{n}");
            // Half of them mails that open a case, half files that belong to none: both are answered by mail.
            let (folder, name, bytes) = if n % 2 == 0 {
                let mut mail = Mail::new(("Bùi Ngọc Lam", CSKH), &address, at);
                mail.subject = format!("Nhu cầu của Khách {name}");
                mail.text = format!("Khách {name} cần in phiếu.");
                (desk.inbox(), format!("{name}.eml"), mail.bytes())
            } else {
                (desk.inbox().join(SALES), format!("{name}.pdf"), format!("%PDF-1.4 {name}").into_bytes())
            };
            fs::create_dir_all(&folder).expect("anyone may make inbox/<email>/");
            let made = desk.outside().join(&name);
            fs::write(&made, bytes).expect("a scratch file");
            // Copied long ago: taken at the first look, without a notice.
            let file = fs::File::options().write(true).open(&made).expect("a scratch file");
            file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time of our own");
            fs::rename(&made, folder.join(&name)).expect("the inbox is writable");
            put.push(folder.join(&name));
        }
        // From before its first look to after the last answer.
        sleep(Duration::from_micros(random.below(400_000)));
        desk.kill();
        desk.launch();
    }
    let began = Instant::now();
    desk.wait_for("all submissions to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    desk.idle();
    println!("{} submissions, {kills} kills, whole again after {:?}", put.len(), began.elapsed());

    // Each file lies in exactly one place, its answer beside it, and nothing half-written is left behind.
    let filed: Vec<PathBuf> = desk.files("inbox");
    for path in &put {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let places = filed.iter().filter(|p| p.ends_with(&name)).count();
        let answers = filed.iter().filter(|p| p.ends_with(format!("{name}.txt"))).count();
        assert_eq!((places, answers), (1, 1), "{name}: places, answers");
    }
    sleep(Duration::from_secs(6));
    desk.stop();
    desk.start();
    let left =
        |folder: &str| desk.files(folder).into_iter().filter(|p| p.to_string_lossy().ends_with(".tmp")).collect::<Vec<_>>();
    desk.wait_for("what was half-written to be swept away", || {
        (left("inbox").is_empty() && left("outbox").is_empty()).then_some(())
    });
    assert_eq!(desk.files("inbox").len(), 2 * put.len());

    // One case for each need, opened once.
    let cases = desk.json(&["cases", "--json"]);
    let shorts: BTreeSet<String> = cases.as_array().expect("a list").iter().map(|c| c["short"].to_string()).collect();
    let needs = put.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")).count();
    assert_eq!((cases.as_array().map(Vec::len), shorts.len()), (Some(needs), needs));

    // One answer by mail for each; a mail is written once, and a second copy is the same to the byte.
    let mails: Vec<PathBuf> = desk.files("outbox/mail");
    let mut ids: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for name in mails.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        let path = desk.dir().join("outbox/mail").join(name);
        let (id, bytes) = (Letter::read(&path).id, fs::read(&path).expect("a mail"));
        assert!(ids.insert(id.clone(), bytes).is_none(), "{id} lies there twice: {}", name.display());
    }
    let to = |who: &str| desk.letters().iter().filter(|l| l.is_to(who)).count();
    assert_eq!(to(SALES), put.len() - needs, "answers to Sales");
    assert_eq!(to(CSKH), needs, "answers to CSKH");
    desk.close();
    put.len()
}
