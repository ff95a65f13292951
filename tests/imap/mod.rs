//! An IMAP server that does what a test wants: a mailbox in memory, and at any command it hangs, hangs up, refuses, or says
//! something odd. It counts its connections.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Within this the end of a closed connection is seen, on a machine with other work too.
const GRACE: Duration = Duration::from_secs(5);

pub const USER: &str = "yeucau@anphat.example";
pub const PASSWORD: &str = "s3cret \"x\\";

/// Where in a dialogue something happens: the verb of the command, `BODY` for a FETCH of contents, `GREETING` before the
/// first one.
pub type Stage = &'static str;

/// What happens there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No answer, ever.
    Hang,
    /// The connection ends before the answer.
    Cut,
    /// The connection ends in the middle of the answer.
    CutWithin,
    /// It is done, and the connection ends before that is said.
    CutAfter,
    /// `* BYE`, then the end.
    Bye,
    /// `NO`.
    No,
    /// `BAD`.
    Bad,
    /// A literal of 512 MiB is announced, and never comes.
    Huge,
    /// Something that is no IMAP.
    Garbage,
    /// Somebody deletes everything that lies there, just before.
    Vanish,
}

/// What the server offers and how it names folders.
#[derive(Clone, Debug)]
pub struct Kind {
    pub idle: bool,
    pub moves: bool,
    pub uidplus: bool,
    pub mark: char,
    /// Folders lie under `INBOX.` only.
    pub under_inbox: bool,
    /// IDLE never says anything.
    pub silent: bool,
    /// The size that is told of each mail, where it is not the true one.
    pub size: Option<u32>,
    /// More mails than this are copied, but so slowly that nobody waits for the answer.
    pub copies: Option<usize>,
    /// `XOAUTH2`, `OAUTHBEARER` or `PLAIN`; LOGIN is refused then.
    pub auth: Option<&'static str>,
}

impl Default for Kind {
    fn default() -> Kind {
        Kind {
            idle: true,
            moves: true,
            uidplus: true,
            mark: '/',
            under_inbox: false,
            silent: false,
            size: None,
            copies: None,
            auth: None,
        }
    }
}

#[derive(Default)]
pub struct State {
    pub inbox: BTreeMap<u32, Vec<u8>>,
    deleted: BTreeSet<u32>,
    /// Contents of the other folders.
    pub folders: BTreeMap<String, Vec<Vec<u8>>>,
    pub subscribed: BTreeSet<String>,
    pub validity: u32,
    next: u32,
    /// The next time this stage comes, this happens; each once.
    pub faults: Vec<(Stage, Fault)>,
    /// Each time.
    pub always: Vec<(Stage, Fault)>,
    /// Access tokens that are good just now.
    pub tokens: BTreeSet<String>,
    pub open: usize,
    pub most_open: usize,
    pub connections: usize,
    /// Commands as they came, without tags; logins without secrets.
    pub log: Vec<String>,
}

/// The server. Its clones are one.
#[derive(Clone)]
pub struct Server {
    pub port: u16,
    kind: Arc<Kind>,
    state: Arc<Mutex<State>>,
    /// Counts up at every change of the mailbox.
    news: Arc<watch::Sender<u64>>,
    /// Counts up when all connections are to end.
    drops: Arc<watch::Sender<u64>>,
}

