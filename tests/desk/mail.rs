//! Mails as staff write them, quoted the way their mail programs do, and the desk's own letters as they were sent.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Datelike, FixedOffset};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use mail_parser::{MessageParser, MimeHeaders};
use unicode_normalization::UnicodeNormalization;

/// The program that somebody writes their mail with: each quotes the mail it answers in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Gmail on the web in Vietnamese: `Vào Th 4, … đã viết:`, wrapped, then `>` lines.
    Gmail,
    /// Gmail as HTML without a plain twin.
    GmailHtml,
    /// Gmail of some years ago: `Vào 10:00 Ngày 23 tháng 6 năm 2021, … đã viết:`.
    GmailOld,
    /// Gmail in English: `On Wed, Jun 23, 2021 at 10:00 AM … wrote:`, wrapped.
    GmailEnglish,
    /// `2021-06-23 10:00 GMT+07:00 …:`
    GmailShort,
    /// Outlook in Vietnamese: a line of underscores, `Từ: … Đã gửi: …`, the old mail below as it was.
    Outlook,
    /// Outlook in English, as HTML: `divRplyFwdMsg`.
    OutlookHtml,
    /// Outlook on a phone: its signature, then the block of headers.
    OutlookPhone,
    /// The mail program of an iPhone in Vietnamese, with its signature.
    Iphone,
    /// Apple's mail program on a desk, as HTML: `<blockquote type="cite">`.
    AppleHtml,
    /// Samsung's mail program.
    Samsung,
}

impl Client {
    pub const ALL: [Client; 11] = [
        Client::Gmail,
        Client::Outlook,
        Client::Iphone,
        Client::GmailHtml,
        Client::OutlookHtml,
        Client::GmailEnglish,
        Client::AppleHtml,
        Client::OutlookPhone,
        Client::GmailOld,
        Client::Samsung,
        Client::GmailShort,
    ];

    pub fn nth(n: usize) -> Client {
        Client::ALL[n % Client::ALL.len()]
    }
}

/// A mail to the desk.
pub struct Mail<'a> {
    pub from: (&'a str, &'a str),
    pub to: &'a str,
    pub cc: Option<(&'a str, &'a str)>,
    pub subject: String,
    pub text: String,
    pub reply_to: Option<&'a Letter>,
    pub client: Client,
    pub at: DateTime<FixedOffset>,
    /// Name, type and bytes.
    pub attached: Vec<(String, &'static str, Vec<u8>)>,
}

impl<'a> Mail<'a> {
    pub fn new(from: (&'a str, &'a str), to: &'a str, at: DateTime<FixedOffset>) -> Mail<'a> {
        let (subject, text, client) = (String::new(), String::new(), Client::Gmail);
        Mail { from, to, cc: None, subject, text, reply_to: None, client, at, attached: vec![] }
    }

    /// Customer care's mail of what a customer of the sample desk needs; Sales has it too.
    pub fn need(customer: &str) -> Mail<'static> {
        let at = DateTime::parse_from_rfc3339("2026-01-05T08:30:00+07:00").expect("a time");
        let mut mail = Mail::new(("Bùi Ngọc Lam", "lam.bui@anphat.example"), "yeucau@anphat.example", at);
        mail.cc = Some(("Trần Thị Lan", "lan.tran@anphat.example"));
        mail.subject = format!("Nhu cầu của Khách {customer}");
        mail.text = format!("Khách {customer} cần in phiếu.");
        mail
    }

