//! What a text may say as a label: the header of a column, the name of a field, the title of a section, a role's band.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::form::layout::{Column, EXCHANGES, FIELDS, Field, ITEMS, Section, Zone, label_key};
use crate::form::words;

/// Longer texts are contents.
const LONGEST_LABEL: usize = 160;
/// Hints behind one label.
const MOST_HINTS: usize = 6;

/// A table of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    Items,
    Exchanges,
}

/// A column, and whether by its official header.
pub type Header = (&'static Column, bool);
/// The fields that a label may mean, and whether by their official label; official ones first.
pub type Means = &'static [(&'static Field, bool)];

/// Everything that one text may say. Each is the likeliest of its kind, see [`readings`].
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    items: Option<Header>,
    exchanges: Option<Header>,
    pub label: Option<Means>,
    pub title: Option<Section>,
    /// Of its likeliest reading alone: an official header of either table.
    official: [bool; 2],
    /// The same: a role's name over the columns that it fills in.
    pub band: bool,
    /// The same: `Kết luận`, as over the Leader's checks.
    pub verdict: bool,
}

impl Heads {
    /// `None`: contents, as most texts are.
    pub fn of(text: &str) -> Option<Heads> {
        let mut readings = readings(text);
        let first = &readings.first()?.clone();
        readings.retain(|reading| reading.len() <= *LONGEST_KNOWN);
        if readings.is_empty() {
            return None;
        }
        let header = |headers: &'static LazyLock<Headers>| readings.iter().find_map(|r| headers.get(r)).copied();
        let official = |headers: &'static LazyLock<Headers>| headers.get(first).is_some_and(|(_, official)| *official);
        let heads = Heads {
            items: header(&ITEM_HEADERS),
            exchanges: header(&EXCHANGE_HEADERS),
            label: readings.iter().find_map(|r| LABELS.get(r)).map(Vec::as_slice),
            title: readings.iter().find_map(|r| TITLES.get(r)).copied(),
            official: [official(&ITEM_HEADERS), official(&EXCHANGE_HEADERS)],
            band: BANDS.contains(first),
            verdict: matches!(first.as_str(), "ket luan" | "verdict"),
        };
        let says = heads.items.is_some() || heads.exchanges.is_some() || heads.label.is_some() || heads.title.is_some();
        (says || heads.band || heads.verdict).then_some(heads)
    }

    /// The column of a table that it heads.
    pub fn column(&self, of: Rows) -> Option<Header> {
        match of {
            Rows::Items => self.items,
            Rows::Exchanges => self.exchanges,
        }
    }

    pub fn is_official(&self, of: Rows) -> bool {
        self.official[of as usize]
    }
}

/// What a text may say as a label, likeliest first: the whole of it, then without a hint behind it
/// (`Ngân sách KH (đồng) *`), each with and without a number before it (`2. Ngân sách KH`).
fn readings(text: &str) -> Vec<String> {
    if text.len() > LONGEST_LABEL * 3 || text.chars().count() > LONGEST_LABEL {
        return Vec::new();
    }
    let cuts =
        text.char_indices().rev().filter(|(_, c)| matches!(c, '(' | '[' | '*' | ':' | '\n' | '–' | '-' | '…')).map(|(at, _)| at);
    let mut ends: Vec<usize> = std::iter::once(text.len()).chain(cuts.take(MOST_HINTS)).collect();
    ends.reverse();
    // Where a hint begins a word has ended: what stands before it reads the same whatever follows, and is folded once.
    let (mut keys, mut key, mut from) = (Vec::new(), String::new(), 0);
    for end in ends {
        let part = label_key(text.get(from..end).unwrap_or_default());
        if !(key.is_empty() || part.is_empty()) {
            key.push(' ');
        }
        key.push_str(&part);
        keys.push(key.clone());
        from = end;
    }
    let mut readings = Vec::new();
    for key in keys.into_iter().rev() {
        let number = |w: &str| {
            w.chars().all(|c| c.is_ascii_digit())
                || matches!(w, "i" | "ii" | "iii" | "iv" | "v" | "vi" | "a" | "b" | "c" | "d" | "e")
        };
        let bare = key.split_once(' ').filter(|(first, _)| number(first)).map(|(_, rest)| rest.to_owned());
        for reading in [Some(key), bare].into_iter().flatten() {
            if !reading.is_empty() && !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

/// Nothing longer is a label, in bytes.
static LONGEST_KNOWN: LazyLock<usize> = LazyLock::new(|| {
    let headers = ITEM_HEADERS.keys().chain(EXCHANGE_HEADERS.keys());
    let all = headers.chain(LABELS.keys()).chain(TITLES.keys()).chain(BANDS.iter());
    all.map(String::len).max().unwrap_or(0)
});

type Headers = HashMap<String, Header>;

static ITEM_HEADERS: LazyLock<Headers> = LazyLock::new(|| headers(ITEMS));
static EXCHANGE_HEADERS: LazyLock<Headers> = LazyLock::new(|| headers(EXCHANGES));

/// Header texts with their columns, and whether each is the official one.
fn headers(columns: &'static [Column]) -> Headers {
    let both = |c: &'static Column| c.labels().map(move |l| (label_key(l), (c, l == c.label.vi || l == c.label.en)));
    columns.iter().flat_map(both).collect()
}

/// Labels of both languages and their synonyms, with the fields that each may mean, official labels first.
static LABELS: LazyLock<HashMap<String, Vec<(&'static Field, bool)>>> = LazyLock::new(|| {
    let mut labels: HashMap<String, Vec<(&'static Field, bool)>> = HashMap::new();
    for official in [true, false] {
        for field in FIELDS {
            let main = [field.label.vi, field.label.en];
            for label in field.labels().filter(|l| main.contains(l) == official) {
                let means = labels.entry(label_key(label)).or_default();
                if means.iter().all(|(f, _)| f.name != field.name) {
                    means.push((field, official));
                }
            }
        }
    }
    labels
});

static TITLES: LazyLock<HashMap<String, Section>> = LazyLock::new(|| {
    let titles = Section::ALL.into_iter().flat_map(|s| [(label_key(s.title().vi), s), (label_key(s.title().en), s)]);
    titles.collect()
});

static BANDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let zones = [Zone::Sales, Zone::Leader, Zone::Tech, Zone::Director, Zone::System];
    zones.into_iter().flat_map(|z| [words::band(z).vi, words::band(z).en]).map(label_key).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_read_without_its_number_and_hints() {
        assert_eq!(
            readings("2. Ngân sách KH (đồng) *"),
            ["2 ngan sach kh dong", "ngan sach kh dong", "2 ngan sach kh", "ngan sach kh"]
        );
        assert_eq!(readings("– Ghi chú:"), ["ghi chu"]);
        assert_eq!(readings(" (*) "), Vec::<String>::new());
        assert_eq!(readings(&"dài ".repeat(50)), Vec::<String>::new());
        let says = |text: &str| Heads::of(text).and_then(|heads| Some(heads.label?.first()?.0.name));
        assert_eq!([says("2. Ngân sách KH (đồng) *"), says("Công nợ theo tuổi nợ")], [Some("budget"), None]);
    }
}
