//! Mails reach a mail server whole, in order and once, whatever it does; and nothing secret is told.

mod smtp;

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use mail_parser::{MessageParser, MimeHeaders};
use quotedesk::config::{Secret, Smtp, Tls};
use quotedesk::dispatch::{Counts, Limits};
use quotedesk::faults::Faults;
use quotedesk::store::{Clocks, NewEffect, OutgoingFilter, Outward};
use tokio_util::sync::CancellationToken;

use smtp::desk::{DESK, Desk, LAN, letter, patient, start, with_files};
use smtp::{Act, At, Authority, House, Post};

fn sent(n: u64) -> Counts {
    Counts { sent: n, ..Counts::default() }
}

#[tokio::test]
async fn a_mail_arrives_to_the_byte_and_its_bounce_can_be_asked_for() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), sent(1));
    let taken = post.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(String::from_utf8_lossy(&taken[0].bytes), String::from_utf8_lossy(&letter("YC-1", LAN, "a").body));
    let size = letter("YC-1", LAN, "a").body.len() + 2; // two dots are doubled on the way
    assert_eq!(taken[0].mail, format!("MAIL FROM:<{DESK}> SIZE={size} RET=HDRS ENVID=YC-1.a@anphat.example"));
    assert_eq!(taken[0].rcpt, [format!("RCPT TO:<{LAN}> NOTIFY=FAILURE,DELAY")]);
    assert_eq!(desk.row().await.last_words, format!("localhost:{}: 250 2.0.0 taken", post.port));
    // A server that offers nothing is asked for nothing.
    post.house().offers.clear();
    desk.queue(vec![letter("YC-1", LAN, "b")]).await;
    assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), sent(1));
    let taken = post.taken();
    assert_eq!(
        (taken[1].mail.as_str(), taken[1].rcpt[0].as_str()),
        ("MAIL FROM:<yeucau@anphat.example>", "RCPT TO:<lan.tran@anphat.example>")
    );
}

/// Every stage and every fault: what the row says, what is told, and that in the end the mail is there, once; twice with
/// the same bytes where the server had taken it and nobody could know.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_at_whatever_stage() {
    let stages = [At::Connect, At::Greeting, At::Ehlo, At::Starttls, At::Auth, At::Mail, At::Rcpt, At::Data, At::Dot];
    let faults = ["4xx", "421", "5xx", "drop", "stall", "garbage"];
    let authority = Authority::for_host("localhost");
    let mut cells = tokio::task::JoinSet::new();
    for stage in stages {
        for fault in faults {
            if stage == At::Connect && fault != "drop" && fault != "stall" {
                continue; // what is said there is the greeting
            }
            let authority = (authority.pem.clone(), authority.server.clone());
            cells.spawn(async move { (format!("{stage:?} {fault}"), cell(stage, fault, authority).await) });
        }
    }
    let mut cells = cells.join_all().await;
    cells.sort();
    let table: Vec<String> = cells.iter().map(|(cell, outcome)| format!("{cell}: {outcome}")).collect();
    println!("{}", table.join("\n"));
    for (cell, outcome) in &cells {
        let expected = match cell.as_str() {
            "Rcpt 5xx" | "Data 5xx" | "Dot 5xx" => "failed, 0 taken; then failed, 0 taken",
            "Dot drop" | "Dot stall" | "Dot garbage" => "doubt, 1 taken; then sent, 2 taken",
            _ => "queued, 0 taken; then sent, 1 taken",
        };
        assert_eq!(outcome, expected, "{cell}");
    }
}

async fn cell(stage: At, fault: &str, (pem, server): (String, Arc<tokio_rustls::rustls::ServerConfig>)) -> String {
    let desk = Desk::new().await;
    let mut house = House { tls: Some(server), ..House::default() };
    house.offers.extend(["STARTTLS".into(), "AUTH PLAIN".into()]);
    let post = Post::open(house);
    let mut smtp = post.with_login(Secret::File(desk.file("secret", "s3cret-Mật\n")));
    (smtp.server.tls, smtp.server.ca_file) = (Tls::Starttls, Some(desk.file("ca.pem", &pem)));
    let (act, said) = match fault {
        "4xx" => (Act::Say("451 4.3.0 not just now\r\n".into()), "451 4.3.0 not just now"),
        "421" => (Act::Say("421 4.3.2 too many\r\n".into()), "421 4.3.2 too many"),
        "5xx" => (Act::Say("550-5.7.1 never\r\n550 5.7.1 ever\r\n".into()), "550 5.7.1 never 5.7.1 ever"),
        "drop" => (Act::Drop, ""),
        "stall" => (Act::Stall, ""),
        _ => (Act::Say("\u{1}garbage\r\n".into()), "garbage"),
    };
    post.will(stage, act);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let short = Duration::from_secs(15);
    let limits = if fault == "stall" { Limits { reply: short, dot: short, ..patient() } } else { patient() };
    let dispatcher = desk.sends(&smtp, limits, Faults::none());
    let counts = dispatcher.drain().await.unwrap();
    let row = desk.row().await;
    assert_eq!(counts.sent + counts.later + counts.failed + counts.doubt, 1, "{stage:?} {fault}: {counts:?}");
    assert!(row.last_words.contains(said), "{stage:?} {fault}: {}", row.last_words);
    assert!(row.last_words.contains(&post.port.to_string()), "{stage:?} {fault}: {}", row.last_words);
    let (first, taken) = (row.state, post.taken().len());
    desk.forward(TimeDelta::minutes(16));
    desk.to(&smtp).drain().await.unwrap();
    let all = post.taken();
    assert!(all.iter().all(|t| *t == all[0]), "{stage:?} {fault}: copies differ");
    format!("{first}, {taken} taken; then {}, {} taken", desk.row().await.state, all.len())
}

