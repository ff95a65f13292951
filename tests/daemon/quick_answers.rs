//! Answers without Excel, by the real daemon: Tech answers item by item in a mail, the Director prices in one, in its own
//! lines or in the table that the mail quotes. What is read is told back in digits and words and counts with DUYỆT; it is
//! taken back before the next one has acted, and corrected afterwards.

use std::fmt::Write;

use chrono::DateTime;

use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, DESK, DIRECTOR, LEADER, SALES, Setup, TECH};
use crate::desk::{Answer, Desk};
use crate::people::workbook::{Entries, How, looked_at};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";

fn from(email: &'static str) -> Mail<'static> {
    Mail::new(("", email), DESK, DateTime::parse_from_rfc3339(MONDAY).unwrap())
}

/// A case of three items that waits for Tech.
fn asked_of_tech() -> (Desk, String) {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let id = asks_tech(&desk, "KH Nam Phong muốn in phiếu cân xe và xem công nợ theo công trình.");
    (desk, id)
}

/// One more case of the same customer.
fn asks_tech(desk: &Desk, need_is: &str) -> String {
    let mut need = from(CSKH);
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Nam Phong".into();
    need.text = need_is.into();
    desk.mail(&need);
    let cases = desk.json(&["cases", "--json"]);
    let ids = cases.as_array().expect("cases").iter().filter_map(|case| case["id"].as_str());
    let id = ids.max().expect("a case").to_string();
    let mut form = Entries::of_nam_phong();
    form.items.push(form.items[0].clone());
    form.items[2]["stt"] = 3.into();
    form.items[2]["nd"] = "Báo cáo nhập xuất theo ngày".into();
    desk.drop(Some(SALES), "Phiếu.xlsx", &form.typed_into(&desk.form_for(SALES), How::ByName));
    said(desk, LEADER, "DUYỆT");
    at(desk, &id, "Feedback");
    id
}

/// The same case, waiting for the Director.
fn asked_of_director() -> (Desk, String) {
    let (desk, id) = asked_of_tech();
    asks_director(&desk, &id);
    (desk, id)
}

fn asks_director(desk: &Desk, id: &str) {
    said(
        desk,
        TECH,
        "1: được, 10tr, 5 ngày\n2: không, chưa có API\n3: được, 8tr, 4 ngày\nkhông cần server riêng\nkhởi động sau 5 ngày làm việc",
    );
    said(desk, TECH, "DUYỆT");
    at(desk, id, "Completing");
    said(desk, SALES, "XONG");
    at(desk, id, "Pricing");
}

/// The Director prices it.
fn quoted(desk: &Desk, prices: &str) {
    said(desk, DIRECTOR, prices);
    said(desk, DIRECTOR, "DUYỆT");
}

/// And the customer agrees.
fn agreed(desk: &Desk, id: &str, prices: &str) {
    quoted(desk, prices);
    said(desk, SALES, "KH ĐỒNG Ý");
    at(desk, id, "Contracting");
}

/// Somebody answers the latest letter to them.
fn said(desk: &Desk, who: &'static str, words: &str) -> Answer {
    let letter = desk.letter_to(who);
    desk.mail(&from(who).answering(&letter, words))
}

fn at(desk: &Desk, id: &str, state: &str) {
    let now = desk.show(id)["state"].as_str().unwrap_or_default().to_string();
    if now != state {
        desk.fail(&format!("{id} stands at {now}, not at {state}"));
    }
}

fn tells(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(answer.text.contains(word), "no “{word}” in:\n{}", answer.text);
    }
}

#[test]
fn tech_answers_by_item_and_it_counts_once_confirmed() {
    let (desk, id) = asked_of_tech();
    let echo = said(&desk, TECH, "1: được, 15tr, 5 ngày\n2: không, chưa có API");
    tells(&echo, &["15.000.000", "ười lăm triệu đồng", "5", "chưa có API", "DUYỆT"]);
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), None, "told back, not taken: {}", desk.show(&id)["items"]);
    // Something else before the DUYỆT takes its place.
    let again = said(&desk, TECH, "SỬA: 1: được, 12tr5, 6 ngày\n2: không, chưa có API");
    tells(&again, &["12.500.000", "DUYỆT"]);
    said(&desk, TECH, "DUYỆT");
    at(&desk, &id, "Feedback");
    let rest = said(
        &desk,
        TECH,
        "3: được một phần, 8tr, 4 ngày, chỉ báo cáo nhập\nkhông cần server riêng\nkhởi động sau 5 ngày làm việc",
    );
    tells(&rest, &["8.000.000", "chỉ báo cáo nhập"]);
    said(&desk, TECH, "DUYỆT");
    at(&desk, &id, "Completing");
    let costs: Vec<Option<i64>> = desk.show(&id)["items"].as_array().expect("items").iter().map(|i| i["cost"].as_i64()).collect();
    assert_eq!(costs[0], Some(12_500_000), "{}", desk.show(&id)["items"]);
    desk.close();
}

#[test]
fn what_tech_leaves_open_is_asked_and_nothing_is_guessed() {
    let (desk, id) = asked_of_tech();
    for (words, asks) in [
        ("được, 15tr, 5 ngày", "số mục"),
        ("7: được, 5tr, 2 ngày", "mục 7"),
        ("1: được, 1.250tr, 5 ngày", "1.250tr"),
        ("1: được, 5 ngày", "Còn thiếu: Mục 1 – KT: Chi phí (giá vốn)"),
        ("2: được, 15tr", "ví dụ 2: được, 15tr, 5 ngày."),
        ("3: không", "ví dụ 3: không, chưa có API."),
        ("1: được, 15tr, 5 ngày\n1: được, 12tr, 5 ngày", "Mục 1 có hai câu trả lời khác nhau"),
        ("1,2: được, 5tr, 2 ngày", "cho mỗi mục hay cho chung các mục"),
        ("1: được, 5tr, 5 ngày?", ""),
        ("để mai em trả lời", "trả lời sau"),
    ] {
        let answer = said(&desk, TECH, words);
        tells(&answer, &[asks]);
        at(&desk, &id, "Feedback");
    }
    // What was read is shown line by line, as it was written.
    let shown = said(&desk, TECH, "1: được, 16tr, 5 ngày\n1: được, 12tr, 5 ngày").text;
    assert!(shown.contains("1: được, 12tr, 5 ngày") && !shown.contains("5 ngày 1:"), "{shown}");
    desk.close();
}

/// Some items answered, another asked about: Sales has the question, and the answers count with the DUYỆT.
#[test]
fn a_question_beside_answers_is_asked_and_the_answers_wait_for_their_word() {
    let (desk, id) = asked_of_tech();
    let echo = said(&desk, TECH, "1: được, 15tr, 5 ngày\n2: khách dùng mẫu in nào?");
    tells(&echo, &["15.000.000", "khách dùng mẫu in nào?", "DUYỆT"]);
    let asked = desk.letter_to(SALES);
    assert!(asked.text.contains("2: khách dùng mẫu in nào?"), "{}", asked.text);
    said(&desk, TECH, "DUYỆT");
    at(&desk, &id, "Feedback");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(15_000_000), "{}", desk.show(&id)["items"]);
    desk.close();
}

