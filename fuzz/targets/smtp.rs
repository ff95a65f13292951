//! What a mail server answers to the desk's mails: whatever it says, a mail is sent only by its word to the last dot, and
//! refused only by a 5xx.

use std::sync::OnceLock;

use quotedesk::config::Smtp;
use quotedesk::dispatch::{Limits, OutMail, Outcome, SmtpTransport};
use quotedesk::faults::Faults;
use quotedesk::process::house::Lang;

use super::script::{self, LIMIT, Options, PASSWORD, Script, USER, dialogue, reply, server};

const COPY: u8 = 4;
const LOGIN: u8 = 8;
/// To an address outside ASCII.
const UTF8: u8 = 16;
const EIGHT_BIT: u8 = 32;

pub fn smtp(bytes: &[u8]) {
    let (options, script) = Script::of(bytes, true);
    let mails = [1, 2].map(|n| mail(n, options));
    let transport = transport(options);
    let outcomes = script::run(transport.hand_over(Box::new(script.clone()), &mails, || script.leave()));
    let server = script.get();
    assert!(!outcomes.is_empty() && outcomes.len() <= mails.len(), "{outcomes:?}");

    if options.starttls() {
        in_the_clear(&server.heard);
        assert!(matches!(outcomes[..], [Outcome::Away(_)]), "without TLS: {outcomes:?}");
        return;
    }
    let login = options.has(LOGIN);
    assert!(login || !server.turns.iter().any(|t| t.words.starts_with(b"AUTH")), "a login that nobody wants");
    for (mail, outcome) in mails.iter().zip(&outcomes) {
        let (Outcome::Sent(words)
        | Outcome::Later(words)
        | Outcome::Away(words)
        | Outcome::Refused(words)
        | Outcome::Doubt(words)) = outcome;
        assert!(words.len() < 3000 && !words.chars().any(char::is_control), "{words:?}");
        let before = ["at its greeting", "at EHLO", "at STARTTLS"].iter().any(|stage| words.contains(stage));
        assert!(!login || before || !words.contains(PASSWORD), "{words:?}");
        let id = mail.message_id.as_bytes();
        let ended = server.turns.iter().position(|t| t.words.ends_with(b".\r\n") && holds(&t.words, id));
        let Some(ended) = ended else {
            not_handed_over(outcome, &server, options);
            continue;
        };
        let turn = &server.turns[ended];
        assert_eq!(turn.words, [&mail.bytes[..], b".\r\n"].concat(), "another message");
        assert!(!turn.crossed, "the last dot went out over words that nobody had asked for: {outcome:?}");
        let answer = reply(server.answer(ended)).map(|(code, _)| code);
        let fits = match outcome {
            Outcome::Sent(_) => matches!(answer, Some(200..300)),
            Outcome::Refused(_) => matches!(answer, Some(500..600)),
            Outcome::Later(_) => matches!(answer, Some(400..500)),
            Outcome::Away(_) => matches!(answer, Some(530 | 534 | 535 | 538)),
            Outcome::Doubt(_) => true,
        };
        assert!(fits, "{outcome:?} by {answer:?}");
    }
}

/// The mail's end never went out, or not whole.
fn not_handed_over(outcome: &Outcome, server: &script::Inner, options: Options) {
    match outcome {
        Outcome::Sent(words) => panic!("sent without an end: {words}"),
        Outcome::Refused(words) => {
            let unfit = ["SMTPUTF8", "8BITMIME", "takes no mails above"].iter().any(|why| words.contains(why));
            let said = (0..server.turns.len()).any(|turn| refused(server.answer(turn)));
            assert!(unfit || said, "refused by nobody: {words}");
        }
        // The dot, or a part of it, may be out.
        Outcome::Doubt(words) => assert!(options.has(2), "in doubt without a dot: {words}"),
        Outcome::Later(_) | Outcome::Away(_) => {}
    }
}

fn refused(mut said: &[u8]) -> bool {
    while let Some((code, length)) = reply(said) {
        if (500..600).contains(&code) {
            return true;
        }
        said = &said[length..];
    }
    false
}

/// Before TLS nothing goes out but the wish for it.
fn in_the_clear(heard: &[u8]) {
    let Some(rest) = heard.strip_prefix(b"EHLO anphat.example\r\n") else {
        return assert!(heard.is_empty(), "{:?}", String::from_utf8_lossy(heard));
    };
    let Some(rest) = rest.strip_prefix(b"STARTTLS\r\n") else {
        return assert!(rest.is_empty(), "{:?}", String::from_utf8_lossy(rest));
    };
    assert!(matches!(rest, [] | [0x15 | 0x16, 3, ..]), "no TLS: {:?}", String::from_utf8_lossy(rest));
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|part| part == word)
}

fn mail(n: usize, options: Options) -> OutMail {
    let to = if options.has(UTF8) { "lân@anphat.example" } else { "lan@anphat.example" };
    let words = if options.has(EIGHT_BIT) { "Duyệt." } else { "Duyet." };
    let message_id = format!("<mail-{n}@anphat.example>");
    let bytes = format!("Message-ID: {message_id}\r\nSubject: YC-2026-0001\r\n\r\n{words}\r\n");
    OutMail { to: to.into(), message_id, name: format!("{n}.eml"), bytes: bytes.into_bytes().into() }
}