#[tokio::test]
async fn a_second_doubt_is_the_operators() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    post.will(At::Dot, Act::Drop).will(At::Dot, Act::Drop);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let dispatcher = desk.to(&post.smtp());
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    // Not before its copy has had the time to come.
    desk.forward(TimeDelta::minutes(14));
    assert_eq!(dispatcher.drain().await.unwrap(), Counts::default());
    desk.forward(TimeDelta::minutes(1));
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    desk.forward(TimeDelta::days(9));
    assert_eq!(dispatcher.drain().await.unwrap(), Counts::default());
    let taken = post.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
    let row = desk.store.outgoing(&OutgoingFilter::Failed).await.unwrap().remove(0);
    assert_eq!((row.state.as_str(), row.doubts), ("doubt", 2));
    assert!(row.last_words.contains("the server may have taken the mail"), "{}", row.last_words);
    // The operator may send it once more.
    assert!(desk.store.resend(row.id).await.unwrap());
    assert_eq!(dispatcher.drain().await.unwrap().sent, 1);
}

#[tokio::test]
async fn a_copy_in_the_desks_own_mailbox_ends_the_doubt() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    let smtp = Smtp { copy_to_self: true, ..post.smtp() };
    post.will(At::Dot, Act::Drop);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let dispatcher = desk.to(&smtp);
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    // In one transaction: it comes exactly when the server has taken the mail.
    let rcpt = post.taken()[0].rcpt.clone();
    assert_eq!(rcpt, [format!("RCPT TO:<{LAN}> NOTIFY=FAILURE,DELAY"), format!("RCPT TO:<{DESK}> NOTIFY=NEVER")]);
    let id = desk.row().await.message_id;
    assert!(desk.store.arrived(&id, start()).await.unwrap());
    assert!(!desk.store.arrived(&id, start()).await.unwrap());
    desk.forward(TimeDelta::minutes(20));
    assert_eq!(dispatcher.drain().await.unwrap(), Counts::default());
    assert_eq!((desk.row().await.state.as_str(), post.taken().len()), ("sent", 1));
}

/// The copy comes late: after the doubt's time the second try met a busy server, and waits.
#[tokio::test]
async fn a_late_copy_still_stops_the_second_mail() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    post.will(At::Dot, Act::Drop);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let dispatcher = desk.to(&post.smtp());
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    post.says(At::Mail, "450 4.2.0 busy");
    desk.forward(TimeDelta::minutes(15));
    assert_eq!(dispatcher.drain().await.unwrap().later, 1);
    assert!(desk.store.arrived(&desk.row().await.message_id, start()).await.unwrap());
    desk.forward(TimeDelta::hours(5));
    assert_eq!(dispatcher.drain().await.unwrap(), Counts::default());
    assert_eq!((desk.row().await.state.as_str(), post.taken().len()), ("sent", 1));
}

#[tokio::test]
async fn a_copy_that_the_server_refuses_costs_nothing() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    let smtp = Smtp { copy_to_self: true, ..post.smtp() };
    desk.queue(vec![letter("YC-1", LAN, "a"), letter("YC-1", DESK, "b")]).await;
    post.says(At::Rcpt, "250 2.1.5 ok").says(At::Rcpt, "550 5.1.1 not you");
    let mut dispatcher = desk.to(&smtp);
    dispatcher.parallel = 1;
    assert_eq!(dispatcher.drain().await.unwrap(), sent(2));
    // Who gets the mail anyway gets no copy of it.
    assert_eq!(post.taken()[1].rcpt.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_kept_and_never_more_than_allowed() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue((0..200).map(|n| letter(&format!("YC-{n}"), LAN, &format!("m{n}"))).collect()).await;
    let dispatcher = desk.to(&post.smtp());
    assert_eq!(dispatcher.drain().await.unwrap(), sent(200));
    let seen = post.seen();
    assert_eq!(seen.taken.len(), 200);
    assert!(seen.most_open <= 3 && seen.connections <= 3, "{} open, {} made", seen.most_open, seen.connections);
    assert!(!seen.lines.iter().any(|l| l.starts_with("NOOP") || l.starts_with("RSET")));
    let mut ids: Vec<_> = seen.taken.iter().map(|t| t.mail.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 200);
}

/// Every fault that costs a connection, again and again, beside mails that go well.
#[tokio::test(flavor = "multi_thread")]
async fn the_cap_holds_while_connections_break() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    for n in 0..30 {
        let at = [At::Mail, At::Rcpt, At::Data][n % 3];
        post.will(at, if n % 2 == 0 { Act::Drop } else { Act::Say("421 4.3.2 enough\r\n".into()) });
    }
    desk.queue((0..60).map(|n| letter(&format!("YC-{n}"), LAN, &format!("m{n}"))).collect()).await;
    let dispatcher = desk.to(&Smtp { connections: 2, ..post.smtp() });
    for _ in 0..60 {
        dispatcher.drain().await.unwrap();
        desk.forward(TimeDelta::hours(1));
    }
    let seen = post.seen();
    assert_eq!(seen.taken.len(), 60);
    // One that is just being closed may still count at the server.
    assert!(seen.most_open <= 4, "{}", seen.most_open);
}

