//! What a submission says: who speaks, about which case, and the acts it comes to.

use chrono::NaiveDate;

use super::submission::{Attached, Body, Submission};
use crate::config::{Config, Require};
use crate::form::binder::Binder;
use crate::form::book;
use crate::form::read::{ReadForm, Reading};
use crate::intake::guard::{self, Automatic, Keys, Proof, Seen};
use crate::intake::message::{self, Message, Unreadable};
use crate::intake::tnef;
use crate::letter::messages::{Words, one_line};
use crate::letter::reply::table::{self, Quoted, Row};
use crate::letter::reply::{self, Asked, Known, NewText};
use crate::process::case::{Case, Proposed, State};
use crate::process::form::Item;
use crate::process::house::{At, Email, House, Person, Role};
use crate::process::problem::FileFault;
use crate::process::roles;
use crate::text::squash;

/// A submission as far as it can be read without its case.
#[derive(Default)]
pub struct Opened {
    pub message: Option<Message>,
    pub text: NewText,
    /// Workbooks that came, with what was read in them.
    pub forms: Vec<(String, Result<ReadForm, FileFault>)>,
    /// Everything else that came, to be kept with the case.
    pub kept: Vec<Attached>,
    /// Files whose inside was not looked into, by name: what to do about it stands in the answer.
    pub closed: Vec<(String, Closed)>,
    /// The mail itself could not be read, or not all of it.
    pub unreadable: Option<Unreadable>,
    /// The case that a lone file's name tells: `YC-2026-0012 hợp đồng.pdf`.
    named: Option<String>,
    /// The case that `quotedesk tell` named.
    pub told: Option<String>,
}

/// Why what lies in a file was not taken, though the file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// zip, rar, 7z.
    Archive,
    /// A mail in Outlook's own format.
    OutlookMail,
    /// `winmail.dat` without a file that could be taken out.
    Winmail,
    /// A form in a mail that somebody else wrote, passed on whole: it is not its sender's own word.
    FormOfAnother,
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    Person(Email),
    /// The deputy of somebody who is away, writing in their name (`Sender` is not `From`).
    Deputy {
        by: Email,
        for_: Email,
    },
    /// Nobody of the house.
    Unknown(String),
    /// Somebody's address without the proof that a decision needs.
    Unproven(Email),
    /// A machine: never answered. Why it is thought one, and whose address it writes from.
    Machine {
        why: Automatic,
        of: Option<Email>,
    },
}

/// Opens mail and workbooks. Blocking: parsing takes milliseconds, and a hostile file its limits.
pub fn open(submission: &Submission, config: &Config, binder: &dyn Binder, at: At) -> Opened {
    let mut opened = Opened { text: NewText::plain(""), ..Opened::default() };
    let mut files = Vec::new();
    match &submission.body {
        Body::File { bytes, .. } => {
            opened.named = guard::case_in(&submission.name);
            files.push(Attached { name: submission.name.clone(), bytes: bytes.clone() });
        }
        Body::Mail { bytes, .. } | Body::Vouched { bytes, .. } => match message::parse(bytes, &limits(config)) {
            Ok(message) => {
                opened.text = message.text.clone();
                for file in message.attachments.iter().filter(|a| !a.inline) {
                    unwrapped(file, config, &mut files, &mut opened.closed);
                }
                opened.unreadable = message.trouble;
                opened.message = Some(message);
            }
            Err(why) => opened.unreadable = Some(why),
        },
        // Who wrote it and what it answers stand in the headers; the rest is too large to be read.
        Body::LargeMail { head, .. } => {
            opened.message = message::parse(head, &limits(config)).ok();
            opened.unreadable = Some(Unreadable::TooLarge);
        }
        Body::TooLarge { .. } => {}
        Body::NoFile { .. } => opened.forms.push((submission.name.clone(), Err(FileFault::NoFile))),
        Body::Told { case, text, files: told, .. } => {
            opened.told = Some(case.clone());
            opened.text = NewText::plain(text);
            files.extend(told.iter().cloned());
        }
    }
    let reading = Reading { today: config.house.day(at), house: &config.house, lang: config.house.lang };
    let book_limits = book_limits(config);
    for file in files {
        let lone = matches!(submission.body, Body::File { .. });
        match binder.open(&file.bytes, &book_limits, &reading) {
            Ok(form) => opened.forms.push((file.name, Ok(form))),
            // What is no form is somebody's price list, sketch or contract: kept like any other file.
            Err(FileFault::NotForm | FileFault::NotWorkbook { .. } | FileFault::Empty) if !lone => opened.kept.push(file),
            Err(FileFault::NotWorkbook { .. }) if is_paper(submission, &file.name) => {
                opened.closed.extend(shut(message::kind(&file.bytes)).map(|why| (file.name.clone(), why)));
                opened.kept.push(file)
            }
            // CSKH fills in no form: a workbook of theirs is what the customer wrote.
            Err(FileFault::NotForm) if of_cskh(submission, &config.house) => opened.kept.push(file),
            Err(fault) => opened.forms.push((file.name, Err(fault))),
        }
    }
    if let Body::TooLarge { bytes, .. } = &submission.body {
        let limit = config.limits.attachment.to_string();
        opened.forms.push((submission.name.clone(), Err(FileFault::TooLarge { what: "file".into(), limit })));
        tracing::debug!(bytes, "too large");
    }
    opened
}

