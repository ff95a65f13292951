//! Connections to mail servers: TLS with the system's authorities and the company's own, passwords from where they lie,
//! tokens that are renewed. What is sent over them is decided in [`crate::dispatch`] and [`crate::intake`].

pub mod oauth;
pub mod secret;
pub mod tls;

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::Server;

/// A server that does not take a connection within this time is away.
pub const CONNECT: Duration = Duration::from_secs(30);
/// Of its addresses each gets so long.
const ADDRESS: Duration = Duration::from_secs(8);

/// What carries the bytes to a server and back: TCP, TLS over it, or a script that stands for a server.
pub trait Carrier: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug> Carrier for T {}

pub type Stream = Box<dyn Carrier>;

/// Why there is no connection. Never holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{host}:{port}: {why}")]
    Connect { host: String, port: u16, why: io::Error },
    #[error("{host}: TLS: {why}")]
    Tls { host: String, why: tls::Why },
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
pub async fn connect(server: &Server) -> Result<Stream, Error> {
    let wrong = |why| Error::Connect { host: server.host.clone(), port: server.port, why };
    let stream = match timeout(CONNECT, connected(server.host.trim_matches(['[', ']']), server.port)).await {
        Ok(connected) => connected.map_err(wrong)?,
        Err(_) => return Err(wrong(io::ErrorKind::TimedOut.into())),
    };
    stream.set_nodelay(true).map_err(wrong)?;
    Ok(Box::new(stream))
}

/// One address after the other: where IPv6 leads nowhere, IPv4 still gets its turn.
async fn connected(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in tokio::net::lookup_host((host, port)).await? {
        match timeout(ADDRESS, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(why)) => last = why,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(last)
}
