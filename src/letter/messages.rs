//! Every sentence that code needs, in Vietnamese and English: `templates/<language>/messages.toml`.
//!
//! Problems, refusals and events are kinds and places; here they become words, once for the mail, the note in the
//! cell, the answer file and the JSON.

mod history;
mod problems;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::calendar::say;
use crate::calendar::{Deadline, Span};
use crate::form::layout;
use crate::money::{format, words};
use crate::process::act::{NeedsWhat, Refusal};
use crate::process::case::{Case, Payment, Plan, Proposed, Reason, State};
use crate::process::form::{Cell, Change, Echo, Form};
use crate::process::house::{At, Email, House, Lang, Person, Role, Vat};
use crate::process::pricing::Difference;
use crate::process::quote::Paper;
use crate::process::roles;
use crate::process::value::{Value, Vnd};

type Table = BTreeMap<String, String>;

static VI: LazyLock<Table> = LazyLock::new(|| flat(include_str!("../../templates/vi/messages.toml")));
static EN: LazyLock<Table> = LazyLock::new(|| flat(include_str!("../../templates/en/messages.toml")));

fn flat(source: &str) -> Table {
    let tables: BTreeMap<String, Table> = toml::from_str(source).unwrap_or_default();
    let lines = |(table, lines): (String, Table)| lines.into_iter().map(move |(key, text)| (format!("{table}.{key}"), text));
    tables.into_iter().flat_map(lines).collect()
}

/// The sentence of that name, with `{name}`s filled in. A name that there is not gives itself: it shows, and nothing
/// stops.
pub fn text(lang: Lang, key: &str, fill: &[(&str, &str)]) -> String {
    let Some(sentence) = table(lang).get(key) else { return key.to_string() };
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(fill.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Is there a sentence of that name?
pub fn has(lang: Lang, key: &str) -> bool {
    table(lang).contains_key(key)
}

fn table(lang: Lang) -> &'static Table {
    match lang {
        Lang::Vi => &VI,
        Lang::En => &EN,
    }
}

/// Words about one case, for one reader.
pub struct Words<'a> {
    pub lang: Lang,
    pub house: &'a House,
    /// Where items have their numbers from, where there is a form.
    pub form: Option<&'a Form>,
    /// How the reader is called inside a sentence: `anh`, `chị`, `anh/chị`; in English unused.
    pub you: String,
}