/// What is asked back says why in words that fit what was written, to whoever wrote it.
#[test]
fn what_is_asked_back_fits_what_was_written() {
    let named = Setup::sample().toml().replace("name = \"Trần Thị Lan\"", "salutation = \"Chị\"\nname = \"Trần Thị Lan\"");
    let desk = Desk::open(&named, MONDAY);
    let id = asks_tech(&desk, "KH Nam Phong muốn in phiếu cân xe và xem công nợ theo công trình.");
    asks_director(&desk, &id);
    said(&desk, DIRECTOR, "1 = 18tr\n3 = 12tr");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    for (words, told) in [
        ("KH chỉ đồng ý 25tr", "nhờ chị trả lời KH ĐỒNG Ý; khách muốn giá khác thì trả lời KH XIN SỬA: 25tr"),
        ("KH ĐỒNG Ý đầu tháng 1", "“đầu tháng 1” chưa rõ là ngày nào. Nhờ chị ghi ngày/tháng/năm."),
        ("KH đồng ý, mai em gửi hợp đồng", "Trong câu có chữ “mai”, nên em chưa rõ việc này đã xong"),
        ("hủy yêu cầu này", "nhờ chị trả lời RÚT YÊU CẦU: lý do"),
        ("KH không đồng ý báo giá vì giá cao quá", "nhờ chị trả lời KH TỪ CHỐI: lý do"),
    ] {
        let answer = said(&desk, SALES, words);
        tells(&answer, &[told]);
        assert!(!answer.text.contains("trả lời sau"), "{}", answer.text);
        at(&desk, &id, "Quoted");
    }
    desk.close();
}

#[test]
fn the_director_prices_in_a_mail() {
    let (desk, id) = asked_of_director();
    let echo = said(&desk, DIRECTOR, "1 = 18tr\n3: 12.000.000\ngiảm 5%\nVAT 10");
    tells(&echo, &["18.000.000", "ười tám triệu đồng", "12.000.000", "5", "10", "DUYỆT"]);
    at(&desk, &id, "Pricing");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let quote = &desk.show(&id)["quotes"][0];
    // (18 + 12) million, less 5 %, plus 10 % tax.
    assert_eq!(quote["total"].as_i64(), Some(31_350_000), "{quote}");
    desk.close();
}

/// What stands beside a price is set and told back, or told as left out. A discount is said one way or the other.
#[test]
fn what_the_director_writes_beside_a_price_is_not_dropped() {
    let (desk, id) = asked_of_director();
    let echo =
        said(&desk, DIRECTOR, "1 = 18tr, 3 = 12tr, VAT 10\nhiệu lực 30 ngày\nthanh toán một lần khi ký\nbảo hành 24 tháng");
    tells(&echo, &["18.000.000", "33.000.000", "30", "thanh toán một lần khi ký", "chưa hiểu", "bảo hành 24 tháng", "DUYỆT"]);
    tells(&said(&desk, DIRECTOR, "SỬA: 1 = 18tr đã gồm VAT"), &["chưa thuế"]);
    said(&desk, DIRECTOR, "giảm 5%");
    let swapped = said(&desk, DIRECTOR, "SỬA: giảm 2tr");
    assert!(!swapped.text.contains("một trong hai"), "{}", swapped.text);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    // (18 + 12 - 2) million, plus 10 % tax; then the discount of the form from before makes way for a percentage.
    assert_eq!(desk.show(&id)["quotes"][0]["total"].as_i64(), Some(30_800_000), "{}", desk.show(&id)["quotes"]);
    said(&desk, SALES, "KH XIN SỬA: xin thanh toán 3 đợt");
    at(&desk, &id, "Pricing");
    let swapped = said(&desk, DIRECTOR, "giảm 10%");
    assert!(!swapped.text.contains("một trong hai"), "{}", swapped.text);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    assert_eq!(desk.show(&id)["quotes"][1]["total"].as_i64(), Some(29_700_000), "{}", desk.show(&id)["quotes"]);
    // Once a contract is made, another quote is asked for by its own word.
    said(&desk, SALES, "KH ĐỒNG Ý");
    tells(&said(&desk, SALES, "BÁO GIÁ LẠI: khách xin giảm giá"), &["KH XIN SỬA"]);
    tells(&said(&desk, SALES, "ĐÃ KÝ số 15/2026/HĐ-AP\nĐÃ THANH TOÁN 29.700.000"), &["15/2026/HĐ-AP", "29.700.000"]);
    at(&desk, &id, "Scheduling");
    desk.close();
}

/// Step 7: the word of the signature may come before the paper, and then with it; a day to come is no day of a payment.
#[test]
fn the_contract_comes_after_the_word_of_it() {
    let (desk, id) = asked_of_director();
    agreed(&desk, &id, "1 = 18tr\n3 = 12tr");
    tells(&said(&desk, SALES, "ĐÃ THANH TOÁN 10.000.000, ngày 19/02/2026"), &["19/02/2026 chưa tới"]);
    said(&desk, SALES, "ĐÃ THANH TOÁN 10.000.000, ngày 05/01/2026");
    tells(&said(&desk, SALES, "ĐÃ KÝ số 12/HĐ, ngày 30/02/2026"), &["“30/02/2026” không có trong lịch"]);
    tells(&said(&desk, SALES, "ĐÃ KÝ số 12/HĐ, ngày 05/01/2026"), &["chưa thấy bản hợp đồng đã ký"]);
    at(&desk, &id, "Scheduling");
    let letter = desk.letter_to(SALES);
    let again = from(SALES).answering(&letter, "ĐÃ KÝ số 12/HĐ, ngày 05/01/2026");
    let answer = desk.mail(&again.attach("hợp đồng.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photograph".to_vec()));
    tells(&answer, &["hợp đồng số 12/HĐ", "Em lưu hợp đồng.jpg là bản hợp đồng đã ký"]);
    assert!(!answer.text.contains("chưa thấy"), "{}", answer.text);
    let files = desk.show(&id)["files"].clone();
    let is_contract = |f: &serde_json::Value| f["kind"] == "contract" && f["name"] == "hợp đồng.jpg";
    assert!(files.as_array().is_some_and(|files| files.iter().any(is_contract)), "{files}");
    at(&desk, &id, "Scheduling");
    // Said once more, whenever: the customer has one appendix.
    said(&desk, TECH, "bắt đầu 12/01/2026, kết thúc 16/01/2026");
    at(&desk, &id, "Delivering");
    tells(&said(&desk, SALES, "ĐÃ KÝ số 12/HĐ, ngày 05/01/2026"), &["hợp đồng số 12/HĐ"]);
    let files = desk.show(&id)["files"].clone();
    let appendices = files
        .as_array()
        .into_iter()
        .flatten()
        .filter(|f| f["kind"] == "appendix" && f["path"].as_str().is_some_and(|p| p.starts_with("outbox/")));
    assert_eq!(appendices.count(), 1, "{files}");
    desk.close();
}

/// Step 7 in one line: who has signed has agreed that day, and is not asked to sign. A framework contract keeps its own day.
#[test]
fn an_agreement_and_its_contract_come_in_one_line() {
    let (desk, id) = asked_of_director();
    quoted(&desk, "1 = 18tr\n3 = 12tr");
    tells(&said(&desk, SALES, "ĐÃ KÝ số 12/2026, ngày 05/01/2026"), &["chưa thấy", "KH ĐỒNG Ý"]);
    let asked = said(&desk, SALES, "KH đồng ý, đã ký hợp đồng khung số 12/2024 ngày 15/03/2024");
    tells(&asked, &["hợp đồng số 12/2024", "15/03/2024", "coi là hợp đồng khung", "thanh toán"]);
    assert!(!asked.text.contains("nhờ anh/chị ký") && !asked.text.contains("báo số hợp đồng"), "{}", asked.text);
    at(&desk, &id, "Contracting");
    let files = desk.show(&id)["files"].to_string();
    assert!(files.contains("Phụ lục") && !files.contains("(15.03.24)"), "{files}");
    desk.close();
    let (desk, id) = asked_of_director();
    quoted(&desk, "1 = 18tr\n3 = 12tr");
    desk.clock("+2d");
    let asked = said(&desk, SALES, "KH đồng ý, đã ký HĐ số 12/2026 ngày 06/01/2026");
    tells(&asked, &["khách đồng ý hôm thứ Ba, 06/01/2026", "hợp đồng số 12/2026, ký hôm thứ Ba, 06/01/2026"]);
    at(&desk, &id, "Contracting");
    desk.close();
}

