//! `quotedesk quarantine`: what was set aside, and letting it in after all.

use anyhow::{Context, bail};
use serde_json::{Value as Json, json};

use super::{open, screen};
use crate::clock;
use crate::config::Config;
use crate::desk::submission::{Body, Submission};
use crate::desk::{Desk, FLOOD, UNKNOWN, UNPROVEN, released_key};
use crate::intake::message;
use crate::letter::messages::Words;
use crate::process::act::Via;
use crate::store::Quarantined;

pub async fn quarantine(config: Config, release: Vec<String>, as_json: bool) -> anyhow::Result<bool> {
    open::with_desk(config, async |desk| {
        let (mut problems, mut refused) = (false, None);
        for id in &release {
            match let_in(desk, id).await {
                Ok(problem) => problems |= problem,
                // One that cannot be let in keeps no other out.
                Err(why) if refused.is_none() => refused = Some(why),
                Err(why) => screen::complain(&why),
            }
        }
        if !release.is_empty() {
            open::carry_out(desk).await?;
            return refused.map_or(Ok(problems), Err);
        }
        let list = desk.store.quarantined().await?;
        match as_json {
            true => screen::json(&document(&list, desk))?,
            false => print(&list, desk)?,
        }
        Ok(false)
    })
    .await
}

/// Letters from now on carry tokens of a new key.
pub async fn new_key(config: Config, forget: bool) -> anyhow::Result<bool> {
    open::with_desk(config, async |desk| {
        desk.store.new_token_key(clock::real(), forget).await.context("no key could be drawn")?;
        screen::line(match forget {
            true => "letters carry tokens of a new key from now on; those already sent prove nothing any more",
            false => "letters carry tokens of a new key from now on; those already sent hold for another 180 days",
        })?;
        Ok(false)
    })
    .await
}

/// Takes it as if it had just come, and as proven: the operator vouches for it. `true`: something of it was not done.
async fn let_in(desk: &Desk, id: &str) -> anyhow::Result<bool> {
    let Some(aside) = desk.store.quarantined_whole(id).await? else {
        bail!("{id}: nothing was set aside under this number (quotedesk quarantine lists it)");
    };
    let Some(person) = desk.config.house.person(&aside.from).map(|p| p.email.clone()) else {
        bail!(
            "{id}: comes from `{}`, who is nobody in [[people]]: add them to the config (or the address as an alias of somebody), then release it",
            aside.from
        );
    };
    let from = message::parse(&aside.body, &message::Limits::default()).ok().and_then(|m| m.from);
    let (via, body) = match from {
        Some(_) => (Via::Mail, Body::Vouched { person, bytes: aside.body }),
        None => (Via::Folder, Body::File { person: Some(person), bytes: aside.body }),
    };
    let submission = Submission { key: released_key(id), content: String::new(), via, name: aside.source, body };
    let taken = desk.take(submission).await.with_context(|| format!("{id}: cannot be taken"))?;
    // First taken, then let go: after a crash in between it is still listed, and taking it again changes nothing.
    desk.store.release_quarantined(id).await?;
    screen::line(&format!("{id}  {}\n{}\n", taken.case.as_deref().unwrap_or("-"), taken.answer.trim_end()))?;
    Ok(taken.problem || taken.in_vain)
}

fn document(list: &[Quarantined], desk: &Desk) -> Json {
    let tz = desk.config.house.calendar.tz();
    let one = |q: &Quarantined| json!({ "id": q.id, "at": q.at.with_timezone(&tz).to_rfc3339(), "from": q.from, "why": q.why, "source": q.source });
    Json::Array(list.iter().map(one).collect())
}

fn print(list: &[Quarantined], desk: &Desk) -> anyhow::Result<()> {
    if list.is_empty() {
        return screen::line("nothing is set aside");
    }
    let words = Words::plain(desk.config.house.lang, &desk.config.house, None);
    let why = |code: &str| match code {
        UNKNOWN => "nobody in [[people]]".to_string(),
        UNPROVEN => "address without proof".to_string(),
        FLOOD => "too many mails at once".to_string(),
        other => other.to_string(),
    };
    let row = |q: &Quarantined| vec![q.id.clone(), words.moment(q.at), q.from.clone(), why(&q.why), q.source.clone()];
    let rows: Vec<Vec<String>> = list.iter().map(row).collect();
    screen::out(&format!("{}\nquotedesk quarantine --release ID lets one in\n", screen::columns(&rows, 60).join("\n")))
}
