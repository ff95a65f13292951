//! What has happened, counted: so that the simulation cannot become tame without anybody noticing.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, Default)]
pub struct Tally(pub BTreeMap<String, u64>);

impl Tally {
    pub fn add(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// All that begins so.
    pub fn all(&self, start: &str) -> u64 {
        self.0.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, n)| n).sum()
    }

    pub fn join(&mut self, other: &Tally) {
        for (what, n) in &other.0 {
            *self.0.entry(what.clone()).or_default() += n;
        }
    }
}

/// One line for each kind of thing: `fault: crash 12, disk-full 3`.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (what, n) in &self.0 {
            let (kind, name) = what.split_once(": ").unwrap_or(("", what));
            kinds.entry(kind).or_default().push(format!("{name} {n}"));
        }
        for (kind, names) in kinds {
            writeln!(f, "  {kind}: {}", names.join(", "))?;
        }
        Ok(())
    }
}
