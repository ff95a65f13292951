//! A mail server out of bytes: what it says, in which pieces, and when. What it hears changes nothing but when it goes on.
//!
//! The first byte of an input chooses what else goes wrong, and how the desk is set up; the rest are pieces, each led in by
//! the byte that says when it comes. What nothing leads in comes at once.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use quotedesk::config::{Login, Secret, Server, Tls};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

/// Once the desk has asked its store for leave to send the last dot.
const LEAVE: u8 = 0x1c;
/// Never, and nothing after it.
const NEVER: u8 = 0x1d;
/// Once the desk has said a line, or the whole of a message.
const TURN: u8 = 0x1e;
/// At once, but not together with what came before.
const NOW: u8 = 0x1f;

/// So long is waited for a server that is silent.
pub const LIMIT: Duration = Duration::from_millis(2);
pub const USER: &str = "yeucau@anphat.example";
/// The first line of `fuzz/targets/password`.
pub const PASSWORD: &str = "mat-khau-7";

/// The options of an input, from its first byte.
#[derive(Clone, Copy)]
pub struct Options(u8);

impl Options {
    /// At its end the server is silent; otherwise the connection is closed.
    const SILENT: u8 = 1;
    /// Then nothing can be written either.
    const BREAKS: u8 = 2;

    pub fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    /// In one of four: TLS, which no script ever speaks.
    pub fn starttls(self) -> bool {
        self.0 >> 6 == 3
    }
}

/// The server's side. Cheap to clone; all clones are the same server.
#[derive(Clone, Debug)]
pub struct Script(Arc<Mutex<Inner>>);

/// When the desk had said something whole.
#[derive(Clone, Debug)]
pub struct Turn {
    pub words: Vec<u8>,
    /// So many bytes had the server said by then.
    pub said: usize,
    /// Something else was on its way to the desk already.
    pub crossed: bool,
}

#[derive(Debug)]
pub struct Inner {
    pieces: VecDeque<(u8, Vec<u8>)>,
    silent: bool,
    breaks: bool,
    /// Of the piece that comes just now.
    coming: VecDeque<u8>,
    pub said: Vec<u8>,
    pub heard: Vec<u8>,
    pub turns: Vec<Turn>,
    answered: usize,
    begun: usize,
    leave: bool,
    /// The desk has looked, and there was nothing.
    looked: bool,
    /// Mails end by a dot here.
    smtp: bool,
}

