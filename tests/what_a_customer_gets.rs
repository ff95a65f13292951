//! Quote and annex of every sample case: what the customer reads in them, and that nothing internal is there.

mod facts;

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use quotedesk::desk::documents;
use quotedesk::process::case::{Case, Plan};
use quotedesk::process::house::{House, Lang, Role, Vat};
use quotedesk::process::pricing::price;
use quotedesk::process::quote::{Quote, VatLine};
use quotedesk::quote::gate::{Internals, Paper, What, check};
use quotedesk::quote::public::{Public, Scope};
use quotedesk::quote::sentences::Sentences;
use quotedesk::quote::{appendix, workbook};
use serde_json::Value;

struct Papers {
    case: Case,
    house: House,
    quote: Quote,
    sentences: Sentences,
    book: Vec<u8>,
    annex: Vec<u8>,
}

fn papers_of(mut case: Case, house: House, fact_quote: &Value) -> Papers {
    let quote = price(&case, &house, &facts::moment(fact_quote)).expect("a quote");
    let sentences = Sentences::built_in(house.lang).expect("sentences");
    case.contract.number = Some("001/2021/HĐDV-VPM".into());
    case.contract.signed_on = Some(quote.expires);
    case.plan = Some(Plan { start: quote.expires, end: quote.expires });
    let public = Public::of(&case, &house, &quote);
    let book = workbook::write(&quote, &public, &house, &sentences).expect("a workbook");
    let annex = appendix::write(&quote, &public, &Scope::of(&case, &quote), &house, &sentences).expect("an annex");
    Papers { case, house, quote, sentences, book, annex }
}

fn papers(fact: &Value, revision: usize) -> Papers {
    let fact_quote = &fact["quotes"][revision];
    papers_of(facts::priced(fact, fact_quote), facts::house(fact), fact_quote)
}

fn every_paper() -> impl Iterator<Item = (Value, Value, Papers)> {
    facts::cases().into_iter().flat_map(|fact| {
        let quotes = fact["quotes"].as_array().unwrap().clone();
        quotes.into_iter().enumerate().map(move |(n, quote)| (fact.clone(), quote, papers(&fact, n))).collect::<Vec<_>>()
    })
}

/// The first sheet's rows as text, blank cells left out.
fn rows(book: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("readable");
    sheet.rows().map(|row| row.iter().filter(|c| !matches!(c, Data::Empty)).cloned().collect()).collect()
}

fn parts(book: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(book)).expect("a package");
    let mut parts = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a part");
        let mut text = Vec::new();
        file.read_to_end(&mut text).expect("readable");
        parts.push((file.name().expect("a name").into_owned(), String::from_utf8_lossy(&text).into_owned()));
    }
    parts
}

#[test]
fn the_quote_shows_each_line_and_each_sum() {
    for (fact, wanted, papers) in every_paper() {
        let rows = rows(&papers.book);
        let lines: Vec<_> = rows.iter().filter(|r| r.len() > 4 && matches!(r[0], Data::Float(_))).collect();
        assert_eq!(lines.len(), wanted["lines"].as_array().unwrap().len(), "{}", fact["id"]);
        for (row, line) in lines.iter().zip(wanted["lines"].as_array().unwrap()) {
            assert_eq!(row[1].to_string(), facts::text(&line["name"]));
            assert_eq!(row.last().unwrap().to_string(), line["amount"].to_string());
        }
        let sum = |label: &str| {
            let row = rows.iter().find(|r| r.first().is_some_and(|c| *c == label));
            row.map(|r| r[1].to_string())
        };
        assert_eq!(sum("Cộng tiền hàng"), Some(wanted["subtotal"].to_string()));
        assert_eq!(sum("TỔNG CỘNG"), Some(wanted["total"].to_string()));
        let words = format!("Bằng chữ: {}.", facts::text(&wanted["total_in_words"]));
        assert!(rows.iter().flatten().any(|c| c.to_string() == words), "{words}");
        let until = facts::day(&wanted["expires_on"]).format("đến hết ngày %d/%m/%Y").to_string();
        assert!(rows.iter().flatten().any(|c| c.to_string().contains(&until)), "{until}");
    }
}

