//! People who have left the house in the middle of a case: whoever has their place by now has it on the case too.

use super::case::Case;
use super::event::Event;
use super::house::{At, Email, House};
use super::roles;

/// Is one of those who decide on this case no longer of the house, or all of its Tech?
pub fn has_left(case: &Case, house: &House) -> bool {
    let gone = |who: &Email| house.person(who).is_none();
    let tech = !case.tech.is_empty() && case.tech.iter().all(gone);
    !case.is_closed() && (tech || case.leader.iter().chain(&case.director).any(gone))
}

/// The case with those in their places whom the config names for its Sales and region, and the present step's letter to whoever
/// it waits for by that. Nothing where the config names nobody: then the operator has the turn, and passes it on.
pub fn succeeded(case: &Case, house: &House, now: At) -> Vec<Event> {
    let Some(sales) = case.sales.as_ref().filter(|_| has_left(case, house)) else { return vec![] };
    let gone = |who: &Email| house.person(who).is_none();
    let (leader, director, tech) = roles::staff(house, sales, case.form.text("region"));
    let place = |was: &Option<Email>, is: Option<Email>| match was {
        Some(who) if gone(who) && is.is_some() => is,
        _ => was.clone(),
    };
    let (leader, director) = (place(&case.leader, leader), place(&case.director, director));
    let tech = if case.tech.iter().any(|who| !gone(who)) || tech.is_empty() { case.tech.clone() } else { tech };
    if (&leader, &director, &tech) == (&case.leader, &case.director, &case.tech) {
        return vec![];
    }
    let day = house.day(now);
    let left = roles::asked(case, house, day).into_iter().find(gone);
    let after = Case { leader: leader.clone(), director: director.clone(), tech: tech.clone(), ..case.clone() };
    let told = left.into_iter().flat_map(|absent| {
        let stands_in = move |deputy| Event::StoodIn { absent: absent.clone(), deputy };
        roles::turn(&after, house, day).into_iter().map(stands_in)
    });
    std::iter::once(Event::Staffed { leader, director, tech }).chain(told).collect()
}