#[tokio::test]
async fn a_kept_connection_that_went_stale_costs_no_attempt() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    let dispatcher = desk.to(&post.smtp());
    let faults = [Act::Drop, Act::Say("421 4.4.2 timeout exceeded\r\n".into()), Act::Say("?\r\n".into())];
    for (n, fault) in faults.into_iter().enumerate() {
        desk.queue(vec![letter("YC-1", LAN, &format!("first{n}"))]).await;
        assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
        post.will(At::Mail, fault);
        desk.queue(vec![letter("YC-1", LAN, &format!("second{n}"))]).await;
        assert_eq!(dispatcher.drain().await.unwrap(), sent(1), "{n}");
    }
    // Closed while idle: seen without asking.
    post.hang_up();
    desk.queue(vec![letter("YC-1", LAN, "last")]).await;
    assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
    assert!(desk.rows().await.iter().all(|row| row.attempts == 1));
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_a_while() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let dispatcher = desk.sends(&post.smtp(), Limits { idle: Duration::from_millis(200), ..patient() }, Faults::none());
    assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
    eventually(|| post.seen().open == 0 && post.seen().lines.last().is_some_and(|l| l == "QUIT")).await;
    desk.queue(vec![letter("YC-1", LAN, "b")]).await;
    assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
    assert_eq!(post.seen().connections, 2);
}

async fn eventually(holds: impl Fn() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came so far");
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_seldom_and_used_again_within_a_minute() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    let mut away = post.smtp();
    away.server.port = 1; // nobody listens there
    desk.queue((0..50).map(|n| letter("YC-1", &format!("p{n}@anphat.example"), "a")).collect()).await;
    let dispatcher = desk.to(&away);
    assert_eq!(dispatcher.drain().await.unwrap().later, 50);
    for row in desk.rows().await {
        assert!(
            row.last_words.contains("localhost:1: no connection") && row.last_words.contains("[mail.smtp]"),
            "{}",
            row.last_words
        );
    }
    // Three hours later the waits are no longer than at first.
    desk.forward(TimeDelta::hours(3));
    dispatcher.drain().await.unwrap();
    let now = *desk.now.lock().unwrap();
    assert!(desk.rows().await.iter().all(|row| row.next_at.is_some_and(|at| at - now <= TimeDelta::seconds(40))));
    // Nor does it become a dead letter, however long the holidays are.
    desk.forward(TimeDelta::days(9));
    assert_eq!(dispatcher.drain().await.unwrap().failed, 0);
    // A 4xx of a server that is there is another matter: it is this mail that it does not want just now.
    let busy = Desk::new().await;
    busy.queue(vec![letter("YC-1", LAN, "a")]).await;
    let from = *busy.now.lock().unwrap();
    let wait = refused(&busy, &post, TimeDelta::hours(2)).await.unwrap();
    assert!(wait >= TimeDelta::minutes(48), "{wait}");
    assert_eq!(refused(&busy, &post, TimeDelta::days(6)).await, None);
    let days = *busy.now.lock().unwrap() - from;
    assert!(days >= TimeDelta::days(5) && days < TimeDelta::hours(126), "{days}");
    assert!(busy.row().await.last_words.contains("450 4.2.0 greylisted"), "{}", busy.row().await.last_words);
}

/// Each attempt for so long is told to come later, as soon as it is due; how long the wait is then, `None`: given up.
async fn refused(desk: &Desk, post: &Post, time: TimeDelta) -> Option<TimeDelta> {
    let (end, dispatcher) = (*desk.now.lock().unwrap() + time, desk.to(&post.smtp()));
    loop {
        post.says(At::Rcpt, "450 4.2.0 greylisted");
        dispatcher.drain().await.unwrap();
        let now = *desk.now.lock().unwrap();
        let wait = desk.row().await.next_at? - now;
        if now >= end {
            return Some(wait);
        }
        desk.forward(wait);
    }
}

