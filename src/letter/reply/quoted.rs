//! The new part of a plain-text mail: everything that the client quoted, signed or appended is cut off (domain e.3).

use std::sync::LazyLock;

use super::closing::{bare, bracketed, closes, ends, is_banner, is_bar, is_picture};
use super::postscript::{is_added, is_speech};
use super::{NewText, signature};
use crate::text::{fold, nfc};

/// Stands in the desk's own letters: what lies below is ours, whatever a client makes of it.
pub const CUT_LINES: &[&str] = &["trả lời phía trên dòng này", "reply above this line"];

/// Lines of a wrapped `Vào … đã viết:`.
const WRAPPED: usize = 4;

/// Cuts the new text out of a plain-text body.
pub fn cut(text: &str) -> NewText {
    let text = nfc(&text.replace("\r\n", "\n").replace('\r', "\n"));
    let lines: Vec<&str> = text.split('\n').map(str::trim_end).collect();
    let start = (0..lines.len()).find_map(|at| mark(&lines, at).map(|mark| (at, mark)));
    let (above, below) = match start {
        Some((at, mark)) => (&lines[..at], Some((&lines[(at + mark.lines).min(lines.len())..], mark))),
        None => (&lines[..], None),
    };
    let forwarded = below.as_ref().is_some_and(|(_, mark)| mark.forward);
    let (own, mut inline) = unquoted(above);
    // Answers between the lines of a `>` quote; without `>` nobody can tell whose line is whose.
    if let Some((rest, mark)) = &below
        && !mark.forward
        && rest.iter().any(|l| is_quoted(l))
    {
        let rest = before_next_mark(rest);
        let (first, more) = unquoted(rest);
        inline.extend(first.into_iter().chain(more));
    }
    let (own, mut unread) = without_closing(own);
    let (inline, below) = without_closing(inline);
    unread.extend(below);
    let join = |lines: &[&str]| lines.join("\n").trim().to_string();
    let (top, between) = (join(&own), join(&inline));
    let text = match (top.is_empty(), between.is_empty()) {
        (_, true) => top.clone(),
        (true, false) => between.clone(),
        (false, false) => format!("{top}\n\n{between}"),
    };
    NewText {
        nothing_left: text.is_empty(),
        interleaved: !between.is_empty(),
        above: !top.is_empty(),
        top,
        forwarded,
        text,
        unread,
        ..NewText::default()
    }
}

/// What begins somebody else's mail.
struct Mark {
    /// The lines that it takes.
    lines: usize,
    forward: bool,
}

fn mark(lines: &[&str], at: usize) -> Option<Mark> {
    let line = bare(lines[at]);
    if line.is_empty() || is_quoted(lines[at]) {
        return None;
    }
    let one = |forward| Some(Mark { lines: 1, forward });
    let folded = fold(line);
    let dashed = line.starts_with("---") || line.starts_with("___") || line.starts_with("***");
    let says = |list: &[&str]| list.iter().any(|w| folded.contains(w));
    if (dashed && says(&["forwarded message", "thu da chuyen tiep", "chuyen tiep", "thu duoc chuyen tiep"]))
        || folded.starts_with("begin forwarded message")
        || folded.starts_with("bat dau thu duoc chuyen tiep")
    {
        return one(true);
    }
    if dashed
        && says(&[
            "original message",
            "original appointment",
            "thu goc",
            "tin nhan goc",
            "thu ban dau",
            "reply message",
            "replied message",
        ])
    {
        return one(false);
    }
    // Zoho's `---- On … wrote ----`.
    let closed = folded.trim_end_matches(['-', ' ']);
    if dashed && closed.len() < folded.len() && ["wrote", "da viet"].iter().any(|w| closed.ends_with(w)) {
        return one(false);
    }
    if line.len() >= 32 && line.chars().all(|c| c == '_') {
        return one(false);
    }
    static CUT: LazyLock<Vec<String>> = LazyLock::new(|| CUT_LINES.iter().map(|line| fold(line)).collect());
    if CUT.iter().any(|cut| folded.contains(cut)) {
        return one(false);
    }
    if is_chat(line) {
        return one(true);
    }
    attribution(lines, at).or_else(|| header_block(lines, at))
}

