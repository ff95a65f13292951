//! Every letter of the process, in both languages: complete, safe, and showing nobody what is not theirs.
//!
//! The texts of `tests/golden/letters` are reviewed by eye; `QUOTEDESK_GOLDEN=1` writes them anew.

#[path = "letters/sample.rs"]
mod sample;

use quotedesk::letter::compose::{self, Composed, Context};
use quotedesk::letter::ics;
use quotedesk::letter::mail::{self, Attachment, Mail};
use quotedesk::letter::messages::Words;
use quotedesk::letter::templates::{self, Templates};
use quotedesk::process::act::{Refusal, Via};
use quotedesk::process::case::{Case, Closed, Payment, Proposal, Proposed, Reason, State, Wanted};
use quotedesk::process::difference;
use quotedesk::process::event::{Event, Recorded};
use quotedesk::process::form::{Cell, Change};
use quotedesk::process::house::{House, Lang, Role};
use quotedesk::process::letters::{Attach, Kind, Letter};
use quotedesk::process::problem::{Kind as Wrong, Problem, Severity};
use quotedesk::process::quote::Paper;
use quotedesk::process::reworded::Reworded;
use quotedesk::process::value::Value;

const LANGS: [Lang; 2] = [Lang::Vi, Lang::En];

fn write(letter: &Letter, events: &[Recorded], case: &Case, house: &House, lang: Lang) -> Composed {
    let found = match case.quotes.as_slice() {
        [.., old, new] => difference::between(old, new),
        _ => vec![],
    };
    let quoted = sample::case(State::Quoted);
    let templates = Templates::default();
    let context = Context {
        before: (letter.kind == Kind::QuoteWithdrawn).then_some(&quoted),
        lang,
        answer: matches!(letter.kind, Kind::Receipt | Kind::Contracting),
        reference: Some("yc-2026-0012.17-0.abcdefghijklmnop"),
        differences: &compose::differences(&found, house),
        ..sample::context(case, events, house, &templates)
    };
    compose::compose(letter, &context).expect("a built-in page renders")
}

fn written(kind: Kind, lang: Lang) -> Composed {
    let (letter, events, case) = sample::scene(kind);
    write(&letter, &events, &case, &sample::house(), lang)
}

#[test]
fn every_letter_in_both_languages_says_what_is_asked_in_its_first_line() {
    for kind in Kind::ALL {
        for lang in LANGS {
            let letter = written(kind, lang);
            let name = kind.name();
            assert!(
                letter.subject.starts_with("[YC-2021-0001] ") && letter.subject.ends_with(": Chính Đại"),
                "{name}: {}",
                letter.subject
            );
            // A customer's letter begins as a company's letter does.
            if kind != Kind::QuoteToCustomer {
                assert_eq!(letter.text.lines().next(), Some(letter.summary.as_str()), "{name}");
            }
            assert!(letter.warning.is_none(), "{name}");
            for left in ["{{", "{%", "  ", " ,", " .", "..", ": :"] {
                let flowing = letter.text.replace("    ", "").replace("   ", "").replace("\n  ", "\n");
                assert!(!flowing.contains(left), "{name} {lang:?} has `{left}`:\n{}", letter.text);
            }
            assert!(!letter.html.contains("<p>") && !letter.html.contains("<td class=\"num\">"), "{name}: a tag without style");
        }
    }
}

#[test]
fn a_case_of_which_next_to_nothing_is_known_makes_every_letter_too() {
    let house = sample::house();
    for kind in Kind::ALL {
        for state in State::ALL {
            let (letter, _, _) = sample::scene(kind);
            for lang in LANGS {
                let composed = write(&letter, &[], &sample::bare(state), &house, lang);
                assert!(composed.subject.starts_with("[YC-2021-0002] "), "{}", composed.subject);
                assert!(!composed.summary.is_empty(), "{} {state:?} {lang:?}", kind.name());
            }
        }
    }
}

#[test]
fn texts_of_people_are_data() {
    let house = sample::house();
    let evil = format!(
        "<script>alert(1)</script> {{{{ house }}}} {{% raw %}}\r\nBcc: x@y\u{202e}\u{2066} & \"q\" {}",
        "dài ".repeat(2_500)
    );
    for kind in Kind::ALL {
        let (letter, mut events, mut case) = sample::scene(kind);
        for name in ["short", "customer", "cskh_text", "industry", "kt_start", "contact"] {
            case.form.fields.insert(name.into(), Value::Text(evil.clone()));
        }
        for item in &mut case.form.items {
            for column in ["nd", "dg", "khu", "kt_ld", "kt_pv"] {
                item.cells.insert(column.into(), Value::Text(evil.clone()));
            }
        }
        for row in &mut events {
            match &mut row.event {
                Event::Commented { text, .. } | Event::NotUnderstood { text, .. } | Event::Progressed { text, .. } => {
                    *text = evil.clone()
                }
                Event::Clarify { questions, checks, .. } => {
                    *questions = evil.clone();
                    checks.iter_mut().for_each(|c| c.remark = evil.clone());
                }
                _ => {}
            }
        }
        let composed = write(&letter, &events, &case, &house, Lang::Vi);
        assert!(!composed.html.contains("<script"), "{}", kind.name());
        assert!(!composed.html.contains('\u{202e}') && !composed.text.contains('\u{2066}'), "{}", kind.name());
        assert!(
            !composed.subject.contains(['\r', '\n', '\u{202e}']) && composed.subject.chars().count() < 200,
            "{}",
            kind.name()
        );
        assert!(composed.text.len() < 80_000 && composed.html.len() < 100_000, "{}: {} bytes", kind.name(), composed.text.len());
        let eml = eml(&letter, &composed, &house);
        let head = String::from_utf8_lossy(&eml).split("\r\n\r\n").next().unwrap_or_default().to_string();
        assert!(!head.to_lowercase().contains("\r\nbcc:"), "{head}");
    }
}

/// Tech's costs of the sample are odd numbers that occur nowhere else.
const COSTS: [&str; 4] = ["12.345.000", "3.210.000", "8.765.000", "24.320.000"];

#[test]
fn costs_are_shown_only_to_those_who_may_see_them() {
    let shows = |composed: &Composed| COSTS.iter().any(|c| composed.text.contains(c) || composed.html.contains(c));
    for kind in Kind::ALL {
        let (letter, events, case) = sample::scene(kind);
        let mut house = sample::house();
        house.quote.sales_sees_cost = false;
        let composed = write(&letter, &events, &case, &house, Lang::Vi);
        if matches!(letter.role, Role::Sales | Role::Cskh | Role::Leader) {
            assert!(!shows(&composed), "{} shows costs:\n{}", kind.name(), composed.text);
        }
        house.quote.sales_sees_cost = true;
        let customer = matches!(kind, Kind::Quote | Kind::QuoteToCustomer | Kind::QuoteRunsOut);
        let open = write(&letter, &events, &case, &house, Lang::Vi);
        assert!(!(customer || letter.role == Role::Cskh) || !shows(&open), "{}", kind.name());
    }
    assert!(shows(&written(Kind::Pricing, Lang::Vi)), "the Director sees what it costs");
    assert!(shows(&written(Kind::Completing, Lang::Vi)), "Sales does where the config says so");

    // A reader from outside the company sees none.
    let (mut letter, events, case) = sample::scene(Kind::Pricing);
    letter.to = "friend@elsewhere.example".into();
    assert!(!shows(&write(&letter, &events, &case, &sample::house(), Lang::Vi)));
}

