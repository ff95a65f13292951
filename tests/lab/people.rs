//! Staff at their mail programs: they send through the lab's Postfix and look into their mailboxes.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::{SmtpTransport, Transport};

use super::{Lab, PASSWORD};
use crate::desk::mail::{Letter, Mail};

impl Lab {
    /// Sends a mail as its author, logged in, to those of To and Cc; it is proven to be theirs.
    pub fn mail(&self, mail: &Mail) {
        let to: Vec<&str> = std::iter::once(mail.to).chain(mail.cc.map(|(_, email)| email)).collect();
        self.send(mail.from.1, &to, &mail.bytes());
    }

    /// Sends bytes as this user, logged in.
    pub fn send(&self, from: &str, to: &[&str], bytes: &[u8]) {
        self.add(from);
        let login = Credentials::new(from.into(), PASSWORD.into());
        let transport = SmtpTransport::builder_dangerous(&self.host).port(self.ports.submission);
        let transport = transport.credentials(login).authentication(vec![Mechanism::Plain]).build();
        let sent = transport.send_raw(&envelope(Some(from), to), bytes);
        sent.unwrap_or_else(|why| panic!("{from} cannot send to {to:?}: {why}"));
    }

    /// Sends bytes from the world outside, without a login; `None`: with the null sender, as bounces come.
    ///
    /// # Errors
    /// What Postfix said, where it refused.
    pub fn send_from_outside(&self, from: Option<&str>, to: &[&str], bytes: &[u8]) -> Result<(), String> {
        let transport = SmtpTransport::builder_dangerous(&self.host).port(self.ports.mx).build();
        transport.send_raw(&envelope(from, to), bytes).map(drop).map_err(|why| why.to_string())
    }

    /// Puts bytes into a mailbox as they are, past Postfix, with the null sender as bounces have it; they lie there when
    /// this returns.
    pub fn deliver(&self, to: &str, bytes: &[u8]) {
        self.deliver_all(to, &[bytes]);
    }

    /// Puts many mails into a mailbox over one connection.
    pub fn deliver_all(&self, to: &str, mails: &[&[u8]]) {
        self.deliver_from("", to, mails);
    }

    /// The same with this sender.
    pub fn deliver_from(&self, from: &str, to: &str, mails: &[&[u8]]) {
        let mut stream = UnixStream::connect(self.dir().join("dovecot/lmtp")).expect("Dovecot listens for LMTP");
        let mut replies = BufReader::new(stream.try_clone().expect("a second handle"));
        let mut say = |text: &[u8], expected: &str| {
            stream.write_all(text).expect("Dovecot reads");
            loop {
                let mut line = String::new();
                let read = replies.read_line(&mut line).expect("Dovecot answers");
                assert!(read > 0 && line.starts_with(expected), "{to}: {line}");
                // The last line of a reply has a space after its number.
                if line.as_bytes().get(3) != Some(&b'-') {
                    break;
                }
            }
        };
        say(b"", "220");
        say(b"LHLO lab\r\n", "250");
        for mail in mails {
            say(format!("MAIL FROM:<{from}>\r\n").as_bytes(), "250");
            say(format!("RCPT TO:<{to}>\r\n").as_bytes(), "250");
            say(b"DATA\r\n", "354");
            say(&dotted(mail), "250");
        }
        say(b"QUIT\r\n", "221");
    }

    /// The mails in somebody's inbox, oldest first.
    pub fn letters(&self, email: &str) -> Vec<Letter> {
        self.letters_in(email, "INBOX")
    }

    /// The mails in a folder of somebody's mailbox, oldest first; "/" parts the folders' names.
    pub fn letters_in(&self, email: &str, folder: &str) -> Vec<Letter> {
        self.mail_files(email, folder).into_iter().filter_map(|(at, path)| Letter::at(&path, at)).collect()
    }

    /// The mails in somebody's inbox, oldest first: a name that stays, the file as it is now, and when it came.
    pub fn mail_names(&self, email: &str) -> Vec<(String, PathBuf, SystemTime)> {
        let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().split(':').next().map(str::to_string);
        self.mail_files(email, "INBOX").into_iter().map(|(at, path)| (name(&path).unwrap_or_default(), path, at)).collect()
    }

    /// Waits until Postfix has nothing left to deliver.
    pub fn delivered(&self) {
        let queue = self.dir().join("postfix/queue");
        let waiting = || {
            let files = |folder: &str| fs::read_dir(queue.join(folder)).into_iter().flatten().flatten().count();
            ["maildrop", "incoming", "active", "deferred"].into_iter().map(files).sum::<usize>()
        };
        self.wait_for("Postfix to deliver all mails", || (waiting() == 0).then_some(()));
    }

    /// How many mails lie in a folder.
    pub fn count(&self, email: &str, folder: &str) -> usize {
        self.mail_files(email, folder).len()
    }

    /// When each mail came, and its file.
    fn mail_files(&self, email: &str, folder: &str) -> Vec<(SystemTime, PathBuf)> {
        let (name, domain) = email.split_once('@').expect("an address");
        let mut maildir = self.dir().join("mail").join(domain).join(name);
        if folder != "INBOX" {
            maildir.push(format!(".{}", folder.replace('/', ".")));
        }
        let mut files: Vec<(SystemTime, PathBuf)> = ["new", "cur"]
            .iter()
            .filter_map(|part| fs::read_dir(maildir.join(part)).ok())
            .flat_map(|entries| entries.flatten())
            .map(|entry| (arrived(&entry.file_name().to_string_lossy()), entry.path()))
            .collect();
        files.sort();
        files
    }

    /// How many IMAP sessions of this user Dovecot knows.
    pub fn sessions(&self, email: &str) -> usize {
        let who = self.servers.doveadm(&["who", "-1", email]);
        who.lines().filter(|line| line.split_whitespace().nth(1) == Some("imap")).count()
    }

    /// Ends the IMAP sessions of this user from the server's side, once there is any.
    pub fn kick(&self, email: &str) {
        let until = Instant::now() + Duration::from_secs(10);
        // Between the look at the sessions and the kick one may have ended by itself.
        while !self.servers.tried_doveadm(&["kick", email]) {
            assert!(Instant::now() < until, "{email} has had no session for ten seconds");
            sleep(Duration::from_millis(20));
        }
    }

    /// Dovecot forgets how it has numbered a folder's mails.
    pub fn renumber(&self, email: &str, folder: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        self.servers.doveadm(&["mailbox", "update", "-u", email, "--uid-validity", &(now + 1000).to_string(), folder]);
    }

    /// Any other command of `doveadm`; what it printed.
    pub fn doveadm(&self, args: &[&str]) -> String {
        self.servers.doveadm(args)
    }
}

/// From the file's name, `1795644730.M372601P6548.host`: its own time changes with its flags.
fn arrived(name: &str) -> SystemTime {
    let mut parts = name.split('.');
    let seconds = parts.next().and_then(|s| s.parse().ok()).unwrap_or(0);
    let micros = parts.next().and_then(|s| s.strip_prefix('M')?.split('P').next()?.parse().ok()).unwrap_or(0);
    UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_micros(micros)
}

fn envelope(from: Option<&str>, to: &[&str]) -> Envelope {
    let address = |text: &&str| text.parse().expect("an address");
    Envelope::new(from.as_ref().map(address), to.iter().map(address).collect()).expect("somebody to send to")
}

/// As it goes over the line: CRLF, dots doubled, the last dot.
fn dotted(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for line in bytes.split(|b| *b == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    if bytes.ends_with(b"\n") {
        out.truncate(out.len() - 2);
    }
    out.extend_from_slice(b".\r\n");
    out
}
