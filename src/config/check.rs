//! What no type can check, and the desk that the file describes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::file::*;
use super::mail::{self, Require, Transport};
use super::{Config, Limits};
use crate::calendar::{Calendar, Span, parse_hours};
use crate::process::house::{Away, Deadlines, Email, House, Lang, Letterhead, Person, QuoteRules, Region, Role, Vat};
use crate::store::StateUrl;

/// The key, and what is wrong with it.
pub(super) type Wrong = (String, String);

pub(super) fn wrong<T>(key: &str, why: impl Into<String>) -> Result<T, Wrong> {
    Err((key.into(), why.into()))
}

impl Toml {
    pub fn check(self, file: Option<PathBuf>, root: &Path) -> Result<Config, Wrong> {
        let under = |path: &Path| root.join(path);
        if self.quote.currency != "VND" {
            return wrong("quote.currency", "only \"VND\" is known");
        }
        let people = self.people.into_iter().map(person).collect::<Result<Vec<Person>, Wrong>>()?;
        let regions: Vec<Region> = self.regions.into_iter().map(region).collect();
        refer(&people, &regions)?;
        if let Some(p) = people.iter().find(|p| p.leader.as_ref() == Some(&p.email) && !self.desk.own_review) {
            return wrong(
                &format!("people \"{}\": leader", p.name),
                "nobody reviews their own form: name another, leave it out, or set desk.own_review = true",
            );
        }
        let address = email("mail.address", &self.mail.address)?;
        // The desk would write to itself.
        if let Some(p) = people.iter().find(|p| p.email == address || p.aliases.contains(&address)) {
            return wrong(&format!("people \"{}\": email", p.name), format!("`{address}` is the desk's own address"));
        }
        for (key, name) in [("desk.company", &self.desk.company), ("mail.name", &self.mail.name)] {
            if name.trim().is_empty() {
                return wrong(key, "is empty: the name as customers and staff read it");
            }
        }
        let letterhead = letterhead(self.quote.letterhead, root)?;
        let house = House {
            company: self.desk.company,
            lang: self.desk.language,
            address,
            desk_name: self.mail.name,
            people,
            regions,
            calendar: calendar(self.calendar, self.desk.timezone)?,
            deadlines: deadlines(self.deadlines)?,
            quote: QuoteRules {
                vat: vat(&self.quote.vat)?,
                markup: percent("quote.markup", self.quote.markup)?,
                send_to_customer: self.quote.send_to_customer,
                sales_sees_cost: self.quote.sales_sees_cost,
                terms: self.quote.terms.unwrap_or_else(|| vec![usual_terms(self.desk.language).into()]),
                letterhead,
                warranty_months: self.quote.warranty_months,
            },
            own_review: self.desk.own_review,
        };
        let by_servers = !self.desk.rehearsal || self.desk.rehearsal_mail == RehearsalMail::Loopback;
        let transport = if by_servers { self.mail.transport } else { Transport::Folder };
        let smtp = self.mail.smtp.map(|smtp| smtp.check(root)).transpose()?;
        let imap = self.mail.imap.map(|imap| imap.check(root)).transpose()?.filter(|_| by_servers);
        if smtp.as_ref().is_some_and(|smtp| smtp.copy_to_self) && imap.is_none() && by_servers {
            return wrong("mail.smtp.copy_to_self", "needs [mail.imap]: nobody else would find the copies");
        }
        if self.desk.rehearsal && by_servers {
            // A rehearsal's quotes and reminders must reach nobody.
            let hosts =
                [("mail.smtp.host", smtp.as_ref().map(|s| &s.server)), ("mail.imap.host", imap.as_ref().map(|i| &i.server))];
            for (key, server) in hosts {
                if server.is_some_and(|server| !mail::is_loopback(&server.host)) {
                    return wrong(
                        key,
                        "a rehearsal desk's servers have to be on this machine (127.0.0.1); or rehearsal_mail = \"folder\"",
                    );
                }
            }
        }
        if transport == Transport::Smtp && smtp.is_none() {
            return wrong("mail.smtp", "missing: transport = \"smtp\" needs the server's host, user and password_file");
        }
        // A rehearsal's clock stands still: an hour of it may hold a whole day's mails.
        let often = |key: &str, set: Option<u32>, usual: u32| {
            at_least_one(key, set.unwrap_or(if self.desk.rehearsal { u32::MAX } else { usual }))
        };
        // Without a mailbox, mails come as files: the share's permissions are the proof of who put them there.
        let require = self.mail.trust.require.unwrap_or(if imap.is_some() { Require::TokenOrAuth } else { Require::None });
        let state = state(&self.desk.state, root)?;
        let folders = [
            ("desk.inbox", &self.desk.inbox),
            ("desk.outbox", &self.desk.outbox),
            ("desk.archive", &self.desk.archive),
            ("desk.templates", &self.desk.templates),
        ];
        if let Some((key, _)) = folders.iter().find(|(_, typed)| typed.to_string_lossy().trim().is_empty()) {
            return wrong(key, "is empty: name a folder, or leave the key out");
        }
        if require == Require::TokenAndAuth && self.mail.trust.authserv_id.is_none() {
            return wrong(
                "mail.trust",
                "require = \"token-and-auth\" without authserv_id: no mail could ever prove who wrote it; name your own server as it \
                 stands in Authentication-Results",
            );
        }
        let config = Config {
            file,
            doubts: vec![],
            root: root.to_path_buf(),
            house,
            state,
            inbox: under(&self.desk.inbox),
            outbox: under(&self.desk.outbox),
            archive: under(&self.desk.archive),
            templates: under(&self.desk.templates),
            rehearsal: self.desk.rehearsal,
            transport,
            smtp,
            imap,
            require,
            authserv_id: self.mail.trust.authserv_id,
            plus_address: self.mail.plus_address,
            limits: Limits {
                attachment: bytes("limits.attachment", &self.limits.attachment, 1 << 30)?,
                workbook_cells: cells(self.limits.workbook_cells)?,
                workbook_unpacked: bytes("limits.workbook_unpacked", &self.limits.workbook_unpacked, 4 << 30)?,
                answers_per_hour: often("limits.answers_per_hour", self.limits.answers_per_hour, 10)?,
                answers_per_case: often("limits.answers_per_case", self.limits.answers_per_case, 30)?,
                mails_per_hour: often("limits.mails_per_hour", self.limits.mails_per_hour, 600)?,
            },
        };
        Places::of(&config, plain).apart(&plain(root))?;
        Ok(config)
    }
}

