//! What people read where something is odd: findings, refusals, news. Each sentence says what is so, and what to do.

#[path = "letters/sample.rs"]
#[allow(dead_code, reason = "the letters' own test shows more of it")]
mod sample;

use quotedesk::config::{Config, DEFAULT};
use quotedesk::desk::back::Back;
use quotedesk::desk::understand;
use quotedesk::letter::compose::{self, Context};
use quotedesk::letter::messages::Words;
use quotedesk::letter::reply::Doubt;
use quotedesk::letter::templates::Templates;
use quotedesk::process::act::{Refusal, Via, What};
use quotedesk::process::case::{Case, Closed, Reason, State};
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change};
use quotedesk::process::house::{Lang, Role, Vat};
use quotedesk::process::letters::{Kind, Letter};
use quotedesk::process::problem::{Kind as Wrong, Problem, Severity};
use quotedesk::process::quote::VatLine;
use quotedesk::process::value::Value;

fn problem(cell: &str, field: &str, kind: Wrong, found: &str) -> Problem {
    let sheet = if cell.is_empty() { "" } else { "Phiếu phân tích" };
    let (sheet, cell, field, found) = (sheet.to_string(), cell.to_string(), field.to_string(), found.to_string());
    Problem { sheet, cell, field, item: None, severity: Severity::Error, kind, found }
}

fn row(by: &str, event: Event) -> Recorded {
    Recorded { seq: 9, at: sample::now(), by: Some(by.into()), for_: None, via: Via::Mail, event }
}

/// The text of a letter in Vietnamese.
fn letter(kind: Kind, to: &str, role: Role, case: &Case, events: &[Recorded], answer: bool) -> String {
    let house = sample::house();
    let letter = Letter { kind, to: to.into(), attach: vec![], role, not_before: None };
    let templates = Templates::default();
    let context = Context { answer, ..sample::context(case, events, &house, &templates) };
    compose::compose(&letter, &context).expect("a built-in page renders").text
}

fn says(text: &str, words: &str) {
    assert!(text.contains(words), "no “{words}” in:\n{text}");
}

#[test]
fn a_finding_says_what_the_cell_takes() {
    let house = sample::house();
    let words = Words::plain(Lang::Vi, &house, None);
    let table = [
        (problem("C3", "pr_valid", Wrong::NotNumber, "0"), "“0” không phải số nguyên từ 1 đến 365."),
        (problem("", "pr_valid", Wrong::DaysOutOfRange, "0"), "“0” không phải số nguyên từ 1 đến 365."),
        (problem("C3", "kt_days", Wrong::DaysOutOfRange, "9000"), "từ 0,5 đến 3650 ngày"),
        (problem("C3", "pr_disc_pct", Wrong::NotPercent, "150"), "“150” không phải phần trăm từ 0 đến 100, tối đa hai số lẻ."),
        (problem("C3", "pr_markup", Wrong::NotPercent, "abc"), "từ 0 đến 1000, tối đa hai số lẻ."),
        (problem("", "gd_bao", Wrong::NoItems, ""), "Chưa có mục nào được đưa vào báo giá."),
        (problem("C3", "nd", Wrong::NoItems, ""), "Bảng hạng mục chưa có dòng nào."),
        (problem("C3", "kt_cp", Wrong::CellError, "=…"), "Ô là công thức chưa có kết quả"),
        (problem("C3", "kt_cp", Wrong::CellError, "#DIV/0!"), "lỗi công thức (#DIV/0!)"),
        (problem("C3", "kt_ngay", Wrong::AmbiguousDays { readings: vec!["2".into()] }, "15h"), "là 2 ngày?"),
        (problem("C3", "budget_srv", Wrong::Missing, ""), "không có thì ghi 0."),
        (problem("C3", "budget", Wrong::NotMoney, "nhiều"), "chưa biết thì ghi “Chưa rõ”."),
        (problem("C3", "customer", Wrong::Missing, ""), "Chưa điền. Nhờ anh/chị điền ô này."),
        (problem("", "gd_gia", Wrong::BelowCost, "12000000"), "Giá 12.000.000 đ thấp hơn giá vốn."),
    ];
    for (problem, wanted) in table {
        says(&words.problem(&problem), wanted);
    }
}

#[test]
fn what_is_only_worth_a_look_is_no_place_to_mend() {
    let day_off = Problem { severity: Severity::Warning, ..problem("C9", "deadline", Wrong::NonWorkingDay, "28/02/2026") };
    let returned = |problems| vec![row(sample::SALES, Event::FormReturned { problems })];
    let case = sample::case(State::Drafting);
    let both = returned(vec![problem("C12", "budget", Wrong::Missing, ""), day_off]);
    let text = letter(Kind::FormProblems, sample::SALES, Role::Sales, &case, &both, true);
    says(&text, "phiếu còn 1 chỗ cần sửa");
    let advice = text.split("Nên xem lại, không bắt buộc:").nth(1).expect("the advice stands apart");
    says(advice, "là ngày nghỉ");
    says(&text, "được tô đỏ");
    // The table as a whole has no cell that could be red.
    let whole = returned(vec![problem("", "gd_bao", Wrong::NoItems, "")]);
    let text = letter(Kind::FormProblems, sample::SALES, Role::Sales, &case, &whole, true);
    assert!(!text.contains("tô đỏ"), "{text}");
}

