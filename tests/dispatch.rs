//! What goes out is complete, in order, once, and survives a failing disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::disk::{Disk, confined};
use quotedesk::dispatch::*;
use quotedesk::faults::Faults;
use quotedesk::store::{Clocks, Due, NewEffect, OutgoingFilter, Outward, Seen, StateUrl, Store, Tx};
use tokio_util::sync::CancellationToken;

const LAN: &str = "lan.tran@anphat.example";

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap_or_default()
}

fn effect(case_id: &str, what: Outward, name: &str, body: &[u8]) -> NewEffect {
    let (case_id, name, body) = (case_id.into(), name.into(), body.to_vec());
    NewEffect { case_id, what, name, at: start(), not_before: start(), body }
}

fn mail(case_id: &str, to: &str, name: &str) -> NewEffect {
    let message_id = format!("<{case_id}.{name}@anphat.example>");
    let what = Outward::Mail { to: to.into(), letter: "review".into(), message_id };
    effect(case_id, what, name, format!("To: {to}\r\n\r\n{name}").as_bytes())
}

fn file(case_id: &str, name: &str, body: &[u8]) -> NewEffect {
    effect(case_id, Outward::File, name, body)
}

struct Desk {
    folder: tempfile::TempDir,
    store: Store,
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl Desk {
    async fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StateUrl::Folder(folder.path().join("state"))).await.unwrap();
        Desk { folder, store, now: Arc::new(Mutex::new(start())) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn forward(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }

    fn with(&self, transport: Arc<dyn Transport>, disk: Disk) -> Dispatcher {
        let now = self.now.clone();
        Dispatcher {
            store: self.store.clone(),
            transport,
            files: Files::new(self.path("outbox"), self.path("archive"), disk),
            clock: Arc::new(move || Clocks::same(*now.lock().unwrap())),
            parallel: 8,
        }
    }

    fn to_folder(&self, faults: Faults) -> Dispatcher {
        let disk = Disk::new(faults);
        self.with(Arc::new(FolderTransport::new(self.path("outbox/mail"), disk.clone())), disk)
    }

    /// Everything under outbox/ and archive/, temporary files too.
    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match path.is_dir() {
                    true => walk(root, &path, found),
                    false => {
                        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                        match std::fs::read(&path) {
                            Ok(bytes) => drop(found.insert(name, bytes)),
                            // It has got its name meanwhile.
                            Err(why) => assert_eq!(why.kind(), std::io::ErrorKind::NotFound, "{name}: {why}"),
                        }
                    }
                }
            }
        }
        let mut found = BTreeMap::new();
        for top in ["outbox", "archive"] {
            walk(self.folder.path(), &self.path(top), &mut found);
        }
        found
    }

    async fn queue(&self, effects: Vec<NewEffect>) {
        self.store.commit(Tx { effects, ..Tx::default() }).await.unwrap();
    }
}

#[tokio::test]
async fn mails_and_documents_lie_where_they_belong() {
    let desk = Desk::new().await;
    desk.queue(vec![
        mail("YC-2026-0001", LAN, "a.eml"),
        file("YC-2026-0001", "outbox/Báo giá.xlsx", b"quote"),
        file("YC-2026-0001", "archive/Hoa Sen/YC-2026-0001/Báo giá.xlsx", b"quote"),
    ])
    .await;
    let counts = desk.to_folder(Faults::none()).drain().await.unwrap();
    assert_eq!(counts, Counts { sent: 3, ..Counts::default() });
    let names: Vec<_> = desk.files().into_keys().collect();
    assert_eq!(names, ["archive/Hoa Sen/YC-2026-0001/Báo giá.xlsx", "outbox/Báo giá.xlsx", "outbox/mail/a.eml"]);
    assert_eq!(desk.files()["outbox/mail/a.eml"], mail("YC-2026-0001", LAN, "a.eml").body);
    assert!(desk.store.outgoing(&OutgoingFilter::Unsent).await.unwrap().is_empty());
    assert_eq!(desk.to_folder(Faults::none()).drain().await.unwrap(), Counts::default());
}

