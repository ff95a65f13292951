//! One tag of an HTML body: its name and attributes, and the characters that HTML writes as words.

use mail_parser::decoders::html::add_html_token;

pub(super) struct Tag<'a> {
    pub name: String,
    pub close: bool,
    pub attributes: &'a str,
}

/// Where a tag ends, quotes heeded.
pub(super) fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut after_equals = false;
    for (i, b) in rest.bytes().enumerate().take(20_000) {
        match (quote, b) {
            (None, b'>') => return Some(i),
            (None, b'"' | b'\'') if after_equals => quote = Some(b),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
        if !b.is_ascii_whitespace() {
            after_equals = b == b'=';
        }
    }
    // A quote that never closes: the next `>` will do.
    rest.find('>')
}

/// What a tag is for the lines of a text: a span on a line of its own is a block.
pub(super) fn layout<'t>(tag: &'t Tag) -> &'t str {
    let style = || attribute(tag.attributes, "style").unwrap_or_default().to_ascii_lowercase();
    let own_line = tag.name == "span" && !tag.close && style().split_whitespace().collect::<String>().contains("display:block");
    if own_line { "div" } else { &tag.name }
}

pub(super) fn attribute(attributes: &str, name: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find(name).map(|at| from + at) {
        from = at + name.len();
        let free = at == 0 || lower.as_bytes()[at - 1].is_ascii_whitespace() || matches!(lower.as_bytes()[at - 1], b'"' | b'\'');
        let rest = attributes[from..].trim_start();
        let Some(value) = rest.strip_prefix('=').filter(|_| free) else { continue };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        return Some(match quote {
            Some(q) => decode(value[1..].split(q).next().unwrap_or_default()),
            None => decode(value.split(|c: char| c.is_whitespace() || c == '>').next().unwrap_or_default()),
        });
    }
    None
}

pub(super) fn decode(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        match tail.char_indices().take(34).find(|(_, c)| *c == ';').map(|(end, _)| end) {
            Some(end) if tail[1..end].chars().all(|c| c.is_ascii_alphanumeric() || c == '#') && end > 1 => {
                add_html_token(&mut out, &tail.as_bytes()[..=end], false);
                rest = &tail[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
