//! The mails of the folder: which there are, and fetching one in pieces.

use async_imap::imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath};

use super::Session;
use crate::intake::mailbox::{Error, PIECE, lost, name};

/// Of a mail that is too large, no more than this of its headers.
const HEAD: usize = 256 << 10;
/// Mails whose size is asked for at once.
const SIZES: usize = 500;
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

impl Session {
    /// The numbers of the mails in the folder, from this one on, in their order. What somebody marked as deleted is not
    /// there any more.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn search(&mut self, from: u32) -> Result<Vec<u32>, Error> {
        self.talk.forget_news();
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
        self.talk.fault("imap.fetch")?;
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
}
