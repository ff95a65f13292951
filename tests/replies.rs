//! What people answer is understood, or asked back: the phrases of the trade from each role's side, and the rules that no
//! phrase breaks.

mod reading;

use proptest::prelude::*;
use quotedesk::letter::reply::{Asked, Doubt, NewText, Reading, quoted, read};
use quotedesk::process::case::State;
use quotedesk::process::house::Role;
use reading::{asked, said};

/// A writer's role, the state of the case, and phrases with what they come to.
type Side = (Role, State, &'static [(&'static str, &'static str)]);

/// The phrases with what they come to, from the side of whoever writes them. `…` ends what is compared.
const PHRASES: &[Side] = &[
    (
        Role::Leader,
        State::Review,
        &[
            ("duyệt", "confirm"),
            ("đã duyệt", "confirm"),
            ("anh duyệt", "confirm"),
            ("duyệt nhé em", "confirm"),
            ("duyet nhe", "confirm"),
            ("đồng ý", "confirm"),
            ("dong y", "confirm"),
            ("anh đồng ý, chuyển kỹ thuật đi em", "confirm"),
            ("ok duyệt", "confirm"),
            ("oke duyệt luôn", "confirm"),
            ("okie e, duyệt", "confirm"),
            ("approved", "confirm"),
            ("approve nhé", "confirm"),
            ("confirm", "confirm"),
            ("chốt", "ask weak -> confirm"),
            ("triển khai đi", "ask weak -> confirm"),
            ("được", "ask weak -> confirm"),
            ("ok", "ask weak -> confirm"),
            ("ok em", "ask weak -> confirm"),
            ("oki", "ask weak -> confirm"),
            ("👍", "ask weak -> confirm"),
            ("đã xem", "nothing"),
            ("đã nhận", "nothing"),
            ("noted / noted em", "nothing"),
            ("thanks em", "nothing"),
            ("ok để anh xem", "ask later"),
            ("ok mai anh duyệt", "ask later"),
            ("để mai duyệt", "ask later"),
            ("chiều anh xem rồi duyệt", "ask later"),
            ("để anh check lại", "ask later"),
            ("anh đang họp, tối xem", "ask later"),
            ("chờ anh chút", "ask later"),
            ("khoan", "ask later"),
            ("khoan duyệt", "ask later"),
            ("từ từ đã", "ask later"),
            ("tạm dừng", "ask later"),
            ("tạm duyệt", "ask condition -> return"),
            ("chưa duyệt", "ask why-not -> return"),
            ("chua duyet", "ask why-not -> return"),
            ("ko duyệt", "ask why-not -> return"),
            ("không duyệt", "ask why-not -> return"),
            ("k duyệt nhé", "ask why-not -> return"),
            ("hok duyệt", "ask why-not -> return"),
            ("không đồng ý", "ask why-not -> return"),
            ("ko dong y", "ask why-not -> return"),
            ("k ok", "ask why-not -> return"),
            ("chưa ok", "ask why-not -> return"),
            ("chưa ổn", "ask why-not -> return"),
            ("không ổn", "ask why-not -> return"),
            ("từ chối", "reject"),
            ("tu choi", "reject"),
            ("reject", "reject"),
            ("trả lại", "return"),
            ("làm lại giúp anh", "return: làm lại giúp anh"),
            ("sửa lại mục 2 rồi gửi lại", "return: sửa lại mục 2 rồi gửi lại"),
            ("hủy yêu cầu này", "ask sure -> reject"),
            ("thôi không làm nữa", "ask sure -> reject"),
            ("duyệt nhưng bỏ mục 3", "ask condition -> return"),
            ("duyệt trừ mục 2, 5", "ask condition -> return"),
            ("duyệt nếu KH tăng ngân sách", "ask condition -> return"),
            ("duyệt với điều kiện có server riêng", "ask condition -> return"),
            ("duyệt mục 1, 2 thôi", "ask condition -> return"),
            ("duyệt hết", "confirm"),
            ("duyệt hết chưa em?", "ask question"),
            ("duyệt chưa?", "ask question"),
            ("anh duyệt rồi mà", "confirm"),
            ("đã duyệt ở bản trước", "ask other-version"),
            ("ai duyệt cái này vậy?", "ask question"),
            ("cần làm rõ mục 2", "ask: cần làm rõ mục 2"),
            ("làm rõ thêm lợi ích", "ask: làm rõ thêm lợi ích"),
            ("mục này là sao em?", "ask: mục này là sao em?"),
            ("KH có bao nhiêu user?", "ask: KH có bao nhiêu user?"),
            ("hỏi lại khách giúp anh", "ask: hỏi lại khách giúp anh"),
            ("thiếu phương án tính", "ask: thiếu phương án tính"),
            ("budget bao nhiêu?", "ask: budget bao nhiêu?"),
            ("KH có chịu server riêng k", "ask: KH có chịu server riêng k"),
            ("Anh Duyệt đã xem rồi nhé", "nothing"),
            ("Đồng Ý Yên gửi file", "comment"),
            ("không phải là không duyệt", "ask negated"),
            ("không có ý kiến gì", "ask …"),
            ("duyệt? hay bỏ?", "ask question"),
        ],
    ),
    (
        Role::Director,
        State::Pricing,
        &[
            ("duyệt", "confirm"),
            ("chốt", "confirm"),
            ("chốt giá này nhé", "confirm"),
            ("ok", "ask weak -> confirm"),
            ("confirm", "ask weak -> confirm"),
            ("triển khai đi", "ask weak -> confirm"),
            ("ok nhưng sửa giá mục 1 thành 15tr", "ask condition -> said"),
            ("giá 18tr nhé", "ask which-item"),
            ("giảm cho khách 5%", "said pr_disc_pct=5%"),
            ("giảm 5%", "said pr_disc_pct=5%"),
            ("giữ giá", "ask weak -> confirm"),
            ("tăng lên 20tr", "ask which-item"),
            ("1 = 18tr", "said M01.gd_gia=18000000"),
            ("1 = 18tr\n2: 25.000.000\nmục 3 12tr5", "said M01.gd_gia=18000000 M02.gd_gia=25000000 M03.gd_gia=12500000"),
            ("DUYỆT\n1 = 18tr", "said M01.gd_gia=18000000"),
            ("1 = 1.500", "ask money"),
            ("9 = 18tr", "ask no-such-item"),
            ("hệ số 30%", "said pr_mode=markup pr_markup=30%"),
            ("vat 8%", "said pr_vat=8"),
            ("VAT 10", "said pr_vat=10"),
            ("giảm 5%, VAT 10", "said pr_disc_pct=5% pr_vat=10"),
            ("giảm 5%\nVAT 10", "said pr_disc_pct=5% pr_vat=10"),
            ("không chịu thuế", "said pr_vat=kct"),
            ("giảm 5% hay 10%", "ask …"),
            ("không duyệt", "ask why-not -> return"),
            ("để mai duyệt", "ask later"),
            ("duyệt, bỏ mục 3, mục 1 = 15tr", "ask condition -> said"),
            ("không giảm 5%", "ask negated -> said"),
            ("giảm 5% được không em?", "ask negated -> said"),
        ],
    ),
    (
        Role::Tech,
        State::Feedback,
        &[
            ("làm được", "ask which-item"),
            ("làm được, 12tr, 6 ngày", "ask which-item"),
            (
                "mục 1 ok 5 ngày 8tr, mục 2 không làm được do chưa có API",
                "said M01.kt_kq=yes M01.kt_cp=8000000 M01.kt_ngay=5d M02.kt_kq=no M02.kt_ld=chưa có API",
            ),
            ("ko làm được", "ask which-item"),
            ("không khả thi", "ask which-item"),
            ("làm được một phần", "ask which-item"),
            ("khó lắm", "ask unclear"),
            ("chắc tầm 10 ngày", "ask …"),
            ("cần server riêng", "said kt_srv=yes"),
            ("không cần server riêng", "said kt_srv=no"),
            ("chốt HĐ 5 ngày sau start", "said kt_start=chốt HĐ 5 ngày sau start"),
            ("khách có bao nhiêu user?", "ask: khách có bao nhiêu user?"),
            ("XONG", "done"),
            ("HỎI: dữ liệu ở đâu", "ask: dữ liệu ở đâu"),
        ],
    ),
    (
        Role::Sales,
        State::Quoted,
        &[
            ("chốt", "agreed"),
            ("KH đồng ý rồi", "agreed"),
            ("khách chốt rồi", "agreed"),
            ("khách ok rồi ạ", "agreed"),
            ("kh đã ký hđ", "ask unclear -> agreed"),
            ("khách chưa chốt", "comment"),
            ("khách nói ok nhưng chờ sếp", "comment"),
            ("khách đang xem", "comment"),
            ("KH chê đắt", "ask unclear -> change-asked"),
            ("khách xin giảm 10%", "change-asked: khách xin giảm 10%"),
            ("khách không làm nữa", "declined: khách không làm nữa"),
            ("KH từ chối", "declined"),
            ("KH hẹn quý sau", "ask unclear -> declined"),
            ("gia hạn báo giá thêm 7 ngày", "requote: gia hạn báo giá thêm 7 ngày"),
            ("hủy yêu cầu này", "ask sure -> withdraw"),
            ("KH ĐỒNG Ý ngày 20/11/2026", "agreed 2026-11-20"),
            ("KH đồng ý nhưng xin giảm 5%", "ask several -> change-asked"),
            ("khách đồng ý chưa?", "comment"),
        ],
    ),
    (
        Role::Sales,
        State::Contracting,
        &[
            ("kh đã ký hđ", "signed - -"),
            ("kh ck rồi", "paid - -"),
            ("đã chuyển khoản", "paid - -"),
            ("khách đã thanh toán 50%", "paid - -"),
            ("khách chưa chuyển tiền", "comment"),
            ("ĐÃ KÝ số 15/2026/HĐ-AP, ngày 20/11/2026", "signed 15/2026/HĐ-AP 2026-11-20"),
            ("da ky so 15/2026/HD-AP, ngay 20/11/2026", "signed 15/2026/HD-AP 2026-11-20"),
            ("ĐÃ THANH TOÁN 30.000.000, ngày 21/11/2026", "paid 30000000 2026-11-21"),
            ("ĐÃ THANH TOÁN 30tr ngày 21/11/2026", "paid 30000000 2026-11-21"),
            ("ĐÃ THANH TOÁN 1.250tr, ngày 21/11/2026", "ask money -> paid"),
        ],
    ),
    (
        Role::Tech,
        State::Scheduling,
        &[
            ("Bắt đầu 01/12/2026, kết thúc 18/12/2026", "plan 2026-12-01 2026-12-18"),
            ("bat dau 01/12/2026, ket thuc 18/12/2026", "plan 2026-12-01 2026-12-18"),
            ("bắt đầu thứ 2 tuần sau", "plan 2026-11-30 -"),
            ("dự kiến 05/07 start", "ask condition -> plan"),
            ("HỎI: khách muốn ngày nào?", "ask: khách muốn ngày nào?"),
        ],
    ),
    (
        Role::Sales,
        State::Delivering,
        &[
            ("đã bàn giao, đóng giúp em", "handed-over"),
            ("Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày 20/11/2026.", "handed-over 2026-11-20"),
            ("Đã bàn giao nhưng khách chưa nghiệm thu", "ask negated -> handed-over"),
        ],
    ),
    (
        Role::Tech,
        State::Delivering,
        &[
            ("Tiến độ 50%: xong phần nhập liệu", "progress 50: xong phần nhập liệu"),
            ("Đã test xong", "tested"),
            ("đã test xong chưa?", "ask: đã test xong chưa?"),
        ],
    ),
    (
        Role::Sales,
        State::Review,
        &[
            ("em nhờ anh duyệt giúp", "comment"),
            ("Mong anh sớm duyệt ạ", "comment"),
            ("anh duyệt chưa ạ?", "comment"),
            ("TRẠNG THÁI", "status"),
            ("trang thai", "status"),
            ("RÚT LẠI", "retract"),
            ("RÚT YÊU CẦU: khách đổi ý", "withdraw: khách đổi ý"),
            ("duyệt", "confirm"),
        ],
    ),
    (
        Role::Sales,
        State::Completing,
        &[
            ("XONG", "done"),
            ("GỬI GIÁM ĐỐC", "done"),
            ("ok gửi giám đốc giúp em", "done"),
            ("ok", "ask weak -> done"),
            ("KH từ chối: hết tiền", "declined: hết tiền"),
        ],
    ),
    (
        Role::Cskh,
        State::Assigning,
        &[
            ("@Lan", "assign lan@anphat.example"),
            ("nhờ @Lan nhận giúp chị", "assign lan@anphat.example"),
            ("GIAO CHO: Trần Thị Lan", "assign lan@anphat.example"),
            ("@Minh nhận nhé", "ask who-is"),
        ],
    ),
    (
        Role::Sales,
        State::Closed,
        &[("MỞ LẠI: khách quay lại", "reopen: khách quay lại"), ("BÁO GIÁ LẠI: giữ nguyên", "requote: giữ nguyên")],
    ),
    (
        Role::Leader,
        State::Feedback,
        &[("duyệt nhé em", "confirm"), ("đồng ý", "confirm"), ("ok", "comment"), ("@Lan xem giúp anh", "comment")],
    ),
];

#[test]
fn the_phrases_of_the_trade() {
    let mut wrong = vec![];
    let mut count = 0;
    for (role, state, phrases) in PHRASES {
        for (phrase, want) in *phrases {
            count += 1;
            let got = said(phrase, &asked(*role, *state));
            let fits = match want.strip_suffix('…') {
                Some(start) => got.starts_with(start),
                None => got == *want,
            };
            if !fits {
                wrong.push(format!("{role:?} in {state:?}: {phrase}\n    want {want}\n    got  {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_word_that_is_not_the_writer_s_own_is_no_answer() {
    let ctx = asked(Role::Leader, State::Review);
    let letter = "Kính gửi anh Hùng,\nTrả lời một dòng: DUYỆT / TRẢ LẠI: lý do / TỪ CHỐI: lý do\nDUYỆT\n";
    let quoted_letter: String = letter.lines().map(|l| format!("> {l}\n")).collect();
    let heads = [
        "Vào Th 4, 23 thg 6, 2021 lúc 10:00 Bàn báo giá <yeucau@anphat.example> đã viết:\n",
        "Vào 10:00 Ngày 23 tháng 6 năm 2021, Bàn <a@b.vn> đã viết:\n",
        "On Mon, Jun 23, 2021 at 10:00 AM X <x@y.vn> wrote:\n",
        "Từ: Bàn báo giá\nĐã gửi: Thứ Tư\nTới: Hùng\nChủ đề: x\n\n",
        "From: Desk\nSent: Wednesday\nTo: Hung\nSubject: x\n\n",
        "-----Original Message-----\n",
        "---------- Forwarded message ---------\n",
        "________________________________\n",
        "-- \n",
    ];
    for head in heads {
        for top in ["", "Anh xem rồi em nhé", "ok để anh xem"] {
            for below in [letter, quoted_letter.as_str()] {
                let reading = read(&quoted::cut(&format!("{top}\n\n{head}{below}")), &ctx);
                assert!(!reading.decides(), "{top} | {head}: {reading:?}");
            }
        }
    }
    // The letter itself, its marks lost.
    for text in
        [letter, "DUYỆT / TRẢ LẠI: lý do / TỪ CHỐI: lý do", "DUYỆT\nTRẢ LẠI: lý do\nTỪ CHỐI: lý do", "Em cảm ơn\n--\nDuyệt"]
    {
        assert!(!read(&quoted::cut(text), &ctx).decides(), "{text}");
    }
}

#[test]
fn text_and_html_have_to_mean_the_same() {
    let ctx = asked(Role::Leader, State::Review);
    let twin = |a: &str, b: &str| read(&NewText { twin: Some(b.into()), ..NewText::plain(a) }, &ctx);
    assert!(twin("DUYỆT", "*DUYỆT*").decides());
    assert!(matches!(twin("DUYỆT", "chưa duyệt"), Reading::Ask { why: Doubt::TwoTexts, .. }));
    assert!(!read(&NewText { lossy: true, ..NewText::plain("DUYET") }, &ctx).decides());
    assert!(!read(&NewText { interleaved: true, above: false, ..NewText::plain("DUYỆT") }, &ctx).decides());
    assert!(!read(&NewText { interleaved: true, ..NewText::plain("đồng ý") }, &ctx).decides());
    assert!(read(&NewText { interleaved: true, ..NewText::plain("DUYỆT") }, &ctx).decides());
}

/// What people add below their name, with `TB`, `P/S` or without.
#[test]
fn what_is_added_below_the_signature_is_heard() {
    let of = |text: &str, role: Role, state: State| {
        let ctx = asked(role, state);
        let text = quoted::cut(text);
        (said(&text.text, &ctx), read(&text, &ctx).decides())
    };
    let leader = |text: &str| of(text, Role::Leader, State::Review);
    for exception in [
        "DUYỆT\n\nTrân trọng,\nHùng\nTB: mục 3 bỏ ra giúp anh nhé, khách chưa cần",
        "Duyệt\nHùng\nP/S: mục 3 làm sau khi khách trả thêm tiền",
        "DUYỆT\n---\nNhưng mục 3 bỏ ra em nhé",
        "DUYỆT\n---\nanh muốn bỏ phần in phiếu",
        "DUYỆT\n\nLê Hùng | Trưởng nhóm\n0900 000 002\n\nLưu ý: chỉ làm khi khách đã đặt cọc",
        "Duyệt nhé\n-- \nLê Hùng\nTrưởng nhóm\nÀ quên, hạng mục số 2 để sau",
        "Kính chào,\nDUYỆT\nThân mến,\nMr. Hùng\nmuc 3 bo",
    ] {
        let (said, decides) = leader(exception);
        assert!(said.starts_with("ask ") && !decides, "{exception}: {said}");
    }
    assert!(!of("KH ĐỒNG Ý\n\nTrân trọng,\nLan\nP/S: khách muốn giảm thêm 3% ạ", Role::Sales, State::Quoted).1);
    // What changes nothing goes along; and a signature is none of it.
    assert_eq!(leader("DUYỆT\n\nTrân trọng,\nHùng\nP/S: gửi khách giúp anh nhé").0, "confirm + comment");
    assert_eq!(leader("TRẢ LẠI: thiếu mục 2\nHùng\nTB: gấp nhé").0, "return: thiếu mục 2\nTB: gấp nhé");
    for signature in [
        "Le Hung (Mr.)\nCông ty Cổ phần Phần mềm An Phát\nĐịa chỉ: 12 phố Hoàng Mai, Nha Trang",
        "Trưởng nhóm kinh doanh\nHùng Lê\nKhông ngừng đổi mới",
        "---\nPhòng Kinh doanh\nLê Hùng - không phải thư rác",
        "Trân trọng kính chào,\nNhung Trần, thay anh Hùng\nTrụ sở: 12 phố Thử",
        "Lưu ý: Email này chỉ dành cho người nhận, chứa thông tin mật. Không sao chép.",
    ] {
        assert_eq!(leader(&format!("DUYỆT\n\n{signature}")), ("confirm".to_string(), true), "{signature}");
    }
    assert_eq!(leader("Kính chào,\nDUYỆT").0, "confirm");
    assert_eq!(leader("Kính chào,\nHùng").0, "nothing");
}

#[test]
fn an_answer_with_more_below_it_carries_the_rest_along() {
    let ctx = asked(Role::Leader, State::Review);
    assert_eq!(said("Chào em,\n\nDUYỆT nhé.\nGửi khách giúp anh.", &ctx), "confirm + comment");
    assert_eq!(said("DUYỆT\n\nLê Hùng\nTrưởng nhóm, không ngừng đổi mới", &ctx), "confirm");
    assert_eq!(said("DUYỆT\nCảm ơn em", &ctx), "confirm");
    assert_eq!(said("DUYỆT\nnhưng bỏ mục 3", &ctx), "ask condition -> confirm");
    assert_eq!(said("TRẢ LẠI: lý do", &ctx), "return");
    assert_eq!(said("TRẢ LẠI: mục 2\nTỪ CHỐI: mục 3", &ctx), "ask several -> return");
    let told = Asked { has_proposal: true, ..asked(Role::Director, State::Pricing) };
    assert_eq!(said("đúng rồi", &told), "confirm");
    assert_eq!(said("SỬA: 1 = 19tr", &told), "said M01.gd_gia=19000000");
    let tech = |state| asked(Role::Tech, state);
    assert_eq!(said("SỬA: 2: 12tr, 4 ngày", &tech(State::Pricing)), "correct M02.kt_cp=12000000 M02.kt_ngay=4d");
    assert_eq!(said("Em sửa: mục 2: 12tr", &tech(State::Completing)), "correct M02.kt_cp=12000000");
    assert_eq!(said("SỬA: 2: không, chưa có API", &tech(State::Completing)), "correct M02.kt_kq=no M02.kt_ld=chưa có API");
    assert_eq!(said("SỬA: 2: 12tr?", &tech(State::Completing)), "ask question");
    assert_eq!(said("SỬA: 9: 12tr", &tech(State::Completing)), "ask no-such-item");
    assert_eq!(said("SỬA: chữ ký trong phiếu", &tech(State::Completing)), "comment");
    assert_eq!(said("SỬA: 2: 12tr", &tech(State::Quoted)), "correct: 2: 12tr");
    assert_eq!(said("SỬA: 1 = 20tr", &asked(Role::Director, State::Quoted)), "correct: 1 = 20tr");
    assert_eq!(said("SỬA: thiếu mục 2", &asked(Role::Leader, State::Feedback)), "correct: thiếu mục 2");
    assert_eq!(said("SỬA: thiếu mục 2", &asked(Role::Sales, State::Review)), "comment");
    assert_eq!(said("SỬA: bỏ mục 2", &asked(Role::Sales, State::Quoted)), "change-asked: bỏ mục 2");
    let open = Asked { question_open: true, ..asked(Role::Sales, State::Review) };
    assert_eq!(said("Khách có 50 người dùng", &open), "answer: Khách có 50 người dùng");
    assert_eq!(said("để em hỏi khách", &open), "comment");
}

/// The words of domain e.1, rule 2, put anywhere into an approval.
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
    "thôi",
    "dừng",
    "hủy",
    "nhưng",
    "tuy nhiên",
    "trừ",
    "ngoại trừ",
    "miễn là",
    "với điều kiện",
    "nếu",
    "sau khi",
    "khi nào",
    "bỏ",
    "sửa",
    "thêm",
    "chỉ",
    "để mai",
    "chờ",
    "tạm",
    "mai",
    "chua",
    "khong",
    "huy",
    "neu",
    "nhung",
    "?",
    "hay",
    "ai",
];

const APPROVALS: &[(Role, State, &str)] = &[
    (Role::Leader, State::Review, "duyệt"),
    (Role::Leader, State::Review, "DUYỆT"),
    (Role::Leader, State::Review, "anh đồng ý, chuyển kỹ thuật đi em"),
    (Role::Leader, State::Review, "ok duyet nhe"),
    (Role::Leader, State::Review, "approved"),
    (Role::Leader, State::Review, "DUYỆT\nGửi khách giúp anh"),
    (Role::Director, State::Pricing, "chốt giá này nhé"),
    (Role::Director, State::Pricing, "duyệt"),
    (Role::Sales, State::Quoted, "KH đồng ý rồi"),
    (Role::Sales, State::Quoted, "KH ĐỒNG Ý"),
    (Role::Sales, State::Quoted, "khách chốt"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_blocked_approval_is_never_one(which in 0..APPROVALS.len(), blocker in 0..BLOCKERS.len(), at in 0usize..8) {
        let (role, state, phrase) = APPROVALS[which];
        let mut words: Vec<&str> = phrase.split(' ').collect();
        words.insert(at.min(words.len()), BLOCKERS[blocker]);
        let text = words.join(" ");
        let reading = read(&NewText::plain(&text), &asked(role, state));
        prop_assert!(!reading.decides(), "{text}: {reading:?}");
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,120}", state in 0usize..11, role in 0usize..6) {
        let role = [Role::Cskh, Role::Sales, Role::Leader, Role::Tech, Role::TechHead, Role::Director][role];
        let ctx = asked(role, State::ALL[state]);
        read(&quoted::cut(&text), &ctx);
        quotedesk::letter::reply::html::cut(&text);
    }

    #[test]
    fn words_thrown_together_break_nothing_either(picked in proptest::collection::vec(0usize..24, 0..14), state in 0usize..11, role in 0usize..6) {
        const BITS: &[&str] = &["DUYỆT", "mục", "1", ":", "=", "15tr", ",", "5 ngày", "không", "@Lan", "\n", "> ", "%", "ngày 5/12", "số", "KH", "đồng ý", "/", "-", "Bắt đầu", "kết thúc", "👍", "Vào 5 đã viết:", "ĐÃ KÝ"];
        let text: String = picked.iter().map(|i| BITS[*i]).collect::<Vec<_>>().join(" ");
        let role = [Role::Cskh, Role::Sales, Role::Leader, Role::Tech, Role::TechHead, Role::Director][role];
        read(&quoted::cut(&text), &asked(role, State::ALL[state]));
    }
}
