//! `9.450.000 thành 18.900.000`, `12/11 chứ không phải 11/12`, `10/11 -> 12/11`: what was written, and what it is to be.

use super::said::Said;
use super::words::{BECOMES, NOT_THIS, RIGHT_IS};

/// Both as they were typed. Where only the new one is named `was` is empty.
pub(super) struct Becomes {
    pub was: String,
    pub is: String,
}

impl Becomes {
    pub fn of(text: &str) -> Becomes {
        let (text, not) = cut_at(text, NOT_THIS);
        let text = text.replace("->", " thành ").replace('→', " thành ");
        let said = Said::new(&text);
        let (was, is) = match said.find(&[BECOMES, RIGHT_IS].concat()) {
            Some((_, words)) => (said.of(0..words.start), said.from(words.end)),
            None => ("", text.as_str()),
        };
        Becomes { was: format!("{was} {not}").trim().to_owned(), is: is.to_owned() }
    }
}

/// What stands before one of these, and behind it.
fn cut_at<'a>(text: &'a str, words: &[&str]) -> (&'a str, &'a str) {
    let said = Said::new(text);
    match said.find(words) {
        Some((_, at)) => (&text[..said.words[at.start].at.start], said.from(at.end)),
        None => (text, ""),
    }
}
