//! A certificate authority for the length of a test.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Writes `ca.pem`, and `key.pem`, `cert.pem` and both in one for a server at `host` (and at 127.0.0.1: through a proxy).
pub fn write(dir: &Path, host: &str) {
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(Vec::default()).expect("no names");
    authority.distinguished_name.push(DnType::CommonName, "quotedesk test lab");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_cert = authority.self_signed(&authority_key).expect("a certificate");
    let issuer = Issuer::new(authority, authority_key);

    let key = KeyPair::generate().expect("a key");
    let mut server = CertificateParams::new([host, "127.0.0.1", "localhost"].map(str::to_string)).expect("names");
    server.distinguished_name.push(DnType::CommonName, "lab server");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let cert = server.signed_by(&key, &issuer).expect("a certificate");

    let (key, cert) = (key.serialize_pem(), cert.pem());
    for (name, text) in
        [("ca.pem", authority_cert.pem()), ("key-and-cert.pem", format!("{key}{cert}")), ("key.pem", key), ("cert.pem", cert)]
    {
        fs::write(dir.join(name), text).expect("the lab's folder takes files");
    }
}
