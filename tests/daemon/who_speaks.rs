//! Nobody moves a case who may not: mails that are forged, sent again, passed on or somebody's own word on their own form
//! change nothing, and whoever is used in name is asked. Played through the real daemon.

use chrono::DateTime;
use serde_json::json;

use crate::desk::mail::{Letter, Mail};
use crate::desk::setup::{CSKH, DESK, DIRECTOR, LEADER, OPERATOR, SALES, Setup, Staff, TECH};
use crate::desk::{Answer, Desk};
use crate::people::workbook::{Entries, How};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const PASSED: &str = "Authentication-Results: mx.anphat.example; dmarc=pass header.from=anphat.example\r\n";
const FAILED: &str = "Authentication-Results: mx.anphat.example; dmarc=fail header.from=anphat.example\r\n";

#[test]
fn a_forged_mail_moves_nothing_and_its_owner_is_asked_once() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let others = |desk: &Desk| {
        let of = |l: &Letter, to: &str, kind: &str| l.is_to(to) && l.raw.contains(&format!("X-Quotedesk-Kind: {kind}\r\n"));
        desk.letters().iter().filter(|l| !of(l, LEADER, "vouch") && !of(l, OPERATOR, "operator")).count()
    };
    let before = others(&desk);
    let forged = new_mail(LEADER, &format!("[{id}] Nhờ duyệt phiếu"), "DUYỆT");
    let answer = send(&desk, "", &forged);
    assert!(answer.problem, "{}", answer.text);
    send(&desk, "", &new_mail(LEADER, &format!("Re: [{id}] Nhờ duyệt phiếu"), "DUYỆT nhé"));
    send(&desk, FAILED, &new_mail(LEADER, &format!("Re: [{id}] Nhờ duyệt"), "Anh duyệt"));
    send(
        &desk,
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=anphat.example\r\n",
        &new_mail(LEADER, &format!("[{id}]"), "duyệt luôn"),
    );
    assert_eq!(state(&desk, &id), "Review");
    let to_owner = kinds(&desk, LEADER, "vouch");
    assert_eq!(to_owner.len(), 1, "asked once within an hour");
    assert_eq!(others(&desk), before, "nobody else is written to");
    assert_eq!(quarantined(&desk).len(), 4);

    // Somebody else with that letter cannot let it in, nor can an automatic answer to it.
    send(&desk, PASSED, &new_mail(SALES, "x", "XÁC NHẬN").answering(&to_owner[0], "XÁC NHẬN"));
    send(
        &desk,
        "Auto-Submitted: auto-replied\r\n",
        &new_mail(LEADER, "x", "").answering(&to_owner[0], "Xác nhận: tôi đang nghỉ"),
    );
    let unclear = send(&desk, "", &new_mail(LEADER, "x", "").answering(&to_owner[0], "Thư nào vậy em?"));
    assert!(unclear.text.contains("XÁC NHẬN"), "{}", unclear.text);
    assert_eq!(state(&desk, &id), "Review");
    // Its owner can.
    let let_in = send(&desk, "", &new_mail(LEADER, "x", "").answering(&to_owner[0], "XÁC NHẬN"));
    assert!(!let_in.problem, "{}", let_in.text);
    assert_eq!(state(&desk, &id), "Feedback", "{}", let_in.text);
    let again = send(&desk, "", &new_mail(LEADER, "x", "").answering(&to_owner[0], "Xác nhận ạ"));
    assert_eq!(state(&desk, &id), "Feedback", "{}", again.text);
    desk.close();
}

/// Letters lie where the whole office can read them, with the Message-IDs that an answer proves itself by.
#[test]
fn somebody_else_s_name_on_a_mail_in_one_s_own_folder_is_no_proof() {
    for require in ["none", "token-or-auth"] {
        let (desk, id) = in_review(require, |toml| toml);
        let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
        let approval = new_mail(LEADER, &format!("Re: [{id}]"), "").answering(&review, "DUYỆT");
        let answer = desk.drop(Some(SALES), "duyệt.eml", &approval.bytes());
        assert!(answer.problem, "{require}: {}", answer.text);
        assert_eq!(state(&desk, &id), "Review", "{require}");
        assert_eq!(kinds(&desk, LEADER, "vouch").len(), 1, "{require}: whose name it was is asked");
        // In the Leader's own folder it is the Leader's.
        let own = new_mail(LEADER, &format!("Re: [{id}]"), "").answering(&review, "Anh duyệt nhé");
        desk.drop(Some(LEADER), "duyệt.eml", &own.bytes());
        assert_eq!(state(&desk, &id), "Feedback", "{require}: {}", desk.last_words());
        desk.close();
    }
}