#[test]
fn tech_gets_every_heading_the_wished_day_and_the_leaders_confirmation() {
    let letter = written(Kind::Feedback, Lang::Vi);
    for told in [
        "Tách một đơn hàng thành nhiều chuyến giao",
        "Mẫu in phiếu cân xe",
        "Báo cáo công nợ theo công trình",
        "thứ Hai, 28/06/2021",
        "Hoàng Đức Trí",
    ] {
        assert!(letter.text.contains(told) && letter.html.contains(told), "{told}");
    }
}

#[test]
fn buttons_answer_to_the_desk_with_the_words_filled_in() {
    let letter = written(Kind::Review, Lang::Vi);
    let start = "href=\"mailto:yeucau@vanphucsoft.example?subject=Re%3A%20%5BYC-2021-0001%5D%20Nh%E1%BB%9D%20duy%E1%BB%87t%20phi%E1%BA%BFu%3A%20Ch%C3%ADnh%20%C4%90%E1%BA%A1i&amp;body=";
    let body = letter.html.split(start).nth(1).and_then(|rest| rest.split('"').next()).expect("a button");
    let (word, below) = body.split_once("%0D%0A%0D%0A--%20%0D%0A").expect("what the letter is known by, as a signature");
    assert_eq!(word, "DUY%E1%BB%86T");
    assert!(below.ends_with("yc-2026-0012.17-0.abcdefghijklmnop"), "{below}");
    assert!(letter.text.contains("- Duyệt: DUYỆT\n- Trả lại, cần làm rõ: TRẢ LẠI: …\n"), "{}", letter.text);
}

fn eml(letter: &Letter, composed: &Composed, house: &House) -> Vec<u8> {
    let (_, _, case) = sample::scene(letter.kind);
    let calendar = letter.attach.contains(&Attach::Calendar).then(|| ics::of(letter, &case, house, sample::now())).flatten();
    let mut attachments: Vec<Attachment> = calendar.into_iter().map(Attachment::calendar).collect();
    attachments.push(Attachment::workbook("Báo giá tùy biến Chính Đại (23.06.21).xlsx".into(), b"PK".to_vec()));
    let mail = Mail {
        from: (house.desk_name.clone(), house.address.clone()),
        to: (house.name_of(&letter.to).to_string(), letter.to.clone()),
        reply_to: None,
        subject: composed.subject.clone(),
        text: composed.text.clone(),
        html: composed.html.clone(),
        date: sample::now(),
        message_id: "<YC-2021-0001.17@vanphucsoft.example>".into(),
        in_reply_to: Some("a@b\r\nBcc: x@y.example".into()),
        references: vec!["<first@x>".into(), "second@x".into()],
        case: "YC-2021-0001".into(),
        kind: letter.kind.name().into(),
        replied: true,
        attachments,
    };
    let bytes = mail::to_eml(&mail).expect("the sample's addresses are sound");
    assert_eq!(bytes, mail::to_eml(&mail).expect("again"), "the same mail twice");
    bytes
}

#[test]
fn every_mail_has_the_headers_of_the_contract_and_reads_back() {
    let house = sample::house();
    for kind in Kind::ALL {
        let (letter, _, _) = sample::scene(kind);
        let composed = written(kind, Lang::Vi);
        let bytes = eml(&letter, &composed, &house);
        let read = mail_parser::MessageParser::default().parse(&bytes).expect("a mail");
        let header = |name: &str| read.header_raw(name).map(str::trim).unwrap_or_default().to_string();
        assert_eq!(read.subject(), Some(composed.subject.as_str()));
        assert_eq!(header("Auto-Submitted"), "auto-replied");
        assert_eq!(header("X-Auto-Response-Suppress"), "All");
        assert_eq!(header("X-Quotedesk-Case"), "YC-2021-0001");
        assert_eq!(header("X-Quotedesk-Kind"), kind.name());
        assert_eq!(header("In-Reply-To"), "<a@bBcc:x@y.example>");
        assert_eq!(header("References"), "<first@x> <second@x>");
        assert_eq!(read.body_text(0).map(|t| t.replace("\r\n", "\n")), Some(composed.text.clone()));
        assert_eq!(read.body_html(0).map(|t| t.replace("\r\n", "\n")), Some(composed.html.clone()));
        let names: Vec<&str> = read.attachments().filter_map(mail_parser::MimeHeaders::attachment_name).collect();
        assert!(names.contains(&"Báo giá tùy biến Chính Đại (23.06.21).xlsx"), "{names:?}");
        let calendar = letter.attach.contains(&Attach::Calendar);
        assert_eq!(
            String::from_utf8_lossy(&bytes).contains("text/calendar; charset=utf-8; method=PUBLISH"),
            calendar,
            "{}",
            kind.name()
        );
    }
}

#[test]
fn calendar_files_hold_the_deadline_or_the_plan() {
    let house = sample::house();
    let (letter, _, mut case) = sample::scene(Kind::Need);
    case.form.fields.retain(|name, _| !matches!(name.as_str(), "short" | "customer"));
    let unnamed = ics::of(&letter, &case, &house, sample::now()).expect("a deadline").text;
    assert!(unnamed.contains("SUMMARY:Hạn: điền phiếu phân tích – YC-2021-0001"), "{unnamed}");
    let (letter, _, case) = sample::scene(Kind::Review);
    let due = ics::of(&letter, &case, &house, sample::now()).expect("a deadline").text;
    assert!(due.contains("DTSTART:20210624T030000Z") && due.contains("DTSTAMP:20210623T030000Z"), "{due}");
    let (letter, _, case) = sample::scene(Kind::Planned);
    let ics::File { name, text: plan, .. } = ics::of(&letter, &case, &house, sample::now()).expect("a plan");
    assert_eq!(name, "YC-2021-0001.ics");
    for line in [
        "UID:YC-2021-0001-start@vanphucsoft.example",
        "DTSTART;VALUE=DATE:20210709",
        "DTEND;VALUE=DATE:20210710",
        "DTSTART;VALUE=DATE:20210726",
        "METHOD:PUBLISH",
    ] {
        assert!(plan.contains(line), "{line} in {plan}");
    }
    assert_eq!(ics::of(&letter, &sample::bare(State::Closed), &house, sample::now()), None);
}

