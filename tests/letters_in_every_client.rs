//! Every letter as the mail programs of an office take it: Outlook's Word engine, Gmail, phones, dark mode, calendars.

#[path = "letters/sample.rs"]
#[allow(dead_code)]
mod sample;

use chrono::TimeDelta;
use quotedesk::letter::compose::{self, Composed, Context};
use quotedesk::letter::ics;
use quotedesk::letter::templates::{self, Templates};
use quotedesk::process::case::{Case, Rival, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::Item;
use quotedesk::process::house::{House, Lang};
use quotedesk::process::letters::{Kind, Letter};
use quotedesk::process::problem::Problem;
use quotedesk::process::value::Value;

/// Gmail shows no more of a mail than 102 KB.
const SHOWN_BY_GMAIL: usize = 100_000;

fn write(letter: &Letter, events: &[Recorded], case: &Case, problems: &[Problem], lang: Lang) -> Composed {
    let house = House { lang, ..sample::house() };
    let templates = Templates::default();
    let (answer, reference) = (letter.kind == Kind::Receipt, Some("yc-2026-0012.17-0.abcdefghijklmnop"));
    let context = Context { lang, answer, problems, reference, ..sample::context(case, events, &house, &templates) };
    compose::compose(letter, &context).expect("a built-in page renders")
}

fn every_letter() -> impl Iterator<Item = (String, Lang, Composed)> {
    let kinds = Kind::ALL.into_iter().flat_map(|kind| [(kind, Lang::Vi), (kind, Lang::En)]);
    kinds.map(|(kind, lang)| {
        let (letter, events, case) = sample::scene(kind);
        let name = format!("{} {lang:?}", kind.name());
        (name, lang, write(&letter, &events, &case, &[], lang))
    })
}

/// The tags of a page that is well formed: attributes quoted, each element closed in its turn, what is in a
/// conditional comment too. Name and attributes, in order.
fn tags(name: &str, html: &str) -> Vec<(String, String)> {
    const VOID: [&str; 3] = ["meta", "br", "hr"];
    let (mut all, mut open) = (Vec::new(), Vec::new());
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if after.starts_with("!--") {
            rest = after.split_once("-->").unwrap_or_else(|| panic!("{name}: a comment without end")).1;
            continue;
        }
        let (inside, more) = after.split_once('>').unwrap_or_else(|| panic!("{name}: a tag without end: {after:.80}"));
        rest = more;
        assert_eq!(inside.matches('"').count() % 2, 0, "{name}: <{inside}>");
        if let Some(closed) = inside.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed.trim()), "{name}: </{closed}> closes something else");
        } else if !inside.starts_with('!') {
            let tag = inside.split_whitespace().next().unwrap_or_default().to_string();
            if !VOID.contains(&tag.as_str()) {
                open.push(tag.clone());
            }
            // The rules of a style sheet are no tags.
            if tag == "style" {
                rest = rest.find("</style>").map_or("", |end| &rest[end..]);
            }
            all.push((tag, inside.to_string()));
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stays open");
    all
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).and_then(|(_, after)| after.split_once('"')).map(|(value, _)| value)
}

#[test]
fn every_letter_is_tables_with_their_styles_in_them_and_nothing_from_outside() {
    for (name, lang, letter) in every_letter() {
        let tags = tags(&name, &letter.html);
        let styled = ["body", "table", "td", "th", "p", "ul", "ol", "li", "a", "h2", "code", "span", "div"];
        for (tag, inside) in &tags {
            let style = attribute(inside, "style").unwrap_or_default();
            // A table that only keeps a distance has nothing to be styled.
            let bare = tag == "table" && !inside.contains("class=");
            assert!(!styled.contains(&tag.as_str()) || !style.is_empty() || bare, "{name}: <{inside}> without style");
            for layout in ["flex", "grid", "float", "position:", "url(", "calc(", "rem;", "em;"] {
                assert!(!style.contains(layout), "{name}: {layout} in <{inside}>");
            }
            if tag == "table" {
                assert_eq!(attribute(inside, "cellspacing"), Some("0"), "{name}: <{inside}>");
            }
            if style.contains("background-color") && matches!(tag.as_str(), "td" | "table") {
                assert!(attribute(inside, "bgcolor").is_some(), "{name}: Word wants a bgcolor in <{inside}>");
            }
            assert!(
                !["img", "script", "link", "iframe", "form", "input", "svg", "blockquote"].contains(&tag.as_str()),
                "{name}: {tag}"
            );
            assert!(attribute(inside, "src").is_none() && attribute(inside, "background").is_none(), "{name}: <{inside}>");
            if let Some(href) = attribute(inside, "href") {
                assert!(href.starts_with("mailto:"), "{name}: {href}");
            }
        }
        assert!(!letter.html.contains("@import") && !letter.html.contains("http://") && !letter.html.contains("https://"));
        let code = if lang == Lang::Vi { "vi" } else { "en" };
        assert!(letter.html.contains(&format!("<html lang=\"{code}\">")), "{name}");
        let title = letter.html.split("<title>").nth(1).and_then(|t| t.split("</title>").next()).unwrap_or_default();
        assert!(!title.trim().is_empty(), "{name}: no title");
        assert!(letter.html.contains("<meta name=\"color-scheme\" content=\"light dark\">"), "{name}");
        assert!(letter.html.len() < SHOWN_BY_GMAIL / 4, "{name}: {} bytes", letter.html.len());
    }
}

