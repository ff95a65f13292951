//! Mails: composing them, and understanding replies.

pub mod compose;
pub mod ics;
pub mod mail;
mod markup;
pub mod messages;
pub mod reply;
pub mod sample;
pub mod slim;
pub mod templates;
