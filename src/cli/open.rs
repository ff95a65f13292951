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
    use tracing_subscriber::filter::Targets;
    use tracing_subscriber::layer::{Layer, SubscriberExt};
    use tracing_subscriber::util::SubscriberInitExt;
    let wanted = std::env::var("RUST_LOG").ok().and_then(|wanted| wanted.parse::<Targets>().ok());
    let filter = wanted.or_else(|| default.parse().ok()).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false).with_filter(filter);
    // A second call in one process is none.
    let _ = tracing_subscriber::registry().with(lines).try_init();
}
