//! The last look at a customer's file before it goes out: whatever made it, nothing internal may be in it (domain a.1, a.11).
//!
//! The package is unzipped and every part searched, so that a leak shows wherever it hides: shared strings, properties,
//! names, comments. It knows nothing of how the writers work. A letter to the customer is searched in the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use super::public::Public;
use super::sentences::{Sentences, fill};
use super::{names, prices};
use crate::process::case::Case;
use crate::process::form::{Cell, Item};
use crate::process::house::House;
pub use crate::process::quote::Paper;
use crate::process::quote::{Line, Quote};
use crate::process::value::{Value, Vnd};
use crate::text::letters as plain;

/// What of a case must not be in a customer's file, with all the places where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Internals {
    /// đồng; small ones are left out, for they stand everywhere.
    pub numbers: BTreeMap<Vnd, Vec<Secret>>,
    /// As letters and digits alone, see [`crate::text::letters`].
    pub texts: BTreeMap<String, Vec<Secret>>,
}

/// Where something internal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    Cell(Cell),
    /// A row of the table of exchanges.
    Exchange,
    /// Who Tech is.
    NameOfTech,
    /// In no cell of the form: the sum of the costs, a colleague's address, a question, the words of a closing.
    Aside,
}

/// Something that has no place in a customer's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Part of the package, as `xl/sharedStrings.xml`.
    pub part: String,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Number(Vnd),
    Text(String),
    /// A part that no quote has: macros, comments, links to other files, custom properties, embedded files.
    Part,
    /// A hidden sheet, row or column.
    Hidden,
    /// A name of the form (`qd_…`).
    FormName,
    /// A formula that looks outside of its own sheet.
    Formula(String),
    /// No readable package at all.
    Unreadable,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            What::Number(n) => write!(f, "the number {n}"),
            What::Text(text) => write!(f, "the words “{text}”"),
            What::Part => f.write_str("a part that no quote has"),
            What::Hidden => f.write_str("something hidden"),
            What::FormName => f.write_str("a name of the form (qd_…)"),
            What::Formula(formula) => write!(f, "the formula {formula}"),
            What::Unreadable => f.write_str("no readable workbook"),
        }
    }
}

/// Amounts below this are found in any file: widths, counts, years.
const SMALLEST: Vnd = 1_000;
/// Unpacked size above which a file is no quote of ours.
const LARGEST: u64 = 64 << 20;

impl Internals {
    /// All that is internal in a case, less what this quote says openly.
    pub fn of(case: &Case, house: &House, quote: &Quote, sentences: &Sentences, paper: Paper) -> Internals {
        let mut found = Internals::default();
        let form = &case.form;
        let quoted = |item: &Item| quote.lines.iter().any(|l| l.item.as_deref() == Some(&item.id));
        for (name, value) in form.fields.iter().filter(|(name, _)| is_internal_field(name)) {
            found.add(value, Cell::Field(name.clone()));
        }
        for item in &form.items {
            let mut internal = vec!["kt_cp", "kt_ld", "kt_gc", "gd_gc", "ld", "md"];
            if paper == Paper::Quote || !quoted(item) {
                internal.push("pa");
            }
            if !quoted(item) {
                internal.extend(["nd", "dg", "kt_pv", "gd_gia"]);
            }
            for name in internal {
                item.get(name).into_iter().for_each(|value| found.add(value, Cell::Item(item.id.clone(), name.into())));
            }
        }
        let cost: Vnd = form.items.iter().filter_map(Item::cost_vnd).fold(0, Vnd::saturating_add);
        for sum in [cost, cost.saturating_add(form.vnd("kt_srv_cost").unwrap_or(0))] {
            found.numbers.entry(sum).or_default().push(Secret::Aside);
        }
        for note in &form.notes {
            note.text.lines().for_each(|line| found.add_text(line, Secret::Cell(note.at.clone())));
        }
        form.exchanges.iter().filter(|e| !e.shown).for_each(|e| found.add_text(&e.text, Secret::Exchange));
        let staff = house.people.iter().filter(|p| Some(&p.email) != case.sales.as_ref());
        let addresses = staff.flat_map(|p| std::iter::once(&p.email).chain(&p.aliases)).map(String::as_str);
        let said = case.closed.iter().map(|c| c.text.as_str()).chain(case.question.iter().map(|q| q.text.as_str()));
        let said = said.chain(case.asked_back.iter().map(|asked| asked.questions.as_str()));
        addresses.chain(said).for_each(|text| found.add_text(text, Secret::Aside));
        let public = Public::of(case, house, quote);
        let mut found = found.without_public(case, house, quote, sentences, paper, &public);
        // Whoever has written them: no line of the quote makes a name of Tech the customer's to read.
        names::of_tech(house, &public).full.iter().for_each(|name| found.add_text(name, Secret::NameOfTech));
        found
    }

