//! The new part of an HTML mail as text. Clients mark their quotes in HTML better than in plain text, and a line is a
//! `div` in most of them: a text converter that knows neither would glue answers to quotes.

mod marks;
mod tag;

use super::postscript::is_added;
use super::{NewText, quoted, signature};
use marks::{Content, content};
use tag::{Tag, attribute, decode, layout, tag_end};

/// Cuts quotes and signatures by their marks, makes text of the rest, and cuts that once more by its lines.
pub fn cut(html: &str) -> NewText {
    cut_as(html, false)
}

/// The same with the signature in it that the writer's program has marked as one: what stands in the mail's plain text, too.
pub fn cut_signed(html: &str) -> NewText {
    cut_as(html, true)
}

fn cut_as(html: &str, signed: bool) -> NewText {
    let mut walk = Walk { signed, ..Walk::of(html) };
    walk.run();
    let mut new = quoted::cut(&walk.text);
    new.forwarded |= walk.forwarded;
    new
}

/// The whole of an HTML body as text, quotes too.
pub fn text(html: &str) -> String {
    let mut walk = Walk::of(html);
    walk.all();
    walk.text.trim().to_string()
}

/// The rows of the tables in an HTML body, quoted ones too, as the texts of their cells. A table within a cell has rows of
/// its own.
pub fn rows(html: &str) -> Vec<Vec<String>> {
    const MOST: usize = 2_000;
    let mut done: Vec<Vec<String>> = vec![];
    let mut open: Vec<Vec<String>> = vec![];
    let mut walk = Walk::of(html);
    let flush = |walk: &mut Walk, open: &mut Vec<Vec<String>>| {
        let text = std::mem::take(&mut walk.text);
        walk.space = false;
        if let Some(cell) = open.last_mut().and_then(|row| row.last_mut()) {
            cell.push(' ');
            cell.push_str(text.trim());
        }
    };
    while let Some(next) = walk.html.get(walk.at..).and_then(|rest| rest.find('<')) {
        walk.words(walk.at, walk.at + next);
        walk.at += next;
        let Some(tag) = walk.tag() else {
            walk.at += 1;
            continue;
        };
        match (tag.name.as_str(), tag.close) {
            ("tr", false) if open.len() < 100 => {
                flush(&mut walk, &mut open);
                open.push(vec![]);
            }
            ("tr", true) => {
                flush(&mut walk, &mut open);
                done.extend(open.pop().filter(|_| done.len() < MOST));
            }
            ("td" | "th", false) => {
                flush(&mut walk, &mut open);
                if let Some(row) = open.last_mut() {
                    row.push(String::new());
                }
            }
            ("head" | "style" | "script", false) => walk.skip(&tag.name),
            _ => walk.block(layout(&tag)),
        }
    }
    let squashed = |cell: String| crate::text::nfc(&crate::text::squash(&cell));
    done.into_iter().map(|row| row.into_iter().map(squashed).collect()).collect()
}

struct Walk<'a> {
    html: &'a str,
    at: usize,
    /// Where the last `>` stands: behind it no tag ends, however many begin.
    last: Option<usize>,
    text: String,
    space: bool,
    forwarded: bool,
    /// A signature is shown.
    signed: bool,
    /// The lists that are open: the number of a numbered one's next item.
    lists: Vec<Option<u32>>,
    /// Stands before the next words.
    number: Option<u32>,
}

