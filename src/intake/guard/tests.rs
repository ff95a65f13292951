use super::*;
use crate::intake::message::{Limits, Message, parse};

fn keys() -> Keys {
    Keys::new(vec![b"a key of the desk, 32 bytes long".to_vec()])
}

const LAN: &str = "lan.tran@anphat.example";
const DESK: &str = "yeucau@anphat.example";

fn mail(headers: &str) -> Message {
    let bytes = format!("{headers}\r\nMessage-ID: <1@client>\r\n\r\nDUYỆT\r\n").replace("\r\n\r\nMessage", "\r\nMessage");
    parse(bytes.as_bytes(), &Limits::default()).expect("a mail")
}

#[test]
fn only_our_own_server_s_word_on_the_author_s_domain_counts() {
    let from = "From: Lan <lan.tran@anphat.example>";
    let ours = "Authentication-Results: mx.anphat.example";
    // What stands above From, and whether it proves the author.
    let sets: &[(&str, bool)] = &[
        ("{ours}; dmarc=pass header.from=anphat.example", true),
        ("{ours}; dmarc=pass (p=reject dis=none) header.from=anphat.example", true),
        ("{ours}; spf=pass smtp.mailfrom=lan.tran@anphat.example", true),
        ("{ours}; spf=pass smtp.mailfrom=anphat.example; dkim=none", true),
        ("{ours}; dkim=pass header.d=anphat.example header.s=x", true),
        ("{ours};\r\n\tdkim=pass (2048-bit key)\r\n\theader.d=anphat.example", true),
        ("{ours} 1; dkim=pass header.i=@anphat.example", true),
        ("Authentication-Results: \"MX.AnPhat.example\"; dkim=pass header.d=AnPhat.example", true),
        ("{ours}; dkim=fail header.d=anphat.example; spf=pass smtp.mailfrom=x@anphat.example", true),
        ("Received: by relay\r\n{ours}; dmarc=pass header.from=anphat.example", true),
        ("{ours}; none", false),
        ("{ours}; dmarc=fail header.from=anphat.example", false),
        ("{ours}; dmarc=fail header.from=anphat.example; spf=pass smtp.mailfrom=x@anphat.example", false),
        ("{ours}; dmarc=pass header.from=evil.example", false),
        ("{ours}; dkim=pass header.d=evil.example", false),
        ("{ours}; dkim=pass header.d=anphat.example.evil.example", false),
        ("{ours}; dkim=pass header.d=xanphat.example", false),
        ("{ours}; dkim=pass", false),
        ("{ours}; spf=pass smtp.mailfrom=x@evil.example", false),
        ("{ours}; spf=pass smtp.helo=anphat.example", false),
        ("{ours}; spf=softfail smtp.mailfrom=x@anphat.example", false),
        ("{ours}; dmarc=temperror header.from=anphat.example", false),
        ("{ours}; dkim=fail (dmarc=pass header.from=anphat.example) header.d=anphat.example", false),
        ("{ours}; dkim=fail reason=\"x; dmarc=pass header.from=anphat.example\" header.d=anphat.example", false),
        // A backslash takes nothing out of a value.
        ("{ours}; dkim=pa\\xss header.d=anphat.example", false),
        ("{ours}; dkim=pass header.d=\"an\\xphat.example\"", false),
        ("{ours}; dkim=pass header.d=\"anphat.example\\\"\"", false),
        ("{ours}; dkim=fail (open; dmarc=pass header.from=anphat.example", false),
        ("Authentication-Results: mx.evil.example; dmarc=pass header.from=anphat.example", false),
        ("Authentication-Results: mx.anphat.example.evil.example; dmarc=pass header.from=anphat.example", false),
        // A forged one below ours, and ours below somebody else's.
        ("{ours}; dmarc=fail header.from=anphat.example\r\n{ours}; dmarc=pass header.from=anphat.example", false),
        ("Authentication-Results: mx.evil.example; none\r\n{ours}; dmarc=pass header.from=anphat.example", false),
        ("ARC-Authentication-Results: i=1; mx.anphat.example; dmarc=pass header.from=anphat.example", false),
        ("X-Authentication-Results: mx.anphat.example; dmarc=pass header.from=anphat.example", false),
        ("{ours}", false),
        ("Subject: none at all", false),
    ];
    for (above, proven) in sets {
        let message = mail(&format!("{}\r\n{from}", above.replace("{ours}", ours)));
        let want = if *proven { Proof::Auth } else { Proof::None };
        assert_eq!(proof(&message, Some("mx.anphat.example"), &keys(), LAN), want, "{above}");
        assert_eq!(proof(&message, None, &keys(), LAN), Proof::None, "no server is trusted: {above}");
        assert_eq!(proof(&message, Some(""), &keys(), LAN), Proof::None, "{above}");
    }
    let two = mail(&format!("{ours}; dmarc=pass header.from=anphat.example\r\nFrom: lan.tran@anphat.example, evil@evil.example"));
    assert_eq!(proof(&two, Some("mx.anphat.example"), &keys(), LAN), Proof::None);
}

