//! Whatever shape a mail has, its sender is answered with what to do: Outlook's package is opened, what stays closed is
//! named, and a form is taken from whoever sends it, not from a mail passed on.

use data_encoding::BASE64_MIME;

use crate::desk::mail::Mail;
use crate::desk::setup::{CSKH, DESK, SALES, Setup};
use crate::desk::{Answer, Desk};
use crate::people::workbook::{Entries, How};

const MONDAY: &str = "2026-01-05T08:30:00+07:00";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn with_a_case() -> (Desk, String, Vec<u8>) {
    let desk = Desk::open(&Setup::sample().toml(), MONDAY);
    let mut need = Mail::new(("", CSKH), DESK, chrono::DateTime::parse_from_rfc3339(MONDAY).unwrap());
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Nam Phong".into();
    need.text = "KH Nam Phong muốn in phiếu cân xe.".into();
    desk.mail(&need);
    let id = desk.json(&["cases", "--json"])[0]["id"].as_str().expect("a case").to_string();
    let mut form = Entries::of_nam_phong();
    form.items.truncate(1);
    let form = form.typed_into(&desk.form_for(SALES), How::ByName);
    (desk, id, form)
}

/// Sales answers the desk's letter by these body parts.
fn answering(desk: &Desk, kind: &str, parts: &[String]) -> Answer {
    let letter = desk.letter_to(SALES);
    let body: String = parts.iter().map(|part| format!("--qd\r\n{part}\r\n")).collect();
    let mail = format!(
        "From: <{SALES}>\r\nTo: <{DESK}>\r\nSubject: Re: {kind}\r\nDate: Mon, 05 Jan 2026 09:00:00 +0700\r\nMIME-Version: 1.0\r\n\
         In-Reply-To: {}\r\nContent-Type: {kind}; boundary=\"qd\"\r\n\r\n{body}--qd--\r\n",
        letter.id
    );
    desk.drop(None, "thư.eml", mail.as_bytes())
}

fn words(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}")
}

fn file(kind: &str, name: &str, bytes: &[u8]) -> String {
    let body = BASE64_MIME.encode(bytes);
    format!("Content-Type: {kind}\r\nContent-Disposition: attachment; {name}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}")
}

fn tells(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(answer.text.contains(word), "no “{word}” in:\n{}", answer.text);
    }
}

fn state(desk: &Desk, id: &str) -> String {
    desk.show(id)["state"].as_str().unwrap_or_default().to_string()
}

/// A `winmail.dat` with one file in it.
fn winmail(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    for (id, data) in [(0x9002u16, [0; 14].as_slice()), (0x8010, format!("{name}\0").as_bytes()), (0x800f, bytes)] {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend([1, 0]);
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.extend([0, 0]);
    }
    out
}

#[test]
fn a_form_in_outlook_s_package_is_taken() {
    let (desk, id, form) = with_a_case();
    let packed = file("application/ms-tnef", "filename=winmail.dat", &winmail("PHIEU~1.XLS", &form));
    let answer = answering(&desk, "multipart/mixed", &[words("Em gửi phiếu ạ."), packed]);
    assert!(!answer.problem, "{}", answer.text);
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    desk.close();
}

/// Outlook's servers make plain text of the signature, too, without a mark.
#[test]
fn a_form_under_nothing_but_a_signature_comes_without_a_word() {
    let (desk, id, form) = with_a_case();
    let html = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<div><br></div><div id=\"Signature\"><p>Tran Thi Lan (Ms.)</p><p>Nhân viên kinh doanh</p></div>";
    let texts = format!(
        "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n{}\r\n--in\r\n{html}\r\n--in--",
        words("Tran Thi Lan (Ms.)\r\nNhân viên kinh doanh")
    );
    let answer = answering(&desk, "multipart/mixed", &[texts, file(XLSX, "filename=phieu.xlsx", &form)]);
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    assert!(!desk.show(&id)["history"].to_string().contains("Tran Thi Lan (Ms.)"), "{}", desk.show(&id)["history"]);
    desk.close();
}

#[test]
fn a_form_is_known_by_its_content_however_it_is_named() {
    let (desk, id, form) = with_a_case();
    // RFC 2231, in pieces and percent-encoded, with a type that says nothing, deep in other multiparts.
    let name = "filename*0*=utf-8''Phi%E1%BA%BFu%20ph%C3%A2n; filename*1*=%20t%C3%ADch.dat";
    let inner = format!(
        "Content-Type: multipart/related; boundary=in\r\n\r\n--in\r\n{}\r\n--in\r\n{}\r\n--in--",
        words("Em gửi phiếu ạ."),
        file("application/octet-stream", name, &form)
    );
    let answer = answering(&desk, "multipart/mixed", &[inner]);
    assert_eq!(state(&desk, &id), "Review", "{}", answer.text);
    desk.close();
}