#[test]
fn an_owner_who_says_no_drops_it_for_good() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    send(&desk, "", &new_mail(LEADER, &format!("[{id}] x"), "DUYỆT"));
    let asked = kinds(&desk, LEADER, "vouch").pop().expect("asked");
    let answer = send(&desk, "", &new_mail(LEADER, "x", "").answering(&asked, "KHÔNG PHẢI của anh"));
    assert!(answer.text.contains("bỏ thư"), "{}", answer.text);
    assert_eq!((quarantined(&desk).len(), state(&desk, &id).as_str()), (0, "Review"));
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&asked, "XÁC NHẬN"));
    assert_eq!(state(&desk, &id), "Review", "dropped is dropped");
    desk.wait_for("the operator's letter", || operators(&desk).iter().any(|l| l.text.contains("mạo danh")).then_some(()));
    desk.close();
}

#[test]
fn a_decision_sent_again_is_told_who_decided() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    let first = send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback", "{}", first.text);
    let history = history(&desk, &id);
    let again = send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    assert!(again.text.contains("anh/chị đã trả lời lúc 08:30"), "who decided: {}", again.text);
    assert_eq!(state(&desk, &id), "Feedback");
    let moved = |rows: &[serde_json::Value]| rows.iter().filter(|r| r["what"] == "moved").count();
    assert_eq!(moved(&self::history(&desk, &id)), moved(&history));
    desk.close();
}

#[test]
fn a_letter_that_is_passed_on_gives_its_token_to_nobody() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    for (who, headers) in [(TECH, ""), (SALES, PASSED), (DIRECTOR, PASSED), ("ai.do@ngoai.example", "")] {
        send(&desk, headers, &new_mail(who, "x", "").answering(&review, "DUYỆT"));
        assert_eq!(state(&desk, &id), "Review", "{who}");
    }
    // In the Leader's name, with the Leader's token: what our own server found to be forged stays so.
    let forged = send(&desk, FAILED, &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    assert!(forged.problem, "{}", forged.text);
    assert_eq!(state(&desk, &id), "Review");
    // The Leader's own, by the token alone.
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "DUYỆT ạ"));
    assert_eq!(state(&desk, &id), "Feedback");
    desk.close();
}

#[test]
fn token_and_auth_takes_both() {
    let (desk, id) = in_review("token-and-auth", |toml| toml);
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    send(&desk, PASSED, &new_mail(LEADER, &format!("[{id}]"), "DUYỆT"));
    let asked = kinds(&desk, LEADER, "vouch").pop().expect("asked");
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&asked, "XÁC NHẬN"));
    assert_eq!(state(&desk, &id), "Review");
    send(&desk, PASSED, &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback");
    desk.close();
}