/// A file of a mail, or those that Outlook has wrapped in it; and what of it stays closed.
fn unwrapped(file: &message::Attachment, config: &Config, files: &mut Vec<Attached>, closed: &mut Vec<(String, Closed)>) {
    use message::Kind;
    let mut stays = |why: Closed| closed.push((file.name.clone(), why));
    match file.kind {
        Kind::Tnef => {
            let inside = tnef::files(&file.bytes);
            if inside.is_empty() {
                stays(Closed::Winmail);
            }
            let named = |f: tnef::File| Attached { name: crate::name::clean(&f.name), bytes: f.bytes };
            files.extend(inside.into_iter().map(named));
            return;
        }
        Kind::Zip | Kind::Archive | Kind::Msg => shut(file.kind).into_iter().for_each(stays),
        Kind::Eml => {
            let inner = message::parse(&file.bytes, &limits(config)).map(|m| m.attachments).unwrap_or_default();
            for form in inner.iter().filter(|a| a.kind == Kind::Workbook) {
                closed.push((form.name.clone(), Closed::FormOfAnother));
            }
        }
        Kind::Workbook | Kind::Pdf | Kind::Image | Kind::Other => {}
    }
    files.push(Attached { name: file.name.clone(), bytes: file.bytes.clone() });
}

/// What is not looked into, and why.
fn shut(kind: message::Kind) -> Option<Closed> {
    match kind {
        message::Kind::Zip | message::Kind::Archive => Some(Closed::Archive),
        message::Kind::Msg => Some(Closed::OutlookMail),
        _ => None,
    }
}