#[test]
fn a_receipt_tells_each_kept_cell_once() {
    let at = Cell::Field("deadline".into());
    let kept = Change { at, old: None, new: Some(Value::Text("mai".into())) };
    let warning = problem("C9", "deadline", Wrong::NotYours { owner: "sales".into() }, "mai");
    let warning = Problem { severity: Severity::Warning, ..warning };
    let taken = Event::FormTaken { kept: vec![kept], clashes: vec![], warnings: vec![warning], echoes: vec![] };
    let case = sample::case(State::Feedback);
    let text = letter(Kind::Receipt, sample::LEADER, Role::Leader, &case, &[row(sample::LEADER, taken)], true);
    assert_eq!(text.matches("Deadline feedback mong muốn").count(), 1, "{text}");
}

#[test]
fn nobody_is_told_of_themselves_by_name() {
    let by = Some(sample::SALES.to_string());
    let refusal = Refusal::AlreadyDecided { what: "agreed".into(), by, at: sample::now() };
    let events = [row(sample::SALES, Event::Refused { what: "agreed".into(), refusal })];
    let case = sample::case(State::Contracting);
    let own = letter(Kind::Refused, sample::SALES, Role::Sales, &case, &events, true);
    says(&own, "Việc khách đồng ý Vy đã báo lúc");
    let others = letter(Kind::Refused, sample::CSKH, Role::Cskh, &case, &events, true);
    says(&others, "Lê Thảo Vy đã báo khách đồng ý lúc");
}

#[test]
fn a_new_quote_that_sales_asks_for_is_not_told_as_the_customer_s_wish() {
    let house = sample::house();
    let words = Words::plain(Lang::Vi, &house, None);
    let asked = |requote| {
        words.history(&row(sample::SALES, Event::ChangeAsked { text: "khách hỏi lại".into(), anew: true, requote, kept: true }))
    };
    assert_eq!(asked(true), "Sales xin báo giá lại: khách hỏi lại");
    assert_eq!(asked(false), "Khách xin sửa: khách hỏi lại");
}

#[test]
fn news_of_the_project_is_a_sentence_and_the_next_one_up_knows_whom_to_remind() {
    let progress = [row(sample::TECH, Event::Progressed { percent: Some(50), text: String::new() })];
    let text = letter(Kind::Progress, sample::SALES, Role::Sales, &sample::case(State::Delivering), &progress, false);
    says(&text, "dự án Chính Đại đã đạt 50%; nhờ Vy báo khách.");
    let text = letter(Kind::Escalation, sample::HEAD, Role::TechHead, &sample::case(State::Feedback), &[], false);
    says(&text, "nhắc anh Mai Xuân Lộc, Đỗ Minh Quân giúp");
}

#[test]
fn a_closing_gives_its_reason_once_and_can_be_taken_back() {
    let mut case = sample::case(State::Quoted);
    case.state = State::Closed;
    let text = "hết ngân sách".to_string();
    let by = Some(sample::SALES.to_string());
    case.closed = Some(Closed { at: sample::now(), reason: Reason::Declined, by, text: text.clone(), before: State::Quoted });
    let events = [
        row(sample::SALES, Event::Declined { reason: text.clone() }),
        row(sample::SALES, Event::Closed { reason: Reason::Declined, text: text.clone() }),
    ];
    let own = letter(Kind::Closed, sample::SALES, Role::Sales, &case, &events, true);
    assert_eq!(own.matches(&text).count(), 1, "{own}");
    says(&own, "RÚT LẠI");
    let others = letter(Kind::Closed, sample::CSKH, Role::Cskh, &case, &events, false);
    says(&others, "Lý do:");
    assert!(!others.contains("RÚT LẠI"), "{others}");
    // Nobody has a turn there.
    let lost = [row(sample::SALES, Event::NotUnderstood { text: "gì đó".into(), guess: None })];
    let text = letter(Kind::NotUnderstood, sample::CSKH, Role::Cskh, &case, &lost, true);
    says(&text, "Yêu cầu đã đóng");
    assert!(!text.contains("tới lượt"), "{text}");
}

#[test]
fn tech_is_asked_for_what_is_missing_once_each_item_is_answered() {
    let mut case = sample::case(State::Feedback);
    for item in &case.form.items.clone() {
        let answer = quotedesk::process::case::Answered { by: sample::TECH.into(), at: sample::now() };
        case.answers.insert(item.id.clone(), answer);
    }
    case.form.fields.remove("kt_start");
    let text = letter(Kind::Receipt, sample::TECH, Role::Tech, &case, &[], true);
    says(&text, "còn chờ anh cho biết sau khi khách đồng ý bao lâu thì khởi động");
    says(&text, "ví dụ: khởi động sau 5 ngày làm việc");
}