/// Whichever program reckons the formulas again comes to what is printed: odd prices, discounts and taxes, server or none.
#[test]
fn formulas_come_to_what_stands_in_their_cells() {
    let fact = facts::case_named("YC-2024-005");
    let odd = [1, 999, 12_345_677, 33_333_333, 104_999_995];
    let discounts =
        [("pr_disc_pct", 1), ("pr_disc_pct", 333), ("pr_disc_pct", 1_250), ("pr_disc_amt", 1_234_567), ("pr_disc_amt", 0)];
    let taxes = [("8", "8"), ("8", "10"), ("kct", "8"), ("5", "kct"), ("kct", "kct")];
    for ((name, discount), (vat, server_vat)) in discounts.iter().flat_map(|d| taxes.iter().map(move |t| (*d, *t))) {
        use quotedesk::process::value::Value::{Choice, Money, Percent};
        let mut case = facts::priced(&fact, &fact["quotes"][0]);
        let mut put = |name: &str, value| drop(case.form.fields.insert(name.into(), value));
        put("pr_mode", Choice("per_item".into()));
        put("pr_vat", Choice(vat.into()));
        put("pr_srv_vat", Choice(server_vat.into()));
        put(name, if name == "pr_disc_pct" { Percent(discount) } else { Money(discount) });
        for (item, price) in case.form.items.iter_mut().zip(odd.into_iter().cycle()) {
            item.cells.insert("gd_gia".into(), Money(price));
        }
        let p = papers_of(case, facts::house(&fact), &fact["quotes"][0]);
        for paper in [&p.book, &p.annex] {
            let formulas = Sheet::of(paper).differing();
            assert!(formulas.reckoned >= 2, "{} formulas", formulas.reckoned);
            assert_eq!(formulas.wrong, Vec::<String>::new(), "{name} {discount}, {vat} and {server_vat}");
        }
    }
}

/// A sheet whose few kinds of formulas can be reckoned: sums of ranges, roundings, the four operations.
struct Sheet {
    values: calamine::Range<Data>,
    formulas: calamine::Range<String>,
}

struct Formulas {
    reckoned: usize,
    /// Those that come to something else than their cell shows.
    wrong: Vec<String>,
}

impl Sheet {
    fn of(book: &[u8]) -> Sheet {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
        let name = book.sheet_names().first().cloned().expect("a sheet");
        let (values, formulas) =
            (book.worksheet_range(&name).expect("readable"), book.worksheet_formula(&name).expect("readable"));
        Sheet { values, formulas }
    }

    fn differing(&self) -> Formulas {
        let (top, left) = self.formulas.start().unwrap_or_default();
        let mut found = Formulas { reckoned: 0, wrong: vec![] };
        for (row, column, formula) in self.formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            let mut rest = formula.trim_start_matches('=');
            let (comes_to, shown) = (self.sum(&mut rest), self.number(top + row as u32, left + column as u32));
            found.reckoned += 1;
            if comes_to != shown || !rest.is_empty() {
                found.wrong.push(format!("{formula}: {comes_to}, not {shown}"));
            }
        }
        found
    }

    fn number(&self, row: u32, column: u32) -> f64 {
        match self.values.get_value((row, column)) {
            Some(Data::Float(n)) => *n,
            Some(Data::Int(n)) => *n as f64,
            _ => 0.0,
        }
    }

    fn sum(&self, rest: &mut &str) -> f64 {
        let minus = took(rest, "-");
        let first = self.product(rest);
        let mut sum = if minus { -first } else { first };
        loop {
            if took(rest, "+") {
                sum += self.product(rest);
            } else if took(rest, "-") {
                sum -= self.product(rest);
            } else {
                return sum;
            }
        }
    }

    fn product(&self, rest: &mut &str) -> f64 {
        let mut product = self.part(rest);
        loop {
            if took(rest, "*") {
                product *= self.part(rest);
            } else if took(rest, "/") {
                product /= self.part(rest);
            } else {
                return product;
            }
        }
    }

    fn part(&self, rest: &mut &str) -> f64 {
        if took(rest, "SUM(") {
            let mut sum = 0.0;
            while !took(rest, ")") {
                took(rest, ",");
                let from = cell(rest);
                let to = if took(rest, ":") { cell(rest) } else { from };
                sum += (from.0..=to.0).map(|row| self.number(row, from.1)).sum::<f64>();
            }
            return sum;
        }
        if took(rest, "ROUND(") {
            let value = self.sum(rest);
            assert!(took(rest, ","), "places: {rest}");
            let unit = 10f64.powf(-self.sum(rest));
            assert!(took(rest, ")"), "an end: {rest}");
            return (value.abs() / unit + 0.5).floor() * unit * value.signum();
        }
        if took(rest, "(") {
            let value = self.sum(rest);
            assert!(took(rest, ")"), "an end: {rest}");
            return value;
        }
        if rest.starts_with(|c: char| c.is_ascii_uppercase()) {
            let (row, column) = cell(rest);
            return self.number(row, column);
        }
        digits(rest).parse().expect("a number")
    }
}

fn took(rest: &mut &str, sign: &str) -> bool {
    let after = rest.strip_prefix(sign);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

fn digits<'a>(rest: &mut &'a str) -> &'a str {
    let (digits, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    *rest = after;
    digits
}

/// `H12` from 0: row, column.
fn cell(rest: &mut &str) -> (u32, u32) {
    let column = rest.bytes().next().expect("a column") - b'A';
    *rest = &rest[1..];
    (digits(rest).parse::<u32>().expect("a row") - 1, column.into())
}