#[tokio::test]
async fn nothing_is_ever_overwritten_and_nothing_leaves_its_folder() {
    let desk = Desk::new().await;
    std::fs::create_dir_all(desk.path("outbox")).unwrap();
    std::fs::create_dir_all(desk.path("elsewhere")).unwrap();
    std::fs::create_dir_all(desk.path("archive")).unwrap();
    std::os::unix::fs::symlink(desk.path("elsewhere"), desk.path("archive/link")).unwrap();
    std::fs::write(desk.path("outbox/a.xlsx"), b"staff's own").unwrap();
    std::fs::write(desk.path("outbox/b.xlsx"), b"ours").unwrap();
    let long = format!("outbox/{}", "x".repeat(300));
    desk.queue(vec![
        file("", "outbox/a.xlsx", b"ours"),
        file("", "outbox/b.xlsx", b"ours"),
        file("", "outbox/../x", b"x"),
        file("", "/etc/x", b"x"),
        file("", "archive/link/x", b"x"),
        file("", "outbox", b"x"),
        file("", &long, b"x"),
        mail("", LAN, "../x.eml"),
    ])
    .await;
    let counts = desk.to_folder(Faults::none()).drain().await.unwrap();
    assert_eq!(counts, Counts { sent: 2, failed: 6, ..Counts::default() });
    // Under the name that people are told of lies the desk's own document.
    let lying = [("outbox/a (2).xlsx", "staff's own"), ("outbox/a.xlsx", "ours"), ("outbox/b.xlsx", "ours")];
    assert_eq!(desk.files(), lying.map(|(name, bytes)| (name.to_string(), bytes.as_bytes().to_vec())).into());
    assert_eq!(std::fs::read_dir(desk.path("elsewhere")).unwrap().count(), 0);
    assert!(confined(&desk.path("archive"), Path::new("")).is_err());
}

/// Every disk call fails once, whichever; in the end each file is there once, whole, and no temporary one is left.
#[tokio::test]
async fn a_fault_at_any_disk_call_loses_and_doubles_nothing() {
    for n in 0.. {
        let desk = Desk::new().await;
        // Somebody else's, which makes way.
        std::fs::create_dir_all(desk.path("archive/x/y")).unwrap();
        std::fs::write(desk.path("archive/x/y/d.xlsx"), b"theirs").unwrap();
        desk.queue(vec![
            mail("YC-1", LAN, "a.eml"),
            mail("YC-1", LAN, "b.eml"),
            file("YC-1", "outbox/c.xlsx", b"c"),
            file("YC-1", "archive/x/z/c.xlsx", b"c"),
            file("YC-1", "archive/x/y/d.xlsx", b"d"),
        ])
        .await;
        let mut dispatcher = desk.to_folder(Faults::nth(n));
        dispatcher.parallel = 1; // so that the n-th call is always the same
        let first = dispatcher.drain().await.unwrap();
        desk.forward(TimeDelta::minutes(1));
        let second = dispatcher.drain().await.unwrap();
        assert_eq!((first.sent + second.sent, first.failed), (5, 0), "call {n}");
        let (documents, mails): (Vec<_>, Vec<_>) = desk.files().into_iter().partition(|(name, _)| name.ends_with(".xlsx"));
        let lying = [
            ("archive/x/y/d (2).xlsx", "theirs"),
            ("archive/x/y/d.xlsx", "d"),
            ("archive/x/z/c.xlsx", "c"),
            ("outbox/c.xlsx", "c"),
        ];
        assert_eq!(documents, lying.map(|(name, bytes)| (name.to_string(), bytes.as_bytes().to_vec())), "call {n}");
        let mails: Vec<_> = mails.into_iter().map(|(name, _)| name).collect();
        assert_eq!(mails, ["outbox/mail/a.eml", "outbox/mail/b.eml"], "call {n}");
        if first.later == 0 {
            assert!(n > 20, "only {n} calls: the faults are not asked for");
            return;
        }
    }
}

/// A scripted receiver.
struct Post {
    said: Mutex<Vec<(String, Outcome)>>,
    got: Mutex<Vec<String>>,
}

impl Post {
    fn new(said: &[(&str, Outcome)]) -> Arc<Post> {
        let said = said.iter().map(|(name, outcome)| (name.to_string(), outcome.clone())).collect();
        Arc::new(Post { said: Mutex::new(said), got: Mutex::default() })
    }
}

