//! How much room a text takes: a workbook has no automatic height for wrapped text in merged cells, so it is reckoned.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Widths of ASCII from the space on, in thousandths of the type size: Times New Roman, and Liberation Serif in its place.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500,
    500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722,
    667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278,
    500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];
/// The same of Arial, and Liberation Sans.
const ARIAL: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556,
    556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778,
    722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
    500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// Rows and columns that nothing is said of, pixels.
pub const DEFAULT_ROW: u32 = 20;
pub const DEFAULT_COLUMN: u32 = 64;
/// Programs differ by a few pixels a line; a line too many looks better than one cut off.
const CAUTION: f64 = 1.05;
const BOLD: f64 = 1.07;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Times,
    Arial,
}

/// A face, its size in points, and whether it is bold.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    pub face: Face,
    pub points: f64,
    pub bold: bool,
}

impl Type {
    /// Height of one line in Excel, points. LibreOffice sets lines a tenth to a sixth closer: a row that is right there would
    /// be too low here, and a row too high loses nothing.
    pub fn line_height(self) -> f64 {
        match self.face {
            Face::Times => (self.points * 1.36).ceil(),
            Face::Arial => self.points * 1.275,
        }
    }

    fn pixels(self, text: &str) -> f64 {
        let thousandths: u32 = text.chars().map(|c| width(self.face, c)).sum();
        let bold = if self.bold { BOLD } else { 1.0 };
        f64::from(thousandths) / 1000.0 * self.points * 96.0 / 72.0 * bold * CAUTION
    }

    /// The lines that a text is broken into in a cell of so many pixels, its own line ends kept.
    pub fn wrap(self, text: &str, pixels: f64) -> Vec<&str> {
        text.split('\n').flat_map(|paragraph| self.wrap_paragraph(paragraph, pixels)).collect()
    }

    fn wrap_paragraph(self, text: &str, pixels: f64) -> Vec<&str> {
        // Where the lines begin and end: the space at which one is broken belongs to none.
        let mut lines = vec![];
        let (mut from, mut at) = (0, 0);
        let (mut used, space) = (0.0, self.pixels(" "));
        for (n, word) in text.split(' ').enumerate() {
            let wide = self.pixels(word);
            if n > 0 && used + space + wide > pixels {
                lines.push(&text[from..at]);
                (at, from, used) = (at + 1, at + 1, 0.0);
            } else if n > 0 {
                (at, used) = (at + 1, used + space);
            }
            if wide <= pixels {
                (at, used) = (at + word.len(), used + wide);
                continue;
            }
            // A word wider than the cell is broken anywhere.
            for c in word.chars() {
                let wide = self.pixels(c.encode_utf8(&mut [0; 4]));
                if used + wide > pixels && used > 0.0 {
                    lines.push(&text[from..at]);
                    (from, used) = (at, 0.0);
                }
                (at, used) = (at + c.len_utf8(), used + wide);
            }
        }
        lines.push(&text[from..]);
        lines
    }
}

/// Width of a character in thousandths of the type size.
fn width(face: Face, c: char) -> u32 {
    match c {
        ' '..='~' => plain_width(face, c),
        // Vietnamese letters of several marks: as the one below them.
        '\u{1ea0}'..='\u{1ef9}' => plain_width(face, VIETNAMESE[c as usize - 0x1ea0]),
        _ => std::iter::once(c).nfd().map(|c| plain_width(face, c)).sum(),
    }
}

/// The letters of `Ạ` to `ỹ` without their marks, as Unicode has them one after the other.
static VIETNAMESE: LazyLock<Vec<char>> =
    LazyLock::new(|| ('\u{1ea0}'..='\u{1ef9}').map(|c| std::iter::once(c).nfd().next().unwrap_or(c)).collect());

/// Width of a decomposed character; what a face lacks is taken as square.
fn plain_width(face: Face, c: char) -> u32 {
    let widths = if face == Face::Times { &TIMES } else { &ARIAL };
    match c {
        ' '..='~' => u32::from(widths[c as usize - 32]),
        _ if is_combining_mark(c) => 0,
        'đ' => u32::from(widths['d' as usize - 32]),
        'Đ' => 722,
        '–' | '‘' | '’' | '“' | '”' | '₫' => 500,
        '\u{80}'..='\u{24f}' => 722,
        _ => 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Type = Type { face: Face::Times, points: 11.0, bold: false };

    #[test]
    fn texts_are_broken_at_words_and_nothing_is_lost() {
        let text = "Một đơn 50 tấn xi măng giao làm 4-5 chuyến, mỗi chuyến một xe, một phiếu xuất riêng";
        let lines = PLAIN.wrap(text, 200.0);
        assert_eq!(lines.join(" "), text);
        assert!(lines.len() >= 3 && lines.iter().all(|l| PLAIN.pixels(l) <= 200.0), "{lines:?}");
    }

    #[test]
    fn odd_texts_have_lines_too() {
        assert_eq!(PLAIN.wrap("", 50.0), [""]);
        assert_eq!(PLAIN.wrap("a\n\nb", 50.0), ["a", "", "b"]);
        let long = "x".repeat(100);
        let lines = PLAIN.wrap(&long, 60.0);
        assert!(lines.len() > 8);
        assert_eq!(lines.concat(), long);
        assert_eq!(PLAIN.wrap("ab", 0.0).concat(), "ab", "no room at all is no reason to hang");
    }

    #[test]
    fn accents_take_no_room() {
        assert_eq!(PLAIN.pixels("ế"), PLAIN.pixels("e"));
        let whole = |text: &str| -> u32 { text.nfd().map(|c| plain_width(Face::Arial, c)).sum() };
        for c in (' '..='\u{2fff}').chain(['\u{ac00}', '🙂', '\u{fb01}']) {
            assert_eq!(width(Face::Arial, c), whole(&c.to_string()), "{c}");
        }
        let decomposed: String = "Đề nghị hỗ trợ".nfd().collect();
        assert_eq!(PLAIN.pixels(&decomposed), PLAIN.pixels("Đề nghị hỗ trợ"));
    }
}
