//! What the commands have in common: a desk opened beside, or instead of, the daemon.

use std::sync::Arc;

use anyhow::Context;

use crate::config::Config;
use crate::desk::{Desk, DeskWords};
use crate::disk::Disk;
use crate::dispatch::{Dispatcher, Files, FolderTransport};
use crate::form::book::Workers;
use crate::store::Store;

/// The store of a config.
pub async fn store(config: &Config) -> anyhow::Result<Store> {
    Store::open(&config.state).await.with_context(|| format!("store {}", config.state))
}

/// The whole desk. What is wrong with the company's own templates is said on standard error.
pub async fn desk(config: Config) -> anyhow::Result<Desk> {
    let store = store(&config).await?;
    let key = store.secret_key().await.context("store: the desk's key")?;
    let (words, warnings) = DeskWords::load(&config).context("built-in sentences")?;
    for warning in warnings {
        tracing::warn!("templates: {warning}; the built-in one takes its place");
    }
    Ok(Desk::new(Arc::new(config), store, words, Arc::new(Workers::default()), key))
}

/// What carries out the desk's mails and files.
pub fn dispatcher(desk: &Desk, disk: &Disk) -> Dispatcher {
    let clock = desk.clock.clone();
    let config = &desk.config;
    Dispatcher {
        store: desk.store.clone(),
        transport: Arc::new(FolderTransport::new(config.outbox.join("mail"), disk.clone())),
        files: Files::new(&config.outbox, &config.archive, disk.clone()),
        clock: Arc::new(move || clock.clocks()),
        parallel: 8,
    }
}

/// Log lines to standard error; `RUST_LOG` says how many.
pub fn logging(default: &str) {
    use std::io::IsTerminal;
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    // A second call in one process is none.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}
