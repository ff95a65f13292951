//! What a form is made through, part by part, each beside its floor.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use quotedesk::config::Config;
use quotedesk::desk::decide::Decided;
use quotedesk::desk::render::{Came, Pen, render};
use quotedesk::desk::submission::{Body, Submission};
use quotedesk::desk::understand::book_limits;
use quotedesk::desk::{Desk, DeskWords, documents};
use quotedesk::disk::Disk;
use quotedesk::form::book::Workers;
use quotedesk::form::read::Reading;
use quotedesk::form::returned::{self, Incoming};
use quotedesk::intake::guard::Keys;
use quotedesk::letter::compose::{self, Context};
use quotedesk::letter::mail::{self, Attachment, Mail};
use quotedesk::process::act::{Need, Via};
use quotedesk::process::case::Case;
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::house::{At, Role};
use quotedesk::process::letters::{self, Attach, Kind, Letter};
use quotedesk::store::{CaseWrite, NewEffect, Outward, Seen, Store, Tx};
use tokio::runtime::Runtime;

use super::floors::{BODY, Floors, RUNS};
use super::measure::{Table, Times};
use super::sample;

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A folder on the disk that the program is built on; `/tmp` may be memory.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

pub fn now() -> At {
    chrono::Utc::now()
}

pub fn workers() -> Workers {
    Workers::new(env!("CARGO_BIN_EXE_quotedesk").into())
}

pub fn quote(config: &Config, case: &Case) -> Vec<u8> {
    let (words, _) = DeskWords::load(config).expect("the built-in words");
    documents::quote_file(case, &config.house, &words.sentences, 1).expect("a quote").bytes
}

pub fn parts(table: &Table, floors: &Floors) {
    let (config, at, runtime, folder) = (sample::config(Path::new("/desk")), now(), runtime(), folder());
    let (words, _) = DeskWords::load(&config).expect("the built-in words");
    let (bytes, workers, limits) = (sample::workbook(1, &config, at), workers(), book_limits(&config));
    let (review, quoted) = (sample::reviewed(&config, at), sample::quoted(&config, at));
    let house = &config.house;

    table.title("Parts of the desk, ms");
    let reading = Reading { today: house.day(at), house, lang: house.lang };
    let read = || {
        let mut form = returned::open(&bytes, &limits, &workers, &reading).expect("a form");
        let incoming =
            Incoming { case: None, history: &[], sender: sample::SALES, name: "Trần Thị Lan", roles: &[Role::Sales] };
        let filled = returned::filled(&mut form, &incoming, &reading).expect("a form of no other case");
        assert!(filled.changes.len() + filled.added.len() > 20 && !filled.has_errors(), "{filled:?}");
    };
    table.times("read a form of 12 items, every cell judged", &Times::of(RUNS, read), Some(floors.parse));

    let form = || documents::form(&review, house, Some(Role::Leader), vec![], at).expect("a form");
    table.times("write it for its next reader", &Times::of(RUNS, || drop(black_box(form()))), Some(floors.write));

    let quote = || documents::quote_file(&quoted, house, &words.sentences, 1).expect("a quote");
    let times = Times::of(RUNS, || drop(black_box(quote())));
    table.times("write a quote of 12 lines, checked for leaks", &times, Some(floors.quote));

    let (events, attachment) = (vec![], form());
    let context = Context {
        case: &review,
        before: None,
        events: &events,
        house,
        templates: &words.templates,
        at,
        lang: house.lang,
        answer: false,
        receipt: &[],
        passed_on: &[],
        problems: &[],
        reply_to: &house.address,
        reference: Some("yc-2026-0012.17-0.abcdefghijklmnop"),
        answers_subject: None,
        differences: &[],
        reworded: &[],
    };
    let letter = Letter {
        kind: Kind::Review,
        to: sample::LEADER.into(),
        attach: vec![Attach::Form { role: Role::Leader }],
        role: Role::Leader,
        not_before: None,
    };
    let mut size = 0;
    let mut write = || {
        let composed = compose::compose(&letter, &context).expect("a letter");
        let mail = Mail {
            from: (house.desk_name.clone(), house.address.clone()),
            to: ("Lê Mạnh Hùng".into(), letter.to.clone()),
            reply_to: None,
            subject: composed.subject,
            text: composed.text,
            html: composed.html,
            date: at,
            message_id: "1@anphat.example".into(),
            in_reply_to: None,
            references: vec![],
            case: review.id.clone(),
            kind: "review".into(),
            replied: false,
            attachments: vec![Attachment::workbook(attachment.name.clone(), attachment.bytes.clone())],
        };
        size = mail::to_eml(&mail).expect("a mail").len();
    };
    let times = Times::of(RUNS, &mut write);
    table.times(&format!("word the Leader's letter, build the mail ({} KB)", size / 1000), &times, Some(floors.mail));

    decide(table, &runtime, folder.path(), &bytes);
    commit(table, floors, &runtime, &folder.path().join("store"), at);
    let disk = Disk::default();
    let mail = vec![b'x'; BODY];
    let lay = |name: String| {
        disk.lay_down(folder.path(), &name, &mail).expect("written");
        disk.sync_folder(folder.path()).expect("synced");
    };
    table.times("lay one file of 60 KB down", &Times::after(RUNS, |n| format!("{n}.eml"), lay), Some(floors.file));
}