/// `Vào Th 4, 23 thg 6, 2021 lúc 10:00 Tên <a@b.vn> đã viết:`, `On … wrote:`, wrapped or not; Gmail's `2021-06-23 10:00 GMT+07:00 X <x@y>:`.
fn attribution(lines: &[&str], at: usize) -> Option<Mark> {
    let opens = |line: &str| {
        let folded = fold(bare(line));
        ["vao ", "on ", "ngay ", "luc ", "vao, "].iter().any(|w| folded.starts_with(w))
    };
    let ends = |folded: &str| {
        let folded = folded.trim_end_matches(['*', ' ', '_']);
        ["da viet:", "wrote:", "da viet :", "wrote :", "da ghi:", "da viet", "writes:"].iter().any(|w| folded.ends_with(w))
    };
    let writes = |folded: &str| folded.contains('@') && folded.trim_end_matches(['*', ' ', '_']).ends_with("viet:");
    let first = lines[at];
    let dated = |folded: &str| folded.chars().any(|c| c.is_ascii_digit());
    if opens(first) {
        let mut joined = String::new();
        for (taken, line) in lines[at..].iter().take(WRAPPED).enumerate() {
            // A blank line, or another opening, and this was the writer's own sentence.
            if line.trim().is_empty() || (taken > 0 && opens(line)) {
                break;
            }
            joined = format!("{joined} {}", bare(line));
            let folded = fold(&joined);
            if ends(&folded) || writes(&folded) {
                let quotes = dated(&folded) && (folded.contains('@') || folded.contains(':') && folded.len() < 250);
                return quotes.then_some(Mark { lines: taken + 1, forward: false });
            }
        }
        return None;
    }
    let folded = fold(bare(first));
    let addressed = folded.contains('<') && folded.contains('@');
    let short = addressed && folded.ends_with(">:") && folded.starts_with(|c: char| c.is_ascii_digit());
    let named = addressed && ends(&folded);
    (short || named).then_some(Mark { lines: 1, forward: false })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Sent,
    To,
    Subject,
}

fn label(line: &str) -> Option<Label> {
    let line = bare(line.trim_start_matches(['>', ' ']));
    let (name, _) = line.split_once([':', '：'])?;
    let name = fold(bare(name));
    // `Từ/From:`, as houses of two languages have it.
    label_named(&name).or_else(|| name.split('/').find_map(|part| label_named(part.trim())))
}

fn label_named(name: &str) -> Option<Label> {
    Some(match name {
        "from" | "tu" | "nguoi gui" | "de" | "von" => Label::From,
        "sent" | "da gui" | "gui" | "date" | "ngay" | "ngay gui" | "thoi gian" | "gui luc" | "da gui luc" | "vao luc" => {
            Label::Sent
        }
        "to" | "toi" | "den" | "nguoi nhan" | "cc" | "bcc" => Label::To,
        "subject" | "chu de" | "tieu de" | "v/v" | "re" => Label::Subject,
        _ => return None,
    })
}

/// Outlook's block `Từ: / Đã gửi: / Tới: / Chủ đề:`. `Từ:` and `Đến:` alone may be a writer's own dates.
fn header_block(lines: &[&str], at: usize) -> Option<Mark> {
    (label(lines[at])? == Label::From).then_some(())?;
    // `Từ: 14/12/2026`
    let whom = lines[at].split_once([':', '：']).map_or("", |(_, whom)| bare(whom));
    (!whom.starts_with(|c: char| c.is_ascii_digit()) || whom.contains('@')).then_some(())?;
    let next: Vec<Label> = lines[at + 1..].iter().take(6).filter_map(|l| label(l)).collect();
    let taken = 1 + lines[at + 1..].iter().take(6).rposition(|l| label(l).is_some())? + 1;
    let adjacent = lines[at + 1..].iter().take(3).any(|l| label(l).is_some());
    (adjacent && next.iter().any(|l| matches!(l, Label::Sent | Label::Subject))).then_some(Mark { lines: taken, forward: false })
}

