//! What the form says beside its labels, in both languages.

use super::layout::{Said, Zone, said};
use crate::process::case::{Reason, State};
use crate::process::house::{Lang, Role};

pub(super) const TITLE: Said = said("PHIẾU PHÂN TÍCH YÊU CẦU TÙY BIẾN", "CUSTOMIZATION REQUEST: ANALYSIS FORM");
pub(super) const TITLE_REVIEW: Said = said("DUYỆT & PHẢN HỒI", "REVIEW & ANSWERS");
pub(super) const TITLE_PROJECT: Said = said("TRAO ĐỔI & DỰ ÁN", "EXCHANGES & PROJECT");
pub(super) const ITEMS: Said = said("Các hạng mục", "Items");
pub(super) const EXCHANGES: Said =
    said("Trao đổi: thông tin bổ sung (chỉ ghi thêm dòng mới)", "Exchanges: what came up (append only)");
pub(super) const REVISION: Said = said("lần sửa", "revision");
pub(super) const CHECK: Said = said("Nội dung kiểm tra", "Check");
pub(super) const VERDICT: Said = said("Kết luận", "Verdict");
pub(super) const REMARK: Said = said("Nhận xét", "Remark");
pub(super) const UNKNOWN: Said = said("Chưa rõ", "Not known");
pub(super) const SUGGESTED: Said = said("Giá gợi ý", "Suggested price");
pub(super) const SUM_COST: Said = said("Tổng giá vốn các mục (chưa gồm server)", "Cost of all items (server not included)");
pub(super) const SUM_SUGGESTED: Said = said("Tổng giá gợi ý", "Suggested prices in all");
pub(super) const SUM_PRICE: Said = said("Tổng đơn giá báo KH đã điền", "Prices filled in so far");
pub(super) const COMPUTED: Said =
    said("Tự tính trong phiếu này; báo giá do hệ thống tính.", "Computed in this workbook; the desk computes the quote.");
pub(super) const MARKED: Said =
    said("Các ô đỏ cần sửa: xem ghi chú ở từng ô.", "Red cells need mending: see the note at each of them.");
pub(super) const AGREED: Said = said("Đồng ý", "Agreed");
pub(super) const PAGE: Said = said("Trang", "Page");

pub(super) const GUIDE_TITLE: Said = said("HƯỚNG DẪN ĐIỀN PHIẾU", "HOW TO FILL IN THE FORM");
pub(super) const GUIDE: [Said; 8] = [
    said(
        "Chỉ điền các ô có màu của mình (bảng màu bên dưới). Ô xám do người khác hoặc hệ thống điền; nếu sửa, hệ thống giữ giá trị cũ và báo lại.",
        "Fill in the cells of your own colour (see below). Grey cells are other people's or the desk's; if changed, the old value stays and you are told.",
    ),
    said("Nhãn có dấu * là bắt buộc ở bước này.", "Labels with * are needed at this step."),
    said(
        "Tiền: số đồng, ghi 15.000.000 hoặc 15tr đều được. Số ngày: ngày làm việc, ghi 5 hoặc 2,5. Ngày tháng: ngày/tháng/năm, ví dụ 23/06/2026. Phần trăm: ghi 5 nghĩa là 5 %.",
        "Money: đồng, as 15,000,000 or 15tr. Days: working days, 5 or 2.5. Dates: day/month/year, e.g. 23/06/2026. Percent: 5 means 5 %.",
    ),
    said(
        "Mỗi hạng mục một dòng, một việc. Thiếu dòng: chèn thêm dòng trong bảng. STT đánh lại thoải mái, hệ thống vẫn nhận ra từng mục.",
        "One item, one row. Insert rows if there are too few. Numbers may be changed; the desk still knows each item.",
    ),
    said(
        "Bảng Trao đổi: ghi tiếp vào dòng trống, không sửa dòng cũ. “Cho KH xem?” là Có: được kể lại cho khách; báo giá và phụ lục không in bảng này, điều khách cần đọc thì ghi vào “Ghi chú cho KH” của hạng mục.",
        "Exchanges: go on in the next empty row, leave old rows. Rows marked so may be told to the customer; quote and appendix print none of them: what the customer is to read goes into the item's note for the customer.",
    ),
    said(
        "Xong thì lưu (xlsx, xls và ods đều đọc được) và trả lời mail kèm file này, hoặc chép vào thư mục inbox mang địa chỉ email của mình.",
        "Then save (xlsx, xls and ods are read) and reply to the mail with this file, or put it into the inbox folder with your address.",
    ),
    said(
        "Có ô chưa đúng: hệ thống gửi lại chính file này, ô cần sửa tô đỏ kèm ghi chú. Không mất gì đã điền.",
        "If something is wrong, this very file comes back with the cells marked red and a note. Nothing typed is lost.",
    ),
    said(
        "Có thể thêm dòng, cột, màu tùy ý, nhưng đừng đổi tên sheet và nhãn.",
        "Rows, columns and colours may be added; please keep sheet names and labels.",
    ),
];
pub(super) const GUIDE_COLOURS: Said = said("Màu của ai", "Whose colour");
pub(super) const GUIDE_FIELDS: Said = said("Các ô và cách điền", "Cells and how to fill them in");
pub(super) const GUIDE_HEAD: [Said; 4] =
    [said("Nhãn", "Label"), said("Ai điền", "Who"), said("Cách điền", "How"), said("Giá trị cho phép", "Allowed values")];

