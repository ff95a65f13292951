//! Of the work: progress, test, hand-over, acceptance.

/// Said of the hand-over of the whole, and of other things too: asked.
pub const MAY_HAND_OVER: &[&str] = &[
    "bàn giao rồi",
    "bàn giao xong",
    "đã hoàn thành",
    "hoàn thành rồi",
    "nghiệm thu xong",
    "nghiệm thu rồi",
    "đã nghiệm thu",
    "ký bbnt",
    "ký nghiệm thu",
    "ký biên bản nghiệm thu",
];
/// What may stand beside a hand-over without its being that of something else.
pub const BESIDE_HANDOVER: &[&str] = &[
    "nghiệm thu",
    "đã nghiệm thu",
    "nghiệm thu xong",
    "đã nghiệm thu xong",
    "đồng ý nghiệm thu",
    "đã đồng ý nghiệm thu",
    "ký nghiệm thu",
    "đã ký nghiệm thu",
    "đã ký biên bản nghiệm thu",
    "ký xong biên bản nghiệm thu",
    "đóng",
    "đóng giúp",
    "nhờ đóng",
    "giúp",
    "nhờ",
    "yêu cầu",
    "yêu cầu này",
    "case",
    "case này",
    "dự án",
    "dự án này",
    "này",
    "sản phẩm",
    "ngày",
    "hôm",
    "vào",
    "lúc",
    "và",
    "cho kh",
    "cho khách",
    "cho khách hàng",
    "cho bên kh",
    "cho bên khách",
    "cho phía khách",
    "xong",
    "hoàn tất",
    "đầy đủ",
    "đủ",
    "hết",
    "toàn bộ",
    "đã",
    "on",
    "and",
    "to the customer",
    "accepted",
    "has accepted",
    "close",
    "the case",
    "the request",
];
/// What may stand between `tiến độ` and the percentage of the whole.
pub const BEFORE_PERCENT: &[&str] = &[
    "được",
    "đạt",
    "đã đạt",
    "khoảng",
    "tầm",
    "chung",
    "hiện tại",
    "hiện",
    "dự án",
    "tổng",
    "tổng thể",
    "toàn dự án",
    "là",
    "đã",
    "đến",
    "tới",
    "at",
    "about",
    "nay",
    "hôm nay",
];
/// What may stand beside a test of the whole.
pub const BESIDE_TEST: &[&str] = &[
    "ngày",
    "vào",
    "on",
    "hôm",
    "lúc",
    "hết",
    "toàn bộ",
    "tất cả",
    "đầy đủ",
    "dự án",
    "hệ thống",
    "các mục",
    "các hạng mục",
    "cả",
];
pub const ACCEPTED: &[&str] = &["nghiệm thu", "accepted"];
/// Before an acceptance: it is still to come.
pub const REQUESTS: &[&str] =
    &["nhờ", "yêu cầu", "mời", "đề nghị", "cần", "xin", "để", "chờ", "đợi", "hẹn", "mong", "nhắc", "please"];
pub const TO_CUSTOMER: &[&str] =
    &["cho kh", "cho khách", "cho khách hàng", "cho bên kh", "cho bên khách", "cho bên khách hàng", "cho phía khách"];
pub const CLOSE_IT: &[&str] = &["đóng", "close"];
/// The wish to have a case closed.
pub const ASKS_TO_CLOSE: &[&str] = &[
    "đóng",
    "đóng giúp",
    "nhờ",
    "giúp",
    "đóng yêu cầu",
    "đóng yêu cầu này",
    "đóng case",
    "đóng case này",
    "close",
    "close the case",
    "close the request",
];
/// The wish to have a case closed, of which it is asked what it is; no `đóng dấu`.
pub const WANTS_CLOSED: &[&str] = &[
    "đóng giúp",
    "đóng đi",
    "đóng case",
    "đóng dự án",
    "đóng phiếu",
    "đóng lại",
    "đóng được",
    "đóng dùm",
    "close it",
    "close the case",
];
/// A hand-over of some of the work.
pub const PARTS: &[&str] = &["mục", "hạng mục", "một phần", "một nửa", "từng phần", "đợt", "item", "items"];