impl<'a> Words<'a> {
    /// For a reader who is not known: the command line, notes in a workbook.
    pub fn plain(lang: Lang, house: &'a House, form: Option<&'a Form>) -> Words<'a> {
        Words { lang, house, form, you: text(lang, "person.unknown", &[]) }
    }

    /// [`text`], the reader's pronoun among the names.
    pub fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        let mut all = vec![("you", self.you.as_str())];
        all.extend_from_slice(fill);
        text(self.lang, key, &all)
    }

    fn word(&self, key: &str) -> String {
        self.say(&format!("word.{key}"), &[])
    }

    /// `Leader duyệt phiếu`.
    pub fn state(&self, state: State) -> String {
        self.say(&format!("state.{}", state.name()), &[])
    }

    pub fn role(&self, role: Role) -> String {
        self.say(&format!("role.{}", role.name()), &[])
    }

    pub fn reason(&self, reason: Reason) -> String {
        self.say(&format!("reason.{}", reason.name()), &[])
    }

    /// What is asked of whose turn it is: `duyệt phiếu phân tích`.
    pub fn asked(&self, case: &Case) -> String {
        match &case.question {
            Some(question) if !case.is_closed() => self.say("asked.question", &[("from", self.house.name_of(&question.from))]),
            _ if case.proposals().any(|p| !p.what.is_aside()) && !case.is_closed() => self.say("asked.proposal", &[]),
            // Step 7 waits for two things; what has been told is not asked for again.
            _ if case.state == State::Contracting && case.contract.number.is_some() => self.say("asked.payment", &[]),
            _ if case.state == State::Contracting && !case.contract.payments.is_empty() => self.say("asked.contract", &[]),
            // Step 9: handed over, as Tech says. Sales tells that the customer has accepted.
            _ if case.state == State::Delivering && case.handed_over_on.is_some() => self.say("asked.acceptance", &[]),
            _ => self.say(&format!("asked.{}", case.state.name()), &[]),
        }
    }

    /// The names of those whose turn it is.
    pub fn whose_turn(&self, case: &Case, at: At) -> String {
        self.names(&roles::turn(case, self.house, self.house.day(at)))
    }

    /// Names of people, joined.
    pub fn names(&self, people: &[Email]) -> String {
        people.iter().map(|p| self.house.name_of(p)).collect::<Vec<_>>().join(", ")
    }

    /// One of the Leader's four checks by its key.
    pub fn check(&self, key: &str) -> String {
        let key = key.trim_start_matches("ck_");
        if has(self.lang, &format!("check.{key}")) { self.say(&format!("check.{key}"), &[]) } else { key.to_string() }
    }

    /// What an act means by its name (`What::name`); any other text stays as it is.
    pub fn act(&self, name: &str) -> String {
        let key = format!("act.{name}");
        if has(self.lang, &key) { self.say(&key, &[]) } else { name.to_string() }
    }

    /// The label of a choice by its code; a code without label gives itself.
    pub fn choice(&self, code: &str) -> String {
        let key = format!("choice.{code}");
        if has(self.lang, &key) { self.say(&key, &[]) } else { code.to_string() }
    }

    /// `1.500.000`, in English `1,500,000`.
    pub fn digits(&self, vnd: Vnd) -> String {
        match self.lang {
            Lang::Vi => format::dots(vnd),
            Lang::En => format::commas(vnd),
        }
    }

    /// `1.500.000 đ`.
    pub fn money(&self, vnd: Vnd) -> String {
        self.say("word.money", &[("n", &self.digits(vnd))])
    }

    /// `Một triệu năm trăm nghìn đồng chẵn`.
    pub fn in_words(&self, vnd: Vnd) -> String {
        let said = match self.lang {
            Lang::Vi => words::amount_in_words(vnd, &words::Style::default()),
            Lang::En => words::amount_in_english(vnd),
        };
        said.unwrap_or_else(|| self.money(vnd))
    }

    /// `1.500.000 đ (một triệu năm trăm nghìn đồng chẵn)`.
    pub fn money_spelled(&self, vnd: Vnd) -> String {
        let (n, words) = (self.digits(vnd), self.in_words(vnd));
        let mut letters = words.chars();
        let words = letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect());
        self.say("word.money_spelled", &[("n", &n), ("words", &words)])
    }

    /// `2,5`.
    pub fn half_days(&self, half_days: u32) -> String {
        match self.lang {
            Lang::Vi => format::days(half_days),
            Lang::En => format::days_en(half_days),
        }
    }

    pub fn days(&self, half_days: u32) -> String {
        self.say("word.days", &[("n", &self.half_days(half_days))])
    }

    pub fn percent(&self, hundredths: i64) -> String {
        match self.lang {
            Lang::Vi => format!("{}%", format::percent(hundredths)),
            Lang::En => format!("{}%", format::percent_en(hundredths)),
        }
    }

    /// `thứ Sáu, 28/06/2024`.
    pub fn date(&self, date: NaiveDate) -> String {
        say::date(date, self.lang)
    }

    /// `28/06/2024`.
    pub fn short_date(&self, date: NaiveDate) -> String {
        say::short_date(date, self.lang)
    }

    /// An ISO date as [`Words::short_date`], anything else as it stands.
    fn iso_date(&self, text: &str) -> String {
        text.parse::<NaiveDate>().map_or_else(|_| text.to_string(), |d| self.short_date(d))
    }

    /// `15:00 thứ Sáu, 28/06/2024`.
    pub fn moment(&self, at: At) -> String {
        say::moment(at, &self.house.calendar, self.lang)
    }

    /// `trước 15:00 thứ Sáu, 28/06/2024`; of a whole day `chậm nhất là hết thứ Sáu …`, for `trước hết` means something
    /// else.
    pub fn due(&self, due: &Deadline) -> String {
        let calendar = &self.house.calendar;
        let last = self.last_moment(due.at);
        let whole_day = last == calendar.end_of_day(calendar.date_of(last));
        self.say(if whole_day { "word.due_day" } else { "word.due" }, &[("when", &self.moment(last))])
    }

    /// `15:00 thứ Sáu, 28/06/2024`: when a deadline is.
    pub fn due_moment(&self, due: &Deadline) -> String {
        self.moment(self.last_moment(due.at))
    }

    /// Nobody says `trước 00:00 thứ Bảy` who means Friday.
    pub fn last_moment(&self, at: At) -> At {
        let calendar = &self.house.calendar;
        if at == calendar.midnight(calendar.date_of(at)) { at - chrono::TimeDelta::seconds(1) } else { at }
    }

    /// How a deadline was counted: `3 ngày làm việc kể từ 15:00 thứ Ba, 25/06/2024, không tính 30/4 và 1/5`. `None`
    /// where somebody named the day.
    pub fn due_how(&self, due: &Deadline) -> Option<String> {
        let (key, n) = match due.span? {
            Span::Hours(n) => ("working_hours", n),
            Span::Days(n) => ("working_days", n),
            Span::CalendarDays(n) => ("calendar_days", n),
        };
        let span = self.say(&format!("word.{key}"), &[("n", &n.to_string())]);
        let mut how = self.say("word.due_how", &[("span", &span), ("from", &self.moment(due.from))]);
        if let Some(days) = say::skipped(due, self.lang) {
            how.push_str(", ");
            how.push_str(&self.say("word.due_skips", &[("days", &days)]));
        }
        Some(how)
    }

    /// The whole sentence of a deadline: `trước … (3 ngày làm việc kể từ …)`.
    pub fn due_sentence(&self, due: &Deadline) -> String {
        match self.due_how(due) {
            Some(how) => format!("{} ({how})", self.due(due)),
            None => self.due(due),
        }
    }

    /// `từ thứ Hai, 05/07/2021 đến thứ Sáu, 09/07/2021`.
    pub fn plan(&self, plan: &Plan) -> String {
        self.say("word.from_to", &[("start", &self.date(plan.start)), ("end", &self.date(plan.end))])
    }

    /// A value as a sentence shows it.
    pub fn value(&self, value: Option<&Value>) -> String {
        match value {
            None => self.word("none"),
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Choice(code)) => self.choice(code),
            Some(Value::Money(vnd)) => self.money(*vnd),
            Some(Value::About { said, .. } | Value::Lead { said, .. }) => said.clone(),
            Some(Value::Days(half_days)) => self.days(*half_days),
            Some(Value::Percent(hundredths)) => self.percent(*hundredths),
            Some(Value::Number(n)) => n.to_string(),
            Some(Value::Date(date)) => self.date(*date),
            Some(Value::Unknown) => self.choice("unknown"),
        }
    }

    /// [`Words::value`] as a certain cell shows it: a choice by the label of its own list.
    pub fn value_at(&self, at: &Cell, value: Option<&Value>) -> String {
        let kind = match at {
            Cell::Field(name) => layout::field(name).map(|f| f.kind),
            Cell::Item(_, name) => layout::column(name).map(|c| c.kind),
        };
        match (value, kind) {
            (Some(Value::Choice(code)), Some(kind)) => kind.label_of(code, self.lang).to_string(),
            (value, _) => self.value(value),
        }
    }

    /// [`Words::value_at`], amounts in words as well: for what is told back before it counts.
    pub fn value_spelled(&self, at: &Cell, value: Option<&Value>) -> String {
        match value {
            Some(Value::Money(vnd)) => self.money_spelled(*vnd),
            other => self.value_at(at, other),
        }
    }

    /// `Mục 3 – KT: Chi phí (giá vốn)`; of a single field its label. A name that the form does not have gives itself.
    pub fn place(&self, at: &Cell) -> String {
        match at {
            // A finding about the item table and none of its items names a column.
            Cell::Field(name) => {
                let label = layout::field(name).map(|f| f.label).or_else(|| layout::column(name).map(|c| c.label));
                label.map_or(name.as_str(), |label| label.in_(self.lang)).to_string()
            }
            Cell::Item(id, name) => {
                let label = layout::column(name).map_or(name.as_str(), |c| c.label.in_(self.lang));
                format!("{} – {label}", self.item(id))
            }
        }
    }

    /// `Mục 3`.
    pub fn item(&self, id: &str) -> String {
        self.say("word.item", &[("no", &self.item_no(id))])
    }

    /// `Báo cáo công nợ (mục 3)`: the number together with what it stands for.
    pub fn named_item(&self, id: &str) -> String {
        let name = self.form.and_then(|f| f.item(id)).map(|i| one_line(i.heading(), 60)).filter(|name| !name.is_empty());
        match name {
            Some(name) => self.say("word.named_item", &[("no", &self.item_no(id)), ("name", &name)]),
            None => self.item(id),
        }
    }

    /// [`Words::place`], the item by its name too: a number alone may be that of another list. Never the name right behind the
    /// number, as our tables have it: a quoted letter is looked through for rows that somebody has typed into.
    fn named_place(&self, at: &Cell) -> String {
        let place = self.place(at);
        let name = match at {
            Cell::Item(id, _) => self.form.and_then(|f| f.item(id)).map(|i| one_line(i.heading(), 60)).unwrap_or_default(),
            Cell::Field(_) => String::new(),
        };
        if name.is_empty() { place } else { self.say("word.named_place", &[("place", &place), ("name", &name)]) }
    }

    /// The number that staff see, by item id.
    pub fn item_no(&self, id: &str) -> String {
        let no = self.form.and_then(|f| f.item(id)).map(|i| i.no).filter(|no| *no > 0);
        no.map_or_else(|| id.trim_start_matches(['M', '0']).to_string(), |no| no.to_string())
    }

    /// `1, 3`.
    pub fn item_list(&self, ids: &[String]) -> String {
        ids.iter().map(|id| self.item_no(id)).collect::<Vec<_>>().join(", ")
    }

    /// `Mục 3 – Giá vốn: “12tr” em hiểu là 12.000.000 đ (mười hai triệu đồng chẵn).`
    pub fn echo(&self, echo: &Echo) -> String {
        let (label, value) = (self.place(&echo.at), self.value_spelled(&echo.at, Some(&echo.value)));
        self.say("done.echo", &[("label", &label), ("typed", &cut(&echo.typed, 200)), ("value", &value)])
    }

    /// `Mục 3 – Giá vốn (Báo cáo): 12.000.000 đ (…)`: one value told back; with the one that it takes the place of.
    pub fn told_back(&self, change: &Change) -> String {
        let stands = self.form.and_then(|form| form.at(&change.at));
        match stands.filter(|old| Some(*old) != change.new.as_ref()) {
            Some(old) => self.correction(&Change { old: Some(old.clone()), ..change.clone() }),
            None => {
                format!("{}: {}", self.named_place(&change.at), cut(&self.value_spelled(&change.at, change.new.as_ref()), 500))
            }
        }
    }

    /// The same of a value that takes the place of another.
    fn correction(&self, change: &Change) -> String {
        let old = cut(&self.value_at(&change.at, change.old.as_ref()), 200);
        let new = cut(&self.value_spelled(&change.at, change.new.as_ref()), 500);
        self.say("word.changed", &[("label", &self.named_place(&change.at)), ("old", &old), ("new", &new)])
    }

    /// What waits for a DUYỆT, line by line.
    pub fn proposed(&self, what: &Proposed) -> Vec<String> {
        let line = |label: &str, value: String| format!("{}: {value}", self.say(label, &[]));
        match what {
            Proposed::Cells { cells, answered, .. } if cells.is_empty() => answered.iter().map(|id| self.item(id)).collect(),
            Proposed::Cells { cells, .. } => cells.iter().map(|c| self.told_back(c)).collect(),
            Proposed::Correction { cells } => cells.iter().map(|c| self.correction(c)).collect(),
            Proposed::Price { total } => vec![line("fact.total", self.money_spelled(*total))],
            Proposed::Payment { payment: Payment { vnd, on } } => {
                vec![self.say("word.paid_again", &[("vnd", &self.money_spelled(*vnd)), ("on", &self.date(*on))])]
            }
            Proposed::Start { plan } => {
                vec![line("fact.start", self.date(plan.start)), line("fact.end", self.date(plan.end))]
            }
        }
    }

    /// One difference between two revisions of a quote.
    pub fn difference(&self, difference: &Difference) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("difference.{key}"), fill);
        let name = |name: &str| one_line(name, 200);
        let change = |key: &str, of: &str, old: String, new: String| say(key, &[("name", of), ("old", &old), ("new", &new)]);
        let days = |days: &Option<u32>| days.map_or_else(|| self.word("none"), |d| self.days(d));
        let text = |text: &Option<String>, none: &str| text.as_ref().map_or_else(|| self.say(none, &[]), |t| name(t));
        match difference {
            Difference::Added { name: of, amount } => say("added", &[("name", &name(of)), ("amount", &self.money(*amount))]),
            Difference::Removed { name: of, amount } => say("removed", &[("name", &name(of)), ("amount", &self.money(*amount))]),
            Difference::Renamed { old, new } => change("renamed", "", name(old), name(new)),
            Difference::Price { name: of, old, new } => change("price", &name(of), self.money(*old), self.money(*new)),
            Difference::Days { name: of, old, new } => change("days", &name(of), days(old), days(new)),
            Difference::Wording { name: of } => say("wording", &[("name", &name(of))]),
            Difference::Discount { old, new } => change("discount", "", self.money(*old), self.money(*new)),
            Difference::Vat { old, new } => change("vat", "", self.money(*old), self.money(*new)),
            Difference::VatKind { old, new } => change("vat", "", self.rates(old), self.rates(new)),
            Difference::Total { old, new } => change("total", "", self.money(*old), self.money(*new)),
            Difference::Validity { old, new } => change("validity", "", old.to_string(), new.to_string()),
            Difference::Duration { old, new } => change("duration", "", days(old), days(new)),
            Difference::Start { old, new } => change("start", "", text(old, "word.none"), text(new, "word.none")),
            Difference::Payment { old, new } => {
                change("payment", "", text(old, "difference.usual"), text(new, "difference.usual"))
            }
        }
    }

    fn rates(&self, rates: &[Vat]) -> String {
        let rate = |rate: &Vat| match rate {
            Vat::Exempt => self.choice("kct"),
            Vat::Rate(rate) => self.percent(*rate),
        };
        rates.iter().map(rate).collect::<Vec<_>>().join(", ")
    }

    /// Why an act was not done, and what to do about it. The problems of `Prices` are listed apart.
    pub fn refusal(&self, refusal: &Refusal) -> String {
        let say = |key: &str, fill: &[(&str, &str)]| self.say(&format!("refusal.{key}"), fill);
        match refusal {
            Refusal::NotYours { may } if may.is_empty() => say("not_yours_nobody", &[]),
            Refusal::NotYours { may } => say("not_yours", &[("may", &self.names(may))]),
            Refusal::NotNow { state: state @ State::Contracting, what } if what == "requote" => {
                say("not_now_requote", &[("state", &self.state(*state))])
            }
            Refusal::NotNow { state, .. } => say("not_now", &[("state", &self.state(*state))]),
            Refusal::AlreadyDecided { by, at, .. } => {
                say("already_decided", &[("by", &self.who(by.as_ref())), ("at", &self.moment(*at))])
            }
            Refusal::Lost => say("lost", &[]),
            Refusal::Superseded { seen, now } => say("superseded", &[("seen", &seen.to_string()), ("now", &now.to_string())]),
            Refusal::Closed { reason, at } => {
                let key = if *reason == Reason::Expired { "closed_expired" } else { "closed" };
                say(key, &[("reason", &self.reason(*reason)), ("at", &self.moment(*at))])
            }
            Refusal::ChecksOpen { checks } => {
                let checks: Vec<String> = checks.iter().map(|c| self.check(c)).collect();
                say("checks_open", &[("checks", &checks.join("; "))])
            }
            Refusal::OwnForm => say("own_form", &[]),
            Refusal::Needs { what } => self.say(&format!("needs.{}", needs_key(*what)), &[]),
            Refusal::NotYet { on } => say("not_yet", &[("on", &self.date(*on))]),
            Refusal::BadDates { start, end } => say("bad_dates", &[("start", &self.date(*start)), ("end", &self.date(*end))]),
            Refusal::Prices { .. } => say("prices", &[]),
            Refusal::HeldBack { paper, problems } => {
                let mut places: Vec<String> = problems.iter().map(|p| self.problem_place(p)).collect();
                places.iter_mut().filter(|p| p.is_empty()).for_each(|p| *p = self.say("cli.exchanges", &[]));
                let key = if *paper == Paper::Quote { "held_back_quote" } else { "held_back_appendix" };
                say(key, &[("places", &places.join("; "))])
            }
            Refusal::NoSuchPerson { who } => say("no_such_person", &[("who", &cut(who, 100))]),
            Refusal::NothingToRetract => say("nothing_to_retract", &[]),
            Refusal::NothingToConfirm => say("nothing_to_confirm", &[]),
            Refusal::BeforeQuote { number, date, on } => {
                say("before_quote", &[("number", number), ("date", &self.date(*date)), ("on", &self.date(*on))])
            }
            Refusal::QuoteExpired { on } => say("quote_expired", &[("on", &self.date(*on))]),
            Refusal::Conflicts { items } => say("conflicts", &[("items", &self.item_list(items))]),
            Refusal::Unanswered { items } => say("unanswered", &[("items", &self.item_list(items))]),
            Refusal::QuoteIsOut { number, revision, retractable } => {
                let key = if *retractable { "quote_is_out_yet" } else { "quote_is_out" };
                say(key, &[("number", number), ("revision", &revision.to_string())])
            }
            Refusal::PaidTooMuch { vnd, total, left } => {
                say("paid_too_much", &[("vnd", &self.money(*vnd)), ("total", &self.money(*total)), ("left", &self.money(*left))])
            }
            Refusal::ChangeTooLate { state } => say("change_too_late", &[("state", &self.state(*state))]),
            Refusal::PriceNotNow { state } => say("price_not_now", &[("state", &self.state(*state))]),
            Refusal::NothingToCorrect => say("nothing_to_correct", &[]),
            Refusal::DeskFault => say("desk_fault", &[]),
        }
    }

    fn who(&self, email: Option<&Email>) -> String {
        email.map_or_else(|| self.word("nobody"), |e| self.house.name_of(e).to_string())
    }

    /// `anh Trí`; by the given name alone where the kin term is not known or would be `em`; in English the given name.
    pub fn called(&self, person: &Person) -> String {
        match (self.lang, kin(person)) {
            (Lang::Vi, Some(title)) => self.say("person.called", &[("title", &title), ("name", person.given_name())]),
            _ => person.given_name().to_string(),
        }
    }
}

