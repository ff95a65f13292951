//! The mailbox as the commands see it: over a connection of their own, reading only.

use chrono::TimeDelta;

use crate::config::{Config, Imap, Tls};
use crate::faults::Faults;
use crate::intake::mailbox::{Error, Pace, Session};
use crate::letter::messages::{Words, text};
use crate::net::oauth::Tokens;
use crate::process::house::{At, House};
use crate::store::MailboxSigns;

/// A look that succeeded longer ago is worth a word.
const OLD: TimeDelta = TimeDelta::minutes(10);

/// A connection to look through.
pub struct Glance {
    imap: Imap,
    tokens: Tokens,
    session: Option<Session>,
}

impl Glance {
    /// `None`: the desk has no mailbox.
    pub fn of(config: &Config) -> Option<Glance> {
        let imap = config.imap.clone()?;
        Some(Glance { tokens: Tokens::trusting(imap.server.ca_file.clone()), imap, session: None })
    }

    /// The mails that lie in the folder, taken or not. A connection that broke off is opened anew at the next call.
    ///
    /// # Errors
    /// Where the mailbox cannot be looked at.
    pub async fn lying(&mut self) -> Result<usize, Error> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::open(&self.imap, &self.tokens, Pace::default(), &Faults::none()).await?,
        };
        session.select(&self.imap.folder, false).await?;
        let found = session.search(1).await?.len();
        self.session = Some(session);
        Ok(found)
    }

    pub async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}

/// What `check` says of the mailbox.
pub struct Looked {
    pub lying: usize,
    pub said: String,
}

/// Connects, logs in, looks at the three folders; changes nothing.
///
/// # Errors
/// What is wrong, and how to mend it.
pub async fn look(imap: &Imap) -> Result<Looked, String> {
    let of = format!("{} at {}:{}", user(imap), imap.server.host, imap.server.port);
    let wrong = |why: Error| format!("{of}: {why}; {}", mend(imap, &why));
    let tokens = Tokens::trusting(imap.server.ca_file.clone());
    let mut session = Session::open(imap, &tokens, Pace::default(), &Faults::none()).await.map_err(wrong)?;
    session.select(&imap.folder, false).await.map_err(wrong)?;
    let lying = session.search(1).await.map_err(wrong)?.len();
    let mut folders = Vec::new();
    for folder in [&imap.done, &imap.problem] {
        let there = session.is_there(folder).await.map_err(wrong)?;
        folders.push(format!("{folder} {}", if there { "is there" } else { "is made when it is needed" }));
    }
    let idle = if session.can.idle { "IDLE" } else { "no IDLE (looked at every 30 s)" };
    let moves = match (session.can.move_mails, session.can.uidplus) {
        (true, _) => "MOVE",
        (false, true) => "no MOVE (copied, then deleted)",
        (false, false) => "neither MOVE nor UIDPLUS (copied, then marked as deleted)",
    };
    session.close().await;
    let said = format!("{of}: {lying} mails in {}, {idle}, {moves}; {}", imap.folder, folders.join(", "));
    Ok(Looked { lying, said })
}

fn user(imap: &Imap) -> &str {
    imap.server.login.as_ref().map_or("", |l| &l.user)
}

fn mend(imap: &Imap, why: &Error) -> String {
    match why {
        Error::Net(crate::net::Error::Connect { .. }) => {
            "see whether host and port of [mail.imap] are right, and a firewall lets them through".into()
        }
        // It says itself what mends it.
        Error::Net(crate::net::Error::Tls { .. }) => "see [mail.imap]".into(),
        Error::Net(crate::net::Error::Secret(_)) => "put the password there, readable by the daemon's user".into(),
        Error::Net(crate::net::Error::Token(_)) => "see docs/operator.md on OAuth2; the refresh token may have run out".into(),
        Error::Login { .. } => "see whether user and password are right, and IMAP is allowed for this account".into(),
        Error::No { what: "SELECT", .. } => format!("make the folder {}, or correct [mail.imap] folder", imap.folder),
        Error::No { .. } => "see whether this account may do that".into(),
        Error::Server(_) => "see whether port and tls of [mail.imap] fit together, and what the server offers".into(),
        Error::Lost { what: "connect" | "greeting", .. } if imap.server.tls != Tls::Tls => {
            "where its port speaks TLS from the first byte, as 993 does, it wants tls = \"tls\" in [mail.imap]; else the server is down \
             or slow"
                .into()
        }
        Error::Lost { .. } => "see whether port and tls of [mail.imap] fit together; else the server is at fault".into(),
    }
}

/// When it was last looked at, and the last mail accepted.
pub fn signs(signs: &MailboxSigns, house: &House) -> String {
    let words = Words::plain(house.lang, house, None);
    let said = |at: Option<At>| at.map_or_else(|| "never".into(), |at| words.moment(at));
    format!("last looked at {}; last mail accepted {}", said(signs.looked), said(signs.taken))
}

/// Is the last look that succeeded too long ago?
pub fn is_old(signs: &MailboxSigns, real: At) -> bool {
    signs.looked.is_none_or(|at| real - at > OLD)
}

/// The line above a list of cases: what it shows may be behind what people have sent.
pub fn warning(signs: &MailboxSigns, house: &House) -> String {
    let words = Words::plain(house.lang, house, None);
    match signs.looked {
        Some(at) => text(house.lang, "cli.mailbox_old", &[("at", &words.moment(at))]),
        None => text(house.lang, "cli.mailbox_never", &[]),
    }
}
