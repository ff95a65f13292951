//! `quotedesk check`: one line for each part of the desk, ok or what is wrong and how to mend it.

mod places;

use std::path::Path;
use std::time::{Duration, Instant};

pub(super) use places::takes_files;

use anyhow::{Context, bail};
use chrono::Datelike;

use super::screen::{self, Paint};
use super::{mailbox, open};
use crate::calendar::holidays;
use crate::clock;
use crate::config::{Config, Require, Secret, Transport};
use crate::desk::{Desk, DeskWords, INSTEAD, plain};
use crate::dispatch::Limits;
use crate::intake::sign::{self, Sign};
use crate::letter::mail::{self, Mail};
use crate::letter::messages::{Words, text};
use crate::net::oauth::Tokens;
use crate::net::secret;
use crate::process::case::Case;
use crate::process::house::{House, Person, Role};
use crate::process::roles;
use crate::store::{
    self, Fault, Hold, Lock, MailboxSigns, NewEffect, Outgoing, OutgoingFilter, Outward, StateUrl, Store, Tx, kind, way,
};
use crate::text::sha;

/// Clocks further apart than so many seconds are worth a word.
const APART: i64 = 5;
/// So many tries in vain at a mail server are no greylisting any more.
const BY_SERVER: i64 = 5;
/// So many of those that were given up are named.
const GIVEN_UP: usize = 10;
/// A test mail is waited for so long.
const PATIENCE: Duration = Duration::from_secs(60);
/// The mail server is waited for so long, at each reply and in all.
const REPLY: Duration = Duration::from_secs(10);
const SERVER: Duration = Duration::from_secs(25);

pub async fn check(named: Option<&Path>, send: Option<&str>, rebuild: bool) -> anyhow::Result<bool> {
    let mut report = Report { problems: false, paint: Paint::stdout() };
    let config = match Config::find(named, Path::new(".")) {
        Ok(config) => config,
        Err(why) => {
            report.wrong("config", &why.to_string())?;
            return Ok(true);
        }
    };
    let from = config.file.as_ref().map_or("built-in default, for this folder".into(), |f| f.display().to_string());
    match config.file.is_some() {
        true => report.ok("config", &from)?,
        false => report.note(
            "config",
            &format!("{from}: no quotedesk.toml lies here; is another folder meant? (cd there, or --config FILE; quotedesk init writes one)"),
        )?,
    }
    places::as_whom(&config, &mut report)?;
    people(&config.house, &mut report)?;
    config.doubts.iter().try_for_each(|doubt| report.wrong("people", doubt))?;
    if let Err(why) = config.check_places() {
        report.wrong("config", &why.to_string())?;
    }
    let served = is_served(&config).await;
    places::folders(&config, served, &mut report)?;
    templates(&config, &mut report)?;
    match config.transport {
        Transport::Folder => report.ok("mail", &format!("each mail is a file in {}", config.outbox.join("mail").display()))?,
        Transport::Smtp => mail_server(&config, &mut report).await?,
    }
    let mut lying = None;
    if let Some(imap) = &config.imap {
        match mailbox::look(imap).await {
            Ok(looked) => {
                report.ok("mailbox", &looked.said)?;
                lying = Some(looked.lying);
            }
            Err(why) => report.wrong("mailbox", &why)?,
        }
    }
    if config.imap.is_some() && config.require == Require::None {
        report.wrong("mailbox", FORGED)?;
    }
    calendar(&config.house, &mut report)?;
    let forgot = rebuild && cut_log(&config, &mut report)?;
    match open::store(&config).await {
        Ok(store) => {
            if forgot {
                store.mark_restored(clock::real()).await.context("the store cannot be told that it has forgotten something")?;
                report.note("store", FORGOTTEN)?;
            }
            let looked = look(&store, &config, rebuild, lying, &mut report).await;
            store.close().await;
            looked?;
        }
        // Before its first start a desk has none.
        Err(why) if open::is_missing(&why) && !open::has_worked(&config) && !rebuild => {
            let no_place = match &config.state {
                StateUrl::Folder(_) => places::has_no_place(&config),
                StateUrl::Postgres(_) => {
                    Store::try_to_begin(&config.state).await.err().map(|why| format!("{}: {why}", config.state))
                }
            };
            match no_place {
                None => report.note("store", &format!("{}: there is none yet; quotedesk run begins it", config.state))?,
                Some(why) => report.wrong("store", &why)?,
            }
            if config.imap.is_some() {
                signs(&MailboxSigns::default(), false, &config, lying, &mut report)?;
            }
        }
        Err(why) => {
            let place = places::has_no_place(&config).map_or_else(String::new, |place| format!("; {place}"));
            report.wrong("store", &format!("{why:#}{place}"))?;
        }
    }
    if let Some(to) = send {
        post(config, to, &mut report).await?;
    }
    Ok(report.problems)
}

