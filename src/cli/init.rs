//! `quotedesk init`: lays out a desk, overwriting nothing.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{open, screen};
use crate::config::{Config, DEFAULT};
use crate::disk::{self, Disk};

/// The folders of a new desk.
pub const FOLDERS: [&str; 4] = ["", "inbox", "outbox", "templates"];

/// What mends it.
const ELSEWHERE: &str = "let this user write there (sudo, chown), or name another folder: quotedesk init DIR";

pub async fn init(dir: &Path) -> anyhow::Result<bool> {
    let disk = Disk::default();
    for folder in FOLDERS {
        let folder = dir.join(folder);
        disk.make_folders(&folder).with_context(|| format!("{}: cannot be made; {ELSEWHERE}", folder.display()))?;
    }
    let file = dir.join("quotedesk.toml");
    let mut begun = Ok(());
    match fs::OpenOptions::new().write(true).create_new(true).open(&file) {
        Ok(mut out) => {
            out.write_all(DEFAULT.as_bytes()).and_then(|()| disk::offer(&file)).with_context(|| {
                format!("{}: cannot be written; make room there and take it away, or {ELSEWHERE}", file.display())
            })?;
            screen::line(&format!("{}: written; put your people and regions into it", file.display()))?;
            begun = begin(&file).await;
        }
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {
            screen::line(&format!("{}: is there already, left as it is", file.display()))?;
        }
        Err(why) => return Err(why).with_context(|| format!("{}: cannot be made; {ELSEWHERE}", file.display())),
    }
    screen::line("inbox/, outbox/, templates/: there. Next: quotedesk check")?;
    if let Err(why) = &begun {
        screen::line(&format!("No store is begun yet: {why:#}"))?;
    }
    Ok(begun.is_err())
}

/// The store of a new config, so that each command finds one from now on. A config that was there may belong to a desk whose
/// store is elsewhere just now.
async fn begin(file: &Path) -> anyhow::Result<()> {
    let config = Config::load(file)?;
    open::begun(&config).await?.close().await;
    Ok(())
}
