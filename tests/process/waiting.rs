//! What time alone brings about: reminders, late notices, escalation; each once, in working hours, none for the past.

use crate::play::{play, play_at};

#[test]
fn reminded_late_and_one_up() {
    play(
        r"
        T2 08:00  cskh   need @sales   -> Drafting, need to sales, due T3 17:30
        T3 08:00  clock                -> Drafting
        T3 13:30  clock                -> Drafting, reminder to sales
        T4 07:59  clock                -> Drafting
        T4 08:00  clock                -> Drafting, late to sales
        T4 18:00  clock                -> Drafting
        T5 08:00  clock                -> Drafting, late to sales, escalation to leader
        12/03 08:00  clock             -> Drafting, late to sales, escalation to leader    // then once a week
    ",
    );
}

#[test]
fn never_in_bulk_for_the_past() {
    play(
        r"
        T2 08:00  cskh  need @sales  -> Drafting, need to sales
        16/03 03:00  clock once      -> Drafting, late to sales, escalation to leader
        16/03 03:00  clock once      -> Drafting
    ",
    );
}

#[test]
fn nothing_on_a_weekend() {
    play(
        r"
        T6 15:00  cskh   need @sales   -> Drafting, need to sales
        T7 23:00  clock                -> Drafting
        CN 23:00  clock                -> Drafting
        T3 12:00  clock                -> Drafting, reminder to sales
        T3 15:00  clock                -> Drafting, late to sales
    ",
    );
}

#[test]
fn the_clock_stands_still_for_who_asked() {
    play(
        r"
        T2 08:00  cskh   need @sales          -> Drafting, need to sales
        T2 08:30  sales  form 1 items         -> Review, review to leader
        T2 09:00  leader DUYỆT                -> Feedback, feedback to tech tech2, due T5 09:00
        T4 14:30  clock                       -> Feedback, reminder to tech tech2
        T4 15:00  tech   HỎI: bản nào?        -> Feedback, question to sales, due T5 15:00
        T5 15:00  clock                       -> Feedback, reminder to sales, late to sales
        T6 09:00  sales  TRẢ LỜI: bản 7       -> Feedback, answered to tech tech2, due 11/03 09:00
        T6 17:00  clock                       -> Feedback
    ",
    );
}

#[test]
fn a_plan_is_told_of_day_by_day() {
    play(&format!(
        "{}
        12/03 08:00  clock                        -> Delivering, progress to sales cskh tech tech2
        19/03 08:00  clock                        -> Delivering, progress to sales cskh tech tech2
        20/03 08:00  clock                        -> Delivering, progress to sales cskh tech tech2
        20/03 17:00  clock                        -> Delivering, reminder to tech tech2
        23/03 08:00  clock                        -> Delivering, late to tech tech2
        23/03 09:00  tech2  kết thúc 25/03        -> Delivering, planned to sales cskh
        24/03 08:00  clock                        -> Delivering, progress to sales cskh tech tech2
        24/03 09:00  tech2  đã bàn giao           -> Delivering, progress to sales cskh, due 25/03 09:00
        25/03 08:30  clock                        -> Delivering, reminder to sales
    ",
        crate::ordinary::NINE_STEPS
    ));
}

#[test]
fn a_deputy_acts_while_somebody_is_away() {
    play_at(
        crate::company::house_without("leader"),
        r"
        T2 08:00  cskh   need @sales   -> Drafting, need to sales
        T2 08:30  sales  form 1 items  -> Review, review to deputy, turn deputy
        T2 17:00  clock                -> Review, reminder to deputy
        T3 08:30  clock                -> Review, late to deputy
        T3 09:00  deputy DUYỆT         -> Feedback, feedback to tech tech2
    ",
    );
    // Back at work: the deputy is nobody any more.
    play_at(
        crate::company::house_without("leader"),
        r"
        T6 08:00  cskh   need @sales   -> Drafting, need to sales
        T6 08:30  sales  form 1 items  -> Review, review to deputy
        T2 08:00  deputy DUYỆT         -> refused not_yours
        T2 08:10  leader DUYỆT         -> Feedback, feedback to tech tech2
    ",
    );
}
