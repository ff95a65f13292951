//! Every single cell of the form, in the order in which it stands on the sheets.

use super::Section::*;
use super::{Blank, DateRule, Field, Kind, MoneyRule, Pick, Step, When, Zero, Zone, pick, said};
use crate::process::house::Role;

const LINE: Kind = Kind::Text { most: 200 };
const LONG: Kind = Kind::Long { least: 0 };
const ANY_DATE: Kind = Kind::Date(DateRule::Any);
/// A cost or price: one amount, 0 allowed.
const AMOUNT: Kind = Kind::Money(MoneyRule { zero: Zero::Yes, about: false, unknown: false });

pub(super) const YES_NO: Kind = Kind::Choice(&[YES, NO]);
pub(super) const YES: Pick = pick("yes", "Có", "Yes", &["co a", "y", "x", "v", "ok", "true", "1", "cần"]);
pub(super) const NO: Pick = pick("no", "Không", "No", &["ko", "k", "khong a", "n", "false", "0", "không cần"]);
const YES_NO_UNKNOWN: Kind = Kind::Choice(&[YES, NO, pick("unknown", "Chưa rõ", "Not known", &["chưa biết", "không rõ"])]);

const VERDICT: Kind = Kind::Choice(&[
    pick("dat", "Đạt", "Passed", &["ok", "đã đạt", "pass"]),
    pick("khong_dat", "Không đạt", "Not passed", &["chưa đạt", "ko đạt", "k đạt", "fail"]),
    pick("can_lam_ro", "Cần làm rõ", "To be clarified", &["làm rõ", "chưa rõ"]),
]);
const OVERALL: Kind = Kind::Choice(&[
    pick("duyet", "Duyệt", "Confirm", &["đồng ý", "đã duyệt", "dong_y", "confirmed"]),
    pick("tra_lai", "Trả lại làm rõ", "Send back", &["trả lại", "cần làm rõ", "làm rõ", "clarify"]),
    pick("tu_choi", "Từ chối", "Reject", &["rejected"]),
]);
const DECISION: Kind = Kind::Choice(&[
    pick("duyet", "Duyệt", "Approve", &["đồng ý", "đã duyệt", "approved"]),
    pick("tra_lai", "Trả lại", "Send back", &["trả lại làm rõ", "làm rõ", "return"]),
    pick("tu_choi", "Từ chối", "Reject", &["rejected"]),
]);
const SALUTATION: Kind = Kind::Choice(&[
    pick("Anh", "Anh", "Mr (Anh)", &["a"]),
    pick("Chị", "Chị", "Ms (Chị)", &["c"]),
    pick("Cô", "Cô", "Ms (Cô)", &[]),
    pick("Chú", "Chú", "Mr (Chú)", &[]),
    pick("Ông", "Ông", "Mr (Ông)", &[]),
    pick("Bà", "Bà", "Ms (Bà)", &[]),
]);
const MODE: Kind = Kind::Choice(&[
    pick("per_item", "Theo từng mục", "Per item", &["từng mục", "theo mục"]),
    pick("markup", "Hệ số trên giá vốn", "Markup on cost", &["hệ số", "theo hệ số"]),
]);
const ROUND: Kind = Kind::Choice(&[
    pick("1000", "1.000", "1,000", &["1k", "nghìn"]),
    pick("10000", "10.000", "10,000", &["10k", "chục nghìn"]),
    pick("100000", "100.000", "100,000", &["100k", "trăm nghìn"]),
]);
const VAT: Kind = Kind::Choice(&[
    pick("kct", "KCT", "Exempt", &["không chịu thuế", "không chịu thuế GTGT", "miễn thuế"]),
    pick("0", "0", "0 %", &["0%"]),
    pick("5", "5", "5 %", &["5%"]),
    pick("8", "8", "8 %", &["8%"]),
    pick("10", "10", "10 %", &["10%"]),
]);
const CYCLE: Kind = Kind::Choice(&[
    pick("once", "Một lần", "Once", &["1 lần", "trọn gói"]),
    pick("month", "Tháng", "Month", &["hàng tháng", "theo tháng", "/tháng"]),
    pick("year", "Năm", "Year", &["hàng năm", "theo năm", "/năm"]),
]);

