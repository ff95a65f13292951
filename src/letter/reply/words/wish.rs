//! What a customer who wants another quote is said to want.

/// The quote's prices or its validity: the Director's to change.
pub const ABOUT_PRICE: &[&str] = &[
    "giảm",
    "giảm giá",
    "bớt",
    "hạ",
    "chiết khấu",
    "ck",
    "giá",
    "đắt",
    "rẻ",
    "rẻ hơn",
    "làm tròn",
    "discount",
    "price",
    "gia hạn",
    "hiệu lực",
    "extend",
    "thanh toán",
    "trả trước",
    "đặt cọc",
    "cọc",
    "vat",
    "thuế",
    "payment",
    "tax",
];
/// Terms that the Director gives: dropped or changed, they are no work.
pub const TERMS: &[&str] =
    &["vat", "thuế", "đợt thanh toán", "cách thanh toán", "điều khoản thanh toán", "phương thức thanh toán", "cọc", "đặt cọc"];
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
    "màn hình",
    "chức năng",
    "phân hệ",
    "mẫu in",
    "cột",
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
