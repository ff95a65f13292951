//! What a defined name stands for.

use super::DefinedName;

/// Resolves `'Phiếu'!$C$4`, `Sheet1!$A$1:$B$2`, `$'Phiếu'.$C$4:.$D$5` (ods) to the first cell of the first area.
/// Constants, functions and broken references give nothing.
pub(super) fn resolve(name: &str, refers_to: &str) -> Option<DefinedName> {
    let refers_to = refers_to.trim();
    let refers_to = refers_to.strip_prefix('=').unwrap_or(refers_to);
    let (sheet, rest) = sheet(refers_to)?;
    let first = rest.split([':', ',', ';', ' ']).next()?;
    let (row, col) = cell(first)?;
    Some(DefinedName { name: name.to_owned(), sheet, row, col })
}

/// The sheet's name, unquoted, and what follows its `!` or `.`.
fn sheet(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let Some(quoted) = text.strip_prefix('\'') else {
        let (name, rest) = text.split_once(['!', '.'])?;
        let plain = !name.is_empty() && !name.contains(['(', ')', '"', ',', '+', '*', '#', '[']);
        return plain.then(|| (name.to_owned(), rest));
    };
    let mut name = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            name.push('\'');
        } else {
            let rest = quoted.get(at + 1..)?.strip_prefix(['!', '.'])?;
            return Some((name, rest));
        }
    }
    None
}

/// `$C$12` as row 11, column 2.
pub(super) fn cell(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at_checked(digits)?;
    if letters.is_empty() || letters.len() > 3 || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let col = letters.bytes().fold(0, |col, b| col * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, col.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_cell() {
        let at = |text: &str| resolve("n", text).map(|n| (n.sheet, n.row, n.col));
        let is = |sheet: &str, row, col| Some((sheet.to_owned(), row, col));
        assert_eq!(at("'Phiếu YC'!$C$4"), is("Phiếu YC", 3, 2));
        assert_eq!(at("Sheet1!$A$1:$B$9"), is("Sheet1", 0, 0));
        assert_eq!(at("Sheet1!$A$1,Sheet2!$B$2"), is("Sheet1", 0, 0));
        assert_eq!(at("$Sheet1.$AA$10"), is("Sheet1", 9, 26));
        assert_eq!(at("$'It''s'.$B$2:.$C$3"), is("It's", 1, 1));
        assert_eq!(at("'a.b!c'!B2"), is("a.b!c", 1, 1));
    }

    #[test]
    fn leaves_out_what_is_no_cell() {
        for text in [
            "",
            "5",
            "\"chữ\"",
            "#REF!",
            "Sheet1!#REF!",
            "SUM(Sheet1!$A$1)",
            "Sheet1!$A:$A",
            "'open",
            "Sheet1!$A$0",
            "[1]Sheet1!$A$1",
        ] {
            assert_eq!(resolve("n", text), None, "{text}");
        }
    }
}