    /// An answer to one of the desk's letters: its subject, its thread, its text quoted below.
    pub fn answering(mut self, letter: &'a Letter, text: &str) -> Mail<'a> {
        self.subject = format!("Re: {}", letter.subject);
        self.text = text.into();
        self.reply_to = Some(letter);
        self
    }

    pub fn attach(mut self, name: &str, kind: &'static str, bytes: Vec<u8>) -> Mail<'a> {
        self.attached.push((name.into(), kind, bytes));
        self
    }

    /// The whole message.
    pub fn bytes(&self) -> Vec<u8> {
        let mut message = lettre::Message::builder()
            .from(mailbox(self.from))
            .to(mailbox(("Bàn báo giá", self.to)))
            .subject(&self.subject)
            .date(SystemTime::from(self.at))
            .message_id(None);
        if let Some(cc) = self.cc {
            message = message.cc(mailbox(cc));
        }
        if let Some(letter) = self.reply_to {
            message = message.in_reply_to(letter.id.clone()).references(letter.id.clone());
        }
        let mut parts = MultiPart::mixed().singlepart(self.body());
        for (name, kind, bytes) in &self.attached {
            let kind = ContentType::parse(kind).expect("a content type");
            parts = parts.singlepart(Attachment::new(name.clone()).body(Body::new(bytes.clone()), kind));
        }
        message.multipart(parts).expect("a whole message").formatted()
    }

    fn body(&self) -> SinglePart {
        let Some(letter) = self.reply_to else { return SinglePart::plain(self.text.clone()) };
        let (at, to) = (self.at, format!("Bàn báo giá <{}>", self.to));
        let weekday = ["Th 2", "Th 3", "Th 4", "Th 5", "Th 6", "Th 7", "CN"][at.weekday().num_days_from_monday() as usize];
        let said = format!("{} thg {}, {}", at.day(), at.month(), at.year());
        let hour = at.format("%H:%M");
        let quoted: String = letter.text.lines().map(|line| format!("> {line}\n")).collect();
        let wrapped = to.replace('<', "<\n");
        let block = |labels: [&str; 4], sent: &str| {
            let [from, date, recipient, subject] = labels;
            let (name, email) = self.from;
            format!("{from}: {to}\n{date}: {sent}\n{recipient}: {name} <{email}>\n{subject}: {}\n\n", letter.subject)
        };
        let vietnamese = || block(["Từ", "Đã gửi", "Tới", "Chủ đề"], &format!("{said} {hour}"));
        let english = || block(["From", "Sent", "To", "Subject"], &at.format("%A, %B %-d, %Y %-I:%M %p").to_string());
        let line = "_".repeat(32);
        match self.client {
            Client::Gmail => {
                SinglePart::plain(format!("{}\n\nVào {weekday}, {said} lúc {hour} {wrapped} đã viết:\n\n{quoted}", self.text))
            }
            Client::GmailOld => {
                let day = format!("Ngày {} tháng {} năm {}", at.day(), at.month(), at.year());
                SinglePart::plain(format!("{}\n\nVào {hour} {day}, {to} đã viết:\n\n{quoted}", self.text))
            }
            Client::GmailEnglish => {
                let when = at.format("%a, %b %-d, %Y at %-I:%M %p");
                SinglePart::plain(format!("{}\n\nOn {when} {wrapped} wrote:\n\n{quoted}", self.text))
            }
            Client::GmailShort => {
                let when = at.format("%Y-%m-%d %H:%M GMT+07:00");
                SinglePart::plain(format!("{}\n\n{when} {to}:\n\n{quoted}", self.text))
            }
            Client::Iphone => SinglePart::plain(format!(
                "{}\n\nĐược gửi từ iPhone của tôi\n\nVào {said}, lúc {hour}, {to} đã viết:\n\n{quoted}",
                self.text
            )),
            Client::Samsung => SinglePart::plain(format!(
                "{}\n\nSent from my Galaxy\n\n-------- Original message --------\n{}{}",
                self.text,
                english(),
                letter.text
            )),
            Client::Outlook => SinglePart::plain(format!("{}\n\n{line}\n{}{}", self.text, vietnamese(), letter.text)),
            Client::OutlookPhone => SinglePart::plain(format!(
                "{}\n\nTải Outlook cho iOS<https://aka.ms/o0ukef>\n{line}\n{}{}",
                self.text,
                vietnamese(),
                letter.text
            )),
            Client::OutlookHtml => SinglePart::html(format!(
                "<div class=\"elementToProof\">{}</div><hr style=\"display:inline-block;width:98%\"><div id=\"divRplyFwdMsg\" \
                 dir=\"ltr\"><font face=\"Calibri\">{}</font></div><div>{}</div>",
                html(&self.text),
                html(&english()),
                html(&letter.text)
            )),
            Client::GmailHtml => SinglePart::html(format!(
                "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">Vào {weekday}, \
                 {said} lúc {hour} {} đã viết:<br></div><blockquote class=\"gmail_quote\">{}</blockquote></div>",
                html(&self.text),
                html(&to),
                html(&letter.text)
            )),
            Client::AppleHtml => SinglePart::html(format!(
                "<html><body style=\"overflow-wrap: break-word\">{}<div><br><blockquote type=\"cite\"><div>Vào {said}, lúc \
                 {hour}, {} đã viết:</div><br><div>{}</div></blockquote></div></body></html>",
                html(&self.text),
                html(&to),
                html(&letter.text)
            )),
        }
    }
}

fn mailbox((name, email): (&str, &str)) -> Mailbox {
    Mailbox::new(Some(name.into()), email.parse().expect("an address"))
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>")
}

/// A mail that the desk has sent, as it lies in `outbox/mail/`.
#[derive(Clone, Debug)]
pub struct Letter {
    pub path: PathBuf,
    pub made: SystemTime,
    pub id: String,
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attached: Vec<(String, Vec<u8>)>,
    /// `X-Quotedesk-Kind` and the like, as written.
    pub raw: String,
}

impl Letter {
    pub fn read(path: &Path) -> Letter {
        let made = fs::metadata(path).and_then(|m| m.modified()).expect("a file has a time");
        Letter::at(path, made).expect("a mail that lies there")
    }

    /// A mail in a mailbox, by when it came; `None`: it has been moved away meanwhile.
    pub fn at(path: &Path, made: SystemTime) -> Option<Letter> {
        let bytes = fs::read(path).ok()?;
        let message = MessageParser::default().parse(&bytes).expect("a mail of the desk is a mail");
        let to = [message.to(), message.cc(), message.bcc()]
            .into_iter()
            .flatten()
            .flat_map(|list| list.iter().filter_map(|a| a.address().map(str::to_lowercase)).collect::<Vec<_>>())
            .collect();
        let attached = message
            .attachments()
            .map(|part| (part.attachment_name().unwrap_or_default().nfc().collect(), part.contents().to_vec()))
            .collect();
        Some(Letter {
            path: path.into(),
            made,
            id: format!("<{}>", message.message_id().unwrap_or_default()),
            to,
            subject: message.subject().unwrap_or_default().nfc().collect(),
            text: message.body_text(0).unwrap_or_default().nfc().collect(),
            html: message.body_html(0).unwrap_or_default().nfc().collect(),
            attached,
            raw: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }

    pub fn is_to(&self, email: &str) -> bool {
        self.to.iter().any(|to| to == email)
    }

    /// The form that came with it: the workbook that is no quote and no appendix.
    pub fn form(&self) -> Option<&[u8]> {
        let form = |name: &str| name.ends_with(".xlsx") && !name.starts_with("Báo giá") && !name.starts_with("Phụ lục");
        self.attached.iter().find(|(name, _)| form(name)).map(|(_, bytes)| bytes.as_slice())
    }
}
