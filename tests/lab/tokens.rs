//! A token service as the big mail houses have one: it takes a refresh token and gives an access token (RFC 6749, section 6),
//! a signed JWT that Dovecot checks by itself.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::{BASE64, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::lock;

/// The one client that the service knows.
pub const CLIENT: &str = "quotedesk-lab";
const CLIENT_SECRET: &str = "the client's secret";
const KEY: &[u8] = b"a key of the lab, 32 bytes of it!";

/// The service; it lives as long as the test's process.
#[derive(Clone)]
pub struct TokenService {
    address: SocketAddr,
    dir: PathBuf,
    state: Arc<Mutex<State>>,
}

struct State {
    /// How long an access token holds.
    holds: Duration,
    /// Each grant brings a new refresh token, and the old one is void.
    rotates: bool,
    refuses: Option<String>,
    granted: usize,
    /// Refresh tokens that count, and whose they are.
    valid: Vec<(String, String)>,
}

/// Dovecot's side of it: the key is a file in the folder that the config names.
pub fn dovecot(dir: &Path) -> String {
    let keys = dir.join("dovecot/keys");
    let folder = keys.join("default/HS256");
    fs::create_dir_all(&folder).expect("the lab's folder takes folders");
    fs::write(folder.join("default"), BASE64.encode(KEY)).expect("the lab's folder takes files");
    format!(
        "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/\nusername_attribute = email\n",
        keys.display()
    )
}

impl TokenService {
    pub fn start(dir: &Path) -> TokenService {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound port");
        fs::write(dir.join("client-secret"), format!("{CLIENT_SECRET}\n")).expect("the lab's folder takes files");
        let (holds, rotates, refuses, granted, valid) = (Duration::from_secs(3600), false, None, 0, vec![]);
        let state = Arc::new(Mutex::new(State { holds, rotates, refuses, granted, valid }));
        let service = TokenService { address, dir: dir.into(), state };
        let serving = service.clone();
        thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(serving.serve(stream))));
        service
    }

    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    pub fn client_secret_file(&self) -> PathBuf {
        self.dir.join("client-secret")
    }

    /// A file with a new refresh token of this user's.
    pub fn refresh_token_file(&self, email: &str) -> PathBuf {
        let file = self.dir.join(format!("refresh-{email}"));
        fs::write(&file, format!("{}\n", lock(&self.state).refresh(email))).expect("the lab's folder takes files");
        file
    }

    /// An access token, as the service would give it now.
    pub fn access(&self, email: &str) -> String {
        signed(email, lock(&self.state).holds)
    }

    /// How often a token was given.
    pub fn granted(&self) -> usize {
        lock(&self.state).granted
    }

    pub fn holds(&self, time: Duration) {
        lock(&self.state).holds = time;
    }

    pub fn rotates(&self, rotates: bool) {
        lock(&self.state).rotates = rotates;
    }

    /// From now on every request gets this error (`invalid_grant`), until told `None`.
    pub fn refuses(&self, error: Option<&str>) {
        lock(&self.state).refuses = error.map(str::to_string);
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let (mut line, mut length) = (String::new(), 0);
        reader.read_line(&mut line)?;
        let asked = line.starts_with("POST /token ");
        loop {
            line.clear();
            if reader.read_line(&mut line)? <= 2 {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; usize::min(length, 1 << 16)];
        reader.read_exact(&mut body)?;
        let (status, answer) = if asked { self.answer(&form(&body)) } else { (404, json!({ "error": "not_found" })) };
        let answer = answer.to_string();
        let length = answer.len();
        write!(
            stream,
            "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{answer}"
        )
    }

    fn answer(&self, form: &[(String, String)]) -> (u16, serde_json::Value) {
        let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap_or_default();
        let no = |error: &str, why: &str| (400, json!({ "error": error, "error_description": why }));
        let mut state = lock(&self.state);
        if let Some(error) = &state.refuses {
            return no(error, "the lab refuses");
        }
        if (field("client_id"), field("client_secret")) != (CLIENT, CLIENT_SECRET) {
            return no("invalid_client", "unknown client");
        }
        let given = state.valid.iter().find(|(token, _)| token == field("refresh_token")).map(|(_, email)| email.clone());
        let (Some(email), "refresh_token") = (given, field("grant_type")) else {
            return no("invalid_grant", "the refresh token is not valid");
        };
        state.granted += 1;
        let holds = state.holds;
        let mut granted = json!({ "access_token": signed(&email, holds), "token_type": "Bearer", "expires_in": holds.as_secs() });
        if state.rotates {
            state.valid.retain(|(token, _)| token != field("refresh_token"));
            granted["refresh_token"] = state.refresh(&email).into();
        }
        (200, granted)
    }
}

impl State {
    fn refresh(&mut self, email: &str) -> String {
        let token = format!("refresh/{}+{email}", self.valid.len() + self.granted);
        self.valid.push((token.clone(), email.into()));
        token
    }
}

/// A JWT, signed by HS256.
fn signed(email: &str, holds: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    let claims = json!({ "email": email, "sub": email, "iat": now - 1, "nbf": now - 1, "exp": now + holds.as_secs() });
    let parts = [json!({ "alg": "HS256", "typ": "JWT" }), claims].map(|p| BASE64URL_NOPAD.encode(p.to_string().as_bytes()));
    let text = parts.join(".");
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("a key of any length");
    mac.update(text.as_bytes());
    format!("{text}.{}", BASE64URL_NOPAD.encode(&mac.finalize().into_bytes()))
}

/// `a=1&b=x%20y`
fn form(body: &[u8]) -> Vec<(String, String)> {
    let plain = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                    u8::from_str_radix(&hex, 16).unwrap_or(b'?')
                }
                other => other,
            });
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    let text = String::from_utf8_lossy(body).into_owned();
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(n, v)| (plain(n), plain(v))).collect()
}