/// A file that somebody laid into their own folder: a contract, a picture. What is called a workbook was meant as a form.
fn is_paper(submission: &Submission, name: &str) -> bool {
    let book = [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"].iter().any(|end| name.to_lowercase().ends_with(end));
    matches!(&submission.body, Body::File { person: Some(_), .. }) && !book
}

/// A file in the folder of somebody who brings in needs, and is no Sales.
fn of_cskh(submission: &Submission, house: &House) -> bool {
    let Body::File { person: Some(person), .. } = &submission.body else { return false };
    house.person(person).is_some_and(|p| p.is(Role::Cskh) && !p.is(Role::Sales))
}

fn limits(config: &Config) -> message::Limits {
    message::Limits { bytes: config.limits.most_read(), ..message::Limits::default() }
}

pub fn book_limits(config: &Config) -> book::Limits {
    book::Limits {
        attachment_bytes: config.limits.attachment,
        workbook_cells: config.limits.workbook_cells.into(),
        workbook_unpacked: config.limits.workbook_unpacked,
    }
}

impl Opened {
    /// The first workbook that is a form.
    pub fn form(&self) -> Option<&ReadForm> {
        self.forms.iter().find_map(|(_, read)| read.as_ref().ok())
    }

    /// What keeps a workbook from being read, with its name.
    pub fn faults(&self) -> impl Iterator<Item = (&String, &FileFault)> {
        self.forms.iter().filter_map(|(name, read)| Some((name, read.as_ref().err()?)))
    }

    /// Forms after the first one: one submission brings one.
    pub fn further_forms(&self) -> impl Iterator<Item = &String> {
        self.forms.iter().filter(|(_, read)| read.is_ok()).skip(1).map(|(name, _)| name)
    }

    /// What a lone text file says, as much as is read of a mail; all of it is kept with the case as a file.
    pub fn text_file(&self) -> Option<String> {
        let text = self.kept.iter().find(|f| f.name.to_lowercase().ends_with(".txt"))?;
        let text = crate::text::nfc(std::str::from_utf8(&text.bytes).ok()?.trim_start_matches('\u{feff}').trim());
        let (short, rest) = text.split_at(text.floor_char_boundary(message::MOST_NEW_TEXT));
        (!text.is_empty()).then(|| if rest.is_empty() { text.clone() } else { format!("{} …", short.trim_end()) })
    }

    /// The letter of ours that this answers, where its token says that it went to one of these people.
    pub fn answers(&self, keys: &Keys, people: &[&str]) -> Option<Seen> {
        let message = self.message.as_ref()?;
        people.iter().find_map(|person| guard::answered(message, keys, person))
    }

    /// The case that this is about, as far as it says itself: the one named by hand, its form, the letter that it
    /// answers, the address, the subject. Where these differ nobody can tell which is meant.
    pub fn about(&self, keys: &Keys, house: &House) -> About {
        if let Some(case) = &self.told {
            return About::Case { id: case.clone(), proven: true };
        }
        let form = self.form().and_then(|f| f.origin.case.clone());
        // What its page shows: a form whose page names another case than it was made for is nobody's to guess about.
        let shown =
            self.form().and_then(|f| text_of(f, "id")).map(|id| squash(&id).to_uppercase()).filter(|id| id.starts_with("YC-"));
        let from = self.message.as_ref().and_then(|m| m.from.as_deref()).unwrap_or_default();
        let seen = self.answers(keys, &house.addresses(from)).map(|s| s.case);
        let proven = form.is_some() || seen.is_some();
        let by_mail = self.message.as_ref().map(|m| guard::cases_named(m, &house.address)).unwrap_or_default();
        let mut cases: Vec<String> = form.into_iter().chain(shown).chain(seen).chain(by_mail).chain(self.named.clone()).collect();
        cases.sort();
        cases.dedup();
        match (cases.pop(), cases.is_empty()) {
            (Some(id), true) => About::Case { id, proven },
            (Some(id), false) => About::Several([cases, vec![id]].concat()),
            (None, _) => About::Nothing,
        }
    }

    /// The one case that this is about, where it says so plainly.
    pub fn case_hint(&self, keys: &Keys, house: &House) -> Option<String> {
        self.about(keys, house).case()
    }
}

/// Which case a submission is about, by its own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    Nothing,
    /// `proven`: by a form of ours or the letter that it answers. Else it only names the case, as anybody can.
    Case {
        id: String,
        proven: bool,
    },
    /// The letter that it answers, its subject and its form name different ones.
    Several(Vec<String>),
}

impl About {
    /// The one case, where it is plain which.
    pub fn case(&self) -> Option<String> {
        match self {
            About::Case { id, .. } => Some(id.clone()),
            About::Several(_) | About::Nothing => None,
        }
    }
}

