//! `quotedesk.toml`: read, checked as a whole, and turned into what the house works with.
//!
//! A key that is unknown or wrong is refused with its line and what is allowed. Secrets are not in here: they lie in
//! files, the environment or a command's output, and are read when they are needed.

mod check;
mod file;
mod line;
mod mail;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::process::house::House;
use crate::store::StateUrl;

pub(crate) use mail::is_loopback;
pub use mail::{Imap, Login, OAuth2, Require, Secret, Server, Smtp, Tls, Transport};

/// A desk as its config describes it. Paths are absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the config came from; `None`: the embedded default.
    pub file: Option<PathBuf>,
    /// What the desk can go on with and is hardly meant: line, key, and how to mend it.
    pub doubts: Vec<String>,
    /// The desk's folder: relative paths start here.
    pub root: PathBuf,
    pub house: House,
    pub state: StateUrl,
    pub inbox: PathBuf,
    pub outbox: PathBuf,
    pub archive: PathBuf,
    pub templates: PathBuf,
    /// A desk to try the process out on: its own clock, and mail to the folder only, or to servers on this machine.
    pub rehearsal: bool,
    pub transport: Transport,
    /// The server that mails leave by; there where `transport` is `smtp`.
    pub smtp: Option<Smtp>,
    /// The mailbox that mails come in by. On a rehearsal desk none, unless `desk.rehearsal_mail` is `loopback`.
    pub imap: Option<Imap>,
    pub require: Require,
    pub authserv_id: Option<String>,
    /// The server delivers `name+anything@` to `name@`: letters are answered to an address that names them.
    pub plus_address: bool,
    pub limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file or mail.
    pub attachment: u64,
    pub workbook_cells: u32,
    /// Bytes of a workbook once unpacked.
    pub workbook_unpacked: u64,
    /// Answers by mail to one person within an hour, to mails that brought nothing: more is taken for a machine's doing.
    pub answers_per_hour: u32,
    /// The same for one case within a day, whoever writes.
    pub answers_per_case: u32,
    /// Mails of one person within an hour, whatever they bring.
    pub mails_per_hour: u32,
}

impl Limits {
    /// Bytes of the largest file or mail that is read at all: what is a little too large is told what it is.
    pub fn most_read(&self) -> u64 {
        self.attachment.saturating_mul(2)
    }
}

/// What is wrong with the config, where, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{file}: cannot be read: {why}")]
    Unreadable { file: String, why: std::io::Error },
    /// `toml` names line and column and what is allowed.
    #[error("{file}: {why}")]
    Toml { file: String, why: String },
    /// `at`: its line, where the key stands in the file.
    #[error("{file}: {at}{key}: {why}")]
    Value { file: String, at: String, key: String, why: String },
}

/// The config of a folder that has none: sample staff, folders only. Also what `quotedesk init` writes.
pub const DEFAULT: &str = include_str!("../templates/quotedesk.toml");

impl Config {
    /// The config at `--config`, `$QUOTEDESK_CONFIG`, `./quotedesk.toml`, or the embedded default for this folder.
    ///
    /// # Errors
    /// Where a named file is missing, or anything in it is wrong.
    pub fn find(named: Option<&Path>, folder: &Path) -> Result<Config, Error> {
        let own = folder.join("quotedesk.toml");
        match named {
            Some(file) => Config::load(file),
            // Whatever has that name is meant: a link that leads nowhere must not be answered by sample staff.
            None => match own.symlink_metadata() {
                Err(why) if why.kind() == ErrorKind::NotFound => Config::parse(DEFAULT, None, folder),
                Ok(about) if about.is_symlink() && !own.exists() => {
                    let why = "a link, and what it leads to is not there; is its disk or share mounted?";
                    let why = std::io::Error::new(ErrorKind::NotFound, why);
                    Err(Error::Unreadable { file: own.display().to_string(), why })
                }
                _ => Config::load(&own),
            },
        }
    }

