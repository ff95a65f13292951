//! A letter that is too large for the mail server: the same without its largest files, and a note where they lie.

use mail_parser::{MessageParser, MimeHeaders};

use super::mail::{self, Attachment, BadMail};
use super::messages::one_line;

/// The same mail (headers, Message-ID, words, the smaller files) within `limit` bytes, its largest files left out; all of
/// them where the limit is not known. `note` says it to the reader; it gets name and size of each file left out, largest
/// first. The same for the same mail, so that a second try is the same to the byte.
///
/// `None`: there is nothing to leave out, or it would still be too large.
pub fn without_large_files(eml: &[u8], limit: Option<u64>, note: impl Fn(&[(String, usize)]) -> String) -> Option<Vec<u8>> {
    let message = MessageParser::default().parse(eml)?;
    let mut files: Vec<(usize, Attachment)> = message
        .attachments()
        .map(|part| {
            let kind = part.content_type().map(|t| {
                let of: Vec<String> =
                    t.attributes().unwrap_or_default().iter().map(|a| format!("; {}={}", a.name, a.value)).collect();
                format!("{}/{}{}", t.ctype(), t.subtype().unwrap_or("octet-stream"), of.concat())
            });
            let name = part.attachment_name().unwrap_or("file").to_owned();
            Attachment {
                name,
                mime: kind.unwrap_or_else(|| "application/octet-stream".into()).into(),
                bytes: part.contents().to_vec(),
            }
        })
        .enumerate()
        .collect();
    let mut left_out = Vec::new();
    loop {
        let fits = |bytes: &[u8]| limit.is_some_and(|limit| bytes.len() as u64 <= limit);
        // Of two that are equally large the later one goes first.
        let (largest, _) = files.iter().enumerate().max_by_key(|(_, (n, file))| (file.bytes.len(), *n))?;
        let (_, file) = files.remove(largest);
        left_out.push((one_line(&file.name, 150), file.bytes.len()));
        if limit.is_none() && !files.is_empty() {
            continue;
        }
        let kept: Vec<&Attachment> = files.iter().map(|(_, file)| file).collect();
        let made = remade(eml, &message, &note(&left_out), &kept).ok()?;
        if limit.is_none() || fits(&made) {
            return Some(made);
        }
    }
}

fn remade(eml: &[u8], message: &mail_parser::Message, note: &str, files: &[&Attachment]) -> Result<Vec<u8>, BadMail> {
    let text = message.body_text(0).unwrap_or_default();
    let html = message.body_html(0).unwrap_or_default();
    let mut escaped = Vec::new();
    // Writing into memory does not fail.
    let _ = tera::escape_html(note, &mut escaped);
    let in_html = format!("<p>{}</p>", String::from_utf8_lossy(&escaped).replace('\n', "<br>"));
    let end = html.to_ascii_lowercase().rfind("</body>").unwrap_or(html.len());
    let html = format!("{}{in_html}{}", &html[..end], &html[end..]);
    let text = format!("{}\n\n{note}\n", text.trim_end());
    let body = mail::body(message.message_id().unwrap_or_default(), text, html, files.iter().copied())?;
    // The headers as they are, but for the body's own.
    let root = message.root_part();
    let mut out = Vec::with_capacity(eml.len());
    for header in &root.headers {
        let of_body = ["content-type", "content-transfer-encoding"].iter().any(|name| header.name().eq_ignore_ascii_case(name));
        let span = header.offset_field() as usize..header.offset_end() as usize;
        if !of_body {
            out.extend_from_slice(eml.get(span).unwrap_or_default());
        }
    }
    out.extend_from_slice(&body.formatted());
    Ok(out)
}