/// The terms of payment of a company that gives none.
fn usual_terms(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "Thanh toán 50% khi ký hợp đồng, 50% khi bàn giao.",
        Lang::En => "Payment: 50% on signing the contract, 50% on hand-over.",
    }
}

fn state(typed: &str, root: &Path) -> Result<StateUrl, Wrong> {
    let url = StateUrl::parse(typed, root);
    let folder = matches!(url, StateUrl::Folder(_));
    // `postgress://…`, `postgres:/…`: it may hold a password, and is not shown beyond its beginning.
    let address = typed.contains("://") || (typed.to_lowercase().starts_with("postgres") && typed.contains(['@', ':']));
    let shown = typed.find([':', '/']).map_or(typed, |at| &typed[..at]);
    match typed.trim().is_empty() || (folder && address) {
        true => wrong("desk.state", format!("`{shown}`…: a folder on a local disk as \"state\", or postgres://…")),
        false => Ok(url),
    }
}

/// The desk's folders. What lies in the inbox is taken for submissions, moved and answered: neither the desk's own files nor
/// its config may lie there, nor its documents be laid down there.
pub(super) struct Places {
    pub inbox: PathBuf,
    pub outbox: PathBuf,
    pub archive: PathBuf,
    pub templates: PathBuf,
    /// `None`: a database server.
    pub state: Option<PathBuf>,
}

impl Places {
    /// Those of a config, by what `real` says that a path leads to.
    pub fn of(config: &Config, real: impl Fn(&Path) -> PathBuf) -> Places {
        let [inbox, outbox, archive, templates] =
            [&config.inbox, &config.outbox, &config.archive, &config.templates].map(|path| real(path));
        let state = match &config.state {
            StateUrl::Folder(folder) => Some(real(folder)),
            StateUrl::Postgres(_) => None,
        };
        Places { inbox, outbox, archive, templates, state }
    }

