//! What a customer who wants another quote is said to want.

/// The quote's prices or its validity: the Director's to change.
pub const ABOUT_PRICE: &[&str] =
    &["giảm", "giảm giá", "chiết khấu", "giá", "đắt", "rẻ", "rẻ hơn", "discount", "price", "gia hạn", "hiệu lực", "extend"];
/// What is to be made changes.
pub const ABOUT_WORK: &[&str] = &[
    "thêm",
    "bỏ",
    "đổi",
    "sửa",
    "mục",
    "hạng mục",
    "tính năng",
    "báo cáo",
    "phương án",
    "số lượng",
    "user",
    "người dùng",
    "add",
    "remove",
];
/// Nothing changes.
pub const KEEPS: &[&str] = &[
    "giữ nguyên",
    "không đổi",
    "không thay đổi",
    "không có gì thay đổi",
    "như cũ",
    "unchanged",
    "no change",
    "no changes",
    "as before",
];
/// Longer validity, which is the Director's to give as a price is.
pub const VALIDITY: &[&str] = &["gia hạn", "hiệu lực", "extend"];
/// What takes back some of `giữ nguyên`.
pub const BUT: &[&str] = &["nhưng", "chỉ", "trừ", "riêng", "cần", "but", "except", "only"];