/// Time in which nobody could try says nothing about the receiver: the server was away, mail was on hold, the desk stood still.
#[tokio::test]
async fn only_what_a_server_says_makes_a_dead_letter() {
    let post = Post::open(House::default());
    let mut away = post.smtp();
    away.server.port = 1;
    for what in ["away", "hold", "stopped"] {
        let desk = Desk::new().await;
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        refused(&desk, &post, TimeDelta::minutes(1)).await.unwrap();
        match what {
            "away" => {
                let dispatcher = desk.to(&away);
                for _ in 0..6 * 24 {
                    desk.forward(TimeDelta::hours(1));
                    assert_eq!(dispatcher.drain().await.unwrap().later, 1);
                }
            }
            "hold" => {
                desk.store.set_hold(true).await.unwrap();
                desk.forward(TimeDelta::days(6));
                assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), Counts::default());
                desk.store.set_hold(false).await.unwrap();
            }
            _ => desk.forward(TimeDelta::days(6)),
        }
        desk.forward(TimeDelta::minutes(5));
        let wait = refused(&desk, &post, TimeDelta::zero()).await.expect(what);
        assert!(wait <= TimeDelta::minutes(8), "{what}: {wait}");
        desk.forward(wait);
        assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), sent(1), "{what}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_shown_once_and_loses_no_mail() {
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers.push("AUTH PLAIN LOGIN".into());
    let post = Post::open(house);
    let smtp = post.with_login(Secret::File(desk.file("secret", "wrong-password")));
    desk.queue((0..20).map(|n| letter("YC-1", &format!("p{n}@anphat.example"), "a")).collect()).await;
    let mut dispatcher = desk.to(&smtp);
    dispatcher.parallel = 1;
    assert_eq!(dispatcher.drain().await.unwrap().later, 20);
    assert_eq!(post.seen().lines.iter().filter(|l| l.starts_with("AUTH")).count(), 1);
    for row in desk.rows().await {
        assert!(row.last_words.contains("535 5.7.8 who are you?. The login was refused"), "{}", row.last_words);
    }
    // Mended without a restart.
    desk.file("secret", "s3cret-Mật");
    desk.forward(TimeDelta::minutes(1));
    assert_eq!(dispatcher.drain().await.unwrap(), sent(20));
}

#[tokio::test]
async fn logins_by_password() {
    for (offers, verb) in [("AUTH PLAIN LOGIN", "AUTH PLAIN "), ("auth LOGIN", "AUTH LOGIN"), ("AUTH=PLAIN", "AUTH PLAIN ")] {
        let (desk, mut house) = (Desk::new().await, House::default());
        house.offers.push(offers.into());
        let post = Post::open(house);
        let secrets =
            [Secret::File(desk.file("secret", "s3cret-Mật\r\nanother line")), Secret::Command("echo s3cret-Mật".into())];
        for secret in secrets {
            let smtp = post.with_login(secret);
            desk.queue(vec![letter("YC-1", LAN, "a")]).await;
            assert_eq!(desk.to(&smtp).drain().await.unwrap(), sent(1), "{offers}");
        }
        assert!(post.seen().lines.iter().any(|l| l.starts_with(verb)), "{offers}");
    }
    // None that we have.
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers.push("AUTH GSSAPI".into());
    let post = Post::open(house);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let smtp = post.with_login(Secret::File(desk.file("secret", "x")));
    assert_eq!(desk.to(&smtp).drain().await.unwrap().later, 1);
    assert!(desk.row().await.last_words.contains("logs in by GSSAPI only"), "{}", desk.row().await.last_words);
    // The secret is not there.
    let smtp = post.with_login(Secret::File(desk.path("nowhere")));
    post.house().offers.push("AUTH PLAIN".into());
    desk.forward(TimeDelta::minutes(1));
    assert_eq!(desk.to(&smtp).drain().await.unwrap().later, 1);
    assert!(desk.row().await.last_words.contains("nowhere"), "{}", desk.row().await.last_words);
}

/// A token service that gives a new one each time.
fn token_service(tokens: &'static [&'static str]) -> (String, Arc<Mutex<usize>>) {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/token", listener.local_addr().unwrap().port());
    let asked: Arc<Mutex<usize>> = Arc::default();
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let mut request = Vec::new();
            let mut piece = [0; 4096];
            while !request.windows(13).any(|w| w == b"refresh_token") {
                match stream.read(&mut piece) {
                    Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
                    _ => break,
                }
            }
            let mut n = count.lock().unwrap();
            let token = tokens[(*n).min(tokens.len() - 1)];
            *n += 1;
            let body = format!(r#"{{"access_token":"{token}","expires_in":3600,"token_type":"Bearer"}}"#);
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (url, asked)
}

#[tokio::test]
async fn a_token_that_is_refused_is_renewed_once() {
    for (tokens, count) in [(&["ya29.token"][..], 1), (&["ya29.stale", "ya29.token"][..], 2)] {
        let (url, asked) = token_service(tokens);
        let (desk, mut house) = (Desk::new().await, House::default());
        house.offers.push("AUTH PLAIN XOAUTH2".into());
        let post = Post::open(house);
        let access = quotedesk::config::OAuth2 {
            token_url: url,
            client_id: "desk".into(),
            client_secret_file: None,
            refresh_token_file: desk.file("refresh", "r3fresh"),
            scope: None,
        };
        let smtp = post.with_login(Secret::OAuth2(access));
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        assert_eq!(desk.to(&smtp).drain().await.unwrap(), sent(1));
        assert_eq!(*asked.lock().unwrap(), count);
        assert!(!post.seen().lines.iter().any(|l| l.starts_with("AUTH PLAIN")), "a token is no password");
    }
    // For good: two tokens, then it waits.
    let (url, asked) = token_service(&["ya29.stale"]);
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers.push("AUTH XOAUTH2".into());
    let post = Post::open(house);
    let refresh_token_file = desk.file("refresh", "r3fresh");
    let access = quotedesk::config::OAuth2 {
        token_url: url,
        client_id: "desk".into(),
        client_secret_file: None,
        refresh_token_file,
        scope: None,
    };
    desk.queue(vec![letter("YC-1", LAN, "a"), letter("YC-1", DESK, "b")]).await;
    let mut dispatcher = desk.to(&post.with_login(Secret::OAuth2(access)));
    dispatcher.parallel = 1;
    assert_eq!(dispatcher.drain().await.unwrap().later, 2);
    assert_eq!(*asked.lock().unwrap(), 2);
    assert!(desk.row().await.last_words.contains("535 5.7.8"), "{}", desk.row().await.last_words);
    assert!(!desk.row().await.last_words.contains("ya29"));
}

#[tokio::test]
async fn a_token_service_that_repeats_what_it_is_told_is_not_repeated() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let token_url = format!("http://{}/token", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut asked = [0; 4096];
            let _ = stream.read(&mut asked);
            let words = format!("the token r3fresh\\u0000-1234 of s3cret-5678 is old {}", "x".repeat(5000));
            let body = format!(r#"{{"error":"invalid_grant","error_description":"{words}"}}"#);
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 400 Bad\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        }
    });
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers.push("AUTH XOAUTH2".into());
    let access = quotedesk::config::OAuth2 {
        token_url,
        client_id: "desk".into(),
        client_secret_file: Some(desk.file("client", "s3cret-5678")),
        refresh_token_file: desk.file("refresh", "r3fresh-1234"),
        scope: None,
    };
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    assert_eq!(desk.to(&Post::open(house).with_login(Secret::OAuth2(access))).drain().await.unwrap().later, 1);
    let words = desk.row().await.last_words;
    assert!(words.contains("400 Bad Request: invalid_grant the token … of … is old xxx"), "{words}");
    assert!(words.len() < 1000, "{words}");
}

