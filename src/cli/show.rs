//! `quotedesk show`: one case, its data, whose turn it is, its history, its files.

use anyhow::{Context, bail};
use serde_json::{Value as Json, json};

use super::cases::heads;
use super::open;
use crate::config::Config;
use crate::form::plain::plain;
use crate::letter::messages::Words;
use crate::process::case::{Case, Reason};
use crate::process::event::Recorded;
use crate::process::form::Item;
use crate::process::house::{At, House, Vat};
use crate::process::quote::Quote;

pub async fn show(config: Config, id: &str, as_json: bool) -> anyhow::Result<bool> {
    let desk = open::desk(config).await?;
    let house = &desk.config.house;
    let id = id.trim().to_uppercase();
    let Some(case) = desk.store.case(&id).await? else {
        bail!("{id}: there is no such case (quotedesk cases lists the open ones)");
    };
    let history = desk.store.history(&id).await?;
    let now = desk.clock.now().await?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&whole(&case, &history, house, now)).context("JSON")?);
    } else {
        print(&case, &history, house, now);
    }
    desk.store.close().await;
    Ok(false)
}

/// The case as the contract lays it out.
pub fn whole(case: &Case, history: &[Recorded], house: &House, now: At) -> Json {
    let tz = house.calendar.tz();
    let local = |at: At| at.with_timezone(&tz).to_rfc3339();
    let words = Words::plain(house.lang, house, Some(&case.form));
    let mut whole = heads(case, house, now);
    let closed = case.closed.as_ref().map(|c| json!({ "at": local(c.at), "reason": reason(c.reason), "text": c.text }));
    let row = |r: &Recorded| {
        json!({
            "at": local(r.at),
            "who": r.by,
            "what": r.event.name(),
            "via": format!("{:?}", r.via).to_lowercase(),
            "text": words.history(r),
        })
    };
    let files: Vec<Json> = case.files.iter().map(|f| json!({ "name": f.name, "kind": f.kind, "path": f.path })).collect();
    let more = json!({
        "closed": closed,
        "cskh": case.cskh,
        "sales": case.sales,
        "leader": case.leader,
        "tech": case.tech,
        "director": case.director,
        "items": case.form.items.iter().map(|i| item(i, case)).collect::<Vec<_>>(),
        "quotes": case.quotes.iter().map(quote).collect::<Vec<_>>(),
        "files": files,
        "history": history.iter().map(row).collect::<Vec<_>>(),
        "fields": crate::form::plain::fields(&case.form),
        "revision": case.rev,
        "contract": { "number": case.contract.number, "signed_on": case.contract.signed_on, "payments": case.contract.payments },
        "plan": case.plan,
        "progress": case.progress,
    });
    if let Json::Object(more) = more {
        whole.extend(more);
    }
    Json::Object(whole)
}

fn reason(reason: Reason) -> Json {
    serde_json::to_value(reason).unwrap_or(Json::Null)
}

fn item(item: &Item, case: &Case) -> Json {
    let at = |name: &str| item.get(name).map_or(Json::Null, plain);
    let quoted = case.quote().and_then(|q| q.lines.iter().find(|l| l.item.as_deref() == Some(&item.id)));
    json!({
        "id": item.id,
        "no": item.no,
        "content": at("nd"),
        "feasible": at("kt_kq"),
        "cost": at("kt_cp"),
        "days": at("kt_ngay"),
        "reason": at("kt_ld"),
        "server": at("kt_sv"),
        "price": quoted.map_or_else(|| at("gd_gia"), |l| json!(l.unit_price)),
    })
}

fn quote(quote: &Quote) -> Json {
    let line = |l: &crate::process::quote::Line| {
        json!({
            "no": l.no,
            "name": l.name,
            "days": l.half_days.map(days),
            "quantity": l.quantity,
            "unit_price": l.unit_price,
            "amount": l.amount,
            "vat": vat(l.vat),
        })
    };
    json!({
        "revision": quote.revision,
        "number": quote.number,
        "date": quote.date,
        "expires": quote.expires,
        "file": format!("outbox/{}", quote.file),
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "vat": quote.vat,
        "total": quote.total,
        "total_in_words": quote.total_in_words,
        "lines": quote.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// `6` or `2.5`.
fn days(half_days: u32) -> Json {
    if half_days.is_multiple_of(2) { json!(half_days / 2) } else { json!(f64::from(half_days) / 2.0) }
}

/// `10`, `8.5`, or `"KCT"`.
fn vat(vat: Vat) -> Json {
    match vat {
        Vat::Exempt => json!("KCT"),
        Vat::Rate(r) if r % 100 == 0 => json!(r / 100),
        Vat::Rate(r) => json!(r as f64 / 100.0),
    }
}

fn print(case: &Case, history: &[Recorded], house: &House, now: At) {
    let words = Words::plain(house.lang, house, Some(&case.form));
    println!("{}  {}  {}", case.id, case.customer(), words.state(case.state));
    if !case.is_closed() {
        println!("  {}", words.whose_turn(case, now));
    }
    for item in &case.form.items {
        let cost = item.cost_vnd().map(|c| words.money(c)).unwrap_or_default();
        println!(
            "  {:>2}. {}  {}  {cost}",
            item.no,
            item.heading(),
            item.feasible().map(|f| words.choice(f)).unwrap_or_default()
        );
    }
    for quote in &case.quotes {
        println!("  {}  {}  outbox/{}", quote.number, words.money(quote.total), quote.file);
    }
    for file in &case.files {
        println!("  {}", file.path);
    }
    for row in history {
        println!("  {}  {}: {}", words.moment(row.at), words.actor(row), words.history(row));
    }
}