/// Does somebody have to do with a case: in a role of theirs, as a deputy, or brought in by `@name`?
pub fn is_of(case: &Case, house: &House, by: &str, day: NaiveDate) -> bool {
    let mut case = case.clone();
    case.readdress(house);
    !roles::roles(&case, house, by, day).is_empty() || case.watchers.iter().any(|w| w == by)
}

/// Who speaks, and whether that is proven.
pub fn speaker(submission: &Submission, opened: &Opened, config: &Config, keys: &Keys, at: At) -> Speaker {
    let house = &config.house;
    let known = |address: &str| match house.person(address) {
        Some(person) => Speaker::Person(person.email.clone()),
        None => Speaker::Unknown(address.to_string()),
    };
    match &submission.body {
        Body::Told { person, .. } | Body::Vouched { person, .. } => known(person),
        Body::File { person: Some(person), .. }
        | Body::TooLarge { person: Some(person), .. }
        | Body::NoFile { person: Some(person) } => known(person),
        Body::TooLarge { person: None, .. } | Body::NoFile { person: None } => Speaker::Unknown(String::new()),
        // Straight in the inbox: the Sales named in the form.
        Body::File { person: None, .. } => match opened.form().and_then(|f| named(f, house)) {
            Some(sales) => Speaker::Person(sales),
            None => Speaker::Unknown(String::new()),
        },
        Body::Mail { .. } | Body::LargeMail { .. } => {
            let person = match &submission.body {
                Body::Mail { person, .. } => person.as_deref(),
                _ => None,
            };
            // Nothing can be read, not even who wrote it: the folder that it lies in tells.
            let Some(message) = &opened.message else { return person.map_or(Speaker::Unknown(String::new()), known) };
            let of = message.from.as_deref().and_then(|from| house.person(from)).map(|p| p.email.clone());
            if let Some(why) = machine(message, of.is_some()) {
                return Speaker::Machine { why, of };
            }
            let Some(from) = message.from.clone() else { return Speaker::Unknown(String::new()) };
            let Some(email) = of else { return Speaker::Unknown(from) };
            // A mail laid into a folder of somebody's own: the share's permissions are the proof of who laid it there, and what
            // it answers is none of who wrote it, for letters lie where the whole office can read them.
            if let Some(folder) = person {
                let own = house.person(folder).map(|p| p.email.clone());
                return match own {
                    Some(own) if own == email => Speaker::Person(email),
                    Some(own) if house.acting(&email, house.day(at)) == own => Speaker::Deputy { by: own, for_: email },
                    _ => Speaker::Unproven(email),
                };
            }
            // Sent by somebody else in their name: only by who stands in for them today.
            let sent_by = message.sender.as_deref().filter(|s| house.person(s).is_none_or(|p| p.email != email));
            let deputy =
                sent_by.map(|s| house.person(s).map(|p| p.email.as_str()).filter(|d| house.acting(&email, house.day(at)) == *d));
            let deputy = match deputy {
                Some(None) => return Speaker::Unproven(email),
                Some(Some(deputy)) => Some(deputy.to_string()),
                None => None,
            };
            // A letter that went to an address of theirs before it changed is theirs still.
            let proofs = [Some(email.as_str()), deputy.as_deref()].into_iter().flatten().flat_map(|who| house.addresses(who));
            let proofs: Vec<Proof> = proofs.map(|who| guard::proof(message, config.authserv_id.as_deref(), keys, who)).collect();
            let enough = match config.require {
                Require::None => true,
                Require::TokenOrAuth => proofs.iter().any(|p| *p != Proof::None),
                Require::TokenAndAuth => proofs.contains(&Proof::Both),
            };
            match deputy {
                _ if !enough => Speaker::Unproven(email),
                Some(by) => Speaker::Deputy { by, for_: email },
                None => Speaker::Person(email),
            }
        }
    }
}

