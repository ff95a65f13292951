//! The targets of `fuzz/` without a fuzzer: the inputs that its code makes, the kept ones, and changes of them.
//!
//! Seeded; two threads, the table's seconds for each target. What breaks lies in a file, and the failure says how to run it
//! again. `QUOTEDESK_SECONDS`: how long for each target; `QUOTEDESK_SEED`: which changes; `QUOTEDESK_TARGET`: one target alone;
//! `QUOTEDESK_INPUT`: a file for it, and nothing else. With coverage, for as long as wanted: `fuzz/run`.

#[path = "../fuzz/targets/mod.rs"]
mod targets;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use targets::{TARGETS, Target};

const THREADS: usize = 2;
/// No input takes so long, not on a slow machine that runs other tests beside this.
const HANGS: Duration = Duration::from_secs(60);
/// Larger inputs only repeat what smaller ones show.
const LARGEST: usize = 64 << 10;
/// Of this process, all targets done: no input makes the desk ask for more.
const MOST_MEMORY: u64 = 1 << 30;

#[test]
fn whatever_comes_in_has_an_answer() {
    let one = std::env::var("QUOTEDESK_TARGET").ok();
    let mut chosen: Vec<&Target> = TARGETS.iter().filter(|t| one.as_deref().is_none_or(|one| t.0 == one)).collect();
    // The long ones first, so that no thread is left alone with one.
    chosen.sort_by_key(|t| std::cmp::Reverse(t.3));
    assert!(!chosen.is_empty(), "no target {one:?}");
    // The parsers' panics are caught and are no news; what a target asserts is told below.
    std::panic::set_hook(Box::new(|_| {}));
    let failure = match std::env::var_os("QUOTEDESK_INPUT") {
        Some(file) => {
            let bytes = std::fs::read(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
            chosen.iter().find_map(|t| targets::run(t, &bytes).err())
        }
        None => all(&chosen),
    };
    let _ = std::panic::take_hook();
    if let Some(failure) = failure {
        panic!("{failure}");
    }
    let memory = most_memory();
    assert!(memory < MOST_MEMORY, "{} MiB of memory at the most", memory >> 20);
}

/// What each thread is at, since when.
type At = Mutex<Option<(Instant, &'static str)>>;

/// Every target in turn; the first failure.
fn all(chosen: &[&'static Target]) -> Option<String> {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let at: Vec<At> = (0..THREADS).map(|_| Mutex::new(None)).collect();
    let work = |n: usize| {
        while let Some(target) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
            match one(target, n, &at[n]) {
                Ok(tries) => println!("{:<10} {tries} inputs", target.0),
                Err(why) => *held(&failed) = Some(why),
            }
        }
    };
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|n| scope.spawn(move || work(n))).collect();
        while threads.iter().any(|t| !t.is_finished()) {
            thread::sleep(Duration::from_millis(50));
            for (n, at) in at.iter().enumerate() {
                if let Some((since, target)) = *held(at)
                    && since.elapsed() > HANGS
                {
                    // A thread cannot be stopped: the process goes.
                    eprintln!("{target}: no end after {HANGS:?}. {}", again(target, &trying(n)));
                    std::process::exit(101);
                }
            }
        }
    });
    failed.into_inner().unwrap_or_default()
}

/// The inputs of a target and changes of them, until the time is over; how many.
fn one(target: &'static Target, n: usize, at: &At) -> Result<usize, String> {
    let inputs: Vec<Vec<u8>> = (target.2)().into_iter().chain(kept(target.0)).collect();
    let words = words(target.0);
    let mut dice = Dice(number("QUOTEDESK_SEED", 23) ^ target.0.bytes().fold(0, |sum, b| sum * 31 + u64::from(b)));
    let until = Instant::now() + Duration::from_secs(number("QUOTEDESK_SECONDS", target.3));
    let file = trying(n);
    let mut tried = Tried { file: File::create(&file).expect("a file for the input"), length: 0 };
    let mut tries = 0;
    let mut run = |bytes: &[u8]| {
        tried.note(bytes);
        *held(at) = Some((Instant::now(), target.0));
        let ran = targets::run(target, bytes);
        *held(at) = None;
        ran.map_err(|why| {
            let kept = file.with_file_name(format!("broke-{}", target.0));
            let _ = std::fs::rename(&file, &kept);
            format!("{}: {why}\n{}", target.0, again(target.0, &kept))
        })
    };
    for input in &inputs {
        run(input)?;
        tries += 1;
    }
    while Instant::now() < until {
        let bytes = changed(&inputs, &words, &mut dice);
        run(&bytes)?;
        tries += 1;
    }
    Ok(tries)
}

