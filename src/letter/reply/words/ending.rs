//! What the reason of a closing says where it tells of the end of the work; in letters without marks.

pub const ACCEPTANCE: &[&str] = &["bien ban nghiem thu", "nghiem thu", "accepted"];
pub const FINISHED: &[&str] = &["xong", "hoan thanh", "hoan tat", "ban giao", "done", "finished", "completed", "handed over"];
/// What may stand beside either.
pub const BESIDE_ENDING: &[&str] = &["da", "roi", "day du", "a", "em", "anh", "chi", "nhe", "cam on", "thanks", "all"];
/// Who has accepted, and how. `đã bàn giao cho khách` is none.
pub const BESIDE_ACCEPTANCE: &[&str] = &[
    "khach hang",
    "khach",
    "kh",
    "ben",
    "phia",
    "dong y",
    "ky",
    "dat",
    "va",
    "ngay",
    "hom",
    "vao",
    "the customer",
    "customer",
    "has",
    "have",
    "on",
    "and",
];
