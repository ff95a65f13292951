//! `quotedesk read`: what the desk reads in workbooks, with every problem by sheet and cell. Files nothing.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value as Json, json};

use super::ReadArgs;
use crate::clock;
use crate::config::Config;
use crate::desk::plain::fault;
use crate::desk::understand::book_limits;
use crate::form::book::Workers;
use crate::form::plain;
use crate::form::read::{ReadForm, Reading};
use crate::form::returned;
use crate::letter::messages::Words;
use crate::process::form::Form;
use crate::process::problem::{FileFault, Problem};

pub fn read(config: &Config, args: &ReadArgs) -> anyhow::Result<bool> {
    let workers = Workers::default();
    let mut problems = false;
    let mut documents = Vec::new();
    for file in &args.files {
        let bytes = std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))?;
        let house = &config.house;
        let ctx = Reading { today: house.day(clock::real()), house, lang: house.lang };
        let opened = returned::open(&bytes, &book_limits(config), &workers, &ctx);
        let found = opened.map(|mut form| {
            let findings = returned::findings(&mut form, &ctx);
            (form, findings)
        });
        problems |= found.as_ref().map_or(true, |(_, findings)| !findings.is_empty());
        match args.json {
            true => documents.push(document(file, &found, config)),
            false => print(file, &found, config),
        }
    }
    if args.json {
        let one = if documents.len() == 1 { documents.remove(0) } else { Json::Array(documents) };
        println!("{}", serde_json::to_string_pretty(&one)?);
    }
    Ok(problems)
}

type Found = Result<(ReadForm, Vec<Problem>), FileFault>;

fn document(file: &Path, found: &Found, config: &Config) -> Json {
    let name = file.display().to_string();
    match found {
        Ok((form, findings)) => {
            let values = form.form();
            let words = Words::plain(config.house.lang, &config.house, Some(&values));
            let problem = |p: &Problem| {
                json!({
                    "sheet": p.sheet, "cell": p.cell, "field": p.field, "severity": p.severity,
                    "message": words.problem(p), "found": p.found, "expected": words.expected(&p.kind), "item": p.item,
                })
            };
            json!({
                "file": name,
                "case": form.origin.case,
                "fields": plain::fields(&values),
                "items": plain::items(&values),
                "problems": findings.iter().map(problem).collect::<Vec<_>>(),
            })
        }
        Err(why) => json!({
            "file": name, "case": null, "fields": {}, "items": [],
            "problems": [{ "sheet": "", "cell": "", "field": "", "severity": "error", "found": "", "expected": "",
                           "message": fault(&config.house, &name, why) }],
        }),
    }
}

fn print(file: &Path, found: &Found, config: &Config) {
    let (form, findings) = match found {
        Ok(found) => found,
        Err(why) => return println!("{}", fault(&config.house, &file.display().to_string(), why)),
    };
    let values: Form = form.form();
    let words = Words::plain(config.house.lang, &config.house, Some(&values));
    let case = form.origin.case.as_deref().unwrap_or("-");
    println!("{}  {case}", file.display());
    for (name, value) in &values.fields {
        let at = crate::process::form::Cell::Field(name.clone());
        println!("  {}: {}", words.place(&at), words.value_at(&at, Some(value)));
    }
    for item in &values.items {
        println!("  {:>2}. {}", item.no, item.heading());
        for (column, value) in item.cells.iter().filter(|(c, _)| c.as_str() != "nd") {
            let at = crate::process::form::Cell::Item(item.id.clone(), column.clone());
            println!("        {}: {}", words.place(&at), words.value_at(&at, Some(value)));
        }
    }
    for problem in findings {
        println!("  {}", words.problem_line(problem));
    }
    println!("  {} / {}", values.items.len(), findings.len());
}