pub struct Report {
    problems: bool,
    paint: Paint,
}

impl Report {
    fn ok(&mut self, what: &str, said: &str) -> anyhow::Result<()> {
        screen::line(&format!("{}     {what:<10} {}", self.paint.green("ok"), screen::shown(said)))
    }
    /// Nothing is wrong, but it is good to know.
    fn note(&mut self, what: &str, said: &str) -> anyhow::Result<()> {
        screen::line(&format!("{}   {what:<10} {}", self.paint.yellow("note"), screen::shown(said)))
    }
    fn wrong(&mut self, what: &str, said: &str) -> anyhow::Result<()> {
        self.problems = true;
        screen::line(&format!("{}  {what:<10} {}", self.paint.red("WRONG"), screen::shown(said)))
    }
}

/// Every region needs somebody for each step.
fn people(house: &House, report: &mut Report) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    for role in house.missing_roles() {
        missing.push(format!("nobody has the role {}: give it to somebody in [[people]]", role.name()));
    }
    for region in &house.regions {
        let led_by_region = |p: &Person| p.region.as_deref() == Some(&region.id) && p.leader.is_none();
        if region.leader.is_none() && house.with_role(Role::Sales).any(led_by_region) {
            missing.push(format!("region {} has no leader: nobody would review its forms", region.id));
        }
        if region.director.is_none() {
            missing.push(format!("region {} has no director: nobody would set its prices", region.id));
        }
    }
    for (person, role) in roles::without_approver(house) {
        // Of a region it is said already.
        let told = house.regions.iter().any(|r| person.region.as_deref() == Some(&r.id));
        missing.extend((!told).then(|| match role {
            Role::Leader => {
                format!("{}: nobody would review their forms: give them a leader, or a region that has one", person.name)
            }
            _ => format!("{}: nobody would set their prices: give them a region that has a director", person.name),
        }));
    }
    if house.with_role(Role::Operator).next().is_none() {
        report.note("people", "nobody has the role operator: nobody is told of strangers' mails and of faults")?;
    }
    match missing.is_empty() {
        true => report.ok("people", &format!("people: {}, regions: {}", house.people.len(), house.regions.len())),
        false => missing.iter().try_for_each(|m| report.wrong("people", m)),
    }
}

/// Does a daemon serve this desk?
async fn is_served(config: &Config) -> bool {
    match &config.state {
        StateUrl::Folder(state) => Lock::is_taken(state),
        StateUrl::Postgres(_) => {
            let Ok(store) = open::store(config).await else { return false };
            let running = store.daemon_running().await.unwrap_or(false);
            store.close().await;
            running
        }
    }
}

/// The company's own files in place of the built-in ones.
fn templates(config: &Config, report: &mut Report) -> anyhow::Result<()> {
    for name in DeskWords::strays(&config.templates) {
        let path = config.templates.join(name);
        let where_they_lie =
            "letters lie in vi/ and en/ (vi/review.html), the words of quote and appendix beside them (bao-gia.toml)";
        report.note("templates", &format!("{}: takes the place of no built-in one; {where_they_lie}", path.display()))?;
    }
    let (words, warnings) = match DeskWords::load(config) {
        Ok(loaded) => loaded,
        Err(why) => return report.wrong("templates", &why.to_string()),
    };
    let broken = warnings.iter().map(|why| format!("{why}{INSTEAD}"));
    let all: Vec<String> = broken.chain(words.tried(&config.house)).collect();
    // One that is not there is no fault where nobody has asked for it.
    let meant = config.templates != config.root.join("templates");
    match all.is_empty() {
        true if meant && !config.templates.is_dir() => report.note(
            "templates",
            &format!(
                "{}: there is no such folder, so the built-in letters are used; make it, or correct [desk] templates",
                config.templates.display()
            ),
        ),
        true => report.ok("templates", &config.templates.display().to_string()),
        false => all.iter().try_for_each(|why| report.wrong("templates", why)),
    }
}

