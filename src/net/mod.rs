//! Connections to mail servers: TLS with the system's authorities and the company's own, passwords from where they lie,
//! tokens that are renewed. What is sent over them is decided in [`crate::dispatch`] and [`crate::intake`].

pub mod oauth;
pub mod secret;
pub mod tls;

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::Server;

/// A server that does not take a connection within this time is away.
pub const CONNECT: Duration = Duration::from_secs(30);

/// Why there is no connection. Never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{host}:{port}: {why}")]
    Connect { host: String, port: u16, why: std::io::Error },
    #[error("{host}: TLS: {why}")]
    Tls { host: String, why: String },
    #[error("{0}")]
    Secret(String),
    #[error("{0}")]
    Token(String),
}

/// A TCP connection that sends small pieces at once: with Nagle's algorithm each mail on a kept connection waits about
/// 40 ms for the other side's delayed acknowledgement.
///
/// # Errors
/// Where nobody listens, or nobody answers in time.
pub async fn connect(server: &Server) -> Result<TcpStream, Error> {
    let wrong = |why| Error::Connect { host: server.host.clone(), port: server.port, why };
    let connecting = TcpStream::connect((server.host.trim_matches(['[', ']']), server.port));
    let stream = match timeout(CONNECT, connecting).await {
        Ok(connected) => connected.map_err(wrong)?,
        Err(_) => return Err(wrong(std::io::ErrorKind::TimedOut.into())),
    };
    stream.set_nodelay(true).map_err(wrong)?;
    Ok(stream)
}