    /// None of them lies in another, and the desk's own folder in none.
    pub fn apart(&self, root: &Path) -> Result<(), Wrong> {
        let all = [
            ("desk.inbox", Some(&self.inbox)),
            ("desk.outbox", Some(&self.outbox)),
            ("desk.archive", Some(&self.archive)),
            ("desk.templates", Some(&self.templates)),
            ("desk.state", self.state.as_ref()),
        ];
        let all: Vec<(&str, &PathBuf)> = all.into_iter().filter_map(|(key, path)| Some((key, path?))).collect();
        if root.starts_with(&self.inbox) {
            let here = self.inbox.display();
            return wrong(
                "desk.inbox",
                format!("{here} holds the desk itself, its config too: a folder of its own, as \"inbox\""),
            );
        }
        for (n, (key, path)) in all.iter().enumerate() {
            if let Some((other, there)) = all[..n].iter().find(|(_, there)| path.starts_with(there) || there.starts_with(path)) {
                let how = match path == there {
                    true => "is the same folder as",
                    false if path.starts_with(there) => "lies in",
                    false => "holds",
                };
                return wrong(
                    key,
                    format!("{} {how} {other} ({}): each needs a folder of its own", path.display(), there.display()),
                );
            }
        }
        Ok(())
    }
}

/// A path from the root of the disk on, without `.` and `..`; the disk is not asked.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in std::path::absolute(path).unwrap_or(path.to_path_buf()).components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

fn email(key: &str, typed: &str) -> Result<Email, Wrong> {
    let address = typed.trim().to_lowercase();
    let whole = address.parse::<lettre::Address>().is_ok();
    // As mails have it: the domain in ASCII.
    let ascii =
        address.rsplit_once('@').and_then(|(name, domain)| Some(format!("{name}@{}", idna::domain_to_ascii(domain).ok()?)));
    if let (true, Some(address)) = (whole, ascii) { Ok(address) } else { wrong(key, format!("`{typed}` is no mail address")) }
}

fn person(p: PersonToml) -> Result<Person, Wrong> {
    let key = |field: &str| format!("people \"{}\": {field}", p.name);
    let aliases = p.aliases.iter().map(|a| email(&key("aliases"), a)).collect::<Result<_, _>>()?;
    if p.roles.is_empty() {
        return wrong(&key("roles"), "at least one of cskh, sales, leader, tech, tech-head, director, operator");
    }
    let away = match &p.away {
        Some(a) if a.to < a.from => return wrong(&key("away"), "`to` lies before `from`"),
        Some(a) => Some(Away { from: a.from, to: a.to, deputy: email(&key("away.deputy"), &a.deputy)? }),
        None => None,
    };
    let leader = p.leader.as_deref().map(|l| email(&key("leader"), l)).transpose()?;
    let email = email(&key("email"), &p.email)?;
    Ok(Person {
        name: p.name,
        email,
        aliases,
        roles: p.roles,
        region: p.region,
        leader,
        away,
        salutation: p.salutation,
        phone: p.phone,
        title: p.title,
    })
}

fn region(r: RegionToml) -> Region {
    let lower = |address: Option<String>| address.map(|a| a.trim().to_lowercase());
    Region { id: r.id, name: r.name, leader: lower(r.leader), director: lower(r.director) }
}

