//! Mail that no person wrote (RFC 3834).

use super::token::{MessageId, is_case, is_caseless, ours};
use crate::intake::message::Message;
use crate::text::fold;

/// Why a mail is thought to come from a machine. Such mail is neither acted on nor answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Automatic {
    #[error("our own mail")]
    Own,
    /// RFC 3834.
    #[error("Auto-Submitted")]
    AutoSubmitted,
    #[error("delivery report or receipt")]
    Report,
    #[error("null sender")]
    NullSender,
    #[error("mail system")]
    MailSystem,
    /// An address that nobody reads, as `noreply@`. People may be known by such a one: only a hint.
    #[error("unattended address")]
    Unattended,
    #[error("bulk")]
    Bulk,
    #[error("mailing list")]
    List,
    #[error("responder")]
    Responder,
    /// Nothing but the subject's beginning: a customer's need may be called `Nghỉ phép: …`, so only a hint.
    #[error("subject of an automatic answer")]
    Subject,
    /// Exchange marks what an inbox rule has answered, and as well what one has passed on; it asks for no automatic answer
    /// to its own ones, and as well to mail that came through a distribution list.
    #[error("marks of Exchange")]
    Exchange,
}

impl Automatic {
    /// Not enough to pass over a mail of the house's own people: an answer too many is bounded, a mail swallowed is not
    /// noticed by anybody.
    pub fn is_hint(self) -> bool {
        matches!(self, Automatic::Unattended | Automatic::Subject | Automatic::Exchange)
    }

    /// May a person of the house have written it all the same, through a list or a mailing program? Then the operator
    /// hears of it.
    pub fn may_be_a_person_s(self) -> bool {
        matches!(self, Automatic::Bulk | Automatic::List)
    }
}

/// Is this mail from a machine? A bounce, an absence note, a receipt, a list, or our own mail back.
pub fn automatic(message: &Message) -> Option<Automatic> {
    let says = |name: &str, words: &[&str]| message.all(name).any(|v| words.iter().any(|w| v.to_ascii_lowercase().contains(w)));
    let any = |names: &[&str]| names.iter().any(|n| message.has(n));
    let part = |kind: &str| message.content_type == kind || message.part_types.iter().any(|t| t == kind);
    let own = any(&["x-quotedesk-case", "x-quotedesk-kind"])
        || message.all("message-id").any(|id| MessageId::parse(id).is_some() || is_caseless(id));
    match () {
        // A relay may have taken our headers off; our ids stay.
        _ if own => Some(Automatic::Own),
        _ if message.all("auto-submitted").any(|v| !v.trim().to_ascii_lowercase().starts_with("no")) => {
            Some(Automatic::AutoSubmitted)
        }
        _ if message.content_type == "multipart/report" || REPORTS.iter().any(|t| part(t)) => Some(Automatic::Report),
        _ if says("precedence", &["auto_reply", "auto-reply", "autoreply"])
            || any(RESPONDERS)
            || says("x-post-messageclass", &["autoresponder"])
            || says("x-apple-action", &["vacation"])
            || says("delivered-to", &["autoresponder"])
            || message.all("x-mailer").any(mails_by_itself) =>
        {
            Some(Automatic::Responder)
        }
        _ if message.all("return-path").next().is_some_and(|v| matches!(v.replace(' ', "").as_str(), "<>" | "")) => {
            Some(Automatic::NullSender)
        }
        _ if from(message, is_system) || is_system_name(&message.from_shown) => Some(Automatic::MailSystem),
        _ if says("precedence", &["bulk", "junk", "list"]) => Some(Automatic::Bulk),
        _ if any(&["list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list", "x-mailing-list"]) => {
            Some(Automatic::List)
        }
        _ if from(message, is_unattended) => Some(Automatic::Unattended),
        _ if after_prefix(&message.subject).is_some() || tagged(&message.subject) => Some(Automatic::Subject),
        _ if message.has("x-ms-exchange-inbox-rules-loop") || says("x-auto-response-suppress", &["all", "oof", "autoreply"]) => {
            Some(Automatic::Exchange)
        }
        _ => None,
    }
}

