//! The nine steps of one case, act by act, as its people do them, and what time does.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::desk::mail::Mail;
use super::people::workbook::{Entries, How};
use super::place::{Place, Put};

const CSKH: (&str, &str) = ("Bùi Ngọc Lam", "lam.bui@anphat.example");
pub const SALES: (&str, &str) = ("Trần Thị Lan", "lan.tran@anphat.example");
const LEADER: (&str, &str) = ("Lê Mạnh Hùng", "hung.le@anphat.example");
const TECH: (&str, &str) = ("Mai Xuân Lộc", "loc.mai@anphat.example");
const DIRECTOR: (&str, &str) = ("Phạm Tiến Dũng", "dung.pham@anphat.example");
pub const DESK: &str = "yeucau@anphat.example";

/// One act, or a time that comes.
pub struct Act {
    pub step: &'static str,
    pub name: &'static str,
    /// The act that it follows; empty: none.
    pub after: &'static str,
    pub at: &'static str,
    what: fn(&Hands) -> Vec<Put>,
    /// Where the case stands then; empty: there is none.
    pub then: &'static str,
    /// Asked only before a release: another one in the ordinary run is like it.
    pub like_another: bool,
}

/// In whose hands the desk's letters are, and when.
pub struct Hands<'a> {
    place: &'a Place,
    at: DateTime<Utc>,
}

impl Act {
    pub fn time(&self) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{}:00+07:00", self.at)).expect("a time").to_utc()
    }

    /// What is put into the inbox of this desk.
    pub fn puts(&self, place: &Place) -> Vec<Put> {
        (self.what)(&Hands { place, at: self.time() })
    }
}

impl Hands<'_> {
    fn mail(&self, mail: &Mail) -> Vec<Put> {
        vec![Put { folder: String::new(), name: "thư.eml".into(), bytes: mail.bytes() }]
    }

    /// A mail that answers none.
    fn writes(&self, who: (&'static str, &'static str)) -> Mail<'static> {
        Mail::new(who, DESK, self.at.into())
    }

    /// Answers the newest letter with these words.
    fn says(&self, who: (&'static str, &'static str), words: &str) -> Vec<Put> {
        self.mail(&self.writes(who).answering(&self.place.letter_to(who.1), words))
    }

    /// Fills in the form that came last, and drops it into their own folder.
    fn fills_in(&self, who: (&'static str, &'static str), form: &Entries) -> Vec<Put> {
        let bytes = form.typed_into(&self.place.form_for(who.1), How::ByName);
        vec![Put { folder: who.1.into(), name: "Phiếu Nam Phong.xlsx".into(), bytes }]
    }
}

fn item(no: u32, content: &str, more: &[(&str, &str)]) -> serde_json::Value {
    let mut row = json!({ "stt": no, "nd": content });
    more.iter().for_each(|(name, value)| row[*name] = json!(value));
    row
}

const ITEMS: [(u32, &str); 2] = [(1, "In phiếu cân xe"), (2, "Công nợ theo công trình")];

fn need(hands: &Hands, names_sales: bool) -> Vec<Put> {
    let mut mail = hands.writes(CSKH);
    mail.cc = names_sales.then_some(SALES);
    mail.subject = "Nhu cầu của Nam Phong".into();
    mail.text = "Khách Nam Phong cần in phiếu cân xe và xem công nợ theo công trình.".into();
    hands.mail(&mail)
}

fn feedback(hands: &Hands) -> Vec<Put> {
    let told = [("kt_kq", "Có"), ("kt_sv", "Không"), ("kt_cp", "12.000.000"), ("kt_ngay", "4")];
    let mut form = Entries { items: ITEMS.map(|(no, content)| item(no, content, &told)).into(), ..Entries::default() };
    form.field("kt_srv", "Không").field("kt_start", "3 ngày");
    hands.fills_in(TECH, &form)
}

fn prices(hands: &Hands) -> Vec<Put> {
    let told = [("gd_bao", "Có"), ("gd_gia", "18.000.000")];
    let mut form = Entries { items: ITEMS.map(|(no, content)| item(no, content, &told)).into(), ..Entries::default() };
    form.field("pr_mode", "Theo từng mục").field("pr_vat", 8).field("pr_dec", "Duyệt");
    hands.fills_in(DIRECTOR, &form)
}

fn contract(hands: &Hands) -> Vec<Put> {
    let letter = hands.place.letter_to(SALES.1);
    let signed = hands.writes(SALES).answering(&letter, "ĐÃ KÝ số HD-01, ngày 10/03/2026");
    hands.mail(&signed.attach("Hợp đồng đã ký.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n".to_vec()))
}

fn belongs_nowhere() -> Vec<Put> {
    vec![Put { folder: SALES.1.into(), name: "x.pdf".into(), bytes: b"%PDF-1.4".to_vec() }]
}