impl Server {
    pub async fn start(kind: Kind) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let state = State { validity: 7, next: 1, ..State::default() };
        let server = Server {
            port,
            kind: Arc::new(kind),
            state: Arc::new(Mutex::new(state)),
            news: Arc::new(watch::Sender::new(0)),
            drops: Arc::new(watch::Sender::new(0)),
        };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = accepting.clone();
                tokio::spawn(async move {
                    // Of a connection that its client has closed just before, the end may not be seen yet.
                    let waited = Instant::now();
                    while server.open() > 0 && waited.elapsed() < GRACE {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    {
                        let mut state = server.state();
                        state.open += 1;
                        state.connections += 1;
                        state.most_open = state.most_open.max(state.open);
                    }
                    let mut drops = server.drops.subscribe();
                    drops.mark_unchanged();
                    tokio::select! {
                        _ = Talk::new(stream, server.clone()).hold() => {}
                        _ = drops.changed() => {}
                    }
                    server.state().open -= 1;
                });
            }
        });
        server
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// A mail comes in.
    pub fn deliver(&self, mail: &[u8]) -> u32 {
        let uid = {
            let mut state = self.state();
            let uid = state.next;
            state.next += 1;
            state.inbox.insert(uid, mail.to_vec());
            uid
        };
        self.changed();
        uid
    }

    pub fn changed(&self) {
        self.news.send_modify(|n| *n += 1);
    }

    /// The numbers begin anew: the same mails under others.
    pub fn renumber(&self, validity: u32, first: u32) {
        let mut state = self.state();
        let mails: Vec<Vec<u8>> = std::mem::take(&mut state.inbox).into_values().collect();
        state.next = first;
        for mail in mails {
            let uid = state.next;
            state.next += 1;
            state.inbox.insert(uid, mail);
        }
        state.validity = validity;
    }

    /// All connections end, without a word.
    pub fn drop_all(&self) {
        self.drops.send_modify(|n| *n += 1);
    }

    pub fn once(&self, stage: Stage, fault: Fault) {
        self.state().faults.push((stage, fault));
    }

    pub fn always(&self, stage: Stage, fault: Fault) {
        self.state().always.push((stage, fault));
    }

    /// The mails of a folder, by the end of its name.
    pub fn lying(&self, ends: &str) -> Vec<Vec<u8>> {
        let state = self.state();
        state.folders.iter().filter(|(name, _)| name.ends_with(ends)).flat_map(|(_, mails)| mails.clone()).collect()
    }

    /// How many mails lie in the inbox.
    pub fn waiting(&self) -> usize {
        self.state().inbox.len()
    }

    /// Those of them that nobody has marked as deleted.
    pub fn to_do(&self) -> usize {
        let state = self.state();
        state.inbox.keys().filter(|uid| !state.deleted.contains(uid)).count()
    }

    pub fn moves(&self) -> bool {
        self.kind.moves
    }

    pub fn open(&self) -> usize {
        self.state().open
    }

    pub fn most_open(&self) -> usize {
        self.state().most_open
    }

    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// How often a command came that begins so.
    pub fn count(&self, begins: &str) -> usize {
        self.state().log.iter().filter(|line| line.starts_with(begins)).count()
    }

    fn fault(&self, stage: &str) -> Option<Fault> {
        let mut state = self.state();
        let at = state.faults.iter().position(|(of, _)| *of == stage);
        at.map(|at| state.faults.remove(at).1)
            .or_else(|| state.always.iter().find(|(of, _)| *of == stage).map(|(_, fault)| fault.clone()))
    }
}

/// One connection.
struct Talk {
    stream: BufReader<TcpStream>,
    server: Server,
}

/// The connection is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Over {
        Over
    }
}

impl Talk {
    fn new(stream: TcpStream, server: Server) -> Talk {
        let _ = stream.set_nodelay(true);
        Talk { stream: BufReader::new(stream), server }
    }

    async fn hold(mut self) -> Result<(), Over> {
        self.answer("GREETING", "* OK ready\r\n".into(), "*").await?;
        loop {
            let line = self.line().await?;
            let (tag, command) = line.split_once(' ').ok_or(Over)?;
            let (tag, command) = (tag.to_string(), command.to_string());
            let upper = command.to_ascii_uppercase();
            let verb = upper.strip_prefix("UID ").unwrap_or(&upper).split(' ').next().unwrap_or_default().to_string();
            let shown = if verb == "LOGIN" { "LOGIN".into() } else { command.clone() };
            self.server.state().log.push(shown);
            if verb == "IDLE" && self.server.kind.idle {
                self.idle(&tag).await?;
                continue;
            }
            if verb == "AUTHENTICATE" {
                self.authenticate(&tag, &upper).await?;
                continue;
            }
            let at = if verb == "FETCH" && command.contains("BODY") { "BODY" } else { &verb };
            let stage = STAGES.iter().find(|s| **s == at).copied().unwrap_or("OTHER");
            let mut fault = self.server.fault(stage);
            if fault == Some(Fault::Vanish) {
                self.server.state().inbox.clear();
                fault = None;
            }
            if let Some(before) = &fault.clone().filter(|f| *f != Fault::CutAfter && *f != Fault::CutWithin) {
                self.broken(before, &tag).await?;
                continue;
            }
            let answer = self.perform(&tag, &verb, &command);
            match fault {
                Some(Fault::CutAfter) => return Err(Over),
                Some(_) => {
                    let half = answer.len() / 2;
                    self.stream.write_all(&answer[..half]).await?;
                    return Err(Over);
                }
                None => self.stream.write_all(&answer).await?,
            }
            if verb == "LOGOUT" {
                return Err(Over);
            }
        }
    }

