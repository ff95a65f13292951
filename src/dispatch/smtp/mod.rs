//! Mails to a mail server (RFC 5321), one recipient each.
//!
//! A few connections are kept and used again. A mail counts as perhaps arrived from its last dot on, not before: the mark
//! for that is committed between the message and the dot.

mod lines;
mod login;
mod offers;
mod pool;
mod session;
mod verdict;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::extension::ClientId;

use super::{AtData, OutMail, Outcome, Sending, Transport};
use crate::config::{Smtp, Tls};
use crate::faults::Faults;
use crate::letter::messages::text;
use crate::letter::slim;
use crate::net::Stream;
use crate::net::oauth::Tokens;
use crate::process::house::Lang;
use crate::store::{OutgoingFilter, kind};
use pool::Pool;
use session::{Door, Letter, Session};
use verdict::{Failure, Stage, Why};
use wire::Reply;

/// How long the server is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A reply up to DATA. RFC 5321, 4.5.3.2 has five minutes for servers that relay to anybody; this one is the company's
    /// own, and a mail that has waited in vain is tried again.
    pub reply: Duration,
    /// 64 KB of the message.
    pub block: Duration,
    /// The reply to the last dot (RFC 5321, 4.5.3.2.6): a server that scans the mail meanwhile may take its time, and
    /// who gives up sooner doubles mails.
    pub dot: Duration,
    /// An idle connection is kept for so long.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            reply: Duration::from_secs(60),
            block: Duration::from_secs(180),
            dot: Duration::from_secs(600),
            idle: Duration::from_secs(60),
        }
    }
}

/// Hands mails to the company's server. Cheap to clone; all clones share their connections.
#[derive(Clone)]
pub struct SmtpTransport {
    door: Arc<Door>,
    pool: Arc<Pool>,
    /// The desk's own address: bounces come back to it.
    from: Arc<str>,
    /// Of its letters.
    lang: Lang,
}

impl SmtpTransport {
    /// `from` is the desk's address, `lang` the language of its letters.
    pub fn new(smtp: &Smtp, from: &str, lang: Lang, limits: Limits, faults: Faults) -> SmtpTransport {
        let domain = from.rsplit('@').next().unwrap_or_default();
        let hello = idna::domain_to_ascii(domain).ok().filter(|d| !d.is_empty()).map_or_else(ClientId::default, ClientId::Domain);
        let tokens = Tokens::trusting(smtp.server.ca_file.clone());
        let pool = Arc::new(Pool::new(smtp.connections, limits));
        SmtpTransport {
            door: Arc::new(Door { smtp: smtp.clone(), hello, tokens, limits, faults }),
            pool,
            from: from.into(),
            lang,
        }
    }

    /// Connects and logs in, and says how; for `quotedesk check`.
    ///
    /// # Errors
    /// What is wrong and how to mend it.
    pub async fn look(&self) -> Result<String, String> {
        let server = &self.door.smtp.server;
        match Session::open(&self.door).await {
            Ok(session) => {
                let tls = if server.tls == Tls::None { "in the clear" } else { "by TLS" };
                let login = server.login.as_ref().map_or("without a login".into(), |l| format!("logged in as {}", l.user));
                let size = session.offers.size.map_or(String::new(), |s| format!(", mails up to {} MB", s / 1_000_000));
                session.quit().await;
                Ok(format!("{}, {tls}, {login}{size}", self.server()))
            }
            Err(failure) => match failure.outcome(&self.server()) {
                Outcome::Sent(words)
                | Outcome::Later(words)
                | Outcome::Away(words)
                | Outcome::Refused(words)
                | Outcome::Doubt(words) => Err(words),
            },
        }
    }

    fn server(&self) -> String {
        format!("{}:{}", self.door.smtp.server.host, self.door.smtp.server.port)
    }