#[test]
fn a_letter_s_id_proves_its_reader_and_nobody_else() {
    let id = MessageId::make(&keys(), "YC-2026-0012", 17, 0, LAN, DESK);
    assert!(id.starts_with("yc-2026-0012.17-0.") && id.ends_with("@anphat.example"), "{id}");
    let read = MessageId::parse(&format!("<{id}>")).expect("ours");
    assert_eq!((read.case.as_str(), read.version, read.n), ("YC-2026-0012", 17, 0));
    assert!(read.verify(&keys(), LAN) && read.verify(&keys(), "Lan.Tran@anphat.example"));
    assert!(!read.verify(&keys(), "hung.le@anphat.example"), "another person");
    assert!(!read.verify(&Keys::new(vec![b"another key".to_vec(), vec![]]), LAN) && !read.verify(&Keys::default(), LAN));
    for other in [id.replace("0012", "0013"), id.replace(".17-", ".18-"), id.replace("17-0", "17-1")] {
        assert!(!MessageId::parse(&other).expect("well formed").verify(&keys(), LAN), "{other}");
    }
    for odd in [
        "",
        "<>",
        "x@y",
        "yc-2026-0012@x",
        "yc-2026-0012.1-0.@x",
        "yc-2026-0012.1-0.aaaaaaaaaaaaaaa@x",
        "..@",
        "yc-2026-0012.99999999999999999999-0.aaaaaaaaaaaaaaaa@x",
        "đ.1-0.ââââââââ@x",
    ] {
        assert_eq!(MessageId::parse(odd), None, "{odd}");
    }
}

#[test]
fn an_answer_is_known_by_the_letter_it_answers() {
    let id = MessageId::make(&keys(), "YC-2026-0012", 17, 0, LAN, DESK);
    let by = |headers: &str| mail(&format!("From: Lan <{LAN}>\r\n{headers}"));
    let replied = by(&format!("In-Reply-To: <{id}>"));
    assert_eq!(answered(&replied, &keys(), LAN), Some(Seen { case: "YC-2026-0012".into(), version: 17 }));
    assert_eq!(proof(&replied, None, &keys(), LAN), Proof::Token);
    let referred = by(&format!("References: <first@x> <{id}> <last@client>"));
    assert_eq!(answered(&referred, &keys(), LAN).map(|s| s.version), Some(17));
    let tagged = by(&format!("To: yeucau+{}@anphat.example", id.split('@').next().unwrap_or_default()));
    assert_eq!(proof(&tagged, None, &keys(), LAN), Proof::Token);
    // Forwarded to somebody else: a hint, but no proof.
    let other = mail(&format!("From: hung.le@anphat.example\r\nIn-Reply-To: <{id}>"));
    assert_eq!(
        (answered(&other, &keys(), "hung.le@anphat.example"), proof(&other, None, &keys(), "hung.le@anphat.example")),
        (None, Proof::None)
    );
    assert_eq!(cases_named(&other, DESK), ["YC-2026-0012"]);
    assert_eq!(cases_named(&by("Subject: Re: [YC-2026-0031] Duyet"), DESK), ["YC-2026-0031"]);
    assert_eq!(cases_named(&by("To: yeucau+yc-2026-0007@anphat.example"), DESK), ["YC-2026-0007"]);
    for none in ["Subject: YC-2026-0031", "Subject: [x] [YC-]", "Subject: [YC-2026-0031", "In-Reply-To: <x@y>"] {
        assert!(cases_named(&by(none), DESK).is_empty(), "{none}");
    }
}

