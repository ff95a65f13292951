//! The files of a mail: what each is by its first bytes, and a name that every file server takes.

use mail_parser::{MessagePart, MimeHeaders, PartType};

use crate::text::{nfc, squash};

/// Names of an archive that are looked at: those of a workbook are all its own.
const MOST_NAMES: usize = 1_000;

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

/// The signature beside a signed mail is no file that anybody sent.
pub(super) fn is_signature(part: &MessagePart) -> bool {
    matches!(
        type_of(part).as_str(),
        "application/pkcs7-signature" | "application/x-pkcs7-signature" | "application/pgp-signature" | "application/pgp-keys"
    )
}

pub(super) fn attachment(part: &MessagePart) -> Option<Attachment> {
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
        _ if starts(b"PK\x03\x04")
            && let Some(names) = listed(bytes) =>
        {
            let book = names.iter().any(|name| name.starts_with(b"xl/") || *name == b"[Content_Types].xml");
            if book || has(b"opendocument.spreadsheet", 512) { Kind::Workbook } else { Kind::Zip }
        }
        // Cut off, or no archive at all: what its first and last bytes say.
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

/// The names in an archive's directory. What a workbook within it holds is not looked at: stored as it is it would pass for the
/// archive's own.
fn listed(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let number = |at: usize, size: usize| -> Option<usize> {
        let digits = bytes.get(at..at.checked_add(size)?)?;
        Some(digits.iter().rev().fold(0, |n, byte| n << 8 | usize::from(*byte)))
    };
    let tail = bytes.len().saturating_sub(64 << 10);
    let end = tail + bytes[tail..].windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    let mut names = Vec::new();
    for _ in 0..count.min(MOST_NAMES) {
        if bytes.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let name = number(at + 28, 2)?;
        names.push(bytes.get(at + 46..at + 46 + name)?);
        at += 46 + name + number(at + 30, 2)? + number(at + 32, 2)?;
    }
    (!names.is_empty()).then_some(names)
}

/// `type/subtype`, lower case; empty where it says none.
pub(super) fn type_of(part: &MessagePart) -> String {
    match part.content_type() {
        Some(c) => format!("{}/{}", c.ctype(), c.subtype().unwrap_or_default()).to_ascii_lowercase(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, parse};
    use super::*;

    #[test]
    fn files_are_known_by_content_and_names_made_safe() {
        let head = "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b";
        let name = "..\\..\\C:\\x\\phi\u{202e}xslx.exe";
        let body = format!(
            "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n%PDF-1.4\r\n--b--\r\n"
        );
        let message = parse(format!("{head}\r\n\r\n{body}").as_bytes(), &Limits::default()).expect("a mail");
        let file = &message.attachments[0];
        assert_eq!((file.kind, file.inline), (Kind::Pdf, false));
        assert!(!file.name.contains(['\u{202e}', '\\', '/', ':']), "{}", file.name);
        assert_eq!(kind(b"PK\x03\x04xx[Content_Types].xml"), Kind::Workbook);
        assert_eq!(kind(b""), Kind::Other);
    }

    #[test]
    fn a_workbook_stored_in_an_archive_does_not_make_a_workbook_of_it() {
        let zipped = |name: &str, content: &[u8]| {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(name, stored).expect("a file");
            std::io::Write::write_all(&mut zip, content).expect("its content");
            zip.finish().expect("an archive").into_inner()
        };
        let book = zipped("xl/workbook.xml", b"<workbook/>");
        assert_eq!(kind(&book), Kind::Workbook);
        assert_eq!(kind(&zipped("phiếu.xlsx", &book)), Kind::Zip);
        assert_eq!(kind(&book[..book.len() - 22]), Kind::Workbook, "cut off");
    }
}
