//! A composed letter as the bytes of a mail (RFC 5322, MIME), the same each time that it is made.

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MimeVersion};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::compose::Composed;
use super::messages::one_line;
use crate::process::house::At;

/// Everything of a mail that is not its words.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The desk's address and the name beside it.
    pub from: (&'a str, &'a str),
    pub to: (&'a str, &'a str),
    pub cc: Vec<(&'a str, &'a str)>,
    /// Where answers go, where not to the desk's plain address.
    pub reply_to: Option<&'a str>,
    pub date: At,
    /// Without angle brackets; fixed when the letter is stored, so that a resend is the same mail.
    pub message_id: &'a str,
    pub in_reply_to: Option<&'a str>,
    /// Oldest first, without angle brackets.
    pub references: Vec<&'a str>,
    pub case: &'a str,
    /// `review`, `quote` …: `Kind::name`.
    pub kind: &'a str,
    /// It answers a mail of the reader (`Auto-Submitted: auto-replied`, RFC 3834).
    pub answer: bool,
}

/// A file that goes along.
#[derive(Clone, Debug)]
pub struct Attached {
    pub name: String,
    pub content: Content,
    pub bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Xlsx,
    Pdf,
    Calendar,
    Other,
}

impl Content {
    fn mime(self) -> &'static str {
        match self {
            Content::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Content::Pdf => "application/pdf",
            Content::Calendar => "text/calendar; charset=utf-8; method=PUBLISH",
            Content::Other => "application/octet-stream",
        }
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
pub fn mail(envelope: &Envelope, letter: &Composed, files: &[Attached]) -> Result<Vec<u8>, BadMail> {
    let mut builder = Message::builder()
        .from(mailbox(envelope.from)?)
        .to(mailbox(envelope.to)?)
        .subject(one_line(&letter.subject, 300))
        .date(envelope.date.into())
        .message_id(Some(angled(envelope.message_id)));
    for cc in &envelope.cc {
        builder = builder.cc(mailbox(*cc)?);
    }
    if let Some(reply_to) = envelope.reply_to {
        builder = builder.reply_to(mailbox((reply_to, envelope.from.1))?);
    }
    if let Some(id) = envelope.in_reply_to {
        builder = builder.in_reply_to(angled(id));
    }
    if !envelope.references.is_empty() {
        builder = builder.references(envelope.references.iter().map(|id| angled(id)).collect::<Vec<_>>().join(" "));
    }
    let automatic = if envelope.answer { "auto-replied" } else { "auto-generated" };
    builder = builder
        .header(MimeVersion::new(1, 0))
        .raw_header(raw("Auto-Submitted", automatic)?)
        .raw_header(raw("X-Auto-Response-Suppress", "All")?)
        .raw_header(raw("X-Quotedesk-Case", envelope.case)?)
        .raw_header(raw("X-Quotedesk-Kind", envelope.kind)?);
    let words = MultiPart::alternative()
        .boundary(boundary(envelope.message_id, "words"))
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    let mut body = MultiPart::mixed().boundary(boundary(envelope.message_id, "files")).multipart(words);
    for file in files {
        body = body.singlepart(attached(file)?);
    }
    let message = builder.multipart(body).map_err(|e| BadMail::Build(e.to_string()))?;
    Ok(message.formatted())
}

/// Always base64: a calendar's own line ends and lengths stay as they are.
fn attached(file: &Attached) -> Result<SinglePart, BadMail> {
    let kind = ContentType::parse(file.content.mime()).map_err(|e| BadMail::Build(e.to_string()))?;
    let body = lettre::message::Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64);
    let body = body.map_err(|_| BadMail::Build("base64".into()))?;
    let disposition = ContentDisposition::attachment(&one_line(&file.name, 150));
    Ok(SinglePart::builder().header(disposition).header(kind).body(body))
}

fn mailbox((address, name): (&str, &str)) -> Result<Mailbox, BadMail> {
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
