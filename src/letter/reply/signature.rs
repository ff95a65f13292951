//! A person's signature in the text itself, where no program has marked it; what people write on below it is no part of it.

use super::closing::{bare, closes, ends, is_footer};
use super::postscript::{is_added, is_speech};
use super::said::Said;
use super::writer::{Name, is_name, is_post};
use crate::text::fold;

/// The text without the writer's signature, which begins with a line that is their own name, or with their post above it;
/// and what of the signature may be none.
pub(super) fn without(text: &str, writer: &str) -> (String, Vec<String>) {
    let name = Name::of(writer);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut kept: Vec<&str> = vec![];
    let mut unread = vec![];
    let mut rest = &lines[..];
    while let Some(at) = (0..rest.len()).find(|at| kept.len() + at > 0 && is_name(rest[*at], &name)) {
        let posts = rest[..at].iter().rev().take_while(|l| is_post(l) && !is_added(l)).count();
        let start = if kept.is_empty() { (at - posts).max(1) } else { at - posts };
        kept.extend(&rest[..start]);
        let below = &rest[at + 1..];
        rest = added(below, |l| is_added(l) || is_speech(l));
        unread.extend(doubtful(&below[..below.len() - rest.len()], |l| is_name(l, &name)));
    }
    kept.extend(rest);
    (kept.join("\n"), unread)
}

/// From the first line that was added below a signature: what no program's signature has in it, or what nobody's has.
pub(super) fn added<'a, 'b>(lines: &'b [&'a str], is: impl Fn(&str) -> bool) -> &'b [&'a str] {
    let found = lines.iter().position(|l| ends(l) || is(l));
    found.filter(|at| !ends(lines[*at])).map_or(&[], |at| &lines[at..])
}

/// Lines that were cut off as a signature and are not plainly one: they are told back, that nothing is lost unseen.
pub(super) fn doubtful(cut: &[&str], is_own_name: impl Fn(&str) -> bool) -> Vec<String> {
    let own = cut.iter().take_while(|l| !ends(l));
    let doubtful = own.filter(|l| !bare(l).is_empty() && !is_own_name(l) && !is_plainly_signed(l));
    doubtful.map(|l| bare(l).to_string()).collect()
}

/// A name, a post, an address, a telephone, a link.
fn is_plainly_signed(line: &str) -> bool {
    const LABELS: &[&str] = &[
        "dia chi",
        "dc",
        "d/c",
        "tru so",
        "vp",
        "vpdd",
        "vpgd",
        "van phong",
        "chi nhanh",
        "hotline",
        "tel",
        "dt",
        "sdt",
        "dien thoai",
        "mobile",
        "mob",
        "phone",
        "m",
        "t",
        "p",
        "f",
        "e",
        "w",
        "a",
        "add",
        "address",
        "office",
        "fax",
        "mst",
        "ma so thue",
        "web",
        "website",
        "email",
        "mail",
        "zalo",
        "skype",
        "so",
        "tang",
        "toa nha",
        "lau",
        "lo",
        "stk",
    ];
    const PLACES: &[&str] =
        &["phường", "quận", "huyện", "đường", "phố", "ngõ", "hà nội", "hcm", "thành phố", "tp", "tầng", "tòa nhà"];
    // `@Lan xem …`
    let calls = line.split_whitespace().any(|w| w.starts_with('@'));
    let folded = fold(bare(line));
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let labelled = LABELS.iter().filter_map(|l| folded.strip_prefix(l)).any(|rest| {
        let rest = rest.trim_start();
        rest.starts_with([':', '.', '|']) || rest.starts_with(|c: char| c.is_ascii_digit())
    });
    let placed = line.chars().any(|c| c.is_ascii_digit()) && Said::new(line).has(PLACES);
    !calls && (may_sign(line) || labelled || placed || is_footer(folded))
}

/// May a signature go on with this line, below a bar that only people type?
pub(super) fn may_sign(line: &str) -> bool {
    let line = bare(line);
    let mut capitals = line.split_whitespace().filter(|w| w.contains(char::is_alphabetic));
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let named = line.split_whitespace().count() <= 6
        && capitals.all(|w| w.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase));
    !is_speech(line)
        && !is_added(line)
        && (closes(line) || is_post(line) || named || digits >= 9 || ["@", "www.", "http"].iter().any(|c| line.contains(c)))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
