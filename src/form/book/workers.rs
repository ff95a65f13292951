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

/// How often one workbook is tried while somebody stops the children.
const MOST_STARTS: u32 = 3;

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
        let mut worker = self.hire();
        let mut reply = Err(broken("the reader was stopped again and again"));
        for _ in 0..MOST_STARTS {
            let asked = match worker.take().map_or_else(|| Worker::start(&self.program), Ok) {
                Ok(warm) => worker.insert(warm).ask(&request, bytes, self.patience),
                Err(error) => Err(Lost::Failed(broken(format!("the reader could not be started: {error}")))),
            };
            match asked {
                Ok(read) => {
                    reply = read;
                    worker = worker.filter(|worker| worker.served < RETIRES_AFTER);
                    break;
                }
                Err(Lost::Failed(fault)) => {
                    reply = Err(fault);
                    worker = None;
                    break;
                }
                Err(Lost::Stopped) => worker = None,
            }
        }
        self.release(worker);
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

/// Why there is no reply.
enum Lost {
    /// That is the answer for this file.
    Failed(FileFault),
    /// The child was stopped by somebody; another one may do it.
    Stopped,
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

    /// The child's reply. After an error the child is of no more use.
    fn ask(&mut self, request: &[u8], workbook: &[u8], patience: Duration) -> Result<Reply, Lost> {
        self.served += 1;
        if self.requests.send((request.to_vec(), workbook.to_vec())).is_err() {
            return Err(self.death());
        }
        match self.replies.recv_timeout(patience) {
            Ok(Ok(frame)) => serde_json::from_slice(&frame).map_err(|error| Lost::Failed(broken(error))),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(self.death()),
            Err(RecvTimeoutError::Timeout) => Err(Lost::Failed(FileFault::TooSlow)),
        }
    }

    /// Why the child has died, as far as it shows.
    fn death(&mut self) -> Lost {
        let Some(status) = self.ended() else { return Lost::Failed(broken("the reader talks nonsense")) };
        let said = self.child.stderr.take().map(last_words).unwrap_or_default();
        let signal = status.signal().and_then(Signal::from_named_raw);
        Lost::Failed(match signal {
            // systemd and terminals stop the children together with the daemon: the file is not to blame.
            Some(Signal::TERM | Signal::INT | Signal::HUP | Signal::QUIT) => return Lost::Stopped,
            // The kernel, when the machine has no more memory; we kill only children that we have given up.
            Some(Signal::KILL) => too_large("memory", megabytes(MOST_MEMORY_BYTES)),
            Some(Signal::XCPU) => FileFault::TooSlow,
            _ if said.contains("memory allocation of") => too_large("memory", megabytes(MOST_MEMORY_BYTES)),
            _ => broken("the reader gave up"),
        })
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
