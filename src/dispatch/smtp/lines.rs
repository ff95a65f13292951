//! A message as lines on the wire.

/// The longest line without its end (RFC 5321, 4.5.3.1.6).
const LONGEST: usize = 998;

/// The message with every line ended by CRLF and a dot before each dot that begins one (RFC 5321, 4.5.2), so that only the
/// last dot can end it. A lone CR or LF becomes a line's end: servers disagree about them, and what one takes for the end
/// of a mail another takes for its middle.
pub fn on_the_wire(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 64 + 2);
    let mut rest = message;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, ended) = rest.split_at(end);
        if line.first() == Some(&b'.') {
            out.push(b'.');
        }
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = match ended {
            [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
            [] => ended,
        };
    }
    out
}

/// No line is longer than servers take them.
pub fn short_enough(message: &[u8]) -> bool {
    message.split(|b| matches!(b, b'\r' | b'\n')).all(|line| line.len() <= LONGEST)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a server makes of it.
    fn received(wire: &[u8]) -> Vec<u8> {
        let lines = wire.strip_suffix(b"\r\n").unwrap_or(wire).split(|b| *b == b'\n');
        let mut out = Vec::new();
        for line in lines {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
            out.extend_from_slice(b"\r\n");
        }
        out
    }

    #[test]
    fn dots_and_ends() {
        let wire = |text: &str| String::from_utf8(on_the_wire(text.as_bytes())).unwrap();
        assert_eq!(wire("a\r\n.\r\n..b\r\nc."), "a\r\n..\r\n...b\r\nc.\r\n");
        assert_eq!(wire("a\n.\nb\r.\r"), "a\r\n..\r\nb\r\n..\r\n");
        assert_eq!(wire(".a\r\n\r\n"), "..a\r\n\r\n");
        assert_eq!(wire(""), "");
        assert!(short_enough(&[b'x'; 998]) && !short_enough(&[b'x'; 999]));
    }

    proptest! {
        #[test]
        fn a_server_gets_what_was_sent(text in "([a.]|\r\n){1,60}") {
            let mut sent = text.clone().into_bytes();
            if !sent.ends_with(b"\r\n") {
                sent.extend_from_slice(b"\r\n");
            }
            let wire = on_the_wire(text.as_bytes());
            prop_assert_eq!(received(&wire), sent);
            prop_assert!(!wire.starts_with(b".\r\n") && !wire.windows(5).any(|w| w == b"\r\n.\r\n"));
        }

        #[test]
        fn nothing_in_a_message_ends_it(bytes in prop::collection::vec(prop_oneof![Just(b'.'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..80)) {
            let wire = on_the_wire(&bytes);
            prop_assert!(wire.is_empty() || wire.ends_with(b"\r\n"));
            for line in wire.split(|b| *b == b'\n') {
                prop_assert!(line != b".\r" && line != b".");
            }
        }
    }
}
