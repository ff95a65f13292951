//! `quotedesk clock`: a rehearsal desk's clock. Set forward, all that falls due on the way happens, each at its time.

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};

use super::{open, screen};
use crate::config::Config;
use crate::desk::Desk;

pub async fn clock(config: Config, to: Option<&str>) -> anyhow::Result<bool> {
    if !config.rehearsal {
        bail!("this desk is no rehearsal: its clock is the real one (rehearsal = true in [desk] makes it a desk to try out)");
    }
    // The first time of a rehearsal is set before its daemon starts: that begins it.
    let desk = match to.is_some_and(|to| DateTime::parse_from_rfc3339(to).is_ok()) {
        true => open::begun_desk(config).await?,
        false => open::desk(config).await?,
    };
    open::done(desk, async |desk| {
        if let Some(to) = to {
            let to = target(to, desk.clock.now().await?)?;
            open::remember_rehearsal(desk).await?;
            set(desk, to).await?;
        }
        let now = desk.clock.now().await?.with_timezone(&desk.config.house.calendar.tz());
        screen::line(&now.to_rfc3339())?;
        Ok(false)
    })
    .await
}

/// Sets the clock forward; all that falls due on the way happens, in order.
pub async fn set(desk: &Desk, to: DateTime<Utc>) -> anyhow::Result<()> {
    let now = desk.clock.now().await?;
    // Without a case nothing has happened yet, and any time will do to begin with.
    let begun = desk.store.has_cases().await?;
    if to < now && begun {
        let local = |at: DateTime<Utc>| at.with_timezone(&desk.config.house.calendar.tz()).to_rfc3339();
        bail!("{} lies before the desk's clock ({}): it can only be set forward", local(to), local(now));
    }
    if begun {
        pass(desk, to).await?;
    }
    desk.clock.set(to).await.context("the clock cannot be set")
}

/// Everything between now and then, in order, each with the clock at its own time.
async fn pass(desk: &Desk, to: DateTime<Utc>) -> anyhow::Result<()> {
    // What a look has left due is damaged, and told to the operator: it keeps nothing else.
    let mut looked_at = DateTime::UNIX_EPOCH;
    loop {
        let now = desk.clock.now().await?;
        let (wake, mail) = (desk.store.next_wake(looked_at).await?, desk.store.next_mail(now).await?);
        let Some(next) = wake.into_iter().chain(mail).min().filter(|at| *at <= to) else { return Ok(()) };
        let at = next.max(now);
        if at > now {
            desk.clock.set(at).await.context("the clock cannot be set")?;
        }
        if wake.is_some_and(|w| w <= at) {
            desk.tick(at).await?;
            looked_at = at;
        }
    }
}

/// RFC 3339, or `+3d`, `+4h`, `+30m` from now.
fn target(typed: &str, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
    if let Some(ahead) = typed.strip_prefix('+') {
        let (number, unit) = ahead.split_at(ahead.find(|c: char| !c.is_ascii_digit()).unwrap_or(ahead.len()));
        let n: i64 = number.parse().ok().with_context(|| format!("`{typed}`: +3d, +4h or +30m"))?;
        let delta = match unit {
            "d" => TimeDelta::try_days(n),
            "h" => TimeDelta::try_hours(n),
            "m" => TimeDelta::try_minutes(n),
            _ => None,
        };
        let then = delta.and_then(|d| now.checked_add_signed(d));
        return then.with_context(|| format!("`{typed}`: +3d, +4h or +30m"));
    }
    let at = DateTime::parse_from_rfc3339(typed)
        .ok()
        .with_context(|| format!("`{typed}`: a time as 2026-03-02T09:00:00+07:00, or +3d"))?;
    Ok(at.to_utc())
}