/// Step 9: Sales and CSKH hear which schedule is replaced; what is asked back says how it is written.
#[test]
fn an_end_that_moves_reaches_sales_and_cskh() {
    let (desk, id) = asked_of_director();
    agreed(&desk, &id, "1 = 18tr\n3 = 12tr");
    said(&desk, SALES, "ĐÃ KÝ số 12/2026\nĐÃ THANH TOÁN 10tr\nĐÃ THANH TOÁN 5tr");
    assert_eq!(desk.show(&id)["contract"]["payments"].as_array().map(Vec::len), Some(2));
    said(&desk, TECH, "Bắt đầu 06/01/2026, kết thúc 16/01/2026");
    assert!(!desk.letter_to(SALES).text.contains("lịch thực hiện mới"));
    said(&desk, TECH, "lùi ngày bàn giao sang 20/01/2026");
    for person in [SALES, CSKH] {
        let told = desk.letter_to(person).text;
        assert!(told.contains("lịch thực hiện mới") && told.contains("16/01/2026") && told.contains("20/01/2026"), "{told}");
    }
    tells(&said(&desk, TECH, "xin lùi ngày bàn giao sang 22/01/2026"), &["trả lời: Kết thúc 22/01/2026."]);
    tells(&said(&desk, TECH, "XONG"), &["TIẾN ĐỘ", "ĐÃ TEST XONG"]);
    tells(&said(&desk, TECH, "test xong và bàn giao"), &["hai dòng"]);
    let accepted = said(&desk, SALES, "Khách đã nghiệm thu ngày 05/01/2026");
    tells(&accepted, &["trả lời: Đã bàn giao, khách nghiệm thu ngày 05/01/2026."]);
    tells(&said(&desk, SALES, "ĐÓNG YÊU CẦU: khách đã nghiệm thu"), &["thiếu ngày khách nghiệm thu"]);
    at(&desk, &id, "Delivering");
    desk.close();
}

/// What is wrong is told with an answer of the reader's own kind, and nothing is quoted that nobody wrote.
#[test]
fn what_is_asked_back_can_be_followed() {
    let (desk, _) = asked_of_tech();
    let echo = said(&desk, TECH, "1: 15tr, 5 ngày\n2: được, 4 ngày");
    tells(&echo, &["15.000.000", "Còn thiếu: Mục 2 – KT: Chi phí (giá vốn)", "ví dụ 2: được, 15tr, 5 ngày."]);
    assert!(!echo.text.contains("“”") && !echo.text.contains("điền ô này"), "{}", echo.text);
    desk.close();
    let (desk, id) = asked_of_director();
    tells(&said(&desk, DIRECTOR, "giá 18tr nhé"), &["ví dụ 1 = 18tr;"]);
    tells(&said(&desk, DIRECTOR, "1 = 18tr\n3 = 12tr\nTổng: 30tr"), &["18.000.000", "12.000.000", "DUYỆT"]);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    desk.close();
}

/// `đừng` and `chờ`, typed on a phone without diacritics, take no price; `đúng rồi` does.
#[test]
fn a_bare_word_of_doubt_takes_no_price() {
    let (desk, id) = asked_of_director();
    said(&desk, DIRECTOR, "1 = 18tr\n3: 12tr");
    for words in ["dung gui khach", "cho anh duyet nhe", "toi duyet"] {
        said(&desk, DIRECTOR, words);
        at(&desk, &id, "Pricing");
    }
    said(&desk, DIRECTOR, "dung roi");
    at(&desk, &id, "Quoted");
    desk.close();
}

/// Several mails wait for one DUYỆT. In answer to a letter from before them it is asked for once more, on the right letter.
#[test]
fn prices_in_two_mails_wait_for_one_word() {
    let (desk, id) = asked_of_director();
    let asked = desk.letter_to(DIRECTOR);
    said(&desk, DIRECTOR, "1 = 18tr");
    let both = said(&desk, DIRECTOR, "3: 12tr");
    tells(&both, &["18.000.000", "12.000.000", "DUYỆT"]);
    let again = desk.mail(&from(DIRECTOR).answering(&asked, "DUYỆT"));
    tells(&again, &["vẫn chờ", "trả lời ngay trên thư này", "18.000.000", "12.000.000"]);
    at(&desk, &id, "Pricing");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    desk.close();
}

/// Tech asks for a server: it has a price of its own, in a line of its own, and the Director is told before the DUYỆT what is
/// still lacking and what it all comes to.
#[test]
fn the_server_is_priced_in_a_mail_too() {
    let (desk, id) = asked_of_tech();
    let words =
        "1: được, 10tr, 5 ngày\n2: không, chưa có API\n3: được, 8tr, 4 ngày\ncần server riêng\nkhởi động sau 5 ngày làm việc";
    said(&desk, TECH, words);
    let taken = said(&desk, TECH, "DUYỆT");
    assert!(!taken.text.contains("Em đã bỏ") && !taken.text.contains("nhận phiếu"), "{}", taken.text);
    // What it costs is asked for by an example that can be sent.
    tells(&taken, &["Còn thiếu: chi phí server (giá vốn) và chu kỳ (ví dụ: cần server riêng, 2tr/tháng)"]);
    at(&desk, &id, "Feedback");
    said(&desk, TECH, "chi phí server 30tr");
    said(&desk, TECH, "DUYỆT");
    at(&desk, &id, "Completing");
    said(&desk, SALES, "XONG");
    let asked = desk.letter_to(DIRECTOR).text;
    assert!(asked.contains("server = 36tr"), "{asked}");
    tells(&said(&desk, DIRECTOR, "15tr"), &["1 = 18tr", "server = 36tr"]);
    let lacks = said(&desk, DIRECTOR, "1 = 18tr\n3: 12.000.000\ngiảm 5%");
    tells(&lacks, &["còn cần", "Kỹ thuật báo cần server riêng"]);
    assert_eq!(lacks.text.matches("18.000.000").count(), 1, "each value once: {}", lacks.text);
    // A discount or a tax in the same breath may be meant for either.
    for open in ["server giảm 5%", "VAT server 10"] {
        said(&desk, DIRECTOR, open);
        at(&desk, &id, "Pricing");
    }
    let whole = said(&desk, DIRECTOR, "Server = 36tr");
    tells(&whole, &["36.000.000", "Chiết khấu: 1.500.000 đ (5%, không gồm máy chủ)", "Tổng cộng"]);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    assert_eq!(desk.show(&id)["quotes"][0]["subtotal"].as_i64(), Some(66_000_000), "{}", desk.show(&id)["quotes"]);
    desk.close();
}

/// The quote names the span of time that Tech gave the server's price for: the Director's price is for the same.
#[test]
fn the_server_is_priced_for_its_cycle() {
    let (desk, id) = asked_of_tech();
    let words = "1: được, 10tr, 5 ngày\n2: không, chưa có API\n3: được, 8tr, 4 ngày\ncần server riêng, 2tr/tháng\nkhởi động sau 5 ngày làm việc";
    said(&desk, TECH, words);
    said(&desk, TECH, "DUYỆT");
    said(&desk, SALES, "XONG");
    let asked = desk.letter_to(DIRECTOR).text;
    assert!(asked.contains("báo khách cho 1 tháng, ví dụ server = 3tr") && !asked.contains("36tr"), "{asked}");
    tells(&said(&desk, DIRECTOR, "1 = 18tr\n3 = 12tr"), &["ví dụ server = 3tr"]);
    for year in ["server tính 24tr một năm", "server 36tr cho 12 tháng", "server 36tr/năm"] {
        tells(&said(&desk, DIRECTOR, year), &["giá cho 1 tháng", "ví dụ server = 3tr"]);
    }
    tells(&said(&desk, DIRECTOR, "server = 3tr/tháng"), &["Giá server báo KH (cho 1 tháng): 3.000.000 đ"]);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    assert_eq!(desk.show(&id)["quotes"][0]["subtotal"].as_i64(), Some(33_000_000), "{}", desk.show(&id)["quotes"]);
    desk.close();
}