    fn add(&mut self, value: &Value, at: Cell) {
        value.vnd().into_iter().for_each(|n| self.numbers.entry(n).or_default().push(Secret::Cell(at.clone())));
        // The code of a choice is nobody's secret: it is one of the form's own words.
        if !matches!(value, Value::Choice(_)) {
            value.text().into_iter().for_each(|text| self.add_text(text, Secret::Cell(at.clone())));
        }
    }

    fn add_text(&mut self, text: &str, secret: Secret) {
        self.texts.entry(plain(text)).or_default().push(secret);
    }

    /// A value that the customer is to see is no leak, whatever internal value is the same.
    fn without_public(
        mut self,
        case: &Case,
        house: &House,
        quote: &Quote,
        sentences: &Sentences,
        paper: Paper,
        public: &Public,
    ) -> Internals {
        let mut numbers: BTreeSet<Vnd> = [quote.subtotal, quote.discount, quote.vat, quote.total].into();
        numbers.extend(quote.lines.iter().flat_map(|l| [l.unit_price, l.amount]));
        numbers.extend(quote.vat_lines.iter().flat_map(|v| [v.base, v.vat]));
        let mut shown: Vec<&str> = public.texts();
        shown.extend([house.company.as_str(), quote.number.as_str()]);
        shown.extend(quote.start_after.as_deref().into_iter().chain(quote.payment_terms.as_deref()));
        shown.extend(house.quote.terms.iter().map(String::as_str));
        let head = &house.quote.letterhead;
        shown.extend(head.texts().chain(head.signer.as_deref()));
        shown.extend(quote.lines.iter().flat_map(|l| [&l.area, &l.name, &l.explanation, &l.scope, &l.note]).map(String::as_str));
        let items = quote.lines.iter().filter_map(|l| case.form.item(l.item.as_deref()?));
        if paper == Paper::Appendix {
            shown.extend(items.filter_map(|i| i.text("pa")));
        }
        shown.extend([sentences.quote_source.as_str(), &sentences.appendix_source]);
        // What the document makes of them: the total in words, the start in words for the customer, a line's cells in a row.
        let in_a_row = |l: &Line| format!("{} {}", l.name, prices::explained(l, "{text}"));
        let made: Vec<String> =
            quote.lines.iter().map(in_a_row).chain(prices::start_said(quote, &sentences.quote.terms)).collect();
        shown.extend(made.iter().map(String::as_str).chain([quote.total_in_words.as_str()]));
        // The tax is reckoned by a formula, in hundredths of a percent.
        numbers.insert(10_000);
        numbers.extend(shown.iter().flat_map(|t| self::numbers(t)));
        self.numbers.retain(|n, _| *n >= SMALLEST && !numbers.contains(n));
        let shown = format!(" {} ", shown.iter().map(|t| plain(t)).collect::<Vec<_>>().join(" | "));
        // A remark may well be one of the document's own sentences: `Bảo hành 12 tháng`, `Chiết khấu 5%`.
        let sentences = format!("{}\n{}", sentences.quote_source, sentences.appendix_source);
        let own = alike(&plain(&without_places(&fill(&sentences, &[("SHORT", &public.short)]))));
        // One word alone (`gấp`, `VIP`) says nothing wherever it is found.
        let tells = |t: &String| t.contains(' ') && t.chars().any(char::is_alphabetic);
        let open = |t: &String| shown.contains(&format!(" {t} ")) || own.contains(&alike(t));
        self.texts.retain(|t, _| tells(t) && !open(t));
        self
    }
}

/// Fields of the form that no customer sees: budget, hand-over, checks, Tech's and the Director's own.
fn is_internal_field(name: &str) -> bool {
    let one_of = ["cskh_text", "cskh_link", "kt_by", "kt_srv_cost", "kt_srv_conf", "kt_risk", "pr_markup", "pr_note"];
    let family = ["budget", "ck_", "ld_"];
    one_of.contains(&name) || (family.iter().any(|f| name.starts_with(f)) && !matches!(name, "ld_all" | "ld_by"))
}

/// Looks through every part of an xlsx package.
///
/// # Errors
/// All leaks that were found, never just the first.
pub fn check(package: &[u8], internals: &Internals) -> Result<(), Vec<Leak>> {
    let mut leaks = Vec::new();
    match parts(package) {
        Some(parts) => {
            for (name, data) in &parts {
                check_part(name, data, internals, &mut leaks);
            }
        }
        None => leaks.push(Leak { part: String::new(), what: What::Unreadable }),
    }
    if leaks.is_empty() { Ok(()) } else { Err(leaks) }
}