/// How a person is called inside a Vietnamese sentence: `anh`, `chị`; `anh/chị` where the config does not say. Somebody
/// entered as `Em` is called by name: a machine does not say em to a colleague.
pub fn pronoun(person: Option<&Person>, lang: Lang) -> String {
    let unknown = || text(lang, "person.unknown", &[]);
    match person {
        _ if lang == Lang::En => unknown(),
        Some(p) if p.salutation.as_deref().is_some_and(|s| s.trim().eq_ignore_ascii_case("em")) => p.given_name().to_string(),
        Some(p) => kin(p).unwrap_or_else(unknown),
        None => unknown(),
    }
}

fn kin(person: &Person) -> Option<String> {
    let title = person.salutation.as_deref()?.trim().to_lowercase();
    (!title.is_empty() && title != "em").then_some(title)
}

/// A text from outside as letters show it: no control or direction characters, line ends as `\n`, at most so many
/// characters.
pub fn cut(text: &str, most: usize) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            '\t' => clean.push(' '),
            c if c.is_control() || crate::text::invisible(c) => {}
            c => clean.push(c),
        }
    }
    let clean = clean.trim();
    match clean.char_indices().nth(most) {
        None => clean.to_string(),
        Some((end, _)) => format!("{}…", clean[..end].trim_end()),
    }
}

