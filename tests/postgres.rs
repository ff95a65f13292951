//! The store on a real PostgreSQL keeps the same promises, and several daemons share it.
//!
//! The test starts a server of its own on a private folder and a free port; Debian's `postgresql` package is enough.

mod suite;

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use quotedesk::store::{CommitError, StateUrl};
use suite::{Place, fold, keeps_its_promises, open_case};

/// A server of this test's own; it dies with the test's process.
struct Server {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
    as_postgres: bool,
}

impl Server {
    fn get() -> &'static Server {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Server::start)
    }

    fn start() -> Server {
        let bin = newest_bin();
        let folder = tempfile::Builder::new().prefix("qd-pg-").tempdir_in("/tmp").unwrap().keep();
        // PostgreSQL refuses to run as root.
        let as_postgres = rustix_is_root();
        if as_postgres {
            let own = Command::new("chown").arg("postgres").arg(&folder).output().unwrap();
            assert!(own.status.success(), "no user postgres on this machine: {}", words(&own));
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { bin, folder, port, as_postgres };
        let data = server.folder.join("data");
        server.must("initdb", &["-D", path(&data), "-A", "trust", "-U", "desk", "-E", "UTF8", "--locale=C", "-N"]);
        server.launch();
        server.die_with_us(&data);
        server
    }

    fn launch(&self) {
        let (data, log) = (self.folder.join("data"), self.folder.join("log"));
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", self.port);
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

    fn must(&self, program: &str, args: &[&str]) {
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

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A database of its own on the server.
struct Database(String);

impl Database {
    fn new() -> Database {
        Database::on(Server::get())
    }

    fn on(server: &Server) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("desk{}", COUNT.fetch_add(1, Ordering::SeqCst));
        let port = server.port.to_string();
        server.must("createdb", &["-h", "127.0.0.1", "-p", &port, "-U", "desk", &name]);
        Database(format!("postgres://desk@127.0.0.1:{port}/{name}"))
    }
}

impl Place for Database {
    fn url(&self) -> StateUrl {
        StateUrl::Postgres(self.0.clone())
    }
}

keeps_its_promises!(Database::new());

#[test]
fn random_kills_lose_and_double_nothing() {
    let mut deaths = 0;
    for seed in 0..10 {
        deaths += suite::random::run(&Database::new(), seed);
    }
    assert!(deaths > 10, "it hardly ever died: {deaths}");
}

/// The server goes away and comes back: nothing is taken meanwhile, and it goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_away() {
    let server = Server::start();
    let data = server.folder.join("data");
    let store = Database::on(&server).open().await;
    store.commit(open_case("YC-2026-0001")).await.unwrap();
    server.must("pg_ctl", &["-D", path(&data), "-m", "immediate", "stop"]);
    let away = store.commit(open_case("YC-2026-0002")).await;
    assert!(matches!(away, Err(CommitError::Unavailable(_))), "{away:?}");
    server.launch();
    store.commit(open_case("YC-2026-0002")).await.unwrap();
    assert_eq!(store.verify(fold).await.unwrap(), []);
    assert_eq!(store.history("YC-2026-0002").await.unwrap().len(), 1);
    store.close().await;
}

/// The figures on PostgreSQL: `cargo test --test postgres measure -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints figures"]
async fn measure() {
    suite::measure(&Database::new(), "PostgreSQL").await;
}
