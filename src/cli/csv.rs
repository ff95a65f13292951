//! Texts as fields of a CSV file (RFC 4180).

/// A text that stays one: what a spreadsheet would run as a formula begins with an apostrophe (OWASP, CSV injection).
/// Quoted where Excel would part it, in countries that write `;` too.
pub fn text(words: &str) -> String {
    let runs = words.starts_with(RUNS) || words.trim_start().starts_with(RUNS);
    let safe = if runs { format!("'{words}") } else { words.to_owned() };
    match runs || safe.contains(['"', ',', ';', '\n', '\r', '\t']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

/// What begins a formula; the wide signs of East Asian keyboards too.
const RUNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_customer_wrote_runs_as_a_formula() {
        for typed in ["=1+1", "+84 912", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"] {
            assert_eq!(text(typed), format!("\"'{typed}\""));
        }
        assert_eq!(text("Báo cáo = tồn kho"), "Báo cáo = tồn kho");
        assert_eq!(text("một, \"hai\"\nba"), "\"một, \"\"hai\"\"\nba\"");
    }
}
