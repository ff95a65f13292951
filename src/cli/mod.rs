//! The commands, one file each. They open the same store as the daemon and may run beside it.

mod backup;
mod cases;
mod check;
mod clock;
pub mod csv;
mod demo;
mod export;
mod form;
mod idle;
mod init;
mod mailbox;
mod manual;
mod open;
mod outgoing;
mod quarantine;
mod read;
mod restore;
mod run;
mod screen;
mod show;
mod tell;

pub use screen::complain;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Config;

/// Runs the command; `true`: done, and problems were found.
///
/// # Errors
/// What could not be done, where, and how to mend it.
pub fn run(cli: Cli) -> anyhow::Result<bool> {
    // A variable that is set to nothing names no config.
    let named = cli.config.as_deref().filter(|named| !named.is_empty() || !is_set_to_nothing()).map(Path::new);
    let config = || Config::find(named, Path::new(".")).map_err(anyhow::Error::from);
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().context("no async runtime");
    match cli.command.unwrap_or(Command::Run { with_input: false }) {
        Command::Run { with_input } => runtime()?.block_on(run::run(config()?, with_input)),
        Command::Init { dir } => runtime()?.block_on(init::init(&dir)),
        Command::Check { send, rebuild } => runtime()?.block_on(check::check(named, send.as_deref(), rebuild)),
        Command::Form { output, case } => runtime()?.block_on(form::form(config()?, output, case)),
        Command::Read(args) => read::read(&config()?, &args),
        Command::Cases { state, late, person, json } => {
            runtime()?.block_on(cases::cases(config()?, state.as_deref(), late, person, json))
        }
        Command::Show { id, json } => runtime()?.block_on(show::show(config()?, &id, json)),
        Command::Clock { to } => runtime()?.block_on(clock::clock(config()?, to.as_deref())),
        Command::Idle { timeout } => runtime()?.block_on(idle::idle(config()?, &timeout)),
        Command::Tell(args) => runtime()?.block_on(tell::tell(config()?, args)),
        Command::Outgoing(args) => runtime()?.block_on(outgoing::outgoing(config()?, args)),
        Command::Quarantine { new_key: true, forget_old, .. } => runtime()?.block_on(quarantine::new_key(config()?, forget_old)),
        Command::Quarantine { release, json, .. } => runtime()?.block_on(quarantine::quarantine(config()?, release, json)),
        Command::Export { format, output } => runtime()?.block_on(export::export(config()?, format, output)),
        Command::Backup { dest } => runtime()?.block_on(backup::backup(config()?, &dest)),
        Command::Restore { src } => runtime()?.block_on(restore::restore(config()?, &src)),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man => manual::man(),
        Command::Demo { dir } => runtime()?.block_on(demo::demo(dir)),
    }
}

/// The variable that names the config.
const CONFIG: &str = "QUOTEDESK_CONFIG";

/// Is it there, with nothing in it?
fn is_set_to_nothing() -> bool {
    std::env::var_os(CONFIG).is_some_and(|named| named.is_empty())
}

