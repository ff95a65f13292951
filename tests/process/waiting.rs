//! What time alone brings about: reminders, late notices, escalation; each once, in working hours, none for the past.

use quotedesk::process::event::Event;
use quotedesk::process::letters::Kind;

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

/// What comes at the very closing, in the break or on a Saturday night counts from the next opening; what ends with a stretch of
/// hours is due at its end.
#[test]
fn deadlines_at_the_edges_of_the_working_day() {
    play(
        r"
        T2 17:30  cskh   need @sales     -> Drafting, need to sales, due T4 17:30
        T2 17:30  sales  form 1 items    -> Review, review to leader, due T3 17:30
        T3 12:00  leader DUYỆT           -> Feedback, feedback to tech tech2, due T6 12:00
        T5 17:30  clock                  -> Feedback
        T6 08:00  clock                  -> Feedback, reminder to tech tech2
        T6 12:00  clock                  -> Feedback
        T6 13:30  clock                  -> Feedback, late to tech tech2
        T7 22:00  tech   HỎI: bản nào?   -> Feedback, question to sales, due 09/03 17:30
        09/03 13:30  clock               -> Feedback, reminder to sales
        10/03 08:00  clock               -> Feedback, late to sales
    ",
    );
}

/// A day that Sales wishes is its closing, on a day off too; one that has passed is none.
#[test]
fn a_wished_day_is_its_closing() {
    play(
        r"
        T2 08:00  cskh   need @sales      -> Drafting, need to sales
        T2 08:30  sales  form 1 items     -> Review, review to leader
        T2 08:40  sales  form hạn 07/03   -> Review, review to leader
        T2 09:00  leader DUYỆT            -> Feedback, feedback to tech tech2, due T7 17:30
        T6 13:30  clock                   -> Feedback, reminder to tech tech2
        T7 23:00  clock                   -> Feedback
        T2 08:00  clock                   -> Feedback, late to tech tech2
    ",
    );
    play(
        r"
        T2 08:00  cskh   need @sales      -> Drafting, need to sales
        T2 08:30  sales  form 1 items     -> Review, review to leader
        T2 08:40  sales  form hạn 02/03   -> Review, review to leader
        T2 18:00  leader DUYỆT            -> Feedback, feedback to tech tech2, due T5 17:30
    ",
    );
}

/// Whoever stands in from a later day on has had no letter of the turn: they get it when the absence begins, once.
#[test]
fn an_absence_that_begins_in_the_middle_of_a_turn_passes_it_on() {
    let later = |who: &str| {
        let mut house = crate::company::house_without(who);
        let days = house.people.iter_mut().filter_map(|p| p.away.as_mut());
        days.for_each(|away| away.from = away.from + chrono::Days::new(1));
        house
    };
    play_at(
        later("leader"),
        r"
        T2 08:00  cskh    need @sales     -> Drafting, need to sales
        T2 16:00  sales   form 1 items    -> Review, review to leader, turn leader
        T3 07:59  clock                   -> Review
        T3 08:00  clock                   -> Review, review to deputy, turn deputy
        T3 10:00  clock                   -> Review
        T3 12:00  clock                   -> Review, reminder to deputy
        T3 13:30  deputy  DUYỆT           -> Feedback, feedback to tech tech2
    ",
    );
    // One of several; and a desk that comes to see it only when all of it is over.
    play_at(
        later("tech"),
        r"
        T2 08:00  cskh    need @sales     -> Drafting, need to sales
        T2 08:30  sales   form 1 items    -> Review, review to leader
        T2 09:00  leader  DUYỆT           -> Feedback, feedback to tech tech2
        T3 08:00  clock                   -> Feedback, feedback to deputy
        T3 12:00  clock                   -> Feedback
    ",
    );
    play_at(
        later("sales"),
        r"
        T2 08:00  cskh    need @sales     -> Drafting, need to sales
        09/03 03:00  clock once           -> Drafting, late to sales, escalation to leader
        10/03 07:00  clock                -> Drafting
    ",
    );
}

