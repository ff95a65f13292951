//! Several daemons serve one desk on PostgreSQL: each submission is answered once, whichever of them is killed, stands still or
//! loses its server, and the work goes on.
//!
//! Real daemons, a real PostgreSQL, a real Postfix and Dovecot. Before a release `three_daemons_for_long` runs for as many
//! rounds as `QUOTEDESK_MANY_ROUNDS` says (100 if it is not set; see tests/release).

mod fleet;
mod mid_commit;
mod over_mail;
mod shared_out;
mod told_once;

use std::thread::sleep;
use std::time::Duration;

use self::fleet::{Fleet, chance};

/// Daemons of one desk.
const THREE: usize = 3;

#[test]
fn three_daemons_share_an_inbox() {
    let mut fleet = Fleet::over_folders(THREE);
    let stranger = fleet.stranger();
    // One stands still in the middle of its work …
    fleet.put(30);
    fleet.stand_still_at_work(0);
    fleet.put(30);
    // … and the others do all of it, what it had in hand too.
    fleet.wait_all_taken();
    fleet.wait_for("a stranger's mail to be put aside", |_| !stranger.exists());
    // What it had in hand may have been done when it stood still: all can be taken before it is given up.
    fleet.wait_for("it to be given up", |fleet| (1..THREE).any(|n| fleet.log(n).contains("has fallen silent")));

    // It comes back to find that it was given up. Meanwhile others are killed, and the database loses its connections.
    fleet.put(30);
    fleet.go_on(0);
    fleet.wait_for("it to see that", |fleet| fleet.log(0).contains("silent for too long"));
    for (round, victim) in [1, 2, 0, 1, 2].into_iter().enumerate() {
        fleet.put(12);
        sleep(Duration::from_millis(150 * (round as u64 + 1)));
        fleet.kill(victim);
        if round == 2 {
            fleet.cut_connections();
        }
        fleet.start(victim);
    }
    fleet.put(20);
    fleet.restart_database();
    fleet.wait_all_taken();
    // A daemon's row may be lost by the crash; then it is on the list again within seconds.
    fleet.wait_for("all three to be on the list", |fleet| fleet.desk.run(&["check"]).out.matches("runs: ").count() == THREE);
    fleet.judge();
    fleet.three_days_pass();
    fleet.close();
}

/// The long one, for releases.
#[test]
#[ignore = "takes its time, see tests/release"]
fn three_daemons_for_long() {
    let rounds: u64 = std::env::var("QUOTEDESK_MANY_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    let mut fleet = Fleet::over_folders(THREE);
    let mut seed = 20_261_126;
    let (mut kills, mut stops, mut cuts, mut restarts) = (0, 0, 0, 0);
    let mut standing: Option<(usize, u64)> = None;
    for round in 0..rounds {
        fleet.put(10);
        sleep(Duration::from_millis(chance(&mut seed, 600)));
        if let Some((one, since)) = standing
            && round >= since + 30
        {
            fleet.go_on(one);
            standing = None;
        }
        let one = chance(&mut seed, THREE as u64) as usize;
        if standing.is_some_and(|(other, _)| other == one) {
            continue;
        }
        match chance(&mut seed, 12) {
            0 if standing.is_none() => {
                fleet.stand_still(one);
                standing = Some((one, round));
                stops += 1;
            }
            1 => {
                fleet.cut_connections();
                cuts += 1;
            }
            2 => {
                fleet.restart_database();
                restarts += 1;
            }
            3 => {
                fleet.end(one);
                fleet.start(one);
            }
            _ => {
                fleet.kill(one);
                fleet.start(one);
                kills += 1;
            }
        }
    }
    if let Some((one, _)) = standing {
        fleet.go_on(one);
    }
    fleet.wait_all_taken();
    let submissions = fleet.judge();
    println!(
        "many daemons: {submissions} submissions, {kills} kills, {stops} standstills, {cuts} times all connections cut, \
         {restarts} crashes of PostgreSQL: 0 lost, 0 answered twice"
    );
    fleet.close();
}
