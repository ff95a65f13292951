//! Mails that machines wrote are known as such, and hostile ones are read or refused, never worse; none of them decides
//! anything. The mails lie in a folder of public corpora that is not part of the project: `QUOTEDESK_CORPORA` names it,
//! and without it there is nothing to read: `QUOTEDESK_CORPORA=… cargo test --test mails -- --nocapture`.

mod reading;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use quotedesk::intake::guard;
use quotedesk::intake::message::{self, Limits, Message, parse};
use quotedesk::letter::reply::{Reading, read};
use quotedesk::process::case::State;
use quotedesk::process::house::Role;
use reading::asked;

fn corpora() -> Option<PathBuf> {
    let root = std::env::var_os("QUOTEDESK_CORPORA").map(PathBuf::from)?;
    assert!(root.is_dir(), "QUOTEDESK_CORPORA names no folder: {}", root.display());
    Some(root)
}

fn mails(root: &Path, folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = std::fs::read_dir(root.join(folder))
        .expect("the corpus is there")
        .flatten()
        .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).expect("readable")))
        .collect();
    found.sort();
    found
}

/// What a mail is to the desk, in a word; an act that it would come to is a fault.
fn kind(message: &Message) -> &'static str {
    if guard::automatic(message).is_some() {
        return "from a machine";
    }
    let everybody = [
        (Role::Leader, State::Review),
        (Role::Director, State::Pricing),
        (Role::Tech, State::Feedback),
        (Role::Sales, State::Quoted),
        (Role::Sales, State::Contracting),
        (Role::Tech, State::Scheduling),
    ];
    for (role, state) in everybody {
        let reading = read(&message.text, &asked(role, state));
        let moves = match &reading {
            Reading::Means { acts, .. } => {
                acts.iter().any(|a| !matches!(a.name(), "comment" | "noted" | "status" | "ask" | "said"))
            }
            _ => false,
        };
        assert!(!moves, "{role:?}: {:?} comes to {reading:?}", message.text.text);
    }
    match message {
        m if m.trouble.is_some() => "not readable whole: asked for anew",
        m if m.from.is_none() => "of nobody in particular",
        m if m.text.lossy => "with lost characters",
        m if m.text.nothing_left => "without new text",
        _ => "with a text that decides nothing",
    }
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
fn no_mail_of_the_corpora_breaks_anything_or_decides() {
    let Some(root) = corpora() else { return };
    for folder in ["sisimai", "rubymail", "dovecot-malformed", "reply-github"] {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        let all = mails(&root, folder);
        for (name, bytes) in &all {
            message::identity(bytes);
            let kind = match parse(bytes, &Limits::default()) {
                Ok(message) => kind(&message),
                Err(_) => "no mail",
            };
            *kinds.entry(kind).or_default() += 1;
            assert!(folder != "sisimai" || kind == "from a machine", "{name} is {kind}");
            if folder == "reply-github" {
                // Bodies without headers: read as such.
                let text = quotedesk::letter::reply::quoted::cut(&String::from_utf8_lossy(bytes));
                let reading = read(&text, &asked(Role::Leader, State::Review));
                assert!(!reading.decides(), "{name}: {reading:?}");
            }
        }
        let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        println!("{folder}: {} mails: {}", all.len(), kinds.join(", "));
    }
    for (name, bytes) in mails(&root, "rubymail").into_iter().filter(|(n, _)| n.contains("multiple_from")) {
        let message = parse(&bytes, &Limits::default()).expect("a mail");
        assert_eq!(message.from, None, "{name}");
    }
}
