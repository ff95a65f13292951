//! The quote has gone to the customer: `ĐÃ GỬI KH ngày …`, `gửi khách rồi`.

use super::comment::with_rest;
use super::doubts::is_question;
use super::firm::Hit;
use super::said::Said;
use super::values::{OneDate, blanked, dated, one_date};
use super::words::*;
use super::{Asked, Doubt, Reading};
use crate::calendar::typed::Lean;
use crate::process::act::What;
use crate::text::squash;

/// `ĐÃ GỬI KH ngày …`. `next`: another plain answer in a text, the customer's word perhaps.
pub(super) fn told(hit: &Hit, body: &str, ctx: &Asked, next: impl Fn(&str) -> Option<What>) -> Option<Reading> {
    let line = Said::new(hit.line);
    if is_question(&line) {
        return None;
    }
    // `ĐÃ GỬI KH mai`
    if let Some((word, _)) = line.longest_at(0, &["mai", "ngày mai", "mốt", "lát", "lát nữa", "tuần sau"]) {
        return Some(Reading::ask(body, None, Doubt::Later { word: word.to_string() }));
    }
    match dated(hit.line, ctx, Lean::Past) {
        Ok((on, heard, rest)) => {
            let rest = format!("{}\n{}", squash(&rest), hit.more);
            // What the customer said to it is the next step's.
            let beside = format!("{}\n{}", hit.line, hit.more);
            let beside = beside.trim_matches([' ', ',', '.', ':', ';', '-', '\n']);
            if let Some(next) = next(beside) {
                return Some(Reading::ask(body, Some(next), Doubt::Several));
            }
            let mut reading = with_rest(What::SentToCustomer { on }, rest.trim_matches([' ', ',', '.', ':', '\n']), ctx);
            if let Reading::Means { acts, heard: all } = &mut reading {
                all.extend(heard);
                // Only the words that tell of the sending.
                if Said::new(&rest).only(&[
                    POLITE,
                    THANKS,
                    &["ngày", "lúc", "qua", "mail", "email", "zalo", "báo giá", "on", "h", "giờ"],
                ]) {
                    acts.truncate(1);
                }
            }
            Some(reading)
        }
        Err(doubt) => Some(Reading::ask(body, Some(What::SentToCustomer { on: None }), doubt)),
    }
}

/// `gửi khách rồi`, `đã gửi BG`, and nothing else. `said`: the text without the names in it.
pub(super) fn in_prose(text: &str, said: &Said, ctx: &Asked) -> Option<Reading> {
    if !said.has(SENT) {
        return None;
    }
    let (on, dates) = one_date(text, ctx.today, Lean::Past);
    let rest = blanked(said.text, &dates);
    let rest = Said::new(&rest);
    let told = said.has(CUSTOMER) || rest.has(A_QUOTE);
    if !(told && rest.only(&[SENT, TO_CUSTOMER, CUSTOMER, A_QUOTE, BESIDE_SENDING, POLITE, THANKS])) {
        return None;
    }
    match on {
        OneDate::One { date, heard } => Some(Reading::Means { acts: vec![What::SentToCustomer { on: Some(date) }], heard }),
        OneDate::None => Some(Reading::one(What::SentToCustomer { on: None })),
        OneDate::Open(_) => None,
    }
}
