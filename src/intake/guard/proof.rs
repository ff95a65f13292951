//! The proof that a mail is its From's.

use super::token::{Keys, answered_ids, is_ours};
use crate::intake::message::Message;

/// What shows that a mail is its From's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    None,
    /// It answers a letter that only this person got.
    Token,
    /// Our own mail server has authenticated the author's domain.
    Auth,
    Both,
}

/// What our own mail server found out about the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    Passed,
    /// It says that the author is forged (DMARC): then no token helps, for a letter that was passed on shows its own.
    Refuted,
    Unknown,
}

/// The proof that a mail is from this person: the token of a letter to them, and what our own server (`authserv_id`)
/// found out. The token counts for the person, whatever address of theirs they write from.
pub fn proof(message: &Message, authserv_id: Option<&str>, keys: &Keys, person: &str) -> Proof {
    let token = answered_ids(message).any(|id| is_ours(keys, id, person));
    match (token, authenticated(message, authserv_id)) {
        (_, Auth::Refuted) => Proof::None,
        (true, Auth::Passed) => Proof::Both,
        (true, Auth::Unknown) => Proof::Token,
        (false, Auth::Passed) => Proof::Auth,
        (false, Auth::Unknown) => Proof::None,
    }
}

/// Did our own server authenticate the author's domain? Only the topmost Authentication-Results counts, and only if it is
/// our server's: whatever stands below it came with the mail (RFC 8601, 5). `ARC-…` and the like are other people's word.
pub fn authenticated(message: &Message, authserv_id: Option<&str>) -> Auth {
    let ours = authserv_id.map(str::trim).filter(|id| !id.is_empty());
    let (Some(ours), Some(from), Some(header)) = (ours, message.from.as_deref(), message.header("authentication-results")) else {
        return Auth::Unknown;
    };
    let domain = from.rsplit('@').next().unwrap_or_default();
    let header = without_comments(header);
    let mut fields = header.split(';').map(str::trim);
    let by = fields.next().unwrap_or_default().split_whitespace().next().unwrap_or_default().trim_matches('"');
    if !by.eq_ignore_ascii_case(ours) {
        return Auth::Unknown;
    }
    let results: Vec<Found> = fields.filter_map(found).collect();
    let of = |method: &str| results.iter().filter(|r| r.method == method).collect::<Vec<_>>();
    let aligned = |given: Option<&String>| {
        let given = given.map(|g| g.rsplit('@').next().unwrap_or_default().trim_matches(['"', '<', '>', '.']));
        given.is_some_and(|g| g.eq_ignore_ascii_case(domain))
    };
    let passed = |passed: bool| if passed { Auth::Passed } else { Auth::Unknown };
    // Who logged in to send it, on our own server: this very address (RFC 8601, 2.7.4).
    let login = |r: &&Found| r.property("smtp.auth").is_some_and(|who| who.trim_matches('"').eq_ignore_ascii_case(from));
    if of("auth").iter().any(|r| r.result == "pass" && login(r)) {
        return Auth::Passed;
    }
    let dmarc = of("dmarc");
    if dmarc.iter().any(|r| r.result == "fail") {
        return Auth::Refuted;
    }
    if !dmarc.is_empty() {
        return passed(dmarc.iter().all(|r| r.result == "pass" && aligned(r.property("header.from"))));
    }
    let dkim = of("dkim").iter().any(|r| {
        r.result == "pass"
            && (aligned(r.property("header.d")) || (r.property("header.d").is_none() && aligned(r.property("header.i"))))
    });
    let spf = of("spf").iter().any(|r| r.result == "pass" && aligned(r.property("smtp.mailfrom")));
    passed(dkim || spf)
}

/// One result of an Authentication-Results header.
struct Found {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Found {
    fn property(&self, name: &str) -> Option<&String> {
        self.properties.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }
}

/// `dkim=pass header.d=anphat.example`, with spaces around `=` or not.
fn found(field: &str) -> Option<Found> {
    let mut pairs = Vec::new();
    for word in field.replace(" =", "=").replace("= ", "=").split_whitespace() {
        if let Some((name, value)) = word.split_once('=') {
            pairs.push((name.to_ascii_lowercase(), value.to_string()));
        }
    }
    let (method, result) = pairs.first()?.clone();
    let method = method.split('/').next().unwrap_or_default().to_string();
    Some(Found { method, result: result.to_ascii_lowercase(), properties: pairs.split_off(1) })
}

/// Comments may hold anything, `; dmarc=pass` too. An open one swallows the rest.
fn without_comments(header: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::new();
    let mut quoted = false;
    let mut escaped = false;
    for c in header.chars() {
        match c {
            // A sign that is put apart belongs to the value, and is in none that we look for.
            _ if escaped => {
                escaped = false;
                if depth == 0 {
                    out.push('_');
                }
            }
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            // A quoted string is one value: its spaces and semicolons part nothing.
            ';' | '=' | ' ' if quoted => out.push('_'),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}
