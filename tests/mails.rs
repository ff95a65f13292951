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
