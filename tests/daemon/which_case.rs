//! To which case a mail belongs: by the letter that it answers, by what it names, and never by a guess.

use chrono::DateTime;

use crate::desk::mail::Mail;
use crate::desk::setup::{CSKH, DESK, SALES, Setup, Staff};
use crate::desk::{Answer, Desk};
use crate::people::workbook::{Entries, How};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const OTHER_SALES: &str = "vy.do@anphat.example";

/// A desk with two Sales and a case of the first one.
fn desk() -> (Desk, String) {
    let mut setup = Setup::sample();
    setup.staff.push(Staff::new("Đỗ Tường Vy", OTHER_SALES, &["sales"]));
    let desk = Desk::open(&setup.toml(), MONDAY);
    let id = opened(&desk, "Nam Phong");
    (desk, id)
}

fn opened(desk: &Desk, customer: &str) -> String {
    let mut need = from(CSKH);
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = format!("Nhu cầu tùy biến của {customer}");
    need.text = format!("KH {customer} muốn in phiếu cân xe.");
    desk.mail(&need);
    let cases = desk.json(&["cases", "--json"]);
    cases.as_array().and_then(|all| all.last()).and_then(|c| c["id"].as_str()).expect("a case").to_string()
}

fn from(email: &'static str) -> Mail<'static> {
    let name = match email {
        SALES => "Trần Thị Lan",
        CSKH => "Bùi Ngọc Lam",
        _ => "Đỗ Tường Vy",
    };
    Mail::new((name, email), DESK, DateTime::parse_from_rfc3339(MONDAY).unwrap())
}

/// A mail that answers nothing, with a subject of its own.
fn named(desk: &Desk, who: &'static str, subject: &str, text: &str) -> Answer {
    let mut mail = from(who);
    (mail.subject, mail.text) = (subject.into(), text.into());
    desk.mail(&mail)
}

fn history(desk: &Desk, id: &str) -> usize {
    desk.show(id)["history"].as_array().map_or(0, Vec::len)
}

fn cases(desk: &Desk) -> usize {
    desk.json(&["cases", "--json"]).as_array().map_or(0, Vec::len)
}

#[test]
fn what_names_two_cases_is_asked_and_joins_neither() {
    let (desk, first) = desk();
    let second = opened(&desk, "Hoa Sen");
    let letter = desk.letters().into_iter().find(|l| l.is_to(SALES) && l.subject.contains(&first)).expect("the first need");
    let (one, two) = (history(&desk, &first), history(&desk, &second));
    let mut mail = from(SALES).answering(&letter, "RÚT YÊU CẦU: khách đổi ý");
    mail.subject = format!("Re: [{second}] Nhu cầu mới");
    let answer = desk.mail(&mail);
    assert!(answer.problem && answer.text.contains(&first) && answer.text.contains(&second), "{}", answer.text);
    let both = named(&desk, SALES, &format!("[{first}] [{second}] hỏi"), "TRẠNG THÁI");
    assert!(both.problem && both.text.contains(&second), "{}", both.text);
    assert_eq!((history(&desk, &first), history(&desk, &second)), (one, two));
    desk.close();
}

/// An answer in a thread that the desk knows nothing of, or with the customer's name behind `Re:`, opens no request beside the one that is
/// meant: which one is asked. A need of its own does.
#[test]
fn an_answer_that_names_no_case_is_asked_and_opens_none() {
    let (desk, id) = desk();
    let before = cases(&desk);
    let asked = named(&desk, SALES, "Re: Trao đổi với Nam Phong", "Khách muốn thêm cột đơn giá.");
    assert!(asked.problem && asked.text.contains(&id) && asked.text.contains("nhu cầu mới"), "{}", asked.text);
    assert_eq!(cases(&desk), before);
    named(&desk, SALES, "Fwd: Nam Phong cần thêm báo cáo", "Khách Nam Phong cần thêm báo cáo tồn kho.");
    named(&desk, SALES, "Re: Hoa Sen", "Khách Hoa Sen cần in tem.");
    named(&desk, OTHER_SALES, "Re: Nam Phong", "Khách Nam Phong của em cần in tem.");
    assert_eq!(cases(&desk), before + 3, "needs of their own");
    desk.close();
}

#[test]
fn the_form_and_the_letter_have_to_be_of_one_case() {
    let (desk, first) = desk();
    let form = desk.form_for(SALES);
    let second = opened(&desk, "Hoa Sen");
    let letter = desk.letters().into_iter().find(|l| l.is_to(SALES) && l.subject.contains(&second)).expect("the second need");
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let answer = desk.mail(&from(SALES).answering(&letter, "Em gửi phiếu ạ").attach("Phiếu.xlsx", xlsx, form));
    assert!(answer.problem && answer.text.contains(&first) && answer.text.contains(&second), "{}", answer.text);
    desk.close();
}

/// A subject with a case number alone joins a mail to that case only for a person of that case.
#[test]
fn a_number_in_the_subject_is_for_people_of_that_case() {
    let (desk, id) = desk();
    let before = history(&desk, &id);
    let stranger = named(&desk, OTHER_SALES, &format!("[{id}] hỏi"), "KH này cũng hỏi em, đừng làm vội nhé.");
    assert!(stranger.problem && stranger.text.contains(&id) && stranger.text.contains("Trần Thị Lan"), "{}", stranger.text);
    assert_eq!((history(&desk, &id), cases(&desk)), (before, 1), "neither joined nor opened");
    let own = named(&desk, SALES, &format!("Re: TL: [{id}] hỏi"), "TRẠNG THÁI");
    assert!(!own.problem && own.text.contains("Nam Phong"), "{}", own.text);
    // Brought in by name, she has to do with it from now on.
    named(&desk, SALES, &format!("[{id}] nhờ"), "@Đỗ Tường Vy xem giúp chị nhu cầu này.");
    let now = named(&desk, OTHER_SALES, &format!("[{id}] hỏi"), "TRẠNG THÁI");
    assert!(!now.problem && now.text.contains("Nam Phong"), "{}", now.text);
    desk.close();
}

/// A letter passed on does not make its new reader one of the case.
#[test]
fn a_forwarded_letter_gives_its_case_to_nobody() {
    let (desk, id) = desk();
    let letter = desk.letter_to(SALES);
    let before = history(&desk, &id);
    let answer = desk.mail(&from(OTHER_SALES).answering(&letter, "RÚT YÊU CẦU: khách đổi ý"));
    assert!(answer.problem && answer.text.contains(&id), "{}", answer.text);
    assert_eq!(history(&desk, &id), before);
    assert_eq!(desk.show(&id)["state"], "Drafting");
    desk.close();
}

/// Sales brings two requests of one customer on blank forms: the second replaces nothing of the first, which waits for its
/// mended copy. What a mended copy no longer has is named.
#[test]
fn a_second_request_of_the_same_customer_is_a_case_of_its_own() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let blank = desk.blank_form();
    let mut first = Entries::of_nam_phong();
    first.field("cskh_text", "Khách cần in phiếu cân xe.").field("budget", "tầm 50");
    let answer = desk.drop(Some(SALES), "Phiếu 1.xlsx", &first.typed_into(&blank, How::ByName));
    assert!(answer.text.contains("50.000.000"), "{}", answer.text);
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().expect("a case").to_string();
    let form = |shown: serde_json::Value| (shown["items"].clone(), shown["fields"].clone());
    let before = form(desk.show(&id));

    let mut second = Entries::of_nam_phong();
    second.field("cskh_text", "Khách cần quản lý kho lạnh.");
    second.items = second.items.split_off(1);
    second.items[0]["stt"] = 1.into();
    second.items[0]["nd"] = "Cảnh báo nhiệt độ kho".into();
    let answer = desk.drop(Some(SALES), "Phiếu 2.xlsx", &second.typed_into(&blank, How::ByName));
    assert!(answer.text.contains(&id) && answer.text.contains("yêu cầu mới"), "{}", answer.text);
    assert_eq!((cases(&desk), form(desk.show(&id))), (2, before));

    first.field("budget", "50.000.000");
    first.items.truncate(1);
    let answer = desk.drop(Some(SALES), "Phiếu 1 sửa.xlsx", &first.typed_into(&blank, How::ByName));
    assert!(answer.text.contains("Mục 2 “Công nợ theo công trình”"), "{}", answer.text);
    assert_eq!((cases(&desk), &desk.show(&id)["state"]), (2, &"Review".into()));
    desk.close();
}
