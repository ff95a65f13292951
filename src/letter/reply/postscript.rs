//! What people add below their name, which is no part of a signature: `TB: mục 3 bỏ ra giúp anh nhé`.

use super::closing::{bare, closes, is_footer};
use super::firm;
use super::said::{Said, Sort, Word};
use super::words::{Firm, NEGATORS, POLITE};
use crate::money::typed::{Typed, amounts_in};
use crate::text::fold;

/// A line that nobody has in their signature: `TB: …`, `Nhưng …`, `mục 3 …`, `… nhé`.
pub(super) fn is_added(line: &str) -> bool {
    const MARKS: &[&str] = &["p/s", "p.s", "ps"];
    const SHORT: &[&str] = &["t/b", "t.b", "tb", "n/b", "n.b", "nb"];
    const OPENS: &[&str] = &[
        "nhưng",
        "tuy nhiên",
        "riêng",
        "à",
        "quên",
        "bổ sung",
        "ngoài ra",
        "nói thêm",
        "thêm nữa",
        "lưu ý",
        "chú ý",
        "btw",
        "but",
        "however",
        "except",
        "note",
    ];
    const ENDS: &[&str] = &["nhé", "nhe", "nhá", "nha", "nhen", "nghen", "ạ"];
    const ASKS: &[&str] = &["giúp anh", "giúp chị", "giúp em", "giúp mình"];
    if closes(line) {
        return false;
    }
    let folded = fold(bare(line));
    let folded = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    let after = |marks: &[&str]| marks.iter().find_map(|m| folded.strip_prefix(m)).map(|rest| rest.trim_start_matches('.'));
    if after(MARKS).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        || after(SHORT).is_some_and(|rest| rest.trim_start().starts_with([':', '-', '–']))
    {
        return true;
    }
    let said = Said::new(line);
    let proper = |at: usize| said.words.get(at).is_some_and(|w| w.title && w.typed == w.folded);
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let last = said.words.iter().rposition(|w| w.sign().is_none()).unwrap_or(0);
    // Typed bare, `Nhung` is somebody's name, and `Nha` the half of Nha Trang.
    let opens = said.longest_at(first, OPENS).is_some_and(|(word, _)| !(word == "nhưng" && proper(first)));
    let ends = last > first && !proper(last) && said.longest_at(last, ENDS).is_some();
    // `2: được, 8tr`
    let answers = matches!(&said.words[..], [no, sign, ..] if is_number(no) && no.typed.len() < 3 && matches!(sign.sign(), Some(':' | '=')));
    opens || ends || answers || said.has(ASKS) || names_item(&said)
}

/// `mục 3`, `hạng mục số 3`, `item 3`.
fn names_item(said: &Said) -> bool {
    said.words
        .windows(3)
        .any(|w| (w[0].is("mục") || w[0].is("item")) && (is_number(&w[1]) || (w[1].is("số") && is_number(&w[2]))))
        || matches!(said.words.last_chunk::<2>(), Some([word, no]) if (word.is("mục") || word.is("item")) && is_number(no))
}

/// A line that somebody says, rather than is: below a name or a bar that they typed themselves. A company's slogan may
/// sound like it, so where a program has marked the signature this is not asked.
pub(super) fn is_speech(line: &str) -> bool {
    const SAID: &[&str] = &[
        "thì",
        "chưa",
        "đừng",
        "khoan",
        "bỏ",
        "trừ",
        "không làm",
        "ko làm",
        "không cần",
        "ko cần",
        "không lấy",
        "không duyệt",
        "không gửi",
        "chỉ làm",
        "chỉ duyệt",
        "làm trước",
        "làm sau",
        "để sau",
        "bên khách",
        "khách xin",
        "khách muốn",
        "khách cần",
        "gửi khách",
        "hỏi khách",
        "đề nghị",
        "chiết khấu",
        "giảm giá",
        "giảm cho",
        "giảm xuống",
        "sửa",
        "cần",
        "nếu",
        "với điều kiện",
        "miễn là",
        "trước khi",
        "sau khi",
        "chờ",
        "đợi",
        "dừng",
        "hoãn",
        "nhớ",
        "gọi cho",
        "báo lại",
        "xem lại",
        "hỏi lại",
        "gửi lại",
        "gọi lại",
        "tính lại",
        "làm lại",
        "kiểm tra lại",
        "xác nhận lại",
        "trả lại",
        "thêm mục",
        "thêm phần",
        "giá chưa",
        "chỉ",
        "please",
        "remove",
        "do not",
        "don ' t",
        "don ’ t",
        "until",
        "if",
    ];
    if closes(line) {
        return false;
    }
    let said = Said::new(line);
    if is_wish(&said) || is_figure(&said) || is_firm(line, &said) {
        return true;
    }
    if line.contains(['@', '?']) || is_footer(&fold(line)) {
        return false;
    }
    let small = |w: &Word| matches!(w.typed.as_str(), "em" | "anh") && line.get(w.at.clone()) == Some(&w.typed);
    // With their diacritics alone: `Bo` and `Tru` begin names and addresses. In a line typed bare two words tell enough.
    let typed: Vec<&str> = said.words.iter().map(|w| w.typed.as_str()).collect();
    let says = |phrase: &&str| {
        let bare = !said.is_marked() && phrase.contains(' ');
        let phrase = if bare { fold(phrase) } else { phrase.to_string() };
        let phrase: Vec<&str> = phrase.split(' ').collect();
        let stands = |at: usize| match phrase[..] {
            // `Địa chỉ`, `Cần Thơ`, `Sửa chữa`, `Không dừng lại`
            ["chỉ"] => at == 0 || !matches!(typed[at - 1], "địa" | "chứng"),
            ["cần"] => !matches!(typed.get(at + 1), Some(&("thơ" | "giuộc"))),
            ["sửa"] => typed.get(at + 1) != Some(&"chữa"),
            ["dừng"] => at == 0 || typed[at - 1] != "không",
            _ => true,
        };
        typed.windows(phrase.len()).enumerate().any(|(at, w)| w == phrase && stands(at))
    };
    said.words.iter().any(small) || SAID.iter().any(says)
}

