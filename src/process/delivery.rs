//! Steps 8 and 9: Tech plans, works, tests and hands over; Sales tells that the customer has accepted.

use chrono::NaiveDate;

use super::act::{NeedsWhat, Refusal};
use super::case::*;
use super::event::Event;
use super::house::Role;
use super::step::{Decision, Step};
use crate::calendar::typed::{Lean, TypedDate, dates_in};

impl Step<'_> {
    /// Start and end; what is not said stays as planned, and an end that nobody has named is reckoned from the quote's
    /// days and told back.
    pub fn planned(&self, start: Option<NaiveDate>, end: Option<NaiveDate>) -> Decision {
        let Some(start) = start.or(self.case.plan.filter(|_| end.is_some()).map(|plan| plan.start)) else {
            return Err(Refusal::Needs { what: NeedsWhat::Plan });
        };
        if let Some(end) = end {
            return self.plan(Plan { start, end });
        }
        let Some(half_days) = self.case.quote().and_then(|q| q.half_days) else {
            return Err(Refusal::Needs { what: NeedsWhat::Plan });
        };
        let plan = Plan { start, end: self.house.calendar.end_of(start, half_days) };
        Ok(vec![self.tell_back(Proposed::Start { plan })])
    }

    pub fn plan(&self, plan: Plan) -> Decision {
        if plan.end < plan.start || plan.end < self.today {
            return Err(Refusal::BadDates { start: plan.start, end: plan.end });
        }
        let mut events = vec![Event::Planned { plan }];
        let after = self.project(&events);
        events.push(self.on(&after).moved(State::Delivering));
        Ok(events)
    }

    pub fn progress(&self, percent: Option<u32>, text: &str) -> Decision {
        Ok(vec![Event::Progressed { percent, text: text.trim().to_string() }])
    }

    pub fn tested(&self, on: Option<NaiveDate>) -> Decision {
        Ok(vec![Event::Tested { on: self.day(on)? }])
    }

    /// `ĐÓNG YÊU CẦU` of work: accepted, where nothing else is said. Any other reason may be that it was not.
    pub fn close_work(&self, why: &str) -> Decision {
        let why = why.trim();
        let on = match accepted_on(why, self.today) {
            _ if why.is_empty() => None,
            Some(on) => on,
            None => return Err(Refusal::Needs { what: NeedsWhat::Ending }),
        };
        let mut events = self.handed_over(on)?;
        for event in &mut events {
            if let Event::Closed { text, .. } = event {
                *text = why.into();
            }
        }
        Ok(events)
    }

    /// Accepted by the customer, as Sales says with the day: closes the case. Tech's word of it passes the turn to Sales.
    pub fn handed_over(&self, on: Option<NaiveDate>) -> Decision {
        if self.is(Role::Sales) {
            let Some(on) = on.or(self.case.handed_over_on) else { return Err(Refusal::Needs { what: NeedsWhat::Date }) };
            let on = self.day(Some(on))?;
            return Ok(vec![Event::HandedOver { on }, Event::Closed { reason: Reason::Done, text: String::new() }]);
        }
        let mut events = vec![Event::HandedOver { on: self.day(on)? }];
        let after = self.project(&events);
        events.push(self.on(&after).moved(State::Delivering));
        Ok(events)
    }
}

/// Does a reason tell of an acceptance and of nothing else, and of which day? `khách đã nghiệm thu ngày 02/03/2026`,
/// `xong`; not `khách không nghiệm thu`, nor `dừng dự án, mới xong 60%`.
fn accepted_on(why: &str, today: NaiveDate) -> Option<Option<NaiveDate>> {
    if why.contains(['?', '%']) {
        return None;
    }
    let mut beside = why.to_string();
    let mut days = vec![];
    for (at, read) in dates_in(why, today, Lean::Past).into_iter().rev() {
        let TypedDate::One { date, .. } = read else { return None };
        beside.replace_range(at, " ");
        days.push(date);
    }
    if days.len() > 1 {
        return None;
    }
    let mut words = format!(" {} ", crate::text::letters(&beside));
    let mut has = |phrases: &[&str]| {
        let before = words.len();
        for phrase in phrases {
            while let Some(at) = words.find(&format!(" {phrase} ")) {
                words.replace_range(at..at + phrase.len() + 1, "");
            }
        }
        words.len() < before
    };
    let accepted = has(&["bien ban nghiem thu", "nghiem thu", "accepted"]);
    let finished = has(&["xong", "hoan thanh", "hoan tat", "ban giao", "done", "finished", "completed", "handed over"]);
    has(&["da", "roi", "day du", "a", "em", "anh", "chi", "nhe", "cam on", "thanks", "all"]);
    if accepted {
        has(&["khach hang", "khach", "kh", "ben", "phia", "dong y", "ky", "dat", "va", "ngay", "hom", "vao"]);
        has(&["the customer", "customer", "has", "have", "on", "and"]);
    }
    ((accepted || finished) && words.trim().is_empty()).then(|| days.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_closed_by_an_acceptance_alone() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).expect("a date");
        for (why, on) in [
            ("khách đã nghiệm thu", None),
            ("khách đã nghiệm thu.", None),
            ("xong.", None),
            ("đã hoàn thành ạ", None),
            ("khach da nghiem thu xong", None),
            ("Khách đã nghiệm thu ngày 02/03/2026.", Some(day(2))),
            ("khách đã ký biên bản nghiệm thu hôm nay", Some(day(3))),
            ("the customer has accepted on 02/03/2026", Some(day(2))),
        ] {
            assert_eq!(accepted_on(why, day(3)), Some(on), "{why}");
        }
        for why in [
            "khách không nghiệm thu",
            "khách dừng dự án, mới xong 60%",
            "khách phá sản, mới bàn giao một nửa",
            "khách hoãn vô thời hạn sau khi bàn giao đợt 1",
            "khách chưa, nghiệm thu sau",
            "nhờ khách nghiệm thu",
            "đã bàn giao cho khách nghiệm thu",
            "chờ khách nghiệm thu",
            "đã nghiệm thu 2 mục",
            "khách nghiệm thu rồi à?",
            "khách",
            "đã",
        ] {
            assert_eq!(accepted_on(why, day(3)), None, "{why}");
        }
    }
}