/// The whole of a submission but for its commit; and what of that goes into letters and forms.
fn decide(table: &Table, runtime: &Runtime, folder: &Path, bytes: &[u8]) {
    let config = Arc::new(sample::config(folder));
    let (words, _) = DeskWords::load(&config).expect("the built-in words");
    let desk = runtime.block_on(async {
        let store = Store::open(&config.state).await.expect("a store");
        let key = store.secret_key().await.expect("a key");
        Desk::new(config.clone(), store, words, Arc::new(workers()), vec![key].into())
    });
    let submission = |n: usize| Submission {
        key: format!("file:{n}"),
        content: format!("file:{n}"),
        via: Via::Folder,
        name: "Phiếu.xlsx".into(),
        body: Body::File { person: Some(sample::SALES.into()), bytes: bytes.to_vec() },
    };
    let times = Times::after(RUNS, submission, |s| drop(black_box(runtime.block_on(desk.rehearse(s)).expect("planned"))));
    table.times("all of a submission but its commit", &times, None);

    let tx = runtime.block_on(desk.rehearse(submission(0))).expect("planned").tx;
    let (before, after) = (Case::default(), tx.case.expect("a case").case);
    let events: Vec<&Event> = tx.events.iter().map(|r| &r.event).collect();
    let post = letters::post(&before, &after, &events, Some(sample::SALES), &config.house, now());
    let decided = Decided { before, after, events: tx.events, post, laid: vec![], reworded: vec![] };
    let (words, _) = DeskWords::load(&config).expect("the built-in words");
    let (templates, sentences) = (&words.templates, &words.sentences);
    let pen = Pen {
        house: &config.house,
        templates,
        sentences,
        binder: &quotedesk::form::binder::Workbooks(Arc::default()),
        keys: Arc::new(Keys::new(vec![b"key".to_vec()])),
        plus: false,
        at: now(),
    };
    let times = Times::of(RUNS, || drop(black_box(render(&decided, &Came::default(), &[], &pen).expect("rendered"))));
    let mails = decided.post.letters.len();
    table.times(&format!("of that: its {mails} mails, with their forms"), &times, None);
}

fn commit(table: &Table, floors: &Floors, runtime: &Runtime, folder: &Path, at: At) {
    let url = quotedesk::store::StateUrl::Folder(folder.to_path_buf());
    let store = runtime.block_on(Store::open(&url)).expect("a store");
    let tx = |n: usize| submitted(&format!("YC-2026-{n:05}"), Case::default(), at);
    let times = Times::after(RUNS, tx, |tx| runtime.block_on(store.commit(tx)).expect("committed"));
    table.times("commit a submission, 5 rows, 60 KB", &times, Some(floors.commit));
    runtime.block_on(store.close());
}

/// What a submission that opens a case writes.
pub fn submitted(id: &str, like: Case, at: At) -> Tx {
    let need = Need { by: sample::SALES.into(), sales: None, text: String::new(), customer: None, thread: None };
    let event = Event::Opened { id: id.into(), need, cells: vec![] };
    let events = vec![Recorded { seq: 0, at, by: Some(sample::SALES.into()), for_: None, via: Via::Folder, event }];
    let case = Case { id: id.into(), version: 1, opened: at, since: at, ..like };
    let mail = |letter: &str, bytes: usize| NewEffect {
        case_id: id.into(),
        what: Outward::Mail { to: sample::LEADER.into(), letter: letter.into(), message_id: format!("{letter}.{id}") },
        name: format!("{id}-{letter}.eml"),
        at,
        not_before: at,
        body: vec![b'x'; bytes],
    };
    let seen =
        Seen { key: format!("file:{id}"), at, case_id: id.into(), answer: "Đã nhận.".into(), disposition: "done".into() };
    Tx {
        seen: Some(seen),
        case: Some(CaseWrite { case, expected_version: 0, wake_at: None }),
        events,
        effects: vec![mail("review", BODY - 1000), mail("receipt", 1000)],
        ..Tx::default()
    }
}