#[tokio::test]
async fn tls_from_the_first_byte_and_by_starttls_only_with_a_server_that_proves_itself() {
    let (ours, others, elsewhere) =
        (Authority::for_host("localhost"), Authority::for_host("localhost"), Authority::for_host("mx.example"));
    let desk = Desk::new().await;
    let ca_file = desk.file("ca.pem", &format!("{}{}", ours.pem, elsewhere.pem));
    let open = |authority: &Authority, at_once: bool| {
        let mut house = House { tls: Some(authority.server.clone()), at_once, ..House::default() };
        if !at_once {
            house.offers.push("STARTTLS".into());
        }
        let post = Post::open(house);
        let mut smtp = post.smtp();
        smtp.server.tls = if at_once { Tls::Tls } else { Tls::Starttls };
        smtp.server.ca_file = Some(ca_file.clone());
        (post, smtp)
    };
    for at_once in [true, false] {
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        let (post, smtp) = open(&ours, at_once);
        assert_eq!(desk.to(&smtp).drain().await.unwrap(), sent(1), "at once: {at_once}");
        assert_eq!(post.seen().lines.iter().any(|l| l == "STARTTLS"), !at_once);
        for (wrong, mend) in
            [(&others, "name that certificate in ca_file"), (&elsewhere, "host has to be a name that it holds (mx.example)")]
        {
            let (post, smtp) = open(wrong, at_once);
            desk.queue(vec![letter("YC-1", LAN, "b")]).await;
            assert_eq!(desk.to(&smtp).drain().await.unwrap().later, 1);
            let row = desk.rows().await.pop().unwrap();
            assert!(row.last_words.contains("no trust in its TLS") && row.last_words.contains(mend), "{}", row.last_words);
            assert!(!post.seen().lines.iter().any(|l| l.starts_with("MAIL") || l.starts_with("AUTH")));
            // Later from the right one, so that nothing is left for the next round.
            desk.forward(TimeDelta::minutes(1));
            assert_eq!(desk.to(&open(&ours, at_once).1).drain().await.unwrap(), sent(1));
        }
    }
}

/// A port of the other kind, a certificate that ran out, one that may vouch and not serve: each has its own remedy.
#[tokio::test]
async fn why_tls_does_not_come_about_is_told_with_what_mends_it() {
    let (ours, expired, itself) =
        (Authority::for_host("localhost"), Authority::expired("localhost"), Authority::itself("localhost"));
    let desk = Desk::new().await;
    let cases = [
        (Some(&expired), true, Tls::Tls, "its certificate ran out on 2020-02-29: it has to be renewed at the server"),
        (Some(&itself), true, Tls::Tls, "is an authority's (CA:TRUE), which no server may show"),
        (None, false, Tls::Tls, "does not speak it from the first byte on this port: tls = \"starttls\" fits"),
        (Some(&ours), true, Tls::Starttls, "it wants tls = \"tls\" in [mail.smtp]"),
    ];
    for (authority, at_once, tls, words) in cases {
        let post = Post::open(House { tls: authority.map(|a| a.server.clone()), at_once, ..House::default() });
        let mut smtp = post.smtp();
        smtp.server.tls = tls;
        smtp.server.ca_file = Some(desk.file("ca.pem", &authority.unwrap_or(&ours).pem));
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        let limits = Limits { reply: Duration::from_secs(if tls == Tls::Starttls { 3 } else { 60 }), ..patient() };
        assert_eq!(desk.sends(&smtp, limits, Faults::none()).drain().await.unwrap().later, 1);
        let row = desk.rows().await.pop().unwrap();
        assert!(row.last_words.contains(words), "{words}: {}", row.last_words);
        desk.forward(TimeDelta::minutes(1));
        assert_eq!(desk.to(&Post::open(House::default()).smtp()).drain().await.unwrap(), sent(1));
    }
}

