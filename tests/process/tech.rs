//! Steps 3 to 5: Tech's answers, what Sales adds, the Director's prices.

use crate::play::play;

fn after_review(script: &str) -> crate::play::Played {
    play(&format!(
        "T2 08:00  cskh   need @sales   -> Drafting, need to sales
         T2 08:30  sales  form 2 items  -> Review, review to leader
         T2 09:00  leader DUYỆT         -> Feedback, feedback to tech tech2
        {script}"
    ))
}

fn before_prices(script: &str) -> crate::play::Played {
    after_review(&format!(
        "T2 10:00  tech   form M01:15/5 M02:8/2 khởi động -> Completing, completing to sales
         T2 11:00  sales  XONG                            -> Pricing, pricing to director, due T3 11:00
        {script}"
    ))
}

#[test]
fn answers_in_parts() {
    after_review(
        r"
        T2 09:30  tech   form M01:15 khởi động  -> Feedback    // without days it is no answer
        T2 09:40  tech   XONG                   -> refused unanswered
        T2 10:00  tech   form M01:15/5          -> Feedback
        T2 10:30  tech2  form M02:8/2 lỗi       -> Feedback, form-problems to tech2
        T2 10:40  tech2  XONG                   -> Completing, completing to sales
        T2 10:50  tech   form M01:15/5          -> refused nothing_to_correct
        T2 10:55  head   XONG                   -> refused already_decided
    ",
    );
}

#[test]
fn answers_in_a_mail_are_told_back() {
    let played = after_review(
        r"
        T2 10:00  tech   nói: M01:15/5          -> Feedback, confirm to tech
        T2 10:01  tech2  nói: M02:no khởi động  -> Feedback, confirm to tech2
        T2 10:02  tech   DUYỆT                  -> Feedback
        T2 10:03  tech   DUYỆT                  -> refused unanswered
        T2 10:04  tech2  DUYỆT                  -> Completing, completing to sales
    ",
    );
    assert_eq!(played.case.form.item("M02").and_then(|i| i.feasible()), Some("no"));
}

/// The head of Tech settles what they have seen: an older form of theirs is another answer, which both are shown.
#[test]
fn the_head_settles_what_their_form_has_shown() {
    after_review(
        r"
        T2 09:30  head  trạng thái                -> Feedback, status to head
        T2 10:00  tech  form M01:50/20            -> Feedback
        T2 10:10  head  form M01:5/2              -> Feedback, conflict to tech head
    ",
    );
}

/// What is worded anew after it was answered and quoted: the old cost and the old price were for something else, and count once whoever
/// gave them has been told so. Answers that are given anew count at once.
#[test]
fn an_item_worded_anew_keeps_no_answer_and_no_price_in_silence() {
    let again = |script: &str| {
        before_prices(&format!(
            "T2 11:40  director form 20 12                 -> Quoted, quote to sales, revision 1
             T2 13:30  sales    KH XIN SỬA: đổi mục 2      -> Drafting, clarify to sales
             T2 13:40  sales    form sửa M02               -> Review, review to leader
             T2 13:50  leader   DUYỆT                      -> Feedback, feedback to tech tech2
            {script}"
        ))
    };
    again(
        "T2 14:00  tech     XONG                       -> Feedback, confirm to tech
         T2 14:10  tech     DUYỆT                      -> Completing, completing to sales
         T2 14:20  sales    XONG                       -> Pricing, pricing to director
         T2 14:30  director DUYỆT                      -> Pricing, confirm to director
         T2 14:40  director DUYỆT                      -> Quoted, quote to sales, revision 2",
    );
    again("T2 14:00  tech     form M01:15/5 M02:8/2      -> Feedback, confirm to tech");
    again(
        "T2 14:00  tech     form M02:9/2               -> Completing, completing to sales
         T2 14:20  sales    XONG                       -> Pricing, pricing to director
         T2 14:30  director form 20 15                 -> Quoted, quote to sales, revision 2",
    );
}

