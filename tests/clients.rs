//! What is new in a mail, by the client that it was written with: the writer's own lines and nothing else, never an empty
//! answer where there is one, and never one where there is none.

use quotedesk::intake::message::{Limits, Message, parse};

fn mail(kind: &str, body: &str) -> Message {
    let head = "From: Trí <tri@anphat.example>\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n";
    let part = |kind: &str, body: &str| {
        format!(
            "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            body.replace('\n', "\r\n")
        )
    };
    let raw = match kind {
        "both" => {
            let (plain, html) = body.split_once("\n=====\n").expect("both bodies");
            format!(
                "{head}Content-Type: multipart/alternative; boundary=\"qd\"\r\n\r\n--qd\r\n{}--qd\r\n{}--qd--\r\n",
                part("plain", plain),
                part("html", html)
            )
        }
        kind => format!("{head}{}", part(kind, body)),
    };
    parse(raw.as_bytes(), &Limits::default()).expect("a mail")
}

/// Client, kind of body, the body, and what its writer wrote.
type Written = (&'static str, &'static str, &'static str, &'static str);

const MAILS: &[Written] = &[
    // Gmail in Vietnamese: the attribution is wrapped behind `<`.
    (
        "Gmail VN",
        "plain",
        "Duyệt nhé em\n\nVào Th 4, 23 thg 6, 2021 lúc 10:00 Bàn báo giá <\nyeucau@anphat.example> đã viết:\n\n> DUYỆT hay không?\n> Trân trọng",
        "Duyệt nhé em",
    ),
    (
        "Gmail VN",
        "plain",
        "Trả lại: thiếu mục 2\n\nVào CN, 7 thg 11, 2021 lúc 08:05 Bàn báo giá An Phát <yeucau@anphat.example>\nđã viết:\n\n> Kính gửi anh",
        "Trả lại: thiếu mục 2",
    ),
    (
        "Gmail VN",
        "html",
        "<div dir=\"ltr\">Duyệt<div><br></div><div>Gửi khách giúp anh</div></div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">Vào Th 5, 8 thg 1, 2026 lúc 09:12 Bàn &lt;<a href=\"mailto:y@a.vn\">y@a.vn</a>&gt; đã viết:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\">TRẢ LẠI</blockquote></div>",
        "Duyệt\n\nGửi khách giúp anh",
    ),
    (
        "Gmail VN",
        "both",
        "Duyệt\n\nVào Th 2, 5 thg 1, 2026 lúc 09:00 Bàn <y@a.vn> đã viết:\n\n> cũ\n=====\n<div dir=\"ltr\">Duyệt</div><br><div class=\"gmail_quote\">Vào Th 2 đã viết: cũ</div>",
        "Duyệt",
    ),
    // Older Gmail in Vietnamese.
    ("Gmail VN, older", "plain", "ok em\n\nVào 10:00 Ngày 23 tháng 6 năm 2021, Bàn <y@a.vn> đã viết:\n\n> DUYỆT", "ok em"),
    (
        "Gmail VN, older",
        "plain",
        "ok em\n\nVào 10:00 Ngày 23 tháng 6 năm 2021, Bàn báo giá <\ny@a.vn> đã viết:\n> DUYỆT",
        "ok em",
    ),
    ("Gmail VN, older", "plain", "Vào 10:00 Ngày 23 tháng 6 năm 2021, Bàn <y@a.vn> đã viết:\n\nDUYỆT", ""),
    // Gmail in English.
    (
        "Gmail EN",
        "plain",
        "approved\n\nOn Wed, Jun 23, 2021 at 10:00 AM Desk <desk@anphat.example> wrote:\n\n> TRẢ LẠI",
        "approved",
    ),
    (
        "Gmail EN",
        "plain",
        "approved\n\nOn Wed, Jun 23, 2021 at 10:00 AM Quotation desk of An Phat\n<desk@anphat.example> wrote:\n> x",
        "approved",
    ),
    (
        "Gmail EN",
        "plain",
        "On Monday we start.\nFine with me.\n\nOn Tue, 6 Jan 2026 at 08:00, Desk <\ndesk@anphat.example> wrote:\n\n> x",
        "On Monday we start.\nFine with me.",
    ),
    ("Gmail short", "plain", "Duyệt\n\n2021-06-23 10:00 GMT+07:00 Bàn báo giá <y@a.vn>:\n\n> cũ", "Duyệt"),
    ("Gmail short", "plain", "Duyệt\n2026-01-05 9:00 GMT+07:00 Desk <y@a.vn>:\n> cũ\n> cũ", "Duyệt"),
    ("Gmail short", "plain", "2026-01-05 xong mục 1\n2026-01-06 xong mục 2", "2026-01-05 xong mục 1\n2026-01-06 xong mục 2"),
    // Passed on: what lies below is somebody else's.
    (
        "Forward",
        "plain",
        "Em xem nhé\n\n---------- Forwarded message ---------\nTừ: Khách <k@kh.vn>\nDate: Th 4, 23 thg 6, 2021 lúc 10:00\nSubject: Nhu cầu\nTo: <lan@a.vn>\n\nĐồng ý",
        "Em xem nhé",
    ),
    ("Forward", "plain", "---------- Thư đã chuyển tiếp ----------\nTừ: Khách <k@kh.vn>\n\nDUYỆT", ""),
    ("Forward", "plain", "fyi\n\nBegin forwarded message:\n\nFrom: K <k@kh.vn>\nSubject: x\n\nDUYỆT", "fyi"),
    (
        "Forward",
        "html",
        "<div dir=\"ltr\">Chuyển em<br><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">---------- Forwarded message ---------<br>Từ: K</div>DUYỆT</div></div>",
        "Chuyển em",
    ),
    // Outlook, text and HTML, in both languages.
    (
        "Outlook VN",
        "plain",
        "Anh duyệt nhé\n\n________________________________\nTừ: Bàn báo giá <y@a.vn>\nĐã gửi: Thứ Tư, 23 Tháng Sáu 2021 10:00\nTới: Trí <tri@a.vn>\nChủ đề: [YC-2021-0001] Nhờ duyệt\n\nDUYỆT hay TRẢ LẠI",
        "Anh duyệt nhé",
    ),
    (
        "Outlook VN",
        "plain",
        "Anh duyệt nhé\n\n*Từ:* Bàn báo giá\n*Ngày:* Thứ Tư, 23 Tháng Sáu 2021\n*Đến:* Trí\n*Cc:* Vy\n*Chủ đề:* x\n\nTRẢ LẠI",
        "Anh duyệt nhé",
    ),
    (
        "Outlook VN",
        "html",
        "<html><body><div class=\"WordSection1\"><p class=\"MsoNormal\">Trả lại: thiếu phương án<o:p></o:p></p><div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in\"><p class=\"MsoNormal\"><b>Từ:</b> Bàn<br><b>Đã gửi:</b> Thứ Tư<br><b>Chủ đề:</b> x</p></div></div><p>DUYỆT</p></div></body></html>",
        "Trả lại: thiếu phương án",
    ),
    ("Outlook VN", "plain", "ok em, duyệt\n\n-----Thư gốc-----\nTừ: Bàn\n\nDUYỆT", "ok em, duyệt"),
    (
        "Outlook EN",
        "plain",
        "approved\n\nFrom: Desk <y@a.vn>\nSent: Wednesday, June 23, 2021 10:00 AM\nTo: Tri\nSubject: x\n\nDUYỆT",
        "approved",
    ),
    ("Outlook EN", "plain", "approved\r\n\r\n-----Original Message-----\nFrom: Desk\nSent: x\n\nDUYỆT", "approved"),
    (
        "Outlook EN",
        "html",
        "<div dir=\"ltr\">approved</div><div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><b>From:</b> Desk<br><b>Sent:</b> x</div><div>DUYỆT</div>",
        "approved",
    ),
    // Apple Mail.
    (
        "Apple Mail VN",
        "plain",
        "Duyệt\n\nĐược gửi từ iPhone của tôi\n\nVào 23 thg 6, 2021, lúc 10:00, Bàn <y@a.vn> đã viết:\n\n> cũ",
        "Duyệt",
    ),
    (
        "Apple Mail VN",
        "html",
        "<html><body dir=\"auto\">Duyệt<br><br><div dir=\"ltr\">Được gửi từ iPhone của tôi</div><div dir=\"ltr\"><br><blockquote type=\"cite\">Vào 23 thg 6, 2021, lúc 10:00, Bàn đã viết:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">TRẢ LẠI</div></blockquote></body></html>",
        "Duyệt",
    ),
    (
        "Apple Mail VN",
        "plain",
        "Duye\u{323}\u{302}t nhe\u{301}\n\nVa\u{300}o 23 thg 6, 2021, lu\u{301}c 10:00, Ba\u{300}n <y@a.vn> \u{111}a\u{303} vie\u{302}\u{301}t:\n\n> cu\u{303}",
        "Duyệt nhé",
    ),
    // Phones.
    (
        "Samsung, Outlook mobile",
        "plain",
        "Duyệt\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Desk\n\nTRẢ LẠI",
        "Duyệt",
    ),
    (
        "Samsung, Outlook mobile",
        "plain",
        "Duyệt\n\nTải Outlook cho iOS<https://aka.ms/o0ukef>\n________________________________\nTừ: Bàn <y@a.vn>\nĐã gửi: Thứ Tư\n\nTRẢ LẠI",
        "Duyệt",
    ),
    (
        "Samsung, Outlook mobile",
        "html",
        "<div dir=\"auto\">Duyệt</div><div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms\">Outlook for Android</a></div><hr><div id=\"divRplyFwdMsg\">From: x</div><div>TRẢ LẠI</div>",
        "Duyệt",
    ),
    // Zalo is pasted: other people's lines.
    (
        "Zalo",
        "plain",
        "Khách nhắn em thế này:\n\n[10:00, 23/06/2021] Anh Thịnh: đồng ý nhé\n[10:02, 23/06/2021] Vy: dạ",
        "Khách nhắn em thế này:",
    ),
    ("Zalo", "plain", "[10:00, 23/06/2021] Trí: duyệt", ""),
    ("Zalo", "html", "<div>Em gửi chị</div><div>[10:00, 23/06/2021] Trí: duyệt</div>", "Em gửi chị"),
    // Yahoo nests its quote, and Outlook on the web its marks.
    (
        "Yahoo",
        "html",
        "<html><body><div class=\"ydp1yahoo-style-wrap\"><div>Duyệt</div></div><div id=\"yahoo_quoted_1\" class=\"yahoo_quoted\"><div>Vào Thứ Tư, 23 tháng 6, 2021, 10:00, Bàn đã viết:</div><div><div id=\"yiv1\">TRẢ LẠI</div></div></div></body></html>",
        "Duyệt",
    ),
    (
        "Yahoo",
        "plain",
        "Duyệt\n\n  Vào Thứ Tư, 23 tháng 6, 2021 lúc 10:00:00 GMT+7, Bàn báo giá <y@a.vn> đã viết:\n\n TRẢ LẠI\n  ",
        "Duyệt",
    ),
    ("Yahoo", "html", "<div><div class=\"x_yahoo_quoted\">TRẢ LẠI</div><div>Duyệt</div></div>", "Duyệt"),
    // A blockquote that only indents is the writer's own.
    (
        "Blockquote as layout",
        "html",
        "<blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\"><div>Duyệt nhé</div></blockquote>",
        "Duyệt nhé",
    ),
    (
        "Blockquote as layout",
        "html",
        "<div>1: được</div><blockquote style=\"margin: 0px 0px 0px 40px; border: none; padding: 0px;\"><div>15tr, 5 ngày</div></blockquote><div class=\"gmail_quote\"><blockquote class=\"gmail_quote\">TRẢ LẠI</blockquote></div>",
        "1: được\n15tr, 5 ngày",
    ),
    (
        "Blockquote as layout",
        "html",
        "<blockquote class=\"webkit-indent-blockquote\" style=\"margin: 0 0 0 40px; border: none; padding: 0px;\">Anh xem rồi</blockquote><blockquote type=\"cite\">DUYỆT</blockquote>",
        "Anh xem rồi",
    ),
    // Signatures and disclaimers.
    ("Signature", "plain", "Duyệt\n\n-- \nHoàng Đức Trí\nTrưởng nhóm, không ngừng đổi mới", "Duyệt"),
    ("Signature", "plain", "Duyệt\n\nTrân trọng,\nTrí\nCông ty An Phát", "Duyệt"),
    ("Signature", "plain", "Duyệt\n\nThanks & Regards\nTri", "Duyệt"),
    (
        "Signature",
        "plain",
        "Duyệt\n\nEmail này và các tệp đính kèm có thể chứa thông tin mật. Nếu không phải người nhận, nhờ xóa.",
        "Duyệt",
    ),
    ("Signature", "html", "<div>Duyệt</div><div class=\"gmail_signature\">Trí<br>Không duyệt khống</div>", "Duyệt"),
    (
        "Signed in its text",
        "plain",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDuyệt\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n-----END PGP SIGNATURE-----",
        "Duyệt",
    ),
    // A signature that only the HTML marks as one: the plain text that servers make of it has it among the words.
    (
        "Marked signature",
        "both",
        "DUYỆT\n\nLe Manh Hung (Mr.)\nTrưởng nhóm kinh doanh\nwww.anphat.example<http://www.anphat.example/>\n\n________________________________\nTừ: Bàn <y@a.vn>\nĐã gửi: Thứ Tư\n\nTRẢ LẠI\n=====\n<div class=\"elementToProof\">DUYỆT</div><div><br></div><div id=\"Signature\"><p>Le Manh Hung (Mr.)</p><p>Trưởng nhóm kinh doanh</p><p><a href=\"http://www.anphat.example/\">www.anphat.example</a></p></div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">Từ: Bàn</div><div>TRẢ LẠI</div>",
        "DUYỆT",
    ),
    (
        "Marked signature",
        "both",
        "TRẢ LẠI: thiếu phương án\n\n[cid:image001.png@01DC5F7A.3B2C1D40]\nLÊ MẠNH HÙNG | TRƯỞNG NHÓM\nT: 024 0000 0001\n=====\n<div>TRẢ LẠI: thiếu phương án</div><div id=\"Signature\"><img src=\"cid:image001.png@01DC5F7A.3B2C1D40\"><div>LÊ MẠNH HÙNG | TRƯỞNG NHÓM</div><div>T: 024 0000 0001</div></div>",
        "TRẢ LẠI: thiếu phương án",
    ),
    (
        "Marked signature",
        "both",
        "DUYỆT\n\n*Lê Mạnh Hùng*\nCông ty Cổ phần Phần mềm An Phát\n\nVào Th 2, 5 thg 1, 2026 vào lúc 09:00 Bàn <\ny@a.vn> đã viết:\n\n> x\n=====\n<div dir=\"ltr\">DUYỆT<div><br clear=\"all\"><div dir=\"ltr\" class=\"gmail_signature\"><b>Lê Mạnh Hùng</b><br>Công ty Cổ phần Phần mềm An Phát</div></div></div><br><div class=\"gmail_quote\">x</div>",
        "DUYỆT",
    ),
    (
        "Marked signature",
        "both",
        "KH từ chối: hết ngân sách\n\nTran Thi Lan\nSales Executive\n=====\n<div>KH từ chối: hết ngân sách</div><div data-marker=\"__SIG_PRE__\">Tran Thi Lan<br>Sales Executive</div>",
        "KH từ chối: hết ngân sách",
    ),
    (
        "Marked signature",
        "both",
        "DUYỆT\n\nĐược gửi từ máy của tôi\n=====\n<div dir=\"auto\">DUYỆT</div><div id=\"composer_signature\">Được gửi từ máy của tôi</div>",
        "DUYỆT",
    ),
    // Nothing but a signature, and an answer that was typed into it.
    (
        "Marked signature",
        "both",
        "Le Manh Hung\nTrưởng nhóm\n=====\n<div><br></div><div id=\"Signature\">Le Manh Hung<br>Trưởng nhóm</div>",
        "",
    ),
    (
        "Marked signature",
        "both",
        "DUYỆT\n\nLe Manh Hung\nmục 3 bỏ ra nhé\n=====\n<div>DUYỆT</div><div id=\"Signature\">Le Manh Hung<br>mục 3 bỏ ra nhé</div>",
        "DUYỆT\nmục 3 bỏ ra nhé",
    ),
    // Added below the signature.
    ("Added below", "plain", "DUYỆT\n\nTrân trọng,\nHùng\nTB: mục 3 bỏ ra giúp anh", "DUYỆT\n\nTB: mục 3 bỏ ra giúp anh"),
    ("Added below", "plain", "Duyệt\n\nĐược gửi từ iPhone của tôi\n\nP/S: mục 3 bỏ", "Duyệt\n\nP/S: mục 3 bỏ"),
    ("Added below", "plain", "DUYỆT\n---\nNhưng mục 3 bỏ ra em nhé", "DUYỆT\n---\nNhưng mục 3 bỏ ra em nhé"),
    (
        "Added below",
        "plain",
        "APPROVED\n\nBest regards,\nHung Le\nP.S. please drop item 3\n\nOn Tue, 6 Jan 2026 at 08:00, Desk <y@a.vn> wrote:\n> P/S: x",
        "APPROVED\n\nP.S. please drop item 3",
    ),
    // A list whose numbers stand in the plain text alone.
    (
        "Numbered list",
        "both",
        "   1. được, 15tr, 5 ngày\n   2. không, chưa có API\n=====\n<div dir=\"ltr\"><ol><li>được, 15tr, 5 ngày</li><li>không, chưa có API</li></ol></div>",
        "1. được, 15tr, 5 ngày\n   2. không, chưa có API",
    ),
    ("Numbered list", "html", "<ol><li>18tr</li><li>25tr</li></ol>", "1. 18tr\n2. 25tr"),
    ("Numbered list", "html", "<ol start=\"3\"><li><div>18tr</div></li></ol><ul><li>x</li></ul>", "3. 18tr\nx"),
    // Written between the lines.
    (
        "Inline",
        "plain",
        "Vào Th 4, 23 thg 6, 2021 lúc 10:00 Bàn <y@a.vn> đã viết:\n> Mục 1 thế nào?\nđược\n> Mục 2?\nkhông",
        "được\nkhông",
    ),
    ("Inline", "plain", "Xem dưới nhé\n\n> Mục 1 thế nào?\nđược\n> Mục 2?", "Xem dưới nhé\n\nđược"),
    ("Inline", "plain", "> Mục 1 thế nào?\n\nđược, 15tr, 5 ngày\n\n-- \nLộc", "được, 15tr, 5 ngày"),
];

