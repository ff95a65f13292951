//! A mail's bytes as what counts of it: who wrote it, what it answers, its new text, its files. Bounded in size, parts
//! and depth, and a parser's panic is a mail that cannot be read, no more.

mod addressed;
mod attached;
mod identity;

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{MessageParser, MessagePart, MimeHeaders, PartType};

use addressed::addressed;
pub use addressed::{bare_subject, email};
pub use attached::{Attachment, Kind, kind};
use attached::{attachment, is_signature, type_of};
pub use identity::{identity, identity_of, of_id};

use crate::letter::reply::{NewText, firm, html, quoted};
use crate::process::house::Email;
use crate::text::{fold, nfc};

/// Bytes of a new text that are read, some thirty pages: reading costs a hundred times as many.
pub const MOST_NEW_TEXT: usize = 64 << 10;

/// Bounds on what is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the whole mail as it came.
    pub bytes: u64,
    pub parts: usize,
    /// Mails within mails.
    pub depth: usize,
    /// Of one body as it came, with its markup and all that it quotes; the rest is not read.
    pub text_bytes: usize,
    /// Of what it says anew; more than that is not read.
    pub new_text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { bytes: 50 << 20, parts: 200, depth: 20, text_bytes: 512 << 10, new_text_bytes: MOST_NEW_TEXT }
    }
}

/// Why a mail's contents could not be read. The words for it stand at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("no mail")]
    NotMail,
    #[error("mail too large")]
    TooLarge,
    #[error("too many parts")]
    TooManyParts,
    #[error("mails nested too deeply")]
    TooDeep,
    /// Its new text, that is.
    #[error("text too long")]
    TooLong,
    #[error("a part of a mail sent in pieces")]
    Partial,
    #[error("encrypted")]
    Encrypted,
    #[error("broken")]
    Broken,
}

/// A mail as far as it counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// The one author, lower case, the domain in ASCII. `None` where From names nobody, several, a group, or shows
    /// another address than it is.
    pub from: Option<Email>,
    /// What From shows, for the quarantine.
    pub from_shown: String,
    pub sender: Option<Email>,
    pub to: Vec<Email>,
    pub cc: Vec<Email>,
    pub subject: String,
    /// Without angle brackets, as the two below.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// All headers in their order, names in lower case, values unfolded.
    pub headers: Vec<(String, String)>,
    /// `type/subtype` of the whole, lower case; and of each part.
    pub content_type: String,
    pub part_types: Vec<String>,
    /// What is new in it.
    pub text: NewText,
    /// The new text of its HTML, where its letters are not those of its plain text: no two such mails are the same.
    pub other_text: Option<String>,
    /// The whole body as text, quotes too: a need that was forwarded stands there.
    pub body: String,
    /// The rows of the tables in its HTML, quoted ones too.
    pub rows: Vec<Vec<String>>,
    pub attachments: Vec<Attachment>,
    /// Its contents could not be read, or not all of them; from whom it came is known all the same.
    pub trouble: Option<Unreadable>,
}

impl Message {
    /// The values of a header, topmost first.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    /// The topmost value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
    pub fn has(&self, name: &str) -> bool {
        self.header(name).is_some()
    }
}

/// Reads a mail.
///
/// # Errors
/// `NotMail` where not even a header can be made out. A mail whose contents are too large, nested or broken comes back
/// with its headers and `trouble`, so that its sender gets an answer.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Message, Unreadable> {
    let trouble = match () {
        _ if bytes.len() as u64 > limits.bytes => Some(Unreadable::TooLarge),
        // Before parsing: a mail in a mail in a mail is a tree that is walked and dropped level by level.
        _ if nested(bytes) > limits.depth => Some(Unreadable::TooDeep),
        _ => None,
    };
    let whole = trouble.is_none().then(|| guarded(|| MessageParser::default().parse(bytes).map(|m| read(&m, limits)))).flatten();
    if let Some(message) = whole {
        return if is_mail(&message) { Ok(message) } else { Err(Unreadable::NotMail) };
    }
    // Headers alone, of a bounded beginning.
    let head = &bytes[..bytes.len().min(256 << 10)];
    let headers = guarded(|| MessageParser::default().parse_headers(head).map(|m| addressed(&m)));
    match headers.filter(is_mail) {
        Some(message) => Ok(Message { trouble: Some(trouble.unwrap_or(Unreadable::Broken)), ..message }),
        None => Err(Unreadable::NotMail),
    }
}

/// Any text with a colon in it parses as headers; a mail has one of these.
fn is_mail(message: &Message) -> bool {
    ["from", "to", "date", "subject", "message-id", "received", "return-path"].iter().any(|name| message.has(name))
}

