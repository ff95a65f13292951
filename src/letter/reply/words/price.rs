//! Of prices: what the Director writes beside them.

pub const DISCOUNT: &[&str] = &["giảm", "chiết khấu", "ck", "discount", "bớt", "giảm giá", "giảm cho khách"];
pub const MARKUP: &[&str] = &[
    "hệ số",
    "markup",
    "lãi",
    "nhân",
    "cộng thêm",
    "giá vốn cộng",
    "giá vốn +",
    "giá vốn thêm",
    "vốn cộng",
    "vốn +",
    "trên giá vốn",
    "trên vốn",
    "so với giá vốn",
    "so với vốn",
    "tăng giá vốn",
    "cost +",
    "cost plus",
    "over cost",
    "above cost",
    "on cost",
];
/// A markup as what the cost is multiplied by.
pub const TIMES_COST: &[&str] = &["hệ số", "nhân", "nhân hệ số", "factor"];
pub const VAT: &[&str] = &["vat", "thuế", "gtgt", "thuế gtgt"];
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
    "toàn bộ",
    "cả",
    "hết",
    "tất cả",
    "các mục",
    "các hạng mục",
    "mọi mục",
    "mục",
    "hạng mục",
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
