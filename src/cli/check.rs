//! `quotedesk check`: one line for each part of the desk, ok or what is wrong and how to mend it.

use std::path::Path;

use crate::clock;
use crate::config::{Config, Transport};
use crate::desk::DeskWords;
use crate::process::case::Case;
use crate::process::house::Role;
use crate::store::Store;

pub async fn check(named: Option<&Path>, _send: Option<&str>) -> anyhow::Result<bool> {
    let mut report = Report { problems: false };
    let config = match Config::find(named, Path::new(".")) {
        Ok(config) => config,
        Err(why) => {
            report.wrong("config", &why.to_string());
            return Ok(true);
        }
    };
    let from = config.file.as_ref().map_or("built-in default".into(), |f| f.display().to_string());
    report.ok("config", &from);
    people(&config, &mut report);
    for (what, folder) in [("inbox", &config.inbox), ("outbox", &config.outbox), ("archive", &config.archive)] {
        match writable(folder) {
            Ok(()) => report.ok(what, &folder.display().to_string()),
            Err(why) => report.wrong(what, &format!("{}: {why}", folder.display())),
        }
    }
    match DeskWords::load(&config) {
        Ok((_, warnings)) if warnings.is_empty() => report.ok("templates", &config.templates.display().to_string()),
        Ok((_, warnings)) => warnings.iter().for_each(|w| report.wrong("templates", w)),
        Err(why) => report.wrong("templates", &why.to_string()),
    }
    match config.transport {
        Transport::Folder => report.ok("mail", "each mail is a file in outbox/mail/"),
        Transport::Smtp => report.wrong("mail", "smtp is not there yet"),
    }
    store(&config, &mut report).await;
    calendar(&config, &mut report);
    Ok(report.problems)
}

struct Report {
    problems: bool,
}

impl Report {
    fn ok(&mut self, what: &str, said: &str) {
        println!("ok     {what:<10} {said}");
    }
    fn wrong(&mut self, what: &str, said: &str) {
        self.problems = true;
        println!("WRONG  {what:<10} {said}");
    }
}

/// Every region needs somebody for each step.
fn people(config: &Config, report: &mut Report) {
    let house = &config.house;
    let mut missing = Vec::new();
    for (role, name) in [(Role::Cskh, "cskh"), (Role::Sales, "sales"), (Role::Tech, "tech")] {
        if house.with_role(role).next().is_none() {
            missing.push(format!("nobody has the role {name}"));
        }
    }
    for region in &house.regions {
        let own_leader = |p: &&crate::process::house::Person| p.region.as_deref() == Some(&region.id) && p.leader.is_none();
        if region.leader.is_none() && house.with_role(Role::Sales).any(|p| own_leader(&p)) {
            missing.push(format!("region {} has no leader", region.id));
        }
        if region.director.is_none() {
            missing.push(format!("region {} has no director", region.id));
        }
    }
    match missing.is_empty() {
        true => report.ok("people", &format!("{} people, {} regions", house.people.len(), house.regions.len())),
        false => missing.iter().for_each(|m| report.wrong("people", m)),
    }
}

/// Can files be made here? A folder that is not there yet is made by the daemon.
fn writable(folder: &Path) -> std::io::Result<()> {
    let mut there = folder;
    while !there.exists() {
        there = there.parent().unwrap_or(Path::new("/"));
    }
    rustix::fs::access(there, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).map_err(Into::into)
}

async fn store(config: &Config, report: &mut Report) {
    let store = match Store::open(&config.state).await {
        Ok(store) => store,
        Err(why) => return report.wrong("store", &why.to_string()),
    };
    match store.verify(Case::fold).await {
        Ok(faults) if faults.is_empty() => report.ok("store", &config.state.to_string()),
        Ok(faults) => faults.iter().for_each(|f| report.wrong("store", &format!("{f:?}"))),
        Err(why) => report.wrong("store", &why.to_string()),
    }
    store.close().await;
}

/// The government's plan of the coming year's days off is known by December; until then the built-in one is a guess.
fn calendar(config: &Config, report: &mut Report) {
    use chrono::Datelike;
    let day = config.house.day(clock::real());
    let year = if day.month() == 12 { day.year() + 1 } else { day.year() };
    let own = config.house.calendar.tz().name();
    match crate::calendar::holidays::is_confirmed(year) {
        true => report.ok("calendar", own),
        false => report.ok("calendar", &format!("{own}; the days off of {year} are a projection: see [calendar] holidays")),
    }
}
