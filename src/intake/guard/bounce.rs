//! Mail that came back: what a mail system says of a letter of ours (RFC 3464, and what older systems write instead).

use super::automatic::{Automatic, automatic};
use super::token::{MessageId, is_caseless};
use crate::intake::message::Message;
use crate::text::{fold, squash};

/// What became of a letter, as the mail system has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It will not arrive.
    Failed,
    /// It is still being tried, or has arrived: nothing to do.
    OnItsWay,
}

/// A report about a letter of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// Message-IDs of our kind that it names, without angle brackets. Whether they are ours their tokens tell.
    pub about: Vec<String>,
    pub fate: Fate,
    /// The server's words, one line.
    pub words: String,
}

/// Words of a server beyond this length tell nobody more.
const LONGEST: usize = 300;
/// How much of a mail is searched for our ids.
const SEARCHED: usize = 1 << 20;

/// Reads a report of a mail system. `None`: it is none, or names no letter that could be ours.
pub fn bounce(message: &Message, bytes: &[u8]) -> Option<Bounce> {
    let kind = automatic(message)?;
    let written = ["x-failed-recipients", "x-mailer-daemon", "x-bounce-id", "x-xms-bounce"].iter().any(|h| message.has(h));
    let system = matches!(kind, Automatic::Report | Automatic::NullSender | Automatic::MailSystem) || written;
    // Exchange and Gmail mark their reports as automatic answers besides, in the language of their own subjects.
    let returned = ["message/delivery-status", "text/rfc822-headers"];
    let brings = message.part_types.iter().any(|t| returned.contains(&t.as_str()));
    let named = kind == Automatic::AutoSubmitted && (brings || is_report(&message.subject));
    if !(system || named) || is_receipt(message) {
        return None;
    }
    let status = Status::read(message, bytes);
    // Absence notes have a null sender too.
    if kind == Automatic::NullSender && !written && !is_report(&message.subject) && !status.is_told() {
        return None;
    }
    let about = ids(message, bytes);
    (!about.is_empty()).then(|| Bounce { about, fate: status.fate(message), words: status.words })
}

fn is_report(subject: &str) -> bool {
    let subject = fold(subject);
    ["undeliver", "delivery status", "delivery failure", "failure notice", "returned mail", "mail delivery"]
        .iter()
        .any(|s| subject.contains(s))
}

/// Read receipts and complaints say nothing of delivery (RFC 8098, RFC 5965).
fn is_receipt(message: &Message) -> bool {
    let receipts = ["message/disposition-notification", "message/feedback-report"];
    message.part_types.iter().any(|t| receipts.contains(&t.as_str()))
}

// ---- what it says

/// The fields of `message/delivery-status`, of all recipients together.
#[derive(Default)]
struct Status {
    actions: Vec<String>,
    codes: Vec<String>,
    words: String,
}

impl Status {
    fn read(message: &Message, bytes: &[u8]) -> Status {
        let mut status = Status::default();
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]);
        for (name, value) in unfolded(&text) {
            match name.as_str() {
                "action" => status.actions.push(value.trim().to_ascii_lowercase()),
                "status" => status.codes.extend(value.split_whitespace().next().map(String::from)),
                // `smtp; 550 5.1.1 unknown`.
                "diagnostic-code" if status.words.is_empty() => {
                    status.words = cut(value.split_once(';').map_or(value.as_str(), |(_, words)| words))
                }
                _ => {}
            }
        }
        if status.words.is_empty() {
            status.words = cut(&spoken(&message.body));
        }
        status
    }

    /// Does it speak of a delivery at all?
    fn is_told(&self) -> bool {
        !self.actions.is_empty() || self.words.split([' ', ':', '(', '#']).any(is_code)
    }

    /// `failed` or 5.x is for good. Where a system says neither, it is what its words are.
    fn fate(&self, message: &Message) -> Fate {
        let failed = self.actions.iter().any(|a| a.starts_with("fail"));
        let other = ["delayed", "delivered", "relayed", "expanded"];
        let on_its_way = self.actions.iter().any(|a| other.iter().any(|o| a.starts_with(o)));
        let permanent = self.codes.iter().any(|c| c.starts_with("5."));
        let words = fold(&format!("{} {}", message.subject, message.body.chars().take(4_000).collect::<String>()));
        let patient =
            ["delayed", "will retry", "will keep trying", "will be retried", "warning: could not send", "bi tre", "se thu lai"];
        match () {
            _ if failed => Fate::Failed,
            _ if on_its_way => Fate::OnItsWay,
            _ if permanent => Fate::Failed,
            _ if self.codes.iter().any(|c| c.starts_with("4.") || c.starts_with("2.")) => Fate::OnItsWay,
            _ if patient.iter().any(|w| words.contains(w)) => Fate::OnItsWay,
            _ => Fate::Failed,
        }
    }
}

/// The line of a report in words that tells why: one with the server's number, else the first that is not empty.
fn spoken(body: &str) -> String {
    let numbered = |line: &&str| line.split([' ', ':', '(', '#', '-']).any(is_code);
    let line = body.lines().map(str::trim).filter(|l| !l.is_empty());
    let says = |line: &&str| line.starts_with(|c: char| c.is_alphanumeric() || c == '<');
    line.clone().find(numbered).or_else(|| line.clone().find(says)).unwrap_or_default().to_string()
}

/// `550`, `5.1.1`.
fn is_code(word: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    // Those of RFC 5321 that speak of a mail; `512` may be somebody's telephone.
    let simple = word.len() == 3 && digits(word) && ["42", "45", "50", "54", "55"].iter().any(|c| word.starts_with(c));
    let parts: Vec<&str> = word.trim_end_matches([')', '.', ',']).split('.').collect();
    simple || (parts.len() == 3 && parts.iter().all(|p| digits(p)) && matches!(parts[0], "4" | "5"))
}

fn cut(words: &str) -> String {
    squash(words).chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// Lines that look like header fields, wherever they stand, with their continuations.
fn unfolded(text: &str) -> impl Iterator<Item = (String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.starts_with([' ', '\t']) && open {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        open = false;
        let Some((name, value)) = line.split_once(':') else { continue };
        if !name.is_empty() && name.len() < 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            fields.push((name.to_ascii_lowercase(), value.trim().to_string()));
            open = true;
        }
    }
    fields.into_iter()
}

// ---- which letter it is about

/// Whatever in the mail looks like a Message-ID of ours: in what it answers, in `Original-Envelope-Id`, in the headers or
/// the text that came back, in parts that are encoded too.
fn ids(message: &Message, bytes: &[u8]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let ids = text.split(|c: char| !(c.is_ascii_alphanumeric() || "-._@".contains(c)));
        for id in ids.map(|id| id.trim_matches('.')).filter(|id| id.contains('@')) {
            if (MessageId::parse(id).is_some() || is_caseless(id)) && !found.iter().any(|f| f == id) && found.len() < 20 {
                found.push(id.to_string());
            }
        }
    };
    message.in_reply_to.iter().chain(&message.references).for_each(|id| add(id));
    // xtext (RFC 3461, 4): `+40` is an @.
    let raw =
        String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]).replace("+40", "@").replace("=\r\n", "").replace("=\n", "");
    add(&raw);
    add(&message.body);
    for file in &message.attachments {
        add(&String::from_utf8_lossy(&file.bytes[..file.bytes.len().min(SEARCHED)]));
    }
    found
}
