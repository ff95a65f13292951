//! Answers typed into our own table as a client quotes it: `2 công, 5 triệu` in the row of item 3. A row is known by its
//! number and its heading, whatever the client made of it; what stands in it beyond what we wrote is the answer. Like all
//! values in a mail it is told back, and counts once it is confirmed.

use super::said::Said;
use super::words::{KIN, NOTED, POLITE, THANKS};
use super::{Asked, Doubt, NewText, Reading, is_cover_note, read};
use crate::process::act::What;
use crate::text::fold;

/// One row as the letter had it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub no: u32,
    pub heading: String,
    /// What stands below the heading: area, explanation, a reason.
    pub details: Vec<String>,
    /// Answer, cost and days with their heads, in a letter that shows them.
    pub values: Vec<(String, String)>,
}

/// Where the quoted letter may be found in a mail.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a> {
    /// The rows of the tables in its HTML, cell by cell.
    pub rows: &'a [Vec<String>],
    /// The whole body as text, quotes too.
    pub body: &'a str,
}

/// What a mail says whose answers stand in the quoted table; `None` where none do. `shapes`: the rows in each of the ways
/// that letters show them; the one that leaves least unexplained is the one that was quoted.
pub fn answers(new: &NewText, quoted: Quoted, shapes: &[Vec<Row>], ctx: &Asked) -> Option<Reading> {
    let beyond = |rows: &Vec<Row>| {
        // Where the table stands as one, nothing else is looked at: as running text it has words of ours that look like typed ones.
        in_rows(quoted.rows, rows).unwrap_or_else(|| in_lines(quoted.body, rows))
    };
    let Typed { mut typed, .. } = shapes.iter().map(beyond).min_by_key(|found| found.unexplained)?;
    // A table of the writer's own above the quote is read with their lines.
    typed.retain(|(no, _)| {
        !new.text.lines().any(|line| line.split_once('\t').is_some_and(|(own, _)| own.trim() == no.to_string()))
    });
    if typed.is_empty() {
        return None;
    }
    let said: String = typed.iter().map(|(no, text)| format!("{no}: {text}\n")).collect();
    let in_table = read(&NewText { lossy: new.lossy, ..NewText::plain(&said) }, ctx);
    let valued = |reading: &Reading| match reading {
        // A question may stand beside the values.
        Reading::Means { acts, .. } => matches!(acts.first(), Some(What::Said { .. })),
        Reading::Ask { why, .. } => !matches!(why, Doubt::Unclear),
        Reading::Nothing => false,
    };
    if !valued(&in_table) {
        return None;
    }
    // Lines between the quoted ones are those of the table.
    let top = if new.interleaved { new.top.as_str() } else { new.text.as_str() };
    if top.trim().is_empty() || is_cover_note(top) || Said::new(top).only(&[POLITE, KIN, THANKS, NOTED, TABLE]) {
        return Some(in_table);
    }
    match read(&NewText { lossy: new.lossy, ..NewText::plain(top) }, ctx) {
        above if valued(&above) => Some(read(&NewText { lossy: new.lossy, ..NewText::plain(&format!("{top}\n{said}")) }, ctx)),
        Reading::Nothing => Some(in_table),
        Reading::Means { acts, .. } if acts.iter().all(|a| matches!(a, What::Comment { .. })) => Some(in_table),
        above => Some(Reading::ask(&format!("{top} / {said}"), above.into_guess(), Doubt::Several)),
    }
}

/// Said above the quote of what is written in it.
const TABLE: &[&str] = &[
    "trả lời",
    "phản hồi",
    "điền",
    "ghi",
    "trong",
    "ở",
    "bên dưới",
    "phía dưới",
    "giá",
    "báo giá",
    "ý kiến",
    "price",
    "prices",
    "dưới",
    "bảng",
    "trong bảng",
    "xem",
    "như",
    "đã",
    "vào",
    "luôn",
    "below",
    "see",
    "inline",
    "table",
    "in",
    "the",
    "answers",
    "gửi",
    "chi tiết",
    "trực tiếp",
    "theo",
    "từng",
    "mục",
];

/// What was typed beside our rows, read as the letter's being of one shape.
#[derive(Default)]
struct Typed {
    typed: Vec<(u32, String)>,
    /// How much of the rows is not ours, what nobody can tell from ours too.
    unexplained: usize,
}

// ---- HTML: rows and cells

/// What stands in the rows beyond ours; `None` where none of ours is there.
fn in_rows(found: &[Vec<String>], rows: &[Row]) -> Option<Typed> {
    let mut typed: Vec<(u32, String)> = vec![];
    let mut any = false;
    for cells in found {
        let [no, heading, rest @ ..] = &cells[..] else { continue };
        // A client may have put the number into a word of its own, or the answer before it.
        let Some(row) = rows.iter().find(|r| words(no).iter().any(|w| w.folded == r.no.to_string()) && begins(heading, r)) else {
            continue;
        };
        any = true;
        let mut said = vec![beyond(no, &[&row.no.to_string()]), beyond(heading, &row.texts())];
        for (at, cell) in rest.iter().enumerate() {
            let shown = row.values.get(at).map(|(_, value)| value.as_str()).unwrap_or_default();
            let more = beyond(cell, &[shown]);
            let days = at + 1 == row.values.len()
                && !more.is_empty()
                && more.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.');
            said.push(if days { format!("{more} ngày") } else { more });
        }
        let said: Vec<String> = said.into_iter().filter(|s| !s.is_empty()).collect();
        if !said.is_empty() && !typed.iter().any(|(no, _)| *no == row.no) {
            typed.push((row.no, said.join(", ")));
        }
    }
    let unexplained = typed.iter().map(|(_, text)| text.len()).sum();
    any.then_some(Typed { typed, unexplained })
}

