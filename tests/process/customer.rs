//! Steps 6 to 9: the customer's word, contract, plan, work.

use quotedesk::letter::messages::Words;
use quotedesk::process::act::What;
use quotedesk::process::case::Plan;
use quotedesk::process::delivery::without_plan_as_it_is;
use quotedesk::process::event::Event;
use quotedesk::process::house::Lang;
use quotedesk::process::outline::Outline;

use crate::ordinary::NINE_STEPS;
use crate::play::play;

/// The ordinary case up to a line that begins so.
fn until(beginning: &str, script: &str) -> crate::play::Played {
    let lines = NINE_STEPS.lines().map(str::trim);
    let before: Vec<&str> = lines.take_while(|l| !l.starts_with(beginning)).collect();
    play(&format!("{}\n{script}", before.join("\n")))
}

fn quoted(script: &str) -> crate::play::Played {
    until("T4 09:30", script)
}

fn contracting(script: &str) -> crate::play::Played {
    until("T2 09:00  sales     ĐÃ KÝ", script)
}

fn scheduling(script: &str) -> crate::play::Played {
    until("T3 15:00  tech      bắt", script)
}

/// All is handed over and accepted; half of it is paid.
fn done(script: &str) -> crate::play::Played {
    let end = r"
        T3 15:00  tech   bắt đầu 12/03, kết thúc 20/03 -> Delivering, planned to sales cskh tech2
        20/03 9:00 sales đã bàn giao 20/03             -> Closed, as done, closed to sales cskh leader tech tech2 director
    ";
    scheduling(&format!("{}\n{script}", end.trim_end()))
}

/// What the customer wants changed is known until the new quote, whatever way the form takes in between.
#[test]
fn what_the_customer_wants_changed_is_kept_until_the_next_quote() {
    let script = r"
        T5 08:00  sales    KH XIN SỬA: thêm báo cáo 3     -> Drafting, clarify to sales
        T5 09:00  sales    form +1                        -> Review, review to leader
        T5 10:00  leader   DUYỆT                          -> Feedback, feedback to tech tech2
        T5 11:00  tech     form M01:15/5 M02:8/2 M03:10/3 -> Completing, completing to sales
        T5 14:00  sales    XONG                           -> Pricing, pricing to director
    ";
    assert_eq!(quoted(script).case.change_asked.map(|wanted| wanted.text).as_deref(), Some("thêm báo cáo 3"));
    let again = quoted(&format!("{script}\n T5 15:00  director form 20 12 15  -> Quoted, quote to sales, revision 2"));
    assert_eq!(again.case.change_asked, None);
}

/// A price for a server that Tech says is not needed makes no quote at once.
#[test]
fn a_server_that_nobody_needs_is_told_back() {
    let quoted = until(
        "T4 09:00",
        r"
        T4 09:00  director form server 20 20 12 -> Pricing, confirm to director
        T4 09:10  director DUYỆT                -> Quoted, quote to sales
    ",
    );
    assert_eq!(quoted.case.quote().expect("quoted").subtotal, 52_000_000);
}

#[test]
fn the_customer_declines() {
    quoted(
        r"
        T5 08:00  director KH TỪ CHỐI: giá cao  -> refused not_yours
        T5 08:00  sales    KH TỪ CHỐI:          -> refused needs
        T5 08:10  sales    KH TỪ CHỐI: giá cao  -> Closed, closed to sales cskh leader tech tech2 director, as declined
    ",
    );
}

#[test]
fn a_change_of_price_goes_to_the_director() {
    quoted(
        r"
        T5 08:00  sales    KH XIN SỬA:                 -> refused needs
        T5 08:10  sales    KH XIN SỬA: giảm 10%        -> Pricing, pricing to director
        T5 08:20  director form 18 11                  -> Quoted, quote to sales, revision 2
        T5 08:30  sales    cũ KH ĐỒNG Ý                -> refused superseded
        T5 08:40  sales    KH ĐỒNG Ý                   -> Contracting, contracting to sales
        T5 08:50  sales    KH ĐỒNG Ý                   -> refused already_decided
        T5 09:00  sales    KH XIN SỬA: chiết khấu thêm -> Pricing, pricing to director
    ",
    );
}

#[test]
fn a_change_of_work_goes_through_all_hands() {
    let played = quoted(
        r"
        T5 08:10  sales    KH XIN SỬA: thêm báo cáo theo vùng -> Drafting, clarify to sales, due 09/03 08:10
        T5 08:15  sales    KH ĐỒNG Ý                          -> refused not_now
        T5 08:20  sales    form +1                            -> Review, review to leader
        T5 08:30  leader   DUYỆT                              -> Feedback, feedback to tech tech2
        T5 08:40  tech     form M03:10/4                      -> Completing, completing to sales
        T5 08:50  sales    form trao đổi                      -> Pricing, pricing to director
        T5 09:00  director form 20 12 15                      -> Quoted, quote to sales, revision 2
        T5 09:10  sales    KH ĐỒNG Ý 05/03                    -> Contracting, contracting to sales
    ",
    );
    assert_eq!(
        played.case.quotes.iter().map(|q| (q.superseded, q.subtotal)).collect::<Vec<_>>(),
        [(true, 32_000_000), (false, 47_000_000)]
    );
}

#[test]
fn a_quote_runs_out_on_the_sixteenth_day() {
    let script = r"
        11/03 09:00  clock                          -> Quoted, quote-runs-out to sales
        16/03 09:00  clock                          -> Quoted, quote-runs-out to sales
        19/03 23:00  sales  trạng thái              -> Quoted, status to sales
        20/03 00:00  clock                          -> Closed, closed to sales cskh leader tech tech2 director, as expired
        20/03 08:00  sales  KH ĐỒNG Ý 19/03         -> refused closed
        20/03 08:05  tech   BÁO GIÁ LẠI: đi         -> refused not_yours
    ";
    quoted(&format!(
        "{script}
        20/03 08:10  sales    BÁO GIÁ LẠI:     -> Pricing, pricing to director, reopened to cskh leader tech tech2
        20/03 09:00  director DUYỆT            -> Quoted, quote to sales, revision 2
    "
    ));
    quoted(&format!(
        "{script}\n20/03 08:10  sales  BÁO GIÁ LẠI: thêm báo cáo -> Drafting, clarify to sales, reopened to cskh leader tech tech2 director"
    ));
    quoted(&format!(
        "{script}\n20/03 08:10  sales  BÁO GIÁ LẠI: khách hỏi lại, giữ nguyên các mục -> Pricing, pricing to director, reopened to cskh leader tech tech2"
    ));
    quoted(&format!(
        "{script}\n20/03 08:10  operator  MỞ LẠI: khách gọi -> Drafting, need to sales, reopened to cskh leader tech tech2 director"
    ));
}

