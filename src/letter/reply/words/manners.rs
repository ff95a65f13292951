//! What stands around an answer and says nothing: greetings, thanks, names' company.

/// Said before or after an answer, and changing nothing.
pub const POLITE: &[&str] = &[
    "ạ",
    "nhé",
    "nhe",
    "nha",
    "nhá",
    "nhen",
    "nghen",
    "dạ",
    "vâng",
    "em",
    "e",
    "anh",
    "a",
    "chị",
    "c",
    "mình",
    "m",
    "tôi",
    "t",
    "bạn",
    "sếp",
    "anh chị",
    "mọi người",
    "các em",
    "các bạn",
    "team",
    "rồi",
    "r",
    "luôn",
    "đó",
    "đấy",
    "thế",
    "vậy",
    "cả nhà",
    "please",
    "pls",
    "sir",
    "all",
    "it",
    "ơi",
    "đi",
    "you",
];

/// Thanks and regards that stand around an answer.
pub const THANKS: &[&str] = &[
    "cảm ơn",
    "cám ơn",
    "xin cảm ơn",
    "thanks",
    "thank you",
    "thank",
    "thks",
    "tks",
    "tk",
    "tkss",
    "thanks em",
    "thanks anh",
    "cảm ơn nhiều",
    "nhiều",
    "many thanks",
    "thân",
    "trân trọng",
    "best regards",
    "regards",
    "br",
    "và",
    "kính",
    "kính thư",
];

/// Seen or received: neither an approval nor anything else.
pub const NOTED: &[&str] = &[
    "đã xem",
    "đã nhận",
    "đã nhận được",
    "đã nhận đc",
    "nhận được",
    "đã rõ",
    "noted",
    "well noted",
    "note",
    "đã ghi nhận",
    "got it",
    "received",
    "đã biết",
    "rõ",
    "copy",
    "đã đọc",
    "seen",
    "mail",
    "email",
    "thông tin",
    "phiếu",
    "form",
    "file",
    "tệp",
];

/// Greetings that stand on or before the first line.
pub const GREETINGS: &[&str] = &[
    "dear",
    "hi",
    "hello",
    "chào",
    "kính gửi",
    "kính chào",
    "thưa",
    "em chào",
    "anh chào",
    "chị chào",
    "dạ chào",
    "dạ em chào",
    "alo",
    "kính thưa",
];

/// Said where a request is given to a colleague.
pub const HANDS_ON: &[&str] = &["giao", "giao cho", "nhận", "phụ trách", "chuyển cho", "chuyển", "assign", "take"];

pub const BESIDE_HANDING_ON: &[&str] =
    &["nhờ", "giúp", "hộ", "cho", "case", "case này", "yêu cầu", "yêu cầu này", "phiếu", "phiếu này", "này", "ơi", "khách này"];

/// Said before a name.
pub const KIN: &[&str] = &["anh", "chị", "em", "ông", "bà", "cô", "chú", "bác", "a", "c", "mr", "ms", "mrs", "sếp", "bạn"];
