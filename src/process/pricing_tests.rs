//! What the Director may leave out, and what makes no quote.

use chrono::TimeZone;
use proptest::prelude::*;

use super::super::difference::{Difference, between};
use super::*;
use crate::config::Config;

fn house() -> House {
    let toml = "[[regions]]\nid = \"nam\"\nname = \"Miền Nam\"\n";
    Config::parse(toml, None, std::path::Path::new("/desk")).unwrap().house
}

fn moment() -> Moment {
    let at = chrono::Utc.with_ymd_and_hms(2021, 6, 23, 3, 0, 0).unwrap();
    Moment { next_quote: 7, ..Moment::plain(at) }
}

/// Two items that can be done (10 and 5 triệu) and one that cannot, each with its cells as `name=value`.
fn case(fields: &[(&str, Value)]) -> Case {
    let mut case = Case { id: "YC-2021-0001".into(), ..Case::default() };
    case.form.fields.insert("short".into(), Value::Text("An Phát".into()));
    for (no, feasible, cost, days) in [(1, "yes", 10_000_000, 6), (2, "partial", 5_000_000, 5), (3, "no", 0, 0)] {
        let mut item = Item { id: format!("M{no:02}"), no, ..Item::default() };
        item.cells.insert("nd".into(), Value::Text(format!("Mục {no}")));
        item.cells.insert("kt_kq".into(), Value::Choice(feasible.into()));
        if feasible != "no" {
            item.cells.insert("kt_cp".into(), Value::Money(cost));
            item.cells.insert("kt_ngay".into(), Value::Days(days));
            item.cells.insert("gd_gia".into(), Value::Money(cost * 2));
        }
        case.form.items.push(item);
    }
    for (name, value) in fields {
        match name.split_once('.') {
            Some((id, name)) => case.form.item_mut(id).unwrap().cells.insert(name.into(), value.clone()),
            None => case.form.fields.insert((*name).into(), value.clone()),
        };
    }
    case
}

fn quote(fields: &[(&str, Value)]) -> Quote {
    price(&case(fields), &house(), &moment()).unwrap()
}

/// `field@item kind` of each problem.
fn problems(fields: &[(&str, Value)]) -> Vec<(String, Kind)> {
    let found = price(&case(fields), &house(), &moment()).unwrap_err();
    found.into_iter().map(|p| (format!("{}{}", p.field, p.item.map_or(String::new(), |i| format!("@{i}"))), p.kind)).collect()
}

fn choice(code: &str) -> Value {
    Value::Choice(code.into())
}

#[test]
fn what_can_be_done_is_quoted_and_blank_cells_take_the_defaults() {
    let q = quote(&[]);
    assert_eq!(q.lines.iter().map(|l| l.item.as_deref().unwrap()).collect::<Vec<_>>(), ["M01", "M02"]);
    assert_eq!((q.subtotal, q.vat, q.total), (30_000_000, 2_400_000, 32_400_000), "8 % of the config");
    assert_eq!((q.number.as_str(), q.expires.to_string().as_str()), ("BG-210623-007", "2021-07-08"));
    assert_eq!(q.half_days, Some(11));
    assert_eq!(q.total_in_words, "Ba mươi hai triệu bốn trăm nghìn đồng chẵn");
}

#[test]
fn nothing_is_offered_that_cannot_be_done() {
    assert_eq!(problems(&[("M03.gd_bao", choice("yes"))]), [("gd_bao@M03".into(), Kind::NotDoable)]);
    let none = [("M01.gd_bao", choice("no")), ("M02.gd_bao", choice("no"))];
    assert_eq!(problems(&none), [("gd_bao".into(), Kind::NoItems)]);
}

