//! The words that count in replies, as tables: the firm words of the first line, and what people write instead.
//! A word is listed as it is spelt; replies are compared with and without diacritics (see [`super::said::Word::is`]).

use crate::process::house::Role;

/// A firm word: taken as it stands, on the first line of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirmWord {
    pub act: Firm,
    /// The first one is what the letters offer.
    pub vi: &'static [&'static str],
    pub en: &'static [&'static str],
    pub tail: Tail,
    /// Who may say it; empty: everyone on the case.
    pub who: &'static [Role],
    /// What follows from it, for the guide.
    pub does: &'static str,
    /// How it is written, for the guide and the letters.
    pub example: &'static str,
}

/// The acts that have a firm word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Firm {
    Confirm,
    Return,
    Reject,
    Ask,
    Answer,
    Done,
    SentToCustomer,
    Agreed,
    Declined,
    ChangeAsked,
    Requote,
    Signed,
    Paid,
    Plan,
    Progress,
    Tested,
    HandedOver,
    Close,
    Withdraw,
    Reopen,
    Retract,
    Fix,
    Assign,
    Status,
}

/// What follows a firm word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Nothing on its line but a polite word.
    Nothing,
    /// A colon and a text to the end of the mail; or nothing, and the text is asked for.
    Text,
    /// Dates, amounts, numbers on the same line.
    Values,
}

use Role::*;

