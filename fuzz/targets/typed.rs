//! What people type into cells and answers: amounts, percentages, days, dates, names.

use quotedesk::calendar::days::{days, lead};
use quotedesk::calendar::typed::{Lean, TypedDate, date, dates_in, time_in};
use quotedesk::intake::guard::{MessageId, case_in};
use quotedesk::intake::message::email;
use quotedesk::money::format;
use quotedesk::money::typed::{Typed, amounts_in, read};
use quotedesk::money::{percent, words};
use quotedesk::name;
use quotedesk::text::{fold, nfc, squash};

use super::{text, texts, today};

pub fn typed(bytes: &[u8]) {
    let typed = text(bytes);
    if typed.len() > 4 << 10 {
        return;
    }
    money(&typed);
    dates(&typed);
    percent::read(&typed);
    days(&typed);
    lead(&typed);
    time_in(&typed);
    words::from_words(&typed);
    names(&typed);
    assert_eq!(squash(&squash(&typed)), squash(&typed));
    assert_eq!(fold(&fold(&typed)), fold(&typed), "{typed:?}");
    if let Some(address) = email(&typed) {
        assert_eq!(email(&address).as_deref(), Some(address.as_str()), "{typed:?}");
    }
    if let Some(id) = MessageId::parse(&typed) {
        assert!(case_in(&id.case).is_some_and(|case| case == id.case));
    }
    let _ = case_in(&typed);
}

fn money(typed: &str) {
    let found = read(typed);
    assert_eq!(found, read(&nfc(typed)), "{typed:?}");
    let most = quotedesk::money::typed::MOST;
    match &found {
        Typed::One { vnd, .. } => {
            assert!((0..=most).contains(vnd), "{vnd}");
            // What the desk writes of it is read as the same.
            for shown in [format::dots(*vnd), format::with_unit(*vnd)].into_iter().filter(|_| *vnd >= 10_000) {
                assert!(matches!(read(&shown), Typed::One { vnd: again, .. } if again == *vnd), "{vnd} shown as {shown}");
            }
        }
        Typed::About { low, high } => assert!((0..=most).contains(high) && low.is_none_or(|low| low <= *high), "{found:?}"),
        Typed::Ambiguous(all) => assert!(!all.is_empty() && all.iter().all(|v| (0..=most).contains(v)), "{found:?}"),
        Typed::Free | Typed::Missing | Typed::Wrong(_) => {}
    }
    let mut end = 0;
    for (at, _) in amounts_in(typed) {
        assert!(at.start >= end && at.end > at.start && typed.get(at.clone()).is_some(), "{at:?} of {typed:?}");
        end = at.end;
    }
}

fn dates(typed: &str) {
    for lean in [Lean::Future, Lean::Past] {
        match date(typed, today(), lean) {
            TypedDate::Ambiguous(all) => assert!(!all.is_empty(), "{typed:?}"),
            TypedDate::One { .. } | TypedDate::Vague(_) | TypedDate::Missing | TypedDate::Wrong => {}
        }
        let mut end = 0;
        for (at, _) in dates_in(typed, today(), lean) {
            assert!(at.start >= end && at.end > at.start && typed.get(at.clone()).is_some(), "{at:?} of {typed:?}");
            end = at.end;
        }
    }
}

/// Whatever a file is called, it lies in the folder that it was meant for.
fn names(typed: &str) {
    for named in
        [name::clean(typed), name::folder(typed), name::quote_file(typed, today(), 2, typed), name::form_file(typed, typed)]
    {
        let inside = std::path::Path::new("/desk/folder").join(&named);
        assert_eq!(inside.parent(), Some(std::path::Path::new("/desk/folder")), "{named:?}");
        assert!(named.len() <= name::MOST_BYTES && !named.contains(['/', '\\', '\0', ':']) && named != "." && named != "..");
        assert_eq!(name::clean(&named), named, "cleaned once more");
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    texts(&[
        "1.500.000",
        "12tr5",
        "80-90 triệu",
        "tối đa 25 triệu",
        "miễn phí",
        "mười hai triệu đồng",
        "1,5 tỷ",
        "15m",
        "$500",
        "-5",
        "23/11/2026",
        "thứ 6 tuần sau",
        "cuối tháng",
        "ngày 1 tháng 12 năm 2026",
        "mai 14h30",
        "2026-11-23",
        "2,5 ngày",
        "nửa ngày",
        "1 tuần",
        "20 ngày làm việc sau khi nhận cọc",
        "8%",
        "8,5 phần trăm",
        "40 %",
        "../../etc/passwd",
        "CON.xlsx",
        "hóa đơn\u{202e}xslx.exe",
        "~$Phiếu.xlsx",
        "Nguye\u{302}\u{303}n.",
        "lan.tran@anphat.example",
        "<yc-2026-0012.17-0.aaaaaaaaaaaaaaaa@anphat.example>",
        "YC-2026-0012 hợp đồng.pdf",
    ])
}
