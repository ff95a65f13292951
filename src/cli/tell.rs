//! `quotedesk tell`: does by hand what a mail or a file from a person would do.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::screen::{self, Paint};
use super::{TellArgs, open};
use crate::clock;
use crate::config::Config;
use crate::desk::submission::{Attached, Body, Submission};
use crate::desk::{Desk, Planned};
use crate::disk::Disk;
use crate::intake::message;
use crate::letter::messages::Words;
use crate::process::act::Via;
use crate::store::{NewEffect, Outward};
use crate::text::sha;

pub async fn tell(config: Config, args: TellArgs) -> anyhow::Result<bool> {
    let text = args.text.unwrap_or_default();
    if text.trim().is_empty() && args.file.is_empty() {
        bail!("nothing is said: give a text as DUYỆT, or --file FILE");
    }
    // No more than is read of what comes by itself: what is a little too large is told what it is.
    let most = config.limits.most_read();
    let files = args.file.iter().map(|file| attached(file, most)).collect::<anyhow::Result<Vec<_>>>()?;
    open::with_desk(config, async |desk| {
        let case = open::case(desk, &args.id).await?.id;
        let Some(person) = desk.config.house.person(&args.person) else {
            let all: Vec<&str> = desk.config.house.people.iter().map(|p| p.email.as_str()).collect();
            bail!("{}: nobody in [[people]] has this address; there are {}", args.person, all.join(", "));
        };
        let submission = Submission {
            key: key(&case, &person.email, &text),
            content: String::new(),
            via: Via::Command,
            name: args.file.first().map_or_else(|| "tell".into(), |f| name(f)),
            body: Body::Told { case, person: person.email.clone(), text: text.clone(), files: files.clone() },
        };
        if args.dry_run {
            return show(&desk.rehearse(submission).await.context("nothing of it would be done")?, desk);
        }
        open::remember_rehearsal(desk).await?;
        let taken = desk.take(submission).await?;
        open::carry_out(desk).await?;
        screen::line(taken.answer.trim_end())?;
        Ok(taken.problem || taken.in_vain)
    })
    .await
}

/// Each word said by hand is one of its own, also where it is the same again.
fn key(case: &str, person: &str, text: &str) -> String {
    let now = clock::real().timestamp_micros();
    format!("told:{}", sha(format!("{case}\n{person}\n{now}\n{}\n{text}", std::process::id()).as_bytes()))
}

fn attached(file: &Path, most: u64) -> anyhow::Result<Attached> {
    // What a link leads to is the operator's choice.
    let read = file.canonicalize().and_then(|real| Disk::default().read_bounded(&real, most));
    let bytes = read.map_err(|why| match why.kind() {
        ErrorKind::FileTooLarge => {
            anyhow!("{}: has {why}, twice limits.attachment: it would not be taken by mail either", file.display())
        }
        _ => anyhow!("{}: cannot be read: {why}", file.display()),
    })?;
    Ok(Attached { name: name(file), bytes })
}

fn name(file: &Path) -> String {
    crate::text::nfc(&file.file_name().unwrap_or_default().to_string_lossy())
}

/// What would come of it: the history's new lines, the mails, the files, and the answer.
fn show(planned: &Planned, desk: &Desk) -> anyhow::Result<bool> {
    let paint = Paint::stdout();
    let house = &desk.config.house;
    let mut out = String::new();
    let tx = &planned.tx;
    let words = Words::plain(house.lang, house, tx.case.as_ref().map(|write| &write.case.form));
    let events: Vec<String> = tx.events.iter().map(|r| words.history(r)).collect();
    section(&mut out, &paint.bold(&words.say("cli.events", &[])), &events);
    section(&mut out, &paint.bold(&words.say("cli.mails", &[])), &mails(&tx.effects));
    let files = tx.effects.iter().filter(|e| e.what == Outward::File).map(|e| e.name.clone());
    section(&mut out, &paint.bold(&words.say("cli.files", &[])), &files.collect::<Vec<_>>());
    section(
        &mut out,
        &paint.bold(&words.say("cli.answer", &[])),
        &planned.taken.answer.lines().map(String::from).collect::<Vec<_>>(),
    );
    out.push_str(&format!("{}\n", words.say("cli.nothing_done", &[])));
    screen::out(&out)?;
    Ok(planned.taken.problem || planned.taken.in_vain)
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    out.push_str(title);
    out.push('\n');
    for line in lines {
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    out.push('\n');
}

/// `lan.tran@anphat.example  [YC-2026-0001] …`
pub fn mails(effects: &[NewEffect]) -> Vec<String> {
    let mail = |effect: &NewEffect| match &effect.what {
        Outward::Mail { to, .. } => Some(vec![to.clone(), subject(&effect.body)]),
        Outward::File => None,
    };
    screen::columns(&effects.iter().filter_map(mail).collect::<Vec<_>>(), 60)
}

/// The subject of a mail of ours.
pub fn subject(bytes: &[u8]) -> String {
    message::parse(bytes, &message::Limits::default()).map(|m| m.subject).unwrap_or_default()
}
