//! What commands print: aligned columns; colour, and lines no longer than it is wide, on a terminal alone.

use std::io::{ErrorKind, IsTerminal, Write};

use anyhow::Context;

/// Prints a page for people: of what strangers have written no control character reaches the terminal.
///
/// # Errors
/// As [`raw`].
pub fn out(text: &str) -> anyhow::Result<()> {
    let width = width();
    let line = |line: &str| width.map_or_else(|| shown(line), |width| fitted(&shown(line), width).join("\n"));
    raw(&coloured(&text.split('\n').map(line).collect::<Vec<_>>().join("\n")))
}

/// Columns of the terminal that a person looks at; `None`: what is piped is broken nowhere.
fn width() -> Option<usize> {
    let stdout = std::io::stdout();
    let size = || rustix::termios::tcgetwinsize(&stdout).ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0);
    stdout.is_terminal().then(|| size().unwrap_or(USUAL).max(NARROWEST))
}

/// Of a terminal that does not say how wide it is.
const USUAL: usize = 80;
/// Below that nothing can be read any more.
const NARROWEST: usize = 40;

/// A line broken at blanks, what follows under its last column where that leaves it room enough. A path stays whole.
fn fitted(line: &str, width: usize) -> Vec<String> {
    let seen = seen(line);
    let begins = seen.iter().position(|(_, c)| *c != ' ').unwrap_or(0);
    let starts = |at: &usize| {
        let is = |back: usize, blank: bool| {
            at.checked_sub(back).and_then(|at| seen.get(at)).is_some_and(|(_, c)| (*c == ' ') == blank)
        };
        is(0, false) && is(1, true) && is(2, true)
    };
    let last = (begins + 1..seen.len().min(width.saturating_sub(ROOM))).rev().find(starts);
    let hang = last.unwrap_or(begins + 2);
    let (mut lines, mut rest, mut from) = (Vec::new(), line.to_string(), begins);
    while let Some(at) = break_at(&rest, from, width) {
        let (head, tail) = rest.split_at(at);
        lines.push(head.trim_end().to_string());
        rest = format!("{}{}", " ".repeat(hang), tail.trim_start());
        from = hang;
    }
    lines.push(rest);
    lines
}

/// A last column that is narrower takes no text.
const ROOM: usize = 24;

/// Where a line is broken that is too long: at the last blank that fits, else at the first one at all. `from`: where its text begins.
fn break_at(line: &str, from: usize, width: usize) -> Option<usize> {
    let seen = seen(line);
    if seen.len() <= width {
        return None;
    }
    let blank = |(n, (_, c)): &(usize, &(usize, char))| *n > from && *c == ' ';
    let blanks: Vec<(usize, usize)> = seen.iter().enumerate().filter(blank).map(|(n, (at, _))| (n, *at)).collect();
    let fits = blanks.iter().rev().find(|(n, _)| *n <= width);
    let text_follows = |at: usize| !line.get(at..).unwrap_or_default().trim().is_empty();
    fits.or(blanks.first()).map(|(_, at)| *at).filter(|at| text_follows(*at))
}

/// The characters that a reader sees, each with where it stands: colours are none.
fn seen(line: &str) -> Vec<(usize, char)> {
    let mut colour = false;
    let mut all = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '\u{fdd0}' => colour = true,
            '\u{fdd1}' => colour = false,
            c if !colour => all.push((at, c)),
            _ => {}
        }
    }
    all
}

/// A text that a terminal shows as it is and does not obey: control characters, line feeds too, and what turns the direction of
/// writing are spelt out, as `\u{1b}`.
pub fn shown(text: &str) -> String {
    let spelt = |c: char| c != '\t' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
    text.chars().map(|c| if spelt(c) { c.escape_unicode().to_string() } else { c.to_string() }).collect()
}

/// Says why a command could not be done, on standard error; as [`out`] does, it obeys nothing that a stranger has typed.
pub fn complain(why: &anyhow::Error) {
    let lines: Vec<String> = format!("quotedesk: {why:#}").split('\n').map(shown).collect();
    eprintln!("{}", lines.join("\n"));
}

/// The desk's own colours stand in a page as characters that no text has (U+FDD0, U+FDD1), until it is printed: these, and
/// nothing else that a terminal would obey.
fn coloured(page: &str) -> String {
    let codes = ["0", "1", "2", "31", "32", "33", "36"];
    let paint = |page: String, code: &str| page.replace(&format!("\u{fdd0}{code}\u{fdd1}"), &format!("\x1b[{code}m"));
    codes.iter().fold(page.to_string(), |page, code| paint(page, code))
}

