//! Who wrote a mail, to whom, in answer to what, about what.

use mail_parser::{Address, HeaderName, HeaderValue};

use super::Message;
use super::attached::type_of;
use crate::process::house::Email;
use crate::text::{fold, nfc, squash};

/// Who, to whom, in answer to what: the headers.
pub(super) fn addressed(mail: &mail_parser::Message) -> Message {
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
    use super::super::{Limits, parse};
    use super::bare_subject;

    #[test]
    fn one_author_or_none() {
        let mail = |headers: &str| parse(format!("{headers}\r\n\r\ny").as_bytes(), &Limits::default()).expect("a mail");
        let from = |value: &str| mail(&format!("From: {value}\r\nSubject: x")).from;
        assert_eq!(from("Lan <Lan.Tran@AnPhat.example>").as_deref(), Some("lan.tran@anphat.example"));
        assert_eq!(from("\"lan.tran@anphat.example\" <lan.tran@anphat.example>").as_deref(), Some("lan.tran@anphat.example"));
        assert_eq!(from("lan@công-ty.example").as_deref(), Some("lan@xn--cng-ty-ixa.example"));
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
        assert_eq!(mail("From: a@x.example\r\nFrom: b@x.example").from, None, "two From headers");
    }

    #[test]
    fn subjects_lose_their_prefixes() {
        assert_eq!(bare_subject("Re: RE: TL: Trả lời: [YC-2026-0012] Fwd: Nhu cầu của Chính Đại"), "Nhu cầu của Chính Đại");
        assert_eq!(bare_subject("Re[2]: x: y"), "x: y");
        assert_eq!(bare_subject(""), "");
        assert_eq!(bare_subject("[a"), "[a");
    }
}
