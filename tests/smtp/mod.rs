//! A mail server that does what a test tells it: it takes mails as an ordinary one, save where a fault is scripted.

#![allow(dead_code, reason = "each test takes what it needs")]

pub mod desk;

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use data_encoding::BASE64;
use quotedesk::config::{Login, Secret, Server, Smtp, Tls};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Where in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Connect,
    Greeting,
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    Dot,
}

/// What the server does there instead of what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// These words, as they are.
    Say(String),
    Bytes(&'static [u8]),
    /// Closes the connection. After the dot it has taken the mail before.
    Drop,
    /// Says nothing any more.
    Stall,
}

/// A mail that the server has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub mail: String,
    pub rcpt: Vec<String>,
    /// Without the stuffed dots.
    pub bytes: Vec<u8>,
}

#[derive(Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    /// All command lines, of all connections.
    pub lines: Vec<String>,
    pub connections: usize,
    pub open: usize,
    pub most_open: usize,
    script: VecDeque<(At, Act)>,
    streams: Vec<TcpStream>,
}

/// What it offers and asks for.
#[derive(Clone)]
pub struct House {
    pub offers: Vec<String>,
    pub tls: Option<Arc<ServerConfig>>,
    /// TLS from the first byte.
    pub at_once: bool,
    pub user: String,
    pub password: String,
    pub token: String,
    /// Sent together with the reply to STARTTLS.
    pub slipped_in: &'static str,
    /// Addresses that it does not know.
    pub unknown: Vec<String>,
}

impl Default for House {
    fn default() -> House {
        House {
            offers: vec!["8BITMIME".into(), "SIZE 20000000".into(), "DSN".into()],
            tls: None,
            at_once: false,
            user: "desk".into(),
            password: "s3cret-Mật".into(),
            token: "ya29.token".into(),
            slipped_in: "",
            unknown: vec![],
        }
    }
}

pub struct Post {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    house: Arc<Mutex<House>>,
}

