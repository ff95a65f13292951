//! Every call of an act: each in turn fails, or the process dies there, until there are no more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use quotedesk::faults::Faults;
use quotedesk::form::book::Workers;
use tokio::runtime::{Builder, Runtime};

use super::judge::{Judge, Kind, Struck};
use super::place::{By, Life, Outcome, Place, Put};
use super::smtp::{House, Post};

/// An act makes some dozens of calls; never so many.
const MOST: u64 = 2_000;
/// Tries that a life which goes on gets: one fails, at most.
const TRIES: usize = 3;

/// A desk before an act, what is put into its inbox, and the desk once that is taken and nothing sent.
pub struct Scene {
    pub name: String,
    pub before: Place,
    pub puts: Vec<Put>,
    pub taken: Place,
    /// What goes out is named after the delivery of a file, whose place and time differ from run to run.
    pub of_a_delivery: bool,
    /// What it comes to without a fault, by folder and by server.
    pub by_folder: Outcome,
    pub by_server: Outcome,
}

/// The part of an act that calls are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The process starts, takes what lies there, puts it away, and does what is due.
    TakeIn,
    /// It sends what follows from that.
    ToFolder,
    ToServer,
}

/// What one process is: its own threads, which are gone when it is.
pub fn process() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Every N of one part until none fails. How many there were.
pub fn every_call(scene: &Scene, part: Part, kind: Kind, workers: &Arc<Workers>, struck: &Struck) -> Result<u64, String> {
    let post = (part == Part::ToServer).then(|| Post::open(House::default()));
    for nth in 0..MOST {
        // What comes before a connection is the same whichever way mails leave.
        let judge = Judge::since((part == Part::ToServer).then_some("smtp.connect"), kind, nth);
        let tried = match (part, &post) {
            (Part::ToServer, Some(post)) => sent(scene, By::Server(post), &judge),
            (Part::ToFolder, _) => sent(scene, By::Folder, &judge),
            _ => taken_in(scene, &judge, workers),
        };
        let place = judge.struck();
        let expected = if part == Part::ToServer { &scene.by_server } else { &scene.by_folder };
        let came = tried.and_then(|outcome| match scene.of_a_delivery {
            true => differs(&without_deliveries(expected), &without_deliveries(&outcome)),
            false => differs(expected, &outcome),
        });
        if let Err(why) = came {
            let at = place.unwrap_or("no call");
            return Err(format!("{}: {part:?}, {kind:?} at call {nth} ({at}):\n{why}", scene.name));
        }
        match place {
            Some(place) => struck.at(place),
            None => return Ok(nth),
        }
    }
    Err(format!("{}: {part:?}: more than {MOST} calls", scene.name))
}

/// A fault while the process starts, takes and puts away.
fn taken_in(scene: &Scene, judge: &Arc<Judge>, workers: &Arc<Workers>) -> Result<Outcome, String> {
    let place = scene.before.copy();
    scene.puts.iter().for_each(|put| place.put(put));
    judge.arm(true);
    let goes_on = process().block_on(judge.until_dead(async {
        // Whoever supervises the daemon starts it again.
        let mut life = None;
        for _ in 0..TRIES {
            life = place.start(judge.faults(), workers).await;
            if life.is_some() {
                break;
            }
        }
        let life = life.ok_or("does not start")?;
        take_in(&life).await?;
        judge.arm(false);
        place.send_all(&life, By::Folder).await?;
        let outcome = place.outcome(&life, By::Folder).await;
        life.end().await;
        outcome
    }));
    goes_on.unwrap_or_else(|| {
        place.nobody_lives();
        process().block_on(async {
            let life = place.start(Faults::none(), workers).await.ok_or("does not start again")?;
            take_in(&life).await?;
            place.send_all(&life, By::Folder).await?;
            let outcome = place.outcome(&life, By::Folder).await;
            life.end().await;
            outcome
        })
    })
}

async fn take_in(life: &Life) -> Result<(), String> {
    for _ in 0..TRIES {
        if life.take_in().await.is_some() {
            return Ok(());
        }
    }
    Err("takes nothing any more".into())
}

/// A fault while what was taken is sent.
fn sent(scene: &Scene, by: By, judge: &Arc<Judge>) -> Result<Outcome, String> {
    let place = scene.taken.copy();
    let forget = || {
        if let By::Server(post) = by {
            // What the last round has sent is with the server by now.
            hung_up(post)?;
            post.seen().taken.clear();
        }
        Ok::<(), String>(())
    };
    forget()?;
    let goes_on = process().block_on(async {
        let life = place.start_sending(judge.faults()).await.ok_or("does not start")?;
        judge.arm(true);
        let lived = judge.until_dead(place.send(&life, by)).await;
        judge.arm(false);
        if lived.is_none() {
            return Ok(None);
        }
        let outcome = async {
            place.send_all(&life, by).await?;
            place.outcome(&life, by).await
        };
        let outcome = outcome.await;
        life.end().await;
        outcome.map(Some)
    })?;
    if let Some(outcome) = goes_on {
        return Ok(outcome);
    }
    // What the dead process had sent is with the server before the next one starts.
    if let By::Server(post) = by {
        hung_up(post)?;
    }
    place.nobody_lives();
    process().block_on(async {
        let life = place.start_sending(Faults::none()).await.ok_or("does not start again")?;
        place.send_all(&life, by).await?;
        let outcome = place.outcome(&life, by).await;
        life.end().await;
        outcome
    })
}

fn hung_up(post: &Post) -> Result<(), String> {
    let began = Instant::now();
    while post.seen().open > 0 {
        if began.elapsed() > Duration::from_secs(60) {
            return Err("the dead process holds connections".into());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Without what follows from where and when a file was put.
fn without_deliveries(outcome: &Outcome) -> Outcome {
    let is_key = |part: &&str| part.len() == 12 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let plain = |fact: &str| fact.split('-').filter(|part| !is_key(part)).collect::<Vec<_>>().join("-");
    outcome.keys().map(|fact| (plain(fact), String::new())).collect()
}

/// What is not as it would be without a fault.
pub fn differs(expected: &Outcome, outcome: &Outcome) -> Result<Outcome, String> {
    let mut lines = Vec::new();
    for (fact, words) in expected {
        match outcome.get(fact) {
            None => lines.push(format!("missing: {fact}: {words}")),
            Some(other) if other != words => lines.push(format!("{fact}:\n   {other}\n   instead of {words}")),
            Some(_) => {}
        }
    }
    lines.extend(outcome.keys().filter(|fact| !expected.contains_key(*fact)).map(|fact| format!("too much: {fact}")));
    if lines.is_empty() { Ok(outcome.clone()) } else { Err(lines.join("\n")) }
}
