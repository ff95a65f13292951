//! What Leader and Director write for yes, for hardly a yes, and for no.

/// Plain approvals: whoever is asked to confirm means it so.
pub const APPROVE: &[&str] = &[
    "duyệt",
    "đã duyệt",
    "đồng ý",
    "đồng ý duyệt",
    "nhất trí",
    "approve",
    "approved",
    "chấp thuận",
    "phê duyệt",
    "đã phê duyệt",
    "confirm",
    "confirmed",
    "agree",
    "agreed",
    "xác nhận",
    "đã xác nhận",
    "thông qua",
];

/// Of the Director only: the price stands.
pub const APPROVE_PRICE: &[&str] =
    &["chốt", "chốt giá", "chốt giá này", "giá này", "duyệt giá", "duyệt giá này", "chốt luôn", "đồng ý giá này", "ok giá này"];

/// Of those whose values were told back.
pub const APPROVE_VALUES: &[&str] = &["đúng", "đúng rồi", "chính xác", "chuẩn", "correct", "right", "đúng vậy"];

/// What may stand beside them even where they are typed bare: no `nhé`, no `đi`, which go with `dừng` as well.
pub const BESIDE_RIGHT: &[&str] = &[
    "ok",
    "oke",
    "okie",
    "ừ",
    "uh",
    "yes",
    "dạ",
    "vâng",
    "rồi",
    "r",
    "hết",
    "hết rồi",
    "ạ",
    "em",
    "e",
    "anh",
    "a",
    "c",
    "đó",
    "đấy",
    "thế",
    "vậy",
];

/// What may stand beside a plain approval without changing it.
pub const BESIDE_APPROVAL: &[&str] = &[
    "ok",
    "oke",
    "okie",
    "oki",
    "okay",
    "okla",
    "uh",
    "ừ",
    "yes",
    "hết",
    "tất cả",
    "toàn bộ",
    "cả",
    "phiếu này",
    "yêu cầu này",
    "phiếu",
    "yêu cầu",
    "này",
    "bản này",
    "cho em",
    "cho anh",
    "chuyển kỹ thuật",
    "chuyển kỹ thuật đi",
    "chuyển kt",
    "chuyển tech",
    "chuyển đi",
    "gửi kỹ thuật",
    "gửi kt",
    "làm đi",
    "triển khai",
    "triển khai đi",
    "tiến hành",
    "tiến hành đi",
    "mà",
    "giá này",
    "báo giá này",
    "giá",
    "all",
    "báo khách",
    "gửi khách",
    "gửi báo giá",
    "gửi báo giá cho khách",
    "làm tiếp",
    "làm tiếp đi",
];

/// Before `mục`: the whole form.
pub const ALL_OF_THEM: &[&str] = &["tất cả", "toàn bộ", "cả", "hết", "hết cả", "đủ", "all", "all the"];

/// Approving, but not in so many words: asked back (domain e.1, rule 6).
pub const WEAK: &[&str] = &[
    "ok",
    "oke",
    "okie",
    "oki",
    "okay",
    "okla",
    "okk",
    "được",
    "đc",
    "dc",
    "ừ",
    "uh",
    "ờ",
    "uhm",
    "yes",
    "yep",
    "yeah",
    "vâng",
    "dạ",
    "triển khai",
    "triển khai đi",
    "tiến hành",
    "tiến hành đi",
    "làm đi",
    "chốt",
    "good",
    "fine",
    "tốt",
    "ổn",
    "hợp lý",
    "lgtm",
    "go",
    "go ahead",
    "nhất trí",
    "duyệt luôn",
    "giữ giá",
    "giữ nguyên giá",
    "giữ nguyên",
    "được đấy",
    "hay",
    "chuẩn",
    "đúng",
    "đúng rồi",
    "giá này",
    "confirm",
    "xác nhận",
];

/// No objection is no approval either.
pub const NO_OPINION: &[&str] = &[
    "không có ý kiến gì",
    "không vấn đề gì",
    "không có vấn đề gì",
    "ko vấn đề gì",
    "ko có vấn đề gì",
    "k vấn đề gì",
    "không ý kiến gì",
    "ko có ý kiến gì",
    "k có ý kiến gì",
    "không có ý kiến",
    "không ý kiến",
    "ko ý kiến",
    "no objection",
    "no objections",
];

/// Approving for the time being: on a condition that stands in no word.
pub const PROVISIONAL: &[&str] = &["tạm duyệt", "duyệt tạm", "tạm ok", "tạm đồng ý", "tạm chấp nhận", "duyệt tạm thời"];

