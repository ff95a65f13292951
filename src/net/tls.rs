//! TLS by rustls with ring, the one provider of the whole program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{CONNECT, Error, Stream};

/// The certificate authorities that are trusted: the system's, and the company's own besides.
///
/// # Errors
/// Where the company's file cannot be read or holds no certificate.
pub fn authorities(ca_file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut all = rustls_native_certs::load_native_certs().certs;
    if let Some(file) = ca_file {
        let at = |why: &dyn std::fmt::Display| format!("ca_file {}: {why}", file.display());
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

/// Speaks TLS over a connection; the server has to prove that it is `host`.
///
/// # Errors
/// Where its certificate does not hold, or it does not speak TLS.
pub async fn over(stream: Stream, host: &str, config: Arc<ClientConfig>) -> Result<Stream, Error> {
    let wrong = |why: String| Error::Tls { host: host.to_owned(), why };
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|why| wrong(why.to_string()))?;
    match timeout(CONNECT, TlsConnector::from(config).connect(name, stream)).await {
        Ok(Ok(spoken)) => Ok(Box::new(spoken)),
        Ok(Err(why)) => Err(wrong(why.to_string())),
        Err(_) => Err(wrong("no answer in time".into())),
    }
}
