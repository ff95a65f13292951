//! Copies of a SQLite store, taken while the daemon runs, and the way back.
//!
//! PostgreSQL has its own tools, which know more than we could (`pg_dump`, archiving): the operator uses those.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{Datelike, TimeDelta};
use sqlx::{AnyConnection, Connection};

use super::access::sqlite_url;
use super::apply::SET_META;
use super::place::{Lock, check_place, database};
use super::{CASES, Engine, OpenError, QUOTES, StateUrl, Store, keys, schema, sum};
use crate::disk::{self, Disk};
use crate::process::house::At;

/// The store's file in a backup folder.
const COPY: &str = "quotedesk.db";

impl Store {
    /// Writes a consistent copy of the store into `folder`, which is made where it is missing. Take the files of
    /// `outbox/` and `archive/` after it: what the copy holds as written then lies there, and what it does not will be
    /// written again.
    ///
    /// # Errors
    /// `OpenError::Place` where `folder` already holds a copy or cannot be written; `OpenError::Failed` on PostgreSQL.
    pub async fn backup(&self, folder: &Path) -> Result<PathBuf, OpenError> {
        if self.folder().is_none() {
            return Err(OpenError::Failed("a PostgreSQL store is backed up with pg_dump".into()));
        }
        let disk = Disk::new(self.0.access.faults.clone());
        let failed = |e: std::io::Error| OpenError::Place(format!("{}: {e}", folder.display()));
        disk::make_private(folder).map_err(failed)?;
        let (copy, half) = (folder.join(COPY), folder.join(format!("{COPY}.half")));
        if copy.exists() {
            return Err(OpenError::Place(format!(
                "{} is there already: a backup is never overwritten; name another folder",
                copy.display()
            )));
        }
        if half.exists() {
            fs::remove_file(&half).map_err(failed)?;
        }
        // All prices, mails and keys are in it: for its owner alone, from its first byte on.
        File::options().write(true).create_new(true).mode(0o600).open(&half).map_err(failed)?;
        let target = half.to_str().ok_or_else(|| OpenError::Place(format!("{}: not UTF-8", half.display())))?;
        // Not from the readers' pool: those may not write, not even elsewhere.
        let mut conn = self.0.access.connect().await?;
        sqlx::query("VACUUM INTO $1").bind(target).execute(&mut conn).await?;
        conn.close().await?;
        check_copy(&half, &half).await?;
        disk.sync_file(&half).and_then(|()| disk.rename(&half, &copy)).map_err(failed)?;
        Ok(copy)
    }

    /// Makes a store that the server's own tools have just brought back know that it was: see [`mark`]. No daemon may serve
    /// it meanwhile.
    ///
    /// # Errors
    /// `OpenError::Failed` where it cannot be written; nothing has changed then.
    pub async fn mark_restored(&self, real: At) -> Result<(), OpenError> {
        let mut conn = self.0.access.connect().await?;
        let marked = mark(&mut conn, Numbers::new(), real).await;
        conn.close().await?;
        marked
    }
}

/// Puts a backup in place of the store in the state folder `into`. The old store is kept beside it under another name.
/// What was done since the backup has gone from the store, but not from the world: see [`mark`]. Returns where the old store
/// lies now.
///
/// # Errors
/// As [`Restoring::of`] and [`Restoring::put_in_place`]. After an error the old store is in place.
pub async fn restore(backup: &Path, into: &Path, real: At) -> Result<Option<PathBuf>, OpenError> {
    Restoring::of(backup, into, real).await?.put_in_place().await
}

/// A backup that is ready to take a store's place, in a folder of its own beside it. Let go before that, it leaves nothing.
#[derive(Debug)]
pub struct Restoring {
    into: PathBuf,
    fresh: PathBuf,
    real: At,
    _lock: Lock,
}

