//! One connection, line by line: a command out, its reply in, each within its time.
//!
//! The reading is our own, over lettre's commands. Its connection would write the message and the last dot in one go
//! (the mark that the mail may have arrived has to stand between them), keeps what a middleman slips in before TLS
//! starts, loses a reply in an odd charset or without words, and does not notice a reply that nobody asked for.

use std::fmt::Display;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::time::timeout;
use tokio_rustls::rustls::ClientConfig;

use crate::faults::Faults;
use crate::net::secret::Shown;
use crate::net::{self, Stream, tls};

/// A reply's line is 512 bytes by RFC 5321; servers write longer ones.
const LINE: u64 = 8 << 10;
/// Lines of a reply; an EHLO has some twenty.
const LINES: usize = 200;
/// Written at once, each piece within its time.
const PIECE: usize = 64 << 10;

/// What a server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

impl Reply {
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// The enhanced code (RFC 2034), `5.3.4`; empty where there is none.
    pub fn enhanced(&self) -> &str {
        let word = self.lines.first().and_then(|line| line.split_whitespace().next()).unwrap_or_default();
        let numbers = word.split('.').filter(|n| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())).count();
        if numbers == 3 && word.split('.').count() == 3 { word } else { "" }
    }
}

impl Display for Reply {
    /// `550 5.1.1 no such user`: on one line, not too long.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: String = self.lines.join(" ").chars().filter(|c| !c.is_control()).take(400).collect();
        write!(f, "{} {words}", self.code)
    }
}

/// There is no reply and the connection is of no use any more.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    #[error("the connection was lost: {0}")]
    Broken(#[from] io::Error),
    #[error("the server closed the connection")]
    Closed,
    #[error("no reply within {} s", .0.as_secs())]
    Silent(Duration),
    #[error("the server does not speak SMTP: {0:?}")]
    Garbage(String),
}

pub struct Wire {
    stream: BufReader<Stream>,
    encrypted: bool,
    shown: Shown,
    faults: Faults,
}

impl Wire {
    pub fn plain(stream: Stream, faults: Faults) -> Wire {
        Wire { stream: BufReader::new(stream), encrypted: false, shown: Shown::default(), faults }
    }

    /// Speaks TLS from here on. All that was heard before is forgotten (RFC 3207, 4.2).
    ///
    /// # Errors
    /// Where TLS does not come about, or the server has already said more than it may before TLS.
    pub async fn secured(self, host: &str, config: Arc<ClientConfig>) -> Result<Wire, net::Error> {
        let wrong = |why| net::Error::Tls { host: host.to_owned(), why: tls::Why::Slipped(why) };
        if !self.stream.buffer().is_empty() {
            return Err(wrong("something was slipped in before it began: somebody is on the way"));
        }
        if self.encrypted {
            return Err(wrong("it has begun already"));
        }
        let spoken = tls::over(self.stream.into_inner(), host, config).await?;
        Ok(Wire { stream: BufReader::new(spoken), encrypted: true, shown: Shown::default(), faults: self.faults })
    }

    /// From here on no words of the server hold this.
    pub fn hide(&mut self, secret: &str) {
        self.shown.add(secret);
    }

    /// One of lettre's commands, which ends its own line.
    pub async fn command(&mut self, command: impl Display, limit: Duration) -> Result<Reply, Lost> {
        self.quiet().await?;
        self.faults.check("smtp.command")?;
        let line = command.to_string();
        within(limit, self.stream.write_all(line.as_bytes())).await?;
        within(limit, self.stream.flush()).await?;
        self.reply(limit).await
    }

    /// A message as it goes over the wire, without the last dot.
    pub async fn body(&mut self, bytes: &[u8], limit: Duration) -> Result<(), Lost> {
        self.quiet().await?;
        self.faults.check("smtp.data")?;
        for piece in bytes.chunks(PIECE) {
            within(limit, self.stream.write_all(piece)).await?;
        }
        within(limit, self.stream.flush()).await
    }

    /// The last dot: from here on the mail may have arrived. To be asked for when all is quiet.
    pub async fn dot(&mut self, limit: Duration) -> Result<Reply, Lost> {
        within(limit, self.stream.write_all(b".\r\n")).await?;
        within(limit, self.stream.flush()).await?;
        self.reply(limit).await
    }

    /// The next reply, whole.
    pub async fn reply(&mut self, limit: Duration) -> Result<Reply, Lost> {
        self.faults.check("smtp.reply")?;
        match timeout(limit, self.read_reply()).await {
            Ok(read) => read,
            Err(_) => Err(Lost::Silent(limit)),
        }
    }

    async fn read_reply(&mut self) -> Result<Reply, Lost> {
        let mut reply: Option<Reply> = None;
        loop {
            let mut line = Vec::new();
            (&mut self.stream).take(LINE).read_until(b'\n', &mut line).await?;
            if line.is_empty() {
                return Err(Lost::Closed);
            }
            let garbage = || self.garbage(&line);
            if !line.ends_with(b"\n") {
                return Err(if line.len() as u64 == LINE { garbage() } else { Lost::Closed });
            }
            // Latin-1 and legacy charsets occur; the code is what counts.
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            let code = text.get(..3).filter(|c| c.bytes().all(|b| b.is_ascii_digit())).and_then(|c| c.parse::<u16>().ok());
            let code = code.filter(|c| (200..600).contains(c)).ok_or_else(garbage)?;
            let more = match text.as_bytes().get(3) {
                Some(b'-') => true,
                Some(b' ') | None => false,
                Some(_) => return Err(garbage()),
            };
            let reply = reply.get_or_insert_with(|| Reply { code, lines: vec![] });
            if reply.code != code || reply.lines.len() >= LINES {
                return Err(garbage());
            }
            reply.lines.push(self.shown.blot(text.get(4..).unwrap_or_default()));
            if !more {
                // A secret with a blank may begin on one line and end on the next.
                let words = reply.lines.join(" ");
                let blotted = self.shown.blot(&words);
                let lines = if blotted == words { std::mem::take(&mut reply.lines) } else { vec![blotted] };
                return Ok(Reply { code, lines });
            }
        }
    }

    /// Nothing may have come that was not asked for: the next reply would be taken for that of another command. A kept
    /// connection that the server has closed meanwhile shows here too, without a NOOP.
    ///
    /// # Errors
    /// Where something came.
    pub async fn quiet(&mut self) -> Result<(), Lost> {
        let came = std::future::poll_fn(|context| {
            Poll::Ready(match Pin::new(&mut self.stream).poll_fill_buf(context) {
                Poll::Pending => Ok(false),
                Poll::Ready(Ok([])) => Err(Lost::Closed),
                Poll::Ready(Ok(_)) => Ok(true),
                Poll::Ready(Err(why)) => Err(Lost::Broken(why)),
            })
        });
        match came.await? {
            false => Ok(()),
            true => Err(self.garbage(self.stream.buffer())),
        }
    }

    fn garbage(&self, heard: &[u8]) -> Lost {
        Lost::Garbage(self.shown.blot(&String::from_utf8_lossy(heard)).trim_end().chars().take(80).collect())
    }
}

async fn within(limit: Duration, written: impl Future<Output = io::Result<()>>) -> Result<(), Lost> {
    match timeout(limit, written).await {
        Ok(written) => written.map_err(Lost::Broken),
        Err(_) => Err(Lost::Silent(limit)),
    }
}
