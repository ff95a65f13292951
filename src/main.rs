//! `quotedesk`: reads the command line and runs one command. Exit status: 0 done, 1 done and found problems,
//! 2 could not do it.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;
use quotedesk::cli::{self, Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // A reader of strangers' workbooks has its limits set first, and nothing of the desk in its memory.
    if let Some(Command::Read(args)) = &cli.command
        && args.worker
    {
        return match quotedesk::form::book::worker::serve(std::io::stdin().lock(), std::io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(2),
        };
    }
    match cli::run(cli) {
        Ok(problems) => ExitCode::from(u8::from(problems)),
        Err(why) => {
            cli::complain(&why);
            ExitCode::from(2)
        }
    }
}