/// Why a mail is a machine's. Of the house's own people a hint is not enough: what only looks like an automatic answer is
/// answered, and bounded like all answers.
pub fn machine(message: &Message, of_the_house: bool) -> Option<Automatic> {
    let hint = match guard::automatic(message) {
        Some(why) if !why.is_hint() || !of_the_house => return Some(why),
        hint => hint,
    };
    let by_itself = of_the_house && guard::answers_by_itself(message);
    by_itself.then_some(hint.unwrap_or(Automatic::Subject))
}

/// The Sales that a form names, by name or address.
pub fn named(form: &ReadForm, house: &House) -> Option<Email> {
    let typed = form.fields.get("sales")?.value()?.text()?.to_string();
    let folded = crate::text::fold(&typed);
    let same = |p: &&Person| p.is(Role::Sales) && (p.email == typed.to_lowercase() || crate::text::fold(&p.name) == folded);
    house.people.iter().find(same).map(|p| p.email.clone())
}

/// What the reader of a reply has to know of its writer and of what they were asked.
pub fn asked(case: &Case, house: &House, by: &str, today: NaiveDate) -> Asked {
    let person = house.person(by);
    Asked {
        roles: roles::roles(case, house, by, today),
        state: case.state,
        items: case.form.items.iter().map(|i| (i.id.clone(), i.no)).collect(),
        has_proposal: case.proposal_of(by).is_some(),
        payment_waits: case.proposal_of(by).and_then(|waits| match waits.what {
            Proposed::Payment { payment } => Some((None, payment)),
            Proposed::PaymentInstead { was, payment } => Some((Some(was), payment)),
            _ => None,
        }),
        paid: !case.contract.payments.is_empty(),
        question_open: case.question.as_ref().is_some_and(|q| q.to == by),
        server_cycle: case.form.text("kt_srv_cycle").map(str::to_string),
        today,
        people: known(house),
        writer: person.map(|p| p.name.clone()).unwrap_or_default(),
    }
}

/// The rows of the items' table as letters show them to the writer: `Làm được`, cost and days where they do.
fn rows(items: &[Item], case: &Case, house: &House, valued: bool) -> Vec<Row> {
    let words = Words::plain(house.lang, house, Some(&case.form));
    let say = |key: &str| words.say(key, &[]);
    let row = |item: &Item| {
        let text = |cell: &str| item.text(cell).unwrap_or_default().to_string();
        let mut row = Row { no: item.no, heading: one_line(item.heading(), 300), ..Row::default() };
        if !valued {
            row.details = vec![one_line(&text("khu"), 240), one_line(&text("dg"), 240)];
            return row;
        }
        row.details = [("reason", "kt_ld"), ("scope", "kt_pv")]
            .into_iter()
            .filter(|(_, cell)| !text(cell).is_empty())
            .map(|(key, cell)| words.say(&format!("detail.{key}"), &[("text", &text(cell))]))
            .collect();
        row.details.extend((item.text("kt_sv") == Some("yes")).then(|| say("detail.need_server")));
        row.details.extend(case.conflicts.contains_key(&item.id).then(|| say("detail.conflict")));
        let feasible = item.feasible().map_or_else(|| say("detail.waiting"), |f| words.choice(f));
        let cost = item.cost_vnd().map(|vnd| words.digits(vnd)).unwrap_or_default();
        let days = item.half_days().map(|half| words.half_days(half)).unwrap_or_default();
        row.values = vec![(say("column.feasible"), feasible), (say("column.cost"), cost), (say("column.days"), days)];
        row
    };
    items.iter().map(row).collect()
}

