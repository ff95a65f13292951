//! `export --format csv`: any text is read again as the same, and never as a formula.

use quotedesk::cli::csv;

use super::{text, texts};

pub fn csv(bytes: &[u8]) {
    let typed = text(bytes);
    let cells: Vec<&str> = typed.split('\u{1f}').collect();
    let line: Vec<String> = cells.iter().map(|cell| csv::text(cell)).collect();
    let line = line.join(",") + "\r\n";
    let (read, rest) = fields(&line);
    assert_eq!(rest, "", "one line became several: {line:?}");
    assert_eq!(read.len(), cells.len(), "{line:?}");
    for (read, typed) in read.iter().zip(&cells) {
        let runs = read.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        assert!(!runs, "runs as a formula: {read:?}");
        assert!(read == typed || read.strip_prefix('\'') == Some(typed), "{typed:?} became {read:?}");
    }
}

/// The fields of the first line as RFC 4180 has them, and what follows it.
fn fields(line: &str) -> (Vec<String>, &str) {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let field = fields.last_mut().expect("one at least");
        match c {
            '"' if quoted && chars.peek().is_some_and(|(_, c)| *c == '"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            '\r' if !quoted && line[at..].starts_with("\r\n") => return (fields, &line[at + 2..]),
            c => field.push(c),
        }
    }
    (fields, "")
}

pub fn seeds() -> Vec<Vec<u8>> {
    texts(&["=1+1\u{1f}một, \"hai\"\nba\u{1f}", "\t=cmd|' /C calc'!A0\u{1f}-5\u{1f}@x;y\u{1f}\r=1"])
}
