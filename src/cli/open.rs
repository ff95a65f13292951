//! What the commands have in common: a desk opened beside, or instead of, the daemon.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::screen;
use crate::clock;
use crate::config::{self, Config};
use crate::daemon;
use crate::desk::{Desk, DeskError, DeskWords, INSTEAD};
use crate::disk::Disk;
use crate::dispatch::{Dispatcher, Files, FolderTransport, Limits, SmtpTransport, Transport};
use crate::faults::Faults;
use crate::form::book::Workers;
use crate::process::case::Case;
use crate::store::{CommitError, OpenError, Store, Unavailable};

/// The store of a config, which has to be there.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    checked(config, Store::open_present(&config.state).await).await
}

/// The same for what begins a desk: where there is no store yet, one is made.
pub async fn begun(config: &Config) -> anyhow::Result<Store> {
    match Store::open_present(&config.state).await {
        Err(OpenError::NoStore) => {
            // Begun anew it would know nobody's case, and give their numbers to others.
            if has_worked(config) {
                bail!(
                    "store {}: there is none, although this desk has been at work before ({} and {} show it): mount its disk, move it \
                     back, or restore a backup; to begin anew, with no case of before, move .done and .problem out of the inbox, and mail \
                     out of the outbox, first",
                    config.state,
                    config.inbox.display(),
                    config.outbox.display()
                );
            }
            checked(config, Store::open(&config.state).await).await
        }
        opened => checked(config, opened).await,
    }
}

/// Has this desk been at work before? What it took lies in the inbox still, and the letters that it wrote in the outbox.
pub fn has_worked(config: &Config) -> bool {
    let holds = |folder: PathBuf| std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    [config.inbox.join(".done"), config.inbox.join(".problem"), config.outbox.join("mail")].into_iter().any(holds)
}

/// Is this what a command says where there is no store?
pub fn is_missing(why: &anyhow::Error) -> bool {
    matches!(why.downcast_ref(), Some(OpenError::NoStore))
}

/// A store that a daemon with a config file has served is opened by no built-in config: its staff would be strangers, and sample
/// staff be written to.
pub async fn checked(config: &Config, opened: Result<Store, OpenError>) -> anyhow::Result<Store> {
    // Most often the command is run in another folder than the desk's.
    let of = match (&opened, &config.file) {
        (Err(OpenError::NoStore), None) => {
            " (of the built-in config, for no quotedesk.toml lies in this folder; --config FILE names another)"
        }
        _ => "",
    };
    let mend = opened.as_ref().err().filter(|why| is_damage(&why.to_string())).map_or("", |_| DAMAGED);
    let store = opened.with_context(|| format!("store {}{of}{mend}", config.state))?;
    if config.file.is_none()
        && let Some(file) = store.meta(CONFIG_FILE).await?
    {
        store.close().await;
        bail!(
            "store {}: this desk is run with {file}, and no config is found here: put it back (is its disk mounted?), or name it \
             with --config; quotedesk init writes a new one",
            config.state
        );
    }
    if !config.rehearsal && store.meta(REHEARSED).await?.is_some() {
        store.close().await;
        bail!(
            "store {}: this desk was rehearsed, and its cases are not real: nobody may be written to about them. Put rehearsal = true \
             back under [desk], or begin the real desk with folders of its own",
            config.state
        );
    }
    if config.rehearsal && store.meta(REHEARSED).await?.is_none() && store.has_cases().await? {
        store.close().await;
        bail!(
            "store {}: its cases are real, and in a rehearsal their letters would reach nobody. Take rehearsal = true out of [desk], \
             or rehearse in folders of its own",
            config.state
        );
    }
    Ok(store)
}

/// What mends a store that cannot be read any more.
const DAMAGED: &str = " (damaged: stop the daemon and bring a backup back with quotedesk restore)";

/// SQLite's words about a file that is none of its own any more.
fn is_damage(words: &str) -> bool {
    ["malformed", "not a database", "previously applied", "unsupported file format"].iter().any(|w| words.contains(w))
}

/// Under this name the store keeps which config file its daemon was started with.
const CONFIG_FILE: &str = "config_file";