#[test]
fn agreement_in_time() {
    quoted("19/03 23:50  sales  KH ĐỒNG Ý -> Contracting, contracting to sales");
    quoted("T5 08:00  sales  KH ĐỒNG Ý 09/03 -> refused not_yet");
    // Of a day before the quote: that was another one, or it is the wrong year.
    let played = quoted("T5 08:00  sales  KH ĐỒNG Ý 03/03 -> refused before_quote");
    assert_eq!(played.case.agreed_on, None);
    contracting("T2 09:00  sales  ĐÃ THANH TOÁN 16tr 03/03 -> refused before_quote");
}

#[test]
fn contract_and_payment_in_any_order() {
    contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ                        -> refused needs
        T2 09:10  tech   ĐÃ KÝ số 12                  -> refused not_yours
        T2 09:20  sales  ĐÃ THANH TOÁN                -> refused needs
        T2 09:30  sales  ĐÃ THANH TOÁN 16tr 20/03     -> refused not_yet
        T2 09:40  sales  ĐÃ THANH TOÁN 16tr           -> Contracting
        T2 09:50  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
        T2 10:00  sales  ĐÃ THANH TOÁN 10tr           -> Scheduling
        T2 10:10  sales  KH XIN SỬA: thêm nữa         -> refused change_too_late, comment to leader director
    ",
    );
}

/// Free work: its signature is all that is waited for.
#[test]
fn what_costs_nothing_waits_for_no_payment() {
    let free = r"
        T4 09:00  director  form 0 0                   -> Pricing, confirm to director
        T4 09:10  director  DUYỆT                      -> Quoted, quote to sales
        T4 09:30  sales     KH ĐỒNG Ý                  -> Contracting, contracting to sales
        T4 10:00  sales     ĐÃ THANH TOÁN 0tr          -> refused needs
        T4 10:10  sales     ĐÃ THANH TOÁN 5tr          -> refused paid_too_much
        T4 10:20  sales     ĐÃ KÝ số 12/HĐ             -> Scheduling, scheduling to tech tech2
    ";
    until("T4 09:00", free);
    contracting("T2 09:00  sales  ĐÃ THANH TOÁN 0tr -> refused needs");
}

/// Nobody pays more than is owed, but for what is rounded: a typed zero too many.
#[test]
fn more_than_is_owed_is_asked_back() {
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 160tr          -> refused paid_too_much
        T2 09:10  sales  ĐÃ THANH TOÁN 16tr           -> Contracting
        T2 09:20  sales  ĐÃ THANH TOÁN 20tr           -> refused paid_too_much
        T2 09:30  sales  ĐÃ THANH TOÁN 16tr 08/03     -> Contracting
    ",
    );
    assert_eq!(played.case.contract.payments.len(), 2);
}

/// What is let pass because customers round is let pass of the whole, and not once more with each payment.
#[test]
fn payments_are_counted_against_the_whole() {
    use quotedesk::process::act::{Act, Moment, Refusal, Saw, Via};
    use quotedesk::process::rules::decide;
    let mut played = contracting("T2 09:00  sales  ĐÃ THANH TOÁN 34tr -> Contracting");
    let at = played.case.since + chrono::TimeDelta::days(4);
    let by = played.case.sales.clone();
    let mut pays = |vnd| {
        let what = What::Paid { vnd: Some(vnd), on: None };
        let act = Act { by: by.clone(), for_: None, via: Via::Mail, what, saw: Saw::default() };
        let events = decide(&played.case, &act, &played.house, &Moment::plain(at))?;
        for event in events {
            let (seq, by) = (played.case.version, by.clone());
            played.case.apply(&quotedesk::process::event::Recorded { seq, at, by, for_: None, via: Via::Mail, event });
        }
        Ok::<_, Refusal>(played.case.contract.paid())
    };
    // 34.560.000 are owed.
    assert_eq!(pays(800_000), Ok(34_800_000));
    assert_eq!(pays(100_000), Ok(34_900_000));
    let refused = pays(50_000);
    assert!(matches!(refused, Err(Refusal::PaidTooMuch { left: 0, .. })), "{refused:?}");
}

/// Told twice, by a deputy or after a second look, it is one; and where it is two, the second counts with DUYỆT.
#[test]
fn the_same_payment_told_twice_is_asked_about() {
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 10tr           -> Contracting
        T2 09:10  sales  ĐÃ THANH TOÁN 10tr           -> Contracting, confirm to sales
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
    ",
    );
    assert_eq!(played.case.contract.payments.len(), 1);
    let again = r"
        T2 09:00  sales  ĐÃ THANH TOÁN 8tr             -> Closed
        T2 09:10  sales  ĐÃ THANH TOÁN 8tr             -> Closed, confirm to sales
        T2 09:20  sales  DUYỆT                         -> Closed
        T2 09:30  sales  DUYỆT                         -> refused closed
    ";
    let played = done(again);
    assert_eq!(played.case.contract.paid(), 32_000_000);
}

/// The step moves on beside a payment that waits for its DUYỆT, by whoever it is: it is a fact of no step, and counts once it is
/// confirmed, by an answer to the letter that asked or to a later one.
#[test]
fn a_payment_told_back_waits_while_the_step_moves() {
    let signed = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 10tr           -> Contracting
        T2 09:10  sales  ĐÃ THANH TOÁN 10tr           -> Contracting, confirm to sales
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
    ",
    );
    assert!(signed.receipt().contains("Em vẫn chờ anh/chị trả lời DUYỆT"), "{}", signed.receipt());
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 10tr           -> Contracting
        T2 09:10  sales  ĐÃ THANH TOÁN 10tr           -> Contracting, confirm to sales
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
        T2 09:30  sales  cũ DUYỆT                     -> Scheduling
        T2 09:40  sales  SỬA TIỀN: 10 thành -         -> refused nothing_to_correct
        T2 09:50  sales  ĐÃ THANH TOÁN 1tr            -> Scheduling
        T2 10:00  sales  SỬA TIỀN: 1 thành 2          -> Scheduling, confirm to sales
        T2 10:10  tech   bắt đầu 12/03, kết thúc 20/03 -> Delivering, planned to sales cskh tech2
        T2 10:20  tech   RÚT LẠI                      -> Scheduling, comment to tech2 sales cskh
        T2 10:30  tech   bắt đầu 12/03, kết thúc 20/03 -> Delivering, planned to sales cskh tech2
        20/03 9:00 tech  đã bàn giao 20/03            -> Delivering, progress to sales cskh
        20/03 9:10 sales đã bàn giao 20/03            -> Closed, closed to sales cskh leader tech tech2 director
        20/03 9:20 sales DUYỆT                        -> Closed
        20/03 9:30 sales DUYỆT                        -> refused closed
    ",
    );
    assert_eq!(played.case.contract.paid(), 22_000_000);
}