#[test]
fn nothing_internal_leaves_the_house() {
    for (fact, _, p) in every_paper() {
        for (paper, file) in [(Paper::Quote, &p.book), (Paper::Appendix, &p.annex)] {
            let internals = Internals::of(&p.case, &p.house, &p.quote, &p.sentences, paper);
            assert!(internals.texts.len() > 5, "{}: something is looked for", fact["id"]);
            assert_eq!(check(file, &internals), Ok(()), "{} {paper:?}", fact["id"]);
        }
    }
}

#[test]
fn the_gate_finds_what_must_not_go_out() {
    let fact = facts::case_named("YC-2021-001");
    let p = papers(&fact, 0);
    let internals = Internals::of(&p.case, &p.house, &p.quote, &p.sentences, Paper::Quote);
    assert!(internals.numbers.contains_key(&3_000_000), "a cost");
    assert!(!internals.numbers.contains_key(&12_000_000), "a cost that is also a price");
    let leaked = |put: &dyn Fn(&mut rust_xlsxwriter::Workbook)| {
        let mut book = rust_xlsxwriter::Workbook::new();
        put(&mut book);
        check(&book.save_to_buffer().unwrap(), &internals).map_err(|l| l.into_iter().map(|l| l.what).collect::<Vec<_>>())
    };
    assert_eq!(leaked(&|b| drop(b.add_worksheet().write(0, 0, "Kính gửi Quý khách 5.000.000 đ").map(|_| ()))), Ok(()));
    for text in ["giá vốn 3.000.000", "3,000,000", "3 000 000", "(3000000)"] {
        let found = leaked(&|b| drop(b.add_worksheet().write(0, 0, text).map(|_| ())));
        assert_eq!(found, Err(vec![What::Number(3_000_000)]), "{text}");
    }
    assert_eq!(leaked(&|b| drop(b.add_worksheet().write(0, 0, 3_000_000).map(|_| ()))), Err(vec![What::Number(3_000_000)]));
    let purpose = leaked(&|b| {
        drop(b.add_worksheet().write(0, 0, "ĐỐI CHIẾU với cân điện tử: tại bãi, giảm tranh chấp với khách!").map(|_| ()))
    });
    assert!(matches!(purpose.unwrap_err().as_slice(), [What::Text(_)]));
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let cut_up = [(&bold, "Ngân sách phù "), (&bold, "hợp quy mô yêu cầu")];
    assert!(matches!(
        leaked(&|b| drop(b.add_worksheet().write_rich_string(0, 0, &cut_up).map(|_| ()))).unwrap_err().as_slice(),
        [What::Text(_)]
    ));

    let note = rust_xlsxwriter::Note::new("x");
    let found = leaked(&|b| drop(b.add_worksheet().insert_note(0, 0, &note).map(|_| ()))).unwrap_err();
    assert!(found.contains(&What::Part));
    assert_eq!(leaked(&|b| drop(b.add_worksheet().set_column_hidden(3).map(|_| ()))), Err(vec![What::Hidden]));
    let found = leaked(&|b| {
        b.add_worksheet();
        b.add_worksheet().set_hidden(true);
    });
    assert_eq!(found, Err(vec![What::Hidden]));
    let found = leaked(&|b| {
        b.add_worksheet();
        b.define_name("qd_budget", "=Sheet1!$A$1").unwrap();
    });
    assert!(found.unwrap_err().iter().all(|what| *what == What::FormName), "in the workbook and in its properties");
    let found = leaked(&|b| drop(b.add_worksheet().write_formula(0, 0, "=Other!A1*2").map(|_| ())));
    assert_eq!(found, Err(vec![What::Formula("Other!A1*2".into())]));
    assert_eq!(check(b"no workbook", &internals).unwrap_err()[0].what, What::Unreadable);
    let linked = leaked(&|b| drop(b.add_worksheet().write_url(0, 0, "https://example.com").map(|_| ())));
    assert_eq!(linked, Err(vec![What::Part]));
    let own = rust_xlsxwriter::DocProperties::new().set_custom_property("case", "YC-2021-001");
    let found = leaked(&|b| {
        b.add_worksheet();
        b.set_properties(&own);
    });
    assert_eq!(found, Err(vec![What::Part]));
}