#[test]
fn work_that_is_given_up_leaves_no_days_in_the_calendars() {
    let house = sample::house();
    let (_, _, mut case) = sample::scene(Kind::Planned);
    let (letter, ..) = sample::scene(Kind::Closed);
    let closed = |reason| Closed { at: sample::now(), reason, by: None, text: String::new(), before: State::Delivering };
    (case.state, case.due, case.closed) = (State::Closed, None, Some(closed(Reason::Withdrawn)));
    let file = ics::of(&letter, &case, &house, sample::now()).expect("the plan is called off");
    for line in ["METHOD:CANCEL", "UID:YC-2021-0001-start@vanphucsoft.example", "UID:YC-2021-0001-end@vanphucsoft.example"] {
        assert!(file.text.contains(line), "{line} in {}", file.text);
    }
    assert_eq!(file.text.matches("STATUS:CANCELLED").count(), 2, "{}", file.text);
    assert_eq!(Attachment::calendar(file).mime, "text/calendar; charset=utf-8; method=CANCEL");
    case.closed = Some(closed(Reason::Done));
    assert_eq!(ics::of(&letter, &case, &house, sample::now()), None, "what was done stays");
}

#[test]
fn a_broken_template_of_the_desk_gives_way_to_the_built_in_one() {
    let own = |name: &str, source: &str| (name.to_string(), source.to_string());
    let page = |ask: &str| {
        format!(
            "{{% extends \"base.html\" %}}{{% block subject %}}Của mình{{% endblock %}}{{% block ask %}}{ask}{{% endblock %}}"
        )
    };
    let (good, warnings) = Templates::with([own("vi/review.html", &page("Mời {{ to.name }} xem"))]);
    assert!(warnings.is_empty(), "{warnings:?}");
    let (_, warnings) = Templates::with([own("vi/review.html", "{% if"), own("vi/quote.html", &page("{{ margin }}"))]);
    assert_eq!(warnings.len(), 2);
    assert!(warnings[1].contains("unknown margin"), "{warnings:?}");
    let (late, warnings) = Templates::with([own("vi/review.html", &page("{{ case.nothing }}"))]);
    assert!(warnings.is_empty(), "found only once it is rendered");

    let (letter, events, case) = sample::scene(Kind::Review);
    let house = sample::house();
    let with = |templates: &Templates| {
        let context = sample::context(&case, &events, &house, templates);
        compose::compose(&letter, &context).expect("one of both pages renders")
    };
    assert_eq!(with(&good).summary, "Mời Hoàng Đức Trí xem");
    let fallen_back = with(&late);
    assert!(fallen_back.warning.is_some_and(|w| w.contains("vi/review.html")));
    assert!(fallen_back.summary.starts_with("Kính gửi anh Trí, nhờ anh duyệt"));
}

#[test]
fn every_page_that_init_lays_down_is_there_in_both_languages() {
    let names: Vec<&str> = templates::built_in().map(|(name, _)| name).collect();
    for kind in Kind::ALL {
        for lang in ["vi", "en"] {
            assert!(names.contains(&format!("{lang}/{}.html", kind.name()).as_str()), "{lang} {}", kind.name());
        }
    }
}

/// A quote holds to the end of a day; the clock closes the case at the next one's first moment.
#[test]
fn a_deadline_at_midnight_is_said_as_the_end_of_the_day_before() {
    let house = sample::house();
    let words = Words::plain(Lang::Vi, &house, None);
    let at = house.calendar.midnight("2021-07-09".parse().expect("a date"));
    let due = house.calendar.named(at, sample::now());
    assert_eq!(words.due(&due), "chậm nhất là hết thứ Năm, 08/07/2021");
    assert_eq!(words.due_moment(&due), "hết thứ Năm, 08/07/2021");
}

#[test]
fn ambiguous_money_is_asked_back_with_its_readings() {
    let house = sample::house();
    let case = sample::case(State::Feedback);
    let problem = Problem {
        sheet: "Phiếu phân tích".into(),
        cell: "J24".into(),
        field: "kt_cp".into(),
        item: Some("M03".into()),
        severity: Severity::Error,
        kind: Wrong::AmbiguousMoney { readings: vec![1_500_000, 1_500] },
        found: "1.500".into(),
    };
    let words = Words::plain(Lang::Vi, &house, Some(&case.form));
    assert_eq!(
        words.problem_line(&problem),
        "Phiếu phân tích!J24 – Mục 3 – KT: Chi phí (giá vốn): Em hiểu “1.500” là 1.500.000 đồng hay 1.500 đồng? \
         Nhờ anh/chị ghi đủ số vào ô, ví dụ 1.500.000."
    );
    assert_eq!(words.expected(&problem.kind), "1.500.000 hay 1.500");
    assert_eq!(words.history(&sample::opened()), "Bùi Ngọc Lam mở yêu cầu: Khách cần in phiếu cân");
}

fn happened(by: &str, event: Event) -> Recorded {
    Recorded {
        seq: 9,
        at: sample::now(),
        by: Some(by.into()).filter(|b: &String| !b.is_empty()),
        for_: None,
        via: Via::Mail,
        event,
    }
}

/// What Tech is asked to plan is what the customer has bought, with the day that follows from what was promised.
#[test]
fn tech_schedules_what_was_sold() {
    let (letter, events, mut case) = sample::scene(Kind::Scheduling);
    let quote = case.quotes.last_mut().expect("a quote");
    let server =
        quotedesk::process::quote::Line {
            item: None, no: 3, name: "Máy chủ riêng (12 tháng)".into(), ..quote.lines[0].clone()
        };
    quote.lines[1].scope = "chỉ mẫu A5".into();
    quote.lines[1].explanation = "In phiếu A5 và A4".into();
    quote.lines[2] = server;
    case.contract.payments.push(Payment { on: "2021-07-01".parse().unwrap(), vnd: 20_000_000 });
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    for told in ["Máy chủ riêng (12 tháng)", "chỉ mẫu A5", "20.000.000 đ, thứ Năm, 01/07/2021", "thứ Năm, 08/07/2021"]
    {
        assert!(text.contains(told), "no {told} in:\n{text}");
    }
    for untold in ["Báo cáo công nợ theo công trình", "In phiếu A5 và A4", "18.000.000"] {
        assert!(!text.contains(untold), "{untold} in:\n{text}");
    }
}