/// Does a hint hold for a mail of the house's own people? The subject says `Vắng mặt:` and then repeats that of a letter
/// of ours, as responders do (RFC 3834, 3.1.5); or the mail answers one of ours, or begins in that way, and its text says
/// that nobody wrote it.
pub fn answers_by_itself(message: &Message) -> bool {
    let repeats = |rest: &str| {
        let bare = bare(rest);
        bare.starts_with('[') && bare.split(['[', ']']).nth(1).is_some_and(is_case)
    };
    let rest = after_prefix(&message.subject);
    let folded = fold(&message.text.text);
    let begins: String = folded.chars().take(400).collect();
    let told = SENTENCES.iter().any(|s| begins.contains(s));
    rest.as_deref().is_some_and(repeats) || (told && (rest.is_some() || !ours(message).is_empty()))
}

/// Is it the answer that somebody's mailbox gives while they are away? Meeting answers, receipts and notices (RFC 5436) are
/// automatic too, and say nothing of that.
pub fn says_away(message: &Message, why: Automatic) -> bool {
    const AWAY: &[&str] = &[
        "tu dong",
        "tra loi tu dong",
        "auto",
        "out of",
        "vang mat",
        "toi vang mat",
        "nghi phep",
        "on vacation",
        "vacation",
        "i am out",
        "away",
    ];
    let subject = fold(&message.subject);
    let prefix = after_prefix(&message.subject).map(|_| AWAY.iter().any(|w| subject.starts_with(w)));
    let calendar = message.content_type == "text/calendar" || message.part_types.iter().any(|t| t == "text/calendar");
    let submitted = message.header("auto-submitted").unwrap_or_default().to_ascii_lowercase();
    let replies = match () {
        // Exchange says `auto-generated` of its absence notes, and so do many programs of anything else.
        _ if submitted.starts_with("auto-generated") => prefix == Some(true) || message.has("x-auto-response-suppress"),
        _ if submitted.starts_with("auto-notified") => false,
        _ => prefix != Some(false),
    };
    matches!(why, Automatic::AutoSubmitted | Automatic::Responder | Automatic::Subject | Automatic::Exchange)
        && replies
        && !calendar
}

/// A subject without the signs of an answer before it.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim_start_matches([':', ' ', '-']);
    for prefix in ["re:", "tl:", "tra loi:", "fwd:", "fw:"] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest).trim_start();
    }
    rest
}

/// What a person does not write of themselves.
const SENTENCES: &[&str] = &[
    "tra loi tu dong",
    "tu dong tra loi",
    "day la thu tu dong",
    "day la email tu dong",
    "day la tin nhan tu dong",
    "khong tra loi email nay",
    "khong tra loi thu nay",
    "this is an automatic",
    "this is an automated",
    "automatic reply",
    "automated reply",
    "automated response",
    "automatically generated",
    "do not reply to this",
    "i am out of the office",
    "i am currently out of",
    "i'm out of the office",
    "i'm currently out of",
    "i will be out of the office",
    "i am away from the office",
    "currently away returning",
    "limited access to my email",
    "limited access to email",
];

const REPORTS: &[&str] =
    &["message/delivery-status", "message/disposition-notification", "message/feedback-report", "message/global-delivery-status"];

/// `MDaemon 12` writes by itself, `MDaemon Webmail` is a person's program.
fn mails_by_itself(mailer: &str) -> bool {
    let mailer = mailer.to_ascii_lowercase();
    let program = ["webmail", "connector", "worldclient"].iter().any(|p| mailer.contains(p));
    ["vacation", "autoresponder", "autoreply"].iter().any(|w| mailer.contains(w)) || (mailer.contains("mdaemon") && !program)
}

const RESPONDERS: &[&str] = &[
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-autogenerated",
    "x-auto-generated",
    "x-vacation",
    "x-failed-recipients",
    "x-cron-env",
    "x-fc-machinegenerated",
    "x-mailer-daemon",
    "x-bounce-id",
    "x-xms-bounce",
    "feedback-type",
    "x-mstnef-autoreply",
    "x-out-of-office",
    "disposition-notification-report",
    "x-mailer-recptid",
    "x-feedback-id-report",
];

/// Is an address that the mail is from of this kind?
fn from(message: &Message, kind: fn(&str) -> bool) -> bool {
    let local = |address: &str| {
        let local = address.trim_matches(['<', '>', ' ', '"']).split('@').next().unwrap_or_default().to_ascii_lowercase();
        kind(local.split('+').next().unwrap_or_default())
    };
    let mut shown = message.from_shown.split(['<', '>', ' ', ',', '(', ')']).filter(|w| w.contains('@'));
    message.from.as_deref().is_some_and(local) || shown.any(local) || message.sender.as_deref().is_some_and(local)
}

