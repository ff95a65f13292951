//! Every quote of the sample cases comes out to the đồng, from what the Director fills in.

mod facts;

use quotedesk::process::difference::{self, Difference};
use quotedesk::process::house::Vat;
use quotedesk::process::pricing::{price, warnings};
use quotedesk::process::quote::Quote;
use serde_json::{Value, json};

/// A quote in the words of the facts, so that the two are compared whole.
fn as_fact(quote: &Quote, fact: &Value) -> Value {
    let vat = |rate: Vat| match rate {
        Vat::Exempt => json!("KCT"),
        Vat::Rate(r) => json!(r / 100),
    };
    let lines = quote.lines.iter().map(|l| {
        json!({
            "no": l.no, "item_no": l.item.as_deref().and_then(|i| i[1..].parse::<u32>().ok()), "name": l.name,
            "explanation": l.explanation, "days": l.half_days.map(|d| d / 2), "unit": l.unit, "quantity": l.quantity,
            "unit_price": l.unit_price, "amount": l.amount, "vat": vat(l.vat),
        })
    });
    let vat_lines = quote.vat_lines.iter().map(|v| {
        let rate = vat(v.rate);
        json!({ "rate": rate.as_str().map_or(rate.to_string(), str::to_string), "base": v.base, "vat": v.vat })
    });
    json!({
        "rev": quote.revision, "date": quote.date, "number": quote.number, "file_name": quote.file,
        "expires_on": quote.expires, "lines": lines.collect::<Vec<_>>(), "subtotal": quote.subtotal,
        "discount_percent": quote.discount_percent.unwrap_or(0) / 100, "discount_amount": quote.discount,
        "vat_lines": vat_lines.collect::<Vec<_>>(), "vat_amount": quote.vat, "total": quote.total,
        "total_in_words": quote.total_in_words,
        // Not the quote's own: how many days the dates are apart, what closes when, and why it was asked for.
        "valid_days": fact["valid_days"], "close_on_if_silent": fact["close_on_if_silent"], "why": fact["why"],
    })
}

#[test]
fn all_quotes_of_all_cases() {
    let mut made = 0;
    for fact in facts::cases() {
        let house = facts::house(&fact);
        let mut earlier = Vec::new();
        for wanted in fact["quotes"].as_array().unwrap() {
            let mut case = facts::priced(&fact, wanted);
            case.quotes = earlier.clone();
            let quote = price(&case, &house, &facts::moment(wanted)).unwrap_or_else(|why| panic!("{}: {why:?}", fact["id"]));
            assert_eq!(as_fact(&quote, wanted), *wanted, "{} revision {}", fact["id"], wanted["rev"]);
            assert_eq!(warnings(&case, &quote), [], "no line is below cost");
            made += 1;
            earlier.push(quote);
        }
    }
    assert_eq!(made, 14);
}

#[test]
fn a_further_revision_says_what_is_different() {
    let fact = facts::case_named("YC-2025-012");
    let house = facts::house(&fact);
    let [old, new] =
        [0, 1].map(|n| price(&facts::priced(&fact, &fact["quotes"][n]), &house, &facts::moment(&fact["quotes"][n])).unwrap());
    let dropped = fact["items"][5]["content"].as_str().unwrap().to_string();
    assert_eq!(
        difference::between(&old, &new),
        [
            Difference::Removed { name: dropped, amount: 4_500_000 },
            Difference::Discount { old: 0, new: 3_440_000 },
            Difference::Total { old: 47_500_000, new: 39_560_000 },
        ]
    );
    assert_eq!(difference::between(&new, &new), []);
}

#[test]
fn what_tech_can_do_of_an_item_stands_beside_it() {
    let fact = facts::case_named("YC-2024-005");
    let quote =
        price(&facts::priced(&fact, &fact["quotes"][0]), &facts::house(&fact), &facts::moment(&fact["quotes"][0])).unwrap();
    assert_eq!(quote.lines[7].scope, "Chỉ xuất tệp một chiều");
    assert_eq!(quote.half_days, Some(300), "Tech works side by side: 150 days, not 213");
}
