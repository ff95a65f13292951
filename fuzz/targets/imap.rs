//! What the mailbox's server answers: whatever it says, a mail is taken only as far as its answers hold it, and the desk's
//! own commands stay the desk's.

use std::collections::BTreeSet;

use quotedesk::config::Imap;
use quotedesk::faults::Faults;
use quotedesk::intake::mailbox::{Error, Mail, Pace, Place, Session};
use quotedesk::net::oauth::Tokens;
use tokio::time::Instant;

use super::script::{self, Inner, LIMIT, Options, PASSWORD, Script, dialogue, server};

const SMALL: u8 = 4;
/// Of its headers alone, of a mail over the limit.
const HEAD: usize = 256 << 10;

/// What the desk made of a mail.
struct Taken {
    uid: u32,
    size: u32,
    mail: Mail,
}

pub fn imap(bytes: &[u8]) {
    let (options, script) = Script::of(bytes, false);
    let limit = if options.has(SMALL) { 40 } else { 1 << 20 };
    let mut taken = Vec::new();
    let ended = script::run(visit(&script, options, limit, &mut taken));
    let server = script.get();
    if let Err(why) = ended {
        let words = why.to_string();
        assert!(words.len() < 2000 && !words.chars().any(char::is_control), "{words:?}");
        let before = matches!(why, Error::Server(_) | Error::Net(_));
        assert!(before || !words.contains(PASSWORD), "{words:?}");
    }
    if options.starttls() {
        let rest = server.heard.strip_prefix(b"s STARTTLS\r\n").unwrap_or(&server.heard);
        assert!(matches!(rest, [] | [0x15 | 0x16, 3, ..]), "in the clear: {:?}", String::from_utf8_lossy(rest));
        assert!(taken.is_empty());
        return;
    }
    for turn in &server.turns {
        assert!(is_ours(&turn.words), "{:?}", String::from_utf8_lossy(&turn.words));
    }
    for Taken { uid, size, mail } in &taken {
        match mail {
            Mail::Whole(bytes) => {
                assert!(bytes.len() as u64 <= limit, "{} bytes", bytes.len());
                let asked_beyond = asked(&server, &format!("UID FETCH {uid} (UID BODY.PEEK[]<{}.", bytes.len()));
                assert!(bytes.len() == *size as usize || asked_beyond, "{} of {size} bytes, without a question", bytes.len());
                assert!(comes_from(bytes, &server.said), "bytes that the server never sent: {bytes:?}");
            }
            Mail::Head(bytes) => assert!(bytes.len() <= HEAD && comes_from(bytes, &server.said)),
        }
    }
}

/// As the daemon does it, and a little of everything else.
async fn visit(script: &Script, options: Options, limit: u64, taken: &mut Vec<Taken>) -> Result<(), Error> {
    let pace = Pace { command: LIMIT, ..Pace::default() };
    let imap = Imap {
        server: server(true, options.starttls()),
        folder: "INBOX".into(),
        done: "Quotedesk/Done".into(),
        problem: "Quotedesk/Problem".into(),
    };
    let stream = Box::new(script.clone());
    let mut session = Session::over(stream, &imap, &Tokens::trusting(None), pace, &Faults::none()).await?;
    or_refused(session.targets().await)?;
    or_refused(session.select("INBOX", true).await)?;
    let uids = or_refused(session.search(1).await)?.unwrap_or_default();
    assert!(uids.is_sorted_by(|a, b| a < b), "{uids:?}");
    let some = &uids[..uids.len().min(5)];
    let stamps = if some.is_empty() { vec![] } else { or_refused(session.stamps(some).await)?.unwrap_or_default() };
    assert!(stamps.iter().all(|(uid, _)| some.contains(uid)), "{stamps:?} of {some:?}");
    for (uid, stamp) in stamps.into_iter().take(5) {
        if let Some(mail) = or_refused(session.fetch(uid, &stamp, limit).await)?.flatten() {
            taken.push(Taken { uid, size: stamp.size, mail });
        }
    }
    if let [first, rest @ ..] = some {
        let mut copied = BTreeSet::new();
        or_refused(session.file_away(&[*first], Place::Done, &mut copied).await)?;
        if !rest.is_empty() {
            or_refused(session.file_away(rest, Place::Problem, &mut copied).await)?;
            or_refused(session.expunge(rest).await)?;
        }
    }
    or_refused(session.noop().await)?;
    or_refused(session.idle(Instant::now() + LIMIT, std::future::pending()).await)?;
    session.close().await;
    Ok(())
}

/// What the server will not do is no end; the next thing is asked for.
fn or_refused<T>(done: Result<T, Error>) -> Result<Option<T>, Error> {
    match done {
        Err(why) if why.is_refusal() => Ok(None),
        done => done.map(Some),
    }
}

/// One command, in printable characters: nothing of what the server says becomes another.
fn is_ours(line: &[u8]) -> bool {
    const VERBS: &str = "LOGIN AUTHENTICATE CAPABILITY LIST CREATE SUBSCRIBE SELECT EXAMINE UID NOOP IDLE LOGOUT";
    let Some(line) = line.strip_suffix(b"\r\n") else { return false };
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let verb = line.split(' ').nth(1).unwrap_or_default();
    let printable = !line.chars().any(char::is_control);
    // The login's second line has no verb.
    printable && (line == "DONE" || line.starts_with("AHll") || VERBS.split(' ').any(|ours| ours == verb))
}

fn asked(server: &Inner, command: &str) -> bool {
    server.turns.iter().any(|turn| String::from_utf8_lossy(&turn.words).contains(command))
}

