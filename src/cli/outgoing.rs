//! `quotedesk outgoing`: what is not sent yet, and why; sends again, stops and resumes all sending.

use anyhow::bail;
use serde_json::{Value as Json, json};

use super::screen::{self, Paint};
use super::{OutgoingArgs, Retry, open};
use crate::config::Config;
use crate::desk::Desk;
use crate::letter::messages::Words;
use crate::process::house::At;
use crate::store::{Hold, Outgoing, OutgoingFilter, way};

pub async fn outgoing(config: Config, args: OutgoingArgs) -> anyhow::Result<bool> {
    open::with_desk(config, async |desk| {
        if args.hold || args.release {
            desk.store.set_hold(args.hold).await?;
        }
        let (mut said, mut none) = (Vec::new(), Vec::new());
        if args.release {
            said.push("sending goes on".into());
        }
        let mut again = Vec::new();
        for which in &args.retry {
            match which {
                Retry::One(id) => again.push(*id),
                Retry::All => {
                    let failed = desk.store.outgoing(&OutgoingFilter::Failed).await?;
                    again.extend(failed.iter().filter(|row| row.state == way::FAILED).map(|row| row.id));
                }
            }
        }
        if args.retry.contains(&Retry::All) && again.is_empty() {
            said.push("nothing was given up".into());
        }
        for id in again {
            match desk.store.resend(id).await? {
                true => said.push(format!("{id}: is sent again")),
                false => none.push(id.to_string()),
            }
        }
        if args.release || !args.retry.is_empty() {
            open::carry_out(desk).await?;
        }
        let filter = if args.failed { OutgoingFilter::Failed } else { OutgoingFilter::Unsent };
        let list = desk.store.outgoing(&filter).await?;
        let hold = desk.store.hold().await?;
        match args.json {
            true => screen::json(&document(&list, hold.as_ref(), desk))?,
            false => print(&said, &list, hold.as_ref(), desk).await?,
        }
        if !none.is_empty() {
            bail!("{}: no failed mail has this number (quotedesk outgoing --failed lists them)", none.join(", "));
        }
        Ok(false)
    })
    .await
}

fn document(list: &[Outgoing], hold: Option<&Hold>, desk: &Desk) -> Json {
    let tz = desk.config.house.calendar.tz();
    let local = |at: At| at.with_timezone(&tz).to_rfc3339();
    let one = |o: &Outgoing| {
        json!({
            "id": o.id, "case": o.case_id, "kind": o.kind, "to": o.to, "letter": o.letter, "name": o.name,
            "message_id": o.message_id, "state": o.state, "attempts": o.attempts, "doubts": o.doubts,
            "created": local(o.created_at), "not_before": local(o.not_before), "next": o.next_at.map(local),
            "sent": o.sent_at.map(local), "said": o.last_words,
        })
    };
    let held = hold.map(|h| if *h == Hold::Restored { "restored" } else { "operator" });
    json!({ "held": held, "outgoing": list.iter().map(one).collect::<Vec<_>>() })
}

async fn print(said: &[String], list: &[Outgoing], hold: Option<&Hold>, desk: &Desk) -> anyhow::Result<()> {
    let paint = Paint::stdout();
    let words = Words::plain(desk.config.house.lang, &desk.config.house, None);
    for line in said {
        screen::line(line)?;
    }
    match hold {
        Some(Hold::Operator) => screen::line(&paint.yellow("All sending is on hold: quotedesk outgoing --release lets it go on"))?,
        Some(Hold::Restored) => screen::line(&paint.yellow(
            "All sending is on hold since a backup was restored: what is listed may have been sent before, and the mailbox is not read.\nLook through it, then quotedesk outgoing --release",
        ))?,
        None => {}
    }
    if list.is_empty() {
        return screen::line("nothing waits to be sent");
    }
    let row = |o: &Outgoing| {
        let what = if o.to.is_empty() { o.name.clone() } else { format!("{} → {}", o.letter, o.to) };
        let when = match o.next_at {
            None if o.state == way::BOUNCED => "came back".to_string(),
            None => "given up".to_string(),
            Some(again) if o.attempts > 0 && again > o.not_before => format!("again {}", words.moment(again)),
            Some(_) => format!("from {}", words.moment(o.not_before)),
        };
        let tries = if o.attempts == 0 { String::new() } else { format!("{}×", o.attempts) };
        vec![o.id.to_string(), o.case_id.clone(), o.state.clone(), what, when, tries, o.last_words.replace('\n', " ")]
    };
    let rows: Vec<Vec<String>> = list.iter().map(row).collect();
    screen::out(&format!("{}\n", screen::columns(&rows, 70).join("\n")))?;
    if !desk.store.daemon_running().await? {
        screen::line(&paint.dim("the daemon does not run: what is due goes out when it does"))?;
    }
    Ok(())
}