/// Sales' DUYỆT on the step's own letter sends the form on, and the payment waits; one on the letter that told it back is about the
/// payment alone, and its writer hears that the step still waits.
#[test]
fn a_word_on_the_step_is_not_taken_for_one_on_the_payment() {
    let completing = r"
        T2 09:00  sales   ĐÃ THANH TOÁN 10tr           -> Contracting
        T2 09:10  sales   KH XIN SỬA: thêm một mẫu in  -> Drafting, clarify to sales
        T2 09:20  sales   form +1                      -> Review, review to leader
        T2 09:30  leader  DUYỆT                        -> Feedback, feedback to tech tech2
        T2 09:40  tech    form M01:15/5 M02:10/4 M03:5/2 khởi động -> Completing, completing to sales
        T2 09:50  sales   SỬA TIỀN: 10 thành 12        -> Completing, confirm to sales";
    let listed = |played: &crate::play::Played| {
        let words = Words::plain(Lang::Vi, &played.house, None);
        let outline = Outline::of(&played.case);
        assert_eq!(words.asked(&outline), words.asked(&played.case));
        words.asked(&outline)
    };
    let asked = "bổ sung trao đổi rồi chuyển Giám đốc";
    let waits = contracting(completing);
    assert_eq!(listed(&waits), format!("{asked}, và xác nhận khoản thanh toán đã báo"));
    let confirmed = contracting(&format!("{completing}\n T2 10:00  sales  DUYỆT  -> Completing"));
    assert_eq!((confirmed.case.contract.paid(), listed(&confirmed)), (12_000_000, asked.into()));
    let went_on = contracting(&format!("{completing}\n T2 10:00  sales  cũ DUYỆT  -> Pricing, pricing to director"));
    assert!(went_on.receipt().contains("Em vẫn chờ anh/chị trả lời DUYỆT"), "{}", went_on.receipt());
    assert_eq!((went_on.case.contract.paid(), listed(&went_on)), (10_000_000, "cho giá báo khách".into()));
}

/// A change leads back to where no payment is told: it does not wait, and whoever wants the change is told so.
#[test]
fn a_payment_told_back_falls_away_with_the_agreement() {
    let played = contracting(
        r"
        T2 09:00  sales     ĐÃ THANH TOÁN 10tr        -> Contracting
        T2 09:10  sales     ĐÃ THANH TOÁN 10tr        -> Contracting, confirm to sales
        T2 09:20  sales     KH XIN SỬA: giảm giá 5%   -> Pricing, pricing to director
        T2 09:30  sales     cũ DUYỆT                  -> refused not_yours
    ",
    );
    assert_eq!((played.case.contract.paid(), played.case.proposal), (10_000_000, None));
}

/// The customer has paid, and wants another quote, which runs out: their money is not left with a closed case. Sales is told that it is
/// late, and their Leader; what was paid can be put right meanwhile.
#[test]
fn a_quote_that_runs_out_closes_nothing_that_is_paid_for() {
    let paid = r"
        T2 09:00  sales     ĐÃ THANH TOÁN 10tr        -> Contracting
        T2 09:10  sales     KH XIN SỬA: giảm giá 5%   -> Pricing, pricing to director
        T2 09:20  director  form 38 24                -> Quoted, quote to sales, due 25/03 00:00
        16/03 9:30  clock                             -> Quoted, quote-runs-out to sales";
    let played = contracting(&format!(
        r"{paid}
        24/03 9:30  clock                             -> Quoted, quote-runs-out to sales sales
        25/03 0:30  clock                             -> Quoted, late to sales
        25/03 9:00  sales   KH ĐỒNG Ý                 -> refused quote_expired
        25/03 9:10  sales   SỬA TIỀN: 10 thành 12     -> Quoted, confirm to sales
        25/03 9:20  sales   BÁO GIÁ LẠI               -> Pricing, pricing to director
        25/03 9:30  sales   cũ DUYỆT                  -> Pricing
        25/03 9:40  director DUYỆT                    -> Quoted, quote to sales, due 10/04 00:00
    "
    ));
    assert_eq!(played.case.contract.paid(), 12_000_000);
    let played = contracting(&format!(
        "{paid}
 30/03 9:30 clock once -> Quoted, late to sales, escalation to leader"
    ));
    assert!(!played.case.is_closed());
}

/// A payment that was written down wrong is put right by a DUYỆT, however long ago it was told: which one, where there are several.
#[test]
fn a_payment_that_was_told_wrong_is_put_right() {
    let played = contracting(
        r"
        T2 09:00  sales  SỬA TIỀN: - thành 12         -> refused which_payment
        T2 09:10  sales  ĐÃ THANH TOÁN 1tr            -> Contracting
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
        T2 09:30  tech   SỬA TIỀN: - thành 12         -> refused not_yours
        T2 09:40  sales  SỬA TIỀN: - thành 12         -> Scheduling, confirm to sales
        T2 09:50  sales  SỬA TIỀN: - thành 16         -> Scheduling, confirm to sales
        T2 10:00  sales  DUYỆT                        -> Scheduling
        T2 10:10  sales  SỬA TIỀN: - thành 16         -> refused nothing_to_correct
        T2 10:20  sales  ĐÃ THANH TOÁN 10tr           -> Scheduling
        T2 10:30  sales  SỬA TIỀN: - thành 8          -> refused which_payment
        T2 10:40  sales  SỬA TIỀN: 9 thành 8          -> refused which_payment
        T2 10:50  sales  SỬA TIỀN: 10 thành 30        -> refused paid_too_much
        T2 11:00  sales  SỬA TIỀN: 10 thành 8 20/03   -> refused not_yet
        T2 11:10  sales  SỬA TIỀN: 10 thành 8 08/03   -> Scheduling, confirm to sales
        T2 11:20  sales  DUYỆT                        -> Scheduling
        T2 11:30  sales  RÚT LẠI                      -> Scheduling, comment to tech tech2
        T2 11:40  sales  SỬA TIỀN: 10 thành -         -> refused nothing_to_correct
    ",
    );
    let told = |played: &crate::play::Played| played.case.contract.payments.iter().map(|p| p.vnd / 1_000_000).collect::<Vec<_>>();
    assert_eq!(told(&played), [16, 10], "taken back, it is as before");
    let played = done(
        r"
        T2 09:00  sales  SỬA TIỀN: - thành 12         -> Closed, confirm to sales
        T2 09:10  sales  DUYỆT                        -> Closed
    ",
    );
    assert_eq!(told(&played), [12]);
    let played = contracting(
        r"
        T2 09:10  sales  ĐÃ THANH TOÁN 1tr            -> Contracting
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ               -> Scheduling, scheduling to tech tech2
        T2 09:40  sales  SỬA TIỀN: - thành 0          -> Scheduling, confirm to sales
        T2 10:00  sales  DUYỆT                        -> Scheduling
        T2 10:10  sales  SỬA TIỀN: - thành 0          -> refused which_payment
    ",
    );
    assert_eq!(told(&played), [0; 0], "another customer's");
}