impl Transport for Post {
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a> {
        Box::pin(async move {
            if !at_data.mark().await {
                return Outcome::Later("no leave".into());
            }
            self.got.lock().unwrap().push(mail.name.clone());
            let mut said = self.said.lock().unwrap();
            match said.iter().position(|(name, _)| *name == mail.name) {
                Some(n) => said.remove(n).1,
                None => Outcome::Sent("250 ok".into()),
            }
        })
    }
}

#[tokio::test]
async fn a_receiver_that_is_busy_refuses_or_falls_silent() {
    let desk = Desk::new().await;
    let post = Post::new(&[
        ("busy.eml", Outcome::Later("421 busy".into())),
        ("never.eml", Outcome::Refused("550 no".into())),
        ("silent.eml", Outcome::Doubt("no reply".into())),
    ]);
    let dispatcher = desk.with(post.clone(), Disk::default());
    desk.queue(vec![
        mail("YC-1", LAN, "busy.eml"),
        mail("YC-1", LAN, "after.eml"),
        mail("YC-2", LAN, "never.eml"),
        mail("YC-3", LAN, "silent.eml"),
    ])
    .await;
    let counts = dispatcher.drain().await.unwrap();
    assert_eq!(counts, Counts { sent: 0, later: 1, failed: 1, doubt: 1 });
    desk.forward(TimeDelta::seconds(75));
    assert_eq!(dispatcher.drain().await.unwrap().sent, 2);
    desk.forward(TimeDelta::minutes(15));
    assert_eq!(dispatcher.drain().await.unwrap().sent, 1);
    let mut got = post.got.lock().unwrap().clone();
    let of_case: Vec<_> = got.iter().filter(|n| n.contains("busy") || n.contains("after")).cloned().collect();
    assert_eq!(of_case, ["busy.eml", "busy.eml", "after.eml"]);
    got.sort();
    assert_eq!(got, ["after.eml", "busy.eml", "busy.eml", "never.eml", "silent.eml", "silent.eml"]);
    assert_eq!(desk.store.outgoing(&OutgoingFilter::Failed).await.unwrap()[0].last_words, "550 no");
}

#[tokio::test]
async fn the_daemon_sends_what_another_process_queues_and_stops_when_told() {
    let desk = Desk::new().await;
    let dispatcher = desk.to_folder(Faults::none());
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (dispatcher, stop) = (dispatcher.clone(), stop.clone());
        async move { dispatcher.run(stop).await }
    });
    let other = Store::open(&StateUrl::Folder(desk.path("state"))).await.unwrap();
    let effects = (0..100).map(|n| mail("", &format!("{n}@x.example"), &format!("{n}.eml"))).collect();
    other.commit(Tx { effects, ..Tx::default() }).await.unwrap();
    eventually(|| desk.files().len() >= 100).await;
    assert_eq!(desk.files().len(), 100);
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
}

/// A share that hangs takes the threads of no more documents than may be under way at once, however often their leases run
/// out, and mails go on beside them.
#[tokio::test(flavor = "multi_thread")]
async fn mails_go_on_while_a_share_lets_all_documents_wait() {
    let desk = Desk::new().await;
    let (post, hung) = (Post::new(&[]), Arc::new((Mutex::new(Some(0)), Condvar::new())));
    let disk = Disk::new(Faults::by({
        let hung = hung.clone();
        move |_| {
            let mut held = hung.0.lock().unwrap();
            if let Some(n) = &mut *held {
                *n += 1;
            }
            drop(hung.1.wait_while(held, |held| held.is_some()).unwrap());
            Ok(())
        }
    }));
    let dispatcher = desk.with(post.clone(), disk);
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (dispatcher, stop) = (dispatcher.clone(), stop.clone());
        async move { dispatcher.run(stop).await }
    });
    let count = |n: usize| (0..n).map(move |n| (format!("YC-{n}"), format!("{n}.eml"), format!("outbox/{n}.xlsx")));
    desk.queue(count(30).map(|(case, _, name)| file(&case, &name, b"x")).collect()).await;
    for round in 1..=3 {
        desk.queue(count(20).map(|(case, name, _)| mail(&case, &format!("{round}@x.example"), &name)).collect()).await;
        let sent = eventually(|| post.got.lock().unwrap().len() == round * 20).await;
        if !sent {
            // Else the end of the test would wait for the share.
            *hung.0.lock().unwrap() = None;
            hung.1.notify_all();
        }
        assert!(sent, "round {round}");
        desk.forward(TimeDelta::minutes(3));
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    let threads = hung.0.lock().unwrap().take();
    hung.1.notify_all();
    assert_eq!(threads, Some(8));
    assert!(eventually(|| desk.files().len() == 30).await);
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(5), running).await.unwrap().unwrap();
    assert_eq!(desk.files().len(), 30);
}

