//! Who may do what on a case, whose turn it is, and who is told next when nobody moves.

use chrono::NaiveDate;

use super::case::{Case, State};
use super::house::{Email, House, Person, Role};

/// The people that the case waits for, deputies in place of those who are away. Never empty while the case is open,
/// as long as the config names anybody at all: where a role is not filled, the operator has the turn.
pub fn turn(case: &Case, house: &House, day: NaiveDate) -> Vec<Email> {
    if case.is_closed() {
        return Vec::new();
    }
    let known = |people: Vec<Email>| {
        let people: Vec<Email> = people.into_iter().filter(|p| house.person(p).is_some()).collect();
        acting(case, house, people.iter(), day)
    };
    let first_of_all = || house.people.first().map(|p| p.email.clone()).into_iter().collect();
    [known(asked(case, house, day)), known(emails(house, Role::Operator)), first_of_all()]
        .into_iter()
        .find(|t| !t.is_empty())
        .unwrap_or_default()
}

/// The people whose turn it is themselves, there or not.
pub fn asked(case: &Case, house: &House, day: NaiveDate) -> Vec<Email> {
    match &case.question {
        _ if case.is_closed() => vec![],
        Some(question) => vec![question.to.clone()],
        None => match turn_role(case, house) {
            Role::TechHead => heads(house),
            Role::Leader => reviewer(case, house, day).into_iter().collect(),
            role => holders(case, role),
        },
    }
}

/// Who reviews the form today: whoever was asked, but the Director where it would be the case's own Sales who stands in now.
pub fn reviewer(case: &Case, house: &House, day: NaiveDate) -> Option<Email> {
    let there = |who: &&Email| house.person(who).is_some();
    let asked = case.reviewer.as_ref().filter(there).or(case.leader.as_ref());
    free(case, house, None, day, [asked, case.director.as_ref()]).or(asked).cloned()
}

/// Who is asked to review a form: the Leader, else the region's, else the Director. Nobody reviews the form of their own case
/// or one that they have sent, not as somebody's deputy either, unless the company allows it (domain a.5); where all of them
/// would, it stays with the Leader.
pub fn reviewer_of_form(case: &Case, house: &House, form_by: Option<&Email>, day: NaiveDate) -> Option<Email> {
    let of_region = case.form.text("region").and_then(|r| house.region(r)).and_then(|r| r.leader.as_ref());
    let all = [case.leader.as_ref(), of_region, case.director.as_ref()];
    free(case, house, form_by, day, all).or(case.leader.as_ref()).cloned()
}

/// The first of these whose review would not be of their own form.
fn free<'a, const N: usize>(
    case: &Case,
    house: &House,
    form_by: Option<&Email>,
    day: NaiveDate,
    people: [Option<&'a Email>; N],
) -> Option<&'a Email> {
    let own = |p: &str| [case.sales.as_ref(), form_by].into_iter().flatten().any(|own| own == p);
    people.into_iter().flatten().find(|p| house.own_review || !own(deputy(case, house, p, day)))
}

/// Whom somebody acts for on this case today, where the turn is not their own.
pub fn on_behalf(case: &Case, house: &House, by: &str, day: NaiveDate) -> Option<Email> {
    let asked = asked(case, house, day);
    let own = asked.iter().any(|p| p == by);
    asked.into_iter().find(|p| !own && stand_in(case, house, p, day) == by)
}

/// Who acts for a person on this case today: their deputy, but themselves where that would be a Sales on their own case.
pub fn stand_in<'a>(case: &'a Case, house: &'a House, person: &'a str, day: NaiveDate) -> &'a str {
    let deputy = deputy(case, house, person, day);
    if is_own_case(case, house, person, deputy) { person } else { deputy }
}

/// Nobody reviews or prices the case of which they are the Sales merely as the deputy of its Leader or Director. The company may
/// allow the review (domain a.5); Sales never prices as Director.
pub fn is_own_case(case: &Case, house: &House, person: &str, deputy: &str) -> bool {
    let is = |who: &Option<Email>, person: &str| who.as_deref() == Some(person);
    let reviews = is(&case.leader, person) || is(&case.reviewer, person);
    let decides = is(&case.director, person) || (reviews && !house.own_review);
    decides && deputy != person && is(&case.sales, deputy)
}

