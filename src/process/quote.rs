//! The quote as values: what the customer pays, line by line. No cost, no name of Tech, nothing internal.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::case::Case;
use super::house::Vat;
use super::value::Vnd;

/// Which document the customer gets: the annex may show how items are calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    Quote,
    Appendix,
}

/// One revision of the quote (báo giá). Kept whole in the case's history, so that it can be made again byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// 1 and up within the case.
    pub revision: u32,
    /// `BG-230621-001`, `/R2` from the second revision.
    pub number: String,
    /// The quote date (ngày chốt báo giá).
    pub date: NaiveDate,
    /// Last day on which it can be accepted: the date + 15 calendar days (step 6).
    pub expires: NaiveDate,
    /// `Báo giá tùy biến Chính Đại (23.06.21).xlsx`.
    pub file: String,
    pub lines: Vec<Line>,
    /// Sum of the amounts, đồng.
    pub subtotal: Vnd,
    /// Positive, đồng.
    pub discount: Vnd,
    /// Hundredths of a percent, where the discount was given so.
    pub discount_percent: Option<i64>,
    pub vat_lines: Vec<VatLine>,
    /// Sum over `vat_lines`.
    pub vat: Vnd,
    pub total: Vnd,
    pub total_in_words: String,
    /// Working days, in halves, that the whole takes; may be less than the sum of the lines.
    pub half_days: Option<u32>,
    /// `10 ngày làm việc sau khi nhận cọc`.
    pub start_after: Option<String>,
    /// The Director's own terms of payment, else those of the config hold.
    pub payment_terms: Option<String>,
    /// A later revision took its place, or it was taken back.
    pub superseded: bool,
    /// It was taken back before anybody but Sales had it: no later quote takes its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

impl Case {
    /// The quote whose place this one takes with whoever has it: the latest before it that was not taken back unsent.
    pub fn replaced_by(&self, quote: &Quote) -> Option<&Quote> {
        self.quotes.iter().filter(|q| q.revision < quote.revision && !q.withdrawn).max_by_key(|q| q.revision)
    }
}

impl Quote {
    /// Runs of lines that are alike: the index of the first and of the last of each.
    pub fn runs(&self, which: impl Fn(&Line) -> bool) -> Vec<(usize, usize)> {
        runs(self.at(which))
    }

    /// The numbers of such lines: `1–11, 13`.
    pub fn numbers(&self, which: impl Fn(&Line) -> bool) -> String {
        ranges(self.at(which).map(|at| at + 1))
    }

    /// The indices of such lines.
    fn at(&self, which: impl Fn(&Line) -> bool) -> impl Iterator<Item = usize> {
        self.lines.iter().enumerate().filter(move |(_, line)| which(line)).map(|(at, _)| at)
    }
}

/// Rising numbers in few words: `1–11, 13`.
pub fn ranges(numbers: impl Iterator<Item = usize>) -> String {
    let said = |(from, to): (usize, usize)| if from == to { from.to_string() } else { format!("{from}–{to}") };
    runs(numbers).into_iter().map(said).collect::<Vec<_>>().join(", ")
}

/// The first and the last of each run of rising numbers.
fn runs(numbers: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for no in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == no => *last = no,
            _ => runs.push((no, no)),
        }
    }
    runs
}

/// One row of the quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub no: u32,
    /// `None`: the server.
    pub item: Option<String>,
    pub area: String,
    pub name: String,
    pub explanation: String,
    /// What of it is done, where Tech can do a part only (`kt_pv`); blank: all of it. Shown in place of the explanation.
    #[serde(default)]
    pub scope: String,
    /// Sales' note for the customer.
    pub note: String,
    /// Working days in halves; `None` for the server.
    pub half_days: Option<u32>,
    /// `gói`.
    pub unit: String,
    pub quantity: i64,
    pub unit_price: Vnd,
    pub amount: Vnd,
    pub vat: Vat,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatLine {
    pub rate: Vat,
    /// What the rate is taken of, after discount.
    pub base: Vnd,
    /// Half-up to one đồng; 0 where exempt.
    pub vat: Vnd,
}
