//! `quotedesk cases`: the open cases.

use anyhow::{Context, bail};
use serde_json::{Value as Json, json};

use super::mailbox;
use super::open;
use super::screen::{self, Paint};
use crate::clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::letter::messages::Words;
use crate::process::case::{Case, State};
use crate::process::house::{At, House};
use crate::process::outline::Outline;
use crate::process::roles;
use crate::store::Filter;

/// Closed cases that are listed for a person.
const CLOSED: u32 = 500;
/// Cases that are read together.
const PAGE: u32 = 200;

pub async fn cases(config: Config, state: Option<&str>, late: bool, person: Option<String>, json: bool) -> anyhow::Result<bool> {
    let names = || State::ALL.map(State::name).join(", ");
    let state = state.map(|s| State::parse(s).with_context(|| format!("`{s}` is no state; {} are", names()))).transpose()?;
    open::with_desk(config, async |desk| {
        let house = &desk.config.house;
        if let Some(nobody) = person.as_deref().filter(|p| house.person(p).is_none()) {
            bail!("{nobody}: nobody in [[people]] has this address");
        }
        let now = desk.clock.now().await?;
        let filter = Filter { open_only: true, state, late_at: late.then_some(now), ..Filter::default() };
        let mut cases = match state {
            // Of these there are ever more. None of them waits for anybody.
            Some(State::Closed) if late || person.is_some() => vec![],
            Some(State::Closed) if json => return closed(desk, now).await,
            Some(State::Closed) => desk.store.last_closed(CLOSED).await?,
            _ => desk.store.outlines(&filter).await?,
        };
        cases = cases.into_iter().map(|case| case.readdressed(house)).collect();
        if let Some(person) = person.as_deref().and_then(|p| house.person(p)) {
            cases.retain(|c| roles::turn(c, house, house.day(now)).contains(&person.email));
        }
        match json {
            true => screen::json(&cases.iter().map(|c| Json::Object(heads(c, house, now))).collect())?,
            false => {
                let signs = desk.store.mailbox_signs().await?;
                if desk.config.imap.is_some() && mailbox::is_old(&signs, clock::real()) {
                    screen::line(&Paint::stdout().yellow(&mailbox::warning(&signs, house)))?;
                }
                screen::out(&page(&cases, house, now))?;
                if state == Some(State::Closed) && cases.len() >= CLOSED as usize {
                    let words = Words::plain(house.lang, house, None);
                    screen::line(&words.say("cli.last_closed", &[("n", &CLOSED.to_string())]))?;
                }
            }
        }
        Ok(false)
    })
    .await
}

/// All that are closed as a JSON list, page by page: they may be more than memory holds.
async fn closed(desk: &Desk, now: At) -> anyhow::Result<bool> {
    let (mut after, mut begun) = (None, false);
    loop {
        let (cases, end) = desk.store.page(after.as_ref(), PAGE).await?;
        for case in cases.iter().filter(|case| case.is_closed()) {
            let one = serde_json::to_string_pretty(&Json::Object(heads(case, &desk.config.house, now)))?;
            let before = if std::mem::replace(&mut begun, true) { ",\n  " } else { "[\n  " };
            screen::raw(&format!("{before}{}", one.replace('\n', "\n  ")))?;
        }
        if end.is_none() {
            return screen::line(if begun { "\n]" } else { "[]" }).map(|()| false);
        }
        after = end;
    }
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
        "due": case.due.as_ref().map(|d| local(words.last_moment(d.at))),
        "opened": local(case.opened),
    });
    match heads {
        Json::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

/// The cases as a table, what is late in red, and how many there are.
fn page(cases: &[Outline], house: &House, now: At) -> String {
    let paint = Paint::stdout();
    let words = Words::plain(house.lang, house, None);
    let say = |key: &str| words.say(&format!("cli.{key}"), &[]);
    let late = |case: &Case| case.due.as_ref().is_some_and(|d| d.at < now);
    let row = |case: &Case| {
        let due = case.due.as_ref().map(|d| words.due_moment(d)).unwrap_or_default();
        let due = if late(case) { format!("{due} {}", say("late")) } else { due };
        vec![case.id.clone(), case.short().to_string(), words.state(case.state), words.whose_turn(case, now), due]
    };
    if cases.is_empty() {
        return format!("{}\n", say("no_cases"));
    }
    let head = ["case", "customer", "state", "turn", "due"].map(say).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(cases.iter().map(|case| row(case))).collect();
    let mut out = String::new();
    for (n, line) in screen::columns(&rows, 40).iter().enumerate() {
        let painted = match n.checked_sub(1).and_then(|n| cases.get(n)) {
            None => paint.dim(line),
            Some(case) if late(case) => paint.red(line),
            Some(_) => line.clone(),
        };
        out.push_str(&format!("{painted}\n"));
    }
    let (all, behind) = (cases.len().to_string(), cases.iter().filter(|c| late(c)).count().to_string());
    out.push_str(&format!("{}\n", words.say("cli.cases", &[("n", &all), ("late", &behind)])));
    out
}
