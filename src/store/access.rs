//! How a connection is made, and with which settings: those that the promises of the store rest on.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::MigrateError;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use tokio::sync::watch;

use super::tables::Tables;
use super::{ANSWER, Engine, OpenError, StateUrl, effects, place, schema};
use crate::faults::Faults;

/// Milliseconds that SQLite waits for another process's write.
const BUSY_MS: u32 = 5000;

/// How a connection is made.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub engine: Engine,
    /// For `Any`: the password may be in it.
    pub url: String,
    /// The same that also makes a store where there is none: for the first connection alone. In a mount point whose disk
    /// has gone a later one must not find a new, empty store.
    pub first: String,
    pub folder: Option<PathBuf>,
    /// Set with the first connection, on SQLite.
    pub opened: Arc<OnceLock<place::Opened>>,
    pub faults: Faults,
    /// Under which this process serves the desk; 0: it does not.
    pub number: Arc<watch::Sender<i64>>,
}

impl Access {
    /// Of a store that `url` leads to.
    ///
    /// # Errors
    /// `OpenError::Place` where the path cannot be used.
    pub fn to(url: &StateUrl, faults: Faults) -> Result<Access, OpenError> {
        let (engine, url, first, folder) = match url {
            StateUrl::Postgres(url) => (Engine::Postgres, url.clone(), url.clone(), None),
            StateUrl::Folder(folder) => {
                let folder = std::path::absolute(folder).map_err(|e| OpenError::Place(format!("{}: {e}", folder.display())))?;
                let file = place::database(&folder);
                (Engine::Sqlite, sqlite_url(&file, "rw")?, sqlite_url(&file, "rwc")?, Some(folder))
            }
        };
        Ok(Access { engine, url, first, folder, opened: Arc::default(), faults, number: Arc::new(watch::Sender::new(0)) })
    }

    /// Where SQLite may not open or write its file (codes 8 and 14), with whose it is; where PostgreSQL does not let the desk in,
    /// with what to look at.
    pub fn explained(&self, why: OpenError) -> OpenError {
        match (why, &self.folder) {
            (OpenError::Failed(words), Some(folder)) if ["(code: 8)", "(code: 14)"].iter().any(|code| words.contains(code)) => {
                OpenError::Failed(format!("{words}{}", place::whose(folder)))
            }
            (OpenError::Failed(words), None) => OpenError::Failed(format!("{words}; {}", postgres_mend(&words))),
            (why, _) => why,
        }
    }

