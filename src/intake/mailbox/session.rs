//! One connection to the mailbox: logging in, what the server can do, waiting for news, leaving. What is asked over it is
//! said in [`folders`], [`mails`] and [`filing`], how anything is asked in [`talk`].

mod filing;
mod folders;
mod mails;
mod talk;

use std::future::Future;

use async_imap::imap_proto::{Capability, Response};
use tokio::time::Instant;

use super::login::attempt;
use super::wire::Wire;
use super::{Error, Pace};
use crate::config::Imap;
use crate::faults::Faults;
use crate::net::oauth::Tokens;
use crate::net::secret::Shown;
use crate::net::{self, Stream};
use filing::Target;
use talk::Talk;

pub use filing::Place;
pub use folders::Look;
pub use mails::{Mail, Stamp};
pub use talk::Woke;

/// What the server can do besides the least.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Can {
    pub idle: bool,
    /// RFC 6851.
    pub move_mails: bool,
    /// RFC 4315: expunging named mails alone.
    pub uidplus: bool,
}

/// A connection that is logged in.
pub struct Session {
    talk: Talk,
    pub can: Can,
    /// Between the levels of a folder's name.
    mark: Option<char>,
    done: Target,
    problem: Target,
}

impl Session {
    /// Connects and logs in. A token that is refused is asked for anew, once.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn open(imap: &Imap, tokens: &Tokens, pace: Pace, faults: &Faults) -> Result<Session, Error> {
        let server = &imap.server;
        let Some(login) = &server.login else { return Err(no_login()) };
        let logged_in = match attempt(server, login, tokens, pace, faults, net::connect(server)).await {
            Err((Error::Login { .. }, true)) => {
                tokens.forget().await;
                attempt(server, login, tokens, pace, faults, net::connect(server)).await
            }
            other => other,
        };
        Session::begin(logged_in.map_err(|(why, _)| why)?, imap, pace, faults).await
    }

    /// The same over a connection that stands already.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn over(stream: Stream, imap: &Imap, tokens: &Tokens, pace: Pace, faults: &Faults) -> Result<Session, Error> {
        let Some(login) = &imap.server.login else { return Err(no_login()) };
        let logged_in = attempt(&imap.server, login, tokens, pace, faults, async { Ok(stream) }).await;
        Session::begin(logged_in.map_err(|(why, _)| why)?, imap, pace, faults).await
    }

    async fn begin(
        (logged_in, shown): (async_imap::Session<Wire>, Shown),
        imap: &Imap,
        pace: Pace,
        faults: &Faults,
    ) -> Result<Session, Error> {
        let mut session = Session {
            talk: Talk::over(logged_in, shown, pace.command, faults),
            can: Can::default(),
            mark: None,
            done: Target::new(&imap.done),
            problem: Target::new(&imap.problem),
        };
        session.learn().await?;
        Ok(session)
    }

    /// What the server can do, and how it writes the names of folders.
    async fn learn(&mut self) -> Result<(), Error> {
        let mut can = Can::default();
        self.command("CAPABILITY", "CAPABILITY", |answer| {
            let Response::Capabilities(all) = answer else { return };
            let has = |name: &str| all.iter().any(|c| matches!(c, Capability::Atom(a) if a.eq_ignore_ascii_case(name)));
            can.idle |= has("IDLE");
            can.move_mails |= has("MOVE");
            can.uidplus |= has("UIDPLUS");
        })
        .await?;
        self.can = can;
        self.mark = self.list("INBOX").await?.into_iter().find_map(|(_, mark)| mark);
        Ok(())
    }

    async fn command(&mut self, what: &'static str, text: &str, on: impl FnMut(&Response)) -> Result<(), Error> {
        self.talk.command(what, text, on).await
    }

    /// Asks whether the server still listens; it tells its news on the way.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn noop(&mut self) -> Result<(), Error> {
        self.command("NOOP", "NOOP", |_| {}).await
    }

    /// The server spoke of mails since the last look.
    pub fn has_news(&self) -> bool {
        self.talk.has_news()
    }

    /// Waits (IDLE, RFC 2177) for news, the time or the call. The connection is ready for the next command after it.
    ///
    /// # Errors
    /// Where the connection breaks off; what the server says while it waits is no error.
    pub async fn idle(&mut self, until: Instant, call: impl Future<Output = ()>) -> Result<Woke, Error> {
        self.talk.idle(until, call).await
    }

    /// Says goodbye, and closes the connection.
    pub async fn close(self) {
        self.talk.close().await;
    }
}

fn no_login() -> Error {
    Error::Server("mail.imap.user: missing".into())
}
