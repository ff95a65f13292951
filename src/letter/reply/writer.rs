//! The writer's name and post, as people sign with them.

use unicode_normalization::UnicodeNormalization;

use super::closing::bare;
use super::postscript::{is_added, is_speech};
use crate::text::fold;

/// Bytes of a line that may be somebody's name and post.
const LONGEST: usize = 300;

/// Somebody's name, word by word: folded, and by its marks.
pub(super) struct Name {
    folded: Vec<String>,
    marks: Vec<Vec<char>>,
}

impl Name {
    pub fn of(writer: &str) -> Name {
        Name { folded: words(&fold(writer)), marks: words(&writer.to_lowercase()).iter().map(|w| marks(w)).collect() }
    }

    /// `Đừng`, `Dừng`, `Đúng` are not Dũng, though `Dung`, typed bare, is. A name that is kept bare tells no marks.
    fn is_another_word(&self, part: &str) -> bool {
        let bare = |word: &[char]| word.iter().all(char::is_ascii);
        let kept_bare = self.marks.iter().all(|w| bare(w));
        let typed = words(&part.to_lowercase());
        !kept_bare
            && typed.iter().any(|w| {
                let marks = marks(w);
                !bare(&marks) && self.folded.contains(&fold(w)) && !self.marks.contains(&marks)
            })
    }
}

/// A word's letters and marks, wherever the tone is put: `Hoà` and `Hòa` are one.
fn marks(word: &str) -> Vec<char> {
    let mut marks: Vec<char> = word.nfd().collect();
    marks.sort_unstable();
    marks
}

fn words(folded: &str) -> Vec<String> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(String::from).collect()
}

/// Is the line the writer's name: `Hùng`, `Mr. Lê Mạnh Hùng`, `Le Manh Hung (Mr.)`, `Hung Le | Sales`?
pub(super) fn is_name(line: &str, name: &Name) -> bool {
    let (is_another_word, name) = (|part: &str| name.is_another_word(part), &name.folded[..]);
    let (Some(family), Some(given)) = (name.first(), name.last()) else { return false };
    if line.len() > LONGEST || is_added(line) {
        return false;
    }
    let whole = titled(words(&fold(line)));
    if whole == name || whole == [given.as_str()] {
        return !is_another_word(line);
    }
    let mut sorted = name.to_vec();
    sorted.sort_unstable();
    let full = |said: &[String]| {
        let mut all = said.to_vec();
        all.sort_unstable();
        said.len() > 1
            && (all == sorted
                || said == [given.as_str(), family.as_str()]
                || name.ends_with(said)
                || said == [family.as_str(), given.as_str()])
    };
    // Behind it stands a post, a telephone, or anything between bars and brackets.
    let post = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        is_post(rest) || !rest.contains(char::is_alphabetic)
    };
    (full(&whole) && !is_another_word(line))
        || line.char_indices().filter(|(_, c)| "|(/•·-–—,".contains(*c)).any(|(at, mark)| {
            let (said, rest) = line.split_at(at);
            if is_another_word(said) {
                return false;
            }
            let said = titled(words(&fold(said)));
            (full(&said) && (mark == '|' || mark == '(') && !is_speech(rest))
                || ((full(&said) || said == [given.as_str()]) && post(rest))
        })
}

/// Without `Mr.`, `Anh` … around a name.
fn titled(mut words: Vec<String>) -> Vec<String> {
    const TITLES: &[&str] = &["em", "anh", "chi", "mr", "ms", "mrs"];
    if words.len() > 1 && TITLES.contains(&words[0].as_str()) {
        words.remove(0);
    }
    if words.len() > 1 && words.last().is_some_and(|w| TITLES[3..].contains(&w.as_str())) {
        words.pop();
    }
    words
}

/// Does a line name a post or a place in a company, as people write them under or above their name, and nothing else?
pub(super) fn is_post(line: &str) -> bool {
    /// What a post is for, written small.
    const AREAS: &[&str] = &[
        "kinh", "doanh", "ky", "thuat", "phat", "trien", "phan", "mem", "giai", "phap", "du", "an", "san", "pham", "khai", "khu",
        "vuc", "vung", "mien", "bac", "trung", "nam", "cham", "soc", "khach", "hang", "tu", "van", "ban", "he", "thong", "nhom",
        "phong", "bo", "truong", "va", "of", "and", "for", "the",
    ];
    const POSTS: &[&str] = &[
        "truong nhom",
        "truong phong",
        "truong ban",
        "truong bo phan",
        "pho phong",
        "pho giam doc",
        "pho tong giam doc",
        "giam doc",
        "tong giam doc",
        "nhan vien",
        "chuyen vien",
        "ky su",
        "ky thuat vien",
        "lap trinh vien",
        "tro ly",
        "phong",
        "ban kinh doanh",
        "bo phan",
        "khoi",
        "trung tam",
        "cong ty",
        "cty",
        "ctcp",
        "chi nhanh",
        "tap doan",
        "sales",
        "senior",
        "junior",
        "account",
        "business",
        "project",
        "product",
        "technical",
        "software",
        "head of",
        "team lead",
        "leader",
        "manager",
        "director",
        "developer",
        "engineer",
        "ceo",
        "cto",
        "coo",
    ];
    let folded = fold(bare(line));
    let Some(post) = POSTS.iter().filter(|p| folded.starts_with(**p)).max_by_key(|p| p.len()) else { return false };
    let rest = line.split_whitespace().skip(post.split(' ').count());
    let fits = |word: &str| {
        let letter = word.chars().find(|c| c.is_alphanumeric());
        letter.is_none_or(|c| c.is_uppercase() || c.is_ascii_digit())
            || words(&fold(word)).iter().all(|w| AREAS.contains(&w.as_str()))
    };
    !folded[post.len()..].starts_with(char::is_alphanumeric) && rest.into_iter().all(fits)
}
