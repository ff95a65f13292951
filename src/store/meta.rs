//! The few words that are the desk's and no case's: the hold switch, the rehearsal clock, the key for tokens, signs of
//! life.

use std::io::Read;

use super::raw::text_of;
use super::writer::Work;
use super::{CommitError, Store, Unavailable, Word, text};
use crate::process::house::At;

/// Why no mail goes out. Files still do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hold {
    /// `quotedesk outgoing --hold`.
    Operator,
    /// A backup was restored: what it holds as unsent may have been sent since. The mailbox is not read meanwhile either.
    Restored,
}

/// Signs of life of the mailbox, by the machine's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailboxSigns {
    /// The last look that succeeded.
    pub looked: Option<At>,
    /// The last mail that was accepted.
    pub taken: Option<At>,
}

impl Store {
    /// The word kept under this key.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, Unavailable> {
        let rows = self.rows(self.asking("SELECT raw(value) FROM meta WHERE key = $1").bind(text(key))).await?;
        Ok(rows.first().map(|r| text_of(r, "value")).transpose()?)
    }

    /// Keeps a word, or lets it go.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn set_meta(&self, key: &str, value: Option<&str>) -> Result<(), CommitError> {
        self.write(Work::Meta { key: key.to_owned(), value: value.map(str::to_owned) }).await.map(drop)
    }

    /// Is all sending stopped?
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn hold(&self) -> Result<Option<Hold>, Unavailable> {
        Ok(self.meta("hold").await?.map(|why| match why.as_str() {
            "restored" => Hold::Restored,
            _ => Hold::Operator,
        }))
    }

    /// Stops all mail, or lets it go on. A hold since a restore stays what it is: it keeps the mailbox from being read, too.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn set_hold(&self, hold: bool) -> Result<(), CommitError> {
        if hold && self.hold().await? == Some(Hold::Restored) {
            return Ok(());
        }
        self.set_meta("hold", hold.then_some("operator")).await
    }

    /// The clock of a rehearsal desk; `None` until it has been set.
    ///
    /// # Errors
    /// Where the store cannot be read, or holds no time there.
    pub async fn rehearsal_clock(&self) -> Result<Option<At>, Unavailable> {
        let Some(word) = self.meta("clock").await? else { return Ok(None) };
        match word.parse::<At>() {
            Ok(at) => Ok(Some(at)),
            Err(_) => Err(Unavailable::Away(format!("the rehearsal clock holds {word:?}"))),
        }
    }

    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn set_rehearsal_clock(&self, desk: At) -> Result<(), CommitError> {
        self.set_meta("clock", Some(&desk.to_rfc3339())).await
    }

    /// The first key with which tokens in mails are made (`keys.rs` has the later ones): random, never shown.
    ///
    /// # Errors
    /// `Unavailable` where the store or the machine's source of randomness fails.
    pub async fn secret_key(&self) -> Result<Vec<u8>, CommitError> {
        if let Some(key) = self.stored_key().await? {
            return Ok(key);
        }
        let value = data_encoding::HEXLOWER.encode(&random_key()?);
        self.write(Work::Word(Word { key: "secret_key".to_owned(), old: None, new: value })).await?;
        // Another process may have been first: its key counts.
        let key = self.stored_key().await?;
        Ok(key.ok_or_else(|| Unavailable::Away("the key for tokens is not kept".into()))?)
    }

    async fn stored_key(&self) -> Result<Option<Vec<u8>>, Unavailable> {
        let Some(hex) = self.meta("secret_key").await? else { return Ok(None) };
        match data_encoding::HEXLOWER.decode(hex.as_bytes()) {
            Ok(key) if key.len() == 32 => Ok(Some(key)),
            _ => Err(Unavailable::Away("the key for tokens is damaged".into())),
        }
    }

    /// The daemon has looked at the mailbox; `taken`: and has accepted a mail since the last sign. By the machine's clock.
    ///
    /// # Errors
    /// `Unavailable` where the store cannot be written.
    pub async fn mailbox_looked(&self, real: At, taken: Option<At>) -> Result<(), CommitError> {
        if let Some(taken) = taken {
            self.set_meta("mailbox_taken", Some(&taken.to_rfc3339())).await?;
        }
        self.set_meta("mailbox_looked", Some(&real.to_rfc3339())).await
    }

    /// When the mailbox was last looked at, and the last mail accepted.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn mailbox_signs(&self) -> Result<MailboxSigns, Unavailable> {
        let time = |word: Option<String>| word.and_then(|w| w.parse::<At>().ok());
        let (looked, taken) = (self.meta("mailbox_looked").await?, self.meta("mailbox_taken").await?);
        Ok(MailboxSigns { looked: time(looked), taken: time(taken) })
    }
}

pub(super) fn random_key() -> Result<[u8; 32], CommitError> {
    let mut drawn = [0; 32];
    let read = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut drawn));
    read.map(|()| drawn).map_err(|e| Unavailable::Away(format!("/dev/urandom: {e}")).into())
}
