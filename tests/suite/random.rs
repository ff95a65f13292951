//! Random commits and kills: no event is ever lost or doubled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quotedesk::faults::Faults;
use quotedesk::process::event::Event;
use quotedesk::store::{Clocks, CommitError, OutgoingFilter, Store};

use super::*;

const SUBMISSIONS: u64 = 30;
const CASES: u64 = 4;

/// A row of numbers that a seed repeats (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// Submissions lie in an inbox until the store says that it has them. The desk dies again and again: its calls fail from
/// some point on, or it is cut off in the middle of whatever it does. In the end each submission is one event and one
/// mail, in the right case.
/// Returns how often it died.
pub fn run(place: &(impl Place + 'static), seed: u64) -> u64 {
    let mut dice = Dice(seed);
    let inbox: Arc<Mutex<BTreeSet<u64>>> = Arc::new(Mutex::new((0..SUBMISSIONS).collect()));
    let mut lives = 0;
    while !inbox.lock().unwrap().is_empty() {
        lives += 1;
        assert!(lives < 500, "seed {seed}: no end");
        let url = place.url();
        let (faults, time) = match dice.roll(3) {
            0 => (Faults::from_nth(dice.roll(60)), Duration::from_secs(5)),
            1 => (Faults::nth(dice.roll(60)), Duration::from_millis(20 + dice.roll(80))),
            _ => (Faults::none(), Duration::from_micros(500 + dice.roll(60_000))),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let inbox = inbox.clone();
        let life = async move {
            let Ok(store) = Store::open_with(&url, faults).await else { return };
            let now: Vec<u64> = inbox.lock().unwrap().iter().copied().collect();
            let takers: Vec<_> = now.into_iter().map(|n| tokio::spawn(take(store.clone(), n, inbox.clone()))).collect();
            for taker in takers {
                taker.await.unwrap();
            }
        };
        let _ = runtime.block_on(async { tokio::time::timeout(time, life).await });
        // Whatever is under way is cut off where it stands.
        runtime.shutdown_background();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(judge(place, seed));
    lives - 1
}

/// One submission: opens its case, or adds to it.
async fn take(store: Store, n: u64, inbox: Arc<Mutex<BTreeSet<u64>>>) {
    let id = format!("YC-2026-{:04}", n % CASES);
    loop {
        let Ok(history) = store.history(&id).await else { return };
        let mut tx = match history.is_empty() {
            true => open_case(&id),
            false => append(&history, &format!("submission {n}")),
        };
        if !history.is_empty() {
            tx.seen = Some(seen(&format!("submission {n}"), &id));
            tx.effects.push(mail(&id, "lan.tran@anphat.example", &format!("{n}.eml")));
        }
        match store.commit(tx).await {
            // The case is open; now the submission itself.
            Ok(()) if history.is_empty() => {}
            Ok(()) => break,
            Err(CommitError::AlreadySeen(mark)) if mark.key.starts_with("submission") => break,
            Err(CommitError::AlreadySeen(_) | CommitError::Conflict) => {}
            Err(CommitError::Unavailable(_)) => return,
            Err(e) => panic!("{e}"),
        }
    }
    inbox.lock().unwrap().remove(&n);
}

async fn judge(place: &impl Place, seed: u64) {
    let store = place.open().await;
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for case in 0..CASES {
        let id = format!("YC-2026-{case:04}");
        for recorded in store.history(&id).await.unwrap() {
            if let Event::Commented { text, .. } = recorded.event {
                let n: u64 = text.trim_start_matches("submission ").parse().unwrap();
                assert_eq!(n % CASES, case, "seed {seed}: in the wrong case");
                *found.entry(text).or_default() += 1;
            }
        }
    }
    assert_eq!(found.len() as u64, SUBMISSIONS, "seed {seed}: lost");
    assert!(found.values().all(|times| *times == 1), "seed {seed}: doubled: {found:?}");
    let mails = store.outgoing(&OutgoingFilter::Unsent).await.unwrap();
    assert_eq!(mails.len() as u64, SUBMISSIONS, "seed {seed}: mails");
    assert_eq!(store.verify(fold).await.unwrap(), [], "seed {seed}");
    assert_eq!(store.unsent(Clocks::same(minute(1))).await.unwrap().due, SUBMISSIONS);
    store.close().await;
}
