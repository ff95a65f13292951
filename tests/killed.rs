//! The daemon is killed at random moments while it works, and started again: nothing is lost, and nothing done twice.

mod desk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use chrono::DateTime;

use desk::Desk;
use desk::mail::{Letter, Mail};
use desk::setup::Setup;

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const CSKH: &str = "lam.bui@anphat.example";
const SALES: &str = "lan.tran@anphat.example";
const KILLS: u64 = 50;
/// Submissions put in before each kill.
const EACH: usize = 4;

#[test]
fn killed_fifty_times_it_loses_nothing_and_does_nothing_twice() {
    let setup = Setup::sample();
    let mut desk = Desk::open(&setup.toml(), MONDAY);
    let address = setup.address();
    let at = DateTime::parse_from_rfc3339(MONDAY).expect("a time");
    let mut put: Vec<PathBuf> = Vec::new();
    let mut seed = 20_260_105u64;
    for kill in 0..KILLS {
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
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // From before its first look to after the last answer.
        sleep(Duration::from_micros((seed >> 33) % 400_000));
        desk.kill();
        desk.launch();
    }
    let began = Instant::now();
    desk.wait_for("all submissions to be taken", || put.iter().all(|p| !p.exists()).then_some(()));
    desk.idle();
    println!("{} submissions, {KILLS} kills, whole again after {:?}", put.len(), began.elapsed());

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
}