/// Under this name, that a rehearsal has been held with it.
const REHEARSED: &str = "rehearsal";

/// Keeps which config file this daemon is started with, and whether it rehearses.
pub async fn remember_config(desk: &Desk) -> anyhow::Result<()> {
    remember_rehearsal(desk).await?;
    let file = desk.config.file.as_ref().map(|file| file.display().to_string());
    if file.is_some() && desk.store.meta(CONFIG_FILE).await? != file {
        desk.store.set_meta(CONFIG_FILE, file.as_deref()).await?;
    }
    Ok(())
}

/// Keeps that this store is rehearsed with, before anything happens on it.
pub async fn remember_rehearsal(desk: &Desk) -> anyhow::Result<()> {
    if desk.config.rehearsal && desk.store.meta(REHEARSED).await?.is_none() {
        desk.store.set_meta(REHEARSED, Some("yes")).await?;
    }
    Ok(())
}

/// The whole desk, whose store has to be there. What is wrong with the company's own templates is said on standard error.
pub async fn desk(config: Config) -> anyhow::Result<Desk> {
    let store = store(&config).await?;
    on(store, config).await
}

/// The same for what begins a desk.
pub async fn begun_desk(config: Config) -> anyhow::Result<Desk> {
    let store = begun(&config).await?;
    on(store, config).await
}

async fn on(store: Store, config: Config) -> anyhow::Result<Desk> {
    let keys = store.token_keys(clock::real()).await.context("store: the desk's keys")?;
    let (words, warnings) = words(&config)?;
    let desk = Desk::new(Arc::new(config), store, words, Arc::new(Workers::default()), keys);
    desk.templates_read(&warnings);
    Ok(desk)
}

/// The words of letters and documents, and what is wrong with the company's own files, which is logged too.
pub fn words(config: &Config) -> anyhow::Result<(DeskWords, Vec<String>)> {
    let (words, warnings) = DeskWords::load(config).context("built-in sentences")?;
    for warning in &warnings {
        tracing::warn!("templates: {warning}{INSTEAD}");
    }
    Ok((words, warnings))
}

/// Does one command's work on a desk, and closes the store after it, whatever came of it.
pub async fn with_desk(config: Config, work: impl AsyncFnOnce(&Desk) -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    done(desk(config).await?, work).await
}

/// Does it on this desk, and closes the store.
pub async fn done(desk: Desk, work: impl AsyncFnOnce(&Desk) -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    let done = work(&desk).await;
    desk.store.close().await;
    done.map_err(|why| match is_away(&why) {
        true => why.context(format!("store {}, of which quotedesk check tells more", desk.config.state)),
        false => why,
    })
}

/// Did the store as a whole fail? Then the error holds nothing but the engine's words.
fn is_away(why: &anyhow::Error) -> bool {
    let away = |why: &Unavailable| matches!(why, Unavailable::Away(_));
    why.downcast_ref().is_some_and(away)
        || matches!(why.downcast_ref(), Some(CommitError::Unavailable(why)) if away(why))
        || matches!(why.downcast_ref(), Some(DeskError::Unavailable(why)) if away(why))
}

/// The case that somebody typed the id of.
pub async fn case(desk: &Desk, typed: &str) -> anyhow::Result<Case> {
    let id = typed.trim().to_uppercase();
    match desk.store.case(&id).await? {
        Some(mut case) => {
            case.readdress(&desk.config.house);
            Ok(case)
        }
        None => bail!("{id}: there is no such case (quotedesk cases lists the open ones)"),
    }
}

/// What carries out the desk's mails and files.
pub fn dispatcher(desk: &Desk, disk: &Disk) -> Dispatcher {
    let clock = desk.clock.clone();
    let config = &desk.config;
    Dispatcher {
        store: desk.store.clone(),
        transport: transport(config, disk),
        files: Files::new(&config.outbox, &config.archive, disk.clone()),
        clock: Arc::new(move || clock.clocks()),
        parallel: 12,
    }
}

/// How mails leave the house.
pub fn transport(config: &Config, disk: &Disk) -> Arc<dyn Transport> {
    match smtp(config, Limits::default()) {
        Some(smtp) => Arc::new(smtp),
        None => Arc::new(FolderTransport::new(config.outbox.join("mail"), disk.clone())),
    }
}

