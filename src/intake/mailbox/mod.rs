//! The mailbox: mails in by IMAP, and filed away once they are answered.
//!
//! [`session`] is one connection and what is asked over it; which mails are fetched when, and what becomes of them, is
//! decided in [`crate::daemon`]. async-imap brings the stream and the grammar. Its commands are not used: most of them take
//! a refusal, and even a connection that broke off, for an empty answer, and an empty mailbox is no news to anybody.

mod login;
mod name;
pub mod session;
mod wire;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::timeout;

use crate::net::secret::Shown;

pub use session::{Look, Mail, Place, Session, Stamp, Woke};

/// Bytes of a mail that are asked for at once.
pub const PIECE: usize = 1 << 20;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// One command, one piece of a mail: after this the connection is given up.
    pub command: Duration,
    /// A plain look at the mailbox, whatever IDLE says, or keeps to itself.
    pub look: Duration,
    /// The same where the server has no IDLE.
    pub poll: Duration,
    /// Before the next connection after one that failed; doubled each time …
    pub pause: Duration,
    /// … up to this.
    pub pause_most: Duration,
    /// Where the login was refused: servers answer ever more slowly to one who keeps trying.
    pub refused: Duration,
    pub refused_most: Duration,
    /// Before a mail that could not be taken, or not be moved, is tried again; doubled each time …
    pub retry: Duration,
    /// … up to this.
    pub retry_most: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        let secs = Duration::from_secs;
        Pace {
            command: secs(30),
            // Well below the half hour after which servers let go of an IDLE (RFC 2177), and soon enough where one is silent.
            look: secs(150),
            poll: secs(30),
            pause: secs(1),
            // With the time that a connection takes: normal again within a minute of its end.
            pause_most: secs(40),
            refused: secs(15),
            refused_most: secs(300),
            retry: secs(1),
            retry_most: secs(30),
        }
    }
}

/// Why the mailbox cannot be used just now. Never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Net(#[from] crate::net::Error),
    /// The server's greeting, or what it offers.
    #[error("{0}")]
    Server(String),
    /// Name or password, or the token.
    #[error("the login of {user} is refused: {said}")]
    Login { user: String, said: String },
    /// The server understood, and will not. The connection is good for the next command.
    #[error("{what}: the server refuses: {said}")]
    No { what: &'static str, said: String },
    /// The connection is of no use any more.
    #[error("{what}: {why}")]
    Lost { what: &'static str, why: String },
}

impl Error {
    /// Is the connection good for the next command?
    pub fn is_refusal(&self) -> bool {
        matches!(self, Error::No { .. })
    }

    /// The same in words that hold no secret, whatever the server has repeated.
    fn without(self, shown: &Shown) -> Error {
        let blot = |words: &str| said(&shown.blot(words));
        match self {
            Error::Login { user, said } => Error::Login { user, said: blot(&said) },
            Error::No { what, said } => Error::No { what, said: blot(&said) },
            Error::Lost { what, why } => Error::Lost { what, why: blot(&why) },
            Error::Net(_) | Error::Server(_) => self,
        }
    }
}

/// What a server says, fit for a log line: bounded, without control characters.
fn said(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_string()
}

fn lost(what: &'static str, why: impl std::fmt::Display) -> Error {
    Error::Lost { what, why: said(&why.to_string()) }
}

const GARBLED: &str = "an answer that cannot be understood";

/// An error of the library. What it could not read it quotes: mails of customers.
fn unreadable(what: &'static str, why: &str) -> Error {
    match why.contains("during parsing") {
        true => lost(what, GARBLED),
        false => lost(what, why),
    }
}

async fn within<T>(limit: Duration, what: &'static str, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match timeout(limit, guarded(what, work)).await {
        Ok(done) => done?,
        Err(_) => Err(lost(what, format!("no answer within {} s", limit.as_secs_f32()))),
    }
}

/// The library cuts some texts between the bytes of a letter, and panics. That costs the connection and nothing else.
async fn guarded<T>(what: &'static str, work: impl Future<Output = T>) -> Result<T, Error> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|_| lost(what, GARBLED))
}
