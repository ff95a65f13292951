//! Filing away: mails moved to the folder that they belong in once they are answered, which is made where it is missing.

use std::collections::BTreeSet;

use super::Session;
use crate::intake::mailbox::{Error, name};

/// Where a mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Done,
    Problem,
}

/// A folder that mails are moved to.
pub(super) struct Target {
    wanted: String,
    /// Its name on this server, once it is known to be there.
    there: Option<String>,
}

impl Target {
    pub fn new(wanted: &str) -> Target {
        Target { wanted: wanted.into(), there: None }
    }
}

impl Session {
    /// Moves mails. Those that are gone already are no error. `copied`: what lies in its new folder already, without MOVE;
    /// it holds over a connection that is lost.
    ///
    /// # Errors
    /// `No` with the server's reason where it will not; what was not moved then lies where it was.
    pub async fn file_away(&mut self, uids: &[u32], place: Place, copied: &mut BTreeSet<u32>) -> Result<(), Error> {
        self.talk.fault("imap.move")?;
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
            return self.talk.copying("MOVE", &format!("UID MOVE {set} {folder}")).await;
        }
        // What was copied, and then not marked, is not copied once more.
        let new: Vec<u32> = uids.iter().copied().filter(|uid| !copied.contains(uid)).collect();
        if !new.is_empty() {
            self.talk.copying("COPY", &format!("UID COPY {} {folder}", name::set(&new))).await?;
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

    /// The folder of this kind, made where it is missing.
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

    /// Are both folders there, or can they be made? Their names on this server.
    ///
    /// # Errors
    /// As [`Session::file_away`].
    pub async fn targets(&mut self) -> Result<[String; 2], Error> {
        Ok([self.target(Place::Done).await?, self.target(Place::Problem).await?])
    }
}
