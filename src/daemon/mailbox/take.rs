//! One mail of the mailbox: read, and taken by the desk; the desk's own letters that came back settle doubts.

use tracing::info;

use crate::desk::Desk;
use crate::desk::submission::{Body, Submission, Taken};
use crate::intake::mailbox::Mail;
use crate::intake::message::{self, Limits, Message};
use crate::process::act::Via;

/// What became of one mail.
pub enum Outcome {
    Taken(Taken),
    /// Nothing was taken; why.
    Later(String),
}

/// Reads a mail and lets the desk take it; `size`: in bytes, as the server says.
pub async fn take(desk: &Desk, mail: Mail, size: u32) -> Outcome {
    let address = desk.config.house.address.clone();
    let read = tokio::task::spawn_blocking(move || read(mail, size, &address));
    let Ok(read) = read.await else { return Outcome::Later("its reading died".into()) };
    match read {
        Read::Own(message_id) => match own(desk, &message_id).await {
            Ok(taken) => Outcome::Taken(taken),
            Err(why) => Outcome::Later(why),
        },
        Read::Submission(submission) => match desk.take(*submission).await {
            Ok(taken) => Outcome::Taken(taken),
            Err(why) => Outcome::Later(why.to_string()),
        },
    }
}

enum Read {
    /// A letter of the desk's own that came back to it, by its Message-ID.
    Own(String),
    Submission(Box<Submission>),
}

fn read(mail: Mail, size: u32, address: &str) -> Read {
    let (bytes, whole) = match mail {
        Mail::Whole(bytes) => (bytes, true),
        Mail::Head(bytes) => (bytes, false),
    };
    let parsed = message::parse(&bytes, &Limits { bytes: u64::MAX, ..Limits::default() });
    let key = message::identity_of(parsed.as_ref().ok(), &bytes);
    let message = parsed.unwrap_or_default();
    if let Some(id) = own_id(&message, address) {
        return Read::Own(id);
    }
    let name = [&message.subject, message.message_id.as_ref().unwrap_or(&message.subject)];
    let name = name.into_iter().find(|n| !n.is_empty()).map_or("mail.eml", String::as_str).to_string();
    let body = match whole {
        true => Body::Mail { person: None, bytes },
        false => Body::LargeMail { head: bytes, bytes: size.into() },
    };
    Read::Submission(Box::new(Submission { key, content: String::new(), via: Via::Mail, name, body }))
}

/// The copy of a letter that `copy_to_self` sends to the desk. Its id is known to its reader alone, so nobody else's mail
/// can pass for it.
fn own_id(message: &Message, address: &str) -> Option<String> {
    let ours = message.has("x-quotedesk-kind") && message.from.as_deref() == Some(address);
    message.message_id.as_ref().filter(|_| ours).map(|id| format!("<{id}>"))
}

/// The server has taken that letter: no doubt about it any more. Neither kept nor answered.
async fn own(desk: &Desk, message_id: &str) -> Result<Taken, String> {
    let at = desk.clock.now().await.map_err(|why| why.to_string())?;
    if desk.store.arrived(message_id, at).await.map_err(|why| why.to_string())? {
        info!("{message_id}: its copy came back, so it was sent");
    }
    Ok(Taken { at, ..Taken::default() })
}
