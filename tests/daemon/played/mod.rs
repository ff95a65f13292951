//! One case played by its people, from the need to the closing.

mod ending;
mod roles;
mod way;

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::desk::mail::{Client, Letter, Mail};
use crate::desk::setup::{Setup, Staff};
use crate::desk::{Answer, Desk};
use crate::people::facts::{Case, Facts, Person, Quote};
use crate::people::office::Office;
use crate::people::quoted;
use crate::people::workbook::{Entries, How};
pub use way::Way;

/// A second person of Tech, who answers half of a longer form.
const COLLEAGUE: &str = "bao.dinh";
/// From this many items on, two people of Tech share them.
const SHARED_FROM: usize = 4;
/// More acts than any case takes before a quote.
const MOST_ACTS: usize = 16;

pub struct Play<'a> {
    case: &'a Case,
    saved_as: Option<&'static str>,
    office: &'a Office,
    way: Box<dyn Way + 'a>,
    setup: Setup,
    desk: Desk,
    id: String,
    now: DateTime<FixedOffset>,
    /// Chooses among spellings, mail programs and ways of handing in.
    manner: usize,
    reviewed: usize,
    shared: bool,
    wrong: Vec<String>,
}

impl<'a> Play<'a> {
    pub fn new(
        facts: &Facts,
        case: &'a Case,
        saved_as: Option<&'static str>,
        office: &'a Office,
        way: Box<dyn Way + 'a>,
    ) -> Play<'a> {
        let mut setup = house(facts, case);
        way.wire(&mut setup);
        let now = at(case.cskh.date, 8, 30);
        let desk = Desk::open(&setup.toml(), &now.to_rfc3339());
        let manner = case.manner() + saved_as.map_or(0, str::len);
        let (id, reviewed, shared, wrong) = Default::default();
        Play { case, saved_as, office, way, setup, desk, id, now, manner, reviewed, shared, wrong }
    }

    /// Plays the whole case; what came of it.
    pub fn played_out(mut self) -> Row {
        self.need();
        let mut last: Option<&Quote> = None;
        for quote in &self.case.quotes {
            if let Some(last) = last {
                self.asked_to_change(quote, last);
            }
            self.until_quoted(Some(quote));
            self.check_quote(quote);
            last = Some(quote);
        }
        if last.is_none() {
            self.until_quoted(None);
        }
        self.end(last);
        let row = self.row(last);
        self.desk.close();
        row
    }

    /// Whoever's turn it is acts, until there is a quote or the case is closed.
    fn until_quoted(&mut self, quote: Option<&'a Quote>) {
        for _ in 0..MOST_ACTS {
            match self.state().as_str() {
                "Drafting" => self.sales_fills_in(),
                "Review" => self.leader_checks(),
                "Feedback" => self.tech_answers(),
                "Completing" => self.sales_completes(),
                "Pricing" => self.director_prices(quote.unwrap_or_else(|| self.desk.fail("priced, where the case has no quote"))),
                "Quoted" | "Closed" => return,
                other => self.desk.fail(&format!("the case stands at {other} before its quote")),
            }
        }
        self.desk.fail(&format!("no quote after {MOST_ACTS} acts; the case stands at {}", self.state()));
    }

    // ---- what people do

    /// One act, after which the case has to stand at `then`. Where the desk tells values back, the person confirms once.
    fn act(&mut self, who: &str, then: &str, act: impl FnOnce(&mut Self) -> Answer) {
        let before = self.state();
        let told = self.letters().len();
        let answer = act(self);
        if self.state() == before && before != then && self.letters()[told..].iter().any(|l| l.is_to(who)) {
            self.send(&self.reply(who, "DUYỆT"));
        }
        let now = self.state();
        if now != then {
            self.desk
                .fail(&format!("{who} acted at {before}; the case should stand at {then}, not {now}; answer: {}", answer.text));
        }
        if answer.problem {
            self.wrong.push(format!("{who} at {before}: a good submission was put into .problem: {}", answer.text));
        }
        if now != before && now != "Closed" {
            self.check_turn(told);
        }
    }

    /// Everyone whose turn it is has been told so by mail.
    fn check_turn(&mut self, told: usize) {
        let show = self.desk.show(&self.id);
        let letters = self.letters();
        let waiting: Vec<&str> = show["waiting_for"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let untold: Vec<_> = waiting.iter().filter(|w| !letters[told..].iter().any(|l| l.is_to(w))).collect();
        if !matches!(show["state"].as_str(), Some("Delivering")) && (waiting.is_empty() || !untold.is_empty()) {
            self.wrong.push(format!("{}: waiting for {waiting:?}, not told {untold:?}", show["state"]));
        }
    }

    /// Fills in the form that this person was sent, and hands it in: by mail and through the folder in turns.
    fn hand_in(&mut self, who: &str, entries: &Entries) -> Answer {
        self.manner += 1;
        let how = if self.case.manner().is_multiple_of(2) { How::ByLabel } else { How::ByName };
        let mut form = entries.typed_into(&self.form_for(who), how);
        if let Some(extension) = self.saved_as {
            form = self.office.saved_as(&form, extension);
        }
        let extension = self.saved_as.unwrap_or("xlsx");
        let name = format!("Phiếu {}.{extension}", self.case.customer.short);
        if self.way.is_mail_alone() || self.manner.is_multiple_of(3) {
            let kind = match extension {
                "ods" => "application/vnd.oasis.opendocument.spreadsheet",
                "xls" => "application/vnd.ms-excel",
                _ => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            };
            let letter = self.letter_to(who);
            let mail = self.mail_from(who).answering(&letter, "Em gửi lại phiếu đã điền ạ.").attach(&name, kind, form);
            return self.send(&mail);
        }
        self.desk.drop(Some(who), &name, &form)
    }

    /// Answers the newest mail to this person with a few words; returns them as a mail to send.
    fn reply(&self, who: &str, text: &str) -> Mail<'_> {
        let letter = Box::leak(Box::new(self.letter_to(who)));
        self.mail_from(who).answering(letter, text)
    }

    fn say(&mut self, who: &str, then: &str, text: &str) {
        let text = self.in_their_letters(text);
        self.act(who, then, |play| play.send(&play.reply(who, &text)));
    }

    fn mail_from(&self, who: &str) -> Mail<'_> {
        let person = self.setup.staff.iter().find(|s| s.email == who).expect("somebody of this desk");
        let mut mail = Mail::new((&person.name, &person.email), Box::leak(self.setup.address().into_boxed_str()), self.now);
        mail.client = Client::nth(self.manner);
        mail
    }

    /// The word before the first colon or number, as some write it: in small letters.
    fn in_their_letters(&self, text: &str) -> String {
        if self.case.manner() % 3 != 1 {
            return text.to_string();
        }
        let end = text.find([':', ',']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        let word = if word.contains('/') { word.to_string() } else { word.to_lowercase() };
        word + rest
    }

    /// Does this case answer in words what can be said in words?
    fn says_it_in_words(&self) -> bool {
        self.way.is_mail_alone() && self.case.manner() % 2 == 1
    }

    // ---- mails in and out

    fn send(&self, mail: &Mail) -> Answer {
        self.way.send(&self.desk, mail)
    }

    fn letters(&self) -> Vec<Letter> {
        self.way.letters(&self.desk)
    }

    /// The newest mail to this person.
    fn letter_to(&self, email: &str) -> Letter {
        let letter = self.letters().into_iter().rev().find(|l| l.is_to(email));
        letter.unwrap_or_else(|| self.desk.fail(&format!("no mail to {email}")))
    }

    /// The newest form that was mailed to this person.
    fn form_for(&self, email: &str) -> Vec<u8> {
        let form = self.letters().into_iter().rev().filter(|l| l.is_to(email)).find_map(|l| l.form().map(<[u8]>::to_vec));
        form.unwrap_or_else(|| self.desk.fail(&format!("no mail to {email} brought a form")))
    }

    // ---- looking at the desk

    fn state(&self) -> String {
        self.desk.show(&self.id)["state"].as_str().unwrap_or_default().to_string()
    }

    /// Sets the clock; never back, and always a little on.
    fn clock(&mut self, day: NaiveDate, hour: u32, minute: u32) {
        self.now = at(day, hour, minute).max(self.now + TimeDelta::minutes(5));
        self.desk.clock(&self.now.to_rfc3339());
    }

    fn check<T: PartialEq + fmt::Debug>(&mut self, what: &str, expected: T, found: T) {
        if expected != found {
            self.wrong.push(format!("{what}: expected {expected:?}, found {found:?}"));
        }
    }

    // ---- the quote

    fn check_quote(&mut self, quote: &Quote) {
        let show = self.desk.show(&self.id);
        let quotes = show["quotes"].as_array().cloned().unwrap_or_default();
        self.check("quotes so far", quote.rev as usize, quotes.len());
        let Some(found) = quotes.last() else { return };
        let text = |key: &str| found[key].as_str().unwrap_or_default().nfc().collect::<String>();
        let tail = if quote.rev > 1 { format!("/R{}", quote.rev) } else { String::new() };
        let number = text("number");
        let counted = number.strip_suffix(&tail).and_then(|n| n.strip_prefix(&quote.date.format("BG-%y%m%d-").to_string()));
        self.check("number BG-yymmdd-nnn", true, counted.is_some_and(|n| n.len() >= 3 && n.parse::<u32>().is_ok()));
        self.check("revision", Some(u64::from(quote.rev)), found["revision"].as_u64());
        self.check("date", quote.date.to_string(), text("date"));
        self.check("expires", quote.expires_on.to_string(), text("expires"));
        self.check("in words", quote.total_in_words.clone(), text("total_in_words").trim_end_matches('.').to_string());
        self.check("file", quote.file_name.clone(), text("file").rsplit('/').next().unwrap_or_default().to_string());
        for (key, expected) in
            [("subtotal", quote.subtotal), ("discount", quote.discount_amount), ("vat", quote.vat_amount), ("total", quote.total)]
        {
            self.check(key, Some(expected), found[key].as_i64());
        }
        self.check_lines(quote, found["lines"].as_array().map(Vec::as_slice).unwrap_or_default());
        self.check_workbook(quote);
    }

    fn check_lines(&mut self, quote: &Quote, found: &[Value]) {
        let rate = |vat: &Value| vat.as_str().map_or_else(|| vat.to_string(), str::to_string);
        let told = |l: &Value| {
            let name: String = l["name"].as_str().unwrap_or_default().nfc().collect();
            let name = if quoted::is_server(&name) { "server".to_string() } else { name };
            format!(
                "{} {name} {:?} {} x {} = {}, {}",
                l["no"],
                l["days"].as_f64(),
                l["quantity"],
                l["unit_price"],
                l["amount"],
                rate(&l["vat"])
            )
        };
        let lines = quote.lines.iter().map(|l| {
            let name = if quoted::is_server(&l.name) { "server" } else { &l.name };
            format!("{} {name} {:?} {} x {} = {}, {}", l.no, l.days, l.quantity, l.unit_price, l.amount, rate(&l.vat))
        });
        self.check("lines", lines.collect::<Vec<_>>(), found.iter().map(told).collect());
    }

    fn check_workbook(&mut self, quote: &Quote) {
        let files = self.desk.files("outbox");
        let named =
            |path: &&std::path::PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().nfc().eq(quote.file_name.nfc()));
        let Some(path) = files.iter().find(named) else {
            self.wrong.push(format!("no {} in outbox/, but {files:?}", quote.file_name));
            return;
        };
        let path = self.desk.dir().join("outbox").join(path);
        self.wrong.extend(quoted::differences(&path, quote));
        self.wrong.extend(quoted::leaks(&path, self.case, quote, false));
        let sales = &self.case.sales.email;
        let sent = self.letters().iter().any(|l| l.is_to(sales) && l.attached.iter().any(|(n, _)| *n == quote.file_name));
        self.check("the quote was mailed to Sales", true, sent);
    }

    fn row(&mut self, last: Option<&Quote>) -> Row {
        let show = self.desk.show(&self.id);
        let quotes = show["quotes"].as_array().cloned().unwrap_or_default();
        let quote = quotes.last().cloned().unwrap_or_default();
        self.check("quotes in all", self.case.quotes.len(), quotes.len());
        self.check("a quote at all", last.is_some(), !quote.is_null());
        let text = |v: &Value| v.as_str().unwrap_or("-").to_string();
        let closed = &show["closed"];
        Row {
            case: self.case.id.clone(),
            saved_as: self.saved_as.unwrap_or("openpyxl"),
            revisions: quotes.len(),
            total: quote["total"].as_i64(),
            words: text(&quote["total_in_words"]),
            file: text(&quote["file"]).rsplit('/').next().unwrap_or_default().to_string(),
            expires: text(&quote["expires"]),
            outcome: format!("{} {}", text(&closed["reason"]), text(&closed["at"]).get(..10).unwrap_or_default()),
            wrong: std::mem::take(&mut self.wrong),
        }
    }
}

