//! People whose address has changed. The house knows them by the new one, with the old one as an alias; what was begun under
//! the old one stays theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::case::Case;
use super::house::{Email, House};

/// Old addresses, and those that people have now.
pub type Moved = BTreeMap<Email, Email>;

impl House {
    /// Every address of whoever has this one, the present one first; of nobody in the house the address itself.
    pub fn addresses<'a>(&'a self, address: &'a str) -> Vec<&'a str> {
        match self.person(address) {
            Some(person) => std::iter::once(&person.email).chain(&person.aliases).map(String::as_str).collect(),
            None => vec![address],
        }
    }

    /// The address that whoever has this one goes by now.
    pub fn present<'a>(&'a self, address: &'a str) -> &'a str {
        self.person(address).map_or(address, |p| p.email.as_str())
    }
}

impl Case {
    /// Brings the people of the case up to the addresses that they have now; which have changed.
    pub fn readdress(&mut self, house: &House) -> Moved {
        let mut moved = Moved::new();
        self.each_address(&mut |address| {
            let present = house.present(address);
            if present != address {
                let present = present.to_owned();
                moved.insert(std::mem::replace(address, present.clone()), present);
            }
        });
        moved
    }

    /// The same, as it has been recorded.
    pub(super) fn move_addresses(&mut self, moved: &Moved) {
        self.each_address(&mut |address| {
            if let Some(present) = moved.get(address) {
                address.clone_from(present);
            }
        });
    }

    /// Everywhere that the case names somebody by address. Two that become the same are one.
    fn each_address(&mut self, change: &mut dyn FnMut(&mut Email)) {
        let staff = [&mut self.cskh, &mut self.sales, &mut self.leader, &mut self.director];
        let one = staff.into_iter().chain([&mut self.form_by, &mut self.reviewer]);
        one.flatten().for_each(&mut *change);
        for list in [&mut self.tech, &mut self.watchers] {
            list.iter_mut().for_each(&mut *change);
            let mut known = BTreeSet::new();
            list.retain(|who| known.insert(who.clone()));
        }
        for (mut who, rev) in std::mem::take(&mut self.edits) {
            change(&mut who);
            let latest = self.edits.entry(who).or_default();
            *latest = rev.max(*latest);
        }
        for (mut who, mut deputy) in std::mem::take(&mut self.unreached) {
            change(&mut who);
            deputy.iter_mut().for_each(&mut *change);
            self.unreached.insert(who, deputy);
        }
        for mut deputy in std::mem::take(&mut self.stood_in) {
            change(&mut deputy);
            self.stood_in.insert(deputy);
        }
        if let Some(question) = &mut self.question {
            change(&mut question.from);
            change(&mut question.to);
        }
        if let Some(asked) = &mut self.asked_back {
            change(&mut asked.by);
            asked.answers.iter_mut().for_each(|said| change(&mut said.by));
        }
        let rivals = self.conflicts.values_mut().flatten().map(|rival| &mut rival.by);
        let acts = self.answers.values_mut().chain(&mut self.priced).map(|answered| &mut answered.by);
        let told_back = self.proposal.iter_mut().chain(&mut self.proposals_before).map(|proposal| &mut proposal.by);
        let said = self.review.iter_mut().map(|review| &mut review.by);
        let done = self.progress.iter_mut().map(|progress| &mut progress.by);
        let ended = self.closed.iter_mut().filter_map(|closed| closed.by.as_mut());
        rivals.chain(acts).chain(told_back).chain(said).chain(done).chain(ended).for_each(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::case::*;
    use crate::process::house::Person;
    use crate::process::value::Value;

    fn house() -> House {
        let mut house = crate::config::Config::parse("", None, std::path::Path::new("/desk")).unwrap().house;
        let (email, aliases) = ("lan.moi@anphat.example".into(), vec!["lan.tran@anphat.example".into()]);
        house.people = vec![Person { name: "Trần Thị Lan".into(), email, aliases, ..Person::default() }];
        house
    }

    /// A case in which she stands everywhere, under her old address.
    fn hers() -> Case {
        let old = || String::from("lan.tran@anphat.example");
        let (at, plan) = (Default::default(), Proposed::Price { total: 1 });
        let proposal = Proposal { by: old(), at, rev: 0, what: plan };
        let answered = Answered { by: old(), at };
        Case {
            cskh: Some(old()),
            sales: Some(old()),
            leader: Some(old()),
            tech: vec!["lan.moi@anphat.example".into(), old(), "loc.mai@anphat.example".into()],
            director: Some(old()),
            edits: [(old(), 7), ("lan.moi@anphat.example".into(), 3)].into(),
            form_by: Some(old()),
            reviewer: Some(old()),
            unreached: [(old(), Some(old()))].into(),
            stood_in: [old()].into(),
            question: Some(Question { from: old(), to: old(), text: String::new(), at }),
            asked_back: Some(AskedBack {
                by: old(),
                step: State::Review,
                questions: String::new(),
                answers: vec![SaidBack { by: old(), text: String::new() }],
            }),
            review: Some(Review { by: old(), at, rev: 0, round: 1, confirmed: true }),
            answers: [("M01".into(), answered.clone())].into(),
            conflicts: [("M01".into(), vec![Rival { by: old(), at, item: Default::default() }])].into(),
            proposal: Some(proposal.clone()),
            proposals_before: vec![proposal],
            priced: Some(answered),
            progress: vec![Progress { at, by: old(), percent: None, text: String::new() }],
            closed: Some(Closed { at, reason: Reason::Done, by: Some(old()), text: String::new(), before: State::Review }),
            watchers: vec![old()],
            ..Case::default()
        }
    }

    #[test]
    fn the_old_address_stands_nowhere_any_more() {
        let mut case = hers();
        let moved = case.readdress(&house());
        assert_eq!(moved, [("lan.tran@anphat.example".into(), "lan.moi@anphat.example".into())].into());
        assert!(!serde_json::to_string(&case).unwrap().contains("lan.tran@"), "{case:?}");
        assert_eq!(case.tech, ["lan.moi@anphat.example", "loc.mai@anphat.example"]);
        assert_eq!(case.edits, [("lan.moi@anphat.example".into(), 7)].into());
        assert!(case.readdress(&house()).is_empty());
        // As the history tells it.
        let mut told = hers();
        told.move_addresses(&moved);
        assert_eq!(told, case);
    }

    #[test]
    fn what_people_have_written_stays_as_it_is() {
        let mut case = Case { watchers: vec!["khach@minhphat.example".into()], ..Case::default() };
        case.form.fields.insert("cskh_text".into(), Value::Text("thư của lan.tran@anphat.example".into()));
        let before = case.clone();
        assert!(case.readdress(&house()).is_empty() && case == before);
    }
}