/// What says no more than the quote itself, or only looks like a name of the form, holds no quote back.
#[test]
fn remarks_that_tell_nothing_hold_nothing_back() {
    let fact = facts::case_named("YC-2024-005");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let text = |text: &str| quotedesk::process::value::Value::Text(text.to_string());
    let short = case.short().to_string();
    let mut items = case.form.items.iter_mut();
    for remark in ["5 ngày làm việc", "Bảo hành 24 tháng", "9 ngày"] {
        items.next().expect("three items").cells.insert("kt_gc".into(), text(remark));
    }
    case.form.items[0].cells.insert("nd".into(), text("In tem theo mẫu QD_01, mau_qd.docx"));
    case.form.items[1].cells.insert("gd_gc".into(), text("Hiệu lực 30 ngày"));
    case.form.fields.insert("pr_note".into(), text("Chiết khấu 5%"));
    case.form.fields.insert("kt_risk".into(), text("Thuế GTGT 10%"));
    case.form.fields.insert("cskh_text".into(), text(&format!("Tùy biến phần mềm {short}")));
    let p = papers_of(case.clone(), facts::house(&fact), &fact["quotes"][0]);
    for (paper, file) in [(Paper::Quote, &p.book), (Paper::Appendix, &p.annex)] {
        let internals = Internals::of(&p.case, &p.house, &p.quote, &p.sentences, paper);
        assert_eq!(check(file, &internals), Ok(()), "{paper:?}");
    }
    // Beside them a secret is found.
    case.form.fields.insert("kt_risk".into(), text("Chiết khấu thêm 5% nếu khách ép"));
    let internals = Internals::of(&case, &p.house, &p.quote, &p.sentences, Paper::Quote);
    assert!(internals.texts.contains_key("chiet khau them 5 neu khach ep"), "{:?}", internals.texts);
}

/// Tech writes who it is that does the work; the customer reads of the department.
#[test]
fn no_name_of_tech_reaches_the_customer() {
    let fact = facts::case_named("YC-2024-005");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let house = facts::house(&fact);
    let is_tech = |roles: &[Role]| roles.contains(&Role::Tech);
    let tech = house.people.iter().find(|p| is_tech(&p.roles)).expect("somebody of Tech").name.clone();
    let text = |text: String| quotedesk::process::value::Value::Text(text);
    case.form.fields.insert("kt_start".into(), text(format!("10 ngày sau khi anh {tech} xong việc khác")));
    case.form.items[0].cells.insert("dg".into(), text(format!("Theo trao đổi với {}", tech.to_uppercase())));
    case.form.items[0].cells.insert("pa".into(), text(format!("{tech} làm trên bản 9")));
    let at = facts::moment(&fact["quotes"][0]).at;
    let quote = price(&case, &house, &facts::moment(&fact["quotes"][0])).expect("a quote");
    case.quotes = vec![quote.clone()];
    let words = Sentences::built_in(house.lang).expect("sentences");
    let book = documents::quote_file(&case, &house, &words, quote.revision).expect("let out").bytes;
    let annex = documents::appendix_file(&case, &house, &words, at).expect("let out").bytes;
    for file in [&book, &annex] {
        let all = texts(file);
        assert!(!all.to_lowercase().contains(&tech.to_lowercase()), "{all}");
        assert!(all.contains("sau khi bộ phận kỹ thuật xong việc khác"), "{all}");
    }
    assert!(texts(&annex).contains("bộ phận kỹ thuật làm trên bản 9"));
    // Not believed, but looked for.
    let public = Public::of(&case, &house, &quote);
    let leaky = workbook::write(&quote, &public, &house, &words).expect("a workbook");
    let internals = Internals::of(&case, &house, &quote, &words, Paper::Quote);
    let leaks = check(&leaky, &internals).unwrap_err();
    assert!(leaks.iter().all(|l| l.what == What::Text(quotedesk::text::letters(&tech))), "{leaks:?}");
}

/// A small house's engineer may sign its quotes; that holds none of them back, with a title before the name or without.
#[test]
fn whoever_signs_may_be_of_tech() {
    let fact = facts::case_named("YC-2024-005");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let mut house = facts::house(&fact);
    let tech = house.people.iter().find(|p| p.roles.contains(&Role::Tech)).expect("somebody of Tech").name.clone();
    let quote = price(&case, &house, &facts::moment(&fact["quotes"][0])).expect("a quote");
    case.quotes = vec![quote.clone()];
    let words = Sentences::built_in(house.lang).expect("sentences");
    for signer in [tech.clone(), format!("KS. {tech}"), format!("Ông {tech}, Phó giám đốc")] {
        house.quote.letterhead.signer = Some(signer.clone());
        let book = documents::quote_file(&case, &house, &words, quote.revision).expect("let out").bytes;
        assert!(texts(&book).contains(&signer));
    }
}

