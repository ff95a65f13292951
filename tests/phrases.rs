//! The phrases of the trade (119 of them), put to the reader from each role's side: what each means to whom it is meant
//! for, and that none which is no approval ever moves a case, whoever writes it, whenever, and however it is typed.

mod reading;

use quotedesk::letter::reply::{Asked, NewText, Reading, read};
use quotedesk::process::act::What;
use quotedesk::process::case::State;
use quotedesk::process::house::Role;
use reading::{asked, said};
use unicode_normalization::UnicodeNormalization;

/// What a phrase is, whoever says it; from it follows what it may set off at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Approves,
    /// Approving, but not in so many words: asked back.
    Weak,
    /// Not approved, back, or turned down.
    Refuses,
    Conditional,
    Defers,
    Asks,
    /// News, thanks, a wish: nothing is decided by it.
    Tells,
    /// Tech's answer, or the Director's price: told back, and counting only with DUYỆT.
    Values,
    CustomerAgrees,
    CustomerDeclines,
    CustomerWants,
    Paid,
    Starts,
    HandsOver,
    Extends,
}
use Meaning::*;

/// Phrase, meaning, and what it comes to for the Leader who reviews, the Director who prices, Tech who answers, and Sales
/// with the quote out. `…` ends what is compared.
type Row = (&'static str, Meaning, [&'static str; 4]);

