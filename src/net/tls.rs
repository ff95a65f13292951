//! TLS by rustls with ring, the one provider of the whole program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::DateTime;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, CertificateError, ClientConfig, RootCertStore};

use super::{CONNECT, Error, Stream};

/// The certificate authorities that are trusted: the system's, and the company's own besides.
///
/// # Errors
/// Where the company's file cannot be read or holds no certificate.
pub fn authorities(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut all = rustls_native_certs::load_native_certs().certs;
    if let Some(file) = ca_file {
        let at = |why: &dyn std::fmt::Display| format!("ca_file {}: {why}", file.display());
        if file.metadata().is_ok_and(|about| !about.is_file()) {
            return Err(at(&"is no file (PEM)"));
        }
        let own = CertificateDer::pem_file_iter(file).map_err(|why| at(&why))?;
        let own = own.collect::<Result<Vec<_>, _>>().map_err(|why| at(&why))?;
        if own.is_empty() {
            return Err(at(&"no certificate in it (PEM)"));
        }
        all.extend(own);
    }
    Ok(all)
}

/// How a client of ours speaks TLS, with the certificates read anew: a renewed one of the company's own authority counts
/// without a restart.
///
/// # Errors
/// As [`authorities`].
pub async fn client(ca_file: Option<PathBuf>) -> Result<Arc<ClientConfig>, String> {
    let made = tokio::task::spawn_blocking(move || trusting(ca_file.as_deref())).await;
    made.unwrap_or_else(|died| Err(died.to_string()))
}

fn trusting(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    // A system's store holds odd ones now and then: those that cannot be used are passed over.
    roots.add_parsable_certificates(authorities(ca_file)?);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|why| why.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Why TLS does not come about, and what mends it: each has its own remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error(
        "the server does not speak it from the first byte on this port: tls = \"starttls\" fits the port, or else take the one for \
         tls = \"tls\" (SMTP 465, IMAP 993)"
    )]
    Plain,
    #[error("no answer in time; see whether port and tls fit together, and a firewall lets it through")]
    Silent,
    /// Until when it held.
    #[error("its certificate ran out{0}: it has to be renewed at the server (or is this machine's clock wrong?)")]
    Expired(String),
    /// From when it holds.
    #[error("its certificate does not hold yet{0}: see whether the clocks of this machine and of the server are right")]
    NotYet(String),
    #[error("its certificate is of another name: host has to be a name that it holds{0}")]
    OtherName(String),
    #[error(
        "nobody who is trusted here vouches for its certificate: where it is by the company's own authority, or the server's own word, \
         name that certificate in ca_file"
    )]
    Unknown,
    #[error(
        "its certificate is an authority's (CA:TRUE), which no server may show: make one for the server itself, by that authority or \
         by itself with CA:FALSE, and name the authority's, or the new one, in ca_file"
    )]
    Authority,
    #[error("{0}; see whether host is the name in its certificate, and ca_file has the company's own authority")]
    Other(String),
    #[error("{0}")]
    Slipped(&'static str),
}

impl Why {
    /// Is it the certificate that is not trusted?
    pub fn is_distrust(&self) -> bool {
        !matches!(self, Why::Plain | Why::Silent | Why::Slipped(_))
    }

    fn of(why: &std::io::Error) -> Why {
        let Some(said) = why.get_ref().and_then(|why| why.downcast_ref::<rustls::Error>()) else {
            return Why::Other(why.to_string());
        };
        let day = |at: &UnixTime| {
            let at = DateTime::from_timestamp(i64::try_from(at.as_secs()).unwrap_or_default(), 0).unwrap_or_default();
            at.format("%Y-%m-%d").to_string()
        };
        let rustls::Error::InvalidCertificate(why) = said else {
            return match said {
                rustls::Error::InvalidMessage(_) => Why::Plain,
                other => Why::Other(other.to_string()),
            };
        };
        match why {
            CertificateError::Expired => Why::Expired(String::new()),
            CertificateError::ExpiredContext { not_after, .. } => Why::Expired(format!(" on {}", day(not_after))),
            CertificateError::NotValidYet => Why::NotYet(String::new()),
            CertificateError::NotValidYetContext { not_before, .. } => Why::NotYet(format!(", but from {} on", day(not_before))),
            CertificateError::NotValidForName => Why::OtherName(String::new()),
            CertificateError::NotValidForNameContext { presented, .. } => {
                let names: Vec<&str> = presented.iter().filter_map(|name| name.split('"').nth(1)).take(NAMES).collect();
                Why::OtherName(if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) })
            }
            // Of two authorities of one name the wrong one is tried.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Why::Unknown,
            // One that vouches for itself and may vouch for others too, as openssl makes them unasked.
            CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => Why::Authority,
            other => Why::Other(other.to_string()),
        }
    }
}

/// So many names of a certificate are told.
const NAMES: usize = 5;

/// Speaks TLS over a connection; the server has to prove that it is `host`.
///
/// # Errors
/// Where its certificate does not hold, or it does not speak TLS.
pub async fn over(stream: Stream, host: &str, config: Arc<ClientConfig>) -> Result<Stream, Error> {
    let wrong = |why: Why| Error::Tls { host: host.to_owned(), why };
    let name =
        ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|why| wrong(Why::Other(why.to_string())))?;
    match timeout(CONNECT, TlsConnector::from(config).connect(name, stream)).await {
        Ok(Ok(spoken)) => Ok(Box::new(spoken)),
        Ok(Err(why)) => Err(wrong(Why::of(&why))),
        Err(_) => Err(wrong(Why::Silent)),
    }
}
