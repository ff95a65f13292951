//! quotedesk.toml: read, or refused with the place; and what was read can be reckoned with.

use std::path::Path;

use chrono::{DateTime, TimeDelta};
use quotedesk::calendar::span::Span;
use quotedesk::config::{Config, DEFAULT};

use super::{text, texts, today};

pub fn config(bytes: &[u8]) {
    let typed = text(bytes);
    match Config::parse(&typed, None, Path::new("/")) {
        Err(why) => {
            let said = why.to_string();
            assert!(!said.is_empty() && said.len() < (8 << 10) + typed.len(), "{said}");
        }
        Ok(config) => reckoned(&config),
    }
}

/// A calendar of any hours and days off moves on.
fn reckoned(config: &Config) {
    let calendar = &config.house.calendar;
    let at = DateTime::from_timestamp(1_795_000_000, 0).expect("in 2026");
    let later = calendar.next_working_time(at);
    assert!(later >= at && later - at < TimeDelta::days(800), "work goes on at {later}");
    assert!(calendar.is_working_time(later), "{later}");
    for span in [Span::Days(3), Span::Hours(5), Span::CalendarDays(7)] {
        assert!(calendar.due(at, &span).at > at);
        assert!(calendar.before(at, &span) <= at);
    }
    let day = calendar.add_working_days(today(), 10);
    assert!(calendar.is_working_day(day) && calendar.working_days_between(today(), day) >= 9, "{day}");
}

pub fn seeds() -> Vec<Vec<u8>> {
    let mut all = texts(&[
        DEFAULT,
        "",
        "[desk]\ncompany = \"A\"\nstate = \"postgres://u:p@h/d\"\n",
        "[mail.smtp]\nhost = \"h\"\ntls = \"tls\"\nuser = \"u\"\npassword_env = \"X\"\n[mail.imap]\nhost = \"h\"\nuser = \"u\"\noauth2 = { token_url = \"https://h\", client_id = \"c\", client_secret_file = \"f\", refresh_token_file = \"g\" }\n",
        "[calendar]\nhours = [\"08:00-12:00\"]\ndays = [\"sat\"]\nholidays = [\"2026-01-02\"]\nworked = [\"2026-01-10\"]\n[deadlines]\nassign = \"4h\"\n",
        "[limits]\nattachment = \"20MiB\"\n[quote]\nvat = \"KCT\"\nterms = [\"a\"]\n",
        "[[people]]\nname = \"A\"\nemail = \"a@b.example\"\nroles = [\"sales\", \"leader\"]\naway = { from = \"2026-12-01\", to = \"2026-12-05\", deputy = \"a@b.example\" }\n",
    ]);
    all.dedup();
    all
}
