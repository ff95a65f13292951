//! The parent's side: a few warm children, each reading one workbook at a time.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::worker::{MOST_MEMORY_BYTES, Reply, Request, read_frame, write_frame};
use super::{Book, FileFault, Format, Limits, broken, megabytes, too_large};

/// Children at one time: each may take 512 MiB.
const MOST_WORKERS: usize = 2;
/// Wall-clock time for one workbook. More than the child's processor time: it says more about what went wrong.
const PATIENCE: Duration = Duration::from_secs(20);
/// A child is replaced after so many workbooks, so that what their readers left behind in memory does not pile up.
const RETIRES_AFTER: u32 = 500;

/// Children of this process that read workbooks. One for the whole program; share it by reference.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    patience: Duration,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Worker>,
    busy: usize,
}

impl Workers {
    /// `program` is started as `program read --worker`.
    pub fn new(program: PathBuf) -> Self {
        Self { program, patience: PATIENCE, pool: Mutex::default(), freed: Condvar::new() }
    }

    /// Another wall-clock limit for one workbook than 20 seconds.
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Reads a workbook in a child; waits where all are busy.
    pub(super) fn read(&self, bytes: &[u8], format: Format, limits: &Limits) -> Result<Book, FileFault> {
        let request = serde_json::to_vec(&Request { format, limits: limits.clone() }).map_err(broken)?;
        let worker = self.hire();
        let (reply, kept) = match worker.map_or_else(|| Worker::start(&self.program), Ok) {
            Ok(mut worker) => match worker.ask(request, bytes.to_vec(), self.patience) {
                Ok(reply) => (reply, (worker.served < RETIRES_AFTER).then_some(worker)),
                Err(death) => (Err(death), None),
            },
            Err(error) => (Err(broken(format!("the reader could not be started: {error}"))), None),
        };
        self.release(kept);
        reply
    }

    /// A warm child, or the place to start one.
    fn hire(&self) -> Option<Worker> {
        let mut pool = self.pool();
        while pool.busy >= MOST_WORKERS {
            pool = self.freed.wait(pool).unwrap_or_else(PoisonError::into_inner);
        }
        pool.busy += 1;
        pool.idle.pop()
    }

    fn release(&self, worker: Option<Worker>) {
        let mut pool = self.pool();
        pool.busy -= 1;
        pool.idle.extend(worker);
        drop(pool);
        self.freed.notify_one();
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Workers {
    /// Children that run this very program, even when its file has been replaced since by an upgrade.
    fn default() -> Self {
        let this = PathBuf::from("/proc/self/exe");
        Self::new(if this.exists() { this } else { std::env::current_exe().unwrap_or(this) })
    }
}

/// One child and the thread that talks to it: pipes know no time-outs, channels do.
#[derive(Debug)]
struct Worker {
    child: Child,
    requests: Sender<(Vec<u8>, Vec<u8>)>,
    replies: Receiver<io::Result<Vec<u8>>>,
    served: u32,
}

impl Worker {
    fn start(program: &PathBuf) -> io::Result<Self> {
        // Without our environment: secrets may stand in it, and the child needs nothing of it.
        let mut child = Command::new(program)
            .args(["read", "--worker"])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (mut to, mut from) = match (child.stdin.take(), child.stdout.take()) {
            (Some(to), Some(from)) => (to, from),
            _ => return Err(io::ErrorKind::BrokenPipe.into()),
        };
        let (requests, work) = mpsc::channel::<(Vec<u8>, Vec<u8>)>();
        let (results, replies) = mpsc::channel();
        thread::Builder::new().name("workbook reader".into()).spawn(move || {
            for (request, workbook) in work {
                let reply = write_frame(&mut to, &request)
                    .and_then(|()| write_frame(&mut to, &workbook))
                    .and_then(|()| read_frame(&mut from))
                    .and_then(|frame| frame.ok_or_else(|| io::ErrorKind::UnexpectedEof.into()));
                if results.send(reply).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self { child, requests, replies, served: 0 })
    }

    /// The child's reply; an error means that the child is of no more use.
    fn ask(&mut self, request: Vec<u8>, workbook: Vec<u8>, patience: Duration) -> Result<Reply, FileFault> {
        self.served += 1;
        if self.requests.send((request, workbook)).is_err() {
            return Err(self.death());
        }
        match self.replies.recv_timeout(patience) {
            Ok(Ok(frame)) => serde_json::from_slice(&frame).map_err(broken),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(self.death()),
            Err(RecvTimeoutError::Timeout) => Err(FileFault::TooSlow),
        }
    }

    /// Why the child has died, as far as it shows. Nobody kills it but the kernel when memory runs out.
    fn death(&mut self) -> FileFault {
        let Some(status) = self.ended() else { return broken("the reader talks nonsense") };
        let said = self.child.stderr.take().map(last_words).unwrap_or_default();
        let signal = status.signal();
        if said.contains("memory allocation of") || signal == Some(Signal::KILL.as_raw()) {
            too_large("memory", megabytes(MOST_MEMORY_BYTES))
        } else if signal == Some(Signal::XCPU.as_raw()) {
            FileFault::TooSlow
        } else {
            broken("the reader gave up")
        }
    }

    /// How the child ended; its pipes close a moment before. `None`: it lives on, with its pipes closed or confused.
    fn ended(&mut self) -> Option<ExitStatus> {
        for _ in 0..100 {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(_) => break,
            }
        }
        None
    }
}

/// The head of what the child wrote before its end.
fn last_words(from: ChildStderr) -> String {
    let mut said = Vec::new();
    let _ = from.take(4096).read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