/// The vendor's staff as far as the case knows them, and two more: Tech is asked even where the case ends before.
fn house(facts: &Facts, case: &Case) -> Setup {
    let domain = &facts.vendor.domain;
    let tech = case.tech_feedback.as_ref().map(|f| f.by.clone());
    let tech = tech.unwrap_or(Person { name: "Mai Xuân Lộc".into(), email: format!("loc.mai@{domain}") });
    let server = case.quotes.iter().flat_map(|q| &q.lines).find(|l| l.item_no.is_none());
    let staff = [
        (&case.cskh.name, &case.cskh.email, &["cskh"] as &'static [&'static str]),
        (&case.sales.name, &case.sales.email, &["sales"]),
        (&case.leader.name, &case.leader.email, &["leader"]),
        (&tech.name, &tech.email, &["tech", "tech-head"]),
        (&"Đinh Quốc Bảo".to_string(), &format!("{COLLEAGUE}@{domain}"), &["tech"]),
        (&case.director.name, &case.director.email, &["director"]),
        (&"Vận Hành".to_string(), &format!("vanhanh@{domain}"), &["operator"]),
    ];
    Setup {
        company: facts.vendor.name.clone(),
        domain: domain.clone(),
        region: case.region.clone(),
        staff: staff.into_iter().map(|(name, email, roles)| Staff::new(name, email, roles)).collect(),
        holidays: facts.calendar_used.extra_off.iter().map(NaiveDate::to_string).collect(),
        worked: facts.calendar_used.extra_work.iter().map(NaiveDate::to_string).collect(),
        vat: server.map_or("8".into(), |line| line.vat.to_string()),
        servers: None,
    }
}

