//! `quotedesk cases`: the open cases.

use anyhow::Context;
use serde_json::{Value as Json, json};

use super::open;
use crate::config::Config;
use crate::letter::messages::Words;
use crate::process::case::{Case, State};
use crate::process::house::{At, House};
use crate::process::roles;
use crate::store::Filter;

pub async fn cases(config: Config, state: Option<&str>, late: bool, person: Option<String>, json: bool) -> anyhow::Result<bool> {
    let names = || State::ALL.map(State::name).join(", ");
    let state = state.map(|s| State::parse(s).with_context(|| format!("`{s}` is no state; {} are", names()))).transpose()?;
    let desk = open::desk(config).await?;
    let house = &desk.config.house;
    let now = desk.clock.now().await?;
    let filter = Filter { open_only: state != Some(State::Closed), state, late_at: late.then_some(now), ..Filter::default() };
    let mut cases = desk.store.cases(&filter).await?;
    if let Some(person) = person.map(|p| p.to_lowercase()) {
        cases.retain(|c| roles::turn(c, house, house.day(now)).contains(&person));
    }
    if json {
        let list: Vec<Json> = cases.iter().map(|c| Json::Object(heads(c, house, now))).collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else if cases.is_empty() {
        println!("no open cases");
    } else {
        for case in &cases {
            println!("{}", line(case, house, now));
        }
    }
    desk.store.close().await;
    Ok(false)
}

/// The first eight keys of `show --json`.
pub fn heads(case: &Case, house: &House, now: At) -> serde_json::Map<String, Json> {
    let tz = house.calendar.tz();
    let local = |at: At| at.with_timezone(&tz).to_rfc3339();
    let words = Words::plain(house.lang, house, Some(&case.form));
    let text = |t: &str| if t.is_empty() { Json::Null } else { json!(t) };
    let asked = if case.is_closed() { Json::Null } else { json!(words.asked(case)) };
    let heads = json!({
        "id": case.id,
        "customer": text(case.customer()),
        "short": text(case.short()),
        "state": case.state.name(),
        "waiting_for": roles::turn(case, house, house.day(now)),
        "asked": asked,
        "due": case.due.as_ref().map(|d| local(d.at)),
        "opened": local(case.opened),
    });
    match heads {
        Json::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

fn line(case: &Case, house: &House, now: At) -> String {
    let words = Words::plain(house.lang, house, Some(&case.form));
    let turn = words.names(&roles::turn(case, house, house.day(now)));
    let due = case.due.as_ref().map(|d| words.moment(d.at)).unwrap_or_default();
    let late = if case.due.as_ref().is_some_and(|d| d.at < now) { " !" } else { "" };
    format!("{:<13} {:<11} {:<28} {turn}  {due}{late}", case.id, case.state.name(), case.short())
}