async fn eventually(holds: impl Fn() -> bool) -> bool {
    for _ in 0..1_200 {
        if holds() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// Who waits for work has it with the very commit that brings it: attempt and lease are committed with it.
#[tokio::test]
async fn what_a_commit_brings_is_claimed_within_it() {
    let desk = Desk::new().await;
    let now = || Clocks::same(start());
    let mut waiting = desk.store.claim_along(now, 2);
    desk.store.set_meta("a write", Some("that brings nothing")).await.unwrap();
    desk.queue(vec![
        mail("YC-2026-0001", LAN, "a.eml"),
        mail("YC-2026-0001", LAN, "b.eml"),
        file("YC-2026-0001", "outbox/Báo giá.xlsx", b"quote"),
        file("YC-2026-0001", "outbox/Phụ lục.xlsx", b"appendix"),
    ])
    .await;
    let claimed = waiting.claimed().await;
    let names: Vec<&str> = claimed.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["a.eml", "outbox/Báo giá.xlsx"], "in order, and of one person's mails the first");
    assert!(claimed.iter().all(|c| c.attempt == 1));
    // The rest is left to a look, and so is all that comes while nobody waits.
    let rest = desk.store.claim(now(), 9).await.unwrap();
    assert_eq!(rest.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["outbox/Phụ lục.xlsx"]);
    desk.queue(vec![file("YC-2026-0002", "outbox/c.xlsx", b"c")]).await;
    assert_ne!(desk.store.look(now(), false).await.unwrap(), Due::Nothing);
    let mut waiting = desk.store.claim_along(now, 2);
    desk.store.claim_no_more();
    assert_eq!(waiting.claimed().await, []);
}

/// Whichever call to the store fails: what was committed is claimed once, by who waited or, when a lease has run out, by the
/// next look; what was not is nobody's.
#[tokio::test]
async fn a_fault_in_a_commit_that_claims_loses_and_doubles_nothing() {
    for n in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let url = StateUrl::Folder(folder.path().join("state"));
        Store::open(&url).await.unwrap().close().await;
        let Ok(store) = Store::open_with(&url, Faults::nth(n)).await else { continue };
        let mut waiting = store.claim_along(|| Clocks::same(start()), 4);
        let (key, case_id, answer) = ("file:1".to_owned(), String::new(), "Đã nhận.".to_owned());
        let seen = Seen { key, at: start(), case_id, answer, disposition: "done".into() };
        let effects = vec![mail("YC-2026-0001", LAN, "a.eml"), file("YC-2026-0001", "outbox/a.xlsx", b"a")];
        let committed = store.commit(Tx { seen: Some(seen), effects, ..Tx::default() }).await;
        store.claim_no_more();
        let with_it = waiting.claimed().await;
        store.close().await;
        let store = Store::open(&url).await.unwrap();
        let later = store.claim(Clocks::same(start() + TimeDelta::minutes(3)), 9).await.unwrap();
        let all = if committed.is_ok() { 2 } else { 0 };
        let stored = store.outgoing(&OutgoingFilter::Unsent).await.unwrap().len();
        assert_eq!(stored, all, "call {n}: {committed:?}");
        // With its lease run out it is claimed anew, and the one before can change nothing any more.
        assert_eq!(later.len(), all, "call {n}: {committed:?}, {with_it:?}");
        assert!(with_it.len() <= all, "call {n}");
        if n == 59 {
            assert_eq!(with_it.len(), 2, "without a fault");
        }
        store.close().await;
    }
}