#[test]
fn machines_are_known_and_people_are_not_taken_for_one() {
    let of = |headers: &str| automatic(&mail(headers));
    let from = "From: Lan <lan.tran@anphat.example>";
    let machines = [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (vacation)",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "List-Id: <a.b>",
        "X-Auto-Response-Suppress: All",
        "X-Quotedesk-Case: YC-2026-0001",
        "Content-Type: multipart/report; boundary=x",
        "Subject: =?utf-8?B?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5nOiBWxINuZyBt4bq3dA==?=",
        "Subject: Automatic reply: [YC-2026-0012]",
        "Subject: Undeliverable: x",
    ];
    for headers in machines {
        assert!(of(&format!("{from}\r\n{headers}")).is_some(), "{headers}");
    }
    for sender in [
        "MAILER-DAEMON@x.example (Mail Delivery System)",
        "postmaster@x.example",
        "no-reply@x.example",
        "Mail Delivery Subsystem <x@y.example>",
    ] {
        assert!(of(&format!("From: {sender}")).is_some(), "{sender}");
    }
    for headers in [
        "Auto-Submitted: no",
        "Return-Path: <lan.tran@anphat.example>",
        "Subject: Re: [YC-2026-0012] Duyet phieu",
        "Precedence: normal",
        "X-Auto-Response-Suppress: DR",
        "Subject: Read this please",
    ] {
        assert_eq!(of(&format!("{from}\r\n{headers}")), None, "{headers}");
    }
    assert_eq!(of("From: Root Nguyen <roota@anphat.example>"), None);
}

/// A mail system's report, whole.
fn came_back(text: &str) -> Option<Bounce> {
    let bytes = text.replace('\n', "\r\n").into_bytes();
    bounce(&parse(&bytes, &Limits::default()).expect("a mail"), &bytes)
}

#[test]
fn a_report_names_its_letter_and_the_reason() {
    let id = MessageId::make(&keys(), "YC-2026-0012", 17, 0, LAN, DESK);
    let head =
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender";
    let report = |action: &str, status: &str, returned: &str| {
        format!(
            "{head}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             I could not deliver it.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
             Final-Recipient: rfc822; Lan.Tran@AnPhat.example\nAction: {action}\nStatus: {status}\n\
             Diagnostic-Code: smtp; 550 5.1.1\n  no such user\n--b\n{returned}\n--b--\n"
        )
    };
    let headers = format!("Content-Type: text/rfc822-headers\n\nMessage-ID:\n <{id}>\nTo: {LAN}");
    let whole = format!("Content-Type: message/rfc822\n\nMessage-ID: <{id}>\nTo: {LAN}\n\nbody");
    for returned in [&headers, &whole] {
        let read = came_back(&report("failed", "5.1.1", returned)).expect("a report");
        let words = "550 5.1.1 no such user".to_string();
        assert_eq!(read, Bounce { about: vec![id.clone()], fate: Fate::Failed, words });
    }
    for (action, status, fate) in [
        ("delayed", "4.4.7", Fate::OnItsWay),
        ("delivered", "2.0.0", Fate::OnItsWay),
        ("relayed", "2.0.0", Fate::OnItsWay),
        ("failed (expired)", "4.4.7", Fate::Failed),
        ("odd", "5.2.2", Fate::Failed),
        ("odd", "4.2.2", Fate::OnItsWay),
    ] {
        assert_eq!(came_back(&report(action, status, &headers)).map(|b| b.fate), Some(fate), "{action} {status}");
    }
    // By the envelope's id (RFC 3461: xtext), and in words alone.
    let envelope = report("failed", "5.1.1", "Content-Type: text/plain\n\nx")
        .replace("Reporting-MTA", &format!("Original-Envelope-Id: {}\nReporting-MTA", id.replace('@', "+40")));
    assert_eq!(came_back(&envelope).map(|b| b.about), Some(vec![id.clone()]));
    let words = format!("{head}\n\nSorry.\n<{LAN}>: 552 5.2.2 mailbox full\n\n--- Below is a copy.\nMessage-ID: <{id}>\n");
    let read = came_back(&words).expect("a report");
    assert_eq!((read.fate, read.words.contains("5.2.2")), (Fate::Failed, true), "{}", read.words);
    let warning = format!("{head}\n\nWarning: message delayed 4 hours, will be retried.\n\nMessage-ID: <{id}>\n");
    assert_eq!(came_back(&warning).map(|b| b.fate), Some(Fate::OnItsWay));
}

