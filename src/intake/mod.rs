//! The way in: files in the inbox folder, and mails.

pub mod folder;
pub mod guard;
pub mod mailbox;
pub mod message;
pub mod sign;
pub mod tnef;
pub mod watch;
