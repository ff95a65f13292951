//! A PostgreSQL server of a test's own, on a private folder and an address of its own; Debian's `postgresql` package is enough.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A server of this test's own; it dies with the test's process.
pub struct Server {
    bin: PathBuf,
    pub folder: PathBuf,
    address: SocketAddr,
    as_postgres: bool,
}

impl Server {
    pub fn get() -> &'static Server {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Server::start)
    }

    pub fn start() -> Server {
        let bin = newest_bin();
        let folder = tempfile::Builder::new().prefix("qd-pg-").tempdir_in("/tmp").unwrap().keep();
        // PostgreSQL refuses to run as root.
        let as_postgres = rustix_is_root();
        if as_postgres {
            let own = Command::new("chown").arg("postgres").arg(&folder).output().unwrap();
            assert!(own.status.success(), "no user postgres on this machine: {}", words(&own));
        }
        // Of the loopback network, and nobody else's: no connection is given its port while the server is not there.
        let [a, b, c, ..] = RandomState::new().build_hasher().finish().to_be_bytes();
        let host = Ipv4Addr::new(127, 1 + a % 250, b, 1 + c % 250);
        let address = TcpListener::bind((host, 0)).unwrap().local_addr().unwrap();
        let server = Server { bin, folder, address, as_postgres };
        let data = server.folder.join("data");
        server.must("initdb", &["-D", path(&data), "-A", "trust", "-U", "desk", "-E", "UTF8", "--locale=C", "-N"]);
        server.launch();
        server.die_with_us(&data);
        server
    }

    /// Where a database of this name is found.
    pub fn url(&self, name: &str) -> String {
        format!("postgres://desk@{}/{name}", self.address)
    }

    /// Runs a statement, whatever the caller's thread is at.
    pub fn says(&self, sql: &str) {
        self.says_in("postgres", sql);
    }

    /// The same in this database.
    pub fn says_in(&self, database: &str, sql: &str) {
        use sqlx::{Connection, Executor};
        let url = self.url(database);
        let said = std::thread::scope(|scope| {
            let told = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let mut conn = sqlx::PgConnection::connect(&url).await?;
                    conn.execute(sqlx::AssertSqlSafe(sql.to_owned())).await?;
                    conn.close().await
                })
            });
            told.join().unwrap()
        });
        said.unwrap_or_else(|why| panic!("{sql}: {why}"));
    }

    pub fn launch(&self) {
        let (data, log) = (self.folder.join("data"), self.folder.join("log"));
        let (host, port) = (self.address.ip(), self.address.port());
        let options = format!("-p {port} -c listen_addresses={host} -c unix_socket_directories=");
        self.must("pg_ctl", &["-D", path(&data), "-w", "-l", path(&log), "-o", &options, "start"]);
    }

    /// A watcher that stops the server once this process's end of the pipe is gone.
    fn die_with_us(&self, data: &Path) {
        let script = format!(
            "cat >/dev/null; '{}' -D '{}' -m immediate stop; cd /; rm -rf '{}'",
            self.bin.join("pg_ctl").display(),
            data.display(),
            self.folder.display()
        );
        let mut command = self.command("sh");
        let watcher = command.args(["-c", &script]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut pipe = watcher.spawn().unwrap().stdin.take().unwrap();
        pipe.flush().unwrap();
        std::mem::forget(pipe);
    }

    fn command(&self, program: &str) -> Command {
        let program = if program == "sh" { PathBuf::from("sh") } else { self.bin.join(program) };
        let mut command = match self.as_postgres {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
            false => Command::new(program),
        };
        command.current_dir(&self.folder);
        command
    }

    pub fn must(&self, program: &str, args: &[&str]) {
        // Not piped: the server would inherit the pipe and keep it open.
        let out = self.folder.with_extension("out");
        let file = std::fs::File::create(&out).unwrap();
        let mut command = self.command(program);
        command.args(args).stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let status = command.status().unwrap();
        let said = std::fs::read_to_string(&out).unwrap_or_default();
        let _ = std::fs::remove_file(&out);
        assert!(status.success(), "{program}: {said}");
    }
}

fn newest_bin() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut bins: Vec<PathBuf> = installed.map(|e| e.path().join("bin")).filter(|b| b.join("initdb").exists()).collect();
    bins.sort();
    bins.pop().expect("no PostgreSQL server in /usr/lib/postgresql: install the package `postgresql`")
}

fn rustix_is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A database of its own on the server.
pub struct Database(pub String);

impl Database {
    pub fn new() -> Database {
        Database::on(Server::get())
    }

    pub fn on(server: &Server) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("desk{}", COUNT.fetch_add(1, Ordering::SeqCst));
        let (host, port) = (server.address.ip().to_string(), server.address.port().to_string());
        server.must("createdb", &["-h", &host, "-p", &port, "-U", "desk", &name]);
        Database(server.url(&name))
    }
}
