//! Who sees what of the form. What is not for a reader's eyes is left out of their workbook, not hidden in it.

use super::layout::{Column, FIELDS, Field, ITEMS, Zone, zones};
use crate::process::case::State;
use crate::process::form::Form;
use crate::process::house::Role;

/// One reader of one form.
pub struct Eyes {
    /// `None`: the whole form, as for printing it blank.
    reader: Option<Role>,
    /// `None`: no case yet.
    state: Option<State>,
    sales_sees_cost: bool,
    /// The zones in which something stands.
    filled: Vec<Zone>,
}

/// What Tech's work costs the company, or what tells it.
pub const COSTS: [&str; 3] = ["kt_cp", "kt_srv_cost", "pr_markup"];
/// What the customer can pay is no business of those who reckon the cost.
const BUDGET: [&str; 3] = ["budget", "budget_srv", "budget_note"];

impl Eyes {
    /// `reader`: none for the whole form, as for printing it blank; `state`: none where there is no case yet;
    /// `sales_sees_cost`: as the config's `[quote]` says.
    pub fn new(form: &Form, reader: Option<Role>, state: Option<State>, sales_sees_cost: bool) -> Eyes {
        let single = FIELDS.iter().filter(|f| form.fields.contains_key(f.name)).map(|f| f.owner);
        let of_items = ITEMS.iter().filter(|c| form.items.iter().any(|i| i.cells.contains_key(c.name))).map(|c| c.owner);
        let mut filled: Vec<Zone> = Vec::new();
        for zone in single.chain(of_items) {
            if !filled.contains(&zone) {
                filled.push(zone);
            }
        }
        Eyes { reader, state, sales_sees_cost, filled }
    }

    /// The zones whose cells the reader may fill in.
    pub fn own(&self) -> &'static [Zone] {
        match self.reader {
            None => &[Zone::Sales, Zone::Leader, Zone::Tech, Zone::Director, Zone::Everyone],
            Some(role) => zones(role),
        }
    }

    pub fn fills(&self, field: &Field) -> bool {
        self.own().iter().any(|z| field.written_by(*z))
    }

    pub fn fills_column(&self, column: &Column) -> bool {
        self.own().iter().any(|z| column.written_by(*z))
    }

    pub fn field(&self, field: &Field) -> bool {
        let budget = matches!(self.reader, Some(Role::Tech | Role::TechHead)) && BUDGET.contains(&field.name);
        self.zone(field.owner) && !budget && (self.costs() || !COSTS.contains(&field.name))
    }

    pub fn column(&self, column: &Column) -> bool {
        self.zone(column.owner) && (self.costs() || !COSTS.contains(&column.name))
    }

    pub fn costs(&self) -> bool {
        match self.reader {
            Some(Role::Cskh) => false,
            Some(Role::Sales) => self.sales_sees_cost,
            _ => true,
        }
    }

    /// Own zones appear when their turn has come; others' once there is something in them.
    pub fn zone(&self, zone: Zone) -> bool {
        use Role::*;
        let filled = self.filled.contains(&zone);
        match (self.reader, zone) {
            (None, _) | (_, Zone::Sales | Zone::System | Zone::Everyone) => true,
            (Some(Cskh), _) | (Some(Leader | Tech | TechHead), Zone::Director) => false,
            (Some(role), zone) if zones(role).contains(&zone) => filled || self.begun(zone),
            (Some(_), _) => filled,
        }
    }

    fn begun(&self, zone: Zone) -> bool {
        let first = match zone {
            Zone::Leader => State::Review,
            Zone::Tech => State::Feedback,
            Zone::Director => State::Pricing,
            Zone::Sales | Zone::System | Zone::Everyone => State::Assigning,
        };
        self.state.is_none_or(|state| state >= first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::layout::{column, field};
    use crate::process::form::Item;
    use crate::process::value::Value;

    fn answered() -> Form {
        let mut item = Item { id: "M01".into(), no: 1, ..Item::default() };
        item.cells.insert("kt_cp".into(), Value::Money(7_000_000));
        item.cells.insert("gd_gia".into(), Value::Money(9_000_000));
        Form { items: vec![item], ..Form::default() }
    }

    fn sees(reader: Option<Role>, state: State, form: &Form, name: &str) -> bool {
        let eyes = Eyes::new(form, reader, Some(state), false);
        match (field(name), column(name)) {
            (Some(field), _) => eyes.field(field),
            (_, Some(column)) => eyes.column(column),
            _ => panic!("{name}"),
        }
    }

    #[test]
    fn cost_is_for_tech_leader_and_director() {
        let form = answered();
        for (role, seen) in
            [(Role::Cskh, false), (Role::Sales, false), (Role::Leader, true), (Role::Tech, true), (Role::Director, true)]
        {
            assert_eq!(sees(Some(role), State::Pricing, &form, "kt_cp"), seen, "{role:?}");
        }
        let eyes = Eyes::new(&form, Some(Role::Sales), Some(State::Completing), true);
        assert!(eyes.column(column("kt_cp").unwrap()));
    }

    #[test]
    fn prices_are_not_for_tech_nor_the_leader() {
        let form = answered();
        for role in [Role::Cskh, Role::Leader, Role::Tech, Role::TechHead] {
            assert!(!sees(Some(role), State::Delivering, &form, "gd_gia"), "{role:?}");
        }
        assert!(sees(Some(Role::Sales), State::Quoted, &form, "gd_gia"));
    }

    #[test]
    fn tech_does_not_see_the_budget() {
        let form = Form::default();
        assert!(!sees(Some(Role::Tech), State::Feedback, &form, "budget"));
        assert!(sees(Some(Role::Leader), State::Review, &form, "budget"));
    }

    #[test]
    fn a_zone_shows_when_its_turn_has_come() {
        let blank = Form::default();
        assert!(!sees(Some(Role::Leader), State::Drafting, &blank, "ck_logic"));
        assert!(sees(Some(Role::Leader), State::Review, &blank, "ck_logic"));
        assert!(!sees(Some(Role::Sales), State::Drafting, &blank, "ck_logic"));
        assert!(!sees(Some(Role::Director), State::Feedback, &blank, "gd_gia"));
        assert!(sees(Some(Role::Director), State::Pricing, &blank, "gd_gia"));
        assert!(sees(None, State::Drafting, &blank, "gd_gia"));
    }
}