#[test]
fn nobody_approves_their_own_form() {
    let mut setup = Setup::sample();
    setup.staff.retain(|s| !["sales", "leader"].iter().any(|r| s.roles.contains(r)));
    setup.staff.push(Staff::new("Trần Thị Lan", SALES, &["sales", "leader"]));
    let (desk, id) = with_a_case(&setup.toml());
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    assert_eq!(state(&desk, &id), "Review");
    let letter = desk.letter_to(SALES);
    let refused = send(&desk, "", &new_mail(SALES, "x", "").answering(&letter, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Review", "{}", refused.text);
    let mut form = Entries::default();
    for check in ["budget", "logic", "benefit", "solution"] {
        form.field(&format!("ck_{check}"), "Đạt");
    }
    form.field("ld_all", "Duyệt");
    desk.drop(Some(SALES), "Phiếu.xlsx", &form.typed_into(&desk.form_for(DIRECTOR), How::ByName));
    assert_eq!(state(&desk, &id), "Review", "{}", desk.last_words());
    // Even where the mail says that it is from whoever reviews.
    let other = new_mail(SALES, "x", "").answering(&letter, "Anh Dũng đã duyệt, DUYỆT");
    send(&desk, &format!("Sender: {DIRECTOR}\r\n"), &other);
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

/// `Sender` is not `From`: a secretary, a program, somebody on behalf of another.
#[test]
fn in_somebody_s_name_only_their_deputy_writes_and_the_history_names_both() {
    let away = "email = \"hung.le@anphat.example\"\naway = { from = \"2026-01-05\", to = \"2026-01-09\", deputy = \"dung.pham@anphat.example\" }";
    let (desk, id) = in_review("none", |toml| toml.replacen("email = \"hung.le@anphat.example\"", away, 1));
    // The letter went to the deputy.
    let review = kinds(&desk, DIRECTOR, "review").pop().expect("the deputy has the letter");
    assert!(kinds(&desk, LEADER, "review").is_empty());
    for sender in [TECH, "thu.ky@ngoai.example", "dung.pham+x@anphat.example"] {
        let answer = send(&desk, &format!("Sender: {sender}\r\n"), &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
        assert!(answer.problem, "{sender}: {}", answer.text);
        assert_eq!(state(&desk, &id), "Review", "{sender}");
    }
    send(&desk, &format!("Sender: {DIRECTOR}\r\n"), &new_mail(LEADER, "x", "").answering(&review, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback");
    let told = history(&desk, &id).iter().map(|r| r["text"].to_string()).collect::<String>();
    assert!(told.contains("Phạm Tiến Dũng (thay Lê Mạnh Hùng)"), "{told}");
    desk.close();
}

#[test]
fn a_deputy_s_own_word_is_told_with_whom_they_stand_in_for() {
    let away = "email = \"hung.le@anphat.example\"\naway = { from = \"2026-01-05\", to = \"2026-01-09\", deputy = \"dung.pham@anphat.example\" }";
    let (desk, id) = in_review("token-or-auth", |toml| toml.replacen("email = \"hung.le@anphat.example\"", away, 1));
    let review = kinds(&desk, DIRECTOR, "review").pop().expect("the deputy has the letter");
    send(&desk, "", &new_mail(DIRECTOR, "x", "").answering(&review, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback");
    let told = history(&desk, &id).iter().map(|r| r["text"].to_string()).collect::<String>();
    assert!(told.contains("Phạm Tiến Dũng (thay Lê Mạnh Hùng)"), "{told}");
    desk.close();
}

#[test]
fn an_alias_is_the_person_and_a_plus_address_is_nobody() {
    let alias = "email = \"hung.le@anphat.example\"\naliases = [\"hung@anphat.example\"]";
    let (desk, id) = in_review("token-or-auth", |toml| toml.replacen("email = \"hung.le@anphat.example\"", alias, 1));
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    let plus = send(&desk, "", &new_mail("hung.le+viec@anphat.example", "x", "").answering(&review, "DUYỆT"));
    assert!(plus.problem, "{}", plus.text);
    assert_eq!(state(&desk, &id), "Review");
    // The token went to the person, and holds from each of their addresses: with what they had seen.
    send(&desk, "", &new_mail("hung@anphat.example", "x", "").answering(&review, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback");
    let late = send(&desk, "", &new_mail("hung@anphat.example", "x", "").answering(&review, "TRẢ LẠI: sửa mục 1"));
    assert!(late.text.contains("anh/chị đã trả lời lúc 08:30"), "{}", late.text);
    desk.close();
}

/// With `plus_address` a button, which makes a new mail, is an answer to its letter all the same.
#[test]
fn a_button_carries_its_letter_s_token() {
    let (desk, id) =
        in_review("token-or-auth", |toml| toml.replace("name = \"Bàn báo giá\"", "name = \"Bàn báo giá\"\nplus_address = true"));
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    let mailto =
        review.html.split("mailto:").nth(1).and_then(|rest| rest.split(['?', '"']).next()).expect("a button").to_string();
    let mailto = mailto.replace("%2B", "+").replace("%40", "@").replace("&#x2B;", "+");
    let tag = review.id.trim_matches(['<', '>']).split('@').next().expect("an id").to_string();
    assert_eq!(mailto, format!("yeucau+{tag}@anphat.example"));
    let head = review.raw.replace("\r\n ", "");
    let reply_to = head.lines().find(|line| line.starts_with("Reply-To:")).expect("an address to reply to");
    assert!(reply_to.contains(&mailto), "{reply_to}");
    let mut tapped = new_mail(LEADER, &format!("[{id}] Duyệt"), "DUYỆT");
    tapped.to = Box::leak(mailto.into_boxed_str());
    send(&desk, "", &tapped);
    assert_eq!(state(&desk, &id), "Feedback", "{}", desk.last_words());
    desk.close();
}

/// A button makes a new mail, which names no letter by its headers: what the button has written below the word does. So it
/// proves its reader, and an old one decides nothing about a form that has changed since.
#[test]
fn a_button_s_mail_tells_which_letter_it_answers() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let old = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&old, "TRẢ LẠI: mục 2 cần mẫu in"));
    assert_eq!(state(&desk, &id), "Drafting", "{}", desk.last_words());
    let mended = Entries { items: vec![json!({ "stt": 2, "dg": "Theo mẫu in khách gửi" })], ..Entries::default() };
    desk.drop(Some(SALES), "Phiếu.xlsx", &mended.typed_into(&desk.form_for(SALES), How::ByName));
    assert_eq!(state(&desk, &id), "Review", "{}", desk.last_words());
    let new = kinds(&desk, LEADER, "review").pop().expect("the second review letter");

    for headers in ["", PASSED] {
        let late = send(&desk, headers, &tapped(LEADER, &old));
        assert_eq!(state(&desk, &id), "Review", "an old button: {}", late.text);
        assert!(!late.text.trim().is_empty());
    }
    send(&desk, "", &tapped(TECH, &new));
    assert_eq!(state(&desk, &id), "Review", "somebody else's button");
    let now = send(&desk, "", &tapped(LEADER, &new));
    assert_eq!(state(&desk, &id), "Feedback", "{}", now.text);
    desk.close();
}

/// Which letter is answered tells what its writer has seen, also where it proves nothing: its key is forgotten, or it went to
/// somebody else.
#[test]
fn an_old_letter_decides_nothing_new_whoever_vouches_for_its_answer() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let old = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    let sales = kinds(&desk, SALES, "need").pop().expect("a letter from before the form");
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&old, "TRẢ LẠI: mục 2 cần mẫu in"));
    let mended = Entries { items: vec![json!({ "stt": 2, "dg": "Theo mẫu in khách gửi" })], ..Entries::default() };
    desk.drop(Some(SALES), "Phiếu.xlsx", &mended.typed_into(&desk.form_for(SALES), How::ByName));
    let new = kinds(&desk, LEADER, "review").pop().expect("the second review letter");
    desk.told(&["quarantine", "--new-key", "--forget-old"]);

    for letter in [&old, &sales] {
        let late = send(&desk, PASSED, &new_mail(LEADER, "x", "").answering(letter, "DUYỆT"));
        assert_eq!(state(&desk, &id), "Review", "{}", late.text);
    }
    let now = send(&desk, PASSED, &new_mail(LEADER, "x", "").answering(&new, "DUYỆT"));
    assert_eq!(state(&desk, &id), "Feedback", "{}", now.text);
    desk.close();
}

/// A new key signs, letters of the old one still count; after a leak they prove nothing.
#[test]
fn keys_are_changed_while_letters_are_under_way() {
    let (desk, id) = in_review("token-or-auth", |toml| toml);
    let review = kinds(&desk, LEADER, "review").pop().expect("the review letter");
    desk.told(&["quarantine", "--new-key"]);
    send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "TRẠNG THÁI"));
    let status = kinds(&desk, LEADER, "status");
    assert_eq!(status.len(), 1, "the old key holds: {}", desk.last_words());
    desk.told(&["quarantine", "--new-key", "--forget-old"]);
    desk.wait_for("the daemon to know of it", || {
        let answer = send(&desk, "", &new_mail(LEADER, "x", "").answering(&review, "TRẠNG THÁI"));
        answer.problem.then_some(())
    });
    assert_eq!(state(&desk, &id), "Review");
    desk.close();
}

/// What strangers send is told once a day, all of it together.
#[test]
fn the_operator_hears_of_strangers_once_a_day() {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let from = |who: &'static str| new_mail(who, "Chào", "Xin chào");
    send(&desk, "", &from("mot@ngoai.example"));
    desk.wait_for("the first letter", || (operators(&desk).len() == 1).then_some(()));
    send(&desk, "", &from("hai@ngoai.example"));
    send(&desk, "", &from("ba@ngoai.example"));
    desk.clock("2026-01-05T17:00:00+07:00");
    desk.never("told by mail", std::time::Duration::from_secs(5), || operators(&desk).len() > 1);
    desk.clock("2026-01-06T08:31:00+07:00");
    desk.wait_for("the next day's letter", || (operators(&desk).len() == 2).then_some(()));
    let told = &operators(&desk)[1].text;
    assert!(told.contains("hai@ngoai.example") && told.contains("ba@ngoai.example") && !told.contains("mot@"), "{told}");
    desk.close();
}

// ---- the house of these tests

/// A case that waits for the Leader's word.
fn in_review(require: &str, change: impl Fn(String) -> String) -> (Desk, String) {
    let trust = format!("authserv_id = \"mx.anphat.example\"\nrequire = \"{require}\"");
    let toml = change(Setup::sample().toml().replace("require = \"none\"", &trust));
    let (desk, id) = with_a_case(&toml);
    desk.drop(Some(SALES), "Phiếu.xlsx", &good_form(&desk));
    assert_eq!(state(&desk, &id), "Review", "{}", desk.last_words());
    (desk, id)
}

fn with_a_case(toml: &str) -> (Desk, String) {
    let desk = Desk::open(toml, MONDAY);
    let mut need = new_mail(CSKH, "Nhu cầu tùy biến của Nam Phong", "KH Nam Phong muốn in phiếu cân xe.");
    need.cc = Some(("Trần Thị Lan", SALES));
    desk.drop(Some(CSKH), "thu.eml", &need.bytes());
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().map(str::to_string);
    let id = id.unwrap_or_else(|| desk.fail("the need opened no case"));
    (desk, id)
}

fn good_form(desk: &Desk) -> Vec<u8> {
    Entries::of_nam_phong().typed_into(&desk.form_for(SALES), How::ByName)
}

fn new_mail(from: &'static str, subject: &str, text: &str) -> Mail<'static> {
    let mut mail = Mail::new(("", from), DESK, DateTime::parse_from_rfc3339(MONDAY).expect("a time"));
    (mail.subject, mail.text) = (subject.into(), text.into());
    mail
}

/// With these headers on top, as the server that took it would put them there.
fn send(desk: &Desk, headers: &str, mail: &Mail) -> Answer {
    desk.drop(None, "thu.eml", &[headers.as_bytes(), &mail.bytes()].concat())
}

/// The letters of this kind to a person.
/// The mail that the first button of a letter opens, sent as it is.
fn tapped(who: &'static str, letter: &Letter) -> Mail<'static> {
    let href = letter.html.split("mailto:").nth(1).and_then(|rest| rest.split('"').next()).expect("a button");
    let value = |name: &str| {
        let plain = href.replace("&amp;", "&");
        let value = plain.split(['?', '&']).find_map(|part| part.strip_prefix(&format!("{name}=")).map(str::to_string));
        let value = value.expect("a subject and a body");
        let mut bytes = Vec::new();
        let mut rest = value.as_bytes();
        while let [first, tail @ ..] = rest {
            rest = match (first, tail) {
                (b'%', [high, low, after @ ..]) => {
                    let hex = String::from_utf8(vec![*high, *low]).expect("two digits");
                    bytes.push(u8::from_str_radix(&hex, 16).expect("hexadecimal"));
                    after
                }
                _ => {
                    bytes.push(*first);
                    tail
                }
            };
        }
        String::from_utf8(bytes).expect("UTF-8")
    };
    new_mail(who, &value("subject"), &value("body").replace("\r\n", "\n"))
}

fn kinds(desk: &Desk, to: &str, kind: &str) -> Vec<Letter> {
    let of = format!("X-Quotedesk-Kind: {kind}\r\n");
    desk.letters().into_iter().filter(|l| l.is_to(to) && l.raw.contains(&of)).collect()
}

fn operators(desk: &Desk) -> Vec<Letter> {
    kinds(desk, OPERATOR, "operator")
}

fn quarantined(desk: &Desk) -> Vec<serde_json::Value> {
    desk.json(&["quarantine", "--json"]).as_array().cloned().unwrap_or_default()
}

fn history(desk: &Desk, id: &str) -> Vec<serde_json::Value> {
    desk.show(id)["history"].as_array().cloned().unwrap_or_default()
}

fn state(desk: &Desk, id: &str) -> String {
    desk.show(id)["state"].as_str().unwrap_or_default().to_string()
}