/// A time of day in Vietnam.
fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<FixedOffset> {
    let zone = FixedOffset::east_opt(7 * 3600).expect("UTC+7");
    day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")).and_local_timezone(zone).unwrap()
}

/// One line of the table of results.
pub struct Row {
    pub case: String,
    pub saved_as: &'static str,
    revisions: usize,
    total: Option<i64>,
    words: String,
    file: String,
    expires: String,
    outcome: String,
    pub wrong: Vec<String>,
}

impl Row {
    pub const HEAD: &str = "case        | saved by | quotes | total | in words | file | expires | outcome | result";

    /// A play that could not go on.
    pub fn stuck(case: &Case, saved_as: Option<&'static str>, why: String) -> Row {
        let (revisions, total, words, file, expires, outcome) = Default::default();
        let saved_as = saved_as.unwrap_or("openpyxl");
        Row { case: case.id.clone(), saved_as, revisions, total, words, file, expires, outcome, wrong: vec![why] }
    }

    pub fn complaints(&self) -> Vec<String> {
        self.wrong.iter().map(|w| format!("{} ({}): {w}", self.case, self.saved_as)).collect()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let total = self.total.map_or("-".into(), |t| crate::people::typing::grouped(t, '.'));
        let ok = if self.wrong.is_empty() { "ok" } else { "WRONG" };
        let Row { case, saved_as, revisions, words, file, expires, outcome, .. } = self;
        write!(f, "{case} | {saved_as} | {revisions} | {total} | {words} | {file} | {expires} | {outcome} | {ok}")
    }
}