/// Items that go, or change places, have other numbers: Tech is asked with the new form.
#[test]
fn tech_is_asked_anew_where_the_numbers_change() {
    after_review(
        r"
        T2 10:00  tech   form M02:8/2             -> Feedback
        T2 10:10  sales  form -M01                -> Feedback, feedback to tech tech2
    ",
    );
}

/// What Sales adds while the Director prices goes back to the Leader, whichever letter it answers; what they say before that is
/// said to the Director too.
#[test]
fn sales_changes_what_the_director_prices() {
    after_review(
        r"
        T2 10:00  tech     form M01:15/5 M02:8/2 khởi động -> Completing, completing to sales
        T2 10:30  sales    ghi chú: khách xin bỏ mục 2     -> Completing, comment to cskh leader tech tech2 director
        T2 11:00  sales    XONG                            -> Pricing, pricing to director
        T2 11:10  sales    form sửa M02                    -> Review, review to leader, recalled to director
    ",
    );
}

/// Whoever has sent the form back hears what is said to it, and finds question and answer when the form comes back.
#[test]
fn an_answer_to_who_sent_it_back_reaches_them() {
    let played = before_prices(
        r"
        T2 11:10  director TRẢ LẠI: khách chịu giá 20tr không?  -> Completing, clarify to sales
        T2 11:20  sales    ghi chú: khách chịu được             -> Completing, comment to director
        T2 11:30  sales    XONG                                 -> Pricing, pricing to director
    ",
    );
    let asked = played.case.asked_back.as_ref().expect("it stands until the price");
    assert_eq!((asked.questions.as_str(), asked.answers[0].text.as_str()), ("khách chịu giá 20tr không?", "khách chịu được"));
    let played = before_prices(
        r"
        T2 11:10  director TRẢ LẠI: khách chịu giá 20tr không?  -> Completing, clarify to sales
        T2 11:30  sales    XONG                                 -> Pricing, pricing to director
        T2 11:40  director form 20 12                           -> Quoted, quote to sales, revision 1
    ",
    );
    assert_eq!(played.case.asked_back, None);
    crate::play::play(
        r"
        T2 08:00  cskh   need @sales                    -> Drafting, need to sales
        T2 08:30  sales  form 2 items                   -> Review, review to leader
        T2 09:00  leader TRẢ LẠI: ngân sách của ai?     -> Drafting, clarify to sales
        T2 09:10  sales  ghi chú: của phòng kế toán     -> Drafting, comment to leader
        T2 09:20  sales  form sửa M01                   -> Review, review to leader
        T2 09:30  leader ghi chú: chờ anh chút          -> Review, comment to sales cskh
    ",
    );
}

/// Where nothing can be done, Sales is told what they can do, and not to go on to the Director.
#[test]
fn nothing_that_can_be_done_is_not_priced() {
    use quotedesk::letter::messages::Words;
    use quotedesk::process::event::Event;
    let played = after_review(
        r"
        T2 10:00  tech   form M01:no M02:no   -> Completing, nothing-feasible to sales
        T2 11:00  sales  XONG                 -> refused not_now
    ",
    );
    let words = Words::plain(quotedesk::process::house::Lang::Vi, &played.house, None);
    let Event::Refused { what, refusal } = &played.history.last().expect("a history").event else { panic!("not refused") };
    let told = words.refusal_of(what, refusal);
    assert!(told.contains("không mục nào làm được") && told.contains("ĐÓNG YÊU CẦU: lý do"), "{told}");
    assert!(!words.asked_in_full(&played.case).contains("Giám đốc"), "{}", words.asked_in_full(&played.case));
}

/// What a workbook may not say, a mail may not either: nothing of it waits for a DUYỆT.
#[test]
fn answers_in_a_mail_keep_to_the_rules_of_the_form() {
    let played = after_review(
        r"
        T2 10:00  tech   nói: M01:0/5 khởi động           -> refused answers
        T2 10:01  tech   nói: M02:8/400                   -> refused answers
        T2 10:02  tech   nói: M02:8/0                     -> refused answers
        T2 10:03  tech   DUYỆT                            -> refused unanswered
        T2 10:10  tech   nói: M01:0/5+có_sẵn M02:8/365    -> Feedback, confirm to tech
        T2 10:11  tech   nói: khởi động                   -> Feedback, confirm to tech
        T2 10:12  tech   DUYỆT                            -> Completing, completing to sales
        T2 10:20  tech   SỬA: M02:8/366                   -> refused answers
        T2 10:21  tech   SỬA: M02:0/5                     -> refused answers
        T2 10:22  tech   SỬA: M01:0/4                     -> Completing, confirm to tech    // its note stands
    ",
    );
    assert_eq!(played.case.form.item("M02").and_then(|i| i.half_days()), Some(730));
}

