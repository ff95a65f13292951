//! Every sentence that code needs, in Vietnamese and English: `templates/<language>/messages.toml`.
//!
//! Problems, refusals and events are kinds and places; here they become words, once for the mail, the note in the
//! cell, the answer file and the JSON.

mod history;
mod problems;
mod refusals;
mod values;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::calendar::say;
use crate::calendar::{Deadline, Span};
use crate::money::{format, words};
use crate::process::case::{Case, Plan, Reason, State};
use crate::process::form::Form;
use crate::process::house::{At, Email, House, Lang, Person, Role};
use crate::process::roles;
use crate::process::value::Vnd;

type Table = BTreeMap<String, String>;

static VI: LazyLock<Table> = LazyLock::new(|| flat(include_str!("../../templates/vi/messages.toml")));
static EN: LazyLock<Table> = LazyLock::new(|| flat(include_str!("../../templates/en/messages.toml")));

fn flat(source: &str) -> Table {
    let tables: BTreeMap<String, Table> = toml::from_str(source).unwrap_or_default();
    let lines = |(table, lines): (String, Table)| lines.into_iter().map(move |(key, text)| (format!("{table}.{key}"), text));
    tables.into_iter().flat_map(lines).collect()
}

/// The sentence of that name, with `{name}`s filled in; `{n|day|days}` is the first where `n` is one, or a list of items has one.
/// A name that there is not gives itself: it shows, and nothing
/// stops.
pub fn text(lang: Lang, key: &str, fill: &[(&str, &str)]) -> String {
    let Some(sentence) = table(lang).get(key) else { return key.to_string() };
    let mut out = String::with_capacity(sentence.len() + 32);
    let mut rest = sentence.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let (name, forms) = name.split_once('|').map_or((name, None), |(name, forms)| (name, forms.split_once('|')));
        let value = fill.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value);
        out.push_str(match forms {
            Some((one, _)) if value == "1" || (name == "items" && !value.contains(',')) => one,
            Some((_, several)) => several,
            None => value,
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Is there a sentence of that name?
pub fn has(lang: Lang, key: &str) -> bool {
    table(lang).contains_key(key)
}

/// All sentences of a table (`problem.`), as they are written.
fn of_table(lang: Lang, name: &'static str) -> impl Iterator<Item = &'static str> {
    table(lang).iter().filter(move |(key, _)| key.starts_with(name)).map(|(_, sentence)| sentence.as_str())
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
    /// Whom the words are for, where they are for one person: nobody is told of themselves by name.
    pub reader: Option<&'a str>,
}

impl<'a> Words<'a> {
    /// For a reader who is not known: the command line, notes in a workbook.
    pub fn plain(lang: Lang, house: &'a House, form: Option<&'a Form>) -> Words<'a> {
        Words { lang, house, form, you: text(lang, "person.unknown", &[]), reader: None }
    }

    /// For one of the house, by their address.
    pub fn of(lang: Lang, house: &'a House, form: Option<&'a Form>, reader: &str) -> Words<'a> {
        Words { lang, house, form, you: pronoun(house.person(reader), lang), reader: None }
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
        self.with_payment(case, self.of_step(case, step_waits(case)))
    }

    /// [`Words::asked`] of a whole case. What is tested is not asked for again, nor a payment for free work, nor what cannot be
    /// done. Lists tell it shorter, for an outline does not know of it.
    pub fn asked_in_full(&self, case: &Case) -> String {
        self.asked_of(case, step_waits(case))
    }

    /// The same of one of them: does something that was told back wait for this very person, and the step with it?
    pub fn asked_of(&self, case: &Case, told_back: bool) -> String {
        self.with_payment(case, self.in_full(case, self.of_step(case, told_back)))
    }

    /// Beside what the step asks of Sales, a payment of theirs that was told back and waits for its `DUYỆT`.
    fn with_payment(&self, case: &Case, asked: String) -> String {
        let theirs = !case.is_closed() && roles::turn_role(case, self.house) == Role::Sales;
        match theirs && case.proposals().any(|p| p.what.is_payment()) {
            true => self.say("asked.and_payment", &[("what", &asked)]),
            false => asked,
        }
    }

    fn of_step(&self, case: &Case, told_back: bool) -> String {
        match &case.question {
            Some(question) if !case.is_closed() => self.say("asked.question", &[("from", self.house.name_of(&question.from))]),
            _ if told_back && !case.is_closed() => self.say("asked.proposal", &[]),
            // Step 7 waits for two things; what has been told is not asked for again.
            _ if case.state == State::Contracting && case.contract.number.is_some() => self.say("asked.payment", &[]),
            _ if case.state == State::Contracting && !case.contract.payments.is_empty() => self.say("asked.contract", &[]),
            // Step 9: handed over, as Tech says. Sales tells that the customer has accepted.
            _ if case.state == State::Delivering && case.handed_over_on.is_some() => self.say("asked.acceptance", &[]),
            _ => self.say(&format!("asked.{}", case.state.name()), &[]),
        }
    }

    fn in_full(&self, case: &Case, plain: String) -> String {
        let is = |key: &str| self.say(&format!("asked.{key}"), &[]);
        let tested = case.state == State::Delivering && case.tested_on.is_some() && case.handed_over_on.is_none();
        match plain {
            plain if case.is_free() && plain == is("Contracting") => is("contract"),
            plain if tested && plain == is("Delivering") => is("handover"),
            plain if case.nothing_feasible && plain == is("Completing") => is("nothing_feasible"),
            plain => plain,
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
        let span = self.counted_time(key, &n.to_string());
        let mut how = self.say("word.due_how", &[("span", &span), ("from", &self.moment(due.from))]);
        if let Some(days) = say::skipped(due, self.lang) {
            how.push_str(", ");
            how.push_str(&self.say("word.due_skips", &[("days", &days)]));
        }
        Some(how)
    }

    /// So many of a `word.<key>`: `1 working day`, `3 working days`.
    fn counted_time(&self, key: &str, n: &str) -> String {
        let key = if n == "1" { key.trim_end_matches('s') } else { key };
        self.say(&format!("word.{key}"), &[("n", n)])
    }

    /// `2,5 ngày làm việc`.
    pub fn working_days(&self, half_days: u32) -> String {
        self.counted_time("working_days", &self.half_days(half_days))
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

    /// Every Sales by name, as far as a sentence goes.
    fn all_sales(&self) -> String {
        let sales: Vec<&str> = self.house.with_role(Role::Sales).map(|p| p.name.as_str()).collect();
        let more = if sales.len() > 8 { ", …" } else { "" };
        format!("{}{more}", sales[..sales.len().min(8)].join(", "))
    }

    /// `Kính gửi anh Trí` upwards, `Chào chị Lan` among colleagues.
    pub fn dear(&self, person: &Person) -> String {
        let called = self.called(person);
        let up = person.is(Role::Leader) || person.is(Role::Director) || person.is(Role::TechHead);
        let whom = match self.lang {
            Lang::Vi if up && kinless(person) => format!("{} {called}", text(self.lang, "person.unknown", &[])),
            _ => called,
        };
        self.say(if up { "person.dear_up" } else { "person.dear" }, &[("whom", &whom)])
    }

    /// `anh Lê Mạnh Hùng`: of somebody else, to whom the given name alone may not say enough.
    pub fn full_name(&self, email: &str) -> String {
        let name = self.house.name_of(email);
        match self.house.person(email).and_then(kin) {
            Some(title) if self.lang == Lang::Vi => self.say("person.called", &[("title", &title), ("name", name)]),
            _ => name.to_string(),
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

/// Something that was told back waits for a `DUYỆT`, and the step with it.
fn step_waits(case: &Case) -> bool {
    case.proposals().any(|p| !p.what.is_aside())
}

/// A Vietnamese greeting upwards needs a kin term; this person has none in the config.
fn kinless(person: &Person) -> bool {
    person.salutation.as_deref().is_none_or(|s| s.trim().is_empty())
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

#[cfg(test)]
mod tests {
    use super::refusals::needs_key;
    use super::*;
    use crate::process::act::NeedsWhat;

    #[test]
    fn both_languages_have_the_same_sentences() {
        let keys = |table: &'static Table| table.keys().collect::<Vec<_>>();
        assert!(VI.len() > 300, "the table is read");
        assert_eq!(keys(&VI), keys(&EN));
        for (key, vi) in VI.iter() {
            // English has no pronoun to fill in; anything else that it names, Vietnamese names too.
            for name in EN[key].split('{').skip(1).filter_map(|rest| rest.split(['}', '|']).next()) {
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
    fn one_is_not_told_as_several() {
        let said = |key, n: &'static str| text(Lang::En, key, &[("n", n), ("items", n)]);
        assert_eq!(said("word.days", "1"), "1 day");
        assert_eq!(said("word.days", "2.5"), "2.5 days");
        assert_eq!(said("done.form_returned", "1"), "What was right in the form is kept; 1 place is to be mended.");
        assert_eq!(said("done.items_answered", "2"), "Your answer to item 2 is recorded.");
        assert_eq!(said("done.items_answered", "1, 2"), "Your answers to items 1, 2 are recorded.");
    }

    #[test]
    fn long_and_odd_texts_are_cut() {
        assert_eq!(cut("a\r\nb\u{202e}\u{0}c\td", 100), "a\nbc d");
        assert_eq!(cut("ăăăă", 3), "ăăă…");
        assert_eq!(one_line(" a\n\n b ", 10), "a b");
    }
}
