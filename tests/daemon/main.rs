//! The running daemon, as its users meet it: folders, mail servers, commands, workbooks. One file a promise; they are one program,
//! as all of them stand on the same ground and would each be built with it once more.
//!
//! A file runs by its name: `cargo test --test daemon answers::`. `tests/all` runs each in a process of its own.

#[path = "../database/mod.rs"]
mod database;
#[path = "../desk/mod.rs"]
mod desk;
#[path = "../forms/mod.rs"]
mod forms;
mod house;
#[path = "../imap/mod.rs"]
mod imap;
#[path = "../lab/mod.rs"]
mod lab;
#[path = "../people/mod.rs"]
mod people;
mod played;
#[path = "../smtp/mod.rs"]
mod smtp;
#[path = "../suite/mod.rs"]
mod suite;
#[path = "../workbooks/mod.rs"]
mod workbooks;

mod answers;
mod away_and_back;
mod bombs;
mod cases;
mod cell_notes;
mod corpora_daemon;
mod damaged_store;
mod fault_matrix;
mod folders;
mod killed;
mod machines;
mod mail_server;
mod mailbox_dovecot;
mod many_daemons;
mod odd_mails;
mod operations;
mod postfix;
mod power_loss;
mod quick_answers;
mod real_mail;
mod restored;
mod store_versions;
mod surroundings;
mod the_lab;
mod told;
mod which_case;
mod who_speaks;
