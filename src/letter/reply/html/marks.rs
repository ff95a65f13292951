//! How mail programs mark what is not their writer's: quotes, signatures, and what nobody is to see.

use super::tag::{Tag, attribute};

/// What becomes of an element and all in it.
pub(super) enum Content {
    Shown,
    /// The element and all in it is left out.
    Skipped,
    /// The same, but for what was typed below it: people write on in there.
    Signature,
    /// Everything from here on is somebody else's.
    Ends,
}

/// What a tag means for its content. `cutting`: what is not the writer's is to be left out.
pub(super) fn content(tag: &Tag, cutting: bool) -> Content {
    const UNSEEN: &[&str] = &["head", "script", "style", "title", "template", "noscript", "object", "svg", "select", "textarea"];
    if UNSEEN.contains(&tag.name.as_str()) {
        return Content::Skipped;
    }
    let id = value(tag, "id");
    if cutting && opens_answered_mail(&id) {
        return Content::Ends;
    }
    if is_void(tag) || tag.attributes.trim().is_empty() && tag.name != "blockquote" {
        return Content::Shown;
    }
    let style: String = value(tag, "style").chars().filter(|c| !c.is_whitespace()).collect();
    match () {
        _ if is_hidden(&style) => Content::Skipped,
        _ if !cutting => Content::Shown,
        _ if is_line_above_answered(tag, &style) => Content::Ends,
        _ if is_quote(tag, &style) => Content::Skipped,
        _ if is_signature(tag, &id) => Content::Signature,
        _ => Content::Shown,
    }
}

/// What an attribute says, in small letters.
fn value(tag: &Tag, name: &str) -> String {
    attribute(tag.attributes, name).unwrap_or_default().to_ascii_lowercase()
}

/// Outlook's and others' element at which the mail begins that is answered.
fn opens_answered_mail(id: &str) -> bool {
    const ENDS: &[&str] = &[
        "divrplyfwdmsg",
        "appendonsend",
        "olk_src_body_section",
        "stopspelling",
        "mail-editor-reference-message-container",
        "isforwardcontent",
        "isreplycontent",
    ];
    ENDS.iter().any(|e| id.ends_with(e))
}

/// It has no content.
fn is_void(tag: &Tag) -> bool {
    const VOID: &[&str] = &["br", "img", "hr", "meta", "link", "input", "col", "area", "base", "wbr", "source", "o:p"];
    VOID.contains(&tag.name.as_str()) || tag.attributes.ends_with('/')
}

/// What the reader cannot see was not said.
fn is_hidden(style: &str) -> bool {
    ["display:none", "visibility:hidden", "font-size:0px", "mso-hide:all"].iter().any(|hides| style.contains(hides))
}

/// Outlook's line above the mail that is answered.
fn is_line_above_answered(tag: &Tag, style: &str) -> bool {
    const LINES: &[&str] = &["border-top:solid#e1e1e1", "border-top:solid#b5c4df", "border-top:1ptsolid#e1e1e1"];
    tag.name == "div" && LINES.iter().any(|b| style.contains(b))
}

fn is_quote(tag: &Tag, style: &str) -> bool {
    const QUOTES: &[&str] = &[
        "gmail_quote",
        "gmail_attr",
        "gmail_extra",
        "yahoo_quoted",
        "protonmail_quote",
        "moz-cite-prefix",
        "tutanota_quote",
        "zmail_extra",
        "elementtoproof-quote",
        "gmail_quote_container",
        "quotedesk-letter",
    ];
    // Webmail indents a writer's own lines by a blockquote without a line beside it.
    let indents = || style.contains("border:none") && !style.contains("border-left:") && value(tag, "type").is_empty();
    value(tag, "class").split_whitespace().any(|c| QUOTES.contains(&c.trim_start_matches("x_")))
        || (tag.name == "blockquote" && !indents())
}

/// `Signature`, `gmail_signature`, `moz-signature`, `ydp8a2fsignature`; Roundcube, Proton, Zimbra, Spark.
fn is_signature(tag: &Tag, id: &str) -> bool {
    let signs = |name: &str| {
        let name = name.trim_start_matches("x_");
        name.ends_with("signature")
            || name.starts_with("protonmail_signature_block")
            || matches!(name, "gmail_signature_prefix" | "_rc_sig")
    };
    signs(id)
        || value(tag, "class").split_whitespace().any(signs)
        || value(tag, "data-marker").starts_with("__sig_")
        || value(tag, "name") == "messagesignaturesection"
}
