//! The customer's workbooks as the customer opens them, and as somebody curious takes them apart.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::facts::{Case, Quote};
use super::typing::{grouped, vietnamese};
use super::workbook::looked_at;

/// What differs between a quote's workbook, opened by another program, and the facts.
pub fn differences(path: &Path, quote: &Quote) -> Vec<String> {
    let book = looked_at(path);
    let mut wrong = private_things(&book);
    let rows = rows(&book);
    let mut expect = |what: &str, expected: String, found: Option<String>| {
        if found.as_deref() != Some(expected.as_str()) {
            wrong.push(format!("workbook, {what}: expected {expected}, found {}", found.unwrap_or("nothing".into())));
        }
    };
    for line in &quote.lines {
        let row = rows.iter().find(|r| match line.item_no {
            Some(_) => r.iter().any(|v| text(v) == line.name),
            None => r.iter().any(|v| is_server(&text(v))) && r.iter().any(|v| number(v) == Some(line.amount as f64)),
        });
        let numbers: Vec<f64> = row.map(|r| r.iter().filter_map(number).collect()).unwrap_or_default();
        // Its number first, then days, quantity, price and amount, as the header has them.
        let mut expected = vec![f64::from(line.no)];
        expected.extend(line.days);
        expected.extend([line.quantity as f64, line.unit_price as f64, line.amount as f64]);
        expect(&format!("line {}", line.no), format!("{expected:?}"), row.map(|_| format!("{numbers:?}")));
    }
    let amount = |label: &str| last_number(&rows, label).map(|n| n.to_string());
    expect("subtotal", quote.subtotal.to_string(), amount("Cộng tiền hàng"));
    expect("total", quote.total.to_string(), amount("Tổng cộng"));
    if quote.discount_amount > 0 {
        expect("discount", (-quote.discount_amount).to_string(), amount("Chiết khấu"));
    }
    let vat = rows.iter().filter(|r| opens_with(r, "Thuế GTGT")).filter_map(|r| r.iter().filter_map(number).next_back());
    let vat = vat.fold(0.0, |sum, rate| sum + rate);
    expect("VAT", quote.vat_amount.to_string(), Some(vat.to_string()));
    let words = rows.iter().flatten().map(text).find(|t| t.starts_with("Bằng chữ"));
    expect("in words", format!("Bằng chữ: {}.", quote.total_in_words), words.map(|w| format!("{}.", w.trim_end_matches('.'))));
    let said: String = rows.iter().flatten().map(|v| text(v) + "\n").collect();
    for day in [quote.date, quote.expires_on] {
        let long = day.format("ngày %d tháng %m năm %Y").to_string();
        let there = said.contains(&vietnamese(day)) || said.contains(&long) || said.contains(&day.to_string());
        expect("date", vietnamese(day), there.then(|| vietnamese(day)));
    }
    wrong
}

/// Sheets, rows, comments and names that the customer's file may not have.
fn private_things(book: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    for sheet in book["sheets"].as_array().into_iter().flatten() {
        let empty = |key: &str| sheet[key].as_array().is_none_or(Vec::is_empty);
        if sheet["state"] != "visible" || !empty("hidden") || !empty("comments") {
            wrong.push(format!("workbook: something hidden or noted on {}", sheet["title"]));
        }
        let elsewhere = |f: &&Value| f.as_str().is_some_and(|f| f.contains(['!', '[']));
        wrong.extend(sheet["formulas"].as_array().into_iter().flatten().filter(elsewhere).map(|f| format!("formula {f}")));
    }
    let names = book["names"].as_array().into_iter().flatten().filter_map(Value::as_str);
    wrong.extend(names.filter(|n| n.starts_with("qd_")).map(|n| format!("a name of the form: {n}")));
    wrong
}

/// Every internal value of the case that stands in any part of a customer's package. `scope`: the appendix, which tells
/// how each thing is solved.
pub fn leaks(path: &Path, case: &Case, quote: &Quote, scope: bool) -> Vec<String> {
    let (numbers, texts) = internals(case, quote, scope);
    let mut package = zip::ZipArchive::new(File::open(path).expect("the quote is there")).expect("an xlsx is a zip");
    let mut found = Vec::new();
    for i in 0..package.len() {
        let mut part = package.by_index(i).expect("a part of the package");
        let (name, mut bytes) = (part.name().expect("a name").into_owned(), Vec::new());
        part.read_to_end(&mut bytes).expect("a whole part");
        if ["comment", "vba", "externalLink", "custom", "embedding"].iter().any(|w| name.contains(w)) {
            found.push(format!("{name} has no place in a customer's file"));
        }
        let xml: String = String::from_utf8_lossy(&bytes).nfc().collect();
        let words = without_tags(&xml);
        found.extend(
            texts.iter().filter(|t| words.contains(t.as_str()) || xml.contains(t.as_str())).map(|t| format!("{name}: {t}")),
        );
        if !name.contains("theme") && !name.contains("styles") && !name.contains("drawing") {
            let shapes = |n: &i64| [n.to_string(), grouped(*n, '.'), grouped(*n, ','), grouped(*n, ' ')];
            found.extend(
                numbers.iter().filter(|n| shapes(n).iter().any(|s| stands_in(&words, s))).map(|n| format!("{name}: {n}")),
            );
        }
    }
    found
}