/// [`cut`] to one line.
pub fn one_line(text: &str, most: usize) -> String {
    let plain = |c: char| c == ' ' || !(c.is_whitespace() || c.is_control() || crate::text::invisible(c));
    if text.len() <= most && text.chars().all(plain) && !text.contains("  ") && text.trim().len() == text.len() {
        return text.to_string();
    }
    cut(&cut(text, most.saturating_mul(4)).split_whitespace().collect::<Vec<_>>().join(" "), most)
}

fn needs_key(what: NeedsWhat) -> &'static str {
    match what {
        NeedsWhat::Reason => "reason",
        NeedsWhat::Question => "question",
        NeedsWhat::Sales => "sales",
        NeedsWhat::ContractNumber => "contract_number",
        NeedsWhat::Amount => "amount",
        NeedsWhat::Date => "date",
        NeedsWhat::Plan => "plan",
        NeedsWhat::Form => "form",
        NeedsWhat::Ending => "ending",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_sentences() {
        let keys = |table: &'static Table| table.keys().collect::<Vec<_>>();
        assert!(VI.len() > 300, "the table is read");
        assert_eq!(keys(&VI), keys(&EN));
        for (key, vi) in VI.iter() {
            // English has no pronoun to fill in; anything else that it names, Vietnamese names too.
            for name in EN[key].split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                assert!(vi.contains(&format!("{{{name}}}")), "{key}: {{{name}}}");
            }
        }
    }

    #[test]
    fn every_name_that_enums_give_has_its_words() {
        for lang in [Lang::Vi, Lang::En] {
            for state in State::ALL {
                assert!(has(lang, &format!("state.{}", state.name())) && has(lang, &format!("asked.{}", state.name())));
            }
            use {NeedsWhat as N, Reason as R, Role as O};
            for role in [O::Cskh, O::Sales, O::Leader, O::Tech, O::TechHead, O::Director, O::Operator] {
                assert!(has(lang, &format!("role.{}", role.name())));
            }
            for reason in [R::Done, R::Rejected, R::Declined, R::Expired, R::Withdrawn] {
                assert!(has(lang, &format!("reason.{}", reason.name())));
            }
            for what in [N::Reason, N::Question, N::Sales, N::ContractNumber, N::Amount, N::Date, N::Plan, N::Form] {
                assert!(has(lang, &format!("needs.{}", needs_key(what))));
            }
        }
    }

    #[test]
    fn every_key_that_the_code_names_has_a_sentence() {
        let sources = [
            ("problem.", include_str!("messages/problems.rs"), "=> (\""),
            ("expected.", include_str!("messages/problems.rs"), "=> say(\""),
        ];
        let mut seen = 0;
        for (table, source, mark) in sources {
            for key in source.split(mark).skip(1).filter_map(|rest| rest.split('"').next()) {
                let of_file = has(Lang::Vi, &format!("file.{key}"));
                assert!(has(Lang::Vi, &format!("{table}{key}")) || of_file, "{table}{key}");
                seen += 1;
            }
        }
        assert!(seen > 60, "{seen}");
    }

    #[test]
    fn long_and_odd_texts_are_cut() {
        assert_eq!(cut("a\r\nb\u{202e}\u{0}c\td", 100), "a\nbc d");
        assert_eq!(cut("ăăăă", 3), "ăăă…");
        assert_eq!(one_line(" a\n\n b ", 10), "a b");
    }
}
