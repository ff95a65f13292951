//! Stands between a desk and one of the lab's servers, and breaks what a test wants broken.
//!
//! On the plain-text ports it knows where in the conversation it is, by the client's last command: for SMTP `CONNECT`, `EHLO`,
//! `AUTH`, `MAIL`, `RCPT`, `DATA`, and `.` for the final dot; for IMAP `CONNECT`, then the command, with its `UID` before it
//! (`LOGIN`, `SELECT`, `UID FETCH`, `IDLE`, `DONE` …). Once TLS has begun it passes bytes and can only cut, stall and slow.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use super::LIMIT;

/// The language that is spoken through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    Smtp,
    Imap,
    /// TLS from the first byte: nothing of it is understood.
    Bytes,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens: connecting is refused. The connections that there are stay. It strikes once, when the port is closed.
    Refuse,
    /// The command never reaches the server, and the connection ends.
    Cut(&'static str),
    /// The server gets the command and does it; its reply never comes, and the connection ends.
    CutReply(&'static str),
    /// The command never reaches the server, and nothing ever comes back, but the connection stays.
    Hang(&'static str),
    /// The server gets the command; its reply, and all that follows it, is held back until the fault is taken away.
    Hold(&'static str),
    /// The proxy answers this command itself (a line without its end); the server never hears of it. At `.` the mail's
    /// text is read and thrown away.
    Answer(&'static str, &'static str),
    /// After so many bytes from the server the connection ends.
    CutAfter(usize),
    /// So many bytes at a time from the server, with this pause between.
    Slow(usize, Duration),
    /// Each mail that the server takes is handed to it once more. The client sees nothing of that.
    Twice,
}

impl Fault {
    fn stage(&self) -> Option<&'static str> {
        match self {
            Fault::Cut(at) | Fault::CutReply(at) | Fault::Hang(at) | Fault::Hold(at) | Fault::Answer(at, _) => Some(at),
            Fault::Twice => Some("."),
            _ => None,
        }
    }
}

/// Dropped, it ends all its connections.
pub struct Proxy {
    /// Where it listens, at 127.0.0.1.
    pub port: u16,
    shared: Arc<Shared>,
    accepting: Option<thread::JoinHandle<()>>,
}

struct Shared {
    tongue: Tongue,
    server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
    over: AtomicBool,
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    /// How often it may still strike; `None`: for ever.
    left: Option<usize>,
    struck: usize,
    /// The stage that each command was at, in their order.
    seen: Vec<String>,
    total: usize,
    open: Vec<(usize, TcpStream, TcpStream)>,
    most: usize,
}

impl Proxy {
    /// A proxy before a server of the lab. It breaks nothing yet.
    pub fn start(tongue: Tongue, host: &str, port: u16) -> Proxy {
        let server = SocketAddr::new(host.parse().expect("an IP address"), port);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound port").port();
        let (state, changed, over) = Default::default();
        let shared = Arc::new(Shared { tongue, server, state, changed, over });
        let accepting = shared.clone();
        let accepting = Some(thread::spawn(move || accepting.accept(listener, port)));
        Proxy { port, shared, accepting }
    }

    /// From now on this goes wrong, each time.
    pub fn set(&self, fault: Fault) {
        self.put(Some(fault), None);
    }

    /// This goes wrong so many times, then nothing any more.
    pub fn times(&self, times: usize, fault: Fault) {
        self.put(Some(fault), Some(times));
    }

    pub fn once(&self, fault: Fault) {
        self.times(1, fault);
    }

    /// Nothing goes wrong any more. What hangs already hangs on; what was held back is let go.
    pub fn clear(&self) {
        self.put(None, None);
    }

    fn put(&self, fault: Option<Fault>, left: Option<usize>) {
        let mut state = self.shared.lock();
        (state.fault, state.left, state.struck) = (fault, left, 0);
        drop(state);
        self.shared.changed.notify_all();
    }

    /// How often the fault that was put last has struck.
    pub fn struck(&self) -> usize {
        self.shared.lock().struck
    }

    /// Waits until the fault has struck so often.
    pub fn wait_struck(&self, times: usize) {
        let began = Instant::now();
        let mut state = self.shared.lock();
        while state.struck < times {
            assert!(
                began.elapsed() < LIMIT,
                "{:?} has struck {} times, not {times}; {:?}",
                state.fault,
                state.struck,
                state.seen
            );
            state = self.shared.wait(state);
        }
    }

    /// Connections that are open now.
    pub fn open(&self) -> usize {
        self.shared.lock().open.len()
    }

    /// Connections since the start.
    pub fn total(&self) -> usize {
        self.shared.lock().total
    }

    /// The most that were ever open at the same time.
    pub fn most(&self) -> usize {
        self.shared.lock().most
    }

    /// The stages seen so far, in order: what a client has said.
    pub fn seen(&self) -> Vec<String> {
        self.shared.lock().seen.clone()
    }

    /// Ends all open connections; how many there were.
    pub fn drop_all(&self) -> usize {
        let dropped = std::mem::take(&mut self.shared.lock().open);
        for (_, client, server) in &dropped {
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
        self.shared.changed.notify_all();
        dropped.len()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.clear();
        self.drop_all();
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Until something has changed, or a short while.
    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait_timeout(state, Duration::from_millis(100)).unwrap_or_else(|poisoned| poisoned.into_inner()).0
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    fn accept(self: Arc<Shared>, listener: TcpListener, port: u16) {
        let mut listener = Some(listener);
        // Bound without listening while connecting is refused: nobody else is given the port.
        let mut held = None;
        while !self.is_over() {
            let refuses = self.lock().fault == Some(Fault::Refuse);
            if refuses && listener.take().is_some() {
                held = bound(port).ok();
                self.lock().struck += 1;
            } else if !refuses && listener.is_none() {
                listener = TcpListener::bind(("127.0.0.1", port)).ok();
                held = held.filter(|_| listener.is_none());
            }
            let accepted = listener.as_ref().and_then(|l| {
                l.set_nonblocking(true).ok()?;
                l.accept().ok()
            });
            match accepted {
                Some((client, _)) => self.connected(client),
                None => thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn connected(self: &Arc<Shared>, client: TcpStream) {
        let _ = client.set_nonblocking(false);
        let Ok(server) = TcpStream::connect(self.server) else { return };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let both = || Some((client.try_clone().ok()?, server.try_clone().ok()?));
        let (Some(kept), Some((c, s))) = (both(), both()) else { return };
        let mut state = self.lock();
        state.total += 1;
        let number = state.total;
        state.open.push((number, kept.0, kept.1));
        state.most = state.most.max(state.open.len());
        let line = Arc::new(Line { shared: self.clone(), gate: Mutex::default(), number });
        let up = line.clone();
        // The greeting is the server's reply to being connected to.
        let first = line.comes_to("CONNECT", state);
        thread::spawn(move || up.commands(first, client, server));
        thread::spawn(move || line.replies(s, c));
    }
}

/// A socket at this port that does not listen.
fn bound(port: u16) -> std::io::Result<tokio::net::TcpSocket> {
    let socket = tokio::net::TcpSocket::new_v4()?;
    // Connections that came by the port before may still be ending.
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], port)))?;
    Ok(socket)
}

/// One connection.
struct Line {
    shared: Arc<Shared>,
    gate: Mutex<Gate>,
    number: usize,
}

/// What becomes of the server's next replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Way {
    #[default]
    Pass,
    Cut,
    Hold,
    Nothing,
}

#[derive(Default)]
struct Gate {
    way: Way,
    /// The number of the server's last whole reply, and how many there were.
    code: [u8; 3],
    replies: usize,
    /// TLS has begun.
    sealed: bool,
    /// The server says nothing more to the client.
    over: bool,
}

/// What the proxy does with a command.
enum Then {
    Forward,
    Forget(String),
    Replay,
    End,
}

impl Line {
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The client is at a stage: strikes the fault here?
    fn at(&self, stage: &str) -> Then {
        self.comes_to(stage, self.shared.lock())
    }

    fn comes_to(&self, stage: &str, mut state: MutexGuard<'_, State>) -> Then {
        state.seen.push(stage.to_string());
        let fault = state.fault.clone().filter(|f| f.stage() == Some(stage) && state.left != Some(0));
        let Some(fault) = fault else { return Then::Forward };
        state.struck += 1;
        state.left = state.left.map(|left| left - 1);
        drop(state);
        self.shared.changed.notify_all();
        match fault {
            Fault::Cut(_) => {
                // The server may speak before this end is closed: a greeting at CONNECT.
                self.gate().way = Way::Cut;
                Then::End
            }
            Fault::CutReply(_) => {
                self.gate().way = Way::Cut;
                Then::Forward
            }
            Fault::Hold(_) => {
                self.gate().way = Way::Hold;
                Then::Forward
            }
            Fault::Hang(_) => {
                self.gate().way = Way::Nothing;
                self.hang();
                Then::End
            }
            Fault::Answer(_, line) => Then::Forget(format!("{line}\r\n")),
            Fault::Twice => Then::Replay,
            Fault::Refuse | Fault::CutAfter(_) | Fault::Slow(..) => Then::Forward,
        }
    }

    /// Until somebody ends the connection.
    fn hang(&self) {
        let mut state = self.shared.lock();
        loop {
            let Some((_, client, _)) = state.open.iter().find(|(n, ..)| *n == self.number) else { return };
            let mut byte = [0];
            let _ = client.set_read_timeout(Some(Duration::from_millis(1)));
            match client.peek(&mut byte) {
                Ok(0) => return,
                Err(why) if !matches!(why.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => return,
                _ if self.shared.is_over() => return,
                _ => {}
            }
            state = self.shared.wait(state);
        }
    }

    /// The client's side. Ends the connection when it ends.
    fn commands(&self, first: Then, client: TcpStream, server: TcpStream) {
        let _ = match (first, self.shared.tongue) {
            (Then::End, _) => Ok(()),
            (Then::Forget(line), _) => self.say(&client, &line),
            (_, Tongue::Smtp) => self.smtp(&client, &server),
            (_, Tongue::Imap) => self.imap(&client, &server),
            (_, Tongue::Bytes) => raw(&client, &server),
        };
        let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        self.shared.lock().open.retain(|(n, ..)| *n != self.number);
        self.shared.changed.notify_all();
    }

    fn say(&self, mut client: &TcpStream, line: &str) -> std::io::Result<()> {
        client.write_all(line.as_bytes())
    }

    fn smtp(&self, client: &TcpStream, server: &TcpStream) -> std::io::Result<()> {
        let (mut from, mut to) = (BufReader::new(client), server);
        // The commands of the mail under way, as a second delivery repeats them.
        let mut mail: Vec<u8> = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            if from.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line);
            let word = text.split([' ', ':', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
            let stage = if word == "HELO" { "EHLO".to_string() } else { word };
            if stage == "DATA" && self.strikes_at_the_dot() {
                // The server does not hear of this mail at all.
                self.say(client, "354 go on\r\n")?;
                body(&mut from)?;
                if let Then::Forget(answer) = self.at(".") {
                    self.aside(server, b"RSET\r\n")?;
                    self.say(client, &answer)?;
                }
                continue;
            }
            match self.at(&stage) {
                Then::End => return Ok(()),
                Then::Forget(answer) => {
                    self.say(client, &answer)?;
                    continue;
                }
                Then::Forward | Then::Replay => {}
            }
            if matches!(stage.as_str(), "MAIL" | "RSET" | "EHLO") {
                mail.clear();
            }
            if matches!(stage.as_str(), "MAIL" | "RCPT") {
                mail.extend_from_slice(&line);
            }
            let before = self.gate().replies;
            to.write_all(&line)?;
            if stage == "STARTTLS" && self.code_after(before) == Some(*b"220") {
                self.gate().sealed = true;
                return raw_from(from, server);
            }
            if stage == "DATA" && self.code_after(before) == Some(*b"354") {
                let text = body(&mut from)?;
                to.write_all(&text[..text.len() - 3])?;
                match self.at(".") {
                    Then::End => return Ok(()),
                    Then::Forget(_) | Then::Forward => to.write_all(b".\r\n")?,
                    Then::Replay => {
                        let before = self.gate().replies;
                        to.write_all(b".\r\n")?;
                        self.code_after(before);
                        for command in mail.split_inclusive(|b| *b == b'\n') {
                            self.aside(server, command)?;
                        }
                        self.aside(server, b"DATA\r\n")?;
                        self.aside(server, &text)?;
                    }
                }
            }
        }
    }

    fn strikes_at_the_dot(&self) -> bool {
        let state = self.shared.lock();
        matches!(state.fault, Some(Fault::Answer(".", _))) && state.left != Some(0)
    }

    /// A command of the proxy's own, whose reply the client does not see.
    fn aside(&self, mut server: &TcpStream, command: &[u8]) -> std::io::Result<()> {
        let before = {
            let mut gate = self.gate();
            gate.way = Way::Nothing;
            gate.replies
        };
        server.write_all(command)?;
        self.code_after(before);
        self.gate().way = Way::Pass;
        Ok(())
    }

    /// The number of the reply after that many.
    fn code_after(&self, before: usize) -> Option<[u8; 3]> {
        let began = Instant::now();
        let mut state = self.shared.lock();
        loop {
            {
                let gate = self.gate();
                if gate.replies > before {
                    return Some(gate.code);
                }
                if gate.over || began.elapsed() > LIMIT {
                    return None;
                }
            }
            state = self.shared.wait(state);
        }
    }

    fn imap(&self, client: &TcpStream, server: &TcpStream) -> std::io::Result<()> {
        let (mut from, mut to) = (BufReader::new(client), server);
        let mut line = Vec::new();
        let mut goes_on = false;
        loop {
            line.clear();
            if from.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_ascii_uppercase();
            let mut words = text.split(' ');
            let (tag, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let stage = match verb {
                _ if goes_on || (verb.is_empty() && tag != "DONE") => "+".to_string(),
                "" => "DONE".to_string(),
                "UID" => format!("UID {}", words.next().unwrap_or_default()),
                verb => verb.to_string(),
            };
            match self.at(&stage) {
                Then::End => return Ok(()),
                Then::Forget(answer) => self.say(client, &format!("{tag} {answer}"))?,
                Then::Forward | Then::Replay => to.write_all(&line)?,
            }
            if stage == "STARTTLS" {
                self.gate().sealed = true;
                return raw_from(from, server);
            }
            // The rest of a line that breaks off in a literal is text, not a command.
            goes_on = false;
            if let Some(size) = literal(&text) {
                std::io::copy(&mut (&mut from).take(size), &mut to)?;
                goes_on = true;
            }
        }
    }

    /// The server's side.
    fn replies(&self, mut server: TcpStream, mut client: TcpStream) {
        let mut bytes = [0; 16 << 10];
        let (mut sent, mut line) = (0usize, Vec::new());
        while let Ok(n) = server.read(&mut bytes) {
            if n == 0 {
                break;
            }
            let (cut, slow) = match &self.shared.lock().fault {
                Some(Fault::CutAfter(most)) => (Some(*most), None),
                Some(Fault::Slow(chunk, pause)) => (None, Some((*chunk, *pause))),
                _ => (None, None),
            };
            let way = self.through();
            if way == Way::Cut {
                break;
            }
            let mut passed = &bytes[..n];
            if let Some(most) = cut.filter(|most| sent + n > *most) {
                passed = &passed[..most.saturating_sub(sent)];
            }
            sent += passed.len();
            // Told before the client can act on it.
            self.note(&mut line, passed);
            if way == Way::Pass {
                let pieces = passed.chunks(slow.map_or(passed.len().max(1), |(chunk, _)| chunk.max(1)));
                let written = pieces.into_iter().try_for_each(|piece| {
                    client.write_all(piece)?;
                    thread::sleep(slow.map_or(Duration::ZERO, |(_, pause)| pause));
                    std::io::Result::Ok(())
                });
                if written.is_err() {
                    break;
                }
            }
            if passed.len() < n {
                let mut state = self.shared.lock();
                state.struck += 1;
                break;
            }
        }
        self.gate().over = true;
        // The client's side is in a read of its own: ending both ends that too. Hung, the client is left hanging.
        if self.gate().way != Way::Nothing {
            let _ = client.shutdown(Shutdown::Both);
        }
        self.shared.changed.notify_all();
    }

    /// What becomes of what the server has said; waits while it is held back.
    fn through(&self) -> Way {
        let mut state = self.shared.lock();
        loop {
            let way = self.gate().way;
            let held = matches!(state.fault, Some(Fault::Hold(_)));
            if way != Way::Hold {
                return way;
            }
            if !held || !state.open.iter().any(|(n, ..)| *n == self.number) {
                self.gate().way = Way::Pass;
                return Way::Pass;
            }
            state = self.shared.wait(state);
        }
    }

    /// Counts the whole replies of SMTP.
    fn note(&self, line: &mut Vec<u8>, bytes: &[u8]) {
        if self.shared.tongue != Tongue::Smtp || self.gate().sealed {
            return;
        }
        for byte in bytes {
            line.push(*byte);
            if *byte != b'\n' {
                continue;
            }
            if let [a, b, c, b' ' | b'\r' | b'\n', ..] = line[..] {
                let mut gate = self.gate();
                (gate.code, gate.replies) = ([a, b, c], gate.replies + 1);
            }
            line.clear();
        }
        self.shared.changed.notify_all();
    }
}

/// A mail's text, with its final dot.
fn body(from: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let start = text.len();
        if from.read_until(b'\n', &mut text)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &text[start..] == b".\r\n" {
            return Ok(text);
        }
    }
}

/// The size of the literal that a line ends with: `{12}`, `{12+}`.
fn literal(line: &str) -> Option<u64> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.trim_end_matches('+').parse().ok()
}

fn raw(client: &TcpStream, server: &TcpStream) -> std::io::Result<()> {
    raw_from(BufReader::new(client), server)
}

fn raw_from(mut from: BufReader<&TcpStream>, mut server: &TcpStream) -> std::io::Result<()> {
    std::io::copy(&mut from, &mut server).map(drop)
}