impl Restoring {
    /// Makes a backup ready to take the place of the store in the state folder `into`, which is not touched.
    ///
    /// # Errors
    /// `OpenError::Running` while a daemon works there; `OpenError::Place` and `OpenError::Failed` where the backup is no
    /// sound store or the folder cannot hold it.
    pub async fn of(backup: &Path, into: &Path, real: At) -> Result<Restoring, OpenError> {
        sqlx::any::install_default_drivers();
        let source = if backup.is_dir() { backup.join(COPY) } else { backup.to_owned() };
        File::open(&source).map_err(|e| OpenError::Place(format!("{}: {e}", source.display())))?;
        let lock = Lock::take(into)?;
        check_place(into)?;
        let restoring = Restoring { into: into.to_owned(), fresh: into.join("fresh"), real, _lock: lock };
        let failed = |e: std::io::Error| OpenError::Place(format!("{}: {e}", into.display()));
        // One of before that was killed may have left a log there, which would be taken for that of this copy.
        restoring.clear_away();
        disk::make_private(&restoring.fresh).map_err(failed)?;
        let fresh = database(&restoring.fresh);
        fs::copy(&source, &fresh)
            .map_err(|e| OpenError::Place(format!("{} cannot be copied to {}: {e}", source.display(), fresh.display())))?;
        disk::hand_over(&fresh).map_err(failed)?;
        check_copy(&fresh, &source).await?;
        let known = numbers_of(&database(into), real).await.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "the old store does not tell which numbers it gave out");
            Numbers::new()
        });
        upgrade(&fresh).await?;
        let mut conn = AnyConnection::connect(&sqlite_url(&fresh, "rw")?).await?;
        mark(&mut conn, known, real).await?;
        conn.close().await?;
        Ok(restoring)
    }

    /// Where it can be looked at before it counts.
    pub fn store(&self) -> StateUrl {
        StateUrl::Folder(self.fresh.clone())
    }

    /// Lets it count. Returns where the old store lies now.
    ///
    /// # Errors
    /// `OpenError::Place` where the folder cannot be written.
    pub async fn put_in_place(self) -> Result<Option<PathBuf>, OpenError> {
        let disk = Disk::default();
        let failed = |e: std::io::Error| OpenError::Place(format!("{}: {e}", self.into.display()));
        let fresh = database(&self.fresh);
        fold_log(&fresh).await?;
        // A damaged store is just what a backup is for.
        if let Err(e) = fold_log(&database(&self.into)).await {
            tracing::warn!(error = %e, "the old store's log could not be folded in; it is kept beside it");
        }
        disk.sync_file(&fresh).map_err(failed)?;
        let old = set_aside(&disk, &self.into, self.real).map_err(failed)?;
        disk.rename(&fresh, &database(&self.into)).map_err(failed)?;
        Ok(old)
    }

    fn clear_away(&self) {
        // What is left is in nobody's way but the next one's, who clears it away first.
        let _ = fs::remove_dir_all(&self.fresh);
    }
}

impl Drop for Restoring {
    fn drop(&mut self) {
        self.clear_away();
    }
}

/// Folds the write-ahead log into the database, so that a crash between two renames parts nothing.
async fn fold_log(db: &Path) -> Result<(), OpenError> {
    if !db.exists() {
        return Ok(());
    }
    let mut conn = AnyConnection::connect(&sqlite_url(db, "rw")?).await?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await?;
    Ok(conn.close().await?)
}

/// The old database under a name with the time; with its log, where one is left.
fn set_aside(disk: &Disk, folder: &Path, real: At) -> std::io::Result<Option<PathBuf>> {
    let db = database(folder);
    if !db.exists() {
        return Ok(None);
    }
    let aside = folder.join(format!("quotedesk-before-{}.db", real.format("%Y%m%d-%H%M%S%.3f")));
    for end in ["-wal", "-shm", ""] {
        let with = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        if with(&db).exists() {
            disk.rename(&with(&db), &with(&aside))?;
        }
    }
    Ok(Some(aside))
}

/// Is it a sound store? `named`: as people know it.
async fn check_copy(path: &Path, named: &Path) -> Result<(), OpenError> {
    let looked = async {
        let mut conn = AnyConnection::connect(&sqlite_url(path, "ro")?).await?;
        let word: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut conn).await?;
        let tables = "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('case_row', 'event', 'meta')";
        let tables: i64 = sqlx::query_scalar(tables).fetch_one(&mut conn).await?;
        conn.close().await?;
        Ok(if word == "ok" && tables != 3 { "its tables are not those of a desk".into() } else { word })
    };
    // A file that is cut off is none that SQLite can look at.
    let word = looked.await.unwrap_or_else(|why: OpenError| why.to_string());
    match word == "ok" {
        true => Ok(()),
        false => Err(OpenError::Failed(format!("{} is no sound store ({word}): bring back another backup", named.display()))),
    }
}