    fn letter(&self, mail: &OutMail, bytes: &[u8]) -> Result<Letter, Outcome> {
        let from = address(&self.from).map_err(|why| Outcome::Away(format!("mail.address: {why}")))?;
        let to = address(&mail.to).map_err(Outcome::Refused)?;
        if !lines::short_enough(bytes) {
            return Err(Outcome::Refused("the mail has a line that is too long for mail servers (998 bytes)".into()));
        }
        Ok(Letter {
            own: self.door.smtp.copy_to_self.then(|| from.clone()).filter(|own| *own != to),
            utf8: !from.user().is_ascii() || !to.user().is_ascii(),
            from,
            to,
            message_id: mail.message_id.clone(),
            wire: lines::on_the_wire(bytes),
        })
    }

    /// Mails one after the other over a connection that stands already, as long as it goes on after each: what
    /// [`Transport::send`] does, without the connections that are kept and the store. `leave` is asked for before each last
    /// dot.
    pub async fn hand_over(&self, stream: Stream, mails: &[OutMail], leave: impl Fn() -> bool) -> Vec<Outcome> {
        let mut session = match Session::over(stream, &self.door).await {
            Ok(session) => session,
            Err(failure) => return vec![failure.outcome(&self.server())],
        };
        let mut outcomes = Vec::new();
        for mail in mails {
            let letter = match self.letter(mail, &mail.bytes) {
                Ok(letter) => letter,
                Err(outcome) => {
                    outcomes.push(outcome);
                    continue;
                }
            };
            let (ended, goes_on) = handed(&mut session, &letter, async { leave() }).await;
            outcomes.push(self.outcome(ended));
            if !goes_on {
                break;
            }
        }
        outcomes
    }

    async fn attempt(&self, mail: &OutMail, at_data: &AtData<'_>) -> Outcome {
        // Its copy may lie in a mailbox that nobody can look into just now.
        if at_data.is_copy() && self.door.smtp.copy_to_self && !at_data.mailbox_looked().await {
            return Outcome::Away(
                "the server may have taken this mail before; it goes once more when the desk's mailbox can be looked through \
                 for its copy"
                    .into(),
            );
        }
        let Some(_place) = self.pool.place().await else { return Outcome::Later("the desk stops".into()) };
        let letter = match self.letter(mail, &mail.bytes) {
            Ok(letter) => letter,
            Err(outcome) => return outcome,
        };
        let mut ended = self.deliver(&letter, at_data).await;
        if let Err(failure) = &ended
            && failure.is_too_large()
            && let Some(smaller) = self.smaller(mail, failure, at_data).await
        {
            ended = match self.letter(mail, &smaller) {
                Ok(letter) => self.deliver(&letter, at_data).await,
                Err(outcome) => return outcome,
            };
        }
        self.outcome(ended)
    }

    fn outcome(&self, ended: Result<Reply, Failure>) -> Outcome {
        match ended {
            Ok(reply) => Outcome::Sent(format!("{}: {reply}", self.server())),
            Err(failure) => failure.outcome(&self.server()),
        }
    }

    /// The mail without its largest files, with a note where each of them lies. The same at each attempt: those places
    /// were stored together with the mail.
    async fn smaller(&self, mail: &OutMail, failure: &Failure, at_data: &AtData<'_>) -> Option<Vec<u8>> {
        // Doubled dots make it a little longer on the way.
        let limit = match failure.why {
            Why::TooLarge { limit } => Some(limit - limit / 100),
            _ => None,
        };
        let of_case = OutgoingFilter::Case(at_data.claimed.case_id.clone());
        let files: Vec<String> = match at_data.store.outgoing(&of_case).await {
            Ok(rows) => rows.into_iter().filter(|row| row.kind == kind::FILE).map(|row| row.name).collect(),
            Err(error) => {
                tracing::warn!(%error, "a mail is too large for the server, and where its files lie cannot be looked up");
                return None;
            }
        };
        let (lang, bytes) = (self.lang, mail.bytes.clone());
        let made = tokio::task::spawn_blocking(move || {
            slim::without_large_files(&bytes, limit, |left_out| note(lang, left_out, &files))
        });
        made.await.ok().flatten()
    }