/// The roles that somebody has as a deputy by the config, and in which they do not act: it is their own case.
pub fn own_as_deputy(case: &Case, house: &House, by: &str, day: NaiveDate) -> Vec<Role> {
    let absent = |p: &&Person| is_own_case(case, house, &p.email, by) && deputy(case, house, &p.email, day) == by;
    house.people.iter().filter(absent).flat_map(|p| case.roles_of(&p.email)).collect()
}

/// Whoever was brought in for a person on this case because they could not be reached, else as the config says.
fn deputy<'a>(case: &'a Case, house: &'a House, person: &'a str, day: NaiveDate) -> &'a str {
    let acting = house.acting(person, day);
    match case.unreached.get(acting) {
        Some(Some(deputy)) => house.acting(deputy, day),
        _ => acting,
    }
}

/// The role in which the present turn is taken.
pub fn turn_role(case: &Case, house: &House) -> Role {
    match case.state {
        _ if case.question.as_ref().is_some_and(|q| case.sales.as_ref() == Some(&q.to)) => Role::Sales,
        State::Assigning => Role::Cskh,
        State::Drafting | State::Completing | State::Quoted | State::Contracting | State::Closed => Role::Sales,
        State::Review => Role::Leader,
        State::Feedback if only_conflicts(case) && !heads(house).is_empty() => Role::TechHead,
        State::Feedback | State::Scheduling => Role::Tech,
        State::Pricing => Role::Director,
        // Handed over, as Tech says: Sales tells that the customer has accepted.
        State::Delivering if case.handed_over_on.is_some() => Role::Sales,
        State::Delivering => Role::Tech,
    }
}

/// Who has a role on this case. The head of Tech and operators have theirs on every case, and none here.
pub fn holders(case: &Case, role: Role) -> Vec<Email> {
    let one = |who: &Option<Email>| who.iter().cloned().collect();
    match role {
        Role::Cskh => one(&case.cskh),
        Role::Sales => one(&case.sales),
        Role::Leader => case.reviewer.iter().chain(&case.leader).take(1).cloned().collect(),
        Role::Tech => case.tech.clone(),
        Role::Director => one(&case.director),
        Role::TechHead | Role::Operator => Vec::new(),
    }
}

/// Each person, or who acts for them today; nobody twice.
fn acting<'a>(case: &Case, house: &House, people: impl Iterator<Item = &'a Email>, day: NaiveDate) -> Vec<Email> {
    let mut acting: Vec<Email> = Vec::new();
    for person in people {
        let person = stand_in(case, house, person, day);
        if !acting.iter().any(|a| a == person) {
            acting.push(person.to_string());
        }
    }
    acting
}

/// Everybody has answered, and what is left are answers that differ: the head of Tech has the turn.
pub(super) fn only_conflicts(case: &Case) -> bool {
    !case.conflicts.is_empty() && case.unanswered().iter().all(|i| case.conflicts.contains_key(&i.id))
}

/// Who hears of it when those whose turn it is do not move: the next one up.
pub fn next_up(case: &Case, house: &House, day: NaiveDate) -> Vec<Email> {
    let up = match turn_role(case, house) {
        Role::Sales => case.leader.iter().cloned().collect(),
        Role::Leader => case.director.iter().cloned().collect(),
        Role::Tech => heads(house),
        _ => emails(house, Role::Operator),
    };
    let turn = turn(case, house, day);
    let fresh = |people: Vec<Email>| {
        acting(case, house, people.iter(), day).into_iter().filter(|p| !turn.contains(p)).collect::<Vec<_>>()
    };
    let up = fresh(up);
    if up.is_empty() { fresh(emails(house, Role::Operator)) } else { up }
}

/// The roles in which a person can act on a case today: their own, and those of the people they stand in for.
/// The head of Tech and operators have theirs on every case. Whoever has left the house has none, not on what they began
/// either.
pub fn roles(case: &Case, house: &House, by: &str, day: NaiveDate) -> Vec<Role> {
    let Some(person) = house.person(by) else { return Vec::new() };
    let mut roles = case.roles_of(by);
    for absent in house.people.iter().filter(|p| p.email != by && stand_in(case, house, &p.email, day) == by) {
        roles.extend(case.roles_of(&absent.email));
    }
    // Whoever reviews today because the Leader would review their own.
    if case.state == State::Review && reviewer(case, house, day).is_some_and(|r| stand_in(case, house, &r, day) == by) {
        roles.push(Role::Leader);
    }
    let everywhere = [Role::TechHead, Role::Operator];
    roles.extend(everywhere.into_iter().filter(|r| person.is(*r)));
    roles.sort();
    roles.dedup();
    roles
}

