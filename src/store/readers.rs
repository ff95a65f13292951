//! Connections for reading, beside the writer's.
//!
//! Not sqlx's pool: that asks each connection whether it is alive when it is given back, on a task of its own, so that a
//! question to SQLite costs two and the next one opens a further connection meanwhile.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Connection, Executor};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::apply::Statement;
use super::{Access, Engine};

/// At the same time, at most.
const READERS: u32 = 4;
/// A reader waits so long for its turn, and for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Readers {
    access: Access,
    /// The last one used is the next: its pages and statements are at hand.
    idle: Mutex<Vec<AnyConnection>>,
    room: Semaphore,
}

impl Readers {
    pub fn new(access: Access) -> Readers {
        Readers { access, idle: Mutex::default(), room: Semaphore::new(READERS as usize) }
    }

    pub async fn fetch_all(&self, statement: Statement<'_>) -> Result<Vec<AnyRow>, sqlx::Error> {
        let _turn = self.turn().await?;
        let mut conn = self.connection().await?;
        let rows = statement.fetch_all(&mut conn).await?;
        // After an error, or when nobody waits for the answer any more, it is dropped: what it holds cannot be trusted.
        self.idle().push(conn);
        Ok(rows)
    }

    /// One row after the other, where all of them at once would be too many.
    pub async fn each<E: From<sqlx::Error>>(
        &self,
        statement: Statement<'_>,
        mut take: impl FnMut(AnyRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let _turn = self.turn().await?;
        let mut conn = self.connection().await?;
        let mut rows = statement.fetch(&mut conn);
        while let Some(row) = rows.try_next().await? {
            take(row)?;
        }
        drop(rows);
        self.idle().push(conn);
        Ok(())
    }

    /// Ends them, once those that read have their answers.
    pub async fn close(&self) {
        if let Ok(all) = self.room.acquire_many(READERS).await {
            all.forget();
        }
        self.room.close();
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            let _ = conn.close().await;
        }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, sqlx::Error> {
        let turn = tokio::time::timeout(PATIENCE, self.room.acquire()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        turn.map_err(|_| sqlx::Error::PoolClosed)
    }

    async fn connection(&self) -> Result<AnyConnection, sqlx::Error> {
        match self.at_hand().await {
            Some(conn) => Ok(conn),
            None => tokio::time::timeout(PATIENCE, self.open()).await.map_err(|_| sqlx::Error::PoolTimedOut)?,
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<AnyConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn at_hand(&self) -> Option<AnyConnection> {
        loop {
            let mut conn = self.idle().pop()?;
            // A server may have gone since.
            if self.access.engine == Engine::Sqlite || conn.ping().await.is_ok() {
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
