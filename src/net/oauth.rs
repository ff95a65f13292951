//! Access tokens for mail servers: asked for with the refresh token when the last one runs out (RFC 6749, section 6).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::{Error, secret, tls};
use crate::config::{OAuth2, is_loopback};

/// The token server answers within this time, or the login waits for the next try.
const ANSWER: Duration = Duration::from_secs(30);
/// A token is not used in its last minute: the login must not arrive after its end.
const MARGIN: Duration = Duration::from_secs(60);
/// Characters of what it says that an error shows.
const WORDS: usize = 300;
/// Of a server that does not say how long its tokens hold.
const UNSAID: Duration = Duration::from_secs(600);
/// However long it says: a new one costs little.
const MOST: Duration = Duration::from_secs(86_400);

/// The tokens of the desk's logins. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Tokens {
    ca_file: Option<PathBuf>,
    held: Arc<Mutex<HashMap<String, Held>>>,
}

struct Held {
    token: SecretString,
    until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// A number, or by some servers a number in quotes.
    expires_in: Option<serde_json::Value>,
    refresh_token: Option<String>,
}

#[derive(Deserialize)]
struct Denied {
    error: String,
    error_description: Option<String>,
}

impl Tokens {
    /// Trusting the company's own certificate authority besides the system's.
    pub fn trusting(ca_file: Option<PathBuf>) -> Tokens {
        Tokens { ca_file, held: Arc::default() }
    }

    /// A token that still holds.
    ///
    /// # Errors
    /// Where the token server is away or refuses; its words, never a token.
    pub async fn access(&self, of: &OAuth2) -> Result<SecretString, Error> {
        // Held while one is asked for: two logins at once ask once.
        let mut held = self.held.lock().await;
        let key = format!("{}\n{}\n{}", of.token_url, of.client_id, of.refresh_token_file.display());
        if let Some(known) = held.get(&key).filter(|k| k.until > Instant::now()) {
            return Ok(known.token.clone());
        }
        let granted = self.ask(of).await?;
        if let Some(renewed) = granted.refresh_token {
            keep(&of.refresh_token_file, &renewed);
        }
        let holds = granted.expires_in.as_ref().and_then(seconds).unwrap_or(UNSAID).min(MOST).saturating_sub(MARGIN);
        let token = SecretString::from(granted.access_token);
        held.insert(key, Held { token: token.clone(), until: Instant::now() + holds });
        Ok(token)
    }

    /// The server has refused a token of ours: the next login asks for another.
    pub async fn forget(&self) {
        self.held.lock().await.clear();
    }

    async fn ask(&self, of: &OAuth2) -> Result<Granted, Error> {
        let refresh = secret::in_file(&of.refresh_token_file).await?;
        let client_secret = match &of.client_secret_file {
            Some(file) => Some(secret::in_file(file).await?),
            None => None,
        };
        let (of, ca_file) = (of.clone(), self.ca_file.clone());
        let asked = tokio::task::spawn_blocking(move || post(&of, &refresh, client_secret.as_ref(), ca_file.as_deref()));
        asked.await.unwrap_or_else(|died| Err(died.to_string())).map_err(Error::Token)
    }
}

fn seconds(said: &serde_json::Value) -> Option<Duration> {
    let seconds = said.as_f64().or_else(|| said.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(seconds.clamp(0.0, MOST.as_secs_f64())).ok()
}

fn post(
    of: &OAuth2,
    refresh: &SecretString,
    client_secret: Option<&SecretString>,
    ca_file: Option<&Path>,
) -> Result<Granted, String> {
    let at = |why: String| format!("token_url {}: {why}", of.token_url);
    let host = of.token_url.split("://").nth(1).unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    if !of.token_url.starts_with("https://") && !is_loopback(host) {
        return Err(at("only https: a refresh token goes there".into()));
    }
    let roots: Vec<Certificate> =
        tls::authorities(ca_file)?.iter().map(|c| Certificate::from_der(c.as_ref()).to_owned()).collect();
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER))
        .http_status_as_error(false)
        .tls_config(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&roots)).build())
        .build()
        .new_agent();
    let mut form =
        vec![("grant_type", "refresh_token"), ("client_id", of.client_id.as_str()), ("refresh_token", refresh.expose_secret())];
    form.extend(client_secret.map(|s| ("client_secret", s.expose_secret())));
    form.extend(of.scope.as_deref().map(|s| ("scope", s)));
    let mut reply = agent.post(&of.token_url).send_form(form).map_err(|why| at(why.to_string()))?;
    let status = reply.status();
    let body = reply.body_mut().with_config().limit(1 << 20).read_to_string().map_err(|why| at(why.to_string()))?;
    if !status.is_success() {
        let said = serde_json::from_str::<Denied>(&body).ok();
        let said = said.map(|d| format!("{} {}", d.error, d.error_description.unwrap_or_default())).unwrap_or_default();
        let mut shown = secret::Shown::default();
        [Some(refresh), client_secret].into_iter().flatten().for_each(|secret| shown.add(secret.expose_secret()));
        let said: String = shown.blot(&said).chars().take(WORDS).collect();
        return Err(at(format!("{status}: {}", said.trim())));
    }
    // Its error would quote the body.
    serde_json::from_str(&body).map_err(|_| at("its answer is no token".into()))
}

/// Some servers give a new refresh token with each access token, and let the old one go.
fn keep(file: &Path, token: &str) {
    if let Err(why) = write_apart(file, token) {
        tracing::warn!("{}: the renewed refresh token cannot be kept: {why}", file.display());
    }
}

/// For its owner's eyes from the first moment, and whole or not at all.
fn write_apart(file: &Path, token: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let beside = file.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => return Err(why),
        _ => {}
    }
    let mut written = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    written.write_all(token.as_bytes())?;
    written.sync_all()?;
    std::fs::rename(&beside, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_a_token_holds_is_read_however_it_is_said() {
        let holds = |said: &str| {
            let granted: Granted = serde_json::from_str(&format!(r#"{{"access_token":"x","expires_in":{said}}}"#)).unwrap();
            granted.expires_in.as_ref().and_then(seconds).map(|d| d.as_secs())
        };
        assert_eq!(["3599", r#""3599""#, "3599.0", "-1"].map(holds), [Some(3599), Some(3599), Some(3599), Some(0)]);
        assert_eq!(["18446744073709551615", "1e300", r#""9e99""#].map(holds), [Some(86_400); 3]);
        assert_eq!(["null", r#""soon""#, "[]"].map(holds), [None; 3]);
    }
}