impl<'a> Walk<'a> {
    fn of(html: &'a str) -> Walk<'a> {
        Walk {
            html,
            at: 0,
            last: html.rfind('>'),
            text: String::new(),
            space: false,
            forwarded: false,
            signed: false,
            lists: vec![],
            number: None,
        }
    }

    fn run(&mut self) {
        self.walk(true);
    }
    fn all(&mut self) {
        self.walk(false);
    }

    fn walk(&mut self, cutting: bool) {
        while let Some(next) = self.html.get(self.at..).and_then(|rest| rest.find('<')) {
            self.words(self.at, self.at + next);
            self.at += next;
            let Some(tag) = self.tag() else {
                self.push("<");
                self.at += 1;
                continue;
            };
            if tag.close {
                self.list(&tag);
                self.block(&tag.name);
                continue;
            }
            match content(&tag, cutting) {
                Content::Ends => return,
                Content::Signature if !self.signed => {
                    let from = self.at;
                    self.skip(&tag.name);
                    let signature = text(self.html.get(from..self.at).unwrap_or_default());
                    let lines: Vec<&str> = signature.lines().collect();
                    for line in signature::added(&lines, is_added) {
                        self.block("div");
                        self.push(line);
                    }
                    self.block("div");
                }
                Content::Skipped => {
                    let from = self.at;
                    self.skip(&tag.name);
                    let skipped = crate::text::fold(&text_start(self.html.get(from..self.at).unwrap_or_default()));
                    self.forwarded |= skipped.contains("forwarded message") || skipped.contains("chuyen tiep ---");
                    self.block("div");
                }
                Content::Shown | Content::Signature => {
                    self.block(layout(&tag));
                    self.list(&tag);
                    if tag.name == "img" {
                        self.picture(tag.attributes);
                    }
                }
            }
        }
        self.words(self.at, self.html.len());
        self.at = self.html.len();
    }

    /// The tag at `<`; moves behind it. Comments are passed over as tags without a name.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let rest = self.html.get(self.at..)?;
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |e| e + 3);
            self.at += end;
            return Some(Tag { name: String::new(), close: true, attributes: "" });
        }
        let first = rest.as_bytes().get(1)?;
        if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'!' | b'?')) {
            return None;
        }
        let end = self.last.filter(|last| self.at < *last).and_then(|_| tag_end(rest))?;
        let inner = &rest[1..end];
        self.at += end + 1;
        let close = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        let name_end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-')).unwrap_or(inner.len());
        Some(Tag { name: inner[..name_end].to_ascii_lowercase(), close, attributes: &inner[name_end..] })
    }

    /// Moves behind the end of an element that has just begun.
    fn skip(&mut self, name: &str) {
        let mut depth = 1;
        while depth > 0 {
            let Some(next) = self.html.get(self.at..).and_then(|rest| rest.find('<')) else {
                self.at = self.html.len();
                return;
            };
            self.at += next;
            match self.tag() {
                Some(tag) if tag.name == name && tag.close => depth -= 1,
                Some(tag) if tag.name == name && !tag.attributes.ends_with('/') => depth += 1,
                Some(_) => {}
                None => self.at += 1,
            }
        }
    }

    fn block(&mut self, name: &str) {
        const BLOCKS: &[&str] = &[
            "p",
            "div",
            "br",
            "li",
            "tr",
            "table",
            "ul",
            "ol",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "section",
            "article",
            "blockquote",
            "pre",
            "body",
            "center",
            "header",
            "footer",
            "dd",
            "dt",
        ];
        if BLOCKS.contains(&name) {
            self.space = false;
            self.text.truncate(self.text.trim_end_matches('\t').len());
            if name == "br" || !self.text.ends_with('\n') {
                self.text.push('\n');
            }
        } else if matches!(name, "td" | "th") {
            // The cells of a row that somebody has typed are told apart, as those out of a workbook are.
            self.space = false;
            if !self.text.is_empty() && !self.text.ends_with(['\n', '\t']) {
                self.text.push('\t');
            }
        }
    }

    /// Numbers that the list gives its items stand in no text.
    fn list(&mut self, tag: &Tag) {
        let start = || attribute(tag.attributes, "start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
        match (tag.name.as_str(), tag.close) {
            // Letters and Roman numbers name no item.
            ("ol" | "ul", false) if self.lists.len() < 100 => {
                let kind = attribute(tag.attributes, "type").unwrap_or("1".into());
                self.lists.push((tag.name == "ol" && kind == "1").then(start));
            }
            ("ol" | "ul", true) => {
                self.lists.pop();
                self.number = None;
            }
            ("li", false) => {
                if let Some(Some(next)) = self.lists.last_mut() {
                    self.number = Some(*next);
                    *next = next.saturating_add(1);
                }
            }
            _ => {}
        }
    }

    /// Emoji are pictures in some clients.
    fn picture(&mut self, attributes: &str) {
        if let Some(alt) = attribute(attributes, "alt")
            && alt.chars().count() <= 4
            && !alt.is_ascii()
        {
            self.push(&alt);
        }
    }

    fn words(&mut self, from: usize, to: usize) {
        let raw = self.html.get(from..to).unwrap_or_default();
        let decoded = decode(raw);
        for c in decoded.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else {
                self.lead();
                self.text.push(c);
            }
        }
    }

    fn push(&mut self, text: &str) {
        self.lead();
        self.text.push_str(text);
    }

    /// What stands before the next letter: a space, the number of a list's item.
    fn lead(&mut self) {
        if self.space && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.space = false;
        if let Some(number) = self.number.take() {
            self.text.push_str(&format!("{number}. "));
        }
    }
}

