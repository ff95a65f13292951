//! Figures below zero: nobody means one, and a sign that is lost makes another amount of it (domain d).

use super::{Doubt, Reading};
use crate::process::act::What;
use crate::text::fold;

const SIGNS: [char; 4] = ['-', '–', '—', '−'];

/// A figure with a minus before it (`1 = -18tr`, `1 = (18.000.000)`, `ĐÃ THANH TOÁN -5tr`) is asked back as it was typed. A dash
/// elsewhere parts one word from another: `1. Được - 15tr - 5 ngày`.
pub(super) fn asked_back(read: Reading, body: &str) -> Reading {
    let Reading::Means { acts, .. } = &read else { return read };
    let cells = acts.iter().any(|act| matches!(act, What::Said { .. } | What::Correct { .. }));
    let paid = acts.iter().any(|act| matches!(act, What::Paid { .. }));
    let found = body.lines().find_map(|line| below_zero(line, cells, paid));
    // `-5.000.000 ngày 21/11` and `-15tr, 5 ngày`: no days.
    let found = found.map(|typed| match typed.split_once(' ') {
        Some((figure, _)) if !cells || figure.ends_with([',', ';']) => figure.trim_end_matches([',', ';', '.']).to_string(),
        _ => typed,
    });
    match found.filter(|_| cells || paid) {
        Some(typed) => {
            let days =
                fold(&typed).split_whitespace().nth(1).is_some_and(|unit| unit.starts_with("ngay") || unit.starts_with("day"));
            let why = match days {
                true => Doubt::Days { typed, readings: vec![] },
                false => Doubt::Money { typed, readings: vec![] },
            };
            Reading::ask(body, read.into_guess(), why)
        }
        None => read,
    }
}

/// What is typed below zero in a line; of cells only where a value begins.
fn below_zero(line: &str, cells: bool, paid: bool) -> Option<String> {
    let first = line.find(|c: char| c.is_ascii_digit())?;
    line.char_indices().find_map(|(at, c)| {
        let rest = &line[at..];
        let figure = rest.chars().nth(1).is_some_and(|next| next.is_ascii_digit());
        let before = line[..at].chars().next_back();
        let begins = line[..at].trim_end().ends_with([':', '=', ',']);
        let parted = before.is_none_or(|c| c.is_whitespace() || ":=,".contains(c));
        // `18.900.000 -5%`: of the whole, and how much is that?
        let share = || rest[c.len_utf8()..].trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c)).starts_with('%');
        let of_paid = paid && (at + c.len_utf8() == first || share());
        let minus = SIGNS.contains(&c) && figure && parted && ((cells && begins) || of_paid);
        let bracket = c == '(' && cells && figure && begins;
        match () {
            () if minus => {
                Some(rest.split_whitespace().take(2).collect::<Vec<_>>().join(" ").trim_end_matches([',', '.', ';']).into())
            }
            () if bracket => rest.split_once(')').map(|(amount, _)| format!("{amount})")).filter(|a| !a.contains([' ', ':'])),
            () => None,
        }
    })
}