impl Script {
    /// What an input says.
    pub fn of(bytes: &[u8], smtp: bool) -> (Options, Script) {
        let (options, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
        let mut pieces = VecDeque::from([(NOW, Vec::new())]);
        for byte in rest {
            match *byte {
                LEAVE | NEVER | TURN | NOW => pieces.push_back((*byte, Vec::new())),
                _ => pieces.back_mut().expect("one at least").1.push(*byte),
            }
        }
        pieces.retain(|(when, piece)| *when != NOW || !piece.is_empty());
        let options = Options(options);
        let inner = Inner {
            pieces,
            silent: options.has(Options::SILENT),
            breaks: options.has(Options::BREAKS),
            coming: VecDeque::new(),
            said: Vec::new(),
            heard: Vec::new(),
            turns: Vec::new(),
            answered: 0,
            begun: 0,
            leave: false,
            looked: false,
            smtp,
        };
        (options, Script(Arc::new(Mutex::new(inner))))
    }

    pub fn get(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The desk asks its store for leave.
    pub fn leave(&self) -> bool {
        self.get().leave = true;
        true
    }
}

impl Inner {
    /// Is the next piece due?
    fn is_due(&self) -> bool {
        self.pieces.front().is_some_and(|(when, _)| match *when {
            NOW => true,
            TURN => self.answered < self.turns.len(),
            LEAVE => self.leave,
            _ => false,
        })
    }

    fn hear(&mut self, byte: u8) {
        self.heard.push(byte);
        let turn = &self.heard[self.begun..];
        let over = match self.in_message() {
            true => turn.ends_with(b"\r\n.\r\n") || turn == b".\r\n",
            false => byte == b'\n',
        };
        if over {
            let crossed = !self.coming.is_empty() || (self.is_due() && self.pieces.front().is_some_and(|p| p.0 != TURN));
            self.turns.push(Turn { words: turn.to_vec(), said: self.said.len(), crossed });
            self.begun = self.heard.len();
        }
    }

    /// The server has said that the message may come, and has not had all of it.
    fn in_message(&self) -> bool {
        let Some(last) = self.turns.last().filter(|_| self.smtp) else { return false };
        last.words == b"DATA\r\n" && reply(&self.said[last.said..]).is_some_and(|(code, _)| code == 354)
    }

    /// What the server said after a turn, up to the next one.
    pub fn answer(&self, turn: usize) -> &[u8] {
        let end = self.turns.get(turn + 1).map_or(self.said.len(), |next| next.said);
        &self.said[self.turns[turn].said..end]
    }
}

/// The first reply in these bytes that is whole (RFC 5321, 4.2), and how long it is.
pub fn reply(bytes: &[u8]) -> Option<(u16, usize)> {
    let mut at = 0;
    loop {
        let end = at + bytes[at..].iter().position(|b| *b == b'\n')? + 1;
        let line = &bytes[at..end];
        let code = std::str::from_utf8(line.get(..3)?).ok().filter(|c| c.bytes().all(|b| b.is_ascii_digit()))?;
        if line.get(3) != Some(&b'-') {
            return Some((code.parse().ok()?, end));
        }
        at = end;
    }
}

impl AsyncRead for Script {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.get();
        while inner.coming.is_empty() && inner.is_due() {
            let (when, piece) = inner.pieces.pop_front().expect("it is due");
            inner.answered += usize::from(when == TURN);
            inner.coming = piece.into();
        }
        if inner.coming.is_empty() {
            // A look alone finds nothing; who waits here waits in vain.
            let waits = std::mem::replace(&mut inner.looked, true);
            return match (waits, inner.silent) {
                (true, false) => Poll::Ready(Ok(())),
                (true, true) => Poll::Pending,
                (false, _) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            };
        }
        let length = into.remaining().min(inner.coming.len());
        let said: Vec<u8> = inner.coming.drain(..length).collect();
        into.put_slice(&said);
        inner.said.extend(said);
        inner.looked = false;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Script {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut inner = self.get();
        if inner.breaks && inner.pieces.is_empty() {
            return match inner.silent {
                true => Poll::Pending,
                false => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            };
        }
        bytes.iter().for_each(|byte| inner.hear(*byte));
        inner.looked = false;
        Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The server of the desk's config.
pub fn server(login: bool, starttls: bool) -> Server {
    let secret = Secret::File(password());
    Server {
        host: "mx.anphat.example".into(),
        port: 25,
        tls: if starttls { Tls::Starttls } else { Tls::None },
        ca_file: None,
        login: login.then(|| Login { user: USER.into(), secret }),
    }
}

/// From the desk's own package or from the fuzzer's.
fn password() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let both = ["fuzz/targets/password", "targets/password"].map(|file| package.join(file));
    both.into_iter().find(|file| file.exists()).expect("fuzz/targets/password")
}

/// Runs what the desk does with a server, to its end.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(work))
}

/// A dialogue as a seed: the server's lines, each after one of the desk's; what begins with `+` comes at once.
pub fn dialogue(options: u8, says: &[&str]) -> Vec<u8> {
    let mut bytes = vec![options];
    for (n, line) in says.iter().enumerate() {
        let (lead, line) = match line.strip_prefix('+') {
            Some(line) => (NOW, line),
            None => (TURN, *line),
        };
        bytes.extend((n > 0).then_some(lead));
        bytes.extend(line.replace('\n', "\r\n").bytes());
    }
    bytes
}
