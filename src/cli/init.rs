//! `quotedesk init`: lays out a desk, overwriting nothing.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use crate::config::DEFAULT;

/// The folders of a new desk.
pub const FOLDERS: [&str; 4] = ["", "inbox", "outbox", "templates"];

pub fn init(dir: &Path) -> anyhow::Result<bool> {
    for folder in FOLDERS {
        let folder = dir.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    let file = dir.join("quotedesk.toml");
    match fs::OpenOptions::new().write(true).create_new(true).open(&file) {
        Ok(mut out) => {
            out.write_all(DEFAULT.as_bytes()).with_context(|| format!("{}: cannot be written", file.display()))?;
            println!("{}: written; put your people and regions into it", file.display());
        }
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {
            println!("{}: is there already, left as it is", file.display())
        }
        Err(why) => return Err(why).with_context(|| format!("{}: cannot be made", file.display())),
    }
    println!("inbox/, outbox/, templates/: there. Next: quotedesk check");
    Ok(false)
}