/// What keeps the secret from being read. A server that is away would hide it: it is shown after the connection alone.
async fn no_password(config: &Config) -> Option<String> {
    let login = config.smtp.as_ref()?.server.login.as_ref().filter(|login| !matches!(login.secret, Secret::OAuth2(_)))?;
    secret::of(login, &Tokens::trusting(None)).await.err().map(|why| why.to_string())
}

/// Connects and logs in as for a mail, and sends none.
async fn mail_server(config: &Config, report: &mut Report) -> anyhow::Result<()> {
    let limits = Limits { reply: REPLY, ..Limits::default() };
    let Some(smtp) = open::smtp(config, limits) else { return report.wrong("smtp", "[mail.smtp] is missing") };
    match tokio::time::timeout(SERVER, smtp.look()).await {
        Ok(Ok(how)) => report.ok("smtp", &how),
        Ok(Err(why)) => {
            if let Some(missing) = no_password(config).await.filter(|missing| !why.contains(missing)) {
                report.wrong("smtp", &format!("no login: {missing}; put the password there, for the daemon's user to read"))?;
            }
            report.wrong("smtp", &why)
        }
        Err(_) => report.wrong("smtp", &format!("it answers, but too slowly: no login within {} s", SERVER.as_secs())),
    }
}

/// The government's plan of the coming year's days off is known by December; until then the built-in one is a guess.
fn calendar(house: &House, report: &mut Report) -> anyhow::Result<()> {
    let day = house.day(clock::real());
    let year = if day.month() == 12 { day.year() + 1 } else { day.year() };
    let zone = house.calendar.tz().name();
    match holidays::is_confirmed(year) {
        true => report.ok("calendar", zone),
        false => report.note(
            "calendar",
            &format!("{zone}; the days off of {year} are a projection: put the government's into [calendar] holidays and worked"),
        ),
    }
}

/// Of a mailbox in which a From is proof enough.
const FORGED: &str = "[mail.trust] require = \"none\": whoever writes a name of [[people]] into From decides as that person; leave \
                      the key out (\"token-or-auth\" holds then)";

/// What mends a store that cannot be read any more.
const RESTORE: &str = "; stop the daemon and bring a backup back with quotedesk restore";

/// A log of the database that is damaged in its middle keeps the store closed, until the operator says this. Was there one?
fn cut_log(config: &Config, report: &mut Report) -> anyhow::Result<bool> {
    let StateUrl::Folder(state) = &config.state else { return Ok(false) };
    if !state.is_dir() {
        return Ok(false);
    }
    let _lock =
        Lock::take(state).with_context(|| format!("store {}: is mended only while nobody works on it", state.display()))?;
    let kept = store::cut_log(state, clock::real()).context("the database's log cannot be cut")?;
    if let Some(kept) = &kept {
        report.note("store", &format!("goes on without the damaged end of its log, which is kept as {}", kept.display()))?;
    }
    Ok(kept.is_some())
}

/// What the store has forgotten is in the world still, as after a restore.
const FORGOTTEN: &str = "what its log held at the end is forgotten: numbers go on past a gap, and all sending is on hold \
                         (quotedesk outgoing --release)";

const UNREAD: &str = "not read since a backup was restored, for the desk that it was taken from may still read it: stop that one, then \
                      quotedesk outgoing --release";