/// The last part is often paid after the hand-over: written down, and nothing else moves.
#[test]
fn what_is_paid_after_the_closing_is_written_down() {
    let played = done(
        r"
        T2 09:00  tech   ĐÃ THANH TOÁN 16tr            -> refused not_yours
        T2 09:00  sales  ĐÃ THANH TOÁN 26tr            -> refused paid_too_much
        T2 09:10  sales  ĐÃ THANH TOÁN 16tr            -> Closed
        T2 09:20  sales  RÚT LẠI                       -> Closed
        T2 09:30  sales  ĐÃ THANH TOÁN 16tr            -> Closed
        T2 09:40  sales  ĐÃ KÝ số 13/HĐ                -> refused closed
    ",
    );
    assert_eq!(played.case.contract.payments.len(), 2);
    quoted(
        r"
        T5 08:10  sales  KH TỪ CHỐI: giá cao  -> Closed, closed to sales cskh leader tech tech2 director, as declined
        T5 08:20  sales  ĐÃ THANH TOÁN 16tr   -> refused closed
    ",
    );
}

/// A customer who gives up what is signed and paid: nobody works on in ignorance, and Sales is told how it is closed.
#[test]
fn a_contract_is_given_up_by_its_own_word() {
    let played = scheduling(
        r"
        T3 09:00  sales  KH TỪ CHỐI: khách hủy hợp đồng  -> refused not_now, comment to tech tech2 leader director
    ",
    );
    let why = refused(&played);
    assert!(why.contains("RÚT YÊU CẦU: lý do"), "{why}");
    scheduling(
        r"
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03   -> Delivering, planned to sales cskh tech2
        T3 15:10  sales  KH TỪ CHỐI:                     -> refused not_now
        T3 15:20  sales  RÚT YÊU CẦU: khách hủy          -> Closed, closed to sales cskh leader tech tech2 director
    ",
    );
}

/// What was paid for it pays nothing else: more work is another request.
#[test]
fn work_that_is_done_is_not_quoted_again() {
    let played = done(
        r"
        T2 09:00  sales  BÁO GIÁ LẠI: thêm đợt 2       -> refused change_too_late, comment to leader director
        T2 09:10  sales  BÁO GIÁ LẠI:                  -> refused change_too_late
        T2 09:20  sales  ĐÃ THANH TOÁN 16tr            -> Closed
    ",
    );
    assert_eq!((played.case.quotes.len(), played.case.contract.payments.len()), (1, 2));
}

/// Step 7: the work does not wait for the paper, which Sales is asked for until it is there.
#[test]
fn the_contract_itself_may_come_later() {
    use quotedesk::process::case::{FileKind, FileRef};
    let signed = r"
        T2 09:00  sales  ĐÃ THANH TOÁN 16tr              -> Contracting
        T2 09:10  sales  ĐÃ KÝ số 12/HĐ                  -> Scheduling, scheduling to tech tech2
    ";
    let played = contracting(signed);
    assert!(played.case.lacks_contract());
    assert!(played.receipt().contains("bản hợp đồng đã ký: nhờ anh/chị gửi kèm"), "{}", played.receipt());
    // Said again with it, in whatever words: nothing is lost, and nobody is asked to plan anew.
    let mut played = contracting(&format!(
        r"{signed}
        T2 09:20  sales  ĐÃ KÝ                           -> Scheduling
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03   -> Delivering, planned to sales cskh tech2
        T3 15:10  tech   ĐÃ KÝ số 12/HĐ                  -> refused not_yours
        T3 15:20  sales  ĐÃ KÝ số 12/HĐ                  -> Delivering
    "
    ));
    let contract = &played.case.contract;
    assert_eq!(
        (contract.number.as_deref(), contract.signed_on.map(|d| d.to_string())),
        (Some("12/HĐ"), Some("2026-03-09".into()))
    );
    let path = String::from("archive/Chính Đại/YC-2026-0001/hợp đồng.jpg");
    let file = FileRef { name: "hợp đồng.jpg".into(), kind: FileKind::Contract, path, sha256: String::new() };
    played.case.files.push(file);
    assert!(!played.case.lacks_contract() && !played.receipt().contains("gửi kèm"), "{}", played.receipt());
}

/// What the customer wants changed ends the contract: its paper is none of the next one's.
#[test]
fn a_new_contract_has_a_paper_of_its_own() {
    use quotedesk::process::act::Via;
    use quotedesk::process::case::{FileKind, FileRef};
    use quotedesk::process::event::Recorded;
    let mut case = contracting("T2 09:10  sales  ĐÃ KÝ số 12/HĐ -> Contracting").case;
    let path = String::from("archive/Chính Đại/YC-2026-0001/hợp đồng.pdf");
    case.files.push(FileRef { name: "hợp đồng.pdf".into(), kind: FileKind::Contract, path, sha256: String::new() });
    assert!(!case.lacks_contract());
    let then = |case: &mut quotedesk::process::case::Case, event: Event| {
        let (seq, at) = (case.version, case.since);
        case.apply(&Recorded { seq, at, by: case.sales.clone(), for_: None, via: Via::Mail, event });
    };
    then(&mut case, Event::ChangeAsked { text: "bỏ mục 2".into(), anew: true, requote: false, kept: true });
    assert!(!case.lacks_contract(), "nothing is signed");
    let on = case.opened.date_naive();
    then(&mut case, Event::Signed { number: "13/HĐ".into(), on, instead_of: None });
    assert!(case.lacks_contract());
}