/// One item after the other, each in a mail of its own: all of them wait for one DUYỆT.
#[test]
fn what_is_said_of_other_items_waits_too() {
    let played = after_review(
        r"
        T2 10:00  tech   nói: M01:15/5             -> Feedback, confirm to tech
        T2 10:01  tech   nói: M02:8/2 khởi động    -> Feedback, confirm to tech
        T2 10:02  tech   cũ DUYỆT                  -> Feedback, confirm to tech
        T2 10:03  tech   nói: M01:no khởi động     -> Feedback, confirm to tech
        T2 10:04  tech   DUYỆT                     -> Completing, completing to sales
    ",
    );
    let item = |id: &str| played.case.form.item(id).expect("an item");
    assert_eq!((item("M01").feasible(), item("M01").cost_vnd()), (Some("no"), None), "nothing is left of what it was before");
    assert_eq!(item("M02").cost_vnd(), Some(8_000_000));
}

#[test]
fn different_answers_are_settled_by_the_head() {
    let played = after_review(
        r"
        T2 10:00  tech   form M01:15/5 khởi động  -> Feedback
        T2 10:10  tech2  form M01:9/3             -> Feedback, conflict to tech tech2 head
        T2 10:15  tech2  form M02:8/2             -> Feedback, turn head
        T2 10:20  tech   XONG                     -> refused conflicts
        T2 10:25  tech2  form M01:9/4             -> Feedback, conflict to tech tech2 head
        T2 10:30  head   form M01:12/4            -> Completing, corrected to tech tech2, completing to sales
    ",
    );
    assert_eq!(played.case.form.item("M01").and_then(|i| i.cost_vnd()), Some(12_000_000));
}

#[test]
fn different_answers_are_settled_by_agreement() {
    let played = after_review(
        r"
        T2 10:00  tech   form M01:15/5 M02:8/2    -> Feedback
        T2 10:10  tech2  form M01:9/3 khởi động   -> Feedback, conflict to tech tech2 head
        T2 10:20  tech   form M01:9/3             -> Completing, completing to sales
    ",
    );
    assert_eq!(played.case.form.item("M01").and_then(|i| i.cost_vnd()), Some(9_000_000));
}

#[test]
fn a_rival_agrees_with_what_stands() {
    let played = after_review(
        r"
        T2 10:00  tech   form M01:15/5 M02:8/2    -> Feedback
        T2 10:10  tech2  nói: M01:9/3             -> Feedback, confirm to tech2
        T2 10:15  tech2  DUYỆT                    -> Feedback, conflict to tech tech2 head
        T2 10:20  tech2  form khởi động           -> Feedback    // not a word on M01
        T2 10:30  tech   XONG                     -> refused conflicts
        T2 10:40  tech2  XONG                     -> Completing, completing to sales
    ",
    );
    assert_eq!(played.case.form.item("M01").and_then(|i| i.cost_vnd()), Some(15_000_000));
}

#[test]
fn a_workbook_that_brings_back_others_answers_takes_nothing_over() {
    let played = after_review(
        r"
        T2 10:00  tech   form M01:15/5            -> Feedback
        T2 10:10  tech2  form M02:8/2             -> Feedback    // M01 lies in it as tech has it
        T2 10:20  tech   form M01:12/5            -> Feedback
        T2 10:30  tech2  form khởi động           -> Completing, completing to sales
    ",
    );
    assert_eq!(played.case.form.item("M01").and_then(|i| i.cost_vnd()), Some(12_000_000));
}