/// A pasted Zalo line: `[10:00, 23/06/2021] Tên: …`.
fn is_chat(line: &str) -> bool {
    let Some((stamp, said)) = line.strip_prefix('[').and_then(|l| l.split_once(']')) else { return false };
    let digits = stamp.chars().filter(char::is_ascii_digit).count();
    digits >= 6 && stamp.contains(':') && stamp.contains('/') && stamp.len() <= 30 && said.contains(':')
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    // `| 1 | được | 15tr |` is a row that somebody pasted.
    let is_row = || line.trim_start_matches(['|', '>', ' ']).contains('|');
    line.starts_with(['>', '＞']) || (line.starts_with('|') && !is_row())
}

/// The unquoted lines before the first `>` line, and those after it.
fn unquoted<'a>(lines: &[&'a str]) -> (Vec<&'a str>, Vec<&'a str>) {
    let first = lines.iter().position(|l| is_quoted(l)).unwrap_or(lines.len());
    let after: Vec<&str> = lines[first..].iter().filter(|l| !is_quoted(l)).copied().collect();
    let empty = after.iter().all(|l| l.trim().is_empty());
    (lines[..first].to_vec(), if empty { vec![] } else { after })
}

fn before_next_mark<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let next = (0..lines.len()).find(|at| mark(lines, *at).is_some()).unwrap_or(lines.len());
    &lines[..next]
}

/// Without what a gateway puts before a mail, and what a person's client or company puts behind it; and what of that,
/// below a person's own regards, is not plainly a signature.
fn without_closing(mut lines: Vec<&str>) -> (Vec<&str>, Vec<String>) {
    // A mail signed in its text: its head says so, and the name of the hash.
    if lines.first().is_some_and(|l| l.starts_with("-----BEGIN PGP SIGNED")) {
        let head = lines.iter().position(|l| l.trim().is_empty()).unwrap_or(0);
        lines.drain(..head);
    }
    let head = lines.iter().take_while(|l| l.trim().is_empty() || is_banner(l)).count();
    lines.drain(..head);
    lines.retain(|l| !is_picture(l));
    let mut kept: Vec<&str> = vec![];
    let mut unread = vec![];
    let mut rest = &lines[..];
    while let Some(at) = (0..rest.len()).find(|at| closes_at(rest, *at, kept.is_empty())) {
        kept.extend(&rest[..at]);
        let below = &rest[at + 1..];
        rest = match bare(rest[at]) {
            line if ends(line) => &[],
            // The bar of programs.
            "--" => signature::added(below, is_added),
            _ => {
                let rest = signature::added(below, |l| is_added(l) || is_speech(l));
                unread.extend(signature::doubtful(&below[..below.len() - rest.len()], |_| false));
                rest
            }
        };
    }
    kept.extend(rest);
    (kept, unread)
}

/// Does what is not the writer's text begin here? Below a bar that people type too stands a signature, or nothing; and
/// `Kính chào,` on top is a greeting.
fn closes_at(lines: &[&str], at: usize, first: bool) -> bool {
    const GREETS: &[&str] = &["kinh chao", "than chao"];
    let line = bare(lines[at]);
    if line != "--" && is_bar(line) {
        return lines[at + 1..].iter().find(|l| !l.trim().is_empty()).is_none_or(|l| signature::may_sign(l));
    }
    let top = || first && lines[..at].iter().all(|l| l.trim().is_empty());
    closes(line) && !(top() && GREETS.contains(&fold(line).trim_matches(|c: char| !c.is_alphanumeric())))
}

