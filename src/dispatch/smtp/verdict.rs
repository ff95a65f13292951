//! What a failure means for the mail, and in which words the operator hears of it.

use super::wire::{Lost, Reply};
use crate::dispatch::Outcome;

/// How far a mail had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Connect,
    Greeting,
    Ehlo,
    Starttls,
    Login,
    Mail,
    Rcpt,
    Data,
    /// The message itself, before its last dot.
    Body,
    /// The last dot is out, or may be.
    Dot,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Connect => "connecting",
            Stage::Greeting => "its greeting",
            Stage::Ehlo => "EHLO",
            Stage::Starttls => "STARTTLS",
            Stage::Login => "the login",
            Stage::Mail => "MAIL",
            Stage::Rcpt => "RCPT",
            Stage::Data => "DATA",
            Stage::Body => "the message",
            Stage::Dot => "the message's end",
        }
    }
}

#[derive(Debug)]
pub enum Why {
    /// Anything but what was to be said here.
    Said(Reply),
    Lost(Lost),
    /// Something is to be mended here or at the server, whichever mail it is.
    Setup(String),
    /// Somebody else has failed a moment ago, in these words.
    Away(String),
    /// The server takes mails of so many bytes only.
    TooLarge {
        limit: u64,
    },
    /// This mail can never go by this server.
    Unfit(String),
    /// The store gives no leave to send the last dot.
    NoLeave,
}

#[derive(Debug)]
pub struct Failure {
    pub stage: Stage,
    pub why: Why,
}

impl Failure {
    pub fn lost(stage: Stage) -> impl Fn(Lost) -> Failure {
        move |lost| Failure { stage, why: Why::Lost(lost) }
    }

    /// The connection is at fault, not the mail: on a kept connection worth another try.
    pub fn may_be_stale(&self) -> bool {
        let gone = match &self.why {
            Why::Lost(lost) => !matches!(lost, Lost::Silent(_)),
            Why::Said(reply) => reply.code == 421,
            _ => false,
        };
        gone && self.stage <= Stage::Data
    }

    /// The server takes no mail of this size (RFC 1870, RFC 3463). Mailboxes that are full are another matter.
    pub fn is_too_large(&self) -> bool {
        match &self.why {
            Why::Said(reply) => match reply.enhanced() {
                "5.3.4" | "5.2.3" => true,
                "" => reply.code == 552 && self.stage != Stage::Rcpt,
                _ => false,
            },
            Why::TooLarge { .. } => true,
            _ => false,
        }
    }

    /// The account may not send, or not so much, whichever mail it is: a day's limit, a sender that is not its own.
    pub fn is_of_the_account(&self) -> bool {
        let Why::Said(reply) = &self.why else { return false };
        if reply.code < 500 || self.stage < Stage::Mail {
            return false;
        }
        match reply.enhanced() {
            // Of the sender (RFC 3463), of the day's limit (Google), of who sends as somebody else (Microsoft).
            "5.1.7" | "5.1.8" | "5.4.5" | "5.7.60" => true,
            // Postfix says at the recipient what it has against the sender.
            _ if self.stage == Stage::Rcpt => reply.to_string().contains("Sender address rejected"),
            // Its size, and what the server cannot carry of it, are the mail's own.
            of if of.starts_with("5.6.") || of.starts_with("5.5.") => false,
            _ => self.stage == Stage::Mail && !matches!(reply.code, 500..=504 | 555) && !self.is_too_large(),
        }
    }

    /// What it means. `server` is its name, as the operator knows it.
    pub fn outcome(&self, server: &str) -> Outcome {
        let at = format!("{server}, at {}", self.stage.name());
        match &self.why {
            Why::Unfit(words) => Outcome::Refused(words.clone()),
            Why::NoLeave => Outcome::Later("not sent: sending is on hold, or this attempt took too long".into()),
            Why::Setup(words) => Outcome::Away(format!("{server}: {words}")),
            Why::Away(words) => Outcome::Away(words.clone()),
            Why::TooLarge { limit } => {
                Outcome::Refused(format!("{server} takes no mails above {limit} bytes; this one is larger"))
            }
            Why::Lost(lost) if self.stage == Stage::Dot => {
                Outcome::Doubt(format!("{at}: {lost}; the server may have taken the mail"))
            }
            Why::Lost(lost) if self.stage < Stage::Mail => Outcome::Away(format!("{at}: {lost}")),
            Why::Lost(lost) => Outcome::Later(format!("{at}: {lost}")),
            Why::Said(reply) => self.said(reply, &at),
        }
    }