/// What was no change of the customer's is taken back: the contract counts again, and its paper with it.
#[test]
fn the_contract_s_paper_comes_back_with_the_contract() {
    let played = contracting(
        r"
        T2 09:10  sales  ĐÃ KÝ số 12/HĐ                -> Contracting
        T2 09:11  sales  bản hợp đồng                  -> Contracting
        T2 09:20  sales  KH XIN SỬA: bỏ mục 2          -> Drafting, clarify to sales
        T2 09:30  sales  RÚT LẠI                       -> Contracting, comment to cskh leader tech tech2 director
    ",
    );
    assert!(!played.case.lacks_contract(), "{:?}", played.case.files);
}

/// A slip of the year or the month; what is only odd is taken, and said.
#[test]
fn days_that_cannot_be_are_asked_back() {
    contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ số 12/HĐ 03/03            -> refused before_quote
        T2 09:10  sales  ĐÃ KÝ số 12/HĐ 10/03            -> refused not_yet
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ 04/03            -> Contracting
    ",
    );
    let told = refused(&contracting("T2 09:00  sales  ĐÃ THANH TOÁN 16tr 03/03 -> refused before_quote"));
    assert!(told.contains("xem lại ngày khách trả") && !told.contains("khung"), "{told}");
    let work = r"
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03   -> Delivering, planned to sales cskh tech2
        T5 09:00  tech   đã bàn giao 02/03               -> refused before_quote
        T5 09:10  tech   đã bàn giao 09/03               -> refused before_start
        T5 09:20  sales  đã bàn giao 09/03               -> refused before_start
        T5 09:30  sales  đã bàn giao 13/03               -> refused not_yet
        T5 09:40  sales  đã bàn giao 10/03               -> Closed, as done, closed to sales cskh leader tech tech2 director
    ";
    scheduling(work);
    // Done before its day: what is told as done today is done.
    scheduling(
        r"
        T3 15:00  tech   bắt đầu 16/03, kết thúc 18/03   -> Delivering, planned to sales cskh tech2
        T5 09:00  tech   đã bàn giao                     -> Delivering, progress to sales cskh
        T5 09:10  sales  đã bàn giao 12/03               -> Closed, as done, closed to sales cskh leader tech tech2 director
    ",
    );
    let plan = |words: &str| scheduling(&format!("T3 15:00  tech {words} -> Delivering, planned to sales cskh tech2")).receipt();
    let told = plan("bắt đầu 14/03, kết thúc 15/03");
    assert!(told.contains("thứ Bảy, 14/03/2026 là ngày nghỉ") && told.contains("Chủ nhật, 15/03/2026 là ngày nghỉ"), "{told}");
    let told = plan("bắt đầu 05/03, kết thúc 12/03");
    assert!(told.contains("sớm hơn ngày khách đồng ý (thứ Sáu, 06/03/2026)"), "{told}");
    // Two days where the quote promises seven, and a day that is over.
    let told = plan("bắt đầu 10/03, kết thúc 11/03");
    assert!(told.contains("2 ngày làm việc, báo giá ghi 7 ngày"), "{told}");
    let told = plan("bắt đầu 09/03, kết thúc 18/03");
    assert!(told.contains("09/03/2026 đã qua"), "{told}");
    let told = plan("bắt đầu 10/03, kết thúc 18/03");
    assert!(!told.contains("Lưu ý"), "{told}");
    // Another year's day, most likely.
    for (start, end, odd) in
        [("2027-03-10", "2027-03-12", false), ("2028-03-10", "2028-03-12", true), ("2026-03-10", "2027-03-12", true)]
    {
        let mut played = scheduling("T3 15:00  tech bắt đầu 10/03, kết thúc 12/03 -> Delivering, planned to sales cskh tech2");
        let (start, end) = (start.parse().expect("a date"), end.parse().expect("a date"));
        for row in &mut played.history {
            if let Event::Planned { plan } = &mut row.event {
                *plan = Plan { start, end };
            }
        }
        assert_eq!(played.receipt().contains("một năm"), odd, "{}", played.receipt());
    }
}

/// A framework contract is older than the quote, which becomes an appendix of it: it counts where it is called one.
#[test]
fn a_framework_contract_is_older_than_the_quote() {
    let played = contracting("T2 09:00  sales  ĐÃ KÝ số 12/HĐ 03/03 -> refused before_quote");
    let told = refused(&played);
    let names = ["04/03/2026", "03/03/2026", "ĐÃ KÝ hợp đồng khung số …, ngày …"];
    assert!(names.iter().all(|name| told.contains(name)), "{told}");
    let played = contracting("T2 09:00  sales  ĐÃ KÝ hợp đồng khung số 12/HĐ 02/03 -> Contracting");
    assert!(played.case.is_framework() && played.receipt().contains("coi là hợp đồng khung"), "{}", played.receipt());
    // Once told, it is one; of a day since the quote it is a contract like any other, whatever it is called.
    contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ hợp đồng khung số 12/HĐ 02/03 -> Contracting
        T2 09:10  sales  ĐÃ KÝ số 12/HĐ                      -> Contracting
        T2 09:20  sales  ĐÃ KÝ số 12/HĐ 02/03                -> Contracting
        T2 09:30  sales  ĐÃ KÝ số 13/HĐ 02/03                -> refused before_quote
        T2 09:40  sales  ĐÃ KÝ hợp đồng khung số 12/HĐ 20/03 -> refused not_yet
        T2 09:50  sales  ĐÃ THANH TOÁN 16tr                  -> Scheduling, scheduling to tech tech2
    ",
    );
    let played = contracting("T2 09:00  sales  ĐÃ KÝ hợp đồng khung số 12/HĐ 05/03 -> Contracting");
    assert!(!played.case.is_framework() && !played.receipt().contains("khung"), "{}", played.receipt());
}