/// One for each way to set the desk up.
fn transport(options: Options) -> &'static SmtpTransport {
    static ALL: OnceLock<Vec<SmtpTransport>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let limits = Limits { reply: LIMIT, block: LIMIT, dot: LIMIT, idle: LIMIT };
        let one = |n: usize| {
            let server = server(n & 1 != 0, n & 4 != 0);
            let smtp = Smtp { server, connections: 1, copy_to_self: n & 2 != 0 };
            SmtpTransport::new(&smtp, USER, Lang::Vi, limits, Faults::none())
        };
        (0..8).map(one).collect()
    });
    let [login, copy, starttls] = [options.has(LOGIN), options.has(COPY), options.starttls()].map(usize::from);
    &all[login | copy << 1 | starttls << 2]
}

pub fn seeds() -> Vec<Vec<u8>> {
    let postfix = "250-mx.anphat.example\n250-PIPELINING\n250-SIZE 20480000\n250-ETRN\n250-STARTTLS\n250-AUTH PLAIN LOGIN\n\
                   250-ENHANCEDSTATUSCODES\n250-8BITMIME\n250-DSN\n250 SMTPUTF8\n";
    let exchange = "250-DM6PR.example Hello [192.0.2.1]\n250-SIZE 157286400\n250-PIPELINING\n250-DSN\n250-ENHANCEDSTATUSCODES\n\
                    250-AUTH LOGIN XOAUTH2\n250-8BITMIME\n250-BINARYMIME\n250-CHUNKING\n250 SMTPUTF8\n";
    let greeting = "220 mx.anphat.example ESMTP\n";
    let go = "354 End data with <CR><LF>.<CR><LF>\n";
    let (ok, queued) = ("250 2.1.0 Ok\n", "250 2.0.0 Ok: queued as 4c7yQz\n");
    vec![
        dialogue(0, &[greeting, postfix, ok, "250 2.1.5 Ok\n", go, queued, ok, ok, go, queued]),
        dialogue(LOGIN, &[greeting, postfix, "235 2.7.0 Authentication successful\n", ok, ok, go, queued]),
        dialogue(LOGIN, &[greeting, postfix, "235 2.7.0 ok\n500 5.5.1 what is mat-khau-7?\n", ok, ok]),
        dialogue(LOGIN, &[greeting, postfix, "235 2.7.0 ok\n", "500-5.5.1 what is mat\n500 -khau-7, mat-khau-7?\n", ok]),
        dialogue(
            LOGIN | COPY,
            &[
                greeting,
                exchange,
                "334 VXNlcm5hbWU6\n",
                "334 UGFzc3dvcmQ6\n",
                "235 2.7.0 ok\n",
                ok,
                ok,
                "550 5.1.1 no\n",
                go,
                queued,
            ],
        ),
        dialogue(LOGIN, &[greeting, postfix, "535 5.7.8 Error: AUTH PLAIN bad credentials\n"]),
        dialogue(0, &[greeting, postfix, ok, "550 5.1.1 <lan>: User unknown\n", ok, ok, "450 4.2.0 Greylisted\n", ok]),
        dialogue(0, &[greeting, postfix, ok, ok, go, "552 5.3.4 Message too big\n", ok, ok, go, "451 4.3.0 try again\n"]),
        dialogue(0, &[greeting, postfix, ok, ok, go, "+421 4.4.2 timeout\n"]),
        dialogue(0, &[greeting, postfix, ok, ok, "554 5.5.1 no valid recipients\n", ok, "530 5.7.0 log in first\n"]),
        dialogue(0, &[greeting, "250-mx SIZE\n250 SIZE 10\n"]),
        dialogue(UTF8 | EIGHT_BIT, &[greeting, "250 mx\n"]),
        dialogue(UTF8 | EIGHT_BIT, &[greeting, postfix, ok, ok, go, "250-2.0.0 a\n", "+250 2.0.0 b\n"]),
        dialogue(0xC0, &[greeting, postfix, "220 2.0.0 Ready\n", "+250-mx\n", "250 AUTH PLAIN\n"]),
        dialogue(1, &[greeting, postfix, ok, ok, go]),
        dialogue(2, &[greeting, postfix, ok, ok, go]),
        // Words that come while the store is asked for leave.
        dialogue(0, &[greeting, postfix, ok, ok, go, "+\x1c250 2.0.0 Ok\n", queued]),
        dialogue(0, &["554 5.7.1 you are on a list\n"]),
        // What is offered is told the operator.
        dialogue(LOGIN, &[greeting, "250-mx\n250 AUTH LOG\x17IN XOAUTH2\n"]),
        dialogue(LOGIN, &[greeting, "250-mx\n250 AUTH LOGIN\n", "535 5.7.8 mat-khau-7 is old\n"]),
        dialogue(0, &["+220-mx\n", "+220-wait\n", "+220 \u{e9}\n", "250\n", "250\n", "250\n", "354\n", "250\n"]),
    ]
}
