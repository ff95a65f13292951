//! The keys with which tokens in letters are made: a new one now and then, the old ones hold on for letters already sent.
//!
//! They lie in one word of `meta`, the oldest first, each with the time from which it signs. A backup holds them, so that
//! letters sent before a restore are still known.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::meta::random_key;
use super::writer::{Done, Work};
use super::{CommitError, Store, Unavailable, Word};
use crate::process::house::At;

/// How long a key signs before the daemon draws the next one.
pub const KEY_SIGNS: TimeDelta = TimeDelta::days(90);
/// How long a key still holds once another one signs: longer than any step of a case takes.
pub const KEY_HOLDS: TimeDelta = TimeDelta::days(180);

pub(super) const KEYS: &str = "token_keys";
/// Another process may draw one at the same time.
const TRIES: usize = 5;

#[derive(Clone, Serialize, Deserialize)]
struct Key {
    /// Hexadecimal.
    key: String,
    /// By the machine's clock, as all of this: a rehearsal's jump makes no key old.
    from: At,
    /// Drawn by a restore, at that moment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    restored: bool,
}

/// What tells the desk's own letters and forms when they come back.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TokenKeys {
    pub newest_first: Vec<Vec<u8>>,
    /// When backups were restored, the oldest first: what was done between a backup and its restore has gone from the store,
    /// and letters and forms of that time tell of cases and revisions that are others here.
    pub restores: Vec<At>,
}

/// The keys are never shown, not in an error either.
impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} keys, restored {:?}", self.newest_first.len(), self.restores)
    }
}

impl From<Vec<Vec<u8>>> for TokenKeys {
    fn from(newest_first: Vec<Vec<u8>>) -> TokenKeys {
        TokenKeys { newest_first, restores: vec![] }
    }
}

impl Store {
    /// The keys that hold, the newest first. The first one is drawn where there is none.
    ///
    /// # Errors
    /// `Unavailable` where the store or the machine's source of randomness fails.
    pub async fn token_keys(&self, real: At) -> Result<TokenKeys, CommitError> {
        let (keys, _) = self.kept_keys(real).await?;
        let restores = keys.iter().filter(|k| k.restored).map(|k| k.from).collect();
        let successor = keys.iter().skip(1).map(|k| Some(k.from)).chain([None]);
        let holding = keys.iter().zip(successor).filter(|(_, next)| next.is_none_or(|from| real - from < KEY_HOLDS));
        let holding = holding.filter(|(key, _)| !key.key.is_empty());
        let mut newest_first = holding.map(|(key, _)| decoded(key)).collect::<Result<Vec<_>, _>>()?;
        newest_first.reverse();
        Ok(TokenKeys { newest_first, restores })
    }

    /// Draws a new key, which signs from now on. `forget`: the old ones hold no longer, as after a leak; who answers an
    /// old letter then has to prove who they are in another way.
    ///
    /// # Errors
    /// `Unavailable` where the store or the machine's source of randomness fails.
    pub async fn new_token_key(&self, real: At, forget: bool) -> Result<(), CommitError> {
        for _ in 0..TRIES {
            let (mut keys, word) = self.kept_keys(real).await?;
            if forget {
                // When backups were restored is known after that, too.
                keys.retain(|k| k.restored);
                keys.iter_mut().for_each(|k| k.key.clear());
            }
            if self.draw_key(keys, word, real).await? {
                return Ok(());
            }
        }
        Err(Unavailable::Away("the keys for tokens change all the time".into()).into())
    }

    /// `false`: another process has changed them just now.
    async fn draw_key(&self, mut keys: Vec<Key>, old: String, real: At) -> Result<bool, CommitError> {
        keys.push(Key { key: data_encoding::HEXLOWER.encode(&random_key()?), from: real, restored: false });
        let new = encoded(&keys)?;
        let swapped = self.write(Work::Word(Word { key: KEYS.into(), old: Some(old), new })).await?;
        Ok(matches!(swapped, Done::Rows(1)))
    }

    /// Draws a new key where the present one has signed for long enough; `true`: it has.
    ///
    /// # Errors
    /// As `new_token_key`.
    pub async fn renew_token_key(&self, real: At) -> Result<bool, CommitError> {
        let (keys, word) = self.kept_keys(real).await?;
        let old = keys.last().is_some_and(|k| real - k.from >= KEY_SIGNS);
        // Another daemon may be just as far: then its key is the new one.
        Ok(old && self.draw_key(keys, word, real).await?)
    }

    /// As they are kept, and the word that holds them.
    async fn kept_keys(&self, real: At) -> Result<(Vec<Key>, String), CommitError> {
        let word = match self.meta(KEYS).await? {
            Some(word) => word,
            None => {
                let first = Key { key: data_encoding::HEXLOWER.encode(&self.secret_key().await?), from: real, restored: false };
                self.write(Work::Word(Word { key: KEYS.into(), old: None, new: encoded(&[first])? })).await?;
                let kept = self.meta(KEYS).await?;
                kept.ok_or_else(|| Unavailable::Away("the keys for tokens are not kept".into()))?
            }
        };
        let keys: Vec<Key> = serde_json::from_str(&word).map_err(|_| damaged())?;
        if keys.is_empty() { Err(damaged()) } else { Ok((keys, word)) }
    }
}

/// The kept word after a restore at `real`: a new key signs from then on; the old ones hold for letters already sent.
///
/// # Errors
/// Where the word is damaged, or the machine's source of randomness fails.
pub(super) fn restored(word: &str, real: At) -> Result<String, CommitError> {
    let mut keys: Vec<Key> = serde_json::from_str(word).map_err(|_| damaged())?;
    keys.push(Key { key: data_encoding::HEXLOWER.encode(&random_key()?), from: real, restored: true });
    encoded(&keys)
}

fn encoded(keys: &[Key]) -> Result<String, CommitError> {
    serde_json::to_string(keys).map_err(|e| CommitError::Invalid(e.to_string()))
}

fn decoded(key: &Key) -> Result<Vec<u8>, CommitError> {
    data_encoding::HEXLOWER.decode(key.key.as_bytes()).ok().filter(|k| k.len() == 32).ok_or_else(damaged)
}

fn damaged() -> CommitError {
    Unavailable::Away("the keys for tokens are damaged".into()).into()
}