#[test]
fn tech_asks_sales() {
    after_review(
        r"
        T2 09:30  tech   HỎI:                      -> refused needs
        T2 09:40  tech   HỎI: khách dùng bản nào?  -> Feedback, question to sales, turn sales, due T3 09:40
        T2 09:50  tech2  HỎI: mấy chi nhánh?       -> Feedback, question to sales, turn sales
        T2 09:55  tech   TRẢ LỜI: bản 7            -> refused not_yours
        T2 10:00  sales  TRẢ LỜI: bản 7, 3 nơi     -> Feedback, answered to tech2 tech, turn tech tech2, due T5 10:00
        T2 10:10  tech   TRẢ LẠI: ai dùng?         -> Feedback, question to sales
        T2 10:20  sales  form trao đổi             -> Feedback, answered to tech tech2
        T2 10:30  sales  HỎI: bao giờ xong?        -> Feedback, comment to tech tech2
        T2 10:40  sales  TRẢ LỜI: quên mất         -> Feedback, comment to tech tech2
    ",
    );
}

#[test]
fn sales_changes_the_form_while_tech_answers() {
    after_review(
        r"
        T2 10:00  tech   form M01:15/5 khởi động  -> Feedback
        T2 10:10  sales  form điện thoại          -> Feedback
        T2 10:20  sales  form hạn 05/03           -> Feedback, feedback to tech tech2, due T5 17:30
        T2 10:30  sales  form -M02                -> Completing, completing to sales
        T2 10:40  sales  form +1                  -> Review, review to leader
        T2 10:50  leader DUYỆT                    -> Feedback, feedback to tech tech2, due T5 17:30
        T2 11:00  tech   form M03:no              -> Completing, completing to sales    // M01 stands as it came back
    ",
    );
}

#[test]
fn a_second_round_takes_the_answers_that_stand() {
    after_review(
        r"
        T2 10:00  tech   form M01:15/5 M02:8/2 khởi động  -> Completing, completing to sales
        T2 10:10  sales  form sửa M02                     -> Review, review to leader
        T2 10:20  leader form duyệt                       -> Feedback, feedback to tech tech2
        T2 10:30  tech   XONG                             -> Feedback, confirm to tech    // M02 is worded anew
        T2 10:31  tech   DUYỆT                            -> Completing, completing to sales
    ",
    );
}

#[test]
fn nothing_can_be_done() {
    after_review(
        r"
        T2 10:00  tech   form M01:no M02:no              -> Completing, nothing-feasible to sales
        T2 10:10  sales  XONG                            -> refused not_now
        T2 10:15  tech   ĐÓNG YÊU CẦU: không làm được    -> refused not_yours
        T2 10:20  sales  ĐÓNG YÊU CẦU:                   -> refused needs
        T2 10:30  sales  ĐÓNG YÊU CẦU: không làm được    -> Closed, closed to sales cskh leader tech tech2, as rejected
    ",
    );
}

#[test]
fn the_director_prices() {
    before_prices(
        r"
        T2 13:30  leader    form duyệt               -> refused already_decided
        T2 13:35  leader    DUYỆT                    -> refused already_decided
        T2 13:40  director  DUYỆT                    -> refused prices
        T2 13:45  director  form 20                  -> Pricing, form-problems to director
        T2 13:50  director  form 20 12               -> Quoted, quote to sales, revision 1, turn sales
        T2 13:55  director  DUYỆT                    -> refused already_decided
        T2 13:56  sales     form +1                  -> refused not_now
        T2 13:57  sales     form điện thoại          -> Quoted
    ",
    );
}

#[test]
fn a_price_below_cost_is_told_back() {
    before_prices(
        r"
        T2 13:30  director  form 14 12  -> Pricing, confirm to director
        T2 13:40  tech      DUYỆT       -> refused already_decided
        T2 13:50  director  DUYỆT       -> Quoted, quote to sales
    ",
    );
}

#[test]
fn prices_in_a_mail_are_told_back() {
    let played = before_prices(
        r"
        T2 13:30  director  nói: 20 12  -> Pricing, confirm to director
        T2 13:50  director  DUYỆT       -> Quoted, quote to sales
    ",
    );
    assert_eq!(played.case.form.text("pr_by"), Some("Dũng"));
}