#[tokio::test]
async fn somebody_on_the_way_gets_neither_a_mail_nor_a_password() {
    let ours = Authority::for_host("localhost");
    let desk = Desk::new().await;
    let ca_file = Some(desk.file("ca.pem", &ours.pem));
    // STARTTLS taken out of the offers; and a reply slipped in before TLS begins.
    for (offers, slipped_in, words) in [
        (vec!["AUTH PLAIN"], "", "does not offer STARTTLS"),
        (vec!["AUTH PLAIN", "STARTTLS"], "250-mx.test\r\n250 AUTH PLAIN\r\n", "slipped in"),
    ] {
        let offers = offers.into_iter().map(String::from).collect();
        let post = Post::open(House { tls: Some(ours.server.clone()), offers, slipped_in, ..House::default() });
        let mut smtp = post.with_login(Secret::File(desk.file("secret", "s3cret-Mật")));
        (smtp.server.tls, smtp.server.ca_file) = (Tls::Starttls, ca_file.clone());
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        assert_eq!(desk.to(&smtp).drain().await.unwrap().later, 1);
        let row = desk.rows().await.pop().unwrap();
        assert!(row.last_words.contains(words), "{}", row.last_words);
        assert!(!post.seen().lines.iter().any(|l| l.starts_with("MAIL") || l.starts_with("AUTH")));
        assert!(desk.store.resend(row.id).await.unwrap());
        assert_eq!(desk.to(&Post::open(House::default()).smtp()).drain().await.unwrap(), sent(1));
    }
}

#[tokio::test]
async fn addresses_that_a_server_cannot_take() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue(vec![
        letter("YC-1", "lan\r\nRCPT TO:<x@y.example>", "a"),
        letter("YC-1", "nobody", "b"),
        letter("YC-1", "lan@báo-giá.example", "c"),
        letter("YC-1", "lân@anphat.example", "d"),
    ])
    .await;
    assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), Counts { failed: 3, sent: 1, ..Counts::default() });
    let rows = desk.rows().await;
    assert!(rows[0].last_words.contains("is no mail address") && rows[1].last_words.contains("is no mail address"));
    assert_eq!(post.taken()[0].rcpt, ["RCPT TO:<lan@xn--bo-gi-xqae.example> NOTIFY=FAILURE,DELAY"]);
    assert!(rows[3].last_words.contains("SMTPUTF8"), "{}", rows[3].last_words);
    post.house().offers.push("SMTPUTF8".into());
    assert!(desk.store.resend(rows[3].id).await.unwrap());
    assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), sent(1));
    assert!(post.taken()[1].mail.contains(" SMTPUTF8"), "{}", post.taken()[1].mail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_stops_everything_and_loses_nothing() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue((0..40).map(|n| letter(&format!("YC-{n}"), LAN, "a")).collect()).await;
    let dispatcher = desk.to(&post.smtp());
    desk.store.set_hold(true).await.unwrap();
    assert_eq!(dispatcher.drain().await.unwrap(), Counts::default());
    assert_eq!(post.seen().connections, 0);
    // Claimed before, held before the dot: it does not go.
    desk.store.set_hold(false).await.unwrap();
    let held = desk.sends(&post.smtp(), patient(), {
        let (store, runtime) = (desk.store.clone(), tokio::runtime::Handle::current());
        Faults::by(move |place| {
            if place == "smtp.data" {
                tokio::task::block_in_place(|| runtime.block_on(store.set_hold(true))).unwrap();
            }
            Ok(())
        })
    });
    held.drain().await.unwrap();
    assert_eq!(post.taken().len(), 0);
    assert_eq!(desk.store.unsent(Clocks::same(start())).await.unwrap().failed, 0);
    desk.store.set_hold(false).await.unwrap();
    assert_eq!(dispatcher.drain().await.unwrap(), sent(40));
    assert_eq!(post.taken().len(), 40);
}

