//! What only a real mail server shows.

use crate::lab::{BOUNCES, CLIENT, Lab, PASSWORD, Plan};
use crate::smtp::desk::{DESK, Desk, LAN, letter, with_files};
use chrono::TimeDelta;
use quotedesk::config::{Login, OAuth2, Secret, Server, Smtp, Tls};
use quotedesk::dispatch::Counts;
use quotedesk::store::NewEffect;

fn house(lab: &Lab) -> Smtp {
    let login = Login { user: DESK.into(), secret: Secret::File(lab.password_file()) };
    let (host, port) = (lab.host.clone(), lab.ports.submission);
    let server = Server { host, port, tls: Tls::Starttls, ca_file: Some(lab.ca_file()), login: Some(login) };
    Smtp { server, connections: 2, copy_to_self: false }
}

fn lab_with(size_limit: u64, postfix: &str) -> Lab {
    let lab = Lab::with(Plan { size_limit, postfix: postfix.into(), ..Plan::new(&["anphat.example"]) });
    [DESK, LAN].iter().for_each(|user| lab.add(user));
    lab
}

fn sent(n: u64) -> Counts {
    Counts { sent: n, ..Counts::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_over_kept_connections_by_every_way_in() {
    let (lab, desk) = (lab_with(10 << 20, ""), Desk::new().await);
    let by_starttls = house(&lab);
    let mut by_tls = house(&lab);
    (by_tls.server.tls, by_tls.server.port) = (Tls::Tls, lab.ports.submissions);
    let mut by_token = house(&lab);
    let access = OAuth2 {
        token_url: lab.tokens.url(),
        client_id: CLIENT.into(),
        client_secret_file: Some(lab.tokens.client_secret_file()),
        refresh_token_file: lab.tokens.refresh_token_file(DESK),
        scope: None,
    };
    by_token.server.login = Some(Login { user: DESK.into(), secret: Secret::OAuth2(access) });
    for (n, smtp) in [by_starttls, by_tls, by_token].iter().enumerate() {
        let before = connections(&lab);
        desk.queue((0..20).map(|m| letter(&format!("YC-{n}-{m}"), LAN, &format!("m{n}-{m}"))).collect()).await;
        assert_eq!(desk.to(smtp).drain().await.unwrap(), sent(20), "{n}");
        assert!(connections(&lab) - before <= 2, "{} connections", connections(&lab) - before);
        lab.wait_for("all mails", || (lab.letters(LAN).len() >= 20 * (n + 1)).then_some(()));
        lab.delivered();
        let letters = lab.letters(LAN);
        assert_eq!(letters.len(), 20 * (n + 1), "a mail came twice");
        let one = letters.iter().find(|l| l.subject == format!("m{n}-7")).expect("each came");
        assert!(one.raw.ends_with("\r\n\r\n.begins with a dot\r\nm") || one.text.contains(".begins with a dot"), "{}", one.raw);
        assert!(one.text.ends_with(".\nend\n"), "{:?}: not to the byte", one.text);
    }
    // Somebody else's password.
    let wrong = desk.file("wrong", &format!("{PASSWORD}x"));
    let mut smtp = house(&lab);
    smtp.server.login = Some(Login { user: DESK.into(), secret: Secret::File(wrong) });
    desk.queue(vec![letter("YC-1", LAN, "a"), letter("YC-1", "niemand@anphat.example", "b")]).await;
    assert_eq!(desk.to(&smtp).drain().await.unwrap().later, 2);
    let words = desk.row().await.last_words;
    assert!(words.contains("535 5.7.8") && words.contains("The login was refused") && !words.contains(PASSWORD), "{words}");
    // A box that is not there.
    desk.forward(TimeDelta::minutes(1));
    assert_eq!(desk.to(&house(&lab)).drain().await.unwrap(), Counts { sent: 1, failed: 1, ..Counts::default() });
    let words = desk.rows().await.pop().unwrap().last_words;
    assert!(words.contains("at RCPT: 550 5.1.1"), "{words}");
}

fn connections(lab: &Lab) -> usize {
    lab.log().lines().filter(|l| l.contains("smtpd") && l.contains(": connect from")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_names_the_mail_and_a_copy_comes_to_the_desk() {
    let (lab, desk) = (lab_with(10 << 20, ""), Desk::new().await);
    let smtp = Smtp { copy_to_self: true, ..house(&lab) };
    let dead = format!("{BOUNCES}@anphat.example");
    lab.add(DESK);
    desk.queue(vec![letter("YC-1", &dead, "dead"), letter("YC-1", LAN, "alive")]).await;
    assert_eq!(desk.to(&smtp).drain().await.unwrap(), sent(2));
    let letters = lab.wait_for("two copies and a bounce", || Some(lab.letters(DESK)).filter(|l| l.len() == 3));
    let bounce = letters.iter().find(|l| l.raw.contains("message/delivery-status")).expect("a bounce");
    assert!(bounce.raw.contains("Original-Envelope-Id: YC-1.dead@anphat.example"), "{}", bounce.raw);
    assert!(
        bounce.raw.contains("Message-ID: <YC-1.dead@anphat.example>") && !bounce.raw.contains("begins with a dot"),
        "headers alone"
    );
    for name in ["dead", "alive"] {
        assert!(letters.iter().any(|l| l.id.contains(&format!("YC-1.{name}@"))), "no copy of {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_size_limit_is_kept_and_its_time_out_costs_nothing() {
    // Postfix itself says 421 and closes what has been idle for five seconds.
    let (lab, desk) = (lab_with(100_000, "smtpd_timeout = 5s\n"), Desk::new().await);
    let dispatcher = desk.to(&house(&lab));
    desk.queue(with_files(&[("Báo giá.xlsx", 20_000), ("ảnh.png", 90_000)])).await;
    assert_eq!(dispatcher.drain().await.unwrap(), sent(3));
    let first = lab.wait_for("the mail", || lab.letters(LAN).pop());
    assert!(first.text.contains("ảnh.png (90 KB): lấy tại archive/"), "{}", first.text);
    lab.wait_for("Postfix to hang up", || lab.log().contains("timeout after").then_some(()));
    desk.queue(vec![letter("YC-1", LAN, "again")]).await;
    assert_eq!(dispatcher.drain().await.unwrap(), sent(1));
    assert!(desk.rows().await.iter().all(|row| row.attempts == 1));
}

/// Prints how many mails go through in a second.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn measure() {
    let (lab, desk) = (lab_with(10 << 20, ""), Desk::new().await);
    for connections in [1, 4] {
        let smtp = Smtp { connections, ..house(&lab) };
        let mails = (0..500)
            .map(|n| with_files(&[("Phiếu.xlsx", 60_000)]).pop().map(|mail| NewEffect { case_id: format!("YC-{n}"), ..mail }));
        desk.queue(mails.flatten().collect()).await;
        let dispatcher = desk.to(&smtp);
        let began = std::time::Instant::now();
        assert_eq!(dispatcher.drain().await.unwrap(), sent(500));
        println!("{connections} connections: {:.0} mails of 80 KB a second", 500.0 / began.elapsed().as_secs_f64());
    }
}