    async fn line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        match self.stream.read_line(&mut line).await? {
            0 => Err(Over),
            _ => Ok(line.trim_end().to_string()),
        }
    }

    async fn answer(&mut self, stage: Stage, words: String, tag: &str) -> Result<(), Over> {
        match self.server.fault(stage) {
            Some(Fault::CutWithin) => {
                self.stream.write_all(&words.as_bytes()[..words.len() / 2]).await?;
                Err(Over)
            }
            Some(Fault::CutAfter) => Err(Over),
            Some(fault) => self.broken(&fault, tag).await,
            None => Ok(self.stream.write_all(words.as_bytes()).await?),
        }
    }

    async fn broken(&mut self, fault: &Fault, tag: &str) -> Result<(), Over> {
        let words = match fault {
            Fault::Hang => loop {
                // Until the other side gives up.
                if self.line().await.is_err() {
                    return Err(Over);
                }
            },
            Fault::Cut | Fault::CutWithin | Fault::CutAfter => return Err(Over),
            Fault::Bye => "* BYE go away\r\n".to_string(),
            Fault::No => format!("{tag} NO not today\r\n"),
            Fault::Bad => format!("{tag} BAD what?\r\n"),
            Fault::Huge => "* 1 FETCH (UID 1 BODY[]<0> {536870912}\r\nFrom: x".to_string(),
            Fault::Vanish => String::new(),
            Fault::Garbage => "\u{1}\u{2} 220 this is something else\r\n".to_string(),
        };
        self.stream.write_all(words.as_bytes()).await?;
        match fault {
            Fault::No | Fault::Bad => Ok(()),
            Fault::Bye => Err(Over),
            // The other side hangs up.
            _ => {
                while self.line().await.is_ok() {}
                Err(Over)
            }
        }
    }

    async fn authenticate(&mut self, tag: &str, upper: &str) -> Result<(), Over> {
        let mechanism = self.server.kind.auth.unwrap_or_default();
        if mechanism.is_empty() || !upper.ends_with(mechanism) {
            self.stream.write_all(format!("{tag} NO unknown mechanism\r\n").as_bytes()).await?;
            return Ok(());
        }
        self.stream.write_all(b"+ \r\n").await?;
        let shown = data_encoding::BASE64.decode(self.line().await?.as_bytes()).unwrap_or_default();
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let good = match mechanism {
            "PLAIN" => shown == format!("\0{USER}\0{PASSWORD}"),
            _ => {
                let token = shown.split("auth=Bearer ").nth(1).and_then(|rest| rest.strip_suffix("\x01\x01")).unwrap_or_default();
                shown.contains(USER) && self.server.state().tokens.contains(token)
            }
        };
        if !good && mechanism != "PLAIN" {
            // What is wrong with it is told first, and has to be acknowledged (RFC 7628, 3.2.3).
            self.stream.write_all(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n").await?;
            let said = self.line().await?;
            assert_eq!(said, if mechanism == "XOAUTH2" { "" } else { "AQ==" });
        }
        let answer = if good { format!("{tag} OK in\r\n") } else { format!("{tag} NO [AUTHENTICATIONFAILED] no\r\n") };
        Ok(self.stream.write_all(answer.as_bytes()).await?)
    }

    async fn idle(&mut self, tag: &str) -> Result<(), Over> {
        match self.server.fault("IDLE") {
            Some(Fault::CutWithin) => {
                self.stream.write_all(b"+ idl").await?;
                return Err(Over);
            }
            Some(fault) => return self.broken(&fault, tag).await,
            None => {}
        }
        let mut news = self.server.news.subscribe();
        // What came before is told at once, as servers do.
        self.stream.write_all(b"+ idling\r\n").await?;
        let mut told = 0;
        loop {
            let there = self.server.state().inbox.len();
            if there != told && !self.server.kind.silent {
                told = there;
                self.stream.write_all(format!("* OK Still here\r\n* {there} EXISTS\r\n").as_bytes()).await?;
            }
            let mut line = String::new();
            tokio::select! {
                read = self.stream.read_line(&mut line) => {
                    if read? == 0 {
                        return Err(Over);
                    }
                    return match self.server.fault("DONE") {
                        Some(fault) => self.broken(&fault, tag).await,
                        None => Ok(self.stream.write_all(format!("{tag} OK idled\r\n").as_bytes()).await?),
                    };
                }
                changed = news.changed() => if changed.is_err() { return Err(Over) },
            }
        }
    }

    fn perform(&self, tag: &str, verb: &str, command: &str) -> Vec<u8> {
        let kind = &self.server.kind;
        let mut state = self.server.state();
        let ok = |what: &str| format!("{tag} OK {what}\r\n").into_bytes();
        let no = |what: &str| format!("{tag} NO {what}\r\n").into_bytes();
        let words: Vec<&str> = command.split(' ').collect();
        match verb {
            "CAPABILITY" => {
                let mut all = "* CAPABILITY IMAP4rev1".to_string();
                for (has, name) in [(kind.idle, "IDLE"), (kind.moves, "MOVE"), (kind.uidplus, "UIDPLUS")] {
                    if has {
                        let _ = write!(all, " {name}");
                    }
                }
                if let Some(mechanism) = kind.auth {
                    let _ = write!(all, " LOGINDISABLED AUTH={mechanism}");
                }
                [format!("{all}\r\n").into_bytes(), ok("done")].concat()
            }
            "LOGIN" if kind.auth.is_some() => no("not this way"),
            "LOGIN" => {
                let quoted = format!("\"{}\"", PASSWORD.replace('\\', "\\\\").replace('"', "\\\""));
                match command.ends_with(&quoted) {
                    true => ok("logged in"),
                    false => no("[AUTHENTICATIONFAILED] wrong"),
                }
            }
            "LIST" => {
                let name = named(command);
                let there = name == "INBOX" || state.folders.contains_key(&name);
                let line =
                    if there { format!("* LIST (\\HasNoChildren) \"{}\" \"{name}\"\r\n", kind.mark) } else { String::new() };
                [line.into_bytes(), ok("listed")].concat()
            }
            "SELECT" | "EXAMINE" => {
                if named(command) != "INBOX" {
                    return no("no such folder");
                }
                let (there, next, validity) = (state.inbox.len(), state.next, state.validity);
                let lines = format!(
                    "* FLAGS (\\Deleted \\Seen)\r\n* {there} EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY {validity}] v\r\n\
                     * OK [UIDNEXT {next}] n\r\n"
                );
                [lines.into_bytes(), ok("[READ-WRITE] selected")].concat()
            }
            "SEARCH" => {
                let from = words.last().and_then(|w| w.strip_suffix(":*")).and_then(|n| n.parse().ok()).unwrap_or(1);
                let all: Vec<u32> = state.inbox.keys().copied().filter(|uid| !state.deleted.contains(uid)).collect();
                let mut found: Vec<u32> = all.iter().copied().filter(|uid| *uid >= from).collect();
                // `n:*` always names the last one.
                if found.is_empty() {
                    found.extend(all.last());
                }
                let mut line = "* SEARCH".to_string();
                line.extend(found.iter().map(|uid| format!(" {uid}")));
                [format!("{line}\r\n").into_bytes(), ok("found")].concat()
            }
            "FETCH" => {
                let mut out = Vec::new();
                for uid in numbers(words[2]) {
                    let Some(mail) = state.inbox.get(&uid) else { continue };
                    let seq = state.inbox.keys().position(|k| *k == uid).unwrap_or_default() + 1;
                    if command.contains("RFC822.SIZE") {
                        let size = kind.size.unwrap_or(mail.len() as u32);
                        let date = format!("{:2}-Nov-2026 10:00:00 +0700", mail.len() % 27 + 1);
                        out.extend(format!("* {seq} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE \"{date}\")\r\n").bytes());
                        continue;
                    }
                    let section = if command.contains("[HEADER]") { "HEADER" } else { "" };
                    let end = mail.windows(4).position(|w| w == b"\r\n\r\n").map_or(mail.len(), |at| at + 4);
                    let part = if section.is_empty() { &mail[..] } else { &mail[..end] };
                    let range = command.split(['<', '>']).nth(1).and_then(|r| r.split_once('.'));
                    let (at, most) = range.map_or((0, usize::MAX), |(a, m)| (a.parse().unwrap_or(0), m.parse().unwrap_or(0)));
                    let part = &part[at.min(part.len())..];
                    let part = &part[..most.min(part.len())];
                    out.extend(format!("* {seq} FETCH (UID {uid} BODY[{section}]<{at}> {{{}}}\r\n", part.len()).bytes());
                    out.extend_from_slice(part);
                    out.extend_from_slice(b")\r\n");
                }
                out.extend(ok("fetched"));
                out
            }
            "MOVE" | "COPY" => {
                let name = named(command);
                if verb == "MOVE" && !kind.moves {
                    return format!("{tag} BAD unknown\r\n").into_bytes();
                }
                if !state.folders.contains_key(&name) {
                    return no("[TRYCREATE] no such folder");
                }
                for uid in numbers(words[2]) {
                    let mail = if verb == "MOVE" { state.inbox.remove(&uid) } else { state.inbox.get(&uid).cloned() };
                    if let Some(mail) = mail {
                        state.folders.entry(name.clone()).or_default().push(mail);
                    }
                }
                match kind.copies.is_some_and(|most| numbers(words[2]).len() > most) {
                    true => vec![],
                    false => ok("done"),
                }
            }
            "STORE" => {
                for uid in numbers(words[2]) {
                    state.deleted.insert(uid);
                }
                ok("stored")
            }
            "EXPUNGE" => {
                if words.len() < 3 || !kind.uidplus {
                    return format!("{tag} BAD that would take others' mails too\r\n").into_bytes();
                }
                for uid in numbers(words[2]) {
                    if state.deleted.remove(&uid) {
                        state.inbox.remove(&uid);
                    }
                }
                ok("expunged")
            }
            "CREATE" => {
                let name = named(command);
                if kind.under_inbox && !name.starts_with(&format!("INBOX{}", kind.mark)) {
                    return no("folders lie under INBOX here");
                }
                state.folders.entry(name).or_default();
                ok("made")
            }
            "SUBSCRIBE" => {
                state.subscribed.insert(named(command));
                ok("subscribed")
            }
            "NOOP" | "LOGOUT" => {
                let line = if verb == "LOGOUT" { "* BYE\r\n".to_string() } else { format!("* {} EXISTS\r\n", state.inbox.len()) };
                [line.into_bytes(), ok("yes")].concat()
            }
            _ => format!("{tag} BAD unknown\r\n").into_bytes(),
        }
    }
}

