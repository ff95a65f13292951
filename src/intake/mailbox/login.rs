//! The way in: TLS, what the server offers, and the login by password or token.

use async_imap::{Authenticator, Client};
use data_encoding::BASE64;
use secrecy::{ExposeSecret, SecretString};

use super::wire::Wire;
use super::{Error, Pace, lost, said, unreadable, within};
use crate::config::{Login, Server, Tls};
use crate::faults::Faults;
use crate::net::oauth::Tokens;
use crate::net::secret::{self, Proof, Shown};
use crate::net::{self, Stream, tls};

/// Connects and logs in, once. `connecting`: how the connection comes about. `true` beside an error: it may be the token.
pub(super) async fn attempt(
    server: &Server,
    login: &Login,
    tokens: &Tokens,
    pace: Pace,
    faults: &Faults,
    connecting: impl Future<Output = Result<Stream, net::Error>>,
) -> Result<(async_imap::Session<Wire>, Shown), (Error, bool)> {
    let plainly = |why: Error| (why, false);
    faults.check("imap.connect").map_err(|why| plainly(lost("connect", why)))?;
    // Before the connection: servers let go of one that is silent at first.
    let proof = secret::of(login, tokens).await.map_err(|why| plainly(why.into()))?;
    let (wire, offers) = within(pace.command, "connect", reach(server, connecting)).await.map_err(plainly)?;
    let is_token = matches!(proof, Proof::Token(_));
    let shown = shown(&login.user, &proof, server);
    let logging_in = log_in(wire, &offers, server, &login.user, proof);
    match within(pace.command, "LOGIN", logging_in).await {
        Ok(imap) => Ok((imap, shown)),
        Err(why) => Err((why.without(&shown), is_token)),
    }
}

/// A connection as far as the login, and what the server offers for that.
async fn reach(
    server: &Server,
    connecting: impl Future<Output = Result<Stream, net::Error>>,
) -> Result<(Wire, Vec<String>), Error> {
    let stream = connecting.await?;
    let config = async || tls::client(server.ca_file.clone()).await.map_err(Error::Server);
    let mut wire = match server.tls {
        Tls::Tls => Wire::over(tls::over(stream, &server.host, config().await?).await?),
        Tls::Starttls | Tls::None => Wire::over(stream),
    };
    let greeting = wire.line().await.map_err(|why| lost("greeting", why))?;
    if !greeting.to_ascii_uppercase().starts_with("* OK") {
        return Err(Error::Server(format!("greeting: {}", said(&greeting))));
    }
    if server.tls == Tls::Starttls {
        let answer = wire.ask("s", "STARTTLS").await.map_err(|why| lost("STARTTLS", why))?;
        let last = answer.last().map(String::as_str).unwrap_or_default();
        if !last.to_ascii_uppercase().starts_with("S OK") {
            return Err(Error::Server(format!("STARTTLS: the server refuses: {}", said(last))));
        }
        wire = Wire::over(tls::over(wire.into_stream(), &server.host, config().await?).await?);
    }
    let lines = wire.ask("c", "CAPABILITY").await.map_err(|why| lost("CAPABILITY", why))?;
    let offered = lines.iter().map(|l| l.to_ascii_uppercase()).filter(|l| l.starts_with("* CAPABILITY "));
    let offers = offered.flat_map(|l| l.split_whitespace().skip(2).map(String::from).collect::<Vec<_>>()).collect();
    Ok((wire, offers))
}

async fn log_in(
    wire: Wire,
    offers: &[String],
    server: &Server,
    user: &str,
    proof: Proof,
) -> Result<async_imap::Session<Wire>, Error> {
    let offered = |name: &str| offers.iter().any(|o| o == name);
    let client = Client::new(wire);
    let logged_in = match proof {
        Proof::Password(password) => {
            // LOGIN carries ASCII alone for sure (RFC 3501, 6.2.3).
            let by_plain = offered("LOGINDISABLED") || !password.expose_secret().is_ascii() || !user.is_ascii();
            if by_plain && !offered("AUTH=PLAIN") {
                return Err(Error::Server("the server takes no passwords on this connection (neither LOGIN nor PLAIN)".into()));
            }
            match by_plain {
                true => client.authenticate("PLAIN", Plain { user, password: &password }).await,
                false => client.login(user, password.expose_secret()).await,
            }
        }
        Proof::Token(token) if offered("AUTH=XOAUTH2") => {
            client.authenticate("XOAUTH2", XOAuth2 { user, token: &token, said: false }).await
        }
        Proof::Token(token) if offered("AUTH=OAUTHBEARER") => {
            client.authenticate("OAUTHBEARER", OAuthBearer { user, token: &token, server, said: false }).await
        }
        Proof::Token(_) => {
            return Err(Error::Server("the server takes no access tokens (neither XOAUTH2 nor OAUTHBEARER)".into()));
        }
    };
    logged_in.map_err(|(why, _)| match why {
        async_imap::error::Error::No(words) if !words.to_ascii_uppercase().contains("UNAVAILABLE") => {
            Error::Login { user: user.into(), said: bare(&words).into() }
        }
        async_imap::error::Error::Bad(words) => Error::Login { user: user.into(), said: bare(&words).into() },
        other => unreadable("LOGIN", &other.to_string()),
    })
}

/// A secret, and what it looks like on the wire: some servers repeat what they do not understand.
fn shown(user: &str, proof: &Proof, server: &Server) -> Shown {
    let lines = match proof {
        Proof::Password(password) => vec![Plain { user, password }.process(&[])],
        Proof::Token(token) => {
            vec![XOAuth2 { user, token, said: false }.process(&[]), OAuthBearer { user, token, server, said: false }.process(&[])]
        }
    };
    let (Proof::Password(secret) | Proof::Token(secret)) = proof;
    let secret = secret.expose_secret();
    let quoted = secret.replace('\\', "\\\\").replace('"', "\\\"");
    let mut shown = Shown::default();
    lines.iter().for_each(|line| shown.add(&BASE64.encode(line.as_bytes())));
    // First what is longest. The library's own words escape the server's once more.
    [format!("{quoted:?}").trim_matches('"'), &quoted, secret].into_iter().for_each(|form| shown.add(form));
    shown
}

/// RFC 4616.
struct Plain<'a> {
    user: &'a str,
    password: &'a SecretString,
}

impl Authenticator for Plain<'_> {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password.expose_secret())
    }
}

struct XOAuth2<'a> {
    user: &'a str,
    token: &'a SecretString,
    said: bool,
}

impl Authenticator for XOAuth2<'_> {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        // A second challenge tells what is wrong with the token; the server refuses once that is acknowledged.
        if std::mem::replace(&mut self.said, true) {
            return String::new();
        }
        format!("user={}\x01auth=Bearer {}\x01\x01", self.user, self.token.expose_secret())
    }
}

/// RFC 7628.
struct OAuthBearer<'a> {
    user: &'a str,
    token: &'a SecretString,
    server: &'a Server,
    said: bool,
}

impl Authenticator for OAuthBearer<'_> {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        if std::mem::replace(&mut self.said, true) {
            return "\x01".into();
        }
        let Server { host, port, .. } = self.server;
        let (user, token) = (self.user, self.token.expose_secret());
        format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01")
    }
}

/// The server's words out of what the library makes of them: `code: None, info: Some("…")`.
fn bare(words: &str) -> &str {
    let inner = words.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    inner.unwrap_or(words)
}