/// Past panics of the parser were fixed one by one; the next one must not stop the desk.
fn guarded<T>(work: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok().flatten()
}

/// How many mails may lie within this one.
fn nested(bytes: &[u8]) -> usize {
    const MARK: &[u8] = b"message/rfc822";
    let at = |i: usize| bytes.get(i..i + MARK.len()).is_some_and(|w| w.eq_ignore_ascii_case(MARK));
    (0..bytes.len()).filter(|i| matches!(bytes[*i], b'm' | b'M') && at(*i)).count()
}

fn read(mail: &mail_parser::Message, limits: &Limits) -> Message {
    let mut message = addressed(mail);
    let types: Vec<String> = mail.parts.iter().map(type_of).collect();
    message.part_types = types;
    message.trouble = match () {
        _ if mail.parts.len() > limits.parts => Some(Unreadable::TooManyParts),
        _ if message.content_type == "message/partial" => Some(Unreadable::Partial),
        _ if is_sealed(&message, mail) => Some(Unreadable::Encrypted),
        _ => None,
    };
    if message.trouble == Some(Unreadable::TooManyParts) {
        return message;
    }
    let mut plain = String::new();
    let mut marked = String::new();
    let mut lossy = false;
    for part in mail.text_bodies() {
        if let PartType::Text(text) = &part.body {
            lossy |= is_lossy(part, text);
            append(&mut plain, text, limits.text_bytes);
        }
    }
    for part in mail.html_bodies() {
        if let PartType::Html(text) = &part.body {
            lossy |= is_lossy(part, text);
            append(&mut marked, text, limits.text_bytes);
        }
    }
    (message.text, message.other_text) = new_text(&plain, &marked);
    message.text.lossy = lossy;
    if shortened(&mut message, limits.new_text_bytes) {
        message.trouble.get_or_insert(Unreadable::TooLong);
    }
    message.rows = html::rows(&marked);
    message.body =
        nfc(&if plain.trim().is_empty() { html::text(&marked) } else { plain.replace("\r\n", "\n").trim().to_string() });
    message.attachments = mail.attachments().filter(|part| !is_signature(part)).filter_map(attachment).collect();
    message
}

/// Cuts the new text off after so many bytes, wherever it stands. Was there more?
fn shortened(message: &mut Message, most: usize) -> bool {
    let twin = message.text.twin.iter_mut().chain(&mut message.other_text);
    let mut cut = false;
    for text in [&mut message.text.text, &mut message.text.top].into_iter().chain(twin).filter(|text| text.len() > most) {
        text.truncate(text.floor_char_boundary(most));
        cut = true;
    }
    cut
}

/// The new text of both bodies; HTML's beside the plain one where they differ. Beside it HTML's new text where it has
/// other letters.
fn new_text(plain: &str, marked: &str) -> (NewText, Option<String>) {
    if plain.trim().is_empty() {
        return (html::cut(marked), None);
    }
    let mut text = quoted::cut(plain);
    if marked.trim().is_empty() {
        return (text, None);
    }
    let twin = html::cut(marked);
    text.forwarded |= twin.forwarded;
    let other = (letters(&twin.text) != letters(&text.text) && !html::text(marked).is_empty()).then(|| twin.text.clone());
    if other.is_none() || quoted::letters(&twin.text) == quoted::letters(&text.text) {
        return (text, other);
    }
    // Programs mark a signature in HTML alone: what they made into plain text has it among the writer's own words.
    let signed = quoted::letters(&html::cut_signed(marked).text) == quoted::letters(&text.text);
    // Somebody has typed their answer into the signature.
    let into_it = twin.text.is_empty() && firm::find(&text.text).is_some();
    if !signed {
        text.twin = other.clone();
    } else if !text.interleaved && !into_it {
        text = NewText { forwarded: text.forwarded, ..twin };
    }
    (text, other)
}