impl Post {
    pub fn open(house: House) -> Post {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let house = Arc::new(Mutex::new(house));
        let post = Post { port, seen: seen.clone(), house: house.clone() };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (seen, house) = (seen.clone(), house.lock().unwrap().clone());
                {
                    let mut seen = seen.lock().unwrap();
                    seen.connections += 1;
                    seen.streams.extend(stream.try_clone());
                    seen.open += 1;
                    seen.most_open = seen.most_open.max(seen.open);
                }
                std::thread::spawn(move || {
                    // Whatever ends it: the client has gone, or a fault was due.
                    let _ = Talk::with(stream, &house, &seen).and_then(|mut talk| talk.serve());
                    seen.lock().unwrap().open -= 1;
                });
            }
        });
        post
    }

    /// The next time that it comes there, it does so; several wait in order.
    pub fn will(&self, at: At, act: Act) -> &Post {
        self.seen.lock().unwrap().script.push_back((at, act));
        self
    }

    pub fn says(&self, at: At, reply: &str) -> &Post {
        self.will(at, Act::Say(format!("{reply}\r\n")))
    }

    /// All that was scripted has happened.
    pub fn done(&self) -> bool {
        self.seen().script.is_empty()
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Closes all connections, as a server does with those that have been idle for long.
    pub fn hang_up(&self) {
        for stream in self.seen().streams.drain(..) {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.seen().taken.clone()
    }

    pub fn house(&self) -> MutexGuard<'_, House> {
        self.house.lock().unwrap()
    }

    /// As a desk is told of it: in the clear and without a login.
    pub fn smtp(&self) -> Smtp {
        let server = Server { host: "localhost".into(), port: self.port, tls: Tls::None, ca_file: None, login: None };
        Smtp { server, connections: 3, copy_to_self: false }
    }

    pub fn with_login(&self, secret: Secret) -> Smtp {
        let mut smtp = self.smtp();
        smtp.server.login = Some(Login { user: self.house().user.clone(), secret });
        smtp
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

struct Talk<'a> {
    tcp: TcpStream,
    stream: Box<dyn Stream>,
    read: Vec<u8>,
    house: &'a House,
    seen: &'a Mutex<Seen>,
    secure: bool,
}

impl<'a> Talk<'a> {
    fn with(tcp: TcpStream, house: &'a House, seen: &'a Mutex<Seen>) -> io::Result<Talk<'a>> {
        tcp.set_nodelay(true)?;
        let stream = Box::new(tcp.try_clone()?);
        let mut talk = Talk { tcp, stream, read: vec![], house, seen, secure: false };
        talk.act(At::Connect)?;
        if house.at_once {
            talk.secure()?;
        }
        Ok(talk)
    }

    fn secure(&mut self) -> io::Result<()> {
        let config = self.house.tls.clone().ok_or_else(gone)?;
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        self.stream = Box::new(StreamOwned::new(tls, self.tcp.try_clone()?));
        self.secure = true;
        Ok(())
    }

    /// Does what is scripted here; `true`: that was the reply.
    fn act(&mut self, at: At) -> io::Result<bool> {
        let act = {
            let mut seen = self.seen.lock().unwrap();
            let n = seen.script.iter().position(|(place, _)| *place == at);
            n.and_then(|n| seen.script.remove(n))
        };
        match act.map(|(_, act)| act) {
            None => Ok(false),
            Some(Act::Say(words)) => self.write(&words).map(|()| true),
            Some(Act::Bytes(bytes)) => self.stream.write_all(bytes).and_then(|()| self.stream.flush()).map(|()| true),
            Some(Act::Drop) => {
                let _ = self.tcp.shutdown(std::net::Shutdown::Both);
                Err(gone())
            }
            Some(Act::Stall) => {
                let mut rest = [0; 4096];
                while self.stream.read(&mut rest)? > 0 {}
                Err(gone())
            }
        }
    }

    fn write(&mut self, words: &str) -> io::Result<()> {
        self.stream.write_all(words.as_bytes())?;
        self.stream.flush()
    }

    fn say(&mut self, at: At, words: &str) -> io::Result<()> {
        if self.act(at)? { Ok(()) } else { self.write(&format!("{words}\r\n")) }
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.read.windows(2).position(|w| w == b"\r\n") {
                let rest = self.read.split_off(end + 2);
                let mut line = std::mem::replace(&mut self.read, rest);
                line.truncate(end);
                return Ok(line);
            }
            let mut more = [0; 16 << 10];
            match self.stream.read(&mut more)? {
                0 => return Err(gone()),
                n => self.read.extend_from_slice(&more[..n]),
            }
        }
    }

    /// Up to the line with nothing but a dot.
    fn message(&mut self) -> io::Result<Vec<u8>> {
        let mut from = 0;
        loop {
            if self.read.starts_with(b".\r\n") {
                self.read.drain(..3);
                return Ok(vec![]);
            }
            if let Some(end) = self.read[from..].windows(5).position(|w| w == b"\r\n.\r\n") {
                let end = from + end + 2;
                let rest = self.read.split_off(end + 3);
                let mut message = std::mem::replace(&mut self.read, rest);
                message.truncate(end);
                let text: Vec<&[u8]> = message.split_inclusive(|b| *b == b'\n').collect();
                return Ok(text.iter().flat_map(|l| l.strip_prefix(b".").unwrap_or(l)).copied().collect());
            }
            from = self.read.len().saturating_sub(4);
            let mut more = [0; 16 << 10];
            match self.stream.read(&mut more)? {
                0 => return Err(gone()),
                n => self.read.extend_from_slice(&more[..n]),
            }
        }
    }

    fn serve(&mut self) -> io::Result<()> {
        self.say(At::Greeting, "220 mx.test ESMTP")?;
        let (mut mail, mut rcpt) = (String::new(), Vec::new());
        loop {
            let line = String::from_utf8_lossy(&self.line()?).into_owned();
            self.seen.lock().unwrap().lines.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let mut said: Vec<String> = vec!["mx.test".into()];
                    said.extend(self.house.offers.iter().filter(|o| !(self.secure && *o == "STARTTLS")).cloned());
                    let last = said.len() - 1;
                    let lines: Vec<String> =
                        said.iter().enumerate().map(|(n, l)| format!("250{}{l}", if n == last { " " } else { "-" })).collect();
                    self.say(At::Ehlo, &lines.join("\r\n"))?;
                }
                "STARTTLS" => {
                    let words = format!("220 go on\r\n{}", self.house.slipped_in);
                    self.say(At::Starttls, words.trim_end())?;
                    self.secure()?;
                }
                "AUTH" => self.auth(&line)?,
                "MAIL" => {
                    mail = line.clone();
                    self.say(At::Mail, "250 2.1.0 ok")?;
                }
                "RCPT" => {
                    let acted = self.act(At::Rcpt)?;
                    if self.house.unknown.iter().any(|address| line.contains(address.as_str())) {
                        self.write("550 5.1.1 no such user here\r\n")?;
                    } else if !acted {
                        rcpt.push(line.clone());
                        self.write("250 2.1.5 ok\r\n")?;
                    }
                }
                "DATA" => {
                    if self.act(At::Data)? {
                        continue;
                    }
                    self.write("354 go on\r\n")?;
                    let bytes = self.message()?;
                    let taken = Taken { mail: std::mem::take(&mut mail), rcpt: std::mem::take(&mut rcpt), bytes };
                    let refused = {
                        let seen = self.seen.lock().unwrap();
                        let act = seen.script.iter().find(|(at, _)| *at == At::Dot).map(|(_, act)| act.clone());
                        matches!(act, Some(Act::Say(words)) if words.starts_with(['4', '5']))
                    };
                    if !refused {
                        self.seen.lock().unwrap().taken.push(taken);
                    }
                    self.say(At::Dot, "250 2.0.0 taken")?;
                }
                "RSET" => {
                    (mail, rcpt) = (String::new(), Vec::new());
                    self.write("250 2.0.0 ok\r\n")?;
                }
                "NOOP" => self.write("250 2.0.0 ok\r\n")?,
                "QUIT" => return self.write("221 2.0.0 bye\r\n"),
                _ => self.write("500 5.5.2 what?\r\n")?,
            }
        }
    }

    fn auth(&mut self, line: &str) -> io::Result<()> {
        if self.act(At::Auth)? {
            return Ok(());
        }
        let house = self.house;
        let words: Vec<&str> = line.split(' ').collect();
        let plain = format!("\0{}\0{}", house.user, house.password);
        let xoauth2 = format!("user={}\x01auth=Bearer {}\x01\x01", house.user, house.token);
        let right = match words[1..] {
            ["PLAIN", shown] => shown == BASE64.encode(plain.as_bytes()),
            ["XOAUTH2", shown] => {
                let right = shown == BASE64.encode(xoauth2.as_bytes());
                if !right {
                    self.write(&format!("334 {}\r\n", BASE64.encode(br#"{"status":"401"}"#)))?;
                    self.line()?;
                }
                right
            }
            ["LOGIN"] => {
                self.write("334 VXNlcm5hbWU6\r\n")?;
                let user = self.line()?;
                // Not in the usual words.
                self.write(&format!("334 {}\r\n", BASE64.encode("Mật khẩu".as_bytes())))?;
                let password = self.line()?;
                user == BASE64.encode(house.user.as_bytes()).as_bytes()
                    && password == BASE64.encode(house.password.as_bytes()).as_bytes()
            }
            _ => false,
        };
        match right {
            true => self.write("235 2.7.0 welcome\r\n"),
            false => self.write("535 5.7.8 who are you?\r\n"),
        }
    }
}

fn gone() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// A certificate authority for one test, and what a server needs that it vouches for.
pub struct Authority {
    pub pem: String,
    pub server: Arc<ServerConfig>,
}

impl Authority {
    pub fn for_host(host: &str) -> Authority {
        Authority::vouching(host, |_| {})
    }

    /// For a certificate that ran out long ago.
    pub fn expired(host: &str) -> Authority {
        Authority::vouching(host, |of_host| of_host.not_after = rcgen::date_time_ymd(2020, 2, 29))
    }

    /// The server shows the authority's own certificate, as `openssl req -x509` makes one.
    pub fn itself(host: &str) -> Authority {
        use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
        let key = KeyPair::generate().expect("a key");
        let mut own = CertificateParams::new(vec![host.to_owned()]).expect("parameters");
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = own.self_signed(&key).expect("a certificate");
        Authority { pem: certificate.pem(), server: showing(&certificate, &key) }
    }

    fn vouching(host: &str, change: impl FnOnce(&mut rcgen::CertificateParams)) -> Authority {
        use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
        let mut of_ca = CertificateParams::new(vec![]).expect("parameters");
        of_ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(of_ca, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let mut of_host = CertificateParams::new(vec![host.to_owned()]).expect("parameters");
        change(&mut of_host);
        let certificate = of_host.signed_by(&key, &ca).expect("a certificate");
        Authority { pem: ca.pem(), server: showing(&certificate, &key) }
    }
}

fn showing(certificate: &rcgen::Certificate, key: &rcgen::KeyPair) -> Arc<ServerConfig> {
    use tokio_rustls::rustls::crypto::ring;
    use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a server");
    Arc::new(server)
}