/// An item is left out of the quote by a word, told back like a price; a price of it brings it back.
#[test]
fn the_director_leaves_an_item_out() {
    let (desk, id) = asked_of_director();
    tells(&said(&desk, DIRECTOR, "1 = 18tr"), &["còn cần", "trong thư ghi 3: không"]);
    tells(&said(&desk, DIRECTOR, "3: không"), &["Mục 3 – GĐ: Đưa vào báo giá?", "Không", "18.000.000"]);
    at(&desk, &id, "Pricing");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let subtotal = |nth: usize| desk.show(&id)["quotes"][nth]["subtotal"].as_i64();
    assert_eq!(subtotal(0), Some(18_000_000));
    said(&desk, SALES, "KH XIN SỬA: xin báo giá cả mục 3, giảm giá 5%");
    said(&desk, SALES, "XONG");
    at(&desk, &id, "Pricing");
    tells(&said(&desk, DIRECTOR, "3 = 12tr"), &["12.000.000", "30.000.000"]);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    assert_eq!(subtotal(1), Some(30_000_000));
    desk.close();
}

/// Figures that are no price yet: nothing is guessed, and no turn moves.
#[test]
fn a_price_that_is_not_understood_sends_nothing_back() {
    let (desk, id) = asked_of_director();
    for (words, asks) in [
        ("giảm 30% so với giá vốn", "hệ số 30%"),
        ("hệ số 3", "hệ số 30%"),
        ("margin 30%", "hệ số 30%"),
        ("giá như lần trước", "chưa hiểu hết"),
    ] {
        let answer = said(&desk, DIRECTOR, words);
        tells(&answer, &[asks]);
        assert!(!answer.text.contains("Em đoán ý là"), "{words}: {}", answer.text);
        at(&desk, &id, "Pricing");
    }
    tells(&said(&desk, DIRECTOR, "server = 0"), &["Giá server báo KH: 0 đ"]);
    let echo = said(&desk, DIRECTOR, "1 = 18tr\n3 = tặng\ngiảm mỗi mục 5%");
    tells(&echo, &["(mục 3)", "0 đ", "5%"]);
    assert!(!echo.text.contains("chưa hiểu"), "{}", echo.text);
    desk.close();
}

/// A mere line above the form is nobody's letter; a note is read in the letter of the next step, and of a form that comes
/// back nobody hears but its sender.
#[test]
fn what_is_written_above_a_form() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let mut need = from(CSKH);
    need.cc = Some(("Trần Thị Lan", SALES));
    need.text = "KH Nam Phong muốn in phiếu cân xe và xem công nợ theo công trình.".into();
    desk.mail(&need);
    let to = |who: &str| desk.letters().iter().filter(|l| l.is_to(who)).count();
    let cskh = to(CSKH);
    let sends = |form: &Entries, words: &str| {
        let letter = desk.letter_to(SALES);
        let book = form.typed_into(&desk.form_for(SALES), How::ByName);
        let words = format!("{words}\n\nTrần Thị Lan\nNhân viên kinh doanh | An Phát | 0900 000 001");
        desk.mail(&from(SALES).answering(&letter, &words).attach("Phiếu.xlsx", "application/octet-stream", book))
    };
    let mut bad = Entries::of_nam_phong();
    bad.items[0]["dg"] = serde_json::Value::Null;
    tells(&sends(&bad, "Em gửi phiếu ạ."), &["cần sửa"]);
    tells(&sends(&bad, "Khách cần gấp trong tuần này."), &["cần sửa"]);
    assert_eq!((to(CSKH), to(LEADER)), (cskh, 0), "nobody else hears of a form that comes back");
    sends(&Entries::of_nam_phong(), "Khách cần gấp trong tuần này.");
    assert_eq!((to(CSKH), to(LEADER)), (cskh, 1), "one letter, with the form and the note");
    let review = desk.letter_to(LEADER).text;
    assert!(review.contains("Khách cần gấp trong tuần này."), "{review}");
    desk.close();
}

/// Who is called and not found is told, and what a gateway puts before a subject leaves the conversation as it is.
#[test]
fn a_name_that_nobody_has_is_told() {
    let (desk, _) = asked_of_tech();
    let letter = desk.letter_to(SALES);
    let mut mail = from(SALES).answering(&letter, "Nhờ @Nguyễn Văn Không xem giúp");
    mail.subject = format!("[EXTERNAL] {}", mail.subject);
    tells(&desk.mail(&mail), &["Em không tìm thấy ai tên “Nguyễn”"]);
    let kept = desk.letter_to(SALES).subject;
    assert!(letter.subject.ends_with(&kept) && kept.starts_with('['), "{kept} of {}", letter.subject);
    desk.close();
}

#[test]
fn a_markup_prices_all_items() {
    let (desk, id) = asked_of_director();
    // Prices of single items and a percentage for all exclude each other; a discount goes with either.
    said(&desk, DIRECTOR, "1 = 77tr");
    // A markup leaves no price of one item beside it: for some of them it is none.
    tells(&said(&desk, DIRECTOR, "các mục còn lại hệ số 30%"), &["Hệ số áp dụng cho tất cả các mục"]);
    tells(&said(&desk, DIRECTOR, "giảm 5%"), &["77.000.000"]);
    let echo = said(&desk, DIRECTOR, "hệ số 30%");
    tells(&echo, &["30", "Giá từng mục theo hệ số", "(mục 1): 13.000.000 đ", "(mục 3): 10.400.000 đ"]);
    assert!(!echo.text.contains("77.000.000"), "{}", echo.text);
    tells(&said(&desk, DIRECTOR, "giảm 5%"), &["30", "5%"]);
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let quote = &desk.show(&id)["quotes"][0];
    assert_eq!(quote["subtotal"].as_i64(), Some(13_000_000 + 10_400_000), "{quote}");
    // The next quote is priced the other way, and the one after that again: what a form has from before makes no trouble. The
    // Director reads what the customer asks.
    for (asks, prices, subtotal) in
        [("xin giảm giá 10%", "1: 20tr\n3: 9tr", 29_000_000), ("xin giảm giá nữa", "hệ số 20%", 12_000_000 + 9_600_000)]
    {
        said(&desk, SALES, &format!("KH XIN SỬA: {asks}"));
        let letter = desk.letter_to(DIRECTOR).text;
        assert!(letter.contains(asks), "{letter}");
        said(&desk, DIRECTOR, prices);
        said(&desk, DIRECTOR, "DUYỆT");
        at(&desk, &id, "Quoted");
        let quotes = desk.show(&id)["quotes"].clone();
        let quote = quotes.as_array().and_then(|all| all.last()).expect("a quote");
        assert_eq!(quote["subtotal"].as_i64(), Some(subtotal), "{quote}");
    }
    desk.close();
}