/// What is asked of the reader, under the form's title.
pub(super) fn asked(role: Option<Role>) -> Said {
    match role {
        None | Some(Role::Operator) => {
            said("Phiếu đầy đủ: mỗi người điền ô có màu của mình.", "The whole form: each fills in their own colour.")
        }
        Some(Role::Cskh) => said("Bản để xem.", "For your information."),
        Some(Role::Sales) => said(
            "Anh/chị điền các ô màu vàng, lưu lại rồi gửi trả file này.",
            "Please fill in the yellow cells and send this file back.",
        ),
        Some(Role::Leader) => said(
            "Anh/chị kiểm tra phiếu và điền các ô màu xanh dương ở sheet “Duyệt & Phản hồi”.",
            "Please check the form and fill in the blue cells on the sheet “Review & Answers”.",
        ),
        Some(Role::Tech | Role::TechHead) => said(
            "Anh/chị trả lời từng hạng mục ở các ô màu xanh lá, và phần chung ở sheet “Duyệt & Phản hồi”.",
            "Please answer each item in the green cells, and the whole on the sheet “Review & Answers”.",
        ),
        Some(Role::Director) => said(
            "Anh/chị cho giá ở các ô màu cam: từng mục ở sheet này, phần chung và quyết định ở sheet “Duyệt & Phản hồi”.",
            "Please set prices in the orange cells: per item here, the whole and your decision on the sheet “Review & Answers”.",
        ),
    }
}

/// The heading over a zone's columns of the item table.
pub(super) fn band(zone: Zone) -> Said {
    match zone {
        Zone::Sales => said("Sales điền", "Sales"),
        Zone::Leader => said("Leader điền", "Leader"),
        Zone::Tech => said("Kỹ thuật điền", "Tech"),
        Zone::Director => said("Giám đốc điền", "Director"),
        Zone::System | Zone::Everyone => said("Tự tính", "Computed"),
    }
}

/// The cell `Trạng thái`.
pub(super) fn state(state: State) -> Said {
    match state {
        State::Assigning => said("Chờ giao Sales", "Waiting for a Sales"),
        State::Drafting => said("Sales điền phiếu", "Sales fills in the form"),
        State::Review => said("Leader duyệt", "Leader reviews"),
        State::Feedback => said("Kỹ thuật phản hồi", "Tech answers"),
        State::Completing => said("Sales hoàn thiện phiếu", "Sales completes the form"),
        State::Pricing => said("Giám đốc cho giá", "Director sets the price"),
        State::Quoted => said("Đã báo giá, chờ khách hàng", "Quoted, waiting for the customer"),
        State::Contracting => said("Ký hợp đồng", "Contract"),
        State::Scheduling => said("Xếp lịch thực hiện", "Scheduling"),
        State::Delivering => said("Đang thực hiện", "Being delivered"),
        State::Closed => said("Đã đóng", "Closed"),
    }
}

/// The cell `Lý do đóng`.
pub(super) fn reason(reason: Reason) -> Said {
    match reason {
        Reason::Done => said("Hoàn thành", "Done"),
        Reason::Rejected => said("Từ chối", "Rejected"),
        Reason::Declined => said("Khách hàng từ chối", "Declined by the customer"),
        Reason::Expired => said("Báo giá hết hiệu lực", "Quote expired"),
        Reason::Withdrawn => said("Rút yêu cầu", "Withdrawn"),
    }
}

/// The banner of a form that the Leader has confirmed.
pub(super) fn confirmed(lang: Lang, name: &str, day: &str, rev: u32, round: u32) -> String {
    match lang {
        Lang::Vi => format!("Leader {name} đã duyệt ngày {day} (lần sửa {rev}, vòng {round})."),
        Lang::En => format!("Confirmed by Leader {name} on {day} (revision {rev}, round {round})."),
    }
}
