//! Of items and prices: what Tech and the Director write beside their figures.

/// Tech, of an item. Longer phrases win: `không cần server riêng` is no refusal.
pub const FEASIBLE: &[&str] = &[
    "làm được",
    "được",
    "đc",
    "dc",
    "ok",
    "oke",
    "okie",
    "oki",
    "có",
    "yes",
    "doable",
    "khả thi",
    "feasible",
    "làm đc",
    "có thể làm",
    "làm được hết",
    "đáp ứng được",
    "làm dc",
    "can do",
];
pub const INFEASIBLE: &[&str] = &[
    "không",
    "ko",
    "k",
    "kg",
    "hok",
    "no",
    "không được",
    "ko được",
    "k được",
    "ko đc",
    "k đc",
    "không làm được",
    "ko làm được",
    "k làm được",
    "ko làm đc",
    "k làm đc",
    "chưa làm được",
    "chưa được",
    "không khả thi",
    "ko khả thi",
    "k khả thi",
    "không thể",
    "không thể làm",
    "chưa khả thi",
    "not feasible",
    "not doable",
    "cannot",
    "can't",
    "không đáp ứng được",
    "bó tay",
    "chịu",
    "hok làm được",
    "kg làm được",
];
pub const PARTLY: &[&str] = &[
    "một phần",
    "1 phần",
    "làm được một phần",
    "làm được 1 phần",
    "được một phần",
    "được 1 phần",
    "partial",
    "partly",
    "partially",
];
pub const SERVER: &[&str] = &[
    "cần server riêng",
    "cần server",
    "phải có server riêng",
    "cần máy chủ riêng",
    "cần máy chủ",
    "needs server",
    "needs a private server",
    "private server needed",
    "có server riêng",
    "server : cần",
    "server : có",
    "server riêng : cần",
    "server riêng : có",
    "máy chủ riêng : cần",
    "máy chủ riêng : có",
];
pub const NO_SERVER: &[&str] = &[
    "không cần server riêng",
    "ko cần server riêng",
    "k cần server riêng",
    "không cần server",
    "ko cần server",
    "k cần server",
    "không cần máy chủ riêng",
    "không cần máy chủ",
    "khỏi server riêng",
    "no private server",
    "no server",
    "chưa cần server riêng",
    "hok cần server riêng",
    "kg cần server riêng",
    "server : không",
    "server : ko",
    "server : không cần",
    "server : ko cần",
    "server riêng : không",
    "server riêng : ko",
    "server riêng : không cần",
    "server riêng : ko cần",
    "máy chủ riêng : không",
    "máy chủ riêng : không cần",
];
/// An answer with one of these is none yet.
pub const UNSURE: &[&str] = &[
    "nếu",
    "với điều kiện",
    "miễn là",
    "if",
    "tùy",
    "chắc",
    "chắc là",
    "có lẽ",
    "maybe",
    "có thể cần",
    "hình như",
    "để xem",
    "probably",
];
pub const BECAUSE: &[&str] = &["vì", "do", "bởi vì", "tại", "lý do", "because", "since", "due to", "vì là", "tại vì", "là do"];
pub const DAY_UNITS: &[&str] = &[
    "ngày", "ngay", "d", "day", "days", "hôm", "tuần", "week", "weeks", "w", "buổi", "công", "md", "manday", "mandays", "tháng",
    "h", "giờ", "tiếng", "working", "month", "months",
];
pub const LEAD: &[&str] = &[
    "chốt hđ",
    "sau start",
    "sau khi nhận cọc",
    "sau khi ký",
    "sau khi chốt",
    "khởi động sau",
    "bắt đầu sau",
    "start sau",
    "sau khi kh đồng ý",
    "sau khi khách đồng ý",
    "sau khi khách hàng đồng ý",
    "sau khi kh chốt",
    "sau khi khách chốt",
    "sau khi khách hàng chốt",
    "sau khi kh duyệt",
    "sau khi khách duyệt",
    "sau khi kh ký",
    "sau khi khách ký",
    "sau khi hai bên ký",
    "sau khi kh cọc",
    "sau khi khách cọc",
    "sau khi cọc",
    "kể từ khi ký",
    "kể từ ngày ký",
    "khởi động",
];
/// What a lead time begins with: no part of what the quote says of it.
pub const LEAD_OPENS: &[&str] =
    &["khởi động sau", "bắt đầu sau", "start sau", "khởi động", "bắt đầu", "start", "thời gian khởi động"];

/// More or less than before: with a figure right behind it no value of its own.
pub const RELATIVE: &[&str] = &["giảm", "bớt", "hạ", "trừ", "thêm", "tăng", "tăng thêm", "cộng", "cộng thêm", "up"];

/// Director.
pub const DISCOUNT: &[&str] = &["giảm", "chiết khấu", "ck", "discount", "bớt", "giảm giá", "giảm cho khách"];
pub const MARKUP: &[&str] = &["hệ số", "markup", "lãi", "nhân", "cộng thêm"];
pub const VAT: &[&str] = &["vat", "thuế", "gtgt", "thuế gtgt"];
pub const PRICE: &[&str] =
    &["giá", "lên", "thành", "tăng lên", "là", "xuống", "giảm xuống", "còn", "sửa giá", "đơn giá", "price", "tăng", "to"];