/// `KH đề nghị …`, `Khách chưa …`: what the customer wants. `Khách hàng là trung tâm` is a slogan, `Khách sạn` a place.
fn is_wish(said: &Said) -> bool {
    const WANT: &[&str] = &[
        "xin",
        "muốn",
        "cần",
        "đề nghị",
        "yêu cầu",
        "đòi",
        "chưa",
        "không",
        "ko",
        "chỉ",
        "báo",
        "bảo",
        "nói",
        "hẹn",
        "đồng ý",
        "sẽ",
        "đã",
    ];
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let next = said.words.get(first + 1);
    match said.longest_at(first, &["kh", "khách", "khách hàng", "bên kh", "bên khách", "phía khách", "customer", "client"])
    {
        Some(("khách hàng", taken)) => said.longest_at(first + taken, WANT).is_some(),
        Some(("khách", _)) => next.is_some_and(|w| w.sign().is_none() && !w.is("sạn")),
        Some((_, taken)) => said.words.get(first + taken).is_some_and(|w| w.sign().is_none()),
        None => false,
    }
}

/// `Giảm 5%`, `VAT 10`, `Server: 20tr`, `Giá chốt 50.000.000`: a figure of the kind that is asked for, not a telephone's.
fn is_figure(said: &Said) -> bool {
    const NUMBERS: &[&str] = &[
        "đt",
        "sđt",
        "điện thoại",
        "tel",
        "hotline",
        "phone",
        "mobile",
        "fax",
        "zalo",
        "mst",
        "mã số thuế",
        "stk",
        "tài khoản",
        "số đăng ký",
    ];
    let digits = |w: &Word| w.typed.chars().filter(char::is_ascii_digit).count();
    let rung = |w: &Word| (digits(w) >= 9 && w.typed.starts_with('0')) || matches!(w.typed.as_str(), "1800" | "1900");
    if said.has(NUMBERS) || said.words.iter().any(rung) || said.text.contains("+84") {
        return false;
    }
    let percent = said.words.windows(2).any(|w| is_number(&w[0]) && w[1].sign() == Some('%') && w[0].typed != "100");
    let taxed = said.has(&["vat", "gtgt", "thuế suất"]) && !said.words.iter().any(|w| digits(w) >= 6);
    let first = said.words.iter().position(|w| w.sign().is_none()).unwrap_or(0);
    let server = said.longest_at(first, &["server", "server riêng", "máy chủ", "máy chủ riêng"]);
    let server = server.and_then(|(_, taken)| said.words.get(first + taken)).is_some_and(|w| matches!(w.sign(), Some(':' | '=')));
    let money = amounts_in(said.text).into_iter().any(|(at, read)| match read {
        Typed::One { vnd, plain: true } => vnd >= 1_000_000 && vnd % 1000 == 0 && !said.text[at].starts_with('0'),
        Typed::One { vnd, plain: false } => vnd >= 1000,
        Typed::Missing | Typed::Wrong(_) | Typed::Free => false,
        Typed::About { .. } | Typed::Ambiguous(_) => true,
    });
    percent || taxed || server || money
}

/// A second answer below the first one's signature; or a bare `Không`.
fn is_firm(line: &str, said: &Said) -> bool {
    let decides = |act: Firm| !matches!(act, Firm::Plan | Firm::Progress | Firm::Signed | Firm::Paid | Firm::Status);
    firm::on_line(line).is_some_and(|hit| decides(hit.word.act))
        || (said.is_marked() && said.has(NEGATORS) && said.only(&[NEGATORS, POLITE]))
}

fn is_number(word: &Word) -> bool {
    word.kind == Sort::Number
}