/// All single fields.
pub static FIELDS: &[Field] = &[
    // ---- Phiếu phân tích: the form itself
    Field::new("id", Case, Zone::System, LINE, said("Mã yêu cầu", "Request id")).also(&["Mã phiếu"]),
    Field::new("rev", Case, Zone::System, Kind::Number { least: 0, most: i64::MAX }, said("Lần sửa phiếu", "Form revision"))
        .also(&["Phiên bản"]),
    Field::new("status", Case, Zone::System, LINE, said("Trạng thái", "State")),
    Field::new("date", Case, Zone::Sales, Kind::Date(DateRule::NotFuture), said("Ngày lập phiếu", "Form date"))
        .also(&["Ngày"])
        .needed(Step::B2)
        .blank(Blank::Today)
        .help("Ngày lập phiếu, không sau hôm nay. Ví dụ: 23/06/2026.", "The day of this form, not after today."),
    Field::new("sales", Case, Zone::Sales, Kind::Person(Role::Sales), said("Sales phụ trách", "Sales"))
        .also(&["NVKD", "Nhân viên kinh doanh"])
        .needed(Step::B2)
        .blank(Blank::Sender)
        .to_customer()
        .help("Chọn tên trong danh sách.", "Choose a name from the list."),
    Field::new("cskh", Case, Zone::Sales, Kind::Person(Role::Cskh), said("CSKH phụ trách", "Customer care"))
        .also(&["Người bàn giao"])
        .needed(Step::B2)
        .help("Người đã bàn giao nhu cầu; chọn tên trong danh sách.", "Who handed the need over; choose from the list."),
    // ---- Phiếu phân tích: the customer
    Field::new("customer", Customer, Zone::Sales, LINE, said("Tên khách hàng", "Customer"))
        .also(&["KH", "Công ty", "Khách hàng", "Tên KH"])
        .needed(Step::B2)
        .to_customer()
        .help("Tên pháp lý, như trên hợp đồng.", "The legal name, as in the contract."),
    Field::new("short", Customer, Zone::Sales, Kind::Text { most: 60 }, said("Tên gọi tắt", "Short name"))
        .also(&["Tên ngắn", "Tên file"])
        .needed(Step::B2)
        .to_customer()
        .help(
            "Tên ngắn để đặt tên file báo giá, tối đa 60 ký tự.",
            "Short name for the quote's file name, 60 characters at most.",
        ),
    Field::new("salut", Customer, Zone::Sales, SALUTATION, said("Xưng hô", "Salutation"))
        .needed(Step::B6)
        .to_customer()
        .help("Cách xưng hô với người liên hệ.", "How the contact is addressed."),
    Field::new("contact", Customer, Zone::Sales, LINE, said("Người liên hệ", "Contact"))
        .also(&["Đại diện KH"])
        .needed(Step::B2)
        .to_customer()
        .help("Họ và tên người liên hệ phía khách hàng.", "Full name of the customer's contact."),
    Field::new("ctitle", Customer, Zone::Sales, LINE, said("Chức vụ", "Title"))
        .needed(Step::B6)
        .to_customer()
        .help("Chức vụ của người liên hệ.", "The contact's title."),
    Field::new("cphone", Customer, Zone::Sales, Kind::Phone, said("Điện thoại", "Phone"))
        .also(&["SĐT", "Số điện thoại"])
        .to_customer()
        .help("Bắt đầu bằng 0 hoặc +84.", "Begins with 0 or +84."),
    Field::new("cemail", Customer, Zone::Sales, Kind::Email, said("Email KH", "Customer email"))
        .also(&["Mail KH", "Email"])
        .needed(Step::B6)
        .to_customer()
        .help("Một địa chỉ email.", "One email address."),
    Field::new("region", Customer, Zone::Sales, Kind::Region, said("Vùng", "Region"))
        .also(&["Khu vực", "Miền"])
        .needed(Step::B2)
        .help(
            "Vùng quyết định Leader và Giám đốc duyệt; chọn trong danh sách.",
            "Decides who reviews and prices; choose from the list.",
        ),
    Field::new("industry", Customer, Zone::Sales, LINE, said("Ngành nghề", "Industry"))
        .also(&["Lĩnh vực"])
        .needed(Step::B2)
        .help("Ngành kinh doanh của khách hàng.", "The customer's line of business."),
    Field::new("product", Customer, Zone::Sales, LINE, said("Sản phẩm đang dùng", "Current product"))
        .also(&["Phần mềm", "Gói"])
        .help("Phần mềm, gói mà khách hàng đang dùng.", "The product and package in use."),
    Field::new("tax", Customer, Zone::Sales, Kind::TaxCode, said("Mã số thuế", "Tax code"))
        .also(&["MST"])
        .needed(Step::B7)
        .to_customer()
        .help("10 số, hoặc 10 số và 3 số chi nhánh: 0312345678-001.", "10 digits, or 10 and 3: 0312345678-001."),
    Field::new("addr", Customer, Zone::Sales, Kind::Text { most: 500 }, said("Địa chỉ", "Address"))
        .needed(Step::B6)
        .to_customer()
        .help("Địa chỉ trên hóa đơn, hợp đồng.", "The address for contract and invoice."),
    // ---- Phiếu phân tích: need and budget
    Field::new("cskh_text", Need, Zone::Sales, Kind::Long { least: 10 }, said("Nội dung CSKH bàn giao", "Need as handed over"))
        .also(&["Nhu cầu của KH", "Nhu cầu"])
        .needed(Step::B2)
        .help("Nhu cầu như CSKH đã bàn giao, ít nhất 10 ký tự.", "The need as handed over, 10 characters at least."),
    Field::new("summary", Need, Zone::Sales, LONG, said("Đầu mục ngắn gọn", "Headings"))
        .also(&["Tóm tắt"])
        .help("Bỏ trống: hệ thống ghép từ nội dung các hạng mục.", "Left blank: made from the items' contents."),
    Field::new("cskh_link", Need, Zone::Sales, Kind::Text { most: 2000 }, said("Link công việc/comment", "Link to the task"))
        .help("Đường dẫn đến công việc hoặc comment, nếu có.", "Link to the task or comment, if any."),
    Field::new(
        "deadline",
        Need,
        Zone::Sales,
        Kind::Date(DateRule::NotBefore("date")),
        said("Deadline feedback mong muốn", "Feedback wished by"),
    )
    .also(&["Hạn phản hồi", "Deadline"])
    .help(
        "Ngày muốn có phản hồi của Kỹ thuật; bỏ trống: 3 ngày làm việc.",
        "When Tech's answer is wished; blank: 3 working days.",
    ),
    Field::new(
        "budget",
        Need,
        Zone::Sales,
        Kind::Money(MoneyRule { zero: Zero::No, about: true, unknown: true }),
        said("Ngân sách KH", "Customer's budget"),
    )
    .also(&["Budget", "Ngân sách"])
    .needed(Step::B2)
    .help(
        "Số tiền (đồng), ví dụ 80.000.000, 80tr, 80-90 triệu; hoặc “Chưa rõ”.",
        "đồng: 80,000,000, 80tr, 80-90 triệu; or “Not known”.",
    ),
    Field::new(
        "budget_srv",
        Need,
        Zone::Sales,
        Kind::Money(MoneyRule { zero: Zero::Yes, about: true, unknown: true }),
        said("Trong đó cho server riêng", "Of it for a private server"),
    )
    .also(&["Budget server", "Ngân sách server"])
    .needed(Step::B2)
    .help("Phần ngân sách cho server riêng; không có thì ghi 0.", "The part for a private server; 0 for none."),
    Field::new("srv_want", Need, Zone::Sales, YES_NO_UNKNOWN, said("KH có yêu cầu server riêng?", "Private server wanted?"))
        .needed(Step::B2)
        .help("Chọn Có, Không hoặc Chưa rõ.", "Choose Yes, No or Not known."),
    Field::new("start_want", Need, Zone::Sales, Kind::DateOrWords, said("KH mong muốn bắt đầu", "Start wished"))
        .needed(Step::B8)
        .help("Ngày, hoặc bằng chữ: “sau khi ký”, “đầu tháng 3”.", "A date, or words as “after signing”."),
    Field::new("budget_note", Need, Zone::Sales, LONG, said("Ghi chú ngân sách", "Note on the budget"))
        .help("Điều cần biết về ngân sách.", "What there is to know about the budget."),
    // ---- Duyệt & Phản hồi: the Leader's four checks (step 2)
    check(
        "ck_budget",
        VERDICT,
        said(
            "Budget KH cho dự án có đáp ứng được không (kể cả phải dùng server riêng)",
            "The customer's budget covers the project, a private server included",
        ),
    ),
    check_note("ck_budget_note", "ck_budget", said("Nhận xét: budget", "Remark: budget")),
    check(
        "ck_logic",
        VERDICT,
        said(
            "Yêu cầu có logic và khả thi trong hoạt động quản lý không",
            "The request is logical and feasible in the customer's management",
        ),
    ),
    check_note("ck_logic_note", "ck_logic", said("Nhận xét: logic", "Remark: logic")),
    check(
        "ck_benefit",
        VERDICT,
        said(
            "Đã làm rõ lợi ích với hoạt động quản lý của KH / ngành kinh doanh",
            "Its benefit to the customer's management or industry is clear",
        ),
    ),
    check_note("ck_benefit_note", "ck_benefit", said("Nhận xét: lợi ích", "Remark: benefit")),
    check(
        "ck_solution",
        VERDICT,
        said(
            "Đã có phương án tính toán, thể hiện tính năng trên phần mềm",
            "How it is computed and shown in the software is proposed",
        ),
    ),
    check_note("ck_solution_note", "ck_solution", said("Nhận xét: phương án", "Remark: solution")),
    Field::new("ld_all", Verdict, Zone::Leader, OVERALL, said("Kết luận chung", "Verdict"))
        .needed(Step::B2)
        .help("Duyệt chỉ khi cả bốn mục kiểm tra đều Đạt.", "Confirm only with all four checks passed."),
    Field::new("ld_ask", Verdict, Zone::Leader, LONG, said("Câu hỏi cần làm rõ", "Questions"))
        .also(&["Câu hỏi"])
        .needed_when(Step::B2, When::Unless("ld_all", "duyet"))
        .help("Sales cần làm rõ điều gì, hoặc lý do từ chối.", "What Sales has to clarify, or why it is rejected."),
    Field::new("ld_by", Verdict, Zone::Leader, Kind::Person(Role::Leader), said("Leader", "Leader"))
        .also(&["Người duyệt"])
        .blank(Blank::Sender)
        .help("Bỏ trống: tên người gửi phiếu.", "Left blank: the sender."),
    Field::new("ld_date", Verdict, Zone::Leader, Kind::Date(DateRule::NotFuture), said("Ngày duyệt", "Date"))
        .also(&["Ngày"])
        .blank(Blank::Today)
        .help("Bỏ trống: ngày gửi phiếu.", "Left blank: the day of sending."),
    Field::new("ld_round", Verdict, Zone::System, Kind::Number { least: 0, most: 10_000 }, said("Vòng", "Round")),
    // ---- Duyệt & Phản hồi: Tech's overall answer (step 4)
    Field::new("kt_srv", Answer, Zone::Tech, YES_NO, said("Cần server riêng (chung)", "Private server needed"))
        .also(&["Cần server riêng", "Cần server riêng?"])
        .needed(Step::B4)
        .help("Cả gói có cần server riêng không.", "Does the whole need a private server?"),
    Field::new("kt_start", Answer, Zone::Tech, Kind::Lead, said("Khởi động sau khi KH đồng ý", "Start after agreement"))
        .needed(Step::B4)
        .to_customer()
        .help("Ví dụ: 10 ngày làm việc sau khi nhận cọc; 2 tuần.", "E.g. 10 working days after the deposit; 2 weeks."),
    Field::new("kt_srv_conf", Answer, Zone::Tech, LONG, said("Cấu hình server đề xuất", "Server proposed"))
        .help("CPU, RAM, ổ đĩa, hệ điều hành.", "CPU, memory, disks, system."),
    Field::new("kt_srv_cost", Answer, Zone::Tech, AMOUNT, said("Chi phí server (giá vốn)", "Server cost"))
        .also(&["Chi phí server"])
        .needed_when(Step::B4, When::Server)
        .help(
            "Giá vốn (đồng) cho một chu kỳ. Khách hàng không thấy.",
            "Our cost (đồng) for one cycle. Never shown to the customer.",
        ),
    Field::new("kt_srv_cycle", Answer, Zone::Tech, CYCLE, said("Chu kỳ server", "Server cycle"))
        .needed_when(Step::B4, When::Server)
        .help("Chi phí server tính một lần, theo tháng hay theo năm.", "Is the server paid once, monthly or yearly?"),
    Field::new("kt_days", Answer, Zone::Tech, Kind::Days { most: 3650 }, said("Tổng số ngày", "Days in all")).to_customer().help(
        "Ngày làm việc; có thể ít hơn tổng nếu làm song song. Bỏ trống: tổng các mục.",
        "Working days; may be less than the sum. Blank: the sum.",
    ),
    Field::new("kt_risk", Answer, Zone::Tech, LONG, said("Điều kiện/rủi ro", "Conditions, risks"))
        .also(&["Rủi ro", "Điều kiện"])
        .help("Điều kiện cần có, rủi ro cần biết.", "What it depends on, what may go wrong."),
    Field::new("kt_by", Answer, Zone::Tech, Kind::Person(Role::Tech), said("Người phản hồi", "Answered by"))
        .blank(Blank::Sender)
        .help("Bỏ trống: tên người gửi phiếu.", "Left blank: the sender."),
    Field::new("kt_date", Answer, Zone::Tech, Kind::Date(DateRule::NotFuture), said("Ngày phản hồi", "Answered on"))
        .blank(Blank::Today)
        .help("Bỏ trống: ngày gửi phiếu.", "Left blank: the day of sending."),
    // ---- Duyệt & Phản hồi: the Director's price (step 5)
    Field::new("pr_mode", Pricing, Zone::Director, MODE, said("Cách định giá", "Pricing by")).help(
        "Theo từng mục: điền đơn giá trên phiếu. Hệ số: giá vốn × (1 + %).",
        "Per item: prices in the table. Markup: cost × (1 + %).",
    ),
    Field::new("pr_markup", Pricing, Zone::Director, Kind::Percent { most: 1000 }, said("Hệ số tăng (%)", "Markup (%)"))
        .also(&["Hệ số tăng"])
        .needed_when(Step::B5, When::Markup)
        .help("Ghi 30 nghĩa là tăng 30 % trên giá vốn.", "30 means 30 % on top of cost."),
    Field::new("pr_round", Pricing, Zone::Director, ROUND, said("Làm tròn lên", "Round up to")).help(
        "Giá theo hệ số được làm tròn lên bội số này; bỏ trống: 100.000.",
        "Markup prices are rounded up to this; blank: 100,000.",
    ),
    Field::new("pr_srv", Pricing, Zone::Director, AMOUNT, said("Giá server báo KH", "Server price"))
        .needed_when(Step::B5, When::Server)
        .to_customer()
        .help("Giá server báo khách hàng (đồng).", "The customer's price of the server (đồng)."),
    Field::new("pr_srv_vat", Pricing, Zone::Director, VAT, said("Thuế GTGT server (%)", "VAT on the server (%)"))
        .also(&["Thuế GTGT server"])
        .to_customer()
        .help("Bỏ trống: thuế suất mặc định của công ty.", "Left blank: the company's default rate."),
    Field::new("pr_disc_pct", Pricing, Zone::Director, Kind::Percent { most: 100 }, said("Chiết khấu (%)", "Discount (%)"))
        .also(&["Chiết khấu %"])
        .to_customer()
        .help("Ghi 5 nghĩa là 5 %. Chỉ điền % hoặc số tiền, không cả hai.", "5 means 5 %. Percent or amount, not both."),
    Field::new("pr_disc_amt", Pricing, Zone::Director, AMOUNT, said("Chiết khấu (số tiền)", "Discount (amount)"))
        .also(&["Chiết khấu số tiền"])
        .to_customer()
        .help("Số tiền (đồng). Chỉ điền % hoặc số tiền, không cả hai.", "đồng. Percent or amount, not both."),
    Field::new("pr_vat", Pricing, Zone::Director, VAT, said("Thuế GTGT (%)", "VAT (%)"))
        .also(&["Thuế GTGT", "VAT"])
        .to_customer()
        .help(
            "Cho các mục phần mềm: KCT, 0, 5, 8 hoặc 10. Bỏ trống: mặc định.",
            "For software: exempt, 0, 5, 8 or 10. Blank: the default.",
        ),
    Field::new(
        "pr_valid",
        Pricing,
        Zone::Director,
        Kind::Number { least: 1, most: 365 },
        said("Hiệu lực (ngày)", "Valid (days)"),
    )
    .also(&["Hiệu lực"])
    .to_customer()
    .help("Số ngày báo giá có hiệu lực; bỏ trống: 15.", "Days that the quote holds; blank: 15."),
    Field::new("pr_pay", Pricing, Zone::Director, LONG, said("Điều khoản thanh toán", "Terms of payment"))
        .to_customer()
        .help("Bỏ trống: điều khoản mẫu của công ty.", "Left blank: the company's terms."),
    Field::new("pr_dec", Pricing, Zone::Director, DECISION, said("Quyết định GĐ", "Decision"))
        .needed(Step::B5)
        .help("Duyệt, Trả lại (kèm ghi chú) hoặc Từ chối.", "Approve, Send back (with a note) or Reject."),
    Field::new("pr_by", Pricing, Zone::Director, Kind::Person(Role::Director), said("Người duyệt", "Approved by"))
        .blank(Blank::Sender)
        .help("Bỏ trống: tên người gửi phiếu.", "Left blank: the sender."),
    Field::new("pr_date", Pricing, Zone::Director, Kind::Date(DateRule::NotFuture), said("Ngày", "Date"))
        .blank(Blank::Today)
        .help("Bỏ trống: ngày gửi phiếu.", "Left blank: the day of sending."),
    Field::new("pr_note", Pricing, Zone::Director, LONG, said("Ghi chú", "Note"))
        .needed_when(Step::B5, When::Unless("pr_dec", "duyet"))
        .help(
            "Nội bộ: câu hỏi cho Sales hoặc lý do. Khách hàng không thấy.",
            "Internal: the question to Sales, or the reason. Never shown to the customer.",
        ),
    // ---- Trao đổi & Dự án: kept by the desk from the answers in mails (steps 6 to 9)
    shown("quote_no", Quote, LINE, said("Số báo giá", "Quote number")),
    shown("quote_rev", Quote, Kind::Number { least: 0, most: 10_000 }, said("Lần báo giá", "Quote revision")),
    shown("quote_date", Quote, ANY_DATE, said("Ngày chốt báo giá", "Quote date")),
    shown("quote_until", Quote, ANY_DATE, said("Hiệu lực đến", "Valid until")),
    shown("quote_file", Quote, LINE, said("Tên file đã gửi", "File sent")),
    shown("quote_sent", Quote, ANY_DATE, said("Ngày gửi KH", "Sent to the customer on")),
    shown("quote_said", Quote, LINE, said("KH phản hồi", "Customer's answer")),
    shown("agreed_on", Quote, ANY_DATE, said("Ngày KH đồng ý", "Agreed on")),
    shown("declined_why", Quote, LONG, said("Lý do từ chối", "Why declined")),
    shown("contract_no", Contract, LINE, said("Số hợp đồng", "Contract number")),
    shown("contract_date", Contract, ANY_DATE, said("Ngày ký", "Signed on")),
    shown("appendix_no", Contract, LINE, said("Số phụ lục", "Appendix number")),
    shown("archived", Contract, LINE, said("Đã lưu tài liệu KH", "Filed in the customer's folder")),
    shown("paid_on", Contract, ANY_DATE, said("Ngày nhận thanh toán", "Paid on")),
    shown("paid_vnd", Contract, AMOUNT, said("Số tiền đã nhận", "Amount received")),
    shown("plan_start", Project, ANY_DATE, said("KT xác nhận ngày bắt đầu", "Start confirmed by Tech")),
    shown("plan_end", Project, ANY_DATE, said("Ngày kết thúc dự kiến", "End planned")),
    shown("progress", Project, LINE, said("Tiến độ", "Progress")),
    shown("tested_on", Project, ANY_DATE, said("Ngày test", "Tested on")),
    shown("handed_on", Project, ANY_DATE, said("Ngày bàn giao", "Handed over on")),
    shown("closed_on", Project, ANY_DATE, said("Ngày đóng", "Closed on")),
    shown("closed_why", Project, LINE, said("Lý do đóng", "Why closed")),
];

/// One of the Leader's four checks.
const fn check(name: &'static str, kind: Kind, label: super::Said) -> Field {
    Field::new(name, Checks, Zone::Leader, kind, label)
        .needed(Step::B2)
        .help("Chọn Đạt, Không đạt hoặc Cần làm rõ.", "Choose Passed, Not passed or To be clarified.")
}

const fn check_note(name: &'static str, of: &'static str, label: super::Said) -> Field {
    Field::new(name, Checks, Zone::Leader, LONG, label)
        .needed_when(Step::B2, When::Unless(of, "dat"))
        .help("Bắt buộc nếu không Đạt.", "Needed unless passed.")
}

/// A cell that the desk fills in and nobody types into.
const fn shown(name: &'static str, section: super::Section, kind: Kind, label: super::Said) -> Field {
    Field::new(name, section, Zone::System, kind, label)
}