fn parts(package: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).ok()?;
    let mut left = LARGEST;
    let mut parts = Vec::new();
    for at in 0..zip.len() {
        let file = zip.by_index(at).ok()?;
        let name = file.name().ok()?.into_owned();
        let mut data = Vec::new();
        file.take(left + 1).read_to_end(&mut data).ok()?;
        left = left.checked_sub(data.len() as u64)?;
        parts.push((name, data));
    }
    Some(parts)
}

fn check_part(name: &str, data: &[u8], internals: &Internals, leaks: &mut Vec<Leak>) {
    let mut leak = |what: What| leaks.push(Leak { part: name.to_string(), what });
    let lower = name.to_lowercase();
    let foreign =
        ["vba", "comment", "externallink", "embedding", "customxml", "connections", "querytable", "activex", "custom.xml"];
    if foreign.iter().any(|f| lower.contains(f)) {
        leak(What::Part);
    }
    if ![".xml", ".rels", ".vml"].iter().any(|end| lower.ends_with(end)) {
        return;
    }
    let xml = String::from_utf8_lossy(data);
    if lower.ends_with(".rels") && xml.contains("TargetMode=\"External\"") {
        leak(What::Part);
    }
    let tags: Vec<&str> = xml.split('<').filter_map(|t| t.split('>').next()).collect();
    if tags.iter().any(|t| is_hidden(t)) {
        leak(What::Hidden);
    }
    // Cells hold what people typed, and a `mẫu QD_01` is none of ours; names stand in every other part.
    if lower != "xl/sharedstrings.xml" && (data.windows(3).any(|w| w.eq_ignore_ascii_case(b"qd_")) || xml.contains("_qd")) {
        leak(What::FormName);
    }
    for formula in formulas(&xml).filter(|f| f.contains(['!', '['])) {
        leak(What::Formula(formula));
    }
    // In attributes `_x0041_` is itself, in cells it is an A.
    let mut views = views(&xml);
    let spelt: Vec<String> = views.iter().filter_map(|view| spelt_out(view)).collect();
    views.extend(spelt);
    texts_in(&views, internals).for_each(&mut leak);
    if !["theme", "styles", "drawing"].iter().any(|f| lower.contains(f)) {
        numbers_in(&views, internals).for_each(leak);
    }
}

/// What is internal in a letter's page, be it in an attribute or a comment.
pub fn in_letter(page: &str, internals: &Internals) -> Vec<What> {
    let views = views(page);
    texts_in(&views, internals).chain(numbers_in(&views, internals)).collect()
}

/// Words may be cut up by the tags of rich text, or stand in attributes.
fn views(markup: &str) -> Vec<String> {
    vec![unescaped(markup), unescaped(&without_tags(markup, "")), unescaped(&without_tags(markup, " "))]
}

fn texts_in<'a>(views: &[String], internals: &'a Internals) -> impl Iterator<Item = What> + 'a {
    let folded: Vec<String> = views.iter().map(|v| format!(" {} ", plain(v))).collect();
    let found = move |text: &&String| folded.iter().any(|f| f.contains(&format!(" {text} ")));
    internals.texts.keys().filter(found).map(|text| What::Text(text.clone()))
}

fn numbers_in<'a>(views: &[String], internals: &'a Internals) -> impl Iterator<Item = What> + 'a {
    let written: BTreeSet<Vnd> = views.iter().flat_map(|v| numbers(v)).collect();
    internals.numbers.keys().filter(move |n| written.contains(n)).map(|n| What::Number(*n))
}

fn is_hidden(tag: &str) -> bool {
    let element = tag.split_whitespace().next().unwrap_or_default();
    let has = |attribute: &str| tag.contains(attribute);
    match element {
        "sheet" => has("state=\"hidden\"") || has("state=\"veryHidden\""),
        "row" | "col" => has("hidden=\"1\"") || has("hidden=\"true\""),
        "definedName" => has("hidden=\"1\"") || has("hidden=\"true\""),
        _ => false,
    }
}

/// The texts of `<f>` elements.
fn formulas(xml: &str) -> impl Iterator<Item = String> + '_ {
    let starts = xml.split("<f").skip(1).filter(|rest| rest.starts_with(['>', ' ']));
    starts.filter_map(|rest| Some(unescaped(rest.split_once('>')?.1.split("</f>").next()?)))
}

fn without_tags(xml: &str, between: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    for (n, piece) in xml.split('<').enumerate() {
        match piece.split_once('>') {
            Some((_, text)) if n > 0 => {
                out.push_str(between);
                out.push_str(text);
            }
            _ => out.push_str(piece),
        }
    }
    out
}