/// What is agreed to is what the answered letter told back, nothing that came after it.
#[test]
fn a_word_to_an_older_letter_is_told_back_anew() {
    before_prices(
        r"
        T2 13:30  director  nói: 20 12  -> Pricing, confirm to director
        T2 13:35  director  nói: 21 13  -> Pricing, confirm to director
        T2 13:40  director  cũ DUYỆT    -> Pricing, confirm to director
        T2 13:50  director  DUYỆT       -> Quoted, quote to sales
    ",
    );
    // Below Tech's cost: said where they are told back, so that one word counts for both.
    before_prices(
        r"
        T2 13:30  director  nói: 14 12  -> Pricing, confirm to director
        T2 13:40  director  DUYỆT       -> Quoted, quote to sales
    ",
    );
    before_prices(
        r"
        T2 13:30  director  nói: 20 12  -> Pricing, confirm to director
        T2 13:35  director  nói: 14 12  -> Pricing, confirm to director
        T2 13:40  director  cũ DUYỆT    -> Pricing, confirm to director
        T2 13:50  director  DUYỆT       -> Quoted, quote to sales
    ",
    );
}

/// A DUYỆT counts once, and a form that came since counts more: no quote goes out at a price that its Director has changed.
#[test]
fn what_was_told_back_does_not_come_back() {
    let played = before_prices(
        r"
        T2 13:30  director  nói: 20     -> Pricing, confirm to director
        T2 13:35  director  DUYỆT       -> Pricing, form-problems to director
        T2 13:40  director  DUYỆT       -> refused prices
        T2 13:45  director  nói: 21 12  -> Pricing, confirm to director
        T2 13:50  director  form 30     -> Pricing, form-problems to director
        T2 13:55  director  DUYỆT       -> refused prices
        T2 14:00  director  form 30 13  -> Quoted, quote to sales
    ",
    );
    assert_eq!(played.case.quote().expect("a quote").subtotal, 43_000_000);
    before_prices(
        r"
        T2 13:30  director  nói: 20 12      -> Pricing, confirm to director
        T2 13:40  sales     form trao đổi   -> Pricing, pricing to director
        T2 13:45  director  DUYỆT           -> refused prices
    ",
    );
    before_prices(
        r"
        T2 13:30  director  nói: 20 12      -> Pricing, confirm to director
        T2 13:35  director  HỎI: khách trả đến bao nhiêu?  -> Pricing, question to sales, turn sales
        T2 13:40  sales     TRẢ LỜI: 40 triệu              -> Pricing, answered to director, turn director
        T2 13:45  director  DUYỆT           -> Quoted, quote to sales
    ",
    );
}

/// A word for XONG does not pass over values that wait for a DUYỆT.
#[test]
fn what_waits_is_not_passed_over_by_xong() {
    let played = after_review(
        r"
        T2 10:00  tech   nói: M01:15/5 M02:8/2 khởi động -> Feedback, confirm to tech
        T2 10:10  tech   XONG                            -> Feedback, confirm to tech
        T2 10:20  tech   DUYỆT                           -> Completing, completing to sales
        T2 11:00  sales  XONG                            -> Pricing, pricing to director
        T2 13:30  director  nói: 20 12                   -> Pricing, confirm to director
        T2 13:40  director  XONG                         -> Pricing, confirm to director
        T2 13:50  director  DUYỆT                        -> Quoted, quote to sales
    ",
    );
    assert_eq!(played.case.quote().expect("a quote").subtotal, 32_000_000);
}

