//! One connection to the mailbox: logging in, looking, fetching in pieces, moving, waiting for news. Each command ends
//! within its time; after one that did not, half an answer may still be on its way, so the whole connection goes.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, MessageSection, NameAttribute, Response, ResponseCode, SectionPath, Status,
};
use tokio::time::Instant;

use super::login::attempt;
use super::wire::Wire;
use super::{Error, HEAD, PIECE, Pace, guarded, lost, name, said, unreadable, within};
use crate::config::Imap;
use crate::faults::Faults;
use crate::net::oauth::Tokens;
use crate::net::secret::Shown;
use crate::net::{self, Stream};

/// A farewell that takes longer is none.
const FAREWELL: Duration = Duration::from_millis(500);
/// Mails whose size is asked for at once.
const SIZES: usize = 500;
/// A server copies mail by mail, and answers once it has copied all that were named: it has so many times as long for that.
const COPYING: u32 = 4;
/// Of one mail: a server that gives less than it is asked for has to come to an end.
const SHORT_PIECES: usize = 100;

/// Tells a mail from another under the same number, on servers that give numbers out twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes, as the server says; some are off by a few.
    pub size: u32,
    /// When it came in, in the server's words.
    pub arrived: String,
}

/// A fetched mail.
pub enum Mail {
    Whole(Vec<u8>),
    /// Larger than the limit: the beginning of its headers alone.
    Head(Vec<u8>),
}

/// Where a mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Done,
    Problem,
}

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

/// The folder as it was selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Numbers given out under another one mean nothing now. 0: the server promises nothing.
    pub validity: u32,
    pub next: u32,
}

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
    imap: async_imap::Session<Wire>,
    pub can: Can,
    /// Between the levels of a folder's name.
    mark: Option<char>,
    done: Target,
    problem: Target,
    pace: Pace,
    faults: Faults,
    shown: Shown,
    /// The server spoke of mails since the last look.
    news: bool,
}

