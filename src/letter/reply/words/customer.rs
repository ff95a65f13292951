//! What Sales tells of the customer: agreed, turned down, wanting something else.

/// The customer, as Sales writes of them.
pub const CUSTOMER: &[&str] =
    &["kh", "khách", "khách hàng", "bên kh", "bên khách", "customer", "client", "the customer", "bên khách hàng", "phía khách"];
/// What a customer who agrees is said to have done.
pub const CUSTOMER_AGREES: &[&str] = &[
    "đồng ý",
    "đã đồng ý",
    "chốt",
    "đã chốt",
    "ok",
    "đã ok",
    "oke",
    "duyệt",
    "đã duyệt",
    "nhất trí",
    "chấp nhận",
    "đã chấp nhận",
    "agreed",
    "accepted",
    "accepts",
    "agrees",
    "approved",
    "gật",
    "confirm",
    "đã confirm",
    "xác nhận",
    "đã xác nhận",
    "đồng ý hết",
    "chốt hết",
];
/// Of a request that is closed.
pub const WANTED_AGAIN: &[&str] = &["làm tiếp", "báo giá lại", "gửi lại báo giá", "làm lại báo giá", "quote again", "new quote"];
/// Of these it is asked what they confirm.
pub const CONFIRMS: &[&str] = &["confirm", "xác nhận"];
/// What may stand beside it.
pub const BESIDE_AGREEMENT: &[&str] = &[
    "báo giá",
    "báo giá này",
    "giá này",
    "giá trên",
    "giá báo",
    "mức giá",
    "báo giá trên",
    "giá",
    "rồi",
    "luôn",
    "ngày",
    "hôm",
    "vào",
    "the quote",
    "quote",
    "on",
    "has",
    "have",
    "làm",
    "đã",
    "này",
    "với",
    "hết",
    "tất cả",
    "triển khai",
    "qua mail",
    "qua email",
    "qua điện thoại",
    "qua đt",
    "qua zalo",
    "by email",
    "by phone",
];
pub const CUSTOMER_DECLINES: &[&str] = &[
    "từ chối",
    "không làm nữa",
    "ko làm nữa",
    "k làm nữa",
    "không mua",
    "không đồng ý",
    "ko đồng ý",
    "k đồng ý",
    "không chốt",
    "hủy",
    "huỷ",
    "thôi không làm",
    "declined",
    "rejected",
    "không triển khai",
    "không làm",
    "ko làm",
    "k làm",
    "ko mua",
    "k mua",
    "ko chốt",
    "k chốt",
];
/// What may stand beside it, before its `vì`.
pub const BESIDE_REFUSAL: &[&str] = &[
    "báo giá",
    "báo giá này",
    "yêu cầu",
    "yêu cầu này",
    "dự án",
    "dự án này",
    "phiếu",
    "phiếu này",
    "bản này",
    "case này",
    "vụ này",
    "này",
    "nữa",
    "hẳn",
    "đã",
    "xin",
    "phải",
    "đành",
    "rất tiếc",
    "nói",
    "báo",
    "bảo",
    "has",
    "have",
    "the quote",
    "quote",
];
/// Why a customer declines, said without a `vì`.
pub const DECLINED_FOR: &[&str] = &[
    "hết ngân sách",
    "hết ngân sách năm nay",
    "không đủ ngân sách",
    "không có ngân sách",
    "không còn ngân sách",
    "ngân sách không đủ",
    "hết kinh phí",
    "không đủ kinh phí",
    "hết tiền",
    "không có nhu cầu",
    "không còn nhu cầu",
    "hết nhu cầu",
    "chọn bên khác",
    "dùng bên khác",
    "mua bên khác",
    "làm bên khác",
];
/// A reason that may also be haggling.
pub const TOO_DEAR: &[&str] = &["giá cao", "giá cao quá", "giá quá cao", "đắt quá"];
/// Said of the offer rather than of the work: another one may still be wanted.
pub const DISAGREES: &[&str] = &["không đồng ý", "ko đồng ý", "k đồng ý", "không chốt", "ko chốt", "k chốt"];
pub const THE_QUOTE: &[&str] = &["báo giá", "bg", "phiếu", "bản này", "quote"];
pub const A_QUOTE: &[&str] = &["báo giá", "bg", "quote"];
/// That something was sent, and what may stand beside it.
pub const SENT: &[&str] =
    &["đã gửi", "gửi rồi", "gửi khách rồi", "gửi kh rồi", "vừa gửi", "gửi xong", "gửi bg rồi", "gửi báo giá rồi"];
pub const BESIDE_SENDING: &[&str] =
    &["cho", "rồi", "xong", "qua", "qua zalo", "qua mail", "qua email", "zalo", "mail", "email", "ngày", "hôm", "lúc"];
/// Beside the hour of something done.
pub const TIME_OF_DAY: &[&str] = &["lúc", "vào", "khoảng", "h", "giờ", "phút", "sáng", "trưa", "chiều", "tối", "nay", "rồi"];
/// Said of the work itself.
pub const WORK_IS_OVER: &[&str] = &["không làm nữa", "ko làm nữa", "k làm nữa", "thôi không làm", "không triển khai nữa"];
/// What is wrong with a quote, and can be mended.
pub const FAULTS: &[&str] = &["sai", "nhầm", "lỗi", "lệch", "chưa đúng", "không đúng", "không khớp", "wrong", "mistake"];
/// In its reason: more than a reason.
pub const STILL_OPEN: &[&str] = &[
    "nếu",
    "nhưng",
    "tuy nhiên",
    "trừ",
    "trừ khi",
    "khi nào",
    "mục",
    "hạng mục",
    "thiếu",
    "sửa",
    "chờ",
    "đợi",
    "hẹn",
    "chưa",
    "tạm",
    "muốn",
    "xin",
    "cần",
];
/// What is wanted of the price: plain, whatever follows.
pub const CUSTOMER_WANTS_LESS: &[&str] =
    &["xin giảm", "xin bớt", "đòi giảm", "muốn giảm", "đề nghị giảm", "yêu cầu giảm", "xin chiết khấu", "mặc cả"];
