//! Between the desk and its mail server: passes everything on, and tells the moment at which each mail was accepted.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

/// A mail that the server has taken.
struct Accepted {
    to: String,
    at: Instant,
}

pub struct Relay {
    pub port: u16,
    told: Receiver<Accepted>,
}

impl Relay {
    pub fn to(host: &str, port: u16) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let (tell, told) = channel();
        let (own, server) = (listener.local_addr().expect("a port").port(), format!("{host}:{port}"));
        thread::spawn(move || {
            for desk in listener.incoming().flatten() {
                let server = TcpStream::connect(&server).expect("the server is up");
                pass(desk, server, &tell);
            }
        });
        Relay { port: own, told }
    }

    /// When the next mail to somebody was accepted; those to others are passed over.
    pub fn next_to(&self, whom: &str) -> Instant {
        loop {
            let mail = self.told.recv_timeout(PATIENCE).expect("no mail came");
            if mail.to == whom {
                return mail.at;
            }
        }
    }
}

/// Commands come one at a time, so that a reply is the answer to the last of them.
fn pass(desk: TcpStream, server: TcpStream, tell: &Sender<Accepted>) {
    [&desk, &server].iter().for_each(|stream| stream.set_nodelay(true).expect("an open connection"));
    let (desk_back, server_back) = (desk.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
    let to = Arc::new(Mutex::new(String::new()));
    let known = to.clone();
    thread::spawn(move || {
        each(desk, server, |piece| {
            if let Some(rest) = std::str::from_utf8(piece).ok().and_then(|text| text.strip_prefix("RCPT TO:<")) {
                let whom = rest.split('>').next().unwrap_or_default();
                *known.lock().unwrap_or_else(PoisonError::into_inner) = whom.to_owned();
            }
        })
    });
    let tell = tell.clone();
    thread::spawn(move || {
        each(server_back, desk_back, |piece| {
            if piece.starts_with(b"250 2.0.0 Ok: queued") {
                let to = to.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let _ = tell.send(Accepted { to, at: Instant::now() });
            }
        })
    });
}

fn each(mut from: TcpStream, mut to: TcpStream, mut seen: impl FnMut(&[u8])) {
    let mut piece = vec![0; 128 << 10];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        seen(&piece[..read]);
        if to.write_all(&piece[..read]).is_err() {
            return;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Write);
}
