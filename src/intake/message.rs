//! A mail's bytes as what counts of it: who wrote it, what it answers, its new text, its files. Bounded in size, parts
//! and depth, and a parser's panic is a mail that cannot be read, no more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Address, HeaderName, HeaderValue, MessageParser, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use crate::letter::reply::{NewText, firm, html, quoted};
use crate::process::house::Email;
use crate::text::{fold, nfc, squash};

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

/// What a file is by its first bytes, whatever its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// xlsx, xlsb, ods, xls: a container that may be a workbook.
    Workbook,
    Zip,
    /// rar, 7z, gzip.
    Archive,
    Pdf,
    Image,
    /// A mail within the mail.
    Eml,
    /// Outlook's own format.
    Msg,
    /// `winmail.dat`.
    Tnef,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Safe for every file server; `tệp` where it came without a name.
    pub name: String,
    pub bytes: Vec<u8>,
    /// Part of the text, as a logo in a signature.
    pub inline: bool,
    pub kind: Kind,
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

/// The signature beside a signed mail is no file that anybody sent.
fn is_signature(part: &MessagePart) -> bool {
    matches!(
        type_of(part).as_str(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" | "application/pgp-keys"
    )
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

fn type_of(part: &MessagePart) -> String {
    match part.content_type() {
        Some(c) => format!("{}/{}", c.ctype(), c.subtype().unwrap_or_default()).to_ascii_lowercase(),
        None => String::new(),
    }
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

fn attachment(part: &MessagePart) -> Option<Attachment> {
    let bytes = match &part.body {
        // Its own bytes: the field of that name holds the whole mail around it.
        PartType::Message(inner) => inner.raw_message().to_vec(),
        PartType::Multipart(_) => return None,
        _ => part.contents().to_vec(),
    };
    let kind = match &part.body {
        PartType::Message(_) => Kind::Eml,
        _ => kind(&bytes),
    };
    let named = part.attachment_name().map(last_part).filter(|n| !n.is_empty());
    let name = match named {
        Some(name) => crate::name::clean(&name),
        None => crate::name::clean(kind.file_name()),
    };
    let shown = part.content_disposition().is_some_and(|d| d.is_inline()) || part.content_id().is_some();
    let inline = matches!(part.body, PartType::InlineBinary(_)) || (shown && kind == Kind::Image);
    Some(Attachment { name, bytes, inline: inline && kind == Kind::Image, kind })
}

/// The name without the path that some clients send, and without marks that turn the reading direction.
fn last_part(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    squash(&nfc(name)).chars().filter(|c| !c.is_control()).collect()
}

impl Kind {
    fn file_name(self) -> &'static str {
        match self {
            Kind::Workbook => "phiếu.xlsx",
            Kind::Zip | Kind::Archive => "tệp.zip",
            Kind::Pdf => "tệp.pdf",
            Kind::Image => "ảnh.png",
            Kind::Eml => "thư.eml",
            Kind::Msg => "thư.msg",
            Kind::Tnef => "winmail.dat",
            Kind::Other => "tệp",
        }
    }
}

/// What a file is, by its first bytes.
pub fn kind(bytes: &[u8]) -> Kind {
    let has = |mark: &[u8], within: usize| bytes[..bytes.len().min(within)].windows(mark.len()).any(|w| w == mark);
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    match () {
        _ if starts(b"PK\x03\x04") => {
            let end = &bytes[bytes.len().saturating_sub(64 << 10)..];
            let listed = |mark: &[u8]| end.windows(mark.len()).any(|w| w == mark);
            let book = has(b"xl/", 64 << 10)
                || has(b"opendocument.spreadsheet", 512)
                || listed(b"xl/workbook")
                || has(b"[Content_Types].xml", 64);
            if book { Kind::Workbook } else { Kind::Zip }
        }
        _ if starts(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) => {
            // Outlook's messages are the same container; this stream is in every one of them.
            let stream: Vec<u8> = "__properties_version1.0".encode_utf16().flat_map(u16::to_le_bytes).collect();
            if has(&stream, usize::MAX) { Kind::Msg } else { Kind::Workbook }
        }
        _ if starts(b"Rar!") || starts(b"7z\xbc\xaf\x27\x1c") || starts(b"\x1f\x8b") => Kind::Archive,
        _ if starts(b"%PDF") || has(b"%PDF-", 1024) => Kind::Pdf,
        _ if starts(&[0x78, 0x9f, 0x3e, 0x22]) => Kind::Tnef,
        _ if starts(b"\x89PNG")
            || starts(&[0xff, 0xd8, 0xff])
            || starts(b"GIF8")
            || starts(b"BM")
            || (starts(b"RIFF") && has(b"WEBP", 16))
            || has(b"ftypheic", 16) =>
        {
            Kind::Image
        }
        _ => Kind::Other,
    }
}

/// Who, to whom, in answer to what: the headers.
fn addressed(mail: &mail_parser::Message) -> Message {
    let mut message = Message { headers: headers(mail), ..Message::default() };
    let authors: Vec<&HeaderValue> = mail.headers().iter().filter(|h| h.name == HeaderName::From).map(|h| &h.value).collect();
    message.from_shown = message.header("from").map(squash).unwrap_or_default();
    message.from = match authors[..] {
        [HeaderValue::Address(author)] => one_author(author),
        _ => None,
    };
    let list = |address: Option<&Address>| address.map(addresses).unwrap_or_default();
    message.sender = list(mail.sender()).into_iter().next();
    message.to = list(mail.to());
    message.cc = list(mail.cc());
    message.subject = squash(&nfc(mail.subject().unwrap_or_default()));
    message.message_id = mail.message_id().map(str::trim).filter(|id| !id.is_empty()).map(String::from);
    message.in_reply_to = ids(mail.in_reply_to());
    message.references = ids(mail.references());
    if message.references.is_empty() {
        message.references = message.in_reply_to.clone();
    }
    let root = mail.parts.first();
    message.content_type = root.map(type_of).unwrap_or_default();
    message
}

/// What is no name by RFC 5322, 3.6.8 is no header: with a bare CR in it, it would be two to somebody else.
fn headers(mail: &mail_parser::Message) -> Vec<(String, String)> {
    let one = |(name, value): (&str, &str)| (name.trim().to_ascii_lowercase(), squash(value));
    let named = |(name, _): &(String, String)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic());
    mail.headers_raw().take(1_000).map(one).filter(named).collect()
}

fn ids(value: &HeaderValue) -> Vec<String> {
    match value {
        HeaderValue::Text(id) => vec![id.trim().to_string()],
        HeaderValue::TextList(ids) => ids.iter().take(200).map(|id| id.trim().to_string()).collect(),
        _ => vec![],
    }
}

/// The one author of a mail. A group is nobody, and a name that shows another address is a disguise (faults, who is
/// speaking).
fn one_author(author: &Address) -> Option<Email> {
    let Address::List(list) = author else { return None };
    let [one] = &list[..] else { return None };
    let email = one.address.as_deref().and_then(email)?;
    let name = one.name.as_deref().unwrap_or_default();
    let shows_other =
        name.split(|c: char| c.is_whitespace() || "<>()[]\"',;".contains(c)).filter(|w| w.contains('@')).any(
            |w| match self::email(w) {
                Some(shown) => shown != email,
                None => false,
            },
        );
    (!shows_other).then_some(email)
}

fn addresses(address: &Address) -> Vec<Email> {
    address.iter().take(200).filter_map(|a| email(a.address.as_deref()?)).collect()
}

/// An address as people are known by it: lower case, the domain in ASCII (IDNA).
pub fn email(typed: &str) -> Option<Email> {
    let typed = nfc(typed.trim());
    let (local, domain) = typed.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\"\\@".contains(c);
    if local.is_empty() || local.chars().any(odd) || domain.chars().any(odd) {
        return None;
    }
    let domain = idna::domain_to_ascii(domain.trim_end_matches('.')).ok().filter(|d| !d.is_empty())?;
    Some(format!("{}@{}", local.to_lowercase(), domain.to_lowercase()))
}

/// Bytes of a Message-ID above which its hash stands for it.
const LONG_ID: usize = 200;

/// What a mail is known by: its Message-ID and the hash of its decoded content, without what servers add on the way
/// (faults, rule 5). Two mails that share an id but differ are two.
pub fn identity(bytes: &[u8]) -> String {
    identity_of(parse(bytes, &Limits { bytes: u64::MAX, ..Limits::default() }).ok().as_ref(), bytes)
}

/// The same of a mail that was parsed already, whatever its size; `None`: it could not be.
pub fn identity_of(parsed: Option<&Message>, bytes: &[u8]) -> String {
    match parsed {
        Some(message) if message.trouble.is_none_or(|t| matches!(t, Unreadable::Encrypted | Unreadable::TooLong)) => {
            let mut hash = Sha256::new();
            let mut put = |part: &[u8]| {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            };
            put(message.header("from").unwrap_or_default().as_bytes());
            put(message.header("date").unwrap_or_default().as_bytes());
            put(message.subject.as_bytes());
            put(message.body.as_bytes());
            put(message.other_text.as_deref().unwrap_or_default().as_bytes());
            for file in &message.attachments {
                put(file.name.as_bytes());
                put(&file.bytes);
            }
            let mut id = message.message_id.clone().unwrap_or_default();
            // It is a stranger's, of any length, and has to fit into an index (PostgreSQL: 2,700 bytes).
            if id.len() > LONG_ID {
                id = data_encoding::HEXLOWER.encode(&Sha256::digest(&id));
            }
            format!("mail:{id}:{}", data_encoding::HEXLOWER.encode(&hash.finalize()))
        }
        _ => format!("mail::{}", data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))),
    }
}

