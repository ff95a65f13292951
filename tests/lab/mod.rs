//! A house's mail servers for tests: a real Postfix and a real Dovecot (Debian's packages) on a private folder, an address of
//! the loopback network and free ports, with a throw-away certificate authority and a token service. Each test process may
//! start as many as it likes; they end with it, however it ends.
//!
//! Mail for the lab's domains goes from Postfix over LMTP into one Maildir for each user; everything else is refused with
//! 550. Who logs in sends as himself alone, and his mail gets an `Authentication-Results` header that says so; one that a
//! mail brings along under the lab's name is taken off.
//!
//! `proxy` stands between a desk and a server and breaks what a test wants broken.
#![allow(dead_code, reason = "each test takes what it needs")]

mod certificates;
mod people;
pub mod proxy;
mod servers;
mod tokens;
mod users;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub use tokens::{CLIENT, TokenService};

/// Every user's password. Its characters are those that a login gets wrong when it quotes badly.
pub const PASSWORD: &str = "s3\"cr\\et x";
/// Whose `Authentication-Results` are the lab's own.
pub const AUTHSERV: &str = "mx.lab.example";
/// Mail to it is taken at the door and comes back as undeliverable afterwards: what a bounce is made of.
pub const BOUNCES: &str = "bounces";
/// No wait in the lab is longer.
pub const LIMIT: Duration = Duration::from_secs(60);

/// What a lab is to be like.
pub struct Plan {
    /// Whose mail is taken. The first one is also where [`BOUNCES`] is.
    pub domains: Vec<String>,
    /// Postfix refuses larger mails, and says so after EHLO.
    pub size_limit: u64,
    /// Between the parts of a folder's name: "/", or "." as on many a server.
    pub separator: char,
    /// Further lines of main.cf and dovecot.conf: what is said last counts. `imap_capability = …` hides what Dovecot can.
    pub postfix: String,
    pub dovecot: String,
}

impl Plan {
    pub fn new(domains: &[&str]) -> Plan {
        Plan {
            domains: domains.iter().map(|d| d.to_string()).collect(),
            size_limit: 30 << 20,
            separator: '/',
            postfix: String::new(),
            dovecot: String::new(),
        }
    }
}

/// The servers. Dropped, they are gone, and their folder too.
pub struct Lab {
    /// An address of the loopback network that is this lab's alone.
    pub host: String,
    pub ports: Ports,
    pub tokens: TokenService,
    domains: Vec<String>,
    dir: PathBuf,
    users: users::Users,
    servers: servers::Servers,
}

/// Where the lab's servers listen.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Mail from anybody, as from the world outside: no login. STARTTLS offered, not asked for; so on all but the s ones.
    pub mx: u16,
    /// Mail from those who log in.
    pub submission: u16,
    /// The same, TLS from the first byte.
    pub submissions: u16,
    pub imap: u16,
    /// TLS from the first byte.
    pub imaps: u16,
}

impl Lab {
    /// A lab for the mail of these domains.
    pub fn start(domains: &[&str]) -> Lab {
        Lab::with(Plan::new(domains))
    }

    pub fn with(plan: Plan) -> Lab {
        let users = users::Users::start();
        // A mailbox at the door that Dovecot does not know.
        users.add(&format!("{BOUNCES}@{}", plan.domains[0]));
        let (servers, host, ports, dir) = servers::start(&plan, &users);
        let tokens = TokenService::start(&dir);
        Lab { host, ports, tokens, domains: plan.domains, dir, users, servers }
    }

    /// A user with a mailbox, and so with a login. Known already: nothing happens.
    pub fn add(&self, email: &str) {
        let domain = email.rsplit('@').next().unwrap_or_default();
        assert!(self.domains.iter().any(|d| d == domain), "{email}: the lab has {:?}", self.domains);
        if self.users.add(email) {
            self.servers.user(email);
        }
    }

    /// A lab with a mailbox for each of these.
    pub fn of(domains: &[&str], users: &[&str]) -> Lab {
        let lab = Lab::start(domains);
        users.iter().for_each(|user| lab.add(user));
        lab
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The throw-away authority that the servers' certificate is by (PEM).
    pub fn ca_file(&self) -> PathBuf {
        self.dir.join("ca.pem")
    }

    /// A file with [`PASSWORD`].
    pub fn password_file(&self) -> PathBuf {
        self.dir.join("password")
    }

    /// What the config of a desk with this address has to say about its servers.
    pub fn wiring(&self, address: &str) -> Wiring {
        self.add(address);
        Wiring {
            user: address.into(),
            smtp: (self.host.clone(), self.ports.submission, "starttls"),
            imap: (self.host.clone(), self.ports.imaps, "tls"),
            login: Login::Password(self.password_file()),
            ca_file: self.ca_file(),
            more_smtp: String::new(),
            more_imap: String::new(),
        }
    }

    /// The same, with access tokens of the lab's service.
    pub fn wiring_by_token(&self, address: &str) -> Wiring {
        let url = self.tokens.url();
        let (refresh, secret) = (self.tokens.refresh_token_file(address), self.tokens.client_secret_file());
        Wiring { login: Login::Token { url, refresh, secret }, ..self.wiring(address) }
    }

    /// What both servers have logged.
    pub fn log(&self) -> String {
        ["postfix/log", "dovecot/log", "out"]
            .iter()
            .filter_map(|name| fs::read_to_string(self.dir.join(name)).ok())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Looks again and again until there is something.
    pub fn wait_for<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            if began.elapsed() > LIMIT {
                let log = self.log();
                let lines: Vec<&str> = log.lines().collect();
                panic!("waited {LIMIT:?} for {what}\n--- lab\n{}", lines[lines.len().saturating_sub(40)..].join("\n"));
            }
            sleep(Duration::from_millis(10));
        }
    }
}

/// How a desk reaches its servers: `[mail.smtp]` and `[mail.imap]`. To put a proxy between, change host and port.
pub struct Wiring {
    pub user: String,
    /// Host, port, `tls`.
    pub smtp: (String, u16, &'static str),
    pub imap: (String, u16, &'static str),
    pub login: Login,
    pub ca_file: PathBuf,
    /// Further lines of the two sections.
    pub more_smtp: String,
    pub more_imap: String,
}

pub enum Login {
    Password(PathBuf),
    Token { url: String, refresh: PathBuf, secret: PathBuf },
}

impl Wiring {
    /// The two sections of `quotedesk.toml`, and nothing else of it.
    pub fn toml(&self) -> String {
        let secret = match &self.login {
            Login::Password(file) => format!("password_file = {}\n", quoted(file)),
            Login::Token { url, refresh, secret } => format!(
                "oauth2 = {{ token_url = {url:?}, client_id = {CLIENT:?}, client_secret_file = {}, refresh_token_file = {} }}\n",
                quoted(secret),
                quoted(refresh)
            ),
        };
        let mut toml = String::new();
        let sections = [("mail.smtp", &self.smtp, &self.more_smtp), ("mail.imap", &self.imap, &self.more_imap)];
        for (section, (host, port, tls), more) in sections {
            let _ = write!(
                toml,
                "[{section}]\nhost = {host:?}\nport = {port}\ntls = {tls:?}\nuser = {:?}\nca_file = {}\n{secret}{more}\n",
                self.user,
                quoted(&self.ca_file)
            );
        }
        toml
    }
}

fn quoted(path: &Path) -> String {
    format!("{:?}", path.to_str().expect("a path of our own"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
