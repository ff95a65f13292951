//! Of contracts, and of papers that come along.

pub const CONTRACT_NUMBER: &[&str] = &["hđ số", "hợp đồng số", "số hđ", "số hợp đồng"];
pub const CONTRACTS: &[&str] = &["hđ", "hđkt", "hđnt", "hợp đồng", "contract"];
/// Its number, told or put right.
pub const NUMBER_OF_CONTRACT: &[&str] = &["số hợp đồng", "số hđ", "số của hợp đồng", "contract number"];
pub const BEFORE_NUMBER: &[&str] = &[
    "sửa",
    "sửa lại",
    "sửa giúp",
    "đổi",
    "cập nhật",
    "đính chính",
    "bổ sung",
    "báo",
    "gửi",
    "nhờ",
    "giúp",
    "ghi",
    "ghi lại",
    "lại",
];
/// Of these the ones that put something right.
pub const RIGHTED: &[&str] = &["sửa", "sửa lại", "sửa giúp", "đổi", "cập nhật", "đính chính", "ghi lại"];
pub const BESIDE_NUMBER: &[&str] = &["là", "đúng là", "mới là", "đúng", "từ", "sang", "thành", "hợp đồng", "hđ", "số", "is"];
/// A contract for all that comes, with an appendix for each work.
pub const FRAMEWORK: &[&str] =
    &["hợp đồng khung", "hđ khung", "hợp đồng nguyên tắc", "hđ nguyên tắc", "hđnt", "framework contract", "framework agreement"];
/// Said where a paper comes along.
pub const COMES_ALONG: &[&str] = &["gửi kèm", "đính kèm", "kèm", "kèm theo", "attached", "enclosed"];
/// Such papers.
pub const PAPERS: &[&str] = &[
    "unc",
    "ủy nhiệm chi",
    "uỷ nhiệm chi",
    "biên bản",
    "biên bản nghiệm thu",
    "bbnt",
    "tài liệu",
    "hợp đồng",
    "hđ",
    "bản ký",
    "bản cứng",
    "chứng từ",
    "sao kê",
    "bill",
    "biên lai",
    "phiếu thu",
    "giấy báo có",
    "hóa đơn",
    "hoá đơn",
    "ảnh",
    "ảnh chụp",
    "email",
    "mail",
    "xác nhận",
    "đơn đặt hàng",
    "po",
    "của khách",
    "của kh",
    "bản scan",
    "scan",
    "file",
    "tệp",
    "xin",
    "gửi",
    "có",
    "theo",
    "đây",
    "trong mail",
    "mail này",
    "the",
    "is",
    "receipt",
];
pub const CUSTOMER_SIGNED: &[&str] = &[
    "đã ký",
    "ký rồi",
    "đã ký hđ",
    "ký hđ",
    "ký hợp đồng",
    "đã ký hợp đồng",
    "ký luôn hđ",
    "ký luôn hợp đồng",
    "signed",
    "đã kí",
    "kí rồi",
    "đã kí hđ",
    "kí hđ",
    "kí hợp đồng",
    "đã kí hợp đồng",
];
/// What may stand beside a signature and its number.
pub const BESIDE_SIGNING: &[&str] = &[
    "khung",
    "nguyên tắc",
    "framework",
    "agreement",
    "hợp đồng",
    "hđ",
    "hđkt",
    "số",
    "ngày",
    "hôm",
    "vào",
    "lúc",
    "ký",
    "kí",
    "xong",
    "đã",
    "và",
    "với",
    "của",
    "đóng dấu",
    "đã đóng dấu",
    "hai bên",
    "cả hai bên",
    "đủ",
    "on",
    "dated",
    "contract",
    "the",
];
/// A day that no calendar has.
pub const SOME_DAY: &[&str] = &[
    "tuần trước",
    "tuần rồi",
    "tháng trước",
    "tháng rồi",
    "hôm trước",
    "hôm nọ",
    "đầu tuần",
    "cuối tuần",
    "đầu tháng",
    "cuối tháng",
    "last week",
    "last month",
];
/// What a contract's number stands behind.
pub const NUMBER: &[&str] = &["số", "no", "number"];
pub const CONTRACT: &[&str] = &["hđ", "hđkt", "hđnt", "hợp", "đồng", "contract", "khung", "nguyên", "tắc"];
/// Signed, and not the contract.
pub const OTHER_PAPERS: &[&str] =
    &["phụ lục", "nda", "biên bản", "bản nháp", "nháp", "một bên", "bảo mật", "nghiệm thu", "thanh lý", "draft", "appendix"];
/// The day of the signature, told or put right.
pub const SIGNING_DAY: &[&str] = &["ngày ký", "ngày ký hợp đồng", "ngày ký hđ", "signing date", "date of signature"];
pub const DAY: &[&str] = &["ngày", "hôm", "on"];
pub const WRITTEN_WRONG: &[&str] = &["nhầm", "ghi nhầm", "gõ nhầm", "báo nhầm", "sai", "ghi sai", "gõ sai", "báo sai"];
pub const NOT_THIS: &[&str] =
    &["chứ không phải", "không phải", "chứ ko phải", "ko phải", "not", "instead of", "thay vì", "thay cho"];

/// Of a file that came: it is the contract, or it is not.
pub const IS_CONTRACT: &[&str] =
    &["là hợp đồng", "là bản hợp đồng", "là hđ", "đúng là hợp đồng", "is the contract", "it is the contract"];
pub const NO_CONTRACT: &[&str] = &[
    "không phải hợp đồng",
    "không phải là hợp đồng",
    "không phải bản hợp đồng",
    "không phải là bản hợp đồng",
    "không phải hđ",
    "không phải là hđ",
    "not the contract",
    "it is not the contract",
];
pub const OF_A_FILE: &[&str] = &["tệp", "file", "này", "đó", "đây", "kia", "vừa gửi", "bản", "đã ký", "đúng", "đính kèm", "this"];
