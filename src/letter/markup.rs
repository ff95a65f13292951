//! One rendered page, two mails: the HTML with its styles written into every tag, and the plain text.
//!
//! Outlook's Word engine and several webmails drop style sheets, so templates stay plain (`<p>`, `<table class="items">`)
//! and get their styles here, from one table: with the attributes that Word wants for them, and a `<blockquote>` as the
//! table that every client draws alike. The text is read off the same page, so that the two cannot differ; only what has
//! the class `seen` (about buttons) or `told` (about lines of text) stands in one of them alone.
//! Values in the page are escaped already: each `<` opens a tag of a template.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Arial has every Vietnamese letter on Windows, macOS and iOS; Android knows none of the names and takes its own.
/// Outlook's Word engine takes Times New Roman where the first name is unknown to it.
macro_rules! font {
    () => {
        "font-family:Arial,Roboto,'Helvetica Neue',sans-serif"
    };
}

/// Style by tag and class; a tag whose classes are not all here takes those of them that are, the bare one last.
const STYLES: &[(&str, &str)] = &[
    ("body", "margin:0;padding:0;background-color:#f2f4f7;color:#1f2933;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%"),
    (
        "div.preheader",
        "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;mso-hide:all;font-size:1px;line-height:1px;color:#f2f4f7",
    ),
    ("table.page", "width:100%;background-color:#f2f4f7;border-collapse:collapse"),
    ("td.margin", "padding:16px 8px"),
    (
        "table.card",
        "width:100%;max-width:600px;background-color:#fdfdfe;border:1px solid #dde3ea;border-radius:8px;border-collapse:separate",
    ),
    (
        "td.content",
        concat!("padding:20px 20px 8px 20px;", font!(), ";font-size:15px;line-height:1.5;color:#1f2933;word-break:break-word"),
    ),
    (
        "td.foot",
        concat!(
            "padding:12px 20px 14px 20px;border-top:1px solid #e4e9ef;",
            font!(),
            ";font-size:12px;line-height:1.5;color:#66727f"
        ),
    ),
    (
        "td.company",
        concat!(
            "padding:16px 20px 14px 20px;border-bottom:2px solid #1d5f9e;",
            font!(),
            ";font-size:16px;line-height:1.4;font-weight:bold;color:#12324f"
        ),
    ),
    ("p", "margin:0 0 12px 0"),
    ("p.ask", "margin:0 0 16px 0;font-size:17px;line-height:1.4;font-weight:bold;color:#12324f"),
    ("p.foot", "margin:0"),
    ("p.note", "margin:0 0 12px 0;font-size:13px;line-height:1.5;color:#5a6672"),
    ("h2", "margin:14px 0 8px 0;font-size:15px;line-height:1.4;font-weight:bold;color:#12324f"),
    // Word's engine takes the margin of a list and not its padding.
    ("ul", "margin:0 0 12px 22px;padding:0"),
    ("ol", "margin:0 0 12px 24px;padding:0"),
    ("li", "margin:0 0 4px 0"),
    ("table.said", "width:100%;border-collapse:collapse"),
    ("td.said", "padding:10px 12px;border-left:3px solid #9db4cc;background-color:#eef3f8;color:#1f2933;word-break:break-word"),
    ("td.after", "height:14px;font-size:1px;line-height:14px"),
    // No typewriter face: few of them have Ử and Ặ.
    ("code", concat!(font!(), ";font-size:14px;font-weight:bold;color:#12324f")),
    ("table.receipt", "width:100%;border-collapse:collapse"),
    (
        "td.receipt",
        "padding:10px 12px 2px 12px;background-color:#eaf5ee;border-left:3px solid #4d9a6a;color:#1f2933;word-break:break-word",
    ),
    ("table.facts", "width:100%;border-collapse:collapse;font-size:14px;line-height:1.5"),
    ("td.label", "padding:2px 12px 2px 0;color:#5a6672;vertical-align:top"),
    ("td.value", "padding:2px 0;vertical-align:top;word-break:break-word"),
    ("td.value.strong", "padding:2px 0;vertical-align:top;word-break:break-word;font-weight:bold"),
    ("table.items", "width:100%;border-collapse:collapse;font-size:14px;line-height:1.45"),
    (
        "th",
        "padding:6px;border-bottom:2px solid #b8c6d4;text-align:left;font-size:12px;font-weight:bold;color:#44515e;vertical-align:bottom;word-break:normal",
    ),
    (
        "th.num",
        "padding:6px;border-bottom:2px solid #b8c6d4;text-align:right;font-size:12px;font-weight:bold;color:#44515e;vertical-align:bottom;white-space:nowrap",
    ),
    ("td", "padding:6px;border-bottom:1px solid #e4e9ef;text-align:left;vertical-align:top;word-break:break-word"),
    ("td.num", "padding:6px;border-bottom:1px solid #e4e9ef;text-align:right;vertical-align:top;white-space:nowrap"),
    ("td.strong", "padding:6px;border-bottom:1px solid #e4e9ef;text-align:left;vertical-align:top;font-weight:bold"),
    (
        "td.num.strong",
        "padding:6px;border-bottom:1px solid #e4e9ef;text-align:right;vertical-align:top;white-space:nowrap;font-weight:bold",
    ),
    ("span.detail", "font-size:12px;color:#5a6672"),
    ("table.answers", "width:100%;border-collapse:collapse"),
    ("td.answer", "padding:0 0 8px 0;vertical-align:middle"),
    ("td.word", "padding:0 0 8px 12px;vertical-align:middle;font-size:14px;line-height:1.4;word-break:break-word"),
    ("table.button", "width:100%;border-collapse:separate"),
    ("td.button", "padding:11px 12px;background-color:#eef3f8;border:1px solid #9db4cc;border-radius:6px;text-align:center"),
    ("td.button.main", "padding:11px 12px;background-color:#1d5f9e;border:1px solid #1d5f9e;border-radius:6px;text-align:center"),
    (
        "a.button",
        concat!(font!(), ";font-size:15px;line-height:1.35;font-weight:bold;color:#12324f;text-decoration:none;display:block"),
    ),
    (
        "a.button.main",
        concat!(font!(), ";font-size:15px;line-height:1.35;font-weight:bold;color:#fdfdfe;text-decoration:none;display:block"),
    ),
    ("hr", "border:0;border-top:1px solid #e4e9ef;margin:16px 0"),
];