#[test]
fn a_form_in_a_mail_passed_on_is_kept_but_not_taken() {
    let (desk, id, form) = with_a_case();
    let inner = format!(
        "From: Khách <k@kh.example>\r\nSubject: phieu\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n{}\r\n--in\r\n{}\r\n--in--",
        words("DUYỆT"),
        file(XLSX, "filename=phieu.xlsx", &form)
    );
    let passed_on = format!("Content-Type: message/rfc822\r\n\r\n{inner}");
    let answer = answering(&desk, "multipart/mixed", &[words("Em chuyển thư của khách ạ."), passed_on]);
    tells(&answer, &["phieu.xlsx", "đính kèm thẳng"]);
    assert_eq!(state(&desk, &id), "Drafting");
    assert!(desk.show(&id)["files"].to_string().contains(".eml"), "{}", desk.show(&id)["files"]);
    desk.close();
}

#[test]
fn what_stays_closed_is_kept_and_told() {
    let (desk, id, _) = with_a_case();
    let msg: Vec<u8> = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]
        .into_iter()
        .chain([0; 1024])
        .chain("__properties_version1.0".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (name, bytes, says) in [
        ("filename=tai-lieu.zip", b"PK\x03\x04 no workbook in here".to_vec(), "tệp nén"),
        ("filename=tai-lieu.rar", b"Rar!\x1a\x07\x00".to_vec(), "tệp nén"),
        ("filename=thu.msg", msg, ".msg"),
        ("filename=winmail.dat", vec![0x78, 0x9f, 0x3e, 0x22, 1, 0], "gói riêng của Outlook"),
    ] {
        let answer = answering(
            &desk,
            "multipart/mixed",
            &[words("Em gửi tài liệu của khách ạ."), file("application/octet-stream", name, &bytes)],
        );
        tells(&answer, &[says]);
        assert_eq!(state(&desk, &id), "Drafting");
    }
    desk.close();
}

#[test]
fn sealed_mails_and_lost_characters_decide_nothing_and_are_answered() {
    let (desk, id, _) = with_a_case();
    let sealed = [
        ("multipart/mixed", file("application/pkcs7-mime; smime-type=signed-data", "filename=smime.p7m", b"0\x80\x06"), "ký số"),
        ("multipart/mixed", file("application/pkcs7-mime; smime-type=enveloped-data", "filename=smime.p7m", b"0\x80"), "mã hóa"),
        (
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
            words("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----"),
            "mã hóa",
        ),
    ];
    for (kind, part, says) in sealed {
        let answer = answering(&desk, kind, &[part]);
        tells(&answer, &[says, "gửi lại"]);
    }
    // A charset that nobody knows any more: the word is there, but nobody can be sure of it.
    let tcvn3 = "Content-Type: text/plain; charset=x-tcvn3\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nR=DBT Y=CAU C=C7U: kh=B8ch =AE=E6i =FD\r\nRUT YEU CAU: khach doi y";
    let answer = answering(&desk, "multipart/mixed", &[tcvn3.to_string()]);
    assert_eq!(state(&desk, &id), "Drafting", "{}", answer.text);
    let lossy = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nRUT YEU CAU: kh=E1ch doi y";
    let answer = answering(&desk, "multipart/mixed", &[lossy.to_string()]);
    tells(&answer, &["phông chữ"]);
    assert_eq!(state(&desk, &id), "Drafting");
    // An old one that is known still: windows-1258 writes the tone as a letter of its own.
    let old =
        "Content-Type: text/plain; charset=windows-1258\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nTR=C2=F2NG TH=C1I";
    answering(&desk, "multipart/mixed", &[old.to_string()]);
    desk.close();
}

#[test]
fn a_text_of_many_pages_is_not_half_read() {
    let (desk, id, form) = with_a_case();
    let pages = "Khách kể lại toàn bộ cuộc họp.\r\n".repeat(2_000);
    let withdrawn = words(&format!("RÚT YÊU CẦU: khách đổi ý\r\n{pages}"));
    let answer = answering(&desk, "multipart/mixed", &[withdrawn]);
    tells(&answer, &["quá dài", "tệp đính kèm"]);
    assert_eq!(state(&desk, &id), "Drafting");
    // What came with it is taken all the same.
    let answer = answering(&desk, "multipart/mixed", &[words(&pages), file(XLSX, "filename=phieu.xlsx", &form)]);
    tells(&answer, &["quá dài"]);
    assert_eq!(state(&desk, &id), "Review");
    // A need is told in as many words as somebody likes, and opens its case.
    let mut need = Mail::new(("", CSKH), DESK, chrono::DateTime::parse_from_rfc3339(MONDAY).unwrap());
    need.cc = Some(("Trần Thị Lan", SALES));
    need.subject = "Nhu cầu tùy biến của Minh Phát".into();
    need.text = pages;
    tells(&desk.mail(&need), &["quá dài"]);
    assert_eq!(desk.json(&["cases", "--json"]).as_array().map(Vec::len), Some(2));
    desk.close();
}
