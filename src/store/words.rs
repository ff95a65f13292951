//! The words that rows carry, each closed set once. What is stored under a word never changes its meaning. Statements spell them
//! out, for they are constant texts; a test asks that they know no other.

/// What goes out (`effect.kind`).
pub mod kind {
    pub const MAIL: &str = "mail";
    pub const FILE: &str = "file";
}

/// Where a mail or file stands on its way (`effect.state`); how one follows the other is told in `effects.rs`.
pub mod way {
    pub const QUEUED: &str = "queued";
    /// Claimed by a process.
    pub const SENDING: &str = "sending";
    /// The last dot is out, or may be: it may have arrived.
    pub const AT_DATA: &str = "at_data";
    pub const SENT: &str = "sent";
    /// Given up.
    pub const FAILED: &str = "failed";
    /// The reply to the last dot was lost.
    pub const DOUBT: &str = "doubt";
    /// Sent, and come back.
    pub const BOUNCED: &str = "bounced";
}

/// What became of what was set aside (`quarantine.state`).
pub mod aside {
    pub const KEPT: &str = "kept";
    /// Let in after all.
    pub const RELEASED: &str = "released";
    /// Its owner says that it is not theirs.
    pub const DROPPED: &str = "dropped";
}

#[cfg(test)]
mod tests {
    use super::{aside, kind, way};

    /// Words in quotes in the statements of these files.
    #[test]
    fn statements_know_no_other_words() {
        let files = [
            include_str!("again.rs"),
            include_str!("apply.rs"),
            include_str!("daemons.rs"),
            include_str!("effects.rs"),
            include_str!("outgoing.rs"),
            include_str!("read.rs"),
            include_str!("schema.rs"),
        ];
        let known = [
            [kind::MAIL, kind::FILE, way::QUEUED, way::SENDING, way::AT_DATA, way::SENT].as_slice(),
            &[way::FAILED, way::DOUBT, way::BOUNCED, aside::KEPT, aside::RELEASED, aside::DROPPED],
            // A key of `meta`, the state of a case that an index holds, a word of SQL.
            &["hold", "Drafting", "now"],
        ]
        .concat();
        let mut found = 0;
        for text in files {
            for after in text.split(['=', '(', ',', ' ', '>']).filter_map(|after| after.strip_prefix('\'')) {
                let Some((word, _)) = after.split_once('\'') else { continue };
                if word.len() > 2 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
                    assert!(known.contains(&word), "'{word}' is no word of the store");
                    found += 1;
                }
            }
        }
        assert!(found > 30, "only {found} words were found");
    }
}
