//! `quotedesk form`: the blank form, or a case's form as it stands.

use std::path::PathBuf;

use anyhow::{Context, bail};

use super::open;
use crate::config::Config;
use crate::desk::documents;
use crate::process::case::Case;
use crate::process::house::Role;

pub async fn form(config: Config, output: Option<PathBuf>, case: Option<String>) -> anyhow::Result<bool> {
    let made = match case {
        // The blank form needs no store: it can be had before a desk exists.
        None => documents::form(&Case::default(), &config.house, Some(Role::Sales), vec![], crate::clock::real())?,
        Some(id) => {
            let desk = open::desk(config).await?;
            let id = id.trim().to_uppercase();
            let Some(case) = desk.store.case(&id).await? else { bail!("{id}: there is no such case") };
            let now = desk.clock.now().await?;
            documents::form(&case, &desk.config.house, None, vec![], now)?
        }
    };
    let file = output.unwrap_or_else(|| PathBuf::from(&made.name));
    std::fs::write(&file, &made.bytes).with_context(|| format!("{}: cannot be written", file.display()))?;
    println!("{}", file.display());
    Ok(false)
}
