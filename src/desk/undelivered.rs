//! A letter that did not reach its reader: Sales of the case is told at once, by mail to another address than the one that
//! fails. The operator hears of it besides (`operator`), and the step's reminders and escalation go on as ever.

use super::{DONE, Desk, DeskError, plain};
use crate::letter::messages::text;
use crate::process::case::Case;
use crate::process::house::At;
use crate::process::roles;
use crate::store::{CommitError, NewEffect, Outgoing, Seen, Tx, Unavailable, way};

/// Where the store keeps which have been told.
const TOLD: &str = "sales_told";

impl Desk {
    /// Tells Sales of each dead letter of `failed` that the case waits on. Each attempt's end is told once, whatever
    /// happens in between.
    ///
    /// # Errors
    /// Where the store is away.
    pub(super) async fn tell_sales(&self, failed: &[Outgoing], now: At) -> Result<(), DeskError> {
        let stored = self.store.meta(TOLD).await?;
        let told: Vec<String> = stored.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let mut keys: Vec<String> = failed.iter().map(key).collect();
        if keys == told {
            return Ok(());
        }
        // What came back is an event of its case, which has its own letters (`machines`).
        let fresh = |row: &&Outgoing| row.state != way::BOUNCED && !told.contains(&key(row));
        for row in failed.iter().filter(fresh).filter(|row| !row.case_id.is_empty() && !row.to.is_empty()) {
            let found = match self.store.case(&row.case_id).await {
                // Told once the case is mended; what else there is to tell does not wait for that.
                Err(Unavailable::Damaged { .. }) => {
                    keys.retain(|other| *other != key(row));
                    continue;
                }
                found => found?,
            };
            let Some(mut case) = found else { continue };
            case.readdress(&self.config.house);
            let Some(letter) = self.to_sales(row, &case, now) else { continue };
            let key = key(row);
            let seen = Seen { key, at: now, case_id: case.id, answer: String::new(), disposition: DONE.into() };
            match self.store.commit(Tx { seen: Some(seen), effects: vec![letter], ..Tx::default() }).await {
                Ok(()) | Err(CommitError::AlreadySeen(_)) => {}
                Err(why) => return Err(why.into()),
            }
        }
        let keys = serde_json::to_string(&keys).map_err(|why| DeskError::Store(why.to_string()))?;
        Ok(self.store.set_meta(TOLD, Some(&keys)).await?)
    }

    /// The letter, where the case waits for who was not reached: whose turn it is, or the customer.
    fn to_sales(&self, row: &Outgoing, case: &Case, now: At) -> Option<NewEffect> {
        let house = &self.config.house;
        let sales = case.sales.as_ref().filter(|sales| **sales != row.to)?;
        let outsider = house.person(&row.to).is_none();
        if !outsider && !roles::turn(case, house, house.day(now)).iter().any(|who| who == house.present(&row.to)) {
            return None;
        }
        let name = if outsider { &row.to } else { house.name_of(&row.to) };
        let fill = [("case", case.id.as_str()), ("name", name), ("to", &row.to), ("words", &row.last_words)];
        let what = if outsider { "desk.undelivered_customer" } else { "desk.undelivered" };
        let subject = text(house.lang, "desk.undelivered_subject", &fill);
        let words = text(house.lang, what, &fill);
        plain::to_sales(&subject, &words, sales, &case.id, &key(row), &self.pen(now))
    }
}

/// Sent again and failed again is another matter: then the attempts have gone on.
fn key(row: &Outgoing) -> String {
    format!("undelivered:{}:{}:{}", row.id, row.attempts, row.state)
}
