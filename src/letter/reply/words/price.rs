//! Of prices: what the Director writes beside them.

pub const DISCOUNT: &[&str] = &["giảm", "chiết khấu", "ck", "discount", "bớt", "giảm giá", "giảm cho khách"];
pub const MARKUP: &[&str] = &[
    "hệ số",
    "markup",
    "lãi",
    "nhân",
    "cộng thêm",
    "giá vốn cộng",
    "giá vốn cộng thêm",
    "giá vốn +",
    "giá vốn thêm",
    "vốn cộng",
    "vốn cộng thêm",
    "vốn +",
    "trên giá vốn",
    "trên vốn",
    "so với giá vốn",
    "so với vốn",
    "tăng giá vốn",
    "gv cộng",
    "gv +",
    "gv thêm",
    "trên gv",
    "so với gv",
    "cost +",
    "cost plus",
    "over cost",
    "above cost",
    "on cost",
];
/// A markup as what the cost is multiplied by.
pub const TIMES_COST: &[&str] = &["hệ số", "nhân", "nhân hệ số", "factor"];
/// What work costs the house.
pub const COST: &[&str] = &["giá vốn", "vốn", "gv", "cost"];
/// What is said with one of them is about prices.
pub const OF_PRICES: &[&str] = &[
    "giá",
    "báo giá",
    "không báo",
    "đưa vào",
    "vốn",
    "gv",
    "hệ số",
    "lãi",
    "margin",
    "markup",
    "server",
    "price",
    "prices",
    "cost",
];
/// Of what is earned in the price, and not on top of the cost: 30 % of it are 42,9 % on cost.
pub const GROSS_MARGIN: &[&str] =
    &["lãi gộp", "lợi nhuận", "biên", "biên lãi", "tỷ suất", "margin", "gross", "trên doanh thu", "trên giá bán", "of revenue"];
/// Beside a markup besides [`DISCOUNT`]: it can be none.
pub const LOWER: &[&str] =
    &["thấp hơn", "dưới", "hạ", "trừ", "trừ đi", "rẻ hơn", "kém", "ít hơn", "below", "under", "less", "lower"];
/// Of some of the items: a rate is one for all.
pub const THE_REST: &[&str] = &["còn lại", "mục khác", "hạng mục khác", "the rest", "the others", "other items", "remaining"];
pub const VAT: &[&str] = &["vat", "thuế", "gtgt", "thuế gtgt"];
/// Beside the tax of the server.
pub const BESIDE_TAX: &[&str] = &["cho", "của", "phần", "là", "thì", "mức", "for", "on", "the", "of"];
pub const PRICE: &[&str] =
    &["giá", "lên", "thành", "tăng lên", "là", "xuống", "giảm xuống", "còn", "sửa giá", "đơn giá", "price", "tăng", "to"];

/// Right before a tax: the price is without it.
pub const WITHOUT_TAX: &[&str] = &[
    "chưa",
    "chưa gồm",
    "chưa bao gồm",
    "chưa có",
    "chưa tính",
    "chưa cộng",
    "không gồm",
    "không bao gồm",
    "ko gồm",
    "ko bao gồm",
    "trước",
    "cộng",
    "+",
    "plus",
    "before",
    "excl",
    "excluding",
    "without",
];
/// And with it.
pub const WITH_TAX: &[&str] = &[
    "đã gồm",
    "đã bao gồm",
    "gồm",
    "bao gồm",
    "gồm cả",
    "bao gồm cả",
    "đã có",
    "đã tính",
    "đã cộng",
    "đã",
    "luôn",
    "luôn cả",
    "gồm luôn",
    "đã gồm luôn",
    "tính luôn",
    "full",
    "có",
    "cả",
    "kèm",
    "sau",
    "incl",
    "including",
    "with",
];

/// How long a quote stands.
pub const VALID: &[&str] = &["hiệu lực", "valid", "validity"];

/// What terms of payment begin with, and what they say besides figures.
pub const PAY_TERMS: &[&str] = &[
    "thanh toán",
    "điều khoản thanh toán",
    "điều kiện thanh toán",
    "đặt cọc",
    "cọc",
    "trả trước",
    "tạm ứng",
    "payment",
    "payment terms",
];
pub const PAID_HOW: &[&str] = &[
    "một lần",
    "toàn bộ",
    "đợt",
    "ngay",
    "khi ký",
    "trước khi",
    "khi bàn giao",
    "khi nghiệm thu",
    "sau nghiệm thu",
    "in full",
    "upfront",
];

