//! quotedesk carries a software vendor's customization requests from the first mail to the hand-over.
//!
//! The map of the house, from the ground up; imports go down only:
//!
//! - [`money`], [`calendar`]: amounts and working time, as staff type them and as the law counts them.
//! - [`text`], [`name`], [`measure`]: texts made comparable, names that every file server takes, the room that a text needs.
//! - [`process`]: the nine steps as a pure core. No clock, no I/O, no async.
//! - [`form`], [`quote`], [`letter`]: the workbooks and mails that the process calls for, and how answers are read.
//! - [`store`]: what has happened, kept for good.
//! - [`share`]: folders that may go away and come back.
//! - [`net`]: connections to mail servers.
//! - [`intake`], [`dispatch`]: what comes in by files and mails, and what goes out.
//! - [`desk`]: one submission in, one transaction, one answer out.
//! - [`daemon`], [`cli`]: the edge, where clock and people are.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod desk;
pub mod disk;
pub mod dispatch;
pub mod faults;
pub mod form;
pub mod intake;
pub mod letter;
pub mod measure;
pub mod money;
pub mod name;
pub mod net;
pub mod process;
pub mod quote;
pub mod share;
pub mod store;
pub mod text;
