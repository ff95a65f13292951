//! The folders of the mailbox: which there are, under which of its possible names one lies, opened, made.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response, ResponseCode, Status};

use super::Session;
use crate::intake::mailbox::{Error, name};

/// The folder as it was selected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Numbers given out under another one mean nothing now. 0: the server promises nothing.
    pub validity: u32,
    pub next: u32,
}

impl Session {
    /// Folders of this name, with the mark between levels.
    pub(super) async fn list(&mut self, name: &str) -> Result<Vec<(String, Option<char>)>, Error> {
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
    pub(super) async fn find(&mut self, wanted: &str) -> Result<Option<String>, Error> {
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

    /// Makes a folder, and subscribes to it, so that mail programs show it.
    pub(super) async fn make(&mut self, wanted: &str) -> Result<String, Error> {
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
}