#[rustfmt::skip]
const PHRASES: [Row; 119] = [
    ("duyệt", Approves, ["confirm", "confirm", "confirm", "confirm"]),
    ("đã duyệt", Approves, ["confirm", "confirm", "ask unclear", "ask weak -> agreed"]),
    ("anh duyệt", Approves, ["confirm", "confirm", "confirm", "ask weak -> agreed"]),
    ("duyệt nhé em", Approves, ["confirm", "confirm", "confirm", "ask weak -> agreed"]),
    ("duyet nhe", Approves, ["confirm", "confirm", "confirm", "ask weak -> agreed"]),
    ("đồng ý", Approves, ["confirm", "confirm", "ask unclear", "ask weak -> agreed"]),
    ("dong y", Approves, ["confirm", "confirm", "ask unclear", "ask weak -> agreed"]),
    ("anh đồng ý, chuyển kỹ thuật đi em", Approves, ["confirm", "confirm", "ask unclear", "comment"]),
    ("ok duyệt", Approves, ["confirm", "confirm", "confirm", "ask weak -> agreed"]),
    ("oke duyệt luôn", Approves, ["confirm", "confirm", "confirm", "ask weak -> agreed"]),
    ("okie e, duyệt", Approves, ["confirm", "confirm", "confirm", "comment"]),
    ("approved", Approves, ["confirm", "confirm", "confirm", "confirm"]),
    ("approve nhé", Approves, ["confirm", "confirm", "confirm", "comment"]),
    ("confirm", Approves, ["confirm", "ask weak -> confirm", "ask unclear", "ask weak -> agreed"]),
    ("chốt", Approves, ["ask weak -> confirm", "confirm", "ask unclear", "agreed"]),
    ("chốt giá này nhé", Approves, ["ask weak -> confirm", "confirm", "ask unclear", "agreed"]),
    ("triển khai đi", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask unclear", "comment"]),
    ("được", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "comment"]),
    ("ok", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "ask weak -> agreed"]),
    ("ok em", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "ask weak -> agreed"]),
    ("oki", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "comment"]),
    ("👍", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask unclear", "comment"]),
    ("đã xem", Tells, ["nothing", "nothing", "nothing", "nothing"]),
    ("đã nhận", Tells, ["nothing", "nothing", "nothing", "nothing"]),
    ("noted / noted em", Tells, ["nothing", "nothing", "nothing", "nothing"]),
    ("thanks em", Tells, ["nothing", "nothing", "nothing", "nothing"]),
    ("ok để anh xem", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("ok mai anh duyệt", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("để mai duyệt", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("chiều anh xem rồi duyệt", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("để anh check lại", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("anh đang họp, tối xem", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("chờ anh chút", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("khoan", Defers, ["ask later", "ask later", "ask unclear", "comment"]),
    ("khoan duyệt", Defers, ["ask later", "ask later", "ask unclear", "comment"]),
    ("từ từ đã", Defers, ["ask later", "ask later", "ask later", "comment"]),
    ("tạm dừng", Defers, ["ask later", "ask later", "ask unclear", "comment"]),
    ("tạm duyệt", Conditional, ["ask condition -> return", "ask condition -> return", "ask unclear", "comment"]),
    ("chưa duyệt", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("chua duyet", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("ko duyệt", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("không duyệt", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("k duyệt nhé", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("hok duyệt", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask which-item", "comment"]),
    ("không đồng ý", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask which-item", "comment"]),
    ("ko dong y", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("k ok", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask which-item", "comment"]),
    ("chưa ok", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask which-item", "comment"]),
    ("chưa ổn", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("không ổn", Refuses, ["ask why-not -> return", "ask why-not -> return", "ask unclear", "comment"]),
    ("từ chối", Refuses, ["reject", "reject", "reject", "reject"]),
    ("tu choi", Refuses, ["reject", "reject", "reject", "reject"]),
    ("reject", Refuses, ["reject", "reject", "reject", "reject"]),
    ("trả lại", Refuses, ["return", "return", "return", "return"]),
    ("làm lại giúp anh", Refuses, ["return: làm lại giúp anh", "return: làm lại giúp anh", "ask unclear", "comment"]),
    ("sửa lại mục 2 rồi gửi lại", Refuses, ["return: sửa lại mục 2 rồi gửi lại", "return: sửa lại mục 2 rồi gửi lại", "ask unclear", "comment"]),
    ("hủy yêu cầu này", Refuses, ["ask sure -> reject", "ask sure -> reject", "ask unclear", "ask sure -> withdraw"]),
    ("thôi không làm nữa", Refuses, ["ask sure -> reject", "ask sure -> reject", "ask unclear", "ask sure -> withdraw"]),
    ("duyệt nhưng bỏ mục 3", Conditional, ["ask condition -> return", "ask condition -> return", "ask unclear", "comment"]),
    ("duyệt trừ mục 2, 5", Conditional, ["ask condition -> return", "ask condition -> return", "ask unclear", "comment"]),
    ("duyệt nếu KH tăng ngân sách", Conditional, ["ask condition -> return", "ask condition -> return", "ask unclear", "comment"]),
    ("duyệt với điều kiện có server riêng", Conditional, ["ask condition -> return", "ask condition -> return", "ask condition -> said", "comment"]),
    ("ok nhưng sửa giá mục 1 thành 15tr", Conditional, ["ask condition -> return", "ask condition -> said", "ask incomplete -> said", "comment"]),
    ("duyệt mục 1, 2 thôi", Conditional, ["ask condition -> return", "ask condition -> return", "ask unclear", "comment"]),
    ("duyệt hết", Approves, ["confirm", "confirm", "ask unclear", "ask weak -> agreed"]),
    ("duyệt hết chưa em?", Asks, ["ask question", "ask question", "ask: duyệt hết chưa em?", "comment"]),
    ("duyệt chưa?", Asks, ["ask question", "ask question", "ask: duyệt chưa?", "comment"]),
    ("anh duyệt rồi mà", Approves, ["confirm", "confirm", "ask unclear", "comment"]),
    ("đã duyệt ở bản trước", Tells, ["ask other-version", "ask other-version", "ask unclear", "comment"]),
    ("ai duyệt cái này vậy?", Asks, ["ask question", "ask question", "ask: ai duyệt cái này vậy?", "comment"]),
    ("cần làm rõ mục 2", Asks, ["ask: cần làm rõ mục 2", "ask: cần làm rõ mục 2", "ask: cần làm rõ mục 2", "comment"]),
    ("làm rõ thêm lợi ích", Asks, ["ask: làm rõ thêm lợi ích", "ask: làm rõ thêm lợi ích", "ask: làm rõ thêm lợi ích", "comment"]),
    ("mục này là sao em?", Asks, ["ask: mục này là sao em?", "ask: mục này là sao em?", "ask: mục này là sao em?", "comment"]),
    ("KH có bao nhiêu user?", Asks, ["ask: KH có bao nhiêu user?", "ask: KH có bao nhiêu user?", "ask: KH có bao nhiêu user?", "comment"]),
    ("hỏi lại khách giúp anh", Asks, ["ask: hỏi lại khách giúp anh", "ask: hỏi lại khách giúp anh", "ask: hỏi lại khách giúp anh", "comment"]),
    ("thiếu phương án tính", Asks, ["ask: thiếu phương án tính", "ask: thiếu phương án tính", "ask: thiếu phương án tính", "comment"]),
    ("budget bao nhiêu?", Asks, ["ask: budget bao nhiêu?", "ask: budget bao nhiêu?", "ask: budget bao nhiêu?", "comment"]),
    ("KH có chịu server riêng k", Asks, ["ask: KH có chịu server riêng k", "ask: KH có chịu server riêng k", "ask: KH có chịu server riêng k", "comment"]),
    ("làm được", Values, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "comment"]),
    ("làm được, 12tr, 6 ngày", Values, ["ask weak -> confirm", "ask which-item", "ask which-item", "comment"]),
    ("mục 1 ok 5 ngày 8tr, mục 2 không làm được do chưa có API", Values, ["ask negated", "ask unclear -> said", "said M01.kt_kq=yes M01.kt_cp=8000000 M01.kt_ngay=5d M02.kt_kq=no M02.kt_ld=chưa có API", "comment"]),
    ("ko làm được", Values, ["ask why-not -> return", "ask why-not -> return", "ask which-item", "comment"]),
    ("không khả thi", Values, ["ask negated -> return", "ask negated -> return", "ask which-item", "comment"]),
    ("làm được một phần", Values, ["ask condition -> return", "ask condition -> return", "ask which-item", "comment"]),
    ("khó lắm", Tells, ["ask unclear -> return", "ask unclear -> return", "ask unclear", "comment"]),
    ("chắc tầm 10 ngày", Tells, ["ask unclear -> return", "ask unclear", "ask unclear", "comment"]),
    ("cần server riêng", Values, ["ask unclear -> return", "ask unclear", "said kt_srv=yes", "comment"]),
    ("không cần server riêng", Values, ["ask negated -> return", "ask negated", "said kt_srv=no", "comment"]),
    ("chốt HĐ 5 ngày sau start", Values, ["ask later", "ask later", "said kt_start=chốt HĐ 5 ngày sau start", "comment"]),
    ("giá 18tr nhé", Values, ["ask unclear -> return", "ask which-item", "ask which-item", "comment"]),
    ("giảm cho khách 5%", Values, ["ask unclear -> return", "said pr_disc_pct=5%", "ask unclear", "comment"]),
    ("giữ giá", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask unclear", "comment"]),
    ("tăng lên 20tr", Values, ["ask unclear -> return", "ask which-item", "ask which-item", "comment"]),
    ("KH đồng ý rồi", CustomerAgrees, ["agreed", "agreed", "agreed", "agreed"]),
    ("khách chốt rồi", CustomerAgrees, ["ask weak -> confirm", "ask unclear -> confirm", "ask unclear", "agreed"]),
    ("khách ok rồi ạ", CustomerAgrees, ["ask weak -> confirm", "ask weak -> confirm", "ask which-item", "agreed"]),
    ("kh đã ký hđ", CustomerAgrees, ["ask unclear -> return", "ask unclear -> return", "ask unclear", "ask unclear -> agreed"]),
    ("khách chưa chốt", Tells, ["ask negated", "ask negated", "ask unclear", "comment"]),
    ("khách nói ok nhưng chờ sếp", Tells, ["ask later", "ask later", "ask later", "comment"]),
    ("khách đang xem", Tells, ["ask later", "ask later", "ask later", "comment"]),
    ("KH chê đắt", CustomerWants, ["ask unclear -> return", "ask unclear -> return", "ask unclear", "ask unclear -> change-asked"]),
    ("khách xin giảm 10%", CustomerWants, ["ask unclear -> return", "ask unclear -> said", "ask unclear", "change-asked: khách xin giảm 10%"]),
    ("khách không làm nữa", CustomerDeclines, ["ask sure -> reject", "ask sure -> reject", "ask unclear", "declined: khách không làm nữa"]),
    ("KH từ chối", CustomerDeclines, ["declined", "declined", "declined", "declined"]),
    ("KH hẹn quý sau", CustomerDeclines, ["ask later", "ask later", "ask later", "ask unclear -> declined"]),
    ("kh ck rồi / đã chuyển khoản", Paid, ["ask unclear -> return", "ask unclear -> return", "ask unclear", "ask unclear -> agreed"]),
    ("khách đã thanh toán 50%", Paid, ["paid - -", "paid - -", "paid - -", "paid - -"]),
    ("khách chưa chuyển tiền", Tells, ["ask negated", "ask negated", "ask unclear", "comment"]),
    ("bắt đầu thứ 2 tuần sau", Starts, ["plan 2026-11-30 -", "plan 2026-11-30 -", "plan 2026-11-30 -", "plan 2026-11-30 -"]),
    ("dự kiến 05/07 start", Starts, ["ask unclear -> return", "ask unclear", "ask unclear", "comment"]),
    ("đã bàn giao, đóng giúp em", HandsOver, ["handed-over", "handed-over", "handed-over", "handed-over"]),
    ("gia hạn báo giá thêm 7 ngày", Extends, ["ask unclear -> return", "ask unclear", "ask unclear", "requote: gia hạn báo giá thêm 7 ngày"]),
    ("Anh Duyệt đã xem rồi nhé", Tells, ["nothing", "nothing", "ask unclear", "comment"]),
    ("Đồng Ý Yên gửi file", Tells, ["comment", "comment", "ask unclear", "comment"]),
    ("em nhờ anh duyệt giúp", Tells, ["ask unclear -> confirm", "ask unclear -> confirm", "ask unclear", "comment"]),
    ("Mong anh sớm duyệt ạ", Tells, ["ask unclear -> confirm", "ask unclear -> confirm", "ask unclear", "comment"]),
    ("không phải là không duyệt", Asks, ["ask negated", "ask negated", "ask unclear", "comment"]),
    ("không có ý kiến gì", Weak, ["ask weak -> confirm", "ask weak -> confirm", "ask unclear", "comment"]),
    ("duyệt? hay bỏ?", Asks, ["ask question", "ask question", "ask: duyệt? hay bỏ?", "comment"]),
];

const SIDES: [(Role, State); 4] = [
    (Role::Leader, State::Review),
    (Role::Director, State::Pricing),
    (Role::Tech, State::Feedback),
    (Role::Sales, State::Quoted),
];

#[test]
fn each_phrase_means_to_each_side_what_it_should() {
    let mut wrong = vec![];
    for (n, (phrase, _, wants)) in PHRASES.iter().enumerate() {
        for ((role, state), want) in SIDES.into_iter().zip(wants) {
            let got = said(phrase, &asked(role, state));
            let fits = want.strip_suffix('…').map_or(got == *want, |start| got.starts_with(start));
            if !fits {
                wrong.push(format!("{} {role:?}: {phrase}\n    want {want}\n    got  {got}", n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), PHRASES.len() * SIDES.len(), wrong.join("\n"));
}

/// What a meaning may set off at most. Telling, asking and values that wait for a DUYỆT move no case.
fn allowed(meaning: Meaning) -> &'static [&'static str] {
    match meaning {
        Approves => &["confirm", "done", "agreed"],
        Refuses => &["return", "reject", "declined"],
        Asks => &["ask"],
        CustomerAgrees => &["agreed", "signed"],
        CustomerDeclines => &["declined"],
        CustomerWants => &["change-asked"],
        Paid => &["paid"],
        Starts => &["plan"],
        HandsOver => &["handed-over"],
        Extends => &["requote"],
        Weak | Conditional | Defers | Tells | Values => &[],
    }
}

/// A text as people's phones and clients make it: as it is, without diacritics, decomposed, in capitals, in a whole mail.
fn typed(phrase: &str) -> Vec<String> {
    let bare = quotedesk::text::fold(phrase);
    let mails = [format!("Chào em,\n\n{phrase}\n\nCảm ơn em"), format!("Dạ {phrase} ạ"), format!("{phrase}!")];
    let plain = [phrase.to_string(), bare.clone(), phrase.nfd().collect(), phrase.to_uppercase(), bare.to_uppercase()];
    plain.into_iter().chain(mails).collect()
}

/// Every role at every step, with and without values to confirm or a question to answer.
fn everybody() -> Vec<Asked> {
    let roles = [Role::Cskh, Role::Sales, Role::Leader, Role::Tech, Role::TechHead, Role::Director, Role::Operator];
    let mut all = vec![];
    for (role, state) in roles.into_iter().flat_map(|role| State::ALL.map(|state| (role, state))) {
        let valued = matches!(state, State::Feedback | State::Pricing | State::Scheduling);
        let plain = asked(role, state);
        all.extend(valued.then(|| Asked { has_proposal: true, ..plain.clone() }));
        all.extend((role == Role::Sales).then(|| Asked { question_open: true, ..plain.clone() }));
        all.push(plain);
    }
    all
}

#[test]
fn what_is_no_approval_moves_no_case() {
    let mut wrong = std::collections::BTreeSet::new();
    let everybody = everybody();
    for (n, (phrase, meaning, _)) in PHRASES.iter().enumerate() {
        for text in typed(phrase) {
            for ctx in &everybody {
                let Reading::Means { acts, .. } = read(&NewText::plain(&text), ctx) else { continue };
                for act in acts {
                    let harmless = match &act {
                        What::Comment { .. } | What::Noted(_) | What::Status | What::Said { .. } => true,
                        // Told back as they are: values for an answer that Tech has given.
                        What::Correct { .. } => matches!(ctx.roles[0], Role::Tech | Role::TechHead),
                        // Whoever is asked answers in their own words; but not by putting it off.
                        What::Answer(_) => ctx.question_open && *meaning != Defers,
                        _ => false,
                    };
                    if !harmless && !allowed(*meaning).contains(&act.name()) {
                        let who = (ctx.roles[0], ctx.state, ctx.has_proposal, ctx.question_open);
                        wrong.insert(format!("{} {meaning:?} {text:?}: {} by {who:?}", n + 1, act.name()));
                    }
                }
            }
        }
    }
    let shown: Vec<&str> = wrong.iter().map(String::as_str).take(60).collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), shown.join("\n"));
}

/// The same words typed decomposed or in capitals mean the same; without diacritics the same, or they are asked back.
#[test]
fn however_it_is_typed_it_means_the_same() {
    let mut wrong = vec![];
    for (phrase, meaning, _) in &PHRASES {
        // In capitals, or without diacritics, a name is no longer one.
        let name = *meaning == Tells && phrase.contains(|c: char| c.is_uppercase());
        for (role, state) in SIDES {
            let ctx = asked(role, state);
            let kind = |text: &str| {
                let got = said(text, &ctx);
                let text_follows =
                    ["ask: ", "return: ", "requote: ", "declined: ", "change-asked: "].iter().find(|w| got.starts_with(*w));
                quotedesk::text::fold(text_follows.unwrap_or(&got.as_str()))
            };
            let want = kind(phrase);
            let nfd: String = phrase.nfd().collect();
            let bare = kind(&quotedesk::text::fold(phrase));
            let fits = [kind(&nfd), kind(&phrase.to_uppercase())].iter().all(|got| *got == want);
            // `da duyet` may be `dạ duyệt`.
            let approves = *meaning == Approves && bare == "confirm";
            if !name && !(fits && (bare == want || bare.starts_with("ask ") || approves)) {
                let got = [kind(&nfd), kind(&phrase.to_uppercase()), bare];
                wrong.push(format!("{role:?}: {phrase}\n    want {want}\n    got  {got:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

// ---- approvals with something in them that makes them none

/// What says no, not yet, only if, or asks; a list of its own, beside the one that the reader goes by.
const BLOCKERS: &[&str] = &[
    "chưa",
    "không",
    "ko",
    "k",
    "kg",
    "hok",
    "đừng",
    "khoan",
    "chớ",
    "chả",
    "chẳng",
    "không nên",
    "thôi",
    "dừng",
    "hủy",
    "huỷ",
    "hoãn",
    "chưa được",
    "không phải",
    "tạm dừng",
    "nhưng",
    "nhưng mà",
    "tuy nhiên",
    "trừ",
    "ngoại trừ",
    "miễn là",
    "với điều kiện",
    "nếu",
    "nếu như",
    "sau khi",
    "khi nào",
    "bỏ",
    "bỏ mục 3",
    "sửa",
    "thêm",
    "chỉ",
    "chỉ mục 1",
    "để mai",
    "để anh xem",
    "mai",
    "ngày mai",
    "tuần sau",
    "chờ",
    "đợi",
    "từ từ",
    "tạm",
    "sẽ",
    "sắp",
    "lát nữa",
    "?",
    "hay",
    "ai",
    "sao",
    "hả",
    "bao giờ",
    "chua",
    "khong",
    "khoan da",
    "huy",
    "neu",
    "nhung",
    "tru muc 2",
    "not",
    "don't",
    "but",
    "if",
    "unless",
    "except",
    "later",
    "tomorrow",
    "until",
    "không được",
    "chưa chắc",
    "đang xem",
    "để sau",
    "cân nhắc thêm",
    "phải chăng",
    "đúng không",
];

/// What approves, agrees or reports as done, by whom it may be said, and at which step.
const APPROVALS: &[(Role, State, &str)] = &[
    (Role::Leader, State::Review, "duyệt"),
    (Role::Leader, State::Review, "DUYỆT"),
    (Role::Leader, State::Review, "Anh đồng ý nhé"),
    (Role::Leader, State::Review, "ok em, duyệt luôn, chuyển kỹ thuật đi"),
    (Role::Leader, State::Review, "ok duyet nhe em"),
    (Role::Leader, State::Review, "approved"),
    (Role::Leader, State::Review, "DUYỆT\nGửi kỹ thuật giúp anh"),
    (Role::Director, State::Pricing, "chốt giá này nhé"),
    (Role::Director, State::Pricing, "duyệt giá"),
    (Role::Director, State::Pricing, "DUYỆT"),
    (Role::Sales, State::Completing, "XONG"),
    (Role::Sales, State::Completing, "ok gửi giám đốc giúp em"),
    (Role::Sales, State::Quoted, "KH đồng ý rồi"),
    (Role::Sales, State::Quoted, "KH ĐỒNG Ý"),
    (Role::Sales, State::Quoted, "KH ĐỒNG Ý ngày 20/11/2026"),
    (Role::Sales, State::Quoted, "khách chốt báo giá rồi ạ"),
    (Role::Sales, State::Contracting, "ĐÃ KÝ số 15/2026/HĐ-AP, ngày 20/11/2026"),
    (Role::Sales, State::Contracting, "ĐÃ THANH TOÁN 30.000.000, ngày 21/11/2026"),
    (Role::Sales, State::Contracting, "khách đã chuyển khoản 30tr"),
    (Role::Tech, State::Scheduling, "Bắt đầu 01/12/2026, kết thúc 18/12/2026"),
    (Role::Sales, State::Delivering, "Đã bàn giao, đóng giúp em"),
    (Role::Tech, State::Delivering, "Đã test xong"),
    (Role::Cskh, State::Assigning, "@Lan"),
    (Role::Cskh, State::Assigning, "nhờ @Lan nhận giúp chị"),
];

/// Values that wait for a DUYỆT: no doubt beside it lets them count, typed with its marks or without.
#[test]
fn told_back_values_wait_for_a_plain_word() {
    let mut wrong = vec![];
    for (role, state) in [(Role::Director, State::Pricing), (Role::Tech, State::Feedback)] {
        let ctx = Asked { has_proposal: true, ..asked(role, state) };
        for phrase in ["duyệt", "gửi khách", "duyệt nhé em", "triển khai", "đúng, gửi khách"] {
            for blocker in BLOCKERS {
                for text in [format!("{blocker} {phrase}"), format!("{phrase} {blocker}")] {
                    for text in [quotedesk::text::fold(&text), text] {
                        // At the end it calls somebody: `chị`.
                        if text.ends_with(" chi") {
                            continue;
                        }
                        let Reading::Means { acts, .. } = read(&NewText::plain(&text), &ctx) else { continue };
                        wrong.extend(acts.contains(&What::Confirm).then(|| format!("{role:?} {text:?}")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a payment or a plan may have beside it: `sửa` of a plan, the day of tomorrow.
fn fits_beside(phrase: &str, blocker: &str) -> bool {
    let fact = phrase.contains(|c: char| c.is_ascii_digit()) || phrase.contains("chuyển khoản");
    let day = phrase.starts_with("Bắt đầu") && ["mai", "ngày mai", "tuần sau"].contains(&blocker);
    day || fact && ["thêm", "bỏ", "sửa", "until"].contains(&blocker)
}

/// What approves values that were told back.
const VALUES_APPROVED: &[(Role, State, &str)] = &[
    (Role::Director, State::Pricing, "duyệt"),
    (Role::Director, State::Pricing, "đúng rồi"),
    (Role::Director, State::Pricing, "duyệt, gửi báo giá cho khách"),
    (Role::Director, State::Pricing, "đúng, báo khách nhé"),
    (Role::Tech, State::Feedback, "DUYỆT"),
    (Role::Tech, State::Feedback, "chuẩn, chuyển kỹ thuật"),
];

/// The same where values wait for their DUYỆT, typed without diacritics too: `dung gui khach` is no `đúng`.
#[test]
fn told_values_with_a_doubt_beside_them_are_not_taken() {
    let mut wrong = vec![];
    let confirms = |text: &str, ctx: &Asked| read(&NewText::plain(text), ctx).decides();
    for (role, state, phrase) in VALUES_APPROVED {
        let ctx = Asked { has_proposal: true, ..asked(*role, *state) };
        assert!(confirms(phrase, &ctx), "{phrase}");
        let words: Vec<&str> = phrase.split(' ').collect();
        for (blocker, at) in BLOCKERS.iter().flat_map(|b| (0..=words.len()).map(move |at| (*b, at))) {
            let text = [&words[..at], &[blocker], &words[at..]].concat().join(" ");
            let bare = quotedesk::text::fold(&text);
            // Nothing tells `dung roi dung` from `đúng rồi đúng`, and `duyet chi` is said to a woman.
            let right = phrase.starts_with("đúng rồi") && ["đừng", "dừng"].contains(&blocker) || blocker == "chỉ";
            wrong.extend([text, bare].into_iter().filter(|text| confirms(text, &ctx) && !right));
        }
    }
    let director = Asked { has_proposal: true, ..asked(Role::Director, State::Pricing) };
    for text in [
        "dung gui khach",
        "dung duyet",
        "dung bao khach",
        "dung trien khai",
        "dung lam tiep",
        "dung di",
        "cho anh duyet nhe",
        "toi duyet",
    ] {
        wrong.extend(confirms(text, &director).then(|| text.to_string()));
    }
    for text in ["dung", "dung roi", "dung het roi a", "ok dung", "đúng rồi, cảm ơn em", "Duyệt, thanks em", "duyet, cam on chi"]
    {
        assert!(confirms(text, &director), "{text}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Words that hold a blocker only by half: `nội dung`, `chi phí`.
#[test]
fn half_a_word_keeps_no_answer_from_being_one() {
    let leader = asked(Role::Leader, State::Review);
    for below in [
        "Nội dung đầy đủ",
        "Gửi chi tiết cho kỹ thuật",
        "Chi phí hợp lý",
        "Đề nghị chuyển sang KT luôn",
        "Kỹ thuật sao lưu dữ liệu giúp",
        "Gửi bản sao hợp đồng cho khách",
        "Thông tin như sau: anh Nam, 0900 000 009",
        "Kho và phiếu làm song song",
        "Khách của chúng ta",
        "Gửi kèm tài liệu, số liệu vật liệu",
    ] {
        assert_eq!(said(&format!("DUYỆT\n{below}"), &leader), "confirm + comment", "{below}");
    }
    for (role, state, text, want) in [
        (Role::Leader, State::Review, "DUYET\nTai lieu va so lieu day du, cam on chi", "confirm + comment"),
        (Role::Tech, State::Delivering, "Đã test xong. Tài liệu gửi kèm", "tested + comment"),
        (Role::Tech, State::Delivering, "Tiến độ: xong phần nhập liệu", "progress 0: xong phần nhập liệu"),
        (Role::Tech, State::Scheduling, "Du an bat dau 14/12/2026 ket thuc 31/12/2026", "plan 2026-12-14 2026-12-31"),
        (Role::Sales, State::Contracting, "khach da ck dot dau 27tr", "paid 27000000 -"),
        (Role::Sales, State::Contracting, "ĐÃ THANH TOÁN 900k", "paid 900000 -"),
        (Role::Sales, State::Contracting, "Khách đã ck 900k", "paid 900000 -"),
        (Role::Director, State::Pricing, "1 = 900k", "said M01.gd_gia=900000"),
        (Role::Leader, State::Review, "DUYỆT\nNội dung dừng ở mục 2", "ask negated -> confirm"),
        (Role::Leader, State::Review, "duyệt chi phí k", "ask …"),
    ] {
        let got = said(text, &asked(role, state));
        assert!(want.strip_suffix('…').map_or(got == want, |start| got.starts_with(start)), "{text}: {got}");
    }
}

/// No reply that holds a negation, deferral, condition or question approves, agrees or reports anything.
#[test]
fn an_approval_with_a_doubt_in_it_is_none() {
    let moves = |act: &&What| {
        matches!(
            act,
            What::Confirm
                | What::Done
                | What::Agreed { .. }
                | What::Signed { .. }
                | What::Paid { .. }
                | What::Plan { .. }
                | What::Tested { .. }
                | What::HandedOver { .. }
                | What::Assign { .. }
        )
    };
    let mut wrong = vec![];
    let mut tried = 0;
    for (role, state, phrase) in APPROVALS {
        let ctx = asked(*role, *state);
        let words: Vec<&str> = phrase.split(' ').collect();
        for blocker in BLOCKERS {
            let put = |at: usize| [&words[..at], &[*blocker], &words[at..]].concat().join(" ");
            let mut texts: Vec<String> = (0..=words.len()).map(put).collect();
            // Who is named is named in that sentence; what else the need is about may be as doubtful as it likes.
            texts.extend((!phrase.contains('@')).then(|| format!("{phrase}\n{blocker}")));
            texts.push(texts[0].nfd().collect());
            texts.push(texts[1].to_uppercase());
            texts.push(format!("Chào em,\n\n{}\n\nCảm ơn em", texts[1]));
            for text in texts {
                tried += 1;
                let Reading::Means { acts, .. } = read(&NewText::plain(&text), &ctx) else { continue };
                if acts.iter().any(|act| moves(&act)) && !fits_beside(phrase, blocker) {
                    wrong.push(format!("{role:?} {text:?}: {}", acts[0].name()));
                }
            }
        }
    }
    let shown: Vec<&str> = wrong.iter().map(String::as_str).take(80).collect();
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), shown.join("\n"));
}