fn is_system(local: &str) -> bool {
    const LOCALS: &[&str] = &[
        "mailer-daemon",
        "mailerdaemon",
        "maildaemon",
        "mail-daemon",
        "mailerdeamon",
        "postmaster",
        "mdaemon",
        "mailer",
        "autoreply",
        "auto-reply",
        "autoresponder",
        "mail-delivery",
        "mail.delivery.system",
        "mail-system",
        "majordomo",
        "listserv",
        "bounce",
        "bounces",
        "staff-bounces",
    ];
    LOCALS.contains(&local)
        || ["bounce-", "bounces-", "prvs="].iter().any(|p| local.starts_with(p))
        || local.ends_with("-bounces")
}

/// Nobody reads what is sent to such an address.
fn is_unattended(local: &str) -> bool {
    const LOCALS: &[&str] = &[
        "no-reply",
        "noreply",
        "no_reply",
        "no.reply",
        "donotreply",
        "do-not-reply",
        "do_not_reply",
        "khong-tra-loi",
        "khongtraloi",
        "abuse-report",
        "complaints",
        "feedback",
        "notification",
        "notifications",
        "root",
    ];
    LOCALS.contains(&local) || ["noreply-", "no-reply-"].iter().any(|p| local.starts_with(p)) || local.ends_with("-noreply")
}

/// The name that a mail system gives itself.
fn is_system_name(shown: &str) -> bool {
    const NAMES: &[&str] = &[
        "mail delivery",
        "mail administrator",
        "mailer-daemon",
        "mailer daemon",
        "mail system",
        "delivery subsystem",
        "microsoft outlook ",
        "he thong thu",
        "email delivery",
        "feedback loop",
    ];
    let shown = fold(shown);
    NAMES.iter().any(|n| shown.contains(n)) || shown.starts_with("postmaster")
}

fn tagged(subject: &str) -> bool {
    let folded = fold(subject);
    folded.ends_with("(auto reply)") || folded.contains("[auto-reply]") || folded.contains("automatic reply:")
}

/// What follows the words with which responders and mail systems begin a subject, folded; `None`: it does not begin so.
fn after_prefix(subject: &str) -> Option<String> {
    const STARTS: &[&str] = &[
        "tu dong tra loi",
        "tra loi tu dong",
        "automatic reply",
        "auto reply",
        "auto-reply",
        "autoreply",
        "auto:",
        "auto response",
        "automated reply",
        "automatische antwort",
        "out of office",
        "out of the office",
        "vang mat",
        "toi vang mat",
        "nghi phep",
        "on vacation",
        "vacation",
        "i am out of",
        "undeliver",
        "undelivered",
        "delivery status",
        "delivery failure",
        "delivery report",
        "delivery delayed",
        "delivery notification",
        "delivery incomplete",
        "returned mail",
        "mail delivery",
        "failure notice",
        "mail failure",
        "message delivery",
        "message undeliverable",
        "non delivery",
        "non-delivery",
        "warning: could not send",
        "warning: message",
        "khong gui duoc",
        "khong the gui",
        "thu khong gui duoc",
        "khong the chuyen",
        "gui thu that bai",
        "chua gui duoc",
        "da doc:",
        "da nhan:",
        "chua doc:",
        "read:",
        "not read:",
        "receipt:",
        "return receipt",
        "disposition notification",
        "email feedback report",
        "abuse report",
        "complaint about message",
        "fw: complaint",
        "spam report",
        "mail system error",
        "mail error",
        "permanent delivery failure",
        "user unknown",
        "unzustellbar",
        "away from",
        "away until",
        "away:",
        "email address changed",
        "recall:",
        "thu hoi:",
        "undeliverable",
        "error sending message",
        "problem delivering",
        "could not be delivered",
        "failed mail",
        "mail could not",
        "unable to deliver",
        "your message to",
    ];
    let folded = fold(subject);
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let begins = STARTS.iter().filter(|s| folded.starts_with(**s)).max_by_key(|s| s.len());
    begins.and_then(|s| folded.strip_prefix(s)).map(String::from)
}