#[test]
fn a_style_sheet_only_adapts_to_phones_and_dark_mode() {
    let (_, _, letter) = every_letter().next().expect("letters");
    let sheets: Vec<&str> = letter.html.split("\n<style>").skip(1).filter_map(|s| s.split("</style>").next()).collect();
    assert_eq!(sheets.len(), 3, "Gmail drops a whole sheet for one rule that it does not know: phone, dark and Outlook apart");
    let outside = |sheet: &str| {
        let mut depth = 0;
        let rules = sheet.lines().filter(|line| {
            let outside = depth == 0;
            depth += line.matches('{').count() as i32 - line.matches('}').count() as i32;
            outside && !line.trim().is_empty()
        });
        rules.map(String::from).collect::<Vec<_>>()
    };
    for rule in sheets.iter().flat_map(|sheet| outside(sheet)) {
        let adapts = ["@media ", ":root ", "[data-ogs", "}"].iter().any(|start| rule.trim_start().starts_with(start));
        assert!(adapts, "a rule that holds for everybody belongs into the tags: {rule}");
    }
    assert!(sheets[1].contains("prefers-color-scheme: dark") && sheets[2].contains("[data-ogsc]"));
}

#[test]
fn mailboxes_show_what_is_asked_beside_the_subject_and_nothing_more() {
    for (name, _, letter) in every_letter() {
        let hidden = letter.html.split("<div class=\"preheader\"").nth(1).and_then(|d| d.split("</div>").next());
        let (style, shown) = hidden.and_then(|d| d.split_once('>')).unwrap_or_else(|| panic!("{name}: no preheader"));
        assert!(style.contains("display:none") && style.contains("mso-hide:all"), "{name}");
        let asked = shown.trim_end_matches(['\u{34f}', '\u{200c}', '\u{a0}']);
        assert!(letter.html.split("<body").nth(1).is_some_and(|b| b.trim_start().contains("preheader")), "{name}");
        assert!(shown.chars().count() - asked.chars().count() >= 200, "{name}: further text would follow");
        let plain = unescaped(asked);
        let tail: String = plain.chars().skip(1).collect();
        assert!(letter.summary.ends_with(&tail) && !tail.is_empty(), "{name}: {plain} / {}", letter.summary);
        for greeting in ["Kính gửi", "Chào", "Dear"] {
            assert!(!plain.starts_with(greeting), "{name}: {plain}");
        }
        assert!(!letter.text.contains('\u{34f}'), "{name}");
    }
}

/// Percent-encoding undone; `None` for what is no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first == b'%' {
            let (hex, more) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?);
            rest = more;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