fn letters(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn append(to: &mut String, text: &str, most: usize) {
    let room = text.floor_char_boundary(most.saturating_sub(to.len()));
    if !to.is_empty() {
        to.push('\n');
    }
    to.push_str(&text[..room]);
}

/// Characters were lost on the way: such a text never counts as a decision.
fn is_lossy(part: &MessagePart, text: &str) -> bool {
    let unknown = |charset: &str| {
        let name = charset.to_ascii_lowercase();
        !matches!(name.as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii") && charset_decoder(name.as_bytes()).is_none()
    };
    let charset = part.content_type().and_then(|c| c.attribute("charset"));
    part.is_encoding_problem || text.contains('\u{fffd}') || (!text.is_ascii() && charset.is_some_and(unknown))
}

fn is_sealed(message: &Message, mail: &mail_parser::Message) -> bool {
    // A signature that wraps the mail instead of standing beside it is as closed to us as an encryption.
    let enveloped = |part: &MessagePart| {
        let name = part.attachment_name().unwrap_or_default().to_ascii_lowercase();
        matches!(type_of(part).as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime") || name == "smime.p7m"
    };
    let armoured =
        |part: &MessagePart| part.text_contents().is_some_and(|t| t.trim_start().starts_with("-----BEGIN PGP MESSAGE"));
    message.part_types.iter().any(|t| matches!(t.as_str(), "multipart/encrypted" | "application/pgp-encrypted"))
        || mail.parts.iter().any(|p| enveloped(p) || armoured(p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(headers: &str, body: &str) -> Message {
        parse(format!("{headers}\r\n\r\n{body}").as_bytes(), &Limits::default()).expect("a mail")
    }

    #[test]
    fn text_and_html_are_read_together() {
        let both = |plain: &str, html: &str| {
            let head = "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b";
            let part = |kind: &str, text: &str| format!("--b\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n");
            mail(head, &format!("{}{}--b--\r\n", part("plain", plain), part("html", html))).text
        };
        let same = both(
            "DUYỆT\r\n\r\nVào Th 4, 23 thg 6, 2021 lúc 10:00 X <x@y.vn> đã viết:\r\n> cũ",
            "<div>DUYỆT</div><div class=\"gmail_quote\">Vào cũ</div>",
        );
        assert_eq!((same.text.as_str(), same.twin), ("DUYỆT", None));
        assert_eq!(both("DUYỆT", "<div>chưa duyệt</div>").twin.as_deref(), Some("chưa duyệt"));
        // What the plain text says besides is the signature that the HTML marks as one; typed into it, words still count.
        let signed = |sign: &str| {
            let plain = format!("Em gửi\r\n\r\n{}", sign.replace("<br>", "\r\n"));
            both(&plain, &format!("<div>Em gửi</div><div id=\"Signature\">{sign}</div>"))
        };
        assert_eq!((signed("Lê Hùng<br>Trưởng nhóm").text.as_str(), signed("Lê Hùng").twin), ("Em gửi", None));
        assert_eq!(signed("Lê Hùng<br>TB: mục 3 bỏ ra").text, "Em gửi\nTB: mục 3 bỏ ra");
        assert!(both("Lê Hùng", "<div><br></div><div id=\"Signature\">Lê Hùng</div>").nothing_left);
        assert_eq!(both("DUYỆT\r\nLê Hùng", "<div id=\"Signature\">DUYỆT<br>Lê Hùng</div>").text, "DUYỆT\nLê Hùng");
        let other = both("DUYỆT\r\nLê Hùng", "<div>DUYỆT</div><div>bỏ mục 3</div><div id=\"Signature\">Lê Hùng</div>");
        assert_eq!(other.twin.as_deref(), Some("DUYỆT\nbỏ mục 3"));
        let only = mail("From: a@x.example\r\nContent-Type: text/html; charset=utf-8", "<p>Trả lại</p><p>vì sai</p>");
        assert_eq!(only.text.text, "Trả lại\nvì sai");
    }

    #[test]
    fn lost_characters_are_noticed() {
        let with = |charset: &str, body: &[u8]| {
            let mut bytes = format!(
                "From: a@x.example\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            )
            .into_bytes();
            bytes.extend_from_slice(body);
            parse(&bytes, &Limits::default()).expect("a mail").text
        };
        assert!(!with("utf-8", "DUYỆT".as_bytes()).lossy);
        assert!(with("utf-8", b"DUY\xc6T").lossy);
        assert!(with("x-tcvn3", b"DUY\xd6T").lossy);
        let windows = with("windows-1258", b"\xd0\xfa");
        assert!(!windows.lossy && !windows.text.is_empty());
    }

    #[test]
    fn too_much_is_refused_but_the_sender_known() {
        let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(5_000);
        let message = mail("From: a@x.example", &deep);
        assert_eq!((message.trouble, message.from.as_deref()), (Some(Unreadable::TooDeep), Some("a@x.example")));
        let head = "From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b";
        let many = mail(head, &"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(5_000));
        assert_eq!(many.trouble, Some(Unreadable::TooManyParts));
        let large = parse(b"From: a@x.example\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxx", &Limits { bytes: 30, ..Limits::default() });
        assert_eq!(large.map(|m| m.trouble), Ok(Some(Unreadable::TooLarge)));
        assert_eq!(parse(b"", &Limits::default()).map(|_| ()), Err(Unreadable::NotMail));
    }
}
