//! The sample cases of `tests/data/cases.json`, as they stand there.

use chrono::NaiveDate;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Facts {
    pub vendor: Vendor,
    pub calendar_used: CalendarUsed,
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Vendor {
    pub name: String,
    pub domain: String,
}

/// Days that the company's calendar has besides the country's own.
#[derive(Deserialize)]
pub struct CalendarUsed {
    pub extra_off: Vec<NaiveDate>,
    pub extra_work: Vec<NaiveDate>,
}

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub customer: Customer,
    pub region: String,
    pub industry: String,
    pub cskh: Handover,
    pub sales: Person,
    pub leader: Person,
    pub director: Person,
    pub request_date: NaiveDate,
    pub desired_feedback_deadline: NaiveDate,
    pub budget: Budget,
    pub summary: String,
    pub items: Vec<Item>,
    pub leader_review: Review,
    pub tech_feedback: Option<Feedback>,
    pub additional_info: Vec<Info>,
    pub pricing: Option<Pricing>,
    pub quotes: Vec<Quote>,
    pub outcome: Outcome,
}

#[derive(Deserialize)]
pub struct Customer {
    pub short: String,
    pub name: String,
    pub salutation: String,
    pub contact: String,
    pub title: String,
    pub email: String,
}

/// CSKH's need: who brings it in, when, in which words.
#[derive(Deserialize)]
pub struct Handover {
    pub name: String,
    pub email: String,
    pub date: NaiveDate,
    pub text: String,
}

#[derive(Clone, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
}

#[derive(Deserialize)]
pub struct Budget {
    pub total: i64,
    pub private_server: i64,
    /// As Sales types it.
    pub text: String,
}

#[derive(Deserialize)]
pub struct Item {
    pub no: u32,
    pub area: String,
    pub content: String,
    pub explanation: String,
    pub purpose: String,
    pub solution: String,
    pub tech: Option<Answer>,
}

/// Tech's answer to one item; `_raw` as Tech types it.
#[derive(Deserialize)]
pub struct Answer {
    pub feasible: String,
    pub cost: Option<i64>,
    pub days: Option<f64>,
    pub reason: Option<String>,
    pub server_required: bool,
    pub note: Option<String>,
    pub cost_raw: Option<String>,
    pub days_raw: Option<String>,
}

#[derive(Deserialize)]
pub struct Review {
    pub rounds: Vec<Round>,
}

#[derive(Deserialize)]
pub struct Round {
    pub date: NaiveDate,
    /// `dong_y`, `can_lam_ro`, `tu_choi`.
    pub overall: String,
    pub comment: Option<String>,
    pub checks: Vec<Check>,
}

#[derive(Deserialize)]
pub struct Check {
    pub key: String,
    /// `dat`, `khong_dat`, `can_lam_ro`.
    pub verdict: String,
    pub comment: String,
}

#[derive(Deserialize)]
pub struct Feedback {
    pub by: Person,
    pub date: NaiveDate,
    pub server_required: bool,
    pub server_cost: i64,
    pub lead_time_raw: Option<String>,
    pub total_days: f64,
    pub total_cost: i64,
}

#[derive(Deserialize)]
pub struct Info {
    pub date: NaiveDate,
    pub by: String,
    pub text: String,
}

#[derive(Deserialize)]
pub struct Pricing {
    pub mode: String,
    pub markup_percent: Option<i64>,
    /// `ceil_100000`.
    pub rounding: Option<String>,
    /// `KCT` or a number.
    pub vat: serde_json::Value,
    pub date: NaiveDate,
}

#[derive(Deserialize)]
pub struct Quote {
    pub rev: u32,
    pub date: NaiveDate,
    pub file_name: String,
    pub expires_on: NaiveDate,
    pub close_on_if_silent: NaiveDate,
    pub lines: Vec<Line>,
    pub subtotal: i64,
    pub discount_percent: i64,
    pub discount_amount: i64,
    pub vat_amount: i64,
    pub total: i64,
    pub total_in_words: String,
    /// Why the customer wanted another revision.
    pub why: Option<String>,
}

#[derive(Deserialize)]
pub struct Line {
    pub no: u32,
    /// `None`: the private server.
    pub item_no: Option<u32>,
    pub name: String,
    pub explanation: String,
    pub days: Option<f64>,
    pub quantity: i64,
    pub unit_price: i64,
    pub amount: i64,
    /// `KCT` or a number.
    pub vat: serde_json::Value,
}

#[derive(Deserialize)]
pub struct Outcome {
    /// `agreed`, `rejected`, `expired`.
    pub status: String,
    /// `leader`, `tech`, `customer`.
    pub rejected_by: Option<String>,
    pub date: Option<NaiveDate>,
    pub reason: Option<String>,
    pub accepted_on: Option<NaiveDate>,
    pub contract_no: Option<String>,
    pub contract_signed_on: Option<NaiveDate>,
    pub paid_on: Option<NaiveDate>,
    #[serde(default)]
    pub payments: Vec<Payment>,
    pub customer_desired_start: Option<NaiveDate>,
    pub start_on: Option<NaiveDate>,
    pub end_on: Option<NaiveDate>,
}

#[derive(Deserialize)]
pub struct Payment {
    pub amount: i64,
}

impl Facts {
    pub fn read() -> Facts {
        serde_json::from_str(include_str!("../data/cases.json")).expect("cases.json holds cases")
    }
}

impl Case {
    /// The case's last two digits: what its manners are chosen by.
    pub fn manner(&self) -> usize {
        self.id.rsplit('-').next().and_then(|n| n.parse().ok()).expect("an id that ends in a number")
    }
}
