//! Mails: composing them, and understanding replies.

pub mod reply;