impl Row {
    fn texts(&self) -> Vec<&str> {
        [self.heading.as_str()].into_iter().chain(self.details.iter().map(String::as_str)).collect()
    }
}

/// Does the row's own heading stand in the text?
fn begins(text: &str, row: &Row) -> bool {
    let (text, heading) = (words(text), words(&row.heading));
    let least = heading.len().min(4);
    least > 0 && text.windows(least).any(|w| w.iter().zip(&heading).all(|(a, b)| a.folded == b.folded))
}

// ---- text: `> 3. Báo cáo công nợ`, and what stands between

/// As our own text shows a row, or as a client makes text of the table: what leaves least unexplained.
fn in_lines(body: &str, rows: &[Row]) -> Typed {
    let ways = [Row::shown_in_text, Row::shown_in_cells].map(|shown| in_lines_as(body, rows, shown));
    ways.into_iter().min_by_key(|found| found.unexplained).unwrap_or_default()
}

fn in_lines_as(body: &str, rows: &[Row], shown: fn(&Row) -> Vec<String>) -> Typed {
    let all: Vec<Word> = body.lines().enumerate().flat_map(|(at, line)| line_words(at, line)).collect();
    let mut starts: Vec<(usize, &Row)> = vec![];
    let mut from = 0;
    for row in rows {
        let heading = words(&row.heading);
        let least = heading.len().min(4);
        let here = |at: usize| {
            all[at].folded == row.no.to_string()
                && all.get(at + 1..at + 1 + least).is_some_and(|w| w.iter().zip(&heading).all(|(a, b)| a.folded == b.folded))
        };
        if least > 0
            && let Some(at) = (from..all.len()).find(|at| here(*at))
        {
            starts.push((at, row));
            from = at + 1;
        }
    }
    let mut found = Typed::default();
    for (n, (start, row)) in starts.iter().enumerate() {
        let next = starts.get(n + 1).map(|(at, _)| *at);
        let known: Vec<Word> = shown(row).iter().flat_map(|t| words(t)).collect();
        let end = next.unwrap_or(all.len()).min(start + known.len() + 60);
        let part = &all[*start..end];
        let kept = matched(part, &known);
        // Most of what we wrote has to be there still, or nobody can tell what was written beside it.
        let there = kept.iter().filter(|k| **k).count();
        let Some(last) = kept.iter().rposition(|k| *k).filter(|_| there * 10 >= known.len() * 7) else {
            found.unexplained += part.iter().map(|w| w.typed.len()).sum::<usize>();
            continue;
        };
        // Below the last row the letter goes on: only what stands in the row, or was put between the quoted lines.
        let ours = |w: &Word| next.is_some() || w.line <= part[last].line || (part[0].quoted && !w.quoted);
        let below = (last + 1..part.len()).find(|at| !ours(&part[*at])).unwrap_or(part.len());
        let words = part[..below].iter().zip(&kept).filter(|(_, kept)| !**kept).map(|(w, _)| w.typed.as_str());
        let said = words.filter(|w| w.chars().any(char::is_alphanumeric)).collect::<Vec<_>>().join(" ");
        if !said.is_empty() {
            found.unexplained += said.len();
            found.typed.push((row.no, said));
        }
    }
    found
}

impl Row {
    /// Number, heading, the values with their heads, the details.
    fn shown_in_text(&self) -> Vec<String> {
        let values = self.values.iter().filter(|(_, value)| !value.is_empty()).map(|(head, value)| format!("{head} {value}"));
        [self.no.to_string(), self.heading.clone()].into_iter().chain(values).chain(self.details.iter().cloned()).collect()
    }

    /// Number, heading with the details, the values: the heads stand above them all.
    fn shown_in_cells(&self) -> Vec<String> {
        let values = self.values.iter().map(|(_, value)| value.clone());
        [self.no.to_string(), self.heading.clone()].into_iter().chain(self.details.iter().cloned()).chain(values).collect()
    }
}

// ---- words

struct Word {
    typed: String,
    folded: String,
    line: usize,
    quoted: bool,
}

fn words(text: &str) -> Vec<Word> {
    line_words(0, text)
}

fn line_words(line: usize, text: &str) -> Vec<Word> {
    let bare = text.trim_start_matches(['>', ' ', '|', '\u{a0}']);
    let quoted = text.trim_start().starts_with('>');
    let word = |typed: &str| {
        let folded = fold(typed).trim_matches(|c: char| !c.is_alphanumeric()).to_string();
        Word { typed: typed.to_string(), folded, line, quoted }
    };
    bare.split_whitespace().map(word).filter(|w| !w.folded.is_empty()).collect()
}

/// What stands in a text beyond what is known to stand there.
fn beyond(text: &str, known: &[&str]) -> String {
    let known: Vec<Word> = known.iter().flat_map(|t| words(t)).collect();
    let all = words(text);
    let kept = matched(&all, &known);
    all.iter().zip(kept).filter(|(_, kept)| !kept).map(|(w, _)| w.typed.as_str()).collect::<Vec<_>>().join(" ")
}

/// Which words of a text are those that are known, in their order: the longest common subsequence.
fn matched(all: &[Word], known: &[Word]) -> Vec<bool> {
    let (n, m) = (all.len().min(1_000), known.len().min(1_000));
    let mut longest = vec![vec![0u16; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            longest[i][j] = match all[i].folded == known[j].folded {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut kept) = (0, 0, vec![false; all.len()]);
    while i < n && j < m {
        if all[i].folded == known[j].folded {
            kept[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    kept
}
