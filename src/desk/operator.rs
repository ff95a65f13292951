//! The letter to the operator: what was set aside, what could not be sent, what does not work. The first at once, then at
//! most one an hour, each thing in one letter only; of strangers' mails at most once a day, all of them together. It needs
//! no template and goes as a file too, since what is broken may be the templates, or the mail.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::aside::{AUTOMATIC, FAULT, FLOOD};
use super::plain;
use super::troubles::Trouble;
use super::{Desk, DeskError};
use crate::intake::folder::sha;
use crate::letter::messages::text;
use crate::process::house::{At, Role};
use crate::process::roles;
use crate::store::{CommitError, NewEffect, Outgoing, OutgoingFilter, Outward, Quarantined, Tx, Unavailable, Word};

/// Between two letters.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// Between two looks at what strangers sent.
const DAILY: TimeDelta = TimeDelta::hours(24);
/// Of somebody's mails that are held so many are named.
const IDS: usize = 5;
/// Mails that are tried in vain for so long: the server may be away, or the password wrong.
const IN_VAIN: TimeDelta = TimeDelta::minutes(10);
/// Their name among the troubles, and that of their sentence.
const WAITING: &str = "waiting";
/// Lines in a letter; the rest is counted.
const LINES: usize = 30;
/// Where the store keeps what has been told.
const TOLD: &str = "operator_told";

/// What the operator has been told of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Told {
    at: Option<At>,
    /// Of strangers' mails, and such as are not proven: up to here, and of that very moment these.
    quarantine: At,
    quarantined: Vec<String>,
    /// When these were told last.
    #[serde(default)]
    daily: Option<At>,
    /// The same of what the desk could not do or has held.
    #[serde(default)]
    kept: At,
    #[serde(default)]
    kept_then: Vec<String>,
    failed: Vec<i64>,
    troubles: Vec<String>,
}

impl Desk {
    /// Writes the operator's letter where there is news and the last one is an hour old; `true`: one was written.
    ///
    /// # Errors
    /// Where the store is away.
    pub async fn tell_operator(&self) -> Result<bool, DeskError> {
        let now = self.clock.now().await?;
        let failed = self.store.outgoing(&OutgoingFilter::Failed).await?;
        self.tell_sales(&failed, now).await?;
        let stored = self.store.meta(TOLD).await?;
        let told: Told = stored.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        let (lines, next) = self.news(&told, &failed, now).await?;
        if told.at.is_some_and(|at| now - at < PAUSE && at <= now) && !lines.is_empty() {
            return Ok(false);
        }
        let next = serde_json::to_string(&next).map_err(|why| DeskError::Store(why.to_string()))?;
        if lines.is_empty() {
            // A trouble that is over may begin again.
            let kept = Told { at: told.at, ..serde_json::from_str(&next).unwrap_or_default() };
            if kept != told {
                let kept = serde_json::to_string(&kept).map_err(|why| DeskError::Store(why.to_string()))?;
                self.keep(stored, kept, vec![]).await?;
            }
            return Ok(false);
        }
        let key = format!("operator:{}", sha(format!("{stored:?}").as_bytes()));
        let letter = self.letter(&lines, &key, now);
        self.keep(stored, next, letter).await
    }