/// With a figure in each of a sentence's `{places}`.
fn without_places(sentences: &str) -> String {
    let filled = |(n, piece): (usize, &str)| match piece.split_once('}') {
        Some((_, rest)) if n > 0 => format!(" 0 {rest}"),
        _ => piece.to_string(),
    };
    sentences.split('{').enumerate().map(filled).collect()
}

/// With the same figure for all, and a blank at both ends: what differs in its figures alone is the same sentence.
fn alike(words: &str) -> String {
    let figure = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let words: Vec<&str> = words.split(' ').map(|word| if figure(word) { "0" } else { word }).collect();
    format!(" {} ", words.join(" "))
}

/// XML's five named entities and numeric ones as characters.
fn unescaped(xml: &str) -> String {
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.get(1..).and_then(|r| r.split_once(';')).map(|(entity, _)| entity).filter(|e| e.len() <= 8);
        let read = entity.and_then(|entity| match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            other => {
                let code = other.strip_prefix('#')?;
                let hex = code.strip_prefix(['x', 'X']);
                hex.map_or_else(|| code.parse().ok(), |h| u32::from_str_radix(h, 16).ok()).and_then(char::from_u32)
            }
        });
        match (read, entity) {
            (Some(c), Some(entity)) => {
                out.push(c);
                rest = &rest[entity.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// With the characters that Excel writes as `_xHHHH_` (ECMA-376, 22.9.2.19), an underscore before such a one among them;
/// `None` where there are none.
fn spelt_out(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push_str(&rest[..at]);
                out.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    (out.len() + rest.len() < text.len()).then(|| out + rest)
}

/// Every number that a text shows, however its thousands are marked: `12000000`, `12.000.000`, `12,000,000`, `12 000 000`.
/// Those too small to tell anything are left out.
fn numbers(text: &str) -> BTreeSet<Vnd> {
    let mut all = BTreeSet::new();
    let mut add = |digits: &str| all.extend(digits.parse::<Vnd>().ok().filter(|n| *n >= SMALLEST));
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(from) = bytes[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) {
        let end = digits_end(text, from);
        at = end;
        if from > 0 && matches!(bytes[from - 1], b'.' | b',') {
            continue;
        }
        let first = &text[from..end];
        let mark = text[end..].chars().next().filter(|c| MARKS.contains(c));
        let grouped = mark.map(|mark| grouped(text, end, first, mark)).filter(|all| all != first);
        // Behind a dot or a comma, the first group alone is a part of the number.
        if grouped.is_none() || !matches!(mark, Some('.' | ',')) {
            add(first);
        }
        grouped.iter().for_each(|all| add(all));
    }
    all
}

/// Between groups of three digits.
const MARKS: [char; 6] = ['.', ',', ' ', '\u{a0}', '\u{202f}', '\''];

/// The digits of a number whose further groups of three follow a mark.
fn grouped(text: &str, end: usize, first: &str, mark: char) -> String {
    let mut digits = first.to_string();
    let mut next = end;
    while let Some(rest) = text[next..].strip_prefix(mark) {
        let from = text.len() - rest.len();
        if digits_end(text, from) != from + 3 {
            break;
        }
        digits.push_str(&text[from..from + 3]);
        next = from + 3;
    }
    digits
}

fn digits_end(text: &str, from: usize) -> usize {
    from + text.as_bytes()[from..].iter().take_while(|b| b.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for text in ["12000000", "giá 12.000.000đ", "(12,000,000)", "12 000 000", "12\u{a0}000\u{a0}000,5", "12'000'000."] {
            assert!(numbers(text).contains(&12_000_000), "{text}");
        }
        for text in ["112.000.000", "12.000.000.000", "112000000", "0.12000000", "12.000.0000"] {
            assert!(!numbers(text).contains(&12_000_000), "{text}");
        }
    }

    #[test]
    fn texts_are_found_through_tags_and_entities() {
        assert_eq!(unescaped("A &amp; B &#7871;&#x1EBF; &oops; & C"), "A & B ếế &oops; & C");
        assert_eq!(without_tags("<t>giá</t><t> vốn</t>", ""), "giá vốn");
        assert_eq!(spelt_out("a_x000D__x005F_x0041_ _x_ _xé_ _x0"), Some("a\r_x0041_ _x_ _xé_ _x0".into()));
        assert_eq!(spelt_out("_x00ZZ_ _x"), None);
        assert_eq!(plain("  Giá-vốn: ĐỘI kỹ thuật!"), "gia von doi ky thuat");
        assert_eq!(formulas("<f>A1&gt;B1</f><fill/><f t=\"shared\">SUM(C1)</f>").collect::<Vec<_>>(), ["A1>B1", "SUM(C1)"]);
    }
}
