//! The bytes below IMAP: the connection, in the clear or under TLS, and a guard that no answer grows without bounds. The
//! library takes a server's word for it and lays out half a gigabyte before the first byte of it has come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::PIECE;
use crate::net::Stream;

/// The longest line outside of literals: room for the numbers of some hundred thousand mails.
const LINE_MOST: usize = 8 << 20;
/// The largest literal: a piece of a mail, and some.
const LITERAL_MOST: u64 = 2 * PIECE as u64;
/// All that comes between two commands of ours. Lines and literals may follow each other without end, and the library
/// keeps an answer until it is over.
const ANSWER_MOST: usize = 16 << 20;
/// Of the few lines before the library takes over.
const EARLY_LINE_MOST: usize = 16 << 10;

/// A connection to the server.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    frame: Frame,
}

impl Wire {
    pub fn over(stream: Stream) -> Wire {
        Wire { stream, frame: Frame::default() }
    }

    /// The bare connection, to begin TLS on. Nothing that came before is kept: what a stranger on the way may have slipped
    /// in ahead of the encryption never counts.
    pub fn into_stream(self) -> Stream {
        self.stream
    }

    /// One line, without its end. Byte by byte: not one more is taken, for what follows may be TLS.
    pub async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            match self.read_u8().await? {
                b'\n' => break,
                byte if line.len() < EARLY_LINE_MOST => line.push(byte),
                _ => return Err(too_long()),
            }
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_string())
    }

    /// A command before the library takes over: the lines of its answer, its outcome last.
    pub async fn ask(&mut self, tag: &str, command: &str) -> io::Result<Vec<String>> {
        self.write_all(format!("{tag} {command}\r\n").as_bytes()).await?;
        self.flush().await?;
        let mut lines = Vec::new();
        loop {
            lines.push(self.line().await?);
            if lines.last().is_some_and(|l| l.strip_prefix(tag).is_some_and(|rest| rest.starts_with(' '))) {
                return Ok(lines);
            }
            if lines.len() > 100 {
                return Err(too_long());
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        Poll::Ready(self.frame.see(&buf.filled()[before..]))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.frame.answer = 0;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Follows lines and literals (RFC 3501, 4.3): a line that ends in `{n}` is followed by n bytes.
#[derive(Debug, Default)]
struct Frame {
    answer: usize,
    literal: u64,
    line: usize,
    /// The last bytes of the line so far.
    tail: Vec<u8>,
}

impl Frame {
    /// # Errors
    /// Where a literal is announced, or a line goes on, beyond what this desk ever asks for.
    fn see(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.answer += bytes.len();
        if self.answer > ANSWER_MOST {
            return Err(too_long());
        }
        while !bytes.is_empty() {
            if self.literal > 0 {
                let skipped = usize::try_from(self.literal).unwrap_or(usize::MAX).min(bytes.len());
                self.literal -= skipped as u64;
                bytes = &bytes[skipped..];
                continue;
            }
            let end = bytes.iter().position(|b| *b == b'\n');
            let part = &bytes[..end.map_or(bytes.len(), |at| at + 1)];
            bytes = &bytes[part.len()..];
            self.line += part.len();
            self.tail.extend_from_slice(&part[part.len().saturating_sub(TAIL)..]);
            let spare = self.tail.len().saturating_sub(TAIL);
            self.tail.drain(..spare);
            if self.line > LINE_MOST {
                return Err(too_long());
            }
            if end.is_some() {
                self.literal = announced(&self.tail).unwrap_or_default();
                if self.literal > LITERAL_MOST {
                    return Err(too_long());
                }
                self.line = if self.literal > 0 { self.line } else { 0 };
                self.tail.clear();
            }
        }
        Ok(())
    }
}

/// `{`, twenty digits, `+}`, the line's end.
const TAIL: usize = 25;

fn announced(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let open = line.iter().rposition(|b| *b == b'{')?;
    let digits = std::str::from_utf8(&line[open + 1..]).ok()?;
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn too_long() -> io::Error {
    io::Error::other("the server's answer is longer than anything that was asked for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_answer_is_refused_when_it_is_announced() {
        let seen = |chunks: &[&[u8]]| {
            let mut frame = Frame::default();
            chunks.iter().try_for_each(|chunk| frame.see(chunk)).is_ok()
        };
        assert!(seen(&[b"* 1 FETCH (BODY[] {5}\r\n12345)\r\n* OK\r\n"]));
        assert!(!seen(&[b"* 1 FETCH (BODY[] {536870912}\r\n"]));
        assert!(!seen(&[b"* 1 FETCH (BODY[] {5368", b"70912", b"}\r", b"\n"]), "in pieces too");
        assert!(!seen(&[b"* 1 FETCH (BODY[] {99999999999999999999}\r\n"]));
        // What a mail's own text says is no announcement.
        assert!(seen(&[b"* 1 FETCH (BODY[] {13}\r\n{536870912}\r\n)\r\n"]));
        assert!(seen(&[b"* 1 FETCH (BODY[] {13}\r\n{5368", b"70912}\r\n", b")\r\n"]));
        assert!(!seen(&[&vec![b'x'; LINE_MOST + 1]]));
    }

    /// An answer of many literals, none too large, or of many lines: the library would keep it all.
    #[test]
    fn an_answer_without_end_is_refused() {
        for part in [[b"BODY[] {65536}\r\n".to_vec(), vec![b'x'; 65536]].concat(), b"* SEARCH 1 2 3\r\n".repeat(4096)] {
            let mut frame = Frame::default();
            let taken = (0..1 << 10).take_while(|_| frame.see(&part).is_ok()).count() * part.len();
            assert!(taken > PIECE && taken <= ANSWER_MOST, "{taken}");
        }
    }
}