/// In pieces, in this order: quoted strings lose their `\` on the way.
fn comes_from(mail: &[u8], said: &[u8]) -> bool {
    let (mut mail, mut at) = (mail, 0);
    while !mail.is_empty() {
        let Some(found) = said[at..].iter().position(|b| *b == mail[0]) else { return false };
        at += found;
        let same = mail.iter().zip(&said[at..]).take_while(|(a, b)| a == b).count();
        mail = &mail[same..];
        at += same;
    }
    true
}

pub fn seeds() -> Vec<Vec<u8>> {
    let dovecot = "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot ready.\n";
    let before = "* CAPABILITY IMAP4rev1 IDLE LITERAL+ AUTH=PLAIN\nc OK Pre-login capabilities listed.\n";
    let logged_in = "A0001 OK [CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS] Logged in\n";
    let after = "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\nA0002 OK done\n";
    let inbox = "* LIST (\\HasNoChildren) \"/\" INBOX\nA0003 OK List completed.\n";
    let there = ["* LIST () \"/\" \"Quotedesk/Done\"\nA0004 OK\n", "* LIST () \"/\" Quotedesk/Problem\nA0005 OK\n"];
    let inbox_again = "* LIST (\\HasNoChildren) \"/\" INBOX\nA0006 OK\n";
    let selected = "* FLAGS (\\Answered \\Seen)\n* 2 EXISTS\n* 0 RECENT\n* OK [UIDVALIDITY 1700000000] valid\n* OK [UIDNEXT 9] next\n\
                    A0007 OK [READ-WRITE] Select completed.\n";
    let found = "* SEARCH 7 8\nA0008 OK Search completed.\n";
    let stamps = "* 1 FETCH (UID 7 RFC822.SIZE 12 INTERNALDATE \"23-Nov-2026 09:00:00 +0700\")\n\
                  * 2 FETCH (UID 8 INTERNALDATE \"23-Nov-2026 09:00:01 +0700\" RFC822.SIZE 50)\nA0009 OK\n";
    let begin = [dovecot, before, logged_in, after, inbox, there[0], there[1], inbox_again, selected, found, stamps];
    let then = |options: u8, rest: &[&str]| dialogue(options, &[&begin[..], rest].concat());
    vec![
        then(
            0,
            &[
                "* 1 FETCH (UID 7 BODY[]<0> {12}\nSubject: x\n\n)\nA0010 OK\n",
                "* 2 FETCH (UID 8 BODY[]<0> {5}\nabc\n",
                "+)\nA0011 OK Fetch completed.\n",
                "* 2 FETCH (UID 8 BODY[]<5> \"de\\\\f\")\nA0012 OK\n",
                "* 2 FETCH (UID 8 BODY[]<9> {0}\n)\nA0013 OK\n",
                "* OK [COPYUID 1 7 1] Moved\n* 1 EXPUNGE\nA0014 OK\n",
                "A0015 OK\n",
                "A0016 OK\n",
                "+ idling\n",
                "+* 3 EXISTS\n",
                "A0017 OK Idle completed.\n",
                "* BYE Logging out\nA0018 OK\n",
            ],
        ),
        then(
            SMALL,
            &["* 1 FETCH (UID 7 BODY[]<0> NIL)\nA0010 OK\n", "* 2 FETCH (UID 8 BODY[HEADER]<0> {8}\nFrom: a\n)\nA0011 OK\n"],
        ),
        then(0, &["A0010 NO [SERVERBUG] Internal error\n", "A0011 OK\n", "A0012 NO [OVERQUOTA] full\n", "A0013 BAD what\n"]),
        then(0, &["* 1 FETCH (BODY[] {536870912}\n"]),
        then(0, &["* 1 FETCH (UID 7 BODY[]<0> {3}\nabc)\nA0010 OK\n", "A0011 NO beyond its end\n"]),
        dialogue(
            0,
            &[
                "* OK Gimap ready for requests\n",
                "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 LOGINDISABLED AUTH=PLAIN\nc OK\n",
                "+ \n",
                "A0001 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\n",
            ],
        ),
        dialogue(
            0,
            &[
                "* OK The Microsoft Exchange IMAP4 service is ready.\n",
                "* CAPABILITY IMAP4 IMAP4rev1\nc OK\n",
                "A0001 BAD LOGIN \"yeucau@anphat.example\" \"mat-khau-7\"\n",
            ],
        ),
        // The grammar of the library cuts this text within its first letter.
        dialogue(0, &[dovecot, before, "A0001 OK [CAPABILITY IMAP4rev1]Đã vào\n"]),
        dialogue(0, &["* BYE overloaded\n"]),
        dialogue(0xC0, &["* OK ready\n", "s OK Begin TLS negotiation now\n", "+* CAPABILITY IMAP4rev1\nc OK\n", "A0001 OK\n"]),
        dialogue(
            0,
            &[
                dovecot,
                before,
                logged_in,
                "* CAPABILITY IMAP4rev1\nA0002 OK\n",
                "* LIST () \".\" INBOX\nA0003 OK\n",
                "A0004 OK\n",
                "A0005 OK\n",
                "A0006 NO [CANNOT] Invalid mailbox name\n",
                "A0007 OK\n",
                "A0008 OK\n",
                "* LIST (\\Noselect) \".\" \"INBOX.Quotedesk.Problem\"\nA0009 OK\n",
            ],
        ),
        dialogue(1, &begin[..6]),
        dialogue(2, &begin[..8]),
    ]
}
