//! The columns of the item table and of the table of exchanges, from left to right.

use super::fields::{NO, YES, YES_NO};
use super::{Column, DateRule, Kind, MoneyRule, Step, When, Zero, Zone, pick, said};

const LINE: Kind = Kind::Text { most: 200 };
const LONG: Kind = Kind::Long { least: 0 };

const FEASIBLE: Kind = Kind::Choice(&[
    pick("yes", "Có", "Yes", &["khả thi", "được", "làm được", "ok", "đáp ứng được", "y"]),
    pick("no", "Không", "No", &["không khả thi", "không được", "không làm được", "ko", "k", "n"]),
    pick("partial", "Một phần", "Partly", &["1 phần", "được một phần", "làm được một phần", "partial"]),
]);
const PRIORITY: Kind = Kind::Choice(&[
    pick("must", "Bắt buộc", "Must", &["phải có", "cao"]),
    pick("should", "Nên có", "Should", &["nên", "trung bình"]),
    pick("nice", "Có thì tốt", "Nice to have", &["thấp", "tùy"]),
]);
const SIDE: Kind = Kind::Choice(&[
    pick("kh", "KH", "Customer", &["khách hàng", "khách"]),
    pick("cskh", "CSKH", "Customer care", &["chăm sóc khách hàng"]),
    pick("sales", "Sales", "Sales", &["kinh doanh", "NVKD"]),
    pick("leader", "Leader", "Leader", &["trưởng nhóm"]),
    pick("tech", "KT", "Tech", &["kỹ thuật", "tech"]),
    pick("director", "GĐ", "Director", &["giám đốc"]),
]);

