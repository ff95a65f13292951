//! Checksums of rows, so that a bit that flips on the disk is found and nothing is decided or sent by it. They guard
//! against disks, not against people: whoever can write to the store can write them too.

use sha2::{Digest, Sha256};

/// 64 bits over the columns of a row, in the order in which the schema names them.
pub(super) struct Sum(Sha256);

impl Sum {
    pub fn new() -> Sum {
        Sum(Sha256::new())
    }

    pub fn text(self, text: &str) -> Sum {
        self.bytes(text.as_bytes())
    }

    pub fn number(self, n: i64) -> Sum {
        self.bytes(&n.to_be_bytes())
    }

    /// With its length, so that nothing moves from one column to the next unseen.
    pub fn bytes(mut self, bytes: &[u8]) -> Sum {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    pub fn end(self) -> i64 {
        let digest = self.0.finalize();
        digest.iter().take(8).fold(0, |sum, byte| sum << 8 | i64::from(*byte))
    }
}

/// Of a mail's or a file's bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> i64 {
    Sum::new().bytes(bytes).end()
}

/// Of a word of `meta`.
pub(super) fn of_meta(key: &str, value: &str) -> i64 {
    Sum::new().text(key).text(value).end()
}

/// Is what was read what was written? A row from before there were checksums is taken as it is.
pub(super) fn holds(stored: Option<i64>, found: impl FnOnce() -> i64) -> bool {
    stored.is_none_or(|stored| stored == found())
}