#[test]
fn buttons_open_a_mail_to_the_desk_with_subject_and_words() {
    let mut seen = 0;
    for (name, _, letter) in every_letter() {
        for (_, tag) in tags(&name, &letter.html).iter().filter(|(tag, _)| tag == "a") {
            let href = attribute(tag, "href").unwrap_or_default().replace("&amp;", "&");
            let (to, query) = href.strip_prefix("mailto:").and_then(|h| h.split_once('?')).expect("address and query");
            assert_eq!(to, "yeucau@vanphucsoft.example", "{name}");
            assert!(href.bytes().all(|b| b.is_ascii_graphic() && !b"+\"<>".contains(&b)), "{name}: {href}");
            assert!(href.len() < 2_000, "{name}: {} characters", href.len());
            let said: Vec<(&str, String)> = query
                .split('&')
                .map(|pair| pair.split_once('=').expect("key and value"))
                .map(|(key, value)| (key, decoded(value).expect("UTF-8")))
                .collect();
            let [("subject", subject), ("body", body)] = said.as_slice() else { panic!("{name}: {said:?}") };
            assert_eq!(subject, &format!("Re: {}", letter.subject), "{name}");
            assert_eq!(body.matches('\n').count(), body.matches("\r\n").count(), "{name}: {body:?}");
            // The words of the button stand in the text twin too.
            let word = body.split([',', '\r', ':']).next().unwrap_or_default().trim();
            assert!(!word.is_empty() && letter.text.contains(word), "{name}: {word} is not in the text");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} buttons");
}

#[test]
fn the_text_twin_says_the_same() {
    for (name, _, letter) in every_letter() {
        let text = flowing(&letter.text);
        let body = letter.html.split("<td class=\"content\"").nth(1).and_then(|b| b.split_once('>')).expect("content").1;
        // What is about buttons is for those who see them.
        let (before, after) = body.split_once("<p class=\"note seen\"").unwrap_or((body, ""));
        let after = after.split_once("</p>").map_or("", |(_, after)| after);
        let parts = [before, after].into_iter().flat_map(|b| b.split('<')).filter_map(|p| p.split_once('>'));
        // The text names number and heading of an item by their place.
        for part in parts.filter(|(tag, _)| !tag.starts_with("th ")) {
            let words = flowing(&unescaped(part.1));
            let words = words.trim_end_matches('?');
            assert!(text.contains(words), "{name}: `{words}` is not in\n{}", letter.text);
        }
    }
}

fn unescaped(text: &str) -> String {
    let quotes = text.replace("&nbsp;", " ").replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
    quotes.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The case with so many items, each with the longest texts that a form takes.
fn long(case: &mut Case, items: u32) {
    let words = "Tách một đơn hàng thành nhiều chuyến giao, mỗi chuyến một xe & một phiếu xuất riêng; ".repeat(4);
    let sample = case.form.items.first().cloned().unwrap_or_default();
    case.form.items = (1..=items)
        .map(|no| {
            let mut item = Item { id: format!("M{no:02}"), no, cells: sample.cells.clone() };
            for column in ["nd", "dg", "khu", "kt_ld", "kt_pv"] {
                item.cells.insert(column.into(), Value::Text(words.clone()));
            }
            item
        })
        .collect();
    for quote in &mut case.quotes {
        let line = quote.lines[0].clone();
        quote.lines = (1..=items).map(|no| quotedesk::process::quote::Line { no, name: words.clone(), ..line.clone() }).collect();
    }
    if let Some(rivals) = case.conflicts.remove("M02") {
        let all = |item: &Item| (item.id.clone(), rivals.iter().map(|r| Rival { item: item.clone(), ..r.clone() }).collect());
        case.conflicts = case.form.items.iter().map(all).collect();
    }
}

#[test]
fn two_hundred_items_stay_below_what_gmail_shows() {
    for kind in Kind::ALL {
        for lang in [Lang::Vi, Lang::En] {
            let (letter, mut events, mut case) = sample::scene(kind);
            let few = write(&letter, &events, &case, &[], lang);
            long(&mut case, 200);
            let problems: Vec<Problem> = sample::problems().into_iter().cycle().take(600).collect();
            for row in &mut events {
                if let Event::FormReturned { problems: found } = &mut row.event {
                    *found = problems.clone();
                }
            }
            let many = write(&letter, &events, &case, &problems, lang);
            let name = format!("{} {lang:?}", kind.name());
            tags(&name, &many.html);
            assert!(many.html.len() < SHOWN_BY_GMAIL, "{name}: {} bytes", many.html.len());
            let buttons = |letter: &Composed| letter.html.matches("<a class=\"button").count();
            assert_eq!(buttons(&many), buttons(&few), "{name}");
            for href in many.html.split("href=\"").skip(1).filter_map(|h| h.split('"').next()) {
                assert!(href.len() < 2_000, "{name}: a button of {} characters", href.len());
            }
            let rows = many.html.matches("<tr><td class=\"num\"").count();
            if few.html.contains("<table class=\"items\"") {
                assert!((8..200).contains(&rows), "{name}: {rows} rows");
                let left = format!("{} ", 200 - rows);
                let note = if lang == Lang::Vi { "Còn " } else { "And " };
                assert!(many.text.contains(&format!("{note}{left}")), "{name}:\n{}", many.text);
            }
        }
    }
    // What all letters of an ordinary case show, none of them leaves out.
    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    case.form.items = (1..=60).map(|no| Item { id: format!("M{no:02}"), no, cells: case.form.items[0].cells.clone() }).collect();
    let whole = write(&letter, &events, &case, &[], Lang::Vi);
    assert_eq!(whole.html.matches("<tr><td class=\"num\"").count(), 60);
}

#[test]
fn a_customer_gets_a_company_s_letter() {
    let (letter, events, case) = sample::scene(Kind::QuoteToCustomer);
    let mail = write(&letter, &events, &case, &[], Lang::Vi);
    let lines: Vec<&str> = mail.text.lines().filter(|l| !l.is_empty()).collect();
    assert_eq!(lines[0], "Công ty Cổ phần Phần mềm Vạn Phúc Minh");
    assert_eq!(lines[1], "Kính gửi Anh Thịnh – Công ty TNHH Thương mại Chính Đại,");
    for told in ["36.300.000 đ", "thứ Năm, 08/07/2021", "Lê Thảo Vy", "0900 000 001", "www.vanphucsoft.example", "Trân trọng,"]
    {
        assert!(mail.text.contains(told), "{told}");
    }
    for internal in ["tự động", "Sales", "KH ", "Leader", "giá vốn", "mailto:", "Bàn báo giá", "DUYỆT", "nội bộ"]
    {
        assert!(!mail.html.contains(internal) && !mail.text.contains(internal), "{internal} in a customer's letter");
    }
}

#[test]
fn mails_without_a_case_wear_the_same_dress() {
    let html =
        templates::plain(Lang::Vi, "Chưa xử lý được: phieu.xlsx", &["Kính gửi Lê Thảo Vy,", "Tệp <trống> & hỏng.\nXin gửi lại."]);
    tags("plain", &html);
    assert!(html.contains("Tệp &lt;trống&gt; &amp; hỏng.<br>Xin gửi lại."), "{html}");
    assert!(html.contains("<p style=\"margin:0 0 12px 0\">Kính gửi Lê Thảo Vy,</p>"), "{html}");
    assert!(html.contains(">Tệp &lt;trống&gt; &amp; hỏng.\nXin gửi lại.\u{34f}"), "what is wrong stands beside the subject");
}

/// The lines of a calendar file, unfolded (RFC 5545, 3.1).
fn calendar(text: &str) -> Vec<String> {
    for line in text.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n'), "{} octets: {line}", line.len());
    }
    text.replace("\r\n ", "").split("\r\n").filter(|l| !l.is_empty()).map(String::from).collect()
}

#[test]
fn a_deadline_that_moves_moves_its_entry_in_the_calendar() {
    let house = sample::house();
    let (letter, _, mut case) = sample::scene(Kind::Review);
    let of = |case: &Case| calendar(&ics::of(&letter, case, &house, sample::now()).expect("a deadline").text);
    let first = of(&case);
    let value = |lines: &[String], key: &str| {
        let line = lines.iter().find(|l| l.split([':', ';']).next() == Some(key)).unwrap_or_else(|| panic!("{key} in {lines:?}"));
        line[key.len() + 1..].to_string()
    };
    assert_eq!((first[0].as_str(), first[first.len() - 1].as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    for (key, wanted) in [
        ("METHOD", "PUBLISH"),
        ("UID", "YC-2021-0001-review@vanphucsoft.example"),
        ("ORGANIZER", "mailto:yeucau@vanphucsoft.example"),
        ("DTSTART", "20210624T030000Z"),
        ("DTEND", "20210624T031500Z"),
        ("SUMMARY", "Hạn: duyệt phiếu phân tích – Chính Đại"),
    ] {
        assert_eq!(value(&first, key), wanted);
    }
    assert!(!first.iter().any(|l| l.starts_with("ATTENDEE")), "nobody's client has to answer");

    let due = case.due.as_mut().expect("a deadline");
    due.at += TimeDelta::days(1);
    case.version += 3;
    let moved = of(&case);
    assert_eq!(value(&moved, "UID"), value(&first, "UID"));
    assert_eq!(value(&moved, "DTSTART"), "20210625T030000Z");
    let sequence = |lines: &[String]| value(lines, "SEQUENCE").parse::<u32>().expect("a number");
    assert!(sequence(&moved) > sequence(&first));

    // Calendar days are due by the end of a day: an entry of that whole day.
    let (letter, _, case) = sample::scene(Kind::Contracting);
    let whole = calendar(&ics::of(&letter, &case, &house, sample::now()).expect("a deadline").text);
    assert_eq!(value(&whole, "DTSTART"), "VALUE=DATE:20210630");
    assert_eq!(value(&whole, "DTEND"), "VALUE=DATE:20210701");
    assert_eq!(ics::of(&letter, &sample::bare(State::Assigning), &house, sample::now()), None);
}

#[test]
fn the_page_of_letters_shows_every_letter() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/thu.md")).expect("docs/thu.md");
    let shown: Vec<&str> = page.split("src=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    for kind in Kind::ALL {
        for width in ["phone", "desktop"] {
            let picture = format!("pictures/letters/{}-{width}.png", kind.name());
            assert!(shown.contains(&picture.as_str()), "docs/thu.md does not show {picture}");
        }
    }
    for picture in shown {
        assert!(root.join("docs").join(picture).is_file(), "{picture} is missing: docs/pictures.sh makes it");
    }
}