#[test]
fn two_rates_of_tax_say_of_which_lines() {
    let mut case = sample::case(State::Quoted);
    let quote = case.quotes.last_mut().expect("a quote");
    quote.lines[2].vat = Vat::Rate(800);
    quote.vat_lines = vec![
        VatLine { rate: Vat::Rate(1000), base: 23_000_000, vat: 2_300_000 },
        VatLine { rate: Vat::Rate(800), base: 10_000_000, vat: 800_000 },
    ];
    let text = letter(Kind::Quote, sample::SALES, Role::Sales, &case, &[], false);
    says(&text, "Thuế GTGT: 2.300.000 đ (10%, mục 1–2)");
    says(&text, "Thuế GTGT: 800.000 đ (8%, mục 3)");
}

#[test]
fn what_is_asked_back_shows_how_it_is_answered() {
    let (house, case) = (sample::house(), sample::case(State::Feedback));
    let by = sample::LEADER;
    let doubt = |why: &Doubt| Back::to(by, &case, &house).doubt(why, None);
    let money = Doubt::Money { typed: "1.500".into(), readings: vec![1_500_000, 1_500] };
    says(&doubt(&money), "1.500.000 đ hay 1.500 đ?");
    let said = "2: được, 1.500, 3 ngày";
    let how = Back::to(by, &case, &house).instead(&money, None, said).expect("how to answer");
    says(&how, "ví dụ: 2: được, 1.500.000đ, 3 ngày");
    // Where it stands twice, no line is made up.
    let twice = Back::to(by, &case, &house).instead(&money, None, "1: 1.500\n2: 1.500").expect("to answer again");
    assert!(!twice.contains("ví dụ"), "{twice}");
    says(&doubt(&Doubt::Money { typed: "9…9".into(), readings: vec![] }), "chưa đọc được số tiền");

    let but = Doubt::Condition { word: "nhưng".into() };
    let back = Back::to(by, &case, &house).instead(&but, Some(&What::Return(String::new())), "duyệt nhưng bỏ mục 3");
    says(&back.expect("what to answer"), "TRẢ LẠI: bỏ mục 3");
    says(&doubt(&Doubt::Condition { word: "mục".into() }), "chỉ nêu một vài mục");
    let approves = Change { at: Cell::Field("ld_all".into()), old: None, new: Some(Value::Choice("duyet".into())) };
    let told = Back::to(by, &case, &house).form_differs(&What::Return(String::new()), &approves);
    says(&told, "Thư ghi TRẢ LẠI nhưng phiếu đính kèm ghi “Duyệt”");
}

#[test]
fn a_customer_is_found_in_the_usual_subjects() {
    let table = [
        ("Nhu cầu của Nam Phong", Some("Nam Phong")),
        ("Nhu cầu khách Minh Phát", Some("Minh Phát")),
        ("Khách Minh Phát cần tách đơn hàng", Some("Minh Phát")),
        ("Nhu cầu khách hàng Hoa Sen: xuất hóa đơn", Some("Hoa Sen")),
        ("Khách cần gấp", None),
        ("Need of Minh Phat", Some("Minh Phat")),
        ("Customer Minh Phat wants one order split", Some("Minh Phat")),
        ("Need of a report", None),
        ("Nhu cầu khách hàng mới", None),
        ("Khách Minh Phát giao hàng nhiều chuyến", None),
    ];
    for (subject, wanted) in table {
        assert_eq!(understand::customer_in_subject(subject).as_deref(), wanted, "{subject}");
    }
}

#[test]
fn a_config_that_makes_no_sense_is_refused_with_its_key() {
    let refused = |more: &str, words: &[&str]| {
        let why = match Config::parse(more, None, std::path::Path::new("/desk")) {
            Err(why) => why.to_string(),
            Ok(_) => panic!("taken: {more}"),
        };
        assert!(words.iter().all(|w| why.contains(w)), "{why}");
    };
    let lan = "[[people]]\nname = \"Lan\"\nemail = \"lan@a.example\"\nroles = [\"sales\"]\n";
    let region = |id: &str, name: &str| format!("[[regions]]\nid = \"{id}\"\nname = \"{name}\"\n");
    refused("[deadlines]\ndraft = \"0d\"\n", &["deadlines.draft", "at least 1"]);
    refused(&lan.replace("\"Lan\"", "\" \""), &["name", "is empty"]);
    let away = "away = { from = \"2026-12-01\", to = \"2026-12-05\", deputy = \"lan@a.example\" }\n";
    refused(&format!("{lan}{away}"), &["away.deputy", "stands in for themselves"]);
    refused(&format!("{lan}leader = \"lan@a.example\"\n"), &["leader", "own form"]);
    refused(&format!("{}{}", region("bac", "Bắc"), region("BAC", "Nam")), &["id", "another region's"]);
    refused(&format!("{}{}", region("bac", "Bắc"), region("nam", "bắc")), &["name", "another region's"]);
    // The key, and in words of one who writes a config.
    refused("[quote]\nmarkup = \"x\"\n", &["line 2", "markup: ", "expected a number"]);
    refused("[quote]\nterms = \"x\"\n", &["terms: ", "expected a list"]);
    assert!(Config::parse(DEFAULT, None, std::path::Path::new("/desk")).is_ok());
}