/// Everybody who is named somewhere is somebody, and no address is two people's.
fn refer(people: &[Person], regions: &[Region]) -> Result<(), Wrong> {
    let known = |address: &Option<Email>| address.as_ref().is_none_or(|a| people.iter().any(|p| &p.email == a));
    let nobody = |key: String, who: &Option<Email>| {
        wrong(&key, format!("`{}` is nobody of [[people]]: add them, or correct the address", who.as_deref().unwrap_or_default()))
    };
    let mut seen: BTreeMap<&Email, &str> = BTreeMap::new();
    for p in people {
        if p.name.trim().is_empty() {
            return wrong(&format!("people \"{}\": name", p.email), "is empty: the name as letters call them");
        }
        if p.away.as_ref().is_some_and(|away| away.deputy == p.email) {
            return wrong(&format!("people \"{}\": away.deputy", p.name), "nobody stands in for themselves: name another");
        }
        if !known(&p.leader) {
            return nobody(format!("people \"{}\": leader", p.name), &p.leader);
        }
        let deputy = p.away.as_ref().map(|a| a.deputy.clone());
        if !known(&deputy) {
            return nobody(format!("people \"{}\": away.deputy", p.name), &deputy);
        }
        for address in std::iter::once(&p.email).chain(&p.aliases) {
            if let Some(other) = seen.insert(address, &p.name) {
                let twice = std::iter::once(&p.email).chain(&p.aliases).filter(|own| *own == address).count() > 1;
                let field = if twice || address != &p.email { "aliases" } else { "email" };
                let whose =
                    if twice { "theirs already: once is enough".into() } else { format!("the address of {other} already") };
                return wrong(&format!("people \"{}\": {field}", p.name), format!("`{address}` is {whose}"));
            }
        }
        let there = |id: &String| regions.iter().any(|r| crate::text::fold(&r.id) == crate::text::fold(id));
        if let Some(id) = p.region.as_ref().filter(|id| !there(id)) {
            let ids: Vec<&str> = regions.iter().map(|r| r.id.as_str()).collect();
            return wrong(
                &format!("people \"{}\": region", p.name),
                format!("`{id}` is none of [[regions]]: {}", ids.join(", ")),
            );
        }
    }
    let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
    for r in regions {
        if r.id.trim().is_empty() || r.name.trim().is_empty() {
            return wrong(&format!("regions \"{}\"", r.id), "id and name are both needed");
        }
        if !ids.insert(crate::text::fold(&r.id)) {
            return wrong(&format!("regions \"{}\": id", r.id), "is another region's already");
        }
        if !names.insert(crate::text::fold(&r.name)) {
            return wrong(&format!("regions \"{}\": name", r.id), format!("`{}` is another region's already", r.name));
        }
        if !known(&r.leader) {
            return nobody(format!("regions \"{}\": leader", r.id), &r.leader);
        }
        if !known(&r.director) {
            return nobody(format!("regions \"{}\": director", r.id), &r.director);
        }
    }
    Ok(())
}

/// Who is named to review or to set prices and lacks the role for it. The names count, so that a desk that ran goes on; but
/// nobody else would see that the one is a slip of the other. A Director may review.
pub(super) fn without_role(house: &House) -> Vec<Wrong> {
    let mut found = Vec::new();
    let mut look = |key: String, who: &Option<Email>, allowed: &[Role]| {
        let Some(named) = who.as_ref().and_then(|who| house.person(who)) else { return };
        if !allowed.iter().any(|role| named.is(*role)) {
            let (name, role) = (&named.email, allowed[0].name());
            found.push((
                key,
                format!("`{name}` has not the role {role}: give it to them in [[people]], or name somebody who has"),
            ));
        }
    };
    let reviewers = [Role::Leader, Role::Director];
    for p in &house.people {
        look(format!("people \"{}\": leader", p.name), &p.leader, &reviewers);
    }
    for r in &house.regions {
        look(format!("regions \"{}\": leader", r.id), &r.leader, &reviewers);
        look(format!("regions \"{}\": director", r.id), &r.director, &[Role::Director]);
    }
    found
}

fn calendar(c: CalendarToml, tz: chrono_tz::Tz) -> Result<Calendar, Wrong> {
    let hours = c.hours.iter().map(|h| parse_hours(h)).collect::<Result<Vec<_>, _>>();
    let hours = hours.map_err(|why| ("calendar.hours".to_string(), why.to_string()))?;
    let day = |name: &String| name.parse::<chrono::Weekday>();
    let days = c.days.iter().map(day).collect::<Result<Vec<_>, _>>();
    let days = days.map_err(|_| ("calendar.days".to_string(), "mon, tue, wed, thu, fri, sat, sun".to_string()))?;
    Calendar::new(tz, hours, &days, &c.holidays, &c.worked).map_err(|why| ("calendar".into(), why.to_string()))
}