#[test]
fn what_is_no_report_of_a_letter_of_ours_is_none() {
    let id = MessageId::make(&keys(), "YC-2026-0012", 17, 0, LAN, DESK);
    for mail in [
        // Somebody else's letter; an absence note, with a null sender too; a receipt; a person who passes a report on.
        "Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: failure notice\n\n550 no\nMessage-ID: <1@x>".to_string(),
        format!("Return-Path: <>\nFrom: {LAN}\nAuto-Submitted: auto-replied\nSubject: x\nIn-Reply-To: <{id}>\n\nnghỉ phép"),
        format!("Return-Path: <>\nFrom: {LAN}\nSubject: Re: x\nIn-Reply-To: <{id}>\n\nnghỉ phép tới thứ Hai"),
        format!(
            "From: {LAN}\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\nIn-Reply-To: <{id}>\n\n--b\nContent-Type: message/disposition-notification\n\nDisposition: x; displayed\n--b--"
        ),
        format!("From: {LAN}\nSubject: Fwd: Undelivered Mail\nIn-Reply-To: <{id}>\n\n550 5.1.1 Message-ID: <{id}>"),
    ] {
        assert_eq!(came_back(&mail), None, "{mail}");
    }
}

/// Ids of letters that belong to no case, and the one letter that lets a mail in.
#[test]
fn a_letter_of_no_case_has_a_token_too() {
    let id = caseless(&keys(), "0a1b2c3d", LAN, DESK);
    assert!(is_ours(&keys(), &id, LAN) && !is_ours(&keys(), &id, "hung.le@anphat.example"), "{id}");
    assert!(!is_ours(&keys(), &id.replace("0a1b", "0a1c"), LAN) && !is_ours(&keys(), "desk.x.y@z", LAN));
    assert_eq!(automatic(&mail(&format!("From: a@b.example\r\nMessage-ID: <{id}>")).clone()), Some(Automatic::Own));
    let vouch = vouch_id(&keys(), "a1b2c3d4e5f6", LAN, DESK);
    let answer =
        |person: &str| vouched(&mail(&format!("From: x@y.example\r\nReferences: <a@b> <{vouch}> <c@d>")), &keys(), person);
    assert_eq!(answer(LAN).as_deref(), Some("a1b2c3d4e5f6"));
    assert_eq!(answer("hung.le@anphat.example"), None);
    let other = mail(&format!("From: {LAN}\r\nIn-Reply-To: <{id}>"));
    assert_eq!(vouched(&other, &keys(), LAN), None, "another letter of ours lets nothing in");
}

#[test]
fn old_keys_hold_and_strange_ones_do_not() {
    let (old, new) = (vec![1; 32], vec![2; 32]);
    let id = MessageId::make(&Keys::new(vec![old.clone()]), "YC-2026-0012", 17, 0, LAN, DESK);
    let id = MessageId::parse(&id).expect("ours");
    assert!(id.verify(&Keys::new(vec![new.clone(), old]), LAN));
    assert!(!id.verify(&Keys::new(vec![new]), LAN));
    let long = plus_address("yc-2026-0012.17-0.aaaaaaaaaaaaaaaa@x", "mot-ten-rat-dai-cua-ban-bao-gia-an-phat@anphat.example");
    assert_eq!(long, "mot-ten-rat-dai-cua-ban-bao-gia-an-phat@anphat.example", "no server has to take more than 64 bytes");
}