/// `RÚT LẠI` while nobody has acted since; afterwards there is nothing to take back.
#[test]
fn an_answer_is_taken_back_until_the_next_one_has_acted() {
    let (desk, id) = asked_of_director();
    said(&desk, DIRECTOR, "1 = 18tr\n3 = 12tr");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let first = desk.letter_to(SALES);
    // Asked back at once: the answer to it is still in time.
    let unclear = said(&desk, DIRECTOR, "RÚT LẠI, giá mục 1 thấp quá");
    at(&desk, &id, "Quoted");
    tells(&unclear, &["RÚT LẠI"]);
    let back = said(&desk, DIRECTOR, "RÚT LẠI, anh gửi nhầm");
    at(&desk, &id, "Pricing");
    // Priced anew from this very answer; and Sales knows that the file in her mailbox is none to send.
    tells(&back, &["rút lại", "(duyệt)", "Cho giá từng mục", "Điền các ô màu cam"]);
    let number = desk.show(&id)["quotes"][0]["number"].as_str().expect("a number").to_string();
    let void = desk.letter_to(SALES);
    for told in [format!("Báo giá {number} đã rút lại"), "chưa gửi khách".into(), "không còn giá trị".into()] {
        assert!(void.subject.contains(&told) || void.text.contains(&told), "no {told} in:\n{}", void.text);
    }
    let twice = said(&desk, DIRECTOR, "RÚT LẠI");
    tells(&twice, &["Không có gì để rút lại"]);
    at(&desk, &id, "Pricing");
    assert!(
        desk.letter_to(SALES).text.contains("RÚT LẠI") || desk.letter_to(SALES).text.to_lowercase().contains("rút"),
        "{}",
        desk.letter_to(SALES).text
    );
    said(&desk, DIRECTOR, "1 = 17tr\n3 = 12tr");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    // What the customer says to the quote that was taken back is no word on this one.
    let stale = desk.mail(&from(SALES).answering(&first, "KH ĐỒNG Ý"));
    tells(&stale, &["bản mới"]);
    at(&desk, &id, "Quoted");
    said(&desk, SALES, "ĐÃ GỬI KH");
    let late = said(&desk, DIRECTOR, "RÚT LẠI");
    at(&desk, &id, "Quoted");
    tells(&late, &["người tiếp theo đã xử lý"]);
    desk.close();
}

#[test]
fn status_tells_whose_turn_it_is_since_when_and_what_is_missing() {
    let (desk, _) = asked_of_tech();
    said(&desk, TECH, "1: được, 15tr, 5 ngày");
    said(&desk, TECH, "DUYỆT");
    let status = said(&desk, SALES, "TRẠNG THÁI");
    tells(&status, &["Mai Xuân Lộc", "phản hồi", "Còn thiếu", "2, 3", "Chờ từ"]);
    desk.close();
}

// ---- corrected afterwards

/// Until the quote Tech corrects what has been passed on: Director and Sales are told old and new, and the quote is made
/// on the new cost.
#[test]
fn tech_corrects_while_the_director_prices() {
    let (desk, id) = asked_of_director();
    let asked = desk.letter_to(DIRECTOR);
    let echo = said(&desk, TECH, "SỬA: 1: 12tr, 6 ngày");
    tells(&echo, &["10.000.000", "12.000.000", "ười hai triệu đồng", "DUYỆT"]);
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(10_000_000), "told back, not taken");
    let receipt = said(&desk, TECH, "DUYỆT");
    tells(&receipt, &["10.000.000", "12.000.000", "Em đã sửa"]);
    at(&desk, &id, "Pricing");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(12_000_000));
    for who in [DIRECTOR, SALES] {
        let letter = desk.letter_to(who);
        for word in ["Lộc đã sửa", "Mục 1", "10.000.000 đ → 12.000.000 đ", "5 ngày → 6 ngày"] {
            assert!(letter.text.contains(word), "no “{word}” to {who} in:\n{}", letter.text);
        }
    }
    let form = desk.dir().join("phiếu mới.xlsx");
    std::fs::write(&form, desk.form_for(DIRECTOR)).expect("the form of the newest letter");
    let form = form.to_string_lossy().into_owned();
    assert!(desk.told(&["read", &form]).contains("12.000.000"), "{}", desk.told(&["read", &form]));
    let history = desk.told(&["show", &id]);
    assert!(history.contains("10.000.000 đ → 12.000.000 đ"), "{history}");
    // Prices on the cost as it was are not taken.
    let stale = desk.mail(&from(DIRECTOR).answering(&asked, "DUYỆT"));
    at(&desk, &id, "Pricing");
    tells(&stale, &["bản mới"]);
    // Those on the new one make the quote.
    said(&desk, DIRECTOR, "hệ số 30%");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let quote = &desk.show(&id)["quotes"][0];
    assert_eq!(quote["subtotal"].as_i64(), Some(15_600_000 + 10_400_000), "{quote}");
    desk.close();
}

/// Nobody has to know the word for it: new values of an item are told back as a correction, and asked for where they are unclear.
#[test]
fn values_said_anew_are_corrected_without_the_word() {
    let (desk, id) = asked_of_director();
    let unclear = said(&desk, TECH, "mục 1 em báo nhầm, tầm 12tr");
    tells(&unclear, &["12.000.000", "ví dụ SỬA: 1: 12.000.000"]);
    let echo = said(&desk, TECH, "mục 1 em báo nhầm, 12tr mới đúng");
    tells(&echo, &["10.000.000", "12.000.000", "DUYỆT"]);
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(10_000_000), "told back, not taken");
    said(&desk, TECH, "DUYỆT");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(12_000_000));
    at(&desk, &id, "Pricing");
    desk.close();
}

/// An item that is answered later keeps the turn with Tech, and nothing is asked of Sales.
#[test]
fn an_item_put_off_stays_with_tech() {
    let (desk, id) = asked_of_tech();
    let echo = said(&desk, TECH, "1: được, 12tr, 4 ngày\n2: không, chưa có API\n3: để em hỏi lại");
    tells(&echo, &["12.000.000", "Còn thiếu: Mục 3", "ví dụ 3: được, 15tr, 5 ngày", "DUYỆT"]);
    said(&desk, TECH, "DUYỆT");
    at(&desk, &id, "Feedback");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(12_000_000), "{}", desk.show(&id)["items"]);
    desk.close();
}

/// A correction is an answer like any other: taken back while nobody has acted on it, and both are told again.
#[test]
fn a_correction_is_taken_back_too() {
    let (desk, id) = asked_of_director();
    said(&desk, TECH, "SỬA: 1: 12tr");
    said(&desk, TECH, "DUYỆT");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(12_000_000));
    said(&desk, TECH, "RÚT LẠI");
    at(&desk, &id, "Pricing");
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(10_000_000));
    for who in [DIRECTOR, SALES] {
        let told = desk.letter_to(who).text;
        assert!(told.contains("rút lại câu trả lời"), "{who}: {told}");
    }
    desk.close();
}

/// A quote that is out stays as it is: the way to another one is told, and Sales gets the words.
#[test]
fn after_the_quote_nothing_is_corrected_and_sales_is_told() {
    let (desk, id) = asked_of_director();
    said(&desk, DIRECTOR, "1 = 18tr\n3 = 12tr");
    said(&desk, DIRECTOR, "DUYỆT");
    at(&desk, &id, "Quoted");
    let number = desk.show(&id)["quotes"][0]["number"].as_str().expect("a number").to_string();
    for (who, words) in [(TECH, "SỬA: 1: 14tr, 7 ngày"), (DIRECTOR, "SỬA: 1 = 20tr")] {
        let before = desk.show(&id)["quotes"].clone();
        let refused = said(&desk, who, words);
        tells(&refused, &[&number, "KH XIN SỬA", "chuyển lời nhắn"]);
        // The Director can take back what nobody has acted on; Tech has nothing to take back.
        assert_eq!(refused.text.contains("RÚT LẠI"), who == DIRECTOR, "{}", refused.text);
        let told = desk.letter_to(SALES).text;
        assert!(told.contains(words.trim_start_matches("SỬA: ")), "{told}");
        assert_eq!(desk.show(&id)["quotes"], before);
        at(&desk, &id, "Quoted");
    }
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), Some(10_000_000));
    desk.close();
}