fn deadlines(d: Deadlines) -> Result<Deadlines, Wrong> {
    let steps = [
        ("assign", &d.assign),
        ("draft", &d.draft),
        ("review", &d.review),
        ("feedback", &d.feedback),
        ("complete", &d.complete),
        ("price", &d.price),
        ("quote_validity", &d.quote_validity),
        ("contract", &d.contract),
        ("schedule", &d.schedule),
    ];
    // Overdue as soon as it is asked for.
    let none = |span: &Span| matches!(span, Span::Hours(0) | Span::Days(0) | Span::CalendarDays(0));
    if let Some((key, _)) = steps.into_iter().find(|(_, span)| none(span)) {
        return wrong(&format!("deadlines.{key}"), "at least 1, as \"4h\", \"2d\" or \"15cd\"");
    }
    match d.quote_validity {
        Span::CalendarDays(_) => Ok(d),
        _ => wrong("deadlines.quote_validity", "in calendar days, as \"15cd\""),
    }
}

fn at_least_one(key: &str, number: u32) -> Result<u32, Wrong> {
    if number > 0 { Ok(number) } else { wrong(key, "at least 1: without an answer nobody knows what became of their mail") }
}

/// Percent to hundredths of a percent.
fn percent(key: &str, number: f64) -> Result<i64, Wrong> {
    let hundredths = (number * 100.0).round();
    let whole = (hundredths - number * 100.0).abs() < 1e-6 && (0.0..=100_000.0).contains(&number);
    if whole { Ok(hundredths as i64) } else { wrong(key, "a percentage from 0, with at most two decimals") }
}

fn vat(vat: &VatToml) -> Result<Vat, Wrong> {
    match vat {
        VatToml::Percent(p) if [0.0, 5.0, 8.0, 10.0].contains(p) => Ok(Vat::Rate(percent("quote.vat", *p)?)),
        VatToml::Word(w) if crate::text::fold(w) == "kct" => Ok(Vat::Exempt),
        // Those that the form offers the Director.
        _ => wrong("quote.vat", "0, 5, 8 or 10 (percent), or \"KCT\" for what is not subject to VAT"),
    }
}

fn letterhead(l: LetterheadToml, root: &Path) -> Result<Letterhead, Wrong> {
    let logo = match &l.logo {
        Some(path) => {
            let refused = |why: String| wrong("quote.letterhead.logo", format!("{}: {why}", path.display()));
            match std::fs::read(root.join(path)) {
                // A quote that it does not fit into would be found out at the Director's price.
                Ok(bytes) => match rust_xlsxwriter::Image::new_from_buffer(&bytes) {
                    Ok(_) => Some(bytes),
                    Err(_) => return refused("is no picture that a workbook takes: a PNG or JPEG".into()),
                },
                Err(why) => return refused(why.to_string()),
            }
        }
        None => None,
    };
    Ok(Letterhead {
        logo,
        address: l.address,
        tax_code: l.tax_code,
        phone: l.phone,
        email: l.email,
        website: l.website,
        bank: l.bank,
        signer: l.signer,
        signer_title: l.signer_title,
        city: l.city,
    })
}

/// No form has fewer, and no sheet more.
fn cells(number: u32) -> Result<u32, Wrong> {
    match (1_000..=20_000_000).contains(&number) {
        true => Ok(number),
        false => wrong("limits.workbook_cells", "from 1000 (the form itself has hundreds) to 20000000, which take gigabytes"),
    }
}

/// `20MiB`, `512KiB`, `1GiB`, or plain bytes; less than a kilobyte holds no form and no mail, and what is read is held in memory.
fn bytes(key: &str, typed: &str, most: u64) -> Result<u64, Wrong> {
    let digits = typed.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match typed.trim()[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return wrong(key, "a size as \"20MiB\""),
    };
    let number = digits.trim().parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
    match number {
        Some(n) if (1 << 10..=most).contains(&n) => Ok(n),
        Some(_) => wrong(key, format!("`{typed}`: a size from \"1KiB\" to \"{}GiB\"", most >> 30)),
        None => wrong(key, "a size as \"20MiB\""),
    }
}
