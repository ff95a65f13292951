//! Passwords from where they lie: a file, the environment, a command's output. Read at each login, so that a changed
//! one counts without a restart.

use std::path::Path;
use std::time::Duration;

use secrecy::SecretString;
use tokio::time::timeout;

use super::Error;
use super::oauth::Tokens;
use crate::config::{Login, Secret};

/// A command that has not printed the password by then does not.
const COMMAND: Duration = Duration::from_secs(30);

/// What a login shows.
pub enum Proof {
    Password(SecretString),
    /// An access token, for XOAUTH2 and OAUTHBEARER.
    Token(SecretString),
}

/// The secret of a login as it stands now.
///
/// # Errors
/// Where it cannot be had; the words name the place, never the secret.
pub async fn of(login: &Login, tokens: &Tokens) -> Result<Proof, Error> {
    match &login.secret {
        Secret::File(file) => in_file(file).await.map(Proof::Password),
        Secret::Env(name) => match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(Proof::Password(value.into())),
            _ => Err(Error::Secret(format!("password_env: ${name} is not set for this process"))),
        },
        Secret::Command(command) => printed(command).await.map(Proof::Password),
        Secret::OAuth2(access) => tokens.access(access).await.map(Proof::Token),
    }
}

/// The first line of a file.
pub(super) async fn in_file(file: &Path) -> Result<SecretString, Error> {
    let wrong = |why: &dyn std::fmt::Display| Error::Secret(format!("{}: {why}", file.display()));
    let text = tokio::fs::read_to_string(file).await.map_err(|why| wrong(&why))?;
    first_line(&text).ok_or_else(|| wrong(&"is empty: put the secret into its first line"))
}

async fn printed(command: &str) -> Result<SecretString, Error> {
    // The command itself is not named: people put secrets into command lines.
    let wrong = |why: String| Error::Secret(format!("password_command: {why}"));
    let mut shell = tokio::process::Command::new("sh");
    shell.arg("-c").arg(command).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let out = match timeout(COMMAND, shell.output()).await {
        Ok(ran) => ran.map_err(|why| wrong(why.to_string()))?,
        Err(_) => return Err(wrong(format!("has printed nothing within {} s", COMMAND.as_secs()))),
    };
    if !out.status.success() {
        return Err(wrong(format!("ended with {}", out.status)));
    }
    let text = String::from_utf8(out.stdout).map_err(|_| wrong("printed no text".into()))?;
    first_line(&text).ok_or_else(|| wrong("printed nothing".into()))
}

/// Words of a server for a log line: some repeat what they do not understand. Control characters are left out first, lest a
/// secret that has some in its middle comes together later.
pub fn blotted(words: &str, secrets: &[&str]) -> String {
    let seen = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let known = secrets.iter().map(|secret| seen(secret)).filter(|secret| !secret.is_empty());
    known.fold(seen(words), |words, secret| words.replace(&secret, "…"))
}

fn first_line(text: &str) -> Option<SecretString> {
    let line = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    (!line.is_empty()).then(|| line.to_owned().into())
}