/// The store, row by row; with `rebuild` its derived rows are made anew. And whether a daemon serves it.
async fn look(store: &Store, config: &Config, rebuild: bool, lying: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let running = store.daemon_running().await?;
    if rebuild && running {
        bail!("stop the daemon first: rows are rebuilt only while nobody else writes");
    }
    let mut faults = store.verify(Case::fold).await?;
    if rebuild {
        let _lock = store.lock().with_context(|| format!("store {}: is mended only while nobody works on it", config.state))?;
        for fault in &faults {
            if let Fault::RowDiffers { case_id } = fault {
                // Looked at by the clock at once, which then puts its next look where it belongs.
                store.rebuild(case_id, Case::fold, |case| Some(case.since)).await?;
                report.ok("store", &format!("{case_id}: its row is rebuilt from its history"))?;
            }
        }
        faults = store.verify(Case::fold).await?;
    }
    let unwritten = places::cannot_be_written(store, config).await;
    unwritten.iter().try_for_each(|why| report.wrong("store", why))?;
    match faults.is_empty() {
        true if unwritten.is_some() => {}
        true => report.ok("store", &config.state.to_string())?,
        false => faults.iter().try_for_each(|f| report.wrong("store", &mend(f)))?,
    }
    if store.has_page_checksums().await? == Some(false) {
        report
            .note("store", "this PostgreSQL keeps no checksums of its pages (pg_checksums --enable, with the server stopped)")?;
    }
    if let Some(whose) = Sign::new(&config.inbox, sign::of(store).await?).another_s() {
        let mend = "stop one of the two, or give each an inbox of its own under [desk]";
        report.wrong("inbox", &format!("{}: another desk takes files from here ({whose}): {mend}", config.inbox.display()))?;
    }
    match running {
        true if store.is_shared() => daemons(store, config, report).await?,
        true => report.ok("daemon", "runs")?,
        false => report.note("daemon", "does not run: start it with quotedesk run")?,
    }
    if store.hold().await?.is_some() {
        let waiting = store.outgoing(&OutgoingFilter::Unsent).await?;
        let n = waiting.iter().filter(|row| row.kind == kind::MAIL && row.next_at.is_some()).count();
        report.note("outgoing", &format!("all sending is on hold, {n} mails wait: quotedesk outgoing --release lets them go"))?;
    }
    in_vain(store, config, report).await?;
    given_up(store, report).await?;
    match config.imap.is_some() {
        true if store.hold().await? == Some(Hold::Restored) => report.note("mailbox", UNREAD),
        true => signs(&store.mailbox_signs().await?, running, config, lying, report),
        false => Ok(()),
    }
}

/// When the mailbox was last looked at; before the first look, what lies there.
fn signs(signs: &MailboxSigns, running: bool, config: &Config, lying: Option<usize>, report: &mut Report) -> anyhow::Result<()> {
    let said = mailbox::signs(signs, &config.house);
    match (running && mailbox::is_old(signs, clock::real()), signs.looked, lying) {
        (true, ..) => report.wrong("mailbox", &format!("{said}; the daemon's log says why")),
        (false, None, Some(lying)) if lying > 0 => report.note(
            "mailbox",
            &format!("never looked at; {lying} mails lie there, each will be taken as just sent: move old ones elsewhere first"),
        ),
        (false, None, _) => report.note("mailbox", "never looked at yet: quotedesk run does"),
        _ => report.ok("mailbox", &said),
    }
}

/// Letters that go out no more by themselves. No fault, for the operator has been told, and may have let one lie.
async fn given_up(store: &Store, report: &mut Report) -> anyhow::Result<()> {
    let rows = store.outgoing(&OutgoingFilter::Failed).await?;
    let Some(last) = rows.last() else { return Ok(()) };
    let mut ids: Vec<String> = rows.iter().rev().take(GIVEN_UP).map(|row| row.id.to_string()).collect();
    ids.extend((rows.len() > GIVEN_UP).then(|| "…".to_string()));
    let (n, ids, words) = (rows.len(), ids.join(" "), &last.last_words);
    report.note(
        "outgoing",
        &format!(
            "{n} mails or files were given up or came back ({ids}), the last one: {words}; quotedesk outgoing --failed lists them, \
             --retry ID (or all) sends again"
        ),
    )
}

/// What has been tried again and again, and does not go out. A mail server may ask for another try or two.
async fn in_vain(store: &Store, config: &Config, report: &mut Report) -> anyhow::Result<()> {
    let rows = store.outgoing(&OutgoingFilter::Unsent).await?;
    let by_server = |row: &Outgoing| row.kind == kind::MAIL && config.transport == Transport::Smtp;
    let in_vain = |row: &&Outgoing| row.next_at.is_some() && row.attempts > if by_server(row) { BY_SERVER } else { 1 };
    let rows: Vec<&Outgoing> = rows.iter().filter(in_vain).collect();
    let Some(last) = rows.last() else { return Ok(()) };
    let (n, tries) = (rows.len(), rows.iter().map(|row| row.attempts).max().unwrap_or(0));
    report.wrong(
        "outgoing",
        &format!(
            "{n} mails and files do not go out, after up to {tries} tries: {} (quotedesk outgoing lists them); once it is \
             mended, they go by themselves",
            last.last_words
        ),
    )
}