#[test]
fn prices_are_never_guessed() {
    let mut blank = case(&[]);
    blank.form.item_mut("M01").unwrap().cells.remove("gd_gia");
    let found = price(&blank, &house(), &moment()).unwrap_err();
    assert_eq!((found[0].field.as_str(), found[0].item.as_deref(), &found[0].kind), ("gd_gia", Some("M01"), &Kind::NoPrice));

    assert_eq!(problems(&[("M01.gd_gia", Value::Money(-1))]), [("gd_gia@M01".into(), Kind::Negative)]);
    assert_eq!(problems(&[("pr_mode", choice("markup"))]), [("pr_markup".into(), Kind::Missing)]);
    let both = Kind::OneOfBoth { other: "pr_markup".into() };
    let markup = [("pr_mode", choice("markup")), ("pr_markup", Value::Percent(3_000))];
    assert_eq!(problems(&markup), [("gd_gia@M01".into(), both.clone()), ("gd_gia@M02".into(), both)]);
    assert_eq!(quote(&[("pr_markup", Value::Percent(3_000))]).subtotal, 30_000_000, "a suggestion alone prices nothing");
}

#[test]
fn a_markup_is_rounded_up() {
    let of = |round: Option<&str>| {
        let mut c =
            case(&[("pr_mode", choice("markup")), ("pr_markup", Value::Percent(3_333)), ("M01.kt_cp", Value::Money(10_000_001))]);
        if let Some(code) = round {
            c.form.fields.insert("pr_round".into(), choice(code));
        }
        for item in &mut c.form.items {
            item.cells.remove("gd_gia");
        }
        price(&c, &house(), &moment()).unwrap().lines[0].unit_price
    };
    assert_eq!([of(None), of(Some("10000")), of(Some("1000"))], [13_400_000, 13_340_000, 13_334_000]);
}

#[test]
fn the_server_has_its_own_line_and_tax_and_no_discount() {
    let q = quote(&[
        ("kt_srv", choice("yes")),
        ("kt_srv_cycle", choice("year")),
        ("pr_srv", Value::Money(20_000_000)),
        ("pr_vat", choice("kct")),
        ("pr_disc_pct", Value::Percent(1_000)),
    ]);
    let server = q.lines.last().unwrap();
    assert_eq!((server.name.as_str(), server.item.as_deref(), server.vat), ("Máy chủ riêng (12 tháng)", None, Vat::Rate(800)));
    assert_eq!((q.discount, q.subtotal), (3_000_000, 50_000_000));
    let row = |rate, base, vat| VatLine { rate, base, vat };
    assert_eq!(q.vat_lines, [row(Vat::Exempt, 27_000_000, 0), row(Vat::Rate(800), 20_000_000, 1_600_000)]);
    assert_eq!(q.total, 48_600_000);

    assert_eq!(problems(&[("kt_srv", choice("yes"))]), [("pr_srv".into(), Kind::NoPrice)]);
    // Said of an item alone; what is said of the whole counts before it.
    assert_eq!(problems(&[("M01.kt_sv", choice("yes"))]), [("pr_srv".into(), Kind::NoPrice)]);
    assert_eq!(quote(&[("M01.kt_sv", choice("yes")), ("kt_srv", choice("no"))]).lines.len(), 2);
    assert_eq!(quote(&[("kt_srv", choice("yes")), ("pr_srv", Value::Money(0))]).lines.len(), 2, "the customer has one");
}

#[test]
fn a_discount_is_one_of_both_and_in_thousands() {
    assert_eq!(quote(&[("pr_disc_pct", Value::Percent(333))]).discount, 999_000);
    assert_eq!(quote(&[("pr_disc_amt", Value::Money(1_234_500))]).discount, 1_235_000);
    let both = [("pr_disc_pct", Value::Percent(500)), ("pr_disc_amt", Value::Money(1_000_000))];
    assert_eq!(problems(&both), [("pr_disc_amt".into(), Kind::OneOfBoth { other: "pr_disc_pct".into() })]);
    let more = Kind::DiscountTooLarge { of: 30_000_000 };
    assert_eq!(problems(&[("pr_disc_amt", Value::Money(31_000_000))]), [("pr_disc_amt".into(), more.clone())]);
    assert_eq!(problems(&[("pr_disc_pct", Value::Percent(10_001))]), [("pr_disc_pct".into(), more)]);
    assert_eq!(problems(&[("pr_disc_pct", Value::Percent(-500))]), [("pr_disc_pct".into(), Kind::Negative)]);
}