/// Carries customization requests from the first mail to the hand-over, over Excel and email.
///
/// Without a command the daemon runs. The config is taken from --config, $QUOTEDESK_CONFIG or ./quotedesk.toml;
/// without any, this folder is the desk, with sample staff and no mail server.
#[derive(Parser)]
#[command(name = "quotedesk", version, propagate_version = true)]
pub struct Cli {
    /// The desk's config
    #[arg(long, global = true, value_name = "FILE", env = CONFIG, value_hint = clap::ValueHint::FilePath)]
    pub config: Option<OsString>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Run the daemon (what `quotedesk` alone does)
    Run {
        /// End with standard input: when whoever started it has gone
        #[arg(long, hide = true)]
        with_input: bool,
    },
    /// Play one whole case, all nine steps, on a scratch desk, and show what each person got
    Demo {
        /// Where the scratch desk is laid out; a new folder by default
        dir: Option<PathBuf>,
    },
    /// Lay out a desk: a commented quotedesk.toml, its store, inbox/, outbox/, templates/; overwrites nothing
    Init {
        /// Where; made where it is missing
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Check config, folders, templates and store: one line each; exit 1 where something is wrong
    Check {
        /// Also write one test mail to this address
        #[arg(long, value_name = "ADDRESS")]
        send: Option<String>,
        /// Make the store's rows anew from the cases' histories, where they differ; with the daemon stopped
        #[arg(long)]
        rebuild: bool,
    },
    /// Write the blank form, or a case's form as it stands
    Form {
        /// The file to write (`-`: standard output); its proper name in this folder by default
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The case whose form it is, as it stands, to go on with; without it, the blank form
        #[arg(long, value_name = "ID")]
        case: Option<String>,
    },
    /// Show what the desk reads in workbooks, with every problem by sheet and cell; files nothing
    Read(ReadArgs),
    /// List the open cases
    Cases {
        /// Only those in this state (Drafting, Review … Closed)
        #[arg(long)]
        state: Option<String>,
        /// Only those that are late
        #[arg(long)]
        late: bool,
        /// Only those that wait for this person
        #[arg(long, value_name = "EMAIL")]
        person: Option<String>,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Show one case: its data, whose turn it is, its history, its files
    Show {
        /// The case: YC-2026-0012
        id: String,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Do by hand what a mail or a file from a person would do
    Tell(TellArgs),
    /// Mails not yet sent; send again; stop and resume all sending
    Outgoing(OutgoingArgs),
    /// What was set aside: unknown senders, failed authentication, unreadable mails
    Quarantine {
        /// Let these in after all
        #[arg(long, value_name = "ID", num_args = 1..)]
        release: Vec<String>,
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
        /// Draw a new key for the tokens in letters; letters already sent can be answered for another 180 days
        #[arg(long, conflicts_with_all = ["release", "json"])]
        new_key: bool,
        /// With --new-key, after a leak: letters already sent prove nothing any more
        #[arg(long, requires = "new_key")]
        forget_old: bool,
    },
    /// Cases and items for a spreadsheet, to standard output (xlsx: to quotedesk.xlsx)
    Export {
        /// csv for any spreadsheet, xlsx for Excel, jsonl (a JSON document a line) for programs
        #[arg(long, value_enum, default_value_t = Format::Csv)]
        format: Format,
        /// Into this file instead (`-`: standard output)
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Copy store and files, consistent while the daemon runs
    Backup {
        /// A folder that is empty or not there yet
        dest: PathBuf,
    },
    /// Bring a backup back; nothing is mailed until `quotedesk outgoing --release`
    Restore {
        /// The backup's folder; the daemon has to be stopped
        src: PathBuf,
    },
    /// On a rehearsal desk: show its clock, or set it forward; all that falls due on the way happens
    Clock {
        /// RFC 3339, or +3d, +4h, +30m
        #[arg(value_name = "TIME|+3d", allow_hyphen_values = true)]
        to: Option<String>,
    },
    /// Wait until every submission is answered and every mail that is due is out; exit 1 when it does not come to that
    Idle {
        /// How long to wait: 30s, 5m
        #[arg(long, default_value = "30s", value_name = "TIME")]
        timeout: String,
    },
    /// Print the completions of a shell
    Completions {
        /// Whose
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
}

#[derive(Args)]
#[command(override_usage = "quotedesk read [OPTIONS] <FILE>...")]
pub struct ReadArgs {
    /// Workbooks
    #[arg(required_unless_present = "worker", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// Read workbooks for another process, from standard input
    #[arg(long, hide = true)]
    pub worker: bool,
}

#[derive(Args)]
pub struct TellArgs {
    /// The case: YC-2026-0012
    pub id: String,
    /// Whose word it is
    #[arg(long = "as", value_name = "EMAIL")]
    pub person: String,
    /// What they would write: DUYỆT
    pub text: Option<String>,
    /// A file that they would send; several, where it is given again
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Show the events, mails and files that would come of it, and do none
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
pub struct OutgoingArgs {
    /// Only those that were given up
    #[arg(long)]
    pub failed: bool,
    /// Send these again, or `all` that were given up
    #[arg(long, value_name = "ID", num_args = 1.., value_parser = retry)]
    pub retry: Vec<Retry>,
    /// Stop all sending; nothing is lost
    #[arg(long, conflicts_with = "release")]
    pub hold: bool,
    /// Resume sending
    #[arg(long)]
    pub release: bool,
    /// As JSON, for programs
    #[arg(long)]
    pub json: bool,
}

/// What `outgoing --retry` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// All that were given up and did not come back: who is not there is not written to a second time by the dozen.
    All,
    One(i64),
}

fn retry(typed: &str) -> Result<Retry, String> {
    match typed {
        "all" => Ok(Retry::All),
        id => id.parse().map(Retry::One).map_err(|_| "a number of quotedesk outgoing --failed, or all".to_owned()),
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    Csv,
    Jsonl,
    Xlsx,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn every_argument_says_what_it_is() {
        let cli = Cli::command();
        let silent = cli.get_subcommands().flat_map(|command| {
            let args = command.get_arguments().filter(|arg| arg.get_help().is_none());
            args.map(move |arg| format!("{} {}", command.get_name(), arg.get_id()))
        });
        assert_eq!(silent.collect::<Vec<_>>(), Vec::<String>::new());
    }
}