/// Step 9: what is asked, and of whom, goes on with what has been done.
#[test]
fn the_end_of_the_work_asks_what_is_left() {
    let house = sample::house();
    let day = "2021-07-26".parse().unwrap();
    let (mut letter, _, mut case) = sample::scene(Kind::Progress);
    let text = |letter: &Letter, event: Event, case: &Case| write(letter, &[happened("", event)], case, &house, Lang::Vi).text;
    let begins = |text: &str, told: &str| assert!(text.starts_with(told), "{text}");

    begins(
        &text(&letter, Event::PlanReminded { level: 1 }, &case),
        "Chào Vy, dự án Chính Đại bắt đầu thứ Sáu, 09/07/2021; nhờ Vy báo khách.",
    );
    begins(
        &text(&letter, Event::Progressed { percent: Some(50), text: String::new() }, &case),
        "Chào Vy, dự án Chính Đại đã đạt 50%;",
    );
    (letter.to, letter.role) = (sample::TECH.into(), Role::Tech);
    begins(
        &text(&letter, Event::PlanReminded { level: 1 }, &case),
        "Chào anh Lộc, dự án Chính Đại bắt đầu thứ Sáu, 09/07/2021; nhờ anh báo tiến độ, test và bàn giao trước ",
    );

    // Tested: Tech hands over, Sales sees to the acceptance.
    case.tested_on = Some(day);
    let tech = text(&letter, Event::PlanReminded { level: 3 }, &case);
    begins(&tech, "Chào anh Lộc, dự án Chính Đại dự kiến kết thúc thứ Hai, 26/07/2021; nhờ anh bàn giao dự án trước ");
    assert!(tech.contains("- Đã bàn giao: ĐÃ BÀN GIAO ngày …") && !tech.contains("ĐÃ TEST XONG"), "{tech}");
    (letter.to, letter.role) = (sample::SALES.into(), Role::Sales);
    begins(
        &text(&letter, Event::Tested { on: day }, &case),
        "Chào Vy, dự án Chính Đại đã test xong ngày 26/07/2021; nhờ Vy hẹn khách nghiệm thu.",
    );

    // Handed over: Sales has the turn, is asked and given the deadline.
    case.handed_over_on = Some(day);
    let sales = text(&letter, Event::HandedOver { on: day }, &case);
    begins(
        &sales,
        "Chào Vy, dự án Chính Đại đã bàn giao ngày 26/07/2021; nhờ Vy xác nhận khách đã nghiệm thu để đóng yêu cầu trước ",
    );
    assert!(sales.contains("- Khách đã nghiệm thu, đóng yêu cầu: ĐÃ BÀN GIAO. Khách nghiệm thu ngày …"), "{sales}");
    let cskh = Letter { to: sample::CSKH.into(), role: Role::Cskh, ..letter };
    begins(&text(&cskh, Event::HandedOver { on: day }, &case), "Chào chị Lam, dự án Chính Đại đã bàn giao ngày 26/07/2021.");
}

/// The schedule is passed on by Sales; CSKH is told.
#[test]
fn cskh_is_told_of_the_schedule_and_asked_nothing() {
    let (mut letter, events, case) = sample::scene(Kind::Planned);
    (letter.to, letter.role) = (sample::CSKH.into(), Role::Cskh);
    let told = write(&letter, &events, &case, &sample::house(), Lang::Vi);
    assert!(told.text.starts_with("Chào chị Lam, lịch thực hiện của Chính Đại: bắt đầu thứ Sáu, 09/07/2021"), "{}", told.text);
    assert!(told.subject.contains("Lịch thực hiện") && !told.text.contains("Trân trọng"), "{}", told.text);
}

/// What came with a form stands in the letter of the next step; a customer never reads it.
#[test]
fn a_note_beside_a_form_stands_in_the_next_letter() {
    let note = |by: &str| happened(by, Event::Commented { text: "Khách cần gấp.".into(), mentions: vec![] });
    let (letter, events, case) = sample::scene(Kind::Review);
    let with = |letter: &Letter, events: &[Recorded], case: &Case| write(letter, events, case, &sample::house(), Lang::Vi).text;
    let text = with(&letter, &[events, vec![note(sample::SALES)]].concat(), &case);
    assert!(text.contains("Lời nhắn của Lê Thảo Vy:\n\n    Khách cần gấp."), "{text}");
    assert!(!with(&letter, &[note(sample::LEADER)], &case).contains("Khách cần gấp"), "their own");
    let (letter, _, case) = sample::scene(Kind::QuoteToCustomer);
    assert!(!with(&letter, &[note(sample::SALES)], &case).contains("Khách cần gấp"));
}

/// Tech corrects a cost after the quote: it is refused and passed on, to those who see no cost without it.
#[test]
fn what_the_work_costs_is_in_no_word_that_is_passed_on() {
    let (_, _, case) = sample::scene(Kind::Quote);
    let text = "1: được, 14tr, 6 ngày; server 2.500.000/tháng".to_string();
    let late = |by: &str| {
        let refusal = Refusal::QuoteIsOut { number: "BG-210623-001".into(), revision: 1, retractable: false };
        let comment = Event::Commented { text: text.clone(), mentions: vec![] };
        vec![happened(by, comment), happened(by, Event::Refused { what: "correct".into(), refusal })]
    };
    let letter = Letter { kind: Kind::Comment, to: sample::SALES.into(), attach: vec![], role: Role::Sales, not_before: None };
    let told = |by: &str, sees: bool| {
        let mut house = sample::house();
        house.quote.sales_sees_cost = sees;
        let composed = write(&letter, &late(by), &case, &house, Lang::Vi);
        format!("{}{}", composed.text, composed.html)
    };
    let hidden = told(sample::TECH, false);
    assert!(!hidden.contains("14tr") && !hidden.contains("2.500.000"), "{hidden}");
    assert!(hidden.contains("1: được, [giá vốn], 6 ngày"), "{hidden}");
    assert!(told(sample::TECH, true).contains("14tr"));
    assert!(told(sample::DIRECTOR, false).contains("14tr"), "a price is for Sales to know");
}

/// The form comes back to who had sent it back: with what they asked, what was said to it, and what has changed.
#[test]
fn the_next_round_says_what_was_asked_and_answered() {
    use quotedesk::process::case::{AskedBack, SaidBack};
    for (kind, step, by) in [(Kind::Review, State::Review, sample::LEADER), (Kind::Pricing, State::Pricing, sample::DIRECTOR)] {
        let (letter, mut events, mut case) = sample::scene(kind);
        let answers = vec![SaidBack { by: sample::SALES.into(), text: "Khách chịu được".into() }];
        let questions = "Khách có chịu giá 20tr không?".to_string();
        case.asked_back = Some(AskedBack { by: by.into(), step, questions, answers });
        case.round = 2;
        let at = Cell::Item("M01".into(), "dg".into());
        let change = Change { at, old: Some(Value::Text("cũ".into())), new: Some(Value::Text("mới".into())) };
        let (cells, added, dropped, exchanges) = (vec![change], vec![], vec![], vec![]);
        events.push(happened(sample::SALES, Event::Filled { cells, added, dropped, order: None, exchanges, notes: vec![] }));
        let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
        assert!(text.contains("Khách có chịu giá 20tr không?") && text.contains("Lê Thảo Vy trả lời:"), "{text}");
        assert!(text.contains("Khách chịu được"), "{text}");
        assert_eq!(text.contains("cũ → mới"), kind == Kind::Review, "{text}");
        // At another step it is nobody's to read.
        case.asked_back.iter_mut().for_each(|asked| asked.step = State::Feedback);
        assert!(!write(&letter, &events, &case, &sample::house(), Lang::Vi).text.contains("20tr không"));
    }
}

