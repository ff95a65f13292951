//! `SỬA: …` of an answer that has been passed on: until the quote it changes cells and tells the difference, and moves
//! nothing; afterwards it is refused, and its words reach Sales.

use quotedesk::process::case::State;
use quotedesk::process::event::Event;
use quotedesk::process::form::Cell;
use quotedesk::process::value::Value;

use crate::forms::MILLION;
use crate::play::{Played, play};

fn answered(script: &str) -> Played {
    play(&format!(
        "T2 08:00  cskh   need @sales   -> Drafting, need to sales
         T2 08:30  sales  form 2 items  -> Review, review to leader
         T2 09:00  leader DUYỆT         -> Feedback, feedback to tech tech2
         T2 10:00  tech   form M01:15/5 -> Feedback
         T2 10:10  tech2  form M02:8/2 khởi động -> Completing, completing to sales
        {script}"
    ))
}

fn cost(played: &Played, item: &str) -> Option<i64> {
    played.case.form.item(item).and_then(|i| i.cost_vnd())
}

#[test]
fn before_the_form_goes_on_sales_is_told() {
    let played = answered(
        r"
        T2 10:20  tech   SỬA: M01:20/7 -> Completing, confirm to tech
        T2 10:30  tech   DUYỆT         -> Completing, corrected to sales, due T3 10:10
        T2 10:40  tech   SỬA: M01:20/7 -> refused nothing_to_correct
        T2 10:50  sales  XONG          -> Pricing, pricing to director
    ",
    );
    assert_eq!(cost(&played, "M01"), Some(20 * MILLION));
    let cells = played.history.iter().find_map(|r| if let Event::Corrected { cells } = &r.event { Some(cells) } else { None });
    let told: Vec<_> = cells.expect("a correction").iter().map(|c| (c.at.clone(), c.old.clone(), c.new.clone())).collect();
    let at = |column: &str| Cell::Item("M01".into(), column.into());
    assert_eq!(
        told,
        [
            (at("kt_cp"), Some(Value::Money(15 * MILLION)), Some(Value::Money(20 * MILLION))),
            (at("kt_ngay"), Some(Value::Days(10)), Some(Value::Days(14))),
        ]
    );
}

/// Whoever works in workbooks corrects in the workbook: it is told back like the same in words.
#[test]
fn a_form_corrects_too() {
    let played = answered(
        r"
        T2 10:20  tech      form M01:20/7 -> Completing, confirm to tech
        T2 10:30  tech      DUYỆT         -> Completing, corrected to sales
        T2 10:31  tech      form M01:20/7 -> refused nothing_to_correct
        T2 10:32  tech      form M02:9/3  -> refused not_yours    // tech2's answer
        T2 10:40  tech2     form M02:9    -> Completing, confirm to tech2
        T2 10:41  tech2     form M02:9/3 lỗi -> Completing, form-problems to tech2
        T2 10:50  sales     XONG          -> Pricing, pricing to director
        T2 11:00  tech      form M01:25/8 -> Pricing, confirm to tech
        T2 11:10  tech      DUYỆT         -> Pricing, corrected to director sales
        T2 11:30  director  form 30 12    -> Quoted, quote to sales
        T2 11:40  tech      form M01:30/8 -> refused already_decided
    ",
    );
    assert_eq!(cost(&played, "M01"), Some(25 * MILLION));
    assert_eq!(cost(&played, "M02"), Some(8 * MILLION));
}

/// Nothing of the Director's that was decided on the old values counts: neither what was told back, nor an older form.
#[test]
fn while_the_director_prices_both_are_told() {
    let played = answered(
        r"
        T2 10:50  sales     XONG          -> Pricing, pricing to director
        T2 11:00  director  nói: 20 12    -> Pricing, confirm to director
        T2 11:10  tech      SỬA: M01:20/7 -> Pricing, confirm to tech
        T2 11:20  tech      DUYỆT         -> Pricing, corrected to director sales, turn director
        T2 11:25  director  cũ DUYỆT      -> Pricing, confirm to director    // told back anew
        T2 11:30  director  form 30 12    -> Quoted, quote to sales, revision 1
    ",
    );
    let before = played.history.iter().rposition(|r| matches!(r.event, Event::Corrected { .. })).expect("corrected");
    assert!(played.history[before..].iter().all(|r| !matches!(&r.event, Event::Moved { to, .. } if *to < State::Quoted)));
}