#[test]
fn what_is_left_is_what_was_written() {
    let mut wrong = vec![];
    for (client, kind, body, want) in MAILS {
        let read = mail(kind, body).text;
        let twin = read.twin.as_ref().map(|t| format!(" | {t:?}")).unwrap_or_default();
        if read.text != *want || !twin.is_empty() || read.nothing_left != want.is_empty() {
            wrong.push(format!("{client}: {body:?}\n    want {want:?}\n    got  {:?}{twin}", read.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), MAILS.len(), wrong.join("\n"));
    for client in MAILS.iter().map(|m| m.0).filter(|c| !c.starts_with("Signed")) {
        assert!(MAILS.iter().filter(|m| m.0 == client).count() >= 3, "fewer than three mails of {client}");
    }
}

#[test]
fn text_and_html_that_differ_are_both_kept() {
    let read = mail("both", "Duyệt\n=====\n<div>Chưa duyệt</div>").text;
    assert_eq!((read.text.as_str(), read.twin.as_deref()), ("Duyệt", Some("Chưa duyệt")));
}

#[test]
fn rows_of_a_quoted_table_are_found_in_any_layout() {
    let html = "<div>x</div><blockquote><table><tr><td><table class=\"items\"><tr><th>STT</th><th>Hạng mục</th></tr>\
                <tr><td>3</td><td>Báo cáo nhập xuất <b>2 công</b><span style=\"display:block\">Kho</span></td></tr></table></td></tr></table></blockquote>";
    let rows = mail("html", html).rows;
    assert!(rows.contains(&vec!["3".to_string(), "Báo cáo nhập xuất 2 công Kho".to_string()]), "{rows:?}");
}
