//! `quotedesk read`: what the desk reads in workbooks, with every problem by sheet and cell. Files nothing.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value as Json, json};

use super::ReadArgs;
use super::screen::{self, Paint};
use crate::clock;
use crate::config::Config;
use crate::desk::plain::fault;
use crate::desk::understand::book_limits;
use crate::form::book::Workers;
use crate::form::layout::{self, ITEMS, Section, Tab};
use crate::form::plain;
use crate::form::read::{ReadForm, Reading};
use crate::form::returned;
use crate::letter::messages::Words;
use crate::process::form::{Cell, Form};
use crate::process::problem::{FileFault, Problem, Severity};

/// Characters in a line of what is read; longer texts go on below.
const WIDTH: usize = 84;

pub fn read(config: &Config, args: &ReadArgs) -> anyhow::Result<bool> {
    let workers = Workers::default();
    let mut problems = false;
    let mut documents = Vec::new();
    for file in &args.files {
        let bytes = std::fs::read(file).with_context(|| {
            format!("{}: cannot be read; name a workbook that is there and that you may read", file.display())
        })?;
        let house = &config.house;
        let ctx = Reading { today: house.day(clock::real()), house, lang: house.lang };
        let opened = returned::open(&bytes, &book_limits(config), &workers, &ctx);
        let found = opened.map(|mut form| {
            Words::drop_marks(&mut form);
            let findings = returned::findings(&mut form, &ctx);
            (form, findings)
        });
        problems |= found.as_ref().map_or(true, |(_, findings)| !findings.is_empty());
        match args.json {
            true => documents.push(document(file, &found, config)),
            false => screen::out(&page(file, &found, config))?,
        }
    }
    if args.json {
        let one = if documents.len() == 1 { documents.remove(0) } else { Json::Array(documents) };
        screen::json(&one)?;
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

/// The whole answer for one file, for a person.
fn page(file: &Path, found: &Found, config: &Config) -> String {
    let name = file.display().to_string();
    let paint = Paint::stdout();
    let (form, findings) = match found {
        Ok(found) => found,
        Err(why) => return format!("{}\n\n", paint.red(&fault(&config.house, &name, why))),
    };
    let values = form.form();
    let words = Words::plain(config.house.lang, &config.house, Some(&values));
    let mut page = Page { words: &words, paint, out: String::new() };
    let origin = match (&form.origin.case, form.origin.rev) {
        (Some(case), Some(rev)) => words.say("cli.of_case_rev", &[("case", case), ("rev", &rev.to_string())]),
        (Some(case), None) => case.clone(),
        (None, _) => words.say("cli.of_no_case", &[]),
    };
    page.out = format!("{}  {}\n", paint.bold(&name), paint.dim(&origin));
    for tab in Tab::ALL {
        page.tab(tab, &values);
    }
    page.problems(findings);
    page.sum(&values, findings);
    page.out
}

struct Page<'a> {
    words: &'a Words<'a>,
    paint: Paint,
    out: String,
}

impl Page<'_> {
    /// A sheet: its single cells by section, and on the first one the items.
    fn tab(&mut self, tab: Tab, values: &Form) {
        let lang = self.words.lang;
        let mut blocks = String::new();
        for section in Section::ALL.into_iter().filter(|s| s.tab() == tab) {
            let mut rows = Vec::new();
            for field in layout::section(section) {
                if let Some(value) = values.get(field.name) {
                    let at = Cell::Field(field.name.into());
                    rows.push((field.label.in_(lang).to_string(), self.words.value_at(&at, Some(value))));
                }
            }
            blocks.push_str(&self.block(section.title().in_(lang), &rows, 2));
        }
        if tab == Tab::Analysis {
            blocks.push_str(&self.items(values));
        }
        if tab == Tab::Project && !values.exchanges.is_empty() {
            let rows: Vec<(String, String)> = values.exchanges.iter().map(|e| (e.who.clone(), e.text.clone())).collect();
            blocks.push_str(&self.block(&self.words.say("cli.exchanges", &[]), &rows, 2));
        }
        if !blocks.is_empty() {
            self.out.push_str(&format!("\n{}\n{blocks}", self.paint.bold(tab.title().in_(lang))));
        }
    }

    fn items(&self, values: &Form) -> String {
        if values.items.is_empty() {
            return String::new();
        }
        let lang = self.words.lang;
        let count = self.words.say("cli.items", &[("n", &values.items.len().to_string())]);
        let mut out = format!("  {}\n", self.paint.cyan(&count));
        for item in &values.items {
            let heading = item.heading().lines().collect::<Vec<_>>().join(" ");
            out.push_str(&format!("    {}  {}\n", screen::pad_left(&item.no.to_string(), 2), self.paint.bold(&heading)));
            let mut rows = Vec::new();
            for column in ITEMS.iter().filter(|c| !matches!(c.name, "stt" | "nd" | "ma")) {
                if let Some(value) = item.get(column.name) {
                    let at = Cell::Item(item.id.clone(), column.name.into());
                    rows.push((column.label.in_(lang).to_string(), self.words.value_at(&at, Some(value))));
                }
            }
            out.push_str(&self.rows(&rows, 8));
        }
        out
    }

    fn block(&self, title: &str, rows: &[(String, String)], indent: usize) -> String {
        match rows.is_empty() {
            true => String::new(),
            false => format!("{}{}\n{}", " ".repeat(indent), self.paint.cyan(title), self.rows(rows, indent + 2)),
        }
    }

    /// Label and value, the values aligned; a label that is a whole sentence has its value below it.
    fn rows(&self, rows: &[(String, String)], indent: usize) -> String {
        const MOST: usize = 30;
        let lengths = rows.iter().map(|(label, _)| label.chars().count()).filter(|n| *n <= MOST);
        let width = lengths.max().unwrap_or(MOST / 2);
        let mut out = String::new();
        for (label, value) in rows {
            let mut label = self.paint.dim(&screen::pad(label, width)) + if label.chars().count() > MOST { "\n" } else { "" };
            if label.ends_with('\n') {
                label = format!("{label}{}{}", " ".repeat(indent), " ".repeat(width));
            }
            let lines = screen::wrap(value, WIDTH.saturating_sub(indent + width).max(30));
            let gap = format!("\n{}", " ".repeat(indent + width + 2));
            out.push_str(&format!("{}{label}  {}\n", " ".repeat(indent), lines.join(&gap)));
        }
        out
    }

    /// By sheet, each with its cell, its label and what is wrong.
    fn problems(&mut self, findings: &[Problem]) {
        if findings.is_empty() {
            return;
        }
        self.out.push_str(&format!("\n{}\n", self.paint.bold(&self.words.say("cli.problems", &[]))));
        let mut sheet = None;
        for problem in findings {
            if sheet != Some(&problem.sheet) {
                sheet = Some(&problem.sheet);
                if !problem.sheet.is_empty() {
                    self.out.push_str(&format!("  {}\n", self.paint.cyan(&problem.sheet)));
                }
            }
            let alone = Problem { sheet: String::new(), cell: String::new(), ..problem.clone() };
            let sign = match problem.severity {
                Severity::Error => self.paint.red("✗"),
                Severity::Warning => self.paint.yellow("!"),
            };
            let (cell, place) = (screen::pad(&problem.cell, 5), self.words.problem_place(&alone));
            let lines = screen::wrap(&self.words.problem(problem), WIDTH - 12);
            self.out.push_str(format!("    {sign} {cell} {}", self.paint.bold(&place)).trim_end());
            self.out.push_str(&format!("\n            {}\n", lines.join("\n            ")));
        }
    }

    /// The last line: what it comes to.
    fn sum(&mut self, values: &Form, findings: &[Problem]) {
        let errors = findings.iter().filter(|p| p.severity == Severity::Error).count();
        let (cells, items) = (values.fields.len().to_string(), values.items.len().to_string());
        let read = self.words.say("cli.read", &[("cells", &cells), ("items", &items)]);
        let warnings = (findings.len() - errors).to_string();
        let verdict = match (errors, findings.len()) {
            (0, 0) => self.paint.green(&self.words.say("cli.nothing_wrong", &[])),
            (0, _) => self.paint.yellow(&self.words.say("cli.warnings_only", &[("warnings", &warnings)])),
            _ => self.paint.red(&self.words.say("cli.to_mend", &[("errors", &errors.to_string()), ("warnings", &warnings)])),
        };
        self.out.push_str(&format!("\n{read} {verdict}\n\n"));
    }
}