    /// Is the store that was opened still where it was?
    pub fn is_there(&self) -> Result<(), sqlx::Error> {
        let (Some(folder), Some(opened)) = (&self.folder, self.opened.get()) else { return Ok(()) };
        opened.is_there(folder).map_err(|words| sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::NotFound, words)))
    }

    /// A connection for the writer.
    pub async fn connect_to_write(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut conn = self.connect().await?;
        self.lets_go(&mut conn).await?;
        Ok(conn)
    }

    /// With the word that a mail is sent its body goes, on this connection.
    pub async fn lets_go(&self, conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self.engine {
            Engine::Sqlite => conn.execute(effects::LETS_GO).await.map(drop),
            Engine::Postgres => Ok(()),
        }
    }

    /// A connection with the settings that the promises of this store rest on.
    pub async fn connect(&self) -> Result<AnyConnection, sqlx::Error> {
        self.connect_to(&self.url).await
    }

    async fn connect_to(&self, url: &str) -> Result<AnyConnection, sqlx::Error> {
        self.faults.check("store.connect")?;
        let began = Instant::now();
        loop {
            let connecting = async {
                let mut conn = AnyConnection::connect(url).await?;
                self.set(&mut conn).await?;
                Ok(conn)
            };
            match self.engine.within(ANSWER, connecting).await {
                Err(why) if self.is_busy(&why) && began.elapsed() < Duration::from_millis(BUSY_MS.into()) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                connected => return connected,
            }
        }
    }

    /// Where another process turns SQLite's log on for a new store, or clears it away, SQLite waits for nobody, whatever
    /// `busy_timeout` says (code 5, SQLITE_BUSY).
    fn is_busy(&self, why: &sqlx::Error) -> bool {
        let code = why.as_database_error().and_then(|e| e.code());
        self.engine == Engine::Sqlite && code.is_some_and(|code| code == "5")
    }

    pub async fn set(&self, conn: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self.engine {
            // What a savepoint keeps in case that it is undone would be a file of its own each time.
            Engine::Sqlite => conn
                .execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                     PRAGMA temp_store = MEMORY",
                )
                .await
                .map(drop),
            // A server may be set to lose the last commits of a crash; this store may not.
            Engine::Postgres => {
                // A daemon that stands still within a transaction holds up the others no longer than its sign of life does.
                let set = "SET synchronous_commit = on; SET TIME ZONE 'UTC'; SET lock_timeout = '5s';
                    SET idle_in_transaction_session_timeout = '10s'";
                conn.execute(set).await.map(drop)
            }
        }
    }

    /// The first connection: settings read back, tables brought up to date; `begins`: or made.
    pub async fn prepare(&self, begins: bool) -> Result<AnyConnection, OpenError> {
        let mut tries = 0;
        loop {
            let url = if begins { &self.first } else { &self.url };
            let mut conn = self.connect_to(url).await.map_err(OpenError::from)?;
            if !begins && !self.has_tables(&mut conn).await? {
                return Err(OpenError::NoStore);
            }
            if self.engine == Engine::Postgres {
                self.keeps_letters(&mut conn).await?;
            }
            if self.engine == Engine::Sqlite {
                check_settings(&mut conn).await?;
                if Tables::of(&mut conn).await?.are_damaged() {
                    return Err(OpenError::Tables(
                        self.folder.as_deref().map(place::database).unwrap_or_default().display().to_string(),
                    ));
                }
            }
            // `run` would do, but for a lifetime that keeps the future from being sent between threads (sqlx says so at
            // `run_direct`).
            match schema::migrator(self.engine).run_direct(None, &mut conn, false).await {
                Ok(()) => {
                    if self.engine == Engine::Sqlite {
                        Tables::of(&mut conn).await?.keep(&mut conn).await?;
                    }
                    return Ok(conn);
                }
                Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_))
                    if self.engine == Engine::Postgres && !self.has_tables(&mut conn).await? =>
                {
                    return Err(foreign());
                }
                Err(MigrateError::VersionMissing(_)) => return Err(OpenError::Newer),
                // Two processes that make the same new store get in each other's way once.
                Err(_) if tries < 5 => tries += 1,
                Err(e) => return Err(OpenError::Failed(e.to_string())),
            }
            tokio::time::sleep(std::time::Duration::from_millis(50 * tries)).await;
        }
    }

    /// Vietnamese fits into no other encoding: the first need would be refused.
    async fn keeps_letters(&self, conn: &mut AnyConnection) -> Result<(), OpenError> {
        let sql = "SELECT CAST(current_setting('server_encoding') AS TEXT)";
        let encoding: String = self.engine.within(ANSWER, sqlx::query_scalar(sql).fetch_one(conn)).await?;
        match encoding.as_str() {
            "UTF8" => Ok(()),
            _ => Err(OpenError::Place(format!(
                "the database's encoding is {encoding}, and only UTF8 has all letters: make it anew (CREATE DATABASE … ENCODING 'UTF8' \
                 TEMPLATE template0)"
            ))),
        }
    }

    /// Could the desk make its tables there? Tried, and taken back. For a database of PostgreSQL alone.
    pub async fn try_to_begin(&self) -> Result<(), OpenError> {
        let mut conn = self.connect().await?;
        self.keeps_letters(&mut conn).await?;
        let tried = async {
            conn.execute("BEGIN").await?;
            conn.execute("CREATE TABLE case_row (id BIGINT)").await?;
            conn.execute("ROLLBACK").await
        };
        self.engine.within(ANSWER, tried).await?;
        Ok(conn.close().await?)
    }

    /// A database of PostgreSQL is made by hand, and a file of SQLite before what is in it: neither is a store by itself.
    async fn has_tables(&self, conn: &mut AnyConnection) -> Result<bool, sqlx::Error> {
        let sql = match self.engine {
            Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'case_row'",
            Engine::Postgres => "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('case_row')",
        };
        let tables: i64 = self.engine.within(ANSWER, sqlx::query_scalar(sql).fetch_one(conn)).await?;
        Ok(tables > 0)
    }

    /// Beside the writer: what is written there may be lost by a crash of PostgreSQL.
    pub fn signs(&self) -> Result<AnyPool, sqlx::Error> {
        let access = self.clone();
        AnyPoolOptions::new()
            .max_connections(1)
            .min_connections(0)
            .acquire_timeout(std::time::Duration::from_secs(10))
            .test_before_acquire(self.engine == Engine::Postgres)
            .after_connect(move |conn, _| {
                let access = access.clone();
                Box::pin(async move {
                    access.set(conn).await?;
                    if access.engine == Engine::Postgres {
                        conn.execute("SET synchronous_commit = off").await?;
                    }
                    Ok(())
                })
            })
            .connect_lazy(&self.url)
    }
}