/// An approval of something else than what was asked.
pub const OTHER_VERSION: &[&str] =
    &["ở bản trước", "bản trước", "bản cũ", "ở bản cũ", "lần trước", "phiếu trước", "previous version", "earlier version"];

/// Signs that say ok.
pub const WEAK_SIGNS: &[char] = &[
    '👍', '👌', '✅', '✔', '☑', '🆗', '🙆', '💯', '🫡', '👏', '🙏', '😊', '😀', '😄', '🙂', '❤', '🎉', '🏻', '🏼', '🏽', '🏾',
    '🏿', '\u{200d}', '♂', '♀',
];

/// The one who was asked wants something made clear: a question to Sales.
pub const CLARIFY: &[&str] = &[
    "làm rõ",
    "cần làm rõ",
    "hỏi lại khách",
    "hỏi khách",
    "hỏi lại",
    "thiếu",
    "chưa rõ",
    "giải thích",
    "cho anh hỏi",
    "cho em hỏi",
    "cho chị hỏi",
    "bổ sung",
    "clarify",
    "please clarify",
];

/// Where a request stands is asked of the desk, and of no person.
pub const STATUS: &[&str] = &[
    "trạng thái",
    "status",
    "tình trạng",
    "đến đâu rồi",
    "tới đâu rồi",
    "đến đâu",
    "tới đâu",
    "đến bước nào",
    "tới bước nào",
    "where are we",
];

/// Back to whoever wrote it, to be mended.
pub const SEND_BACK: &[&str] = &[
    "trả lại",
    "làm lại",
    "sửa lại",
    "viết lại",
    "xem lại giúp",
    "gửi lại",
    "bổ sung lại",
    "chỉnh lại",
    "điều chỉnh lại",
    "return",
    "redo",
    "rework",
    "please fix",
];

/// Beside `gửi lại`: it is to come back changed.
pub const MENDS: &[&str] =
    &["sửa", "sửa lại", "làm lại", "viết lại", "chỉnh lại", "bổ sung", "làm rõ", "thiếu", "sai", "nhầm", "chưa rõ", "trả lại"];

/// What may be done with a form before anything is said of it.
pub const READS: &[&str] = &["xem", "đọc", "nhận", "mở", "kịp", "có thời gian", "tính xong", "tính được"];

/// To an open question: the answer is still to come.
pub const NO_ANSWER_YET: &[&str] = &[
    "chưa trả lời",
    "không trả lời",
    "ko trả lời",
    "chưa phản hồi",
    "không phản hồi",
    "ko phản hồi",
    "chưa hỏi",
    "không hỏi được",
    "ko hỏi được",
    "không liên lạc được",
    "ko liên lạc được",
    "chưa liên lạc",
    "chưa có thông tin",
    "không có thông tin",
    "chưa rõ",
    "không rõ",
    "ko rõ",
    "rồi báo",
    "em hỏi khách",
];

/// Turned down for good. `bác` alone is an uncle, and typed bare the North.
pub const TURN_DOWN: &[&str] = &["từ chối", "reject", "rejected", "bác bỏ", "bác yêu cầu"];

/// Giving up the whole thing.
pub const GIVE_UP: &[&str] = &[
    "hủy yêu cầu",
    "huỷ yêu cầu",
    "hủy yêu cầu này",
    "không làm nữa",
    "thôi không làm",
    "dừng yêu cầu",
    "hủy bỏ",
    "huỷ bỏ",
    "bỏ yêu cầu",
    "cancel",
    "hủy",
    "huỷ",
    "rút yêu cầu",
    "ko làm nữa",
    "k làm nữa",
];
/// Of Sales at step 5: there is nothing to add, or it has been added.
pub const NOTHING_MORE: &[&str] = &[
    "không có gì thêm",
    "ko có gì thêm",
    "k có gì thêm",
    "không có gì bổ sung",
    "ko có gì bổ sung",
    "k có gì bổ sung",
    "không bổ sung gì",
    "ko bổ sung gì",
    "không thêm gì",
    "đã bổ sung",
    "bổ sung xong",
    "bổ sung rồi",
    "trình sếp",
    "chuyển sếp",
    "gửi sếp",
    "chuyển tiếp",
    "chuyển đi",
    "trình đi",
    "nothing to add",
];
/// Of Tech who are asked for answers: later.
pub const MORE_TIME: &[&str] =
    &["gia hạn", "thêm thời gian", "thêm ít ngày", "thêm vài ngày", "thêm mấy ngày", "thêm ngày", "more time", "extension"];