#[test]
fn our_own_server_may_say_that_a_token_is_in_the_wrong_hands() {
    let id = MessageId::make(&keys(), "YC-2026-0012", 17, 0, LAN, DESK);
    let with = |results: &str| {
        let mail = mail(&format!("Authentication-Results: mx.anphat.example; {results}\r\nFrom: {LAN}\r\nIn-Reply-To: <{id}>"));
        proof(&mail, Some("mx.anphat.example"), &keys(), LAN)
    };
    assert_eq!(with("dmarc=fail header.from=anphat.example"), Proof::None);
    assert_eq!(with("dmarc=none"), Proof::Token);
    assert_eq!(with("dmarc=pass header.from=anphat.example"), Proof::Both);
    assert_eq!(with(&format!("auth=pass (plain) smtp.auth={LAN}")), Proof::Both, "sent through our own server");
    assert_eq!(with("auth=pass smtp.auth=hung.le@anphat.example"), Proof::Token);
}

/// What hints at a machine is not enough for people of the house; how real responders look is.
#[test]
fn a_hint_is_not_enough() {
    let of = |headers: &str| automatic(&mail(&format!("From: {LAN}\r\n{headers}")));
    for hint in ["Subject: Nghỉ phép: phân hệ nhân sự", "Subject: Read: đọc chỉ số", "Subject: Auto: tính giá"]
    {
        assert!(of(hint).is_some_and(Automatic::is_hint), "{hint}");
        assert!(!answers_by_itself(&mail(&format!("From: {LAN}\r\n{hint}"))), "{hint}");
    }
    for from in ["noreply@anphat.example", "root@anphat.example", "feedback@anphat.example"] {
        assert!(automatic(&mail(&format!("From: {from}"))).is_some_and(Automatic::is_hint), "{from}");
    }
    for real in ["Subject: Vắng mặt: [YC-2026-0012] Nhờ duyệt", "Subject: Auto: Re: [YC-2026-0012] Nhờ duyệt"] {
        assert!(answers_by_itself(&mail(&format!("From: {LAN}\r\n{real}"))), "{real}");
    }
    // A rule has passed it on, a distribution list has sent it out: Exchange marks its own answers so, and more besides.
    for passed_on in ["X-MS-Exchange-Inbox-Rules-Loop: y@anphat.example", "X-Auto-Response-Suppress: DR, OOF, AutoReply"] {
        assert_eq!(of(passed_on), Some(Automatic::Exchange), "{passed_on}");
        assert!(!answers_by_itself(&mail(&format!("From: {LAN}\r\n{passed_on}\r\nSubject: Re: [YC-2026-0012] x\r\n\r\nDUYỆT"))));
        let away = format!("{passed_on}\r\nAuto-Submitted: auto-generated\r\nSubject: Automatic reply: x");
        assert_eq!(of(&away), Some(Automatic::AutoSubmitted));
    }
    assert!(Automatic::Exchange.is_hint());
    assert_eq!(of("X-Mailer: MDaemon Webmail 23.5"), None);
    assert_eq!(of("X-Mailer: MDaemon 12"), Some(Automatic::Responder));
    assert_eq!(of("X-Apple-Action: VACATION"), Some(Automatic::Responder));
    assert_eq!(of("Subject: Re: Auto: x"), None);
}

#[test]
fn an_absence_note_is_told_from_other_automatic_answers() {
    let of = |headers: &str| {
        let mail = mail(&format!("From: {LAN}\r\n{headers}"));
        automatic(&mail).is_some_and(|why| says_away(&mail, why))
    };
    for away in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\nSubject: Automatic reply: [YC-2026-0012] x",
        "Auto-Submitted: auto-generated\r\nSubject: Tự động trả lời: [YC-2026-0012] x",
        "X-Autoreply: yes",
        "Subject: Vắng mặt: [YC-2026-0012] x",
    ] {
        assert!(of(away), "{away}");
    }
    for other in [
        "Auto-Submitted: auto-generated\r\nSubject: Accepted: [YC-2026-0012] x",
        "Auto-Submitted: auto-replied\r\nContent-Type: text/calendar; method=REPLY",
        "Auto-Submitted: auto-notified; owner=\"x\"",
        "Subject: Read: [YC-2026-0012] x",
        "Subject: Recall: [YC-2026-0012] x",
        "Precedence: list",
    ] {
        assert!(!of(other), "{other}");
    }
}