/// A letter that names a deadline of its reader's brings it for their calendar; one of somebody else's does not.
#[test]
fn a_deadline_comes_with_a_calendar_file() {
    let nine = crate::ordinary::NINE_STEPS.lines().map(str::trim);
    let scheduling: Vec<&str> = nine.take_while(|l| !l.starts_with("T3 15:00  tech      bắt")).collect();
    for (script, kind, wanted) in [
        ("T2 08:00  cskh  need  -> Assigning, whose-case to cskh", Kind::WhoseCase, true),
        (
            "T2 08:00  cskh  need @sales  -> Drafting, need to sales
             T2 09:00  sales form lỗi     -> Drafting, form-problems to sales",
            Kind::FormProblems,
            true,
        ),
        (
            // Late already: there is nothing to come.
            "T2 08:00  cskh  need @sales  -> Drafting, need to sales
             T5 09:00  sales form lỗi     -> Drafting, form-problems to sales",
            Kind::FormProblems,
            false,
        ),
        (
            &format!("{}\nT3 15:10  sales form lỗi -> Scheduling, form-problems to sales", scheduling.join("\n")),
            Kind::FormProblems,
            false,
        ),
    ] {
        assert_eq!(crate::play::play(script).has_calendar(kind), wanted, "{script}");
    }
}

/// Tết 2026 is 16/02 to 20/02: nobody's time runs, and nobody is reminded.
#[test]
fn nothing_runs_over_tet() {
    play(
        r"
        13/02 16:00  cskh  need @sales  -> Drafting, need to sales, due 24/02 16:00
        24/02 10:00  clock              -> Drafting
        24/02 10:30  clock              -> Drafting, reminder to sales
        24/02 16:00  clock              -> Drafting, late to sales
        25/02 16:00  clock              -> Drafting, late to sales, escalation to leader
    ",
    );
}

/// But the fifteen days of a quote do: a reminder that would fall into the days off comes before them, or not at all.
#[test]
fn a_quote_runs_out_over_tet() {
    play(
        r"
        11/02 08:00  cskh      need @sales               -> Drafting, need to sales
        11/02 08:30  sales     form 1 items              -> Review, review to leader
        11/02 09:00  leader    DUYỆT                     -> Feedback, feedback to tech tech2
        11/02 10:00  tech      form M01:15/5 khởi động   -> Completing, completing to sales
        11/02 11:00  sales     XONG                      -> Pricing, pricing to director
        13/02 09:00  director  form 20                   -> Quoted, quote to sales, due 01/03 00:00
        24/02 17:30  clock                               -> Quoted
        25/02 08:00  clock                               -> Quoted, quote-runs-out to sales
        27/02 08:00  clock                               -> Quoted, quote-runs-out to sales
        28/02 23:59  clock                               -> Quoted
        01/03 00:00  clock                               -> Closed, closed to sales cskh leader tech tech2 director, as expired
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
        23/03 09:00  tech2  kết thúc 25/03        -> Delivering, planned to sales cskh tech
        24/03 08:00  clock                        -> Delivering, progress to sales cskh tech tech2
        24/03 09:00  tech2  đã bàn giao           -> Delivering, progress to sales cskh, due 25/03 09:00
        25/03 08:30  clock                        -> Delivering, reminder to sales
    ",
        crate::ordinary::NINE_STEPS
    ));
}

/// The eve of the end is no notice of its own where it is the day of the start: that the work starts is told on that day.
#[test]
fn a_plan_of_two_days_is_told_of_at_its_start_and_its_end() {
    let played = play(&format!(
        "{}
        T3 16:00  tech   bắt đầu 12/03, kết thúc 13/03  -> Delivering, planned to sales cskh tech2
        12/03 08:00  clock                              -> Delivering, progress to sales cskh tech tech2
        13/03 08:00  clock                              -> Delivering, progress to sales cskh tech tech2
    ",
        crate::ordinary::NINE_STEPS
    ));
    let levels =
        played.history.iter().filter_map(|r| if let Event::PlanReminded { level } = r.event { Some(level) } else { None });
    assert_eq!(levels.collect::<Vec<_>>(), [1, 3], "the start, and the end");
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