/// The Leader's second thought, once Tech has the form: no decision any more, but Tech and Sales read it.
#[test]
fn the_leader_s_late_word_is_passed_on() {
    let (desk, id) = asked_of_tech();
    let refused = said(&desk, LEADER, "TRẢ LẠI: mục 2 chưa có phương án");
    tells(&refused, &["đã trả lời lúc", "tới lượt Mai Xuân Lộc", "chuyển lời nhắn"]);
    at(&desk, &id, "Feedback");
    for who in [TECH, SALES] {
        let told = desk.letter_to(who).text;
        assert!(told.contains("mục 2 chưa có phương án"), "{told}");
    }
    desk.close();
}

// ---- in the quoted table

/// An answer to a letter, with bodies of one's own.
fn answering(letter: &Letter, who: &str, plain: &str, html: Option<&str>) -> Vec<u8> {
    let mut mail = format!(
        "From: <{who}>\r\nTo: <{DESK}>\r\nSubject: Re: x\r\nDate: Mon, 05 Jan 2026 09:00:00 +0700\r\nMessage-ID: <{:x}@anphat.example>\r\n\
         In-Reply-To: {}\r\nReferences: {}\r\nMIME-Version: 1.0\r\n",
        plain.len() + html.map_or(0, str::len),
        letter.id,
        letter.id
    );
    let part = |kind: &str, text: &str| {
        format!("Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n")
    };
    match html {
        None => mail.push_str(&part("plain", plain)),
        Some(html) if plain.is_empty() => mail.push_str(&part("html", html)),
        Some(html) => {
            let _ = write!(
                mail,
                "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n{}--b\r\n{}--b--\r\n",
                part("plain", plain),
                part("html", html)
            );
        }
    }
    mail.into_bytes()
}

/// The letter as Gmail quotes it, with something typed behind a text of its table.
fn typed_into_html(letter: &Letter, after: &str, typed: &str) -> String {
    let body = letter.html.split("<body").nth(1).and_then(|b| b.split_once('>')).map_or("", |(_, b)| b);
    let body = body.split("</body>").next().unwrap_or_default();
    assert!(body.contains(after), "{after} in {body}");
    let body = body.replacen(after, &format!("{after} {typed}"), 1);
    format!(
        "<div dir=\"ltr\">Em trả lời trong bảng ạ</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">Vào Th 2, 5 thg 1, 2026 lúc 08:45 Bàn báo giá &lt;{DESK}&gt; đã viết:<br></div><blockquote class=\"gmail_quote\">{body}</blockquote></div>"
    )
}

#[test]
fn an_answer_typed_into_the_quoted_row_is_that_item_s() {
    let (desk, id) = asked_of_tech();
    let letter = desk.letter_to(TECH);
    let html = typed_into_html(&letter, "Báo cáo nhập xuất theo ngày", "<b>2 công, 5 triệu</b>");
    let echo = desk.drop(None, "bảng.eml", &answering(&letter, TECH, "", Some(&html)));
    tells(&echo, &["5.000.000", "ăm triệu đồng", "2", "DUYỆT"]);
    at(&desk, &id, "Feedback");
    said(&desk, TECH, "DUYỆT");
    assert_eq!(desk.show(&id)["items"][2]["cost"].as_i64(), Some(5_000_000), "{}", desk.show(&id)["items"]);
    assert_eq!(desk.show(&id)["items"][0]["cost"].as_i64(), None);
    desk.close();
}

#[test]
fn an_answer_between_the_quoted_lines_is_that_item_s() {
    let (desk, id) = asked_of_tech();
    let letter = desk.letter_to(TECH);
    // Below the row, as most do, and at the end of the row's own line.
    let mut plain = String::from("Vào Th 2, 5 thg 1, 2026 lúc 08:45 Bàn báo giá <yeucau@anphat.example> đã viết:\r\n");
    for line in letter.text.lines() {
        let typed = if line.starts_with("2. Công nợ") { " không được, chưa có API" } else { "" };
        let _ = write!(plain, "> {line}{typed}\r\n");
        if line.starts_with("1. In phiếu") {
            plain.push_str("được, 15tr, 5 ngày\r\n");
        }
        if line.starts_with("3. Báo cáo") {
            plain.push_str("2 công, 5 triệu\r\n");
        }
    }
    let echo = desk.drop(None, "giữa.eml", &answering(&letter, TECH, &plain, None));
    tells(&echo, &["15.000.000", "chưa có API", "5.000.000", "DUYỆT"]);
    said(&desk, TECH, "DUYỆT");
    let items = desk.show(&id)["items"].clone();
    assert_eq!((items[0]["cost"].as_i64(), items[2]["cost"].as_i64()), (Some(15_000_000), Some(5_000_000)), "{items}");
    desk.close();
}

#[test]
fn the_director_s_price_in_the_quoted_row_is_told_back_too() {
    let (desk, id) = asked_of_director();
    let letter = desk.letter_to(DIRECTOR);
    let html = typed_into_html(&letter, "In phiếu cân xe", "18tr");
    let echo = desk.drop(None, "giá.eml", &answering(&letter, DIRECTOR, "", Some(&html)));
    tells(&echo, &["18.000.000", "DUYỆT"]);
    at(&desk, &id, "Pricing");
    desk.close();
}

/// The letter as a program quotes it below an answer, whole.
fn quoted_below(letter: &Letter, answer: &str) -> String {
    typed_into_html(letter, "In phiếu cân xe", "").replace("Em trả lời trong bảng ạ", answer)
}

/// Tech's costs stand in the letter that asks for prices, and a program that writes HTML alone quotes them. They are none of
/// the Director's answer, whatever that is.
#[test]
fn the_costs_that_the_director_s_mail_quotes_are_no_prices() {
    let (desk, id) = asked_of_director();
    let letter = desk.letter_to(DIRECTOR);
    for answer in ["ok em", "", "Phạm Tiến Dũng"] {
        let told = desk.drop(None, "ok.eml", &answering(&letter, DIRECTOR, "", Some(&quoted_below(&letter, answer))));
        assert!(!told.text.contains("10.000.000"), "{answer}: {}", told.text);
        said(&desk, DIRECTOR, "DUYỆT");
        at(&desk, &id, "Pricing");
    }
    let html = quoted_below(&letter, "<div>1 = 18tr</div><div>3 = 12tr</div>");
    let echo = desk.drop(None, "giá.eml", &answering(&letter, DIRECTOR, "", Some(&html)));
    tells(&echo, &["18.000.000", "12.000.000", "DUYỆT"]);
    let html = quoted_below(&letter, "TRẢ LẠI: xem lại mục 1");
    desk.drop(None, "lại.eml", &answering(&letter, DIRECTOR, "", Some(&html)));
    at(&desk, &id, "Completing");
    desk.close();
}

/// A program that makes text of our HTML puts each cell on a line of its own, without the heads that our text has beside them.
#[test]
fn costs_quoted_cell_by_cell_are_no_prices() {
    let (desk, id) = asked_of_director();
    let letter = desk.letter_to(DIRECTOR);
    let table = "STT\r\n\r\nHạng mục\r\n\r\nLàm được\r\n\r\nChi phí\r\n\r\nNgày\r\n\r\n1\r\n\r\nIn phiếu cân xe\r\n\r\nCó\r\n\r\n10.000.000\r\n\r\n5\r\n\r\n2\r\n\r\nCông nợ theo công trình\r\nLý do: chưa có API\r\n\r\nKhông\r\n\r\n3\r\n\r\nBáo cáo nhập xuất theo ngày\r\n\r\nCó\r\n\r\n8.000.000\r\n\r\n4\r\n\r\nTổng\r\n\r\n18.000.000\r\n\r\n9\r\n\r\nGiá từng mục, hoặc hệ số trên giá vốn (ví dụ hệ số 30%).\r\n1 = 18tr\r\nSố ngày, chi phí\r\n";
    let head = "________________________________\r\nTừ: Bàn báo giá <yeucau@anphat.example>\r\nĐã gửi: Thứ Hai, 5 Tháng Một 2026 8:45 SA\r\nTới: Dũng\r\nChủ đề: x\r\n\r\n";
    let told = desk.drop(None, "ok.eml", &answering(&letter, DIRECTOR, &format!("ok em\r\n\r\n{head}{table}"), None));
    assert!(!told.text.contains("10.000.000"), "{}", told.text);
    let plain = format!("1 = 18tr\r\n3 = 12tr\r\n\r\n{head}{table}");
    let echo = desk.drop(None, "giá.eml", &answering(&letter, DIRECTOR, &plain, None));
    tells(&echo, &["18.000.000", "12.000.000", "DUYỆT"]);
    at(&desk, &id, "Pricing");
    desk.close();
}

