//! The whole ordinary case, and what every step answers.

use crate::play::play;

/// From the need to the hand-over: steps 1 to 9.
pub const NINE_STEPS: &str = r"
    T2 08:00  cskh      need @sales                      -> Drafting, need to sales, due T3 17:30
    T2 10:00  sales     form 2 items                     -> Review, review to leader, due T3 10:00
    T2 14:00  leader    form duyệt                       -> Feedback, feedback to tech tech2, due T5 14:00
    T3 09:00  tech      form M01:15/5 khởi động          -> Feedback
    T3 15:00  tech2     form M02:8/2                     -> Completing, completing to sales
    T3 16:00  sales     XONG                             -> Pricing, pricing to director
    T4 09:00  director  form 20 12                       -> Quoted, quote to sales, revision 1
    T4 09:30  sales     ĐÃ GỬI KH                        -> Quoted
    T6 10:00  sales     KH ĐỒNG Ý                        -> Contracting, contracting to sales
    T2 09:00  sales     ĐÃ KÝ số 12/HĐ 09/03             -> Contracting
    T3 09:00  sales     ĐÃ THANH TOÁN 16tr 10/03         -> Scheduling, scheduling to tech tech2, due T4 09:00
    T3 15:00  tech      bắt đầu 12/03, kết thúc 20/03    -> Delivering, planned to sales cskh tech2
";

#[test]
fn nine_steps() {
    let played = play(&format!(
        "{NINE_STEPS}
        T6 10:00  tech      tiến độ 50%: xong báo cáo 1  -> Delivering, progress to sales cskh
        18/03 9:00 tech2    đã test xong                 -> Delivering, progress to sales cskh
        20/03 9:00 tech     đã bàn giao                  -> Delivering, progress to sales cskh, turn sales
        T6 16:00  sales     đã bàn giao 20/03            -> Closed, as done, closed to sales cskh leader tech tech2 director
    "
    ));
    let quote = played.case.quote().expect("quoted");
    assert_eq!((quote.subtotal, quote.half_days), (32_000_000, Some(14)));
    assert_eq!(played.case.form.text("ld_all"), Some("duyet"));
}
