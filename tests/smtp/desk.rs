//! A desk that is nothing but its store and its mails.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use quotedesk::config::Smtp;
use quotedesk::disk::Disk;
use quotedesk::dispatch::{Dispatcher, Files, Limits, SmtpTransport};
use quotedesk::faults::Faults;
use quotedesk::letter::mail::{Attachment, Mail, to_eml};
use quotedesk::process::house::Lang;
use quotedesk::store::{Clocks, NewEffect, Outgoing, OutgoingFilter, Outward, StateUrl, Store, Tx};

pub const LAN: &str = "lan.tran@anphat.example";
pub const DESK: &str = "yeucau@anphat.example";

pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_413_200, 0).unwrap_or_default()
}

/// Generous: the machine may be busy with other tests.
pub fn patient() -> Limits {
    let long = Duration::from_secs(120);
    Limits { reply: long, block: long, dot: long, idle: long }
}

pub fn letter(case_id: &str, to: &str, name: &str) -> NewEffect {
    let message_id = format!("<{case_id}.{name}@anphat.example>");
    let body =
        format!("To: {to}\r\nMessage-ID: {message_id}\r\nSubject: {name}\r\n\r\n.begins with a dot\r\n{name}\r\n.\r\nend\r\n");
    let what = Outward::Mail { to: to.into(), letter: "review".into(), message_id };
    NewEffect {
        case_id: case_id.into(),
        what,
        name: format!("{name}.eml"),
        at: start(),
        not_before: start(),
        body: body.into_bytes(),
    }
}

/// A store with a dispatcher to a mail server, on a clock that a test sets.
pub struct Desk {
    folder: tempfile::TempDir,
    pub store: Store,
    pub now: Arc<Mutex<DateTime<Utc>>>,
}

impl Desk {
    pub async fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&StateUrl::Folder(folder.path().join("state"))).await.unwrap();
        Desk { folder, store, now: Arc::new(Mutex::new(start())) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with a secret, or a certificate, in it.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn forward(&self, by: TimeDelta) {
        *self.now.lock().unwrap() += by;
    }

    pub async fn queue(&self, effects: Vec<NewEffect>) {
        self.store.commit(Tx { effects, ..Tx::default() }).await.unwrap();
    }

    pub fn sends(&self, smtp: &Smtp, limits: Limits, faults: Faults) -> Dispatcher {
        let now = self.now.clone();
        Dispatcher {
            store: self.store.clone(),
            transport: Arc::new(SmtpTransport::new(smtp, DESK, Lang::Vi, limits, faults)),
            files: Files::new(self.path("outbox"), self.path("archive"), Disk::default()),
            clock: Arc::new(move || Clocks::same(*now.lock().unwrap())),
            parallel: 8,
        }
    }

    pub fn to(&self, smtp: &Smtp) -> Dispatcher {
        self.sends(smtp, patient(), Faults::none())
    }

    pub async fn rows(&self) -> Vec<Outgoing> {
        self.store.outgoing(&OutgoingFilter::Case("YC-1".into())).await.unwrap()
    }

    pub async fn row(&self) -> Outgoing {
        self.rows().await.remove(0)
    }
}

/// A real letter with these files, and where they lie.
pub fn with_files(files: &[(&str, usize)]) -> Vec<NewEffect> {
    let message_id = "<YC-1.files@anphat.example>".to_string();
    let noise = |n: usize| (0..n).map(|i| (i * 7919 % 251) as u8).collect::<Vec<u8>>();
    let mail = Mail {
        from: ("Bàn báo giá".into(), DESK.into()),
        to: ("Trần Thị Lan".into(), LAN.into()),
        reply_to: None,
        subject: "[YC-1] Phiếu phân tích".into(),
        text: "Kính gửi chị Lan,\n\nPhiếu ở dưới.".into(),
        html: "<html><body><p>Phiếu ở dưới.</p></body></html>".into(),
        date: start(),
        message_id: message_id.clone(),
        in_reply_to: None,
        references: vec![],
        case: "YC-1".into(),
        kind: "review".into(),
        replied: false,
        attachments: files.iter().map(|(name, size)| Attachment::file(name.to_string(), noise(*size))).collect(),
    };
    let what = Outward::Mail { to: LAN.into(), letter: "review".into(), message_id };
    let letter = NewEffect { what, body: to_eml(&mail).unwrap(), ..letter("YC-1", LAN, "files") };
    let lies = |(name, _): &(&str, usize)| NewEffect {
        what: Outward::File,
        name: format!("archive/Nam Phong/YC-1/{name}"),
        body: vec![1],
        ..letter.clone()
    };
    let files: Vec<NewEffect> = files.iter().filter(|(name, _)| *name != "lạ.bin").map(lies).collect();
    files.into_iter().chain([letter.clone()]).collect()
}