/// `Trong vòng … kể từ` is said of a length of time alone, once; and whoever Tech calls by a given name is Tech to the customer.
#[test]
fn how_soon_work_starts_is_said_as_a_customer_reads_it() {
    let fact = facts::case_named("YC-2024-005");
    let house = facts::house(&fact);
    let words = Sentences::built_in(house.lang).expect("sentences");
    let is_tech = |roles: &[Role]| roles.contains(&Role::Tech);
    let tech = house.people.iter().find(|p| is_tech(&p.roles)).expect("somebody of Tech").name.clone();
    let given = tech.split(' ').next_back().unwrap_or_default();
    for (typed, read) in [
        ("2 tuần".to_string(), "Khởi động: trong vòng 2 tuần kể từ khi"),
        ("Trong vòng 10 ngày làm việc".into(), "Khởi động: trong vòng 10 ngày làm việc kể từ khi"),
        ("10 ngày sau khi đặt cọc.".into(), "Khởi động: 10 ngày sau khi đặt cọc."),
        // Taken before it was asked.
        ("đầu tháng 4".into(), "Khởi động: đầu tháng 4."),
        (format!("10 ngày sau khi anh {given} xong"), "Khởi động: 10 ngày sau khi bộ phận kỹ thuật xong."),
        (format!("10 ngày sau khi anh {given} bên KH gửi mẫu"), "bên Quý khách gửi mẫu."),
    ] {
        let mut case = facts::priced(&fact, &fact["quotes"][0]);
        case.form.fields.insert("kt_start".into(), quotedesk::process::value::Value::Text(typed));
        case.quotes = vec![price(&case, &house, &facts::moment(&fact["quotes"][0])).expect("a quote")];
        let book = documents::quote_file(&case, &house, &words, 1).expect("let out").bytes;
        assert!(texts(&book).contains(read), "{read}: {}", texts(&book));
    }
}

/// A name of Tech among the customer's data keeps the quote in the house, and whose cell it is can be told. So can an internal cell.
/// What the quote only makes out of what it may say keeps nothing.
#[test]
fn what_holds_a_quote_back_is_told_by_its_cell() {
    let fact = facts::case_named("YC-2024-005");
    let house = facts::house(&fact);
    let words = Sentences::built_in(house.lang).expect("sentences");
    let text = |text: &str| quotedesk::process::value::Value::Text(text.to_string());
    let held = |mut case: Case| {
        let quote = price(&case, &house, &facts::moment(&fact["quotes"][0])).expect("a quote");
        case.quotes = vec![quote.clone()];
        match documents::quote_file(&case, &house, &words, quote.revision) {
            Ok(_) => vec![],
            Err(documents::Fault::HeldBack { paper: Paper::Quote, problems, .. }) => problems,
            Err(other) => panic!("{other}"),
        }
    };
    let case = facts::priced(&fact, &fact["quotes"][0]);
    let tech = house.people.iter().find(|p| p.roles.contains(&Role::Tech)).expect("somebody of Tech");

    let mut named = case.clone();
    named.form.fields.insert("contact".into(), text(&format!("Anh {} (kỹ thuật)", tech.name)));
    let [found] = &held(named)[..] else { panic!("one cell") };
    assert_eq!((found.field.as_str(), &found.item), ("contact", &None));
    assert_eq!(found.kind, quotedesk::process::problem::Kind::NameOfTech { who: tech.email.clone() });
    // Of the customer's own people one may be called so.
    let mut namesake = case.clone();
    namesake.form.fields.insert("contact".into(), text(&tech.name));
    assert_eq!(held(namesake), []);

    // Two cells of the customer's in one line of the quote say what an internal one does.
    let mut both = case.clone();
    both.form.fields.insert("contact".into(), text("Nguyễn Văn Thịnh"));
    both.form.fields.insert("ctitle".into(), text("Kế toán trưởng"));
    let id = both.form.items[0].id.clone();
    both.form.items[0].cells.insert("gd_gc".into(), text("Nguyễn Văn Thịnh, kế toán trưởng"));
    let [found] = &held(both)[..] else { panic!("one cell") };
    assert_eq!((found.field.as_str(), found.item.as_deref()), ("gd_gc", Some(id.as_str())));
    assert_eq!(found.kind, quotedesk::process::problem::Kind::Internal);
    assert_eq!(found.found, "", "what it says is for those alone who may see it");

    let mut open = case.clone();
    let total = price(&case, &house, &facts::moment(&fact["quotes"][0])).expect("a quote").total_in_words;
    open.form.fields.insert("budget_note".into(), text(total.trim_end_matches(" chẵn")));
    open.form.fields.insert("kt_start".into(), text("10 ngày sau khi KH đặt cọc"));
    open.form.fields.insert("kt_risk".into(), text("10 ngày sau khi Quý khách đặt cọc"));
    let item = &mut open.form.items[0];
    let (name, said) = (item.heading().to_string(), item.text("dg").unwrap_or_default().to_string());
    item.cells.insert("md".into(), text(&format!("{name}: {said}")));
    assert_eq!(held(open), []);
}

#[test]
fn made_again_it_is_the_same_file() {
    let fact = facts::case_named("YC-2024-005");
    let (one, two) = (papers(&fact, 0), papers(&fact, 0));
    assert!(one.book == two.book && one.annex == two.annex);
}