    /// What has been told, with the letter that tells it; `false`: another daemon has told something meanwhile, and the next
    /// look says what is left.
    async fn keep(&self, old: Option<String>, new: String, effects: Vec<NewEffect>) -> Result<bool, DeskError> {
        let word = Some(Word { key: TOLD.into(), old, new });
        match self.store.commit(Tx { word, effects, ..Tx::default() }).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict) => Ok(false),
            Err(why) => Err(Unavailable(why.to_string()).into()),
        }
    }

    /// What has not been told yet, in words, and what will have been told then.
    async fn news(&self, told: &Told, failed: &[Outgoing], now: At) -> Result<(Vec<String>, Told), DeskError> {
        let mut lines = Vec::new();
        let mut next = Told { at: Some(now), ..told.clone() };
        let lasting = self.troubles.lasting();
        let us = self.us().await?;
        for troubled in &lasting {
            if !told.troubles.contains(&us.marked(troubled.0)) {
                lines.push(self.of_trouble(troubled, &us));
            }
        }
        let present = self.troubles.present();
        let is_told = |trouble: Trouble| told.troubles.contains(&us.marked(trouble));
        let stay = present.iter().filter(|t| is_told(**t) || lasting.iter().any(|(l, _)| l == *t));
        next.troubles = stay.map(|t| us.marked(*t)).collect();
        // Other daemons have troubles of their own.
        next.troubles.extend(told.troubles.iter().filter(|name| us.is_of_another(name)).cloned());
        self.over(told, &present, &mut lines, &mut next).await?;
        let kept = self.fresh(&mut next.kept, &mut next.kept_then, is_urgent).await?;
        let (floods, faults): (Vec<_>, Vec<_>) = kept.iter().partition(|aside| aside.why == FLOOD);
        lines.extend(faults.iter().map(|aside| self.of_quarantine(aside)));
        lines.extend(self.of_floods(&floods));
        if told.daily.is_none_or(|at| now - at >= DAILY || at > now) {
            let strange = self.fresh(&mut next.quarantine, &mut next.quarantined, |why| !is_urgent(why)).await?;
            if !strange.is_empty() {
                next.daily = Some(now);
            }
            lines.extend(strange.iter().map(|aside| self.of_quarantine(aside)));
        }
        let waiting = self.waiting(now).await?;
        next.troubles.retain(|t| t != WAITING);
        if let Some(line) = waiting {
            if !told.troubles.iter().any(|t| t == WAITING) {
                lines.push(line);
            }
            next.troubles.push(WAITING.to_string());
        }
        lines.extend(failed.iter().filter(|f| !told.failed.contains(&f.id)).map(|f| self.of_mail(f)));
        next.failed = failed.iter().map(|f| f.id).collect();
        // In one order, whichever daemon looks.
        next.troubles.sort_unstable();
        Ok((lines, next))
    }

    /// What was set aside since then, of that kind; moves the mark on.
    async fn fresh(&self, since: &mut At, then: &mut Vec<String>, kind: fn(&str) -> bool) -> Result<Vec<Quarantined>, DeskError> {
        let known = std::mem::take(then);
        let mut mark = (*since, known.clone());
        let mut fresh = Vec::new();
        for aside in self.store.quarantined_from(*since).await? {
            if !kind(&aside.why) || known.contains(&aside.id) {
                continue;
            }
            if aside.at > mark.0 {
                mark = (aside.at, vec![]);
            }
            mark.1.push(aside.id.clone());
            fresh.push(aside);
        }
        (*since, *then) = mark;
        Ok(fresh)
    }

    /// One line for each person whose mails are held.
    fn of_floods(&self, held: &[&Quarantined]) -> Vec<String> {
        let mut people: Vec<&str> = held.iter().map(|aside| aside.from.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let line = |from: &str| {
            let theirs: Vec<&str> = held.iter().filter(|a| a.from == from).map(|a| a.id.as_str()).collect();
            let n = theirs.len().to_string();
            let ids: Vec<&str> = theirs.into_iter().take(IDS).collect();
            self.say("operator.flood", &[("from", from), ("n", &n), ("id", &ids.join(" "))])
        };
        people.into_iter().map(line).collect()
    }

    /// Mails that do not go out and are tried on, in one line. Those that the operator holds are none.
    async fn waiting(&self, now: At) -> Result<Option<String>, DeskError> {
        if self.store.hold().await?.is_some() {
            return Ok(None);
        }
        let waiting = self.store.tried_in_vain(now - IN_VAIN).await?;
        Ok(waiting
            .last()
            .map(|last| self.say("operator.waiting", &[("n", &waiting.len().to_string()), ("words", &last.last_words)])))
    }

    /// The mailbox is there again: said once, for nobody sees from outside that mails are taken. After a start that is
    /// known only once a look has succeeded.
    async fn over(&self, told: &Told, present: &[Trouble], lines: &mut Vec<String>, next: &mut Told) -> Result<(), DeskError> {
        let name = Trouble::Mailbox.name();
        if !told.troubles.iter().any(|t| t == name) || present.contains(&Trouble::Mailbox) {
            return Ok(());
        }
        let looked = self.store.mailbox_signs().await?.looked;
        match looked.filter(|at| told.at.is_none_or(|told| *at > told)) {
            Some(_) => lines.push(self.say("operator.mailbox_over", &[])),
            None => next.troubles.push(name.into()),
        }
        Ok(())
    }

    fn letter(&self, lines: &[String], key: &str, at: At) -> Vec<NewEffect> {
        let (house, pen) = (&self.config.house, self.pen(at));
        let mut shown = vec![self.say("operator.ask", &[])];
        shown.extend(lines.iter().take(LINES).map(|line| format!("- {line}")));
        if lines.len() > LINES {
            shown.push(self.say("operator.more", &[("n", &(lines.len() - LINES).to_string())]));
        }
        let words = shown.join("\n\n");
        let subject = self.say("operator.subject", &[("n", &lines.len().to_string())]);
        let mut effects: Vec<NewEffect> = roles::emails(house, Role::Operator)
            .iter()
            .filter_map(|to| plain::to_operator(&subject, &words, to, key, &pen))
            .collect();
        let stamp = at.with_timezone(&house.calendar.tz()).format("%Y%m%dT%H%M%S");
        effects.push(NewEffect {
            case_id: String::new(),
            what: Outward::File,
            name: format!("outbox/operator/{stamp}.txt"),
            at,
            not_before: at,
            body: words.into_bytes(),
        });
        effects
    }

    fn of_trouble(&self, (trouble, words): &(Trouble, String), us: &Us) -> String {
        let words = us.name.as_ref().map_or_else(|| words.clone(), |name| format!("{name}: {words}"));
        self.say(&format!("operator.{}", trouble.name()), &[("words", &words)])
    }

    async fn us(&self) -> Result<Us, DeskError> {
        let number = self.store.number();
        let all = if number == 0 { vec![] } else { self.store.daemons().await? };
        let name = all.iter().find(|daemon| daemon.number == number).map(|daemon| daemon.name.clone());
        Ok(Us { number, name, others: all.iter().map(|daemon| daemon.number).filter(|n| *n != number).collect() })
    }

    fn of_quarantine(&self, aside: &Quarantined) -> String {
        let fill = [("from", aside.from.as_str()), ("name", &aside.source), ("id", &aside.id), ("words", &aside.why)];
        match aside.why.split(':').next() {
            Some(FAULT) => self.say("operator.fault", &fill),
            Some(AUTOMATIC) => {
                let why = aside.why.split_once(": ").map_or("", |(_, why)| why);
                let fill = [("from", aside.from.as_str()), ("name", &aside.source), ("id", &aside.id), ("words", why)];
                self.say("operator.automatic", &fill)
            }
            Some("unproven") => self.say("operator.unproven", &fill),
            _ if aside.from.is_empty() => self.say("operator.nobody", &fill),
            _ => self.say("operator.unknown", &fill),
        }
    }

    fn of_mail(&self, mail: &Outgoing) -> String {
        let (id, what) = (mail.id.to_string(), if mail.to.is_empty() { &mail.name } else { &mail.to });
        let key = if mail.state == "bounced" { "operator.returned" } else { "operator.unsent" };
        self.say(key, &[("to", what), ("case", &mail.case_id), ("words", &mail.last_words), ("id", &id)])
    }

    fn say(&self, key: &str, fill: &[(&str, &str)]) -> String {
        text(self.config.house.lang, key, fill)
    }
}

/// This daemon among those of the desk.
struct Us {
    /// 0: it is the only one.
    number: i64,
    name: Option<String>,
    others: Vec<i64>,
}

impl Us {
    /// A trouble's name among what has been told. The mailbox is everybody's, the rest each daemon's own.
    fn marked(&self, trouble: Trouble) -> String {
        match (self.number, trouble) {
            (0, _) | (_, Trouble::Mailbox) => trouble.name().to_string(),
            (number, _) => format!("{}#{number}", trouble.name()),
        }
    }

    /// Of a daemon that is alive.
    fn is_of_another(&self, name: &str) -> bool {
        name.split_once('#').is_some_and(|(_, number)| self.others.iter().any(|n| n.to_string() == number))
    }
}

/// Told within the hour: what the desk could not do, or has held.
fn is_urgent(why: &str) -> bool {
    [FAULT, FLOOD].contains(&why.split(':').next().unwrap_or_default())
}
