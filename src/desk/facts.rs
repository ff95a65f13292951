//! What the form shows of the case's own course: the desk's cells, which nobody types into.

use std::collections::BTreeMap;

use crate::letter::messages::Words;
use crate::process::case::Case;
use crate::process::value::Value;

/// Values of the desk's cells by field name; a name that is absent has a blank cell.
pub fn facts(case: &Case, words: &Words) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            facts.insert(name.to_string(), value);
        }
    };
    let text = |t: &str| Some(t).filter(|t| !t.is_empty()).map(|t| Value::Text(t.to_string()));
    put("status", text(&words.state(case.state)));
    put("ld_round", Some(Value::Number(case.round.into())).filter(|_| case.round > 0));
    if let Some(quote) = case.quote() {
        put("quote_no", text(&quote.number));
        put("quote_rev", Some(Value::Number(quote.revision.into())));
        put("quote_date", Some(Value::Date(quote.date)));
        put("quote_until", Some(Value::Date(quote.expires)));
        put("quote_file", text(&quote.file));
        put("quote_sent", case.sent_to_customer.map(Value::Date));
    }
    put("agreed_on", case.agreed_on.map(Value::Date));
    put("contract_no", case.contract.number.as_deref().and_then(text));
    put("contract_date", case.contract.signed_on.map(Value::Date));
    put("appendix_no", case.contract.appendix.as_deref().and_then(text));
    put("paid_on", case.contract.payments.last().map(|p| Value::Date(p.on)));
    let paid: i64 = case.contract.payments.iter().map(|p| p.vnd).sum();
    put("paid_vnd", Some(Value::Money(paid)).filter(|_| paid > 0));
    put("plan_start", case.plan.map(|p| Value::Date(p.start)));
    put("plan_end", case.plan.map(|p| Value::Date(p.end)));
    put("progress", case.progress.last().and_then(|p| text(&p.text)));
    put("tested_on", case.tested_on.map(Value::Date));
    put("handed_on", case.handed_over_on.map(Value::Date));
    if let Some(closed) = &case.closed {
        put("closed_why", text(&words.reason(closed.reason)));
    }
    facts
}