#[test]
fn what_people_type_stays_text() {
    let fact = facts::case_named("YC-2024-006");
    let hostile = [
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "+1+2",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "https://evil.example",
        "_x0041_",
        "a\u{0}b\u{202e}c",
    ];
    for text in hostile {
        let mut case = facts::priced(&fact, &fact["quotes"][0]);
        let typed = quotedesk::process::value::Value::Text(text.to_string());
        for name in ["nd", "dg", "pa", "kh_gc", "khu"] {
            case.form.items[0].cells.insert(name.into(), typed.clone());
        }
        for name in ["customer", "contact", "addr", "ctitle", "cphone", "pr_pay"] {
            case.form.fields.insert(name.into(), typed.clone());
        }
        let p = papers_of(case, facts::house(&fact), &fact["quotes"][0]);
        for file in [&p.book, &p.annex] {
            for (part, xml) in parts(file) {
                assert!(!xml.contains("TargetMode=\"External\"") && !xml.contains("<hyperlink"), "{part}");
                for formula in xml.split("<f>").skip(1).map(|f| f.split('<').next().unwrap_or_default()) {
                    assert!(!formula.contains("evil") && !formula.contains("1+2"), "{part}: {formula}");
                }
            }
            assert!(
                rows(file).iter().flatten().any(|c| c.to_string().contains(text.trim().trim_end_matches("b\u{202e}c")))
                    || text.contains('\0'),
                "{text:?}"
            );
        }
    }
}

#[test]
fn a_very_long_explanation_is_all_there() {
    let fact = facts::case_named("YC-2024-006");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let long = (0..600).map(|n| format!("từ{n}")).collect::<Vec<_>>().join(" ");
    case.form.items[0].cells.insert("dg".into(), quotedesk::process::value::Value::Text(long));
    let p = papers_of(case, facts::house(&fact), &fact["quotes"][0]);
    let all = rows(&p.book).iter().flatten().map(Data::to_string).collect::<Vec<_>>().join(" ").replace('\n', " ");
    assert!((0..600).all(|n| all.contains(&format!("từ{n}"))));
}

/// Software and server may be taxed either way round.
#[test]
fn the_term_on_tax_says_no_other_than_the_table() {
    let fact = facts::case_named("YC-2024-005");
    let p = papers(&fact, 0);
    let public = Public::of(&p.case, &p.house, &p.quote);
    let term = |software: Vat, server: Vat| {
        let mut quote = p.quote.clone();
        for line in &mut quote.lines {
            line.vat = if line.item.is_some() { software } else { server };
        }
        quote.vat_lines = [software, server].map(|rate| VatLine { rate, base: 0, vat: 0 }).to_vec();
        let book = workbook::write(&quote, &public, &p.house, &p.sentences).expect("a workbook");
        let said = rows(&book).iter().flatten().map(Data::to_string).find(|text| text.starts_with("Thuế: "));
        said.expect("a term on tax")
    };
    assert!(p.quote.lines.iter().any(|line| line.item.is_none()), "a case with a server");
    let rate = Vat::Rate(1000);
    assert!(term(Vat::Exempt, rate).contains("phần mềm và dịch vụ phần mềm không chịu thuế GTGT, các mục còn lại chịu thuế"));
    let other = term(rate, Vat::Exempt);
    assert!(!other.contains("không chịu thuế") && other.contains("10%"), "{other}");
}

#[test]
fn a_module_is_one_heading_however_it_is_spelled() {
    let fact = facts::case_named("YC-2025-013");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let areas = ["Bán hàng", "bán hàng", "BÁN HÀNG ", "Kho"].into_iter().chain(std::iter::repeat("Kho"));
    for (item, area) in case.form.items.iter_mut().zip(areas) {
        item.cells.insert("khu".into(), quotedesk::process::value::Value::Text(area.into()));
    }
    assert_eq!(headings_of(case.clone(), &fact), ["I Bán hàng", "II Kho", "III Máy chủ"]);
    // What comes back further down stands with the others.
    let last = case.form.items.iter_mut().rfind(|item| item.doable()).expect("items that can be done");
    last.cells.insert("khu".into(), quotedesk::process::value::Value::Text("bán hàng".into()));
    assert_eq!(headings_of(case, &fact), ["I Bán hàng", "II Kho", "III Máy chủ"]);
}

/// Number and name of each group of lines.
fn headings_of(case: Case, fact: &Value) -> Vec<String> {
    let p = papers_of(case, facts::house(fact), &fact["quotes"][0]);
    rows(&p.book)
        .into_iter()
        .filter(|row| matches!(&row[..], [Data::String(no), Data::String(_)] if ["I", "II", "III", "IV"].contains(&no.as_str())))
        .map(|row| format!("{} {}", row[0], row[1]))
        .collect()
}