/// The number alone is put right: the day stays, and so does the step; without a signature it is told what is missing.
#[test]
fn the_number_of_a_contract_is_put_right() {
    let played = contracting(
        r"
        T2 09:00  sales  số hợp đồng là 12/HĐ   -> refused needs
        T2 09:10  sales  ĐÃ KÝ số 12/HĐ 05/03   -> Contracting
        T2 09:20  tech   số hợp đồng là 13/HĐ   -> refused not_yours
        T2 09:30  sales  số hợp đồng là 13/HĐ   -> Contracting
    ",
    );
    let contract = &played.case.contract;
    assert_eq!(
        (contract.number.as_deref(), contract.signed_on.map(|d| d.to_string())),
        (Some("13/HĐ"), Some("2026-03-05".into()))
    );
    assert!(played.receipt().contains("13/HĐ") && played.receipt().contains("12/HĐ"), "{}", played.receipt());
    let told = refused(&contracting("T2 09:00  sales  số hợp đồng là 12/HĐ -> refused needs"));
    assert!(told.contains("ĐÃ KÝ số …, ngày …"), "{told}");
}

/// What is signed or paid for is not closed by the customer's word; before that it is.
#[test]
fn what_is_signed_is_closed_by_its_own_word_alone() {
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ số 12/HĐ            -> Contracting
        T2 09:10  sales  KH TỪ CHỐI: hết ngân sách -> refused not_now, comment to leader director tech tech2
    ",
    );
    assert!(refused(&played).contains("hợp đồng ký") && refused(&played).contains("RÚT YÊU CẦU: lý do"));
    let paid = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 10tr        -> Contracting
        T2 09:10  sales  KH TỪ CHỐI: hết ngân sách -> refused not_now, comment to leader director tech tech2
        T2 09:15  sales  KH TỪ CHỐI:               -> refused not_now
    ",
    );
    assert!(refused(&paid).contains("tiền khách trả") && refused(&paid).contains("RÚT YÊU CẦU: lý do"));
    contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ số 12/HĐ             -> Contracting
        T2 09:10  sales  RÚT YÊU CẦU: hết ngân sách -> Closed, as withdrawn, closed to sales cskh leader tech tech2 director
    ",
    );
    let unsigned = r"
        T2 09:00  sales  KH TỪ CHỐI: hết ngân sách -> Closed, as declined, closed to sales cskh leader tech tech2 director
    ";
    contracting(unsigned);
}

/// The signature, or the money, before Sales has told that the customer agrees: what comes first is said.
#[test]
fn the_customer_s_word_comes_before_the_contract() {
    for word in ["ĐÃ KÝ số 12/HĐ", "ĐÃ THANH TOÁN 16tr"] {
        let told = refused(&quoted(&format!("T5 08:00  sales  {word} -> refused not_now")));
        assert!(told.contains("KH ĐỒNG Ý"), "{told}");
    }
}

/// Sales has told the customer the days of a plan, or what was done of it: they hear that it no longer holds.
#[test]
fn what_tech_takes_back_of_the_work_reaches_sales() {
    scheduling(
        r"
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03   -> Delivering, planned to sales cskh tech2
        T3 15:10  tech   RÚT LẠI                         -> Scheduling, comment to tech2 sales cskh
        T3 15:20  tech   bắt đầu 11/03, kết thúc 13/03   -> Delivering, planned to sales cskh tech2
        T3 15:30  tech   kết thúc 16/03                  -> Delivering, planned to sales cskh tech2
        T3 15:40  tech   RÚT LẠI                         -> Delivering, comment to tech2 sales cskh
        T4 15:30  tech   đã test xong                    -> Delivering, progress to sales cskh
        T4 15:40  tech   RÚT LẠI                         -> Delivering, comment to tech2 sales cskh
    ",
    );
}

/// The words that a refusal shows are those that its reader may use.
#[test]
fn a_missing_reason_is_asked_for_in_the_words_of_the_act() {
    for word in ["KH TỪ CHỐI:", "KH XIN SỬA:", "ĐÓNG YÊU CẦU:", "RÚT YÊU CẦU:"] {
        let told = refused(&quoted(&format!("T5 08:00 sales {word} -> refused needs")));
        assert!(told.contains(&format!("ví dụ {word} ")), "{word} {told}");
    }
    let reject = until("T4 09:00  director", "T4 09:00 director TỪ CHỐI: -> refused needs");
    assert!(refused(&reject).contains("ví dụ TỪ CHỐI: "), "{}", refused(&reject));
    // A step that is over is not still to come.
    let late = scheduling("T3 15:00  sales KH ĐỒNG Ý -> refused not_now");
    assert!(refused(&late).contains("đã qua bước đó"), "{}", refused(&late));
    let early = contracting("T2 09:00  tech đã bàn giao -> refused not_now");
    assert!(refused(&early).contains("chưa làm được"), "{}", refused(&early));
}

/// Leader and Director hear of what the customer wants once it is paid; Sales of a price at the wrong time; Tech of neither.
#[test]
fn words_on_the_price_at_the_wrong_time_reach_whom_they_concern() {
    scheduling(
        r"
        T3 14:00  sales     KH XIN SỬA: giảm thêm 5%    -> refused change_too_late, comment to leader director
        T3 14:10  director  ghi chú: giảm 5%            -> refused price_not_now, comment to sales
        T3 14:20  director  ghi chú: làm nhanh giúp anh -> Scheduling, comment to tech tech2 sales
        T3 14:30  tech      ghi chú: khách chưa gửi mẫu -> Scheduling, comment to tech2 sales
    ",
    );
    quoted("T4 09:40  director ghi chú: giảm giá cho họ được không -> Quoted, comment to sales");
}

#[test]
fn a_contract_is_reminded_of() {
    contracting(
        r"
        13/03 17:00  clock  -> Contracting, reminder to sales
        16/03 08:00  clock  -> Contracting, late to sales
        17/03 08:00  clock  -> Contracting, late to sales, escalation to leader
    ",
    );
}

#[test]
fn a_plan_without_an_end_is_proposed() {
    let played = scheduling(
        r"
        T3 14:00  sales  bắt đầu 12/03                  -> refused not_yours
        T3 14:10  tech   bắt đầu                        -> refused needs
        T3 14:20  tech   bắt đầu 12/03, kết thúc 11/03  -> refused bad_dates
        T3 14:30  tech   bắt đầu 12/03                  -> Scheduling, confirm to tech
        T3 14:40  tech   DUYỆT                          -> Delivering, planned to sales cskh tech2, due 20/03 17:30
        T3 14:50  tech2  kết thúc 24/03                 -> Delivering, planned to sales cskh tech, due 24/03 17:30
    ",
    );
    // Seven days of the quote; the first one counts.
    assert_eq!(played.case.plan.map(|p| p.end.to_string()).as_deref(), Some("2026-03-24"));
}

