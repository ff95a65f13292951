//! Passwords from where they lie: a file, the environment, a command's output. Read at each login, so that a changed
//! one counts without a restart.

use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
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
            // A password that somebody has put there is no variable's name, and nothing to be read in a log.
            _ if !is_variable(name) => Err(Error::Secret(
                "password_env: this process has no such variable. What stands there looks like none (capitals, digits, _), so it is not \
                 repeated here: the password itself goes into a file (password_file)"
                    .into(),
            )),
            _ => Err(Error::Secret(format!("password_env: ${name} is not set for this process"))),
        },
        Secret::Command(command) => printed(command).await.map(Proof::Password),
        Secret::OAuth2(access) => tokens.access(access).await.map(Proof::Token),
    }
}

/// Names as they are used for variables, `SMTP_PASSWORD`: capitals, digits and `_`. `Geheim2026` is not repeated either.
fn is_variable(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The first line of a file.
pub(super) async fn in_file(file: &Path) -> Result<SecretString, Error> {
    let wrong = |why: &dyn std::fmt::Display| Error::Secret(format!("{}: {why}", file.display()));
    // A pipe would be waited for without end, and is empty at the second login.
    if tokio::fs::metadata(file).await.is_ok_and(|about| !about.is_file()) {
        return Err(wrong(&"is no file (a pipe, or a folder): put the secret into a file, or let password_command print it"));
    }
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

/// So much of a secret's beginning gives it away: a server's words are cut, by itself or by us.
const HEAD: usize = 4;

/// The secrets that a server has been shown, as they look on the wire. Some servers repeat what they do not understand, at
/// once or later: in their words these are blotted out.
#[derive(Debug, Default)]
pub struct Shown(Vec<SecretString>);

impl Shown {
    pub fn add(&mut self, secret: &str) {
        let secret = seen(secret);
        if !secret.is_empty() {
            self.0.push(secret.into());
        }
    }

    /// Words for a log line. Control characters are left out first, lest a secret that has some in its middle comes together
    /// later.
    pub fn blot(&self, words: &str) -> String {
        if self.0.is_empty() {
            return words.to_owned();
        }
        let secrets: Vec<&str> = self.0.iter().map(|secret| secret.expose_secret()).collect();
        let words = secrets.iter().fold(seen(words), |words, secret| words.replace(secret, "…"));
        without_heads(&words, &secrets)
    }
}

/// What begins as a secret does, as far as it goes on so.
fn without_heads(words: &str, secrets: &[&str]) -> String {
    let same = |text: &str, secret: &str| text.chars().zip(secret.chars()).take_while(|(a, b)| a == b).count();
    let (mut out, mut rest) = (String::with_capacity(words.len()), words.chars());
    loop {
        let text = rest.as_str();
        let found = secrets.iter().map(|secret| same(text, secret)).max().filter(|same| *same >= HEAD);
        match (found, rest.next()) {
            (_, None) => return out,
            (None, Some(other)) => out.push(other),
            (Some(same), Some(_)) => {
                out.push('…');
                rest.by_ref().take(same - 1).for_each(drop);
            }
        }
    }
}

fn seen(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn first_line(text: &str) -> Option<SecretString> {
    let line = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    (!line.is_empty()).then(|| line.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_repeats_a_secret_is_not_repeated() {
        let mut shown = Shown::default();
        assert_eq!(shown.blot("AUTH PLAIN AGFuYQ==\t?"), "AUTH PLAIN AGFuYQ==\t?");
        for secret in ["AGFuYQ==", "pw\\\"1234", "pw\"1234", "x", ""] {
            shown.add(secret);
        }
        assert_eq!(shown.blot("5.5.2 what is AGFuYQ==?"), "5.5.2 what is …?");
        assert_eq!(shown.blot("5.5.2 unknown: AUTH PLAIN AGFu"), "5.5.2 unknown: AUTH PLAIN …");
        assert_eq!(shown.blot("pw\"1234 pw\\\"1234 pw\"1 AG\0\0FuYQ=="), "… … … …");
        assert_eq!(shown.blot("5.7.8 bad credentials of pw, AGF"), "5.7.8 bad credentials of pw, AGF");
    }
}
