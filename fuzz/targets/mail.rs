//! A mail's bytes to what counts of it.

use quotedesk::intake::guard::{self, Keys, Proof};
use quotedesk::intake::message::{self, Kind, Limits, Unreadable};
use quotedesk::intake::tnef;
use quotedesk::letter::reply::read;
use quotedesk::name;

use super::reply::{acts_of_anybody, asked_by_all};
use super::texts;

const LIMITS: Limits = Limits { bytes: 1 << 20, parts: 50, depth: 5, text_bytes: 32 << 10, new_text_bytes: 8 << 10 };

pub fn mail(bytes: &[u8]) {
    let Ok(message) = message::parse(bytes, &LIMITS) else { return };
    assert!(Ok(&message) == message::parse(bytes, &LIMITS).as_ref(), "read twice, and differently");
    assert!(message.text.text.len() <= LIMITS.new_text_bytes && message.attachments.len() <= LIMITS.parts);
    assert!(message.part_types.len() <= LIMITS.parts || message.trouble == Some(Unreadable::TooManyParts));
    for file in &message.attachments {
        assert!(!file.name.is_empty() && name::clean(&file.name) == file.name, "a file called {:?}", file.name);
        if file.kind == Kind::Tnef {
            tnef::files(&file.bytes);
        }
    }
    for address in message.from.iter().chain(&message.sender).chain(&message.to).chain(&message.cc) {
        assert!(
            address.matches('@').count() == 1 && !address.contains(|c: char| c.is_whitespace() || c.is_control()),
            "{address:?}"
        );
    }
    assert!(!message.subject.contains(['\r', '\n']), "{:?}", message.subject);
    for (name, value) in &message.headers {
        assert!(!name.contains(['\r', '\n', ':']) && !value.contains(['\r', '\n']), "{name:?}: {value:?}");
    }
    // Without keys there is nothing of ours to answer.
    let keys = Keys::default();
    let from = message.from.as_deref().unwrap_or("lan.tran@anphat.example");
    assert!(matches!(guard::proof(&message, Some("mx.anphat.example"), &keys, from), Proof::None | Proof::Auth));
    assert!(guard::answered(&message, &Keys::new(vec![vec![1; 32]]), from).is_none(), "a guessed token");
    let _ = (guard::automatic(&message), guard::answers_by_itself(&message), guard::bounce(&message, bytes));
    for case in guard::cases_named(&message, "yeucau@anphat.example") {
        assert!(case.len() <= 30 && case.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{case:?}");
    }
    assert_eq!(message::identity(bytes), message::identity(bytes));
    let decides_nothing = message.text.lossy || message.text.nothing_left || message.trouble.is_some();
    if decides_nothing && message.text.text.len() < 512 {
        for asked in asked_by_all() {
            let reading = read(&message.text, asked);
            assert!(!reading.acts_on_case(), "{:?} comes to {reading:?}", message.text);
        }
    }
    acts_of_anybody(&message.text);
}

pub fn winmail(bytes: &[u8]) {
    let files = tnef::files(bytes);
    assert!(files.len() <= 200 && files.iter().map(|f| f.bytes.len()).sum::<usize>() <= bytes.len(), "more than came");
    for file in files {
        assert!(!file.bytes.is_empty());
        name::clean(&file.name);
    }
}

pub fn winmail_seeds() -> Vec<Vec<u8>> {
    let mut out = vec![0x78, 0x9f, 0x3e, 0x22, 1, 0];
    for (id, data) in [(0x9002u16, [0; 14].as_slice()), (0x8010, b"PHIEU~1.XLS\0"), (0x800f, b"PK\x03\x04"), (0x9003, b"")] {
        out.push(2);
        out.extend(id.to_le_bytes());
        out.extend([1, 0]);
        out.extend((data.len() as u32).to_le_bytes());
        out.extend(data);
        out.extend([0, 0]);
    }
    vec![out]
}

pub fn seeds() -> Vec<Vec<u8>> {
    let head = "From: Lan <lan.tran@anphat.example>\nTo: yeucau+yc-2026-0012.17-0.aaaaaaaaaaaaaaaa@anphat.example\nSubject: =?utf-8?b?RHV54buHdA==?= [YC-2026-0012]\nDate: Mon, 23 Nov 2026 09:00:00 +0700\nMessage-ID: <a@b>\nIn-Reply-To: <yc-2026-0012.17-0.aaaaaaaaaaaaaaaa@anphat.example>\nMIME-Version: 1.0\n";
    let mut all = texts(&[
        "\nDUYỆT\n\nVào 09:00, Bàn báo giá đã viết:\n> DUYỆT\n",
        "Content-Type: text/html; charset=windows-1258\nContent-Transfer-Encoding: quoted-printable\n\n<div>Duy=EA=F2t</div><div class=3D\"gmail_quote\"><blockquote>x</blockquote></div>\n",
        "Content-Type: multipart/mixed; boundary=q\n\n--q\nContent-Type: multipart/alternative; boundary=r\n\n--r\nContent-Type: text/plain; charset=x-tcvn3\n\nDUYỆT\n--r\nContent-Type: text/html\n\n<p>TỪ CHỐI: đắt</p>\n--r--\n--q\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*0*=utf-8''Phi%E1%BA%BFu; filename*1=\".xlsx\"\nContent-Transfer-Encoding: base64\n\nUEsDBA==\n--q\nContent-Type: message/rfc822\n\nFrom: k@kh.example\nSubject: x\n\nDUYỆT\n--q--\n",
        "Content-Type: message/partial; id=a; number=1; total=2\n\nx\n",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIAGCSqG\n",
        "Auto-Submitted: auto-replied\nReturn-Path: <>\nPrecedence: bulk\nList-Id: <x>\n\nTôi vắng mặt\n",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=q\n\n--q\n\nKhông gửi được\n--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n--q\nContent-Type: text/rfc822-headers\n\nMessage-ID: <yc-2026-0012.17-0.aaaaaaaaaaaaaaaa@anphat.example>\n--q--\n",
        "Authentication-Results: mx.anphat.example; dmarc=pass header.from=anphat.example\nSender: x@anphat.example\nReply-To: \"a, b\" <y@z>, nhóm: c@d, e@f;\nReferences: <a@b> <c@d>\n\n",
    ]);
    for body in &mut all {
        body.splice(0..0, head.bytes());
    }
    all
}