    pub fn load(file: &Path) -> Result<Config, Error> {
        let name = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|why| Error::Unreadable { file: name.clone(), why })?;
        let text = String::from_utf8(bytes).map_err(|why| {
            let line = 1 + why.as_bytes()[..why.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count();
            Error::Toml { file: name.clone(), why: format!("line {line}: is not UTF-8: save the file as UTF-8") }
        })?;
        let file = std::path::absolute(file).map_err(|why| Error::Unreadable { file: name, why })?;
        let root = file.parent().unwrap_or(Path::new("/")).to_path_buf();
        Config::parse(&text, Some(file), &root)
    }

    pub fn parse(text: &str, file: Option<PathBuf>, root: &Path) -> Result<Config, Error> {
        let name = file.as_ref().map_or("built-in config".into(), |f| f.display().to_string());
        let toml: file::Toml = toml::from_str(text).map_err(|why| Error::Toml { file: name.clone(), why: place(text, &why) })?;
        let at = |key: &str| line::of(text, key).map_or_else(String::new, |line| format!("line {line}: "));
        let mut config = toml.check(file, root).map_err(|(key, why)| Error::Value { file: name, at: at(&key), key, why })?;
        let doubts = check::without_role(&config.house).into_iter();
        config.doubts = doubts.map(|(key, why)| format!("{}{key}: {why}", at(&key))).collect();
        Ok(config)
    }

    /// Asks once more that no folder of the desk lies in another, by what links and mounts lead to on this machine.
    ///
    /// # Errors
    /// Where one does.
    pub fn check_places(&self) -> Result<(), Error> {
        check::Places::of(self, real).apart(&real(&self.root)).map_err(|(key, why)| {
            let file = self.file.as_ref().map_or("built-in config".into(), |f| f.display().to_string());
            Error::Value { file, at: String::new(), key, why }
        })
    }
}

/// What papers for customers take from a config as it is written there, by its key.
pub(crate) fn on_papers(house: &House) -> [(&'static str, Vec<&str>); 3] {
    [
        ("desk.company", vec![house.company.as_str()]),
        ("quote.terms", house.quote.terms.iter().map(String::as_str).collect()),
        ("quote.letterhead", house.quote.letterhead.texts().collect()),
    ]
}

/// A path behind its symbolic links, whether it is there yet or not.
pub fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let behind = |above: &Path| Some(above.canonicalize().ok()?.join(path.strip_prefix(above).ok()?).components().collect());
    path.ancestors().find_map(behind).unwrap_or_else(|| path.clone())
}

/// Line, column and what is wrong, without the line's text: it may hold a secret.
fn place(text: &str, why: &toml::de::Error) -> String {
    let message = in_plain_words(&why.message().replace('\n', ", "));
    let Some(span) = why.span() else { return message };
    let before = &text[..span.start.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    // The key alone: what stands behind it may be a secret.
    let written = text.lines().nth(line - 1).and_then(|line| line.split_once('=')).map_or("", |(key, _)| key.trim());
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let key = if !written.is_empty() && written.chars().all(plain) { format!("{written}: ") } else { String::new() };
    format!("line {line}, column {column}: {key}{message}")
}

/// The types of the program by what one writes.
fn in_plain_words(message: &str) -> String {
    let words = [
        ("expected a sequence", "expected a list, as [\"…\"]"),
        ("expected f64", "expected a number"),
        ("expected u32", "expected a whole number"),
        ("expected u16", "expected a whole number"),
        ("expected usize", "expected a whole number"),
        ("expected a boolean", "expected true or false"),
        ("input is out of range", "no such day"),
        ("input contains invalid characters", "no date as \"2026-12-31\""),
        ("premature end of input", "no date as \"2026-12-31\""),
        ("trailing input", "no date as \"2026-12-31\""),
    ];
    words.iter().fold(message.to_string(), |said, (ours, theirs)| said.replace(ours, theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_papers_take_stands_at_its_key() {
        let config = Config::parse(DEFAULT, None, Path::new("/desk")).unwrap();
        let written = toml::Value::Table(toml::from_str(DEFAULT).unwrap());
        for (key, texts) in on_papers(&config.house) {
            let at = key.split('.').try_fold(&written, |at, name| at.get(name));
            let at = format!("{:?}", at.unwrap_or_else(|| panic!("{key}")));
            assert!(!texts.is_empty() && texts.iter().all(|text| at.contains(text)), "{key}: {at}");
        }
    }
}