fn vat_code() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("kct"), Just("0"), Just("5"), Just("8"), Just("10")]
}

proptest! {
    /// Domain a.8 and b.3, whatever is typed: the sums are those of the lines, each tax is half up of its own base, no discount
    /// touches the server, and the words say the total.
    #[test]
    fn sums_are_those_of_the_lines(
        prices in prop::collection::vec(0i64..5_000_000_000, 1..7),
        server in prop::option::of(1i64..900_000_000),
        (vat, server_vat) in (vat_code(), vat_code()),
        percent in prop::option::of(1i64..=WHOLE),
        amount in 0i64..2_000_000_000,
    ) {
        let mut case = case(&[("pr_vat", choice(vat)), ("pr_srv_vat", choice(server_vat))]);
        let (first, mut fields) = (case.form.items[0].clone(), case.form.fields.clone());
        case.form.items = (1..).zip(&prices).map(|(no, price)| {
            let mut item = Item { id: format!("M{no:02}"), no, ..first.clone() };
            item.cells.insert("gd_gia".into(), Value::Money(*price));
            item
        }).collect();
        server.into_iter().for_each(|price| drop(fields.insert("pr_srv".into(), Value::Money(price))));
        match percent {
            Some(percent) => fields.insert("pr_disc_pct".into(), Value::Percent(percent)),
            None => fields.insert("pr_disc_amt".into(), Value::Money(amount)),
        };
        case.form.fields = fields;
        let software: Vnd = prices.iter().sum();
        let quote = match price(&case, &house(), &moment()) {
            Ok(quote) => quote,
            Err(problems) => {
                let too_much = Kind::DiscountTooLarge { of: software };
                prop_assert!(problems.iter().all(|p| p.kind == too_much) && percent.is_none() && nearest_thousand(amount) > software);
                return Ok(());
            }
        };
        prop_assert!(quote.lines.iter().all(|l| l.amount == l.unit_price * l.quantity));
        prop_assert_eq!(quote.subtotal, software + server.unwrap_or(0));
        prop_assert!((0..=software).contains(&quote.discount));
        prop_assert!(quote.discount % 1_000 == 0 || quote.discount == software);
        let asked = percent.map_or(amount, |p| percent_of(software, p));
        prop_assert!((quote.discount - asked).abs() <= 500);
        prop_assert_eq!(quote.vat_lines.iter().map(|row| row.base).sum::<Vnd>(), quote.subtotal - quote.discount);
        for row in &quote.vat_lines {
            let undiscounted: Vnd = quote.lines.iter().filter(|l| l.vat == row.rate).map(|l| l.amount).sum();
            let of_software = quote.lines.iter().any(|l| l.vat == row.rate && l.item.is_some());
            prop_assert_eq!(row.base, undiscounted - if of_software { quote.discount } else { 0 });
            match row.rate {
                Vat::Exempt => prop_assert_eq!(row.vat, 0),
                // Half up: off by half a đồng at most, and by that only upwards.
                Vat::Rate(rate) => prop_assert!((-WHOLE / 2 + 1..=WHOLE / 2).contains(&(row.vat * WHOLE - row.base * rate))),
            }
        }
        prop_assert_eq!(quote.vat, quote.vat_lines.iter().map(|row| row.vat).sum::<Vnd>());
        prop_assert_eq!(quote.total, quote.subtotal - quote.discount + quote.vat);
        prop_assert_eq!(words::from_words(&quote.total_in_words), u128::try_from(quote.total).ok());
    }
}

