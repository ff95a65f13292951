//! Who may do what; comments; another Sales.

use quotedesk::process::act::{Act, Moment, Refusal, Saw, Via, What};
use quotedesk::process::case::State;
use quotedesk::process::rules::decide;

use crate::company::{PEOPLE, email, words};
use crate::ordinary::NINE_STEPS;
use crate::play::{Played, play};

#[test]
fn another_sales_takes_over() {
    play(
        r"
        T2 08:00  cskh   need @sales    -> Drafting, need to sales
        T2 08:10  tech   giao @sales2   -> refused not_yours
        T2 08:20  sales  giao @sales2   -> Drafting, need to sales2, sales sales2
        T2 08:30  sales  form 1 items   -> refused not_yours
        T2 08:40  sales2 form 1 items   -> Review, review to leader
        T2 08:50  leader giao @sales    -> Review, status to sales2 sales, turn leader
        T2 09:00  leader DUYỆT          -> Feedback, feedback to tech tech2
        T2 09:10  tech   HỎI: bản nào?  -> Feedback, question to sales
        T2 09:20  cskh   giao @sales2   -> Feedback, question to sales2, status to sales, turn sales2
        T2 09:30  sales2 TRẢ LỜI: bản 7 -> Feedback, answered to tech tech2
    ",
    );
}

#[test]
fn comments_are_read_by_somebody() {
    play(
        r"
        T2 08:00  cskh   need @sales                  -> Drafting, need to sales
        T2 08:10  cskh   ghi chú: khách gấp           -> Drafting, comment to sales
        T2 08:20  sales  ghi chú: đang làm            -> Drafting, comment to cskh
        T2 08:25  sales  HỎI: số điện thoại của khách? -> Drafting, comment to cskh
        T2 08:30  sales  ghi chú: @tech xem giúp      -> Drafting, comment to tech
        T2 08:40  tech   trạng thái                   -> Drafting, status to tech
        T2 08:50  tech   tệp                          -> Drafting
        T2 09:00  sales  RÚT YÊU CẦU: trùng           -> Closed, closed to sales cskh tech
        T2 09:10  cskh   ghi chú: tiếc quá            -> Closed, comment to sales tech
    ",
    );
}

/// The Leader, who is CSKH of the case as well, stands once among those who could.
#[test]
fn who_may_is_named_once() {
    let mut played = play("T2 08:00  cskh  need @sales  -> Drafting, need to sales");
    played.case.leader = played.case.cskh.clone();
    let act = Act {
        by: Some(email("tech")),
        for_: None,
        via: Via::Mail,
        what: What::Assign { sales: email("sales2") },
        saw: Saw::default(),
    };
    let refusal = decide(&played.case, &act, &played.house, &Moment::plain(played.case.since)).unwrap_err();
    assert_eq!(refusal, Refusal::NotYours { may: vec![email("cskh"), email("sales")] });
}

/// Everybody says everything at every step: only those whose word it is move the case.
#[test]
fn only_the_right_role_moves_a_case() {
    let lines: Vec<&str> = NINE_STEPS.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let (mut refused, mut moved) = (0, Vec::new());
    for n in 1..=lines.len() {
        let played = play(&lines[..n].join("\n"));
        for who in PEOPLE {
            for what in words() {
                match outcome(&played, who, what.clone()) {
                    None => refused += 1,
                    Some(after) if after != played.case.state => moved.push((played.case.state, what.name(), who, after)),
                    Some(_) => {}
                }
            }
        }
    }
    assert!(refused > 1500, "{refused}");
    assert_eq!(table(moved), MOVES.trim().lines().map(str::trim).collect::<Vec<_>>());
}

/// One line for each state, word and end, with those who can say it.
fn table(mut moved: Vec<(State, &'static str, &'static str, State)>) -> Vec<String> {
    moved.sort_by_key(|(from, what, who, to)| (*from, *to, *what, *who));
    moved.dedup();
    let of_one = |a: &(State, &str, &str, State), b: &(State, &str, &str, State)| (a.0, a.1, a.3) == (b.0, b.1, b.3);
    let line = |group: &[(State, &str, &str, State)]| {
        let people: Vec<&str> = group.iter().map(|m| m.2).collect();
        let (from, what, _, to) = group[0];
        format!("{:11} -> {:11} {:12} {}", from.name(), to.name(), what, people.join(" "))
    };
    moved.chunk_by(of_one).map(line).collect()
}

/// Everything that moves a case: from, to, by which word, of whom.
const MOVES: &str = "
    Drafting    -> Closed      close        operator sales
    Drafting    -> Closed      withdraw     cskh operator sales
    Review      -> Drafting    ask          leader
    Review      -> Drafting    return       leader
    Review      -> Feedback    confirm      leader
    Review      -> Closed      close        operator sales
    Review      -> Closed      reject       leader
    Review      -> Closed      withdraw     cskh operator sales
    Feedback    -> Closed      close        operator sales
    Feedback    -> Closed      withdraw     cskh operator sales
    Completing  -> Pricing     confirm      sales
    Completing  -> Pricing     done         sales
    Completing  -> Pricing     form         sales
    Completing  -> Closed      close        operator sales
    Completing  -> Closed      declined     sales
    Completing  -> Closed      withdraw     cskh operator sales
    Pricing     -> Completing  return       director
    Pricing     -> Closed      close        operator sales
    Pricing     -> Closed      declined     sales
    Pricing     -> Closed      reject       director
    Pricing     -> Closed      withdraw     cskh operator sales
    Quoted      -> Drafting    change-asked sales
    Quoted      -> Drafting    requote      sales
    Quoted      -> Contracting agreed       sales
    Quoted      -> Closed      close        operator sales
    Quoted      -> Closed      declined     sales
    Quoted      -> Closed      withdraw     cskh operator sales
    Contracting -> Drafting    change-asked sales
    Contracting -> Scheduling  paid         sales
    Contracting -> Closed      close        operator sales
    Contracting -> Closed      declined     sales
    Contracting -> Closed      withdraw     cskh operator sales
    Scheduling  -> Delivering  plan         head tech tech2
    Scheduling  -> Closed      close        operator sales
    Scheduling  -> Closed      withdraw     cskh operator sales
    Delivering  -> Closed      handed-over  sales
    Delivering  -> Closed      withdraw     cskh operator sales
";

/// The state after the act; `None` where it is refused.
fn outcome(played: &Played, who: &str, what: What) -> Option<State> {
    let by = Some(email(who));
    let act = Act { by, for_: None, via: Via::Mail, what, saw: Saw::default() };
    let at = played.case.since + chrono::TimeDelta::minutes(5);
    let moment = Moment { next_quote: 1, ..Moment::plain(at) };
    let events = decide(&played.case, &act, &played.house, &moment).ok()?;
    let mut after = played.case.clone();
    for event in events {
        let seq = after.version;
        after.apply(&quotedesk::process::event::Recorded { seq, at, by: act.by.clone(), for_: None, via: Via::Mail, event });
    }
    Some(after.state)
}