pub const CUSTOMER_WANTS: &[&str] = &[
    "xin giảm",
    "xin sửa",
    "muốn sửa",
    "xin bớt",
    "đòi giảm",
    "muốn giảm",
    "xin thêm",
    "muốn thêm",
    "muốn bỏ",
    "xin bỏ",
    "đề nghị giảm",
    "yêu cầu giảm",
    "xin chiết khấu",
    "xin đổi",
    "muốn đổi",
    "mặc cả",
    "wants",
    "asks for",
    "đề nghị sửa",
    "yêu cầu sửa",
];
/// What a customer does who names a price of their own.
pub const OFFERS: &[&str] = &[
    "trả",
    "trả giá",
    "ra giá",
    "đưa giá",
    "chỉ có",
    "muốn",
    "mong",
    "mong muốn",
    "đề nghị",
    "đề xuất",
    "chào",
    "đòi",
    "offer",
    "offers",
];
/// What may stand between that and the price.
pub const BESIDE_OFFER: &[&str] = &["giá", "mức", "mức giá", "ở mức", "là", "khoảng", "tầm", "còn", "chỉ", "với giá", "tối đa"];
/// A wish of an earlier time, and what was said to one.
pub const BEFORE_NOW: &[&str] = &["lần trước", "hôm trước", "trước đây", "trước đó", "hôm nọ", "dạo trước", "last time"];
pub const WISH_ANSWERED: &[&str] = &[
    "từ chối",
    "đã giảm",
    "giảm rồi",
    "đã bớt",
    "bớt rồi",
    "không được",
    "ko được",
    "không giảm",
    "ko giảm",
    "không đồng ý",
    "ko đồng ý",
    "đã nói",
    "nói rồi",
    "đã trả lời",
];
/// What a customer wants that is no change of the quote: time, a meeting, papers.
pub const NO_CHANGE: &[&str] = &[
    "ngày",
    "thời gian",
    "hôm",
    "tuần",
    "tháng",
    "giờ",
    "buổi",
    "hẹn",
    "lịch",
    "họp",
    "gặp",
    "gọi",
    "trao đổi",
    "demo",
    "tư vấn",
    "giải thích",
    "xem xét",
    "suy nghĩ",
    "bản in",
    "bản cứng",
    "bản mềm",
    "dấu đỏ",
    "có dấu",
    "đóng dấu",
    "chữ ký",
    "hóa đơn",
    "hoá đơn",
    "tài liệu",
    "hồ sơ",
    "hợp đồng",
    "xuất hóa đơn",
    "xuất hoá đơn",
    "giá trị hợp đồng",
    "giá trị hđ",
    "giá trị thanh toán",
    "quyền ký",
    "thông tin",
    "link",
    "người liên hệ",
    "địa chỉ",
    "số điện thoại",
    "time",
    "days",
    "week",
    "weeks",
    "meeting",
];
/// What a wish for a change names: `muốn thêm cột ngày giao`.
pub const CHANGED: &[&str] = &[
    "mục",
    "hạng mục",
    "phần",
    "cột",
    "trường",
    "báo cáo",
    "thống kê",
    "biểu đồ",
    "tính năng",
    "chức năng",
    "màn hình",
    "nút",
    "bộ lọc",
    "phân hệ",
    "module",
    "danh mục",
    "quy trình",
    "luồng",
    "mẫu in",
    "cảnh báo",
    "thông báo",
    "quyền",
    "phân quyền",
    "user",
    "người dùng",
    "xuất",
    "import",
    "export",
    "excel",
    "api",
    "giá",
];
pub const CUSTOMER_UNSURE: &[&str] =
    &["chê đắt", "chê", "đắt", "hẹn", "kêu đắt", "kêu cao", "quý sau", "năm sau", "để sau", "hoãn", "expensive"];
/// Others than the writer.
pub const THEY: &[&str] = &["họ", "bên đó", "bên ấy", "bên kia", "bên họ"];
/// Gone, most likely: asked.
pub const CUSTOMER_LEAVES: &[&str] = &[
    "không lấy nữa",
    "ko lấy nữa",
    "k lấy nữa",
    "không dùng nữa",
    "ko dùng nữa",
    "không ký nữa",
    "ko ký nữa",
    "bỏ rồi",
    "rút rồi",
    "chuyển sang bên khác",
    "chuyển bên khác",
    "chọn bên khác",
    "dùng bên khác",
    "mua bên khác",
    "làm bên khác",
    "chọn ncc khác",
    "chọn nhà cung cấp khác",
    "chọn đơn vị khác",
    "dừng dự án",
    "hủy dự án",
    "huỷ dự án",
    "ko làm nx",
    "k làm nx",
];
/// Whose validity: a licence is extended too.
pub const OF_THE_QUOTE: &[&str] = &["báo giá", "hiệu lực", "quote"];
pub const BESIDE_EXTENSION: &[&str] = &[
    "xin",
    "muốn",
    "thêm",
    "giúp",
    "nhờ",
    "đến",
    "tới",
    "đến ngày",
    "đến hết",
    "đến hết ngày",
    "ngày",
    "tuần",
    "days",
    "until",
    "to",
    "by",
];
pub const EXTEND: &[&str] = &["gia hạn", "extend", "kéo dài hiệu lực"];
