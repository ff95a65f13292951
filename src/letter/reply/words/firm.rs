//! The firm words: those that the letters offer, for the first line of a reply.

use crate::process::house::Role::{self, *};

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
        does: "Kỹ thuật, Giám đốc: sửa giá trị hệ thống vừa đọc lại. Kỹ thuật, tới khi có báo giá: sửa câu trả lời đã chuyển đi. Leader: trả lại để sửa. Sales, sau báo giá: khách xin sửa.",
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

/// Words that stand where a text should: a template sent back as it was.
pub const PLACEHOLDERS: &[&str] =
    &["lý do", "câu hỏi", "nội dung", "reason", "your question", "question", "text", "ghi lý do", "nội dung sửa", "ghi nội dung"];