/// The history tells what was asked at the time, and all of it.
#[test]
fn the_history_tells_what_was_told_back_then() {
    let (house, mut case) = (sample::house(), sample::case(State::Pricing));
    let vat = Cell::Field("pr_vat".into());
    let mut cells = vec![Change { at: vat.clone(), old: None, new: Some(Value::Percent(1000)) }];
    let prices = case.form.items.iter().map(|i| Change {
        at: Cell::Item(i.id.clone(), "gd_gia".into()),
        old: None,
        new: Some(Value::Money(123_456_789)),
    });
    cells.extend(prices);
    let what = Proposed::Cells { cells, answered: vec![], decide: true };
    let proposal = quotedesk::process::case::Proposal { by: sample::DIRECTOR.into(), at: sample::now(), rev: 3, what };
    let row = happened(sample::DIRECTOR, Event::Proposed { proposal });
    // Another rate came later.
    case.form.put(&vat, Some(Value::Choice("kct".into())));
    let told = Words::plain(Lang::Vi, &house, Some(&case.form)).history(&row);
    assert!(told.contains("10%") && !told.contains("→") && !told.contains("Không chịu thuế"), "{told}");
    assert_eq!(told.matches("123.456.789 đ").count(), case.form.items.len(), "{told}");
    assert!(!told.contains('…'), "{told}");
}

/// Step 7: Sales reads in the letters of the work that the contract itself has not come.
#[test]
fn sales_is_asked_for_the_signed_contract() {
    let (letter, events, mut case) = sample::scene(Kind::Planned);
    case.contract.number = Some("12/HĐ".into());
    let told = |case: &Case, letter: &Letter| write(letter, &events, case, &sample::house(), Lang::Vi).text;
    let cskh = Letter { to: sample::CSKH.into(), role: Role::Cskh, ..letter.clone() };
    let progress = Letter { kind: Kind::Progress, ..letter.clone() };
    for letter in [&letter, &progress] {
        assert!(told(&case, letter).contains("chưa thấy bản hợp đồng đã ký: nhờ Vy gửi kèm"), "{}", told(&case, letter));
    }
    assert!(!told(&case, &cskh).contains("bản hợp đồng đã ký"));
    use quotedesk::process::case::{FileKind, FileRef};
    let (name, path, sha256) = ("hd.pdf".to_string(), "archive/hd.pdf".to_string(), String::new());
    case.files.push(FileRef { name, path, sha256, kind: FileKind::Contract });
    assert!(!told(&case, &letter).contains("bản hợp đồng đã ký"));
}

/// A plan that Tech takes back: whoever passes it on to the customer hears of it.
#[test]
fn a_plan_taken_back_is_told_with_its_days() {
    let (_, _, before) = sample::scene(Kind::Planned);
    let mut after = sample::case(State::Scheduling);
    after.plan = None;
    let event = Event::Retracted { what: "plan".into(), to: Box::default(), onward: true, unsent: false };
    let events = [happened(sample::TECH, event)];
    let house = sample::house();
    let letter = Letter { kind: Kind::Comment, to: sample::SALES.into(), attach: vec![], role: Role::Sales, not_before: None };
    let templates = Templates::default();
    let context = Context { before: Some(&before), ..sample::context(&after, &events, &house, &templates) };
    let text = compose::compose(&letter, &context).expect("a built-in page renders").text;
    assert!(text.contains("09/07/2021") && text.contains("không còn hiệu lực") && text.contains("báo lại khách"), "{text}");
}

/// Sales is not asked to send what the customer has by the same decision.
#[test]
fn a_quote_that_the_desk_mails_is_for_sales_to_ask_about() {
    let (letter, events, mut case) = sample::scene(Kind::Quote);
    let mut house = sample::house();
    house.quote.send_to_customer = true;
    case.sent_to_customer = case.quote().map(|q| q.date);
    for (lang, sent, asks) in [(Lang::Vi, "em đã gửi báo giá tới", "ĐÃ GỬI KH"), (Lang::En, "was mailed to", "SENT TO CUSTOMER")]
    {
        let text = write(&letter, &events, &case, &house, lang).text;
        assert!(text.contains(&format!("{sent} {}", sample::CUSTOMER)) && !text.contains(asks), "{text}");
    }
}

/// Prices told back come with what they make of the quote (domain h, 5c), or with what they still lack.
#[test]
fn the_director_confirms_a_total() {
    let (letter, events, mut case) = sample::scene(Kind::Confirm);
    let house = sample::house();
    let write = |case: &Case| write(&letter, &events, case, &house, Lang::Vi).text;
    let text = write(&case);
    assert!(text.contains("Tổng cộng: 37.800.000 đ") && text.contains("Ba mươi bảy triệu tám trăm nghìn đồng"), "{text}");

    let put = |case: &mut Case, field: &str, value: Value| case.form.put(&Cell::Field(field.into()), Some(value));
    put(&mut case, "kt_srv", Value::Choice("yes".into()));
    put(&mut case, "pr_disc_pct", Value::Percent(500));
    let text = write(&case);
    assert!(text.contains("còn cần:") && text.contains("ví dụ server = 36tr") && !text.contains("Tổng cộng"), "{text}");

    let Some(Proposed::Cells { cells, .. }) = case.proposal.as_mut().map(|p| &mut p.what) else { panic!("prices wait") };
    cells.push(Change { at: Cell::Field("pr_srv".into()), old: None, new: Some(Value::Money(36_000_000)) });
    let text = write(&case);
    assert!(text.contains("Chiết khấu: 1.750.000 đ (5%, không gồm máy chủ)") && !text.contains("còn cần"), "{text}");
}

/// Cost and days of an answer that was changed to a no are still in their cells, and in no sum.
#[test]
fn what_cannot_be_done_costs_nothing() {
    let house = sample::house();
    for kind in [Kind::Pricing, Kind::Completing] {
        let (letter, events, mut case) = sample::scene(kind);
        let whole = write(&letter, &events, &case, &house, Lang::Vi).text;
        assert!(whole.contains("24.320.000") && whole.contains("8.765.000"), "{whole}");
        case.form.put(&Cell::Item("M03".into(), "kt_kq".into()), Some(Value::Choice("no".into())));
        let text = write(&letter, &events, &case, &house, Lang::Vi).text;
        assert!(text.contains("15.555.000") && !text.contains("24.320.000") && !text.contains("8.765.000"), "{text}");
    }
}

#[test]
fn a_discount_that_is_too_much_is_told_in_words() {
    let house = sample::house();
    let case = sample::case(State::Pricing);
    let problem = Problem {
        sheet: String::new(),
        cell: String::new(),
        field: "pr_disc_amt".into(),
        item: None,
        severity: Severity::Error,
        kind: Wrong::DiscountTooLarge { of: 30_000_000 },
        found: "50000000".into(),
    };
    for (lang, amount) in [(Lang::Vi, "50.000.000"), (Lang::En, "50,000,000")] {
        let told = Words::plain(lang, &house, Some(&case.form)).problem_line(&problem);
        assert!(told.contains(amount) && !told.contains("“subtotal”"), "{told}");
    }
}

