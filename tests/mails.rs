//! Mails that machines wrote are known as such, and hostile ones are read or refused, never worse. The mails lie in a
//! folder of public corpora: `QUOTEDESK_CORPORA=… cargo test --test mails -- --ignored --nocapture`.

use quotedesk::intake::guard;
use quotedesk::intake::message::{Limits, parse};

fn mails(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = std::env::var("QUOTEDESK_CORPORA").expect("QUOTEDESK_CORPORA names the folder of corpora");
    let mut found: Vec<_> = std::fs::read_dir(std::path::Path::new(&root).join(folder))
        .expect("the corpus is there")
        .flatten()
        .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).expect("readable")))
        .collect();
    found.sort();
    found
}

#[test]
#[ignore = "needs the corpora"]
fn bounces_and_automatic_answers_are_known() {
    let all = mails("sisimai");
    let mut missed = vec![];
    for (name, bytes) in &all {
        match parse(bytes, &Limits::default()) {
            Ok(message) if guard::automatic(&message).is_none() => {
                missed.push(format!("{name}: {} | {}", message.from_shown, message.subject))
            }
            Ok(_) => {}
            Err(why) => missed.push(format!("{name}: {why}")),
        }
    }
    println!("sisimai: {} of {} recognised", all.len() - missed.len(), all.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// The reports of 40 mail systems as they are, but about a letter of ours: in most, what came back still has its id.
#[test]
#[ignore = "needs the corpora"]
fn a_letter_of_ours_is_found_in_the_reports_of_real_systems() {
    let keys = guard::Keys::new(vec![vec![7; 32]]);
    let reader = "lan.tran@anphat.example";
    let ours = guard::MessageId::make(&keys, "YC-2026-0012", 17, 0, reader, "yeucau@anphat.example");
    let (mut with_id, mut found, mut fates, mut missed) = (0, 0, std::collections::BTreeMap::new(), vec![]);
    for (name, bytes) in mails("sisimai") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n").or_else(|| text.split_once("\n\n")) else { continue };
        // The id of what came back: the last one that stands in the body.
        let lower = body.to_ascii_lowercase();
        let Some(at) = lower.rfind("message-id:") else { continue };
        let id = body[at..].split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(id, _)| id.to_string());
        let Some(id) = id.filter(|id| !id.is_empty() && !id.contains(['\n', ' '])) else { continue };
        with_id += 1;
        let about_ours = format!("{head}\r\n\r\n{}", body.replace(&id, &ours)).into_bytes();
        let message = parse(&about_ours, &Limits::default()).expect("a mail");
        match guard::bounce(&message, &about_ours) {
            Some(bounce) if bounce.about.iter().any(|id| guard::is_ours(&keys, id, reader)) => {
                found += 1;
                *fates.entry(format!("{:?}", bounce.fate)).or_insert(0) += 1;
                println!("{name}: {:?}: {}", bounce.fate, bounce.words.chars().take(100).collect::<String>());
            }
            _ => missed.push(format!("{name}: {:?} {}", guard::automatic(&message), message.subject)),
        }
    }
    println!("{found} of {with_id} found, {fates:?}; not: {}", missed.join("\n"));
    // Complaints (ARF) and receipts tell nothing of delivery.
    let complaints = missed.iter().filter(|m| m.starts_with("arf")).count();
    assert!(missed.len() - complaints <= 3, "{}", missed.join("\n"));
}

#[test]
#[ignore = "needs the corpora"]
fn odd_mails_are_read_or_refused() {
    for folder in ["rubymail", "dovecot-malformed", "reply-github"] {
        let all = mails(folder);
        let (mut read, mut machines) = (0, vec![]);
        for (name, bytes) in &all {
            if let Ok(message) = parse(bytes, &Limits::default()) {
                read += 1;
                if let Some(why) = guard::automatic(&message) {
                    machines.push(format!("{name} ({why})"));
                }
            }
            quotedesk::intake::message::identity(bytes);
            quotedesk::letter::reply::quoted::cut(&String::from_utf8_lossy(bytes));
        }
        println!("{folder}: {} mails, {read} read, {} automatic: {}", all.len(), machines.len(), machines.join(", "));
    }
    let two = mails("rubymail").into_iter().filter(|(n, _)| n.contains("multiple_from"));
    for (name, bytes) in two {
        let message = parse(&bytes, &Limits::default()).expect("a mail");
        assert_eq!(message.from, None, "{name}");
    }
}
