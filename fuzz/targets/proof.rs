//! Authentication-Results: whatever stands in it, only our own server's word about the author counts.

use quotedesk::intake::guard::{Auth, authenticated};
use quotedesk::intake::message::{Limits, Message, parse};

use super::{text, texts};

const OURS: &str = "mx.anphat.example";

pub fn proof(bytes: &[u8]) {
    // One header: what ends it would begin the next one.
    let value: String = text(bytes).chars().map(|c| if matches!(c, '\r' | '\n') { ' ' } else { c }).collect();
    let one = with(&[&value]);
    let found = authenticated(&one, Some(OURS));
    assert_eq!(found, authenticated(&one, Some(OURS)));
    assert_eq!(authenticated(&one, None), Auth::Unknown, "without a server of ours");
    assert_eq!(authenticated(&with(&[&format!("mx.evil.example; {value}")]), Some(OURS)), Auth::Unknown, "another server's word");
    assert_eq!(authenticated(&with(&[&format!("{OURS}; none"), &value]), Some(OURS)), Auth::Unknown, "from below ours");
    let failed = format!("{OURS}; dmarc=fail header.from=anphat.example");
    assert_eq!(authenticated(&with(&[&failed, &value]), Some(OURS)), Auth::Refuted, "from below ours");
    if found == Auth::Passed {
        let said = value.to_lowercase();
        assert!(said.contains("pass") && said.contains("anphat.example"), "{value:?}");
        let other = with_from("x@other.example", &[&value]);
        assert!(value.contains("other.example") || authenticated(&other, Some(OURS)) != Auth::Passed, "for everybody: {value:?}");
    }
    // What stands in brackets is a remark, and in quotes one value.
    for wrapped in [
        format!("{OURS} (; dmarc=pass header.from=anphat.example)"),
        format!("{OURS}; spf=none \"; {}\"", value.replace(['"', '\\'], "")),
    ] {
        assert_ne!(authenticated(&with(&[&wrapped]), Some(OURS)), Auth::Passed, "{wrapped:?}");
    }
}

fn with(values: &[&str]) -> Message {
    with_from("Lan <lan.tran@anphat.example>", values)
}

fn with_from(from: &str, values: &[&str]) -> Message {
    let all: String = values.iter().map(|v| format!("Authentication-Results: {v}\r\n")).collect();
    parse(format!("{all}From: {from}\r\nSubject: x\r\n\r\nx\r\n").as_bytes(), &Limits::default()).expect("a mail")
}

pub fn seeds() -> Vec<Vec<u8>> {
    texts(&[
        "mx.anphat.example; dmarc=pass (p=REJECT) header.from=anphat.example",
        "mx.anphat.example 1; dkim=pass header.d=anphat.example header.i=@anphat.example; spf=pass smtp.mailfrom=lan.tran@anphat.example",
        "mx.anphat.example; auth=pass (cram-md5) smtp.auth=lan.tran@anphat.example",
        "mx.anphat.example; dmarc=fail header.from=anphat.example; dkim=pass header.d=anphat.example",
        "\"mx.anphat.example\"; dkim/1 = pass (a \\) b (c)) header.d = \"anphat.example\"; iprev=pass policy.iprev=192.0.2.1",
        "mx.other.example; dmarc=pass header.from=anphat.example",
        "mx.anphat.example 1; dkim=pa\\\\ss header.d=\"anphat\\q.example\"",
        "mx.anphat.example; none",
    ])
}
