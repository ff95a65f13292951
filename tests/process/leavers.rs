//! Somebody who decides has left the house: whoever has their place by now goes on with the step.

use quotedesk::process::case::State;
use quotedesk::process::clock::tick;
use quotedesk::process::event::Event;
use quotedesk::process::leavers::succeeded;
use quotedesk::process::roles;

use crate::company::email;
use crate::play::play;

#[test]
fn the_step_goes_on_with_the_new_leader() {
    let mut played = play(
        r"
        T2 08:00  cskh   need @sales    -> Drafting, need to sales
        T2 08:30  sales  form 1 items   -> Review, review to leader
    ",
    );
    let (now, before) = (played.case.since, played.house.clone());
    assert_eq!(succeeded(&played.case, &before, now), [], "nobody has left");
    let (old, new) = (email("leader"), email("director"));
    played.house.people.retain(|p| p.email != old);
    played
        .house
        .people
        .iter_mut()
        .filter(|p| p.leader.as_deref() == Some(old.as_str()))
        .for_each(|p| p.leader = Some(new.clone()));
    played.house.regions.iter_mut().for_each(|r| r.leader = Some(new.clone()));
    let events = tick(&played.case, &played.house, now);
    let staffed = events.iter().any(|e| matches!(e, Event::Staffed { leader: Some(leader), .. } if *leader == new));
    assert!(staffed && events.contains(&Event::StoodIn { absent: old, deputy: new.clone() }), "{events:?}");
    played.case.leader = Some(new.clone());
    assert_eq!(played.case.state, State::Review);
    assert_eq!(roles::turn(&played.case, &played.house, before.day(now)), [new]);
    assert_eq!(succeeded(&played.case, &played.house, now), [], "once");
}