/// Letters and digits only, without links and pictures: texts that agree in them say the same.
pub fn letters(text: &str) -> String {
    let words = text
        .split('\n')
        .filter(|l| bracketed(l).is_none())
        .flat_map(|l| l.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>')))
        .filter(|w| !["http", "mailto:", "tel:", "[cid:"].iter().any(|p| w.starts_with(p)));
    fold(&words.collect::<String>()).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(text: &str) -> String {
        cut(text).text
    }

    #[test]
    fn each_client_s_quote_is_cut() {
        let below = [
            "Vào Th 4, 23 thg 6, 2021 lúc 10:00 Trí <tri@b.vn> đã viết:\n> DUYỆT",
            "Vào Th 2, 3 thg 11, 2025 lúc 17:00 test test <\r\ntest@gmail.com> đã viết:\r\n\r\n> TRẢ LẠI: lý do",
            "Vào Th 2, 3 thg 11, 2025 lúc 17:00 Bàn báo giá\n An Phát với tên dài <\nyeucau@anphat.example>\nđã viết:\n> x",
            "Vào 10:00 Ngày 23 tháng 6 năm 2021, Tên <a@b.vn> đã viết:\n\nDUYỆT",
            "Vào CN, 23 thg 6, 2021, lúc 10:00, X <x@y> đã viết:\n\nDUYỆT",
            "On Mon, Jun 23, 2021 at 10:00 AM X <x@y> wrote:\n> REJECT: x",
            "On Mon, Jun 23, 2021 at 10:00 AM Somebody With A Long Name <\nsomebody@example.com> wrote:\n> x",
            "2021-06-23 10:00 GMT+07:00 X <x@y.vn>:\n> x",
            "---------- Forwarded message ---------\nTừ: a\nDate: x\nDUYỆT",
            "---------- Thư đã chuyển tiếp ----------\nTừ: a\nDUYỆT",
            "________________________________\nTừ: A\nĐã gửi: hôm nay\nDUYỆT",
            "Từ: A <a@b.vn>\nĐã gửi: Thứ Tư, 23 Tháng Sáu 2021 10:00\nTới: B\nChủ đề: [YC-2026-0012]\n\nDUYỆT",
            "*Từ:* A <a@b.vn>\n*Ngày:* 23/6\n*Đến:* B\n*Cc:* C\n*Chủ đề:* x\n\nDUYỆT",
            "From: A\nSent: Wednesday\nTo: B\nSubject: x\n\nAPPROVE",
            "Từ/From: A <a@b.vn>\nĐã gửi/Sent: Thứ Tư\nTới/To: B\nChủ đề/Subject: x\n\nAPPROVE",
            "Ngày 23/06/2021 10:00, X <x@y.vn> viết:\n\nDUYỆT",
            "---- On Wed, 23 Jun 2021 10:00:00 +0700 X <x@y.vn> wrote ----\n\nDUYỆT",
            "-----Original Message-----\nFrom: A\nAPPROVE",
            "-----Thư gốc-----\nTừ: A\nDUYỆT",
            "Được gửi từ iPhone của tôi",
            "Sent from my Galaxy",
            "Gửi từ Samsung Galaxy S21 FE của tôi.",
            "Được gửi từ điện thoại Samsung Galaxy của Nguyễn Hùng",
            "Gửi từ Outlook dành cho Android<https://aka.ms/ghei36>",
            "Gửi từ Thư cho Windows",
            "Đã gửi từ Yahoo Mail trên Android",
            "gửi từ iPhone",
            "[Logo An Phát]",
            "[image001.png]",
            "Get Outlook for iOS<https://aka.ms/o0ukef>",
            "Tải Outlook cho iOS",
            "Tải Outlook dành cho Android<https://aka.ms/ghei36>",
            "Lấy Outlook cho Android",
            "Get BlueMail for Android",
            "-- \nLê Hùng\nDUYỆT",
            "Trân trọng,\nLê Hùng\nKhông ngừng đổi mới",
            "Thanks & Regards\nHung",
            "Email này và các tệp đính kèm có thể chứa thông tin mật, không duyệt",
            "> DUYỆT\n> x",
            "[10:00, 23/06/2021] Trí: duyệt",
            "--- Trả lời phía trên dòng này ---\nDUYỆT",
        ];
        for quote in below {
            assert_eq!(new(&format!("Anh xem rồi em\n\n{quote}")), "Anh xem rồi em", "{quote}");
            assert!(cut(quote).nothing_left, "{quote}");
        }
    }

    #[test]
    fn what_stands_below_a_closing_is_looked_at() {
        for (text, want) in [
            ("Kính chào,\nDUYỆT\nKính chào,\nHùng", "Kính chào,\nDUYỆT"),
            ("DUYỆT\nTrân trọng,\nHùng\nTB: mục 3 bỏ ra\n\nEmail này và các tệp", "DUYỆT\nTB: mục 3 bỏ ra"),
            ("DUYỆT\n-- \nHùng\nNhưng làm sau\n___\nLê Hùng", "DUYỆT\nNhưng làm sau"),
            ("DUYỆT\n---\nAnh gửi thêm mô tả", "DUYỆT\n---\nAnh gửi thêm mô tả"),
            ("DUYỆT\n---\n\nTrưởng nhóm kinh doanh\nLê Hùng", "DUYỆT"),
            ("DUYỆT\n=====\nLê Mạnh Hùng\nkhông ngừng đổi mới", "DUYỆT"),
            ("DUYỆT\n---\nThư này đã được phần mềm Avast kiểm tra vi-rút.", "DUYỆT"),
            ("DUYỆT\n---", "DUYỆT"),
            ("DUYỆT\n\n[cid:image001.png@01DC5F7A.3B2C]", "DUYỆT"),
            ("DUYỆT\nLưu ý: Email này chứa thông tin mật.\nTB: x", "DUYỆT"),
        ] {
            assert_eq!(new(text), want, "{text}");
        }
        assert!(cut("[image: image.png]").nothing_left);
        assert_eq!(letters("Xem [x]\n[Logo]<http://a.vn>\nwww.a.vn<http://a.vn>"), "xemxwwwavn");
    }

    #[test]
    fn decomposed_text_is_composed_first() {
        use unicode_normalization::UnicodeNormalization;
        let mail: String = "Trả lại em\n\nVào Th 4, 23 thg 6, 2021 lúc 10:00 Trí <tri@b.vn> đã viết:\n> DUYỆT".nfd().collect();
        assert_eq!(new(&mail), "Trả lại em");
    }

    #[test]
    fn answers_between_the_lines_are_kept_and_marked() {
        let mail = "Vào Th 4, 23 thg 6, 2021 lúc 10:00 Trí <tri@b.vn> đã viết:\n> mục 1?\nđược\n> mục 2?\nduyệt\n-- \nHùng";
        let read = cut(mail);
        assert_eq!((read.text.as_str(), read.interleaved, read.above), ("được\nduyệt", true, false));
        assert!(cut("DUYỆT\n\n> cũ\n\n> cũ").above);
        assert!(!cut("DUYỆT\n\n> cũ\n\n> cũ").interleaved);
    }

    #[test]
    fn a_writer_s_own_lines_stay() {
        for text in [
            "Từ: 01/12/2026\nĐến: 18/12/2026",
            "Vào thứ 2 anh gửi khách nhé",
            "On Monday we start.\nOne is not On.",
            "Sent from my desk, is much easier then my mobile phone.",
            "Ngày 5/12 khách đã viết thư",
            "Mục 1: được\n- 5 ngày\n- 8tr",
            "Từ: 14/12/2026\nĐến: 18/12/2026\nNgày: 4",
            "| 1 | được | 15tr | 5 ngày |\n| 2 | không |",
            "Đã gửi từ Zalo cho khách hôm qua",
            "GỬI TỪ ZALO CHO KHÁCH RỒI",
            "DUYỆT\nGửi từ điện thoại nên mục 3 bỏ nhé",
            "DUYỆT\nGửi từ điện thoại anh trả lời ngắn: giảm 5%",
            "KH ĐỒNG Ý\nGửi từ Zalo của khách: chỉ lấy mục 1",
            "DUYỆT\n[Logo khách mới, bỏ mục 3]",
            "DUYỆT\n[xem mau-moi.png bỏ mục 3]",
        ] {
            assert_eq!(new(text), text);
        }
    }
}