#[test]
fn a_correction_waits_through_the_passing_on_and_ends_with_the_quote() {
    let played = answered(
        r"
        T2 10:20  tech      SỬA: M01:20/7 -> Completing, confirm to tech
        T2 10:50  sales     XONG          -> Pricing, pricing to director
        T2 10:55  tech      DUYỆT         -> Pricing, corrected to director sales
        T2 11:00  tech      SỬA: M01:25/7 -> Pricing, confirm to tech
        T2 11:10  director  form 30 12    -> Quoted, quote to sales
        T2 11:20  tech      DUYỆT         -> refused quote_is_out
    ",
    );
    assert_eq!(cost(&played, "M01"), Some(20 * MILLION));
}

#[test]
fn only_one_s_own_answer_is_corrected_or_by_the_head() {
    let played = answered(
        r"
        T2 10:20  tech2  SỬA: M01:20/7 -> refused not_yours
        T2 10:25  sales  SỬA: M01:20/7 -> refused not_yours
        T2 10:30  head   SỬA: M01:18/6 -> Completing, confirm to head
        T2 10:35  head   DUYỆT         -> Completing, corrected to sales
    ",
    );
    assert_eq!(cost(&played, "M01"), Some(18 * MILLION));
}

#[test]
fn an_item_can_be_done_after_all_or_none_of_them() {
    let played = answered(
        r"
        T2 10:20  tech   SỬA: M01:no -> Completing, confirm to tech
        T2 10:21  tech   DUYỆT       -> Completing, corrected to sales
        T2 10:22  tech2  SỬA: M02:no -> Completing, confirm to tech2
        T2 10:23  tech2  DUYỆT       -> Completing, corrected to sales
        T2 10:30  sales  XONG        -> refused not_now
        T2 10:40  tech   SỬA: M01:9/3 -> Completing, confirm to tech
        T2 10:41  tech   DUYỆT        -> Completing, corrected to sales
        T2 10:50  sales  XONG         -> Pricing, pricing to director
    ",
    );
    assert!(!played.case.nothing_feasible);
}

#[test]
fn after_the_quote_the_words_go_to_sales() {
    let played = answered(
        r"
        T2 10:50  sales     XONG                       -> Pricing, pricing to director
        T2 11:00  director  form 30 12                 -> Quoted, quote to sales
        T2 11:10  tech      SỬA muộn: M01 20tr, 7 ngày -> refused quote_is_out, comment to sales
        T2 11:20  director  SỬA muộn: 1 = 35tr         -> refused quote_is_out, comment to sales
        T2 11:30  director  TRẢ LẠI: xem lại mục 1     -> refused already_decided, comment to sales
        T2 11:35  director  SỬA muộn:                  -> refused quote_is_out
        T2 11:40  sales     KH ĐỒNG Ý                  -> Contracting, contracting to sales
        T2 11:50  tech      SỬA muộn: M01 20tr         -> refused quote_is_out, comment to sales
    ",
    );
    assert_eq!((played.case.quotes.len(), cost(&played, "M01")), (1, Some(15 * MILLION)));
}

#[test]
fn the_leader_s_late_word_reaches_those_who_have_the_form() {
    play(
        r"
        T2 08:00  cskh   need @sales                 -> Drafting, need to sales
        T2 08:30  sales  form 2 items                -> Review, review to leader
        T2 09:00  leader DUYỆT                       -> Feedback, feedback to tech tech2
        T2 09:10  leader TRẢ LẠI: thiếu phương án    -> refused already_decided, comment to tech tech2 sales
        T2 09:20  leader TỪ CHỐI: không đủ ngân sách -> refused already_decided, comment to tech tech2 sales
        T2 09:30  leader SỬA muộn: ghi rõ mục 2      -> refused already_decided, comment to tech tech2 sales
    ",
    );
}
