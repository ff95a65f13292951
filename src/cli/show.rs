//! `quotedesk show`: one case, its data, whose turn it is, its history, its files.

use serde_json::{Value as Json, json};

use super::cases::heads;
use super::open;
use super::screen::{self, Paint};
use crate::config::Config;
use crate::form::plain::plain;
use crate::letter::messages::Words;
use crate::process::case::{Case, FileKind};
use crate::process::event::Recorded;
use crate::process::form::Item;
use crate::process::house::{At, Vat};
use crate::process::quote::Quote;
use crate::process::value::Value;

pub async fn show(config: Config, id: &str, as_json: bool) -> anyhow::Result<bool> {
    open::with_desk(config, async |desk| {
        let case = open::case(desk, id).await?;
        let history = desk.store.history(&case.id).await?;
        let now = desk.clock.now().await?;
        match as_json {
            true => screen::json(&whole(&case, &history, &desk.config, now))?,
            false => screen::out(&page(&case, &history, &desk.config, now))?,
        }
        Ok(false)
    })
    .await
}

/// The case as the contract lays it out.
fn whole(case: &Case, history: &[Recorded], config: &Config, now: At) -> Json {
    let house = &config.house;
    let tz = house.calendar.tz();
    let local = |at: At| at.with_timezone(&tz).to_rfc3339();
    let words = Words::plain(house.lang, house, Some(&case.form));
    let mut whole = heads(case, house, now);
    let closed = case.closed.as_ref().map(|c| json!({ "at": local(c.at), "reason": c.reason, "text": c.text }));
    let row = |r: &Recorded| {
        json!({
            "at": local(r.at),
            "who": r.by,
            "what": r.event.name(),
            "via": r.via,
            "text": words.history(r),
        })
    };
    let files: Vec<Json> =
        case.files.iter().map(|f| json!({ "name": f.name, "kind": f.kind, "path": place(&f.path, config) })).collect();
    let more = json!({
        "closed": closed,
        "cskh": case.cskh,
        "sales": case.sales,
        "leader": case.leader,
        "tech": case.tech,
        "director": case.director,
        "items": case.form.items.iter().map(|i| item(i, case)).collect::<Vec<_>>(),
        "quotes": case.quotes.iter().map(|q| quote(q, config)).collect::<Vec<_>>(),
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

fn quote(quote: &Quote, config: &Config) -> Json {
    let line = |l: &crate::process::quote::Line| {
        json!({
            "no": l.no,
            "name": l.name,
            "days": l.half_days.map(|days| plain(&Value::Days(days))),
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
        "file": place(&format!("outbox/{}", quote.file), config),
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "vat": quote.vat,
        "total": quote.total,
        "total_in_words": quote.total_in_words,
        "withdrawn": quote.withdrawn,
        "lines": quote.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// Where a document lies that is stored as `outbox/…` or `archive/…`: from the desk's folder, where it is in there.
fn place(path: &str, config: &Config) -> String {
    let at = match path.split_once('/') {
        Some(("outbox", rest)) => config.outbox.join(rest),
        Some(("archive", rest)) => config.archive.join(rest),
        _ => return path.to_owned(),
    };
    at.strip_prefix(&config.root).unwrap_or(&at).display().to_string()
}

/// `10`, `8.5`, or `"KCT"`.
fn vat(vat: Vat) -> Json {
    match vat {
        Vat::Exempt => json!("KCT"),
        Vat::Rate(rate) => plain(&Value::Percent(rate)),
    }
}

/// The whole case, for a person.
fn page(case: &Case, history: &[Recorded], config: &Config, now: At) -> String {
    let house = &config.house;
    let words = Words::plain(house.lang, house, Some(&case.form));
    let paint = Paint::stdout();
    let mut out = format!("{}  {}  {}\n", paint.bold(&case.id), paint.bold(case.short()), paint.cyan(&words.state(case.state)));
    let mut facts = vec![];
    let mut fact = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push(vec![words.say(&format!("cli.{key}"), &[]), value]);
        }
    };
    fact("customer", case.customer().to_string());
    if let Some(closed) = &case.closed {
        let line = format!("{}, {}", words.reason(closed.reason), words.moment(closed.at));
        fact("closed", if closed.text.is_empty() { line } else { format!("{line}: {}", closed.text) });
    } else {
        fact("turn", format!("{}: {}", words.whose_turn(case, now), words.asked(case)));
        let late = case.due.as_ref().is_some_and(|d| d.at < now);
        let due = case.due.as_ref().map(|d| words.due_sentence(d)).unwrap_or_default();
        fact("due", if late { format!("{due} {}", paint.red(&words.say("cli.late", &[]))) } else { due });
    }
    let person = |who: &Option<String>| who.as_deref().map(|w| house.name_of(w).to_string()).unwrap_or_default();
    for (role, who) in [("cskh", &case.cskh), ("sales", &case.sales), ("leader", &case.leader), ("director", &case.director)] {
        fact(role, person(who));
    }
    fact("tech", words.names(&case.tech));
    fact("contract", case.contract.number.clone().unwrap_or_default());
    fact("plan", case.plan.as_ref().map(|p| words.plan(p)).unwrap_or_default());
    block(&mut out, &facts, paint);
    section(&mut out, &words.say("cli.items", &[("n", &case.form.items.len().to_string())]), &items(case, &words), paint);
    section(&mut out, &words.say("cli.quotes", &[]), &quotes(case, &words, config), paint);
    let file =
        |f: &crate::process::case::FileRef| vec![words.say(&format!("cli.kind_{}", kind(f.kind)), &[]), place(&f.path, config)];
    section(&mut out, &words.say("cli.case_files", &[]), &case.files.iter().map(file).collect::<Vec<_>>(), paint);
    section(&mut out, &words.say("cli.history", &[]), &told(history, &words), paint);
    out
}

fn items(case: &Case, words: &Words) -> Vec<Vec<String>> {
    let row = |item: &Item| {
        let quoted = case.quote().and_then(|q| q.lines.iter().find(|l| l.item.as_deref() == Some(&item.id)));
        vec![
            screen::pad_left(&item.no.to_string(), 2),
            item.heading().lines().next().unwrap_or_default().to_string(),
            item.feasible().map(|f| words.choice(f)).unwrap_or_default(),
            item.half_days().map(|d| words.days(d)).unwrap_or_default(),
            item.cost_vnd().map(|c| words.say("cli.cost", &[("vnd", &words.money(c))])).unwrap_or_default(),
            quoted.map(|l| words.say("cli.price", &[("vnd", &words.money(l.unit_price))])).unwrap_or_default(),
        ]
    };
    case.form.items.iter().map(row).collect()
}

fn quotes(case: &Case, words: &Words, config: &Config) -> Vec<Vec<String>> {
    let row = |quote: &Quote| {
        let until = words.say("cli.valid_until", &[("date", &words.short_date(quote.expires))]);
        vec![
            quote.number.clone(),
            words.short_date(quote.date),
            until,
            words.money(quote.total),
            if quote.withdrawn { words.say("cli.withdrawn", &[]) } else { String::new() },
            place(&format!("outbox/{}", quote.file), config),
        ]
    };
    case.quotes.iter().map(row).collect()
}

/// The history, one line an event; when and who once for what was done at once.
fn told(history: &[Recorded], words: &Words) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut last = None;
    for row in history {
        let head = (words.moment(row.at), words.actor(row));
        let same = last.as_ref() == Some(&head);
        let (when, who) = if same { Default::default() } else { head.clone() };
        rows.push(vec![when, who, words.history(row)]);
        last = Some(head);
    }
    rows
}

fn kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Form => "form",
        FileKind::Quote => "quote",
        FileKind::Appendix => "appendix",
        FileKind::Contract => "contract",
        FileKind::Attachment => "attachment",
    }
}

fn block(out: &mut String, rows: &[Vec<String>], paint: Paint) {
    let width = rows.iter().filter_map(|r| r.first()).map(|label| label.chars().count()).max().unwrap_or(0);
    for row in rows {
        if let [label, value] = row.as_slice() {
            out.push_str(&format!("  {}  {value}\n", paint.dim(&screen::pad(label, width))));
        }
    }
}

fn section(out: &mut String, title: &str, rows: &[Vec<String>], paint: Paint) {
    if rows.is_empty() {
        return;
    }
    out.push_str(&format!("\n{}\n", paint.bold(title)));
    for line in screen::columns(rows, 60) {
        out.push_str(&format!("  {line}\n"));
    }
}