/// The way to the mail server, where mails go there.
pub fn smtp(config: &Config, limits: Limits) -> Option<SmtpTransport> {
    let smtp = config.smtp.as_ref().filter(|_| config.transport == config::Transport::Smtp)?;
    Some(SmtpTransport::new(smtp, &config.house.address, config.house.lang, limits, Faults::none()))
}

/// Before the folder that is meant.
pub const NO_FOLDERS: &str = "the desk's folders cannot be made; let its user write above them";

/// Carries out what is due, where no daemon does.
pub async fn carry_out(desk: &Desk) -> anyhow::Result<()> {
    if desk.store.daemon_running().await? {
        return Ok(());
    }
    // A daemon that has started meanwhile does it instead.
    let Ok(_lock) = desk.store.lock() else { return Ok(()) };
    let disk = Disk::new(Faults::none());
    daemon::lay_out(&desk.config, &disk).context(NO_FOLDERS)?;
    desk.clock.now().await?;
    dispatcher(desk, &disk).drain().await?;
    Ok(())
}

/// Libraries that log what they send, passwords and mails too: never below `info`, whatever `RUST_LOG` says.
const TELLS_ALL: [&str; 5] = ["async_imap", "imap_proto", "lettre", "rustls", "ureq"];

/// A log line stays one line, whatever a file's name or a server's words hold; `tracing` itself spells out ESC alone.
struct OneLine(std::io::Stderr);

impl std::io::Write for OneLine {
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        // The escapes left are the log's own colours.
        let shown: Vec<String> = line.split('\u{1b}').map(screen::shown).collect();
        let end = if line.len() < text.len() { "\n" } else { "" };
        self.0.write_all(format!("{}{end}", shown.join("\u{1b}")).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Log lines to standard error; `RUST_LOG` says how many.
pub fn logging(default: &str) {
    use std::io::IsTerminal;
    use tracing_subscriber::filter::{Targets, filter_fn};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let said = std::env::var("RUST_LOG").ok().filter(|said| !said.trim().is_empty());
    // A mistyped level is taken for the name of a part that logs, and then nothing is logged at all.
    let of_desk = |wanted: &Targets| wanted.would_enable("quotedesk", &tracing::Level::ERROR);
    let wanted = said.as_ref().and_then(|said| said.parse().ok().filter(|wanted| of_desk(wanted) || said.contains("off")));
    let mistyped = said.filter(|_| wanted.is_none());
    let filter = wanted.or_else(|| default.parse().ok()).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer().with_writer(|| OneLine(std::io::stderr())).with_target(false);
    let most = |of: &tracing::Metadata<'_>| match of.target() {
        // PostgreSQL's notices are none of the operator's.
        target if target.starts_with("sqlx") => tracing::Level::WARN,
        target if TELLS_ALL.iter().any(|name| target.starts_with(name)) => tracing::Level::INFO,
        _ => tracing::Level::TRACE,
    };
    let quiet = filter_fn(move |of| *of.level() <= most(of));
    let lines = lines.with_ansi(std::io::stderr().is_terminal());
    // A second call in one process is none.
    // The filters hold for all of it: one of `lines` alone would forget the next line each time that a library only asks
    // whether somebody listens (sqlx does, at each statement).
    let _ = tracing_subscriber::registry().with(filter).with(quiet).with(lines).try_init();
    if let Some(said) = mistyped {
        tracing::warn!(
            "RUST_LOG={said}: nothing would be logged, so it is not followed: debug, or quotedesk=debug,sqlx=warn, would be"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_s_words_are_told_with_the_store_s_place() {
        let away = || Unavailable::Away("database is locked".into());
        let told: [anyhow::Error; 3] = [away().into(), CommitError::from(away()).into(), DeskError::from(away()).into()];
        assert!(told.iter().all(is_away));
        let damaged = Unavailable::Damaged { case: "YC-2026-0001".into(), what: "row".into() };
        assert!(!is_away(&damaged.into()), "it names its case, and what to do");
    }
}