    /// Over a kept connection, or else a new one.
    async fn deliver(&self, letter: &Letter, at_data: &AtData<'_>) -> Result<Reply, Failure> {
        if let Some(kept) = self.pool.take() {
            match self.over(kept, letter, at_data).await {
                Err(failure) if failure.may_be_stale() => tracing::debug!("a kept connection was closed meanwhile"),
                ended => return self.noted(ended, at_data),
            }
        }
        let now = (at_data.clock)().real;
        if let Some(words) = self.pool.away(now) {
            return Err(Failure { stage: Stage::Connect, why: Why::Away(words) });
        }
        let session = match Session::open(&self.door).await {
            Ok(session) => session,
            Err(failure) => {
                if let Outcome::Away(words) = failure.outcome(&self.server()) {
                    self.pool.failed((at_data.clock)().real, &words, failure.stage == Stage::Login);
                }
                return Err(failure);
            }
        };
        let ended = self.over(session, letter, at_data).await;
        self.noted(ended, at_data)
    }

    /// Whether others may connect: an account that is refused is not tried with every mail that there is.
    fn noted(&self, ended: Result<Reply, Failure>, at_data: &AtData<'_>) -> Result<Reply, Failure> {
        match &ended {
            Err(failure) if failure.is_of_the_account() => {
                if let Outcome::Away(words) = failure.outcome(&self.server()) {
                    self.pool.failed((at_data.clock)().real, &words, true);
                }
            }
            _ => self.pool.connected(),
        }
        ended
    }

    async fn over(&self, mut session: Session, letter: &Letter, at_data: &AtData<'_>) -> Result<Reply, Failure> {
        let (ended, goes_on) = handed(&mut session, letter, at_data.mark()).await;
        if goes_on && !ended.as_ref().is_err_and(Failure::is_of_the_account) {
            self.pool.keep(session);
        }
        ended
    }
}

/// One mail, and whether the connection is good for the next.
async fn handed(session: &mut Session, letter: &Letter, leave: impl Future<Output = bool>) -> (Result<Reply, Failure>, bool) {
    let ended = session.hand_in(letter, leave).await;
    let goes_on = match &ended {
        Ok(_) => true,
        Err(failure) => session.goes_on_after(failure).await,
    };
    (ended, goes_on)
}

impl Transport for SmtpTransport {
    fn send<'a>(&'a self, mail: &'a OutMail, at_data: &'a AtData<'a>) -> Sending<'a> {
        Box::pin(self.attempt(mail, at_data))
    }
}

/// What is said about the files that were left out: each with its size and where it lies.
fn note(lang: Lang, left_out: &[(String, usize)], files: &[String]) -> String {
    let mut lines = vec![text(lang, "post.too_large", &[])];
    for (name, bytes) in left_out {
        let size = if *bytes >= 1_000_000 {
            format!("{} MB", bytes.div_ceil(1_000_000))
        } else {
            format!("{} KB", bytes.div_ceil(1000))
        };
        let of_that_name = |top: &str| files.iter().find(|path| path.starts_with(top) && path.rsplit('/').next() == Some(name));
        lines.push(match of_that_name("archive/").or_else(|| of_that_name("outbox/")) {
            Some(place) => text(lang, "post.left_out", &[("name", name), ("size", &size), ("place", place)]),
            None => text(lang, "post.left_out_ask", &[("name", name), ("size", &size)]),
        });
    }
    lines.join("\n")
}

/// An address as it stands in the envelope: its domain in ASCII, since servers know no other.
fn address(written: &str) -> Result<Address, String> {
    let none = || format!("`{}` is no mail address", written.chars().filter(|c| !c.is_control()).take(100).collect::<String>());
    let (user, domain) = written.trim().rsplit_once('@').ok_or_else(none)?;
    let domain = match domain.is_ascii() {
        true => domain.to_owned(),
        false => idna::domain_to_ascii(domain).map_err(|_| none())?,
    };
    Address::new(user, domain).map_err(|_| none())
}
