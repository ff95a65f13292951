//! Who has a mailbox, as Postfix asks for it at each recipient: Postfix's `socketmap`, requests and replies as netstrings.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::lock;

#[derive(Clone)]
pub struct Users {
    pub address: SocketAddr,
    known: Arc<Mutex<BTreeSet<String>>>,
}

impl Users {
    pub fn start() -> Users {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let users = Users { address: listener.local_addr().expect("a bound port"), known: Arc::default() };
        let serving = users.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(stream));
            }
        });
        users
    }

    /// `true`: was not known before.
    pub fn add(&self, email: &str) -> bool {
        lock(&self.known).insert(email.to_lowercase())
    }

    /// `13:mailboxes a@b,` is asked, `10:OK mailbox,` answered.
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut writer = stream;
        loop {
            let mut size = Vec::new();
            if reader.read_until(b':', &mut size)? == 0 {
                return Ok(());
            }
            let size = String::from_utf8_lossy(&size).trim_end_matches(':').parse::<usize>().map_err(Error::other)?;
            let mut asked = vec![0; size + 1];
            reader.read_exact(&mut asked)?;
            let asked = String::from_utf8_lossy(&asked[..size]).to_lowercase();
            let known = asked.split_once(' ').is_some_and(|(_, email)| lock(&self.known).contains(&untagged(email)));
            let answer = if known { "OK mailbox" } else { "NOTFOUND " };
            writer.write_all(format!("{}:{answer},", answer.len()).as_bytes())?;
        }
    }
}

/// `yeucau+tag@anphat.example` is the mailbox `yeucau@anphat.example`.
fn untagged(email: &str) -> String {
    match email.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => email.into(),
    }
}