/// What mends it, by PostgreSQL's words or the driver's.
fn postgres_mend(words: &str) -> &'static str {
    let has = |any: &[&str]| any.iter().any(|part| words.contains(part));
    if has(&["password", "pg_hba", "authentication"]) {
        "see whether user and password are right: in [desk] state (there @ : / # % of a password are written %40 %3A %2F %23 %25), or in \
         the .pgpass of the daemon's user, which nobody else may read (chmod 600)"
    } else if has(&["too many", "remaining connection slots"]) {
        "let PostgreSQL take more connections (max_connections), or end other programs'"
    } else if has(&["permission denied", "must be owner"]) {
        "let the desk's role own its database (ALTER DATABASE … OWNER TO …)"
    } else if has(&["read-only", "recovery"]) {
        "let [desk] state lead to the server that takes writes, as a role that may write"
    } else if has(&["TLS", "SSL", "certificate"]) {
        "see whether the server offers TLS, and sslmode and sslrootcert in [desk] state"
    } else if has(&["already exists", "already in use"]) {
        "another program's tables lie there: give the desk a database of its own"
    } else if has(&["port number", "empty host", "invalid port"]) {
        "@ : / # % of a password are written %40 %3A %2F %23 %25 in [desk] state"
    } else if has(&["does not exist"]) {
        "make the role and the database (docs/operator.md, PostgreSQL), or correct their names in [desk] state"
    } else {
        "see whether PostgreSQL is up, and [desk] state has its host, user and database right"
    }
}

/// Of no program that is known: its list of migrations is not the desk's, and none of the desk's tables is there.
fn foreign() -> OpenError {
    OpenError::Place("the database holds another program's tables: give the desk a database of its own".into())
}

/// Settings that SQLite quietly keeps otherwise (a file system without shared memory, an odd build) lose commits.
async fn check_settings(conn: &mut AnyConnection) -> Result<(), OpenError> {
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *conn).await?;
    let full: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *conn).await?;
    let keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *conn).await?;
    let busy: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut *conn).await?;
    match journal == "wal" && full == 2 && keys == 1 && busy == i64::from(BUSY_MS) {
        true => Ok(()),
        false => Err(OpenError::Setting(format!(
            "journal_mode {journal}, synchronous {full}, foreign_keys {keys}, busy_timeout {busy}"
        ))),
    }
}

/// The URL of a database file, whatever its path holds.
pub(super) fn sqlite_url(path: &Path, mode: &str) -> Result<String, OpenError> {
    let path = path.to_str().ok_or_else(|| OpenError::Place(format!("{}: the path is not UTF-8", path.display())))?;
    let mut url = "sqlite://".to_owned();
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => url.push(char::from(byte)),
            // The dots of `..` would be taken for a way up.
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(format!("{url}?mode={mode}"))
}
