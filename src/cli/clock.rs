//! `quotedesk clock`: a rehearsal desk's clock. Set forward, all that falls due on the way happens, each at its time.

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};

use super::open;
use crate::config::Config;
use crate::desk::Desk;

pub async fn clock(config: Config, to: Option<&str>) -> anyhow::Result<bool> {
    if !config.rehearsal {
        bail!("this desk is no rehearsal: its clock is the real one (rehearsal = true in [desk] makes it a desk to try out)");
    }
    let tz = config.house.calendar.tz();
    let desk = open::desk(config).await?;
    let now = desk.clock.now().await?;
    if let Some(to) = to {
        let to = target(to, now)?;
        // Without a case nothing has happened yet, and any time will do to begin with.
        let begun = !desk.store.cases(&crate::store::Filter { limit: 1, ..Default::default() }).await?.is_empty();
        if to < now && begun {
            bail!("{to} lies before the desk's clock ({now}): it can only be set forward");
        }
        if begun {
            pass(&desk, to).await?;
        }
        desk.clock.set(to).await.context("the clock cannot be set")?;
    }
    let now = desk.clock.now().await?;
    println!("{}", now.with_timezone(&tz).to_rfc3339());
    desk.store.close().await;
    Ok(false)
}

/// Everything between now and then, in order, each with the clock at its own time.
async fn pass(desk: &Desk, to: DateTime<Utc>) -> anyhow::Result<()> {
    loop {
        let wake = desk.store.next_wake().await?;
        let mail = desk.store.next_mail(desk.clock.now().await?).await?;
        let Some(next) = wake.into_iter().chain(mail).min().filter(|at| *at <= to) else { return Ok(()) };
        let now = desk.clock.now().await?;
        if next > now {
            desk.clock.set(next).await.context("the clock cannot be set")?;
        }
        let at = next.max(now);
        let due = wake.is_some_and(|w| w <= at);
        if due && desk.tick(at).await? == 0 {
            bail!("what is due at {at} does not get done: see the daemon's log");
        }
    }
}

/// RFC 3339, or `+3d`, `+4h`, `+30m` from now.
fn target(typed: &str, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
    if let Some(ahead) = typed.strip_prefix('+') {
        let (number, unit) = ahead.split_at(ahead.len().saturating_sub(1));
        let n: i64 = number.parse().with_context(|| format!("`{typed}`: +3d, +4h or +30m"))?;
        let delta = match unit {
            "d" => TimeDelta::try_days(n),
            "h" => TimeDelta::try_hours(n),
            "m" => TimeDelta::try_minutes(n),
            _ => None,
        };
        let then = delta.and_then(|d| now.checked_add_signed(d));
        return then.with_context(|| format!("`{typed}`: +3d, +4h or +30m"));
    }
    let at =
        DateTime::parse_from_rfc3339(typed).with_context(|| format!("`{typed}`: a time as 2026-03-02T09:00:00+07:00, or +3d"))?;
    Ok(at.to_utc())
}