/// The stages of a dialogue at which a fault can be.
pub const STAGES: [Stage; 14] = [
    "GREETING",
    "CAPABILITY",
    "LOGIN",
    "LIST",
    "SELECT",
    "SEARCH",
    "FETCH",
    "BODY",
    "MOVE",
    "COPY",
    "STORE",
    "EXPUNGE",
    "CREATE",
    "NOOP",
];

/// The last quoted string of a command.
fn named(command: &str) -> String {
    command.rsplit('"').nth(1).unwrap_or_default().to_string()
}

fn numbers(set: &str) -> Vec<u32> {
    let number = |n: &str| n.parse::<u32>().unwrap_or_default();
    set.split(',')
        .flat_map(|run| match run.split_once(':') {
            Some((first, last)) => (number(first)..=number(last)).collect::<Vec<_>>(),
            None => vec![number(run)],
        })
        .collect()
}

/// Waits until something holds; fails with what it waited for.
pub async fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Duration::from_secs(60);
    let began = tokio::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < limit, "waited {limit:?} for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A token service that gives `good-1`, `good-2` … Its address.
pub async fn token_service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("its address").port();
    tokio::spawn(async move {
        let mut given = 0;
        while let Ok((stream, _)) = listener.accept().await {
            given += 1;
            let mut stream = BufReader::new(stream);
            let mut length = 0;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.is_err() || line.trim().is_empty() {
                    break;
                }
                let of = line.to_ascii_lowercase();
                length = of.strip_prefix("content-length:").and_then(|n| n.trim().parse().ok()).unwrap_or(length);
            }
            let mut form = vec![0; length];
            let _ = stream.read_exact(&mut form).await;
            let body = format!("{{\"access_token\":\"good-{given}\",\"expires_in\":3600}}");
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    format!("http://127.0.0.1:{port}/token")
}