static STYLE_OF: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| STYLES.iter().copied().collect());

enum Piece<'a> {
    Text(&'a str),
    /// Name in lower case, its classes, what stands in the tag, closing?
    Tag {
        name: Cow<'a, str>,
        class: &'a str,
        inside: &'a str,
        closing: bool,
    },
    /// Comments and doctype.
    Other(&'a str),
}

fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut all = Vec::new();
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        all.push(Piece::Text(&rest[..open]));
        let from = &rest[open..];
        let end = if from.starts_with("<!--") { from.find("-->").map(|i| i + 3) } else { from.find('>').map(|i| i + 1) };
        let Some(end) = end else {
            rest = "";
            break;
        };
        let tag = &from[..end];
        if tag.starts_with("<!") {
            all.push(Piece::Other(tag));
        } else {
            let inside = tag.trim_start_matches(['<', '/']).trim_end_matches('>').trim_end_matches('/');
            let end = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
            let class = attribute(&inside[end..], "class").unwrap_or_default();
            all.push(Piece::Tag { name: lower(&inside[..end]), class, inside, closing: tag.starts_with("</") });
        }
        rest = &from[end..];
    }
    all.push(Piece::Text(rest));
    all
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) { name.into() } else { name.to_lowercase().into() }
}

fn attribute<'a>(inside: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = inside;
    loop {
        let at = rest.find(name)?;
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        if let Some(value) = after.strip_prefix("=\"").filter(|_| before.ends_with(' ')) {
            return Some(value.split_once('"')?.0);
        }
        rest = after;
    }
}

fn has_class(classes: &str, class: &str) -> bool {
    classes.split_whitespace().any(|c| c == class)
}

/// The page with the style of each tag written into it. A tag that has a style of its own keeps it.
pub fn styled(page: &str) -> String {
    let mut out = String::with_capacity(page.len() * 3);
    let mut skipped = Skip::default();
    // Most tags come again and again.
    let mut known: HashMap<&str, String> = HashMap::new();
    for piece in pieces(page) {
        if skipped.skips(&piece, "told") {
            continue;
        }
        match piece {
            Piece::Text(text) | Piece::Other(text) => out.push_str(text),
            Piece::Tag { name, closing, .. } if name == "blockquote" => {
                let pieces = match closing {
                    false => ["", &tag("table class=\"said\" role=\"presentation\""), "<tr>", &tag("td class=\"said\"")],
                    true => ["</td></tr><tr>", &tag("td class=\"after\""), "&nbsp;", "</td></tr></table>"],
                };
                out.push_str(&pieces.concat());
            }
            Piece::Tag { inside, closing: true, .. } => ["</", inside, ">"].iter().for_each(|part| out.push_str(part)),
            Piece::Tag { inside, .. } => out.push_str(known.entry(inside).or_insert_with(|| tag(inside))),
        }
    }
    out
}