#[tokio::test]
async fn order_for_a_person_in_a_case_is_kept() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    desk.queue((0..5).map(|n| letter("YC-1", LAN, &format!("m{n}"))).collect()).await;
    desk.queue(vec![letter("YC-1", "hung.le@anphat.example", "other")]).await;
    post.says(At::Mail, "450 4.2.0 busy");
    let dispatcher = desk.to(&post.smtp());
    for _ in 0..20 {
        dispatcher.drain().await.unwrap();
        desk.forward(TimeDelta::minutes(2));
    }
    let to_lan: Vec<String> = post.taken().iter().filter(|t| t.rcpt[0].contains(LAN)).map(|t| t.mail.clone()).collect();
    let named: Vec<usize> =
        to_lan.iter().filter_map(|m| m.split("YC-1.m").nth(1)?.chars().next()?.to_digit(10)).map(|n| n as usize).collect();
    assert_eq!(named, [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn replies_that_are_odd_but_plain_count() {
    let odd: [&[u8]; 5] =
        [b"250\r\n", b"250 ok\n", b"250-a\r\n250-\r\n250 b\r\n", b"250 \xc4\x90\xe3 g\xeei\r\n", b"250 ok\r\n250 again\r\n"];
    for reply in odd {
        let (desk, post) = (Desk::new().await, Post::open(House::default()));
        post.will(At::Dot, Act::Bytes(reply));
        desk.queue(vec![letter("YC-1", LAN, "a"), letter("YC-1", LAN, "b")]).await;
        assert_eq!(desk.to(&post.smtp()).drain().await.unwrap(), sent(2), "{reply:?}");
        assert_eq!(post.taken().len(), 2, "{reply:?}");
    }
}

/// A reply that nobody asked for would pass for that to the next command.
#[tokio::test]
async fn a_server_that_says_too_much_is_not_misunderstood() {
    for at in [At::Greeting, At::Ehlo, At::Mail] {
        let (desk, post) = (Desk::new().await, Post::open(House::default()));
        post.will(at, Act::Bytes(b"250 mx.test\r\n250 ok\r\n"));
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        assert_eq!(desk.to(&post.smtp()).drain().await.unwrap().later, 1, "{at:?}");
        assert_eq!(post.taken().len(), 0, "{at:?}");
    }
    // In the middle of a reply, without end, and of no kind.
    for garbage in [&b"250-a\r\n451 b\r\n"[..], b"25\r\n", b"999 x\r\n", b"250x\r\n", b"\r\n", &[b'2'; 9000]] {
        let (desk, post) = (Desk::new().await, Post::open(House::default()));
        post.will(At::Mail, Act::Bytes(garbage));
        desk.queue(vec![letter("YC-1", LAN, "a")]).await;
        assert_eq!(desk.to(&post.smtp()).drain().await.unwrap().later, 1);
        assert!(desk.row().await.last_words.contains("does not speak SMTP"), "{}", desk.row().await.last_words);
    }
}

/// The copies come to a mailbox that cannot be looked into: nobody can say that one is not there.
#[tokio::test]
async fn a_doubt_waits_for_the_mailbox_where_copies_go_there() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    post.will(At::Dot, Act::Drop);
    desk.queue(vec![letter("YC-1", LAN, "a")]).await;
    let dispatcher = desk.to(&Smtp { copy_to_self: true, ..post.smtp() });
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    for _ in 0..5 {
        desk.forward(TimeDelta::minutes(20));
        assert_eq!(dispatcher.drain().await.unwrap().later, 1);
    }
    assert!(desk.row().await.last_words.contains("mailbox"), "{}", desk.row().await.last_words);
    let now = *desk.now.lock().unwrap();
    desk.store.mailbox_looked(now, None).await.unwrap();
    desk.forward(TimeDelta::minutes(1));
    assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
    assert_eq!(post.taken().len(), 2);
}

/// The account's limit of a day, a sender that is not its own: no letter is given up for what concerns all of them.
#[tokio::test]
async fn a_refusal_of_the_account_gives_no_letter_up() {
    for (at, words) in [
        (At::Mail, "550 5.4.5 Daily user sending limit exceeded"),
        (At::Mail, "553 5.7.1 sender not allowed"),
        (At::Dot, "550 5.4.5 Daily user sending limit exceeded"),
        (At::Rcpt, "553 5.7.1 <yeucau@anphat.example>: Sender address rejected: not owned by user a"),
    ] {
        let (desk, post) = (Desk::new().await, Post::open(House::default()));
        post.says(at, words);
        desk.queue((0..5).map(|n| letter(&format!("YC-{n}"), LAN, "a")).collect()).await;
        let mut dispatcher = desk.to(&post.smtp());
        dispatcher.parallel = 1;
        let counts = dispatcher.drain().await.unwrap();
        assert_eq!((counts.failed, counts.sent, post.taken().len()), (0, 0, 0), "{words}: {counts:?}");
        assert_eq!(post.seen().lines.iter().filter(|l| l.starts_with("MAIL")).count(), 1, "{words}: tried with every mail");
        let rows = desk.store.outgoing(&OutgoingFilter::Unsent).await.unwrap();
        assert!(rows.iter().all(|row| row.state == "queued" && row.last_words.contains(words)), "{rows:?}");
        assert!(rows[0].last_words.contains("The server refuses the account"), "{}", rows[0].last_words);
        // Once it may send again, all goes by itself.
        desk.forward(TimeDelta::minutes(11));
        assert_eq!(dispatcher.drain().await.unwrap(), sent(5), "{words}");
    }
}

/// Every mail hangs; the documents do not.
#[tokio::test(flavor = "multi_thread")]
async fn documents_go_on_while_a_server_lets_all_mails_wait() {
    let (desk, post) = (Desk::new().await, Post::open(House::default()));
    for _ in 0..3 {
        post.will(At::Mail, Act::Stall);
    }
    desk.queue((0..20).map(|n| letter(&format!("YC-{n}"), LAN, "a")).collect()).await;
    let dispatcher = desk.to(&post.smtp());
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (dispatcher, stop) = (dispatcher.clone(), stop.clone());
        async move { dispatcher.run(stop).await }
    });
    eventually(|| post.seen().lines.iter().filter(|l| l.starts_with("MAIL")).count() == 3).await;
    let file = |n| NewEffect { what: Outward::File, name: format!("outbox/{n}.xlsx"), ..letter("YC-1", LAN, "a") };
    desk.queue((0..20).map(file).collect()).await;
    eventually(|| std::fs::read_dir(desk.path("outbox")).is_ok_and(|files| files.count() == 20)).await;
    assert_eq!(post.taken().len(), 0);
    stop.cancel();
    running.await.unwrap();
}

