//! Postfix and Dovecot: their configs, their start, their end.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

use super::users::Users;
use super::{AUTHSERV, LIMIT, PASSWORD, Plan, Ports, certificates, tokens};

const MASTER: &str = "/usr/lib/postfix/sbin/master";
const DOVECOT: &str = "/usr/sbin/dovecot";
const LMTP: &str = "/usr/lib/dovecot/lmtp";
/// Who owns the mailboxes where root starts the servers: Dovecot refuses root itself.
const OWNER: u32 = 5000;
/// Another program may take a free port between our look and the servers' start.
const STARTS: usize = 5;

/// The running servers, and the pipe whose end they end with.
pub struct Servers {
    dir: PathBuf,
    owner: u32,
    watcher: Child,
    pipe: Option<ChildStdin>,
}

/// Starts both servers and waits until they answer.
pub fn start(plan: &Plan, users: &Users) -> (Servers, String, Ports, PathBuf) {
    installed();
    let mut said = String::new();
    for _ in 0..STARTS {
        let (host, ports) = place();
        let dir = lay_out(plan, users, &host, ports);
        let mut servers = Servers::launch(dir.clone());
        match servers.answering(&host, ports) {
            Ok(()) => return (servers, host, ports, dir),
            Err(why) => said = why,
        }
    }
    panic!("the test lab's servers do not start: {said}");
}

/// A machine without the packages fails the test: passing it over would say that it had passed.
fn installed() {
    let missing: Vec<&str> = [(MASTER, "postfix"), ("/usr/lib/dovecot/imap", "dovecot-imapd"), (LMTP, "dovecot-lmtpd")]
        .into_iter()
        .filter(|(program, _)| !Path::new(program).exists())
        .map(|(_, package)| package)
        .collect();
    assert!(
        missing.is_empty(),
        "the test lab needs the Debian packages {}: `bash tests/all` installs them, or:\n  echo 'postfix \
         postfix/main_mailer_type select No configuration' | debconf-set-selections\n  apt-get install --no-install-recommends {}",
        missing.join(", "),
        missing.join(" ")
    );
}

/// An address of the loopback network that nobody else uses, with free ports on it.
fn place() -> (String, Ports) {
    let random = Sha256::digest(format!("{:?} {} {:?}", Instant::now(), std::process::id(), std::thread::current().id()));
    let host = Ipv4Addr::new(127, 1 + random[0] % 250, random[1], 1 + random[2] % 250);
    let held: Vec<TcpListener> = (0..5).map(|_| TcpListener::bind((host, 0)).expect("a free port")).collect();
    let port = |n: usize| held[n].local_addr().expect("a bound port").port();
    (host.to_string(), Ports { mx: port(0), submission: port(1), submissions: port(2), imap: port(3), imaps: port(4) })
}

fn lay_out(plan: &Plan, users: &Users, host: &str, ports: Ports) -> PathBuf {
    let dir = tempfile::Builder::new().prefix("qd-lab-").tempdir_in("/tmp").expect("a folder in /tmp").keep();
    for folder in ["postfix", "dovecot/run", "dovecot/state", "mail"] {
        fs::create_dir_all(dir.join(folder)).expect("the lab's folder takes folders");
    }
    assert!(!plan.domains.is_empty(), "a lab has a domain");
    let nonce = nonce(&dir);
    let fill = |template: &str, more: &str| {
        let values = [
            ("{dir}", dir.to_str().expect("a path of our own").to_string()),
            ("{host}", host.into()),
            ("{authserv}", AUTHSERV.into()),
            ("{domains}", plan.domains.join(", ")),
            ("{users}", users.address.to_string()),
            ("{size_limit}", plan.size_limit.to_string()),
            ("{separator}", plan.separator.to_string()),
            ("{mx}", ports.mx.to_string()),
            ("{submission}", ports.submission.to_string()),
            ("{submissions}", ports.submissions.to_string()),
            ("{imap}", ports.imap.to_string()),
            ("{imaps}", ports.imaps.to_string()),
            ("{extra}", more.into()),
        ];
        values.iter().fold(template.to_string(), |text, (key, value)| text.replace(key, value))
    };
    let write = |name: &str, text: String| {
        fs::write(dir.join(name), text).expect("the lab's folder takes files");
        // Postfix waits until a config is a second old, lest it read one that is still being written.
        let file = fs::File::options().append(true).open(dir.join(name)).expect("a file of ours");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time of our own");
    };
    write("postfix/main.cf", fill(include_str!("main.cf"), &plan.postfix));
    write("postfix/master.cf", fill(include_str!("master.cf"), ""));
    write("dovecot/dovecot.conf", fill(include_str!("dovecot.conf"), &plan.dovecot));
    // The mark in brackets tells our server's own header from one that a mail brings along.
    let own = format!("PREPEND Authentication-Results: {AUTHSERV};");
    write("postfix/from-inside", format!("/@(.*)$/ {own} spf=pass smtp.mailfrom=$1; dmarc=pass header.from=$1 ({nonce})\n"));
    write("postfix/from-outside", format!("/^/ {own} spf=none; dkim=none ({nonce})\n"));
    let name = AUTHSERV.replace('.', "\\.");
    write(
        "postfix/headers",
        format!("/^Authentication-Results:.*\\({nonce}\\)$/ DUNNO\n/^Authentication-Results:[[:space:]]*{name}/ IGNORE\n"),
    );
    write("postfix/logins", "/^([^+@]+)(\\+[^@]*)?@(.*)$/ $1@$3\n".into());
    write("dovecot/users", String::new());
    write("password", format!("{PASSWORD}\n"));
    write("dovecot/oauth2.conf", tokens::dovecot(&dir));
    certificates::write(&dir, host);
    // The servers' own users look into it.
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).expect("a folder of our own");
    dir
}