    fn said(&self, reply: &Reply, at: &str) -> Outcome {
        let words = format!("{at}: {reply}");
        match (reply.code, self.stage) {
            (500.., Stage::Login) => Outcome::Away(format!(
                "{words}. The login was refused: put the right password (or token) where [mail.smtp] says; no mail is lost meanwhile"
            )),
            // "Log in first", "encrypt first": the config is wrong, not the mail.
            (530 | 534 | 535 | 538, _) => {
                Outcome::Away(format!("{words}. The server wants a login or TLS: see user, password_file and tls in [mail.smtp]"))
            }
            _ if self.is_of_the_account() => Outcome::Away(format!(
                "{words}. The server refuses the account or its address, not this mail: see its limits, and whether user of [mail.smtp] may \
                 send as [mail] address; no mail is lost meanwhile"
            )),
            (_, stage) if stage < Stage::Mail => Outcome::Away(words),
            (421, stage) if stage < Stage::Dot => Outcome::Away(words),
            (400..500, _) => Outcome::Later(words),
            (500.., _) => Outcome::Refused(words),
            // A good reply that does not fit the question.
            (_, Stage::Dot) => Outcome::Doubt(format!("{words}: no answer to a mail; the server may have taken it")),
            _ => Outcome::Later(format!("{words}: not what was asked")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stage; 10] = [
        Stage::Connect,
        Stage::Greeting,
        Stage::Ehlo,
        Stage::Starttls,
        Stage::Login,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
        Stage::Dot,
    ];

    fn said(stage: Stage, code: u16, words: &str) -> Failure {
        Failure { stage, why: Why::Said(Reply { code, lines: vec![words.into()] }) }
    }

    /// One letter a stage, in the order of `ALL`: Away, Later, Refused, Doubt.
    fn row(make: impl Fn(Stage) -> Failure) -> String {
        ALL.map(|stage| match make(stage).outcome("mx") {
            Outcome::Away(_) => 'A',
            Outcome::Later(_) => 'L',
            Outcome::Refused(_) => 'R',
            Outcome::Doubt(_) => 'D',
            Outcome::Sent(_) => 'S',
        })
        .iter()
        .collect()
    }

    #[test]
    fn each_failure_at_each_stage() {
        assert_eq!(row(|s| said(s, 421, "4.3.2 shutting down")), "AAAAAAAAAL");
        assert_eq!(row(|s| said(s, 450, "4.2.0 greylisted")), "AAAAALLLLL");
        assert_eq!(row(|s| said(s, 550, "5.1.1 no such user")), "AAAAAARRRR");
        assert_eq!(row(|s| said(s, 554, "no")), "AAAAAARRRR");
        assert_eq!(row(|s| said(s, 550, "5.4.5 Daily user sending limit exceeded")), "AAAAAAAAAA");
        assert_eq!(row(|s| said(s, 553, "5.7.1 <a@b>: Sender address rejected: not owned by user c")), "AAAAAAARRR");
        assert_eq!(row(|s| said(s, 552, "5.3.4 message too big")), "AAAAARRRRR");
        assert_eq!(row(|s| said(s, 555, "5.5.4 unknown parameter SMTPUTF8")), "AAAAARRRRR");
        assert_eq!(row(|s| said(s, 530, "5.7.0 log in first")), "AAAAAAAAAA");
        assert_eq!(row(|s| said(s, 354, "go on")), "AAAAALLLLD");
        for lost in [|| Lost::Closed, || Lost::Silent(std::time::Duration::from_secs(1)), || Lost::Garbage("x".into())] {
            assert_eq!(row(|stage| Failure { stage, why: Why::Lost(lost()) }), "AAAAALLLLD");
        }
        assert_eq!(row(|stage| Failure { stage, why: Why::Setup("x".into()) }), "AAAAAAAAAA");
        assert_eq!(row(|stage| Failure { stage, why: Why::Unfit("x".into()) }), "RRRRRRRRRR");
    }

    #[test]
    fn the_words_say_where_and_what() {
        let Outcome::Refused(words) = said(Stage::Rcpt, 550, "5.1.1 no such user").outcome("mx:25") else { panic!() };
        assert_eq!(words, "mx:25, at RCPT: 550 5.1.1 no such user");
        let Outcome::Away(words) = said(Stage::Login, 535, "5.7.8 bad credentials").outcome("mx:25") else { panic!() };
        assert!(words.starts_with("mx:25, at the login: 535 5.7.8 bad credentials. The login was refused"), "{words}");
    }

    #[test]
    fn too_large_is_not_a_full_mailbox() {
        assert!(said(Stage::Mail, 552, "5.3.4 message too big").is_too_large());
        assert!(said(Stage::Dot, 554, "5.3.4 message too big").is_too_large());
        assert!(said(Stage::Dot, 552, "too much mail data").is_too_large());
        assert!(!said(Stage::Dot, 552, "5.2.2 mailbox full").is_too_large());
        assert!(!said(Stage::Rcpt, 552, "mailbox full").is_too_large());
        assert!(!said(Stage::Mail, 452, "4.3.1 no room").is_too_large());
    }

    #[test]
    fn only_a_lost_connection_before_the_message_is_stale() {
        assert!(Failure { stage: Stage::Mail, why: Why::Lost(Lost::Closed) }.may_be_stale());
        assert!(said(Stage::Mail, 421, "timeout").may_be_stale());
        assert!(!Failure { stage: Stage::Body, why: Why::Lost(Lost::Closed) }.may_be_stale());
        assert!(!Failure { stage: Stage::Dot, why: Why::Lost(Lost::Closed) }.may_be_stale());
        assert!(!said(Stage::Mail, 450, "busy").may_be_stale());
    }
}