/// An opening tag with its style, and what Word and old webmails read in attributes alone.
fn tag(inside: &str) -> String {
    let inside = inside.trim_end();
    let name = lower(inside.split_whitespace().next().unwrap_or_default());
    let mut out = format!("<{inside}");
    let style = style(&name, attribute(inside, "class")).filter(|_| attribute(inside, "style").is_none());
    if name == "table" {
        for (attribute_name, value) in [("cellpadding", "0"), ("cellspacing", "0"), ("border", "0")] {
            if attribute(inside, attribute_name).is_none() {
                out.push_str(&format!(" {attribute_name}=\"{value}\""));
            }
        }
    }
    let Some(style) = style else {
        out.push('>');
        return out;
    };
    let said = |property: &str| style.split(';').find_map(|s| s.strip_prefix(property));
    if matches!(&*name, "table" | "td" | "body")
        && let Some(color) = said("background-color:")
    {
        out.push_str(&format!(" bgcolor=\"{color}\""));
    }
    if name == "table" && said("width:") == Some("100%") && attribute(inside, "width").is_none() {
        out.push_str(" width=\"100%\"");
    }
    if matches!(&*name, "td" | "th")
        && let Some(align) = said("text-align:")
    {
        out.push_str(&format!(" align=\"{align}\""));
    }
    out.push_str(&format!(" style=\"{style}\">"));
    out
}

fn style(name: &str, class: Option<&str>) -> Option<&'static str> {
    let mut classes: Vec<&str> = class.unwrap_or_default().split_whitespace().collect();
    loop {
        let wanted = [&[name], classes.as_slice()].concat().join(".");
        let found = STYLE_OF.get(wanted.as_str()).copied();
        if found.is_some() || classes.pop().is_none() {
            return found;
        }
    }
}

/// Leaves out an element with everything in it; none of its own kind lies within.
#[derive(Default)]
struct Skip(Option<String>);

impl Skip {
    fn skips(&mut self, piece: &Piece, class: &str) -> bool {
        match (&self.0, piece) {
            (None, Piece::Tag { name, class: classes, closing: false, .. }) if has_class(classes, class) => {
                self.0 = Some(name.to_string())
            }
            (Some(open), Piece::Tag { name, closing: true, .. }) if open == name => {
                self.0 = None;
                return true;
            }
            _ => {}
        }
        self.0.is_some()
    }
}

/// The page as text: paragraphs apart, list signs, of a table a line each row (the items' details below them), of a
/// button its words.
pub fn text(page: &str) -> String {
    let mut writer = Writer::default();
    let mut skipped = 0usize;
    let mut unseen = Skip::default();
    for piece in pieces(page) {
        if unseen.skips(&piece, "seen") {
            continue;
        }
        match piece {
            Piece::Other(_) => {}
            Piece::Tag { name, class, closing, .. } if matches!(&*name, "head" | "title") || has_class(class, "preheader") => {
                skipped = if closing { skipped.saturating_sub(1) } else { skipped + 1 };
            }
            // The preheader is the only div that is left out, and holds nothing else.
            Piece::Tag { name, closing: true, .. } if skipped > 0 && name == "div" => skipped -= 1,
            _ if skipped > 0 => {}
            Piece::Tag { name, class, closing, .. } => writer.tag(&name, class, closing),
            Piece::Text(text) => writer.words(text),
        }
    }
    writer.finish()
}

#[derive(Default)]
struct Writer {
    out: String,
    /// The line being written.
    line: String,
    /// Before each line of this block, and before its first one.
    indent: String,
    sign: String,
    /// Numbers of the open `<ol>`; `None` for `<ul>`.
    lists: Vec<Option<u32>>,
    heads: Vec<String>,
    row: Option<Row>,
    table_of_items: bool,
    /// Between a button's label and its words: one line, whatever tables lie around them.
    button: bool,
}

#[derive(Default)]
struct Row {
    cells: Vec<String>,
    header: bool,
    open: bool,
}

