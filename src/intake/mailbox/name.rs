//! Names of folders as the server has them: in modified UTF-7 (RFC 3501, 5.1.3), with its own mark between the levels,
//! quoted. What somebody types never gets into a command any other way.

use data_encoding::BASE64_NOPAD;

/// The name of a folder as it goes over the wire: printable ASCII alone.
pub(super) fn encoded(name: &str) -> String {
    let mut out = String::new();
    let mut odd = String::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            shift(&mut odd, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            odd.push(c);
        }
    }
    shift(&mut odd, &mut out);
    out
}

/// A run of other characters: UTF-16 in base64 with `,` for `/`, between `&` and `-`.
fn shift(odd: &mut String, out: &mut String) {
    if odd.is_empty() {
        return;
    }
    let bytes: Vec<u8> = odd.encode_utf16().flat_map(u16::to_be_bytes).collect();
    out.push('&');
    out.push_str(&BASE64_NOPAD.encode(&bytes).replace('/', ","));
    out.push('-');
    odd.clear();
}

/// A quoted string (RFC 3501, 4.3) of a name that went through [`encoded`], or of what came from the server.
pub(super) fn quoted(name: &str) -> String {
    let plain = name.chars().filter(|c| !c.is_control());
    let escaped: String = plain.flat_map(|c| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

/// The names under which a folder may lie: with the server's own mark in place of `/`, and, on servers that keep all of
/// a person's folders under the inbox, behind `INBOX.`.
pub(super) fn candidates(name: &str, mark: Option<char>) -> Vec<String> {
    let name = encoded(name);
    if name.eq_ignore_ascii_case("inbox") {
        return vec!["INBOX".into()];
    }
    let Some(mark) = mark else { return vec![name] };
    let name = name.replace('/', &mark.to_string());
    let under = format!("INBOX{mark}");
    match name.get(..under.len()).is_some_and(|start| start.eq_ignore_ascii_case(&under)) {
        true => vec![name],
        false => vec![name.clone(), format!("{under}{name}")],
    }
}

/// UIDs as a set: `1:3,7`.
pub(super) fn set(uids: &[u32]) -> String {
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let run = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}:{last}") };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_script_are_encoded_and_quoted() {
        assert_eq!(encoded("Quotedesk/Done"), "Quotedesk/Done");
        assert_eq!(encoded("Hộp thư đến"), "H&Htk-p th&AbA- &AREevw-n");
        assert_eq!(encoded("R&D"), "R&-D");
        assert_eq!(encoded("日本語"), "&ZeVnLIqe-");
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
        assert_eq!(quoted("x\r\na2 DELETE INBOX"), "\"xa2 DELETE INBOX\"", "a name never becomes a command");
    }

    #[test]
    fn a_folder_is_looked_for_where_the_server_keeps_folders() {
        assert_eq!(candidates("Quotedesk/Done", Some('/')), ["Quotedesk/Done", "INBOX/Quotedesk/Done"]);
        assert_eq!(candidates("Quotedesk/Done", Some('.')), ["Quotedesk.Done", "INBOX.Quotedesk.Done"]);
        assert_eq!(candidates("INBOX/Xong", Some('.')), ["INBOX.Xong"]);
        assert_eq!(candidates("inbox", Some('.')), ["INBOX"]);
        assert_eq!(candidates("Done", None), ["Done"]);
        assert_eq!(candidates("đđđ", Some('/')).len(), 2, "cut between characters only");
    }

    #[test]
    fn uids_are_sets() {
        assert_eq!(set(&[7, 1, 2, 3, 3]), "1:3,7");
        assert_eq!(set(&[u32::MAX]), "4294967295");
        assert_eq!(set(&[]), "");
    }
}