/// What has come between has dropped what was told back: a word to that letter is about it all the same, and takes nothing that
/// stood before in its place.
#[test]
fn what_a_move_has_dropped_is_told_back_anew() {
    let played = before_prices(
        r"
        T2 13:20  director  form 40 30      -> Quoted, quote to sales
        T2 13:25  sales     KH XIN SỬA: giảm giá  -> Pricing, pricing to director
        T2 13:30  director  nói: 20 12      -> Pricing, confirm to director
        T2 13:40  sales     form ghi chú M01 -> Pricing, pricing to director
        T2 13:45  director  cũ DUYỆT        -> Pricing, confirm to director
        T2 13:50  director  DUYỆT           -> Quoted, quote to sales
    ",
    );
    assert_eq!(played.case.quote().expect("a quote").subtotal, 32_000_000);
    let played = after_review(
        r"
        T2 10:00  tech   nói: M01:15/5      -> Feedback, confirm to tech
        T2 10:10  sales  form -M02          -> Feedback, feedback to tech tech2
        T2 10:20  tech   cũ DUYỆT           -> Feedback, confirm to tech
        T2 10:30  tech   DUYỆT              -> Feedback
        T2 10:40  tech   cũ DUYỆT           -> Feedback    // it stands already
    ",
    );
    assert_eq!(played.case.form.item("M01").and_then(|i| i.cost_vnd()), Some(15_000_000));
}

#[test]
fn the_director_asks_sends_back_and_turns_down() {
    before_prices(
        r"
        T2 13:30  director  HỎI: khách trả đến bao nhiêu?  -> Pricing, question to sales, turn sales
        T2 13:40  sales     TRẢ LỜI: 40 triệu              -> Pricing, answered to director, turn director
        T2 13:45  sales     form trao đổi                  -> Pricing, pricing to director
        T2 13:46  director  cũ DUYỆT                       -> refused superseded
        T2 13:50  director  TRẢ LẠI: làm rõ đợt thanh toán -> Completing, clarify to sales
        T2 14:00  sales     form trao đổi                  -> Pricing, pricing to director
        T2 14:10  director  form trả lại: còn mục 2        -> Completing, clarify to sales
        T2 14:15  director  form từ chối: thôi             -> refused not_now
        T2 14:20  sales     form sửa M02                   -> Review, review to leader
        T2 14:30  leader    DUYỆT                          -> Feedback, feedback to tech tech2
        T2 14:40  tech      XONG                           -> Feedback, confirm to tech
        T2 14:42  tech      DUYỆT                          -> Completing, completing to sales
        T2 14:45  sales     XONG                           -> Pricing, pricing to director
        T2 14:50  director  form từ chối: lỗ               -> Closed, rejected to sales cskh, closed to leader tech tech2, as rejected
    ",
    );
}

#[test]
fn another_region_s_tech_gets_what_they_are_asked() {
    let mut house = crate::company::house();
    for (name, region) in [("Tuấn", "bac"), ("Hạnh", "nam")] {
        house.people.iter_mut().filter(|p| p.name == name).for_each(|p| p.region = Some(region.into()));
    }
    crate::play::play_at(
        house,
        r"
        T2 08:00  cskh    need @sales     -> Drafting, need to sales
        T2 08:30  sales   form 1 items    -> Review, review to leader
        T2 09:00  leader  DUYỆT           -> Feedback, feedback to tech
        T2 10:00  sales   form Miền Nam   -> Feedback, feedback to tech2, recalled to tech, turn tech2
    ",
    );
}

#[test]
fn a_server_that_is_needed_waits_for_its_cost() {
    use quotedesk::process::feedback::missing_of_tech;
    use quotedesk::process::form::Item;
    use quotedesk::process::value::Value;

    let mut case = quotedesk::process::case::Case::default();
    let mut item = Item { id: "M01".into(), no: 1, ..Item::default() };
    item.cells.insert("kt_kq".into(), Value::Choice("yes".into()));
    case.form.items.push(item);
    assert_eq!(missing_of_tech(&case), ["kt_srv", "kt_start"]);
    case.form.items[0].cells.insert("kt_sv".into(), Value::Choice("yes".into()));
    assert_eq!(missing_of_tech(&case), ["kt_srv_cost", "kt_start"], "where one item says so, too");
    case.form.fields.insert("kt_start".into(), Value::Text("5 ngày".into()));
    case.form.fields.insert("kt_srv_cost".into(), Value::Money(0));
    assert!(missing_of_tech(&case).is_empty(), "for nothing is said as well");
}
