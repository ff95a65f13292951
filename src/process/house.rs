//! What the company has decided: its people, regions, deadlines and quote terms. Built from `quotedesk.toml`,
//! handed to every decision, changed by none.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Span};

/// A point in time. Decisions take it; only the daemon's edge reads a clock.
pub type At = DateTime<Utc>;

/// An address in lower case: how people are known everywhere in the house.
pub type Email = String;

/// The roles of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Cskh,
    Sales,
    Leader,
    Tech,
    /// Head of Tech: settles conflicts between answers.
    TechHead,
    Director,
    Operator,
}

impl Role {
    /// As the config and a form's hidden sheet have it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Cskh => "cskh",
            Role::Sales => "sales",
            Role::Leader => "leader",
            Role::Tech => "tech",
            Role::TechHead => "tech-head",
            Role::Director => "director",
            Role::Operator => "operator",
        }
    }
}

pub use crate::calendar::say::Lang;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: Email,
    pub aliases: Vec<Email>,
    pub roles: Vec<Role>,
    pub region: Option<String>,
    /// Whose review this Sales' forms get; else the region's leader.
    pub leader: Option<Email>,
    pub away: Option<Away>,
    /// `Anh`, `Chị`, `Em` …: said before the given name; never guessed.
    pub salutation: Option<String>,
    pub phone: Option<String>,
    pub title: Option<String>,
}

/// Days on which a deputy acts, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub deputy: Email,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    pub id: String,
    pub name: String,
    pub leader: Option<Email>,
    pub director: Option<Email>,
}

/// `[deadlines]` of the config: how long each step may take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Deadlines {
    pub assign: Span,
    pub draft: Span,
    pub review: Span,
    pub feedback: Span,
    pub complete: Span,
    pub price: Span,
    pub quote_validity: Span,
    pub contract: Span,
    pub schedule: Span,
    pub remind_before: Span,
    pub escalate_after: Span,
}

impl Default for Deadlines {
    fn default() -> Deadlines {
        Deadlines {
            assign: Span::Hours(4),
            draft: Span::Days(2),
            review: Span::Days(1),
            feedback: Span::Days(3),
            complete: Span::Days(1),
            price: Span::Days(1),
            quote_validity: Span::CalendarDays(15),
            contract: Span::CalendarDays(7),
            schedule: Span::Days(1),
            remind_before: Span::Hours(4),
            escalate_after: Span::Days(1),
        }
    }
}

/// VAT of a quote line. KCT (không chịu thuế) is no rate: no VAT row, and no 0 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vat {
    Exempt,
    /// Hundredths of a percent.
    Rate(i64),
}

/// `[quote]` of the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteRules {
    /// For lines that nobody gave a rate for.
    pub vat: Vat,
    /// Hundredths of a percent on Tech's cost: what the form suggests to the Director.
    pub markup: i64,
    pub send_to_customer: bool,
    pub sales_sees_cost: bool,
    pub terms: Vec<String>,
    pub letterhead: Letterhead,
    /// Months of warranty that the quote promises; 0: no such line.
    pub warranty_months: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// The logo's bytes (PNG or JPEG), read when the config is.
    pub logo: Option<Vec<u8>>,
    pub address: Option<String>,
    pub tax_code: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    pub bank: Option<String>,
    /// Who signs for the company, and as what.
    pub signer: Option<String>,
    pub signer_title: Option<String>,
    /// Where quotes are made out (`Hà Nội`).
    pub city: Option<String>,
}

impl Letterhead {
    /// What it says of the company in words; who signs is not among it.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.address, &self.phone, &self.email, &self.website, &self.bank, &self.signer_title];
        texts.into_iter().filter_map(|text| text.as_deref())
    }
}

/// Everything that decisions, letters and documents take from the config.
#[derive(Clone, Debug)]
pub struct House {
    pub company: String,
    pub lang: Lang,
    /// The desk's own address and the name beside it.
    pub address: Email,
    pub desk_name: String,
    pub people: Vec<Person>,
    pub regions: Vec<Region>,
    pub calendar: Calendar,
    pub deadlines: Deadlines,
    pub quote: QuoteRules,
    /// May a Leader review a form that they sent themselves, or a case whose Sales they are? Off unless said (domain a.5).
    pub own_review: bool,
}

impl House {
    /// The person with this address or alias (compared in lower case).
    pub fn person(&self, email: &str) -> Option<&Person> {
        let email = email.trim().to_lowercase();
        self.people.iter().find(|p| p.email == email || p.aliases.contains(&email))
    }

    /// The name to show for an address: the person's, else the address itself.
    pub fn name_of<'a>(&'a self, email: &'a str) -> &'a str {
        self.person(email).map_or(email, |p| p.name.as_str())
    }

    /// Roles that a desk cannot do without, and that nobody has.
    pub fn missing_roles(&self) -> impl Iterator<Item = Role> {
        [Role::Cskh, Role::Sales, Role::Tech].into_iter().filter(|role| self.with_role(*role).next().is_none())
    }

    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(move |p| p.roles.contains(&role))
    }

    /// A region by id or name, whatever the case, accents and spacing of what was typed.
    pub fn region(&self, typed: &str) -> Option<&Region> {
        let typed = crate::text::fold(typed);
        let of = |r: &&Region| crate::text::fold(&r.id) == typed || crate::text::fold(&r.name) == typed;
        self.regions.iter().find(of)
    }

    /// Who acts for a person on a day: the deputy while away, or the deputy's own deputy; else the person. Where all of
    /// them are away, it stays with the person.
    pub fn acting<'a>(&'a self, email: &'a str, day: NaiveDate) -> &'a str {
        let away = |p: &'a Person| p.away.as_ref().filter(|a| a.from <= day && day <= a.to);
        let mut acting = email;
        for _ in 0..=self.people.len() {
            match self.person(acting).and_then(away) {
                Some(away) => acting = &away.deputy,
                None => return acting,
            }
        }
        email
    }

    /// Who is away when, by address.
    pub fn absences(&self) -> BTreeMap<Email, Away> {
        self.people.iter().filter_map(|p| Some((p.email.clone(), p.away.clone()?))).collect()
    }

    /// The house with these absences in place of its own.
    pub fn with_absences(&self, absences: &BTreeMap<Email, Away>) -> House {
        let mut house = self.clone();
        house.people.iter_mut().for_each(|person| person.away = absences.get(&person.email).cloned());
        house
    }

    /// The local calendar day of a moment.
    pub fn day(&self, at: At) -> NaiveDate {
        self.calendar.date_of(at)
    }
}

impl Person {
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
    /// Vietnamese people are addressed by the given name: the last word.
    pub fn given_name(&self) -> &str {
        self.name.split_whitespace().last().unwrap_or(&self.name)
    }
}