/// What holds a quote back is told with its words to those alone who may see that cell, and in the history to nobody.
#[test]
fn what_holds_a_quote_back_is_shown_to_who_may_see_it() {
    let house = sample::house();
    let mut case = sample::case(State::Pricing);
    let secret = "khách dễ tính, thêm 10%";
    case.form.put(&Cell::Item("M02".into(), "gd_gc".into()), Some(Value::Text(secret.into())));
    let problem = |field: &str, item: Option<&str>, kind| Problem {
        sheet: String::new(),
        cell: String::new(),
        field: field.into(),
        item: item.map(String::from),
        severity: Severity::Error,
        kind,
        found: String::new(),
    };
    let problems = vec![
        problem("gd_gc", Some("M02"), Wrong::Internal),
        problem("contact", None, Wrong::NameOfTech { who: sample::TECH.into() }),
        problem("", None, Wrong::Internal),
    ];
    let refusal = Refusal::HeldBack { paper: Paper::Quote, problems };
    let row = happened(sample::DIRECTOR, Event::Refused { what: "form".into(), refusal });
    for lang in LANGS {
        for (to, role, sees) in [(sample::DIRECTOR, Role::Director, true), (sample::LEADER, Role::Leader, false)] {
            let attach = vec![Attach::Form { role }];
            let letter = Letter { kind: Kind::Refused, to: to.into(), attach, role, not_before: None };
            let text = write(&letter, std::slice::from_ref(&row), &case, &house, lang).text;
            assert_eq!(text.contains(secret), sees, "{role:?}:\n{text}");
            if (lang, role) == (Lang::Vi, Role::Director) {
                assert!(text.contains(": TRẢ LẠI: …") && !text.contains(": DUYỆT"), "the same prices once more:\n{text}");
            }
            let cells = if lang == Lang::Vi {
                ["Người liên hệ", "GĐ: Ghi chú", "Trao đổi"]
            } else {
                ["Contact", "Director: note", "xchange"]
            };
            for told in cells.into_iter().chain([house.name_of(sample::TECH)]) {
                assert!(text.contains(told), "{told} in:\n{text}");
            }
        }
        let history = Words::plain(lang, &house, Some(&case.form)).history(&row);
        assert!(
            !history.contains(secret) && history.contains(if lang == Lang::Vi { "Người liên hệ" } else { "Contact" }),
            "{history}"
        );
    }
}

/// Where a server is needed the Director is asked for its price, and is not offered to approve of prices without it.
#[test]
fn the_director_is_asked_for_the_server() {
    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    let house = sample::house();
    for (field, value) in [
        ("kt_srv", Value::Choice("yes".into())),
        ("kt_srv_cost", Value::Money(24_000_000)),
        ("kt_srv_cycle", Value::Choice("year".into())),
    ] {
        case.form.put(&Cell::Field(field.into()), Some(value));
    }
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    for told in [
        "Giá vốn (chưa gồm server): ",
        "Có, 24.000.000 đ (",
        "báo khách cho 12 tháng, ví dụ server = 36tr",
        "Cho giá từng mục: server = 36tr",
    ] {
        assert!(text.contains(told), "no {told} in:\n{text}");
    }
    assert!(!text.contains("Duyệt giá như trong phiếu"), "{text}");
    case.form.put(&Cell::Field("pr_srv".into()), Some(Value::Money(36_000_000)));
    assert!(write(&letter, &events, &case, &house, Lang::Vi).text.contains("Duyệt giá như trong phiếu: DUYỆT"));
    // Of a month nobody is shown the price of a year.
    case.form.fields.remove("pr_srv");
    case.form.put(&Cell::Field("kt_srv_cycle".into()), Some(Value::Choice("month".into())));
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    let shown = text.contains("báo khách cho 1 tháng, ví dụ server = 3tr") && text.contains("Cho giá từng mục: server = 3tr");
    assert!(shown && !text.contains("36tr"), "{text}");
    // Tech may have said it of one item alone.
    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    case.form.put(&Cell::Field("kt_srv".into()), None);
    let item = case.form.items.iter_mut().find(|i| i.doable()).expect("an item that can be done");
    item.cells.insert("kt_sv".into(), Value::Choice("yes".into()));
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(text.contains("server = 36tr") && !text.contains("Duyệt giá như trong phiếu"), "{text}");
}

/// A DUYỆT takes nothing that its letter has not shown: what a markup makes of an item that is new since the last quote.
#[test]
fn prices_that_an_approval_would_take_are_shown_with_their_total() {
    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    let house = sample::house();
    let mut before = sample::case(State::Quoted).quotes.remove(1);
    before.lines.remove(2);
    before.lines[1].amount = 4_500_000;
    case.quotes = vec![before];
    case.change_asked = Some(Wanted { text: "Thêm báo cáo công nợ".into(), requote: false });
    case.form.items.iter_mut().for_each(|item| drop(item.cells.remove("gd_gia")));
    case.form.fields.insert("pr_mode".into(), Value::Choice("markup".into()));
    case.form.fields.insert("pr_markup".into(), Value::Percent(3000));
    for kind in [Kind::Pricing, Kind::Reminder, Kind::Late] {
        let text = write(&Letter { kind, ..letter.clone() }, &events, &case, &house, Lang::Vi).text;
        for told in [
            "Trả lời DUYỆT thì báo giá sẽ là:",
            "(mục 2): 4.200.000 đ (báo giá trước 4.500.000 đ)",
            "(mục 3): 11.400.000 đ (báo giá trước chưa có)",
            "Tổng cộng: 34.236.000 đ",
        ] {
            assert!(text.contains(told), "no {told} in the {}:\n{text}", kind.name());
        }
    }
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(text.contains("Khách xin sửa:\n\n    Thêm báo cáo công nợ"), "{text}");
    case.change_asked.iter_mut().for_each(|wanted| wanted.requote = true);
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(text.contains("Sales xin báo giá lại:\n\n    Thêm báo cáo công nợ"), "{text}");
    // Nothing to approve as long as a price lacks.
    case.form.fields.remove("pr_markup");
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(!text.contains("Trả lời DUYỆT thì"), "{text}");
}

/// What cannot be done costs nothing and takes no days, whatever Tech has typed beside it.
#[test]
fn what_cannot_be_done_is_in_no_total() {
    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    case.form.items[1].cells.insert("kt_kq".into(), Value::Choice("no".into()));
    case.form.items[1].cells.insert("kt_ngay".into(), Value::Days(18));
    for kind in [Kind::Pricing, Kind::Completing] {
        let text = write(&Letter { kind, ..letter.clone() }, &events, &case, &sample::house(), Lang::Vi).text;
        assert!(text.contains("21.110.000") && !text.contains("24.320.000") && !text.contains("3.210.000"), "{text}");
        assert!(text.contains("Cộng\n   Giá vốn (đ): 21.110.000 · Số ngày: 10\n"), "{text}");
    }
}