impl Writer {
    fn tag(&mut self, name: &str, class: &str, closing: bool) {
        match (name, closing) {
            ("p" | "h2" | "blockquote" | "ul" | "ol", false) => {
                self.gap();
                match name {
                    "blockquote" => self.indent = "    ".into(),
                    "ul" => self.lists.push(None),
                    "ol" => self.lists.push(Some(0)),
                    _ => {}
                }
            }
            ("p" | "h2" | "blockquote" | "ul" | "ol", true) => {
                self.end_line();
                if matches!(name, "ul" | "ol") {
                    self.lists.pop();
                }
                self.indent.clear();
                self.gap();
            }
            ("li", false) => {
                self.end_line();
                self.sign = match self.lists.last_mut() {
                    Some(Some(n)) => {
                        *n += 1;
                        format!("{n}. ")
                    }
                    _ => "- ".to_string(),
                };
            }
            ("li", true) => self.end_line(),
            ("a", false) if has_class(class, "button") => {
                self.end_line();
                self.sign = "- ".to_string();
                self.button = true;
            }
            ("td", false) if self.button && has_class(class, "word") => {
                self.line = format!("{}: ", self.line.trim_end());
                self.button = false;
            }
            ("table" | "tr" | "td", true) if self.button => {}
            ("br", _) => self.broken(),
            ("hr", _) => self.gap(),
            ("table", false) if has_class(class, "items") => {
                self.gap();
                self.table_of_items = true;
                self.heads.clear();
            }
            ("table", false) if has_class(class, "facts") || has_class(class, "receipt") => self.gap(),
            ("table", true) => {
                self.end_line();
                if self.table_of_items {
                    self.gap();
                }
                self.table_of_items = false;
            }
            ("tr", false) if self.table_of_items => self.row = Some(Row::default()),
            ("tr", true) if self.table_of_items => self.end_row(),
            ("td" | "th", false) => match &mut self.row {
                Some(row) => {
                    row.header |= name == "th";
                    row.open = true;
                    row.cells.push(String::new());
                }
                None if has_class(class, "value") && !self.line.trim().is_empty() => {
                    let label = self.line.trim_end().to_string();
                    self.line = format!("{label}: ");
                }
                None => {}
            },
            ("td" | "th", true) => {
                if let Some(row) = &mut self.row {
                    row.open = false;
                }
            }
            ("tr", true) => self.end_line(),
            _ => {}
        }
    }

    fn words(&mut self, text: &str) {
        let text = unescaped(text);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let target = match &mut self.row {
            Some(row) if row.open => match row.cells.last_mut() {
                Some(cell) => cell,
                None => return,
            },
            Some(_) => return,
            None => &mut self.line,
        };
        if text.starts_with(char::is_whitespace) && !target.is_empty() && !target.ends_with(['\n', ' ']) {
            target.push(' ');
        }
        target.push_str(&words);
        if !words.is_empty() && text.ends_with(char::is_whitespace) {
            target.push(' ');
        }
    }

    /// A new line within the paragraph or cell.
    fn broken(&mut self) {
        match &mut self.row {
            Some(row) => row.cells.iter_mut().last().into_iter().for_each(|c| c.push('\n')),
            None => self.end_line_even_if_empty(),
        }
    }

    fn end_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line_even_if_empty();
        }
        self.line.clear();
    }

    fn end_line_even_if_empty(&mut self) {
        let (sign, line) = (std::mem::take(&mut self.sign), std::mem::take(&mut self.line));
        let line = format!("{}{sign}{}", self.indent, line.trim());
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// An empty line before what comes, unless there is one.
    fn gap(&mut self) {
        self.end_line();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// `1. Heading`, and below it the other columns with their heads: `   Làm được?: Có · Ngày: 6`.
    fn end_row(&mut self) {
        let Some(row) = self.row.take() else { return };
        if row.header {
            self.heads = row.cells;
            return;
        }
        let mut cells = row.cells.iter().map(|c| c.trim());
        let (no, heading) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let mut lines = heading.split('\n').map(str::trim);
        let first = lines.next().unwrap_or_default();
        self.out.push_str(&if no.is_empty() { format!("{first}\n") } else { format!("{no}. {first}\n") });
        let headed = cells.zip(self.heads.iter().skip(2)).filter(|(cell, _)| !cell.is_empty());
        let rest: Vec<String> =
            headed.map(|(cell, head)| format!("{}: {}", head.trim().trim_end_matches('?'), cell.replace('\n', " "))).collect();
        if !rest.is_empty() {
            self.out.push_str(&format!("   {}\n", rest.join(" · ")));
        }
        for detail in lines.filter(|l| !l.is_empty()) {
            self.out.push_str(&format!("   {detail}\n"));
        }
    }

    fn finish(mut self) -> String {
        self.end_line();
        let mut text = self.out.trim().to_string();
        text.push('\n');
        text
    }
}

/// What tera escaped, as it was.
pub fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    let plain =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&#39;", "'");
    plain.replace("&#x2F;", "/").replace("&#x2f;", "/").replace("&nbsp;", " ").replace("&amp;", "&")
}
