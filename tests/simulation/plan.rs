//! What one run plays: a seed, and what was taken out of it to make a failure smaller.
//!
//! Written as `17`, or `17,cases=1,without=crash+store-away,faults=3`.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What can go wrong with the world. What people do wrong is another matter: they do it anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The process dies at a call to the outside.
    Crash,
    /// Nothing can be written to the disk for a while.
    DiskFull,
    /// The store does not answer for a while.
    StoreAway,
    /// The reply to a commit is lost.
    ReplyLost,
    /// A read of the disk breaks off.
    ShortRead,
    /// A sync fails.
    SyncFails,
    /// The mail server is bad for a while: 4xx, 5xx, silence, connections cut before and after the last dot.
    Smtp,
    /// The clock goes back an hour.
    ClockBack,
    /// The clock jumps a day ahead.
    ClockAhead,
    /// The clock jumps ten years ahead, and back when somebody notices.
    ClockYears,
    /// The mailbox's numbers begin anew.
    Renumbered,
    /// Mails cannot be moved in the mailbox for a while.
    Unmovable,
    /// The server delivers a mail twice.
    MailTwice,
    /// Change notices of the inbox are lost, or come twice.
    Notices,
    /// An old backup is restored.
    Restore,
}

impl Trouble {
    pub const ALL: [Trouble; 15] = [
        Trouble::Crash,
        Trouble::DiskFull,
        Trouble::StoreAway,
        Trouble::ReplyLost,
        Trouble::ShortRead,
        Trouble::SyncFails,
        Trouble::Smtp,
        Trouble::ClockBack,
        Trouble::ClockAhead,
        Trouble::ClockYears,
        Trouble::Renumbered,
        Trouble::Unmovable,
        Trouble::MailTwice,
        Trouble::Notices,
        Trouble::Restore,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Trouble::Crash => "crash",
            Trouble::DiskFull => "disk-full",
            Trouble::StoreAway => "store-away",
            Trouble::ReplyLost => "reply-lost",
            Trouble::ShortRead => "short-read",
            Trouble::SyncFails => "sync-fails",
            Trouble::Smtp => "smtp",
            Trouble::ClockBack => "clock-back",
            Trouble::ClockAhead => "clock-ahead",
            Trouble::ClockYears => "clock-years",
            Trouble::Renumbered => "renumbered",
            Trouble::Unmovable => "unmovable",
            Trouble::MailTwice => "mail-twice",
            Trouble::Notices => "notices",
            Trouble::Restore => "restore",
        }
    }
}

/// Something that the desk does wrong on purpose, to show that the checks see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// The mail server hears each tenth mail twice, with nothing lost on the way.
    SentTwice,
    /// Each twentieth mail is taken from the desk, and thrown away.
    Dropped,
    /// A case's row is changed without an event.
    RowWithoutEvent,
    /// A restored desk signs with the key of before, as it once did: a new letter gets the Message-ID of one that was sent
    /// since the backup.
    OldKey,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub seed: u64,
    /// Cases at most; 0: as many as the seed says.
    pub cases: u64,
    /// Troubles at most, the first ones.
    pub faults: u64,
    pub without: BTreeSet<Trouble>,
    /// People who do nothing wrong, late or twice.
    pub plain: bool,
    /// The clock jumps ten years ahead, and back.
    pub years: bool,
    pub sabotage: Option<Sabotage>,
}

impl Plan {
    pub fn of(seed: u64) -> Plan {
        Plan { seed, cases: 0, faults: u64::MAX, without: BTreeSet::new(), plain: false, years: false, sabotage: None }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.seed)?;
        if self.cases > 0 {
            write!(f, ",cases={}", self.cases)?;
        }
        if self.faults < u64::MAX {
            write!(f, ",faults={}", self.faults)?;
        }
        if self.plain {
            write!(f, ",plain")?;
        }
        if self.years {
            write!(f, ",years")?;
        }
        if !self.without.is_empty() {
            let names: Vec<&str> = self.without.iter().map(|t| t.name()).collect();
            write!(f, ",without={}", names.join("+"))?;
        }
        Ok(())
    }
}

impl FromStr for Plan {
    type Err = String;

    fn from_str(written: &str) -> Result<Plan, String> {
        let mut parts = written.trim().split(',');
        let seed = parts.next().unwrap_or_default();
        let mut plan = Plan::of(seed.parse().map_err(|why| format!("{seed:?} is no seed: {why}"))?);
        for part in parts {
            match part.split_once('=') {
                Some(("cases", n)) => plan.cases = n.parse().map_err(|why| format!("{part}: {why}"))?,
                Some(("faults", n)) => plan.faults = n.parse().map_err(|why| format!("{part}: {why}"))?,
                Some(("without", names)) => {
                    for name in names.split('+') {
                        let trouble = Trouble::ALL.into_iter().find(|t| t.name() == name);
                        plan.without.insert(trouble.ok_or_else(|| format!("{name:?} is no trouble"))?);
                    }
                }
                None if part == "plain" => plan.plain = true,
                None if part == "years" => plan.years = true,
                _ => return Err(format!("{part:?}: not known")),
            }
        }
        Ok(plan)
    }
}