#[test]
fn only_sales_word_closes_as_done() {
    scheduling(
        r"
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03  -> Delivering, planned to sales cskh tech2
        T4 08:30  sales  đã bàn giao                    -> refused needs
        T4 09:00  tech   đã bàn giao                    -> Delivering, progress to sales cskh, turn sales, due 12/03 09:00
        T4 10:00  tech   kết thúc 13/03                 -> Delivering, planned to sales cskh tech2, turn tech tech2
        T5 09:00  tech2  đã bàn giao                    -> Delivering, progress to sales cskh, turn sales
        T5 10:00  sales  ĐÓNG YÊU CẦU: đã nghiệm thu    -> Closed, as done, closed to sales cskh leader tech tech2 director
    ",
    );
}

#[test]
fn withdrawing_and_taking_back() {
    quoted(
        r"
        T5 08:00  sales    KH ĐỒNG Ý              -> Contracting, contracting to sales
        T5 08:10  director RÚT LẠI                -> refused nothing_to_retract
        T5 08:20  sales    RÚT LẠI                -> Quoted, comment to cskh leader tech tech2 director
        T5 08:30  tech     RÚT YÊU CẦU: mệt       -> refused not_yours
        T5 08:40  cskh     RÚT YÊU CẦU: khách bỏ  -> Closed, closed to sales cskh leader tech tech2 director, as withdrawn
        T5 08:50  sales    RÚT YÊU CẦU: khách bỏ  -> refused closed
    ",
    );
}

/// Where the desk mails the quote, nobody has to tell that it was sent; taken back, it is told as one that the customer has.
#[test]
fn a_quote_that_the_desk_mails_is_sent() {
    let mut house = crate::company::house();
    house.quote.send_to_customer = true;
    let before = NINE_STEPS.lines().take_while(|l| !l.contains("director  form 20 12")).collect::<Vec<_>>().join("\n");
    let priced = "T4 09:00  director  form 20 12  -> Quoted, quote to sales, quote-to-customer to dai";
    let played = crate::play::play_at(house.clone(), &format!("{before}\n{priced}"));
    assert_eq!(played.case.sent_to_customer, Some(played.day));
    let taken_back = "T4 09:10  director  RÚT LẠI  -> Pricing, quote-withdrawn to sales";
    let played = crate::play::play_at(house, &format!("{before}\n{priced}\n{taken_back}"));
    let last = &played.history.last().expect("a history").event;
    assert!(matches!(last, quotedesk::process::event::Event::Retracted { what, unsent: false, .. } if what == "confirm"));
}

/// The clock of a rehearsal stands still: what one person has done at one moment are several acts all the same.
#[test]
fn the_last_act_of_a_moment_is_taken_back_alone() {
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ THANH TOÁN 10tr   -> Contracting
        T2 09:00  sales  ĐÃ THANH TOÁN 5tr    -> Contracting
        T2 09:00  sales  ĐÃ KÝ số 12/HĐ       -> Scheduling, scheduling to tech tech2
        T2 09:00  sales  RÚT LẠI              -> Contracting, comment to tech tech2
        T2 09:00  sales  RÚT LẠI              -> refused nothing_to_retract
        T2 09:00  sales  ĐÃ THANH TOÁN 1tr    -> Contracting
        T2 09:00  sales  RÚT LẠI              -> Contracting, comment to cskh leader tech tech2 director
    ",
    );
    assert_eq!((played.case.contract.paid(), played.case.contract.number), (15_000_000, None));
}

#[test]
fn a_quote_taken_back_is_agreed_to_by_nobody() {
    let played = quoted(
        r"
        T4 09:10  director RÚT LẠI           -> Pricing, quote-withdrawn to sales
        T4 09:15  sales    cũ KH ĐỒNG Ý      -> refused not_now
        T4 09:20  director form 40 24        -> Quoted, quote to sales, revision 2
        T4 09:30  sales    cũ cũ cũ KH ĐỒNG Ý -> refused superseded
        T4 09:40  sales    KH ĐỒNG Ý         -> Contracting, contracting to sales
    ",
    );
    let quotes = played.case.quotes.iter().map(|q| (q.number.ends_with("/R2"), q.file.contains("R2"), q.superseded));
    assert_eq!(quotes.collect::<Vec<_>>(), [(false, false, true), (true, true, false)]);
    // The customer never had it: the next one takes no quote's place.
    let replaces = |played: &crate::play::Played| {
        let quote = played.case.quote().expect("a quote");
        quotedesk::quote::public::Public::of(&played.case, &played.house, quote).replaces.map(|(number, _)| number)
    };
    assert_eq!(replaces(&played), None);
    // Old histories, and a desk that sends quotes itself, have it as sent: it is named.
    let mut history = played.history.clone();
    history.iter_mut().for_each(|row| {
        if let quotedesk::process::event::Event::Retracted { unsent, .. } = &mut row.event {
            *unsent = false;
        }
    });
    let (case, first) = (quotedesk::process::case::Case::fold(&history), played.case.quotes[0].number.clone());
    let named = quotedesk::quote::public::Public::of(&case, &played.house, case.quote().expect("a quote")).replaces;
    assert_eq!(named.map(|(number, _)| number), Some(first));
    let script = r"
        T4 10:00  sales    KH XIN SỬA: giảm 5%  -> Pricing, pricing to director
        T4 10:10  director form 19 11           -> Quoted, quote to sales, revision 2
        T4 10:20  director RÚT LẠI              -> Pricing, quote-withdrawn to sales
        T4 10:30  director form 18 11           -> Quoted, quote to sales, revision 3
    ";
    let played = quoted(&format!("T4 09:30  sales ĐÃ GỬI KH -> Quoted\n{script}"));
    assert_eq!(replaces(&played), Some(played.case.quotes[0].number.clone()));
}

/// A payment stays where a change leads back to the prices, and the customer's no does not close over it.
#[test]
fn what_is_paid_for_is_not_declined_at_any_step() {
    contracting(
        r"
        T2 09:00  sales     ĐÃ THANH TOÁN 16tr             -> Contracting
        T2 10:00  sales     KH XIN SỬA: giảm giá 10%       -> Pricing, pricing to director
        T2 10:30  sales     KH TỪ CHỐI: đắt quá            -> refused not_now, comment to director leader tech tech2
    ",
    );
}

