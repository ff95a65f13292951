//! The process dies at its Nth call to the outside, every N until none fails, and starts again: one act, one answer, each
//! file in one place. In one process and without a clock, so that a failing N is found again.

mod people;
mod smtp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use quotedesk::config::{Config, DEFAULT};
use quotedesk::daemon;
use quotedesk::desk::documents;
use quotedesk::desk::submission::{Body, Submission};
use quotedesk::desk::{Desk, DeskWords};
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files, FolderTransport, Limits, SmtpTransport, Transport};
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::folder::Inbox;
use quotedesk::intake::message;
use quotedesk::process::act::Via;
use quotedesk::process::case::Case;
use quotedesk::process::house::Role;
use quotedesk::store::{Clocks, Filter, Store};
use smtp::{House, Post};

const SALES: &str = "lan.tran@anphat.example";
/// A step of a few files makes some dozens of calls; never so many.
const MOST: u64 = 2_000;

/// What a step puts into the inbox: folder, name, bytes.
type Put = (&'static str, &'static str, Vec<u8>);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_need_by_mail() {
    let mail = "From: Bùi Ngọc Lam <lam.bui@anphat.example>\r\nTo: yeucau@anphat.example\r\nCc: lan.tran@anphat.example\r\n\
                Message-ID: <1@anphat.example>\r\nSubject: =?utf-8?Q?Nhu_c=E1=BA=A7u_c=E1=BB=A7a_Nam_Phong?=\r\n\r\nKH can in phieu.";
    every_fault(By::Folder, &[], ("", "a.eml", mail.as_bytes().to_vec()), "YC-2026-0001", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_sales() {
    every_fault(By::Folder, &[], (SALES, "Phiếu.xlsx", form()), "YC-2026-0001", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_sales_with_mails_by_a_server() {
    every_fault(By::Server, &[], (SALES, "Phiếu.xlsx", form()), "YC-2026-0001", 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_of_the_leader() {
    let reply = "From: hung.le@anphat.example\r\nTo: yeucau@anphat.example\r\nMessage-ID: <2@anphat.example>\r\n\
                 Subject: Re: [YC-2026-0001] x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nDUYỆT";
    let before = [(SALES, "Phiếu.xlsx", form())];
    every_fault(By::Folder, &before, ("", "duyệt.eml", reply.as_bytes().to_vec()), "YC-2026-0001", 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_belongs_nowhere() {
    every_fault(By::Folder, &[], (SALES, "x.pdf", b"%PDF-1.4".to_vec()), "", 1).await;
}

/// Runs one step with the world ending at each call in turn; after it the desk starts again and has to come to the same.
async fn every_fault(by: By, before: &[Put], step: Put, case: &str, new_mails: usize) {
    let expected = {
        let place = Place::with(by, before).await;
        let earlier = place.mails().len();
        place.put(&step);
        assert!(place.round(Faults::none()).await, "without a fault");
        assert_eq!(place.mails().len() - earlier, new_mails, "{:?}", place.mails().keys());
        place.outcome(case).await
    };
    for n in 0..MOST {
        let place = Place::with(by, before).await;
        place.put(&step);
        let survived = place.round(Faults::from_nth(n)).await;
        assert!(place.round(Faults::none()).await, "call {n}: the next start fails too");
        // What may have reached the server when it died waits a quarter of an hour.
        place.hours.fetch_add(1, Ordering::SeqCst);
        assert!(place.round(Faults::none()).await, "call {n}: a later start fails");
        assert_eq!(place.outcome(case).await, expected, "call {n}");
        if survived {
            println!("{}: {n} calls", step.1);
            return;
        }
    }
    panic!("more than {MOST} calls");
}

/// How mails leave.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Folder,
    Server,
}

struct Place {
    folder: tempfile::TempDir,
    post: Option<Post>,
    /// That its clock is ahead.
    hours: AtomicI64,
}

impl Place {
    async fn with(by: By, before: &[Put]) -> Place {
        let post = (by == By::Server).then(|| Post::open(House::default()));
        let place = Place { folder: tempfile::tempdir().expect("a scratch folder"), post, hours: AtomicI64::new(1) };
        std::fs::write(place.path("quotedesk.toml"), DEFAULT).expect("a config");
        for put in before {
            place.put(put);
            assert!(place.round(Faults::none()).await);
        }
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, (folder, name, bytes): &Put) {
        let folder = self.path("inbox").join(folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        let file = std::fs::File::options().write(true).open(&path).expect("a file");
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(60)).expect("a time");
    }

    /// One life of the process: all that lies in the inbox, and all that is due. `false`: it died.
    async fn round(&self, faults: Faults) -> bool {
        let config = Config::load(&self.path("quotedesk.toml")).expect("the config");
        let Ok(store) = Store::open_with(&config.state, faults.clone()).await else { return false };
        let patience = if format!("{faults:?}").contains("off") { Duration::from_secs(30) } else { Duration::from_millis(400) };
        let lived = tokio::time::timeout(patience * 10, self.life(config, store.clone(), faults, patience)).await;
        let _ = tokio::time::timeout(patience, store.close()).await;
        matches!(lived, Ok(Some(())))
    }

    async fn life(&self, config: Config, store: Store, faults: Faults, patience: Duration) -> Option<()> {
        let disk = Disk::new(faults.clone());
        daemon::lay_out(&config, &disk).ok()?;
        let (words, _) = DeskWords::load(&config).ok()?;
        let workers = Arc::new(Workers::new(env!("CARGO_BIN_EXE_quotedesk").into()));
        let inbox = config.inbox.clone();
        let key = store.token_keys(chrono::Utc::now()).await.ok()?;
        let files = Files::new(&config.outbox, &config.archive, disk.clone());
        let transport: Arc<dyn Transport> = match &self.post {
            None => Arc::new(FolderTransport::new(config.outbox.join("mail"), disk.clone())),
            Some(post) => {
                let house = &config.house;
                Arc::new(SmtpTransport::new(&post.smtp(), &house.address, house.lang, Limits::default(), faults))
            }
        };
        let desk = Desk::new(Arc::new(config), store.clone(), words, workers, key);
        let (ready, _) = Inbox::new(&inbox).look(&Default::default()).ok()?;
        for file in ready {
            let bytes = file.read(&disk, 1 << 20).ok()?;
            let person = file.person.clone();
            let submission = match file.name().ends_with(".eml") {
                true => Submission {
                    key: message::identity(&bytes),
                    content: String::new(),
                    via: Via::Mail,
                    name: file.name(),
                    body: Body::Mail { person, bytes },
                },
                false => Submission {
                    key: file.key(&bytes),
                    content: file.content(&bytes),
                    via: Via::Folder,
                    name: file.name(),
                    body: Body::File { person, bytes },
                },
            };
            let taken = desk.take(submission).await.ok()?;
            // Not today's date: a start on another day finds its own answer again.
            let date = taken.at.date_naive();
            file.file_away(&disk, &inbox, taken.problem, date, &taken.answer).ok()?;
        }
        let real: fn() -> DateTime<Utc> = daemon::real;
        let ahead = chrono::TimeDelta::hours(self.hours.load(Ordering::SeqCst));
        let clock = Arc::new(move || Clocks::same(real() + ahead));
        let dispatcher = Dispatcher { store: store.clone(), transport, files, clock, parallel: 1 };
        dispatcher.store.take_over(real()).await.ok()?;
        // A dead process would not go on asking a store that is gone.
        let counts = tokio::time::timeout(patience, dispatcher.drain()).await.ok()?.ok()?;
        let (later, doubt, failed) = (counts.later, counts.doubt, counts.failed);
        (later + doubt + failed == 0).then_some(())
    }

    /// Mails by Message-ID. A server may have one twice, the same to the byte, where the process died between the last dot
    /// and what came of it.
    fn mails(&self) -> BTreeMap<String, Vec<String>> {
        let mut mails: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut texts: Vec<String> =
            files_under(&self.path("outbox/mail")).iter().map(|path| std::fs::read_to_string(path).expect("a mail")).collect();
        if let Some(post) = &self.post {
            let taken = post.taken();
            texts.extend(taken.iter().map(|taken| String::from_utf8_lossy(&taken.bytes).into_owned()));
            texts.sort();
            texts.dedup();
            assert!(taken.len() <= texts.len() + 1, "more than one mail twice");
        }
        for text in texts {
            let id = text.lines().find_map(|l| l.strip_prefix("Message-ID: ")).unwrap_or_default().to_string();
            let kind = text.lines().find_map(|l| l.strip_prefix("X-Quotedesk-Kind: ")).unwrap_or_default().to_string();
            mails.entry(id).or_default().push(kind);
        }
        mails
    }

    /// What a run comes to, without what differs from run to run: the history's names, the kinds of mails, the files.
    async fn outcome(&self, case: &str) -> (Vec<String>, Vec<Vec<String>>, Vec<String>) {
        let config = Config::load(&self.path("quotedesk.toml")).expect("the config");
        let store = Store::open(&config.state).await.expect("the store");
        let history = store.history(case).await.expect("the history");
        let cases = store.cases(&Filter::default()).await.expect("the cases");
        assert_eq!(cases.len(), usize::from(!case.is_empty()));
        store.close().await;
        let mut kinds: Vec<Vec<String>> = self.mails().into_values().collect();
        kinds.sort();
        let folders = ["inbox", "outbox", "archive"].map(|f| self.path(f));
        let filed = folders.iter().flat_map(|f| files_under(f));
        let mut names: Vec<String> = filed
            .map(|p| p.file_name().unwrap_or_default().to_string_lossy().into_owned())
            .filter(|n| !n.starts_with("20"))
            .collect();
        names.retain(|n| !n.starts_with(".quotedesk-"));
        names.sort();
        (history.iter().map(|r| r.event.name()).collect(), kinds, names)
    }
}

fn form() -> Vec<u8> {
    let house = Config::parse(DEFAULT, None, Path::new(".")).expect("the config").house;
    let blank = documents::form(&Case::default(), &house, Some(Role::Sales), vec![], daemon::real()).expect("a blank form").bytes;
    let mut form = people::workbook::Entries::default();
    form.field("customer", "Công ty TNHH Nam Phong")
        .field("short", "Nam Phong")
        .field("contact", "Trần Văn Nam")
        .field("industry", "Vật liệu xây dựng")
        .field("budget", "60tr")
        .field("budget_srv", 0)
        .field("srv_want", "Không")
        .field("region", "Miền Bắc")
        .blank("sales", "Trần Thị Lan")
        .blank("cskh", "Bùi Ngọc Lam");
    let item = serde_json::json!({ "stt": 1, "nd": "In phiếu", "khu": "Kho", "dg": "Như mẫu", "md": "Nhanh", "pa": "Mẫu in" });
    form.items = vec![item];
    form.typed_into(&blank, people::workbook::How::ByName)
}

fn files_under(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_under(&path)) } else { found.push(path) }
    }
    found
}