/// Who serves a desk that several daemons share, and whether their machines agree on the time.
async fn daemons(store: &Store, config: &Config, report: &mut Report) -> anyhow::Result<()> {
    let words = Words::plain(config.house.lang, &config.house, None);
    for daemon in store.daemons().await? {
        report.ok("daemon", &format!("runs: {}, since {}", daemon.name, words.moment(daemon.since)))?;
    }
    let apart = (store.database_time().await? - clock::real()).num_seconds().abs();
    if apart > APART {
        report.note(
            "clock",
            &format!("this machine's clock and PostgreSQL's are {apart} s apart: keep those of all machines in step (NTP)"),
        )?;
    }
    Ok(())
}

/// What a fault is, and what mends it.
pub(super) fn mend(fault: &Fault) -> String {
    match fault {
        Fault::RowDiffers { case_id } => {
            format!("{case_id}: its row is not the sum of its history; stop the daemon, then quotedesk check --rebuild")
        }
        Fault::Damaged { words } => format!("{words}{RESTORE}"),
        Fault::Mail { id, to, words } => format!(
            "outgoing {id} for {to}: {words}; it is not sent: stop the daemon and bring a backup back with quotedesk restore, \
             or write to them yourself"
        ),
        Fault::Gap { case_id, seq } => {
            format!("{case_id}: event {seq} of its history is missing{RESTORE}")
        }
        Fault::Engine { words } => format!("the database is damaged ({words}){RESTORE}"),
    }
}

/// One test mail on the way that every mail goes.
async fn post(config: Config, to: &str, report: &mut Report) -> anyhow::Result<()> {
    let desk = match open::desk(config).await {
        Ok(desk) => desk,
        // Its mail waits in the store, as each does.
        Err(why) => return report.wrong("send", &format!("{to}: nothing is sent: {why:#}")),
    };
    let (posted, held) = (posted(&desk, to).await, desk.store.hold().await);
    desk.store.close().await;
    let (sent, held) = (posted?, held?.is_some());
    match sent.state.as_str() {
        way::QUEUED if sent.attempts == 0 && held => {
            report.wrong("send", &format!("{to}: all sending is on hold; quotedesk outgoing --release lets it go on"))
        }
        way::SENT => report.ok("send", &format!("{to}: {}", sent.last_words)),
        state => report.wrong("send", &format!("{to}: {state}: {} (quotedesk outgoing shows it)", sent.last_words)),
    }
}

async fn posted(desk: &Desk, to: &str) -> anyhow::Result<Outgoing> {
    let house = &desk.config.house;
    let at = desk.clock.now().await?;
    let domain = house.address.rsplit('@').next().unwrap_or_default();
    let id = &sha(format!("{to}\n{}", clock::real().timestamp_micros()).as_bytes())[..32];
    let message_id = format!("<{id}@{domain}>");
    let words = text(house.lang, "cli.test_text", &[("desk", &house.desk_name)]);
    let subject = text(house.lang, "cli.test_subject", &[("desk", &house.desk_name)]);
    let mail = Mail {
        from: (house.desk_name.clone(), house.address.clone()),
        to: (String::new(), to.to_string()),
        reply_to: None,
        html: plain::html(house, &subject, &words),
        subject,
        text: words,
        date: at,
        message_id: message_id.clone(),
        in_reply_to: None,
        references: vec![],
        case: String::new(),
        kind: "test".into(),
        replied: false,
        attachments: vec![],
    };
    let body = mail::to_eml(&mail)?;
    let name = crate::name::clean(&format!("{}-test-{to}.eml", at.format("%Y%m%dT%H%M%S")));
    let what = Outward::Mail { to: to.to_string(), letter: "test".into(), message_id: message_id.clone() };
    let effect = NewEffect { case_id: String::new(), what, name, at, not_before: at, body };
    desk.store.commit(Tx { effects: vec![effect], ..Tx::default() }).await?;
    open::carry_out(desk).await?;
    let until = Instant::now() + PATIENCE;
    loop {
        let row = desk.store.mail(&message_id).await?.context("the test mail is not in the store")?;
        let held = row.attempts == 0 && desk.store.hold().await?.is_some();
        if row.state == way::SENT || row.next_at.is_none() || !row.last_words.is_empty() || held || Instant::now() > until {
            return Ok(row);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