/// The input that is being tried, in a file: where the whole process ends, the system still has it. Kept open and written
/// over, since a new file for each takes longer than most of the tries.
struct Tried {
    file: File,
    length: usize,
}

impl Tried {
    fn note(&mut self, bytes: &[u8]) {
        let _ = self.file.write_all_at(bytes, 0);
        if bytes.len() < self.length {
            let _ = self.file.set_len(bytes.len() as u64);
        }
        self.length = bytes.len();
    }
}

fn trying(n: usize) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trying-{n}"))
}

fn again(target: &str, file: &Path) -> String {
    let file = file.display();
    format!("Again: fuzz/run {target} {file}, or QUOTEDESK_TARGET={target} QUOTEDESK_INPUT={file} cargo test --test fuzzed")
}

fn folder(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(of)
}

fn kept(target: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder("corpus").join(target)).into_iter().flatten().flatten().map(|f| f.path()).collect();
    files.sort();
    files.iter().map(|f| std::fs::read(f).expect("a kept input")).collect()
}

/// The words of `fuzz/dict`, in quotes, with `\xNN` for bytes.
fn words(target: &str) -> Vec<Vec<u8>> {
    let dict = std::fs::read_to_string(folder("dict").join(format!("{target}.dict"))).unwrap_or_default();
    let word = |line: &str| {
        let line = line.trim().strip_prefix('"')?.strip_suffix('"')?;
        let mut parts = line.split("\\x");
        let mut word = parts.next()?.replace("\\\\", "\\").into_bytes();
        for part in parts {
            word.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
            word.extend(part.get(2..)?.bytes());
        }
        Some(word)
    };
    dict.lines().filter_map(word).collect()
}

/// One input with one to six changes.
fn changed(inputs: &[Vec<u8>], words: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    const NUMBERS: [&str; 8] = ["0", "-1", "1", "255", "65536", "2147483648", "4294967296", "18446744073709551616"];
    let mut bytes = inputs[dice.below(inputs.len())].clone();
    for _ in 0..1 + dice.below(6) {
        let length = bytes.len();
        let from = dice.below(length + 1);
        let piece = from..(from + dice.below(32) + 1).min(length);
        match dice.below(11) {
            0 if length > 0 => bytes[from.min(length - 1)] = dice.next() as u8,
            1 if length > 0 => bytes[from.min(length - 1)] ^= 1 << dice.below(8),
            2 => bytes.truncate(from),
            3 => drop(bytes.drain(piece)),
            4 => bytes.insert(from, dice.next() as u8),
            5 => {
                let again = bytes[piece].repeat(1 + dice.below(40));
                drop(bytes.splice(from..from, again));
            }
            6 => {
                let other = &inputs[dice.below(inputs.len())];
                let start = dice.below(other.len() + 1);
                let end = (start + dice.below(400)).min(other.len());
                drop(bytes.splice(piece, other[start..end].iter().copied()));
            }
            7 | 8 if !words.is_empty() => {
                let word = &words[dice.below(words.len())];
                let over = if dice.below(2) == 0 { piece } else { from..from };
                drop(bytes.splice(over, word.iter().copied()));
            }
            9 => {
                let digit = bytes[from.min(length)..].iter().position(u8::is_ascii_digit).map(|at| at + from);
                let end = |at: usize| bytes[at..].iter().position(|b| !b.is_ascii_digit()).map_or(length, |n| at + n);
                if let Some(number) = digit.map(|at| at..end(at)) {
                    drop(bytes.splice(number, NUMBERS[dice.below(8)].bytes()));
                }
            }
            _ => {
                let to = dice.below(length + 1);
                let moved: Vec<u8> = bytes[piece].to_vec();
                drop(bytes.splice(to..to, moved));
            }
        }
        bytes.truncate(LARGEST);
    }
    bytes
}

/// xorshift64*
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
    fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The most memory that this process has held, in bytes.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let said = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    said.unwrap_or_default() << 10
}