/// Prints a text as it is, for programs. A reader who has gone (`| head`) is no error.
///
/// # Errors
/// What standard output says otherwise, as a full disk.
pub fn raw(text: &str) -> anyhow::Result<()> {
    bytes(text.as_bytes())
}

/// The same of a file, for `-o -`.
///
/// # Errors
/// As [`raw`].
pub fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => done.context("standard output"),
    }
}

/// A line.
///
/// # Errors
/// As [`out`].
pub fn line(text: &str) -> anyhow::Result<()> {
    out(&format!("{text}\n"))
}

/// A JSON document.
///
/// # Errors
/// As [`out`].
pub fn json(document: &serde_json::Value) -> anyhow::Result<()> {
    raw(&format!("{}\n", serde_json::to_string_pretty(document)?))
}

/// Colours where a person looks, plain text where a program reads.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// For standard output; `NO_COLOR` (no-color.org) and a dumb terminal are heeded.
    pub fn stdout() -> Paint {
        let plain =
            std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || std::env::var_os("TERM").is_none_or(|t| t == "dumb");
        Paint(!plain && std::io::stdout().is_terminal())
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.trim().is_empty() {
            format!("\u{fdd0}{code}\u{fdd1}{text}\u{fdd0}0\u{fdd1}")
        } else {
            text.to_string()
        }
    }

    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    pub fn red(self, text: &str) -> String {
        self.with("31", text)
    }
    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }
    pub fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }
    pub fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}

/// Text filled up with blanks to a width in characters.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// The same, to the right: numbers.
pub fn pad_left(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{}{text}", " ".repeat(missing))
}

/// Rows with each column as wide as its widest cell, at most `most` characters; two blanks between. The last column is
/// not filled up.
pub fn columns(rows: &[Vec<String>], most: usize) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |n: usize| rows.iter().filter_map(|r| r.get(n)).map(|c| c.chars().count()).max().unwrap_or(0).min(most);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let one = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(n, cell)| if n + 1 == row.len() { cell.clone() } else { pad(cell, widths[n]) });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_string()
    };
    rows.iter().map(one).collect()
}

/// A text broken into lines of at most `width` characters, at blanks.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_letters_and_not_by_bytes() {
        let rows = [vec!["Địa chỉ".into(), "Hà Nội".into()], vec!["MST".into(), "01".into()]];
        assert_eq!(columns(&rows, 40), ["Địa chỉ  Hà Nội", "MST      01"]);
    }

    #[test]
    fn a_terminal_obeys_no_stranger() {
        assert_eq!(shown("a\x1b[31m\u{9b}2J\r\nok\u{202e}"), "a\\u{1b}[31m\\u{9b}2J\\u{d}\\u{a}ok\\u{202e}");
        assert_eq!(columns(&[vec!["1".into(), "báo giá\n2  khác".into()]], 40), ["1  báo giá\\u{a}2  khác"]);
        assert_eq!(coloured(&shown(&Paint(true).red("đỏ"))), "\x1b[31mđỏ\x1b[0m");
        assert!(!coloured(&shown("\u{fdd0}2J\u{fdd1}")).contains('\x1b'));
    }

    #[test]
    fn a_terminal_s_lines_are_no_longer_than_it_is_wide() {
        let row = "  08:30  Trần Thị Lan  điền phiếu phân tích và gửi lại cho Leader xem trước";
        assert_eq!(
            fitted(row, 60),
            ["  08:30  Trần Thị Lan  điền phiếu phân tích và gửi lại cho", "                       Leader xem trước"]
        );
        let red = Paint(true).red("một hai ba bốn");
        assert_eq!(fitted(&red, 8).join("|"), "\u{fdd0}31\u{fdd1}một hai|  ba bốn\u{fdd0}0\u{fdd1}");
        assert_eq!(fitted("outbox/mail/một_đường_dẫn_dài.eml", 10).len(), 1, "a path that is clicked on stays whole");
        assert_eq!(fitted("", 40), [""]);
    }

    #[test]
    fn lines_break_at_blanks_and_keep_paragraphs() {
        assert_eq!(wrap("một hai ba\nbốn", 7), ["một hai", "ba", "bốn"]);
    }
}
