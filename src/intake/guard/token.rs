//! The letter of ours that a mail answers, known by a keyed token: for one person, one case and one letter.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::intake::message::Message;

/// The desk's keys, the newest first: it signs, the older ones still hold for letters that have long been sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Keys(Vec<Vec<u8>>);

impl Keys {
    pub fn new(newest_first: Vec<Vec<u8>>) -> Keys {
        Keys(newest_first)
    }

    fn sign(&self, about: &str, person: &str, purpose: &str) -> String {
        self.0.first().map(|key| token(key, about, person, purpose)).unwrap_or_default()
    }

    /// Each key is tried, and each comparison takes the same time whatever was given.
    fn hold(&self, given: &str, about: &str, person: &str, purpose: &str) -> bool {
        let Ok(given) = data_encoding::BASE32_NOPAD.decode(given.to_uppercase().as_bytes()) else { return false };
        let holds =
            |key: &Vec<u8>| keyed(key, about, person, purpose).is_some_and(|mac| mac.verify_truncated_left(&given).is_ok());
        given.len() == TOKEN_BYTES && self.0.iter().filter(|key| holds(key)).count() > 0
    }
}

/// Never shown, not in an error either.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} keys", self.0.len())
    }
}

/// 80 bits: nobody guesses them by sending mails.
const TOKEN_BYTES: usize = 10;

/// A letter of ours that a mail answers, proven by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub case: String,
    /// The case's version when the letter was written.
    pub version: u64,
}

/// The Message-ID of one of our letters: `yc-2026-0012.17-0.<token>@domain`. The token binds it to case, version and
/// reader, so that a mail that answers it proves who was written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageId {
    /// `YC-2026-0012`
    pub case: String,
    pub version: u64,
    /// Which of the letters of that version.
    pub n: usize,
    token: String,
}

impl MessageId {
    /// The Message-ID, without angle brackets, for the `n`th letter of a case's version to a person. `address` is the
    /// desk's own: its domain is the id's.
    pub fn make(keys: &Keys, case: &str, version: u64, n: usize, person: &str, address: &str) -> String {
        let token = keys.sign(case, person, &format!("{version}-{n}"));
        format!("{}.{version}-{n}.{token}@{}", case.to_lowercase(), domain(address))
    }

    /// Reads an id of ours, in angle brackets or not; `None` for anybody else's.
    pub fn parse(id: &str) -> Option<MessageId> {
        let left = bare(id).rsplit_once('@').map_or(bare(id), |(left, _)| left);
        let mut parts = left.rsplitn(3, '.');
        let (token, letter, case) = (parts.next()?, parts.next()?, parts.next()?);
        let (version, n) = letter.split_once('-')?;
        let well = is_case(case) && is_token(token);
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !well || !digits(version) || !digits(n) {
            return None;
        }
        Some(MessageId {
            case: case.to_uppercase(),
            version: version.parse().ok()?,
            n: n.parse().ok()?,
            token: token.to_lowercase(),
        })
    }

    /// Did the letter with this id go to this person? Compared in constant time.
    pub fn verify(&self, keys: &Keys, person: &str) -> bool {
        keys.hold(&self.token, &self.case, person, &format!("{}-{}", self.version, self.n))
    }
}

/// The Message-ID of a letter of ours that belongs to no case: `desk.<what>.<token>@domain`.
pub fn caseless(keys: &Keys, what: &str, person: &str, address: &str) -> String {
    format!("desk.{what}.{}@{}", keys.sign(CASELESS, person, what), domain(address))
}

const CASELESS: &str = "desk";
/// `what` of the letter that asks whether a mail set aside is its owner's, before the number that it lies under.
const VOUCH: &str = "vouch-";

/// The Message-ID of the letter that asks a person whether the mail set aside under this number is theirs. An answer to
/// it proves that whoever answers reads that person's mailbox.
pub fn vouch_id(keys: &Keys, aside: &str, person: &str, address: &str) -> String {
    caseless(keys, &format!("{VOUCH}{aside}"), person, address)
}

/// The mail set aside that this one vouches for, as this person.
pub fn vouched(message: &Message, keys: &Keys, person: &str) -> Option<String> {
    answered_ids(message)
        .filter_map(parse_caseless)
        .find(|(what, token)| what.starts_with(VOUCH) && keys.hold(token, CASELESS, person, what))
        .and_then(|(what, _)| what.strip_prefix(VOUCH).map(String::from))
}

fn parse_caseless(id: &str) -> Option<(&str, &str)> {
    let left = bare(id).rsplit_once('@').map_or(bare(id), |(left, _)| left);
    let (what, token) = left.strip_prefix("desk.")?.rsplit_once('.')?;
    let well = !what.is_empty() && what.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && is_token(token);
    well.then_some((what, token))
}

pub(super) fn is_caseless(id: &str) -> bool {
    parse_caseless(id).is_some()
}

/// Did the letter with this Message-ID, of a case or not, go from this desk to this person?
pub fn is_ours(keys: &Keys, id: &str, person: &str) -> bool {
    match (MessageId::parse(id), parse_caseless(id)) {
        (Some(id), _) => id.verify(keys, person),
        (None, Some((what, token))) => keys.hold(token, CASELESS, person, what),
        (None, None) => false,
    }
}

fn bare(id: &str) -> &str {
    id.trim().trim_start_matches('<').trim_end_matches('>')
}

fn domain(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or(address)
}