/// The Director's terms take the place of all that the config says of payment, however it begins; a penalty stays.
#[test]
fn a_quote_has_one_set_of_terms_of_payment() {
    let fact = facts::case_named("YC-2024-006");
    let mut house = facts::house(&fact);
    let terms = [
        "Đặt cọc 50% khi ký hợp đồng, còn lại khi bàn giao.",
        "50% on signing, 50% on acceptance.",
        "Phạt 8% khi chậm nghiệm thu.",
    ];
    house.quote.terms = terms.map(String::from).to_vec();
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    case.form.fields.remove("pr_pay");
    let usual = papers_of(case.clone(), house.clone(), &fact["quotes"][0]);
    case.form.fields.insert("pr_pay".into(), quotedesk::process::value::Value::Text("100% trong 30 ngày sau nghiệm thu".into()));
    let own = papers_of(case, house, &fact["quotes"][0]);
    for (papers, has) in [(&usual, [true, true, true]), (&own, [false, false, true])] {
        for paper in [&papers.book, &papers.annex] {
            assert_eq!(terms.map(|term| texts(paper).contains(term.trim_end_matches('.'))), has, "{}", texts(paper));
        }
    }
}

fn texts(book: &[u8]) -> String {
    rows(book).iter().flatten().map(Data::to_string).collect::<Vec<_>>().join("\n")
}

/// The percentage is of the software alone: where a server is in the sum above, the line says so.
#[test]
fn a_discount_says_what_it_is_not_given_on() {
    for (id, label) in [("YC-2024-005", "Chiết khấu (5%, không gồm máy chủ)"), ("YC-2024-006", "Chiết khấu (5%)")] {
        let fact = facts::case_named(id);
        let mut case = facts::priced(&fact, &fact["quotes"][0]);
        case.form.fields.remove("pr_disc_amt");
        case.form.fields.insert("pr_disc_pct".into(), quotedesk::process::value::Value::Percent(500));
        let p = papers_of(case, facts::house(&fact), &fact["quotes"][0]);
        for paper in [&p.book, &p.annex] {
            assert!(texts(paper).lines().any(|l| l == label), "{id}: {}", texts(paper));
        }
    }
}

/// Of an item of which a part can be done the customer reads that part, and no promise of the whole beside it.
#[test]
fn a_part_stands_in_place_of_the_whole() {
    let fact = facts::case_named("YC-2024-005");
    let p = papers(&fact, 0);
    let line = &p.quote.lines[7];
    assert!(!line.explanation.is_empty() && line.scope == "Chỉ xuất tệp một chiều");
    for paper in [&p.book, &p.annex] {
        assert!(texts(paper).contains("Phạm vi thực hiện: Chỉ xuất tệp một chiều"));
        assert!(!texts(paper).contains(&line.explanation), "{}", line.explanation);
    }
}

/// Older than the quote, it was signed on a day that the annex was not.
#[test]
fn the_annex_of_a_framework_contract_is_signed_on_a_day_of_its_own() {
    let fact = facts::case_named("YC-2024-005");
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let house = facts::house(&fact);
    let moment = facts::moment(&fact["quotes"][0]);
    let quote = price(&case, &house, &moment).expect("a quote");
    let words = Sentences::built_in(house.lang).expect("sentences");
    case.contract.number = Some("12/2020/HĐNT".into());
    let annex = |case: &Case| documents::appendix_file(case, &house, &words, moment.at).expect("let out");
    for (signed, open) in [(quote.date - chrono::Days::new(900), true), (quote.date, false)] {
        case.contract.signed_on = Some(signed);
        case.quotes = vec![quote.clone()];
        let made = annex(&case);
        let all = texts(&made.bytes);
        assert_eq!(all.contains("Hôm nay, ngày …… tháng …… năm ………"), open, "{all}");
        assert!(all.contains("Căn cứ Hợp đồng số 12/2020/HĐNT ngày"), "{all}");
        assert!(made.name.contains(&quote.date.format("%d.%m.%y").to_string()), "{}", made.name);
    }
}

/// The contact of the form is seldom who signs: the annex leaves that open.
#[test]
fn the_annex_leaves_the_customer_s_signer_open() {
    let fact = facts::case_named("YC-2024-005");
    let p = papers(&fact, 0);
    let (public, all) = (Public::of(&p.case, &p.house, &p.quote), texts(&p.annex));
    assert!(all.contains("Đại diện: Ông/Bà …") && !public.contact.is_empty() && !all.contains(&public.contact), "{all}");
}