/// The beginning of an element, without its tags.
fn text_start(html: &str) -> String {
    let end = html.char_indices().nth(600).map_or(html.len(), |(i, _)| i);
    let mut out = String::new();
    let mut inside = false;
    for c in html[..end].chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_entities() {
        assert_eq!(
            text("<div>Duy&#7879;t</div><div>nh&#432;ng b&#x1ecf; m&#7909;c&nbsp;3 &lt;b&gt; &amp; c</div>"),
            "Duyệt\nnhưng bỏ mục 3 <b> & c"
        );
        assert_eq!(text("<p>a<br>b</p><style>c</style><!-- d --><ul><li>e</li><li>f</li></ul>"), "a\nb\ne\nf");
        assert_eq!(text("1 < 2 &unknown; <"), "1 < 2 &unknown; <");
        let lists = "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol><ol start=3><li>d</ol><ol type=a><li>e</ol>";
        assert_eq!(text(lists), "1. a\nb\n2. c\n3. d\ne");
    }

    #[test]
    fn quotes_go_by_their_marks() {
        let quotes = [
            r#"<div class="gmail_quote"><div class="gmail_attr">Vào Th 4 đã viết:</div><blockquote>DUYỆT</blockquote></div>"#,
            r#"<blockquote type="cite">DUYỆT<div>x</div></blockquote>"#,
            r#"<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> a</div><div>DUYỆT</div>"#,
            r#"<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p><b>De :</b> x</p></div><p>DUYỆT</p>"#,
            r#"<div><b>Từ:</b> A<br><b>Đã gửi:</b> x<br><b>Tới:</b> y</div><div>DUYỆT</div>"#,
            r#"<span style="display: none">DUYỆT</span>"#,
            r#"<div id="Signature">DUYỆT</div>"#,
            r#"<div class="x_gmail_signature">DUYỆT</div>"#,
            r#"<div class="ydp8a2fsignature">DUYỆT</div>"#,
            r#"<div data-marker="__SIG_PRE__">DUYỆT</div>"#,
            r#"<div name="messageSignatureSection">DUYỆT</div>"#,
        ];
        for quote in quotes {
            assert_eq!(cut(&format!("<html><body><div>Anh xem rồi</div>{quote}</body></html>")).text, "Anh xem rồi", "{quote}");
        }
        let forward = r#"<div>FYI</div><div class="gmail_quote">---------- Forwarded message ---------<br>DUYỆT</div>"#;
        assert!(cut(forward).forwarded);
    }

    #[test]
    fn broken_html_is_no_trouble() {
        for html in [
            "<",
            "<div",
            "<div class=\"",
            "<a href='>x</a>",
            "</",
            "<!--",
            "&#xffffffff;",
            "&#;",
            "<blockquote>",
            "<đ>",
            "a<b",
            "<div class=gmail_quote",
        ] {
            cut(html);
            text(html);
        }
    }
}