fn is_token(token: &str) -> bool {
    token.len() == 16 && token.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The desk's address with a letter's id in it, for servers that deliver `name+anything@` to `name@`: who answers from a
/// button, or with a program that names no letter, still answers this one.
pub fn plus_address(message_id: &str, address: &str) -> String {
    let (name, domain) = address.split_once('@').unwrap_or((address, ""));
    let tag = reference(message_id);
    let plus = format!("{name}+{tag}@{domain}");
    // RFC 5321, 4.5.3.1.1: the part before the @ has at most 64 bytes.
    if name.len() + 1 + tag.len() > 64 { address.to_string() } else { plus }
}

/// `YC-2026-0012`: letters, a year, a number.
pub(super) fn is_case(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |t: &str, least: usize| t.len() >= least && t.len() <= 9 && t.bytes().all(|b| b.is_ascii_digit());
    matches!(parts[..], [prefix, year, number] if (1..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphabetic()) && year.len() == 4 && digits(year, 4) && digits(number, 3))
}

/// A proof for one person, one case and one purpose: HMAC-SHA256, 80 bits of it in base32. Without the key it cannot be
/// made, and for anyone or anything else it does not hold.
fn token(key: &[u8], case: &str, person: &str, purpose: &str) -> String {
    match keyed(key, case, person, purpose) {
        Some(mac) => data_encoding::BASE32_NOPAD.encode(&mac.finalize().into_bytes()[..TOKEN_BYTES]).to_lowercase(),
        None => String::new(),
    }
}

fn keyed(key: &[u8], case: &str, person: &str, purpose: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of any length; an empty one would let anybody sign.
    if key.is_empty() {
        return None;
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [case.to_uppercase().as_str(), person.to_lowercase().as_str(), purpose] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    Some(mac)
}

/// What a mail answers, as it says itself: In-Reply-To, References from the latest back, the address that it was sent to
/// (`yeucau+yc-2026-0012.17-0.<token>@…`), and the last line of a mail that a letter's button has opened.
pub(super) fn answered_ids(message: &Message) -> impl Iterator<Item = &str> {
    let replied = message.in_reply_to.iter().chain(message.references.iter().rev()).map(String::as_str);
    let plus = |address| str::split(address, '@').next()?.split_once('+').map(|(_, tag)| tag);
    let delivered = message.all("delivered-to").chain(message.all("x-original-to"));
    let tagged = message.to.iter().chain(&message.cc).map(String::as_str).chain(delivered).filter_map(plus);
    let by_button = message.body.lines().filter_map(|line| line.split_whitespace().last());
    replied.chain(tagged).chain(by_button.filter(|word| MessageId::parse(word).is_some()))
}

/// What a letter's button writes into its mail: the letter's id without the domain.
pub fn reference(message_id: &str) -> &str {
    bare(message_id).split('@').next().unwrap_or_default()
}

/// Ids of ours among them.
pub(super) fn ours(message: &Message) -> Vec<MessageId> {
    answered_ids(message).filter_map(MessageId::parse).collect()
}

/// The letter about this case that a mail answers, by its own account, and the Message-ID of it. No proof of who writes: it may have
/// gone to a colleague, or its key may be forgotten. `address`: the desk's own, where the mail gives the id without its domain.
pub fn letter_about(message: &Message, case: &str, address: &str) -> Option<(String, Seen)> {
    let (letter, id) =
        answered_ids(message).filter_map(|l| Some((bare(l), MessageId::parse(l)?))).find(|(_, id)| id.case == case)?;
    let whole = if letter.contains('@') { letter.to_string() } else { format!("{letter}@{}", domain(address)) };
    Some((whole.to_lowercase(), Seen { case: id.case, version: id.version }))
}

/// The letter of ours that this mail answers, if it went to this person: the mail's author, or whom they stand in for.
pub fn answered(message: &Message, keys: &Keys, person: &str) -> Option<Seen> {
    ours(message).into_iter().find(|id| id.verify(keys, person)).map(|id| Seen { case: id.case, version: id.version })
}

/// Every case that a mail names: by the id of the letter that it answers, the address, and in its subject. They may
/// differ, as where an old mail was answered under a new subject. No proof of anything.
pub fn cases_named(message: &Message, address: &str) -> Vec<String> {
    let local = address.split('@').next().unwrap_or_default();
    let tagged = message.to.iter().chain(&message.cc).filter_map(|to| {
        let (name, tag) = to.split('@').next()?.split_once('+')?;
        (name == local && is_case(tag)).then(|| tag.to_uppercase())
    });
    let letter = ours(message).into_iter().next().map(|id| id.case);
    let mut cases: Vec<String> = letter.into_iter().chain(tagged).chain(in_subject(&message.subject)).collect();
    let mut seen = std::collections::BTreeSet::new();
    cases.retain(|case| seen.insert(case.clone()));
    cases
}

/// The first case id in a text, as `YC-2026-0012 hợp đồng đã ký.pdf` has one.
pub fn case_in(text: &str) -> Option<String> {
    let ids = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').map(|word| word.trim_matches('-'));
    ids.into_iter().find(|word| is_case(word)).map(str::to_uppercase)
}

fn in_subject(subject: &str) -> Vec<String> {
    let bracketed = subject.split('[').skip(1).filter_map(|rest| rest.split_once(']')).map(|(tag, _)| tag.trim());
    bracketed.filter(|tag| is_case(tag)).map(str::to_uppercase).collect()
}
