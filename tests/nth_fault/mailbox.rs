//! The same over a mailbox: every call while mails are fetched, taken and moved away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use quotedesk::daemon::mailbox::serving;
use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use quotedesk::intake::mailbox::Pace;
use tokio::runtime::Builder;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::imap::{PASSWORD, Server, USER};
use super::judge::{Judge, Kind, Struck};
use super::place::{By, Life, Outcome, Place};
use super::sweep::{differs, process};

/// A mailbox that is read takes some dozens of calls; never so many.
const MOST: u64 = 500;
/// No wait is longer.
const LIMIT: Duration = Duration::from_secs(60);

/// A desk before mails come, and what it comes to.
pub struct Mailbox {
    pub name: String,
    pub server: super::imap::Kind,
    pub before: Place,
    pub mails: Vec<Vec<u8>>,
}

/// Every N until none fails. How many there were.
pub fn every_call(mailbox: &Mailbox, kind: Kind, workers: &Arc<Workers>, struck: &Struck) -> Result<u64, String> {
    let expected = read(mailbox, &Judge::new(kind, u64::MAX), workers)?;
    for nth in 0..MOST {
        let judge = Judge::new(kind, nth);
        let came = read(mailbox, &judge, workers).and_then(|outcome| differs(&expected, &outcome));
        let place = judge.struck();
        if let Err(why) = came {
            return Err(format!("{}: {kind:?} at call {nth} ({}):\n{why}", mailbox.name, place.unwrap_or("no call")));
        }
        match place {
            Some(place) => struck.at(place),
            None => return Ok(nth),
        }
    }
    Err(format!("{}: more than {MOST} calls", mailbox.name))
}

/// All mails read, with a fault on the way.
fn read(mailbox: &Mailbox, judge: &Arc<Judge>, workers: &Arc<Workers>) -> Result<Outcome, String> {
    let place = mailbox.before.copy();
    std::fs::write(place.path("password"), PASSWORD).expect("a file");
    // The server outlives the processes that talk to it.
    let house = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let server = house.block_on(Server::start(mailbox.server.clone()));
    for mail in &mailbox.mails {
        server.deliver(mail);
    }
    let toml = format!(
        "[mail.imap]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nuser = \"{USER}\"\npassword_file = \"password\"\n",
        server.port
    );
    judge.arm(true);
    let goes_on = process().block_on(judge.until_dead(async {
        let mut life = None;
        for _ in 0..3 {
            life = place.start_reading(&toml, judge.faults(), workers).await;
            if life.is_some() {
                break;
            }
        }
        life_of(&place, life, &server, || judge.arm(false), judge.faults()).await
    }));
    let mut outcome = match goes_on {
        Some(outcome) => outcome?,
        None => process().block_on(async {
            place.nobody_lives();
            let life = place.start_reading(&toml, Faults::none(), workers).await;
            life_of(&place, life, &server, || (), Faults::none()).await
        })?,
    };
    for folder in ["Done", "Problem"] {
        let mut lying = server.lying(folder);
        if !server.moves() {
            // It was copied, and the reply to that was lost.
            lying.sort();
            lying.dedup();
        }
        outcome.insert(format!("mails in {folder}"), lying.len().to_string());
    }
    outcome.insert("connections at the same time".into(), server.most_open().to_string());
    Ok(outcome)
}

/// Reads until nothing lies in the inbox, then sends.
async fn life_of(
    place: &Place,
    life: Option<Life>,
    server: &Server,
    over: impl FnOnce(),
    faults: Faults,
) -> Result<Outcome, String> {
    let life = life.ok_or("does not start")?;
    let (_changed, current) = watch::channel(life.desk.clone().ok_or("no desk")?);
    let stop = CancellationToken::new();
    let reading = tokio::spawn(serving(current, faults, pace(), stop.clone()));
    let began = Instant::now();
    while server.waiting() > 0 {
        if began.elapsed() > LIMIT {
            return Err(format!("{} mails still wait", server.waiting()));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    over();
    stop.cancel();
    reading.await.map_err(|why| format!("the mailbox's work died: {why}"))?;
    place.send_all(&life, By::Folder).await?;
    let outcome = place.outcome(&life, By::Folder).await;
    life.end().await;
    outcome
}

/// As the daemon has it, but in a hurry.
fn pace() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        command: LIMIT,
        look: ms(500),
        poll: ms(20),
        pause: ms(2),
        pause_most: ms(20),
        refused: ms(2),
        refused_most: ms(20),
        retry: ms(2),
        retry_most: ms(20),
    }
}