/// Said above the table, that the prices stand in it; and typed between the lines of a quoted text.
#[test]
fn the_director_s_prices_stand_where_the_table_was_quoted() {
    let (desk, id) = asked_of_director();
    let letter = desk.letter_to(DIRECTOR);
    let html = typed_into_html(&letter, "In phiếu cân xe", "18tr").replace("Em trả lời trong bảng ạ", "Anh ghi giá bên dưới");
    let echo = desk.drop(None, "giá.eml", &answering(&letter, DIRECTOR, "", Some(&html)));
    tells(&echo, &["18.000.000", "DUYỆT"]);
    let mut plain = String::from("Vào Th 2, 5 thg 1, 2026 lúc 08:45 Bàn báo giá <yeucau@anphat.example> đã viết:\r\n");
    for line in letter.text.lines() {
        let _ = write!(plain, "> {line}\r\n");
        if line.starts_with("1. In phiếu") {
            plain.push_str("21tr\r\n");
        }
        if line.starts_with("3. Báo cáo") {
            plain.push_str("13tr\r\n");
        }
    }
    let echo = desk.drop(None, "giữa.eml", &answering(&letter, DIRECTOR, &plain, None));
    tells(&echo, &["21.000.000", "13.000.000", "DUYỆT"]);
    at(&desk, &id, "Pricing");
    desk.close();
}

/// What the work costs, said as its price, is told: a slip more often than not.
#[test]
fn a_price_that_is_the_cost_is_told_to_the_director() {
    let (desk, _) = asked_of_director();
    tells(&said(&desk, DIRECTOR, "1 = 10tr\n3 = 12tr"), &["bằng đúng giá vốn", "In phiếu cân xe"]);
    desk.close();
}

/// The letter quoted as it was says nothing.
#[test]
fn a_quoted_table_without_anything_typed_is_no_answer() {
    let (desk, id) = asked_of_tech();
    let letter = desk.letter_to(TECH);
    let html = typed_into_html(&letter, "Báo cáo nhập xuất theo ngày", "").replace("Em trả lời trong bảng ạ", "");
    let answer = desk.drop(None, "trống.eml", &answering(&letter, TECH, "", Some(&html)));
    tells(&answer, &["chưa hiểu"]);
    at(&desk, &id, "Feedback");
    desk.close();
}

// ---- signed

/// What came along is taken for the contract where that is plain; else it is asked, and the answer says how to put it right.
#[test]
fn what_the_contract_is_is_told_and_put_right() {
    let (desk, id) = asked_of_director();
    agreed(&desk, &id, "1 = 18tr\n3 = 12tr");
    let sent = |words: &str, name: &str| {
        let letter = desk.letter_to(SALES);
        let kind = if name.ends_with(".png") { "image/png" } else { "application/pdf" };
        desk.mail(&from(SALES).answering(&letter, words).attach(name, kind, format!("%PDF-1.4 {name}").into_bytes()))
    };
    let kind = |name: &str| {
        let files = desk.show(&id)["files"].as_array().expect("files").clone();
        files.iter().rfind(|f| f["name"] == name).map(|f| f["kind"].as_str().unwrap_or_default().to_string()).unwrap_or_default()
    };
    sent("Em gửi lại báo giá ạ", "Báo giá Nam Phong.pdf");
    assert_eq!(kind("Báo giá Nam Phong.pdf"), "attachment");
    tells(&sent("Em gửi tệp ạ", "scan0001.pdf"), &["scan0001.pdf", "chưa coi là bản hợp đồng", "LÀ HỢP ĐỒNG"]);
    assert_eq!(kind("scan0001.pdf"), "attachment");
    tells(&said(&desk, SALES, "LÀ HỢP ĐỒNG"), &["scan0001.pdf", "KHÔNG PHẢI HỢP ĐỒNG"]);
    assert_eq!(kind("scan0001.pdf"), "contract");
    tells(&said(&desk, SALES, "Không phải hợp đồng ạ"), &["scan0001.pdf", "chưa coi"]);
    assert_eq!(kind("scan0001.pdf"), "attachment");
    tells(&sent("ĐÃ KÝ số 12/HĐ, ngày 05/01/2026", "con dau.png"), &["chưa thấy bản hợp đồng đã ký"]);
    assert_eq!(kind("con dau.png"), "attachment");
    tells(&sent("Em gửi ạ", "HD 12-2026 da ky.pdf"), &["HD 12-2026 da ky.pdf là bản hợp đồng", "KHÔNG PHẢI HỢP ĐỒNG"]);
    assert_eq!(kind("HD 12-2026 da ky.pdf"), "contract");
    desk.close();
}

/// Signed anew on the same day, and for another case of the same short name: what is told and shown is the file that was
/// written, and each has its own.
#[test]
fn a_file_is_told_by_the_name_that_it_got() {
    let (desk, one) = asked_of_director();
    agreed(&desk, &one, "1 = 18tr\n3 = 12tr");
    let sign = |number: &str, scan: &str| {
        let letter = desk.letter_to(SALES);
        let mail = from(SALES).answering(&letter, &format!("ĐÃ KÝ số {number}, ngày 05/01/2026"));
        desk.mail(&mail.attach("hd.pdf", "application/pdf", format!("%PDF-1.4 {scan}").into_bytes()))
    };
    // Names of the newest appendix and of the newest scan, once both of them hold what they should.
    let filed = |id: &str, number: &str, scan: &str| {
        let files = desk.show(id)["files"].as_array().expect("files").clone();
        let newest = |kind: &str, folder: &str| {
            let of_kind = |f: &&serde_json::Value| f["kind"] == kind && f["path"].as_str().unwrap().starts_with(folder);
            let file = files.iter().rfind(of_kind).unwrap_or_else(|| desk.fail(&format!("no {kind} in {folder}")));
            (file["name"].as_str().unwrap().to_string(), desk.dir().join(file["path"].as_str().unwrap()))
        };
        for folder in ["outbox/", "archive/"] {
            let (name, path) = newest("appendix", folder);
            assert!(looked_at(&path).to_string().contains(number), "{name} in {folder} is not that of {number}");
        }
        let (name, path) = newest("contract", "archive/");
        assert!(std::fs::read_to_string(path).expect("it lies there").contains(scan), "{name} is not {scan}");
        (newest("appendix", "outbox/").0, name)
    };
    let appendix = |beside: &str, again: &str| format!("Phụ lục hợp đồng Nam Phong{beside} (05.01.26){again}.xlsx");

    tells(&sign("15/HĐ", "first"), &[&appendix("", ""), "hd.pdf"]);
    assert_eq!(filed(&one, "15/HĐ", "first"), (appendix("", ""), "hd.pdf".into()));
    let again = sign("51/HĐ", "second");
    tells(&again, &[&appendix("", " R2"), "hd (2).pdf", "thay cho số 15/HĐ", "RÚT LẠI"]);
    assert!(!again.text.contains(&appendix("", "")), "{}", again.text);
    let of_one = (appendix("", " R2"), "hd (2).pdf".to_string());
    assert_eq!(filed(&one, "51/HĐ", "second"), of_one);

    let two = asks_tech(&desk, "KH Nam Phong muốn thêm báo cáo công nợ theo công trình.");
    asks_director(&desk, &two);
    agreed(&desk, &two, "1 = 20tr\n3 = 10tr");
    let beside = format!(" - {two}");
    tells(&sign("16/HĐ", "third"), &[&appendix(&beside, "")]);
    assert_eq!(filed(&two, "16/HĐ", "third"), (appendix(&beside, ""), "hd.pdf".into()));
    assert_eq!(filed(&one, "51/HĐ", "second"), of_one);
    desk.close();
}