/// All firm words. Longer ones need not stand first: the longest that fits is taken.
pub const FIRM: &[FirmWord] = &[
    FirmWord {
        act: Firm::Confirm,
        vi: &["duyệt"],
        en: &["approve", "approved"],
        tail: Tail::Nothing,
        who: &[Leader, Director],
        does: "Duyệt phiếu (Leader), duyệt giá (Giám đốc), hoặc xác nhận các giá trị hệ thống vừa đọc lại.",
        example: "DUYỆT",
    },
    FirmWord {
        act: Firm::Return,
        vi: &["trả lại"],
        en: &["return"],
        tail: Tail::Text,
        who: &[Leader, Director],
        does: "Trả phiếu về Sales để làm rõ.",
        example: "TRẢ LẠI: cần làm rõ phương án tính mục 2",
    },
    FirmWord {
        act: Firm::Reject,
        vi: &["từ chối"],
        en: &["reject", "rejected"],
        tail: Tail::Text,
        who: &[Leader, Director],
        does: "Từ chối và đóng yêu cầu; cần có lý do.",
        example: "TỪ CHỐI: ngân sách không đáp ứng được",
    },
    FirmWord {
        act: Firm::Ask,
        vi: &["hỏi"],
        en: &["ask", "question"],
        tail: Tail::Text,
        who: &[Leader, Tech, TechHead, Director],
        does: "Hỏi Sales; yêu cầu chờ câu trả lời.",
        example: "HỎI: khách có bao nhiêu người dùng?",
    },
    FirmWord {
        act: Firm::Answer,
        vi: &["trả lời"],
        en: &["answer"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Trả lời câu hỏi đang chờ.",
        example: "TRẢ LỜI: khách có 50 người dùng",
    },
    FirmWord {
        act: Firm::Done,
        vi: &["xong", "gửi giám đốc", "gửi gđ", "chuyển giám đốc", "chuyển gđ"],
        en: &["done", "send to director"],
        tail: Tail::Nothing,
        who: &[Sales, Tech, TechHead],
        does: "Sales: chuyển phiếu sang Giám đốc. Kỹ thuật: các câu trả lời đã đủ.",
        example: "XONG",
    },
    FirmWord {
        act: Firm::SentToCustomer,
        vi: &["đã gửi kh", "đã gửi khách", "đã gửi khách hàng"],
        en: &["sent to customer"],
        tail: Tail::Values,
        who: &[Sales],
        does: "Ghi nhận báo giá đã gửi cho khách.",
        example: "ĐÃ GỬI KH",
    },
    FirmWord {
        act: Firm::Agreed,
        vi: &["kh đồng ý", "khách đồng ý", "khách hàng đồng ý"],
        en: &["customer agreed", "customer agrees"],
        tail: Tail::Values,
        who: &[Sales],
        does: "Khách đồng ý báo giá; chuyển sang hợp đồng. Không ghi ngày: lấy ngày của mail.",
        example: "KH ĐỒNG Ý ngày 20/11/2026",
    },
    FirmWord {
        act: Firm::Declined,
        vi: &["kh từ chối", "khách từ chối", "khách hàng từ chối"],
        en: &["customer declined", "customer declines"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Khách không làm; đóng yêu cầu. Cần có lý do.",
        example: "KH TỪ CHỐI: hết ngân sách năm nay",
    },
    FirmWord {
        act: Firm::ChangeAsked,
        vi: &["kh xin sửa", "khách xin sửa", "khách hàng xin sửa"],
        en: &["customer wants changes", "change asked"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Khách xin sửa: chỉ về giá thì về Giám đốc, còn lại về phiếu của Sales.",
        example: "KH XIN SỬA: bỏ mục 3, giảm 5%",
    },
    FirmWord {
        act: Firm::Requote,
        vi: &["báo giá lại"],
        en: &["requote", "quote again"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Lập lại báo giá đã hết hạn hoặc yêu cầu đã đóng.",
        example: "BÁO GIÁ LẠI: khách hỏi lại, giữ nguyên các mục",
    },
    FirmWord {
        act: Firm::Signed,
        vi: &["đã ký", "đã ký hđ", "đã ký hợp đồng"],
        en: &["signed"],
        tail: Tail::Values,
        who: &[Sales],
        does: "Ghi số và ngày ký hợp đồng; gửi kèm bản ký.",
        example: "ĐÃ KÝ số 15/2026/HĐ-AP, ngày 20/11/2026",
    },
    FirmWord {
        act: Firm::Paid,
        vi: &["đã thanh toán", "khách đã thanh toán", "kh đã thanh toán"],
        en: &["paid"],
        tail: Tail::Values,
        who: &[Sales],
        does: "Ghi nhận tiền khách đã trả.",
        example: "ĐÃ THANH TOÁN 30.000.000, ngày 21/11/2026",
    },
    FirmWord {
        act: Firm::Plan,
        vi: &["bắt đầu"],
        en: &["start"],
        tail: Tail::Values,
        who: &[Tech, TechHead],
        does: "Ngày bắt đầu và kết thúc dự án; gửi lại để đổi lịch.",
        example: "Bắt đầu 01/12/2026, kết thúc 18/12/2026",
    },
    FirmWord {
        act: Firm::Progress,
        vi: &["tiến độ"],
        en: &["progress"],
        tail: Tail::Values,
        who: &[Tech, TechHead, Sales],
        does: "Báo tiến độ; Sales và CSKH nhận được.",
        example: "Tiến độ 50%: xong phần nhập liệu",
    },
    FirmWord {
        act: Firm::Tested,
        vi: &["đã test xong", "test xong"],
        en: &["tested", "test done"],
        tail: Tail::Values,
        who: &[Tech, TechHead, Sales],
        does: "Ghi nhận đã test xong.",
        example: "Đã test xong",
    },
    FirmWord {
        act: Firm::HandedOver,
        vi: &["đã bàn giao"],
        en: &["handed over"],
        tail: Tail::Values,
        who: &[Sales, Tech, TechHead],
        does: "Sales ghi ngày khách nghiệm thu thì yêu cầu được đóng.",
        example: "Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày 18/12/2026.",
    },
    FirmWord {
        act: Firm::Close,
        vi: &["đóng yêu cầu"],
        en: &["close"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Đóng yêu cầu; cần có lý do.",
        example: "ĐÓNG YÊU CẦU: không mục nào làm được",
    },
    FirmWord {
        act: Firm::Withdraw,
        vi: &["rút yêu cầu"],
        en: &["withdraw"],
        tail: Tail::Text,
        who: &[Sales, Cskh],
        does: "Rút yêu cầu; cần có lý do.",
        example: "RÚT YÊU CẦU: khách đổi ý",
    },
    FirmWord {
        act: Firm::Reopen,
        vi: &["mở lại"],
        en: &["reopen"],
        tail: Tail::Text,
        who: &[Sales],
        does: "Mở lại yêu cầu đã đóng.",
        example: "MỞ LẠI: khách muốn làm tiếp",
    },
    FirmWord {
        act: Firm::Retract,
        vi: &["rút lại"],
        en: &["undo", "take back"],
        tail: Tail::Nothing,
        who: &[],
        does: "Rút lại câu trả lời vừa gửi của chính mình, khi người sau chưa xử lý.",
        example: "RÚT LẠI",
    },
    FirmWord {
        act: Firm::Fix,
        vi: &["sửa"],
        en: &["fix", "correct"],
        tail: Tail::Text,
        who: &[Leader, Tech, TechHead, Director, Sales],
        does: "Kỹ thuật, Giám đốc: sửa giá trị hệ thống vừa đọc lại. Leader: trả lại để sửa. Sales, sau báo giá: khách xin sửa.",
        example: "SỬA: 1 = 18tr",
    },
    FirmWord {
        act: Firm::Assign,
        vi: &["giao cho"],
        en: &["assign", "assign to"],
        tail: Tail::Text,
        who: &[Cskh, Sales, Leader],
        does: "Giao yêu cầu cho một Sales. Ở bước 1 chỉ cần ghi @tên.",
        example: "GIAO CHO: @Trần Thị Lan",
    },
    FirmWord {
        act: Firm::Status,
        vi: &["trạng thái"],
        en: &["status"],
        tail: Tail::Nothing,
        who: &[],
        does: "Hỏi yêu cầu đang ở đâu.",
        example: "TRẠNG THÁI",
    },
];

/// Said before or after an answer, and changing nothing.
pub const POLITE: &[&str] = &[
    "ạ", "nhé", "nhe", "nha", "nhá", "nhen", "nghen", "dạ", "vâng", "em", "e", "anh", "a", "chị", "c", "mình", "m", "tôi", "t", "bạn",
    "sếp", "anh chị", "mọi người", "các em", "các bạn", "team", "rồi", "r", "luôn", "đó", "đấy", "thế", "vậy", "cả nhà", "please", "pls",
    "sir", "all", "it", "đi", "you",
];

/// Thanks and regards that stand around an answer.
pub const THANKS: &[&str] = &[
    "cảm ơn", "cám ơn", "xin cảm ơn", "thanks", "thank you", "thank", "thks", "tks", "tk", "tkss", "thanks em", "thanks anh",
    "cảm ơn nhiều", "nhiều", "many thanks", "thân", "trân trọng", "best regards", "regards", "br", "và", "kính", "kính thư",
];

/// Seen or received: neither an approval nor anything else.
pub const NOTED: &[&str] = &[
    "đã xem", "đã nhận", "đã nhận được", "đã nhận đc", "nhận được", "đã rõ", "noted", "well noted", "note", "đã ghi nhận", "got it",
    "received", "đã biết", "rõ", "copy", "đã đọc", "seen", "mail", "email", "thông tin", "phiếu", "form", "file", "tệp",
];

/// Greetings that stand on or before the first line.
pub const GREETINGS: &[&str] = &["dear", "hi", "hello", "chào", "kính gửi", "kính chào", "thưa", "em chào", "anh chào", "chị chào", "dạ chào", "dạ em chào", "alo", "kính thưa"];

/// Plain approvals: whoever is asked to confirm means it so.
pub const APPROVE: &[&str] = &[
    "duyệt", "đã duyệt", "đồng ý", "đồng ý duyệt", "nhất trí", "approve", "approved", "chấp thuận", "phê duyệt", "đã phê duyệt", "confirm",
    "confirmed", "agree", "agreed", "xác nhận", "đã xác nhận", "thông qua",
];

/// Of the Director only: the price stands.
pub const APPROVE_PRICE: &[&str] = &["chốt", "chốt giá", "chốt giá này", "giá này", "duyệt giá", "duyệt giá này", "chốt luôn", "đồng ý giá này", "ok giá này"];

/// Of those whose values were told back.
pub const APPROVE_VALUES: &[&str] = &["đúng", "đúng rồi", "chính xác", "chuẩn", "correct", "right", "đúng vậy"];

/// What may stand beside a plain approval without changing it.
pub const BESIDE_APPROVAL: &[&str] = &[
    "ok", "oke", "okie", "oki", "okay", "okla", "uh", "ừ", "yes", "hết", "tất cả", "toàn bộ", "cả", "phiếu này", "yêu cầu này", "phiếu",
    "yêu cầu", "này", "bản này", "cho em", "cho anh", "chuyển kỹ thuật", "chuyển kỹ thuật đi", "chuyển kt", "chuyển tech", "chuyển đi",
    "gửi kỹ thuật", "gửi kt", "làm đi", "triển khai", "triển khai đi", "tiến hành", "tiến hành đi", "mà", "giá này", "báo giá này", "giá",
    "all", "báo khách", "gửi khách", "gửi báo giá", "gửi báo giá cho khách", "làm tiếp", "làm tiếp đi",
];

/// Approving, but not in so many words: asked back (domain e.1, rule 6).
pub const WEAK: &[&str] = &[
    "ok", "oke", "okie", "oki", "okay", "okla", "okk", "được", "đc", "dc", "ừ", "uh", "ờ", "uhm", "yes", "yep", "yeah", "vâng", "dạ",
    "triển khai", "triển khai đi", "tiến hành", "tiến hành đi", "làm đi", "chốt", "good", "fine", "tốt", "ổn", "hợp lý", "lgtm", "go", "go ahead",
    "nhất trí", "duyệt luôn", "giữ giá", "giữ nguyên giá", "giữ nguyên", "không có ý kiến", "không ý kiến", "no objection", "được đấy", "hay", "chuẩn", "đúng", "đúng rồi", "giá này", "confirm", "xác nhận",
];

/// Signs that say ok.
pub const WEAK_SIGNS: &[char] = &['👍', '👌', '✅', '✔', '☑', '🆗', '🙆', '💯', '🫡', '👏', '🙏', '😊', '😀', '😄', '🙂', '❤', '🎉', '🏻', '🏼', '🏽', '🏾', '🏿', '\u{200d}', '♂', '♀'];

/// Any of these beside an approval, and it is none (domain e.1, rule 2).
pub const NEGATORS: &[&str] = &[
    "chưa", "không", "ko", "k", "kg", "hok", "hong", "hông", "hổng", "hem", "khg", "khum", "kô", "đừng", "khoan", "chớ", "chả", "chẳng", "thôi",
    "dừng", "ngừng", "hủy", "huỷ", "hoãn", "từ chối", "trả lại", "làm lại", "sai", "nhầm", "no", "not", "don't", "dont", "never", "stop",
    "cancel", "reject", "rejected", "return", "hold", "isn", "can't", "cannot", "won't", "disagree", "disapprove", "disapproved", "unapproved", "phản đối", "bác", "loại", "ngưng",
];

pub const DEFERRALS: &[&str] = &[
    "để", "mai", "ngày mai", "mốt", "chiều", "tối", "lát", "lát nữa", "tí nữa", "chút", "xíu", "xem lại", "check lại", "kiểm tra lại", "đợi",
    "chờ", "từ từ", "tạm", "tạm dừng", "hẹn", "tuần sau", "tháng sau", "quý sau", "sau", "đang", "sắp", "sẽ", "đã họp", "bận", "later", "tomorrow", "wait",
    "pending", "soon", "rồi duyệt", "mới duyệt", "will", "sáng", "cuối tuần", "đầu tuần", "lúc khác", "xem đã", "suy nghĩ", "cân nhắc",
];

pub const CONDITIONS: &[&str] = &[
    "nhưng", "nhưng mà", "tuy nhiên", "tuy vậy", "song", "trừ", "ngoại trừ", "trừ ra", "miễn là", "miễn", "với điều kiện", "điều kiện", "nếu", "sau khi", "khi nào",
    "khi", "bỏ", "sửa", "thêm", "chỉ", "mỗi", "riêng", "một phần", "phần", "mục", "thay", "đổi", "bớt", "giảm", "tăng", "cần", "phải", "thiếu", "còn", "trước",
    "nhớ", "bổ sung", "lưu ý", "but", "except", "unless", "if", "only", "provided", "however", "when", "after", "until", "partial", "partially", "subject", "ở bản trước", "bản trước", "bản cũ", "tùy", "giả sử", "kẻo", "ngoài", "without", "once", "though", "although", "item",
];

/// A question, wherever it stands.
pub const QUESTIONS: &[&str] = &[
    "ai", "gì", "nào", "bao nhiêu", "bao lâu", "bao giờ", "mấy", "tại sao", "vì sao", "sao", "là sao", "thế nào", "như thế nào", "ra sao", "hả", "nhỉ", "chăng", "hay là", "đâu",
    "có phải", "phải không", "đúng không", "what", "why", "who", "when", "how", "which", "where", "hay", "hay không", "à", "liệu", "có nên", "chứ", "should", "can we", "shall",
];

/// A question where it ends the sentence (`duyệt hết chưa em`, `có chịu server riêng k`).
pub const QUESTION_ENDS: &[&str] = &["chưa", "không", "ko", "k", "hok", "khong", "hông", "hả", "à", "sao", "nhỉ", "vậy", "kg", "hem", "chăng", "ta"];

/// The one who was asked wants something made clear: a question to Sales.
pub const CLARIFY: &[&str] = &[
    "làm rõ", "cần làm rõ", "hỏi lại khách", "hỏi khách", "hỏi lại", "thiếu", "chưa rõ", "giải thích", "cho anh hỏi", "cho em hỏi", "cho chị hỏi", "bổ sung", "clarify", "please clarify",
];

/// Back to whoever wrote it, to be mended.
pub const SEND_BACK: &[&str] = &[
    "trả lại", "làm lại", "sửa lại", "viết lại", "xem lại giúp", "gửi lại", "bổ sung lại", "chỉnh lại", "điều chỉnh lại", "return", "redo", "rework", "please fix",
];

/// Turned down for good.
pub const TURN_DOWN: &[&str] = &["từ chối", "reject", "rejected", "bác"];

/// Giving up the whole thing.
pub const GIVE_UP: &[&str] = &[
    "hủy yêu cầu", "huỷ yêu cầu", "hủy yêu cầu này", "không làm nữa", "thôi không làm", "dừng yêu cầu", "hủy bỏ", "huỷ bỏ", "bỏ yêu cầu", "cancel", "hủy", "huỷ", "rút yêu cầu", "ko làm nữa", "k làm nữa",
];

/// A wish put to somebody else (`em nhờ anh duyệt giúp`): no approval of the writer's.
pub const WISHES: &[&str] = &["nhờ", "mong", "giúp", "xin", "đề nghị", "kính đề nghị", "phiền", "hộ", "sớm", "kính trình", "trình", "please approve", "vui lòng", "hối", "giục"];

/// Said before a name.
pub const KIN: &[&str] = &["anh", "chị", "em", "ông", "bà", "cô", "chú", "bác", "a", "c", "mr", "ms", "mrs", "sếp", "bạn"];

/// The customer, as Sales writes of them.
pub const CUSTOMER: &[&str] = &["kh", "khách", "khách hàng", "bên kh", "bên khách", "customer", "client", "the customer", "bên khách hàng", "phía khách"];

/// What a customer who agrees is said to have done.
pub const CUSTOMER_AGREES: &[&str] = &[
    "đồng ý", "đã đồng ý", "chốt", "đã chốt", "ok", "đã ok", "oke", "duyệt", "đã duyệt", "nhất trí", "chấp nhận", "đã chấp nhận", "agreed", "accepted", "accepts", "agrees", "approved", "gật", "đồng ý hết", "chốt hết",
];
/// What may stand beside it.
pub const BESIDE_AGREEMENT: &[&str] = &["báo giá", "báo giá này", "giá này", "giá", "rồi", "luôn", "ngày", "hôm", "vào", "the quote", "quote", "on", "has", "have", "làm", "đã", "này", "với", "hết", "tất cả", "triển khai"];
pub const CUSTOMER_DECLINES: &[&str] = &["từ chối", "không làm nữa", "ko làm nữa", "k làm nữa", "không mua", "không đồng ý", "ko đồng ý", "k đồng ý", "không chốt", "hủy", "huỷ", "thôi không làm", "declined", "rejected", "không triển khai", "không làm"];
pub const CUSTOMER_WANTS: &[&str] = &["xin giảm", "xin sửa", "muốn sửa", "xin bớt", "đòi giảm", "muốn giảm", "xin thêm", "muốn thêm", "muốn bỏ", "xin bỏ", "đề nghị giảm", "yêu cầu giảm", "xin chiết khấu", "xin đổi", "muốn đổi", "mặc cả", "wants", "asks for", "đề nghị sửa", "yêu cầu sửa"];
pub const CUSTOMER_UNSURE: &[&str] = &["chê đắt", "chê", "đắt", "hẹn", "kêu đắt", "kêu cao", "quý sau", "năm sau", "để sau", "hoãn", "expensive"];
pub const CUSTOMER_PAID: &[&str] = &["ck rồi", "ck", "đã ck", "chuyển khoản", "đã chuyển khoản", "đã chuyển tiền", "chuyển tiền rồi", "chuyển khoản rồi", "đã thanh toán", "thanh toán rồi", "đã cọc", "đặt cọc", "đã đặt cọc", "cọc rồi", "tiền về", "tiền đã về", "paid", "đã trả tiền", "thanh toán"];
pub const CUSTOMER_SIGNED: &[&str] = &["đã ký", "ký rồi", "đã ký hđ", "ký hđ", "ký hợp đồng", "đã ký hợp đồng", "signed"];
pub const EXTEND: &[&str] = &["gia hạn", "extend", "kéo dài hiệu lực"];

/// Tech, of an item. Longer phrases win: `không cần server riêng` is no refusal.
pub const FEASIBLE: &[&str] = &["làm được", "được", "đc", "dc", "ok", "oke", "okie", "oki", "có", "yes", "doable", "khả thi", "feasible", "làm đc", "có thể làm", "làm được hết", "đáp ứng được", "làm dc", "can do"];
pub const INFEASIBLE: &[&str] = &[
    "không", "ko", "k", "kg", "hok", "no", "không được", "ko được", "k được", "ko đc", "k đc", "không làm được", "ko làm được", "k làm được", "ko làm đc", "k làm đc", "chưa làm được", "chưa được", "không khả thi", "ko khả thi",
    "k khả thi", "không thể", "không thể làm", "chưa khả thi", "not feasible", "not doable", "cannot", "can't", "không đáp ứng được", "bó tay", "chịu", "hok làm được", "kg làm được",
];
pub const PARTLY: &[&str] = &["một phần", "1 phần", "làm được một phần", "làm được 1 phần", "được một phần", "được 1 phần", "partial", "partly", "partially"];
pub const SERVER: &[&str] = &["cần server riêng", "cần server", "phải có server riêng", "cần máy chủ riêng", "cần máy chủ", "needs server", "needs a private server", "private server needed", "có server riêng"];
pub const NO_SERVER: &[&str] = &["không cần server riêng", "ko cần server riêng", "k cần server riêng", "không cần server", "ko cần server", "k cần server", "không cần máy chủ riêng", "không cần máy chủ", "khỏi server riêng", "no private server", "no server", "chưa cần server riêng", "hok cần server riêng", "kg cần server riêng"];
pub const BECAUSE: &[&str] = &["vì", "do", "bởi vì", "tại", "lý do", "because", "since", "due to", "vì là", "tại vì", "là do"];
pub const DAY_UNITS: &[&str] = &["ngày", "ngay", "d", "day", "days", "hôm", "tuần", "week", "weeks", "w", "buổi", "công", "md", "manday", "mandays", "tháng", "h", "giờ", "tiếng", "working", "month", "months"];
pub const LEAD: &[&str] = &["chốt hđ", "sau start", "sau khi nhận cọc", "sau khi ký", "sau khi chốt", "khởi động sau", "bắt đầu sau", "start sau", "sau khi kh đồng ý", "sau khi khách đồng ý", "sau khi cọc"];

/// Director.
pub const DISCOUNT: &[&str] = &["giảm", "chiết khấu", "ck", "discount", "bớt", "giảm giá", "giảm cho khách"];
pub const MARKUP: &[&str] = &["hệ số", "markup", "lãi", "nhân", "cộng thêm"];
pub const VAT: &[&str] = &["vat", "thuế", "gtgt", "thuế gtgt"];
pub const PRICE: &[&str] = &["giá", "lên", "thành", "tăng lên", "là", "xuống", "giảm xuống", "còn", "sửa giá", "đơn giá", "price", "tăng", "to"];

/// Words that stand where a text should: a template sent back as it was.
pub const PLACEHOLDERS: &[&str] = &["lý do", "câu hỏi", "nội dung", "reason", "your question", "question", "text", "ghi lý do", "nội dung sửa", "ghi nội dung"];