#[test]
fn odd_rates_and_validities_are_asked_back() {
    let allowed = ["KCT", "0", "5", "8", "10"].map(str::to_string).to_vec();
    assert_eq!(problems(&[("pr_vat", choice("vat"))]), [("pr_vat".into(), Kind::NotInList { allowed })]);
    assert_eq!(quote(&[("pr_vat", choice("10"))]).vat, 3_000_000);
    assert_eq!(quote(&[("pr_vat", choice("0"))]).vat_lines, [VatLine { rate: Vat::Rate(0), base: 30_000_000, vat: 0 }]);
    assert_eq!(quote(&[("pr_valid", Value::Number(30))]).expires.to_string(), "2021-07-23");
    for days in [0, -3, 367, i64::MAX] {
        assert_eq!(problems(&[("pr_valid", Value::Number(days))]), [("pr_valid".into(), Kind::DaysOutOfRange)]);
    }
}

#[test]
fn below_cost_is_a_warning() {
    let c = case(&[("M02.gd_gia", Value::Money(4_999_999)), ("kt_srv_cost", Value::Money(9)), ("pr_srv", Value::Money(8))]);
    let quote = price(&c, &house(), &moment()).unwrap();
    let found: Vec<_> = warnings(&c, &quote).into_iter().map(|p| (p.field, p.item, p.severity, p.kind)).collect();
    let below =
        |field: &str, item: Option<&str>| (field.to_string(), item.map(str::to_string), Severity::Warning, Kind::BelowCost);
    assert_eq!(found, [below("gd_gia", Some("M02")), below("pr_srv", None)]);
}

/// A server that Tech says nobody needs is confirmed; a price for what cannot be done is in no quote, and that is told.
#[test]
fn prices_beside_what_tech_says_are_warnings() {
    let c = case(&[("kt_srv", choice("no")), ("pr_srv", Value::Money(20_000_000))]);
    let found: Vec<_> = warnings(&c, &price(&c, &house(), &moment()).unwrap()).into_iter().map(|p| (p.field, p.kind)).collect();
    assert_eq!(found, [("pr_srv".into(), Kind::ServerNotNeeded)]);
    let priced = |id: &str| Change { at: Cell::Item(id.into(), "gd_gia".into()), old: None, new: Some(Value::Money(5)) };
    let found = priced_in_vain(&c.form, &[priced("M01"), priced("M03")]);
    let found: Vec<_> = found.into_iter().map(|p| (p.item, p.severity, p.kind)).collect();
    assert_eq!(found, [(Some("M03".into()), Severity::Warning, Kind::NotQuoted)]);
}

/// The prices hold, and the discount on them does not: the Director is told of that as well.
#[test]
fn a_discount_below_cost_is_a_warning() {
    let found = |fields: &[(&str, Value)]| {
        let c = case(fields);
        let quote = price(&c, &house(), &moment()).unwrap();
        warnings(&c, &quote).into_iter().map(|p| (p.field, p.item, p.found)).collect::<Vec<_>>()
    };
    assert_eq!(found(&[("pr_disc_pct", Value::Percent(5000))]), [], "at cost");
    assert_eq!(found(&[("pr_disc_pct", Value::Percent(6000))]), [("pr_disc_pct".into(), None, "12000000".into())]);
    let in_all = [("pr_disc_amt", Value::Money(15_001_000))];
    assert_eq!(found(&in_all), [("pr_disc_amt".into(), None, "14999000".into())]);
}

#[test]
fn the_customer_is_told_the_directors_days_and_never_fewer_than_one_line_takes() {
    assert_eq!(quote(&[("M01.gd_ngay", Value::Days(20))]).half_days, Some(25));
    assert_eq!(quote(&[("kt_days", Value::Days(8))]).half_days, Some(8));
    assert_eq!(quote(&[("kt_days", Value::Days(8)), ("M01.gd_ngay", Value::Days(20))]).half_days, Some(20));
    assert_eq!(quote(&[("kt_days", Value::Days(10)), ("M02.gd_bao", choice("no"))]).half_days, Some(6));
    // More than the items: what comes on top of them does so whichever of them are quoted.
    assert_eq!(quote(&[("kt_days", Value::Days(30))]).half_days, Some(30));
    assert_eq!(quote(&[("kt_days", Value::Days(30)), ("M02.gd_bao", choice("no"))]).half_days, Some(25));
}