/// What a mail says: in the table that it quotes, else in its own lines. `saw`: the items as the answered letter showed them, where
/// that is known; what stood there then is nothing that was typed.
pub fn read(opened: &Opened, case: &Case, saw: &[Item], house: &House, asked: &Asked) -> reply::Reading {
    let in_table = || {
        let message = opened.message.as_ref()?;
        let is = |role: Role| asked.roles.contains(&role);
        let tech = case.state == State::Feedback && (is(Role::Tech) || is(Role::TechHead));
        let director = case.state == State::Pricing && is(Role::Director);
        if !(tech || director) {
            return None;
        }
        let quoted = Quoted { rows: &message.rows, body: &message.body };
        let then = Some(saw).filter(|saw| !saw.is_empty() && **saw != case.form.items);
        let times = std::iter::once(case.form.items.as_slice()).chain(then);
        let shapes: Vec<_> = times.flat_map(|items| [false, true].map(|valued| rows(items, case, house, valued))).collect();
        table::answers(&opened.text, quoted, &shapes, asked)
    };
    in_table().unwrap_or_else(|| reply::read(&opened.text, asked))
}

fn known(house: &House) -> Vec<Known> {
    let one =
        |p: &crate::process::house::Person| Known { name: p.name.clone(), email: p.email.clone(), sales: p.is(Role::Sales) };
    house.people.iter().map(one).collect()
}

/// The Sales that a need names: the only one in To and Cc, else the only one by `@name`.
pub fn named_sales(message: Option<&Message>, text: &str, house: &House) -> Option<Email> {
    let only = |mut people: Vec<Email>| {
        people.sort();
        people.dedup();
        if people.len() == 1 { people.pop() } else { None }
    };
    let sales = |address: &String| house.person(address).filter(|p| p.is(Role::Sales)).map(|p| p.email.clone());
    let addressed = message.into_iter().flat_map(|m| m.to.iter().chain(&m.cc)).filter_map(sales).collect();
    let mentioned = crate::letter::reply::mention::called(text, &known(house)).people;
    only(addressed).or_else(|| only(mentioned.into_iter().filter_map(|e| sales(&e)).collect()))
}

/// `RÚT LẠI`: deciding that takes the history.
pub fn takes_back(text: &NewText) -> bool {
    reply::firm::find(&text.text).is_some_and(|hit| hit.word.act == reply::words::Firm::Retract)
}

/// The text of a form's single cell.
pub fn text_of(form: &ReadForm, field: &str) -> Option<String> {
    form.fields.get(field)?.value()?.text().map(String::from)
}

/// The customer, where the subject says one plainly: `Nhu cầu tùy biến của Chính Đại`.
pub fn customer_in_subject(subject: &str) -> Option<String> {
    let subject = message::bare_subject(subject);
    let folded = crate::text::fold(&subject);
    let behind = |opens: &[&str]| {
        let open = opens.iter().find(|o| folded.starts_with(*o))?;
        Some(subject.split_whitespace().skip(open.split_whitespace().count()).collect::<Vec<_>>())
    };
    let fits = |name: String| (!name.is_empty() && name.chars().count() <= 60).then_some(name);
    let customer = [
        "nhu cau cua khach hang ",
        "nhu cau cua khach ",
        "nhu cau khach hang ",
        "nhu cau khach ",
        "khach hang ",
        "khach ",
        "need of customer ",
        "need of ",
        "customer ",
    ];
    if let Some(words) = behind(&customer) {
        // `Khách Minh Phát cần tách đơn`: the name is written large, and ends with the subject or before what they want.
        let written_large = |w: &&&str| w.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let large = words.iter().take_while(written_large).count();
        let closed = words[..large].iter().position(|w| w.ends_with([':', ',']));
        let (name, rest) = words.split_at(closed.map_or(large, |at| at + 1));
        let wants = ["can", "muon", "xin", "yeu", "de", "nho", "hoi", "co", "wants", "needs", "asks", "would", "-", "–", ":"];
        let ends = closed.is_some() || rest.first().is_none_or(|w| wants.contains(&crate::text::fold(w).as_str()));
        return fits(name.join(" ").trim_end_matches([':', ',']).to_string()).filter(|_| ends);
    }
    let named = ["nhu cau tuy bien cua ", "yeu cau tuy bien cua ", "nhu cau cua ", "yeu cau cua "];
    behind(&named).and_then(|words| fits(words.join(" ")))
}
