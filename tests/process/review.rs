//! Steps 1, 2a and 2b: naming a Sales, the form, the Leader's word.

use crate::play::play;

#[test]
fn a_need_without_sales_waits_for_one() {
    play(
        r"
        T2 08:00  cskh   need                       -> Assigning, whose-case to cskh, due T2 12:00
        T2 08:10  cskh   ghi chú: khách hỏi gấp     -> Assigning
        T2 08:20  tech   giao @sales                -> refused not_yours
        T2 08:30  cskh   giao @tech                 -> refused no_such_person
        T2 09:00  cskh   ghi chú: nhờ @sales xử lý  -> Drafting, need to sales, comment to sales, sales sales, due T4 09:00
    ",
    );
    // A Sales who brings a need and names nobody keeps it.
    play("T2 08:00  sales  need  -> Drafting, need to sales, sales sales");
}

#[test]
fn a_form_with_errors_comes_back() {
    play(
        r"
        T2 08:00  cskh   need @sales  -> Drafting, need to sales
        T2 08:30  sales  form         -> Drafting, form-problems to sales    // no item
        T2 09:00  sales  form lỗi     -> Drafting, form-problems to sales
        T2 10:00  sales  form 1 items -> Review, review to leader
        T2 10:30  sales  form lỗi     -> Review, form-problems to sales
        T2 11:00  leader DUYỆT        -> refused superseded    // something of it has changed since
        T2 11:10  sales  form ghi chú M01 -> Review, review to leader
        T2 11:20  leader DUYỆT        -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn the_leader_asks_and_turns_down() {
    play(
        r"
        T2 08:00  cskh   need @sales                    -> Drafting, need to sales
        T2 08:00  leader DUYỆT                          -> refused not_now
        T2 08:30  sales  form 2 items                   -> Review, review to leader
        T2 08:35  sales  DUYỆT                          -> refused not_yours
        T2 08:36  sales  form của người khác            -> Review
        T2 09:00  leader TRẢ LẠI:                       -> refused needs
        T2 09:10  leader TRẢ LẠI: ngân sách của ai?     -> Drafting, clarify to sales, due T4 09:10
        T2 09:20  leader TRẢ LẠI: còn nữa               -> refused already_decided, comment to sales
        T2 10:00  sales  form sửa M01                   -> Review, review to leader
        T2 10:10  leader cũ DUYỆT                       -> refused superseded
        T2 10:30  leader form chưa kết luận             -> Review, form-problems to leader
        T2 10:40  leader form duyệt, một mục chưa đạt   -> refused checks_open
        T2 10:50  leader form trả lại: budget?          -> Drafting, clarify to sales
        T2 11:00  sales  form ghi chú M02               -> Review, review to leader
        T2 11:30  leader TỪ CHỐI:                       -> refused needs
        T2 11:40  leader TỪ CHỐI: không khả thi         -> Closed, rejected to sales cskh, as rejected
        T2 11:50  leader DUYỆT                          -> refused closed
        T2 12:00  leader MỞ LẠI: nhầm                   -> refused not_yours
        T2 13:30  sales  MỞ LẠI: khách thêm ngân sách   -> Drafting, need to sales, reopened to cskh leader
    ",
    );
}

/// A bare DUYỆT against the Leader's own cells: which of the two is meant is asked, and not decided.
#[test]
fn a_word_against_the_leader_s_own_checks_is_asked_back() {
    let to_leader = r"
        T2 08:00  cskh   need @sales                    -> Drafting, need to sales
        T2 08:30  sales  form 1 items                   -> Review, review to leader
        T2 09:00  leader form cần làm rõ                -> Review, form-problems to leader
        T2 09:10  leader DUYỆT                          -> Review, confirm to leader";
    let played = play(to_leader);
    assert_eq!(played.case.form.text("ck_budget"), Some("can_lam_ro"));
    let played = play(&format!("{to_leader}\n T2 09:20 leader DUYỆT -> Feedback, feedback to tech tech2"));
    assert_eq!(played.case.form.text("ck_budget"), Some("dat"));
    play(&format!("{to_leader}\n T2 09:20 leader TRẢ LẠI: ngân sách của ai? -> Drafting, clarify to sales"));
    // Passed or blank cells say nothing else.
    play(
        r"
        T2 08:00  cskh   need @sales                    -> Drafting, need to sales
        T2 08:30  sales  form 1 items                   -> Review, review to leader
        T2 09:00  leader form chưa kết luận             -> Review, form-problems to leader
        T2 09:10  leader DUYỆT                          -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn sales_corrects_while_the_leader_reads() {
    play(
        r"
        T2 08:00  cskh   need @sales       -> Drafting, need to sales
        T2 08:30  sales  form 1 items      -> Review, review to leader, due T3 08:30
        T2 09:00  sales  form như cũ       -> Review
        T2 10:00  sales  form +1           -> Review, review to leader, due T3 10:00
        T2 10:01  leader cũ form duyệt     -> refused superseded
        T2 10:02  leader DUYỆT             -> Feedback, feedback to tech tech2
        T2 10:03  leader DUYỆT             -> refused already_decided
        T2 10:04  leader form duyệt        -> refused already_decided
        T2 10:05  leader TỪ CHỐI: muộn     -> refused already_decided, comment to tech tech2 sales
        T2 10:06  director DUYỆT           -> refused not_now
    ",
    );
}

#[test]
fn nobody_reviews_their_own_form() {
    // A Leader's own case goes to the Director.
    play(
        r"
        T2 08:00  cskh     need @leader  -> Drafting, need to leader
        T2 08:30  leader   form 1 items  -> Review, review to director
        T2 08:40  leader   DUYỆT         -> refused not_yours
        T2 08:50  director DUYỆT         -> Feedback, feedback to tech tech2
    ",
    );
    // A Leader who is away, and whose deputy has sent the form for Sales.
    crate::play::play_at(
        {
            let mut house = crate::company::house_without("sales");
            let away = house.people.iter().find_map(|p| p.away.clone());
            house.people.iter_mut().filter(|p| p.name == "Hùng").for_each(|p| p.away = away.clone());
            house
        },
        r"
        T2 08:00  cskh     need @sales   -> Drafting, need to deputy
        T2 08:30  deputy   form 1 items  -> Review, review to director, turn director
        T2 08:40  deputy   DUYỆT         -> refused own_form
        T2 08:50  leader   DUYỆT         -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn a_region_decides_who_reviews() {
    play(
        r"
        T2 08:00  cskh     need @sales      -> Drafting, need to sales
        T2 08:30  sales    form 1 items     -> Review, review to leader
        T2 08:40  sales    form Miền Nam    -> Review, review to leader2, recalled to leader
        T2 08:45  leader   DUYỆT            -> refused not_yours
        T2 08:50  leader2  DUYỆT            -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn no_letter_of_a_form_taken_back_approves_the_next_one() {
    play(
        r"
        T2 08:00  cskh    need @sales      -> Drafting, need to sales
        T2 08:30  sales   form 1 items     -> Review, review to leader
        T2 08:40  sales   RÚT LẠI          -> Drafting, comment to leader
        T2 08:50  sales   form 2 items     -> Review, review to leader
        T2 09:00  leader  cũ cũ DUYỆT      -> refused superseded
        T2 09:05  leader  cũ cũ form duyệt -> refused superseded
        T2 09:10  leader  DUYỆT            -> Feedback, feedback to tech tech2
        T2 09:20  leader  RÚT LẠI          -> Review, comment to tech tech2
        T2 09:30  leader  DUYỆT            -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn an_answer_is_taken_back_once_whatever_was_said_in_between() {
    let played = play(
        r"
        T2 08:00  cskh    need @sales          -> Drafting, need to sales
        T2 08:30  sales   form 1 items         -> Review, review to leader
        T2 09:00  leader  DUYỆT                -> Feedback, feedback to tech tech2
        T2 09:05  leader  ghi chú: cảm ơn em   -> Feedback, comment to tech tech2
        T2 09:06  leader  tệp                  -> Feedback
        T2 09:07  tech    trạng thái           -> Feedback, status to tech
        T2 09:08  leader  TỪ CHỐI: nhầm        -> refused already_decided, comment to tech tech2 sales
        T2 09:09  sales   RÚT LẠI              -> refused nothing_to_retract
        T2 09:10  leader  RÚT LẠI              -> Review, comment to tech tech2
        T2 09:11  leader  RÚT LẠI              -> refused nothing_to_retract
        T2 09:12  leader  DUYỆT                -> Feedback, feedback to tech tech2
        T2 09:20  tech    form M01:15          -> Feedback
        T2 09:30  leader  RÚT LẠI              -> refused nothing_to_retract
    ",
    );
    let what = played.history.iter().find_map(|r| match &r.event {
        quotedesk::process::event::Event::Retracted { what, .. } => Some(what.as_str()),
        _ => None,
    });
    assert_eq!(what, Some("confirm"));
}

/// The company with one of its people away in the scripts' first week, and another one in their place.
fn away(who: &str, deputy: &str) -> quotedesk::process::house::House {
    let mut house = crate::company::house_without(who);
    let away = house.people.iter_mut().filter_map(|p| p.away.as_mut());
    away.for_each(|away| away.deputy = crate::company::email(deputy));
    house
}

#[test]
fn where_sales_and_leader_stand_in_for_each_other_the_director_reviews() {
    // Sales is away, the Leader sends the form for them: until Sales sends one of their own.
    crate::play::play_at(
        away("sales", "leader"),
        r"
        T2 08:00  cskh     need @sales       -> Drafting, need to leader
        T2 08:30  leader   form 1 items      -> Review, review to director, turn director
        T2 08:40  leader   DUYỆT             -> refused own_form
        T2 08:45  leader   form ghi chú M01  -> Review, review to director
        T2 09:00  director TRẢ LẠI: của ai?  -> Drafting, clarify to leader
        T2 09:30  leader   form +1           -> Review, review to director
        T2 10:00  sales    form sửa M01      -> Review, review to leader, recalled to director
        T2 10:30  director DUYỆT             -> refused not_now
        T2 11:00  leader   DUYỆT             -> Feedback, feedback to tech tech2
    ",
    );
    // The Leader is away, and their deputy is the case's Sales: who was asked stays asked once the Leader is back.
    crate::play::play_at(
        away("leader", "sales"),
        r"
        T2 08:00  cskh     need @sales       -> Drafting, need to sales
        T2 08:30  sales    form 1 items      -> Review, review to director, turn director
        T2 08:40  sales    DUYỆT             -> refused own_form
        T2 08:45  sales    form sửa M01      -> Review, review to director
        09/03 09:00  sales    trạng thái     -> Review, status to sales, turn director
        09/03 09:10  director DUYỆT          -> Feedback, feedback to tech tech2
        09/03 09:20  director DUYỆT          -> refused already_decided
    ",
    );
    // Who goes away while they have the form, and leaves it to the case's Sales.
    let mut house = away("leader", "sales");
    let days = house.people.iter_mut().filter_map(|p| p.away.as_mut());
    days.for_each(|away| away.from = away.from + chrono::Days::new(1));
    crate::play::play_at(
        house,
        r"
        T2 08:00  cskh     need @sales       -> Drafting, need to sales
        T2 16:00  sales    form 1 items      -> Review, review to leader, turn leader
        T3 09:00  sales    DUYỆT             -> refused own_form
        T3 12:00  clock                      -> Review, reminder to director, turn director
        T3 13:30  director DUYỆT             -> Feedback, feedback to tech tech2
    ",
    );
}

#[test]
fn nobody_prices_their_own_case_as_a_deputy() {
    // The Director is away, and has left it to the case's Sales: they stay asked themselves.
    crate::play::play_at(
        away("director", "sales"),
        r"
        T2 08:00  cskh     need @sales             -> Drafting, need to sales
        T2 08:30  sales    form 1 items            -> Review, review to leader
        T2 09:00  leader   DUYỆT                   -> Feedback, feedback to tech tech2
        T2 10:00  tech     form M01:15/5 khởi động -> Completing, completing to sales
        T2 11:00  sales    XONG                    -> Pricing, pricing to director, turn director
        T2 11:10  sales    DUYỆT                   -> refused own_price
        T2 11:20  sales    nói: 20                 -> refused own_price
        T2 11:30  sales    TỪ CHỐI: không bán nữa  -> refused own_price
        T2 11:40  sales    form ghi chú M01        -> Pricing, pricing to director
        T2 14:00  director form 20                 -> Quoted, quote to sales
    ",
    );
    // Another Sales' case is theirs to price meanwhile.
    crate::play::play_at(
        away("director", "sales2"),
        r"
        T2 08:00  cskh     need @sales             -> Drafting, need to sales
        T2 08:30  sales    form 1 items            -> Review, review to leader
        T2 09:00  leader   DUYỆT                   -> Feedback, feedback to tech tech2
        T2 10:00  tech     form M01:15/5 khởi động -> Completing, completing to sales
        T2 11:00  sales    XONG                    -> Pricing, pricing to sales2, turn sales2
        T2 11:10  sales2   nói: 20                 -> Pricing, confirm to sales2
        T2 11:20  sales2   DUYỆT                   -> Quoted, quote to sales
    ",
    );
}

#[test]
fn where_all_who_could_review_leave_it_to_the_sales_the_leader_stays_asked() {
    let mut house = away("leader", "sales");
    let gone = house.people.iter().find_map(|p| p.away.clone());
    house.people.iter_mut().filter(|p| p.name == "Dũng").for_each(|p| p.away = gone.clone());
    crate::play::play_at(
        house,
        r"
        T2 08:00  cskh     need @sales   -> Drafting, need to sales
        T2 08:30  sales    form 1 items  -> Review, review to leader, turn leader
        T2 08:40  sales    DUYỆT         -> refused own_form
        T2 09:00  leader   DUYỆT         -> Feedback, feedback to tech tech2
    ",
    );
}