/// The case as it is for somebody of whom only their part as Sales counts.
pub fn only_sales(case: &Case, who: Option<&str>) -> Case {
    let others = |role: &Option<Email>| role.clone().filter(|p| Some(p.as_str()) != who);
    let tech = case.tech.iter().filter(|p| Some(p.as_str()) != who).cloned().collect();
    Case {
        leader: others(&case.leader),
        reviewer: others(&case.reviewer),
        director: others(&case.director),
        cskh: others(&case.cskh),
        tech,
        ..case.clone()
    }
}

/// The people who have had to do with the case so far: told when it closes.
pub fn involved(case: &Case) -> Vec<Email> {
    let mut people: Vec<Email> = Vec::new();
    let past_review = case.review.as_ref().is_some_and(|r| r.confirmed);
    let leader = case.leader.iter().filter(|_| case.round > 0);
    let tech = case.tech.iter().filter(|_| past_review);
    let stood = case.closed.as_ref().map_or(case.state, |c| c.before);
    let asked = case.asked_back.as_ref().is_some_and(|asked| asked.step == State::Pricing);
    let director = case.director.iter().filter(|_| case.priced.is_some() || stood == State::Pricing || asked);
    for person in case.sales.iter().chain(&case.cskh).chain(leader).chain(tech).chain(director).chain(&case.watchers) {
        if !people.contains(person) {
            people.push(person.clone());
        }
    }
    people
}

/// Leader, Director and Tech of a Sales in a region: `[[people]] leader`, `[[regions]]`, and everybody in Tech whose
/// region is this one or who has none. Nobody reviews their own forms: a Leader's own cases go to the region's leader,
/// and that one's to the Director, unless the company allows it (domain a.5). A company without regions has one of each.
pub fn staff(house: &House, sales: &str, region: Option<&str>) -> (Option<Email>, Option<Email>, Vec<Email>) {
    let person = house.person(sales);
    let of_sales = person.and_then(|p| p.region.as_deref());
    let region = region.and_then(|r| house.region(r)).or_else(|| house.region(of_sales?));
    let only = |role| {
        let mut all = house.with_role(role).filter(|_| house.regions.is_empty());
        all.next().filter(|_| all.next().is_none()).map(|p| p.email.clone())
    };
    let director = region.and_then(|r| r.director.clone()).or_else(|| only(Role::Director));
    let leader = region.and_then(|r| r.leader.clone()).or_else(|| only(Role::Leader));
    let reviewers = [person.and_then(|p| p.leader.clone()), leader, director.clone()];
    let leader = reviewers.into_iter().flatten().find(|l| l != sales || house.own_review);
    let here = |region_of: &Option<String>| match (region_of, region) {
        (Some(theirs), Some(ours)) => house.region(theirs).is_some_and(|r| r.id == ours.id),
        _ => true,
    };
    let mut tech: Vec<Email> = house.with_role(Role::Tech).filter(|p| here(&p.region)).map(|p| p.email.clone()).collect();
    if tech.is_empty() {
        tech = emails(house, Role::Tech);
    }
    if tech.is_empty() {
        tech = heads(house);
    }
    (leader, director, tech)
}

/// Sales whose forms nobody would review, or whose prices nobody would set.
pub fn without_approver(house: &House) -> Vec<(&Person, Role)> {
    let mut lacking = Vec::new();
    for person in house.with_role(Role::Sales) {
        let (leader, director, _) = staff(house, &person.email, None);
        lacking.extend(leader.is_none().then_some((person, Role::Leader)));
        lacking.extend(director.is_none().then_some((person, Role::Director)));
    }
    lacking
}

pub fn heads(house: &House) -> Vec<Email> {
    emails(house, Role::TechHead)
}

pub fn emails(house: &House, role: Role) -> Vec<Email> {
    house.with_role(role).map(|p| p.email.clone()).collect()
}