/// Brings the tables up to date, of a backup that an older version has made.
async fn upgrade(path: &Path) -> Result<(), OpenError> {
    let mut conn = AnyConnection::connect(&sqlite_url(path, "rw")?).await?;
    match schema::migrator(Engine::Sqlite).run_direct(None, &mut conn, false).await {
        Ok(()) => {}
        Err(sqlx::migrate::MigrateError::VersionMissing(_)) => return Err(OpenError::Newer),
        Err(e) => return Err(OpenError::Failed(e.to_string())),
    }
    Ok(conn.close().await?)
}

/// The highest number of each kind and year.
type Numbers = BTreeMap<(String, i64), i64>;

/// None of a store that is not there.
async fn numbers_of(db: &Path, real: At) -> Result<Numbers, OpenError> {
    if !db.exists() {
        return Ok(Numbers::new());
    }
    // A reader leaves files beside it behind.
    let mut conn = AnyConnection::connect(&sqlite_url(db, "rw")?).await?;
    let numbers = numbers(&mut conn, real).await;
    conn.close().await?;
    numbers
}

/// Of the latest year that there is, and of this one: somewhere it begins a day earlier.
async fn numbers(conn: &mut AnyConnection, real: At) -> Result<Numbers, OpenError> {
    let mut numbers = Numbers::new();
    for kind in [CASES, QUOTES] {
        let latest = sqlx::query_scalar("SELECT year FROM number WHERE kind = $1 ORDER BY year DESC LIMIT 1").bind(kind);
        let latest: Option<i64> = latest.fetch_optional(&mut *conn).await?;
        let these = [real, real + TimeDelta::days(1)].map(|day| i64::from(day.year()));
        for year in these.into_iter().chain(latest) {
            let sql = "SELECT n FROM number WHERE kind = $1 AND year = $2 ORDER BY n DESC LIMIT 1";
            let highest: Option<i64> = sqlx::query_scalar(sql).bind(kind).bind(year).fetch_optional(&mut *conn).await?;
            numbers.insert((kind.to_string(), year), highest.unwrap_or_default());
        }
    }
    Ok(numbers)
}

/// So many numbers are left out at least.
const GAP: i64 = 100;

/// After which number a restored desk goes on: past any that may have been given out since the backup, and at a full
/// hundred, so that people see where it was.
fn leap(highest: i64) -> i64 {
    (highest + GAP.max(highest / 10) + 99) / 100 * 100
}

/// Makes a store that was just brought back know that it was. `known`: numbers that have been given out, as far as anything
/// still tells.
///
/// - All mail is held until the operator lets it go (`Hold::Restored`): what the backup holds as unsent may have been sent.
/// - Another key signs, and says when it began. Versions of cases are given out again: with the old key a new letter would
///   get the Message-ID of one that was sent since the backup, and mail programs show only one of the two.
/// - Numbers go on past a gap. Letters, forms and quotes of cases that are lost lie with people and at customers; none of
///   their numbers may come to mean another customer's case.
async fn mark(conn: &mut AnyConnection, known: Numbers, real: At) -> Result<(), OpenError> {
    let mut work = conn.begin().await?;
    let asked = sqlx::query_scalar("SELECT value FROM meta WHERE key = $1").bind(keys::KEYS);
    let kept: Option<String> = asked.fetch_optional(&mut *work).await?;
    let kept = keys::restored(kept.as_deref().unwrap_or("[]"), real).map_err(|why| OpenError::Failed(why.to_string()))?;
    for (key, word) in [("hold", "restored".to_string()), (keys::KEYS, kept)] {
        let sum = sum::of_meta(key, &word);
        sqlx::query(SET_META).bind(key).bind(word).bind(sum).execute(&mut *work).await?;
    }
    let mut all = numbers(&mut work, real).await?;
    for (which, n) in known {
        let highest = all.entry(which).or_default();
        *highest = n.max(*highest);
    }
    let sql = "INSERT INTO number (kind, year, n, case_id) VALUES ($1, $2, $3, '')";
    for ((kind, year), highest) in all {
        sqlx::query(sql).bind(kind).bind(year).bind(leap(highest)).execute(&mut *work).await?;
    }
    Ok(work.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::leap;

    #[test]
    fn numbers_go_on_at_a_full_hundred_past_a_gap() {
        let after = [(0, 100), (6, 200), (100, 200), (101, 300), (999, 1100), (2_000, 2_200), (12_345, 13_600)];
        for (highest, expected) in after {
            assert_eq!(leap(highest), expected, "{highest}");
        }
    }
}