fn files_of(taken: &[u8]) -> (Vec<String>, String, String) {
    let mail = MessageParser::default().parse(taken).unwrap();
    let names = mail.attachments().filter_map(|a| a.attachment_name().map(str::to_string)).collect();
    (names, mail.body_text(0).unwrap().into_owned(), mail.body_html(0).unwrap().into_owned())
}

#[tokio::test]
async fn a_mail_above_the_servers_size_goes_without_its_largest_files() {
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers = vec!["SIZE 200000".into()];
    let post = Post::open(house);
    desk.queue(with_files(&[("Báo giá.xlsx", 20_000), ("ảnh.png", 300_000), ("lạ.bin", 90_000)])).await;
    post.will(At::Dot, Act::Drop);
    let dispatcher = desk.to(&post.smtp());
    assert_eq!(dispatcher.drain().await.unwrap().doubt, 1);
    desk.forward(TimeDelta::minutes(15));
    assert_eq!(dispatcher.drain().await.unwrap().sent, 1);
    let taken = post.taken();
    assert_eq!(taken[0], taken[1], "a second try is the same to the byte");
    let (names, text, html) = files_of(&taken[0].bytes);
    assert_eq!(names, ["Báo giá.xlsx", "lạ.bin"]);
    for words in [&text, &html] {
        assert!(words.contains("ảnh.png (300 KB): lấy tại archive/Nam Phong/YC-1/ảnh.png"), "{words}");
        assert!(words.contains("Phiếu ở dưới."), "{words}");
    }
    let mail = MessageParser::default().parse(&taken[0].bytes).unwrap();
    assert_eq!(mail.message_id(), Some("YC-1.files@anphat.example"));
    assert_eq!(mail.subject(), Some("[YC-1] Phiếu phân tích"));
    assert_eq!(mail.header("X-Quotedesk-Case").and_then(|h| h.as_text()), Some("YC-1"));
    let top = taken[0].bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let headers = String::from_utf8_lossy(&taken[0].bytes[..top]).to_lowercase();
    assert_eq!(headers.matches("content-type:").count(), 1, "{headers}");
    assert!(taken[0].bytes.is_ascii() && taken[0].bytes.split(|b| *b == b'\n').all(|l| l.len() <= 999));
}

#[tokio::test]
async fn a_server_that_says_only_afterwards_that_it_is_too_large() {
    for (at, words) in [(At::Mail, "552 5.3.4 too big"), (At::Dot, "552 5.3.4 too big"), (At::Dot, "552 too much mail data")] {
        let (desk, mut house) = (Desk::new().await, House::default());
        house.offers = vec![];
        let post = Post::open(house);
        post.says(at, words);
        desk.queue(with_files(&[("Báo giá.xlsx", 20_000), ("lạ.bin", 30_000)])).await;
        assert_eq!(desk.to(&post.smtp()).drain().await.unwrap().sent, 2, "{words}");
        let (names, text, _) = files_of(&post.taken()[0].bytes);
        assert!(names.is_empty());
        assert!(
            text.contains("Báo giá.xlsx (20 KB): lấy tại archive/") && text.contains("lạ.bin (30 KB): nhờ người quản trị"),
            "{text}"
        );
    }
    // Too large even so: for good, in words.
    let (desk, mut house) = (Desk::new().await, House::default());
    house.offers = vec!["SIZE 500".into()];
    let post = Post::open(house);
    desk.queue(with_files(&[("Báo giá.xlsx", 20_000)])).await;
    assert_eq!(desk.to(&post.smtp()).drain().await.unwrap().failed, 1);
    let row = desk.rows().await.pop().unwrap();
    assert!(row.last_words.contains("takes no mails above 500 bytes"), "{}", row.last_words);
}

/// Servers without 8BITMIME take our letters too, and none has a line above 998 bytes.
#[test]
fn every_letter_is_seven_bit_and_has_short_lines() {
    let long = "Đ".repeat(3000);
    for mut effects in [with_files(&[("Báo giá Nam Phong.xlsx", 5000)]), with_files(&[(&long, 10)])] {
        let body = effects.pop().unwrap().body;
        assert!(body.is_ascii());
        assert!(body.split(|b| *b == b'\n').all(|line| line.len() <= 999));
    }
}

/// Every call to the network fails once, whichever: the mails arrive, and twice only where the dot was out.
#[tokio::test]
async fn a_fault_at_any_call_loses_nothing() {
    let mut doubts = 0;
    for n in 0.. {
        let (desk, post) = (Desk::new().await, Post::open(House::default()));
        desk.queue(vec![letter("YC-1", LAN, "a"), letter("YC-1", LAN, "b")]).await;
        let mut dispatcher = desk.sends(&post.smtp(), patient(), Faults::nth(n));
        dispatcher.parallel = 1;
        let first = dispatcher.drain().await.unwrap();
        for _ in 0..3 {
            desk.forward(TimeDelta::minutes(16));
            dispatcher.drain().await.unwrap();
        }
        assert!(desk.rows().await.iter().all(|row| row.state == "sent"), "call {n}");
        let mut taken = post.taken();
        assert_eq!(taken.len() as u64, 2 + first.doubt, "call {n}");
        taken.sort_by(|a, b| a.bytes.cmp(&b.bytes));
        taken.dedup();
        assert_eq!(taken.len(), 2, "call {n}");
        doubts += first.doubt;
        if first == sent(2) && n > 20 {
            assert_eq!(doubts, 2);
            return;
        }
    }
}
