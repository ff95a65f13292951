//! `quotedesk form`: the blank form, or a case's form as it stands.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

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
    let file = laid_down(output, &made.name, &made.bytes)?;
    screen::line(&file.display().to_string())?;
    Ok(false)
}

/// A workbook where it was asked for, in place of another at most; by its own name beside what has that name already.
///
/// # Errors
/// What is wrong with the place, and how to mend it.
pub(super) fn laid_down(output: Option<PathBuf>, name: &str, bytes: &[u8]) -> anyhow::Result<PathBuf> {
    let cannot = |file: &Path| {
        format!(
            "{}: cannot be written; name a file in a folder that is there and that you may write to (-o FILE)",
            file.display()
        )
    };
    let Some(file) = output else {
        let (stem, ext) = name.rsplit_once('.').unwrap_or((name, "xlsx"));
        let names = std::iter::once(name.to_string()).chain((2..).map(|n| format!("{stem} ({n}).{ext}")));
        for file in names.map(PathBuf::from) {
            match File::create_new(&file).and_then(|mut made| made.write_all(bytes)) {
                Err(why) if why.kind() == ErrorKind::AlreadyExists => {}
                written => return written.map(|()| file.clone()).with_context(|| cannot(&file)),
            }
        }
        bail!("{name}: no name is free");
    };
    // A slip (`-o quotedesk.toml`) costs nothing that a form cannot be made from again.
    let is_other = |about: std::fs::Metadata| {
        let mut head = [0; 2];
        let read = File::open(&file).and_then(|mut lying| lying.read_exact(&mut head));
        about.is_file() && about.len() > 0 && (read.is_err() || &head != b"PK")
    };
    if file.metadata().is_ok_and(is_other) {
        bail!("{}: lies there already and is no workbook, so it is not overwritten; name another file (-o FILE)", file.display());
    }
    std::fs::write(&file, bytes).with_context(|| cannot(&file))?;
    Ok(file)
}

async fn of_case(desk: &Desk, id: &str) -> anyhow::Result<Made> {
    let case = open::case(desk, id).await?;
    let now = desk.clock.now().await?;
    Ok(documents::form(&case, &desk.config.house, None, vec![], now)?)
}