/// A subject without `Re:`, `TL:`, `Chuyển tiếp:` … and tags in square brackets before it.
pub fn bare_subject(subject: &str) -> String {
    const PREFIXES: &[&str] = &["re", "tl", "tra loi", "fwd", "fw", "chuyen tiep", "aw", "wg", "sv", "v/v", "rep"];
    let subject = squash(&nfc(subject));
    let mut rest = subject.as_str();
    loop {
        rest = rest.trim_start();
        if let Some(end) = rest.strip_prefix('[').and_then(|r| r.find(']')) {
            rest = &rest[end + 2..];
            continue;
        }
        match rest.split_once([':', '：']) {
            Some((prefix, after)) if PREFIXES.contains(&fold(prefix.split(['[', '(']).next().unwrap_or_default()).as_str()) => {
                rest = after
            }
            _ => return rest.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(headers: &str, body: &str) -> Message {
        parse(format!("{headers}\r\n\r\n{body}").as_bytes(), &Limits::default()).expect("a mail")
    }

    #[test]
    fn one_author_or_none() {
        let from = |value: &str| mail(&format!("From: {value}\r\nSubject: x"), "y").from;
        assert_eq!(from("Lan <Lan.Tran@AnPhat.example>").as_deref(), Some("lan.tran@anphat.example"));
        assert_eq!(from("\"lan.tran@anphat.example\" <lan.tran@anphat.example>").as_deref(), Some("lan.tran@anphat.example"));
        assert_eq!(
            from("lan@công-ty.example").as_deref(),
            Some(
                "lan@xn--cng-ty-3qa61v.example"
                    .replace("xn--cng-ty-3qa61v", &idna::domain_to_ascii("công-ty").unwrap_or_default())
                    .as_str()
            )
        );
        for bad in [
            "a@x.example, b@x.example",
            "Team: a@x.example, b@x.example;",
            "Team: a@x.example;",
            "\"boss@anphat.example\" <evil@x.example>",
            "nobody",
            "",
        ] {
            assert_eq!(from(bad), None, "{bad}");
        }
        assert_eq!(mail("From: a@x.example\r\nFrom: b@x.example", "").from, None, "two From headers");
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
    fn files_are_known_by_content_and_names_made_safe() {
        let head = "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b";
        let name = "..\\..\\C:\\x\\phi\u{202e}xslx.exe";
        let body = format!(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n%PDF-1.4\r\n--b--\r\n"
        );
        let message = mail(head, &body);
        let file = &message.attachments[0];
        assert_eq!((file.kind, file.inline), (Kind::Pdf, false));
        assert!(!file.name.contains(['\u{202e}', '\\', '/', ':']), "{}", file.name);
        assert_eq!(kind(b"PK\x03\x04xx[Content_Types].xml"), Kind::Workbook);
        assert_eq!(kind(b""), Kind::Other);
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

    #[test]
    fn the_way_a_mail_took_does_not_change_it() {
        let inner = "From: a@x.example\r\nMessage-ID: <1@x>\r\nSubject: s\r\nDate: Mon, 23 Nov 2026 10:00:00 +0700\r\n\r\nDUYỆT";
        let via = |trace: &str, mail: &str| identity(format!("{trace}{mail}").as_bytes());
        let one = via("Received: by a\r\nDelivered-To: a\r\n", inner);
        assert_eq!(one, via("Return-Path: <x>\r\nReceived: by b\r\n", inner));
        assert_ne!(one, via("", &inner.replace("DUYỆT", "TRẢ LẠI")), "the same id, but another mail");
        assert_ne!(identity(b"a"), identity(b"b"));
        let signed = |html: &str| {
            let head = "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b";
            let part = |kind: &str, text: &str| format!("--b\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n");
            identity(format!("{head}\r\n\r\n{}{}--b--\r\n", part("plain", "DUYỆT\r\nHùng"), part("html", html)).as_bytes())
        };
        assert_ne!(signed("DUYỆT<div id=signature>Hùng</div>"), signed("DUYỆT<br>Hùng"), "as before signatures were known");
        // However long a stranger makes its id, the key is short, and still tells two ids apart.
        let long = |end: &str| identity(format!("Message-ID: <{}{end}@x.example>\r\n\r\na\r\n", "x".repeat(5000)).as_bytes());
        assert!(long("1").len() < 200 && long("1") == long("1") && long("1") != long("2"), "{}", long("1"));
    }

    #[test]
    fn subjects_lose_their_prefixes() {
        assert_eq!(bare_subject("Re: RE: TL: Trả lời: [YC-2026-0012] Fwd: Nhu cầu của Chính Đại"), "Nhu cầu của Chính Đại");
        assert_eq!(bare_subject("Re[2]: x: y"), "x: y");
        assert_eq!(bare_subject(""), "");
        assert_eq!(bare_subject("[a"), "[a");
    }
}
