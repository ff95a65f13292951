//! `[mail]`: how mails come and go, and where the secrets for that lie.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::check::{Wrong, wrong};

/// How mails leave the house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Each mail as a file in `outbox/mail/`.
    #[default]
    Folder,
    Smtp,
}

/// What a decision needs besides a known From.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Require {
    TokenOrAuth,
    TokenAndAuth,
    None,
}

/// How a connection is kept from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// From the first byte.
    Tls,
    /// After the server has said that it can; without that nothing is sent.
    Starttls,
    /// In the clear: on this machine alone.
    None,
}

/// A server as one connects to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    /// A certificate authority of the company's own (PEM), besides the system's.
    pub ca_file: Option<PathBuf>,
    /// `None`: without logging in.
    pub login: Option<Login>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub secret: Secret,
}

/// Where a secret lies. Read when it is needed, never kept in the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    File(PathBuf),
    Env(String),
    /// Run by `sh -c`; the first line of its output.
    Command(String),
    OAuth2(OAuth2),
}

/// Access by token instead of a password (RFC 6749, section 6): Google Workspace, Microsoft 365.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    pub token_url: String,
    pub client_id: String,
    pub client_secret_file: Option<PathBuf>,
    pub refresh_token_file: PathBuf,
    pub scope: Option<String>,
}

/// `[mail.smtp]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    pub server: Server,
    /// Connections at the same time, never more.
    pub connections: usize,
    /// Each mail goes to the desk's own address as well: what became of one whose reply was lost is seen from that.
    pub copy_to_self: bool,
}

/// `[mail.imap]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imap {
    pub server: Server,
    pub folder: String,
    /// Where mails go once they are answered, and those that could not be read.
    pub done: String,
    pub problem: String,
}

// ---- as it is written

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmtpToml {
    host: String,
    port: Option<u16>,
    #[serde(default = "starttls")]
    tls: Tls,
    ca_file: Option<PathBuf>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    password_env: Option<String>,
    password_command: Option<String>,
    oauth2: Option<OAuth2Toml>,
    #[serde(default = "four")]
    connections: usize,
    #[serde(default)]
    copy_to_self: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ImapToml {
    host: String,
    port: Option<u16>,
    #[serde(default = "tls")]
    tls: Tls,
    ca_file: Option<PathBuf>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    password_env: Option<String>,
    password_command: Option<String>,
    oauth2: Option<OAuth2Toml>,
    #[serde(default = "inbox")]
    folder: String,
    #[serde(default = "done")]
    done: String,
    #[serde(default = "problem")]
    problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OAuth2Toml {
    token_url: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    refresh_token_file: PathBuf,
    scope: Option<String>,
}

fn starttls() -> Tls {
    Tls::Starttls
}
fn tls() -> Tls {
    Tls::Tls
}
fn four() -> usize {
    4
}
fn inbox() -> String {
    "INBOX".into()
}
fn done() -> String {
    "Quotedesk/Done".into()
}
fn problem() -> String {
    "Quotedesk/Problem".into()
}

// ---- the checks that no type can make

impl SmtpToml {
    pub(super) fn check(self, root: &Path) -> Result<Smtp, Wrong> {
        let key = |field: &str| format!("mail.smtp.{field}");
        if !(1..=100).contains(&self.connections) {
            return wrong(&key("connections"), "from 1 to 100");
        }
        let port = self.port.unwrap_or(match self.tls {
            Tls::Tls => 465,
            Tls::Starttls | Tls::None => 587,
        });
        let secrets = secrets(root, self.password_file, self.password_env, self.password_command, self.oauth2);
        let login = login("mail.smtp", self.user, secrets)?;
        let server = server("mail.smtp", self.host, port, self.tls, self.ca_file.map(|f| root.join(f)), login)?;
        Ok(Smtp { server, connections: self.connections, copy_to_self: self.copy_to_self })
    }
}

impl ImapToml {
    pub(super) fn check(self, root: &Path) -> Result<Imap, Wrong> {
        let port = self.port.unwrap_or(match self.tls {
            Tls::Tls => 993,
            Tls::Starttls | Tls::None => 143,
        });
        let secrets = secrets(root, self.password_file, self.password_env, self.password_command, self.oauth2);
        let login = login("mail.imap", self.user, secrets)?;
        if login.is_none() {
            return wrong("mail.imap.user", "a mailbox needs user, and password_file, password_env, password_command or oauth2");
        }
        let names = [("folder", &self.folder), ("done", &self.done), ("problem", &self.problem)];
        if let Some((field, _)) = names.iter().find(|(_, name)| name.is_empty() || name.chars().any(|c| c.is_control())) {
            return wrong(&format!("mail.imap.{field}"), "the name of a folder of the mailbox");
        }
        let inbox = |name: &str| name.eq_ignore_ascii_case("inbox");
        let same = |name: &String| *name == self.folder || inbox(name) && inbox(&self.folder);
        if same(&self.done) || same(&self.problem) {
            return wrong("mail.imap.done", "another folder than the one that mails come in by");
        }
        let server = server("mail.imap", self.host, port, self.tls, self.ca_file.map(|f| root.join(f)), login)?;
        Ok(Imap { server, folder: self.folder, done: self.done, problem: self.problem })
    }
}

impl OAuth2Toml {
    fn secret(self, root: &Path) -> Secret {
        Secret::OAuth2(OAuth2 {
            token_url: self.token_url,
            client_id: self.client_id,
            client_secret_file: self.client_secret_file.map(|f| root.join(f)),
            refresh_token_file: root.join(self.refresh_token_file),
            scope: self.scope,
        })
    }
}

/// The places for a secret that are filled in, of the four that there are.
fn secrets(
    root: &Path,
    file: Option<PathBuf>,
    env: Option<String>,
    command: Option<String>,
    oauth2: Option<OAuth2Toml>,
) -> [Option<Secret>; 4] {
    let file = file.map(|file| Secret::File(root.join(file)));
    [file, env.map(Secret::Env), command.map(Secret::Command), oauth2.map(|oauth2| oauth2.secret(root))]
}

fn login(section: &str, user: Option<String>, secrets: [Option<Secret>; 4]) -> Result<Option<Login>, Wrong> {
    let mut given = secrets.into_iter().flatten();
    match (user, given.next(), given.next()) {
        (_, Some(_), Some(_)) => wrong(section, "one of password_file, password_env, password_command and oauth2, not several"),
        (Some(user), Some(secret), None) => Ok(Some(Login { user, secret })),
        (Some(_), None, _) => {
            wrong(&format!("{section}.user"), "its secret is missing: password_file, password_env, password_command or oauth2")
        }
        (None, Some(_), None) => wrong(&format!("{section}.user"), "missing: whose secret is it?"),
        (None, None, _) => Ok(None),
    }
}

fn server(
    section: &str,
    host: String,
    port: u16,
    tls: Tls,
    ca_file: Option<PathBuf>,
    login: Option<Login>,
) -> Result<Server, Wrong> {
    if host.trim().is_empty() || host.chars().any(char::is_whitespace) {
        return wrong(&format!("{section}.host"), "the server's name");
    }
    // Whoever listens on the way would read passwords and prices.
    if tls == Tls::None && !is_loopback(&host) {
        return wrong(&format!("{section}.tls"), "\"none\" only to this machine itself: use \"starttls\" or \"tls\"");
    }
    Ok(Server { host, port, tls, ca_file, login })
}

pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