/// Outside the tax.
pub const NO_VAT: &[&str] = &["không chịu thuế", "ko chịu thuế", "k chịu thuế", "không chịu vat", "kct"];

pub const SERVER_NAMED: &[&str] = &["server", "server riêng", "máy chủ", "máy chủ riêng", "sv", "private server"];

/// How long a price of the server holds. `năm` is no five where it stands beside an amount.
pub const MONTH: &[&str] = &["tháng", "month", "months"];
pub const YEAR: &[&str] = &["năm", "year", "years"];
pub const OTHER_SPAN: &[&str] = &["quý", "quarter", "quarters", "tuần", "week"];
pub const ONCE: &[&str] = &["một lần", "1 lần", "trọn gói", "once", "one-off"];
/// What else stands beside such a span.
pub const BESIDE_SPAN: &[&str] =
    &["cho", "mỗi", "hàng", "hằng", "theo", "tính", "giá", "là", "trong", "một", "per", "a", "for", "each", "every"];
/// Before it: not one, and not in digits.
pub const SOME_COUNT: &[&str] =
    &["nửa", "hai", "ba", "bốn", "sáu", "vài", "mấy", "các", "những", "mười", "half", "two", "three", "six", "several"];

/// No price at all. The server's is 0 where the customer has one.
pub const FREE: &[&str] = &["miễn phí", "tặng", "biếu", "free", "free of charge", "không tính tiền", "không tính phí"];
pub const BESIDE_FREE: &[&str] = &["khách", "khách hàng", "kh", "cho", "là", "tính", "đ", "đồng", "giá"];

/// Behind an item's number: it is in no quote.
pub const LEAVES_OUT: &[&str] = &[
    "không",
    "ko",
    "k",
    "no",
    "không đưa",
    "ko đưa",
    "không đưa vào",
    "ko đưa vào",
    "không báo",
    "ko báo",
    "không báo giá",
    "ko báo giá",
    "không chào",
    "bỏ",
    "bỏ ra",
    "bỏ ra khỏi",
    "bỏ khỏi",
    "loại",
    "loại ra",
    "loại khỏi",
    "not in",
    "leave out",
    "left out",
    "exclude",
];
pub const BESIDE_LEAVING: &[&str] =
    &["báo giá", "báo giá này", "vào", "vào báo giá", "cho khách", "khách", "kh", "mục này", "the quote", "quote"];

/// Before a new price, where it is not one by so much.
pub const PRICE_TO: &[&str] = &["lên", "xuống", "thành", "còn", "to"];

/// Beside a price, and it is none yet.
pub const UNDOES_PRICE: &[&str] = &[
    "nếu",
    "nhưng",
    "nhưng mà",
    "if",
    "trừ",
    "trừ khi",
    "miễn là",
    "với điều kiện",
    "điều kiện",
    "tuy nhiên",
    "but",
    "except",
    "unless",
    "ngoại trừ",
    "provided",
    "khi nào",
];
/// The same where it is what stops an answer first: `bỏ mục 3`, but not `giảm thêm 5%`.
pub const ADDS_OR_DROPS: &[&str] = &["bỏ", "thêm"];

/// What may stand beside a rate of the whole quote and changes nothing of it.
pub const BESIDE_RATE: &[&str] = &[
    "cho",
    "khách",
    "khách hàng",
    "kh",
    "trên",
    "tổng",
    "tổng giá",
    "tổng giá trị",
    "tổng báo giá",
    "giá",
    "báo giá",
    "giá vốn",
    "vốn",
    "gv",
    "toàn bộ",
    "cả",
    "hết",
    "tất cả",
    "các mục",
    "các hạng mục",
    "mọi mục",
    "mục",
    "hạng mục",
    "mỗi",
    "từng",
    "lần giá vốn",
    "phần trăm",
    "percent",
    "thêm",
    "nữa",
    "còn",
    "là",
    "lấy",
    "để",
    "áp dụng",
    "chung",
    "mức",
    "theo",
    "tính",
    "cộng",
    "tăng",
    "so với",
    "trước thuế",
    "sau giảm giá",
    "off",
    "on",
    "the",
    "all",
    "total",
    "price",
    "prices",
    "whole",
    "quote",
    "of",
    "for",
    "customer",
];

/// Right behind a tax: the price holds it.
pub const TAX_WITHIN: &[&str] =
    &["rồi", "luôn", "đã gồm", "đã bao gồm", "đã có", "đã tính", "đã trong giá", "trong giá", "trong đó", "included", "incl"];