/// The table's heading stands on top of a further page where the table goes on there, and nowhere else; each line's amount is
/// still that of its own row.
#[test]
fn the_heading_is_repeated_over_lines_alone() {
    let headings = |book: &[u8]| rows(book).iter().filter(|row| row.first().is_some_and(|cell| *cell == "STT")).count();
    let fact = facts::case_named("YC-2024-006");
    let short = papers(&fact, 0);
    assert_eq!((headings(&short.book), headings(&short.annex)), (1, 2));
    let mut case = facts::priced(&fact, &fact["quotes"][0]);
    let long = quotedesk::process::value::Value::Text("Theo dõi từng hạng mục, từng tháng. ".repeat(200));
    case.form.items[0].cells.insert("dg".into(), long);
    let long = papers_of(case, facts::house(&fact), &fact["quotes"][0]);
    assert!(headings(&long.book) > 1 && headings(&long.annex) > 2, "{} {}", headings(&long.book), headings(&long.annex));
    for paper in [&long.book, &long.annex] {
        let formulas = Sheet::of(paper).differing();
        assert!(formulas.reckoned >= 2 && formulas.wrong.is_empty(), "{:?}", formulas.wrong);
        assert!(parts(paper).iter().all(|(_, text)| !text.contains("_xlnm.Print_Titles")));
        let last = rows(paper).into_iter().rev().find(|row| !row.is_empty()).expect("signatures");
        assert!(last.iter().any(|cell| cell.to_string().contains("Ký")), "{last:?}");
    }
}

#[test]
fn an_english_desk_quotes_in_english() {
    let fact = facts::case_named("YC-2024-005");
    let mut house = facts::house(&fact);
    house.lang = Lang::En;
    let p = papers_of(facts::priced(&fact, &fact["quotes"][0]), house, &fact["quotes"][0]);
    let all = rows(&p.book).iter().flatten().map(Data::to_string).collect::<Vec<_>>().join("\n");
    for text in [
        "QUOTATION",
        "Private server (12 months)",
        "Not subject to VAT",
        "One billion one hundred",
        "26 July 2024",
        "working days: 150",
        "Attention: M",
    ] {
        assert!(all.contains(text), "{text}");
    }
    assert!(!all.contains("Bằng chữ") && !all.contains("Hạng mục"));
}

/// Writes the papers of a few cases to `$PAPERS`, to look at them.
#[test]
#[ignore = "for the eye"]
fn to_look_at() {
    let Ok(folder) = std::env::var("PAPERS") else { return };
    let lay_down = |name: &str, papers: &Papers| {
        std::fs::write(format!("{folder}/{name}-quote.xlsx"), &papers.book).expect("written");
        std::fs::write(format!("{folder}/{name}-annex.xlsx"), &papers.annex).expect("written");
    };
    for (fact, wanted, papers) in every_paper() {
        lay_down(&format!("{}-{}", facts::text(&fact["id"]), wanted["rev"]), &papers);
    }
    let fact = facts::case_named("YC-2025-013");
    for lang in [Lang::Vi, Lang::En] {
        let mut house = facts::house(&fact);
        house.lang = lang;
        house.quote.warranty_months = 12;
        let head = &mut house.quote.letterhead;
        head.logo = std::env::var("LOGO").ok().and_then(|file| std::fs::read(file).ok());
        head.address = Some("Tầng 5, số 12 phố Duy Tân, phường Dịch Vọng Hậu, quận Cầu Giấy, Hà Nội".into());
        head.tax_code = Some("0101234567".into());
        head.phone = Some("024 3333 4444".into());
        head.email = Some("kinhdoanh@vanphucsoft.example".into());
        head.website = Some("www.vanphucsoft.example".into());
        head.bank =
            Some("Công ty Cổ phần Phần mềm Vạn Phúc Minh, số TK 0011 2233 4455, Ngân hàng Ví Dụ, chi nhánh Hà Nội".into());
        head.signer = Some("Nguyễn Thị Minh Khai".into());
        head.signer_title = Some("Giám đốc".into());
        head.city = Some("Hà Nội".into());
        let mut case = facts::priced(&fact, &fact["quotes"][0]);
        let put = |case: &mut Case, name: &str, text: &str| {
            case.form.fields.insert(name.into(), quotedesk::process::value::Value::Text(text.into()));
        };
        put(&mut case, "cphone", "0912 345 678");
        case.form.fields.insert("pr_disc_amt".into(), quotedesk::process::value::Value::Money(13_500_000));
        let long = facts::text(&fact["cskh"]["text"]) + &"Theo dõi từng hạng mục, từng tháng; cảnh báo khi vượt. ".repeat(60);
        case.form.items[1].cells.insert("dg".into(), quotedesk::process::value::Value::Text(long));
        case.form.items[2].cells.insert(
            "kh_gc".into(),
            quotedesk::process::value::Value::Text("Quý khách tự chuẩn bị điện thoại có chụp ảnh".into()),
        );
        for item in &mut case.form.items[3..6] {
            item.cells.insert("khu".into(), quotedesk::process::value::Value::Text("Thầu phụ và vật tư".into()));
        }
        lay_down(&format!("rich-{lang:?}"), &papers_of(case, house, &fact["quotes"][0]));
    }
}
