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
    "hoàn thành",
    "hoàn tất",
    "xong",
    "làm",
    "làm xong",
    "khối lượng",
    "công việc",
    "khối lượng công việc",
    "toàn bộ",
    "done",
    "of the work",
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
/// What a test that went well is said to have found.
pub const NO_FAULTS: &[&str] = &[
    "không lỗi",
    "không có lỗi",
    "không có lỗi nào",
    "không có lỗi gì",
    "không còn lỗi",
    "không còn lỗi nào",
    "không phát sinh lỗi",
    "không có vấn đề gì",
    "không vấn đề gì",
    "ko lỗi",
    "ko có lỗi",
    "ko còn lỗi",
    "không bug",
    "không còn bug",
    "no errors",
    "no bugs",
];
/// Some of the work that is done: progress.
pub const PART_DONE: &[&str] = &[
    "xong phần",
    "làm xong phần",
    "hoàn thành phần",
    "xong mục",
    "làm xong mục",
    "hoàn thành mục",
    "xong hạng mục",
    "làm xong hạng mục",
    "hoàn thành hạng mục",
    "xong module",
    "làm xong module",
    "hoàn thành module",
    "xong code",
    "code xong",
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
/// That work begins.
pub const STARTS: &[&str] = &["bắt đầu", "start", "khởi động", "triển khai"];
/// What is done to a plan that is told anew.
pub const PLANS_ANEW: &[&str] = &["sửa", "đổi", "dời", "lùi", "điều chỉnh", "cập nhật"];
/// That work ends, where a day to come stands beside it.
pub const FINISHES: &[&str] = &["xong", "hoàn thành", "bàn giao"];
/// What tells that the end of a plan has moved.
pub const PLAN_MOVED: &[&str] = &[
    "kết thúc",
    "lùi",
    "dời",
    "đổi lịch",
    "lịch mới",
    "kéo dài",
    "sửa lịch",
    "điều chỉnh",
    "chậm",
    "trễ",
    "không kịp",
    "ko kịp",
    "k kịp",
    "dự kiến",
    "gia hạn",
    "thêm thời gian",
    "new plan",
    "end",
];
/// That it is the end which moves.
pub const PLAN_ENDS: &[&str] = &["kết thúc", "xong", "hoàn thành", "bàn giao", "kéo dài", "deadline", "end", "finish"];
/// The old day may stand beside these; the new one behind the last ones.
pub const NOT_IN_TIME: &[&str] = &["không kịp", "ko kịp", "k kịp"];
pub const LATE: &[&str] = &["chậm", "trễ"];
pub const LEADS_TO_A_DAY: &[&str] = &["sang", "đến", "tới", "thành", "dự kiến"];
/// What may stand beside it.
pub const BESIDE_MOVE: &[&str] = &[
    "bên em",
    "bên mình",
    "em",
    "phải",
    "sẽ",
    "do",
    "dự kiến",
    "chậm",
    "bị chậm",
    "chậm tiến độ",
    "chậm lại",
    "trễ",
    "bị trễ",
    "tiến độ",
    "không kịp",
    "ko kịp",
    "k kịp",
    "thêm",
    "gia hạn",
    "tuần",
    "ngày bàn giao",
    "hạn bàn giao",
    "lịch bàn giao",
    "bàn giao",
    "hạn",
    "thời hạn",
    "deadline",
    "so với kế hoạch",
    "hơn kế hoạch",
    "hơn dự kiến",
];
/// What leaves it open.
pub const PLAN_MAY_MOVE: &[&str] = &[
    "xin",
    "xin phép",
    "đề nghị",
    "có thể",
    "có khả năng",
    "khả năng",
    "chắc",
    "chắc là",
    "khoảng",
    "tầm",
    "tạm",
    "chậm nhất",
    "muộn nhất",
    "trước",
    "maybe",
    "about",
];
/// `%`, written out.
pub const PER_CENT: &str = "phần trăm";
/// A test that went well, in other words.
pub const MAY_TEST: &[&str] =
    &["test ok", "test oke", "đã test ok", "test đạt", "đã test đạt", "test pass", "đã test pass", "test passed", "đã test"];
/// What may stand beside that, and beside [`MAY_HAND_OVER`], without its being of a part.
pub const OF_THE_WHOLE: &[&str] = &["hết", "rồi", "xong", "toàn bộ", "tất cả", "dự án", "hệ thống", "đã", "hôm nay", "luôn"];
/// A whole that is done: tested, handed over?
pub const ALL_DONE: &[&str] = &["xong hết", "làm xong hết", "xong toàn bộ", "làm xong", "xong xuôi"];
