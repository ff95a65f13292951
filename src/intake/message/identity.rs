//! What a mail is known by, so that a second copy of it is seen to be one.

use sha2::{Digest, Sha256};

use super::{Limits, Message, Unreadable, parse};

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
            let id = of_id(message.message_id.as_deref().unwrap_or_default());
            format!("{id}{}", data_encoding::HEXLOWER.encode(&hash.finalize()))
        }
        _ => format!("mail::{}", data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))),
    }
}

/// How the identities of all mails with this Message-ID begin.
pub fn of_id(id: &str) -> String {
    // It is a stranger's, of any length, and has to fit into an index (PostgreSQL: 2,700 bytes).
    match id.len() > LONG_ID {
        true => format!("mail:{}:", data_encoding::HEXLOWER.encode(&Sha256::digest(id))),
        false => format!("mail:{id}:"),
    }
}

#[cfg(test)]
mod tests {
    use super::identity;

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
}
