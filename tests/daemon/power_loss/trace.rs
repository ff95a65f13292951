//! What `strace -f -y -xx` writes, read: which call, on which file, with which bytes, and what was over before what began.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// One call to the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    /// What its first argument, a descriptor, is open on; a connection is `socket:[…]`.
    pub file: PathBuf,
    /// The strings among its arguments: paths, whole ones, or what is written.
    pub strings: Vec<Vec<u8>>,
    /// Its other arguments as they stand there.
    pub words: Vec<String>,
    pub result: i64,
    /// The lines on which it begins and ends: while it is unfinished, others go on.
    pub begin: usize,
    pub end: usize,
}

impl Call {
    pub fn is(&self, names: &[&str]) -> bool {
        self.result >= 0 && names.contains(&self.name.as_str())
    }

    /// Is what has been written to the file safe once this is over?
    pub fn syncs(&self, file: &Path) -> bool {
        self.is(&["fsync", "fdatasync"]) && self.file == file
    }

    /// Has it written to the file?
    pub fn writes(&self, file: &Path) -> bool {
        self.is(&["write", "pwrite64", "ftruncate"]) && self.file == file
    }

    /// From where to where it has renamed.
    pub fn renames(&self) -> Option<(PathBuf, PathBuf)> {
        let of = |bytes: &Vec<u8>| PathBuf::from(String::from_utf8_lossy(bytes).into_owned());
        match &self.strings[..] {
            [from, to] if self.is(&["rename", "renameat", "renameat2"]) => Some((of(from), of(to))),
            _ => None,
        }
    }

    /// What it has sent over a connection.
    pub fn sends(&self) -> Option<&[u8]> {
        let connection = self.file.to_string_lossy().starts_with("socket:");
        let sent = self.is(&["sendto", "write"]) && connection;
        self.strings.first().filter(|_| sent).map(Vec::as_slice)
    }
}

/// The calls that have ended, in the order of their beginnings.
pub fn read(trace: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut unfinished: HashMap<(&str, String), (usize, String)> = HashMap::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            let Some((name, arguments)) = begun.split_once('(') else { continue };
            unfinished.insert((process, name.to_string()), (at, arguments.to_string()));
        } else if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some((name, ended)) = resumed.split_once(" resumed>") else { continue };
            let Some((begin, arguments)) = unfinished.remove(&(process, name.to_string())) else { continue };
            calls.extend(call(name, &format!("{arguments}{ended}"), begin, at));
        } else if let Some((name, ended)) = rest.split_once('(') {
            calls.extend(call(name, ended, at, at));
        }
    }
    calls.sort_by_key(|call| call.begin);
    calls
}

/// From `3</path>, "…", 24, 0) = 24`.
fn call(name: &str, arguments: &str, begin: usize, end: usize) -> Option<Call> {
    let (arguments, result) = arguments.rsplit_once(") ")?;
    let result = result.trim_start().strip_prefix("= ")?;
    let number: String = result.chars().take_while(|c| c.is_ascii_digit() || *c == '-').collect();
    let mut found = Call {
        name: name.to_string(),
        file: PathBuf::new(),
        strings: vec![],
        words: vec![],
        result: number.parse().ok()?,
        begin,
        end,
    };
    for (n, argument) in arguments.split(", ").enumerate() {
        if let Some(quoted) = argument.strip_prefix('"') {
            // Cut short, it would be followed by dots.
            found.strings.push(bytes(quoted.strip_suffix('"')?));
        } else if let Some((_, path)) = argument.split_once('<').filter(|_| n == 0) {
            found.file = String::from_utf8_lossy(&bytes(path.trim_end_matches('>'))).into_owned().into();
        } else {
            found.words.push(argument.to_string());
        }
    }
    Some(found)
}

/// `\x2f\x74` → `/t`.
fn bytes(hex: &str) -> Vec<u8> {
    hex.split("\\x").skip(1).filter_map(|two| u8::from_str_radix(two, 16).ok()).collect()
}

/// Bytes as a trace has them, for traces that are made up.
pub fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("\\x{byte:02x}")).collect()
}
