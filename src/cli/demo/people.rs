//! What people do at their desks: read the last mail, write an answer, fill in the form.

use std::path::Path;

use anyhow::{Context, bail};
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Message, MultiPart, SinglePart};

use super::story::{Scene, Send};
use crate::desk::Desk;
use crate::desk::understand::book_limits;
use crate::form::book::{Raw, Workers};
use crate::form::cell::understand;
use crate::form::layout::{self, Kind};
use crate::form::read::Reading;
use crate::form::returned;
use crate::form::write::{self, Sheet};
use crate::intake::message::{self, Message as Mail};
use crate::process::case::Case;
use crate::process::form::{Cell, Form, Item};
use crate::process::house::{At, Role};
use crate::process::value::Value;

/// The contract that comes scanned: the least that is a PDF.
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The file that a person lays into their folder: its name and bytes.
pub fn file(scene: &Scene, desk: &Desk, case: Option<&Case>, inbox: &[Mail]) -> anyhow::Result<(String, Vec<u8>)> {
    match scene.send {
        Send::Mail => {
            let name = scene.file.clone().unwrap_or_else(|| "mail.eml".into());
            Ok((name, mail(scene, desk, None)?))
        }
        Send::Reply => {
            let asked = inbox.last().with_context(|| format!("{} has got no mail to answer", scene.who))?;
            let words: String = scene.text.chars().take_while(|c| !":,".contains(*c)).take(40).collect();
            Ok((format!("Re {}.eml", crate::name::clean(words.trim())), mail(scene, desk, Some(asked))?))
        }
        Send::Form => {
            let case = case.context("there is no case yet")?;
            let name = scene.file.clone().unwrap_or_else(|| "form.xlsx".into());
            Ok((name, form(scene, desk, case, inbox)?))
        }
    }
}

fn mail(scene: &Scene, desk: &Desk, asked: Option<&Mail>) -> anyhow::Result<Vec<u8>> {
    let house = &desk.config.house;
    let address = |email: &str| format!("\"{}\" <{email}>", house.name_of(email)).parse().with_context(|| email.to_string());
    let mut builder = Message::builder()
        .from(address(&scene.who)?)
        .to(address(scene.to.as_deref().unwrap_or(&house.address))?)
        .date(scene.at.to_utc().into())
        .message_id(Some(format!("<demo-{}@anphat.example>", scene.at.timestamp())));
    let mut text = scene.text.trim().to_string();
    match asked {
        Some(asked) => {
            let id = asked.message_id.clone().unwrap_or_default();
            builder =
                builder.subject(format!("Re: {}", asked.subject)).in_reply_to(format!("<{id}>")).references(format!("<{id}>"));
            text.push_str(&quoted(asked, desk, scene.at.to_utc()));
        }
        None => builder = builder.cc(format!("<{}>", house.address).parse()?).subject(scene.subject.clone().unwrap_or_default()),
    }
    let plain = SinglePart::plain(text);
    let whole = match &scene.attach {
        Some(name) => {
            let file = Attachment::new(name.clone()).body(PDF.to_vec(), ContentType::parse("application/pdf")?);
            builder.multipart(MultiPart::mixed().singlepart(plain).singlepart(file))?
        }
        None => builder.singlepart(plain)?,
    };
    Ok(whole.formatted())
}

/// The asked words below the answer, as Gmail in Vietnamese puts them.
fn quoted(asked: &Mail, desk: &Desk, at: At) -> String {
    let when = at.with_timezone(&desk.config.house.calendar.tz()).format("%d thg %m, %Y lúc %H:%M");
    let from = &desk.config.house.address;
    let lines: String = asked.body.lines().take(6).map(|line| format!("> {line}\n")).collect();
    format!("\n\nVào {when} <{from}> đã viết:\n\n{lines}")
}

/// The last form that this person got, with what they type into it.
fn form(scene: &Scene, desk: &Desk, case: &Case, inbox: &[Mail]) -> anyhow::Result<Vec<u8>> {
    let house = &desk.config.house;
    let reading = Reading { today: house.day(scene.at.to_utc()), house, lang: house.lang };
    let workers = Workers::default();
    let open = |mail: &Mail| {
        let workbooks = mail.attachments.iter().filter(|a| a.kind == message::Kind::Workbook);
        workbooks.filter_map(|a| returned::open(&a.bytes, &book_limits(&desk.config), &workers, &reading).ok()).next()
    };
    let Some(sent) = inbox.iter().rev().find_map(open) else { bail!("{} has got no form to fill in", scene.who) };
    let mut form = sent.form();
    for (name, typed) in &scene.fields {
        let kind = layout::field(name).with_context(|| format!("the form has no field {name}"))?.kind;
        form.put(&Cell::Field(name.clone()), Some(meant(typed, &kind, &reading)?));
    }
    for row in &scene.items {
        fill(&mut form, row, &reading)?;
    }
    let role = case.roles_of(&scene.who).into_iter().next().or_else(|| first_role(desk, &scene.who));
    let sheet = Sheet::of(case, house, role, reading.today);
    let sheet = Sheet { form: &form, rev: sent.origin.rev.unwrap_or(case.rev), ..sheet };
    write::write(&sheet).context("the form cannot be written")
}

fn first_role(desk: &Desk, email: &str) -> Option<Role> {
    desk.config.house.person(email)?.roles.first().copied()
}

/// A row of the item table, found by its number, or a new one.
fn fill(form: &mut Form, row: &std::collections::BTreeMap<String, String>, reading: &Reading) -> anyhow::Result<()> {
    let no: u32 = row.get("stt").and_then(|n| n.parse().ok()).context("an item without a number")?;
    if !form.items.iter().any(|i| i.no == no) {
        form.items.push(Item { no, ..Item::default() });
    }
    let Some(item) = form.items.iter_mut().find(|i| i.no == no) else { return Ok(()) };
    for (name, typed) in row.iter().filter(|(name, _)| name.as_str() != "stt") {
        let kind = layout::column(name).with_context(|| format!("the form has no column {name}"))?.kind;
        item.cells.insert(name.clone(), meant(typed, &kind, reading)?);
    }
    Ok(())
}

fn meant(typed: &str, kind: &Kind, reading: &Reading) -> anyhow::Result<Value> {
    let read = understand(Some(&Raw::Text(typed.to_string())), kind, false, reading);
    read.value.with_context(|| format!("`{typed}` is not understood"))
}

/// The mails that the desk has sent to somebody, in their order.
pub fn inbox(mails: &Path, who: &str) -> anyhow::Result<Vec<Mail>> {
    let mut files: Vec<_> = std::fs::read_dir(mails)?.filter_map(|e| Some(e.ok()?.path())).collect();
    files.sort();
    let mut got = Vec::new();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "eml")) {
        let mail =
            message::parse(&std::fs::read(file)?, &message::Limits::default()).with_context(|| file.display().to_string())?;
        if mail.to.iter().any(|to| to == who) {
            got.push(mail);
        }
    }
    Ok(got)
}
