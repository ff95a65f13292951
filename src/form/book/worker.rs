//! The child's side: `quotedesk read --worker` reads workbooks that nobody can bound beforehand, one request after
//! the other, under limits that it sets itself before it looks at the first byte.

use std::io::{self, Read, Write};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use super::{Book, FileFault, Format, Limits};

/// Address space of a worker, hard.
pub(super) const MOST_MEMORY_BYTES: u64 = 512 << 20;
/// Processor time for one workbook, in seconds.
const MOST_CPU_SECONDS: u64 = 10;
/// Frames longer than this are a broken pipe talking.
const MOST_FRAME_BYTES: u64 = 512 << 20;

/// What stands before the bytes of a workbook.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub format: Format,
    pub limits: Limits,
}

pub(super) type Reply = Result<Book, FileFault>;

/// Answers requests until the parent closes the pipe. The process should end after that.
///
/// # Errors
/// The pipe broke, or the limits could not be set; without them nothing is read.
pub fn serve(mut requests: impl Read, mut replies: impl Write) -> io::Result<()> {
    limit(Resource::As, MOST_MEMORY_BYTES)?;
    // A parser's panic is an answer here and not a message.
    std::panic::set_hook(Box::new(|_| {}));
    while let Some(request) = read_frame(&mut requests)? {
        let workbook = read_frame(&mut requests)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let request: Request = serde_json::from_slice(&request)?;
        let cpu_seconds = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
        limit(Resource::Cpu, cpu_seconds + MOST_CPU_SECONDS)?;
        let reply: Reply = super::read_here(&workbook, request.format, &request.limits);
        write_frame(&mut replies, &serde_json::to_vec(&reply)?)?;
    }
    Ok(())
}

/// Sets the soft limit, which is enough to stop our own code and can be moved on for the next request.
fn limit(resource: Resource, most: u64) -> io::Result<()> {
    let hard = getrlimit(resource).maximum;
    let current = Some(hard.map_or(most, |hard| hard.min(most)));
    Ok(setrlimit(resource, Rlimit { current, maximum: hard })?)
}

/// A length in eight bytes, little end first, and so many bytes. `None` at the end of the pipe.
pub(super) fn read_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = u64::from_le_bytes(length);
    if length > MOST_FRAME_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = Vec::new();
    from.take(length).read_to_end(&mut frame)?;
    if frame.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(frame))
}

pub(super) fn write_frame(to: &mut impl Write, frame: &[u8]) -> io::Result<()> {
    to.write_all(&(frame.len() as u64).to_le_bytes())?;
    to.write_all(frame)?;
    to.flush()
}
