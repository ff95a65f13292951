//! The file as it is written: its tables and keys, and what holds where a key is missing.

use std::path::PathBuf;

use chrono::NaiveDate;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::mail::{ImapToml, SmtpToml};
use super::{Require, Transport};
use crate::process::house::{Deadlines, Lang, Role};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Toml {
    pub desk: DeskToml,
    pub mail: MailToml,
    pub people: Vec<PersonToml>,
    pub regions: Vec<RegionToml>,
    pub calendar: CalendarToml,
    pub deadlines: Deadlines,
    pub quote: QuoteToml,
    pub web: Option<WebToml>,
    pub limits: LimitsToml,
}

impl Default for Toml {
    fn default() -> Toml {
        let empty = Default::default;
        Toml {
            desk: DeskToml::default(),
            mail: MailToml::default(),
            people: vec![],
            regions: vec![],
            calendar: CalendarToml::default(),
            deadlines: Deadlines::default(),
            quote: QuoteToml::default(),
            web: empty(),
            limits: LimitsToml::default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DeskToml {
    pub company: String,
    pub language: Lang,
    #[serde(deserialize_with = "timezone")]
    pub timezone: chrono_tz::Tz,
    pub state: String,
    pub inbox: PathBuf,
    pub outbox: PathBuf,
    pub archive: PathBuf,
    pub rehearsal: bool,
    pub rehearsal_mail: RehearsalMail,
    pub templates: PathBuf,
    /// May Sales review their own forms (a company so small that one person is both)?
    pub own_review: bool,
}

impl Default for DeskToml {
    fn default() -> DeskToml {
        DeskToml {
            company: "Công ty".into(),
            language: Lang::Vi,
            timezone: chrono_tz::Asia::Ho_Chi_Minh,
            state: "state".into(),
            inbox: "inbox".into(),
            outbox: "outbox".into(),
            archive: "archive".into(),
            rehearsal: false,
            rehearsal_mail: RehearsalMail::Folder,
            templates: "templates".into(),
            own_review: false,
        }
    }
}

fn timezone<'de, D: Deserializer<'de>>(typed: D) -> Result<chrono_tz::Tz, D::Error> {
    let name = String::deserialize(typed)?;
    let wrong =
        |_| D::Error::custom(format!("unknown timezone `{name}`, expected a name of the IANA list as \"Asia/Ho_Chi_Minh\""));
    name.trim().parse().map_err(wrong)
}

/// Where the mails of a rehearsal desk go.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RehearsalMail {
    Folder,
    /// By the servers that the config names, as long as they are on this machine.
    Loopback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailToml {
    pub transport: Transport,
    pub address: String,
    pub name: String,
    pub smtp: Option<SmtpToml>,
    pub imap: Option<ImapToml>,
    pub trust: TrustToml,
    pub plus_address: bool,
}

impl Default for MailToml {
    fn default() -> MailToml {
        MailToml {
            transport: Transport::Folder,
            address: "yeucau@quotedesk.example".into(),
            name: "Bàn báo giá".into(),
            smtp: None,
            imap: None,
            trust: TrustToml::default(),
            plus_address: false,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TrustToml {
    pub authserv_id: Option<String>,
    pub require: Option<Require>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonToml {
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub roles: Vec<Role>,
    pub region: Option<String>,
    pub leader: Option<String>,
    pub away: Option<AwayToml>,
    pub salutation: Option<String>,
    pub phone: Option<String>,
    pub title: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AwayToml {
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    #[serde(deserialize_with = "day")]
    pub to: NaiveDate,
    pub deputy: String,
}

/// A day as text, or as TOML has dates of its own: without the quotes.
struct Day(NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(typed: D) -> Result<Day, D::Error> {
        let typed = toml::Value::deserialize(typed)?;
        let text = match &typed {
            toml::Value::String(text) => text.trim().to_string(),
            toml::Value::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let wrong = |_| D::Error::custom(format!("{typed} is no day, expected a date as \"2026-12-31\""));
        text.parse().map(Day).map_err(wrong)
    }
}

fn day<'de, D: Deserializer<'de>>(typed: D) -> Result<NaiveDate, D::Error> {
    Day::deserialize(typed).map(|day| day.0)
}

fn days<'de, D: Deserializer<'de>>(typed: D) -> Result<Vec<NaiveDate>, D::Error> {
    Ok(Vec::<Day>::deserialize(typed)?.into_iter().map(|day| day.0).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionToml {
    pub id: String,
    pub name: String,
    pub leader: Option<String>,
    pub director: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CalendarToml {
    pub hours: Vec<String>,
    pub days: Vec<String>,
    #[serde(deserialize_with = "days")]
    pub holidays: Vec<NaiveDate>,
    #[serde(deserialize_with = "days")]
    pub worked: Vec<NaiveDate>,
}

impl Default for CalendarToml {
    fn default() -> CalendarToml {
        let words = |list: &[&str]| list.iter().map(|w| w.to_string()).collect();
        CalendarToml {
            hours: words(&["08:00-12:00", "13:30-17:30"]),
            days: words(&["mon", "tue", "wed", "thu", "fri"]),
            holidays: vec![],
            worked: vec![],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct QuoteToml {
    pub currency: String,
    pub vat: VatToml,
    pub markup: f64,
    pub send_to_customer: bool,
    pub sales_sees_cost: bool,
    pub warranty_months: u32,
    pub letterhead: LetterheadToml,
    /// Not given: those of the desk's language.
    pub terms: Option<Vec<String>>,
}

/// `8`, or `"KCT"` for what is not subject to VAT.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum VatToml {
    Percent(f64),
    Word(String),
}

impl Default for QuoteToml {
    fn default() -> QuoteToml {
        QuoteToml {
            currency: "VND".into(),
            vat: VatToml::Percent(8.0),
            markup: 30.0,
            send_to_customer: false,
            sales_sees_cost: true,
            warranty_months: 0,
            letterhead: LetterheadToml::default(),
            terms: None,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LetterheadToml {
    pub logo: Option<PathBuf>,
    pub address: Option<String>,
    pub tax_code: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub website: Option<String>,
    pub bank: Option<String>,
    pub signer: Option<String>,
    pub signer_title: Option<String>,
    pub city: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "taken so that a config written for the status board is not refused")]
pub(super) struct WebToml {
    pub listen: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsToml {
    pub attachment: String,
    pub workbook_cells: u32,
    pub workbook_unpacked: String,
    pub answers_per_hour: Option<u32>,
    pub answers_per_case: Option<u32>,
    pub mails_per_hour: Option<u32>,
}

impl Default for LimitsToml {
    fn default() -> LimitsToml {
        LimitsToml {
            attachment: "20MiB".into(),
            workbook_cells: 200_000,
            workbook_unpacked: "200MiB".into(),
            answers_per_hour: None,
            answers_per_case: None,
            mails_per_hour: None,
        }
    }
}