/// What was told back waits for who wrote it: they are reminded of the values, and how to say that they hold. Whoever wrote
/// nothing is reminded of the step's own work.
#[test]
fn a_reminder_tells_each_what_waits_for_them() {
    let (letter, events, mut case) = sample::scene(Kind::Reminder);
    let cost = Change { at: Cell::Item("M02".into(), "kt_cp".into()), old: None, new: Some(Value::Money(3_000_000)) };
    let what = Proposed::Cells { cells: vec![cost], answered: vec!["M02".into()], decide: false };
    case.proposal = Some(Proposal { by: sample::TECH2.into(), at: sample::now(), rev: 4, what });
    for kind in [Kind::Reminder, Kind::Late] {
        let told = |to: &str| {
            let letter = Letter { kind, to: to.into(), ..letter.clone() };
            write(&letter, &events, &case, &sample::house(), Lang::Vi).text
        };
        let (writer, other) = (told(sample::TECH2), told(sample::TECH));
        assert!(
            writer.contains("xác nhận các giá trị đã đọc") && writer.contains("3.000.000 đ (ba triệu đồng chẵn)"),
            "{writer}"
        );
        assert!(writer.contains(": DUYỆT"), "{writer}");
        assert!(other.contains("phản hồi từng hạng mục") && !other.contains("xác nhận"), "{other}");
        assert!(!other.contains("3.000.000") && !other.contains("DUYỆT"), "{other}");
    }
}

/// Prices for what Tech says no to are told back as what they are: in no quote; a server that nobody needs.
#[test]
fn prices_beside_what_tech_says_are_told() {
    let (letter, events, mut case) = sample::scene(Kind::Confirm);
    case.form.items[1].cells.insert("kt_kq".into(), Value::Choice("no".into()));
    let Some(Proposed::Cells { cells, .. }) = case.proposal.as_mut().map(|p| &mut p.what) else { panic!("prices wait") };
    cells.push(Change { at: Cell::Field("pr_srv".into()), old: None, new: Some(Value::Money(20_000_000)) });
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    for told in [
        "Mẫu in phiếu cân xe (mục 2): Kỹ thuật báo không làm được, nên không vào báo giá.",
        "Kỹ thuật báo không cần server riêng; báo giá vẫn có server 20.000.000 đ.",
    ] {
        assert!(text.contains(told), "no {told} in:\n{text}");
    }
}

/// A line of the quote and a number of the form are two things: where a change is asked of a quote, both are told.
#[test]
fn a_change_asked_of_a_quote_names_its_lines() {
    let quoted = || {
        let mut quote = sample::case(State::Quoted).quotes.remove(1);
        // The first item could not be done: the others are lines 1 and 2.
        quote.lines.remove(0);
        quote.lines.iter_mut().zip(1..).for_each(|(line, no)| line.no = no);
        vec![quote]
    };
    for kind in [Kind::Clarify, Kind::Pricing] {
        let (letter, events, mut case) = sample::scene(kind);
        let house = sample::house();
        let first = write(&letter, &events, &case, &house, Lang::Vi).text;
        assert!(!first.contains("trong báo giá"), "{first}");
        case.quotes = quoted();
        let text = write(&letter, &events, &case, &house, Lang::Vi).text;
        let line = match kind {
            Kind::Clarify => "Dòng 1 trong báo giá BG-210623-001/R2: 5.000.000 đ",
            _ => "Mẫu in phiếu cân xe (mục 2): dòng 1 trong báo giá BG-210623-001/R2, 5.000.000 đ",
        };
        for told in [line, "òng 2 trong báo giá", "số trong phiếu"] {
            assert!(text.contains(told), "no {told} in:\n{text}");
        }
        // Tech has no part in prices.
        let tech = Letter { role: Role::Tech, ..letter };
        assert!(!write(&tech, &events, &case, &house, Lang::Vi).text.contains("òng 1 trong"), "{text}");
    }
    let (letter, events, mut case) = sample::scene(Kind::Scheduling);
    case.quotes = quoted();
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(text.contains("số dòng trong báo giá BG-210623-001/R2"), "{text}");
}

/// What a word is asked for is named, with what stands now and what it would be.
#[test]
fn what_is_told_back_names_the_item_and_the_old_value() {
    let text = written(Kind::Confirm, Lang::Vi).text;
    assert!(text.contains("Mục 2 – GĐ: Đơn giá báo KH (Mẫu in phiếu cân xe): 5.000.000 đ (năm triệu đồng chẵn)"), "{text}");
    let (letter, events, mut case) = sample::scene(Kind::Confirm);
    case.form.items[1].cells.insert("gd_gia".into(), Value::Money(6_000_000));
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(text.contains("Đơn giá báo KH (Mẫu in phiếu cân xe): 6.000.000 đ → 5.000.000 đ"), "{text}");
}

/// What Tech has said of an item is one line, in the order in which it was said first: of twelve items it would be forty.
#[test]
fn what_is_told_back_of_one_item_is_one_line() {
    let (_, _, case) = sample::scene(Kind::Confirm);
    let house = sample::house();
    let mut form = case.form;
    form.items.iter_mut().for_each(|item| item.cells.retain(|name, _| !name.starts_with("kt_")));
    form.fields.remove("kt_start");
    let cell = |id: &str, name: &str, new: Value| Change { at: Cell::Item(id.into(), name.into()), old: None, new: Some(new) };
    let said = vec![
        cell("M01", "kt_kq", Value::Choice("yes".into())),
        cell("M02", "kt_ld", Value::Text("Chưa có API".into())),
        cell("M01", "kt_sv", Value::Choice("no".into())),
        Change { at: Cell::Field("kt_start".into()), old: None, new: Some(Value::Text("1 tuần".into())) },
    ];
    let proposed = Proposed::Cells { cells: said, answered: vec![], decide: false };
    for (lang, expected) in [
        (Lang::Vi, "Mục 1 – KT (Tách một đơn hàng thành nhiều chuyến giao): Khả thi: Có; Cần server riêng: Không"),
        (Lang::En, "Item 1 – Tech (Tách một đơn hàng thành nhiều chuyến giao): feasible: Yes; private server: No"),
    ] {
        let lines = Words::plain(lang, &house, Some(&form)).proposed(&proposed);
        assert_eq!((lines.len(), lines[0].as_str()), (3, expected), "{lines:#?}");
    }
}

