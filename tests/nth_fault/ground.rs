//! What a desk's store stands on: files in its folder, or a database on a PostgreSQL server.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use quotedesk::store::StateUrl;

use super::database::Server;

#[derive(Clone, Copy)]
pub enum Ground {
    Sqlite,
    Postgres(&'static Server),
}

impl Ground {
    pub fn name(self) -> &'static str {
        match self {
            Ground::Sqlite => "SQLite",
            Ground::Postgres(_) => "PostgreSQL",
        }
    }

    pub fn empty(self, folder: &Path) -> StateUrl {
        match self {
            Ground::Sqlite => StateUrl::Folder(folder.join("state")),
            Ground::Postgres(server) => made(server, ""),
        }
    }

    /// The store of a folder that was copied.
    pub fn copied(self, of: &StateUrl, folder: &Path) -> StateUrl {
        match (self, of) {
            (Ground::Postgres(server), StateUrl::Postgres(url)) => {
                made(server, &format!(" TEMPLATE {} STRATEGY file_copy", database(url)))
            }
            _ => StateUrl::Folder(folder.join("state")),
        }
    }

    /// So much time has passed that whoever was alive and has said nothing since is taken for dead.
    pub fn nobody_lives(self, state: &StateUrl) {
        if let (Ground::Postgres(server), StateUrl::Postgres(url)) = (self, state) {
            server.says_in(database(url), "UPDATE daemon SET alive_until = 0");
        }
    }

    pub fn away_with(self, state: &StateUrl) {
        if let (Ground::Postgres(server), StateUrl::Postgres(url)) = (self, state) {
            server.says(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database(url)));
        }
    }
}

fn made(server: &Server, of: &str) -> StateUrl {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("nth{}", COUNT.fetch_add(1, Ordering::SeqCst));
    server.says(&format!("CREATE DATABASE {name}{of}"));
    StateUrl::Postgres(server.url(&name))
}

fn database(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}
