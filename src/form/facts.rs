//! What the desk itself knows of a case, for the cells of the form that nobody types into (steps 6 to 9).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::words;
use super::write::Sheet;
use crate::process::case::{Case, FileKind, Reason, State};
use crate::process::form::Form;
use crate::process::house::{At, House, Lang, Role};
use crate::process::value::Value;

impl<'a> Sheet<'a> {
    /// A case's form as it stands, for one reader.
    pub fn of(case: &'a Case, house: &'a House, reader: Option<Role>, made: NaiveDate) -> Sheet<'a> {
        Sheet {
            form: &case.form,
            case: Some(&case.id),
            rev: case.rev,
            state: Some(case.state),
            facts: facts(case, house.lang, |at| house.day(at)),
            confirmed: confirmed(case, house),
            ..Sheet::blank(&case.form, house, reader, made)
        }
    }

    /// A form without a case: the blank one, or one with what little is known.
    pub fn blank(form: &'a Form, house: &'a House, reader: Option<Role>, made: NaiveDate) -> Sheet<'a> {
        Sheet {
            form,
            case: None,
            rev: 0,
            restored: None,
            state: None,
            reader,
            lang: house.lang,
            company: &house.company,
            people: &house.people,
            regions: &house.regions,
            markup: house.quote.markup,
            sales_sees_cost: house.quote.sales_sees_cost,
            facts: BTreeMap::new(),
            confirmed: None,
            marks: Vec::new(),
            made,
        }
    }
}

/// The values of the desk's own cells, by field name; blank where nothing is known yet.
pub fn facts(case: &Case, lang: Lang, day: impl Fn(At) -> NaiveDate) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            facts.insert(name.to_string(), value);
        }
    };
    let text = |t: &str| (!t.is_empty()).then(|| Value::Text(t.to_string()));
    put("status", text(words::state(case.state).in_(lang)));
    put("ld_round", (case.round > 0).then(|| Value::Number(case.round.into())));

    let quote = case.quote();
    put("quote_no", quote.and_then(|q| text(&q.number)));
    put("quote_rev", quote.map(|q| Value::Number(q.revision.into())));
    put("quote_date", quote.map(|q| Value::Date(q.date)));
    put("quote_until", quote.map(|q| Value::Date(q.expires)));
    put("quote_file", quote.and_then(|q| text(&q.file)));
    put("quote_sent", case.sent_to_customer.map(Value::Date));
    put("agreed_on", case.agreed_on.map(Value::Date));
    put("quote_said", case.agreed_on.and_then(|_| text(words::AGREED.in_(lang))));

    let contract = &case.contract;
    put("contract_no", contract.number.as_deref().and_then(text));
    put("contract_date", contract.signed_on.map(Value::Date));
    put("appendix_no", contract.appendix.as_deref().and_then(text));
    let filed =
        case.files.iter().find(|f| f.kind == FileKind::Appendix).or(case.files.iter().find(|f| f.kind == FileKind::Contract));
    put("archived", filed.and(case.folder.as_deref()).and_then(text));
    put("paid_on", contract.payments.iter().map(|p| p.on).max().map(Value::Date));
    put("paid_vnd", (!contract.payments.is_empty()).then(|| Value::Money(contract.paid())));

    put("plan_start", case.plan.map(|p| Value::Date(p.start)));
    put("plan_end", case.plan.map(|p| Value::Date(p.end)));
    put("progress", case.progress.iter().rev().find_map(|p| p.percent).and_then(|p| text(&format!("{p} %"))));
    put("tested_on", case.tested_on.map(Value::Date));
    put("handed_on", case.handed_over_on.map(Value::Date));
    if let Some(closed) = &case.closed {
        put("closed_on", Some(Value::Date(day(closed.at))));
        put("closed_why", text(words::reason(closed.reason).in_(lang)));
        let declined = closed.reason == Reason::Declined;
        put("declined_why", text(&closed.text).filter(|_| declined));
    }
    facts
}

/// The Leader's confirmation, which the form has to carry when Tech gets it (handbook step 3). A form that has gone back
/// to Sales or the Leader is confirmed no more.
fn confirmed(case: &Case, house: &House) -> Option<String> {
    let review = case.review.as_ref().filter(|r| r.confirmed && case.state > State::Review)?;
    let day = house.day(review.at).format("%d/%m/%Y");
    let (name, rev, round) = (house.name_of(&review.by), review.rev, review.round);
    Some(words::confirmed(house.lang, name, &day.to_string(), rev, round))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::case::{Contract, Payment, Plan};

    #[test]
    fn a_case_just_opened_has_a_state_and_no_more() {
        assert_eq!(facts(&Case::default(), Lang::Vi, |at| at.date_naive()).into_keys().collect::<Vec<_>>(), ["status"]);
    }

    #[test]
    fn payments_are_summed_and_every_fact_has_its_cell() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap_or_default();
        let payments = vec![Payment { on: day(3), vnd: 5_000_000 }, Payment { on: day(9), vnd: 7_000_000 }];
        let contract = Contract { number: Some("12/HĐ".into()), payments, ..Contract::default() };
        let plan = Some(Plan { start: day(10), end: day(20) });
        let case = Case { state: State::Delivering, contract, plan, agreed_on: Some(day(1)), ..Case::default() };
        let facts = facts(&case, Lang::Vi, |at| at.date_naive());
        assert_eq!(facts.get("paid_vnd"), Some(&Value::Money(12_000_000)));
        assert_eq!(facts.get("paid_on"), Some(&Value::Date(day(9))));
        assert_eq!(facts.get("plan_end"), Some(&Value::Date(day(20))));
        for name in facts.keys() {
            let field = crate::form::layout::field(name).map(|f| f.owner);
            assert_eq!(field, Some(crate::form::layout::Zone::System), "{name}");
        }
    }
}