/// The Director is told which price is below cost before their word counts, and in reminders of it; nobody else is.
#[test]
fn a_price_below_cost_is_told_to_the_director_alone() {
    let (letter, events, mut case) = sample::scene(Kind::Confirm);
    assert!(!write(&letter, &events, &case, &sample::house(), Lang::Vi).text.contains("giá vốn"));
    let proposal = case.proposal.as_mut().expect("prices wait");
    if let Proposed::Cells { cells, .. } = &mut proposal.what {
        cells[0].new = Some(Value::Money(12_000_000));
    }
    let below = "Tách một đơn hàng thành nhiều chuyến giao (mục 1): giá 12.000.000 đ, giá vốn 12.345.000 đ";
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(text.contains(below), "{text}");
    // By form, and where it is only the discount.
    case.form.items[0].cells.insert("gd_gia".into(), Value::Money(12_000_000));
    case.proposal.as_mut().expect("prices wait").what = Proposed::Price { total: 1 };
    for kind in [Kind::Confirm, Kind::Reminder, Kind::Late] {
        let letter = Letter { kind, ..letter.clone() };
        let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
        assert!(text.contains(below), "{}: {text}", kind.name());
    }
    case.form.items[0].cells.insert("gd_gia".into(), Value::Money(12_345_000));
    case.form.fields.insert("pr_disc_pct".into(), Value::Percent(3000));
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(text.contains("Cộng tiền sau chiết khấu: giá 20.541.000 đ, giá vốn 24.320.000 đ"), "{text}");
    let status = Letter { kind: Kind::Status, to: "vy.le@vanphucsoft.example".into(), role: Role::Sales, ..letter };
    let text = write(&status, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(!text.contains("sau chiết khấu"), "{text}");
}

/// A further round: what Tech has said before is shown, what is new too, and how to say that it stands.
#[test]
fn tech_is_shown_what_they_answered_before() {
    let (letter, events, mut case) = sample::scene(Kind::Feedback);
    let first = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(!first.contains("ần trước") && !first.contains("XONG."), "{first}");
    let answered = sample::case(State::Feedback).form.items;
    case.form.items[0] = answered[0].clone();
    case.form.fields.insert("deadline".into(), Value::Date("2021-06-18".parse().expect("a date")));
    let text = write(&letter, &events, &case, &sample::house(), Lang::Vi).text;
    for told in ["lần trước đã trả lời Có, 12.345.000 đ, 6 ngày", "mục mới", "trả lời XONG"] {
        assert!(text.contains(told), "no {told} in:\n{text}");
    }
    assert!(!text.contains("18/06/2021"), "a wished day that is over: {text}");
    let status = Letter { kind: Kind::Status, ..letter };
    let text = write(&status, &events, &case, &sample::house(), Lang::Vi).text;
    assert!(text.contains("câu trả lời mục 2, 3; xác nhận mục 1 (vẫn như lần trước thì trả lời XONG)"), "{text}");
}

/// What an item said when it was answered or quoted stands beside the old answer and the old price, and on the cell of the form.
#[test]
fn an_answer_or_a_price_for_other_words_is_told_as_such() {
    let change = |id: &str, cell: &str, old: &str, new: &str| Change {
        at: Cell::Item(id.into(), cell.into()),
        old: Some(Value::Text(old.into())),
        new: Some(Value::Text(new.into())),
    };
    let house = sample::house();
    let templates = Templates::default();
    let (letter, events, mut case) = sample::scene(Kind::Feedback);
    case.form.items[1] = sample::case(State::Feedback).form.items[0].clone();
    case.form.items[1].id = "M02".into();
    case.form.items[1].no = 2;
    let changes = vec![change("M02", "nd", "Nội dung số 2", "Báo cáo kho theo lô"), change("M02", "pa", "Cũ", "Mới")];
    let reworded = [Reworded { item: "M02".into(), changes }];
    let told = |letter: &Letter, case: &Case| {
        let context = Context { reworded: &reworded, ..sample::context(case, &events, &house, &templates) };
        compose::compose(letter, &context).expect("a built-in page renders").text
    };
    let line = "Mục 2 đã đổi: “Nội dung số 2” thành “Báo cáo kho theo lô”, Phương án";
    let text = told(&letter, &case);
    assert!(text.contains(line) && text.contains("câu trả lời cũ (Có, 12.345.000 đ, 6 ngày) là cho nội dung cũ"), "{text}");
    let what = Proposed::Cells { cells: vec![], answered: vec!["M02".into()], decide: false };
    case.proposal = Some(Proposal { by: letter.to.clone(), at: case.since, rev: case.rev, what });
    let text = told(&Letter { kind: Kind::Confirm, ..letter }, &case);
    assert!(text.contains(line), "{text}");

    let (letter, events, mut case) = sample::scene(Kind::Pricing);
    case.quotes = sample::case(State::Quoted).quotes;
    let id = case.form.items[0].id.clone();
    let known = case.quote().and_then(|q| q.lines.iter().find(|l| l.item.as_ref() == Some(&id))).expect("a line of it").clone();
    case.form.items[0].cells.insert("nd".into(), Value::Text("Báo cáo kho theo lô".into()));
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    let line = format!("đã đổi: “{}” thành “Báo cáo kho theo lô”", known.name);
    assert!(text.contains(&line) && text.contains("là cho nội dung cũ"), "{line} in: {text}");
    // A typo that was mended is no other item.
    case.form.items[0].cells.insert("nd".into(), Value::Text(known.name.to_uppercase()));
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(!text.contains("đã đổi"), "{text}");
}

/// Sales is told what is paid of how much, and what is still to come when the case closes; work for nothing asks for no money.
#[test]
fn what_the_customer_still_owes_is_told() {
    let house = sample::house();
    let paid = |case: &mut Case, vnd| case.contract.payments.push(Payment { on: "2021-06-30".parse().expect("a day"), vnd });
    let (letter, _, mut case) = sample::scene(Kind::Contracting);
    paid(&mut case, 20_000_000);
    let event = Event::Paid { on: "2021-06-30".parse().expect("a day"), vnd: 20_000_000 };
    let row = Recorded { seq: 9, at: sample::now(), by: Some(letter.to.clone()), for_: None, via: Via::Mail, event };
    let receipt = Letter { kind: Kind::Receipt, attach: vec![], ..letter.clone() };
    let text = write(&receipt, &[row], &case, &house, Lang::Vi).text;
    assert!(text.contains("Đã thanh toán: 20.000.000 đ / 36.300.000 đ, còn 16.300.000 đ."), "{text}");
    case.contract.payments.clear();
    case.quotes.iter_mut().for_each(|q| q.total = 0);
    let text = write(&letter, &[], &case, &house, Lang::Vi).text;
    assert!(text.contains("khách không phải thanh toán") && !text.contains("ĐÃ THANH TOÁN"), "{text}");

    let (letter, events, mut case) = sample::scene(Kind::Closed);
    case.handed_over_on = Some("2021-07-26".parse().expect("a day"));
    paid(&mut case, 30_000_000);
    let text = write(&letter, &events, &case, &house, Lang::Vi).text;
    assert!(text.contains("khách còn 6.300.000 đ chưa thanh toán"), "{text}");
    let other = Letter { role: Role::Cskh, ..letter };
    assert!(!write(&other, &events, &case, &house, Lang::Vi).text.contains("6.300.000"));
}

#[test]
fn golden_texts() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/letters");
    let fresh = std::env::var_os("QUOTEDESK_GOLDEN").is_some();
    for kind in Kind::ALL {
        for (lang, name) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
            let composed = written(kind, lang);
            let text = format!("Subject: {}\n\n{}", composed.subject, composed.text);
            let file = folder.join(format!("{}.{name}.txt", kind.name()));
            if fresh {
                std::fs::create_dir_all(&folder).expect("the golden folder");
                std::fs::write(&file, &text).expect("the golden file");
            }
            let golden = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(text, golden, "{}: QUOTEDESK_GOLDEN=1 writes it anew", file.display());
        }
    }
}
