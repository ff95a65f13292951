//! A composed letter as the bytes of a mail (RFC 5322, MIME), the same each time that it is made.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MimeVersion};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::ics;
use super::messages::one_line;
use crate::process::house::At;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A letter and everything that makes a mail of it. People are name and address.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The desk.
    pub from: (String, String),
    pub to: (String, String),
    /// Where answers go, where not to the desk's plain address.
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub date: At,
    /// Fixed when the letter is stored, so that a resend is the same mail. With or without angle brackets, as all ids.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    /// Oldest first.
    pub references: Vec<String>,
    pub case: String,
    /// `review`, `quote` …: `Kind::name`.
    pub kind: String,
    /// It answers a mail of the reader (`Auto-Submitted: auto-replied`, RFC 3834).
    pub replied: bool,
    pub attachments: Vec<Attachment>,
}

/// A file that goes along.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub name: String,
    pub mime: Cow<'static, str>,
    pub bytes: Vec<u8>,
}

impl Attachment {
    pub fn workbook(name: String, bytes: Vec<u8>) -> Attachment {
        Attachment { name, mime: WORKBOOK.into(), bytes }
    }
    pub fn calendar(file: ics::File) -> Attachment {
        let mime = format!("text/calendar; charset=utf-8; method={}", file.method);
        Attachment { name: file.name, mime: mime.into(), bytes: file.text.into_bytes() }
    }
    /// Anything else: nothing is promised of it.
    pub fn file(name: String, bytes: Vec<u8>) -> Attachment {
        Attachment { name, mime: "application/octet-stream".into(), bytes }
    }
}

/// Why a letter cannot become a mail.
#[derive(Debug, thiserror::Error)]
pub enum BadMail {
    #[error("`{0}` is no mail address")]
    Address(String),
    #[error("the mail could not be built: {0}")]
    Build(String),
}

/// The complete mail: headers, text and HTML of the letter, attachments.
///
/// # Errors
/// An address that is none.
pub fn to_eml(mail: &Mail) -> Result<Vec<u8>, BadMail> {
    let mut builder = Message::builder()
        .from(mailbox(&mail.from)?)
        .to(mailbox(&mail.to)?)
        .subject(one_line(&mail.subject, 300))
        .date(mail.date.into())
        .message_id(Some(angled(&mail.message_id)));
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(mailbox(&(String::new(), reply_to.clone()))?);
    }
    if let Some(id) = &mail.in_reply_to {
        builder = builder.in_reply_to(angled(id));
    }
    if !mail.references.is_empty() {
        builder = builder.references(references(&mail.references));
    }
    let automatic = if mail.replied { "auto-replied" } else { "auto-generated" };
    builder = builder
        .header(MimeVersion::new(1, 0))
        .raw_header(raw("Auto-Submitted", automatic)?)
        .raw_header(raw("X-Auto-Response-Suppress", "All")?)
        .raw_header(raw("X-Quotedesk-Case", &mail.case)?)
        .raw_header(raw("X-Quotedesk-Kind", &mail.kind)?);
    let body = body(&mail.message_id, mail.text.clone(), mail.html.clone(), mail.attachments.iter())?;
    let message = builder.multipart(body).map_err(|e| BadMail::Build(e.to_string()))?;
    Ok(message.formatted())
}

/// Text, HTML and files. The same for the same `message_id` and contents.
pub(super) fn body<'a>(
    message_id: &str,
    text: String,
    html: String,
    files: impl Iterator<Item = &'a Attachment>,
) -> Result<MultiPart, BadMail> {
    let words = MultiPart::alternative()
        .boundary(boundary(message_id, "words"))
        .singlepart(SinglePart::plain(text))
        .singlepart(SinglePart::html(html));
    let body = MultiPart::mixed().boundary(boundary(message_id, "files")).multipart(words);
    files.map(part).try_fold(body, |body, file| Ok(body.singlepart(file?)))
}

/// Always base64: a calendar's own line ends and lengths stay as they are.
fn part(file: &Attachment) -> Result<SinglePart, BadMail> {
    let kind = ContentType::parse(&file.mime).map_err(|e| BadMail::Build(e.to_string()))?;
    let body = Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64);
    let body = body.map_err(|_| BadMail::Build("base64".into()))?;
    let disposition = ContentDisposition::attachment(&one_line(&file.name, 150));
    Ok(SinglePart::builder().header(disposition).header(kind).body(body))
}

/// A long thread keeps its first id and the newest (RFC 5322, 3.6.4 asks for all; servers cut lines above 998 bytes).
fn references(ids: &[String]) -> String {
    // Each once: a mail that is answered names the thread's first one as well.
    let mut named = BTreeSet::new();
    let ids: Vec<String> = ids.iter().map(|id| angled(id)).filter(|id| named.insert(id.clone())).collect();
    let newest = ids.len().saturating_sub(9).max(1);
    ids.iter().take(1).chain(ids.iter().skip(newest)).map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn mailbox((name, address): &(String, String)) -> Result<Mailbox, BadMail> {
    let parsed = address.trim().parse().map_err(|_| BadMail::Address(one_line(address, 100)))?;
    let name = one_line(name, 100);
    Ok(Mailbox::new(Some(name).filter(|n| !n.is_empty()), parsed))
}

/// A message id with its brackets, and nothing that could end the line or begin another id.
fn angled(id: &str) -> String {
    let plain: String = id.chars().filter(|c| c.is_ascii_graphic() && !"<>".contains(*c)).take(200).collect();
    format!("<{plain}>")
}

fn raw(name: &'static str, value: &str) -> Result<HeaderValue, BadMail> {
    let name = HeaderName::new_from_ascii(name.into()).map_err(|e| BadMail::Build(e.to_string()))?;
    Ok(HeaderValue::new(name, one_line(value, 100)))
}

/// From the message id, so that the same letter gives the same bytes; 128 bits of it, so that no content has it.
fn boundary(message_id: &str, part: &str) -> String {
    let digest = Sha256::digest(format!("{part}\n{message_id}"));
    format!("qd-{part}-{}", data_encoding::HEXLOWER.encode(&digest[..16]))
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn a_thread_names_each_mail_once() {
        let ids = |all: &str| all.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(references(&ids("a <a> b c b")), "<a> <b> <c>");
        let long: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        assert_eq!(references(&long), "<0> <11> <12> <13> <14> <15> <16> <17> <18> <19>");
    }
}