/// What a further quote changes beside its lines and sums is told as well; a new day alone is no difference.
#[test]
fn a_further_quote_that_changes_terms_alone_differs() {
    let text = |text: &str| Value::Text(text.into());
    let old = quote(&[("pr_vat", choice("kct")), ("kt_start", text("5 ngày"))]);
    let later = Quote { date: old.date + Days::new(9), expires: old.expires + Days::new(9), ..old.clone() };
    assert_eq!(between(&old, &later), []);
    let new = quote(&[
        ("pr_vat", choice("0")),
        ("kt_start", text("10 ngày")),
        ("kt_days", Value::Days(8)),
        ("pr_valid", Value::Number(30)),
        ("pr_pay", text("30/70")),
    ]);
    assert_eq!(
        between(&old, &new),
        [
            Difference::VatKind { old: vec![Vat::Exempt], new: vec![Vat::Rate(0)] },
            Difference::Validity { old: 15, new: 30 },
            Difference::Duration { old: Some(11), new: Some(8) },
            Difference::Start { old: Some("5 ngày".into()), new: Some("10 ngày".into()) },
            Difference::Payment { old: None, new: Some("30/70".into()) },
        ]
    );
}

#[test]
fn no_file_name_is_used_twice() {
    let region = [("region", Value::Text("miền nam".into()))];
    let mut case = case(&region);
    let mut at = moment();
    let mut next = |case: &mut Case| {
        let quote = price(case, &house(), &at).unwrap();
        at.names_taken.push(quote.file.clone());
        case.quotes.push(quote.clone());
        (quote.file, quote.number)
    };
    assert_eq!(next(&mut case).0, "Báo giá tùy biến An Phát (23.06.21).xlsx");
    let (file, number) = next(&mut case);
    assert_eq!((file.as_str(), number.as_str()), ("Báo giá tùy biến An Phát (23.06.21) R2.xlsx", "BG-210623-007/R2"));

    let mut other = super::tests::case(&region);
    other.id = "YC-2021-0002".into();
    assert_eq!(next(&mut other).0, "Báo giá tùy biến An Phát - Miền Nam (23.06.21).xlsx");
    assert_eq!(next(&mut other).0, "Báo giá tùy biến An Phát - Miền Nam (23.06.21) R2.xlsx");
    let mut third = super::tests::case(&region);
    third.id = "YC-2021-0003".into();
    assert_eq!(next(&mut third).0, "Báo giá tùy biến An Phát - YC-2021-0003 (23.06.21).xlsx");
}

#[test]
fn the_items_of_an_area_stand_together() {
    let mut case = case(&[]);
    let area = |item: &mut Item, name: &str| drop(item.cells.insert("khu".into(), Value::Text(name.into())));
    let mut more: Vec<Item> = case.form.items[..2].to_vec();
    for (no, item) in (4..).zip(&mut more) {
        (item.id, item.no) = (format!("M{no:02}"), no);
    }
    case.form.items.extend(more);
    for (at, name) in ["Kho", "Bán hàng", "Kho", "kho", "Bán hàng"].into_iter().enumerate() {
        area(&mut case.form.items[at], name);
    }
    let q = price(&case, &house(), &moment()).unwrap();
    let order: Vec<(u32, &str)> = q.lines.iter().map(|l| (l.no, l.item.as_deref().unwrap_or_default())).collect();
    assert_eq!(order, [(1, "M01"), (2, "M04"), (3, "M02"), (4, "M05")]);
}