/// A deputy reports it, or the mail goes out twice: asked about, with the day and the sum. A day before the quote is told, too.
#[test]
fn a_payment_told_twice_is_one_until_it_is_said_to_be_two() {
    let (desk, id) = asked_of_director();
    agreed(&desk, &id, "1 = 18tr\n3 = 12tr");
    said(&desk, SALES, "ĐÃ KÝ số 15/HĐ, ngày 05/01/2026");
    tells(&said(&desk, SALES, "ĐÃ THANH TOÁN 10tr, ngày 04/01/2026"), &["lập ngày", "05/01/2026", "04/01/2026"]);
    at(&desk, &id, "Contracting");
    said(&desk, SALES, "ĐÃ THANH TOÁN 10tr, ngày 05/01/2026");
    at(&desk, &id, "Scheduling");
    let again = said(&desk, SALES, "ĐÃ THANH TOÁN 10tr, ngày 05/01/2026");
    tells(&again, &["10.000.000", "ngoài khoản y như vậy em đã ghi", "DUYỆT"]);
    let twice = said(&desk, SALES, "DUYỆT");
    tells(&twice, &["20.000.000"]);
    desk.close();
}

// ---- words that reach somebody, and what they were about

/// Whoever comments hears who reads it.
#[test]
fn the_receipt_of_a_comment_says_to_whom_it_went() {
    let (desk, _) = asked_of_tech();
    let receipt = said(&desk, CSKH, "Khách vừa gọi, cần xong trong tháng này");
    tells(&receipt, &["Em đã chuyển lời nhắn", "tới Mai Xuân Lộc"]);
    assert!(!receipt.text.contains("Bùi Ngọc Lam, "), "not to its writer: {}", receipt.text);
    assert!(desk.letter_to(TECH).text.contains("Khách vừa gọi"));
    desk.close();
}

/// Items change places after Tech has been asked: an answer to the old letter is about the old ones.
#[test]
fn numbers_of_an_older_letter_are_not_taken_for_other_items() {
    let (desk, id) = asked_of_tech();
    let old = desk.letter_to(TECH);
    let mut form = Entries::of_nam_phong();
    form.items.push(form.items[0].clone());
    form.items[2]["nd"] = "Báo cáo nhập xuất theo ngày".into();
    form.items.swap(0, 2);
    for (at, item) in form.items.iter_mut().enumerate() {
        item["stt"] = (at + 1).into();
    }
    desk.drop(Some(SALES), "Phiếu.xlsx", &form.typed_into(&desk.form_for(SALES), How::ByName));
    said(&desk, LEADER, "DUYỆT");
    at(&desk, &id, "Feedback");
    let answer = |letter: &Letter, words: &str| desk.mail(&from(TECH).answering(letter, words));
    let refused = answer(&old, "1: được, 15tr, 5 ngày");
    tells(&refused, &["nay đã có lần sửa", "Nhờ"]);
    assert!(!refused.text.contains("15.000.000"), "{}", refused.text);
    // What stands where it stood is answered all the same, and so is the new letter.
    tells(&answer(&old, "2: không, chưa có API"), &["chưa có API", "DUYỆT"]);
    let new =
        desk.letters().into_iter().rev().find(|l| l.is_to(TECH) && l.form().is_some() && l.id != old.id).expect("a new letter");
    tells(&answer(&new, "1: được, 15tr, 5 ngày"), &["15.000.000", "DUYỆT"]);
    desk.close();
}

/// From the signature to the work in words as they come: each counts, or says what is missing.
#[test]
fn what_is_told_of_contract_and_work_counts_or_is_asked_back() {
    let (desk, id) = asked_of_director();
    agreed(&desk, &id, "1 = 18tr\n3 = 12tr");
    said(&desk, SALES, "ĐÃ KÝ số 15/2026/HĐ-AP, ngày 05/01/2026");
    let fee = said(&desk, SALES, "ĐÃ THANH TOÁN 16.200.000 - 20.000 phí CK");
    tells(&fee, &["số tiền và phí", "ĐÃ THANH TOÁN 30.000.000"]);
    at(&desk, &id, "Contracting");
    tells(&said(&desk, SALES, "Khách đã nghiệm thu hôm nay"), &["chưa tới bước bàn giao"]);
    tells(&said(&desk, SALES, "ĐÃ THANH TOÁN 16.200.000, ngày 05/01/2026"), &["16.200.000"]);
    at(&desk, &id, "Scheduling");
    let redated = said(&desk, SALES, "SỬA: ngày ký 04/01/2026");
    tells(&redated, &["05/01/2026"]);
    said(&desk, TECH, "bắt đầu 06/01/2026, kết thúc 16/01/2026");
    at(&desk, &id, "Delivering");
    let same = said(&desk, TECH, "Tiến độ 40%, dự kiến xong 16/01");
    assert!(!same.text.contains("Em đã ghi lịch"), "{}", same.text);
    // A payment that was told wrong is put right, long after others have acted.
    tells(&said(&desk, SALES, "SỬA: số tiền thanh toán chưa đúng"), &["SỬA: ĐÃ THANH TOÁN số tiền đúng"]);
    let righted = said(&desk, SALES, "Em ghi nhầm số tiền thanh toán, đúng là 16.300.000 ạ");
    tells(&righted, &["16.200.000", "16.300.000", "ười sáu triệu ba trăm nghìn", "05/01/2026", "DUYỆT"]);
    let paid = || desk.show(&id)["contract"]["payments"][0]["vnd"].as_i64();
    assert_eq!(paid(), Some(16_200_000), "told back, not taken");
    tells(&said(&desk, SALES, "DUYỆT"), &["Em đã sửa", "16.200.000", "16.300.000", "Đã thanh toán: "]);
    assert_eq!(paid(), Some(16_300_000));
    tells(&said(&desk, SALES, "SỬA: ĐÃ THANH TOÁN 5tr thành 6tr"), &["chưa rõ sửa khoản nào", "16.300.000", "05/01/2026"]);
    tells(&said(&desk, SALES, "SỬA: ĐÃ THANH TOÁN 0"), &["Bỏ khoản", "16.300.000", "DUYỆT"]);
    tells(&said(&desk, TECH, "Tiến độ 60%, dự kiến xong 20/01"), &["60%", "20/01/2026"]);
    assert!(desk.letter_to(SALES).text.contains("20/01/2026"), "{}", desk.letter_to(SALES).text);
    tells(&said(&desk, TECH, "Tiến độ 70%, code xong, dự kiến xong 22/01"), &["70%", "Lịch vẫn như cũ", "Kết thúc 22/01/2026"]);
    tells(&said(&desk, TECH, "Khách đã nghiệm thu hôm nay"), &["Sales báo", "Đã bàn giao, ngày", "tới Trần Thị Lan"]);
    at(&desk, &id, "Delivering");
    tells(&said(&desk, TECH, "bàn giao xong rồi"), &["Đã bàn giao ngày/tháng/năm"]);
    desk.close();
}
