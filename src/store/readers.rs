//! Connections for reading, beside the writer's.
//!
//! Not sqlx's pool: that asks each connection whether it is alive when it is given back, on a task of its own, so that a
//! question to SQLite costs two and the next one opens a further connection meanwhile.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::Semaphore;

use super::apply::Statement;
use super::{ANSWER, Access, Engine, SIGN};

/// At the same time, at most.
const READERS: u32 = 4;
/// A reader waits so long for its turn, and for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// A server that has answered so shortly before is not asked whether it is still there.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Readers {
    access: Access,
    /// With when each was last used. That one is the next: its pages and statements are at hand.
    idle: Mutex<Vec<(AnyConnection, Instant)>>,
    room: Semaphore,
}

impl Readers {
    pub fn new(access: Access) -> Readers {
        Readers { access, idle: Mutex::default(), room: Semaphore::new(READERS as usize) }
    }

    pub async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<AnyRow>, sqlx::Error> {
        let mut rows = Vec::new();
        self.each(statement, |row| rows.push(row)).await?;
        Ok(rows)
    }

    /// One row after the other: of thousands, all at once are many times what is made of them.
    pub async fn each(&self, statement: Statement<'_>, mut take: impl FnMut(AnyRow)) -> Result<(), sqlx::Error> {
        let turn = tokio::time::timeout(PATIENCE, self.room.acquire()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let _turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let mut conn = match self.at_hand().await {
            Some(conn) => conn,
            None => tokio::time::timeout(PATIENCE, self.open()).await.map_err(|_| sqlx::Error::PoolTimedOut)??,
        };
        // After an error, or when nobody waits for the answer any more, it is dropped: what it holds cannot be trusted.
        let mut rows = statement.fetch(&mut conn);
        while let Some(row) = self.access.engine.within(ANSWER, rows.try_next()).await? {
            take(row);
        }
        drop(rows);
        self.idle().push((conn, Instant::now()));
        Ok(())
    }

    /// Ends them, once those that read have their answers.
    pub async fn close(&self) {
        if let Ok(all) = self.room.acquire_many(READERS).await {
            all.forget();
        }
        self.room.close();
        let idle = std::mem::take(&mut *self.idle());
        for (conn, _) in idle {
            let _ = self.access.engine.within(SIGN, conn.close()).await;
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(AnyConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn at_hand(&self) -> Option<AnyConnection> {
        loop {
            let (mut conn, used) = self.idle().pop()?;
            // A server may have gone since.
            if self.access.engine == Engine::Sqlite
                || used.elapsed() < FRESH
                || self.access.engine.within(PATIENCE, conn.ping()).await.is_ok()
            {
                return Some(conn);
            }
        }
    }

    async fn open(&self) -> Result<AnyConnection, sqlx::Error> {
        let mut conn = AnyConnection::connect(&self.access.url).await?;
        self.access.set(&mut conn).await?;
        if self.access.engine == Engine::Sqlite {
            conn.execute("PRAGMA query_only = ON").await?;
        }
        Ok(conn)
    }
}
