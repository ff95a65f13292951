//! Texts typed in fonts of the time before Unicode.

/// Typed in a font of the time before Unicode (TCVN3 as .VnTime, VNI): right in that font, and signs without a sense to
/// every other reader. Two such places, for one may be a name (`Citroën`) or a sign (`Office®`).
pub(super) fn is_legacy(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    // A soft hyphen is an `ư` of TCVN3.
    let tcvn3 = |c: char| matches!(c, '«' | '¬' | '¹' | '¸' | 'µ' | '¶' | '®' | 'ª' | '©' | '¨' | '§');
    let word = |c: char| c.is_alphabetic() || tcvn3(c) || c == '\u{ad}';
    let (mut signs, mut marks, mut names_too) = (0, 0, 0);
    let (mut before, mut last) = ('\0', '\0');
    for c in text.chars().flat_map(char::to_lowercase) {
        signs += u32::from(tcvn3(last) && word(before) && word(c));
        match (last, c) {
            // Marks of VNI that no Vietnamese word has in Unicode …
            ('a', 'â' | 'ê' | 'å' | 'ä' | 'ø' | 'û')
            | ('e' | 'o', 'â' | 'å' | 'ä' | 'ø' | 'û')
            | ('u' | 'y', 'ø' | 'û')
            | ('ö', 'ô' | 'ù' | 'ø' | 'û' | 'õ' | 'ï')
            | ('ô', 'ï' | 'ø' | 'û' | 'ù') => marks += 1,
            // … and those that stand in foreign names too.
            ('a', 'ë' | 'ï' | 'ü') | ('e' | 'o', 'ï' | 'ë') | ('u', 'ï') => names_too += 1,
            _ => {}
        }
        (before, last) = (last, c);
    }
    signs > 1 || (marks > 0 && marks + names_too > 1)
}
