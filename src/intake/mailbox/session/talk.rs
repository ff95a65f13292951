//! The conversation: one command and its answers, and the wait for news (IDLE). Each command ends within its time; after one
//! that did not, half an answer may still be on its way, so the whole connection goes.

use std::future::Future;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, Response, Status};
use tokio::time::Instant;

use crate::faults::Faults;
use crate::intake::mailbox::wire::Wire;
use crate::intake::mailbox::{Error, guarded, lost, said, unreadable, within};
use crate::net::secret::Shown;

/// A farewell that takes longer is none.
const FAREWELL: Duration = Duration::from_millis(500);
/// A server copies mail by mail, and answers once it has copied all that were named: it has so many times as long for that.
const COPYING: u32 = 4;

/// What ended the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woke {
    /// The server has news.
    News,
    /// The time was over.
    Time,
    /// The caller wanted it.
    Called,
}

/// What goes to and fro over a connection that is logged in.
pub(super) struct Talk {
    imap: async_imap::Session<Wire>,
    /// For one command.
    limit: Duration,
    faults: Faults,
    shown: Shown,
    /// The server spoke of mails since the last look.
    news: bool,
}

impl Talk {
    pub fn over(imap: async_imap::Session<Wire>, shown: Shown, limit: Duration, faults: &Faults) -> Talk {
        Talk { imap, limit, faults: faults.clone(), shown, news: false }
    }

    /// One command: each answer on the way is shown to `on`. What is not plainly OK is an error.
    pub async fn command(&mut self, what: &'static str, text: &str, on: impl FnMut(&Response)) -> Result<(), Error> {
        self.command_within(self.limit, what, text, on).await
    }

    /// The same with the time that copying takes.
    pub async fn copying(&mut self, what: &'static str, text: &str) -> Result<(), Error> {
        self.command_within(self.limit * COPYING, what, text, |_| {}).await
    }

    async fn command_within(
        &mut self,
        limit: Duration,
        what: &'static str,
        text: &str,
        mut on: impl FnMut(&Response),
    ) -> Result<(), Error> {
        self.fault("imap.command")?;
        let asking = async {
            let tag = self.imap.run_command(text).await.map_err(|why| lost(what, why))?;
            loop {
                let over = next(&mut self.imap, what, |answer| match answer {
                    Response::Done { tag: of, status: Status::Ok, .. } if *of == tag => Some(Ok(())),
                    Response::Done { tag: of, .. } if *of == tag => Some(Err(outcome(what, answer))),
                    other => {
                        self.news |= is_news(other);
                        on(other);
                        None
                    }
                });
                if let Some(over) = over.await? {
                    return over;
                }
            }
        };
        within(limit, what, asking).await.map_err(|why| why.without(&self.shown))
    }

    pub fn fault(&self, place: &'static str) -> Result<(), Error> {
        self.faults.check(place).map_err(|why| lost(place, why))
    }

    /// The server spoke of mails since the last look.
    pub fn has_news(&self) -> bool {
        self.news
    }

    /// A look begins, which sees what they were.
    pub fn forget_news(&mut self) {
        self.news = false;
    }

    /// Waits (IDLE, RFC 2177) for news, the time or the call. The connection is ready for the next command after it.
    pub async fn idle(&mut self, until: Instant, call: impl Future<Output = ()>) -> Result<Woke, Error> {
        self.wait(until, call).await.map_err(|why| why.without(&self.shown))
    }

    async fn wait(&mut self, until: Instant, call: impl Future<Output = ()>) -> Result<Woke, Error> {
        const WHAT: &str = "IDLE";
        self.fault("imap.command")?;
        let beginning = async {
            let tag = self.imap.run_command("IDLE").await.map_err(|why| lost(WHAT, why))?;
            loop {
                let begun = next(&mut self.imap, WHAT, |answer| match answer {
                    Response::Continue(_) => Some(Ok(())),
                    Response::Done { tag: of, .. } if *of == tag => Some(Err(outcome(WHAT, answer))),
                    other => {
                        self.news |= is_news(other);
                        None
                    }
                });
                if let Some(begun) = begun.await? {
                    return begun.map(|()| tag);
                }
            }
        };
        let tag = within(self.limit, WHAT, beginning).await?;
        tokio::pin!(call);
        let woke = loop {
            if self.news {
                break Woke::News;
            }
            // What was read of an answer is kept in the stream when another branch is first.
            tokio::select! {
                told = next(&mut self.imap, WHAT, |answer| (is_news(answer), matches!(answer, Response::Done { .. }))) => {
                    let (news, over) = told?;
                    if over {
                        return Err(lost(WHAT, "ended by the server"));
                    }
                    self.news |= news;
                }
                () = &mut call => break Woke::Called,
                () = tokio::time::sleep_until(until) => break Woke::Time,
            }
        };
        let ending = async {
            self.imap.run_command_untagged("DONE").await.map_err(|why| lost(WHAT, why))?;
            loop {
                let told = next(&mut self.imap, WHAT, |answer| {
                    (is_news(answer), matches!(answer, Response::Done { tag: of, .. } if *of == tag))
                });
                let (news, over) = told.await?;
                self.news |= news;
                if over {
                    return Ok(());
                }
            }
        };
        within(self.limit, WHAT, ending).await?;
        Ok(woke)
    }

    /// Says goodbye, and closes the connection.
    pub async fn close(mut self) {
        // Whatever becomes of it, the connection is gone after it.
        let leave = async { self.imap.run_command_and_check_ok("LOGOUT").await.map_err(|why| lost("LOGOUT", why)) };
        let _ = within(FAREWELL.min(self.limit), "LOGOUT", leave).await;
    }
}

/// The next answer, shown to `on`: the library does not let its type be named.
async fn next<T>(imap: &mut async_imap::Session<Wire>, what: &'static str, on: impl FnOnce(&Response) -> T) -> Result<T, Error> {
    match guarded(what, imap.read_response()).await? {
        Ok(Some(answer)) => match answer.parsed() {
            Response::Data { status: Status::Bye, outcome } => {
                Err(lost(what, format!("the server says goodbye: {}", outcome.information.as_deref().unwrap_or_default())))
            }
            parsed => Ok(on(parsed)),
        },
        Ok(None) => Err(lost(what, "the server has closed the connection")),
        Err(why) => Err(unreadable(what, &why.to_string())),
    }
}

fn outcome(what: &'static str, done: &Response) -> Error {
    let Response::Done { outcome, .. } = done else { return lost(what, "no outcome") };
    Error::No { what, said: said(outcome.information.as_deref().unwrap_or("without a reason")) }
}

fn is_news(answer: &Response) -> bool {
    matches!(answer, Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)))
}