fn stranger(hands: &Hands) -> Vec<Put> {
    let mut mail = hands.writes(("Người Lạ", "a@elsewhere.example"));
    mail.text = "DUYỆT".into();
    hands.mail(&mail)
}

/// Each after one that stands before it.
pub const ACTS: [Act; 29] = {
    const fn act(
        step: &'static str,
        name: &'static str,
        after: &'static str,
        at: &'static str,
        what: fn(&Hands) -> Vec<Put>,
        then: &'static str,
    ) -> Act {
        Act { step, name, after, at, what, then, like_another: false }
    }
    const fn like_another(act: Act) -> Act {
        Act { like_another: true, ..act }
    }
    [
        act("-", "nowhere", "", "2026-03-02T08:30", |_| belongs_nowhere(), ""),
        act("-", "stranger", "", "2026-03-02T08:30", stranger, ""),
        act("1", "need", "", "2026-03-02T08:30", |h| need(h, true), "Drafting"),
        like_another(act("1", "need without Sales", "", "2026-03-02T08:30", |h| need(h, false), "Assigning")),
        act("2", "form", "need", "2026-03-02T09:30", |h| h.fills_in(SALES, &Entries::of_nam_phong()), "Review"),
        like_another(act(
            "2",
            "form with errors",
            "need",
            "2026-03-02T09:30",
            |h| h.fills_in(SALES, &Entries::default()),
            "Drafting",
        )),
        act("2", "approved", "form", "2026-03-02T10:00", |h| h.says(LEADER, "DUYỆT"), "Feedback"),
        act("2", "returned", "form", "2026-03-02T10:00", |h| h.says(LEADER, "TRẢ LẠI: cần rõ lợi ích"), "Drafting"),
        act("2", "rejected", "form", "2026-03-02T10:00", |h| h.says(LEADER, "TỪ CHỐI: không hợp"), "Closed"),
        act("3", "Tech's answers", "approved", "2026-03-03T09:00", feedback, "Completing"),
        like_another(act("5", "completed", "Tech's answers", "2026-03-03T10:00", |h| h.says(SALES, "XONG"), "Pricing")),
        act("5", "prices, quote out", "completed", "2026-03-03T14:00", prices, "Quoted"),
        act("6", "agreed", "prices, quote out", "2026-03-04T09:00", |h| h.says(SALES, "KH ĐỒNG Ý"), "Contracting"),
        act(
            "6",
            "changes asked",
            "prices, quote out",
            "2026-03-04T09:00",
            |h| h.says(SALES, "KH XIN SỬA: thêm mẫu in"),
            "Drafting",
        ),
        like_another(act(
            "6",
            "price haggled",
            "prices, quote out",
            "2026-03-04T09:00",
            |h| h.says(SALES, "KH XIN SỬA: giảm giá 5%"),
            "Pricing",
        )),
        like_another(act(
            "6",
            "declined",
            "prices, quote out",
            "2026-03-04T09:00",
            |h| h.says(SALES, "KH TỪ CHỐI: hết ngân sách"),
            "Closed",
        )),
        act("7", "signed", "agreed", "2026-03-10T14:00", contract, "Contracting"),
        act(
            "7",
            "paid, archived",
            "signed",
            "2026-03-11T09:00",
            |h| h.says(SALES, "ĐÃ THANH TOÁN 38.880.000đ, ngày 11/03/2026"),
            "Scheduling",
        ),
        act(
            "8",
            "start and end",
            "paid, archived",
            "2026-03-11T10:00",
            |h| h.says(TECH, "Bắt đầu 12/03/2026, kết thúc 18/03/2026"),
            "Delivering",
        ),
        act("9", "progress", "start and end", "2026-03-11T11:00", |h| h.says(TECH, "Tiến độ 50%"), "Delivering"),
        like_another(act("9", "tested", "progress", "2026-03-17T10:00", |h| h.says(TECH, "Đã test xong"), "Delivering")),
        act(
            "9",
            "handed over",
            "tested",
            "2026-03-17T15:00",
            |h| h.says(SALES, "Đã bàn giao, đóng giúp em. Khách nghiệm thu ngày 17/03/2026."),
            "Closed",
        ),
        like_another(act("time", "reminder to assign", "need without Sales", "2026-03-02T14:00", |_| vec![], "Assigning")),
        act("time", "reminder of the review", "form", "2026-03-03T08:30", |_| vec![], "Review"),
        like_another(act("time", "review late", "form", "2026-03-03T13:40", |_| vec![], "Review")),
        act("time", "review passed up", "form", "2026-03-05T08:30", |_| vec![], "Review"),
        like_another(act("time", "reminder of the quote", "prices, quote out", "2026-03-18T15:00", |_| vec![], "Quoted")),
        act("time", "quote expired", "prices, quote out", "2026-03-19T09:00", |_| vec![], "Closed"),
        like_another(act("-", "a status asked", "form", "2026-03-02T10:00", |h| h.says(SALES, "TRẠNG THÁI"), "Review")),
    ]
};