fn internals(case: &Case, quote: &Quote, scope: bool) -> (BTreeSet<i64>, BTreeSet<String>) {
    let mut numbers = BTreeSet::from([case.budget.total, case.budget.private_server]);
    let mut texts = BTreeSet::from([case.cskh.text.clone(), case.budget.text.clone()]);
    texts.extend([&case.cskh.email, &case.leader.email, &case.director.email].map(String::clone));
    texts.extend(case.outcome.reason.clone());
    texts.extend(case.additional_info.iter().map(|i| i.text.clone()));
    texts.extend(case.leader_review.rounds.iter().flat_map(|r| &r.checks).map(|c| c.comment.clone()));
    if let Some(tech) = &case.tech_feedback {
        numbers.extend([tech.server_cost, tech.total_cost]);
        texts.extend([tech.by.name.clone(), tech.by.email.clone()]);
    }
    for item in &case.items {
        texts.insert(item.purpose.clone());
        let quoted = quote.lines.iter().any(|l| l.item_no == Some(item.no));
        texts.extend((!quoted).then(|| item.content.clone()));
        texts.extend((!quoted || !scope).then(|| item.solution.clone()));
        let Some(tech) = &item.tech else { continue };
        numbers.extend(tech.cost);
        texts.extend(tech.reason.clone());
        texts.extend(tech.note.clone().filter(|_| tech.feasible != "partial"));
    }
    let lines = || quote.lines.iter();
    let shown: BTreeSet<i64> = lines()
        .flat_map(|l| [l.unit_price, l.amount])
        .chain([quote.subtotal, quote.discount_amount, quote.vat_amount, quote.total])
        .collect();
    let said: String = lines().map(|l| format!("{}\n{}\n", l.name, l.explanation)).collect();
    numbers.retain(|n| *n >= 1_000 && !shown.contains(n));
    // What has no letter is a number, and was looked at as one.
    texts.retain(|t| !said.contains(t.as_str()) && t.chars().any(char::is_alphabetic) && !names_a_price(t, &shown));
    (numbers, texts)
}

/// A budget that says an amount which is a price as well tells nothing.
fn names_a_price(text: &str, shown: &BTreeSet<i64>) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().is_ok_and(|n| shown.contains(&n))
}

fn without_tags(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<') {
        out.push_str(piece.split_once('>').map_or(piece, |(_, after)| after));
        out.push('\n');
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// A number that is not a piece of a longer one.
fn stands_in(words: &str, number: &str) -> bool {
    let part_of_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    words.match_indices(number).any(|(at, found)| {
        let before = words[..at].chars().next_back();
        let mut after = words[at + found.len()..].chars();
        let next = after.next();
        let longer = next.is_some_and(|c| c.is_ascii_digit())
            || next.is_some_and(part_of_number) && after.next().is_some_and(|c| c.is_ascii_digit());
        !before.is_some_and(part_of_number) && !longer
    })
}

fn rows(book: &Value) -> Vec<Vec<Value>> {
    let sheets = book["sheets"].as_array().into_iter().flatten();
    let rows = sheets.flat_map(|s| s["rows"].as_array().into_iter().flatten());
    rows.map(|r| r.as_array().into_iter().flatten().filter(|v| !v.is_null()).cloned().collect()).collect()
}

fn opens_with(row: &[Value], label: &str) -> bool {
    row.iter().any(|v| text(v).to_lowercase().starts_with(&label.to_lowercase()))
}

fn last_number(rows: &[Vec<Value>], label: &str) -> Option<f64> {
    rows.iter().filter(|r| opens_with(r, label)).find_map(|r| r.iter().filter_map(number).next_back())
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().nfc().collect()
}

/// How the desk calls the private server's line is its own; its name says that it is one.
pub fn is_server(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("máy chủ") || name.contains("server")
}