/// A folder that mails are moved to.
struct Target {
    wanted: String,
    /// Its name on this server, once it is known to be there.
    there: Option<String>,
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
        let target = |wanted: &str| Target { wanted: wanted.into(), there: None };
        let mut session = Session {
            imap: logged_in,
            can: Can::default(),
            mark: None,
            done: target(&imap.done),
            problem: target(&imap.problem),
            pace,
            faults: faults.clone(),
            shown,
            news: false,
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

    /// Folders of this name, with the mark between levels.
    async fn list(&mut self, name: &str) -> Result<Vec<(String, Option<char>)>, Error> {
        let mut found = Vec::new();
        let command = format!("LIST \"\" {}", name::quoted(name));
        self.command("LIST", &command, |answer| {
            if let Response::MailboxData(MailboxDatum::List(folder)) = answer {
                let only_a_name = |a: &NameAttribute| match a {
                    NameAttribute::NoSelect => true,
                    NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
                    _ => false,
                };
                if !folder.name_attributes.iter().any(only_a_name) {
                    found.push((folder.name.to_string(), folder.delimiter.as_ref().and_then(|d| d.chars().next())));
                }
            }
        })
        .await?;
        Ok(found)
    }

    /// Under which of its possible names a folder lies.
    async fn find(&mut self, wanted: &str) -> Result<Option<String>, Error> {
        for name in name::candidates(wanted, self.mark) {
            let found = self.list(&name).await?;
            if found.iter().any(|(there, _)| *there == name) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Is there a folder of this name?
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn is_there(&mut self, folder: &str) -> Result<bool, Error> {
        Ok(self.find(folder).await?.is_some())
    }

    /// Selects the folder that mails come in by. `write`: to take mails out of it; a mere look leaves no trace.
    ///
    /// # Errors
    /// See [`Error`]; a folder that is not there is named.
    pub async fn select(&mut self, folder: &str, write: bool) -> Result<Look, Error> {
        let Some(name) = self.find(folder).await? else {
            return Err(Error::No { what: "SELECT", said: format!("there is no folder {folder} in this mailbox") });
        };
        let verb = if write { "SELECT" } else { "EXAMINE" };
        let mut look = Look::default();
        self.command(verb, &format!("{verb} {}", name::quoted(&name)), |answer| {
            if let Response::Data { status: Status::Ok, outcome } = answer {
                match outcome.code {
                    Some(ResponseCode::UidValidity(n)) => look.validity = n,
                    Some(ResponseCode::UidNext(n)) => look.next = n,
                    _ => {}
                }
            }
        })
        .await?;
        Ok(look)
    }

    /// The numbers of the mails in the folder, from this one on, in their order. What somebody marked as deleted is not
    /// there any more.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn search(&mut self, from: u32) -> Result<Vec<u32>, Error> {
        self.news = false;
        let mut uids = Vec::new();
        let from = from.max(1);
        let command = if from == 1 { "UID SEARCH UNDELETED".into() } else { format!("UID SEARCH UNDELETED UID {from}:*") };
        self.command("SEARCH", &command, |answer| {
            if let Response::MailboxData(MailboxDatum::Search(found)) = answer {
                uids.extend(found);
            }
        })
        .await?;
        // `n:*` names the last mail even where its number is lower.
        uids.retain(|uid| *uid >= from);
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Size and time of these mails; of those that are gone nothing.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn stamps(&mut self, uids: &[u32]) -> Result<Vec<(u32, Stamp)>, Error> {
        let mut stamps = Vec::new();
        for some in uids.chunks(SIZES) {
            let command = format!("UID FETCH {} (UID RFC822.SIZE INTERNALDATE)", name::set(some));
            self.command("FETCH", &command, |answer| {
                let Response::Fetch(_, attributes) = answer else { return };
                let (mut uid, mut size, mut arrived) = (None, None, String::new());
                for attribute in attributes {
                    match attribute {
                        AttributeValue::Uid(n) => uid = Some(*n),
                        AttributeValue::Rfc822Size(n) => size = Some(*n),
                        AttributeValue::InternalDate(date) => arrived = date.to_string(),
                        _ => {}
                    }
                }
                if let (Some(uid), Some(size)) = (uid.filter(|uid| some.contains(uid)), size) {
                    stamps.push((uid, Stamp { size, arrived }));
                }
            })
            .await?;
        }
        Ok(stamps)
    }

    /// One mail, piece by piece, so that no more of it is ever on its way than a piece. `None`: it is not there any more;
    /// somebody else moved or deleted it.
    ///
    /// # Errors
    /// See [`Error`]; `No` where the server cannot read this one mail.
    pub async fn fetch(&mut self, uid: u32, stamp: &Stamp, limit: u64) -> Result<Option<Mail>, Error> {
        self.fault("imap.fetch")?;
        if u64::from(stamp.size) > limit {
            return self.head(uid).await;
        }
        let size = stamp.size as usize;
        let mut mail = Vec::with_capacity(size);
        let mut short = 0;
        loop {
            let piece = match self.piece(uid, None, mail.len(), PIECE).await {
                Ok(Some(piece)) => piece,
                // Beyond the end some servers say nothing at all, or refuse.
                Ok(None) if short > 0 || (!mail.is_empty() && mail.len() >= size) => vec![],
                Err(why) if short > 0 && why.is_refusal() => vec![],
                Ok(None) => return Ok(None),
                Err(why) => return Err(why),
            };
            mail.extend_from_slice(&piece);
            if mail.len() as u64 > limit {
                return self.head(uid).await;
            }
            // The announced size may be wrong, and so may a short piece be: where they differ, nothing may follow.
            if piece.is_empty() || (piece.len() < PIECE && mail.len() == size) {
                return Ok((!mail.is_empty() || size == 0).then_some(Mail::Whole(mail)));
            }
            short += usize::from(piece.len() < PIECE);
            if short > SHORT_PIECES {
                return Err(lost("FETCH", "the server gives a mail in ever smaller pieces"));
            }
        }
    }

    async fn head(&mut self, uid: u32) -> Result<Option<Mail>, Error> {
        let head = self.piece(uid, Some(MessageSection::Header), 0, HEAD).await?;
        Ok(head.map(Mail::Head))
    }

    async fn piece(
        &mut self,
        uid: u32,
        part: Option<MessageSection>,
        from: usize,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        let mut piece = None;
        let part = part.map(SectionPath::Full);
        let section = if part.is_some() { "HEADER" } else { "" };
        // Only a beginning may come without saying that it is one.
        let is_asked_for = |at: Option<u32>| at.map_or(from == 0, |at| at as usize == from);
        let command = format!("UID FETCH {uid} (UID BODY.PEEK[{section}]<{from}.{most}>)");
        self.command("FETCH", &command, |answer| {
            let Response::Fetch(_, attributes) = answer else { return };
            // Flags of other mails may be told in between.
            let other = attributes.iter().any(|a| matches!(a, AttributeValue::Uid(n) if *n != uid));
            for attribute in attributes.iter().filter(|_| !other) {
                if let AttributeValue::BodySection { section, index, data } = attribute
                    && *section == part
                    && is_asked_for(*index)
                {
                    piece = Some(data.as_deref().unwrap_or_default().to_vec());
                }
            }
        })
        .await?;
        Ok(piece.map(|mut bytes| {
            bytes.truncate(most);
            bytes
        }))
    }

    /// Moves mails. Those that are gone already are no error. `copied`: what lies in its new folder already, without MOVE;
    /// it holds over a connection that is lost.
    ///
    /// # Errors
    /// `No` with the server's reason where it will not; what was not moved then lies where it was.
    pub async fn file_away(&mut self, uids: &[u32], place: Place, copied: &mut BTreeSet<u32>) -> Result<(), Error> {
        self.fault("imap.move")?;
        let folder = self.target(place).await?;
        match self.moved(uids, &folder, copied).await {
            // Somebody has deleted the folder since it was looked for.
            Err(Error::No { .. }) => {
                self.target_of(place).there = None;
                let folder = self.target(place).await?;
                self.moved(uids, &folder, copied).await
            }
            moved => moved,
        }
    }

    async fn moved(&mut self, uids: &[u32], folder: &str, copied: &mut BTreeSet<u32>) -> Result<(), Error> {
        let (set, folder) = (name::set(uids), name::quoted(folder));
        if self.can.move_mails {
            return self.copying("MOVE", &format!("UID MOVE {set} {folder}")).await;
        }
        // What was copied, and then not marked, is not copied once more.
        let new: Vec<u32> = uids.iter().copied().filter(|uid| !copied.contains(uid)).collect();
        if !new.is_empty() {
            self.copying("COPY", &format!("UID COPY {} {folder}", name::set(&new))).await?;
            copied.extend(new);
        }
        self.command("STORE", &format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"), |_| {}).await?;
        self.expunge(uids).await
    }

    /// Takes away these of the mails that are marked as deleted. A plain EXPUNGE would take with it what others have
    /// marked: without UIDPLUS they stay, and are not looked at again.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn expunge(&mut self, uids: &[u32]) -> Result<(), Error> {
        match self.can.uidplus && !self.can.move_mails {
            true => self.command("EXPUNGE", &format!("UID EXPUNGE {}", name::set(uids)), |_| {}).await,
            false => Ok(()),
        }
    }

    fn target_of(&mut self, place: Place) -> &mut Target {
        match place {
            Place::Done => &mut self.done,
            Place::Problem => &mut self.problem,
        }
    }

    /// The folder of this kind, made (and subscribed to, so that mail programs show it) where it is missing.
    async fn target(&mut self, place: Place) -> Result<String, Error> {
        let Target { wanted, there } = self.target_of(place);
        let wanted = wanted.clone();
        if let Some(name) = there {
            return Ok(name.clone());
        }
        let name = match self.find(&wanted).await? {
            Some(name) => name,
            None => self.make(&wanted).await?,
        };
        self.target_of(place).there = Some(name.clone());
        Ok(name)
    }

    async fn make(&mut self, wanted: &str) -> Result<String, Error> {
        let mut refusal = None;
        for name in name::candidates(wanted, self.mark) {
            match self.command("CREATE", &format!("CREATE {}", name::quoted(&name)), |_| {}).await {
                Ok(()) => match self.command("SUBSCRIBE", &format!("SUBSCRIBE {}", name::quoted(&name)), |_| {}).await {
                    Err(why) if !why.is_refusal() => return Err(why),
                    _ => return Ok(name),
                },
                Err(why) if why.is_refusal() => refusal = refusal.or(Some(why)),
                Err(why) => return Err(why),
            }
        }
        let said = refusal.map(|why| why.to_string()).unwrap_or_default();
        Err(Error::No { what: "CREATE", said: format!("the folder {wanted} cannot be made: {said}") })
    }

    /// Are both folders there, or can they be made? Their names on this server.
    ///
    /// # Errors
    /// As [`Session::file_away`].
    pub async fn targets(&mut self) -> Result<[String; 2], Error> {
        Ok([self.target(Place::Done).await?, self.target(Place::Problem).await?])
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
        self.news
    }

    /// Waits (IDLE, RFC 2177) for news, the time or the call. The connection is ready for the next command after it.
    ///
    /// # Errors
    /// Where the connection breaks off; what the server says while it waits is no error.
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
        let tag = within(self.pace.command, WHAT, beginning).await?;
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
        within(self.pace.command, WHAT, ending).await?;
        Ok(woke)
    }

    /// Says goodbye, and closes the connection.
    pub async fn close(mut self) {
        // Whatever becomes of it, the connection is gone after it.
        let leave = async { self.imap.run_command_and_check_ok("LOGOUT").await.map_err(|why| lost("LOGOUT", why)) };
        let _ = within(FAREWELL.min(self.pace.command), "LOGOUT", leave).await;
    }

    async fn command(&mut self, what: &'static str, text: &str, on: impl FnMut(&Response)) -> Result<(), Error> {
        self.command_within(self.pace.command, what, text, on).await
    }

    async fn copying(&mut self, what: &'static str, text: &str) -> Result<(), Error> {
        self.command_within(self.pace.command * COPYING, what, text, |_| {}).await
    }

    /// One command: each answer on the way is shown to `on`. What is not plainly OK is an error.
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

    fn fault(&self, place: &'static str) -> Result<(), Error> {
        self.faults.check(place).map_err(|why| lost(place, why))
    }
}

// ---- answers

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

fn no_login() -> Error {
    Error::Server("mail.imap.user: missing".into())
}

fn is_news(answer: &Response) -> bool {
    matches!(answer, Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)))
}