fn nonce(dir: &Path) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(format!("{dir:?} {:?}", Instant::now()))[..8])
}

impl Servers {
    fn launch(dir: PathBuf) -> Servers {
        let owner = if is_root() { OWNER } else { rustix::process::getuid().as_raw() };
        let out = fs::File::create(dir.join("out")).expect("the lab's folder takes files");
        // Files, not the test's own output: daemons that held it open would keep whoever reads it waiting.
        let mut watcher = as_root("setsid")
            .args(["sh", "-c", include_str!("start.sh"), "lab"])
            .arg(&dir)
            .arg(owner.to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(out.try_clone().expect("a second handle"))
            .stderr(out)
            .spawn()
            .unwrap_or_else(|why| panic!("the test lab cannot start a shell as root (Postfix wants root): {why}"));
        let pipe = watcher.stdin.take();
        Servers { dir, owner, watcher, pipe }
    }

    /// Waits until every port greets.
    fn answering(&mut self, host: &str, ports: Ports) -> Result<(), String> {
        let began = Instant::now();
        for (port, greeting) in [(ports.mx, "220"), (ports.submission, "220"), (ports.imap, "* OK")] {
            while !greets(host, port, greeting) {
                let ended = self.watcher.try_wait().ok().flatten();
                if ended.is_some() || began.elapsed() > LIMIT {
                    let said = |name: &str| fs::read_to_string(self.dir.join(name)).unwrap_or_default();
                    return Err(format!("{}{}{}", said("out"), said("postfix/log"), said("dovecot/log")));
                }
                sleep(Duration::from_millis(10));
            }
        }
        Ok(())
    }

    /// A login with a mailbox behind it.
    pub fn user(&self, email: &str) {
        let (name, domain) = email.split_once('@').expect("an address");
        let (owner, home) = (self.owner, self.dir.join("mail").join(domain).join(name));
        let line = format!("{email}:{{PLAIN}}{PASSWORD}:{owner}:{owner}::{}::\n", home.display());
        append(&self.dir.join("dovecot/users"), &line);
    }

    fn ran_doveadm(&self, args: &[&str]) -> Output {
        as_root("doveadm").arg("-c").arg(self.dir.join("dovecot/dovecot.conf")).args(args).output().expect("doveadm")
    }

    /// Runs `doveadm` on this Dovecot; whether it found something to do.
    pub fn tried_doveadm(&self, args: &[&str]) -> bool {
        self.ran_doveadm(args).status.success()
    }

    /// Runs `doveadm` on this Dovecot; what it printed.
    pub fn doveadm(&self, args: &[&str]) -> String {
        let ran = self.ran_doveadm(args);
        assert!(ran.status.success(), "doveadm {args:?}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8_lossy(&ran.stdout).into_owned()
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // Until nothing is left of them.
        let _ = self.watcher.wait();
    }
}

fn greets(host: &str, port: u16, greeting: &str) -> bool {
    let Ok(stream) = TcpStream::connect((host, port)) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let mut line = String::new();
    BufReader::new(stream.take(1000)).read_line(&mut line).is_ok() && line.starts_with(greeting)
}

fn append(file: &Path, text: &str) {
    let mut open = fs::OpenOptions::new().append(true).create(true).open(file).expect("a file of the lab");
    open.write_all(text.as_bytes()).expect("the lab's folder takes files");
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Postfix runs as root alone; whoever is not, needs sudo without a password.
fn as_root(program: &str) -> Command {
    if is_root() {
        return Command::new(program);
    }
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", program]);
    sudo
}