/// What the Leader has turned down goes to nobody's prices by a word of Sales: it is reviewed again.
#[test]
fn a_quote_is_asked_for_again_only_of_a_form_that_was_priced() {
    quoted(
        r"
        T5 08:00  sales    KH XIN SỬA: thêm báo cáo 3     -> Drafting, clarify to sales
        T5 09:00  sales    form +1                        -> Review, review to leader
        T5 10:00  leader   TỪ CHỐI: ngoài phạm vi         -> Closed, rejected to sales cskh, closed to director, as rejected
        T5 11:00  sales    BÁO GIÁ LẠI:                   -> Drafting, reopened to cskh leader director, need to sales
    ",
    );
}

#[test]
fn what_was_signed_for_an_older_quote_is_signed_anew() {
    let played = contracting(
        r"
        T2 09:00  sales     ĐÃ KÝ số 12/HĐ                 -> Contracting
        T2 10:00  sales     KH XIN SỬA: giảm giá 10%       -> Pricing, pricing to director
        T2 11:00  director  form 18 11                     -> Quoted, quote to sales, revision 2
        T2 13:30  sales     KH ĐỒNG Ý                      -> Contracting, contracting to sales
        T2 14:00  sales     ĐÃ THANH TOÁN 16tr             -> Contracting
        T2 14:30  sales     ĐÃ KÝ số 12/HĐ                 -> Scheduling, scheduling to tech tech2
    ",
    );
    assert_eq!(played.case.contract.payments.len(), 1);
    // Work on the old one is no work on the new one; what was paid is paid.
    let played = scheduling(
        r"
        T3 15:00  tech      bắt đầu 10/03, kết thúc 12/03  -> Delivering, planned to sales cskh tech2
        T4 09:00  tech      đã test xong                   -> Delivering, progress to sales cskh
        T4 10:00  sales     RÚT YÊU CẦU: khách dừng        -> Closed, closed to sales cskh leader tech tech2 director
        T4 11:00  sales     BÁO GIÁ LẠI: giảm giá 10%      -> Pricing, pricing to director, reopened to cskh leader tech tech2
        T4 13:30  director  form 18 11                     -> Quoted, quote to sales, revision 2
        T4 14:00  sales     KH ĐỒNG Ý                      -> Contracting, contracting to sales
        T4 14:30  sales     ĐÃ KÝ số 13/HĐ                 -> Scheduling, scheduling to tech tech2
    ",
    );
    assert_eq!((played.case.contract.payments.len(), played.case.plan, played.case.tested_on), (1, None, None));
}

#[test]
fn work_is_closed_as_done_only_where_that_is_said() {
    scheduling(
        r"
        T3 15:00  tech   bắt đầu 10/03, kết thúc 12/03                     -> Delivering, planned to sales cskh tech2
        T4 09:00  tech   đã bàn giao                                       -> Delivering, progress to sales cskh, turn sales
        T4 09:30  sales  ĐÓNG YÊU CẦU: khách không nghiệm thu, hủy dự án   -> refused needs
        T4 09:40  sales  ĐÓNG YÊU CẦU: khách dừng dự án                    -> refused needs
        T4 09:41  sales  ĐÓNG YÊU CẦU: khách dừng dự án, mới xong 60%      -> refused needs
        T4 09:42  sales  ĐÓNG YÊU CẦU: khách phá sản, mới bàn giao một nửa -> refused needs
        T4 09:43  sales  ĐÓNG YÊU CẦU: khách chưa, nghiệm thu sau          -> refused needs
        T4 09:44  sales  ĐÓNG YÊU CẦU: nhờ khách nghiệm thu                -> refused needs
        T4 10:00  sales  ĐÓNG YÊU CẦU: khách đã nghiệm thu                 -> Closed, as done, closed to sales cskh leader tech tech2 director
        T4 11:00  sales  MỞ LẠI: khách báo còn lỗi                         -> Delivering, reopened to cskh leader director tech tech2, turn tech tech2
        T4 11:10  sales  RÚT YÊU CẦU: khách dừng dự án                     -> Closed, as withdrawn, closed to sales cskh leader tech tech2 director
    ",
    );
}

/// Letters of the clock, once the case's Sales is no longer of the house.
#[test]
fn a_quote_whose_sales_has_left_does_not_run_out_unseen() {
    let mut played = quoted("");
    played.house.people.retain(|p| p.email != crate::company::email("sales"));
    let (case, house) = (&played.case, &played.house);
    let at = quotedesk::process::clock::wake(case, house).expect("a reminder");
    let events = quotedesk::process::clock::tick(case, house, at);
    let post = quotedesk::process::letters::post(case, case, &events, None, house, at);
    let readers: Vec<&str> = post.letters.iter().map(|l| crate::company::short(&l.to)).collect();
    assert_eq!(readers, ["operator", "leader"]);
}

/// Why the last act was not done, as its sender reads it.
fn refused(played: &crate::play::Played) -> String {
    match &played.history.last().expect("a history").event {
        Event::Refused { what, refusal } => Words::plain(Lang::Vi, &played.house, None).refusal_of(what, refusal),
        other => panic!("{other:?}"),
    }
}

/// The day of the signature alone is told anew: the number stays, and the appendix is made for that day.
#[test]
fn a_signature_gets_another_day_and_keeps_its_number() {
    let played = contracting(
        r"
        T2 09:00  sales  ĐÃ KÝ số 12/HĐ ngày 06/03  -> Contracting
        T2 09:10  sales  ĐÃ KÝ ngày 05/03           -> Contracting
    ",
    );
    let contract = &played.case.contract;
    assert_eq!(
        (contract.number.as_deref(), contract.signed_on.map(|d| d.to_string())),
        (Some("12/HĐ"), Some("2026-03-05".into()))
    );
    contracting("T2 09:00  sales  ĐÃ KÝ ngày 05/03 -> refused needs");
}

/// A report that names the end of the plan as it stands moves nothing; another day does.
#[test]
fn a_report_moves_the_plan_where_its_end_is_another() {
    let played = scheduling("T3 15:00  tech  bắt đầu 12/03, kết thúc 20/03 -> Delivering, planned to sales cskh tech2");
    let report = |day| {
        let end = chrono::NaiveDate::from_ymd_opt(2026, 3, day);
        let told = What::Progress { percent: Some(60), text: "dự kiến xong".into() };
        without_plan_as_it_is(vec![told, What::Plan { start: None, end }], &played.case).len()
    };
    assert_eq!((report(20), report(25)), (1, 2));
}
