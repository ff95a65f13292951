//! `quotedesk form`: the blank form, or a case's form as it stands.

use std::path::PathBuf;

use anyhow::Context;

use super::{open, screen};
use crate::config::Config;
use crate::desk::Desk;
use crate::desk::documents::{self, Made};
use crate::process::case::Case;
use crate::process::house::Role;

pub async fn form(config: Config, output: Option<PathBuf>, case: Option<String>) -> anyhow::Result<bool> {
    let made = match case {
        // The blank form needs no store: it can be had before a desk exists.
        None => documents::form(&Case::default(), &config.house, Some(Role::Sales), vec![], crate::clock::real())?,
        Some(id) => {
            let desk = open::desk(config).await?;
            let made = of_case(&desk, &id).await;
            desk.store.close().await;
            made?
        }
    };
    if output.as_ref().is_some_and(|file| file.as_os_str() == "-") {
        return screen::bytes(&made.bytes).map(|()| false);
    }
    let file = output.unwrap_or_else(|| PathBuf::from(&made.name));
    std::fs::write(&file, &made.bytes).with_context(|| {
        format!(
            "{}: cannot be written; name a file in a folder that is there and that you may write to (-o FILE)",
            file.display()
        )
    })?;
    screen::line(&file.display().to_string())?;
    Ok(false)
}

async fn of_case(desk: &Desk, id: &str) -> anyhow::Result<Made> {
    let case = open::case(desk, id).await?;
    let now = desk.clock.now().await?;
    Ok(documents::form(&case, &desk.config.house, None, vec![], now)?)
}