/// The item table. A row is an item where any of Sales' cells has something in it.
pub static ITEMS: &[Column] = &[
    Column::new("stt", Zone::Sales, Kind::Number { least: 1, most: 100_000 }, said("STT", "No."), 6.0)
        .also(&["TT", "Số thứ tự", "No"])
        .needed(Step::B2)
        .to_customer()
        .help("Số thứ tự, không trùng.", "A number, none twice."),
    Column::new("ma", Zone::System, Kind::Text { most: 12 }, said("Mã mục", "Item id"), 8.0).hidden(),
    Column::new("khu", Zone::Sales, LINE, said("Khu vực / Phân hệ", "Area / module"), 18.0)
        .also(&["Khu vực", "Phân hệ", "Module"])
        .needed(Step::B2)
        .to_customer()
        .help("Phân hệ của phần mềm, ví dụ: Bán hàng.", "The software's module, e.g. Sales."),
    Column::new("nd", Zone::Sales, LONG, said("Nội dung yêu cầu", "Content"), 32.0)
        .also(&["Nội dung", "Hạng mục", "Yêu cầu"])
        .needed(Step::B2)
        .to_customer()
        .help("Một việc khách hàng cần, gói trong một câu.", "One thing that the customer wants, in one sentence."),
    Column::new("dg", Zone::Sales, LONG, said("Diễn giải", "Explanation"), 34.0)
        .also(&["Giải thích", "Mô tả", "Mô tả chi tiết", "Chi tiết"])
        .needed(Step::B2)
        .to_customer()
        .help("Làm gì, ở đâu, cho ai, theo quy tắc nào.", "What, where, for whom, by which rules."),
    Column::new("md", Zone::Sales, LONG, said("Mục đích / Lợi ích", "Purpose / benefit"), 30.0)
        .also(&["Mục đích", "Lợi ích"])
        .needed(Step::B2)
        .help("Khách hàng quản lý tốt hơn ở điểm nào.", "What the customer manages better with it."),
    Column::new("pa", Zone::Sales, LONG, said("Phương án tính toán / thể hiện", "Solution: computed and shown how"), 34.0)
        .also(&["Phương án", "Phương án tính toán"])
        .needed(Step::B2)
        .amended_by(Zone::Leader)
        .help("Công thức tính và cách thể hiện trên phần mềm.", "How it is computed and shown in the software."),
    Column::new("ut", Zone::Sales, PRIORITY, said("Mức ưu tiên", "Priority"), 13.0)
        .also(&["Ưu tiên"])
        .help("Bắt buộc, Nên có hoặc Có thì tốt.", "Must, Should or Nice to have."),
    Column::new("kh_gc", Zone::Sales, LONG, said("Ghi chú cho KH", "Note for the customer"), 24.0)
        .to_customer()
        .help("In trên báo giá: khách hàng sẽ đọc.", "Printed on the quote: the customer reads it."),
    Column::new("ld", Zone::Leader, LONG, said("Leader: nhận xét", "Leader: remark"), 26.0)
        .also(&["Nhận xét của Leader"])
        .help("Nội bộ: nhận xét cho mục này.", "Internal: a remark on this item."),
    Column::new("kt_kq", Zone::Tech, FEASIBLE, said("KT: Khả thi", "Tech: feasible"), 12.0)
        .also(&["Khả thi", "Khả thi?"])
        .needed(Step::B4)
        .help("Có, Không hoặc Một phần.", "Yes, No or Partly."),
    Column::new(
        "kt_cp",
        Zone::Tech,
        Kind::Money(MoneyRule { zero: Zero::Noted("kt_gc"), about: false, unknown: false }),
        said("KT: Chi phí (giá vốn)", "Tech: cost"),
        16.0,
    )
    .also(&["KT: Chi phí", "Chi phí", "Giá vốn"])
    .needed_when(Step::B4, When::Doable)
    .help(
        "Giá vốn (đồng): 15.000.000 hoặc 15tr. Ghi 0 thì nêu lý do ở Ghi chú.",
        "Our cost (đồng). With 0, say why in the note.",
    ),
    Column::new("kt_ngay", Zone::Tech, Kind::Days { most: 365 }, said("KT: Số ngày", "Tech: days"), 10.0)
        .also(&["Số ngày"])
        .needed_when(Step::B4, When::Doable)
        .to_customer()
        .help("Ngày làm việc, lẻ 0,5 được.", "Working days, halves allowed."),
    Column::new("kt_ld", Zone::Tech, LONG, said("KT: Lý do không làm được", "Tech: why not"), 26.0)
        .also(&["Lý do không làm được", "Lý do"])
        .needed_when(Step::B4, When::NotDoable)
        .help("Bắt buộc nếu Không khả thi.", "Needed where it is not feasible."),
    Column::new("kt_pv", Zone::Tech, LONG, said("KT: Phạm vi phần làm được", "Tech: what can be done"), 26.0)
        .also(&["Phạm vi phần làm được", "Phạm vi"])
        .needed_when(Step::B4, When::Partial)
        .to_customer()
        .help("Bắt buộc nếu Một phần: phần nào làm được.", "Needed where partly: which part."),
    Column::new("kt_sv", Zone::Tech, YES_NO, said("KT: Cần server riêng?", "Tech: private server?"), 12.0)
        .also(&["Cần server riêng?", "Server riêng"])
        .help("Riêng mục này có cần server riêng không.", "Does this item need a private server?"),
    Column::new("kt_gc", Zone::Tech, LONG, said("KT: Ghi chú", "Tech: note"), 24.0).help("Nội bộ.", "Internal."),
    Column::new("gd_bao", Zone::Director, YES_NO, said("GĐ: Đưa vào báo giá?", "Director: in the quote?"), 12.0)
        .also(&["Đưa vào báo giá?"])
        .help("Bỏ trống: Có, nếu làm được.", "Left blank: yes, if it can be done."),
    Column::new(
        "gd_gia",
        Zone::Director,
        Kind::Money(MoneyRule { zero: Zero::Yes, about: false, unknown: false }),
        said("GĐ: Đơn giá báo KH", "Director: price"),
        16.0,
    )
    .also(&["Đơn giá báo KH", "Đơn giá"])
    .needed_when(Step::B5, When::PricedPerItem)
    .to_customer()
    .help("Giá báo khách hàng (đồng), chưa thuế.", "The customer's price (đồng), before VAT."),
    Column::new("gd_ngay", Zone::Director, Kind::Days { most: 365 }, said("GĐ: Số ngày báo KH", "Director: days told"), 11.0)
        .also(&["Số ngày báo KH"])
        .to_customer()
        .help("Bỏ trống: số ngày của Kỹ thuật.", "Left blank: Tech's days."),
    Column::new("gd_gc", Zone::Director, LONG, said("GĐ: Ghi chú", "Director: note"), 24.0).help("Nội bộ.", "Internal."),
];

/// The table of exchanges (step 5: what came up in talks). Append only: rows that went out are never changed.
pub static EXCHANGES: &[Column] = &[
    Column::new("date", Zone::Everyone, Kind::Date(DateRule::Any), said("Ngày", "Date"), 12.0)
        .help("Bỏ trống: hôm nay.", "Left blank: today."),
    Column::new("who", Zone::Everyone, LINE, said("Người", "Who"), 22.0).help("Ai nói.", "Who said it."),
    Column::new("side", Zone::Everyone, SIDE, said("Bên", "Side"), 12.0).help("Người đó thuộc bên nào.", "Which side that is."),
    Column::new("item", Zone::Everyone, LINE, said("Mục liên quan", "Item"), 14.0)
        .also(&["Mục"])
        .help("STT hoặc mã mục; bỏ trống: cả phiếu.", "Number or id of the item; blank: all."),
    Column::new("text", Zone::Everyone, LONG, said("Nội dung", "What was said"), 70.0)
        .also(&["Nội dung trao đổi"])
        .help("Điều đã trao đổi, thống nhất.", "What was said or agreed."),
    Column::new("shown", Zone::Everyone, Kind::Choice(&[YES, NO]), said("Cho KH xem?", "For the customer's eyes?"), 12.0)
        .help("Bỏ trống: Không.", "Left blank: no."),
];
