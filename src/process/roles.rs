//! Who may do what on a case, whose turn it is, and who is told next when nobody moves.

use chrono::NaiveDate;

use super::case::{Case, State};
use super::house::{Email, House, Role};

/// The people that the case waits for, deputies in place of those who are away. Never empty while the case is open,
/// as long as the config names anybody at all: where a role is not filled, the operator has the turn.
pub fn turn(case: &Case, house: &House, day: NaiveDate) -> Vec<Email> {
    let one = |who: &Option<Email>| who.iter().cloned().collect::<Vec<_>>();
    let holders = match (&case.question, case.state) {
        (_, State::Closed) => return Vec::new(),
        (Some(question), _) => vec![question.to.clone()],
        (None, State::Assigning) => one(&case.cskh),
        (None, State::Drafting | State::Completing | State::Quoted | State::Contracting) => one(&case.sales),
        (None, State::Review) => one(&case.leader),
        (None, State::Feedback) if only_conflicts(case) => heads(house),
        (None, State::Feedback | State::Scheduling | State::Delivering) => case.tech.clone(),
        (None, State::Pricing) => one(&case.director),
    };
    let holders = if holders.is_empty() { emails(house, Role::Operator) } else { holders };
    let mut turn: Vec<Email> = Vec::new();
    for person in holders.iter().map(|h| house.acting(h, day)) {
        if !turn.iter().any(|t| t == person) {
            turn.push(person.to_string());
        }
    }
    turn
}

/// The role in which the present turn is taken.
pub fn turn_role(case: &Case, house: &House) -> Role {
    match (&case.question, case.state) {
        (Some(question), _) if case.sales.as_ref() == Some(&question.to) => Role::Sales,
        (_, State::Assigning) => Role::Cskh,
        (_, State::Review) => Role::Leader,
        (_, State::Feedback) if only_conflicts(case) && !heads(house).is_empty() => Role::TechHead,
        (_, State::Feedback | State::Scheduling | State::Delivering) => Role::Tech,
        (_, State::Pricing) => Role::Director,
        (_, State::Drafting | State::Completing | State::Quoted | State::Contracting | State::Closed) => Role::Sales,
    }
}

/// Everybody has answered, and what is left are answers that differ: the head of Tech has the turn.
fn only_conflicts(case: &Case) -> bool {
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
        let acting = people.iter().map(|p| house.acting(p, day).to_string());
        acting.filter(|p| !turn.contains(p)).collect::<Vec<_>>()
    };
    let up = fresh(up);
    if up.is_empty() { fresh(emails(house, Role::Operator)) } else { up }
}

/// The roles in which a person can act on a case today: their own, and those of the people they stand in for.
/// The head of Tech and operators have theirs on every case.
pub fn roles(case: &Case, house: &House, by: &str, day: NaiveDate) -> Vec<Role> {
    let mut roles = case.roles_of(by);
    for absent in house.people.iter().filter(|p| p.email != by && house.acting(&p.email, day) == by) {
        roles.extend(case.roles_of(&absent.email));
    }
    if let Some(person) = house.person(by) {
        let everywhere = [Role::TechHead, Role::Operator];
        roles.extend(everywhere.into_iter().filter(|r| person.is(*r)));
    }
    roles.sort();
    roles.dedup();
    roles
}

/// The people who have to do with the case: told when it closes.
pub fn involved(case: &Case) -> Vec<Email> {
    let mut people: Vec<Email> = Vec::new();
    let singles = [&case.sales, &case.cskh, &case.leader];
    let past_review = case.review.as_ref().is_some_and(|r| r.confirmed);
    let later = if past_review { case.tech.as_slice() } else { &[] };
    let director = if case.priced.is_some() { case.director.as_ref() } else { None };
    let all = singles.into_iter().flatten().chain(later).chain(director).chain(&case.watchers);
    for person in all {
        if !people.contains(person) {
            people.push(person.clone());
        }
    }
    people
}

/// Leader, Director and Tech of a Sales in a region: `[[people]] leader`, `[[regions]]`, and everybody in Tech whose
/// region is this one or who has none.
pub fn staff(house: &House, sales: &str, region: Option<&str>) -> (Option<Email>, Option<Email>, Vec<Email>) {
    let person = house.person(sales);
    let of_sales = person.and_then(|p| p.region.as_deref());
    let region = region.and_then(|r| house.region(r)).or_else(|| house.region(of_sales?));
    let leader = person.and_then(|p| p.leader.clone()).or_else(|| region?.leader.clone());
    let director = region.and_then(|r| r.director.clone());
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

pub fn heads(house: &House) -> Vec<Email> {
    emails(house, Role::TechHead)
}

pub fn emails(house: &House, role: Role) -> Vec<Email> {
    house.with_role(role).map(|p| p.email.clone()).collect()
}
